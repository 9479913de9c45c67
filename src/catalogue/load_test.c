// SPDX-License-Identifier: Apache-2.0
/* The example of tsujiban-catalogue(5), and what becomes of it when one thing in it is wrong. */
#include "catalogue/catalogue.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"
#include "catalogue/expression.h"
#include "os/file.h"

/* The only control that is written here. */
static const struct param_def door_params[] = { { "keep_days", "days", 30, 3650, 90 }, { "warn_h", "h", 1, 48, 24 } };
static const struct control   door_log = { .id = "door-log", .params = door_params, .params_count = 2, .subject = SUBJECT_CONTRACT };

const struct control *
control_of(struct str id)
{
	return str_eq_c(id, door_log.id) ? &door_log : NULL;
}

static char folder[] = "/tmp/load_test.XXXXXX";
static int  dir = -1;

/* The n-th example of a manual page, as a person would copy it. */
static void
example(const char *page, int n, struct buf *ret)
{
	struct buf text = BUF(1 << 20);
	struct str rest, line;
	bool inside = false;

	CHECK_OK(file_read(AT_FDCWD, page, 1 << 20, &text));
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		if (str_eq_c(line, ".EX")) {
			inside = n-- == 0;
		} else if (str_eq_c(line, ".EE")) {
			inside = false;
		} else if (inside) {
			for (size_t i = 0; i < line.n; i++)
				if (line.p[i] != '\\')
					CHECK_OK(buf_add_byte(ret, (uint8_t)line.p[i]));
			CHECK_OK(buf_add_c(ret, "\n"));
		}
	}
	buf_free(&text);
}

static void
put(const char *path, struct str bytes)
{
	CHECK_OK(file_write(dir, path, bytes, 0600));
}

static void
set_up(void)
{
	struct buf controls_yaml = BUF(65536), contract = BUF(65536);

	if (dir < 0) {
		CHECK(mkdtemp(folder) != NULL);
		dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		CHECK_OK(file_mkdir(dir, "contracts", 0700));
	}
	example("docs/man/tsujiban-catalogue.5", 0, &controls_yaml);
	example("docs/man/tsujiban-catalogue.5", 1, &contract);
	put("controls.yaml", buf_str(&controls_yaml));
	put("contracts/example.yaml", buf_str(&contract));
	buf_free(&controls_yaml);
	buf_free(&contract);
}

CASE(the_example_of_the_manual_is_a_catalogue)
{
	struct catalogue *cat = NULL;
	const struct clause *c;
	struct params p;

	set_up();
	CHECK_OK(catalogue_load(dir, &cat));
	c = cat ? catalogue_clause(cat, STR("E-1"), NULL) : NULL;
	CHECK(c != NULL);
	if (c == NULL)
		return;
	CHECK_STR(c->title.ja, "出入りの記録");
	CHECK_INT(c->strength, STRENGTH_MUST);
	CHECK_INT(c->trigger, TRIGGER_PERIODIC);
	CHECK_INT(c->phases, PHASE_OPERATE | PHASE_END);
	CHECK_INT(c->closing, CLOSING_SUBMIT);
	CHECK_INT(c->holds->kind, NODE_UNLESS);
	CHECK_STR(c->holds->children[1]->control, "no-server-room");
	CHECK_INT(c->also_count, 1);
	CHECK_INT(c->unknown_tolerance_min, 60);
	CHECK_INT(c->turn, SIDE_CONTRACTOR);
	CHECK_INT(cat->contracts[0].phase, PHASE_OPERATE);
	CHECK_STR(cat->contracts[0].uses[0].may.en, "Look at the console.");
	CHECK_INT(cat->controls[0].every_s, 86400);
	CHECK_INT(cat->controls[1].route, ROUTE_ATTESTED);
	CHECK_INT(cat->controls[1].turn, SIDE_CLIENT);
	CHECK_INT(cat->controls[1].subject, SUBJECT_CONTRACT);
	CHECK_INT(catalogue_not_written(cat), 2);
	catalogue_params(c, &door_log, &p);
	CHECK_INT(p.values[0], 365); /* the clause's */
	CHECK_INT(p.values[1], 24);  /* the control's own */
	catalogue_params(NULL, &door_log, &p);
	CHECK_INT(p.values[0], 90);
	CHECK_INT(catalogue_number(cat, "door-log", "keep_days"), 365);
	CHECK_INT(catalogue_number(cat, "no-such-control", "keep_days"), 0);
	catalogue_free(cat);
}

