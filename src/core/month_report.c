// SPDX-License-Identifier: Apache-2.0
/*
 * What a month's report says: per clause its minutes with the intervals that count against it, hosts seen, and what
 * happened: exceptions, incidents, drills, privileged use, changes, what the client found last time.
 */
#include <string.h>

#include "core/incident.h"
#include "core/month.h"
#include "core/paper_int.h"

#define CHANGES_MAX   10000 /* of one clause in a month */
#define INTERVALS_MAX 10000 /* kept in a report, of all clauses */

static json_t *
both_json(struct both b)
{
	return json_pack("{s:o, s:o}", "ja", view_text(b.ja), "en", view_text(b.en));
}

/* ---- clauses */

static bool
against(enum status s)
{
	return s == STATUS_FAIL || s == STATUS_UNKNOWN || s == STATUS_EXPIRED;
}

/* [[from, to, status]] of what counts against it, within [from, to); what is beyond `max` is counted. */
static json_t *
intervals_json(const struct interval *list, size_t n, int64_t from_us, int64_t to_us, size_t max, int64_t *ret_left)
{
	json_t *ret = json_array();
	int64_t at = from_us;
	enum status now = STATUS_UNKNOWN;

	*ret_left = 0;
	for (size_t i = 0; i <= n && at < to_us; i++) {
		int64_t until = i < n && list[i].from_us < to_us ? list[i].from_us : to_us;

		if (until > at && against(now)) {
			if (json_array_size(ret) < max)
				json_array_append_new(ret, json_pack("[I, I, s]", (json_int_t)at, (json_int_t)until, status_name(now)));
			else
				(*ret_left)++;
		}
		at = until > at ? until : at;
		if (i < n)
			now = list[i].status;
	}
	return ret;
}

/* Under lock. */
static json_t *
clause_row(struct core *c, const struct clause *clause, struct range range, struct interval *list, size_t keep)
{
	char *id = strndup(clause->id.p, clause->id.n);
	int64_t first_us, left;
	struct month_minutes m;
	json_t *ret, *intervals;
	size_t n;

	if (id == NULL)
		abort();
	first_us = state_first(c, id, INT64_MAX);
	first_us = first_us == INT64_MAX ? 0 : first_us;
	n = state_intervals(c, id, range.from_us, range.to_us, list, CHANGES_MAX);
	month_sum(clause, list, n, first_us, range, &m);
	intervals = intervals_json(list, n, first_us > range.from_us ? first_us : range.from_us, first_us ? range.to_us : range.from_us, keep, &left);
	ret = json_pack("{s:s, s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:o, s:I}", "id", id, "cite", view_text(clause->cite), "title", both_json(clause->title),
	    "strength", view_strength(clause->strength), "fail_tolerance", (json_int_t)clause->fail_tolerance_min, "unknown_tolerance", (json_int_t)clause->unknown_tolerance_min,
	    "total_min", (json_int_t)m.total_min, "before_min", (json_int_t)m.before_min, "fail_min", (json_int_t)m.fail_min, "unknown_min", (json_int_t)m.unknown_min,
	    "pass_min", (json_int_t)m.pass_min, "other_min", (json_int_t)m.other_min, "worst", status_name(m.worst), "end", status_name(m.end), "verdict", status_name(m.verdict),
	    "intervals", intervals, "intervals_left", (json_int_t)left);
	free(id);
	return ret;
}

/* ---- what the store counts */

/* Rows of two columns, text and number, as [{what, n}]; its parameters are the month. */
static enum rc
counted(struct core *c, const char *sql, struct range range, json_t **ret)
{
	struct query *q = NULL;
	json_t *list = json_array();
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, sql, &q));
	TRY(db_put_int(q, 1, range.from_us));
	TRY(db_put_int(q, 2, range.to_us));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(list, json_pack("{s:o, s:I}", "what", view_text(db_text(q, 0)), "n", (json_int_t)db_int(q, 1)));
	}
	*ret = json_incref(list);
out:
	db_done(q);
	json_decref(list);
	return rc;
}

/* Acts that touch the service, cannot be undone, contain, or ask for a factor: what privileges were used for. */
static bool
privileged(const char *name)
{
	const struct act_row *row = act_row(act_of(str_of(name)));

	return row && (row->danger != DANGER_NONE || (row->guards & (1u << GUARD_STEP_UP | 1u << GUARD_ADDRESS)));
}

