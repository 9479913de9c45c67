// SPDX-License-Identifier: Apache-2.0
/*
 * conf - tsujiban.yaml: the few settings of a station, one table of keys.
 *
 * A file is taken whole or refused whole with "file:line: Japanese / English";
 * whoever holds the old settings keeps them. Refused too when it belongs to anyone
 * but root or the starting user, or when others may write it (RC_DENIED).
 * Contract numbers are not here but in the catalogue. Values are borrowed until conf_free().
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include "base/str.h"

#define CONF_FILE      "tsujiban.yaml"
#define CONF_BYTES_MAX 65536

enum conf_kind { CONF_INT = 1, CONF_ADDRESSES, CONF_HOST_NAME, CONF_PATH, CONF_PORTS, CONF_DAYS, CONF_DATE, CONF_ROLES, CONF_ADDRESS /* one, or "" */, CONF_VKEY /* name+hash+key, or "" */, CONF_MAIL /* an address of mail, or "" */ };

struct conf_key {
	const char    *name;
	enum conf_kind kind;
	int64_t        min, max;             /* CONF_INT; CONF_ADDRESSES: min is how many at least */
	const char    *otherwise;            /* its default as it would stand in the file */
	const char    *why_ja, *why_en;
};
extern const struct conf_key conf_keys[]; /* ends with a NULL name */

struct conf; /* opaque */

MUST_USE enum rc conf_load(int dirfd, const char *file, struct conf **ret);                  /* RC_NOTFOUND: no such file */
MUST_USE enum rc conf_parse(const char *file, struct str bytes, struct conf **ret);          /* of bytes already read: `config check` */
MUST_USE enum rc conf_defaults(struct conf **ret);
void             conf_free(struct conf *);

int64_t     conf_n(const struct conf *, const char *key);
/* As text, NUL-terminated: a number in decimals, addresses and ports with one space between, "" when not set. Never NULL for a key of the table. */
const char *conf_s(const struct conf *, const char *key);
bool        conf_is_set(const struct conf *, const char *key);  /* it stands in the file */

MUST_USE enum rc conf_sample(struct buf *);                     /* the shipped file: every key, its reason and default, commented out */

#endif
