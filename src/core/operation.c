// SPDX-License-Identifier: Apache-2.0
/*
 * Operations that matter: the dangerous acts of acts.def and, as rows of the register "operation", what is done outside
 * the station; the procedure of each, who has read its current version; and containments (and sealed codes opened), to be looked at afterwards.
 */
#include "core/guard_int.h"
#include "core/hold.h"

#include <string.h>

#include "base/calendar.h"
#include "base/num.h"
#include "base/time_text.h"

#define OPERATION STR("operation")

static const char *
value_of(const struct row *r, const char *key)
{
	const char *s = r ? json_string_value(json_object_get(r->values, key)) : NULL;

	return s ? s : "";
}

/* Under lock: the row that declares how this act is done. */
static const struct row *
row_of(const struct core *c, enum act act)
{
	size_t end, at = register_range(c, OPERATION, &end);

	for (; at < end; at++)
		if (strcmp(value_of(&c->rows[at], "act"), act_row(act)->id) == 0)
			return &c->rows[at];
	return NULL;
}

/* ---- read by whom */

struct reading { struct core *c; const char *row, *version; struct opaque_id person; int64_t at_us; };

static void
take_reading(void *context, const struct note *n)
{
	struct reading *r = context;
	struct opaque_id person;

	if (r->at_us || strcmp(note_text(n, "id"), r->row) != 0 || strcmp(note_text(n, "version"), r->version) != 0)
		return;
	person = person_of_account(r->c, &n->actor);
	if (memcmp(person.b, r->person.b, ID_BYTES) == 0)
		r->at_us = n->at_us;
}

/* When this person read this version; 0: never. */
static int64_t
read_at(struct core *c, const struct actor *who, const char *row, const char *version)
{
	struct reading r = { .c = c, .row = row, .version = version, .person = person_of_account(c, &who->session.account) };

	if (note_each(c, ACT_PROCEDURE_READ, take_reading, &r) != RC_OK) {
		proc_log(RC_IO, "records of reading"); /* nothing is known to be read */
		return 0;
	}
	return r.at_us;
}

/*= O1-1-2 */
json_t *
operation_procedure(struct core *c, enum act act, const struct actor *who, bool *ret_read)
{
	char id[2 * ID_BYTES + 1] = "", version[256] = "", procedure[1024] = "";
	const struct row *row;

	core_lock(c);
	row = row_of(c, act);
	if (row) {
		(void)snprintf(id, sizeof(id), "%s", row->id); /* fits */
		(void)snprintf(version, sizeof(version), "%s", value_of(row, "version"));
		(void)snprintf(procedure, sizeof(procedure), "%s", value_of(row, "procedure"));
	}
	core_unlock(c);
	*ret_read = *id && *version && *procedure && read_at(c, who, id, version) != 0;
	return *id ? json_pack("{s:s, s:s, s:s, s:b}", "id", id, "procedure", procedure, "version", version, "read", (int)*ret_read) : json_null();
}

bool
operation_declares(const struct actor *who)
{
	return roles_side(who->session.roles) == SIDE_CONTRACTOR && act_permitted(ACT_REGISTER_ADD, who->session.roles);
}

enum rc
do_procedure_read(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id")), *version = json_string_value(json_object_get(arguments, "version"));
	const struct row *row;
	bool there, same = false;
	enum rc rc = RC_OK;

	core_lock(c);
	row = id ? register_row(c, str_of(id)) : NULL;
	there = row && str_eq_c(OPERATION, row->register_id) && *value_of(row, "procedure");
	if (there)
		same = version && *version && strcmp(value_of(row, "version"), version) == 0;
	core_unlock(c);
	if (!there)
		TRY(FAIL(RC_NOTFOUND, "その手順書は届け出られていません / no such procedure is declared"));
	if (!same)
		TRY(FAIL(RC_CONFLICT, "手順書の版が変わりました。今の版を読んでください / the procedure has another version now: read that"));
	TRY(view_operations(c, who, arguments, ret));
out:
	return rc;
}

/* ---- the register as a page */

static json_t *
operation_json(const struct row *r, enum act act, enum lang lang)
{
	bool irreversible = act ? act_row(act)->danger == DANGER_IRREVERSIBLE : strcmp(value_of(r, "effect"), "irreversible") == 0;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "act", act ? act_row(act)->id : "", "row", r ? r->id : "", "name", act ? word_act(act, lang) : r->name,
	    "system", act ? "station" : value_of(r, "system"), "danger", irreversible ? "irreversible" : "service", "procedure", value_of(r, "procedure"), "version", value_of(r, "version"),
	    "who", value_of(r, "who"), "alert", value_of(r, "alert"), "alert_note", value_of(r, "alert_note"), "declared", r != NULL);
}

