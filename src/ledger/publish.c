// SPDX-License-Identifier: Apache-2.0
/* publish: grows the tree, writes tiles and bundles, has heads signed; one thread, at most one round every 33 ms. */
#include "ledger/publish.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time_text.h"
#include "ledger/wire.h"
#include "os/folder.h"

#define ROUND_US          33000               /* between two signatures: each costs those who append a share of the disk */
#define RETRY_US          (500 * 1000)        /* after a failure                        */
#define SYNC_US           (5 * SECOND_US)     /* between two marks of what is on disk   */
#define SYNC_AT_END       (64 * TILE_WIDTH)   /* entries whose tiles are synced at the end */
#define PENDING_BYTES_MAX (16 * 1024 * 1024)
#define KEPT_BYTES        (1024 * 1024)       /* buffers grown past this are given back */
#define BUNDLE_BYTES_MAX  (TILE_WIDTH * (2 + LEAF_BYTES_MAX))
#define VIEW_TILES        32

struct head { uint64_t size; struct hash root; int64_t at_us; struct buf note; };

struct publisher {
	int             dirfd;
	struct signer   signer;
	struct journal *journal;

	/* the thread's own */
	struct view    *view;
	struct edge     edge, edge_before;
	struct buf      bundle;          /* the unfinished bundle */
	struct buf      work;            /* taken, not in the tree yet */
	char            origin[ORIGIN_BYTES_MAX];
	uint64_t        kept;            /* size of the head in the signer's keeping; 0: none of this origin */
	struct hash     kept_root;
	uint64_t        tried;           /* sent to be signed last; the answer may have been lost */
	struct hash     tried_root;
	struct { uint64_t index; bool any; } partial[TILE_LEVELS + 1]; /* folders of partial tiles; last: of bundles */
	uint64_t        synced, sync_to, sync_at;
	struct hash     sync_root;
	unsigned        sync_level;
	int64_t         synced_at_us;

	/* shared, under the mutex */
	pthread_mutex_t mutex;
	pthread_cond_t  given, taken;
	pthread_t       thread;
	bool            started, stop;
	bool            idle;            /* the thread waits for work: else it need not be woken to take it */
	struct buf      pending;
	struct head     head;
	enum rc         trouble;
	char            sentence[512];
	uint64_t        losses;
};

/* ---- tiles on the disk ---- */

/* Which tile of a row the next hash goes into; `row` TILE_LEVELS: the row of bundles. */
static uint64_t
tile_at(uint64_t size, unsigned row)
{
	return row == TILE_LEVELS ? size / TILE_WIDTH : row < TILE_LEVELS - 1 ? size >> (8 * row + 8) : 0;
}

static enum rc
tile_load(int dirfd, struct tile_id id, struct hash *ret)
{
	char       path[TILE_PATH_MAX];
	struct buf bytes = BUF(TILE_BYTES + 1);
	enum rc    rc = RC_OK;

	TRY(tile_path(id, path));
	TRY(file_read(dirfd, path, TILE_BYTES, &bytes));
	TRY(tile_decode(buf_str(&bytes), id.width, ret));
out:
	buf_free(&bytes);
	return rc;
}

enum rc
tiles_read(void *arg, struct tile_id id, struct hash *ret)
{
	int            dirfd = *(int *)arg;
	struct hash    whole[TILE_WIDTH];
	struct tile_id full = { id.level, id.index, TILE_WIDTH };
	enum rc        rc = tile_load(dirfd, id, ret);

	if (rc != RC_NOTFOUND || id.width == TILE_WIDTH)
		return rc;
	rc = tile_load(dirfd, full, whole); /* partial tiles go when theirs is full */
	if (rc == RC_OK)
		memcpy(ret, whole, id.width * sizeof *whole);
	return rc;
}

/* The publisher's own view: unfinished tiles stand in the edge. */
static enum rc
source_read(void *arg, struct tile_id id, struct hash *ret)
{
	struct publisher *p = arg;

	if (id.level < TILE_LEVELS && id.index == p->edge.size >> (8 * id.level) >> 8 && id.width <= (p->edge.size >> (8 * id.level)) % TILE_WIDTH) {
		memcpy(ret, p->edge.row[id.level], id.width * sizeof *ret);
		return RC_OK;
	}
	return tiles_read(&p->dirfd, id, ret);
}

