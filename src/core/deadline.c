// SPDX-License-Identifier: Apache-2.0
/*
 * What is due, and when: nothing here is kept. Every date comes from the papers, rows and exceptions themselves, so what
 * closes one is the evidence for it: the new version, the next report, the row that was renewed.
 */
#include "core/deadline.h"

#include <string.h>

#include "base/calendar.h"
#include "base/num.h"
#include "base/time_text.h"
#include "control/papers.h"
#include "core/paper_int.h"

#define AHEAD_MONTHS 12 /* how far reports of a period are told ahead */
#define TOGETHER_MIN 20 /* more rows of a register than so many that are due on one day are told as one */

struct list { struct core *core; json_t *rows; struct arena arena; enum lang lang; int64_t now_us; };
struct due  { const char *kind; struct str what; struct str title, of, label /* of the form or register: nothing anybody wrote */; int64_t due_us; /* the first instant after its day; 0: no day */ enum side side; const char *state /* NULL: by the day */, *base, *link, *role, *act; /* what it waits for is signed in this role, by this act; NULL: any */ int64_t n; /* of rows told as one; 0: one */ };

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_EN ? b.en : b.ja;
}

/* ---- pure */

int64_t
deadline_days_left(int64_t due_us, int64_t now_us)
{
	return (day_first(due_us - 1) - day_first(now_us)) / DAY_US;
}

const char *
deadline_state(int64_t due_us, int64_t now_us)
{
	int64_t left = deadline_days_left(due_us, now_us);

	return now_us >= due_us ? "overdue" : left < 1 ? "today" : left <= 7 ? "week" : left <= 30 ? "month" : "later";
}

/* ---- one of them */

static void
add(struct list *l, const struct due *d)
{
	const struct row *owner = register_named(l->core, STR("deadline-owner"), d->what);
	const char *state = d->state ? d->state : deadline_state(d->due_us, l->now_us);

	json_array_append_new(l->rows, json_pack("{s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "n", (json_int_t)(d->n ? d->n : 1), "kind", d->kind, "what", view_text(d->what), "title", view_text(d->title), "of", view_text(d->of), "label", view_text(d->label),
	    "due", d->due_us ? json_integer(d->due_us - 1) : json_null(), "left", d->due_us ? json_integer(deadline_days_left(d->due_us, l->now_us)) : json_null(), "state", state,
	    "side", d->side == SIDE_CLIENT ? "client" : "contractor", "base", d->base, "link", d->link, "role", d->role ? d->role : "", "act", d->act ? d->act : "",
	    "owner", view_text(str_of(owner ? json_string_value(json_object_get(owner->values, "owner")) : "")), "deputy", view_text(str_of(owner ? json_string_value(json_object_get(owner->values, "deputy")) : ""))));
}

/* ---- papers */

/* Who may do what it waits for: the stage's role, or whoever may do the closing act; the author's side corrects what was returned. */
static void
signer_of(const struct form *form, const struct paper_now *now, struct due *d)
{
	static const enum act acts[] = { ACT_PAPER_APPROVE, ACT_PAPER_RECEIVE };

	if (!now->open || now->turn == form->writes)
		return;
	d->role = now->stage ? role_name(form->paper.stages[now->stage - 1].role) : NULL;
	for (size_t i = 0; !now->stage && d->act == NULL && i < sizeof(acts) / sizeof(acts[0]); i++)
		d->act = paper_closing_of(acts[i], form, now) ? act_row(acts[i])->id : NULL;
}

/* A version in force runs out or wants a look; one that ran out wants its successor, or waits for the other side. */
static void
of_paper(struct list *l, const struct form *form, const struct paper *p)
{
	const struct paper_kept *filed;
	struct paper_now now;
	struct due d;

	paper_now(l->core, p, l->now_us, &now);
	filed = paper_version(p, now.version);
	if (filed == NULL || form->paper.period)
		return;
	d = (struct due){ .what = form->id, .label = in(form->name, l->lang), .title = paper_title(form, filed->values, l->lang, &l->arena), .side = now.open ? now.turn : form->writes, .state = now.open ? "waiting" : NULL, .base = "paper", .link = p->id };
	signer_of(form, &now, &d);
	if ((now.state == PAPER_IN_FORCE || now.state == PAPER_EXPIRED) && now.until_us && now.until_us != INT64_MAX) {
		d.kind = "renew";
		d.due_us = now.until_us;
		add(l, &d);
	}
	if (now.state == PAPER_IN_FORCE && now.review_us) {
		d.kind = "review";
		d.due_us = now.review_us;
		add(l, &d);
	}
	if (now.state == PAPER_WAITING || now.state == PAPER_RETURNED) {
		d.kind = "close";
		d.due_us = 0;
		d.state = "waiting";
		add(l, &d);
	}
}

