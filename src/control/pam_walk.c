// SPDX-License-Identifier: Apache-2.0
/* From step to step as libpam 1.5 of Debian 12 goes; a jump itself decides nothing there. */
#include "control/pam.h"

#include <string.h>

enum { UNDECIDED = 0, POSITIVE = 1, NEGATIVE = -1 };

void
pam_begin(struct pam_walk *w)
{
	memset(w, 0, sizeof(*w));
	w->status = PAM_IS_PERM_DENIED;
	w->saved[0].status = PAM_IS_PERM_DENIED;
}

const struct pam_step *
pam_next(const struct pam_chain *c, struct pam_walk *w)
{
	while (w->at < c->count) {
		const struct pam_step *s = &c->steps[w->at];

		if (w->previous_level < s->level) {
			w->saved[s->level].impression = w->impression;
			w->saved[s->level].status = w->status;
		}
		if (s->kind == PAM_STEP_MODULE)
			return s;
		if (s->kind == PAM_STEP_SUBSTACK) {
			w->previous_level = s->level;
			w->at++;
		} else {
			pam_answer(c, w, PAM_IS_PERM_DENIED);
		}
	}
	return NULL;
}

/* The rest of this stack is not asked: stay on its last step. */
static void
skip_rest(const struct pam_chain *c, struct pam_walk *w, uint8_t level)
{
	while (w->at + 1u < c->count && c->steps[w->at + 1].level >= level)
		w->at++;
}

static void
jump(const struct pam_chain *c, struct pam_walk *w, uint8_t level, int32_t over)
{
	for (; over > 0 && w->at + 1u < c->count && c->steps[w->at + 1].level >= level; over--) {
		do
			w->at++; /* a substack is one step over */
		while (w->at + 1u < c->count && c->steps[w->at + 1].level > level);
	}
	if (over) {
		w->impression = NEGATIVE;
		w->status = PAM_IS_PERM_DENIED;
	}
}

void
pam_answer(const struct pam_chain *c, struct pam_walk *w, uint8_t result)
{
	const struct pam_step *s = &c->steps[w->at];
	uint8_t level = s->level;
	int32_t action = result < PAM_RESULTS ? s->actions[result] : PAM_DO_BAD;

	switch (action) {
	case PAM_DO_RESET:
		w->impression = w->saved[level].impression;
		w->status = w->saved[level].status;
		break;
	case PAM_DO_OK:
	case PAM_DO_DONE:
		if (w->impression == UNDECIDED || (w->impression == POSITIVE && w->status == PAM_IS_SUCCESS)) {
			w->impression = POSITIVE;
			w->status = result;
		}
		if (w->impression == POSITIVE && action == PAM_DO_DONE)
			skip_rest(c, w, level);
		break;
	case PAM_DO_BAD:
	case PAM_DO_DIE:
		if (w->impression != NEGATIVE) {
			w->impression = NEGATIVE;
			w->status = result == PAM_IS_IGNORE ? PAM_IS_PERM_DENIED : result;
		}
		if (action == PAM_DO_DIE)
			skip_rest(c, w, level);
		break;
	case PAM_DO_IGNORE:
		break;
	default:
		jump(c, w, level, action);
	}
	w->previous_level = level;
	w->at++;
}

uint8_t
pam_end(const struct pam_chain *c, const struct pam_walk *w)
{
	if (c->count == 0 || (w->status == PAM_IS_SUCCESS && w->impression != POSITIVE))
		return PAM_IS_PERM_DENIED;
	return w->status;
}
