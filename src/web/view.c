// SPDX-License-Identifier: Apache-2.0
/* Models of the lists: what is filtered, grouped and counted before a template writes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "message/message.h"
#include "web/page_int.h"

/* A link to another view of the same list begins at its first page. */
json_t *
page_query_anew(const struct page_request *r, const char *name, const char *value)
{
	struct page_request first = *r;
	struct pairs query = { .n = 0 };

	for (size_t i = 0; r->query && i < r->query->n; i++)
		if (!str_eq_c(r->query->at[i].name, "page") && !str_eq_c(r->query->at[i].name, "before"))
			query.at[query.n++] = r->query->at[i];
	first.query = &query;
	return page_query_with(&first, name, value);
}

void
page_chip(const struct page_request *r, json_t *list, const char *text, const char *name, const char *value)
{
	const char *now = page_query(r, name);
	bool on = strcmp(now, value ? value : "") == 0;
	json_t *item = json_object();

	page_put(item, "text", text);
	(void)json_object_set_new(item, "query", page_query_anew(r, name, on && value ? NULL : value));
	(void)json_object_set_new(item, "on", json_boolean(on));
	(void)json_array_append_new(list, item);
}

/* What the search form asks for itself. */
static bool
is_choice(const json_t *page, struct str name)
{
	const json_t *choices = json_object_get(page, "choices"), *one;
	size_t i;

	each(choices, i, one)
		if (str_eq_c(name, html_member(one, "name")))
			return true;
	return false;
}

static void
choice_add(json_t *choice, const char *value, const char *text, const char *now)
{
	json_t *item = json_object();

	page_put(item, "value", value);
	page_put(item, "text", text);
	(void)json_object_set_new(item, "on", json_boolean(strcmp(value, now) == 0));
	(void)json_array_append_new(json_object_get(choice, "options"), item);
}

static json_t *
choice_new(const struct page_request *r, json_t *list, const char *name, const char *label, const char *all)
{
	json_t *choice = json_object();

	page_put(choice, "name", name);
	page_put(choice, "label", page_word(r, label));
	(void)json_object_set_new(choice, "options", json_array());
	choice_add(choice, "", page_word(r, all), page_query(r, name));
	(void)json_array_append_new(list, choice);
	return choice;
}

/* Of which system and which subject: what the answer offers (core/narrow.h), beside the search. */
void
page_narrow(const struct page_request *r, json_t *page)
{
	const json_t *offered = json_object_get(r->answer, "choices"), *systems = json_object_get(offered, "systems"), *subjects = json_object_get(offered, "subjects"), *one;
	json_t *list = json_array(), *choice;
	size_t i;

	if (json_array_size(systems) || *page_query(r, "system")) {
		choice = choice_new(r, list, "system", "ui_narrow_system", "ui_narrow_systems");
		each(systems, i, one)
			choice_add(choice, html_string(one), html_string(one), page_query(r, "system"));
	}
	if (json_array_size(subjects) > 1 || *page_query(r, "subject") || json_is_true(json_object_get(offered, "more"))) {
		choice = choice_new(r, list, "subject", "ui_subject", json_is_true(json_object_get(offered, "more")) ? "ui_narrow_first" : "ui_narrow_subjects");
		each(subjects, i, one)
			choice_add(choice, html_member(one, "id"), html_member(one, "text"), page_query(r, "subject"));
	}
	(void)json_object_set_new(page, "choices", list);
}

/* The filters that stand, for the search form to keep. */
void
page_kept(const struct page_request *r, json_t *page)
{
	json_t *list = json_array();

	for (size_t i = 0; r->query && i < r->query->n; i++) {
		json_t *item;

		if (str_eq_c(r->query->at[i].name, "q") || str_eq_c(r->query->at[i].name, "page") || str_eq_c(r->query->at[i].name, "before") || r->query->at[i].value.n == 0 || is_choice(page, r->query->at[i].name))
			continue;
		item = json_object();
		(void)json_object_set_new(item, "name", json_stringn(r->query->at[i].name.p, r->query->at[i].name.n));
		(void)json_object_set_new(item, "value", json_stringn(r->query->at[i].value.p, r->query->at[i].value.n));
		(void)json_array_append_new(list, item);
	}
	(void)json_object_set_new(page, "kept", list);
	(void)json_object_set_new(page, "filtered", json_boolean(r->query && r->query->n));
}

