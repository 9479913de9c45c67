// SPDX-License-Identifier: Apache-2.0
/* Which files are watched, and what state each is in. */
#include "control/watched.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/num.h"
#include "control/dpkg.h"
#include "control/shadow_state.h"
#include "crypt/crypt.h"

#define STATUS_MAX     (64 << 20)
#define FILES_MAX      8000
#define FOLDERS_MAX    2000
#define NAMES_MAX      2000
#define CONTENT_MAX    (4 << 20)
#define DIVERSIONS_MAX (1 << 20)

static const char *const files[] = {
	"/boot/grub/grub.cfg", "/etc/apt/sources.list", "/etc/crontab", "/etc/crypttab", "/etc/default/grub", "/etc/environment", "/etc/fstab", "/etc/group", "/etc/gshadow", "/etc/hosts.allow",
	"/etc/hosts.deny", "/etc/ld.so.conf", "/etc/ld.so.preload", "/etc/nftables.conf", "/etc/nsswitch.conf", "/etc/passwd", "/etc/profile", "/etc/rc.local", "/etc/shadow",
	"/etc/subgid", "/etc/subuid", "/etc/sudoers", "/etc/sysctl.conf", "/proc/cmdline", "/root/.ssh/authorized_keys",
};
/* One level deep; below the folders of systemd also their drop-ins. */
static const char *const folders[] = {
	"/etc/apt/apt.conf.d", "/etc/apt/preferences.d", "/etc/apt/sources.list.d", "/etc/apt/trusted.gpg.d", "/etc/cron.d", "/etc/cron.daily", "/etc/cron.hourly", "/etc/cron.monthly", "/etc/cron.weekly",
	"/etc/ld.so.conf.d", "/etc/modprobe.d", "/etc/modules-load.d", "/etc/nftables.d", "/etc/pam.d", "/etc/polkit-1/rules.d", "/etc/profile.d", "/etc/security", "/etc/ssh", "/etc/ssh/ssh_config.d",
	"/etc/ssh/sshd_config.d", "/etc/sudoers.d", "/etc/sysctl.d", "/etc/systemd", "/etc/systemd/system", "/etc/udev/rules.d", "/var/spool/cron/crontabs",
};

static bool
grow(struct arena *arena, void **list, size_t count, size_t *cap, size_t size, size_t max)
{
	size_t more = *cap ? *cap * 2 : 256;
	void *fresh;

	if (count < *cap)
		return true;
	fresh = more > max * 2 ? NULL : arena_get(arena, more * size);
	if (fresh == NULL || count >= max)
		return false;
	if (count)
		memcpy(fresh, *list, count * size);
	*list = fresh;
	*cap = more;
	return true;
}

static enum rc
add(struct watch *w, struct watched one)
{
	one.path = arena_dup(w->arena, one.path);
	if (one.path.p == NULL || !grow(w->arena, (void **)&w->files, w->count, &w->cap, sizeof(one), FILES_MAX))
		return FAIL(RC_LIMIT, "more than %d files to watch", FILES_MAX);
	w->files[w->count++] = one;
	return RC_OK;
}

enum rc
watch_declared(struct watch *w, struct str path)
{
	return path.n && path.p[0] == '/' && path.n < 1024 ? add(w, (struct watched){ .path = path, .declared = true, .listed = true }) : RC_OK;
}

/* ---- conffiles */

