// SPDX-License-Identifier: Apache-2.0
/*
 * channel - messages between two processes over SOCK_SEQPACKET.
 *
 * A peer is one other process as a caller sees it: a few lanes (socket pairs),
 * each carrying one request at a time, so a thread that calls takes a lane,
 * sends, waits for the answer and puts it back. Bodies over 48 KiB travel in a
 * sealed memory file. warden hands over fresh lanes when a process restarts.
 *
 * Wire: u8 version 1 · u8 kind (1 request, 2 answer; +16: body is in the
 * descriptor; +32: a descriptor goes with an answer; never both) · u16 message
 * · u32 tag · body. An answer's body starts with u8 rc; when it is not RC_OK
 * the rest is the sentence of the trail. A message has exactly one spelling:
 * a descriptor nobody announced, or a small body in a memory file, is nonsense.
 */
#ifndef IPC_CHANNEL_H
#define IPC_CHANNEL_H

#include "base/str.h"

enum proc_id {
#define PROCESS(NAME, name) PROC_##NAME,
#include "ipc/routes.def"
	PROC_COUNT
};

enum message {
	MESSAGE_NONE = 0, /* so that a zeroed message is refused */
#define MESSAGE(NAME, TO, request_max, reply_max, sentence) MESSAGE_##NAME,
#include "ipc/routes.def"
	MESSAGE_COUNT
};

const char *proc_name(enum proc_id);                 /* "web"; NULL when out of range                     */
const char *message_name(enum message);              /* "CORE_ACT"; NULL when out of range                */
const char *message_sentence(enum message);
enum proc_id message_to(enum message);
size_t      message_request_max(enum message);
size_t      message_reply_max(enum message);
bool        route_allowed(enum message, enum proc_id from, enum proc_id to); /* the row exists           */
bool        route_once(enum message, enum proc_id from);

#define CHANNEL_LANES_MAX 64

struct peer; /* a process we may call; shared by all threads */

struct peer     *peer_new(enum proc_id self, enum proc_id to);
void             peer_free(struct peer *);           /* accepts NULL                                      */
void             peer_lanes_set(struct peer *, const int *fds, size_t n); /* takes the descriptors; closes the old ones */
unsigned         peer_generation(struct peer *);     /* how often lanes came: another number, another process at their end */
void             peer_on_nonsense(struct peer *, void (*report)(enum proc_id who)); /* before the first call; the trail says what it did */
/*
 * Ask and wait. RC_PEER: gone, or it broke protocol; RC_TIMEOUT; RC_BUG: no
 * such route. A request that was never delivered waits for fresh lanes until
 * its deadline; one that was delivered is never sent twice. Any other class is the callee's own answer, with its sentence
 * in the trail. `ret_fd`: a descriptor that came with the answer, or NULL.
 */
MUST_USE enum rc peer_call(struct peer *, enum message, struct str request, int timeout_ms, struct buf *reply);
MUST_USE enum rc peer_call_fd(struct peer *, enum message, struct str request, int timeout_ms, struct buf *reply, int *ret_fd);

/* The receiving side, for the process loop (src/proc/run.c) and tests. */
struct request {
	enum message message;
	enum proc_id from;
	uint32_t     tag;
	int          lane_fd;
	struct buf   body;                           /* owned: buf_free */
};
MUST_USE enum rc channel_recv(int lane_fd, enum proc_id from, enum proc_id self, struct request *ret); /* RC_NOTFOUND: closed; RC_TIMEOUT: nothing there; RC_PEER: nonsense */
/* When `answer` is not RC_OK the caller's trail goes instead of an empty body. `fd` -1: none; it stays the caller's. RC_PEER: gone. */
MUST_USE enum rc channel_answer(const struct request *, enum rc answer, struct str body, int fd);
MUST_USE enum rc channel_pair(int ret[2]);           /* SOCK_SEQPACKET | CLOEXEC | NONBLOCK               */

#endif
