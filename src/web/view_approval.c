// SPDX-License-Identifier: Apache-2.0
/* Models of what an act asks for before it is done, and of requests for approval. */
#include <stdio.h>
#include <string.h>

#include "message/message.h"
#include "templates.h"
#include "web/page_int.h"

/* ---- a preview as rows of now and afterwards */

static const char *
value_text(const struct page_request *r, const char *kind, const json_t *v)
{
	enum lang lang = r->english ? LANG_EN : LANG_JA;
	struct str text = STR_NONE;
	size_t i;
	const json_t *one;

	if (strcmp(kind, "roles") == 0) {
		each(v, i, one) {
			enum role role = role_of(str_of(html_string(one)));

			text = arena_f(r->arena, STR_FMT "%s%s", STR_ARG(text), text.n ? (r->english ? ", " : "、") : "", role ? word_role(role, lang) : html_string(one));
		}
	} else if (strcmp(kind, "state") == 0) {
		return *html_string(v) ? page_value_word(r, "ui_state", html_string(v)) : "";
	} else if (json_is_integer(v)) {
		text = arena_f(r->arena, "%lld", (long long)json_integer_value(v));
	} else {
		return html_string(v);
	}
	return text.n ? text.p : "";
}

void
view_changes(const struct page_request *r, json_t *page, const json_t *preview)
{
	const json_t *rows = json_object_get(preview, "rows"), *one;
	json_t *table = table_new(page, "changes", page_word(r, "ui_guard_no_numbers"), "");
	size_t i;

	table_column(table, page_word(r, "ui_what"));
	table_column(table, page_word(r, "ui_guard_now"));
	table_column(table, page_word(r, "ui_guard_after"));
	each(rows, i, one) {
		const char *kind = html_member(one, "kind");
		json_t *row = table_row(table);

		table_cell(table, row, page_value_word(r, "ui_change", html_member(one, "what")));
		table_cell(table, row, value_text(r, kind, json_object_get(one, "before")));
		table_cell(table, row, value_text(r, kind, json_object_get(one, "after")));
	}
}

/* ---- the page that asks */

static bool
has(const json_t *list, const char *word)
{
	const json_t *one;
	size_t i;

	each(list, i, one)
		if (strcmp(html_string(one), word) == 0)
			return true;
	return false;
}

static const struct { const char *guard, *name, *label; int max; bool lines; } asked[] = {
	{ "purpose", "g.purpose", "ui_guard_purpose", 200, false },
	{ "reason", "g.reason", "ui_guard_reason", 1000, true },
	{ "ticket", "g.ticket", "ui_guard_ticket", 64, false },
	{ "confirm", "g.words", NULL, 256, false },
};

static void
kept_add(json_t *kept, struct str name, struct str value)
{
	json_t *one = json_object();

	(void)json_object_set_new(one, "name", json_stringn(name.p, name.n));
	(void)json_object_set_new(one, "value", json_stringn(value.n ? value.p : "", value.n));
	(void)json_array_append_new(kept, one);
}

static bool
shown(const json_t *missing, struct str name)
{
	if (str_eq_c(name, "form") || str_eq_c(name, STEP_UP_FIELD) || str_eq_c(name, "g.seen") || str_eq_c(name, GUARD_READ_FIELD))
		return true;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		if (str_eq_c(name, asked[i].name))
			return has(missing, asked[i].guard) || strcmp(asked[i].guard, "confirm") == 0;
	return false;
}

static json_t *
field_of(const struct page_request *r, size_t at, const char *value, const char *error)
{
	struct page_field f = { asked[at].name, "text", "off", asked[at].label ? asked[at].label : "ui_guard_reason", NULL, value, error, true, false, asked[at].max };
	json_t *list = page_fields(r, &f, 1), *field = json_incref(json_array_get(list, 0));

	if (asked[at].lines)
		(void)json_object_set_new(field, "lines", json_true());
	json_decref(list);
	return field;
}

