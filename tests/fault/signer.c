// SPDX-License-Identifier: Apache-2.0
/* signer: a small vault for tests, with a real key and a real file. */
#include "signer.h"

#include <string.h>

#include "os/file.h"

#define KEY_NAME  "seed"
#define HEAD_NAME "head"

/* RC_OK: the head extends the last. */
static enum rc
extends(struct test_signer *s, const struct checkpoint *head, struct str proof_bytes)
{
	struct note       note;
	struct checkpoint last;
	struct proof      proof;
	enum rc           rc = RC_OK;

	TRY(note_parse(buf_str(&s->note), &note));
	TRY(checkpoint_decode(note.text, &last));
	if (!str_eq(last.origin, head->origin))
		TRY(FAIL(RC_DENIED, "another origin"));
	TRY(proof_decode(proof_bytes, &proof));
	if (head->size < last.size || proof_consistency_check(&proof, last.size, &last.root, head->size, &head->root) != RC_OK)
		TRY(FAIL(RC_TAMPERED, "no extension of the head of %llu entries", (unsigned long long)last.size));
out:
	return rc;
}

static enum rc
note_make(struct test_signer *s, struct str text, struct buf *line, struct buf *note)
{
	uint8_t signature[SIGNATURE_BYTES];
	enum rc rc = RC_OK;

	TRY(sign(&s->seed, text, signature));
	TRY(note_signature_line(&s->key, signature, line));
	TRY(note_join(text, buf_str(line), note));
	TRY(file_write(s->dirfd, HEAD_NAME, buf_str(note), 0600)); /* before the signature leaves */
	buf_reset(&s->note);
	TRY(buf_add(&s->note, buf_str(note)));
out:
	return rc;
}

static enum rc
sign_it(void *arg, struct str text, struct str proof, struct buf *ret)
{
	struct test_signer *s = arg;
	struct checkpoint   head;
	struct buf          line = BUF(1024), note = BUF(NOTE_KEPT_BYTES_MAX);
	enum rc             rc = RC_OK;

	if (s->gone)
		return FAIL(RC_PEER, "the signer is gone");
	if (!text.n)
		return buf_add(ret, buf_str(&s->note));
	if (s->mute)
		return FAIL(RC_PEER, "the signer does not sign");
	TRY(checkpoint_decode(text, &head));
	TRY(extends(s, &head, proof));
	TRY(note_make(s, text, &line, &note));
	if (s->lose) {
		s->lose = false;
		TRY(FAIL(RC_PEER, "the answer was lost"));
	}
	TRY(buf_add(ret, buf_str(&line)));
out:
	buf_free(&note);
	buf_free(&line);
	return rc;
}

/* A head nobody has asked for: the empty one at first, the restored one in a new epoch. */
enum rc
test_signer_head(struct test_signer *s, const char *origin, uint64_t size, const struct hash *root)
{
	struct checkpoint head = { .origin = str_of(origin), .size = size };
	struct buf        text = BUF(NOTE_KEPT_BYTES_MAX), line = BUF(1024), note = BUF(NOTE_KEPT_BYTES_MAX);
	uint8_t           pub[SIGN_PUB_BYTES];
	enum rc           rc = RC_OK;

	if (root)
		head.root = *root;
	else
		tree_empty_root(&head.root);
	TRY(sign_public(&s->seed, pub));
	TRY(note_key_make(head.origin, NOTE_KEY_ED25519, pub, &s->key));
	TRY(checkpoint_encode(&head, &text));
	TRY(note_make(s, buf_str(&text), &line, &note));
out:
	buf_free(&note);
	buf_free(&line);
	buf_free(&text);
	return rc;
}

enum rc
test_signer_init(struct test_signer *s, int dirfd, const char *origin)
{
	struct buf seed = BUF(SIGN_KEY_BYTES);
	uint8_t    pub[SIGN_PUB_BYTES];
	enum rc    rc = RC_OK;

	memset(s, 0, sizeof *s);
	s->dirfd = dirfd;
	s->note.max = NOTE_KEPT_BYTES_MAX;
	if (file_read(dirfd, HEAD_NAME, NOTE_KEPT_BYTES_MAX, &s->note) == RC_OK) {
		TRY(file_read(dirfd, KEY_NAME, SIGN_KEY_BYTES, &seed));
		TRY(secret_of(&s->seed, buf_str(&seed)));
		TRY(sign_public(&s->seed, pub));
		TRY(note_key_make(str_of(origin), NOTE_KEY_ED25519, pub, &s->key));
	} else {
		rc_trail_clear();
		TRY(secret_random(&s->seed, SIGN_KEY_BYTES));
		TRY(file_write(dirfd, KEY_NAME, secret_expose(&s->seed), 0600));
		TRY(test_signer_head(s, origin, 0, NULL));
	}
out:
	buf_free(&seed);
	return rc;
}

void
test_signer_fini(struct test_signer *s)
{
	secret_free(&s->seed);
	buf_free(&s->note);
}

struct signer
test_signer_as(struct test_signer *s)
{
	return (struct signer){ s, sign_it };
}
