// SPDX-License-Identifier: Apache-2.0
/*
 * What people do about exceptions: the contractor asks and may withdraw, the client decides and may revoke.
 *
 * A step names the entry of the ledger that took it; the step before it is named by whoever takes the next one, so that
 * of two who decide at once the second is told. The same entries, read again, make the same requests: exception_replay().
 */
#include "core/exception_int.h"

#include <string.h>

#include "base/time_text.h"

#define REASON_MAX 1000 /* characters */

/* ---- the form of a request */

static struct both
words(enum msg m)
{
	return (struct both){ str_of(message_plain(m, LANG_JA)), str_of(message_plain(m, LANG_EN)) };
}

static void
choice_add(struct field *f, struct form_choice *list, struct str id, struct both word)
{
	for (size_t i = 0; i < f->choices_count; i++)
		if (str_eq(list[i].id, id))
			return;
	list[f->choices_count++] = (struct form_choice){ id, word };
	f->choices = list;
}

static struct str
subject_text(struct core *c, struct str subject, enum lang lang, struct arena *a)
{
	json_t *text = register_subject_text(c, subject, lang);
	struct str ret = arena_dup(a, str_of(json_string_value(text)));

	json_decref(text);
	return ret;
}

/* Controls of the clause that are written, and the subjects they have. */
static enum rc
choices_of(struct core *c, const struct clause *clause, struct arena *a, struct field *control, struct field *subject)
{
	json_t *names = json_array(), *name;
	struct form_choice *of_controls, *of_subjects;
	size_t i, rows = 0, end, at;
	enum rc rc = RC_OK;

	view_names(clause, names);
	json_array_foreach(names, i, name) {
		at = held_range(c, str_of(json_string_value(name)), &end);
		rows += end - at;
	}
	of_controls = arena_get(a, (json_array_size(names) + 1) * sizeof(*of_controls));
	of_subjects = arena_get(a, (rows + 1) * sizeof(*of_subjects));
	if (of_controls == NULL || of_subjects == NULL)
		TRY(FAIL(RC_LIMIT, "too many subjects"));
	json_array_foreach(names, i, name) {
		struct str id = arena_dup(a, str_of(json_string_value(name)));
		const struct control_info *info = catalogue_control(c->catalogue, id);

		for (at = held_range(c, id, &end); at < end; at++) {
			struct str s = str_of(c->held[at].subject);

			choice_add(control, of_controls, id, info ? info->name : (struct both){ id, id });
			choice_add(subject, of_subjects, s, (struct both){ subject_text(c, s, LANG_JA, a), subject_text(c, s, LANG_EN, a) });
		}
	}
out:
	json_decref(names);
	return rc;
}

enum { AT_KIND, AT_CONTROL, AT_SUBJECT, AT_REASON, AT_INSTEAD, AT_UNTIL, AT_COUNT };

enum rc
exception_form(struct core *c, const struct clause *clause, struct arena *a, struct form *ret)
{
	struct field *f = arena_get(a, AT_COUNT * sizeof(*f));
	struct form_choice *kinds = arena_get(a, 2 * sizeof(*kinds));
	enum rc rc = RC_OK;

	if (f == NULL || kinds == NULL)
		return FAIL(RC_LIMIT, "no room for a form");
	f[AT_KIND] = (struct field){ .id = STR("kind"), .type = FIELD_CHOICE, .label = words(MSG_UI_EXCEPTION_KIND), .help = words(MSG_UI_EXCEPTION_KIND_HELP), .required = true };
	choice_add(&f[AT_KIND], kinds, str_of(exception_kind_word(EXCEPTION_PERMITTED)), words(MSG_UI_EXCEPTION_KIND_EXCEPTION));
	choice_add(&f[AT_KIND], kinds, str_of(exception_kind_word(EXCEPTION_NOT_APPLICABLE)), words(MSG_UI_EXCEPTION_KIND_NOT_APPLICABLE));
	f[AT_CONTROL] = (struct field){ .id = STR("control"), .type = FIELD_CHOICE, .label = words(MSG_UI_CONTROL), .help = words(MSG_UI_EXCEPTION_CONTROL_HELP) };
	f[AT_SUBJECT] = (struct field){ .id = STR("subject"), .type = FIELD_CHOICE, .label = words(MSG_UI_SUBJECT), .help = words(MSG_UI_EXCEPTION_SUBJECT_HELP) };
	f[AT_REASON] = (struct field){ .id = STR("reason"), .type = FIELD_NOTE, .label = words(MSG_UI_EXCEPTION_REASON), .help = words(MSG_UI_EXCEPTION_REASON_HELP), .required = true, .max = REASON_MAX };
	f[AT_INSTEAD] = (struct field){ .id = STR("instead"), .type = FIELD_NOTE, .label = words(MSG_UI_EXCEPTION_INSTEAD), .help = words(MSG_UI_EXCEPTION_INSTEAD_HELP), .max = REASON_MAX };
	f[AT_UNTIL] = (struct field){ .id = STR("until"), .type = FIELD_DATE, .label = words(MSG_UI_EXCEPTION_UNTIL), .help = words(MSG_UI_EXCEPTION_UNTIL_HELP), .required = true };
	TRY(choices_of(c, clause, a, &f[AT_CONTROL], &f[AT_SUBJECT]));
	*ret = (struct form){ .id = STR("exception"), .key = AT_REASON, .and = AT_COUNT, .fields = f, .fields_count = AT_COUNT };
out:
	return rc;
}

