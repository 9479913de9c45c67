// SPDX-License-Identifier: Apache-2.0
#include "apply/ask_apply.h"

#include <stdlib.h>

#include "ipc/codec.h"

#define START_TIMEOUT_MS 5000

static const struct { uint16_t number; int timeout_ms; } rows[] = {
	[APPLY_NONE] = { 0, 0 },
#define CHANGE(number, NAME, program, UNDO, timeout_ms) [APPLY_##NAME] = { number, timeout_ms },
#include "apply/changes.def"
};

enum rc
applied_encode(const struct applied *a, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(put_u32(b, a->processes));
	TRY(put_u8(b, a->hidden));
out:
	return rc;
}

enum rc
applied_decode(struct str bytes, struct applied *ret)
{
	struct reader r = reader_of(bytes);
	uint8_t hidden;

	ret->processes = get_u32(&r);
	hidden = get_u8(&r);
	ret->hidden = hidden;
	return get_end(&r) == RC_OK && hidden <= 1 ? RC_OK : FAIL(RC_PEER, "what was applied, in no known form");
}

enum rc
ask_apply_os_account(struct peer *warden, enum proc_id self, enum apply_change change, struct str account, struct applied *ret)
{
	struct buf row = BUF(8), none = BUF(64), answer = BUF(64), body = BUF(128);
	struct peer *apply = NULL;
	int lane = -1;
	enum rc rc = RC_OK;

	TRY(put_u16(&row, rows[change].number));
	TRY(put_str(&body, account));
	TRY(peer_call_fd(warden, MESSAGE_WARDEN_APPLY, buf_str(&row), START_TIMEOUT_MS, &none, &lane));
	if (lane < 0)
		TRY(FAIL(RC_PEER, "warden answered without an apply"));
	apply = peer_new(self, PROC_APPLY);
	if (!apply)
		abort();
	peer_lanes_set(apply, &lane, 1);
	TRY(peer_call(apply, MESSAGE_APPLY_CHANGE, buf_str(&body), rows[change].timeout_ms, &answer));
	TRY(applied_decode(buf_str(&answer), ret));
out:
	peer_free(apply);
	buf_free(&row);
	buf_free(&none);
	buf_free(&answer);
	buf_free(&body);
	return rc;
}
