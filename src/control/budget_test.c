// SPDX-License-Identifier: Apache-2.0
/*
 * What a round of all controls may cost. The numbers are the budget: a control
 * that needs more raises them here, in sight of a reviewer.
 */
#include "control/control_test.h"

#define FILES_MAX 190
#define EXECS_MAX 6  /* nft, for ports-closed, firewall, default-drop, no-any-any, drift-free and, where sshd listens, admin-source */

CASE(a_round_on_every_recorded_machine)
{
	static const struct { const char *name; uint64_t bytes_max; } machines[] = {
		{ "kept", 31000 }, { "fresh", 18000 }, { "broken", 25000 }, { "container", 2000 }, { "silent", 0 }, { "hostile", 10000 },
		{ "accounts/fresh", 370000 }, { "accounts/kept", 370000 }, { "accounts/broken", 370000 }, /* lastlog holds a place for each uid */
	};

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		struct host_count sum = { 0 };

		for (const struct control *const *c = controls; *c; c++) {
			struct trial t;

			if ((*c)->look == NULL)
				continue;
			trial_look(&t, *c, machines[i].name);
			sum.files += t.count.files;
			sum.bytes += t.count.bytes;
			sum.execs += t.count.execs;
			trial_end(&t);
		}
		if (sum.files > FILES_MAX || sum.bytes > machines[i].bytes_max || sum.execs > EXECS_MAX || (sum.files == 0 && strcmp(machines[i].name, "silent") != 0)) {
			test_failures++;
			printf("%s: %llu files, %llu bytes, %llu execs\n", machines[i].name, (unsigned long long)sum.files, (unsigned long long)sum.bytes, (unsigned long long)sum.execs);
		}
	}
}

CASE(every_control_is_whole)
{
	for (const struct control *const *at = controls; *at; at++) {
		const struct control *c = *at;
		static const struct facts none = { 0 };
		struct params params;
		struct finding finding = { 0 };

		CHECK(control_of(str_of(c->id)) == c);
		CHECK(c->judge && c->every_s && c->timeout_ms);
		CHECK((c->by == LOOK_BY_CORE) == (c->look == NULL)); /* core has its facts */
		CHECK((c->by == LOOK_BY_READER || c->look_inside) == (c->reader != 0)); /* a row exactly when a reader is needed */
		CHECK(c->params_count <= sizeof(params.values) / sizeof(params.values[0]));
		for (size_t i = 0; i < c->params_count; i++)
			CHECK(c->params[i].min <= c->params[i].otherwise && c->params[i].otherwise <= c->params[i].max);
		params_default(c, &params);
		c->judge(&none, &params, 1, &finding);
		CHECK_INT(finding.verdict, VERDICT_UNKNOWN); /* nothing seen is never anything else */
		CHECK(finding.message != 0);
	}
}

TEST_MAIN
