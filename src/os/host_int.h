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
	uint32_t              owner;      /* effective user when it was opened            */
	int                   root;       /* a directory, O_PATH or not                   */
	int                   netlink;    /* host_linux.c: NETLINK_SOCK_DIAG, or -1       */
	int                   route;      /* host_linux.c: NETLINK_ROUTE, or -1           */
	int                   folder;     /* host_tree.c: where the answers lie, or -1    */
	struct buf            refuse;     /* host_tree.c: lines "CLASS path"              */
	struct buf            stat;       /* host_tree.c: lines "mtime [mode uid gid] path" */
	struct buf            xattr;      /* host_tree.c: lines "name hex path"           */
	enum rc             (*lock)(void *);
	void                 *lock_context;
	enum rc             (*lock_peer)(void *);
	void                 *lock_peer_context;
	atomic_bool          *peers_begun; /* the first connection was asked for          */
	atomic_bool           begun;
	atomic_uint_fast64_t *files, *bytes, *execs, *connections; /* so that a const host can count */
	atomic_uint_fast64_t  counts[4];
};

struct host *host_new(int root);
void         host_free(struct host *);
/* Opens beneath `dirfd`: links stay inside. RC_NOTFOUND, RC_DENIED, RC_IO. */
MUST_USE enum rc host_open_beneath(int dirfd, const char *path, int flags, int *ret);
MUST_USE enum rc host_read_beneath(const struct host *, int dirfd, const char *path, size_t bytes_max, struct buf *ret);
MUST_USE enum rc host_refused(const struct host *, const char *path);
/* Waits until `fd` is ready; RC_TIMEOUT when the time is up. */
MUST_USE enum rc host_wait_for(int fd, short events, int64_t until_us, const char *what);
/* Counts one more connection; RC_LIMIT: too many for one look. */
MUST_USE enum rc host_connection_count(const struct host *);

/* ---- host_words.c: the programs of readers.def, their placeholders filled and checked ---- */

#define PROGRAM_WORDS_MAX 31
struct program {
	const char *environment[8];               /* "NAME=value", before the program's own path in its row; then NULL */
	const char *argv[PROGRAM_WORDS_MAX + 1];
	const char *secret_file;                  /* becomes its standard input, or NULL: /dev/null                    */
	struct str  first;                        /* value of the first placeholder: names a recorded answer           */
};
/* RC_BUG: no such row; RC_SYNTAX: a word is missing or not of its kind. */
MUST_USE enum rc program_fill(const char *row, const struct host_word *, size_t count, struct arena *, struct program *ret);

#endif
