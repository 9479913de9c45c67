// SPDX-License-Identifier: Apache-2.0
/* Notes, checkpoints and stand-alone proofs: the published examples, round trips, and each way to spoil them. */
#include "base/num.h"
#include "base/test.h"
#include "merkle/checkpoint.h"

/* Examples of the signed-note, tlog-checkpoint and tlog-cosignature documents. */
static const char poem[] = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned \xc3\xa8 subito sera.\n\n"
	"\xe2\x80\x94 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
static const char sofa[] = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
	"\xe2\x80\x94 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
	"\xe2\x80\x94 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

struct maker { struct secret seed; struct note_key key; };

static struct maker
maker(const char *name, enum note_key_type type, char fill)
{
	struct maker m = { 0 };
	char seed[SIGN_KEY_BYTES];
	uint8_t pub[SIGN_PUB_BYTES];

	memset(seed, fill, sizeof(seed));
	CHECK_OK(secret_of(&m.seed, (struct str){ seed, sizeof(seed) }));
	CHECK_OK(sign_public(&m.seed, pub));
	CHECK_OK(note_key_make(str_of(name), type, pub, &m.key));
	return m;
}

static void
add_signature(const struct maker *m, struct str text, struct buf *lines)
{
	uint8_t sig[SIGNATURE_BYTES];

	CHECK_OK(sign(&m->seed, text, sig));
	CHECK_OK(note_signature_line(&m->key, sig, lines));
}

static void
make_checkpoint(const struct maker *m, const char *origin, uint64_t size, struct buf *ret)
{
	struct checkpoint c = { .origin = str_of(origin), .size = size };
	struct buf text = BUF(4096), lines = BUF(4096);

	tree_leaf_hash(STR("entry"), &c.root);
	CHECK_OK(checkpoint_encode(&c, &text));
	add_signature(m, buf_str(&text), &lines);
	CHECK_OK(note_join(buf_str(&text), buf_str(&lines), ret));
	buf_free(&text);
	buf_free(&lines);
}

CASE(published_examples_parse)
{
	struct note n;
	struct checkpoint c;

	CHECK_OK(note_parse(str_of(poem), &n));
	CHECK_INT(n.signatures, 1);
	CHECK_INT(n.text.n, strlen("Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned \xc3\xa8 subito sera.\n"));
	CHECK_STR(n.signature[0].name, "quasimodo.example/salvatore");
	CHECK_OK(note_parse(str_of(sofa), &n));
	CHECK_INT(n.signatures, 2);
	CHECK_INT(n.signature[1].id, 0x8d66cf3f);
	CHECK_OK(checkpoint_decode(n.text, &c));
	CHECK_STR(c.origin, "example.com/behind-the-sofa");
	CHECK_INT(c.size, 20852163);
}

