// SPDX-License-Identifier: Apache-2.0
/* A real handshake in memory: versions, ciphers, whom a certificate proves. Certificates of tests/hosts/make_peers.py. */
#include "crypt/tls_client.h"

#include "base/test.h"
#include "crypt/tls_peer.h"

#define NOW INT64_C(1767225600000000) /* 2026-01-01 */

static void
slurp(const char *name, struct buf *ret)
{
	char path[128], piece[4096];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), "tests/hosts/peers/certificates/%s", name);
	f = fopen(path, "rb");
	CHECK(f != NULL);
	while (f && (n = fread(piece, 1, sizeof(piece), f)) > 0)
		CHECK_OK(buf_add(ret, (struct str){ piece, n }));
	if (f)
		fclose(f);
}

/* Until the client is open, ended or refused. `max`: bytes carried in one go; 0: all. */
static enum tls_step
shake(struct tls_client *c, struct tls_peer *p, struct buf *asked)
{
	struct buf to_peer = BUF(65536), to_client = BUF(65536), plain = BUF(65536);
	enum tls_step step = TLS_MORE;
	enum rc rc = tls_client_take(c, STR_NONE, &to_peer, &plain, &step);

	for (int i = 0; rc == RC_OK && step == TLS_MORE && i < 10; i++) {
		CHECK_OK(tls_peer_take(p, buf_str(&to_peer), &to_client, asked));
		buf_reset(&to_peer);
		if (to_client.n == 0)
			break;
		rc = tls_client_take(c, buf_str(&to_client), &to_peer, &plain, &step);
		buf_reset(&to_client);
	}
	if (step == TLS_OPEN) { /* its last word, so that the peer is open as well */
		CHECK_OK(tls_peer_take(p, buf_str(&to_peer), &to_client, asked));
		CHECK_OK(tls_client_take(c, buf_str(&to_client), &to_peer, &plain, &step));
	}
	buf_free(&to_peer);
	buf_free(&to_client);
	buf_free(&plain);
	return step;
}

CASE(versions_and_ciphers)
{
	static const struct { const char *how; struct tls_ask ask; enum tls_step step; int version; } cases[] = {
		{ "version 1.0 1.3", { NULL, 0, 0, NULL }, TLS_OPEN, TLS_1_3 },
		{ "version 1.0 1.3", { NULL, 0, TLS_1_0, NULL }, TLS_OPEN, TLS_1_0 },
		{ "version 1.0 1.3", { NULL, TLS_1_1, TLS_1_1, NULL }, TLS_OPEN, TLS_1_1 },
		{ "version 1.0 1.0", { "www.example.jp", 0, 0, NULL }, TLS_OPEN, TLS_1_0 },
		{ "version 1.2 1.3", { NULL, 0, TLS_1_1, NULL }, TLS_REFUSED, 0 },
		{ "version 1.2 1.2", { NULL, TLS_1_3, 0, NULL }, TLS_REFUSED, 0 },
		{ "version 1.2 1.2\nciphers ECDHE-ECDSA-AES128-GCM-SHA256", { NULL, 0, TLS_1_2, "ECDHE-ECDSA-AES128-GCM-SHA256" }, TLS_OPEN, TLS_1_2 },
		{ "version 1.2 1.2\nciphers ECDHE-ECDSA-AES128-GCM-SHA256", { NULL, 0, TLS_1_2, "AES128-SHA" }, TLS_REFUSED, 0 },
	};
	struct buf pem = BUF(65536);

	slurp("good.pem", &pem);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tls_client *c = NULL;
		struct tls_peer *p = NULL;
		struct arena a = ARENA(1 << 20);
		struct buf asked = BUF(100);
		struct tls_seen seen = { 0 };

		CHECK_OK(tls_peer_new(str_of(cases[i].how), buf_str(&pem), &p));
		CHECK_OK(tls_client_new(&cases[i].ask, &c));
		CHECK_INT(shake(c, p, &asked), cases[i].step);
		if (cases[i].step == TLS_OPEN) {
			CHECK_OK(tls_client_seen(c, &a, &seen));
			CHECK_INT(seen.version, cases[i].version);
			CHECK(seen.cipher.n > 4 && seen.certs_count == 2);
			CHECK(seen.certs[0].key == TLS_KEY_EC && seen.certs[0].key_bits == 256 && !seen.certs[0].old_digest && !seen.certs[0].self_signed);
			CHECK(seen.certs[0].not_before_us < NOW && seen.certs[0].not_after_us > NOW);
		}
		tls_client_free(c);
		tls_peer_free(p);
		buf_free(&asked);
		arena_free(&a);
	}
	buf_free(&pem);
}

