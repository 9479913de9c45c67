// SPDX-License-Identifier: Apache-2.0
/* Lines and stacks by hand; tests/system/410-pam.sh asks libpam itself about thousands. */
#include "control/pam.h"

#include <stdlib.h>

#include "base/test.h"
#include "control/pam_stage.h"

extern const struct control control_lockout;

static struct arena arena;

static const struct pam_chain *
chain(const char *text, enum pam_type type)
{
	static struct pam_service s;

	arena_free(&arena);
	arena = (struct arena)ARENA(4 << 20);
	CHECK_OK(pam_read_text(&arena, str_of(text), &s));
	return &s.chains[type];
}

CASE(words_of_a_line)
{
	const struct pam_chain *c = chain("  # nothing\n\nAuth\tREQUIRED pam_x.so a [b c] [d \\] e] \\\n\tf # g\n-auth [success=2 default = die ignore=ignore] pam_y.so\n", PAM_TYPE_AUTH);

	CHECK_INT(c->count, 2);
	CHECK_STR(c->steps[0].module, "pam_x.so");
	CHECK_INT(c->steps[0].args_count, 4);
	CHECK_STR(c->steps[0].args[1], "b c");
	CHECK_STR(c->steps[0].args[2], "d ] e");
	CHECK_STR(c->steps[0].args[3], "f");
	CHECK_INT(c->steps[0].line, 3);
	CHECK_INT(c->steps[1].line, 5);
	CHECK_INT(c->steps[0].actions[PAM_IS_SUCCESS], PAM_DO_OK);
	CHECK_INT(c->steps[0].actions[PAM_IS_AUTH_ERR], PAM_DO_BAD);
	CHECK_INT(c->steps[1].actions[PAM_IS_SUCCESS], 2);
	CHECK_INT(c->steps[1].actions[PAM_IS_IGNORE], PAM_DO_IGNORE); /* also behind the default */
	CHECK_INT(c->steps[1].actions[PAM_IS_ABORT], PAM_DO_DIE);
	CHECK_INT(chain("auth [default=die default=ok] pam_y.so", PAM_TYPE_AUTH)->steps[0].actions[PAM_IS_ABORT], PAM_DO_DIE); /* the first default fills all */
	arena_free(&arena);
}

CASE(lines_that_fail)
{
	static const char *const lines[] = { "auth", "auth required", "nonsense required pam_x.so", "auth include nowhere", "[auth required] x" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct pam_chain *c = chain(lines[i], PAM_TYPE_AUTH);

		CHECK_INT(c->count, 1);
		CHECK_INT(c->steps[0].kind, PAM_STEP_FAILS);
	}
	CHECK_INT(chain("auth [success=0] pam_x.so\n", PAM_TYPE_AUTH)->steps[0].actions[0], PAM_DO_BAD); /* brackets that cannot be read: all is bad */
	CHECK_INT(chain("auth [what=ok success=ok] pam_x.so\n", PAM_TYPE_AUTH)->steps[0].actions[0], PAM_DO_BAD);
	CHECK_INT(chain("auth [success=99999999999999999999] pam_x.so\n", PAM_TYPE_AUTH)->steps[0].actions[0] > 1000, 1);
	arena_free(&arena);
}

CASE(long_lines_are_cut_as_libpam_cuts_them)
{
	char text[4096];
	const struct pam_chain *c;

	memset(text, 'x', sizeof(text));
	text[0] = '#';
	(void)snprintf(text + 1023, sizeof(text) - 1023, "auth required pam_permit.so\n"); /* the comment ends with the buffer, and what follows is a line */
	c = chain(text, PAM_TYPE_AUTH);
	CHECK_INT(c->count, 1);
	CHECK_STR(c->steps[0].module, "pam_permit.so");
	arena_free(&arena);
}

CASE(a_file_that_ends_too_early)
{
	struct pam_service s;
	struct arena a = ARENA(1 << 20);
	char text[1100];

	CHECK_OK(pam_read_text(&a, STR("auth required pam_permit.so \\\n"), &s));
	CHECK(s.aborted);
	CHECK_STR(s.why, "text:1: the last line does not end");
	memset(text, 'x', sizeof(text));
	text[1022] = '\\'; /* no byte of the buffer is left to go on with */
	text[1023] = '\n';
	CHECK_OK(pam_read_text(&a, (struct str){ text, 1024 }, &s));
	CHECK(s.aborted);
	CHECK_RC(pam_read_text(&a, STR("auth\0required"), &s), RC_SYNTAX);
	CHECK_RC(pam_read_text(&a, STR("auth include"), &s), RC_SYNTAX); /* libpam falls over */
	CHECK_OK(pam_read_text(&a, STR_NONE, &s));
	arena_free(&a);
}