static enum rc
sink_write(void *arg, struct tile_id id, const struct hash *row)
{
	struct publisher *p = arg;
	char              path[TILE_PATH_MAX];
	enum rc           rc = RC_OK;

	TRY(tile_path(id, path));
	TRY(folder_put(p->dirfd, path, (struct str){ (const char *)row, id.width * sizeof *row }, 0644));
	if (id.width < TILE_WIDTH) {
		p->partial[id.level].index = id.index;
		p->partial[id.level].any = true;
	}
out:
	return rc;
}

static enum rc
bundle_write(struct publisher *p, uint64_t index, unsigned width)
{
	struct tile_id id = { TILE_ENTRIES, index, (uint16_t)width };
	char           path[TILE_PATH_MAX];
	enum rc        rc = RC_OK;

	TRY(tile_path(id, path));
	TRY(folder_put(p->dirfd, path, buf_str(&p->bundle), 0644));
	if (width < TILE_WIDTH) {
		p->partial[TILE_LEVELS].index = index;
		p->partial[TILE_LEVELS].any = true;
	}
out:
	return rc;
}

/* One more entry; its tile and bundle are written when they are full. */
static enum rc
grow(struct publisher *p, struct str entry)
{
	struct tile_sink sink = { p, sink_write };
	struct hash      h;
	enum rc          rc = RC_OK;

	TRY(bundle_add(&p->bundle, entry));
	if (p->edge.size % TILE_WIDTH == TILE_WIDTH - 1) {
		TRY(bundle_write(p, p->edge.size / TILE_WIDTH, TILE_WIDTH));
		buf_reset(&p->bundle);
	}
	tree_leaf_hash(entry, &h);
	TRY(edge_add(&p->edge, &h, &sink));
out:
	return rc;
}

/* The unfinished tiles and bundle of the tree as it is. */
static enum rc
partials_put(struct publisher *p)
{
	struct tile_sink sink = { p, sink_write };
	enum rc          rc = RC_OK;

	TRY(edge_flush(&p->edge, &sink));
	if (p->bundle.n)
		TRY(bundle_write(p, p->edge.size / TILE_WIDTH, (unsigned)(p->edge.size % TILE_WIDTH)));
out:
	return rc;
}

/* Takes away the partial tiles whose tile is full now; a reader finds the full one. */
static void
partials_remove(struct publisher *p)
{
	char   path[TILE_PATH_MAX + 4];
	size_t n;

	for (unsigned i = 0; i <= TILE_LEVELS; i++) {
		struct tile_id id = { i == TILE_LEVELS ? TILE_ENTRIES : (uint8_t)i, p->partial[i].index, TILE_WIDTH };

		if (!p->partial[i].any || tile_width(id.level, id.index, p->edge.size) < TILE_WIDTH || tile_path(id, path) != RC_OK)
			continue;
		n = strlen(path);
		memcpy(path + n, ".p", 3);
		if (folder_remove(p->dirfd, path) == RC_OK) /* else it only takes room, and is tried again */
			p->partial[i].any = false;
	}
}

/* ---- what the signer keeps ---- */

enum rc
keeping_get(const struct signer *signer, struct keeping *ret)
{
	struct keeping    k = { .note = BUF(NOTE_KEPT_BYTES_MAX) };
	struct note       note;
	struct checkpoint head;
	enum rc           rc = RC_OK;

	TRY(signer->sign(signer->arg, STR_NONE, STR_NONE, &k.note));
	TRY(note_parse(buf_str(&k.note), &note));
	TRY(checkpoint_decode(note.text, &head));
	if (head.origin.n >= sizeof k.origin)
		TRY(FAIL(RC_SYNTAX, "an origin of %zu bytes", head.origin.n));
	memcpy(k.origin, head.origin.p, head.origin.n);
	k.size = head.size;
	k.root = head.root;
	*ret = k;
	k.note.p = NULL;
out:
	buf_free(&k.note);
	return rc == RC_SYNTAX ? rc_context(RC_PEER, "the signer's last head") : rc;
}

/* ---- start ---- */

/* A head the journal must agree with. */
struct expected { uint64_t size; struct hash root; const char *why; };
enum { EXPECT_SYNCED, EXPECT_KEPT, EXPECT_SHOWN, EXPECTED };

static enum rc
expect(const struct edge *edge, const struct expected *e)
{
	struct hash root;

	for (int i = 0; i < EXPECTED; i++) {
		if (!e[i].why || e[i].size != edge->size)
			continue;
		edge_root(edge, &root);
		if (!hash_eq(&root, &e[i].root))
			return FAIL(RC_TAMPERED, "the journal's first %llu entries are not %s", (unsigned long long)e[i].size, e[i].why);
	}
	return RC_OK;
}

