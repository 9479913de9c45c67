// SPDX-License-Identifier: Apache-2.0
/*
 * Whose an account is, and its removal, alone or with everything else of a person in one act.
 *
 * What the station can take away itself goes at once, by auth. What stands elsewhere (accounts of hosts, special
 * accounts, keys, cards) is marked in its register as not needed from today: the row stays until somebody, or the
 * station where it may, has taken it away and ended it. So a restart or a lost store forgets nothing.
 */
#include "core/guard_int.h"
#include "core/register_int.h"
#include "core/removal.h"

#include <string.h>

#include "base/calendar.h"
#include "base/num.h"
#include "base/time_text.h"

/* What belongs to a person, by "owner". */
const char *const belongings[] = { "door-card", "key", "os-account", "special-account", NULL };

const char *
row_owner(const struct row *r)
{
	const char *owner = json_string_value(json_object_get(r->values, "owner"));

	return owner ? owner : "";
}

/* Not needed since this day, unless an earlier one stands. */
static void
edit_unneeded(struct edits *edits, const struct row *r, const char *today)
{
	const char *since = json_string_value(json_object_get(r->values, "unneeded_on"));

	if (since == NULL || *since == '\0' || strcmp(since, today) > 0)
		edits_set(edits, r, "unneeded_on", today);
}

/*= S-3-2 */
enum rc
removal_edits(struct core *c, const struct asked *q, struct edits *ret)
{
	const char *said = json_string_value(json_object_get(q->arguments, "id"));
	const struct row *person = register_said(c, STR("person"), str_of(said));
	struct buf today = BUF(32);
	struct civil now;
	enum rc rc = RC_OK;

	if (person == NULL)
		TRY(FAIL(RC_NOTFOUND, "その人は名簿にいません / nobody of the roster is called that"));
	now = time_civil(q->at_us);
	TRY(buf_addf(&today, "%04d-%02d-%02d", now.year, now.month, now.day));
	edit_unneeded(ret, person, buf_cstr(&today));
	for (const char *const *id = belongings; *id; id++) {
		size_t end, at = register_range(c, str_of(*id), &end);

		for (; at < end; at++)
			if (strcmp(row_owner(&c->rows[at]), person->id) == 0)
				edit_unneeded(ret, &c->rows[at], buf_cstr(&today));
	}
out:
	buf_free(&today);
	return rc;
}

/* ---- accounts */

static enum rc
change_account(struct core *c, const struct actor *who, const char *name, enum account_change_kind what)
{
	struct opaque_id id;

	return ask_auth_account_change(c->auth, &(struct account_change){ .by = who->session.account, .name = str_of(name), .what = what }, &id);
}

/*= S-3-2 */
enum rc
do_account_remove(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *name = json_string_value(json_object_get(arguments, "id"));
	enum rc rc = RC_OK;

	if (name == NULL)
		return FAIL(RC_SYNTAX, "id is needed");
	TRY(change_account(c, who, name, ACCOUNT_REMOVE));
	TRY(view_account(c, who, arguments, ret));
out:
	return rc;
}

static enum rc
account_named(struct core *c, const char *name, struct account *ret)
{
	struct arena a = ARENA(4u << 20);
	struct account *list;
	size_t n = 0;
	bool found = false;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n && name && !found; i++)
		if (strcmp(list[i].name, name) == 0) {
			*ret = list[i];
			found = true;
		}
	if (!found)
		rc = FAIL(RC_NOTFOUND, "その名前のアカウントはありません / no account has this name");
out:
	arena_free(&a);
	return rc;
}

/*= O1-1-1 */
enum rc
do_account_person(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *name = json_string_value(json_object_get(arguments, "id"));
	struct account_change change = { .by = who->session.account, .name = str_of(name), .what = ACCOUNT_PERSON };
	struct account account;
	struct opaque_id id;
	enum rc rc = RC_OK;

	TRY(account_named(c, name, &account));
	TRY(person_for_account(c, arguments, account.roles, &change.person, &change.from_us, &change.until_us));
	if (people_nobody(&change.person))
		TRY(FAIL(RC_SYNTAX, "person: 名簿の番号が要ります / the number of the roster is needed"));
	TRY(ask_auth_account_change(c->auth, &change, &id));
	TRY(people_follow(c));
	TRY(view_account(c, who, arguments, ret));
out:
	return rc;
}

