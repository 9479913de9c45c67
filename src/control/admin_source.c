// SPDX-License-Identifier: Apache-2.0
/*
 * admin-source - can this machine be administered over ssh from the declared maintenance addresses only?
 *
 * Either the rules in force let nobody else reach the port of sshd, over IPv4
 * and IPv6 (mapped addresses are what they map), or sshd itself turns away
 * every account from everywhere else (AllowUsers, Match Address). Another SSH
 * server, or whatever else holds port 22, is a door like it that only rules can keep: what it
 * lets in and whom it let in is not read, so it is never PASS. Sign-ins of
 * the last `days` (wtmp, the journal, auth.log) that came from elsewhere are told with account, time and address.
 */
#include "control/control.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <utmp.h>

#include "base/num.h"
#include "base/time_text.h"
#include "control/accounts.h"
#include "control/admin_list.h"
#include "control/nft_look.h"
#include "control/sockets.h"
#include "control/ssh_sessions.h"
#include "control/sshd_running.h"
#include "message/messages.h"

#define PORTS_MAX    8
#define RANGES_MAX   200
#define SESSIONS_MAX 100
#define WALK_BYTES   (48 << 20)
#define LISTENERS_MAX 400

static const struct param_def params[] = { { "days", "days", 1, 365, 30 } };

struct port { uint16_t port; bool family[NFT_FAMILIES], configured; };
struct view {
	struct facts      *facts;
	const struct facts *given;
	int64_t            now_us;
	struct port        ports[PORTS_MAX];
	size_t             ports_count;
	bool               more_ports;
	struct listener    heard[LISTENERS_MAX];
	size_t             heard_count;
	uint32_t           row;
	size_t             ranges, sessions;
	char               rest[sizeof(struct utmp)];
	size_t             rest_n;
};

/* ---- sessions that were let in */

static void
session(struct view *v, struct str user, struct str from, int64_t at)
{
	struct str address = STR_NONE;
	struct prefix p;

	(void)str_cut(&from, '%', &address); /* fe80::1%eth0: of this link */
	if (at > v->now_us || address_parse(address, &p) != RC_OK)
		return;
	prefix_unmap(&p);
	from = prefix_text(&p, v->facts->arena);
	if (str_starts(from, STR("127.")) || str_eq_c(from, "::1")) /* from this machine itself */
		return;
	for (uint32_t row = 1; row <= v->row; row++)
		if (str_eq(fact_s(v->facts, row, "session"), from) && str_eq(fact_s(v->facts, row, "user"), user) && fact_n(v->facts, row, "at", 0) / HOUR_US == at / HOUR_US)
			return;
	if (v->sessions++ >= SESSIONS_MAX) {
		fact_bool(v->facts, 0, "sessions_cut", true);
		return;
	}
	fact_text(v->facts, ++v->row, "session", from);
	fact_text(v->facts, v->row, "user", user);
	fact_time(v->facts, v->row, "at", at);
}

static void
record(struct view *v, const struct utmp *u)
{
	struct str host = { u->ut_host, strnlen(u->ut_host, sizeof(u->ut_host)) };
	int64_t at = (int64_t)(uint32_t)u->ut_tv.tv_sec * SECOND_US;

	if (u->ut_type == USER_PROCESS && host.n && at > v->now_us - params[0].max * DAY_US)
		session(v, (struct str){ u->ut_user, strnlen(u->ut_user, sizeof(u->ut_user)) }, host, at);
}

static enum rc
take_wtmp(void *context, struct str piece)
{
	struct view *v = context;
	struct utmp u;

	while (piece.n) {
		struct str head = str_sub(piece, 0, sizeof(v->rest) - v->rest_n);

		memcpy(v->rest + v->rest_n, head.p, head.n);
		v->rest_n += head.n;
		piece = str_sub(piece, head.n, piece.n);
		if (v->rest_n == sizeof(v->rest)) {
			memcpy(&u, v->rest, sizeof(u));
			record(v, &u);
			v->rest_n = 0;
		}
	}
	return RC_OK;
}

static enum rc
take_accepted(void *context, const struct accepted *a)
{
	session(context, a->user, a->address, a->at_us);
	return RC_OK;
}

static enum rc
look_sessions(const struct host *h, struct view *v)
{
	struct ssh_sessions seen;
	enum rc rc = host_read_pieces(h, "/var/log/wtmp", 64 << 20, take_wtmp, v);

	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	TRY(ssh_sessions_read(h, v->now_us - params[0].max * DAY_US, take_accepted, v, &seen));
	fact_time(v->facts, 0, "sessions_unread", seen.seen ? seen.unread_us : v->now_us);
	if (seen.cut || seen.oldest_us)
		fact_time(v->facts, 0, "sessions_from", seen.cut ? (seen.from_us ? seen.from_us : v->now_us) : seen.oldest_us);
out:
	return rc;
}

