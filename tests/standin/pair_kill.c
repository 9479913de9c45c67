// SPDX-License-Identifier: Apache-2.0
/*
 * pair_kill - 64 writers append through their lanes while ledger and vault are
 * killed in turn; afterwards every acknowledged entry is read back.
 *
 *	pair_kill PROGRAMS VERIFIER
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "ledger/ask_ledger.h"
#include "pair.h"

#define WRITERS  64
#define ROUNDS   8
#define ACKS_MAX 400000

struct ack { uint64_t index, number; };

static struct pair        pair;
static atomic_bool        stop;
static atomic_ullong      numbers;
static atomic_size_t      acks_n, lost;
static struct ack         acks[ACKS_MAX];

static void *
writer(void *arg)
{
	while (!atomic_load(&stop)) {
		struct entry e = { .leaf = { .type = LEAF_FINDING, .source = PROC_PROBE, .claimed_at_us = 1, .name = STR("ports-closed") } };
		uint64_t     number = atomic_fetch_add(&numbers, 1) + 1, index = 0;

		put_be64(e.leaf.object.b, number);
		if (ask_ledger_append(pair.ledger, &e, 1, &index) == RC_OK) {
			size_t at = atomic_fetch_add(&acks_n, 1);

			if (at < ACKS_MAX)
				acks[at] = (struct ack){ index, number };
		} else {
			atomic_fetch_add(&lost, 1);
			(void)usleep(20000); /* it is being started again */
		}
	}
	return arg;
}

static int
by_index(const void *a, const void *b)
{
	const struct ack *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

/* How many acknowledged entries are not where they were said to be. */
static size_t
missing(size_t n)
{
	struct entry *e = NULL;
	size_t        got = 0, wrong = 0;
	uint64_t      from = 0;
	struct arena  a = ARENA(64 << 20);

	qsort(acks, n, sizeof *acks, by_index);
	for (size_t i = 0; i < n; i++) {
		if (!got || acks[i].index >= from + got) {
			arena_free(&a);
			from = acks[i].index;
			if (ask_ledger_read(pair.ledger, from, 5000, &a, &e, &got) != RC_OK || !got)
				return n - i + wrong;
		}
		wrong += get_be64(e[acks[i].index - from].leaf.object.b) != acks[i].number;
		wrong += i > 0 && acks[i].index == acks[i - 1].index;
	}
	arena_free(&a);
	return wrong;
}

/* Until a head covers everything. */
static bool
covered(void)
{
	for (int i = 0; i < 500; i++, (void)usleep(20000)) {
		struct ledger_head h;

		if (ask_ledger_head(pair.ledger, &h) != RC_OK)
			continue;
		buf_free(&h.checkpoint);
		if (h.covered == h.entries)
			return true;
	}
	return false;
}

static bool
ring(const char *verifier)
{
	pthread_t threads[WRITERS];
	char      command[700];
	size_t    n, wrong;
	enum rc   rc = RC_OK;

	for (int i = 0; i < WRITERS; i++)
		if (pthread_create(&threads[i], NULL, writer, NULL))
			return false;
	for (int round = 0; round < ROUNDS && rc == RC_OK; round++) {
		(void)usleep(150000 + (useconds_t)round * 37000);
		if (round % 4 == 3) {
			pair_kill(&pair.vault_pid);
			rc = pair_vault_again(&pair);
		} else {
			pair_kill(&pair.ledger_pid);
			rc = pair_ledger_again(&pair);
		}
	}
	(void)usleep(300000);
	atomic_store(&stop, true);
	for (int i = 0; i < WRITERS; i++)
		(void)pthread_join(threads[i], NULL);
	if (rc != RC_OK) {
		printf("it does not start again: %s\n", rc_trail());
		return false;
	}
	n = acks_n < ACKS_MAX ? acks_n : ACKS_MAX;
	wrong = missing(n);
	printf("%zu acknowledged, %zu refused while it was away, %zu not as acknowledged\n", n, (size_t)lost, wrong);
	if (wrong || n < WRITERS * 10 || !covered()) {
		printf("%s\n", wrong ? "acknowledged entries are lost" : "it did not come back to work");
		return false;
	}
	(void)snprintf(command, sizeof command, "'%s' ledger '%s/ledger' --key \"$(cat '%s/ledger/key.pub')\"", verifier, pair.root, pair.root);
	return system(command) == 0;
}

int
main(int argc, char **argv)
{
	bool ok;

	if (argc != 3)
		return 2;
	if (pair_start(&pair, argv[1], "/tmp", WRITERS) != RC_OK) {
		printf("the processes do not start: %s\n", rc_trail());
		pair_stop(&pair);
		return 1;
	}
	ok = ring(argv[2]);
	pair_stop(&pair);
	printf("%d passed, %d failed\n", ok, !ok);
	return ok ? 0 : 1;
}
