// SPDX-License-Identifier: Apache-2.0
#include "base/calendar.h"

#include <string.h>

#include "base/test.h"

static int64_t
at(const char *date)
{
	int64_t us = 0;

	CHECK_OK(time_parse_date(str_of(date), &us));
	return us;
}

static const char *
name(const char *date)
{
	struct civil c = time_civil(at(date));
	const char *found = holiday_name(c.year, c.month, c.day);

	return found ? found : "";
}

/* As gazetted. */
CASE(holidays)
{
	static const struct { const char *date, *name; } days[] = {
		{ "2026-01-01", "元日" }, { "2026-01-12", "成人の日" }, { "2026-02-11", "建国記念の日" }, { "2026-02-23", "天皇誕生日" }, { "2026-03-20", "春分の日" },
		{ "2026-04-29", "昭和の日" }, { "2026-05-03", "憲法記念日" }, { "2026-05-04", "みどりの日" }, { "2026-05-05", "こどもの日" }, { "2026-05-06", "休日（振替）" },
		{ "2026-07-20", "海の日" }, { "2026-08-11", "山の日" }, { "2026-09-21", "敬老の日" }, { "2026-09-22", "国民の休日" }, { "2026-09-23", "秋分の日" },
		{ "2026-10-12", "スポーツの日" }, { "2026-11-03", "文化の日" }, { "2026-11-23", "勤労感謝の日" }, { "2027-03-21", "春分の日" }, { "2027-03-22", "休日（振替）" },
		{ "2029-09-24", "休日（振替）" }, { "2019-04-30", "国民の休日" }, { "2019-05-01", "天皇の即位の日" }, { "2019-05-02", "国民の休日" }, { "2019-05-06", "休日（振替）" },
		{ "2019-10-22", "即位礼正殿の儀の行われる日" }, { "2020-07-23", "海の日" }, { "2020-07-24", "スポーツの日" }, { "2020-08-10", "山の日" }, { "2020-10-12", "" },
		{ "2021-08-09", "休日（振替）" }, { "2018-12-24", "休日（振替）" }, { "2019-12-23", "" }, { "2026-11-22", "" }, { "2026-05-07", "" }, { "2015-09-22", "国民の休日" },
		{ "2025-02-24", "休日（振替）" }, { "2025-05-06", "休日（振替）" }, { "2024-02-12", "休日（振替）" }, { "2023-01-02", "休日（振替）" }, { "2028-02-29", "" },
	};
	int n = 0;

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		if (strcmp(name(days[i].date), days[i].name) != 0) {
			test_failures++;
			printf("%s is '%s', want '%s'\n", days[i].date, name(days[i].date), days[i].name);
		}
	for (int64_t day = at("2026-01-01"); day < at("2027-01-01"); day += DAY_US) {
		struct civil c = time_civil(day);

		n += holiday_name(c.year, c.month, c.day) != NULL;
	}
	CHECK_INT(n, 18); /* sixteen, one substitute, one between two */
	CHECK(holiday_name(2006, 1, 1) == NULL && holiday_name(2100, 1, 1) == NULL);
}

CASE(closed_days)
{
	static const struct day_override overrides[] = { { INT64_C(1795186800000000), DAY_CLOSED }, { INT64_C(1795273200000000), DAY_OPEN } }; /* 2026-11-21, 22 */
	struct calendar usual = { 0 }, early = { .year_end_from = 28 }, own = { overrides, 2, 0 };

	CHECK(day_closed(&usual, at("2026-11-21")) && day_closed(&usual, at("2026-11-22")) && day_closed(&usual, at("2026-11-23")) && !day_closed(&usual, at("2026-11-24")));
	CHECK(!day_closed(&usual, at("2026-12-28")) && day_closed(&early, at("2026-12-28")) && day_closed(&usual, at("2026-12-29")) && day_closed(&usual, at("2026-12-31")));
	CHECK(day_closed(&usual, at("2027-01-03")) && !day_closed(&usual, at("2027-01-04")));
	CHECK(!day_closed(&usual, at("2026-11-24") + DAY_US - 1) && day_closed(&usual, at("2026-11-24") - 1)); /* midnight in Japan, not in Greenwich */
	CHECK_INT(overrides[1].day_us, at("2026-11-22"));
	CHECK(!day_closed(&own, at("2026-11-22")));
	CHECK_INT(day_next_open(&usual, at("2026-12-29")), at("2027-01-04"));
	CHECK_INT(open_days_add(&usual, at("2026-12-25"), 2), at("2027-01-04"));
	CHECK_INT(open_days_add(&usual, at("2026-11-20"), 1), at("2026-11-24"));
}

/* The day of knowing is day 1; a last day that is closed moves. */
CASE(terms_of_reports)
{
	struct calendar usual = { 0 };

	CHECK_INT(term_end(&usual, at("2026-12-01"), 30), at("2027-01-05")); /* 30 December is closed: until the end of 4 January */
	CHECK_INT(term_end(&usual, at("2026-12-02"), 60), at("2027-02-02")); /* Saturday 30 January: Monday */
	CHECK_INT(term_end(&usual, at("2026-12-01"), 5), at("2026-12-08"));  /* Saturday the 5th: Monday the 7th */
	CHECK_INT(term_end(&usual, at("2028-01-31") + 23 * HOUR_US, 30), at("2028-03-01")); /* through a leap day: 29 February */
	CHECK_INT(term_end(&usual, at("2026-12-01"), 1), at("2026-12-02"));
}

TEST_MAIN
