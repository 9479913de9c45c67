// SPDX-License-Identifier: Apache-2.0
/* given - fields people declared, as a control gets them among its facts. Pure. */
#ifndef CONTROL_GIVEN_H
#define CONTROL_GIVEN_H

#include "control/fact.h"

bool    given_yes(const struct facts *, uint32_t row, const char *key);
bool    given_no(const struct facts *, uint32_t row, const char *key);       /* said so; not the same as nothing said */
int64_t given_date(const struct facts *, uint32_t row, const char *key);     /* its first instant in Japan; 0: not there */
int64_t given_date_end(const struct facts *, uint32_t row, const char *key); /* the day included: the first instant behind it; 0: not there */
bool    names_have(struct str names, struct str name);                       /* words with blanks between them */
bool    same_name(struct str, struct str);                                     /* as people compare names: no blanks, small letters, full-width as usual ones */
bool    list_has(struct str list, struct str part);                             /* of "/srv/a, customers、/etc": that part, or a folder above it */
bool    list_next(struct str *rest, struct str *ret);                           /* its parts, one by one; none is empty */
bool    host_named(struct str name, struct str host_name);                   /* the same machine: case, and one of them with its domain */

#endif
