// SPDX-License-Identifier: Apache-2.0
/*
 * The station itself as a subject: what it knows of itself, in the words of the
 * control that judges it, so that hosts and station meet the same judge.
 *
 * A control that is judged about the station (`station_too`, or of SUBJECT_STATION)
 * has a row in `sources`; one without a row gets no facts and so is UNKNOWN.
 */
#include "core/core.h"

#include <string.h>

struct source { const char *control; enum rc (*gather)(struct core *, struct facts *); };

/* What its ledger says of itself. */
static enum rc
of_ledger(struct core *c, struct facts *f)
{
	struct ledger_head head = { .checkpoint = BUF(2048) };
	enum rc rc = RC_OK;

	TRY(ask_ledger_head(c->ledger, &head));
	fact_int(f, 0, "entries", (int64_t)head.entries);
	fact_int(f, 0, "covered", (int64_t)head.covered);
	fact_time(f, 0, "covered_at", head.covered_at_us);
	fact_int(f, 0, "epoch", head.epoch);
	fact_int(f, 0, "indexed", (int64_t)c->indexed);
out:
	buf_free(&head.checkpoint);
	return rc;
}

enum rc
station_auth(struct core *c, struct facts *ret)
{
	struct buf json = BUF(65536);
	enum rc rc = RC_OK;

	TRY(ask_auth_facts(c->auth, &json));
	facts_of_json(buf_cstr(&json), false, ret);
out:
	buf_free(&json);
	return rc;
}

static bool
two_kinds(struct str kinds)
{
	struct str first = STR_NONE, second = STR_NONE;

	return str_cut(&kinds, ' ', &first) && str_cut(&kinds, ' ', &second) && second.n && !str_eq(first, second);
}

/* Each way of signing in is a door, as the PAM services of a host are. */
static enum rc
of_ways(struct core *c, struct facts *f)
{
	struct facts auth = { .arena = f->arena };
	uint32_t row = 0;
	enum rc rc = RC_OK;

	TRY(station_auth(c, &auth));
	for (uint32_t i = 1; i <= fact_rows(&auth); i++) {
		struct str kinds = fact_s(&auth, i, "kinds");

		if (!str_eq(fact_s(&auth, i, "of"), STR("way")))
			continue;
		fact_text(f, ++row, "service", fact_s(&auth, i, "name"));
		fact_text(f, row, "state", kinds.n == 0 ? STR("open") : two_kinds(kinds) ? STR("holds") : STR("gap"));
		fact_bool(f, row, "inside", false);
		fact_bool(f, row, "sure", true);
		fact_text(f, row, "kinds", kinds);
	}
	fact_bool(f, 0, "doors", row > 0);
	fact_bool(f, 0, "station", true);
	fact_int(f, 0, "accounts", fact_n(&auth, 0, "usable", 0));
out:
	return rc;
}

static const struct source sources[] = {
	{ "access-log", of_ledger },
	{ "mfa", of_ways },
};

enum rc
station_facts(struct core *c, const struct control *control, const struct subject *subject, struct facts *ret)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(sources[i].control, control->id) == 0)
			TRY(sources[i].gather(c, ret));
	if (subject->given)
		TRY(facts_join(ret, subject->given));
out:
	return rc;
}
