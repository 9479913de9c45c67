// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          tsujiban-probe - the eyes
 * DOES          looks at files and tables of this machine for one control at a time and answers typed facts
 * TRUSTS        nobody: what it reads may be hostile; core judges, not this
 * HOLDS         nothing
 * MAY           read every file but the station's own, ask the kernel for its clock
 * NEVER         writes, starts a program, connects, looks into another process
 * IF IT FALLS   the attacker reads this machine's files and lies about them; he can change nothing and reach no key
 */
#include <stdlib.h>

#include "control/ask_probe.h"
#include "proc/run.h"

#define THREADS     4 /* a look that hangs holds one of them */
#define ARENA_BYTES (4 << 20)

static enum rc
open_host(struct proc *proc, void **ret_state)
{
	int root = proc_fd(proc, "root");

	if (root < 0)
		return FAIL(RC_BUG, "no root folder was given");
	*ret_state = host_open(root, false);
	return RC_OK;
}

static enum rc
handle_look(void *state, struct str body, struct call *call)
{
	struct arena arena = ARENA(ARENA_BYTES);
	struct facts facts = { .arena = &arena };
	struct look_request q;
	enum rc rc = RC_OK;

	TRY(look_request_decode(body, &arena, &q));
	if (q.control->by != LOOK_BY_PROBE) {
		rc = FAIL(RC_DENIED, "%s is not for probe to look at", q.control->id);
		goto out;
	}
	TRY(q.control->look(state, &q.subject, &facts));
	TRY(look_answer_encode(&facts, call->answer));
out:
	arena_free(&arena);
	return rc == RC_BUG ? RC_IO : rc; /* a control that cannot go on is no reason to stop looking at the others */
}

static const struct handler handlers[] = { { MESSAGE_PROBE_LOOK, handle_look }, { 0, NULL } };

int
main(int argc, char **argv)
{
	static const struct proc_spec spec = { .id = PROC_PROBE, .needs = NEED_WHOLE_TREE, .threads = THREADS, .handlers = handlers, .open = open_host };

	return proc_run(&spec, argc, argv);
}
