// SPDX-License-Identifier: Apache-2.0
/* Which accounts there are today, wherever they stand; and a review as its rows tell it. */
#include "core/review.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "core/people.h"
#include "core/removal.h"

const char *const review_states[] = { "", "open", "signed", "returned", "confirmed" };

const char *
review_value(const struct row *r, const char *field)
{
	const char *s = r ? json_string_value(json_object_get(r->values, field)) : NULL;

	return s ? s : "";
}

/* ---- accounts of today */

static bool
listed_before(const struct listing *l, struct str account)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->list[i].account, account))
			return true;
	return false;
}

/* Two of one name in one place are one; of one name in two places, the second says its place. */
static enum rc
list_add(struct listing *l, struct listed one)
{
	if (one.account.n == 0)
		return RC_OK;
	if (listed_before(l, one.account))
		one.account = arena_f(l->arena, STR_FMT "@" STR_FMT, STR_ARG(one.account), STR_ARG(one.place));
	if (listed_before(l, one.account))
		return RC_OK;
	if (l->n == l->cap) {
		struct listed *more = arena_get(l->arena, (l->cap ? l->cap * 2 : 64) * sizeof(*more));

		if (more == NULL)
			return FAIL(RC_LIMIT, "棚卸しの対象が多すぎます / there are too many accounts for one review");
		if (l->n)
			memcpy(more, l->list, l->n * sizeof(*more));
		l->list = more;
		l->cap = l->cap ? l->cap * 2 : 64;
	}
	one.account = arena_dup(l->arena, one.account);
	one.person = arena_dup(l->arena, one.person);
	one.place = arena_dup(l->arena, one.place);
	one.of = arena_dup(l->arena, one.of);
	l->list[l->n++] = one;
	return RC_OK;
}

/* Under lock: the name of a person of the roster. */
static struct str
person_name(struct core *c, struct str id)
{
	const struct row *r = id.n ? register_row(c, id) : NULL;

	return str_of(review_value(r, "name"));
}

/* The accounts of the station itself that are not removed. Under lock. */
static enum rc
list_station(struct core *c, const struct account *accounts, size_t n, struct listing *l)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n; i++) {
		const struct account *x = &accounts[i];
		char hex[2 * ID_BYTES + 1];
		struct str name;

		if (x->removed_at_us || x->ended_at_us)
			continue;
		people_hex(&x->person, hex);
		name = people_nobody(&x->person) ? STR_NONE : person_name(c, str_of(hex));
		TRY(list_add(l, (struct listed){ arena_f(l->arena, "%s@tsujiban", x->name), name.n ? name : str_of(x->display), STR("tsujiban"), "station", str_of(x->name) }));
	}
out:
	return rc;
}

enum rc
review_tokens(struct core *c, json_t **ret)
{
	struct buf b = BUF(1 << 20);
	json_t *answer = NULL, *rows, *one;
	size_t i;
	enum rc rc = RC_OK;

	TRY(ask_auth_token_list(c->auth, &b));
	answer = json_loadb(b.p ? b.p : "", b.n, JSON_REJECT_DUPLICATES, NULL);
	rows = json_object_get(answer, "rows");
	if (!json_is_array(rows))
		TRY(FAIL(RC_PEER, "auth: the answer has no rows of tokens"));
	json_array_foreach(rows, i, one)
		if (!json_is_string(json_object_get(one, "id")) || !json_is_string(json_object_get(one, "label")) || !json_is_string(json_object_get(one, "account")))
			TRY(FAIL(RC_PEER, "auth: a row of a token lacks a member"));
	*ret = json_incref(rows);
out:
	json_decref(answer);
	buf_free(&b);
	return rc;
}

/* API tokens, each by itself: its name is what the holder wrote, so a part of its id tells those of one name apart. Under lock. */
static enum rc
list_tokens(struct core *c, const struct account *accounts, size_t n, const json_t *tokens, struct listing *l)
{
	const json_t *one;
	size_t k;
	enum rc rc = RC_OK;

	json_array_foreach(tokens, k, one) {
		const char *id = json_string_value(json_object_get(one, "id")), *label = json_string_value(json_object_get(one, "label")), *holder = json_string_value(json_object_get(one, "account"));
		char hex[2 * ID_BYTES + 1];
		struct str person = STR_NONE;

		for (size_t i = 0; i < n; i++)
			if (strcmp(accounts[i].name, holder) == 0) {
				people_hex(&accounts[i].person, hex);
				person = people_nobody(&accounts[i].person) ? STR_NONE : person_name(c, str_of(hex));
				person = person.n ? person : str_of(accounts[i].display);
			}
		TRY(list_add(l, (struct listed){ arena_f(l->arena, "%s@tsujiban API: %s (%.8s)", holder, label, id), person, STR("tsujiban"), "token", str_of(id) }));
	}
out:
	return rc;
}

static const struct { const char *id, *account, *kind; } declared[] = {
	{ "os-account", "account", "os" }, { "special-account", "name", "special" }, { "door-card", "number", "card" }, { "key", "name", "key" },
};

/* What registers declare. Under lock. */
static enum rc
list_declared(struct core *c, struct listing *l)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(declared) / sizeof(declared[0]); i++) {
		size_t end, at = register_range(c, str_of(declared[i].id), &end);

		for (; at < end; at++) {
			const struct row *r = &c->rows[at];
			const char *machine = review_value(r, "machine"), *place = *machine ? machine : review_value(r, "place");
			struct str account = str_of(review_value(r, declared[i].account)), person = person_name(c, str_of(row_owner(r)));

			if (*machine)
				account = arena_f(l->arena, STR_FMT "@%s", STR_ARG(account), machine);
			TRY(list_add(l, (struct listed){ account, person.n ? person : str_of(review_value(r, "person")), str_of(i == 0 && !*place ? c->machine : place), declared[i].kind, str_of(r->id) }));
		}
	}
