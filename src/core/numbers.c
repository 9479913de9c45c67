// SPDX-License-Identifier: Apache-2.0
/*
 * The numbers controls saw, over time.
 *
 * A point holds until the next one of its series; a point without a value says
 * that from then on nobody knew. What does not change costs nothing. Points
 * older than a few weeks become days of hours (day.h), which are kept five years.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"
#include "core/day.h"

#define SAMPLE_US     (10 * MINUTE_US) /* of a number no judge asks for: at most one change per */
#define POINTS_DAYS   40
#define ASKED_DAYS    64               /* two contract months and what a late look needs */
#define HOURS_DAYS    (5 * 366 + 31)
#define BUCKETS       300              /* of a chart: more points than that are summed up */

struct point { int64_t at_us, n; bool known; };

static const struct series_def *
asked_for(const struct control *control, const char *fact)
{
	for (const struct series_def *d = control ? control->series : NULL; d && d->fact; d++)
		if (strcmp(d->fact, fact) == 0)
			return d;
	return NULL;
}

/* ---- writing --------------------------------------------------------------------------------------- */

static enum rc
series_id(struct core *c, const char *control, const char *subject, struct str name, int64_t *ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	for (int turn = 0; turn < 2; turn++) {
		TRY(db_query(c->db, "select id from series where control = $1 and subject = $2 and name = $3", &q));
		TRY(db_put_text(q, 1, str_of(control)));
		TRY(db_put_text(q, 2, str_of(subject)));
		TRY(db_put_text(q, 3, name));
		TRY(db_step(q, &row));
		if (row) {
			*ret = db_int(q, 0);
			break;
		}
		db_done(q);
		q = NULL;
		TRY(db_query(c->db, "insert into series (id, control, subject, name) values ((select coalesce(max(id), 0) + 1 from series), $1, $2, $3)", &q));
		TRY(db_put_text(q, 1, str_of(control)));
		TRY(db_put_text(q, 2, str_of(subject)));
		TRY(db_put_text(q, 3, name));
		TRY(db_run(q));
		db_done(q);
		q = NULL;
	}
out:
	db_done(q);
	return rc;
}

static enum rc
newest(struct core *c, int64_t series, struct point *ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	*ret = (struct point){ 0, 0, false };
	TRY(db_query(c->db, "select at_us, n from point where series = $1 order by at_us desc limit 1", &q));
	TRY(db_put_int(q, 1, series));
	TRY(db_step(q, &row));
	if (row)
		*ret = (struct point){ db_int(q, 0), db_int(q, 1), !db_is_null(q, 1) };
out:
	db_done(q);
	return rc;
}

static enum rc
point_put(struct core *c, int64_t series, struct point p)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into point (series, at_us, n) values ($1, $2, $3) on conflict do nothing", &q));
	TRY(db_put_int(q, 1, series));
	TRY(db_put_int(q, 2, p.at_us));
	TRY(p.known ? db_put_int(q, 3, p.n) : db_put_null(q, 3));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
points_ahead_drop(struct core *c, int64_t series, int64_t at_us)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "delete from point where series = $1 and at_us > $2", &q));
	TRY(db_put_int(q, 1, series));
	TRY(db_put_int(q, 2, at_us));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* Every series of this control and subject but those `seen` is not known from then on. */
static enum rc
gaps_put(struct core *c, const char *control, const char *subject, int64_t at_us, const int64_t *seen, size_t n)
{
	struct query *q = NULL;
	struct point last;
	bool row, known;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select id from series where control = $1 and subject = $2", &q));
	TRY(db_put_text(q, 1, str_of(control)));
	TRY(db_put_text(q, 2, str_of(subject)));
	for (;;) {
		int64_t id;

		TRY(db_step(q, &row));
		if (!row)
			break;
		id = db_int(q, 0);
		known = false;
		for (size_t i = 0; i < n; i++)
			known |= seen[i] == id;
		if (known)
			continue;
		TRY(newest(c, id, &last));
		if (last.known && last.at_us < at_us)
			TRY(point_put(c, id, (struct point){ .at_us = at_us }));
	}
out:
	db_done(q);
	return rc;
}

enum rc
numbers_gap(struct core *c, const char *control, const char *subject, int64_t at_us)
{
	return gaps_put(c, control, subject, at_us, NULL, 0);
}

