// SPDX-License-Identifier: Apache-2.0
#include "core/core_fake.h"

#include <string.h>

#include "base/test.h"

static json_t *
asked(struct core *c, enum act act, const char *token, const char *arguments, enum rc expected)
{
	json_t *a = NULL;

	CHECK_RC(core_ask(c, act, token, arguments, &a), expected);
	rc_trail_clear();
	return a;
}

static json_t *
act_on(struct core *c, enum act act, const char *token, const char *id, const char *rest, enum rc expected)
{
	struct buf b = BUF(65536);
	json_t *a;

	CHECK_OK(buf_addf(&b, "{\"lang\":\"en\",\"id\":\"%s\"%s}", id, rest));
	a = asked(c, act, token, buf_cstr(&b), expected);
	buf_free(&b);
	return a;
}

/* Everything shown, with this decision. */
static json_t *
decide(struct core *c, const char *id, const char *show, const char *decision, size_t max, enum rc expected)
{
	struct buf b = BUF(65536);
	json_t *a, *rows, *one;
	size_t i;

	CHECK_OK(buf_addf(&b, ",\"show\":\"%s\"", show));
	a = act_on(c, ACT_REVIEW_SHOW, "administrator", id, buf_cstr(&b), RC_OK);
	buf_reset(&b);
	CHECK_OK(buf_addf(&b, ",\"decision\":\"%s\",\"reason\":\"=業務で使う\",\"values\":{", decision));
	rows = json_object_get(a, "rows");
	json_array_foreach(rows, i, one)
		if (i < max)
			CHECK_OK(buf_addf(&b, "%s\"%s\":\"%lld\"", i ? "," : "", core_text(one, "id"), (long long)json_integer_value(json_object_get(one, "version"))));
	CHECK_OK(buf_add_c(&b, "}"));
	json_decref(a);
	a = act_on(c, ACT_REVIEW_DECIDE, "administrator", id, buf_cstr(&b), expected);
	buf_free(&b);
	return a;
}

static json_int_t
n_of(json_t *a, const char *key)
{
	return json_integer_value(json_object_get(a, key));
}

#define SPECIAL "{\"id\":\"special-account\",\"values\":{\"name\":\"mail relay\",\"kind\":\"mail\",\"owner\":\"9\"}}"

static void
begin(struct core *c, char id[40])
{
	json_t *a;

	json_decref(asked(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"company\",\"values\":{\"name\":\"見本システム\",\"kind\":\"contractor\"}}", RC_OK));
	json_decref(asked(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"person\",\"values\":{\"number\":\"9\",\"name\":\"見本九郎\",\"company\":\"見本システム\",\"work\":\"運用\",\"from\":\"2020-04-01\"}}", RC_OK));
	json_decref(asked(c, ACT_REGISTER_ADD, "administrator", SPECIAL, RC_OK));
	json_decref(asked(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"door-card\",\"values\":{\"number\":\"C-1\",\"owner\":\"9\"}}", RC_OK));
	json_decref(asked(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"os-account\",\"values\":{\"account\":\"kuro\",\"person\":\"見本九郎\",\"machine\":\"db1\",\"kind\":\"user\",\"owner\":\"9\"}}", RC_OK));
	a = asked(c, ACT_REVIEW_OPEN, "administrator", "{\"name\":\"下期\"}", RC_OK);
	(void)snprintf(id, 40, "%s", core_text(a, "id"));
	CHECK_INT(n_of(a, "items"), FAKE_ACCOUNTS + 3);
	CHECK_INT(n_of(a, "open"), FAKE_ACCOUNTS + 3);
	json_decref(a);
}

