// SPDX-License-Identifier: Apache-2.0
/* The station as a subject: what auth tells of itself, judged by the same judges as hosts. */
#include "core/core_fake.h"

#include <string.h>

#include "base/test.h"
#include "control/look_remote.h"

extern const struct control control_mfa;
const struct control *const controls[] = { &control_mfa, NULL };

enum rc
look_control(struct proc *p, const struct control *control, const struct subject *s, struct facts *f)
{
	return FAIL(RC_TIMEOUT, "hosts are not looked at here");
}

#define ROW(row, key, value) "{\"row\":" #row ",\"key\":\"" key "\",\"kind\":\"text\",\"value\":\"" value "\"}"
#define WAY(row, name, kinds) ROW(row, "of", "way") "," ROW(row, "name", name) "," ROW(row, "kinds", kinds)
#define USABLE "{\"row\":0,\"key\":\"usable\",\"kind\":\"int\",\"value\":3}"

static enum verdict
judged(const struct control *control, const char *auth_facts, enum msg *ret)
{
	struct core *c = core_up(true);
	enum verdict v = VERDICT_NOT_APPLICABLE;
	const struct held *h;
	json_t *message;

	fake.auth_facts = auth_facts;
	CHECK(look_do(c, control, "station") == (auth_facts != NULL));
	h = held_find(c, control->id, "station", "");
	CHECK(h != NULL);
	if (h) {
		v = h->verdict;
		message = json_loads(h->message ? h->message : "{}", 0, NULL);
		*ret = (enum msg)json_integer_value(json_object_get(message, "number"));
		json_decref(message);
	}
	core_down(c);
	return v;
}

CASE(two_kinds_on_every_way_in) /*= S-3-4 type=test */
{
	static const struct { const char *facts; enum verdict verdict; enum msg message; } cases[] = {
		{ "[" USABLE "," WAY(1, "password code", "known held") "," WAY(2, "passkey", "held body") "]", VERDICT_PASS, MSG_MFA_STATION_TWO_KINDS },
		{ "[" USABLE "," WAY(1, "password code", "known held") "," WAY(2, "password question", "known known") "]", VERDICT_FAIL, MSG_MFA_STATION_SINGLE },
		{ "[" USABLE "," WAY(1, "password", "known") "]", VERDICT_FAIL, MSG_MFA_STATION_SINGLE },
		{ "[" USABLE "," WAY(1, "nothing", "") "]", VERDICT_FAIL, MSG_MFA_STATION_SINGLE },
		{ "[" USABLE "]", VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER }, /* no way at all was told: nothing proves it */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum msg message = 0;

		CHECK_INT(judged(&control_mfa, cases[i].facts, &message), cases[i].verdict);
		CHECK_INT(message, cases[i].message);
	}
}

CASE(no_answer_proves_nothing)
{
	enum msg message = 0;

	CHECK_INT(judged(&control_mfa, NULL, &message), VERDICT_UNKNOWN);
	CHECK_INT(judged(&control_mfa, "not json", &message), VERDICT_UNKNOWN);
	CHECK_INT(judged(&control_mfa, "[]", &message), VERDICT_UNKNOWN);
}

TEST_MAIN
