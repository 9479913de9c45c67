// SPDX-License-Identifier: Apache-2.0
#include "form/form.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/test.h"
#include "form/alike.h"
#include "form/load.h"
#include "os/file.h"

#define S(lit) { "" lit, sizeof(lit) - 1 }
static struct form_choice places[] = { { S("own"), { S("自前"), S("ours") } }, { S("provider"), { S("外部"), S("outside") } } };

static const struct value_case { enum field_type type; const char *typed; enum form_rule rule; const char *value; } value_cases[] = {
	{ FIELD_TEXT, "  窓口 A　", FORM_GOOD, "窓口 A" },
	{ FIELD_TEXT, "", FORM_GOOD, "" },
	{ FIELD_TEXT, "a\tb", FORM_CHARACTERS, "" },
	{ FIELD_TEXT, "a\x01" "b", FORM_CHARACTERS, "" },
	{ FIELD_TEXT, "\xff", FORM_CHARACTERS, "" },
	{ FIELD_TEXT, "a\xe2\x80\xae" "b", FORM_CHARACTERS, "" }, /* turns the text around */
	{ FIELD_TEXT, "12345678901", FORM_TOO_LONG, "" },
	{ FIELD_TEXT, "一二三四五六七八九十", FORM_GOOD, "一二三四五六七八九十" },
	{ FIELD_NOTE, "a\r\nb", FORM_GOOD, "a\nb" },
	{ FIELD_NOTE, "a\rb", FORM_CHARACTERS, "" },
	{ FIELD_NUMBER, "5", FORM_GOOD, "5" },
	{ FIELD_NUMBER, "５", FORM_GOOD, "5" },
	{ FIELD_NUMBER, "-1", FORM_NUMBER, "" },
	{ FIELD_NUMBER, "11", FORM_NUMBER, "" },
	{ FIELD_NUMBER, "5.0", FORM_NUMBER, "" },
	{ FIELD_NUMBER, "9999999999999999999999", FORM_NUMBER, "" },
	{ FIELD_DATE, "2026-11-22", FORM_GOOD, "2026-11-22" },
	{ FIELD_DATE, "2026/2/3", FORM_GOOD, "2026-02-03" },
	{ FIELD_DATE, "２０２６/１１/２２", FORM_GOOD, "2026-11-22" },
	{ FIELD_DATE, "2024-02-29", FORM_GOOD, "2024-02-29" },
	{ FIELD_DATE, "2026-02-29", FORM_DATE, "" },
	{ FIELD_DATE, "2026-13-01", FORM_DATE, "" },
	{ FIELD_DATE, "22.11.2026", FORM_DATE, "" },
	{ FIELD_DATE, "2026-11", FORM_DATE, "" },
	{ FIELD_DATE, "2026-11-22-1", FORM_DATE, "" },
	{ FIELD_DATE, "2026-11-22x", FORM_DATE, "" },
	{ FIELD_ADDRESS, "192.0.2.1", FORM_GOOD, "192.0.2.1" },
	{ FIELD_ADDRESS, "2001:DB8:0:0::1", FORM_GOOD, "2001:db8::1" },
	{ FIELD_ADDRESS, "::ffff:192.0.2.1", FORM_GOOD, "192.0.2.1" },
	{ FIELD_ADDRESS, "192.0.2.1/32", FORM_ADDRESS, "" },
	{ FIELD_ADDRESS, "192.0.2.01", FORM_ADDRESS, "" },
	{ FIELD_ADDRESS, "192.0.2", FORM_ADDRESS, "" },
	{ FIELD_ADDRESS, "fe80::1%eth0", FORM_ADDRESS, "" },
	{ FIELD_ADDRESS, "0.0.0.0", FORM_ADDRESS, "" },
	{ FIELD_ADDRESS, "::", FORM_ADDRESS, "" },
	{ FIELD_ADDRESS, "host.example.jp", FORM_ADDRESS, "" },
	{ FIELD_PREFIX, "192.0.2.0/24", FORM_GOOD, "192.0.2.0/24" },
	{ FIELD_PREFIX, "192.0.2.7", FORM_GOOD, "192.0.2.7/32" },
	{ FIELD_PREFIX, "2001:db8::/32", FORM_GOOD, "2001:db8::/32" },
	{ FIELD_PREFIX, "2001:db8::1", FORM_GOOD, "2001:db8::1/128" },
	{ FIELD_PREFIX, "::ffff:192.0.2.0/120", FORM_GOOD, "192.0.2.0/24" },
	{ FIELD_PREFIX, "192.0.2.7/24", FORM_PREFIX_BITS, "" },
	{ FIELD_PREFIX, "2001:db8::1/64", FORM_PREFIX_BITS, "" },
	{ FIELD_PREFIX, "192.0.2.0/33", FORM_PREFIX, "" },
	{ FIELD_PREFIX, "192.0.2.0/", FORM_PREFIX, "" },
	{ FIELD_PREFIX, "192.0.2.0/24/1", FORM_PREFIX, "" },
	{ FIELD_PREFIX, "192.0.2.0/-1", FORM_PREFIX, "" },
	{ FIELD_PREFIX, "0.0.0.0/0", FORM_PREFIX_ALL, "" },
	{ FIELD_PREFIX, "::/0", FORM_PREFIX_ALL, "" },
	{ FIELD_PREFIX, "１９２.0.2.0/0", FORM_PREFIX_ALL, "" },
	{ FIELD_PREFIX, "::ffff:0.0.0.0/96", FORM_PREFIX_ALL, "" }, /* all of the fourth version by another name */
	{ FIELD_PREFIX, "::ffff:0.0.0.0/0", FORM_PREFIX_ALL, "" },
	{ FIELD_HOST_NAME, "WWW.Example.JP.", FORM_GOOD, "www.example.jp" },
	{ FIELD_HOST_NAME, "localhost", FORM_GOOD, "localhost" },
	{ FIELD_HOST_NAME, "a..b", FORM_HOST_NAME, "" },
	{ FIELD_HOST_NAME, "-a.jp", FORM_HOST_NAME, "" },
	{ FIELD_HOST_NAME, "a_b.jp", FORM_HOST_NAME, "" },
	{ FIELD_HOST_NAME, "192.0.2.1", FORM_HOST_NAME, "" },
	{ FIELD_HOST_NAME, "例.jp", FORM_HOST_NAME, "" },
	{ FIELD_HOST_NAME, "a.jp/x", FORM_HOST_NAME, "" },
	{ FIELD_PORT, "443", FORM_GOOD, "443" },
	{ FIELD_PORT, "0", FORM_PORT, "" },
	{ FIELD_PORT, "65536", FORM_PORT, "" },
	{ FIELD_PORT, "0443", FORM_PORT, "" },
	{ FIELD_PATH, "/usr/bin/sudo", FORM_GOOD, "/usr/bin/sudo" },
	{ FIELD_PATH, "/", FORM_GOOD, "/" },
	{ FIELD_PATH, "usr/bin", FORM_PATH, "" },
	{ FIELD_PATH, "/etc/../root", FORM_PATH, "" },
	{ FIELD_PATH, "/etc//x", FORM_PATH, "" },
	{ FIELD_PATH, "/a\nb", FORM_PATH, "" },
	{ FIELD_NAME, "libc6:amd64", FORM_GOOD, "libc6:amd64" },
	{ FIELD_NAME, "two words", FORM_NAME, "" },
	{ FIELD_NAME, "--output=x", FORM_NAME, "" },
	{ FIELD_NAMES, " a, b\r\n c ", FORM_GOOD, "a b c" },
	{ FIELD_NAMES, " , ", FORM_GOOD, "" },
	{ FIELD_NAMES, "a -x", FORM_NAME, "" },
	{ FIELD_NAMES, "aaaa bbbb cccc", FORM_TOO_LONG, "" },
	{ FIELD_CHOICE, "provider", FORM_GOOD, "provider" },
	{ FIELD_CHOICE, "外部", FORM_GOOD, "provider" },
	{ FIELD_CHOICE, "else", FORM_CHOICE, "" },
	{ FIELD_YES_NO, "はい", FORM_GOOD, "yes" },
	{ FIELD_YES_NO, "no", FORM_GOOD, "no" },
	{ FIELD_YES_NO, "1", FORM_YES_NO, "" },
	{ FIELD_ROW, "0123456789abcdef0123456789abcdef", FORM_GOOD, "0123456789abcdef0123456789abcdef" },
	{ FIELD_ROW, "C-0123", FORM_GOOD, "C-0123" }, /* a row by its name: whoever holds the rows knows it */
	{ FIELD_ROW, "a\x01" "b", FORM_ROW, "" },
};

