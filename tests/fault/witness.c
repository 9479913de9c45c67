// SPDX-License-Identifier: Apache-2.0
/*
 * fault_witness - lets every file system call of the witness go wrong in turn while it takes a head: what it cosigned is
 * never forgotten, its file of a log is whole, and it neither goes back nor takes another history afterwards.
 *
 *	fault_witness SHIM
 *
 * Each run is a child under the shim: one submission to the real witness in a folder that holds a head of one entry. The
 * parent then opens the folder without faults and looks. The last line is "N passed, N failed".
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "merkle/tree.h"
#include "os/file.h"
#include "os/folder.h"
#include "witness/witness.h"

#define ORIGIN   "log.example/a"
#define NOW      INT64_C(1795305600000000)
#define COSIGNED 0
#define REFUSED  3

enum head { FIRST, NEXT, FORK, FORK_NEXT, HEADS };

static const char *const kinds[] = { "eio", "enospc", "full", "short", "tear", "kill" };
static struct buf  submissions[HEADS];
static struct buf  state = BUF(1 << 20); /* the witness's file while it holds FIRST */
static char        folder[64], state_path[96];
static int         dirfd_ = -1;
static const char *shim, *self_path;
static unsigned    passed, failed;

/* ---- a log of one entry or two, in one of two histories */

static enum rc
make_submission(enum head which, const struct secret *seed, struct buf *ret)
{
	bool fork = which == FORK || which == FORK_NEXT, two = which == NEXT || which == FORK_NEXT;
	struct checkpoint c = { .origin = STR(ORIGIN), .size = two ? 2 : 1 };
	struct submission q = { .old_size = two ? 1 : 0 };
	struct buf text = BUF(4096), lines = BUF(4096), note = BUF(NOTE_BYTES_MAX);
	uint8_t sig[SIGNATURE_BYTES], pub[SIGN_PUB_BYTES];
	struct hash one, other;
	struct note_key key;
	enum rc rc = RC_OK;

	tree_leaf_hash(fork ? STR("another") : STR("one"), &one);
	tree_leaf_hash(STR("two"), &other);
	c.root = one;
	if (two) {
		tree_node_hash(&one, &other, &c.root);
		q.proof.n = 1;
		q.proof.node[0] = other;
	}
	TRY(checkpoint_encode(&c, &text));
	TRY(sign_public(seed, pub));
	TRY(note_key_make(STR(ORIGIN), NOTE_KEY_ED25519, pub, &key));
	TRY(sign(seed, buf_str(&text), sig));
	TRY(note_signature_line(&key, sig, &lines));
	TRY(note_join(buf_str(&text), buf_str(&lines), &note));
	q.checkpoint = buf_str(&note);
	*ret = (struct buf)BUF(SUBMISSION_BYTES_MAX);
	TRY(submission_encode(&q, ret));
out:
	buf_free(&text);
	buf_free(&lines);
	buf_free(&note);
	return rc;
}

static enum rc
take(enum head which, enum answer_status *ret)
{
	struct buf answer = BUF(ANSWER_BYTES_MAX);
	struct witness *w = NULL;
	enum rc rc = RC_OK;

	TRY(witness_open(dirfd_, &w));
	TRY(witness_take(w, buf_str(&submissions[which]), NOW, false, ret, &answer));
out:
	witness_close(w);
	buf_free(&answer);
	return rc;
}

