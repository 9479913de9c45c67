// SPDX-License-Identifier: Apache-2.0
/*
 * One file a log: its key, when it was added, its alarms, and the last head with our cosignature. It is replaced whole
 * (temporary file, fsync, rename), so that after a crash it holds either the head before or the one that was answered.
 */
#include "witness/witness.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "base/time_text.h"
#include "crypt/tls_key.h"
#include "os/file.h"

#define LOGS           "logs"
#define KEY_FILE       "key"
#define VKEY_FILE      "key.pub"
#define TLS_KEY_FILE   "tls.key"
#define TLS_CERT_FILE  "tls.pem"
#define FILE_BYTES_MAX (NOTE_BYTES_MAX + 16384)
#define LOCK_FILE      "lock"
#define LOCK_MS        5000
#define REPEAT_US      (10 * MINUTE_US) /* the same alarm again within this time is one */

struct witness { int dirfd; struct secret seed; struct note_key key; pthread_mutex_t lock; };

struct log {
	char            path[80];
	struct note_key key;
	int64_t         added_at_us;
	size_t          alarms_count;
	struct { enum alarm what; bool settled; int64_t at_us; uint64_t size; } alarms[WITNESS_ALARMS_MAX];
	struct str      note;                  /* borrows from `bytes`; empty: nothing came yet */
	struct checkpoint head;
	int64_t         seen_at_us;
	struct buf      bytes;
};

static const char *const alarm_names[ALARM_COUNT] = { "none", "unproven", "rollback", "epoch", "fork" };

const char *
alarm_name(enum alarm a)
{
	return alarm_names[a];
}

const char *
log_state_name(enum log_state s)
{
	static const char *const names[LOG_STATES] = { "damaged", "good", "waiting", "ended", "silent", "alarm" };

	return names[s];
}

const struct note_key *
witness_key(const struct witness *w)
{
	return &w->key;
}

/* One at a time: threads of a server, and the command of a person beside it. */
static enum rc
enter(struct witness *w, int *ret_fd)
{
	int64_t until = monotonic_us() + LOCK_MS * INT64_C(1000);
	enum rc rc = RC_OK;

	pthread_mutex_lock(&w->lock);
	*ret_fd = -1;
	TRY(file_open(w->dirfd, LOCK_FILE, O_RDWR | O_CREAT, 0600, ret_fd));
	while ((rc = file_lock(*ret_fd)) == RC_CONFLICT && monotonic_us() < until)
		(void)nanosleep(&(struct timespec){ 0, 5000000 }, NULL); /* shorter when woken */
out:
	return rc;
}

static void
leave(struct witness *w, int fd)
{
	if (fd >= 0)
		(void)close(fd); /* and the lock is gone */
	pthread_mutex_unlock(&w->lock);
}

/* ---- its own keys */

enum rc
witness_init(int dirfd, struct str name, struct str host, int64_t now)
{
	struct secret seed = { NULL, 0 }, tls = { NULL, 0 };
	struct buf vkey = BUF(VKEY_TEXT_MAX + 2), pem = BUF(65536);
	uint8_t pub[SIGN_PUB_BYTES];
	struct note_key key;
	enum rc rc = RC_OK;

	if (file_exists(dirfd, KEY_FILE))
		return FAIL(RC_CONFLICT, "立会人の鍵はもうあります / there is a key of a witness already");
	TRY(secret_random(&seed, SIGN_KEY_BYTES));
	TRY(sign_public(&seed, pub));
	TRY(note_key_make(name, NOTE_KEY_COSIGNER, pub, &key));
	TRY(note_key_text(&key, &vkey));
	TRY(buf_add_byte(&vkey, '\n'));
	TRY(tls_key_new(&tls));
	TRY(tls_cert_self_signed(&tls, host, now, &pem));
	TRY(file_mkdir(dirfd, LOGS, 0700));
	TRY(file_write(dirfd, TLS_KEY_FILE, secret_expose(&tls), 0600));
	TRY(file_write(dirfd, TLS_CERT_FILE, buf_str(&pem), 0644));
	TRY(file_write(dirfd, VKEY_FILE, buf_str(&vkey), 0644));
	TRY(file_write(dirfd, KEY_FILE, secret_expose(&seed), 0600)); /* last: with it the witness is there */
out:
	secret_free(&seed);
	secret_free(&tls);
	buf_free(&vkey);
	buf_free(&pem);
	return rc;
}