/* The same day of next year is the last one; of 29 February, the 28th. */
static int64_t
last_us(int64_t now_us)
{
	struct civil d = time_civil(now_us);

	if (d.month == 2 && d.day == 29)
		d.day = 28;
	return time_of_civil((struct civil){ d.year + 1, d.month, d.day, 0, 0, 0 });
}

json_t *
exception_errors(struct core *c, struct draft *d, enum lang lang, int64_t now_us, struct arena *a, int64_t *ret_until_us)
{
	bool whole = false, good = form_check(d->form, d->typed, a, d->values, d->wrong);
	json_t *errors = good ? json_object() : draft_errors(d, lang);
	int64_t day_us = 0;

	if (d->wrong[AT_KIND] == FORM_GOOD)
		whole = str_eq_c(d->values[AT_KIND], exception_kind_word(EXCEPTION_NOT_APPLICABLE));
	if (d->wrong[AT_KIND] == FORM_GOOD && !whole && d->wrong[AT_INSTEAD] == FORM_GOOD && d->values[AT_INSTEAD].n == 0)
		json_object_set_new(errors, "instead", view_sentence(MSG_UI_FORM_MISSING, lang, NULL, 0));
	if (d->wrong[AT_CONTROL] == FORM_GOOD && d->wrong[AT_SUBJECT] == FORM_GOOD) {
		if (whole && d->values[AT_CONTROL].n)
			json_object_set_new(errors, "control", view_sentence(MSG_EXCEPTION_WHOLE_CLAUSE, lang, NULL, 0));
		if (d->values[AT_SUBJECT].n && (d->values[AT_CONTROL].n == 0 ||
		    held_find(c, arena_cstr(a, d->values[AT_CONTROL]), arena_cstr(a, d->values[AT_SUBJECT]), "") == NULL))
			json_object_set_new(errors, "subject", view_sentence(MSG_EXCEPTION_OF_NO_CONTROL, lang, NULL, 0));
	}
	if (d->wrong[AT_UNTIL] == FORM_GOOD && time_parse_date(d->values[AT_UNTIL], &day_us) == RC_OK && (day_us + DAY_US <= now_us || day_us > last_us(now_us)))
		json_object_set_new(errors, "until", view_sentence(MSG_EXCEPTION_UNTIL_BOUNDS, lang, NULL, 0));
	*ret_until_us = day_us + DAY_US;
	return errors;
}

/* ---- a request */

static enum exception_kind
kind_of(struct str s)
{
	return str_eq_c(s, exception_kind_word(EXCEPTION_NOT_APPLICABLE)) ? EXCEPTION_NOT_APPLICABLE : EXCEPTION_PERMITTED;
}

static const char *
text_or_none(struct arena *a, struct str s)
{
	const char *p = arena_cstr(a, s);

	return p ? p : "";
}

