// SPDX-License-Identifier: Apache-2.0
/* The callers' side of auth: put the question, wait, get the answer; wipe what carried a secret. */
#include "auth/auth_wire.h"

#include <string.h>

#define ASK_MS      5000
#define HASHING_MS 20000 /* a sign-in may wait for others being hashed */

/* A request that may hold a secret is wiped before its memory goes back. */
static void
wipe_free(struct buf *b)
{
	if (b->p)
		wipe(b->p, b->cap);
	buf_free(b);
}

enum rc
ask_auth_sign_in(struct peer *auth, const struct sign_in *s, struct sign_in_answer *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_SIGN_IN));
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_SIGN_IN));
	struct sign_in_result result = { 0 };
	enum rc rc = RC_OK;

	memset(ret, 0, sizeof(*ret));
	TRY(wire_put_sign_in(&request, s));
	TRY(peer_call(auth, MESSAGE_AUTH_SIGN_IN, buf_str(&request), HASHING_MS, &reply));
	TRY(wire_get_sign_in_result(buf_str(&reply), &result));
	*ret = result.answer;
	if (!result.accepted)
		rc = FAIL(RC_DENIED, "sign-in refused");
out:
	wipe(&result, sizeof(result));
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_sign_out(struct peer *auth, struct str token)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_SIGN_OUT));
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_SIGN_OUT));
	enum rc rc = RC_OK;

	TRY(wire_put_token(&request, token));
	TRY(peer_call(auth, MESSAGE_AUTH_SIGN_OUT, buf_str(&request), ASK_MS, &reply));
out:
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_enrol_begin(struct peer *auth, struct str link, struct account *ret, struct buf *ret_otpauth_uri)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_ENROL_BEGIN));
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_ENROL_BEGIN));
	struct account account;
	struct str uri;
	enum rc rc = RC_OK;

	TRY(wire_put_token(&request, link));
	TRY(peer_call(auth, MESSAGE_AUTH_ENROL_BEGIN, buf_str(&request), ASK_MS, &reply));
	TRY(wire_get_enrol_begun(buf_str(&reply), &account, &uri));
	TRY(buf_add(ret_otpauth_uri, uri));
	*ret = account;
out:
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_enrol_finish(struct peer *auth, struct str link, struct str password, struct str code)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_ENROL_FINISH));
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_ENROL_FINISH));
	struct enrol_finish e = { link, password, code };
	enum rc rc = RC_OK;

	TRY(wire_put_enrol_finish(&request, &e));
	TRY(peer_call(auth, MESSAGE_AUTH_ENROL_FINISH, buf_str(&request), HASHING_MS, &reply));
out:
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_step_up(struct peer *auth, struct str token, struct str code)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_STEP_UP));
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_STEP_UP));
	enum rc rc = RC_OK;

	TRY(wire_put_step_up(&request, token, code));
	TRY(peer_call(auth, MESSAGE_AUTH_STEP_UP, buf_str(&request), ASK_MS, &reply));
out:
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_session_get(struct peer *auth, struct str token, struct session *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_SESSION_GET));
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_SESSION_GET));
	enum rc rc = RC_OK;

	TRY(wire_put_token(&request, token));
	TRY(peer_call(auth, MESSAGE_AUTH_SESSION_GET, buf_str(&request), ASK_MS, &reply));
	TRY(wire_get_session(buf_str(&reply), ret));
out:
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_account_add(struct peer *auth, const struct account_add *add, struct buf *ret_link, struct opaque_id *ret_id)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_ACCOUNT_ADD));
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_ACCOUNT_ADD));
	struct opaque_id id;
	struct str link;
	enum rc rc = RC_OK;

	TRY(wire_put_account_add(&request, add));
	TRY(peer_call(auth, MESSAGE_AUTH_ACCOUNT_ADD, buf_str(&request), ASK_MS, &reply));
	TRY(wire_get_account_added(buf_str(&reply), &link, &id));
	TRY(buf_add(ret_link, link));
	*ret_id = id;
out:
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_account_link(struct peer *auth, const struct opaque_id *by, struct str name, struct buf *ret_link, struct opaque_id *ret_id)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_ACCOUNT_LINK));
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_ACCOUNT_LINK));
	struct opaque_id id;
	struct str link;
	enum rc rc = RC_OK;

	TRY(wire_put_account_link(&request, by, name));
	TRY(peer_call(auth, MESSAGE_AUTH_ACCOUNT_LINK, buf_str(&request), ASK_MS, &reply));
	TRY(wire_get_account_added(buf_str(&reply), &link, &id));
	TRY(buf_add(ret_link, link));
	*ret_id = id;
