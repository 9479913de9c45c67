// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "base/time_text.h"

extern const struct control control_licence_register;
#define C (&control_licence_register)

static uint32_t
declare(struct trial *t, const char *name, const char *origin, const char *packages, int64_t days_ago)
{
	uint32_t row = fact_rows(&t->facts) + 1;

	fact_text(&t->facts, row, "licence.name", str_of(name));
	if (origin)
		fact_text(&t->facts, row, "licence.origin", str_of(origin));
	if (packages)
		fact_text(&t->facts, row, "licence.packages", str_of(packages));
	fact_text(&t->facts, row, "licence.service", STR("the service"));
	fact_time(&t->facts, row, "licence.confirmed_on", t->now_us - days_ago * DAY_US);
	return row;
}

CASE(groups_of_a_machine) /*= O1-2-3 type=test */
{
	struct trial t;

	trial_look(&t, C, "mixed");
	trial_judge(&t, C);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_LICENCE_EMPTY); /* nothing declared */
	(void)declare(&t, "Debian", "debian MAIN", NULL, 10);
	trial_judge(&t, C);
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	CHECK_INT(t.finding.message, MSG_LICENCE_MISSING);
	CHECK_INT(trial_n(&t, "count"), 3); /* firmware, the vendor's, a local one; old kernel and older version are Debian's */
	declare(&t, "firmware", "Debian non-free-firmware", NULL, 10);
	declare(&t, "Vendor tools", NULL, "vendor-agent other", 10);
	trial_judge(&t, C);
	CHECK_INT(trial_n(&t, "count"), 1);
	CHECK_STR(trial_s(&t, "first"), "home-made");
	declare(&t, "home-made", NULL, NULL, 10); /* a row of its own name */
	trial_judge(&t, C);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	CHECK_INT(t.finding.message, MSG_LICENCE_COVERED);
	t.now_us += 400 * DAY_US;
	trial_judge(&t, C);
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	CHECK_INT(t.finding.message, MSG_LICENCE_EXPIRED);
	trial_end(&t);
}

CASE(terms_end_and_are_for_a_service) /*= O1-2-3 type=test */
{
	struct trial t;
	uint32_t row;

	trial_look(&t, C, "kept");
	(void)declare(&t, "kernel", NULL, "linux-image-6.1.0-39-amd64", 10); /* no list of this machine offers it */
	row = declare(&t, "Debian", "Debian main", NULL, 10);
	trial_judge(&t, C);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	fact_time(&t.facts, row, "licence.until", t.now_us - 2 * DAY_US);
	trial_judge(&t, C);
	CHECK_INT(t.finding.message, MSG_LICENCE_EXPIRED);
	row = declare(&t, "Debian, anew", "Debian main", NULL, 0);
	trial_judge(&t, C);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	for (size_t i = 0; i < t.facts.count; i++)
		if (str_eq_c(t.facts.list[i].key, "licence.service"))
			t.facts.list[i].text = STR_NONE;
	trial_judge(&t, C);
	CHECK_INT(t.finding.message, MSG_LICENCE_NO_SERVICE);
	trial_end(&t);
	trial_look(&t, C, "container"); /* its lists were thrown away */
	declare(&t, "Debian", "Debian main", NULL, 10);
	trial_judge(&t, C);
	CHECK_INT(t.finding.message, MSG_LICENCE_NO_LISTS);
	trial_end(&t);
}

CASE(machines)
{
	static const struct trial_case cases[] = {
		{ "fresh", VERDICT_UNKNOWN, MSG_LICENCE_EMPTY },
		{ "silent", VERDICT_UNKNOWN, MSG_LICENCE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", VERDICT_UNKNOWN, MSG_LICENCE_NO_ANSWER },
	};

	TRIAL_TABLE(C, cases);
}

TEST_MAIN
