// SPDX-License-Identifier: Apache-2.0
/* Every screen from recorded answers (tests/web), in both languages, full, empty and hostile: well-formed, escaped, nothing missing. */
#include <stdlib.h>

#include "base/test.h"
#include "templates.h"
#include "base/utf8.h"
#include "web/html.h"
#include "web/ics.h"
#include "web/page.h"

static const struct screen { const char *file; enum act act; const char *must; } screens[] = {
	{ "board", ACT_BOARD_SHOW, "S-3-1" }, { "clause", ACT_CLAUSE_SHOW, "S-3-4" }, { "clause_fail", ACT_CLAUSE_SHOW, "firewall" }, { "controls", ACT_CONTROL_LIST, "/control/firewall" },
	{ "control", ACT_CONTROL_SHOW, "sshd" }, { "control", ACT_CONTROL_SHOW, "\"/control/firewall.csv?" }, { "ledger", ACT_LEDGER_SHOW, "#1,284,601" }, { "entry", ACT_ENTRY_SHOW, "#1,284,600" }, { "status", ACT_STATUS_SHOW, "tsujiban" },
	{ "accounts", ACT_ACCOUNT_LIST, "hanako" }, { "registers", ACT_REGISTER_LIST, "/register/endpoint" }, { "register", ACT_REGISTER_SHOW, "staff.example.jp" }, { "register", ACT_REGISTER_SHOW, "\"/register/endpoint.xlsx?" },
	{ "register_row", ACT_REGISTER_ROW, "443 → 8443" }, { "register_form", ACT_REGISTER_FORM, "aria-describedby=\"e-v.host_name" }, { "exceptions", ACT_EXCEPTION_LIST, "S-6-5" },
	{ "exception", ACT_EXCEPTION_SHOW, "警備員" }, { "deadlines", ACT_DEADLINE_LIST, "/paper-form/org-chart" }, { "today", ACT_TODAY_SHOW, "/exception?state=requested" },
};
#define SCREENS (sizeof(screens) / sizeof(screens[0]))

static json_t *
recorded(const char *name)
{
	char path[256];
	json_error_t error;
	json_t *o;

	snprintf(path, sizeof(path), "tests/web/%s.json", name);
	o = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!o)
		printf("%s: %s\n", path, error.text);
	return o;
}

/* Elements open and close in order, every attribute is quoted, no script stands anywhere. */
static bool
well_formed(const char *p)
{
	static const char *const empty[] = { "meta", "link", "input", "br", "!doctype", "img", "hr" };
	char open[64][16];
	size_t depth = 0;

	while ((p = strchr(p, '<'))) {
		bool closing = p[1] == '/', alone;
		char name[16] = "";
		size_t n = 0;
		const char *at = p + 1 + closing;

		while (*at && *at != '>' && *at != ' ' && *at != '/' && *at != '\n' && n < 15)
			name[n++] = *at++;
		for (; *at && *at != '>'; at++)
			if (*at == '"') {
				at = strchr(at + 1, '"');
				if (!at)
					return false;
			} else if (*at == '<' || *at == '\'') {
				printf("stray byte in <%s\n", name);
				return false;
			}
		if (*at != '>' || strcmp(name, "style") == 0)
			return false;
		if (strcmp(name, "script") == 0) { /* the one there is, byte by byte */
			if (closing || strncmp(at + 1, passkey_script.p, passkey_script.n) != 0 || strncmp(at + 1 + passkey_script.n, "</script>", 9) != 0)
				return false;
			p = at + 1 + passkey_script.n + 9;
			continue;
		}
		alone = at[-1] == '/';
		for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
			alone |= strcmp(name, empty[i]) == 0;
		if (closing) {
			if (depth == 0 || strcmp(open[--depth], name) != 0) {
				printf("</%s> closes <%s>\n", name, open[depth]);
				return false;
			}
		} else if (!alone) {
			if (depth == 64)
				return false;
			memcpy(open[depth++], name, sizeof(name));
		}
		p = at + 1;
	}
	if (depth)
		printf("<%s> stays open\n", open[depth - 1]);
	return depth == 0;
}

