// SPDX-License-Identifier: Apache-2.0
/* Reads, verifies and writes signed notes: text, a blank line, and signatures by named keys. */
#include "merkle/note.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"

#define DASH          "\xe2\x80\x94 " /* em dash, space */
#define KEY_ID_BYTES  4
#define TIME_BYTES    8

static bool
is_unicode_space(const unsigned char *p, size_t left)
{
	if (*p <= 0x20 || *p == 0x7f)
		return true;
	if (left >= 2 && p[0] == 0xc2 && (p[1] == 0x85 || p[1] == 0xa0))
		return true;
	if (left < 3)
		return false;
	return (p[0] == 0xe1 && p[1] == 0x9a && p[2] == 0x80) ||
	       (p[0] == 0xe2 && p[1] == 0x80 && ((p[2] >= 0x80 && p[2] <= 0x8a) || p[2] == 0xa8 || p[2] == 0xa9 || p[2] == 0xaf)) ||
	       (p[0] == 0xe2 && p[1] == 0x81 && p[2] == 0x9f) || (p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80);
}

static enum rc
check_name(struct str name)
{
	struct text text;

	if (name.n == 0 || name.n > NOTE_NAME_MAX || utf8_check(name, &text) != RC_OK)
		return FAIL(RC_SYNTAX, "a key name is 1 to %d bytes of text", NOTE_NAME_MAX);
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '+' || is_unicode_space((const unsigned char *)name.p + i, name.n - i))
			return FAIL(RC_SYNTAX, "a key name has no spaces and no plus sign");
	return RC_OK;
}

enum rc
note_key_make(struct str name, enum note_key_type type, const uint8_t pub[SIGN_PUB_BYTES], struct note_key *ret)
{
	struct note_key key = { .type = type, .name_bytes = name.n };
	char tail[2 + SIGN_PUB_BYTES] = { '\n', (char)type };
	struct hash h;
	enum rc rc = RC_OK;

	TRY(check_name(name));
	memcpy(key.name, name.p, name.n);
	memcpy(key.pub, pub, SIGN_PUB_BYTES);
	memcpy(tail + 2, pub, SIGN_PUB_BYTES);
	hash_two(name, (struct str){ tail, sizeof(tail) }, &h);
	key.id = get_be32(h.b);
	*ret = key;
out:
	return rc;
}

enum rc
note_key_parse(struct str vkey, struct note_key *ret)
{
	struct str name, hex, rest = vkey;
	struct buf bytes = BUF(1 + SIGN_PUB_BYTES), again = BUF(VKEY_TEXT_MAX);
	uint8_t id[KEY_ID_BYTES];
	struct note_key key;
	enum rc rc = RC_OK;

	if (vkey.n > VKEY_TEXT_MAX || !str_cut(&rest, '+', &name) || !str_cut(&rest, '+', &hex))
		return FAIL(RC_SYNTAX, "a verifier key is name+hash+key");
	TRY(hex_decode(hex, id, sizeof(id)));
	if (base64_decode(rest, &bytes) != RC_OK || bytes.n != 1 + SIGN_PUB_BYTES || (bytes.p[0] != NOTE_KEY_ED25519 && bytes.p[0] != NOTE_KEY_COSIGNER)) {
		rc = FAIL(RC_SYNTAX, "a verifier key holds an Ed25519 public key");
		goto out;
	}
	TRY(note_key_make(name, (enum note_key_type)bytes.p[0], (const uint8_t *)bytes.p + 1, &key));
	if (key.id != get_be32(id)) {
		rc = FAIL(RC_SYNTAX, "the hash inside the verifier key is not that of its name and key");
		goto out;
	}
	TRY(note_key_text(&key, &again));
	if (!str_eq(vkey, buf_str(&again))) {
		rc = FAIL(RC_SYNTAX, "a verifier key has one spelling");
		goto out;
	}
	*ret = key;
out:
	buf_free(&again);
	buf_free(&bytes);
	return rc;
}