const char *
page_value_word(const struct page_request *r, const char *prefix, const char *value)
{
	struct str key = arena_f(r->arena, "%s_%s", prefix, value);

	for (size_t i = 0; i < key.n; i++) {
		char *c = (char *)(uintptr_t)&key.p[i]; /* the arena's bytes are ours */

		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c == '-' ? '_' : *c;
	}
	return key.n && ui_word(r->english, key.p) ? ui_word(r->english, key.p) : value;
}

const char *
page_side(const struct page_request *r, const char *side)
{
	return page_value_word(r, "side", side);
}

/* ASCII letters without case; everything else byte by byte. */
bool
page_contains(const char *hay, const char *needle)
{
	size_t n = strlen(needle);

	for (; *hay; hay++) {
		size_t i = 0;

		while (i < n && hay[i] && (hay[i] | (hay[i] >= 'A' && hay[i] <= 'Z' ? 32 : 0)) == (needle[i] | (needle[i] >= 'A' && needle[i] <= 'Z' ? 32 : 0)))
			i++;
		if (i == n)
			return true;
	}
	return n == 0;
}

bool
page_status_open(const char *status)
{
	return strcmp(status, "FAIL") == 0 || strcmp(status, "UNKNOWN") == 0 || strcmp(status, "EXPIRED") == 0;
}

/* Someone's turn: open, or papers are on their way. */
static bool
has_turn(const char *status)
{
	return page_status_open(status) || strcmp(status, "AWAITING") == 0 || strcmp(status, "CONFIRMING") == 0;
}

/* ---- the board */

static bool
row_wanted(const struct page_request *r, const json_t *row)
{
	const char *contract = page_query(r, "contract"), *status = page_query(r, "status"), *turn = page_query(r, "turn"), *q = page_query(r, "q");

	return (!*contract || strcmp(contract, html_member(row, "contract")) == 0) && (!*status || strcmp(status, html_member(row, "status")) == 0) &&
	       (!*page_query(r, "open") || page_status_open(html_member(row, "status"))) && (!*turn || (strcmp(turn, html_member(row, "turn")) == 0 && page_status_open(html_member(row, "status")))) &&
	       (!*q || page_contains(html_member(row, "id"), q) || page_contains(html_member(row, "title"), q) || page_contains(html_member(row, "missing"), q));
}

/* A copy with what the template asks beside it: the own standard's total; nobody's turn when there is nothing to do. */
static json_t *
row_dressed(const json_t *row)
{
	json_t *copy = json_copy((json_t *)(uintptr_t)row), *own = json_copy(json_object_get(row, "own"));
	json_int_t total = html_number(json_object_get(own, "pass")) + html_number(json_object_get(own, "fail")) + html_number(json_object_get(own, "unknown"));

	if (own && total) {
		(void)json_object_set_new(own, "total", json_integer(total));
		(void)json_object_set(copy, "own", own);
	}
	json_decref(own);
	if (!has_turn(html_member(row, "status")))
		(void)json_object_set_new(copy, "turn", json_null());
	return copy;
}

int
page_urgency(const char *status)
{
	static const char *const order[] = { "FAIL", "EXPIRED", "UNKNOWN", "AWAITING", "CONFIRMING", "CONDITIONAL", "PASS", "NO_EVENT", "NOT_YET_DUE", "NOT_APPLICABLE" };
	int i = 0;

	while (i < STATUS_WORDS && strcmp(order[i], status) != 0)
		i++;
	return i;
}

static bool
before(const char *sort, const json_t *a, const json_t *b)
{
	if (strcmp(sort, "status") == 0)
		return page_urgency(html_member(a, "status")) < page_urgency(html_member(b, "status"));
	return html_number(json_object_get(a, "since")) > html_number(json_object_get(b, "since"));
}

/* Stable: rows that are equal stay in the contract's order. At most some hundred rows. */
static void
insert_sorted(json_t *list, json_t *row, const char *sort)
{
	size_t at = json_array_size(list);

	while (at > 0 && before(sort, row, json_array_get(list, at - 1)))
		at--;
	(void)json_array_insert_new(list, at, row);
}

static json_t *
section_of(json_t *sections, const json_t *contract, const char *id)
{
	json_t *known = json_object_get(contract, "sections"), *one, *section;
	size_t i;

	each(sections, i, one)
		if (strcmp(html_member(one, "id"), id) == 0)
			return json_object_get(one, "rows");
	section = json_object();
	page_put(section, "id", id);
	each(known, i, one)
		if (strcmp(html_member(one, "id"), id) == 0)
			page_put(section, "title", html_member(one, "title"));
	(void)json_object_set_new(section, "rows", json_array());
	(void)json_array_append_new(sections, section);
	return json_object_get(section, "rows");
}

