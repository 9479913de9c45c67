// SPDX-License-Identifier: Apache-2.0
/*
 * A document as a workbook: what is not a table goes on a first sheet of labels and values, every table on its own,
 * its head in the first row, so that it sorts, filters and can be imported again.
 *
 * Cells hold text as text (no formula is ever written, and "@" keeps a spreadsheet from making one), numbers and
 * days as such. There is no properties part: neither a person's nor a program's name is in the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "document/document.h"
#include "document/sheet.h"

#define SHEETS_MAX 20
#define PART_MAX   (160u << 20)
#define WIDTH_MIN  6
#define WIDTH_MAX  60
#define NS "http://schemas.openxmlformats.org/"
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

enum style { STYLE_PLAIN = 0, STYLE_HEAD, STYLE_TEXT, STYLE_NUMBER, STYLE_DATE, STYLE_TIME, STYLE_TITLE, STYLE_LABEL, STYLE_HEADING };

static const char styles_xml[] = XML "<styleSheet xmlns=\"" NS "spreadsheetml/2006/main\">"
	"<numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/><numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts>"
	"<fonts count=\"3\"><font><sz val=\"11\"/><name val=\"Yu Gothic\"/><family val=\"3\"/><charset val=\"128\"/></font>"
	"<font><b/><sz val=\"11\"/><color rgb=\"FF1F2A37\"/><name val=\"Yu Gothic\"/><family val=\"3\"/><charset val=\"128\"/></font>"
	"<font><b/><sz val=\"16\"/><name val=\"Yu Gothic\"/><family val=\"3\"/><charset val=\"128\"/></font></fonts>"
	"<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>"
	"<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE3E9F1\"/><bgColor indexed=\"64\"/></patternFill></fill></fills>"
	"<borders count=\"2\"><border><left/><right/><top/><bottom/><diagonal/></border>"
	"<border><left/><right/><top/><bottom style=\"thin\"><color rgb=\"FFB8C2CE\"/></bottom><diagonal/></border></borders>"
	"<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
	"<cellXfs count=\"9\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
	"<xf numFmtId=\"49\" fontId=\"1\" fillId=\"2\" borderId=\"1\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\"><alignment vertical=\"center\" wrapText=\"1\"/></xf>"
	"<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"1\" xfId=\"0\" applyNumberFormat=\"1\" applyBorder=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf>"
	"<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"1\" xfId=\"0\" applyBorder=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\"/></xf>"
	"<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"1\" xfId=\"0\" applyNumberFormat=\"1\" applyBorder=\"1\" applyAlignment=\"1\"><alignment horizontal=\"left\" vertical=\"top\"/></xf>"
	"<xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"1\" xfId=\"0\" applyNumberFormat=\"1\" applyBorder=\"1\" applyAlignment=\"1\"><alignment horizontal=\"left\" vertical=\"top\"/></xf>"
	"<xf numFmtId=\"49\" fontId=\"2\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>"
	"<xf numFmtId=\"49\" fontId=\"1\" fillId=\"2\" borderId=\"1\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf>"
	"<xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/></cellXfs>"
	"<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>";

struct sheet { char name[128]; struct buf xml; size_t rows, columns, widths[DOC_COLUMNS_MAX]; bool table; };
struct workbook { struct sheet list[SHEETS_MAX]; size_t count, tables, widths[SHEETS_MAX][DOC_COLUMNS_MAX]; /* of each table, measured before */ };

static enum rc
escape(struct buf *b, struct str s)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&': TRY(buf_add_c(b, "&amp;")); break;
		case '<': TRY(buf_add_c(b, "&lt;")); break;
		case '>': TRY(buf_add_c(b, "&gt;")); break;
		case '"': TRY(buf_add_c(b, "&quot;")); break;
		default: TRY(buf_add_byte(b, (uint8_t)s.p[i]));
		}
out:
	return rc;
}

/* How many half-width places its longest line takes, about. */
static size_t
places(struct str s)
{
	size_t widest = 0, n = 0;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = (uint8_t)s.p[i];

		if (c == '\n')
			n = 0;
		else if (c >= 0xe0)
			n += 2;
		else if (c < 0x80 || c >= 0xc0)
			n++;
		widest = n > widest ? n : widest;
	}
	return widest;
}

