// SPDX-License-Identifier: Apache-2.0
#include "core/incident_clock.h"

#define BUSINESS_PERSONS 1000
#define OFFICE_PERSONS   100
#define PROMPT_DAYS      5
#define FULL_DAYS        30
#define FULL_DAYS_MEANT  60

static bool
reportable(const struct incident_facts *f, int64_t persons)
{
	int64_t most = f->suspected > f->known ? f->suspected : f->known;

	return !f->sealed && (most > persons || (most > 0 && (f->sensitive || f->property || f->improper)));
}

bool
incident_reportable_business(const struct incident_facts *f)
{
	return reportable(f, BUSINESS_PERSONS);
}

bool
incident_reportable_office(const struct incident_facts *f)
{
	return reportable(f, OFFICE_PERSONS);
}

void
incident_due(const struct incident_facts *f, const struct incident_terms *t, const struct calendar *calendar, int64_t ret[DUTY_COUNT])
{
	bool law = incident_reportable_office(f); /* it asks first: 100 persons are fewer than 1,000 */

	ret[DUTY_CALL] = f->noticed_us + (f->fault ? t->call_fault_min : t->call_min) * MINUTE_US;
	ret[DUTY_FIRST] = f->noticed_us + t->first_hours * HOUR_US;
	ret[DUTY_PROMPT] = law ? day_add(f->noticed_us, PROMPT_DAYS) : 0; /* a guide, in days that pass: no closed day moves it */
	ret[DUTY_FULL] = law ? term_end(calendar, f->noticed_us, f->improper ? FULL_DAYS_MEANT : FULL_DAYS) : 0;
}

int64_t
incident_step_due(int64_t noticed_us, int64_t every_us, int64_t now_us)
{
	return now_us <= noticed_us ? 1 : 1 + (now_us - noticed_us) / every_us;
}

const char *
incident_duty_word(enum incident_duty d)
{
	static const char *const words[] = { "call", "first", "prompt", "full" };

	return d < DUTY_COUNT ? words[d] : "?";
}