CASE(what_is_typed_becomes_one_spelling_or_a_rule)
{
	for (size_t i = 0; i < sizeof(value_cases) / sizeof(value_cases[0]); i++) {
		const struct value_case *c = &value_cases[i];
		struct field f = { .type = c->type, .max = 10, .choices = places, .choices_count = 2 };
		struct arena a = ARENA(1 << 20);
		struct str value, again;
		enum form_rule rule = field_check(&f, str_of(c->typed), &a, &value);

		if (rule != c->rule || !str_eq_c(value, c->value)) {
			test_failures++;
			printf("%s '%s': rule %d '%.*s', want %d '%s'\n", field_type_word(c->type), c->typed, rule, STR_ARG(value), c->rule, c->value);
		}
		if (rule == FORM_GOOD)
			CHECK(field_check(&f, value, &a, &again) == FORM_GOOD && str_eq(value, again));
		arena_free(&a);
	}
}

CASE(a_required_value_is_missed_also_when_only_blanks_are_there)
{
	struct field f = { .type = FIELD_NAMES, .required = true, .max = 10 };
	struct arena a = ARENA(1 << 16);
	struct str value;

	CHECK_INT(field_check(&f, STR(" \xe3\x80\x80 "), &a, &value), FORM_MISSING);
	CHECK_INT(field_check(&f, STR(","), &a, &value), FORM_MISSING);
	arena_free(&a);
}

