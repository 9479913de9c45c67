// SPDX-License-Identifier: Apache-2.0
/* A listing of nft, put in order: chains with their rules, sets with their elements, ports that are treated alike. */
#include <stdlib.h>
#include <string.h>

#include "control/nft_hit.h"

#define STEPS_MAX  4000000
#define CHAINS_MAX 20000
#define SETS_MAX   20000

bool
nft_is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool
nft_listed(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (nft_is(*list, name))
			return true;
	return false;
}

const char *
nft_text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

enum rc
nft_step(struct nft_view_of *v, size_t n)
{
	v->rules->steps += n;
	return v->rules->steps > STEPS_MAX ? FAIL(RC_LIMIT, "nft: too many rules to walk") : RC_OK;
}

static int
by_name(const void *a, const void *b)
{
	const struct nft_chain *x = a, *y = b;
	int n = strcmp(x->name, y->name);

	if (n == 0)
		n = strcmp(x->table, y->table);
	return n ? n : strcmp(x->family, y->family);
}

const struct nft_chain *
nft_chain_of(const struct nft_rules *r, const char *family, const char *table, const char *name)
{
	const struct nft_chain key = { .family = family, .table = table, .name = name };

	return r->chains_count ? bsearch(&key, r->chains, r->chains_count, sizeof(key), by_name) : NULL;
}

static bool
flagged(const json_t *items, const json_t *chain)
{
	const json_t *item, *table;
	size_t i;

	json_array_foreach(items, i, item) {
		table = json_object_get(item, "table");
		if (table && nft_is(nft_text(table, "name"), nft_text(chain, "table")) && nft_is(nft_text(table, "family"), nft_text(chain, "family")))
			return json_object_get(table, "flags") != NULL;
	}
	return true;
}

static enum rc
count_items(const json_t *items, size_t *chains, size_t *sets)
{
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item) {
		if (!json_is_object(item) || json_object_size(item) != 1)
			return FAIL(RC_SYNTAX, "nft: an item that is not one thing");
		*chains += json_object_get(item, "chain") != NULL;
		*sets += json_object_get(item, "set") != NULL || json_object_get(item, "map") != NULL;
	}
	if (json_integer_value(json_object_get(json_object_get(json_array_get(items, 0), "metainfo"), "json_schema_version")) != 1)
		return FAIL(RC_SYNTAX, "nft: an unknown version of the listing");
	return *chains > CHAINS_MAX || *sets > SETS_MAX ? FAIL(RC_LIMIT, "nft: too many chains or sets") : RC_OK;
}

static void
take_item(struct nft_rules *r, const json_t *item)
{
	const json_t *chain = json_object_get(item, "chain"), *set = json_object_get(item, "set");

	if (set == NULL)
		set = json_object_get(item, "map");
	if (chain) {
		const char *policy = nft_text(chain, "policy");

		r->chains[r->chains_count++] = (struct nft_chain){ .family = nft_text(chain, "family"), .table = nft_text(chain, "table"), .name = nft_text(chain, "name"),
			.type = nft_text(chain, "type"), .hook = nft_text(chain, "hook"), .policy = policy, .table_flags = json_object_get(chain, "hook") && flagged(r->items, chain) };
	} else if (set) {
		r->sets[r->sets_count++] = (struct nft_set){ nft_text(set, "family"), nft_text(set, "table"), nft_text(set, "name"), json_object_get(set, "elem") };
	}
}

/* Gives each chain its rules, in two rounds: how many, then which. */
static enum rc
deal_rules(struct nft_rules *r)
{
	const json_t *item, *rule;
	size_t i;

	for (int fill = 0; fill < 2; fill++) {
		for (i = 0; fill && i < r->chains_count; i++) {
			r->chains[i].rules = arena_get(r->arena, (r->chains[i].rules_count + 1) * sizeof(json_t *));
			if (r->chains[i].rules == NULL)
				return FAIL(RC_LIMIT, "nft: too many rules");
			r->chains[i].rules_count = 0;
		}
		json_array_foreach(r->items, i, item) {
			struct nft_chain *c;

			rule = json_object_get(item, "rule");
			if (rule == NULL)
				continue;
			c = (struct nft_chain *)(uintptr_t)nft_chain_of(r, nft_text(rule, "family"), nft_text(rule, "table"), nft_text(rule, "chain"));
			if (c == NULL)
				return FAIL(RC_SYNTAX, "nft: a rule of no chain");
			if (fill)
				c->rules[c->rules_count] = rule;
			c->rules_count++;
		}
	}
	return RC_OK;
}

enum rc
nft_rules_read(struct str json, struct arena *arena, struct nft_rules **ret)
{
	struct nft_rules *r = arena_get(arena, sizeof(*r));
	size_t chains = 0, sets = 0, i;
	const json_t *item;
	json_error_t error;
	enum rc rc = RC_OK;

	if (r == NULL)
		return FAIL(RC_LIMIT, "no room");
	r->arena = arena;
	r->root = json_loadb(json.n ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &error);
	r->items = json_object_get(r->root, "nftables");
	r->notrack = str_find(json, STR("\"notrack\""), NULL);
	if (!json_is_array(r->items))
		TRY(FAIL(RC_SYNTAX, "nft: not a listing of its ruleset (line %d)", r->root ? 0 : error.line));
	TRY(count_items(r->items, &chains, &sets));
	r->chains = arena_get(arena, (chains + 1) * sizeof(r->chains[0]));
	r->sets = arena_get(arena, (sets + 1) * sizeof(r->sets[0]));
	if (r->chains == NULL || r->sets == NULL)
		TRY(FAIL(RC_LIMIT, "no room"));
	json_array_foreach(r->items, i, item)
		take_item(r, item);
	qsort(r->chains, r->chains_count, sizeof(r->chains[0]), by_name);
	TRY(deal_rules(r));
	*ret = r;
	r = NULL;
out:
	nft_rules_free(r);
	return rc;
}

