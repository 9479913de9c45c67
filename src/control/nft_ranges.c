// SPDX-License-Identifier: Apache-2.0
/* Ordered ranges of addresses: join, meet, without. */
#include "control/nft_ranges.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

nft_address
nft_address_last(enum nft_family family)
{
	return family == NFT_IPV4 ? (nft_address)UINT32_MAX : ~(nft_address)0;
}

static nft_address
from_bytes(const unsigned char *p, size_t n)
{
	nft_address a = 0;

	for (size_t i = 0; i < n; i++)
		a = a << 8 | p[i];
	return a;
}

enum rc
nft_address_parse(const char *text, enum nft_family family, nft_address *ret)
{
	unsigned char bytes[16];

	if (inet_pton(family == NFT_IPV4 ? AF_INET : AF_INET6, text, bytes) != 1)
		return FAIL(RC_SYNTAX, "no address of this family");
	*ret = from_bytes(bytes, family == NFT_IPV4 ? 4 : 16);
	return RC_OK;
}

struct nft_range
nft_range_of_prefix(nft_address a, unsigned bits, enum nft_family family)
{
	unsigned whole = family == NFT_IPV4 ? 32 : 128;
	nft_address host = bits >= whole ? 0 : bits == 0 ? nft_address_last(family) : ((nft_address)1 << (whole - bits)) - 1;

	return (struct nft_range){ a & ~host, a | host };
}

static enum rc
room(struct arena *arena, size_t n, struct nft_ranges *ret)
{
	*ret = (struct nft_ranges){ arena_get(arena, (n ? n : 1) * sizeof(struct nft_range)), 0 };
	return ret->list ? RC_OK : FAIL(RC_LIMIT, "nft: too many addresses");
}

enum rc
nft_ranges_all(enum nft_family family, struct arena *arena, struct nft_ranges *ret)
{
	enum rc rc = RC_OK;

	TRY(room(arena, 1, ret));
	ret->list[0] = (struct nft_range){ 0, nft_address_last(family) };
	ret->count = 1;
out:
	return rc;
}

static int
by_first(const void *a, const void *b)
{
	const struct nft_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

enum rc
nft_ranges_order(struct nft_ranges *r)
{
	size_t n = 0;

	if (r->count)
		qsort(r->list, r->count, sizeof(r->list[0]), by_first);
	for (size_t i = 0; i < r->count; i++) {
		struct nft_range x = r->list[i];

		if (x.first > x.last)
			return FAIL(RC_SYNTAX, "nft: a range that ends before it begins");
		if (n && (x.first <= r->list[n - 1].last || x.first - 1 == r->list[n - 1].last)) {
			if (x.last > r->list[n - 1].last)
				r->list[n - 1].last = x.last;
		} else {
			r->list[n++] = x;
		}
	}
	r->count = n;
	return RC_OK;
}

enum rc
nft_ranges_union(const struct nft_ranges *a, const struct nft_ranges *b, struct arena *arena, struct nft_ranges *ret)
{
	struct nft_ranges r;
	enum rc rc = RC_OK;

	if (a->count == 0 || b->count == 0) {
		*ret = a->count ? *a : *b;
		return RC_OK;
	}
	TRY(room(arena, a->count + b->count, &r));
	memcpy(r.list, a->list, a->count * sizeof(r.list[0]));
	memcpy(r.list + a->count, b->list, b->count * sizeof(r.list[0]));
	r.count = a->count + b->count;
	TRY(nft_ranges_order(&r));
	*ret = r;
out:
	return rc;
}

enum rc
nft_ranges_both(const struct nft_ranges *a, const struct nft_ranges *b, struct arena *arena, struct nft_ranges *ret)
{
	struct nft_ranges r;
	enum rc rc = RC_OK;

	TRY(room(arena, a->count + b->count, &r));
	for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
		nft_address first = a->list[i].first > b->list[j].first ? a->list[i].first : b->list[j].first;
		nft_address last = a->list[i].last < b->list[j].last ? a->list[i].last : b->list[j].last;

		if (first <= last)
			r.list[r.count++] = (struct nft_range){ first, last };
		if (a->list[i].last < b->list[j].last)
			i++;
		else
			j++;
	}
	*ret = r;
out:
	return rc;
}

enum rc
nft_ranges_less(const struct nft_ranges *a, const struct nft_ranges *b, struct arena *arena, struct nft_ranges *ret)
{
	struct nft_ranges r;
	size_t j = 0;
	enum rc rc = RC_OK;

	if (a->count == 0 || b->count == 0) {
		*ret = *a;
		return RC_OK;
	}
	TRY(room(arena, a->count + b->count, &r));
	for (size_t i = 0; i < a->count; i++) {
		nft_address first = a->list[i].first, last = a->list[i].last;
		bool gone = false;

		while (j < b->count && b->list[j].last < first)
			j++;
		for (size_t k = j; !gone && k < b->count && b->list[k].first <= last; k++) {
			if (b->list[k].first > first)
				r.list[r.count++] = (struct nft_range){ first, b->list[k].first - 1 };
			gone = b->list[k].last >= last;
			if (!gone)
				first = b->list[k].last + 1;
		}
		if (!gone)
			r.list[r.count++] = (struct nft_range){ first, last };
	}
	*ret = r;
out:
	return rc;
}

/* Half of IPv4; as much of IPv6 as is given out at all (2000::/3). */
bool
nft_ranges_any(const struct nft_ranges *r, enum nft_family family)
{
	nft_address want = (nft_address)1 << (family == NFT_IPV4 ? 31 : 125), sum = 0;

	for (size_t i = 0; i < r->count; i++) {
		nft_address size = r->list[i].last - r->list[i].first;

		if (size >= want - 1 || (sum += size + 1) >= want)
			return true;
	}
	return false;
}

static void
address_text(nft_address a, enum nft_family family, char ret[INET6_ADDRSTRLEN])
{
	unsigned char bytes[16];
	size_t n = family == NFT_IPV4 ? 4 : 16;

	for (size_t i = n; i > 0; i--, a >>= 8)
		bytes[i - 1] = (unsigned char)a;
	if (inet_ntop(family == NFT_IPV4 ? AF_INET : AF_INET6, bytes, ret, INET6_ADDRSTRLEN) == NULL)
		ret[0] = '\0';
}

struct str
nft_range_text(const struct nft_range *r, enum nft_family family, struct arena *arena)
{
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];
	unsigned whole = family == NFT_IPV4 ? 32 : 128;

	address_text(r->first, family, first);
	address_text(r->last, family, last);
	for (unsigned bits = 0; bits <= whole; bits++) {
		struct nft_range p = nft_range_of_prefix(r->first, bits, family);

		if (p.first == r->first && p.last == r->last)
			return bits == whole ? arena_f(arena, "%s", first) : arena_f(arena, "%s/%u", first, bits);
	}
	return arena_f(arena, "%s-%s", first, last);
}
