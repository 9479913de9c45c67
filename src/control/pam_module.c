// SPDX-License-Identifier: Apache-2.0
/*
 * The modules of Debian 12 as their manual pages and sources have them.
 *
 * A module that is not in the table may answer anything, and so may one whose
 * answer rests on the account, the hour or another machine: those ways are
 * marked PAM_UNSURE and never make a control fail or pass.
 */
#include "control/pam_module.h"

#include <stdio.h>
#include <string.h>

enum duty {
	UNKNOWN = 0, UNIX, REMOTE /* another machine knows the password */, HELD, CARD, BODY, LOCKS, TALLIES, DENIES, PERMITS, ROOT, STANDS_BY, LETS_ON, NO_LOGIN, CONDITION, DEPENDS,
	QUALITY, CRACKLIB, PASSWDQC, HISTORY, SESSION,
};

static const struct { const char *name; enum duty duty; } modules[] = {
	{ "pam_unix", UNIX }, { "pam_faillock", LOCKS }, { "pam_tally2", TALLIES }, { "pam_tally", TALLIES }, { "pam_deny", DENIES }, { "pam_permit", PERMITS }, { "pam_rootok", ROOT },
	{ "pam_sss", REMOTE }, { "pam_ldap", REMOTE }, { "pam_krb5", REMOTE }, { "pam_winbind", REMOTE },
	{ "pam_google_authenticator", HELD }, { "pam_oath", HELD }, { "pam_u2f", HELD }, { "pam_yubico", HELD }, { "pam_duo", HELD }, { "pam_ssh_agent_auth", HELD }, { "pam_usb", HELD },
	{ "pam_pkcs11", CARD }, { "pam_p11", CARD }, { "pam_fprintd", BODY }, { "pam_howdy", BODY },
	{ "pam_env", STANDS_BY }, { "pam_group", STANDS_BY }, { "pam_faildelay", STANDS_BY }, { "pam_warn", STANDS_BY }, { "pam_cap", STANDS_BY }, { "pam_issue", STANDS_BY }, { "pam_echo", STANDS_BY },
	{ "pam_securetty", LETS_ON }, { "pam_shells", LETS_ON }, { "pam_localuser", LETS_ON }, { "pam_lastlog", LETS_ON }, { "pam_mail", LETS_ON }, { "pam_keyinit", LETS_ON }, { "pam_gnome_keyring", LETS_ON },
	{ "pam_kwallet5", LETS_ON }, { "pam_ecryptfs", LETS_ON }, { "pam_mount", LETS_ON }, { "pam_nologin", NO_LOGIN }, { "pam_succeed_if", CONDITION },
	{ "pam_wheel", DEPENDS }, { "pam_access", DEPENDS }, { "pam_listfile", DEPENDS }, { "pam_usertype", DEPENDS }, { "pam_time", DEPENDS }, { "pam_timestamp", DEPENDS },
	{ "pam_pwquality", QUALITY }, { "pam_cracklib", CRACKLIB }, { "pam_passwdqc", PASSWDQC }, { "pam_pwhistory", HISTORY },
	{ "pam_limits", SESSION }, { "pam_umask", SESSION }, { "pam_systemd", SESSION }, { "pam_mkhomedir", SESSION }, { "pam_motd", SESSION }, { "pam_loginuid", SESSION },
};

struct answer { struct pam_outcome *list; size_t *count; };

static void
add(struct answer *a, uint8_t result, unsigned marks)
{
	if (*a->count < PAM_OUTCOMES_MAX)
		a->list[(*a->count)++] = (struct pam_outcome){ result, marks, 0 };
}

/* ---- which module it is, and whether it is there */

static const char *const folders[] = { "/usr/lib/x86_64-linux-gnu/security", "/usr/lib/aarch64-linux-gnu/security", "/usr/lib/arm-linux-gnueabihf/security", "/usr/lib/i386-linux-gnu/security",
	"/usr/lib/riscv64-linux-gnu/security", "/usr/lib/powerpc64le-linux-gnu/security", "/usr/lib/s390x-linux-gnu/security" };

