// SPDX-License-Identifier: Apache-2.0
/* From rows of the access log to alarms, and back from their entries to what stands. */
#include "core/misuse.h"

#include <stdatomic.h>
#include <string.h>

#include "base/num.h"
#include "core/access.h"
#include "core/index_int.h"

#define ROWS_AT_ONCE   2000
#define HISTORY_US     (400 * DAY_US)     /* what the watch remembers of: fed again after a restart */
#define PEOPLE_US      (60 * SECOND_US)   /* how long the list of accounts is good                   */
#define LATE_US        DAY_US             /* after a lost store: older alarms were either written or are old */

struct misuse {
	struct watch_rules  rules;
	struct day_override overrides[OVERRIDES_MAX];
	struct calendar     calendar;
	struct watch       *watch;
	struct people       people;
	int64_t             people_at_us, day_us;
	int64_t             fed_leaf, fed_id;   /* the row fed last */
	int64_t             done;               /* up to this entry alarms were raised before this start; -1: the store does not know */
	uint64_t            read;               /* the next entry to read back */
	struct core        *core;
	int64_t             now_leaf;           /* of the row that is being fed */
	enum rc             rc;
};

void
misuse_free(struct misuse *m)
{
	if (m == NULL)
		return;
	watch_free(m->watch);
	arena_free(&m->people.arena);
	free(m);
}

/* ---- numbers that outlive a restart */

static enum rc
mark_get(struct core *c, const char *name, int64_t *ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select n from misuse_mark where name = $1", &q));
	TRY(db_put_text(q, 1, str_of(name)));
	TRY(db_step(q, &row));
	*ret = row ? db_int(q, 0) : -1;
out:
	db_done(q);
	return rc;
}

static enum rc
mark_set(struct core *c, const char *name, int64_t n)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into misuse_mark (name, n) values ($1, $2) on conflict (name) do update set n = excluded.n", &q));
	TRY(db_put_text(q, 1, str_of(name)));
	TRY(db_put_int(q, 2, n));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* ---- back from entries */

static struct str
member(json_t *o, const char *key)
{
	return str_of(json_string_value(json_object_get(o, key)) ? json_string_value(json_object_get(o, key)) : "");
}

static int64_t
number(json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static enum rc
alert_keep(struct core *c, uint64_t leaf, const struct leaf *l, json_t *o)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into alert (id, rule, urgent, person, host, at_us, day_us, seen, threshold, entry, address, state, closed_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0)"
	    " on conflict do nothing", &q));
	TRY(db_put_int(q, 1, (int64_t)leaf));
	TRY(db_put_text(q, 2, member(o, "rule")));
	TRY(db_put_int(q, 3, json_is_true(json_object_get(o, "urgent"))));
	TRY(db_put_blob(q, 4, (struct str){ (const char *)l->object.b, ID_BYTES }));
	TRY(db_put_text(q, 5, member(o, "host")));
	TRY(db_put_int(q, 6, number(o, "at")));
	TRY(db_put_int(q, 7, number(o, "day")));
	TRY(db_put_int(q, 8, number(o, "seen")));
	TRY(db_put_int(q, 9, number(o, "limit")));
	TRY(db_put_int(q, 10, number(o, "entry")));
	TRY(db_put_text(q, 11, member(o, "address")));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* A decision about an alarm, or the review of a month: what its begin entry asked, once its outcome says it was done. */
