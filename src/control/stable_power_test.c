// SPDX-License-Identifier: Apache-2.0
#include "control/power_test.h"

extern const struct control control_stable_power;

CASE(what_is_declared_can_only_speak_against_it) /*= S-6-4 type=test */
{
	static const struct { const char *supply; enum verdict verdict; uint16_t message; } cases[] = {
		{ "cvcf", VERDICT_UNKNOWN, MSG_POWER_BY_STATEMENT }, { "both", VERDICT_UNKNOWN, MSG_POWER_BY_STATEMENT }, { "generator", VERDICT_FAIL, MSG_STABLE_GENERATOR_ALONE },
		{ "", VERDICT_UNKNOWN, MSG_POWER_BY_STATEMENT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_stable_power);
		power_declare(&t, (struct power_row){ "stable", "none", 0 });
		if (*cases[i].supply)
			fact_text(&t.given, 0, "own.supply", str_of(cases[i].supply));
		trial_look_given(&t, &control_stable_power, "silent"); /* the machine did not answer: it is not asked */
		trial_judge(&t, &control_stable_power);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
	power_other_kinds(&control_stable_power, "units", "ups", MSG_POWER_NONE_DECLARED); /* a UPS answers the clause by itself */
}

TEST_MAIN