out:
	return rc;
}

/* Was it declared for this machine already? */
static bool
declared_here(struct core *c, struct str account)
{
	size_t end, at = register_range(c, STR("os-account"), &end);

	for (; at < end; at++) {
		const char *machine = review_value(&c->rows[at], "machine");

		if (str_eq_c(account, review_value(&c->rows[at], "account")) && (!*machine || strcmp(machine, c->machine) == 0))
			return true;
	}
	return false;
}

/* What the newest look found on this machine and nobody declared. Under lock. */
static enum rc
list_seen(struct core *c, struct listing *l)
{
	const struct held *h = held_find(c, "no-shared-accounts", "host:local", "");
	struct facts facts = { .arena = l->arena };
	enum rc rc = RC_OK;

	facts_of_json(h && h->facts ? h->facts : "[]", true, &facts);
	for (uint32_t row = 1; row <= fact_rows(&facts); row++) {
		struct str account = fact_s(&facts, row, "account");

		if (account.n && !declared_here(c, account))
			TRY(list_add(l, (struct listed){ account, STR_NONE, str_of(c->machine), "seen", STR_NONE }));
	}
out:
	return rc;
}

/*= S-3-2 */
enum rc
review_accounts(struct core *c, struct listing *ret)
{
	struct account *accounts;
	json_t *tokens = NULL;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, ret->arena, &accounts, &n));
	TRY(review_tokens(c, &tokens));
	core_lock(c);
	rc = list_station(c, accounts, n, ret);
	if (rc == RC_OK)
		rc = list_tokens(c, accounts, n, tokens, ret);
	if (rc == RC_OK)
		rc = list_declared(c, ret);
	if (rc == RC_OK)
		rc = list_seen(c, ret);
	core_unlock(c);
out:
	json_decref(tokens);
	return rc;
}

/* ---- a review as its rows tell it */

void
review_free(struct review *r)
{
	free(r->items);
	r->items = NULL;
	buf_free(&r->text);
}

/* What is signed: a line for the review, a line for each account, fields divided by tabs, in order of their names. */
static enum rc
text_of(struct review *r)
{
	static const char *const fields[] = { "account", "person", "place", "kind", "decision", "reason", "decided_on" };
	enum rc rc = RC_OK;

	TRY(buf_addf(&r->text, "tsujiban account review v1\n%s\t%s\n", review_value(r->row, "name"), review_value(r->row, "opened_on")));
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < sizeof(fields) / sizeof(fields[0]); k++)
			TRY(buf_addf(&r->text, "%s%s", review_value(r->items[i], fields[k]), k + 1 < sizeof(fields) / sizeof(fields[0]) ? "\t" : "\n"));
out:
	return rc;
}

static const struct row *
answer_of(struct core *c, const struct review *r, const char *signed_hash)
{
	size_t end, at = register_range(c, STR("account-review-answer"), &end);

	for (; at < end; at++)
		if (strcmp(review_value(&c->rows[at], "sha256"), signed_hash) == 0 && strcmp(review_value(&c->rows[at], "review"), review_value(r->row, "name")) == 0)
			return &c->rows[at];
	return NULL;
}

enum rc
review_get(struct core *c, struct str id, struct review *ret)
{
	struct review r = { .row = register_said(c, STR("account-review"), id), .text = BUF(64 << 20) };
	struct buf hex = BUF(4 * sizeof(struct hash));
	const char *hash;
	struct hash h;
	size_t end, at;
	enum rc rc = RC_OK;

	if (r.row == NULL || strcmp(r.row->register_id, "account-review") != 0)
		TRY(FAIL(RC_NOTFOUND, "その棚卸しはありません / there is no such review"));
	at = register_range(c, STR("account-review-item"), &end);
	r.items = calloc(end - at + 1, sizeof(const struct row *));
	if (r.items == NULL)
		abort();
	for (; at < end; at++) {
		const struct row *item = &c->rows[at];
		const char *decision = review_value(item, "decision");

		if (strcmp(review_value(item, "review"), review_value(r.row, "name")) != 0)
			continue;
		r.items[r.n++] = item;
		r.open += !*decision || !*review_value(item, "reason");
		r.keep += strcmp(decision, "keep") == 0;
		r.remove += strcmp(decision, "remove") == 0;
	}
	TRY(text_of(&r));
	hash_bytes(buf_str(&r.text), &h);
	TRY(hex_encode(&hex, (struct str){ (const char *)h.b, sizeof(h.b) }));
	(void)snprintf(r.hash, sizeof(r.hash), "%s", buf_cstr(&hex));
	hash = review_value(r.row, "sha256");
	r.same = strcmp(hash, r.hash) == 0;
	r.answer = *hash ? answer_of(c, &r, hash) : NULL;
	r.state = !*hash ? REVIEW_OPEN : r.answer == NULL ? REVIEW_SIGNED : strcmp(review_value(r.answer, "decision"), "yes") == 0 ? REVIEW_CONFIRMED : REVIEW_RETURNED;
	*ret = r;
	r = (struct review){ .text = BUF(0) };
out:
	review_free(&r);
	buf_free(&hex);
	return rc;
}