struct bench { struct arena arena; struct pairs query; struct page_request r; struct buf out; };

static void
bench_init(struct bench *b, bool english, const json_t *answer, const char *query)
{
	*b = (struct bench){ .arena = ARENA(4 << 20), .out = BUF(16 << 20) };
	CHECK_OK(decode_form(&b->arena, str_of(query), &b->query));
	b->r = (struct page_request){ .english = english, .now_us = INT64_C(1795311727000000), .path = STR("/"), .query = &b->query, .form = "00112233445566778899aabbccddeeff", .signed_in = true,
		.station = "", .arena = &b->arena, .answer = answer };
}

static void
bench_fini(struct bench *b)
{
	buf_free(&b->out);
	arena_free(&b->arena);
}

static void
keep_page(const char *name, bool english, struct bench *b)
{
	const char *folder = getenv("WEB_PAGES"); /* to look at them: WEB_PAGES=dir build/web_page_test */
	char path[256];
	FILE *f;

	if (!folder)
		return;
	snprintf(path, sizeof(path), "%s/%s.%s.html", folder, name, english ? "en" : "ja");
	f = fopen(path, "w");
	if (f) {
		fwrite(b->out.p, 1, b->out.n, f);
		fclose(f);
	}
}

CASE(every_screen)
{
	for (size_t i = 0; i < SCREENS; i++)
		for (int english = 0; english < 2; english++) {
			json_t *answer = recorded(screens[i].file);
			struct bench b;

			bench_init(&b, english, answer, "");
			CHECK(answer != NULL);
			CHECK_OK(page_act(&b.r, screens[i].act, &b.out));
			CHECK(well_formed(buf_cstr(&b.out)));
			CHECK(strstr(buf_cstr(&b.out), screens[i].must));
			CHECK(strstr(buf_cstr(&b.out), english ? "<html lang=\"en\">" : "<html lang=\"ja\">"));
			CHECK(!strstr(buf_cstr(&b.out), ">ui_"));
			keep_page(screens[i].file, english, &b);
			bench_fini(&b);
			json_decref(answer);
		}
}

/* An answer with nothing in it is a whole page that says so. */
CASE(empty_answers)
{
	for (size_t i = 0; i < SCREENS; i++)
		for (int english = 0; english < 2; english++) {
			json_t *answer = json_object();
			struct bench b;

			bench_init(&b, english, answer, "");
			CHECK_OK(page_act(&b.r, screens[i].act, &b.out));
			CHECK(well_formed(buf_cstr(&b.out)));
			keep_page(i == 0 ? "empty" : "empty_other", english, &b);
			bench_fini(&b);
			json_decref(answer);
		}
}

static json_t *
hostile(const json_t *v)
{
	json_t *copy;
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_string(v))
		return json_stringn("\"><script>alert('x')</script>&\x01\xe2\x80\xae=cmd", 44 - 5);
	if (json_is_array(v)) {
		copy = json_array();
		json_array_foreach((json_t *)(uintptr_t)v, i, member)
			json_array_append_new(copy, hostile(member));
		return copy;
	}
	if (!json_is_object(v))
		return json_deep_copy(v);
	copy = json_object();
	json_object_foreach((json_t *)(uintptr_t)v, key, member)
		json_object_set_new(copy, key, strcmp(key, "id") == 0 || strcmp(key, "contract") == 0 || strcmp(key, "section") == 0 || strcmp(key, "op") == 0 ? json_deep_copy(member) : hostile(member));
	return copy;
}

CASE(hostile_strings)
{
	for (size_t i = 0; i < SCREENS; i++) {
		json_t *answer = recorded(screens[i].file), *bad = hostile(answer);
		struct bench b;

		bench_init(&b, false, bad, "q=%22%3E%3Cscript%3E&sort=%3Cb%3E");
		CHECK_OK(page_act(&b.r, screens[i].act, &b.out));
		CHECK(well_formed(buf_cstr(&b.out)));
		CHECK(!strstr(buf_cstr(&b.out), "<script"));
		CHECK(!strstr(buf_cstr(&b.out), "\xe2\x80\xae") && !strchr(buf_cstr(&b.out), '\x01'));
		bench_fini(&b);
		json_decref(bad);
		json_decref(answer);
	}
}

