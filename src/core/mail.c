// SPDX-License-Identifier: Apache-2.0
/*
 * What is urgent is found by a mark each: the newest thing of its kind that was told. A mark that is not there yet, as at the
 * first start or after a lost store, begins at what is there now. A mark moves after courier has the mail on its disk: rather twice than never.
 */
#include "core/mail.h"

#include <string.h>

#include "base/mail_address.h"
#include "base/num.h"
#include "base/time_text.h"
#include "core/deadline.h"
#include "core/incident.h"

#define DIGEST_HOUR 9
#define DESTINATIONS_MAX 100
#define DIGEST_MARK "digest"

static const struct kind { const char *mark, *sql; enum msg words; } kinds[] = {
	{ "alert", "select coalesce(max(id), 0), count(*) from alert where urgent = 1 and id > $1", MSG_MAIL_ALERT },
	{ "glass", "select coalesce(max(leaf), 0), count(*) from note where act = 'glass-open' and leaf > $1", MSG_MAIL_GLASS },
	{ "witness", "select coalesce(max(leaf), 0), count(*) from entry where name in ('witness-newer', 'witness-fork') and leaf > $1", MSG_MAIL_WITNESS },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* A row of the register, copied out of the lock. */
struct destination { char id[2 * ID_BYTES + 1]; struct str address; enum lang lang; bool hook, urgent, digest; int64_t step; };

static const char *
value(const json_t *values, const char *key)
{
	const char *s = json_string_value(json_object_get(values, key));

	return s ? s : "";
}

/* Under lock. */
static bool
destination_of(const struct row *row, struct arena *a, struct destination *ret)
{
	*ret = (struct destination){ .address = arena_dup(a, str_of(value(row->values, "address"))), .lang = lang_of(str_of(value(row->values, "lang"))), .urgent = strcmp(value(row->values, "urgent"), "yes") == 0, .digest = strcmp(value(row->values, "digest"), "yes") == 0 };
	if (num_parse(str_of(value(row->values, "step")), 1, 9, &ret->step) != RC_OK) {
		rc_trail_clear(); /* not said */
		ret->step = 1;
	}
	memcpy(ret->id, row->id, sizeof(ret->id));
	ret->hook = str_eq(ret->address, STR(MAIL_HOOK));
	return ret->hook || mail_address_ok(ret->address);
}

static size_t
destinations(struct core *c, struct arena *a, struct destination *list)
{
	size_t at, end, n = 0;

	core_lock(c);
	for (at = register_range(c, STR(MAIL_REGISTER), &end); at < end && n < DESTINATIONS_MAX; at++)
		n += destination_of(&c->rows[at], a, &list[n]);
	core_unlock(c);
	return n;
}

/* ---- marks */

static enum rc
mark_get(struct core *c, const char *name, bool *ret_there, int64_t *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select n from mail_mark where name = $1", &q));
	TRY(db_put_text(q, 1, str_of(name)));
	TRY(db_step(q, ret_there));
	*ret = *ret_there ? db_int(q, 0) : 0;
out:
	db_done(q);
	return rc;
}

static enum rc
mark_set(struct core *c, const char *name, int64_t n)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into mail_mark (name, n) values ($1, $2) on conflict (name) do update set n = excluded.n", &q));
	TRY(db_put_text(q, 1, str_of(name)));
	TRY(db_put_int(q, 2, n));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
newer(struct core *c, const char *sql, int64_t mark, int64_t *ret_max, int64_t *ret_n)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, sql, &q));
	TRY(db_put_int(q, 1, mark));
	TRY(db_step(q, &row));
	*ret_max = row ? db_int(q, 0) : 0;
	*ret_n = row ? db_int(q, 1) : 0;
out:
	db_done(q);
	return rc;
}

/* ---- one mail */

