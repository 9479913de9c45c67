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
