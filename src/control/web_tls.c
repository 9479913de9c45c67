// SPDX-License-Identifier: Apache-2.0
/*
 * web-tls - do browsers reach every declared site by TLS, and nothing of ours without it?
 *
 * A handshake of our own with each declared endpoint: whom does the chain
 * prove, by the roots this machine trusts, at this time? A plain one may only
 * redirect. Every TCP port of this machine that others can reach is asked too:
 * one that answers as HTTP and is not declared is a finding. Declared is what
 * stands in the register at an address of this machine, or as the server behind
 * another one; the same port of a machine elsewhere is not (it may be the
 * outside of an address translation: nobody can tell from here). A listener
 * that says nothing in its time is not known to be none of HTTP.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include "control/control.h"
#include "control/endpoint.h"
#include "control/place.h"
#include "control/sockets.h"
#include "message/messages.h"

#define PORTS_MAX     64
#define HANDS_MS      2000 /* for a handshake          */
#define PORT_MS       5000 /* for an answer to plain words */
#define LOOK_US       (40 * INT64_C(1000000))
#define SCRATCH_BYTES (4 << 20)
#define TRIE_BYTES    (4 << 20)

static const char *const trust_words[] = {
	[TLS_TRUST_UNKNOWN] = "trust-unknown", [TLS_TRUSTED] = "good", [TLS_EXPIRED] = "expired", [TLS_NOT_YET] = "not-yet", [TLS_SELF_SIGNED] = "self-signed", [TLS_STRANGER] = "stranger", [TLS_UNTRUSTED] = "untrusted",
};

/* Only sends browsers on to HTTPS? */
static bool
redirects(const struct http_answer *a)
{
	size_t at = 0;
	struct str where = http_header_next(a, "location", &at);

	return (a->status == 301 || a->status == 302 || a->status == 303 || a->status == 307 || a->status == 308) && where.n > 8 && strncasecmp(where.p, "https://", 8) == 0;
}

static enum rc
endpoint_state(const struct host *h, const struct endpoint *e, struct str roots, struct arena *arena, struct str *words, const char **ret)
{
	const struct tls_ask tls = { .name = e->host_name };
	struct web_answer a = { .kind = WEB_NONE };
	struct tls_proof proof;
	enum rc rc = RC_OK;

	if (!str_eq(e->kind, STR("https"))) {
		TRY(endpoint_get(h, e, ENDPOINT_TIMEOUT_MS, arena, &a));
		*ret = a.kind == WEB_ANSWERED && redirects(&a.http) ? "redirects" : a.kind == WEB_ANSWERED || a.begins ? "plain" : web_kind_words[a.kind];
	} else {
		TRY(web_ask(h, &(struct web_ask){ .to = e->to, .tls = &tls, .timeout_ms = ENDPOINT_TIMEOUT_MS }, arena, &a));
		*ret = web_kind_words[a.kind];
		if (a.kind == WEB_OPEN) {
			TRY(tls_trust(&a.tls, roots, e->host_name, host_now_us(h), &proof));
			*ret = proof.trust == TLS_TRUSTED && !proof.name_right ? "wrong-name" : trust_words[proof.trust];
			*words = a.tls.certs[0].subject;
		}
	}
	if (a.why.n)
		*words = a.why;
out:
	return rc;
}

struct ports { struct listener list[PORTS_MAX]; size_t count; bool more; };

static enum rc
take_listener(void *context, const struct listener *l)
{
	struct ports *p = context;

	if (l->protocol != IPPROTO_TCP)
		return RC_OK;
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].port == l->port && strcmp(p->list[i].address, l->address) == 0)
			return RC_OK;
	if (p->count == PORTS_MAX)
		p->more = true;
	else
		p->list[p->count++] = *l;
	return RC_OK;
}

/* TLS first: servers answer plain words on their TLS port with an HTTP error of its own. */
static enum rc
ask_listener(const struct host *h, const struct listener *l, struct arena *arena, const char **ret)
{
	const char *address = strcmp(l->address, "0.0.0.0") == 0 ? "127.0.0.1" : strcmp(l->address, "::") == 0 ? "::1" : l->address;
	static const struct tls_ask any = { .name = NULL };
	struct web_ask ask = { .to = { address, l->port, NULL }, .tls = &any, .timeout_ms = HANDS_MS };
	struct buf request = BUF(1024);
	struct web_answer a;
	bool slow;
	enum rc rc = RC_OK;

	TRY(web_ask(h, &ask, arena, &a));
	slow = a.kind == WEB_SILENT;
	if (a.shaken) {
		*ret = "tls";
		goto out;
	}
	ask.tls = NULL;
	ask.timeout_ms = PORT_MS;
	TRY(web_request("HEAD", STR("/"), STR("localhost"), l->port, &request));
	ask.request = buf_str(&request);
	ask.head_only = true;
	TRY(web_ask(h, &ask, arena, &a));
	if (a.kind == WEB_SILENT ? !a.begins : slow && a.kind == WEB_ANSWERED && a.http.status == 400) /* a TLS port that was slow to shake hands complains so */
		*ret = "silent";
	else
		*ret = a.kind == WEB_ANSWERED && redirects(&a.http) ? "redirects" : a.kind == WEB_ANSWERED || a.begins ? "plain" : "other";
out:
	buf_free(&request);
	return rc;
}

