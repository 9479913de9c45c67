// SPDX-License-Identifier: Apache-2.0
/* Spells and reads tree heads and stand-alone proofs, one spelling each. */
#include "merkle/checkpoint.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"

#define HASH_BASE64 44
#define PROOF_TITLE "c2sp.org/tlog-proof@v1"
#define EPOCH_MARK  "/epoch-"

static enum rc
add_hash(struct buf *b, const struct hash *h)
{
	enum rc rc = RC_OK;

	TRY(base64_encode(b, (struct str){ (const char *)h->b, sizeof(h->b) }));
	TRY(buf_add_byte(b, '\n'));
out:
	return rc;
}

static enum rc
read_hash(struct str line, struct hash *ret)
{
	struct buf bytes = BUF(64);
	enum rc rc = RC_OK;

	if (line.n != HASH_BASE64)
		return FAIL(RC_SYNTAX, "a hash is %d base64 digits", HASH_BASE64);
	TRY(base64_decode(line, &bytes));
	if (bytes.n != sizeof(ret->b)) {
		rc = FAIL(RC_SYNTAX, "a hash is %zu bytes", sizeof(ret->b));
		goto out;
	}
	memcpy(ret->b, bytes.p, sizeof(ret->b));
out:
	buf_free(&bytes);
	return rc;
}

enum rc
checkpoint_encode(const struct checkpoint *c, struct buf *b)
{
	size_t before = b->n, at;
	enum rc rc = RC_OK;

	if (c->origin.n == 0 || str_find(c->origin, STR("\n"), &at))
		return FAIL(RC_BUG, "a checkpoint without an origin");
	TRY(buf_add(b, c->origin));
	TRY(buf_addf(b, "\n%llu\n", (unsigned long long)c->size));
	TRY(add_hash(b, &c->root));
	TRY(buf_add(b, c->extensions));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

enum rc
checkpoint_decode(struct str text, struct checkpoint *ret)
{
	struct checkpoint c = { 0 };
	struct str rest = text, size, root, line;
	struct text readable;
	enum rc rc = RC_OK;

	if (!note_line(&rest, &c.origin) || !note_line(&rest, &size) || !note_line(&rest, &root) || c.origin.n == 0)
		return FAIL(RC_SYNTAX, "a checkpoint is origin, size and root, a line each");
	TRY(utf8_check(c.origin, &readable));
	TRY(num_parse_u64(size, TREE_SIZE_MAX, &c.size));
	TRY(read_hash(root, &c.root));
	c.extensions = rest;
	while (note_line(&rest, &line))
		if (line.n == 0)
			return FAIL(RC_SYNTAX, "a checkpoint with an empty line");
	if (rest.n)
		return FAIL(RC_SYNTAX, "a checkpoint ends with a line feed");
	*ret = c;
out:
	return rc;
}

enum rc
checkpoint_open(struct str bytes, const struct note_key *key, struct str origin, struct checkpoint *ret)
{
	struct checkpoint c;
	struct note n;
	enum rc rc = RC_OK;

	TRY(note_parse(bytes, &n));
	TRY(checkpoint_decode(n.text, &c));
	if (!str_eq(c.origin, origin.n ? origin : note_key_name(key)))
		return FAIL(RC_DENIED, "the checkpoint is of another origin");
	TRY(note_verify(&n, key));
	*ret = c;
out:
	return rc;
}

void
origin_split(struct str origin, struct str *ret_name, uint32_t *ret_epoch)
{
	size_t at = origin.n;
	int64_t epoch;

	while (at && origin.p[at - 1] >= '0' && origin.p[at - 1] <= '9')
		at--;
	*ret_name = origin;
	*ret_epoch = 1;
	if (at < sizeof(EPOCH_MARK) || !str_ends(str_sub(origin, 0, at), STR(EPOCH_MARK)))
		return;
	if (num_parse(str_sub(origin, at, origin.n), 2, INT32_MAX, &epoch) != RC_OK) {
		rc_trail_clear(); /* not a number of ours: part of the name */
		return;
	}
	*ret_name = str_sub(origin, 0, at - (sizeof(EPOCH_MARK) - 1));
	*ret_epoch = (uint32_t)epoch;
}

enum rc
origin_add(struct str name, uint32_t epoch, struct buf *b)
{
	size_t before = b->n;
	enum rc rc = RC_OK;

	TRY(buf_add(b, name));
	if (epoch > 1)
		TRY(buf_addf(b, EPOCH_MARK "%u", epoch));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

enum rc
tlog_proof_encode(struct str extra, uint64_t index, const struct proof *p, struct str checkpoint, struct buf *b)
{
	size_t before = b->n;
	enum rc rc = RC_OK;

	TRY(buf_add_c(b, PROOF_TITLE "\n"));
	if (extra.n) {
		TRY(buf_add_c(b, "extra "));
		TRY(base64_encode(b, extra));
		TRY(buf_add_byte(b, '\n'));
	}
	TRY(buf_addf(b, "index %llu\n", (unsigned long long)index));
	for (size_t i = 0; i < p->n; i++)
		TRY(add_hash(b, &p->node[i]));
	TRY(buf_add_byte(b, '\n'));
	TRY(buf_add(b, checkpoint));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

enum rc
tlog_proof_decode(struct str bytes, struct tlog_proof *ret)
{
	struct buf scratch = BUF(65536 + 3);
	struct tlog_proof p = { 0 };
	struct str rest = bytes, line;
	enum rc rc = RC_OK;

	if (bytes.n > TLOG_PROOF_BYTES_MAX)
		return FAIL(RC_LIMIT, "a proof of %zu bytes", bytes.n);
	if (!note_line(&rest, &line) || !str_eq(line, STR(PROOF_TITLE)) || !note_line(&rest, &line))
		return FAIL(RC_SYNTAX, "a proof starts with " PROOF_TITLE);
	if (str_starts(line, STR("extra "))) {
		p.has_extra = true;
		p.extra64 = str_sub(line, 6, line.n);
		TRY(base64_decode(p.extra64, &scratch));
		if (!note_line(&rest, &line))
			line = STR_NONE;
	}
	if (!str_starts(line, STR("index "))) {
		rc = FAIL(RC_SYNTAX, "a proof has an index line");
		goto out;
	}
	TRY(num_parse_u64(str_sub(line, 6, line.n), TREE_SIZE_MAX, &p.index));
	for (;;) {
		if (!note_line(&rest, &line)) {
			rc = FAIL(RC_SYNTAX, "a proof ends with a checkpoint");
			goto out;
		}
		if (line.n == 0)
			break;
		if (p.proof.n == PROOF_HASHES_MAX) {
			rc = FAIL(RC_LIMIT, "a proof of over %d hashes", PROOF_HASHES_MAX);
			goto out;
		}
		TRY(read_hash(line, &p.proof.node[p.proof.n++]));
	}
	p.checkpoint = rest;
	*ret = p;
out:
	buf_free(&scratch);
	return rc;
}

enum rc
tlog_proof_verify(const struct tlog_proof *p, const struct note_key *key, struct str origin, struct str entry, struct checkpoint *ret)
{
	struct checkpoint c;
	struct hash leaf;
	enum rc rc = RC_OK;

	TRY(checkpoint_open(p->checkpoint, key, origin, &c));
	tree_leaf_hash(entry, &leaf);
	TRY(proof_inclusion_check(&p->proof, p->index, c.size, &leaf, &c.root));
	*ret = c;
out:
	return rc;
}