struct str
pam_module_name(const struct pam_step *s)
{
	struct str name = s->module, folder;

	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/') {
			folder = str_sub(name, 0, i);
			if (i > 1 && (str_starts(folder, STR("/lib/")) || str_starts(folder, STR("/usr/lib/"))) && str_ends(folder, STR("/security/")))
				name = str_sub(name, i, name.n);
			break;
		}
	if (str_ends(name, STR(".so")))
		name.n -= 3;
	return name;
}

static bool
there(const struct host *h, const char *path)
{
	struct host_stat st;

	return host_stat(h, path, &st) == RC_OK && st.exists;
}

/* A module whose file is missing answers "module unknown". Where modules stand was not seen: all are taken to be there. */
static bool
missing(struct pam_settings *s, const struct pam_step *step)
{
	const struct host *h = s->files->host;
	char path[1200];

	if (!s->modules_read) {
		s->modules_read = true;
		for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && s->folder.n == 0; i++)
			if (there(h, folders[i]))
				s->folder = str_of(folders[i]);
	}
	if (s->folder.n == 0)
		return false;
	if (step->module.n && step->module.p[0] == '/')
		return !there(h, step->module.p);
	(void)snprintf(path, sizeof(path), STR_FMT "/" STR_FMT, STR_ARG(s->folder), STR_ARG(step->module));
	if (there(h, path))
		return false;
	(void)snprintf(path, sizeof(path), "/usr/lib/security/" STR_FMT, STR_ARG(step->module));
	return !there(h, path);
}

/* ---- settings */

enum rc
pam_faillock_of(struct pam_settings *s, const struct pam_step *step, struct faillock *ret)
{
	const char *path = "/etc/security/faillock.conf";
	struct str text = STR_NONE, name, value;
	bool given = false;
	enum rc rc = RC_OK;

	faillock_default(ret);
	for (size_t i = 0; i < step->args_count; i++)
		if (str_starts(step->args[i], STR("conf="))) {
			path = step->args[i].p + 5;
			given = true;
		}
	rc = pam_text(s->files, path, &text);
	if (rc == RC_NOTFOUND && !given)
		rc = RC_OK;
	TRY(rc);
	TRY(faillock_read(ret, text));
	for (size_t i = 0; i < step->args_count; i++)
		if (!str_starts(step->args[i], STR("conf="))) {
			name = setting_cut(step->args[i], &value);
			faillock_set(ret, name, value);
		}
out:
	return rc;
}

/* What ends in .conf of pwquality.conf.d in order, then pwquality.conf; the first mistake ends the reading. */
static enum rc
read_quality(struct pam_settings *s)
{
	struct str *names = NULL, text;
	size_t count = 0;
	bool stopped = false;
	enum rc rc;

	pwquality_default(&s->quality);
	rc = host_list(s->files->host, "/etc/security/pwquality.conf.d", 100, s->files->arena, &names, &count);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	for (size_t i = 0; i <= count && !stopped; i++) {
		struct str path = i < count ? arena_f(s->files->arena, "/etc/security/pwquality.conf.d/" STR_FMT, STR_ARG(names[i])) : STR("/etc/security/pwquality.conf");
		size_t at;

		if (i < count && (!str_find(names[i], STR(".conf"), &at) || at + 5 != names[i].n))
			continue;
		if (path.p == NULL)
			return FAIL(RC_LIMIT, "no room for the settings");
		rc = pam_text(s->files, path.p, &text);
		if (rc == RC_NOTFOUND)
			continue;
		if (rc != RC_OK)
			return rc;
		stopped = pwquality_read(&s->quality, text) != RC_OK;
	}
	s->quality_read = true;
	return RC_OK;
}

static void
quality_args(const struct pam_step *step, struct pwquality *q)
{
	struct str value;

	for (size_t i = 0; i < step->args_count; i++) {
		struct str name = setting_cut(step->args[i], &value);

		if (pwquality_set(q, name, value) != RC_OK)
			continue; /* what it does not know it passes over */
	}
}

