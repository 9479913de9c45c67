// SPDX-License-Identifier: Apache-2.0
/* One question, one answer: what the witness says changes where we stand, and stands on the disk before anybody hears it. */
#include "courier/submitter.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "courier/line.h"
#include "merkle/submission.h"
#include "os/file.h"
#include "os/out.h"

#define NOTE_FILE    "witness.note"
#define AGAINST_FILE "witness.against"
#define NOTE_KEPT    4000
#define ANSWER_MS    15000

struct submitter {
	int                     dirfd;
	const struct collector *to;
	struct note_key         key;
	pthread_t               thread;
	pthread_mutex_t         lock;      /* guards what follows */
	pthread_cond_t          wake;
	bool                    stopping;
	struct buf              pending;   /* the submission to send; empty: none      */
	struct buf              note;      /* the last cosigned head                   */
	struct checkpoint       head;      /* of it; origin borrows from `note`        */
	enum standing           standing;
	int64_t                 since_us, cosigned_at_us;
	uint64_t                theirs;
	char                    trouble[200];
};

/* ---- where we stand; under lock ---- */

static void
stand(struct submitter *s, enum standing standing, uint64_t theirs, const char *why)
{
	struct arena a = ARENA(4096);
	struct text text = utf8_mend(&a, str_of(why));

	if (s->standing != standing)
		s->since_us = now_us();
	s->standing = standing;
	s->theirs = theirs;
	(void)snprintf(s->trouble, sizeof(s->trouble), "%.*s", (int)(text.s.n < 180 ? text.s.n : 180), text.s.n ? text.s.p : ""); /* ours and OpenSSL's words: ASCII */
	arena_free(&a);
}

static enum rc
note_take(struct submitter *s)
{
	struct note n;
	uint64_t time_s;
	enum rc rc = RC_OK;

	TRY(note_parse(buf_str(&s->note), &n));
	TRY(checkpoint_decode(n.text, &s->head));
	TRY(note_verify_cosigned(&n, &s->key, &time_s));
	s->cosigned_at_us = (int64_t)time_s * SECOND_US;
out:
	if (rc != RC_OK) {
		buf_reset(&s->note);
		s->head = (struct checkpoint){ .size = 0 };
		s->cosigned_at_us = 0;
	}
	return rc;
}

/* A cosigned head: kept, and all that stood against us is over. */
static enum rc
accept_note(struct submitter *s, struct str whole)
{
	struct buf before = BUF(NOTE_KEPT);
	enum rc rc = RC_OK;

	TRY(buf_add(&before, buf_str(&s->note)));
	buf_reset(&s->note);
	rc = buf_add(&s->note, whole);
	if (rc == RC_OK)
		rc = note_take(s);
	if (rc == RC_OK)
		rc = file_write(s->dirfd, NOTE_FILE, whole, 0600);
	if (rc == RC_OK && file_remove(s->dirfd, AGAINST_FILE) != RC_OK)
		rc_trail_clear(); /* there was none */
	if (rc == RC_OK) {
		stand(s, STANDING_GOOD, 0, "");
		goto out;
	}
	buf_reset(&s->note);
	if (buf_add(&s->note, buf_str(&before)) == RC_OK && s->note.n && note_take(s) != RC_OK)
		buf_reset(&s->note);
out:
	buf_free(&before);
	return rc;
}

static void
against(struct submitter *s, enum standing standing, uint64_t theirs, const char *why)
{
	char text[64];

	stand(s, standing, theirs, why);
	(void)snprintf(text, sizeof(text), "%d %llu\n", (int)standing, (unsigned long long)theirs); /* fits */
	if (file_write(s->dirfd, AGAINST_FILE, str_of(text), 0600) != RC_OK)
		rc_trail_clear(); /* it is said again at the next question */
}

static void
against_load(struct submitter *s)
{
	struct buf b = BUF(64);
	struct str rest, first = STR_NONE;
	int64_t standing;
	uint64_t theirs;

	if (file_read(s->dirfd, AGAINST_FILE, 60, &b) == RC_OK) {
		rest = str_trim(buf_str(&b));
		(void)str_cut(&rest, ' ', &first);
		if (num_parse(first, STANDING_NEWER, STANDING_FORK, &standing) == RC_OK && num_parse_u64(rest, TREE_SIZE_MAX, &theirs) == RC_OK)
			stand(s, (enum standing)standing, theirs, "");
	}
	rc_trail_clear();
	buf_free(&b);
}

