// SPDX-License-Identifier: Apache-2.0
/* Screens of papers: which forms there are and whose turn it is, the papers of one, one with its versions and steps, its form. */
#include "core/paper_int.h"

#include <string.h>

#include "base/calendar.h"
#include "form/load.h"

#define PAGE_ROWS 100

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_EN ? b.en : b.ja;
}

static const char *
side_word(enum side side)
{
	return side == SIDE_CLIENT ? "client" : side == SIDE_CONTRACTOR ? "contractor" : "none";
}

static json_t *
closings_json(unsigned set)
{
	json_t *list = json_array();

	for (unsigned i = 0; closing_words[i]; i++)
		if (set & 1u << i)
			json_array_append_new(list, json_string(closing_words[i]));
	return list;
}

static json_t *
form_json(const struct form *form, const struct actor *who)
{
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:s, s:b}", "id", view_text(form->id), "name", view_text(in(form->name, who->lang)), "about", view_text(in(form->about, who->lang)),
	    "writes", side_word(form->writes), "closes", closings_json(form->paper.closes), "period", period_words[form->paper.period],
	    "can_file", (form->writes == roles_side(who->session.roles) || (form->paper.entered && roles_side(who->session.roles) != SIDE_NONE)) && act_permitted(ACT_PAPER_FILE, who->session.roles));
}

/* Under lock. */
static json_t *
paper_row(struct core *c, const struct form *form, const struct paper *p, enum lang lang, int64_t now_us)
{
	struct arena a = ARENA(65536);
	const struct paper_kept *filed;
	struct paper_now now;
	json_t *row;

	paper_now(c, p, now_us, &now);
	filed = paper_version(p, now.version);
	row = json_pack("{s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "id", p->id, "form", p->form, "state", paper_state_word(now.state), "turn", side_word(now.turn), "renewal", now.renewal,
	    "version", (json_int_t)now.version, "leaf", (json_int_t)p->steps[p->count - 1].leaf, "title", filed && form ? view_text(paper_title(form, filed->values, lang, &a)) : json_string(p->name),
	    "filed", view_time(now.filed_us), "from", view_time(now.from_us), "until", now.until_us == INT64_MAX || now.until_us == 0 ? json_null() : json_integer(now.until_us - 1),
	    "review", view_time(now.review_us));
	json_object_set_new(row, "open", closings_json(now.open));
	json_object_set_new(row, "stage", form && now.stage ? view_text(in(form->paper.stages[now.stage - 1].name, lang)) : json_null());
	json_object_set_new(row, "form_name", form ? view_text(in(form->name, lang)) : json_string(p->form));
	arena_free(&a);
	return row;
}

enum rc
view_papers(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *forms = json_array(), *mine = json_array();
	enum side side = roles_side(who->session.roles);
	int64_t now_us = core_now_us();

	core_lock(c);
	for (size_t i = 0; i < c->catalogue->papers_count; i++) {
		const struct form *form = &c->catalogue->papers[i];
		json_int_t counts[PAPER_STATE_COUNT] = { 0 }, all = 0;
		json_t *one = form_json(form, who);

		for (size_t k = 0; k < c->papers_count; k++) {
			struct paper_now now;

			if (!str_eq_c(form->id, c->papers[k].form))
				continue;
			paper_now(c, &c->papers[k], now_us, &now);
			counts[now.state]++;
			all++;
			if (now.turn == side && side != SIDE_NONE)
				json_array_append_new(mine, paper_row(c, form, &c->papers[k], who->lang, now_us));
		}
		json_object_set_new(one, "all", json_integer(all));
		for (int s = PAPER_WAITING; s < PAPER_STATE_COUNT; s++)
			json_object_set_new(one, paper_state_word((enum paper_state)s), json_integer(counts[s]));
		json_array_append_new(forms, one);
	}
	core_unlock(c);
	*ret = json_pack("{s:I, s:o, s:o}", "at", (json_int_t)now_us, "rows", forms, "mine", mine);
	return RC_OK;
}

