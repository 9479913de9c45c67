// SPDX-License-Identifier: Apache-2.0
/*
 * dns - which addresses a name has, by the name servers of this machine (RFC 1035, 3596).
 *
 * A question of A and AAAA to the first server that answers; nothing is cached. An
 * answer counts when it is to our question, whole, and says that there was no error.
 * It is not signed: it tells where a name leads today, and proves nobody's word.
 */
#ifndef CONTROL_DNS_H
#define CONTROL_DNS_H

#include "os/host.h"

#define DNS_ADDRESSES_MAX 32
#define DNS_SERVERS_MAX   3
#define DNS_SEARCH_MAX    3
#define DNS_NAME_MAX      253

struct dns_servers   { struct str servers[DNS_SERVERS_MAX], search[DNS_SEARCH_MAX]; size_t servers_count, search_count; };
struct dns_addresses { char list[DNS_ADDRESSES_MAX][48]; size_t count; };

/* Lines of /etc/resolv.conf; borrowed. */
void             dns_servers_read(struct str resolv_conf, struct dns_servers *ret);
/* RC_NOTFOUND: the name has no address; RC_TIMEOUT, RC_SYNTAX: nobody could say. At most some nine seconds. Adds nothing twice. */
MUST_USE enum rc dns_resolve(const struct host *, const struct dns_servers *, struct str name, struct dns_addresses *ret);

/* ---- pure parts, for tests and the fuzzer ---- */

enum { DNS_A = 1, DNS_AAAA = 28 };
MUST_USE enum rc dns_question(uint16_t id, struct str name, uint16_t type, struct buf *ret); /* RC_SYNTAX: no such name */
MUST_USE enum rc dns_answer(struct str bytes, uint16_t id, struct str question, struct dns_addresses *ret); /* `question`: as it was sent */

#endif
