// SPDX-License-Identifier: Apache-2.0
/*
 * Delegation: a person lets another of the same side act in some of the own roles, until the end of a day in Japan.
 *
 * Whoever acts by a lent role acts for who lent it and counts as both: neither approves what the other asked for. A role
 * that its lender has lost, or of a lender who is suspended, is lent no more; what was lent is never lent on.
 */
#include "core/guard_int.h"

#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "base/utf8.h"

#define DAYS_MAX 366

static int64_t
until_of(const json_t *arguments)
{
	int64_t day_us;

	if (time_parse_date(str_of(json_string_value(json_object_get(arguments, "until"))), &day_us) == RC_OK)
		return day_us + DAY_US;
	rc_trail_clear();
	return 0;
}

/* ---- in memory */

struct gathering { struct delegation *list; size_t n, cap; json_t *ended; };

static void
take_add(void *context, const struct note *n)
{
	struct gathering *g = context;
	struct delegation d = { .leaf = n->leaf, .from = n->actor, .since_us = n->at_us, .until_us = until_of(n->arguments) };
	char id[24];

	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)n->leaf); /* fits */
	(void)snprintf(d.to, sizeof(d.to), "%s", note_text(n, "to"));        /* a name of auth: it was found */
	if (json_object_get(g->ended, id) || !view_roles_chosen(n->arguments, &d.roles))
		return;
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 16;
		g->list = realloc(g->list, g->cap * sizeof(*g->list));
		if (g->list == NULL)
			abort();
	}
	g->list[g->n++] = d;
}

enum rc
delegation_load(struct core *c)
{
	struct gathering g = { .ended = NULL };
	struct delegation *old = NULL;
	enum rc rc = RC_OK;

	TRY(note_ends(c, ACT_DELEGATION_END, &g.ended));
	TRY(note_each(c, ACT_DELEGATION_ADD, take_add, &g));
	core_lock(c);
	old = c->delegations;
	c->delegations = g.list;
	c->delegations_count = g.n;
	g.list = NULL;
	core_unlock(c);
out:
	free(old);
	free(g.list);
	json_decref(g.ended);
	return rc;
}

void
delegation_free(struct core *c)
{
	free(c->delegations);
	c->delegations = NULL;
	c->delegations_count = 0;
}

/* ---- who acts for whom */

enum rc
delegation_apply(struct core *c, enum act act, struct actor *who)
{
	struct delegation mine[BEHALF_MAX];
	struct arena a = ARENA(2 << 20);
	struct account *list;
	size_t n = 0, count = 0;
	enum rc rc = RC_OK;

	who->own_roles = who->session.roles;
	who->behalf_count = 0;
	core_lock(c);
	for (size_t i = 0; i < c->delegations_count && n < BEHALF_MAX; i++) {
		const struct delegation *d = &c->delegations[i];

		if (strcmp(d->to, who->session.name) == 0 && d->since_us <= who->at_us && who->at_us < d->until_us)
			mine[n++] = *d;
	}
	core_unlock(c);
	if (n == 0)
		return RC_OK;
	TRY(ask_auth_account_list(c->auth, &a, &list, &count));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < count; k++) {
			uint32_t lent = list[k].roles & mine[i].roles;

			if (memcmp(list[k].id.b, mine[i].from.b, ID_BYTES) != 0 || list[k].suspended_at_us || !list[k].enrolled || roles_side(lent | who->own_roles) == SIDE_NONE)
				continue;
			who->session.roles |= lent;
			if (act_permitted(act, lent) && (!act_permitted(act, who->own_roles) || (act == ACT_PAPER_RECEIVE && lent & ~who->own_roles))) /* a stage of a paper is one role's */
				who->behalf[who->behalf_count++] = list[k].id;
		}
out:
	arena_free(&a);
	return rc;
}

/* ---- the acts */

