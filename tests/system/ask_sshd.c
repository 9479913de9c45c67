// SPDX-License-Identifier: Apache-2.0
/*
 * ask_sshd - what our reading of sshd_config comes to, in the lines of `sshd -T`: for tests.
 *
 * usage: ask_sshd FILE [user=NAME] [host=NAME] [addr=ADDRESS] [laddr=ADDRESS] [lport=N] [rdomain=NAME] [group=NAME]…
 * Also "allowed yes|no" and "way LIST" for that peer. Exit 3: sshd would refuse the file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/sshd_config.h"

static const char *const words[SSHD_KEYS] = {
	[SSHD_USE_PAM] = "usepam", [SSHD_PORT] = "port", [SSHD_LISTEN] = "listenaddress", [SSHD_FAMILY] = "addressfamily", [SSHD_ROOT] = "permitrootlogin",
	[SSHD_PUBKEY] = "pubkeyauthentication", [SSHD_PASSWORD] = "passwordauthentication", [SSHD_KBD] = "kbdinteractiveauthentication",
	[SSHD_HOSTBASED] = "hostbasedauthentication", [SSHD_GSSAPI] = "gssapiauthentication", [SSHD_KERBEROS] = "kerberosauthentication",
	[SSHD_EMPTY_PASSWORD] = "permitemptypasswords", [SSHD_METHODS] = "authenticationmethods", [SSHD_ALLOW_USERS] = "allowusers", [SSHD_DENY_USERS] = "denyusers",
	[SSHD_ALLOW_GROUPS] = "allowgroups", [SSHD_DENY_GROUPS] = "denygroups", [SSHD_KEYS_FILE] = "authorizedkeysfile", [SSHD_KEYS_COMMAND] = "authorizedkeyscommand",
	[SSHD_CA_KEYS] = "trustedusercakeys", [SSHD_KEY_OPTIONS] = "pubkeyauthoptions", [SSHD_KEY_ALGORITHMS] = "pubkeyacceptedalgorithms",
	[SSHD_FORCE_COMMAND] = "forcecommand", [SSHD_CHROOT] = "chrootdirectory", [SSHD_STRICT_MODES] = "strictmodes", [SSHD_USE_DNS] = "usedns",
	[SSHD_CIPHERS] = "ciphers", [SSHD_MACS] = "macs", [SSHD_KEX] = "kexalgorithms",
};

static void
print(const struct sshd_settings *s, struct arena *arena)
{
	for (enum sshd_key k = 1; k < SSHD_KEYS; k++) {
		if (words[k] == NULL)
			continue;
		if (k == SSHD_CIPHERS || k == SSHD_MACS || k == SSHD_KEX || k == SSHD_KEY_ALGORITHMS)
			printf("%s " STR_FMT "\n", words[k], STR_ARG(sshd_algorithms(s, k, arena)));
		else
			for (size_t i = 0; i < s->counts[k]; i++)
				printf("%s " STR_FMT "\n", words[k], STR_ARG(s->values[k][i]));
	}
}

int
main(int argc, char **argv)
{
	struct arena arena = ARENA(32 << 20);
	struct str groups[64], ways[SSHD_WAYS_MAX];
	struct sshd_peer peer = { .groups = groups };
	struct sshd_config c;
	struct sshd_settings s;
	struct host *h = host_open(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), false);
	enum rc rc;

	for (int i = 2; i < argc; i++) {
		char *value = strchr(argv[i], '=');
		struct str name = str_sub(str_of(argv[i]), 0, value ? (size_t)(value - argv[i]) : 0), text = str_of(value ? value + 1 : "");

		if (str_eq(name, STR("user"))) peer.user = text;
		else if (str_eq(name, STR("host"))) peer.host = text;
		else if (str_eq(name, STR("addr"))) peer.address = text;
		else if (str_eq(name, STR("laddr"))) peer.local_address = text;
		else if (str_eq(name, STR("rdomain"))) peer.rdomain = text;
		else if (str_eq(name, STR("lport"))) peer.local_port = (uint16_t)strtoul(text.p, NULL, 10);
		else if (str_eq(name, STR("group")) && peer.groups_count < 64) groups[peer.groups_count++] = text;
	}
	rc = sshd_config_load(h, argc > 1 ? argv[1] : "/etc/ssh/sshd_config", &arena, &c);
	if (rc == RC_OK)
		rc = sshd_config_for(&c, argc > 2 ? &peer : NULL, &s);
	if (rc == RC_OK) {
		size_t n = sshd_ways(&s, ways);

		print(&s, &arena);
		printf("allowed %s\n", sshd_lets_in(&s, &peer) ? "yes" : "no");
		for (size_t i = 0; i < n; i++)
			printf("way " STR_FMT "\n", STR_ARG(ways[i]));
	} else {
		fprintf(stderr, "%s %s\n", rc_name(rc), rc_trail());
	}
	host_close(h);
	arena_free(&arena);
	return rc == RC_OK ? 0 : rc == RC_SYNTAX ? 3 : 1;
}