enum rc
pam_quality_of(struct pam_settings *s, const struct pam_step *step, struct pwquality *ret)
{
	enum rc rc = RC_OK;

	if (str_eq(pam_module_name(step), STR("pam_cracklib"))) {
		*ret = (struct pwquality){ .min_length = 9, .credits = { 1, 1, 1, 1 }, .enforcing = 1, .retry = 1 };
	} else {
		if (!s->quality_read)
			TRY(read_quality(s));
		*ret = s->quality;
	}
	quality_args(step, ret);
out:
	return rc;
}

/* ---- signing in */

static void
unix_signs_in(struct answer *a, const struct pam_step *s, const struct pam_person *who, unsigned marks)
{
	if (pam_arg(s, "use_first_pass") && !(marks & PAM_TOKEN))
		add(a, PAM_IS_AUTH_ERR, 0); /* it asks nothing itself */
	else if (who->has & PAM_KNOWN)
		add(a, PAM_IS_SUCCESS, PAM_KNOWN | PAM_TOKEN);
	else
		add(a, PAM_IS_AUTH_ERR, PAM_ASKED | PAM_TOKEN);
	if (who->empty && (pam_arg(s, "nullok") || pam_arg(s, "nullok_secure")))
		add(a, PAM_IS_SUCCESS, who->empty == PAM_EMPTY_SEEN ? 0 : PAM_UNSURE);
}

static void
remote_signs_in(struct answer *a, const struct pam_person *who)
{
	add(a, PAM_IS_USER_UNKNOWN, 0); /* an account of this machine */
	add(a, PAM_IS_AUTHINFO_UNAVAIL, PAM_UNSURE);
	add(a, PAM_IS_AUTH_ERR, PAM_UNSURE | PAM_ASKED | PAM_TOKEN);
	if (who->has & PAM_KNOWN)
		add(a, PAM_IS_SUCCESS, PAM_UNSURE | PAM_KNOWN | PAM_TOKEN);
}

static void
held_signs_in(struct answer *a, const struct pam_step *s, const struct pam_person *who, enum duty duty)
{
	unsigned token = pam_arg(s, "forward_pass") ? PAM_TOKEN : 0, both = 0;

	if (pam_arg(s, "pinverification=1") || pam_arg(s, "userverification=1"))
		both = PAM_KNOWN; /* the device also asks for its PIN or for the finger */
	if ((who->has & PAM_HELD) && (!both || (who->has & (PAM_KNOWN | PAM_BODY)))) {
		add(a, PAM_IS_SUCCESS, PAM_HELD | both | token | (duty == CARD ? PAM_UNSURE : 0)); /* whether the card asks for a PIN is the card's to say */
	} else {
		add(a, PAM_IS_AUTH_ERR, token);
	}
	add(a, PAM_IS_USER_UNKNOWN, PAM_UNSURE); /* nobody gave this account a device */
	if (pam_arg(s, "nullok") || pam_arg(s, "nouserok"))
		add(a, PAM_IS_IGNORE, PAM_UNSURE);
	if (pam_arg(s, "nouserok"))
		add(a, PAM_IS_SUCCESS, PAM_UNSURE);
	if (duty == CARD && (who->has & PAM_HELD) && (who->has & PAM_KNOWN))
		add(a, PAM_IS_SUCCESS, PAM_UNSURE | PAM_HELD | PAM_KNOWN);
	add(a, PAM_IS_AUTHINFO_UNAVAIL, PAM_UNSURE);
}

/* Can a failure be written down? The folder is made when its parent is there. */
static bool
counter_writable(const struct pam_settings *s, const struct faillock *f)
{
	char parent[256];
	size_t n = strlen(f->dir);

	if (strcmp(f->dir, "/var/run/faillock") == 0 || strcmp(f->dir, "/run/faillock") == 0 || there(s->files->host, f->dir))
		return true;
	while (n && f->dir[n - 1] == '/')
		n--;
	while (n && f->dir[n - 1] != '/')
		n--;
	(void)snprintf(parent, sizeof(parent), "%.*s", n > 1 ? (int)n - 1 : 1, f->dir);
	return there(s->files->host, parent);
}

