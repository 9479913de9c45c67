// SPDX-License-Identifier: Apache-2.0
/*
 * Replay: what was recorded, with the catalogue of its time, gives the statuses that were shown then.
 *
 * tests/golden/replay/recorded.txt goes in, statuses.txt must come out byte for
 * byte, and what is recorded later never changes a line already written.
 * REPLAY_PRINT=1 prints what came out.
 */
#include "catalogue/status.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"
#include "base/time_text.h"
#include "os/file.h"

#define RECORDS_MAX 64
#define CLAUSES     6
#define CHANGES_MAX 64

const struct control *
control_of(struct str id)
{
	return NULL; /* replay never judges again */
}

static const char *const hosts[] = { "host:1", "host:2" };

struct record { int64_t at_us; struct str words[4]; int64_t until_us; };
struct world {
	const struct catalogue *cat;
	const struct record    *records;
	size_t                  applied;                /* how many of them are known by now */
	struct clause_state     states[CLAUSES];
	struct interval         history[CLAUSES][CHANGES_MAX];
	size_t                  history_count[CLAUSES];
};

static size_t
recorded_finding(void *context, const struct clause *c, struct str control, struct judged *ret, size_t max)
{
	static const char *const names[] = { "UNKNOWN", "PASS", "FAIL", "NOT_APPLICABLE" }, *const whys[WHY_COUNT] = { "", "AWAITED", "WITH-CLIENT", "EXPIRED" };
	const struct world *w = context;
	bool whole = catalogue_control(w->cat, control)->subject != SUBJECT_HOST;
	size_t n = whole ? 1 : 2;

	for (size_t h = 0; h < n; h++) {
		ret[h] = (struct judged){ VERDICT_UNKNOWN, INT64_MAX, whole ? STR_NONE : str_of(hosts[h]) };
		for (size_t i = 0; i < w->applied; i++) {
			const struct record *r = &w->records[i];

			if (!str_eq_c(r->words[0], "finding") || !str_eq(r->words[1], control) || !str_eq_c(r->words[2], whole ? "-" : hosts[h]))
				continue;
			for (int v = 0; v < 4; v++)
				if (str_eq_c(r->words[3], names[v]))
					ret[h] = (struct judged){ (enum verdict)v, r->until_us, ret[h].subject, WHY_NONE };
			for (int why = WHY_AWAITED; why < WHY_COUNT; why++)
				if (str_eq_c(r->words[3], whys[why]))
					ret[h] = (struct judged){ VERDICT_UNKNOWN, r->until_us, ret[h].subject, (enum why)why };
		}
	}
	return n;
}

static void
apply(struct world *w, const struct record *r)
{
	w->applied++;
	if (str_eq_c(r->words[0], "phase"))
		for (size_t i = 0; i < CLAUSES; i++)
			w->states[i].contract_phase = str_eq_c(r->words[1], "end") ? PHASE_END : PHASE_OPERATE;
	if (!str_eq_c(r->words[0], "state"))
		return;
	for (size_t i = 0; i < CLAUSES; i++) {
		struct clause_state *s = &w->states[i];

		if (!str_eq(r->words[1], w->cat->contracts[0].clauses[i].id))
			continue;
		if (str_eq_c(r->words[2], "no-event") || str_eq_c(r->words[2], "event"))
			s->declared_no_event = str_eq_c(r->words[2], "no-event");
		else if (str_eq_c(r->words[2], "due"))
			s->due_at_us = r->until_us;
		else if (str_eq_c(r->words[2], "exception")) {
			s->exception_approved = true;
			s->exception_until_us = r->until_us;
		} else {
			CHECK(!"a word of recorded.txt that replay does not know");
		}
	}
}

static void
add_time(struct buf *out, int64_t at_us)
{
	CHECK_OK(time_iso(out, at_us));
	CHECK_OK(buf_add_c(out, " "));
}

/* Status of every clause from here on; a line for each that changed. */
static void
look(struct world *w, int64_t at_us, struct buf *out)
{
	for (size_t i = 0; i < CLAUSES; i++) {
		const struct clause *c = &w->cat->contracts[0].clauses[i];
		enum status s = clause_status(c, &w->states[i], at_us, recorded_finding, w);
		size_t n = w->history_count[i];

		if (n && w->history[i][n - 1].status == s)
			continue;
		CHECK(n < CHANGES_MAX);
		w->history[i][n % CHANGES_MAX] = (struct interval){ at_us, s };
		w->history_count[i]++;
		add_time(out, at_us);
		CHECK_OK(buf_addf(out, STR_FMT " %s\n", STR_ARG(c->id), status_name(s)));
	}
}