static size_t
times(const char *hay, const char *needle)
{
	size_t n = 0;

	while ((hay = strstr(hay, needle))) {
		hay += strlen(needle);
		n++;
	}
	return n;
}

CASE(board_filters)
{
	static const struct { const char *query; size_t rows; } cases[] = {
		{ "", 16 }, { "contract=osaka", 5 }, { "open=1", 4 }, { "status=PASS", 7 }, { "turn=client", 1 }, { "q=s-3-7", 1 }, { "q=%E8%A8%BC%E6%98%8E%E6%9B%B8", 1 }, { "contract=osaka&open=1", 1 },
		{ "sort=status", 16 }, { "q=none+such", 0 },
	};
	json_t *answer = recorded("board");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;

		bench_init(&b, false, answer, cases[i].query);
		CHECK_OK(page_act(&b.r, ACT_BOARD_SHOW, &b.out));
		CHECK(well_formed(buf_cstr(&b.out)));
		CHECK_INT(times(buf_cstr(&b.out), "<tr class=\"row-"), cases[i].rows);
		bench_fini(&b);
	}
	json_decref(answer);
}

/* Lists whose rows are all in the answer: searched, sorted, and what is exported is what is shown. */
CASE(list_filters)
{
	static const struct { const char *file; enum act act; const char *query, *first; size_t rows; } cases[] = {
		{ "accounts", ACT_ACCOUNT_LIST, "", "admin", 3 }, { "accounts", ACT_ACCOUNT_LIST, "sort=name", "admin", 3 }, { "accounts", ACT_ACCOUNT_LIST, "sort=-name", "jiro", 3 },
		{ "accounts", ACT_ACCOUNT_LIST, "q=HANAKO", "hanako", 1 }, { "accounts", ACT_ACCOUNT_LIST, "q=%E7%9B%A3%E6%9F%BB", "jiro", 1 }, { "accounts", ACT_ACCOUNT_LIST, "q=nobody", NULL, 0 },
		{ "accounts", ACT_ACCOUNT_LIST, "sort=-last", "admin", 3 }, { "accounts", ACT_ACCOUNT_LIST, "sort=nonsense&page=9", "admin", 3 }, { "controls", ACT_CONTROL_LIST, "q=FIREWALL", "firewall", 2 },
		{ "controls", ACT_CONTROL_LIST, "sort=status&open=1", "firewall", 0 }, { "registers", ACT_REGISTER_LIST, "q=%E7%AA%93%E5%8F%A3", "endpoint", 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *answer = recorded(cases[i].file);
		struct bench b;
		const char *line;

		bench_init(&b, false, answer, cases[i].query);
		CHECK_OK(page_act(&b.r, cases[i].act, &b.out));
		CHECK(well_formed(buf_cstr(&b.out)));
		if (cases[i].rows)
			CHECK_INT(times(buf_cstr(&b.out), "<th scope=\"row\""), cases[i].rows);
		CHECK(cases[i].first || strstr(buf_cstr(&b.out), "class=\"empty\""));
		buf_reset(&b.out);
		CHECK_OK(page_csv(&b.r, cases[i].act, &b.out));
		line = strstr(buf_cstr(&b.out), "\r\n\"");
		CHECK(cases[i].first ? line && strncmp(line + 3, cases[i].first, strlen(cases[i].first)) == 0 : line == NULL);
		bench_fini(&b);
		json_decref(answer);
	}
}

/* 250 rows are three pages, and one export. */
CASE(list_pages)
{
	json_t *rows = json_array(), *answer = json_pack("{s:o}", "rows", rows);
	static const struct { const char *query; size_t rows; bool previous, next; } cases[] = {
		{ "", 100, false, true }, { "page=2", 100, true, true }, { "page=3", 50, true, false }, { "page=4", 100, false, true }, { "page=x", 100, false, true }, { "page=0", 250, false, false },
		{ "page=2&q=name-10", 11, false, false },
	};

	for (int i = 0; i < 250; i++)
		json_array_append_new(rows, json_pack("{s:o, s:s, s:[s], s:s, s:b}", "name", json_sprintf("name-%d", i), "display", "見本", "roles", "operator", "side", "contractor", "enrolled", 1));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;

		bench_init(&b, false, answer, cases[i].query);
		CHECK_OK(page_act(&b.r, ACT_ACCOUNT_LIST, &b.out));
		CHECK_INT(times(buf_cstr(&b.out), "<th scope=\"row\""), cases[i].rows);
		CHECK_INT(times(buf_cstr(&b.out), "rel=\"prev\""), cases[i].previous);
		CHECK_INT(times(buf_cstr(&b.out), "rel=\"next\""), cases[i].next);
		CHECK(!strstr(buf_cstr(&b.out), "&amp;page=2&amp;sort"));
		bench_fini(&b);
	}
	json_decref(answer);
}