/* ---- a person */

#define KEY_ROLES (ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_CLIENT_OFFICER)) /* as auth has it: one of them administers a side */

static bool
of_person(const struct account *a, const struct opaque_id *person)
{
	return memcmp(a->person.b, person->b, ID_BYTES) == 0 && a->removed_at_us == 0;
}

static bool
administers(const struct account *a, uint32_t roles, int64_t now_us)
{
	return (a->roles & roles & KEY_ROLES) && a->enrolled && !a->suspended_at_us && !a->removed_at_us && a->from_us <= now_us && (a->until_us == 0 || (a->until_us > now_us && !a->ended_at_us));
}

/* All of them may go, which is asked before the first one does: auth would stop at the last administrator, midway. */
/*= S-3-2 */
static enum rc
all_may_go(const struct account *list, size_t n, const struct opaque_id *person)
{
	int64_t now_us = core_now_us();

	for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
		bool here = false, elsewhere = false;

		for (size_t i = 0; i < n; i++) {
			bool theirs = of_person(&list[i], person);

			here |= theirs && administers(&list[i], ROLE_BIT(r), now_us);
			elsewhere |= !theirs && administers(&list[i], ROLE_BIT(r), now_us);
		}
		if (here && !elsewhere)
			return FAIL(RC_CONFLICT, "この側で使える最後の管理者です。先に別の人を登録してください / this is the last usable administrator of the side: enrol another first");
	}
	return RC_OK;
}

static enum rc
accounts_of(struct core *c, const struct actor *who, const struct opaque_id *person, int64_t *ret)
{
	struct opaque_id own = person_of_account(c, &who->session.account);
	struct arena a = ARENA(4u << 20);
	struct account *list;
	size_t n = 0;
	enum rc rc = RC_OK;

	*ret = 0;
	if (memcmp(own.b, person->b, ID_BYTES) == 0)
		TRY(FAIL(RC_CONFLICT, "自分を取り除くことはできません。別の人に頼んでください / nobody removes himself: ask another person"));
	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	TRY(all_may_go(list, n, person));
	for (size_t i = 0; i < n; i++) {
		if (!of_person(&list[i], person))
			continue;
		TRY(change_account(c, who, list[i].name, ACCOUNT_REMOVE));
		(*ret)++;
	}
out:
	arena_free(&a);
	return rc;
}

/* What it is called on its card, in its file, on its ring. */
static const char *
belonging_name(const struct row *r)
{
	const char *name = json_string_value(json_object_get(r->values, strcmp(r->register_id, "os-account") == 0 ? "account" : strcmp(r->register_id, "door-card") == 0 ? "number" : "name"));

	return name ? name : "";
}

static void
name_add(struct buf *b, const char *name)
{
	if (buf_addf(b, "%s%s", b->n ? ", " : "", name) != RC_OK)
		rc_trail_clear(); /* a list cut short is still a list */
}

/* Before: what they have and is needed; after: nothing. */
enum rc
removal_preview(struct core *c, json_t *arguments, json_t **ret)
{
	struct buf names[8] = { BUF(4096), BUF(4096), BUF(4096), BUF(4096), BUF(4096), BUF(4096), BUF(4096), BUF(4096) };
	char id[2 * ID_BYTES + 1] = "";
	struct arena a = ARENA(4u << 20);
	const struct row *person;
	struct opaque_id of;
	struct account *list;
	size_t n = 0, kinds = 0;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	core_lock(c);
	person = register_said(c, STR("person"), str_of(json_string_value(json_object_get(arguments, "id"))));
	if (person) {
		memcpy(id, person->id, sizeof(id));
		*ret = preview_new(person->name, person->name);
		for (; belongings[kinds]; kinds++) {
			size_t end, at = register_range(c, str_of(belongings[kinds]), &end);

			for (; at < end; at++)
				if (strcmp(row_owner(&c->rows[at]), id) == 0 && json_object_get(c->rows[at].values, "unneeded_on") == NULL)
					name_add(&names[kinds], belonging_name(&c->rows[at]));
		}
	}
	core_unlock(c);
	if (*id == '\0')
		TRY(FAIL(RC_NOTFOUND, "その人は名簿にいません / nobody of the roster is called that"));
	TRY(hex_decode(str_of(id), of.b, ID_BYTES));
	TRY(all_may_go(list, n, &of));
	for (size_t i = 0; i < n; i++)
		if (of_person(&list[i], &of))
			name_add(&names[kinds], list[i].name);
	preview_row(*ret, "accounts", "text", view_text(buf_str(&names[kinds])), json_string(""));
	for (size_t k = 0; k < kinds; k++)
		preview_row(*ret, belongings[k], "text", view_text(buf_str(&names[k])), json_string(""));
out:
	if (rc != RC_OK) {
		json_decref(*ret);
		*ret = NULL;
	}
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		buf_free(&names[k]);
	arena_free(&a);
	return rc;
}

