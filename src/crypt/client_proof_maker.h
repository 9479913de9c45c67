// SPDX-License-Identifier: Apache-2.0
/*
 * client_proof_maker - authorities, certificates and handshakes for tests; no part of the product.
 *
 * Keys and signatures are real; a handshake has the messages of one, whose contents that nobody looks at are filler.
 */
#ifndef CRYPT_CLIENT_PROOF_MAKER_H
#define CRYPT_CLIENT_PROOF_MAKER_H

#include "base/str.h"

struct maker;       /* an authority */
struct maker_card;  /* a key with its certificate */

struct maker_spec { const char *name; int64_t from_us, until_us; bool rsa, weak, server_only; };
struct maker      *maker_new(const char *name, int64_t now_us);
void               maker_free(struct maker *);
struct maker_card *maker_card_new(struct maker *, const struct maker_spec *);
void               maker_card_free(struct maker_card *);
void               maker_revoke(struct maker *, const struct maker_card *);
/* Its certificate, and a list of what it revoked when `list_until_us` is set. */
void               maker_pem(struct maker *, int64_t list_until_us, struct buf *ret);

enum maker_how { MAKER_13, MAKER_13_AGAIN /* with a second hello */, MAKER_12, MAKER_13_SHA384 };
void               maker_handshake(const struct maker_card *, enum maker_how, const uint8_t random[32], struct buf *ret);

#endif
