// SPDX-License-Identifier: Apache-2.0
/* Routes, forwarding, old tables; then the ruleset. */
#include "control/nft_look.h"

#define LISTING_MAX (16 << 20)
#define ROUTES_MAX  (1 << 20)

static void
outside_add(struct nft_look *l, struct arena *arena, struct str name)
{
	if (name.n == 0 || str_eq(name, STR("lo")) || l->outside_count == NFT_OUTSIDE_MAX)
		return;
	for (size_t i = 0; i < l->outside_count; i++)
		if (str_eq(l->outside[i], name))
			return;
	l->outside[l->outside_count++] = arena_dup(arena, name);
}

/* Lines of /proc/net/route (name first, zero destination and mask) and /proc/net/ipv6_route (name last, zero destination of length 00). */
static void
default_routes(const struct host *h, struct arena *arena, const char *path, bool v6, struct nft_look *l)
{
	struct buf b = BUF(ROUTES_MAX);
	struct str rest, line, word, words[12];

	if (host_read(h, path, ROUTES_MAX, &b) != RC_OK)
		rc_trail_clear(); /* no such family, or unreadable: then no interface is known */
	rest = buf_str(&b);
	while (str_line(&rest, &line)) {
		size_t n = 0;

		for (size_t i = 0; i <= line.n && n < 12;) {
			size_t from = i;

			while (i < line.n && line.p[i] != '\t' && line.p[i] != ' ')
				i++;
			word = str_sub(line, from, i - from);
			if (word.n)
				words[n++] = word;
			i++;
		}
		if (!v6 && n >= 8 && str_eq(words[1], STR("00000000")) && str_eq(words[7], STR("00000000")))
			outside_add(l, arena, words[0]);
		if (v6 && n >= 10 && str_eq(words[0], STR("00000000000000000000000000000000")) && str_eq(words[1], STR("00")))
			outside_add(l, arena, words[9]);
	}
	buf_free(&b);
}

static bool
is_on(const struct host *h, const char *path, bool *unknown)
{
	struct buf b = BUF(16);
	enum rc rc = host_read(h, path, 16, &b);
	bool on = rc == RC_OK && !str_eq(str_trim(buf_str(&b)), STR("0"));

	*unknown |= rc != RC_OK && rc != RC_NOTFOUND;
	buf_free(&b);
	rc_trail_clear();
	return on;
}

static bool
old_filter(const struct host *h, const char *path)
{
	struct buf b = BUF(4096);
	struct str rest, line;
	enum rc rc = host_read(h, path, 4096, &b);
	bool found = rc != RC_OK && rc != RC_NOTFOUND;

	rest = buf_str(&b);
	while (str_line(&rest, &line))
		found |= str_eq(line, STR("filter"));
	buf_free(&b);
	rc_trail_clear();
	return found;
}

bool
nft_old_tables(const struct host *h)
{
	bool old = old_filter(h, "/proc/net/ip_tables_names");

	return old_filter(h, "/proc/net/ip6_tables_names") || old;
}

enum rc
nft_look(const struct host *h, struct arena *arena, struct nft_look *ret)
{
	struct nft_look l = { .rules = NULL };
	struct buf json = BUF(LISTING_MAX);
	enum rc rc = RC_OK;

	default_routes(h, arena, "/proc/net/route", false, &l);
	default_routes(h, arena, "/proc/net/ipv6_route", true, &l);
	l.routes[NFT_IPV4] = is_on(h, "/proc/sys/net/ipv4/ip_forward", &l.routes_unknown);
	l.routes[NFT_IPV6] = is_on(h, "/proc/sys/net/ipv6/conf/all/forwarding", &l.routes_unknown);
	l.old = nft_old_tables(h);
	TRY(host_run(h, "nft-sets", LISTING_MAX, &json));
	TRY(nft_rules_read(buf_str(&json), arena, &l.rules));
	*ret = l;
out:
	buf_free(&json);
	return rc;
}

enum rc
nft_look_kinds(const struct host *h, struct arena *arena, struct arena *out, struct nft_look *ret, struct nft_kind **ret_kinds, size_t *ret_n)
{
	struct nft_kind *kinds = arena_get(out, NFT_KINDS_MAX * sizeof(*kinds));
	enum rc rc = RC_OK;

	if (kinds == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(nft_look(h, arena, ret));
	TRY(nft_port_kinds(ret->rules, kinds, ret_n));
	*ret_kinds = kinds;
out:
	return rc;
}