/* The version in force, to be ticked as read; or that none is declared. */
static void
procedure_put(const struct page_request *r, json_t *page)
{
	const json_t *p = json_object_get(r->answer, "procedure");
	bool whole = *html_member(p, "procedure") && *html_member(p, "version");
	struct str value = arena_f(r->arena, "%s:%s", html_member(p, "id"), html_member(p, "version"));
	json_t *shown_as = json_object();

	page_put(shown_as, "value", value.n ? value.p : "");
	page_put(shown_as, "procedure", html_member(p, "procedure"));
	page_put(shown_as, "version", html_member(p, "version"));
	if (whole)
		(void)json_object_set(page, "procedure", shown_as);
	(void)json_object_set_new(page, "procedure_missing", json_boolean(!whole));
	page_put(page, "effect", json_integer_value(json_object_get(r->answer, "danger")) == DANGER_IRREVERSIBLE ? "irreversible" : "service");
	json_decref(shown_as);
}

/* Words are asked for as long as something else is missing too: they were typed for what the page showed then. */
enum rc
page_guard(const struct page_request *r, const struct pairs *form, struct buf *out)
{
	const json_t *missing = json_object_get(r->answer, "missing"), *guards = json_object_get(r->answer, "guards"), *preview = json_object_get(r->answer, "preview");
	json_t *page = page_new(r, ACT_NONE, (struct text){ str_of(page_word(r, "ui_guard_title")) }), *kept = json_array(), *fields = json_array();
	enum rc rc;

	page_help(r, page, "checks");
	for (size_t i = 0; i < form->n; i++)
		if (!shown(missing, form->at[i].name))
			kept_add(kept, form->at[i].name, form->at[i].value);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		bool words = strcmp(asked[i].guard, "confirm") == 0, needed = has(missing, asked[i].guard);
		struct str typed = pairs_get(form, asked[i].name);
		struct buf label = BUF(1024);
		json_t *field;

		if (words ? !has(guards, "confirm") : !needed)
			continue;
		field = field_of(r, i, words && needed ? "" : arena_cstr(r->arena, typed), words && needed && typed.n ? page_word(r, "ui_guard_words_wrong") : NULL);
		if (words && message_text(MSG_UI_GUARD_WORDS, r->english ? LANG_EN : LANG_JA, MSG_ARGS(MSG_S("words", str_of(html_member(preview, "words")))), &label) == RC_OK)
			page_put(field, "label", buf_cstr(&label));
		buf_free(&label);
		(void)json_array_append_new(fields, field);
		if (words)
			kept_add(kept, STR("g.seen"), str_of(html_member(r->answer, "seen")));
	}
	if (has(missing, "step-up")) {
		struct page_field code = { STEP_UP_FIELD, "text", "one-time-code", "ui_code", "ui_help_code", "", NULL, true, true, 8 };
		json_t *list = page_fields(r, &code, 1);

		(void)json_array_append(fields, json_array_get(list, 0));
		json_decref(list);
	}
	if (has(missing, "procedure"))
		procedure_put(r, page);
	if (has(guards, "confirm"))
		view_changes(r, page, preview);
	(void)json_object_set_new(page, "second", json_boolean(has(missing, "second")));
	(void)json_object_set_new(page, "wait", json_boolean(has(guards, "wait")));
	(void)json_object_set_new(page, "kept", kept);
	(void)json_object_set_new(page, "fields", fields);
	rc = page_write(r, page, tpl_guard, out);
	json_decref(page);
	return rc;
}

/* ---- requests */

void
view_approvals(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *chips = json_array(), *table = table_new(page, "table", page_word(r, "ui_approvals_empty"), page_word(r, "ui_approvals_empty_why"));
	size_t i;

	view_duty_tabs(r, page, ACT_APPROVAL_LIST);
	table_column(table, page_word(r, "ui_approval_act"));
	table_column(table, page_word(r, "ui_approval_object"));
	table_column(table, page_word(r, "ui_approval_state"));
	table_column(table, page_word(r, "ui_approval_asked_by"));
	table_column(table, page_word(r, "ui_approval_asked_at"));
	table_column(table, page_word(r, "ui_approval_due"));
	each(rows, i, one) {
		const char *state = html_member(one, "state");
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "act_text"));

		cell_link(cell, "approval", html_member(one, "id"));
		table_cell(table, row, html_member(json_object_get(one, "preview"), "object"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_approval", state));
		page_put(cell, "mark", strcmp(state, "waiting") == 0 || strcmp(state, "interrupted") == 0 ? "open" : "");
		table_cell(table, row, html_member(one, "who"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "asked_at"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "due_at"));
	}
	table_list(r, page, table, "ui_approvals_search");
	page_chip(r, chips, page_word(r, "ui_chip_all"), "state", NULL);
	page_chip(r, chips, page_word(r, "ui_approval_chip_open"), "state", "open");
	page_chip(r, chips, page_word(r, "ui_approval_chip_over"), "state", "over");
	(void)json_object_set_new(page, "chips", chips);
	page_put(page, "export", "approval");
}

