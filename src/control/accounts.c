// SPDX-License-Identifier: Apache-2.0
/* passwd, shadow, group, gshadow, shells, lastlog, wtmp and what else tells of sign-ins. */
#include "control/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utmp.h>

#include "base/num.h"
#include "base/time_text.h"
#include "control/ssh_sessions.h"

#define FILE_MAX     (4 << 20)
#define ACCOUNTS_MAX 5000
#define GROUPS_MAX   5000
#define LASTLOG_UIDS 14000  /* 4 MB of a file that is mostly holes */
#define WTMP_MAX     (64 << 20)
#define LOOK_BACK_US (731 * DAY_US) /* as far as anybody asks */

static size_t
lines_in(struct str s)
{
	size_t n = 1;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static struct str
skip_blanks(struct str s)
{
	while (s.n && (s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r')))
		s = str_sub(s, 1, s.n);
	return s;
}

/* Fields of a line with colons, as glibc takes them: blanks before the name are none, what is missing at the end is empty. LINE_ODD: whoever reads it may see an account in it. */
enum line_kind { LINE_NONE, LINE_GOOD, LINE_ODD };

static enum line_kind
fields(struct str line, struct str *ret, size_t want, size_t least)
{
	size_t n = 0;

	line = skip_blanks(line);
	if (line.n == 0 || line.p[0] == '#')
		return LINE_NONE;
	if (line.p[0] == '+' || line.p[0] == '-' || memchr(line.p, 0, line.n))
		return LINE_ODD;
	for (bool more = true; n < want && more; n++) {
		const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;

		ret[n] = str_sub(line, 0, colon ? (size_t)(colon - line.p) : line.n);
		more = colon != NULL;
		line = str_sub(line, ret[n].n + more, line.n);
	}
	if (n < least)
		return LINE_ODD;
	for (; n < want; n++)
		ret[n] = STR_NONE;
	return LINE_GOOD;
}

/* As strtoul() takes it, but for signs that turn it around. */
static bool
id_of(struct str s, uint32_t *ret)
{
	int64_t n;

	s = skip_blanks(s);
	if (s.n > 1 && s.p[0] == '+')
		s = str_sub(s, 1, s.n);
	while (s.n > 1 && s.p[0] == '0')
		s = str_sub(s, 1, s.n);
	if (num_parse(s, 0, UINT32_MAX - 1, &n) != RC_OK)
		return false;
	*ret = (uint32_t)n;
	return true;
}

/* What crypt() may have made; anything else, '!' and '*' first of all, no password can give. */
static enum password
password_of(struct str field)
{
	if (field.n == 0)
		return PASSWORD_EMPTY;
	if (field.p[0] == '!' || field.p[0] == '*' || (field.p[0] != '$' && field.p[0] != '_' && field.n < 13))
		return PASSWORD_LOCKED;
	return PASSWORD_SET;
}

static bool
shell_opens(struct str shell)
{
	static const char *const shut[] = { "nologin", "false", "true", "sync", "halt", "shutdown" };
	size_t from = shell.n;

	if (!str_starts(shell, STR("/bin/")) && !str_starts(shell, STR("/sbin/")) && !str_starts(shell, STR("/usr/bin/")) && !str_starts(shell, STR("/usr/sbin/")))
		return true; /* of such a name, and somebody's own */
	while (from && shell.p[from - 1] != '/')
		from--;
	for (size_t i = 0; i < sizeof(shut) / sizeof(shut[0]); i++)
		if (str_eq_c(str_sub(shell, from, shell.n), shut[i]))
			return false;
	return true; /* empty is /bin/sh */
}

static struct account *
find(struct accounts *a, struct str name)
{
	for (size_t i = 0; i < a->count; i++)
		if (str_eq(a->list[i].name, name))
			return &a->list[i];
	return NULL;
}

static enum rc
take_passwd(struct str text, struct arena *arena, struct accounts *a)
{
	struct str line, f[7];
	size_t room = lines_in(text);

	if (room > ACCOUNTS_MAX || (a->list = arena_get(arena, sizeof(*a->list) * room)) == NULL)
		return FAIL(RC_LIMIT, "passwd: too many lines");
	while (str_cut(&text, '\n', &line)) {
		struct account one = { .changed_day = -1, .expires_day = -1 };

		enum line_kind kind = fields(line, f, 7, 4);

		if (kind == LINE_NONE)
			continue;
		if (kind == LINE_ODD || f[0].n == 0 || !id_of(f[2], &one.uid) || !id_of(f[3], &one.gid)) {
			a->elsewhere = true; /* not read here, and perhaps there */
			continue;
		}
		if (find(a, f[0]))
			continue;
		one.name = f[0];
		one.home = f[5];
		one.shell = f[6];
		one.shell_opens = shell_opens(f[6]);
		one.password = str_eq(f[1], STR("x")) ? PASSWORD_UNSEEN : password_of(f[1]);
		one.hash = one.password == PASSWORD_SET ? f[1] : STR_NONE;
		a->list[a->count++] = one;
	}
	return RC_OK;
}

static void
take_shadow(struct str text, struct accounts *a)
{
	struct str line, f[9];

	while (str_cut(&text, '\n', &line)) {
		enum line_kind kind = fields(line, f, 9, 2);
		struct account *one;
		int64_t day;

		a->elsewhere |= kind == LINE_ODD;
		if (kind != LINE_GOOD || (one = find(a, f[0])) == NULL || one->password != PASSWORD_UNSEEN)
			continue;
		one->password = password_of(f[1]);
		one->hash = one->password == PASSWORD_SET ? f[1] : STR_NONE;
		if (num_parse(f[2], 0, 1 << 30, &day) == RC_OK)
			one->changed_day = day;
		if (num_parse(f[7], 0, 1 << 30, &day) == RC_OK)
			one->expires_day = day; /* 0 is a day, too: expired since 1970, as pam_unix takes it */
	}
	for (size_t i = 0; i < a->count; i++)
		if (a->list[i].password == PASSWORD_UNSEEN)
			a->list[i].password = PASSWORD_LOCKED; /* "x" in passwd and no line in shadow: nothing matches */
}

static enum rc
take_groups(struct str text, struct arena *arena, struct accounts *a)
{
	struct str line, f[4], one;
	size_t room = lines_in(text);

	if (room > GROUPS_MAX || (a->groups = arena_get(arena, sizeof(*a->groups) * room)) == NULL)
		return FAIL(RC_LIMIT, "group: too many lines");
	while (str_cut(&text, '\n', &line)) {
		struct group g = { 0 };

		enum line_kind kind = fields(line, f, 4, 3);

		if (kind == LINE_NONE)
			continue;
		if (kind == LINE_ODD || !id_of(f[2], &g.gid)) {
			a->elsewhere = true;
			continue;
		}
		g.name = f[0];
		g.members = f[3];
		g.password = password_of(f[1]) == PASSWORD_SET; /* an empty one lets nobody in */
		a->groups[a->groups_count++] = g;
	}
	for (size_t i = 0; i < a->count; i++) {
		struct account *who = &a->list[i];
		size_t n = 0;

		for (int pass = 0; pass < 2; pass++) { /* count, then fill */
			for (size_t k = 0; k < a->groups_count; k++) {
				struct str members = a->groups[k].members;
				bool in = a->groups[k].gid == who->gid;

				while (!in && str_cut(&members, ',', &one))
					in = str_eq(skip_blanks(one), who->name);
				if (in && pass)
					who->groups[who->groups_count++] = a->groups[k].name;
				n += in && !pass;
			}
			if (!pass && (who->groups = arena_get(arena, sizeof(struct str) * (n + 1))) == NULL)
				return FAIL(RC_LIMIT, "no room for groups");
		}
	}
	return RC_OK;
}

void
accounts_gshadow(struct accounts *a, struct str text)
{
	struct str line, f[4];

	while (str_cut(&text, '\n', &line)) {
		if (fields(line, f, 4, 2) != LINE_GOOD)
			continue;
		for (size_t i = 0; i < a->groups_count; i++)
			if (str_eq(a->groups[i].name, f[0]) && a->groups[i].admins.p == NULL) {
				a->groups[i].admins = f[2];
				a->groups[i].password = password_of(f[1]) == PASSWORD_SET;
				break;
			}
	}
}

static bool
listed(struct str shells, struct str shell)
{
	struct str line;

	while (str_line(&shells, &line))
		if (str_eq(str_trim(line), shell))
			return true;
	return false;
}

/* A shell that is neither listed nor there opens nothing: sshd and login turn such an account away. */
static enum rc
take_shells(const struct host *h, struct arena *arena, struct accounts *a)
{
	struct buf b = BUF(65536);
	enum rc rc = host_read(h, "/etc/shells", 65536, &b);

	for (size_t i = 0; rc == RC_OK && i < a->count; i++) {
		struct account *one = &a->list[i];
		const char *path = one->shell.n ? arena_cstr(arena, one->shell) : "/bin/sh";
		struct host_stat st;

		if (path == NULL)
			rc = FAIL(RC_LIMIT, "no room for shells");
		else if (one->shell_opens && !listed(buf_str(&b), str_of(path))) {
			one->shell_opens = host_stat(h, path, &st) != RC_OK || (st.exists && (st.mode & 0111));
			one->shell_odd = one->shell_opens;
		}
	}
	buf_free(&b);
	return rc == RC_LIMIT ? rc : RC_OK;
}

enum rc
accounts_parse(struct str passwd, const struct str *shadow, struct str group, struct arena *arena, struct accounts *ret)
{
	struct accounts a = { .shadow_unseen = shadow == NULL };
	enum rc rc = RC_OK;

	TRY(take_passwd(passwd, arena, &a));
	if (shadow)
		take_shadow(*shadow, &a);
	TRY(take_groups(group, arena, &a));
	*ret = a;
out:
	return rc;
}

/* "passwd: files systemd": what else than the machine's own files and systemd's made-up accounts? */
static enum rc
look_elsewhere(const struct host *h, bool *ret)
{
	static const char *const own[] = { "files", "compat", "systemd", "altfiles" };
	struct buf b = BUF(65536);
	struct str rest, line, word;
	enum rc rc = host_read(h, "/etc/nsswitch.conf", 65536, &b);

	rest = buf_str(&b);
	while (rc == RC_OK && str_line(&rest, &line)) {
		bool bracket = false;

		line = str_trim(line);
		if (!str_starts(line, STR("passwd:")) && !str_starts(line, STR("group:")) && !str_starts(line, STR("shadow:")) && !str_starts(line, STR("sudoers:")))
			continue;
		(void)str_cut(&line, ':', &word);
		(void)str_cut(&line, '#', &line);
		while (str_cut(&line, ' ', &word)) {
			bool known = false;

			word = str_trim(word);
			bracket |= word.n && word.p[0] == '[';
			for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
				known |= str_eq_c(word, own[i]);
			*ret |= word.n && !bracket && !known;
			bracket &= !(word.n && word.p[word.n - 1] == ']');
		}
	}
	buf_free(&b);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc
accounts_read(const struct host *h, struct arena *arena, struct accounts *ret)
{
	struct buf passwd = BUF(FILE_MAX), shadow = BUF(FILE_MAX), group = BUF(FILE_MAX), gshadow = BUF(FILE_MAX);
	struct str texts[4];
	bool seen, elsewhere = false;
	enum rc rc = RC_OK;

	TRY(host_read(h, "/etc/passwd", FILE_MAX, &passwd));
	rc = host_read(h, "/etc/shadow", FILE_MAX, &shadow);
	seen = rc == RC_OK;
	TRY(host_read(h, "/etc/group", FILE_MAX, &group));
	rc = host_read(h, "/etc/gshadow", FILE_MAX, &gshadow);
	seen &= rc == RC_OK || rc == RC_NOTFOUND;
	TRY(look_elsewhere(h, &elsewhere));
	texts[0] = arena_dup(arena, buf_str(&passwd));
	texts[1] = arena_dup(arena, buf_str(&shadow));
	texts[2] = arena_dup(arena, buf_str(&group));
	texts[3] = arena_dup(arena, buf_str(&gshadow));
	if ((gshadow.n && !texts[3].p) || (passwd.n && !texts[0].p) || (shadow.n && !texts[1].p) || (group.n && !texts[2].p)) {
		rc = FAIL(RC_LIMIT, "no room for accounts");
		goto out;
	}
	TRY(accounts_parse(texts[0], seen ? &texts[1] : NULL, texts[2], arena, ret));
	accounts_gshadow(ret, texts[3]);
	TRY(take_shells(h, arena, ret));
	ret->elsewhere |= elsewhere;
out:
	buf_free(&passwd);
	buf_free(&shadow);
	buf_free(&group);
	buf_free(&gshadow);
	return rc;
}

const struct account *
account_named(const struct accounts *a, struct str name)
{
	for (size_t i = 0; i < a->count; i++)
		if (str_eq(a->list[i].name, name))
			return &a->list[i];
	return NULL;
}

int64_t
accounts_whole(const struct accounts *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->list[i].uid == 0)
			return (int64_t)a->count;
	return 0;
}

bool
account_in(const struct account *a, struct str group)
{
	for (size_t i = 0; i < a->groups_count; i++)
		if (str_eq(a->groups[i], group))
			return true;
	return false;
}

bool
account_expired(const struct account *a, int64_t now_us)
{
	return a->expires_day >= 0 && now_us / DAY_US >= a->expires_day;
}

/* ---- lastlog and wtmp */

static void
signed_in(struct sign_ins *s, struct str name, int64_t at, struct arena *arena)
{
	size_t i = 0;

	while (i < s->count && !str_eq(s->names[i], name))
		i++;
	if (i == s->count) {
		if (i == sizeof(s->names) / sizeof(s->names[0]) || (s->names[i] = arena_dup(arena, name)).p == NULL) {
			s->unread = true;
			return;
		}
		s->count++;
	}
	if (at > s->at_us[i])
		s->at_us[i] = at;
}

void
wtmp_names_feed(struct sign_ins *s, struct str records, struct arena *arena, int64_t now_us)
{
	struct utmp u;

	for (; records.n >= sizeof(u); records = str_sub(records, sizeof(u), records.n)) {
		struct str name;
		int64_t at;

		memcpy(&u, records.p, sizeof(u));
		name = (struct str){ u.ut_user, strnlen(u.ut_user, sizeof(u.ut_user)) };
		at = (int64_t)(uint32_t)u.ut_tv.tv_sec * SECOND_US;
		if (at > now_us) {
			s->future = true;
			continue;
		}
		if (at && (s->wtmp_first_us == 0 || at < s->wtmp_first_us))
			s->wtmp_first_us = at;
		if (u.ut_type == USER_PROCESS && name.n)
			signed_in(s, name, at, arena);
	}
}

struct feeding { struct sign_ins *s; struct arena *arena; int64_t now_us; char rest[sizeof(struct utmp)]; size_t rest_n; };

static enum rc
feed_wtmp(void *context, struct str piece)
{
	struct feeding *w = context;

	if (w->rest_n) {
		struct str head = str_sub(piece, 0, sizeof(w->rest) - w->rest_n);

		if (head.n)
			memcpy(w->rest + w->rest_n, head.p, head.n);
		w->rest_n += head.n;
		piece = str_sub(piece, head.n, piece.n);
		if (w->rest_n < sizeof(w->rest))
			return RC_OK;
		wtmp_names_feed(w->s, (struct str){ w->rest, sizeof(w->rest) }, w->arena, w->now_us);
	}
	wtmp_names_feed(w->s, piece, w->arena, w->now_us);
	w->rest_n = piece.n % sizeof(w->rest);
	if (w->rest_n)
		memcpy(w->rest, piece.p + piece.n - w->rest_n, w->rest_n);
	return RC_OK;
}

struct naming { struct sign_ins *s; const struct accounts *accounts; struct arena *arena; };

static enum rc
take_accepted(void *context, const struct accepted *a)
{
	struct naming *n = context;

	if (account_named(n->accounts, a->user))
		signed_in(n->s, a->user, a->at_us, n->arena);
	return RC_OK;
}

enum rc
sign_ins_read(const struct host *h, const struct accounts *a, struct arena *arena, int64_t now_us, struct sign_ins *s)
{
	static const char *const paths[] = { "/var/log/wtmp.1", "/var/log/wtmp" };
	struct naming sshd = { s, a, arena };
	struct ssh_sessions seen;
	uint32_t top = 0;
	enum rc rc;

	*s = (struct sign_ins){ .lastlog = BUF(8 << 20) };
	for (size_t i = 0; i < a->count; i++)
		if (a->list[i].shell_opens && a->list[i].uid > top && a->list[i].uid < LASTLOG_UIDS)
			top = a->list[i].uid;
	rc = host_read_head(h, "/var/log/lastlog", (top + 1) * sizeof(struct lastlog), &s->lastlog);
	s->lastlog_seen = rc == RC_OK;
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	for (size_t i = 0; i < 2; i++) {
		struct feeding w = { .s = s, .arena = arena, .now_us = now_us };

		rc = host_read_pieces(h, paths[i], WTMP_MAX, feed_wtmp, &w);
		if (rc != RC_OK && rc != RC_NOTFOUND)
			return rc;
		s->wtmp_seen |= rc == RC_OK;
	}
	TRY(ssh_sessions_read(h, now_us - LOOK_BACK_US, take_accepted, &sshd, &seen));
	s->sshd_seen = seen.seen;
	s->unread |= seen.unread_us || seen.cut;
out:
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

int64_t
signed_in_at(const struct sign_ins *s, const struct account *a, int64_t now_us)
{
	struct lastlog l;
	int64_t at = 0, here;

	if (((size_t)a->uid + 1) * sizeof(l) <= s->lastlog.n) {
		memcpy(&l, s->lastlog.p + a->uid * sizeof(l), sizeof(l));
		here = (int64_t)(uint32_t)l.ll_time * SECOND_US;
		if (here <= now_us)
			at = here;
	}
	for (size_t i = 0; i < s->count; i++)
		if (str_eq(s->names[i], a->name) && s->at_us[i] > at)
			at = s->at_us[i];
	return at;
}
