// SPDX-License-Identifier: Apache-2.0
/*
 * From when until when a person may work: what the roster, renewals, consents to subcontract and their decisions come to.
 *
 * Core works it out and tells auth, which keeps it per account and needs nobody at midnight. Ends are ends of days in
 * Japan. What was filed before its end and is not decided yet ends nobody. Worked out anew whenever a row changed.
 */
#include "core/people.h"

#include <string.h>

#include "base/calendar.h"
#include "base/num.h"
#include "base/time_text.h"

static struct str
value(const struct row *r, const char *field)
{
	return str_of(json_string_value(json_object_get(r->values, field)));
}

static bool
day_of(const struct row *r, const char *field, int64_t *ret)
{
	bool good = value(r, field).n && time_parse_date(value(r, field), ret) == RC_OK;

	rc_trail_clear();
	return good;
}

/* The first instant behind the day; INT64_MAX: no day. */
static int64_t
day_end(const struct row *r, const char *field)
{
	int64_t day;

	return day_of(r, field, &day) ? day_add(day, 1) : TERM_OPEN;
}

/* What the other side decided about a row as it stands now; 0 and the time: yes, no; nothing: not yet. */
enum decided { DECIDED_NOT, DECIDED_YES, DECIDED_NO };

static enum decided
decided(const struct core *c, const char *decisions, const struct row *r, int64_t *ret_at)
{
	const struct row *d = register_named(c, str_of(decisions), str_of(r->id));

	if (d == NULL || d->since_us < r->since_us)
		return DECIDED_NOT; /* what changed since is decided anew */
	*ret_at = d->since_us;
	return str_eq_c(value(d, "decision"), "yes") ? DECIDED_YES : DECIDED_NO;
}

struct asked_for { const struct row *row; enum decided decided; int64_t from_us, end_us, at_us; };

