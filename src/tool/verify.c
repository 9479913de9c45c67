// SPDX-License-Identifier: Apache-2.0
/*
 * tsujiban-verify - shows with nothing but a verifier key whether a ledger's
 * published files are what was signed. No network, no server, no station.
 *
 * Exit: 0 accepted; 1 could not look; 2 usage; 3 not accepted.
 */
#include "tool/verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/file.h"

enum { EXIT_ACCEPTED = 0, EXIT_ERROR = 1, EXIT_USAGE = 2, EXIT_REFUSED = 3 };

static const char usage_ja[] =
    "使い方: tsujiban-verify ledger DIR | proof FILE | consistency OLD NEW DIR | checkpoint FILE | bundle FILE\n"
    "  --key VKEY      検証鍵（name+hash+key）。@FILE でファイルから\n"
    "  --origin NAME   台帳の名前\n"
    "  --head FILE     手元に保管した先頭（チェックポイント）。16 個まで\n"
    "  --witness VKEY  連署していなければならない立会人の鍵。16 個まで\n"
    "  --entry FILE    証明の対象の記録\n"
    "  --lang ja|en    言葉    --json  JSON で出力\n"
    "終了コード: 0 受け入れ、1 確かめられない、2 使い方、3 受け入れられない\n";
static const char usage_en[] =
    "usage: tsujiban-verify ledger DIR | proof FILE | consistency OLD NEW DIR | checkpoint FILE | bundle FILE\n"
    "  --key VKEY      verifier key (name+hash+key); @FILE reads it from a file\n"
    "  --origin NAME   name of the ledger\n"
    "  --head FILE     a head (checkpoint) you kept; up to 16\n"
    "  --witness VKEY  key of a witness that must have cosigned; up to 16\n"
    "  --entry FILE    the entry a proof is about\n"
    "  --lang ja|en    language    --json  output as JSON\n"
    "exit: 0 accepted, 1 could not look, 2 usage, 3 not accepted\n";

struct options {
	struct trust  trust;
	struct output output;
	const char   *head[HEADS_KEPT], *entry, *words[4];
	size_t        heads, words_count;
};

static bool
english_by_default(void)
{
	const char *l = getenv("LC_ALL");

	if (!l || !*l)
		l = getenv("LC_MESSAGES");
	if (!l || !*l)
		l = getenv("LANG");
	return l && strncmp(l, "en", 2) == 0;
}

static enum rc
read_any(const char *path, size_t bytes_max, struct buf *ret)
{
	int fd = -1;
	enum rc rc = RC_OK;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return FAIL_OS("open %s", path);
	TRY(file_read_fd(fd, bytes_max, ret));
out:
	(void)close(fd); /* only read */
	return rc;
}

static enum rc
read_key(const char *text, enum note_key_type type, struct note_key *ret)
{
	struct buf b = BUF(VKEY_TEXT_MAX + 2);
	struct str s = str_of(text);
	enum rc rc = RC_OK;

	if (*text == '@') {
		TRY(read_any(text + 1, VKEY_TEXT_MAX + 2, &b));
		s = str_trim(buf_str(&b));
	}
	TRY(note_key_parse(s, ret));
	if (ret->type != type)
		rc = FAIL(RC_SYNTAX, "the key is %s", type == NOTE_KEY_ED25519 ? "a witness's; the ledger's own is needed" : "not a witness's");
out:
	buf_free(&b);
	return rc;
}

static enum rc
read_option(struct options *o, const char *name, const char *value)
{
	if (strcmp(name, "--key") == 0) {
		o->trust.has_key = true;
		return read_key(value, NOTE_KEY_ED25519, &o->trust.key);
	}
	if (strcmp(name, "--origin") == 0 && *value) {
		o->trust.origin = str_of(value);
		return RC_OK;
	}
	if (strcmp(name, "--head") == 0 && o->heads < HEADS_KEPT) {
		o->head[o->heads++] = value;
		return RC_OK;
	}
	if (strcmp(name, "--witness") == 0 && o->trust.witnesses < WITNESSES_KEPT)
		return read_key(value, NOTE_KEY_COSIGNER, &o->trust.witness[o->trust.witnesses++]);
	if (strcmp(name, "--entry") == 0) {
		o->entry = value;
		return RC_OK;
	}
	if (strcmp(name, "--lang") == 0 && (strcmp(value, "ja") == 0 || strcmp(value, "en") == 0)) {
		o->output.english = strcmp(value, "en") == 0;
		return RC_OK;
	}
	return FAIL(RC_SYNTAX, "%s %s", name, value);
}

static enum rc
read_arguments(int argc, char **argv, struct options *o)
{
	enum rc rc = RC_OK;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			o->output.json = true;
		} else if (strncmp(argv[i], "--", 2) == 0) {
			if (i + 1 == argc)
				return FAIL(RC_SYNTAX, "%s", argv[i]);
			TRY(read_option(o, argv[i], argv[i + 1]));
			i++;
		} else if (o->words_count < 4) {
			o->words[o->words_count++] = argv[i];
		} else {
			return FAIL(RC_SYNTAX, "%s", argv[i]);
		}
	}
