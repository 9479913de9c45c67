// SPDX-License-Identifier: Apache-2.0
/*
 * standin - any process of the station, by the name it is started under: locks
 * itself in with the needs of that process and answers every request with its own bytes.
 *
 * The tests of warden use it beside or instead of the real ones. What it does
 * on its own is told by one file in its folder: "say MESSAGE" asks that message
 * of its peer every tick; "nonsense PROCESS" sends raw bytes to it once; "accuse" holding
 * the name of a process reports it as speaking nonsense, every tick.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/request.h"
#include "os/file.h"
#include "proc/orders.h"
#include "proc/run.h"

static struct proc *proc;
static enum proc_id id;

static enum rc
handle(void *state, struct str body, struct call *call)
{
	struct child_request q;
	enum rc rc = RC_OK;

	if (call->request->message == MESSAGE_CORE_CHILD_EVENT) {
		static const char *const events[] = { "", "started", "exited", "killed", "nonsense", "stands" };

		TRY(child_request_decode(body, &q));
		fprintf(stderr, "standin-core: event %s %s %d\n", proc_name(q.proc), events[q.event], q.detail);
		return RC_OK;
	}
	TRY(buf_add(call->answer, str_sub(body, 0, message_reply_max(call->request->message))));
out:
	return rc;
}

static enum rc
open_it(struct proc *p, void **ret_state)
{
	proc = p;
	*ret_state = p;
	return RC_OK;
}

/* Once the file "say" stands in its folder: its message every tick. */
static void
tick(void *state)
{
	struct buf b = BUF(64), reply = BUF(1 << 20);
	int folder = proc_fd(proc, "folder");

	if (folder < 0 || file_read(folder, "say", 60, &b) != RC_OK) {
		buf_free(&b);
		return;
	}
	for (int m = 1; m < MESSAGE_COUNT; m++)
		if (str_eq_c(str_trim(buf_str(&b)), message_name(m))) {
			enum rc rc = peer_call(proc_peer(proc, message_to(m)), m, STR("hello"), 2000, &reply);

			fprintf(stderr, "standin-%s: %s %s\n", proc_name(id), message_name(m), rc_name(rc));
		}
	buf_free(&b);
	buf_free(&reply);
}

/* While the file "accuse" stands there: the process it names is said to speak nonsense. */
static void
tick_accuse(int folder)
{
	struct buf b = BUF(64);

	if (folder >= 0 && file_read(folder, "accuse", 60, &b) == RC_OK)
		for (int p = 0; p < PROC_COUNT; p++)
			if (str_eq_c(str_trim(buf_str(&b)), proc_name(p)) && report_send(ORDERS_FD, REPORT_NONSENSE, p, 0) != RC_OK)
				abort();
	buf_free(&b);
	rc_trail_clear();
}

/* Once the file "nonsense" stands there: a packet of no known form on every descriptor that takes it. */
static void
tick_nonsense(void *state)
{
	int folder = proc_fd(proc, "folder");

	tick(state);
	tick_accuse(folder);
	if (folder < 0 || !file_exists(folder, "nonsense"))
		return;
	if (file_remove(folder, "nonsense") != RC_OK)
		abort();
	for (int fd = 4; fd < 64; fd++)
		(void)!send(fd, "nonsense", 8, MSG_NOSIGNAL | MSG_DONTWAIT); /* only lanes take it */
}

int
main(int argc, char **argv)
{
	static struct handler handlers[MESSAGE_COUNT + 1];
	struct proc_spec spec = { .threads = 2, .handlers = handlers, .open = open_it, .tick = tick_nonsense, .tick_ms = 200 };
	const char *name = strrchr(argv[0], '-');
	size_t n = 0;

	for (int p = 0; p < PROC_COUNT; p++)
		if (name && strcmp(name + 1, proc_name(p)) == 0)
			id = p;
	for (int m = 1; m < MESSAGE_COUNT; m++)
		if (message_to(m) == id)
			handlers[n++] = (struct handler){ m, handle };
	spec.id = id;
	spec.needs = id == PROC_PROBE || id == PROC_READER ? NEED_WHOLE_TREE : id == PROC_WEB ? NEED_LISTENERS | NEED_FILES_READ | NEED_FILES_WRITE : NEED_FILES_READ | NEED_FILES_WRITE;
	return proc_run(&spec, argc, argv);
}
