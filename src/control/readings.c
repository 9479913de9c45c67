// SPDX-License-Identifier: Apache-2.0
/* A file of readings, taken line by line. */
#include "control/readings.h"

#include <stdio.h>
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

/* Full-width letters, digits and blanks as the usual ones, where they stand; a full-width comma or quote stays what it is. Never longer. */
static size_t
narrow(char *p, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char a = (unsigned char)p[i], b = i + 2 < n ? (unsigned char)p[i + 1] : 0, c = i + 2 < n ? (unsigned char)p[i + 2] : 0;
		int code = a == 0xef && (b == 0xbc || b == 0xbd) ? ((b & 3) << 6 | (c & 63)) + 0x20 : 0; /* U+FF01 is '!' */

		if (code > ' ' && code <= '~' && code != ',' && code != '"' && c >= 0x80) {
			p[to++] = (char)code;
			i += 2;
		} else if (a == 0xe3 && b == 0x80 && c == 0x80) { /* U+3000, a blank */
			p[to++] = ' ';
			i += 2;
		} else if (a == 0xe2 && b == 0x88 && c == 0x92) { /* U+2212, a minus */
			p[to++] = '-';
			i += 2;
		} else {
			p[to++] = p[i];
		}
	}
	return to;
}

/* A unit as loggers write it, in brackets or bare; another one (℉, K) makes a value that is not ours. */
static bool
is_unit(int column, struct str s)
{
	static const char *const units[3][6] = { { "jst", "+09:00" }, { "℃", "°c", "c", "degc", "deg c", "度" }, { "%", "%rh", "% rh", "rh%", "rh" } };

	s = str_trim(s);
	if (s.n >= 2 && ((s.p[0] == '(' && s.p[s.n - 1] == ')') || (s.p[0] == '[' && s.p[s.n - 1] == ']')))
		s = str_trim(str_sub(s, 1, s.n - 2));
	for (int i = 0; i < 6; i++)
		if (units[column][i] && s.n == strlen(units[column][i]) && strncasecmp(s.p, units[column][i], s.n) == 0)
			return true;
	return s.n == 0;
}

static int
column_of(struct str name)
{
	static const char *const names[3][5] = {
		{ "time", "timestamp", "datetime", "日時", "時刻" }, { "temperature", "temp", "temperature_c", "温度", "室温" }, { "humidity", "rh", "humidity_pct", "湿度", "相対湿度" },
	};

	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 5; k++) {
			size_t n = strlen(names[i][k]);

			if (name.n >= n && strncasecmp(name.p, names[i][k], n) == 0 && (name.n == n || ((name.p[n] == '(' || name.p[n] == '[' || name.p[n] == ' ' || (unsigned char)name.p[n] >= 0x80) && is_unit(i, str_sub(name, n, name.n)))))
				return i;
		}
	return -1;
}

/* A whole number of one to `digits` digits, with or without leading zeros. */
static bool
take_number(struct str *s, size_t digits, int *ret)
{
	size_t n = 0;

	for (*ret = 0; n < s->n && n < digits && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		*ret = *ret * 10 + (s->p[n] - '0');
	*s = str_sub(*s, n, s->n);
	return n != 0;
}

static bool
take_mark(struct str *s, const char *marks)
{
	if (s->n == 0 || s->p[0] == '\0' || strchr(marks, s->p[0]) == NULL)
		return false;
	*s = str_sub(*s, 1, s->n);
	return true;
}

/* ISO 8601 with its zone, or "2026-11-22 10:42", "2026/1/2 9:05:07" in JST. */
static enum rc
time_of(struct str s, int64_t *ret_us)
{
	int year, month, day, hour, minute, second = 0;
	char text[96];
	struct str left = s;

	if (s.n > 19 && s.n <= 40 && s.p[10] == 'T')
		return date_iso(s, ret_us);
	if (!take_number(&left, 4, &year) || year < 1000 || !take_mark(&left, "-/") || !take_number(&left, 2, &month) || !take_mark(&left, "-/") || !take_number(&left, 2, &day) || !take_mark(&left, " T"))
		return FAIL(RC_SYNTAX, "not a time");
	left = str_trim(left);
	if (!take_number(&left, 2, &hour) || !take_mark(&left, ":") || !take_number(&left, 2, &minute) || (left.n && (!take_mark(&left, ":") || !take_number(&left, 2, &second) || left.n)))
		return FAIL(RC_SYNTAX, "not a time");
	(void)snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d+09:00", year, month, day, hour, minute, second);
	return time_parse_iso(str_of(text), ret_us);
}

/* The number before a unit, if there is one: "24.3 ℃". */
static struct str
bare(struct str s, int column)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == '-' || s.p[n] == '.' || (s.p[n] >= '0' && s.p[n] <= '9')))
		n++;
	return n < s.n && is_unit(column, str_sub(s, n, s.n)) ? str_sub(s, 0, n) : s;
}

static bool
value_at(const struct str *values, size_t n, int what, int column, int64_t *ret, bool *ret_have)
{
	*ret_have = false;
	if (column < 0 || (size_t)column >= n || values[column].n == 0)
		return true;
	*ret_have = milli_parse(bare(values[column], what), ret) == RC_OK;
	return *ret_have;
}

static void
take_row(struct readings *r, const struct str *values, size_t n)
{
	int64_t at, t = 0, rh = 0;
	bool have_t, have_rh;

	if ((size_t)r->columns[0] >= n || time_of(values[r->columns[0]], &at) != RC_OK || !value_at(values, n, 1, r->columns[1], &t, &have_t) ||
	    !value_at(values, n, 2, r->columns[2], &rh, &have_rh) || (!have_t && !have_rh)) {
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
	struct str values[COLUMNS_MAX], line;
	size_t n = 0;

	line = (struct str){ r->line, narrow(r->line, r->line_n) };
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
