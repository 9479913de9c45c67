// SPDX-License-Identifier: Apache-2.0
/* The first administrator, made while no station runs. */
#include "auth/auth_init.h"

#include "auth/auth_int.h"
#include "auth/password.h"

enum rc
auth_init(const char *path, int64_t now_us, struct str name, struct str display, char ret_link[TOKEN_CHARS + 1])
{
	struct db *db = NULL;
	struct query *q = NULL;
	struct opaque_id id;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(account_name_allowed(name));
	TRY(account_display_allowed(display));
	TRY(db_open(path, auth_migrations, auth_migrations_count, &db));
	TRY(db_begin(db));
	TRY(db_query(db, "SELECT 1 FROM account LIMIT 1", &q));
	TRY(db_step(q, &row));
	if (row) {
		rc = FAIL(RC_CONFLICT, "accounts stand here already");
		goto out;
	}
	db_done(q);
	q = NULL;
	random_bytes(id.b, sizeof(id.b));
	TRY(account_insert(db, &id, name, display, ROLE_BIT(ROLE_ADMINISTRATOR), now_us, false));
	TRY(link_new(db, &id, now_us, ret_link));
	TRY(db_commit(db));
out:
	db_done(q);
	if (rc != RC_OK && db)
		db_rollback(db);
	db_close(db);
	return rc;
}
