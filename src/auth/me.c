// SPDX-License-Identifier: Apache-2.0
/*
 * What a person does to the own account: factors, recovery codes, password, sessions.
 *
 * Whatever adds or takes away a factor asks for one shown a moment ago; who
 * changes a password or a factor ends the own other sessions.
 */
#include "auth/auth_int.h"

#include <jansson.h>
#include <string.h>

#include "auth/password.h"
#include "base/num.h"
#include "base/time_text.h"

static json_t *
hex_json(struct str bytes)
{
	struct buf hex = BUF(2 * PASSKEY_ID_MAX);
	json_t *ret = hex_encode(&hex, bytes) == RC_OK ? json_stringn(hex.n ? hex.p : "", hex.n) : json_null();

	buf_free(&hex);
	return ret;
}

static json_t *
text_json(struct str s)
{
	json_t *ret = json_stringn(s.n ? s.p : "", s.n);

	return ret ? ret : json_string("?");
}

/* The session of a token, and its hash. */
static enum rc
whose(struct auth *a, struct str token, struct hash *ret_hash, struct session *ret)
{
	int64_t seen_us;
	enum rc rc = RC_OK;

	if (!token_ok(token))
		return FAIL(RC_DENIED, "no such session");
	token_hash(TOKEN_SESSION, token, ret_hash);
	TRY(session_load(a, ret_hash, auth_now(a), ret, &seen_us));
out:
	return rc;
}

static enum rc
passkeys_json(struct auth *a, const struct opaque_id *account, bool handles, json_t *list)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT id, label, handle, counter, created_at, last_used_at FROM factor WHERE account = $1 AND kind = $2 ORDER BY created_at, id", &q));
	TRY(db_put_blob(q, 1, id_str(account)));
	TRY(db_put_int(q, 2, FACTOR_PASSKEY));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		if (handles) {
			json_array_append_new(list, hex_json(db_blob(q, 2)));
			continue;
		}
		json_array_append_new(list, json_pack("{s:o, s:o, s:b, s:I, s:I}", "id", hex_json(db_blob(q, 0)), "label", text_json(db_text(q, 1)), "copied", db_int(q, 3) < 0,
		    "created_at", (json_int_t)db_int(q, 4), "last_used_at", (json_int_t)db_int(q, 5)));
	}
out:
	db_done(q);
	return rc;
}

static enum rc
sessions_json(struct auth *a, const struct session *of, const struct hash *here, json_t *list)
{
	const struct opaque_id *account = &of->account;
	int64_t idle_us, age_us;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT hash, signed_in_at, seen_at FROM session WHERE account = $1 AND signed_in_at > $2 AND seen_at > $3 ORDER BY signed_in_at DESC", &q));
	TRY(db_put_blob(q, 1, id_str(account)));
	session_limits(a, of->roles, &idle_us, &age_us);
	TRY(db_put_int(q, 2, auth_now(a) - age_us));
	TRY(db_put_int(q, 3, auth_now(a) - idle_us - MINUTE_US));
	for (;;) {
		struct str hash;

		TRY(db_step(q, &row));
		if (!row)
			break;
		hash = db_blob(q, 0);
		json_array_append_new(list, json_pack("{s:o, s:b, s:I, s:I}", "id", hex_json(str_sub(hash, 0, ID_BYTES)), "here", str_eq(hash, hash_str(here)),
		    "signed_in_at", (json_int_t)db_int(q, 1), "seen_at", (json_int_t)db_int(q, 2)));
	}
out:
	db_done(q);
	return rc;
}

static enum rc
dump(json_t *object, struct buf *ret)
{
	char *text = json_dumps(object, JSON_COMPACT);
	enum rc rc = text ? buf_add_c(ret, text) : FAIL(RC_BUG, "no JSON");

	free(text);
	json_decref(object);
	return rc;
}