/* The paper a control asks for: never filed, or wanted again so many months after the last one took effect. */
static void
of_spec(struct list *l, const struct form *form, const struct paper_spec *spec, int64_t within_months, bool owed)
{
	const struct field *field = spec->field.n ? &form->fields[form_field(form, spec->field)] : NULL;
	struct due d = { .what = form->id, .label = in(form->name, l->lang), .title = in(form->name, l->lang), .side = form->writes, .base = "paper-form", .link = form->id.p };
	const struct paper *best = NULL;
	int64_t from_us = 0;
	bool any = false;

	for (size_t i = 0; i < l->core->papers_count; i++) {
		const struct paper *p = &l->core->papers[i];
		const struct paper_kept *filed;
		struct paper_now now;

		if (!str_eq_c(form->id, p->form))
			continue;
		paper_now(l->core, p, l->now_us, &now);
		filed = paper_version(p, now.version);
		if (filed == NULL || (field && !str_eq(str_of(json_string_value(json_object_get(filed->values, spec->field.p))), spec->value)))
			continue;
		any |= now.state != PAPER_WITHDRAWN && now.state != PAPER_ENDED;
		if (now.state == PAPER_IN_FORCE && (best == NULL || now.from_us > from_us)) {
			best = p;
			from_us = now.from_us;
		}
	}
	for (size_t i = 0; field && i < field->choices_count; i++)
		if (str_eq(field->choices[i].id, spec->value))
			d.title = arena_f(&l->arena, STR_FMT ": " STR_FMT, STR_ARG(d.title), STR_ARG(in(field->choices[i].word, l->lang)));
	if (!any && owed) {
		d.kind = "first";
		d.state = "never";
		add(l, &d);
	} else if (best && within_months) {
		d.kind = "again";
		d.due_us = day_months_later(from_us, (int)within_months) + DAY_US;
		d.base = "paper";
		d.link = best->id;
		add(l, &d);
	}
}

static bool
closed_for(const struct list *l, const struct form *form, struct paper_span span, bool *ret_waits)
{
	for (size_t i = 0; i < l->core->papers_count; i++) {
		const struct paper *p = &l->core->papers[i];
		const struct paper_kept *filed;
		struct paper_now now;
		int64_t of_us;

		if (!str_eq_c(form->id, p->form))
			continue;
		paper_now(l->core, p, l->now_us, &now);
		filed = paper_version(p, now.version);
		of_us = filed ? form_date(form, form->key, filed->values, true) - 1 : -1;
		if (of_us < span.from_us || of_us >= span.to_us)
			continue;
		if (now.state == PAPER_IN_FORCE)
			return true;
		*ret_waits |= now.state == PAPER_WAITING;
	}
	return false;
}

/* "2026-11", "2026年度", "2026年4月から半年". */
static struct str
period_name(struct list *l, enum paper_period period, struct paper_span span)
{
	struct civil t = time_civil(span.from_us);

	if (period == PERIOD_MONTH)
		return arena_f(&l->arena, "%d-%02d", t.year, t.month);
	if (period == PERIOD_FISCAL_YEAR)
		return arena_f(&l->arena, l->lang == LANG_EN ? "FY%d" : "%d年度", t.year);
	return arena_f(&l->arena, l->lang == LANG_EN ? "%d-%02d to %d-%02d" : "%d年%d月から半年", t.year, t.month, t.month == 10 ? t.year + 1 : t.year, t.month == 10 ? 3 : 9);
}

