// SPDX-License-Identifier: Apache-2.0
/*
 * Incidents: a row of the register "incident" (what is known of it, its first version the instant it was noticed), notes
 * that tell what was done and when, reports that are papers. Nothing is kept beside them; clocks are worked out when asked.
 *
 * Anybody of either side may note; what the client's people note as "received" is the proof that it knows. What was lost by restoring
 * too soon is lost for good: restoring is noted only after it was said what was preserved.
 */
#include "core/incident.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "core/guard_int.h"
#include "core/hold.h"
#include "core/paper_int.h"
#include "core/register_int.h"

#define REGISTER    "incident"
#define REPORT_FORM "incident-report"
#define TEXT_MAX    2000

static const char *const note_kinds[] = { "told", "call", "contain", "preserve", "restore", "person", "publish", "other", "reached", NULL };

#define PLAN_FORM     "incident-plan"
#define FIRST_HOURS   24
#define ESCALATE_MIN  15
#define CALLED_WITHIN DAY_US /* what nobody was called about by then, as after a lost store, is nobody called about any more */

/* ---- read */

struct incidents { struct incident *list; size_t n, cap; };

static const char *
value(const json_t *values, const char *key)
{
	const char *s = json_string_value(json_object_get(values, key));

	return s ? s : "";
}

static bool
yes(const json_t *values, const char *key)
{
	return strcmp(value(values, key), "yes") == 0;
}

static int64_t
count_of(const json_t *values, const char *key)
{
	int64_t n = 0;

	if (num_parse(str_of(value(values, key)), 0, INT64_C(1000000000), &n) != RC_OK)
		rc_trail_clear(); /* most are not known yet */
	return n;
}

static void
incidents_free(struct incidents *all)
{
	for (size_t i = 0; i < all->n; i++) {
		json_decref(all->list[i].values);
		json_decref(all->list[i].steps);
	}
	free(all->list);
	*all = (struct incidents){ .n = 0 };
}

static struct incident *
find(struct incidents *all, struct str id)
{
	for (size_t i = 0; i < all->n; i++)
		if (str_eq_c(id, all->list[i].id))
			return &all->list[i];
	return NULL;
}

static struct incident *
make(struct incidents *all, struct str id)
{
	struct incident *x;

	if (all->n == all->cap) {
		all->cap = all->cap ? all->cap * 2 : 16;
		all->list = realloc(all->list, all->cap * sizeof(*all->list));
		if (all->list == NULL)
			abort();
	}
	x = &all->list[all->n++];
	*x = (struct incident){ .steps = json_array() };
	(void)snprintf(x->id, sizeof(x->id), STR_FMT, STR_ARG(id)); /* fits: an id of ours */
	return x;
}

static void
step(struct incident *x, const char *kind, int64_t at_us, struct str who, const char *text, uint64_t leaf)
{
	json_array_append_new(x->steps, json_pack("{s:s, s:I, s:o, s:s, s:I}", "kind", kind, "at", (json_int_t)at_us, "who", view_text(who), "text", text, "leaf", (json_int_t)leaf));
}

/* Every version tells what was known then; the first one, when it was noticed. */
static enum rc
read_rows(struct core *c, struct incidents *all)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select id, version, name, row_values, since_us, who, leaf, ended_us, ended_who, ended_leaf from register_row where register = 'incident' order by id, version", &q));
	for (;;) {
		struct incident *x;

		TRY(db_step(q, &row));
		if (!row)
			break;
		x = find(all, db_text(q, 0));
		if (x == NULL) {
			x = make(all, db_text(q, 0));
			x->facts.noticed_us = db_int(q, 4);
			step(x, "noticed", db_int(q, 4), db_text(q, 5), "", (uint64_t)db_int(q, 6));
		} else {
			step(x, "facts", db_int(q, 4), db_text(q, 5), "", (uint64_t)db_int(q, 6));
		}
		json_decref(x->values);
		x->values = db_text(q, 3).n ? json_loadb(db_text(q, 3).p, db_text(q, 3).n, JSON_REJECT_DUPLICATES, NULL) : NULL;
		x->version = db_int(q, 1);
		x->ended_us = db_is_null(q, 7) ? 0 : db_int(q, 7);
	}
out:
	db_done(q);
	return rc;
}

struct taking { struct incidents *all; bool client; };