/*= S-3-2 */
enum rc
do_person_remove(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *said = json_string_value(json_object_get(arguments, "id"));
	char id[2 * ID_BYTES + 1] = "";
	struct edits edits = { NULL, 0, 0 };
	const struct row *person;
	struct opaque_id of;
	json_t *shown = NULL, *by_hand = NULL;
	int64_t accounts = 0;
	enum rc rc = RC_OK;

	core_lock(c);
	person = register_said(c, STR("person"), str_of(said));
	if (person)
		memcpy(id, person->id, sizeof(id));
	core_unlock(c);
	if (*id == '\0')
		TRY(FAIL(RC_NOTFOUND, "その人は名簿にいません / nobody of the roster is called that"));
	TRY(hex_decode(str_of(id), of.b, ID_BYTES));
	TRY(accounts_of(c, who, &of, &accounts));
	TRY(register_edit(c, who, ACT_PERSON_REMOVE, arguments, &edits));
	by_hand = os_accounts_lock(c, who, &edits);
	shown = json_pack("{s:s}", "id", id);
	TRY(view_register_row(c, who, shown, ret));
	json_object_set_new(*ret, "removed", json_pack("{s:I, s:I, s:O}", "accounts", (json_int_t)accounts, "marked", (json_int_t)edits.n, "by_hand", by_hand));
out:
	json_decref(shown);
	json_decref(by_hand);
	edits_free(&edits);
	return rc;
}

/* ---- from unneeded to removed */

struct leftover { int64_t open, last_us; json_t *left; };

static void
closing_account(struct leftover *k, const struct account *a)
{
	int64_t at = a->removed_at_us ? a->removed_at_us : a->ended_at_us;

	if (at == 0) {
		k->open++;
		json_array_append_new(k->left, json_sprintf("%s", a->name));
	} else if (at > k->last_us) {
		k->last_us = at;
	}
}

/* Rows that ended, by owner: {id: latest}. */
static enum rc
ended_belongings(struct core *c, json_t *ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select row_values, ended_us from register_row r where register in ('door-card', 'key', 'os-account', 'special-account') and ended_us is not null"
	    " and version = (select max(version) from register_row s where s.id = r.id)", &q));
	for (;;) {
		json_t *values;
		const char *owner;

		TRY(db_step(q, &row));
		if (!row)
			break;
		values = json_loadb(db_text(q, 0).p, db_text(q, 0).n, JSON_REJECT_DUPLICATES, NULL);
		owner = json_string_value(json_object_get(values, "owner"));
		if (owner && json_integer_value(json_object_get(ret, owner)) < db_int(q, 1))
			json_object_set_new(ret, owner, json_integer((json_int_t)db_int(q, 1)));
		json_decref(values);
	}
out:
	db_done(q);
	return rc;
}

struct removals { const struct account *accounts; size_t accounts_n; json_t *ended; int64_t now_us, within_h; };

