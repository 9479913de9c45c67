// SPDX-License-Identifier: Apache-2.0
/* Screens of exceptions: requests with the waiting ones first, one with its history, the form of a new one. */
#include "core/exception_int.h"

#include <string.h>

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
	pthread_mutex_lock(&c->lock);
	for (i = from; i < json_array_size(list) && (page == 0 || i < from + PAGE_ROWS); i++) {
		name_parts(c, json_array_get(list, i), who->lang);
		json_array_append(rows, json_array_get(list, i));
	}
	pthread_mutex_unlock(&c->lock);
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
	pthread_mutex_lock(&c->lock);
	name_parts(c, one, who->lang);
	for (size_t i = 0; i < c->clauses_count; i++)
		if (strcmp(c->clauses[i].id, text_at(one, "clause")) == 0)
			json_object_set_new(one, "status", json_string(status_name(c->clauses[i].status)));
	pthread_mutex_unlock(&c->lock);
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

	pthread_mutex_lock(&c->lock);
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
	pthread_mutex_unlock(&c->lock);
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