out:
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_seal(struct peer *auth, const struct opaque_id *by, uint32_t roles, int64_t minutes, struct buf *ret_code)
{
	const struct account_change change = { .by = *by, .name = STR(""), .what = ACCOUNT_SEAL, .roles = roles, .until_us = minutes };
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_ACCOUNT_CHANGE));
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_ACCOUNT_CHANGE));
	struct opaque_id id;
	struct str code;
	enum rc rc = RC_OK;

	TRY(wire_put_account_change(&request, &change));
	TRY(peer_call(auth, MESSAGE_AUTH_ACCOUNT_CHANGE, buf_str(&request), ASK_MS, &reply));
	TRY(wire_get_account_added(buf_str(&reply), &code, &id));
	TRY(buf_add(ret_code, code));
out:
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_account_list(struct peer *auth, struct arena *arena, struct account **ret, size_t *ret_n)
{
	struct buf reply = BUF(message_reply_max(MESSAGE_AUTH_ACCOUNT_LIST));
	enum rc rc = RC_OK;

	TRY(peer_call(auth, MESSAGE_AUTH_ACCOUNT_LIST, STR_NONE, ASK_MS, &reply));
	TRY(wire_get_accounts(buf_str(&reply), arena, ret, ret_n));
out:
	buf_free(&reply);
	return rc;
}

/* A question and an answer that are one text each. */
static enum rc
ask_text(struct peer *auth, enum message message, struct str body, struct buf *ret)
{
	struct buf reply = BUF(message_reply_max(message));
	struct str text;
	enum rc rc = RC_OK;

	TRY(peer_call(auth, message, body, message == MESSAGE_AUTH_ME_CHANGE ? HASHING_MS : ASK_MS, &reply));
	TRY(wire_get_text(buf_str(&reply), &text));
	TRY(buf_add(ret, text));
out:
	wipe_free(&reply);
	return rc;
}

enum rc
ask_auth_me(struct peer *auth, struct str token, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_ME));
	enum rc rc = RC_OK;

	TRY(wire_put_token(&request, token));
	TRY(ask_text(auth, MESSAGE_AUTH_ME, buf_str(&request), ret));
out:
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_facts(struct peer *auth, struct buf *ret)
{
	return ask_text(auth, MESSAGE_AUTH_FACTS, STR_NONE, ret);
}

enum rc
ask_auth_token_list(struct peer *auth, struct buf *ret)
{
	return ask_text(auth, MESSAGE_AUTH_TOKEN_LIST, STR_NONE, ret);
}

enum rc
ask_auth_generator(struct peer *auth, const struct generator_ask *ask, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_GENERATOR));
	enum rc rc = RC_OK;

	TRY(wire_put_generator(&request, ask));
	TRY(ask_text(auth, MESSAGE_AUTH_GENERATOR, buf_str(&request), ret));
out:
	buf_free(&request);
	return rc;
}

enum rc
ask_auth_generator_load(struct peer *auth, struct str token, struct str csv, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_GENERATOR_LOAD));
	enum rc rc = RC_OK;

	if (csv.n > GENERATOR_LIST_BYTES_MAX)
		return FAIL(RC_LIMIT, "一覧が大きすぎます（%d KB まで） / the list is too large (%d KB at most)", GENERATOR_LIST_BYTES_MAX >> 10, GENERATOR_LIST_BYTES_MAX >> 10);
	TRY(wire_put_generator_load(&request, token, csv));
	TRY(ask_text(auth, MESSAGE_AUTH_GENERATOR_LOAD, buf_str(&request), ret));
out:
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_challenge(struct peer *auth, struct str token, struct str device, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_CHALLENGE));
	enum rc rc = RC_OK;

	TRY(wire_put_challenge(&request, token, device));
	TRY(ask_text(auth, MESSAGE_AUTH_CHALLENGE, buf_str(&request), ret));
out:
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_certificate(struct peer *auth, struct str token, struct str handshake, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_CERTIFICATE));
	enum rc rc = RC_OK;

	TRY(wire_put_certificate(&request, token, handshake));
	TRY(ask_text(auth, MESSAGE_AUTH_CERTIFICATE, buf_str(&request), ret));
out:
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_me_change(struct peer *auth, const struct me_change *change, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_ME_CHANGE));
	enum rc rc = RC_OK;

	TRY(wire_put_me_change(&request, change));
	TRY(ask_text(auth, MESSAGE_AUTH_ME_CHANGE, buf_str(&request), ret));
out:
	wipe_free(&request);
	return rc;
}

enum rc
ask_auth_account_change(struct peer *auth, const struct account_change *change, struct opaque_id *ret_id)
{
	struct buf request = BUF(message_request_max(MESSAGE_AUTH_ACCOUNT_CHANGE)), reply = BUF(message_reply_max(MESSAGE_AUTH_ACCOUNT_CHANGE));
	struct str nothing;
	enum rc rc = RC_OK;

	TRY(wire_put_account_change(&request, change));
	TRY(peer_call(auth, MESSAGE_AUTH_ACCOUNT_CHANGE, buf_str(&request), ASK_MS, &reply));
	TRY(wire_get_account_added(buf_str(&reply), &nothing, ret_id));
out:
	wipe_free(&reply);
	wipe_free(&request);
	return rc;
}