CASE(a_megabyte_is_refused_and_a_byte_of_zero_too)
{
	char *big = malloc(1 << 20);
	struct arena a = ARENA(4 << 20);
	struct str value;

	if (big == NULL)
		abort();
	memset(big, 'a', 1 << 20);
	for (enum field_type t = FIELD_TEXT; t <= FIELD_ROW; t++) {
		struct field f = { .type = t, .max = 4000, .choices = places, .choices_count = 2 };

		CHECK(field_check(&f, (struct str){ big, 1 << 20 }, &a, &value) != FORM_GOOD);
		CHECK(field_check(&f, STR("1\0" "1"), &a, &value) != FORM_GOOD);
	}
	arena_free(&a);
	free(big);
}

static enum rc
load(const char *yaml, struct arena *a, struct form **ret, size_t *n)
{
	const struct yaml_node *root;
	enum rc rc = RC_OK;

	TRY(yaml_parse("r.yaml", str_of(yaml), a, &root));
	TRY(forms_load(root, a, ret, n));
out:
	return rc;
}

#define HEAD "format: 1\nregisters:\n  - id: door\n    name: {ja: 扉, en: Doors}\n    about: {ja: 扉。, en: Doors.}\n    writes: contractor\n"
#define NAME "      - {id: name, type: text, required: true, label: {ja: 名前, en: Name}}\n"