/* Without them every declared address is a stranger. */
static void
read_own(const struct host *h, struct arena *arena, struct own_addresses *ret)
{
	struct buf trie = BUF(TRIE_BYTES), inet6 = BUF(TRIE_BYTES);

	if (host_read(h, "/proc/net/fib_trie", TRIE_BYTES, &trie) != RC_OK)
		buf_reset(&trie);
	if (host_read(h, "/proc/net/if_inet6", TRIE_BYTES, &inet6) != RC_OK)
		buf_reset(&inet6);
	own_addresses_read(buf_str(&trie), buf_str(&inet6), arena, ret);
	rc_trail_clear();
	buf_free(&trie);
	buf_free(&inet6);
}

/* Does who asks this address of this machine come to the listener? */
static bool
leads_to(struct str address, const struct listener *l, const struct own_addresses *own)
{
	bool any = strcmp(l->address, "0.0.0.0") == 0 || strcmp(l->address, "::") == 0;
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[sizeof(struct in6_addr)];
	int family = str_find(address, STR(":"), NULL) ? AF_INET6 : AF_INET;

	if (address.n >= sizeof(text))
		return false;
	memcpy(text, address.p ? address.p : "", address.n);
	text[address.n] = '\0';
	if (inet_pton(family, text, bytes) != 1 || inet_ntop(family, bytes, text, sizeof(text)) == NULL)
		return false;
	if (!any)
		return strcmp(text, l->address) == 0;
	for (size_t i = 0; i < own->count; i++)
		if (str_eq_c(own->list[i], text))
			return true;
	return false;
}

enum claim { CLAIM_NONE, CLAIM_MAYBE /* its port, at an address that is not ours */, CLAIM_DECLARED };