CASE(both_manuals_show_the_same_example)
{
	for (int n = 0; n < 2; n++) {
		struct buf en = BUF(65536), ja = BUF(65536);

		example("docs/man/tsujiban-catalogue.5", n, &en);
		example("docs/man/ja/tsujiban-catalogue.5", n, &ja);
		CHECK(en.n > 100 && str_eq(buf_str(&en), buf_str(&ja)));
		buf_free(&en);
		buf_free(&ja);
	}
}

CASE(the_digest_changes_with_every_byte)
{
	struct catalogue *a = NULL, *b = NULL, *c = NULL;
	struct buf text = BUF(65536);

	set_up();
	CHECK_OK(catalogue_load(dir, &a));
	CHECK_OK(catalogue_load(dir, &b));
	CHECK_OK(file_read(dir, "controls.yaml", 65536, &text));
	CHECK_OK(buf_add_c(&text, "# a note\n"));
	put("controls.yaml", buf_str(&text));
	CHECK_OK(catalogue_load(dir, &c));
	CHECK(a && b && c && hash_eq(&a->digest, &b->digest) && !hash_eq(&a->digest, &c->digest));
	catalogue_free(a);
	catalogue_free(b);
	catalogue_free(c);
	buf_free(&text);
}

CASE(a_contract_under_check_stands_beside_the_others_or_for_its_own_older_version)
{
	struct catalogue *cat = NULL;
	struct buf text = BUF(65536), path = BUF(200);
	char *id;

	set_up();
	CHECK_OK(file_read(dir, "contracts/example.yaml", 65536, &text));
	put("mine.yaml", buf_str(&text));
	CHECK_OK(buf_addf(&path, "%s/mine.yaml", folder));
	CHECK_OK(catalogue_check_file(dir, buf_cstr(&path), &cat));
	CHECK_INT(cat ? cat->contracts_count : 0, 1);
	catalogue_free(cat);
	cat = NULL;
	id = strstr(buf_cstr(&text), "id: example");
	CHECK(id != NULL);
	if (id)
		memcpy(id, "id: another", 11);
	put("mine.yaml", buf_str(&text));
	CHECK_RC(catalogue_check_file(dir, buf_cstr(&path), &cat), RC_SYNTAX);
	CHECK(str_starts(str_of(rc_trail()), buf_str(&path))); /* as the author wrote it */
	CHECK_STR(str_sub(str_of(rc_trail()), path.n, 1000), ":14: 条項 'E-1' は別の契約にもあります / clause 'E-1' stands in another contract too");
	id = strstr(buf_cstr(&text), "id: E-1");
	if (id)
		memcpy(id, "id: E-2", 7);
	put("mine.yaml", buf_str(&text));
	CHECK_OK(catalogue_check_file(dir, buf_cstr(&path), &cat));
	CHECK_INT(cat ? cat->contracts_count : 0, 2);
	catalogue_free(cat);
	cat = NULL;
	CHECK_RC(catalogue_check_file(dir, "/tmp/load_test.nowhere/x.yaml", &cat), RC_NOTFOUND);
	CHECK(cat == NULL);
	buf_free(&text);
	buf_free(&path);
}

