// SPDX-License-Identifier: Apache-2.0
/* Accounts as administration sees them: auth keeps them, core asks for each change and records who asked. */
#include "core/guard_int.h"
#include "core/people.h"

#include <string.h>

#include "base/num.h"
#include "form/look_alike.h"

static json_t *
hex_text(struct str bytes)
{
	struct buf hex = BUF(256);
	json_t *ret = hex_encode(&hex, bytes) == RC_OK ? view_text(buf_str(&hex)) : json_null();

	buf_free(&hex);
	return ret;
}

static json_t *
account_json(const struct account *a)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:b, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:i}", "id", hex_text((struct str){ (const char *)a->id.b, ID_BYTES }), "name", view_text(str_of(a->name)),
	    "display", view_text(str_of(a->display)), "roles", view_roles(a->roles), "side", roles_side(a->roles) == SIDE_CLIENT ? "client" : "contractor", "enrolled", (int)a->enrolled,
	    "created_at", view_time(a->created_at_us), "last_sign_in_at", view_time(a->last_sign_in_at_us), "locked_until", view_time(a->locked_until_us),
	    "suspended_at", view_time(a->suspended_at_us), "passkeys", (int)a->passkeys, "person", people_nobody(&a->person) ? json_null() : hex_text((struct str){ (const char *)a->person.b, ID_BYTES }),
	    "until", view_time(a->until_us), "ended_at", view_time(a->ended_at_us), "removed_at", view_time(a->removed_at_us), "certificates", (int)a->certificates);
}

enum rc
view_accounts(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct arena a = ARENA(2 << 20);
	json_t *rows = json_array();
	struct account *list;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n; i++)
		json_array_append_new(rows, account_json(&list[i]));
	*ret = json_pack("{s:I, s:O}", "at", (json_int_t)core_now_us(), "rows", rows);
out:
	json_decref(rows);
	arena_free(&a);
	return rc;
}

json_t *
view_roles(uint32_t roles)
{
	json_t *list = json_array();

	for (enum role r = roles_next(roles, ROLE_NONE); r != ROLE_NONE; r = roles_next(roles, r))
		json_array_append_new(list, json_string(role_name(r)));
	return list;
}

/* One name, or several with commas between, of one side. */
static bool
roles_read(const json_t *value, uint32_t *ret)
{
	struct str rest = str_of(json_string_value(value)), name;
	uint32_t roles = 0;

	while (rest.n && str_cut(&rest, ',', &name)) {
		enum role r = role_of(str_trim(name));

		if (r == ROLE_NONE)
			return false;
		roles |= ROLE_BIT(r);
	}
	*ret = roles;
	return roles_side(roles) != SIDE_NONE;
}

/* Told at the form, before anything else is asked for. */
enum rc
account_new_allowed(struct core *c, const json_t *arguments)
{
	const char *name = json_string_value(json_object_get(arguments, "name")), *display = json_string_value(json_object_get(arguments, "display"));
	struct arena a = ARENA(4u << 20);
	struct account *list;
	bool alike = false;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (name == NULL || display == NULL)
		goto out; /* said by the act itself */
	TRY(account_name_allowed(str_of(name)));
	TRY(account_display_allowed(str_of(display)));
	TRY(name_one_script(str_of(display)));
	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, name) == 0)
			TRY(FAIL(RC_CONFLICT, "name-taken: there is an account of this name"));
		TRY(name_alike(str_of(display), str_of(list[i].display), &alike));
		if (alike)
			TRY(FAIL(RC_CONFLICT, "display-alike: it reads like another account's name and is written otherwise"));
	}
out:
	arena_free(&a);
	return rc;
}

enum rc
view_account_add(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *name = json_string_value(json_object_get(arguments, "name")), *display = json_string_value(json_object_get(arguments, "display"));
	uint32_t roles = 0;
	struct account_add add = { .by = who->session.account };
	struct buf link = BUF(512);
	struct opaque_id id;
	enum rc rc = RC_OK;

	if (!roles_read(json_object_get(arguments, "role"), &roles) || name == NULL || display == NULL)
		return FAIL(RC_SYNTAX, "role: 名前、表示名、役割が要ります / name, display name and role are needed");
	add.name = str_of(name);
	add.display = str_of(display);
	add.roles = roles;
	TRY(person_for_account(c, arguments, roles, &add.person, &add.from_us, &add.until_us));
	TRY(ask_auth_account_add(c->auth, &add, &link, &id));
	if (people_follow(c) != RC_OK)
		rc_trail_clear(); /* the link is in memory a moment later */
	*ret = json_pack("{s:o, s:s, s:o}", "id", hex_text((struct str){ (const char *)id.b, ID_BYTES }), "name", name, "link", view_text(buf_str(&link)));
out:
	buf_free(&link);
	return rc;
}

enum rc
view_account_link(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *name = json_string_value(json_object_get(arguments, "name"));
	struct buf link = BUF(512);
	struct opaque_id id;
	enum rc rc = RC_OK;

	if (name == NULL)
		return FAIL(RC_SYNTAX, "name is needed");
	TRY(ask_auth_account_link(c->auth, &who->session.account, str_of(name), &link, &id));
	*ret = json_pack("{s:o, s:s, s:o}", "id", hex_text((struct str){ (const char *)id.b, ID_BYTES }), "name", name, "link", view_text(buf_str(&link)));
out:
	buf_free(&link);
	return rc;
}

