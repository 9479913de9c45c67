// SPDX-License-Identifier: Apache-2.0
/*
 * os-patches - is every fix that waits for this machine applied or decided?
 *
 * From the files of dpkg and apt, never from a program's words: a security
 * list names a newer version than the one installed; the running kernel is
 * older than one installed; a program still runs code that was replaced; a
 * restart was asked for. What waits longer than `decide_days` without the
 * contractor's decision fails; a hold or a pin is not a decision. Lists too old
 * to know are UNKNOWN. Grouped by source package, as advisories are.
 */
#include "control/control.h"

#include <lz4frame.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "control/dpkg.h"
#include "control/maps.h"
#include "message/messages.h"

#define STATUS_MAX   (64 << 20)
#define LIST_MAX     (256 << 20)
#define HEAD_BYTES   16384
#define LISTS_MAX    512
#define PACKAGES_MAX 20000
#define FIXES_MAX    300

static const struct param_def params[] = {
	{ "decide_days", "days", 1, 365, 14 },
	{ "lists_max_days", "days", 1, 60, 7 },
};

struct package { struct str name, architecture, version, source, security; bool held, update; };

struct view {
	const struct host *host;
	struct facts      *facts;
	struct arena      *arena;
	struct package    *packages;
	size_t             count;
	bool               security;         /* the list being read is a security list */
	struct str         codename;         /* of this machine, "" when not said       */
};

/* ---- what is installed */

static enum rc
take_installed(void *context, const struct stanza *s)
{
	struct view *v = context;
	struct package *p = &v->packages[v->count];
	bool held;
	enum rc rc = RC_OK;

	if (!status_installed(s->status, &held))
		return RC_OK;
	if (v->count == PACKAGES_MAX)
		return FAIL(RC_LIMIT, "more than %d packages", PACKAGES_MAX);
	TRY(deb_version_check(s->version));
	*p = (struct package){ arena_dup(v->arena, s->package), arena_dup(v->arena, s->architecture), arena_dup(v->arena, s->version), arena_dup(v->arena, source_name(s)),
		STR_NONE, held, false };
	if (p->name.n == 0 || p->source.p == NULL)
		return p->source.p ? FAIL(RC_SYNTAX, "a package without a name") : FAIL(RC_LIMIT, "no room for the packages");
	v->count++;
out:
	return rc;
}

static int
name_order(const void *a, const void *b)
{
	return str_cmp(((const struct package *)a)->name, ((const struct package *)b)->name);
}

static enum rc
feed(void *context, struct str piece)
{
	return stanzas_feed(context, piece);
}

static enum rc
read_installed(struct view *v)
{
	struct stanzas s = STANZAS(take_installed, v);
	enum rc rc = RC_OK;

	TRY(host_read_pieces(v->host, "/var/lib/dpkg/status", STATUS_MAX, feed, &s));
	TRY(stanzas_end(&s));
	qsort(v->packages, v->count, sizeof(*v->packages), name_order);
out:
	stanzas_free(&s);
	return rc;
}

/* ---- what is available */

static bool
fits(const struct package *p, struct str architecture)
{
	return str_eq(p->architecture, architecture) || str_eq(p->architecture, STR("all")) || str_eq(architecture, STR("all"));
}

static bool
is_installed(void *context, struct str package)
{
	const struct view *v = context;
	struct package key = { .name = package };

	return v->count && bsearch(&key, v->packages, v->count, sizeof(key), name_order);
}

static enum rc
take_available(void *context, const struct stanza *s)
{
	struct view *v = context;
	struct package key = { .name = s->package }, *p;
	enum rc rc = RC_OK;

	if (s->package.n == 0)
		return FAIL(RC_SYNTAX, "a list with a stanza of no package");
	p = v->count ? bsearch(&key, v->packages, v->count, sizeof(*p), name_order) : NULL;
	if (p == NULL)
		return RC_OK;
	TRY(deb_version_check(s->version));
	while (p > v->packages && str_eq(p[-1].name, s->package))
		p--;
	for (; p < v->packages + v->count && str_eq(p->name, s->package); p++) { /* one for each architecture */
		if (!fits(p, s->architecture) || deb_version_cmp(s->version, p->version) <= 0)
			continue;
		p->update = true;
		if (v->security && (p->security.n == 0 || deb_version_cmp(s->version, p->security) > 0)) {
			p->security = arena_dup(v->arena, s->version);
			if (p->security.p == NULL)
				return FAIL(RC_LIMIT, "no room for the fixes");
		}
	}
out:
	return rc;
}

