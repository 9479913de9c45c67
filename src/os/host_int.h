// SPDX-License-Identifier: Apache-2.0
/*
 * host_int - what the bodies of host.h share: a root, and what was counted.
 *
 * host_files.c answers for files beneath `root`; host_linux.c or host_tree.c
 * for everything else. `refuse` is only ever set by host_tree.c.
 */
#ifndef OS_HOST_INT_H
#define OS_HOST_INT_H

#include <stdatomic.h>

#include "os/host.h"

struct host {
	int                   root;       /* a directory, O_PATH or not                   */
	int                   netlink;    /* host_linux.c: NETLINK_SOCK_DIAG, or -1       */
	int                   folder;     /* host_tree.c: where the answers lie, or -1    */
	struct buf            refuse;     /* host_tree.c: lines "CLASS path"              */
	struct buf            stat;       /* host_tree.c: lines "mtime [mode uid gid] path" */
	struct buf            xattr;      /* host_tree.c: lines "name hex path"           */
	enum rc             (*lock)(void *);
	void                 *lock_context;
	atomic_uint_fast64_t *files, *bytes, *execs; /* so that a const host can count    */
	atomic_uint_fast64_t  counts[3];
};

struct host *host_new(int root);
void         host_free(struct host *);
/* Opens beneath `dirfd`: links stay inside. RC_NOTFOUND, RC_DENIED, RC_IO. */
MUST_USE enum rc host_open_beneath(int dirfd, const char *path, int flags, int *ret);
MUST_USE enum rc host_read_beneath(const struct host *, int dirfd, const char *path, size_t bytes_max, struct buf *ret);
MUST_USE enum rc host_refused(const struct host *, const char *path);

#endif
