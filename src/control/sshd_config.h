// SPDX-License-Identifier: Apache-2.0
/*
 * sshd_config - what sshd would do for this user from this address.
 *
 * Read as sshd (OpenSSH 9.2 of Debian 12) reads it: the first value counts,
 * Include takes globs relative to /etc/ssh, a Match block overrides what stands
 * before it. What sshd would refuse is RC_SYNTAX: nobody knows then what the
 * running sshd has. The config and its settings live in the arena given.
 */
#ifndef CONTROL_SSHD_CONFIG_H
#define CONTROL_SSHD_CONFIG_H

#include "control/sshd_match.h"
#include "os/host.h"

enum sshd_key {
	SSHD_NONE = 0, SSHD_USE_PAM, SSHD_PORT, SSHD_LISTEN, SSHD_FAMILY, SSHD_ROOT, SSHD_PUBKEY, SSHD_PASSWORD, SSHD_KBD, SSHD_HOSTBASED, SSHD_GSSAPI,
	SSHD_KERBEROS, SSHD_EMPTY_PASSWORD, SSHD_METHODS, SSHD_ALLOW_USERS, SSHD_DENY_USERS, SSHD_ALLOW_GROUPS, SSHD_DENY_GROUPS, SSHD_KEYS_FILE,
	SSHD_KEYS_COMMAND, SSHD_KEYS_COMMAND_USER, SSHD_CA_KEYS, SSHD_PRINCIPALS_FILE, SSHD_PRINCIPALS_COMMAND, SSHD_KEY_OPTIONS, SSHD_KEY_ALGORITHMS, SSHD_FORCE_COMMAND, SSHD_CHROOT, SSHD_STRICT_MODES, SSHD_USE_DNS,
	SSHD_CIPHERS, SSHD_MACS, SSHD_KEX, SSHD_INCLUDE, SSHD_MATCH, SSHD_KEYS
};

struct sshd_lines;
struct sshd_config {
	struct arena      *arena;
	struct sshd_lines *main;
	const struct prefix *places;           /* more that make a difference to who asks sshd_config_each() */
	size_t             places_count;
	bool               started_otherwise; /* its options (/etc/default/ssh, or as it runs) name others: what is read here may not be in force */
	bool               changed_since;     /* a file read here is newer than the sshd that runs: as above, until it is reloaded */
};

/* Who connects, from where, to what. Texts that are empty are not known: such a criterion does not match. `host` in lower case. */
struct sshd_peer {
	struct str        user, host, address, local_address, rdomain;
	uint16_t          local_port;
	const struct str *groups;  /* names of all groups the user is in */
	size_t            groups_count;
};

/* In sshd's own words; what was not set has sshd's default; "none" and "any" stand for nothing. */
struct sshd_settings { struct str *values[SSHD_KEYS]; size_t counts[SSHD_KEYS]; };

/* RC_NOTFOUND: there is no such file (sshd would not start). RC_SYNTAX: sshd would refuse it. */
MUST_USE enum rc sshd_config_load(const struct host *, const char *path, struct arena *, struct sshd_config *ret);
MUST_USE enum rc sshd_config_parse(struct str text, struct arena *, struct sshd_config *ret); /* the same of one text; Include finds nothing */
/* Settings for one peer; NULL: of the whole service. */
MUST_USE enum rc sshd_config_for(const struct sshd_config *, const struct sshd_peer *, struct sshd_settings *ret);

struct str sshd_value(const struct sshd_settings *, enum sshd_key); /* the first value                  */
bool       sshd_yes(const struct sshd_settings *, enum sshd_key);
bool       sshd_lets_in(const struct sshd_settings *, const struct sshd_peer *); /* AllowUsers, DenyGroups and the like let it try */
/*
 * The ways to prove who one is, as lists of methods that all are needed ("publickey,password"), those left out that hold a
 * method switched off; without AuthenticationMethods each method alone. 0: there is no way.
 */
#define SSHD_WAYS_MAX 64
size_t     sshd_ways(const struct sshd_settings *, struct str ret[SSHD_WAYS_MAX]);
/* The list of algorithms in force: "+x", "-x" and "^x" are applied to the defaults. */
struct str sshd_algorithms(const struct sshd_settings *, enum sshd_key, struct arena *);

/*
 * Every place that makes a difference: `take` gets the peer (user and groups of `who`) once for each combination of address,
 * local address and port that some line tells apart, among them one of each family that no line names.
 * RC_LIMIT: some line speaks of what cannot be listed (a pattern for addresses, a reverse name, a routing domain).
 */
typedef enum rc sshd_take(void *context, const struct sshd_peer *, const struct sshd_settings *);
MUST_USE enum rc sshd_config_each(const struct sshd_config *, const struct sshd_peer *who, sshd_take *, void *context);

#endif
