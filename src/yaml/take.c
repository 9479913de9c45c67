// SPDX-License-Identifier: Apache-2.0
/* What every file of definitions asks of its nodes. */
#include "yaml/take.h"

#include <limits.h>

enum rc
take_failed(const struct yaml_node *n)
{
	return FAIL(RC_LIMIT, "%s: the definitions need too much memory", n->file);
}

/* Ids stand in addresses, commands and file names: small letters, digits, hyphens; clauses may have capitals. */
enum rc
take_id(const struct yaml_node *map, const char *key, bool capitals, struct str *ret)
{
	const struct yaml_node *n;
	bool good;
	enum rc rc = RC_OK;

	TRY(yaml_need(map, key, &n));
	TRY(yaml_is(n, YAML_SCALAR));
	good = n->text.n > 0 && n->text.n <= 64 && n->text.p[0] != '-' && n->text.p[n->text.n - 1] != '-';
	for (size_t i = 0; good && i < n->text.n; i++) {
		char c = n->text.p[i];

		good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (capitals && c >= 'A' && c <= 'Z');
	}
	if (!good)
		return YAML_FAIL(n, "'%s' の '%.70s' は id として使えません（英字・数字・ハイフン、64 字まで）", "'%s': '%.70s' cannot be an id (letters, digits, hyphens, at most 64)", key, n->text.p);
	*ret = n->text;
out:
	return rc;
}

enum rc
take_line(const struct yaml_node *map, const char *key, struct str *ret)
{
	const struct yaml_node *n;
	size_t at;
	enum rc rc = RC_OK;

	TRY(yaml_need(map, key, &n));
	TRY(yaml_text(n, ret));
	if (str_find(*ret, STR("\n"), &at))
		return YAML_FAIL(n, "'%s' は1行で書きます", "'%s' must be one line", key);
out:
	return rc;
}

enum rc
take_both(const struct yaml_node *map, const char *key, bool one_line, struct both *ret)
{
	static const char *const keys[] = { "ja", "en", NULL };
	const struct yaml_node *n, *part;
	enum rc rc = RC_OK;

	TRY(yaml_need(map, key, &n));
	TRY(yaml_only(n, keys));
	if (one_line) {
		TRY(take_line(n, "ja", &ret->ja));
		TRY(take_line(n, "en", &ret->en));
	} else {
		TRY(yaml_need(n, "ja", &part));
		TRY(yaml_text(part, &ret->ja));
		TRY(yaml_need(n, "en", &part));
		TRY(yaml_text(part, &ret->en));
	}
out:
	return rc;
}

enum rc
take_word(const struct yaml_node *map, const char *key, const char *const *words, int *ret)
{
	const struct yaml_node *n;
	enum rc rc = RC_OK;

	TRY(yaml_need(map, key, &n));
	TRY(yaml_word(n, words, ret));
out:
	return rc;
}

/* A list of words as a set: bit 1 << index. */
enum rc
take_set(const struct yaml_node *map, const char *key, const char *const *words, unsigned *ret)
{
	const struct yaml_node *list;
	unsigned set = 0;
	enum rc rc = RC_OK;

	TRY(yaml_need(map, key, &list));
	TRY(yaml_is(list, YAML_LIST));
	for (const struct yaml_node *n = list->first; n; n = n->next) {
		int at;

		TRY(yaml_word(n, words, &at));
		if (set & 1u << at)
			return YAML_FAIL(n, "'%s' に '%s' が2回あります", "'%s' has '%s' twice", key, n->text.p);
		set |= 1u << at;
	}
	*ret = set;
out:
	return rc;
}

enum rc
take_format(const struct yaml_node *root)
{
	const struct yaml_node *n;
	int64_t v;
	enum rc rc = RC_OK;

	TRY(yaml_need(root, "format", &n));
	TRY(yaml_int(n, 1, INT_MAX, &v));
	if (v != 1)
		return YAML_FAIL(n, "形式 %lld はこの版では読めません（読めるのは 1）", "format %lld cannot be read by this version (it reads 1)", (long long)v);
out:
	return rc;
}

/* A list under `key` and room for one element each. */
enum rc
take_list(struct arena *arena, const struct yaml_node *map, const char *key, size_t element, const struct yaml_node **ret, void **ret_room)
{
	const struct yaml_node *list;
	enum rc rc = RC_OK;

	TRY(yaml_need(map, key, &list));
	TRY(yaml_is(list, YAML_LIST));
	*ret_room = arena_get(arena, (list->count + 1) * element);
	if (*ret_room == NULL)
		return take_failed(list);
	*ret = list;
out:
	return rc;
}
