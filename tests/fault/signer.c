// SPDX-License-Identifier: Apache-2.0
/* signer: a small vault for tests, with a real key and a real file. */
#include "signer.h"

#include <string.h>

#include "os/file.h"

#define KEY_NAME  "seed"
#define HEAD_NAME "head"

static enum rc
answer_last(struct test_signer *s, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(buf_addf(ret, "%s\n", s->origin));
	TRY(buf_add(ret, buf_str(&s->note)));
out:
	return rc;
}

/* RC_OK: the head extends the last. */
static enum rc
extends(struct test_signer *s, const struct checkpoint *head, struct str proof_bytes)
{
	struct note       note;
	struct checkpoint last;
	struct proof      proof;
	enum rc           rc = RC_OK;

	if (!s->note.n)
		return RC_OK;
	TRY(note_parse(buf_str(&s->note), &note));
	TRY(checkpoint_decode(note.text, &last));
	if (!str_eq(last.origin, head->origin))
		return RC_OK; /* an epoch begins */
	TRY(proof_decode(proof_bytes, &proof));
	if (head->size < last.size || proof_consistency_check(&proof, last.size, &last.root, head->size, &head->root) != RC_OK)
		TRY(FAIL(RC_CONFLICT, "no extension of the head of %llu entries", (unsigned long long)last.size));
out:
	return rc;
}

static enum rc
sign_it(void *arg, struct str text, struct str proof, struct buf *ret)
{
	struct test_signer *s = arg;
	struct checkpoint   head;
	uint8_t             signature[SIGNATURE_BYTES];
	struct buf          line = BUF(1024), note = BUF(NOTE_KEPT_BYTES_MAX);
	enum rc             rc = RC_OK;

	if (s->gone)
		return FAIL(RC_PEER, "the signer is gone");
	if (!text.n)
		return answer_last(s, ret);
	if (s->mute)
		return FAIL(RC_PEER, "the signer does not sign");
	TRY(checkpoint_decode(text, &head));
	if (!str_eq_c(head.origin, s->origin))
		TRY(FAIL(RC_DENIED, "another origin"));
	TRY(extends(s, &head, proof));
	TRY(sign(&s->seed, text, signature));
	TRY(note_signature_line(&s->key, signature, &line));
	TRY(note_join(text, buf_str(&line), &note));
	TRY(file_write(s->dirfd, HEAD_NAME, buf_str(&note), 0600)); /* before the signature leaves */
	buf_reset(&s->note);
	TRY(buf_add(&s->note, buf_str(&note)));
	s->signed_n++;
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

enum rc
test_signer_init(struct test_signer *s, int dirfd, const char *origin)
{
	struct buf seed = BUF(SIGN_KEY_BYTES);
	uint8_t    pub[SIGN_PUB_BYTES];
	enum rc    rc = RC_OK;

	memset(s, 0, sizeof *s);
	s->dirfd = dirfd;
	s->note.max = NOTE_KEPT_BYTES_MAX;
	TRY(test_signer_epoch(s, origin));
	if (file_read(dirfd, KEY_NAME, SIGN_KEY_BYTES, &seed) == RC_OK) {
		TRY(secret_of(&s->seed, buf_str(&seed)));
	} else {
		TRY(secret_random(&s->seed, SIGN_KEY_BYTES));
		TRY(file_write(dirfd, KEY_NAME, secret_expose(&s->seed), 0600));
	}
	if (file_read(dirfd, HEAD_NAME, NOTE_KEPT_BYTES_MAX, &s->note) != RC_OK)
		buf_reset(&s->note);
	rc_trail_clear();
	TRY(sign_public(&s->seed, pub));
	TRY(note_key_make(str_of("test/log"), NOTE_KEY_ED25519, pub, &s->key));
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

enum rc
test_signer_epoch(struct test_signer *s, const char *origin)
{
	if (strlen(origin) >= sizeof s->origin)
		return FAIL(RC_LIMIT, "origin too long");
	memcpy(s->origin, origin, strlen(origin) + 1);
	return RC_OK;
}

struct signer
test_signer_as(struct test_signer *s)
{
	return (struct signer){ s, sign_it };
}
