// SPDX-License-Identifier: Apache-2.0
/* The pieces that screens share: texts, times, sentences, the head, a control, a clause. */
#include "core/core.h"
#include "core/narrow.h"

#include <string.h>

#include "base/time_text.h"
#include "base/utf8.h"

#define HISTORY_US (30 * DAY_US)

json_t *
view_text(struct str s)
{
	struct arena a = ARENA(1 << 20);
	json_t *ret = json_stringn(s.n ? s.p : "", s.n);

	if (ret == NULL) { /* bytes that are no UTF-8 */
		struct text t = utf8_mend(&a, s);

		ret = json_stringn(t.s.n ? t.s.p : "", t.s.n);
	}
	arena_free(&a);
	return ret ? ret : json_string("");
}

json_t *
view_sorted(const json_t *rows, int (*order)(const void *, const void *))
{
	size_t n = json_array_size(rows);
	json_t **list = calloc(n + 1, sizeof(json_t *)), *ret = json_array();

	if (list == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		list[i] = json_array_get(rows, i);
	qsort(list, n, sizeof(json_t *), order);
	for (size_t i = 0; i < n; i++)
		json_array_append(ret, list[i]);
	free(list);
	return ret;
}

json_t *
view_time(int64_t at_us)
{
	return at_us ? json_integer(at_us) : json_null();
}

/* A finding's message as it was recorded, in the reader's language. */
json_t *
view_message(const char *text, enum lang lang)
{
	json_t *o = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL, *value, *ret = NULL;
	struct finding_arg args[FINDING_ARGS_MAX];
	struct buf b = BUF(8192);
	size_t n = 0;
	const char *key;

	json_object_foreach(json_object_get(o, "args"), key, value) {
		if (n == FINDING_ARGS_MAX)
			break;
		args[n++] = (struct finding_arg){ key, json_is_string(value), json_integer_value(value), str_of(json_string_value(value)) };
	}
	if (o && message_text((unsigned)json_integer_value(json_object_get(o, "number")), lang, args, n, &b) == RC_OK)
		ret = view_text(buf_str(&b));
	rc_trail_clear();
	buf_free(&b);
	json_decref(o);
	return ret ? ret : json_null();
}

json_t *
view_sentence(unsigned number, enum lang lang, const struct finding_arg *args, size_t n)
{
	struct buf b = BUF(8192);
	json_t *ret = message_text(number, lang, args, n, &b) == RC_OK ? view_text(buf_str(&b)) : json_null();

	rc_trail_clear();
	buf_free(&b);
	return ret;
}

json_t *
view_head(struct core *c, uint64_t *ret_covered)
{
	struct ledger_head head = { .checkpoint = BUF(4096) };
	struct str rest, origin = STR_NONE;
	json_t *ret = NULL;
	enum rc rc = ask_ledger_head(c->ledger, &head);

	*ret_covered = 0;
	if (rc != RC_OK) {
		proc_log(rc, "view: the ledger's head");
		goto out;
	}
	rest = buf_str(&head.checkpoint);
	(void)str_line(&rest, &origin);
	*ret_covered = head.covered;
	ret = json_pack("{s:o, s:I, s:I, s:I, s:o, s:o}", "origin", view_text(origin), "epoch", (json_int_t)head.epoch, "entries", (json_int_t)head.entries,
	    "covered", (json_int_t)head.covered, "covered_at", view_time(head.covered_at_us), "checkpoint", view_text(buf_str(&head.checkpoint)));
out:
	buf_free(&head.checkpoint);
	return ret ? ret : json_null();
}

const char *
view_strength(enum strength strength)
{
	static const char *const names[] = { "?", "must", "capability", "consider", "as-needed", "guide-value", "as-possible", "reference" };

	return names[strength];
}

const char *
view_verdict(enum verdict v)
{
	static const char *const names[] = { "UNKNOWN", "PASS", "FAIL", "NOT_APPLICABLE" };

	return names[v & 3];
}

const char *
view_route(enum route_kind r)
{
	static const char *const names[] = { "observed", "observed", "imported", "attested", "demonstrated" };

	return names[r <= ROUTE_DEMONSTRATED ? r : 0];
}

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_JA ? b.ja : b.en;
}

