// SPDX-License-Identifier: Apache-2.0
/* The catalogue that ships, with the controls that are written. */
#include "catalogue/status.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"
#include "catalogue/expression.h"
#include "os/file.h"

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
	CHECK_STR(cat->contracts[1].id, "osaka");
	CHECK_INT(cat->contracts[1].clauses_count, 27);
	CHECK_STR(cat->contracts[0].id, "sapporo");
	CHECK_INT(cat->contracts[0].clauses_count, 33);
	CHECK(catalogue_clause(cat, STR("S-3-7c"), &k) && k == &cat->contracts[0]);
	CHECK(catalogue_clause(cat, STR("S-9-9"), &k) == NULL);
	CHECK(catalogue_not_written(cat) <= cat->controls_count);
	catalogue_free(cat);
}

static void
add_set(struct buf *b, const char *name, unsigned set, const char *const *words)
{
	CHECK_OK(buf_addf(b, "  %s:", name));
	for (int i = 0; words[i]; i++)
		if (set & 1u << i)
			CHECK_OK(buf_addf(b, " %s", words[i]));
	CHECK_OK(buf_add_c(b, "\n"));
}

static void
add_list(struct buf *b, const char *name, const struct str *list, size_t n)
{
	if (n)
		CHECK_OK(buf_addf(b, "  %s:", name));
	for (size_t i = 0; i < n; i++)
		CHECK_OK(buf_addf(b, " " STR_FMT, STR_ARG(list[i])));
	if (n)
		CHECK_OK(buf_add_c(b, "\n"));
}

/* What the rows ask, as it was agreed: no slip of the pen weakens a duty unseen. */
CASE(the_rows_ask_what_was_agreed)
{
	static const char *const strengths[] = { "?", "must", "capability", "consider", "as-needed", "guide-value", "as-possible", "reference" };
	static const char *const triggers[] = { "none", "when-it-happens", "if-used", "on-order", "yearly", "periodic", "phase-end" };
	static const char *const phases[] = { "build", "operate", "end", NULL };
	static const char *const closings[] = { "present", "submit", "approve", "agree", "report", "explain", "share", "inform", "confirm", "draw-up", NULL };
	struct catalogue *cat = shipped();
	struct buf b = BUF(1 << 20), golden = BUF(1 << 20);

	for (size_t i = 0; cat && i < cat->contracts_count; i++)
		for (size_t k = 0; k < cat->contracts[i].clauses_count; k++) {
			const struct clause *c = &cat->contracts[i].clauses[k];

			CHECK_OK(buf_addf(&b, STR_FMT " %s, %s\n  holds: ", STR_ARG(c->id), strengths[c->strength], triggers[c->trigger]));
			CHECK_OK(expression_text(c->holds, &b));
			CHECK_OK(buf_add_c(&b, "\n"));
			add_list(&b, "standing", c->standing, c->standing_count);
			add_list(&b, "also", c->also, c->also_count);
			add_set(&b, "phases", c->phases, phases);
			add_set(&b, "closes", c->closing, closings);
			for (size_t m = 0; m < c->params_count; m++)
				CHECK_OK(buf_addf(&b, "  " STR_FMT "." STR_FMT " = %lld\n", STR_ARG(c->params[m].control), STR_ARG(c->params[m].name), (long long)c->params[m].value));
			CHECK_OK(buf_addf(&b, "  tolerance: %lld %lld\n", (long long)c->fail_tolerance_min, (long long)c->unknown_tolerance_min));
		}
	if (getenv("ROWS_PRINT")) {
		printf(STR_FMT, STR_ARG(buf_str(&b)));
		goto out;
	}
	CHECK_OK(file_read(AT_FDCWD, "tests/golden/catalogue-rows.txt", 1 << 20, &golden));
	CHECK(str_eq(buf_str(&b), buf_str(&golden)));
	if (!str_eq(buf_str(&b), buf_str(&golden)))
		printf("agreed? then: ROWS_PRINT=1 build/catalogue-shipped_test rows_ask | grep -v ' passed, ' > tests/golden/catalogue-rows.txt\n");
out:
	buf_free(&b);
	buf_free(&golden);
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
