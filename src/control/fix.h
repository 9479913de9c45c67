// SPDX-License-Identifier: Apache-2.0
/*
 * fix - a fix that waits, and what people decided about it. Pure.
 *
 * A row of os-patches' facts names a fix by its source package and version (or
 * a kernel, a program to restart). A row of the register "fix-decision" is
 * about it when it names that source, one of its packages, or the fix itself.
 */
#ifndef CONTROL_FIX_H
#define CONTROL_FIX_H

#include "control/fact.h"

struct decision { bool apply, reasoned; int64_t by_us /* first instant behind the day */, said_us /* 0: not known */; struct str severity; };

bool    fix_decision(const struct facts *, uint32_t row, struct decision *ret); /* the one that reaches furthest */
int64_t fix_since(const struct facts *, uint32_t row);                         /* since when it waits; 0: nobody knows */
struct str fix_short(struct str);                                              /* a program's file name without its folders */

#endif
