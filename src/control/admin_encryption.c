// SPDX-License-Identifier: Apache-2.0
/*
 * admin-encryption - is all that administers this machine from outside encrypted, with nothing weak?
 *
 * Listeners with the programs that hold them: telnet and the r-commands cannot
 * be encrypted; FTP and VNC may be, which is not seen from here. Of sshd the
 * ciphers, key exchanges and MACs in force, none of those OpenSSH took out of
 * its defaults as broken: CBC modes, RC4, MD5, short MACs, SHA-1 in the key exchange.
 */
#include "control/control.h"

#include <netinet/in.h>
#include <string.h>

#include "control/sockets.h"
#include "control/sshd_running.h"
#include "message/messages.h"

#define LISTENERS_MAX 400
#define NFS_PORT      2049 /* the kernel's own: no process holds it */

struct seen { struct listener l[LISTENERS_MAX]; struct owner owners[LISTENERS_MAX]; size_t count; };

static enum rc
take(void *context, const struct listener *l)
{
	struct seen *s = context;

	if (l->protocol != IPPROTO_TCP)
		return RC_OK;
	if (s->count == LISTENERS_MAX)
		return FAIL(RC_LIMIT, "more than %d listeners", LISTENERS_MAX);
	s->owners[s->count].inode = l->inode;
	s->l[s->count++] = *l;
	return RC_OK;
}

/* "plain": cannot be encrypted; "perhaps": may be, or somebody else holds its port. */
static const char *
kind_of(struct str program, uint16_t port)
{
	static const char *const plain[] = { "telnetd", "in.telnetd", "utelnetd", "rshd", "in.rshd", "rlogind", "in.rlogind", "rexecd", "in.rexecd" };
	static const char *const perhaps[] = { "vsftpd", "proftpd", "pure-ftpd", "ftpd", "in.ftpd", "dropbear", "tinysshd", "dockerd", "Xorg", "Xvnc", "Xtightvnc", "Xtigervnc", "x11vnc", "vino-server", "x0vncserver", "wayvnc" };
	struct str name = str_base_name(program);

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (str_eq_c(name, plain[i]))
			return "plain";
	for (size_t i = 0; i < sizeof(perhaps) / sizeof(perhaps[0]); i++)
		if (str_eq_c(name, perhaps[i]))
			return "perhaps";
	if (port == 23 && (str_eq(name, STR("inetd")) || str_eq(name, STR("xinetd")) || str_eq(name, STR("busybox"))))
		return "plain";
	if (port == 22 && str_eq(name, STR("sshd")))
		return NULL;
	return port == 21 || port == 22 || port == 23 || (port >= 512 && port <= 514) || port == 2375 || (port >= 5900 && port <= 5909) ? "perhaps" : NULL;
}

static const char *const weak[] = { "*cbc*", "arcfour*", "none", "*md5*", "*sha1-96*", "*ripemd*", "umac-32*", "diffie-hellman-group1-*", "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1" };

static struct str
first_weak(struct str list)
{
	struct str one;

	while (str_cut(&list, ',', &one))
		for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++)
			if (pattern_matches(one, str_of(weak[i])))
				return one;
	return STR_NONE;
}

/* An sshd that listens though none was found among the processes by its title: of a container that shares the network, or a file elsewhere. */
static const char *
unread_sshd(const struct seen *seen, const char *word)
{
	for (size_t i = 0; i < seen->count; i++)
		if (str_eq(str_base_name(seen->owners[i].program), STR("sshd")) && strcmp(word, "seen") != 0)
			return "refused";
	return word;
}

