// SPDX-License-Identifier: Apache-2.0
/* Screens of reviews of accounts: all of them, and one as the list that is worked off. */
#include "core/removal.h"
#include "core/review.h"

#include <string.h>

static json_t *
review_json(const struct review *r)
{
	json_t *o = json_object(), *text;
	char progress[48];

	json_object_set_new(o, "id", json_string(r->row->id));
	json_object_set_new(o, "name", view_text(str_of(r->row->name)));
	json_object_set_new(o, "state", json_string(review_states[r->state]));
	for (size_t i = 0; i < 4; i++) {
		static const char *const fields[] = { "opened_on", "reviewer", "closed_on", "sha256" };

		text = view_text(str_of(review_value(r->row, fields[i])));
		json_object_set_new(o, fields[i], text);
	}
	json_object_set_new(o, "leaf", json_integer((json_int_t)r->row->leaf));
	json_object_set_new(o, "answered_on", view_text(str_of(review_value(r->answer, "on"))));
	json_object_set_new(o, "answered_by", view_text(str_of(review_value(r->answer, "by"))));
	json_object_set_new(o, "answer", view_text(str_of(review_value(r->answer, "reason"))));
	json_object_set_new(o, "answer_leaf", r->answer ? json_integer((json_int_t)r->answer->leaf) : json_null());
	json_object_set_new(o, "items", json_integer((json_int_t)r->n));
	json_object_set_new(o, "decided", json_integer((json_int_t)(r->n - r->open)));
	json_object_set_new(o, "open", json_integer((json_int_t)r->open));
	json_object_set_new(o, "keep", json_integer((json_int_t)r->keep));
	json_object_set_new(o, "remove", json_integer((json_int_t)r->remove));
	(void)snprintf(progress, sizeof(progress), "%zu / %zu", r->n - r->open, r->n); /* fits */
	json_object_set_new(o, "progress", json_string(progress));
	return o;
}

enum rc
view_reviews(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows = json_array();
	size_t end, at;
	enum rc rc = RC_OK;

	(void)arguments;
	core_lock(c);
	for (at = register_range(c, STR("account-review"), &end); at < end && rc == RC_OK; at++) {
		struct review r = { .text = BUF(0) };

		rc = review_get(c, str_of(c->rows[at].id), &r);
		if (rc == RC_OK)
			json_array_insert_new(rows, 0, review_json(&r));
		review_free(&r);
	}
	core_unlock(c);
	if (rc == RC_OK)
		*ret = json_pack("{s:I, s:O, s:I, s:b}", "at", (json_int_t)core_now_us(), "rows", rows, "total", (json_int_t)json_array_size(rows), "can_open", act_permitted(ACT_REVIEW_OPEN, who->session.roles));
	json_decref(rows);
	return rc;
}

/* What auth has now, against which rows of it are seen to be gone. */
struct present { struct arena arena; struct account *accounts; size_t n; json_t *tokens; };

/* The name of the account that holds this API token; NULL: nobody does any more. */
static const char *
holder(const struct present *now, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(now->tokens, i, one)
		if (strcmp(json_string_value(json_object_get(one, "id")), id) == 0)
			return json_string_value(json_object_get(one, "account"));
	return NULL;
}

static bool
gone(struct core *c, const struct present *now, const struct row *item)
{
	const char *kind = review_value(item, "kind"), *of = review_value(item, "of");

	if (!*of)
		return false;
	if (strcmp(kind, "token") == 0)
		return holder(now, of) == NULL;
	if (strcmp(kind, "station") != 0)
		return register_row(c, str_of(of)) == NULL;
	for (size_t i = 0; i < now->n; i++)
		if (strcmp(now->accounts[i].name, of) == 0)
			return now->accounts[i].removed_at_us || now->accounts[i].ended_at_us;
	return true;
}

static json_t *
item_json(struct core *c, const struct present *now, const struct row *item, int64_t *removed)
{
	static const char *const fields[] = { "account", "person", "place", "kind", "decision", "reason", "decided_on", "of" };
	bool is_gone = gone(c, now, item);
	char ref[2 * ID_BYTES + 32];
	json_t *o = json_object();

	json_object_set_new(o, "id", json_string(item->id));
	json_object_set_new(o, "version", json_integer((json_int_t)item->version));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		json_object_set_new(o, fields[i], view_text(str_of(review_value(item, fields[i]))));
	(void)snprintf(ref, sizeof(ref), "%s=%lld", item->id, (long long)item->version); /* fits: what a decision about it names */
	json_object_set_new(o, "ref", json_string(ref));
	json_object_set_new(o, "gone", json_boolean(is_gone));
	if (strcmp(review_value(item, "kind"), "token") == 0 && !is_gone)
		json_object_set_new(o, "holder", json_string(holder(now, review_value(item, "of"))));
	*removed += is_gone && strcmp(review_value(item, "decision"), "remove") == 0;
	return o;
}

static bool
wanted(const struct row *item, const char *show)
{
	const char *decision = review_value(item, "decision");

	return show == NULL || *show == '\0' || strcmp(show, "all") == 0 || (strcmp(show, "open") == 0 ? !*decision || !*review_value(item, "reason") : strcmp(show, decision) == 0);
}

/*= S-3-2 */
enum rc
view_review(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *show = json_string_value(json_object_get(arguments, "show"));
	struct review r = { .text = BUF(0) };
	struct present now = { .arena = ARENA(16 << 20) };
	json_t *rows = json_array(), *o;
	int64_t removed = 0;
	bool free_to_decide, waits;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &now.arena, &now.accounts, &now.n));
	TRY(review_tokens(c, &now.tokens));
	core_lock(c);
	rc = review_get(c, str_of(json_string_value(json_object_get(arguments, "id"))), &r);
	if (rc == RC_OK) {
		for (size_t i = 0; i < r.n; i++) {
			json_t *one = item_json(c, &now, r.items[i], &removed);

			if (wanted(r.items[i], show))
				json_array_append(rows, one);
			json_decref(one);
		}
		o = review_json(&r);
		free_to_decide = r.state == REVIEW_OPEN || r.state == REVIEW_RETURNED;
		waits = r.state == REVIEW_SIGNED;
		json_object_set_new(o, "at", json_integer((json_int_t)core_now_us()));
		json_object_set_new(o, "hash", json_string(r.hash));
		json_object_set_new(o, "same", json_boolean(r.same));
		json_object_set_new(o, "removed", json_integer((json_int_t)removed));
		json_object_set_new(o, "can_decide", json_boolean(free_to_decide && act_permitted(ACT_REVIEW_DECIDE, who->session.roles)));
		json_object_set_new(o, "can_sign", json_boolean(free_to_decide && r.n && r.open == 0 && act_permitted(ACT_REVIEW_SIGN, who->session.roles)));
		json_object_set_new(o, "can_answer", json_boolean(waits && act_permitted(ACT_REVIEW_ANSWER, who->session.roles)));
		json_object_set_new(o, "statement", json_stringn(r.text.p ? r.text.p : "", r.text.n));
		json_object_set(o, "rows", rows);
		json_object_set_new(o, "total", json_integer((json_int_t)json_array_size(rows)));
		*ret = o;
	}
	core_unlock(c);
out:
	review_free(&r);
	json_decref(rows);
	json_decref(now.tokens);
	arena_free(&now.arena);
	return rc;
}
