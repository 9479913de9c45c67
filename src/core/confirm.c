// SPDX-License-Identifier: Apache-2.0
/*
 * What was looked at again and stands: one leaf a round names it all.
 *
 * A round of a period is the time in which all its looks have their moment, so
 * the findings of a control that stand are neighbours and named by ranges:
 * [first, last, count] of its findings that are the newest of their subject
 * and clause. A finding lives longer, and shows the numbers of that look, only
 * once that leaf is durable; its own leaf keeps the numbers it was made with.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"

#define ROUND_MAX_US (15 * MINUTE_US)
#define BACK_US      (2 * SECOND_US) /* what had run out says nothing until it is confirmed: its round is short */

int64_t
confirm_wait_us(uint32_t every_s)
{
	int64_t quarter_us = (int64_t)every_s * SECOND_US / 4;

	return quarter_us < ROUND_MAX_US ? quarter_us : ROUND_MAX_US;
}

/* A finding that stands in this round, or one that does not and so ends a range. */
struct mark { uint64_t index; bool stands; };

static int
order(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static json_t *
ranges(struct mark *list, size_t n)
{
	json_t *ret = json_array();
	size_t from, count;

	if (n)
		qsort(list, n, sizeof(*list), order);
	for (size_t i = 0; i < n; i += count ? count : 1) {
		from = i;
		for (count = 0; from + count < n && list[from + count].stands;)
			count++;
		if (count)
			json_array_append_new(ret, json_pack("[I, I, I]", (json_int_t)list[from].index, (json_int_t)list[from + count - 1].index, (json_int_t)count));
	}
	return ret;
}

static struct times
times_of(const struct held *h)
{
	struct times t = { .verdict = h->verdict, .index = h->index, .at_us = h->confirm_at_us, .valid_until_us = held_valid_until(h, h->confirm_at_us), .changed = h->valid_until_us < h->confirm_at_us };

	memcpy(t.control, h->control, sizeof(t.control));
	memcpy(t.subject, h->subject, sizeof(t.subject));
	memcpy(t.clause, h->clause, sizeof(t.clause));
	if (h->newest && (t.message = strdup(h->newest)) == NULL)
		abort();
	return t;
}

/* Under lock: the rows that wait, of one period or of all (0), and the payload that names them. */
static size_t
collect(const struct core *c, uint32_t every_s, struct times *list, json_t *controls_json, struct leaf *leaf)
{
	struct mark *marks = calloc(c->held_count + 1, sizeof(*marks));
	size_t n = 0, at = 0, marks_n, before;

	if (marks == NULL)
		abort();
	while (at < c->held_count) {
		const char *control = c->held[at].control;

		marks_n = 0;
		before = n;
		for (; at < c->held_count && strcmp(c->held[at].control, control) == 0; at++) {
			const struct held *h = &c->held[at];
			bool stands = h->confirm_at_us && (every_s == 0 || h->every_s == every_s);

			if (h->at_us)
				marks[marks_n++] = (struct mark){ h->index, stands };
			if (!stands)
				continue;
			list[n++] = times_of(h);
			leaf->begin = h->index < leaf->begin ? h->index : leaf->begin;
			leaf->last = h->index > leaf->last ? h->index : leaf->last;
		}
		if (n > before)
			json_object_set_new(controls_json, control, ranges(marks, marks_n));
	}
	free(marks);
	return n;
}

/* Under turn_lock. */
static enum rc
flush(struct core *c, uint32_t every_s, int64_t now_us)
{
	struct leaf leaf = { .type = LEAF_CONFIRM, .name = STR("confirm"), .claimed_at_us = now_us, .begin = UINT64_MAX };
	json_t *named = json_object(), *payload = json_pack("{s:o}", "stand", named);
	struct times *list;
	uint64_t index;
	size_t n;
	enum rc rc = RC_OK;

	core_lock(c);
	list = calloc(c->held_count + 1, sizeof(*list));
	if (list == NULL)
		abort();
	n = collect(c, every_s, list, named, &leaf);
	core_unlock(c);
	if (n == 0)
		goto out;
	TRY(record_leaf(c, &leaf, payload, &index));
	core_lock(c);
	for (size_t i = 0; i < n; i++) {
		struct held *h = held_find(c, list[i].control, list[i].subject, list[i].clause);

		if (h == NULL || h->index != list[i].index)
			continue; /* it changed meanwhile: the new finding speaks for itself */
		h->at_us = list[i].at_us;
		h->valid_until_us = list[i].valid_until_us;
		if (list[i].message) {
			free(h->message);
			h->message = strdup(list[i].message);
			if (h->message == NULL)
				abort();
		}
		if (h->confirm_at_us == list[i].at_us) {
			h->confirm_at_us = 0;
			free(h->newest);
			h->newest = NULL;
		}
	}
	c->version++;
	c->judged++;
	core_unlock(c);
	TRY(state_confirm(c, list, n));
out:
	for (size_t i = 0; i < n; i++)
		free(list[i].message);
	free(list);
	json_decref(payload);
	return rc;
}

enum rc
confirm_now(struct core *c, int64_t now_us)
{
	enum rc rc;

	pthread_mutex_lock(&c->turn_lock);
	rc = flush(c, 0, now_us);
	pthread_mutex_unlock(&c->turn_lock);
	return rc;
}

/* Under lock: a period whose round began long enough ago; 0: none. */
static uint32_t
period_due(const struct core *c, int64_t now_us)
{
	for (size_t i = 0; i < c->held_count; i++) {
		const struct held *h = &c->held[i];
		int64_t wait_us = confirm_wait_us(h->every_s);

		if (h->valid_until_us < h->confirm_at_us && wait_us > BACK_US)
			wait_us = BACK_US;
		if (h->confirm_at_us && now_us - h->confirm_at_us >= wait_us)
			return h->every_s;
	}
	return 0;
}

enum rc
confirm_due(struct core *c, int64_t now_us)
{
	uint32_t every_s;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&c->turn_lock);
	do {
		core_lock(c);
		every_s = period_due(c, now_us);
		core_unlock(c);
		if (every_s)
			TRY(flush(c, every_s, now_us));
	} while (every_s);
out:
	pthread_mutex_unlock(&c->turn_lock);
	return rc;
}