static void
taken(struct incident *x, const struct note *n)
{
	if (x->taken_us && x->taken_us <= n->at_us)
		return;
	x->taken_us = n->at_us;
	(void)snprintf(x->taker, sizeof(x->taker), STR_FMT, STR_ARG(n->who)); /* a name fits */
}

static void
take_note(void *context, const struct note *n)
{
	struct taking *t = context;
	struct incident *x = find(t->all, str_of(note_text(n, "id")));
	const char *kind = t->client ? "received" : note_text(n, "kind");

	if (x == NULL)
		return;
	step(x, kind, n->at_us, n->who, note_text(n, "text"), n->leaf);
	if ((t->client || strcmp(kind, "told") == 0) && (x->told_us == 0 || n->at_us < x->told_us))
		x->told_us = n->at_us;
	if (strcmp(kind, "contain") == 0 && (x->contained_us == 0 || n->at_us < x->contained_us))
		x->contained_us = n->at_us;
	x->preserved |= strcmp(kind, "preserve") == 0;
	if (strcmp(kind, "reached") == 0)
		taken(x, n);
}

static void
take_acknowledged(void *context, const struct note *n)
{
	struct taking *t = context;
	struct incident *x = find(t->all, str_of(note_text(n, "id")));

	if (x == NULL)
		return;
	step(x, "acknowledge", n->at_us, n->who, "", n->leaf);
	taken(x, n);
}

static void
take_call(void *context, const struct note *n)
{
	struct taking *t = context;
	struct incident *x = find(t->all, str_of(note_text(n, "id")));
	int64_t number = json_integer_value(json_object_get(n->arguments, "step"));

	if (x == NULL)
		return;
	step(x, "notice", n->at_us, n->who, "", n->leaf);
	json_object_set_new(json_array_get(x->steps, json_array_size(x->steps) - 1), "step", json_integer(number));
	if (number > x->called)
		x->called = number;
}

/* The one incident that was open then; NULL: none, or it is not told which. */
static struct incident *
only_open(struct incidents *all, int64_t at_us)
{
	struct incident *ret = NULL;

	for (size_t i = 0; i < all->n; i++) {
		struct incident *x = &all->list[i];

		if (x->facts.noticed_us > at_us || (x->ended_us && x->ended_us <= at_us))
			continue;
		if (ret)
			return NULL;
		ret = x;
	}
	return ret;
}

struct containing { struct incidents *all; enum act act; enum lang lang; };

/* What was done at the station to hold it off: for the incident it names, else for the only one that was open. */
static void
take_containment(void *context, const struct note *n)
{
	struct containing *t = context;
	const char *named = note_text(n, "incident");
	struct incident *x = *named ? find(t->all, str_of(named)) : only_open(t->all, n->at_us);
	char words[HOLD_WORDS], text[HOLD_WORDS + 256];

	if (x == NULL)
		return;
	(void)snprintf(text, sizeof(text), "%s: %s", word_act(t->act, t->lang), t->act == ACT_HOLD_BEGIN ? hold_words(n->arguments, t->lang, words) : note_text(n, "id")); /* cut when longer: an id is short */
	step(x, "contain", n->at_us, n->who, text, n->leaf);
	if (x->contained_us == 0 || n->at_us < x->contained_us)
		x->contained_us = n->at_us;
}

static void
facts_of(struct incident *x)
{
	const json_t *v = x->values;

	x->drill = yes(v, "drill");
	x->facts.suspected = count_of(v, "suspected");
	x->facts.known = count_of(v, "known");
	x->facts.sensitive = yes(v, "sensitive");
	x->facts.property = yes(v, "property");
	x->facts.improper = yes(v, "improper");
	x->facts.sealed = yes(v, "sealed");
	x->facts.fault = strcmp(value(v, "fault"), "yes") == 0;
}

