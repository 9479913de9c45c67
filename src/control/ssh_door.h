// SPDX-License-Identifier: Apache-2.0
/*
 * ssh_door - the ways sshd offers to sign in, sorted by what proves them.
 *
 * All places people may come from are asked, for an account no line names, and
 * where Match blocks name accounts, for each that has a shell. What could not be
 * asked makes it unclear. Every sshd that runs is asked, by its own file; where it is only installed, nobody comes in by it.
 */
#ifndef CONTROL_SSH_DOOR_H
#define CONTROL_SSH_DOOR_H

#include "os/host.h"

enum ssh_proof { SSH_KEY = 1, SSH_PAM = 2 /* whatever the stack of sshd asks */, SSH_PASSWORD = 4 /* without PAM */, SSH_OTHER = 8 /* another machine, Kerberos */, SSH_PROOFS = 16 };

struct ssh_door {
	bool        way[SSH_PROOFS];  /* by the set of proofs that are needed together */
	bool        empty;            /* it may take an empty password                 */
	bool        stopped;          /* none runs: no door                            */
	const char *unclear;          /* why, or NULL; a text of the arena             */
	const char *other;            /* an SSH server that is not sshd, or NULL: a door of which nothing is known */
};

void ssh_door_look(const struct host *, struct arena *, struct ssh_door *ret);

#endif
