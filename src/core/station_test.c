// SPDX-License-Identifier: Apache-2.0
/* The station as a subject: what auth tells of itself, judged by the same judges as hosts. */
#include "core/core_fake.h"

#include <string.h>

#include "base/test.h"
#include "control/look_remote.h"

extern const struct control control_both_held_finding, control_commit_confirm, control_operation_register, control_role_separation, control_second_person, control_side_separation;
extern const struct control control_privileged_mfa, control_separate_privileged_account, control_no_shared_accounts, control_account_removal;
extern const struct control control_lock_survives_restart, control_lockout, control_mfa, control_password_complexity, control_unlock_by_another;
const struct control *const controls[] = { &control_both_held_finding, &control_commit_confirm, &control_operation_register, &control_role_separation, &control_second_person, &control_side_separation, &control_lock_survives_restart, &control_lockout, &control_mfa, &control_password_complexity, &control_unlock_by_another, &control_privileged_mfa, &control_separate_privileged_account, &control_no_shared_accounts, &control_account_removal, NULL };

enum rc
look_control(struct proc *p, const struct control *control, const struct subject *s, struct facts *f)
{
	return FAIL(RC_TIMEOUT, "hosts are not looked at here");
}

#define ROW(row, key, value) "{\"row\":" #row ",\"key\":\"" key "\",\"kind\":\"text\",\"value\":\"" value "\"}"
#define WAY(row, name, kinds) ROW(row, "of", "way") "," ROW(row, "name", name) "," ROW(row, "kinds", kinds)
#define N(key, kind, value) "{\"row\":0,\"key\":\"" key "\",\"kind\":\"" kind "\",\"value\":" #value "}"
#define COUNTED(row, yes) "{\"row\":" #row ",\"key\":\"counted\",\"kind\":\"bool\",\"value\":" #yes "}"
#define USABLE "{\"row\":0,\"key\":\"usable\",\"kind\":\"int\",\"value\":3}"

static enum verdict
judged(const struct control *control, const char *auth_facts, enum msg *ret)
{
	struct core *c = core_up(true);
	enum verdict v = VERDICT_NOT_APPLICABLE;
	const struct held *h;
	json_t *message;

	fake.auth_facts = auth_facts;
	CHECK(look_do(c, control, "station") == (auth_facts != NULL));
	h = held_find(c, control->id, "station", "");
	CHECK(h != NULL);
	if (h) {
		v = h->verdict;
		message = json_loads(h->message ? h->message : "{}", 0, NULL);
		*ret = (enum msg)json_integer_value(json_object_get(message, "number"));
		json_decref(message);
	}
	core_down(c);
	return v;
}

CASE(two_kinds_on_every_way_in) /*= S-3-4 type=test */
{
	static const struct { const char *facts; enum verdict verdict; enum msg message; } cases[] = {
		{ "[" USABLE "," WAY(1, "password code", "known held") "," WAY(2, "passkey", "held body") "]", VERDICT_PASS, MSG_MFA_STATION_TWO_KINDS },
		{ "[" USABLE "," WAY(1, "password code", "known held") "," WAY(2, "password question", "known known") "]", VERDICT_FAIL, MSG_MFA_STATION_SINGLE },
		{ "[" USABLE "," WAY(1, "password", "known") "]", VERDICT_FAIL, MSG_MFA_STATION_SINGLE },
		{ "[" USABLE "," WAY(1, "nothing", "") "]", VERDICT_FAIL, MSG_MFA_STATION_SINGLE },
		{ "[" USABLE "]", VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER }, /* no way at all was told: nothing proves it */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum msg message = 0;

		CHECK_INT(judged(&control_mfa, cases[i].facts, &message), cases[i].verdict);
		CHECK_INT(message, cases[i].message);
	}
}

