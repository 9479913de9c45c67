// SPDX-License-Identifier: Apache-2.0
/*
 * Accounts of the machine the station runs on: locked and unlocked by apply, one fixed program each.
 *
 * First the machine, then the register: what was interrupted between the two is seen by the controls, which look at the
 * machine itself. The row stays; "locked_on" says that the station did it, and its undo takes it away again. An account
 * that nobody declared can be locked too: an intruder does not declare his.
 */
#include "apply/ask_apply.h"
#include "core/guard_int.h"
#include "core/register_int.h"
#include "core/removal.h"

#include <string.h>

#include "base/time_text.h"

#define LOCKED_ON "locked_on"

static const char *
value(const struct row *r, const char *id)
{
	const char *s = json_string_value(json_object_get(r->values, id));

	return s ? s : "";
}

/* The declared row of this account of this machine; NULL. Under lock. */
static const struct row *
row_of(const struct core *c, const char *account)
{
	size_t end, at = register_range(c, STR("os-account"), &end);

	for (; at < end; at++)
		if (strcmp(value(&c->rows[at], "account"), account) == 0 && !register_elsewhere(c, &c->rows[at]))
			return &c->rows[at];
	return NULL;
}

/*= S-3-2 */
enum rc
os_account_edits(struct core *c, const struct asked *q, struct edits *ret)
{
	const char *account = json_string_value(json_object_get(q->arguments, "id"));
	const struct row *r = account ? row_of(c, account) : NULL;
	struct civil day = time_civil(q->at_us);
	char today[16] = "";

	if (q->act == ACT_OS_ACCOUNT_LOCK)
		(void)snprintf(today, sizeof(today), "%04d-%02d-%02d", day.year % 10000, day.month % 100, day.day % 100); /* fits */
	if (r && strcmp(value(r, LOCKED_ON), today) != 0 && !(*today && *value(r, LOCKED_ON)))
		edits_set(ret, r, LOCKED_ON, today);
	return RC_OK;
}

/* What core knows before it asks: so that nobody waits for an answer that is no. */
static enum rc
possible(const struct core *c, const char *account)
{
	if (account == NULL || *account == '\0')
		return FAIL(RC_SYNTAX, "id: アカウント名が要ります / the name of the account is needed");
	if (strcmp(c->mode, "root") != 0)
		return FAIL(RC_CONFLICT, "番所は root で動いていないため、この機械のアカウントを変えられません。手で usermod --lock --expiredate 1 を行い、届出に日付を書いてください / "
		    "the station was not started by root and cannot change accounts of this machine: run usermod --lock --expiredate 1 by hand and write the day into the register");
	return RC_OK;
}

enum rc
os_account_apply(struct core *c, enum act act, const char *account, struct applied *ret)
{
	enum rc rc = RC_OK;

	TRY(possible(c, account));
	TRY(ask_apply_os_account(c->warden, PROC_CORE, act == ACT_OS_ACCOUNT_LOCK ? APPLY_OS_ACCOUNT_LOCK : APPLY_OS_ACCOUNT_UNLOCK, str_of(account), ret));
out:
	return rc;
}

static enum rc
change(struct core *c, const struct actor *who, enum act act, json_t *arguments, json_t **ret)
{
	const char *account = json_string_value(json_object_get(arguments, "id"));
	struct edits edits = { NULL, 0, 0 };
	struct applied done;
	char row[2 * ID_BYTES + 1] = "";
	enum rc rc = RC_OK;

	TRY(os_account_apply(c, act, account, &done));
	TRY(register_edit(c, who, act, arguments, &edits));
	core_lock(c);
	if (row_of(c, account))
		memcpy(row, row_of(c, account)->id, sizeof(row));
	core_unlock(c);
	*ret = json_pack("{s:I, s:s, s:s, s:o, s:o}", "at", (json_int_t)core_now_us(), "id", account, "state", act == ACT_OS_ACCOUNT_LOCK ? "locked" : "unlocked",
	    "ended", done.hidden ? json_null() : json_integer((json_int_t)done.processes), "row", *row ? json_string(row) : json_null());
out:
	edits_free(&edits);
	return rc;
}

/*= S-3-2 */
enum rc
do_os_account_lock(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return change(c, who, ACT_OS_ACCOUNT_LOCK, arguments, ret);
}

enum rc
do_os_account_unlock(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return change(c, who, ACT_OS_ACCOUNT_UNLOCK, arguments, ret);
}

/* Each an act of its own in the ledger; what cannot be locked here stays marked in its register, as a card or a key does. */
/*= S-3-2 */
json_t *
os_accounts_lock(struct core *c, const struct actor *who, const struct edits *edits)
{
	json_t *ret = json_array(), *accounts = json_array(), *account;
	size_t k;

	core_lock(c);
	for (size_t i = 0; i < edits->n; i++) {
		const struct row *r = register_row(c, str_of(edits->list[i].id));

		if (r && strcmp(r->register_id, "os-account") == 0 && *value(r, LOCKED_ON) == '\0')
			json_array_append_new(register_elsewhere(c, r) || strcmp(c->mode, "root") != 0 ? ret : accounts, json_string(value(r, "account")));
	}
	core_unlock(c);
	json_array_foreach(accounts, k, account) {
		struct actor me = *who; /* its entries are its own */
		json_t *arguments = json_pack("{s:O}", "id", account), *answer = NULL;

		if (act_perform(c, ACT_OS_ACCOUNT_LOCK, &me, arguments, &answer) != RC_OK) {
			proc_log(RC_CONFLICT, "an account of this machine could not be locked with its person");
			json_array_append(ret, account);
		}
		json_decref(arguments);
		json_decref(answer);
	}
	json_decref(accounts);
	return ret;
}

void
os_account_offered(const struct core *c, const struct actor *who, const char *row, json_t *page)
{
	const struct row *r = register_row(c, str_of(row));
	bool may = r && strcmp(r->register_id, "os-account") == 0 && strcmp(c->mode, "root") == 0 && !register_elsewhere(c, r) && act_permitted(ACT_OS_ACCOUNT_LOCK, who->session.roles);

	json_object_set_new(page, "lockable", json_boolean(may && *value(r, LOCKED_ON) == '\0'));
	json_object_set_new(page, "unlockable", json_boolean(may && *value(r, LOCKED_ON)));
}
