// SPDX-License-Identifier: Apache-2.0
/* Screens of exceptions: requests with the waiting ones first, one with its history, the form of a new one. */
#include "core/exception_int.h"

#include <string.h>

#include "base/num.h"
#include "base/time_text.h"

#define PAGE_ROWS 100

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* Under lock: what ids stand for. */
static void
name_parts(struct core *c, json_t *request, enum lang lang)
{
	const struct clause *clause = catalogue_clause(c->catalogue, str_of(text_at(request, "clause")), NULL);
	const struct control_info *info = catalogue_control(c->catalogue, str_of(text_at(request, "control")));
	const char *subject = text_at(request, "subject");

	json_object_set_new(request, "clause_title", clause ? view_text(lang == LANG_EN ? clause->title.en : clause->title.ja) : json_string(""));
	json_object_set_new(request, "control_name", info ? view_text(lang == LANG_EN ? info->name.en : info->name.ja) : json_string(text_at(request, "control")));
	json_object_set_new(request, "subject_text", *subject ? register_subject_text(c, str_of(subject), lang) : json_string(""));
}

static int
rank(const json_t *request)
{
	return strcmp(text_at(request, "state"), "requested") == 0 ? 0 : strcmp(text_at(request, "state"), "approved") == 0 ? 1 : 2;
}

static bool
wanted(const json_t *request, const char *state)
{
	if (state == NULL || *state == '\0')
		return true;
	if (strcmp(state, "over") == 0)
		return rank(request) == 2;
	return strcmp(text_at(request, "state"), state) == 0;
}

enum rc
view_exceptions(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *state = json_string_value(json_object_get(arguments, "state")), *clause = json_string_value(json_object_get(arguments, "clause"));
	json_t *all = NULL, *list = json_array(), *rows = json_array(), *one, *given = json_object_get(arguments, "page");
	int64_t now_us = core_now_us(), page = json_is_integer(given) && json_integer_value(given) >= 0 && json_integer_value(given) < 1000000 ? json_integer_value(given) : 1, waiting = 0;
	size_t i, from = page > 0 ? (size_t)(page - 1) * PAGE_ROWS : 0;
	enum rc rc = RC_OK;

	TRY(exception_list(c, "", clause ? clause : "", now_us, &all));
	for (int r = 0; r < 3; r++) /* the newest first in each */
		json_array_foreach(all, i, one)
			if (rank(one) == r && wanted(one, state))
				json_array_append(list, one);
	json_array_foreach(all, i, one)
		waiting += rank(one) == 0;
	core_lock(c);
	for (i = from; i < json_array_size(list) && (page == 0 || i < from + PAGE_ROWS); i++) {
		name_parts(c, json_array_get(list, i), who->lang);
		json_array_append(rows, json_array_get(list, i));
	}
	core_unlock(c);
	*ret = json_pack("{s:I, s:O, s:I, s:I, s:I, s:I, s:I}", "at", (json_int_t)now_us, "rows", rows, "total", (json_int_t)json_array_size(list), "all", (json_int_t)json_array_size(all),
	    "waiting", (json_int_t)waiting, "page", (json_int_t)page, "pages", (json_int_t)((json_array_size(list) + PAGE_ROWS - 1) / PAGE_ROWS));
out:
	json_decref(all);
	json_decref(list);
	json_decref(rows);
	return rc;
}

enum rc
view_exception(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	json_t *list = NULL, *one;
	int64_t now_us = core_now_us();
	bool asked, approved;
	enum rc rc = RC_OK;

	TRY(exception_list(c, id && *id ? id : "?", "", now_us, &list));
	one = json_array_get(list, 0);
	if (one == NULL)
		TRY(FAIL(RC_NOTFOUND, "その申請はありません / no such request"));
	asked = strcmp(text_at(one, "state"), "requested") == 0;
	approved = strcmp(text_at(one, "state"), "approved") == 0;
	core_lock(c);
	name_parts(c, one, who->lang);
	for (size_t i = 0; i < c->clauses_count; i++)
		if (strcmp(c->clauses[i].id, text_at(one, "clause")) == 0)
			json_object_set_new(one, "status", json_string(status_name(c->clauses[i].status)));
	core_unlock(c);
	json_object_set_new(one, "at", json_integer(now_us));
	json_object_set_new(one, "can_decide", json_boolean(asked && act_permitted(ACT_EXCEPTION_DECIDE, who->session.roles)));
	json_object_set_new(one, "can_withdraw", json_boolean(asked && act_permitted(ACT_EXCEPTION_WITHDRAW, who->session.roles)));
	json_object_set_new(one, "can_revoke", json_boolean(approved && act_permitted(ACT_EXCEPTION_REVOKE, who->session.roles)));
	*ret = json_incref(one);
out:
	json_decref(list);
	return rc;
}