/* Every period wants one: this one and those of a year ahead, in its own words ("2026-11"); the one before too, when it was owed. */
static void
of_periods(struct list *l, const struct form *form)
{
	struct paper_span this = paper_period(form->paper.period, l->now_us), span = paper_period(form->paper.period, this.from_us - 1);
	int64_t end_us = day_months_later(day_first(l->now_us), AHEAD_MONTHS);

	for (; span.from_us < end_us; span = paper_period(form->paper.period, span.to_us)) {
		bool waits = false, owed = false, done = closed_for(l, form, span, &waits);
		int64_t due_us = window_end(l->core, form, span, &owed);
		struct due d = { .kind = "period", .what = form->id, .label = in(form->name, l->lang), .title = in(form->name, l->lang), .due_us = due_us, .side = form->writes, .state = done ? "done" : waits ? "waiting" : NULL,
			.base = "paper-form", .link = form->id.p };

		if (!owed && span.to_us <= this.from_us)
			continue; /* over before the station knew the contract */
		d.of = period_name(l, form->paper.period, span);
		add(l, &d);
	}
}

/* ---- what rests on a control alone */

/* The least that a clause of any contract asks of this number of a control. */
static int64_t
least(const struct list *l, const struct control *control, const char *name)
{
	struct params p;
	int64_t value;

	catalogue_params(NULL, control, &p);
	value = param_n(&p, name);
	for (size_t i = 0; i < l->core->catalogue->contracts_count; i++)
		for (size_t k = 0; k < l->core->catalogue->contracts[i].clauses_count; k++) {
			catalogue_params(&l->core->catalogue->contracts[i].clauses[k], control, &p);
			value = param_n(&p, name) < value ? param_n(&p, name) : value;
		}
	return value;
}

/* Each period once, `days` after its end at the latest; `done_us`: an instant of the newest period that was done; 0: none. */
static void
of_duty(struct list *l, struct str id, enum paper_period period, int64_t days, int64_t done_us)
{
	const struct control_info *info = catalogue_control(l->core->catalogue, id);
	struct paper_span this = paper_period(period, l->now_us), span = paper_period(period, this.from_us - 1);
	int64_t end_us = day_months_later(day_first(l->now_us), AHEAD_MONTHS), since_us = l->core->watched_since_us;

	for (; info && span.from_us < end_us; span = paper_period(period, span.to_us)) {
		struct due d = { .kind = "duty", .what = info->id, .label = in(info->name, l->lang), .title = in(info->name, l->lang), .of = period_name(l, period, span), .due_us = day_add(span.to_us, (int)days), .side = SIDE_CONTRACTOR,
			.state = done_us >= span.from_us ? "done" : NULL, .base = "control", .link = info->id.p };

		if (span.to_us > this.from_us || (since_us && since_us < span.to_us)) /* not one that was over before the ledger began */
			add(l, &d);
	}
}

/* The newest review of accounts that was closed, as its control counts it. */
static int64_t
accounts_reviewed(const struct list *l)
{
	const struct form *form = catalogue_form(l->core->catalogue, STR("account-review"));
	size_t end, at = register_range(l->core, STR("account-review"), &end), field = form ? form_field(form, STR("closed_on")) : 0;
	int64_t newest_us = 0, closed_us;

	for (; form && field < form->fields_count && at < end; at++) {
		closed_us = form_date(form, field, l->core->rows[at].values, false);
		newest_us = closed_us > newest_us && closed_us <= l->now_us ? closed_us : newest_us;
	}
	return newest_us;
}

/* ---- rows of registers */

struct row_due { const struct row *row; int64_t due_us; bool again; };
struct row_dues { struct row_due *list; size_t n; struct { struct str text; int64_t us; } days[64]; /* few days end thousands of rows: each is read once */ };

static int64_t
day_read(struct row_dues *all, const struct form *form, size_t field, const struct row *row)
{
	struct str text = field < form->fields_count ? str_of(json_string_value(json_object_get(row->values, form->fields[field].id.p))) : STR_NONE;
	size_t at = text.n == 10 ? ((size_t)text.p[9] + (size_t)text.p[8] * 10 + (size_t)text.p[6] * 31 + (size_t)text.p[3] * 7) % (sizeof(all->days) / sizeof(all->days[0])) : 0;

	if (text.n == 0)
		return 0;
	if (!str_eq(all->days[at].text, text)) {
		all->days[at].text = text;
		all->days[at].us = form_date(form, field, row->values, true);
	}
	return all->days[at].us;
}

