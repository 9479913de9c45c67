// SPDX-License-Identifier: Apache-2.0
/*
 * backup-generations - are there as many generations of each backup as were agreed?
 *
 * Judges what backup-schedule saw. Every set that is being backed up counts,
 * the one with the fewest decides; a copy taken once for its own sake does not.
 * Where the number rests on times that somebody typed it is unknown. A password anyone can read is FAIL too: who has it can take the generations away.
 */
#include "base/time_text.h"
#include "control/backup.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "generations_min", "", 1, 1000, 2 },
};

/*= S-8-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	uint32_t least = 0, newest = 0, counted = 0, said = 0;
	int64_t wanted = param_n(p, "generations_min"), every, n;

	if (!backup_answered(f, ret))
		return;
	every = backup_every_us(f);
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		int64_t latest = fact_n(f, row, "latest_at", 0);

		n = fact_n(f, row, "generations", 0);
		if (fact_s(f, row, "set").n == 0 || fact_n(f, row, "retired", 0))
			continue;
		newest = newest == 0 || latest > fact_n(f, newest, "latest_at", 0) ? row : newest;
		if (n < 2 && now_us - latest > 2 * every)
			continue; /* taken once; backup-schedule says so */
		counted++;
		if (fact_n(f, row, "generations_seen", n) < wanted)
			said = row;
		least = least == 0 || n < fact_n(f, least, "generations", 0) ? row : least;
	}
	if (least == 0)
		least = newest;
	n = least ? fact_n(f, least, "generations", 0) : 0;
	if (n < wanted) {
		bool close = least && fact_n(f, least, "copies", 0) > n;

		finding_set(ret, VERDICT_FAIL, close ? MSG_GENERATIONS_CLOSE : MSG_GENERATIONS_FEW);
		finding_int(ret, "count", n);
		finding_int(ret, "wanted", wanted);
		finding_text(ret, "set", least ? fact_s(f, least, "set") : STR_NONE);
		finding_int(ret, "copies", least ? fact_n(f, least, "copies", 0) : 0);
		finding_int(ret, "half_min", every / 2 / MINUTE_US);
	} else if (fact_n(f, 0, "secret_open", 1)) {
		finding_set(ret, VERDICT_FAIL, MSG_BACKUP_SECRET_OPEN);
		finding_text(ret, "file", fact_s(f, 0, "own.password_file"));
	} else if (said || (n && fact_n(f, least, "generations_seen", n) < wanted)) {
		said = said ? said : least;
		finding_set(ret, VERDICT_UNKNOWN, MSG_GENERATIONS_SAID);
		finding_text(ret, "set", fact_s(f, said, "set"));
		finding_int(ret, "count", fact_n(f, said, "generations", 0));
		finding_int(ret, "seen", fact_n(f, said, "generations_seen", 0));
	} else {
		finding_set(ret, VERDICT_PASS, MSG_GENERATIONS_KEPT);
		finding_int(ret, "count", n);
		finding_int(ret, "sets", counted);
		finding_int(ret, "oldest", fact_n(f, least, "oldest_at", 0));
	}
}

const struct control control_backup_generations = {
	.id = "backup-generations", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_REPOSITORY, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 1000,
	.facts_of = "backup-schedule", .judge = judge,
};
