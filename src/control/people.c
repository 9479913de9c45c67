// SPDX-License-Identifier: Apache-2.0
/* Looks at accounts, keys, sudo, sshd and PAM together. */
#include "control/people.h"

#include <stdio.h>
#include <string.h>

#include "control/given.h"
#include "control/pam_explore.h"
#include "control/sshd_running.h"
#include "control/sudoers.h"

#define CRONTAB_MAX (256 << 10)
#define JOBS_MAX    1000
#define KEYS_FILE_MAX (1 << 20)
#define KEYS_MAX      4000
#define KEYS_FILES_MAX 16
#define PEOPLE_MAX    150
#define PIDS_MAX      20000
#define OWNERS_MAX    1000

struct person {
	const struct account *a;
	struct str            root, from, same_key, ways, cloud, owners;
	int64_t               keys_distinct, keys_unnamed, keys, keys_token, keys_verify, keys_from, keys_unforced;
	bool                  no_password, cron, runs, certificate;
	bool                  verify_everywhere;
};
struct view {
	const struct host   *host;
	struct facts        *facts;
	struct arena        *arena;
	struct accounts      accounts;
	struct person       *people;
	struct { struct str blob; size_t who; } keys[KEYS_MAX];
	size_t               keys_count;
	bool                 unseen, keys_elsewhere, use_pam, has_sudo;
	struct sshd_config   configs[SSHD_CONFIGS_MAX]; /* of each sshd that runs */
	size_t               configs_count;
	struct sudoers       sudoers;
	int64_t              now_us;
};
struct taking { struct view *v; struct person *p; size_t index; };

static bool
there(const struct host *h, const char *path)
{
	struct host_stat st;

	return host_stat(h, path, &st) == RC_OK && st.exists;
}

/* Groups whose members are root for whoever asks the right thing of them. */
static const char *const root_groups[] = { "docker", "lxd", "incus-admin", "disk", "shadow", "libvirt", "kmem", NULL };

/* Whom a key names: "taro" of "taro@laptop", small; empty where that is nobody. */
static struct str
owner_of(struct str comment, struct arena *arena)
{
	static const char *const nobody[] = { "root", "admin", "administrator", "user", "debian", "ubuntu", "ec2-user", "pi", NULL };
	struct buf b = BUF(64);
	struct str who = STR_NONE;

	for (size_t i = 0; i < comment.n && comment.p[i] != '@' && comment.p[i] != ' ' && comment.p[i] != '\t'; i++)
		if (buf_add_byte(&b, (uint8_t)(comment.p[i] >= 'A' && comment.p[i] <= 'Z' ? comment.p[i] + 'a' - 'A' : comment.p[i])) != RC_OK) {
			buf_reset(&b); /* too long for a name */
			break;
		}
	for (size_t i = 0; nobody[i]; i++)
		if (str_eq_c(buf_str(&b), nobody[i]))
			buf_reset(&b);
	who = arena_dup(arena, buf_str(&b));
	rc_trail_clear();
	buf_free(&b);
	return who;
}

/* A key that opens a shell, each once. */
static void
note_owner(struct view *v, struct taking *t, const struct key *k)
{
	struct str who = owner_of(k->comment, v->arena);

	for (size_t i = 0; i < v->keys_count; i++)
		if (v->keys[i].who == t->index && str_eq(v->keys[i].blob, k->blob))
			return;
	t->p->keys_distinct++;
	if (who.n == 0 || t->p->owners.n > OWNERS_MAX)
		t->p->keys_unnamed++;
	else if (!names_have(t->p->owners, who))
		t->p->owners = arena_f(v->arena, STR_FMT "%s" STR_FMT, STR_ARG(t->p->owners), t->p->owners.n ? " " : "", STR_ARG(who));
}