/* Under lock: what is asked for, checked; `again`: from the ledger, where it was. */
static enum rc
request_of(struct core *c, json_t *arguments, enum lang lang, int64_t at_us, bool again, struct arena *a, struct exception_new *ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	const json_t *values = json_object_get(arguments, "values");
	const struct clause *clause = id ? catalogue_clause(c->catalogue, str_of(id), NULL) : NULL;
	struct draft d = { .form = NULL };
	struct form form;
	json_t *errors = NULL;
	enum rc rc = RC_OK;

	if (again) {
		static const char *const ids[AT_COUNT] = { "kind", "control", "subject", "reason", "instead", "until" };
		int64_t day_us;

		for (size_t i = 0; i < AT_COUNT; i++)
			d.values[i] = str_trim(str_of(json_string_value(json_object_get(values, ids[i]))));
		TRY(time_parse_date(d.values[AT_UNTIL], &day_us));
		ret->until_us = day_us + DAY_US;
	} else {
		if (clause == NULL)
			TRY(FAIL(RC_NOTFOUND, "その番号の要件はありません / no such clause"));
		TRY(exception_form(c, clause, a, &form));
		d.form = &form;
		TRY(draft_take(&d, values, NULL));
		errors = exception_errors(c, &d, lang, at_us, a, &ret->until_us);
		TRY(errors_fail(&form, errors, lang));
	}
	ret->clause = text_or_none(a, str_of(id));
	ret->kind = kind_of(d.values[AT_KIND]);
	ret->control = text_or_none(a, d.values[AT_CONTROL]);
	ret->subject = text_or_none(a, d.values[AT_SUBJECT]);
	ret->reason = text_or_none(a, d.values[AT_REASON]);
	ret->instead = text_or_none(a, d.values[AT_INSTEAD]);
out:
	json_decref(errors);
	return rc;
}

/* The same is asked for already and waits. */
static enum rc
waits_already(struct core *c, const struct exception_new *x, int64_t now_us)
{
	json_t *list = NULL, *one;
	size_t i;
	enum rc rc = RC_OK;

	TRY(exception_list(c, "", x->clause, now_us, &list));
	json_array_foreach(list, i, one)
		if (strcmp(json_string_value(json_object_get(one, "state")), "requested") == 0 && strcmp(json_string_value(json_object_get(one, "kind")), exception_kind_word(x->kind)) == 0 &&
		    strcmp(json_string_value(json_object_get(one, "control")), x->control) == 0 && strcmp(json_string_value(json_object_get(one, "subject")), x->subject) == 0)
			TRY(FAIL(RC_CONFLICT, "同じ申請が、発注者の決定を待っています / the same request waits for the client's decision"));
out:
	json_decref(list);
	return rc;
}

static enum rc
answer(struct core *c, const struct actor *who, const char *id, json_t **ret)
{
	json_t *shown = NULL;
	enum rc rc = RC_OK;

	TRY(exception_load(c));
	statuses_update(c);
	shown = json_pack("{s:s}", "id", id);
	TRY(view_exception(c, who, shown, ret));
out:
	json_decref(shown);
	return rc;
}

enum rc
do_exception_request(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const struct exception_by by = { &who->session.account, who->session.display, who->at_us, who->begin };
	struct exception_new x = { .clause = "" };
	struct arena a = ARENA(4 << 20);
	enum rc rc = RC_OK;

	core_lock(c);
	rc = request_of(c, arguments, who->lang, who->at_us, false, &a, &x);
	core_unlock(c);
	TRY(rc);
	TRY(waits_already(c, &x, who->at_us));
	id_of_leaf("exception", who->begin, x.id);
	TRY(exception_store(c, &x, &(struct exception_taken){ x.id, 0, STEP_REQUESTED, x.reason }, &by));
	TRY(answer(c, who, x.id, ret));
out:
	arena_free(&a);
	return rc;
}

/* ---- steps after it */

static enum rc
step_of(enum act act, json_t *arguments, enum exception_step *ret)
{
	const char *decision = json_string_value(json_object_get(arguments, "decision"));

	*ret = act == ACT_EXCEPTION_WITHDRAW ? STEP_WITHDRAWN : STEP_REVOKED;
	if (act != ACT_EXCEPTION_DECIDE)
		return RC_OK;
	if (decision == NULL || (strcmp(decision, "approve") != 0 && strcmp(decision, "refuse") != 0))
		return FAIL(RC_SYNTAX, "認めるか認めないかを選んでください / choose approve or refuse");
	*ret = strcmp(decision, "approve") == 0 ? STEP_APPROVED : STEP_REFUSED;
	return RC_OK;
}

/* The one request of this id as it stands. */
static enum rc
request_get(struct core *c, const char *id, int64_t now_us, json_t **ret)
{
	json_t *list = NULL;
	enum rc rc = RC_OK;

	TRY(exception_list(c, id && *id ? id : "?", "", now_us, &list));
	if (json_array_size(list) == 0)
		TRY(FAIL(RC_NOTFOUND, "その申請はありません / no such request"));
	*ret = json_incref(json_array_get(list, 0));
out:
	json_decref(list);
	return rc;
}

