// SPDX-License-Identifier: Apache-2.0
/* Fields people declared: dates as times, yes-no as a truth or a word. */
#include "control/given.h"

#include <strings.h>

#include "base/time_text.h"

bool
given_yes(const struct facts *f, uint32_t row, const char *key)
{
	const struct fact *at = fact_get(f, row, key);

	return at && (at->kind == FACT_TEXT ? str_eq(at->text, STR("yes")) : at->kind == FACT_BOOL && at->n);
}

bool
given_no(const struct facts *f, uint32_t row, const char *key)
{
	const struct fact *at = fact_get(f, row, key);

	return at && (at->kind == FACT_TEXT ? str_eq(at->text, STR("no")) : at->kind == FACT_BOOL && !at->n);
}

int64_t
given_date(const struct facts *f, uint32_t row, const char *key)
{
	const struct fact *at = fact_get(f, row, key);
	int64_t us = 0;

	if (at && at->kind == FACT_TIME)
		return at->n;
	return at && at->kind == FACT_TEXT && time_parse_date(at->text, &us) == RC_OK ? us : 0;
}

int64_t
given_date_end(const struct facts *f, uint32_t row, const char *key)
{
	int64_t at = given_date(f, row, key);

	return at ? at + DAY_US : 0;
}

bool
names_have(struct str names, struct str name)
{
	struct str word;

	while (name.n && str_cut(&names, ' ', &word))
		if (str_eq(word, name))
			return true;
	return false;
}

bool
host_named(struct str name, struct str host_name)
{
	struct str rest = name, other = host_name, a = STR_NONE, b = STR_NONE;
	bool whole;

	if (!str_cut(&rest, '.', &a) || !str_cut(&other, '.', &b))
		return false;
	whole = name.n == host_name.n && strncasecmp(name.p, host_name.p, name.n) == 0;
	return whole || ((a.n == name.n || b.n == host_name.n) && a.n == b.n && a.n && strncasecmp(a.p, b.p, a.n) == 0);
}
