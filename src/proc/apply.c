// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          tsujiban-apply - one change of this machine
 * DOES          the one change of its row of changes.def, looks whether it took, then ends
 * TRUSTS        nobody: who asks was permitted by core, and what is asked is checked here again
 * HOLDS         nothing
 * MAY           started by root: write beneath /etc, start the one fixed program of its row, end the processes of the one user it locks
 * NEVER         touches root, the system's own accounts, or one that shares its number; starts a shell; takes a word of a command line from outside but the account's name
 * IF IT FALLS   the attacker may write beneath /etc of this machine for the seconds of one change: so there is one only while a change is made, and it hears one message
 */
#include <stdio.h>

#include "apply/ask_apply.h"
#include "base/num.h"
#include "ipc/codec.h"
#include "proc/run.h"

#define ACCOUNT_MAX 64

static const struct { uint16_t number; enum apply_change change; } rows[] = {
#define CHANGE(number, NAME, program, UNDO, timeout_ms) { number, APPLY_##NAME },
#include "apply/changes.def"
};
static enum apply_change change; /* set once, in main */
static bool              as_root;

static enum rc
open_host(struct proc *proc, void **ret_state)
{
	int root = proc_fd(proc, "root");

	if (root < 0)
		return FAIL(RC_BUG, "no root folder was given");
	as_root = str_eq_c(STR("root"), proc_setting(proc, "mode"));
	*ret_state = host_open(root, 0);
	return RC_OK;
}

/*= S-3-2 */
static enum rc
handle_change(void *state, struct str body, struct call *call)
{
	struct reader r = reader_of(body);
	struct str account = get_str(&r, ACCOUNT_MAX);
	struct applied done;
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	if (!as_root)
		TRY(FAIL(RC_DENIED, "番所は root で動いていないため、この機械のアカウントを変えられません / the station was not started by root: it cannot change accounts of this machine"));
	TRY(os_account_change(state, change, account, &done));
	TRY(applied_encode(&done, call->answer));
out:
	return rc == RC_BUG ? RC_IO : rc;
}

static const struct handler handlers[] = { { MESSAGE_APPLY_CHANGE, handle_change }, { 0, NULL } };

int
main(int argc, char **argv)
{
	struct proc_spec spec = { .id = PROC_APPLY, .threads = 1, .handlers = handlers, .open = open_host, .needs = NEED_WHOLE_TREE | NEED_EXEC | NEED_ACCOUNTS, .caps = CAPS_ACCOUNTS };
	int64_t number = 0;

	if (argc == 2 && num_parse(str_of(argv[1]), 1, UINT16_MAX, &number) == RC_OK)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].number == number)
				change = rows[i].change;
	if (change == APPLY_NONE) {
		fprintf(stderr, "tsujiban-apply: this program is started by tsujiban-warden / このプログラムは tsujiban-warden が起動します\n");
		return 2;
	}
	return proc_run(&spec, argc, argv);
}
