// SPDX-License-Identifier: Apache-2.0
#include "control/ssh_sessions.h"

#include <lz4.h>
#include <lzma.h>
#include <string.h>
#include <zstd.h>

#include "base/test.h"

/* ---- a journal file, made as its format says */

static char bytes[1 << 16];
static size_t used;

static void
put(size_t at, uint64_t v, int n)
{
	for (int i = 0; i < n; i++)
		bytes[at + (size_t)i] = (char)(v >> 8 * i);
}

static size_t
object(unsigned type, unsigned flags, size_t size)
{
	size_t at = used;

	put(at, type, 1);
	put(at + 1, flags, 1);
	put(at + 8, size, 8);
	put(136, at, 8);
	used += (size + 7) & ~(size_t)7;
	return at;
}

static void
begin(bool compact)
{
	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, "LPKSHHRH", 8);
	put(12, compact ? 28 : 12, 4);
	put(88, 256, 8);
	put(184, 1000, 8);
	put(192, 2000, 8);
	used = 256;
	(void)object(4, 0, 16 + 16 * 40); /* a table of hashes */
}

static size_t
text(const char *field, unsigned flags)
{
	size_t from = bytes[12] & 16 ? 72 : 64, n = strlen(field), at = object(1, flags, from + n);

	memcpy(bytes + at + from, field, n);
	return at;
}

static void
entry(uint64_t when, const size_t *items, size_t n)
{
	size_t each = bytes[12] & 16 ? 4 : 16, at = object(3, 0, 64 + each * n);

	put(at + 24, when, 8);
	for (size_t i = 0; i < n; i++)
		put(at + 64 + i * each, items[i], each == 4 ? 4 : 8);
	put(152, (unsigned char)bytes[152] + 1u, 1);
}

struct seen { char text[4096]; size_t count; };

static enum rc
take(void *context, int64_t at_us, struct str message)
{
	struct seen *s = context;
	struct accepted a;
	size_t n = strlen(s->text);

	CHECK(accepted_parse(message, &a));
	s->count++;
	(void)snprintf(s->text + n, sizeof(s->text) - n, STR_FMT "@" STR_FMT "=%lld ", STR_ARG(a.user), STR_ARG(a.address), (long long)at_us);
	return RC_OK;
}

static enum rc
read_all(size_t n, size_t step, struct seen *seen, bool *ret_whole)
{
	const struct journald_ask ask = journald_sign_ins(take, seen);
	struct arena arena = ARENA(8 << 20);
	struct journald *j;
	enum rc rc = RC_OK;

	*seen = (struct seen){ .count = 0 };
	TRY(journald_begin(&arena, &ask, &j));
	for (size_t i = 0; i < n && rc == RC_OK; i += step)
		rc = journald_feed(j, (struct str){ bytes + i, n - i < step ? n - i : step });
	*ret_whole = rc == RC_OK && journald_whole(j);
out:
	arena_free(&arena);
	return rc;
}

static void
usual(bool compact)
{
	size_t root, own, sshd, said, other, long_one;

	begin(compact);
	root = text("_UID=0", 0);
	own = text("_UID=1000", 0);
	sshd = text("SYSLOG_IDENTIFIER=sshd", 0);
	said = text("MESSAGE=Accepted publickey for alice from 2001:db8::7 port 52 ssh2: ED25519 SHA256:x", 0);
	other = text("MESSAGE=Server listening on 0.0.0.0 port 22.", 0);
	long_one = text("\x28\xb5\x2f\xfd\x60\x01\x08 packed, of 2305 bytes", 4); /* hence no sign-in */
	entry(1000, (size_t[]){ root, sshd, other }, 3);
	entry(1100, (size_t[]){ said, root, sshd }, 3);
	entry(1200, (size_t[]){ said, own, sshd }, 3); /* somebody wrote it under the name of sshd */
	entry(1300, (size_t[]){ root, sshd, long_one }, 3);
	entry(2000, (size_t[]){ root, sshd, said }, 3);
}

CASE(whom_sshd_let_in) /*= S-3-3 type=test */
{
	static const size_t steps[] = { 1, 7, 64, 1000, sizeof(bytes) };
	struct seen seen;
	bool whole;

	for (size_t i = 0; i < 2 * sizeof(steps) / sizeof(steps[0]); i++) {
		usual(i & 1);
		CHECK_OK(read_all(sizeof(bytes), steps[i / 2], &seen, &whole)); /* with the zeros behind, as on disk */
		CHECK_STR(str_of(seen.text), "alice@2001:db8::7=1100 alice@2001:db8::7=2000 ");
		CHECK(whole);
	}
}

/* As journald packs: xz without a sum, lz4 behind its length, a frame of zstd. */
static size_t
packed(const char *field, unsigned how)
{
	size_t from = bytes[12] & 16 ? 72 : 64, n = strlen(field), size = 0, at;
	static char out[4096];

	if (how == 1) {
		CHECK(lzma_easy_buffer_encode(0, LZMA_CHECK_NONE, NULL, (const uint8_t *)field, n, (uint8_t *)out, &size, sizeof(out)) == LZMA_OK);
	} else if (how == 2) {
		for (size_t i = 0; i < 8; i++)
			out[i] = (char)(n >> 8 * i);
		size = 8 + (size_t)LZ4_compress_default(field, out + 8, (int)n, sizeof(out) - 8);
	} else {
		size = ZSTD_compress(out, sizeof(out), field, n, 3);
	}
	CHECK(size > 8 && size < sizeof(out));
	at = object(1, how, from + size);
	memcpy(bytes + at + from, out, size);
	return at;
}

