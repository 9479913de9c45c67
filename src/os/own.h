// SPDX-License-Identifier: Apache-2.0
/*
 * own - what root makes in a folder of one of the station's processes belongs to that process.
 */
#ifndef OS_OWN_H
#define OS_OWN_H

#include "base/rc.h"

/* Gives the file the owner and group of its folder; nothing to do for an ordinary user. */
MUST_USE enum rc own_as_folder(int dirfd, const char *path);

#endif
