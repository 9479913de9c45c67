// SPDX-License-Identifier: Apache-2.0
#include "form/csv.h"

#include <string.h>

#include "base/utf8.h"

/* One cell from `*at` on, behind it a comma, the end of the line or of the bytes. */
static enum rc
take_cell(struct str s, size_t *at, size_t *line, struct arena *a, struct str *ret)
{
	size_t from = *at, n = 0;
	char *to;

	if (from == s.n || s.p[from] != '"') {
		while (*at < s.n && s.p[*at] != ',' && s.p[*at] != '\n' && s.p[*at] != '\r') {
			if (s.p[*at] == '"')
				return FAIL(RC_SYNTAX, "%zu行目: 引用符（\"）の位置が正しくありません / line %zu: a quote where none may stand", *line, *line);
			(*at)++;
		}
		*ret = str_sub(s, from, *at - from);
		return RC_OK;
	}
	for ((*at)++;; (*at)++) {
		if (*at == s.n)
			return FAIL(RC_SYNTAX, "%zu行目: 引用符が閉じていません / line %zu: a quote is not closed", *line, *line);
		if (s.p[*at] == '"' && !(*at + 1 < s.n && s.p[*at + 1] == '"'))
			break;
		if (s.p[*at] == '"')
			(*at)++;
		*line += s.p[*at] == '\n';
		n++;
	}
	to = arena_get(a, n + 1);
	if (to == NULL)
		return FAIL(RC_LIMIT, "CSV が大きすぎます / the CSV is too large");
	for (size_t i = from + 1, k = 0; k < n; i++, k++) {
		to[k] = s.p[i];
		i += s.p[i] == '"'; /* it stands twice */
	}
	(*at)++;
	if (*at < s.n && s.p[*at] != ',' && s.p[*at] != '\n' && s.p[*at] != '\r')
		return FAIL(RC_SYNTAX, "%zu行目: 引用符の後に文字があります / line %zu: something stands behind a closing quote", *line, *line);
	*ret = (struct str){ to, n };
	return RC_OK;
}

static enum rc
take_row(struct str s, size_t *at, size_t *line, struct arena *a, struct csv_row *ret)
{
	struct str cells[CSV_CELLS_MAX];
	enum rc rc = RC_OK;

	*ret = (struct csv_row){ .line = *line };
	for (;;) {
		if (ret->count == CSV_CELLS_MAX)
			return FAIL(RC_LIMIT, "%zu行目: 欄が%d個を超えています / line %zu: more than %d cells", *line, CSV_CELLS_MAX, *line, CSV_CELLS_MAX);
		TRY(take_cell(s, at, line, a, &cells[ret->count]));
		ret->count++;
		if (*at == s.n || s.p[*at] != ',')
			break;
		(*at)++;
	}
	if (*at < s.n && s.p[*at] == '\r')
		(*at)++;
	if (*at < s.n && s.p[*at] == '\n')
		(*at)++;
	else if (*at < s.n)
		return FAIL(RC_SYNTAX, "%zu行目: 改行の形が正しくありません / line %zu: a carriage return alone ends no line", *line, *line);
	(*line)++;
	if (ret->count == 1 && str_trim(cells[0]).n == 0)
		ret->count = 0;
	ret->cells = arena_get(a, (ret->count + 1) * sizeof(*ret->cells));
	if (ret->cells == NULL)
		return FAIL(RC_LIMIT, "CSV が大きすぎます / the CSV is too large");
	memcpy(ret->cells, cells, ret->count * sizeof(*cells));
out:
	return rc;
}

enum rc
csv_parse(struct str s, struct arena *a, struct csv *ret)
{
	size_t at = 0, line = 1, cap = 0;
	struct csv csv = { NULL, 0 };
	struct text text;
	enum rc rc = RC_OK;

	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_sub(s, 3, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0')
			return FAIL(RC_SYNTAX, "CSV は UTF-8 で保存してください（Excel では「CSV UTF-8」） / save the CSV as UTF-8 (in Excel: CSV UTF-8)");
	while (at < s.n) {
		struct csv_row row;

		TRY(take_row(s, &at, &line, a, &row));
		if (row.count == 0)
			continue;
		for (size_t i = 0; i < row.count; i++)
			for (size_t from = 0; from < row.cells[i].n;) { /* CR may stand in a quoted cell: FORM_CHARACTERS judges it */
				size_t to = from;

				while (to < row.cells[i].n && row.cells[i].p[to] != '\r')
					to++;
				if (utf8_check_lines(str_sub(row.cells[i], from, to - from), &text) != RC_OK)
					return FAIL(RC_SYNTAX, "%zu行目: UTF-8 でないか、使えない文字があります。CSV は UTF-8 で保存してください（Excel では「CSV UTF-8」） / line %zu: not UTF-8, or a character that is not allowed; save the CSV as UTF-8", row.line, row.line);
				from = to + 1;
			}
		if (csv.count == CSV_ROWS_MAX)
			return FAIL(RC_LIMIT, "行が%d行を超えています / more than %d rows", CSV_ROWS_MAX, CSV_ROWS_MAX);
		if (csv.count == cap) {
			struct csv_row *more = arena_get(a, (cap ? cap * 2 : 64) * sizeof(*more));

			if (more == NULL)
				return FAIL(RC_LIMIT, "CSV が大きすぎます / the CSV is too large");
			if (csv.count)
				memcpy(more, csv.rows, csv.count * sizeof(*more));
			csv.rows = more;
			cap = cap ? cap * 2 : 64;
		}
		csv.rows[csv.count++] = row;
	}
	*ret = csv;
out:
	return rc;
}

enum rc
csv_put(struct buf *out, struct str s, bool first)
{
	enum rc rc = RC_OK;

	s = str_trim(s);
	TRY(buf_add_c(out, first ? "\"" : ",\""));
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			TRY(buf_add_c(out, "\""));
		if (s.p[i] != '\r')
			TRY(buf_add_byte(out, (uint8_t)s.p[i]));
	}
	TRY(buf_add_c(out, "\""));
out:
	return rc;
}