static json_t *
group_new(json_t *groups, const json_t *contract)
{
	json_t *group = json_object();

	if (contract) {
		page_put(group, "name", html_member(contract, "name"));
		page_put(group, "version", html_member(contract, "version"));
		page_put(group, "client", html_member(contract, "client"));
		page_put(group, "contractor", html_member(contract, "contractor"));
		if (json_is_integer(json_object_get(contract, "version")))
			(void)json_object_set(group, "version", json_object_get(contract, "version"));
	}
	(void)json_object_set_new(group, "sections", json_array());
	(void)json_array_append_new(groups, group);
	return json_object_get(group, "sections");
}

static void
board_groups(const struct page_request *r, json_t *page)
{
	const json_t *d = r->answer, *rows = json_object_get(d, "rows"), *contracts = json_object_get(d, "contracts"), *row, *contract;
	const char *sort = page_query(r, "sort");
	json_t *groups = json_array(), *sections = NULL;
	bool sorted = strcmp(sort, "status") == 0 || strcmp(sort, "since") == 0;
	json_int_t shown = 0;
	size_t i, k;

	if (sorted) {
		each(rows, k, row)
			if (row_wanted(r, row)) {
				sections = sections ? sections : group_new(groups, NULL);
				insert_sorted(section_of(sections, NULL, ""), row_dressed(row), sort);
				shown++;
			}
	} else {
		each(contracts, i, contract) {
			sections = NULL;
			each(rows, k, row)
				if (strcmp(html_member(row, "contract"), html_member(contract, "id")) == 0 && row_wanted(r, row)) {
					sections = sections ? sections : group_new(groups, contract);
					(void)json_array_append_new(section_of(sections, contract, html_member(row, "section")), row_dressed(row));
					shown++;
				}
		}
	}
	(void)json_object_set_new(page, "groups", groups);
	(void)json_object_set_new(page, "shown", json_integer(shown));
	(void)json_object_set_new(page, "total", json_integer((json_int_t)json_array_size(rows)));
}

/* Counts of the contract that is chosen, or of all. */
static void
board_tally(const struct page_request *r, json_t *page)
{
	static const char *const order[] = { "PASS", "FAIL", "EXPIRED", "UNKNOWN", "AWAITING", "CONFIRMING", "CONDITIONAL", "NO_EVENT", "NOT_YET_DUE", "NOT_APPLICABLE" };
	const char *chosen = page_query(r, "contract"), *status = page_query(r, "status");
	const json_t *counts = json_object_get(r->answer, "counts"), *contracts = json_object_get(r->answer, "contracts"), *one;
	json_t *tally = json_array();
	size_t i;

	each(contracts, i, one)
		if (*chosen && strcmp(html_member(one, "id"), chosen) == 0)
			counts = json_object_get(one, "counts");
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		json_int_t n = html_number(json_object_get(counts, order[i]));
		bool on = strcmp(status, order[i]) == 0;
		json_t *item;

		if (n == 0 && !on)
			continue;
		item = json_object();
		page_put(item, "status", order[i]);
		(void)json_object_set_new(item, "n", json_integer(n));
		(void)json_object_set_new(item, "on", json_boolean(on));
		(void)json_object_set_new(item, "query", page_query_with(r, "status", on ? NULL : order[i]));
		(void)json_array_append_new(tally, item);
	}
	(void)json_object_set_new(page, "tally", tally);
}

static void
sort_head(const struct page_request *r, json_t *sorts, const char *id, const char *key)
{
	const char *now = page_query(r, "sort");
	bool plain = strcmp(id, "id") == 0;
	json_t *item = json_object();

	page_put(item, "text", page_word(r, key));
	(void)json_object_set_new(item, "query", page_query_with(r, "sort", plain ? NULL : id));
	(void)json_object_set_new(item, "on", json_boolean(plain ? !*now : strcmp(now, id) == 0));
	(void)json_object_set_new(sorts, id, item);
}

