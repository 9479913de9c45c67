// SPDX-License-Identifier: Apache-2.0
/* A month of 1,000,000 findings, 500,000 acts and 10,000 papers closed: how long its report takes, and how much memory. */
#include <stdio.h>
#include <sys/resource.h>

#include "core/core_fake.h"
#include "base/time_text.h"
#include "catalogue/month.h"
#include "os/file.h"

static void
run(struct core *c, const char *sql, int64_t from_us)
{
	struct query *q = NULL;

	if (db_query(c->db, sql, &q) != RC_OK || db_put_int(q, 1, from_us) != RC_OK || db_run(q) != RC_OK) {
		printf("%s: %s\n", sql, rc_trail());
		abort();
	}
	db_done(q);
}

int
main(void)
{
	struct core *c = core_up(true), *again;
	struct range r = month_range(month_range(core_now_us()).from_us - 1);
	char month[MONTH_TEXT_BYTES + 1], ask[128];
	struct rusage before, after;
	json_t *a = NULL;
	int64_t at;

	month_text(r.from_us, month);
	/* 31 days: a finding each 2.5 s over 200 subjects and 60 controls; each clause changes 160 times */
	run(c, "insert into verdict_change (control, subject, from_us, verdict, leaf) with recursive n(i) as (select 0 union all select i + 1 from n where i < 999999)"
	    " select 'control-' || (i % 60), 'host:' || (i % 200), $1 + i * 2500000, 1 + (i / 12000) % 2, i from n", r.from_us);
	run(c, "insert into access (id, at_us, kind, actor, who, name, address, host, object, purpose, device, session, result, n) with recursive n(i) as (select 0 union all select i + 1 from n where i < 499999)"
	    " select i, $1 + i * 5000000, 1, x'00', 'x', case i % 5 when 0 then 'account-roles' when 1 then 'paper-approve' else 'control-run' end, '', '', '', '', '', '', 1, 1 from n", r.from_us);
	run(c, "insert into paper (id, form, name) with recursive n(i) as (select 0 union all select i + 1 from n where i < 9999) select printf('%032x', i), case i % 2 when 0 then 'inspection-record' else 'drill-record' end, 'p' || i from n where $1 > 0", 1);
	run(c, "insert into paper_step (id, n, step, closing, version, at_us, side, actor, who, reason, row_values, leaf) with recursive n(i) as (select 0 union all select i + 1 from n where i < 9999)"
	    " select printf('%032x', i), 1, 1, 0, 1, $1 + i * 100000000, 1 + (i + 1) % 2, zeroblob(16), 'x', '', case i % 2 when 0 then '{\"title\":\"p' || i || '\",\"held_on\":\"2020-01-01\",\"state\":\"done\"}' else '{\"kind\":\"restore\",\"held_on\":\"2020-01-01\",\"success\":\"yes\"}' end, 5000000 + i from n", r.from_us);
	for (size_t i = 0; i < c->clauses_count; i++)
		for (int k = 0; k < 160; k++)
			if (state_save_status(c, c->clauses[i].id, k % 3 == 0 ? STATUS_PASS : k % 3 == 1 ? STATUS_FAIL : STATUS_UNKNOWN, r.from_us + k * 4 * HOUR_US, 6000000 + (uint64_t)(i * 160) + (uint64_t)k) != RC_OK)
				abort();
	core_down(c);
	again = core_up(false);
	(void)getrusage(RUSAGE_SELF, &before); /* cannot fail */
	(void)snprintf(ask, sizeof(ask), "{\"contract\":\"%s\",\"month\":\"%s\"}", "sapporo", month);
	at = monotonic_us();
	if (core_ask(again, ACT_MONTH_MAKE, "security-lead", ask, &a) != RC_OK)
		printf("%s\n", rc_trail());
	at = monotonic_us() - at;
	(void)getrusage(RUSAGE_SELF, &after);
	printf("%zu clauses, %zu papers: %.2f s, %ld MiB at most (%ld before)\n", json_array_size(json_object_get(a, "rows")), again->papers_count, (double)at / 1e6, after.ru_maxrss / 1024, before.ru_maxrss / 1024);
	json_decref(a);
	core_down(again);
	return 0;
}
