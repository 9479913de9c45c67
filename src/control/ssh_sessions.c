// SPDX-License-Identifier: Apache-2.0
/* Sign-ins by sshd, from the journal and from auth.log. */
#include "control/ssh_sessions.h"

#include "control/dates.h"
#include "control/gunzip.h"
#include "control/journal_read.h"
#include "control/rotated.h"

#define LOG_MAX   (16 << 20)
#define PACKED_MAX (64 << 20) /* of what packed logs hold, in all */

struct reading {
	const struct host   *host;
	int64_t              since_us, now_us;
	accepted_take       *take;
	void                *context;
	struct ssh_sessions *ret;
	bool                 old_form;    /* auth.log has lines of which the year is not known */
	size_t               packed_left; /* bytes that may still be unpacked                  */
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
read_journal(struct reading *r)
{
	const struct journald_ask ask = journald_sign_ins(forward_line, r);
	struct journal_reach reach;
	uint64_t left = JOURNAL_BYTES_MAX;
	enum rc rc = journal_read(r->host, r->since_us, &left, &ask, NULL, &reach);

	if (rc == RC_OK)
		*r->ret = (struct ssh_sessions){ .seen = reach.seen, .cut = reach.cut, .unread_us = reach.unread_us, .from_us = reach.from_us };
	return rc;
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
take_unpacked(void *context, struct str piece)
{
	return buf_add(context, piece);
}

/* Written before anything that is asked for: only how far it reaches is taken. */
static bool
too_old(struct reading *r, const struct host_stat *st)
{
	if (st->modified_at_us <= 0 || st->modified_at_us >= r->since_us)
		return false;
	if (r->ret->oldest_us == 0 || st->modified_at_us < r->ret->oldest_us)
		r->ret->oldest_us = st->modified_at_us;
	return true;
}

/* What logrotate packed, up to a ceiling over all of them. Damaged: what was written until then is not known. */
static enum rc
unpack_log(struct reading *r, const char *path, struct buf *text)
{
	struct host_stat st;
	enum rc rc = host_stat(r->host, path, &st);

	if (rc != RC_OK || !st.exists || too_old(r, &st))
		return rc;
	rc = gunzip_file(r->host, path, r->packed_left < LOG_MAX ? r->packed_left : LOG_MAX, take_unpacked, text);
	r->packed_left -= text->n;
	if (rc == RC_SYNTAX) {
		rc_trail_clear();
		unread(r->ret, st.modified_at_us > 0 && st.modified_at_us < r->now_us ? st.modified_at_us : r->now_us);
		rc = RC_NOTFOUND; /* said */
	}
	return rc;
}

static enum rc
read_log(void *context, const char *path, bool packed)
{
	struct reading *r = context;
	struct buf b = BUF(LOG_MAX);
	struct str rest, line;
	enum rc rc = packed ? unpack_log(r, path, &b) : host_read(r->host, path, LOG_MAX, &b);

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

/* Packed otherwise than with gzip is not read: `oldest_us` says how far the others reach. */
static enum rc
read_logs(struct reading *r)
{
	enum rc rc = rotated_each(r->host, "/var/log", "auth.log", read_log, r);

	if (rc == RC_LIMIT) {
		rc_trail_clear();
		r->ret->cut = true;
		rc = RC_OK;
	}
	return rc;
}

enum rc
ssh_sessions_read(const struct host *h, int64_t since_us, accepted_take *take, void *context, struct ssh_sessions *ret)
{
	struct reading r = { .host = h, .since_us = since_us, .now_us = host_now_us(h), .take = take, .context = context, .ret = ret, .packed_left = PACKED_MAX };
	enum rc rc = RC_OK;

	*ret = (struct ssh_sessions){ 0 };
	TRY(read_journal(&r));
	TRY(read_logs(&r));
	if (r.old_form && ret->from_us == 0) /* sign-ins that nothing else tells of */
		unread(ret, r.now_us);
	if (ret->from_us && (ret->oldest_us == 0 || ret->from_us < ret->oldest_us))
		ret->oldest_us = ret->from_us;
out:
	return rc;
}
