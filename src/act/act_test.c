// SPDX-License-Identifier: Apache-2.0
#include "act/act.h"
#include <stdio.h>
#include <stdlib.h>

#include "base/test.h"

CASE(paths_lead_to_their_act)
{
	struct str segment = STR_NONE;

	CHECK_INT(act_of_path(METHOD_GET, STR("/"), &segment), ACT_BOARD_SHOW);
	CHECK_INT(act_of_path(METHOD_GET, STR("/clause/S-3-4"), &segment), ACT_CLAUSE_SHOW);
	CHECK_STR(segment, "S-3-4");
	CHECK_INT(act_of_path(METHOD_POST, STR("/control/ports-closed/run"), &segment), ACT_CONTROL_RUN);
	CHECK_STR(segment, "ports-closed");
	CHECK_INT(act_of_path(METHOD_GET, STR("/control/ports-closed/run"), &segment), ACT_NONE);
	CHECK_INT(act_of_path(METHOD_GET, STR("/clause/"), &segment), ACT_NONE);
	CHECK_INT(act_of_path(METHOD_GET, STR("/clause/a/b"), &segment), ACT_NONE);
	CHECK_INT(act_of_path(METHOD_GET, STR("//"), &segment), ACT_NONE);
	CHECK_INT(act_of_path(METHOD_GET, STR(""), &segment), ACT_NONE);
	CHECK_INT(act_of_path(METHOD_NOWHERE, STR(""), &segment), ACT_NONE);
	CHECK_INT(act_of_path(METHOD_GET, STR("/ledger/12/proof"), &segment), ACT_PROOF_GET);
}

CASE(every_act_has_an_id_and_one_path)
{
	for (enum act a = 1; a < ACT_COUNT; a++) {
		CHECK_INT(act_of(str_of(act_row(a)->id)), a);
		for (enum act b = a + 1; b < ACT_COUNT; b++) {
			CHECK(strcmp(act_row(a)->id, act_row(b)->id) != 0);
			CHECK(act_row(a)->method == METHOD_NOWHERE || act_row(a)->method != act_row(b)->method || strcmp(act_row(a)->path, act_row(b)->path) != 0);
		}
	}
	CHECK(act_row(ACT_NONE) == NULL);
	CHECK(act_row(ACT_COUNT) == NULL);
}

/*
 * The matrix as a person reads it: tests/golden/permissions.txt has a row an act, a column a role, then what must be there beside the role.
 * With WRITE_GOLDEN=1 the test writes the file anew, for a person to read the difference.
 */
static void
matrix_write(struct buf *b)
{
	CHECK_OK(buf_addf(b, "%-20s", "#"));
	for (enum role r = 1; r < ROLE_COUNT; r++)
		CHECK_OK(buf_addf(b, " %s%s", roles_side(ROLE_BIT(r)) == SIDE_CLIENT ? "(client) " : "", role_name(r)));
	CHECK_OK(buf_add_byte(b, '\n'));
	for (enum act a = 1; a < ACT_COUNT; a++) {
		CHECK_OK(buf_addf(b, "%-20s ", act_row(a)->id));
		for (enum role r = 1; r < ROLE_COUNT; r++)
			CHECK_OK(buf_add_byte(b, act_permitted(a, ROLE_BIT(r)) ? 'x' : '-'));
		for (enum guard g = 0; g < GUARD_COUNT; g++)
			if (act_row(a)->guards & GUARD_BIT(g))
				CHECK_OK(buf_addf(b, " %s", guard_name(g)));
		CHECK_OK(buf_add_byte(b, '\n'));
	}
}

/*= S-7-1 type=test */
CASE(roles_may_what_the_matrix_says)
{
	struct buf b = BUF(65536), golden = BUF(65536);
	FILE *f;
	char line[512];

	matrix_write(&b);
	if (getenv("WRITE_GOLDEN")) {
		f = fopen("tests/golden/permissions.txt", "w");
		CHECK(f && fwrite(b.p, 1, b.n, f) == b.n);
		if (f)
			(void)fclose(f);
	}
	f = fopen("tests/golden/permissions.txt", "r");
	CHECK(f != NULL);
	while (f && fgets(line, sizeof(line), f))
		CHECK_OK(buf_add_c(&golden, line));
	if (f)
		(void)fclose(f);
	CHECK_STR(buf_str(&b), buf_cstr(&golden));
	buf_free(&b);
	buf_free(&golden);
}

