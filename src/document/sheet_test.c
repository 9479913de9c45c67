// SPDX-License-Identifier: Apache-2.0
#include "document/sheet_int.h"

#include <stdlib.h>

#include "base/test.h"
#include "document/document.h"

TEST_MAIN

#define BOOK "<workbook xmlns:r='r'><sheets><sheet name='隠し' sheetId='1' state='hidden' r:id='h'/><sheet name='一覧' sheetId='2' r:id='v'/></sheets></workbook>"
#define LINKS "<Relationships><Relationship Id='h' Target='worksheets/h.xml'/><Relationship Id='v' Target='worksheets/v.xml'/></Relationships>"
#define STRINGS "<sst><si><t>名前</t></si><si><r><t>東京</t></r><r><t>太郎</t></r><rPh><t>トウキョウ</t></rPh></si><si><t>二行_x000D_\n目</t></si></sst>"
#define STYLES "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='[$-411]ge.m.d'/><numFmt numFmtId='171' formatCode='0.00&quot;day&quot;'/></numFmts>" \
	"<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='170'/><xf numFmtId='171'/></cellXfs></styleSheet>"
#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"

static enum rc
read_parts(const struct zip_part *parts, size_t n, struct buf *csv)
{
	struct buf whole = BUF(1 << 20);
	enum rc rc;

	CHECK_OK(zip_out(parts, n, &whole));
	rc = sheet_read(buf_str(&whole), csv);
	buf_free(&whole);
	return rc;
}

static const struct { const char *rows, *book; enum rc rc; const char *csv; } cases[] = {
	{ "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='inlineStr'><is><t>期限</t></is></c></row><row r='3'><c r='B3' s='1'><v>46349</v></c></row>", BOOK, RC_OK, "\"名前\",\"期限\"\r\n\r\n,\"2026-11-23\"\r\n" },
	{ "<row><c t='s'><v>1</v></c><c t='s'><v>2</v></c></row>", BOOK, RC_OK, "\"東京太郎\",\"二行\n目\"\r\n" }, /* no addresses; how it is read aloud is left out */
	{ "<row r='1'><c r='A1' s='2'><v>46349.5</v></c><c r='B1' s='1'><v>0.25</v></c><c r='C1' s='3'><v>1.5</v></c></row>", BOOK, RC_OK, "\"2026-11-23 12:00:00\",\"06:00:00\",\"1.5\"\r\n" },
	{ "<row r='1'><c r='A1' s='1'><v>44887</v></c></row>", "<workbook xmlns:r='r'><workbookPr date1904='1'/><sheets><sheet name='一覧' sheetId='2' r:id='v'/></sheets></workbook>", RC_OK, "\"2026-11-23\"\r\n" },
	{ "<row r='1'><c r='A1' s='1'><v>1</v></c><c r='B1' s='1'><v>59</v></c><c r='C1' s='1'><v>61</v></c></row>", BOOK, RC_OK, "\"1900-01-01\",\"1900-02-28\",\"1900-03-01\"\r\n" },
	{ "<row r='1'><c r='A1' s='1'><v>60</v></c></row>", BOOK, RC_SYNTAX, "" },
	{ "<row r='1'><c r='A1'><v>0.30000000000000004</v></c><c r='B1'><v>1E3</v></c><c r='C1'><v>9876543210</v></c><c r='D1' t='b'><v>1</v></c></row>", BOOK, RC_OK, "\"0.3\",\"1000\",\"9876543210\",\"TRUE\"\r\n" },
	{ "<row r='1'><c r='A1'><f>SUM(B1:C1)</f><v>7</v></c><c r='B1' t='str'><f>\"a\"</f><v>a</v></c></row>", BOOK, RC_OK, "\"7\",\"a\"\r\n" },
	{ "<row r='1'><c r='A1'><f>SUM(B1:C1)</f></c></row>", BOOK, RC_SYNTAX, "" },
	{ "<row r='1'><c r='A1' t='e'><v>#REF!</v></c></row>", BOOK, RC_SYNTAX, "" },
	{ "<row r='1'><c r='A1' t='s'><v>99</v></c></row>", BOOK, RC_SYNTAX, "" },
	{ "<row r='1'><c r='A1'><v>nan</v></c></row>", BOOK, RC_SYNTAX, "" },
	{ "<row r='2'><c r='A2'><v>1</v></c></row><row r='1'><c r='A1'><v>1</v></c></row>", BOOK, RC_SYNTAX, "" },
	{ "<row r='1'><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>", BOOK, RC_SYNTAX, "" },
	{ "<row r='1000000'><c r='A1000000'><v>1</v></c></row>", BOOK, RC_LIMIT, "" },
	{ "<row r='1'><c r='ZZ1'><v>1</v></c></row>", BOOK, RC_LIMIT, "" },
	{ "<row r='1'><c r='ZZ1'/></row><row r='1048576'/>", BOOK, RC_SYNTAX, "" }, /* formatted, and empty */
	{ "<row r='1'><c r='A1' t='inlineStr'><is><t>'=1+1</t></is></c><c r='B1' t='inlineStr'><is><t>=1+1</t></is></c><c r='C1' t='inlineStr'><is><t>a\"b</t></is></c></row>", BOOK, RC_OK, "\"''=1+1\",\"=1+1\",\"a\"\"b\"\r\n" },
	{ "<row r='1'><c r='A1'><v>1</v></c></row>", "<workbook xmlns:r='r'><sheets><sheet name='a' sheetId='1' state='veryHidden' r:id='v'/></sheets></workbook>", RC_SYNTAX, "" },
	{ "<row r='1'><c r='A1'><v>1</v></c></row>", "<!DOCTYPE w [<!ENTITY a 'b'>]>" BOOK, RC_SYNTAX, "" },
	{ "<row r='1'><c r='A1' t='inlineStr'><is><t>&undeclared;</t></is></c></row>", BOOK, RC_SYNTAX, "" },
};