/* What an answer to the head `sent` means; `file`: its body is the whole note. */
static enum rc
answer_take(struct submitter *s, const struct answer *a, struct str sent, bool file)
{
	struct buf whole = BUF(NOTE_KEPT);
	struct checkpoint head = { .size = 0 };
	struct note n;
	uint64_t theirs;
	enum rc rc = RC_OK;

	if (sent.n && (note_parse(sent, &n) != RC_OK || checkpoint_decode(n.text, &head) != RC_OK))
		TRY(FAIL(RC_BUG, "a head of ours that is none"));
	switch (a->status) {
	case ANSWER_COSIGNED:
		TRY(buf_add(&whole, file ? STR_NONE : sent));
		TRY(buf_add(&whole, a->body));
		rc = accept_note(s, buf_str(&whole));
		if (rc != RC_OK && rc != RC_IO && rc != RC_LIMIT)
			stand(s, STANDING_REFUSED, 0, "the cosignature is not of the declared key");
		break;
	case ANSWER_OTHER:
		TRY(answer_size(a, &theirs));
		if (theirs > head.size && sent.n)
			against(s, STANDING_NEWER, theirs, "the witness holds a newer head");
		else if (theirs == head.size && sent.n)
			against(s, STANDING_FORK, theirs, "the witness holds another head of this size");
		else
			stand(s, STANDING_AGAIN, theirs, "");
		break;
	case ANSWER_UNPROVEN:
		against(s, STANDING_FORK, s->head.size, "the witness does not see that this head extends its own");
		break;
	case ANSWER_UNKNOWN:
	case ANSWER_UNSIGNED:
		stand(s, STANDING_UNKNOWN, 0, "the witness was not told of this ledger, epoch or key");
		break;
	case ANSWER_MALFORMED:
	case ANSWER_FAILED:
		stand(s, STANDING_AWAY, 0, "the witness answered that it cannot");
		break;
	}
out:
	buf_free(&whole);
	return rc;
}

/* ---- over the network ---- */

static enum rc
exchange(struct submitter *s, struct str submission, struct buf *came, bool *ret_refused)
{
	struct line l = { -1, NULL };
	struct buf head = BUF(1024), send = BUF(4 * SUBMISSION_BYTES_MAX), bytes = BUF(65536);
	int64_t until = monotonic_us() + ANSWER_MS * INT64_C(1000);
	enum tls_step step = TLS_OPEN;
	struct answer a;
	enum rc rc = RC_OK;

	TRY(line_open(s->to, &l, ret_refused));
	TRY(buf_addf(&head, "POST /add-checkpoint HTTP/1.1\r\nHost: %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", *s->to->name ? s->to->name : s->to->address, submission.n));
	TRY(tls_client_say(l.tls, buf_str(&head), &send));
	TRY(tls_client_say(l.tls, submission, &send));
	TRY(out_send(l.fd, buf_str(&send), ANSWER_MS));
	while (step == TLS_OPEN && answer_http_decode(buf_str(came), &a) != RC_OK) { /* until it is whole, or it closes */
		rc_trail_clear();
		if (monotonic_us() >= until)
			TRY(FAIL(RC_TIMEOUT, "no answer in time"));
		buf_reset(&bytes);
		buf_reset(&send);
		TRY(out_recv(l.fd, (int)((until - monotonic_us()) / 1000 + 1), &bytes));
		TRY(tls_client_take(l.tls, buf_str(&bytes), &send, came, &step));
	}
out:
	line_close(&l);
	buf_free(&head);
	buf_free(&send);
	buf_free(&bytes);
	return rc;
}

static void
submit(struct submitter *s, struct str bytes)
{
	struct buf came = BUF(ANSWER_BYTES_MAX);
	struct submission q = { .old_size = 0 };
	struct answer a = { ANSWER_FAILED, STR_NONE };
	bool refused = false;
	enum rc rc = submission_decode(bytes, &q);

	if (rc == RC_OK)
		rc = exchange(s, bytes, &came, &refused);
	if (rc == RC_OK)
		rc = answer_http_decode(buf_str(&came), &a);
	pthread_mutex_lock(&s->lock);
	if (rc == RC_OK)
		rc = answer_take(s, &a, q.checkpoint, false);
	else if (s->standing != STANDING_NEWER && s->standing != STANDING_FORK) /* that it is away takes nothing back */
		stand(s, refused ? STANDING_REFUSED : STANDING_AWAY, 0, rc_trail());
	pthread_mutex_unlock(&s->lock);
	rc_trail_clear();
	buf_free(&came);
}

