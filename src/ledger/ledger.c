// SPDX-License-Identifier: Apache-2.0
/* ledger: who may append what, in which order, at what time; and what happens when there is no room. */
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "ipc/codec.h"
#include "ledger/wire.h"
#include "merkle/multi.h"
#include "merkle/submission.h"
#include "os/folder.h"

#define OPEN_ACTS_MAX    65536
#define STAGED_BYTES_MAX (16 * 1024 * 1024)
#define CLOCK_SLACK_US   SECOND_US     /* a clock that is set back by less is only waited for */
#define RESERVE_NAME     "reserve"
#define PROOF_TILES      64

struct ledger {
	int               dirfd;
	int64_t         (*now)(void);
	uint64_t          reserve_bytes;
	struct journal   *journal;
	struct publisher *publisher;
	struct view      *view;          /* for proofs */

	struct journal_state state;      /* with what is staged        */
	struct journal_state committed;
	bool              staging;
	enum rc           staged_rc;     /* a write of this group failed */
	struct buf        staged;        /* the group's leaves as a bundle */
	struct buf        leaf;

	struct open_act  *open;          /* sorted by index            */
	size_t            open_n, open_staged;
	size_t            closing;       /* how many of them are closing */

	bool              clock_back;    /* the clock stands before the last entry */
	bool              clock_back_committed;
	bool              full, released;
	int64_t           full_since_us;
	uint64_t          refused;
	enum rc           broken;
};

/* ---- who may write what ---- */

#define BIT(x) (1u << (x))
#define ACTS   (BIT(LEAF_ACT_BEGIN) | BIT(LEAF_ACT_OUTCOME) | BIT(LEAF_STATION) | BIT(LEAF_HEARTBEAT))

static const struct { enum proc_id from; unsigned types, sources; } writers[] = {
	{ PROC_CORE, ACTS | BIT(LEAF_FINDING) | BIT(LEAF_CONFIRM) | BIT(LEAF_VERDICT) | BIT(LEAF_UNSEAL),
		BIT(PROC_WARDEN) | BIT(PROC_WEB) | BIT(PROC_CORE) | BIT(PROC_PROBE) | BIT(PROC_READER) | BIT(PROC_WORKER) | BIT(PROC_APPLY) },
	{ PROC_AUTH, ACTS | BIT(LEAF_SIGN_IN), BIT(PROC_AUTH) },
	{ PROC_LEDGER, BIT(LEAF_EPOCH) | BIT(LEAF_ACT_OUTCOME) | BIT(LEAF_STATION), BIT(PROC_LEDGER) },
};
/* What is still taken when only the reserve is left: what ends an act, and what lets an administrator in. */
#define ESSENTIAL (BIT(LEAF_ACT_OUTCOME) | BIT(LEAF_SIGN_IN) | BIT(LEAF_STATION) | BIT(LEAF_EPOCH))

static enum rc
permit(enum proc_id from, const struct leaf *l, bool receipt)
{
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
		if (writers[i].from == from && writers[i].types & BIT(l->type) && writers[i].sources & BIT(l->source) && receipt == (l->type == LEAF_UNSEAL))
			return RC_OK;
	return FAIL(RC_DENIED, "%s may not write a leaf '%s' of %s%s", proc_name(from), leaf_type_name(l->type), proc_name(l->source), receipt ? " for a receipt" : "");
}

/* ---- acts that are open ---- */