static enum rc
locks(struct pam_settings *s, struct answer *a, const struct pam_step *step, const struct pam_person *who)
{
	enum { BEFORE, FAILED, RIGHT } action = BEFORE;
	struct faillock f;
	bool locked;
	enum rc rc = pam_faillock_of(s, step, &f);

	if (rc == RC_SYNTAX || rc == RC_NOTFOUND) {
		add(a, PAM_IS_SERVICE_ERR, 0);
		return RC_OK;
	}
	TRY(rc);
	for (size_t i = 0; i < step->args_count; i++)
		action = str_eq(step->args[i], STR("preauth")) ? BEFORE : str_eq(step->args[i], STR("authfail")) ? FAILED : str_eq(step->args[i], STR("authsucc")) ? RIGHT : action;
	locked = who->locked && f.deny;
	if (locked)
		add(a, PAM_IS_AUTH_ERR, 0);
	else if (action == FAILED)
		add(a, PAM_IS_IGNORE, counter_writable(s, &f) ? PAM_COUNTED : 0);
	else
		add(a, PAM_IS_SUCCESS, action == RIGHT ? PAM_CLEARED : 0);
out:
	return rc;
}

static void
tallies(struct answer *a, const struct pam_step *s, const struct pam_person *who)
{
	bool limit = false;

	for (size_t i = 0; i < s->args_count; i++)
		limit |= str_starts(s->args[i], STR("deny=")) && s->args[i].n > 5 && s->args[i].p[5] >= '1' && s->args[i].p[5] <= '9';
	add(a, who->locked && limit ? PAM_IS_AUTH_ERR : PAM_IS_SUCCESS, PAM_COUNTED);
}

/* ---- pam_succeed_if, for an ordinary account: its number is 1000 or more and its name not root */

static int
compare_uid(struct str op, struct str value)
{
	int64_t n = 0, uid = 1000;

	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < '0' || value.p[i] > '9' || n > 100000)
			return -1;
		n = n * 10 + (value.p[i] - '0');
	}
	if (value.n == 0 || n > uid)
		return -1; /* parts ordinary accounts */
	if (str_eq(op, STR("eq")) || str_eq(op, STR("=")))
		return n == uid ? -1 : 0;
	if (str_eq(op, STR("ne")) || str_eq(op, STR("!=")))
		return n == uid ? -1 : 1;
	if (str_eq(op, STR("ge")) || str_eq(op, STR(">=")))
		return 1;
	if (str_eq(op, STR("lt")) || str_eq(op, STR("<")))
		return 0;
	if (n < uid && (str_eq(op, STR("gt")) || str_eq(op, STR(">"))))
		return 1;
	return n < uid && (str_eq(op, STR("le")) || str_eq(op, STR("<="))) ? 0 : -1;
}

/* 1: holds, 0: does not, -1: it depends. */
static int
condition(const struct pam_step *s)
{
	static const char *const flags[] = { "debug", "quiet", "quiet_fail", "quiet_success", "audit" };
	int all = 1;

	for (size_t i = 0; i < s->args_count; i++) {
		bool flag = false;
		int one = -1;

		for (size_t k = 0; k < sizeof(flags) / sizeof(flags[0]); k++)
			flag |= str_eq_c(s->args[i], flags[k]);
		if (flag)
			continue;
		if (str_eq(s->args[i], STR("use_uid")) || i + 2 >= s->args_count)
			return -1;
		if (str_eq(s->args[i], STR("uid")))
			one = compare_uid(s->args[i + 1], s->args[i + 2]);
		else if (str_eq(s->args[i], STR("user")) && str_eq(s->args[i + 2], STR("root")))
			one = str_eq(s->args[i + 1], STR("=")) ? 0 : str_eq(s->args[i + 1], STR("!=")) ? 1 : -1;
		if (one == 0)
			return 0; /* every one has to hold */
		if (one < 0)
			all = -1;
		i += 2;
	}
	return all;
}

