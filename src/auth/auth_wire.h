// SPDX-License-Identifier: Apache-2.0
/*
 * auth_wire - the bytes of every message to auth and of its answers.
 *
 * Both ends use these functions, so a message has one spelling. Decoders
 * borrow from the bytes they are given; RC_SYNTAX when a part is too long,
 * missing or left over.
 */
#ifndef AUTH_AUTH_WIRE_H
#define AUTH_AUTH_WIRE_H

#include "auth/ask_auth.h"

#define PASSWORD_BYTES_MAX 1024
#define CODE_BYTES_MAX     32
#define CREDENTIAL_BYTES_MAX 255
#define PASSKEY_BYTES_MAX  4096
#define HANDSHAKE_BYTES_MAX 32768
#define ADDRESS_BYTES_MAX  64
#define REASON_BYTES_MAX   1200
#define DISPLAY_BYTES_MAX  (4 * ACCOUNT_NAME_MAX)
#define URI_BYTES_MAX      512
#define ACCOUNTS_MAX       2000
#define ME_BYTES_MAX       65536
#define TEXT_BYTES_MAX     1048576 /* the longest answer that is one text */

struct enrol_finish { struct str link, password, code; };

/* The answer to a sign-in says yes or no inside, so that "no" can carry the lock of a known device. */
struct sign_in_result { bool accepted; struct sign_in_answer answer; };

MUST_USE enum rc wire_put_sign_in(struct buf *, const struct sign_in *);
MUST_USE enum rc wire_get_sign_in(struct str, struct sign_in *ret);
MUST_USE enum rc wire_put_sign_in_result(struct buf *, const struct sign_in_result *);
MUST_USE enum rc wire_get_sign_in_result(struct str, struct sign_in_result *ret);
MUST_USE enum rc wire_put_token(struct buf *, struct str token);          /* session token or enrolment link */
MUST_USE enum rc wire_get_token(struct str, struct str *ret);             /* exactly TOKEN_CHARS hexadecimal digits, or an API token */
MUST_USE enum rc wire_put_step_up(struct buf *, struct str token, struct str code);
MUST_USE enum rc wire_get_step_up(struct str, struct str *ret_token, struct str *ret_code);
MUST_USE enum rc wire_put_me_change(struct buf *, const struct me_change *);
MUST_USE enum rc wire_get_me_change(struct str, struct me_change *ret);
MUST_USE enum rc wire_put_account_change(struct buf *, const struct account_change *);
MUST_USE enum rc wire_get_account_change(struct str, struct account_change *ret);
MUST_USE enum rc wire_put_generator(struct buf *, const struct generator_ask *);
MUST_USE enum rc wire_get_generator(struct str, struct generator_ask *ret);
MUST_USE enum rc wire_put_generator_load(struct buf *, struct str token, struct str csv);
MUST_USE enum rc wire_get_generator_load(struct str, struct str *ret_token, struct str *ret_csv);
MUST_USE enum rc wire_put_challenge(struct buf *, struct str token, struct str device); /* each a token or nothing */
MUST_USE enum rc wire_get_challenge(struct str, struct str *ret_token, struct str *ret_device);
MUST_USE enum rc wire_put_certificate(struct buf *, struct str token, struct str handshake); /* each may be empty */
MUST_USE enum rc wire_get_certificate(struct str, struct str *ret_token, struct str *ret_handshake);
MUST_USE enum rc wire_put_text(struct buf *, struct str);                 /* JSON; lines */
MUST_USE enum rc wire_get_text(struct str, struct str *ret);
MUST_USE enum rc wire_put_enrol_begun(struct buf *, const struct account *, struct str otpauth_uri);
MUST_USE enum rc wire_get_enrol_begun(struct str, struct account *ret, struct str *ret_uri);
MUST_USE enum rc wire_put_enrol_finish(struct buf *, const struct enrol_finish *);
MUST_USE enum rc wire_get_enrol_finish(struct str, struct enrol_finish *ret);
MUST_USE enum rc wire_put_session(struct buf *, const struct session *);
MUST_USE enum rc wire_get_session(struct str, struct session *ret);
MUST_USE enum rc wire_put_account_add(struct buf *, const struct account_add *);
MUST_USE enum rc wire_get_account_add(struct str, struct account_add *ret);
MUST_USE enum rc wire_put_account_link(struct buf *, const struct opaque_id *by, struct str name);
MUST_USE enum rc wire_get_account_link(struct str, struct opaque_id *ret_by, struct str *ret_name);
MUST_USE enum rc wire_put_account_added(struct buf *, struct str link, const struct opaque_id *);
MUST_USE enum rc wire_get_account_added(struct str, struct str *ret_link, struct opaque_id *ret_id);
MUST_USE enum rc wire_put_accounts(struct buf *, const struct account *, size_t n);
MUST_USE enum rc wire_get_accounts(struct str, struct arena *, struct account **ret, size_t *ret_n);

bool             api_token_ok(struct str);                                /* API_TOKEN_HEAD, then hexadecimal digits */
bool             token_ok(struct str);                                    /* TOKEN_CHARS lower-case hexadecimal digits */
#endif
