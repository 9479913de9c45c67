// SPDX-License-Identifier: Apache-2.0
/*
 * make_ledger DIR NAME SEED ENTRIES [more...] - makes a ledger for the system tests in the existing folder DIR.
 *
 * more: `head FILE` copies the checkpoint, `add N` goes on to N more entries and publishes, `sign-ins N` with others
 * (another story), `epoch` opens the next one, `proof INDEX FILE` and `bare INDEX FILE` write proofs with and without the entry, `entry INDEX FILE` the entry.
 */
#include "maker.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
grow(struct maker *m, unsigned n)
{
	while (n--)
		maker_add(m, m->size % 5 ? LEAF_FINDING : LEAF_HEARTBEAT, m->size % 2 ? PROC_CORE : PROC_AUTH);
	maker_publish(m);
}

static void
save(const char *path, struct str s)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(s.p, 1, s.n, f) != s.n || fclose(f) != 0)
		abort();
}

int
main(int argc, char **argv)
{
	struct maker *m;
	int dir;

	if (argc < 5 || (dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return 2;
	m = maker_new(dir, argv[2], argv[3][0]);
	grow(m, (unsigned)atoi(argv[4]) - 1);
	for (int i = 5; i < argc; i++) {
		struct buf b = BUF(TLOG_PROOF_BYTES_MAX);
		uint64_t index = i + 1 < argc ? (uint64_t)atoi(argv[i + 1]) : 0;

		if (strcmp(argv[i], "epoch") == 0) {
			maker_epoch(m);
			maker_publish(m);
		} else if (strcmp(argv[i], "add") == 0 && i + 1 < argc) {
			grow(m, (unsigned)index);
			i++;
		} else if (strcmp(argv[i], "sign-ins") == 0 && i + 1 < argc) {
			while (index--)
				maker_add(m, LEAF_SIGN_IN, PROC_AUTH);
			maker_publish(m);
			i++;
		} else if (strcmp(argv[i], "head") == 0 && i + 1 < argc) {
			save(argv[++i], buf_str(&m->checkpoint));
		} else if (i + 2 < argc && index < m->size) {
			if (strcmp(argv[i], "entry") != 0)
				maker_proof(m, index, strcmp(argv[i], "proof") == 0, &b);
			save(argv[i + 2], buf_str(argv[i][0] == 'e' ? &m->entry[index] : &b));
			i += 2;
		} else {
			return 2;
		}
		buf_free(&b);
	}
	maker_free(m);
	return 0;
}