static void *
run(void *context)
{
	struct submitter *s = context;
	struct buf now = BUF(SUBMISSION_BYTES_MAX);

	pthread_mutex_lock(&s->lock);
	while (!s->stopping) {
		if (s->pending.n == 0) {
			pthread_cond_wait(&s->wake, &s->lock);
			continue;
		}
		buf_reset(&now);
		if (buf_add(&now, buf_str(&s->pending)) != RC_OK)
			abort(); /* it fitted a moment ago: memory is gone */
		buf_reset(&s->pending);
		pthread_mutex_unlock(&s->lock);
		submit(s, buf_str(&now));
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	buf_free(&now);
	return NULL;
}

/* ---- from outside ---- */

enum rc
submitter_start(int dirfd, const struct collector *to, struct str vkey, struct submitter **ret)
{
	struct submitter *s = calloc(1, sizeof(*s));
	enum rc rc = RC_OK;

	if (s == NULL)
		abort();
	*s = (struct submitter){ .dirfd = dirfd, .to = to, .standing = STANDING_NEW, .since_us = now_us(), .note = BUF(NOTE_KEPT), .pending = BUF(SUBMISSION_BYTES_MAX) };
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	TRY(note_key_parse(vkey, &s->key));
	if (s->key.type != NOTE_KEY_COSIGNER)
		TRY(FAIL(RC_SYNTAX, "witness_key is not the key of a witness"));
	if (file_read(dirfd, NOTE_FILE, NOTE_KEPT, &s->note) == RC_OK && note_take(s) == RC_OK)
		stand(s, STANDING_GOOD, 0, "");
	rc_trail_clear(); /* none yet, or of another witness: begin anew */
	against_load(s);
	if (to && pthread_create(&s->thread, NULL, run, s) != 0)
		TRY(FAIL(RC_IO, "a thread cannot start"));
	*ret = s;
	s = NULL;
out:
	if (s) {
		s->to = NULL; /* no thread */
		submitter_stop(s);
	}
	return rc;
}

void
submitter_stop(struct submitter *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	if (s->to)
		(void)pthread_join(s->thread, NULL); /* within its deadlines */
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->wake);
	buf_free(&s->pending);
	buf_free(&s->note);
	free(s);
}

enum rc
submitter_send(struct submitter *s, struct str submission)
{
	enum rc rc = RC_OK;

	pthread_mutex_lock(&s->lock);
	buf_reset(&s->pending);
	rc = buf_add(&s->pending, submission);
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	return rc;
}

enum rc
submitter_answer(struct submitter *s, struct str file)
{
	struct submission q = { .old_size = 0 };
	struct answer a;
	enum rc rc = RC_OK;

	TRY(answer_file_decode(file, &a));
	pthread_mutex_lock(&s->lock);
	if (submission_decode(buf_str(&s->pending), &q) != RC_OK)
		rc_trail_clear(); /* taken away before the last start */
	rc = answer_take(s, &a, a.status == ANSWER_COSIGNED ? STR_NONE : q.checkpoint, true);
	pthread_mutex_unlock(&s->lock);
out:
	return rc;
}

void
submitter_state(struct submitter *s, struct str origin, struct buf *note, struct witness_state *ret)
{
	bool ours;

	pthread_mutex_lock(&s->lock);
	ours = s->note.n > 0 && (origin.n == 0 || str_eq(s->head.origin, origin));
	*ret = (struct witness_state){ .standing = !ours && s->standing == STANDING_GOOD ? STANDING_NEW : s->standing, .sends = s->to != NULL, .theirs = s->theirs, .since_us = s->since_us };
	memcpy(ret->trouble, s->trouble, sizeof(ret->trouble));
	if (ours) {
		ret->from = ret->size = s->head.size;
		ret->from_root = s->head.root;
		ret->from_root_known = true;
		ret->cosigned_at_us = s->cosigned_at_us;
		if (buf_add(note, buf_str(&s->note)) == RC_OK)
			ret->note = buf_str(note);
	}
	if (s->standing == STANDING_AGAIN && s->theirs != ret->from) {
		ret->from = s->theirs;
		ret->from_root_known = false;
	}
	pthread_mutex_unlock(&s->lock);
}
