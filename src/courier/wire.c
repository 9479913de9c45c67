// SPDX-License-Identifier: Apache-2.0
/* Bytes between core and courier, and core's side of asking. */
#include "courier/ask_courier.h"

#include <string.h>

#include "base/mail_address.h"
#include "base/utf8.h"
#include "ipc/codec.h"

#define ASK_MS 5000

enum rc
courier_put_encode(const struct courier_put *p, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(put_u64(ret, p->told));
	TRY(put_u16(ret, (uint16_t)p->n));
	for (size_t i = 0; i < p->n; i++) {
		TRY(put_u64(ret, p->list[i].index));
		TRY(put_str(ret, p->list[i].text));
	}
out:
	return rc;
}

enum rc
courier_put_decode(struct str s, struct courier_put *ret)
{
	struct reader r = reader_of(s);
	struct text text;

	memset(ret, 0, sizeof(*ret));
	ret->told = get_u64(&r);
	ret->n = get_u16(&r);
	if (r.bad || ret->n > COURIER_BATCH_MAX)
		return FAIL(RC_SYNTAX, "courier: not a batch of entries");
	for (size_t i = 0; i < ret->n; i++) {
		ret->list[i].index = get_u64(&r);
		ret->list[i].text = get_str(&r, COURIER_BYTES_MAX);
		if (r.bad || ret->list[i].text.n == 0 || ret->list[i].index > INT64_MAX || (i && ret->list[i].index <= ret->list[i - 1].index) || utf8_check(ret->list[i].text, &text) != RC_OK)
			return FAIL(RC_SYNTAX, "courier: entries are one line of text each, in order");
	}
	return get_end(&r);
}

enum rc
courier_state_encode(const struct courier_state *c, struct buf *ret)
{
	const uint64_t numbers[] = { c->last, c->waiting, c->sent, c->missed, c->told, c->missed_from, c->missed_to };
	enum rc rc = RC_OK;

	TRY(put_u8(ret, (uint8_t)c->sending));
	TRY(put_u8(ret, c->begun));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		TRY(put_u64(ret, numbers[i]));
	TRY(put_i64(ret, c->since_us));
	TRY(put_i64(ret, c->sent_at_us));
	TRY(put_str(ret, str_of(c->trouble)));
out:
	return rc;
}

enum rc
courier_state_decode(struct str s, struct courier_state *ret)
{
	struct reader r = reader_of(s);
	uint64_t *const numbers[] = { &ret->last, &ret->waiting, &ret->sent, &ret->missed, &ret->told, &ret->missed_from, &ret->missed_to };
	uint8_t sending, begun;
	struct str trouble;
	struct text text;

	memset(ret, 0, sizeof(*ret));
	sending = get_u8(&r);
	begun = get_u8(&r);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		*numbers[i] = get_u64(&r);
	ret->since_us = get_i64(&r);
	ret->sent_at_us = get_i64(&r);
	trouble = get_str(&r, sizeof(ret->trouble) - 1);
	if (r.bad || sending >= SENDING_COUNT || begun > 1 || utf8_check(trouble, &text) != RC_OK)
		return FAIL(RC_SYNTAX, "courier: not how sending stands");
	ret->sending = (enum sending)sending;
	ret->begun = begun;
	memcpy(ret->trouble, trouble.n ? trouble.p : "", trouble.n);
	return get_end(&r);
}

enum rc
ask_courier_put(struct peer *courier, const struct courier_put *p, struct courier_state *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_COURIER_PUT)), reply = BUF(message_reply_max(MESSAGE_COURIER_PUT));
	enum rc rc = RC_OK;

	TRY(courier_put_encode(p, &request));
	TRY(peer_call(courier, MESSAGE_COURIER_PUT, buf_str(&request), ASK_MS, &reply));
	TRY(courier_state_decode(buf_str(&reply), ret));
out:
	buf_free(&request);
	buf_free(&reply);
	return rc;
}

enum rc
witness_asked_encode(const struct witness_asked *a, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(put_u8(ret, (uint8_t)a->what));
	TRY(put_str(ret, a->origin));
	TRY(put_str(ret, a->text));
out:
	return rc;
}

