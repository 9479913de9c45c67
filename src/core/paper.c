// SPDX-License-Identifier: Apache-2.0
/*
 * Papers: what each of both sides did about each, kept in core's store and in memory, and as facts of the looks that
 * judge them. A paper is its form and its key; it passes between the sides in steps, each naming its ledger entry.
 */
#include "core/paper_int.h"

#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "control/papers.h"

/* ---- in memory */

static void
papers_drop(struct paper *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < list[i].count; k++) {
			free(list[i].steps[k].who);
			free(list[i].steps[k].reason);
			json_decref(list[i].steps[k].values);
			json_decref(list[i].steps[k].files);
		}
		free(list[i].steps);
		free(list[i].name);
	}
	free(list);
}

void
paper_free(struct core *c)
{
	papers_drop(c->papers, c->papers_count);
	c->papers = NULL;
	c->papers_count = 0;
	free(c->windows);
	c->windows = NULL;
	c->windows_count = 0;
}

static char *
dup_text(struct str s)
{
	char *p = strndup(s.n ? s.p : "", s.n);

	if (p == NULL)
		abort();
	return p;
}

/* An id of ours: it was checked to fit where it was made. */
static void
take_id_text(char *to, size_t size, struct str s)
{
	(void)snprintf(to, size, STR_FMT, STR_ARG(s));
}

static void
event_dates(const struct form *form, struct paper_kept *k)
{
	k->event.from_us = form_date(form, form->paper.from, k->values, false);
	k->event.until_us = form_date(form, form->paper.until, k->values, true);
	k->event.review_us = form_date(form, form->paper.review, k->values, true);
}

static void
add_step(struct paper *p, size_t *cap, const struct paper_kept *step)
{
	if (p->count == *cap) {
		void *more = realloc(p->steps, (*cap = *cap ? *cap * 2 : 4) * sizeof(*p->steps));

		if (more == NULL)
			abort();
		p->steps = more;
	}
	p->steps[p->count++] = *step;
}

/* The papers of the store, or the one of this id; sorted by form and name. */
static enum rc
read_papers(struct core *c, const char *id, struct paper **ret, size_t *ret_n)
{
	struct paper *list = NULL;
	size_t n = 0, cap = 0, steps_cap = 0;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select p.id, p.form, p.name, s.step, s.closing, s.version, s.at_us, s.side, s.actor, s.who, s.reason, s.row_values, s.leaf, s.files, s.behalf"
	    " from paper p join paper_step s on s.id = p.id where $1 = '' or p.id = $2 order by p.form, p.name, p.id, s.n", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	TRY(db_put_text(q, 2, str_of(id)));
	for (;;) {
		struct paper_kept step = { .leaf = 0 };

		TRY(db_step(q, &row));
		if (!row)
			break;
		if (n == 0 || !str_eq_c(db_text(q, 0), list[n - 1].id)) {
			if (n == cap) {
				void *more = realloc(list, (cap = cap ? cap * 2 : 64) * sizeof(*list));

				if (more == NULL)
					abort();
				list = more;
			}
			list[n] = (struct paper){ .count = 0 };
			take_id_text(list[n].id, sizeof(list[n].id), db_text(q, 0));
			take_id_text(list[n].form, sizeof(list[n].form), db_text(q, 1));
			list[n++].name = dup_text(db_text(q, 2));
			steps_cap = 0;
		}
		step.event = (struct paper_event){ .step = (enum paper_step)db_int(q, 3), .closing = (unsigned)db_int(q, 4), .version = db_int(q, 5), .at_us = db_int(q, 6) };
		step.side = (enum side)db_int(q, 7);
		if (db_blob(q, 8).n == ID_BYTES)
			memcpy(step.actor.b, db_blob(q, 8).p, ID_BYTES);
		step.who = dup_text(db_text(q, 9));
		step.reason = dup_text(db_text(q, 10));
		step.values = db_text(q, 11).n ? json_loadb(db_text(q, 11).p, db_text(q, 11).n, JSON_REJECT_DUPLICATES, NULL) : NULL;
		step.leaf = (uint64_t)db_int(q, 12);
		step.behalf_count = db_blob(q, 14).n / ID_BYTES <= BEHALF_MAX ? db_blob(q, 14).n / ID_BYTES : 0;
		memcpy(step.behalf, step.behalf_count ? db_blob(q, 14).p : "", step.behalf_count * ID_BYTES);
		step.files = db_text(q, 13).n ? json_loadb(db_text(q, 13).p, db_text(q, 13).n, JSON_REJECT_DUPLICATES, NULL) : NULL;
		add_step(&list[n - 1], &steps_cap, &step);
	}
	*ret = list;
	*ret_n = n;
	list = NULL;
	n = 0;
out:
	db_done(q);
	papers_drop(list, n);
	return rc;
}