static enum rc
incidents_read(struct core *c, enum lang lang, struct incidents *all)
{
	static const enum act containing[] = { ACT_HOLD_BEGIN, ACT_ACCOUNT_SUSPEND, ACT_ACCOUNT_SESSIONS_END, ACT_OS_ACCOUNT_LOCK };
	struct taking t = { .all = all };
	enum rc rc = RC_OK;

	TRY(read_rows(c, all));
	TRY(note_each(c, ACT_INCIDENT_NOTE, take_note, &t));
	t.client = true;
	TRY(note_each(c, ACT_INCIDENT_RECEIVE, take_note, &t));
	TRY(note_each(c, ACT_INCIDENT_ACKNOWLEDGE, take_acknowledged, &t));
	TRY(note_each(c, ACT_INCIDENT_CALL, take_call, &t));
	for (size_t i = 0; i < sizeof(containing) / sizeof(containing[0]); i++)
		TRY(note_each(c, containing[i], take_containment, &(struct containing){ all, containing[i], lang }));
	for (size_t i = 0; i < all->n; i++)
		facts_of(&all->list[i]);
out:
	return rc;
}

/* ---- clocks */

/* What the clauses of the loaded contracts ask, and what the paper on readiness promises: the sooner. Under lock. */
static struct incident_terms
terms_of(const struct core *c)
{
	struct incident_terms t = { .call_min = 0, .call_fault_min = 0, .first_hours = paper_number(c, PLAN_FORM, "report_hours", FIRST_HOURS), .every_us = paper_number(c, PLAN_FORM, "escalate_min", ESCALATE_MIN) * MINUTE_US };
	int64_t promised = paper_number(c, PLAN_FORM, "first_hours", 0) * 60;
	const struct control *control = control_of(STR("incident-reporting"));

	for (size_t i = 0; control && i < c->catalogue->contracts_count; i++)
		for (size_t k = 0; k < c->catalogue->contracts[i].clauses_count; k++) {
			const struct clause *clause = &c->catalogue->contracts[i].clauses[k];
			bool asks = false;
			struct params p;
			int64_t *least;

			for (size_t n = 0; n < clause->params_count; n++)
				asks |= str_eq_c(clause->params[n].control, "incident-reporting");
			if (!asks)
				continue;
			catalogue_params(clause, control, &p);
			least = param_n(&p, "fault_only") ? &t.call_fault_min : &t.call_min;
			if (*least == 0 || param_n(&p, "within_min") < *least)
				*least = param_n(&p, "within_min");
		}
	if (t.call_min == 0)
		t.call_min = 60;
	if (promised && promised < t.call_min)
		t.call_min = promised;
	if (t.call_fault_min == 0 || t.call_fault_min > t.call_min)
		t.call_fault_min = t.call_min;
	return t;
}

/* When the report of this stage was first filed and not taken back; 0: not yet. Under lock. */
static int64_t
reported_us(const struct core *c, const struct incident *x, enum incident_duty d, const struct paper **ret)
{
	const char *stage = incident_duty_word(d);

	for (size_t i = 0; i < c->papers_count; i++) {
		const struct paper *p = &c->papers[i];
		const struct paper_kept *filed;
		struct paper_now now;

		if (strcmp(p->form, REPORT_FORM) != 0)
			continue;
		paper_now(c, p, core_now_us(), &now);
		filed = paper_version(p, now.version);
		if (filed == NULL || now.state == PAPER_WITHDRAWN || strcmp(value(filed->values, "incident"), value(x->values, "name")) != 0 || strcmp(value(filed->values, "stage"), stage) != 0)
			continue;
		*ret = p;
		return p->steps[0].event.at_us;
	}
	return 0;
}

/* [{what, due, done, state, paper}]; under lock. */
static json_t *
clocks_json(const struct core *c, const struct incident *x, const struct incident_terms *terms, int64_t now_us)
{
	struct day_override overrides[OVERRIDES_MAX];
	struct calendar calendar = { overrides, register_overrides(c, overrides, OVERRIDES_MAX), 29 };
	int64_t due[DUTY_COUNT];
	json_t *list = json_array();

	incident_due(&x->facts, terms, &calendar, due);
	for (int d = 0; d < DUTY_COUNT; d++) {
		const struct paper *p = NULL;
		int64_t done_us = d == DUTY_CALL ? x->told_us : reported_us(c, x, (enum incident_duty)d, &p);

		if (due[d] == 0)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:I, s:o, s:s, s:s}", "what", incident_duty_word((enum incident_duty)d), "due", (json_int_t)due[d] - 1, "done", view_time(done_us),
		    "state", done_us ? done_us < due[d] ? "done" : "late" : now_us >= due[d] ? "overdue" : "running", "paper", p ? p->id : ""));
	}
	return list;
}

/* ---- views */