/* "/etc/x 0123…" with an optional "obsolete" or "remove-on-upgrade"; a path may hold blanks. */
enum rc
conffile_line(struct str line, struct str *ret_path, struct str *ret_md5, bool *ret_obsolete)
{
	bool obsolete = false;
	size_t n;

	line = str_trim(line);
	for (;;) {
		if (str_ends(line, STR(" obsolete"))) {
			line.n -= 9;
			obsolete = true;
		} else if (str_ends(line, STR(" remove-on-upgrade"))) {
			line.n -= 18;
			obsolete = true;
		} else {
			break;
		}
	}
	for (n = line.n; n > 0 && line.p[n - 1] != ' '; n--)
		;
	if (n < 2 || line.p[0] != '/' || n > 1024 || memchr(line.p, '\0', line.n))
		return FAIL(RC_SYNTAX, "a conffile that is no path and sum");
	*ret_path = str_sub(line, 0, n - 1);
	*ret_md5 = str_sub(line, n, line.n);
	*ret_obsolete = obsolete;
	return RC_OK;
}

static enum rc
take_conffiles(void *context, const struct stanza *s)
{
	struct watch *w = context;
	struct str rest = s->conffiles, line, package;
	enum rc rc = RC_OK;

	if (rest.n == 0)
		return RC_OK;
	package = arena_dup(w->arena, s->package);
	if (package.p == NULL)
		return FAIL(RC_LIMIT, "no room for the packages");
	while (str_line(&rest, &line)) {
		struct watched one = { .package = package };

		if (str_trim(line).n == 0)
			continue;
		TRY(conffile_line(line, &one.path, &one.md5, &one.obsolete));
		one.md5 = one.md5.n == 32 ? arena_dup(w->arena, one.md5) : STR_NONE; /* "newconffile": none yet */
		TRY(add(w, one));
	}
out:
	return rc;
}

static enum rc
feed(void *context, struct str piece)
{
	return stanzas_feed(context, piece);
}

static enum rc
conffiles(struct watch *w)
{
	struct stanzas s = STANZAS(take_conffiles, w);
	enum rc rc = RC_OK;

	TRY(host_read_pieces(w->host, "/var/lib/dpkg/status", STATUS_MAX, feed, &s));
	TRY(stanzas_end_whole(&s));
out:
	stanzas_free(&s);
	return rc;
}

/* Three lines a diversion: the path, where it went, the package that has the path instead (":" for people). */
static enum rc
diversions(struct watch *w)
{
	struct buf b = BUF(DIVERSIONS_MAX);
	struct str rest, from, to, by;
	enum rc rc = host_read(w->host, "/var/lib/dpkg/diversions", DIVERSIONS_MAX, &b);

	if (rc == RC_NOTFOUND)
		rc = RC_OK;
	TRY(rc);
	rest = buf_str(&b);
	while (str_line(&rest, &from) && str_line(&rest, &to) && str_line(&rest, &by))
		for (size_t i = 0; i < w->count; i++)
			if (w->files[i].package.n && str_eq(w->files[i].path, from) && !str_eq(w->files[i].package, by)) {
				w->files[i].path = arena_dup(w->arena, to);
				if (w->files[i].path.p == NULL)
					TRY(FAIL(RC_LIMIT, "no room for the diversions"));
			}
out:
	buf_free(&b);
	return rc;
}

/* ---- the fixed list */

static enum rc
add_folder(struct watch *w, struct str path)
{
	struct host_stat st;
	enum rc rc = RC_OK;

	if (w->folders_count && str_eq(w->folders[w->folders_count - 1].path, path))
		return RC_OK;
	path = arena_dup(w->arena, path);
	if (path.p == NULL || !grow(w->arena, (void **)&w->folders, w->folders_count, &w->folders_cap, sizeof(*w->folders), FOLDERS_MAX))
		return FAIL(RC_LIMIT, "too many folders to watch");
	TRY(host_stat(w->host, path.p, &st));
	if (st.exists)
		w->folders[w->folders_count++] = (struct folder){ path, st.changed_at_us };
out:
	return rc == RC_DENIED ? RC_OK : rc;
}

