// SPDX-License-Identifier: Apache-2.0
#include "control/people.h"
#include "control/people_test.h"

extern const struct control control_no_shared_accounts;

CASE(machines) /*= S-3-5 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "accounts/closed", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NOBODY_OPENS },
		{ "accounts/root-only", { "root:taro:privileged" }, VERDICT_PASS, MSG_SHARED_NONE },
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_SHARED_UNDECLARED },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:privileged" }, VERDICT_PASS, MSG_SHARED_NONE },
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_SHARED_UID },
		{ "accounts/shared", { NULL }, VERDICT_FAIL, MSG_SHARED_PASSWORD },
		{ "accounts/shared", { "taro:t:user", "hanako:t:user", "jiro:jiro:user", "saburo:saburo:user" }, VERDICT_FAIL, MSG_SHARED_KEY },
		{ "accounts/shared", { "taro:t:user", "hanako:t:user", "jiro:j:user", "saburo:j:user" }, VERDICT_PASS, MSG_SHARED_NONE }, /* two accounts of one person */
		{ "accounts/kept", { "taro-adm:backup:service" }, VERDICT_FAIL, MSG_SHARED_SERVICE },
		{ "accounts/keys", { "taro:taro:user", "hanako:hanako:user", "team:hanako:user", "crew:jiro:user" }, VERDICT_UNKNOWN, MSG_SHARED_KEYS_UNTOLD }, /* crew: two keys, two names */
		{ "accounts/keys", { "taro:taro:user", "hanako:hanako:user", "team:saburo:user", "crew:jiro:user" }, VERDICT_FAIL, MSG_SHARED_KEYS },            /* team has hanako's, too */
		{ "accounts/keys", { "taro:taro:user", "hanako:hanako:user", "team:hanako:user", "crew:shiro:user", "@x 2026-12-31" }, VERDICT_UNKNOWN, MSG_SHARED_KEYS_UNTOLD },
	};

	PEOPLE_TABLE(&control_no_shared_accounts, cases);
}

/* A person's own two keys, and a key a program alone can use, are nothing shared. */
CASE(keys_of_one_person) /*= S-3-5 type=test */
{
	static const struct { int64_t distinct, unnamed; const char *owners; enum verdict verdict; } cases[] = {
		{ 2, 0, "taro", VERDICT_PASS }, { 2, 0, "taro-adm", VERDICT_PASS }, { 3, 0, "taro taro-adm", VERDICT_PASS }, { 2, 0, "yamada", VERDICT_PASS }, { 1, 1, "", VERDICT_PASS },
		{ 2, 1, "taro", VERDICT_UNKNOWN }, { 2, 2, "", VERDICT_UNKNOWN }, { 2, 0, "yamada sato", VERDICT_UNKNOWN }, { 2, 0, "taro sato", VERDICT_UNKNOWN },
		{ 1, 0, "hanako", VERDICT_UNKNOWN }, { 2, 0, "taro hanako", VERDICT_FAIL }, { 2, 0, "taro hanako-adm", VERDICT_FAIL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;
		uint32_t row;

		trial_begin(&t, &control_no_shared_accounts);
		declare(&t, "taro-adm:taro:privileged");
		declare(&t, "hanako-adm:hanako:privileged");
		trial_look_given(&t, &control_no_shared_accounts, "accounts/kept");
		row = people_row(&t.facts, STR("taro-adm"));
		for (size_t k = 0; k < t.facts.count; k++) /* its recorded key gives way */
			if (t.facts.list[k].row == row && (str_eq_c(t.facts.list[k].key, "keys_distinct") || str_eq_c(t.facts.list[k].key, "keys_unnamed")))
				t.facts.list[k].n = t.facts.list[k].key.n == 13 ? cases[i].distinct : cases[i].unnamed;
		fact_text(&t.facts, row, "key_owners", str_of(cases[i].owners));
		trial_judge(&t, &control_no_shared_accounts);
		if (t.finding.verdict != cases[i].verdict) {
			test_failures++;
			printf("case %zu: verdict %d message %u\n", i, t.finding.verdict, t.finding.message);
		}
		trial_end(&t);
	}
}

TEST_MAIN