static enum rc
step_keep(struct core *c, uint64_t begin, const struct leaf *l, json_t *payload, bool review)
{
	json_t *o = json_object_get(payload, "arguments");
	struct query *q = NULL;
	int64_t alert = 0;
	enum rc rc = RC_OK;

	if (!review) {
		TRY(num_parse(member(o, "id"), 0, INT64_MAX, &alert));
		TRY(db_query(c->db, "update alert set state = $1, closed_us = $2 where id = $3", &q));
		TRY(db_put_int(q, 1, 1));
		TRY(db_put_int(q, 2, l->claimed_at_us));
		TRY(db_put_int(q, 3, alert));
		TRY(db_run(q));
		db_done(q);
		q = NULL;
	}
	TRY(db_query(c->db, "insert into alert_step (leaf, alert, month, at_us, actor, verdict, words) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing", &q));
	TRY(db_put_int(q, 1, (int64_t)begin));
	TRY(db_put_int(q, 2, alert));
	TRY(db_put_text(q, 3, review ? member(o, "month") : STR("")));
	TRY(db_put_int(q, 4, l->claimed_at_us));
	TRY(db_put_blob(q, 5, (struct str){ (const char *)l->actor.b, ID_BYTES }));
	TRY(db_put_text(q, 6, review ? STR("reviewed") : member(o, "verdict")));
	TRY(db_put_text(q, 7, member(o, "reason")));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
entry_keep(struct core *c, uint64_t index, const struct entry *e)
{
	bool alert = e->leaf.type == LEAF_STATION && str_eq_c(e->leaf.name, WATCH_ALERT), review = str_eq_c(e->leaf.name, "watch-review");
	struct arena a = ARENA(8 << 20);
	struct buf json = BUF(1 << 20);
	struct entry *one = NULL;
	json_t *payload = NULL;
	size_t n = 1;
	enum rc rc = RC_OK;

	if (!alert && (e->leaf.type != LEAF_ACT_OUTCOME || e->leaf.verdict != OUTCOME_DONE || (!review && !str_eq_c(e->leaf.name, "alert-dispose"))))
		return RC_OK;
	if (!alert)
		TRY(ask_ledger_read(c->ledger, e->leaf.begin, 1, &a, &one, &n));
	if (n == 0)
		goto out;
	TRY(payload_read(c, alert ? e : one, &json));
	payload = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, NULL);
	if (alert)
		TRY(alert_keep(c, index, &e->leaf, payload));
	else
		TRY(step_keep(c, e->leaf.begin, &one->leaf, payload, review));
out:
	json_decref(payload);
	arena_free(&a);
	buf_free(&json);
	return rc;
}

static enum rc
read_back(struct core *c, struct misuse *m)
{
	struct arena a = ARENA(8 << 20);
	struct entry *list;
	size_t n;
	enum rc rc = RC_OK;

	do {
		arena_free(&a);
		n = 0;
		TRY(ask_ledger_read(c->ledger, m->read, 256, &a, &list, &n));
		for (size_t i = 0; i < n; i++)
			if (entry_keep(c, m->read + i, &list[i]) != RC_OK)
				proc_log(RC_CONFLICT, "an entry of the misuse watch cannot be read back"); /* one stops no other */
		m->read += n;
		atomic_store(&c->misuse_read, m->read);
		if (n)
			TRY(mark_set(c, "read", (int64_t)m->read));
	} while (n == 256);
out:
	arena_free(&a);
	return rc;
}

/* ---- who, and on duty? */

static uint64_t
short_id(struct str id)
{
	uint64_t n = 0;

	for (size_t i = 0; i < 8 && i < id.n; i++)
		n = n << 8 | (uint8_t)id.p[i];
	return n ^ watch_hash(id);
}

static const struct account *
account_of(struct misuse *m, struct str id)
{
	for (size_t i = 0; i < m->people.n; i++)
		if (str_eq((struct str){ (const char *)m->people.list[i].id.b, ID_BYTES }, id))
			return &m->people.list[i];
	return NULL;
}

static const char *
value(const struct row *r, const char *field)
{
	const char *s = json_string_value(json_object_get(r->values, field));

	return s ? s : "";
}

static int64_t
date_of(const char *text, int64_t otherwise)
{
	int64_t day_us;

	if (*text && time_parse_date(str_of(text), &day_us) == RC_OK)
		return day_us;
	rc_trail_clear();
	return otherwise;
}

static int64_t
hour_of(const char *text, int64_t otherwise)
{
	int64_t n;

	if (*text && num_parse(str_of(text), 0, 48, &n) == RC_OK)
		return n;
	rc_trail_clear();
	return otherwise;
}