static const char *
turn_name(enum side side)
{
	return side == SIDE_CLIENT ? "client" : "contractor";
}

static bool
node_names(const struct node *n, struct str control)
{
	bool yes = n && n->kind == NODE_CONTROL && str_eq(n->control, control);

	for (size_t i = 0; n && n->kind != NODE_CONTROL && i < n->count && !yes; i++)
		yes = node_names(n->children[i], control);
	return yes;
}

static bool
clause_names(const struct clause *clause, struct str control)
{
	bool yes = node_names(clause->holds, control);

	for (size_t i = 0; i < clause->also_count && !yes; i++)
		yes = str_eq(clause->also[i], control);
	return yes;
}

static void
names_add(const struct node *n, json_t *names)
{
	for (size_t i = 0; n->kind != NODE_CONTROL && i < n->count; i++)
		names_add(n->children[i], names);
	if (n->kind == NODE_CONTROL)
		json_array_append_new(names, view_text(n->control));
}

void
view_names(const struct clause *clause, json_t *names)
{
	names_add(clause->holds, names);
	for (size_t i = 0; i < clause->also_count; i++)
		json_array_append_new(names, view_text(clause->also[i]));
}

json_t *
view_control_clauses(struct core *c, struct str control)
{
	json_t *ret = json_array();

	for (size_t k = 0; k < c->catalogue->contracts_count; k++)
		for (size_t m = 0; m < c->catalogue->contracts[k].clauses_count; m++)
			if (clause_names(&c->catalogue->contracts[k].clauses[m], control))
				json_array_append_new(ret, view_text(c->catalogue->contracts[k].clauses[m].id));
	return ret;
}

/* The worst of its subjects speaks for a control: FAIL before UNKNOWN before PASS. */
json_t *
view_control_row(struct core *c, struct str id, const struct clause *clause, const struct narrow *narrow, enum lang lang, int64_t now_us)
{
	static const int worse[] = { [VERDICT_UNKNOWN] = 2, [VERDICT_PASS] = 1, [VERDICT_FAIL] = 3, [VERDICT_NOT_APPLICABLE] = 0 };
	const struct control_info *info = catalogue_control(c->catalogue, id);
	const struct control *control = catalogue_judge(c->catalogue, id);
	const struct held **list, *worst = NULL;
	enum verdict verdict = VERDICT_UNKNOWN;
	size_t n = held_of(c, id, clause, &list);
	bool stale = false;
	json_t *message;

	for (size_t i = 0; i < n; i++) {
		bool old = list[i]->at_us && list[i]->valid_until_us < now_us;
		enum verdict v = old ? VERDICT_UNKNOWN : list[i]->verdict;

		if (narrow && !narrow_has(narrow, list[i]->subject))
			continue;
		stale |= old;
		if (worst == NULL || worse[v] > worse[verdict]) {
			worst = list[i];
			verdict = v;
		}
	}
	free(list);
	if (control == NULL)
		message = view_sentence(MSG_CONTROL_NOT_WRITTEN, lang, MSG_NO_ARGS);
	else if (worst == NULL || worst->at_us == 0)
		message = view_sentence(MSG_CONTROL_NEVER_LOOKED, lang, MSG_NO_ARGS);
	else if (worst->valid_until_us < now_us)
		message = view_sentence(MSG_CONTROL_STALE, lang, MSG_ARGS(MSG_N("at", worst->at_us)));
	else
		message = view_message(worst->message, lang);
	return json_pack("{s:o, s:o, s:b, s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:I, s:o, s:s, s:o}", "id", view_text(id), "name", info ? view_text(in(info->name, lang)) : view_text(id),
	    "written", control != NULL, "verdict", view_verdict(verdict), "route", view_route(worst && worst->route ? worst->route : info ? info->route : ROUTE_OBSERVED),
	    "subject", worst ? json_string(worst->subject) : json_null(), "at", view_time(worst ? worst->at_us : 0), "since", view_time(worst ? worst->since_us : 0),
	    "valid_until", view_time(worst ? worst->valid_until_us : 0), "stale", stale, "every_s", (json_int_t)(control ? control->every_s : 0), "message", message,
	    "turn", turn_name(info ? info->turn : SIDE_CONTRACTOR), "clauses", view_control_clauses(c, id));
}