/* Whose it is, and how that person's term stands. */
static void
person_put(struct core *c, const struct account *a, enum lang lang, json_t *answer)
{
	static const enum msg states[] = { [TERM_STATE_BEFORE] = MSG_UI_TERM_BEFORE, [TERM_STATE_NOW] = MSG_UI_TERM_NOW, [TERM_STATE_OVER] = MSG_UI_TERM_OVER, [TERM_STATE_REFUSED] = MSG_UI_TERM_REFUSED };
	char id[2 * ID_BYTES + 1];
	const struct row *r;
	struct term t;

	if (people_nobody(&a->person))
		return;
	people_hex(&a->person, id);
	core_lock(c);
	people_term_of(c, &a->person, core_now_us(), &t);
	r = register_row(c, str_of(id));
	if (r)
		json_object_set_new(answer, "person_text", json_sprintf("%s %s", r->name, json_string_value(json_object_get(r->values, "name"))));
	json_object_set_new(answer, "term", json_string(message_plain(t.waiting ? MSG_UI_TERM_WAITING : states[t.state], lang)));
	core_unlock(c);
}

enum rc
view_account(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *name = json_string_value(json_object_get(arguments, "id"));
	struct arena a = ARENA(2 << 20);
	struct account *list;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n && *ret == NULL && name; i++) {
		if (strcmp(list[i].name, name) != 0)
			continue;
		*ret = account_json(&list[i]);
		json_object_set_new(*ret, "at", json_integer((json_int_t)core_now_us()));
		json_object_set_new(*ret, "own", json_boolean(memcmp(list[i].id.b, who->session.account.b, ID_BYTES) == 0));
		person_put(c, &list[i], who->lang, *ret);
		json_object_set_new(*ret, "can_remove", json_boolean(list[i].removed_at_us == 0 && act_permitted(ACT_ACCOUNT_REMOVE, who->session.roles)));
		json_object_set_new(*ret, "can_reset", json_boolean(list[i].removed_at_us == 0 && list[i].enrolled && act_permitted(ACT_ACCOUNT_RESET, who->session.roles)));
		json_object_set_new(*ret, "can_roles", json_boolean(act_permitted(ACT_ACCOUNT_ROLES, who->session.roles)));
	}
	if (*ret == NULL)
		rc = FAIL(RC_NOTFOUND, "その名前のアカウントはありません / no account has this name");
out:
	arena_free(&a);
	return rc;
}

/* From a form's boxes ("role_on-call": "yes") or one text of names. */
bool
view_roles_chosen(const json_t *arguments, uint32_t *ret)
{
	char key[64];
	uint32_t roles = 0;

	if (json_object_get(arguments, "role"))
		return roles_read(json_object_get(arguments, "role"), ret);
	for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
		(void)snprintf(key, sizeof(key), "role_%s", role_name(r));
		if (json_is_true(json_object_get(arguments, key)))
			roles |= ROLE_BIT(r);
	}
	*ret = roles;
	return roles_side(roles) != SIDE_NONE;
}

static enum rc
change(struct core *c, const struct actor *who, json_t *arguments, enum account_change_kind what, json_t **ret)
{
	const char *name = json_string_value(json_object_get(arguments, "id"));
	struct account_change ask = { .by = who->session.account, .name = str_of(name), .what = what };
	struct arena a = ARENA(4u << 20);
	struct account *list;
	struct opaque_id id;
	size_t n;
	enum rc rc = RC_OK;

	if (what == ACCOUNT_ROLES && !view_roles_chosen(arguments, &ask.roles))
		return FAIL(RC_SYNTAX, "役割を、片方の側から1つ以上選んでください / choose one or more roles of one side");
	if (what == ACCOUNT_ROLES) {
		TRY(ask_auth_account_list(c->auth, &a, &list, &n));
		for (size_t i = 0; i < n; i++)
			if (name && strcmp(list[i].name, name) == 0)
				TRY(people_auditor_ends(c, ask.roles, &list[i].person));
	}
	TRY(ask_auth_account_change(c->auth, &ask, &id));
	TRY(view_account(c, who, arguments, ret));
out:
	arena_free(&a);
	return rc;
}

/*= S-3-2 */
enum rc view_account_unlock(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return change(c, who, arguments, ACCOUNT_UNLOCK, ret); }
enum rc view_account_suspend(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return change(c, who, arguments, ACCOUNT_SUSPEND, ret); }
enum rc view_account_resume(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return change(c, who, arguments, ACCOUNT_RESUME, ret); }
enum rc view_account_sessions_end(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return change(c, who, arguments, ACCOUNT_SESSIONS_END, ret); }
enum rc view_account_reset(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return change(c, who, arguments, ACCOUNT_RESET, ret); }
enum rc view_account_roles(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return change(c, who, arguments, ACCOUNT_ROLES, ret); }
