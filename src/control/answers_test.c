// SPDX-License-Identifier: Apache-2.0
/*
 * Every control about a host, on every recorded machine, beside the answer written by hand (tests/hosts/ANSWERS).
 *
 * On a whole machine (below debian/, silent, hostile) each control has its answer: a missing one fails. The other
 * machines are parts, recorded for a few controls: where nothing is written of one, the line of "parts" holds, and
 * without it the answer must be UNKNOWN.
 */
#include <glob.h>
#include <stdlib.h>

#include "base/num.h"
#include "control/control_test.h"

#define MACHINES_MAX 128
#define ANSWERS      "tests/hosts/ANSWERS"

struct answer { struct str control, machine; enum verdict verdict; int64_t message; bool asked; };
static struct answer *answers;
static size_t answers_count;
static char text[1 << 18];
static glob_t machines;

static const char *const words[] = { "UNKNOWN", "PASS", "FAIL" };

static void
wrong(struct str line, const char *why)
{
	test_failures++;
	printf(ANSWERS ": %s: " STR_FMT "\n", why, STR_ARG(line));
}

/* "VERDICT T-NUMBER MACHINE… : the reason" */
static void
take_line(struct str control, struct str line)
{
	struct str left = line, word;
	enum verdict verdict = VERDICT_UNKNOWN;
	int64_t message = 0;
	size_t at;

	if (!str_find(line, STR(" : "), &at) || str_trim(str_sub(line, at + 3, line.n)).n < 8) {
		wrong(line, "no reason");
		return;
	}
	left = str_sub(line, 0, at);
	if (!str_cut(&left, ' ', &word))
		return;
	while (verdict < VERDICT_NOT_APPLICABLE && !str_eq(word, str_of(words[verdict])))
		verdict++;
	if (verdict == VERDICT_NOT_APPLICABLE || !str_cut(&left, ' ', &word) || !str_starts(word, STR("T-")) || num_parse(str_sub(word, 2, word.n), 1, 9999, &message) != RC_OK) {
		wrong(line, "not VERDICT T-NUMBER MACHINE");
		return;
	}
	while (str_cut(&left, ' ', &word)) {
		for (size_t i = 0; i < answers_count; i++)
			if (str_eq(answers[i].control, control) && str_eq(answers[i].machine, word))
				wrong(line, "answered twice");
		answers = realloc(answers, (answers_count + 1) * sizeof(*answers));
		if (answers == NULL)
			abort();
		answers[answers_count++] = (struct answer){ control, word, verdict, message, false };
	}
}

static void
read_answers(void)
{
	FILE *f = fopen(ANSWERS, "r");
	size_t n = f ? fread(text, 1, sizeof(text), f) : 0;
	struct str left = { text, n }, line, control = STR_NONE;

	CHECK(f && n && n < sizeof(text));
	if (f)
		(void)fclose(f); /* only read */
	while (str_line(&left, &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (line.p[0] != ' ') {
			control = line;
			if (control_of(control) == NULL)
				wrong(line, "no such control");
		} else {
			take_line(control, str_trim(line));
		}
	}
	CHECK_INT(glob("tests/hosts/*/clock", 0, NULL, &machines), 0);
	CHECK_INT(glob("tests/hosts/*/*/clock", GLOB_APPEND, NULL, &machines), 0);
}

static struct answer *
answer_of(const char *control, const char *machine)
{
	for (size_t i = 0; i < answers_count; i++)
		if (str_eq(answers[i].control, str_of(control)) && str_eq(answers[i].machine, str_of(machine)))
			return &answers[i];
	return NULL;
}

static void judged(const struct control *, const char *machine, struct trial *);

/* What core puts together: the verdicts of its members, the facts of another. */
static void
from_others(const struct control *c, const char *machine, struct trial *t)
{
	const struct control *other = c->facts_of ? control_of(str_of(c->facts_of)) : NULL;

	if (other)
		judged(other, machine, t);
	else
		trial_begin(t, c);
	t->finding = (struct finding){ 0 };
	params_default(c, &t->params);
	for (const char *const *m = c->members; m && *m; m++) {
		const struct control *member = control_of(str_of(*m));
		char key[64], *p;
		struct trial one;

		(void)snprintf(key, sizeof(key), "member.%s", *m);
		for (p = key; *p; p++)
			*p = *p == '-' ? '_' : *p;
		if (member == NULL) {
			fact_text(&t->facts, 0, key, STR("none"));
			continue;
		}
		judged(member, machine, &one);
		fact_text(&t->facts, 0, key, one.finding.verdict == VERDICT_PASS ? STR("pass") : one.finding.verdict == VERDICT_FAIL ? STR("fail") : STR("unknown"));
		trial_end(&one);
	}
}

static void
judged(const struct control *c, const char *machine, struct trial *t)
{
	if (c->look) {
		trial_look(t, c, machine);
		if (t->looked == RC_OK && c->remember)
			facts_carry(&t->facts, NULL, c->remember, t->now_us);
		if (t->looked == RC_OK && c->recall)
			c->recall(&t->facts, NULL, t->now_us);
	} else {
		from_others(c, machine, t);
	}
	trial_judge(t, c);
}

static bool
whole(const char *machine)
{
	return str_starts(str_of(machine), STR("debian/")) || strcmp(machine, "silent") == 0 || strcmp(machine, "hostile") == 0;
}

static void
compare(const struct control *c, const char *machine)
{
	struct answer *a = answer_of(c->id, machine);
	bool must_know = whole(machine);
	struct trial t;

	if (a == NULL && !must_know)
		a = answer_of(c->id, "parts");
	if (a)
		a->asked = true;
	judged(c, machine, &t);
	if (a ? t.finding.verdict != a->verdict || t.finding.message != a->message : must_know || t.finding.verdict != VERDICT_UNKNOWN) {
		test_failures++;
		printf("%s on %s: %s T-%u, written is %s T-%lld [%s]\n", c->id, machine, words[t.finding.verdict % 3], t.finding.message, a ? words[a->verdict] : "nothing",
		    a ? (long long)a->message : 0, t.looked ? rc_trail() : "");
	}
	rc_trail_clear();
	trial_end(&t);
}

CASE(every_control_on_every_machine)
{
	read_answers();
	CHECK(machines.gl_pathc > 20 && machines.gl_pathc < MACHINES_MAX);
	for (const struct control *const *at = controls; *at; at++)
		for (size_t i = 0; (*at)->subject == SUBJECT_HOST && i < machines.gl_pathc; i++) {
			char *machine = machines.gl_pathv[i] + strlen("tests/hosts/"), *end = strrchr(machine, '/');

			*end = '\0';
			compare(*at, machine);
			*end = '/';
		}
	for (size_t i = 0; i < answers_count; i++)
		if (!answers[i].asked)
			wrong(answers[i].machine, "nobody asked about this machine");
	globfree(&machines);
	free(answers);
}

TEST_MAIN