CASE(a_review_lists_every_account_and_is_worked_off) /*= S-3-2 type=test */
{
	struct core *c = core_up(true);
	char id[40], hash[80], rest[256];
	json_t *a;

	begin(c, id);
	json_decref(asked(c, ACT_REVIEW_OPEN, "administrator", "{\"name\":\"下期\"}", RC_CONFLICT));
	json_decref(asked(c, ACT_REVIEW_OPEN, "client-officer", "{\"name\":\"別\"}", RC_DENIED));
	json_decref(act_on(c, ACT_REVIEW_DECIDE, "administrator", id, ",\"decision\":\"keep\",\"reason\":\"x\"", RC_SYNTAX)); /* no row was shown */
	json_decref(act_on(c, ACT_REVIEW_DECIDE, "administrator", id, ",\"decision\":\"keep\",\"reason\":\"x\",\"values\":{\"00000000000000000000000000000000\":\"1\"}", RC_NOTFOUND));
	json_decref(decide(c, id, "", "perhaps", 1, RC_SYNTAX));
	a = decide(c, id, "open", "remove", 1, RC_OK);
	CHECK_INT(n_of(a, "remove"), 1);
	(void)snprintf(hash, sizeof(hash), "%s", core_text(a, "hash"));
	json_decref(a);
	(void)snprintf(rest, sizeof(rest), ",\"hash\":\"%s\"", hash);
	json_decref(act_on(c, ACT_REVIEW_SIGN, "administrator", id, rest, RC_CONFLICT)); /* not all are decided */
	a = decide(c, id, "open", "keep", 200, RC_OK);
	CHECK_INT(n_of(a, "open"), 0);
	CHECK(strcmp(core_text(json_array_get(json_object_get(a, "rows"), 1), "reason"), "=業務で使う") == 0);
	json_decref(a);
	json_decref(act_on(c, ACT_REVIEW_SIGN, "administrator", id, rest, RC_CONFLICT)); /* that was an older list */
	core_down(c);
}

CASE(a_version_somebody_changed_is_not_decided)
{
	struct core *c = core_up(true);
	char id[40], rest[256], row[40];
	json_t *a;

	begin(c, id);
	a = act_on(c, ACT_REVIEW_SHOW, "administrator", id, "", RC_OK);
	(void)snprintf(row, sizeof(row), "%s", core_text(json_array_get(json_object_get(a, "rows"), 0), "id"));
	json_decref(a);
	(void)snprintf(rest, sizeof(rest), ",\"decision\":\"keep\",\"reason\":\"x\",\"values\":{\"%s\":\"7\"}", row);
	json_decref(act_on(c, ACT_REVIEW_DECIDE, "administrator", id, rest, RC_CONFLICT));
	core_down(c);
}

CASE(every_api_token_is_decided_about_by_itself) /*= S-3-2 type=test */
{
	struct core *c = core_up(true);
	json_t *a, *rows, *one;
	size_t i, tokens = 0, gone = 0;
	char id[40];

	/* two of one name are two: a leaked one does not hide behind the other */
	fake.tokens = "{\"id\":\"0123456789abcdef0123456789abcdef\",\"label\":\"集計\",\"account\":\"person0\"},"
	    "{\"id\":\"fedcba9876543210fedcba9876543210\",\"label\":\"集計\",\"account\":\"person0\"}";
	a = asked(c, ACT_REVIEW_OPEN, "administrator", "{\"name\":\"下期\"}", RC_OK);
	CHECK_INT(n_of(a, "items"), FAKE_ACCOUNTS + 2);
	(void)snprintf(id, sizeof(id), "%s", core_text(a, "id"));
	json_decref(a);
	json_decref(decide(c, id, "open", "remove", 200, RC_OK));
	fake.tokens = "{\"id\":\"fedcba9876543210fedcba9876543210\",\"label\":\"集計\",\"account\":\"person0\"}"; /* the holder ended one */
	a = act_on(c, ACT_REVIEW_SHOW, "administrator", id, "", RC_OK);
	rows = json_object_get(a, "rows");
	json_array_foreach(rows, i, one) {
		if (strcmp(core_text(one, "kind"), "token") != 0)
			continue;
		tokens++;
		CHECK(strstr(core_text(one, "account"), "person0@tsujiban API: 集計 (") == core_text(one, "account"));
		CHECK(*core_text(one, "person"));
		CHECK_STR(str_of(core_text(one, "decision")), "remove");
		gone += json_is_true(json_object_get(one, "gone"));
		CHECK_STR(str_of(core_text(one, "holder")), json_is_true(json_object_get(one, "gone")) ? "" : "person0");
	}
	CHECK_INT(tokens, 2);
	CHECK_INT(gone, 1);
	CHECK_INT(n_of(a, "removed"), 1);
	json_decref(a);
	fake.tokens = "{\"id\":\"x\"}"; /* an answer that says less than it should opens nothing */
	json_decref(asked(c, ACT_REVIEW_OPEN, "administrator", "{\"name\":\"別\"}", RC_PEER));
	fake.tokens = NULL;
	core_down(c);
}