/* ---- sshd itself */

struct asking { struct view *v; bool lets; };

static enum rc
take_place(void *context, const struct sshd_peer *peer, const struct sshd_settings *s)
{
	struct asking *a = context;
	struct str ways[SSHD_WAYS_MAX];
	struct prefix p;

	if (address_parse(peer->address, &p) != RC_OK)
		return RC_BUG;
	prefix_unmap(&p);
	a->lets |= !(a->v->given && admin_list_has(a->v->given, &p, a->v->now_us)) && sshd_lets_in(s, peer) && sshd_ways(s, ways);
	return RC_OK;
}

/* Does sshd let any account try from an address nobody declared? */
static enum rc
look_accounts(const struct host *h, struct sshd_config *c, struct view *v, bool *lets)
{
	struct accounts all;
	struct asking asking = { v, false };
	struct prefix places[64];
	enum rc rc = RC_OK;

	c->places = places;
	c->places_count = v->given ? admin_list_get(v->given, v->now_us, places, 64) : 0;
	TRY(accounts_read(h, c->arena, &all));
	for (size_t i = 0; i < all.count && !asking.lets && rc == RC_OK; i++) {
		const struct account *a = &all.list[i];
		const struct sshd_peer who = { .user = a->name, .groups = a->groups, .groups_count = a->groups_count };

		if (a->shell_opens)
			rc = sshd_config_each(c, &who, take_place, &asking);
	}
	if (rc == RC_LIMIT)
		asking.lets = true; /* cannot be listed: then it is no proof */
	else
		TRY(rc);
	*lets |= asking.lets || all.elsewhere;
	rc = RC_OK;
out:
	c->places_count = 0;
	return rc;
}

static void
port_add(struct view *v, struct str text)
{
	int64_t n;
	const char *bracket = text.n ? memchr(text.p, ']', text.n) : NULL, *colon = text.n ? memchr(text.p, ':', text.n) : NULL;

	if (bracket) /* "[2001:db8::1]:22" */
		text = str_sub(text, (size_t)(bracket - text.p) + 2, text.n);
	else if (colon) /* "192.0.2.1:22"; a bare IPv6 address has no port, and what follows is none */
		text = str_sub(text, (size_t)(colon - text.p) + 1, text.n);
	if (num_parse(text, 1, 65535, &n) != RC_OK)
		return;
	for (size_t i = 0; i < v->ports_count; i++)
		if (v->ports[i].port == n)
			return;
	if (v->ports_count == PORTS_MAX)
		v->more_ports = true;
	else
		v->ports[v->ports_count++] = (struct port){ .port = (uint16_t)n };
}

static enum rc
take_listener(void *context, const struct listener *l)
{
	struct view *v = context;

	if (l->protocol != IPPROTO_TCP)
		return RC_OK;
	if (v->heard_count == LISTENERS_MAX)
		return FAIL(RC_LIMIT, "more than %d listeners", LISTENERS_MAX);
	v->heard[v->heard_count++] = *l;
	return RC_OK;
}

static bool
has_port(const struct view *v, uint16_t port)
{
	for (size_t i = 0; i < v->ports_count; i++)
		if (v->ports[i].port == port)
			return true;
	return false;
}

/* By which families each port is heard. */
static void
mark_families(struct view *v)
{
	for (size_t k = 0; k < v->heard_count; k++)
		for (size_t i = 0; i < v->ports_count; i++) {
			const struct listener *l = &v->heard[k];

			if (v->ports[i].port != l->port)
				continue;
			v->ports[i].family[l->family == AF_INET6 ? NFT_IPV6 : NFT_IPV4] = true;
			if (l->family == AF_INET6 && (strcmp(l->address, "::") == 0 || strncmp(l->address, "::ffff:", 7) == 0))
				v->ports[i].family[NFT_IPV4] = true; /* it may take both */
		}
}

static void
add_door(struct view *v, struct str program, uint16_t port)
{
	for (uint32_t row = 1; row <= v->row; row++)
		if (str_eq(fact_s(v->facts, row, "door"), program) && fact_n(v->facts, row, "port", 0) == port)
			return; /* the other family */
	fact_text(v->facts, ++v->row, "door", program);
	fact_int(v->facts, v->row, "port", port);
}