enum rc
numbers_save(struct core *c, const struct control *control, const char *subject, int64_t at_us, int64_t known_until_us, const struct facts *facts)
{
	int64_t *seen = calloc(facts->count + 1, sizeof(*seen));
	size_t n = 0;
	enum rc rc = RC_OK;

	if (seen == NULL)
		abort();
	TRY(db_begin(c->db));
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->list[i];
		struct point last, now = { at_us, fact->n, true };
		char name[64];

		if (fact->row != 0 || (fact->kind != FACT_INT && fact->kind != FACT_BOOL) || fact->key.n >= sizeof(name) || str_starts(fact->key, STR("own.")))
			continue;
		(void)snprintf(name, sizeof(name), STR_FMT, STR_ARG(fact->key)); /* measured above */
		TRY(series_id(c, control->id, subject, fact->key, &seen[n++]));
		TRY(newest(c, seen[n - 1], &last));
		if (last.at_us > at_us + DAY_US) { /* of a clock that was ahead and was set right: nothing would be kept until then */
			TRY(points_ahead_drop(c, seen[n - 1], at_us));
			TRY(newest(c, seen[n - 1], &last));
		}
		if (last.known && known_until_us > last.at_us && known_until_us < at_us) { /* nobody looked in between */
			last = (struct point){ .at_us = known_until_us };
			TRY(point_put(c, seen[n - 1], last));
		}
		if (at_us <= last.at_us || (last.known && last.n == now.n))
			continue;
		if (last.known && at_us - last.at_us < SAMPLE_US && !asked_for(control, name))
			continue;
		TRY(point_put(c, seen[n - 1], now));
	}
	TRY(gaps_put(c, control->id, subject, at_us, seen, n));
	TRY(db_commit(c->db));
out:
	if (rc != RC_OK)
		db_rollback(c->db);
	free(seen);
	return rc;
}

/* ---- reading, a stretch at a time --------------------------------------------------------------------- */

/* What was so from one instant to another; of several values, their least, most and mean. */
struct stretch { int64_t from_us, to_us; bool known; int64_t least, most, mean; };
typedef void stretch_take(void *context, const struct stretch *);

/* The points of a series between two instants, as stretches in order of time; the last one may be an instant long. */
static enum rc
points_read(struct core *c, int64_t series, int64_t from_us, int64_t to_us, stretch_take *take, void *context)
{
	struct query *q = NULL;
	struct stretch s = { 0 };
	bool row = false, any = false;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select at_us, n from point where series = $1 and at_us <= $2 and at_us >= coalesce((select max(at_us) from point where series = $3 and at_us <= $4), 0) order by at_us", &q));
	TRY(db_put_int(q, 1, series));
	TRY(db_put_int(q, 2, to_us));
	TRY(db_put_int(q, 3, series));
	TRY(db_put_int(q, 4, from_us));
	do {
		int64_t at_us;

		TRY(db_step(q, &row));
		at_us = row ? db_int(q, 0) : to_us;
		at_us = at_us < from_us ? from_us : at_us;
		if (any) {
			s.to_us = at_us;
			take(context, &s);
		}
		if (row)
			s = (struct stretch){ at_us, at_us, !db_is_null(q, 1), db_int(q, 1), db_int(q, 1), db_int(q, 1) };
		any = true;
	} while (row);
out:
	db_done(q);
	return rc;
}

/* Days are numbered in Japan. */
static int64_t
day_of(int64_t at_us)
{
	return (at_us + 9 * HOUR_US) / DAY_US;
}

static int64_t
day_begins(int64_t day)
{
	return day * DAY_US - 9 * HOUR_US;
}

/* The thinned days, as stretches of an hour: what is known of it first, then what is not. */
static enum rc
hours_read(struct core *c, int64_t series, int64_t from_us, int64_t to_us, stretch_take *take, void *context)
{
	struct query *q = NULL;
	struct hour hours[24];
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select day, packed from hours where series = $1 and day >= $2 and day <= $3 order by day", &q));
	TRY(db_put_int(q, 1, series));
	TRY(db_put_int(q, 2, day_of(from_us)));
	TRY(db_put_int(q, 3, day_of(to_us)));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		TRY(day_unpack(db_blob(q, 1), hours));
		for (int i = 0; i < 24; i++) {
			int64_t at = day_begins(db_int(q, 0)) + i * HOUR_US, middle = at + (60 - hours[i].unknown_min) * MINUTE_US;

			if (middle > at)
				take(context, &(struct stretch){ at, middle, true, hours[i].least, hours[i].most, hours[i].mean });
			if (middle < at + HOUR_US)
				take(context, &(struct stretch){ middle, at + HOUR_US, false, 0, 0, 0 });
		}
	}
