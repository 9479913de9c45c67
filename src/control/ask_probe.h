// SPDX-License-Identifier: Apache-2.0
/*
 * ask_probe - look at a subject through another process.
 *
 * Request: control id, u8 subject kind, subject id, what was given as facts. Answer: facts (fact.h).
 * `facts->arena` is the caller's. Any failure means "could not look".
 */
#ifndef CONTROL_ASK_PROBE_H
#define CONTROL_ASK_PROBE_H

#include "control/control.h"
#include "ipc/channel.h"

MUST_USE enum rc ask_probe_look(struct peer *probe, const struct control *, const struct subject *, int timeout_ms, struct facts *);
/* The same over the lane of a one-shot reader; takes the descriptor. */
MUST_USE enum rc ask_reader_look(int lane_fd, const struct control *, const struct subject *, int timeout_ms, struct facts *);

struct look_request { const struct control *control; struct subject subject; };
MUST_USE enum rc look_request_encode(const struct control *, const struct subject *, struct buf *);
/* Too large for the channel: an empty list that says it overflowed. */
MUST_USE enum rc look_answer_encode(const struct facts *, struct buf *answer);
MUST_USE enum rc look_request_decode(struct str, struct arena *, struct look_request *ret);

#endif
