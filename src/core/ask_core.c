// SPDX-License-Identifier: Apache-2.0
/* The caller's side of core: each remote question looks like an ordinary function. */
#include "core/ask_core.h"

#include "core/request.h"
#include "ipc/codec.h"

#define ACT_TIMEOUT_MS   30000
#define EVENT_TIMEOUT_MS 5000

enum rc
ask_core_act(struct peer *core, enum act act, const struct caller *caller, struct str arguments, struct buf *ret)
{
	struct buf b = BUF(message_request_max(MESSAGE_CORE_ACT));
	enum rc rc = RC_OK;

	TRY(act_request_encode(&(struct act_request){ act, *caller, arguments }, &b));
	TRY(peer_call(core, MESSAGE_CORE_ACT, buf_str(&b), ACT_TIMEOUT_MS, ret));
out:
	buf_free(&b);
	return rc;
}

enum rc
ask_core_door(struct peer *core, struct str address, enum door door)
{
	struct buf b = BUF(message_request_max(MESSAGE_CORE_DOOR)), none = BUF(16);
	enum rc rc = RC_OK;

	TRY(door_request_encode(address, door, &b));
	TRY(peer_call(core, MESSAGE_CORE_DOOR, buf_str(&b), EVENT_TIMEOUT_MS, &none));
out:
	buf_free(&b);
	buf_free(&none);
	return rc;
}

enum rc
ask_core_child_event(struct peer *core, enum proc_id proc, enum child_event event, int detail, int64_t at_us)
{
	struct buf b = BUF(message_request_max(MESSAGE_CORE_CHILD_EVENT)), none = BUF(16);
	enum rc rc = RC_OK;

	TRY(child_request_encode(&(struct child_request){ proc, event, detail, at_us }, &b));
	TRY(peer_call(core, MESSAGE_CORE_CHILD_EVENT, buf_str(&b), EVENT_TIMEOUT_MS, &none));
out:
	buf_free(&b);
	buf_free(&none);
	return rc;
}