static struct open_act *
act_find(struct ledger *l, uint64_t index)
{
	size_t from = 0, to = l->open_n; /* those of this group are not known to anybody yet */

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (l->open[middle].index == index)
			return &l->open[middle];
		if (l->open[middle].index < index)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* The group was committed, or not: acts it opened stay or go, acts it closes go or stay. */
static void
acts_settle(struct ledger *l, bool committed)
{
	size_t n = 0, all = committed ? l->open_staged : l->open_n;

	if (l->closing) {
		for (size_t i = 0; i < all; i++) {
			if (committed && l->open[i].closing)
				continue;
			l->open[n] = l->open[i];
			l->open[n++].closing = false;
		}
		all = n;
	}
	l->open_n = l->open_staged = all;
	l->closing = 0;
}

/* ---- checking and staging ---- */

static enum rc
disk_full(void)
{
	return FAIL(RC_LIMIT, "ディスクに空きがないため、新しい操作は受け付けません。残りは必ず記録するもののために取ってあります / disk full: no new act is taken; the rest is kept for what must still be recorded");
}

static enum rc
leaf_check(struct ledger *l, enum proc_id from, const struct entry *e, bool receipt)
{
	const struct leaf  *leaf = &e->leaf;
	static const struct hash none = { { 0 } };
	uint16_t            class;
	uint32_t            month;
	enum rc             rc = RC_OK;

	TRY(permit(from, leaf, receipt));
	if (from != PROC_LEDGER && (e->payload.n == 0) != hash_eq(&leaf->commitment, &none))
		TRY(FAIL(RC_SYNTAX, "a payload without commitment, or a commitment without payload"));
	if (e->payload.n)
		TRY(payload_head(e->payload, &class, &month));
	if (leaf->type == LEAF_CONFIRM && (leaf->begin > leaf->last || leaf->last >= l->committed.entries))
		TRY(FAIL(RC_CONFLICT, "a confirmation of entries %llu to %llu", (unsigned long long)leaf->begin, (unsigned long long)leaf->last));
	if (l->full && !(ESSENTIAL & BIT(leaf->type)))
		TRY(disk_full());
out:
	return rc;
}

/* Marks the act that an outcome ends, so that no other outcome can. */
static enum rc
act_claim(struct ledger *l, const struct leaf *outcome)
{
	struct open_act *act = act_find(l, outcome->begin);

	if (!act || act->closing || act->source != outcome->source)
		return FAIL(RC_CONFLICT, "entry %llu is no open act of %s", (unsigned long long)outcome->begin, proc_name(outcome->source));
	act->closing = true;
	l->closing++;
	return RC_OK;
}

static void
act_unclaim(struct ledger *l, const struct leaf *outcome)
{
	act_find(l, outcome->begin)->closing = false;
	l->closing--;
}

/* The whole call is right, or nothing of it is taken. */
static enum rc
call_check(struct ledger *l, enum proc_id from, const struct entry *e, size_t n, bool receipt)
{
	size_t  begins = 0, claimed = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n; i++) {
		TRY(leaf_check(l, from, &e[i], receipt));
		begins += e[i].leaf.type == LEAF_ACT_BEGIN;
	}
	if (begins && l->open_staged + begins > OPEN_ACTS_MAX)
		TRY(FAIL(RC_LIMIT, "more than %d acts are open", OPEN_ACTS_MAX));
	for (; claimed < n; claimed++)
		if (e[claimed].leaf.type == LEAF_ACT_OUTCOME)
			TRY(act_claim(l, &e[claimed].leaf));
out:
	if (rc != RC_OK)
		for (size_t i = 0; i < claimed; i++)
			if (e[i].leaf.type == LEAF_ACT_OUTCOME)
				act_unclaim(l, &e[i].leaf);
	return rc;
}

/* Writes one leaf at the end; sequence and time of receipt are the ledger's. */
static enum rc
leaf_put(struct ledger *l, struct leaf leaf, struct str payload, int64_t now)
{
	uint64_t index = l->state.entries;
	enum rc  rc = RC_OK;

	leaf.source_seq = l->state.seq[leaf.source] + 1;
	leaf.received_at_us = now > l->state.received_at_us ? now : l->state.received_at_us;
	buf_reset(&l->leaf);
	TRY(leaf_encode(&leaf, &l->leaf));
	TRY(journal_put(l->journal, index, buf_str(&l->leaf), payload));
	TRY(bundle_add(&l->staged, buf_str(&l->leaf)));
	if (leaf.type == LEAF_ACT_BEGIN) {
		TRY(journal_act_open(l->journal, index, leaf.source));
		l->open[l->open_staged++] = (struct open_act){ .index = index, .source = leaf.source };
	}
	if (leaf.type == LEAF_ACT_OUTCOME)
		TRY(journal_act_close(l->journal, leaf.begin));
	l->state.seq[leaf.source]++;
	l->state.entries = index + 1;
	l->state.received_at_us = leaf.received_at_us;
out:
	return rc;
}