static void
widen(size_t *width, struct str text)
{
	size_t n = places(text) + 2;

	if (n > *width)
		*width = n;
}

static size_t
width_of(const struct sheet *s, size_t column)
{
	return s->widths[column] < WIDTH_MIN ? WIDTH_MIN : s->widths[column] > WIDTH_MAX ? WIDTH_MAX : s->widths[column];
}

/* How many lines it takes in its column. */
static size_t
lines_of(const struct sheet *s, size_t column, struct str text)
{
	size_t n = 0, room = width_of(s, column) - 1;
	struct str rest = text, line;

	while (str_cut(&rest, '\n', &line))
		n += places(line) / room + (places(line) % room != 0 || places(line) == 0);
	return n ? n : 1;
}

/* Widths before heights: a first reading of the tape. */
static void
measure(struct workbook *w, struct str tape, struct doc_item *item)
{
	struct reader r = reader_of(tape);
	size_t table = 0;

	while (doc_next(&r, item))
		if (item->kind == DOC_TABLE && ++table <= SHEETS_MAX)
			for (size_t i = 0; i < item->columns_count; i++) {
				widen(&w->widths[table - 1][i], item->columns[i].text);
				w->widths[table - 1][i] += 2; /* the arrow of the filter */
			}
		else if (item->kind == DOC_ROW && table <= SHEETS_MAX)
			for (size_t i = 0; i < item->columns_count; i++)
				widen(&w->widths[table - 1][i], item->cells[i]);
}

/* Names are at most 31 characters, without []:*?/\ and no two alike. */
static void
name_sheet(struct workbook *w, struct sheet *s, struct str name)
{
	size_t n = 0, characters = 0;

	for (size_t i = 0; i < name.n && n < sizeof(s->name) - 8; i++) {
		if (((uint8_t)name.p[i] & 0xc0) != 0x80 && ++characters > 27)
			break;
		s->name[n++] = name.p[i] == '\0' || strchr("[]:*?/\\'\n", name.p[i]) ? '-' : name.p[i];
	}
	s->name[n] = '\0';
	for (size_t i = 0; i + 1 < w->count || n == 0; i++)
		if (n == 0 || strcasecmp(w->list[i].name, s->name) == 0) {
			(void)snprintf(s->name + n, sizeof(s->name) - n, " %zu", w->count); /* room was kept */
			break;
		}
}

static struct sheet *
sheet_new(struct workbook *w, struct str name, bool table)
{
	struct sheet *s;

	if (w->count == SHEETS_MAX)
		return NULL;
	s = &w->list[w->count++];
	*s = (struct sheet){ .xml = BUF(PART_MAX), .table = table };
	name_sheet(w, s, name);
	return s;
}

/* "AB12" */
static enum rc
place(struct buf *b, size_t column, size_t row)
{
	if (column >= 26)
		return buf_addf(b, "%c%c%zu", (int)('A' + column / 26 - 1), (int)('A' + column % 26), row);
	return buf_addf(b, "%c%zu", (int)('A' + column), row);
}

static enum rc
cell_text(struct sheet *s, size_t column, struct str text, enum style style)
{
	enum rc rc = RC_OK;

	TRY(buf_add_c(&s->xml, "<c r=\""));
	TRY(place(&s->xml, column, s->rows));
	TRY(buf_addf(&s->xml, "\" s=\"%d\"", style));
	if (text.n) {
		TRY(buf_add_c(&s->xml, " t=\"inlineStr\"><is><t xml:space=\"preserve\">"));
		TRY(escape(&s->xml, text));
		TRY(buf_add_c(&s->xml, "</t></is></c>"));
	} else {
		TRY(buf_add_c(&s->xml, "/>"));
	}
out:
	return rc;
}

static enum rc
cell_number(struct sheet *s, size_t column, struct str digits, enum style style)
{
	enum rc rc = RC_OK;

	TRY(buf_add_c(&s->xml, "<c r=\""));
	TRY(place(&s->xml, column, s->rows));
	TRY(buf_addf(&s->xml, "\" s=\"%d\"><v>" STR_FMT "</v></c>", style, STR_ARG(digits)));
out:
	return rc;
}

