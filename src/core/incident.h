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
	bool    drill, preserved;
	struct incident_facts facts;
	json_t *steps;                 /* [{kind, at, who, text, leaf}], owned */
};

MUST_USE enum rc incidents_between(struct core *, int64_t from_us, int64_t to_us, json_t **ret); /* [{id, name, kind, drill, noticed, told, ended, late}]; under no lock */
MUST_USE enum rc incident_reporting_facts(struct core *, struct facts *); /* incident-reporting; under no lock */

#endif