static enum rc
take_key(void *context, const struct key *k)
{
	struct taking *t = context;
	struct view *v = t->v;

	if (k->expires_us && k->expires_us <= v->now_us)
		return RC_OK;
	t->p->keys++;
	t->p->keys_token += k->on_token && !k->authority && !k->touch_off;
	t->p->keys_verify += k->on_token && k->verify && !k->authority;
	t->p->keys_unforced += !k->forced;
	if (!k->forced)
		note_owner(v, t, k);
	if (k->from.n) {
		t->p->keys_from++;
		t->p->from = t->p->from.n ? arena_f(v->arena, STR_FMT "," STR_FMT, STR_ARG(t->p->from), STR_ARG(k->from)) : arena_dup(v->arena, k->from);
	}
	for (size_t i = 0; i < v->keys_count; i++)
		if (v->keys[i].who != t->index && str_eq(v->keys[i].blob, k->blob)) {
			t->p->same_key = v->people[v->keys[i].who].a->name;
			v->people[v->keys[i].who].same_key = t->p->a->name;
		}
	if (v->keys_count == KEYS_MAX)
		return FAIL(RC_LIMIT, "more than %d keys", KEYS_MAX);
	v->keys[v->keys_count].blob = arena_dup(v->arena, k->blob);
	v->keys[v->keys_count++].who = t->index;
	return RC_OK;
}

static enum rc
read_keys(struct view *v, size_t index, const struct sshd_settings *s)
{
	struct taking t = { v, &v->people[index], index };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s->counts[SSHD_KEYS_FILE]; i++) {
		struct buf b = BUF(KEYS_FILE_MAX);
		struct str path = keys_path(s->values[SSHD_KEYS_FILE][i], t.p->a, v->arena);

		if (str_eq(s->values[SSHD_KEYS_FILE][i], STR("none")) || path.n == 0)
			continue;
		rc = host_read(v->host, path.p, KEYS_FILE_MAX, &b);
		if (rc == RC_OK)
			rc = keys_parse(buf_str(&b), take_key, &t);
		else if (rc == RC_NOTFOUND || rc == RC_IO) /* RC_IO: a home that is no folder */
			rc = RC_OK;
		else
			v->unseen = true;
		buf_free(&b);
		rc = rc == RC_DENIED ? RC_OK : rc;
		TRY(rc);
	}
out:
	return rc;
}

/* A file with names of certificates that open the account: is there one? */
static bool
any_principal(struct view *v, struct str path)
{
	struct buf b = BUF(KEYS_FILE_MAX);
	struct str rest, line;
	enum rc rc = path.n ? host_read(v->host, path.p, KEYS_FILE_MAX, &b) : RC_NOTFOUND;
	bool any = rc != RC_OK && rc != RC_NOTFOUND; /* not read: perhaps */

	rest = buf_str(&b);
	while (rc == RC_OK && str_line(&rest, &line)) {
		line = str_trim(line);
		any |= line.n && line.p[0] != '#';
	}
	rc_trail_clear();
	buf_free(&b);
	return any;
}

/* Keys of this account that stand in no file of this machine: a program is asked for them, or an authority signs them. */
static void
note_elsewhere(struct view *v, struct person *p, const struct sshd_settings *s)
{
	struct str file = sshd_value(s, SSHD_PRINCIPALS_FILE);
	bool program = !str_eq(sshd_value(s, SSHD_KEYS_COMMAND), STR("none"));

	if (!str_eq(sshd_value(s, SSHD_CA_KEYS), STR("none")) && !p->certificate)
		p->certificate = !str_eq(sshd_value(s, SSHD_PRINCIPALS_COMMAND), STR("none")) || str_eq(file, STR("none")) || any_principal(v, keys_path(file, p->a, v->arena));
	v->keys_elsewhere |= program || p->certificate;
}

struct files { struct view *v; struct sshd_settings *all; };

static enum rc
take_files(void *context, const struct sshd_peer *peer, const struct sshd_settings *here)
{
	struct files *f = context;

	(void)peer;
	for (size_t k = 0; k < here->counts[SSHD_KEYS_FILE]; k++) {
		struct str one = here->values[SSHD_KEYS_FILE][k];
		size_t n = f->all->counts[SSHD_KEYS_FILE], at = 0;

		while (at < n && !str_eq(f->all->values[SSHD_KEYS_FILE][at], one))
			at++;
		if (at == KEYS_FILES_MAX)
			f->v->unseen = true;
		else if (at == n)
			f->all->values[SSHD_KEYS_FILE][f->all->counts[SSHD_KEYS_FILE]++] = one;
	}
	return RC_OK;
}