/* Grows from `base` (a multiple of 256 whose tiles are read) over the whole journal. */
static enum rc
rebuild(struct publisher *p, uint64_t base, uint64_t entries, const struct expected *e)
{
	struct walk walk = { NULL, 0 };
	struct str  leaf, payload;
	enum rc     rc = RC_OK;

	memset(&p->edge, 0, sizeof p->edge);
	buf_reset(&p->bundle);
	view_forget(p->view);
	if (base)
		TRY(edge_load(&p->edge, p->view, base));
	TRY(journal_walk(p->journal, base, &walk));
	for (;;) {
		TRY(expect(&p->edge, e));
		if (e[EXPECT_KEPT].size == p->edge.size)
			TRY(partials_put(p)); /* the head shown at first */
		if (p->edge.size == entries)
			break;
		rc = walk_next(&walk, &leaf, &payload);
		if (rc == RC_NOTFOUND)
			TRY(FAIL(RC_TAMPERED, "the journal ends at entry %llu", (unsigned long long)p->edge.size));
		TRY(rc);
		TRY(grow(p, leaf));
	}
out:
	walk_end(&walk);
	return rc;
}

/* The head shown last, when it is of this origin. What a power cut left unreadable says nothing. */
static void
shown_get(struct publisher *p, struct expected *ret)
{
	struct buf        bytes = BUF(NOTE_KEPT_BYTES_MAX);
	struct note       note;
	struct checkpoint head;

	if (file_read(p->dirfd, CHECKPOINT_NAME, NOTE_KEPT_BYTES_MAX, &bytes) == RC_OK && note_parse(buf_str(&bytes), &note) == RC_OK &&
	    checkpoint_decode(note.text, &head) == RC_OK && str_eq_c(head.origin, p->origin))
		*ret = (struct expected){ head.size, head.root, "what the checkpoint shown last covers" };
	rc_trail_clear();
	buf_free(&bytes);
}

/*= S-3-5 */
static enum rc
recover(struct publisher *p, const struct journal_state *state, const struct keeping *k)
{
	uint64_t        base = state->synced - state->synced % TILE_WIDTH;
	struct expected e[EXPECTED] = { { 0 } };
	enum rc         rc;

	e[EXPECT_KEPT] = (struct expected){ k->size, k->root, "what the last signed head covers" };
	shown_get(p, &e[EXPECT_SHOWN]);
	for (int i = 0; i < EXPECTED; i++) {
		if (e[i].why && e[i].size > state->entries)
			return FAIL(RC_TAMPERED, "entries were cut off: the journal holds %llu and is not %s, %llu", (unsigned long long)state->entries, e[i].why,
				(unsigned long long)e[i].size);
		if (e[i].why && e[i].size < base)
			base = 0; /* an older head: only the whole tree shows whether it is ours */
	}
	if (base)
		e[EXPECT_SYNCED] = (struct expected){ state->synced, state->synced_root, "those of the tiles" };
	rc = rebuild(p, base, state->entries, e);
	if (base && rc != RC_OK && rc != RC_LIMIT) { /* damaged tiles are made again, from the first */
		e[EXPECT_SYNCED].why = NULL;
		rc = rebuild(p, base = 0, state->entries, e);
	}
	if (rc == RC_OK)
		p->synced = base ? state->synced : 0;
	return rc;
}

static enum rc
sync_init(struct publisher *p)
{
	pthread_condattr_t attr;

	if (pthread_mutex_init(&p->mutex, NULL) || pthread_condattr_init(&attr))
		return FAIL(RC_LIMIT, "publisher: no mutex");
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (pthread_cond_init(&p->given, &attr) || pthread_cond_init(&p->taken, &attr))
		return FAIL(RC_LIMIT, "publisher: no condition");
	(void)pthread_condattr_destroy(&attr);
	return RC_OK;
}

