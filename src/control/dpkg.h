// SPDX-License-Identifier: Apache-2.0
/*
 * dpkg - what is installed and what could be: the files of dpkg and apt.
 *
 * Versions compare as Debian Policy 5.6.12 says. A file of stanzas is read
 * piece by piece; a stanza is handed out whole, its fields borrowed.
 */
#ifndef CONTROL_DPKG_H
#define CONTROL_DPKG_H

#include "base/str.h"

MUST_USE enum rc deb_version_check(struct str);   /* RC_SYNTAX: no version */
int              deb_version_cmp(struct str, struct str); /* of checked versions: <0, 0, >0 */

struct stanza { struct str package, status, version, architecture, source, maintainer, conffiles; /* conffiles: the lines of the field; empty: not there */ };
typedef enum rc stanza_take(void *context, const struct stanza *);

typedef bool stanza_wanted(void *context, struct str package); /* when a stanza begins with its Package field: is the rest worth reading? */

struct stanzas { struct buf pending; size_t searched; stanza_take *take; void *context; stanza_wanted *wanted; /* or NULL: all */ };
#define STANZAS(function, its_context) { BUF(1 << 20), 0, (function), (its_context), NULL }
MUST_USE enum rc stanzas_feed(struct stanzas *, struct str piece); /* RC_LIMIT: a stanza over 1 MiB; RC_SYNTAX: not a field */
MUST_USE enum rc stanzas_end(struct stanzas *);                    /* the last one */
MUST_USE enum rc stanzas_end_whole(struct stanzas *);              /* as dpkg ends its own: with an empty line; else RC_SYNTAX, for it was cut */
void             stanzas_free(struct stanzas *);

struct str source_name(const struct stanza *);                     /* of its Source field, or the package's own name */
bool       status_installed(struct str status, bool *ret_held);    /* its files are on this machine */

struct release { struct str origin, label, suite, codename; bool not_automatic; int64_t date_us, valid_until_us; /* 0: not said */ };
MUST_USE enum rc release_parse(struct str head, struct release *ret); /* the beginning of a Release or InRelease file */
bool             release_is_security(const struct release *);

#endif