static enum rc
station_put(struct ledger *l, const char *name, int64_t claimed_at_us, uint64_t count, int64_t now)
{
	struct leaf leaf = { .type = LEAF_STATION, .source = PROC_LEDGER, .claimed_at_us = claimed_at_us, .name = str_of(name), .last = count };

	return leaf_put(l, leaf, STR_NONE, now);
}

/* A clock set back does not turn time in the ledger: entries keep the time of the last, and the step is on record. */
static enum rc
clock_put(struct ledger *l, int64_t now)
{
	enum rc rc = RC_OK;

	if (!l->clock_back && now < l->state.received_at_us - CLOCK_SLACK_US) {
		TRY(station_put(l, "clock-set-back", now, 0, now));
		l->clock_back = true;
	} else if (l->clock_back && now >= l->state.received_at_us) {
		TRY(station_put(l, "clock-caught-up", now, 0, now));
		l->clock_back = false;
	}
out:
	return rc;
}

static enum rc
group_begin(struct ledger *l, int64_t now)
{
	enum rc rc = RC_OK;

	if (l->staging)
		return l->staged_rc;
	l->staging = true;
	TRY(journal_begin(l->journal));
	TRY(clock_put(l, now));
out:
	l->staged_rc = rc;
	return rc;
}

/* Ends the open act as interrupted; what is known of it is in its begin leaf. */
static enum rc
act_interrupt(struct ledger *l, uint64_t index, int64_t now)
{
	struct walk walk = { NULL, 0 };
	struct str  bytes, payload;
	struct leaf begin, leaf;
	char        name[NAME_BYTES_MAX];
	enum rc     rc = RC_OK;

	TRY(journal_walk(l->journal, index, &walk));
	TRY(walk_next(&walk, &bytes, &payload));
	TRY(leaf_decode(bytes, &begin));
	leaf = (struct leaf){ .type = LEAF_ACT_OUTCOME, .source = PROC_LEDGER, .claimed_at_us = now, .actor = begin.actor, .object = begin.object,
		.verdict = OUTCOME_INTERRUPTED, .begin = index };
	memcpy(name, begin.name.p, begin.name.n);
	leaf.name = (struct str){ name, begin.name.n };
	walk_end(&walk);
	TRY(leaf_put(l, leaf, STR_NONE, now));
out:
	walk_end(&walk);
	return rc == RC_SYNTAX || rc == RC_NOTFOUND ? FAIL(RC_TAMPERED, "the begin of an open act, entry %llu, is not there", (unsigned long long)index) : rc;
}

/* A process that started again cannot end what it had begun before. */
static enum rc
source_interrupt(struct ledger *l, enum proc_id source, int64_t now)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < l->open_n; i++) {
		struct open_act *act = &l->open[i];

		if (act->source != source || act->closing)
			continue;
		act->closing = true;
		l->closing++;
		if (!act->interrupted)
			TRY(act_interrupt(l, act->index, now));
	}
out:
	return rc;
}

enum rc
ledger_stage(struct ledger *l, enum proc_id from, const struct entry *e, size_t n, bool receipt, uint64_t *ret_first)
{
	int64_t now = l->now();
	enum rc rc = RC_OK;

	TRY(ledger_sound(l));
	if (n == 0 || n > ENTRIES_MAX || (receipt && n != 1))
		TRY(FAIL(RC_SYNTAX, "an append of %zu entries", n));
	rc = publisher_room(l->publisher);
	if (rc == RC_OK)
		rc = call_check(l, from, e, n, receipt);
	if (rc == RC_LIMIT)
		l->refused += n;
	TRY(rc);
	if (group_begin(l, now) != RC_OK)
		return RC_OK; /* ledger_commit() tells */
	*ret_first = l->state.entries;
	for (size_t i = 0; i < n && l->staged_rc == RC_OK; i++) {
		l->staged_rc = leaf_put(l, e[i].leaf, e[i].payload, now);
		if (l->staged_rc == RC_OK && e[i].leaf.type == LEAF_STATION && str_eq(e[i].leaf.name, STR(STATION_STARTED)))
			l->staged_rc = source_interrupt(l, e[i].leaf.source, now);
	}
out:
	return rc;
}

