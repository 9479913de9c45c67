// SPDX-License-Identifier: Apache-2.0
/*
 * firewall - do loaded rules keep a newcomer out, on IPv4 and on IPv6?
 *
 * What the kernel has in force (nft's own JSON), not what a file says. A chain
 * that lets everything in is no firewall. Tables of the old iptables cannot be
 * read this way: where they hold a filter, the answer is UNKNOWN.
 */
#include "control/control.h"
#include "control/nft.h"
#include "message/messages.h"

#define LISTING_MAX (16 << 20)

/* Old-style tables by name, one a line; the file is missing where the kernel has none. */
static bool
old_filter(const struct host *h, const char *path, bool *unreadable)
{
	struct buf b = BUF(4096);
	struct str rest, line;
	bool found = false;
	enum rc rc = host_read(h, path, 4096, &b);

	*unreadable |= rc != RC_OK && rc != RC_NOTFOUND;
	rest = buf_str(&b);
	while (rc == RC_OK && str_line(&rest, &line))
		found |= str_eq(line, STR("filter"));
	buf_free(&b);
	return found;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	static const char *const words[] = { [NFT_UNSURE] = "unsure", [NFT_NO_CHAIN] = "none", [NFT_LETS_IN] = "lets-in", [NFT_DROPS] = "drops" };
	struct buf b = BUF(LISTING_MAX);
	struct nft_view *v = arena_get(f->arena, sizeof(*v));
	bool unreadable = false, old4, old6;
	enum rc rc = RC_OK;

	(void)s;
	if (v == NULL)
		return FAIL(RC_LIMIT, "no room");
	old4 = old_filter(h, "/proc/net/ip_tables_names", &unreadable);
	old6 = old_filter(h, "/proc/net/ip6_tables_names", &unreadable);
	TRY(host_run(h, "nft", LISTING_MAX, &b));
	TRY(nft_read(buf_str(&b), v));
	fact_text(f, 0, "ipv4", str_of(words[v->input[NFT_IPV4]]));
	fact_text(f, 0, "ipv6", str_of(words[v->input[NFT_IPV6]]));
	fact_int(f, 0, "rules", v->rules);
	if (v->whole[0])
		fact_text(f, 0, "whole_interface", str_of(v->whole));
	fact_bool(f, 0, "old_ipv4", old4);
	fact_bool(f, 0, "old_ipv6", old6);
	fact_bool(f, 0, "old_unreadable", unreadable);
out:
	buf_free(&b);
	return rc;
}

/* PASS: drops; UNKNOWN: nobody can tell; FAIL: a newcomer gets in. */
static enum verdict
family_verdict(const struct facts *f, const char *family, const char *old)
{
	struct str word = fact_s(f, 0, family);

	if (str_eq(word, STR("drops")))
		return VERDICT_PASS;
	if (!str_eq(word, STR("none")) && !str_eq(word, STR("lets-in")))
		return VERDICT_UNKNOWN;
	return fact_n(f, 0, old, 1) || fact_n(f, 0, "old_unreadable", 1) ? VERDICT_UNKNOWN : VERDICT_FAIL;
}

/*= S-3-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	enum verdict v4 = family_verdict(f, "ipv4", "old_ipv4"), v6 = family_verdict(f, "ipv6", "old_ipv6");
	bool chain = str_eq(fact_s(f, 0, "ipv4"), STR("lets-in")) || str_eq(fact_s(f, 0, "ipv6"), STR("lets-in"));

	(void)p;
	(void)now_us;
	if (f->overflow || (v4 != VERDICT_FAIL && v6 != VERDICT_FAIL && (v4 == VERDICT_UNKNOWN || v6 == VERDICT_UNKNOWN))) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_FIREWALL_NO_ANSWER);
	} else if (v4 == VERDICT_PASS && v6 == VERDICT_PASS) {
		finding_set(ret, VERDICT_PASS, fact_get(f, 0, "whole_interface") ? MSG_FIREWALL_INTERFACE : MSG_FIREWALL_FILTERS);
		finding_int(ret, "count", fact_n(f, 0, "rules", 0));
		finding_text(ret, "interface", fact_s(f, 0, "whole_interface"));
	} else if (v4 == VERDICT_FAIL && v6 == VERDICT_FAIL) {
		finding_set(ret, VERDICT_FAIL, chain ? MSG_FIREWALL_LETS_IN : MSG_FIREWALL_NONE);
	} else {
		finding_set(ret, VERDICT_FAIL, MSG_FIREWALL_HALF);
		finding_text(ret, "family", v4 == VERDICT_FAIL ? STR("IPv4") : STR("IPv6"));
	}
}

const struct control control_firewall = {
	.id = "firewall", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 2, .every_s = 900, .timeout_ms = 10000, .look = look, .judge = judge,
};
