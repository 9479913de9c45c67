// SPDX-License-Identifier: Apache-2.0
/* The board and the page of one clause: what holds, since when, who moves next, how we know. */
#include "core/hold.h"
#include "core/mail.h"
#include "core/narrow.h"
#include "core/question.h"

#include <string.h>

#include "base/time_text.h"

#define BOARD_KEPT_US SECOND_US

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_JA ? b.ja : b.en;
}

static void
count_up(json_t *counts, const char *name)
{
	json_object_set_new(counts, name, json_integer(json_integer_value(json_object_get(counts, name)) + 1));
}

static json_t *
counts_new(void)
{
	json_t *counts = json_object();

	for (enum status s = 0; s < STATUS_COUNT; s++)
		json_object_set_new(counts, status_name(s), json_integer(0));
	return counts;
}

static const char *
phase_name(unsigned phase)
{
	return phase & PHASE_END ? "end" : phase & PHASE_BUILD ? "build" : "operate";
}

static json_t *
contract_json(const struct contract *contract, enum lang lang, json_t *counts)
{
	json_t *sections = json_array();

	for (size_t i = 0; i < contract->sections_count; i++)
		json_array_append_new(sections, json_pack("{s:o, s:o}", "id", view_text(contract->sections[i].id), "title", view_text(in(contract->sections[i].title, lang))));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:O, s:I, s:I}", "id", view_text(contract->id), "name", view_text(in(contract->name, lang)),
	    "client", view_text(in(contract->client, lang)), "contractor", view_text(in(contract->contractor, lang)), "version", view_text(contract->version),
	    "phase", phase_name(contract->phase), "sections", sections, "counts", counts, "rows", (json_int_t)contract->clauses_count, "clauses", (json_int_t)contract->clauses_count);
}

enum rc
view_catalogue(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *contracts = json_array(), *counts = counts_new();
	size_t written;

	core_lock(c);
	for (size_t k = 0; k < c->catalogue->contracts_count; k++)
		json_array_append_new(contracts, contract_json(&c->catalogue->contracts[k], who->lang, counts));
	written = c->catalogue->controls_count - catalogue_not_written(c->catalogue);
	*ret = json_pack("{s:o, s:I, s:I}", "contracts", contracts, "controls_written", (json_int_t)written, "not_written", (json_int_t)catalogue_not_written(c->catalogue));
	core_unlock(c);
	json_decref(counts);
	return RC_OK;
}

/* Under lock: registers that controls wait for, and nothing is declared in: the first thing to do at a new station. */
static json_t *
undeclared_json(struct core *c, enum lang lang)
{
	json_t *list = json_array();
	bool known[SUBJECT_END] = { false };

	for (size_t i = 0; i < c->held_count; i++) {
		struct str subject = str_of(c->held[i].subject), word;
		enum subject_kind kind = subject_kind_of(subject);
		const struct form *form;

		if (!str_ends(subject, STR(":none")) || kind >= SUBJECT_END || known[kind] || !str_cut(&subject, ':', &word))
			continue;
		known[kind] = true;
		form = catalogue_form(c->catalogue, word);
		if (form)
			json_array_append_new(list, json_pack("{s:o, s:o}", "id", view_text(form->id), "name", view_text(in(form->name, lang))));
	}
	return list;
}