static void
take_token(void *context, struct query *q)
{
	json_array_append_new(context, json_pack("{s:o, s:o, s:o, s:I, s:I, s:I}", "id", hex_json(db_blob(q, 0)), "label", text_json(db_text(q, 1)), "acts", text_json(db_text(q, 2)),
	    "created_at", (json_int_t)db_int(q, 3), "expires_at", (json_int_t)db_int(q, 4), "last_used_at", (json_int_t)db_int(q, 5)));
}

/*= S-3-2 */
enum rc
auth_token_list(struct auth *a, struct buf *ret)
{
	json_t *list = json_array();
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT t.id, t.label, a.name FROM api_token t JOIN account a ON a.id = t.account WHERE t.expires_at > $1 ORDER BY a.name, t.created_at, t.id", &q));
	TRY(db_put_int(q, 1, auth_now(a)));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", hex_json(db_blob(q, 0)), "label", text_json(db_text(q, 1)), "account", text_json(db_text(q, 2))));
	}
	TRY(dump(json_pack("{s:O}", "rows", list), ret));
out:
	db_done(q);
	json_decref(list);
	return rc;
}

static enum rc
generators_json(struct auth *a, const struct opaque_id *account, json_t *list)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT serial, assigned_at, proven_at FROM generator WHERE account = $1 ORDER BY serial", &q));
	TRY(db_put_blob(q, 1, id_str(account)));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(list, json_pack("{s:o, s:I, s:I}", "serial", text_json(db_text(q, 0)), "assigned_at", (json_int_t)db_int(q, 1), "proven_at", (json_int_t)db_int(q, 2)));
	}
out:
	db_done(q);
	return rc;
}

