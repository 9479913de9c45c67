// SPDX-License-Identifier: Apache-2.0
/* The first visible sheet of a workbook as CSV: shared strings, formats and sheet names first, then the sheet as it streams by. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "document/sheet_int.h"

#define NAME_MAX_BYTES 255
#define FORMATS_MAX    4096
#define CELL_TEXT_MAX  65536
#define STRINGS_MAX    1000000 /* more than the cells that may stand in a sheet */

struct strings { struct buf bytes; struct { size_t at, n; } *list; size_t count, cap; };

struct book {
	struct zip_in *zip;
	size_t         left;                       /* bytes that may still be unpacked */
	bool           from_1904;
	char           sheet_name[NAME_MAX_BYTES + 1], sheet_link[64], target[NAME_MAX_BYTES + 1];
	struct strings strings;
	bool           custom[FORMATS_MAX];        /* number formats of its own that show a day */
	bool           styles[FORMATS_MAX * 4];    /* cell styles that do                       */
	size_t         styles_count;
	bool           in_cell_styles;
	/* where the reader stands */
	struct buf     text;
	bool           taking, phonetic;
	int64_t        row, column, last_row, rows, last_column;
	char           type[16], cell_name[16];
	bool           dated, formula, valued;
	struct buf    *csv;
};

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool
yes(const char *s)
{
	return s && (is(s, "1") || is(s, "true") || is(s, "on"));
}

static enum rc
text_in(void *context, struct str s)
{
	struct book *b = context;

	if (!b->taking || b->phonetic)
		return RC_OK;
	return buf_add(&b->text, s) == RC_OK ? RC_OK : FAIL(RC_LIMIT, "%lld行目: 長すぎる文字列があります / row %lld: a text that is too long", (long long)b->row, (long long)b->row);
}

/* ---- xl/workbook.xml and its links */

static enum rc
book_begin(void *context, const char *name, const char **at)
{
	struct book *b = context;
	const char *label = xml_attribute(at, "name"), *state = xml_attribute(at, "state");

	if (is(name, "workbookPr"))
		b->from_1904 = yes(xml_attribute(at, "date1904"));
	if (!is(name, "sheet") || b->sheet_link[0] || (state && !is(state, "visible")))
		return RC_OK;
	for (; *at; at += 2) /* r:id, beside sheetId */
		if (strchr(at[0], ':') && is(strrchr(at[0], ':') + 1, "id") && strlen(at[1]) < sizeof(b->sheet_link))
			(void)snprintf(b->sheet_link, sizeof(b->sheet_link), "%s", at[1]); /* measured */
	(void)snprintf(b->sheet_name, sizeof(b->sheet_name), "%.80s", label ? label : "");
	return RC_OK;
}

static enum rc
links_begin(void *context, const char *name, const char **at)
{
	struct book *b = context;
	const char *id = xml_attribute(at, "Id"), *target = xml_attribute(at, "Target"), *mode = xml_attribute(at, "TargetMode");

	if (!is(name, "Relationship") || !id || !target || !is(id, b->sheet_link) || (mode && is(mode, "External")) || strlen(target) > 200)
		return RC_OK;
	(void)snprintf(b->target, sizeof(b->target), "%s%s", target[0] == '/' ? "" : "xl/", target[0] == '/' ? target + 1 : target); /* measured */
	return RC_OK;
}

/* ---- xl/sharedStrings.xml: how a word is read aloud (rPh) is no part of it */

static enum rc
strings_begin(void *context, const char *name, const char **at)
{
	struct book *b = context;

	if (is(name, "si"))
		buf_reset(&b->text);
	if (is(name, "rPh"))
		b->phonetic = true;
	b->taking = is(name, "t");
	return RC_OK;
}

static enum rc
strings_end(void *context, const char *name)
{
	struct book *b = context;
	struct strings *s = &b->strings;
	enum rc rc = RC_OK;

	if (is(name, "t"))
		b->taking = false;
	if (is(name, "rPh"))
		b->phonetic = false;
	if (!is(name, "si"))
		return RC_OK;
	if (s->count == STRINGS_MAX)
		return FAIL(RC_LIMIT, "ブックの文字列が%d個を超えています。必要な行だけにしてください / the workbook has more than %d strings: keep the rows that are needed", STRINGS_MAX, STRINGS_MAX);
	if (s->count == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 1024;
		s->list = realloc(s->list, s->cap * sizeof(*s->list));
		if (!s->list)
			abort();
	}
	s->list[s->count].at = s->bytes.n;
	s->list[s->count++].n = b->text.n;
	TRY(buf_add(&s->bytes, buf_str(&b->text)));
out:
	return rc;
}