struct unpack { LZ4F_dctx *lz4; struct stanzas *stanzas; size_t bytes; bool ended; };

static enum rc
feed_lz4(void *context, struct str piece)
{
	struct unpack *u = context;
	static _Thread_local char out[65536];
	enum rc rc = RC_OK;

	while (piece.n) {
		size_t out_bytes = sizeof(out), in_bytes = piece.n;
		size_t left = LZ4F_decompress(u->lz4, out, &out_bytes, piece.p, &in_bytes, NULL);

		if (LZ4F_isError(left) || (in_bytes == 0 && out_bytes == 0))
			return FAIL(RC_SYNTAX, "not lz4: %s", LZ4F_isError(left) ? LZ4F_getErrorName(left) : "it does not move");
		u->ended = left == 0;
		u->bytes += out_bytes;
		if (u->bytes > LIST_MAX)
			return FAIL(RC_LIMIT, "a list over %d bytes", LIST_MAX);
		TRY(stanzas_feed(u->stanzas, (struct str){ out, out_bytes }));
		piece = str_sub(piece, in_bytes, piece.n);
	}
out:
	return rc;
}

static enum rc
read_list(struct view *v, const char *path, bool lz4)
{
	struct stanzas s = STANZAS(take_available, v);
	struct unpack u = { .stanzas = &s };
	enum rc rc = RC_OK;

	s.wanted = is_installed;
	if (!lz4) {
		TRY(host_read_pieces(v->host, path, LIST_MAX, feed, &s));
	} else {
		if (LZ4F_isError(LZ4F_createDecompressionContext(&u.lz4, LZ4F_VERSION)))
			abort(); /* no memory */
		TRY(host_read_pieces(v->host, path, LIST_MAX, feed_lz4, &u));
		if (!u.ended) {
			rc = FAIL(RC_SYNTAX, "%s is cut short", path);
			goto out;
		}
	}
	TRY(stanzas_end(&s));
out:
	if (u.lz4)
		(void)LZ4F_freeDecompressionContext(u.lz4); /* cannot fail */
	stanzas_free(&s);
	return rc;
}

#define LISTS "/var/lib/apt/lists"

struct lists { size_t security, unread; int64_t known_at_us, valid_until_us; };

/* The Release file that covers a list is the one whose name, up to its last word, begins the list's name. */
static bool
prefix_of(struct str file, struct str *ret)
{
	static const struct str ends[] = { { "_InRelease", 10 }, { "_Release", 8 } };

	for (size_t i = 0; i < 2; i++)
		if (str_ends(file, ends[i])) {
			*ret = str_sub(file, 0, file.n - ends[i].n + 1);
			return true;
		}
	return false;
}

static enum rc
covering_release(struct view *v, const struct str *names, size_t count, struct str list, struct buf *b, struct release *ret)
{
	struct str best = STR_NONE, prefix;
	const char *file = NULL;
	char path[512];
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count; i++)
		if (prefix_of(names[i], &prefix) && str_starts(list, prefix) && prefix.n > best.n) {
			best = prefix;
			file = names[i].p;
		}
	if (file == NULL)
		return FAIL(RC_NOTFOUND, "no Release file covers " STR_FMT, STR_ARG(list));
	(void)snprintf(path, sizeof(path), LISTS "/%s", file);
	buf_reset(b);
	TRY(host_read_head(v->host, path, HEAD_BYTES, b));
	TRY(release_parse(buf_str(b), ret));
out:
	return rc;
}

static bool
for_this_machine(const struct view *v, const struct release *r)
{
	struct str base = r->codename;

	if (str_ends(base, STR("-security")))
		base.n -= 9;
	return v->codename.n == 0 || r->codename.n == 0 || str_eq(base, v->codename);
}

static bool
list_file(struct str name, bool *ret_lz4, bool *ret_unread)
{
	size_t at;

	*ret_lz4 = str_ends(name, STR("_Packages.lz4"));
	*ret_unread = str_find(name, STR("_Packages."), &at) && !*ret_lz4; /* .xz, .gz: not read by this version */
	return *ret_lz4 || *ret_unread || str_ends(name, STR("_Packages"));
}

