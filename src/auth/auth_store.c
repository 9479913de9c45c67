// SPDX-License-Identifier: Apache-2.0
/* The store of accounts: its schema, its tokens, and the rows that init and the running auth both write. */
#include "auth/auth_int.h"

#include <stdio.h>
#include <string.h>

#include "base/time_text.h"

/*
 * An account named '' is the decoy: names nobody has are tried against it, so
 * that they cost the same work. `act` holds begin leaves whose outcome is not written yet.
 */
const char *const auth_migrations[] = {
	"CREATE TABLE account (id BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, display TEXT NOT NULL, role INTEGER NOT NULL,"
	" created_at INTEGER NOT NULL, recorded INTEGER NOT NULL, enrolled INTEGER NOT NULL DEFAULT 0, password TEXT, seed BLOB,"
	" last_step INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0, locked_until INTEGER NOT NULL DEFAULT 0,"
	" last_sign_in INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE link (hash BLOB PRIMARY KEY, account BLOB NOT NULL, expires_at INTEGER NOT NULL, spent_at INTEGER NOT NULL DEFAULT 0, seed BLOB);"
	"CREATE TABLE device (hash BLOB NOT NULL, account BLOB NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,"
	" failures INTEGER NOT NULL DEFAULT 0, locked_until INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (hash, account));"
	"CREATE TABLE session (hash BLOB PRIMARY KEY, account BLOB NOT NULL, signed_in_at INTEGER NOT NULL, seen_at INTEGER NOT NULL);"
	"CREATE TABLE act (begin INTEGER PRIMARY KEY, name TEXT NOT NULL, actor BLOB NOT NULL, object BLOB NOT NULL);",
	/* a set of roles, 1 << number each */
	"ALTER TABLE account RENAME COLUMN role TO roles;"
	"UPDATE account SET roles = CASE WHEN roles = 0 THEN 0 ELSE 1 << roles END;"
	/* when a factor was last shown in this session; how often a wrong one was since */
	"ALTER TABLE session ADD COLUMN stepped_up_at INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE session ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;",
	/*
	 * Further factors. Passkey: handle is the credential's id, data its COSE algorithm and key, counter the authenticator's (-1: it went back,
	 * never again). Recovery code: handle is its hash; spent, the row goes. Challenges are kept once they were used, until they would be too old anyway.
	 */
	"CREATE TABLE factor (id BLOB PRIMARY KEY, account BLOB NOT NULL, kind INTEGER NOT NULL, label TEXT NOT NULL, handle BLOB NOT NULL, data BLOB NOT NULL,"
	" counter INTEGER NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, handle));"
	"CREATE INDEX factor_account ON factor (account, kind);"
	"CREATE TABLE challenge (hash BLOB PRIMARY KEY, used_at INTEGER NOT NULL);"
	"ALTER TABLE account ADD COLUMN suspended_at INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN password_at INTEGER NOT NULL DEFAULT 0;",
	/* how often something happened, and when last: of what the station is judged by itself (facts.c) */
	"CREATE TABLE tally (name TEXT PRIMARY KEY, n INTEGER NOT NULL, last_at INTEGER NOT NULL);",
	"CREATE TABLE api_token (id BLOB PRIMARY KEY, hash BLOB NOT NULL UNIQUE, account BLOB NOT NULL, label TEXT NOT NULL, acts TEXT NOT NULL,"
	" created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL DEFAULT 0);"
	"CREATE INDEX api_token_account ON api_token (account);",
	/* whose it is, and its term: a row of the roster, from and until (0: open), when its end was seen, when it was removed */
	("ALTER TABLE account ADD COLUMN person BLOB; ALTER TABLE account ADD COLUMN from_at INTEGER NOT NULL DEFAULT 0; ALTER TABLE account ADD COLUMN until_at INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN ended_at INTEGER NOT NULL DEFAULT 0; ALTER TABLE account ADD COLUMN removed_at INTEGER NOT NULL DEFAULT 0;"),
	/* hardware tokens: seeds wrapped under their serial; whose (NULL: nobody's yet); those of a list that was checked and waits for its import */
	("CREATE TABLE generator (serial TEXT PRIMARY KEY, seed BLOB NOT NULL, digits INTEGER NOT NULL, period INTEGER NOT NULL, algorithm INTEGER NOT NULL, imported_at INTEGER NOT NULL,"
	" account BLOB, assigned_at INTEGER NOT NULL DEFAULT 0, proven_at INTEGER NOT NULL DEFAULT 0, last_step INTEGER NOT NULL DEFAULT 0); CREATE INDEX generator_account ON generator (account);"
	"CREATE TABLE generator_pending (digest BLOB NOT NULL, by BLOB NOT NULL, at INTEGER NOT NULL, serial TEXT NOT NULL, seed BLOB NOT NULL, digits INTEGER NOT NULL, period INTEGER NOT NULL,"
	" algorithm INTEGER NOT NULL, PRIMARY KEY (by, digest, serial));"),
	/* the sealed code for an emergency; the session it opened has its roles and its end */
	("CREATE TABLE glass (hash BLOB PRIMARY KEY, roles INTEGER NOT NULL, minutes INTEGER NOT NULL, sealed_at INTEGER NOT NULL, spent_at INTEGER NOT NULL DEFAULT 0);"
	"ALTER TABLE session ADD COLUMN glass_roles INTEGER NOT NULL DEFAULT 0; ALTER TABLE session ADD COLUMN glass_until INTEGER NOT NULL DEFAULT 0;"),
	/* Certificate, a factor of kind 3: handle is the hash of its public key, data its end and its issuer. Whatever takes one away, it never opens anything again. */
	("CREATE TABLE certificate_ended (key BLOB PRIMARY KEY, account BLOB NOT NULL);"
	"CREATE TRIGGER certificate_ends AFTER DELETE ON factor WHEN old.kind = 3 BEGIN INSERT OR IGNORE INTO certificate_ended (key, account) VALUES (old.handle, old.account); END;"),
};
const size_t auth_migrations_count = sizeof(auth_migrations) / sizeof(auth_migrations[0]);

