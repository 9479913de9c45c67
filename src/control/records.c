// SPDX-License-Identifier: Apache-2.0
/* Two formats in which a Debian machine keeps who came and what was done. */
#include "control/records.h"

#include <string.h>
#include <utmp.h>

#include "base/num.h"
#include "base/time_text.h"

_Static_assert(sizeof(struct utmp) <= sizeof(((struct wtmp *)NULL)->rest), "a record of wtmp fits");

void
span_add(struct span *s, int64_t at_us)
{
	if (at_us <= 0)
		return;
	if (s->count == 0 || at_us < s->first_us)
		s->first_us = at_us;
	if (s->count == 0 || at_us > s->last_us)
		s->last_us = at_us;
	s->count++;
}

void
span_join(struct span *s, const struct span *more)
{
	if (more->count == 0)
		return;
	span_add(s, more->first_us);
	span_add(s, more->last_us);
	s->count += more->count - 2;
}

static void
wtmp_record(struct wtmp *w, const char *bytes)
{
	struct utmp u;

	memcpy(&u, bytes, sizeof(u));
	if (u.ut_type == USER_PROCESS || u.ut_type == BOOT_TIME)
		span_add(&w->span, (int64_t)u.ut_tv.tv_sec * SECOND_US);
}

void
wtmp_feed(struct wtmp *w, struct str piece)
{
	while (piece.n) {
		size_t n = sizeof(struct utmp) - w->rest_n;

		if (n > piece.n)
			n = piece.n;
		memcpy(w->rest + w->rest_n, piece.p, n);
		w->rest_n += n;
		piece = str_sub(piece, n, piece.n);
		if (w->rest_n == sizeof(struct utmp)) {
			wtmp_record(w, w->rest);
			w->rest_n = 0;
		}
	}
}

enum rc
audit_line(struct str line, int64_t *ret)
{
	struct str seconds;
	int64_t v;
	size_t at;
	enum rc rc = RC_OK;

	if (str_starts(line, STR("node=")) && str_find(line, STR(" "), &at))
		line = str_sub(line, at + 1, line.n);
	if (!str_starts(line, STR("type=")) || !str_find(line, STR(" msg=audit("), &at))
		return FAIL(RC_SYNTAX, "not a line of an audit log");
	line = str_sub(line, at + 11, line.n);
	if (!str_cut(&line, '.', &seconds) || line.p == NULL)
		return FAIL(RC_SYNTAX, "an audit line without its time");
	TRY(num_parse(seconds, 1, INT64_C(253402300799), &v));
	*ret = v * SECOND_US;
out:
	return rc;
}