enum rc
paper_load(struct core *c)
{
	struct paper *list, *old;
	size_t n, old_n;
	enum rc rc = RC_OK;

	TRY(read_papers(c, "", &list, &n));
	core_lock(c);
	old = c->papers;
	old_n = c->papers_count;
	c->papers = list;
	c->papers_count = n;
	c->version++;
	core_unlock(c);
	papers_drop(old, old_n);
out:
	return rc;
}

/* Under lock: where this form and name stand, or would. */
static size_t
place_of(const struct core *c, struct str form, struct str name)
{
	size_t low = 0, high = c->papers_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int by = str_cmp(str_of(c->papers[middle].form), form);

		if (by == 0)
			by = str_cmp(str_of(c->papers[middle].name), name);
		if (by < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum rc
paper_refresh(struct core *c, const char *id)
{
	struct paper *one = NULL, old = { .count = 0 }, *more;
	size_t n = 0, at;
	enum rc rc = RC_OK;

	TRY(read_papers(c, id, &one, &n));
	if (n != 1)
		goto out;
	core_lock(c);
	at = place_of(c, str_of(one->form), str_of(one->name));
	if (at < c->papers_count && strcmp(c->papers[at].id, id) == 0) {
		old = c->papers[at];
	} else {
		more = realloc(c->papers, (c->papers_count + 1) * sizeof(*more));
		if (more == NULL)
			abort();
		memmove(more + at + 1, more + at, (c->papers_count - at) * sizeof(*more));
		c->papers = more;
		c->papers_count++;
	}
	c->papers[at] = *one;
	*one = old;
	c->version++;
	core_unlock(c);
out:
	papers_drop(one, n);
	return rc;
}

const struct paper *
paper_get(const struct core *c, const char *id)
{
	for (size_t i = 0; i < c->papers_count; i++)
		if (strcmp(c->papers[i].id, id) == 0)
			return &c->papers[i];
	return NULL;
}

const struct paper *
paper_named(const struct core *c, struct str form, struct str name)
{
	size_t at = place_of(c, form, name);

	return at < c->papers_count && str_eq_c(form, c->papers[at].form) && str_eq_c(name, c->papers[at].name) ? &c->papers[at] : NULL;
}

const struct paper_kept *
paper_version(const struct paper *p, int64_t version)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->steps[i].event.step == PAPER_FILE && p->steps[i].event.version == version)
			return &p->steps[i];
	return NULL;
}

/* Dates are read from values each time: a form that names another date field counts from then on by that. */
void
paper_now(const struct core *c, const struct paper *p, int64_t now_us, struct paper_now *ret)
{
	const struct form *form = catalogue_paper(c->catalogue, str_of(p->form));
	struct paper_event *events = calloc(p->count ? p->count : 1, sizeof(*events));

	if (events == NULL)
		abort();
	*ret = (struct paper_now){ .state = PAPER_NONE };
	for (size_t i = 0; form && i < p->count; i++) {
		if (p->steps[i].event.step == PAPER_FILE)
			event_dates(form, &p->steps[i]);
		events[i] = p->steps[i].event;
	}
	if (form)
		paper_at(form, events, p->count, now_us, ret);
	free(events);
}

