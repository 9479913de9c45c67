// SPDX-License-Identifier: Apache-2.0
/*
 * Which findings there are to hold: a row for each control and subject, and one
 * more for each clause that sets parameters of its own.
 *
 * Rows stand sorted by control, subject, clause. A subject that is no longer
 * declared loses its rows; what was recorded of it stays in the ledger.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"

static int
order(const struct held *a, const char *control, const char *subject, const char *clause)
{
	int c = strcmp(a->control, control);

	if (c == 0)
		c = strcmp(a->subject, subject);
	return c ? c : strcmp(a->clause, clause);
}

static int
order_of_rows(const void *a, const void *b)
{
	const struct held *y = b;

	return order(a, y->control, y->subject, y->clause);
}

/* The first row that does not come before these names. */
static size_t
lower(const struct core *c, const char *control, const char *subject, const char *clause)
{
	size_t low = 0, high = c->held_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order(&c->held[middle], control, subject, clause) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct held *
held_find(const struct core *c, const char *control, const char *subject, const char *clause)
{
	size_t at = lower(c, control, subject, clause);

	return at < c->held_count && order(&c->held[at], control, subject, clause) == 0 ? &c->held[at] : NULL;
}

struct held *
held_same(const struct core *c, const char *control, const char *subject, size_t *ret_n)
{
	size_t at = lower(c, control, subject, ""), end = at;

	while (end < c->held_count && strcmp(c->held[end].control, control) == 0 && strcmp(c->held[end].subject, subject) == 0)
		end++;
	*ret_n = end - at;
	return c->held + at;
}

size_t
held_range(const struct core *c, struct str control, size_t *ret_end)
{
	char name[NAME_BYTES_MAX + 1], next[NAME_BYTES_MAX + 2];

	*ret_end = 0;
	if (control.n > NAME_BYTES_MAX)
		return 0;
	(void)snprintf(name, sizeof(name), STR_FMT, STR_ARG(control)); /* measured above */
	(void)snprintf(next, sizeof(next), "%s\x01", name);             /* comes after it and before every other id */
	*ret_end = lower(c, next, "", "");
	return lower(c, name, "", "");
}

void
held_free(struct held *h)
{
	free(h->message);
	free(h->newest);
	free(h->facts);
	h->newest = NULL;
}

/* What nobody could look at is tried less often; a paper speaks no longer than its date. */
int64_t
held_valid_until(const struct held *h, int64_t looked_at_us)
{
	int64_t until_us = looked_at_us + (int64_t)h->every_s * SECOND_US * (h->blind ? 2 : 1);

	return h->paper_until_us && h->paper_until_us < until_us ? h->paper_until_us : until_us;
}

/* ---- which rows there shall be -------------------------------------------------------------------- */

struct rows { struct held *list; size_t n, cap; };

static void
rows_add(struct rows *rows, const struct control *control, const char *subject, struct str clause)
{
	struct held *h;

	if (rows->n == rows->cap) {
		rows->cap = rows->cap ? rows->cap * 2 : 64;
		rows->list = realloc(rows->list, rows->cap * sizeof(*rows->list));
		if (rows->list == NULL)
			abort();
	}
	h = &rows->list[rows->n++];
	*h = (struct held){ .verdict = VERDICT_UNKNOWN, .every_s = control->every_s };
	(void)snprintf(h->control, sizeof(h->control), "%s", control->id); /* ids are checked to fit where they are read */
	(void)snprintf(h->subject, sizeof(h->subject), "%s", subject);
	(void)snprintf(h->clause, sizeof(h->clause), STR_FMT, STR_ARG(clause));
}

/* Does the clause ask more or less of the control than it asks by itself? */
static bool
sets_params(const struct clause *clause, const struct control *control)
{
	struct params own, here;

	if (clause == NULL || control == NULL || clause->params_count == 0)
		return false;
	catalogue_params(NULL, control, &own);
	catalogue_params(clause, control, &here);
	for (size_t i = 0; i < own.count; i++)
		if (own.values[i] != here.values[i])
			return true;
	return false;
}

static void
subjects_of(struct core *c, const struct control *control, struct subject_list *ret)
{
	if (control->subject == SUBJECT_HOST)
		subject_list_add(ret, STR("host:local"));
	if (control->subject == SUBJECT_STATION || control->station_too)
		subject_list_add(ret, STR("station"));
	if (control->subject == SUBJECT_CONTRACT)
		subject_list_add(ret, STR("contract"));
	else if (control->subject != SUBJECT_STATION)
		register_subjects(c, control->subject, ret);
}

static void
rows_of(struct core *c, const struct control *control, struct rows *rows)
{
	struct subject_list subjects = { NULL, 0, 0 };

	subjects_of(c, control, &subjects);
	for (size_t i = 0; i < subjects.n; i++)
		rows_add(rows, control, subjects.ids[i], STR_NONE);
	for (size_t k = 0; k < c->catalogue->contracts_count; k++)
		for (size_t m = 0; m < c->catalogue->contracts[k].clauses_count; m++) {
			const struct clause *clause = &c->catalogue->contracts[k].clauses[m];

			if (sets_params(clause, control))
				for (size_t i = 0; i < subjects.n; i++)
					rows_add(rows, control, subjects.ids[i], clause->id);
		}
	free(subjects.ids);
}

enum rc
held_fit(struct core *c)
{
	struct rows rows = { NULL, 0, 0 };
	size_t old = 0, n = 0, first = 0;

	for (size_t i = 0; controls[i]; i++)
		rows_of(c, controls[i], &rows);
	for (size_t i = 0; i < c->catalogue->controls_count; i++)
		if (c->catalogue->controls[i].control && c->catalogue->controls[i].control->judge == NULL) /* made of its papers */
			rows_of(c, c->catalogue->controls[i].control, &rows);
	if (rows.n)
		qsort(rows.list, rows.n, sizeof(*rows.list), order_of_rows);
	for (size_t i = 0; i < rows.n; i++) {
		if (n && order_of_rows(&rows.list[n - 1], &rows.list[i]) == 0)
			continue; /* declared twice */
		rows.list[n] = rows.list[i];
		first = rows.list[n].clause[0] ? first : n; /* of this look */
		while (old < c->held_count && order_of_rows(&c->held[old], &rows.list[n]) < 0)
			held_free(&c->held[old++]);
		if (old < c->held_count && order_of_rows(&c->held[old], &rows.list[n]) == 0)
			rows.list[n] = c->held[old++];
		else
			rows.list[first].turn.next_us = 0; /* a new set of parameters: the look is due */
		n++;
	}
	while (old < c->held_count)
		held_free(&c->held[old++]);
	free(c->held);
	c->held = rows.list;
	c->held_count = n;
	return RC_OK;
}

/* ---- which rows answer a question ----------------------------------------------------------------- */

/* Of the rows [at, end) of a control, the next one judged with the clause's own parameters, where it sets any, or else with the control's. */
static size_t
next_of(const struct core *c, size_t at, size_t end, const struct clause *own)
{
	while (at < end && !(own ? str_eq_c(own->id, c->held[at].clause) : c->held[at].clause[0] == '\0'))
		at++;
	return at;
}

size_t
held_of(const struct core *c, struct str id, const struct clause *clause, const struct held ***ret)
{
	const struct clause *own = sets_params(clause, catalogue_judge(c->catalogue, id)) ? clause : NULL;
	size_t n = 0, end, at = held_range(c, id, &end);
	const struct held **list = calloc((end > at ? end - at : 0) + 1, sizeof(struct held *));

	if (list == NULL)
		abort();
	for (at = next_of(c, at, end, own); at < end; at = next_of(c, at + 1, end, own))
		list[n++] = &c->held[at];
	*ret = list;
	return n;
}

size_t
held_source(void *context, const struct clause *clause, struct str id, struct judged *ret, size_t max)
{
	const struct core *c = context;
	const struct clause *own = sets_params(clause, catalogue_judge(c->catalogue, id)) ? clause : NULL;
	size_t n = 0, end, at = held_range(c, id, &end);

	for (at = next_of(c, at, end, own); at < end; at = next_of(c, at + 1, end, own)) {
		const struct held *h = &c->held[at];

		if (n < max)
			ret[n] = (struct judged){ h->verdict, h->valid_until_us, subject_kind_of(str_of(h->subject)) == SUBJECT_HOST ? str_of(h->subject) : STR_NONE, h->why };
		n++;
	}
	return n;
}
