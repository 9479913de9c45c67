// SPDX-License-Identifier: Apache-2.0
#include "auth/breach.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/test.h"
#include "crypt/crypt.h"

static int
file_of(struct str bytes)
{
	char path[] = "/tmp/tsujiban-breach-XXXXXX";
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	(void)unlink(path);
	CHECK_INT(write(fd, bytes.p ? bytes.p : "", bytes.n), (ssize_t)bytes.n);
	return fd;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A list of 2,000 with counts of every length: each that is on it is found, each that is not is not. */
/*= S-3-4 type=test */
CASE(found_when_on_the_list_and_only_then)
{
	static char lines[2000][64];
	struct buf all = BUF(1 << 20), hex = BUF(40);
	char password[32];
	uint8_t digest[20];
	int fd;

	for (int i = 0; i < 2000; i++) {
		(void)snprintf(password, sizeof(password), "leaked %d", i);
		hash_sha1(str_of(password), digest);
		buf_reset(&hex);
		CHECK_OK(hex_encode(&hex, (struct str){ (const char *)digest, 20 }));
		for (size_t k = 0; k < 40; k++)
			lines[i][k] = hex.p[k] >= 'a' ? (char)(hex.p[k] - 32) : hex.p[k];
		(void)snprintf(lines[i] + 40, 24, i % 3 ? ":%d\r\n" : "\n", i * 7919);
	}
	qsort(lines, 2000, sizeof(lines[0]), by_text);
	for (int i = 0; i < 2000; i++)
		CHECK_OK(buf_add_c(&all, lines[i]));
	fd = file_of(buf_str(&all));
	for (int i = 0; i < 2000; i++) {
		bool found = false;

		(void)snprintf(password, sizeof(password), "leaked %d", i);
		CHECK_OK(breach_find(fd, str_of(password), &found));
		if (!found)
			CHECK(!"a leaked password was not found");
		(void)snprintf(password, sizeof(password), "kept %d", i);
		CHECK_OK(breach_find(fd, str_of(password), &found));
		if (found)
			CHECK(!"a password was found that is not there");
	}
	(void)close(fd);
	buf_free(&all);
	buf_free(&hex);
}

CASE(small_and_odd_lists)
{
	static const char one[] = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"; /* password */
	char text[128];
	bool found = true;
	int fd = file_of(STR(""));

	CHECK_OK(breach_find(fd, STR("password"), &found));
	CHECK(!found);
	(void)close(fd);
	fd = file_of(str_of(one)); /* no line end at the end */
	CHECK_OK(breach_find(fd, STR("password"), &found));
	CHECK(found);
	CHECK_OK(breach_find(fd, STR("other"), &found));
	CHECK(!found);
	(void)close(fd);
	for (int i = 0; i < 5; i++) {
		static const char *const odd[] = { "\n", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8\n", "password\n", "5BAA61E4", "<html>" };

		(void)snprintf(text, sizeof(text), "%s", odd[i]);
		fd = file_of(str_of(text));
		CHECK_RC(breach_find(fd, STR("password"), &found), RC_SYNTAX);
		(void)close(fd);
	}
}

TEST_MAIN