/* What the step asks of the request as it stands. */
static enum rc
step_fits(const json_t *request, json_t *arguments, enum exception_step step, int64_t at_us)
{
	const char *state = json_string_value(json_object_get(request, "state")), *want = step == STEP_REVOKED ? "approved" : "requested";
	json_t *seen = json_object_get(arguments, "leaf");

	if (step != STEP_WITHDRAWN && !json_is_integer(seen))
		return FAIL(RC_SYNTAX, "見ていた申請の記録番号（leaf）を添えてください / say which entry of the request was seen (leaf)");
	if (strcmp(state, want) != 0 || (json_is_integer(seen) && json_integer_value(seen) != json_integer_value(json_object_get(request, "leaf"))))
		return FAIL(RC_CONFLICT, "その間にほかの人が決めたか、取り下げたか、期限が来ました。もう一度開いて確かめてください / somebody decided or withdrew it meanwhile, or it ended: open it again");
	if (step == STEP_APPROVED && json_integer_value(json_object_get(request, "until")) <= at_us)
		return FAIL(RC_CONFLICT, "期限を過ぎた申請は認められません。申請し直してもらってください / its date has passed: ask for a new request");
	return RC_OK;
}

static enum rc
take_step(struct core *c, enum act act, json_t *arguments, const struct exception_by *by)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	struct buf reason = BUF(8192);
	struct opaque_id asked_by;
	enum exception_step step;
	json_t *request = NULL;
	enum rc rc = RC_OK;

	TRY(step_of(act, arguments, &step));
	TRY(reason_said(arguments, step != STEP_WITHDRAWN, &reason));
	TRY(request_get(c, id, by->at_us, &request));
	TRY(step_fits(request, arguments, step, by->at_us));
	TRY(exception_asked_by(c, id, &asked_by));
	if (step != STEP_WITHDRAWN && memcmp(asked_by.b, by->actor->b, ID_BYTES) == 0)
		TRY(FAIL(RC_DENIED, "申請した本人は決められません / who asked does not decide"));
	TRY(exception_store(c, NULL, &(struct exception_taken){ id, json_integer_value(json_object_get(request, "version")), step, buf_cstr(&reason) }, by));
out:
	json_decref(request);
	buf_free(&reason);
	return rc;
}

static enum rc
do_step(struct core *c, enum act act, const struct actor *who, json_t *arguments, json_t **ret)
{
	const struct exception_by by = { &who->session.account, who->session.display, who->at_us, who->begin };
	const char *id = json_string_value(json_object_get(arguments, "id"));
	struct party asked = { .side = SIDE_CONTRACTOR, .n = 1 }, mine = party_of(who);
	enum rc rc = RC_OK;

	TRY(exception_asked_by(c, id ? id : "", &asked.accounts[0]));
	if (act != ACT_EXCEPTION_WITHDRAW && party_meets(c, &asked, &mine))
		TRY(FAIL(RC_DENIED, "申請した本人は決められません / who asked does not decide"));
	TRY(take_step(c, act, arguments, &by));
	TRY(answer(c, who, json_string_value(json_object_get(arguments, "id")), ret));
out:
	return rc;
}

enum rc
do_exception_decide(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_step(c, ACT_EXCEPTION_DECIDE, who, arguments, ret);
}

enum rc
do_exception_withdraw(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_step(c, ACT_EXCEPTION_WITHDRAW, who, arguments, ret);
}

enum rc
do_exception_revoke(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_step(c, ACT_EXCEPTION_REVOKE, who, arguments, ret);
}

/* ---- from the ledger again */

bool
exception_act(enum act act)
{
	return act == ACT_EXCEPTION_REQUEST || act == ACT_EXCEPTION_DECIDE || act == ACT_EXCEPTION_WITHDRAW || act == ACT_EXCEPTION_REVOKE;
}

enum rc
exception_replay(struct core *c, uint64_t leaf, const struct leaf *l, json_t *payload, const char *who, bool *ret_changed)
{
	const struct exception_by by = { &l->actor, who, l->claimed_at_us, leaf };
	json_t *arguments = json_object_get(payload, "arguments");
	struct exception_new x = { .clause = "" };
	struct arena a = ARENA(4 << 20);
	enum act act = act_of(l->name);
	enum rc rc = RC_OK;

	if (!json_is_object(arguments))
		goto out;
	if (act == ACT_EXCEPTION_REQUEST) {
		core_lock(c);
		rc = request_of(c, arguments, LANG_JA, by.at_us, true, &a, &x);
		core_unlock(c);
		TRY(rc);
		id_of_leaf("exception", leaf, x.id);
		TRY(exception_store(c, &x, &(struct exception_taken){ x.id, 0, STEP_REQUESTED, x.reason }, &by));
	} else {
		TRY(take_step(c, act, arguments, &by));
	}
	*ret_changed = true;
out:
	arena_free(&a);
	return rc;
}