CASE(sheets)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf sheet = BUF(65536), csv = BUF(SHEET_TEXT_MAX);
		int before = test_failures;

		CHECK_OK(buf_addf(&sheet, SHEET("%s"), cases[i].rows));
		{
			const struct zip_part parts[] = { { "xl/workbook.xml", str_of(cases[i].book) }, { "xl/_rels/workbook.xml.rels", STR(LINKS) }, { "xl/sharedStrings.xml", STR(STRINGS) },
				{ "xl/styles.xml", STR(STYLES) }, { "xl/worksheets/v.xml", buf_str(&sheet) }, { "xl/worksheets/h.xml", STR(SHEET("")) } };

			CHECK_INT(read_parts(parts, 6, &csv), cases[i].rc);
		}
		if (cases[i].rc == RC_OK)
			CHECK_STR(buf_str(&csv), cases[i].csv);
		if (test_failures > before)
			printf("  case %zu: %s\n", i, rc_trail());
		buf_free(&sheet);
		buf_free(&csv);
	}
}

CASE(what_reaches_out_is_refused)
{
	static const char *const bad[] = { "xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml" };
	struct buf csv = BUF(1000);

	for (size_t i = 0; i < 2; i++) {
		const struct zip_part parts[] = { { "xl/workbook.xml", STR(BOOK) }, { "xl/_rels/workbook.xml.rels", STR(LINKS) }, { "xl/worksheets/v.xml", STR(SHEET("<row><c><v>1</v></c></row>")) }, { bad[i], STR("x") } };

		CHECK_OK(read_parts(parts, 3, &csv));
		CHECK_RC(read_parts(parts, 4, &csv), RC_SYNTAX);
	}
	CHECK_RC(sheet_read(STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), &csv), RC_SYNTAX);
	CHECK_RC(sheet_read(STR("PK\x03\x04 no"), &csv), RC_SYNTAX);
	CHECK_RC(sheet_read(STR(""), &csv), RC_SYNTAX);
	buf_free(&csv);
}

