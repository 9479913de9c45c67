// SPDX-License-Identifier: Apache-2.0
/*
 * ask_auth - who are you: what web (credentials) and core (sessions, accounts)
 * may ask of auth. Tokens are 32 random bytes, hexadecimal on the wire.
 */
#ifndef AUTH_ASK_AUTH_H
#define AUTH_ASK_AUTH_H

#include "act/account_name.h"
#include "act/side.h"
#include "crypt/crypt.h"
#include "evidence/leaf.h"
#include "ipc/channel.h"


#define STEP_UP_US (INT64_C(300) * 1000000) /* how long a factor shown again counts */
#define TOKEN_CHARS 64
#define API_TOKEN_HEAD "tsujiban-" /* an API token: as long as a session's, and never one */
#define SCOPE_BYTES 32 /* a bit for each act */

/* Whoever acts at the machine itself, by the command line: no account, but someone; zero is the station on its own. */
#define CONSOLE_ID ((struct opaque_id){ { [ID_BYTES - 1] = 1 } })

struct account {
	struct opaque_id id;
	char             name[ACCOUNT_NAME_MAX + 1];       /* sign-in name, ASCII      */
	char             display[4 * ACCOUNT_NAME_MAX + 1]; /* UTF-8                    */
	uint32_t         roles;
	bool             enrolled;
	int64_t          created_at_us, last_sign_in_at_us, locked_until_us, suspended_at_us;
	uint32_t         passkeys, certificates;
	struct opaque_id person;                           /* a row of the roster; zero: nobody yet */
	int64_t          from_us, until_us;                /* its term; 0: open                     */
	int64_t          ended_at_us, removed_at_us;
	uint32_t         devices;                          /* it was used from in the last 30 days  */
};
struct session {
	struct opaque_id account;
	char             name[ACCOUNT_NAME_MAX + 1];
	char             display[4 * ACCOUNT_NAME_MAX + 1];
	uint32_t         roles;            /* the local console (CLI token) is ROLE_ADMINISTRATOR, CONSOLE_ID, name "console" */
	int64_t          signed_in_at_us, expires_at_us;
	int64_t          stepped_up_at_us; /* when a factor was last shown again; 0: not in this session */
	char             csrf[TOKEN_CHARS + 1];
	bool             glass;            /* opened by a sealed code; known to auth alone */
	bool             by_token;         /* of a program: `scope` says which acts it may, as bit 1 << act % 8 of byte act / 8 */
	uint8_t          scope[SCOPE_BYTES];
};
struct sign_in {
	struct str name, password, code;   /* code: six digits, or a recovery code; with a passkey that checked its holder only that is needed */
	struct str device;                 /* the device cookie, or empty       */
	struct str address;                /* of the client, for the record     */
	struct str emergency;              /* why a sealed code is opened: then `code` is that, and `name` whose it will be; else empty */
	struct str credential, client_data, authenticator_data, signature; /* of a passkey, raw bytes; or empty */
	struct str handshake;              /* of TLS, in which a certificate was shown: then `name` is nobody's word; or empty */
};
struct sign_in_answer {
	char    token[TOKEN_CHARS + 1], device[TOKEN_CHARS + 1];
	int64_t locked_until_us;           /* with RC_DENIED: set only for a known device; else 0 */
};

/* What a person does to the own account; a, b, c by kind. */
enum me_kind {
	ME_NONE = 0,
	ME_PASSWORD,             /* a: the password in use, b: the new one                           */
	ME_PASSKEY_ADD,          /* a: its name, b: client data, c: attestation object               */
	ME_PASSKEY_REMOVE,       /* a: its id, hexadecimal                                           */
	ME_RECOVERY_NEW,         /* answers the codes, a line each; older ones end                   */
	ME_SESSION_END,          /* a: its id, hexadecimal                                           */
	ME_OTHERS_END,           /* every session but this one                                       */
	ME_TOKEN_ADD,            /* a: its name, b: acts with blanks between ("read": all that show), c: days; answers the token, once */
	ME_TOKEN_END,            /* a: its id, hexadecimal                                           */
	ME_GENERATOR_PROVE,      /* a: the first code of a hardware token that was assigned          */
	ME_CERTIFICATE_ADD,      /* a: its name, b: the handshake it was shown in                    */
	ME_CERTIFICATE_REMOVE,   /* a: its id, hexadecimal; it never comes back                      */
	ME_CERTIFICATE_STEP_UP,  /* a: the password, b: the handshake                                */
	ME_COUNT
};
struct me_change { struct str token; enum me_kind what; struct str a, b, c; };

enum account_change_kind { ACCOUNT_CHANGE_NONE = 0, ACCOUNT_UNLOCK, ACCOUNT_SUSPEND, ACCOUNT_RESUME, ACCOUNT_SESSIONS_END, ACCOUNT_ROLES,
	ACCOUNT_PERSON,          /* person, from_us, until_us: whose it is; never of another afterwards */
	ACCOUNT_TERM,            /* from_us, until_us, as the roster has them                           */
	ACCOUNT_REMOVE,          /* for good: sessions, tokens, factors, devices go, the name stays taken */
	ACCOUNT_RESET,           /* password or factors are lost: all of them go, it enrols anew by a link */
	ACCOUNT_SEAL,            /* no account's: a sealed code with `roles`, for `until_us` minutes    */
	ACCOUNT_CHANGE_COUNT };
