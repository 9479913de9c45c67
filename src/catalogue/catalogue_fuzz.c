// SPDX-License-Identifier: Apache-2.0
/* One file as controls and as a contract over fixed controls. */
#include "catalogue/load.c"

const struct control *
control_of(struct str id)
{
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct control_info known[3] = { { .id = STR("door-log") }, { .id = STR("no-server-room") }, { .id = STR("door-drill") } };
	struct contract room[2] = { { .phase = 0 } };
	struct catalogue as_contract = { .arena = ARENA(16 << 20), .controls = known, .controls_count = 3, .contracts = room }, as_controls = { .arena = ARENA(16 << 20) };
	const struct yaml_node *root;

	if (yaml_parse("fuzz.yaml", (struct str){ (const char *)p, n }, &as_contract.arena, &root) == RC_OK) {
		(void)!load_contract(&as_contract, root);
		(void)!load_controls(&as_controls, root);
	}
	arena_free(&as_contract.arena);
	arena_free(&as_controls.arena);
	return 0;
}
