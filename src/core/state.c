// SPDX-License-Identifier: Apache-2.0
/*
 * core's store: what stands now, and since when. Findings and statuses are
 * derived from the ledger's leaves; losing this file loses speed, not evidence.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"
#include "control/papers.h"

static const char *const migrations[] = {
	"create table held (control text not null, subject text not null, clause text not null, verdict bigint not null, message text not null, facts text not null,"
	" facts_hash blob not null, at_us bigint not null, valid_until_us bigint not null, since_us bigint not null, leaf bigint not null,"
	" primary key (control, subject, clause));"
	"create table verdict_change (control text not null, subject text not null, from_us bigint not null, verdict bigint not null, leaf bigint not null,"
	" primary key (control, subject, from_us));"
	"create table number (control text not null, subject text not null, name text not null, at_us bigint not null, n bigint,"
	" primary key (control, subject, name, at_us));"
	"create table status_change (clause text not null, from_us bigint not null, status bigint not null, leaf bigint not null,"
	" primary key (clause, from_us));"
	"create table declaration (clause text not null, at_us bigint not null, happened bigint not null, who text not null, words text not null,"
	" primary key (clause, at_us));"
	"create table entry (leaf bigint primary key, type bigint not null, source bigint not null, seq bigint not null, name text not null,"
	" actor blob not null, object blob not null, verdict bigint not null, claimed_us bigint not null, received_us bigint not null, words text not null);"
	"create index entry_name on entry (name, leaf);"
	"create index entry_actor on entry (actor, leaf);"
	"create index entry_time on entry (received_us);",
	"create table series (id bigint primary key, control text not null, subject text not null, name text not null, unique (control, subject, name));"
	"create table point (series bigint not null, at_us bigint not null, n bigint, primary key (series, at_us)) without rowid;"
	"create table hours (series bigint not null, day bigint not null, packed blob not null, primary key (series, day)) without rowid;"
	"insert into series (id, control, subject, name) select row_number() over (order by control, subject, name), control, subject, name from (select distinct control, subject, name from number);"
	"insert into point (series, at_us, n) select s.id, n.at_us, n.n from number n join series s on s.control = n.control and s.subject = n.subject and s.name = n.name;"
	"drop table number;",
	"create table register_row (id text not null, version bigint not null, register text not null, name text not null, row_values text not null,"
	" since_us bigint not null, who text not null, actor blob not null, leaf bigint not null, ended_us bigint, ended_who text, ended_leaf bigint,"
	" primary key (id, version));"
	"create unique index register_row_name on register_row (register, name) where ended_us is null;"
	"create index register_row_leaf on register_row (leaf);"
	"create index register_row_ended on register_row (ended_leaf);",
	("create table looked (control text not null, subject text not null, clause text not null, at_us bigint not null, valid_until_us bigint not null,"
	" leaf bigint not null, primary key (control, subject, clause)) without rowid;"),
	"alter table held add column route bigint not null default 1; alter table held add column paper_until_us bigint not null default 0;",
	"create table exception_request (id text primary key, clause text not null, kind bigint not null, control text not null, subject text not null, reason text not null,"
	" instead text not null, until_us bigint not null, asked_us bigint not null);"
	"create table exception_step (id text not null, version bigint not null, step bigint not null, at_us bigint not null, who text not null, actor blob not null,"
	" reason text not null, leaf bigint not null unique, primary key (id, version));",
	"create table access (id bigint primary key, done_leaf bigint, at_us bigint not null, kind bigint not null, actor blob not null, who text not null, name text not null,"
	" address text not null, host text not null, object text not null, purpose text not null, device text not null, session text not null, result bigint not null, n bigint not null);"
	"create index access_time on access (at_us, id);"
	"create index access_actor on access (actor, at_us, id);"
	"create index access_name on access (name, at_us, id);"
	"create index access_address on access (address, at_us, id);"
	"create index access_host on access (host, at_us, id);"
	"create index access_object on access (object, at_us, id);"
	"create index access_result on access (result, at_us, id);"
	"create index access_done on access (done_leaf, id);"
	"delete from entry;", /* read again from the ledger, with what the access log takes */
	("create table approval (id text primary key, act text not null, arguments text not null, preview text not null, hash text not null, actor blob not null, behalf blob not null,"
	" who text not null, side bigint not null, at_us bigint not null, leaf bigint not null);"
	"create table approval_step (id text not null, version bigint not null, step bigint not null, at_us bigint not null, who text not null, actor blob not null,"
	" words text not null, leaf bigint not null, primary key (id, version));"
	"create index approval_step_leaf on approval_step (leaf);"),
	("create table note (leaf bigint primary key, act text not null, at_us bigint not null, actor blob not null, who text not null, arguments text not null);"
	"create index note_act on note (act, leaf);"),
	("create table paper (id text primary key, form text not null, name text not null, unique (form, name));"
	"create table paper_step (id text not null, n bigint not null, step bigint not null, closing bigint not null, version bigint not null, at_us bigint not null, side bigint not null,"
	" actor blob not null, who text not null, reason text not null, row_values text not null, leaf bigint not null unique, primary key (id, n));"),
	("create table alert (id bigint primary key, rule text not null, urgent bigint not null, person blob not null, host text not null, at_us bigint not null, day_us bigint not null,"
	" seen bigint not null, threshold bigint not null, entry bigint not null, address text not null, state bigint not null, closed_us bigint not null);"
	"create index alert_person on alert (person, day_us);"
	"create index alert_state on alert (state, urgent, id);"
	"create index alert_time on alert (at_us);"
	"create table alert_step (leaf bigint primary key, alert bigint not null, month text not null, at_us bigint not null, actor blob not null, verdict text not null, words text not null);"
	"create index alert_step_alert on alert_step (alert, leaf);"
	"create index alert_step_month on alert_step (month);"
	"create table misuse_mark (name text primary key, n bigint not null) without rowid;"),
	"create table paper_window (leaf bigint primary key, form text not null, at_us bigint not null, days bigint not null);",
	"alter table paper_step add column files text not null default '';",
	("create table contract_taken (leaf bigint primary key, id text not null, words text not null, hash text not null, at_us bigint not null, who text not null, ended_leaf bigint, ended_us bigint);"
	"create unique index contract_taken_id on contract_taken (id) where ended_leaf is null;"),
	("create table month_report (leaf bigint primary key, contract text not null, month text not null, version bigint not null, hash text not null, words text not null, at_us bigint not null,"
	" actor blob not null, who text not null, reason text not null, unique (contract, month, version));"
	"create table month_step (leaf bigint primary key, contract text not null, month text not null, version bigint not null, step bigint not null, at_us bigint not null, actor blob not null,"
	" who text not null, inspector text not null, words text not null);"
	"create index month_step_month on month_step (contract, month, leaf);"),
	"create table mail_mark (name text primary key, n bigint not null);",
	"alter table paper_step add column behalf blob not null default x'';",
	("create table paper_step_many (id text not null, n bigint not null, step bigint not null, closing bigint not null, version bigint not null, at_us bigint not null, side bigint not null,"
	" actor blob not null, who text not null, reason text not null, row_values text not null, leaf bigint not null, files text not null default '', behalf blob not null default x'', primary key (id, n), unique (leaf, id));"
	"insert into paper_step_many select id, n, step, closing, version, at_us, side, actor, who, reason, row_values, leaf, files, behalf from paper_step;"
	"drop table paper_step; alter table paper_step_many rename to paper_step;"), /* one entry renews many papers */
};

