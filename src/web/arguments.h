// SPDX-License-Identifier: Apache-2.0
/*
 * arguments - from a path segment, a query and a form to the JSON object an
 * act takes (docs/format-acts.md). One table says which names each act takes;
 * a name it does not take stays outside (it filters the page), a value that
 * is not what the table says is RC_SYNTAX.
 */
#ifndef WEB_ARGUMENTS_H
#define WEB_ARGUMENTS_H

#include "act/act.h"
#include "web/decode.h"

#define CSV_BYTES_MAX 122880 /* a table that is imported */

MUST_USE enum rc arguments_build(enum act, struct str segment, const struct pairs *fields, bool english, const char *export_or_null /* the form it leaves in: core records that it left */, struct buf *ret_json);
/* What an act takes, one after the other from 0 on; false: no more. `type`: as JSON Schema says; `segment`: it stands in the path. */
struct argument_info { const char *name, *type, *format; size_t bytes_max; bool segment; };
bool arguments_info(enum act, size_t at, struct argument_info *ret);
/* A whole JSON object from the local socket: one object, no name twice, nothing behind it. */
MUST_USE enum rc arguments_check(struct str json);

#endif
