// SPDX-License-Identifier: Apache-2.0
/*
 * password-complexity - can a password that mixes letters, digits and symbols be set?
 *
 * The contract asks that it can be set, so that is what decides: the stack
 * behind `passwd` is walked with such a password. How many kinds of characters
 * the machine insists on is found the same way, with passwords of fewer, and
 * shown; a contract that wants it enforced sets `classes_min`.
 */
#include "control/control.h"

#include "control/pam_doors.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "classes_min", "count", 0, 4, 0 },
};

struct set { bool can, maybe, written, written_maybe; uint16_t step; };

static enum rc
take_old(void *context, const struct pam_way *w)
{
	struct set *s = context;

	if (w->result == PAM_IS_SUCCESS)
		*(w->marks & PAM_UNSURE ? &s->maybe : &s->can) = true;
	else
		s->step = w->step;
	return RC_OK;
}

static enum rc
take_new(void *context, const struct pam_way *w)
{
	struct set *s = context;

	if (w->result == PAM_IS_SUCCESS && (w->marks & PAM_WRITTEN))
		*(w->marks & PAM_UNSURE ? &s->maybe : &s->can) = true;
	if (w->marks & PAM_WRITTEN) { /* even when the stack then says that it failed */
		*(w->marks & PAM_UNSURE ? &s->written_maybe : &s->written) = true;
		s->step = w->step;
	} else if (w->result != PAM_IS_SUCCESS && !s->written && !s->written_maybe) {
		s->step = w->step;
	}
	return RC_OK;
}

/* The rules of the first module that tests a new password. */
static enum rc
add_rules(struct pam_settings *s, const struct pam_chain *c, struct facts *f)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < c->count; i++) {
		struct str name = c->steps[i].kind == PAM_STEP_MODULE ? pam_module_name(&c->steps[i]) : STR_NONE;
		struct pwquality q;

		if (!str_eq(name, STR("pam_pwquality")) && !str_eq(name, STR("pam_cracklib")) && !str_eq(name, STR("pam_passwdqc")))
			continue;
		fact_text(f, 0, "rules", name);
		fact_text(f, 0, "rules_at", arena_f(f->arena, STR_FMT ":%u", STR_ARG(c->steps[i].file), c->steps[i].line));
		if (str_eq(name, STR("pam_passwdqc")))
			return RC_OK;
		TRY(pam_quality_of(s, &c->steps[i], &q));
		fact_int(f, 0, "length_min", pwquality_length(&q));
		fact_int(f, 0, "rules_classes", pwquality_classes(&q));
		fact_bool(f, 0, "root_too", q.root);
		return RC_OK;
	}
out:
	return rc;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(8 << 20);
	struct pam_files files = { .host = h, .arena = &arena };
	struct pam_settings settings = { .files = &files };
	struct pam_person who = { .has = PAM_KINDS, .phase = PAM_OLD_PASSWORD };
	struct pam_service service;
	const struct pam_chain *c = &service.chains[PAM_TYPE_PASSWORD];
	struct set old = { 0 }, new = { 0 };
	int64_t least = 5, least_maybe = 5;
	enum rc rc = RC_OK;

	(void)s;
	TRY(pam_read(&files, STR("passwd"), &service));
	if (service.aborted) {
		fact_text(f, 0, "set", STR("refused"));
		fact_text(f, 0, "why", service.why);
		goto out;
	}
	TRY(pam_explore(&settings, c, PAM_TYPE_PASSWORD, &who, take_old, &old));
	who.phase = PAM_NEW_PASSWORD;
	for (who.classes = 4; who.classes >= 1; who.classes--) {
		struct set one = { 0 };

		TRY(pam_explore(&settings, c, PAM_TYPE_PASSWORD, &who, take_new, &one));
		if (who.classes == 4)
			new = one;
		if (one.written)
			least = who.classes;
		if (one.written || one.written_maybe)
			least_maybe = who.classes;
	}
	fact_text(f, 0, "set", old.can && new.can ? STR("yes") : (old.can || old.maybe) && (new.can || new.maybe) ? STR("unclear") : STR("no"));
	if (!(old.can && new.can) && (old.can || old.maybe ? new.step : old.step))
		fact_text(f, 0, "at", arena_f(f->arena, STR_FMT ":%u", STR_ARG(c->steps[(old.can || old.maybe ? new.step : old.step) - 1].file), c->steps[(old.can || old.maybe ? new.step : old.step) - 1].line));
	if (least_maybe <= 4)
		fact_int(f, 0, "classes", least_maybe);
	if (least != least_maybe)
		fact_bool(f, 0, "classes_unsure", true);
	TRY(add_rules(&settings, c, f));
out:
	arena_free(&arena);
	return rc;
}

static void
say_rules(const struct facts *f, struct finding *ret)
{
	finding_int(ret, "classes", fact_n(f, 0, "classes", 1));
	finding_int(ret, "length", fact_n(f, 0, "length_min", 0));
	finding_text(ret, "at", fact_s(f, 0, "rules_at"));
}

/*= S-3-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct str set = fact_s(f, 0, "set");
	int64_t classes = fact_n(f, 0, "classes", 1), wanted = param_n(p, "classes_min"), rules = fact_n(f, 0, "rules_classes", 1);
	bool unsure = fact_n(f, 0, "classes_unsure", 0);

	(void)now_us;
	if (f->overflow || set.n == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_COMPLEXITY_NO_ANSWER);
	} else if (str_eq(set, STR("refused"))) {
		finding_set(ret, VERDICT_FAIL, MSG_COMPLEXITY_REFUSED);
		finding_text(ret, "why", fact_s(f, 0, "why"));
	} else if (str_eq(set, STR("no"))) {
		finding_set(ret, VERDICT_FAIL, MSG_COMPLEXITY_CANNOT);
		finding_text(ret, "at", fact_s(f, 0, "at"));
	} else if (!str_eq(set, STR("yes"))) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_COMPLEXITY_UNCLEAR);
		finding_text(ret, "at", fact_s(f, 0, "at"));
	} else if (classes < wanted) {
		finding_set(ret, unsure ? VERDICT_UNKNOWN : VERDICT_FAIL, unsure ? MSG_COMPLEXITY_UNSURE_WEAK : fact_n(f, 0, "station", 0) ? MSG_COMPLEXITY_STATION_WEAK : MSG_COMPLEXITY_WEAK);
		finding_int(ret, "classes", classes);
		finding_int(ret, "wanted", wanted);
	} else if (fact_n(f, 0, "station", 0)) {
		finding_set(ret, VERDICT_PASS, classes > 1 ? MSG_COMPLEXITY_STATION_ENFORCED : MSG_COMPLEXITY_STATION);
		finding_int(ret, "classes", classes);
		finding_int(ret, "length", fact_n(f, 0, "length_min", 0));
	} else if (rules > classes && !unsure) { /* written down, yet passed by */
		finding_set(ret, VERDICT_PASS, MSG_COMPLEXITY_NOT_ENFORCED);
		finding_text(ret, "at", fact_s(f, 0, "rules_at"));
		finding_int(ret, "classes", rules);
	} else if (rules > 1) {
		finding_set(ret, VERDICT_PASS, MSG_COMPLEXITY_ENFORCED);
		say_rules(f, ret);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_COMPLEXITY_CAN_BE_SET);
	}
}

const struct control control_password_complexity = {
	.id = "password-complexity", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_PROBE,
	.every_s = 3600, .timeout_ms = 10000, .look = look, .judge = judge,
};
