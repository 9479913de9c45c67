// SPDX-License-Identifier: Apache-2.0
/* Sites people declared, and listeners nobody did. */
#include "control/web_tls.c"

#include "control/control_test.h"

struct site { const char *name, *address, *kind, *hop, *behind, *browsers; int64_t port; };

static void
declare(struct trial *t, uint32_t row, const struct site *s)
{
	fact_text(&t->given, row, "endpoint.name", str_of(s->name));
	fact_text(&t->given, row, "endpoint.host_name", STR("www.example.jp"));
	fact_text(&t->given, row, "endpoint.address", str_of(s->address));
	fact_text(&t->given, row, "endpoint.kind", str_of(s->kind));
	fact_int(&t->given, row, "endpoint.port", s->port);
	if (s->hop)
		fact_text(&t->given, row, "endpoint.proxy_hop", str_of(s->hop));
	if (s->behind)
		fact_text(&t->given, row, "endpoint.proxy_of", str_of(s->behind));
	if (s->browsers)
		fact_text(&t->given, row, "endpoint.browsers", str_of(s->browsers));
}

CASE(declared_sites) /*= S-4-2 type=test */
{
	static const struct { struct site sites[3]; const char *machine; enum verdict verdict; uint16_t message; } cases[] = {
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 }, { "sends on", "192.0.2.30", "http", NULL, NULL, NULL, 80 } }, "peers", VERDICT_PASS, MSG_WEB_TLS_GOOD },
		{ { { "good", "192.0.2.20", "https", "encrypted", "10.0.0.1:443", "yes", 443 } }, "peers", VERDICT_PASS, MSG_WEB_TLS_GOOD },
		{ { { "here", "192.0.2.20", "https", "plain", "127.0.0.1:8080", NULL, 443 } }, "peers", VERDICT_PASS, MSG_WEB_TLS_GOOD }, /* no wire in between */
		{ { { "hop", "192.0.2.20", "https", "plain", "10.0.0.1:80", NULL, 443 } }, "peers", VERDICT_FAIL, MSG_WEB_TLS_PLAIN_HOP },
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 }, { "plain", "192.0.2.33", "http", NULL, NULL, NULL, 80 } }, "peers", VERDICT_FAIL, MSG_WEB_TLS_PLAIN },
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 }, { "for machines", "192.0.2.33", "http", NULL, NULL, "no", 80 } }, "peers", VERDICT_PASS, MSG_WEB_TLS_GOOD },
		{ { { "long", "192.0.2.31", "http", NULL, NULL, NULL, 80 } }, "peers", VERDICT_FAIL, MSG_WEB_TLS_PLAIN },               /* a long page is a page */
		{ { { "old", "192.0.2.61", "https", NULL, NULL, NULL, 443 } }, "peers", VERDICT_FAIL, MSG_WEB_TLS_EXPIRED },
		{ { { "young", "192.0.2.70", "https", NULL, NULL, NULL, 443 } }, "peers", VERDICT_FAIL, MSG_WEB_TLS_EXPIRED },
		{ { { "self", "192.0.2.71", "https", NULL, NULL, NULL, 443 } }, "peers", VERDICT_FAIL, MSG_WEB_TLS_STRANGER },
		{ { { "headless", "192.0.2.72", "https", NULL, NULL, NULL, 443 } }, "peers", VERDICT_FAIL, MSG_WEB_TLS_STRANGER },
		{ { { "other name", "192.0.2.73", "https", NULL, NULL, NULL, 443 } }, "peers", VERDICT_FAIL, MSG_WEB_TLS_WRONG_NAME },
		{ { { "no tls", "192.0.2.33", "https", NULL, NULL, NULL, 80 } }, "peers", VERDICT_FAIL, MSG_WEB_TLS_NO_TLS },
		{ { { "hangs", "192.0.2.12", "https", NULL, NULL, NULL, 80 } }, "peers", VERDICT_UNKNOWN, MSG_WEB_TLS_SILENT },
		{ { { "gone", "192.0.2.99", "https", NULL, NULL, NULL, 443 } }, "peers", VERDICT_UNKNOWN, MSG_WEB_TLS_SILENT },
		{ { { "nonsense", "not an address", "https", NULL, NULL, NULL, 443 } }, "peers", VERDICT_UNKNOWN, MSG_WEB_TLS_SILENT },
		{ { { "a mail server", "192.0.2.20", "tcp", NULL, NULL, NULL, 25 } }, "peers", VERDICT_UNKNOWN, MSG_WEB_TLS_NOTHING },
		{ { { NULL } }, "peers", VERDICT_UNKNOWN, MSG_WEB_TLS_NOTHING },
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 } }, "silent", VERDICT_UNKNOWN, MSG_WEB_TLS_NO_ANSWER },
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 }, { "elsewhere", "192.0.2.99", "tcp", NULL, NULL, NULL, 8080 } }, "listeners", VERDICT_UNKNOWN, MSG_WEB_TLS_ELSEWHERE }, /* not of this machine, perhaps its outside */
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 }, { "ours", "192.0.2.5", "tcp", NULL, NULL, NULL, 8080 } }, "listeners", VERDICT_PASS, MSG_WEB_TLS_GOOD },
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 }, { "its proxy", "192.0.2.99", "tcp", NULL, "192.0.2.5:8080", NULL, 80 } }, "listeners", VERDICT_PASS, MSG_WEB_TLS_GOOD },
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 }, { "not as said", "192.0.2.99", "tcp", "encrypted", "192.0.2.5:8080", NULL, 80 } }, "listeners", VERDICT_FAIL, MSG_WEB_TLS_UNDECLARED },
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 }, { "of its own", "192.0.2.99", "tcp", NULL, "127.0.0.1:8080", NULL, 80 } }, "listeners", VERDICT_FAIL, MSG_WEB_TLS_UNDECLARED },
		{ { { "good", "192.0.2.20", "https", NULL, NULL, NULL, 443 } }, "listeners", VERDICT_FAIL, MSG_WEB_TLS_UNDECLARED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_web_tls);
		for (uint32_t k = 0; k < 3 && cases[i].sites[k].name; k++)
			declare(&t, k + 1, &cases[i].sites[k]);
		trial_look_given(&t, &control_web_tls, cases[i].machine);
		trial_judge(&t, &control_web_tls);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			struct buf json = BUF(1 << 20);

			test_failures++;
			(void)!facts_json(&t.facts, &json); /* for the reader of a failed test */
			printf("case %zu: verdict %d message %u [%s %s] %s\n", i, t.finding.verdict, t.finding.message, rc_name(t.looked), t.looked ? rc_trail() : "", buf_cstr(&json));
			buf_free(&json);
		}
		if (i == sizeof(cases) / sizeof(cases[0]) - 1)
			CHECK_STR(trial_s(&t, "name"), "0.0.0.0:8080"); /* nginx' TLS port, sshd and a redirect are none */
		trial_end(&t);
	}
}

