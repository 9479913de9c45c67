// SPDX-License-Identifier: Apache-2.0
/*
 * tls-profile - does an endpoint take only what is still sound?
 *
 * Found by offering: SSL 3.0, TLS 1.0 and 1.1, ciphers without encryption or
 * of old, key exchange by RSA alone, CBC; one real handshake for the keys
 * and signatures of the chain, and one of DHE for the size of its group. The defaults are those CRYPTREC's guideline
 * recommends: TLS 1.2 and 1.3, forward secrecy, RSA from 2048 bits, no SHA-1.
 */
#include "control/control.h"
#include "control/endpoint.h"
#include "crypt/tls_hello.h"
#include "message/messages.h"

#define SCRATCH_BYTES (4 << 20)
#define HELLO_MS      4000

static const struct { const char *key; int version; enum tls_offer offer; } probes[] = {
	{ "ssl3", 0x0300, TLS_OFFER_USUAL }, { "tls1_0", TLS_1_0, TLS_OFFER_USUAL }, { "tls1_1", TLS_1_1, TLS_OFFER_USUAL }, { "tls1_2", TLS_1_2, TLS_OFFER_USUAL },
	{ "broken", TLS_1_2, TLS_OFFER_BROKEN }, { "static_rsa", TLS_1_2, TLS_OFFER_STATIC_RSA }, { "cbc", TLS_1_2, TLS_OFFER_CBC },
};

/* "accepted", "refused" (an alert, or it hung up, or another version came back), or what kept it from being asked. */
static enum rc
offer(const struct host *h, const struct endpoint *e, int version, enum tls_offer what, const char **ret)
{
	struct buf hello = BUF(8192), came = BUF(65536);
	struct host_tcp *t = NULL;
	enum tls_hello got = TLS_HELLO_MORE;
	uint16_t cipher;
	int agreed = 0;
	enum rc rc = RC_OK;

	TRY(tls_hello_put(version, what, str_of(e->host_name), &hello));
	rc = host_tcp_open(h, &e->to, 65536, HELLO_MS, &t);
	if (rc == RC_NOTFOUND || rc == RC_TIMEOUT) {
		*ret = "silent";
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	rc = host_tcp_send(t, buf_str(&hello));
	while (rc == RC_OK && got == TLS_HELLO_MORE && (rc = host_tcp_recv(t, &came)) == RC_OK)
		got = tls_hello_answer(buf_str(&came), &agreed, &cipher);
	if (rc == RC_NOTFOUND && came.n == 0)
		got = TLS_HELLO_REFUSED; /* it hung up at once */
	*ret = got == TLS_HELLO_ACCEPTED ? (agreed == version ? "accepted" : "refused") : got == TLS_HELLO_REFUSED ? "refused" : got == TLS_HELLO_NONSENSE ? "nonsense" : "silent";
	if (rc == RC_NOTFOUND || rc == RC_TIMEOUT || rc == RC_LIMIT)
		rc = RC_OK;
out:
	host_tcp_close(t);
	buf_free(&hello);
	buf_free(&came);
	return rc;
}

static void
chain_facts(const struct tls_seen *seen, struct facts *f)
{
	static const char *const kinds[] = { [TLS_KEY_OTHER] = "other", [TLS_KEY_RSA] = "rsa", [TLS_KEY_EC] = "ec", [TLS_KEY_ED] = "ed" };

	for (uint32_t i = 0; i < seen->certs_count; i++) {
		const struct tls_cert *c = &seen->certs[i];

		fact_text(f, i + 1, "subject", c->subject);
		fact_text(f, i + 1, "key", str_of(kinds[c->key]));
		fact_int(f, i + 1, "key_bits", c->key_bits);
		fact_text(f, i + 1, "signature", c->signature);
		fact_bool(f, i + 1, "old_digest", c->old_digest && !c->self_signed); /* nobody checks a root's own signature */
	}
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena scratch = ARENA(SCRATCH_BYTES);
	struct endpoint e = endpoint_own(s, &scratch);
	const struct tls_ask only_13 = { .name = e.host_name, .version_min = TLS_1_3 }, dhe = { .name = e.host_name, .version_max = TLS_1_2, .ciphers = "DHE:!aNULL:@SECLEVEL=0" }, any = { .name = e.host_name };
	struct web_ask ask = { .to = e.to, .tls = &any, .timeout_ms = ENDPOINT_TIMEOUT_MS };
	struct web_answer a = { .kind = WEB_NONE };
	enum rc rc = RC_OK;

	fact_text(f, 0, "kind", e.kind);
	if (!e.whole || !str_eq(e.kind, STR("https")))
		goto out;
	TRY(web_ask(h, &ask, &scratch, &a));
	fact_text(f, 0, "handshake", str_of(web_kind_words[a.kind]));
	if (!a.shaken)
		goto out;
	chain_facts(&a.tls, f);
	fact_text(f, 0, "cipher", a.tls.cipher);
	ask.tls = &only_13;
	TRY(web_ask(h, &ask, &scratch, &a));
	fact_text(f, 0, "tls1_3", str_of(a.shaken ? "accepted" : a.kind == WEB_NO_TLS ? "refused" : "silent"));
	ask.tls = &dhe;
	TRY(web_ask(h, &ask, &scratch, &a));
	fact_text(f, 0, "dhe", str_of(a.shaken && a.tls.dh_bits ? "accepted" : a.kind == WEB_NO_TLS ? "refused" : "silent"));
	if (a.shaken && a.tls.dh_bits)
		fact_int(f, 0, "dh_bits", a.tls.dh_bits);
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		const char *word = "silent";

		TRY(offer(h, &e, probes[i].version, probes[i].offer, &word));
		fact_text(f, 0, probes[i].key, str_of(word));
	}
out:
	arena_free(&scratch);
	return rc;
}

