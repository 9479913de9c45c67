// SPDX-License-Identifier: Apache-2.0
/* From the access log to an alarm, to what becomes of it; after a restart, and after the store was lost. */
#include "core/core_fake.h"

#include <string.h>

#include "base/test.h"
#include "base/time_text.h"
#include "core/misuse.h"

static enum rc
ask(struct core *c, enum act act, const char *token, const char *arguments, json_t **ret)
{
	struct act_request q = { act, { str_of(token), STR("192.0.2.7"), DOOR_LOCAL, 0 }, str_of(arguments) };
	struct buf b = BUF(16 << 20);
	enum rc rc = act_do(c, &q, &b);

	if (ret)
		*ret = rc == RC_OK ? json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
	buf_free(&b);
	return rc;
}

static size_t
alerts(struct core *c)
{
	json_t *page = NULL;
	size_t n;

	CHECK_OK(ask(c, ACT_WATCH_SHOW, "auditor", "{\"show\":\"all\"}", &page));
	n = json_array_size(json_object_get(page, "rows"));
	json_decref(page);
	return n;
}

/* Ten exports by person 1, at any hour of any day: more than eight are said. */
static void
exports(struct core *c)
{
	for (int i = 0; i < 10; i++)
		CHECK_OK(ask(c, ACT_BOARD_SHOW, "administrator", "{\"export\":\"csv\"}", NULL));
	CHECK_OK(index_follow(c));
}

static char *
exported(struct core *c, char id[64])
{
	json_t *page = NULL, *one;
	size_t i;

	id[0] = '\0';
	CHECK_OK(ask(c, ACT_WATCH_SHOW, "auditor", "{}", &page));
	json_array_foreach(json_object_get(page, "rows"), i, one)
		if (strcmp(json_string_value(json_object_get(one, "rule")), "bulk-export") == 0)
			(void)snprintf(id, 64, "%lld", (long long)json_integer_value(json_object_get(one, "id")));
	json_decref(page);
	return id;
}

/*= O2-3-2 type=test */
CASE(an_alarm_is_an_entry_and_another_person_decides_it)
{
	struct core *c = core_up(true);
	struct misuse *m = NULL;
	char id[64], arguments[256];
	json_t *page = NULL;
	size_t before;

	exports(c);
	CHECK_OK(misuse_follow(c, &m));
	before = alerts(c);
	CHECK(before >= 1 && before <= 2); /* bulk-export; odd hours too when the test runs in some */
	CHECK_INT(misuse_urgent(c), 1);
	CHECK_OK(index_follow(c));
	CHECK_OK(misuse_follow(c, &m));
	CHECK_INT(alerts(c), before); /* once */
	exported(c, id);
	(void)snprintf(arguments, sizeof(arguments), "{\"id\":\"%s\",\"verdict\":\"work\",\"reason\":\"月次の報告\"}", id);
	CHECK_RC(ask(c, ACT_ALERT_DISPOSE, "administrator", arguments, NULL), RC_DENIED);
	CHECK_RC(ask(c, ACT_ALERT_DISPOSE, "security-lead", "{\"id\":\"99999\",\"verdict\":\"work\",\"reason\":\"x\"}", NULL), RC_NOTFOUND);
	(void)snprintf(arguments, sizeof(arguments), "{\"id\":\"%s\",\"verdict\":\"perhaps\",\"reason\":\"x\"}", id);
	CHECK_RC(ask(c, ACT_ALERT_DISPOSE, "security-lead", arguments, NULL), RC_SYNTAX);
	(void)snprintf(arguments, sizeof(arguments), "{\"id\":\"%s\",\"verdict\":\"work\",\"reason\":\" \"}", id);
	CHECK_RC(ask(c, ACT_ALERT_DISPOSE, "security-lead", arguments, NULL), RC_SYNTAX);
	CHECK_INT(misuse_urgent(c), 1);
	(void)snprintf(arguments, sizeof(arguments), "{\"id\":\"%s\",\"verdict\":\"work\",\"reason\":\"月次の報告\"}", id);
	CHECK_OK(ask(c, ACT_ALERT_DISPOSE, "security-lead", arguments, NULL));
	CHECK_OK(misuse_follow(c, &m));
	CHECK_INT(misuse_urgent(c), 0);
	(void)snprintf(arguments, sizeof(arguments), "{\"id\":\"%s\"}", id);
	CHECK_OK(ask(c, ACT_ALERT_SHOW, "client-auditor", arguments, &page));
	CHECK_INT(json_array_size(json_object_get(page, "steps")), 1);
	CHECK(json_is_false(json_object_get(page, "open")) && json_is_false(json_object_get(page, "can_dispose")));
	json_decref(page);
	misuse_free(m);
	core_down(c);
}