/* Under lock. */
static enum rc
need_form(struct core *c, json_t *arguments, const struct form **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));

	*ret = id ? catalogue_paper(c->catalogue, str_of(id)) : NULL;
	return *ret ? RC_OK : FAIL(RC_NOTFOUND, "その名前の書式はありません / no such form");
}

enum rc
view_paper_form(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows = json_array(), *given = json_object_get(arguments, "page");
	int64_t now_us = core_now_us(), page = json_is_integer(given) && json_integer_value(given) >= 0 && json_integer_value(given) < 1000000 ? json_integer_value(given) : 1;
	size_t total = 0, from = page > 0 ? (size_t)(page - 1) * PAGE_ROWS : 0;
	const struct form *form;
	enum rc rc = RC_OK;

	core_lock(c);
	TRY(need_form(c, arguments, &form));
	for (size_t k = 0; k < c->papers_count; k++) {
		if (!str_eq_c(form->id, c->papers[k].form))
			continue;
		if (total >= from && (page == 0 || total < from + PAGE_ROWS))
			json_array_append_new(rows, paper_row(c, form, &c->papers[k], who->lang, now_us));
		total++;
	}
	*ret = json_pack("{s:I, s:o, s:O, s:I, s:I, s:I}", "at", (json_int_t)now_us, "form", form_json(form, who), "rows", rows, "total", (json_int_t)total, "page", (json_int_t)page,
	    "pages", (json_int_t)((total + PAGE_ROWS - 1) / PAGE_ROWS));
out:
	core_unlock(c);
	json_decref(rows);
	return rc;
}

/* What two versions differ in: {from, id, old, new} of each field; "files" are all that is attached, by name. */
static void
changes_add(json_t *list, int64_t from, const char *id, const char *old, const char *new)
{
	if (strcmp(old, new) != 0)
		json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:s}", "from", (json_int_t)from, "id", id, "old", old, "new", new));
}

static const char *
value_of(const json_t *values, const char *id)
{
	const char *value = json_string_value(json_object_get(values, id));

	return value ? value : "";
}

/* A line for each file, with the beginning of its hash: the same name with other content differs. */
static void
files_text(const json_t *files, struct buf *ret)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)files, i, one) /* only read */
		if (buf_addf(ret, "%s%s (%.12s)", i ? "\n" : "", value_of(one, "name"), value_of(one, "sha256")) != RC_OK)
			rc_trail_clear(); /* more names than a page shows */
}

static void
changes_between(const struct form *form, const struct paper_kept *before, const struct paper_kept *now, json_t *list)
{
	struct buf old = BUF(65536), new = BUF(65536);

	for (size_t i = 0; i < form->fields_count; i++)
		changes_add(list, before->event.version, form->fields[i].id.p, value_of(before->values, form->fields[i].id.p), value_of(now->values, form->fields[i].id.p));
	files_text(before->files, &old);
	files_text(now->files, &new);
	changes_add(list, before->event.version, "files", buf_cstr(&old), buf_cstr(&new));
	buf_free(&old);
	buf_free(&new);
}

/* Against the version in force when it was filed, which it would follow; and against the one filed before it, when that is another. Under lock. */
static json_t *
differences(const struct core *c, const struct form *form, const struct paper *p, size_t at)
{
	const struct paper_kept *last = NULL, *standing = NULL;
	json_t *list = json_array();
	struct paper_now then;

	for (size_t i = 0; i < at; i++)
		last = p->steps[i].event.step == PAPER_FILE ? &p->steps[i] : last;
	paper_now(c, p, p->steps[at].event.at_us - 1, &then);
	if (then.state == PAPER_IN_FORCE || then.state == PAPER_NOT_YET || then.state == PAPER_EXPIRED)
		standing = paper_version(p, then.version);
	if (standing)
		changes_between(form, standing, &p->steps[at], list);
	if (last && last != standing)
		changes_between(form, last, &p->steps[at], list);
	return list;
}

