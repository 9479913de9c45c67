// SPDX-License-Identifier: Apache-2.0
/* What of nft's listing stays while nobody changes a rule, sorted, then hashed. */
#include "control/nft_print.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypt/crypt.h"

#define OBJECTS_MAX 200000
#define DEPTH_MAX   64
#define PRINT_BYTES (32 << 20)

struct item { struct str table, key, text; size_t at; bool is_rule; };

static bool
has_flag(const json_t *set, const char *name)
{
	const json_t *flags = json_object_get(set, "flags"), *flag;
	size_t i;

	if (json_is_string(flags))
		return strcmp(json_string_value(flags), name) == 0;
	json_array_foreach(flags, i, flag)
		if (json_is_string(flag) && strcmp(json_string_value(flag), name) == 0)
			return true;
	return false;
}

static bool
is(const json_t *object, const char *key, const char *word)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s && strcmp(s, word) == 0;
}

/* Filled by packets, or by a program that bans addresses, not by whoever wrote the rules. */
static bool
fills_itself(const json_t *set)
{
	return has_flag(set, "timeout") || has_flag(set, "dynamic") || json_object_get(set, "timeout") || is(set, "table", "f2b-table");
}

/* What runs on by itself: counters, used quotas, time left. */
static enum rc
strip(json_t *value, int depth)
{
	json_t *one;
	const char *key;
	size_t i;
	enum rc rc = RC_OK;

	if (depth > DEPTH_MAX)
		return FAIL(RC_LIMIT, "nft: nested too deep");
	if (json_is_object(value)) {
		if (json_object_get(value, "packets") && json_object_get(value, "bytes")) {
			(void)json_object_del(value, "packets"); /* both are there */
			(void)json_object_del(value, "bytes");
		}
		for (size_t k = 0; k < 3; k++)
			if (json_object_get(value, (const char *const[]){ "used", "used_unit", "expires" }[k]))
				(void)json_object_del(value, (const char *const[]){ "used", "used_unit", "expires" }[k]);
		json_object_foreach(value, key, one)
			TRY(strip(one, depth + 1));
	}
	json_array_foreach(value, i, one)
		TRY(strip(one, depth + 1));
out:
	return rc;
}

static enum rc
text_of(const json_t *value, struct arena *arena, struct str *ret)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);

	*ret = arena_dup(arena, str_of(text));
	free(text);
	return ret->p ? RC_OK : FAIL(RC_LIMIT, "nft: no room for the ruleset");
}

static int
by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Elements of a set have no order: they go behind the rest of it, sorted. */
static enum rc
set_text(json_t *set, struct arena *arena, struct str *ret)
{
	json_t *elements = json_incref(json_object_get(set, "elem")), *one;
	size_t n = json_array_size(elements), i;
	struct str *list = arena_get(arena, (n + 1) * sizeof(*list)), rest;
	struct buf b = BUF(PRINT_BYTES);
	enum rc rc = RC_OK;

	if (list == NULL)
		TRY(FAIL(RC_LIMIT, "nft: no room for a set"));
	if (elements)
		(void)json_object_del(set, "elem"); /* it is there */
	TRY(text_of(set, arena, &rest));
	TRY(buf_add(&b, rest));
	if (!fills_itself(set)) {
		json_array_foreach(elements, i, one)
			TRY(text_of(one, arena, &list[i]));
		qsort(list, n, sizeof(*list), by_text);
		for (i = 0; i < n; i++)
			TRY(buf_addf(&b, "\n" STR_FMT, STR_ARG(list[i])));
	}
	*ret = arena_dup(arena, buf_str(&b));
	if (ret->p == NULL)
		TRY(FAIL(RC_LIMIT, "nft: no room for a set"));
out:
	json_decref(elements);
	buf_free(&b);
	return rc;
}

