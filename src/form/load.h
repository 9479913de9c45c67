// SPDX-License-Identifier: Apache-2.0
/* load - registers.yaml becomes forms. Failures name file and line in two languages. */
#ifndef FORM_LOAD_H
#define FORM_LOAD_H

#include "form/form.h"

MUST_USE enum rc forms_load(const struct yaml_node *root, struct arena *, struct form **ret, size_t *ret_count);

#endif