/* Under lock. */
static json_t *
incident_json(struct core *c, const struct incident *x, const struct incident_terms *terms, int64_t now_us)
{
	json_t *clocks = clocks_json(c, x, terms, now_us), *one, *next = NULL;
	int64_t end_us = x->ended_us ? x->ended_us : now_us;
	bool late = false;
	size_t i;
	json_t *ret;

	json_array_foreach(clocks, i, one) {
		const char *state = json_string_value(json_object_get(one, "state"));

		late |= strcmp(state, "overdue") == 0 || strcmp(state, "late") == 0;
		if (next == NULL && (strcmp(state, "overdue") == 0 || strcmp(state, "running") == 0))
			next = one;
	}
	ret = json_pack("{s:s, s:s, s:s, s:b, s:s, s:I, s:I, s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:o}", "id", x->id, "name", value(x->values, "name"), "kind", value(x->values, "kind"), "drill", x->drill, "state", x->ended_us ? "closed" : "open",
	    "noticed", (json_int_t)x->facts.noticed_us, "minutes", (json_int_t)((end_us - x->facts.noticed_us) / MINUTE_US), "told", view_time(x->told_us), "contained", view_time(x->contained_us), "ended", view_time(x->ended_us),
	    "late", late, "preserved", x->preserved, "reportable_business", incident_reportable_business(&x->facts), "reportable_office", incident_reportable_office(&x->facts), "next", next && !x->ended_us ? json_incref(next) : json_null());
	json_object_set_new(ret, "clocks", clocks);
	json_object_set_new(ret, "taken", view_time(x->taken_us));
	json_object_set_new(ret, "taker", json_string(x->taker));
	json_object_set_new(ret, "called", json_integer(x->called));
	json_object_set_new(ret, "next_call", view_time(x->called && !x->taken_us && !x->ended_us ? x->facts.noticed_us + x->called * terms->every_us : 0));
	return ret;
}

static int
newest_first(const void *a, const void *b)
{
	const struct incident *x = a, *y = b;

	int open_first = (x->ended_us != 0) - (y->ended_us != 0);

	return open_first ? open_first : (x->facts.noticed_us < y->facts.noticed_us) - (x->facts.noticed_us > y->facts.noticed_us);
}

enum rc
view_incidents(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct incidents all = { .n = 0 };
	struct incident_terms terms;
	json_t *rows = json_array();
	int64_t now_us = core_now_us();
	enum rc rc = RC_OK;

	(void)arguments;
	TRY(incidents_read(c, who->lang, &all));
	if (all.n)
		qsort(all.list, all.n, sizeof(*all.list), newest_first);
	core_lock(c);
	terms = terms_of(c);
	for (size_t i = 0; i < all.n; i++)
		json_array_append_new(rows, incident_json(c, &all.list[i], &terms, now_us));
	core_unlock(c);
	*ret = json_pack("{s:I, s:O, s:b}", "at", (json_int_t)now_us, "rows", rows, "can_open", act_permitted(ACT_REGISTER_ADD, who->session.roles));
out:
	json_decref(rows);
	incidents_free(&all);
	return rc;
}

/* Those that were open at some instant of [from, to), as the month's report has them: nobody's name. */
enum rc
incidents_between(struct core *c, int64_t from_us, int64_t to_us, json_t **ret)
{
	struct incidents all = { .n = 0 };
	struct incident_terms terms;
	json_t *rows = json_array();
	enum rc rc = RC_OK;

	TRY(incidents_read(c, LANG_JA, &all));
	core_lock(c);
	terms = terms_of(c);
	for (size_t i = 0; i < all.n; i++) {
		const struct incident *x = &all.list[i];
		json_t *one;

		if (x->facts.noticed_us >= to_us || (x->ended_us && x->ended_us < from_us))
			continue;
		one = incident_json(c, x, &terms, to_us);
		json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:b, s:I, s:o, s:o, s:O}", "id", x->id, "name", value(x->values, "name"), "kind", value(x->values, "kind"), "drill", x->drill, "noticed", (json_int_t)x->facts.noticed_us,
		    "told", view_time(x->told_us), "ended", view_time(x->ended_us < to_us ? x->ended_us : 0), "late", json_object_get(one, "late")));
		json_decref(one);
	}
	core_unlock(c);
	*ret = json_incref(rows);
