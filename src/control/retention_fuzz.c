// SPDX-License-Identifier: Apache-2.0
/* One file as each of the four. */
#include "control/retention.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str all = { (const char *)p, n };
	struct rotation defaults = ROTATION, found = ROTATION;
	struct journald j = { .retention_us = 0 };
	int64_t us;
	bool any = false;

	journald_add(&j, all);
	(void)(systemd_span(all, &us) == RC_OK);
	rotation_read(all, STR("/var/log/auth.log"), &defaults, &found, &any, NULL, NULL);
	(void)rotation_days(&found);
	(void)auditd_days(all);
	return 0;
}
