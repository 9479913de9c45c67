// SPDX-License-Identifier: Apache-2.0
/* The screen of April: every paper of one's side that runs out or wants a look by a day, its next version filled in from the last one. */
#include "core/paper_int.h"

#include <string.h>

#include "base/calendar.h"
#include "base/time_text.h"

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_EN ? b.en : b.ja;
}

static const struct paper_kept *
filed_last(const struct paper *p)
{
	const struct paper_kept *last = NULL;

	for (size_t i = 0; i < p->count; i++)
		last = p->steps[i].event.step == PAPER_FILE ? &p->steps[i] : last;
	return last;
}

/* The dates of the rule, in the order of the fields; no other field changes with the year. */
static bool
of_the_year(const struct form *form, size_t field)
{
	return field == form->paper.from || field == form->paper.until || field == form->paper.review;
}

json_t *
renewal_values(const struct form *form, const struct paper *p, const json_t *typed)
{
	const struct paper_kept *last = filed_last(p);
	json_t *values = last ? json_copy(last->values) : json_object();
	char key[2 * ID_BYTES + FORM_ID_MAX + 66];

	for (size_t i = 0; i < form->fields_count; i++) {
		const json_t *value;

		(void)snprintf(key, sizeof(key), "%s." STR_FMT, p->id, STR_ARG(form->fields[i].id)); /* fits: ids have a ceiling */
		value = json_object_get(typed, key);
		if (of_the_year(form, i) && json_is_string(value))
			json_object_set_new(values, form->fields[i].id.p, json_string(json_string_value(value)));
	}
	return values;
}

static void
put_day(json_t *values, const struct form *form, size_t field, int64_t day_us)
{
	struct civil t = time_civil(day_us);
	char text[16];

	if (field == form->fields_count)
		return;
	(void)snprintf(text, sizeof(text), "%04d-%02d-%02d", t.year % 10000, t.month % 100, t.day % 100); /* fits */
	json_object_set_new(values, form->fields[field].id.p, json_string(text));
}

/* A year on from the day after the last one; of what has no agreed end, from the day after `by`. */
static void
a_year_on(const struct form *form, const struct paper_now *now, int64_t by_us, json_t *values)
{
	bool ends = form->paper.until < form->fields_count && now->until_us && now->until_us != INT64_MAX;
	int64_t from_us = day_first(ends ? now->until_us : by_us);

	put_day(values, form, form->paper.from, from_us);
	if (ends)
		put_day(values, form, form->paper.until, day_months_later(from_us, 12) - 1);
	if (form->paper.review < form->fields_count)
		put_day(values, form, form->paper.review, day_months_later(from_us, form->paper.review_months ? (int)form->paper.review_months : 12));
}

/* What is wrong with the version as it would be filed: {field: sentence}; under lock. */
static json_t *
wrong_with(struct core *c, const struct form *form, const struct paper *p, json_t *values, enum lang lang)
{
	struct arena a = ARENA(4 << 20);
	struct draft d = { .form = form };
	json_t *errors = NULL;

	if (draft_take(&d, values, NULL) == RC_OK)
		errors = paper_draft_check(c, &d, lang, &a);
	else
		errors = json_pack("{s:s}", "", rc_trail());
	if (json_object_size(errors) == 0 && !str_eq_c(form_name(form, d.values, &a), p->name))
		json_object_set_new(errors, "", view_sentence(MSG_RENEWAL_OTHER_NAME, lang, NULL, 0));
	rc_trail_clear();
	arena_free(&a);
	return errors;
}

