// SPDX-License-Identifier: Apache-2.0
/* Tables of offices and catalogs of OSCAL as tables that registers take. */
#include "form/csv_map.h"

#include <stdio.h>
#include <string.h>

#include "base/test.h"
#include "form/oscal_list.h"

/* As offices send it: a title, a date, headings, merged cells, a heading of a section on a line of its own. */
#define OFFICE "別紙 仕様一覧,,,\n,,,令和8年4月\n項番,区分,要件,備考\n1-1,管理,\"鍵をかける\n夜間も\",\n1-2,,\"\"\"時刻\"\"を合わせる\",x\n,保守,,\n2-1,,控えを残す,\n,,,\n"

static void
mapped(const char *table, const char *spec, enum rc want, struct buf *out)
{
	struct csv_column columns[CSV_MAP_MAX];
	struct arena a = ARENA(1 << 20);
	struct csv t;
	size_t n = 0, heading;
	enum rc rc;

	buf_reset(out);
	CHECK_OK(csv_parse(str_of(table), &a, &t));
	heading = csv_heading(&t);
	rc = csv_columns(str_of(spec), &t, heading, columns, &n);
	if (rc == RC_OK)
		rc = csv_map(&t, heading, columns, n, out);
	CHECK_RC(rc, want);
	rc_trail_clear();
	arena_free(&a);
}

CASE(a_table_of_an_office_becomes_rows)
{
	struct buf out = BUF(65536);

	mapped(OFFICE, "number=項番,section=区分+,text=要件,contract:=kobe", RC_OK, &out);
	CHECK_STR(buf_str(&out), "\"number\",\"section\",\"text\",\"contract\"\n"
	                         "\"1-1\",\"管理\",\"鍵をかける\n夜間も\",\"kobe\"\n"
	                         "\"1-2\",\"管理\",\"\"\"時刻\"\"を合わせる\",\"kobe\"\n"
	                         "\"2-1\",\"保守\",\"控えを残す\",\"kobe\"\n");
	mapped(OFFICE, "number=項番,text=何か", RC_SYNTAX, &out);
	mapped(OFFICE, "number", RC_SYNTAX, &out);
	mapped(OFFICE, "=項番", RC_SYNTAX, &out);
	mapped(OFFICE, "", RC_SYNTAX, &out);
	mapped("項番,要件\n", "number=項番", RC_SYNTAX, &out); /* nothing behind the headings */
	buf_free(&out);
}

CASE(a_column_that_is_not_there_is_refused)
{
	struct csv_column c = { STR("x"), 5, STR_NONE, false };
	struct arena a = ARENA(65536);
	struct buf out = BUF(4096);
	struct csv t;

	CHECK_OK(csv_parse(STR("a,b\n1,2\n"), &a, &t));
	CHECK_RC(csv_map(&t, 0, &c, 1, &out), RC_SYNTAX);
	c.column = 2;
	buf_reset(&out);
	CHECK_OK(csv_map(&t, 0, &c, 1, &out));
	CHECK_STR(buf_str(&out), "\"x\"\n\"2\"\n");
	rc_trail_clear();
	arena_free(&a);
	buf_free(&out);
}

#define CATALOG(inside) "{\"catalog\":{\"uuid\":\"x\",\"something-new\":{\"a\":[1]}," inside "}}"

static enum rc
listed(const char *json, struct buf *out)
{
	buf_reset(out);
	return oscal_list(str_of(json), out);
}