static const struct { const char *yaml, *trail; } bad_files[] = {
	{ HEAD "    key: name\n    fields: []\n", "r.yaml:8: 'fields' は1つから40個です / 'fields' has one to 40 fields" },
	{ HEAD "    key: nam\n    fields:\n" NAME, "r.yaml:7: 'key' には必須の項目を書きます / 'key' names a required field" },
	{ HEAD "    key: name\n    fields:\n" NAME NAME, "r.yaml:10: 項目 'name' が2回あります / field 'name' stands twice" },
	{ HEAD "    key: name\n    fields:\n" NAME "      - {id: Big, type: text, label: {ja: x, en: x}}\n", "r.yaml:10:" },
	{ HEAD "    key: name\n    fields:\n" NAME "      - {id: a, type: port, max: 4, label: {ja: x, en: x}}\n", "r.yaml:10:" },
	{ HEAD "    key: name\n    fields:\n" NAME "      - {id: a, type: choice, choices: [b], words: {c: {ja: x, en: x}}, label: {ja: x, en: x}}\n", "r.yaml:10:" },
	{ HEAD "    key: name\n    fields:\n" NAME "      - {id: a, type: row, of: window, label: {ja: x, en: x}}\n", "names no register" },
	{ HEAD "    key: name\n    fields:\n" NAME "      - {id: a, type: texts, label: {ja: x, en: x}}\n", "r.yaml:10:" },
	{ HEAD "    key: name\n    other: 1\n    fields:\n" NAME, "r.yaml:8:" },
	{ HEAD "    key: name\n    fields:\n" NAME "      - {id: a, type: date, after: b, label: {ja: x, en: x}}\n      - {id: b, type: date, label: {ja: x, en: x}}\n", "'after' names a date that stands before" },
	{ HEAD "    key: name\n    fields:\n" NAME "      - {id: a, type: text, keeps: true, label: {ja: x, en: x}}\n", "only a field of type date" },
	{ HEAD "    key: name\n    fields:\n" NAME "      - {id: a, type: date, alike: true, label: {ja: x, en: x}}\n", "only a field of type text" },
	{ "format: 2\nregisters: []\n", "r.yaml:1:" },
};

CASE(a_bad_file_is_refused_with_its_line)
{
	for (size_t i = 0; i < sizeof(bad_files) / sizeof(bad_files[0]); i++) {
		struct arena a = ARENA(1 << 20);
		struct form *forms;
		size_t n;

		CHECK_RC(load(bad_files[i].yaml, &a, &forms, &n), RC_SYNTAX);
		if (!strstr(rc_trail(), bad_files[i].trail)) {
			test_failures++;
			printf("case %zu says: %s\n", i, rc_trail());
		}
		arena_free(&a);
	}
}

static enum rc
load_paper(const char *yaml, struct arena *a, struct form **ret, size_t *n)
{
	const struct yaml_node *root;
	enum rc rc = RC_OK;

	TRY(yaml_parse("p.yaml", str_of(yaml), a, &root));
	TRY(papers_load(root, a, NULL, 0, ret, n));
out:
	return rc;
}

#define PAPER_OF(writes, closes, more) "format: 1\npapers:\n  - id: plan\n    name: {ja: 計画, en: Plan}\n    about: {ja: 計画。, en: A plan.}\n    writes: " writes "\n    closes: [" closes "]\n    key: name\n" more "    fields:\n" NAME
#define PAPER(more) PAPER_OF("contractor", "submit, approve", more)
#define STAGE(id, role) "{id: " id ", name: {ja: 点検, en: Check}, role: " role "}"

