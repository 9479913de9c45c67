// SPDX-License-Identifier: Apache-2.0
/*
 * papers - controls whose whole logic is "a paper of this form is in force": rows of controls.yaml, no C.
 *
 * Facts, a row a paper: "paper.spec" (index of the spec it answers), "paper.state" (paper_state_word), "paper.title",
 * "paper.complete" (what the spec needs is filled in), "paper.from", "paper.until", "paper.review" (times, missing: none),
 * "paper.filed", "paper.renewal". Of a form that every period wants, "paper.of" is a date of its period, and row 0 has
 * "period.N.from" and "period.N.to", the last period that is over, "period.N.due", the end of its window, and "period.N.owed",
 * whether a window was set before it ended, for spec N.
 * Every spec has to hold.
 */
#ifndef CONTROL_PAPERS_H
#define CONTROL_PAPERS_H

#include "control/control.h"

#define PAPER_SPECS_MAX 4
#define PAPER_NEEDS_MAX 8
struct paper_spec {
	struct str form;
	struct str field, value;             /* only papers with this value; empty: all */
	int64_t    within_months;            /* since it took effect; 0: as long as it is in force */
	bool       each_year;                /* one took effect in each fiscal year: facts "year.from", "year.before" (this one and the last), "year.next" of row 0 */
	struct str needs[PAPER_NEEDS_MAX];   /* fields that must be filled in, and say yes where they say yes or no */
	size_t     needs_count;
	struct str denied_by, denied_field, denied_value; /* rows of this register (with this value) contradict it; empty: nothing does */
};
struct paper_specs { struct paper_spec list[PAPER_SPECS_MAX]; size_t count; };
/* Rows that contradict are among the facts as those of any register: "REGISTER.FIELD", '-' as '_'. */

/* The control of this id and these specs: made once, never freed, the same one for the same content. NULL: no memory. */
const struct control *papers_control(struct str id, enum subject_kind, const struct paper_specs *);
void                  papers_judge(const struct paper_specs *, const struct facts *, int64_t now_us, struct finding *);
/* Until when what it found stands by its papers alone; INT64_MAX: no paper in force runs out. */
int64_t               papers_until(const struct facts *, int64_t now_us);
enum why              papers_why(uint16_t message); /* why what it found is UNKNOWN */

#endif
