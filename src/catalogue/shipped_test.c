// SPDX-License-Identifier: Apache-2.0
/* The catalogue that ships, with the controls that are written. */
#include "catalogue/status.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/test.h"
#include "catalogue/expression.h"

static struct catalogue *
shipped(void)
{
	struct catalogue *cat = NULL;
	int dir = open("catalogue", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK(dir >= 0);
	CHECK_OK(catalogue_load(dir, &cat));
	(void)close(dir);
	return cat;
}

CASE(both_contracts_have_all_their_rows)
{
	struct catalogue *cat = shipped();
	const struct contract *k = NULL;

	if (cat == NULL)
		return;
	CHECK_INT(cat->contracts_count, 2);
	CHECK_STR(cat->contracts[0].id, "osaka");
	CHECK_INT(cat->contracts[0].clauses_count, 27);
	CHECK_STR(cat->contracts[1].id, "sapporo");
	CHECK_INT(cat->contracts[1].clauses_count, 33);
	CHECK(catalogue_clause(cat, STR("S-3-7c"), &k) && k == &cat->contracts[1]);
	CHECK(catalogue_clause(cat, STR("S-9-9"), &k) == NULL);
	CHECK(catalogue_not_written(cat) < cat->controls_count || cat->controls_count > 0);
	catalogue_free(cat);
}

/* mission: what each row asks, as it was agreed; a slip of the pen in the data shows here. */
CASE(the_logic_of_the_rows_is_the_agreed_one)
{
	static const struct { const char *id, *holds; } rows[] = {
		{ "S-1-2", "(subcontract-approvals and full-liability-statement) unless no-subcontract" },
		{ "S-3-4", "mfa or (password-complexity and lockout)" },
		{ "S-6-2", "entry-control and (guard-presence or camera-surveillance) and (identity-check or (video-record and video-watch))" },
		{ "S-6-3", "entry-retention and (video-retention unless guards-without-cameras)" },
		{ "S-6-4", "ups unless stable-power" },
		{ "O2-4-1", "encryption-confirmed and (encryption-shared or sharing-not-needed)" },
	};
	struct catalogue *cat = shipped();

	for (size_t i = 0; cat && i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct clause *c = catalogue_clause(cat, str_of(rows[i].id), NULL);
		struct buf b = BUF(2000);

		CHECK(c != NULL);
		if (c)
			CHECK_OK(expression_text(c->holds, &b));
		CHECK_STR(buf_str(&b), rows[i].holds);
		buf_free(&b);
	}
	catalogue_free(cat);
}

static size_t
nothing_known(void *context, const struct clause *c, struct str control, struct judged *ret, size_t max)
{
	return 0;
}

CASE(a_fresh_station_claims_nothing)
{
	struct catalogue *cat = shipped();
	const struct clause_state none = { .contract_phase = PHASE_OPERATE };

	for (size_t i = 0; cat && i < cat->contracts_count; i++)
		for (size_t k = 0; k < cat->contracts[i].clauses_count; k++) {
			enum status s = clause_status(&cat->contracts[i].clauses[k], &none, 1, nothing_known, NULL);

			CHECK(s == STATUS_UNKNOWN || s == STATUS_NOT_YET_DUE);
		}
	catalogue_free(cat);
}

TEST_MAIN
