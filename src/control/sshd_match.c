// SPDX-License-Identifier: Apache-2.0
/* Patterns and addresses as sshd matches them. */
#include "control/sshd_match.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

#define LIST_ITEM_MAX 1023 /* sshd takes no longer one */

enum rc
address_parse(struct str s, struct prefix *ret)
{
	char text[64];
	struct in_addr v4;
	struct prefix p = { 0 };

	if (s.n == 0 || s.n >= sizeof(text) || memchr(s.p, 0, s.n) || memchr(s.p, ' ', s.n) || memchr(s.p, '\t', s.n))
		return FAIL(RC_SYNTAX, "no address");
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	if (inet_pton(AF_INET6, text, p.at) == 1) {
		p.is6 = true;
		p.bits = 128;
	} else if (inet_aton(text, &v4)) { /* numbers of fewer than four parts as well: sshd asks the C library */
		memcpy(p.at, &v4, 4);
		p.bits = 32;
	} else {
		return FAIL(RC_SYNTAX, "no address");
	}
	*ret = p;
	return RC_OK;
}

static bool
bit(const struct prefix *p, unsigned i)
{
	return p->at[i / 8] >> (7 - i % 8) & 1;
}

enum rc
prefix_parse(struct str s, struct prefix *ret)
{
	const char *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	size_t at = slash ? (size_t)(slash - s.p) : s.n;
	struct prefix p;
	int64_t bits = -1;
	enum rc rc = RC_OK;

	if (slash) {
		struct str n = str_sub(s, at + 1, s.n);

		while (n.n > 1 && n.p[0] == '0' && isdigit((unsigned char)n.p[1]))
			n = str_sub(n, 1, n.n);
		TRY(num_parse(n, 0, 128, &bits));
	}
	TRY(address_parse(str_sub(s, 0, at), &p));
	if (bits > (p.is6 ? 128 : 32))
		return RC_LIMIT;
	for (unsigned i = bits < 0 ? 128 : (unsigned)bits; i < (p.is6 ? 128 : 32); i++)
		if (bit(&p, i))
			return RC_LIMIT;
	if (bits >= 0)
		p.bits = (unsigned)bits;
	*ret = p;
out:
	return rc;
}

bool
prefix_holds(const struct prefix *net, const struct prefix *more)
{
	if (net->is6 != more->is6 || net->bits > more->bits)
		return false;
	for (unsigned i = 0; i < net->bits; i++)
		if (bit(net, i) != bit(more, i))
			return false;
	return true;
}

void
prefix_unmap(struct prefix *p)
{
	static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	struct prefix v4 = { .bits = p->bits - 96 };

	if (!p->is6 || p->bits < 96 || memcmp(p->at, mapped, 12) != 0)
		return;
	memcpy(v4.at, p->at + 12, 4);
	*p = v4;
}

struct str
prefix_text(const struct prefix *p, struct arena *arena)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(p->is6 ? AF_INET6 : AF_INET, p->at, text, sizeof(text)) == NULL)
		return STR_NONE;
	return p->bits == (p->is6 ? 128u : 32u) ? arena_dup(arena, str_of(text)) : arena_f(arena, "%s/%u", text, p->bits);
}

bool
pattern_matches(struct str s, struct str p)
{
	size_t i = 0, k = 0, star = SIZE_MAX, from = 0;

	while (i < s.n) {
		if (k < p.n && p.p[k] == '*') {
			star = k++;
			from = i;
		} else if (k < p.n && (p.p[k] == '?' || p.p[k] == s.p[i])) {
			i++;
			k++;
		} else if (star != SIZE_MAX) { /* let the last star take one more */
			k = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (k < p.n && p.p[k] == '*')
		k++;
	return k == p.n;
}

enum listed
pattern_list(struct str s, struct str list, bool lower)
{
	enum listed found = LISTED_NOT;
	struct str one;

	while (list.n) {
		char small[LIST_ITEM_MAX];
		bool against;

		(void)str_cut(&list, ',', &one);
		against = one.n && one.p[0] == '!';
		one = str_sub(one, against, one.n);
		if (one.n >= LIST_ITEM_MAX)
			return LISTED_NOT;
		for (size_t i = 0; i < one.n; i++)
			small[i] = lower ? (char)tolower((unsigned char)one.p[i]) : one.p[i];
		if (!pattern_matches(s, (struct str){ small, one.n }))
			continue;
		if (against)
			return LISTED_AGAINST;
		found = LISTED;
	}
	return found;
}

enum listed
address_list(const struct str *address, struct str list)
{
	enum listed found = LISTED_NOT;
	struct prefix here, net;
	bool more = true;

	if (address && address_parse(*address, &here) != RC_OK)
		return LISTED_NOT;
	while (more) {
		const char *comma = list.n ? memchr(list.p, ',', list.n) : NULL;
		struct str one = str_sub(list, 0, comma ? (size_t)(comma - list.p) : list.n);
		bool against = one.n && one.p[0] == '!', match;
		enum rc rc;

		more = comma != NULL;
		list = str_sub(list, one.n + 1, list.n);
		one = str_sub(one, against, one.n);
		if (one.n == 0)
			return LISTED_BAD;
		rc = prefix_parse(one, &net);
		if (rc == RC_LIMIT)
			return LISTED_BAD;
		match = address && (rc == RC_OK ? prefix_holds(&net, &here) : pattern_matches(*address, one));
		if (match && against)
			return LISTED_AGAINST;
		if (match)
			found = LISTED;
	}
	return found;
}

enum listed
user_pattern(struct str user, struct str host, const struct str *address, struct str pattern)
{
	const char *at = pattern.n ? memchr(pattern.p, '@', pattern.n) : NULL;
	struct str name = str_sub(pattern, 0, at ? (size_t)(at - pattern.p) : pattern.n), places = str_sub(pattern, name.n + 1, pattern.n);
	enum listed by_address, by_host;

	if (at == NULL)
		return pattern_matches(user, pattern) ? LISTED : LISTED_NOT;
	if (address && !pattern_matches(user, name))
		return LISTED_NOT;
	by_address = address_list(address, places);
	if (by_address == LISTED_BAD || address == NULL || by_address == LISTED_AGAINST)
		return by_address == LISTED_BAD ? LISTED_BAD : LISTED_NOT;
	by_host = pattern_list(host, places, true);
	return by_host != LISTED_AGAINST && (by_host == LISTED || by_address == LISTED) ? LISTED : LISTED_NOT;
}