CASE(a_bomb_is_refused_when_it_has_unpacked_its_share)
{
	struct buf big = BUF(80u << 20), csv = BUF(1000);
	char *at;

	CHECK_OK(buf_add_c(&big, "<worksheet><sheetData><row><c t='inlineStr'><is><t>"));
	CHECK_OK(buf_reserve(&big, 70u << 20, &at));
	memset(at, ' ', 70u << 20);
	big.n += 70u << 20;
	CHECK_OK(buf_add_c(&big, "</t></is></c></row></sheetData></worksheet>"));
	{
		const struct zip_part parts[] = { { "xl/workbook.xml", STR(BOOK) }, { "xl/_rels/workbook.xml.rels", STR(LINKS) }, { "xl/worksheets/v.xml", buf_str(&big) } };

		CHECK_RC(read_parts(parts, 3, &csv), RC_LIMIT);
	}
	buf_free(&big);
	buf_free(&csv);
}

/* Everything of a workbook but one part, which is put in its place. */
static enum rc
with_part(const char *name, struct str bytes, struct buf *csv)
{
	struct zip_part parts[] = { { "xl/workbook.xml", STR(BOOK) }, { "xl/_rels/workbook.xml.rels", STR(LINKS) }, { "xl/sharedStrings.xml", STR(STRINGS) }, { "xl/styles.xml", STR(STYLES) },
		{ "xl/worksheets/v.xml", STR(SHEET("<row r='1'><c r='A1' t='s'><v>0</v></c></row>")) } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(parts[i].name, name) == 0)
			parts[i].bytes = bytes;
	return read_parts(parts, sizeof(parts) / sizeof(parts[0]), csv);
}

