// SPDX-License-Identifier: Apache-2.0
/* One fixed program of readers.def: its words, a bare environment, its standard output and nothing else of it. */
#include "os/host_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"

#define RUN_TIMEOUT_MS 8000
#define SECRET_MAX     4096

/* In the new process: only system calls. */
static void
become(const struct program *p, int in, int out)
{
	static const char *const always[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C" };
	const char *environment[2 + sizeof(p->environment) / sizeof(p->environment[0])] = { always[0], always[1] };
	int null = open("/dev/null", O_RDWR);

	for (size_t i = 0; p->environment[i]; i++)
		environment[2 + i] = p->environment[i];
	if (null < 0)
		null = 0; /* locked in: standard input is it already */
	if (dup2(out, 1) < 0 || dup2(null, 2) < 0 || dup2(in >= 0 ? in : null, 0) < 0 || close_range(3, ~0U, 0) != 0)
		_exit(126);
	execve(p->argv[0], (char *const *)(uintptr_t)p->argv, (char *const *)(uintptr_t)environment);
	_exit(errno == ENOENT ? 127 : 126);
}

static enum rc
collect(const struct host *h, int from, const char *name, int timeout_ms, struct buf *ret)
{
	int64_t until = monotonic_us() + (int64_t)timeout_ms * 1000;
	char piece[16384];
	enum rc rc = RC_OK;

	for (;;) {
		ssize_t n;

		TRY(host_wait_for(from, POLLIN, until, name));
		n = read(from, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FAIL_OS("%s: read", name);
		if (n == 0)
			return RC_OK;
		atomic_fetch_add(h->bytes, (uint64_t)n);
		TRY(buf_add(ret, (struct str){ piece, (size_t)n }));
	}
out:
	return rc;
}

/* A secret goes in by a nameless file as standard input: it stands on no command line and in no environment. */
static enum rc
open_secret(const struct host *h, const char *path, int *ret)
{
	struct buf secret = BUF(SECRET_MAX);
	int fd = -1;
	enum rc rc = RC_OK;

	if (path == NULL)
		return RC_OK;
	TRY(host_read(h, path, SECRET_MAX, &secret));
	fd = memfd_create("secret", MFD_CLOEXEC);
	if (fd < 0 || pwrite(fd, secret.p, secret.n, 0) != (ssize_t)secret.n)
		TRY(FAIL_OS("hand over %s", path));
	*ret = fd;
	fd = -1;
out:
	if (fd >= 0)
		close(fd);
	if (secret.p)
		explicit_bzero(secret.p, secret.cap);
	buf_free(&secret);
	return rc == RC_NOTFOUND ? FAIL(RC_SYNTAX, "%s is not there", path) : rc;
}

static enum rc
run(const struct host *h, const char *row, const struct program *p, int timeout_ms, struct buf *ret)
{
	int ends[2] = { -1, -1 }, status = 0, in = -1;
	pid_t child = -1;
	enum rc rc = RC_OK;

	TRY(open_secret(h, p->secret_file, &in));
	if (pipe2(ends, O_CLOEXEC) != 0)
		TRY(FAIL_OS("%s: pipe", row));
	child = fork();
	if (child == 0)
		become(p, in, ends[1]);
	close(ends[1]);
	if (child < 0) {
		rc = FAIL_OS("%s: fork", row);
		goto out;
	}
	atomic_fetch_add(h->execs, 1);
	rc = collect(h, ends[0], row, timeout_ms, ret);
	if (rc != RC_OK)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	TRY(rc);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		rc = FAIL(RC_NOTFOUND, "%s is not installed", p->argv[0]);
	else if (!WIFEXITED(status))
		rc = FAIL(RC_IO, "%s ended by signal %d", row, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		rc = h->owner != 0 && strncmp(row, "nft", 3) == 0 ? FAIL(RC_DENIED, "%s lists its rules to root alone: start the station by root", row) : FAIL(RC_IO, "%s ended with status %d", row, WEXITSTATUS(status));
out:
	if (in >= 0)
		close(in);
	if (ends[0] >= 0)
		close(ends[0]);
	return rc;
}

enum rc
host_run_with(const struct host *h, const char *row, const struct host_word *words, size_t words_count, size_t bytes_max, int timeout_ms, struct buf *ret)
{
	struct arena arena = ARENA(65536);
	struct program p;
	struct buf output = BUF(bytes_max);
	enum rc rc = RC_OK, locked;

	rc = program_fill(row, words, words_count, &arena, &p);
	if (rc == RC_OK && access(p.argv[0], F_OK) != 0 && errno == ENOENT)
		rc = FAIL(RC_NOTFOUND, "%s is not installed", p.argv[0]);
	if (rc == RC_OK)
		rc = run(h, row, &p, timeout_ms, &output);
	locked = h->lock ? h->lock(h->lock_context) : RC_OK;
	if (rc == RC_OK)
		rc = locked != RC_OK ? locked : buf_add(ret, buf_str(&output));
	buf_free(&output);
	arena_free(&arena);
	return rc;
}

enum rc
host_run(const struct host *h, const char *row, size_t bytes_max, struct buf *ret)
{
	return host_run_with(h, row, NULL, 0, bytes_max, RUN_TIMEOUT_MS, ret);
}
