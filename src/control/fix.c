// SPDX-License-Identifier: Apache-2.0
/* Which decision of the register is about which fix. */
#include "control/fix.h"

#include "control/given.h"

static bool
about(const struct facts *f, uint32_t row, uint32_t decided)
{
	struct str fix = fact_s(f, row, "fix"), version = fix, source = STR_NONE;
	struct str package = fact_s(f, decided, "fix_decision.package"), asked = fact_s(f, decided, "fix_decision.version");

	(void)str_cut(&version, ' ', &source); /* no blank: the whole text, and no version */
	if (asked.n && !str_eq(asked, version))
		return false;
	return package.n && (str_eq(package, source) || str_eq(package, fix) || names_have(fact_s(f, row, "packages"), package));
}

bool
fix_decision(const struct facts *f, uint32_t row, struct decision *ret)
{
	uint32_t rows = fact_rows(f);
	bool found = false;

	*ret = (struct decision){ 0 };
	for (uint32_t at = 1; at <= rows; at++) {
		int64_t by = given_date_end(f, at, "fix_decision.by");

		if (by == 0 || by <= ret->by_us || !about(f, row, at))
			continue;
		*ret = (struct decision){ str_eq(fact_s(f, at, "fix_decision.decision"), STR("apply")), str_trim(fact_s(f, at, "fix_decision.reason")).n != 0, by, fact_n(f, at, "fix_decision.since", 0), fact_s(f, at, "fix_decision.severity") };
		found = true;
	}
	return found;
}

int64_t
fix_since(const struct facts *f, uint32_t row)
{
	return fact_n(f, row, "since_at", fact_n(f, row, "first_seen_at", 0));
}

struct str
fix_short(struct str s)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '/')
			return str_sub(s, i, s.n);
	return s;
}
