// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_host_baseline;

static const char *const keys[] = { "member.malware_engine", "member.other_antivirus", "member.firewall", "member.network_firewall", "member.ports_closed", "member.no_shared_accounts",
	"member.os_patches", "member.clock_sync", "member.storage_encryption" };

CASE(the_worst_member_decides) /*= O1-1-3 type=test */
{
	static const struct { const char *words; enum verdict verdict; uint16_t message; int64_t more; } cases[] = {
		{ "pnpnppppp", VERDICT_PASS, MSG_BASELINE_MET, -1 },
		{ "fppnppppp", VERDICT_PASS, MSG_BASELINE_MET, -1 },               /* another product protects it */
		{ "fupnppppp", VERDICT_UNKNOWN, MSG_BASELINE_MALWARE_UNKNOWN, 0 }, /* perhaps it does */
		{ "ffpnppppp", VERDICT_FAIL, MSG_BASELINE_MALWARE_FAILS, 0 },
		{ "fnfnppppp", VERDICT_FAIL, MSG_BASELINE_MALWARE_FAILS, 1 },
		{ "pnfnppupp", VERDICT_FAIL, MSG_BASELINE_FIREWALL_FAILS, 0 },     /* a failure outweighs what is not known */
		{ "pnpnpnppp", VERDICT_UNKNOWN, MSG_BASELINE_ACCOUNTS_UNKNOWN, 0 }, /* not written: not known */
		{ "pnpnppuup", VERDICT_UNKNOWN, MSG_BASELINE_PATCHES_UNKNOWN, 1 },
		{ "pnpnppppf", VERDICT_FAIL, MSG_BASELINE_STORAGE_FAILS, 0 },
		{ "pnpnpppfp", VERDICT_FAIL, MSG_BASELINE_CLOCK_FAILS, 0 },
		{ "pnpnfpppp", VERDICT_FAIL, MSG_BASELINE_PORTS_FAIL, 0 },
		{ "         ", VERDICT_UNKNOWN, MSG_BASELINE_MALWARE_UNKNOWN, 6 }, /* the machine did not answer */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_host_baseline);
		for (size_t k = 0; cases[i].words[k]; k++)
			if (cases[i].words[k] != ' ')
				fact_text(&t.facts, 0, keys[k], str_of(cases[i].words[k] == 'p' ? "pass" : cases[i].words[k] == 'f' ? "fail" : cases[i].words[k] == 'u' ? "unknown" : "none"));
		trial_judge(&t, &control_host_baseline);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		CHECK_INT(trial_n(&t, "more"), cases[i].more);
		trial_end(&t);
	}
}

TEST_MAIN
