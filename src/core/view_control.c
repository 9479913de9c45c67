// SPDX-License-Identifier: Apache-2.0
/* The list of controls and the page of one: what it reads, what it saw, how that moved. */
#include "core/core.h"
#include "core/narrow.h"

#include <string.h>

#include "base/time_text.h"
#include "control/papers.h"

#define HISTORY_US (30 * DAY_US)
#define RUN_US     (15 * SECOND_US)
#define DAYS_SHOWN 30
#define DAYS_MAX   1830

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_JA ? b.ja : b.en;
}

enum rc
view_controls(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows = json_array();
	int64_t now_us = core_now_us();
	struct narrow narrow;

	core_lock(c);
	narrow_make(c, arguments, &narrow);
	for (int written = 1; written >= 0; written--) /* the ones that really judge stand first */
		for (size_t i = 0; i < c->catalogue->controls_count; i++)
			if ((c->catalogue->controls[i].control != NULL) == (written == 1) && narrow_control(c, &narrow, c->catalogue->controls[i].id))
				json_array_append_new(rows, view_control_row(c, c->catalogue->controls[i].id, NULL, &narrow, who->lang, now_us));
	*ret = json_pack("{s:I, s:o, s:o}", "at", (json_int_t)now_us, "rows", rows, "choices", narrow_choices(c, arguments, who->lang));
	core_unlock(c);
	narrow_free(&narrow);
	return RC_OK;
}

#define SUBJECTS_SHOWN 50
#define FACTS_SHOWN    600

/* Under lock: what is known of its subjects, the worst first, a page of them. */
static json_t *
subjects_json(struct core *c, const struct held *const *list, size_t n, json_int_t page, enum lang lang, int64_t now_us)
{
	static const enum verdict worst_first[] = { VERDICT_FAIL, VERDICT_UNKNOWN, VERDICT_PASS, VERDICT_NOT_APPLICABLE };
	size_t skip = page ? (size_t)(page - 1) * SUBJECTS_SHOWN : 0, max = page ? SUBJECTS_SHOWN : n; /* page 0: all of them */
	json_t *ret = json_array();

	for (size_t v = 0; v < sizeof(worst_first) / sizeof(worst_first[0]); v++)
		for (size_t i = 0; i < n && json_array_size(ret) < max; i++) {
			const struct held *h = list[i];
			bool stale = h->at_us && h->valid_until_us < now_us;

			if ((stale ? VERDICT_UNKNOWN : h->verdict) != worst_first[v])
				continue;
			if (skip)
				skip--;
			else
				json_array_append_new(ret, json_pack("{s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:b}", "subject", h->subject, "text", register_subject_text(c, str_of(h->subject), lang),
				    "verdict", view_verdict(worst_first[v]), "route", view_route(h->route), "statement", statement_json(c, h->control, h->subject, now_us), "at", view_time(h->at_us), "since", view_time(h->since_us),
				    "message", h->at_us ? view_message(h->message, lang) : view_sentence(MSG_CONTROL_NEVER_LOOKED, lang, MSG_NO_ARGS), "stale", stale));
		}
	return ret;
}

/* Under lock: the clauses that name it. */
static json_t *
clauses_json(struct core *c, struct str control, enum lang lang)
{
	json_t *ret = json_array(), *ids = view_control_clauses(c, control), *one;
	size_t i;

	json_array_foreach(ids, i, one) {
		const struct clause *clause = catalogue_clause(c->catalogue, str_of(json_string_value(one)), NULL);
		enum status status = STATUS_UNKNOWN;

		for (size_t k = 0; k < c->clauses_count; k++)
			if (strcmp(c->clauses[k].id, json_string_value(one)) == 0)
				status = c->clauses[k].status;
		if (clause)
			json_array_append_new(ret, json_pack("{s:O, s:o, s:s}", "id", one, "title", view_text(in(clause->title, lang)), "status", status_name(status)));
	}
	json_decref(ids);
	return ret;
}