void
nft_rules_free(struct nft_rules *r)
{
	if (r)
		json_decref(r->root);
}

/* ---- ports that are treated alike ---- */

/* A mark for each range of ports that stands anywhere: two ports with the same marks are told apart by no rule. */
struct marks { uint64_t at[65537]; uint64_t seed; size_t steps; };

static void
mark(struct marks *m, json_int_t first, json_int_t last)
{
	uint64_t x = m->seed += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	x ^= x >> 31;
	if (first < 0)
		first = 0;
	if (last > 65535)
		last = 65535;
	if (first > last)
		return;
	m->at[first] ^= x;
	m->at[last + 1] ^= x;
}

/* Every whole number and range of numbers in a listing may be one of ports; what is none only makes more kinds than needed. */
static void
mark_all(struct marks *m, const json_t *v, int depth)
{
	const json_t *range = json_object_get(v, "range"), *one;
	const char *key;
	size_t i;

	if (++m->steps > 2000000 || depth > 16)
		return;
	if (json_array_size(range) == 2 && json_is_integer(json_array_get(range, 0)) && json_is_integer(json_array_get(range, 1))) {
		mark(m, json_integer_value(json_array_get(range, 0)), json_integer_value(json_array_get(range, 1)));
	} else if (json_is_integer(v)) {
		mark(m, json_integer_value(v), json_integer_value(v));
	} else if (json_is_array(v)) {
		json_array_foreach(v, i, one)
			mark_all(m, one, depth + 1);
	} else if (json_is_object(v)) {
		json_object_foreach((json_t *)(uintptr_t)v, key, one)
			if (!nft_is(key, "prefix") && !nft_is(key, "counter") && !nft_is(key, "limit") && !nft_is(key, "handle") && !nft_is(key, "quota") && !nft_is(key, "timeout") &&
			    !nft_is(key, "expires"))
				mark_all(m, one, depth + 1);
	}
}

/* Comparisons cut the ports in two. */
static void
mark_comparisons(struct marks *m, const json_t *expr)
{
	const json_t *one;
	size_t i;

	json_array_foreach(expr, i, one) {
		const json_t *match = json_object_get(one, "match"), *right = json_object_get(match, "right");
		const char *op = nft_text(match, "op");

		if (json_is_integer(right) && (op[0] == '<' || op[0] == '>'))
			mark(m, 0, json_integer_value(right) - (nft_is(op, "<") || nft_is(op, ">=")));
	}
}

struct marked { uint64_t mark; uint32_t port; };

static int
by_mark(const void *a, const void *b)
{
	const struct marked *x = a, *y = b;

	return x->mark != y->mark ? (x->mark < y->mark ? -1 : 1) : x->port < y->port ? -1 : x->port > y->port;
}

static int
larger_first(const void *a, const void *b)
{
	const struct nft_kind *x = a, *y = b;

	return x->count != y->count ? (x->count > y->count ? -1 : 1) : x->port < y->port ? -1 : 1;
}

enum rc
nft_port_kinds(struct nft_rules *r, struct nft_kind ret[NFT_KINDS_MAX], size_t *ret_n)
{
	struct marks *m = calloc(1, sizeof(*m));
	struct marked *ports = calloc(65536, sizeof(*ports));
	struct nft_kind *kinds = calloc(65536, sizeof(*kinds));
	uint64_t now = 0;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (m == NULL || ports == NULL || kinds == NULL)
		abort();
	for (size_t i = 0; i < r->chains_count; i++)
		for (size_t j = 0; j < r->chains[i].rules_count; j++) {
			const json_t *expr = json_object_get(r->chains[i].rules[j], "expr");

			mark_all(m, expr, 0);
			mark_comparisons(m, expr);
		}
	for (size_t i = 0; i < r->sets_count; i++)
		mark_all(m, r->sets[i].elements, 0);
	if (m->steps > 2000000)
		TRY(FAIL(RC_LIMIT, "nft: too many numbers"));
	for (uint32_t p = 0; p < 65536; p++) {
		now ^= m->at[p];
		ports[p].mark = now;
		ports[p].port = p;
	}
	qsort(ports + 1, 65535, sizeof(*ports), by_mark); /* port 0 is none */
	for (size_t i = 1; i < 65536; i++) {
		if (i > 1 && ports[i].mark == ports[i - 1].mark) {
			kinds[n - 1].count++;
			continue;
		}
		kinds[n++] = (struct nft_kind){ (uint16_t)ports[i].port, 1 };
	}
	qsort(kinds, n, sizeof(kinds[0]), larger_first);
	*ret_n = n < NFT_KINDS_MAX ? n : NFT_KINDS_MAX;
	memcpy(ret, kinds, *ret_n * sizeof(ret[0]));
out:
	free(m);
	free(kinds);
	free(ports);
	return rc;
}
