// SPDX-License-Identifier: Apache-2.0
/* people_test - a recorded machine with what was declared about its accounts and addresses, for tests. */
#ifndef CONTROL_PEOPLE_TEST_H
#define CONTROL_PEOPLE_TEST_H

#include "control/control_test.h"

/* "taro-adm:taro:privileged:2025-12-30:2026-03-31" (account, person, kind, unneeded_on, until; the last may be missing), "@192.0.2.0/28:2026-12-31", "/path:checked_on:users" */
static inline void
declare(struct trial *t, const char *text)
{
	static const char *const account[] = { "os_account.account", "os_account.person", "os_account.kind", "os_account.unneeded_on", "os_account.until" };
	static const char *const utility[] = { "utility.path", "utility.checked_on", "utility.users" };
	uint32_t row = fact_rows(&t->given) + 1;
	struct str rest = str_of(text), one;

	if (text[0] == '@') {
		const char *last = strrchr(text, ' ');

		fact_text(&t->given, row, "admin_address.prefix", (struct str){ text + 1, (size_t)(last - text) - 1 });
		fact_text(&t->given, row, "admin_address.until", str_of(last + 1));
		return;
	}
	for (size_t i = 0; i < (text[0] == '/' ? 3u : 5u) && str_cut(&rest, ':', &one); i++)
		if (one.n)
			fact_text(&t->given, row, text[0] == '/' ? utility[i] : account[i], one);
}

struct people_case { const char *machine, *given[6]; enum verdict verdict; uint16_t message; };

static inline void
people_table(const struct control *c, const struct people_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct trial t;

		trial_begin(&t, c);
		for (size_t k = 0; k < 6 && cases[i].given[k]; k++)
			declare(&t, cases[i].given[k]);
		trial_look_given(&t, c, cases[i].machine);
		if (t.looked == RC_OK && c->remember)
			facts_carry(&t.facts, NULL, c->remember, t.now_us);
		trial_judge(&t, c);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("%s on '%s', %s %s: verdict %d message %u, want %d %u [%s]\n", c->id, cases[i].machine, cases[i].given[0] ? cases[i].given[0] : "nothing", cases[i].given[1] ? cases[i].given[1] : "",
			    t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message, t.looked ? rc_trail() : "");
		}
		trial_end(&t);
	}
}
#define PEOPLE_TABLE(c, cases) people_table((c), (cases), sizeof(cases) / sizeof((cases)[0]))

#endif
