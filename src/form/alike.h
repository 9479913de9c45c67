// SPDX-License-Identifier: Apache-2.0
/*
 * alike - one spelling for names that a reader cannot tell apart.
 *
 * Width, case, compatibility forms, accents of one letter written two ways, blanks, dashes, letters of
 * other scripts that look Latin, and older forms of kanji in family names all come to the same
 * bytes. For comparing alone: what people read is what was typed. Pure.
 */
#ifndef FORM_ALIKE_H
#define FORM_ALIKE_H

#include "base/str.h"

struct str alike(struct str name, struct arena *); /* borrow of the arena; the name itself when it is no UTF-8 */

#endif
