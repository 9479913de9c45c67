// SPDX-License-Identifier: Apache-2.0
/*
 * Who is one person: accounts, those acted for, the console.
 *
 * Until an account is linked to a person, it is a person of its own. The console is nobody in particular: whoever holds
 * the machine is of the contractor, so it counts as everyone there, and only the client can be the second person to it.
 */
#include "core/core.h"

#include <string.h>

#include "base/num.h"

struct opaque_id
person_of_account(struct core *c, const struct opaque_id *account)
{
	struct opaque_id ret = *account;

	core_lock(c);
	for (size_t i = 0; i < c->persons_count; i++)
		if (memcmp(c->persons[i].account.b, account->b, ID_BYTES) == 0)
			ret = c->persons[i].person;
	core_unlock(c);
	return ret;
}

bool
actor_console(const struct opaque_id *account)
{
	return memcmp(account->b, CONSOLE_ID.b, ID_BYTES) == 0;
}

void
actor_behalf_get(const json_t *payload, struct actor *who)
{
	const json_t *list = json_object_get(payload, "for");

	who->behalf_count = 0;
	for (size_t i = 0; i < json_array_size(list) && i < BEHALF_MAX; i++)
		if (hex_decode(str_of(json_string_value(json_array_get(list, i))), who->behalf[who->behalf_count].b, ID_BYTES) == RC_OK)
			who->behalf_count++;
	rc_trail_clear(); /* what is no id is nobody */
}

struct party
party_of(const struct actor *who)
{
	struct party p = { .side = roles_side(who->session.roles), .n = 1 };

	p.accounts[0] = who->session.account;
	for (size_t i = 0; i < who->behalf_count; i++)
		p.accounts[p.n++] = who->behalf[i];
	return p;
}

/*= O1-1-2 */
bool
party_meets(struct core *c, const struct party *a, const struct party *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++) {
			struct opaque_id x = person_of_account(c, &a->accounts[i]), y = person_of_account(c, &b->accounts[k]);

			if (memcmp(x.b, y.b, ID_BYTES) == 0)
				return true;
			if ((actor_console(&a->accounts[i]) && b->side == SIDE_CONTRACTOR) || (actor_console(&b->accounts[k]) && a->side == SIDE_CONTRACTOR))
				return true;
		}
	return false;
}
