// SPDX-License-Identifier: Apache-2.0
/* `tsujiban ledger epoch`: after a restore, on purpose and said twice, the ledger goes on under a new name. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/file.h"
#include "tool/cli.h"
#include "vault/vault_init.h"

static void
say_lost(struct cli *c, const struct epoch_new *e)
{
	if (e->signed_before > e->continues_from)
		cli_say(c, CODE_CONFORMING, MSG_CLI_EPOCH_LOST, MSG_ARGS(MSG_N("lost", (int64_t)(e->signed_before - e->continues_from)), MSG_N("from", (int64_t)e->continues_from)));
}

/* Asks first, unless the number of the epoch was confirmed. */
static enum code
open_epoch(struct cli *c, int root)
{
	const char *confirmed = cli_value(c, "confirm");
	struct epoch_new e;
	enum rc rc;

	rc = vault_epoch_look(root, &e);
	if (rc != RC_OK)
		return cli_fail(c, rc);
	say_lost(c, &e);
	if (!confirmed || strtoull(confirmed, NULL, 10) != e.epoch)
		return cli_say(c, CODE_NOT_CONFORMING, MSG_CLI_EPOCH_WOULD, MSG_ARGS(MSG_N("epoch", e.epoch), MSG_N("from", (int64_t)e.continues_from), MSG_N("signed", (int64_t)e.signed_before)));
	rc = vault_epoch_new(root, &e);
	if (rc != RC_OK)
		return cli_fail(c, rc);
	return cli_say(c, CODE_CONFORMING, MSG_CLI_EPOCH_DONE, MSG_ARGS(MSG_N("epoch", e.epoch)));
}

enum code
cli_ledger_epoch(struct cli *c)
{
	int root = cli_installed(c) ? open(c->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, lock = -1;
	enum code code;
	enum rc rc;

	if (root < 0)
		return cli_say(c, CODE_ERROR, MSG_CLI_NO_INSTALLATION, MSG_ARGS(MSG_S("root", str_of(c->root))));
	rc = file_open(root, "run/lock", O_RDWR, 0, &lock); /* no such file: it was never started */
	if (rc == RC_OK)
		rc = file_lock(lock);
	if (rc == RC_CONFLICT)
		code = cli_say(c, CODE_ERROR, MSG_CLI_EPOCH_RUNNING, MSG_NO_ARGS);
	else if (rc != RC_OK && rc != RC_NOTFOUND)
		code = cli_fail(c, rc);
	else
		code = open_epoch(c, root);
	if (lock >= 0)
		(void)close(lock); /* the lock goes with it */
	(void)close(root); /* only a folder */
	return code;
}