CASE(whom_a_certificate_proves)
{
	static const struct { const char *pem, *name; enum tls_trust trust; bool name_right, old; } cases[] = {
		{ "good.pem", "www.example.jp", TLS_TRUSTED, true, false },
		{ "good.pem", "WWW.example.JP", TLS_TRUSTED, true, false },
		{ "good.pem", "192.0.2.20", TLS_TRUSTED, true, false },
		{ "good.pem", "192.0.2.21", TLS_TRUSTED, false, false },
		{ "good.pem", "example.jp", TLS_TRUSTED, false, false },
		{ "good.pem", "evil.jp\0www.example.jp", TLS_TRUSTED, false, false },
		{ "wildcard.pem", "a.example.jp", TLS_TRUSTED, true, false },
		{ "wildcard.pem", "a.b.example.jp", TLS_TRUSTED, false, false },
		{ "expired.pem", "www.example.jp", TLS_EXPIRED, true, false },
		{ "future.pem", "www.example.jp", TLS_NOT_YET, true, false },
		{ "self.pem", "www.example.jp", TLS_SELF_SIGNED, true, false },
		{ "stranger.pem", "www.example.jp", TLS_STRANGER, true, false },
		{ "headless.pem", "www.example.jp", TLS_STRANGER, true, false }, /* the one in between is not sent */
		{ "client.pem", "www.example.jp", TLS_UNTRUSTED, true, false },  /* not made for servers */
		{ "common-name.pem", "www.example.jp", TLS_TRUSTED, false, false }, /* the name stands only where browsers no longer look */
		{ "sha1.pem", "www.example.jp", TLS_TRUSTED, true, true },
	};
	struct buf roots = BUF(65536);

	slurp("roots.pem", &roots);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static const struct tls_ask any = { 0 };
		struct tls_client *c = NULL;
		struct tls_peer *p = NULL;
		struct arena a = ARENA(1 << 20);
		struct buf asked = BUF(100), pem = BUF(65536);
		struct tls_seen seen = { 0 };
		struct tls_proof proof = { 0 };

		slurp(cases[i].pem, &pem);
		CHECK_OK(tls_peer_new(STR("version 1.2 1.3"), buf_str(&pem), &p));
		CHECK_OK(tls_client_new(&any, &c));
		CHECK_INT(shake(c, p, &asked), TLS_OPEN);
		CHECK_OK(tls_client_seen(c, &a, &seen));
		CHECK_OK(tls_trust(&seen, buf_str(&roots), cases[i].name, NOW, &proof));
		if (proof.trust != cases[i].trust || proof.name_right != cases[i].name_right || seen.certs[0].old_digest != cases[i].old) {
			test_failures++;
			printf("%s for %s: trust %d (%s) name %d old %d\n", cases[i].pem, cases[i].name, proof.trust, proof.words, proof.name_right, seen.certs[0].old_digest);
		}
		CHECK_RC(tls_trust(&seen, STR("no roots"), cases[i].name, NOW, &proof), RC_SYNTAX);
		tls_client_free(c);
		tls_peer_free(p);
		buf_free(&asked);
		buf_free(&pem);
		arena_free(&a);
	}
	buf_free(&roots);
}

CASE(peers_that_are_no_tls)
{
	static const char *const cases[] = { "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\x16\x03\x01\xff\xff", "\x15\x03\x01\x00\x02\x02\x28", "\0\0\0\0\0\0\0\0" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static const struct tls_ask any = { 0 };
		struct tls_client *c = NULL;
		struct buf send = BUF(65536), plain = BUF(100);
		enum tls_step step = TLS_MORE;

		CHECK_OK(tls_client_new(&any, &c));
		CHECK_OK(tls_client_take(c, STR_NONE, &send, &plain, &step));
		CHECK(step == TLS_MORE && send.n > 50);
		CHECK_OK(tls_client_take(c, (struct str){ cases[i], i == 3 ? 7 : i == 4 ? 8 : strlen(cases[i]) }, &send, &plain, &step));
		CHECK(step == TLS_REFUSED);
		CHECK(plain.n == 0);
		CHECK_RC(tls_client_say(c, STR("x"), &send), RC_BUG);
		tls_client_free(c);
		buf_free(&send);
		buf_free(&plain);
	}
}

TEST_MAIN
