// SPDX-License-Identifier: Apache-2.0
/*
 * expression - the line a contract's author writes, as a tree of nodes.
 *
 *   whole   = operand { "and" operand } | operand { "or" operand } | operand "unless" operand
 *   operand = control-id | "(" whole ")"
 *
 * Two different words side by side need parentheses: nobody has to know which
 * one binds tighter. Fails with the place of `where` (RC_SYNTAX).
 */
#ifndef CATALOGUE_EXPRESSION_H
#define CATALOGUE_EXPRESSION_H

#include "catalogue/catalogue.h"
#include "yaml/yaml.h"

#define EXPRESSION_BYTES_MAX 1000
#define EXPRESSION_DEPTH_MAX 8

MUST_USE enum rc expression_parse(const struct yaml_node *where, struct str, struct arena *, struct node **ret);
bool             expression_names(const struct node *, struct str control);
MUST_USE enum rc expression_text(const struct node *, struct buf *); /* as it would be written */

#endif
