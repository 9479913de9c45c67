// SPDX-License-Identifier: Apache-2.0
#include "form/csv_map.h"

#define LINES_LOOKED_AT 20

static struct str
cell(const struct csv_row *r, size_t column)
{
	return column && column <= r->count ? str_trim(r->cells[column - 1]) : STR_NONE;
}

static size_t
filled(const struct csv_row *r)
{
	size_t n = 0;

	for (size_t i = 1; i <= r->count; i++)
		n += cell(r, i).n > 0;
	return n;
}

size_t
csv_heading(const struct csv *t)
{
	size_t best = 0;

	for (size_t i = 1; i < t->count && i < LINES_LOOKED_AT; i++)
		if (filled(&t->rows[i]) > filled(&t->rows[best]))
			best = i;
	return best;
}

/* Does it say anything in a column that is not carried down? */
static bool
says(const struct csv_row *r, const struct csv_column *columns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!columns[i].down && cell(r, columns[i].column).n)
			return true;
	return false;
}

enum rc
csv_map(const struct csv *t, size_t heading, const struct csv_column *columns, size_t n, struct buf *out)
{
	struct str above[CSV_MAP_MAX] = { { NULL, 0 } };
	size_t widest = 0, rows = 0;
	enum rc rc = RC_OK;

	if (n == 0 || n > CSV_MAP_MAX)
		return FAIL(RC_SYNTAX, "どの列をどの項目に入れるかを選んでください / choose which column goes into which field");
	for (size_t i = 0; i < t->count; i++)
		widest = t->rows[i].count > widest ? t->rows[i].count : widest;
	for (size_t i = 0; i < n; i++) {
		if (columns[i].column > widest)
			return FAIL(RC_SYNTAX, "%zu列目はこの表にありません / the table has no column %zu", columns[i].column, columns[i].column);
		TRY(csv_put(out, columns[i].field, i == 0));
	}
	TRY(buf_add_c(out, "\n"));
	for (size_t k = heading + 1; k < t->count; k++) {
		for (size_t i = 0; i < n; i++)
			if (columns[i].down && cell(&t->rows[k], columns[i].column).n)
				above[i] = cell(&t->rows[k], columns[i].column);
		if (!says(&t->rows[k], columns, n))
			continue;
		for (size_t i = 0; i < n; i++)
			TRY(csv_put(out, columns[i].column == 0 ? columns[i].fixed : columns[i].down ? above[i] : cell(&t->rows[k], columns[i].column), i == 0));
		TRY(buf_add_c(out, "\n"));
		rows++;
	}
	if (rows == 0)
		rc = FAIL(RC_SYNTAX, "見出しの行より後に、取り込む行がありません / no row stands behind the line of headings");
out:
	return rc;
}

static size_t
column_named(const struct csv_row *heading, struct str name)
{
	for (size_t i = 1; i <= heading->count; i++)
		if (name.n && str_eq(cell(heading, i), name))
			return i;
	return 0;
}

enum rc
csv_columns(struct str spec, const struct csv *t, size_t heading, struct csv_column ret[CSV_MAP_MAX], size_t *ret_n)
{
	struct str part, field;

	*ret_n = 0;
	while (spec.n && str_cut(&spec, ',', &part)) {
		struct csv_column c = { .column = 0 };
		struct str rest = part;

		if (!str_cut(&rest, '=', &field) || field.n == 0 || field.n == part.n || *ret_n == CSV_MAP_MAX)
			return FAIL(RC_SYNTAX, "「%.*s」: 項目=見出し、項目:=値 の形で書いてください / '%.*s': write field=heading or field:=value", (int)(part.n > 60 ? 60 : part.n), part.p, (int)(part.n > 60 ? 60 : part.n), part.p);
		c.field = str_trim(field);
		if (str_ends(c.field, STR(":"))) {
			c.field.n--;
			c.fixed = str_trim(rest);
		} else {
			c.down = str_ends(rest, STR("+"));
			rest.n -= c.down;
			c.column = t->count ? column_named(&t->rows[heading], str_trim(rest)) : 0;
			if (c.column == 0)
				return FAIL(RC_SYNTAX, "見出し「%.*s」はこの表にありません / the table has no heading '%.*s'", (int)(rest.n > 60 ? 60 : rest.n), rest.p, (int)(rest.n > 60 ? 60 : rest.n), rest.p);
		}
		ret[(*ret_n)++] = c;
	}
	return RC_OK;
}