static const struct { const char *yaml, *trail; } bad_papers[] = {
	{ PAPER("    stages: []\n"), "p.yaml:9: 'stages' は1つから6個で" },
	{ PAPER("    stages: [" STAGE("a", "client-officer") ", " STAGE("b", "client-officer") ", " STAGE("c", "client-officer") ", " STAGE("d", "client-officer") ", " STAGE("e", "client-officer") ", " STAGE("f", "client-officer") ", " STAGE("g", "client-officer") "]\n"), "'stages' has one to 6" },
	{ PAPER_OF("contractor", "inform", "    stages: [" STAGE("a", "client-officer") "]\n"), "of a paper that the other side closes" }, /* the author's own act: nobody accepts it */
	{ PAPER("    stages: [" STAGE("a", "client-officer") ", " STAGE("a", "client-security") "]\n"), "stage 'a' stands twice" },
	{ PAPER("    stages: [" STAGE("a", "operator") "]\n"), "'role' names a role of the side that receives the paper" }, /* the author's side */
	{ PAPER("    stages: [" STAGE("a", "mayor") "]\n"), "'role' names a role of the side that receives the paper" },
	{ PAPER("    stages: [{id: a, role: client-officer}]\n"), "p.yaml:9:" },
	{ PAPER("    stages: [{id: a, name: {ja: x, en: x}}]\n"), "p.yaml:9:" },
	{ PAPER("    stages: [{id: a, name: {ja: x, en: x}, role: client-officer, deputy: operator}]\n"), "p.yaml:9:" }, /* a deputy is lent the role, not written here */
	{ PAPER("    stages: [{id: A, name: {ja: x, en: x}, role: client-officer}]\n"), "p.yaml:9:" },
	{ PAPER("    stages: client-officer\n"), "p.yaml:9:" },
	{ PAPER("    deputies: [operator]\n"), "p.yaml:9:" },
	{ PAPER("") "      - {id: days, type: number, sets: patch-deadlines, label: {ja: x, en: x}}\n", "'sets' is for a required field of type number" },
	{ PAPER("") "      - {id: days, type: text, required: true, sets: patch-deadlines, label: {ja: x, en: x}}\n", "'sets' is for a required field of type number" },
	{ PAPER("") "      - {id: days, type: number, required: true, sets: [patch-deadlines], label: {ja: x, en: x}}\n", "p.yaml:11:" },
	{ PAPER("") "      - {id: days, type: number, required: true, sets: Patch_Deadlines, label: {ja: x, en: x}}\n", "p.yaml:11:" },
};

/*= S-1-2 type=test */
CASE(stages_and_numbers_that_a_paper_sets_are_refused_with_their_line)
{
	struct arena a = ARENA(1 << 20);
	struct form *forms;
	size_t n;

	CHECK_OK(load_paper(PAPER("    stages: [" STAGE("a", "client-officer") ", " STAGE("b", "client-approver") "]\n") "      - {id: days, type: number, required: true, sets: patch-deadlines, label: {ja: x, en: x}}\n", &a, &forms, &n));
	CHECK_INT((int64_t)forms[0].paper.stages_count, 2);
	CHECK_INT(forms[0].paper.stages[1].role, ROLE_CLIENT_APPROVER);
	CHECK_STR(forms[0].fields[1].sets, "patch-deadlines");
	arena_free(&a);
	for (size_t i = 0; i < sizeof(bad_papers) / sizeof(bad_papers[0]); i++) {
		struct arena each = ARENA(1 << 20);

		CHECK_RC(load_paper(bad_papers[i].yaml, &each, &forms, &n), RC_SYNTAX);
		if (!strstr(rc_trail(), bad_papers[i].trail)) {
			test_failures++;
			printf("paper %zu says: %s\n", i, rc_trail());
		}
		rc_trail_clear();
		arena_free(&each);
	}
}