enum rc
view_exception_form(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	json_t *typed = json_object_get(arguments, "values"), *errors = json_object();
	struct arena a = ARENA(4 << 20);
	const struct clause *clause;
	struct draft d = { .form = NULL };
	struct form form;
	int64_t until_us;
	enum rc rc = RC_OK;

	core_lock(c);
	clause = id ? catalogue_clause(c->catalogue, str_of(id), NULL) : NULL;
	if (clause == NULL)
		TRY(FAIL(RC_NOTFOUND, "その番号の要件はありません / no such clause"));
	TRY(exception_form(c, clause, &a, &form));
	if (json_is_object(typed)) {
		d.form = &form;
		TRY(draft_take(&d, typed, NULL));
		json_decref(errors);
		errors = exception_errors(c, &d, who->lang, core_now_us(), &a, &until_us);
	}
	*ret = json_pack("{s:I, s:s, s:o, s:o, s:O}", "at", (json_int_t)core_now_us(), "id", id, "title", view_text(who->lang == LANG_EN ? clause->title.en : clause->title.ja),
	    "fields", fields_json(c, &form, who->lang), "errors", errors);
out:
	core_unlock(c);
	json_decref(errors);
	arena_free(&a);
	return rc;
}

/* Under lock: requests of a clause that wait or are in force, for its page. */
json_t *
exception_notices(struct core *c, const char *clause, enum lang lang, int64_t now_us)
{
	json_t *list = NULL, *ret = json_array(), *one;
	size_t i;

	if (exception_list(c, "", clause, now_us, &list) != RC_OK)
		proc_log(RC_IO, "exceptions of a clause");
	json_array_foreach(list, i, one) {
		if (rank(one) == 2)
			continue;
		name_parts(c, one, lang);
		json_array_append(ret, one);
	}
	json_decref(list);
	return ret;
}

/* ---- before one ends */

void
exception_notice_days(struct core *c, const char *setting)
{
	struct str rest = str_of(setting), word;
	int64_t days;

	c->notice_days_n = 0;
	while (rest.n && str_cut(&rest, ' ', &word) && c->notice_days_n < sizeof(c->notice_days) / sizeof(c->notice_days[0])) {
		size_t at = c->notice_days_n;

		if (num_parse(word, 0, 366, &days) != RC_OK) {
			rc_trail_clear(); /* the settings were checked where they were read */
			continue;
		}
		for (; at > 0 && c->notice_days[at - 1] < days; at--)
			c->notice_days[at] = c->notice_days[at - 1];
		c->notice_days[at] = days;
		c->notice_days_n++;
	}
}

/* Days from today to the last day of it, in Japan; 0: today. */
static int64_t
days_left(int64_t until_us, int64_t now_us)
{
	struct civil today = time_civil(now_us);

	return (until_us - 1 - time_of_civil((struct civil){ today.year, today.month, today.day, 0, 0, 0 })) / DAY_US;
}

/* Another one of the same finding takes over when it ends. */
static bool
goes_on(const struct core *c, const struct span *s)
{
	for (size_t i = 0; i < c->spans_count; i++) {
		const struct span *o = &c->spans[i];

		if (o != s && o->from_us <= s->until_us && o->until_us > s->until_us && o->not_applicable == s->not_applicable && strcmp(o->clause, s->clause) == 0 &&
		    (o->control[0] == '\0' || strcmp(o->control, s->control) == 0) && (o->subject[0] == '\0' || strcmp(o->subject, s->subject) == 0))
			return true;
	}
	return false;
}

static bool
about(struct core *c, const struct span *s, const char *control)
{
	const struct clause *clause;
	bool named = false;
	json_t *names, *one;
	size_t i;

	if (*control == '\0' || s->control[0])
		return *control == '\0' || strcmp(s->control, control) == 0;
	clause = catalogue_clause(c->catalogue, str_of(s->clause), NULL);
	names = json_array();
	if (clause)
		view_names(clause, names);
	json_array_foreach(names, i, one)
		named |= strcmp(json_string_value(one), control) == 0;
	json_decref(names);
	return named;
}

static json_t *
span_json(struct core *c, const struct span *s, enum lang lang, int64_t left)
{
	struct civil d = time_civil(s->until_us - 1);
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:I, s:b}", "id", s->id, "clause", s->clause, "kind", exception_kind_word(s->not_applicable ? EXCEPTION_NOT_APPLICABLE : EXCEPTION_PERMITTED),
	    "control", s->control, "subject", s->subject, "until", (json_int_t)s->until_us, "until_date", json_sprintf("%04d-%02d-%02d", d.year % 10000, d.month, d.day), "days_left", (json_int_t)left,
	    "urgent", c->notice_days_n > 1 && left <= c->notice_days[1]);

	name_parts(c, o, lang);
	return o;
}

json_t *
exception_spans(struct core *c, const char *control, bool ending, enum lang lang, int64_t now_us)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < c->spans_count; i++) {
		const struct span *s = &c->spans[i];
		int64_t left = days_left(s->until_us, now_us);
		size_t at = 0;

		if (now_us < s->from_us || now_us >= s->until_us || !about(c, s, control) || (ending && (c->notice_days_n == 0 || left > c->notice_days[0] || goes_on(c, s))))
			continue;
		while (at < json_array_size(ret) && json_integer_value(json_object_get(json_array_get(ret, at), "until")) <= s->until_us)
			at++;
		json_array_insert_new(ret, at, span_json(c, s, lang, left));
	}
	return ret;
}