enum rc
publisher_open(int dirfd, struct signer signer, struct journal *journal, const struct journal_state *state, const struct keeping *k, struct publisher **ret)
{
	struct publisher *p = calloc(1, sizeof *p);
	enum rc           rc = RC_OK;

	if (!p)
		return FAIL(RC_LIMIT, "publisher: no memory");
	p->dirfd = dirfd;
	p->signer = signer;
	p->journal = journal;
	p->bundle.max = BUNDLE_BYTES_MAX;
	p->work.max = p->pending.max = 2 * PENDING_BYTES_MAX;
	p->head.note.max = NOTE_KEPT_BYTES_MAX;
	memcpy(p->origin, k->origin, sizeof p->origin);
	p->view = view_new((struct tile_source){ p, source_read }, VIEW_TILES);
	TRY(sync_init(p));
	TRY(recover(p, state, k));
	if (k->size) {
		p->kept = p->head.size = k->size;
		p->kept_root = p->head.root = k->root; /* in a new epoch already named anew, and signed so */
		p->head.at_us = now_us();
		TRY(buf_add(&p->head.note, buf_str(&k->note)));
	}
	for (unsigned i = 0; i <= TILE_LEVELS; i++) { /* an earlier run may have left partial tiles here */
		p->partial[i].index = tile_at(p->kept, i);
		p->partial[i].any = p->kept > 0;
	}
	p->synced_at_us = monotonic_us();
	*ret = p;
	p = NULL;
out:
	publisher_close(p);
	return rc;
}

/* ---- a round ---- */

/* After an answer that may have been lost: what does the signer keep? */
static enum rc
kept_again(struct publisher *p)
{
	struct keeping k = { .note = { 0 } };
	enum rc        rc = RC_OK;

	TRY(keeping_get(&p->signer, &k));
	if (strcmp(k.origin, p->origin) != 0)
		TRY(FAIL(RC_CONFLICT, "a new epoch was opened: the ledger must start again"));
	if (k.size == p->tried && hash_eq(&k.root, &p->tried_root)) {
		p->kept = p->tried;
		p->kept_root = p->tried_root;
	} else if (k.size != p->kept || (k.size && !hash_eq(&k.root, &p->kept_root))) {
		TRY(FAIL(RC_TAMPERED, "the signer keeps a head of %llu entries that is not this ledger's", (unsigned long long)k.size));
	}
out:
	buf_free(&k.note);
	return rc;
}

static enum rc
sign_head(struct publisher *p, const struct hash *root, struct buf *ret_note)
{
	struct checkpoint head = { .origin = str_of(p->origin), .size = p->edge.size, .root = *root };
	struct buf        text = BUF(NOTE_KEPT_BYTES_MAX), line = BUF(NOTE_KEPT_BYTES_MAX), bytes = BUF(PROOF_HASHES_MAX * sizeof(struct hash));
	struct proof      proof;
	enum rc           rc = RC_OK;

	TRY(checkpoint_encode(&head, &text));
	if (p->kept) {
		TRY(view_consistency(p->view, p->kept, p->edge.size, &proof));
		TRY(proof_encode(&proof, &bytes));
	}
	p->tried = p->edge.size;
	p->tried_root = *root;
	TRY(p->signer.sign(p->signer.arg, buf_str(&text), buf_str(&bytes), &line));
	p->kept = p->edge.size;
	p->kept_root = *root;
	TRY(note_join(buf_str(&text), buf_str(&line), ret_note));
out:
	buf_free(&bytes);
	buf_free(&line);
	buf_free(&text);
	return rc;
}

/* Takes everything waiting into the tree. When a write fails the tree is as before that entry, and the rest waits on. */
static enum rc
grow_all(struct publisher *p)
{
	struct str rest = buf_str(&p->work), after, entry;
	size_t     bundle_bytes;
	bool       fills;
	enum rc    rc = RC_OK;

	while (rest.n) {
		after = rest;
		bundle_bytes = p->bundle.n;
		fills = p->edge.size % TILE_WIDTH == TILE_WIDTH - 1;
		TRY(bundle_next(&after, &entry));
		if (fills)
			p->edge_before = p->edge; /* only an entry that fills a tile is written at once, and may fail */
		rc = grow(p, entry);
		if (rc != RC_OK) {
			if (fills)
				p->edge = p->edge_before;
			p->bundle.n = bundle_bytes; /* its bytes still stand */
			goto out;
		}
		rest = after;
	}
out:
	if (rest.n)
		memmove(p->work.p, rest.p, rest.n);
	p->work.n = rest.n;
	if (!p->work.n && p->work.cap > KEPT_BYTES)
		buf_free(&p->work);
	return rc;
}

