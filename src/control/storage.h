// SPDX-License-Identifier: Apache-2.0
/*
 * storage - mounts, swap and crypttab, as the kernel and cryptsetup write them. Pure.
 *
 * Paths live in the arena, the kernel's octal escapes undone; the rest is borrowed.
 */
#ifndef CONTROL_STORAGE_H
#define CONTROL_STORAGE_H

#include "base/str.h"

struct mount { struct str device /* "253:0" */, point, type, source, options; bool writable; };
MUST_USE enum rc mount_line(struct str line, struct arena *, struct mount *ret); /* of mountinfo */
struct swap { struct str path; bool file; };
MUST_USE enum rc swap_line(struct str line, struct arena *, struct swap *ret);   /* RC_NOTFOUND: the heading */
struct crypt_entry { struct str name, device, key, options; };
MUST_USE enum rc crypttab_line(struct str line, struct crypt_entry *ret);        /* RC_NOTFOUND: a comment or nothing */
struct str option_value(struct str options, struct str name);                   /* "upperdir=": its value, or empty */

#endif
