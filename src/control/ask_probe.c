// SPDX-License-Identifier: Apache-2.0
/* The asking side of PROBE_LOOK and READER_LOOK. */
#include "control/ask_probe.h"

#include "base/utf8.h"
#include "ipc/codec.h"

#define ID_MAX    64

enum rc
look_request_encode(const struct control *c, const struct subject *s, struct buf *b)
{
	static const struct facts nothing = { 0 };
	struct buf given = BUF(FACTS_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(put_str(b, str_of(c->id)));
	TRY(put_u8(b, (uint8_t)s->kind));
	TRY(put_str(b, str_of(s->id)));
	TRY(facts_encode(s->given ? s->given : &nothing, &given));
	TRY(put_str(b, buf_str(&given)));
out:
	buf_free(&given);
	return rc;
}

enum rc
look_request_decode(struct str bytes, struct arena *arena, struct look_request *ret)
{
	struct reader r = reader_of(bytes);
	struct str id = get_str(&r, ID_MAX), subject;
	struct look_request q = { .subject.kind = get_u8(&r) };
	struct facts *given = arena_get(arena, sizeof(*given));
	struct str given_bytes;
	struct text text;
	enum rc rc = RC_OK;

	subject = get_str(&r, ID_MAX);
	given_bytes = get_str(&r, FACTS_BYTES_MAX);
	TRY(get_end(&r));
	TRY(utf8_check(subject, &text));
	if (q.subject.kind < SUBJECT_HOST || q.subject.kind >= SUBJECT_END)
		return FAIL(RC_SYNTAX, "unknown kind of subject");
	q.control = control_of(id);
	if (q.control == NULL)
		return FAIL(RC_NOTFOUND, "no such control");
	q.subject.id = arena_cstr(arena, subject);
	if (q.subject.id == NULL || given == NULL)
		return FAIL(RC_LIMIT, "no room for the subject");
	*given = (struct facts){ .arena = arena };
	TRY(facts_decode(given_bytes, given));
	q.subject.given = given;
	*ret = q;
out:
	return rc;
}

enum rc
look_answer_encode(const struct facts *facts, struct buf *answer)
{
	static const struct facts too_many = { .overflow = true };
	enum rc rc = facts_encode(facts, answer);

	if (rc == RC_LIMIT) {
		buf_reset(answer);
		rc = facts_encode(&too_many, answer);
	}
	return rc;
}

static enum rc
ask(struct peer *peer, enum message message, const struct control *c, const struct subject *s, int timeout_ms, struct facts *facts)
{
	struct buf request = BUF(FACTS_BYTES_MAX), answer = BUF(FACTS_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(look_request_encode(c, s, &request));
	TRY(peer_call(peer, message, buf_str(&request), timeout_ms, &answer));
	rc = facts_decode(buf_str(&answer), facts);
	if (rc == RC_SYNTAX)
		rc = rc_context(RC_PEER, "facts of %s", c->id);
out:
	buf_free(&request);
	buf_free(&answer);
	return rc;
}

enum rc
ask_probe_look(struct peer *probe, const struct control *c, const struct subject *s, int timeout_ms, struct facts *facts)
{
	return ask(probe, MESSAGE_PROBE_LOOK, c, s, timeout_ms, facts);
}

enum rc
ask_reader_look(int lane_fd, const struct control *c, const struct subject *s, int timeout_ms, struct facts *facts)
{
	struct peer *reader = peer_new(PROC_CORE, PROC_READER);
	enum rc rc;

	peer_lanes_set(reader, &lane_fd, 1);
	rc = ask(reader, MESSAGE_READER_LOOK, c, s, timeout_ms, facts);
	peer_free(reader);
	return rc;
}