static enum rc
read_secret(int dirfd, const char *path, size_t bytes_max, struct secret *ret)
{
	struct buf b = BUF(bytes_max);
	enum rc rc = RC_OK;

	TRY(file_read(dirfd, path, bytes_max, &b));
	TRY(secret_of(ret, buf_str(&b)));
out:
	if (b.p)
		wipe(b.p, b.cap);
	buf_free(&b);
	return rc;
}

enum rc
witness_tls(int dirfd, struct secret *ret_key, struct buf *ret_cert)
{
	enum rc rc = RC_OK;

	TRY(read_secret(dirfd, TLS_KEY_FILE, 4096, ret_key));
	TRY(file_read(dirfd, TLS_CERT_FILE, 65536, ret_cert));
out:
	return rc;
}

enum rc
witness_open(int dirfd, struct witness **ret)
{
	struct witness *w = calloc(1, sizeof(*w));
	struct buf vkey = BUF(VKEY_TEXT_MAX + 2);
	uint8_t pub[SIGN_PUB_BYTES];
	enum rc rc = RC_OK;

	if (w == NULL)
		abort();
	w->dirfd = dirfd;
	pthread_mutex_init(&w->lock, NULL);
	TRY(read_secret(dirfd, KEY_FILE, SIGN_KEY_BYTES, &w->seed));
	TRY(file_read(dirfd, VKEY_FILE, VKEY_TEXT_MAX + 1, &vkey));
	TRY(note_key_parse(str_trim(buf_str(&vkey)), &w->key));
	if (w->seed.n != SIGN_KEY_BYTES || sign_public(&w->seed, pub) != RC_OK || w->key.type != NOTE_KEY_COSIGNER || memcmp(pub, w->key.pub, sizeof(pub)) != 0)
		TRY(FAIL(RC_TAMPERED, "key and key.pub do not belong together"));
	*ret = w;
	w = NULL;
out:
	witness_close(w);
	buf_free(&vkey);
	return rc;
}

