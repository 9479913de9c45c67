// SPDX-License-Identifier: Apache-2.0
/*
 * orders - what warden tells a process it started, and the little it may say back.
 *
 * They travel on descriptor 3 of the process, a SOCK_SEQPACKET pair. Before GO
 * come settings, named descriptors and lanes; later only fresh lanes and STOP.
 * A report is eight bytes: that is all warden ever reads from a process here.
 */
#ifndef PROC_ORDERS_H
#define PROC_ORDERS_H

#include "ipc/channel.h"

#define ORDERS_FD       3
#define ORDER_NAME_MAX  64
#define ORDER_VALUE_MAX 4096

enum order_kind {
	ORDER_SETTING = 1, /* name, value                              */
	ORDER_DESCRIPTOR,  /* name, path or "", one descriptor         */
	ORDER_CALLERS,     /* lanes on which `who` calls this process  */
	ORDER_PEER,        /* lanes on which this process calls `who`  */
	ORDER_GO,
	ORDER_STOP,
};
struct order { enum order_kind kind; enum proc_id who; char name[ORDER_NAME_MAX], value[ORDER_VALUE_MAX]; int fds[CHANNEL_LANES_MAX]; size_t fds_count; };

/* Never waits: a process that does not read its orders is as good as dead (RC_PEER). The descriptors stay the caller's. */
MUST_USE enum rc order_send(int fd, enum order_kind, enum proc_id who, const char *name, const char *value, const int *fds, size_t fds_count);
MUST_USE enum rc order_recv(int fd, struct order *ret); /* waits; RC_NOTFOUND: warden is gone; descriptors are the caller's */

enum report_kind { REPORT_READY = 1 /* bits: enum separated */, REPORT_NONSENSE /* who spoke it */ };
struct report { enum report_kind kind; enum proc_id who; uint32_t bits; };

MUST_USE enum rc report_send(int fd, enum report_kind, enum proc_id who, uint32_t bits);
MUST_USE enum rc report_recv(int fd, struct report *ret); /* RC_TIMEOUT: none there; RC_NOTFOUND: closed; RC_PEER: nonsense */

#endif
