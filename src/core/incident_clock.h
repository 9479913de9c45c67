// SPDX-License-Identifier: Apache-2.0
/*
 * incident_clock - by when whom has to be told of an incident, and whether the law asks for it at all.
 *
 * Pure. From the instant it was noticed, which is the ledger's and nobody's to edit. The contract's clocks come first (a
 * call within minutes, a first written report within a day); a leak of personal data adds those of the act on the
 * protection of personal information (個人情報保護法 26条・68条, 施行規則 7条・8条・43条・44条): a prompt report, by its guide
 * within five days, and a full one within 30 days, 60 when somebody meant harm. The day of knowing is day 1; a last day on which
 * offices are closed moves the full report to the next open one.
 */
#ifndef CORE_INCIDENT_CLOCK_H
#define CORE_INCIDENT_CLOCK_H

#include "base/calendar.h"

struct incident_facts {
	int64_t noticed_us;
	int64_t suspected, known;      /* persons concerned; the larger counts */
	bool    sensitive, property, improper; /* 要配慮個人情報, harm to property, meant */
	bool    sealed;                /* what leaked cannot be read: nothing to report */
	bool    fault;                 /* the contractor's: 直ちに instead of 速やかに */
};
/* Whose duty it is to report by law: the contractor as a business (over 1,000 persons), the client as an office (over 100). A leak that may be one counts. */
bool    incident_reportable_business(const struct incident_facts *);
bool    incident_reportable_office(const struct incident_facts *);

struct incident_terms { int64_t call_min, call_fault_min, first_hours, every_us /* from one step of the ladder to the next */; }; /* the contract's and those of the paper on readiness */
/* The step of the ladder that is due by now while nobody took it on: 1 at once, the next each `every_us`. */
int64_t incident_step_due(int64_t noticed_us, int64_t every_us, int64_t now_us);
enum incident_duty { DUTY_CALL = 0, DUTY_FIRST, DUTY_PROMPT, DUTY_FULL, DUTY_COUNT };
/* The first instant at which it is late; 0: nobody asks for it. */
void    incident_due(const struct incident_facts *, const struct incident_terms *, const struct calendar *, int64_t ret[DUTY_COUNT]);
const char *incident_duty_word(enum incident_duty); /* "call", "first", "prompt", "full": the last three are stages of a report too */

#endif
