// SPDX-License-Identifier: Apache-2.0
#include "control/power_test.h"

extern const struct control control_power_redundancy;

CASE(units_by_ipmi) /*= S-7-5 type=test */
{
	static const struct power_case cases[] = {
		{ { "units", "ipmi", 1 }, VERDICT_PASS, MSG_UNITS_REDUNDANT },
		{ { "units", "ipmi", 2 }, VERDICT_FAIL, MSG_UNITS_BROKEN },
		{ { "units", "ipmi", 3 }, VERDICT_FAIL, MSG_UNITS_ONE },            /* and an empty bay */
		{ { "units", "ipmi", 4 }, VERDICT_FAIL, MSG_UNITS_NOT_REDUNDANT },  /* both are needed */
		{ { "units", "ipmi", 5 }, VERDICT_UNKNOWN, MSG_UNITS_UNSEEN },      /* it shows none; the clock's battery is none */
		{ { "units", "ipmi", 6 }, VERDICT_PASS, MSG_UNITS_WARNING },
		{ { "units", "ipmi", 7 }, VERDICT_FAIL, MSG_UNITS_BROKEN },         /* a cord is out */
		{ { "units", "ipmi", 8 }, VERDICT_UNKNOWN, MSG_DEVICE_NONSENSE },
		{ { "units", "ipmi", 9 }, VERDICT_UNKNOWN, MSG_UNITS_UNSEEN },      /* a sensor without reading */
		{ { "units", "ipmi", 99 }, VERDICT_UNKNOWN, MSG_DEVICE_PROGRAM },   /* the machine did not answer */
		{ { "units", "ipmi", 0 }, VERDICT_UNKNOWN, MSG_DEVICE_UNDECLARED },
		{ { "units", "none", 0 }, VERDICT_UNKNOWN, MSG_POWER_BY_STATEMENT },
		{ { "units", "nut", 1 }, VERDICT_UNKNOWN, MSG_POWER_SOURCE_UNFIT }, /* a UPS is no second unit */
	};

	POWER_TABLE(&control_power_redundancy, cases);
	power_other_kinds(&control_power_redundancy, "ups", "units", MSG_UNITS_NONE_DECLARED);
}

/* A secret that others can read is not used: nothing is asked at all. */
CASE(a_secret_that_is_none)
{
	static const char *const files[] = { "/etc/tsujiban/open.secret", "/etc/tsujiban/none.secret", "/etc/tsujiban", "relative" };
	static const char *const sources[] = { "ipmi", "redfish" };

	for (size_t i = 0; i < 8; i++) {
		struct trial t;

		trial_begin(&t, &control_power_redundancy);
		fact_text(&t.given, 0, "own.kind", STR("units"));
		fact_text(&t.given, 0, "own.source", str_of(sources[i / 4]));
		fact_text(&t.given, 0, "own.address", STR("192.0.2.1"));
		fact_text(&t.given, 0, "own.user", STR("monitor"));
		fact_text(&t.given, 0, "own.secret_file", str_of(files[i % 4]));
		trial_look_given(&t, &control_power_redundancy, "devices");
		trial_judge(&t, &control_power_redundancy);
		CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
		CHECK_INT(t.finding.message, MSG_DEVICE_SECRET);
		CHECK_INT(t.count.execs + t.count.connections, 0);
		trial_end(&t);
	}
}

CASE(a_secret_closed_to_who_looks)
{
	static const char *const sources[] = { "ipmi", "redfish" };

	for (size_t i = 0; i < 2; i++) {
		struct trial t;

		trial_begin(&t, &control_power_redundancy);
		power_declare(&t, (struct power_row){ "units", sources[i], 0 });
		fact_text(&t.given, 0, "own.address", STR("192.0.2.1"));
		fact_text(&t.given, 0, "own.user", STR("monitor"));
		fact_text(&t.given, 0, "own.secret_file", STR("/etc/tsujiban/closed.secret"));
		trial_look_given(&t, &control_power_redundancy, "devices");
		trial_judge(&t, &control_power_redundancy);
		CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
		CHECK_INT(t.finding.message, MSG_DEVICE_SECRET_CLOSED);
		trial_end(&t);
	}
}

CASE(the_secret_is_no_fact)
{
	struct trial t;
	struct buf b = BUF(1 << 20);
	size_t at;

	trial_begin(&t, &control_power_redundancy);
	power_declare(&t, (struct power_row){ "units", "ipmi", 1 });
	trial_look_given(&t, &control_power_redundancy, "devices");
	CHECK_OK(facts_json(&t.facts, &b));
	CHECK(!str_find(buf_str(&b), STR("not-a-real"), &at));
	buf_free(&b);
	trial_end(&t);
}

TEST_MAIN
