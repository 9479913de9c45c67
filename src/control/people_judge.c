// SPDX-License-Identifier: Apache-2.0
/* What judges of accounts share. Pure. */
#include "base/time_text.h"
#include "control/given.h"
#include "control/people.h"

void
declared_get(const struct facts *f, struct str account, struct declared *ret)
{
	*ret = (struct declared){ 0 };
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (account.n && str_eq(fact_s(f, row, "os_account.account"), account)) {
			*ret = (struct declared){ true, fact_s(f, row, "os_account.person"), fact_s(f, row, "os_account.kind"), given_date_end(f, row, "os_account.until"),
				given_date(f, row, "os_account.unneeded_on") };
			return;
		}
}

bool
declared_any(const struct facts *f)
{
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (fact_get(f, row, "os_account.account"))
			return true;
	return false;
}

uint32_t
people_row(const struct facts *f, struct str account)
{
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (account.n && str_eq(fact_s(f, row, "account"), account))
			return row;
	return 0;
}

bool
people_open(const struct facts *f, uint32_t row)
{
	struct str password = fact_s(f, row, "password");

	return fact_n(f, row, "opens", 0) && !fact_n(f, row, "expired", 0) && (fact_n(f, row, "keys", 0) || str_eq(password, STR("set")) || str_eq(password, STR("empty")));
}

bool
people_privileged(const struct facts *f, uint32_t row)
{
	return fact_get(f, row, "root") != NULL;
}

/* A machine without root's line has a list that was cut or is another's: that nobody stands in it proves nothing. */
bool
people_none(const struct facts *f, struct finding *ret)
{
	bool answered = !f->overflow && fact_get(f, 0, "looked");

	if (answered && fact_n(f, 0, "accounts", 0) > 0)
		return false;
	finding_set(ret, VERDICT_UNKNOWN, answered ? MSG_PEOPLE_EMPTY_LIST : MSG_PEOPLE_NO_ANSWER);
	return true;
}

bool
people_unsure(const struct facts *f)
{
	return fact_n(f, 0, "elsewhere", 1) || fact_n(f, 0, "unseen", 1) || fact_n(f, 0, "keys_elsewhere", 1);
}

bool
way_cut(struct str *ways, struct way *ret)
{
	struct str way, one, name;

	*ret = (struct way){ 0 };
	if (!str_cut(ways, '|', &way))
		return false;
	while (str_cut(&way, ',', &one)) {
		(void)str_cut(&one, ':', &name);
		if (str_eq(name, STR("publickey")))
			ret->key = true;
		else if (str_eq(name, STR("password")) || str_eq(name, STR("keyboard-interactive")))
			ret->asked = true;
		else
			ret->other = true;
	}
	return true;
}

bool
way_usable(const struct facts *f, uint32_t row, const struct way *w)
{
	struct str password = fact_s(f, row, "password");

	if (!fact_n(f, row, "opens", 0) || fact_n(f, row, "expired", 0))
		return false;
	if (w->key && fact_n(f, row, "keys", 0) == 0 && !fact_n(f, 0, "keys_elsewhere", 0))
		return false;
	return !w->asked || !str_eq(password, STR("locked"));
}
