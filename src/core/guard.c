// SPDX-License-Identifier: Apache-2.0
/*
 * What must be there beside the role, found out in one place for every act: the row of acts.def says which, this file
 * says whether it is there, act_decide() alone answers yes or no.
 *
 * What is said with an act stands in its arguments under "guard": purpose, reason, ticket, words (of the preview, typed
 * again) and seen (the hash of the preview that was shown). It is recorded with them.
 */
#include "core/guard_int.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"

/* ---- what was said */

static const struct said { enum guard guard; const char *key; size_t max; bool lines; } said[] = {
	{ GUARD_PURPOSE, "purpose", 200, false },
	{ GUARD_REASON, "reason", 1000, true },
	{ GUARD_TICKET, "ticket", 64, false },
};

/* Not there is no mistake: the answer says that it is missing. */
static enum rc
said_look(const struct said *s, const json_t *guard, uint32_t *met)
{
	const json_t *value = json_object_get(guard, s->key);
	struct str text = str_trim((struct str){ json_string_value(value), json_string_length(value) });
	struct text checked;
	enum rc rc = RC_OK;

	if (value && !json_is_string(value))
		return FAIL(RC_SYNTAX, "%s: 文字で入れてください / %s: text is expected", s->key, s->key);
	if (text.n == 0)
		return RC_OK;
	TRY(s->lines ? utf8_check_lines(text, &checked) : utf8_check(text, &checked));
	if (utf8_count(checked) > s->max)
		return FAIL(RC_SYNTAX, "%s: %zu文字までです / %s: at most %zu characters", s->key, s->max, s->key, s->max);
	*met |= GUARD_BIT(s->guard);
out:
	return rc;
}

/* ---- the preview, seen and typed */

enum rc
approval_hash(enum act act, json_t *arguments, const json_t *preview, char ret[HASH_CHARS + 1])
{
	json_t *plain = json_copy(arguments), *whole;
	struct buf b = BUF(1 << 20), hex = BUF(2 * HASH_CHARS);
	struct hash h;
	char *text;
	enum rc rc = RC_OK;

	(void)json_object_del(plain, "lang"); /* the language of an answer changes nothing */
	(void)json_object_del(plain, "guard");
	whole = json_pack("{s:s, s:o, s:O}", "act", act_row(act)->id, "arguments", plain, "preview", preview);
	text = json_dumps(whole, JSON_COMPACT | JSON_SORT_KEYS);
	if (text == NULL)
		TRY(FAIL(RC_BUG, "a preview is no JSON"));
	TRY(buf_add_c(&b, "tsujiban preview v1\n"));
	TRY(buf_add_c(&b, text));
	hash_bytes(buf_str(&b), &h);
	TRY(hex_encode(&hex, (struct str){ (const char *)h.b, sizeof(h.b) }));
	(void)snprintf(ret, HASH_CHARS + 1, "%s", buf_cstr(&hex)); /* fits: 32 bytes */
out:
	free(text);
	json_decref(whole);
	buf_free(&b);
	buf_free(&hex);
	return rc;
}

/* Typed as it stands now, after a preview that says what is so now. */
static enum rc
confirm_look(struct core *c, enum act act, json_t *arguments, const json_t *guard, uint32_t *met)
{
	const char *words = json_string_value(json_object_get(guard, "words")), *seen = json_string_value(json_object_get(guard, "seen"));
	char hash[HASH_CHARS + 1];
	json_t *preview = NULL;
	enum rc rc = RC_OK;

	if (words == NULL || seen == NULL)
		return RC_OK;
	TRY(preview_of(c, act, arguments, &preview));
	TRY(approval_hash(act, arguments, preview, hash));
	if (strcmp(seen, hash) == 0 && str_eq_c(str_trim(str_of(words)), json_string_value(json_object_get(preview, "words"))))
		*met |= GUARD_BIT(GUARD_CONFIRM);
out:
	json_decref(preview);
	return rc;
}

/* ---- a second person */

/*
 * While nobody of the client has enrolled who could approve, the console builds the station alone: nobody could be the
 * second person to it. The first one who could ends this, whatever becomes of that account.
 */
static enum rc
nobody_approves(struct core *c, bool *ret)
{
	struct arena a = ARENA(2 << 20);
	struct account *list;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	*ret = true;
	for (size_t i = 0; i < n; i++)
		if ((list[i].enrolled || list[i].removed_at_us) && roles_side(list[i].roles) == SIDE_CLIENT && act_permitted(ACT_APPROVAL_APPROVE, list[i].roles))
			*ret = false;
out:
	arena_free(&a);
	return rc;
}

