// SPDX-License-Identifier: Apache-2.0
/* gates.yaml: what has to hold before something new is begun. Failures name file and line in two languages. */
#include "catalogue/gates.h"

#define GRACE_DAYS_MAX 366

static const char *const side_words[] = { "either", "contractor", "client", NULL }; /* as enum side */

static enum rc
take_needs(struct catalogue *cat, const struct yaml_node *n, struct gate *g)
{
	const struct yaml_node *list = yaml_get(n, "needs");
	enum rc rc = RC_OK;

	TRY(yaml_need(n, "needs", &list));
	TRY(yaml_is(list, YAML_LIST));
	if (list->count == 0 || list->count > GATE_NEEDS_MAX)
		return YAML_FAIL(list, "'needs' は1つから%d個です", "'needs' has one to %d controls", GATE_NEEDS_MAX);
	for (const struct yaml_node *one = list->first; one; one = one->next) {
		TRY(yaml_is(one, YAML_SCALAR));
		if (catalogue_control(cat, one->text) == NULL)
			return YAML_FAIL(one, "確認項目 '%.70s' は controls.yaml にありません", "unknown control '%.70s': controls.yaml does not have it", one->text.p);
		g->needs[g->needs_count++] = one->text;
	}
out:
	return rc;
}

/* Containment and its undo, and what core does by itself, are no gate's. */
static enum rc
take_acts(const struct yaml_node *n, struct gate *g)
{
	const struct yaml_node *list;
	enum rc rc = RC_OK;

	TRY(yaml_need(n, "acts", &list));
	TRY(yaml_is(list, YAML_LIST));
	for (const struct yaml_node *one = list->first; one; one = one->next) {
		enum act act;

		TRY(yaml_is(one, YAML_SCALAR));
		if (str_eq_c(one->text, "export")) {
			g->exports = true;
			continue;
		}
		act = act_of(one->text);
		if (act == ACT_NONE || act_row(act)->roles == 0 || act_row(act)->danger == DANGER_CONTAIN)
			return YAML_FAIL(one, "操作 '%.70s' は関門で止められません", "'%.70s' is no act that a gate may stop", one->text.p);
		if (g->acts_count == GATE_ACTS_MAX)
			return YAML_FAIL(list, "'acts' は%d個までです", "'acts' has at most %d", GATE_ACTS_MAX);
		g->acts[g->acts_count++] = act;
	}
out:
	return rc;
}

enum rc
gates_load(struct catalogue *cat, const struct yaml_node *root)
{
	static const char *const tops[] = { "format", "gates", NULL }, *const keys[] = { "id", "name", "about", "side", "needs", "acts", "grace_days", NULL };
	const struct yaml_node *list;
	void *room;
	int side;
	enum rc rc = RC_OK;

	TRY(yaml_only(root, tops));
	TRY(take_format(root));
	TRY(take_list(&cat->arena, root, "gates", sizeof(*cat->gates), &list, &room));
	cat->gates = room;
	for (const struct yaml_node *n = list->first; n; n = n->next) {
		struct gate g = { .needs_count = 0 };

		TRY(yaml_only(n, keys));
		TRY(take_id(n, "id", false, &g.id));
		for (size_t i = 0; i < cat->gates_count; i++)
			if (str_eq(cat->gates[i].id, g.id))
				return YAML_FAIL(n, "関門 '%.70s' が2回あります", "gate '%.70s' stands twice", g.id.p);
		TRY(take_both(n, "name", true, &g.name));
		TRY(take_both(n, "about", true, &g.about));
		TRY(take_word(n, "side", side_words, &side));
		g.side = (enum side)side;
		TRY(take_needs(cat, n, &g));
		TRY(take_acts(n, &g));
		TRY(yaml_need(n, "grace_days", &list));
		TRY(yaml_int(list, 0, GRACE_DAYS_MAX, &g.grace_days));
		cat->gates[cat->gates_count++] = g;
	}
out:
	return rc;
}
