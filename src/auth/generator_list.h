// SPDX-License-Identifier: Apache-2.0
/*
 * generator_list - the list of seeds that comes with hardware tokens: serial, seed, digits, period, algorithm; CSV with that head.
 *
 * A seed is base32 or hexadecimal; where it could be either, "base32:" or "hex:" stands in front. Pure. Rows live in the
 * arena, what is wrong with one stands beside it; seeds are the caller's to wipe with generator_list_wipe().
 */
#ifndef AUTH_GENERATOR_LIST_H
#define AUTH_GENERATOR_LIST_H

#include "auth/totp.h"

#define GENERATORS_MAX       1000 /* in one list */
#define GENERATOR_SERIAL_MAX 32
#define GENERATOR_SEED_MIN   16   /* RFC 4226: 128 bits or more */
#define GENERATOR_SEED_MAX   64

struct generator_row {
	size_t           line;
	char             serial[GENERATOR_SERIAL_MAX + 1];
	uint8_t          seed[GENERATOR_SEED_MAX];
	size_t           seed_n;
	struct totp_kind kind;
	const char      *wrong;   /* NULL: nothing; two languages */
};
struct generator_list { struct generator_row *rows; size_t count, wrong; };

MUST_USE enum rc generator_list_read(struct str csv, struct arena *, struct generator_list *ret); /* RC_SYNTAX, RC_LIMIT: no such list at all */
void             generator_list_wipe(struct generator_list *);
bool             generator_serial_ok(struct str);
const char      *totp_algorithm_name(enum totp_algorithm);

#endif