static enum rc
post(struct core *c, const struct destination *to, const char *kind, enum msg subject, struct str body)
{
	json_t *payload = json_pack("{s:s, s:s}", "to", to->id, "kind", kind);
	struct mail_put put = { .n = 1 };
	struct buf reply = BUF(message_reply_max(MESSAGE_COURIER_MAIL)), words = BUF(MAIL_BODY_MAX), head = BUF(MAIL_SUBJECT_MAX);
	struct mail_state *state = calloc(1, sizeof(*state));
	uint64_t index;
	enum rc rc = RC_OK;

	if (state == NULL)
		abort();
	TRY(message_text(subject, to->lang, MSG_NO_ARGS, &head));
	TRY(buf_add(&words, body));
	TRY(buf_add_c(&words, "\n"));
	TRY(message_text(MSG_MAIL_FOOT, to->lang, MSG_NO_ARGS, &words));
	TRY(record_leaf(c, &(struct leaf){ .type = LEAF_STATION, .name = STR(MAIL_LEAF) }, payload, &index));
	put.list[0] = (struct mail){ index, to->address, buf_str(&head), buf_str(&words) };
	TRY(ask_courier_mail(c->courier, &put, &reply, state));
out:
	free(state);
	json_decref(payload);
	buf_free(&reply);
	buf_free(&words);
	buf_free(&head);
	return rc;
}

/* ---- urgent, and at nine */

static enum rc
urgent(struct core *c, const struct destination *list, size_t n)
{
	enum rc rc = RC_OK;

	for (size_t k = 0; k < KINDS; k++) {
		int64_t mark, newest, count;
		bool there;

		TRY(mark_get(c, kinds[k].mark, &there, &mark));
		TRY(newer(c, kinds[k].sql, mark, &newest, &count));
		if (there && count == 0)
			continue;
		for (size_t i = 0; there && i < n; i++) {
			struct buf body = BUF(1024);

			if (list[i].urgent) {
				rc = message_text(kinds[k].words, list[i].lang, MSG_ARGS(MSG_N("n", count)), &body);
				if (rc == RC_OK)
					rc = post(c, &list[i], kinds[k].mark, MSG_MAIL_URGENT_SUBJECT, buf_str(&body));
			}
			buf_free(&body);
			TRY(rc);
		}
		TRY(mark_set(c, kinds[k].mark, newest));
	}
out:
	return rc;
}

/* ---- an incident is called about along the steps of the destinations */

struct calling { struct core *c; const struct destination *list; size_t n; };

static enum rc
call_step(void *context, const struct incident_call *call, int64_t *ret_n)
{
	struct calling *t = context;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < t->n; i++) {
		const struct destination *to = &t->list[i];
		struct buf body = BUF(1024);

		if (to->urgent && to->step == call->step) {
			rc = message_text(call->step == 1 ? MSG_MAIL_INCIDENT : MSG_MAIL_INCIDENT_AGAIN, to->lang, MSG_ARGS(MSG_N("n", 1), MSG_N("minutes", call->minutes)), &body);
			if (rc == RC_OK)
				rc = post(t->c, to, "incident", call->drill ? MSG_MAIL_DRILL_SUBJECT : MSG_MAIL_URGENT_SUBJECT, buf_str(&body));
			*ret_n += rc == RC_OK;
		}
		buf_free(&body);
		TRY(rc);
	}
out:
	return rc;
}

static enum rc
call(struct core *c, const struct destination *list, size_t n, int64_t now_us)
{
	int64_t last = 0;

	for (size_t i = 0; i < n; i++)
		if (list[i].urgent && list[i].step > last)
			last = list[i].step;
	return incidents_call(c, now_us, last, call_step, &(struct calling){ c, list, n });
}

struct counts { int64_t fail, unknown, overdue, requests, alerts; };

static struct counts
counts_now(struct core *c, int64_t now_us)
{
	struct counts n = { 0 };
	json_t *due, *one;
	size_t i;

	core_lock(c);
	for (i = 0; i < c->clauses_count; i++) {
		n.fail += c->clauses[i].status == STATUS_FAIL || c->clauses[i].status == STATUS_EXPIRED;
		n.unknown += c->clauses[i].status == STATUS_UNKNOWN;
	}
	due = deadlines_json(c, LANG_JA, now_us);
	json_array_foreach(due, i, one)
		n.overdue += strcmp(value(one, "state"), "overdue") == 0;
	n.requests = c->requests_waiting;
	n.alerts = c->alerts_urgent;
	core_unlock(c);
	json_decref(due);
	return n;
}

/* Nine o'clock of the day that holds the instant, in Japan. */
static int64_t
nine(int64_t now_us)
{
	return day_range(now_us).from_us + DIGEST_HOUR * HOUR_US;
}