/* Roster and overtime: each day of the row, from one hour to another, which may lie in the night after. */
static bool
covers(const struct row *r, int64_t at_us)
{
	int64_t first_us = date_of(value(r, "from"), INT64_MAX), last_us = date_of(value(r, "until"), first_us), from_h = hour_of(value(r, "from_hour"), 0), until_h = hour_of(value(r, "until_hour"), 24);

	for (int64_t day_us = day_first(at_us) - DAY_US; day_us <= day_first(at_us); day_us += DAY_US)
		if (day_us >= first_us && day_us <= last_us && at_us >= day_us + from_h * HOUR_US && at_us < day_us + until_h * HOUR_US)
			return true;
	return false;
}

static bool
on_duty(struct core *c, const struct account *a, int64_t at_us)
{
	size_t at, end;
	bool yes = false;

	core_lock(c);
	at = register_range(c, STR("duty"), &end);
	for (; a && at < end && !yes; at++)
		yes = strcmp(value(&c->rows[at], "account"), a->name) == 0 && covers(&c->rows[at], at_us);
	at = register_range(c, STR("incident"), &end);
	for (; at < end && !yes; at++) {
		/* one that the station opened itself excuses nobody: who made it fail would be excused by it */
		yes = strcmp(value(&c->rows[at], "drill"), "yes") != 0 && *value(&c->rows[at], "source") == '\0' && date_of(value(&c->rows[at], "occurred_on"), day_first(c->rows[at].since_us)) <= at_us;
	}
	core_unlock(c);
	return yes;
}

static void
calendar_load(struct core *c, struct misuse *m)
{
	size_t n;

	core_lock(c);
	n = register_overrides(c, m->overrides, OVERRIDES_MAX);
	m->rules = c->catalogue->watch;
	core_unlock(c);
	m->calendar = (struct calendar){ m->overrides, n, 0 };
}

/* ---- feeding */

struct fed { int64_t id, leaf, kind, result, n; struct opaque_id actor; char name[64], address[64], host[256], device[64]; struct watch_event e; };

static void
copy(char *to, size_t size, struct str s)
{
	(void)snprintf(to, size, STR_FMT, STR_ARG(s)); /* cut when longer: only compared and shown */
}

static enum rc
rows_next(struct core *c, const struct misuse *m, struct fed *list, size_t *ret_n)
{
	struct query *q = NULL;
	size_t n = 0;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select id, done_leaf, kind, result, n, actor, name, address, host, device, session, at_us from access where (done_leaf, id) > ($1, $2) order by done_leaf, id limit 2000", &q));
	TRY(db_put_int(q, 1, m->fed_leaf));
	TRY(db_put_int(q, 2, m->fed_id));
	for (;;) {
		struct fed *f = &list[n];
		struct str session;

		TRY(db_step(q, &row));
		if (!row || n == ROWS_AT_ONCE)
			break;
		*f = (struct fed){ .id = db_int(q, 0), .leaf = db_int(q, 1), .kind = db_int(q, 2), .result = db_int(q, 3), .n = db_int(q, 4) };
		if (db_blob(q, 5).n == ID_BYTES)
			memcpy(f->actor.b, db_blob(q, 5).p, ID_BYTES);
		copy(f->name, sizeof(f->name), db_text(q, 6));
		copy(f->address, sizeof(f->address), db_text(q, 7));
		copy(f->host, sizeof(f->host), db_text(q, 8));
		copy(f->device, sizeof(f->device), db_text(q, 9));
		session = db_text(q, 10);
		f->e = (struct watch_event){ .at_us = db_int(q, 11), .session = session.n ? watch_hash(session) : 0 };
		n++;
	}
	*ret_n = n;
out:
	db_done(q);
	return rc;
}