CASE(entities_of_every_kind_are_refused)
{
	static const char *const parts[] = { "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/v.xml" };
	static const char *const types[] = {
		"<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><w>&c;</w>", /* billions of laughs */
		"<!DOCTYPE w [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><w>&a;</w>", "<!DOCTYPE w [<!ENTITY % a SYSTEM 'http://192.0.2.1/x'> %a;]><w/>", "<!DOCTYPE w SYSTEM 'http://192.0.2.1/x.dtd'><w/>",
		"<?xml version='1.0' standalone='no'?><!DOCTYPE w PUBLIC 'x' 'http://192.0.2.1/x.dtd'><w>&a;</w>", "<!DOCTYPE w [<!ATTLIST sheet name CDATA 'x'>]><w/>", "<w>&undeclared;</w>",
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (size_t k = 0; k < sizeof(types) / sizeof(types[0]); k++) {
			struct buf csv = BUF(1000);

			CHECK_RC(with_part(parts[i], str_of(types[k]), &csv), RC_SYNTAX);
			CHECK_INT(csv.n, 0);
			buf_free(&csv);
		}
}

CASE(the_sheet_that_is_meant_is_there_once)
{
	static const struct { const char *part, *bytes; enum rc rc; } wrong[] = {
		{ "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='v' Target='worksheets/other.xml'/></Relationships>", RC_SYNTAX },                           /* not in the file */
		{ "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='v' Target='../../etc/passwd'/></Relationships>", RC_SYNTAX },
		{ "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='v' Target='/xl/worksheets/v.xml'/></Relationships>", RC_OK },                               /* from the root of the package */
		{ "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='v' TargetMode='External' Target='http://192.0.2.1/v.xml'/></Relationships>", RC_SYNTAX },
		{ "xl/_rels/workbook.xml.rels", "<Relationships/>", RC_SYNTAX },
		{ "xl/workbook.xml", "<workbook/>", RC_SYNTAX },
		{ "xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet name='a' sheetId='1'/></sheets></workbook>", RC_SYNTAX },
		{ "xl/worksheets/v.xml", "<chartsheet><drawing/></chartsheet>", RC_SYNTAX },
		{ "xl/worksheets/v.xml", "<worksheet><sheetData><c r='A1'><v>1</v></c></sheetData></worksheet>", RC_SYNTAX },                                                   /* a cell in no row */
		{ "xl/worksheets/v.xml", "<worksheet><sheetData><row><c r='A1'><v>1</v><v>2</v></c></row></sheetData></worksheet>", RC_SYNTAX },
		{ "xl/worksheets/v.xml", "<worksheet><sheetData><row><c r='A1' t='shared'><v>1</v></c></row></sheetData></worksheet>", RC_SYNTAX },
		{ "xl/worksheets/v.xml", "<worksheet><sheetData><row r='99999999999999999999'><c><v>1</v></c></row></sheetData></worksheet>", RC_SYNTAX },
		{ "xl/worksheets/v.xml", "<worksheet><sheetData><row><c r='XFE1'><v>1</v></c></row></sheetData></worksheet>", RC_SYNTAX },
		{ "xl/worksheets/v.xml", "<worksheet><sheetData><row><c><f>A1+1</f></c></row></sheetData></worksheet>", RC_SYNTAX },                                           /* no saved value */
		{ "xl/worksheets/v.xml", "<worksheet><sheetData><row><c t='str'><f>cmd|' /c calc'!A0</f><v>=cmd</v></c></row></sheetData></worksheet>", RC_OK },                /* never worked out: its value is text */
		{ "xl/worksheets/v.xml", "", RC_SYNTAX }, { "xl/worksheets/v.xml", "<worksheet>", RC_SYNTAX }, { "xl/worksheets/v.xml", "\xff\xfe<\0", RC_SYNTAX },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct buf csv = BUF(1000);
		enum rc rc = with_part(wrong[i].part, str_of(wrong[i].bytes), &csv);

		if (rc != wrong[i].rc) {
			test_failures++;
			printf("%zu: %s %s\n", i, rc_name(rc), rc_trail());
		}
		CHECK(rc == RC_OK || str_find(str_of(rc_trail()), STR(" / "), NULL)); /* in words of both languages */
		rc_trail_clear();
		buf_free(&csv);
	}
}

CASE(archives_made_to_break_the_reader)
{
	const struct zip_part parts[] = { { "xl/workbook.xml", STR(BOOK) }, { "xl/_rels/workbook.xml.rels", STR(LINKS) }, { "xl/worksheets/v.xml", STR(SHEET("<row><c><v>1</v></c></row>")) },
		{ "xl/worksheets/x.xml", STR(SHEET("<row><c><v>2</v></c></row>")) } }, macros[] = { parts[0], parts[1], parts[2], { "xl/macrosheets/sheet1.xml", STR("x") } };
	struct buf whole = BUF(1 << 20), csv = BUF(1000), changed = BUF(1 << 20);

	CHECK_RC(read_parts(macros, 4, &csv), RC_SYNTAX);
	CHECK_OK(zip_out(parts, 4, &whole));
	for (size_t n = 0; n < whole.n; n += 7) { /* cut anywhere */
		buf_reset(&csv);
		CHECK_RC(sheet_read(str_sub(buf_str(&whole), 0, n), &csv), RC_SYNTAX);
	}
	for (int kind = 0; kind < 3; kind++) {
		buf_reset(&changed);
		CHECK_OK(buf_add(&changed, buf_str(&whole)));
		for (size_t i = 0; i + 46 < changed.n; i++) {
			char *p = changed.p + i;
			size_t flags = memcmp(p, "PK\3\4", 4) == 0 ? 6 : memcmp(p, "PK\1\2", 4) == 0 ? 8 : 0;

			if (flags && kind == 0)
				p[flags] |= 1; /* encrypted */
			else if (flags && kind == 1)
				p[flags + 2] = 99; /* packed in a way nobody knows */
			else if (memcmp(p, "worksheets/x.xml", 16) == 0 && kind == 2)
				p[11] = 'v'; /* the sheet twice: each program would show another */
		}
		buf_reset(&csv);
		CHECK_RC(sheet_read(buf_str(&changed), &csv), RC_SYNTAX);
	}
	buf_free(&whole);
	buf_free(&changed);
	buf_free(&csv);
}

CASE(strings_without_end)
{
	struct buf strings = BUF(16 << 20), csv = BUF(1000);

	CHECK_OK(buf_add_c(&strings, "<sst>"));
	for (int i = 0; i < 1100000; i++)
		CHECK_OK(buf_add_c(&strings, "<si/>"));
	CHECK_OK(buf_add_c(&strings, "</sst>"));
	CHECK_RC(with_part("xl/sharedStrings.xml", buf_str(&strings), &csv), RC_LIMIT);
	buf_reset(&strings);
	for (int i = 0; i < 200000; i++) /* deeper than any table */
		CHECK_OK(buf_add_c(&strings, "<a>"));
	CHECK_RC(with_part("xl/worksheets/v.xml", buf_str(&strings), &csv), RC_LIMIT);
	buf_free(&strings);
	buf_free(&csv);
}

CASE(rows_beyond_the_ceiling)
{
	struct buf rows = BUF(8 << 20), csv = BUF(SHEET_TEXT_MAX);

	CHECK_OK(buf_add_c(&rows, "<worksheet><sheetData>"));
	for (int i = 1; i <= SHEET_ROWS_MAX + 1; i++)
		CHECK_OK(buf_addf(&rows, "<row r='%d'><c><v>1</v></c></row>", i));
	CHECK_OK(buf_add_c(&rows, "</sheetData></worksheet>"));
	{
		const struct zip_part parts[] = { { "xl/workbook.xml", STR(BOOK) }, { "xl/_rels/workbook.xml.rels", STR(LINKS) }, { "xl/worksheets/v.xml", buf_str(&rows) } };

		CHECK_RC(read_parts(parts, 3, &csv), RC_LIMIT);
	}
	buf_free(&rows);
	buf_free(&csv);
}

CASE(formats)
{
	static const struct { const char *code; bool date; } formats[] = { { "yyyy/m/d", true }, { "General", false }, { "0.00", false }, { "[$-411]ggge\"年\"m\"月\"", true }, { "0.00E+00", false },
		{ "#,##0;[Red]-#,##0", false }, { "[h]:mm", true }, { "\"day\"0", false }, { "@", false }, { "0_d", false } };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (sheet_date_format(str_of(formats[i].code)) != formats[i].date) {
			test_failures++;
			printf("%s\n", formats[i].code);
		}
}

/* What we write we read: text stays text, and the file names nobody. */
CASE(written_and_read_again)
{
	const struct doc_column columns[] = { { DOC_CELL_TEXT, 0, STR("名前") }, { DOC_CELL_NUMBER, 0, STR("数") }, { DOC_CELL_DATE, 0, STR("期限") }, { DOC_CELL_TIME, 0, STR("時刻") } };
	const struct { struct str in[4]; const char *out; } rows[] = {
		{ { STR("=1+1"), STR("42"), STR("2026-11-23"), STR("2026-11-23 10:42:07") }, "\"=1+1\",\"42\",\"2026-11-23\",\"2026-11-23 10:42:07\"\r\n" },
		{ { STR("<a>&\"b\""), STR("n/a"), STR("未定"), STR("") }, "\"<a>&\"\"b\"\"\",\"n/a\",\"未定\"\r\n" },
		{ { STR("@cmd"), STR("-5"), STR("1900-01-01"), STR("2026-12-31 23:59:59") }, "\"@cmd\",\"-5\",\"1900-01-01\",\"2026-12-31 23:59:59\"\r\n" },
	};
	struct buf tape = BUF(65536), xlsx = BUF(1 << 20), csv = BUF(65536), want = BUF(65536);

	CHECK_OK(doc_head(&tape, &(struct doc_head){ .title = STR("一覧[1]/2") }));
	CHECK_OK(doc_table(&tape, STR("一覧[1]/2"), columns, 4));
	CHECK_OK(buf_add_c(&want, "\"名前\",\"数\",\"期限\",\"時刻\"\r\n"));
	for (size_t i = 0; i < 3; i++) {
		CHECK_OK(doc_row(&tape, rows[i].in, 4));
		CHECK_OK(buf_add_c(&want, rows[i].out));
	}
	CHECK_OK(sheet_write(buf_str(&tape), &xlsx));
	CHECK_OK(sheet_read(buf_str(&xlsx), &csv));
	CHECK_STR(buf_str(&csv), buf_cstr(&want));
	if (getenv("KEEP_SHEET")) { /* to look at it */
		FILE *f = fopen(getenv("KEEP_SHEET"), "w");

		CHECK(f && fwrite(xlsx.p, 1, xlsx.n, f) == xlsx.n && fclose(f) == 0);
	}
	buf_free(&tape);
	buf_free(&xlsx);
	buf_free(&csv);
	buf_free(&want);
}
