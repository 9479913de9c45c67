// SPDX-License-Identifier: Apache-2.0
/*
 * What the station finds about accounts by itself, each with its reason: dormant, of nobody, privileged without need,
 * orphan, perhaps shared, overdue for rotation. Nothing here decides; the same numbers feed the controls of the station.
 */
#include "core/removal.h"

#include <string.h>

#include "base/calendar.h"
#include "base/num.h"
#include "base/time_text.h"

/* The limits are parameters of the controls that judge accounts: what a clause says, or their own. */
struct finding_list { json_t *rows; enum lang lang; int64_t now_us, dormant_days, unused_days, devices; };

static void
found(struct finding_list *l, const char *kind, enum msg sentence, const char *name, const char *link, const char *segment, int64_t since_us, int64_t n, int64_t limit)
{
	json_array_append_new(l->rows, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "kind", kind, "name", name, "link", link, "segment", segment, "since", view_time(since_us),
	    "sentence", view_sentence(sentence, l->lang, MSG_ARGS(MSG_N("n", n), MSG_N("limit", limit)))));
}

/* When each account last did what only the privileged may: {hexadecimal id: time}. */
static enum rc
last_privileged(struct core *c, json_t *ret)
{
	struct buf sql = BUF(16384);
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(buf_add_c(&sql, "select actor, max(at_us) from access where name in (''"));
	for (enum act a = ACT_NONE + 1; a < ACT_COUNT; a++) {
		uint32_t plain = 0, roles = act_row(a)->roles;

		for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
			plain |= roles_privileged(ROLE_BIT(r)) ? 0 : ROLE_BIT(r);
		if (roles && !(roles & plain))
			TRY(buf_addf(&sql, ", '%s'", act_row(a)->id)); /* words of our own */
	}
	TRY(buf_add_c(&sql, ") group by actor"));
	TRY(db_query(c->db, buf_cstr(&sql), &q));
	for (;;) {
		struct opaque_id id = { { 0 } };
		char hex[2 * ID_BYTES + 1];

		TRY(db_step(q, &row));
		if (!row)
			break;
		if (db_blob(q, 0).n == ID_BYTES)
			memcpy(id.b, db_blob(q, 0).p, ID_BYTES);
		people_hex(&id, hex);
		json_object_set_new(ret, hex, json_integer((json_int_t)db_int(q, 1)));
	}
out:
	db_done(q);
	buf_free(&sql);
	return rc;
}

static bool
usable(const struct account *a)
{
	return a->enrolled && a->suspended_at_us == 0 && a->removed_at_us == 0 && a->ended_at_us == 0;
}

/* Under lock. */
static void
of_account(struct core *c, struct finding_list *l, const struct account *a, const json_t *privileged)
{
	int64_t quiet = a->last_sign_in_at_us ? a->last_sign_in_at_us : a->created_at_us, used;
	char hex[2 * ID_BYTES + 1];
	struct term t = { .state = TERM_STATE_NOW };

	if (a->removed_at_us)
		return;
	people_hex(&a->id, hex);
	used = json_integer_value(json_object_get(privileged, hex));
	used = used ? used : a->created_at_us;
	if (!people_nobody(&a->person))
		people_term_of(c, &a->person, l->now_us, &t);
	if (people_nobody(&a->person))
		found(l, "no-person", MSG_FOUND_NO_PERSON, a->display, "account", a->name, a->created_at_us, 0, 0);
	else if (t.state == TERM_STATE_OVER || t.state == TERM_STATE_REFUSED)
		found(l, "orphan", usable(a) ? MSG_FOUND_LAST_ADMINISTRATOR : MSG_FOUND_ACCOUNT_ENDED, a->display, "account", a->name, a->ended_at_us ? a->ended_at_us : a->until_us, 0, 0);
	if (t.waiting)
		found(l, "waiting", MSG_FOUND_WAITING, a->display, "account", a->name, 0, 0, 0);
	if (usable(a) && quiet < l->now_us - l->dormant_days * DAY_US)
		found(l, "dormant", MSG_FOUND_DORMANT, a->display, "account", a->name, quiet, (l->now_us - quiet) / DAY_US, l->dormant_days);
	if (usable(a) && roles_privileged(a->roles) && used < l->now_us - l->unused_days * DAY_US)
		found(l, "unused", MSG_FOUND_UNUSED, a->display, "account", a->name, used, (l->now_us - used) / DAY_US, l->unused_days);
	if (usable(a) && a->devices >= l->devices)
		found(l, "shared", MSG_FOUND_SHARED, a->display, "account", a->name, 0, a->devices, l->devices);
}

