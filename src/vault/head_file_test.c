// SPDX-License-Identifier: Apache-2.0
/* The file of the last head: what a cut-off write and a bad block leave of it. */
#include "vault/head_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"
#include "os/file.h"
#include "os/in_place.h"

#define ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"

static char path[64];
static int  dir;

/* A file with the head of 5 entries, then 9, which stands in place 1. */
static struct head_file
file_new(void)
{
	struct head_file f = { 0 };
	struct buf bytes = BUF(HEAD_FILE_BYTES);

	(void)snprintf(path, sizeof(path), "/tmp/head_file_test_XXXXXX");
	CHECK(mkdtemp(path) != NULL);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_OK(head_file_make(STR("log.example\n5\n" ROOT), &bytes));
	CHECK_OK(file_write(dir, "head", buf_str(&bytes), 0600));
	CHECK_OK(head_file_load(dir, "head", &f));
	CHECK_INT(f.place, 0);
	CHECK_OK(head_file_save(dir, "head", STR("log.example\n9\n" ROOT), &f));
	CHECK_INT(f.place, 1);
	buf_free(&bytes);
	return f;
}

static void
file_end(struct head_file *f)
{
	head_file_free(f);
	(void)unlinkat(dir, "head", 0);
	(void)close(dir);
	CHECK_INT(rmdir(path), 0);
}

static void
spoil(unsigned block)
{
	CHECK_OK(in_place_write(dir, "head", block * HEAD_BLOCK_BYTES + 12, STR("?")));
}

CASE(the_newest_is_found_and_the_places_alternate)
{
	struct head_file f = file_new();

	CHECK_OK(head_file_load(dir, "head", &f));
	CHECK_STR(buf_str(&f.text), "log.example\n9\n" ROOT);
	CHECK_INT(f.place, 1);
	CHECK_OK(head_file_save(dir, "head", STR("log.example\n10\n" ROOT), &f));
	CHECK_INT(f.place, 0);
	CHECK_OK(head_file_load(dir, "head", &f));
	CHECK_STR(buf_str(&f.text), "log.example\n10\n" ROOT);
	CHECK_OK(head_file_save(dir, "head", buf_str(&f.text), &f)); /* the same again, out of its own bytes */
	CHECK_STR(buf_str(&f.text), "log.example\n10\n" ROOT);
	file_end(&f);
}

CASE(a_block_that_goes_bad_changes_nothing)
{
	for (unsigned block = 0; block < HEAD_FILE_BLOCKS; block++) {
		struct head_file f = file_new();

		spoil(block);
		CHECK_OK(head_file_load(dir, "head", &f));
		CHECK_STR(buf_str(&f.text), "log.example\n9\n" ROOT);
		file_end(&f);
	}
}

CASE(a_write_that_was_cut_off_leaves_the_one_before)
{
	struct head_file f = file_new();

	spoil(2);
	spoil(3);
	CHECK_OK(head_file_load(dir, "head", &f));
	CHECK_STR(buf_str(&f.text), "log.example\n5\n" ROOT);
	CHECK_INT(f.place, 0); /* and the next goes over what was cut off */
	spoil(0);
	CHECK_OK(head_file_load(dir, "head", &f));
	spoil(1);
	CHECK_RC(head_file_load(dir, "head", &f), RC_TAMPERED);
	file_end(&f);
}

CASE(what_is_no_file_of_one_log_is_refused)
{
	struct head_file f = file_new(), other = { 0 };
	struct buf bytes = BUF(2 * HEAD_FILE_BYTES);

	CHECK_OK(head_file_save(dir, "head", STR("other.example\n10\n" ROOT), &f));
	CHECK_RC(head_file_load(dir, "head", &other), RC_TAMPERED);
	CHECK_OK(head_file_save(dir, "head", STR("log.example\n9\n" ROOT), &f));
	CHECK_OK(head_file_save(dir, "head", STR("log.example\n9\nAAAAQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"), &f)); /* two of one size */
	CHECK_RC(head_file_load(dir, "head", &other), RC_TAMPERED);
	CHECK_OK(head_file_save(dir, "head", STR("no head"), &f));
	CHECK_RC(head_file_load(dir, "head", &other), RC_TAMPERED);
	CHECK_RC(head_file_decode(STR("log.example\n9\n" ROOT), &other), RC_TAMPERED);
	CHECK_OK(head_file_make(STR("log.example\n9\n" ROOT), &bytes));
	CHECK_RC(head_file_decode(str_sub(buf_str(&bytes), 0, bytes.n - 1), &other), RC_TAMPERED);
	CHECK_OK(head_file_decode(buf_str(&bytes), &other));
	buf_free(&bytes);
	head_file_free(&other);
	file_end(&f);
}

CASE(a_head_too_long_is_refused_and_the_last_stays)
{
	struct head_file f = file_new();
	struct buf text = BUF(HEAD_TEXT_MAX + 1);

	while (text.n <= HEAD_TEXT_MAX)
		CHECK_OK(buf_add_byte(&text, 'a'));
	CHECK_RC(head_file_save(dir, "head", buf_str(&text), &f), RC_LIMIT);
	CHECK_STR(buf_str(&f.text), "log.example\n9\n" ROOT);
	CHECK_INT(unlinkat(dir, "head", 0), 0);
	CHECK(head_file_save(dir, "head", STR("log.example\n10\n" ROOT), &f) != RC_OK);
	CHECK_STR(buf_str(&f.text), "log.example\n9\n" ROOT);
	CHECK_INT(f.place, 1);
	buf_free(&text);
	file_end(&f);
}

TEST_MAIN