/* ---- xl/styles.xml: which styles show a day */

static enum rc
styles_begin(void *context, const char *name, const char **at)
{
	struct book *b = context;
	const char *id = xml_attribute(at, "numFmtId"), *code = xml_attribute(at, "formatCode");
	int64_t n = -1;

	if (is(name, "cellXfs"))
		b->in_cell_styles = true;
	if (id && num_parse(str_of(id), 0, 1 << 20, &n) != RC_OK)
		rc_trail_clear(); /* a format of no number shows numbers */
	if (is(name, "numFmt") && n >= 0 && n < FORMATS_MAX && code)
		b->custom[n] = sheet_date_format(str_of(code));
	if (is(name, "xf") && b->in_cell_styles && b->styles_count < sizeof(b->styles))
		b->styles[b->styles_count++] = sheet_date_builtin(n) || (n >= 0 && n < FORMATS_MAX && b->custom[n]);
	return RC_OK;
}

static enum rc
styles_end(void *context, const char *name)
{
	struct book *b = context;

	if (is(name, "cellXfs"))
		b->in_cell_styles = false;
	return RC_OK;
}

/* ---- the sheet */

/* "AB12": its column from 1; 0: none. */
static int64_t
column_of(const char *name)
{
	int64_t n = 0;

	for (; *name >= 'A' && *name <= 'Z' && n < 20000; name++)
		n = n * 26 + (*name - 'A' + 1);
	return n <= 16384 ? n : 0;
}

static enum rc
cell_begin(struct book *b, const char **at)
{
	const char *name = xml_attribute(at, "r"), *type = xml_attribute(at, "t"), *style = xml_attribute(at, "s");
	int64_t n = 0;

	b->column = name ? column_of(name) : b->column + 1;
	if (b->column == 0)
		return FAIL(RC_SYNTAX, "%lld行目: 列のないセルがあります / row %lld: a cell of no column", (long long)b->row, (long long)b->row);
	(void)snprintf(b->cell_name, sizeof(b->cell_name), "%.15s", name ? name : ""); /* for a sentence */
	(void)snprintf(b->type, sizeof(b->type), "%.15s", type ? type : "n");
	if (style && num_parse(str_of(style), 0, (int64_t)b->styles_count - 1, &n) != RC_OK) {
		rc_trail_clear();
		n = -1;
	}
	b->dated = style && n >= 0 && b->styles[n];
	b->formula = b->valued = false;
	buf_reset(&b->text);
	return RC_OK;
}

static enum rc
sheet_begin(void *context, const char *name, const char **at)
{
	struct book *b = context;
	const char *row = xml_attribute(at, "r");
	int64_t n = b->row + 1;

	if (is(name, "row")) {
		if (row && num_parse(str_of(row), 1, 1048576, &n) != RC_OK)
			return FAIL(RC_SYNTAX, "行の番号が正しくありません / a row of no number");
		if (n <= b->row)
			return FAIL(RC_SYNTAX, "%lld行目: 行の順が正しくありません / row %lld: out of order", (long long)n, (long long)n);
		b->row = n;
		b->column = b->last_column = 0;
	} else if (is(name, "c")) {
		return cell_begin(b, at);
	} else if (is(name, "f")) {
		b->formula = true;
	} else if (is(name, "rPh")) {
		b->phonetic = true;
	}
	if (is(name, "v") && b->valued)
		return FAIL(RC_SYNTAX, "セル %s: 値が二つあります / cell %s has two values", b->cell_name, b->cell_name);
	b->taking = is(name, "v") || is(name, "t");
	b->valued |= b->taking;
	return RC_OK;
}