/* ---- the group becomes durable ---- */

static void
full_set(struct ledger *l)
{
	if (!l->full) {
		l->full = true;
		l->full_since_us = l->now();
	}
	if (!l->released && l->reserve_bytes) {
		if (file_remove(l->dirfd, RESERVE_NAME) != RC_OK)
			rc_trail_clear(); /* there is no more room than before; the trail is the full disk's */
		l->released = true;
	}
}

enum rc
ledger_commit(struct ledger *l)
{
	uint64_t entries = l->state.entries - l->committed.entries;
	enum rc  rc = l->staged_rc;

	if (!l->staging)
		return RC_OK;
	if (rc == RC_OK)
		rc = journal_commit(l->journal, &l->committed, &l->state);
	else
		journal_rollback(l->journal);
	l->staging = false;
	l->staged_rc = RC_OK;
	acts_settle(l, rc == RC_OK);
	if (rc == RC_OK) {
		l->committed = l->state;
		l->clock_back_committed = l->clock_back;
		publisher_give(l->publisher, buf_str(&l->staged));
	} else {
		l->state = l->committed;
		l->clock_back = l->clock_back_committed;
		if (rc == RC_LIMIT) {
			l->refused += entries;
			full_set(l);
			(void)disk_full(); /* in words for whoever asked */
		} else if (rc != RC_CONFLICT) {
			l->broken = rc;
		}
	}
	buf_reset(&l->staged);
	return rc;
}

enum rc
ledger_sound(const struct ledger *l)
{
	return l->broken == RC_OK ? RC_OK : FAIL(l->broken, "the journal failed to write; the ledger starts again");
}

void
ledger_tick(struct ledger *l)
{
	uint64_t room = 0, refused = l->refused;
	int64_t  now = l->now();

	if (!l->reserve_bytes || l->staging || l->broken != RC_OK || folder_free(l->dirfd, &room) != RC_OK)
		goto out;
	if (!l->full && room < l->reserve_bytes) {
		l->full = true;
		l->full_since_us = now;
	}
	if (!l->full || room < (l->released ? 3 : 2) * l->reserve_bytes)
		goto out;
	if (l->released && folder_reserve(l->dirfd, RESERVE_NAME, l->reserve_bytes) != RC_OK)
		goto out;
	l->released = false;
	if (group_begin(l, now) == RC_OK)
		l->staged_rc = station_put(l, "disk-full", l->full_since_us, refused, now);
	if (ledger_commit(l) == RC_OK) {
		l->full = false;
		l->refused = 0;
	}
out:
	rc_trail_clear();
}

/* ---- start and end ---- */

/* The first leaf of an epoch commits to the head it continues from. */
static enum rc
epoch_put(struct ledger *l, const struct keeping *k, int64_t now)
{
	struct leaf leaf = { .type = LEAF_EPOCH, .source = PROC_LEDGER, .claimed_at_us = now, .begin = l->state.entries, .name = STR("epoch") };
	struct str  name;
	uint32_t    number;
	enum rc     rc = RC_OK;

	if (!strcmp(l->state.origin, k->origin))
		return RC_OK;
	origin_split(str_of(k->origin), &name, &number);
	if (number <= l->state.epoch)
		number = l->state.epoch + 1; /* a name that does not count: we do */
	put_be32(leaf.object.b + ID_BYTES - 4, number);
	if (k->size) {
		leaf.last = k->size;
		leaf.commitment = k->root;
	}
	TRY(leaf_put(l, leaf, STR_NONE, now));
	memcpy(l->state.origin, k->origin, sizeof l->state.origin);
	l->state.epoch = number;
out:
	return rc;
}

/* What this start must record before anything else. */
static enum rc
first_put(struct ledger *l, const struct keeping *k)
{
	int64_t now = l->now();
	size_t  n = l->open_n;
	enum rc rc = RC_OK;

	TRY(group_begin(l, now));
	rc = epoch_put(l, k, now);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = act_interrupt(l, l->open[i].index, now);
	l->staged_rc = rc;
	TRY(ledger_commit(l));
	for (size_t i = 0; i < n; i++)
		l->open[i].interrupted = true; /* a source that lived on may still tell its own outcome, once */
out:
	return rc;
}

