// SPDX-License-Identifier: Apache-2.0
/* Spells and reads what goes between a log and its witness. */
#include "merkle/submission.h"

#include <string.h>

#include "base/num.h"

#define HASH_BASE64 44

enum rc
submission_encode(const struct submission *s, struct buf *b)
{
	size_t before = b->n;
	enum rc rc = RC_OK;

	if (s->proof.n > SUBMISSION_HASHES_MAX)
		return FAIL(RC_LIMIT, "a proof of %zu hashes", s->proof.n);
	TRY(buf_addf(b, "old %llu\n", (unsigned long long)s->old_size));
	for (size_t i = 0; i < s->proof.n; i++) {
		TRY(base64_encode(b, (struct str){ (const char *)s->proof.node[i].b, sizeof(struct hash) }));
		TRY(buf_add_byte(b, '\n'));
	}
	TRY(buf_add_byte(b, '\n'));
	TRY(buf_add(b, s->checkpoint));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

enum rc
submission_decode(struct str bytes, struct submission *ret)
{
	struct buf hash = BUF(HASH_BASE64);
	struct submission s = { 0 };
	struct str rest = bytes, line;
	enum rc rc = RC_OK;

	if (bytes.n > SUBMISSION_BYTES_MAX)
		return FAIL(RC_LIMIT, "a submission of %zu bytes", bytes.n);
	if (!note_line(&rest, &line) || !str_starts(line, STR("old ")))
		return FAIL(RC_SYNTAX, "a submission starts with its old size");
	TRY(num_parse_u64(str_sub(line, 4, line.n), TREE_SIZE_MAX, &s.old_size));
	for (;;) {
		if (!note_line(&rest, &line))
			TRY(FAIL(RC_SYNTAX, "a submission has an empty line before its checkpoint"));
		if (line.n == 0)
			break;
		if (s.proof.n == SUBMISSION_HASHES_MAX)
			TRY(FAIL(RC_LIMIT, "a proof of over %d hashes", SUBMISSION_HASHES_MAX));
		buf_reset(&hash);
		if (line.n != HASH_BASE64 || base64_decode(line, &hash) != RC_OK || hash.n != sizeof(struct hash))
			TRY(FAIL(RC_SYNTAX, "a line of the proof is no hash"));
		memcpy(s.proof.node[s.proof.n++].b, hash.p, sizeof(struct hash));
	}
	s.checkpoint = rest;
	*ret = s;
out:
	buf_free(&hash);
	return rc;
}

/* The statuses a witness may answer; any other 4xx or 5xx of a server is a failure. */
static bool
known(int64_t status, enum answer_status *ret)
{
	static const enum answer_status all[] = { ANSWER_COSIGNED, ANSWER_MALFORMED, ANSWER_UNSIGNED, ANSWER_UNKNOWN, ANSWER_OTHER, ANSWER_UNPROVEN };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (status == (int64_t)all[i]) {
			*ret = all[i];
			return true;
		}
	*ret = ANSWER_FAILED;
	return status >= 400 && status <= 599;
}

enum rc
answer_file_encode(const struct answer *a, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(buf_addf(b, "%d\n", (int)a->status));
	TRY(buf_add(b, a->body));
out:
	return rc;
}

enum rc
answer_file_decode(struct str bytes, struct answer *ret)
{
	struct str rest = bytes, line;
	struct answer a = { ANSWER_FAILED, STR_NONE };
	int64_t status;

	if (bytes.n > ANSWER_BYTES_MAX)
		return FAIL(RC_LIMIT, "an answer of %zu bytes", bytes.n);
	if (!note_line(&rest, &line) || num_parse(line, 100, 599, &status) != RC_OK || !known(status, &a.status))
		return FAIL(RC_SYNTAX, "not the answer of a witness");
	a.body = rest;
	*ret = a;
	return RC_OK;
}

static bool
field_is(struct str line, const char *name, struct str *ret_value)
{
	struct str rest = line, field;

	if (!str_cut(&rest, ':', &field) || field.n != strlen(name))
		return false;
	for (size_t i = 0; i < field.n; i++)
		if ((field.p[i] >= 'A' && field.p[i] <= 'Z' ? field.p[i] + 32 : field.p[i]) != name[i])
			return false;
	*ret_value = str_trim(rest);
	return true;
}

enum rc
answer_http_decode(struct str bytes, struct answer *ret)
{
	struct str rest = bytes, line, value;
	struct answer a = { ANSWER_FAILED, STR_NONE };
	int64_t status, length = -1;

	if (bytes.n > ANSWER_BYTES_MAX)
		return FAIL(RC_LIMIT, "an answer of %zu bytes", bytes.n);
	if (!str_line(&rest, &line) || line.n < 12 || !str_starts(line, STR("HTTP/1.")) || line.p[8] != ' ' || (line.n > 12 && line.p[12] != ' ') || num_parse(str_sub(line, 9, 3), 100, 599, &status) != RC_OK || !known(status, &a.status))
		return FAIL(RC_SYNTAX, "not the answer of a witness over HTTP");
	for (;;) {
		if (!str_line(&rest, &line))
			return FAIL(RC_NOTFOUND, "the answer is cut short");
		if (line.n == 0)
			break;
		if (field_is(line, "transfer-encoding", &value))
			return FAIL(RC_SYNTAX, "the answer comes in pieces, which was not asked for");
		if (field_is(line, "content-length", &value) && (length >= 0 || num_parse(value, 0, ANSWER_BYTES_MAX, &length) != RC_OK))
			return FAIL(RC_SYNTAX, "the answer does not say how long it is");
	}
	if (length >= 0 && rest.n < (size_t)length)
		return FAIL(RC_NOTFOUND, "the answer is cut short");
	a.body = length >= 0 ? str_sub(rest, 0, (size_t)length) : rest;
	*ret = a;
	return RC_OK;
}

enum rc
answer_size(const struct answer *a, uint64_t *ret)
{
	return num_parse_u64(str_trim(a->body), TREE_SIZE_MAX, ret);
}