static const char *
text_of(const struct row *r, const char *field)
{
	const char *s = json_string_value(json_object_get(r->values, field));

	return s ? s : "";
}

static bool
past(const struct row *r, const char *field, int64_t now_us, int64_t *ret)
{
	bool good = *text_of(r, field) && time_parse_date(str_of(text_of(r, field)), ret) == RC_OK && day_add(*ret, 1) <= now_us;

	rc_trail_clear();
	return good;
}

/* Under lock: something that belongs to somebody. */
static void
of_row(struct core *c, struct finding_list *l, const struct row *r)
{
	const char *owner = row_owner(r), *name = text_of(r, strcmp(r->register_id, "os-account") == 0 ? "account" : strcmp(r->register_id, "door-card") == 0 ? "number" : "name");
	struct opaque_id person = { { 0 } };
	int64_t day = 0, every;
	struct term t;

	if (*owner == '\0') {
		if (strcmp(text_of(r, "kind"), "service") != 0)
			found(l, "no-person", MSG_FOUND_ROW_NO_PERSON, name, "register-row", r->id, r->since_us, 0, 0);
	} else if (hex_decode(str_of(owner), person.b, ID_BYTES) == RC_OK) {
		people_term_of(c, &person, l->now_us, &t);
		if (t.state == TERM_STATE_OVER)
			found(l, "orphan", MSG_FOUND_ROW_ORPHAN, name, "register-row", r->id, t.until_us, 0, 0);
		else if (past(r, "unneeded_on", l->now_us, &day) || past(r, "until", l->now_us, &day))
			found(l, "orphan", MSG_FOUND_ROW_OPEN, name, "register-row", r->id, day, 0, 0);
	}
	if (num_parse(str_of(text_of(r, "rotate_days")), 1, 3650, &every) == RC_OK && (!*text_of(r, "rotated_on") || time_parse_date(str_of(text_of(r, "rotated_on")), &day) != RC_OK || day + every * DAY_US < l->now_us))
		found(l, "rotation", MSG_FOUND_ROTATION, name, "register-row", r->id, day, every, 0);
	rc_trail_clear(); /* what is no number asks for no rotation */
}

static enum rc
collect(struct core *c, struct finding_list *l)
{
	struct arena a = ARENA(4u << 20);
	json_t *privileged = json_object();
	struct account *list;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	TRY(last_privileged(c, privileged));
	core_lock(c);
	l->dormant_days = catalogue_number(c->catalogue, "dormant-accounts", "days");
	l->unused_days = catalogue_number(c->catalogue, "dormant-accounts", "privileged_days");
	l->devices = catalogue_number(c->catalogue, "no-shared-accounts", "devices");
	for (size_t i = 0; i < n; i++)
		of_account(c, l, &list[i], privileged);
	for (const char *const *id = belongings; *id; id++) {
		size_t end, at = register_range(c, str_of(*id), &end);

		for (; at < end; at++)
			of_row(c, l, &c->rows[at]);
	}
	core_unlock(c);
out:
	json_decref(privileged);
	arena_free(&a);
	return rc;
}

/*= S-3-2 */
enum rc
view_found(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct finding_list l = { .rows = json_array(), .lang = who->lang, .now_us = core_now_us() };
	enum rc rc = RC_OK;

	(void)arguments;
	TRY(collect(c, &l));
	*ret = json_pack("{s:I, s:O, s:I}", "at", (json_int_t)l.now_us, "rows", l.rows, "total", (json_int_t)json_array_size(l.rows));
out:
	json_decref(l.rows);
	return rc;
}
