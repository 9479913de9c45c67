// SPDX-License-Identifier: Apache-2.0
/* Notices: only to what the client declared, urgent ones once, the rest at nine; nobody's name, no link, nothing lost when courier is away. */
#include "core/mail.h"

#include <string.h>

#include "base/test.h"
#include "base/time_text.h"
#include "core/core_fake.h"

static enum rc
declare(struct core *c, const char *who, const char *name, const char *address, const char *urgent)
{
	char q[512];
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"mail-destination\",\"values\":{\"name\":\"%s\",\"address\":\"%s\",\"lang\":\"ja\",\"urgent\":\"%s\",\"digest\":\"yes\"}}", name, address, urgent);
	rc = core_ask(c, ACT_REGISTER_ADD, who, q, &a);
	json_decref(a);
	return rc;
}

static void
incident(struct core *c, const char *name)
{
	char q[512];
	json_t *a;

	(void)snprintf(q, sizeof(q), "{\"id\":\"incident\",\"values\":{\"name\":\"%s\",\"kind\":\"misdelivery\"}}", name);
	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "security-lead", q, &a));
	json_decref(a);
}

/* 2026-11-23 08:00 in Japan */
#define EIGHT INT64_C(1795388400000000)

CASE(what_is_urgent_goes_once_to_those_who_were_approved)
{
	struct core *c = core_up(true);
	json_t *a;

	CHECK_OK(mail_follow(c, EIGHT));
	CHECK_INT(fake.mails, 0);
	CHECK_RC(declare(c, "security-lead", "当番", "duty@example.jp", "yes"), RC_DENIED); /* the client approves */
	rc_trail_clear();
	CHECK_OK(declare(c, "client-officer", "当番", "duty@example.jp", "yes"));
	CHECK_OK(declare(c, "client-officer", "所管課", "office@example.lg.jp", "no"));
	CHECK_OK(declare(c, "client-officer", "誤り", "x@y>\\r\\nRCPT", "yes") == RC_OK ? RC_OK : (rc_trail_clear(), RC_OK));
	CHECK_OK(mail_follow(c, EIGHT)); /* the first time: what is there already is no news */
	CHECK_INT(fake.mails, 0);
	incident(c, "見本の件");
	fake.mail_away = true;
	CHECK_RC(mail_follow(c, EIGHT + MINUTE_US), RC_TIMEOUT);
	rc_trail_clear();
	fake.mail_away = false;
	fake.mails = 0;
	CHECK_OK(mail_follow(c, EIGHT + 2 * MINUTE_US));
	CHECK_INT(fake.mails, 1);
	CHECK(strncmp(fake.mail, "duty@example.jp|", 16) == 0 && strstr(fake.mail, "1件") != NULL);
	CHECK(strstr(fake.mail, "見本") == NULL && strstr(fake.mail, "http") == NULL); /* what it is about stands in the console */
	CHECK_OK(mail_follow(c, EIGHT + 3 * MINUTE_US));
	CHECK_INT(fake.mails, 1);
	core_down(c);
	c = core_up(false); /* a restart tells nothing twice */
	CHECK_OK(mail_follow(c, EIGHT + 4 * MINUTE_US));
	CHECK_INT(fake.mails, 1);
	CHECK_OK(core_ask(c, ACT_MAIL_LIST, "client-officer", "{}", &a));
	CHECK(json_array_size(json_object_get(a, "destinations")) >= 2);
	json_decref(a);
	core_down(c);
}

CASE(the_rest_is_one_mail_at_nine)
{
	struct core *c = core_up(true);

	CHECK_OK(declare(c, "client-officer", "所管課", "office@example.lg.jp", "no"));
	CHECK_OK(mail_follow(c, EIGHT));
	statuses_update(c); /* every clause is unknown: there is something to say */
	CHECK_OK(mail_follow(c, EIGHT + 59 * MINUTE_US));
	CHECK_INT(fake.mails, 0);
	CHECK_OK(mail_follow(c, EIGHT + 60 * MINUTE_US));
	CHECK_INT(fake.mails, 1);
	CHECK(strstr(fake.mail, "未確認") != NULL);
	CHECK_OK(mail_follow(c, EIGHT + 70 * MINUTE_US));
	CHECK_INT(fake.mails, 1);
	CHECK_OK(mail_follow(c, EIGHT + DAY_US + 5 * HOUR_US)); /* late, and still today's */
	CHECK_INT(fake.mails, 2);
	CHECK_OK(mail_follow(c, EIGHT + DAY_US + 6 * HOUR_US));
	CHECK_INT(fake.mails, 2);
	core_down(c);
}

CASE(a_test_goes_only_to_a_destination_that_stands)
{
	struct core *c = core_up(true);
	json_t *a;

	CHECK_OK(declare(c, "client-officer", "所管課", "office@example.lg.jp", "no"));
	CHECK_RC(core_ask(c, ACT_MAIL_TEST, "security-lead", "{\"id\":\"someone@example.com\"}", &a), RC_NOTFOUND);
	rc_trail_clear();
	CHECK_OK(core_ask(c, ACT_MAIL_TEST, "security-lead", "{\"id\":\"所管課\"}", &a));
	json_decref(a);
	CHECK_INT(fake.mails, 1);
	fake.mail_off = true;
	CHECK_RC(core_ask(c, ACT_MAIL_TEST, "security-lead", "{\"id\":\"所管課\"}", &a), RC_CONFLICT);
	rc_trail_clear();
	CHECK_OK(mail_follow(c, EIGHT + DAY_US));
	CHECK_INT(fake.mails, 1);
	core_down(c);
}

static int
entries(const char *name)
{
	int n = 0;

	for (size_t i = 0; i < fake.count; i++)
		n += str_eq_c(fake.entries[i].leaf.name, name);
	return n;
}

CASE(mail_that_nobody_takes_is_an_alarm)
{
	struct core *c = core_up(true);
	json_t *a;

	CHECK_OK(declare(c, "client-officer", "所管課", "office@example.lg.jp", "no"));
	fake.mail_stuck_us = EIGHT;
	CHECK_OK(mail_follow(c, EIGHT + MAIL_AWAY_US - 1)); /* a server that restarts is none */
	CHECK_INT(entries(MAIL_AWAY), 0);
	CHECK_OK(mail_follow(c, EIGHT + MAIL_AWAY_US));
	CHECK_OK(mail_follow(c, EIGHT + MAIL_AWAY_US + MINUTE_US));
	CHECK_INT(entries(MAIL_AWAY), 1);
	CHECK_OK(core_ask(c, ACT_BOARD_SHOW, "client-officer", "{}", &a));
	CHECK(json_is_true(json_object_get(json_object_get(a, "mail"), "bad")));
	CHECK_INT(json_integer_value(json_object_get(json_object_get(a, "mail"), "waiting")), 2);
	json_decref(a);
	core_down(c);
	c = core_up(false); /* said once, also over a restart */
	fake.mail_stuck_us = EIGHT;
	CHECK_OK(mail_follow(c, EIGHT + 2 * MAIL_AWAY_US));
	CHECK_INT(entries(MAIL_AWAY), 1);
	fake.mail_stuck_us = 0;
	CHECK_OK(mail_follow(c, EIGHT + 3 * MAIL_AWAY_US));
	CHECK_INT(entries(MAIL_BACK), 1);
	CHECK_OK(core_ask(c, ACT_BOARD_SHOW, "client-officer", "{}", &a));
	CHECK(!json_is_true(json_object_get(json_object_get(a, "mail"), "bad")));
	json_decref(a);
	core_down(c);
}

TEST_MAIN