CASE(passwords_locks_and_who_opens_them) /*= S-3-4 type=test */
{
	static const struct { const struct control *control; const char *facts; enum verdict verdict; enum msg message; } cases[] = {
		{ &control_password_complexity, "[" N("password_mixed", "bool", true) "," N("password_classes", "int", 1) "," N("password_chars_min", "int", 12) "]", VERDICT_PASS, MSG_COMPLEXITY_STATION },
		{ &control_password_complexity, "[" N("password_mixed", "bool", true) "," N("password_classes", "int", 3) "," N("password_chars_min", "int", 12) "]", VERDICT_PASS, MSG_COMPLEXITY_STATION_ENFORCED },
		{ &control_password_complexity, "[" N("password_mixed", "bool", false) "]", VERDICT_FAIL, MSG_COMPLEXITY_CANNOT },
		{ &control_password_complexity, "[]", VERDICT_UNKNOWN, MSG_COMPLEXITY_NO_ANSWER },
		{ &control_lockout, "[" N("lock_after", "int", 5) "," N("lock_s", "int", 900) "," WAY(1, "password code", "known held") "," COUNTED(1, true) "," WAY(2, "passkey", "held body") "]", VERDICT_PASS, MSG_LOCKOUT_STATION },
		{ &control_lockout, "[" N("lock_after", "int", 50) "," WAY(1, "password code", "known held") "," COUNTED(1, true) "]", VERDICT_FAIL, MSG_LOCKOUT_STATION_LATE },
		{ &control_lockout, "[" N("lock_after", "int", 5) "," WAY(1, "password code", "known held") "]", VERDICT_FAIL, MSG_LOCKOUT_UNCOUNTED },
		{ &control_lockout, "[]", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_ANSWER },
		{ &control_lock_survives_restart, "[" N("tally_count_kept", "int", 1) "," N("at_count_kept", "time", 1767225600000000) "]", VERDICT_PASS, MSG_LOCK_KEPT_STATION },
		{ &control_lock_survives_restart, "[" N("tally_start", "int", 4) "]", VERDICT_UNKNOWN, MSG_LOCK_KEPT_STATION_UNSEEN },
		{ &control_unlock_by_another, "[" N("unlock_own", "bool", false) "]", VERDICT_PASS, MSG_UNLOCK_BY_ANOTHER },
		{ &control_unlock_by_another, "[" N("unlock_own", "bool", true) "]", VERDICT_FAIL, MSG_UNLOCK_OWN },
		{ &control_unlock_by_another, "[]", VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum msg message = 0;

		CHECK_INT(judged(cases[i].control, cases[i].facts, &message), cases[i].verdict);
		CHECK_INT(message, cases[i].message);
	}
}

/* One look of this control; the accounts as they are. */
static enum verdict
looked(struct core *c, const struct control *control)
{
	const struct held *h;

	CHECK(look_do(c, control, "station"));
	h = held_find(c, control->id, "station", "");
	return h ? h->verdict : VERDICT_NOT_APPLICABLE;
}

CASE(roles_sides_and_second_persons) /*= S-7-1 type=test */
{
	static struct person_link links[] = { { { { 1, ROLE_ADMINISTRATOR } }, { { 77 } } }, { { { 1, ROLE_OPERATOR } }, { { 77 } } } };
	struct core *c = core_up(true);

	CHECK_INT(looked(c, &control_role_separation), VERDICT_PASS);
	CHECK_INT(looked(c, &control_side_separation), VERDICT_PASS);
	CHECK_INT(looked(c, &control_second_person), VERDICT_PASS);
	CHECK_INT(looked(c, &control_operation_register), VERDICT_UNKNOWN);
	CHECK_INT(looked(c, &control_commit_confirm), VERDICT_PASS);
	CHECK_INT(looked(c, &control_both_held_finding), VERDICT_PASS);
	c->persons = links; /* an administrator and an operator: one person */
	c->persons_count = 2;
	CHECK_INT(looked(c, &control_both_held_finding), VERDICT_FAIL);
	c->persons_count = 0;
	fake.accounts[0].roles |= ROLE_BIT(ROLE_OPERATOR);
	CHECK_INT(looked(c, &control_both_held_finding), VERDICT_FAIL);
	for (int i = 0; i < FAKE_ACCOUNTS; i++)
		fake.accounts[i].suspended_at_us = i ? core_now_us() : 0;
	CHECK_INT(looked(c, &control_second_person), VERDICT_UNKNOWN); /* nobody else is there */
	CHECK_INT(looked(c, &control_role_separation), VERDICT_UNKNOWN); /* nobody who uses it is there to show it */
	fake.accounts[0].enrolled = false;
	CHECK_INT(looked(c, &control_both_held_finding), VERDICT_UNKNOWN);
	CHECK_INT(looked(c, &control_side_separation), VERDICT_UNKNOWN);
	core_down(c);
}

static enum verdict
looked_at_accounts(const struct control *control, void (*change)(void), enum msg *ret)
{
	struct core *c = core_up(true);
	enum verdict v;
	json_t *message;

	fake.auth_facts = "[" USABLE "," WAY(1, "password code", "known held") "]";
	for (int i = 0; i < FAKE_ACCOUNTS; i++)
		fake.accounts[i].person = (struct opaque_id){ { 9, (uint8_t)i } };
	change();
	v = looked(c, control);
	message = json_loads(held_find(c, control->id, "station", "")->message, 0, NULL);
	*ret = (enum msg)json_integer_value(json_object_get(message, "number"));
	json_decref(message);
	core_down(c);
	return v;
}

static void as_it_is(void) { }
static void one_of_nobody(void) { fake.accounts[0].person = (struct opaque_id){ { 0 } }; }
static void all_of_nobody(void) { for (int i = 0; i < FAKE_ACCOUNTS; i++) fake.accounts[i].person = (struct opaque_id){ { 0 } }; }
static void one_mixed(void) { fake.accounts[0].roles = ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_OPERATOR); }
static void one_over(void) { fake.accounts[0].until_us = core_now_us() - 30 * HOUR_US; }
static void one_over_today(void) { fake.accounts[0].until_us = core_now_us() - HOUR_US; }
static void one_ended(void) { one_over(); fake.accounts[0].ended_at_us = fake.accounts[0].until_us + SECOND_US; }
static void one_removed(void) { fake.accounts[0].removed_at_us = core_now_us(); }
static void one_everywhere(void) { fake.accounts[1].devices = 4; }
static void one_at_two(void) { fake.accounts[1].devices = 3; }
static void none_enrolled(void) { for (int i = 0; i < FAKE_ACCOUNTS; i++) fake.accounts[i].enrolled = false; }
static void single_way(void) { fake.auth_facts = "[" USABLE "," WAY(1, "password", "known") "]"; }
static void no_way(void) { fake.auth_facts = "[" USABLE "]"; }