enum rc
state_open(struct core *c)
{
	return db_open(c->state_path, migrations, sizeof(migrations) / sizeof(migrations[0]), &c->db);
}

static char *
dup_text(struct str s)
{
	char *p = malloc(s.n + 1);

	if (p == NULL)
		abort();
	memcpy(p, s.n ? s.p : "", s.n);
	p[s.n] = '\0';
	return p;
}

static enum why
why_of(const char *message)
{
	json_t *json = json_loads(message, JSON_REJECT_DUPLICATES, NULL);
	enum why why = papers_why((uint16_t)json_integer_value(json_object_get(json, "number")));

	json_decref(json);
	return why;
}

/* Fills what was held before the restart into the rows that held_fit() made; other rows stay UNKNOWN. */
enum rc
state_load(struct core *c)
{
	char control[NAME_BYTES_MAX + 1], subject[NAME_BYTES_MAX + 1], clause[NAME_BYTES_MAX + 1];
	struct query *q = NULL;
	struct held *h;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select h.control, h.subject, h.verdict, h.message, h.facts, h.facts_hash, coalesce(l.at_us, h.at_us), coalesce(l.valid_until_us, h.valid_until_us), h.since_us, h.leaf, h.clause, h.route, h.paper_until_us"
	    " from held h left join looked l on l.control = h.control and l.subject = h.subject and l.clause = h.clause and l.leaf = h.leaf", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		(void)snprintf(control, sizeof(control), STR_FMT, STR_ARG(db_text(q, 0))); /* what does not fit is none of ours */
		(void)snprintf(subject, sizeof(subject), STR_FMT, STR_ARG(db_text(q, 1)));
		(void)snprintf(clause, sizeof(clause), STR_FMT, STR_ARG(db_text(q, 10)));
		h = held_find(c, control, subject, clause);
		if (h && h->at_us == 0 && db_blob(q, 5).n == 32) { /* what is held already is newer */
			held_free(h);
			h->verdict = (enum verdict)db_int(q, 2);
			h->message = dup_text(db_text(q, 3));
			h->why = why_of(h->message);
			h->facts = dup_text(db_text(q, 4));
			memcpy(h->facts_hash.b, db_blob(q, 5).p, 32);
			h->at_us = db_int(q, 6);
			h->valid_until_us = db_int(q, 7);
			h->since_us = db_int(q, 8);
			h->index = (uint64_t)db_int(q, 9);
			h->route = (enum route_kind)db_int(q, 11);
			h->paper_until_us = db_int(q, 12);
		}
	}
	db_done(q);
	q = NULL;
	TRY(db_query(c->db, "select clause, status, from_us from status_change s where from_us = (select max(from_us) from status_change t where t.clause = s.clause)", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		for (size_t i = 0; i < c->clauses_count; i++) {
			if (!str_eq_c(db_text(q, 0), c->clauses[i].id))
				continue;
			c->clauses[i].status = (enum status)db_int(q, 1);
			c->clauses[i].since_us = db_int(q, 2);
		}
	}
	db_done(q);
	q = NULL;
	TRY(db_query(c->db, "select coalesce(max(leaf) + 1, 0) from entry", &q));
	TRY(db_step(q, &row));
	c->indexed = row ? (uint64_t)db_int(q, 0) : 0;
out:
	db_done(q);
	return rc;
}