void
witness_close(struct witness *w)
{
	if (w == NULL)
		return;
	secret_free(&w->seed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* ---- the file of one log */

static void
path_of(struct str origin, char ret[80])
{
	static const char digits[] = "0123456789abcdef";
	size_t n = sizeof(LOGS "/") - 1;
	struct hash h;

	hash_bytes(origin, &h);
	memcpy(ret, LOGS "/", n);
	for (size_t i = 0; i < sizeof(h.b); i++) {
		ret[n++] = digits[h.b[i] >> 4];
		ret[n++] = digits[h.b[i] & 15];
	}
	ret[n] = '\0';
}

/* "alarm fork 1795305600000000 1234 settled" */
static enum rc
read_alarm(struct log *l, struct str line)
{
	struct str what = STR_NONE, at = STR_NONE, size = STR_NONE;
	enum alarm a = ALARM_NONE;
	int64_t at_us = 0;
	uint64_t n = 0;

	(void)str_cut(&line, ' ', &what); /* `line` is the rest; a missing piece is found below */
	(void)str_cut(&line, ' ', &at);
	(void)str_cut(&line, ' ', &size);
	for (int i = 1; i < ALARM_COUNT; i++)
		if (str_eq_c(what, alarm_names[i]))
			a = (enum alarm)i;
	if (a == ALARM_NONE || l->alarms_count == WITNESS_ALARMS_MAX || num_parse(at, 0, INT64_MAX, &at_us) != RC_OK || num_parse_u64(size, TREE_SIZE_MAX, &n) != RC_OK || (line.n && !str_eq(line, STR("settled"))))
		return FAIL(RC_TAMPERED, "the witness's own file holds a line nobody wrote");
	l->alarms[l->alarms_count].what = a;
	l->alarms[l->alarms_count].settled = line.n > 0;
	l->alarms[l->alarms_count].at_us = at_us;
	l->alarms[l->alarms_count++].size = n;
	return RC_OK;
}

static enum rc
log_decode(struct witness *w, struct log *l)
{
	struct str rest = buf_str(&l->bytes), line;
	struct note n;
	uint64_t time_s;
	enum rc rc = RC_OK;

	if (!note_line(&rest, &line) || !str_starts(line, STR("key ")))
		return FAIL(RC_TAMPERED, "the witness's own file holds no key");
	TRY(note_key_parse(str_sub(line, 4, line.n), &l->key));
	if (!note_line(&rest, &line) || !str_starts(line, STR("added ")))
		return FAIL(RC_TAMPERED, "the witness's own file holds no date");
	TRY(num_parse(str_sub(line, 6, line.n), 0, INT64_MAX, &l->added_at_us));
	while (note_line(&rest, &line) && line.n) {
		if (!str_starts(line, STR("alarm ")))
			return FAIL(RC_TAMPERED, "the witness's own file holds a line nobody wrote");
		TRY(read_alarm(l, str_sub(line, 6, line.n)));
	}
	l->note = rest;
	if (rest.n == 0)
		goto out;
	TRY(note_parse(rest, &n));
	TRY(checkpoint_decode(n.text, &l->head));
	TRY(note_verify(&n, &l->key));
	TRY(note_verify_cosigned(&n, &w->key, &time_s)); /* we wrote this */
	l->seen_at_us = (int64_t)time_s * SECOND_US;
out:
	return rc == RC_OK ? rc : rc_context(RC_TAMPERED, "the witness's own file");
}

static enum rc
log_load(struct witness *w, const char *path, struct log *ret)
{
	enum rc rc = RC_OK;

	*ret = (struct log){ .bytes = BUF(FILE_BYTES_MAX) };
	(void)snprintf(ret->path, sizeof(ret->path), "%s", path);
	TRY(file_read(w->dirfd, path, FILE_BYTES_MAX, &ret->bytes));
	TRY(log_decode(w, ret));
out:
	if (rc != RC_OK)
		buf_free(&ret->bytes);
	return rc;
}

static enum rc
log_save(struct witness *w, const struct log *l, struct str note)
{
	struct buf b = BUF(FILE_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(buf_add_c(&b, "key "));
	TRY(note_key_text(&l->key, &b));
	TRY(buf_addf(&b, "\nadded %lld\n", (long long)l->added_at_us));
	for (size_t i = 0; i < l->alarms_count; i++)
		TRY(buf_addf(&b, "alarm %s %lld %llu%s\n", alarm_names[l->alarms[i].what], (long long)l->alarms[i].at_us, (unsigned long long)l->alarms[i].size, l->alarms[i].settled ? " settled" : ""));
	TRY(buf_add_byte(&b, '\n'));
	TRY(buf_add(&b, note));
	TRY(file_write(w->dirfd, l->path, buf_str(&b), 0600));
out:
	buf_free(&b);
	return rc;
}

enum rc
witness_add(struct witness *w, struct str vkey, int64_t now)
{
	struct log l = { .added_at_us = now }, old;
	int lock;
	enum rc rc = RC_OK;

	TRY(enter(w, &lock));
	TRY(note_key_parse(vkey, &l.key));
	if (l.key.type != NOTE_KEY_ED25519)
		TRY(FAIL(RC_SYNTAX, "台帳の検証鍵ではありません / not the verifier key of a ledger"));
	path_of(note_key_name(&l.key), l.path);
	rc = log_load(w, l.path, &old);
	if (rc == RC_OK) {
		if (memcmp(old.key.pub, l.key.pub, sizeof(l.key.pub)) != 0)
			rc = FAIL(RC_CONFLICT, "この台帳には別の鍵が登録されています / another key stands for this ledger");
		buf_free(&old.bytes);
	} else if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		rc = log_save(w, &l, STR_NONE);
	}
out:
	leave(w, lock);
	return rc;
}

enum rc
witness_settle(struct witness *w, struct str origin, int64_t now)
{
	struct log l = { .bytes = BUF(0) };
	char path[80];
	int lock;
	enum rc rc = RC_OK;

	TRY(enter(w, &lock));
	path_of(origin, path);
	TRY(log_load(w, path, &l));
	for (size_t i = 0; i < l.alarms_count; i++)
		l.alarms[i].settled = true;
	TRY(log_save(w, &l, l.note));
out:
	leave(w, lock);
	buf_free(&l.bytes);
	return rc;
}

/* ---- submissions */

static enum rc
raise_alarm(struct witness *w, struct log *l, enum alarm what, uint64_t size, int64_t now)
{
	for (size_t i = l->alarms_count; i-- > 0;)
		if (l->alarms[i].what == what && l->alarms[i].size == size && !l->alarms[i].settled && now - l->alarms[i].at_us < REPEAT_US)
			return RC_OK;
	if (l->alarms_count == WITNESS_ALARMS_MAX) { /* the oldest but a fork that stands makes room */
		size_t drop = 0;

		while (drop + 1 < WITNESS_ALARMS_MAX && l->alarms[drop].what == ALARM_FORK && !l->alarms[drop].settled)
			drop++;
		memmove(&l->alarms[drop], &l->alarms[drop + 1], (WITNESS_ALARMS_MAX - drop - 1) * sizeof(l->alarms[0]));
		l->alarms_count--;
	}
	l->alarms[l->alarms_count].what = what;
	l->alarms[l->alarms_count].settled = false;
	l->alarms[l->alarms_count].at_us = now;
	l->alarms[l->alarms_count++].size = size;
	return log_save(w, l, l->note);
}

/* The note without cosignatures of ours, then ours: on disk before the answer is there. */
static enum rc
cosign(struct witness *w, const struct log *l, const struct note *n, int64_t now, bool whole, struct buf *ret)
{
	struct buf message = BUF(NOTE_BYTES_MAX + 64), line = BUF(1024), all = BUF(NOTE_BYTES_MAX + 1024), lines = BUF(NOTE_BYTES_MAX);
	uint8_t sig[SIGNATURE_BYTES];
	enum rc rc = RC_OK;

	TRY(note_cosigned_message(n->text, (uint64_t)(now / SECOND_US), &message));
	TRY(sign(&w->seed, buf_str(&message), sig));
	TRY(note_cosignature_line(&w->key, (uint64_t)(now / SECOND_US), sig, &line));
	for (size_t i = 0; i < n->signatures; i++) /* the log's own alone is kept: it is what we checked */
		if (n->signature[i].id == l->key.id && str_eq(n->signature[i].name, note_key_name(&l->key)))
			TRY(buf_addf(&lines, "\xe2\x80\x94 " STR_FMT " " STR_FMT "\n", STR_ARG(n->signature[i].name), STR_ARG(n->signature[i].base64)));
	TRY(buf_add(&lines, buf_str(&line)));
	TRY(note_join(n->text, buf_str(&lines), &all));
	TRY(log_save(w, l, buf_str(&all)));
	TRY(buf_add(ret, whole ? buf_str(&all) : buf_str(&line)));
out:
	buf_free(&message);
	buf_free(&line);
	buf_free(&all);
	buf_free(&lines);
	return rc;
}

/* A head of an epoch nobody told us of, signed with a known log's key: said at the newest epoch we know. */
static enum rc
notice_epoch(struct witness *w, const struct note *n, const struct checkpoint *head, int64_t now)
{
	struct arena names = ARENA(65536);
	struct str *files = NULL, name, other;
	struct note_key key;
	struct log l;
	uint32_t epoch, known;
	size_t count = 0;
	char path[80];
	enum rc rc = RC_OK;

	origin_split(head->origin, &name, &epoch);
	TRY(file_list(w->dirfd, LOGS, 2 * WITNESS_LOGS_MAX, &names, &files, &count));
	for (size_t i = 0; i < count; i++) {
		(void)snprintf(path, sizeof(path), LOGS "/" STR_FMT, STR_ARG(files[i]));
		if (files[i].n != 64 || log_load(w, path, &l) != RC_OK) {
			rc_trail_clear(); /* a file that is not whole is shown by witness_look */
			continue;
		}
		origin_split(note_key_name(&l.key), &other, &known);
		if (str_eq(name, other) && known < epoch && note_key_make(head->origin, NOTE_KEY_ED25519, l.key.pub, &key) == RC_OK && note_verify(n, &key) == RC_OK)
			rc = raise_alarm(w, &l, ALARM_EPOCH, head->size, now);
		rc_trail_clear();
		buf_free(&l.bytes);
		TRY(rc);
	}
out:
	arena_free(&names);
	return rc;
}

static enum rc
judge(struct witness *w, struct log *l, const struct submission *s, const struct note *n, const struct checkpoint *head, int64_t now, bool whole, enum answer_status *ret_status, struct buf *ret)
{
	bool same;
	enum rc rc = RC_OK;

	if (note_verify(n, &l->key) != RC_OK) {
		*ret_status = ANSWER_UNSIGNED;
		goto out;
	}
	if (s->old_size > head->size) {
		*ret_status = ANSWER_MALFORMED;
		goto out;
	}
	if (l->note.n == 0)
		tree_empty_root(&l->head.root); /* and size 0 */
	same = head->size == l->head.size && hash_eq(&head->root, &l->head.root);
	if (head->size == l->head.size && !same) {
		TRY(raise_alarm(w, l, ALARM_FORK, head->size, now));
	} else if (head->size < l->head.size) {
		TRY(raise_alarm(w, l, ALARM_ROLLBACK, head->size, now));
	} else if (s->old_size == l->head.size) {
		if (proof_consistency_check(&s->proof, l->head.size, &l->head.root, head->size, &head->root) == RC_OK) {
			TRY(cosign(w, l, n, now, whole, ret));
			*ret_status = ANSWER_COSIGNED;
		} else {
			TRY(raise_alarm(w, l, ALARM_UNPROVEN, head->size, now));
			*ret_status = ANSWER_UNPROVEN;
		}
		goto out;
	}
	*ret_status = ANSWER_OTHER;
	TRY(buf_addf(ret, "%llu\n", (unsigned long long)l->head.size));
out:
	rc_trail_clear(); /* a refusal is an answer */
	return rc;
}

/*= O1-2-2 */
enum rc
witness_take(struct witness *w, struct str bytes, int64_t now, bool whole, enum answer_status *ret_status, struct buf *ret)
{
	struct submission s;
	struct checkpoint head;
	struct note n;
	struct log l = { .bytes = BUF(0) };
	char path[80];
	int lock;
	enum rc rc = RC_OK;

	*ret_status = ANSWER_MALFORMED;
	if (submission_decode(bytes, &s) != RC_OK || note_parse(s.checkpoint, &n) != RC_OK || checkpoint_decode(n.text, &head) != RC_OK || head.origin.n > NOTE_NAME_MAX) {
		rc_trail_clear();
		return RC_OK;
	}
	*ret_status = ANSWER_FAILED;
	TRY(enter(w, &lock));
	path_of(head.origin, path);
	rc = log_load(w, path, &l);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		TRY(notice_epoch(w, &n, &head, now));
		*ret_status = ANSWER_UNKNOWN;
		goto out;
	}
	TRY(rc);
	TRY(judge(w, &l, &s, &n, &head, now, whole, ret_status, ret));
out:
	leave(w, lock);
	buf_free(&l.bytes);
	if (rc != RC_OK) {
		*ret_status = ANSWER_FAILED;
		buf_reset(ret);
	}
	return rc;
}

/* ---- how it stands */

static void
view_of(const struct log *l, int64_t now, struct log_view *v)
{
	struct str name = note_key_name(&l->key);
	int64_t since = l->note.n ? l->seen_at_us : l->added_at_us;

	memset(v, 0, sizeof(*v));
	memcpy(v->origin, name.p, name.n);
	v->seen = l->note.n > 0;
	v->size = l->head.size;
	v->root = l->head.root;
	v->added_at_us = l->added_at_us;
	v->seen_at_us = l->seen_at_us;
	for (size_t i = 0; i < l->alarms_count; i++) {
		bool stands = !l->alarms[i].settled && (l->alarms[i].what == ALARM_FORK || l->alarms[i].at_us >= l->seen_at_us);

		v->alarms[i].what = l->alarms[i].what;
		v->alarms[i].at_us = l->alarms[i].at_us;
		v->alarms[i].size = l->alarms[i].size;
		if (stands && l->alarms[i].what >= v->alarm) {
			v->alarm = l->alarms[i].what;
			v->alarm_at_us = l->alarms[i].at_us;
		}
	}
	v->alarms_count = l->alarms_count;
	v->state = v->alarm ? LOG_ALARM : now - since > WITNESS_SILENT_H * HOUR_US ? LOG_SILENT : v->seen ? LOG_GOOD : LOG_WAITING;
}

/* What a later epoch went on from is over, unless it still needs a person. */
static void
end_older(struct log_view *v, size_t n)
{
	struct str name, other;
	uint32_t epoch, later;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			origin_split(str_of(v[i].origin), &name, &epoch);
			origin_split(str_of(v[k].origin), &other, &later);
			if (str_eq(name, other) && later > epoch && v[k].seen && v[i].state != LOG_DAMAGED && v[i].alarm != ALARM_FORK)
				v[i].state = LOG_ENDED;
		}
}

enum rc
witness_look(struct witness *w, int64_t now, struct log_view *ret, size_t max, size_t *ret_n)
{
	struct arena names = ARENA(65536);
	struct str *files = NULL;
	struct log l;
	size_t count = 0;
	char path[80];
	int lock;
	enum rc rc = RC_OK;

	*ret_n = 0;
	TRY(enter(w, &lock));
	TRY(file_list(w->dirfd, LOGS, 2 * WITNESS_LOGS_MAX, &names, &files, &count));
	for (size_t i = 0; i < count && *ret_n < max; i++) {
		if (files[i].n != 64) /* left of a write that did not end */
			continue;
		(void)snprintf(path, sizeof(path), LOGS "/" STR_FMT, STR_ARG(files[i]));
		if (log_load(w, path, &l) == RC_OK) {
			view_of(&l, now, &ret[(*ret_n)++]);
			buf_free(&l.bytes);
		} else {
			ret[*ret_n] = (struct log_view){ .state = LOG_DAMAGED };
			(void)snprintf(ret[(*ret_n)++].origin, sizeof(ret->origin), "%s", path);
			rc_trail_clear();
		}
	}
out:
	leave(w, lock);
	end_older(ret, *ret_n);
	arena_free(&names);
	return rc;
}
