// SPDX-License-Identifier: Apache-2.0
/* Readings as thousandths, and what water does at them. */
#include "control/milli.h"

#define DIGITS_MAX 9 /* before the point, and behind it */

enum rc
milli_parse(struct str s, int64_t *ret)
{
	bool minus = s.n && s.p[0] == '-';
	int64_t whole = 0, part = 0, scale = 100000000; /* of the first decimal, in thousand-millionths */
	size_t at = minus, digits = 0, decimals = 0;

	for (; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, digits++)
		if (digits < DIGITS_MAX)
			whole = whole * 10 + (s.p[at] - '0');
	if (at < s.n && s.p[at] == '.')
		for (at++; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, decimals++, scale /= 10)
			part += (s.p[at] - '0') * scale;
	else
		decimals = 1;
	if (at != s.n || digits == 0 || digits > DIGITS_MAX || decimals == 0)
		return FAIL(RC_SYNTAX, "not a number in decimals");
	whole = whole * 1000 + (part + 500000) / 1000000;
	*ret = minus ? -whole : whole;
	return RC_OK;
}

#define NANO 1000000000

/* ln(n / d), 0 < n <= d, in thousand-millionths: halves are counted, then log2 bit by bit by squaring (31 binary places). */
static int64_t
ln_nano(int64_t n, int64_t d)
{
	const int64_t ln2_nano = 693147181;
	int64_t halves = 0, log2_q31 = 0;
	uint64_t x;

	while (n < d) {
		n *= 2;
		halves++;
	}
	x = ((uint64_t)n << 31) / (uint64_t)d; /* in [1, 2) */
	for (int bit = 30; bit >= 0; bit--) {
		x = (x * x) >> 31;
		if (x >= UINT64_C(1) << 32) {
			x >>= 1;
			log2_q31 |= INT64_C(1) << bit;
		}
	}
	return (log2_q31 * ln2_nano >> 31) - halves * ln2_nano;
}

enum rc
dew_point(int64_t temperature_mc, int64_t humidity_mp, int64_t *ret_mc)
{
	const int64_t b_milli = 17620, c_mc = 243120;
	int64_t gamma;

	if (temperature_mc < -45000 || temperature_mc > 60000 || humidity_mp < 1000 || humidity_mp > 100000)
		return FAIL(RC_LIMIT, "no dew point at these readings");
	gamma = ln_nano(humidity_mp, 100000) + b_milli * (NANO / 1000) * temperature_mc / (c_mc + temperature_mc);
	*ret_mc = c_mc * (gamma / 1000) / (b_milli * 1000 - gamma / 1000);
	return RC_OK;
}
