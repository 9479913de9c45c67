// SPDX-License-Identifier: Apache-2.0
#include "os/machine.h"

#include <stdio.h>
#include <sys/utsname.h>

void
machine_name(char *ret, size_t size)
{
	struct utsname u;

	(void)snprintf(ret, size, "%s", uname(&u) == 0 ? u.nodename : ""); /* at most 64 bytes */
}