out:
	json_decref(rows);
	incidents_free(&all);
	return rc;
}

static int
by_leaf(const void *a, const void *b)
{
	json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "leaf")), y = json_integer_value(json_object_get(*(json_t *const *)b, "leaf"));

	return (x > y) - (x < y);
}

/* Whom to call, as the tables in force say it, and who is on call by the register of duty. Under lock. */
static json_t *
ladder(struct core *c, int64_t now_us)
{
	static const char *const forms[] = { "contact-table", "contact-table-client" };
	json_t *list = json_array();
	size_t at, end;

	at = register_range(c, STR("duty"), &end);
	for (; at < end; at++) {
		const json_t *v = c->rows[at].values;
		int64_t from_us = INT64_MAX, until_us = 0;

		if (time_parse_date(str_of(value(v, "from")), &from_us) != RC_OK || time_parse_date(str_of(value(v, "until")), &until_us) != RC_OK)
			rc_trail_clear();
		if (strcmp(value(v, "kind"), "on-call") == 0 && from_us <= now_us && now_us < until_us + DAY_US)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "of", "duty", "day", value(v, "account"), "night", value(v, "account")));
	}
	for (size_t f = 0; f < 2; f++)
		for (size_t i = 0; i < c->papers_count; i++) {
			const struct paper_kept *filed;
			struct paper_now now;

			if (strcmp(c->papers[i].form, forms[f]) != 0)
				continue;
			paper_now(c, &c->papers[i], now_us, &now);
			filed = paper_version(&c->papers[i], now.version);
			if (filed && now.state == PAPER_IN_FORCE)
				json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "of", forms[f], "day", value(filed->values, "day"), "night", value(filed->values, "night")));
		}
	return list;
}

enum rc
view_incident(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	struct incidents all = { .n = 0 };
	struct incident_terms terms;
	struct incident *x;
	json_t *page;
	enum rc rc = RC_OK;

	TRY(incidents_read(c, who->lang, &all));
	x = id ? find(&all, str_of(id)) : NULL;
	if (x == NULL)
		TRY(FAIL(RC_NOTFOUND, "その事案はありません / no such incident"));
	core_lock(c);
	terms = terms_of(c);
	page = incident_json(c, x, &terms, core_now_us());
	json_object_set_new(page, "ladder", ladder(c, core_now_us()));
	json_object_set_new(page, "fields", fields_json(c, catalogue_form(c->catalogue, STR(REGISTER)), who->lang));
	core_unlock(c);
	json_object_set_new(page, "at", json_integer(core_now_us()));
	json_object_set(page, "values", x->values);
	json_object_set_new(page, "steps", view_sorted(x->steps, by_leaf));
	json_object_set_new(page, "can_note", json_boolean(act_permitted(ACT_INCIDENT_NOTE, who->session.roles)));
	json_object_set_new(page, "can_take", json_boolean(!x->taken_us && !x->ended_us && act_permitted(ACT_INCIDENT_ACKNOWLEDGE, who->session.roles)));
	json_object_set_new(page, "can_receive", json_boolean(act_permitted(ACT_INCIDENT_RECEIVE, who->session.roles)));
	json_object_set_new(page, "can_report", json_boolean(act_permitted(ACT_PAPER_FILE, who->session.roles) && roles_side(who->session.roles) == SIDE_CONTRACTOR));
	json_object_set_new(page, "can_change", json_boolean(!x->ended_us && act_permitted(ACT_REGISTER_CHANGE, who->session.roles)));
	*ret = page;
out:
	incidents_free(&all);
	return rc;
}

/* ---- acts */

/* A note as it will be kept; the act's own record is all there is of it. */
enum rc
do_incident_note(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *kind = json_string_value(json_object_get(arguments, "kind"));
	struct str text = str_trim(str_of(json_string_value(json_object_get(arguments, "text"))));
	struct text checked;
	bool known = false;
	enum rc rc = RC_OK;

	for (size_t i = 0; kind && note_kinds[i]; i++)
		known |= strcmp(kind, note_kinds[i]) == 0;
	if (!known)
		TRY(FAIL(RC_SYNTAX, "したことの種類を選んでください / choose what was done"));
	TRY(utf8_check_lines(text, &checked));
	if (text.n == 0 || utf8_count(checked) > TEXT_MAX)
		TRY(FAIL(RC_SYNTAX, "したことを%d文字までで入れてください / say what was done, at most %d characters", TEXT_MAX, TEXT_MAX));
	TRY(view_incident(c, who, arguments, ret));
	if (strcmp(kind, "restore") == 0 && !json_is_true(json_object_get(*ret, "preserved"))) {
		json_decref(*ret);
		*ret = NULL;
		TRY(FAIL(RC_CONFLICT, "元に戻す前に、何を保全したか（しなかったなら、その理由）を記録してください / before restoring, note what was preserved, or why nothing was"));
	}
out:
	return rc;
}

