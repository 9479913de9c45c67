// SPDX-License-Identifier: Apache-2.0
#include "document/document.h"

#include "base/utf8.h"

enum rc
doc_head(struct buf *b, const struct doc_head *h)
{
	enum rc rc = RC_OK;

	TRY(put_u8(b, DOC_HEAD));
	TRY(put_u8(b, (uint8_t)((h->english ? 1 : 0) | (h->landscape ? 2 : 0))));
	TRY(put_str(b, h->title));
	TRY(put_str(b, h->number));
	TRY(put_str(b, h->date));
	TRY(put_str(b, h->to));
	TRY(put_str(b, h->from));
	TRY(put_str(b, h->qr));
out:
	return rc;
}

static enum rc
two(struct buf *b, enum doc_kind kind, struct str label, struct str text)
{
	enum rc rc = RC_OK;

	TRY(put_u8(b, (uint8_t)kind));
	TRY(put_str(b, label));
	TRY(put_str(b, text));
out:
	return rc;
}

enum rc
doc_heading(struct buf *b, struct str s)
{
	return two(b, DOC_HEADING, STR_NONE, s);
}

enum rc
doc_text(struct buf *b, struct str s)
{
	return two(b, DOC_TEXT, STR_NONE, s);
}

enum rc
doc_pair(struct buf *b, struct str label, struct str value)
{
	return two(b, DOC_PAIR, label, value);
}

enum rc
doc_table(struct buf *b, struct str name, const struct doc_column *columns, size_t n)
{
	enum rc rc = RC_OK;

	if (n == 0 || n > DOC_COLUMNS_MAX)
		return FAIL(RC_BUG, "a table of %zu columns", n);
	TRY(put_u8(b, DOC_TABLE));
	TRY(put_str(b, name));
	TRY(put_u8(b, (uint8_t)n));
	for (size_t i = 0; i < n; i++) {
		TRY(put_u8(b, (uint8_t)columns[i].cell));
		TRY(put_u8(b, columns[i].width));
		TRY(put_str(b, columns[i].text));
	}
out:
	return rc;
}

enum rc
doc_row(struct buf *b, const struct str *cells, size_t n)
{
	enum rc rc = RC_OK;

	TRY(put_u8(b, DOC_ROW));
	for (size_t i = 0; i < n; i++)
		TRY(put_str(b, cells[i]));
out:
	return rc;
}

/* ---- reading */

static struct str
take(struct reader *r)
{
	struct str s = get_str(r, DOC_TEXT_MAX);
	struct text clean;

	if (!r->bad && s.n && utf8_check_lines(s, &clean) != RC_OK)
		r->bad = true;
	return s;
}

static void
take_head(struct reader *r, struct doc_head *h)
{
	uint8_t flags = get_u8(r);

	r->bad |= flags > 3;
	h->english = flags & 1;
	h->landscape = flags & 2;
	h->title = take(r);
	h->number = take(r);
	h->date = take(r);
	h->to = take(r);
	h->from = take(r);
	h->qr = take(r);
}

static void
take_table(struct reader *r, struct doc_item *item)
{
	item->text = take(r);
	item->columns_count = get_u8(r);
	r->bad |= item->columns_count == 0 || item->columns_count > DOC_COLUMNS_MAX;
	for (size_t i = 0; !r->bad && i < item->columns_count; i++) {
		item->columns[i].cell = (enum doc_cell)get_u8(r);
		item->columns[i].width = get_u8(r);
		item->columns[i].text = take(r);
		r->bad |= item->columns[i].cell == 0 || item->columns[i].cell >= DOC_CELL_COUNT;
	}
}

bool
doc_next(struct reader *r, struct doc_item *item)
{
	if (r->bad || r->left == 0)
		return false;
	item->kind = (enum doc_kind)get_u8(r);
	switch (item->kind) {
	case DOC_HEAD:
		take_head(r, &item->head);
		break;
	case DOC_HEADING:
	case DOC_TEXT:
	case DOC_PAIR:
		item->label = take(r);
		item->text = take(r);
		break;
	case DOC_TABLE:
		take_table(r, item);
		break;
	case DOC_ROW:
		r->bad |= item->columns_count == 0;
		for (size_t i = 0; !r->bad && i < item->columns_count; i++)
			item->cells[i] = take(r);
		break;
	default:
		r->bad = true;
	}
	return !r->bad;
}

enum rc
doc_end(const struct reader *r)
{
	return get_end(r) == RC_OK ? RC_OK : FAIL(RC_SYNTAX, "no document: an item that is none, or text with characters that cannot be printed");
}

enum rc
doc_check(struct str tape)
{
	struct reader r = reader_of(tape);
	struct doc_item item = { .kind = 0 };
	size_t at = 0;

	for (; doc_next(&r, &item); at++)
		if ((item.kind == DOC_HEAD) != (at == 0))
			return FAIL(RC_SYNTAX, "no document: one head, and first");
	if (at == 0)
		return FAIL(RC_SYNTAX, "no document: nothing in it");
	return doc_end(&r);
}