/* From this instant on the control judged so. */
enum rc
state_save_verdict(struct core *c, struct str control, struct str subject, enum verdict verdict, int64_t from_us, uint64_t index)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into verdict_change (control, subject, from_us, verdict, leaf) values ($1, $2, $3, $4, $5) on conflict do nothing", &q));
	TRY(db_put_text(q, 1, control));
	TRY(db_put_text(q, 2, subject));
	TRY(db_put_int(q, 3, from_us));
	TRY(db_put_int(q, 4, verdict));
	TRY(db_put_int(q, 5, (int64_t)index));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
state_save_held(struct core *c, const struct held *h, bool changed)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_begin(c->db));
	TRY(db_query(c->db, "insert into held (control, subject, verdict, message, facts, facts_hash, at_us, valid_until_us, since_us, leaf, clause, route, paper_until_us)"
	    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (control, subject, clause) do update set verdict = excluded.verdict,"
	    " message = excluded.message, facts = excluded.facts, facts_hash = excluded.facts_hash, at_us = excluded.at_us,"
	    " valid_until_us = excluded.valid_until_us, since_us = excluded.since_us, leaf = excluded.leaf, route = excluded.route, paper_until_us = excluded.paper_until_us", &q));
	TRY(db_put_text(q, 1, str_of(h->control)));
	TRY(db_put_text(q, 2, str_of(h->subject)));
	TRY(db_put_int(q, 3, h->verdict));
	TRY(db_put_text(q, 4, str_of(h->message)));
	TRY(db_put_text(q, 5, str_of(h->facts)));
	TRY(db_put_blob(q, 6, (struct str){ (const char *)h->facts_hash.b, 32 }));
	TRY(db_put_int(q, 7, h->at_us));
	TRY(db_put_int(q, 8, h->valid_until_us));
	TRY(db_put_int(q, 9, h->since_us));
	TRY(db_put_int(q, 10, (int64_t)h->index));
	TRY(db_put_text(q, 11, str_of(h->clause)));
	TRY(db_put_int(q, 12, h->route));
	TRY(db_put_int(q, 13, h->paper_until_us));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	if (changed)
		TRY(state_save_verdict(c, str_of(h->control), str_of(h->subject), h->verdict, h->at_us, h->index));
	TRY(db_commit(c->db));
