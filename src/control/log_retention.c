// SPDX-License-Identifier: Apache-2.0
/*
 * log-retention - will records of who did what be kept as long as agreed, and have they been?
 *
 * Settings and what is held together: journald's storage, time and size, what
 * logrotate does with auth.log, what auditd does with its log; and how far back
 * each reaches now. A limit by size keeps as long as it lasts: where that is
 * known (the size is set, and what was written so far tells the rate) it counts.
 */
#include "control/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "control/records_look.h"
#include "control/retention.h"
#include "message/messages.h"

#define CONF_MAX  (1 << 20)
#define NAMES_MAX 1000
#define SLACK_US  (2 * DAY_US)
#define RATE_US   (7 * DAY_US) /* less says nothing of the rate */

static const struct param_def params[] = { { "min_days", "days", 1, 3660, 365 } };

static uint32_t
row_of(const struct facts *f, const char *source)
{
	for (size_t i = 0; i < f->count; i++)
		if (str_eq_c(f->list[i].key, "source") && str_eq_c(f->list[i].text, source))
			return f->list[i].row;
	return 0;
}

/* ---- journald.conf and its drop-ins: by name over all folders; of two with one name that of the first folder */

struct dropin { struct str name; size_t folder; };

static int
dropin_order(const void *a, const void *b)
{
	const struct dropin *x = a, *y = b;
	int c = str_cmp(x->name, y->name);

	return c ? c : (x->folder > y->folder) - (x->folder < y->folder);
}