CASE(own_accounts_are_judged_like_a_hosts) /*= O1-1-1 type=test */ /*= S-3-2 type=test */ /*= S-3-5 type=test */
{
	static const struct { const struct control *control; void (*change)(void); enum verdict verdict; enum msg message; } cases[] = {
		{ &control_privileged_mfa, as_it_is, VERDICT_PASS, MSG_PRIVILEGED_MFA_STATION },
		{ &control_privileged_mfa, single_way, VERDICT_FAIL, MSG_MFA_STATION_SINGLE },
		{ &control_privileged_mfa, no_way, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ &control_privileged_mfa, none_enrolled, VERDICT_UNKNOWN, MSG_STATION_NO_PRIVILEGED },
		{ &control_separate_privileged_account, as_it_is, VERDICT_PASS, MSG_STATION_PRIVILEGED_SEPARATE },
		{ &control_separate_privileged_account, one_of_nobody, VERDICT_FAIL, MSG_STATION_PRIVILEGED_NOBODY },
		{ &control_separate_privileged_account, all_of_nobody, VERDICT_UNKNOWN, MSG_STATION_PRIVILEGED_NOBODY },
		{ &control_separate_privileged_account, one_mixed, VERDICT_FAIL, MSG_STATION_PRIVILEGED_MIXED },
		{ &control_separate_privileged_account, one_over, VERDICT_FAIL, MSG_STATION_PRIVILEGED_OVER },
		{ &control_separate_privileged_account, none_enrolled, VERDICT_UNKNOWN, MSG_STATION_NO_PRIVILEGED },
		{ &control_no_shared_accounts, as_it_is, VERDICT_PASS, MSG_STATION_NOT_SHARED },
		{ &control_no_shared_accounts, one_of_nobody, VERDICT_UNKNOWN, MSG_STATION_OF_NOBODY },
		{ &control_no_shared_accounts, one_everywhere, VERDICT_UNKNOWN, MSG_STATION_MANY_DEVICES },
		{ &control_no_shared_accounts, one_at_two, VERDICT_PASS, MSG_STATION_NOT_SHARED },
		{ &control_no_shared_accounts, none_enrolled, VERDICT_UNKNOWN, MSG_STATION_NO_ACCOUNT },
		{ &control_account_removal, as_it_is, VERDICT_UNKNOWN, MSG_STATION_REMOVAL_UNSHOWN },
		{ &control_account_removal, one_ended, VERDICT_PASS, MSG_STATION_REMOVAL_DONE },
		{ &control_account_removal, one_removed, VERDICT_PASS, MSG_STATION_REMOVAL_DONE },
		{ &control_account_removal, one_over, VERDICT_FAIL, MSG_STATION_REMOVAL_OVERDUE },
		{ &control_account_removal, one_over_today, VERDICT_PASS, MSG_REMOVAL_WAITING },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum msg message = 0;

		CHECK_INT(looked_at_accounts(cases[i].control, cases[i].change, &message), cases[i].verdict);
		CHECK_INT(message, cases[i].message);
	}
}

CASE(no_answer_proves_nothing)
{
	enum msg message = 0;

	CHECK_INT(judged(&control_mfa, NULL, &message), VERDICT_UNKNOWN);
	CHECK_INT(judged(&control_mfa, "not json", &message), VERDICT_UNKNOWN);
	CHECK_INT(judged(&control_mfa, "[]", &message), VERDICT_UNKNOWN);
}

TEST_MAIN
