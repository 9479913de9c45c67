// SPDX-License-Identifier: Apache-2.0
/* out - one connection to a literal address, with a deadline for each step. Only for processes with NEED_NETWORK. */
#ifndef OS_OUT_H
#define OS_OUT_H

#include "base/str.h"

MUST_USE enum rc out_connect(const char *address, uint16_t port, int timeout_ms, int *ret_fd); /* RC_NOTFOUND refused, RC_TIMEOUT, RC_SYNTAX, RC_IO */
MUST_USE enum rc out_send(int fd, struct str bytes, int timeout_ms);      /* all of them; RC_TIMEOUT: it does not take more; RC_NOTFOUND: it closed */
MUST_USE enum rc out_recv(int fd, int timeout_ms, struct buf *ret);       /* what has come; RC_TIMEOUT: nothing did; RC_NOTFOUND: it closed */
MUST_USE enum rc out_settled(int fd, int timeout_ms);                     /* the other machine has confirmed every byte; RC_TIMEOUT: not yet */

#endif