/* What stands in the cell, as text. */
static enum rc
cell_value(struct book *b, struct buf *value)
{
	struct str s = buf_str(&b->text);
	int64_t n = 0;
	enum rc rc = RC_OK;

	if (b->formula && !b->valued)
		return FAIL(RC_SYNTAX, "セル %s: 数式の計算結果が保存されていません。値として貼り付けてください / cell %s: a formula whose result is not saved; paste it as a value", b->cell_name, b->cell_name);
	if (!b->valued)
		return RC_OK;
	if (is(b->type, "s")) {
		if (num_parse(s, 0, (int64_t)b->strings.count - 1, &n) != RC_OK)
			return FAIL(RC_SYNTAX, "セル %s: 文字列の番号が正しくありません / cell %s: no such string", b->cell_name, b->cell_name);
		s = (struct str){ b->strings.bytes.p + b->strings.list[n].at, b->strings.list[n].n };
	} else if (is(b->type, "b")) {
		s = str_eq_c(s, "1") ? STR("TRUE") : STR("FALSE");
	} else if (is(b->type, "e")) {
		return FAIL(RC_SYNTAX, "セル %s: エラー値（%.*s）です。直してから取り込んでください / cell %s holds the error %.*s", b->cell_name, s.n > 20 ? 20 : (int)s.n, s.n ? s.p : "", b->cell_name, s.n > 20 ? 20 : (int)s.n, s.n ? s.p : "");
	} else if (is(b->type, "n")) {
		if (str_trim(s).n == 0)
			return RC_OK;
		rc = sheet_number(s, b->dated, b->from_1904, value);
		return rc == RC_SYNTAX ? rc_context(rc, "セル %s / cell %s", b->cell_name, b->cell_name) : rc;
	} else if (!is(b->type, "inlineStr") && !is(b->type, "str") && !is(b->type, "d")) {
		return FAIL(RC_SYNTAX, "セル %s: 知らない種類の値です / cell %s: a value of no known kind", b->cell_name, b->cell_name);
	}
	if (s.n > CELL_TEXT_MAX)
		return FAIL(RC_LIMIT, "セル %s: 長すぎます / cell %s: too long", b->cell_name, b->cell_name);
	for (size_t i = 0; i < s.n; i++) { /* how Office writes a carriage return */
		if (s.n - i >= 7 && strncmp(s.p + i, "_x000D_", 7) == 0)
			i += 6;
		else if (s.p[i] != '\r')
			TRY(buf_add_byte(value, (uint8_t)s.p[i]));
	}
out:
	return rc;
}

/* Quoted, in its column of its line; an apostrophe that stood there is told from one that guards (form of our own exports). */
static enum rc
cell_write(struct book *b, struct str s)
{
	enum rc rc = RC_OK;

	if (b->column > SHEET_CELLS_MAX)
		return FAIL(RC_LIMIT, "セル %s: 列が%d個を超えています / cell %s: more than %d columns", b->cell_name, SHEET_CELLS_MAX, b->cell_name, SHEET_CELLS_MAX);
	if (b->column <= b->last_column)
		return FAIL(RC_SYNTAX, "セル %s: 列の順が正しくありません / cell %s: out of order", b->cell_name, b->cell_name);
	if (b->row > SHEET_ROW_MAX || (b->last_row != b->row && ++b->rows > SHEET_ROWS_MAX))
		return FAIL(RC_LIMIT, "シート「%s」の行が%d行を超えています。分けて取り込んでください / sheet '%s' has more than %d rows: import it in parts", b->sheet_name, SHEET_ROWS_MAX, b->sheet_name, SHEET_ROWS_MAX);
	if (b->last_row != b->row)
		for (int64_t i = b->last_row ? b->last_row : 1; i < b->row; i++)
			TRY(buf_add_c(b->csv, "\r\n"));
	b->last_row = b->row;
	for (int64_t i = b->last_column ? b->last_column : 1; i < b->column; i++)
		TRY(buf_add_c(b->csv, ","));
	b->last_column = b->column;
	TRY(buf_add_c(b->csv, "\""));
	if (s.n > 1 && s.p[0] == '\'' && strchr("=+-@\xef", s.p[1]))
		TRY(buf_add_c(b->csv, "'"));
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			TRY(buf_add_c(b->csv, "\""));
		TRY(buf_add_byte(b->csv, (uint8_t)s.p[i]));
	}
	TRY(buf_add_c(b->csv, "\""));
out:
	return rc == RC_LIMIT && b->csv->n + 1024 > b->csv->max ? FAIL(RC_LIMIT, "シート「%s」が大きすぎます。分けて取り込んでください / sheet '%s' is too large: import it in parts", b->sheet_name, b->sheet_name) : rc;
}