/* By the files each sshd takes keys from, wherever one comes from (Match Address), each file once; without any, the usual ones. */
static enum rc
read_all_keys(struct view *v, size_t index, const struct sshd_settings *usual)
{
	const struct account *a = v->people[index].a;
	struct sshd_peer who = { .user = a->name, .groups = a->groups, .groups_count = a->groups_count };
	struct str files[KEYS_FILES_MAX];
	struct sshd_settings all = { .values[SSHD_KEYS_FILE] = files };
	struct files taking = { v, &all };
	enum rc rc = RC_OK;

	if (v->configs_count == 0)
		return read_keys(v, index, usual);
	for (size_t i = 0; i < v->configs_count; i++) {
		struct sshd_settings here;

		TRY(sshd_config_for(&v->configs[i], &who, &here));
		note_elsewhere(v, &v->people[index], &here);
		TRY(take_files(&taking, &who, &here));
		rc = sshd_config_each(&v->configs[i], &who, take_files, &taking);
		if (rc == RC_LIMIT) { /* where from cannot be listed */
			v->unseen = true;
			rc = RC_OK;
		}
		TRY(rc);
	}
	TRY(read_keys(v, index, &all));
out:
	return rc;
}

/* Root signs in as PermitRootLogin says, by its number and not by its name. */
static bool
root_may(const struct view *v, const struct person *p, const struct sshd_settings *s, struct str way)
{
	struct str root = sshd_value(s, SSHD_ROOT);

	if (str_eq(root, STR("forced-commands-only")) && p->keys == p->keys_unforced && !v->keys_elsewhere) /* no key of his has a command */
		return false;
	if (str_eq(root, STR("yes")))
		return true;
	return !str_eq(root, STR("no")) && !str_find(way, STR("password"), NULL) && !str_find(way, STR("keyboard"), NULL);
}

static enum rc
take_place(void *context, const struct sshd_peer *peer, const struct sshd_settings *s)
{
	struct taking *t = context;
	struct str ways[SSHD_WAYS_MAX];
	size_t n = sshd_ways(s, ways);
	bool verify = false;

	note_elsewhere(t->v, t->p, s);
	if (!sshd_lets_in(s, peer))
		return RC_OK;
	for (size_t i = 0; i < s->counts[SSHD_KEY_OPTIONS]; i++)
		verify |= str_eq(s->values[SSHD_KEY_OPTIONS][i], STR("verify-required"));
	t->p->verify_everywhere &= verify;
	if (!sshd_yes(s, SSHD_USE_PAM) && t->v->use_pam) /* beside one that asks PAM: who asks what is not told apart */
		for (size_t i = 0; i < n; i++)
			t->v->unseen |= str_find(ways[i], STR("password"), NULL) || str_find(ways[i], STR("keyboard"), NULL);
	for (size_t i = 0; i < n; i++) {
		struct str rest = t->p->ways, one;
		bool known = t->p->a->uid == 0 && !root_may(t->v, t->p, s, ways[i]);

		while (!known && str_cut(&rest, '|', &one))
			known = str_eq(one, ways[i]);
		if (!known)
			t->p->ways = t->p->ways.n ? arena_f(t->v->arena, STR_FMT "|" STR_FMT, STR_ARG(t->p->ways), STR_ARG(ways[i])) : arena_dup(t->v->arena, ways[i]);
	}
	return RC_OK;
}

static enum rc
read_ssh(struct view *v, size_t index)
{
	struct person *p = &v->people[index];
	struct sshd_peer who = { .user = p->a->name, .groups = p->a->groups, .groups_count = p->a->groups_count };
	struct taking t = { v, p, index };
	enum rc rc = RC_OK;

	p->verify_everywhere = true;
	for (size_t i = 0; i < v->configs_count; i++) {
		rc = sshd_config_each(&v->configs[i], &who, take_place, &t);
		if (rc == RC_LIMIT) { /* which ways it has from where cannot be listed */
			v->unseen = true;
			rc = RC_OK;
		}
		TRY(rc);
	}
out:
	return rc;
}

static bool
administers(const struct group *g, struct str name)
{
	struct str rest = g->admins, one;

	while (str_cut(&rest, ',', &one))
		if (str_eq(one, name))
			return true;
	return false;
}

/* Does whoever is in this group become root by it? What sudo lets everybody do is no matter of the group. */
static bool
leads_to_root(const struct view *v, struct group *g, struct str host_name)
{
	struct account anyone = { .name = STR("somebody"), .uid = UINT32_MAX - 1, .gid = UINT32_MAX - 1 };
	struct sudo_right without = { 0 }, with = { 0 };

	for (size_t i = 0; root_groups[i]; i++)
		if (str_eq_c(g->name, root_groups[i]))
			return true;
	if (!v->has_sudo)
		return false;
	sudoers_right(&v->sudoers, &anyone, host_name, &without);
	anyone.groups = &g->name;
	anyone.groups_count = 1;
	sudoers_right(&v->sudoers, &anyone, host_name, &with);
	return with.answer > without.answer && with.answer >= SUDO_SOME;
}