/* SSH servers that are not sshd, and port 22 where no sshd of ours is to listen. */
static enum rc
look_others(const struct host *h, struct view *v, const struct sshd_running *r, bool *lets)
{
	struct arena arena = ARENA(4 << 20);
	struct owner *owners = arena_get(&arena, LISTENERS_MAX * sizeof(*owners));
	bool asked = r->other.n != 0, whole = true, found = false;
	enum rc rc = owners ? RC_OK : FAIL(RC_LIMIT, "no room");

	TRY(rc);
	for (size_t i = 0; i < v->heard_count; i++) {
		asked |= v->heard[i].port == 22 && !has_port(v, 22);
		owners[i].inode = v->heard[i].inode;
	}
	if (asked)
		TRY(sockets_owners(h, &arena, owners, v->heard_count, &whole));
	for (size_t i = 0; asked && i < v->heard_count; i++) {
		struct str program = STR_NONE;

		for (size_t k = 0; k < v->heard_count; k++) /* owners were put in order */
			if (owners[k].inode == v->heard[i].inode)
				program = str_base_name(owners[k].program);
		if (!sshd_other(program) && (v->heard[i].port != 22 || has_port(v, 22)))
			continue;
		add_door(v, program.n ? program : STR("?"), v->heard[i].port);
		found |= sshd_other(program);
		*lets = true;
	}
	if (r->other.n && !found) { /* it waits elsewhere, or its sockets cannot be seen */
		add_door(v, r->other, 0);
		*lets = true;
	}
	for (uint32_t row = 1; row <= v->row; row++)
		if (fact_n(v->facts, row, "port", 0))
			port_add(v, arena_f(&arena, "%lld", (long long)fact_n(v->facts, row, "port", 0)));
out:
	arena_free(&arena);
	return rc;
}

/* ---- the rules */

static struct prefix
as_prefix(nft_address a, enum nft_family family)
{
	struct prefix p = { .is6 = family == NFT_IPV6, .bits = family == NFT_IPV6 ? 128 : 32 };

	for (int i = family == NFT_IPV6 ? 15 : 3; i >= 0; i--, a >>= 8)
		p.at[i] = (unsigned char)a;
	return p;
}

static void
add_ranges(struct view *v, const struct nft_ranges *r, enum nft_family family, bool sure)
{
	for (size_t i = 0; i < r->count; i++) {
		struct prefix first = as_prefix(r->list[i].first, family), last = as_prefix(r->list[i].last, family);

		if (v->ranges++ >= RANGES_MAX) {
			fact_bool(v->facts, 0, "ranges_cut", true);
			return;
		}
		prefix_unmap(&first);
		prefix_unmap(&last);
		fact_text(v->facts, ++v->row, "first", prefix_text(&first, v->facts->arena));
		fact_text(v->facts, v->row, "last", prefix_text(&last, v->facts->arena));
		fact_text(v->facts, v->row, "reach", nft_range_text(&r->list[i], family, v->facts->arena));
		fact_bool(v->facts, v->row, "sure", sure);
	}
}

static enum rc
look_rules(struct view *v, struct nft_look *l)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < v->ports_count; i++)
		for (enum nft_family family = NFT_IPV4; family < NFT_FAMILIES; family++) {
			struct arena arena = ARENA(WALK_BYTES);
			struct nft_ask ask = { NFT_INPUT, family, NFT_TCP, v->ports[i].port, l->outside, l->outside_count };
			struct nft_reach r = { .chains = false };

			if (!v->ports[i].family[family])
				continue;
			rc = nft_reach(l->rules, &ask, &arena, &r);
			if (rc == RC_OK) {
				add_ranges(v, &r.sure, family, true);
				add_ranges(v, &r.maybe, family, false);
			}
			arena_free(&arena);
			TRY(rc);
		}
