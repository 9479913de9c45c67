// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "base/time_text.h"
#include "control/nut.h"

#define LIST(vars) "BEGIN LIST VAR sp\n" vars "END LIST VAR sp\nOK Goodbye\n"

CASE(a_whole_answer) /*= S-6-4 type=test */
{
	struct arena arena = ARENA(1 << 20);
	struct nut_vars v;

	CHECK_OK(nut_parse(STR(LIST("VAR sp battery.charge \"87\"\nVAR sp ups.model \"UPS \\\"1500\\\" \\\\ x\"\nVAR sp ups.status \"OL CHRG\"\nVAR sp ups.alarm \"\"\n")), STR("sp"), &arena, &v));
	CHECK_INT(v.state, NUT_ANSWERED);
	CHECK_INT(v.count, 4);
	CHECK_STR(nut_get(&v, "ups.status"), "OL CHRG");
	CHECK_STR(nut_get(&v, "ups.model"), "UPS \"1500\" \\ x");
	CHECK_STR(nut_get(&v, "ups.statu"), "");
	arena_free(&arena);
}

CASE(errors_are_answers)
{
	static const struct { const char *text; enum nut_state want; } cases[] = {
		{ "ERR DATA-STALE\nOK Goodbye\n", NUT_STALE }, { "ERR DRIVER-NOT-CONNECTED\nOK Goodbye\n", NUT_STALE }, { "ERR UNKNOWN-UPS\n", NUT_UNKNOWN_UPS }, { "ERR ACCESS-DENIED\n", NUT_REFUSED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA(1 << 20);
		struct nut_vars v;

		CHECK_OK(nut_parse(str_of(cases[i].text), STR("sp"), &arena, &v));
		CHECK_INT(v.state, cases[i].want);
		CHECK_INT(v.count, 0);
		arena_free(&arena);
	}
}

CASE(what_is_not_its_protocol_is_refused)
{
	static const char *const cases[] = { "", "\n", "ERR \n", "OK Goodbye\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "BEGIN LIST VAR sp\n", "BEGIN LIST VAR sp\nVAR sp ups.status \"OL\"\n", "BEGIN LIST VAR spx\nEND LIST VAR spx\n",
		LIST("VAR spare ups.status \"OL\"\n"), LIST("VAR sp ups.status \"OL\n"), LIST("VAR sp ups.status OL\n"), LIST("VAR sp ups.status \"OL\" \"OB\"\n"), LIST("VAR sp ups.status \"OL\\\"\n"),
		LIST("VAR sp ups.status \"OB\"\nVAR sp ups.status \"OL\"\n"), LIST("RW sp ups.status \"OL\"\n"), LIST("VAR sp \"OL\"\n"), "BEGIN LIST VAR sp\nERR DATA-STALE\n", "BEGIN LIST VAR sp\nEND LIST VAR s" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA(1 << 20);
		struct nut_vars v = { .count = 77 };

		CHECK_RC(nut_parse(str_of(cases[i]), STR("sp"), &arena, &v), RC_SYNTAX);
		CHECK_INT(v.count, 77);
		arena_free(&arena);
	}
}

CASE(words_of_the_status) /*= S-6-4 type=test */
{
	struct nut_status s;

	nut_status_read(STR("OL CHRG"), &s);
	CHECK(s.online && s.charging && !s.on_battery && !s.foreign.n);
	nut_status_read(STR("ALARM OB DISCHRG LB RB"), &s);
	CHECK(s.alarm && s.on_battery && s.low && s.replace && s.discharging && !s.online);
	nut_status_read(STR("FSD BYPASS OFF OVER CAL TRIM"), &s);
	CHECK(s.forced_down && s.bypass && s.off && s.overload && s.calibrating && !s.online && !s.foreign.n);
	nut_status_read(STR("OLB OL"), &s);
	CHECK(s.online);
	CHECK_STR(s.foreign, "OLB");
	nut_status_read(STR(""), &s);
	CHECK(!s.online && !s.on_battery);
}

CASE(days_and_tests)
{
	int64_t a = 0, b = 0;

	CHECK_OK(nut_date(STR("2024-04-01"), &a));
	CHECK_OK(nut_date(STR(" 2024/04/01 "), &b));
	CHECK_INT(a, b);
	CHECK_RC(nut_date(STR("04/01/24"), &a), RC_CONFLICT);
	CHECK_RC(nut_date(STR("2024-4-1"), &a), RC_SYNTAX);
	CHECK_RC(nut_date(STR("2024-02-30"), &a), RC_SYNTAX);
	CHECK_RC(nut_date(STR("not set"), &a), RC_SYNTAX);
	CHECK_INT(nut_test_read(STR("Done and passed")), NUT_TEST_PASSED);
	CHECK_INT(nut_test_read(STR("OK ")), NUT_TEST_PASSED);
	CHECK_INT(nut_test_read(STR("Done and error")), NUT_TEST_FAILED);
	CHECK_INT(nut_test_read(STR("NO")), NUT_TEST_NONE);
	CHECK_INT(nut_test_read(STR("In progress")), NUT_TEST_RUNNING);
	CHECK_INT(nut_test_read(STR("Done and warning")), NUT_TEST_UNSURE);
	CHECK_INT(nut_test_read(STR("")), NUT_TEST_UNSURE);
}

TEST_MAIN
