// SPDX-License-Identifier: Apache-2.0
/*
 * md5sums - what content a package brought that is no conffile: dpkg's
 * /var/lib/dpkg/info/PACKAGE.md5sums, lines "MD5  usr/bin/x" without the first
 * stroke. A file counts as its package's own when any package names its path
 * (with or without the /usr that Debian merged) with its sum.
 */
#ifndef CONTROL_MD5SUMS_H
#define CONTROL_MD5SUMS_H

#include "os/host.h"

#define MD5SUMS_WANTED_MAX 256

struct md5sums_wanted { struct str path, md5 /* 32 digits */; bool found; };

/* All of `list` against every package, in one pass; nothing is opened when it is empty. What cannot be read names nothing. */
MUST_USE enum rc md5sums_find(const struct host *, struct md5sums_wanted *list, size_t n);

/* Pure; for the fuzzer. RC_SYNTAX. */
MUST_USE enum rc md5sums_line(struct str line, struct str *ret_md5, struct str *ret_path);
bool             md5sums_same_path(struct str path, struct str named); /* "/usr/lib/x" is "lib/x" */

#endif