/* ---- facts */

static bool
complete(const struct form *form, const struct paper_spec *spec, const json_t *values)
{
	for (size_t i = 0; i < spec->needs_count; i++) {
		size_t at = form_field(form, spec->needs[i]);
		const char *value = json_string_value(json_object_get(values, spec->needs[i].p));

		if (at == form->fields_count || value == NULL || *value == '\0' || (form->fields[at].type == FIELD_YES_NO && strcmp(value, "yes") != 0))
			return false;
	}
	return true;
}

static struct str
title_of(const struct form *form, const struct paper_kept *filed, enum lang lang)
{
	const struct field *key = &form->fields[form->key];
	struct str value = str_of(json_string_value(json_object_get(filed->values, key->id.p)));

	for (size_t i = 0; key->type == FIELD_CHOICE && i < key->choices_count; i++)
		if (str_eq(key->choices[i].id, value))
			return lang == LANG_EN ? key->choices[i].word.en : key->choices[i].word.ja;
	return value;
}

struct str
paper_title(const struct form *form, const json_t *values, enum lang lang, struct arena *a)
{
	const struct paper_kept filed = { .values = (json_t *)(uintptr_t)values };
	struct str title = title_of(form, &filed, lang), name = lang == LANG_EN ? form->name.en : form->name.ja;

	return str_eq(title, name) || title.n == 0 ? name : arena_f(a, STR_FMT ": " STR_FMT, STR_ARG(name), STR_ARG(title));
}

static void
given_paper(struct core *c, const struct form *form, const struct paper *p, size_t at, const struct paper_spec *spec, uint32_t row, int64_t now_us, struct facts *ret)
{
	const struct paper_kept *filed;
	struct paper_now now;
	struct str wanted = spec->field;

	paper_now(c, p, now_us, &now);
	filed = paper_version(p, now.version);
	if (filed == NULL || (wanted.n && !str_eq(str_of(json_string_value(json_object_get(filed->values, wanted.p))), spec->value)))
		return;
	fact_int(ret, row, "paper.spec", (int64_t)at);
	fact_text(ret, row, "paper.state", str_of(paper_state_word(now.state)));
	fact_text(ret, row, "paper.title", paper_title(form, filed->values, LANG_JA, ret->arena));
	fact_bool(ret, row, "paper.complete", complete(form, spec, filed->values));
	fact_bool(ret, row, "paper.renewal", now.renewal && form->writes == SIDE_CONTRACTOR); /* with the client */
	fact_time(ret, row, "paper.filed", now.filed_us);
	if (now.from_us)
		fact_time(ret, row, "paper.from", now.from_us);
	if (now.until_us != INT64_MAX && now.until_us)
		fact_time(ret, row, "paper.until", now.until_us);
	if (now.review_us)
		fact_time(ret, row, "paper.review", now.review_us);
	if (form->paper.period)
		fact_time(ret, row, "paper.of", form_date(form, form->key, filed->values, false));
}

/* The period before this one, and until when its paper may come. */
static void
given_period(struct core *c, const struct form *form, size_t at, int64_t now_us, struct facts *ret)
{
	struct paper_span this = paper_period(form->paper.period, now_us), last = paper_period(form->paper.period, this.from_us - 1);
	static const char *const names[] = { "from", "to", "due", "next" };
	bool owed;
	int64_t values[] = { last.from_us, last.to_us, window_end(c, form, last, &owed), this.to_us };
	struct str owed_key = arena_f(ret->arena, "period.%zu.owed", at);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str key = arena_f(ret->arena, "period.%zu.%s", at, names[i]);

		if (key.n)
			fact_time(ret, 0, key.p, values[i]);
	}
	if (owed_key.n)
		fact_bool(ret, 0, owed_key.p, owed);
}

