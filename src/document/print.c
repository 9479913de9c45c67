// SPDX-License-Identifier: Apache-2.0
/*
 * Draws the tape twice: first into nothing, to know how many pages there are, then into the PDF.
 * Body in Mincho, headings and tables in Gothic, as offices print. The only door to pango, cairo and qrencode here.
 */
#include "document/print.h"

#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#include <qrencode.h>
#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "document/document.h"

#define MM(x)      ((x) * 72.0 / 25.4)
#define A4_SHORT   MM(210)
#define A4_LONG    MM(297)
#define MARGIN     MM(20)
#define FOOT       MM(12)
#define PAD        3.0
#define PAGES_MAX  5000
#define BODY       "IPAexMincho, Noto Serif CJK JP, IPAexGothic, Noto Sans CJK JP"
#define GOTHIC     "IPAexGothic, Noto Sans CJK JP, IPAexMincho"

static const char *const fonts_files[] = { "opentype/ipaexfont-mincho/ipaexm.ttf", "opentype/ipaexfont-gothic/ipaexg.ttf", "opentype/noto/NotoSansCJK-Regular.ttc",
	"opentype/noto/NotoSerifCJK-Regular.ttc" };

struct press {
	cairo_t        *cr;
	PangoContext   *pango;
	struct doc_head head;
	double          width, height, y;      /* of the page; where the next thing goes */
	int             page, pages;           /* pages: 0 while they are counted        */
	struct doc_item *item;
	double          columns[DOC_COLUMNS_MAX];
	struct buf      unknown;               /* the first character no font has        */
	bool            after_row;
};

static double
inner(const struct press *p)
{
	return p->width - 2 * MARGIN;
}

static double
bottom(const struct press *p)
{
	return p->height - MARGIN;
}

static PangoLayout *
lay(struct press *p, struct str s, const char *family, double size, bool bold, double width, PangoAlignment align)
{
	PangoFontDescription *font = pango_font_description_new();
	PangoLayout *l = pango_layout_new(p->pango);

	pango_font_description_set_family(font, family);
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	if (bold)
		pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	pango_layout_set_font_description(l, font);
	pango_font_description_free(font);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(l, align);
	pango_layout_set_text(l, s.n ? s.p : "", (int)s.n);
	if (pango_layout_get_unknown_glyphs_count(l) > 0 && p->unknown.n == 0 && buf_addf(&p->unknown, "%.*s", s.n > 60 ? 60 : (int)s.n, s.p) != RC_OK)
		rc_trail_clear(); /* said without it */
	return l;
}

static double
height_of(PangoLayout *l)
{
	int h = 0;

	pango_layout_get_size(l, NULL, &h);
	return (double)h / PANGO_SCALE;
}

static void
show(struct press *p, PangoLayout *l, double x, double y)
{
	cairo_move_to(p->cr, x, y);
	pango_cairo_show_layout(p->cr, l);
}

static void
rule(struct press *p, double x, double y, double width, double grey, double thick)
{
	cairo_set_source_rgb(p->cr, grey, grey, grey);
	cairo_set_line_width(p->cr, thick);
	cairo_move_to(p->cr, x, y);
	cairo_line_to(p->cr, x + width, y);
	cairo_stroke(p->cr);
	cairo_set_source_rgb(p->cr, 0, 0, 0);
}

/* What every page has at its foot. */
static void
foot(struct press *p)
{
	char number[48];
	PangoLayout *l;

	(void)snprintf(number, sizeof(number), "%d / %d", p->page, p->pages ? p->pages : 999); /* fits */
	rule(p, MARGIN, bottom(p) + 4, inner(p), 0.6, 0.4);
	l = lay(p, str_of(number), GOTHIC, 8, false, inner(p), PANGO_ALIGN_CENTER);
	show(p, l, MARGIN, bottom(p) + 7);
	g_object_unref(l);
	l = lay(p, p->head.number.n ? p->head.number : p->head.title, GOTHIC, 8, false, inner(p) * 0.42, PANGO_ALIGN_LEFT);
	pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
	show(p, l, MARGIN, bottom(p) + 7);
	g_object_unref(l);
	l = lay(p, p->head.date, GOTHIC, 8, false, inner(p) * 0.42, PANGO_ALIGN_RIGHT);
	pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
	show(p, l, MARGIN + inner(p) * 0.58, bottom(p) + 7);
	g_object_unref(l);
}

static void
page_new(struct press *p)
{
	if (p->page)
		cairo_show_page(p->cr);
	p->page++;
	p->y = MARGIN;
	foot(p);
}