out:
	db_done(q);
	return rc;
}

/* ---- for judges ------------------------------------------------------------------------------------- */

struct sum { int64_t outside_us, unknown_us, known_us, least, most; bool any, seen; };
struct past {
	int64_t     month_us, least, most;       /* begin of this contract month; the band */
	bool        zero_is_outside;
	struct sum  now, last;                   /* this month, the month before           */
	int64_t     outside_since, unknown_since; /* 0: it is not so                        */
};

static void
sum_add(struct sum *sum, const struct stretch *s, int64_t from_us, int64_t to_us, bool outside)
{
	from_us = s->from_us > from_us ? s->from_us : from_us;
	to_us = s->to_us < to_us ? s->to_us : to_us;
	if (to_us <= from_us)
		return;
	sum->any = true;
	*(!s->known ? &sum->unknown_us : outside ? &sum->outside_us : &sum->known_us) += to_us - from_us;
	if (!s->known)
		return;
	sum->least = !sum->seen || s->least < sum->least ? s->least : sum->least;
	sum->most = !sum->seen || s->most > sum->most ? s->most : sum->most;
	sum->seen = true;
}

static void
past_take(void *context, const struct stretch *s)
{
	struct past *p = context;
	bool outside = s->known && (s->least < p->least || s->most > p->most || (p->zero_is_outside && s->least == 0));

	sum_add(&p->now, s, p->month_us, INT64_MAX, outside);
	sum_add(&p->last, s, 0, p->month_us, outside);
	p->outside_since = !outside ? 0 : p->outside_since ? p->outside_since : s->from_us;
	p->unknown_since = s->known ? 0 : p->unknown_since ? p->unknown_since : s->from_us;
}

static void
fact_of(struct facts *f, const char *series, const char *name, int64_t n)
{
	char key[96];

	(void)snprintf(key, sizeof(key), "%s.%s", series, name); /* a key too long is refused by fact_int() */
	fact_int(f, 0, key, n);
}

static int64_t
minutes(int64_t us)
{
	return us / MINUTE_US + (us % MINUTE_US > 0);
}

enum rc
numbers_judged(struct core *c, const struct control *control, const char *subject, const struct params *params, int64_t now_us, struct facts *facts)
{
	int64_t id;
	enum rc rc = RC_OK;

	for (const struct series_def *d = control->series; d && d->fact; d++) {
		struct past p = { .month_us = month_range(now_us).from_us, .least = INT64_MIN, .most = INT64_MAX, .zero_is_outside = d->zero_is_outside };

		if (d->lower)
			p.least = series_end(d, params, d->lower);
		if (d->upper)
			p.most = series_end(d, params, d->upper);
		TRY(series_id(c, control->id, subject, str_of(d->fact), &id));
		TRY(points_read(c, id, month_range(p.month_us - 1).from_us, now_us, past_take, &p));
		fact_of(facts, d->fact, "outside_month_min", minutes(p.now.outside_us));
		fact_of(facts, d->fact, "unknown_month_min", minutes(p.now.unknown_us));
		fact_of(facts, d->fact, "known_month_min", p.now.known_us / MINUTE_US);
		if (p.last.any) {
			fact_of(facts, d->fact, "outside_last_month_min", minutes(p.last.outside_us));
			fact_of(facts, d->fact, "unknown_last_month_min", minutes(p.last.unknown_us));
		}
		fact_of(facts, d->fact, "outside_now_min", p.outside_since ? minutes(now_us - p.outside_since) : 0);
		fact_of(facts, d->fact, "unknown_now_min", p.unknown_since ? minutes(now_us - p.unknown_since) : 0);
		if (p.now.seen) {
			fact_of(facts, d->fact, "least_month", p.now.least);
			fact_of(facts, d->fact, "most_month", p.now.most);
		}
	}
out:
	return rc;
}

/* ---- for charts ------------------------------------------------------------------------------------- */

struct bucket { int64_t known_us, unknown_us, least, most; double weight; };
struct chart {
	int64_t       from_us, to_us;
	struct bucket buckets[BUCKETS];
	json_t       *points;              /* as they are, while they are few */
	size_t        points_n;
};

static int64_t
bucket_begins(const struct chart *chart, size_t i)
{
	return chart->from_us + (chart->to_us - chart->from_us) / BUCKETS * (int64_t)i;
}

