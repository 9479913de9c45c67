// SPDX-License-Identifier: Apache-2.0
/* A sealed code that was opened: on the board at once, on the list until another person looked at it, a finding when nobody does. */
#include "core/core_fake.h"

#include <stdio.h>
#include <string.h>

#include "base/test.h"
#include "base/time_text.h"
#include "control/look_remote.h"
#include "core/guard_int.h"

extern const struct control control_break_glass_reviewed;
const struct control *const controls[] = { &control_break_glass_reviewed, NULL };

enum rc
look_control(struct proc *p, const struct control *control, const struct subject *s, struct facts *f)
{
	return FAIL(RC_TIMEOUT, "hosts are not looked at here");
}

static enum verdict
looked(struct core *c)
{
	const struct held *h;

	CHECK(look_do(c, &control_break_glass_reviewed, "station"));
	h = held_find(c, "break-glass-reviewed", "station", "");
	return h ? h->verdict : VERDICT_NOT_APPLICABLE;
}

/* As the ledger tells it of auth. */
static void
opened_by(struct core *c, enum role role, uint64_t leaf)
{
	struct actor who = { .session = { .account = { { 1, (uint8_t)role } } }, .at_us = core_now_us(), .begin = leaf };
	json_t *arguments = json_pack("{s:s, s:s, s:s}", "id", "person0", "reason", "鍵の紛失", "role", "on-call");

	CHECK_OK(note_put(c, ACT_GLASS_OPEN, &who, arguments));
	json_decref(arguments);
}

static enum rc
review(struct core *c, const char *token)
{
	json_t *a = NULL;
	enum rc rc = core_ask(c, ACT_CONTAINMENT_REVIEW, token, "{\"id\":\"77\",\"reason\":\"確かめた\"}", &a);

	json_decref(a);
	return rc;
}

/*= S-3-3 type=test */
CASE(looked_at_by_another_by_the_next_business_day)
{
	struct core *c = core_up(true);

	CHECK_INT(looked(c), VERDICT_PASS);
	opened_by(c, ROLE_ADMINISTRATOR, 77);
	CHECK_INT(c->glass_waiting, 1);
	CHECK_INT(looked(c), VERDICT_PASS); /* its day is not over */
	CHECK_RC(review(c, "administrator"), RC_DENIED);
	core_down(c);
	c = core_up(false); /* it waits over a restart */
	CHECK_INT(c->glass_waiting, 1);
	CHECK_OK(db_exec(c->db, "update note set at_us = at_us - 12 * 86400000000"));
	CHECK_INT(looked(c), VERDICT_FAIL);
	CHECK_OK(review(c, "client-officer"));
	CHECK_INT(c->glass_waiting, 0);
	CHECK_INT(looked(c), VERDICT_PASS);
	CHECK_RC(review(c, "security-lead"), RC_CONFLICT);
	core_down(c);
}

CASE(who_may_seal)
{
	struct core *c = core_up(true);
	json_t *a = NULL;

	CHECK_RC(core_ask(c, ACT_GLASS_SEAL, "administrator", "{\"role\":\"on-call\",\"minutes\":\"60\"}", &a), RC_DENIED); /* no reason */
	CHECK_RC(core_ask(c, ACT_GLASS_SEAL, "client-officer", "{\"role\":\"on-call\",\"minutes\":\"60\",\"guard\":{\"reason\":\"備え\"}}", &a), RC_DENIED);
	CHECK_OK(core_ask(c, ACT_GLASS_SEAL, "administrator", "{\"role\":\"on-call\",\"minutes\":\"60\",\"guard\":{\"reason\":\"備え\"}}", &a));
	CHECK_STR(str_of(core_text(a, "code")), "0000-sealed");
	json_decref(a);
	CHECK_RC(core_ask(c, ACT_GLASS_OPEN, "administrator", "{}", &a), RC_DENIED);
	core_down(c);
}

TEST_MAIN
