// SPDX-License-Identifier: Apache-2.0
/*
 * yaml - the one door to libyaml: a strict subset as nodes that keep their line.
 *
 * One document; block or flow lists and maps; plain, quoted and folded
 * scalars. Refused: anchors, aliases, tags, directives, duplicate keys, keys that are not
 * scalars, control characters, anything over a ceiling below. Nothing
 * is guessed: a scalar is text until the schema asks for a number.
 *
 * Every failure is "file:line: Japanese / English" (RC_SYNTAX, RC_LIMIT).
 * Nodes live in the caller's arena.
 */
#ifndef YAML_YAML_H
#define YAML_YAML_H

#include "base/str.h"

#define YAML_BYTES_MAX  (1024 * 1024)
#define YAML_DEPTH_MAX  16
#define YAML_NODES_MAX  65536
#define YAML_KEYS_MAX   256    /* in one map */
#define YAML_SCALAR_MAX 8192

enum yaml_kind { YAML_SCALAR = 1, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind     kind;
	bool               plain;       /* a scalar without quotes */
	int                line;        /* from 1 */
	const char        *file;        /* as the person knows it */
	struct str         text;        /* scalar; borrowed, NUL-terminated */
	struct str         key;         /* in a map: the key it stands under */
	int                key_line;
	struct yaml_node  *next, *first, *last; /* children in the order of the file */
	size_t             count;
};

MUST_USE enum rc yaml_parse(const char *file, struct str bytes, struct arena *, const struct yaml_node **ret);

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key); /* NULL: not there, or no map */

/* The schema's questions: each fails with the node's file and line. */
MUST_USE enum rc yaml_is(const struct yaml_node *, enum yaml_kind);
MUST_USE enum rc yaml_need(const struct yaml_node *map, const char *key, const struct yaml_node **ret);
MUST_USE enum rc yaml_only(const struct yaml_node *map, const char *const *keys);    /* a map with no other keys; NULL ends the list */
MUST_USE enum rc yaml_text(const struct yaml_node *, struct str *ret);               /* one line or more, not empty */
MUST_USE enum rc yaml_int(const struct yaml_node *, int64_t min, int64_t max, int64_t *ret);
MUST_USE enum rc yaml_word(const struct yaml_node *, const char *const *words, int *ret); /* its index; NULL ends the list */

/* FAIL with the place in front and the sentence in both languages; both formats take the same arguments. */
#define YAML_FAIL(node, ja, en, ...) yaml_fail((node)->file, (node)->line, (ja), (en), ##__VA_ARGS__)
enum rc yaml_fail(const char *file, int line, const char *ja, const char *en, ...)
	__attribute__((format(printf, 3, 5), format(printf, 4, 5)));

#endif