static enum rc
privileged_json(struct core *c, struct range range, json_t **ret)
{
	json_t *all = NULL, *one, *list = json_array();
	size_t i;
	enum rc rc = RC_OK;

	TRY(counted(c, "select name, count(*) from access where at_us >= $1 and at_us < $2 and kind = 1 group by name order by name", range, &all));
	json_array_foreach(all, i, one)
		if (privileged(json_string_value(json_object_get(one, "what"))))
			json_array_append(list, one);
	*ret = json_incref(list);
out:
	json_decref(all);
	json_decref(list);
	return rc;
}

static enum rc
changes_json(struct core *c, struct range range, json_t **ret)
{
	return counted(c, "select register, count(*) from register_row where since_us >= $1 and since_us < $2 group by register order by register", range, ret);
}

/* Subjects of a query, added to a set. */
static enum rc
subjects_add(struct query *q, json_t *set)
{
	bool row;
	enum rc rc = RC_OK;

	for (;;) {
		char *subject;

		TRY(db_step(q, &row));
		if (!row)
			break;
		subject = strndup(db_text(q, 0).p, db_text(q, 0).n);
		if (subject == NULL)
			abort();
		json_object_set_new(set, subject, json_true());
		free(subject);
	}
out:
	return rc;
}

/* A look of this host was known when the month began. */
static enum rc
stood(struct core *c, const char *control, const char *subject, int64_t from_us, json_t *set)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select v.subject from verdict_change v where v.control = $1 and v.subject = $2 and v.verdict <> 0 and v.from_us = (select max(from_us) from verdict_change where control = $3 and subject = $4 and from_us <= $5)", &q));
	TRY(db_put_text(q, 1, str_of(control)));
	TRY(db_put_text(q, 2, str_of(subject)));
	TRY(db_put_text(q, 3, str_of(control)));
	TRY(db_put_text(q, 4, str_of(subject)));
	TRY(db_put_int(q, 5, from_us));
	TRY(subjects_add(q, set));
out:
	db_done(q);
	return rc;
}

/* Rows of hosts that are looked at now: [[control, subject]]. */
static json_t *
host_rows(struct core *c)
{
	json_t *list = json_array();

	core_lock(c);
	for (size_t i = 0; i < c->held_count; i++)
		if (strncmp(c->held[i].subject, "host:", 5) == 0 && strcmp(c->held[i].subject, "host:none") != 0 && *c->held[i].clause == '\0')
			json_array_append_new(list, json_pack("[s, s]", c->held[i].control, c->held[i].subject));
	core_unlock(c);
	return list;
}

/* Hosts some look of which was known during the month, of those declared then, this machine among them. */
static enum rc
hosts_json(struct core *c, struct range range, json_t **ret)
{
	json_t *seen = json_object(), *rows = host_rows(c), *one;
	struct query *q = NULL;
	int64_t declared = 0;
	bool row;
	size_t i;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select count(distinct id) from register_row where register = 'host' and since_us < $1 and (ended_us is null or ended_us >= $2)", &q));
	TRY(db_put_int(q, 1, range.to_us));
	TRY(db_put_int(q, 2, range.from_us));
	TRY(db_step(q, &row));
	declared = row ? db_int(q, 0) : 0;
	db_done(q);
	q = NULL;
	TRY(db_query(c->db, "select distinct subject from verdict_change where subject >= 'host:' and subject < 'host;' and subject <> 'host:none' and verdict <> 0 and from_us >= $1 and from_us < $2", &q));
	TRY(db_put_int(q, 1, range.from_us));
	TRY(db_put_int(q, 2, range.to_us));
	TRY(subjects_add(q, seen));
	db_done(q);
	q = NULL;
	json_array_foreach(rows, i, one)
		if (!json_is_true(json_object_get(seen, json_string_value(json_array_get(one, 1)))))
			TRY(stood(c, json_string_value(json_array_get(one, 0)), json_string_value(json_array_get(one, 1)), range.from_us, seen));
	*ret = json_pack("{s:I, s:I}", "seen", (json_int_t)json_object_size(seen), "total", (json_int_t)(declared + 1));
out:
	db_done(q);
	json_decref(seen);
	json_decref(rows);
	return rc;
}

/* ---- exceptions, drills, inspections: in memory */

/* Under lock. */
static json_t *
exceptions_json(struct core *c, const struct contract *contract, struct range range)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->spans_count; i++) {
		const struct span *s = &c->spans[i];
		const struct contract *of = NULL;

		if (s->from_us >= range.to_us || s->until_us <= range.from_us || catalogue_clause(c->catalogue, str_of(s->clause), &of) == NULL || of != contract)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "id", s->id, "clause", s->clause, "kind", s->not_applicable ? "not-applicable" : "exception", "control", s->control, "subject", s->subject,
		    "from", (json_int_t)s->from_us, "until", (json_int_t)s->until_us));
	}
	return list;
}