static void
anything(struct answer *a)
{
	add(a, PAM_IS_SUCCESS, PAM_UNSURE | PAM_TOKEN);
	add(a, PAM_IS_AUTH_ERR, PAM_UNSURE | PAM_TOKEN);
	add(a, PAM_IS_IGNORE, PAM_UNSURE);
}

static enum rc
signs_in(struct pam_settings *s, struct answer *a, const struct pam_step *step, const struct pam_person *who, unsigned marks, enum duty duty)
{
	int holds;

	switch (duty) {
	case UNIX:
		unix_signs_in(a, step, who, marks);
		break;
	case REMOTE:
		remote_signs_in(a, who);
		break;
	case HELD:
	case CARD:
		held_signs_in(a, step, who, duty);
		break;
	case BODY:
		add(a, who->has & PAM_BODY ? PAM_IS_SUCCESS : PAM_IS_AUTH_ERR, who->has & PAM_BODY);
		add(a, PAM_IS_AUTHINFO_UNAVAIL, PAM_UNSURE);
		break;
	case LOCKS:
		return locks(s, a, step, who);
	case TALLIES:
		tallies(a, step, who);
		break;
	case DENIES:
		add(a, PAM_IS_AUTH_ERR, 0);
		break;
	case PERMITS:
		add(a, PAM_IS_SUCCESS, 0);
		break;
	case ROOT:
		add(a, who->by_root ? PAM_IS_SUCCESS : PAM_IS_AUTH_ERR, 0);
		break;
	case STANDS_BY:
		add(a, PAM_IS_IGNORE, 0);
		break;
	case LETS_ON:
		add(a, PAM_IS_SUCCESS, 0);
		add(a, PAM_IS_IGNORE, PAM_UNSURE);
		add(a, PAM_IS_AUTH_ERR, PAM_UNSURE);
		break;
	case NO_LOGIN:
		add(a, pam_arg(step, "successok") ? PAM_IS_SUCCESS : PAM_IS_IGNORE, 0);
		break;
	case CONDITION:
		holds = condition(step);
		if (holds != 0)
			add(a, PAM_IS_SUCCESS, holds < 0 ? PAM_UNSURE : 0);
		if (holds != 1)
			add(a, PAM_IS_AUTH_ERR, holds < 0 ? PAM_UNSURE : 0);
		break;
	case DEPENDS:
		add(a, PAM_IS_SUCCESS, PAM_UNSURE);
		add(a, PAM_IS_PERM_DENIED, PAM_UNSURE);
		break;
	case QUALITY:
	case CRACKLIB:
	case PASSWDQC:
	case HISTORY:
	case SESSION:
		add(a, PAM_IS_MODULE_UNKNOWN, 0); /* they have no part in signing in */
		break;
	case UNKNOWN:
	default:
		anything(a);
	}
	return RC_OK;
}

/* ---- a new password */

/* Kinds of characters below which pam_passwdqc refuses; `min=disabled,24,11,8,7`. */
static bool
passwdqc_sure(const struct pam_step *s)
{
	for (size_t i = 0; i < s->args_count; i++)
		if (str_starts(s->args[i], STR("min=")) || str_starts(s->args[i], STR("config=")) || str_starts(s->args[i], STR("max=")) || str_eq(s->args[i], STR("enforce=none")))
			return false;
	return true;
}