/* Controls that keep an expression from passing, worst first met; `want` FAIL or UNKNOWN. */
static size_t
blockers(struct core *c, const struct clause *clause, const struct node *n, enum verdict want, int64_t now_us, const struct node **ret, size_t max)
{
	size_t found = 0;

	if (clause_node(clause, n, now_us, held_source, c) != want)
		return 0;
	if (n->kind == NODE_CONTROL) {
		if (max)
			ret[0] = n;
		return 1;
	}
	for (size_t i = 0; i < n->count; i++)
		found += blockers(c, clause, n->children[i], want, now_us, ret + (found < max ? found : max), found < max ? max - found : 0);
	return found;
}

/* Statuses that do not come from findings say what they rest on. */
static json_t *
why_not_judged(struct core *c, const struct clause *clause, enum status status, enum lang lang, int64_t now_us)
{
	unsigned first = clause->phases & PHASE_BUILD ? PHASE_BUILD : clause->phases & PHASE_OPERATE ? PHASE_OPERATE : PHASE_END;
	char id[NAME_BYTES_MAX + 1];
	json_t *declared, *ret = json_null();
	const struct span *span;

	(void)snprintf(id, sizeof(id), "%.*s", STR_ARG(clause->id)); /* ids are checked to fit */
	span = status == STATUS_CONDITIONAL || status == STATUS_NOT_APPLICABLE ? exception_span(c, id, status == STATUS_NOT_APPLICABLE, now_us) : NULL;
	if (span)
		return view_sentence(status == STATUS_CONDITIONAL ? MSG_CLAUSE_EXCEPTION_UNTIL : MSG_CLAUSE_NOT_APPLICABLE_UNTIL, lang, MSG_ARGS(MSG_N("until", span->until_us - 1)));
	if (status == STATUS_NOT_YET_DUE && clause->trigger == TRIGGER_YEARLY)
		return view_sentence(MSG_CLAUSE_DUE_LATER, lang, MSG_ARGS(MSG_N("at", fiscal_year_range(now_us).to_us - SECOND_US)));
	if (status == STATUS_NOT_YET_DUE)
		return view_sentence(MSG_CLAUSE_PHASE_NOT_REACHED, lang, MSG_ARGS(MSG_S("phase", str_of(word_phase((enum phase)first, lang)))));
	if (status == STATUS_NO_EVENT) {
		declared = state_declaration(c, id);
		ret = view_sentence(MSG_CLAUSE_DECLARED_NO_EVENT, lang, MSG_ARGS(MSG_N("at", json_integer_value(json_object_get(declared, "at")))));
		json_decref(declared);
	}
	return ret;
}

static json_t *
missing(struct core *c, const struct clause *clause, enum status status, enum lang lang, int64_t now_us, enum side *ret_turn)
{
	enum verdict want = status == STATUS_FAIL ? VERDICT_FAIL : VERDICT_UNKNOWN;
	const struct control_info *info;
	const struct node *first;
	size_t n;

	if (status != STATUS_FAIL && status != STATUS_UNKNOWN && status != STATUS_EXPIRED && status != STATUS_AWAITING && status != STATUS_CONFIRMING)
		return why_not_judged(c, clause, status, lang, now_us);
	n = blockers(c, clause, clause->holds, want, now_us, &first, 1);
	if (n == 0)
		return json_null();
	info = catalogue_control(c->catalogue, first->control);
	if (info)
		*ret_turn = status == STATUS_CONFIRMING ? SIDE_CLIENT : info->turn;
	if (n == 1)
		return view_sentence(want == VERDICT_FAIL ? MSG_CLAUSE_FAILING : MSG_CLAUSE_MISSING, lang, MSG_ARGS(MSG_S("control", info ? in(info->name, lang) : first->control)));
	return view_sentence(want == VERDICT_FAIL ? MSG_CLAUSE_FAILING_SEVERAL : MSG_CLAUSE_MISSING_SEVERAL, lang,
	    MSG_ARGS(MSG_S("control", info ? in(info->name, lang) : first->control), MSG_N("more", (int64_t)n - 1)));
}

