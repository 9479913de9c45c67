// SPDX-License-Identifier: Apache-2.0
/* Questions between the sides: who may ask, answer and close, what is due, and the same from the ledger again. */
#include "core/question.h"

#include <string.h>

#include "base/test.h"
#include "core/core_fake.h"
#include "core/deadline.h"

static enum rc
ask(struct core *c, const char *token, const char *to, const char *due)
{
	char q[512];
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"S-3-4\",\"to\":\"%s\",\"text\":\"2つ目の要素は何か\",\"due\":\"%s\"}", to, due);
	rc = core_ask(c, ACT_QUESTION_ASK, token, q, &a);
	json_decref(a);
	return rc;
}

/* What the list says of the newest question to this person. */
static void
newest(struct core *c, const char *token, const char *key, char *ret, size_t size)
{
	json_t *a, *one, *v;

	CHECK_OK(core_ask(c, ACT_QUESTION_LIST, token, "{}", &a));
	one = json_array_get(json_object_get(a, "rows"), 0);
	v = json_object_get(one, key);
	(void)snprintf(ret, size, "%s", json_is_boolean(v) ? json_is_true(v) ? "yes" : "no" : core_text(one, key));
	json_decref(a);
}

static enum rc
act_on(struct core *c, enum act act, const char *token)
{
	char id[32], q[256];
	json_t *a;
	enum rc rc;

	newest(c, token, "id", id, sizeof(id));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"text\":\"トークン\"}", id);
	rc = core_ask(c, act, token, q, &a);
	json_decref(a);
	return rc;
}

CASE(a_question_goes_to_the_other_side_and_comes_back)
{
	struct core *c = core_up(true);
	char text[64];

	CHECK_RC(ask(c, "client-officer", "client", ""), RC_SYNTAX);       /* to its own side */
	CHECK_RC(ask(c, "client-officer", "nobody", ""), RC_SYNTAX);
	CHECK_RC(ask(c, "client-officer", "contractor", "2020-01-01"), RC_SYNTAX);
	CHECK_RC(ask(c, "client-officer", "contractor", "soon"), RC_SYNTAX);
	CHECK_RC(ask(c, "operator", "client", ""), RC_DENIED);
	CHECK_OK(ask(c, "client-auditor", "contractor", "2037-03-31"));
	core_lock(c);
	CHECK_INT(questions_waiting(c, SIDE_CONTRACTOR), 1);
	CHECK_INT(questions_waiting(c, SIDE_CLIENT), 0);
	core_unlock(c);
	newest(c, "client-officer", "can_answer", text, sizeof(text));
	CHECK(strcmp(text, "no") == 0);
	CHECK_RC(act_on(c, ACT_QUESTION_ANSWER, "client-officer"), RC_CONFLICT);
	CHECK_RC(act_on(c, ACT_QUESTION_CLOSE, "security-lead"), RC_CONFLICT);
	CHECK_OK(act_on(c, ACT_QUESTION_ANSWER, "security-lead"));
	newest(c, "client-officer", "state", text, sizeof(text));
	CHECK(strcmp(text, "answered") == 0);
	CHECK_OK(act_on(c, ACT_QUESTION_CLOSE, "client-officer"));
	newest(c, "client-officer", "state", text, sizeof(text));
	CHECK(strcmp(text, "closed") == 0);
	CHECK_RC(act_on(c, ACT_QUESTION_ANSWER, "security-lead"), RC_CONFLICT); /* closed */
	core_down(c);
}

static int
due_of_questions(struct core *c)
{
	json_t *rows, *one;
	size_t i;
	int n = 0;

	core_lock(c);
	rows = deadlines_json(c, LANG_JA, core_now_us());
	core_unlock(c);
	json_array_foreach(rows, i, one)
		n += strcmp(core_text(one, "kind"), "question") == 0;
	json_decref(rows);
	return n;
}

CASE(a_question_with_a_day_is_due_and_survives_a_lost_store)
{
	struct core *c = core_up(true);
	char text[64];

	CHECK_OK(ask(c, "client-officer", "contractor", ""));
	CHECK_INT(due_of_questions(c), 0); /* a remark */
	CHECK_OK(ask(c, "client-officer", "contractor", "2037-03-31"));
	CHECK_INT(due_of_questions(c), 1);
	core_lose(c);
	c = core_up(false);
	CHECK_INT(due_of_questions(c), 0);
	CHECK_OK(index_follow(c));
	CHECK_INT(due_of_questions(c), 1);
	newest(c, "security-lead", "text", text, sizeof(text));
	CHECK(strcmp(text, "2つ目の要素は何か") == 0);
	CHECK_OK(act_on(c, ACT_QUESTION_ANSWER, "security-lead"));
	CHECK_INT(due_of_questions(c), 0);
	core_down(c);
}

CASE(the_first_screen_says_what_goes_on_now)
{
	struct core *c = core_up(true);
	json_t *a, *now;

	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"incident\",\"values\":{\"name\":\"見本の事案\",\"kind\":\"outage\"}}", &a));
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"incident\",\"values\":{\"name\":\"訓練\",\"kind\":\"outage\",\"drill\":\"yes\"}}", &a));
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"duty\",\"values\":{\"account\":\"jiro\",\"from\":\"2020-01-01\",\"until\":\"2037-01-01\",\"kind\":\"on-call\"}}", &a));
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_BOARD_SHOW, "client-officer", "{}", &a));
	now = json_object_get(a, "now");
	CHECK_INT(json_array_size(json_object_get(now, "incidents")), 1);
	CHECK(json_integer_value(json_object_get(json_array_get(json_object_get(now, "incidents"), 0), "noticed")) > 0);
	CHECK_INT(json_array_size(json_object_get(now, "duty")), 1);
	CHECK(json_is_null(json_object_get(now, "changes"))); /* no month was accepted */
	json_decref(a);
	core_down(c);
}

TEST_MAIN
