// SPDX-License-Identifier: Apache-2.0
#include "core/core_fake.h"

#include <string.h>

#include "base/test.h"
#include "base/time_text.h"

static json_t *
ask(struct core *c, enum act act, const char *token, const char *arguments)
{
	struct act_request q = { act, { str_of(token), STR("192.0.2.7"), DOOR_LOCAL, 0 }, str_of(arguments) };
	struct buf b = BUF(16 << 20);
	json_t *ret = act_do(c, &q, &b) == RC_OK ? json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL) : NULL;

	rc_trail_clear();
	buf_free(&b);
	return ret;
}

static const char *
text(json_t *page, size_t row, const char *key)
{
	const char *s = json_string_value(json_object_get(json_array_get(json_object_get(page, "rows"), row), key));

	return s ? s : "";
}

static size_t
count(json_t *page)
{
	return json_array_size(json_object_get(page, "rows"));
}

/*= S-3-5 type=test */
CASE(an_act_stands_in_the_log_with_who_where_from_what_and_its_result)
{
	struct core *c = core_up(true);
	json_t *page;

	json_decref(ask(c, ACT_DECLARE_EVENT, "administrator", "{\"id\":\"S-1-2\",\"happened\":false,\"text\":\"今月はない\"}"));
	page = ask(c, ACT_ACCESS_SHOW, "security-lead", "{}");
	CHECK_INT(count(page), 2);
	CHECK(strcmp(text(page, 0, "act"), "access-show") == 0); /* reading the log is itself recorded, before it is read */
	CHECK(strcmp(text(page, 1, "act"), "declare-event") == 0);
	CHECK(strcmp(text(page, 1, "object"), "S-1-2") == 0);
	CHECK(strcmp(text(page, 1, "address"), "192.0.2.7") == 0);
	CHECK(strcmp(text(page, 1, "host"), "here.example.jp") == 0);
	CHECK(strcmp(text(page, 1, "purpose"), "今月はない") == 0);
	CHECK(strcmp(text(page, 1, "result"), "DONE") == 0);
	CHECK(text(page, 1, "session")[0] != '\0');
	json_decref(page);
	CHECK(ask(c, ACT_ACCESS_SHOW, "operator", "{}") == NULL);
	page = ask(c, ACT_ACCESS_SHOW, "security-lead", "{\"result\":\"REFUSED\"}");
	CHECK_INT(count(page), 1);
	CHECK(strcmp(text(page, 0, "act"), "access-show") == 0);
	json_decref(page);
	core_down(c);
}

CASE(everyone_sees_the_own_log_and_no_other)
{
	struct core *c = core_up(true);
	json_t *page;

	json_decref(ask(c, ACT_DECLARE_EVENT, "administrator", "{\"id\":\"S-1-2\",\"happened\":false,\"text\":\"ない\"}"));
	json_decref(ask(c, ACT_BOARD_SHOW, "operator", "{\"export\":\"csv\"}"));
	page = ask(c, ACT_ACCESS_OWN, "operator", "{\"person\":\"person0\"}");
	CHECK_INT(count(page), 1);
	CHECK(strcmp(text(page, 0, "act"), "board-show") == 0 && strcmp(text(page, 0, "device"), "csv") == 0);
	json_decref(page);
	core_down(c);
}

CASE(views_of_a_minute_are_one_row_and_filters_narrow)
{
	struct core *c = core_up(true);
	json_t *page;

	for (int i = 0; i < 3; i++)
		json_decref(ask(c, ACT_BOARD_SHOW, "administrator", "{}"));
	views_flush(c);
	page = ask(c, ACT_ACCESS_SHOW, "auditor", "{\"act\":\"page-views\"}");
	CHECK_INT(count(page), 1);
	CHECK_INT(json_integer_value(json_object_get(json_array_get(json_object_get(page, "rows"), 0), "n")), 3);
	CHECK(strcmp(text(page, 0, "address"), "192.0.2.7") == 0);
	json_decref(page);
	page = ask(c, ACT_ACCESS_SHOW, "auditor", "{\"act\":\"page-views\",\"person\":\"person0\",\"address\":\"192.0.2.7\",\"host\":\"here.example.jp\",\"result\":\"DONE\"}");
	CHECK_INT(count(page), 1);
	json_decref(page);
	for (int i = 0; i < 3; i++) {
		static const char *const none[] = { "{\"act\":\"page-views\",\"person\":\"person1\"}", "{\"act\":\"page-views\",\"address\":\"192.0.2.8\"}", "{\"act\":\"page-views\",\"to\":1}" };

		page = ask(c, ACT_ACCESS_SHOW, "auditor", none[i]);
		CHECK_INT(count(page), 0);
		json_decref(page);
	}
	CHECK(ask(c, ACT_ACCESS_SHOW, "auditor", "{\"before\":\"1.x\"}") == NULL);
	CHECK(ask(c, ACT_ACCESS_SHOW, "auditor", "{\"person\":\"見本\"}") == NULL); /* two people fit */
	core_down(c);
}

CASE(pages_follow_each_other_without_a_gap)
{
	struct core *c = core_up(true);
	char seen[1024] = { 0 }, arguments[128];
	json_t *page = NULL;
	int64_t total = 0;

	for (int i = 0; i < 60; i++)
		json_decref(ask(c, ACT_DECLARE_EVENT, "administrator", "{\"id\":\"S-1-2\",\"happened\":false,\"text\":\"ない\"}"));
	(void)snprintf(arguments, sizeof(arguments), "{\"act\":\"declare-event\"}");
	for (int k = 0; k < 2; k++) {
		json_decref(page);
		page = ask(c, ACT_ACCESS_SHOW, "auditor", arguments);
		total += (int64_t)count(page);
		for (size_t i = 0; i < count(page); i++)
			seen[json_integer_value(json_object_get(json_array_get(json_object_get(page, "rows"), i), "index")) & 1023]++;
		CHECK_INT(json_integer_value(json_object_get(page, "total")), 60);
		if (k == 0)
			(void)snprintf(arguments, sizeof(arguments), "{\"act\":\"declare-event\",\"before\":\"%s\"}", json_string_value(json_object_get(page, "next")));
	}
	CHECK_INT(total, 60);
	CHECK(json_is_null(json_object_get(page, "next")));
	for (int i = 0; i < 1024; i++)
		CHECK(seen[i] <= 1);
	json_decref(page);
	core_down(c);
}

CASE(a_lost_store_is_made_again_from_the_ledger)
{
	struct core *c = core_up(true);
	json_t *before, *after;

	json_decref(ask(c, ACT_DECLARE_EVENT, "administrator", "{\"id\":\"S-1-2\",\"happened\":false,\"text\":\"ない\"}"));
	before = ask(c, ACT_ACCESS_SHOW, "auditor", "{\"act\":\"declare-event\"}");
	CHECK_OK(db_exec(c->db, "delete from access; delete from entry;"));
	c->indexed = 0;
	after = ask(c, ACT_ACCESS_SHOW, "auditor", "{\"act\":\"declare-event\"}");
	CHECK(json_equal(json_object_get(before, "rows"), json_object_get(after, "rows")));
	json_decref(before);
	json_decref(after);
	core_down(c);
}

TEST_MAIN