static void
chart_take(void *context, const struct stretch *s)
{
	struct chart *chart = context;
	int64_t wide = (chart->to_us - chart->from_us) / BUCKETS, from = s->from_us < chart->from_us ? chart->from_us : s->from_us;
	int64_t to = s->to_us > chart->to_us ? chart->to_us : s->to_us;

	if (to <= from || wide <= 0)
		return;
	if (chart->points_n++ < BUCKETS)
		json_array_append_new(chart->points, json_pack("{s:I, s:o, s:o*, s:o*}", "at", (json_int_t)from, "n", s->known ? json_integer(s->mean) : json_null(),
		    "low", s->known && s->least < s->most ? json_integer(s->least) : NULL, "high", s->known && s->least < s->most ? json_integer(s->most) : NULL));
	for (size_t i = (size_t)((from - chart->from_us) / wide); i < BUCKETS && bucket_begins(chart, i) < to; i++) {
		struct bucket *b = &chart->buckets[i];
		int64_t end = i + 1 < BUCKETS ? bucket_begins(chart, i + 1) : chart->to_us, begin = from > bucket_begins(chart, i) ? from : bucket_begins(chart, i);
		int64_t part = (to < end ? to : end) - begin;

		if (part <= 0)
			continue;
		if (!s->known) {
			b->unknown_us += part;
			continue;
		}
		b->least = b->known_us == 0 || s->least < b->least ? s->least : b->least;
		b->most = b->known_us == 0 || s->most > b->most ? s->most : b->most;
		b->known_us += part;
		b->weight += (double)s->mean * (double)part;
	}
}

static json_t *
chart_points(struct chart *chart)
{
	json_t *list;

	if (chart->points_n <= BUCKETS)
		return json_incref(chart->points);
	list = json_array();
	for (size_t i = 0; i < BUCKETS; i++) {
		const struct bucket *b = &chart->buckets[i];
		json_int_t at = (json_int_t)bucket_begins(chart, i);

		if (b->known_us == 0 && b->unknown_us == 0)
			continue; /* before the first value */
		if (b->known_us == 0)
			json_array_append_new(list, json_pack("{s:I, s:n}", "at", at, "n"));
		else
			json_array_append_new(list, json_pack("{s:I, s:I, s:I, s:I, s:I}", "at", at, "n", (json_int_t)(b->weight / (double)b->known_us + (b->weight < 0 ? -0.5 : 0.5)), "low", (json_int_t)b->least,
			    "high", (json_int_t)b->most, "unknown_min", (json_int_t)minutes(b->unknown_us)));
	}
	return list;
}

json_t *
numbers_json(struct core *c, const char *control, const char *subject, int64_t from_us, int64_t to_us)
{
	json_t *ret = json_array();
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select id, name from series where control = $1 and subject = $2 order by name", &q));
	TRY(db_put_text(q, 1, str_of(control)));
	TRY(db_put_text(q, 2, str_of(subject)));
	for (;;) {
		struct chart *chart;

		TRY(db_step(q, &row));
		if (!row)
			break;
		chart = calloc(1, sizeof(*chart));
		if (chart == NULL)
			abort();
		chart->from_us = from_us;
		chart->to_us = to_us;
		chart->points = json_array();
		rc = hours_read(c, db_int(q, 0), from_us, to_us, chart_take, chart);
		if (rc == RC_OK)
			rc = points_read(c, db_int(q, 0), from_us, to_us, chart_take, chart);
		if (rc == RC_OK && chart->points_n)
			json_array_append_new(ret, json_pack("{s:o, s:o, s:I, s:I}", "key", view_text(db_text(q, 1)), "points", chart_points(chart), "from", (json_int_t)from_us, "to", (json_int_t)to_us));
		json_decref(chart->points);
		free(chart);
		TRY(rc);
	}
out:
	db_done(q);
	if (rc != RC_OK)
		proc_log(rc, "state: numbers");
	return ret;
}

/* ---- thinning ------------------------------------------------------------------------------------------ */

struct thin { int64_t day_us; struct { int64_t known_us, least, most; double weight; } hours[24]; struct point last; };

static void
thin_take(void *context, const struct stretch *s)
{
	struct thin *t = context;

	t->last = (struct point){ s->to_us, s->least, s->known };
	for (int i = 0; s->known && i < 24; i++) {
		int64_t begin = t->day_us + i * HOUR_US, end = begin + HOUR_US;
		int64_t part = (s->to_us < end ? s->to_us : end) - (s->from_us > begin ? s->from_us : begin);

		if (part <= 0)
			continue;
		t->hours[i].least = t->hours[i].known_us == 0 || s->least < t->hours[i].least ? s->least : t->hours[i].least;
		t->hours[i].most = t->hours[i].known_us == 0 || s->most > t->hours[i].most ? s->most : t->hours[i].most;
		t->hours[i].known_us += part;
		t->hours[i].weight += (double)s->mean * (double)part;
	}
}

