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

/* By which of web's listeners a request came. */
enum door { DOOR_CONSOLE = 0, DOOR_ADMIN /* of administration */, DOOR_LOCAL /* the station's own socket: the machine itself */, DOOR_COUNT };
/* Who asks and from where: the session's token, the address of the peer (or what a declared proxy says it is), since when the connection stands. */
struct caller { struct str token, address; enum door door; int64_t connected_at_us; };

MUST_USE enum rc ask_core_act(struct peer *, enum act, const struct caller *, struct str arguments_json, struct buf *ret_json);
/* May anybody at this address use the listener of administration? RC_DENIED: it is not declared; core counts that in the ledger. */
MUST_USE enum rc ask_core_door(struct peer *, struct str address, enum door); /* RC_DENIED: nobody at this address; "hold:address" when it is stopped for now */

/* warden tells core what became of a process; core writes the leaf. */
/* CHILD_STANDS: it was up already when core itself came back; only remembered, no leaf. `detail`: enum separated for STARTED and STANDS, status or signal else. */
/* detail: how it is separated; status; signal; of nonsense who reported it (itself: it reported others too often) */
enum child_event { CHILD_STARTED = 1, CHILD_EXITED, CHILD_KILLED, CHILD_NONSENSE, CHILD_STANDS };
MUST_USE enum rc ask_core_child_event(struct peer *, enum proc_id, enum child_event, int detail, int64_t at_us);

#endif