/* Every instant at which something is recorded or runs out, in order. */
static int64_t
next_instant(const struct record *records, size_t n, int64_t after_us)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < n; i++) {
		if (records[i].at_us > after_us && records[i].at_us < next)
			next = records[i].at_us;
		if (records[i].until_us > after_us && records[i].until_us < next)
			next = records[i].until_us;
	}
	return next;
}

static void
replay(struct world *w, size_t n, int64_t end_us, struct buf *out)
{
	for (int64_t at_us = next_instant(w->records, n, 0); at_us <= end_us; at_us = next_instant(w->records, n, at_us)) {
		while (w->applied < n && w->records[w->applied].at_us <= at_us)
			apply(w, &w->records[w->applied]);
		look(w, at_us, out);
	}
}

static void
sum(const struct world *w, const char *what, struct range r, struct buf *out)
{
	for (size_t i = 0; i < CLAUSES; i++) {
		const struct clause *c = &w->cat->contracts[0].clauses[i];
		struct period p;

		period_sum(c, w->history[i], w->history_count[i], r.from_us, r.to_us, &p);
		CHECK_OK(buf_addf(out, "%s " STR_FMT " pass %lld fail %lld unknown %lld other %lld worst %s end %s verdict %s\n", what, STR_ARG(c->id),
		    (long long)p.pass_min, (long long)p.fail_min, (long long)p.unknown_min, (long long)p.other_min, status_name(p.worst), status_name(p.end),
		    status_name(p.verdict)));
	}
}

static size_t
read_records(struct str text, struct record *ret)
{
	struct str line, word;
	size_t n = 0;

	while (str_line(&text, &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		CHECK(n < RECORDS_MAX);
		ret[n] = (struct record){ .at_us = 0 };
		CHECK(str_cut(&line, ' ', &word));
		CHECK_OK(time_parse_iso(word, &ret[n].at_us));
		CHECK(n == 0 || ret[n - 1].at_us <= ret[n].at_us);
		for (int k = 0; str_cut(&line, ' ', &word); k++) {
			if (time_parse_iso(word, &ret[n].until_us) == RC_OK)
				continue;
			CHECK(k < 4);
			ret[n].words[k % 4] = word;
		}
		n++;
	}
	return n;
}

CASE(recorded_findings_give_the_statuses_that_were_shown)
{
	struct buf text = BUF(65536), golden = BUF(65536), out = BUF(65536);
	struct record records[RECORDS_MAX];
	struct catalogue *cat = NULL;
	struct world w;
	size_t n, full;
	int64_t end_us;
	int dir = open("tests/golden/replay/catalogue", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK_OK(catalogue_load(dir, &cat));
	CHECK_OK(file_read(AT_FDCWD, "tests/golden/replay/recorded.txt", 65536, &text));
	CHECK_OK(file_read(AT_FDCWD, "tests/golden/replay/statuses.txt", 65536, &golden));
	(void)close(dir);
	if (cat == NULL)
		return;
	CHECK_INT(cat->contracts[0].clauses_count, CLAUSES);
	n = read_records(buf_str(&text), records);
	CHECK_OK(time_parse_iso(STR("2028-03-02T00:00:00+09:00"), &end_us));
	w = (struct world){ .cat = cat, .records = records };
	replay(&w, n, end_us, &out);
	full = out.n;
	sum(&w, "2027-02", month_range(records[6].at_us), &out); /* recorded at midnight in Japan: February */
	sum(&w, "2027-03", month_range(records[6].at_us + 31 * DAY_US), &out);
	sum(&w, "2028-02", month_range(end_us - 2 * DAY_US), &out);
	if (getenv("REPLAY_PRINT"))
		printf(STR_FMT, STR_ARG(buf_str(&out)));
	CHECK(str_eq(buf_str(&out), buf_str(&golden)));

	/* Whoever stopped after any of the records had written the same lines. */
	for (size_t k = 1; k < n; k++) {
		struct buf part = BUF(65536);

		if (records[k - 1].at_us == records[k].at_us)
			continue;
		w = (struct world){ .cat = cat, .records = records };
		replay(&w, k, records[k].at_us - 1, &part);
		CHECK(part.n <= full && str_eq(buf_str(&part), str_sub(buf_str(&golden), 0, part.n)));
		CHECK(part.n == full || time_parse_iso(str_sub(buf_str(&golden), part.n, 25), &end_us) != RC_OK || end_us >= records[k].at_us);
		buf_free(&part);
	}
	catalogue_free(cat);
	buf_free(&text);
	buf_free(&golden);
	buf_free(&out);
}

TEST_MAIN