enum rc
auth_me(struct auth *a, struct str token, struct buf *ret)
{
	json_t *passkeys = json_array(), *sessions = json_array(), *names = json_array(), *tokens = json_array(), *generators = json_array(), *certificates = json_array();
	struct query *q = NULL;
	int64_t live;
	struct session s = { 0 };
	struct hash h;
	bool row;
	enum rc rc = RC_OK;

	TRY(whose(a, token, &h, &s));
	TRY(passkeys_json(a, &s.account, false, passkeys));
	TRY(sessions_json(a, &s, &h, sessions));
	TRY(api_token_each(a, &s.account, take_token, tokens, &live));
	TRY(generators_json(a, &s.account, generators));
	TRY(certificates_json(a, &s.account, certificates));
	TRY(db_query(a->db, "SELECT password_at, (SELECT count(*) FROM factor WHERE account = $1 AND kind = $2) FROM account WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(&s.account)));
	TRY(db_put_int(q, 2, FACTOR_RECOVERY));
	TRY(db_step(q, &row));
	for (enum role role = roles_next(s.roles, ROLE_NONE); role != ROLE_NONE; role = roles_next(s.roles, role))
		json_array_append_new(names, json_string(role_name(role)));
	rc = dump(json_pack("{s:s, s:O, s:s, s:o, s:I, s:I, s:O, s:O, s:O, s:O, s:O}", "name", s.name, "roles", names, "side", roles_side(s.roles) == SIDE_CLIENT ? "client" : "contractor", "display", text_json(str_of(s.display)), "password_at", (json_int_t)(row ? db_int(q, 0) : 0),
	    "recovery_left", (json_int_t)(row ? db_int(q, 1) : 0), "passkeys", passkeys, "sessions", sessions, "tokens", tokens, "generators", generators, "certificates", certificates), ret);
out:
	db_done(q);
	json_decref(passkeys);
	json_decref(sessions);
	json_decref(names);
	json_decref(tokens);
	json_decref(generators);
	json_decref(certificates);
	return rc;
}

/* Passkeys of whoever signed in from this device before: its cookie is a secret, so nobody learns of an account by it. */
static enum rc
device_passkeys(struct auth *a, struct str device, json_t *list)
{
	struct query *q = NULL;
	struct hash h;
	bool row;
	enum rc rc = RC_OK;

	if (!token_ok(device))
		return RC_OK;
	token_hash(TOKEN_DEVICE, device, &h);
	TRY(db_query(a->db, "SELECT f.handle FROM factor f JOIN device d ON d.account = f.account WHERE d.hash = $1 AND f.kind = $2 AND f.counter >= 0 LIMIT 40", &q));
	TRY(db_put_blob(q, 1, hash_str(&h)));
	TRY(db_put_int(q, 2, FACTOR_PASSKEY));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(list, hex_json(db_blob(q, 0)));
	}
out:
	db_done(q);
	return rc;
}

enum rc
auth_challenge(struct auth *a, struct str token, struct str device, struct buf *ret)
{
	static const struct opaque_id nobody;
	uint8_t challenge[CHALLENGE_BYTES];
	json_t *list = json_array(), *answer;
	struct session s = { 0 };
	struct hash h;
	enum rc rc = RC_OK;

	if (token.n) {
		TRY(whose(a, token, &h, &s));
		TRY(passkeys_json(a, &s.account, true, list));
	} else {
		TRY(device_passkeys(a, device, list));
	}
	challenge_new(a, token.n ? CHALLENGE_ADD : CHALLENGE_SIGN_IN, token.n ? &s.account : &nobody, challenge);
	answer = json_pack("{s:o, s:s}", "challenge", hex_json((struct str){ (const char *)challenge, sizeof(challenge) }), "rp", a->settings.host_name);
	json_object_set(answer, "passkeys", list);
	if (token.n) {
		json_object_set_new(answer, "user", hex_json(id_str(&s.account)));
		json_object_set_new(answer, "name", json_string(s.name));
		json_object_set_new(answer, "display", text_json(str_of(s.display)));
	}
	rc = dump(answer, ret);
out:
	json_decref(list);
	return rc;
}

/* ---- changes */

struct change {
	const struct me_change *ask;
	struct hash             here;
	struct session          session;
	struct passkey          passkey;
	uint8_t                 challenge[CHALLENGE_BYTES];
	struct buf              password;
	struct opaque_id        object;
	char                    codes[RECOVERY_CODES][RECOVERY_CHARS + 1];
	char                    api_token[TOKEN_CHARS + 1];
	struct generator        generator;
	struct certificate      certificate;
	int64_t                 days;
};

static enum rc
others_end(struct auth *a, const struct change *c)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "DELETE FROM session WHERE account = $1 AND hash <> $2", &q));
	TRY(db_put_blob(q, 1, id_str(&c->session.account)));
	TRY(db_put_blob(q, 2, hash_str(&c->here)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
commit_password(struct auth *a, void *context)
{
	struct change *c = context;
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE account SET password = $2, password_at = $3 WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(&c->session.account)));
	TRY(db_put_text(q, 2, buf_str(&c->password)));
	TRY(db_put_int(q, 3, auth_now(a)));
	TRY(db_run(q));
	TRY(others_end(a, c));
out:
	db_done(q);
	return rc;
}

