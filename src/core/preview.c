// SPDX-License-Identifier: Apache-2.0
/*
 * What an act would change, in numbers and names, before it is done: the words to type, and rows of before and after.
 *
 * Language has no place in it: the same preview, made again, tells whether the object is still as it was seen, and, made
 * after the act, whether what came is what was expected.
 */
#include "core/contract.h"
#include "core/guard_int.h"
#include "core/removal.h"

#include <string.h>

typedef enum rc preview(struct core *, json_t *arguments, json_t **ret);

void
preview_row(json_t *p, const char *what, const char *kind, json_t *before, json_t *after)
{
	json_array_append_new(json_object_get(p, "rows"), json_pack("{s:s, s:s, s:o, s:o}", "what", what, "kind", kind, "before", before, "after", after));
}

json_t *
preview_new(const char *object, const char *words)
{
	return json_pack("{s:s, s:s, s:[]}", "object", object, "words", words, "rows");
}

static const char *
account_state(const struct account *a)
{
	return a->removed_at_us ? "removed" : a->suspended_at_us ? "suspended" : a->enrolled ? "in-use" : "not-enrolled";
}

/* The account of this name as it stands, and what is to become of it; `roles` 0: as they are. */
static enum rc
account_becomes(struct core *c, const char *name, uint32_t roles, const char *state, json_t **ret)
{
	struct arena a = ARENA(2 << 20);
	struct account *list;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n && name; i++) {
		if (strcmp(list[i].name, name) != 0)
			continue;
		*ret = preview_new(list[i].display, list[i].name);
		preview_row(*ret, "account", "text", json_string(list[i].name), json_string(list[i].name));
		preview_row(*ret, "roles", "roles", view_roles(list[i].roles), view_roles(roles ? roles : list[i].roles));
		preview_row(*ret, "state", "state", json_string(account_state(&list[i])), json_string(state ? state : account_state(&list[i])));
	}
	if (*ret == NULL)
		rc = FAIL(RC_NOTFOUND, "その名前のアカウントはありません / no account has this name");
out:
	arena_free(&a);
	return rc;
}

static enum rc
account_roles(struct core *c, json_t *arguments, json_t **ret)
{
	uint32_t roles = 0;

	if (!view_roles_chosen(arguments, &roles))
		return FAIL(RC_SYNTAX, "役割を、片方の側から1つ以上選んでください / choose one or more roles of one side");
	return account_becomes(c, json_string_value(json_object_get(arguments, "id")), roles, NULL, ret);
}

static enum rc
account_reset(struct core *c, json_t *arguments, json_t **ret)
{
	return account_becomes(c, json_string_value(json_object_get(arguments, "id")), 0, "not-enrolled", ret);
}

static enum rc
account_removed(struct core *c, json_t *arguments, json_t **ret)
{
	return account_becomes(c, json_string_value(json_object_get(arguments, "id")), 0, "removed", ret);
}

/* Nobody yet, then an account that waits for its enrolment. */
static enum rc
account_added(struct core *c, json_t *arguments, json_t **ret)
{
	const char *name = json_string_value(json_object_get(arguments, "name")), *display = json_string_value(json_object_get(arguments, "display"));
	uint32_t roles = 0;
	enum rc rc;

	if (name == NULL || display == NULL || !view_roles_chosen(arguments, &roles))
		return FAIL(RC_SYNTAX, "role: 名前、表示名、役割が要ります / name, display name and role are needed");
	rc = account_becomes(c, name, roles, NULL, ret);
	if (rc != RC_NOTFOUND)
		return rc;
	rc_trail_clear();
	*ret = preview_new(display, name);
	preview_row(*ret, "account", "text", json_string(""), json_string(name));
	preview_row(*ret, "roles", "roles", json_array(), view_roles(roles));
	preview_row(*ret, "state", "state", json_string("none"), json_string("not-enrolled"));
	return RC_OK;
}

/* ---- the catalogue */

static size_t
clauses_of(const struct catalogue *cat)
{
	size_t n = 0;

	for (size_t i = 0; i < cat->contracts_count; i++)
		n += cat->contracts[i].clauses_count;
	return n;
}