enum rc
witness_asked_decode(struct str s, struct witness_asked *ret)
{
	struct reader r = reader_of(s);
	struct text text;
	uint8_t what = get_u8(&r);

	*ret = (struct witness_asked){ .what = (enum witness_ask)what };
	ret->origin = get_str(&r, 256);
	ret->text = get_str(&r, WITNESS_TEXT_MAX);
	if (r.bad || what >= WITNESS_ASKS || utf8_check(ret->origin, &text) != RC_OK)
		return FAIL(RC_SYNTAX, "courier: not a question about the witness");
	return get_end(&r);
}

enum rc
witness_state_encode(const struct witness_state *w, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(put_u8(ret, (uint8_t)w->standing));
	TRY(put_u8(ret, w->sends));
	TRY(put_u8(ret, w->from_root_known));
	TRY(put_u64(ret, w->from));
	TRY(buf_add(ret, (struct str){ (const char *)w->from_root.b, sizeof(w->from_root.b) }));
	TRY(put_u64(ret, w->size));
	TRY(put_i64(ret, w->cosigned_at_us));
	TRY(put_u64(ret, w->theirs));
	TRY(put_i64(ret, w->since_us));
	TRY(put_str(ret, str_of(w->trouble)));
	TRY(put_str(ret, w->note));
out:
	return rc;
}

enum rc
witness_state_decode(struct str s, struct witness_state *ret)
{
	struct reader r = reader_of(s);
	struct str root, trouble;
	struct text text;
	uint8_t standing = get_u8(&r), sends = get_u8(&r), known = get_u8(&r);

	*ret = (struct witness_state){ .standing = (enum standing)standing, .sends = sends, .from_root_known = known };
	ret->from = get_u64(&r);
	root = get_bytes(&r, sizeof(ret->from_root.b));
	ret->size = get_u64(&r);
	ret->cosigned_at_us = get_i64(&r);
	ret->theirs = get_u64(&r);
	ret->since_us = get_i64(&r);
	trouble = get_str(&r, sizeof(ret->trouble) - 1);
	ret->note = get_str(&r, 4000);
	if (r.bad || standing >= STANDING_COUNT || sends > 1 || known > 1 || utf8_check(trouble, &text) != RC_OK)
		return FAIL(RC_SYNTAX, "courier: not how the witness stands");
	memcpy(ret->from_root.b, root.p, sizeof(ret->from_root.b));
	memcpy(ret->trouble, trouble.n ? trouble.p : "", trouble.n);
	return get_end(&r);
}

enum rc
ask_courier_witness(struct peer *courier, const struct witness_asked *a, struct buf *note, struct witness_state *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_COURIER_WITNESS)), reply = BUF(message_reply_max(MESSAGE_COURIER_WITNESS));
	enum rc rc = RC_OK;

	TRY(witness_asked_encode(a, &request));
	TRY(peer_call(courier, MESSAGE_COURIER_WITNESS, buf_str(&request), ASK_MS, &reply));
	TRY(witness_state_decode(buf_str(&reply), ret));
	buf_reset(note);
	TRY(buf_add(note, ret->note));
	ret->note = buf_str(note);
out:
	buf_free(&request);
	buf_free(&reply);
	return rc;
}

enum rc
mail_put_encode(const struct mail_put *p, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(put_u16(ret, (uint16_t)p->n));
	for (size_t i = 0; i < p->n; i++) {
		TRY(put_u64(ret, p->list[i].id));
		TRY(put_str(ret, p->list[i].to));
		TRY(put_str(ret, p->list[i].subject));
		TRY(put_str(ret, p->list[i].body));
	}
out:
	return rc;
}

