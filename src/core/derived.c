// SPDX-License-Identifier: Apache-2.0
/*
 * Controls that judge what others found about the same subject (LOOK_BY_CORE):
 * the newest verdicts of their members, the newest facts of one of them.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"

#define WAIT_US (20 * SECOND_US) /* for members that are being looked at */

void
facts_of_json(const char *text, bool seen_only, struct facts *ret)
{
	json_t *list = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL, *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const char *key = json_string_value(json_object_get(one, "key")), *kind = json_string_value(json_object_get(one, "kind"));
		json_t *value = json_object_get(one, "value");
		uint32_t row = (uint32_t)json_integer_value(json_object_get(one, "row"));
		char *kept = key ? arena_cstr(ret->arena, str_of(key)) : NULL;

		if (kept == NULL || kind == NULL || (seen_only && strchr(key, '.')))
			continue;
		if (strcmp(kind, "text") == 0)
			fact_text(ret, row, kept, str_of(json_string_value(value)));
		else if (strcmp(kind, "time") == 0)
			fact_time(ret, row, kept, json_integer_value(value));
		else if (strcmp(kind, "int") == 0)
			fact_int(ret, row, kept, json_integer_value(value));
		else if (strcmp(kind, "bool") == 0)
			fact_bool(ret, row, kept, json_is_true(value));
	}
	json_decref(list);
}

/* Under lock: is one of them on its way? */
static bool
members_busy(struct core *c, const struct control *control, const char *subject)
{
	bool busy = false;

	for (const char *const *id = control->members; id && *id; id++) {
		const struct held *h = held_find(c, *id, subject, "");

		busy |= h && (h->turn.looking || h->turn.waits);
	}
	return busy;
}

/* Under lock. What ran out says nothing any more; "none": not written, or not about this subject. */
static const char *
member_word(struct core *c, const char *id, const char *subject, int64_t now_us)
{
	const struct held *h = held_find(c, id, subject, "");

	if (h == NULL)
		return "none";
	if (h->at_us == 0 || (h->valid_until_us < now_us && h->confirm_at_us == 0))
		return "unknown";
	return h->verdict == VERDICT_PASS ? "pass" : h->verdict == VERDICT_FAIL ? "fail" : h->verdict == VERDICT_NOT_APPLICABLE ? "none" : "unknown";
}

enum rc
derived_facts(struct core *c, const struct control *control, const struct subject *subject, struct facts *ret)
{
	int64_t now_us = core_now_us(), deadline_us = now_us + WAIT_US;
	struct timespec until = { deadline_us / SECOND_US, deadline_us % SECOND_US * 1000 };
	char key[64], *facts = NULL;
	const struct held *h;
	enum rc rc = RC_OK;

	core_lock(c);
	while (members_busy(c, control, subject->id) && !c->stopping && pthread_cond_timedwait(&c->wake, &c->lock, &until) == 0)
		;
	now_us = core_now_us();
	for (const char *const *id = control->members; id && *id; id++) {
		(void)snprintf(key, sizeof(key), "member.%s", *id);
		for (char *at = key; *at; at++)
			*at = *at == '-' ? '_' : *at;
		fact_text(ret, 0, key, str_of(member_word(c, *id, subject->id, now_us)));
	}
	h = control->facts_of ? held_find(c, control->facts_of, subject->id, "") : NULL;
	if (h && h->at_us && h->facts) {
		facts = strdup(h->facts);
		if (facts == NULL)
			abort();
	}
	core_unlock(c);
	facts_of_json(facts, true, ret); /* what was declared then may have ended */
	free(facts);
	if (subject->given)
		TRY(facts_join(ret, subject->given));
out:
	return rc;
}