static enum rc
look_sshd(const struct host *h, const struct seen *seen, const char **ret_word, struct facts *f)
{
	static const enum sshd_key keys[] = { SSHD_CIPHERS, SSHD_MACS, SSHD_KEX };
	struct arena arena = ARENA(32 << 20);
	struct sshd_settings s;
	struct sshd_running r = { .count = 0 };
	struct sshd_config c;
	struct host_stat st;
	const char *word = "absent";
	enum rc rc = RC_OK;

	TRY(host_stat(h, "/usr/sbin/sshd", &st));
	if (st.exists) {
		TRY(sshd_running(h, &arena, &r));
		word = r.more ? "refused" : r.count ? "seen" : "stopped";
	}
	for (size_t n = 0; n < r.count; n++) { /* each sshd that runs */
		rc = sshd_running_load(h, &r, n, &arena, &c);
		if (rc != RC_OK || c.started_otherwise || c.changed_since)
			word = "refused";
		if (rc == RC_OK) {
			TRY(sshd_config_for(&c, NULL, &s));
			for (size_t i = 0; i < 3; i++) {
				struct str one = first_weak(sshd_algorithms(&s, keys[i], &arena));

				if (one.n)
					fact_text(f, 0, "weak", one);
			}
		} else if (rc == RC_SYNTAX || rc == RC_NOTFOUND || rc == RC_LIMIT) {
			rc_trail_clear();
			rc = RC_OK;
		}
		TRY(rc);
	}
	*ret_word = unread_sshd(seen, word);
	fact_text(f, 0, "sshd", str_of(*ret_word));
out:
	arena_free(&arena);
	return rc;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct seen *seen = arena_get(f->arena, sizeof(*seen));
	const char *word = "absent";
	uint32_t row = 0;
	bool whole = true;
	enum rc rc = RC_OK;

	(void)s;
	if (seen == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(sockets_listening(h, take, seen));
	if (seen->count)
		TRY(sockets_owners(h, f->arena, seen->owners, seen->count, &whole));
	TRY(look_sshd(h, seen, &word, f));
	for (size_t i = 0; i < seen->count; i++) {
		struct str program = STR_NONE;
		const char *kind;

		for (size_t k = 0; k < seen->count; k++) /* owners were put in order */
			if (seen->owners[k].inode == seen->l[i].inode)
				program = seen->owners[k].program;
		kind = kind_of(program, seen->l[i].port);
		if (seen->l[i].port == 22 && strcmp(word, "seen") == 0 && str_eq(str_base_name(program), STR("systemd")))
			kind = NULL; /* ssh.socket: it listens for sshd */
		if (program.n == 0 && (kind == NULL || seen->l[i].port == 22) && seen->l[i].port != NFS_PORT)
			kind = "unseen";
		if (kind == NULL)
			continue;
		fact_text(f, ++row, "listener", str_of(kind));
		fact_int(f, row, "port", seen->l[i].port);
		fact_text(f, row, "program", str_base_name(program));
	}
	fact_int(f, 0, "listeners", (int64_t)seen->count);
	fact_bool(f, 0, "whole", whole);
out:
	return rc;
}

/*= S-3-3 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	uint32_t perhaps = 0, unseen = 0;

	(void)p;
	(void)now_us;
	if (f->overflow || fact_get(f, 0, "listeners") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ENCRYPTION_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str kind = fact_s(f, row, "listener");

		if (str_eq(kind, STR("plain"))) {
			finding_set(ret, VERDICT_FAIL, MSG_ENCRYPTION_PLAIN);
			finding_int(ret, "port", fact_n(f, row, "port", 0));
			finding_text(ret, "program", fact_s(f, row, "program"));
			return;
		}
		if (str_eq(kind, STR("unseen")))
			unseen = unseen ? unseen : row;
		else
			perhaps = kind.n ? row : perhaps;
	}
	if (str_eq(fact_s(f, 0, "sshd"), STR("seen")) && fact_get(f, 0, "weak")) {
		finding_set(ret, VERDICT_FAIL, MSG_ENCRYPTION_WEAK);
		finding_text(ret, "name", fact_s(f, 0, "weak"));
	} else if (perhaps) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ENCRYPTION_PERHAPS);
		finding_int(ret, "port", fact_n(f, perhaps, "port", 0));
		finding_text(ret, "program", fact_s(f, perhaps, "program"));
	} else if (str_eq(fact_s(f, 0, "sshd"), STR("refused"))) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_SSHD_REFUSED);
	} else if (unseen) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ENCRYPTION_UNSEEN);
		finding_int(ret, "port", fact_n(f, unseen, "port", 0));
	} else if (!fact_n(f, 0, "whole", 0)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ENCRYPTION_NO_ANSWER);
	} else {
		finding_set(ret, VERDICT_PASS, str_eq(fact_s(f, 0, "sshd"), STR("seen")) ? MSG_ENCRYPTION_SSH : MSG_ENCRYPTION_NO_SSH);
	}
}

const struct control control_admin_encryption = {
	.id = "admin-encryption", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 1, .every_s = 3600, .timeout_ms = 10000, .look = look, .judge = judge,
};
