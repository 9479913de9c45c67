// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "base/time_text.h"
#include "control/readings.h"

static enum rc
read_all(struct str text, size_t step, struct readings *r)
{
	enum rc rc = RC_OK;

	readings_begin(r);
	for (size_t at = 0; at < text.n && rc == RC_OK; at += step)
		rc = readings_feed(r, str_sub(text, at, step));
	return rc == RC_OK ? readings_end(r) : rc;
}

CASE(the_newest_row_in_any_order) /*= S-6-6 type=test */
{
	static const struct { const char *name, *text; int64_t minute, t, rh; size_t rows, bad; } cases[] = {
		{ "plain", "time,temperature,humidity\n2026-01-01 08:30,24.3,45.5\n2026-01-01 08:40,24.4,45\n", 40, 24400, 45000, 2, 0 },
		{ "mark, CRLF, quotes, Japanese", "\xef\xbb\xbf\"日時\",\"装置\",\"温度\",\"湿度\"\r\n\"2026/01/01 08:50:00\",\"A, B\",\"27.9\",\"60.1\"\r\n", 50, 27900, 60100, 1, 0 },
		{ "newest first, with a zone", "humidity,time,temperature\n44,2025-12-31T23:45:00Z,20.05\n43,2026-01-01T08:35:00+09:00,19\n", 45, 20050, 44000, 2, 0 },
		{ "bad rows are none", "time,temperature,humidity\n2026-01-01 08:30,24.3,45\n2026-01-01 08:40,ERR,45\nnonsense\n2026-01-01 08:50,24.3\"\n2026-13-01 08:50,24.3,45\n", 30, 24300, 45000, 1, 4 },
		{ "units, no leading zeros", "日時,温度(℃),湿度(%)\n2026/1/1 8:30,24.3,45.5\n2026/1/1 8:5:09,24.4,45\n", 30, 24300, 45500, 2, 0 },
		{ "full width", "日時，時刻は日本,日時,温度（℃）,湿度（％）\n-,２０２６／０１／０１　０８：４０,２４．３,４５．５\n", 40, 24300, 45500, 1, 0 },
		{ "units of other kinds", "time (JST),Temp [°C],RH %,temperature(F)\n2026-1-1 08:50:00,−3.5,45%,999\n2026-1-1 8:51,20 ℃,45 %RH,1\n2026-1-1 8:59,20 K,45,1\n", 51, 20000, 45000, 2, 1 },
		{ "a row that is being written", "time,temperature,humidity\n2026-01-01 08:30,24.3,45\n2026-01-01 08:40,2", 30, 24300, 45000, 1, 0 },
	};
	int64_t hour;

	CHECK_OK(time_parse_iso(STR("2026-01-01T08:00:00+09:00"), &hour));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t step = 1; step < 200; step += 66) {
			struct readings r;

			CHECK_OK(read_all(str_of(cases[i].text), step, &r));
			if (r.newest_at_us != hour + cases[i].minute * MINUTE_US || r.temperature_mc != cases[i].t || r.humidity_mp != cases[i].rh || r.rows != cases[i].rows || r.bad_rows != cases[i].bad) {
				test_failures++;
				printf("%s: %lld %lld %lld rows %zu bad %zu\n", cases[i].name, (long long)((r.newest_at_us - hour) / MINUTE_US), (long long)r.temperature_mc, (long long)r.humidity_mp, r.rows, r.bad_rows);
			}
		}
}

CASE(a_value_left_out)
{
	struct readings r;

	CHECK_OK(read_all(STR("time,temperature,humidity\n2026-01-01 08:30,24.3,\n"), 99, &r));
	CHECK(r.have_temperature && !r.have_humidity);
}

CASE(what_is_no_file_of_readings)
{
	static const char *const cases[] = { "", "time,temperature,humidity\n", "a,b,c\n1,2,3\n", "time\n2026-01-01 08:30\n", "time,time,temperature\n2026-01-01 08:30,2026-01-01 08:30,3\n",
		"2026-01-01 08:30,24.3,45.5\n", "time,temperature\n2026-01-01 08:30,nan\n", "time,temperature\n2026-02-30 08:30,20\n", "\"time,temperature\n", "time,temperature\n01/02/26 08:30,20\n",
		"time,温度(℉)\n2026-01-01 08:30,68\n", "time,temperature (K)\n2026-01-01 08:30,293\n", "time,temperature\n2026-01-01 8:3:4:5,20\n", "time,temperature\n2026-1-1,20\n", "time,temperature\n2026-01-01 24:60,20\n" };
	struct readings r;
	struct buf b = BUF(2 << 20);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_RC(read_all(str_of(cases[i]), 7, &r), RC_SYNTAX);
	CHECK_OK(buf_add(&b, STR("time,temperature\n"))); /* a line of a megabyte, then a good one */
	for (int i = 0; i < 1 << 20; i++)
		CHECK_OK(buf_add_byte(&b, ','));
	CHECK_OK(buf_add(&b, STR("\n2026-01-01 08:30,20\n")));
	CHECK_OK(read_all(buf_str(&b), 16384, &r));
	CHECK_INT(r.bad_rows, 1);
	buf_free(&b);
}

TEST_MAIN