static enum rc
add_names(struct watch *w, const char *folder, bool deeper)
{
	struct arena arena = ARENA(4 << 20);
	struct str *names;
	struct host_stat st;
	char path[1300];
	size_t n;
	enum rc rc = host_list(w->host, folder, NAMES_MAX, &arena, &names, &n);

	if (rc == RC_NOTFOUND || rc == RC_DENIED) {
		rc = rc == RC_DENIED ? add(w, (struct watched){ .path = str_of(folder), .listed = true, .state = STR("unread") }) : RC_OK;
		goto out;
	}
	TRY(rc);
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i].p);
		rc = host_stat(w->host, path, &st);
		if (rc == RC_OK && st.exists && S_ISDIR(st.mode)) {
			if (deeper && (str_ends(names[i], STR(".wants")) || str_ends(names[i], STR(".requires")) || str_ends(names[i], STR(".d"))))
				TRY(add_names(w, path, false));
			continue;
		}
		TRY(add(w, (struct watched){ .path = str_of(path), .listed = true }));
	}
	rc = RC_OK;
out:
	arena_free(&arena);
	return rc;
}

static int
path_order(const void *a, const void *b)
{
	return str_cmp(((const struct watched *)a)->path, ((const struct watched *)b)->path);
}

static struct str
parent_of(struct str path)
{
	size_t n = path.n;

	while (n > 1 && path.p[n - 1] != '/')
		n--;
	return str_sub(path, 0, n > 1 ? n - 1 : 1);
}

enum rc
watch_collect(struct watch *w)
{
	size_t kept = 0;
	enum rc rc = RC_OK;

	TRY(conffiles(w));
	TRY(diversions(w));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		TRY(add(w, (struct watched){ .path = str_of(files[i]), .listed = true }));
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		TRY(add_names(w, folders[i], str_starts(str_of(folders[i]), STR("/etc/systemd"))));
	qsort(w->files, w->count, sizeof(*w->files), path_order);
	for (size_t i = 0; i < w->count; i++) {
		struct watched *last = kept ? &w->files[kept - 1] : NULL, *one = &w->files[i];

		if (last && str_eq(last->path, one->path)) { /* what stands twice is one file with what is known of both */
			last->declared |= one->declared;
			last->listed |= one->listed;
			last->obsolete &= one->obsolete;
			if (last->package.n == 0)
				last->package = one->package;
			if (last->md5.n == 0)
				last->md5 = one->md5;
			continue;
		}
		w->files[kept++] = *one;
	}
	w->count = kept;
	for (size_t i = 0; i < w->count; i++)
		TRY(add_folder(w, parent_of(w->files[i].path)));
out:
	return rc;
}

/* ---- states */