CASE(sorted_by_urgency)
{
	json_t *answer = recorded("board");
	struct bench b;
	const char *first;

	bench_init(&b, false, answer, "sort=status");
	CHECK_OK(page_act(&b.r, ACT_BOARD_SHOW, &b.out));
	first = strstr(buf_cstr(&b.out), "<tr class=\"row-");
	CHECK(first && strncmp(first, "<tr class=\"row-FAIL\"", 20) == 0);
	bench_fini(&b);
	json_decref(answer);
}

CASE(csv)
{
	json_t *answer = recorded("board"), *accounts = json_loads("{\"rows\":[{\"name\":\"=1+1\",\"display\":\"@a \\\"b\\\",c\",\"roles\":[\"operator\"],\"enrolled\":true,\"created_at\":1795311727000000}]}", 0, NULL);
	struct bench b;

	bench_init(&b, false, answer, "contract=osaka");
	CHECK_OK(page_csv(&b.r, ACT_BOARD_SHOW, &b.out));
	CHECK(strncmp(buf_cstr(&b.out), "\xef\xbb\xbf\"", 4) == 0);
	CHECK_INT(times(buf_cstr(&b.out), "\r\n"), 6);
	CHECK(strstr(buf_cstr(&b.out), "\"不適合\"") == NULL && strstr(buf_cstr(&b.out), "\"期限切れ\""));
	bench_fini(&b);
	bench_init(&b, true, accounts, "");
	CHECK_OK(page_csv(&b.r, ACT_ACCOUNT_LIST, &b.out));
	CHECK(strstr(buf_cstr(&b.out), "\"'=1+1\",\"'@a \"\"b\"\",c\",\"Operator\",\"\",\"Yes\",\"2026-11-22 10:42:07\",\"\"\r\n"));
	CHECK_RC(page_csv(&b.r, ACT_CLAUSE_SHOW, &b.out), RC_NOTFOUND);
	bench_fini(&b);
	json_decref(accounts);
	accounts = json_loads("{\"rows\":[{\"name\":\"＝1+1\",\"display\":\" -1\"}]}", 0, NULL);
	bench_init(&b, true, accounts, "");
	CHECK_OK(page_csv(&b.r, ACT_ACCOUNT_LIST, &b.out));
	CHECK(strstr(buf_cstr(&b.out), "\"'＝1+1\",\"' -1\""));
	bench_fini(&b);
	json_decref(answer);
	json_decref(accounts);
}

