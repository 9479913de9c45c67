// SPDX-License-Identifier: Apache-2.0
/* What people declared becomes words of a program only when it is of its kind. */
#include "os/host_int.h"

#include "base/test.h"

static enum rc
fill(const char *path, const char *secret, struct program *ret, struct arena *a)
{
	const struct host_word words[] = { { STR("own.path"), str_of(path) }, { STR("own.password_file"), str_of(secret) } };

	return program_fill("restic", words, 2, a, ret);
}

CASE(words_of_a_program)
{
	struct arena a = ARENA(65536);
	struct program p;

	CHECK_OK(fill("/srv/back up", "/etc/secret", &p, &a));
	CHECK_STR(str_of(p.environment[0]), "GOMAXPROCS=1");
	CHECK(p.environment[1] == NULL);
	CHECK_STR(str_of(p.argv[0]), "/usr/bin/restic");
	CHECK_STR(str_of(p.argv[5]), "/srv/back up"); /* one word, whatever is in it */
	CHECK_STR(str_of(p.argv[7]), "/dev/stdin");
	CHECK_STR(str_of(p.argv[8]), "snapshots");
	CHECK(p.argv[9] == NULL);
	CHECK_STR(str_of(p.secret_file), "/etc/secret");
	CHECK_STR(p.first, "/srv/back up");
	arena_free(&a);
}

CASE(words_that_are_refused)
{
	static const char *const cases[] = { "", "relative", "-r", "--option", "/a/../b", "/..", "/a\nb", "/a\tb", "/a\x7f", "sftp:host:/x", "s3:https://x/y" };
	struct arena a = ARENA(65536);
	struct program p;
	struct buf big = BUF(4096);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_RC(fill(cases[i], "/etc/secret", &p, &a), RC_SYNTAX);
		CHECK_RC(fill("/srv", cases[i], &p, &a), RC_SYNTAX);
	}
	for (int i = 0; i < 600; i++)
		CHECK_OK(buf_add(&big, STR("/")));
	CHECK_RC(fill(buf_cstr(&big), "/etc/secret", &p, &a), RC_SYNTAX);
	CHECK_RC(program_fill("restic", NULL, 0, &a, &p), RC_SYNTAX); /* nothing declared */
	CHECK_RC(program_fill("rm", NULL, 0, &a, &p), RC_BUG);
	CHECK_OK(program_fill("nft", NULL, 0, &a, &p));
	CHECK(p.secret_file == NULL && p.first.n == 0);
	buf_free(&big);
	arena_free(&a);
}

TEST_MAIN