void
view_board(const struct page_request *r, json_t *page)
{
	const json_t *contracts = json_object_get(r->answer, "contracts"), *one;
	const char *side = html_member(json_object_get(r->answer, "me"), "side");
	json_t *chips = json_array(), *sorts = json_object();
	size_t i;

	if (json_array_size(contracts) > 1)
		page_chip(r, chips, page_word(r, "ui_chip_all"), "contract", NULL);
	each(contracts, i, one)
		page_chip(r, chips, html_member(one, "name"), "contract", html_member(one, "id"));
	page_chip(r, chips, page_word(r, "ui_chip_open"), "open", "1");
	if (*side) {
		page_chip(r, chips, page_word(r, "ui_chip_mine"), "turn", side);
	} else {
		page_chip(r, chips, page_word(r, "ui_chip_client"), "turn", "client");
		page_chip(r, chips, page_word(r, "ui_chip_contractor"), "turn", "contractor");
	}
	sort_head(r, sorts, "id", "ui_sort_id");
	sort_head(r, sorts, "status", "ui_sort_status");
	sort_head(r, sorts, "since", "ui_sort_since");
	(void)json_object_set_new(page, "chips", chips);
	(void)json_object_set_new(page, "sorts", sorts);
	page_put(page, "export", "board");
	page_narrow(r, page);
	exceptions_ending(r, page);
	board_tally(r, page);
	board_groups(r, page);
	json_array_foreach((json_t *)(uintptr_t)json_object_get(page, "menu"), i, one) /* who may see the alarms is told of them */
		if (strcmp(html_string(json_object_get(one, "path")), "watch") == 0)
			(void)json_object_set_new(page, "watching", json_true());
	page_kept(r, page);
}

/* Nobody's turn when there is nothing to do. */
void
view_clause(const struct page_request *r, json_t *page)
{
	const char *status = html_member(r->answer, "status");
	json_t *d = json_copy((json_t *)(uintptr_t)r->answer), *evidence = json_deep_copy(json_object_get(r->answer, "evidence")), *one;
	size_t i;

	view_clause_questions(r, page);
	if (!has_turn(status))
		(void)json_object_set_new(d, "turn", json_null());
	each(evidence, i, one) /* a change of the clause itself has no control's page */
		if (strcmp(html_member(one, "control"), html_member(d, "id")) == 0)
			(void)json_object_del(one, "control");
	if (evidence)
		(void)json_object_set_new(d, "evidence", evidence);
	(void)json_object_set_new(page, "d", d);
}

/* ---- the ledger */

static void
option(json_t *list, const char *value, const char *text, const char *now)
{
	json_t *item = json_object();

	page_put(item, "value", value);
	page_put(item, "text", text);
	(void)json_object_set_new(item, "on", json_boolean(strcmp(value, now) == 0));
	(void)json_array_append_new(list, item);
}

/* A verdict, a status, or how an act ended, whichever it is. */
static void
outcome_cell(const struct page_request *r, json_t *cell, const char *outcome)
{
	struct str mark = arena_f(r->arena, "o-%s", outcome);

	if (page_urgency(outcome) < STATUS_WORDS) {
		cell_status(cell, outcome);
	} else if (*outcome && mark.n) {
		page_put(cell, "tag", page_value_word(r, "outcome", outcome));
		page_put(cell, "mark", mark.p);
	}
}

static void
ledger_row(const struct page_request *r, json_t *table, const json_t *one)
{
	const char *name = html_member(one, "name_text"), *subject = html_member(one, "subject"), *object = html_member(one, "object_text");
	struct str index = arena_f(r->arena, "%lld", (long long)html_number(json_object_get(one, "index")));
	struct str what = *name ? arena_f(r->arena, "%s: %s", html_member(one, "type_text"), name) : str_of(html_member(one, "type_text"));
	struct str proof = arena_f(r->arena, "%s/proof", index.n ? index.p : "");
	json_t *row = table_row_of(table, one), *cell = table_cell(table, row, "");

	cell_entry(cell, json_object_get(one, "index"));
	(void)json_object_set(table_cell(table, row, ""), "second", json_object_get(one, "claimed_at"));
	table_cell(table, row, *html_member(one, "actor_text") ? html_member(one, "actor_text") : page_value_word(r, "ui_process", html_member(one, "source")));
	cell = table_cell(table, row, what.n ? what.p : "");
	page_put(cell, "note", *subject ? object : "");
	table_cell(table, row, *subject ? subject : object);
	outcome_cell(r, table_cell(table, row, ""), html_member(one, "verdict"));
	cell = table_cell(table, row, page_word(r, "ui_download"));
	cell_link(cell, "ledger", index.n ? index.p : "");
	page_put(cell, "download", proof.n ? proof.p : "");
	page_put(cell, "note", json_is_true(json_object_get(one, "covered")) ? "" : page_word(r, "ui_not_covered"));
}