static enum rc
factor_insert(struct auth *a, const struct opaque_id *account, enum factor_kind kind, struct str label, struct str handle, struct str data, int64_t counter, const struct opaque_id *id)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "INSERT INTO factor (id, account, kind, label, handle, data, counter, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_put_blob(q, 2, id_str(account)));
	TRY(db_put_int(q, 3, kind));
	TRY(db_put_text(q, 4, label));
	TRY(db_put_blob(q, 5, handle));
	TRY(db_put_blob(q, 6, data));
	TRY(db_put_int(q, 7, counter));
	TRY(db_put_int(q, 8, auth_now(a)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
commit_passkey(struct auth *a, void *context)
{
	struct change *c = context;
	uint8_t data[4 + PASSKEY_KEY_MAX];
	enum rc rc = RC_OK;

	put_be32(data, (uint32_t)c->passkey.algorithm);
	memcpy(data + 4, c->passkey.key, c->passkey.key_n);
	TRY(challenge_spend(a, c->challenge));
	TRY(factor_insert(a, &c->session.account, FACTOR_PASSKEY, c->ask->a, (struct str){ (const char *)c->passkey.id, c->passkey.id_n },
	    (struct str){ (const char *)data, 4 + c->passkey.key_n }, c->passkey.counter, &c->object));
	TRY(others_end(a, c));
out:
	return rc;
}

static enum rc
commit_certificate(struct auth *a, void *context)
{
	struct change *c = context;
	const struct client_proof *p = &c->certificate.proof;
	uint8_t data[8 + PROOF_NAME_MAX];
	size_t n = strlen(p->issuer);
	enum rc rc = RC_OK;

	put_be64(data, (uint64_t)p->not_after_us);
	memcpy(data + 8, p->issuer, n);
	TRY(challenge_spend(a, p->random));
	TRY(factor_insert(a, &c->session.account, FACTOR_CERTIFICATE, c->ask->a, (struct str){ (const char *)p->key, PROOF_KEY_BYTES }, (struct str){ (const char *)data, 8 + n }, 0, &c->object));
	TRY(others_end(a, c));
out:
	return rc;
}

static enum rc
prepare_certificate(struct auth *a, struct change *c)
{
	random_bytes(c->object.b, sizeof(c->object.b));
	return certificate_prepare(a, &c->session, c->ask->a, c->ask->b, &c->certificate);
}

static enum rc
commit_remove(struct auth *a, void *context)
{
	struct change *c = context;
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "DELETE FROM factor WHERE id = $1 AND account = $2 AND kind = $3", &q));
	TRY(db_put_blob(q, 1, id_str(&c->object)));
	TRY(db_put_blob(q, 2, id_str(&c->session.account)));
	TRY(db_put_int(q, 3, c->ask->what == ME_CERTIFICATE_REMOVE ? FACTOR_CERTIFICATE : FACTOR_PASSKEY));
	TRY(db_run(q));
	if (db_changed(a->db) != 1)
		TRY(FAIL(RC_NOTFOUND, "no such factor of yours"));
	TRY(others_end(a, c));
out:
	db_done(q);
	return rc;
}

/* Crockford's alphabet: no i, l, o, u. */
static void
code_new(char ret[RECOVERY_CHARS + 1])
{
	static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
	uint8_t bytes[RECOVERY_CHARS];

	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < RECOVERY_CHARS; i++)
		ret[i] = letters[bytes[i] & 31];
	ret[RECOVERY_CHARS] = '\0';
	wipe(bytes, sizeof(bytes));
}

static enum rc
commit_recovery(struct auth *a, void *context)
{
	struct change *c = context;
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "DELETE FROM factor WHERE account = $1 AND kind = $2", &q));
	TRY(db_put_blob(q, 1, id_str(&c->session.account)));
	TRY(db_put_int(q, 2, FACTOR_RECOVERY));
	TRY(db_run(q));
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		struct opaque_id id;
		struct hash h;

		code_new(c->codes[i]);
		token_hash(TOKEN_RECOVERY, str_of(c->codes[i]), &h);
		random_bytes(id.b, sizeof(id.b));
		TRY(factor_insert(a, &c->session.account, FACTOR_RECOVERY, STR(""), hash_str(&h), STR(""), 0, &id));
	}
out:
	db_done(q);
	return rc;
}

static enum rc
commit_session(struct auth *a, void *context)
{
	struct change *c = context;
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "DELETE FROM session WHERE account = $1 AND substr(hash, 1, 16) = $2", &q));
	TRY(db_put_blob(q, 1, id_str(&c->session.account)));
	TRY(db_put_blob(q, 2, id_str(&c->object)));
	TRY(db_run(q));
	if (db_changed(a->db) < 1)
		rc = FAIL(RC_NOTFOUND, "no such session of yours");
out:
	db_done(q);
	return rc;
}

static enum rc
commit_others(struct auth *a, void *context)
{
	return others_end(a, context);
}

static enum rc
commit_token(struct auth *a, void *context)
{
	struct change *c = context;

	return api_token_insert(a, &c->object, &c->session.account, c->ask->a, c->ask->b, auth_now(a) + c->days * DAY_US, str_of(c->api_token));
}

static enum rc
commit_token_end(struct auth *a, void *context)
{
	struct change *c = context;

	return api_token_delete(a, &c->object, &c->session.account);
}