static enum rc
journald_file(const struct host *h, const char *path, struct arena *arena, struct journald *j)
{
	struct buf b = BUF(CONF_MAX);
	struct str text;
	enum rc rc = host_read(h, path, CONF_MAX, &b);

	if (rc == RC_OK) {
		text = arena_dup(arena, buf_str(&b)); /* what is kept of it is borrowed */
		journald_add(j, text);
	}
	buf_free(&b);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc
journald_settings(const struct host *h, struct arena *arena, struct journald *j)
{
	static const char *const folders[] = { "/etc/systemd/journald.conf.d", "/run/systemd/journald.conf.d", "/usr/local/lib/systemd/journald.conf.d", "/usr/lib/systemd/journald.conf.d" };
	const size_t folders_n = sizeof(folders) / sizeof(folders[0]);
	struct dropin *list = arena_get(arena, folders_n * NAMES_MAX * sizeof(*list));
	struct str *names;
	size_t n, count = 0;
	char path[600];
	enum rc rc = RC_OK;

	if (list == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(journald_file(h, "/etc/systemd/journald.conf", arena, j));
	for (size_t i = 0; i < folders_n; i++) {
		rc = host_list(h, folders[i], NAMES_MAX, arena, &names, &n);
		if (rc == RC_NOTFOUND)
			continue;
		TRY(rc);
		for (size_t k = 0; k < n; k++)
			if (str_ends(names[k], STR(".conf")) && names[k].n < 256)
				list[count++] = (struct dropin){ names[k], i };
	}
	rc = RC_OK;
	qsort(list, count, sizeof(*list), dropin_order);
	for (size_t i = 0; i < count; i++) {
		if (i && str_eq(list[i].name, list[i - 1].name))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folders[list[i].folder], list[i].name.p);
		TRY(journald_file(h, path, arena, j));
	}
out:
	return rc;
}

/* How long its settings keep a source: days, for ever, or (neither is said) as long as there is room. */
static void
kept_for(struct facts *f, uint32_t row, int64_t days)
{
	if (days >= 0)
		fact_int(f, row, "days", days);
	else if (days == RETENTION_EVER)
		fact_bool(f, row, "kept_ever", true);
}

static int64_t
days_kept(const struct facts *f, uint32_t row)
{
	return fact_n(f, row, "kept_ever", 0) ? RETENTION_EVER : fact_n(f, row, "days", RETENTION_SIZE);
}

#define FILES_USUAL 100                          /* journald's own: so many files, */
#define FILE_USUAL  (INT64_C(2629800) * SECOND_US) /* each begun anew after a month  */

/* Files are begun anew each file_us, and only so many are kept: where somebody set one of the two, they bound the time as well. */
static int64_t
journal_days(const struct journald *j)
{
	int64_t files = j->files_max ? j->files_max : FILES_USUAL, file_us = j->file_us ? j->file_us : FILE_USUAL, us = j->retention_us > 0 ? j->retention_us : INT64_MAX;

	if ((j->files_max || j->file_us) && file_us > 0 && file_us < us / files)
		us = file_us * files;
	return us == INT64_MAX ? RETENTION_SIZE : us / DAY_US;
}

static enum rc
look_journal(const struct host *h, struct facts *f)
{
	struct arena arena = ARENA(8 << 20);
	struct journald j = { .retention_us = 0 };
	struct host_stat st;
	uint32_t row = row_of(f, "journal");
	bool persistent;
	enum rc rc = RC_OK;

	TRY(journald_settings(h, &arena, &j));
	TRY(host_stat(h, "/var/log/journal", &st));
	persistent = str_eq(j.storage, STR("persistent")) || ((j.storage.n == 0 || str_eq(j.storage, STR("auto"))) && st.exists);
	fact_text(f, 0, "journal_storage", j.storage.n ? j.storage : STR("auto"));
	fact_bool(f, 0, "journal_kept", persistent);
	if (row && persistent) {
		kept_for(f, row, journal_days(&j));
		if (j.bytes_max)
			fact_int(f, row, "bytes_max", (int64_t)(j.bytes_max > INT64_MAX ? INT64_MAX : j.bytes_max));
	} else if (row) {
		kept_for(f, row, 0); /* in memory, or nowhere, from now on */
	}
out:
	arena_free(&arena);
	return rc;
}

/* ---- logrotate: the file, what it includes in the order of their names */

struct rotating { const struct host *host; struct str log; struct rotation defaults, found; bool any; int depth; enum rc rc; };

static void include(void *context, struct str path);

static enum rc
rotate_file(struct rotating *r, const char *path)
{
	struct buf b = BUF(CONF_MAX);
	enum rc rc = host_read(r->host, path, CONF_MAX, &b);

	if (rc == RC_OK)
		rotation_read(buf_str(&b), r->log, &r->defaults, &r->found, &r->any, include, r);
	buf_free(&b);
	return rc;
}

/* logrotate passes over what its own taboo list names. */
static bool
taboo(struct str name)
{
	static const char *const ends[] = { "~", ",v", ".bak", ".dpkg-bak", ".dpkg-del", ".dpkg-dist", ".dpkg-new", ".dpkg-old", ".dpkg-tmp", ".cfsaved", ".disabled", ".swp", ".rpmnew", ".rpmorig", ".rpmsave", NULL };

	for (size_t i = 0; ends[i]; i++)
		if (str_ends(name, str_of(ends[i])))
			return true;
	return name.n == 0 || name.p[0] == '.';
}

static void
include(void *context, struct str path)
{
	struct rotating *r = context;
	struct arena arena = ARENA(1 << 20);
	struct str *names;
	char file[1400];
	size_t n;
	enum rc rc = RC_OK;

	if (r->depth >= 4 || path.n == 0 || path.n > 1000 || path.p[0] != '/') {
		r->rc = r->rc ? r->rc : FAIL(RC_SYNTAX, "logrotate: an include that goes nowhere, or on and on");
		arena_free(&arena);
		return;
	}
	r->depth++;
	(void)snprintf(file, sizeof(file), STR_FMT, STR_ARG(path));
	rc = host_list(r->host, file, NAMES_MAX, &arena, &names, &n);
	if (rc == RC_OK) {
		for (size_t i = 0; i < n && rc == RC_OK; i++) {
			struct rotation before = r->defaults;

			if (taboo(names[i]) || names[i].n > 255)
				continue;
			(void)snprintf(file, sizeof(file), STR_FMT "/%s", STR_ARG(path), names[i].p);
			rc = rotate_file(r, file);
			rc = rc == RC_IO ? RC_OK : rc; /* a folder in it */
			r->defaults = before; /* what a file sets holds to its end */
		}
	} else if (rc != RC_DENIED && rc != RC_LIMIT) {
		rc = rotate_file(r, file);
	}
	r->rc = r->rc ? r->rc : rc == RC_NOTFOUND ? RC_OK : rc;
	r->depth--;
	arena_free(&arena);
}

static enum rc
days_rotated(const struct host *h, const char *log, int64_t *ret)
{
	struct rotating r = { .host = h, .log = str_of(log), .defaults = ROTATION };
	enum rc rc = rotate_file(&r, "/etc/logrotate.conf");

	if (rc == RC_NOTFOUND)
		rc = RC_OK;
	TRY(rc);
	TRY(r.rc);
	*ret = r.any ? rotation_days(&r.found) : RETENTION_EVER; /* nothing rotates it: it only grows */
out:
	return rc;
}

static enum rc
look_rotated(const struct host *h, struct facts *f, const char *source, const char *log)
{
	uint32_t row = row_of(f, source);
	int64_t days;
	enum rc rc = RC_OK;

	if (row == 0)
		return RC_OK;
	TRY(days_rotated(h, log, &days));
	kept_for(f, row, days);
out:
	return rc;
}

static enum rc
look_audit(const struct host *h, struct facts *f)
{
	struct buf b = BUF(65536);
	uint32_t row = row_of(f, "audit");
	int64_t own, rotated;
	bool by_size;
	enum rc rc = RC_OK;

	if (row == 0)
		return RC_OK;
	rc = host_read(h, "/etc/audit/auditd.conf", 65536, &b);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		goto out;
	own = rc == RC_OK ? auditd_days(buf_str(&b)) : RETENTION_EVER;
	TRY(days_rotated(h, "/var/log/audit/audit.log", &rotated)); /* who does both keeps what the first leaves */
	kept_for(f, row, retention_both(own, rotated, &by_size));
	if (by_size)
		fact_bool(f, row, "by_size", true);
out:
	buf_free(&b);
	return rc;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	enum rc rc = RC_OK;

	(void)s;
	records_look(h, f);
	TRY(look_journal(h, f));
	TRY(look_rotated(h, f, "auth.log", "/var/log/auth.log"));
	TRY(look_audit(h, f));
	fact_bool(f, 0, "looked", true);
out:
	return rc;
}

/* ---- judgement */

/* How many days its size lasts at the rate so far; 0: not known. */
static int64_t
size_days(const struct facts *f, uint32_t row)
{
	int64_t days, bytes = fact_n(f, row, "bytes", 0), most = fact_n(f, row, "bytes_max", 0), span = fact_n(f, row, "last_at", 0) - fact_n(f, row, "first_at", 0);

	if (bytes <= 0 || most <= 0 || span < RATE_US)
		return 0;
	days = span / DAY_US; /* whole ones */
	return (int64_t)((double)most / (double)bytes * (double)days);
}

struct best { int64_t by_setting, reach_us; bool any, unreadable, keeps, reaches; };

static void
weigh(const struct facts *f, uint32_t row, int64_t since_us, int64_t min_days, int64_t now_us, struct best *b)
{
	int64_t first = fact_n(f, row, "first_at", 0), days = days_kept(f, row), limit = days < 0 ? INT64_MAX : days;
	bool reaches = first > 0 && first <= since_us + SLACK_US, lasts;

	if (!fact_n(f, row, "readable", 0)) {
		b->unreadable = true;
		return;
	}
	b->any |= first > 0;
	if (limit > b->by_setting)
		b->by_setting = limit;
	if (first > 0 && (b->reach_us == 0 || first < b->reach_us))
		b->reach_us = first;
	/* by time alone for text logs; the journal ends at its size besides */
	lasts = days == RETENTION_EVER || (days >= min_days && !str_eq(fact_s(f, row, "source"), STR("journal")) && !fact_n(f, row, "by_size", 0)) || size_days(f, row) >= min_days || (first > 0 && now_us - first >= min_days * DAY_US);
	b->reaches |= reaches && limit >= min_days;
	b->keeps |= reaches && limit >= min_days && lasts;
}

/*= S-3-5 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t min_days = param_n(p, "min_days"), since_us = records_needed_since(f, min_days, now_us);
	struct best b = { 0 };

	if (f->overflow || fact_get(f, 0, "looked") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_RETENTION_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (fact_s(f, row, "source").n && fact_n(f, row, "acts", 0))
			weigh(f, row, since_us, min_days, now_us, &b);
	if (b.keeps) {
		finding_set(ret, VERDICT_PASS, MSG_RETENTION_KEPT);
		finding_int(ret, "from", b.reach_us);
		finding_int(ret, "min_days", min_days);
	} else if (b.unreadable) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_RETENTION_NO_ANSWER);
	} else if (!b.any) {
		finding_set(ret, VERDICT_FAIL, MSG_RETENTION_NOTHING);
	} else if (b.by_setting < min_days) {
		finding_set(ret, VERDICT_FAIL, MSG_RETENTION_SETTING);
		finding_int(ret, "days", b.by_setting);
		finding_int(ret, "min_days", min_days);
	} else if (!b.reaches) {
		finding_set(ret, VERDICT_FAIL, MSG_RETENTION_SHORT);
		finding_int(ret, "days", (now_us - b.reach_us) / DAY_US);
		finding_int(ret, "min_days", (now_us - since_us) / DAY_US);
	} else {
		finding_set(ret, VERDICT_UNKNOWN, MSG_RETENTION_BY_SIZE);
		finding_int(ret, "from", b.reach_us);
		finding_int(ret, "min_days", min_days);
	}
}

static const char *const settings[] = { "go_live", NULL };

const struct control control_log_retention = {
	.id = "log-retention", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 8,
	.every_s = 6 * 3600, .timeout_ms = 15000, .settings = settings, .look = look, .judge = judge,
};