CASE(a_catalog_of_oscal_becomes_rows)
{
	struct buf out = BUF(65536);

	CHECK(oscal_looks_like(STR("\xef\xbb\xbf { \"catalog\": {} }")) && !oscal_looks_like(STR("a,b\n")));
	CHECK_OK(listed(CATALOG("\"groups\":[{\"title\":\"Access\",\"controls\":[{\"id\":\"ac-1\",\"title\":\"Policy\",\"params\":[{\"id\":\"p1\",\"label\":\"roles {{ insert: param, p1 }}\"}],"
	                        "\"props\":[{\"name\":\"label\",\"value\":\"AC-1\"}],\"parts\":[{\"name\":\"statement\",\"prose\":\"Tell:\",\"parts\":[{\"name\":\"item\",\"prose\":\"to {{ insert: param, p1 }}, \\\"all\\\"\","
	                        "\"props\":[{\"name\":\"label\",\"value\":\"a.\"}]}]},{\"name\":\"guidance\",\"prose\":\"not this\"}],"
	                        "\"controls\":[{\"id\":\"ac-1.1\",\"title\":\"More\"}]}]}]"), &out));
	CHECK_STR(buf_str(&out), "number,section,title,text\n"
	                         "\"AC-1\",\"Access\",\"Policy\",\"Tell:\na. to [roles {{ insert: param, p1 }}], \"\"all\"\"\"\n" /* a parameter that names itself is not followed */
	                         "\"ac-1.1\",\"Access\",\"More\",\"More\"\n");
	buf_free(&out);
}

/* JSON cannot point back at itself: parameters that name each other and a control inside one of its own id are the circles a file can hold. */
CASE(what_goes_in_a_circle_ends)
{
	struct buf out = BUF(65536);

	CHECK_OK(listed(CATALOG("\"params\":[{\"id\":\"p1\",\"label\":\"{{ insert: param, p2 }}\"},{\"id\":\"p2\",\"values\":[\"{{ insert: param, p1 }}\"]}],"
	                        "\"controls\":[{\"id\":\"a\",\"links\":[{\"href\":\"#a\",\"rel\":\"required\"}],\"parts\":[{\"name\":\"statement\",\"prose\":\"{{ insert: param, p1 }} and {{ insert: param, p2 }}\"}]}]"), &out));
	CHECK_STR(buf_str(&out), "number,section,title,text\n\"a\",\"\",\"\",\"[{{ insert: param, p2 }}] and [{{ insert: param, p1 }}]\"\n");
	CHECK_RC(listed(CATALOG("\"controls\":[{\"id\":\"a\",\"controls\":[{\"id\":\"b\",\"controls\":[{\"id\":\"a\"}]}]}]"), &out), RC_SYNTAX);
	CHECK(strstr(rc_trail(), "control number 3") != NULL);
	rc_trail_clear();
	CHECK_RC(listed(CATALOG("\"groups\":[{\"title\":\"x\",\"controls\":[{\"id\":\"a\"}]},{\"title\":\"y\",\"controls\":[{\"id\":\"a\"}]}]"), &out), RC_SYNTAX);
	rc_trail_clear();
	buf_free(&out);
}

CASE(what_is_no_catalog_is_refused_in_words)
{
	static const struct { const char *json; enum rc rc; } list[] = {
		{ "{", RC_SYNTAX }, { "{}", RC_SYNTAX }, { "{\"profile\":{}}", RC_SYNTAX }, { "{\"catalog\":[]}", RC_SYNTAX }, { CATALOG("\"groups\":[]"), RC_SYNTAX },
		{ CATALOG("\"controls\":[{\"title\":\"nameless\"}]"), RC_SYNTAX }, { "{\"catalog\":{},\"catalog\":{}}", RC_SYNTAX }, { CATALOG("\"controls\":7,\"groups\":\"x\""), RC_SYNTAX },
	};
	struct buf out = BUF(65536), deep = BUF(1 << 20);

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		CHECK_RC(listed(list[i].json, &out), list[i].rc);
		CHECK(strstr(rc_trail(), " / ") != NULL);
		rc_trail_clear();
	}
	CHECK_OK(buf_add_c(&deep, "{\"catalog\":{"));
	for (int i = 0; i < 40; i++)
		CHECK_OK(buf_add_c(&deep, "\"groups\":[{"));
	CHECK_OK(buf_add_c(&deep, "\"controls\":[{\"id\":\"a\"}]"));
	for (int i = 0; i < 40; i++)
		CHECK_OK(buf_add_c(&deep, "}]"));
	CHECK_OK(buf_add_c(&deep, "}}"));
	CHECK_RC(listed(buf_cstr(&deep), &out), RC_LIMIT);
	rc_trail_clear();
	buf_free(&out);
	buf_free(&deep);
}

TEST_MAIN
