// SPDX-License-Identifier: Apache-2.0
/* What leaves says what happened and names nobody; what was missed is said once. */
#include "core/core_fake.h"

#include <string.h>

#include "base/test.h"

static void
act(struct core *c, const char *arguments)
{
	struct act_request q = { ACT_DECLARE_EVENT, { STR("administrator"), STR("192.0.2.7"), DOOR_LOCAL, 0 }, str_of(arguments) };
	struct buf b = BUF(16 << 20);

	CHECK_OK(act_do(c, &q, &b));
	buf_free(&b);
}

/*= S-3-5 type=test */
CASE(a_line_says_what_happened_and_names_nobody)
{
	struct core *c = core_up(true);
	struct buf b = BUF(COURIER_BYTES_MAX);
	struct str name;

	act(c, "{\"id\":\"S-1-2\",\"happened\":false,\"text\":\"見本 花子から電話\"}");
	for (size_t i = 0; i < fake.count; i++) {
		buf_reset(&b);
		CHECK_OK(outgoing_text(c, i, &fake.entries[i], &b));
		CHECK(strncmp(buf_cstr(&b), "<110>1 20", 9) == 0 || strncmp(buf_cstr(&b), "<109>1 20", 9) == 0);
		CHECK(strstr(buf_cstr(&b), "192.0.2.7") == NULL && strstr(buf_cstr(&b), "見本") == NULL && strchr(buf_cstr(&b), '\n') == NULL);
	}
	CHECK_OK(outgoing_text(c, 0, &fake.entries[0], (buf_reset(&b), &b)));
	CHECK(strstr(buf_cstr(&b), " here.example.jp tsujiban-core - act-begin [entry@32473 index=\"0\" seq=\"1\" ") != NULL);
	CHECK(strstr(buf_cstr(&b), "name=\"declare-event\" actor=\"0101") != NULL);
	name = fake.entries[0].leaf.name;
	fake.entries[0].leaf.name = STR("a\"]b");
	CHECK_OK(outgoing_text(c, 0, &fake.entries[0], (buf_reset(&b), &b)));
	CHECK(strstr(buf_cstr(&b), "a\"]b") == NULL);
	fake.entries[0].leaf.name = name;
	buf_free(&b);
	core_down(c);
}

CASE(courier_gets_each_entry_once_and_nothing_when_no_collector_is_declared)
{
	struct core *c = core_up(true);

	act(c, "{\"id\":\"S-1-2\",\"happened\":false,\"text\":\"ない\"}");
	CHECK_OK(outgoing_follow(c));
	CHECK_INT(fake.out_count, 0);
	fake.sending.sending = SENDING_CONNECTED;
	CHECK_OK(outgoing_follow(c)); /* declared just now: what comes from here on */
	CHECK_INT(fake.out_count, 0);
	act(c, "{\"id\":\"S-1-2\",\"happened\":false,\"text\":\"ない\"}");
	CHECK_OK(outgoing_follow(c));
	CHECK(fake.out_count >= 2);
	CHECK_INT(fake.sending.last + 1, fake.count);
	c->outgoing_next = 0; /* core came back: courier knows */
	CHECK_OK(outgoing_follow(c));
	CHECK_INT(fake.sending.last + 1, fake.count);
	core_down(c);
}

CASE(what_the_queue_could_not_hold_becomes_one_entry_that_goes_out_itself)
{
	struct core *c = core_up(true);
	size_t before;

	act(c, "{\"id\":\"S-1-2\",\"happened\":false,\"text\":\"ない\"}");
	before = fake.count;
	fake.sending = (struct courier_state){ .sending = SENDING_AWAY, .begun = true, .last = before - 1, .missed = 7, .missed_from = 20, .missed_to = 26, .waiting = 3 };
	CHECK_OK(outgoing_follow(c));
	CHECK_INT(fake.count, before); /* no room yet: the gap may grow */
	fake.sending.waiting = 0;
	CHECK_OK(outgoing_follow(c));
	CHECK_INT(fake.sending.told, 7);
	CHECK(strstr(fake.out, "name=\"log-gap\"") != NULL && strstr(fake.out, " from=\"20\" to=\"26\" count=\"7\"]") != NULL);
	CHECK(strncmp(fake.out, "<107>1 ", 7) == 0);
	CHECK_OK(outgoing_follow(c));
	CHECK_INT(fake.count, before + 1);
	core_down(c);
}

TEST_MAIN