CASE(the_shipped_registers_load_and_a_row_has_one_name)
{
	struct buf file = BUF(1 << 20);
	struct arena a = ARENA(8 << 20);
	struct form *forms = NULL, *f = NULL;
	struct str typed[FORM_FIELDS_MAX] = { STR_NONE }, values[FORM_FIELDS_MAX];
	enum form_rule wrong[FORM_FIELDS_MAX];
	size_t n = 0;

	CHECK_OK(file_read(AT_FDCWD, "catalogue/registers.yaml", 1 << 20, &file));
	CHECK_OK(load(buf_cstr(&file), &a, &forms, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(forms[i].id, "statement"))
			f = &forms[i];
	CHECK(f != NULL);
	if (f == NULL)
		return;
	CHECK(!form_check(f, typed, &a, values, wrong));
	CHECK_INT(wrong[0], FORM_MISSING);
	typed[form_field(f, STR("control"))] = STR(" ups ");
	typed[form_field(f, STR("subject"))] = STR("host:local");
	CHECK(!form_check(f, typed, &a, values, wrong));
	CHECK_INT(wrong[0], FORM_GOOD);
	CHECK_STR(form_name(f, values, &a), "ups\nhost:local");
	buf_free(&file);
	arena_free(&a);
}

CASE(names_a_reader_cannot_tell_apart_are_alike)
{
	static const struct { const char *a, *b; bool same; } list[] = {
		{ "株式会社 見本", "㍿見本", true }, { "見本ｼｽﾃﾑ", "見本システム", true }, { "ＡＢＣ社", "abc社", true }, { "髙橋 一", "高橋　一", true }, { "濵﨑", "浜崎", true },
		{ "P\xd0\xb0ypal", "Paypal", true }, { "\xd0\x90\xd0\x92\xd0\xa1", "ABC", true }, { "サービス", "サ一ビス", true }, { "A\xe2\x80\x90" "B", "A-B", true }, { "タロウ", "夕口ウ", true },
		{ "が", "か\xe3\x82\x99", true }, { "A\xe2\x80\x8b" "B", "AB", true }, { "渡邉", "渡辺", true }, { "見本甲", "見本乙", false }, { "田中", "中田", false }, { "", "a", false },
	};
	struct arena a = ARENA(1 << 16);

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (str_eq(alike(str_of(list[i].a), &a), alike(str_of(list[i].b), &a)) != list[i].same) {
			test_failures++;
			printf("%s / %s\n", list[i].a, list[i].b);
		}
	CHECK_STR(alike(STR("\xff"), &a), "\xff");
	arena_free(&a);
}

CASE(dates_stand_in_order_and_keep_and_a_whole_is_refused) /*= S-1-2 type=test */
{
	static struct str whole[] = { S("業務の全部"), S("all") };
	static struct field fields[] = { { .id = S("scope"), .type = FIELD_TEXT, .max = 80, .refused = whole, .refused_count = 2 }, { .id = S("from"), .type = FIELD_DATE },
		{ .id = S("until"), .type = FIELD_DATE, .after = 2, .keeps = true } };
	static const struct form form = { .fields = fields, .fields_count = 3 };
	struct str typed[FORM_FIELDS_MAX] = { S("業務の 全部"), S("2028-02-29"), S("2028-02-28") }, values[FORM_FIELDS_MAX];
	enum form_rule wrong[FORM_FIELDS_MAX];
	struct arena a = ARENA(1 << 16);

	CHECK(!form_check(&form, typed, &a, values, wrong));
	CHECK_INT(wrong[0], FORM_REFUSED);
	CHECK_INT(wrong[2], FORM_ORDER);
	typed[0] = STR("ＡＬＬ");
	typed[2] = STR("2028-02-29");
	CHECK(!form_check(&form, typed, &a, values, wrong));
	CHECK_INT(wrong[0], FORM_REFUSED);
	CHECK_INT(wrong[2], FORM_GOOD); /* a term of one day */
	typed[0] = STR("録音の文字起こし");
	CHECK(form_check(&form, typed, &a, values, wrong));
	CHECK_INT(field_moved(&fields[2], STR("2027-12-31"), STR("2028-01-01")), FORM_KEEPS);
	CHECK_INT(field_moved(&fields[2], STR("2027-12-31"), STR_NONE), FORM_KEEPS);
	CHECK_INT(field_moved(&fields[2], STR("2027-12-31"), STR("2027-12-30")), FORM_GOOD);
	CHECK_INT(field_moved(&fields[2], STR_NONE, STR("2027-12-30")), FORM_GOOD);
	arena_free(&a);
}

TEST_MAIN