static json_t *
step_json(const struct core *c, const struct form *form, const struct paper *p, size_t at, enum lang lang)
{
	const struct paper_kept *k = &p->steps[at];
	json_t *o = json_pack("{s:s, s:o, s:I, s:I, s:s, s:s, s:s, s:I}", "step", paper_step_word(k->event.step), "closing", closings_json(k->event.step == PAPER_PASS ? 0 : k->event.closing), "version", (json_int_t)k->event.version,
	    "at", (json_int_t)k->event.at_us, "side", side_word(k->side), "who", k->who, "reason", k->reason, "leaf", (json_int_t)k->leaf);

	if (k->event.step == PAPER_PASS && k->event.closing - 1 < form->paper.stages_count)
		json_object_set_new(o, "stage", view_text(in(form->paper.stages[k->event.closing - 1].name, lang)));
	if (k->event.step == PAPER_FILE) {
		json_object_set(o, "values", k->values);
		json_object_set_new(o, "differs", differences(c, form, p, at));
	}
	return o;
}

/* The stages of the version that is looked at, who passed each, and the one it is in. */
static json_t *
stages_json(const struct form *form, const struct paper *p, const struct paper_now *now, int64_t version, enum lang lang)
{
	json_t *list = json_array();
	size_t passed = 0;

	for (size_t i = 0; i < form->paper.stages_count; i++) {
		const struct paper_stage *s = &form->paper.stages[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:s, s:n, s:n}", "id", view_text(s->id), "name", view_text(in(s->name, lang)), "role", role_name(s->role),
		    "state", now->stage == i + 1 ? "open" : "waits", "who", "at"));
	}
	for (size_t i = 0; i < p->count; i++)
		if (p->steps[i].event.step == PAPER_PASS && p->steps[i].event.version == version && passed < form->paper.stages_count) {
			json_t *one = json_array_get(list, passed++);

			json_object_set_new(one, "state", json_string("passed"));
			json_object_set_new(one, "who", json_string(p->steps[i].who));
			json_object_set_new(one, "at", json_integer(p->steps[i].event.at_us));
		}
	return list;
}

bool
paper_passed_by(const struct paper *p, int64_t version, const struct opaque_id *account)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->steps[i].event.step == PAPER_PASS && p->steps[i].event.version == version && memcmp(p->steps[i].actor.b, account->b, ID_BYTES) == 0)
			return true;
	return false;
}

