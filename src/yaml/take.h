// SPDX-License-Identifier: Apache-2.0
/*
 * take - what files of definitions have in common: ids, sentences in two
 * languages, words, sets and lists, each taken from a map under its key.
 *
 * Every failure is "file:line: Japanese / English" (RC_SYNTAX; RC_LIMIT: no memory). What is taken borrows from the nodes.
 */
#ifndef YAML_TAKE_H
#define YAML_TAKE_H

#include "yaml/yaml.h"

struct both { struct str ja, en; };

MUST_USE enum rc take_id(const struct yaml_node *map, const char *key, bool capitals, struct str *ret);   /* letters, digits, hyphens; at most 64 */
MUST_USE enum rc take_line(const struct yaml_node *map, const char *key, struct str *ret);
MUST_USE enum rc take_both(const struct yaml_node *map, const char *key, bool one_line, struct both *ret);
MUST_USE enum rc take_word(const struct yaml_node *map, const char *key, const char *const *words, int *ret);     /* its index */
MUST_USE enum rc take_set(const struct yaml_node *map, const char *key, const char *const *words, unsigned *ret); /* bit 1 << index */
MUST_USE enum rc take_format(const struct yaml_node *root);                                                       /* format: 1 */
MUST_USE enum rc take_list(struct arena *, const struct yaml_node *map, const char *key, size_t element, const struct yaml_node **ret, void **ret_room); /* and room for one element each */
MUST_USE enum rc take_failed(const struct yaml_node *);                                                            /* no memory */

#endif