/* One of {"table": …}, {"chain": …}, {"rule": …}, {"set": …} and so on. */
static enum rc
item_of(json_t *object, size_t at, struct arena *arena, struct item *ret)
{
	const char *kind = json_object_iter_key(json_object_iter(object)), *family, *table, *name;
	json_t *body = kind ? json_object_get(object, kind) : NULL;
	bool is_set = kind && (strcmp(kind, "set") == 0 || strcmp(kind, "map") == 0), is_rule = kind && strcmp(kind, "rule") == 0;
	enum rc rc = RC_OK;

	if (json_object_size(object) != 1 || !json_is_object(body))
		return FAIL(RC_SYNTAX, "nft: an object without its kind");
	family = json_string_value(json_object_get(body, "family"));
	table = json_string_value(json_object_get(body, strcmp(kind, "table") == 0 ? "name" : "table"));
	name = json_string_value(json_object_get(body, is_rule ? "chain" : "name"));
	if (family == NULL || table == NULL || (is_rule && name == NULL))
		return FAIL(RC_SYNTAX, "nft: a %s of no table", kind);
	*ret = (struct item){ .at = at, .is_rule = is_rule };
	ret->table = arena_f(arena, "%s %s", family, table);
	ret->key = arena_f(arena, "%s %s", kind, name ? name : "");
	if (ret->table.p == NULL || ret->key.p == NULL)
		return FAIL(RC_LIMIT, "nft: no room for the ruleset");
	if (json_object_get(body, "handle"))
		(void)json_object_del(body, "handle"); /* it is there */
	TRY(strip(body, 0));
	TRY(is_set ? set_text(body, arena, &ret->text) : text_of(body, arena, &ret->text));
out:
	return rc;
}

/* Tables and what is in them by name; rules of a chain as they stand. */
static int
by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = str_cmp(x->table, y->table);

	order = order ? order : str_cmp(x->key, y->key);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static void
word_of(struct str text, char ret[33])
{
	struct hash hash;

	hash_bytes(text, &hash);
	for (size_t i = 0; i < 16; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", hash.b[i]);
}

static enum rc
print_tables(const struct item *items, size_t n, struct arena *arena, struct nft_print *ret)
{
	struct buf whole = BUF(NFT_TABLES_MAX * 600), b = BUF(PRINT_BYTES);
	enum rc rc = RC_OK;

	ret->tables = arena_get(arena, NFT_TABLES_MAX * sizeof(*ret->tables));
	if (ret->tables == NULL)
		TRY(FAIL(RC_LIMIT, "nft: no room for the tables"));
	for (size_t i = 0, end; i < n; i = end) {
		struct nft_table_print *t = &ret->tables[ret->tables_count];

		if (ret->tables_count == NFT_TABLES_MAX)
			TRY(FAIL(RC_LIMIT, "nft: more than %d tables", NFT_TABLES_MAX));
		t->name = items[i].table;
		buf_reset(&b);
		for (end = i; end < n && str_eq(items[end].table, t->name); end++) {
			TRY(buf_addf(&b, STR_FMT " %zu\n", STR_ARG(items[end].key), items[end].text.n));
			TRY(buf_add(&b, items[end].text));
			t->rules += items[end].is_rule;
		}
		word_of(buf_str(&b), t->print);
		ret->rules += t->rules;
		ret->tables_count++;
		TRY(buf_addf(&whole, STR_FMT " %s\n", STR_ARG(t->name), t->print));
	}
	word_of(buf_str(&whole), ret->whole);
out:
	buf_free(&whole);
	buf_free(&b);
	return rc;
}

enum rc
nft_print(struct str json, struct arena *arena, struct nft_print *ret)
{
	json_error_t e;
	json_t *root = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &e), *list = json_object_get(root, "nftables"), *one;
	struct item *items = NULL;
	struct nft_print print = { .tables = NULL };
	size_t n = 0, i;
	enum rc rc = RC_OK;

	if (!json_is_array(list))
		TRY(FAIL(RC_SYNTAX, "nft: not a listing in JSON"));
	if (json_array_size(list) > OBJECTS_MAX)
		TRY(FAIL(RC_LIMIT, "nft: more than %d objects", OBJECTS_MAX));
	items = calloc(json_array_size(list) + 1, sizeof(*items));
	if (items == NULL)
		TRY(FAIL(RC_LIMIT, "nft: no room for the ruleset"));
	json_array_foreach(list, i, one) {
		if (json_object_get(one, "metainfo"))
			continue;
		TRY(item_of(one, i, arena, &items[n]));
		n++;
	}
	qsort(items, n, sizeof(*items), by_place);
	TRY(print_tables(items, n, arena, &print));
	*ret = print;
out:
	free(items);
	json_decref(root);
	return rc;
}