/* With the password of such a group anybody becomes root, and nobody by name. */
static void
find_group_passwords(struct view *v, struct str host_name)
{
	for (size_t i = 0; i < v->accounts.groups_count; i++)
		if (v->accounts.groups[i].password && leads_to_root(v, &v->accounts.groups[i], host_name)) {
			fact_text(v->facts, 0, "group_password", v->accounts.groups[i].name);
			return;
		}
}

/* What lies there lets into another's cloud; that it is there is all that is looked at. */
static enum rc
find_cloud(struct view *v, struct person *p)
{
	static const struct { const char *cloud, *path; } files[] = {
		{ "aws", ".aws/credentials" }, { "aws", ".aws/sso/cache" }, { "gcloud", ".config/gcloud/credentials.db" }, { "gcloud", ".config/gcloud/application_default_credentials.json" },
		{ "azure", ".azure/msal_token_cache.json" }, { "azure", ".azure/service_principal_entries.json" }, { "azure", ".azure/accessTokens.json" }, { "oci", ".oci/config" },
	};
	struct str last = STR_NONE;

	if (p->a->home.n < 2 || p->a->home.p[0] != '/')
		return RC_OK;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct str path = arena_f(v->arena, STR_FMT "/%s", STR_ARG(p->a->home), files[i].path);

		if (path.p == NULL)
			return FAIL(RC_LIMIT, "no room");
		if (str_eq_c(last, files[i].cloud) || !there(v->host, path.p))
			continue;
		last = str_of(files[i].cloud);
		p->cloud = p->cloud.n ? arena_f(v->arena, STR_FMT " %s", STR_ARG(p->cloud), files[i].cloud) : last;
	}
	rc_trail_clear();
	return RC_OK;
}

static void
find_root(struct view *v, struct person *p, struct str host_name)
{
	struct sudo_right right = { 0 };

	if (v->has_sudo)
		sudoers_right(&v->sudoers, p->a, host_name, &right);
	p->no_password = right.no_password && right.answer != SUDO_NO;
	if (p->a->uid == 0)
		p->root = STR("uid");
	else if (right.answer == SUDO_ANY)
		p->root = STR("sudo");
	for (size_t i = 0; root_groups[i] && p->root.n == 0; i++)
		if (account_in(p->a, str_of(root_groups[i])))
			p->root = arena_f(v->arena, "group %s", root_groups[i]);
	for (size_t i = 0; p->root.n == 0 && i < v->accounts.groups_count; i++)
		if (administers(&v->accounts.groups[i], p->a->name) && leads_to_root(v, &v->accounts.groups[i], host_name))
			p->root = arena_f(v->arena, "group admin " STR_FMT, STR_ARG(v->accounts.groups[i].name));
	if (p->root.n == 0 && right.answer)
		p->root = right.answer == SUDO_SOME ? STR("sudo-some") : STR("unsure");
}

/* Whoever gets through the stack of sshd with at most one kind of factor: a bit for each set of PAM_KINDS. */
static enum rc
take_pam(void *context, const struct pam_way *w)
{
	int64_t *in = context;

	if (w->result == PAM_IS_SUCCESS)
		in[w->marks & PAM_UNSURE ? 1 : 0] |= 1;
	return RC_OK;
}

static enum rc
read_pam(struct view *v)
{
	static const unsigned singles[] = { 0, PAM_KNOWN, PAM_HELD, PAM_BODY };
	struct pam_files files = { .host = v->host, .arena = v->arena };
	struct pam_settings settings = { .files = &files };
	struct pam_service *service = arena_get(v->arena, sizeof(*service));
	int64_t in = 0, maybe = 0;
	enum rc rc = service ? pam_read(&files, STR("sshd"), service) : RC_LIMIT;

	for (size_t i = 0; rc == RC_OK && i < 4 && !service->aborted; i++) {
		struct pam_person who = { .has = singles[i], .by_root = true };
		int64_t here[2] = { 0 };

		rc = pam_explore(&settings, &service->chains[PAM_TYPE_AUTH], PAM_TYPE_AUTH, &who, take_pam, here);
		in |= here[0] << singles[i];
		maybe |= here[1] << singles[i];
	}
	if (rc != RC_OK) {
		maybe = 0xff; /* could be anything */
		rc_trail_clear();
	}
	fact_int(v->facts, 0, "pam_in", in);
	fact_int(v->facts, 0, "pam_maybe", maybe);
	return RC_OK;
}