static void
pair(const struct page_request *r, json_t *list, const char *key, const char *text)
{
	json_t *item = json_object();

	page_put(item, "label", page_word(r, key));
	page_put(item, "text", text);
	(void)json_array_append_new(list, item);
}

/* What came of it, in words: as expected, or what differs, or why it was not done. */
static const char *
result_text(const struct page_request *r, const json_t *step)
{
	const json_t *result = json_object_get(step, "result"), *differ = json_object_get(result, "differ"), *one;
	struct str list = STR_NONE;
	struct buf text = BUF(2048);
	const char *ret = "";
	size_t i;

	if (!json_is_object(result))
		return html_member(step, "reason");
	if (*html_member(result, "sentence"))
		return html_member(result, "sentence");
	each(differ, i, one)
		list = arena_f(r->arena, STR_FMT "%s%s: %s", STR_ARG(list), list.n ? (r->english ? ", " : "、") : "", page_value_word(r, "ui_change", html_member(one, "what")), value_text(r, html_member(one, "kind"), json_object_get(one, "now")));
	if (list.n == 0)
		return page_word(r, "ui_approval_as_expected");
	if (message_text(MSG_UI_APPROVAL_DIFFERS, r->english ? LANG_EN : LANG_JA, MSG_ARGS(MSG_S("what", list)), &text) == RC_OK)
		ret = arena_cstr(r->arena, buf_str(&text));
	buf_free(&text);
	return ret ? ret : "";
}

void
view_approval(const struct page_request *r, json_t *page)
{
	const json_t *d = r->answer, *steps = json_object_get(d, "steps"), *one;
	const char *state = html_member(d, "state");
	json_t *list = json_array(), *table;
	struct str number = str_sub(str_of(html_member(d, "hash")), 0, 12);

	pair(r, list, "ui_approval_object", html_member(json_object_get(d, "preview"), "object"));
	if (*html_member(d, "purpose"))
		pair(r, list, "ui_guard_purpose", html_member(d, "purpose"));
	pair(r, list, "ui_guard_reason", html_member(d, "reason"));
	if (*html_member(d, "ticket"))
		pair(r, list, "ui_guard_ticket", html_member(d, "ticket"));
	pair(r, list, "ui_approval_asked_by", html_member(d, "who"));
	pair(r, list, "ui_approval_number", arena_cstr(r->arena, number));
	(void)json_object_set_new(page, "values", list);
	view_changes(r, page, json_object_get(d, "preview"));
	table = table_new(page, "history", "", "");
	table_column(table, page_word(r, "ui_approval_state"));
	table_column(table, page_word(r, "ui_exception_when"));
	table_column(table, page_word(r, "ui_exception_who"));
	table_column(table, page_word(r, "ui_result"));
	table_column(table, page_word(r, "ui_exception_entry"));
	for (size_t i = json_array_size(steps); i > 0; i--) {
		json_t *row = table_row(table);

		one = json_array_get(steps, i - 1);
		table_cell(table, row, page_value_word(r, "ui_approval", html_member(one, "step")));
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
		table_cell(table, row, *html_member(one, "who") ? html_member(one, "who") : page_word(r, "entry_station"));
		table_cell(table, row, result_text(r, one));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
	}
	page_put(page, "state", page_value_word(r, "ui_approval", state));
	(void)json_object_set_new(page, "open", json_boolean(strcmp(state, "waiting") == 0));
	(void)json_object_set_new(page, "own_open", json_boolean(strcmp(state, "waiting") == 0 && json_is_true(json_object_get(d, "own"))));
}
