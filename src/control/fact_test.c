// SPDX-License-Identifier: Apache-2.0
#include "control/control.h"

#include "base/test.h"

static void
fill(struct facts *f)
{
	fact_int(f, 0, "count", 2);
	fact_text(f, 1, "program", STR("/usr/sbin/sshd"));
	fact_int(f, 1, "port", 22);
	fact_bool(f, 2, "ipv6", true);
	fact_time(f, 2, "seen_at", 1234567890123456);
	fact_text(f, 2, "note", STR("a \"b\" \\ 日本\x01"));
	fact_text(f, 2, "empty", STR_NONE);
}

CASE(facts_survive_the_channel)
{
	struct arena a = ARENA(1 << 16), b = ARENA(1 << 16);
	struct facts f = { .arena = &a }, g = { .arena = &b };
	struct buf bytes = BUF(4096), again = BUF(4096);

	fill(&f);
	CHECK_OK(facts_encode(&f, &bytes));
	CHECK_OK(facts_decode(buf_str(&bytes), &g));
	CHECK_OK(facts_encode(&g, &again));
	CHECK(str_eq(buf_str(&bytes), buf_str(&again)));
	CHECK_INT(g.count, 7);
	CHECK_INT(fact_n(&g, 1, "port", -1), 22);
	CHECK_INT(fact_n(&g, 9, "port", -1), -1);
	CHECK_INT(fact_n(&g, 1, "program", -1), -1); /* a text is no number */
	CHECK_STR(fact_s(&g, 1, "program"), "/usr/sbin/sshd");
	CHECK_STR(fact_s(&g, 2, "note"), "a \"b\" \\ 日本\xef\xbf\xbd");
	CHECK_INT(fact_rows(&g), 2);
	for (size_t cut = 0; cut < bytes.n; cut++) {
		struct facts h = { .arena = &b };

		CHECK(facts_decode(str_sub(buf_str(&bytes), 0, cut), &h) != RC_OK);
		CHECK(h.list == NULL);
	}
	buf_free(&bytes);
	buf_free(&again);
	arena_free(&a);
	arena_free(&b);
}

CASE(facts_json_is_exact)
{
	struct arena a = ARENA(1 << 16);
	struct facts f = { .arena = &a };
	struct buf json = BUF(4096);

	fact_text(&f, 1, "note", STR("a \"b\" \\ 日"));
	fact_bool(&f, 0, "there", false);
	f.overflow = true;
	CHECK_OK(facts_json(&f, &json));
	CHECK_STR(buf_str(&json), "[{\"row\":1,\"key\":\"note\",\"kind\":\"text\",\"value\":\"a \\\"b\\\" \\\\ 日\"},"
		"{\"row\":0,\"key\":\"there\",\"kind\":\"bool\",\"value\":false},{\"row\":0,\"key\":\"overflow\",\"kind\":\"bool\",\"value\":true}]");
	buf_free(&json);
	arena_free(&a);
}

/* Whatever order they came in, and behind whatever bytes, each is found and none that is not there. */
CASE(found_in_any_order)
{
	struct arena a = ARENA(8 << 20);
	struct facts f = { .arena = &a }, g = { .arena = &a };
	struct buf bytes = BUF(FACTS_BYTES_MAX);

	for (uint32_t i = 1; i <= 2000; i++) {
		fact_int(&f, i, "n", i);
		fact_int(&f, i, "double", 2 * (int64_t)i);
	}
	fact_int(&f, 0, "whole", 7); /* behind the rows, as what a judge is told */
	for (uint32_t i = 2000; i > 0; i -= 2)
		fact_int(&f, i, "first_seen_at", i);
	fact_int(&f, 3000, "n", 3000);
	CHECK_OK(facts_encode(&f, &bytes));
	CHECK_OK(facts_decode(buf_str(&bytes), &g));
	for (const struct facts *l = &f; l; l = l == &f ? &g : NULL) {
		for (uint32_t i = 1; i <= 2000; i++) {
			CHECK_INT(fact_n(l, i, "n", -1), i);
			CHECK_INT(fact_n(l, i, "double", -1), 2 * i);
			CHECK_INT(fact_n(l, i, "first_seen_at", -1), i % 2 ? -1 : (int64_t)i);
		}
		CHECK_INT(fact_n(l, 0, "whole", -1), 7);
		CHECK_INT(fact_n(l, 3000, "n", -1), 3000);
		CHECK(fact_get(l, 2001, "n") == NULL && fact_get(l, 0, "n") == NULL && fact_get(l, 3000, "whole") == NULL);
	}
	buf_free(&bytes);
	arena_free(&a);
}

