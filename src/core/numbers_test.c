// SPDX-License-Identifier: Apache-2.0
#include "core/core_fake.h"

#include <string.h>

#include "base/test.h"
#include "base/time_text.h"
#include "core/day.h"

static const struct param_def band_params[] = { { "low", "C", -50, 100, 18 }, { "high", "C", -50, 100, 27 } };
static const struct series_def asked[] = { { "up", .zero_is_outside = true }, { "temperature", "low", "high" }, { 0 } };
static const struct control watched = { .id = "watched", .params = band_params, .params_count = 2, .subject = SUBJECT_ENDPOINT, .every_s = 120, .series = asked };
static const struct control plain = { .id = "plain", .subject = SUBJECT_ENDPOINT, .every_s = 3600 };

static int64_t
at(int year, int month, int day, int hour, int minute)
{
	return time_of_civil((struct civil){ year, month, day, hour, minute, 0 });
}

/* One look: `up` and `temperature`; below -1000 the fact is missing. */
static void
look(struct core *c, const struct control *control, int64_t at_us, int64_t known_until_us, int64_t up, int64_t temperature)
{
	struct arena a = ARENA(1 << 16);
	struct facts f = { .arena = &a };

	if (up >= 0)
		fact_bool(&f, 0, "up", up);
	if (temperature > -1000)
		fact_int(&f, 0, "temperature", temperature);
	CHECK_OK(numbers_save(c, control, "endpoint:1", at_us, known_until_us, &f));
	arena_free(&a);
}

static int64_t
told(struct core *c, int64_t now_us, const char *key)
{
	struct arena a = ARENA(1 << 16);
	struct facts f = { .arena = &a };
	struct params p;
	int64_t n;

	params_default(&watched, &p);
	CHECK_OK(numbers_judged(c, &watched, "endpoint:1", &p, now_us, &f));
	n = fact_n(&f, 0, key, -1);
	arena_free(&a);
	return n;
}

static int64_t
count(struct core *c, const char *sql)
{
	struct query *q = NULL;
	bool row;
	int64_t n;

	CHECK_OK(db_query(c->db, sql, &q));
	CHECK_OK(db_step(q, &row));
	n = db_int(q, 0);
	db_done(q);
	return n;
}

CASE(a_clock_that_was_ahead_does_not_end_a_series)
{
	struct core *c = core_up(true);
	int64_t t = at(2026, 1, 1, 9, 0), ahead = at(2030, 1, 1, 9, 0);

	look(c, &watched, t, 0, 1, 20);
	look(c, &watched, ahead, ahead, 1, 30);
	look(c, &watched, t + 2 * MINUTE_US, t + 4 * MINUTE_US, 1, 22); /* set right */
	CHECK_INT(count(c, "select count(*) from point p join series s on s.id = p.series where s.name = 'temperature' and p.n = 22"), 1);
	CHECK_INT(count(c, "select count(*) from point p join series s on s.id = p.series where s.name = 'temperature' and p.n = 30"), 0);
	core_down(c);
}

CASE(a_judge_is_told_the_minutes_of_its_contract_month)
{
	struct core *c = core_up(true);
	int64_t t = at(2025, 12, 31, 23, 50); /* over the year's end */

	look(c, &watched, t, 0, 1, 20);
	look(c, &watched, t + MINUTE_US, t + 2 * MINUTE_US, 0, 20);
	look(c, &watched, t + 30 * MINUTE_US, t + 40 * MINUTE_US, 1, 30); /* down for 29 minutes: 9 in December, 20 in January */
	look(c, &watched, t + 40 * MINUTE_US, t + 50 * MINUTE_US, -1, -2000);
	look(c, &watched, t + 45 * MINUTE_US, t + 60 * MINUTE_US, 1, 30);
	t += 60 * MINUTE_US; /* 00:50 on New Year's Day */
	CHECK_INT(told(c, t, "up.outside_month_min"), 20);
	CHECK_INT(told(c, t, "up.outside_last_month_min"), 9);
	CHECK_INT(told(c, t, "up.unknown_month_min"), 5);
	CHECK_INT(told(c, t, "up.known_month_min"), 25);
	CHECK_INT(told(c, t, "up.outside_now_min"), 0);
	CHECK_INT(told(c, t, "temperature.outside_month_min"), 25);
	CHECK_INT(told(c, t, "temperature.outside_now_min"), 15);
	CHECK_INT(told(c, t, "temperature.most_month"), 30);
	CHECK_INT(told(c, t, "temperature.least_month"), 20);
	CHECK_INT(told(c, at(2026, 3, 1, 0, 0) + 1, "up.outside_last_month_min"), 0); /* a whole month in which it was up */
	core_down(c);
}

CASE(what_nobody_looked_at_is_unknown_from_when_it_ran_out)
{
	struct core *c = core_up(true);
	int64_t t = at(2026, 2, 28, 12, 0);

	look(c, &watched, t, 0, 1, 20);
	look(c, &watched, t + HOUR_US, t + 2 * MINUTE_US, 1, 20); /* it was stopped for 58 minutes */
	CHECK_INT(told(c, t + HOUR_US, "up.unknown_month_min"), 58);
	CHECK_INT(told(c, t + HOUR_US, "up.outside_month_min"), 0);
	CHECK_INT(told(c, t + HOUR_US, "up.unknown_now_min"), 0);
	CHECK_OK(numbers_gap(c, "watched", "endpoint:1", t + 2 * HOUR_US));
	CHECK_INT(told(c, t + 3 * HOUR_US, "up.unknown_now_min"), 60);
	look(c, &watched, t + HOUR_US / 2, 0, 0, 0); /* a clock set back adds nothing in between */
	CHECK_INT(told(c, t + 3 * HOUR_US, "up.outside_month_min"), 0);
	core_down(c);
}

