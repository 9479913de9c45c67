// SPDX-License-Identifier: Apache-2.0
/* Models of the reviews of accounts: all of them, and one as the list that is worked off and signed. */
#include <stdio.h>
#include <string.h>

#include "document/document.h"
#include "web/page_int.h"

static const char *
count_text(const struct page_request *r, json_int_t n)
{
	struct str s = arena_f(r->arena, "%lld", (long long)n);

	return s.n ? s.p : "";
}

static void
state_tag(const struct page_request *r, json_t *o, const json_t *review)
{
	const char *state = html_member(review, "state");

	page_put(o, "tag", page_value_word(r, "ui_review", state));
	page_put(o, "mark", strcmp(state, "confirmed") == 0 ? "" : "open");
}

static json_t *
heads(const struct page_request *r, json_t *table, const char *const *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		table_column(table, page_word(r, keys[i]));
	return table;
}

void
view_reviews(const struct page_request *r, json_t *page)
{
	static const char *const keys[] = { "ui_review_name", "ui_review_state", "ui_review_opened", "ui_review_progress", "ui_review_reviewer", "ui_review_closed", "ui_review_answered" };
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = heads(r, table_new(page, "table", page_word(r, "ui_reviews_empty"), page_word(r, "ui_reviews_empty_why")), keys, sizeof(keys) / sizeof(keys[0]));
	size_t i;

	each(rows, i, one) {
		json_t *row = table_row_of(table, one);

		cell_link(table_cell(table, row, html_member(one, "name")), "review", html_member(one, "id"));
		state_tag(r, table_cell(table, row, ""), one);
		table_cell(table, row, html_member(one, "opened_on"));
		table_cell(table, row, html_member(one, "progress"));
		table_cell(table, row, html_member(one, "reviewer"));
		table_cell(table, row, html_member(one, "closed_on"));
		table_cell(table, row, html_member(one, "answered_on"));
	}
	table_list(r, page, table, "ui_reviews_search");
	page_put(page, "export", "review");
}

/* Where it is removed: the account's page, that of the token's holder, or the row that declares it. */
static void
removal_link(json_t *cell, const json_t *one)
{
	const char *of = html_member(one, "of");

	if (strcmp(html_member(one, "kind"), "token") == 0) {
		if (*html_member(one, "holder"))
			cell_link(cell, "account", html_member(one, "holder"));
	} else if (*of) {
		cell_link(cell, strcmp(html_member(one, "kind"), "station") == 0 ? "account" : "register-row", of);
	}
}

static void
item_cells(const struct page_request *r, json_t *table, const json_t *one, bool choose, bool chosen)
{
	json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "account"));
	const char *decision = html_member(one, "decision");
	bool gone = json_is_true(json_object_get(one, "gone"));

	removal_link(cell, one);
	if (choose) {
		page_put(cell, "check", html_member(one, "id"));
		page_put(cell, "version", count_text(r, html_number(json_object_get(one, "version"))));
		(void)json_object_set_new(cell, "checked", json_boolean(chosen));
	}
	table_cell(table, row, page_value_word(r, "ui_review_kind", html_member(one, "kind")));
	table_cell(table, row, html_member(one, "person"));
	table_cell(table, row, html_member(one, "place"));
	cell = table_cell(table, row, "");
	page_put(cell, "tag", page_value_word(r, "ui_review_decision", *decision ? decision : "open"));
	page_put(cell, "mark", *decision && (strcmp(decision, "keep") == 0 || gone) ? "" : "open");
	if (strcmp(decision, "remove") == 0)
		page_put(cell, "note", page_word(r, gone ? "ui_review_gone" : "ui_review_not_gone"));
	cell = table_cell(table, row, html_member(one, "reason"));
	if (*html_member(one, "decided_on"))
		page_put(cell, "note", html_member(one, "decided_on"));
}

void
view_review(const struct page_request *r, json_t *page)
{
	static const char *const keys[] = { "ui_review_account", "ui_review_kind", "ui_review_person", "ui_review_place", "ui_review_decision", "ui_review_reason" };
	const json_t *d = r->answer, *rows = json_object_get(d, "rows"), *one;
	json_t *table = heads(r, table_new(page, "table", page_word(r, "ui_review_items_empty"), ""), keys, sizeof(keys) / sizeof(keys[0])), *chips = json_array();
	bool choose = json_is_true(json_object_get(d, "can_decide"));
	size_t i;

	each(rows, i, one)
		item_cells(r, table, one, choose, *page_query(r, "choose") != '\0');
	table_list(r, page, table, "ui_review_items_search");
	page_chip(r, chips, page_word(r, "ui_chip_all"), "show", NULL);
	page_chip(r, chips, page_word(r, "ui_review_decision_open"), "show", "open");
	page_chip(r, chips, page_word(r, "ui_review_decision_keep"), "show", "keep");
	page_chip(r, chips, page_word(r, "ui_review_decision_remove"), "show", "remove");
	(void)json_object_set_new(page, "chips", chips);
	state_tag(r, page, d);
	page_put(page, "export", "review");
	page_put(page, "export_of", html_member(d, "id"));
	(void)json_object_set_new(page, "pdf", json_true());
	(void)json_object_set_new(page, "choose", json_boolean(choose && json_array_size(rows) > 0));
	(void)json_object_set_new(page, "choose_all", page_query_with(r, "choose", "shown"));
	page_put(page, "leaf", count_text(r, html_number(json_object_get(d, "leaf"))));
}

/* What stands above the list on paper: who answers for it, and the fingerprint that the ledger has too. */
enum rc
view_review_head(const struct page_request *r, struct buf *tape)
{
	static const struct { const char *key, *member; } pairs[] = { { "ui_review_name", "name" }, { "ui_review_opened", "opened_on" }, { "ui_review_reviewer", "reviewer" }, { "ui_review_closed", "closed_on" },
		{ "ui_review_hash", "hash" }, { "ui_review_answered", "answered_on" }, { "ui_review_answered_by", "answered_by" }, { "ui_review_progress", "progress" } };
	const char *state = html_member(r->answer, "state");
	enum rc rc = RC_OK;

	TRY(doc_pair(tape, str_of(page_word(r, "ui_review_state")), str_of(page_value_word(r, "ui_review", state))));
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (*html_member(r->answer, pairs[i].member))
			TRY(doc_pair(tape, str_of(page_word(r, pairs[i].key)), str_of(html_member(r->answer, pairs[i].member))));
	if (strcmp(state, "open") != 0)
		TRY(doc_pair(tape, str_of(page_word(r, "ui_exception_entry")), arena_f(r->arena, "#%lld", (long long)html_number(json_object_get(r->answer, "leaf")))));
out:
	return rc;
}