/* false: nothing a rule looks at. */
static bool
event_of(struct core *c, struct misuse *m, struct fed *f)
{
	struct str id = { (const char *)f->actor.b, ID_BYTES };
	const struct opaque_id console = CONSOLE_ID, none = { { 0 } };
	const struct account *a = account_of(m, id);
	bool refused = f->result == OUTCOME_REFUSED || f->result == OUTCOME_FAILED;

	if (memcmp(&f->actor, &none, ID_BYTES) == 0 && f->kind != ACCESS_SIGN_IN)
		return false; /* the station itself */
	if (memcmp(&f->actor, &console, ID_BYTES) == 0)
		return false; /* root at the machine: the host's own logs watch it */
	f->e.person = memcmp(&f->actor, &none, ID_BYTES) ? short_id(id) : 0;
	f->e.source = f->kind == ACCESS_IMPORTED ? watch_hash(str_of(f->host)) : 0;
	f->e.role = a ? (uint32_t)roles_next(a->roles, ROLE_NONE) : 0;
	f->e.address = *f->address ? watch_hash(str_of(f->address)) : 0;
	f->e.network = watch_network(str_of(f->address));
	f->e.n = f->n > 0 ? f->n : 1;
	f->e.new_device = strcmp(f->device, "new") == 0;
	f->e.on_duty = on_duty(c, a, f->e.at_us);
	if (f->kind == ACCESS_SIGN_IN || (f->kind == ACCESS_IMPORTED && strcmp(f->name, "sign-in") == 0))
		f->e.kind = refused ? WATCH_SIGN_IN_FAILED : WATCH_SIGN_IN;
	else if (f->kind == ACCESS_ACT && *f->device)
		f->e.kind = WATCH_EXPORT;
	else
		f->e.kind = f->kind == ACCESS_VIEWS || f->kind == ACCESS_IMPORTED ? WATCH_READ : WATCH_ACT;
	return true;
}

static bool
known(struct core *c, const char *rule, const struct opaque_id *person, struct str host, int64_t day_us)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select 1 from alert where person = $1 and day_us = $2 and rule = $3 and host = $4", &q));
	TRY(db_put_blob(q, 1, (struct str){ (const char *)person->b, ID_BYTES }));
	TRY(db_put_int(q, 2, day_us));
	TRY(db_put_text(q, 3, str_of(rule)));
	TRY(db_put_text(q, 4, host));
	TRY(db_step(q, &row));
out:
	db_done(q);
	if (rc != RC_OK)
		proc_log(rc, "alarms of a person");
	return row;
}

struct raising { struct misuse *m; const struct fed *list; size_t n, at; };

/* The row an alarm is about: the one being fed, or that person's newest when the end of a day raised it. */
static const struct fed *
row_of(const struct raising *r, const struct watch_alarm *a)
{
	if (r->at < r->n && r->list[r->at].e.person == a->event.person)
		return &r->list[r->at];
	for (size_t i = r->at < r->n ? r->at : r->n; i > 0; i--)
		if (r->list[i - 1].e.person == a->event.person)
			return &r->list[i - 1];
	return NULL;
}

static bool
person_full(const struct misuse *m, uint64_t person, struct opaque_id *ret)
{
	for (size_t i = 0; i < m->people.n; i++)
		if (short_id((struct str){ (const char *)m->people.list[i].id.b, ID_BYTES }) == person) {
			*ret = m->people.list[i].id;
			return true;
		}
	return false;
}

/*= O2-3-2 */
static void
raise_alert(void *context, const struct watch_alarm *a)
{
	struct raising *r = context;
	struct misuse *m = r->m;
	struct core *c = m->core;
	const struct fed *f = row_of(r, a);
	struct leaf leaf = { .type = LEAF_STATION, .name = STR(WATCH_ALERT) };
	struct str host = str_of(f ? f->host : c->machine);
	json_t *payload;
	uint64_t index;

	if (f)
		leaf.object = f->actor;
	else if (!person_full(m, a->event.person, &leaf.object))
		return; /* gone meanwhile */
	if (m->done >= 0 ? (f ? f->leaf : m->now_leaf) <= m->done : a->event.at_us < c->started_at_us - LATE_US)
		return; /* raised, or judged not to be, before this start */
	if (known(c, watch_rule_id(a->rule), &leaf.object, host, a->day_us))
		return;
	payload = json_pack("{s:s, s:b, s:s%, s:I, s:I, s:I, s:I, s:I, s:s}", "rule", watch_rule_id(a->rule), "urgent", (int)m->rules.urgent[a->rule], "host", host.p, host.n, "at", (json_int_t)a->event.at_us,
	    "day", (json_int_t)a->day_us, "seen", (json_int_t)a->seen, "limit", (json_int_t)a->limit, "entry", (json_int_t)(f ? f->id / ACCESS_PARTS : 0), "address", f ? f->address : "");
	if (record_leaf(c, &leaf, payload, &index) != RC_OK)
		m->rc = RC_IO; /* tried again from the row before */
	json_decref(payload);
}

