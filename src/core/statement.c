// SPDX-License-Identifier: Apache-2.0
/*
 * The other route: what a paper says of a control and subject the station cannot see.
 *
 * It fills what is UNKNOWN, until its date. What the station saw to be wrong
 * stands, whatever a paper says; a paper that says "no" is a fact of its own.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"

static struct str
value(const struct row *r, const char *field)
{
	return str_of(json_string_value(json_object_get(r->values, field)));
}

static void
keep(char *to, size_t size, struct str s)
{
	size_t n = s.n < size ? s.n : size - 1;

	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--; /* never half a letter */
	memcpy(to, n ? s.p : "", n);
	to[n] = '\0';
}

bool
statement_of(const struct core *c, const char *control, const char *subject, struct statement *ret)
{
	size_t end, at = register_range(c, STR("statement"), &end);

	for (; at < end; at++) {
		const struct row *r = &c->rows[at];
		struct statement s = { .holds = str_eq_c(value(r, "holds"), "yes"), .leaf = r->leaf };

		if (!str_eq_c(value(r, "control"), control) || !str_eq_c(value(r, "subject"), subject))
			continue;
		if (time_parse_date(value(r, "effective_on"), &s.from_us) != RC_OK || time_parse_date(value(r, "until"), &s.until_us) != RC_OK) {
			rc_trail_clear(); /* forms let only dates in: kept by an older definition, it says nothing */
			continue;
		}
		s.until_us += DAY_US; /* that day too */
		keep(s.by, sizeof(s.by), value(r, "by"));
		keep(s.paper, sizeof(s.paper), value(r, "paper"));
		*ret = s;
		return true;
	}
	return false;
}

bool
statement_judge(const struct statement *s, int64_t now_us, struct finding *f)
{
	bool ended = now_us >= s->until_us;

	if (now_us < s->from_us || f->verdict == VERDICT_FAIL || f->verdict == VERDICT_NOT_APPLICABLE || (f->verdict == VERDICT_PASS && (ended || s->holds)))
		return false;
	finding_set(f, ended ? VERDICT_UNKNOWN : s->holds ? VERDICT_PASS : VERDICT_FAIL, ended ? MSG_STATEMENT_ENDED : s->holds ? MSG_STATEMENT_HOLDS : MSG_STATEMENT_DENIES);
	finding_text(f, "by", str_of(s->by));
	finding_text(f, "paper", str_of(s->paper));
	if (ended || s->holds)
		finding_int(f, "until", s->until_us - DAY_US);
	return true;
}

json_t *
statement_json(const struct core *c, const char *control, const char *subject, int64_t now_us)
{
	struct statement s;

	if (!statement_of(c, control, subject, &s))
		return json_null();
	return json_pack("{s:b, s:o, s:o, s:I, s:I, s:I, s:b, s:I}", "holds", s.holds, "by", view_text(str_of(s.by)), "paper", view_text(str_of(s.paper)), "effective_on", (json_int_t)s.from_us,
	    "until", (json_int_t)(s.until_us - DAY_US), "ends", (json_int_t)s.until_us, "in_force", now_us >= s.from_us && now_us < s.until_us, "leaf", (json_int_t)s.leaf);
}