enum rc
do_incident_receive(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return view_incident(c, who, arguments, ret);
}

enum rc
do_incident_acknowledge(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	enum rc rc = RC_OK;

	TRY(view_incident(c, who, arguments, ret));
	if (!json_is_true(json_object_get(*ret, "can_take"))) {
		json_decref(*ret);
		*ret = NULL;
		TRY(FAIL(RC_CONFLICT, "もう受け止められているか、終わっています / somebody took it on already, or it is closed"));
	}
out:
	return rc;
}

/* ---- calling along the ladder */

enum rc
do_incident_call(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	(void)c;
	(void)who;
	(void)arguments;
	*ret = json_object(); /* its note is all there is of it */
	return RC_OK;
}

/* The mails are on courier's disk before the note is written: rather twice than never. */
static enum rc
call_step(struct core *c, const struct incident *x, const struct incident_call *call, incident_caller *caller, void *context)
{
	int64_t n = 0;
	enum rc rc = RC_OK;

	TRY(caller(context, call, &n));
	if (n) /* else nobody stands there */
		TRY(act_by_station(c, ACT_INCIDENT_CALL, json_pack("{s:s, s:I, s:I}", "id", x->id, "step", (json_int_t)call->step, "n", (json_int_t)n)));
out:
	return rc;
}

/*= S-1-3 */
enum rc
incidents_call(struct core *c, int64_t now_us, int64_t last, incident_caller *caller, void *context)
{
	struct incidents all = { .n = 0 };
	int64_t every_us;
	size_t at, end;
	enum rc rc = RC_OK;

	core_lock(c);
	at = register_range(c, STR(REGISTER), &end);
	every_us = terms_of(c).every_us;
	core_unlock(c);
	if (at == end || last == 0)
		return RC_OK;
	TRY(incidents_read(c, LANG_JA, &all));
	for (size_t i = 0; i < all.n; i++) {
		const struct incident *x = &all.list[i];
		int64_t due = incident_step_due(x->facts.noticed_us, every_us, now_us);

		if (x->ended_us || x->taken_us || (x->called == 0 && now_us > x->facts.noticed_us + CALLED_WITHIN))
			continue;
		for (int64_t k = x->called + 1; k <= due && k <= last; k++)
			TRY(call_step(c, x, &(struct incident_call){ k, now_us > x->facts.noticed_us ? (now_us - x->facts.noticed_us) / MINUTE_US : 0, x->drill }, caller, context));
	}
out:
	incidents_free(&all);
	return rc;
}

/* ---- opened by what the station found itself */

#define FOUND_MAX      32
#define SUBJECT_SHOWN  60
#define MISUSE_WITHIN  (7 * DAY_US) /* an older decision opens nothing, as after a lost store */

struct found { char source[2 * NAME_BYTES_MAX + 16], name[320]; const char *kind, *by; int64_t since_us; bool improper; };

enum rc
do_incident_open(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct edits edits = { NULL, 0, 0 };
	enum rc rc = RC_OK;

	TRY(register_edit(c, who, ACT_INCIDENT_OPEN, arguments, &edits));
	*ret = json_object();
out:
	edits_free(&edits);
	return rc;
}

/* "設定ファイルの検査 11-24 14:05 host:web1": the register is written in Japanese, and its names are told apart by their minute. */
static void
found_name(struct found *f, struct str what, const char *subject, int64_t at_us)
{
	struct civil t = time_civil(at_us);

	if (strlen(subject) > SUBJECT_SHOWN)
		subject = ""; /* source has it */
	(void)snprintf(f->name, sizeof(f->name), "%.*s %04d-%02d-%02d %02d:%02d%s%s", what.n > 200 ? 0 : (int)what.n, what.p, t.year % 10000, t.month, t.day, t.hour, t.minute, *subject ? " " : "", subject); /* fits: names of controls are short */
}

