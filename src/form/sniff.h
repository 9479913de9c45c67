// SPDX-License-Identifier: Apache-2.0
/*
 * sniff - what a file that somebody attaches is, by its bytes; its name has to say the same.
 *
 * Pure. A short list is taken, everything else refused. Nothing is unpacked: of an Office file only the directory at its
 * end is read, and what that promises is bounded (a bomb, macros and encrypted members are refused).
 */
#ifndef FORM_SNIFF_H
#define FORM_SNIFF_H

#include "base/str.h"

struct sniffed { const char *ending, *media; };  /* "pdf", "application/pdf" */
/* RC_SYNTAX: why it is not taken, in words. */
MUST_USE enum rc sniff_file(struct str name, struct str bytes, const struct sniffed **ret);
/* A name of one file: no folder, no control character, at most 120 characters, with an ending. */
MUST_USE enum rc sniff_name(struct str name, struct str *ret_ending);

#endif
