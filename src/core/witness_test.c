// SPDX-License-Identifier: Apache-2.0
/* What the station makes of its witness: sent when due, compared each time, each change said once. */
#include "core/core_fake.h"

#include <string.h>

#include "base/test.h"
#include "base/time_text.h"

static struct core *
up(void)
{
	struct core *c = core_up(true);

	c->witness.every_us = 60 * SECOND_US;
	c->witness.silent_us = 48 * HOUR_US;
	fake.witness = (struct witness_state){ .standing = STANDING_NEW, .sends = true };
	fake.extends = RC_OK;
	fake.heads_sent = 0;
	return c;
}

static void
follow(struct core *c)
{
	c->witness.asked_at_us = 0;
	CHECK_OK(witness_follow(c));
}

static size_t
said(const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < fake.count; i++)
		n += fake.entries[i].leaf.type == LEAF_STATION && str_eq_c(fake.entries[i].leaf.name, name);
	return n;
}

static bool
board_says(struct core *c, const char *state, bool bad)
{
	json_t *o = NULL, *w;
	bool ret;

	if (core_ask(c, ACT_BOARD_SHOW, "client-officer", "{\"lang\":\"ja\"}", &o) != RC_OK)
		return false;
	w = json_object_get(o, "witness");
	ret = strcmp(core_text(w, "state"), state) == 0 && json_is_true(json_object_get(w, "bad")) == bad;
	json_decref(o);
	return ret;
}

static void
leaf(struct core *c)
{
	uint64_t index;

	CHECK_OK(record_leaf(c, &(struct leaf){ .type = LEAF_HEARTBEAT, .name = STR("x") }, NULL, &index));
}

/*= O1-2-2 type=test */
CASE(heads_go_when_they_grew_and_a_good_witness_makes_no_noise)
{
	struct core *c = up();
	size_t before;

	leaf(c);
	follow(c);
	CHECK_INT(fake.heads_sent, 1);
	follow(c); /* not due again yet */
	CHECK_INT(fake.heads_sent, 1);
	fake.witness = (struct witness_state){ .standing = STANDING_AGAIN, .sends = true, .theirs = 0 };
	c->witness.sent_at_us = core_now_us() - 2 * SECOND_US;
	follow(c); /* asked to prove anew: at once */
	CHECK_INT(fake.heads_sent, 2);
	fake.witness = (struct witness_state){ .standing = STANDING_GOOD, .sends = true, .size = fake.count, .cosigned_at_us = core_now_us() };
	c->witness.sent_at_us = core_now_us() - HOUR_US / 2;
	before = fake.count;
	follow(c); /* nothing new to cosign */
	CHECK_INT(fake.heads_sent, 2);
	CHECK_INT(fake.count, before);
	CHECK(board_says(c, "good", false));
	core_down(c);
}

CASE(a_rollback_or_a_fork_is_said_once_and_its_end_too)
{
	struct core *c = up();

	leaf(c);
	fake.witness = (struct witness_state){ .standing = STANDING_NEWER, .sends = true, .theirs = 999 };
	follow(c);
	follow(c);
	CHECK_INT(said("witness-newer"), 1);
	CHECK(board_says(c, "newer", true));
	fake.witness.standing = STANDING_FORK;
	follow(c);
	CHECK_INT(said("witness-fork"), 1);
	fake.witness = (struct witness_state){ .standing = STANDING_GOOD, .sends = true, .size = 1, .cosigned_at_us = core_now_us() };
	follow(c);
	follow(c);
	CHECK_INT(said("witness-good"), 1);
	CHECK(board_says(c, "good", false));
	fake.extends = RC_NOTFOUND; /* what courier holds cosigned is not in the ledger of today */
	follow(c);
	CHECK(board_says(c, "newer", true));
	fake.extends = RC_TAMPERED;
	follow(c);
	CHECK(board_says(c, "fork", true));
	CHECK_INT(said("witness-newer"), 2);
	core_down(c);
}

CASE(a_month_of_silence)
{
	struct core *c = up();

	leaf(c);
	fake.witness = (struct witness_state){ .standing = STANDING_AWAY, .sends = true, .size = 1, .cosigned_at_us = core_now_us() - 47 * HOUR_US };
	follow(c);
	CHECK(board_says(c, "away", false));
	CHECK_INT(said("witness-silent"), 0);
	fake.witness.cosigned_at_us = core_now_us() - 31 * DAY_US;
	follow(c);
	follow(c);
	CHECK_INT(said("witness-silent"), 1);
	CHECK(board_says(c, "silent", true));
	fake.witness = (struct witness_state){ .standing = STANDING_OFF };
	c->started_at_us -= 60 * DAY_US;
	follow(c); /* none declared: nothing to be silent */
	CHECK(board_says(c, "off", false));
	core_down(c);
}

CASE(on_a_stick)
{
	struct core *c = up();
	json_t *o = NULL;

	fake.witness.sends = false;
	CHECK(core_ask(c, ACT_WITNESS_EXPORT, "operator", "{}", &o) == RC_CONFLICT); /* not known yet */
	rc_trail_clear();
	leaf(c);
	follow(c);
	CHECK_INT(fake.heads_sent, 0);
	CHECK_OK(core_ask(c, ACT_WITNESS_EXPORT, "operator", "{}", &o));
	CHECK(strstr(core_text(o, "submission"), "old 0\n") != NULL);
	json_decref(o);
	o = NULL;
	CHECK(core_ask(c, ACT_WITNESS_IMPORT, "administrator", "{\"answer\":\"scribble\"}", &o) == RC_SYNTAX);
	CHECK(strstr(rc_trail(), "立会人の答えではありません") != NULL);
	rc_trail_clear();
	CHECK_OK(core_ask(c, ACT_WITNESS_IMPORT, "administrator", "{\"answer\":\"200\\r\\nyes\\r\\n\"}", &o));
	CHECK(strstr(core_text(o, "key"), "log.example/a+") != NULL && strlen(core_text(o, "fingerprint")) == 79);
	json_decref(o);
	core_down(c);
}

TEST_MAIN