/* The settings of each sshd that runs; "refused": what is in force is not what stands there. */
static enum rc
read_sshd(struct view *v, unsigned what)
{
	const char *word = "absent";
	struct sshd_running r;
	struct sshd_settings s;
	bool use_pam = false;
	enum rc rc = RC_OK;

	TRY(sshd_running(v->host, v->arena, &r));
	v->unseen |= r.other.n != 0; /* it lets in as it likes */
	if (!there(v->host, "/usr/sbin/sshd"))
		goto out;
	word = r.count ? "seen" : "stopped";
	v->unseen |= r.more;
	for (size_t i = 0; i < r.count; i++) {
		struct sshd_config *c = &v->configs[v->configs_count];

		rc = sshd_running_load(v->host, &r, i, v->arena, c);
		if (rc == RC_SYNTAX || rc == RC_NOTFOUND || rc == RC_LIMIT || (rc == RC_OK && (c->started_otherwise || c->changed_since))) {
			word = "refused";
			v->unseen = true;
			rc = RC_OK;
			continue;
		}
		TRY(rc);
		v->configs_count++;
		TRY(sshd_config_for(c, NULL, &s));
		use_pam |= sshd_yes(&s, SSHD_USE_PAM);
	}
	v->use_pam = use_pam;
	if (what & PEOPLE_SSH && v->configs_count)
		fact_bool(v->facts, 0, "use_pam", use_pam);
	if (what & PEOPLE_SSH && use_pam)
		TRY(read_pam(v));
	if (v->configs_count > 1)
		fact_int(v->facts, 0, "sshd_count", (int64_t)v->configs_count);
out:
	if (rc == RC_OK)
		fact_text(v->facts, 0, "sshd", str_of(word));
	return rc;
}

static struct str
host_name(struct view *v)
{
	struct buf b = BUF(256);
	struct str name = STR_NONE;

	if (host_read(v->host, "/etc/hostname", 256, &b) == RC_OK)
		name = arena_dup(v->arena, str_trim(buf_str(&b)));
	buf_free(&b);
	return name;
}

/* ---- what waits to be run as somebody: lines of the system's crontabs, whose column behind the times says as whom; at jobs, by their owner */

static void
waits_for(struct view *v, struct str name)
{
	for (size_t i = 0; i < v->accounts.count; i++)
		v->people[i].cron |= str_eq(v->accounts.list[i].name, name);
}

/* "0 3 * * 0 root COMMAND", "@daily root COMMAND"; "NAME=value" sets something. */
static void
crontab_line(struct view *v, struct str line)
{
	struct str rest = str_trim(line), word = STR_NONE;
	int times = rest.n && rest.p[0] == '@' ? 1 : 5;

	if (rest.n == 0 || rest.p[0] == '#' || !(rest.p[0] == '@' || rest.p[0] == '*' || rest.p[0] == '-' || (rest.p[0] >= '0' && rest.p[0] <= '9')))
		return;
	for (int i = 0; i <= times; i++) {
		size_t n = 0;

		rest = str_trim(rest);
		while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\t')
			n++;
		word = str_sub(rest, 0, n);
		rest = str_sub(rest, n, rest.n);
	}
	if (word.n)
		waits_for(v, word);
}

static void
crontab_of_system(struct view *v, const char *path)
{
	struct buf b = BUF(CRONTAB_MAX);
	struct str rest, line;
	enum rc rc = host_read(v->host, path, CRONTAB_MAX, &b);

	rest = buf_str(&b);
	while (rc == RC_OK && str_line(&rest, &line))
		crontab_line(v, line);
	v->unseen |= rc != RC_OK && rc != RC_NOTFOUND && rc != RC_IO; /* RC_IO: no regular file */
	rc_trail_clear();
	buf_free(&b);
}