/* Puts `with` for the first `what` of a file, loads, and wants this sentence. */
static void
refused(const char *file, const char *what, const char *with, const char *sentence)
{
	static struct catalogue *const before = (struct catalogue *)&door_log; /* what stood before stays */
	struct catalogue *cat = before;
	struct buf text = BUF(65536), changed = BUF(131072);
	size_t at = 0;

	set_up();
	CHECK_OK(file_read(dir, file, 65536, &text));
	CHECK(str_find(buf_str(&text), str_of(what), &at));
	CHECK_OK(buf_add(&changed, str_sub(buf_str(&text), 0, at)));
	CHECK_OK(buf_add_c(&changed, with));
	CHECK_OK(buf_add(&changed, str_sub(buf_str(&text), at + strlen(what), text.n)));
	put(file, buf_str(&changed));
	CHECK_RC(catalogue_load(dir, &cat), RC_SYNTAX);
	CHECK_STR(str_of(rc_trail()), sentence);
	CHECK(cat == before);
	buf_free(&text);
	buf_free(&changed);
}

CASE(one_wrong_thing_refuses_the_whole_with_its_place)
{
	static const struct { const char *file, *what, *with, *sentence; } wrong[] = {
		{ "controls.yaml", "format: 1", "format: 2", "controls.yaml:1: 形式 2 はこの版では読めません（読めるのは 1） / format 2 cannot be read by this version (it reads 1)" },
		{ "controls.yaml", "format: 1", "", "controls.yaml:2: 'format' がありません / 'format' is missing" },
		{ "controls.yaml", "id: no-server-room", "id: door-log", "controls.yaml:12: 確認項目 'door-log' が2回あります / control 'door-log' stands twice" },
		{ "controls.yaml", "route: imported", "route: hearsay", "controls.yaml:8: 'hearsay' は使えません（observed, imported, attested, demonstrated のいずれか） / 'hearsay' is none of observed, imported, attested, demonstrated" },
		{ "controls.yaml", "every_h: 24", "every_h: 0", "controls.yaml:11: 'every_h' は 1 から 8784 までの整数でなければなりません（'0'） / 'every_h' must be a whole number from 1 to 8784 (not '0')" },
		{ "controls.yaml", "en: \"Door log\"", "en: \"\"", "controls.yaml:4: 'en' が空です / 'en' is empty" },
		{ "controls.yaml", "subject: contract", "subject: host", "controls.yaml:10: 確認項目 'door-log' の対象は 'contract' です / control 'door-log' looks at 'contract'" },
		{ "controls.yaml", "    judges: {ja: \"決めた日数の記録があれば適合。\", en: \"PASS with entries of the days set.\"}\n", "",
		    "controls.yaml:3: 確認項目 'door-log' に judges（どう判定するか）がありません / control 'door-log' says nothing under 'judges'" },
		{ "controls.yaml", "remedy:", "remedi:", "controls.yaml:7: 知らないキー 'remedi' / unknown key 'remedi'" },
		{ "contracts/example.yaml", "id: E-1", "id: E 1", "contracts/example.yaml:14: 'id' の 'E 1' は id として使えません（英字・数字・ハイフン、64 字まで） / 'id': 'E 1' cannot be an id (letters, digits, hyphens, at most 64)" },
		{ "contracts/example.yaml", "id: example", "id: Example", "contracts/example.yaml:2: 'id' の 'Example' は id として使えません（英字・数字・ハイフン、64 字まで） / 'id': 'Example' cannot be an id (letters, digits, hyphens, at most 64)" },
		{ "contracts/example.yaml", "phase: operate", "phase: running", "contracts/example.yaml:7: 'running' は使えません（build, operate, end のいずれか） / 'running' is none of build, operate, end" },
		{ "contracts/example.yaml", "[operate, end]", "[]", "contracts/example.yaml:23: 'phases' が空です / 'phases' is empty" },
		{ "contracts/example.yaml", "[operate, end]", "[end, end]", "contracts/example.yaml:23: 'phases' に 'end' が2回あります / 'phases' has 'end' twice" },
		{ "contracts/example.yaml", "[submit]", "[sign]", "contracts/example.yaml:24: 'sign' は使えません（present, submit, approve, agree, report, explain, share, inform, confirm, draw-up のいずれか） / 'sign' is none of present, submit, approve, agree, report, explain, share, inform, confirm, draw-up" },
		{ "contracts/example.yaml", "closes: [submit]", "closes: submit", "contracts/example.yaml:24: 'closes' は一覧（- で始まる行、または [ ]）でなければなりません / 'closes' must be a list (lines with -, or [ ])" },
		{ "contracts/example.yaml", "section: \"1\"", "section: \"9\"", "contracts/example.yaml:16: 'sections' に '9' がありません / unknown section '9'" },
		{ "contracts/example.yaml", "unless no-server-room", "unless no-such-room", "contracts/example.yaml:25: 確認項目 'no-such-room' は controls.yaml にありません / unknown control 'no-such-room': controls.yaml does not have it" },
		{ "contracts/example.yaml", "also: [door-drill]", "also: [door-dril]", "contracts/example.yaml:26: 確認項目 'door-dril' は controls.yaml にありません / unknown control 'door-dril': controls.yaml does not have it" },
		{ "contracts/example.yaml", "also: [door-drill]", "also: [door-drill, door-drill]", "contracts/example.yaml:26: 'also' に 'door-drill' が2回あります / 'also' has 'door-drill' twice" },
		{ "contracts/example.yaml", "also: [door-drill]", "also: [no-server-room]", "contracts/example.yaml:26: 'no-server-room' は holds にもあります。契約の求めと自主基準のどちらかに置きます / 'no-server-room' stands in holds too: it is either the contract's or our own standard" },
		{ "contracts/example.yaml", "also: [door-drill]", "standing: [door-drill]", "contracts/example.yaml:26: 'standing' の 'door-drill' は holds にありません / 'door-drill' of 'standing' is not in holds" },
		{ "contracts/example.yaml", "keep_days: 365", "keep_day: 365", "contracts/example.yaml:27: 確認項目 'door-log' に 'keep_day' という数値はありません / control 'door-log' has no parameter 'keep_day'" },
		{ "contracts/example.yaml", "keep_days: 365", "keep_days: 29", "contracts/example.yaml:27: 'keep_days' は 30 から 3650 までの整数でなければなりません（'29'） / 'keep_days' must be a whole number from 30 to 3650 (not '29')" },
		{ "contracts/example.yaml", "params: {door-log:", "params: {door-log2:", "contracts/example.yaml:27: 確認項目 'door-log2' はこの条項の holds にも also にもありません / control 'door-log2' is neither in holds nor in also of this clause" },
		{ "contracts/example.yaml", "fail_min: 0", "fail_min: -1", "contracts/example.yaml:28: 'fail_min' は 0 から 44640 までの整数でなければなりません（'-1'） / 'fail_min' must be a whole number from 0 to 44640 (not '-1')" },
		{ "contracts/example.yaml", "turn: contractor", "", "contracts/example.yaml:14: 'turn' がありません / 'turn' is missing" },
		{ "contracts/example.yaml", "cite: \"第1条\"", "cite: \"第1条\\nの2\"", "contracts/example.yaml:15: 'cite' は1行で書きます / 'cite' must be one line" },
		{ "contracts/example.yaml", "clauses:\n", "clauses: []\nclause:\n", "contracts/example.yaml:14: 知らないキー 'clause' / unknown key 'clause'" },
		{ "contracts/example.yaml", "  - {id: \"1\", title: {ja: \"部屋\", en: \"The room\"}}\n", "  - {id: \"1\", title: {ja: \"部屋\", en: \"The room\"}}\n  - {id: \"1\", title: {ja: \"部屋\", en: \"The room\"}}\n", "contracts/example.yaml:10: 節 '1' が2回あります / section '1' stands twice" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refused(wrong[i].file, wrong[i].what, wrong[i].with, wrong[i].sentence);
}

CASE(hostile_contracts_are_refused_with_their_line)
{
	static const struct { const char *name, *sentence; } files[] = {
		{ "and_or_mixed.yaml", "26: 'and' と 'or' を並べるときは括弧で順序を示してください / 'and' and 'or' side by side need parentheses" },
		{ "billion_laughs.yaml", "2: アンカー（&）とタグ（!）は使えません / anchors (&) and tags (!) are not allowed" },
		{ "deep_expression.yaml", "26: 論理式の括弧が深すぎます（上限 8） / parentheses deeper than 8" },
		{ "expression_injection.yaml", "26: 論理式に余分な ';' があります / ';' is left over in the expression" },
		{ "future_format.yaml", "2: 形式 2 はこの版では読めません（読めるのは 1） / format 2 cannot be read by this version (it reads 1)" },
		{ "huge_tolerance.yaml", "29: 'unknown_min' は 0 から 44640 までの整数でなければなりません（'99999999999999999999'） / 'unknown_min' must be a whole number from 0 to 44640 (not '99999999999999999999')" },
		{ "missing_english.yaml", "21: 知らないキー 'en_' / unknown key 'en_'" },
		{ "own_standard_in_holds.yaml", "27: 'door-log' は holds にもあります。契約の求めと自主基準のどちらかに置きます / 'door-log' stands in holds too: it is either the contract's or our own standard" },
		{ "script_in_id.yaml", "15: 'id' の '<script>' は id として使えません（英字・数字・ハイフン、64 字まで） / 'id': '<script>' cannot be an id (letters, digits, hyphens, at most 64)" },
		{ "unclosed_parenthesis.yaml", "26: 論理式の括弧が閉じていません / a parenthesis is not closed" },
		{ "unknown_control.yaml", "26: 確認項目 'dor-log' は controls.yaml にありません / unknown control 'dor-log': controls.yaml does not have it" },
		{ "unknown_section.yaml", "17: 'sections' に '2' がありません / unknown section '2'" },
	};

	set_up();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct catalogue *cat = NULL;
		char path[200], want[600];

		(void)snprintf(path, sizeof(path), "tests/hostile/%s", files[i].name);
		(void)snprintf(want, sizeof(want), "tests/hostile/%s:%s", files[i].name, files[i].sentence);
		CHECK_RC(catalogue_check_file(dir, path, &cat), RC_SYNTAX);
		CHECK_STR(str_of(rc_trail()), want);
		CHECK(cat == NULL);
	}
}

CASE(expressions_read_as_they_were_written)
{
	static const struct { const char *in, *out; } good[] = {
		{ "a", "a" },
		{ " ( ( a ) ) ", "a" },
		{ "a and b and c-2", "a and b and c-2" },
		{ "a or(b and c)", "a or (b and c)" },
		{ "(a and b) unless c", "(a and b) unless c" },
		{ "a unless (b or c)", "a unless (b or c)" },
		{ "andy or orson", "andy or orson" },
	};
	static const char *bad[] = { "", "and", "a and", "a b", "a and or b", "(a", "a)", "()", "a unless b unless c", "a and b unless c", "a AND b", "a & b", "辻", "a,b" };
	struct yaml_node where = { .kind = YAML_SCALAR, .line = 1, .file = "f" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct arena a = ARENA(65536);
		struct buf b = BUF(1000);
		struct node *node = NULL;

		CHECK_OK(expression_parse(&where, str_of(good[i].in), &a, &node));
		if (node)
			CHECK_OK(expression_text(node, &b));
		CHECK_STR(buf_str(&b), good[i].out);
		buf_free(&b);
		arena_free(&a);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct arena a = ARENA(65536);
		struct node *node = NULL;

		CHECK_RC(expression_parse(&where, str_of(bad[i]), &a, &node), RC_SYNTAX);
		CHECK(node == NULL);
		arena_free(&a);
	}
}

CASE(clean_up)
{
	CHECK(file_remove(dir, "contracts/example.yaml") != RC_BUG);
	CHECK(file_remove(dir, "controls.yaml") != RC_BUG);
	CHECK(file_remove(dir, "mine.yaml") != RC_BUG);
	(void)unlinkat(dir, "contracts", AT_REMOVEDIR);
	(void)close(dir);
	CHECK(rmdir(folder) == 0);
}

TEST_MAIN
