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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "control/fix.h"
#include "control/maps.h"
#include "control/packages.h"
#include "message/messages.h"

#define FIXES_MAX    300
#define LISTS        "/var/lib/apt/lists"

static const struct param_def params[] = {
	{ "decide_days", "days", 1, 365, 14 },
	{ "lists_max_days", "days", 1, 60, 7 },
};

struct newer { struct str security; bool update; }; /* noted with a package */

struct view {
	const struct host *host;
	struct facts      *facts;
	struct arena      *arena;
	struct packages    packages;
	size_t             security;         /* security lists read                     */
	int64_t            known_at_us, valid_until_us;
	struct str         codename;         /* of this machine, "" when not said       */
};

static bool
for_this_machine(const struct view *v, const struct release *r)
{
	struct str base = r->codename;

	if (str_ends(base, STR("-security")))
		base.n -= 9;
	return v->codename.n == 0 || r->codename.n == 0 || str_eq(base, v->codename);
}

static bool
list_wanted(void *context, const struct apt_list *l)
{
	return !l->release.not_automatic && (!release_is_security(&l->release) || for_this_machine(context, &l->release));
}

static enum rc
take_newer(void *context, const struct apt_list *l, struct package *p, struct str version)
{
	struct view *v = context;
	struct newer *n;

	if (deb_version_cmp(version, p->version) <= 0)
		return RC_OK;
	if (p->note == NULL)
		p->note = arena_get(v->arena, sizeof(*n));
	n = p->note;
	if (n == NULL)
		return FAIL(RC_LIMIT, "no room for the fixes");
	n->update = true;
	if (release_is_security(&l->release) && (n->security.n == 0 || deb_version_cmp(version, n->security) > 0)) {
		n->security = arena_dup(v->arena, version);
		if (n->security.p == NULL)
			return FAIL(RC_LIMIT, "no room for the fixes");
	}
	return RC_OK;
}

static void
list_done(void *context, const struct apt_list *l)
{
	struct view *v = context;

	if (!release_is_security(&l->release))
		return;
	v->security++;
	if (l->release.date_us > v->known_at_us)
		v->known_at_us = l->release.date_us;
	if (l->release.valid_until_us && (v->valid_until_us == 0 || l->release.valid_until_us < v->valid_until_us))
		v->valid_until_us = l->release.valid_until_us;
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
	struct lists_reader r = { list_wanted, take_newer, list_done, v, 0, 0 };
	enum rc rc = RC_OK;

	TRY(packages_lists(&v->packages, &r));
	if (v->security) {
		looked_at(v, LISTS, &v->known_at_us);
		looked_at(v, LISTS "/partial", &v->known_at_us);
		looked_at(v, "/var/lib/apt/periodic/update-success-stamp", &v->known_at_us);
		fact_time(v->facts, 0, "lists_at", v->known_at_us);
		if (v->valid_until_us)
			fact_time(v->facts, 0, "lists_valid_until", v->valid_until_us);
	}
	fact_int(v->facts, 0, "security_lists", (int64_t)v->security);
	fact_int(v->facts, 0, "unread_lists", (int64_t)r.unread);
out:
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

struct group { struct str fix; struct buf binaries; uint32_t row; };

/* Packages of one source wait for one fix. */
static void
add_fixes(struct view *v)
{
	struct group *groups = arena_get(v->arena, FIXES_MAX * sizeof(*groups));
	size_t count = 0;
	int64_t updates = 0;

	for (size_t i = 0; groups && i < v->packages.count; i++) {
		struct package *p = &v->packages.list[i];
		const struct newer *n = p->note;
		struct str fix;
		size_t k = 0;

		updates += n && n->security.n == 0;
		if (n == NULL || n->security.n == 0)
			continue;
		fix = arena_f(v->arena, STR_FMT " " STR_FMT, STR_ARG(p->source), STR_ARG(n->security));
		while (k < count && !str_eq(groups[k].fix, fix))
			k++;
		if (k == FIXES_MAX || fix.p == NULL) {
			v->facts->overflow = true;
			break;
		}
		if (k == count) {
			groups[count++] = (struct group){ fix, BUF(1200), add_fix(v->facts, "security", fix) };
			fact_text(v->facts, groups[k].row, "installed", p->version);
			if (p->held)
				fact_bool(v->facts, groups[k].row, "held", true);
		}
		if (buf_addf(&groups[k].binaries, "%s" STR_FMT, groups[k].binaries.n ? " " : "", STR_ARG(p->name)) != RC_OK)
			rc_trail_clear(); /* past the ceiling: the name of the source is enough */
	}
	for (size_t k = 0; k < count; k++) {
		fact_text(v->facts, groups[k].row, "packages", buf_str(&groups[k].binaries));
		buf_free(&groups[k].binaries);
	}
	fact_int(v->facts, 0, "packages", (int64_t)v->packages.count);
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
	for (size_t i = 0; i < v->packages.count; i++) {
		const struct package *p = &v->packages.list[i];

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
	struct view v = { .host = h, .facts = f, .arena = &arena, .packages = { .host = h, .arena = &arena } };
	enum rc rc = RC_OK;

	(void)s;
	read_codename(&v);
	TRY(packages_read(&v.packages));
	TRY(read_lists(&v));
	add_fixes(&v);
	TRY(add_kernel(&v));
out:
	arena_free(&arena);
	return rc;
}

/* ---- judgement */

struct waiting { int64_t count, decided, oldest_days; struct str oldest, kind; bool unknown_since; };

static void
count_waiting(const struct facts *f, int64_t now_us, struct waiting *w)
{
	*w = (struct waiting){ .oldest_days = -1 };
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str fix = fact_s(f, row, "fix"), kind = fact_s(f, row, "kind");
		int64_t since = fix_since(f, row), days;
		struct decision d;

		if (fix.n == 0)
			continue;
		w->count++;
		if (fix_decision(f, row, &d) && d.by_us > now_us) {
			w->decided++;
			continue;
		}
		if (d.by_us > since && since > 0)
			since = d.by_us; /* decided once, until that day: undecided again since then */
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
		finding_text(ret, "first", fix_short(w->oldest));
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

static const char *const registers[] = { "fix-decision", NULL };

const struct control control_os_patches = {
	.id = "os-patches", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .by = LOOK_BY_PROBE, .reader = 4,
	.every_s = 6 * 3600, .timeout_ms = 20000, .remember = "fix", .registers = registers, .look = look, .look_inside = replaced_code_look, .judge = judge,
};
