// SPDX-License-Identifier: Apache-2.0
/*
 * paper - what two sides agree on, as its steps tell it: whose turn it is, from when it is in force, until when.
 *
 * Pure. The author files versions; the other side closes one as the form's closing acts ask, or returns it. A version in
 * force stays so until it runs out, is ended, or a later one is closed. Where the form names stages, each is passed in its
 * order before a closing act; a version filed after a return begins at the first. What was closed stays closed when a form
 * gets stages later. When a version took effect and when it was
 * received are two instants: the one is a field of it, the other the ledger's, and only the later of them counts.
 */
#ifndef FORM_PAPER_H
#define FORM_PAPER_H

#include "form/form.h"

/* Stored by number. */
enum paper_step { PAPER_FILE = 1, PAPER_CLOSE, PAPER_RETURN, PAPER_WITHDRAW, PAPER_END, PAPER_PASS, PAPER_STEP_COUNT };
struct paper_event {
	enum paper_step step;
	unsigned        closing;            /* PAPER_CLOSE: one of enum closing; PAPER_PASS: which stage, from 1 */
	int64_t         version;            /* PAPER_FILE: the one it makes; else the one it is about */
	int64_t         at_us;              /* received: the ledger's time */
	int64_t         from_us, until_us, review_us; /* PAPER_FILE: as its fields say; 0: they do not. `until` is the first instant after */
};
enum paper_state { PAPER_NONE = 0, PAPER_WAITING, PAPER_RETURNED, PAPER_WITHDRAWN, PAPER_NOT_YET, PAPER_IN_FORCE, PAPER_EXPIRED, PAPER_ENDED, PAPER_STATE_COUNT };
struct paper_now {
	enum paper_state state;
	enum side        turn;              /* who moves; SIDE_NONE: nobody has to */
	unsigned         open;              /* PAPER_WAITING or `renewal`: closings still missing */
	size_t           stage;             /* the stage of acceptance it is in, from 1; 0: none, or all were passed */
	bool             renewal;           /* a version after the one in force, or after the one that ran out, waits and was filed before it ran out */
	int64_t          version;           /* in force, or that was last; else the last one filed */
	int64_t          filed_us, closed_us; /* of that version; closed_us 0: never */
	int64_t          from_us, until_us; /* in force within [from, until); until_us INT64_MAX: no end */
	int64_t          review_us;         /* passing it warns; 0: none */
};
/* `events` in order of time; those later than `now_us` have not happened. */
void        paper_at(const struct form *, const struct paper_event *events, size_t n, int64_t now_us, struct paper_now *ret);
/* May this side take this step of the paper as it stands? (PAPER_FILE: yes, by its author, unless the paper has ended.) */
bool        paper_may(const struct form *, const struct paper_now *, enum paper_step, unsigned closing, enum side);
enum side   paper_closer(const struct form *, unsigned closing);
unsigned    paper_next_closing(const struct form *, const struct paper_now *); /* the last of the open ones of the other side; 0: none */
const char *paper_state_word(enum paper_state);   /* "in-force" */
const char *paper_step_word(enum paper_step);     /* "filed"    */

/*
 * The period a date is in, as [from, to), by the contract's fiscal year (from April); and the end of its window: a paper
 * filed before it heals the period, later it is 後日登録 and does not. How many days a window has is as the ledger had it
 * when the period ended: what was set later changes nothing. Its last day moves to an open one when it is closed.
 */
struct paper_span { int64_t from_us, to_us; };
struct paper_window { int64_t at_us, days; };     /* so many from then on */
struct paper_span paper_period(enum paper_period, int64_t at_us);
int64_t     paper_window_end(struct paper_span, const struct paper_window *in_order, size_t n);

#endif
