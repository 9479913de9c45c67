// SPDX-License-Identifier: Apache-2.0
/* The list of controls and the page of one: what it reads, what it saw, how that moved. */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"

#define HISTORY_US (30 * DAY_US)
#define RUN_US     (15 * SECOND_US)

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

	pthread_mutex_lock(&c->lock);
	for (int written = 1; written >= 0; written--) /* the ones that really judge stand first */
		for (size_t i = 0; i < c->catalogue->controls_count; i++)
			if ((control_of(c->catalogue->controls[i].id) != NULL) == (written == 1))
				json_array_append_new(rows, view_control_row(c, c->catalogue->controls[i].id, NULL, who->lang, now_us));
	*ret = json_pack("{s:I, s:o}", "at", (json_int_t)now_us, "rows", rows);
	pthread_mutex_unlock(&c->lock);
	return RC_OK;
}

enum rc
view_control(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	json_t *page = NULL, *clauses = json_array(), *facts = NULL, *ids, *one;
	int64_t now_us = core_now_us();
	const struct control_info *info;
	const struct held *list[16];
	size_t n, i;
	char subject[NAME_BYTES_MAX + 1] = "";
	uint64_t covered;

	json_decref(view_head(c, &covered));
	pthread_mutex_lock(&c->lock);
	info = id ? catalogue_control(c->catalogue, str_of(id)) : NULL;
	if (info) {
		page = view_control_row(c, info->id, NULL, who->lang, now_us);
		(void)snprintf(subject, sizeof(subject), "%s", json_is_string(json_object_get(page, "subject")) ? json_string_value(json_object_get(page, "subject")) : ""); /* one of ours: fits */
		json_object_set_new(page, "reads", view_text(in(info->reads, who->lang)));
		json_object_set_new(page, "remedy", view_text(in(info->remedy, who->lang)));
		json_object_set_new(page, "params", view_params(NULL, info->id));
		facts = json_array();
		n = held_of(c, info->id, NULL, list, 16);
		for (size_t k = 0; k < n && k < 16; k++) {
			json_t *some = list[k]->facts ? json_loads(list[k]->facts, JSON_REJECT_DUPLICATES, NULL) : NULL;

			json_array_foreach(some, i, one)
				json_object_set_new(one, "subject", json_string(list[k]->subject));
			json_array_extend(facts, some);
			json_decref(some);
		}
		ids = view_control_clauses(c, info->id);
		json_array_foreach(ids, i, one) {
			const struct clause *clause = catalogue_clause(c->catalogue, str_of(json_string_value(one)), NULL);
			enum status status = STATUS_UNKNOWN;

			for (size_t k = 0; k < c->clauses_count; k++)
				if (strcmp(c->clauses[k].id, json_string_value(one)) == 0)
					status = c->clauses[k].status;
			if (clause)
				json_array_append_new(clauses, json_pack("{s:O, s:o, s:s}", "id", one, "title", view_text(in(clause->title, who->lang)), "status", status_name(status)));
		}
		json_decref(ids);
	}
	pthread_mutex_unlock(&c->lock);
	if (page == NULL) {
		json_decref(clauses);
		return FAIL(RC_NOTFOUND, "その名前の確認項目はありません / no such control");
	}
	json_object_set_new(page, "now", json_integer(now_us));
	json_object_set_new(page, "clause_rows", clauses);
	json_object_set(page, "clauses", clauses);
	json_object_set_new(page, "facts", facts);
	json_object_set_new(page, "history", state_verdicts(c, id, now_us - HISTORY_US));
	json_object_set_new(page, "numbers", numbers_json(c, id, subject, now_us - HISTORY_US, now_us));
	json_object_set_new(page, "evidence", index_evidence(c, NULL, id, who->lang, covered));
	json_object_set_new(page, "can_run", json_boolean(control_of(str_of(id)) && act_permitted(ACT_CONTROL_RUN, who->session.roles)));
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
