// SPDX-License-Identifier: Apache-2.0
/*
 * pam_stage - a machine made for one case: its PAM files and settings, written
 * into a folder of its own, and what a control makes of it.
 */
#ifndef CONTROL_PAM_STAGE_H
#define CONTROL_PAM_STAGE_H

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/control_test.h"

struct stage { char folder[64]; };

/* Writes root/PATH; folders on the way are made. */
static inline void
stage_put(const struct stage *s, const char *path, const char *text)
{
	char full[512];
	FILE *f;

	(void)snprintf(full, sizeof(full), "%s%s", s->folder, path);
	for (char *at = full + strlen(s->folder) + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		(void)mkdir(full, 0755); /* there already */
		*at = '/';
	}
	f = fopen(full, "w");
	CHECK(f != NULL);
	if (f == NULL)
		return;
	CHECK(fputs(text, f) >= 0);
	CHECK(fclose(f) == 0);
}

/* A machine whose only door is `login`, with this file of PAM. */
static inline void
stage_begin(struct stage *s, const char *login)
{
	(void)snprintf(s->folder, sizeof(s->folder), "/tmp/tsujiban-stage-XXXXXX");
	CHECK(mkdtemp(s->folder) != NULL);
	stage_put(s, "/clock", "1767225600000000 1 0 0 0\n");
	stage_put(s, "/root/usr/bin/login", "");
	stage_put(s, "/root/etc/pam.d/login", login);
	stage_put(s, "/root/etc/pam.d/other", "auth required pam_deny.so\naccount required pam_deny.so\npassword required pam_deny.so\n");
}

static inline void
stage_look(const struct stage *s, struct trial *t, const struct control *c)
{
	const struct subject here = { c->subject, "host:local", NULL };
	struct host *h = host_open_tree(s->folder);

	*t = (struct trial){ .arena = ARENA(8 << 20) };
	t->facts.arena = &t->arena;
	params_default(c, &t->params);
	CHECK(h != NULL);
	t->looked = h ? c->look(h, &here, &t->facts) : RC_IO;
	if (h)
		host_close(h);
	trial_judge(t, c);
}

static inline int
stage_unlink(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

static inline void
stage_end(const struct stage *s)
{
	CHECK(nftw(s->folder, stage_unlink, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

struct stage_case { const char *login; enum verdict verdict; uint16_t message; const char *at; /* or NULL */ };

static inline void
stage_table(const struct control *c, const struct stage_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, cases[i].login);
		stage_look(&s, &t, c);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message || (cases[i].at && !str_eq_c(trial_s(&t, "at"), cases[i].at))) {
			test_failures++;
			printf("%s: verdict %d message %u at " STR_FMT ", want %d %u %s for\n%s[%s %s]\n", c->id, t.finding.verdict, t.finding.message, STR_ARG(trial_s(&t, "at")), cases[i].verdict,
			    cases[i].message, cases[i].at ? cases[i].at : "", cases[i].login, rc_name(t.looked), t.looked ? rc_trail() : "");
		}
		trial_end(&t);
		stage_end(&s);
	}
}
#define STAGE_TABLE(c, cases) stage_table((c), (cases), sizeof(cases) / sizeof((cases)[0]))

#endif
