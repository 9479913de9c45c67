// SPDX-License-Identifier: Apache-2.0
/*
 * utility-programs - is each declared program that changes settings root's own, checked, and in the hands of the declared accounts only?
 *
 * Who can use one with effect: whoever becomes root, whoever sudo lets run it,
 * and, when it is set-uid, set-gid or has capabilities of its own, whoever may
 * execute it (mode, group, ACL). A program without any of that has only the
 * rights of who starts it. Well-known utilities that are here and not declared
 * are named.
 */
#include "control/control.h"

#include <stdio.h>
#include <string.h>

#include "control/acl.h"
#include "control/given.h"
#include "control/people.h"
#include "control/sudoers.h"

#define USERS_MAX 300

static const char *const well_known[] = { "/usr/bin/aws", "/usr/local/bin/aws", "/usr/bin/az", "/usr/bin/gcloud", "/usr/bin/oci", "/usr/bin/openstack", "/usr/bin/kubectl", "/usr/local/bin/kubectl",
	"/usr/bin/terraform", "/usr/bin/ansible", "/usr/bin/docker", "/usr/bin/podman", "/usr/bin/lxc", "/usr/bin/virsh", "/usr/sbin/qm", "/usr/sbin/ipmitool", "/usr/bin/ipmitool", NULL };

struct view { const struct host *host; struct facts *facts; struct arena *arena; struct accounts accounts; struct sudoers sudoers; bool has_sudo, unseen; struct str host_name; };

static bool
there(const struct host *h, const char *path)
{
	struct host_stat st;

	return host_stat(h, path, &st) == RC_OK && st.exists;
}

static bool
may_execute(struct view *v, const struct host_stat *st, struct str acl, const struct account *a)
{
	enum acl_answer listed = acl_lets_execute(acl, a, &v->accounts);

	v->unseen |= listed == ACL_UNSURE;
	if ((st->mode & 0001) || (a->uid == st->uid && st->mode & 0100) || listed == ACL_YES)
		return true;
	for (size_t g = 0; g < v->accounts.groups_count && st->mode & 0010; g++)
		if (v->accounts.groups[g].gid == st->gid && account_in(a, v->accounts.groups[g].name))
			return true;
	return false;
}

static bool
usable(const struct account *a, int64_t now_us)
{
	return a->shell_opens && !account_expired(a, now_us); /* a key may open it even when its password is locked */
}

/* Names of all that use it with effect. */
static struct str
users_of(struct view *v, struct str path, const struct host_stat *st, bool powerful, struct str acl)
{
	static const char *const groups[] = { "docker", "lxd", "incus-admin", "disk", "libvirt", NULL };
	struct buf b = BUF(8192);
	struct str users;

	for (size_t i = 0; i < v->accounts.count; i++) {
		const struct account *a = &v->accounts.list[i];
		struct sudo_right right = { 0 };
		enum sudo_answer run = SUDO_NO;
		bool may = powerful && may_execute(v, st, acl, a);

		if (!usable(a, host_now_us(v->host)) || a->uid == 0)
			continue;
		if (v->has_sudo) {
			sudoers_right(&v->sudoers, a, v->host_name, &right);
			run = sudoers_may_run(&v->sudoers, a, v->host_name, path);
		}
		v->unseen |= right.answer == SUDO_UNSURE || run == SUDO_UNSURE;
		may |= right.answer == SUDO_ANY || run >= SUDO_SOME;
		for (size_t g = 0; groups[g]; g++)
			may |= account_in(a, str_of(groups[g]));
		if (may && (buf_addf(&b, "%s" STR_FMT, b.n ? " " : "", STR_ARG(a->name)) != RC_OK))
			v->unseen = true;
	}
	users = arena_dup(v->facts->arena, buf_str(&b));
	buf_free(&b);
	return users;
}

/* Does the group have anybody but root? */
static bool
peopled(const struct view *v, uint32_t gid)
{
	for (size_t g = 0; g < v->accounts.groups_count; g++)
		for (size_t i = 0; v->accounts.groups[g].gid == gid && i < v->accounts.count; i++)
			if (v->accounts.list[i].uid != 0 && usable(&v->accounts.list[i], host_now_us(v->host)) && account_in(&v->accounts.list[i], v->accounts.groups[g].name))
				return true;
	return false;
}

/* The first folder above it in which others than root can put another in its place; where only owners may (the sticky bit), they cannot. */
static struct str
folder_open(struct view *v, const char *name)
{
	char path[700];
	size_t n = strlen(name);

	if (n >= sizeof(path)) {
		v->unseen = true;
		return STR_NONE;
	}
	memcpy(path, name, n + 1);
	while (n > 1) {
		struct buf acl = BUF(4096);
		struct host_stat st;

		while (n > 0 && path[n - 1] != '/')
			n--;
		path[n > 1 ? n - 1 : 1] = '\0';
		n = n > 1 ? n - 1 : 1;
		if (host_stat(v->host, path, &st) != RC_OK || !st.exists) {
			v->unseen = true;
			return STR_NONE;
		}
		v->unseen |= st.mode & 0020 && host_xattr(v->host, path, "system.posix_acl_access", 4096, &acl) == RC_OK; /* whom its list lets in is not worked out */
		buf_free(&acl);
		if (st.uid != 0 || (!(st.mode & 01000) && (st.mode & 0002 || (st.mode & 0020 && peopled(v, st.gid)))))
			return arena_dup(v->facts->arena, str_of(path));
	}
	return STR_NONE;
}

