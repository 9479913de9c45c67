// SPDX-License-Identifier: Apache-2.0
/*
 * pam_walk - what our reading of PAM makes of services whose modules are pam_debug, pam_permit and pam_deny: for tests.
 *
 * usage: pam_walk /ROOT SERVICE...: a line a service and type: SERVICE auth|account|password RESULT, the number libpam would
 * answer. A password is changed in two rounds, and the second only after the first. "-": a ceiling was met.
 */
#include <fcntl.h>
#include <stdio.h>

#include "control/pam.h"
#include "control/pam_explore.h"

/* pam_debug answers what its argument says. */
static uint8_t
answer_of(const struct pam_step *s, const char *key, uint8_t denied)
{
	struct str name = pam_module_name(s), value;

	if (str_eq(name, STR("pam_permit")))
		return PAM_IS_SUCCESS;
	if (str_eq(name, STR("pam_deny")))
		return denied;
	if (!str_eq(name, STR("pam_debug")))
		return PAM_IS_MODULE_UNKNOWN;
	for (size_t i = 0; i < s->args_count; i++)
		if (str_eq_c(setting_cut(s->args[i], &value), key) && pam_result_of(value) >= 0)
			return (uint8_t)pam_result_of(value);
	return PAM_IS_SUCCESS;
}

static uint8_t
walk(const struct pam_chain *c, const char *key, uint8_t denied)
{
	const struct pam_step *s;
	struct pam_walk w;

	pam_begin(&w);
	while ((s = pam_next(c, &w)) != NULL)
		pam_answer(c, &w, answer_of(s, key, denied));
	return pam_end(c, &w);
}

int
main(int argc, char **argv)
{
	struct host *h = host_open(open(argc > 1 ? argv[1] : "/", O_PATH | O_DIRECTORY | O_CLOEXEC), false);

	for (int i = 2; i < argc; i++) {
		struct arena arena = ARENA(64 << 20);
		struct pam_files files = { .host = h, .arena = &arena };
		struct pam_service s;
		enum rc rc = pam_read(&files, str_of(argv[i]), &s);
		uint8_t result[3];

		if (rc != RC_OK) {
			printf("%s - %s\n", argv[i], rc_name(rc));
		} else {
			result[0] = walk(&s.chains[PAM_TYPE_AUTH], "auth", PAM_IS_AUTH_ERR);
			result[1] = walk(&s.chains[PAM_TYPE_ACCOUNT], "acct", PAM_IS_AUTH_ERR);
			result[2] = walk(&s.chains[PAM_TYPE_PASSWORD], "prechauthtok", PAM_IS_AUTHTOK_ERR);
			if (result[2] == PAM_IS_SUCCESS)
				result[2] = walk(&s.chains[PAM_TYPE_PASSWORD], "chauthtok", PAM_IS_AUTHTOK_ERR);
			for (int k = 0; k < 3; k++)
				printf("%s %d %d\n", argv[i], k, s.aborted ? PAM_IS_ABORT : result[k]);
		}
		arena_free(&arena);
	}
	host_close(h);
	return 0;
}