static enum rc
set_up(void)
{
	struct buf vkey = BUF(VKEY_TEXT_MAX);
	struct arena names = ARENA(4096);
	struct secret seed = { 0 };
	struct witness *w = NULL;
	enum answer_status status;
	uint8_t pub[SIGN_PUB_BYTES];
	struct note_key key;
	struct str *list;
	size_t n;
	enum rc rc = RC_OK;

	TRY(secret_of(&seed, STR("0123456789abcdef0123456789abcdef")));
	for (int i = 0; i < HEADS; i++)
		TRY(make_submission((enum head)i, &seed, &submissions[i]));
	if (dirfd_ >= 0) /* a child: the folder stands */
		goto out;
	if (mkdtemp(folder) == NULL || (dirfd_ = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		TRY(FAIL_OS("%s", folder));
	TRY(witness_init(dirfd_, STR("city.example/witness"), STR("witness.example"), NOW));
	TRY(sign_public(&seed, pub));
	TRY(note_key_make(STR(ORIGIN), NOTE_KEY_ED25519, pub, &key));
	TRY(note_key_text(&key, &vkey));
	TRY(witness_open(dirfd_, &w));
	TRY(witness_add(w, buf_str(&vkey), NOW));
	TRY(take(FIRST, &status));
	TRY(file_list(dirfd_, "logs", 8, &names, &list, &n));
	if (status != ANSWER_COSIGNED || n != 1)
		TRY(FAIL(RC_BUG, "the first head is not taken: %d", (int)status));
	(void)snprintf(state_path, sizeof(state_path), "logs/" STR_FMT, STR_ARG(list[0]));
	TRY(file_read(dirfd_, state_path, 1 << 20, &state));
out:
	secret_free(&seed);
	witness_close(w);
	buf_free(&vkey);
	arena_free(&names);
	return rc;
}

/* ---- one run */

static int
child(const char *in, enum head which)
{
	enum answer_status status = ANSWER_FAILED;

	dirfd_ = open(in, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd_ < 0 || set_up() != RC_OK || take(which, &status) != RC_OK)
		return 1;
	return status == ANSWER_COSIGNED ? COSIGNED : REFUSED;
}

/* What became of the child: its exit, or -1 when it was killed. */
static int
run(enum head which, const char *kind, int at)
{
	char number[16], head[16], *const argv[] = { (char *)(uintptr_t)self_path, (char *)(uintptr_t)"--child", folder, head, NULL };
	pid_t pid;
	int status = 0;

	(void)snprintf(number, sizeof(number), "%d", at);      /* fits */
	(void)snprintf(head, sizeof(head), "%d", (int)which); /* fits */
	pid = fork();
	if (pid == 0) {
		(void)setenv("LD_PRELOAD", shim, 1); /* of this child alone */
		(void)setenv("FAULT_AT", number, 1);
		(void)setenv("FAULT_KIND", kind, 1);
		(void)execv(self_path, argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
expect(bool good, enum head which, const char *kind, int at, const char *what)
{
	passed += good;
	failed += !good;
	if (!good)
		printf("head %d, %s at call %d: %s: %s\n", (int)which, kind, at, what, rc_trail());
	rc_trail_clear();
}

static void
look(enum head which, const char *kind, int at, int exit)
{
	struct log_view v[4];
	struct witness *w = NULL;
	enum answer_status status = ANSWER_FAILED;
	bool whole;
	size_t n = 0;

	whole = witness_open(dirfd_, &w) == RC_OK && witness_look(w, NOW, v, 4, &n) == RC_OK && n == 1 && v[0].state != LOG_DAMAGED && v[0].seen && (v[0].size == 1 || (which == NEXT && v[0].size == 2));
	witness_close(w);
	expect(whole, which, kind, at, "its last head is lost");
	if (!whole)
		return;
	expect(exit != COSIGNED || (which == NEXT && v[0].size == 2), which, kind, at, "it answered what it does not hold");
	expect(take(FORK_NEXT, &status) == RC_OK && status != ANSWER_COSIGNED, which, kind, at, "it took another history");
	expect(take(FORK, &status) == RC_OK && status == ANSWER_OTHER, which, kind, at, "it went back, or to another head of the same size");
	expect(take(NEXT, &status) == RC_OK && status == (v[0].size == 1 ? ANSWER_COSIGNED : ANSWER_OTHER), which, kind, at, "it does not go on");
}

/* How many calls one submission makes. */
static int
count(enum head which)
{
	struct buf text = BUF(32);
	char path[96];
	int64_t n = 0;

	(void)snprintf(path, sizeof(path), "%s/count", folder); /* fits */
	(void)setenv("FAULT_REPORT", path, 1);
	(void)run(which, "count", 0);
	(void)unsetenv("FAULT_REPORT");
	if (file_read(dirfd_, "count", 32, &text) != RC_OK || num_parse(str_trim(buf_str(&text)), 1, 10000, &n) != RC_OK)
		n = 0;
	buf_free(&text);
	return (int)n;
}

static bool
set_back(void)
{
	return file_write(dirfd_, state_path, buf_str(&state), 0600) == RC_OK;
}

static void
each(enum head which)
{
	int calls = set_back() ? count(which) : 0;

	expect(calls > 8, which, "count", calls, "faults do not reach the witness");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (int at = 1; at <= calls; at++) {
			expect(set_back(), which, kinds[i], at, "the folder cannot be set back");
			look(which, kinds[i], at, run(which, kinds[i], at));
		}
}

int
main(int argc, char **argv)
{
	int tmp;

	self_path = "/proc/self/exe";
	if (argc == 4 && strcmp(argv[1], "--child") == 0)
		return child(argv[2], argv[3][0] == '0' + FORK ? FORK : NEXT);
	if (argc != 2) {
		fprintf(stderr, "usage: fault_witness SHIM\n");
		return 2;
	}
	shim = argv[1];
	(void)snprintf(folder, sizeof(folder), "/tmp/fault-witness-XXXXXX");
	if (set_up() != RC_OK)
		expect(false, FIRST, "none", 0, "no witness");
	if (failed == 0) {
		each(NEXT);
		each(FORK);
	}
	if (dirfd_ >= 0 && folder_remove(dirfd_, "logs") == RC_OK && (tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0) {
		if (folder_remove(tmp, folder + sizeof("/tmp/") - 1) != RC_OK)
			rc_trail_clear(); /* a folder in /tmp is left */
		(void)close(tmp);
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed ? 1 : 0;
}