/* Lines from `*line` on that fit above `limit`; true when all are drawn. `ret_used`: how high they were. */
static bool
lines_draw(struct press *p, PangoLayout *l, int *line, double x, double y, double limit, bool draw, double *ret_used)
{
	int n = pango_layout_get_line_count(l);
	PangoLayoutIter *at = pango_layout_get_iter(l);
	double first = -1;

	*ret_used = 0;
	for (int i = 0; i < n; i++) {
		PangoRectangle r;

		if (i >= *line) {
			pango_layout_iter_get_line_extents(at, NULL, &r);
			if (first < 0)
				first = (double)r.y / PANGO_SCALE;
			if (y + (double)(r.y + r.height) / PANGO_SCALE - first > limit) {
				if (draw)
					*line = i;
				pango_layout_iter_free(at);
				return false;
			}
			if (draw) {
				cairo_move_to(p->cr, x + (double)r.x / PANGO_SCALE, y - first + (double)pango_layout_iter_get_baseline(at) / PANGO_SCALE);
				pango_cairo_show_layout_line(p->cr, pango_layout_iter_get_line_readonly(at));
			}
			*ret_used = (double)(r.y + r.height) / PANGO_SCALE - first;
		}
		(void)pango_layout_iter_next_line(at); /* counted */
	}
	if (draw)
		*line = n;
	pango_layout_iter_free(at);
	return true;
}

/* A text of any length, over pages. */
static void
flow(struct press *p, PangoLayout *l, double x, double after)
{
	int line = 0;
	double used;

	while (!lines_draw(p, l, &line, x, p->y, bottom(p), true, &used))
		page_new(p);
	p->y += used + after;
	g_object_unref(l);
}

static void
qr_draw(struct press *p, struct str s)
{
	char *text = strndup(s.p, s.n);
	QRcode *code = text ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;
	double side = MM(24), x = p->width - MARGIN - side, y = MARGIN + MM(22), dot = code ? side / code->width : 0;

	for (int line = 0; code && line < code->width; line++)
		for (int i = 0; i < code->width; i++)
			if (code->data[line * code->width + i] & 1)
				cairo_rectangle(p->cr, x + i * dot, y + line * dot, dot, dot); /* adjacent dots share their edge */
	cairo_fill(p->cr);
	QRcode_free(code);
	free(text);
}

/* 鑑文: number and date at the right, to whom at the left, from whom at the right, the subject in the middle. */
static void
heading_page(struct press *p)
{
	const struct doc_head *h = &p->head;
	double width = inner(p) - (h->qr.n ? MM(28) : 0);

	page_new(p);
	if (h->number.n)
		flow(p, lay(p, h->number, BODY, 10.5, false, inner(p), PANGO_ALIGN_RIGHT), MARGIN, 2);
	if (h->date.n)
		flow(p, lay(p, h->date, BODY, 10.5, false, inner(p), PANGO_ALIGN_RIGHT), MARGIN, 10);
	if (h->to.n)
		flow(p, lay(p, h->to, BODY, 11, false, width * 0.6, PANGO_ALIGN_LEFT), MARGIN, 8);
	if (h->from.n)
		flow(p, lay(p, h->from, BODY, 11, false, width * 0.5, PANGO_ALIGN_LEFT), MARGIN + width * 0.5, 16);
	if (h->qr.n) {
		qr_draw(p, h->qr);
		if (p->y < MARGIN + MM(50))
			p->y = MARGIN + MM(50);
	}
	flow(p, lay(p, h->title, GOTHIC, 15, true, inner(p), PANGO_ALIGN_CENTER), MARGIN, 14);
}

/* ---- tables */

static size_t
places(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (uint8_t)s.p[i] < 0x80 || ((uint8_t)s.p[i] >= 0xc0 && (uint8_t)s.p[i] < 0xe0) ? 1 : (uint8_t)s.p[i] >= 0xe0 ? 2 : 0;
	return n;
}

/* Shares of the page: as the table says, or by the heads. */
static void
columns_measure(struct press *p)
{
	const struct doc_item *t = p->item;
	double sum = 0;

	for (size_t i = 0; i < t->columns_count; i++) {
		p->columns[i] = t->columns[i].width ? t->columns[i].width : (double)places(t->columns[i].text) + 4;
		sum += p->columns[i];
	}
	for (size_t i = 0; i < t->columns_count; i++)
		p->columns[i] *= inner(p) / sum;
}

