// SPDX-License-Identifier: Apache-2.0
/* The permission matrix as data: each act of acts.def, who may, and what must be there beside the role. */
#include "core/core.h"

static const char *const dangers[] = { [DANGER_NONE] = "none", [DANGER_SERVICE] = "service", [DANGER_IRREVERSIBLE] = "irreversible", [DANGER_CONTAIN] = "contain" };

enum rc
view_permissions(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows = json_array(), *roles = json_array();

	(void)c;
	(void)arguments;
	for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
		json_array_append_new(roles, json_pack("{s:s, s:s, s:s}", "id", role_name(r), "text", word_role(r, who->lang), "side", role_side(r) == SIDE_CLIENT ? "client" : "contractor"));
	for (enum act a = ACT_NONE + 1; a < ACT_COUNT; a++) {
		const struct act_row *row = act_row(a);
		json_t *guards = json_array(), *may;
		uint32_t set = 0;

		for (enum guard g = 0; g < GUARD_COUNT; g++)
			if (row->guards & GUARD_BIT(g))
				json_array_append_new(guards, json_string(guard_name(g)));
		for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
			if (act_permitted(a, ROLE_BIT(r)))
				set |= ROLE_BIT(r);
		may = view_roles(set);
		json_array_append_new(rows, json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:b}", "act", row->id, "text", word_act(a, who->lang), "roles", may, "guards", guards, "danger", dangers[row->danger],
		    "path", row->path, "cli", row->cli, "own", (int)act_permitted(a, who->session.roles)));
	}
	*ret = json_pack("{s:I, s:o, s:o, s:I}", "at", (json_int_t)core_now_us(), "rows", rows, "roles", roles, "total", (json_int_t)(ACT_COUNT - 1));
	return RC_OK;
}
