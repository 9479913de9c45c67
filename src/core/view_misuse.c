// SPDX-License-Identifier: Apache-2.0
/* Screens of the misuse watch: alarms, one alarm, the morning digest, months and their review; and what people decide. */
#include <stdatomic.h>
#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "core/access.h"
#include "core/index_int.h"
#include "core/misuse.h"

#define PAGE_ROWS 50
#define FILE_ROWS 10000 /* of one export */
#define WAIT_US   SECOND_US
#define DIGEST_H  9

/* What was decided a moment ago is read back from the ledger by the watching thread. */
static void
caught_up(struct core *c)
{
	struct ledger_head head = { .checkpoint = BUF(4096) };
	int64_t until_us = core_now_us() + WAIT_US;

	if (c->following && ask_ledger_head(c->ledger, &head) == RC_OK)
		while (atomic_load(&c->misuse_read) < head.entries && core_now_us() < until_us)
			(void)nanosleep(&(struct timespec){ 0, 20000000 }, NULL); /* shorter when woken */
	rc_trail_clear();
	buf_free(&head.checkpoint);
}

static const char *
text_of(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static const char *
rule_key(struct str rule)
{
	enum watch_rule r = watch_rule_of(rule);

	return r ? watch_rule_id(r) : "";
}

/* Why, in numbers. */
static json_t *
why_text(struct str rule, int64_t seen, int64_t limit, enum lang lang)
{
	static const enum msg sentences[WATCH_RULES] = {
		[WATCH_OFF_HOURS] = MSG_MISUSE_OFF_HOURS, [WATCH_CLOSED_DAY] = MSG_MISUSE_CLOSED_DAY, [WATCH_NEW_DEVICE] = MSG_MISUSE_NEW_DEVICE, [WATCH_NEW_ADDRESS] = MSG_MISUSE_NEW_ADDRESS,
		[WATCH_MANY_READS] = MSG_MISUSE_MANY_READS, [WATCH_SLOW_READS] = MSG_MISUSE_SLOW_READS, [WATCH_UNASSIGNED] = MSG_MISUSE_UNASSIGNED, [WATCH_COLLEAGUE] = MSG_MISUSE_COLLEAGUE,
		[WATCH_BULK_EXPORT] = MSG_MISUSE_BULK_EXPORT, [WATCH_FAILED_BURST] = MSG_MISUSE_FAILED_BURST, [WATCH_DORMANT] = MSG_MISUSE_DORMANT, [WATCH_FAR_APART] = MSG_MISUSE_FAR_APART,
		[WATCH_UTILITY] = MSG_MISUSE_UTILITY,
	};

	return view_sentence(sentences[watch_rule_of(rule)], lang, MSG_ARGS(MSG_N("n", seen), MSG_N("limit", limit)));
}

static json_t *
alert_json(const struct people *p, struct query *q, enum lang lang)
{
	struct str rule = db_text(q, 1), person = db_blob(q, 3);
	json_t *who = people_text(p, person, lang);
	json_t *row = json_pack("{s:I, s:s, s:b, s:o, s:o, s:I, s:I, s:I, s:I, s:o, s:b, s:o}", "id", (json_int_t)db_int(q, 0), "rule", rule_key(rule), "urgent", (int)db_int(q, 2), "who", who, "host", view_text(db_text(q, 4)),
	    "at", (json_int_t)db_int(q, 5), "seen", (json_int_t)db_int(q, 6), "limit", (json_int_t)db_int(q, 7), "entry", (json_int_t)db_int(q, 8), "address", view_text(db_text(q, 9)), "open", (int)(db_int(q, 10) == 0),
	    "closed_at", view_time(db_int(q, 11)));

	json_object_set_new(row, "why", why_text(rule, db_int(q, 6), db_int(q, 7), lang));
	return row;
}

#define ALERT "id, rule, urgent, person, host, at_us, seen, threshold, entry, address, state, closed_us"

/* The morning's 9:00 before now, JST. */
static int64_t
digest_at(int64_t now_us)
{
	int64_t at_us = day_first(now_us) + DIGEST_H * HOUR_US;

	return at_us <= now_us ? at_us : at_us - DAY_US;
}

static enum rc
alerts_read(struct core *c, const struct people *p, json_t *arguments, enum lang lang, json_t *rows, json_t **ret_next)
{
	const char *show = text_of(arguments, "show");
	bool digest = strcmp(show, "digest") == 0, all = strcmp(show, "all") == 0;
	int64_t at_us = digest_at(core_now_us()), before = INT64_MAX;
	size_t rows_max = json_is_string(json_object_get(arguments, "export")) ? FILE_ROWS : PAGE_ROWS;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	*ret_next = NULL;
	if (json_is_integer(json_object_get(arguments, "before")))
		before = json_integer_value(json_object_get(arguments, "before"));
	TRY(db_query(c->db, "select " ALERT " from alert where id < $1 and at_us >= $2 and at_us < $3 and ($4 = 1 or state = 0) and ($5 = 0 or urgent = 0) order by id desc limit $6", &q));
	TRY(db_put_int(q, 1, before));
	TRY(db_put_int(q, 2, digest ? at_us - DAY_US : 0));
	TRY(db_put_int(q, 3, digest ? at_us : INT64_MAX));
	TRY(db_put_int(q, 4, digest || all));
	TRY(db_put_int(q, 5, digest));
	TRY(db_put_int(q, 6, (int64_t)rows_max + 1));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row || json_array_size(rows) == rows_max)
			break;
		json_array_append_new(rows, alert_json(p, q, lang));
		before = db_int(q, 0);
	}
	if (row)
		*ret_next = json_integer(before);