/* The days of one row, as its register says them. */
static void
dues_of_row(const struct form *form, const struct row *row, struct row_dues *ret)
{
	int64_t until_us = day_read(ret, form, form->ends, row), again_us = day_read(ret, form, form->again, row), days = 0;

	if (until_us)
		ret->list[ret->n++] = (struct row_due){ row, until_us, false };
	if (again_us && num_parse(str_of(json_string_value(json_object_get(row->values, form->fields[form->again_days].id.p))), 1, 36500, &days) == RC_OK)
		ret->list[ret->n++] = (struct row_due){ row, again_us + days * DAY_US, true };
	rc_trail_clear(); /* no interval declared */
}

static int
by_due(const void *a, const void *b)
{
	const struct row_due *x = a, *y = b;

	return x->again != y->again ? x->again - y->again : x->due_us != y->due_us ? (x->due_us > y->due_us) - (x->due_us < y->due_us) : (x->row > y->row) - (x->row < y->row);
}

/* The rows of a register; a thousand people whose term ends on one day are one thing to do, told with their number. */
static void
of_register(struct list *l, const struct form *form)
{
	size_t end, at = register_range(l->core, form->id, &end), same;
	struct row_dues all = { .list = calloc(2 * (end - at) + 1, sizeof(*all.list)) };

	if (all.list == NULL)
		abort();
	for (; at < end; at++)
		dues_of_row(form, &l->core->rows[at], &all);
	qsort(all.list, all.n, sizeof(*all.list), by_due);
	for (size_t i = 0; i < all.n; i += same) {
		const struct row_due *first = &all.list[i];
		struct due d = { .kind = first->again ? "rotate" : "row", .what = form->id, .label = in(form->name, l->lang), .due_us = first->due_us, .side = form->writes == SIDE_CLIENT ? SIDE_CLIENT : SIDE_CONTRACTOR };

		for (same = 1; i + same < all.n && first[same].due_us == first->due_us && first[same].again == first->again; )
			same++;
		if (same > TOGETHER_MIN) {
			d.n = (int64_t)same;
			d.title = arena_f(&l->arena, l->lang == LANG_EN ? STR_FMT ": %zu rows" : STR_FMT "（%zu件）", STR_ARG(in(form->name, l->lang)), same);
			d.base = "register";
			d.link = form->id.p;
			add(l, &d);
		}
		for (size_t k = 0; k < same && same <= TOGETHER_MIN; k++) {
			d.title = arena_f(&l->arena, STR_FMT ": %s", STR_ARG(in(form->name, l->lang)), first[k].row->name);
			d.base = "register-row";
			d.link = first[k].row->id;
			add(l, &d);
		}
	}
	free(all.list);
}

/* Who was asked owes an answer, and whoever has not closed it knows what for. */
static void
of_question(struct list *l, const json_t *q)
{
	const char *clause = json_string_value(json_object_get(q, "clause")), *to = json_string_value(json_object_get(q, "to"));
	struct due d = { .kind = "question", .what = STR("question"), .label = str_of(clause), .title = str_of(clause), .due_us = json_integer_value(json_object_get(q, "due")), .side = strcmp(to, "client") == 0 ? SIDE_CLIENT : SIDE_CONTRACTOR, .base = "clause", .link = clause };

	if (strcmp(json_string_value(json_object_get(q, "state")), "open") == 0 && d.due_us)
		add(l, &d);
}

static void
of_exception(struct list *l, const struct span *s)
{
	struct due d = { .kind = "exception", .what = STR("exception"), .label = str_of(s->clause), .title = str_of(s->clause), .due_us = s->until_us, .side = SIDE_CONTRACTOR, .base = "exception", .link = s->id };

	if (l->now_us >= s->from_us && l->now_us < s->until_us && s->until_us != INT64_MAX)
		add(l, &d);
}

/* ---- all */

/* What a clause of the phase the contract is in rests on. Of one that holds already nobody owes a first paper. */
struct wanted { json_t *open, *all; };

static struct wanted
wanted_names(struct core *c)
{
	struct wanted w = { json_array(), json_array() };
	size_t at = 0;

	for (size_t i = 0; i < c->catalogue->contracts_count; i++)
		for (size_t k = 0; k < c->catalogue->contracts[i].clauses_count; k++, at++) {
			const struct clause *clause = &c->catalogue->contracts[i].clauses[k];
			enum status now = at < c->clauses_count ? c->clauses[at].status : STATUS_UNKNOWN;

			if (!(clause->phases & c->catalogue->contracts[i].phase))
				continue;
			view_names(clause, w.all);
			if (now != STATUS_PASS && now != STATUS_NOT_APPLICABLE)
				view_names(clause, w.open);
		}
	return w;
}