static enum rc
hours_put(struct core *c, int64_t series, int64_t day, const struct thin *t)
{
	struct buf packed = BUF(2048);
	struct hour hours[24];
	struct query *q = NULL;
	bool any = false;
	enum rc rc = RC_OK;

	for (int i = 0; i < 24; i++) {
		double mean = t->hours[i].known_us ? t->hours[i].weight / (double)t->hours[i].known_us : 0;

		hours[i] = (struct hour){ 0, 0, 0, 60 };
		if (t->hours[i].known_us < MINUTE_US)
			continue; /* less than a minute is as good as nothing */
		hours[i] = (struct hour){ t->hours[i].least, t->hours[i].most, (int64_t)(mean < 0 ? mean - 0.5 : mean + 0.5), (uint8_t)(60 - t->hours[i].known_us / MINUTE_US) };
		hours[i].mean = hours[i].mean < hours[i].least ? hours[i].least : hours[i].mean > hours[i].most ? hours[i].most : hours[i].mean;
		any = true;
	}
	if (!any)
		return RC_OK; /* a day that is not there is not known */
	TRY(day_pack(hours, &packed));
	TRY(db_query(c->db, "insert into hours (series, day, packed) values ($1, $2, $3) on conflict (series, day) do update set packed = excluded.packed", &q));
	TRY(db_put_int(q, 1, series));
	TRY(db_put_int(q, 2, day));
	TRY(db_put_blob(q, 3, buf_str(&packed)));
	TRY(db_run(q));
out:
	db_done(q);
	buf_free(&packed);
	return rc;
}

static enum rc
delete_before(struct core *c, const char *sql, int64_t series, int64_t before)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, sql, &q));
	TRY(db_put_int(q, 1, series));
	TRY(db_put_int(q, 2, before));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
series_thin(struct core *c, int64_t series, int64_t until_day, int64_t drop_day)
{
	struct query *q = NULL;
	struct thin t = { 0 };
	int64_t first_us = INT64_MAX;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select at_us from point where series = $1 order by at_us limit 1", &q));
	TRY(db_put_int(q, 1, series));
	TRY(db_step(q, &row));
	if (row)
		first_us = db_int(q, 0);
	db_done(q);
	q = NULL;
	if (first_us >= day_begins(until_day))
		return RC_OK;
	for (int64_t day = day_of(first_us); day < until_day; day++) {
		t = (struct thin){ .day_us = day_begins(day) };
		TRY(points_read(c, series, day_begins(day), day_begins(day + 1), thin_take, &t));
		TRY(hours_put(c, series, day, &t));
	}
	t.last.at_us = day_begins(until_day);
	TRY(point_put(c, series, t.last)); /* what held then holds on */
	TRY(delete_before(c, "delete from point where series = $1 and at_us < $2", series, day_begins(until_day)));
	TRY(delete_before(c, "delete from hours where series = $1 and day < $2", series, drop_day));
out:
	db_done(q);
	return rc;
}

enum rc
numbers_thin(struct core *c, int64_t now_us, size_t max)
{
	struct query *q = NULL;
	bool row = true;
	enum rc rc = RC_OK;

	TRY(db_begin(c->db));
	TRY(db_query(c->db, "select id, control, name from series where id > $1 order by id", &q));
	TRY(db_put_int(q, 1, c->thinned));
	for (size_t n = 0; n < max && row; n++) {
		char name[64];

		TRY(db_step(q, &row));
		if (!row)
			break;
		(void)snprintf(name, sizeof(name), STR_FMT, STR_ARG(db_text(q, 2))); /* as numbers_save() took it */
		TRY(series_thin(c, db_int(q, 0), day_of(now_us) - (asked_for(control_of(db_text(q, 1)), name) ? ASKED_DAYS : POINTS_DAYS), day_of(now_us) - HOURS_DAYS));
		c->thinned = db_int(q, 0);
	}
	if (!row)
		c->thinned = 0;
	db_done(q);
	q = NULL;
	TRY(db_commit(c->db));
out:
	db_done(q);
	if (rc != RC_OK)
		db_rollback(c->db);
	return rc;
}