static enum rc
round_run(struct publisher *p)
{
	struct buf  note = BUF(NOTE_KEPT_BYTES_MAX);
	struct hash root;
	enum rc     rc = RC_OK;

	if (p->work.n)
		TRY(grow_all(p));
	if (p->tried > p->kept)
		TRY(kept_again(p));
	if (p->edge.size == p->head.size && p->head.note.n)
		goto out;
	edge_root(&p->edge, &root);
	TRY(partials_put(p));
	TRY(sign_head(p, &root, &note));
	TRY(folder_put(p->dirfd, CHECKPOINT_NAME, buf_str(&note), 0644));
	(void)pthread_mutex_lock(&p->mutex);
	p->head.size = p->edge.size;
	p->head.root = root;
	p->head.at_us = now_us();
	buf_reset(&p->head.note);
	rc = buf_add(&p->head.note, buf_str(&note));
	(void)pthread_mutex_unlock(&p->mutex);
	partials_remove(p);
out:
	buf_free(&note);
	return rc;
}

/* ---- how far the tiles are on the disk ---- */

/* Waits for one file at a time, so that a round never waits long. True when there is no more to do. */
static bool
sync_step(struct publisher *p, bool at_once)
{
	char           path[TILE_PATH_MAX];
	struct tile_id id;
	enum rc        rc;

	if (p->sync_to == 0) {
		if (p->head.size <= p->synced || (!at_once && monotonic_us() - p->synced_at_us < SYNC_US))
			return true;
		p->sync_to = p->head.size;
		p->sync_root = p->head.root;
		p->sync_level = 0;
		p->sync_at = p->synced / TILE_WIDTH;
	}
	id.level = p->sync_level == TILE_LEVELS ? TILE_ENTRIES : (uint8_t)p->sync_level;
	id.index = p->sync_at;
	id.width = (uint16_t)tile_width(id.level, id.index, p->sync_to);
	if (id.width && (id.width == TILE_WIDTH || (id.level && id.level < TILE_LEVELS))) { /* the start reads no other partial tile */
		rc = tile_path(id, path);
		if (rc == RC_OK)
			rc = folder_sync(p->dirfd, path);
		if (rc == RC_NOTFOUND && id.width < TILE_WIDTH) {
			id.width = TILE_WIDTH;
			rc = tile_path(id, path) == RC_OK ? folder_sync(p->dirfd, path) : RC_BUG;
		}
		if (rc != RC_OK) {
			p->sync_to = 0; /* from the first again, later */
			p->synced_at_us = monotonic_us();
			return true;
		}
		p->sync_at++;
		return false;
	}
	if (++p->sync_level <= TILE_LEVELS) {
		p->sync_at = tile_at(p->synced, p->sync_level);
		return false;
	}
	if (journal_synced(p->journal, p->sync_to, &p->sync_root) == RC_OK)
		p->synced = p->sync_to;
	p->sync_to = 0;
	p->synced_at_us = monotonic_us();
	return true;
}

/* ---- the thread ---- */

static void
wait_until(struct publisher *p, int64_t at_us)
{
	struct timespec t = { at_us / SECOND_US, at_us % SECOND_US * 1000 };

	(void)pthread_cond_timedwait(&p->given, &p->mutex, &t); /* whoever waits looks again */
}

static void
trouble_set(struct publisher *p, enum rc rc)
{
	(void)pthread_mutex_lock(&p->mutex);
	p->trouble = rc;
	p->sentence[0] = '\0';
	if (rc != RC_OK) {
		strncpy(p->sentence, rc_trail(), sizeof p->sentence - 1);
		p->losses += rc == RC_PEER || rc == RC_TIMEOUT;
		rc_trail_clear();
	}
	(void)pthread_cond_broadcast(&p->taken);
	(void)pthread_mutex_unlock(&p->mutex);
}

/* Takes what waits; false when nothing does. The mutex is held. */
static bool
take(struct publisher *p)
{
	struct buf swap = p->work;

	if (p->work.n == 0 && p->pending.n) {
		p->work = p->pending;
		p->pending = swap;
		(void)pthread_cond_broadcast(&p->taken);
	}
	return p->work.n > 0;
}