static const char *
value(const json_t *values, const char *key)
{
	const char *s = json_string_value(json_object_get(values, key));

	return s ? s : "";
}

/* Under lock: drills that were held in the month, as the newest version of their record has it. */
static json_t *
drills_json(const struct core *c, const char *month)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->papers_count; i++) {
		const struct paper *p = &c->papers[i];

		if (strcmp(p->form, "drill-record") != 0)
			continue;
		for (size_t k = 0; k < p->count; k++) {
			const json_t *v = p->steps[k].values;

			if (p->steps[k].event.step == PAPER_FILE && strncmp(value(v, "held_on"), month, MONTH_TEXT_BYTES) == 0)
				json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "paper", p->id, "kind", value(v, "kind"), "held_on", value(v, "held_on"), "success", value(v, "success"), "minutes", value(v, "minutes")));
		}
	}
	return list;
}

/* Under lock: the client's inspection records of the month, and older ones whose findings were not done then. */
static json_t *
inspections_json(const struct core *c, const char *month, struct range range)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->papers_count; i++) {
		const struct paper *p = &c->papers[i];
		const struct paper_kept *filed;
		struct paper_now now;

		if (strcmp(p->form, "inspection-record") != 0)
			continue;
		paper_now(c, p, range.to_us - 1, &now);
		filed = now.state == PAPER_WITHDRAWN ? NULL : paper_version(p, now.version);
		if (filed == NULL || (strcmp(value(filed->values, "state"), "done") == 0 && strncmp(value(filed->values, "held_on"), month, MONTH_TEXT_BYTES) != 0))
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "paper", p->id, "title", value(filed->values, "title"), "held_on", value(filed->values, "held_on"),
		    "findings", value(filed->values, "findings"), "state", value(filed->values, "state"), "corrective", value(filed->values, "corrective")));
	}
	return list;
}

/* What the client said of the month before and what was answered: nobody's name. */
static enum rc
last_json(struct core *c, const char *contract, struct range range, json_t **ret)
{
	char id[MONTH_ID_MAX + 1], month[MONTH_TEXT_BYTES + 1];
	struct month_now now;
	json_t *steps = NULL, *said = json_array(), *answers = json_array(), *one;
	size_t i;
	enum rc rc = RC_OK;

	month_text(range.from_us - 1, month);
	(void)snprintf(id, sizeof(id), "%s-%s", contract, month); /* a contract's id fits */
	rc = month_get(c, id, &now);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		*ret = json_null();
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	TRY(month_steps(c, id, &steps));
	json_array_foreach(steps, i, one) {
		const char *step = value(one, "step"), *text = value(one, "text");
		bool answer = strcmp(step, "answered") == 0;

		if (*text && (answer || strcmp(step, "accepted") == 0 || strcmp(step, "returned") == 0))
			json_array_append_new(answer ? answers : said, json_pack("{s:s, s:O, s:O, s:s}", "step", step, "version", json_object_get(one, "version"), "at", json_object_get(one, "at"), "text", text));
	}
	*ret = json_pack("{s:s, s:s, s:I, s:O, s:O}", "month", month, "state", month_step_word(now.state), "version", (json_int_t)now.version, "remarks", said, "answers", answers);
out:
	json_decref(steps);
	json_decref(said);
	json_decref(answers);
	return rc;
}

/* ---- all of it */

/* Under lock: the rows, with what is the contract's own. RC_NOTFOUND: no such contract is in force. */
static enum rc
contract_part(struct core *c, const char *id, const char *month, struct range range, json_t *report)
{
	json_t *rows = json_array(), *counts = json_object();
	struct interval *list = calloc(CHANGES_MAX, sizeof(*list));
	const struct contract *k = NULL;

	if (list == NULL)
		abort();
	for (size_t i = 0; i < c->catalogue->contracts_count; i++)
		if (str_eq_c(c->catalogue->contracts[i].id, id))
			k = &c->catalogue->contracts[i];
	for (size_t i = 0; k && i < k->clauses_count; i++) {
		size_t keep = INTERVALS_MAX / k->clauses_count;
		json_t *row = clause_row(c, &k->clauses[i], range, list, keep ? keep : 1);
		const char *verdict = json_string_value(json_object_get(row, "verdict"));

		json_object_set_new(counts, verdict, json_integer(json_integer_value(json_object_get(counts, verdict)) + 1));
		json_array_append_new(rows, row);
	}
	if (k) {
		json_object_set_new(report, "contract_name", both_json(k->name));
		json_object_set_new(report, "contract_version", view_text(k->version));
		json_object_set_new(report, "client", both_json(k->client));
		json_object_set_new(report, "contractor", both_json(k->contractor));
		json_object_set_new(report, "exceptions", exceptions_json(c, k, range));
		json_object_set_new(report, "drills", drills_json(c, month));
		json_object_set_new(report, "inspections", inspections_json(c, month, range));
		json_object_set(report, "rows", rows);
		json_object_set(report, "counts", counts);
	}
	json_decref(rows);
	json_decref(counts);
	free(list);
	return k ? RC_OK : FAIL(RC_NOTFOUND, "その記号の契約はありません / no contract has this sign");
}

