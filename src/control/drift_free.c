// SPDX-License-Identifier: Apache-2.0
/*
 * drift-free - are the firewall rules in force those that were accepted?
 *
 * What the kernel has loaded is reduced to a fingerprint (nft_print.h). It is
 * accepted by a row of the register "config-change" for RULESET_PATH that bears
 * it; until there is one nothing is known, and from then on another fingerprint
 * is FAIL, with the table that changed last and when that was first seen.
 */
#include "control/control.h"
#include "control/nft_look.h"
#include "control/nft_print.h"
#include "message/messages.h"

#define LISTING_MAX  (16 << 20)
#define RULESET_PATH "/nft:ruleset"

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(64 << 20);
	struct buf json = BUF(LISTING_MAX);
	struct nft_print print;
	bool old = nft_old_tables(h);
	enum rc rc = RC_OK;

	(void)s;
	TRY(host_run(h, "nft-sets", LISTING_MAX, &json));
	TRY(nft_print(buf_str(&json), &arena, &print));
	fact_bool(f, 0, "old", old);
	fact_int(f, 0, "rules", print.rules);
	fact_text(f, 1, "fingerprint", str_of(print.whole));
	for (size_t i = 0; i < print.tables_count; i++) {
		const struct nft_table_print *t = &print.tables[i];

		fact_text(f, (uint32_t)i + 2, "table", str_sub(t->name, 0, 80));
		fact_text(f, (uint32_t)i + 2, "fingerprint", arena_f(f->arena, STR_FMT " %s", STR_ARG(str_sub(t->name, 0, 80)), t->print));
		fact_int(f, (uint32_t)i + 2, "table_rules", t->rules);
	}
out:
	buf_free(&json);
	arena_free(&arena);
	return rc;
}

/*= S-3-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct str now = fact_s(f, 1, "fingerprint"), table = STR_NONE;
	bool declared = false, accepted = false;
	int64_t since = fact_n(f, 1, "first_seen_at", now_us), at = 0;

	(void)p;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		if (str_eq(fact_s(f, row, "config_change.path"), STR(RULESET_PATH))) {
			declared = true;
			accepted |= str_eq(fact_s(f, row, "config_change.state"), now);
		}
		if (fact_s(f, row, "table").n && fact_n(f, row, "first_seen_at", now_us) > at) {
			at = fact_n(f, row, "first_seen_at", now_us);
			table = fact_s(f, row, "table");
		}
	}
	if (f->overflow || now.n == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_DRIFT_NO_ANSWER);
		return;
	}
	if (!declared) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_DRIFT_NOT_ACCEPTED);
	} else if (!accepted) {
		finding_set(ret, VERDICT_FAIL, MSG_DRIFT_CHANGED);
		finding_int(ret, "at", since);
		finding_text(ret, "table", at == since ? table : STR("-")); /* else a table went */
	} else if (fact_n(f, 0, "old", 1)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_DRIFT_OLD);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_DRIFT_NONE);
	}
	finding_text(ret, "accept", now);
	finding_int(ret, "rules", fact_n(f, 0, "rules", 0));
}

static const char *const registers[] = { "config-change", NULL };
static const struct series_def series[] = { { .fact = "rules" }, { .fact = NULL } };

const struct control control_drift_free = {
	.id = "drift-free", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 2, .every_s = 900, .timeout_ms = 10000, .remember = "fingerprint", .registers = registers, .series = series,
	.look = look, .judge = judge,
};
