// SPDX-License-Identifier: Apache-2.0
/* OSCAL documents: what refers to something finds it, nothing is named twice, and only what is proved is satisfied. */
#include <string.h>

#include "base/test.h"
#include "core/core_fake.h"

static json_t *
document(struct core *c, const char *model)
{
	char q[64];
	json_t *a = NULL, *ret;

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", model);
	CHECK_OK(core_ask(c, ACT_OSCAL_GET, "operator", q, &a));
	CHECK_STR(str_of(json_string_value(json_object_get(a, "model"))), model);
	ret = json_incref(json_object_get(a, "document"));
	json_decref(a);
	return ret;
}

static bool
uuid_shaped(const char *s)
{
	if (strlen(s) != 36 || s[14] != '4' || strchr("89ab", s[19]) == NULL)
		return false;
	for (int i = 0; i < 36; i++)
		if ((i == 8 || i == 13 || i == 18 || i == 23) ? s[i] != '-' : strchr("0123456789abcdef", s[i]) == NULL)
			return false;
	return true;
}

/* Every "uuid" of the tree, once; every text has something in it, as OSCAL asks. */
static void
walk(const json_t *o, json_t *uuids, json_t *ids)
{
	const char *key;
	json_t *v;
	size_t i;

	json_array_foreach(o, i, v)
		walk(v, uuids, ids);
	json_object_foreach((json_t *)o, key, v) {
		if (json_is_string(v))
			CHECK(json_string_length(v) > 0);
		if (strcmp(key, "uuid") == 0) {
			CHECK(uuid_shaped(json_string_value(v)));
			CHECK(json_object_get(uuids, json_string_value(v)) == NULL);
			json_object_set_new(uuids, json_string_value(v), json_true());
		}
		if (strcmp(key, "controls") == 0)
			for (size_t k = 0; k < json_array_size(v); k++)
				json_object_set_new(ids, json_string_value(json_object_get(json_array_get(v, k), "id")), json_true());
		walk(v, uuids, ids);
	}
}

CASE(what_refers_finds_and_nothing_is_named_twice)
{
	struct core *c = core_up(true);
	json_t *catalog = document(c, "catalog"), *results, *again, *uuids = json_object(), *ids = json_object(), *body, *result, *one, *selection;
	size_t i, included, excluded, satisfied = 0, passed = 0;

	walk(catalog, uuids, ids);
	CHECK(json_object_size(ids) > 0);
	fake.look[0].verdict = VERDICT_FAIL;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	results = document(c, "results");
	json_object_clear(uuids);
	walk(results, uuids, ids);
	body = json_object_get(results, "assessment-results");
	CHECK_STR(str_of(json_string_value(json_object_get(json_object_get(body, "metadata"), "oscal-version"))), "1.1.2");
	CHECK(json_object_get(uuids, json_string_value(json_object_get(json_object_get(body, "import-ap"), "href")) + 1) != NULL);
	result = json_array_get(json_object_get(body, "results"), 0);
	selection = json_array_get(json_object_get(json_object_get(result, "reviewed-controls"), "control-selections"), 0);
	included = json_array_size(json_object_get(selection, "include-controls"));
	excluded = json_array_size(json_object_get(selection, "exclude-controls"));
	CHECK_INT(included + excluded, json_object_size(ids));
	CHECK_INT(json_array_size(json_object_get(result, "findings")), included);
	json_array_foreach(json_object_get(selection, "include-controls"), i, one)
		CHECK(json_object_get(ids, json_string_value(json_object_get(one, "control-id"))) != NULL);
	json_array_foreach(json_object_get(result, "findings"), i, one) {
		json_t *status = json_object_get(json_object_get(one, "target"), "status"), *link;
		size_t k;

		satisfied += strcmp(json_string_value(json_object_get(status, "state")), "satisfied") == 0;
		passed += strcmp(json_string_value(json_object_get(json_array_get(json_object_get(one, "props"), 0), "value")), "PASS") == 0;
		json_array_foreach(json_object_get(one, "related-observations"), k, link)
			CHECK(json_object_get(uuids, json_string_value(json_object_get(link, "observation-uuid"))) != NULL);
	}
	CHECK_INT(satisfied, passed);
	CHECK(json_array_size(json_object_get(result, "observations")) > 0);

	/* the same things have the same names the next time */
	again = document(c, "results");
	CHECK(json_equal(json_object_get(body, "uuid"), json_object_get(json_object_get(again, "assessment-results"), "uuid")));
	json_decref(again);
	json_decref(results);
	json_decref(catalog);
	json_decref(ids);
	json_decref(uuids);
	core_down(c);
}

CASE(the_plan_holds_what_does_not_pass)
{
	struct core *c = core_up(true);
	json_t *plan, *uuids = json_object(), *none = json_object(), *body, *one, *a = NULL;
	size_t i;

	fake.look[0].verdict = VERDICT_FAIL;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	plan = document(c, "poam");
	walk(plan, uuids, none);
	body = json_object_get(plan, "plan-of-action-and-milestones");
	CHECK(json_array_size(json_object_get(body, "poam-items")) > 0);
	json_array_foreach(json_object_get(body, "poam-items"), i, one)
		CHECK(json_object_get(uuids, json_string_value(json_object_get(json_array_get(json_object_get(one, "related-risks"), 0), "risk-uuid"))) != NULL);
	CHECK_RC(core_ask(c, ACT_OSCAL_GET, "operator", "{\"id\":\"other\"}", &a), RC_NOTFOUND);
	rc_trail_clear();
	json_decref(plan);
	json_decref(uuids);
	json_decref(none);
	core_down(c);
}

TEST_MAIN