/* Days since the end of 1899, as spreadsheets count; false: no day, or one before March 1900. */
static bool
serial(struct str s, bool with_time, char ret[32])
{
	int64_t at = 0, days, part[3] = { 0, 0, 0 };
	const int64_t base = time_of_civil((struct civil){ 1899, 12, 30, 0, 0, 0 });

	if (s.n != (with_time ? 19u : 10u) || time_parse_date(str_sub(s, 0, 10), &at) != RC_OK) {
		rc_trail_clear();
		return false;
	}
	for (size_t i = 0; with_time && i < 3; i++) {
		struct str two = str_sub(s, 11 + 3 * i, 2);

		if (two.p[0] < '0' || two.p[0] > '9' || two.p[1] < '0' || two.p[1] > '9' || s.p[10 + 3 * i] != (i ? ':' : ' '))
			return false;
		part[i] = (two.p[0] - '0') * 10 + two.p[1] - '0';
	}
	if (at <= base + 60 * DAY_US)
		return false;
	days = (at - base) / DAY_US;
	if (with_time)
		(void)snprintf(ret, 32, "%.9f", (double)days + (double)(part[0] * 3600 + part[1] * 60 + part[2]) / 86400.0); /* fits */
	else
		(void)snprintf(ret, 32, "%lld", (long long)days); /* fits */
	return true;
}

static enum rc
cell(struct sheet *s, size_t column, enum doc_cell kind, struct str text)
{
	char number[32];
	int64_t n;

	if (kind == DOC_CELL_NUMBER && num_parse(text, -999999999999999, 999999999999999, &n) == RC_OK)
		return cell_number(s, column, text, STYLE_NUMBER);
	rc_trail_clear();
	if ((kind == DOC_CELL_DATE || kind == DOC_CELL_TIME) && serial(text, kind == DOC_CELL_TIME, number))
		return cell_number(s, column, str_of(number), kind == DOC_CELL_DATE ? STYLE_DATE : STYLE_TIME);
	return cell_text(s, column, text, STYLE_TEXT);
}

static enum rc
row_begin(struct sheet *s, size_t lines)
{
	if (s->rows == 1048576)
		return FAIL(RC_LIMIT, "表が1,048,576行を超えています / the table has more than 1,048,576 rows");
	return buf_addf(&s->xml, "<row r=\"%zu\" ht=\"%zu\" customHeight=\"1\">", ++s->rows, lines * 18 < 400 ? lines * 18 : 400);
}

/* A line of the first sheet. */
static enum rc
line(struct sheet *s, struct str label, enum style label_style, struct str text, bool both)
{
	enum rc rc = RC_OK;

	TRY(row_begin(s, both ? lines_of(s, 1, text) : label_style == STYLE_TITLE ? 2 : 1));
	TRY(cell_text(s, 0, label, label_style));
	if (both) {
		TRY(cell_text(s, 1, text, STYLE_TEXT));
	}
	TRY(buf_add_c(&s->xml, "</row>"));
out:
	return rc;
}

static enum rc
cover_head(struct sheet *s, const struct doc_head *h)
{
	enum rc rc = RC_OK;

	TRY(line(s, h->title, STYLE_TITLE, STR_NONE, false));
	if (h->number.n)
		TRY(line(s, h->english ? STR("Number") : STR("文書番号"), STYLE_LABEL, h->number, true));
	if (h->date.n)
		TRY(line(s, h->english ? STR("Date") : STR("日付"), STYLE_LABEL, h->date, true));
	if (h->to.n)
		TRY(line(s, h->english ? STR("To") : STR("宛先"), STYLE_LABEL, h->to, true));
	if (h->from.n)
		TRY(line(s, h->english ? STR("From") : STR("差出人"), STYLE_LABEL, h->from, true));
out:
	return rc;
}