/* A new account with a privileged role gives as much as account-roles does, so it asks for as much. */
/*= S-7-1 */
static uint32_t
account_guards(enum act act, const json_t *arguments)
{
	uint32_t roles = 0;

	if (act != ACT_ACCOUNT_ADD || !view_roles_chosen(arguments, &roles) || !roles_privileged(roles))
		return 0;
	return act_row(ACT_ACCOUNT_ROLES)->guards;
}

/* ---- all of them */

/*= O1-1-2 */
enum rc
guard_look(struct core *c, enum act act, struct actor *who, json_t *arguments, struct act_state *ret)
{
	const struct act_row *row = act_row(act);
	const json_t *guard = json_object_get(arguments, "guard");
	bool console = actor_console(&who->session.account), alone = false, read = false;
	uint32_t asked;
	int64_t shown_us = who->session.stepped_up_at_us;
	enum rc rc = RC_OK;

	TRY(delegation_apply(c, act, who));
	if (act == ACT_ACCOUNT_ADD && act_permitted(act, who->session.roles))
		TRY(account_new_allowed(c, arguments));
	*ret = (struct act_state){ .roles = who->session.roles, .by_token = who->session.by_token, .in_scope = (who->session.scope[act / 8] >> act % 8) & 1 };
	/* a factor shown again a moment ago, and not in a time to come; at the machine itself, being root or the station's owner is what was shown */
	if (console || (shown_us && shown_us <= who->at_us + SECOND_US && who->at_us - shown_us < STEP_UP_US))
		ret->met |= GUARD_BIT(GUARD_STEP_UP);
	ret->also = register_guards(c, act, arguments) | account_guards(act, arguments);
	asked = row->guards | ret->also;
	if ((asked & GUARD_BIT(GUARD_ADDRESS)) && place_administers(c, who->door, who->address))
		ret->met |= GUARD_BIT(GUARD_ADDRESS);
	if (asked == 0 || !act_permitted(act, ret->roles))
		goto out;
	if ((asked & GUARD_BIT(GUARD_SECOND)) && console) {
		TRY(nobody_approves(c, &alone));
		if (alone) {
			ret->met |= GUARD_BIT(GUARD_SECOND);
			if (act == ACT_ACCOUNT_ADD) /* the station is being built: the list of accounts is what it is told */
				ret->also = 0;
		}
	}
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (asked & GUARD_BIT(said[i].guard))
			TRY(said_look(&said[i], guard, &ret->met));
	if (row->guards & GUARD_BIT(GUARD_PROCEDURE)) {
		json_decref(operation_procedure(c, act, who, &read));
		if (read)
			ret->met |= GUARD_BIT(GUARD_PROCEDURE);
	}
	if (asked & GUARD_BIT(GUARD_CONFIRM))
		TRY(confirm_look(c, act, arguments, guard, &ret->met));
out:
	return rc;
}

static json_t *
guards_json(uint32_t set)
{
	json_t *list = json_array();

	for (enum guard g = 0; g < GUARD_COUNT; g++)
		if (set & GUARD_BIT(g))
			json_array_append_new(list, json_string(guard_name(g)));
	return list;
}

enum rc
view_act_preview(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "act"));
	json_t *asked = json_object_get(arguments, "arguments"), *preview = NULL;
	enum act act = act_of(str_of(id));
	char hash[HASH_CHARS + 1] = "";
	struct actor me = *who;
	struct act_state state;
	bool read;
	enum rc rc = RC_OK;

	if (act == ACT_NONE || !json_is_object(asked))
		return FAIL(RC_SYNTAX, "操作の名前と引数を添えてください / name an act, and give its arguments");
	if (!act_permitted(act, who->session.roles))
		return FAIL(RC_DENIED, "この役割では行えません / not permitted to this role: %s", id);
	TRY(guard_look(c, act, &me, asked, &state));
	TRY(preview_of(c, act, asked, &preview));
	TRY(approval_hash(act, asked, preview, hash));
	*ret = json_pack("{s:I, s:s, s:s, s:i, s:o, s:o, s:O, s:s, s:b, s:o}", "at", (json_int_t)core_now_us(), "act", id, "act_text", word_act(act, who->lang), "danger", (int)act_row(act)->danger,
	    "guards", guards_json(act_row(act)->guards | state.also), "missing", guards_json((act_row(act)->guards | state.also) & ~state.met), "preview", preview, "seen", hash, "can_declare", (int)operation_declares(who), "procedure",
	    act_row(act)->guards & GUARD_BIT(GUARD_PROCEDURE) ? operation_procedure(c, act, &me, &read) : json_null());
out:
	json_decref(preview);
	return rc;
}