CASE(packed_texts_are_unpacked) /*= S-3-3 type=test */
{
	static char long_text[100000] = "MESSAGE=Accepted publickey for long from 192.0.2.1 port 5 ssh2 ";
	static const unsigned kinds[] = { 1, 2, 4 };
	struct seen seen;
	bool whole;

	memset(long_text + strlen(long_text), 'x', sizeof(long_text) - 1 - strlen(long_text));
	for (size_t i = 0; i < 6; i++) {
		size_t root, sshd, said, too_long, damaged;

		begin(i & 1);
		root = text("_UID=0", 0);
		sshd = packed("SYSLOG_IDENTIFIER=sshd", kinds[i / 2]);
		said = packed("MESSAGE=Accepted publickey for alice from 192.0.2.7 port 52 ssh2: ED25519 SHA256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", kinds[i / 2]);
		too_long = packed(long_text, kinds[i / 2]);
		entry(1100, (size_t[]){ root, sshd, said }, 3);
		entry(1200, (size_t[]){ root, sshd, too_long }, 3);
		CHECK_OK(read_all(used, 7, &seen, &whole));
		CHECK_STR(str_of(seen.text), "alice@192.0.2.7=1100 ");
		CHECK(whole);
		damaged = packed("MESSAGE=Accepted publickey for bob from 192.0.2.7 port 52 ssh2: ED25519 SHA256:aaaaaaaaaaaaaaaaaaaaaaaa", kinds[i / 2]);
		memset(bytes + damaged + (i & 1 ? 72 : 64) + 8, 0x7f, 12);
		entry(2000, (size_t[]){ root, sshd, damaged }, 3);
		CHECK_OK(read_all(used, 1000, &seen, &whole));
		CHECK(seen.count == 1 && !whole); /* it may have been a sign-in */
	}
}

CASE(what_cannot_be_read_is_said)
{
	size_t root, sshd, packed;
	struct seen seen;
	bool whole;

	usual(true);
	root = 256 + 656; /* the first text */
	sshd = root + 80 + 88;
	packed = text("\x28\xb5\x2f\xfd\x20\x60 packed, of 96 bytes", 4);
	CHECK_INT(bytes[root], 1);
	entry(2000, (size_t[]){ root, sshd, packed }, 3);
	CHECK_OK(read_all(used, sizeof(bytes), &seen, &whole));
	CHECK(seen.count == 2 && !whole);
	usual(false);
	for (size_t n = 0; n < used; n += 8) { /* cut anywhere: what was read stands, and it is said */
		enum rc rc = read_all(n, sizeof(bytes), &seen, &whole);

		CHECK(rc == RC_OK && !whole);
	}
	put(256 + 8, 3, 8); /* an object shorter than its head */
	CHECK_RC(read_all(used, sizeof(bytes), &seen, &whole), RC_SYNTAX);
	put(256 + 8, UINT64_MAX, 8);
	CHECK_RC(read_all(used, sizeof(bytes), &seen, &whole), RC_SYNTAX);
	usual(false);
	put(12, 64, 4); /* of a later kind */
	CHECK_RC(read_all(used, sizeof(bytes), &seen, &whole), RC_SYNTAX);
	memset(bytes, 'x', sizeof(bytes));
	CHECK_RC(read_all(sizeof(bytes), sizeof(bytes), &seen, &whole), RC_SYNTAX);
	begin(false);
	put(136, 0, 8);
	CHECK_OK(read_all(used, sizeof(bytes), &seen, &whole)); /* nothing was ever written */
	CHECK(whole && seen.count == 0);
}

CASE(lines_of_sshd)
{
	static const struct { const char *text, *user, *address; } cases[] = {
		{ "Accepted publickey for alice from 192.0.2.1 port 5 ssh2: RSA SHA256:x", "alice", "192.0.2.1" }, { "Accepted keyboard-interactive/pam for b from ::1 port 5 ssh2", "b", "::1" },
		{ "Accepted password for x from 10.0.0.1 port 1 ssh2 from 192.0.2.9 port 2 ssh2", "x from 10.0.0.1 port 1 ssh2", "192.0.2.9" },
		{ "Failed password for alice from 192.0.2.1 port 5 ssh2", NULL, NULL }, { "Accepted ", NULL, NULL }, { "Accepted publickey for ", NULL, NULL },
		{ "Accepted publickey for  from 192.0.2.1 port 5", NULL, NULL }, { "Accepted publickey for alice from 192.0.2.1", NULL, NULL }, { "", NULL, NULL },
	};
	struct accepted a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool is = accepted_parse(str_of(cases[i].text), &a);

		CHECK(is == (cases[i].user != NULL));
		if (is) {
			CHECK_STR(a.user, cases[i].user);
			CHECK_STR(a.address, cases[i].address);
		}
	}
}

TEST_MAIN