CASE(calendar)
{
	json_t *answer = recorded("deadlines"), *first;
	struct bench b;
	const char *line, *end;

	first = json_array_get(json_object_get(answer, "rows"), 1);
	json_object_set_new(first, "title", json_string("とても長い件名が続く、続く、続く、続く、続く、続く; END:VEVENT\nBEGIN:VEVENT\\"));
	bench_init(&b, false, answer, "");
	CHECK_OK(page_ics(&b.r, false, &b.out)); /* what anybody wrote is not in it */
	CHECK_INT(times(buf_cstr(&b.out), "\r\nBEGIN:VEVENT\r\n"), 4);
	CHECK(strstr(buf_cstr(&b.out), "件名") == NULL && strstr(buf_cstr(&b.out), "予備の取得") == NULL);
	buf_reset(&b.out);
	CHECK_OK(page_ics(&b.r, true, &b.out));
	CHECK_INT(times(buf_cstr(&b.out), "\r\nBEGIN:VEVENT\r\n"), 4); /* what has no day or is done is not there */
	CHECK_INT(times(buf_cstr(&b.out), "\r\nBEGIN:VALARM\r\n"), 12);
	CHECK(strstr(buf_cstr(&b.out), "DTSTAMP:20261122T014207Z\r\n"));
	CHECK(strstr(buf_cstr(&b.out), "SUMMARY:月次報告書 2026-10\r\n"));
	CHECK(strstr(buf_cstr(&b.out), "予備の取得\\, 夜間\\; 毎日"));
	for (line = buf_cstr(&b.out); *line; line = end + 2) {
		end = strstr(line, "\r\n");
		CHECK(end && end - line <= 75);
		CHECK(!memchr(line, '\n', (size_t)(end - line)));
		CHECK_OK(utf8_check((struct str){ line, (size_t)(end - line) }, &(struct text){ STR_NONE }));
	}
	bench_fini(&b);
	json_decref(answer);
}

CASE(doors)
{
	struct page_enrol enrol = { "00", "admin", "<受託>", "otpauth://totp/Tsujiban:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DP&issuer=Tsujiban", "password", "短い" };
	static const int codes[] = { 400, 403, 404, 409, 500, 503 };
	struct bench b;

	for (int english = 0; english < 2; english++) {
		bench_init(&b, english, NULL, "");
		b.r.signed_in = false;
		b.r.problem = "<wrong>";
		CHECK_OK(page_sign_in(&b.r, "ui_signed_out", "a\"b", "/control", NULL, &b.out));
		CHECK(well_formed(buf_cstr(&b.out)));
		CHECK(strstr(buf_cstr(&b.out), "value=\"a&quot;b\"") && strstr(buf_cstr(&b.out), "&lt;wrong&gt;") && strstr(buf_cstr(&b.out), "autocomplete=\"one-time-code\""));
		keep_page("sign_in", english, &b);
		bench_fini(&b);
		bench_init(&b, english, NULL, "");
		b.r.signed_in = false;
		CHECK_OK(page_enrol(&b.r, &enrol, &b.out));
		CHECK(well_formed(buf_cstr(&b.out)));
		CHECK(strstr(buf_cstr(&b.out), "JBSW Y3DP EHPK") && strstr(buf_cstr(&b.out), "<path fill=\"#000\" d=\"M0 0h7v1h-7z"));
		CHECK(strstr(buf_cstr(&b.out), "aria-invalid=\"true\""));
		keep_page("enrol", english, &b);
		bench_fini(&b);
		for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
			bench_init(&b, english, NULL, "");
			CHECK_OK(page_failure(&b.r, codes[i], &b.out));
			CHECK(well_formed(buf_cstr(&b.out)));
			CHECK(!strstr(buf_cstr(&b.out), "ui_"));
			keep_page(codes[i] == 403 ? "failure" : "failure_other", english, &b);
			bench_fini(&b);
		}
	}
}

/* A page is all or nothing: over its ceiling it fails and is not sent half. */
CASE(over_the_ceiling)
{
	json_t *answer = recorded("board");
	struct bench b;

	bench_init(&b, false, answer, "");
	b.out.max = 10000;
	CHECK_RC(page_act(&b.r, ACT_BOARD_SHOW, &b.out), RC_LIMIT);
	bench_fini(&b);
	json_decref(answer);
}

TEST_MAIN
