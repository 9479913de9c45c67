// SPDX-License-Identifier: Apache-2.0
/* machine - what this machine calls itself. */
#ifndef OS_MACHINE_H
#define OS_MACHINE_H

#include <stddef.h>

void machine_name(char *ret, size_t size); /* empty when it does not say */

#endif
