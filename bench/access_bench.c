// SPDX-License-Identifier: Apache-2.0
/*
 * access_bench [ROWS]: pages of the access log over a store of a million rows, as core answers them; needs the tests' fakes.
 *
 * 40 people, a year, one address for most of them; every filter alone, and pairs that hardly ever meet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "core/access.h"
#include "core/core_fake.h"
#include "os/file.h"

#define TIMES 25

static const char *const filters[] = {
	"{}", "{\"person\":\"person0\"}", "{\"act\":\"page-views\"}", "{\"act\":\"declare-event\"}", "{\"address\":\"192.0.2.7\"}", "{\"host\":\"here.example.jp\"}", "{\"object\":\"S-1-2\"}", "{\"result\":\"REFUSED\"}",
	"{\"from\":1760000000000000,\"to\":1760600000000000}", "{\"person\":\"person1\",\"act\":\"declare-event\",\"result\":\"REFUSED\"}", "{\"host\":\"here.example.jp\",\"address\":\"198.51.100.9\"}",
	"{\"act\":\"page-views\",\"result\":\"FAILED\"}", "{\"address\":\"192.0.2.7\",\"act\":\"nothing-like-it\"}",
};

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static enum rc
fill(struct core *c, int64_t rows)
{
	enum rc rc = RC_OK;

	for (int64_t i = 0; i < rows; i++) {
		bool views = i % 3 != 0;
		struct seen s = { .kind = views ? ACCESS_VIEWS : ACCESS_ACT, .id = ACCESS_ID(i, 0), .done_leaf = i, .at_us = INT64_C(1743000000000000) + i * 31 * SECOND_US, .n = 1 + i % 9, .actor = { { 1, (uint8_t)(i % 40) } },
			.result = i % 997 == 0 ? OUTCOME_REFUSED : OUTCOME_DONE };

		s.name = strdup(views ? "page-views" : "declare-event");
		s.address = strdup(i % 11 ? "192.0.2.7" : "192.0.2.8");
		s.host = strdup("here.example.jp");
		s.object = strdup(views ? "{\"board-show\":2,\"clause-show\":1}" : i % 5 ? "S-1-2" : "S-3-5");
		if (i % 10000 == 0)
			TRY(db_begin(c->db));
		TRY(access_add(c, &s));
		if (i % 10000 == 9999 || i + 1 == rows)
			TRY(db_commit(c->db));
		access_clear(&s, 1);
	}
out:
	return rc;
}

int
main(int argc, char **argv)
{
	static int64_t took[sizeof(filters) / sizeof(filters[0]) * TIMES * 2];
	int64_t rows = 1000000, began;
	size_t n = 0;
	struct core *c;

	if (argc > 1 && num_parse(str_of(argv[1]), 1, 100000000, &rows) != RC_OK)
		return 2;
	c = core_up(true);
	began = monotonic_us();
	if (fill(c, rows) != RC_OK) {
		printf("%s\n", rc_trail());
		return 1;
	}
	printf("%lld rows in %.1f s\n", (long long)rows, (double)(monotonic_us() - began) / 1e6);
	for (size_t f = 0; f < sizeof(filters) / sizeof(filters[0]); f++) {
		size_t first = n;

		for (int k = 0; k < TIMES; k++) {
			struct act_request q = { ACT_ACCESS_SHOW, { STR("auditor"), STR("192.0.2.7"), DOOR_LOCAL, 0 }, str_of(filters[f]) };
			struct buf b = BUF(16 << 20);

			began = monotonic_us();
			if (act_do(c, &q, &b) != RC_OK)
				printf("%s: %s\n", filters[f], rc_trail());
			took[n++] = monotonic_us() - began;
			buf_free(&b);
		}
		qsort(took + first, n - first, sizeof(took[0]), by_size);
		printf("%6.1f ms median %6.1f ms worst  %s\n", (double)took[first + TIMES / 2] / 1e3, (double)took[n - 1] / 1e3, filters[f]);
	}
	qsort(took, n, sizeof(took[0]), by_size);
	printf("all: median %.1f ms, p99 %.1f ms\n", (double)took[n / 2] / 1e3, (double)took[n * 99 / 100] / 1e3);
	core_down(c);
	return 0;
}
