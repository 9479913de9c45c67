// SPDX-License-Identifier: Apache-2.0
/* Models of what a second person, procedures and roles rest on: operations, delegations, containments, the permission matrix. */
#include <stdio.h>
#include <string.h>

#include "message/message.h"
#include "templates.h"
#include "web/page_int.h"

/* The lists stand beside each other; the menu has the first of them. */
void
view_duty_tabs(const struct page_request *r, json_t *page, enum act here)
{
	static const enum act tabs[] = { ACT_APPROVAL_LIST, ACT_OPERATION_LIST, ACT_DELEGATION_LIST, ACT_CONTAINMENT_LIST, ACT_HOLD_LIST, ACT_PERMISSION_SHOW };
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(tabs) / sizeof(tabs[0]); i++) {
		json_t *one = json_object();

		page_put(one, "link", act_row(tabs[i])->path + 1);
		page_put(one, "text", word_act_menu(tabs[i], r->english ? LANG_EN : LANG_JA));
		(void)json_object_set_new(one, "on", json_boolean(tabs[i] == here));
		(void)json_array_append_new(list, one);
	}
	(void)json_object_set_new(page, "tabs", list);
}

static const char *
roles_text(const struct page_request *r, const json_t *roles)
{
	struct str text = STR_NONE;
	const json_t *one;
	size_t i;

	each(roles, i, one)
		text = arena_f(r->arena, STR_FMT "%s%s", STR_ARG(text), text.n ? (r->english ? ", " : "、") : "", page_value_word(r, "role", html_string(one)));
	return text.n ? text.p : "";
}

void
view_operations(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	bool declares = json_is_true(json_object_get(r->answer, "can_declare"));
	json_t *reads = json_array(), *undeclared = json_array(), *table = table_new(page, "table", page_word(r, "ui_operations_empty"), "");
	size_t i;

	view_duty_tabs(r, page, ACT_OPERATION_LIST);
	table_column(table, page_word(r, "ui_operation_name"));
	table_column(table, page_word(r, "ui_operation_system"));
	table_column(table, page_word(r, "ui_operation_danger"));
	table_column(table, page_word(r, "ui_operation_procedure"));
	table_column(table, page_word(r, "ui_operation_who"));
	table_column(table, page_word(r, "ui_operation_alert"));
	table_column(table, page_word(r, "ui_operation_read"));
	each(rows, i, one) {
		bool declared = *html_member(one, "row") != '\0';
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));
		struct str procedure = arena_f(r->arena, "%s %s", html_member(one, "procedure"), html_member(one, "version"));

		if (declared)
			cell_link(cell, "register-row", html_member(one, "row"));
		table_cell(table, row, page_value_word(r, "ui_system", html_member(one, "system")));
		table_cell(table, row, page_value_word(r, "ui_danger", html_member(one, "danger")));
		cell = table_cell(table, row, declared ? procedure.p : "");
		if (!declared)
			page_put(cell, "error", page_word(r, "ui_operation_missing"));
		table_cell(table, row, html_member(one, "who"));
		cell = table_cell(table, row, page_value_word(r, "ui_alert", html_member(one, "alert")));
		page_put(cell, "note", html_member(one, "alert_note"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "read_at"));
		if (json_is_true(json_object_get(one, "can_read")))
			(void)json_array_append(reads, (json_t *)(uintptr_t)one);
		if (declares && !declared)
			(void)json_array_append(undeclared, (json_t *)(uintptr_t)one);
	}
	table_list(r, page, table, "ui_operations_search");
	(void)json_object_set_new(page, "reads", reads);
	(void)json_object_set_new(page, "undeclared", undeclared);
	page_put(page, "export", "operation");
}

static void
delegation_form(const struct page_request *r, json_t *page, const struct pairs *typed)
{
	const json_t *people = json_object_get(r->answer, "people"), *roles = json_object_get(r->answer, "own_roles"), *one;
	json_t *options = json_array(), *boxes = json_array();
	char name[64];
	size_t i;

	each(people, i, one) {
		json_t *o = json_object();

		page_put(o, "value", html_member(one, "name"));
		page_put(o, "text", html_member(one, "display"));
		(void)json_object_set_new(o, "on", json_boolean(typed && str_eq_c(pairs_get(typed, "to"), html_member(one, "name"))));
		(void)json_array_append_new(options, o);
	}
	each(roles, i, one) {
		json_t *o = json_object();

		(void)snprintf(name, sizeof(name), "role_%.40s", html_string(one)); /* our own short names */
		page_put(o, "id", html_string(one));
		page_put(o, "text", page_value_word(r, "role", html_string(one)));
		(void)json_object_set_new(o, "on", json_boolean(typed && pairs_has(typed, name)));
		(void)json_array_append_new(boxes, o);
	}
	(void)json_object_set_new(page, "people", options);
	(void)json_object_set_new(page, "roles", boxes);
	page_put(page, "until", typed ? arena_cstr(r->arena, pairs_get(typed, "until")) : "");
	page_put(page, "reason", typed ? arena_cstr(r->arena, pairs_get(typed, "reason")) : "");
}

