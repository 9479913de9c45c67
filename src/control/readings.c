// SPDX-License-Identifier: Apache-2.0
/* A file of readings, taken line by line. */
#include "control/readings.h"

#include <string.h>
#include <strings.h>

#include "base/time_text.h"
#include "control/dates.h"
#include "control/milli.h"

#define COLUMNS_MAX 32

/* Cuts a line into its values; a quoted one keeps its commas. false: a quote that does not end, or too many. */
static bool
cut_line(struct str line, struct str values[COLUMNS_MAX], size_t *ret_n)
{
	size_t n = 0;

	for (;;) {
		struct str v = line;
		size_t end = 0;

		if (n == COLUMNS_MAX)
			return false;
		if (line.n && line.p[0] == '"') {
			const char *close = memchr(line.p + 1, '"', line.n - 1);

			if (close == NULL)
				return false;
			v = (struct str){ line.p + 1, (size_t)(close - line.p) - 1 };
			end = (size_t)(close - line.p) + 1;
			if (end < line.n && line.p[end] != ',')
				return false;
		} else {
			while (end < line.n && line.p[end] != ',')
				end++;
			v.n = end;
		}
		values[n++] = str_trim(v);
		if (end >= line.n)
			break;
		line = str_sub(line, end + 1, line.n);
	}
	*ret_n = n;
	return true;
}

static int
column_of(struct str name)
{
	static const char *const names[3][5] = {
		{ "time", "timestamp", "datetime", "日時", "時刻" }, { "temperature", "temp", "temperature_c", "温度", "室温" }, { "humidity", "rh", "humidity_pct", "湿度", "相対湿度" },
	};

	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 5; k++)
			if (name.n == strlen(names[i][k]) && strncasecmp(name.p, names[i][k], name.n) == 0)
				return i;
	return -1;
}

/* ISO 8601 with its zone, or "2026-11-22 10:42", "2026/11/22 10:42:07" in JST. */
static enum rc
time_of(struct str s, int64_t *ret_us)
{
	char text[20] = "0000-00-00T00:00:00";
	struct str whole;
	size_t n = s.n < 19 ? s.n : 19;
	char zoned[26];

	if (s.n > 19 && s.n <= 40 && s.p[10] == 'T')
		return date_iso(s, ret_us);
	if (s.n != 16 && s.n != 19)
		return FAIL(RC_SYNTAX, "not a time");
	memcpy(text, s.p, n);
	if (text[4] == '/' && text[7] == '/')
		text[4] = text[7] = '-';
	if (text[10] == ' ')
		text[10] = 'T';
	memcpy(zoned, text, 19);
	memcpy(zoned + 19, "+09:00", 6);
	whole = (struct str){ zoned, 25 };
	return time_parse_iso(whole, ret_us);
}

static bool
value_at(const struct str *values, size_t n, int column, int64_t *ret, bool *ret_have)
{
	*ret_have = false;
	if (column < 0 || (size_t)column >= n || values[column].n == 0)
		return true;
	*ret_have = milli_parse(values[column], ret) == RC_OK;
	return *ret_have;
}

static void
take_row(struct readings *r, const struct str *values, size_t n)
{
	int64_t at, t = 0, rh = 0;
	bool have_t, have_rh;

	if ((size_t)r->columns[0] >= n || time_of(values[r->columns[0]], &at) != RC_OK || !value_at(values, n, r->columns[1], &t, &have_t) ||
	    !value_at(values, n, r->columns[2], &rh, &have_rh) || (!have_t && !have_rh)) {
		r->bad_rows++;
		return;
	}
	r->rows++;
	if (at < r->newest_at_us)
		return;
	r->newest_at_us = at;
	r->temperature_mc = t;
	r->humidity_mp = rh;
	r->have_temperature = have_t;
	r->have_humidity = have_rh;
}

static enum rc
take_line(struct readings *r)
{
	struct str values[COLUMNS_MAX], line = { r->line, r->line_n };
	size_t n = 0;

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (!r->titled) {
		if (str_starts(line, STR("\xef\xbb\xbf")))
			line = str_sub(line, 3, line.n);
		if (r->too_long || !cut_line(line, values, &n))
			return FAIL(RC_SYNTAX, "the first line names no columns");
		for (size_t i = 0; i < n; i++) {
			int c = column_of(values[i]);

			if (c >= 0 && r->columns[c] >= 0)
				return FAIL(RC_SYNTAX, "a column is named twice");
			if (c >= 0)
				r->columns[c] = (int)i;
		}
		if (r->columns[0] < 0 || (r->columns[1] < 0 && r->columns[2] < 0))
			return FAIL(RC_SYNTAX, "the first line names no columns");
		r->titled = true;
	} else if (r->too_long || !cut_line(line, values, &n)) {
		r->bad_rows++;
	} else if (line.n) {
		take_row(r, values, n);
	}
	r->line_n = 0;
	r->too_long = false;
	return RC_OK;
}

void
readings_begin(struct readings *r)
{
	memset(r, 0, sizeof(*r));
	r->columns[0] = r->columns[1] = r->columns[2] = -1;
	r->newest_at_us = INT64_MIN;
}

enum rc
readings_feed(struct readings *r, struct str piece)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < piece.n; i++) {
		if (piece.p[i] == '\n')
			TRY(take_line(r));
		else if (r->line_n < sizeof(r->line))
			r->line[r->line_n++] = piece.p[i];
		else
			r->too_long = true;
	}
out:
	return rc;
}

/* What follows the last end of line is being written at this moment: it is no row yet. */
enum rc
readings_end(struct readings *r)
{
	return r->rows ? RC_OK : FAIL(RC_SYNTAX, "no row with a reading");
}