static enum rc
one_list(struct view *v, const struct str *names, size_t count, struct str name, struct lists *l)
{
	struct buf head = BUF(HEAD_BYTES);
	struct release r;
	bool lz4, unread;
	char path[512];
	enum rc rc = RC_OK;

	if (!list_file(name, &lz4, &unread))
		return RC_OK;
	rc = covering_release(v, names, count, name, &head, &r);
	if (rc == RC_NOTFOUND) {
		l->unread++;
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	v->security = release_is_security(&r);
	if (r.not_automatic || (v->security && !for_this_machine(v, &r)))
		goto out;
	if (unread || name.n > 400) {
		l->unread++;
		goto out;
	}
	(void)snprintf(path, sizeof(path), LISTS "/%s", name.p);
	TRY(read_list(v, path, lz4));
	if (v->security) {
		l->security++;
		if (r.date_us > l->known_at_us)
			l->known_at_us = r.date_us;
		if (r.valid_until_us && (l->valid_until_us == 0 || r.valid_until_us < l->valid_until_us))
			l->valid_until_us = r.valid_until_us;
	}
out:
	buf_free(&head);
	return rc;
}

/* When apt last looked: its folders change with every update that brings something. */
static void
looked_at(struct view *v, const char *path, int64_t *at_us)
{
	struct host_stat st;

	if (host_stat(v->host, path, &st) == RC_OK && st.exists && st.modified_at_us > *at_us && st.modified_at_us <= host_now_us(v->host))
		*at_us = st.modified_at_us;
}

static enum rc
read_lists(struct view *v)
{
	struct arena arena = ARENA(1 << 20);
	struct lists l = { 0 };
	struct str *names = NULL;
	size_t count = 0;
	enum rc rc = host_list(v->host, LISTS, LISTS_MAX, &arena, &names, &count);

	if (rc == RC_NOTFOUND)
		rc = RC_OK;
	TRY(rc);
	for (size_t i = 0; i < count; i++)
		TRY(one_list(v, names, count, names[i], &l));
	if (l.security) {
		looked_at(v, LISTS, &l.known_at_us);
		looked_at(v, LISTS "/partial", &l.known_at_us);
		looked_at(v, "/var/lib/apt/periodic/update-success-stamp", &l.known_at_us);
		fact_time(v->facts, 0, "lists_at", l.known_at_us);
		if (l.valid_until_us)
			fact_time(v->facts, 0, "lists_valid_until", l.valid_until_us);
	}
	fact_int(v->facts, 0, "security_lists", (int64_t)l.security);
	fact_int(v->facts, 0, "unread_lists", (int64_t)l.unread);
out:
	arena_free(&arena);
	return rc;
}

/* ---- facts */

static uint32_t
add_fix(struct facts *f, const char *kind, struct str fix)
{
	uint32_t row = fact_rows(f) + 1;

	fact_text(f, row, "fix", fix);
	fact_text(f, row, "kind", str_of(kind));
	return row;
}

static void
add_fixes(struct view *v)
{
	struct str seen[FIXES_MAX];
	size_t count = 0;
	int64_t updates = 0;

	for (size_t i = 0; i < v->count; i++) {
		struct package *p = &v->packages[i];
		struct str fix;
		size_t k = 0;
		uint32_t row;

		updates += p->update && p->security.n == 0;
		if (p->security.n == 0)
			continue;
		fix = arena_f(v->arena, STR_FMT " " STR_FMT, STR_ARG(p->source), STR_ARG(p->security));
		while (k < count && !str_eq(seen[k], fix))
			k++;
		if (k < count)
			continue; /* another package of the same source */
		if (count == FIXES_MAX || fix.p == NULL) {
			v->facts->overflow = true;
			return;
		}
		seen[count++] = fix;
		row = add_fix(v->facts, "security", fix);
		fact_text(v->facts, row, "installed", p->version);
		if (p->held)
			fact_bool(v->facts, row, "held", true);
	}
	fact_int(v->facts, 0, "packages", (int64_t)v->count);
	fact_int(v->facts, 0, "other_updates", updates);
}

/* "6.1.0-39-amd64" → "-amd64": the first part behind a dash that begins with a letter. */
static struct str
flavour(struct str release)
{
	for (size_t i = 0; i + 1 < release.n; i++)
		if (release.p[i] == '-' && release.p[i + 1] >= 'a' && release.p[i + 1] <= 'z')
			return str_sub(release, i, release.n);
	return STR_NONE;
}

#define IMAGE STR("linux-image-")

static bool
image_release(struct str package, struct str *ret)
{
	*ret = str_sub(package, IMAGE.n, package.n);
	return str_starts(package, IMAGE) && ret->n && ret->p[0] >= '0' && ret->p[0] <= '9';
}

/* /proc/version of a Debian kernel ends "… Debian 6.1.148-1 (2025-08-26)". */
static struct str
version_in_banner(struct str banner)
{
	struct str word = STR_NONE;
	size_t at;

	while (str_find(banner, STR(" Debian "), &at)) {
		banner = str_sub(banner, at + 8, banner.n);
		word = banner;
		if (str_find(word, STR(" "), &at))
			word.n = at;
	}
	return word.n && deb_version_check(word) == RC_OK && word.p[0] >= '0' && word.p[0] <= '9' ? word : STR_NONE;
}

static bool
there(struct view *v, const char *path)
{
	struct host_stat st;

	return host_stat(v->host, path, &st) == RC_OK && st.exists;
}

static void
since_file(struct view *v, uint32_t row, const char *path)
{
	struct host_stat st;

	if (host_stat(v->host, path, &st) == RC_OK && st.exists)
		fact_time(v->facts, row, "since_at", st.modified_at_us);
}

static enum rc
add_kernel(struct view *v)
{
	struct buf banner = BUF(4096);
	const struct package *newest = NULL;
	struct str running, version, release;
	char path[300];
	enum rc rc = RC_OK;

	TRY(host_uname(v->host, v->arena, &running));
	rc = host_read(v->host, "/proc/version", 4096, &banner);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		goto out;
	rc = RC_OK;
	version = version_in_banner(buf_str(&banner));
	for (size_t i = 0; i < v->count; i++) {
		const struct package *p = &v->packages[i];

		if (!image_release(p->name, &release) || !str_eq(flavour(release), flavour(running)))
			continue;
		if (version.n == 0 && str_eq(release, running))
			version = p->version;
		if (newest == NULL || deb_version_cmp(p->version, newest->version) > 0)
			newest = p;
	}
	fact_text(v->facts, 0, "kernel_running", running);
	fact_bool(v->facts, 0, "kernel_packaged", version.n && newest);
	fact_bool(v->facts, 0, "container", there(v, "/run/systemd/container") || there(v, "/.dockerenv") || there(v, "/run/.containerenv"));
	if (version.n && newest && deb_version_cmp(version, newest->version) < 0) {
		uint32_t row = add_fix(v->facts, "kernel", newest->name);

		fact_text(v->facts, row, "installed", newest->version);
		(void)snprintf(path, sizeof(path), "/var/lib/dpkg/info/%.200s.list", newest->name.p);
		since_file(v, row, path);
	} else if (there(v, "/run/reboot-required")) {
		since_file(v, add_fix(v->facts, "reboot", STR("reboot-required")), "/run/reboot-required");
	}
out:
	buf_free(&banner);
	return rc;
}

static void
read_codename(struct view *v)
{
	struct buf b = BUF(4096);
	struct str rest, line;

	if (host_read(v->host, "/etc/os-release", 4096, &b) == RC_OK)
		for (rest = buf_str(&b); str_line(&rest, &line);)
			if (str_starts(line, STR("VERSION_CODENAME=")))
				v->codename = arena_dup(v->arena, str_trim(str_sub(line, 17, line.n)));
	buf_free(&b);
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(32 << 20);
	struct view v = { .host = h, .facts = f, .arena = &arena };
	enum rc rc = RC_OK;

	(void)s;
	v.packages = arena_get(&arena, sizeof(*v.packages) * PACKAGES_MAX);
	read_codename(&v);
	TRY(read_installed(&v));
	TRY(read_lists(&v));
	add_fixes(&v);
	TRY(add_kernel(&v));
out:
	arena_free(&arena);
	return rc;
}

/* ---- judgement */

/* A fact's file name or package without its folders. */
static struct str
short_name(struct str s)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '/')
			return str_sub(s, i, s.n);
	return s;
}

