// SPDX-License-Identifier: Apache-2.0
/* request - the bytes of what core is asked; both ends share these. Strings borrow from the message. */
#ifndef CORE_REQUEST_H
#define CORE_REQUEST_H

#include "core/ask_core.h"

struct act_request   { enum act act; struct caller caller; struct str arguments; };
struct child_request { enum proc_id proc; enum child_event event; int detail; int64_t at_us; };

MUST_USE enum rc act_request_encode(const struct act_request *, struct buf *);
MUST_USE enum rc act_request_decode(struct str, struct act_request *ret);
MUST_USE enum rc door_request_encode(struct str address, enum door, struct buf *);
MUST_USE enum rc door_request_decode(struct str, struct str *ret_address, enum door *ret_door);
MUST_USE enum rc child_request_encode(const struct child_request *, struct buf *);
MUST_USE enum rc child_request_decode(struct str, struct child_request *ret);

#endif