/* Under lock. */
static json_t *
board_json(struct core *c, enum lang lang, int64_t now_us)
{
	json_t *rows = json_array(), *contracts = json_array(), *all = counts_new(), *row;
	struct subject_list others = { NULL, 0, 0 }; /* hosts beside this one: declared, not seen */
	int turns[2] = { 0 }, overdue = 0;

	for (size_t k = 0; k < c->catalogue->contracts_count; k++) {
		const struct contract *contract = &c->catalogue->contracts[k];
		json_t *counts = counts_new();

		for (size_t m = 0; m < contract->clauses_count; m++) {
			const char *status;

			row = view_row(c, contract, &contract->clauses[m], lang, now_us);
			status = json_string_value(json_object_get(row, "status"));
			count_up(all, status);
			count_up(counts, status);
			if (strcmp(status, "FAIL") == 0 || strcmp(status, "UNKNOWN") == 0 || strcmp(status, "EXPIRED") == 0)
				turns[strcmp(json_string_value(json_object_get(row, "turn")), "client") == 0]++;
			overdue += json_is_true(json_object_get(row, "stale"));
			json_array_append_new(rows, row);
		}
		json_array_append_new(contracts, contract_json(contract, lang, counts));
		json_decref(counts);
	}
	register_subjects(c, SUBJECT_HOST, &others);
	free(others.ids);
	return json_pack("{s:I, s:o, s:i, s:I, s:o, s:o, s:{s:i, s:i}, s:{s:i, s:I}, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "at", (json_int_t)now_us, "last_judged_at", view_time(c->last_judged_at_us), "overdue", overdue,
	    "not_written", (json_int_t)catalogue_not_written(c->catalogue), "contracts", contracts, "counts", all, "turns", "contractor", turns[0], "client", turns[1],
	    "subjects", "seen", 1, "total", (json_int_t)(others.n + 1), "requests_waiting", (json_int_t)c->requests_waiting, "alerts_urgent", (json_int_t)c->alerts_urgent, "glass_waiting", (json_int_t)c->glass_waiting, "holds", (json_int_t)hold_count(c, now_us), "undeclared", undeclared_json(c, lang), "exceptions_ending", exception_spans(c, "", true, lang, now_us), "rows", rows);
}

/* Under lock: of the board's rows, which stand in the catalogue's order, those that concern what was asked for. */
static void
board_narrow(struct core *c, json_t *arguments, json_t *board)
{
	json_t *rows = json_object_get(board, "rows"), *kept;
	struct narrow narrow;
	size_t at = 0;

	narrow_make(c, arguments, &narrow);
	if (narrow.on) {
		kept = json_array();
		for (size_t k = 0; k < c->catalogue->contracts_count; k++)
			for (size_t m = 0; m < c->catalogue->contracts[k].clauses_count; m++, at++)
				if (narrow_clause(c, &narrow, &c->catalogue->contracts[k].clauses[m]))
					json_array_append(kept, json_array_get(rows, at));
		json_object_set_new(board, "rows", kept);
	}
	narrow_free(&narrow);
}

enum rc
view_board(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	int64_t now_us = core_now_us();
	json_t *now = NULL;
	uint64_t covered;
	enum rc rc = RC_OK;

	core_lock(c);
	if (c->board_cache[who->lang].json == NULL || c->board_cache[who->lang].version != c->version || now_us - c->board_cache[who->lang].at_us > BOARD_KEPT_US) {
		json_decref(c->board_cache[who->lang].json);
		c->board_cache[who->lang].json = board_json(c, who->lang, now_us);
		c->board_cache[who->lang].version = c->version;
		c->board_cache[who->lang].at_us = now_us;
	}
	*ret = json_copy(c->board_cache[who->lang].json);
	board_narrow(c, arguments, *ret);
	json_object_set_new(*ret, "choices", narrow_choices(c, arguments, who->lang));
	json_object_set_new(*ret, "witness", witness_json(c));
	json_object_set_new(*ret, "mail", mail_json(c));
	json_object_set_new(*ret, "questions", json_integer(questions_waiting(c, roles_side(who->session.roles))));
	core_unlock(c);
	json_object_set_new(*ret, "head", view_head(c, &covered));
	TRY(now_json(c, now_us, &now));
	json_object_set_new(*ret, "now", now);
out:
	return rc;
}

/* Under lock. */
static json_t *
node_json(struct core *c, const struct clause *clause, const struct node *n, enum lang lang, int64_t now_us)
{
	static const char *const ops[] = { "?", "control", "and", "or", "unless" };
	const char *verdict = view_verdict(clause_node(clause, n, now_us, held_source, c));
	json_t *children = json_array();

	if (n->kind == NODE_CONTROL)
		return json_pack("{s:s, s:s, s:o, s:o}", "op", "control", "verdict", verdict, "children", children, "control", view_control_row(c, n->control, clause, NULL, lang, now_us));
	for (size_t i = 0; i < n->count; i++)
		json_array_append_new(children, node_json(c, clause, n->children[i], lang, now_us));
	return json_pack("{s:s, s:s, s:o}", "op", ops[n->kind], "verdict", verdict, "children", children);
}