/* What the register says of a listener. A way behind declared as encrypted excuses no plain one. */
static enum claim
claim_of(const struct facts *given, const struct listener *l, const struct own_addresses *own, struct arena *arena)
{
	enum claim claim = CLAIM_NONE;

	for (uint32_t k = 1; k <= fact_rows(given); k++) {
		struct endpoint e = endpoint_of(given, k, "endpoint", arena);
		struct str behind = fact_s(given, k, "endpoint.proxy_of"), port = arena_f(arena, ":%u", l->port), host;

		if (!e.whole)
			continue;
		host = str_sub(behind, 0, behind.n > port.n ? behind.n - port.n : 0);
		if (host.n && str_eq(str_sub(behind, host.n, behind.n), port) && !str_eq(fact_s(given, k, "endpoint.proxy_hop"), STR("encrypted"))) {
			if (host.p[0] == '[' && host.p[host.n - 1] == ']')
				host = str_sub(host, 1, host.n - 2);
			if (!str_starts(host, STR("127.")) && !str_eq(host, STR("::1")) && leads_to(host, l, own))
				return CLAIM_DECLARED;
		}
		if (e.to.port != l->port)
			continue;
		if (leads_to(str_of(e.to.address), l, own))
			return CLAIM_DECLARED;
		claim = CLAIM_MAYBE;
	}
	return claim;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	static const struct facts nothing = { .list = NULL };
	const struct facts *given = s->given ? s->given : &nothing;
	struct buf roots = BUF(ENDPOINT_ROOTS_MAX);
	struct ports *ports = arena_get(f->arena, sizeof(*ports));
	struct own_addresses *own = arena_get(f->arena, sizeof(*own));
	int64_t begun_us = host_now_us(h);
	uint32_t row = 0;
	bool late = false;
	enum rc rc = RC_OK;

	if (ports == NULL || own == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(endpoint_roots(h, &roots));
	TRY(sockets_listening(h, take_listener, ports));
	read_own(h, f->arena, own);
	for (uint32_t i = 1; i <= fact_rows(given); i++) {
		struct arena scratch = ARENA(SCRATCH_BYTES);
		struct endpoint e = endpoint_of(given, i, "endpoint", &scratch);
		const char *state = "not-whole";
		struct str words = STR_NONE;

		late = host_now_us(h) - begun_us > LOOK_US;
		if (fact_get(given, i, "endpoint.kind") && e.browsers) {
			if (late)
				state = "not-asked";
			else if (e.whole && (rc = endpoint_state(h, &e, buf_str(&roots), &scratch, &words, &state)) == RC_SYNTAX) {
				state = "not-whole"; /* no address, or a path that cannot be asked for */
				rc = RC_OK;
			}
			row++;
			fact_text(f, row, "site", e.name);
			fact_text(f, row, "state", str_of(state));
			fact_bool(f, row, "plain_hop", e.plain_hop);
			if (words.n)
				fact_text(f, row, "words", words);
		}
		arena_free(&scratch);
		TRY(rc);
	}
	for (size_t i = 0; i < ports->count; i++) {
		struct arena scratch = ARENA(SCRATCH_BYTES);
		const struct listener *l = &ports->list[i];
		const char *state = "not-asked";
		enum claim claim = claim_of(given, l, own, &scratch);

		if (claim != CLAIM_DECLARED && host_now_us(h) - begun_us <= LOOK_US)
			rc = ask_listener(h, l, &scratch, &state);
		if (claim == CLAIM_MAYBE && strcmp(state, "plain") == 0)
			state = "plain-maybe";
		if (claim != CLAIM_DECLARED) {
			row++;
			fact_text(f, row, "listener", arena_f(f->arena, strchr(l->address, ':') ? "[%s]:%u" : "%s:%u", l->address, l->port));
			fact_text(f, row, "state", str_of(state));
		}
		arena_free(&scratch);
		TRY(rc);
	}
	fact_bool(f, 0, "ports_whole", !ports->more);
out:
	buf_free(&roots);
	return rc;
}

static const struct { const char *state; enum verdict verdict; uint16_t message; } states[] = {
	{ "good", VERDICT_PASS, 0 },
	{ "redirects", VERDICT_PASS, 0 },
	{ "plain", VERDICT_FAIL, MSG_WEB_TLS_PLAIN },
	{ "no-tls", VERDICT_FAIL, MSG_WEB_TLS_NO_TLS },
	{ "expired", VERDICT_FAIL, MSG_WEB_TLS_EXPIRED },
	{ "not-yet", VERDICT_FAIL, MSG_WEB_TLS_EXPIRED },
	{ "wrong-name", VERDICT_FAIL, MSG_WEB_TLS_WRONG_NAME },
	{ "self-signed", VERDICT_FAIL, MSG_WEB_TLS_STRANGER },
	{ "stranger", VERDICT_FAIL, MSG_WEB_TLS_STRANGER },
	{ "untrusted", VERDICT_FAIL, MSG_WEB_TLS_STRANGER },
};

/*= S-4-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const char *text = NULL;
	struct str what = STR_NONE;
	int64_t good = 0;

	(void)p;
	(void)now_us;
	finding_set(ret, VERDICT_UNKNOWN, 0);
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str state = fact_s(f, row, "state"), site = fact_s(f, row, "site"), listener = fact_s(f, row, "listener");
		enum verdict verdict = VERDICT_UNKNOWN;
		uint16_t message = MSG_WEB_TLS_SILENT;

		if (state.n == 0)
			continue;
		if (listener.n) {
			verdict = str_eq(state, STR("plain")) ? VERDICT_FAIL : str_eq(state, STR("not-asked")) || str_eq(state, STR("silent")) || str_eq(state, STR("plain-maybe")) ? VERDICT_UNKNOWN : VERDICT_PASS;
			message = verdict == VERDICT_FAIL ? MSG_WEB_TLS_UNDECLARED : str_eq(state, STR("plain-maybe")) ? MSG_WEB_TLS_ELSEWHERE : str_eq(state, STR("silent")) ? MSG_WEB_TLS_LISTENER_SILENT : MSG_WEB_TLS_NOT_ASKED;
		} else {
			for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
				if (str_eq_c(state, states[i].state)) {
					verdict = states[i].verdict;
					message = states[i].message;
				}
			good += verdict == VERDICT_PASS && str_eq(state, STR("good"));
			if (verdict == VERDICT_PASS && fact_n(f, row, "plain_hop", 1)) {
				verdict = VERDICT_FAIL;
				message = MSG_WEB_TLS_PLAIN_HOP;
			}
		}
		if (verdict != VERDICT_PASS && (text == NULL || (verdict == VERDICT_FAIL && ret->verdict != VERDICT_FAIL))) {
			finding_set(ret, verdict, message);
			text = "name";
			what = listener.n ? listener : site;
		}
	}
	if (f->overflow || f->count == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_WEB_TLS_NO_ANSWER);
	} else if (text) {
		finding_text(ret, text, what);
	} else if (!fact_n(f, 0, "ports_whole", 0)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_WEB_TLS_MANY_PORTS);
	} else if (good == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_WEB_TLS_NOTHING);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_WEB_TLS_GOOD);
		finding_int(ret, "count", good);
	}
}

static const char *const registers[] = { "endpoint", NULL };

const struct control control_web_tls = {
	.id = "web-tls", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 5, .every_s = 3600, .timeout_ms = 58000, .registers = registers, .look = look, .judge = judge,
};