static void *
run(void *arg)
{
	struct publisher *p = arg;
	int64_t           last = 0;
	bool              failing = false;

	(void)pthread_mutex_lock(&p->mutex);
	for (;;) {
		int64_t next = last + (failing ? RETRY_US : ROUND_US);
		bool    unsigned_ = p->edge.size > p->head.size;
		bool    work = p->work.n || p->pending.n || unsigned_;

		if (p->stop && (!work || failing))
			break;
		if (!work) {
			bool done;

			(void)pthread_mutex_unlock(&p->mutex);
			done = sync_step(p, false);
			(void)pthread_mutex_lock(&p->mutex);
			p->idle = done && !p->stop && !p->pending.n;
			if (p->idle && p->head.size > p->synced)
				wait_until(p, p->synced_at_us + SYNC_US);
			else if (p->idle)
				(void)pthread_cond_wait(&p->given, &p->mutex);
			p->idle = false;
			continue;
		}
		if (!p->stop && monotonic_us() < next) {
			wait_until(p, next);
			continue;
		}
		(void)take(p);
		(void)pthread_mutex_unlock(&p->mutex);
		last = monotonic_us();
		enum rc rc = round_run(p);
		failing = rc != RC_OK;
		trouble_set(p, rc);
		(void)pthread_mutex_lock(&p->mutex);
	}
	(void)pthread_mutex_unlock(&p->mutex);
	if (!failing && p->head.size - p->synced < SYNC_AT_END) /* else the next start makes the tiles of these entries again */
		while (!sync_step(p, true))
			;
	return NULL;
}

enum rc
publisher_start(struct publisher *p)
{
	if (p->head.note.n) { /* a signature that came back just before a crash is shown now */
		enum rc rc = folder_put(p->dirfd, CHECKPOINT_NAME, buf_str(&p->head.note), 0644);

		if (rc != RC_OK)
			return rc;
	}
	if (pthread_create(&p->thread, NULL, run, p))
		return FAIL(RC_LIMIT, "publisher: no thread");
	p->started = true;
	return RC_OK;
}

void
publisher_close(struct publisher *p)
{
	if (!p)
		return;
	if (p->started) {
		(void)pthread_mutex_lock(&p->mutex);
		p->stop = true;
		(void)pthread_cond_broadcast(&p->given);
		(void)pthread_mutex_unlock(&p->mutex);
		(void)pthread_join(p->thread, NULL);
	}
	view_free(p->view);
	buf_free(&p->bundle);
	buf_free(&p->work);
	buf_free(&p->pending);
	buf_free(&p->head.note);
	(void)pthread_cond_destroy(&p->given);
	(void)pthread_cond_destroy(&p->taken);
	(void)pthread_mutex_destroy(&p->mutex);
	free(p);
}

void
publisher_give(struct publisher *p, struct str bundle)
{
	(void)pthread_mutex_lock(&p->mutex);
	while (p->started && p->pending.n > PENDING_BYTES_MAX && p->trouble == RC_OK)
		(void)pthread_cond_wait(&p->taken, &p->mutex);
	if (buf_add(&p->pending, bundle) != RC_OK)
		abort(); /* publisher_room() was not asked: a committed entry would be missing from the tree */
	if (p->idle)
		(void)pthread_cond_signal(&p->given);
	(void)pthread_mutex_unlock(&p->mutex);
}

enum rc
publisher_room(struct publisher *p)
{
	enum rc rc = RC_OK;

	(void)pthread_mutex_lock(&p->mutex);
	if (p->trouble != RC_OK && p->pending.n > PENDING_BYTES_MAX)
		rc = FAIL(RC_LIMIT, "the ledger cannot publish: %s", p->sentence);
	(void)pthread_mutex_unlock(&p->mutex);
	return rc;
}

void
publisher_head(struct publisher *p, uint64_t *ret_size, int64_t *ret_at_us, struct hash *ret_root, struct buf *ret_note)
{
	(void)pthread_mutex_lock(&p->mutex);
	*ret_size = p->head.size;
	*ret_at_us = p->head.at_us;
	if (ret_root)
		*ret_root = p->head.root;
	if (ret_note && buf_add(ret_note, buf_str(&p->head.note)) != RC_OK)
		buf_reset(ret_note); /* no room for it: no checkpoint */
	(void)pthread_mutex_unlock(&p->mutex);
}

enum rc
publisher_trouble(struct publisher *p)
{
	enum rc rc;

	(void)pthread_mutex_lock(&p->mutex);
	rc = p->trouble == RC_OK ? RC_OK : FAIL(p->trouble, "%s", p->sentence);
	(void)pthread_mutex_unlock(&p->mutex);
	return rc;
}

uint64_t
publisher_peer_losses(struct publisher *p)
{
	uint64_t n;

	(void)pthread_mutex_lock(&p->mutex);
	n = p->losses;
	(void)pthread_mutex_unlock(&p->mutex);
	return n;
}