static void
given_year(int64_t now_us, struct facts *ret)
{
	struct paper_span this = paper_period(PERIOD_FISCAL_YEAR, now_us);

	fact_time(ret, 0, "year.from", this.from_us);
	fact_time(ret, 0, "year.before", paper_period(PERIOD_FISCAL_YEAR, this.from_us - 1).from_us);
	fact_time(ret, 0, "year.next", this.to_us);
}

void
paper_given(struct core *c, const struct control *control, struct facts *ret)
{
	int64_t now_us = core_now_us();
	uint32_t row = fact_rows(ret);
	int years = 0;

	for (size_t i = 0; control->papers && i < control->papers->count; i++) {
		const struct paper_spec *spec = &control->papers->list[i];
		const struct form *form = catalogue_paper(c->catalogue, spec->form);

		if (spec->each_year && !years++)
			given_year(now_us, ret);
		if (form && form->paper.period)
			given_period(c, form, i, now_us, ret);
		for (size_t k = 0; form && k < c->papers_count; k++)
			if (str_eq_c(spec->form, c->papers[k].form))
				given_paper(c, form, &c->papers[k], i, spec, ++row, now_us, ret);
	}
}

/* ---- numbers that the parties agreed on */

/* The paper of the form that is in force, the one that took effect last; NULL: none. */
static const struct paper_kept *
agreed(const struct core *c, const struct form *form)
{
	const struct paper_kept *best = NULL;
	int64_t from_us = 0, now_us = core_now_us();
	struct paper_now now;

	for (size_t i = 0; i < c->papers_count; i++) {
		if (!str_eq_c(form->id, c->papers[i].form))
			continue;
		paper_now(c, &c->papers[i], now_us, &now);
		if (now.state == PAPER_IN_FORCE && (best == NULL || now.from_us > from_us)) {
			best = paper_version(&c->papers[i], now.version);
			from_us = now.from_us;
		}
	}
	return best;
}

static void
set_param(struct params *ret, const struct params *own, struct str name, const struct paper_kept *paper)
{
	int64_t value;

	for (size_t i = 0; i < ret->count; i++)
		if (str_eq_c(name, ret->defs[i].name) && ret->values[i] == own->values[i] &&
		    num_parse(str_of(json_string_value(json_object_get(paper->values, name.p))), ret->defs[i].min, ret->defs[i].max, &value) == RC_OK)
			ret->values[i] = value;
	rc_trail_clear(); /* agreed before the form had these bounds: it sets nothing */
}

/*= O2-5-1 */
void
paper_params(const struct core *c, const struct clause *clause, const struct control *control, struct params *ret)
{
	struct params own;

	catalogue_params(NULL, control, &own);
	catalogue_params(clause, control, ret);
	for (size_t i = 0; i < c->catalogue->papers_count; i++) {
		const struct form *form = &c->catalogue->papers[i];
		const struct paper_kept *paper = NULL;
		bool looked = false;

		for (size_t k = 0; k < form->fields_count; k++) {
			if (!str_eq_c(form->fields[k].sets, control->id))
				continue;
			if (!looked)
				paper = agreed(c, form);
			looked = true;
			if (paper)
				set_param(ret, &own, form->fields[k].id, paper);
		}
	}
}

int64_t
paper_number(const struct core *c, const char *form_id, const char *field, int64_t otherwise)
{
	const struct form *form = catalogue_paper(c->catalogue, str_of(form_id));
	const struct paper_kept *paper = form ? agreed(c, form) : NULL;
	int64_t n = otherwise;

	if (paper && num_parse(str_of(json_string_value(json_object_get(paper->values, field))), 0, INT64_C(1000000000), &n) != RC_OK) {
		rc_trail_clear(); /* it does not say */
		n = otherwise;
	}
	return n;
}

