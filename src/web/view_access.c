// SPDX-License-Identifier: Apache-2.0
/* The access log: filters, rows as the one table, rows as events of the Elastic Common Schema. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "message/message.h"
#include "web/page_int.h"

/* ---- filters */

static json_t *
option(json_t *list, const char *value, const char *text, const char *now)
{
	json_t *item = json_object();

	page_put(item, "value", value);
	page_put(item, "text", text);
	(void)json_object_set_new(item, "on", json_boolean(strcmp(value, now) == 0));
	(void)json_array_append_new(list, item);
	return item;
}

/* Acts that stand in the log by themselves, then what auth and the station write. */
static json_t *
acts_of(const struct page_request *r)
{
	static const struct { const char *name, *key; } others[] = { { "sign-in", "entry_sign_in" }, { "page-views", "entry_page_views" }, { "step-up", "entry_step_up" }, { "sign-out", "entry_sign_out" } };
	json_t *list = json_array();
	const char *now = page_query(r, "act");

	option(list, "", page_word(r, "ui_all"), now);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		option(list, others[i].name, page_word(r, others[i].key), now);
	for (enum act a = ACT_NONE + 1; a < ACT_COUNT; a++)
		if (act_row(a)->record == RECORD_LEAF)
			option(list, act_row(a)->id, word_act(a, r->english ? LANG_EN : LANG_JA), now);
	return list;
}

static json_t *
results_of(const struct page_request *r)
{
	static const char *const words[] = { "DONE", "REFUSED", "FAILED", "INTERRUPTED", "open" };
	static const char *const keys[] = { "outcome_done", "outcome_refused", "outcome_failed", "outcome_interrupted", "ui_access_open" };
	json_t *list = json_array();

	option(list, "", page_word(r, "ui_all"), page_query(r, "result"));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		option(list, words[i], page_word(r, keys[i]), page_query(r, "result"));
	return list;
}

/* ---- rows */

static const char *
what_text(const struct page_request *r, const json_t *one)
{
	const char *device = html_member(one, "device");
	struct str text;

	if (strcmp(html_member(one, "kind"), "sign-in") == 0 && strcmp(device, "new") == 0)
		text = arena_f(r->arena, "%s（%s）", html_member(one, "act_text"), page_word(r, "ui_access_device_new"));
	else if (strcmp(html_member(one, "kind"), "act") == 0 && *device)
		text = arena_f(r->arena, "%s（%s: %s）", html_member(one, "act_text"), page_word(r, "ui_access_file"), device);
	else
		return html_member(one, "act_text");
	return text.n ? text.p : "";
}

/* What the row is about; of a sign-in: what was shown, in words. */
static const char *
object_text(const struct page_request *r, const json_t *one)
{
	struct str rest = str_of(html_member(one, "object_text")), word, text = STR_NONE;

	if (strcmp(html_member(one, "kind"), "sign-in") != 0)
		return html_member(one, "object_text");
	while (rest.n && str_cut(&rest, ' ', &word)) {
		const char *shown = page_value_word(r, "ui_factor", arena_cstr(r->arena, word));

		text = text.n ? arena_f(r->arena, STR_FMT "・%s", STR_ARG(text), shown) : str_of(shown);
	}
	return text.n ? arena_cstr(r->arena, text) : "";
}

/* Why; a sign-in that was let through has none. */
static const char *
purpose_text(const struct page_request *r, const json_t *one)
{
	const char *purpose = html_member(one, "purpose");

	return strcmp(html_member(one, "kind"), "sign-in") != 0 ? purpose : strcmp(purpose, "none") == 0 ? "" : page_value_word(r, "ui_refused", purpose);
}