out:
	return rc;
}

static enum rc
open_dir(const char *path, int *ret)
{
	*ret = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret < 0 ? FAIL_OS("open %s", path) : RC_OK;
}

static enum rc
do_ledger(struct options *o, struct report *r)
{
	struct buf bytes[HEADS_KEPT];
	struct str text[HEADS_KEPT];
	int dir = -1;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < HEADS_KEPT; i++)
		bytes[i] = (struct buf)BUF(NOTE_BYTES_MAX + 1);
	for (size_t i = 0; i < o->heads; i++) {
		TRY(read_any(o->head[i], NOTE_BYTES_MAX + 1, &bytes[i]));
		text[i] = buf_str(&bytes[i]);
	}
	TRY(open_dir(o->words[1], &dir));
	TRY(verify_ledger(r, &o->trust, dir, text, o->heads));
out:
	for (size_t i = 0; i < HEADS_KEPT; i++)
		buf_free(&bytes[i]);
	if (dir >= 0)
		(void)close(dir); /* only read */
	return rc;
}

static enum rc
do_consistency(struct options *o, struct report *r)
{
	struct buf older = BUF(NOTE_BYTES_MAX + 1), newer = BUF(NOTE_BYTES_MAX + 1);
	int dir = -1;
	enum rc rc = RC_OK;

	TRY(read_any(o->words[1], NOTE_BYTES_MAX + 1, &older));
	TRY(read_any(o->words[2], NOTE_BYTES_MAX + 1, &newer));
	TRY(open_dir(o->words[3], &dir));
	TRY(verify_consistency(r, &o->trust, buf_str(&older), buf_str(&newer), dir));
out:
	buf_free(&older);
	buf_free(&newer);
	if (dir >= 0)
		(void)close(dir); /* only read */
	return rc;
}

static enum rc
do_proof(struct options *o, struct report *r)
{
	struct buf bytes = BUF(TLOG_PROOF_BYTES_MAX + 1), entry = BUF(ENTRY_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(read_any(o->words[1], TLOG_PROOF_BYTES_MAX + 1, &bytes));
	if (o->entry)
		TRY(read_any(o->entry, ENTRY_BYTES_MAX, &entry));
	TRY(verify_proof(r, &o->trust, buf_str(&bytes), buf_str(&entry), o->entry != NULL));
out:
	buf_free(&bytes);
	buf_free(&entry);
	return rc;
}

static enum rc
do_checkpoint(struct options *o, struct report *r)
{
	struct buf bytes = BUF(NOTE_BYTES_MAX + 1);
	enum rc rc = RC_OK;

	TRY(read_any(o->words[1], NOTE_BYTES_MAX + 1, &bytes));
	TRY(verify_checkpoint(r, &o->trust, buf_str(&bytes)));
out:
	buf_free(&bytes);
	return rc;
}

#define BUNDLE_BYTES_MAX ((size_t)8 << 30)

static enum rc
do_bundle(struct options *o, struct report *r)
{
	struct buf bytes = BUF(BUNDLE_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(read_any(o->words[1], BUNDLE_BYTES_MAX, &bytes));
	TRY(verify_bundle(r, &o->trust, buf_str(&bytes)));
out:
	buf_free(&bytes);
	return rc;
}

static const struct { const char *name; size_t words; enum rc (*run)(struct options *, struct report *); } verbs[] = {
	{ "ledger", 2, do_ledger },
	{ "proof", 2, do_proof },
	{ "consistency", 4, do_consistency },
	{ "checkpoint", 2, do_checkpoint },
	{ "bundle", 2, do_bundle },
};

int
main(int argc, char **argv)
{
	static struct options o;
	static struct report r;
	struct buf out = BUF(1 << 20);
	enum rc rc = RC_NOTFOUND;

	o.output.english = english_by_default();
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		(void)fputs(o.output.english ? usage_en : usage_ja, stdout);
		return EXIT_ACCEPTED;
	}
	if (read_arguments(argc, argv, &o) != RC_OK) {
		(void)fprintf(stderr, "tsujiban-verify: %s\n%s", rc_trail(), o.output.english ? usage_en : usage_ja);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]) && o.words_count; i++)
		if (strcmp(o.words[0], verbs[i].name) == 0 && o.words_count == verbs[i].words) {
			rc = verbs[i].run(&o, &r);
			if (rc == RC_OK)
				rc = report_print(&r, o.output, &out);
			if (rc != RC_OK) {
				(void)fprintf(stderr, "tsujiban-verify: %s\n", rc_trail());
				return EXIT_ERROR;
			}
			if (fwrite(out.p, 1, out.n, stdout) != out.n || fflush(stdout) != 0)
				return EXIT_ERROR;
			buf_free(&out);
			return r.faults ? EXIT_REFUSED : EXIT_ACCEPTED;
		}
	(void)fputs(o.output.english ? usage_en : usage_ja, stderr);
	return EXIT_USAGE;
}