static enum rc
prepare_token(struct auth *a, struct change *c)
{
	uint8_t scope[SCOPE_BYTES];
	int64_t live;
	enum rc rc = RC_OK;

	if (account_display_allowed(c->ask->a) != RC_OK) {
		rc_trail_clear();
		return FAIL(RC_SYNTAX, "token-label: a token's name has 1 to %d characters", ACCOUNT_NAME_MAX);
	}
	TRY(api_scope_of(c->ask->b, scope));
	if (num_parse(c->ask->c, 1, API_DAYS_MAX, &c->days) != RC_OK) {
		rc_trail_clear();
		return FAIL(RC_SYNTAX, "token-days: a token lives 1 to %d days", API_DAYS_MAX);
	}
	TRY(api_token_each(a, &c->session.account, NULL, NULL, &live));
	if (live >= API_TOKENS_MAX)
		TRY(FAIL(RC_LIMIT, "tokens-full: an account has at most %d tokens", API_TOKENS_MAX));
	random_bytes(c->object.b, sizeof(c->object.b));
	api_token_new(c->api_token);
out:
	return rc;
}

static enum rc
prepare_password(struct auth *a, struct change *c)
{
	struct query *q = NULL;
	struct buf encoded = BUF(512);
	bool row, right;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT password FROM account WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(&c->session.account)));
	TRY(db_step(q, &row));
	TRY(buf_add(&encoded, row ? db_text(q, 0) : STR_NONE));
	right = password_verify(buf_str(&encoded), c->ask->a);
	if (!right)
		TRY(FAIL(RC_SYNTAX, "password-old: the password in use is another one"));
	TRY(password_allowed(&a->settings.password, c->ask->b, str_of(c->session.name), str_of(c->session.display)));
	TRY(password_hash(c->ask->b, a->settings.hash_ops, a->settings.hash_kib, &c->password));
out:
	db_done(q);
	wipe_buf(&encoded);
	return rc;
}

static enum rc
prepare_passkey(struct auth *a, struct change *c)
{
	struct passkey_site site = auth_site(a);
	struct factor known;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	if (account_display_allowed(c->ask->a) != RC_OK) {
		rc_trail_clear();
		return FAIL(RC_SYNTAX, "label-length: a passkey's name has 1 to %d characters", ACCOUNT_NAME_MAX);
	}
	TRY(passkey_challenge(c->ask->b, c->challenge));
	TRY(challenge_check(a, CHALLENGE_ADD, &c->session.account, c->challenge));
	TRY(passkey_register(&site, c->ask->b, c->ask->c, c->challenge, &c->passkey));
	rc = factor_of_passkey(a, (struct str){ (const char *)c->passkey.id, c->passkey.id_n }, &known);
	if (rc == RC_OK)
		TRY(FAIL(RC_CONFLICT, "passkey-known: this authenticator is registered already"));
	if (rc != RC_NOTFOUND)
		goto out;
	rc_trail_clear();
	rc = RC_OK;
	TRY(db_query(a->db, "SELECT count(*) FROM factor WHERE account = $1 AND kind = $2", &q));
	TRY(db_put_blob(q, 1, id_str(&c->session.account)));
	TRY(db_put_int(q, 2, FACTOR_PASSKEY));
	TRY(db_step(q, &row));
	if (row && db_int(q, 0) >= FACTORS_MAX)
		rc = FAIL(RC_LIMIT, "passkeys-full: an account has at most %d", FACTORS_MAX);
	random_bytes(c->object.b, sizeof(c->object.b));
out:
	db_done(q);
	return rc;
}

static enum rc
prepare_generator(struct auth *a, struct change *c)
{
	enum rc rc = RC_OK;

	TRY(generator_match(a, &c->session.account, false, auth_now(a), c->ask->a, &c->generator));
	if (c->generator.step == 0)
		rc = FAIL(RC_SYNTAX, "generator-code: not the code of a hardware token that was assigned to you");
out:
	return rc;
}

