// SPDX-License-Identifier: Apache-2.0
/* gates - gates.yaml, read after the controls it names. */
#ifndef CATALOGUE_GATES_H
#define CATALOGUE_GATES_H

#include "catalogue/catalogue.h"
#include "yaml/take.h"

MUST_USE enum rc gates_load(struct catalogue *, const struct yaml_node *root);

#endif
