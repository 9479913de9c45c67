// SPDX-License-Identifier: Apache-2.0
/* What a number in a cell says: a number, a day, a time of day. Pure. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "document/sheet_int.h"

#define DAYS_MAX 2958465.99999999 /* the end of 9999 */

bool
sheet_date_builtin(int64_t id)
{
	return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

/* Only what is no quoted text, no colour or locale in brackets and not escaped counts. */
bool
sheet_date_format(struct str code)
{
	bool quoted = false;

	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i];

		if (quoted) {
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == '\\' || c == '_' || c == '*') {
			i++;
		} else if (c == '[') {
			if (i + 1 < code.n && strchr("hHmMsS", code.p[i + 1]))
				return true; /* [h]:mm */
			while (i < code.n && code.p[i] != ']')
				i++;
		} else if (c == ';') {
			return false; /* what negative numbers look like says nothing */
		} else if (strchr("yYdDhHmMsSgGeEbB", c)) {
			if ((c == 'e' || c == 'E') && i + 1 < code.n && strchr("+-", code.p[i + 1]))
				return false; /* 0.00E+00 */
			if (i + 6 < code.n && strncasecmp(code.p + i, "general", 7) == 0)
				return false;
			return true;
		}
	}
	return false;
}

static enum rc
day_text(double serial, bool from_1904, struct buf *ret)
{
	double whole = floor(serial);
	int64_t seconds = (int64_t)llround((serial - whole) * 86400.0), days = (int64_t)whole, epoch = 0;
	struct civil t;

	if (seconds == 86400) {
		days++;
		seconds = 0;
	}
	if (serial < 0 || serial > DAYS_MAX)
		return FAIL(RC_SYNTAX, "日付にならない数です / a number that is no day");
	if (!from_1904 && days == 60)
		return FAIL(RC_SYNTAX, "1900年2月29日という日はありません / there was no 29 February 1900");
	if (days == 0 && serial < 1)
		return buf_addf(ret, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
	epoch = time_of_civil(from_1904 ? (struct civil){ 1904, 1, 1, 0, 0, 0 } : (struct civil){ 1899, 12, days < 60 ? 31 : 30, 0, 0, 0 });
	t = time_civil(epoch + days * DAY_US + seconds * SECOND_US);
	if (seconds == 0)
		return buf_addf(ret, "%04d-%02d-%02d", t.year, t.month, t.day);
	return buf_addf(ret, "%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second);
}

enum rc
sheet_number(struct str typed, bool date, bool from_1904, struct buf *ret)
{
	struct str s = str_trim(typed);
	char number[64], *end;
	double value;

	if (s.n == 0 || s.n >= sizeof(number))
		return FAIL(RC_SYNTAX, "数値として読めません / this is no number");
	memcpy(number, s.p, s.n);
	number[s.n] = '\0';
	if (strspn(number, "+-0123456789.eE") != s.n)
		return FAIL(RC_SYNTAX, "数値として読めません / this is no number");
	value = strtod(number, &end);
	if (*end || !isfinite(value))
		return FAIL(RC_SYNTAX, "数値として読めません / this is no number");
	if (date)
		return day_text(value, from_1904, ret);
	if (value == floor(value) && fabs(value) < 1e15)
		return buf_addf(ret, "%lld", (long long)value);
	return buf_addf(ret, "%.15g", value);
}
