// SPDX-License-Identifier: Apache-2.0
#include "os/processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"

#define ROUNDS      8
#define PAUSE_NS    50000000L
#define STATUS_MAX  8192

/* Of the text of /proc/PID/status: do real, effective or saved user equal `uid`, and does it still run? */
static bool
status_is(struct str text, uint32_t uid)
{
	struct str line, word;
	bool ret = false;

	while (str_cut(&text, '\n', &line)) {
		if (str_starts(line, STR("State:\tZ")) || str_starts(line, STR("State:\tX")))
			return false; /* it ended, and waits for its parent */
		if (!str_starts(line, STR("Uid:\t")))
			continue;
		line = str_sub(line, sizeof("Uid:\t") - 1, line.n);
		for (int i = 0; i < 3 && str_cut(&line, '\t', &word); i++) {
			int64_t n;

			ret |= num_parse(word, 0, UINT32_MAX, &n) == RC_OK && n == uid;
		}
	}
	return ret;
}

static bool
runs_as(const char *pid, uint32_t uid)
{
	char path[64], text[STATUS_MAX];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%.20s/status", pid); /* fits */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text));
	(void)close(fd); /* only read */
	return n > 0 && status_is((struct str){ text, (size_t)n }, uid);
}

/* The descriptor is taken first: what has this number afterwards is what was looked at. */
static bool
end_one(const char *pid, uint32_t uid)
{
	int64_t number;
	bool ended = false;
	int fd;

	if (num_parse(str_of(pid), 1, INT32_MAX, &number) != RC_OK) {
		rc_trail_clear();
		return false;
	}
	fd = (int)syscall(SYS_pidfd_open, (pid_t)number, 0);
	if (fd < 0)
		return false; /* it ended meanwhile */
	if (runs_as(pid, uid))
		ended = syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0;
	(void)close(fd); /* a handle */
	return ended;
}

static enum rc
round_of(uint32_t uid, uint32_t *ret)
{
	DIR *d = opendir("/proc");
	struct dirent *e;

	if (d == NULL)
		return FAIL_OS("/proc");
	*ret = 0;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			*ret += end_one(e->d_name, uid);
	(void)closedir(d); /* only read */
	return RC_OK;
}

enum rc
processes_end(uint32_t uid, uint32_t *ret_ended, bool *ret_hidden)
{
	uint32_t now = 0;
	enum rc rc = RC_OK;

	*ret_ended = 0;
	*ret_hidden = access("/proc/1/status", R_OK) != 0;
	if (*ret_hidden)
		return RC_OK;
	for (int i = 0; i < ROUNDS; i++) {
		TRY(round_of(uid, &now));
		*ret_ended += now;
		if (now == 0)
			return RC_OK;
		(void)nanosleep(&(struct timespec){ 0, PAUSE_NS }, NULL);
	}
	rc = FAIL(RC_IO, "user %u starts processes faster than they end", uid);
out:
	return rc;
}
