// SPDX-License-Identifier: Apache-2.0
/* Steps in, state out; every instant comes from the caller. */
#include "form/paper.h"

#include <string.h>

#include "base/calendar.h"

static enum side
other(enum side side)
{
	return side == SIDE_CONTRACTOR ? SIDE_CLIENT : SIDE_CONTRACTOR;
}

enum side
paper_closer(const struct form *form, unsigned closing)
{
	return closing & CLOSING_OF_AUTHOR ? form->writes : other(form->writes);
}

/* Who approves has received; who heard it explained has the report. */
static unsigned
implied(unsigned closing)
{
	return closing & CLOSING_OF_AUTHOR ? closing : (closing | (closing - 1)) & ~CLOSING_OF_AUTHOR;
}

/* One version on its way, and the one in force behind it. */
struct walk { struct paper_event filed; unsigned done; size_t passed; int64_t closed_us; bool open, returned, withdrawn; };

static void
closed(const struct form *form, const struct walk *w, int64_t now_us, struct paper_now *ret)
{
	int64_t from_us = w->filed.from_us > w->closed_us ? w->filed.from_us : w->closed_us;

	*ret = (struct paper_now){ .state = PAPER_IN_FORCE, .version = w->filed.version, .filed_us = w->filed.at_us, .closed_us = w->closed_us, .from_us = from_us,
		.until_us = w->filed.until_us ? w->filed.until_us : INT64_MAX, .review_us = w->filed.review_us };
	if (ret->review_us == 0 && form->paper.review_months)
		ret->review_us = day_months_later(w->closed_us, (int)form->paper.review_months);
	if (now_us < ret->from_us)
		ret->state = PAPER_NOT_YET;
	if (now_us >= ret->until_us)
		ret->state = PAPER_EXPIRED;
}

void
paper_at(const struct form *form, const struct paper_event *events, size_t n, int64_t now_us, struct paper_now *ret)
{
	struct paper_now standing = { .state = PAPER_NONE }, before;
	struct walk w = { .open = false };
	bool ended = false;

	for (size_t i = 0; i < n && events[i].at_us <= now_us; i++) {
		const struct paper_event *e = &events[i];

		if (e->step == PAPER_FILE)
			w = (struct walk){ .filed = *e, .done = form->paper.closes & CLOSING_OF_AUTHOR, .open = true };
		else if (e->step == PAPER_END)
			ended = true;
		else if (e->version != w.filed.version || !w.open)
			continue;
		else if (e->step == PAPER_CLOSE)
			w.done |= implied(e->closing) & form->paper.closes;
		else if (e->step == PAPER_PASS)
			w.passed++;
		else
			w.open = false, w.returned = e->step == PAPER_RETURN, w.withdrawn = e->step == PAPER_WITHDRAW;
		if (w.open && w.done == form->paper.closes) {
			w.closed_us = e->at_us;
			w.open = false;
			before = standing;
			closed(form, &w, now_us, &standing);
			if (standing.state == PAPER_NOT_YET && before.state != PAPER_NONE && (before.state != PAPER_NOT_YET || before.from_us < standing.from_us)) { /* for later: until then the one before it stands */
				before.until_us = before.until_us < standing.from_us ? before.until_us : standing.from_us;
				standing = before;
			}
		}
		if (ended)
			break;
	}
	*ret = standing;
	if (standing.state == PAPER_NONE && w.filed.version) {
		*ret = (struct paper_now){ .state = w.open ? PAPER_WAITING : w.returned ? PAPER_RETURNED : PAPER_WITHDRAWN, .version = w.filed.version, .filed_us = w.filed.at_us,
			.until_us = w.filed.until_us ? w.filed.until_us : INT64_MAX };
	}
	if (ended) {
		ret->state = PAPER_ENDED;
		return;
	}
	if (w.open) {
		ret->open = form->paper.closes & ~w.done;
		ret->stage = w.passed < form->paper.stages_count ? w.passed + 1 : 0;
		ret->turn = other(form->writes);
		ret->renewal = standing.state != PAPER_NONE && w.filed.at_us < standing.until_us;
	} else if (ret->state == PAPER_RETURNED || ret->state == PAPER_EXPIRED) {
		ret->turn = form->writes;
	}
}

unsigned
paper_next_closing(const struct form *form, const struct paper_now *now)
{
	unsigned last = 0;

	for (unsigned bit = 1; bit <= CLOSING_ALL; bit <<= 1)
		if (now->open & bit && paper_closer(form, bit) != form->writes)
			last = bit;
	return last;
}

bool
paper_may(const struct form *form, const struct paper_now *now, enum paper_step step, unsigned closing, enum side side)
{
	switch (step) {
	case PAPER_FILE:
		return side == form->writes && now->state != PAPER_ENDED;
	case PAPER_CLOSE:
		return side != form->writes && side != SIDE_NONE && now->stage == 0 && now->open & closing && paper_closer(form, closing) == side;
	case PAPER_RETURN:
		return side != form->writes && side != SIDE_NONE && now->open != 0;
	case PAPER_PASS:
		return side != form->writes && side != SIDE_NONE && now->open && now->stage && closing == now->stage;
	case PAPER_WITHDRAW:
		return side == form->writes && now->open != 0;
	case PAPER_END: /* what stands is ended by whoever closed it: the client revokes, the author ends its own */
		return (now->state == PAPER_IN_FORCE || now->state == PAPER_NOT_YET) && side != SIDE_NONE &&
		    (side == form->writes ? (form->paper.closes & ~CLOSING_OF_AUTHOR) == 0 : (form->paper.closes & ~CLOSING_OF_AUTHOR) != 0);
	case PAPER_STEP_COUNT:
		break;
	}
	return false;
}

const char *
paper_state_word(enum paper_state state)
{
	static const char *const words[PAPER_STATE_COUNT] = { "none", "waiting", "returned", "withdrawn", "not-yet", "in-force", "expired", "ended" };

	return state < PAPER_STATE_COUNT ? words[state] : "none";
}

const char *
paper_step_word(enum paper_step step)
{
	static const char *const words[PAPER_STEP_COUNT] = { "", "filed", "closed", "returned", "withdrawn", "ended", "passed" };

	return step < PAPER_STEP_COUNT ? words[step] : "";
}

/* ---- periods */

struct paper_span
paper_period(enum paper_period period, int64_t at_us)
{
	static const int months[] = { [PERIOD_MONTH] = 1, [PERIOD_HALF_YEAR] = 6, [PERIOD_FISCAL_YEAR] = 12 };
	struct civil d = time_civil(at_us);
	int since_april = (d.year * 12 + d.month - 1) - 3, first;

	if (period == PERIOD_NONE)
		return (struct paper_span){ INT64_MIN, INT64_MAX };
	first = since_april - since_april % months[period] + 3;
	return (struct paper_span){ time_of_civil((struct civil){ first / 12, first % 12 + 1, 1, 0, 0, 0 }),
		time_of_civil((struct civil){ (first + months[period]) / 12, (first + months[period]) % 12 + 1, 1, 0, 0, 0 }) };
}

int64_t
paper_window_end(struct paper_span span, const struct paper_window *list, size_t n)
{
	static const struct calendar office = { NULL, 0, 29 };
	int64_t days = 0, last;

	for (size_t i = 0; i < n && list[i].at_us <= span.to_us; i++)
		days = list[i].days;
	if (days <= 0)
		return span.to_us;
	last = day_next_open(&office, day_add(span.to_us, (int)days - 1));
	return last == INT64_MAX ? day_add(span.to_us, (int)days) : day_add(last, 1);
}
