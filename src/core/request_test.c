// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "core/request.h"

CASE(an_act_request_has_one_spelling)
{
	struct act_request q = { ACT_CLAUSE_SHOW, { STR("token"), STR("127.0.0.1"), DOOR_ADMIN, 77 }, STR("{\"id\":\"S-3-4\"}") }, back;
	struct buf b = BUF(1000);

	CHECK_OK(act_request_encode(&q, &b));
	CHECK_OK(act_request_decode(buf_str(&b), &back));
	CHECK_INT(back.act, ACT_CLAUSE_SHOW);
	CHECK_STR(back.arguments, "{\"id\":\"S-3-4\"}");
	CHECK_INT(back.caller.door, DOOR_ADMIN);
	CHECK_INT(back.caller.connected_at_us, 77);
	for (size_t n = 0; n < b.n; n++)
		CHECK_RC(act_request_decode(str_sub(buf_str(&b), 0, n), &back), RC_SYNTAX);
	CHECK_OK(buf_add_byte(&b, 0));
	CHECK_RC(act_request_decode(buf_str(&b), &back), RC_SYNTAX);
	b.p[0] = 0x7f;
	CHECK_RC(act_request_decode(buf_str(&b), &back), RC_SYNTAX);
	buf_free(&b);
}

CASE(a_child_event_names_a_process_of_the_station)
{
	struct child_request q = { PROC_LEDGER, CHILD_KILLED, -9, 77 }, back;
	struct buf b = BUF(100);

	CHECK_OK(child_request_encode(&q, &b));
	CHECK_OK(child_request_decode(buf_str(&b), &back));
	CHECK_INT(back.proc, PROC_LEDGER);
	CHECK_INT(back.detail, -9);
	b.p[0] = PROC_COUNT;
	CHECK_RC(child_request_decode(buf_str(&b), &back), RC_SYNTAX);
	b.p[0] = 0;
	b.p[1] = 0;
	CHECK_RC(child_request_decode(buf_str(&b), &back), RC_SYNTAX);
	buf_free(&b);
}

TEST_MAIN