static json_t *
contracts_of(const struct catalogue *cat)
{
	struct buf b = BUF(4096);
	json_t *ret;

	for (size_t i = 0; i < cat->contracts_count; i++)
		if (buf_addf(&b, "%s" STR_FMT " " STR_FMT, i ? ", " : "", STR_ARG(cat->contracts[i].id), STR_ARG(cat->contracts[i].version)) != RC_OK)
			rc_trail_clear(); /* a list cut short is still a list */
	ret = view_text(buf_str(&b));
	buf_free(&b);
	return ret;
}

/* Clauses of `a` that `b` has not: their number is what is typed. */
static json_t *
clauses_without(const struct catalogue *a, const struct catalogue *b)
{
	struct buf names = BUF(8192);
	json_t *ret;

	for (size_t i = 0; i < a->contracts_count; i++)
		for (size_t k = 0; k < a->contracts[i].clauses_count; k++)
			if (catalogue_clause(b, a->contracts[i].clauses[k].id, NULL) == NULL && buf_addf(&names, "%s" STR_FMT, names.n ? ", " : "", STR_ARG(a->contracts[i].clauses[k].id)) != RC_OK)
				rc_trail_clear(); /* cut short */
	ret = view_text(buf_str(&names));
	buf_free(&names);
	return ret;
}

static json_t *
digest_of(const struct catalogue *cat)
{
	char text[2 * 8 + 1];

	for (size_t i = 0; i < 8; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", cat->digest.b[i]); /* fits */
	return json_string(text);
}

static enum rc
catalogue_reloaded(struct core *c, json_t *arguments, json_t **ret)
{
	struct catalogue *fresh = NULL;
	char words[32];
	enum rc rc = RC_OK;

	(void)arguments;
	TRY(contracts_catalogue(c, &fresh));
	core_lock(c);
	(void)snprintf(words, sizeof(words), "%zu", clauses_of(fresh));
	*ret = preview_new("catalogue", words);
	preview_row(*ret, "contracts", "text", contracts_of(c->catalogue), contracts_of(fresh));
	preview_row(*ret, "clauses", "number", json_integer((json_int_t)clauses_of(c->catalogue)), json_integer((json_int_t)clauses_of(fresh)));
	preview_row(*ret, "clauses-gone", "text", clauses_without(c->catalogue, fresh), json_string(""));
	preview_row(*ret, "clauses-new", "text", json_string(""), clauses_without(fresh, c->catalogue));
	preview_row(*ret, "registers", "number", json_integer((json_int_t)c->catalogue->forms_count), json_integer((json_int_t)fresh->forms_count));
	preview_row(*ret, "digest", "text", digest_of(c->catalogue), digest_of(fresh));
	core_unlock(c);
out:
	catalogue_free(fresh);
	return rc;
}

static preview *const previews[ACT_COUNT] = {
	[ACT_ACCOUNT_ADD] = account_added,
	[ACT_ACCOUNT_REMOVE] = account_removed,
	[ACT_ACCOUNT_RESET] = account_reset,
	[ACT_ACCOUNT_ROLES] = account_roles,
	[ACT_CATALOGUE_RELOAD] = catalogue_reloaded,
	[ACT_PERSON_REMOVE] = removal_preview,
};

enum rc
preview_of(struct core *c, enum act act, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));

	if (previews[act])
		return previews[act](c, arguments, ret);
	*ret = preview_new(id ? id : "", id ? id : act_row(act)->id);
	return RC_OK;
}

/* What came, against what was expected: the rows that differ. */
json_t *
preview_compare(const json_t *expected, const json_t *now)
{
	json_t *rows = json_object_get(expected, "rows"), *others = json_object_get(now, "rows"), *differ = json_array(), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		json_t *want = json_object_get(row, "after"), *got = json_object_get(json_array_get(others, i), "before");

		if (strncmp(json_string_value(json_object_get(row, "what")), "clauses-", 8) != 0 && !json_equal(want, got)) /* lists of a difference have no state of their own */
			json_array_append_new(differ, json_pack("{s:O, s:O, s:O, s:O?}", "what", json_object_get(row, "what"), "kind", json_object_get(row, "kind"), "after", want, "now", got));
	}
	return differ;
}
