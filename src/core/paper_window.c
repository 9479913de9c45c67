// SPDX-License-Identifier: Apache-2.0
/*
 * Submission windows as they were fixed: each time the catalogue sets another number of days, an entry of the ledger says
 * so, and a period goes by the one that stood when it ended (paper_window_end). So none is lengthened afterwards.
 */
#include "core/paper_int.h"

#include <string.h>

static int
order(const void *a, const void *b)
{
	const struct form_window *x = a, *y = b;
	int by = strcmp(x->form, y->form);

	return by ? by : (x->set.at_us > y->set.at_us) - (x->set.at_us < y->set.at_us);
}

/* Under lock. Answers how many. */
static size_t
windows_of(const struct core *c, struct str form, struct paper_window *ret, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < c->windows_count; i++) {
		if (!str_eq_c(form, c->windows[i].form))
			continue;
		if (n == max) /* the oldest of very many go */
			memmove(ret, ret + 1, --n * sizeof(*ret));
		ret[n++] = c->windows[i].set;
	}
	return n;
}

int64_t
window_end(const struct core *c, const struct form *form, struct paper_span span, bool *ret_owed)
{
	struct paper_window list[64];
	size_t n = windows_of(c, form->id, list, sizeof(list) / sizeof(list[0]));

	*ret_owed = n && list[0].at_us <= span.to_us;
	return paper_window_end(span, list, n);
}

enum rc
windows_load(struct core *c)
{
	struct form_window *list = NULL, *old;
	struct query *q = NULL;
	size_t n = 0, cap = 0;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select form, at_us, days from paper_window", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		if (n == cap) {
			void *more = realloc(list, (cap = cap ? cap * 2 : 32) * sizeof(*list));

			if (more == NULL)
				abort();
			list = more;
		}
		list[n] = (struct form_window){ .set = { db_int(q, 1), db_int(q, 2) } };
		(void)snprintf(list[n++].form, sizeof(list->form), STR_FMT, STR_ARG(db_text(q, 0))); /* what does not fit is no form of ours */
	}
	db_done(q); /* a query in use waits for no lock */
	q = NULL;
	if (n)
		qsort(list, n, sizeof(*list), order);
	core_lock(c);
	old = c->windows;
	c->windows = list;
	c->windows_count = n;
	list = old;
	core_unlock(c);
out:
	db_done(q);
	free(list);
	return rc;
}

static enum rc
keep(struct core *c, uint64_t leaf, struct str form, int64_t at_us, int64_t days)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into paper_window (leaf, form, at_us, days) values ($1, $2, $3, $4) on conflict do nothing", &q));
	TRY(db_put_int(q, 1, (int64_t)leaf));
	TRY(db_put_text(q, 2, form));
	TRY(db_put_int(q, 3, at_us));
	TRY(db_put_int(q, 4, days));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	TRY(windows_load(c));
	paper_looks_due(c, NULL);
out:
	db_done(q);
	return rc;
}

/* The next form whose window the ledger does not have so; false: none. */
static bool
next_new(struct core *c, char form[FORM_ID_MAX + 1], int64_t *ret_days)
{
	bool found = false;

	core_lock(c);
	for (size_t i = 0; i < c->catalogue->papers_count && !found; i++) {
		const struct form *f = &c->catalogue->papers[i];
		struct paper_window list[64];
		size_t n = f->paper.period ? windows_of(c, f->id, list, sizeof(list) / sizeof(list[0])) : 0;

		found = f->paper.period && (n == 0 || list[n - 1].days != f->paper.window_days);
		if (found) {
			(void)snprintf(form, FORM_ID_MAX + 1, STR_FMT, STR_ARG(f->id)); /* checked to fit where it was read */
			*ret_days = f->paper.window_days;
		}
	}
	core_unlock(c);
	return found;
}

enum rc
windows_follow(struct core *c)
{
	char form[FORM_ID_MAX + 1];
	json_t *payload = NULL;
	int64_t days;
	enum rc rc = RC_OK;

	while (next_new(c, form, &days)) {
		struct leaf leaf = { .type = LEAF_STATION, .name = STR(PAPER_WINDOW), .object = object_of("form", str_of(form)), .claimed_at_us = core_now_us() };
		uint64_t index;

		json_decref(payload);
		payload = json_pack("{s:s, s:I}", "form", form, "days", (json_int_t)days);
		TRY(record_leaf(c, &leaf, payload, &index));
		TRY(keep(c, index, str_of(form), leaf.claimed_at_us, days));
	}
out:
	json_decref(payload);
	return rc;
}

enum rc
window_again(struct core *c, uint64_t index, const struct entry *e)
{
	struct buf text = BUF(1 << 20);
	json_t *payload = NULL;
	const char *form;
	enum rc rc = RC_OK;

	if (e->leaf.source != PROC_CORE || e->leaf.received_at_us >= c->started_at_us)
		return RC_OK; /* of this run: the store has it */
	TRY(payload_read(c, e, &text));
	payload = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, NULL);
	form = json_string_value(json_object_get(payload, "form"));
	if (form && json_is_integer(json_object_get(payload, "days")))
		TRY(keep(c, index, str_of(form), e->leaf.claimed_at_us, json_integer_value(json_object_get(payload, "days"))));
out:
	json_decref(payload);
	buf_free(&text);
	return rc;
}
