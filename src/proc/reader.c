// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          tsujiban-reader - one question that needs more than probe may do
 * DOES          one look of one control, by the rights of its row of readers.def, then ends
 * TRUSTS        nobody: the program it runs and the daemon it asks may lie or hang
 * HOLDS         nothing
 * MAY           what its row says: start one fixed program, ask one Unix socket, connect to declared peers, look into /proc of others
 * NEVER         takes an argument from outside but by a placeholder of its row; parses a program's output, or hears a peer, before it has given up opening files (and connecting, where one peer is asked)
 * IF IT FALLS   one view of this machine is false for one round, with the rights of that row, and no channel but its answer
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "control/ask_probe.h"
#include "proc/run.h"

#define ARENA_BYTES (8 << 20)

struct row { uint16_t number; unsigned needs; uint64_t caps; };

#define READER_CAP(name) CAP_BIT_##name
static const struct row rows[] = {
#define READER(number, NAME, name, UID, CAPS, NEEDS, timeout_ms, bytes_max) { number, NEEDS, CAPS },
#include "control/readers.def"
};
static const struct row *row; /* set once, in main */

/* It is about to hear its first peer: from here on no file opens and no program starts. */
static enum rc
tighten_to_network(void *context)
{
	(void)context;
	return syscalls_tighten(row->needs & (NEED_NETWORK | NEED_NETLINK));
}

/* The last answer is in, or the last peer connected: from here on there is nothing left to open, start or connect. */
static enum rc
tighten(void *context)
{
	(void)context;
	return syscalls_tighten(0);
}

static enum rc
open_host(struct proc *proc, void **ret_state)
{
	int root = proc_fd(proc, "root");
	struct host *h;

	if (root < 0)
		return FAIL(RC_BUG, "no root folder was given");
	h = host_open(root, row->needs & NEED_NETLINK);
	if (row->needs & (NEED_EXEC | NEED_NETWORK))
		host_on_last_answer(h, tighten, NULL);
	if (row->needs & NEED_NETWORK)
		host_on_first_peer(h, tighten_to_network, NULL);
	*ret_state = h;
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
	if (q.control->reader != row->number) {
		rc = FAIL(RC_DENIED, "%s is not for a reader of row %u", q.control->id, row->number);
		goto out;
	}
	if (q.control->by == LOOK_BY_READER)
		TRY(q.control->look(state, &q.subject, &facts));
	else
		TRY(q.control->look_inside(state, &q.subject, &facts));
	TRY(look_answer_encode(&facts, call->answer));
out:
	arena_free(&arena);
	return rc == RC_BUG ? RC_IO : rc;
}

static const struct handler handlers[] = { { MESSAGE_READER_LOOK, handle_look }, { 0, NULL } };

int
main(int argc, char **argv)
{
	struct proc_spec spec = { .id = PROC_READER, .threads = 1, .handlers = handlers, .open = open_host };
	int64_t number = 0;

	if (argc == 2 && num_parse(str_of(argv[1]), 1, UINT16_MAX, &number) == RC_OK)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].number == number)
				row = &rows[i];
	if (row == NULL) {
		fprintf(stderr, "tsujiban-reader: this program is started by tsujiban-warden / このプログラムは tsujiban-warden が起動します\n");
		return 2;
	}
	spec.needs = row->needs;
	spec.caps = row->caps;
	return proc_run(&spec, argc, argv);
}