/* Before the journal is opened, which needs room itself: on a full disk the reserve is given up, and only what is essential is taken. */
static enum rc
reserve_make(struct ledger *l)
{
	uint64_t room = 0;
	enum rc  rc = RC_OK;

	if (!l->reserve_bytes)
		return RC_OK;
	if (!file_exists(l->dirfd, RESERVE_NAME)) {
		rc = folder_reserve(l->dirfd, RESERVE_NAME, l->reserve_bytes);
		if (rc != RC_LIMIT)
			return rc;
		rc = RC_OK;
	} else {
		TRY(folder_free(l->dirfd, &room));
		if (room >= l->reserve_bytes)
			return RC_OK;
		TRY(file_remove(l->dirfd, RESERVE_NAME));
	}
	l->full = l->released = true;
	l->full_since_us = l->now();
out:
	return rc;
}

enum rc
ledger_open(const struct ledger_options *o, struct ledger **ret)
{
	struct ledger *l = calloc(1, sizeof *l);
	struct keeping k = { .note = { 0 } };
	enum rc        rc = RC_OK;

	if (!l)
		return FAIL(RC_LIMIT, "ledger: no memory");
	l->dirfd = o->dirfd;
	l->now = o->now ? o->now : now_us;
	l->reserve_bytes = o->reserve_bytes;
	l->staged.max = STAGED_BYTES_MAX;
	l->leaf.max = LEAF_BYTES_MAX;
	l->open = calloc(OPEN_ACTS_MAX, sizeof *l->open);
	if (!l->open)
		TRY(FAIL(RC_LIMIT, "ledger: no memory"));
	l->view = view_new((struct tile_source){ &l->dirfd, tiles_read }, PROOF_TILES);
	TRY(keeping_get(&o->signer, &k));
	TRY(reserve_make(l));
	TRY(journal_open(o->folder, &l->journal, &l->committed));
	l->state = l->committed;
	TRY(journal_open_acts(l->journal, OPEN_ACTS_MAX, l->open, &l->open_n));
	l->open_staged = l->open_n;
	TRY(publisher_open(l->dirfd, o->signer, l->journal, &l->committed, &k, &l->publisher));
	rc = first_put(l, &k);
	if (rc == RC_LIMIT && l->released) /* the reserve has made room */
		rc = first_put(l, &k);
	TRY(rc);
	TRY(publisher_start(l->publisher));
	*ret = l;
	l = NULL;
out:
	buf_free(&k.note);
	ledger_close(l);
	return rc;
}

void
ledger_close(struct ledger *l)
{
	if (!l)
		return;
	publisher_close(l->publisher);
	journal_close(l->journal);
	view_free(l->view);
	buf_free(&l->staged);
	buf_free(&l->leaf);
	free(l->open);
	free(l);
}

struct publisher *
ledger_publisher(struct ledger *l)
{
	return l->publisher;
}

/* ---- what the ledger shows ---- */

void
ledger_head(struct ledger *l, struct ledger_head *ret)
{
	*ret = (struct ledger_head){ .entries = l->committed.entries, .epoch = l->committed.epoch, .checkpoint = BUF(NOTE_KEPT_BYTES_MAX) };
	publisher_head(l->publisher, &ret->covered, &ret->covered_at_us, NULL, &ret->checkpoint);
}

/* The proof of one entry under the head (size, root), checked before anybody relies on it. */
static enum rc
proof_make(struct ledger *l, uint64_t index, struct str leaf, uint64_t size, const struct hash *root, struct proof *ret)
{
	struct hash h;
	enum rc     rc = RC_OK;

	tree_leaf_hash(leaf, &h);
	TRY(view_inclusion(l->view, index, size, ret));
	TRY(proof_inclusion_check(ret, index, size, &h, root));
out:
	return rc;
}