struct str
hash_str(const struct hash *h)
{
	return (struct str){ (const char *)h->b, sizeof(h->b) };
}

struct str
id_str(const struct opaque_id *id)
{
	return (struct str){ (const char *)id->b, ID_BYTES };
}

void
copy_text(struct str s, char *to, size_t size)
{
	size_t n = s.n < size ? s.n : size - 1;

	if (n)
		memcpy(to, s.p, n);
	to[n] = '\0';
}

void
copy_id(struct str s, struct opaque_id *to)
{
	memset(to, 0, sizeof(*to));
	if (s.n == ID_BYTES)
		memcpy(to->b, s.p, ID_BYTES);
}

struct str
roles_words(uint32_t roles, char words[ROLES_WORDS_MAX])
{
	size_t n = 0;

	words[0] = '\0';
	for (enum role r = roles_next(roles, ROLE_NONE); r != ROLE_NONE; r = roles_next(roles, r))
		n += (size_t)snprintf(words + n, ROLES_WORDS_MAX - n, "%s%s", n ? " " : "", role_name(r));
	return str_of(words);
}

static void
hex_of(const uint8_t *bytes, size_t n, char *to)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		to[2 * i] = digits[bytes[i] >> 4];
		to[2 * i + 1] = digits[bytes[i] & 15];
	}
	to[2 * n] = '\0';
}

void
token_new(char ret[TOKEN_CHARS + 1])
{
	uint8_t bytes[TOKEN_CHARS / 2];

	random_bytes(bytes, sizeof(bytes));
	hex_of(bytes, sizeof(bytes), ret);
	wipe(bytes, sizeof(bytes));
}

void
token_hash(enum token_use use, struct str token, struct hash *ret)
{
	static const char *const words[] = { [TOKEN_SESSION] = "tsujiban session v1\n", [TOKEN_DEVICE] = "tsujiban device v1\n",
		[TOKEN_LINK] = "tsujiban link v1\n", [TOKEN_CSRF] = "tsujiban csrf v1\n", [TOKEN_CONSOLE] = "tsujiban console v1\n",
		[TOKEN_RECOVERY] = "tsujiban recovery v1\n", [TOKEN_API] = "tsujiban api v1\n", [TOKEN_GLASS] = "tsujiban glass v1\n" };

	hash_two(str_of(words[use]), token, ret);
}

enum rc
account_insert(struct db *db, const struct opaque_id *id, struct str name, struct str display, uint32_t roles, int64_t now_us, bool recorded)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(db, "INSERT INTO account (id, name, display, roles, created_at, recorded) VALUES ($1, $2, $3, $4, $5, $6)", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_put_text(q, 2, name));
	TRY(db_put_text(q, 3, display));
	TRY(db_put_int(q, 4, roles));
	TRY(db_put_int(q, 5, now_us));
	TRY(db_put_int(q, 6, recorded));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
link_new(struct db *db, const struct opaque_id *account, int64_t now_us, char ret[TOKEN_CHARS + 1])
{
	struct query *q = NULL;
	struct hash h;
	enum rc rc = RC_OK;

	token_new(ret);
	token_hash(TOKEN_LINK, (struct str){ ret, TOKEN_CHARS }, &h);
	TRY(db_query(db, "INSERT INTO link (hash, account, expires_at) VALUES ($1, $2, $3)", &q));
	TRY(db_put_blob(q, 1, hash_str(&h)));
	TRY(db_put_blob(q, 2, id_str(account)));
	TRY(db_put_int(q, 3, now_us + LINK_HOURS * HOUR_US));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}