out:
	db_done(q);
	if (rc != RC_OK)
		db_rollback(c->db);
	return rc;
}

enum rc
state_forget(struct core *c, uint64_t leaf)
{
	static const char *const from[] = { "delete from held where leaf = $1", "delete from verdict_change where leaf = $1", NULL };
	struct query *q = NULL;
	enum rc rc = RC_OK;

	for (const char *const *what = from; *what; what++) {
		TRY(db_query(c->db, *what, &q));
		TRY(db_put_int(q, 1, (int64_t)leaf));
		TRY(db_run(q));
		db_done(q);
		q = NULL;
	}
out:
	db_done(q);
	return rc;
}

enum rc
state_save_status(struct core *c, const char *clause, enum status status, int64_t from_us, uint64_t index)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into status_change (clause, from_us, status, leaf) values ($1, $2, $3, $4) on conflict (clause, from_us) do update set status = excluded.status", &q));
	TRY(db_put_text(q, 1, str_of(clause)));
	TRY(db_put_int(q, 2, from_us));
	TRY(db_put_int(q, 3, status));
	TRY(db_put_int(q, 4, (int64_t)index));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
state_declare(struct core *c, const char *clause, bool happened, const char *by, const char *text, int64_t at_us)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into declaration (clause, at_us, happened, who, words) values ($1, $2, $3, $4, $5)", &q));
	TRY(db_put_text(q, 1, str_of(clause)));
	TRY(db_put_int(q, 2, at_us));
	TRY(db_put_int(q, 3, happened));
	TRY(db_put_text(q, 4, str_of(by)));
	TRY(db_put_text(q, 5, str_of(text)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
state_declare_again(struct core *c, const struct leaf *l, json_t *payload, const char *by)
{
	json_t *arguments = json_object_get(payload, "arguments");
	const char *clause = json_string_value(json_object_get(arguments, "id")), *text = json_string_value(json_object_get(arguments, "text"));
	struct query *q = NULL;
	bool there;
	enum rc rc = RC_OK;

	if (clause == NULL || text == NULL)
		return FAIL(RC_SYNTAX, "a declaration without its clause or text");
	TRY(db_query(c->db, "select 1 from declaration where clause = $1 and at_us >= $2 and at_us < $3", &q));
	TRY(db_put_text(q, 1, str_of(clause)));
	TRY(db_put_int(q, 2, l->claimed_at_us));
	TRY(db_put_int(q, 3, l->claimed_at_us + SECOND_US)); /* stores from before kept the time at which it was done */
	TRY(db_step(q, &there));
	db_done(q);
	q = NULL;
	if (!there)
		TRY(state_declare(c, clause, json_is_true(json_object_get(arguments, "happened")), by, text, l->claimed_at_us));
out:
	db_done(q);
	return rc;
}

json_t *
state_declaration(struct core *c, const char *clause)
{
	struct query *q = NULL;
	json_t *ret = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select at_us, happened, who, words from declaration where clause = $1 order by at_us desc limit 1", &q));
	TRY(db_put_text(q, 1, str_of(clause)));
	TRY(db_step(q, &row));
	if (row)
		ret = json_pack("{s:I, s:b, s:o, s:o}", "at", (json_int_t)db_int(q, 0), "happened", (int)db_int(q, 1), "by", view_text(db_text(q, 2)), "text", view_text(db_text(q, 3)));
out:
	db_done(q);
	if (rc != RC_OK)
		proc_log(rc, "state: declaration");
	return ret ? ret : json_null();
}

bool
state_no_event(struct core *c, const char *clause, int64_t at_us)
{
	json_t *d = state_declaration(c, clause);
	int64_t declared_us = json_integer_value(json_object_get(d, "at"));
	bool none = json_is_false(json_object_get(d, "happened")) && declared_us >= month_range(at_us).from_us && declared_us <= at_us;

	json_decref(d);
	return none;
}

int64_t
state_first(struct core *c, const char *clause, int64_t otherwise_us)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select min(from_us) from status_change where clause = $1 having count(*) > 0", &q));
	TRY(db_put_text(q, 1, str_of(clause)));
	TRY(db_step(q, &row));
	if (row && db_int(q, 0) < otherwise_us)
		otherwise_us = db_int(q, 0);
out:
	db_done(q);
	if (rc != RC_OK)
		proc_log(rc, "when a requirement was first judged could not be read");
	return otherwise_us;
}

size_t
state_intervals(struct core *c, const char *clause, int64_t from_us, int64_t to_us, struct interval *ret, size_t max)
{
	struct query *q = NULL;
	size_t n = 0;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select from_us, status from status_change where clause = $1 and from_us < $2 and from_us >="
	    " coalesce((select max(from_us) from status_change where clause = $3 and from_us <= $4), 0) order by from_us desc limit $5", &q));
	TRY(db_put_text(q, 1, str_of(clause)));
	TRY(db_put_int(q, 2, to_us));
	TRY(db_put_text(q, 3, str_of(clause)));
	TRY(db_put_int(q, 4, from_us));
	TRY(db_put_int(q, 5, (int64_t)max));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row || n == max)
			break;
		ret[n++] = (struct interval){ db_int(q, 0) < from_us ? from_us : db_int(q, 0), (enum status)db_int(q, 1) };
	}