static void
read_jobs(struct view *v)
{
	struct str *names;
	size_t n;
	char path[400];
	struct host_stat st;
	enum rc rc;

	crontab_of_system(v, "/etc/crontab");
	rc = host_list(v->host, "/etc/cron.d", JOBS_MAX, v->arena, &names, &n);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (names[i].n > 255 || memchr(names[i].p, '.', names[i].n)) /* cron passes over names with a dot */
			continue;
		(void)snprintf(path, sizeof(path), "/etc/cron.d/%s", names[i].p);
		crontab_of_system(v, path);
	}
	v->unseen |= rc != RC_OK && rc != RC_NOTFOUND;
	rc = host_list(v->host, "/var/spool/cron/atjobs", JOBS_MAX, v->arena, &names, &n);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (names[i].n > 255 || names[i].p[0] == '.') /* ".SEQ" counts them */
			continue;
		(void)snprintf(path, sizeof(path), "/var/spool/cron/atjobs/%s", names[i].p);
		if (host_stat(v->host, path, &st) == RC_OK && st.exists && (st.mode & 0170000) == 0100000)
			for (size_t k = 0; k < v->accounts.count; k++)
				v->people[k].cron |= v->accounts.list[k].uid == st.uid;
	}
	v->unseen |= rc != RC_OK && rc != RC_NOTFOUND;
	rc_trail_clear();
}

static enum rc
read_runs(struct view *v, const struct subject *s)
{
	struct str *names;
	size_t n;
	enum rc rc = RC_OK;

	(void)s;
	TRY(host_list(v->host, "/proc", PIDS_MAX, v->arena, &names, &n));
	for (size_t i = 0; i < n; i++) {
		struct host_stat st;
		char path[300];

		if (names[i].n > 10 || names[i].p[0] < '1' || names[i].p[0] > '9')
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s", names[i].p);
		if (host_stat(v->host, path, &st) != RC_OK || !st.exists)
			continue;
		for (size_t k = 0; k < v->accounts.count; k++)
			v->people[k].runs |= v->accounts.list[k].uid == st.uid && st.uid != 0;
	}
out:
	return rc;
}

static void
add_facts(struct view *v, size_t index, uint32_t row, const struct sign_ins *last)
{
	static const char *const words[] = { "unseen", "locked", "empty", "set" };
	const struct person *p = &v->people[index];
	const struct account *a = p->a;
	struct facts *f = v->facts;

	fact_text(f, row, "account", a->name);
	fact_int(f, row, "uid", a->uid);
	fact_text(f, row, "password", str_of(words[a->password]));
	fact_bool(f, row, "opens", a->shell_opens);
	fact_bool(f, row, "expired", account_expired(a, v->now_us));
	fact_int(f, row, "keys", p->keys);
	if (p->keys) {
		fact_int(f, row, "keys_token", p->keys_token);
		fact_int(f, row, "keys_verify", p->verify_everywhere ? p->keys_token : p->keys_verify);
		fact_int(f, row, "keys_from", p->keys_from);
		fact_int(f, row, "keys_unforced", p->keys_unforced);
	}
	if (p->keys_distinct) {
		fact_int(f, row, "keys_distinct", p->keys_distinct);
		fact_int(f, row, "keys_unnamed", p->keys_unnamed);
	}
	if (p->owners.n)
		fact_text(f, row, "key_owners", p->owners);
	if (p->from.n)
		fact_text(f, row, "from", p->from);
	if (p->same_key.n)
		fact_text(f, row, "same_key", p->same_key);
	if (p->root.n)
		fact_text(f, row, "root", p->root);
	if (p->no_password)
		fact_bool(f, row, "no_password", true);
	if (p->ways.n)
		fact_text(f, row, "ways", p->ways);
	if (p->certificate)
		fact_bool(f, row, "certificate", true);
	if (a->shell_odd)
		fact_text(f, row, "shell", a->shell);
	if (p->cloud.n)
		fact_text(f, row, "cloud", p->cloud);
	if (p->cron)
		fact_bool(f, row, "cron", true);
	if (p->runs)
		fact_bool(f, row, "runs", true);
	if (last) {
		int64_t at = signed_in_at(last, a, v->now_us);

		if (at)
			fact_time(f, row, "last_at", at);
		if (a->changed_day > 0)
			fact_time(f, row, "set_at", a->changed_day * INT64_C(86400000000));
	}
	for (size_t i = 0; i < v->accounts.count; i++) {
		const struct account *other = &v->accounts.list[i];

		if (other == a)
			continue;
		if (other->uid == a->uid)
			fact_text(f, row, "same_uid", other->name);
		if (a->hash.n && a->hash.p[0] == '$' && str_eq(a->hash, other->hash))
			fact_text(f, row, "same_password", other->name);
	}
}

