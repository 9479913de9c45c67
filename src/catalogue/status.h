// SPDX-License-Identifier: Apache-2.0
/*
 * status - clause logic and periods: pure, no clock and no system call.
 *
 * Kleene's three values with a neutral NOT-APPLICABLE: FAIL beats UNKNOWN in
 * `and`, PASS beats it in `or`; NOT-APPLICABLE drops out, never passes an `or`,
 * and is the result when it is all there is. An absent finding, and one older
 * than its validity, is UNKNOWN.
 */
#ifndef CATALOGUE_STATUS_H
#define CATALOGUE_STATUS_H

#include "catalogue/catalogue.h"

enum status {
	STATUS_UNKNOWN = 0,      /* 未確認     */
	STATUS_PASS,             /* 適合       */
	STATUS_FAIL,             /* 不適合     */
	STATUS_CONDITIONAL,      /* 条件付き   */
	STATUS_NOT_APPLICABLE,   /* 対象外     */
	STATUS_NO_EVENT,         /* 該当事象なし */
	STATUS_NOT_YET_DUE,      /* 時期未到来 */
	STATUS_AWAITING,         /* 提出待ち   */
	STATUS_EXPIRED,          /* 期限切れ   */
	STATUS_CONFIRMING,       /* 発注者確認待ち */
	STATUS_COUNT
};
const char *status_name(enum status);   /* "PASS" */

/*
 * Newest finding of one control about one subject. `subject` names a host; it is empty
 * for the station and the contract, which stand for every host of the expression. `why`: of an UNKNOWN.
 */
struct judged { enum verdict verdict; int64_t valid_until_us; struct str subject; enum why why; };

/*
 * Called for each control of an expression; fills at most `max` and returns how many subjects it
 * has (more than `max`: it is asked once more with room for them). A registered host that was never seen is a subject with
 * VERDICT_UNKNOWN. 0: UNKNOWN.
 */
typedef size_t finding_source(void *context, const struct clause *, struct str control, struct judged *ret, size_t max);

enum verdict verdict_and(enum verdict, enum verdict);
enum verdict verdict_or(enum verdict, enum verdict);
enum verdict verdict_unless(enum verdict duty, enum verdict exemption);
/*
 * Both are judged host by host and then over all hosts ("every": FAIL beats UNKNOWN beats PASS):
 * of two hosts one may run this engine and the other another. `holds` of a clause is clause_node(c, c->holds, …).
 */
enum verdict clause_control(const struct clause *, struct str control, int64_t now_us, finding_source *, void *context);
enum verdict clause_node(const struct clause *, const struct node *, int64_t now_us, finding_source *, void *context);

struct clause_state {                   /* what is known beside findings */
	unsigned contract_phase;        /* 0: not known, every clause is judged            */
	bool     declared_no_event;     /* a dated declaration that stands, uncontradicted */
	int64_t  due_at_us;             /* yearly duty: end of its term; 0: none           */
	bool     exception_approved;
	int64_t  exception_until_us;
	bool     not_applicable_approved;
};
/*
 * `holds` alone decides: the closing acts are the business of the controls, whose papers are in force when
 * they were closed as the clause says. FAIL is a fact: only an approved exception stands before it.
 * UNKNOWN may be explained: exception, no such event (while the standing controls pass); expired, when an agreed
 * validity that ran out would break `holds`; awaiting or confirming, when the papers that are awaited, or filed in time and
 * with the other side, are all that is missing; not yet due.
 */
bool clause_waits_for_event(const struct clause *);
enum status clause_status(const struct clause *, const struct clause_state *, int64_t now_us, finding_source *, void *context);

/* Japanese days: [from, to) of the day, the calendar month and the fiscal year (from 1 April) that holds the instant. */
struct range { int64_t from_us, to_us; };
struct range day_range(int64_t at_us);
struct range month_range(int64_t at_us);
struct range fiscal_year_range(int64_t at_us); /* its verdict is the worst of its months: tolerances are per month */

/* A period: intervals in time order, each with the status that held from then on. */
/* Before the first interval: UNKNOWN. A period under way is summed up to now. */
struct interval { int64_t from_us; enum status status; };
struct period {
	int64_t     fail_min, unknown_min, pass_min, other_min;  /* whole minutes, rounded against the contractor */
	enum status worst, end, verdict;
};
void period_sum(const struct clause *, const struct interval *, size_t n, int64_t from_us, int64_t to_us, struct period *ret);

#endif
