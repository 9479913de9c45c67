// SPDX-License-Identifier: Apache-2.0
/*
 * config-integrity - did anything that decides who may do what change without a word?
 *
 * Looks at conffiles, a fixed list and declared files (watched.h). A conffile as
 * its package brought it, root's, with an ordinary mode, is only counted; every
 * other state stands as a row. The first inspection is the baseline. From then
 * on a state that differs fails, until it is accepted (register "config-change"),
 * reverted, or explained: it changed, by the kernel's clock, while dpkg's log
 * says that packages were worked on, and now has the content that dpkg names (for a
 * conffile its status, for any other file its package's md5sums;
 * what a package's scripts or anybody else wrote meanwhile is unknown until somebody accepts it); or
 * nothing but passwords did, and the newest has its day since then (passwd). What
 * is explained is the next baseline.
 */
#include "control/control.h"

#include <stdio.h>
#include <string.h>

#include "base/time_text.h"
#include "control/dpkg_log.h"
#include "control/gunzip.h"
#include "control/md5sums.h"
#include "control/rotated.h"
#include "control/watched.h"
#include "crypt/crypt.h"
#include "message/messages.h"

#define LOG_MAX    (64 << 20)
#define LOG_AGE_US (40 * DAY_US) /* rotated each month; work older than the inspection before explains nothing anyway */

static enum rc
take_log(void *context, struct str piece)
{
	dpkg_log_feed(context, piece);
	return RC_OK;
}

struct logs { const struct host *host; struct dpkg_log *all; };

/* What cannot be read explains nothing. */
static enum rc
read_log(void *context, const char *path, bool packed)
{
	const struct logs *l = context;
	struct dpkg_log one = DPKG_LOG;
	struct host_stat st;

	if (host_stat(l->host, path, &st) == RC_OK && st.exists && st.modified_at_us > host_now_us(l->host) - LOG_AGE_US &&
	    (packed ? gunzip_file : host_read_pieces)(l->host, path, LOG_MAX, take_log, &one) == RC_OK) {
		dpkg_log_settle(&one, st.modified_at_us);
		for (size_t i = 0; i < one.count && l->all->count < DPKG_SPANS_MAX; i++)
			l->all->spans[l->all->count++] = one.spans[i];
	}
	rc_trail_clear();
	dpkg_log_free(&one);
	return RC_OK;
}

/* Of declared files that changed while packages were worked on and are no conffiles: has a package brought what they hold now? (What else is watched stands in /etc, where packages have conffiles.) */
static enum rc
name_packaged(const struct host *h, const struct watch *w, struct facts *f)
{
	struct arena arena = ARENA(1 << 16);
	struct md5sums_wanted *list = arena_get(&arena, MD5SUMS_WANTED_MAX * sizeof(*list));
	size_t n = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; list && i < f->count && n < MD5SUMS_WANTED_MAX; i++)
		if (str_eq_c(f->list[i].key, "worked_at"))
			for (size_t k = 0; k < w->count; k++)
				if (w->files[k].declared && w->files[k].sum[0] && str_eq(w->files[k].path, fact_s(f, f->list[i].row, "path"))) {
					list[n++] = (struct md5sums_wanted){ w->files[k].path, { w->files[k].sum, 32 }, false };
					break;
				}
	rc = md5sums_find(h, list, n);
	for (size_t i = 0, rows = f->count; rc == RC_OK && i < rows; i++)
		for (size_t k = 0; k < n; k++)
			if (list[k].found && str_eq_c(f->list[i].key, "path") && str_eq(list[k].path, f->list[i].text))
				fact_bool(f, f->list[i].row, "packaged", true);
	arena_free(&arena);
	return rc;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(8 << 20);
	struct watch w = { .host = h, .arena = &arena };
	struct dpkg_log log = DPKG_LOG;
	int64_t ordinary = 0, unread = 0, local = 0, at;
	uint32_t row = 0;
	enum rc rc = RC_OK;

	for (uint32_t i = 1; s->given && i <= fact_rows(s->given); i++)
		TRY(watch_declared(&w, fact_s(s->given, i, "watched_file.path")));
	TRY(watch_collect(&w));
	if (rotated_each(h, "/var/log", "dpkg.log", read_log, &(struct logs){ h, &log }) != RC_OK)
		rc_trail_clear(); /* very many: those that were read */
	for (size_t i = 0; i < w.count; i++) {
		struct watched *one = &w.files[i];

		TRY(watch_state(&w, one));
		if (one->ordinary) {
			ordinary++;
			continue;
		}
		if (str_eq(one->state, STR("absent")) && (one->obsolete || (one->package.n == 0 && !one->declared)))
			continue;
		unread += str_eq(one->state, STR("unread"));
		local += one->md5.n && !str_starts(one->state, STR("packaged:"));
		fact_text(f, ++row, "path", one->path);
		fact_text(f, row, "state", one->state);
		if (one->package.n)
			fact_text(f, row, "package", one->package);
		if (one->declared)
			fact_bool(f, row, "declared", true);
		if (one->passwords[0])
			fact_int(f, row, "passwords_day", one->passwords_day);
		if (one->changed_at_us && dpkg_log_during(&log, one->changed_at_us, &at))
			fact_time(f, row, "worked_at", one->changed_at_us);
	}
	TRY(name_packaged(h, &w, f));
	for (size_t i = 0; i < w.folders_count; i++)
		if (dpkg_log_during(&log, w.folders[i].changed_at_us, &at)) {
			fact_text(f, ++row, "folder", w.folders[i].path);
			fact_time(f, row, "worked_at", w.folders[i].changed_at_us);
		}
	fact_int(f, 0, "watched", (int64_t)w.count);
	fact_int(f, 0, "ordinary", ordinary);
	fact_int(f, 0, "local_changes", local);
	fact_int(f, 0, "unread", unread);
	fact_int(f, 0, "list", WATCHED_LIST);
	fact_bool(f, 0, "inspected", true);