CASE(an_overflow_is_said)
{
	struct arena a = ARENA(4 << 20), small = ARENA(2048);
	struct facts f = { .arena = &a }, g = { .arena = &small }, h = { .arena = &a };
	static char text[5000];

	for (uint32_t i = 0; i < FACTS_MAX; i++)
		fact_int(&f, i, "n", i);
	CHECK_INT(f.count, FACTS_MAX);
	CHECK(!f.overflow);
	fact_int(&f, 1, "one", 1);
	CHECK(f.overflow);
	for (uint32_t i = 0; i < 100; i++)
		fact_int(&g, i, "n", i);
	CHECK(g.overflow); /* the arena is spent */
	memset(text, 'x', sizeof(text));
	fact_text(&h, 0, "long", (struct str){ text, sizeof(text) });
	CHECK(h.overflow);
	CHECK_INT(h.count, 0);
	arena_free(&a);
	arena_free(&small);
}

CASE(malformed_facts_are_refused)
{
	static const struct { const char *name; struct str bytes; } cases[] = {
		{ "nothing", { "", 0 } },
		{ "version", { "\2\0\0\0\0\0", 6 } },
		{ "overflow 2", { "\1\2\0\0\0\0", 6 } },
		{ "count without facts", { "\1\0\0\0\0\1", 6 } },
		{ "count huge", { "\1\0\xff\xff\xff\xff", 6 } },
		{ "trailing", { "\1\0\0\0\0\0x", 7 } },
		{ "kind 0", { "\1\0\0\0\0\1\0\0\0\1k\0\0\0\0\0\0\0\0\0\0\0\0\0", 24 } },
		{ "bool 2", { "\1\0\0\0\0\1\0\0\0\1k\0\0\0\0\2\0\0\0\0\0\0\0\2", 24 } },
		{ "key", { "\1\0\0\0\0\1\0\0\0\1 \0\0\0\0\1\0\0\0\0\0\0\0\2", 24 } },
		{ "text with a control", { "\1\0\0\0\0\1\0\0\0\1k\0\0\0\0\4\0\0\0\4a\1bc", 24 } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena a = ARENA(1 << 16);
		struct facts f = { .arena = &a };

		if (facts_decode(cases[i].bytes, &f) != RC_SYNTAX) {
			test_failures++;
			printf("%s was accepted\n", cases[i].name);
		}
		arena_free(&a);
	}
}

CASE(rows_remember_when_they_were_first_seen)
{
	struct arena a = ARENA(1 << 16);
	struct facts before = { .arena = &a }, now = { .arena = &a }, more = { .arena = &a };

	fact_text(&before, 1, "fix", STR("openssl 3"));
	fact_time(&before, 1, "first_seen_at", 100);
	fact_text(&now, 1, "fix", STR("curl 8"));
	fact_text(&now, 2, "fix", STR("openssl 3"));
	facts_carry(&now, &before, "fix", 900);
	CHECK_INT(fact_n(&now, 1, "first_seen_at", 0), 900);
	CHECK_INT(fact_n(&now, 2, "first_seen_at", 0), 100);
	fact_int(&more, 0, "whole", 7);
	fact_int(&more, 1, "port", 8);
	CHECK_OK(facts_join(&now, &more));
	CHECK_INT(fact_n(&now, 3, "port", 0), 8);
	CHECK_INT(fact_n(&now, 0, "whole", 0), 7);
	arena_free(&a);
}

CASE(findings_and_parameters)
{
	static const struct param_def defs[] = { { "age_max_h", "h", 1, 100, 72 } };
	struct control c = { .params = defs, .params_count = 1 };
	struct params p;
	struct finding f;

	params_default(&c, &p);
	CHECK_INT(param_n(&p, "age_max_h"), 72);
	CHECK_INT(param_n(&p, "no_such"), 0);
	CHECK(strstr(rc_trail(), "no_such") != NULL);
	finding_set(&f, VERDICT_FAIL, 7);
	for (int i = 0; i < FINDING_ARGS_MAX + 2; i++)
		finding_int(&f, "n", i);
	CHECK_INT(f.args_count, FINDING_ARGS_MAX);
	CHECK(control_of(STR("no-such-control")) == NULL);
}

TEST_MAIN
