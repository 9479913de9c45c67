// SPDX-License-Identifier: Apache-2.0
/* Which days are holidays, by rules; closed days and terms by walking day for day. */
#include "base/calendar.h"

#include <string.h>

#define FIRST_YEAR 2007
#define LAST_YEAR  2099

static int
weekday_of(int year, int month, int day)
{
	return time_weekday(time_of_civil((struct civil){ .year = year, .month = month, .day = day }));
}

/* The day of the month of its nth Monday. */
static int
monday(int year, int month, int nth)
{
	return 1 + (8 - weekday_of(year, month, 1)) % 7 + 7 * (nth - 1);
}

/* Days of March and September, in ten-thousandths: floor(base + 0.242194 (y - 1980) - floor((y - 1980) / 4)). */
static int
equinox(int year, int64_t base_e6)
{
	return (int)((base_e6 + INT64_C(242194) * (year - 1980)) / 1000000) - (year - 1980) / 4;
}

struct rule { int month, day, nth_monday, from, to; const char *name; };
static const struct rule rules[] = {
	{ 1, 1, 0, FIRST_YEAR, LAST_YEAR, "元日" },
	{ 1, 0, 2, FIRST_YEAR, LAST_YEAR, "成人の日" },
	{ 2, 11, 0, FIRST_YEAR, LAST_YEAR, "建国記念の日" },
	{ 2, 23, 0, 2020, LAST_YEAR, "天皇誕生日" },
	{ 12, 23, 0, FIRST_YEAR, 2018, "天皇誕生日" },
	{ 4, 29, 0, FIRST_YEAR, LAST_YEAR, "昭和の日" },
	{ 5, 3, 0, FIRST_YEAR, LAST_YEAR, "憲法記念日" },
	{ 5, 4, 0, FIRST_YEAR, LAST_YEAR, "みどりの日" },
	{ 5, 5, 0, FIRST_YEAR, LAST_YEAR, "こどもの日" },
	{ 7, 0, 3, FIRST_YEAR, 2019, "海の日" },
	{ 7, 23, 0, 2020, 2020, "海の日" },
	{ 7, 22, 0, 2021, 2021, "海の日" },
	{ 7, 0, 3, 2022, LAST_YEAR, "海の日" },
	{ 8, 11, 0, 2016, 2019, "山の日" },
	{ 8, 10, 0, 2020, 2020, "山の日" },
	{ 8, 8, 0, 2021, 2021, "山の日" },
	{ 8, 11, 0, 2022, LAST_YEAR, "山の日" },
	{ 9, 0, 3, FIRST_YEAR, LAST_YEAR, "敬老の日" },
	{ 10, 0, 2, FIRST_YEAR, 2019, "体育の日" },
	{ 7, 24, 0, 2020, 2020, "スポーツの日" },
	{ 7, 23, 0, 2021, 2021, "スポーツの日" },
	{ 10, 0, 2, 2022, LAST_YEAR, "スポーツの日" },
	{ 11, 3, 0, FIRST_YEAR, LAST_YEAR, "文化の日" },
	{ 11, 23, 0, FIRST_YEAR, LAST_YEAR, "勤労感謝の日" },
	{ 5, 1, 0, 2019, 2019, "天皇の即位の日" },
	{ 10, 22, 0, 2019, 2019, "即位礼正殿の儀の行われる日" },
};

/* What the act itself names; the days it derives from them come after. */
static const char *
named(int year, int month, int day)
{
	if (year < FIRST_YEAR || year > LAST_YEAR)
		return NULL;
	if (month == 3 && day == equinox(year, 20843100))
		return "春分の日";
	if (month == 9 && day == equinox(year, 23248800))
		return "秋分の日";
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].month == month && year >= rules[i].from && year <= rules[i].to && day == (rules[i].nth_monday ? monday(year, month, rules[i].nth_monday) : rules[i].day))
			return rules[i].name;
	return NULL;
}

static const char *
named_at(int64_t at_us)
{
	struct civil c = time_civil(at_us);

	return named(c.year, c.month, c.day);
}

const char *
holiday_name(int year, int month, int day)
{
	int64_t at_us = time_of_civil((struct civil){ .year = year, .month = month, .day = day });
	const char *name = named(year, month, day);

	if (name || year < FIRST_YEAR || year > LAST_YEAR)
		return name;
	/* A holiday on a Sunday moves to the next day that is none. */
	for (int64_t before_us = day_add(at_us, -1); named_at(before_us); before_us = day_add(before_us, -1))
		if (time_weekday(before_us) == 0)
			return "休日（振替）";
	if (time_weekday(at_us) != 0 && named_at(day_add(at_us, -1)) && named_at(day_add(at_us, 1)))
		return "国民の休日";
	return NULL;
}

int64_t
day_first(int64_t at_us)
{
	struct civil c = time_civil(at_us);

	return time_of_civil((struct civil){ .year = c.year, .month = c.month, .day = c.day });
}

int64_t
day_add(int64_t at_us, int days)
{
	return day_first(at_us) + days * DAY_US; /* JST has no summer time */
}

bool
day_closed(const struct calendar *calendar, int64_t at_us)
{
	int64_t day_us = day_first(at_us);
	struct civil c = time_civil(day_us);
	int weekday = time_weekday(day_us);

	for (size_t i = 0; i < calendar->overrides_count; i++)
		if (calendar->overrides[i].day_us == day_us)
			return calendar->overrides[i].kind == DAY_CLOSED;
	if (weekday == 0 || weekday == 6)
		return true;
	if ((c.month == 12 && c.day >= (calendar->year_end_from ? calendar->year_end_from : 29)) || (c.month == 1 && c.day <= 3))
		return true;
	return holiday_name(c.year, c.month, c.day) != NULL;
}

int64_t
day_months_later(int64_t at_us, int months)
{
	struct civil d = time_civil(at_us);
	int month = d.month - 1 + months;

	return time_of_civil((struct civil){ d.year + month / 12, month % 12 + 1, d.day > 28 ? 28 : d.day, 0, 0, 0 });
}

int64_t
day_next_open(const struct calendar *calendar, int64_t at_us)
{
	int64_t day_us = day_first(at_us);

	for (int i = 0; i < 366; i++, day_us += DAY_US)
		if (!day_closed(calendar, day_us))
			return day_us;
	return INT64_MAX;
}

int64_t
open_days_add(const struct calendar *calendar, int64_t at_us, int days)
{
	int64_t day_us = day_first(at_us);

	while (days-- > 0 && day_us != INT64_MAX)
		day_us = day_next_open(calendar, day_us + DAY_US);
	return day_us;
}

int64_t
term_end(const struct calendar *calendar, int64_t known_at_us, int days)
{
	int64_t last_us = day_next_open(calendar, day_add(known_at_us, days - 1));

	return last_us == INT64_MAX ? last_us : last_us + DAY_US;
}