static void
ledger_table(const struct page_request *r, json_t *page)
{
	static const char *const columns[] = { "ui_number", "ui_when", "ui_who", "ui_what", "ui_on_what", "ui_result", "ui_proof" };
	bool filtered = r->query && r->query->n;
	json_t *table = table_new(page, "table", page_word(r, "ui_ledger_empty"), page_word(r, filtered ? "ui_board_empty_filtered" : "ui_ledger_empty_new"));
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	size_t i;

	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		table_column(table, page_word(r, columns[i]));
	each(rows, i, one)
		ledger_row(r, table, one);
	(void)json_object_set_new(table, "clear", json_boolean(filtered));
	table_counted(r, page, table, html_number(json_object_get(r->answer, "total")), NULL);
}

void
view_ledger(const struct page_request *r, json_t *page)
{
	static const char *const kinds[] = { "act-begin", "act-outcome", "finding", "confirm", "verdict", "station", "sign-in", "unseal", "heartbeat", "epoch" };
	const json_t *next = json_object_get(r->answer, "next");
	json_t *types = json_array(), *sources = json_array();
	char number[24], key[64];

	option(types, "", page_word(r, "ui_all"), page_query(r, "type"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		(void)snprintf(key, sizeof(key), "leaf_%s", kinds[i]); /* our own short names */
		for (char *c = key; *c; c++)
			*c = *c == '-' ? '_' : *c;
		option(types, kinds[i], page_word(r, key), page_query(r, "type"));
	}
	option(sources, "", page_word(r, "ui_all"), page_query(r, "source"));
	for (enum proc_id id = 0; id < PROC_COUNT; id++) {
		(void)snprintf(key, sizeof(key), "ui_process_%s", proc_name(id)); /* our own short names */
		option(sources, proc_name(id), page_word(r, key), page_query(r, "source"));
	}
	(void)json_object_set_new(page, "types", types);
	(void)json_object_set_new(page, "sources", sources);
	page_put(page, "from", page_query(r, "from"));
	page_put(page, "to", page_query(r, "to"));
	page_put(page, "export", "ledger");
	ledger_table(r, page);
	if (json_is_integer(next)) {
		json_t *table = json_object_get(page, "table");

		(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(next)); /* fits */
		(void)json_object_set_new(table, "older", page_query_with(r, "before", number));
		(void)json_object_set_new(table, "newest", page_query_with(r, "before", NULL));
	}
}

/* A payload's members as lines; what is deeper stands as JSON. */
static void
payload_lines(json_t *list, const char *prefix, const json_t *object, int depth)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value) {
		char name[200], *text;
		json_t *item;

		(void)snprintf(name, sizeof(name), "%s%s%.80s", prefix, *prefix ? "." : "", key); /* cut when longer: only a label */
		if (json_is_object(value) && depth < 3) {
			payload_lines(list, name, value, depth + 1);
			continue;
		}
		item = json_object();
		page_put(item, "key", name);
		text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		page_put(item, "value", text ? text : html_string(value));
		free(text);
		(void)json_array_append_new(list, item);
	}
}

static void
entry_link(json_t *page, const char *key, const json_t *index)
{
	char number[24];

	if (!json_is_integer(index))
		return;
	(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(index)); /* fits */
	page_put(page, key, number);
}

void
view_entry(const struct page_request *r, json_t *page)
{
	json_t *lines = json_array();

	payload_lines(lines, "", json_object_get(r->answer, "payload"), 0);
	(void)json_object_set_new(page, "payload", lines);
	entry_link(page, "begin", json_object_get(r->answer, "begin")); /* a string: entry 0 is an entry too */
	entry_link(page, "last", json_object_get(r->answer, "last"));
}

/* ---- the station and its accounts */

void
view_station(const struct page_request *r, json_t *page)
{
	page_put(page, "export", "status");
}

/* The boxes of roles of this account's side, ticked where it has one. */
void
view_account(const struct page_request *r, json_t *page)
{
	enum side side = strcmp(html_string(json_object_get(r->answer, "side")), "client") == 0 ? SIDE_CLIENT : SIDE_CONTRACTOR;
	const json_t *has = json_object_get(r->answer, "roles"), *one;
	json_t *boxes = json_array(), *box;
	size_t i;

	for (enum role role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
		bool on = false;

		if (role_side(role) != side)
			continue;
		each(has, i, one)
			on |= strcmp(html_string(one), role_name(role)) == 0;
		box = json_object();
		page_put(box, "name", role_name(role));
		page_put(box, "text", word_role(role, r->english ? LANG_EN : LANG_JA));
		(void)json_object_set_new(box, "on", json_boolean(on));
		(void)json_array_append_new(boxes, box);
	}
	(void)json_object_set_new(page, "boxes", boxes);
	(void)json_object_set_new(page, "locked", json_boolean(html_number(json_object_get(r->answer, "locked_until")) > r->now_us));
}