enum rc
note_key_text(const struct note_key *key, struct buf *b)
{
	char bytes[1 + SIGN_PUB_BYTES] = { (char)key->type };
	size_t before = b->n;
	enum rc rc = RC_OK;

	memcpy(bytes + 1, key->pub, SIGN_PUB_BYTES);
	TRY(buf_addf(b, STR_FMT "+%08x+", STR_ARG(note_key_name(key)), key->id));
	TRY(base64_encode(b, (struct str){ bytes, sizeof(bytes) }));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

struct str
note_key_name(const struct note_key *key)
{
	return (struct str){ key->name, key->name_bytes };
}

static enum rc
read_signature(struct str line, struct note_signature *ret)
{
	struct buf bytes = BUF(NOTE_BYTES_MAX);
	struct note_signature s;
	enum rc rc = RC_OK;

	if (!str_starts(line, STR(DASH)))
		return FAIL(RC_SYNTAX, "a signature line starts with an em dash and a space");
	line = str_sub(line, sizeof(DASH) - 1, line.n);
	if (!str_cut(&line, ' ', &s.name))
		return FAIL(RC_SYNTAX, "a signature line has a name and a signature");
	TRY(check_name(s.name));
	s.base64 = line;
	TRY(base64_decode(s.base64, &bytes));
	if (bytes.n <= KEY_ID_BYTES) {
		rc = FAIL(RC_SYNTAX, "a signature line holds no signature");
		goto out;
	}
	s.id = get_be32(bytes.p);
	*ret = s;
out:
	buf_free(&bytes);
	return rc;
}

bool
note_line(struct str *rest, struct str *ret)
{
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;

	if (!end)
		return false;
	*ret = str_sub(*rest, 0, (size_t)(end - rest->p));
	*rest = str_sub(*rest, ret->n + 1, rest->n);
	return true;
}

/* UTF-8 without control characters but LF. */
static enum rc
check_text(struct str s)
{
	struct text text;

	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n') || s.p[i] == 0x7f)
			return FAIL(RC_SYNTAX, "a note has no control characters");
	return utf8_check_lines(s, &text);
}

enum rc
note_parse(struct str bytes, struct note *ret)
{
	struct str rest, line;
	size_t at = bytes.n;
	enum rc rc = RC_OK;

	ret->signatures = 0;
	if (bytes.n > NOTE_BYTES_MAX)
		return FAIL(RC_LIMIT, "a note of %zu bytes", bytes.n);
	if (!str_ends(bytes, STR("\n")))
		return FAIL(RC_SYNTAX, "a note ends with a line feed");
	TRY(check_text(bytes));
	while (at >= 2 && !(bytes.p[at - 1] == '\n' && bytes.p[at - 2] == '\n')) /* the last empty line */
		at--;
	if (at < 3 || at == bytes.n)
		return FAIL(RC_SYNTAX, "a note has a text, an empty line and signatures");
	ret->text = str_sub(bytes, 0, at - 1);
	for (rest = str_sub(bytes, at, bytes.n); note_line(&rest, &line);) {
		if (ret->signatures == NOTE_SIGNATURES_MAX)
			return FAIL(RC_LIMIT, "a note with over %d signatures", NOTE_SIGNATURES_MAX);
		TRY(read_signature(line, &ret->signature[ret->signatures++]));
	}
out:
	return rc;
}

/* The one signature of this key: `want` bytes behind the key id. */
static enum rc
find_signature(const struct note *n, const struct note_key *key, size_t want, uint8_t *ret)
{
	const struct note_signature *found = NULL;
	struct buf bytes = BUF(NOTE_BYTES_MAX);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n->signatures; i++) {
		const struct note_signature *s = &n->signature[i];

		if (s->id != key->id || !str_eq(s->name, note_key_name(key)))
			continue;
		if (found)
			return FAIL(RC_CONFLICT, "signed more than once by " STR_FMT, STR_ARG(s->name));
		found = s;
	}
	if (!found)
		return FAIL(RC_NOTFOUND, "not signed by " STR_FMT, STR_ARG(note_key_name(key)));
	TRY(base64_decode(found->base64, &bytes));
	if (bytes.n != KEY_ID_BYTES + want) {
		rc = FAIL(RC_TAMPERED, "signature of " STR_FMT " has another length", STR_ARG(found->name));
		goto out;
	}
	memcpy(ret, bytes.p + KEY_ID_BYTES, want);
out:
	buf_free(&bytes);
	return rc;
}

enum rc
note_verify(const struct note *n, const struct note_key *key)
{
	uint8_t signature[SIGNATURE_BYTES];
	enum rc rc = RC_OK;

	if (key->type != NOTE_KEY_ED25519)
		return FAIL(RC_SYNTAX, "this key makes no plain signatures");
	TRY(find_signature(n, key, SIGNATURE_BYTES, signature));
	TRY(sign_verify(key->pub, n->text, signature));
out:
	return rc;
}

enum rc
note_cosigned_message(struct str text, uint64_t time_s, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(buf_addf(b, "cosignature/v1\ntime %llu\n", (unsigned long long)time_s));
	TRY(buf_add(b, text));
out:
	return rc;
}

enum rc
note_verify_cosigned(const struct note *n, const struct note_key *key, uint64_t *ret_time_s)
{
	uint8_t signature[TIME_BYTES + SIGNATURE_BYTES];
	struct buf message = BUF(NOTE_BYTES_MAX + 64);
	uint64_t time_s;
	enum rc rc = RC_OK;

	if (key->type != NOTE_KEY_COSIGNER)
		return FAIL(RC_SYNTAX, "this key makes no cosignatures");
	TRY(find_signature(n, key, sizeof(signature), signature));
	time_s = get_be64(signature);
	if (time_s > INT64_MAX) {
		rc = FAIL(RC_TAMPERED, "cosigned at an impossible time");
		goto out;
	}
	TRY(note_cosigned_message(n->text, time_s, &message));
	TRY(sign_verify(key->pub, buf_str(&message), signature + TIME_BYTES));
	*ret_time_s = time_s;
out:
	buf_free(&message);
	return rc;
}

static enum rc
add_line(const struct note_key *key, const uint8_t *bytes, size_t n, struct buf *b)
{
	char all[KEY_ID_BYTES + TIME_BYTES + SIGNATURE_BYTES];
	size_t before = b->n;
	enum rc rc = RC_OK;

	put_be32(all, key->id);
	memcpy(all + KEY_ID_BYTES, bytes, n);
	TRY(buf_addf(b, DASH STR_FMT " ", STR_ARG(note_key_name(key))));
	TRY(base64_encode(b, (struct str){ all, KEY_ID_BYTES + n }));
	TRY(buf_add_byte(b, '\n'));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

enum rc
note_signature_line(const struct note_key *key, const uint8_t signature[SIGNATURE_BYTES], struct buf *b)
{
	return add_line(key, signature, SIGNATURE_BYTES, b);
}

enum rc
note_cosignature_line(const struct note_key *key, uint64_t time_s, const uint8_t signature[SIGNATURE_BYTES], struct buf *b)
{
	uint8_t bytes[TIME_BYTES + SIGNATURE_BYTES];

	put_be64(bytes, time_s);
	memcpy(bytes + TIME_BYTES, signature, SIGNATURE_BYTES);
	return add_line(key, bytes, sizeof(bytes), b);
}

enum rc
note_join(struct str text, struct str signature_lines, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(buf_add(b, text));
	TRY(buf_add_byte(b, '\n'));
	TRY(buf_add(b, signature_lines));
out:
	return rc;
}