/* Under lock. */
static size_t
failing(struct core *c, struct found *list)
{
	size_t n = 0;

	for (size_t i = 0; i < c->held_count && n < FOUND_MAX; i++) {
		const struct held *h = &c->held[i];
		const struct control_info *info;

		if (h->clause[0] || h->verdict != VERDICT_FAIL)
			continue;
		info = catalogue_control(c->catalogue, str_of(h->control));
		if (info == NULL || info->opens == NULL)
			continue;
		list[n] = (struct found){ .kind = info->opens, .by = "control", .since_us = h->since_us };
		(void)snprintf(list[n].source, sizeof(list[n].source), "%s %s", h->control, h->subject); /* fits */
		found_name(&list[n], info->name.ja, h->subject, h->since_us);
		n++;
	}
	return n;
}

static enum rc
misused(struct core *c, struct found *list, size_t *n, int64_t now_us)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select alert, at_us from alert_step where verdict = 'misuse' and at_us > $1 order by leaf desc limit 32", &q));
	TRY(db_put_int(q, 1, now_us - MISUSE_WITHIN));
	while (*n < FOUND_MAX) {
		struct found *f = &list[*n];

		TRY(db_step(q, &row));
		if (!row)
			break;
		*f = (struct found){ .kind = "intrusion", .by = "alert", .since_us = 0, .improper = true }; /* once for good */
		(void)snprintf(f->source, sizeof(f->source), "alert %lld", (long long)db_int(q, 0)); /* fits */
		found_name(f, str_of(message_plain(MSG_INCIDENT_MISUSE, LANG_JA)), "", db_int(q, 1));
		(*n)++;
	}
out:
	db_done(q);
	return rc;
}

/* One that is open, or was opened since this began to fail. */
static bool
opened(const struct incidents *all, const struct found *f)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(value(all->list[i].values, "source"), f->source) == 0 && (all->list[i].ended_us == 0 || all->list[i].facts.noticed_us >= f->since_us))
			return true;
	return false;
}

static enum rc
open_one(struct core *c, const struct found *f)
{
	return act_by_station(c, ACT_INCIDENT_OPEN, json_pack("{s:s, s:{s:s, s:s, s:s, s:s, s:s}}", "id", REGISTER, "values", "name", f->name, "kind", f->kind, "found_by", f->by, "source", f->source, "improper", f->improper ? "yes" : "no"));
}

/*= S-1-3 */
enum rc
incidents_open(struct core *c, int64_t now_us)
{
	struct found *list = calloc(FOUND_MAX, sizeof(*list));
	struct incidents all = { .n = 0 };
	size_t n;
	enum rc rc = RC_OK, one;

	if (list == NULL)
		abort();
	core_lock(c);
	n = failing(c, list);
	core_unlock(c);
	TRY(misused(c, list, &n, now_us));
	if (n == 0)
		goto out;
	TRY(incidents_read(c, LANG_JA, &all));
	for (size_t i = 0; i < n; i++)
		if (!opened(&all, &list[i]) && (one = open_one(c, &list[i])) != RC_OK)
			rc = one; /* one stops no other */
out:
	free(list);
	incidents_free(&all);
	return rc;
}

/* ---- facts for the control that judges reports */

enum rc
incident_reporting_facts(struct core *c, struct facts *f)
{
	struct incidents all = { .n = 0 };
	int64_t now_us = core_now_us();
	uint32_t row = 0;
	enum rc rc = RC_OK;

	TRY(incidents_read(c, LANG_JA, &all));
	for (size_t i = 0; i < all.n; i++) {
		const struct incident *x = &all.list[i];

		if (x->drill || x->facts.noticed_us < now_us - 366 * DAY_US)
			continue;
		fact_text(f, ++row, "incident.name", arena_dup(f->arena, str_of(value(x->values, "name"))));
		fact_time(f, row, "incident.noticed", x->facts.noticed_us);
		fact_bool(f, row, "incident.fault", x->facts.fault);
		if (x->told_us)
			fact_time(f, row, "incident.told", x->told_us);
	}
	fact_int(f, 0, "incidents", (int64_t)row);
out:
	incidents_free(&all);
	return rc;
}