static bool
sets_of(const struct core *c, const char *form_id, const char *control)
{
	const struct form *form = form_id ? catalogue_paper(c->catalogue, str_of(form_id)) : NULL;

	for (size_t i = 0; form && i < form->fields_count; i++)
		if (str_eq_c(form->fields[i].sets, control))
			return true;
	return false;
}

/* ---- the store */

static enum rc
put_paper(struct core *c, const char *id, const struct paper_made *made)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into paper (id, form, name) values ($1, $2, $3)", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	TRY(db_put_text(q, 2, str_of(made->form)));
	TRY(db_put_text(q, 3, str_of(made->name)));
	rc = db_run(q);
	if (rc == RC_CONFLICT)
		rc = FAIL(RC_CONFLICT, "その間に同じ書面が出されました。もう一度開いて確かめてください / the same paper was filed meanwhile: open it again");
out:
	db_done(q);
	return rc;
}

static enum rc
put_step(struct core *c, const struct paper_taken *t, const struct paper_by *by)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into paper_step (id, n, step, closing, version, at_us, side, actor, who, reason, row_values, leaf, files, behalf) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)", &q));
	TRY(db_put_text(q, 1, str_of(t->id)));
	TRY(db_put_int(q, 2, (int64_t)t->after + 1));
	TRY(db_put_int(q, 3, t->step));
	TRY(db_put_int(q, 4, t->closing));
	TRY(db_put_int(q, 5, t->version));
	TRY(db_put_int(q, 6, by->at_us));
	TRY(db_put_int(q, 7, by->side));
	TRY(db_put_blob(q, 8, (struct str){ (const char *)by->actor->b, ID_BYTES }));
	TRY(db_put_text(q, 9, str_of(by->who)));
	TRY(db_put_text(q, 10, str_of(t->reason)));
	TRY(db_put_text(q, 11, str_of(t->values)));
	TRY(db_put_int(q, 12, (int64_t)by->leaf));
	TRY(db_put_text(q, 13, str_of(t->files ? t->files : "")));
	TRY(db_put_blob(q, 14, (struct str){ (const char *)by->whom->behalf, by->whom->behalf_count * ID_BYTES }));
	rc = db_run(q); /* two at once: the second one's number stands already */
	if (rc == RC_CONFLICT)
		rc = FAIL(RC_CONFLICT, "その間にほかの人が進めました。もう一度開いて確かめてください / somebody took a step meanwhile: open it again");
out:
	db_done(q);
	return rc;
}

enum rc
paper_store(struct core *c, const struct paper_taken *list, size_t n, const struct paper_by *by)
{
	enum rc rc = RC_OK;

	TRY(db_begin(c->db));
	for (size_t i = 0; i < n; i++) {
		if (list[i].made)
			TRY(put_paper(c, list[i].id, list[i].made));
		TRY(put_step(c, &list[i], by));
	}
	TRY(db_commit(c->db));
out:
	if (rc != RC_OK)
		db_rollback(c->db);
	return rc;
}

enum rc
paper_stored(struct core *c, uint64_t leaf, uint64_t outcome, bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	(void)outcome;
	TRY(db_query(c->db, "select 1 from paper_step where leaf = $1", &q));
	TRY(db_put_int(q, 1, (int64_t)leaf));
	TRY(db_step(q, ret));
out:
	db_done(q);
	return rc;
}

static bool
asks_for(const struct control *control, const char *form)
{
	for (size_t i = 0; control && control->papers && i < control->papers->count; i++)
		if (form == NULL || str_eq_c(control->papers->list[i].form, form))
			return true;
	return false;
}

void
paper_looks_due(struct core *c, const char *form)
{
	core_lock(c);
	for (size_t i = 0; i < c->held_count; i++)
		if (asks_for(catalogue_judge(c->catalogue, str_of(c->held[i].control)), form) || sets_of(c, form, c->held[i].control))
			c->held[i].turn.next_us = 0;
	pthread_cond_broadcast(&c->wake);
	core_unlock(c);
}
