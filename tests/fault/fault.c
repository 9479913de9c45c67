// SPDX-License-Identifier: Apache-2.0
/*
 * fault - lets every file system call of ledger and vault go wrong in turn; no
 * acknowledged entry may be lost, and the folder verifies after the next start.
 *
 *	fault [--seconds N | --long] [--seed N] [--jobs N] SHIM VERIFIER
 *
 * Each run is a child under the shim: the real journal, tiles, checkpoint and the real vault's head, eight
 * writers in one group commit. It tells through a pipe what it acknowledged. The parent then starts
 * the same folders without faults and looks. The last line is "N passed, N failed".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "base/time_text.h"
#include "ledger/ledger.h"
#include "ledger/ledger_check.h"
#include "ledger/wire.h"
#include "os/file.h"
#include "vault/vault.h"
#include "vault/vault_init.h"

#define WRITERS      8
#define GROUPS       40
#define ACKS_MAX     (WRITERS * GROUPS * 2)
#define GROWN        300   /* entries a folder of the second kind begins with */
#define STARTS_MAX   4     /* of one child: warden would start it again too  */
#define RESERVE      65536

struct ack { uint64_t index; uint64_t number; };
struct place { char path[96]; int root_fd, ledger_fd, vault_fd; };
struct station { struct vault *vault; struct ledger *ledger; };

static const char *shim, *verifier, *self_path;
static unsigned    passed, failed;

/* ---- the same for child and parent ---- */

static enum rc
vault_answer(void *arg, struct str checkpoint, struct str proof, struct buf *ret)
{
	return vault_sign_head(arg, checkpoint, proof, ret);
}

static void
place_close(struct place *p)
{
	for (const int *fd = (const int[]){ p->root_fd, p->ledger_fd, p->vault_fd, -2 }; *fd != -2; fd++)
		if (*fd >= 0)
			(void)close(*fd); /* folders */
}

static enum rc
place_open(struct place *p)
{
	enum rc rc = RC_OK;

	p->ledger_fd = p->vault_fd = -1;
	p->root_fd = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->root_fd < 0)
		return FAIL_OS("open %s", p->path);
	TRY(file_open_dir(p->root_fd, "ledger", &p->ledger_fd));
	TRY(file_open_dir(p->root_fd, "vault", &p->vault_fd));
out:
	if (rc != RC_OK)
		place_close(p);
	return rc;
}

static void
station_close(struct station *s)
{
	ledger_close(s->ledger);
	vault_close(s->vault);
	*s = (struct station){ NULL, NULL };
}

static enum rc
station_open(struct station *s, const struct place *p)
{
	char                  folder[112];
	struct ledger_options o = { .folder = folder, .dirfd = p->ledger_fd, .reserve_bytes = RESERVE };
	enum rc               rc = RC_OK;

	*s = (struct station){ NULL, NULL };
	(void)snprintf(folder, sizeof folder, "%s/ledger", p->path);
	TRY(vault_open(p->vault_fd, &s->vault));
	o.signer = (struct signer){ s->vault, vault_answer };
	TRY(ledger_open(&o, &s->ledger));
out:
	if (rc != RC_OK)
		station_close(s);
	return rc;
}

static struct entry
entry_of(uint64_t number)
{
	struct entry e = { .leaf = { .type = LEAF_FINDING, .source = PROC_PROBE, .claimed_at_us = 1, .name = STR("ports-closed") } };

	put_be64(e.leaf.object.b, number);
	return e;
}

/* One group: each writer has one entry in flight. What is acknowledged goes to `fd` (-1: nowhere). */
static enum rc
group(struct ledger *l, uint64_t *number, int fd)
{
	struct ack acks[WRITERS];
	size_t     n = 0;
	enum rc    rc = RC_OK;

	for (int i = 0; i < WRITERS; i++) {
		struct entry e = entry_of(++*number);
		enum rc      staged = ledger_stage(l, PROC_CORE, &e, 1, false, &acks[n].index);

		if (staged == RC_OK)
			acks[n++].number = *number;
		else
			rc = staged;
	}
	TRY(ledger_commit(l));
	TRY(rc);
out:
	if (rc == RC_OK && fd >= 0 && write(fd, acks, n * sizeof *acks) != (ssize_t)(n * sizeof *acks))
		_exit(9);
	return rc;
}

