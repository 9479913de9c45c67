// SPDX-License-Identifier: Apache-2.0
/* A configuration, asked for the service and for every place that makes a difference. */
#include "control/sshd_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static enum rc
take(void *context, const struct sshd_peer *peer, const struct sshd_settings *s)
{
	struct str ways[SSHD_WAYS_MAX];

	(void)sshd_lets_in(s, peer);
	(void)sshd_ways(s, ways);
	(void)sshd_algorithms(s, SSHD_CIPHERS, context);
	return RC_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(8 << 20);
	const struct str groups[] = { STR("root"), STR("sudo") };
	const struct sshd_peer who = { .user = STR("root"), .groups = groups, .groups_count = 2 };
	struct sshd_config c;

	if (sshd_config_parse((struct str){ (const char *)p, n }, &arena, &c) == RC_OK)
		(void)sshd_config_each(&c, &who, take, &arena);
	arena_free(&arena);
	return 0;
}