CASE(what_does_not_change_costs_nothing_and_what_flickers_little)
{
	struct core *c = core_up(true);
	int64_t t = at(2026, 4, 1, 0, 0);

	CHECK_OK(db_exec(c->db, "pragma synchronous = off"));
	for (int i = 0; i < 600; i++)
		look(c, &plain, t + i * MINUTE_US, t + (i + 60) * MINUTE_US, 1, i);
	CHECK_INT(count(c, "select count(*) from point p join series s on s.id = p.series where s.name = 'up'"), 1);
	CHECK_INT(count(c, "select count(*) from point p join series s on s.id = p.series where s.name = 'temperature'"), 60);
	core_down(c);
}

CASE(old_points_become_hours_and_hours_end_after_five_years)
{
	struct core *c = core_up(true);
	int64_t t = at(2024, 2, 28, 0, 0), gap = t + DAY_US + 5 * HOUR_US;
	json_t *list, *points, *one;
	size_t i;
	int unknown = 0;

	for (int h = 0; h < 72; h++) /* over a leap day */
		look(c, &plain, t + h * HOUR_US, t + (h + 1) * HOUR_US, 1, h % 24);
	CHECK_OK(numbers_gap(c, "plain", "endpoint:1", t + 72 * HOUR_US));
	look(c, &plain, t + 30 * DAY_US, 0, 1, 7);
	CHECK_OK(numbers_thin(c, t + 35 * DAY_US, 100));
	CHECK_INT(count(c, "select count(*) from hours"), 0);
	CHECK_OK(numbers_thin(c, t + 100 * DAY_US, 1)); /* one after the other */
	CHECK_OK(numbers_thin(c, t + 100 * DAY_US, 1));
	CHECK_INT(count(c, "select count(*) from point"), 2);
	CHECK(count(c, "select count(*) from hours") >= 2 * (3 + 30));
	CHECK(count(c, "select sum(length(packed)) from hours where series = (select id from series where name = 'up')") <= 6 * 40);
	list = numbers_json(c, "plain", "endpoint:1", t, t + 10 * DAY_US);
	CHECK_INT(json_array_size(list), 2);
	points = json_object_get(json_array_get(list, 0), "points"); /* temperature */
	json_array_foreach(points, i, one)
		unknown += json_is_null(json_object_get(one, "n"));
	CHECK_INT(json_array_size(points), 72);
	CHECK_INT(json_integer_value(json_object_get(json_array_get(points, 29), "at")), gap);
	CHECK_INT(json_integer_value(json_object_get(json_array_get(points, 29), "n")), 5);
	CHECK_INT(unknown, 0);
	json_decref(list);
	for (int round = 0; round < 3; round++) { /* the station stood still for years, then goes on */
		look(c, &plain, t + 2300 * DAY_US, t + 100 * DAY_US, 1, 9);
		CHECK_OK(numbers_thin(c, t + 2400 * DAY_US, 100));
	}
	CHECK_INT(count(c, "select count(*) from hours where day < (select max(day) from hours) - 1900"), 0);
	CHECK_INT(count(c, "select count(*) from point where n is not null"), 2);
	core_down(c);
}

CASE(a_long_history_is_drawn_from_few_points_that_lose_no_extreme)
{
	struct core *c = core_up(true);
	int64_t t = at(2026, 1, 1, 0, 0);
	json_t *list, *points, *one;
	int64_t most = 0;
	size_t i;

	CHECK_OK(db_exec(c->db, "pragma synchronous = off"));
	for (int k = 0; k < 2000; k++)
		look(c, &watched, t + k * MINUTE_US, t + (k + 2) * MINUTE_US, 1, k == 1234 ? 99 : k % 7);
	list = numbers_json(c, "watched", "endpoint:1", t, t + 2000 * MINUTE_US);
	points = json_object_get(json_array_get(list, 0), "points");
	CHECK_INT(json_array_size(points), 300);
	json_array_foreach(points, i, one)
		if (json_integer_value(json_object_get(one, "high")) > most)
			most = json_integer_value(json_object_get(one, "high"));
	CHECK_INT(most, 99);
	json_decref(list);
	core_down(c);
}

CASE(a_day_has_one_spelling)
{
	struct hour hours[24], back[24];
	struct buf b = BUF(4096);

	memset(hours, 0, sizeof(hours));
	for (int i = 0; i < 24; i++)
		hours[i] = i % 5 == 4 ? (struct hour){ 0, 0, 0, 60 } : (struct hour){ INT64_MIN / (i + 1), INT64_MAX / (i + 1), i, (uint8_t)i };
	CHECK_OK(day_pack(hours, &b));
	CHECK_OK(day_unpack(buf_str(&b), back));
	CHECK(memcmp(hours, back, sizeof(hours)) == 0);
	for (size_t n = 0; n < b.n; n++)
		CHECK_RC(day_unpack((struct str){ b.p, n }, back), RC_SYNTAX);
	CHECK_RC(day_unpack(STR("\x18\x3d"), back), RC_SYNTAX);                     /* 61 minutes */
	CHECK_RC(day_unpack(STR("\x0c\x3c\x0c\x3c"), back), RC_SYNTAX);             /* two runs where one does */
	CHECK_RC(day_unpack(STR("\x18\x00\x80\x00\x00\x00"), back), RC_SYNTAX);     /* a longer spelling of 0 */
	CHECK_RC(day_unpack(STR("\x00\x3c"), back), RC_SYNTAX);
	buf_free(&b);
}

TEST_MAIN