void
view_delegations(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *ends = json_array(), *table = table_new(page, "table", page_word(r, "ui_delegations_empty"), "");
	size_t i;

	view_duty_tabs(r, page, ACT_DELEGATION_LIST);
	table_column(table, page_word(r, "ui_delegation_from"));
	table_column(table, page_word(r, "ui_delegation_to"));
	table_column(table, page_word(r, "ui_delegation_roles"));
	table_column(table, page_word(r, "ui_delegation_state"));
	table_column(table, page_word(r, "ui_delegation_until"));
	table_column(table, page_word(r, "ui_guard_reason"));
	table_column(table, page_word(r, "ui_exception_entry"));
	each(rows, i, one) {
		bool in_force = strcmp(html_member(one, "state"), "in-force") == 0;
		json_t *row = table_row_of(table, one), *cell;

		table_cell(table, row, html_member(one, "from"));
		table_cell(table, row, html_member(one, "to_text"));
		table_cell(table, row, roles_text(r, json_object_get(one, "roles")));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_delegation", html_member(one, "state")));
		page_put(cell, "mark", "");
		table_cell(table, row, html_member(one, "until_date"));
		table_cell(table, row, html_member(one, "reason"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
		if (in_force && json_is_true(json_object_get(one, "can_end")))
			(void)json_array_append(ends, (json_t *)(uintptr_t)one);
	}
	table_list(r, page, table, "ui_delegations_search");
	(void)json_object_set_new(page, "ends", ends);
	page_put(page, "export", "delegation");
	delegation_form(r, page, r->typed);
}

void
view_containments(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *reviews = json_array(), *table = table_new(page, "table", page_word(r, "ui_containments_empty"), "");
	size_t i;

	view_duty_tabs(r, page, ACT_CONTAINMENT_LIST);
	table_column(table, page_word(r, "ui_approval_act"));
	table_column(table, page_word(r, "ui_approval_object"));
	table_column(table, page_word(r, "ui_approval_state"));
	table_column(table, page_word(r, "ui_exception_who"));
	table_column(table, page_word(r, "ui_exception_when"));
	table_column(table, page_word(r, "ui_containment_due"));
	table_column(table, page_word(r, "ui_containment_review"));
	table_column(table, page_word(r, "ui_exception_entry"));
	each(rows, i, one) {
		const json_t *review = json_object_get(one, "review");
		const char *state = html_member(one, "state");
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "act_text"));

		table_cell(table, row, html_member(one, "object"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_containment", state));
		page_put(cell, "mark", strcmp(state, "reviewed") == 0 ? "" : "open");
		table_cell(table, row, html_member(one, "who"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "done_at"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "due_at"));
		cell = table_cell(table, row, html_member(review, "reason"));
		page_put(cell, "note", html_member(review, "who"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
		if (json_is_true(json_object_get(one, "can_review")))
			(void)json_array_append(reviews, (json_t *)(uintptr_t)one);
	}
	table_list(r, page, table, "ui_containments_search");
	(void)json_object_set_new(page, "reviews", reviews);
	page_put(page, "export", "containment");
}

/* `chosen`: by what was typed, else by where the page was opened from. */
static void
hold_option(const struct page_request *r, json_t *list, const char *field, const char *value, const char *text)
{
	struct str chosen = r->typed ? pairs_get(r->typed, field) : r->query ? pairs_get(r->query, field) : STR_NONE;
	json_t *o = json_object();

	page_put(o, "value", value);
	page_put(o, "text", text);
	(void)json_object_set_new(o, "on", json_boolean(str_eq_c(chosen, value)));
	(void)json_array_append_new(list, o);
}

void
view_holds(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_hold_kind", "ui_hold_state", "ui_hold_since", "ui_hold_until", "ui_exception_who", "ui_guard_reason", "ui_exception_entry" };
	static const char *const kinds[] = { "address", "exports", "service" };
	json_t *ends = json_array(), *choices = json_array(), *incidents = json_array(), *table = table_new(page, "table", page_word(r, "ui_holds_empty"), "");
	const json_t *one;
	size_t i;

	view_duty_tabs(r, page, ACT_HOLD_LIST);
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	each(json_object_get(r->answer, "rows"), i, one) {
		const char *state = html_member(one, "state");
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "words"));

		if (*html_member(one, "incident"))
			cell_link(cell, "incident", html_member(one, "incident"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_hold", state));
		page_put(cell, "mark", strcmp(state, "in-force") == 0 ? "open" : "");
		page_put(cell, "note", html_member(one, "ender"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "since"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "until"));
		table_cell(table, row, html_member(one, "who"));
		table_cell(table, row, html_member(one, "reason"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
		if (json_is_true(json_object_get(one, "can_end")))
			(void)json_array_append(ends, (json_t *)(uintptr_t)one);
	}
	table_list(r, page, table, "ui_holds_search");
	(void)json_object_set_new(page, "ends", ends);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		hold_option(r, choices, "kind", kinds[i], page_value_word(r, "ui_hold_kind", kinds[i]));
	(void)json_object_set_new(page, "kinds", choices);
	hold_option(r, incidents, "incident", "", page_word(r, "ui_hold_no_incident"));
	each(json_object_get(r->answer, "incidents"), i, one)
		hold_option(r, incidents, "incident", html_member(one, "id"), html_member(one, "name"));
	(void)json_object_set_new(page, "incidents", incidents);
	page_put(page, "address", r->typed ? arena_cstr(r->arena, pairs_get(r->typed, "address")) : "");
	page_put(page, "hours", r->typed ? arena_cstr(r->arena, pairs_get(r->typed, "hours")) : "24");
	page_put(page, "reason", r->typed ? arena_cstr(r->arena, pairs_get(r->typed, "reason")) : "");
	page_put(page, "export", "hold");
}

static bool
names(const json_t *list, const char *name)
{
	const json_t *one;
	size_t i;

	each(list, i, one)
		if (strcmp(html_string(one), name) == 0)
			return true;
	return false;
}

void
view_permissions(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *roles = json_object_get(r->answer, "roles"), *one, *role;
	json_t *list = json_array(), *columns = json_array(), *table = table_new(page, "table", "", "");
	char number[24];
	size_t i, k, sides[2] = { 0, 0 };

	view_duty_tabs(r, page, ACT_PERMISSION_SHOW);
	for (int side = 0; side < 2; side++) /* the contractor's together, then the client's */
		each(roles, k, role)
			if (strcmp(html_member(role, "side"), side ? "client" : "contractor") == 0) {
				(void)json_array_append(columns, (json_t *)(uintptr_t)role);
				sides[side]++;
			}
	each(rows, i, one) {
		const json_t *guards = json_object_get(one, "guards"), *guard;
		const char *danger = html_member(one, "danger");
		json_t *row = json_object(), *cells = json_array();
		struct str needs = STR_NONE;
		size_t g;

		each(columns, k, role) {
			json_t *cell = json_object();

			(void)json_object_set_new(cell, "on", json_boolean(names(json_object_get(one, "roles"), html_member(role, "id"))));
			(void)json_array_append_new(cells, cell);
		}
		each(guards, g, guard)
			needs = arena_f(r->arena, STR_FMT "%s%s", STR_ARG(needs), needs.n ? (r->english ? ", " : "、") : "", page_value_word(r, "ui_guardword", html_string(guard)));
		page_put(row, "text", html_member(one, "text"));
		page_put(row, "danger", strcmp(danger, "none") == 0 ? "" : page_value_word(r, "ui_danger", danger));
		page_put(row, "needs", needs.n ? needs.p : "");
		(void)json_object_set(row, "own", json_object_get(one, "own"));
		(void)json_object_set_new(row, "cells", cells);
		(void)json_array_append_new(list, row);
		(void)table_row_of(table, one);
	}
	(void)json_object_set_new(page, "rows", list);
	(void)json_object_set_new(page, "roles", columns);
	page_put(page, "contractor", page_side(r, "contractor"));
	page_put(page, "client", page_side(r, "client"));
	(void)snprintf(number, sizeof(number), "%zu", sides[0]); /* fits */
	page_put(page, "contractor_n", number);
	(void)snprintf(number, sizeof(number), "%zu", sides[1]);
	page_put(page, "client_n", number);
	page_put(page, "export", "permission");
}
