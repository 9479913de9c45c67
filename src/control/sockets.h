// SPDX-License-Identifier: Apache-2.0
/*
 * sockets - who listens, from the kernel's own table (sock_diag).
 *
 * A socket counts when a packet from outside can reach it: bound to anything
 * but loopback, listening (TCP) or unconnected (UDP).
 */
#ifndef CONTROL_SOCKETS_H
#define CONTROL_SOCKETS_H

#include "os/host.h"

struct listener {
	uint8_t  protocol;             /* IPPROTO_TCP, IPPROTO_UDP */
	uint8_t  family;               /* AF_INET, AF_INET6        */
	uint16_t port;
	uint32_t inode;
	char     address[48];
};

typedef enum rc listener_take(void *context, const struct listener *);

/* Messages of one dump; RC_SYNTAX: not such a dump. */
MUST_USE enum rc sockets_parse(struct str dump, uint8_t protocol, listener_take *, void *context);
/* TCP and UDP over IPv4 and IPv6. */
MUST_USE enum rc sockets_listening(const struct host *, listener_take *, void *context);

/* Reading /proc/N/fd: which program holds these sockets? */
struct owner { uint32_t inode; struct str program; };
/* Fills `program` (in the arena) where an owner is found; `ret_whole`: every process could be read. */
MUST_USE enum rc sockets_owners(const struct host *, struct arena *, struct owner *, size_t count, bool *ret_whole);
MUST_USE enum rc socket_link_parse(struct str link, uint32_t *ret_inode); /* "socket:[123]"; RC_NOTFOUND: something else */

/* The program file of a process, without the kernel's " (deleted)"; empty when it cannot be read. In the arena. */
struct str owner_program(const struct host *, struct arena *, const char *pid);

#endif