out:
	db_done(q);
	return rc;
}

static void
month_text(int64_t at_us, char ret[16])
{
	struct civil t = time_civil(at_us);

	(void)snprintf(ret, 16, "%04d-%02d", t.year, t.month); /* four and two digits */
}

/* Who signed the review of this month first; null: nobody yet. */
static json_t *
review_json(struct core *c, const struct people *p, const char *month, enum lang lang)
{
	struct query *q = NULL;
	json_t *ret = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select at_us, actor, words, leaf from alert_step where month = $1 order by leaf limit 1", &q));
	TRY(db_put_text(q, 1, str_of(month)));
	TRY(db_step(q, &row));
	if (row)
		ret = json_pack("{s:I, s:o, s:o, s:I}", "at", (json_int_t)db_int(q, 0), "who", people_text(p, db_blob(q, 1), lang), "words", view_text(db_text(q, 2)), "leaf", (json_int_t)db_int(q, 3));
out:
	db_done(q);
	if (rc != RC_OK)
		proc_log(rc, "review of a month");
	return ret ? ret : json_null();
}

static enum rc
month_count(struct core *c, struct range range, int64_t *ret_all, int64_t *ret_open)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select count(*), coalesce(sum(1 - state), 0) from alert where at_us >= $1 and at_us < $2", &q));
	TRY(db_put_int(q, 1, range.from_us));
	TRY(db_put_int(q, 2, range.to_us));
	TRY(db_step(q, &row));
	*ret_all = row ? db_int(q, 0) : 0;
	*ret_open = row ? db_int(q, 1) : 0;
out:
	db_done(q);
	return rc;
}

/* The last months, the running one first. */
static enum rc
months_read(struct core *c, const struct people *p, enum lang lang, json_t *months)
{
	int64_t at_us = core_now_us();
	enum rc rc = RC_OK;

	for (int i = 0; i < 6; i++) {
		struct range range = month_range(at_us);
		int64_t all = 0, open = 0;
		char month[16];

		TRY(month_count(c, range, &all, &open));
		month_text(range.from_us, month);
		json_array_append_new(months, json_pack("{s:s, s:I, s:I, s:b, s:o}", "month", month, "alerts", (json_int_t)all, "open", (json_int_t)open, "running", i == 0, "review", review_json(c, p, month, lang)));
		at_us = range.from_us - 1;
	}
out:
	return rc;
}

enum rc
view_watch(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows = json_array(), *months = json_array(), *next = NULL;
	struct people people;
	enum rc rc = RC_OK;

	caught_up(c);
	people_load(c, &people);
	TRY(alerts_read(c, &people, arguments, who->lang, rows, &next));
	TRY(months_read(c, &people, who->lang, months));
	*ret = json_pack("{s:I, s:O, s:O?, s:O, s:I, s:I, s:b}", "at", (json_int_t)core_now_us(), "rows", rows, "next", next, "months", months, "urgent", (json_int_t)misuse_urgent(c),
	    "digest_at", (json_int_t)digest_at(core_now_us()), "can_review", (int)act_permitted(ACT_WATCH_REVIEW, who->session.roles));
out:
	json_decref(rows);
	json_decref(months);
	json_decref(next);
	arena_free(&people.arena);
	return rc;
}

static enum rc
alert_get(struct core *c, const struct people *p, json_t *arguments, enum lang lang, json_t **ret, struct opaque_id *ret_person)
{
	struct query *q = NULL;
	int64_t id;
	bool row;
	enum rc rc = RC_OK;

	TRY(num_parse(str_of(text_of(arguments, "id")), 0, INT64_MAX, &id));
	TRY(db_query(c->db, "select " ALERT " from alert where id = $1", &q));
	TRY(db_put_int(q, 1, id));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_NOTFOUND, "その知らせはありません / no such alarm"));
	*ret = alert_json(p, q, lang);
	if (db_blob(q, 3).n == ID_BYTES)
		memcpy(ret_person->b, db_blob(q, 3).p, ID_BYTES);
