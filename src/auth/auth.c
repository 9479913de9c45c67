// SPDX-License-Identifier: Apache-2.0
/* A running auth: opened, started, tidied, closed. */
#include "auth/auth_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"

#define DEVICE_DAYS 400 /* a device unused for longer is forgotten */

int64_t
auth_now(const struct auth *a)
{
	return a->clock.now_us(a->clock.context);
}

void
wipe_buf(struct buf *b)
{
	if (b->p)
		wipe(b->p, b->cap);
	buf_free(b);
}

static void
origin_of(const char *host, int port, char ret[320])
{
	if (port == 0)
		ret[0] = '\0';
	else if (port == 443)
		(void)snprintf(ret, 320, "https://%s", host); /* a host name fits */
	else
		(void)snprintf(ret, 320, "https://%s:%d", host, port);
}

enum rc
auth_open(const char *path, const struct auth_settings *settings, struct auth_clock clock, struct peer *ledger, struct peer *vault, struct auth **ret)
{
	struct auth *a = calloc(1, sizeof(*a));
	enum rc rc = RC_OK;

	if (a == NULL)
		abort();
	a->settings = *settings;
	a->clock = clock;
	a->ledger = ledger;
	a->vault = vault;
	pthread_mutex_init(&a->state, NULL);
	pthread_mutex_init(&a->console_lock, NULL);
	if (settings->lock_after_failures < 1 || settings->lock_minutes < 1 || settings->idle_minutes < 1 || settings->session_minutes < 1) {
		rc = FAIL(RC_SYNTAX, "settings of sign-in must be 1 or more");
		goto out;
	}
	origin_of(settings->host_name, settings->port, a->origin);
	origin_of(settings->host_name, settings->admin_port, a->admin_origin);
	TRY(secret_random(&a->challenge_key, 32));
	TRY(db_open(path, auth_migrations, auth_migrations_count, &a->db));
	*ret = a;
	a = NULL;
out:
	auth_close(a);
	return rc;
}

void
auth_close(struct auth *a)
{
	if (a == NULL)
		return;
	db_close(a->db);
	secret_free(&a->month_key);
	secret_free(&a->challenge_key);
	pthread_mutex_destroy(&a->state);
	pthread_mutex_destroy(&a->console_lock);
	free(a);
}

static enum rc
mark_recorded(struct auth *a, void *context)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE account SET recorded = 1 WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(context)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* An account that init made has no leaf yet: it gets one before anyone signs in. */
static enum rc
record_unrecorded(struct auth *a)
{
	for (;;) {
		struct query *q = NULL;
		struct record r = { .type = LEAF_ACT_BEGIN, .name = "account-create" };
		char name[ACCOUNT_NAME_MAX + 1] = "", created[32] = "";
		char role[ROLES_WORDS_MAX] = "";
		bool row = false;
		enum rc rc = RC_OK;

		TRY(db_query(a->db, "SELECT id, name, roles, created_at FROM account WHERE recorded = 0 AND name <> '' LIMIT 1", &q));
		TRY(db_step(q, &row));
		if (row) {
			struct str n = db_text(q, 1), id = db_blob(q, 0);
			struct buf at = BUF(sizeof(created) - 1);

			copy_id(id, &r.object);
			copy_text(n, name, sizeof(name));
			(void)roles_words((uint32_t)db_int(q, 2), role);
			rc = time_utc(&at, db_int(q, 3));
			memcpy(created, buf_cstr(&at), at.n + 1);
			buf_free(&at);
		}
out:
		db_done(q);
		if (rc != RC_OK || !row)
			return rc;
		r.members[0].key = "created_at";
		r.members[0].value = str_of(created);
		r.members[1].key = "name";
		r.members[1].value = str_of(name);
		r.members[2].key = "role";
		r.members[2].value = str_of(role);
		pthread_mutex_lock(&a->state);
		rc = record_act(a, &r, mark_recorded, &r.object);
		pthread_mutex_unlock(&a->state);
		if (rc != RC_OK)
			return rc;
	}
}

enum rc
auth_start(struct auth *a)
{
	const struct record started = { .type = LEAF_STATION, .name = STATION_STARTED };
	uint64_t ignored;
	enum rc rc = RC_OK;

	TRY(decoy_make(a));
	TRY(record_resume(a));
	TRY(record_put(a, &started, 1, &ignored)); /* what else was open ends here as interrupted */
	TRY(record_unrecorded(a));
	TRY(tally_started(a));
out:
	return rc;
}

static enum rc
run_at(struct db *db, const char *sql, int64_t first, int64_t second)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(db, sql, &q));
	TRY(db_put_int(q, 1, first));
	if (second)
		TRY(db_put_int(q, 2, second));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

void
auth_tidy(struct auth *a)
{
	int64_t now = auth_now(a);
	int idle = a->settings.idle_minutes, age = a->settings.session_minutes;
	enum rc rc = RC_OK;

	for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) { /* what no role may keep; each use asks its own */
		idle = a->settings.of_role[r].idle_minutes > idle ? a->settings.of_role[r].idle_minutes : idle;
		age = a->settings.of_role[r].session_minutes > age ? a->settings.of_role[r].session_minutes : age;
	}
	TRY(run_at(a->db, "DELETE FROM session WHERE signed_in_at < $1 OR seen_at < $2", now - age * MINUTE_US, now - (idle + 1) * MINUTE_US));
	TRY(run_at(a->db, "DELETE FROM link WHERE expires_at < $1", now - 30 * DAY_US, 0));
	TRY(run_at(a->db, "DELETE FROM api_token WHERE expires_at < $1", now, 0));
	TRY(run_at(a->db, "DELETE FROM challenge WHERE used_at < $1", now - 2 * CHALLENGE_LIFE_US, 0));
	TRY(run_at(a->db, "DELETE FROM generator_pending WHERE at < $1", now - HOUR_US, 0));
	TRY(run_at(a->db, "DELETE FROM device WHERE last_at < $1", now - DEVICE_DAYS * DAY_US, 0));
	TRY(term_tidy(a));
out:
	if (rc != RC_OK)
		rc_trail_clear(); /* tried again at the next tick; every use checks the times itself */
}

void
auth_console_set(struct auth *a, struct str token)
{
	pthread_mutex_lock(&a->console_lock);
	token_hash(TOKEN_CONSOLE, token, &a->console);
	a->console_at_us = auth_now(a);
	a->console_set = true;
	pthread_mutex_unlock(&a->console_lock);
}
