// SPDX-License-Identifier: Apache-2.0
/* The pieces of a bundle, one spelling each. */
#include "evidence/bundle.h"

#include <string.h>

#include "base/test.h"
#include "base/num.h"

CASE(an_archive_is_read_as_it_was_written)
{
	struct buf b = BUF(65536);
	struct tar_file f;
	struct str rest;

	CHECK_OK(tar_add(&b, "order.json", STR("{}"), 1700000000));
	CHECK_OK(tar_add(&b, "entries-0001.txt", STR(""), 1700000000));
	CHECK_OK(tar_end(&b));
	rest = buf_str(&b);
	CHECK_OK(tar_next(&rest, &f));
	CHECK_STR(f.name, "order.json");
	CHECK_STR(f.bytes, "{}");
	CHECK_OK(tar_next(&rest, &f));
	CHECK_STR(f.name, "entries-0001.txt");
	CHECK_RC(tar_next(&rest, &f), RC_NOTFOUND);
	for (size_t at = 0; at < 1024; at++) { /* a byte of the first file's head or padding changed */
		struct str again = buf_str(&b);

		if (at >= 512 && at < 514)
			continue; /* what it holds is the manifest's business */
		b.p[at] ^= 1;
		CHECK_RC(tar_next(&again, &f), RC_SYNTAX);
		b.p[at] ^= 1;
	}
	rest = str_sub(buf_str(&b), 0, 700);
	CHECK_RC(tar_next(&rest, &f), RC_SYNTAX); /* cut short */
	CHECK(tar_add(&b, "../x", STR(""), 0) != RC_OK && tar_add(&b, "A", STR(""), 0) != RC_OK && tar_add(&b, "", STR(""), 0) != RC_OK);
	rc_trail_clear();
	buf_free(&b);
}

CASE(an_entry_says_its_payload_or_why_there_is_none)
{
	static const uint8_t salt[SALT_BYTES] = { 1 };
	struct buf b = BUF(65536);
	struct bundle_entry e;
	struct str line;

	for (int state = PAYLOAD_NONE; state <= PAYLOAD_WITHHELD; state++) {
		buf_reset(&b);
		CHECK_OK(bundle_entry_put(&b, 7, STR("leaf"), (enum payload_state)state, salt, STR("{\"a b\":1}")));
		line = str_sub(buf_str(&b), 0, b.n - 1);
		CHECK_OK(bundle_entry_get(line, &e));
		CHECK_INT(e.index, 7);
		CHECK_INT(e.state, state);
		CHECK(state == PAYLOAD_SHOWN ? str_eq_c(e.json, "{\"a b\":1}") : e.json.n == 0);
	}
	CHECK(bundle_entry_put(&b, 7, STR("leaf"), PAYLOAD_SHOWN, salt, STR("{\n}")) != RC_OK);
	CHECK_RC(bundle_entry_get(STR("7 bGVhZg== - because"), &e), RC_SYNTAX);
	CHECK_RC(bundle_entry_get(STR("7 bGVhZg=="), &e), RC_SYNTAX);
	CHECK_RC(bundle_entry_get(STR("07 bGVhZg== - none"), &e), RC_SYNTAX);
	CHECK_RC(bundle_entry_get(STR(""), &e), RC_SYNTAX);
	rc_trail_clear();
	buf_free(&b);
}

CASE(omissions_and_the_manifest_have_one_spelling)
{
	struct bundle_omitted o;
	struct buf b = BUF(4096);
	struct str name;
	struct hash h;

	CHECK_OK(bundle_omitted_get(STR("3 9 not-selected"), &o));
	CHECK(o.first == 3 && o.last == 9 && str_eq_c(o.reason, "not-selected"));
	CHECK_RC(bundle_omitted_get(STR("9 3 not-selected"), &o), RC_SYNTAX);
	CHECK_RC(bundle_omitted_get(STR("3 9"), &o), RC_SYNTAX);
	CHECK_RC(bundle_omitted_get(STR("-3 9 x"), &o), RC_SYNTAX);
	CHECK_OK(manifest_put(&b, "proof.txt", STR("abc")));
	CHECK_STR(buf_str(&b), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  proof.txt\n"); /* as sha256sum writes it */
	CHECK_OK(manifest_get(str_sub(buf_str(&b), 0, b.n - 1), &h, &name));
	CHECK_STR(name, "proof.txt");
	b.p[65] = '*';
	CHECK_RC(manifest_get(str_sub(buf_str(&b), 0, b.n - 1), &h, &name), RC_SYNTAX);
	rc_trail_clear();
	buf_free(&b);
}

TEST_MAIN
