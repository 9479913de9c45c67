// SPDX-License-Identifier: Apache-2.0
/* Sign-ins by sshd, from the journal and from auth.log. */
#include "control/ssh_sessions.h"

#include <stdlib.h>

#include "control/dates.h"

#define FILES_MAX   256
#define JOURNAL_MAX (160 << 20) /* in all: one file of the largest journald makes, and some */
#define LOG_MAX     (16 << 20)

struct file { struct str path; struct span span; uint64_t bytes; bool cut; };
struct reading {
	const struct host   *host;
	struct arena        *arena;
	struct file          files[FILES_MAX];
	size_t               count;
	int64_t              since_us, now_us;
	accepted_take       *take;
	void                *context;
	struct ssh_sessions *ret;
	bool                 old_form; /* auth.log has lines of which the year is not known */
};

static void
unread(struct ssh_sessions *s, int64_t until_us)
{
	s->unread_us = until_us > s->unread_us ? until_us : s->unread_us;
}

static enum rc
forward(void *context, const struct accepted *a)
{
	struct reading *r = context;

	return a->at_us < r->since_us || a->at_us > r->now_us ? RC_OK : r->take(r->context, a);
}

/* Which files are worth reading: their heads say how far they reach. */
static enum rc
take_file(void *context, const char *path, bool cut)
{
	struct reading *r = context;
	const char *name = path;
	struct buf b = BUF(512);
	struct host_stat st;
	struct span span;
	enum rc rc;

	for (const char *p = path; *p; p++)
		name = *p == '/' ? p + 1 : name;
	if (!str_starts(str_of(name), STR("system"))) /* user-1000.journal: root, and so sshd, is not in it */
		return RC_OK;
	rc = host_read_head(r->host, path, 512, &b);
	if (rc == RC_OK)
		rc = journald_header(buf_str(&b), &span);
	buf_free(&b);
	if (rc == RC_OK)
		rc = host_stat(r->host, path, &st);
	if (rc == RC_OK && (span.count == 0 || span.last_us < r->since_us))
		return RC_OK;
	if (rc != RC_OK || r->count == FILES_MAX) {
		if (rc != RC_OK && rc != RC_NOTFOUND && !cut) /* where the head did not survive a power cut nobody can read more */
			unread(r->ret, r->now_us);
		r->ret->cut |= rc == RC_OK;
		return RC_OK;
	}
	r->files[r->count++] = (struct file){ arena_dup(r->arena, str_of(path)), span, st.size, cut };
	return RC_OK;
}

static int
newer(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return x->span.last_us > y->span.last_us ? -1 : x->span.last_us < y->span.last_us;
}

static enum rc
forward_line(void *context, int64_t at_us, struct str message)
{
	struct accepted a;

	if (!accepted_parse(message, &a))
		return RC_OK;
	a.at_us = at_us;
	return forward(context, &a);
}

static enum rc
feed(void *context, struct str piece)
{
	return journald_feed(context, piece);
}

static enum rc
read_journal(struct reading *r)
{
	static const char *const roots[] = { "/var/log/journal", "/run/log/journal" };
	uint64_t left = JOURNAL_MAX;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 2; i++) {
		rc = journald_files(r->host, roots[i], take_file, r);
		if (rc != RC_OK && rc != RC_NOTFOUND)
			unread(r->ret, r->now_us);
	}
	qsort(r->files, r->count, sizeof(r->files[0]), newer);
	for (size_t i = 0; i < r->count; i++) {
		struct arena arena = ARENA(32 << 20);
		struct file *f = &r->files[i];
		const struct journald_ask ask = journald_sign_ins(forward_line, r);
		struct journald *j;

		if (f->path.p == NULL || f->bytes > left) {
			r->ret->cut = true;
			break;
		}
		left -= f->bytes;
		rc = journald_begin(&arena, &ask, &j);
		if (rc == RC_OK)
			rc = host_read_pieces(r->host, f->path.p, JOURNAL_MAX, feed, j);
		if (rc == RC_OK && journald_whole(j)) {
			r->ret->from_us = r->ret->from_us == 0 || f->span.first_us < r->ret->from_us ? f->span.first_us : r->ret->from_us;
			r->ret->seen = true;
		} else if (rc != RC_NOTFOUND && !f->cut) { /* RC_NOTFOUND: rotated away meanwhile */
			unread(r->ret, f->span.last_us);
		}
		arena_free(&arena);
	}
	return RC_OK;
}

/* "2026-01-01T09:00:00+09:00 web1 sshd[12]: Accepted publickey for alice from 192.0.2.1 port 5 ssh2…" */
static enum rc
log_line(struct reading *r, struct str line)
{
	struct str when = STR_NONE, host = STR_NONE, tag = STR_NONE;
	struct accepted a;
	int64_t at;

	if (line.n && line.p[0] >= 'A' && line.p[0] <= 'Z') /* "Nov 23 11:30:41 web1 sshd[12]: …": rsyslog's form until Debian 11 */
		r->old_form |= str_find(line, STR(" sshd"), NULL) && str_find(line, STR(": Accepted "), NULL);

	if (!str_cut(&line, ' ', &when) || !str_cut(&line, ' ', &host) || !str_cut(&line, ' ', &tag) || (!str_starts(tag, STR("sshd[")) && !str_starts(tag, STR("sshd-session["))) ||
	    !str_ends(tag, STR("]:")) || date_iso(when, &at) != RC_OK)
		return RC_OK;
	if (at > 0 && (r->ret->oldest_us == 0 || at < r->ret->oldest_us))
		r->ret->oldest_us = at;
	if (!accepted_parse(line, &a))
		return RC_OK;
	a.at_us = at;
	return forward(r, &a);
}

static enum rc
read_log(struct reading *r, const char *path)
{
	struct buf b = BUF(LOG_MAX);
	struct str rest, line;
	enum rc rc = host_read(r->host, path, LOG_MAX, &b);

	r->ret->seen |= rc == RC_OK;
	if (rc != RC_OK && rc != RC_NOTFOUND && rc != RC_LIMIT)
		unread(r->ret, r->now_us);
	r->ret->cut |= rc == RC_LIMIT;
	rest = buf_str(&b);
	for (enum rc said = rc; said == RC_OK && str_line(&rest, &line);)
		said = rc = log_line(r, line);
	buf_free(&b);
	return rc == RC_OK || rc == RC_NOTFOUND || rc == RC_LIMIT || rc == RC_DENIED || rc == RC_IO ? RC_OK : rc;
}

enum rc
ssh_sessions_read(const struct host *h, int64_t since_us, accepted_take *take, void *context, struct ssh_sessions *ret)
{
	struct arena arena = ARENA(1 << 20);
	struct reading *r = arena_get(&arena, sizeof(*r));
	enum rc rc = RC_OK;

	*ret = (struct ssh_sessions){ 0 };
	if (r == NULL)
		return FAIL(RC_LIMIT, "no room");
	*r = (struct reading){ .host = h, .arena = &arena, .since_us = since_us, .now_us = host_now_us(h), .take = take, .context = context, .ret = ret };
	TRY(read_journal(r));
	TRY(read_log(r, "/var/log/auth.log.1"));
	TRY(read_log(r, "/var/log/auth.log"));
	if (r->old_form && ret->from_us == 0) /* sign-ins that nothing else tells of */
		unread(ret, r->now_us);
	if (ret->from_us && (ret->oldest_us == 0 || ret->from_us < ret->oldest_us))
		ret->oldest_us = ret->from_us;
out:
	arena_free(&arena);
	return rc;
}
