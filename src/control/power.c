// SPDX-License-Identifier: Apache-2.0
/* Power devices as people declared them, and what upsd says of them. */
#include "control/power.h"

#include <string.h>

#include "message/messages.h"

#define ANSWER_MAX 262144
#define ANSWER_MS  8000

const char *const power_registers[] = { "power", NULL };

bool
nut_simulated(const struct nut_vars *v)
{
	size_t at;

	return str_eq(nut_get(v, "driver.name"), STR("dummy-ups")) && !str_find(nut_get(v, "driver.parameter.port"), STR("@"), &at);
}

/* All it has to say until it hangs up after LOGOUT. */
enum rc
nut_ask(const struct host *h, const struct host_to *to, struct str ups, struct arena *arena, struct nut_vars *ret)
{
	struct buf request = BUF(256), answer = BUF(ANSWER_MAX);
	struct host_tcp *t = NULL;
	enum rc rc = RC_OK;

	TRY(buf_addf(&request, "LIST VAR " STR_FMT "\nLOGOUT\n", STR_ARG(ups)));
	TRY(host_tcp_open(h, to, ANSWER_MAX, ANSWER_MS, &t));
	TRY(host_no_more_peers(h));
	TRY(host_tcp_send(t, buf_str(&request)));
	while ((rc = host_tcp_recv(t, &answer)) == RC_OK)
		;
	if (rc == RC_NOTFOUND) /* it hung up */
		rc = nut_parse(buf_str(&answer), ups, arena, ret);
out:
	host_tcp_close(t);
	buf_free(&answer);
	buf_free(&request);
	return rc;
}

enum rc
power_look_nut(const struct host *h, const struct subject *s, const char *const *texts, struct nut_vars *ret, struct facts *f)
{
	static const char *const words[] = { [NUT_NONE] = "nonsense", [NUT_ANSWERED] = "ok", [NUT_STALE] = "stale", [NUT_UNKNOWN_UPS] = "unknown-ups", [NUT_REFUSED] = "denied" };
	struct peer p;
	enum rc rc;

	*ret = (struct nut_vars){ NUT_NONE, NULL, 0 };
	if (s->given == NULL || !str_eq(fact_s(s->given, 0, "own.kind"), STR("ups")) || !str_eq(fact_s(s->given, 0, "own.source"), STR("nut")))
		return RC_OK;
	if (peer_of(s, NUT_PORT, true, &p) != RC_OK) {
		peer_said(f, "undeclared");
		return RC_OK;
	}
	rc = nut_ask(h, &p.to, p.unit, f->arena, ret);
	if (rc != RC_OK) {
		*ret = (struct nut_vars){ NUT_NONE, NULL, 0 };
		peer_answered(f, rc);
		return RC_OK;
	}
	peer_said(f, words[ret->state]);
	if (ret->state == NUT_ANSWERED)
		fact_bool(f, 0, "simulated", nut_simulated(ret));
	for (; ret->state == NUT_ANSWERED && *texts; texts++)
		if (nut_get(ret, *texts).n)
			fact_text(f, 0, *texts, nut_get(ret, *texts));
	return RC_OK;
}

bool
power_concerns(const struct facts *f, const char *kind, struct finding *ret)
{
	bool units = strcmp(kind, "units") == 0, answered = false;

	if (str_eq_c(fact_s(f, 0, "own.kind"), kind))
		return true;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str other = fact_s(f, row, "power.kind");

		answered |= units ? str_eq(other, STR("units")) : str_eq(other, STR("ups")) || str_eq(other, STR("stable"));
	}
	if (answered && fact_get(f, 0, "own.kind"))
		finding_set(ret, VERDICT_NOT_APPLICABLE, MSG_POWER_OTHER_KIND);
	else
		finding_set(ret, VERDICT_UNKNOWN, units ? MSG_UNITS_NONE_DECLARED : MSG_POWER_NONE_DECLARED);
	return false;
}

bool
power_answered(const struct facts *f, const char *const *sources, int64_t now_us, struct finding *ret)
{
	struct str source = fact_s(f, 0, "own.source");

	if (str_eq(source, STR("none"))) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_POWER_BY_STATEMENT);
		return false;
	}
	for (; *sources; sources++)
		if (str_eq_c(source, *sources))
		{
			if (!peer_heard(f, now_us, ret))
				return false;
			if (!fact_n(f, 0, "simulated", 0))
				return true;
			finding_set(ret, VERDICT_UNKNOWN, MSG_UPS_SIMULATED);
			return false;
		}
	finding_set(ret, VERDICT_UNKNOWN, MSG_POWER_SOURCE_UNFIT);
	return false;
}