static void
row_fill(struct press *p, double height)
{
	cairo_set_source_rgb(p->cr, 0.91, 0.93, 0.96);
	cairo_rectangle(p->cr, MARGIN, p->y, inner(p), height);
	cairo_fill(p->cr);
	cairo_set_source_rgb(p->cr, 0, 0, 0);
}

static void
head_draw(struct press *p)
{
	PangoLayout *cells[DOC_COLUMNS_MAX];
	double x = MARGIN, highest = 0;

	for (size_t i = 0; i < p->item->columns_count; i++) {
		cells[i] = lay(p, p->item->columns[i].text, GOTHIC, 9, true, p->columns[i] - 2 * PAD, p->item->columns[i].cell == DOC_CELL_NUMBER ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
		highest = fmax(highest, height_of(cells[i]));
	}
	if (p->y + highest + 40 > bottom(p))
		page_new(p); /* a head alone at the foot says nothing */
	row_fill(p, highest + 2 * PAD);
	for (size_t i = 0; i < p->item->columns_count; i++) {
		show(p, cells[i], x + PAD, p->y + PAD);
		x += p->columns[i];
		g_object_unref(cells[i]);
	}
	p->y += highest + 2 * PAD;
	rule(p, MARGIN, p->y, inner(p), 0.35, 0.7);
}

/* One row; longer than a page, it goes on on the next one. */
static void
row_draw(struct press *p)
{
	PangoLayout *cells[DOC_COLUMNS_MAX];
	int lines[DOC_COLUMNS_MAX] = { 0 };
	size_t n = p->item->columns_count;
	double highest = 0;
	bool all = false;

	for (size_t i = 0; i < n; i++) {
		cells[i] = lay(p, p->item->cells[i], GOTHIC, 9, false, p->columns[i] - 2 * PAD, p->item->columns[i].cell == DOC_CELL_NUMBER ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
		highest = fmax(highest, height_of(cells[i]));
	}
	if (p->y + highest + 2 * PAD > bottom(p) && p->y > MARGIN + 40) {
		page_new(p);
		head_draw(p);
	}
	while (!all) {
		double x = MARGIN, used = 0, one;

		all = true;
		for (size_t i = 0; i < n; i++) {
			all &= lines_draw(p, cells[i], &lines[i], x + PAD, p->y + PAD, bottom(p) - PAD, true, &one);
			used = fmax(used, one);
			x += p->columns[i];
		}
		p->y += used + 2 * PAD;
		rule(p, MARGIN, p->y, inner(p), 0.75, 0.4);
		if (!all) {
			page_new(p);
			head_draw(p);
		}
	}
	for (size_t i = 0; i < n; i++)
		g_object_unref(cells[i]);
}

static void
pair_draw(struct press *p)
{
	double left = inner(p) * 0.27;
	PangoLayout *label = lay(p, p->item->label, GOTHIC, 9.5, true, left - 2 * PAD, PANGO_ALIGN_LEFT), *value = lay(p, p->item->text, BODY, 10.5, false, inner(p) - left - 2 * PAD, PANGO_ALIGN_LEFT);
	double high = fmax(height_of(label), height_of(value));

	if (p->y + high + 2 * PAD > bottom(p))
		page_new(p);
	show(p, label, MARGIN + PAD, p->y + PAD + 1);
	g_object_unref(label);
	p->y += PAD;
	flow(p, value, MARGIN + left + PAD, 0);
	p->y += PAD;
	rule(p, MARGIN, p->y, inner(p), 0.75, 0.4);
}

static void
item_draw(struct press *p)
{
	switch (p->item->kind) {
	case DOC_HEAD:
		p->head = p->item->head;
		heading_page(p);
		break;
	case DOC_HEADING:
		p->y += 10;
		if (p->y + 60 > bottom(p))
			page_new(p);
		flow(p, lay(p, p->item->text, GOTHIC, 12, true, inner(p), PANGO_ALIGN_LEFT), MARGIN, 4);
		break;
	case DOC_TEXT:
		flow(p, lay(p, p->item->text, BODY, 10.5, false, inner(p), PANGO_ALIGN_LEFT), MARGIN, 6);
		break;
	case DOC_PAIR:
		pair_draw(p);
		break;
	case DOC_TABLE:
		p->y += 10;
		columns_measure(p);
		if (p->item->text.n) {
			if (p->y + 80 > bottom(p))
				page_new(p);
			flow(p, lay(p, p->item->text, GOTHIC, 12, true, inner(p), PANGO_ALIGN_LEFT), MARGIN, 4);
		}
		head_draw(p);
		break;
	case DOC_ROW:
		row_draw(p);
		break;
	default:
		break;
	}
}

static cairo_status_t
collect(void *context, const unsigned char *p, unsigned n)
{
	return buf_add(context, (struct str){ (const char *)p, n }) == RC_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static cairo_status_t
drop(void *context, const unsigned char *p, unsigned n)
{
	(void)context;
	(void)p;
	(void)n;
	return CAIRO_STATUS_SUCCESS;
}

/* ---- fonts: these files and no other, no configuration of the machine */

static enum rc
fonts_open(const char *folder, FcConfig **ret)
{
	FcConfig *config = FcConfigCreate();
	int found = 0;

	if (!config)
		abort();
	for (size_t i = 0; i < sizeof(fonts_files) / sizeof(fonts_files[0]); i++) {
		char path[512];
		struct stat st;

		(void)snprintf(path, sizeof(path), "%s/%s", folder, fonts_files[i]); /* fits: the folder is one of ours */
		if (stat(path, &st) == 0 && FcConfigAppFontAddFile(config, (const FcChar8 *)path))
			found++;
	}
	*ret = config;
	if (!found)
		return FAIL(RC_NOTFOUND, "日本語のフォントがこの機械にないため PDF を作れません。パッケージ fonts-ipaexfont-mincho と fonts-ipaexfont-gothic を入れてください / no Japanese font on this machine, so no PDF: install the packages fonts-ipaexfont-mincho and fonts-ipaexfont-gothic");
	return RC_OK;
}

/* One pass over the tape; `pages` 0: only counting. */
static enum rc
press_run(struct press *p, struct str tape, FcConfig *config, int64_t now_s, struct buf *ret)
{
	PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	struct reader r = reader_of(tape);
	cairo_surface_t *surface;
	enum rc rc = RC_OK;

	if (!map)
		abort();
	surface = cairo_pdf_surface_create_for_stream(ret ? collect : drop, ret, p->width, p->height);
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), config);
	p->cr = cairo_create(surface);
	p->pango = pango_font_map_create_context(map);
	pango_cairo_update_context(p->cr, p->pango);
	pango_context_set_language(p->pango, pango_language_from_string(p->item->head.english ? "en" : "ja"));
	p->page = 0;
	while (rc == RC_OK && doc_next(&r, p->item)) {
		item_draw(p);
		if (p->unknown.n)
			rc = FAIL(RC_NOTFOUND, "この文書の文字を持つフォントがないため PDF を作れません: 「%s」 / no font has a character of this document: '%s'", buf_cstr(&p->unknown), buf_cstr(&p->unknown));
		else if (p->page > PAGES_MAX)
			rc = FAIL(RC_LIMIT, "%dページを超えています / more than %d pages", PAGES_MAX, PAGES_MAX);
	}
	if (rc == RC_OK && ret) {
		char *title = strndup(p->head.title.n ? p->head.title.p : "", p->head.title.n);
		char stamp[40];
		time_t now = (time_t)now_s;
		struct tm t;

		(void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &t)); /* fits */
		cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title ? title : "");
		cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, stamp);
		free(title);
	}
	cairo_destroy(p->cr);
	cairo_surface_finish(surface);
	if (rc == RC_OK && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
		rc = FAIL(RC_LIMIT, "PDF を書けません（%s） / the PDF cannot be written", cairo_status_to_string(cairo_surface_status(surface)));
	cairo_surface_destroy(surface);
	g_object_unref(p->pango);
	g_object_unref(map);
	return rc;
}

enum rc
print_pdf(struct str tape, const char *fonts, int64_t now_s, struct buf *ret)
{
	struct press p = { .item = calloc(1, sizeof(*p.item)), .unknown = BUF(256) };
	struct reader r = reader_of(tape);
	FcConfig *config = NULL;
	enum rc rc = RC_OK;

	if (!p.item)
		abort();
	TRY(doc_check(tape));
	TRY(fonts_open(fonts, &config));
	(void)doc_next(&r, p.item); /* its head: checked above */
	p.width = p.item->head.landscape ? A4_LONG : A4_SHORT;
	p.height = p.item->head.landscape ? A4_SHORT : A4_LONG;
	TRY(press_run(&p, tape, config, now_s, NULL));
	p.pages = p.page;
	TRY(press_run(&p, tape, config, now_s, ret));
out:
	if (config)
		FcConfigDestroy(config);
	buf_free(&p.unknown);
	free(p.item);
	return rc;
}
