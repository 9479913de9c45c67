// SPDX-License-Identifier: Apache-2.0
#include "control/ssh_door.h"

#include "control/accounts.h"
#include "control/sshd_config.h"
#include "control/sshd_int.h"
#include "control/sshd_running.h"

static unsigned
proof_of(struct str method, bool pam)
{
	size_t colon;

	if (str_find(method, STR(":"), &colon)) /* keyboard-interactive:pam */
		method = str_sub(method, 0, colon);
	if (str_eq(method, STR("publickey")))
		return SSH_KEY;
	if (str_eq(method, STR("password")) || str_eq(method, STR("keyboard-interactive")))
		return pam ? SSH_PAM : SSH_PASSWORD;
	return SSH_OTHER;
}

static enum rc
take_place(void *context, const struct sshd_peer *peer, const struct sshd_settings *s)
{
	struct ssh_door *d = context;
	struct str ways[SSHD_WAYS_MAX], rest, method;
	size_t count = sshd_ways(s, ways);

	if (peer->user.n && !sshd_lets_in(s, peer))
		return RC_OK;
	d->empty |= sshd_yes(s, SSHD_EMPTY_PASSWORD);
	for (size_t i = 0; i < count; i++) {
		unsigned proofs = 0;

		for (rest = ways[i]; str_cut(&rest, ',', &method);)
			proofs |= proof_of(method, sshd_yes(s, SSHD_USE_PAM));
		d->way[proofs] = proofs != 0;
	}
	return RC_OK;
}

static bool
speaks_of_accounts(const struct sshd_lines *l, int depth)
{
	for (size_t i = 0; l && i < l->count; i++) {
		for (size_t k = 0; k < l->lines[i].conditions_count; k++)
			if (l->lines[i].conditions[k].criterion == CRITERION_USER || l->lines[i].conditions[k].criterion == CRITERION_GROUP)
				return true;
		for (size_t k = 0; depth < 16 && k < l->lines[i].files_count; k++)
			if (speaks_of_accounts(&l->lines[i].files[k], depth + 1))
				return true;
	}
	return false;
}

/* Match User and Match Group: what they make of each account of this machine that has a shell. */
static enum rc
each_account(const struct host *h, struct arena *arena, const struct sshd_config *c, struct ssh_door *d)
{
	struct accounts accounts;
	enum rc rc = RC_OK;

	TRY(accounts_read(h, arena, &accounts));
	if (accounts.elsewhere)
		return FAIL(RC_NOTFOUND, "not all accounts stand in this machine's files");
	for (size_t i = 0; i < accounts.count; i++) {
		struct sshd_peer peer = { .user = accounts.list[i].name, .groups = accounts.list[i].groups, .groups_count = accounts.list[i].groups_count };

		if (accounts.list[i].shell_opens)
			TRY(sshd_config_each(c, &peer, take_place, d));
	}
out:
	return rc;
}

/* The ways of one sshd join those of the others: each of them is a door. */
static void
add_running(const struct host *h, const struct sshd_running *r, size_t i, struct arena *arena, struct ssh_door *ret)
{
	static const struct sshd_peer anyone = { 0 };
	const char *path = arena_cstr(arena, r->configs[i]);
	struct sshd_config c;
	struct sshd_settings whole;

	if (path == NULL || sshd_running_load(h, r, i, arena, &c) != RC_OK) {
		ret->unclear = path ? path : SSHD_FILE;
		return;
	}
	if (c.started_otherwise)
		ret->unclear = str_eq(r->configs[i], STR(SSHD_FILE)) ? "/etc/default/ssh" : path;
	else if (c.changed_since)
		ret->unclear = "/etc/ssh/sshd_config: systemctl reload ssh";
	if (sshd_config_each(&c, &anyone, take_place, ret) != RC_OK) {
		ret->unclear = arena_f(arena, "%s: Match", path).p;
		if (sshd_config_for(&c, NULL, &whole) == RC_OK)
			(void)take_place(ret, &anyone, &whole); /* cannot fail */
	} else if (speaks_of_accounts(c.main, 0) && each_account(h, arena, &c, ret) != RC_OK) {
		ret->unclear = arena_f(arena, "%s: Match User, Group", path).p;
	}
}

void
ssh_door_look(const struct host *h, struct arena *arena, struct ssh_door *ret)
{
	struct sshd_running r;

	*ret = (struct ssh_door){ 0 };
	if (sshd_running(h, arena, &r) != RC_OK) {
		ret->unclear = "/proc";
		return;
	}
	ret->stopped = r.count == 0 && !r.more; /* what cannot be read may run */
	for (size_t i = 0; i < r.count; i++)
		add_running(h, &r, i, arena, ret);
	if (r.other.n)
		ret->other = arena_cstr(arena, r.other);
	if (r.more)
		ret->unclear = "/proc: sshd";
}
