// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_one_owner_per_asset;

CASE(everything_has_its_owner_or_not) /*= O2-1-1 type=test */
{
	static const struct { const char *owners[3]; size_t n; enum verdict verdict; uint16_t message; int64_t count; } cases[] = {
		{ { NULL }, 0, VERDICT_UNKNOWN, MSG_OWNERS_NOTHING, 0 },
		{ { "基盤班", "アプリ班" }, 2, VERDICT_PASS, MSG_OWNERS_ALL, 2 },
		{ { "基盤班", NULL }, 2, VERDICT_FAIL, MSG_OWNERS_MISSING, 1 },
		{ { NULL, NULL, "基盤班" }, 3, VERDICT_FAIL, MSG_OWNERS_MISSING, 2 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int kind = 0; kind < 2; kind++) {
			struct trial t;

			trial_begin(&t, &control_one_owner_per_asset);
			for (uint32_t k = 0; k < cases[i].n; k++) {
				fact_text(&t.facts, k + 1, kind ? "endpoint.name" : "host.name", STR("web1"));
				if (cases[i].owners[k])
					fact_text(&t.facts, k + 1, kind ? "endpoint.owner" : "host.owner", str_of(cases[i].owners[k]));
			}
			trial_judge(&t, &control_one_owner_per_asset);
			CHECK_INT(t.finding.verdict, cases[i].verdict);
			CHECK_INT(t.finding.message, cases[i].message);
			if (cases[i].count)
				CHECK_INT(trial_n(&t, "count"), cases[i].count);
			trial_end(&t);
		}
}

TEST_MAIN