enum rc
view_paper(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	static const struct { enum act act; enum paper_step step; const char *name; } offers[] = { { ACT_PAPER_RECEIVE, PAPER_CLOSE, "can_receive" }, { ACT_PAPER_APPROVE, PAPER_CLOSE, "can_approve" },
		{ ACT_PAPER_RETURN, PAPER_RETURN, "can_return" }, { ACT_PAPER_WITHDRAW, PAPER_WITHDRAW, "can_withdraw" }, { ACT_PAPER_END, PAPER_END, "can_end" }, { ACT_PAPER_FILE, PAPER_FILE, "can_file" } };
	const char *id = json_string_value(json_object_get(arguments, "id"));
	enum side side = roles_side(who->session.roles);
	const struct paper_kept *shown, *last = NULL;
	const json_t *shown_files;
	const struct form *form;
	const struct paper *p;
	struct buf attached = BUF(128);
	struct paper_now now;
	json_t *page, *list = json_array();
	bool passed;
	enum rc rc = RC_OK;

	core_lock(c);
	p = id ? paper_get(c, id) : NULL;
	form = p ? catalogue_paper(c->catalogue, str_of(p->form)) : NULL;
	if (form == NULL)
		TRY(FAIL(RC_NOTFOUND, "その書面はありません / no such paper"));
	paper_now(c, p, core_now_us(), &now);
	shown = paper_version(p, now.version);
	for (size_t i = 0; i < p->count; i++) {
		json_array_append_new(list, step_json(c, form, p, i, who->lang));
		last = p->steps[i].event.step == PAPER_FILE ? &p->steps[i] : last;
	}
	page = paper_row(c, form, p, who->lang, core_now_us());
	json_object_set_new(page, "at", json_integer(core_now_us()));
	json_object_set_new(page, "form_info", form_json(form, who));
	json_object_set_new(page, "fields", fields_json(c, form, who->lang));
	json_object_set(page, "values", now.open && last ? last->values : shown ? shown->values : json_null());
	shown_files = now.open && last ? last->files : shown ? shown->files : NULL;
	TRY(attach_digest(shown_files, &attached));
	json_object_set_new(page, "attached", json_string(attached.n ? buf_cstr(&attached) : ""));
	json_object_set_new(page, "files", attach_kept(shown_files));
	json_object_set_new(page, "backdated", json_boolean(shown && now.filed_us && shown->event.from_us && shown->event.from_us < day_first(now.filed_us)));
	json_object_set_new(page, "shown_leaf", json_integer((json_int_t)(now.open && last ? last->leaf : shown ? shown->leaf : 0)));
	json_object_set_new(page, "shown_version", json_integer(now.open && last ? last->event.version : now.version));
	json_object_set(page, "steps", list);
	passed = paper_passed_by(p, now.open && last ? last->event.version : now.version, &who->session.account);
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		unsigned closing = paper_closing_of(offers[i].act, form, &now);
		bool may = act_permitted(offers[i].act, who->session.roles) && (offers[i].step != PAPER_CLOSE || (closing && !passed)) && paper_may(form, &now, offers[i].step, closing, side);

		json_object_set_new(page, offers[i].name, json_boolean(may));
		if (may && closing)
			json_object_set_new(page, offers[i].act == ACT_PAPER_RECEIVE ? "receive_word" : "approve_word", closings_json(closing));
	}
	json_object_set_new(page, "stages", stages_json(form, p, &now, now.open && last ? last->event.version : now.version, who->lang));
	json_object_set_new(page, "stage_id", now.stage ? view_text(form->paper.stages[now.stage - 1].id) : json_null());
	json_object_set_new(page, "can_pass", json_boolean(now.stage && !passed && act_permitted(ACT_PAPER_RECEIVE, who->session.roles) && paper_may(form, &now, PAPER_PASS, (unsigned)now.stage, side) &&
	    who->session.roles & ROLE_BIT(form->paper.stages[now.stage - 1].role)));
	json_object_set_new(page, "can_enter", json_boolean(side == form->writes && act_permitted(ACT_PAPER_ENTER, who->session.roles) && paper_next_closing(form, &now)));
	*ret = page;
out:
	core_unlock(c);
	buf_free(&attached);
	json_decref(list);
	return rc;
}

enum rc
view_paper_draft(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *from = json_string_value(json_object_get(arguments, "from"));
	json_t *typed = json_object_get(arguments, "values"), *errors = json_object(), *values = json_object();
	struct arena a = ARENA(4 << 20);
	struct draft d = { .form = NULL };
	const struct paper *p;
	enum rc rc = RC_OK;

	core_lock(c);
	TRY(need_form(c, arguments, &d.form));
	p = from && *from ? paper_get(c, from) : NULL;
	if (p && !str_eq_c(d.form->id, p->form))
		p = NULL;
	for (size_t i = 0; p && i < p->count; i++)
		if (p->steps[i].event.step == PAPER_FILE)
			json_object_update(values, p->steps[i].values);
	if (json_is_object(typed)) {
		TRY(draft_take(&d, typed, NULL));
		json_decref(errors);
		errors = paper_draft_check(c, &d, who->lang, &a);
	}
	*ret = json_pack("{s:I, s:o, s:o, s:O, s:O, s:s, s:I}", "at", (json_int_t)core_now_us(), "form", form_json(d.form, who), "fields", fields_json(c, d.form, who->lang), "errors", errors,
	    "values", values, "from", p ? p->id : "", "leaf", p ? (json_int_t)p->steps[p->count - 1].leaf : (json_int_t)0);
out:
	core_unlock(c);
	json_decref(errors);
	json_decref(values);
	arena_free(&a);
	return rc;
}
