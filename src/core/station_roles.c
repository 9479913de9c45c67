// SPDX-License-Identifier: Apache-2.0
/*
 * What the station knows of itself about roles, sides, second persons and dangerous acts, for controls that judge it.
 *
 * Rights are tried, not looked up: each role is put to act_decide() with everything an act could ask for beside it.
 */
#include "core/guard_int.h"
#include "core/station_int.h"

#include <string.h>

static bool
could(enum act act, uint32_t roles)
{
	struct act_state state = { .roles = roles, .met = GUARD_BIT(GUARD_COUNT) - 1 };
	enum guard guard;

	return act_decide(act, &state, &guard) == ACT_ALLOWED;
}

/* Rights of an administrator: what roles of its side may that take part in no administration cannot do. */
static bool
administers(uint32_t roles)
{
	return could(ACT_ACCOUNT_ROLES, roles) || could(ACT_ACCOUNT_ADD, roles) || could(ACT_CATALOGUE_RELOAD, roles);
}

/* Who uses: takes, leads or answers enquiries. */
static bool
uses(uint32_t roles)
{
	return roles & (ROLE_BIT(ROLE_OPERATOR) | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_CLIENT_DEPARTMENT));
}

static bool
usable(const struct account *a)
{
	return a->enrolled && a->suspended_at_us == 0;
}

/*= S-7-1 */
enum rc
station_of_roles(struct core *c, struct facts *f)
{
	int64_t apart = 0, mixed = 0, administrators = 0, users = 0;
	struct arena a = ARENA(4 << 20);
	struct account *list;
	size_t n;
	enum rc rc = RC_OK;

	for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
		apart += uses(ROLE_BIT(r)) && !administers(ROLE_BIT(r));
		mixed += uses(ROLE_BIT(r)) && administers(ROLE_BIT(r));
	}
	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n; i++) {
		administrators += usable(&list[i]) && administers(list[i].roles) && !uses(list[i].roles);
		users += usable(&list[i]) && uses(list[i].roles) && !administers(list[i].roles);
	}
	fact_int(f, 0, "roles_apart", apart);
	fact_int(f, 0, "roles_mixed", mixed);
	fact_int(f, 0, "roles_administer", administers(ROLE_BIT(ROLE_ADMINISTRATOR)));
	fact_int(f, 0, "administrators", administrators);
	fact_int(f, 0, "users", users);
out:
	arena_free(&a);
	return rc;
}

struct holder { struct opaque_id person; uint32_t roles; };

/* Roles of each person, whatever account they stand on. */
static size_t
holders(struct core *c, const struct account *list, size_t n, struct holder *ret)
{
	size_t count = 0, k;

	for (size_t i = 0; i < n; i++) {
		struct opaque_id person = person_of_account(c, &list[i].id);

		if (!usable(&list[i]))
			continue;
		for (k = 0; k < count && memcmp(ret[k].person.b, person.b, ID_BYTES) != 0; k++)
			;
		if (k == count)
			ret[count++] = (struct holder){ .person = person };
		ret[k].roles |= list[i].roles;
	}
	return count;
}

enum rc
station_of_holders(struct core *c, struct facts *f)
{
	int64_t both_rights = 0, both_sides = 0;
	struct arena a = ARENA(4 << 20);
	struct holder *people;
	struct account *list;
	size_t n, count;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	people = arena_get(&a, (n + 1) * sizeof(*people));
	if (people == NULL)
		TRY(FAIL(RC_LIMIT, "too many accounts"));
	count = holders(c, list, n, people);
	for (size_t i = 0; i < count; i++) {
		both_rights += (people[i].roles & ROLE_BIT(ROLE_ADMINISTRATOR)) && uses(people[i].roles);
		both_sides += roles_side(people[i].roles) == SIDE_NONE;
	}
	fact_int(f, 0, "persons", (int64_t)count);
	fact_int(f, 0, "both_rights", both_rights);
	fact_int(f, 0, "both_sides", both_sides);
out:
	arena_free(&a);
	return rc;
}