out:
	db_done(q);
	if (rc != RC_OK)
		proc_log(rc, "state: intervals");
	for (size_t i = 0; i < n / 2; i++) {
		struct interval swap = ret[i];

		ret[i] = ret[n - 1 - i];
		ret[n - 1 - i] = swap;
	}
	return n;
}

static enum rc
verdict_change(struct core *c, const struct times *t, int64_t from_us, enum verdict verdict)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into verdict_change (control, subject, from_us, verdict, leaf) values ($1, $2, $3, $4, $5) on conflict do nothing", &q));
	TRY(db_put_text(q, 1, str_of(t->control)));
	TRY(db_put_text(q, 2, str_of(t->subject)));
	TRY(db_put_int(q, 3, from_us));
	TRY(db_put_int(q, 4, verdict));
	TRY(db_put_int(q, 5, (int64_t)t->index));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
confirm_one(struct core *c, const struct times *t)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into looked (control, subject, clause, at_us, valid_until_us, leaf) values ($1, $2, $3, $4, $5, $6)"
	    " on conflict (control, subject, clause) do update set at_us = excluded.at_us, valid_until_us = excluded.valid_until_us, leaf = excluded.leaf", &q));
	TRY(db_put_text(q, 1, str_of(t->control)));
	TRY(db_put_text(q, 2, str_of(t->subject)));
	TRY(db_put_text(q, 3, str_of(t->clause)));
	TRY(db_put_int(q, 4, t->at_us));
	TRY(db_put_int(q, 5, t->valid_until_us));
	TRY(db_put_int(q, 6, (int64_t)t->index));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	if (t->message) {
		TRY(db_query(c->db, "update held set message = $1 where control = $2 and subject = $3 and clause = $4 and leaf = $5", &q));
		TRY(db_put_text(q, 1, str_of(t->message)));
		TRY(db_put_text(q, 2, str_of(t->control)));
		TRY(db_put_text(q, 3, str_of(t->subject)));
		TRY(db_put_text(q, 4, str_of(t->clause)));
		TRY(db_put_int(q, 5, (int64_t)t->index));
		TRY(db_run(q));
	}
	if (t->changed)
		TRY(verdict_change(c, t, t->at_us, t->verdict));
out:
	db_done(q);
	return rc;
}

/* Somebody should have looked by then, and nobody had. */
static enum rc
lapse_one(struct core *c, const struct times *t)
{
	enum rc rc = RC_OK;

	TRY(verdict_change(c, t, t->valid_until_us, VERDICT_UNKNOWN));
	if (t->clause[0] == '\0')
		TRY(numbers_gap(c, t->control, t->subject, t->valid_until_us));
out:
	return rc;
}

#define AT_ONCE 500 /* rows in one transaction: others wait no longer */

static enum rc
each(struct core *c, const struct times *list, size_t n, enum rc (*one)(struct core *, const struct times *))
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n; i += AT_ONCE) {
		TRY(db_begin(c->db));
		for (size_t k = i; k < n && k < i + AT_ONCE; k++)
			TRY(one(c, &list[k]));
		TRY(db_commit(c->db));
	}
out:
	if (rc != RC_OK)
		db_rollback(c->db);
	return rc;
}

enum rc
state_confirm(struct core *c, const struct times *list, size_t n)
{
	return each(c, list, n, confirm_one);
}

enum rc
state_lapse(struct core *c, const struct times *list, size_t n)
{
	return each(c, list, n, lapse_one);
}

