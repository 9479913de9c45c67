// SPDX-License-Identifier: Apache-2.0
/*
 * place - on which mounted file system a folder lies, and whose machine that is.
 *
 * Only what the kernel's list of mounts shows: a network file system and the
 * server it speaks to, the disk of the system itself, memory, or another local
 * disk, of which nobody can tell from here where it stands.
 */
#ifndef CONTROL_PLACE_H
#define CONTROL_PLACE_H

#include "control/storage.h"

enum place_kind { PLACE_UNKNOWN = 0, PLACE_NETWORK, PLACE_NAMED /* a network file system of a server of which only a name is known here: it may be this machine under another one */, PLACE_ITSELF /* a network file system this machine serves */, PLACE_SYSTEM_DISK, PLACE_MEMORY, PLACE_OTHER_DISK };
struct place { enum place_kind kind; struct str source, type, server /* of PLACE_NAMED */; };
extern const char *const place_words[]; /* by kind */

#define PLACE_OWN_MAX 256
struct own_addresses { struct str list[PLACE_OWN_MAX], names[PLACE_OWN_MAX], others[PLACE_OWN_MAX] /* names that /etc/hosts gives to others */; size_t count, names_count, others_count; };

/* Local addresses of /proc/net/fib_trie and /proc/net/if_inet6, as inet_ntop writes them. */
void             own_addresses_read(struct str fib_trie, struct str if_inet6, struct arena *, struct own_addresses *ret);
/* Names that /etc/hosts gives to those addresses and to loopback, and to others; after own_addresses_read. */
void             own_names_read(struct str hosts, struct arena *, struct own_addresses *);
bool             own_addresses_have(const struct own_addresses *, const char *address); /* as inet_ntop writes it */
/* `mountinfo` as a whole; `path` without symbolic links. RC_SYNTAX: a line that is none. */
MUST_USE enum rc place_find(struct str mountinfo, struct str path, struct str host_name, const struct own_addresses *, struct arena *, struct place *ret);

#endif
