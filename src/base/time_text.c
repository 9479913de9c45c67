// SPDX-License-Identifier: Apache-2.0
/* JST and 和暦; days by Howard Hinnant's civil-day arithmetic, restated. */
#include "base/time_text.h"

#include "base/num.h"

#define JST_S (9 * 3600)

static int64_t
days_of(int year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static struct civil
civil_of(int64_t s)
{
	int64_t z = floor_div(s, 86400), rest = s - z * 86400;
	int64_t era, doe, yoe, doy, mp;
	struct civil c;

	z += 719468;
	era = floor_div(z, 146097);
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	c.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c.year = (int)(yoe + era * 400 + (c.month <= 2));
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest % 3600 / 60);
	c.second = (int)(rest % 60);
	return c;
}

struct civil
time_civil(int64_t at_us)
{
	return civil_of(floor_div(at_us, SECOND_US) + JST_S);
}

int64_t
time_of_civil(struct civil c)
{
	return (days_of(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second - JST_S) * SECOND_US;
}

int
time_weekday(int64_t at_us)
{
	int64_t days = floor_div(floor_div(at_us, SECOND_US) + JST_S, 86400);

	return (int)(((days + 4) % 7 + 7) % 7);
}

static bool
printable(int64_t at_us)
{
	return at_us >= 0 && at_us < INT64_C(253402300800) * SECOND_US;
}

enum rc
time_iso(struct buf *b, int64_t at_us)
{
	struct civil c = time_civil(at_us);

	if (!printable(at_us))
		return buf_add_c(b, "-");
	return buf_addf(b, "%04d-%02d-%02dT%02d:%02d:%02d+09:00", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

enum rc
time_utc(struct buf *b, int64_t at_us)
{
	struct civil c = civil_of(floor_div(at_us, SECOND_US));

	if (!printable(at_us))
		return buf_add_c(b, "-");
	return buf_addf(b, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

enum rc
time_wareki(struct buf *b, int64_t at_us)
{
	static const struct { int64_t day; int year; const char *name; } eras[] = {
		{ 20190501, 2019, "令和" }, { 19890108, 1989, "平成" }, { 19261225, 1926, "昭和" },
	};
	struct civil c = time_civil(at_us);
	int64_t day = c.year * 10000LL + c.month * 100 + c.day;

	if (!printable(at_us))
		return buf_add_c(b, "-");
	for (size_t i = 0; i < sizeof(eras) / sizeof(eras[0]); i++) {
		int year = c.year - eras[i].year + 1;

		if (day < eras[i].day)
			continue;
		if (year == 1)
			return buf_addf(b, "%d年%d月%d日（%s元年）", c.year, c.month, c.day, eras[i].name);
		return buf_addf(b, "%d年%d月%d日（%s%d年）", c.year, c.month, c.day, eras[i].name, year);
	}
	return buf_addf(b, "%d年%d月%d日", c.year, c.month, c.day);
}

enum rc
time_minute(struct buf *b, int64_t at_us)
{
	struct civil c = time_civil(at_us);

	if (!printable(at_us))
		return buf_add_c(b, "-");
	return buf_addf(b, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static enum rc
two_digits(struct str s, size_t at, int min, int max, int *ret)
{
	int hi = s.p[at] - '0', lo = s.p[at + 1] - '0';

	if (hi < 0 || hi > 9 || lo < 0 || lo > 9 || hi * 10 + lo < min || hi * 10 + lo > max)
		return FAIL(RC_SYNTAX, "not a date or time");
	*ret = hi * 10 + lo;
	return RC_OK;
}

enum rc
time_parse_date(struct str s, int64_t *ret_at_us)
{
	struct civil c = { 0 }, back;
	int hi, lo;
	enum rc rc = RC_OK;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return FAIL(RC_SYNTAX, "not a date like 2026-11-22");
	TRY(two_digits(s, 0, 19, 99, &hi));
	TRY(two_digits(s, 2, 0, 99, &lo));
	TRY(two_digits(s, 5, 1, 12, &c.month));
	TRY(two_digits(s, 8, 1, 31, &c.day));
	c.year = hi * 100 + lo;
	back = time_civil(time_of_civil(c));
	if (c.year < 1970 || back.day != c.day)
		return FAIL(RC_SYNTAX, "no such day");
	*ret_at_us = time_of_civil(c);
out:
	return rc;
}

enum rc
time_parse_iso(struct str s, int64_t *ret_at_us)
{
	int h, m, sec;
	int64_t at;
	bool utc = s.n == 20 && s.p[19] == 'Z';
	enum rc rc = RC_OK;

	if (!(utc || (s.n == 25 && str_ends(s, STR("+09:00")))) || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':')
		return FAIL(RC_SYNTAX, "not a time like 2026-11-22T10:42:07+09:00");
	TRY(time_parse_date(str_sub(s, 0, 10), &at));
	TRY(two_digits(s, 11, 0, 23, &h));
	TRY(two_digits(s, 14, 0, 59, &m));
	TRY(two_digits(s, 17, 0, 59, &sec));
	*ret_at_us = at + (h * 3600LL + m * 60 + sec + (utc ? JST_S : 0)) * SECOND_US;
out:
	return rc;
}
