// SPDX-License-Identifier: Apache-2.0
/* One ruleset accepted, then looked at again (tests/hosts/make_backup.py, below "drift"). */
#include "control/control_test.h"

#include "base/time_text.h"
#include "control/nft_print.h"

extern const struct control control_drift_free;

/* The fingerprint of a machine's rules; empty when they cannot be read. */
static void
fingerprint(const char *machine, char ret[33])
{
	struct trial t;
	struct str s;

	trial_look(&t, &control_drift_free, machine);
	s = t.looked == RC_OK ? fact_s(&t.facts, 1, "fingerprint") : STR_NONE;
	(void)snprintf(ret, 33, STR_FMT, STR_ARG(s));
	trial_end(&t);
}

CASE(rules_as_accepted) /*= S-3-1 type=test */
{
	static const struct { const char *machine; enum verdict verdict; uint16_t message; } cases[] = {
		{ "drift/accepted", VERDICT_PASS, MSG_DRIFT_NONE },
		{ "drift/running", VERDICT_PASS, MSG_DRIFT_NONE }, /* counters, handles, bans, order of tables and elements */
		{ "drift/port", VERDICT_FAIL, MSG_DRIFT_CHANGED },
		{ "drift/policy", VERDICT_FAIL, MSG_DRIFT_CHANGED },
		{ "drift/address", VERDICT_FAIL, MSG_DRIFT_CHANGED },
		{ "drift/rule", VERDICT_FAIL, MSG_DRIFT_CHANGED },
		{ "drift/flushed", VERDICT_FAIL, MSG_DRIFT_CHANGED },
		{ "drift/old", VERDICT_UNKNOWN, MSG_DRIFT_OLD },
		{ "drift/hostile", VERDICT_UNKNOWN, MSG_DRIFT_NO_ANSWER },
		{ "drift/deep", VERDICT_UNKNOWN, MSG_DRIFT_NO_ANSWER },
		{ "container", VERDICT_UNKNOWN, MSG_DRIFT_NO_ANSWER },
		{ "silent", VERDICT_UNKNOWN, MSG_DRIFT_NO_ANSWER },
		{ "hostile", VERDICT_FAIL, MSG_DRIFT_CHANGED }, /* odd rules, but other ones */
	};
	char accepted[33];

	fingerprint("drift/accepted", accepted);
	CHECK_INT(strlen(accepted), 32);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_drift_free);
		fact_text(&t.given, 1, "config_change.path", STR("/etc/motd")); /* something else */
		fact_text(&t.given, 1, "config_change.state", STR("00000000000000000000000000000000"));
		fact_text(&t.given, 2, "config_change.path", STR("/nft:ruleset"));
		fact_text(&t.given, 2, "config_change.state", str_of(accepted));
		trial_look_given(&t, &control_drift_free, cases[i].machine);
		trial_judge(&t, &control_drift_free);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("%s: verdict %d message %u [%s %s]\n", cases[i].machine, t.finding.verdict, t.finding.message, rc_name(t.looked), t.looked ? rc_trail() : "");
		}
		trial_end(&t);
	}
}

CASE(nothing_accepted_yet) /*= S-3-1 type=test */
{
	static const struct trial_case cases[] = {
		{ "drift/accepted", VERDICT_UNKNOWN, MSG_DRIFT_NOT_ACCEPTED },
		{ "fresh", VERDICT_UNKNOWN, MSG_DRIFT_NOT_ACCEPTED },
		{ "kept", VERDICT_UNKNOWN, MSG_DRIFT_NOT_ACCEPTED },
	};

	TRIAL_TABLE(&control_drift_free, cases);
}

CASE(the_order_of_rules_counts) /*= S-3-1 type=test */
{
	char one[33], other[33];

	fingerprint("drift/order", one);
	fingerprint("drift/order-other", other);
	CHECK(one[0] && strcmp(one, other) != 0);
}

CASE(which_table_and_since_when) /*= S-3-1 type=test */
{
	struct trial t, before;

	trial_look(&before, &control_drift_free, "drift/accepted");
	facts_carry(&before.facts, NULL, control_drift_free.remember, before.now_us - DAY_US);
	trial_begin(&t, &control_drift_free);
	fact_text(&t.given, 1, "config_change.path", STR("/nft:ruleset"));
	fact_text(&t.given, 1, "config_change.state", fact_s(&before.facts, 1, "fingerprint"));
	trial_look_given(&t, &control_drift_free, "drift/port");
	facts_carry(&t.facts, &before.facts, control_drift_free.remember, t.now_us);
	trial_judge(&t, &control_drift_free);
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	CHECK_INT(trial_n(&t, "at"), t.now_us);
	CHECK_STR(trial_s(&t, "table"), "inet filter"); /* not f2b-table, which is as it was */
	trial_end(&t);
	trial_end(&before);
}

CASE(listings_that_mean_harm)
{
	static const char *const cases[] = { "", "[]", "{}", "{\"nftables\":{}}", "{\"nftables\":[1]}", "{\"nftables\":[{}]}", "{\"nftables\":[{\"a\":1}]}", "{\"nftables\":[{\"rule\":{}}]}",
		"{\"nftables\":[{\"rule\":{\"family\":\"ip\",\"table\":1,\"chain\":\"c\"}}]}", "{\"nftables\":[{\"table\":{\"family\":\"ip\",\"name\":\"t\"}},{\"table\":{}}]}" };
	struct arena arena = ARENA(1 << 20);
	struct nft_print print;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_RC(nft_print(str_of(cases[i]), &arena, &print), RC_SYNTAX);
	rc_trail_clear();
	arena_free(&arena);
}

TEST_MAIN