enum rc
month_build(struct core *c, const char *contract, const char *month, struct range range, int64_t now_us, json_t **ret)
{
	json_t *report = json_pack("{s:i, s:s, s:s, s:I, s:I, s:I}", "format", 1, "contract", contract, "month", month, "from", (json_int_t)range.from_us, "to", (json_int_t)range.to_us, "made", (json_int_t)now_us);
	json_t *privileges = NULL, *changes = NULL, *hosts = NULL, *incidents = NULL, *last = NULL;
	uint64_t covered = 0;
	enum rc rc = RC_OK;

	TRY(privileged_json(c, range, &privileges));
	TRY(changes_json(c, range, &changes));
	TRY(hosts_json(c, range, &hosts));
	TRY(incidents_between(c, range.from_us, range.to_us, &incidents));
	TRY(last_json(c, contract, range, &last));
	json_object_set_new(report, "head", view_head(c, &covered));
	core_lock(c);
	rc = contract_part(c, contract, month, range, report);
	core_unlock(c);
	TRY(rc);
	json_object_set(report, "privileged", privileges);
	json_object_set(report, "changes", changes);
	json_object_set(report, "hosts", hosts);
	json_object_set(report, "incidents", incidents);
	json_object_set(report, "last", last);
	*ret = json_incref(report);
out:
	json_decref(report);
	json_decref(privileges);
	json_decref(changes);
	json_decref(hosts);
	json_decref(incidents);
	json_decref(last);
	return rc;
}

/* ---- the difference of two versions */

static const json_t *
row_of(const json_t *report, const char *id)
{
	const json_t *rows = json_object_get(report, "rows");

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (strcmp(value(json_array_get(rows, i), "id"), id) == 0)
			return json_array_get(rows, i);
	return NULL;
}

static void
compare(json_t *list, const char *id, const json_t *a, const json_t *b, const char *const *keys)
{
	for (; *keys; keys++) {
		json_t *x = json_object_get(a, *keys), *y = json_object_get(b, *keys);

		if (x == NULL || y == NULL ? x != y : !json_equal(x, y))
			json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}", "id", id, "what", *keys, "before", x ? json_incref(x) : json_null(), "after", y ? json_incref(y) : json_null()));
	}
}

json_t *
month_difference(const json_t *before, const json_t *after)
{
	static const char *const keys[] = { "verdict", "fail_min", "unknown_min", "pass_min", "other_min", "before_min", "worst", "end", "fail_tolerance", "unknown_tolerance", NULL };
	static const char *const parts[] = { "exceptions", "incidents", "drills", "privileged", "changes", "inspections", NULL };
	static const char *const hosts[] = { "seen", "total", NULL };
	const json_t *rows = json_object_get(after, "rows"), *gone = json_object_get(before, "rows");
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const char *id = value(json_array_get(rows, i), "id");

		compare(list, id, row_of(before, id), json_array_get(rows, i), keys);
	}
	for (size_t i = 0; i < json_array_size(gone); i++)
		if (row_of(after, value(json_array_get(gone, i), "id")) == NULL)
			compare(list, value(json_array_get(gone, i), "id"), json_array_get(gone, i), NULL, keys);
	compare(list, "hosts", json_object_get(before, "hosts"), json_object_get(after, "hosts"), hosts);
	for (size_t i = 0; parts[i]; i++) { /* how many each: the rows themselves stand in the versions */
		const json_t *x = json_object_get(before, parts[i]), *y = json_object_get(after, parts[i]);

		if (!json_equal((json_t *)(uintptr_t)x, (json_t *)(uintptr_t)y)) /* only read */
			json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I}", "id", parts[i], "what", "count", "before", (json_int_t)json_array_size(x), "after", (json_int_t)json_array_size(y)));
	}
	return list;
}