CASE(ceilings)
{
	struct arena a = ARENA(16 << 20);
	struct buf b = BUF(1 << 20);
	struct pam_service s;

	for (int i = 0; i <= PAM_STEPS_MAX; i++)
		CHECK_OK(buf_add_c(&b, "auth required pam_permit.so\n"));
	CHECK_RC(pam_read_text(&a, buf_str(&b), &s), RC_LIMIT);
	buf_free(&b);
	arena_free(&a);
}

/* Each letter a module in turn: s(uccess), f(ailure), i(gnore). */
static int
walk(const char *text, const char *answers)
{
	const struct pam_chain *c = chain(text, PAM_TYPE_AUTH);
	struct pam_walk w;

	for (pam_begin(&w); pam_next(c, &w) && *answers; answers++)
		pam_answer(c, &w, *answers == 's' ? PAM_IS_SUCCESS : *answers == 'i' ? PAM_IS_IGNORE : PAM_IS_AUTH_ERR);
	CHECK(*answers == '\0' && pam_next(c, &w) == NULL); /* exactly these were asked */
	return pam_end(c, &w);
}

#define R "auth required a\n"
#define Q "auth requisite a\n"
#define S "auth sufficient a\n"
#define O "auth optional a\n"

CASE(walks)
{
	CHECK_INT(walk("", ""), PAM_IS_PERM_DENIED);
	CHECK_INT(walk(R, "s"), PAM_IS_SUCCESS);
	CHECK_INT(walk(R R, "fs"), PAM_IS_AUTH_ERR);
	CHECK_INT(walk(Q R, "f"), PAM_IS_AUTH_ERR);
	CHECK_INT(walk(S R, "s"), PAM_IS_SUCCESS);
	CHECK_INT(walk(R S R, "fss"), PAM_IS_AUTH_ERR); /* sufficient after a failure goes on */
	CHECK_INT(walk(S R, "fs"), PAM_IS_SUCCESS);
	CHECK_INT(walk(S, "f"), PAM_IS_PERM_DENIED);
	CHECK_INT(walk(O, "s"), PAM_IS_SUCCESS);
	CHECK_INT(walk(O, "f"), PAM_IS_PERM_DENIED);
	CHECK_INT(walk(O, "i"), PAM_IS_PERM_DENIED);
	CHECK_INT(walk("auth [success=1 default=ignore] a\n" Q R, "ss"), PAM_IS_SUCCESS);
	CHECK_INT(walk("auth [success=1 default=ignore] a\n" Q R, "ff"), PAM_IS_AUTH_ERR);
	CHECK_INT(walk("auth [success=2 default=ignore] a\n" R, "s"), PAM_IS_PERM_DENIED); /* past the end */
	CHECK_INT(walk(R "auth [default=reset] a\n" R, "fss"), PAM_IS_SUCCESS);
	CHECK_INT(walk("auth [default=ok] a\n", "i"), PAM_IS_IGNORE);
	CHECK_INT(walk("auth [default=bad] a\n", "i"), PAM_IS_PERM_DENIED);
	arena_free(&arena);
}

/* Thirty files, each including the next one twice: no circle, and more lines than anybody reads. */
CASE(includes_that_fan_out_end)
{
	struct stage s;
	struct trial t;
	char path[64], text[128];

	stage_begin(&s, "@include fan0\n");
	for (int i = 0; i < 30; i++) {
		(void)snprintf(path, sizeof(path), "/root/etc/pam.d/fan%d", i);
		(void)snprintf(text, sizeof(text), "@include fan%d\n@include fan%d\n", i + 1, i + 1);
		stage_put(&s, path, i < 29 ? text : "auth required pam_unix.so\n");
	}
	stage_look(&s, &t, &control_lockout);
	CHECK_RC(t.looked, RC_LIMIT);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
	stage_end(&s);
}

TEST_MAIN
