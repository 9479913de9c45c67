// SPDX-License-Identifier: Apache-2.0
/* Controls made of rows of controls.yaml: kept for good, so that a look under way outlives a catalogue. */
#include "control/papers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define EVERY_S (15 * 60)

struct made { struct made *next; struct control control; struct paper_specs specs; const char *registers[PAPER_SPECS_MAX + 1]; };
static pthread_mutex_t made_lock = PTHREAD_MUTEX_INITIALIZER;
static struct made *made; /* under made_lock; what is in it stays as it is for good */

static bool
same_spec(const struct paper_spec *a, const struct paper_spec *b)
{
	if (!str_eq(a->form, b->form) || !str_eq(a->field, b->field) || !str_eq(a->value, b->value) || a->within_months != b->within_months || a->each_year != b->each_year ||
	    !str_eq(a->denied_by, b->denied_by) || !str_eq(a->denied_field, b->denied_field) || !str_eq(a->denied_value, b->denied_value) || a->needs_count != b->needs_count)
		return false;
	for (size_t i = 0; i < a->needs_count; i++)
		if (!str_eq(a->needs[i], b->needs[i]))
			return false;
	return true;
}

static bool
same(const struct made *m, struct str id, enum subject_kind subject, const struct paper_specs *specs)
{
	if (!str_eq_c(id, m->control.id) || m->control.subject != subject || m->specs.count != specs->count)
		return false;
	for (size_t i = 0; i < specs->count; i++)
		if (!same_spec(&m->specs.list[i], &specs->list[i]))
			return false;
	return true;
}

static struct str
keep(struct str s, bool *whole)
{
	char *p = s.n ? strndup(s.p, s.n) : NULL;

	*whole &= s.n == 0 || p != NULL;
	return (struct str){ p, p ? s.n : 0 };
}

static struct made *
make(struct str id, enum subject_kind subject, const struct paper_specs *specs)
{
	struct made *m = calloc(1, sizeof(*m));
	bool whole = m != NULL;
	size_t registers = 0;

	if (m == NULL)
		return NULL;
	m->specs = *specs;
	for (size_t i = 0; i < specs->count; i++) {
		struct paper_spec *s = &m->specs.list[i];

		s->form = keep(s->form, &whole);
		s->field = keep(s->field, &whole);
		s->value = keep(s->value, &whole);
		for (size_t k = 0; k < s->needs_count; k++)
			s->needs[k] = keep(s->needs[k], &whole);
		s->denied_by = keep(s->denied_by, &whole);
		s->denied_field = keep(s->denied_field, &whole);
		s->denied_value = keep(s->denied_value, &whole);
		if (s->denied_by.n)
			m->registers[registers++] = s->denied_by.p;
	}
	m->control = (struct control){ .id = keep(id, &whole).p, .subject = subject, .by = LOOK_BY_CORE, .every_s = EVERY_S, .timeout_ms = 5000, .papers = &m->specs, .registers = m->registers };
	return whole ? m : NULL; /* without memory for some words there is none for a catalogue either */
}

const struct control *
papers_control(struct str id, enum subject_kind subject, const struct paper_specs *specs)
{
	struct made *m;

	pthread_mutex_lock(&made_lock);
	for (m = made; m && !same(m, id, subject, specs); m = m->next)
		;
	if (m == NULL && (m = make(id, subject, specs)) != NULL) {
		m->next = made;
		made = m;
	}
	pthread_mutex_unlock(&made_lock);
	return m ? &m->control : NULL;
}