out:
	dpkg_log_free(&log);
	arena_free(&arena);
	return rc;
}

/* ---- memory */

static uint32_t
row_of(const struct facts *f, const char *key, struct str value)
{
	for (size_t i = 0; f && i < f->count; i++)
		if (f->list[i].kind == FACT_TEXT && str_eq_c(f->list[i].key, key) && str_eq(f->list[i].text, value))
			return f->list[i].row;
	return 0;
}

static struct str
folder_of(struct str path)
{
	size_t n = path.n;

	while (n > 1 && path.p[n - 1] != '/')
		n--;
	return str_sub(path, 0, n > 1 ? n - 1 : 1);
}

/* What was right before this inspection: what was explained then, else what was right then. */
static struct str
right_before(const struct facts *before, uint32_t row)
{
	struct str was = fact_s(before, row, "was");

	return was.n == 0 || fact_get(before, row, "explained") ? fact_s(before, row, "state") : was;
}

/* The word a person enters to accept a state of a file: the first 128 bits of SHA-256. */
static void
accept_word(struct str path, struct str state, char ret[33])
{
	struct buf b = BUF(8192);
	struct hash hash = { { 0 } };

	ret[0] = '\0';
	if (buf_addf(&b, STR_FMT "\n" STR_FMT, STR_ARG(path), STR_ARG(state)) == RC_OK)
		hash_bytes(buf_str(&b), &hash);
	for (size_t i = 0; i < 16; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", hash.b[i]);
	buf_free(&b);
}

static size_t
parts(struct str state)
{
	size_t n = 1;

	for (size_t i = 0; i < state.n; i++)
		n += state.p[i] == ':';
	return n;
}

/* Nothing but passwords differs, and the newest of them was set, by its own day, since the inspection before: what passwd does. */
static bool
passwords_only(const struct facts *now, uint32_t row, struct str was, const struct facts *before)
{
	struct str state = fact_s(now, row, "state"), a, b;
	int64_t looked = before ? fact_n(before, 0, "inspected_at", 0) : 0;

	if (looked == 0 || parts(was) != 6 || parts(state) != 6 || fact_n(now, row, "passwords_day", -1) < looked / DAY_US)
		return false;
	for (int i = 0; i < 5; i++)
		if (!str_cut(&was, ':', &a) || !str_cut(&state, ':', &b) || !str_eq(a, b))
			return false;
	return true;
}

static void
note_change(struct facts *now, uint32_t row, struct str was, const char *by, bool worked, const struct facts *before, uint32_t old, int64_t now_us)
{
	struct str path = fact_s(now, row, "path"), state = fact_s(now, row, "state");
	bool same = old && str_eq(fact_s(before, old, "state"), state);
	char word[33];

	fact_text(now, row, "was", was);
	if (str_eq(was, state))
		return;
	fact_time(now, row, "changed_at", same ? fact_n(before, old, "changed_at", now_us) : now_us);
	if (by) {
		fact_bool(now, row, "explained", true);
		fact_text(now, row, "work", str_of(by));
		return;
	}
	if (same ? fact_get(before, old, "during_work") != NULL : worked) /* dpkg worked, and does not know this content: nobody can say who wrote it */
		fact_bool(now, row, "during_work", true);
	accept_word(path, state, word);
	fact_text(now, row, "accept", str_of(word));
}

/* Work on packages explains only what changed after the inspection before (or the last one that found something new). */
static bool
worked_since(const struct facts *now, uint32_t row, const struct facts *before)
{
	int64_t at = row ? fact_n(now, row, "worked_at", 0) : 0;

	return at > 0 && before && at > fact_n(before, 0, "inspected_at", INT64_MAX);
}

/* Was ordinary, and so has no row; or is not there at all. */
static void
gone(struct facts *now, const struct facts *before, uint32_t old, int64_t now_us)
{
	struct str path = fact_s(before, old, "path"), package = fact_s(before, old, "package"), was = right_before(before, old);
	struct str state = package.n ? STR("packaged") : STR("absent");
	uint32_t row = fact_rows(now) + 1;

	if (str_eq(was, state))
		return; /* as it was before it was changed */
	fact_text(now, row, "path", path);
	fact_text(now, row, "state", state);
	if (package.n)
		fact_text(now, row, "package", package);
	note_change(now, row, was, package.n && worked_since(now, row_of(now, "folder", folder_of(path)), before) ? "dpkg" : NULL, worked_since(now, row_of(now, "folder", folder_of(path)), before), before, old, now_us);
}

/* What a package brought: its content by dpkg's status or its package's sums, root's; mode and attributes as they were, or none that let others in. */
static bool
as_packaged(const struct facts *now, uint32_t row, struct str was)
{
	struct str state = fact_s(now, row, "state"), a, b;

	if (!str_starts(state, STR("packaged:")) && fact_get(now, row, "packaged") == NULL)
		return false;
	if (parts(was) != parts(state)) {
		(void)str_cut(&state, ':', &a);
		(void)str_cut(&state, ':', &a);
		return a.n == 4 && a.p[0] == '0' && strchr("0145", a.p[2]) && strchr("0145", a.p[3]) && str_eq(state, STR("0:0:-"));
	}
	(void)str_cut(&state, ':', &a);
	(void)str_cut(&was, ':', &b);
	return str_eq(state, was);
}

static void
recall(struct facts *now, const struct facts *before, int64_t now_us)
{
	bool first = before == NULL || fact_get(before, 0, "baseline_at") == NULL, same_list;
	uint32_t rows = fact_rows(now);

	if (fact_get(now, 0, "inspected") == NULL)
		return;
	fact_time(now, 0, "baseline_at", first ? now_us : fact_n(before, 0, "baseline_at", now_us));
	fact_time(now, 0, "inspected_at", now_us);
	if (first)
		fact_bool(now, 0, "first", true);
	same_list = !first && fact_n(before, 0, "list", 0) == fact_n(now, 0, "list", 0);
	for (uint32_t row = 1; row <= rows; row++) {
		struct str path = fact_s(now, row, "path"), state = fact_s(now, row, "state"), was;
		uint32_t old;

		if (path.n == 0)
			continue;
		old = first ? 0 : row_of(before, "path", path);
		if (old)
			was = str_eq(right_before(before, old), STR("unread")) ? state : right_before(before, old); /* what could not be read has no past */
		else if (!same_list || fact_n(now, row, "declared", 0))
			was = state; /* nobody watched it before */
		else
			was = fact_s(now, row, "package").n ? STR("packaged") : STR("absent");
		if (!same_list && parts(was) == 5 && parts(state) == 6)
			was = state; /* its state was written otherwise */
		note_change(now, row, was, as_packaged(now, row, was) && worked_since(now, row, before) ? "dpkg" : passwords_only(now, row, was, before) ? "passwd" : NULL, worked_since(now, row, before), before, old, now_us);
	}
	for (uint32_t old = 1; !first && old <= fact_rows(before); old++)
		if (fact_s(before, old, "path").n && row_of(now, "path", fact_s(before, old, "path")) == 0)
			gone(now, before, old, now_us);
}

/* ---- judgement */

static bool
accepted(const struct facts *f, uint32_t row)
{
	struct str path = fact_s(f, row, "path"), word = fact_s(f, row, "accept");

	for (uint32_t at = 1; word.n && at <= fact_rows(f); at++)
		if (str_eq(fact_s(f, at, "config_change.path"), path) && str_eq(fact_s(f, at, "config_change.state"), word))
			return true;
	return false;
}

/* "content mode 0440>0666": what is different, in words that are the same in every language. */
static void
differences(struct str was, struct str state, char *ret, size_t n)
{
	static const char *const names[] = { "content", "mode", "uid", "gid", "attributes", "passwords" };
	size_t at = 0;
	struct str a, b;

	ret[0] = '\0';
	if (memchr(was.p, ':', was.n) == NULL || memchr(state.p, ':', state.n) == NULL) {
		(void)snprintf(ret, n, "%.20s>%.20s", was.p, state.p);
		return;
	}
	for (size_t i = 0; i < 6 && str_cut(&was, ':', &a) && str_cut(&state, ':', &b); i++) {
		if (str_eq(a, b))
			continue;
		at += (size_t)snprintf(ret + at, n - at, i >= 1 && i <= 3 ? "%s%s " STR_FMT ">" STR_FMT : "%s%s", at ? ", " : "", names[i], (int)(a.n < 12 ? a.n : 12), a.p, (int)(b.n < 12 ? b.n : 12), b.p);
		if (at >= n)
			return;
	}
}

/*= S-3-7c */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	static _Thread_local char how[160];
	int64_t changed = 0, during = 0, explained = 0, allowed = 0, since = INT64_MAX;
	bool since_worked = false; /* `worst` changed during work on packages: anything else is worse */
	uint32_t worst = 0;

	(void)p;
	(void)now_us;
	if (f->overflow || fact_get(f, 0, "inspected") == NULL || fact_get(f, 0, "baseline_at") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_CONFIG_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str was = fact_s(f, row, "was"), state = fact_s(f, row, "state");
		int64_t at = fact_n(f, row, "changed_at", 0);

		if (was.n == 0 || str_eq(was, state) || str_eq(state, STR("unread")))
			continue;
		if (fact_get(f, row, "explained")) {
			explained++;
		} else if (accepted(f, row)) {
			allowed++;
		} else {
			bool worked = fact_get(f, row, "during_work") != NULL;

			changed++;
			during += worked;
			if ((changed - during > 0) ? !worked && (since_worked || at < since) : at < since) {
				since_worked = worked;
				since = at;
				worst = row;
			}
		}
	}
	if (changed) {
		differences(fact_s(f, worst, "was"), fact_s(f, worst, "state"), how, sizeof(how));
		finding_set(ret, during == changed ? VERDICT_UNKNOWN : VERDICT_FAIL, during == changed ? MSG_CONFIG_DURING_WORK : MSG_CONFIG_CHANGED);
		finding_int(ret, "count", changed);
		finding_text(ret, "first", fact_s(f, worst, "path"));
		finding_text(ret, "how", str_of(how));
		finding_int(ret, "at", since);
		finding_text(ret, "accept", fact_s(f, worst, "accept"));
	} else if (fact_n(f, 0, "unread", 1)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_CONFIG_UNREAD);
		finding_int(ret, "count", fact_n(f, 0, "unread", 0));
	} else if (fact_n(f, 0, "first", 0)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_CONFIG_BASELINE);
		finding_int(ret, "count", fact_n(f, 0, "watched", 0));
		finding_int(ret, "local", fact_n(f, 0, "local_changes", 0));
	} else {
		finding_set(ret, VERDICT_PASS, explained || allowed ? MSG_CONFIG_EXPLAINED : MSG_CONFIG_SAME);
		finding_int(ret, "count", fact_n(f, 0, "watched", 0));
		finding_int(ret, "from", fact_n(f, 0, "baseline_at", 0));
		finding_int(ret, "explained", explained);
		finding_int(ret, "accepted", allowed);
	}
}

static const char *const registers[] = { "watched-file", "config-change", NULL };

const struct control control_config_integrity = {
	.id = "config-integrity", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 8, .every_s = 24 * 3600, .timeout_ms = 20000, .recall = recall, .registers = registers,
	.look = look, .judge = judge,
};