/* How what an expression rests on is known: of each finding, or of the control when there is none. */
static void
routes_add(json_t *routes, enum route_kind route)
{
	json_t *known;
	size_t i;

	json_array_foreach(routes, i, known)
		if (strcmp(json_string_value(known), view_route(route)) == 0)
			return;
	json_array_append_new(routes, json_string(view_route(route)));
}

static void
routes_of(struct core *c, const struct clause *clause, const struct node *n, json_t *routes)
{
	const struct control_info *info = n->kind == NODE_CONTROL ? catalogue_control(c->catalogue, n->control) : NULL;
	const struct held **list = NULL;
	bool any = false;
	size_t count;

	for (size_t k = 0; n->kind != NODE_CONTROL && k < n->count; k++)
		routes_of(c, clause, n->children[k], routes);
	if (info == NULL)
		return;
	count = held_of(c, n->control, clause, &list);
	for (size_t i = 0; i < count; i++)
		if (list[i]->at_us && list[i]->route) {
			routes_add(routes, list[i]->route);
			any = true;
		}
	free(list);
	if (!any)
		routes_add(routes, info->route);
}

/* When the oldest of the findings it rests on was made; 0: one was never made. */
static int64_t
oldest_look(struct core *c, const struct clause *clause, const struct node *n, bool *ret_stale, int64_t now_us)
{
	const struct held **list = NULL;
	int64_t oldest = INT64_MAX;
	size_t count;

	for (size_t k = 0; n->kind != NODE_CONTROL && k < n->count; k++) {
		int64_t at = oldest_look(c, clause, n->children[k], ret_stale, now_us);

		if (at && at < oldest)
			oldest = at;
	}
	count = n->kind == NODE_CONTROL ? held_of(c, n->control, clause, &list) : 0;
	for (size_t i = 0; i < count; i++) {
		if (list[i]->at_us && list[i]->at_us < oldest)
			oldest = list[i]->at_us;
		*ret_stale |= list[i]->at_us && list[i]->valid_until_us < now_us;
	}
	free(list);
	return oldest == INT64_MAX ? 0 : oldest;
}


json_t *
view_intervals(const struct interval *list, size_t n)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(ret, json_pack("{s:I, s:s}", "from", (json_int_t)list[i].from_us, "status", status_name(list[i].status)));
	return ret;
}

json_t *
view_row(struct core *c, const struct contract *contract, const struct clause *clause, enum lang lang, int64_t now_us)
{
	struct interval history[128];
	const struct clause_now *now = NULL;
	json_t *routes = json_array(), *why;
	char id[NAME_BYTES_MAX + 1];
	int own[3] = { 0 };
	enum side turn = clause->turn;
	bool stale = false;
	int64_t as_of;
	size_t n;

	(void)snprintf(id, sizeof(id), "%.*s", STR_ARG(clause->id)); /* ids are checked to fit */
	for (size_t i = 0; i < c->clauses_count; i++)
		if (strcmp(c->clauses[i].id, id) == 0)
			now = &c->clauses[i];
	for (size_t i = 0; i < clause->also_count; i++) {
		enum verdict v = clause_control(clause, clause->also[i], now_us, held_source, c);

		own[v == VERDICT_PASS ? 0 : v == VERDICT_FAIL ? 1 : 2] += v != VERDICT_NOT_APPLICABLE;
	}
	routes_of(c, clause, clause->holds, routes);
	as_of = oldest_look(c, clause, clause->holds, &stale, now_us);
	n = state_intervals(c, id, now_us - HISTORY_US, now_us, history, 128);
	why = missing(c, clause, now ? now->status : STATUS_UNKNOWN, lang, now_us, &turn);
	return json_pack("{s:s, s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:b, s:o, s:s, s:o, s:{s:i, s:i, s:i}, s:o}", "id", id, "contract", view_text(contract->id),
	    "section", view_text(contract->sections[clause->section].id), "title", view_text(in(clause->title, lang)), "strength", view_strength(clause->strength),
	    "status", status_name(now ? now->status : STATUS_UNKNOWN), "since", view_time(now ? now->since_us : 0), "as_of", view_time(as_of), "stale", stale,
	    "routes", routes, "turn", turn_name(turn), "missing", why, "own", "pass", own[0], "fail", own[1], "unknown", own[2], "history", view_intervals(history, n));
}
