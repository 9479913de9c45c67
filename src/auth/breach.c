// SPDX-License-Identifier: Apache-2.0
/* Halving over bytes: a probe lands in a line, goes to where the next begins, and compares that. */
#include "auth/breach.h"

#include <string.h>

#include "base/num.h"
#include "crypt/crypt.h"
#include "os/file.h"

#define DIGITS   40
#define LINE_MAX_BYTES 80 /* digits, a count, line end */

/* The first line that begins at or behind `offset`; `ret_at` is the file's end when there is none. */
static enum rc
line_behind(int fd, int64_t offset, int64_t size, int64_t *ret_at, char ret[DIGITS])
{
	char bytes[2 * LINE_MAX_BYTES];
	size_t n, from = 0;
	bool first = offset == 0;
	enum rc rc = RC_OK;

	if (!first)
		offset--; /* the end of the line before tells that one begins here */
	TRY(file_read_at(fd, offset, bytes, sizeof(bytes), &n));
	if (!first) {
		char *end = memchr(bytes, '\n', n);

		if (end == NULL && n == sizeof(bytes))
			return FAIL(RC_SYNTAX, "the list of leaked passwords has a line that is too long");
		from = end ? (size_t)(end - bytes) + 1 : n;
	} else if (n && bytes[0] == '\n') {
		return FAIL(RC_SYNTAX, "the list of leaked passwords begins with an empty line");
	}
	*ret_at = offset + (int64_t)from;
	if (*ret_at >= size)
		return RC_OK;
	if (n - from < DIGITS)
		return FAIL(RC_SYNTAX, "the list of leaked passwords has a line that is too short");
	for (size_t i = 0; i < DIGITS; i++) {
		char c = bytes[from + i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')))
			return FAIL(RC_SYNTAX, "the list of leaked passwords is not SHA-1 in upper-case hexadecimal");
		ret[i] = c;
	}
out:
	return rc;
}

/*= S-3-4 */
enum rc
breach_find(int fd, struct str password, bool *ret_found)
{
	char want[DIGITS + 1], line[DIGITS];
	struct buf hex = BUF(DIGITS);
	uint8_t digest[20];
	int64_t low = 0, high, size, at;
	bool found = false;
	enum rc rc = RC_OK;

	hash_sha1(password, digest);
	TRY(hex_encode(&hex, (struct str){ (const char *)digest, sizeof(digest) }));
	for (size_t i = 0; i < DIGITS; i++)
		want[i] = hex.p[i] >= 'a' ? (char)(hex.p[i] - 32) : hex.p[i];
	TRY(file_size_fd(fd, &size));
	high = size;
	/* every line that begins before `low` is smaller; every one at or behind `high` is not */
	while (low < high && !found) {
		int64_t middle = low + (high - low) / 2;
		int order;

		TRY(line_behind(fd, middle, size, &at, line));
		if (at >= high) {
			high = middle; /* none begins between */
			continue;
		}
		order = memcmp(line, want, DIGITS);
		found = order == 0;
		if (order < 0)
			low = at + 1;
		else
			high = middle;
	}
	*ret_found = found;
out:
	wipe(digest, sizeof(digest));
	wipe(want, sizeof(want));
	buf_free(&hex);
	return rc;
}
