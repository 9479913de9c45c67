// SPDX-License-Identifier: Apache-2.0
#include "control/pam_doors.h"

#include <string.h>

#define NAMES_MAX 300

static const struct { const char *service, *program; bool inside, by_root; } doors[] = {
	{ "login", "/usr/bin/login", false, true }, { "sshd", "/usr/sbin/sshd", false, true }, { "gdm-password", "/usr/sbin/gdm3", false, true }, { "gdm-fingerprint", "/usr/sbin/gdm3", false, true },
	{ "gdm-autologin", "/usr/sbin/gdm3", false, true }, { "lightdm", "/usr/sbin/lightdm", false, true }, { "lightdm-autologin", "/usr/sbin/lightdm", false, true }, { "sddm", "/usr/bin/sddm", false, true },
	{ "sddm-autologin", "/usr/bin/sddm", false, true }, { "xdm", "/usr/bin/xdm", false, true }, { "lxdm", "/usr/sbin/lxdm", false, true }, { "cockpit", "/usr/lib/cockpit/cockpit-session", false, true },
	{ "xrdp-sesman", "/usr/sbin/xrdp-sesman", false, true }, { "vsftpd", "/usr/sbin/vsftpd", false, true }, { "proftpd", "/usr/sbin/proftpd", false, true }, { "dovecot", "/usr/sbin/dovecot", false, true },
	{ "su", "/usr/bin/su", true, false }, { "su-l", "/usr/bin/su", true, false }, { "sudo", "/usr/bin/sudo", true, false }, { "sudo-i", "/usr/bin/sudo", true, false },
};

/* Files no person comes in by: parts of others, jobs, and changes of one's own account. */
static const char *const others[] = { "other", "passwd", "chpasswd", "newusers", "chfn", "chsh", "cron", "atd", "runuser", "runuser-l", "systemd-user", "polkit-1", "gdm-launch-environment",
	"lightdm-greeter", "sddm-greeter", "samba", "ppp", "screen", "vlock", "groupmems", "common-auth", "common-account", "common-password", "common-session", "common-session-noninteractive" };

static bool
there(const struct host *h, const char *path)
{
	struct host_stat st;

	return host_stat(h, path, &st) == RC_OK && st.exists;
}

static enum rc
open_door(struct pam_files *files, const struct pam_door *door, pam_take_door *take, void *context)
{
	struct pam_service service;
	enum rc rc = RC_OK;

	TRY(pam_read(files, door->service, &service));
	TRY(take(context, door, &service));
out:
	return rc;
}

static bool
known(struct str name)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_eq_c(name, others[i]))
			return true;
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++)
		if (str_eq_c(name, doors[i].service))
			return true;
	for (size_t i = 0; i < name.n; i++)
		if (strchr("~.#", name.p[i])) /* what editors and dpkg leave: no service asks for it */
			return true;
	return false;
}

enum rc
pam_doors(struct pam_files *files, pam_take_door *take, void *context)
{
	const struct host *h = files->host;
	struct ssh_door ssh;
	bool container = there(h, "/run/systemd/container") || there(h, "/.dockerenv") || there(h, "/run/.containerenv"), any = false;
	struct str *names = NULL;
	size_t count = 0;
	enum rc rc = host_list(h, "/etc/pam.d", NAMES_MAX, files->arena, &names, &count);

	TRY(rc);
	ssh_door_look(h, files->arena, &ssh);
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		struct pam_door door = { .service = str_of(doors[i].service), .inside = doors[i].inside, .sure = true, .by_root = doors[i].by_root };
		bool file = false;

		for (size_t k = 0; k < count; k++)
			file |= str_eq(names[k], door.service);
		if (!there(h, doors[i].program) || (!file && strchr(doors[i].service, '-'))) /* a second name of a program only where it has a file */
			continue;
		if (i == 0)
			door.sure = !container; /* nobody sits at the console of a container */
		if (i == 1)
			door.ssh = &ssh;
		any = true;
		TRY(open_door(files, &door, take, context));
	}
	if (ssh.other) { /* it may not even ask PAM */
		struct ssh_door closed = { .unclear = ssh.other };
		struct pam_door door = { .service = str_of(ssh.other), .ssh = &closed };

		any = true;
		TRY(open_door(files, &door, take, context));
	}
	for (size_t i = 0; i < count; i++)
		if (!known(names[i])) {
			struct pam_door door = { .service = names[i] };

			any = true;
			TRY(open_door(files, &door, take, context));
		}
	if (!any)
		rc = FAIL(RC_NOTFOUND, "no program through which a person signs in");
out:
	return rc;
}

enum rc
pam_doors_look(struct pam_files *files, pam_take_door *take, void *context, struct facts *f)
{
	enum rc rc = pam_doors(files, take, context);

	if (rc == RC_OK || rc == RC_NOTFOUND)
		fact_bool(f, 0, "doors", rc == RC_OK);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static const char *const words[] = { [PAM_UNCLEAR] = "unclear", [PAM_HOLDS] = "holds", [PAM_GAP] = "gap", [PAM_OPEN] = "open", [PAM_NO_PASSWORD] = "no-password", [PAM_SHUT] = "shut" };

void
pam_fact(struct facts *f, const struct pam_door *door, enum pam_finding found, const char *why, const struct pam_chain *c, uint16_t step, const char *at)
{
	uint32_t row = fact_rows(f) + 1;

	fact_text(f, row, "service", door->service);
	fact_text(f, row, "state", str_of(words[found]));
	fact_bool(f, row, "inside", door->inside);
	fact_bool(f, row, "sure", door->sure);
	if (why)
		fact_text(f, row, "why", str_of(why));
	if (c && step && step <= c->count)
		fact_text(f, row, "at", arena_f(f->arena, STR_FMT ":%u", STR_ARG(c->steps[step - 1].file), c->steps[step - 1].line));
	else if (at)
		fact_text(f, row, "at", str_of(at));
}

void
pam_sum(const struct facts *f, bool inside_too, struct pam_sum *ret)
{
	*ret = (struct pam_sum){ 0 };
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str state = fact_s(f, row, "state");
		bool bad = str_eq_c(state, words[PAM_GAP]) || str_eq_c(state, words[PAM_OPEN]);

		if (state.n == 0 || (!inside_too && fact_n(f, row, "inside", 1)))
			continue;
		ret->doors++;
		if (bad && fact_n(f, row, "sure", 0)) {
			if (ret->gap == 0 || (str_eq_c(state, words[PAM_OPEN]) && !str_eq_c(fact_s(f, ret->gap, "state"), words[PAM_OPEN])))
				ret->gap = row;
		} else if (bad || str_eq_c(state, words[PAM_UNCLEAR])) {
			if (ret->unclear == 0)
				ret->unclear = row;
		} else if (str_eq_c(state, words[PAM_HOLDS])) {
			ret->holds++;
		}
	}
}
