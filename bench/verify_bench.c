// SPDX-License-Identifier: Apache-2.0
/*
 * verify_bench [ENTRIES [FOLDER]] - makes a ledger's published files and prints how many leaves a second
 * tsujiban-verify's own code checks on one core: read, decoded, hashed, every tile and the root compared.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/time_text.h"
#include "os/file.h"
#include "tool/verify.h"

struct out { int dirfd; struct buf bundle; };

static void
must(enum rc rc)
{
	if (rc == RC_OK)
		return;
	(void)fprintf(stderr, "verify_bench: %s\n", rc_trail());
	exit(1);
}

static void
save(int dirfd, char *path, struct str s)
{
	int fd;

	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdirat(dirfd, path, 0755); /* there already, mostly */
		*slash = '/';
	}
	fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, s.p, s.n) != (ssize_t)s.n || close(fd) != 0)
		must(FAIL_OS("write %s", path));
}

static enum rc
write_tile(void *arg, struct tile_id id, const struct hash *h)
{
	struct out *o = arg;
	char path[TILE_PATH_MAX];

	must(tile_path(id, path));
	save(o->dirfd, path, (struct str){ (const char *)h, id.width * sizeof(*h) });
	if (id.level == 0) {
		id.level = TILE_ENTRIES;
		must(tile_path(id, path));
		save(o->dirfd, path, buf_str(&o->bundle));
		buf_reset(&o->bundle);
	}
	return RC_OK;
}

static void
make(int dirfd, uint64_t entries, struct trust *trust)
{
	static struct edge edge;
	struct out o = { dirfd, BUF(1 << 20) };
	struct tile_sink sink = { &o, write_tile };
	struct checkpoint c = { .origin = STR("bench.example/1"), .size = entries };
	struct buf leaf = BUF(1000), text = BUF(4096), line = BUF(1000), note = BUF(8192);
	struct secret seed = { NULL, 0 };
	uint8_t pub[SIGN_PUB_BYTES], sig[SIGNATURE_BYTES];
	char path[] = "checkpoint";

	for (uint64_t i = 0; i < entries; i++) {
		struct leaf l = { .type = i ? LEAF_FINDING : LEAF_EPOCH, .source = i ? PROC_CORE : PROC_LEDGER, .source_seq = i ? i : 1, .claimed_at_us = (int64_t)i, .received_at_us = (int64_t)i,
			.name = STR("ports-closed"), .object = { { [15] = 1 } } };
		struct hash h;

		if (i)
			memcpy(l.commitment.b, &i, sizeof(i));
		buf_reset(&leaf);
		must(leaf_encode(&l, &leaf));
		must(bundle_add(&o.bundle, buf_str(&leaf)));
		tree_leaf_hash(buf_str(&leaf), &h);
		must(edge_add(&edge, &h, &sink));
	}
	must(edge_flush(&edge, &sink));
	edge_root(&edge, &c.root);
	must(secret_random(&seed, SIGN_KEY_BYTES));
	must(sign_public(&seed, pub));
	must(note_key_make(c.origin, NOTE_KEY_ED25519, pub, &trust->key));
	must(checkpoint_encode(&c, &text));
	must(sign(&seed, buf_str(&text), sig));
	must(note_signature_line(&trust->key, sig, &line));
	must(note_join(buf_str(&text), buf_str(&line), &note));
	save(dirfd, path, buf_str(&note));
	trust->has_key = true;
	secret_free(&seed);
	buf_free(&leaf);
	buf_free(&text);
	buf_free(&line);
	buf_free(&note);
	buf_free(&o.bundle);
}

static int64_t
cpu_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* cannot fail with this clock */
	return t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

int
main(int argc, char **argv)
{
	uint64_t entries = argc > 1 ? (uint64_t)atoll(argv[1]) : 1000000;
	char folder[] = "/tmp/verify_bench_XXXXXX", command[64];
	static struct report report;
	static struct trust trust;
	int64_t began, best = INT64_MAX, cpu, best_cpu = INT64_MAX;
	int dirfd;

	if (!mkdtemp(folder) || (dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return 1;
	make(dirfd, entries, &trust);
	for (int round = 0; round < 3; round++) {
		memset(&report, 0, sizeof(report));
		began = monotonic_us();
		cpu = cpu_us();
		must(verify_ledger(&report, &trust, dirfd, NULL, 0));
		if (monotonic_us() - began < best)
			best = monotonic_us() - began;
		if (cpu_us() - cpu < best_cpu)
			best_cpu = cpu_us() - cpu;
		if (report.faults || report.leaves != entries) {
			(void)fprintf(stderr, "verify_bench: refused: %s\n", report.faults ? fault_name(report.fault[0].id) : "count");
			return 1;
		}
	}
	printf("verify: %llu leaves: %.0f leaves/s (%.3f s); by processor time %.0f leaves/s (%.3f s)\n", (unsigned long long)entries, (double)entries * 1e6 / (double)best,
	    (double)best / 1e6, (double)entries * 1e6 / (double)best_cpu, (double)best_cpu / 1e6);
	(void)close(dirfd);
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) == 0 ? 0 : 1;
}