static bool
weak_key(const struct facts *f, uint32_t row, const struct params *p)
{
	struct str key = fact_s(f, row, "key");
	int64_t bits = fact_n(f, row, "key_bits", 0);

	return str_eq(key, STR("rsa")) ? bits < param_n(p, "rsa_bits_min") : str_eq(key, STR("ec")) ? bits < 256 : !str_eq(key, STR("ed"));
}

/*= S-4-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct { const char *key, *word; bool wrong; } offers_wrong[] = {
		{ "ssl3", "SSL 3.0", true }, { "tls1_0", "TLS 1.0", true }, { "tls1_1", "TLS 1.1", true }, { "tls1_2", "TLS 1.2", param_n(p, "version_min") > 12 },
		{ "broken", "RC4, 3DES, NULL…", true }, { "static_rsa", "RSA key exchange", !param_n(p, "static_rsa") }, { "cbc", "CBC", !param_n(p, "cbc") },
		{ "dhe", "DHE", false },
	};
	bool sound = str_eq(fact_s(f, 0, "tls1_3"), STR("accepted")) || str_eq(fact_s(f, 0, "tls1_2"), STR("accepted"));
	const char *unsure = NULL;

	(void)now_us;
	if (f->count && fact_s(f, 0, "kind").n && !str_eq(fact_s(f, 0, "kind"), STR("https"))) {
		finding_set(ret, VERDICT_NOT_APPLICABLE, MSG_TLS_PROFILE_NO_TLS);
		return;
	}
	if (f->overflow || !str_eq(fact_s(f, 0, "handshake"), STR("open"))) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_TLS_PROFILE_NO_ANSWER);
		return;
	}
	for (size_t i = 0; i < sizeof(offers_wrong) / sizeof(offers_wrong[0]); i++) {
		struct str word = fact_s(f, 0, offers_wrong[i].key);

		if (str_eq(word, STR("accepted")) && offers_wrong[i].wrong) {
			finding_set(ret, VERDICT_FAIL, MSG_TLS_PROFILE_TAKES);
			finding_text(ret, "what", str_of(offers_wrong[i].word));
			return;
		}
		if (!str_eq(word, STR("accepted")) && !str_eq(word, STR("refused")))
			unsure = unsure ? unsure : offers_wrong[i].word;
	}
	if (fact_get(f, 0, "dh_bits") && fact_n(f, 0, "dh_bits", 0) < param_n(p, "dh_bits_min")) {
		finding_set(ret, VERDICT_FAIL, MSG_TLS_PROFILE_GROUP);
		finding_int(ret, "bits", fact_n(f, 0, "dh_bits", 0));
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		bool weak = weak_key(f, row, p), old = fact_n(f, row, "old_digest", 1);

		if (fact_s(f, row, "key").n && (weak || old)) {
			finding_set(ret, VERDICT_FAIL, weak ? MSG_TLS_PROFILE_KEY : MSG_TLS_PROFILE_DIGEST);
			finding_text(ret, "name", fact_s(f, row, "subject"));
			if (weak)
				finding_int(ret, "bits", fact_n(f, row, "key_bits", 0));
			else
				finding_text(ret, "signature", fact_s(f, row, "signature"));
			return;
		}
	}
	if (unsure || !sound) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_TLS_PROFILE_UNSURE);
		finding_text(ret, "what", str_of(unsure ? unsure : "TLS 1.2, TLS 1.3"));
	} else {
		finding_set(ret, VERDICT_PASS, str_eq(fact_s(f, 0, "tls1_3"), STR("accepted")) ? MSG_TLS_PROFILE_SOUND : MSG_TLS_PROFILE_ONLY_12);
	}
}

static const struct param_def params[] = {
	{ "version_min", "tls-tenths", 12, 13, 12 }, { "rsa_bits_min", "bits", 2048, 8192, 2048 }, { "static_rsa", "allowed", 0, 1, 0 }, { "cbc", "allowed", 0, 1, 1 },
	{ "dh_bits_min", "bits", 2048, 8192, 2048 },
};

const struct control control_tls_profile = {
	.id = "tls-profile", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_ENDPOINT, .by = LOOK_BY_READER, .reader = 5, .every_s = 86400, .timeout_ms = 58000, .look = look, .judge = judge,
};