static bool
covered(struct ledger *l, int ms)
{
	for (int64_t end = monotonic_us() + ms * 1000; monotonic_us() < end; (void)usleep(1000)) {
		struct ledger_head h;

		ledger_head(l, &h);
		buf_free(&h.checkpoint);
		if (h.covered == h.entries)
			return true;
	}
	return false;
}

/* ---- the child: works on, starts again when it must ---- */

static int
child(const char *path)
{
	struct place   p = { .root_fd = -1 };
	struct station s = { NULL, NULL };
	uint64_t       number = 1000000;
	int            groups = 0, starts = 0;

	(void)snprintf(p.path, sizeof p.path, "%s", path);
	while (groups < GROUPS && starts++ < STARTS_MAX) {
		if (place_open(&p) != RC_OK)
			continue;
		if (station_open(&s, &p) == RC_OK) {
			for (; groups < GROUPS && ledger_sound(s.ledger) == RC_OK; groups++) {
				if (group(s.ledger, &number, 1) == RC_LIMIT)
					ledger_tick(s.ledger); /* space may be back */
				if (groups % 8 == 7)
					(void)covered(s.ledger, 30);
			}
			(void)covered(s.ledger, 30);
		}
		station_close(&s);
		place_close(&p);
	}
	return 0;
}

/* ---- the parent ---- */

static void
run(const char *command)
{
	if (system(command) != 0) {
		fprintf(stderr, "%s: failed\n", command);
		exit(2);
	}
}

static void
copy(const char *from, const char *to)
{
	char command[600];

	(void)snprintf(command, sizeof command, "rm -rf '%s' && cp -r '%s' '%s'", to, from, to);
	run(command);
}