static enum rc
digest(struct core *c, const struct destination *list, size_t n, int64_t now_us)
{
	int64_t mark, due_us = nine(now_us) <= now_us ? nine(now_us) : nine(now_us) - DAY_US;
	struct counts now;
	bool there;
	enum rc rc = RC_OK;

	TRY(mark_get(c, DIGEST_MARK, &there, &mark));
	if (there && mark >= due_us)
		goto out;
	now = counts_now(c, now_us);
	for (size_t i = 0; there && i < n && now.fail + now.unknown + now.overdue + now.requests + now.alerts > 0; i++) {
		struct buf body = BUF(2048);

		if (list[i].digest) {
			rc = message_text(MSG_MAIL_DIGEST, list[i].lang, MSG_ARGS(MSG_N("fail", now.fail), MSG_N("unknown", now.unknown), MSG_N("overdue", now.overdue), MSG_N("requests", now.requests), MSG_N("alerts", now.alerts)), &body);
			if (rc == RC_OK)
				rc = post(c, &list[i], DIGEST_MARK, MSG_MAIL_DIGEST_SUBJECT, buf_str(&body));
		}
		buf_free(&body);
		TRY(rc);
	}
	TRY(mark_set(c, DIGEST_MARK, due_us));
out:
	return rc;
}

/* How mail stands; `reply` holds its texts. */
static enum rc
standing(struct core *c, struct buf *reply, struct mail_state *ret)
{
	return ask_courier_mail(c->courier, &(struct mail_put){ .n = 0 }, reply, ret);
}

static bool
is_stuck(enum sending sending, int64_t since_us, int64_t now_us)
{
	return (sending == SENDING_AWAY || sending == SENDING_REFUSED) && now_us - since_us >= MAIL_AWAY_US;
}

static bool
is_off(const struct mail_state *state, const struct destination *to)
{
	return (to->hook ? state->hook.sending : state->sending) == SENDING_OFF;
}

/* An alarm for the first screen and the ledger (and so the collector), once each way; the mark outlives a restart. */
static enum rc
watch_sending(struct core *c, const struct mail_state *state, int64_t now_us)
{
	bool mail = is_stuck(state->sending, state->since_us, now_us), hook = is_stuck(state->hook.sending, state->hook.since_us, now_us), bad = (mail || hook) && state->waiting > 0, there;
	json_t *payload = NULL;
	int64_t told;
	uint64_t index;
	enum rc rc = RC_OK;

	core_lock(c);
	c->mail = (struct mail_now){ bad, mail ? state->since_us : state->hook.since_us, state->waiting };
	core_unlock(c);
	TRY(mark_get(c, MAIL_AWAY, &there, &told));
	if (bad == (told != 0))
		goto out;
	payload = json_pack("{s:I}", "waiting", (json_int_t)state->waiting);
	TRY(record_leaf(c, &(struct leaf){ .type = LEAF_STATION, .name = str_of(bad ? MAIL_AWAY : MAIL_BACK) }, payload, &index));
	TRY(mark_set(c, MAIL_AWAY, bad));
out:
	json_decref(payload);
	return rc;
}

json_t *
mail_json(const struct core *c)
{
	return json_pack("{s:b, s:o, s:I}", "bad", c->mail.bad, "since", view_time(c->mail.since_us), "waiting", (json_int_t)c->mail.waiting);
}

enum rc
mail_follow(struct core *c, int64_t now_us)
{
	struct arena a = ARENA(256 << 10);
	struct destination *list = arena_get(&a, DESTINATIONS_MAX * sizeof(*list));
	struct mail_state *state = calloc(1, sizeof(*state));
	struct buf reply = BUF(message_reply_max(MESSAGE_COURIER_MAIL));
	size_t n;
	enum rc rc = RC_OK;

	if (list == NULL || state == NULL)
		abort();
	n = destinations(c, &a, list);
	if (n == 0)
		goto out;
	TRY(standing(c, &reply, state));
	TRY(watch_sending(c, state, now_us));
	for (size_t i = n; i-- > 0;) /* nobody is declared who would carry it */
		if (is_off(state, &list[i]))
			list[i] = list[--n];
	if (n == 0)
		goto out;
	TRY(urgent(c, list, n));
	TRY(call(c, list, n, now_us));
	TRY(digest(c, list, n, now_us));
out:
	free(state);
	buf_free(&reply);
	arena_free(&a);
	return rc;
}

/* ---- the page */