/* The bands of its numbers, by its own parameters; the minutes it was told are no chart of their own. */
static json_t *
numbers_with_bands(struct core *c, const char *id, const char *subject, int64_t from_us, int64_t now_us)
{
	const struct control *control = catalogue_judge(c->catalogue, str_of(id));
	json_t *list = numbers_json(c, id, subject, from_us, now_us), *one;
	struct params params;
	size_t i;

	if (control == NULL)
		return list;
	params_default(control, &params);
	json_array_foreach(list, i, one)
		for (const struct series_def *d = control->series; d && d->fact; d++) {
			if (strcmp(d->fact, json_string_value(json_object_get(one, "key"))) != 0)
				continue;
			if (d->lower || d->zero_is_outside)
				json_object_set_new(one, "min", json_integer(d->lower ? series_end(d, &params, d->lower) : 1));
			if (d->upper)
				json_object_set_new(one, "max", json_integer(series_end(d, &params, d->upper)));
		}
	return list;
}

/* The subject asked for, when the control is about it; otherwise the one that speaks for the control. */
static const struct held *
chosen(const struct held *const *list, size_t n, const char *asked, const char *worst)
{
	const struct held *ret = n ? list[0] : NULL;

	for (size_t i = 0; i < n; i++)
		if (worst && strcmp(list[i]->subject, worst) == 0)
			ret = list[i];
	for (size_t i = 0; i < n; i++)
		if (asked && strcmp(list[i]->subject, asked) == 0)
			ret = list[i];
	return ret;
}

/* The papers a control is judged by: [{id, name, only, needs, months}]; under lock. */
static json_t *
papers_of(struct core *c, const struct control *control, enum lang lang)
{
	const struct paper_specs *specs = control ? control->papers : NULL;
	json_t *list = json_array();

	for (size_t i = 0; specs && i < specs->count; i++) {
		const struct paper_spec *s = &specs->list[i];
		const struct form *form = catalogue_paper(c->catalogue, s->form);
		const struct field *f = form && s->field.n ? &form->fields[form_field(form, s->field)] : NULL;
		struct str only = s->value;
		json_t *needs = json_array();

		if (form == NULL) {
			json_decref(needs);
			continue;
		}
		for (size_t k = 0; f && k < f->choices_count; k++)
			if (str_eq(f->choices[k].id, s->value))
				only = in(f->choices[k].word, lang);
		for (size_t k = 0; k < s->needs_count; k++)
			json_array_append_new(needs, view_text(in(form->fields[form_field(form, s->needs[k])].label, lang)));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:I}", "id", view_text(form->id), "name", view_text(in(form->name, lang)), "only", view_text(only), "needs", needs, "months", (json_int_t)s->within_months));
	}
	return list;
}