static enum rc
item_add(struct workbook *w, struct sheet **cover, struct sheet **table, const struct doc_item *item)
{
	size_t lines = 1;
	enum rc rc = RC_OK;

	if (item->kind != DOC_HEAD && item->kind != DOC_TABLE && item->kind != DOC_ROW && !*cover) {
		*cover = sheet_new(w, item->head.title, false);
		if (!*cover)
			return FAIL(RC_LIMIT, "シートが%d枚を超えています / more than %d sheets", SHEETS_MAX, SHEETS_MAX);
		(*cover)->widths[0] = 18;
		(*cover)->widths[1] = WIDTH_MAX;
		TRY(cover_head(*cover, &item->head));
	}
	switch (item->kind) {
	case DOC_HEADING:
		TRY(line(*cover, item->text, STYLE_HEADING, STR_NONE, false));
		break;
	case DOC_TEXT:
		TRY(line(*cover, item->text, STYLE_PLAIN, STR_NONE, false));
		break;
	case DOC_PAIR:
		TRY(line(*cover, item->label, STYLE_LABEL, item->text, true));
		break;
	case DOC_TABLE:
		*table = sheet_new(w, item->text, true);
		if (!*table)
			return FAIL(RC_LIMIT, "シートが%d枚を超えています / more than %d sheets", SHEETS_MAX, SHEETS_MAX);
		(*table)->columns = item->columns_count;
		memcpy((*table)->widths, w->widths[w->tables++], sizeof((*table)->widths));
		TRY(row_begin(*table, 1));
		for (size_t i = 0; i < item->columns_count; i++)
			TRY(cell_text(*table, i, item->columns[i].text, STYLE_HEAD));
		TRY(buf_add_c(&(*table)->xml, "</row>"));
		break;
	case DOC_ROW:
		for (size_t i = 0; i < item->columns_count; i++)
			lines = lines_of(*table, i, item->cells[i]) > lines ? lines_of(*table, i, item->cells[i]) : lines;
		TRY(row_begin(*table, lines));
		for (size_t i = 0; i < item->columns_count; i++)
			TRY(cell(*table, i, item->columns[i].cell, item->cells[i]));
		TRY(buf_add_c(&(*table)->xml, "</row>"));
		break;
	default:
		break;
	}
out:
	return rc;
}

/* ---- parts */

/* In a header of a printed page '&' begins a command. */
static enum rc
header_text(struct buf *b, struct str s)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s.n && i < 120; i++)
		if (s.p[i] == '&')
			TRY(buf_add_c(b, "&amp;&amp;"));
		else
			TRY(escape(b, str_sub(s, i, 1)));
out:
	return rc;
}

static enum rc
sheet_xml(const struct sheet *s, struct str title, struct buf *b)
{
	size_t columns = s->table ? s->columns : 2;
	enum rc rc = RC_OK;

	TRY(buf_add_c(b, XML "<worksheet xmlns=\"" NS "spreadsheetml/2006/main\"><sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView workbookViewId=\"0\""));
	TRY(buf_add_c(b, s->table ? "><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>" : " showGridLines=\"0\"/></sheetViews>"));
	TRY(buf_add_c(b, "<sheetFormatPr defaultRowHeight=\"18\"/><cols>"));
	for (size_t i = 0; i < columns; i++)
		TRY(buf_addf(b, "<col min=\"%zu\" max=\"%zu\" width=\"%zu\" customWidth=\"1\"/>", i + 1, i + 1, width_of(s, i)));
	TRY(buf_add_c(b, "</cols><sheetData>"));
	TRY(buf_add(b, buf_str(&s->xml)));
	TRY(buf_add_c(b, "</sheetData>"));
	if (s->table) {
		TRY(buf_add_c(b, "<autoFilter ref=\"A1:"));
		TRY(place(b, columns - 1, s->rows));
		TRY(buf_add_c(b, "\"/>"));
	}
	TRY(buf_add_c(b, "<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.75\" bottom=\"0.75\" header=\"0.3\" footer=\"0.3\"/>"));
	TRY(buf_addf(b, "<pageSetup paperSize=\"9\" orientation=\"%s\" fitToWidth=\"1\" fitToHeight=\"0\"/><headerFooter><oddHeader>&amp;L", columns > 5 ? "landscape" : "portrait"));
	TRY(header_text(b, title));
	TRY(buf_add_c(b, "&amp;R&amp;A</oddHeader><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"));
out:
	return rc;
}

