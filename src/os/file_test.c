// SPDX-License-Identifier: Apache-2.0
/* Files: whole or not at all, never outside, never through a link. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "os/file.h"

static char folder[64];

static int
folder_open(void)
{
	strcpy(folder, "/tmp/file-test-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static void
folder_close(int fd)
{
	(void)close(fd);
	CHECK(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

CASE(write_then_read)
{
	struct buf b = BUF(100);
	struct stat st;
	int dir = folder_open();

	CHECK_OK(file_mkdir(dir, "a", 0700));
	CHECK_OK(file_mkdir(dir, "a", 0700));
	CHECK_OK(file_write(dir, "a/key", STR("one"), 0600));
	CHECK_OK(file_write(dir, "a/key", STR("second"), 0600));
	CHECK_OK(file_read(dir, "a/key", 6, &b));
	CHECK_STR(buf_str(&b), "second");
	CHECK(fstatat(dir, "a/key", &st, 0) == 0 && (st.st_mode & 07777) == 0600);
	CHECK(!file_exists(dir, "a/.key.new"));
	buf_reset(&b);
	CHECK_RC(file_read(dir, "a/key", 5, &b), RC_LIMIT);
	CHECK_RC(file_read(dir, "a/none", 5, &b), RC_NOTFOUND);
	CHECK_RC(file_read(dir, "a", 5, &b), RC_DENIED);
	CHECK_OK(file_rename(dir, "a/key", "key"));
	CHECK_OK(file_remove(dir, "key"));
	CHECK_RC(file_remove(dir, "key"), RC_NOTFOUND);
	buf_free(&b);
	folder_close(dir);
}

CASE(what_a_kill_left_does_not_hinder)
{
	struct buf b = BUF(100);
	int dir = folder_open();

	CHECK_OK(file_write(dir, ".key.new", STR("half"), 0600));
	CHECK_OK(file_write(dir, "key", STR("whole"), 0600));
	CHECK_OK(file_read(dir, "key", 100, &b));
	CHECK_STR(buf_str(&b), "whole");
	buf_free(&b);
	folder_close(dir);
}

CASE(never_outside_never_through_a_link)
{
	struct buf b = BUF(100);
	int dir = folder_open(), fd = -1;

	CHECK(symlinkat("/etc/hostname", dir, "link") == 0);
	CHECK(symlinkat("/etc", dir, "etc") == 0);
	CHECK_RC(file_read(dir, "link", 100, &b), RC_IO);
	CHECK_INT(rc_trail_errno(), ELOOP);
	CHECK_RC(file_read(dir, "etc/hostname", 100, &b), RC_IO);
	CHECK_RC(file_read(dir, "../etc/hostname", 100, &b), RC_IO);
	CHECK_INT(rc_trail_errno(), EXDEV);
	CHECK_RC(file_read(dir, "/etc/hostname", 100, &b), RC_IO);
	CHECK_RC(file_write(dir, "../x", STR("x"), 0600), RC_IO);
	CHECK_RC(file_mkdir(dir, "etc", 0700), RC_IO);
	CHECK_RC(file_open_dir(dir, "etc", &fd), RC_IO);
	buf_free(&b);
	folder_close(dir);
}

CASE(a_fifo_does_not_hang_a_read)
{
	struct buf b = BUF(100);
	int dir = folder_open();

	CHECK(mkfifoat(dir, "fifo", 0600) == 0);
	CHECK_RC(file_read(dir, "fifo", 100, &b), RC_DENIED);
	buf_free(&b);
	folder_close(dir);
}

CASE(list_is_sorted_and_bounded)
{
	struct arena a = ARENA(10000);
	struct str *names = NULL;
	size_t n = 0;
	int dir = folder_open();

	CHECK_OK(file_write(dir, "b", STR("x"), 0600));
	CHECK_OK(file_write(dir, "a", STR("x"), 0600));
	CHECK_OK(file_mkdir(dir, "c", 0700));
	CHECK_OK(file_list(dir, ".", 3, &a, &names, &n));
	CHECK_INT(n, 3);
	CHECK_STR(names[0], "a");
	CHECK_STR(names[2], "c");
	CHECK_RC(file_list(dir, ".", 2, &a, &names, &n), RC_LIMIT);
	arena_free(&a);
	folder_close(dir);
}

CASE(owner_and_lock)
{
	int dir = folder_open(), one = -1, two = -1;

	CHECK_OK(file_write(dir, "conf", STR("x"), 0600));
	CHECK_OK(file_open(dir, "conf", O_RDWR, 0, &one));
	CHECK_OK(file_open(dir, "conf", O_RDWR, 0, &two));
	CHECK_OK(file_check_owner(one, "conf"));
	CHECK(fchmod(one, 0620) == 0);
	CHECK_RC(file_check_owner(one, "conf"), RC_DENIED);
	CHECK_OK(file_lock(one));
	CHECK_RC(file_lock(two), RC_CONFLICT);
	(void)close(one);
	CHECK_OK(file_lock(two));
	(void)close(two);
	folder_close(dir);
}

CASE(full_disk_is_a_limit)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	CHECK_RC(file_write_fd(fd, STR("x")), RC_LIMIT);
	(void)close(fd);
}

CASE(clocks)
{
	int64_t a = monotonic_us();

	CHECK(now_us() > 1700000000LL * 1000000);
	CHECK(monotonic_us() >= a);
}

TEST_MAIN
