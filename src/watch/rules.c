// SPDX-License-Identifier: Apache-2.0
/* The rules' names and numbers, and watch.yaml. */
#include "watch/watch.h"

#include <string.h>

static const char *const ids[WATCH_RULES] = {
	[WATCH_OFF_HOURS] = "off-hours", [WATCH_CLOSED_DAY] = "closed-day", [WATCH_NEW_DEVICE] = "new-device", [WATCH_NEW_ADDRESS] = "new-address", [WATCH_MANY_READS] = "many-reads",
	[WATCH_SLOW_READS] = "slow-reads", [WATCH_UNASSIGNED] = "unassigned", [WATCH_COLLEAGUE] = "colleague", [WATCH_BULK_EXPORT] = "bulk-export", [WATCH_FAILED_BURST] = "failed-burst",
	[WATCH_DORMANT] = "dormant", [WATCH_FAR_APART] = "far-apart", [WATCH_UTILITY] = "utility",
};

const struct watch_param watch_params[] = {
	{ WATCH_OFF_HOURS, "from_h", "h", 0, 23, 8 },
	{ WATCH_OFF_HOURS, "until_h", "h", 1, 24, 20 },
	{ WATCH_NEW_ADDRESS, "forget_days", "d", 7, 400, 120 },
	{ WATCH_MANY_READS, "least", "", 10, 100000, 60 },
	{ WATCH_MANY_READS, "own_percent", "%", 110, 2000, 220 },
	{ WATCH_MANY_READS, "peers_percent", "%", 110, 2000, 200 },
	{ WATCH_MANY_READS, "days", "d", 3, 60, 10 },
	{ WATCH_SLOW_READS, "allow_percent", "%", 1, 100, 12 },
	{ WATCH_SLOW_READS, "sum_percent", "%", 50, 2000, 300 },
	{ WATCH_SLOW_READS, "learn_days", "d", 5, 60, 20 },
	{ WATCH_SLOW_READS, "own_percent_max", "%", 0, 200, 45 },
	{ WATCH_BULK_EXPORT, "files", "", 1, 1000, 8 },
	{ WATCH_BULK_EXPORT, "rows", "", 10, 10000000, 3000 },
	{ WATCH_FAILED_BURST, "failures", "", 2, 100, 8 },
	{ WATCH_FAILED_BURST, "minutes", "min", 1, 1440, 15 },
	{ WATCH_DORMANT, "days", "d", 7, 400, 45 },
	{ WATCH_FAR_APART, "minutes", "min", 1, 240, 30 },
	{ WATCH_FAR_APART, "changes", "", 2, 20, 2 },
	{ WATCH_FAR_APART, "near_changes", "", 2, 40, 6 },
	{ WATCH_NONE, NULL, NULL, 0, 0, 0 },
};

const char *
watch_rule_id(enum watch_rule rule)
{
	return rule > WATCH_NONE && rule < WATCH_RULES ? ids[rule] : NULL;
}

enum watch_rule
watch_rule_of(struct str id)
{
	for (enum watch_rule r = WATCH_NONE + 1; r < WATCH_RULES; r++)
		if (str_eq_c(id, ids[r]))
			return r;
	return WATCH_NONE;
}

void
watch_rules_default(struct watch_rules *ret)
{
	static const enum watch_rule urgent[] = { WATCH_MANY_READS, WATCH_SLOW_READS, WATCH_UNASSIGNED, WATCH_COLLEAGUE, WATCH_BULK_EXPORT, WATCH_DORMANT, WATCH_FAR_APART, WATCH_UTILITY, WATCH_FAILED_BURST };

	memset(ret, 0, sizeof(*ret));
	for (enum watch_rule r = WATCH_NONE + 1; r < WATCH_RULES; r++)
		ret->on[r] = true;
	for (size_t i = 0; i < sizeof(urgent) / sizeof(urgent[0]); i++)
		ret->urgent[urgent[i]] = true;
	for (size_t i = 0; watch_params[i].rule; i++)
		ret->values[i] = watch_params[i].otherwise;
}

_Static_assert(sizeof(watch_params) / sizeof(watch_params[0]) == WATCH_NUMBERS + 1, "a number for each row");

static enum rc
load_rule(const struct yaml_node *n, bool seen[WATCH_RULES], struct watch_rules *ret)
{
	const char *keys[WATCH_NUMBERS + 4] = { "id", "on", "urgent", "why" };
	static const char *const yes_no[] = { "no", "yes", NULL };
	const struct yaml_node *one;
	enum watch_rule rule;
	struct str id;
	size_t k = 4;
	int word;
	enum rc rc = RC_OK;

	TRY(take_id(n, "id", false, &id));
	rule = watch_rule_of(id);
	if (rule == WATCH_NONE)
		return YAML_FAIL(n, "知らない規則です: %.60s", "unknown rule: %.60s", id.p);
	if (seen[rule])
		return YAML_FAIL(n, "規則が2回あります: %.60s", "the rule stands twice: %.60s", id.p);
	seen[rule] = true;
	for (size_t i = 0; watch_params[i].rule; i++)
		if (watch_params[i].rule == rule)
			keys[k++] = watch_params[i].name;
	keys[k] = NULL;
	TRY(yaml_only(n, keys));
	if ((one = yaml_get(n, "on")) != NULL) {
		TRY(yaml_word(one, yes_no, &word));
		ret->on[rule] = word == 1;
	}
	if ((one = yaml_get(n, "urgent")) != NULL) {
		TRY(yaml_word(one, yes_no, &word));
		ret->urgent[rule] = word == 1;
	}
	for (size_t i = 0; watch_params[i].rule; i++)
		if (watch_params[i].rule == rule && (one = yaml_get(n, watch_params[i].name)) != NULL)
			TRY(yaml_int(one, watch_params[i].min, watch_params[i].max, &ret->values[i]));
out:
	return rc;
}

enum rc
watch_rules_load(const struct yaml_node *root, struct watch_rules *ret)
{
	static const char *const keys[] = { "format", "rules", NULL };
	const struct yaml_node *list;
	bool seen[WATCH_RULES] = { false };
	enum rc rc = RC_OK;

	watch_rules_default(ret);
	TRY(yaml_only(root, keys));
	TRY(take_format(root));
	TRY(yaml_need(root, "rules", &list));
	TRY(yaml_is(list, YAML_LIST));
	for (const struct yaml_node *n = list->first; n; n = n->next)
		TRY(load_rule(n, seen, ret));
	if (ret->values[WATCH_N_OFF_HOURS_FROM_H] >= ret->values[WATCH_N_OFF_HOURS_UNTIL_H])
		return YAML_FAIL(list, "off-hours: from_h は until_h より前でなければなりません", "off-hours: from_h must come before until_h");
out:
	return rc;
}