static enum rc
sheet_end(void *context, const char *name)
{
	struct book *b = context;
	struct buf value = BUF(CELL_TEXT_MAX + 64);
	enum rc rc = RC_OK;

	if (is(name, "v") || is(name, "t"))
		b->taking = false;
	if (is(name, "rPh"))
		b->phonetic = false;
	if (!is(name, "c"))
		return RC_OK;
	TRY(cell_value(b, &value));
	if (str_trim(buf_str(&value)).n)
		TRY(cell_write(b, buf_str(&value)));
out:
	buf_free(&value);
	return rc;
}

/* ---- the whole */

static enum rc
optional(enum rc rc)
{
	if (rc == RC_NOTFOUND)
		rc_trail_clear();
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc
refuse_what_reaches_out(struct zip_in *zip)
{
	if (zip_in_has(zip, "xl/vbaProject.bin"))
		return FAIL(RC_SYNTAX, "マクロのあるブックは受け付けません。「Excel ブック（*.xlsx）」で保存し直してください / a workbook with macros is not taken: save it as .xlsx");
	if (zip_in_has(zip, "xl/macrosheets/"))
		return FAIL(RC_SYNTAX, "マクロのシートがあるブックは受け付けません。値だけのシートにして保存し直してください / a workbook with macro sheets is not taken: keep a sheet of values only");
	if (zip_in_has(zip, "xl/externalLinks/"))
		return FAIL(RC_SYNTAX, "ほかのブックへのリンクがあるブックは受け付けません。リンクを解除してください / a workbook with links to other workbooks is not taken: break the links");
	return RC_OK;
}

enum rc
sheet_read(struct str bytes, struct buf *ret_csv)
{
	static const struct xml_events book = { book_begin, NULL, NULL }, links = { links_begin, NULL, NULL }, strings = { strings_begin, strings_end, text_in },
		styles = { styles_begin, styles_end, NULL }, sheet = { sheet_begin, sheet_end, text_in };
	struct book *b;
	enum rc rc = RC_OK;

	if (str_starts(bytes, STR("\xd0\xcf\x11\xe0")))
		return FAIL(RC_SYNTAX, "パスワード付きか、古い形式（.xls）のブックです。パスワードを外し「Excel ブック（*.xlsx）」で保存し直してください / a workbook with a password, or an old .xls: save it as .xlsx without one");
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->left = SHEET_UNPACKED_MAX;
	b->csv = ret_csv;
	b->text.max = CELL_TEXT_MAX * 4;
	b->strings.bytes.max = SHEET_UNPACKED_MAX;
	TRY(zip_in_open(bytes, &b->zip));
	TRY(refuse_what_reaches_out(b->zip));
	rc = xml_read(b->zip, "xl/workbook.xml", &b->left, &book, b);
	if (rc == RC_NOTFOUND)
		rc = FAIL(RC_SYNTAX, "Excel のブック（.xlsx）ではありません / this is no workbook (.xlsx)");
	TRY(rc);
	TRY(optional(xml_read(b->zip, "xl/_rels/workbook.xml.rels", &b->left, &links, b)));
	if (!b->target[0])
		TRY(FAIL(RC_SYNTAX, "表示されているシートがありません / no sheet of it is visible"));
	TRY(optional(xml_read(b->zip, "xl/sharedStrings.xml", &b->left, &strings, b)));
	TRY(optional(xml_read(b->zip, "xl/styles.xml", &b->left, &styles, b)));
	rc = xml_read(b->zip, b->target, &b->left, &sheet, b);
	if (rc == RC_NOTFOUND)
		rc = FAIL(RC_SYNTAX, "シート「%s」の中身がブックにありません。Excel で開いて保存し直してください / what sheet '%s' holds is not in the workbook: open it in Excel and save it again", b->sheet_name, b->sheet_name);
	TRY(rc);
	if (b->rows == 0)
		TRY(FAIL(RC_SYNTAX, "シート「%s」には何も書かれていません。表を最初のシートに置いてください / sheet '%s' is empty: put the table on the first sheet", b->sheet_name, b->sheet_name));
	TRY(buf_add_c(ret_csv, "\r\n"));
out:
	zip_in_close(b->zip);
	buf_free(&b->text);
	buf_free(&b->strings.bytes);
	free(b->strings.list);
	free(b);
	return rc;
}
