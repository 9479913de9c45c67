// SPDX-License-Identifier: Apache-2.0
/* Three spellings of an instant, each read whole or refused. */
#include "control/dates.h"

#include <string.h>

#include "base/num.h"
#include "base/time_text.h"

static int
month_of(struct str s)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; s.n == 3 && i < 12; i++)
		if (memcmp(names + 3 * i, s.p, 3) == 0)
			return i + 1;
	return 0;
}

/* All digits, leading zeros allowed. */
static enum rc
digits(struct str s, int min, int max, int *ret)
{
	int v = 0;

	if (s.n == 0 || s.n > 6)
		return FAIL(RC_SYNTAX, "not a number");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return FAIL(RC_SYNTAX, "not a number");
		v = v * 10 + (s.p[i] - '0');
	}
	if (v < min || v > max)
		return FAIL(RC_SYNTAX, "number out of range");
	*ret = v;
	return RC_OK;
}

/* "07:45:08" */
static enum rc
clock_time(struct str s, struct civil *t)
{
	enum rc rc = RC_OK;

	if (s.n != 8 || s.p[2] != ':' || s.p[5] != ':')
		return FAIL(RC_SYNTAX, "not a time");
	TRY(digits(str_sub(s, 0, 2), 0, 23, &t->hour));
	TRY(digits(str_sub(s, 3, 2), 0, 59, &t->minute));
	TRY(digits(str_sub(s, 6, 2), 0, 60, &t->second));
out:
	return rc;
}

static int64_t
utc(struct civil t)
{
	return time_of_civil(t) + 9 * HOUR_US; /* civil is JST */
}

enum rc
date_asctime(struct str s, int64_t *ret_us)
{
	struct civil t = { 0 };
	enum rc rc = RC_OK;

	if (s.n != 24 || s.p[3] != ' ' || s.p[7] != ' ' || s.p[10] != ' ' || s.p[19] != ' ' || (t.month = month_of(str_sub(s, 4, 3))) == 0)
		return FAIL(RC_SYNTAX, "not a date");
	TRY(digits(str_trim(str_sub(s, 8, 2)), 1, 31, &t.day));
	TRY(clock_time(str_sub(s, 11, 8), &t));
	TRY(digits(str_sub(s, 20, 4), 1990, 9999, &t.year));
	*ret_us = utc(t);
out:
	return rc;
}

enum rc
date_release(struct str s, int64_t *ret_us)
{
	struct civil t = { 0 };
	struct str piece[6];
	size_t n = 0;
	enum rc rc = RC_OK;

	s = str_trim(s);
	while (n < 6 && str_cut(&s, ' ', &piece[n]))
		n += piece[n].n > 0; /* a day below ten may stand behind two blanks */
	if (n != 6 || s.p || piece[0].n != 4 || piece[0].p[3] != ',' || (!str_eq(piece[5], STR("UTC")) && !str_eq(piece[5], STR("+0000")) && !str_eq(piece[5], STR("GMT"))) ||
	    (t.month = month_of(piece[2])) == 0)
		return FAIL(RC_SYNTAX, "not a date");
	TRY(digits(piece[1], 1, 31, &t.day));
	TRY(digits(piece[3], 1990, 9999, &t.year));
	TRY(clock_time(piece[4], &t));
	*ret_us = utc(t);
out:
	return rc;
}

enum rc
date_iso(struct str s, int64_t *ret_us)
{
	struct civil t = { 0 };
	struct str zone;
	int hours = 0, minutes = 0;
	size_t at = 19;
	enum rc rc = RC_OK;

	if (s.n < 20 || s.p[4] != '-' || s.p[7] != '-' || s.p[10] != 'T')
		return FAIL(RC_SYNTAX, "not a date");
	TRY(digits(str_sub(s, 0, 4), 1990, 9999, &t.year));
	TRY(digits(str_sub(s, 5, 2), 1, 12, &t.month));
	TRY(digits(str_sub(s, 8, 2), 1, 31, &t.day));
	TRY(clock_time(str_sub(s, 11, 8), &t));
	if (s.p[at] == '.')
		for (at++; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++)
			;
	zone = str_sub(s, at, s.n);
	if (!str_eq(zone, STR("Z"))) {
		if (zone.n != 6 || (zone.p[0] != '+' && zone.p[0] != '-') || zone.p[3] != ':')
			return FAIL(RC_SYNTAX, "a date without its zone");
		TRY(digits(str_sub(zone, 1, 2), 0, 14, &hours));
		TRY(digits(str_sub(zone, 4, 2), 0, 59, &minutes));
	}
	*ret_us = utc(t) - (zone.p[0] == '-' ? -1 : 1) * (hours * HOUR_US + minutes * MINUTE_US);
out:
	return rc;
}
