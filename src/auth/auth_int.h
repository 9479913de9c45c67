// SPDX-License-Identifier: Apache-2.0
/*
 * auth_int - what the files of auth share.
 *
 * `state` orders changes: taken first, then leaves, then one commit. The store
 * is never held while a peer is asked. Looking up a session takes no lock of ours.
 */
#ifndef AUTH_AUTH_INT_H
#define AUTH_AUTH_INT_H

#include <jansson.h>
#include <pthread.h>

#include "auth/auth.h"
#include "auth/generator_list.h"
#include "auth/passkey.h"
#include "crypt/client_proof.h"
#include "store/db.h"
#include "vault/ask_vault.h"

struct auth {
	struct db           *db;
	struct auth_settings settings;
	struct auth_clock    clock;
	struct peer         *ledger, *vault;
	pthread_mutex_t      state;
	struct secret        month_key;      /* of `month`; under `state`       */
	uint32_t             month;
	pthread_mutex_t      console_lock;
	bool                 console_set;
	struct hash          console;        /* of the token; the token is not kept */
	int64_t              console_at_us;
	char                 origin[320];    /* "https://host:port" */
	char                 admin_origin[320]; /* of the listener of administration; "": there is none */
	struct secret        challenge_key;  /* made anew at each start */
#define GENERATOR_LISTS_ALLOWED 8
	struct { struct opaque_id by; struct hash digest; int64_t at_us; } allowed[GENERATOR_LISTS_ALLOWED]; /* lists of seeds that core permitted; under `state` */
	size_t               allowed_next;
};

extern const char *const auth_migrations[];
extern const size_t      auth_migrations_count;

/* A token is kept only as SHA-256 over its use and itself. */
enum token_use { TOKEN_SESSION, TOKEN_DEVICE, TOKEN_LINK, TOKEN_CSRF, TOKEN_CONSOLE, TOKEN_RECOVERY, TOKEN_API, TOKEN_GLASS };
void             token_new(char ret[TOKEN_CHARS + 1]);
void             token_hash(enum token_use, struct str token, struct hash *ret);
struct str       hash_str(const struct hash *);        /* borrow */
struct str       id_str(const struct opaque_id *);     /* borrow */
void             copy_text(struct str, char *to, size_t size);       /* cut to fit, NUL-terminated */
void             copy_id(struct str, struct opaque_id *to);
int64_t          auth_now(const struct auth *);
#define ROLES_WORDS_MAX 256
struct str       roles_words(uint32_t roles, char words[ROLES_WORDS_MAX]); /* "administrator on-call" */

/* record.c: a leaf of ours with what stands behind it, sealed. */
struct record {
	enum leaf_type   type;
	const char      *name;           /* "sign-in" */
	struct opaque_id actor, object;
	uint8_t          verdict;        /* enum outcome */
	uint64_t         begin;          /* of an outcome */
	struct { const char *key; struct str value; } members[6]; /* sealed; up to the first without a key */
};
MUST_USE enum rc record_put(struct auth *, const struct record *, size_t n, uint64_t *ret_first); /* under `state` */
/* Begin leaf durable; then `commit` and the note of the open act in one transaction; then the outcome leaf. */
MUST_USE enum rc record_act(struct auth *, struct record *, enum rc (*commit)(struct auth *, void *), void *context);
MUST_USE enum rc record_resume(struct auth *);         /* outcome leaves the last run could not write */
MUST_USE enum rc record_json(const struct record *, struct buf *ret); /* canonical: keys in order, no spaces */

/* factor.c: passkeys and recovery codes */
enum factor_kind { FACTOR_PASSKEY = 1, FACTOR_RECOVERY, FACTOR_CERTIFICATE };
#define FACTORS_MAX        20 /* passkeys of an account */
#define RECOVERY_CODES     10
#define RECOVERY_CHARS     12 /* of Crockford's base 32, in groups of four: 60 bits */
#define CHALLENGE_LIFE_US  (INT64_C(300) * 1000000)
struct factor { struct opaque_id id, account; struct passkey passkey; int64_t counter; };
MUST_USE enum rc factor_of_passkey(struct auth *, struct str credential, struct factor *ret);   /* RC_NOTFOUND */
MUST_USE enum rc factor_used(struct auth *, const struct factor *, int64_t counter, int64_t now_us);
bool             recovery_shaped(struct str typed, char ret[RECOVERY_CHARS + 1]);                 /* without groups and case */
MUST_USE enum rc recovery_find(struct auth *, const struct opaque_id *account, struct str code, struct opaque_id *ret_id); /* RC_NOTFOUND */
MUST_USE enum rc factor_delete(struct auth *, const struct opaque_id *id);
/* A challenge carries its own time and proof that it is ours; it is good once, for its purpose (and account, zero: none). */
enum challenge_use { CHALLENGE_SIGN_IN = 1, CHALLENGE_ADD, CHALLENGE_HANDSHAKE /* the random of a TLS handshake: as long */ };
void             challenge_new(struct auth *, enum challenge_use, const struct opaque_id *, uint8_t ret[CHALLENGE_BYTES]);
MUST_USE enum rc challenge_check(struct auth *, enum challenge_use, const struct opaque_id *, const uint8_t challenge[CHALLENGE_BYTES]); /* RC_DENIED */
MUST_USE enum rc challenge_spend(struct auth *, const uint8_t challenge[CHALLENGE_BYTES]);        /* within a transaction; RC_DENIED: spent before */
struct passkey_site auth_site(const struct auth *);

/*
 * Ways of signing in, and the kinds of factor each shows: what one knows, holds, is. A way
 * that shows a single kind, however many factors of it, lets nobody in.
 */