out:
	db_done(q);
	return rc;
}

static enum rc
steps_read(struct core *c, const struct people *p, int64_t alert, enum lang lang, json_t *steps)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select at_us, actor, verdict, words, leaf from alert_step where alert = $1 and month = '' order by leaf desc limit 50", &q));
	TRY(db_put_int(q, 1, alert));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(steps, json_pack("{s:I, s:o, s:o, s:o, s:I}", "at", (json_int_t)db_int(q, 0), "who", people_text(p, db_blob(q, 1), lang), "verdict", view_text(db_text(q, 2)), "words", view_text(db_text(q, 3)),
		    "leaf", (json_int_t)db_int(q, 4)));
	}
out:
	db_done(q);
	return rc;
}

/* The person an alarm is about has no say in it, under no account. */
static bool
concerned(struct core *c, const struct actor *who, const struct opaque_id *person)
{
	struct opaque_id a = person_of_account(c, &who->session.account), b = person_of_account(c, person);

	return memcmp(a.b, b.b, ID_BYTES) == 0 || memcmp(who->session.account.b, person->b, ID_BYTES) == 0;
}

enum rc
view_alert(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct opaque_id person = { { 0 } };
	json_t *one = NULL, *steps = json_array();
	struct people people;
	enum rc rc = RC_OK;

	caught_up(c);
	people_load(c, &people);
	TRY(alert_get(c, &people, arguments, who->lang, &one, &person));
	TRY(steps_read(c, &people, json_integer_value(json_object_get(one, "id")), who->lang, steps));
	json_object_set_new(one, "number", json_integer(json_integer_value(json_object_get(one, "id"))));
	json_object_set(one, "steps", steps);
	json_object_set_new(one, "concerned", json_boolean(concerned(c, who, &person)));
	json_object_set_new(one, "can_dispose", json_boolean(act_permitted(ACT_ALERT_DISPOSE, who->session.roles) && !concerned(c, who, &person)));
	json_object_set_new(one, "now", json_integer(core_now_us()));
	*ret = json_incref(one);
out:
	json_decref(one);
	json_decref(steps);
	arena_free(&people.arena);
	return rc;
}

static enum rc
reason_check(json_t *arguments)
{
	struct str s = str_trim(str_of(text_of(arguments, "reason")));
	struct text checked;
	enum rc rc = RC_OK;

	if (s.n == 0)
		return FAIL(RC_SYNTAX, "理由を入れてください / give the reason");
	TRY(utf8_check_lines(s, &checked));
	if (utf8_count(checked) > REVIEW_WORDS_MAX)
		return FAIL(RC_SYNTAX, "1000文字までです / at most 1000 characters");
out:
	return rc;
}

/* What is decided takes effect when its outcome is read back: misuse.c. */
enum rc
do_alert_dispose(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	static const char *const verdicts[] = { "work", "mistake", "false-alarm", "misuse" };
	const char *verdict = text_of(arguments, "verdict");
	struct opaque_id person = { { 0 } };
	json_t *one = NULL;
	struct people people;
	bool known = false;
	enum rc rc = RC_OK;

	people_load(c, &people);
	TRY(alert_get(c, &people, arguments, who->lang, &one, &person));
	if (concerned(c, who, &person))
		TRY(FAIL(RC_CONFLICT, "本人は判断できません。別の人に頼んでください / the person an alarm is about cannot decide it: ask somebody else"));
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		known |= strcmp(verdict, verdicts[i]) == 0;
	if (!known)
		TRY(FAIL(RC_SYNTAX, "判断を選んでください / choose a decision"));
	TRY(reason_check(arguments));
	*ret = json_pack("{s:s}", "id", text_of(arguments, "id"));
out:
	json_decref(one);
	arena_free(&people.arena);
	return rc;
}

enum rc
do_watch_review(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *month = text_of(arguments, "month");
	int64_t first_us, all, open;
	struct range range;
	char day[24];
	enum rc rc = RC_OK;

	(void)snprintf(day, sizeof(day), "%.10s-01", month); /* a date when the month is one */
	TRY(time_parse_date(str_of(day), &first_us));
	range = month_range(first_us);
	TRY(reason_check(arguments));
	TRY(month_count(c, range, &all, &open));
	if (open)
		TRY(FAIL(RC_CONFLICT, "まだ判断されていない知らせが%lld件あります / %lld alarms of this month are still open", (long long)open, (long long)open));
	if (range.to_us > core_now_us())
		TRY(FAIL(RC_CONFLICT, "その月はまだ終わっていません / the month is not over"));
	*ret = json_pack("{s:s, s:I}", "month", month, "alerts", (json_int_t)all);
out:
	return rc;
}

