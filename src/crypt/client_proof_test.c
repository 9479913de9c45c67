// SPDX-License-Identifier: Apache-2.0
/* Handshakes of both versions and keys, signatures that are not the card's, and what stands against a certificate. */
#include "base/test.h"
#include "crypt/client_proof.h"

#include <string.h>

#include "base/time_text.h"
#include "crypt/client_proof_maker.h"

#define NOW (INT64_C(1795305600) * SECOND_US)

static const uint8_t random_bytes_of_ours[32] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

static enum proof_state
state_of_card(struct maker *m, const struct maker_spec *s, struct str authorities, bool revoke)
{
	struct maker_card *c = maker_card_new(m, s);
	struct buf h = BUF(PROOF_BYTES_MAX), pem = BUF(65536);
	struct client_proof p = { .state = PROOF_UNKNOWN };

	if (revoke) {
		maker_revoke(m, c);
		maker_pem(m, NOW + DAY_US, &pem);
		authorities = buf_str(&pem);
	}
	maker_handshake(c, MAKER_13, random_bytes_of_ours, &h);
	CHECK_OK(client_proof_read(buf_str(&h), authorities, NOW, &p));
	maker_card_free(c);
	buf_free(&h);
	buf_free(&pem);
	return p.state;
}

/*= S-3-4 type=test */
CASE(a_handshake_proves_the_key)
{
	struct maker *m = maker_new("市の認証局", NOW);
	struct buf pem = BUF(65536);

	maker_pem(m, 0, &pem);
	for (int rsa = 0; rsa < 2; rsa++) {
		struct maker_card *c = maker_card_new(m, &(struct maker_spec){ .name = "山田太郎", .rsa = rsa });

		for (enum maker_how how = MAKER_13; how <= MAKER_13_SHA384; how++) {
			struct client_proof p = { .state = PROOF_UNKNOWN };
			struct buf h = BUF(PROOF_BYTES_MAX);

			maker_handshake(c, how, random_bytes_of_ours, &h);
			CHECK_OK(client_proof_read(buf_str(&h), buf_str(&pem), NOW, &p));
			CHECK(p.state == PROOF_GOOD && memcmp(p.random, random_bytes_of_ours, 32) == 0);
			CHECK_STR(str_of(p.subject), "CN=山田太郎");
			CHECK_STR(str_of(p.issuer), "CN=市の認証局");
			CHECK(p.not_after_us == NOW + 365 * DAY_US);
			/* one bit anywhere: of the random, of a message, of the signature */
			for (size_t at = 0; at < h.n; at += 7) {
				struct client_proof other = { .state = PROOF_UNKNOWN };
				enum rc rc;

				h.p[at] ^= 1;
				rc = client_proof_read(buf_str(&h), buf_str(&pem), NOW, &other);
				CHECK(rc == RC_DENIED || rc == RC_SYNTAX || (rc == RC_OK && other.state != PROOF_GOOD));
				rc_trail_clear();
				h.p[at] ^= 1;
			}
			CHECK_RC(client_proof_read(str_sub(buf_str(&h), 0, h.n - 1), buf_str(&pem), NOW, &p), RC_SYNTAX);
			CHECK_RC(client_proof_read(STR(""), buf_str(&pem), NOW, &p), RC_SYNTAX);
			buf_free(&h);
		}
		maker_card_free(c);
	}
	buf_free(&pem);
	maker_free(m);
}

/* Everything of one card, the certificate of another: the key that signed is not that certificate's. */
CASE(the_certificate_of_another_is_not_signed)
{
	struct maker *m = maker_new("ca", NOW);
	struct maker_card *own = maker_card_new(m, &(struct maker_spec){ .name = "own" }), *other = maker_card_new(m, &(struct maker_spec){ .name = "oth" });
	struct buf a = BUF(PROOF_BYTES_MAX), b = BUF(PROOF_BYTES_MAX), mixed = BUF(PROOF_BYTES_MAX), pem = BUF(65536);
	struct client_proof p;
	size_t end_a, end_b;

	maker_pem(m, 0, &pem);
	maker_handshake(own, MAKER_13, random_bytes_of_ours, &a);
	maker_handshake(other, MAKER_13, random_bytes_of_ours, &b);
	/* the last message begins with its type, its length and its way of signing */
	for (end_a = a.n - 4; end_a > 5 && memcmp(a.p + end_a - 1, "\x0f\0\0", 3) != 0; end_a--)
		;
	for (end_b = b.n - 4; end_b > 5 && memcmp(b.p + end_b - 1, "\x0f\0\0", 3) != 0; end_b--)
		;
	CHECK_OK(buf_add(&mixed, str_sub(buf_str(&a), 0, end_a - 1)));
	CHECK_OK(buf_add(&mixed, str_sub(buf_str(&b), end_b - 1, b.n)));
	CHECK_RC(client_proof_read(buf_str(&mixed), buf_str(&pem), NOW, &p), RC_DENIED);
	buf_free(&a);
	buf_free(&b);
	buf_free(&mixed);
	buf_free(&pem);
	maker_card_free(own);
	maker_card_free(other);
	maker_free(m);
}

/*= S-3-4 type=test */
CASE(what_stands_against_a_certificate)
{
	struct maker *m = maker_new("ca", NOW), *strange = maker_new("ca", NOW), *listed = maker_new("listed", NOW);
	struct buf pem = BUF(65536), old = BUF(65536), fresh = BUF(65536);
	size_t n;

	maker_pem(m, 0, &pem);
	CHECK_OK(client_authorities_check(buf_str(&pem), &n));
	CHECK(n == 1);
	CHECK_RC(client_authorities_check(STR("no PEM"), &n), RC_SYNTAX);
	CHECK(state_of_card(m, &(struct maker_spec){ .name = "good" }, buf_str(&pem), false) == PROOF_GOOD);
	CHECK(state_of_card(m, &(struct maker_spec){ .name = "old", .from_us = NOW - 9 * DAY_US, .until_us = NOW - DAY_US }, buf_str(&pem), false) == PROOF_EXPIRED);
	CHECK(state_of_card(m, &(struct maker_spec){ .name = "last second", .until_us = NOW + SECOND_US }, buf_str(&pem), false) == PROOF_GOOD);
	CHECK(state_of_card(m, &(struct maker_spec){ .name = "new", .from_us = NOW + DAY_US }, buf_str(&pem), false) == PROOF_NOT_YET);
	CHECK(state_of_card(m, &(struct maker_spec){ .name = "server", .server_only = true }, buf_str(&pem), false) == PROOF_UNFIT);
	CHECK(state_of_card(m, &(struct maker_spec){ .name = "weak", .rsa = true, .weak = true }, buf_str(&pem), false) == PROOF_UNFIT);
	CHECK(state_of_card(strange, &(struct maker_spec){ .name = "same name, other key" }, buf_str(&pem), false) == PROOF_STRANGER);
	CHECK(state_of_card(listed, &(struct maker_spec){ .name = "revoked" }, STR_NONE, true) == PROOF_REVOKED);
	maker_pem(listed, NOW + DAY_US, &fresh);
	CHECK(state_of_card(listed, &(struct maker_spec){ .name = "another" }, buf_str(&fresh), false) == PROOF_GOOD);
	maker_pem(listed, NOW - DAY_US, &old);
	CHECK(state_of_card(listed, &(struct maker_spec){ .name = "list ran out" }, buf_str(&old), false) == PROOF_STALE);
	buf_free(&pem);
	buf_free(&old);
	buf_free(&fresh);
	maker_free(m);
	maker_free(strange);
	maker_free(listed);
}

TEST_MAIN