enum kind { KIND_KNOWN = 1, KIND_HELD = 2, KIND_BODY = 4, KIND_ALL = 7 };
enum way { WAY_CODE, WAY_GENERATOR, WAY_RECOVERY, WAY_PASSKEY_BESIDE, WAY_PASSKEY, WAY_CERTIFICATE, WAY_COUNT };
struct sign_in_way { const char *name; unsigned kinds; bool counted; /* a failure counts towards the lock */ };
extern const struct sign_in_way sign_in_ways[WAY_COUNT];

/* certificate.c: certificates of IC cards */
#define CERTIFICATES_MAX 5 /* of an account */
struct certificate {
	struct client_proof proof;
	struct factor       factor;      /* whose it is, when `registered` */
	bool                registered, good;
	const char         *state;       /* "good", or what stands against it; static */
};
_Static_assert(PROOF_RANDOM_BYTES == CHALLENGE_BYTES, "a challenge is the random of a handshake");
MUST_USE enum rc certificate_read(struct auth *, struct str handshake, struct certificate *ret);      /* RC_DENIED: it proves nothing */
MUST_USE enum rc certificate_prepare(struct auth *, const struct session *, struct str label, struct str handshake, struct certificate *ret); /* RC_SYNTAX, RC_CONFLICT, RC_LIMIT: the sentence begins with the rule */
MUST_USE enum rc certificates_json(struct auth *, const struct opaque_id *account, json_t *list);
MUST_USE enum rc certificate_step_up(struct auth *, struct str token, const struct session *, struct str password, struct str handshake);

/* generator.c: hardware tokens that show codes */
#define GENERATORS_OF_ACCOUNT 4
struct generator { char serial[GENERATOR_SERIAL_MAX + 1]; struct totp_kind kind; int64_t last_step, step; bool proven; };
MUST_USE enum rc generator_match(struct auth *, const struct opaque_id *account, bool proven, int64_t now_us, struct str code, struct generator *ret); /* step 0: none */
MUST_USE enum rc generator_use(struct auth *, const struct opaque_id *account, const struct generator *, bool prove); /* RC_DENIED: used before; under `state` */
MUST_USE enum rc generator_last_step(struct auth *, const struct opaque_id *account, const struct generator *, int64_t *ret);
MUST_USE enum rc generator_assigned(struct auth *, const struct opaque_id *account, char serial[GENERATOR_SERIAL_MAX + 1]); /* "": none */
void             auth_generator_allow(struct auth *, const struct opaque_id *by, const struct hash *digest);

/* token.c: API tokens */
#define API_TOKENS_MAX 20  /* of an account */
#define API_DAYS_MAX   365
void             api_token_new(char ret[TOKEN_CHARS + 1]);
MUST_USE enum rc api_scope_of(struct str words, uint8_t ret[SCOPE_BYTES]); /* RC_SYNTAX */
MUST_USE enum rc api_token_insert(struct auth *, const struct opaque_id *id, const struct opaque_id *account, struct str label, struct str acts, int64_t expires_us, struct str token);
MUST_USE enum rc api_token_delete(struct auth *, const struct opaque_id *id, const struct opaque_id *account); /* RC_NOTFOUND */
MUST_USE enum rc api_token_each(struct auth *, const struct opaque_id *account, void (*take)(void *context, struct query *), void *context, int64_t *ret_live);
MUST_USE enum rc api_token_session(struct auth *, struct str token, struct session *ret); /* RC_DENIED */

/* term.c: from when until when an account may be used */
MUST_USE enum rc term_check(struct auth *, const struct opaque_id *account, int64_t now_us);                      /* RC_DENIED */
MUST_USE enum rc term_another(struct auth *, const struct opaque_id *account, uint32_t roles, bool *ret);          /* another account can administer this side now */
bool             term_matters(uint32_t roles);                                                                     /* one of them administers a side */
MUST_USE enum rc term_tidy(struct auth *);                                                                         /* ends what is over, with a leaf each */

/* facts.c: how often something happened, and when last */
MUST_USE enum rc tally_add(struct auth *, const char *name);
MUST_USE enum rc tally_started(struct auth *);

/* account_change.c */
bool             account_change_own(enum account_change_kind); /* may it be done to the own account? */

/* session.c */
void             session_limits(const struct auth *, uint32_t roles, int64_t *ret_idle_us, int64_t *ret_age_us); /* of several roles the shortest */
MUST_USE enum rc session_load(struct auth *, const struct hash *, int64_t now_us, struct session *ret, int64_t *ret_seen_us);

/* glass.c: the sealed code */
MUST_USE enum rc glass_open(struct auth *, const struct sign_in *, struct sign_in_result *ret); /* not accepted: any wrong part */

/* account.c */
MUST_USE enum rc link_new(struct db *, const struct opaque_id *account, int64_t now_us, char ret[TOKEN_CHARS + 1]);
MUST_USE enum rc account_insert(struct db *, const struct opaque_id *, struct str name, struct str display, uint32_t roles, int64_t now_us, bool recorded);
MUST_USE enum rc account_two_kinds(struct auth *, const struct opaque_id *);      /* RC_CONFLICT: it cannot show factors of two kinds */
MUST_USE enum rc account_term_set(struct auth *, const struct opaque_id *, const struct opaque_id *person_or_null, int64_t from_us, int64_t until_us);
bool             id_none(const struct opaque_id *);
MUST_USE enum rc seed_wrap(struct auth *, const struct opaque_id *, const struct secret *, struct buf *ret);
MUST_USE enum rc seed_unwrap(struct auth *, const struct opaque_id *, struct str wrapped, struct secret *ret);
MUST_USE enum rc decoy_make(struct auth *);            /* the account that unknown names are tried against */
void             wipe_buf(struct buf *);               /* wipes, then frees */

#endif