/* ---- for the two controls */

static enum rc
newest_review(struct core *c, int64_t *ret_month_us)
{
	struct query *q = NULL;
	bool row;
	char day[24];
	enum rc rc = RC_OK;

	*ret_month_us = 0;
	TRY(db_query(c->db, "select max(month) from alert_step where month <> ''", &q));
	TRY(db_step(q, &row));
	if (row && db_text(q, 0).n == 7) {
		(void)snprintf(day, sizeof(day), STR_FMT "-01", STR_ARG(db_text(q, 0))); /* seven characters */
		TRY(time_parse_date(str_of(day), ret_month_us));
	}
out:
	db_done(q);
	return rc;
}

static enum rc
open_counts(struct core *c, bool impersonation, int64_t *ret_urgent_us, int64_t *ret_open_us, int64_t *ret_n)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select coalesce(min(case when urgent = 1 then at_us end), 0), coalesce(min(at_us), 0), count(*) from alert where state = 0 and ($1 = 0 or rule in"
	    " ('new-device', 'new-address', 'failed-burst', 'dormant', 'far-apart', 'off-hours', 'closed-day'))", &q));
	TRY(db_put_int(q, 1, impersonation));
	TRY(db_step(q, &row));
	*ret_urgent_us = row ? db_int(q, 0) : 0;
	*ret_open_us = row ? db_int(q, 1) : 0;
	*ret_n = row ? db_int(q, 2) : 0;
out:
	db_done(q);
	return rc;
}

/* Since when there is anything to review: the first entry of the ledger. */
static enum rc
began(struct core *c, int64_t *ret_us)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	*ret_us = 0;
	TRY(db_query(c->db, "select claimed_us from entry order by leaf limit 1", &q));
	TRY(db_step(q, &row));
	if (row)
		*ret_us = db_int(q, 0);
out:
	db_done(q);
	return rc;
}

enum rc
misuse_reviewed(struct core *c, int64_t *ret_month_us, int64_t *ret_since_us)
{
	enum rc rc = RC_OK;

	TRY(newest_review(c, ret_month_us));
	TRY(began(c, ret_since_us));
out:
	return rc;
}

/* When somebody last signed in: until then there is nobody to be somebody else. */
static enum rc
signed_in(struct core *c, struct facts *f)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select at_us from access where kind = $1 and result = $2 order by at_us desc, id desc limit 1", &q));
	TRY(db_put_int(q, 1, ACCESS_SIGN_IN));
	TRY(db_put_int(q, 2, OUTCOME_DONE));
	TRY(db_step(q, &row));
	if (row)
		fact_time(f, 0, "signed_in_at", db_int(q, 0));
out:
	db_done(q);
	return rc;
}

/* When each outside service's log was last imported; reviews by hand are rows of a register. */
static enum rc
imports_read(struct core *c, struct facts *f)
{
	struct query *q = NULL;
	uint32_t row_n = 0;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select host, max(at_us) from access where kind = 4 group by host limit 500", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		fact_text(f, ++row_n, "imported", db_text(q, 0));
		fact_time(f, row_n, "imported_until", db_int(q, 1));
	}
out:
	db_done(q);
	return rc;
}

enum rc
misuse_facts(struct core *c, bool impersonation, struct facts *f)
{
	int64_t urgent_us = 0, open_us = 0, open = 0, month_us = 0, since_us = 0, off = 0;
	int64_t until_us = core_now_us() + WAIT_US * 5;
	struct watch_rules rules;
	enum rc rc = RC_OK;

	while (c->following && atomic_load(&c->misuse_read) == 0 && core_now_us() < until_us) /* just started: it reads back first */
		(void)nanosleep(&(struct timespec){ 0, 20000000 }, NULL); /* shorter when woken */
	core_lock(c);
	rules = c->catalogue->watch;
	core_unlock(c);
	for (enum watch_rule r = WATCH_NONE + 1; r < WATCH_RULES; r++)
		off += !rules.on[r];
	TRY(open_counts(c, impersonation, &urgent_us, &open_us, &open));
	TRY(misuse_reviewed(c, &month_us, &since_us));
	fact_bool(f, 0, "following", c->following && atomic_load(&c->misuse_read) > 0);
	fact_int(f, 0, "rules_off", off);
	fact_int(f, 0, "open", open);
	if (urgent_us)
		fact_time(f, 0, "urgent_since", urgent_us);
	if (open_us)
		fact_time(f, 0, "open_since", open_us);
	if (month_us)
		fact_time(f, 0, "reviewed_month", month_us);
	if (since_us)
		fact_time(f, 0, "watched_since", since_us);
	if (impersonation)
		TRY(signed_in(c, f));
	if (!impersonation)
		TRY(imports_read(c, f));
out:
	return rc;
}
