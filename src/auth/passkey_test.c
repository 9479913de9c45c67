// SPDX-License-Identifier: Apache-2.0
/* What Chromium's virtual authenticator said once, for the challenge 00 01 … 1f at https://localhost:8443, and everything that differs from it. */
#include "auth/passkey.h"

#include <string.h>

#include "base/num.h"
#include "base/test.h"

static const struct { const char *created, *attestation, *got, *data, *signature; } said = {
    /* created */
    "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a2241414543417751464267634943516f4c4441304f4478415245684d55465259"
    "5847426b6147787764486838222c226f726967696e223a2268747470733a2f2f6c6f63616c686f73743a38343433222c2263726f73734f726967696e223a66616c73657d",
    /* attestation */
    "a363666d74646e6f6e656761747453746d74a068617574684461746158a449960de5880e8c687434170f6476605b8fe4aeb9a28632c7995cf3ba831d97634500000001010203"
    "0405060708010203040506070800209cc5c18ee9c4f9128dfcae91e8d60fabcbfb0006c604ebfe26e4f029f510903ea5010203262001215820a71f133f16b7788cc6f05ff81f"
    "e98b637d4b2942ffa66ccf78836f5acc467958225820f2ed73bdb211ec153a56647fe7d69bd99cf62b8180ecc2230d4d4fcd2b4bfd4f",
    /* got */
    "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a2241414543417751464267634943516f4c4441304f4478415245684d55465259584742"
    "6b6147787764486838222c226f726967696e223a2268747470733a2f2f6c6f63616c686f73743a38343433222c2263726f73734f726967696e223a66616c73657d",
    /* data */
    "49960de5880e8c687434170f6476605b8fe4aeb9a28632c7995cf3ba831d97630500000002",
    /* signature */
    "304502206150d94ae9bf6de136d9a473644c27398dd3e219a1468a61ab9bb67ea707d7df02210092a9f248dc2ac63dbd5203e23db1af8ba1e96fdff65412ba3936d9511dc346"
    "84",
};

static const struct passkey_site here = { { "https://localhost:8443", 22 }, { "localhost", 9 } };

struct bytes { char b[1024]; size_t n; };

static struct bytes
of_hex(const char *hex)
{
	struct bytes r = { .n = strlen(hex) / 2 };

	CHECK_OK(hex_decode(str_of(hex), r.b, r.n));
	return r;
}

static struct str
s(const struct bytes *b)
{
	return (struct str){ b->b, b->n };
}

struct words { struct bytes created, attestation, got, data, signature; uint8_t challenge[CHALLENGE_BYTES]; struct passkey key; };

static void
words_init(struct words *w)
{
	w->created = of_hex(said.created);
	w->attestation = of_hex(said.attestation);
	w->got = of_hex(said.got);
	w->data = of_hex(said.data);
	w->signature = of_hex(said.signature);
	for (uint8_t i = 0; i < CHALLENGE_BYTES; i++)
		w->challenge[i] = i;
	CHECK_OK(passkey_register(&here, s(&w->created), s(&w->attestation), w->challenge, &w->key));
}

/*= S-3-4 type=test */
CASE(a_registration_and_an_assertion)
{
	uint8_t named[CHALLENGE_BYTES];
	struct passkey other;
	struct words w;
	uint32_t counter = 0;
	bool verified = false;

	words_init(&w);
	CHECK_INT(w.key.id_n, 32);
	CHECK_INT(w.key.key_n, 64);
	CHECK_OK(passkey_assert(&here, &w.key, s(&w.got), s(&w.data), s(&w.signature), w.challenge, &verified, &counter));
	CHECK(verified);
	CHECK(counter > w.key.counter);
	CHECK_OK(passkey_challenge(s(&w.got), named));
	CHECK(memcmp(named, w.challenge, sizeof(named)) == 0);
	other = w.key;
	other.key[5] ^= 1;
	CHECK(passkey_assert(&here, &other, s(&w.got), s(&w.data), s(&w.signature), w.challenge, &verified, &counter) != RC_OK);
	other = w.key;
	other.algorithm = -8;
	CHECK(passkey_assert(&here, &other, s(&w.got), s(&w.data), s(&w.signature), w.challenge, &verified, &counter) != RC_OK);
}

CASE(another_place_time_or_kind)
{
	static const struct passkey_site port = { { "https://localhost:8444", 22 }, { "localhost", 9 } }, site = { { "https://localhost:8443", 22 }, { "localhosT", 9 } };
	struct passkey q;
	struct words w;
	uint32_t counter;
	bool verified;

	words_init(&w);
	CHECK_RC(passkey_register(&port, s(&w.created), s(&w.attestation), w.challenge, &q), RC_DENIED);
	CHECK_RC(passkey_register(&site, s(&w.created), s(&w.attestation), w.challenge, &q), RC_DENIED);
	CHECK_RC(passkey_register(&here, s(&w.got), s(&w.attestation), w.challenge, &q), RC_DENIED); /* made for signing in */
	CHECK_RC(passkey_assert(&here, &w.key, s(&w.created), s(&w.data), s(&w.signature), w.challenge, &verified, &counter), RC_DENIED);
	CHECK_RC(passkey_assert(&port, &w.key, s(&w.got), s(&w.data), s(&w.signature), w.challenge, &verified, &counter), RC_DENIED);
	CHECK_RC(passkey_assert(&site, &w.key, s(&w.got), s(&w.data), s(&w.signature), w.challenge, &verified, &counter), RC_DENIED);
	w.challenge[0] = 1;
	CHECK_RC(passkey_assert(&here, &w.key, s(&w.got), s(&w.data), s(&w.signature), w.challenge, &verified, &counter), RC_DENIED);
}

/* Every bit of what is signed, and of the signature. */
CASE(every_bit_counts)
{
	struct words w;
	struct bytes *parts[] = { &w.got, &w.data, &w.signature };
	struct passkey q;
	uint32_t counter;
	bool verified;

	words_init(&w);
	for (size_t i = 0; i < 3; i++)
		for (size_t bit = 0; bit < parts[i]->n * 8; bit++) {
			parts[i]->b[bit / 8] ^= (char)(1 << bit % 8);
			if (passkey_assert(&here, &w.key, s(&w.got), s(&w.data), s(&w.signature), w.challenge, &verified, &counter) == RC_OK)
				CHECK(!"a changed bit was accepted");
			parts[i]->b[bit / 8] ^= (char)(1 << bit % 8);
		}
	for (size_t n = 0; n < w.attestation.n; n++)
		if (passkey_register(&here, s(&w.created), (struct str){ w.attestation.b, n }, w.challenge, &q) == RC_OK)
			CHECK(!"a cut attestation was accepted");
}

TEST_MAIN
