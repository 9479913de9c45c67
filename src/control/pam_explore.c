// SPDX-License-Identifier: Apache-2.0
/* Depth first over all answers of all modules; a state met twice is walked once. */
#include "control/pam_explore.h"

#include <string.h>

#include "control/pam_module.h"

#define STATES_MAX 16384
#define SLOTS      32768 /* a power of two above it */

struct state { struct pam_walk walk; uint16_t step, marks; };

struct search {
	struct state *stack;
	size_t        count;
	struct state *seen;
	uint8_t      *used;
	size_t        seen_count;
};

static bool
met(struct search *s, const struct state *st)
{
	const unsigned char *p = (const unsigned char *)st;
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < sizeof(*st); i++)
		hash = (hash ^ p[i]) * 16777619u;
	for (size_t i = hash & (SLOTS - 1);; i = (i + 1) & (SLOTS - 1)) {
		if (!s->used[i]) {
			s->used[i] = 1;
			s->seen[i] = *st;
			s->seen_count++;
			return false;
		}
		if (memcmp(&s->seen[i], st, sizeof(*st)) == 0)
			return true;
	}
}

static enum rc
push(struct search *s, const struct state *st)
{
	if (s->seen_count >= STATES_MAX)
		return FAIL(RC_LIMIT, "more than %d ways through a stack of PAM", STATES_MAX);
	if (!met(s, st))
		s->stack[s->count++] = *st;
	return RC_OK;
}

/* Which line a finding is about. */
static void
note(struct state *st, uint16_t step, const struct pam_outcome *o, enum pam_phase phase)
{
	bool settled = st->marks & (phase == PAM_SIGNS_IN ? PAM_KINDS | PAM_ASKED : PAM_WRITTEN);
	bool matters = phase == PAM_SIGNS_IN ? (o->add & (PAM_KINDS | PAM_ASKED)) || o->result == PAM_IS_SUCCESS
	                                     : (o->add & PAM_WRITTEN) || (o->result != PAM_IS_SUCCESS && o->result != PAM_IS_IGNORE);

	if (!settled && matters)
		st->step = (uint16_t)(step + 1);
	st->marks = (uint16_t)((st->marks | o->add) & ~o->drop);
}

static enum rc
step_on(struct pam_settings *settings, const struct pam_chain *c, enum pam_type type, const struct pam_person *who, struct search *s, const struct state *from, pam_take_way *take, void *context)
{
	struct pam_outcome out[PAM_OUTCOMES_MAX];
	struct state here = *from;
	const struct pam_step *step = pam_next(c, &here.walk);
	size_t count;
	enum rc rc = RC_OK;

	if (step == NULL) {
		struct pam_way way = { pam_end(c, &here.walk), here.marks, here.step };

		return take(context, &way);
	}
	TRY(pam_outcomes(settings, step, type, who, here.marks, out, &count));
	for (size_t i = 0; i < count; i++) {
		struct state next = here;

		note(&next, here.walk.at, &out[i], who->phase);
		pam_answer(c, &next.walk, out[i].result);
		TRY(push(s, &next));
	}
out:
	return rc;
}

enum rc
pam_explore(struct pam_settings *settings, const struct pam_chain *c, enum pam_type type, const struct pam_person *who, pam_take_way *take, void *context)
{
	struct arena arena = ARENA(8 << 20);
	struct search s = { .stack = arena_get(&arena, STATES_MAX * sizeof(*s.stack)), .seen = arena_get(&arena, SLOTS * sizeof(*s.seen)), .used = arena_get(&arena, SLOTS) };
	struct state first;
	enum rc rc = RC_OK;

	if (s.stack == NULL || s.seen == NULL || s.used == NULL) {
		rc = FAIL(RC_LIMIT, "no room to explore");
		goto out;
	}
	memset(&first, 0, sizeof(first));
	pam_begin(&first.walk);
	TRY(push(&s, &first));
	while (s.count) {
		struct state now = s.stack[--s.count];

		TRY(step_on(settings, c, type, who, &s, &now, take, context));
	}
out:
	arena_free(&arena);
	return rc;
}