enum rc
view_operations(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows = json_array(), *row;
	int64_t missing = 0;
	size_t i, end, at;

	(void)arguments;
	core_lock(c);
	for (enum act a = ACT_NONE + 1; a < ACT_COUNT; a++)
		if (act_row(a)->danger == DANGER_SERVICE || act_row(a)->danger == DANGER_IRREVERSIBLE)
			json_array_append_new(rows, operation_json(row_of(c, a), a, who->lang));
	for (at = register_range(c, OPERATION, &end); at < end; at++)
		if (act_of(str_of(value_of(&c->rows[at], "act"))) == ACT_NONE)
			json_array_append_new(rows, operation_json(&c->rows[at], ACT_NONE, who->lang));
	core_unlock(c);
	json_array_foreach(rows, i, row) {
		const char *id = json_string_value(json_object_get(row, "row")), *version = json_string_value(json_object_get(row, "version"));
		bool whole = *id && *version && *json_string_value(json_object_get(row, "procedure"));

		json_object_set_new(row, "read_at", view_time(whole ? read_at(c, who, id, version) : 0));
		json_object_set_new(row, "can_read", json_boolean(whole && json_is_null(json_object_get(row, "read_at"))));
		missing += !whole;
	}
	*ret = json_pack("{s:I, s:o, s:I, s:I, s:b}", "at", (json_int_t)core_now_us(), "rows", rows, "total", (json_int_t)json_array_size(rows), "missing", (json_int_t)missing,
	    "can_declare", (int)operation_declares(who));
	return RC_OK;
}

/* ---- containments: done by one person at any hour, looked at by another until the end of the next business day */

struct kept { struct core *c; const struct actor *who; json_t *rows, *reviews; enum act act; const struct calendar *calendar; };

static void
take_review(void *context, const struct note *n)
{
	struct kept *k = context;

	json_object_set_new(k->reviews, note_text(n, "id"), json_pack("{s:I, s:o, s:s, s:I}", "at", (json_int_t)n->at_us, "who", view_text(n->who), "reason", note_text(n, "reason"), "leaf", (json_int_t)n->leaf));
}

static void
take_kept(void *context, const struct note *n)
{
	struct kept *k = context;
	struct party by = { .side = SIDE_CONTRACTOR, .accounts = { n->actor }, .n = 1 }, mine = party_of(k->who);
	int64_t due_us = open_days_add(k->calendar, n->at_us, 1) + DAY_US;
	const json_t *review;
	char id[24], words[HOLD_WORDS];

	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)n->leaf); /* fits */
	review = json_object_get(k->reviews, id);
	json_array_append_new(k->rows, json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:s, s:O?, s:b, s:I}", "id", id, "act", act_row(k->act)->id, "act_text", word_act(k->act, k->who->lang), "object", k->act == ACT_HOLD_BEGIN ? hold_words(n->arguments, k->who->lang, words) : note_text(n, "id"),
	    "who", view_text(n->who), "done_at", (json_int_t)n->at_us, "due_at", (json_int_t)due_us, "state", review ? "reviewed" : k->who->at_us >= due_us ? "overdue" : "waiting", "review", review,
	    "can_review", (int)(!review && act_permitted(ACT_CONTAINMENT_REVIEW, k->who->session.roles) && !actor_console(&k->who->session.account) && !party_meets(k->c, &by, &mine)), "leaf", (json_int_t)n->leaf));
}

static int
newest_first(const void *a, const void *b)
{
	json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "leaf")), y = json_integer_value(json_object_get(*(json_t *const *)b, "leaf"));

	return x < y ? 1 : x > y ? -1 : 0;
}

enum rc
view_containments(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct day_override overrides[OVERRIDES_MAX];
	struct calendar calendar = { overrides, 0, 29 };
	struct kept k = { .c = c, .who = who, .rows = json_array(), .reviews = json_object(), .calendar = &calendar };
	json_t *rows = NULL, *row;
	int64_t waiting = 0;
	size_t i;
	enum rc rc = RC_OK;

	(void)arguments;
	core_lock(c);
	calendar.overrides_count = register_overrides(c, overrides, OVERRIDES_MAX);
	core_unlock(c);
	TRY(note_each(c, ACT_CONTAINMENT_REVIEW, take_review, &k));
	for (k.act = ACT_NONE + 1; k.act < ACT_COUNT; k.act++)
		if (act_row(k.act)->danger == DANGER_CONTAIN || k.act == ACT_GLASS_OPEN)
			TRY(note_each(c, k.act, take_kept, &k));
	rows = view_sorted(k.rows, newest_first);
	json_array_foreach(rows, i, row)
		waiting += json_is_null(json_object_get(row, "review"));
	*ret = json_pack("{s:I, s:O, s:I, s:I}", "at", (json_int_t)core_now_us(), "rows", rows, "total", (json_int_t)json_array_size(rows), "waiting", (json_int_t)waiting);
out:
	json_decref(rows);
	json_decref(k.rows);
	json_decref(k.reviews);
	return rc;
}

enum rc
do_containment_review(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id")), *reason = json_string_value(json_object_get(arguments, "reason"));
	json_t *row, *found = NULL;
	size_t i;
	enum rc rc = RC_OK;

	TRY(view_containments(c, who, arguments, ret));
	json_array_foreach(json_object_get(*ret, "rows"), i, row)
		if (id && strcmp(json_string_value(json_object_get(row, "id")), id) == 0)
			found = row;
	if (found == NULL)
		TRY(FAIL(RC_NOTFOUND, "その緊急の操作はありません / no such containment"));
	if (!json_is_null(json_object_get(found, "review")))
		TRY(FAIL(RC_CONFLICT, "もう見直されています / it was looked at already"));
	if (!json_is_true(json_object_get(found, "can_review")))
		TRY(FAIL(RC_DENIED, "行った本人は見直せません / who did it does not look at it"));
	if (reason == NULL || str_trim(str_of(reason)).n == 0 || strlen(reason) > 4000)
		TRY(FAIL(RC_SYNTAX, "見直した結果を1000文字までで入れてください / say what you found, at most 1000 characters"));
out:
	return rc;
}
