// SPDX-License-Identifier: Apache-2.0
/*
 * ask_nft - what nft_reach says of single sources and ports, for tests.
 *
 * usage: ask_nft RULES.json OUTSIDE|- PROTOCOL(tcp|udp) {SOURCE PORT,PORT…}…
 * A line per source: the source, then for each port i (surely let in), o (surely kept out) or m (may be either).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "control/nft_ranges.h"

static bool
holds(const struct nft_ranges *r, nft_address a)
{
	for (size_t i = 0; i < r->count; i++)
		if (a >= r->list[i].first && a <= r->list[i].last)
			return true;
	return false;
}

static char
answer(struct nft_rules *rules, const struct nft_ask *ask, nft_address source)
{
	struct arena arena = ARENA(48 << 20);
	struct nft_reach r;
	enum rc rc = nft_reach(rules, ask, &arena, &r);
	char word = rc != RC_OK ? 'm' : holds(&r.sure, source) ? 'i' : holds(&r.maybe, source) ? 'm' : 'o';

	if (rc != RC_OK)
		fprintf(stderr, "ask_nft: %s %s\n", rc_name(rc), rc_trail());
	arena_free(&arena);
	return word;
}

int
main(int argc, char **argv)
{
	struct arena arena = ARENA(48 << 20);
	struct buf json = BUF(16 << 20);
	struct nft_rules *rules = NULL;
	char piece[65536];
	size_t n;
	FILE *f = argc > 4 ? fopen(argv[1], "r") : NULL;

	if (f == NULL) {
		fprintf(stderr, "usage: ask_nft RULES.json OUTSIDE|- tcp|udp {SOURCE PORT,PORT...}...\n");
		return 2;
	}
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		if (buf_add(&json, (struct str){ piece, n }) != RC_OK)
			return 1;
	fclose(f);
	if (nft_rules_read(buf_str(&json), &arena, &rules) != RC_OK) {
		fprintf(stderr, "ask_nft: %s\n", rc_trail());
		return 1;
	}
	for (int i = 4; i + 1 < argc; i += 2) {
		struct str outside = str_of(argv[2]), ports = str_of(argv[i + 1]), one;
		struct nft_ask ask = { .family = strchr(argv[i], ':') ? NFT_IPV6 : NFT_IPV4, .protocol = strcmp(argv[3], "udp") == 0 ? NFT_UDP : NFT_TCP, .outside = &outside,
			.outside_count = strcmp(argv[2], "-") != 0 };
		nft_address source;
		int64_t port;

		if (nft_address_parse(argv[i], ask.family, &source) != RC_OK)
			return 2;
		printf("%s ", argv[i]);
		while (str_cut(&ports, ',', &one)) {
			if (num_parse(one, 1, 65535, &port) != RC_OK)
				return 2;
			ask.port = (uint16_t)port;
			putchar(answer(rules, &ask, source));
		}
		putchar('\n');
	}
	nft_rules_free(rules);
	buf_free(&json);
	arena_free(&arena);
	return 0;
}