struct waiting { int64_t count, decided, oldest_days; struct str oldest, kind; bool unknown_since; };

static void
count_waiting(const struct facts *f, int64_t now_us, struct waiting *w)
{
	*w = (struct waiting){ .oldest_days = -1 };
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str fix = fact_s(f, row, "fix"), kind = fact_s(f, row, "kind");
		int64_t since = fact_n(f, row, "since_at", fact_n(f, row, "first_seen_at", 0)), days;

		if (fix.n == 0)
			continue;
		w->count++;
		if (fact_get(f, row, "decided_at")) {
			w->decided++;
			continue;
		}
		if (since <= 0) {
			w->unknown_since = true;
			continue;
		}
		days = now_us > since ? (now_us - since) / DAY_US : 0;
		if (days > w->oldest_days) {
			w->oldest_days = days;
			w->oldest = fix;
			w->kind = kind;
		}
	}
}

static void
overdue(const struct facts *f, const struct waiting *w, struct finding *ret)
{
	if (str_eq(w->kind, STR("kernel"))) {
		finding_set(ret, VERDICT_FAIL, MSG_PATCHES_REBOOT_NEEDED);
		finding_text(ret, "running", fact_s(f, 0, "kernel_running"));
		finding_text(ret, "installed", w->oldest);
	} else if (str_eq(w->kind, STR("restart"))) {
		finding_set(ret, VERDICT_FAIL, MSG_PATCHES_OLD_LIBRARIES);
		finding_int(ret, "count", w->count - w->decided);
		finding_text(ret, "first", short_name(w->oldest));
	} else {
		finding_set(ret, VERDICT_FAIL, MSG_PATCHES_UNDECIDED);
		finding_int(ret, "count", w->count - w->decided);
		finding_int(ret, "days", w->oldest_days);
		finding_text(ret, "first", w->oldest);
	}
}

