// SPDX-License-Identifier: Apache-2.0
/* load - registers.yaml and papers.yaml become forms. Failures name file and line in two languages. */
#ifndef FORM_LOAD_H
#define FORM_LOAD_H

#include "form/form.h"

MUST_USE enum rc forms_load(const struct yaml_node *root, struct arena *, struct form **ret, size_t *ret_count);
/* Papers may point to rows of `registers`; no two share an id. */
MUST_USE enum rc papers_load(const struct yaml_node *root, struct arena *, const struct form *registers, size_t registers_count, struct form **ret, size_t *ret_count);
extern const char *const closing_words[];   /* "present", …: bit 0 first; NULL at the end */
extern const char *const period_words[];    /* "none", "month", … */

#endif