static void
result_cell(const struct page_request *r, json_t *cell, const char *result)
{
	char key[32];

	(void)snprintf(key, sizeof(key), "outcome_%.20s", result); /* our own short words */
	for (char *c = key; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	page_put(cell, "tag", *result ? page_word(r, key) : page_word(r, "ui_access_open"));
	page_put(cell, "mark", strcmp(result, "REFUSED") == 0 ? "o-REFUSED" : strcmp(result, "FAILED") == 0 ? "o-FAILED" : "");
}

static bool
some_filter(const struct page_request *r)
{
	static const char *const names[] = { "person", "act", "address", "host", "object", "result", "from", "to" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (*page_query(r, names[i]))
			return true;
	return false;
}

void
view_access(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	bool own = json_is_true(json_object_get(r->answer, "own")), some = some_filter(r);
	json_t *table = table_new(page, "table", page_word(r, "ui_access_empty"), page_word(r, some ? "ui_board_empty_filtered" : "ui_access_empty_why"));
	const char *next = html_member(r->answer, "next");
	size_t i;

	table_column(table, page_word(r, "ui_when"));
	table_column(table, page_word(r, "ui_who"));
	table_column(table, page_word(r, "ui_what"));
	table_column(table, page_word(r, "ui_on_what"));
	table_column(table, page_word(r, "ui_access_from"));
	table_column(table, page_word(r, "ui_access_purpose"));
	table_column(table, page_word(r, "ui_result"));
	table_column(table, page_word(r, "ui_exception_entry"));
	each(rows, i, one) {
		json_t *row = table_row(table), *cell = table_cell(table, row, "");

		(void)json_object_set(cell, "second", json_object_get(one, "at"));
		table_cell(table, row, json_is_null(json_object_get(one, "who")) ? html_member(one, "who_id") : html_member(one, "who"));
		table_cell(table, row, what_text(r, one));
		table_cell(table, row, object_text(r, one));
		cell = table_cell(table, row, *html_member(one, "address") ? html_member(one, "address") : page_word(r, "ui_access_inside"));
		page_put(cell, "note", html_member(one, "host"));
		page_put(cell, "whole", html_member(one, "address"));
		table_cell(table, row, purpose_text(r, one));
		result_cell(r, table_cell(table, row, ""), html_member(one, "result"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "index"));
	}
	(void)json_object_set_new(table, "clear", json_boolean(some));
	(void)json_object_set_new(page, "acts", acts_of(r));
	(void)json_object_set_new(page, "results", results_of(r));
	for (size_t k = 0; k < 5; k++) {
		static const char *const names[] = { "person", "address", "host", "object", "from" };

		page_put(page, names[k], page_query(r, names[k]));
	}
	page_put(page, "to", page_query(r, "to"));
	page_put(page, "base", own ? "me/access" : "access");
	(void)json_object_set_new(page, "filtered", json_boolean(some));
	(void)json_object_set_new(page, "own", json_boolean(own));
	if (*next) {
		(void)json_object_set_new(page, "older", page_query_with(r, "before", next));
		(void)json_object_set_new(page, "newest", page_query_with(r, "before", NULL));
	}
}

/* ---- Elastic Common Schema 8.11 */

static bool
is_address(const char *s)
{
	return *s && strspn(s, "0123456789abcdefABCDEF.:") == strlen(s);
}

static json_t *
event_of(const json_t *row)
{
	static const struct { const char *result, *outcome; } outcomes[] = { { "DONE", "success" }, { "REFUSED", "failure" }, { "FAILED", "failure" }, { "INTERRUPTED", "failure" } };
	const char *result = html_member(row, "result"), *outcome = "unknown", *kind = html_member(row, "kind"), *address = html_member(row, "address");
	long long at_us = (long long)html_number(json_object_get(row, "at"));
	struct civil utc = time_civil(at_us - 9 * 60 * MINUTE_US); /* civil time is Japan's */
	char when[64], id[32];
	json_t *event;

	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(outcomes[i].result, result) == 0)
			outcome = outcomes[i].outcome;
	(void)snprintf(when, sizeof(when), "%04d-%02d-%02dT%02d:%02d:%02d.%06lldZ", utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, at_us % 1000000); /* fits */
	(void)snprintf(id, sizeof(id), "%lld", (long long)html_number(json_object_get(row, "id"))); /* fits */
	event = json_pack("{s:s, s:{s:s}, s:{s:s, s:[s], s:[s], s:s, s:s, s:s, s:I}, s:{s:s, s:s}, s:{s:s}}", "@timestamp", when, "ecs", "version", "8.11.0",
	    "event", "kind", "event", "category", strcmp(kind, "sign-in") == 0 ? "authentication" : "web", "type", strcmp(kind, "sign-in") == 0 ? "start" : "access",
	    "action", html_member(row, "act"), "outcome", outcome, "id", id, "sequence", html_number(json_object_get(row, "index")), "user", "id", html_member(row, "who_id"), "full_name", html_member(row, "who"), "host", "name", html_member(row, "host"));
	if (event == NULL)
		return NULL;
	if (*address)
		(void)json_object_set_new(event, "source", is_address(address) ? json_pack("{s:s, s:s}", "address", address, "ip", address) : json_pack("{s:s}", "address", address));
	if (*html_member(row, "purpose"))
		(void)json_object_set_new(json_object_get(event, "event"), "reason", json_string(html_member(row, "purpose")));
	if (*html_member(row, "object_text"))
		(void)json_object_set_new(event, "message", json_string(html_member(row, "object_text")));
	return event;
}

/*= S-3-5 */
enum rc
page_ecs(const struct page_request *r, enum act act, struct buf *out)
{
	const json_t *rows = json_object_get(r->answer, "rows");
	enum rc rc = RC_OK;

	if (act != ACT_ACCESS_SHOW && act != ACT_ACCESS_OWN)
		return FAIL(RC_NOTFOUND, "no events of this act");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *event = event_of(json_array_get(rows, i));
		char *text = event ? json_dumps(event, JSON_COMPACT) : NULL;

		rc = text ? buf_addf(out, "%s\n", text) : FAIL(RC_BUG, "a row does not become an event");
		free(text);
		json_decref(event);
		TRY(rc);
	}
out:
	return rc;
}