CASE(who_an_alarm_is_about_has_no_say_in_it)
{
	struct core *c = core_up(true);
	struct misuse *m = NULL;
	char id[64], arguments[256];

	for (int i = 0; i < 10; i++)
		CHECK_OK(ask(c, ACT_BOARD_SHOW, "security-lead", "{\"export\":\"csv\"}", NULL));
	CHECK_OK(index_follow(c));
	CHECK_OK(misuse_follow(c, &m));
	exported(c, id);
	(void)snprintf(arguments, sizeof(arguments), "{\"id\":\"%s\",\"verdict\":\"work\",\"reason\":\"x\"}", id);
	CHECK_RC(ask(c, ACT_ALERT_DISPOSE, "security-lead", arguments, NULL), RC_CONFLICT);
	CHECK_OK(ask(c, ACT_ALERT_DISPOSE, "client-officer", arguments, NULL));
	misuse_free(m);
	core_down(c);
}

CASE(a_restart_raises_nothing_twice_and_a_lost_store_is_read_back)
{
	struct core *c = core_up(true);
	struct misuse *m = NULL;
	char id[64], arguments[256];
	size_t before;

	exports(c);
	CHECK_OK(misuse_follow(c, &m));
	exported(c, id);
	(void)snprintf(arguments, sizeof(arguments), "{\"id\":\"%s\",\"verdict\":\"misuse\",\"reason\":\"本人に確かめた\"}", id);
	CHECK_OK(ask(c, ACT_ALERT_DISPOSE, "security-lead", arguments, NULL));
	CHECK_OK(index_follow(c));
	CHECK_OK(misuse_follow(c, &m));
	before = alerts(c); /* deciding at night or on a closed day is said too */
	misuse_free(m);
	m = NULL;
	core_down(c);
	c = core_up(false);
	CHECK_OK(index_follow(c));
	CHECK_OK(misuse_follow(c, &m));
	CHECK_INT(alerts(c), before);
	CHECK_INT(misuse_urgent(c), 0);
	misuse_free(m);
	m = NULL;
	CHECK_OK(db_exec(c->db, "delete from access; delete from entry; delete from alert; delete from alert_step; delete from misuse_mark;"));
	c->indexed = 0;
	CHECK_OK(index_follow(c));
	CHECK_OK(misuse_follow(c, &m));
	CHECK_INT(alerts(c), before);
	CHECK_INT(misuse_urgent(c), 0);
	misuse_free(m);
	core_down(c);
}

CASE(a_month_is_signed_when_it_is_over_and_nothing_of_it_is_open)
{
	struct core *c = core_up(true);
	struct civil now = time_civil(core_now_us());
	char arguments[128];
	json_t *page = NULL;
	struct misuse *m = NULL;

	(void)snprintf(arguments, sizeof(arguments), "{\"month\":\"%04d-%02d\",\"reason\":\"見た\"}", now.year, now.month);
	CHECK_RC(ask(c, ACT_WATCH_REVIEW, "security-lead", arguments, NULL), RC_CONFLICT);
	CHECK_RC(ask(c, ACT_WATCH_REVIEW, "security-lead", "{\"month\":\"2026-13\",\"reason\":\"見た\"}", NULL), RC_SYNTAX);
	CHECK_RC(ask(c, ACT_WATCH_REVIEW, "auditor", "{\"month\":\"2024-01\",\"reason\":\"見た\"}", NULL), RC_DENIED);
	(void)snprintf(arguments, sizeof(arguments), "{\"month\":\"%04d-%02d\",\"reason\":\"変わりなし\"}", now.month == 1 ? now.year - 1 : now.year, now.month == 1 ? 12 : now.month - 1);
	CHECK_OK(ask(c, ACT_WATCH_REVIEW, "security-lead", arguments, NULL));
	CHECK_OK(misuse_follow(c, &m));
	CHECK_OK(ask(c, ACT_WATCH_SHOW, "auditor", "{}", &page));
	CHECK(json_is_object(json_object_get(json_array_get(json_object_get(page, "months"), 1), "review")));
	json_decref(page);
	misuse_free(m);
	core_down(c);
}

TEST_MAIN