/*= S-9-2 */
enum rc
station_of_sides(struct core *c, struct facts *f)
{
	static const enum act decides[] = { ACT_EXCEPTION_DECIDE, ACT_EXCEPTION_REVOKE };
	int64_t crossed = 0, operators = 0, clients = 0, contractors = 0;
	struct arena a = ARENA(4 << 20);
	struct account *list;
	size_t n;
	enum rc rc = RC_OK;

	for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
		crossed += role_side(r) == SIDE_CLIENT && administers(ROLE_BIT(r));
		for (size_t i = 0; i < sizeof(decides) / sizeof(decides[0]); i++)
			crossed += role_side(r) == SIDE_CONTRACTOR && could(decides[i], ROLE_BIT(r));
		for (enum role other = r + 1; other < ROLE_COUNT; other++) /* of both sides: nothing at all */
			crossed += role_side(other) != role_side(r) && could(ACT_BOARD_SHOW, ROLE_BIT(r) | ROLE_BIT(other));
	}
	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n; i++) {
		crossed += usable(&list[i]) && roles_side(list[i].roles) == SIDE_NONE;
		clients += usable(&list[i]) && roles_side(list[i].roles) == SIDE_CLIENT;
		contractors += usable(&list[i]) && roles_side(list[i].roles) == SIDE_CONTRACTOR;
		operators += usable(&list[i]) && roles_side(list[i].roles) == SIDE_CONTRACTOR && uses(list[i].roles);
	}
	fact_int(f, 0, "crossed", crossed);
	fact_int(f, 0, "clients", clients);
	fact_int(f, 0, "contractors", contractors);
	fact_int(f, 0, "operators", operators);
out:
	arena_free(&a);
	return rc;
}

/* ---- dangerous acts */

/*= O1-1-2 */
enum rc
station_of_operations(struct core *c, struct facts *f)
{
	uint32_t row = 0;

	(void)c;
	for (enum act a = ACT_NONE + 1; a < ACT_COUNT; a++)
		if (act_row(a)->danger == DANGER_SERVICE || act_row(a)->danger == DANGER_IRREVERSIBLE)
			fact_text(f, ++row, "act", str_of(act_row(a)->id));
	fact_int(f, 0, "acts_dangerous", row);
	return RC_OK;
}

enum rc
station_of_second(struct core *c, struct facts *f)
{
	int64_t alone = 0, done = 0, same = 0, approvers = 0, guarded = 0;
	struct arena a = ARENA(4 << 20);
	struct approval x = { .act = ACT_NONE };
	json_t *ids = NULL, *id;
	struct holder *people;
	struct account *list;
	size_t i, n, count;
	enum rc rc = RC_OK;

	for (enum act act = ACT_NONE + 1; act < ACT_COUNT; act++) {
		alone += act_row(act)->danger == DANGER_IRREVERSIBLE && !(act_row(act)->guards & GUARD_BIT(GUARD_SECOND));
		guarded += (act_row(act)->guards & GUARD_BIT(GUARD_SECOND)) != 0;
	}
	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	people = arena_get(&a, (n + 1) * sizeof(*people));
	if (people == NULL)
		TRY(FAIL(RC_LIMIT, "too many accounts"));
	count = holders(c, list, n, people);
	for (i = 0; i < count; i++)
		approvers += act_permitted(ACT_APPROVAL_APPROVE, people[i].roles);
	TRY(approval_ids(c, "select distinct id from approval_step where step = 6 order by leaf desc limit 1000", &ids));
	json_array_foreach(ids, i, id) {
		static const struct opaque_id station;
		struct party by;

		TRY(approval_get(c, json_string_value(id), &x));
		by = (struct party){ .accounts = { x.approver }, .n = 1 };
		done++;
		same += memcmp(x.approver.b, station.b, ID_BYTES) != 0 && party_meets(c, &x.by, &by);
		approval_free(&x);
	}
	fact_int(f, 0, "acts_guarded", guarded);
	fact_int(f, 0, "acts_alone", alone);
	fact_int(f, 0, "approvers", approvers);
	fact_int(f, 0, "approved", done);
	fact_int(f, 0, "approved_by_same", same);
out:
	approval_free(&x);
	json_decref(ids);
	arena_free(&a);
	return rc;
}
