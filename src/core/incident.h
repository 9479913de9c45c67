// SPDX-License-Identifier: Apache-2.0
/* incident - what is known of incidents and what was done about them: read from their register, notes and reports each time. */
#ifndef CORE_INCIDENT_H
#define CORE_INCIDENT_H

#include "core/core.h"
#include "core/incident_clock.h"

struct incident {
	char    id[2 * ID_BYTES + 1];
	json_t *values;                /* of its row as it stands, owned */
	int64_t version, told_us, contained_us, ended_us; /* 0: not yet */
	int64_t taken_us, called;      /* somebody took it on; steps of the ladder that were called */
	char    taker[4 * ACCOUNT_NAME_MAX + 1];
	bool    drill, preserved;
	struct incident_facts facts;
	json_t *steps;                 /* [{kind, at, who, text, leaf}], owned */
};

MUST_USE enum rc incidents_between(struct core *, int64_t from_us, int64_t to_us, json_t **ret); /* [{id, name, kind, drill, noticed, told, ended, late}]; under no lock */
/* Who is called next about incidents that nobody took on: each step of the ladder once, the next when its time has passed. Under no lock. */
struct incident_call { int64_t step, minutes; bool drill; };       /* minutes: since it was noticed */
typedef enum rc incident_caller(void *context, const struct incident_call *, int64_t *ret_n); /* ret_n: how many were called */
MUST_USE enum rc incidents_call(struct core *, int64_t now_us, int64_t last_step, incident_caller *, void *context);

/* What the station found itself opens an incident, once as long as it lasts: a control whose `opens` says so and that fails, an alert that somebody found to be misuse. Under no lock. */
MUST_USE enum rc incidents_open(struct core *, int64_t now_us);

MUST_USE enum rc incident_reporting_facts(struct core *, struct facts *); /* incident-reporting; under no lock */

#endif
