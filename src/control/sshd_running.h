// SPDX-License-Identifier: Apache-2.0
/*
 * sshd_running - which sshd run on this machine, by which files, and whether another SSH server does.
 *
 * Each listener says in its title how it was started. Those of root count (another's lets in nobody
 * but himself), and not those of a container, which see another machine's files.
 */
#ifndef CONTROL_SSHD_RUNNING_H
#define CONTROL_SSHD_RUNNING_H

#include "control/sshd_config.h"

#define SSHD_CONFIGS_MAX 8
#define SSHD_FILE        "/etc/ssh/sshd_config"

struct sshd_running {
	bool     seen;                          /* the processes could be listed: without a config then none runs */
	bool     more;                          /* than fit in here                                               */
	bool     known[SSHD_CONFIGS_MAX];       /* nothing but its file and port decides: no -o, no -C            */
	struct str configs[SSHD_CONFIGS_MAX];   /* each file once; SSHD_FILE too where a socket starts it, or nothing is known */
	size_t   count;
	uint16_t ports[SSHD_CONFIGS_MAX];       /* of -p */
	size_t   ports_count;
	struct str other;                       /* "dropbear", or the unit that waits for it ("tinysshd.socket"); its settings are not read here. Empty: none seen */
};

MUST_USE enum rc sshd_running(const struct host *, struct arena *, struct sshd_running *ret);
/* One line of words; false: no listener. Pure; for the fuzzer. */
bool sshd_running_title(struct sshd_running *, struct str title, struct arena *);
/* Is this program an SSH server that is not sshd? By its name. */
bool sshd_other(struct str program);
/* The file of one of them; `started_otherwise` says of this one. */
MUST_USE enum rc sshd_running_load(const struct host *, const struct sshd_running *, size_t, struct arena *, struct sshd_config *ret);

#endif