static enum rc
commit_generator(struct auth *a, void *context)
{
	struct change *c = context;
	enum rc rc = RC_OK;

	TRY(generator_use(a, &c->session.account, &c->generator, true));
	TRY(others_end(a, c));
out:
	return rc;
}

static enum rc
prepare_id(struct auth *a, struct change *c)
{
	(void)a;
	return hex_decode(c->ask->a, c->object.b, ID_BYTES);
}

static const struct { const char *name; bool guarded; enum rc (*prepare)(struct auth *, struct change *); enum rc (*commit)(struct auth *, void *); } changes[ME_COUNT] = {
	[ME_PASSWORD] = { "password-change", true, prepare_password, commit_password },
	[ME_PASSKEY_ADD] = { "passkey-add", true, prepare_passkey, commit_passkey },
	[ME_PASSKEY_REMOVE] = { "passkey-remove", true, prepare_id, commit_remove },
	[ME_RECOVERY_NEW] = { "recovery-codes", true, NULL, commit_recovery },
	[ME_SESSION_END] = { "session-end", false, prepare_id, commit_session },
	[ME_TOKEN_ADD] = { "token-add", true, prepare_token, commit_token },
	[ME_TOKEN_END] = { "token-end", false, prepare_id, commit_token_end },
	[ME_GENERATOR_PROVE] = { "generator-prove", true, prepare_generator, commit_generator },
	[ME_CERTIFICATE_ADD] = { "certificate-add", true, prepare_certificate, commit_certificate },
	[ME_CERTIFICATE_REMOVE] = { "certificate-remove", true, prepare_id, commit_remove },
	[ME_OTHERS_END] = { "sessions-end", false, NULL, commit_others },
};

/*= S-3-2 */
/*= S-3-4 */
enum rc
auth_me_change(struct auth *a, const struct me_change *ask, struct buf *ret)
{
	struct change c = { .ask = ask, .password = BUF(512) };
	struct record r = { .type = LEAF_ACT_BEGIN };
	enum rc rc = RC_OK;

	if (ask->what <= ME_NONE || ask->what >= ME_COUNT)
		return FAIL(RC_SYNTAX, "no such change");
	TRY(whose(a, ask->token, &c.here, &c.session));
	if (c.session.glass)
		TRY(FAIL(RC_DENIED, "非常用の入口からは、本人の要素やトークンを変えられません / a sealed code changes nobody's factors and tokens"));
	if (ask->what == ME_CERTIFICATE_STEP_UP) {
		rc = certificate_step_up(a, ask->token, &c.session, ask->a, ask->b);
		goto out;
	}
	if (changes[ask->what].guarded && auth_now(a) - c.session.stepped_up_at_us >= STEP_UP_US)
		TRY(FAIL(RC_DENIED, "guard:step-up: a factor must be shown again first"));
	if (changes[ask->what].prepare)
		TRY(changes[ask->what].prepare(a, &c));
	r.name = changes[ask->what].name;
	r.actor = r.object = c.session.account;
	r.members[0].key = "name";
	r.members[0].value = str_of(c.session.name);
	if (ask->what == ME_TOKEN_ADD) { /* keys in order: acts, days, name */
		r.members[0].key = "acts";
		r.members[0].value = ask->b;
		r.members[1].key = "days";
		r.members[1].value = ask->c;
		r.members[2].key = "name";
		r.members[2].value = str_of(c.session.name);
	}
	pthread_mutex_lock(&a->state);
	rc = record_act(a, &r, changes[ask->what].commit, &c);
	pthread_mutex_unlock(&a->state);
	for (size_t i = 0; i < RECOVERY_CODES && rc == RC_OK && ask->what == ME_RECOVERY_NEW; i++)
		rc = buf_addf(ret, "%.4s-%.4s-%.4s\n", c.codes[i], c.codes[i] + 4, c.codes[i] + 8);
	if (rc == RC_OK && ask->what == ME_TOKEN_ADD)
		rc = buf_addf(ret, "%s\n", c.api_token);
out:
	wipe(c.api_token, sizeof(c.api_token));
	wipe(c.codes, sizeof(c.codes));
	wipe_buf(&c.password);
	return rc;
}
