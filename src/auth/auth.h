// SPDX-License-Identifier: Apache-2.0
/*
 * auth - who are you: factors, lockout, sessions, accounts.
 *
 * A `struct auth` owns its store and the month's payload key; it may be used by
 * many threads. Nothing takes effect before its leaf is durable; when the leaf
 * cannot be written the act does not happen. Time comes from the clock it was given.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "auth/auth_wire.h"
#include "auth/password.h"

struct auth; /* opaque */

struct auth_clock { int64_t (*now_us)(void *context); void *context; };

struct auth_settings {
	int      lock_after_failures;  /* 1 or more                              */
	int      lock_minutes;         /* until an account releases itself       */
	int      idle_minutes;         /* a session without a request            */
	int      session_minutes;      /* a session at all                       */
	struct { int idle_minutes, session_minutes; } of_role[ROLE_COUNT]; /* where a role differs; 0: it does not */
	unsigned hash_ops, hash_kib;   /* argon2id                               */
	struct password_policy password;
	char     host_name[256];       /* of the console: the site passkeys belong to */
	int      port, admin_port;     /* 0: no listener of administration */
	struct str authorities;        /* PEM: whose certificates of people count; STR_NONE: nobody's. Borrowed as long as auth is open */
};
#define AUTH_SETTINGS { .lock_after_failures = 5, .lock_minutes = 15, .idle_minutes = 15, .session_minutes = 12 * 60, .hash_ops = 3, .hash_kib = 65536, .password = { PASSWORD_CHARS_MIN, -1 }, .host_name = "localhost", .port = 8443 }

#define LINK_HOURS 24

MUST_USE enum rc auth_open(const char *path, const struct auth_settings *, struct auth_clock, struct peer *ledger, struct peer *vault, struct auth **ret);
MUST_USE enum rc auth_start(struct auth *);   /* what the last run left undone, and what init could not record; asks the peers */
void             auth_close(struct auth *);   /* accepts NULL */
void             auth_tidy(struct auth *);    /* removes what has expired */
/* The session of the local console: the holder of this token is the administrator at the machine itself. */
void             auth_console_set(struct auth *, struct str token);

MUST_USE enum rc auth_sign_in(struct auth *, const struct sign_in *, struct sign_in_result *ret);
MUST_USE enum rc auth_sign_out(struct auth *, struct str token);
MUST_USE enum rc auth_step_up(struct auth *, struct str token, struct str code); /* RC_SYNTAX: a wrong code, or one used before */
MUST_USE enum rc auth_session_get(struct auth *, struct str token, struct session *ret);
MUST_USE enum rc auth_enrol_begin(struct auth *, struct str link, struct account *ret, struct buf *ret_otpauth_uri);
MUST_USE enum rc auth_enrol_finish(struct auth *, const struct enrol_finish *);
MUST_USE enum rc auth_account_add(struct auth *, const struct account_add *, char ret_link[TOKEN_CHARS + 1], struct opaque_id *ret_id);
/* A new link for an account that stands; its factors stay until the link is spent, its older links end now. */
MUST_USE enum rc auth_account_link(struct auth *, const struct opaque_id *by, struct str name, char ret_link[TOKEN_CHARS + 1], struct opaque_id *ret_id);
MUST_USE enum rc auth_account_change(struct auth *, const struct account_change *, struct opaque_id *ret_id);
#define GLASS_MINUTES_MAX 240
MUST_USE enum rc auth_glass_seal(struct auth *, const struct opaque_id *by, uint32_t roles, int64_t minutes, struct buf *ret_code); /* the one before ends */
MUST_USE enum rc auth_me(struct auth *, struct str token, struct buf *ret_json);
MUST_USE enum rc auth_me_change(struct auth *, const struct me_change *, struct buf *ret_text);
MUST_USE enum rc auth_challenge(struct auth *, struct str token_or_empty, struct str device_or_empty, struct buf *ret_json);
/* An empty handshake: {challenge} for the next; else what is said of the certificate that was shown (ask_auth.h). */
MUST_USE enum rc auth_certificate(struct auth *, struct str token_or_empty, struct str handshake_or_empty, struct buf *ret_json);
MUST_USE enum rc auth_facts(struct auth *, struct buf *ret_json); /* ask_auth.h says which */
/* A maker's list of seeds, after core permitted its hash: checked, kept sealed for its import; answers JSON without a seed. RC_DENIED: not permitted. */
MUST_USE enum rc auth_generator_load(struct auth *, struct str token, struct str csv, struct buf *ret_json);
MUST_USE enum rc auth_generator(struct auth *, const struct generator_ask *, struct buf *ret_json);
MUST_USE enum rc auth_token_list(struct auth *, struct buf *ret_json); /* ask_auth.h says what */
MUST_USE enum rc auth_account_list(struct auth *, struct arena *, struct account **ret, size_t *ret_n);

#endif