/* Nothing gets in that could be two lines of a header. */
enum rc
mail_put_decode(struct str s, struct mail_put *ret)
{
	struct reader r = reader_of(s);
	struct text text;

	memset(ret, 0, sizeof(*ret));
	ret->n = get_u16(&r);
	if (r.bad || ret->n > MAIL_BATCH_MAX)
		return FAIL(RC_SYNTAX, "courier: not a batch of mails");
	for (size_t i = 0; i < ret->n; i++) {
		struct mail *m = &ret->list[i];

		m->id = get_u64(&r);
		m->to = get_str(&r, MAIL_ADDRESS_MAX);
		m->subject = get_str(&r, MAIL_SUBJECT_MAX);
		m->body = get_str(&r, MAIL_BODY_MAX);
		if (r.bad || m->id > INT64_MAX || !(mail_address_ok(m->to) || str_eq(m->to, STR(MAIL_HOOK))) || m->subject.n == 0 || utf8_check(m->subject, &text) != RC_OK || utf8_check_lines(m->body, &text) != RC_OK)
			return FAIL(RC_SYNTAX, "courier: not a mail");
	}
	return get_end(&r);
}

enum rc
mail_state_encode(const struct mail_state *m, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(put_u8(ret, (uint8_t)m->sending));
	TRY(put_u64(ret, m->waiting));
	TRY(put_i64(ret, m->since_us));
	TRY(put_str(ret, str_of(m->trouble)));
	TRY(put_u8(ret, (uint8_t)m->hook.sending));
	TRY(put_i64(ret, m->hook.since_us));
	TRY(put_str(ret, str_of(m->hook.trouble)));
	TRY(put_u16(ret, (uint16_t)m->n));
	for (size_t i = 0; i < m->n; i++) {
		const struct mail_row *row = &m->list[i];

		TRY(put_u64(ret, row->id));
		TRY(put_str(ret, row->to));
		TRY(put_str(ret, row->subject));
		TRY(put_u8(ret, (uint8_t)row->fate));
		TRY(put_i64(ret, row->tries));
		TRY(put_i64(ret, row->at_us));
		TRY(put_str(ret, row->trouble));
	}
out:
	return rc;
}

enum rc
mail_state_decode(struct str s, struct mail_state *ret)
{
	struct reader r = reader_of(s);
	struct str trouble, hook_trouble;
	struct text text;
	uint8_t sending = get_u8(&r), hook;

	memset(ret, 0, sizeof(*ret));
	ret->sending = (enum sending)sending;
	ret->waiting = get_u64(&r);
	ret->since_us = get_i64(&r);
	trouble = get_str(&r, sizeof(ret->trouble) - 1);
	hook = get_u8(&r);
	ret->hook.sending = (enum sending)hook;
	ret->hook.since_us = get_i64(&r);
	hook_trouble = get_str(&r, sizeof(ret->hook.trouble) - 1);
	ret->n = get_u16(&r);
	if (r.bad || sending >= SENDING_COUNT || hook >= SENDING_COUNT || ret->n > MAIL_ROWS_MAX)
		return FAIL(RC_SYNTAX, "courier: not how mail stands");
	memcpy(ret->trouble, trouble.n ? trouble.p : "", trouble.n);
	memcpy(ret->hook.trouble, hook_trouble.n ? hook_trouble.p : "", hook_trouble.n);
	for (size_t i = 0; i < ret->n; i++) {
		struct mail_row *row = &ret->list[i];
		uint8_t fate;

		row->id = get_u64(&r);
		row->to = get_str(&r, MAIL_ADDRESS_MAX);
		row->subject = get_str(&r, MAIL_SUBJECT_MAX);
		fate = get_u8(&r);
		row->tries = get_i64(&r);
		row->at_us = get_i64(&r);
		row->trouble = get_str(&r, 256);
		if (r.bad || fate >= MAIL_FATES || utf8_check(row->to, &text) != RC_OK || utf8_check(row->subject, &text) != RC_OK)
			return FAIL(RC_SYNTAX, "courier: not what became of a mail");
		row->fate = (enum mail_fate)fate;
	}
	return get_end(&r);
}

enum rc
ask_courier_mail(struct peer *courier, const struct mail_put *p, struct buf *reply, struct mail_state *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_COURIER_MAIL));
	enum rc rc = RC_OK;

	TRY(mail_put_encode(p, &request));
	buf_reset(reply);
	TRY(peer_call(courier, MESSAGE_COURIER_MAIL, buf_str(&request), ASK_MS, reply));
	TRY(mail_state_decode(buf_str(reply), ret));
out:
	buf_free(&request);
	return rc;
}
