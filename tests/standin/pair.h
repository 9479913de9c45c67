// SPDX-License-Identifier: Apache-2.0
/*
 * pair - vault and ledger as warden starts them (own binaries, locked in, lanes
 * between them), with core's lanes to the ledger in the hands of a test or a measurement.
 */
#ifndef STANDIN_PAIR_H
#define STANDIN_PAIR_H

#include <sys/types.h>

#include "ipc/channel.h"

struct pair {
	char         root[64];          /* a temporary folder, taken away at the end */
	const char  *programs;          /* folder of the binaries                    */
	int          root_fd;
	pid_t        vault_pid, ledger_pid;
	int          vault_orders, ledger_orders;
	struct peer *ledger;            /* as core sees it                           */
	size_t       lanes;
};

/* `where`: on which file system, "/tmp". */
MUST_USE enum rc pair_start(struct pair *, const char *programs, const char *where, size_t lanes);
void             pair_kill(pid_t *);                        /* SIGKILL, and waits; *pid becomes 0                   */
MUST_USE enum rc pair_ledger_again(struct pair *);          /* starts the ledger anew, with fresh lanes to both sides */
MUST_USE enum rc pair_vault_again(struct pair *);
void             pair_stop(struct pair *);                  /* STOP to both, waits, removes the folder              */

#endif
