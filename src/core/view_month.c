// SPDX-License-Identifier: Apache-2.0
/* Screens of closing a month: all of them, and one with its report, its steps and what the newest version changed. */
#include <string.h>

#include "core/month.h"

#define MONTHS_OFFERED 13 /* to make one of: a year and the month before */

static const char *
member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static json_t *
in_lang(const json_t *both, enum lang lang)
{
	return json_string(member(both, lang == LANG_JA ? "ja" : "en"));
}

static json_t *
now_json(const struct month_now *now)
{
	enum month_step s = now->state;

	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:I, s:I, s:I, s:I, s:s}", "id", now->id, "contract", now->contract, "month", now->month, "state", month_step_word(s), "version", (json_int_t)now->version, "hash", now->hash,
	    "leaf", (json_int_t)now->leaf, "made", (json_int_t)now->made_us, "since", (json_int_t)now->step_us, "accepted_version", (json_int_t)now->accepted_version,
	    "turn", s == MONTH_SUBMITTED ? "client" : s == MONTH_ACCEPTED ? "" : "contractor");
}

/* Contracts in force, and the months that are over: what can be made. */
static json_t *
offered(struct core *c, enum lang lang, int64_t now_us, json_t **ret_months)
{
	json_t *contracts = json_array(), *months = json_array();
	int64_t at = month_range(now_us).from_us - 1;
	char text[MONTH_TEXT_BYTES + 1];

	core_lock(c);
	for (size_t i = 0; i < c->catalogue->contracts_count; i++) {
		const struct contract *k = &c->catalogue->contracts[i];

		json_array_append_new(contracts, json_pack("{s:o, s:o}", "id", view_text(k->id), "name", view_text(lang == LANG_JA ? k->name.ja : k->name.en)));
	}
	core_unlock(c);
	for (int i = 0; i < MONTHS_OFFERED; i++, at = month_range(at).from_us - 1) {
		month_text(at, text);
		json_array_append_new(months, json_string(text));
	}
	*ret_months = months;
	return contracts;
}

enum rc
view_months(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *ids = NULL, *rows = json_array(), *id, *contracts, *months;
	int64_t now_us = core_now_us();
	size_t i;
	enum rc rc = RC_OK;

	(void)arguments;
	contracts = offered(c, who->lang, now_us, &months);
	TRY(month_all(c, &ids));
	json_array_foreach(ids, i, id) {
		struct month_now now;
		json_t *row, *report = NULL;

		TRY(month_get(c, json_string_value(id), &now));
		TRY(month_report(c, now.id, now.version, &report));
		row = now_json(&now);
		json_object_set_new(row, "contract_name", in_lang(json_object_get(report, "contract_name"), who->lang));
		json_object_set(row, "counts", json_object_get(report, "counts"));
		json_array_append_new(rows, row);
		json_decref(report);
	}
	*ret = json_pack("{s:I, s:O, s:O, s:O, s:b}", "at", (json_int_t)now_us, "rows", rows, "contracts", contracts, "months", months, "can_make", act_permitted(ACT_MONTH_MAKE, who->session.roles));
out:
	json_decref(ids);
	json_decref(rows);
	json_decref(contracts);
	json_decref(months);
	return rc;
}

/* The word of a drill record's kind; under lock. */
static json_t *
drill_kind(const struct core *c, const char *kind, enum lang lang)
{
	const struct form *form = catalogue_paper(c->catalogue, STR("drill-record"));

	for (size_t i = 0; form && i < form->fields_count; i++)
		for (size_t k = 0; str_eq_c(form->fields[i].id, "kind") && k < form->fields[i].choices_count; k++)
			if (str_eq_c(form->fields[i].choices[k].id, kind))
				return view_text(lang == LANG_JA ? form->fields[i].choices[k].word.ja : form->fields[i].choices[k].word.en);
	return json_string(kind);
}

/* Names of what the report has ids of, for this reader. Under no lock. */
static void
localize(struct core *c, json_t *report, enum lang lang)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(report, "rows"), i, one)
		json_object_set_new(one, "title", in_lang(json_object_get(one, "title"), lang));
	json_array_foreach(json_object_get(report, "privileged"), i, one)
		json_object_set_new(one, "name", json_string(word_act(act_of(str_of(member(one, "what"))), lang)));
	core_lock(c);
	json_array_foreach(json_object_get(report, "drills"), i, one)
		json_object_set_new(one, "name", drill_kind(c, member(one, "kind"), lang));
	json_array_foreach(json_object_get(report, "changes"), i, one) {
		const struct form *form = catalogue_form(c->catalogue, str_of(member(one, "what")));

		json_object_set_new(one, "name", form ? view_text(lang == LANG_JA ? form->name.ja : form->name.en) : json_string(member(one, "what")));
	}
	core_unlock(c);
	for (const char *const *key = (const char *const[]){ "contract_name", "client", "contractor", NULL }; *key; key++)
		json_object_set_new(report, *key, in_lang(json_object_get(report, *key), lang));
}

static void
may(const struct month_now *now, uint32_t roles, json_t *o)
{
	bool spoken = now->state == MONTH_ACCEPTED || now->state == MONTH_RETURNED || now->accepted_version;

	json_object_set_new(o, "can_make", json_boolean(act_permitted(ACT_MONTH_MAKE, roles)));
	json_object_set_new(o, "can_review", json_boolean(now->state == MONTH_MADE && act_permitted(ACT_MONTH_REVIEW, roles)));
	json_object_set_new(o, "can_submit", json_boolean(now->state == MONTH_REVIEWED && act_permitted(ACT_MONTH_SUBMIT, roles)));
	json_object_set_new(o, "can_decide", json_boolean(now->state == MONTH_SUBMITTED && act_permitted(ACT_MONTH_ACCEPT, roles)));
	json_object_set_new(o, "can_answer", json_boolean(spoken && act_permitted(ACT_MONTH_ANSWER, roles)));
}

/* `version` of the arguments: an older one; without it the newest. */
enum rc
view_month(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *report = NULL, *before = NULL, *versions = NULL, *taken = NULL, *o = NULL, *asked = json_object_get(arguments, "version");
	struct month_now now;
	int64_t version;
	enum rc rc = RC_OK;

	TRY(month_get(c, member(arguments, "id"), &now));
	version = json_is_integer(asked) && json_integer_value(asked) > 0 && json_integer_value(asked) <= now.version ? json_integer_value(asked) : now.version;
	TRY(month_report(c, now.id, version, &report));
	if (version > 1)
		TRY(month_report(c, now.id, version - 1, &before));
	TRY(month_versions(c, now.id, &versions));
	TRY(month_steps(c, now.id, &taken));
	o = now_json(&now);
	json_object_set_new(o, "at", json_integer((json_int_t)core_now_us()));
	json_object_set_new(o, "shown_version", json_integer((json_int_t)version));
	json_object_set(o, "versions", versions);
	json_object_set(o, "steps", taken);
	json_object_set_new(o, "difference", before ? month_difference(before, report) : json_array());
	localize(c, report, who->lang);
	json_object_set_new(o, "name", json_sprintf("%s %s", member(report, "contract_name"), now.month));
	json_object_set(o, "rows", json_object_get(report, "rows"));
	(void)json_object_del(report, "rows");
	json_object_set(o, "report", report);
	may(&now, version == now.version ? who->session.roles : 0, o);
	*ret = json_incref(o);
out:
	json_decref(report);
	json_decref(before);
	json_decref(versions);
	json_decref(taken);
	json_decref(o);
	return rc;
}