struct account_change { struct opaque_id by; struct str name; enum account_change_kind what; uint32_t roles; /* ACCOUNT_ROLES */ struct opaque_id person; int64_t from_us, until_us; };
struct account_add  { struct opaque_id by; struct str name, display; uint32_t roles; struct opaque_id person; int64_t from_us, until_us; /* as of struct account */ };

/* Hardware tokens. A list of seeds is permitted by its hash, loaded by web, imported by its hash. */
enum generator_ask_kind { GENERATOR_ALLOW = 1, GENERATOR_IMPORT, GENERATOR_ASSIGN, GENERATOR_END, GENERATOR_LIST, GENERATOR_ASK_COUNT };
struct generator_ask { struct opaque_id by; enum generator_ask_kind what; struct hash digest; struct str serial, name; };
#define GENERATOR_LIST_BYTES_MAX 131072
#define GENERATOR_URI "generator:" /* in place of an otpauth URI: the serial of the hardware token one enrols with */

MUST_USE enum rc ask_auth_generator(struct peer *, const struct generator_ask *, struct buf *ret_json);       /* rows [{serial, digits, period, algorithm, imported_at, assigned_at, proven_at, account?}] */
MUST_USE enum rc ask_auth_generator_load(struct peer *, struct str token, struct str csv, struct buf *ret_json); /* rows [{line, serial, digits, period, algorithm, error?}], wrong, digest */
MUST_USE enum rc ask_auth_sign_in(struct peer *, const struct sign_in *, struct sign_in_answer *ret); /* RC_DENIED: the one answer for every wrong part */
MUST_USE enum rc ask_auth_sign_out(struct peer *, struct str token);
MUST_USE enum rc ask_auth_enrol_begin(struct peer *, struct str link, struct account *ret, struct buf *ret_otpauth_uri); /* RC_NOTFOUND: spent, expired or unknown */
MUST_USE enum rc ask_auth_enrol_finish(struct peer *, struct str link, struct str password, struct str code);             /* RC_SYNTAX: the sentence says which rule */
MUST_USE enum rc ask_auth_step_up(struct peer *, struct str token, struct str code);                                      /* RC_SYNTAX: "code-wrong"; RC_DENIED: no such session */
MUST_USE enum rc ask_auth_session_get(struct peer *, struct str token, struct session *ret);                             /* RC_DENIED */
MUST_USE enum rc ask_auth_account_add(struct peer *, const struct account_add *, struct buf *ret_link, struct opaque_id *ret_id); /* RC_CONFLICT: name taken */
MUST_USE enum rc ask_auth_account_link(struct peer *, const struct opaque_id *by, struct str name, struct buf *ret_link, struct opaque_id *ret_id); /* RC_NOTFOUND */
/* Never the own account, never the last usable administrator of a side: RC_CONFLICT. */
MUST_USE enum rc ask_auth_account_change(struct peer *, const struct account_change *, struct opaque_id *ret_id);
MUST_USE enum rc ask_auth_seal(struct peer *, const struct opaque_id *by, uint32_t roles, int64_t minutes, struct buf *ret_code); /* told once */
/* JSON: name, display, roles, side, password_at, recovery_left, passkeys [{id, label, copied, created_at, last_used_at}], sessions [{id, here, signed_in_at, seen_at}] */
MUST_USE enum rc ask_auth_me(struct peer *, struct str token, struct buf *ret_json);
/* RC_DENIED with "guard:step-up:" in the trail: show a factor first. RC_SYNTAX, RC_CONFLICT: the sentence begins with the rule. */
MUST_USE enum rc ask_auth_me_change(struct peer *, const struct me_change *, struct buf *ret_text);
/* JSON for the browser: challenge, rp, passkeys (of this session's account, or of accounts this device knows); with a token also user, name, display. All bytes hexadecimal. */
MUST_USE enum rc ask_auth_challenge(struct peer *, struct str token_or_empty, struct str device_or_empty, struct buf *ret_json);
/*
 * JSON. Without a handshake: challenge, hexadecimal, to be the random of the next one. With one: state ("good", "expired", "not-yet", "revoked",
 * "stranger", "unfit", "stale", "old", "ended", "unproven"), registered, mine, until, subject, issuer, and name and display of the token's holder.
 */
MUST_USE enum rc ask_auth_certificate(struct peer *, struct str token_or_empty, struct str handshake_or_empty, struct buf *ret_json);
/*
 * What the station knows of its own accounts, as facts_json() (facts of the station as a subject; no name, no id).
 * Row 0: policy, counts. Rows "of" way: name, kinds ("known held"). Rows "of" accounts: side, privileged, kinds, state, count: a group each.
 */
MUST_USE enum rc ask_auth_facts(struct peer *, struct buf *ret_json);
/* API tokens in force of every account: rows [{id, label, account (its name)}], by account. */
MUST_USE enum rc ask_auth_token_list(struct peer *, struct buf *ret_json);
MUST_USE enum rc ask_auth_account_list(struct peer *, struct arena *, struct account **ret, size_t *ret_n);

#endif