static enum rc
look_utility(struct view *v, uint32_t row, struct str path)
{
	struct buf cap = BUF(256), acl = BUF(4096);
	char *name = arena_cstr(v->arena, path);
	struct str folder;
	struct host_stat st;
	enum rc rc, has_cap;

	if (name == NULL)
		return FAIL(RC_LIMIT, "no room");
	fact_text(v->facts, row, "program", path);
	rc = host_stat(v->host, name, &st);
	if (rc != RC_OK || !st.exists || (st.mode & 0170000) != 0100000) {
		fact_bool(v->facts, row, "exists", false);
		return rc == RC_NOTFOUND || rc == RC_OK ? RC_OK : rc;
	}
	has_cap = host_xattr(v->host, name, "security.capability", 256, &cap);
	rc = host_xattr(v->host, name, "system.posix_acl_access", 4096, &acl);
	v->unseen |= (has_cap != RC_OK && has_cap != RC_NOTFOUND) || (rc != RC_OK && rc != RC_NOTFOUND);
	fact_bool(v->facts, row, "exists", true);
	fact_int(v->facts, row, "owner", st.uid);
	fact_int(v->facts, row, "mode", st.mode & 07777);
	fact_text(v->facts, row, "users", users_of(v, path, &st, (st.mode & 06000) || has_cap == RC_OK, buf_str(&acl)));
	folder = folder_open(v, name);
	if (folder.n)
		fact_text(v->facts, row, "folder", folder);
	buf_free(&cap);
	buf_free(&acl);
	return RC_OK;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(48 << 20);
	struct view v = { .host = h, .facts = f, .arena = &arena };
	struct buf b = BUF(256);
	uint32_t row = 0;
	struct host_stat st;
	enum rc rc = RC_OK;

	TRY(accounts_read(h, &arena, &v.accounts));
	if (host_read(h, "/etc/hostname", 256, &b) == RC_OK)
		v.host_name = arena_dup(&arena, str_trim(buf_str(&b)));
	rc = host_stat(h, "/usr/bin/sudo", &st);
	if (rc == RC_OK && st.exists) {
		rc = sudoers_load(h, "/etc/sudoers", v.host_name, &arena, &v.sudoers);
		v.has_sudo = rc == RC_OK;
		v.unseen |= rc != RC_OK || v.sudoers.broken;
	}
	v.unseen |= there(h, "/etc/doas.conf");
	rc = RC_OK;
	for (uint32_t i = 1; s && s->given && i <= fact_rows(s->given); i++)
		if (fact_get(s->given, i, "utility.path"))
			TRY(look_utility(&v, ++row, fact_s(s->given, i, "utility.path")));
	for (size_t i = 0; well_known[i]; i++)
		if (host_stat(h, well_known[i], &st) == RC_OK && st.exists)
			fact_text(f, ++row, "known", str_of(well_known[i]));
	fact_bool(f, 0, "unseen", v.unseen || v.accounts.elsewhere);
	fact_int(f, 0, "accounts", accounts_whole(&v.accounts));
	fact_bool(f, 0, "looked", true);
out:
	if (rc == RC_OK)
		rc_trail_clear(); /* what was passed over; a failure keeps its reason */
	buf_free(&b);
	arena_free(&arena);
	return rc;
}

static uint32_t
declared_row(const struct facts *f, struct str path)
{
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (path.n && str_eq(fact_s(f, row, "utility.path"), path))
			return row;
	return 0;
}

/* What is wrong with one program, or 0; `*ret_user`: who should not be able to use it. */
static uint16_t
wrong(const struct facts *f, uint32_t row, int64_t now_us, struct str *ret_user)
{
	uint32_t declared = declared_row(f, fact_s(f, row, "program"));
	struct str users = fact_s(f, row, "users"), one;

	if (!fact_n(f, row, "exists", 0))
		return MSG_UTILITY_GONE;
	if (fact_n(f, row, "owner", -1) != 0 || fact_n(f, row, "mode", 0777) & 0022)
		return MSG_UTILITY_WRITABLE;
	if (fact_s(f, row, "folder").n)
		return MSG_UTILITY_FOLDER;
	if (given_date(f, declared, "utility.checked_on") > now_us)
		return MSG_UTILITY_CHECKED_LATER;
	while (str_cut(&users, ' ', &one))
		if (!names_have(fact_s(f, declared, "utility.users"), one)) {
			*ret_user = one;
			return MSG_UTILITY_MORE_USERS;
		}
	return 0;
}

/*= O2-3-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t count = 0;
	struct str undeclared = STR_NONE;

	(void)p;
	if (people_none(f, ret))
		return;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str user = STR_NONE, known = fact_s(f, row, "known");
		uint16_t message = fact_get(f, row, "program") ? wrong(f, row, now_us, &user) : 0;

		if (known.n && !declared_row(f, known))
			undeclared = known;
		count += fact_get(f, row, "program") != NULL;
		if (message) {
			finding_set(ret, VERDICT_FAIL, message);
			finding_text(ret, "program", fact_s(f, row, "program"));
			finding_text(ret, "account", user);
			finding_text(ret, "folder", fact_s(f, row, "folder"));
			return;
		}
	}
	if (undeclared.n) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_UTILITY_UNDECLARED);
		finding_text(ret, "program", undeclared);
	} else if (count == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_UTILITY_NO_LIST);
	} else if (fact_n(f, 0, "unseen", 1)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_UTILITY_KEPT);
		finding_int(ret, "count", count);
	}
}

static const char *const registers[] = { "utility", NULL };

const struct control control_utility_programs = {
	.id = "utility-programs", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 8, .every_s = 6 * 3600, .timeout_ms = 15000, .registers = registers,
	.look = look, .judge = judge,
};
