// SPDX-License-Identifier: Apache-2.0
#include "act/act.h"
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

/* The matrix as a person reads it: a row an act, a column a role (administrator, security lead, operator, client officer, client auditor). */
static const char *const matrix[] = {
	"board-show       xxxxx", "clause-show      xxxxx", "control-list     xxxxx", "control-show     xxxxx", "control-run      xx---",
	"assess           xx---", "ledger-show      xxxxx", "entry-show       xxxxx", "proof-get        xxxxx", "status-show      xxxxx",
	"catalogue-list   xxxxx", "catalogue-reload x----", "account-list     x----", "account-add      x----", "account-link     x----", "declare-event    xx---",
};

/*= S-7-1 type=test */
CASE(roles_may_what_the_matrix_says)
{
	struct buf b = BUF(200);

	CHECK_INT(sizeof(matrix) / sizeof(matrix[0]), ACT_COUNT - 1);
	for (enum act a = 1; a < ACT_COUNT; a++) {
		buf_reset(&b);
		CHECK_OK(buf_addf(&b, "%-17s", act_row(a)->id));
		for (enum role r = 1; r < ROLE_COUNT; r++)
			CHECK_OK(buf_add_byte(&b, act_permitted(a, r) ? 'x' : '-'));
		CHECK_STR(buf_str(&b), matrix[a - 1]);
		CHECK(!act_permitted(a, ROLE_NONE));
		CHECK(!act_permitted(a, ROLE_COUNT));
	}
	buf_free(&b);
}

TEST_MAIN