static void
signed_by(struct core *c, const char *id, char rest[256])
{
	json_t *a;

	a = act_on(c, ACT_REVIEW_SHOW, "administrator", id, "", RC_OK);
	if (n_of(a, "open")) {
		json_decref(a);
		a = decide(c, id, "open", "keep", 200, RC_OK);
	}
	(void)snprintf(rest, 256, ",\"hash\":\"%s\"", core_text(a, "hash"));
	json_decref(a);
	a = act_on(c, ACT_REVIEW_SIGN, "administrator", id, rest, RC_OK);
	CHECK(strcmp(core_text(a, "state"), "signed") == 0);
	CHECK(json_is_true(json_object_get(a, "same")));
	json_decref(a);
}

CASE(signed_by_one_side_and_answered_by_the_other) /*= S-3-2 type=test */
{
	struct core *c = core_up(true);
	char id[40], rest[256], answer[400];
	json_t *a;

	begin(c, id);
	signed_by(c, id, rest);
	json_decref(decide(c, id, "", "remove", 1, RC_CONFLICT)); /* signed */
	(void)snprintf(answer, sizeof(answer), "%s,\"decision\":\"yes\"", rest);
	json_decref(act_on(c, ACT_REVIEW_ANSWER, "administrator", id, answer, RC_DENIED));
	(void)snprintf(answer, sizeof(answer), "%s,\"decision\":\"no\"", rest);
	json_decref(act_on(c, ACT_REVIEW_ANSWER, "client-officer", id, answer, RC_SYNTAX)); /* without a reason */
	(void)snprintf(answer, sizeof(answer), "%s,\"decision\":\"no\",\"reason\":\"理由が足りない\"", rest);
	a = act_on(c, ACT_REVIEW_ANSWER, "client-officer", id, answer, RC_OK);
	CHECK(strcmp(core_text(a, "state"), "returned") == 0);
	json_decref(a);
	json_decref(act_on(c, ACT_REVIEW_SIGN, "administrator", id, rest, RC_CONFLICT)); /* as it was returned */
	json_decref(decide(c, id, "keep", "remove", 1, RC_OK));
	signed_by(c, id, rest);
	(void)snprintf(answer, sizeof(answer), "%s,\"decision\":\"yes\"", rest);
	json_decref(act_on(c, ACT_REVIEW_ANSWER, "client-officer", id, answer, RC_OK));
	core_down(c);
	c = core_up(false); /* a restart */
	a = act_on(c, ACT_REVIEW_SHOW, "client-officer", id, "", RC_OK);
	CHECK(strcmp(core_text(a, "state"), "confirmed") == 0);
	json_decref(a);
	core_lose(c); /* and a lost store */
	c = core_up(false);
	CHECK_OK(index_follow(c));
	a = act_on(c, ACT_REVIEW_SHOW, "client-officer", id, "", RC_OK);
	CHECK(strcmp(core_text(a, "state"), "confirmed") == 0);
	CHECK_INT(n_of(a, "open"), 0);
	CHECK_INT(n_of(a, "remove"), 1);
	CHECK(json_is_true(json_object_get(a, "same")));
	json_decref(a);
	core_down(c);
}

TEST_MAIN