static void
hex_of(struct str bytes, size_t n, char *ret)
{
	struct hash hash;

	hash_bytes(bytes, &hash);
	for (size_t i = 0; i < n; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", hash.b[i]);
}

static enum rc
attributes(struct watch *w, const char *path, char ret[17])
{
	struct arena arena = ARENA(65536);
	struct buf all = BUF(1 << 20);
	struct str *names;
	size_t n;
	enum rc rc = RC_OK;

	(void)snprintf(ret, 17, "-");
	TRY(host_xattrs(w->host, path, &arena, &names, &n));
	if (n == 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		TRY(buf_addf(&all, "%s=", names[i].p));
		rc = host_xattr(w->host, path, names[i].p, 65536, &all);
		if (rc != RC_OK && rc != RC_NOTFOUND) /* gone in between: the next look sees it */
			goto out;
		TRY(buf_add_byte(&all, 0));
	}
	rc = RC_OK;
	hex_of(buf_str(&all), 8, ret);
out:
	buf_free(&all);
	arena_free(&arena);
	return rc;
}

/* The kernel that was started has its version in its command line: an upgrade is no change of configuration. */
static struct str
without_image(struct str line, struct buf *ret)
{
	struct str word;

	line = str_trim(line);
	while (str_cut(&line, ' ', &word))
		if (!str_starts(word, STR("BOOT_IMAGE=")) && buf_addf(ret, STR_FMT " ", STR_ARG(word)) != RC_OK)
			break;
	return buf_str(ret);
}

/* A password its owner changed is no configuration: it stands apart. */
static enum rc
shadow(struct watched *one, struct str text, char ret[65])
{
	struct buf config = BUF(CONTENT_MAX * 2), passwords = BUF(CONTENT_MAX * 2);
	enum rc rc = RC_OK;

	TRY(shadow_split(text, &config, &passwords, &one->passwords_day));
	hex_of(buf_str(&config), 32, ret);
	hex_of(buf_str(&passwords), 8, one->passwords);
out:
	buf_free(&config);
	buf_free(&passwords);
	return rc;
}

static enum rc
content(struct watch *w, struct watched *one, char ret[65])
{
	struct buf b = BUF(CONTENT_MAX), line = BUF(65536);
	uint8_t md5[16], want[16];
	enum rc rc = RC_OK;

	TRY(host_read(w->host, one->path.p, CONTENT_MAX, &b));
	if (one->md5.n == 32 && hex_decode(one->md5, want, sizeof(want)) == RC_OK) {
		hash_md5(buf_str(&b), md5);
		if (memcmp(md5, want, sizeof(md5)) == 0) {
			(void)snprintf(ret, 65, "packaged");
			goto out;
		}
	} else {
		hash_md5(buf_str(&b), md5);
		for (size_t i = 0; i < sizeof(md5); i++)
			(void)snprintf(one->sum + 2 * i, 3, "%02x", md5[i]);
	}
	if (str_eq(one->path, STR("/etc/shadow")))
		rc = shadow(one, buf_str(&b), ret);
	else
		hex_of(str_eq(one->path, STR("/proc/cmdline")) ? without_image(buf_str(&b), &line) : buf_str(&b), 32, ret);
out:
	buf_free(&line);
	buf_free(&b);
	return rc;
}

/* Where units are switched on, a file is a link, often to nowhere yet. */
static bool
link_state(struct watch *w, struct watched *one)
{
	struct buf to = BUF(4097);
	bool is_link = host_link(w->host, one->path.p, &to) == RC_OK;
	char hex[33];

	rc_trail_clear();
	hex_of(buf_str(&to), 16, hex);
	if (is_link)
		one->state = arena_f(w->arena, "link:%s", hex);
	buf_free(&to);
	return is_link;
}

enum rc
watch_state(struct watch *w, struct watched *one)
{
	struct host_stat st;
	char sum[65], more[17];
	enum rc rc = RC_OK;

	if (one->state.n)
		return RC_OK;
	if (one->package.n == 0 && str_starts(one->path, STR("/etc/systemd/")) && link_state(w, one))
		return RC_OK;
	rc = host_stat(w->host, one->path.p, &st);
	if (rc == RC_OK && !st.exists) {
		one->state = STR("absent");
		return RC_OK;
	}
	if (rc == RC_OK) {
		one->changed_at_us = st.changed_at_us;
		if (!S_ISREG(st.mode)) {
			one->state = STR("other");
			return RC_OK;
		}
		rc = content(w, one, sum);
	}
	if (rc == RC_OK)
		rc = attributes(w, one->path.p, more);
	if (rc != RC_OK) {
		one->state = rc == RC_NOTFOUND ? STR("absent") : STR("unread");
		rc_trail_clear();
		return RC_OK;
	}
	one->ordinary = strcmp(sum, "packaged") == 0 && st.uid == 0 && st.gid == 0 && ((st.mode & 07777) == 0644 || (st.mode & 07777) == 0755) && strcmp(more, "-") == 0;
	one->state = arena_f(w->arena, "%s:%04o:%u:%u:%s%s%s", sum, st.mode & 07777, st.uid, st.gid, more, one->passwords[0] ? ":" : "", one->passwords);
	return one->state.p ? RC_OK : FAIL(RC_LIMIT, "no room for the states");
}