/* An id with the entry that was seen: the paper is ticked. The newest entry is another: somebody was here meanwhile. */
static json_t *
renewal_row(struct core *c, const struct form *form, const struct paper *p, const struct paper_now *now, int64_t by_us, const json_t *typed, enum lang lang)
{
	const struct paper_kept *last = filed_last(p);
	const char *seen = json_string_value(json_object_get(typed, p->id));
	json_t *values = renewal_values(form, p, typed), *errors, *fields = json_array(), *row, *error;
	struct arena a = ARENA(65536);
	const char *key;
	char leaf[24];

	if (!json_is_object(typed))
		a_year_on(form, now, by_us, values);
	errors = wrong_with(c, form, p, values, lang);
	(void)snprintf(leaf, sizeof(leaf), "%llu", (unsigned long long)p->steps[p->count - 1].leaf); /* fits */
	if (seen && strcmp(seen, leaf) != 0)
		json_object_set_new(errors, "", view_sentence(MSG_RENEWAL_MEANWHILE, lang, NULL, 0));
	row = json_pack("{s:s, s:s, s:o, s:s, s:s, s:b, s:o, s:o, s:b}", "id", p->id, "form", p->form, "title", view_text(paper_title(form, last->values, lang, &a)), "state", paper_state_word(now->state), "leaf", leaf,
	    "ticked", json_is_object(typed) ? seen != NULL : json_object_size(errors) == 0, "until", now->until_us == INT64_MAX || now->until_us == 0 ? json_null() : json_integer(now->until_us - 1), "review", view_time(now->review_us),
	    "attached", json_array_size(last->files) != 0);
	for (size_t i = 0; i < form->fields_count; i++)
		if (of_the_year(form, i)) {
			json_array_append_new(fields, json_pack("{s:o, s:o, s:s, s:s, s:b, s:o}", "id", view_text(form->fields[i].id), "label", view_text(in(form->fields[i].label, lang)),
			    "use", i == form->paper.from ? "from" : i == form->paper.until ? "until" : "review", "value", json_string_value(json_object_get(values, form->fields[i].id.p)) ? json_string_value(json_object_get(values, form->fields[i].id.p)) : "",
			    "required", form->fields[i].required, "error", json_object_get(errors, form->fields[i].id.p) ? json_incref(json_object_get(errors, form->fields[i].id.p)) : json_null()));
			json_object_del(errors, form->fields[i].id.p);
		}
	json_object_set_new(row, "fields", fields);
	json_object_foreach(errors, key, error) /* one of another field is corrected on the paper's own form */
		json_object_set_new(row, "error", *key == '\0' ? json_incref(error) : view_sentence(MSG_RENEWAL_OTHER_FIELD, lang, NULL, 0));
	json_decref(errors);
	json_decref(values);
	arena_free(&a);
	return row;
}

/* The first of the two days that a paper has; 0: none. */
static int64_t
due_us(const struct paper_now *now)
{
	int64_t until_us = now->until_us == INT64_MAX ? 0 : now->until_us, review_us = now->state == PAPER_IN_FORCE ? now->review_us : 0;

	return until_us && (review_us == 0 || until_us < review_us) ? until_us : review_us;
}

/* `by`: that day included; unsaid: the last day of the fiscal year. */
static enum rc
by_said(const json_t *arguments, int64_t now_us, int64_t *ret_us)
{
	const char *by = json_string_value(json_object_get(arguments, "by"));
	enum rc rc = RC_OK;

	*ret_us = paper_period(PERIOD_FISCAL_YEAR, now_us).to_us;
	if (by && *by) {
		TRY(time_parse_date(str_of(by), ret_us));
		*ret_us += DAY_US;
	}
out:
	return rc;
}

/*= O2-5-1 */
enum rc
view_paper_renewal(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows = json_array(), *typed = json_object_get(arguments, "values");
	enum side side = roles_side(who->session.roles);
	int64_t now_us = core_now_us(), by_us = 0;
	size_t more = 0;
	enum rc rc = RC_OK;

	TRY(by_said(arguments, now_us, &by_us));
	core_lock(c);
	for (size_t i = 0; i < c->papers_count; i++) {
		const struct paper *p = &c->papers[i];
		const struct form *form = catalogue_paper(c->catalogue, str_of(p->form));
		struct paper_now now;

		if (form == NULL || form->paper.period || form->writes != side || side == SIDE_NONE)
			continue;
		paper_now(c, p, now_us, &now);
		if ((now.state != PAPER_IN_FORCE && now.state != PAPER_EXPIRED) || now.open || due_us(&now) == 0 || due_us(&now) > by_us)
			continue;
		if (json_array_size(rows) == RENEWAL_MAX)
			more++;
		else
			json_array_append_new(rows, renewal_row(c, form, p, &now, by_us, typed, who->lang));
	}
	core_unlock(c);
	*ret = json_pack("{s:I, s:I, s:O, s:I, s:b}", "at", (json_int_t)now_us, "by", (json_int_t)(by_us - 1), "rows", rows, "more", (json_int_t)more, "can_renew", act_permitted(ACT_PAPER_RENEW, who->session.roles));
out:
	json_decref(rows);
	return rc;
}
