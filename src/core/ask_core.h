// SPDX-License-Identifier: Apache-2.0
/*
 * ask_core - the only yes or no: one act of src/act/acts.def at a time.
 *
 * Arguments and answer are JSON objects; docs/format-acts.md names their
 * members. Answers of views are the whole data of a screen. RC_DENIED: not
 * permitted or no such session; RC_SYNTAX: an argument; RC_NOTFOUND: no such object.
 */
#ifndef CORE_ASK_CORE_H
#define CORE_ASK_CORE_H

#include "act/act.h"
#include "ipc/channel.h"

/* The address of whoever asks over the station's own socket: this and his user id, as the kernel told web. */
#define LOCAL_UID "local uid "

MUST_USE enum rc ask_core_act(struct peer *, enum act, struct str session_token, struct str address, struct str arguments_json, struct buf *ret_json);

/* warden tells core what became of a process; core writes the leaf. */
/* CHILD_STANDS: it was up already when core itself came back; only remembered, no leaf. `detail`: enum separated for STARTED and STANDS, status or signal else. */
/* detail: how it is separated; status; signal; of nonsense who reported it (itself: it reported others too often) */
enum child_event { CHILD_STARTED = 1, CHILD_EXITED, CHILD_KILLED, CHILD_NONSENSE, CHILD_STANDS };
MUST_USE enum rc ask_core_child_event(struct peer *, enum proc_id, enum child_event, int detail, int64_t at_us);

#endif