enum rc
view_control(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id")), *asked = json_string_value(json_object_get(arguments, "subject"));
	json_int_t shown = json_integer_value(json_object_get(arguments, "page"));
	int64_t now_us = core_now_us(), days = json_integer_value(json_object_get(arguments, "days")), from_us;
	json_t *page = NULL, *clauses, *facts, *one;
	const struct control_info *info;
	const struct held **list = NULL, *one_held;
	char subject[NAME_BYTES_MAX + 1] = "";
	uint64_t covered;
	bool whole = json_object_get(arguments, "page") && shown == 0; /* an export */
	size_t n, i, facts_n;

	from_us = now_us - (days > 0 && days <= DAYS_MAX ? days : DAYS_SHOWN) * DAY_US;
	json_decref(view_head(c, &covered));
	core_lock(c);
	info = id ? catalogue_control(c->catalogue, str_of(id)) : NULL;
	if (info) {
		page = view_control_row(c, info->id, NULL, NULL, who->lang, now_us);
		n = held_of(c, info->id, NULL, &list);
		one_held = chosen(list, n, asked, json_string_value(json_object_get(page, "subject")));
		if (one_held)
			memcpy(subject, one_held->subject, sizeof(subject));
		facts = one_held && one_held->facts ? json_loads(one_held->facts, JSON_REJECT_DUPLICATES, NULL) : NULL;
		facts = facts ? facts : json_array();
		facts_n = json_array_size(facts);
		for (size_t k = facts_n; k > FACTS_SHOWN && !whole; k--)
			json_array_remove(facts, k - 1);
		json_array_foreach(facts, i, one)
			register_fact_text(c, str_of(subject), one, who->lang);
		shown = shown > 0 && (size_t)(shown - 1) * SUBJECTS_SHOWN < n ? shown : 1;
		clauses = clauses_json(c, info->id, who->lang);
		json_object_set_new(page, "reads", view_text(in(info->reads, who->lang)));
		json_object_set_new(page, "judges", info->judges.ja.n ? view_text(in(info->judges, who->lang)) :
		    info->control && info->control->judge == NULL ? json_string(message_plain(MSG_PAPER_JUDGES, who->lang)) : json_null());
		json_object_set_new(page, "papers", papers_of(c, info->control, who->lang));
		json_object_set_new(page, "remedy", view_text(in(info->remedy, who->lang)));
		json_object_set_new(page, "params", view_params(c, NULL, info->id));
		json_object_set_new(page, "subjects", subjects_json(c, list, n, whole ? 0 : shown, who->lang, now_us));
		json_object_set_new(page, "page", json_integer(shown));
		json_object_set_new(page, "pages", json_integer((json_int_t)((n + SUBJECTS_SHOWN - 1) / SUBJECTS_SHOWN)));
		json_object_set_new(page, "subjects_total", json_integer((json_int_t)n));
		json_object_set_new(page, "shown", subject[0] ? json_string(subject) : json_null());
		json_object_set_new(page, "shown_text", subject[0] ? register_subject_text(c, str_of(subject), who->lang) : json_null());
		json_object_set_new(page, "facts", facts);
		json_object_set_new(page, "facts_total", json_integer((json_int_t)facts_n));
		json_object_set_new(page, "exceptions", exception_spans(c, info->id.p, false, who->lang, now_us));
		json_object_set_new(page, "clause_rows", clauses);
		json_object_set(page, "clauses", clauses);
		free(list);
	}
	core_unlock(c);
	if (page == NULL)
		return FAIL(RC_NOTFOUND, "その名前の確認項目はありません / no such control");
	json_object_set_new(page, "now", json_integer(now_us));
	json_object_set_new(page, "days", json_integer((now_us - from_us) / DAY_US));
	json_object_set_new(page, "history", state_verdicts(c, id, now_us - HISTORY_US));
	json_object_set_new(page, "numbers", numbers_with_bands(c, id, subject, from_us, now_us));
	json_object_set_new(page, "evidence", index_evidence(c, NULL, id, who->lang, covered));
	json_object_set_new(page, "can_run", json_boolean(catalogue_judge(c->catalogue, str_of(id)) && act_permitted(ACT_CONTROL_RUN, who->session.roles)));
	*ret = page;
	return RC_OK;
}

/* Looks again now, waits for it, and shows the page. */
enum rc
view_control_run(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	enum rc rc = RC_OK;

	if (id == NULL || id[0] == '\0')
		return FAIL(RC_SYNTAX, "番号か名前を入れてください / id is missing");
	TRY(schedule_run(c, str_of(id), core_now_us() + RUN_US));
	TRY(index_follow(c));
	TRY(view_control(c, who, arguments, ret));
out:
	return rc;
}

enum rc
view_assess(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	int64_t began_us = core_now_us();
	json_t *list = NULL, *board = NULL;
	enum rc rc = RC_OK;

	TRY(schedule_run(c, STR_NONE, began_us + 2 * RUN_US));
	TRY(index_follow(c));
	TRY(view_controls(c, who, arguments, &list));
	TRY(view_board(c, who, arguments, &board));
	*ret = json_pack("{s:I, s:I, s:O, s:O, s:O}", "at", (json_int_t)core_now_us(), "took_ms", (json_int_t)((core_now_us() - began_us) / 1000), "counts", json_object_get(board, "counts"),
	    "controls", json_object_get(list, "rows"), "rows", json_object_get(board, "rows"));
out:
	json_decref(list);
	json_decref(board);
	return rc;
}