static json_t *
removal_json(struct core *c, const struct removals *all, const struct row *r, const struct term *t)
{
	struct leftover k = { .left = json_array(), .last_us = json_integer_value(json_object_get(all->ended, r->id)) };
	int64_t hours;
	json_t *ret;

	for (size_t i = 0; i < all->accounts_n; i++) {
		char id[2 * ID_BYTES + 1];

		people_hex(&all->accounts[i].person, id);
		if (strcmp(id, r->id) == 0)
			closing_account(&k, &all->accounts[i]);
	}
	for (const char *const *id = belongings; *id; id++) {
		size_t end, at = register_range(c, str_of(*id), &end);

		for (; at < end; at++)
			if (strcmp(row_owner(&c->rows[at]), r->id) == 0) {
				if (json_object_get(c->rows[at].values, "locked_on")) { /* nobody gets in by it any more */
					k.last_us = c->rows[at].since_us > k.last_us ? c->rows[at].since_us : k.last_us;
					continue;
				}
				k.open++;
				json_array_append_new(k.left, json_string(belonging_name(&c->rows[at])));
			}
	}
	hours = ((k.open ? all->now_us : k.last_us > t->until_us ? k.last_us : t->until_us) - t->until_us) / HOUR_US;
	ret = json_pack("{s:s, s:s, s:O, s:I, s:o, s:I, s:I, s:o, s:s}", "id", r->id, "number", r->name, "name", json_object_get(r->values, "name"), "due_at", (json_int_t)t->until_us,
	    "removed_at", k.open ? json_null() : json_integer((json_int_t)(k.last_us > t->until_us ? k.last_us : t->until_us)), "hours", (json_int_t)hours, "open", (json_int_t)k.open, "left", k.left,
	    "state", k.open == 0 ? "removed" : hours > all->within_h ? "late" : "open");
	return ret;
}

static enum rc
removals_collect(struct core *c, json_t *list)
{
	struct arena a = ARENA(4u << 20);
	struct removals all = { .ended = json_object(), .now_us = core_now_us() };
	struct civil day = time_civil(all.now_us);
	char today[16];
	struct account *accounts;
	size_t end, at;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &accounts, &all.accounts_n));
	all.accounts = accounts;
	(void)snprintf(today, sizeof(today), "%04d-%02d-%02d", day.year % 10000, day.month % 100, day.day % 100); /* fits */
	TRY(ended_belongings(c, all.ended));
	core_lock(c);
	all.within_h = catalogue_number(c->catalogue, "account-removal", "within_h"); /* "promptly", as the contract has it */
	for (at = register_range(c, STR("person"), &end); at < end; at++) {
		const struct row *r = &c->rows[at], *company = register_row(c, str_of(json_string_value(json_object_get(r->values, "company"))));
		const char *kind = company ? json_string_value(json_object_get(company->values, "kind")) : NULL;
		struct term t;

		const char *until = json_string_value(json_object_get(r->values, "until"));

		if ((until == NULL || strcmp(until, today) >= 0) && json_object_get(r->values, "unneeded_on") == NULL && kind && strcmp(kind, "subcontractor") != 0)
			continue; /* nothing ended it: dates stand in one spelling, and a renewal only moves the end back */
		people_term(c, r, all.now_us, &t);
		/* what was removed by hand on its last day is done, though the day is not over */
		if (t.state == TERM_STATE_OVER || (t.state == TERM_STATE_NOW && t.why == TERM_LEFT))
			json_array_append_new(list, removal_json(c, &all, r, &t));
	}
	core_unlock(c);
out:
	json_decref(all.ended);
	arena_free(&a);
	return rc;
}

enum rc
view_removals(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	static const struct { const char *id; int64_t hours; } bands[] = { { "day", 24 }, { "three-days", 72 }, { "week", 168 }, { "longer", INT64_MAX } };
	int64_t counts[4] = { 0 }, open = 0;
	json_t *list = json_array(), *chart = json_array(), *one;
	size_t i;
	enum rc rc = RC_OK;

	(void)who;
	(void)arguments;
	TRY(removals_collect(c, list));
	json_array_foreach(list, i, one) {
		size_t b = 0;

		if (json_is_null(json_object_get(one, "removed_at"))) {
			open++;
			continue;
		}
		while (json_integer_value(json_object_get(one, "hours")) > bands[b].hours)
			b++;
		counts[b]++;
	}
	for (size_t b = 0; b < 4; b++)
		json_array_append_new(chart, json_pack("{s:s, s:I}", "band", bands[b].id, "n", (json_int_t)counts[b]));
	json_array_append_new(chart, json_pack("{s:s, s:I}", "band", "open", "n", (json_int_t)open));
	*ret = json_pack("{s:I, s:O, s:O, s:I}", "at", (json_int_t)core_now_us(), "rows", list, "chart", chart, "total", (json_int_t)json_array_size(list));
out:
	json_decref(list);
	json_decref(chart);
	return rc;
}
