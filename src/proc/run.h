// SPDX-License-Identifier: Apache-2.0
/*
 * run - the one skeleton of every process but warden.
 *
 * open → namespaces → mounts, chroot → ids and capabilities → no_new_privs →
 * Landlock → seccomp → start → READY → first byte of input. `open` gets
 * descriptors and reads nothing; `start` may parse and ask peers below.
 */
#ifndef PROC_RUN_H
#define PROC_RUN_H

#include "ipc/channel.h"
#include "os/sandbox.h"

struct proc; /* the running process: its peers, its settings */

struct call {                          /* a request being answered */
	const struct request *request; /* its body is freed when the handler returns; a deferred handler copies the struct */
	struct buf           *answer;  /* body of the answer        */
	int                   fd;      /* goes with the answer; -1  */
	bool                  deferred;/* set by the handler: proc_answer() will follow */
};
struct handler { enum message message; enum rc (*handle)(void *state, struct str body, struct call *); };

struct proc_spec {
	enum proc_id          id;
	unsigned              needs;          /* enum need (os/sandbox.h)                          */
	uint64_t              caps;           /* readers started as root: 1 << CAP_… kept           */
	const char           *connects[4];    /* settings with the only ports it may connect to, or NULL */
	uint64_t              memory_bytes;   /* of address space; 0: no limit of its own          */
	unsigned              cpu_s;          /* of the processor in its whole life; 0: no limit   */
	int                   threads;        /* request workers; 1: one after the other           */
	const struct handler *handlers;       /* ends with { 0, NULL }                             */
	enum rc (*open)(struct proc *, void **ret_state);
	enum rc (*start)(void *state);
	void    (*batch_end)(void *state);    /* threads 1 only. No more requests ready: group commit; or NULL */
	void    (*tick)(void *state);         /* every tick_ms, on the main thread (with threads 1: where handlers run); or NULL */
	int                   tick_ms;
	void    (*stop)(void *state);         /* SIGTERM or warden gone: finish and return; or NULL */
};

int              proc_run(const struct proc_spec *, int argc, char **argv);
struct peer     *proc_peer(struct proc *, enum proc_id);         /* NULL: no route to it            */
/* Settings warden read from tsujiban.yaml, as text; "" when absent. Names in docs of config. */
const char      *proc_setting(struct proc *, const char *name);
/* Descriptors by name: "folder" (its own), "catalogue", "listen", "listen2"…, "local", "root"; -1. They keep their number when the process locks itself in. */
int              proc_fd(struct proc *, const char *name);
void             proc_answer(const struct request *, enum rc, struct str body); /* for deferred requests, from any thread; takes no ownership. RC_BUG aborts */
void             proc_log(enum rc, const char *what);             /* prints the trail once to stderr, clears it; no personal data */

#endif