/* One subject's verdict begins, in place of the one before; `none`: of this subject nothing stood before. */
struct turn_of { int64_t at_us; int before, now; };
enum { none = VERDICT_NOT_APPLICABLE + 1 };

static int
turn_order(const void *a, const void *b)
{
	const struct turn_of *x = a, *y = b;

	return x->at_us < y->at_us ? -1 : x->at_us > y->at_us;
}

/* Each subject's changes since `from_us`, and what it stood at then as one of them. */
static enum rc
turns_read(struct core *c, const char *control, int64_t from_us, struct turn_of **ret, size_t *ret_n)
{
	char subject[NAME_BYTES_MAX + 1] = "";
	size_t cap = 0;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select subject, from_us, verdict from verdict_change where control = $1 order by subject, from_us", &q));
	TRY(db_put_text(q, 1, str_of(control)));
	for (;;) {
		struct turn_of turn;
		bool same;

		TRY(db_step(q, &row));
		if (!row)
			break;
		same = *ret_n && str_eq_c(db_text(q, 0), subject);
		turn = (struct turn_of){ db_int(q, 1) < from_us ? from_us : db_int(q, 1), same ? (*ret)[*ret_n - 1].now : none, (int)db_int(q, 2) & VERDICT_NOT_APPLICABLE };
		if (!same)
			(void)snprintf(subject, sizeof(subject), STR_FMT, STR_ARG(db_text(q, 0))); /* names are checked to fit */
		if (same && (*ret)[*ret_n - 1].at_us == turn.at_us) { /* both before the time asked for: the later one stood then */
			(*ret)[*ret_n - 1].now = turn.now;
			continue;
		}
		if (*ret_n == cap) {
			cap = cap ? cap * 2 : 1024;
			*ret = realloc(*ret, cap * sizeof(**ret));
			if (*ret == NULL)
				abort();
		}
		(*ret)[(*ret_n)++] = turn;
	}
out:
	db_done(q);
	return rc;
}

/* Of all subjects together, as a clause over all of them is: FAIL before UNKNOWN before PASS. */
json_t *
state_verdicts(struct core *c, const char *control, int64_t from_us)
{
	int64_t standing[none + 1] = { 0 }; /* how many subjects stand at each verdict */
	struct turn_of *turns = NULL;
	json_t *ret = json_array();
	enum verdict shown = VERDICT_UNKNOWN;
	size_t n = 0;
	enum rc rc = turns_read(c, control, from_us, &turns, &n);

	if (rc != RC_OK)
		proc_log(rc, "state: verdicts");
	if (n)
		qsort(turns, n, sizeof(*turns), turn_order);
	for (size_t i = 0; i < n; i++) {
		enum verdict worst;

		standing[turns[i].before]--;
		standing[turns[i].now]++;
		if (i + 1 < n && turns[i + 1].at_us == turns[i].at_us)
			continue; /* several at one instant are one change */
		worst = standing[VERDICT_FAIL] ? VERDICT_FAIL : standing[VERDICT_UNKNOWN] ? VERDICT_UNKNOWN : standing[VERDICT_PASS] ? VERDICT_PASS : VERDICT_NOT_APPLICABLE;
		if (json_array_size(ret) && worst == shown)
			continue;
		shown = worst;
		json_array_append_new(ret, json_pack("{s:I, s:s}", "from", (json_int_t)turns[i].at_us, "verdict", view_verdict(worst)));
	}
	free(turns);
	return ret;
}

enum rc
state_index_add(struct core *c, uint64_t index, const struct leaf *l, const char *text)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into entry (leaf, type, source, seq, name, actor, object, verdict, claimed_us, received_us, words)"
	    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing", &q));
	TRY(db_put_int(q, 1, (int64_t)index));
	TRY(db_put_int(q, 2, l->type));
	TRY(db_put_int(q, 3, l->source));
	TRY(db_put_int(q, 4, (int64_t)l->source_seq));
	TRY(db_put_text(q, 5, l->name));
	TRY(db_put_blob(q, 6, (struct str){ (const char *)l->actor.b, ID_BYTES }));
	TRY(db_put_blob(q, 7, (struct str){ (const char *)l->object.b, ID_BYTES }));
	TRY(db_put_int(q, 8, l->verdict));
	TRY(db_put_int(q, 9, l->claimed_at_us));
	TRY(db_put_int(q, 10, l->received_at_us));
	TRY(db_put_text(q, 11, str_of(text)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}