static enum rc
workbook_xml(const struct workbook *w, struct buf *b, struct buf *links, struct buf *types)
{
	bool tables = false;
	enum rc rc = RC_OK;

	TRY(buf_add_c(b, XML "<workbook xmlns=\"" NS "spreadsheetml/2006/main\" xmlns:r=\"" NS "officeDocument/2006/relationships\"><workbookPr/><bookViews><workbookView activeTab=\"0\"/></bookViews><sheets>"));
	TRY(buf_add_c(links, XML "<Relationships xmlns=\"" NS "package/2006/relationships\">"));
	TRY(buf_add_c(types, XML "<Types xmlns=\"" NS "package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
	    "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
	    "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>"));
	for (size_t i = 0; i < w->count; i++) {
		TRY(buf_add_c(b, "<sheet name=\""));
		TRY(escape(b, str_of(w->list[i].name)));
		TRY(buf_addf(b, "\" sheetId=\"%zu\" r:id=\"rId%zu\"/>", i + 1, i + 1));
		TRY(buf_addf(links, "<Relationship Id=\"rId%zu\" Type=\"" NS "officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet%zu.xml\"/>", i + 1, i + 1));
		TRY(buf_addf(types, "<Override PartName=\"/xl/worksheets/sheet%zu.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>", i + 1));
		tables |= w->list[i].table;
	}
	TRY(buf_add_c(b, "</sheets>"));
	for (size_t i = 0; i < w->count && tables; i++) { /* on paper the head stands on every page */
		if (i == 0)
			TRY(buf_add_c(b, "<definedNames>"));
		if (w->list[i].table) {
			TRY(buf_addf(b, "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"%zu\">'", i));
			TRY(escape(b, str_of(w->list[i].name)));
			TRY(buf_add_c(b, "'!$1:$1</definedName>"));
		}
		if (i + 1 == w->count)
			TRY(buf_add_c(b, "</definedNames>"));
	}
	TRY(buf_add_c(b, "</workbook>"));
	TRY(buf_addf(links, "<Relationship Id=\"rId%zu\" Type=\"" NS "officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>", w->count + 1));
	TRY(buf_add_c(types, "</Types>"));
out:
	return rc;
}

static enum rc
pack(const struct workbook *w, struct str title, struct buf *ret)
{
	static const char root[] = XML "<Relationships xmlns=\"" NS "package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"" NS "officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
	struct buf book = BUF(65536), links = BUF(65536), types = BUF(65536), sheets[SHEETS_MAX];
	struct zip_part parts[SHEETS_MAX + 5];
	char names[SHEETS_MAX][40];
	enum rc rc = RC_OK;

	for (size_t i = 0; i < SHEETS_MAX; i++)
		sheets[i] = (struct buf)BUF(PART_MAX);
	TRY(workbook_xml(w, &book, &links, &types));
	parts[0] = (struct zip_part){ "[Content_Types].xml", buf_str(&types) };
	parts[1] = (struct zip_part){ "_rels/.rels", str_of(root) };
	parts[2] = (struct zip_part){ "xl/workbook.xml", buf_str(&book) };
	parts[3] = (struct zip_part){ "xl/_rels/workbook.xml.rels", buf_str(&links) };
	parts[4] = (struct zip_part){ "xl/styles.xml", str_of(styles_xml) };
	for (size_t i = 0; i < w->count; i++) {
		TRY(sheet_xml(&w->list[i], title, &sheets[i]));
		(void)snprintf(names[i], sizeof(names[i]), "xl/worksheets/sheet%zu.xml", i + 1); /* fits */
		parts[5 + i] = (struct zip_part){ names[i], buf_str(&sheets[i]) };
	}
	TRY(zip_out(parts, 5 + w->count, ret));
out:
	for (size_t i = 0; i < SHEETS_MAX; i++)
		buf_free(&sheets[i]);
	buf_free(&book);
	buf_free(&links);
	buf_free(&types);
	return rc;
}

enum rc
sheet_write(struct str tape, struct buf *ret)
{
	struct workbook *w = calloc(1, sizeof(*w));
	struct doc_item *item = calloc(1, sizeof(*item));
	struct sheet *cover = NULL, *table = NULL;
	struct reader r = reader_of(tape);
	enum rc rc = RC_OK;

	if (!w || !item)
		abort();
	TRY(doc_check(tape));
	measure(w, tape, item);
	*item = (struct doc_item){ .kind = 0 };
	while (doc_next(&r, item))
		TRY(item_add(w, &cover, &table, item));
	if (w->count == 0)
		TRY(FAIL(RC_SYNTAX, "no document: nothing for a workbook in it"));
	TRY(pack(w, item->head.title, ret));
out:
	for (size_t i = 0; i < SHEETS_MAX; i++)
		buf_free(&w->list[i].xml);
	free(w);
	free(item);
	return rc;
}