/* Starts the child under the shim; its acknowledgements, and how it ended. */
static size_t
child_run(const char *path, const char *kind, long at, struct ack *acks, int *ret_status, long *ret_calls)
{
	char   at_text[32], report[120], text[32] = "";
	char  *argv[] = { (char *)self_path, (char *)"--child", (char *)path, NULL };
	int    ends[2], fd;
	size_t n = 0;
	pid_t  pid;

	(void)snprintf(at_text, sizeof at_text, "%ld", at);
	(void)snprintf(report, sizeof report, "%s.calls", path);
	if (pipe(ends) < 0)
		exit(2);
	pid = fork();
	if (pid == 0) {
		(void)dup2(ends[1], 1);
		(void)close(ends[0]);
		(void)close(ends[1]);
		(void)setenv("LD_PRELOAD", shim, 1);
		(void)setenv("FAULT_AT", at_text, 1);
		(void)setenv("FAULT_KIND", kind, 1);
		(void)setenv("FAULT_REPORT", report, 1);
		execv(self_path, argv);
		_exit(127);
	}
	(void)close(ends[1]);
	for (;;) {
		ssize_t got = read(ends[0], (char *)acks + n, ACKS_MAX * sizeof *acks - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	(void)close(ends[0]);
	(void)waitpid(pid, ret_status, 0);
	fd = open(report, O_RDONLY);
	if (fd >= 0 && read(fd, text, sizeof text - 1) > 0 && ret_calls)
		*ret_calls = strtol(text, NULL, 10);
	if (fd >= 0)
		(void)close(fd);
	(void)unlink(report);
	return n / sizeof *acks;
}

static bool
ack_holds(struct ledger *l, const struct ack *ack)
{
	struct buf    b = BUF(4096);
	struct arena  a = ARENA(65536);
	struct entry *e = NULL;
	size_t        n = 0;
	bool          ok = ledger_read(l, ack->index, 1, 4096, &b) == RC_OK && entries_get(buf_str(&b), 1, &a, &e, &n) == RC_OK && n == 1 &&
		e[0].leaf.type == LEAF_FINDING && get_be64(e[0].leaf.object.b) == ack->number;

	arena_free(&a);
	buf_free(&b);
	return ok;
}

/* NULL: everything holds. Otherwise what does not. */
static const char *
look(struct place *p, const struct ack *acks, size_t n)
{
	struct station              s = { NULL, NULL };
	struct ledger_check_options o = { .key = NULL };
	struct ledger_report        report;
	static char                 why[600];
	uint64_t                    number = 9000000;
	const char                 *wrong = NULL;
	char                        folder[112], command[600];

	(void)snprintf(folder, sizeof folder, "%s/ledger", p->path);
	if (place_open(p) != RC_OK)
		return "the folders cannot be opened";
	if (station_open(&s, p) != RC_OK)
		wrong = "it does not start again";
	for (size_t i = 0; i < n && !wrong; i++)
		if (!ack_holds(s.ledger, &acks[i]))
			wrong = "an acknowledged entry is lost";
	if (!wrong && group(s.ledger, &number, -1) != RC_OK)
		wrong = "it does not append any more";
	if (!wrong && !covered(s.ledger, 10000))
		wrong = publisher_trouble(ledger_publisher(s.ledger)) == RC_OK ? "no head comes" : "publishing fails";
	if (!wrong && ledger_check(folder, p->ledger_fd, &o, &report) != RC_OK)
		wrong = "the check finds a problem";
	if (wrong)
		(void)snprintf(why, sizeof why, "%s [%s]", wrong, rc_trail());
	station_close(&s);
	place_close(p);
	(void)snprintf(command, sizeof command, "'%s' ledger '%s' --key \"$(cat '%s/key.pub')\" >/dev/null 2>&1", verifier, folder, folder);
	if (!wrong && access(verifier, X_OK) == 0 && system(command) != 0)
		return "the verifier refuses the folder";
	return wrong ? why : NULL;
}

static void
one(const char *base, long job, const char *kind, long at)
{
	static struct ack acks[ACKS_MAX];
	struct place      p = { .root_fd = -1 };
	const char       *from = at % 4 ? "grown" : "fresh", *wrong;
	int               status = 0;
	size_t            n;
	char              source[96];

	(void)snprintf(p.path, sizeof p.path, "%s/work%ld", base, job);
	(void)snprintf(source, sizeof source, "%s/%s", base, from);
	copy(source, p.path);
	n = child_run(p.path, kind, at, acks, &status, NULL);
	wrong = look(&p, acks, n);
	if (!wrong && WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		wrong = "it crashed";
	if (wrong) {
		failed++;
		printf("%s at call %ld of a %s folder, %zu acknowledged: %s\n", kind, at, from, n, wrong);
	} else {
		passed++;
	}
}

/* A folder as init leaves it, and one with entries, tiles and a head. */
static void
templates_make(const char *base)
{
	struct place   p = { .root_fd = -1 };
	struct station s;
	uint64_t       number = 0;
	char           grown[96];

	(void)snprintf(p.path, sizeof p.path, "%s/fresh", base);
	if (mkdir(p.path, 0700) < 0 || (p.root_fd = open(p.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || vault_init(p.root_fd, STR("fault.test"), STR("localhost"), now_us()) != RC_OK)
		exit(2);
	(void)close(p.root_fd);
	(void)snprintf(grown, sizeof grown, "%s/grown", base);
	copy(p.path, grown);
	(void)snprintf(p.path, sizeof p.path, "%s", grown);
	if (place_open(&p) != RC_OK || station_open(&s, &p) != RC_OK)
		exit(2);
	while (number < GROWN)
		if (group(s.ledger, &number, -1) != RC_OK)
			exit(2);
	if (!covered(s.ledger, 20000))
		exit(2);
	station_close(&s);
	place_close(&p);
}

/* Every `jobs`-th run, in a folder of its own. */
static void
work(const char *base, long calls, uint64_t seed, long seconds, long job, long jobs)
{
	static const char *const kinds[] = { "kill", "eio", "enospc", "full", "tear", "short" };
	long                     step = seconds ? 97 : 1; /* a prime: in time every call has its turn */
	int64_t                  end = monotonic_us() + seconds * SECOND_US;

	for (long tried = job; tried < calls * 6 && (!seconds || monotonic_us() < end); tried += jobs)
		one(base, job, kinds[tried % 6], 1 + (long)((seed + (uint64_t)(tried / 6) * (uint64_t)step) % (uint64_t)calls));
}

/* Several at once: most of a run is waiting. */
static void
work_all(const char *base, long calls, uint64_t seed, long seconds, long jobs)
{
	int ends[2];

	if (pipe(ends) < 0)
		exit(2);
	fflush(stdout);
	for (long job = 0; job < jobs; job++)
		if (fork() == 0) {
			unsigned counts[2];

			work(base, calls, seed, seconds, job, jobs);
			counts[0] = passed;
			counts[1] = failed;
			fflush(stdout);
			_exit(write(ends[1], counts, sizeof counts) == (ssize_t)sizeof counts ? 0 : 2);
		}
	for (long job = 0; job < jobs; job++) {
		unsigned counts[2] = { 0, 1 }; /* a job that dies has failed */
		int      status;

		(void)wait(&status);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && read(ends[0], counts, sizeof counts) != (ssize_t)sizeof counts)
			counts[1] = 1;
		passed += counts[0];
		failed += counts[1];
	}
}

int
main(int argc, char **argv)
{
	static struct ack acks[ACKS_MAX];
	char              base[64], first[96], grown[96], self_buf[512];
	long              seconds = 60, calls = 0, jobs = 4;
	uint64_t          seed = (uint64_t)now_us() ^ (uint64_t)getpid();
	int               status;
	ssize_t           n;

	if (argc == 3 && !strcmp(argv[1], "--child"))
		return child(argv[2]);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--long"))
			seconds = 0;
		else if (!strcmp(argv[i], "--seconds") && i + 1 < argc)
			seconds = strtol(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--seed") && i + 1 < argc)
			seed = strtoull(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--jobs") && i + 1 < argc)
			jobs = strtol(argv[++i], NULL, 10);
		else if (!shim)
			shim = argv[i];
		else
			verifier = argv[i];
	}
	n = readlink("/proc/self/exe", self_buf, sizeof self_buf - 1);
	if (!shim || !verifier || n < 0 || jobs < 1) {
		fprintf(stderr, "usage: fault [--seconds N | --long] [--seed N] [--jobs N] SHIM VERIFIER\n");
		return 2;
	}
	self_buf[n] = '\0';
	self_path = self_buf;
	(void)snprintf(base, sizeof base, "%s/fault-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"); /* memory: it is processes that fall, not disks */
	if (!mkdtemp(base))
		return 2;
	templates_make(base);
	(void)snprintf(first, sizeof first, "%s/first", base);
	(void)snprintf(grown, sizeof grown, "%s/grown", base);
	copy(grown, first);
	(void)child_run(first, "count", 0, acks, &status, &calls);
	if (!calls || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		printf("the shim counts nothing\n");
		return 2;
	}
	calls += calls / 10; /* threads take turns differently each time */
	printf("%ld calls, seed %llu\n", calls, (unsigned long long)seed);
	work_all(base, calls, seed, seconds, jobs);
	(void)snprintf(self_buf, sizeof self_buf, "rm -rf '%s'", base);
	run(self_buf);
	printf("%u passed, %u failed\n", passed, failed);
	return failed ? 1 : 0;
}