static enum rc
new_password(struct pam_settings *s, struct answer *a, const struct pam_step *step, const struct pam_person *who, unsigned marks, enum duty duty)
{
	bool takes = (pam_arg(step, "use_authtok") || pam_arg(step, "use_first_pass")) && !(marks & PAM_TOKEN);
	struct pwquality q;
	enum rc rc = RC_OK;

	if (duty == DENIES || (takes && duty != PERMITS && duty != UNKNOWN)) {
		add(a, PAM_IS_AUTHTOK_ERR, 0);
		return RC_OK;
	}
	switch (duty) {
	case UNIX:
		add(a, PAM_IS_SUCCESS, PAM_TOKEN | PAM_WRITTEN);
		break;
	case REMOTE:
		add(a, PAM_IS_USER_UNKNOWN, 0);
		add(a, PAM_IS_SUCCESS, PAM_UNSURE | PAM_TOKEN | PAM_WRITTEN);
		break;
	case PERMITS:
		add(a, PAM_IS_SUCCESS, 0);
		break;
	case QUALITY:
	case CRACKLIB:
		TRY(pam_quality_of(s, step, &q));
		if (!q.enforcing || who->classes >= pwquality_classes(&q)) {
			add(a, PAM_IS_SUCCESS, PAM_TOKEN);
		} else {
			add(a, q.retry > 1 ? PAM_IS_MAXTRIES : PAM_IS_AUTHTOK_ERR, 0);
			a->list[0].drop = PAM_TOKEN;
		}
		break;
	case PASSWDQC:
		add(a, PAM_IS_SUCCESS, PAM_TOKEN | (who->classes < 4 || !passwdqc_sure(step) ? PAM_UNSURE : 0)); /* a long phrase of one kind may do */
		if (who->classes < 4 || !passwdqc_sure(step)) {
			add(a, PAM_IS_AUTHTOK_ERR, PAM_UNSURE);
			a->list[1].drop = PAM_TOKEN;
		}
		break;
	case HISTORY:
		add(a, PAM_IS_SUCCESS, PAM_TOKEN);
		break;
	case LETS_ON:
		add(a, PAM_IS_IGNORE, 0);
		add(a, PAM_IS_SUCCESS, PAM_UNSURE);
		break;
	case LOCKS:
	case NO_LOGIN:
	case SESSION:
		add(a, PAM_IS_MODULE_UNKNOWN, 0);
		break;
	default:
		anything(a);
		add(a, PAM_IS_SUCCESS, PAM_UNSURE | PAM_TOKEN | PAM_WRITTEN);
	}
out:
	return rc;
}

static void
old_password(struct answer *a, const struct pam_person *who, enum duty duty)
{
	switch (duty) {
	case UNIX:
		add(a, who->has & PAM_KNOWN ? PAM_IS_SUCCESS : PAM_IS_AUTH_ERR, 0);
		break;
	case QUALITY:
	case CRACKLIB:
	case PASSWDQC:
	case HISTORY:
	case PERMITS:
		add(a, PAM_IS_SUCCESS, 0);
		break;
	case DENIES:
		add(a, PAM_IS_AUTHTOK_ERR, 0);
		break;
	case REMOTE:
		add(a, PAM_IS_USER_UNKNOWN, 0);
		add(a, PAM_IS_SUCCESS, PAM_UNSURE);
		break;
	case LETS_ON:
		add(a, PAM_IS_IGNORE, 0);
		add(a, PAM_IS_SUCCESS, PAM_UNSURE);
		break;
	case LOCKS:
	case NO_LOGIN:
	case SESSION:
		add(a, PAM_IS_MODULE_UNKNOWN, 0);
		break;
	default:
		anything(a);
	}
}

enum rc
pam_outcomes(struct pam_settings *s, const struct pam_step *step, enum pam_type type, const struct pam_person *who, unsigned marks, struct pam_outcome ret[PAM_OUTCOMES_MAX],
    size_t *ret_count)
{
	struct answer a = { ret, ret_count };
	struct str name = pam_module_name(step);
	enum duty duty = UNKNOWN;

	*ret_count = 0;
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (str_eq_c(name, modules[i].name))
			duty = modules[i].duty;
	if (missing(s, step)) {
		add(&a, PAM_IS_MODULE_UNKNOWN, 0);
		return RC_OK;
	}
	if (type == PAM_TYPE_PASSWORD && who->phase == PAM_NEW_PASSWORD)
		return new_password(s, &a, step, who, marks, duty);
	if (type == PAM_TYPE_PASSWORD) {
		old_password(&a, who, duty);
		return RC_OK;
	}
	return signs_in(s, &a, step, who, marks, duty);
}
