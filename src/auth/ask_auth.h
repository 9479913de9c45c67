// SPDX-License-Identifier: Apache-2.0
/*
 * ask_auth - who are you: what web (credentials) and core (sessions, accounts)
 * may ask of auth. Tokens are 32 random bytes, hexadecimal on the wire.
 */
#ifndef AUTH_ASK_AUTH_H
#define AUTH_ASK_AUTH_H

#include "act/side.h"
#include "evidence/leaf.h"
#include "ipc/channel.h"


#define STEP_UP_US (INT64_C(300) * 1000000) /* how long a factor shown again counts */
#define TOKEN_CHARS 64
#define ACCOUNT_NAME_MAX 64

/* Whoever acts at the machine itself, by the command line: no account, but someone; zero is the station on its own. */
#define CONSOLE_ID ((struct opaque_id){ { [ID_BYTES - 1] = 1 } })

struct account {
	struct opaque_id id;
	char             name[ACCOUNT_NAME_MAX + 1];       /* sign-in name, ASCII      */
	char             display[4 * ACCOUNT_NAME_MAX + 1]; /* UTF-8                    */
	uint32_t         roles;
	bool             enrolled;
	int64_t          created_at_us, last_sign_in_at_us, locked_until_us;
};
struct session {
	struct opaque_id account;
	char             name[ACCOUNT_NAME_MAX + 1];
	char             display[4 * ACCOUNT_NAME_MAX + 1];
	uint32_t         roles;            /* the local console (CLI token) is ROLE_ADMINISTRATOR, CONSOLE_ID, name "console" */
	int64_t          signed_in_at_us, expires_at_us;
	int64_t          stepped_up_at_us; /* when a factor was last shown again; 0: not in this session */
	char             csrf[TOKEN_CHARS + 1];
};
struct sign_in {
	struct str name, password, code;   /* code: six digits                  */
	struct str device;                 /* the device cookie, or empty       */
	struct str address;                /* of the client, for the record     */
};
struct sign_in_answer {
	char    token[TOKEN_CHARS + 1], device[TOKEN_CHARS + 1];
	int64_t locked_until_us;           /* with RC_DENIED: set only for a known device; else 0 */
};

MUST_USE enum rc ask_auth_sign_in(struct peer *, const struct sign_in *, struct sign_in_answer *ret); /* RC_DENIED: the one answer for every wrong part */
MUST_USE enum rc ask_auth_sign_out(struct peer *, struct str token);
MUST_USE enum rc ask_auth_enrol_begin(struct peer *, struct str link, struct account *ret, struct buf *ret_otpauth_uri); /* RC_NOTFOUND: spent, expired or unknown */
MUST_USE enum rc ask_auth_enrol_finish(struct peer *, struct str link, struct str password, struct str code);             /* RC_SYNTAX: the sentence says which rule */
MUST_USE enum rc ask_auth_step_up(struct peer *, struct str token, struct str code);                                      /* RC_SYNTAX: "code-wrong"; RC_DENIED: no such session */
MUST_USE enum rc ask_auth_session_get(struct peer *, struct str token, struct session *ret);                             /* RC_DENIED */
MUST_USE enum rc ask_auth_account_add(struct peer *, const struct opaque_id *by, struct str name, struct str display, uint32_t roles, struct buf *ret_link, struct opaque_id *ret_id); /* RC_CONFLICT: name taken */
MUST_USE enum rc ask_auth_account_link(struct peer *, const struct opaque_id *by, struct str name, struct buf *ret_link, struct opaque_id *ret_id); /* RC_NOTFOUND */
MUST_USE enum rc ask_auth_account_list(struct peer *, struct arena *, struct account **ret, size_t *ret_n);

#endif