/* Every act, every role, every state of the guards: allowed exactly when the role may and all its guards are met. */
CASE(nothing_but_role_and_guards_decides)
{
	for (enum act a = 1; a < ACT_COUNT; a++) {
		const struct act_row *row = act_row(a);

		for (enum role r = 0; r <= ROLE_COUNT; r++) {
			uint32_t roles = r ? ROLE_BIT(r) : 0;

			for (uint32_t met = 0; met < GUARD_BIT(GUARD_COUNT); met++) {
				struct act_state state = { .roles = roles, .met = met };
				enum guard g = GUARD_COUNT;
				enum act_answer answer = act_decide(a, &state, &g);
				bool may = r > 0 && r < ROLE_COUNT && (row->roles & roles);
				enum act_answer want = !may ? ACT_REFUSED : (row->guards & ~met) ? ACT_GUARDED : ACT_ALLOWED;

				if (answer != want || (want == ACT_GUARDED && !(row->guards & ~met & GUARD_BIT(g))))
					CHECK(!"the decision differs from the table");
				state.own_approval = true;
				if (want == ACT_ALLOWED && (row->guards & GUARD_BIT(GUARD_SECOND)) && act_decide(a, &state, &g) != ACT_GUARDED)
					CHECK(!"one person was two");
			}
		}
	}
}

CASE(nobody_holds_roles_of_both_sides)
{
	CHECK(!act_permitted(ACT_BOARD_SHOW, ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_CLIENT_OFFICER)));
	CHECK(act_permitted(ACT_BOARD_SHOW, ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_ON_CALL)));
	CHECK(!act_permitted(ACT_BOARD_SHOW, 0));
	CHECK(!act_permitted(ACT_BOARD_SHOW, 1));
	CHECK(!act_permitted(ACT_BOARD_SHOW, ROLE_BIT(ROLE_COUNT)));
	CHECK(!act_permitted(ACT_NONE, ROLE_BIT(ROLE_ADMINISTRATOR)));
}

#define SERVICE (GUARD_BIT(GUARD_STEP_UP) | GUARD_BIT(GUARD_REASON) | GUARD_BIT(GUARD_TICKET) | GUARD_BIT(GUARD_PROCEDURE) | GUARD_BIT(GUARD_CONFIRM))

/* What cannot be undone asks for two people and time to think; what touches the service asks for a ticket, but nothing slows containment. */
CASE(dangerous_acts_are_guarded)
{
	for (enum act a = 1; a < ACT_COUNT; a++) {
		const struct act_row *row = act_row(a);

		if (row->danger == DANGER_CONTAIN)
			CHECK((row->guards & ~GUARD_BIT(GUARD_ADDRESS)) == 0 && (row->roles & ROLE_BIT(ROLE_ON_CALL)) && row->record == RECORD_LEAF);
		else if (row->danger != DANGER_NONE)
			CHECK((row->guards & SERVICE) == SERVICE);
		if (row->danger == DANGER_IRREVERSIBLE)
			CHECK((row->guards & (GUARD_BIT(GUARD_STEP_UP) | GUARD_BIT(GUARD_REASON) | GUARD_BIT(GUARD_CONFIRM) | GUARD_BIT(GUARD_SECOND) | GUARD_BIT(GUARD_WAIT))) ==
			    (GUARD_BIT(GUARD_STEP_UP) | GUARD_BIT(GUARD_REASON) | GUARD_BIT(GUARD_CONFIRM) | GUARD_BIT(GUARD_SECOND) | GUARD_BIT(GUARD_WAIT)));
		if (row->danger != DANGER_NONE || row->guards)
			CHECK(row->record == RECORD_LEAF);
	}
}

CASE(a_token_may_less_than_its_holder) /*= S-7-1 type=test */
{
	enum guard guard = GUARD_COUNT;

	for (enum act a = ACT_NONE + 1; a < ACT_COUNT; a++)
		for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
			struct act_state person = { .roles = ROLE_BIT(r), .met = GUARD_BIT(GUARD_COUNT) - 1 }, program = person;
			bool factor = act_row(a)->guards & GUARD_BIT(GUARD_STEP_UP);

			program.by_token = true;
			CHECK(act_decide(a, &program, &guard) == ACT_REFUSED); /* out of its scope */
			program.in_scope = true;
			CHECK(act_decide(a, &program, &guard) == (act_decide(a, &person, &guard) == ACT_REFUSED ? ACT_REFUSED : factor ? ACT_GUARDED : ACT_ALLOWED));
		}
}

TEST_MAIN