static bool
has(const json_t *names, struct str id)
{
	const json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)names, i, one) /* only read */
		if (str_eq_c(id, json_string_value(one)))
			return true;
	return false;
}

/* Several controls ask for one paper: it is told once, by the shortest of their terms. "None of it" is one of two ways, and nobody owes it. */
static void
of_control(struct list *l, const struct wanted *w, const struct control_info *info)
{
	const struct catalogue *all = l->core->catalogue;

	for (size_t k = 0; info->control && info->control->papers && k < info->control->papers->count; k++) {
		const struct paper_spec *spec = &info->control->papers->list[k];
		const struct form *form = catalogue_paper(all, spec->form);
		int64_t within = spec->within_months;
		bool first = true, owed = has(w->open, info->id);

		if (form == NULL || form->paper.period || spec->denied_by.n || str_eq_c(spec->form, "no-event") || !has(w->all, info->id))
			continue;
		for (size_t i = 0; i < all->controls_count; i++) {
			const struct paper_specs *papers = all->controls[i].control ? all->controls[i].control->papers : NULL;

			for (size_t j = 0; papers && j < papers->count; j++) {
				const struct paper_spec *other = &papers->list[j];

				if (other == spec || !str_eq(other->form, spec->form) || !str_eq(other->value, spec->value) || !has(w->all, all->controls[i].id))
					continue;
				first &= &all->controls[i] > info || (&all->controls[i] == info && j > k);
				owed |= has(w->open, all->controls[i].id);
				within = within == 0 || (other->within_months && other->within_months < within) ? other->within_months : within;
			}
		}
		if (first)
			of_spec(l, form, spec, within, owed);
	}
}

/* What asks for somebody within 30 days, what was never filed, what is later, what is done. */
static int
rank(const json_t *one)
{
	const char *state = json_string_value(json_object_get(one, "state"));

	return strcmp(state, "done") == 0 ? 3 : strcmp(state, "later") == 0 ? 2 : strcmp(state, "never") == 0;
}

static int
by_day(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int p = rank(x), q = rank(y);
	json_int_t m = json_integer_value(json_object_get(x, "due")), n = json_integer_value(json_object_get(y, "due"));

	return p != q ? p - q : m != n ? (m > n) - (m < n) : strcmp(json_string_value(json_object_get(x, "title")), json_string_value(json_object_get(y, "title")));
}

json_t *
deadlines_json(struct core *c, enum lang lang, int64_t now_us)
{
	struct list l = { .core = c, .rows = json_array(), .arena = ARENA(16u << 20), .lang = lang, .now_us = now_us };
	const struct catalogue *all = c->catalogue;
	struct wanted w = wanted_names(c);
	const struct control *watch;
	json_t *rows, *question;
	const char *key;

	json_object_foreach(c->questions, key, question)
		of_question(&l, question);

	for (size_t i = 0; i < all->controls_count; i++)
		of_control(&l, &w, &all->controls[i]);
	for (size_t i = 0; i < all->papers_count; i++)
		if (all->papers[i].paper.period)
			of_periods(&l, &all->papers[i]);
	for (size_t i = 0; i < c->papers_count; i++) {
		const struct form *form = catalogue_paper(all, str_of(c->papers[i].form));

		if (form)
			of_paper(&l, form, &c->papers[i]);
	}
	for (size_t i = 0; i < all->forms_count; i++)
		if (all->forms[i].ends < all->forms[i].fields_count || all->forms[i].again < all->forms[i].fields_count)
			of_register(&l, &all->forms[i]);
	for (size_t i = 0; i < c->spans_count; i++)
		of_exception(&l, &c->spans[i]);
	if (has(w.all, STR("account-review")))
		of_duty(&l, STR("account-review"), PERIOD_HALF_YEAR, 0, accounts_reviewed(&l));
	watch = catalogue_judge(all, STR("misuse-watch"));
	if (has(w.all, STR("misuse-watch")))
		of_duty(&l, STR("misuse-watch"), PERIOD_MONTH, watch ? least(&l, watch, "review_days") : 0, c->watch_reviewed_us);
	json_decref(w.open);
	json_decref(w.all);
	arena_free(&l.arena);
	rows = view_sorted(l.rows, by_day);
	json_decref(l.rows);
	return rows;
}