out:
	return rc;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(96 << 20);
	struct view *v = arena_get(&arena, sizeof(*v));
	struct sshd_running r;
	struct sshd_config c;
	struct sshd_settings whole;
	bool lets = false;
	struct nft_look l = { .rules = NULL };
	struct host_stat st;
	enum rc rc = RC_OK;

	if (v == NULL)
		return FAIL(RC_LIMIT, "no room");
	*v = (struct view){ .facts = f, .given = s ? s->given : NULL, .now_us = host_now_us(h) };
	TRY(host_stat(h, "/usr/sbin/sshd", &st));
	TRY(sshd_running(h, &arena, &r));
	for (size_t n = 0; st.exists && n < r.count; n++) { /* each sshd that runs */
		rc = sshd_running_load(h, &r, n, &arena, &c);
		if (r.more || rc == RC_SYNTAX || rc == RC_NOTFOUND || rc == RC_LIMIT || (rc == RC_OK && (c.started_otherwise || c.changed_since))) {
			fact_text(f, 0, "sshd", STR("refused"));
			rc = RC_OK;
			goto out;
		}
		TRY(rc);
		TRY(sshd_config_for(&c, NULL, &whole));
		for (size_t i = 0; i < whole.counts[SSHD_PORT]; i++)
			port_add(v, whole.values[SSHD_PORT][i]);
		for (size_t i = 0; i < whole.counts[SSHD_LISTEN]; i++)
			port_add(v, whole.values[SSHD_LISTEN][i]);
		TRY(look_accounts(h, &c, v, &lets));
	}
	for (size_t i = 0; st.exists && i < r.ports_count; i++)
		port_add(v, arena_f(&arena, "%u", r.ports[i]));
	rc = sockets_listening(h, take_listener, v);
	if (rc == RC_OK)
		TRY(look_others(h, v, &r, &lets));
	if (v->row == 0 && (!st.exists || r.count == 0)) {
		fact_text(f, 0, "sshd", st.exists ? STR("stopped") : STR("absent"));
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	fact_bool(f, 0, "sshd_lets", lets);
	mark_families(v);
	TRY(look_sessions(h, v));
	TRY(nft_look(h, &arena, &l));
	TRY(look_rules(v, &l));
	fact_bool(f, 0, "old", l.old);
	fact_text(f, 0, "sshd", v->more_ports ? STR("refused") : STR("seen"));
out:
	if (rc == RC_OK)
		rc_trail_clear(); /* what was passed over; a failure keeps its reason */
	nft_rules_free(l.rules);
	arena_free(&arena);
	return rc;
}

/*= S-3-3 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct str sshd = fact_s(f, 0, "sshd");
	uint32_t open = 0, maybe = 0, door = 0;
	int64_t sessions = 0;
	bool list = admin_list_any(f, now_us);

	if (f->overflow || !str_eq(sshd, STR("seen"))) {
		finding_set(ret, VERDICT_UNKNOWN, str_eq(sshd, STR("absent")) || str_eq(sshd, STR("stopped")) ? MSG_ADMIN_NO_SSH : str_eq(sshd, STR("refused")) ? MSG_SSHD_REFUSED : MSG_ADMIN_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct prefix first, last;
		struct str session_from = fact_s(f, row, "session");

		door = fact_s(f, row, "door").n ? row : door;
		if (list && address_parse(session_from, &first) == RC_OK && fact_n(f, row, "at", 0) > now_us - param_n(p, "days") * DAY_US) {
			sessions++;
			if (!admin_list_has(f, &first, now_us)) {
				finding_set(ret, VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE);
				finding_text(ret, "account", fact_s(f, row, "user"));
				finding_text(ret, "from", session_from);
				finding_int(ret, "at", fact_n(f, row, "at", 0));
				return;
			}
		}
		if (address_parse(fact_s(f, row, "first"), &first) != RC_OK || address_parse(fact_s(f, row, "last"), &last) != RC_OK || admin_list_has_range(f, &first, &last, now_us))
			continue;
		*(fact_n(f, row, "sure", 0) ? &open : &maybe) = row;
	}
	if (!list) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ADMIN_NO_LIST);
	} else if (open && fact_n(f, 0, "sshd_lets", 1) && !fact_n(f, 0, "old", 1)) {
		finding_set(ret, VERDICT_FAIL, MSG_ADMIN_OPEN);
		finding_text(ret, "from", fact_s(f, open, "reach"));
	} else if (door) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ADMIN_OTHER_SSH);
		finding_text(ret, "program", fact_s(f, door, "door"));
		finding_int(ret, "port", fact_n(f, door, "port", 0));
	} else if (fact_n(f, 0, "sshd_lets", 1) && (maybe || open || fact_n(f, 0, "old", 1) || fact_n(f, 0, "ranges_cut", 0))) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ADMIN_UNSURE);
	} else if (fact_n(f, 0, "sessions_unread", now_us) > now_us - param_n(p, "days") * DAY_US || fact_n(f, 0, "sessions_cut", 0)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ADMIN_SESSIONS_UNREAD);
	} else if (fact_get(f, 0, "sessions_from") && fact_n(f, 0, "sessions_from", 0) > now_us - param_n(p, "days") * DAY_US) {
		finding_set(ret, VERDICT_PASS, MSG_ADMIN_KEPT_SINCE);
		finding_int(ret, "count", sessions);
		finding_int(ret, "from", fact_n(f, 0, "sessions_from", 0));
	} else {
		finding_set(ret, VERDICT_PASS, MSG_ADMIN_KEPT);
		finding_int(ret, "count", sessions);
	}
}

static const char *const registers[] = { "admin-address", NULL };

const struct control control_admin_source = {
	.id = "admin-source", .params = params, .params_count = 1, .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 1, .every_s = 3600, .timeout_ms = 15000,
	.registers = registers, .look = look, .judge = judge,
};