static void
remedies(struct core *c, const struct clause *clause, const struct node *n, enum lang lang, int64_t now_us, json_t *list)
{
	const struct control_info *info;

	if (clause_node(clause, n, now_us, held_source, c) == VERDICT_PASS)
		return;
	for (size_t i = 0; n->kind != NODE_CONTROL && i < n->count; i++)
		remedies(c, clause, n->children[i], lang, now_us, list);
	info = n->kind == NODE_CONTROL ? catalogue_control(c->catalogue, n->control) : NULL;
	if (info && clause_control(clause, n->control, now_us, held_source, c) != VERDICT_PASS)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s}", "control", view_text(info->id), "name", view_text(in(info->name, lang)), "text", view_text(in(info->remedy, lang)),
		    "turn", info->turn == SIDE_CLIENT ? "client" : "contractor"));
}

json_t *
view_params(const struct core *c, const struct clause *clause, struct str control_id)
{
	const struct control *control = control_of(control_id);
	json_t *list = json_array();
	struct params p;

	if (control == NULL)
		return list;
	paper_params(c, clause, control, &p);
	for (size_t i = 0; i < p.count; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "control", control->id, "name", p.defs[i].name, "unit", p.defs[i].unit ? p.defs[i].unit : "",
		    "value", (json_int_t)p.values[i], "min", (json_int_t)p.defs[i].min, "max", (json_int_t)p.defs[i].max));
	return list;
}

static void
params_of(const struct core *c, const struct clause *clause, const struct node *n, json_t *list)
{
	for (size_t i = 0; n->kind != NODE_CONTROL && i < n->count; i++)
		params_of(c, clause, n->children[i], list);
	if (n->kind == NODE_CONTROL) {
		json_t *some = view_params(c, clause, n->control);

		json_array_extend(list, some);
		json_decref(some);
	}
}

static json_t *
closing_json(unsigned closing)
{
	static const char *const names[] = { "present", "submit", "approve", "agree", "report", "explain", "share", "inform", "confirm", "draw-up" };
	json_t *list = json_array();

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (closing & 1u << i)
			json_array_append_new(list, json_string(names[i]));
	return list;
}

static json_t *
phases_json(unsigned phases)
{
	static const char *const names[] = { "build", "operate", "end" };
	json_t *list = json_array();

	for (unsigned i = 0; i < 3; i++)
		if (phases & 1u << i)
			json_array_append_new(list, json_string(names[i]));
	return list;
}

#define CHANGES_MAX 10000 /* of one clause in a month: more than its looks */

/* This contract month so far, from the station's first day on. */
static json_t *
period_json(struct core *c, const struct clause *clause, const char *id, int64_t now_us)
{
	struct civil d = time_civil(now_us);
	int64_t from_us = time_of_civil((struct civil){ d.year, d.month, 1, 0, 0, 0 });
	struct interval *list = calloc(CHANGES_MAX, sizeof(*list));
	struct period p;
	char month[16];
	json_t *intervals;
	size_t n;

	if (list == NULL)
		abort();
	n = state_intervals(c, id, from_us, now_us, list, CHANGES_MAX);
	if (n && n < CHANGES_MAX && list[0].from_us > from_us)
		from_us = list[0].from_us; /* a clause is judged from the day it was first looked at */
	period_sum(clause, list, n, from_us, now_us, &p);
	(void)snprintf(month, sizeof(month), "%04d-%02d", d.year % 10000, d.month % 100); /* fits */
	intervals = view_intervals(list, n);
	free(list);
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:o}", "month", month, "from", (json_int_t)from_us, "to", (json_int_t)now_us, "pass_min", (json_int_t)p.pass_min,
	    "fail_min", (json_int_t)p.fail_min, "unknown_min", (json_int_t)p.unknown_min, "other_min", (json_int_t)p.other_min, "worst", status_name(p.worst), "end", status_name(p.end),
	    "verdict", status_name(p.verdict), "intervals", intervals);
}

