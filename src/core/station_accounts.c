// SPDX-License-Identifier: Apache-2.0
/*
 * What the station knows of its own accounts, for the controls that judge accounts of hosts: who may do more than
 * others, whose each is, and how long it took to end one that is not needed any more. Numbers only: no name goes out.
 */
#include "core/removal.h"
#include "core/station_int.h"

#include "base/time_text.h"

#define DEVICES_MAX 20 /* of one account within 30 days; more count as so many */

static bool
usable(const struct account *a)
{
	return a->enrolled && a->suspended_at_us == 0 && a->removed_at_us == 0 && a->ended_at_us == 0;
}

static bool
plain(uint32_t roles)
{
	for (enum role r = roles_next(roles, ROLE_NONE); r != ROLE_NONE; r = roles_next(roles, r))
		if (!roles_privileged(ROLE_BIT(r)))
			return true;
	return false;
}

/* A way that shows one kind only opens privileged accounts too: every way asks all of them the same. */
/*= O1-1-1 */
enum rc
station_of_privileged(struct core *c, struct facts *f)
{
	struct arena a = ARENA(4 << 20);
	struct account *list;
	int64_t count = 0;
	size_t n;
	enum rc rc = RC_OK;

	TRY(station_of_ways(c, f));
	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n; i++)
		count += usable(&list[i]) && roles_privileged(list[i].roles);
	fact_int(f, 0, "privileged", count);
out:
	arena_free(&a);
	return rc;
}

/* Whose each account is: a person of the roster, or nobody's. */
/*= O1-1-1 */
/*= S-3-5 */
enum rc
station_of_owners(struct core *c, struct facts *f)
{
	int64_t accounts = 0, privileged = 0, nobody = 0, privileged_nobody = 0, over = 0, mixed = 0, devices[DEVICES_MAX + 1] = { 0 };
	int64_t now_us = core_now_us();
	struct arena a = ARENA(4 << 20);
	struct account *list;
	uint32_t row = 1;
	size_t n;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n; i++) {
		bool owned = !people_nobody(&list[i].person), high = roles_privileged(list[i].roles);

		if (!usable(&list[i]))
			continue;
		accounts++;
		privileged += high;
		nobody += !owned;
		privileged_nobody += high && !owned;
		over += high && owned && list[i].until_us && list[i].until_us <= now_us; /* kept as the last one of its side */
		mixed += high && plain(list[i].roles);
		devices[list[i].devices < DEVICES_MAX ? list[i].devices : DEVICES_MAX]++;
	}
	fact_bool(f, 0, "station", true);
	fact_int(f, 0, "accounts", accounts);
	fact_int(f, 0, "privileged", privileged);
	fact_int(f, 0, "of_nobody", nobody);
	fact_int(f, 0, "privileged_of_nobody", privileged_nobody);
	fact_int(f, 0, "privileged_over", over);
	fact_int(f, 0, "privileged_mixed", mixed);
	for (int64_t k = 2; k <= DEVICES_MAX; k++)
		if (devices[k]) {
			fact_int(f, row, "devices", k);
			fact_int(f, row++, "many_devices", devices[k]);
		}
out:
	arena_free(&a);
	return rc;
}

/* From the end of a term to the end of the account; one that was removed before is shown too. */
/*= S-3-2 */
enum rc
station_of_removals(struct core *c, struct facts *f)
{
	int64_t removed = 0, alive = 0, alive_since_us = 0, slowest_us = 0, now_us = core_now_us();
	struct arena a = ARENA(4 << 20);
	struct account *list;
	size_t n;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	for (size_t i = 0; i < n; i++) {
		const struct account *x = &list[i];
		int64_t due_us = x->until_us && x->until_us <= now_us ? x->until_us : 0, gone_us = x->ended_at_us ? x->ended_at_us : x->removed_at_us;

		if (gone_us) {
			removed++;
			if (due_us && gone_us - due_us > slowest_us)
				slowest_us = gone_us - due_us;
		} else if (due_us) {
			alive++;
			alive_since_us = alive_since_us == 0 || due_us < alive_since_us ? due_us : alive_since_us;
		}
	}
	fact_bool(f, 0, "station", true);
	fact_int(f, 0, "removed", removed);
	fact_int(f, 0, "unneeded_alive", alive);
	if (alive)
		fact_time(f, 0, "unneeded_since", alive_since_us);
	fact_int(f, 0, "removal_hours", slowest_us / HOUR_US);
out:
	arena_free(&a);
	return rc;
}
