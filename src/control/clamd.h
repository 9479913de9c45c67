// SPDX-License-Identifier: Apache-2.0
/*
 * clamd - talk to the ClamAV daemon on its Unix socket, and read what it says.
 *
 * Answers are those of clamd(8): a word, or "name: verdict". Anything else is
 * RC_SYNTAX: could not look. RC_NOTFOUND: nobody listens, an answer.
 */
#ifndef CONTROL_CLAMD_H
#define CONTROL_CLAMD_H

#include "os/host.h"

#define CLAMD_PATH_MAX 256

struct clamd_conf { char socket[CLAMD_PATH_MAX], databases[CLAMD_PATH_MAX]; bool there, tcp_only, leaves_out /* of a scan of everything: ExcludePath and the like */; };
struct clamd_version { struct str engine; bool dated; int64_t serial, built_at_us; }; /* built: as clamd spells it, in the machine's zone */
struct clamd_header { int64_t serial, built_at_us; };                                 /* of a .cvd or .cld file: exact */
enum clamd_scan { CLAMD_SCAN_CLEAN = 1, CLAMD_SCAN_FOUND };

MUST_USE enum rc clamd_conf_parse(struct str bytes, struct clamd_conf *ret);
MUST_USE enum rc clamd_version_parse(struct str answer, struct clamd_version *ret);
MUST_USE enum rc clamd_scan_parse(struct str answer, enum clamd_scan *ret);
MUST_USE enum rc clamd_header_parse(struct str bytes, struct clamd_header *ret);

MUST_USE enum rc clamd_conf_read(const struct host *, struct clamd_conf *ret); /* defaults when there is no clamd.conf */
MUST_USE enum rc clamd_ping(const struct host *, const struct clamd_conf *);
MUST_USE enum rc clamd_version(const struct host *, const struct clamd_conf *, struct buf *bytes, struct clamd_version *ret); /* borrows `bytes` */
MUST_USE enum rc clamd_scan(const struct host *, const struct clamd_conf *, struct str bytes, enum clamd_scan *ret);

#endif