/* An account of this name made after the role was lent is somebody else. */
static const struct account *
account_named(const struct account *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

enum rc
do_delegation_add(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *to = json_string_value(json_object_get(arguments, "to"));
	struct str reason = str_trim(str_of(json_string_value(json_object_get(arguments, "reason"))));
	struct opaque_id mine = person_of_account(c, &who->session.account), theirs;
	int64_t until_us = until_of(arguments);
	struct arena a = ARENA(2 << 20);
	const struct account *other;
	struct account *list;
	struct text checked;
	uint32_t roles;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (actor_console(&who->session.account))
		TRY(FAIL(RC_DENIED, "コンソールは誰でもないので、役割を任せられません / the console is nobody in particular: it lends no role"));
	if (!view_roles_chosen(arguments, &roles) || (roles & ~who->own_roles))
		TRY(FAIL(RC_SYNTAX, "任せる役割を、自分の役割から選んでください（人から任された役割は任せられません） / choose among your own roles; what was lent to you is not lent on"));
	if (until_us <= who->at_us || until_us > who->at_us + DAYS_MAX * DAY_US)
		TRY(FAIL(RC_SYNTAX, "期限は、今日から1年先までの日付を入れてください / the end is a day from today up to one year ahead"));
	TRY(utf8_check_lines(reason, &checked));
	if (reason.n == 0 || utf8_count(checked) > 1000)
		TRY(FAIL(RC_SYNTAX, "理由を1000文字までで入れてください / give the reason, at most 1000 characters"));
	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	other = account_named(list, n, to ? to : "");
	if (other == NULL || !other->enrolled || other->suspended_at_us)
		TRY(FAIL(RC_NOTFOUND, "その名前で使えるアカウントがありません / no usable account has this name"));
	theirs = person_of_account(c, &other->id);
	if (memcmp(mine.b, theirs.b, ID_BYTES) == 0)
		TRY(FAIL(RC_SYNTAX, "自分には任せられません / a role is lent to somebody else"));
	if (roles_side(other->roles) != roles_side(who->own_roles))
		TRY(FAIL(RC_DENIED, "任せられるのは、同じ側の人だけです / a role is lent within one side only"));
	TRY(view_delegations(c, who, arguments, ret));
out:
	arena_free(&a);
	return rc;
}

enum rc
do_delegation_end(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	bool found = false, may = act_permitted(ACT_APPROVAL_APPROVE, who->own_roles);
	int64_t leaf = -1;
	enum rc rc = RC_OK;

	if (num_parse(str_of(id), 0, INT64_MAX, &leaf) != RC_OK)
		rc_trail_clear();
	core_lock(c);
	for (size_t i = 0; i < c->delegations_count; i++)
		if (c->delegations[i].leaf == (uint64_t)leaf && leaf >= 0) {
			found = true;
			may |= memcmp(c->delegations[i].from.b, who->session.account.b, ID_BYTES) == 0 || strcmp(c->delegations[i].to, who->session.name) == 0;
		}
	core_unlock(c);
	if (!found)
		TRY(FAIL(RC_NOTFOUND, "その代理はないか、もう終わっています / no such delegation, or it has ended"));
	if (!may)
		TRY(FAIL(RC_DENIED, "終えられるのは、任せた人、任された人と、承認できる人です / who lent it may end it, who got it, and who approves"));
	TRY(view_delegations(c, who, arguments, ret));
out:
	return rc;
}

/* ---- the list */

struct listing { struct core *c; const struct actor *who; json_t *rows, *ended; const struct account *accounts; size_t n; };

static void
list_add(void *context, const struct note *n)
{
	struct listing *l = context;
	const struct account *to = account_named(l->accounts, l->n, note_text(n, "to"));
	int64_t until_us = until_of(n->arguments);
	const json_t *ended;
	struct civil last = time_civil(until_us - 1);
	uint32_t roles = 0;
	char id[24];

	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)n->leaf); /* fits */
	ended = json_object_get(l->ended, id);
	(void)view_roles_chosen(n->arguments, &roles);
	json_array_append_new(l->rows, json_pack("{s:s, s:o, s:s, s:s, s:o, s:I, s:o, s:s, s:s, s:o, s:I, s:b}", "id", id, "from", view_text(n->who), "to", note_text(n, "to"),
	    "to_text", to ? to->display : note_text(n, "to"), "roles", view_roles(roles), "since", (json_int_t)n->at_us,
	    "until_date", json_sprintf("%04d-%02d-%02d", last.year % 10000, last.month, last.day), "reason", note_text(n, "reason"),
	    "state", ended ? "ended" : l->who->at_us >= until_us ? "over" : "in-force", "ended_at", ended ? json_incref(json_object_get(ended, "at")) : json_null(), "leaf", (json_int_t)n->leaf,
	    "can_end", (int)(memcmp(n->actor.b, l->who->session.account.b, ID_BYTES) == 0 || strcmp(note_text(n, "to"), l->who->session.name) == 0 || act_permitted(ACT_APPROVAL_APPROVE, l->who->own_roles))));
}

enum rc
view_delegations(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct listing l = { .c = c, .who = who, .rows = json_array() };
	struct arena a = ARENA(2 << 20);
	json_t *people = json_array();
	struct account *list = NULL;
	size_t n = 0;
	enum rc rc = RC_OK;

	(void)arguments;
	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	l.accounts = list;
	l.n = n;
	for (size_t i = 0; i < n; i++)
		if (list[i].enrolled && !list[i].suspended_at_us && roles_side(list[i].roles) == roles_side(who->own_roles) && memcmp(list[i].id.b, who->session.account.b, ID_BYTES) != 0)
			json_array_append_new(people, json_pack("{s:s, s:s}", "name", list[i].name, "display", list[i].display));
	TRY(note_ends(c, ACT_DELEGATION_END, &l.ended));
	TRY(note_each(c, ACT_DELEGATION_ADD, list_add, &l));
	*ret = json_pack("{s:I, s:O, s:I, s:O, s:o}", "at", (json_int_t)core_now_us(), "rows", l.rows, "total", (json_int_t)json_array_size(l.rows), "people", people, "own_roles", view_roles(who->own_roles));
out:
	json_decref(l.rows);
	json_decref(l.ended);
	json_decref(people);
	arena_free(&a);
	return rc;
}
