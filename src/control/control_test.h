// SPDX-License-Identifier: Apache-2.0
/*
 * control_test - look at a recorded machine and judge: what every test of a control does.
 *
 * The facts live until trial_end(); their settings and what core would add are set in between.
 */
#ifndef CONTROL_CONTROL_TEST_H
#define CONTROL_CONTROL_TEST_H

#include "base/test.h"
#include "control/control.h"
#include "message/messages.h"

struct trial { struct arena arena; struct facts given, facts; struct params params; struct finding finding; enum rc looked; int64_t now_us; struct host_count count; };

/* Before trial_look_given(): what people declared goes into t->given ("own.FIELD" in row 0, "REGISTER.FIELD" from row 1). */
static inline void
trial_begin(struct trial *t, const struct control *c)
{
	*t = (struct trial){ .arena = ARENA(8 << 20) };
	t->facts.arena = t->given.arena = &t->arena;
	t->now_us = INT64_C(1767225600000000); /* NOW of make.py */
	params_default(c, &t->params);
}

static inline void
trial_look_given(struct trial *t, const struct control *c, const char *machine)
{
	const struct subject here = { c->subject, "host:local", &t->given };
	char folder[128];
	struct host *h;

	(void)snprintf(folder, sizeof(folder), "tests/hosts/%s", machine);
	h = host_open_tree(folder);
	CHECK(h != NULL);
	if (h == NULL)
		return;
	t->looked = c->look(h, &here, &t->facts);
	if (t->looked == RC_OK && c->look_inside) {
		struct facts inside = { .arena = &t->arena };

		t->looked = c->look_inside(h, &here, &inside);
		if (t->looked == RC_OK)
			t->looked = facts_join(&t->facts, &inside);
	}
	if (t->looked == RC_OK)
		t->looked = facts_join(&t->facts, &t->given);
	t->count = host_counted(h);
	host_close(h);
}

static inline void
trial_look(struct trial *t, const struct control *c, const char *machine)
{
	trial_begin(t, c);
	trial_look_given(t, c, machine);
}

/* What core does: a look that failed is judged with no facts at all. */
static inline void
trial_judge(struct trial *t, const struct control *c)
{
	static const struct facts none = { 0 };

	c->judge(t->looked == RC_OK ? &t->facts : &none, &t->params, t->now_us, &t->finding);
}

static inline void
trial_end(struct trial *t)
{
	arena_free(&t->arena);
}

static inline int64_t
trial_n(const struct trial *t, const char *name)
{
	for (size_t i = 0; i < t->finding.args_count; i++)
		if (strcmp(t->finding.args[i].name, name) == 0 && !t->finding.args[i].is_text)
			return t->finding.args[i].n;
	return -1;
}

static inline struct str
trial_s(const struct trial *t, const char *name)
{
	for (size_t i = 0; i < t->finding.args_count; i++)
		if (strcmp(t->finding.args[i].name, name) == 0 && t->finding.args[i].is_text)
			return t->finding.args[i].text;
	return STR_NONE;
}

struct trial_case { const char *machine; enum verdict verdict; uint16_t message; };

static inline void
trial_table(const struct control *c, const struct trial_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct trial t;

		trial_look(&t, c, cases[i].machine);
		trial_judge(&t, c);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("%s on '%s': verdict %d message %u, want %d %u [%s %s]\n", c->id, cases[i].machine, t.finding.verdict, t.finding.message,
			    cases[i].verdict, cases[i].message, rc_name(t.looked), t.looked ? rc_trail() : "");
		}
		trial_end(&t);
	}
}
#define TRIAL_TABLE(c, cases) trial_table((c), (cases), sizeof(cases) / sizeof((cases)[0]))

#endif
