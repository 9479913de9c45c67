// SPDX-License-Identifier: Apache-2.0
/*
 * one-owner-per-asset - does every host and endpoint that is declared say who keeps it?
 *
 * A field holds one owner; what is shared is said there with the boundary between those who share it.
 */
#include "control/control.h"

#include "message/messages.h"

static const char *const registers[] = { "host", "endpoint", NULL };
static const struct { const char *name, *owner; } assets[] = { { "host.name", "host.owner" }, { "endpoint.name", "endpoint.owner" } };

/*= O2-1-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t owned = 0, nobody = 0;
	struct str first = STR_NONE;

	(void)p;
	(void)now_us;
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		for (size_t i = 0; i < sizeof(assets) / sizeof(assets[0]); i++) {
			struct str name = fact_s(f, row, assets[i].name);

			if (name.n == 0)
				continue;
			owned += fact_s(f, row, assets[i].owner).n > 0;
			if (fact_s(f, row, assets[i].owner).n == 0 && nobody++ == 0)
				first = name;
		}
	if (f->overflow || owned + nobody == 0)
		finding_set(ret, VERDICT_UNKNOWN, MSG_OWNERS_NOTHING);
	else
		finding_set(ret, nobody ? VERDICT_FAIL : VERDICT_PASS, nobody ? MSG_OWNERS_MISSING : MSG_OWNERS_ALL);
	finding_int(ret, "count", nobody ? nobody : owned);
	if (first.n)
		finding_text(ret, "first", first);
}

const struct control control_one_owner_per_asset = {
	.id = "one-owner-per-asset", .subject = SUBJECT_CONTRACT, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 5000, .registers = registers, .judge = judge,
};