enum rc
ledger_proof(struct ledger *l, uint64_t index, struct buf *ret)
{
	struct buf   note = BUF(NOTE_KEPT_BYTES_MAX);
	struct walk  walk = { NULL, 0 };
	struct str   leaf, payload;
	struct proof proof;
	struct hash  root;
	uint64_t     size = 0;
	int64_t      at_us;
	enum rc      rc = RC_OK;

	if (index >= l->committed.entries)
		TRY(FAIL(RC_NOTFOUND, "no entry %llu", (unsigned long long)index));
	publisher_head(l->publisher, &size, &at_us, &root, &note);
	if (index >= size)
		TRY(FAIL(RC_CONFLICT, "entry %llu is not under a signed head yet", (unsigned long long)index));
	TRY(journal_walk(l->journal, index, &walk));
	TRY(walk_next(&walk, &leaf, &payload));
	if (proof_make(l, index, leaf, size, &root, &proof) != RC_OK) {
		view_forget(l->view); /* a tile may have been read before it was made again */
		TRY(proof_make(l, index, leaf, size, &root, &proof));
	}
	TRY(tlog_proof_encode(leaf, index, &proof, buf_str(&note), ret));
out:
	walk_end(&walk);
	buf_free(&note);
	return rc;
}

/*= O1-2-2 */
enum rc
ledger_extends(struct ledger *l, uint64_t from, const struct hash *root, uint64_t *ret_size, struct buf *ret, struct buf *ret_vkey)
{
	struct buf        note = BUF(NOTE_KEPT_BYTES_MAX);
	struct submission s = { .old_size = from };
	struct hash       then, now;
	uint64_t          size = 0;
	int64_t           at_us;
	enum rc           rc = RC_OK;

	publisher_head(l->publisher, &size, &at_us, &now, &note);
	if (from > size)
		TRY(FAIL(RC_NOTFOUND, "the ledger has %llu entries under its head, not %llu", (unsigned long long)size, (unsigned long long)from));
	for (int again = 0;; again++) { /* a tile may have been read before it was made again */
		TRY(view_root(l->view, from, &then));
		TRY(view_consistency(l->view, from, size, &s.proof));
		if ((!root || hash_eq(root, &then)) && proof_consistency_check(&s.proof, from, &then, size, &now) == RC_OK)
			break;
		if (again)
			TRY(FAIL(RC_TAMPERED, "a head of %llu entries had another root than this ledger", (unsigned long long)from));
		view_forget(l->view);
	}
	s.checkpoint = buf_str(&note);
	TRY(submission_encode(&s, ret));
	if (file_read(l->dirfd, "key.pub", VKEY_TEXT_MAX, ret_vkey) != RC_OK)
		rc_trail_clear(); /* a folder without it still has its heads */
	*ret_size = size;
out:
	buf_free(&note);
	return rc;
}

enum rc
ledger_prove(struct ledger *l, uint64_t size, const struct range *ranges, size_t n, struct buf *ret)
{
	struct buf note = BUF(NOTE_KEPT_BYTES_MAX);
	struct hash root;
	uint64_t covered = 0;
	int64_t at_us;
	enum rc rc = RC_OK;

	publisher_head(l->publisher, &covered, &at_us, &root, &note);
	if (size > covered)
		TRY(FAIL(RC_CONFLICT, "a head of %llu is not signed yet", (unsigned long long)size));
	view_forget(l->view); /* a tile may have been read before it was made again */
	TRY(multi_prove(l->view, size, ranges, n, ret));
out:
	buf_free(&note);
	return rc;
}

enum rc
ledger_read(struct ledger *l, uint64_t from, uint32_t most, size_t bytes_max, struct buf *ret)
{
	struct walk walk = { NULL, 0 };
	struct str  leaf, payload;
	size_t      start = ret->n;
	uint32_t    n = 0;
	enum rc     rc = RC_OK;

	if (most > READ_ENTRIES_MAX)
		most = READ_ENTRIES_MAX;
	TRY(put_u16(ret, 0));
	if (from < l->committed.entries && most)
		TRY(journal_walk(l->journal, from, &walk));
	while (n < most && from + n < l->committed.entries) {
		TRY(walk_next(&walk, &leaf, &payload));
		if (ret->n - start + 8 + leaf.n + payload.n > bytes_max)
			break;
		TRY(entry_put(ret, leaf, payload));
		n++;
	}
	put_be16(ret->p + start, (uint16_t)n);
out:
	walk_end(&walk);
	return rc;
}
