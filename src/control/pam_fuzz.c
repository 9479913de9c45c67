// SPDX-License-Identifier: Apache-2.0
/* Files of /etc/pam.d that include each other: "login", "a", "b" and "other", one behind the other, cut at bytes 0x1e; read, then a walk through each stack. */
#include "control/pam.h"

#include <string.h>

#define ROOM 256 /* files pam.c may keep */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
walk_all(const struct pam_service *service, size_t n)
{
	struct pam_walk walk;

	for (int type = 0; type < PAM_TYPE_COUNT; type++)
		for (pam_begin(&walk); pam_next(&service->chains[type], &walk);)
			pam_answer(&service->chains[type], &walk, (uint8_t)((n + walk.at) % (PAM_RESULTS + 1)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const names[] = { "/etc/pam.d/login", "/etc/pam.d/a", "/etc/pam.d/b", "/etc/pam.d/other" };
	struct arena arena = ARENA(8 << 20);
	struct str rest = { (const char *)p, n }, part;
	struct pam_files files = { .arena = &arena, .checked = true, .etc = true, .list = arena_get(&arena, ROOM * sizeof(*files.list)) };
	struct pam_service service;

	if (pam_read_text(&arena, rest, &service) == RC_OK)
		walk_all(&service, n);
	while (files.list && files.count < 4) {
		if (!str_cut(&rest, '\x1e', &part))
			part = STR_NONE;
		files.list[files.count] = (struct pam_file){ str_of(names[files.count]), arena_dup(&arena, part), true };
		files.count++;
	}
	if (files.list && memchr(p ? (const char *)p : "", '\0', n) == NULL && pam_read(&files, STR("login"), &service) == RC_OK)
		walk_all(&service, n);
	arena_free(&arena);
	return 0;
}
