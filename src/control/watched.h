// SPDX-License-Identifier: Apache-2.0
/*
 * watched - the configuration files of a machine, and the state of each.
 *
 * The conffiles of dpkg (where diverted to), a fixed list of files and folders
 * that decide who may do what, and files people declared. A state is one word:
 * "SHA256:MODE:UID:GID:ATTRIBUTES", where SHA256 is "packaged" for a conffile as
 * its package brought it; or "absent", "unread", "other" (no regular file),
 * "link:SHA256" (of what a symbolic link says). /etc/shadow has one part more: the
 * passwords, which its SHA256 leaves out (shadow_state.h).
 */
#ifndef CONTROL_WATCHED_H
#define CONTROL_WATCHED_H

#include "os/host.h"

#define WATCHED_LIST 2 /* raise it with the fixed list: what is new in it has no past */

struct watched { struct str path, package, md5, state; bool declared, listed, obsolete, ordinary; int64_t changed_at_us, passwords_day; char passwords[17], sum[33] /* MD5 of what is no conffile */; };
struct folder  { struct str path; int64_t changed_at_us; };
struct watch {
	const struct host *host;
	struct arena      *arena;
	struct watched    *files;
	size_t             count, cap;
	struct folder     *folders; /* of the fixed list, and of conffiles: those that are there */
	size_t             folders_count, folders_cap;
};

MUST_USE enum rc watch_declared(struct watch *, struct str path); /* before watch_collect */
MUST_USE enum rc watch_collect(struct watch *);                   /* sorted, each path once */
MUST_USE enum rc watch_state(struct watch *, struct watched *);   /* RC_OK for every file that is not there or cannot be read: its state says so */

/* Pure; for the fuzzer: one line of a Conffiles field. RC_SYNTAX. */
MUST_USE enum rc conffile_line(struct str line, struct str *ret_path, struct str *ret_md5, bool *ret_obsolete);

#endif