/* Under lock: the destinations, each with whether mail can be sent there. */
static json_t *
destinations_json(struct core *c)
{
	json_t *list = json_array();
	size_t at, end;

	for (at = register_range(c, STR(MAIL_REGISTER), &end); at < end; at++) {
		const json_t *v = c->rows[at].values;

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "id", c->rows[at].id, "name", value(v, "name"), "address", value(v, "address"), "lang", value(v, "lang"), "urgent", value(v, "urgent"), "digest", value(v, "digest"),
		    "good", str_eq_c(str_of(value(v, "address")), MAIL_HOOK) || mail_address_ok(str_of(value(v, "address")))));
	}
	return list;
}

enum rc
view_mails(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	static const char *const sendings[SENDING_COUNT] = { "off", "idle", "connected", "refused", "away" };
	static const char *const fates[MAIL_FATES] = { "waiting", "sent", "refused", "expired" };
	struct buf reply = BUF(message_reply_max(MESSAGE_COURIER_MAIL));
	struct mail_state *state = calloc(1, sizeof(*state));
	json_t *rows = json_array(), *places;
	enum rc rc = RC_OK;

	(void)arguments;
	if (state == NULL)
		abort();
	TRY(standing(c, &reply, state));
	for (size_t i = 0; i < state->n; i++) {
		const struct mail_row *m = &state->list[i];

		json_array_append_new(rows, json_pack("{s:I, s:o, s:o, s:s, s:I, s:o, s:o}", "leaf", (json_int_t)m->id, "to", view_text(m->to), "subject", view_text(m->subject), "state", fates[m->fate], "tries", (json_int_t)m->tries, "at", view_time(m->at_us), "trouble", view_text(m->trouble)));
	}
	core_lock(c);
	places = destinations_json(c);
	core_unlock(c);
	*ret = json_pack("{s:I, s:{s:s, s:o, s:I, s:s}, s:{s:s, s:o, s:s}, s:O, s:o, s:b, s:b}", "at", (json_int_t)core_now_us(), "sending", "state", sendings[state->sending], "since", view_time(state->since_us), "waiting", (json_int_t)state->waiting, "trouble", state->trouble,
	    "hook", "state", sendings[state->hook.sending], "since", view_time(state->hook.since_us), "trouble", state->hook.trouble,
	    "rows", rows, "destinations", places, "can_test", (state->sending != SENDING_OFF || state->hook.sending != SENDING_OFF) && act_permitted(ACT_MAIL_TEST, who->session.roles), "can_add", act_permitted(ACT_REGISTER_ADD, who->session.roles) && roles_side(who->session.roles) == SIDE_CLIENT);
out:
	free(state);
	json_decref(rows);
	buf_free(&reply);
	return rc;
}

/* To one destination that stands in the register; what becomes of it stands in the list. */
enum rc
do_mail_test(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	struct arena a = ARENA(4096);
	struct buf reply = BUF(message_reply_max(MESSAGE_COURIER_MAIL));
	struct mail_state *state = calloc(1, sizeof(*state));
	struct destination to;
	const struct row *row;
	bool good = false, there;
	enum rc rc = RC_OK;

	if (state == NULL)
		abort();
	core_lock(c);
	row = id ? register_said(c, STR(MAIL_REGISTER), str_of(id)) : NULL;
	there = row != NULL;
	if (row)
		good = destination_of(row, &a, &to);
	core_unlock(c);
	if (!there)
		TRY(FAIL(RC_NOTFOUND, "その宛先は届け出られていません / no such destination is declared"));
	if (!good)
		TRY(FAIL(RC_SYNTAX, "その宛先のメールアドレスには送れません / mail cannot be sent to that address"));
	TRY(standing(c, &reply, state));
	if (is_off(state, &to))
		TRY(to.hook ? FAIL(RC_CONFLICT, "webhook が設定されていません（webhook_address） / no webhook is declared (webhook_address)")
		            : FAIL(RC_CONFLICT, "メールサーバが設定されていません（mail_address） / no mail server is declared (mail_address)"));
	TRY(post(c, &to, "test", MSG_MAIL_TEST_SUBJECT, str_of(message_plain(MSG_MAIL_TEST, to.lang))));
	TRY(view_mails(c, who, arguments, ret));
out:
	free(state);
	buf_free(&reply);
	arena_free(&a);
	return rc;
}