/* Rows that ask for a longer term of one thing: `of` is the field that names it. */
static size_t
asked_for(const struct core *c, const char *asks, const char *of, const char *decisions, const char *id, struct asked_for *ret, size_t max)
{
	/* their names begin with the id of what they are about, so they stand together */
	size_t n = 0, end, at = register_range(c, str_of(asks), &end), low = at, high = end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(c->rows[middle].name, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (at = low; at < end && n < max && str_eq_c(value(&c->rows[at], of), id); at++) {
		struct asked_for *a = &ret[n];

		*a = (struct asked_for){ .row = &c->rows[at], .end_us = day_end(&c->rows[at], "until") };
		if (!day_of(a->row, "from", &a->from_us))
			a->from_us = 0;
		a->decided = decided(c, decisions, a->row, &a->at_us);
		n++;
	}
	return n;
}

/* From one end to the next: as long as something joins on, waits, or was refused only later. */
static int64_t
end_moves(const struct asked_for *list, size_t n, int64_t end, bool *waiting)
{
	bool moved = true;

	while (moved && end != TERM_OPEN) {
		moved = false;
		for (size_t i = 0; i < n; i++)
			if (list[i].decided == DECIDED_YES && list[i].from_us <= end && list[i].end_us > end) {
				end = list[i].end_us;
				moved = true;
			}
	}
	for (size_t i = 0; i < n && end != TERM_OPEN; i++) {
		const struct asked_for *a = &list[i];

		if (a->row->since_us >= end || a->end_us <= end || a->decided == DECIDED_YES)
			continue;
		if (a->decided == DECIDED_NOT) {
			*waiting = true;
			return TERM_OPEN;
		}
		if (a->at_us >= end) /* refused after the end it was filed before: it stood until then, and that day is finished */
			end = day_add(a->at_us, 1);
	}
	return end;
}

#define ASKED_MAX 200

/*= S-1-2 */
static void
company_term(const struct core *c, const struct row *company, int64_t now_us, struct term *ret)
{
	struct asked_for list[ASKED_MAX];
	size_t n = asked_for(c, "subcontract", "company", "subcontract-consent", company->id, list, ASKED_MAX);
	int64_t from = TERM_OPEN, end = 0;
	bool any = false;

	if (!str_eq_c(value(company, "kind"), "subcontractor"))
		return;
	for (size_t i = 0; i < n; i++) {
		if (list[i].decided != DECIDED_YES)
			continue;
		any = true;
		if (list[i].from_us <= now_us && list[i].end_us > end)
			end = list[i].end_us;
		if (list[i].from_us < from)
			from = list[i].from_us;
	}
	if (!any) {
		ret->why = TERM_NO_CONSENT;
		ret->from_us = TERM_OPEN;
		return;
	}
	if (end == 0) { /* what is consented to begins later */
		ret->from_us = from > ret->from_us ? from : ret->from_us;
		return;
	}
	if (from > ret->from_us)
		ret->from_us = from;
	end = end_moves(list, n, end, &ret->waiting);
	if (end < ret->until_us) {
		ret->until_us = end;
		ret->why = TERM_CONSENT_OVER;
	}
}

/*= S-3-2 */
void
people_term(const struct core *c, const struct row *person, int64_t now_us, struct term *ret)
{
	struct asked_for list[ASKED_MAX];
	size_t n = asked_for(c, "renewal", "person", "renewal-decision", person->id, list, ASKED_MAX);
	const struct row *company = register_row(c, value(person, "company"));
	int64_t unneeded = day_end(person, "unneeded_on");
	struct term t = { .until_us = TERM_OPEN, .why = TERM_PERSON_OVER };

	if (!day_of(person, "from", &t.from_us))
		t.from_us = 0;
	t.until_us = end_moves(list, n, day_end(person, "until"), &t.waiting);
	t.side = company && str_eq_c(value(company, "kind"), "client") ? SIDE_CLIENT : company ? SIDE_CONTRACTOR : SIDE_NONE;
	if (company)
		company_term(c, company, now_us, &t);
	else
		t = (struct term){ .from_us = TERM_OPEN, .until_us = TERM_OPEN, .why = TERM_NO_CONSENT };
	if (unneeded < t.until_us) {
		t.until_us = unneeded;
		t.why = TERM_LEFT;
	}
	t.state = t.from_us > now_us ? t.why == TERM_NO_CONSENT ? TERM_STATE_REFUSED : TERM_STATE_BEFORE : t.until_us <= now_us ? TERM_STATE_OVER : TERM_STATE_NOW;
	*ret = t;
}

/* The roster's row of a person, or what ended it. Under lock. */
static void
gone_term(struct core *c, const char *id, struct term *ret)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	*ret = (struct term){ .until_us = 1, .why = TERM_LEFT, .state = TERM_STATE_OVER };
	TRY(db_query(c->db, "select max(ended_us) from register_row where id = $1", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	TRY(db_step(q, &row));
	if (row && !db_is_null(q, 0))
		ret->until_us = day_add(db_int(q, 0), 1);
	ret->state = ret->until_us <= core_now_us() ? TERM_STATE_OVER : TERM_STATE_NOW;
out:
	db_done(q);
	rc_trail_clear(); /* then it is over */
}

void
people_term_of(struct core *c, const struct opaque_id *person, int64_t now_us, struct term *ret)
{
	char id[2 * ID_BYTES + 1];
	const struct row *r;

	people_hex(person, id);
	r = register_row(c, str_of(id));
	if (r && strcmp(r->register_id, "person") == 0)
		people_term(c, r, now_us, ret);
	else
		gone_term(c, id, ret);
}

void
people_hex(const struct opaque_id *id, char ret[2 * ID_BYTES + 1])
{
	struct buf hex = BUF(2 * ID_BYTES + 1);

	(void)snprintf(ret, 2 * ID_BYTES + 1, "%s", hex_encode(&hex, (struct str){ (const char *)id->b, ID_BYTES }) == RC_OK ? buf_cstr(&hex) : "");
	buf_free(&hex);
}

bool
people_nobody(const struct opaque_id *id)
{
	static const struct opaque_id none;

	return memcmp(id->b, none.b, ID_BYTES) == 0;
}

/* As auth keeps it: 0 is open; what never begins ended long ago. */
void
people_kept(const struct term *t, int64_t *ret_from, int64_t *ret_until)
{
	bool never = t->from_us == TERM_OPEN;

	*ret_from = never ? 0 : t->from_us;
	*ret_until = never ? 1 : t->until_us == TERM_OPEN ? 0 : t->until_us;
}

static enum rc
auditor_ends(const struct row *person, const struct term *t, uint32_t roles)
{
	if ((roles & (ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_CLIENT_AUDITOR))) == 0 || t->until_us != TERM_OPEN)
		return RC_OK;
	return FAIL(RC_CONFLICT, "監査人の利用には終わりの日が要ります。名簿の %s に「いつまで」を入れてください / an auditor's access has an end: give %s a day in the roster's \"until\" first", person->name, person->name);
}

enum rc
people_auditor_ends(struct core *c, uint32_t roles, const struct opaque_id *person)
{
	char id[2 * ID_BYTES + 1];
	const struct row *r;
	struct term t;
	enum rc rc = RC_OK;

	people_hex(person, id);
	core_lock(c);
	r = people_nobody(person) ? NULL : register_row(c, str_of(id));
	if (r) {
		people_term(c, r, core_now_us(), &t);
		rc = auditor_ends(r, &t, roles);
	}
	core_unlock(c);
	return rc;
}

/* In words that say what is missing and who acts. */
static enum rc
refuse(struct core *c, const struct row *person, const struct term *t)
{
	const struct row *company = register_row(c, value(person, "company"));
	const char *number = person->name, *name = company ? company->name : "—";

	if (t->why == TERM_NO_CONSENT)
		return FAIL(RC_CONFLICT, "%s の会社「%s」には発注者の承諾がありません。受託者が「再委託の申請」を、発注者が「再委託の承諾」を届け出てください / the company of %s has no consent of the client: "
		    "the contractor files a request to subcontract, the client its consent", number, name, number);
	if (t->why == TERM_CONSENT_OVER)
		return FAIL(RC_CONFLICT, "%s の会社「%s」への再委託の承諾は期限が過ぎています。受託者が次の期間の「再委託の申請」を、発注者が「再委託の承諾」を届け出てください / the consent for the company of %s is over: "
		    "the contractor files the next request, the client its consent", number, name, number);
	if (t->why == TERM_LEFT)
		return FAIL(RC_CONFLICT, "%s は離任しています。名簿の「不要になった日」を、届け出た側の人が確かめてください / %s has left: the side that declared so looks at the roster", number, number);
	return FAIL(RC_CONFLICT, "%s の期限は過ぎています。受託者が「期限の更新」を、発注者が「更新の確認」を届け出てください / the term of %s is over: the contractor files a renewal, the client decides", number, number);
}

/*= S-1-2 */
/*= O1-1-1 */
enum rc
person_for_account(struct core *c, json_t *arguments, uint32_t roles, struct opaque_id *ret, int64_t *ret_from, int64_t *ret_until)
{
	const char *said = json_string_value(json_object_get(arguments, "person"));
	const struct row *r;
	struct term t;
	size_t end;
	enum rc rc = RC_OK;

	core_lock(c);
	if (said == NULL || *said == '\0') {
		if (register_range(c, STR("person"), &end) != end)
			rc = FAIL(RC_SYNTAX, "person: 誰のアカウントか、名簿の番号で示してください / say whose account it is, by the number of the roster");
		goto out; /* before the roster has anybody, accounts stand alone; each is shown as found */
	}
	r = register_said(c, STR("person"), str_of(said));
	if (r == NULL)
		TRY(FAIL(RC_NOTFOUND, "person: その番号の人は名簿にいません。先に名簿へ届け出てください / nobody of the roster has this number: declare the person first"));
	people_term(c, r, core_now_us(), &t);
	if (t.state == TERM_STATE_OVER || t.state == TERM_STATE_REFUSED)
		TRY(refuse(c, r, &t));
	if (t.side != roles_side(roles))
		TRY(FAIL(RC_CONFLICT, "%s の会社と、役割の側が違います / the company of %s is not of the side of these roles", r->name, r->name));
	TRY(auditor_ends(r, &t, roles));
	TRY(hex_decode(str_of(r->id), ret->b, ID_BYTES));
	people_kept(&t, ret_from, ret_until);
out:
	core_unlock(c);
	return rc;
}

/* ---- accounts follow */

struct told { struct account *a; int64_t from_us, until_us; };

/* Under lock: whose each account is, and which terms auth has to be told. */
static size_t
compare(struct core *c, struct account *list, size_t n, struct told *ret)
{
	struct person_link *links = calloc(n + 1, sizeof(*links)), *old = c->persons;
	int64_t now = core_now_us();
	size_t linked = 0, changed = 0;

	if (links == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		struct told t = { .a = &list[i] };
		struct term term;

		if (people_nobody(&list[i].person))
			continue;
		links[linked++] = (struct person_link){ list[i].id, list[i].person };
		if (list[i].removed_at_us)
			continue;
		people_term_of(c, &list[i].person, now, &term);
		people_kept(&term, &t.from_us, &t.until_us);
		if (t.from_us != list[i].from_us || t.until_us != list[i].until_us)
			ret[changed++] = t;
	}
	c->persons = links;
	c->persons_count = linked;
	c->version++;
	free(c->persons_owned ? old : NULL);
	c->persons_owned = true;
	return changed;
}

/*= S-3-2 */
enum rc
people_follow(struct core *c)
{
	struct arena a = ARENA(4u << 20);
	struct told *told = NULL;
	struct account *list;
	size_t n = 0, changed;
	struct opaque_id id;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	told = calloc(n + 1, sizeof(*told));
	if (told == NULL)
		abort();
	core_lock(c);
	changed = compare(c, list, n, told);
	core_unlock(c);
	for (size_t i = 0; i < changed; i++)
		TRY(ask_auth_account_change(c->auth, &(struct account_change){ .name = str_of(told[i].a->name), .what = ACCOUNT_TERM, .from_us = told[i].from_us, .until_us = told[i].until_us }, &id));
out:
	free(told);
	arena_free(&a);
	return rc;
}

/* Registers that a term is worked out of. */
bool
people_register(const char *id)
{
	static const char *const list[] = { "company", "person", "renewal", "renewal-decision", "subcontract", "subcontract-consent" };

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (strcmp(list[i], id) == 0)
			return true;
	return false;
}