/* The key of Go's checksum database is public and well known; its hash is part of its text. */
CASE(a_public_vkey_is_understood)
{
	struct note_key key;
	struct buf text = BUF(1000);

	CHECK_OK(note_key_parse(STR("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &key));
	CHECK_INT(key.id, 0x033de0ae);
	CHECK_OK(note_key_text(&key, &text));
	CHECK_STR(buf_str(&text), "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
	CHECK_RC(note_key_parse(STR("sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &key), RC_SYNTAX);
	CHECK_RC(note_key_parse(STR("sum.golang.org+033DE0AE+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &key), RC_SYNTAX);
	CHECK_RC(note_key_parse(STR("sum.golang.com+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &key), RC_SYNTAX);
	CHECK_RC(note_key_parse(STR("sum.golang.org+033de0ae"), &key), RC_SYNTAX);
	CHECK_RC(note_key_parse(STR("sum.golang.org+033de0ae+"), &key), RC_SYNTAX);
	CHECK_RC(note_key_parse(STR(""), &key), RC_SYNTAX);
	buf_free(&text);
}

CASE(names_with_spaces_or_plus_are_refused)
{
	static const char *const bad[] = { "", "a b", "a+b", "a\tb", "a\xe3\x80\x80z", "a\xc2\xa0z", "a\xe2\x80\x83z", "a\nb", "\xff" };
	uint8_t pub[SIGN_PUB_BYTES] = { 0 };
	struct note_key key;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_RC(note_key_make(str_of(bad[i]), NOTE_KEY_ED25519, pub, &key), RC_SYNTAX);
	CHECK_OK(note_key_make(STR("\xe7\x95\xaa\xe6\x89\x80.example/1"), NOTE_KEY_ED25519, pub, &key));
}

CASE(signed_once_by_a_known_key_or_not_at_all)
{
	struct maker a = maker("a.example", NOTE_KEY_ED25519, 1), b = maker("b.example", NOTE_KEY_ED25519, 2), a2 = maker("a.example", NOTE_KEY_ED25519, 3);
	struct str text = STR("text\n");
	struct buf lines = BUF(4096), whole = BUF(4096);
	struct note n;

	add_signature(&a, text, &lines);
	CHECK_OK(note_join(text, buf_str(&lines), &whole));
	CHECK_OK(note_parse(buf_str(&whole), &n));
	CHECK_OK(note_verify(&n, &a.key));
	CHECK_RC(note_verify(&n, &b.key), RC_NOTFOUND);
	CHECK_RC(note_verify(&n, &a2.key), RC_NOTFOUND); /* the name alone says nothing */

	add_signature(&b, text, &lines);
	buf_reset(&whole);
	CHECK_OK(note_join(text, buf_str(&lines), &whole));
	CHECK_OK(note_parse(buf_str(&whole), &n));
	CHECK_OK(note_verify(&n, &a.key));
	CHECK_OK(note_verify(&n, &b.key));

	add_signature(&a, text, &lines);
	buf_reset(&whole);
	CHECK_OK(note_join(text, buf_str(&lines), &whole));
	CHECK_OK(note_parse(buf_str(&whole), &n));
	CHECK_RC(note_verify(&n, &a.key), RC_CONFLICT);

	buf_reset(&lines);
	buf_reset(&whole);
	add_signature(&a, STR("other\n"), &lines);
	CHECK_OK(note_join(text, buf_str(&lines), &whole));
	CHECK_OK(note_parse(buf_str(&whole), &n));
	CHECK_RC(note_verify(&n, &a.key), RC_TAMPERED);
	buf_free(&lines);
	buf_free(&whole);
	secret_free(&a.seed);
	secret_free(&b.seed);
	secret_free(&a2.seed);
}

CASE(spoiled_notes_are_refused)
{
	static const char line[] = "\xe2\x80\x94 a.example AAAAAAA=\n";
	static const struct { const char *text, *after; } table[] = {
		{ "", "" }, { "text", "" }, { "text\n", "" }, { "text\n\n", "" }, { "\n\n", line }, { "text\n", line }, { "text\n\n", "a.example AAAAAAA=\n" },
		{ "text\n\n", "\xe2\x80\x94 a.example\n" }, { "text\n\n", "\xe2\x80\x94 a.example AAAA\n" }, { "text\n\n", "\xe2\x80\x94 a.example AAAAAAB=\n" },
		{ "text\n\n", "\xe2\x80\x94 a.example AAAAAAA=" }, { "te\rxt\n\n", line }, { "te\txt\n\n", line }, { "te\xffxt\n\n", line }, { "text\n\n", "\xe2\x80\x94  AAAAAAA=\n" },
		{ "text\n\n", "\xe2\x80\x94 a.example AAAAAAA= \n" },
	};
	struct buf b = BUF(4096);
	struct note n;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		buf_reset(&b);
		CHECK_OK(buf_addf(&b, "%s%s", table[i].text, table[i].after));
		CHECK_RC(note_parse(buf_str(&b), &n), RC_SYNTAX);
	}
	buf_reset(&b);
	CHECK_OK(buf_addf(&b, "text\n\n"));
	for (int i = 0; i < NOTE_SIGNATURES_MAX; i++)
		CHECK_OK(buf_add_c(&b, line));
	CHECK_OK(note_parse(buf_str(&b), &n));
	CHECK_INT(n.signatures, NOTE_SIGNATURES_MAX);
	CHECK_OK(buf_add_c(&b, line));
	CHECK_RC(note_parse(buf_str(&b), &n), RC_LIMIT);
	buf_free(&b);
}

CASE(checkpoints_have_one_spelling)
{
	static const char *const bad[] = { "", "o\n", "o\n1\n", "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
		"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nx",
		"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n", "o\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"o\n1\r\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n", "o\x01\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" };
	struct checkpoint c;
	struct buf b = BUF(1000);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_RC(checkpoint_decode(str_of(bad[i]), &c), RC_SYNTAX);
	CHECK_OK(checkpoint_decode(STR("o\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n"), &c));
	CHECK_STR(c.extensions, "extension\n");
	CHECK_OK(checkpoint_encode(&c, &b));
	CHECK_STR(buf_str(&b), "o\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n");
	buf_free(&b);
}

CASE(a_checkpoint_opens_for_its_origin_and_key_alone)
{
	struct maker a = maker("a.example", NOTE_KEY_ED25519, 1), b = maker("b.example", NOTE_KEY_ED25519, 2);
	struct buf note = BUF(4096);
	struct checkpoint c;

	make_checkpoint(&a, "a.example", 1, &note);
	CHECK_OK(checkpoint_open(buf_str(&note), &a.key, STR_NONE, &c));
	CHECK_OK(checkpoint_open(buf_str(&note), &a.key, STR("a.example"), &c));
	CHECK_INT(c.size, 1);
	CHECK_RC(checkpoint_open(buf_str(&note), &a.key, STR("b.example"), &c), RC_DENIED);
	CHECK_RC(checkpoint_open(buf_str(&note), &b.key, STR("a.example"), &c), RC_NOTFOUND);
	for (size_t bit = 0; bit < note.n * 8; bit++) { /* every bit counts */
		note.p[bit / 8] ^= (char)(1 << bit % 8);
		CHECK(checkpoint_open(buf_str(&note), &a.key, STR("a.example"), &c) != RC_OK);
		note.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	buf_free(&note);
	secret_free(&a.seed);
	secret_free(&b.seed);
}

CASE(origins_carry_their_epoch)
{
	static const struct { const char *origin, *name; unsigned epoch; } table[] = {
		{ "a.example/1", "a.example/1", 1 }, { "a.example/1/epoch-2", "a.example/1", 2 }, { "a.example/epoch-1", "a.example/epoch-1", 1 },
		{ "a/epoch-02", "a/epoch-02", 1 }, { "/epoch-2", "/epoch-2", 1 }, { "a/epoch-4294967296", "a/epoch-4294967296", 1 }, { "7", "7", 1 }, { "", "", 1 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct buf b = BUF(100);
		struct str name;
		uint32_t epoch;

		origin_split(str_of(table[i].origin), &name, &epoch);
		CHECK_STR(name, table[i].name);
		CHECK_INT(epoch, table[i].epoch);
		CHECK_OK(origin_add(name, epoch, &b));
		CHECK_STR(buf_str(&b), table[i].origin);
		buf_free(&b);
	}
}

CASE(cosignatures)
{
	struct maker log = maker("a.example", NOTE_KEY_ED25519, 1), w = maker("w.example", NOTE_KEY_COSIGNER, 9);
	struct buf note = BUF(4096), message = BUF(4096), lines = BUF(4096);
	uint8_t sig[SIGNATURE_BYTES];
	uint64_t time_s = 0;
	struct note n;

	make_checkpoint(&log, "a.example", 1, &note);
	CHECK_OK(note_parse(buf_str(&note), &n));
	CHECK_RC(note_verify_cosigned(&n, &w.key, &time_s), RC_NOTFOUND);
	CHECK_OK(note_cosigned_message(n.text, 1679315147, &message));
	CHECK(str_starts(buf_str(&message), STR("cosignature/v1\ntime 1679315147\na.example\n1\n")));
	CHECK_OK(sign(&w.seed, buf_str(&message), sig));
	CHECK_OK(note_cosignature_line(&w.key, 1679315147, sig, &lines));
	CHECK_OK(buf_add(&note, buf_str(&lines)));
	CHECK_OK(note_parse(buf_str(&note), &n));
	CHECK_OK(note_verify(&n, &log.key));
	CHECK_OK(note_verify_cosigned(&n, &w.key, &time_s));
	CHECK_INT(time_s, 1679315147);
	CHECK_RC(note_verify_cosigned(&n, &log.key, &time_s), RC_SYNTAX);
	CHECK_RC(note_verify(&n, &w.key), RC_SYNTAX);
	note.n -= lines.n;
	buf_reset(&lines);
	CHECK_OK(note_cosignature_line(&w.key, 1679315148, sig, &lines)); /* a time of its own */
	CHECK_OK(buf_add(&note, buf_str(&lines)));
	CHECK_OK(note_parse(buf_str(&note), &n));
	CHECK_RC(note_verify_cosigned(&n, &w.key, &time_s), RC_TAMPERED);
	buf_free(&note);
	buf_free(&message);
	buf_free(&lines);
	secret_free(&log.seed);
	secret_free(&w.seed);
}

CASE(a_proof_stands_alone)
{
	struct maker a = maker("a.example", NOTE_KEY_ED25519, 1);
	struct buf note = BUF(4096), text = BUF(8192), again = BUF(8192), extra = BUF(100);
	struct tlog_proof p;
	struct checkpoint c;

	make_checkpoint(&a, "a.example", 1, &note);
	CHECK_OK(tlog_proof_encode(STR("entry"), 0, &(struct proof){ 0 }, buf_str(&note), &text));
	CHECK_OK(tlog_proof_decode(buf_str(&text), &p));
	CHECK_OK(base64_decode(p.extra64, &extra));
	CHECK_STR(buf_str(&extra), "entry");
	CHECK_OK(tlog_proof_verify(&p, &a.key, STR_NONE, STR("entry"), &c));
	CHECK_RC(tlog_proof_verify(&p, &a.key, STR_NONE, STR("entrx"), &c), RC_TAMPERED);
	CHECK_OK(tlog_proof_encode(STR("entry"), p.index, &p.proof, p.checkpoint, &again));
	CHECK(str_eq(buf_str(&text), buf_str(&again)));
	for (size_t i = 0; i < text.n; i++) { /* cut anywhere: refused */
		bool ok = tlog_proof_decode(str_sub(buf_str(&text), 0, i), &p) == RC_OK && tlog_proof_verify(&p, &a.key, STR_NONE, STR("entry"), &c) == RC_OK;

		CHECK(!ok);
	}
	buf_free(&note);
	buf_free(&text);
	buf_free(&again);
	buf_free(&extra);
	secret_free(&a.seed);
}

CASE(spoiled_proofs_are_refused)
{
	static const char *const bad[] = { "", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\nindex 0\n\n", "c2sp.org/tlog-proof@v1\nindex 00\n\n",
		"c2sp.org/tlog-proof@v1\nindex 0\n", "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n", "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\n", "c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\n",
		"c2sp.org/tlog-proof@v1\nextra AAAA\n", "c2sp.org/tlog-proof@v1\nextra AAAA\nextra AAAA\nindex 0\n\n", "c2sp.org/tlog-proof@v1\nindex 0 \n\n", "c2sp.org/tlog-proof@v1\r\nindex 0\n\n" };
	struct tlog_proof p;
	struct buf b = BUF(8192);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_RC(tlog_proof_decode(str_of(bad[i]), &p), RC_SYNTAX);
	CHECK_OK(buf_add_c(&b, "c2sp.org/tlog-proof@v1\nindex 0\n"));
	for (int i = 0; i <= PROOF_HASHES_MAX; i++)
		CHECK_OK(buf_add_c(&b, "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"));
	CHECK_OK(buf_add_c(&b, "\n"));
	CHECK_RC(tlog_proof_decode(buf_str(&b), &p), RC_LIMIT);
	buf_free(&b);
}

TEST_MAIN
