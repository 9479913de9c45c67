// SPDX-License-Identifier: Apache-2.0
/* One spelling each; ceilings where the bytes enter. */
#include "core/request.h"

#include "auth/ask_auth.h"

#include "ipc/codec.h"

#define ADDRESS_BYTES_MAX   64
#define ARGUMENTS_BYTES_MAX 253952 /* a table of 120 KB, its line ends and quotes doubled */

enum rc
act_request_encode(const struct act_request *q, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(put_u16(b, (uint16_t)q->act));
	TRY(put_str(b, q->caller.token));
	TRY(put_str(b, q->caller.address));
	TRY(put_u8(b, (uint8_t)q->caller.door));
	TRY(put_i64(b, q->caller.connected_at_us));
	TRY(put_str(b, q->arguments));
out:
	return rc;
}

enum rc
act_request_decode(struct str s, struct act_request *ret)
{
	struct reader r = reader_of(s);
	struct act_request q;
	enum rc rc = RC_OK;

	q.act = (enum act)get_u16(&r);
	q.caller.token = get_str(&r, TOKEN_CHARS);
	q.caller.address = get_str(&r, ADDRESS_BYTES_MAX);
	q.caller.door = (enum door)get_u8(&r);
	q.caller.connected_at_us = get_i64(&r);
	q.arguments = get_str(&r, ARGUMENTS_BYTES_MAX);
	TRY(get_end(&r));
	if (act_row(q.act) == NULL || q.caller.door >= DOOR_COUNT)
		return FAIL(RC_SYNTAX, "no such act or door");
	*ret = q;
out:
	return rc;
}

enum rc
door_request_encode(struct str address, enum door door, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(put_str(b, address));
	TRY(put_u8(b, (uint8_t)door));
out:
	return rc;
}

enum rc
door_request_decode(struct str s, struct str *ret, enum door *ret_door)
{
	struct reader r = reader_of(s);
	struct str address = get_str(&r, ADDRESS_BYTES_MAX);
	enum door door = (enum door)get_u8(&r);
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	if (door >= DOOR_COUNT)
		return FAIL(RC_SYNTAX, "no such door");
	*ret = address;
	*ret_door = door;
out:
	return rc;
}

enum rc
child_request_encode(const struct child_request *q, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(put_u8(b, (uint8_t)q->proc));
	TRY(put_u8(b, (uint8_t)q->event));
	TRY(put_u32(b, (uint32_t)q->detail));
	TRY(put_i64(b, q->at_us));
out:
	return rc;
}

enum rc
child_request_decode(struct str s, struct child_request *ret)
{
	struct reader r = reader_of(s);
	uint8_t proc = get_u8(&r), event = get_u8(&r);
	struct child_request q = { (enum proc_id)proc, (enum child_event)event, (int)get_u32(&r), 0 };
	enum rc rc = RC_OK;

	q.at_us = get_i64(&r);
	TRY(get_end(&r));
	if (proc >= PROC_COUNT || event < CHILD_STARTED || event > CHILD_STANDS)
		return FAIL(RC_SYNTAX, "no such process or event");
	*ret = q;
out:
	return rc;
}
