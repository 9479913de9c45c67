// SPDX-License-Identifier: Apache-2.0
/*
 * gunzip - a text that logrotate packed with gzip, in pieces. The only door to zlib.
 *
 * The ceiling is that of what comes out; the packed file may not be longer
 * either. What its own header says of its length is not believed.
 */
#ifndef CONTROL_GUNZIP_H
#define CONTROL_GUNZIP_H

#include "os/host.h"

/* RC_SYNTAX: not packed so, damaged, or cut short; RC_LIMIT: longer than `bytes_max`. `take` may end it by failing, and has had all that came before a failure. */
MUST_USE enum rc gunzip_file(const struct host *, const char *path, size_t bytes_max, host_take *, void *context);
/* The first bytes of what is packed, as many as `ret` has room for. */
MUST_USE enum rc gunzip_head(const struct host *, const char *path, struct buf *ret);
/* The same of bytes at hand. Pure; for the fuzzer. */
MUST_USE enum rc gunzip_bytes(struct str packed, size_t bytes_max, host_take *, void *context);

#endif