static bool
lists_too_old(const struct facts *f, const struct params *p, int64_t now_us, int64_t *ret_days)
{
	int64_t at = fact_n(f, 0, "lists_at", 0), until = fact_n(f, 0, "lists_valid_until", INT64_MAX);

	*ret_days = now_us > at ? (now_us - at) / DAY_US : 0;
	return now_us > until || *ret_days > param_n(p, "lists_max_days");
}

/*= S-2-3 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *lists = fact_get(f, 0, "security_lists"), *packaged = fact_get(f, 0, "kernel_packaged"), *whole = fact_get(f, 0, "maps_whole");
	struct waiting w;
	int64_t days;

	if (f->overflow || lists == NULL || packaged == NULL || whole == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PATCHES_NO_ANSWER);
		return;
	}
	count_waiting(f, now_us, &w);
	if (w.oldest_days > param_n(p, "decide_days")) {
		overdue(f, &w, ret);
	} else if (lists->n == 0 || fact_n(f, 0, "unread_lists", 1)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PATCHES_NO_LISTS);
	} else if (lists_too_old(f, p, now_us, &days)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PATCHES_LISTS_OLD);
		finding_int(ret, "days", days);
	} else if (!packaged->n && !fact_n(f, 0, "container", 0)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PATCHES_KERNEL_FOREIGN);
		finding_text(ret, "running", fact_s(f, 0, "kernel_running"));
	} else if (!whole->n) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PATCHES_MAPS_UNSEEN);
	} else if (w.unknown_since) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PATCHES_NO_ANSWER);
	} else if (w.count > w.decided) {
		finding_set(ret, VERDICT_PASS, MSG_PATCHES_WAITING);
		finding_int(ret, "count", w.count - w.decided);
		finding_text(ret, "first", w.oldest);
		finding_int(ret, "days", param_n(p, "decide_days") - w.oldest_days);
	} else if (w.count) {
		finding_set(ret, VERDICT_PASS, MSG_PATCHES_DECIDED);
		finding_int(ret, "count", w.count);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_PATCHES_NONE_PENDING);
	}
}

const struct control control_os_patches = {
	.id = "os-patches", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .by = LOOK_BY_PROBE, .reader = 4,
	.every_s = 6 * 3600, .timeout_ms = 20000, .remember = "fix", .look = look, .look_inside = replaced_code_look, .judge = judge,
};