static void
account_row(const struct page_request *r, json_t *table, const json_t *one)
{
	json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "display"));
	const json_t *locked = json_object_get(one, "locked_until"), *roles = json_object_get(one, "roles"), *role;
	struct str names = STR_NONE;
	size_t i;

	cell_link(cell, "account", html_member(one, "name"));
	if (html_true(json_object_get(one, "suspended_at"))) {
		(void)json_object_set(cell, "suspended", json_object_get(one, "suspended_at"));
	}
	page_put(table_cell(table, row, html_member(one, "name")), "class", "id");
	each(roles, i, role)
		names = arena_f(r->arena, "%s%s%s", names.n ? names.p : "", names.n ? (r->english ? ", " : "、") : "", page_value_word(r, "role", html_string(role)));
	table_cell(table, row, names.n ? names.p : "");
	table_cell(table, row, page_side(r, html_member(one, "side")));
	cell = table_cell(table, row, json_is_true(json_object_get(one, "enrolled")) ? page_word(r, "ui_enrolled_yes") : "");
	page_put(cell, "tag", json_is_true(json_object_get(one, "enrolled")) ? "" : page_word(r, "ui_enrolled_no"));
	page_put(cell, "mark", "open");
	if (html_number(locked) > r->now_us) /* only a lock that still holds is shown */
		(void)json_object_set(cell, "locked", (json_t *)(uintptr_t)locked);
	cell_time(table_cell(table, row, ""), json_object_get(one, "last_sign_in_at"));
	cell_time(table_cell(table, row, ""), json_object_get(one, "created_at"));
}

static void
accounts_table(const struct page_request *r, json_t *page, const json_t *rows)
{
	static const struct { const char *key, *sort; } columns[] = {
		{ "ui_display_name", "display" }, { "ui_name", "name" }, { "ui_role", "role" }, { "ui_side", "side" }, { "ui_enrolled", NULL }, { "ui_last_sign_in", "last" }, { "ui_created", "created" },
	};
	json_t *table = table_new(page, "table", page_word(r, *page_query(r, "q") ? "ui_register_empty_found" : "ui_accounts_empty"), ""), *column;
	const json_t *one;
	size_t i;

	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		column = table_column(table, page_word(r, columns[i].key));
		if (columns[i].sort)
			column_sorts(r, column, columns[i].sort, false);
	}
	each(rows, i, one)
		account_row(r, table, one);
	table_list(r, page, table, "ui_accounts_search");
}

void
view_accounts(const struct page_request *r, json_t *page, const struct pairs *form, const char *error_field, const char *error)
{
	struct page_field fields[] = {
		{ "name", "text", "off", "ui_name", "ui_help_name", form ? arena_cstr(r->arena, pairs_get(form, "name")) : "", NULL, true, false, 64 },
		{ "display", "text", "off", "ui_display_name", "ui_help_display", form ? arena_cstr(r->arena, pairs_get(form, "display")) : "", NULL, true, false, 64 },
		{ "role", "select", "off", "ui_role", NULL, "", NULL, true, false, 0 },
		{ "person", "text", "off", "ui_account_person_number", NULL, form ? arena_cstr(r->arena, pairs_get(form, "person")) : "", NULL, false, false, 256 },
	};
	enum lang lang = r->english ? LANG_EN : LANG_JA;
	const json_t *rows = json_object_get(r->answer, "rows");
	json_t *options = json_array(), *list;
	const char *chosen = form ? arena_cstr(r->arena, pairs_get(form, "role")) : NULL;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i].name, error_field) == 0)
			fields[i].error = error;
	list = page_fields(r, fields, sizeof(fields) / sizeof(fields[0]));
	for (enum role role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
		option(options, role_name(role), word_role(role, lang), chosen ? chosen : role_name(ROLE_CLIENT_OFFICER));
	(void)json_object_set_new(json_array_get(list, 2), "options", options);
	(void)json_object_set_new(page, "fields", list);
	page_put(page, "export", "account");
	accounts_table(r, page, rows);
}