static enum rc
feed(struct core *c, struct misuse *m)
{
	struct fed *list = calloc(ROWS_AT_ONCE + 1, sizeof(*list));
	struct raising r = { m, list, 0, 0 };
	enum rc rc = RC_OK;

	if (list == NULL)
		abort();
	do {
		TRY(rows_next(c, m, list, &r.n));
		for (r.at = 0; r.at < r.n; r.at++) {
			m->now_leaf = list[r.at].leaf;
			m->rc = RC_OK;
			if (event_of(c, m, &list[r.at]))
				watch_feed(m->watch, &list[r.at].e, raise_alert, &r);
			if (m->rc != RC_OK)
				TRY(FAIL(m->rc, "an alarm could not be recorded"));
			m->fed_leaf = list[r.at].leaf;
			m->fed_id = list[r.at].id;
		}
		if (r.n && m->fed_leaf > m->done)
			TRY(mark_set(c, "done", m->fed_leaf));
	} while (r.n == ROWS_AT_ONCE);
	watch_until(m->watch, core_now_us(), raise_alert, &r);
out:
	free(list);
	return rc;
}

static enum rc
start(struct core *c, struct misuse **ret)
{
	struct misuse *m = calloc(1, sizeof(*m));
	struct query *q = NULL;
	int64_t mark = 0;
	bool row;
	enum rc rc = RC_OK;

	if (m == NULL)
		abort();
	m->core = c;
	TRY(mark_get(c, "read", &mark));
	m->read = mark > 0 ? (uint64_t)mark : 0;
	TRY(mark_get(c, "done", &m->done));
	calendar_load(c, m);
	m->watch = watch_new(&m->rules, &m->calendar);
	TRY(db_query(c->db, "select coalesce(max(done_leaf), 0) from access where at_us < $1", &q)); /* what is older is forgotten */
	TRY(db_put_int(q, 1, core_now_us() - HISTORY_US));
	TRY(db_step(q, &row));
	m->fed_leaf = row ? db_int(q, 0) : 0;
	m->fed_id = INT64_MAX;
	*ret = m;
	m = NULL;
out:
	db_done(q);
	misuse_free(m);
	return rc;
}

int64_t
misuse_urgent(struct core *c)
{
	struct query *q = NULL;
	int64_t n = 0;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select count(*) from alert where state = 0 and urgent = 1", &q));
	TRY(db_step(q, &row));
	n = row ? db_int(q, 0) : 0;
out:
	db_done(q);
	if (rc != RC_OK)
		proc_log(rc, "urgent alarms");
	return n;
}

static void
board_tell(struct core *c, int64_t urgent)
{
	int64_t month_us = 0, since_us = 0;
	enum rc rc = misuse_reviewed(c, &month_us, &since_us);

	if (rc != RC_OK)
		proc_log(rc, "reviews of months");
	core_lock(c);
	c->watch_reviewed_us = month_us;
	c->watched_since_us = since_us;
	c->version += c->alerts_urgent != urgent;
	c->alerts_urgent = urgent;
	core_unlock(c);
}

enum rc
misuse_follow(struct core *c, struct misuse **m)
{
	int64_t now_us = core_now_us();
	bool again;
	enum rc rc = RC_OK;

	if (*m == NULL)
		TRY(start(c, m));
	again = now_us - (*m)->people_at_us > PEOPLE_US;
	if (again) {
		arena_free(&(*m)->people.arena);
		people_load(c, &(*m)->people);
		(*m)->people_at_us = now_us;
		calendar_load(c, *m);
	}
	TRY(read_back(c, *m));
	TRY(feed(c, *m));
	TRY(read_back(c, *m));
	board_tell(c, misuse_urgent(c));
out:
	if (rc != RC_OK) { /* what was fed and not recorded is fed again, to a watch that has not seen it */
		misuse_free(*m);
		*m = NULL;
	}
	return rc;
}