static bool
matters(const struct view *v, const struct subject *s, const struct person *p)
{
	struct declared d = { 0 };

	(void)v;
	if (s && s->given)
		declared_get(s->given, p->a->name, &d);
	return p->a->uid == 0 || p->root.n || p->cloud.n || d.there || (p->a->shell_opens && (p->keys || p->certificate || p->a->password == PASSWORD_SET || p->a->password == PASSWORD_EMPTY || p->a->password == PASSWORD_UNSEEN));
}

enum rc
people_look(const struct host *h, const struct subject *s, unsigned what, struct facts *f)
{
	struct arena arena = ARENA(64 << 20);
	struct view *v = arena_get(&arena, sizeof(*v));
	struct sign_ins *last = NULL;
	struct sshd_settings usual = { 0 };
	struct str key_files[2] = { STR(".ssh/authorized_keys"), STR(".ssh/authorized_keys2") }, name;
	uint32_t row = 0;
	enum rc rc = RC_OK;

	if (v == NULL)
		return FAIL(RC_LIMIT, "no room");
	v->host = h;
	v->facts = f;
	v->arena = &arena;
	v->now_us = host_now_us(h);
	TRY(accounts_read(h, &arena, &v->accounts));
	v->people = arena_get(&arena, sizeof(*v->people) * (v->accounts.count + 1));
	if (v->people == NULL) {
		rc = FAIL(RC_LIMIT, "no room");
		goto out;
	}
	TRY(read_sshd(v, what));
	name = host_name(v);
	if (what & PEOPLE_SUDO && there(h, "/usr/bin/sudo")) {
		rc = sudoers_load(h, "/etc/sudoers", name, &arena, &v->sudoers);
		v->has_sudo = rc == RC_OK;
		v->unseen |= rc != RC_OK || v->sudoers.broken;
		rc_trail_clear();
		rc = RC_OK;
	}
	if (what & PEOPLE_SUDO) {
		v->unseen |= there(h, "/etc/doas.conf") || there(h, "/usr/bin/sudo-rs"); /* other ways to root, which are not read */
		find_group_passwords(v, name);
	}
	if (what & PEOPLE_LAST) {
		last = arena_get(&arena, sizeof(*last));
		TRY(last ? sign_ins_read(h, &v->accounts, &arena, v->now_us, last) : FAIL(RC_LIMIT, "no room"));
		fact_bool(f, 0, "last_seen", last->lastlog_seen || last->wtmp_seen || last->sshd_seen);
		fact_bool(f, 0, "last_unread", last->unread);
	}
	usual.values[SSHD_KEYS_FILE] = key_files;
	usual.counts[SSHD_KEYS_FILE] = 2;
	for (size_t i = 0; i < v->accounts.count; i++) {
		struct person *p = &v->people[i];

		p->a = &v->accounts.list[i];
		find_root(v, p, name);
		if (what & PEOPLE_CLOUD)
			TRY(find_cloud(v, p));
		if (!p->a->shell_opens)
			continue;
		TRY(read_all_keys(v, i, &usual));
		if (v->configs_count && what & PEOPLE_SSH && matters(v, s, p))
			TRY(read_ssh(v, i));
	}
	if (what & PEOPLE_ALIVE) {
		TRY(read_runs(v, s));
		read_jobs(v);
	}
	for (size_t i = 0; i < v->accounts.count; i++) {
		char path[300];

		if (!matters(v, s, &v->people[i]))
			continue;
		if (what & PEOPLE_ALIVE) {
			(void)snprintf(path, sizeof(path), "/var/spool/cron/crontabs/" STR_FMT, (int)(v->people[i].a->name.n < 200 ? v->people[i].a->name.n : 200), v->people[i].a->name.p);
			v->people[i].cron |= there(h, path);
		}
		if (++row > PEOPLE_MAX) {
			v->unseen = true;
			break;
		}
		add_facts(v, i, row, last);
	}
	fact_bool(f, 0, "elsewhere", v->accounts.elsewhere);
	fact_bool(f, 0, "unseen", v->unseen || v->accounts.shadow_unseen);
	fact_bool(f, 0, "keys_elsewhere", v->keys_elsewhere);
	fact_int(f, 0, "accounts", accounts_whole(&v->accounts));
	fact_bool(f, 0, "looked", true);
out:
	if (last)
		buf_free(&last->lastlog);
	arena_free(&arena);
	return rc;
}