/* Other clauses that rest on a control of this one. */
static json_t *
related_json(struct core *c, const struct clause *clause, json_t *logic_controls, enum lang lang)
{
	json_t *list = json_array(), *id;
	size_t i;

	json_array_foreach(logic_controls, i, id) {
		json_t *others = view_control_clauses(c, str_of(json_string_value(id))), *other;
		size_t k;

		json_array_foreach(others, k, other) {
			const struct clause *o = catalogue_clause(c->catalogue, str_of(json_string_value(other)), NULL);
			json_t *known;
			size_t m;
			bool there = o == NULL || str_eq(o->id, clause->id);

			json_array_foreach(list, m, known)
				there |= strcmp(json_string_value(json_object_get(known, "id")), json_string_value(other)) == 0;
			if (!there && json_array_size(list) < 8)
				json_array_append_new(list, json_pack("{s:O, s:o}", "id", other, "title", view_text(in(o->title, lang))));
		}
		json_decref(others);
	}
	return list;
}

static const char *const triggers[] = { "none", "when-it-happens", "if-used", "on-order", "yearly", "periodic", "phase-end" };

enum rc
view_clause(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	int64_t now_us = core_now_us();
	const struct contract *contract;
	const struct clause *clause;
	json_t *page = NULL, *also = json_array(), *params = json_array(), *remedy = json_array(), *names = json_array(), *evidence;
	uint64_t covered;

	json_decref(view_head(c, &covered));
	core_lock(c);
	clause = id ? catalogue_clause(c->catalogue, str_of(id), &contract) : NULL;
	if (clause) {
		page = view_row(c, contract, clause, who->lang, now_us);
		for (size_t i = 0; i < clause->also_count; i++)
			json_array_append_new(also, view_control_row(c, clause->also[i], clause, NULL, who->lang, now_us));
		params_of(c, clause, clause->holds, params);
		remedies(c, clause, clause->holds, who->lang, now_us, remedy);
		view_names(clause, names);
		json_object_set_new(page, "at", json_integer(now_us));
		json_object_set_new(page, "cite", view_text(clause->cite));
		json_object_set_new(page, "text", view_text(in(clause->text, who->lang)));
		json_object_set_new(page, "section_title", view_text(in(contract->sections[clause->section].title, who->lang)));
		json_object_set_new(page, "contract_name", view_text(in(contract->name, who->lang)));
		json_object_set_new(page, "closing", closing_json(clause->closing));
		json_object_set_new(page, "phases", phases_json(clause->phases));
		json_object_set_new(page, "trigger", json_string(triggers[clause->trigger]));
		json_object_set_new(page, "tolerance", json_pack("{s:I, s:I}", "fail_min", (json_int_t)clause->fail_tolerance_min, "unknown_min", (json_int_t)clause->unknown_tolerance_min));
		json_object_set_new(page, "logic", node_json(c, clause, clause->holds, who->lang, now_us));
		json_object_set(page, "also", also);
		json_object_set(page, "params", params);
		json_object_set(page, "remedy", remedy);
		json_object_set_new(page, "period", period_json(c, clause, id, now_us));
		json_object_set_new(page, "related", related_json(c, clause, names, who->lang));
		json_object_set_new(page, "declaration", state_declaration(c, id));
		json_object_set_new(page, "exceptions", exception_notices(c, id, who->lang, now_us));
		json_object_set_new(page, "questions", questions_of(c, id, who));
		json_object_set_new(page, "can_ask", json_boolean(act_permitted(ACT_QUESTION_ASK, who->session.roles)));
		json_object_set_new(page, "can_request", json_boolean(act_permitted(ACT_EXCEPTION_REQUEST, who->session.roles)));
		json_object_set_new(page, "can_declare", json_boolean(clause_waits_for_event(clause) && act_permitted(ACT_DECLARE_EVENT, who->session.roles)));
	}
	core_unlock(c);
	json_decref(also);
	json_decref(params);
	json_decref(remedy);
	json_decref(names);
	if (page == NULL)
		return FAIL(RC_NOTFOUND, "その番号の要件はありません / no such clause");
	evidence = index_evidence(c, id, NULL, who->lang, covered);
	json_object_set_new(page, "evidence", evidence);
	*ret = page;
	return RC_OK;
}