/* It takes the connection and says nothing: that is no proof that it is none of HTTP. */
CASE(a_listener_that_says_nothing) /*= S-4-2 type=test */
{
	static const struct { struct listener at; const char *state; } cases[] = {
		{ { .address = "192.0.2.12", .port = 80, .protocol = IPPROTO_TCP }, "silent" },
		{ { .address = "192.0.2.33", .port = 80, .protocol = IPPROTO_TCP }, "plain" },
		{ { .address = "192.0.2.20", .port = 443, .protocol = IPPROTO_TCP }, "tls" },
		{ { .address = "192.0.2.10", .port = 80, .protocol = IPPROTO_TCP }, "other" },
	};
	struct host *h = host_open_tree("tests/hosts/peers");

	for (size_t i = 0; h && i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *state = NULL;
		struct trial t;

		trial_begin(&t, &control_web_tls);
		CHECK_OK(ask_listener(h, &cases[i].at, &t.arena, &state));
		CHECK_STR(str_of(state), cases[i].state);
		fact_bool(&t.facts, 0, "ports_whole", true);
		fact_text(&t.facts, 1, "site", STR("good"));
		fact_text(&t.facts, 1, "state", STR("good"));
		fact_bool(&t.facts, 1, "plain_hop", false);
		fact_text(&t.facts, 2, "listener", STR("x"));
		fact_text(&t.facts, 2, "state", str_of(state));
		trial_judge(&t, &control_web_tls);
		CHECK_INT(t.finding.verdict, i == 0 ? VERDICT_UNKNOWN : i == 1 ? VERDICT_FAIL : VERDICT_PASS);
		CHECK(i != 0 || t.finding.message == MSG_WEB_TLS_LISTENER_SILENT);
		trial_end(&t);
	}
	CHECK(h != NULL);
	host_close(h);
}

TEST_MAIN
