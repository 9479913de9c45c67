// SPDX-License-Identifier: Apache-2.0
/*
 * oscal_list - a catalog of OSCAL 1.x (NIST, JSON) as a table: number, section, title, text; a control a row, nested ones too.
 *
 * Members we do not know are passed over. Parameters stand in the text as "[label]"; one that names another is not followed.
 * RC_SYNTAX: no JSON, no catalog (a profile has to be resolved first), nothing in it, an id twice; RC_LIMIT: deeper or more than below.
 */
#ifndef FORM_OSCAL_LIST_H
#define FORM_OSCAL_LIST_H

#include "base/str.h"

#define OSCAL_CONTROLS_MAX 2000
#define OSCAL_DEPTH_MAX    8

bool             oscal_looks_like(struct str);              /* an object of JSON: nothing a CSV begins with */
MUST_USE enum rc oscal_list(struct str json, struct buf *out_csv);

#endif
