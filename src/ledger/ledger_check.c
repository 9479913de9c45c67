// SPDX-License-Identifier: Apache-2.0
/* ledger_check: one walk through the journal, with everything else held against it on the way. */
#include "ledger/ledger_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "ledger/journal.h"
#include "ledger/publish.h"
#include "ledger/wire.h"
#include "os/file.h"

#define PROBLEMS_TOLD_MAX 1000
#define ACTS_MAX          65536
#define BUNDLE_BYTES_MAX  (TILE_WIDTH * (2 + LEAF_BYTES_MAX))
#define KEY_NAME          "key.pub"

static const struct { const char *ja, *en; } texts[PROBLEM_COUNT] = {
	[PROBLEM_NONE] = { "問題なし", "no problem" },
	[PROBLEM_CHECKPOINT] = { "チェックポイントがない、または形式が正しくありません", "the checkpoint is missing or malformed" },
	[PROBLEM_SIGNATURE] = { "チェックポイントの署名がこの鍵のものではありません", "the checkpoint is not signed by this key" },
	[PROBLEM_ROOT] = { "記録が署名済みの先頭と一致しません", "the entries are not what the signed head covers" },
	[PROBLEM_CUT] = { "署名済みの記録が末尾から失われています", "entries that were signed are missing at the end" },
	[PROBLEM_MISSING] = { "途中の記録が失われています", "an entry is missing" },
	[PROBLEM_LEAF] = { "記録の形式が正しくありません", "an entry is not a leaf" },
	[PROBLEM_SEQUENCE] = { "発生元の通し番号が連続していません", "the numbering of a source is broken" },
	[PROBLEM_TIME] = { "受付時刻が前の記録より過去です", "a time of receipt lies before the entry before it" },
	[PROBLEM_OUTCOME] = { "対応する開始のない結果、または二重の結果です", "an outcome without its begin, or a second one" },
	[PROBLEM_EPOCH] = { "期の最初の記録が正しくありません", "the first leaf of an epoch is wrong" },
	[PROBLEM_TILE] = { "タイルがない、または記録と一致しません", "a tile is missing or does not match the entries" },
	[PROBLEM_BUNDLE] = { "記録の束がない、または記録と一致しません", "an entry bundle is missing or does not match the entries" },
	[PROBLEM_PAYLOAD] = { "封印された内容がない、または記録の約束と一致しません", "a sealed payload is missing or is not what its leaf commits to" },
	[PROBLEM_STATE] = { "台帳の内部の数が記録と一致しません", "the journal's own counters do not match its entries" },
};

struct act { uint64_t index; bool interrupted; };

struct check {
	const struct ledger_check_options *options;
	struct ledger_report *report;
	int                   dirfd;
	struct hash           root;          /* of the checkpoint      */
	bool                  has_head;
	struct edge           edge;
	struct buf            bundle, file;
	uint64_t              seq[PROC_COUNT];
	uint32_t              epoch;         /* the last one begun     */
	struct act           *acts;
	size_t                acts_n;
	struct secret         key;           /* of the payloads met last */
	uint16_t              key_class;
	uint32_t              key_month;
	enum rc               key_rc;
};

const char *
ledger_problem_ja(enum ledger_problem p)
{
	return (unsigned)p < PROBLEM_COUNT ? texts[p].ja : "?";
}

const char *
ledger_problem_en(enum ledger_problem p)
{
	return (unsigned)p < PROBLEM_COUNT ? texts[p].en : "?";
}

static void
found(struct check *c, enum ledger_problem what, uint64_t at)
{
	if (c->report->problems++ == 0) {
		c->report->first.what = what;
		c->report->first.at = at;
	}
	if (c->options->found && c->report->problems <= PROBLEMS_TOLD_MAX)
		c->options->found(c->options->arg, what, at);
	rc_trail_clear();
}

/* ---- the head ---- */

static enum rc
key_load(int dirfd, struct note_key *ret)
{
	struct buf text = BUF(VKEY_TEXT_MAX);
	enum rc    rc = RC_OK;

	TRY(file_read(dirfd, KEY_NAME, VKEY_TEXT_MAX, &text));
	TRY(note_key_parse(str_trim(buf_str(&text)), ret));
out:
	buf_free(&text);
	return rc;
}

static void
head_check(struct check *c)
{
	struct buf             bytes = BUF(NOTE_BYTES_MAX);
	struct note_key        own;
	const struct note_key *key = c->options->key;
	struct note            note;
	struct checkpoint      head;

	c->report->key_given = key != NULL;
	if (!key && key_load(c->dirfd, &own) == RC_OK)
		key = &own;
	if (file_read(c->dirfd, CHECKPOINT_NAME, NOTE_BYTES_MAX, &bytes) != RC_OK || note_parse(buf_str(&bytes), &note) != RC_OK ||
	    checkpoint_decode(note.text, &head) != RC_OK || head.origin.n >= sizeof c->report->origin) {
		found(c, PROBLEM_CHECKPOINT, 0);
		goto out;
	}
	if (!key || !str_eq(note_key_name(key), head.origin) || note_verify(&note, key) != RC_OK)
		found(c, PROBLEM_SIGNATURE, head.size);
	memcpy(c->report->origin, head.origin.p, head.origin.n);
	c->report->covered = head.size;
	c->root = head.root;
	c->has_head = true;
out:
	buf_free(&bytes);
}

/* ---- tiles and bundles ---- */

/* A tile as it must be, against the one on the disk. */
static enum rc
tile_compare(void *arg, struct tile_id id, const struct hash *row)
{
	struct check *c = arg;
	struct hash   there[TILE_WIDTH];
	uint64_t      to = ((id.index << 8) + id.width) << (8 * id.level); /* entries it needs */

	if (to > c->report->covered)
		return RC_OK; /* not published yet */
	if (tiles_read(&c->dirfd, id, there) != RC_OK || memcmp(there, row, id.width * sizeof *row) != 0)
		found(c, PROBLEM_TILE, to - ((uint64_t)id.width << (8 * id.level)));
	return RC_OK;
}

static void
bundle_compare(struct check *c, uint64_t index, unsigned width)
{
	struct tile_id id = { TILE_ENTRIES, index, (uint16_t)width }, whole = { TILE_ENTRIES, index, TILE_WIDTH };
	char           path[TILE_PATH_MAX];
	enum rc        rc;

	if (index * TILE_WIDTH + width > c->report->covered)
		return;
	buf_reset(&c->file);
	rc = tile_path(id, path);
	if (rc == RC_OK)
		rc = file_read(c->dirfd, path, BUNDLE_BYTES_MAX, &c->file);
	if (rc == RC_NOTFOUND && width < TILE_WIDTH && tile_path(whole, path) == RC_OK)
		rc = file_read(c->dirfd, path, BUNDLE_BYTES_MAX, &c->file);
	if (rc != RC_OK || c->file.n < c->bundle.n || memcmp(c->file.p, c->bundle.p, c->bundle.n) != 0 || (width == TILE_WIDTH && c->file.n != c->bundle.n))
		found(c, PROBLEM_BUNDLE, index * TILE_WIDTH);
	rc_trail_clear();
}

static enum rc
tree_add(struct check *c, struct str leaf)
{
	struct tile_sink sink = { c, tile_compare };
	struct hash      h;
	enum rc          rc = RC_OK;

	TRY(bundle_add(&c->bundle, leaf));
	tree_leaf_hash(leaf, &h);
	TRY(edge_add(&c->edge, &h, &sink));
	if (c->edge.size % TILE_WIDTH == 0) {
		bundle_compare(c, c->edge.size / TILE_WIDTH - 1, TILE_WIDTH);
		buf_reset(&c->bundle);
	}
	if (!c->has_head || c->edge.size != c->report->covered)
		goto out;
	edge_root(&c->edge, &h);
	if (!hash_eq(&h, &c->root))
		found(c, PROBLEM_ROOT, c->report->covered);
	TRY(edge_flush(&c->edge, &sink));
	if (c->bundle.n)
		bundle_compare(c, c->edge.size / TILE_WIDTH, (unsigned)(c->edge.size % TILE_WIDTH));
out:
	return rc;
}

/* ---- leaves ---- */

static struct act *
act_find(struct check *c, uint64_t index)
{
	for (size_t i = c->acts_n; i-- > 0;)
		if (c->acts[i].index == index)
			return &c->acts[i];
	return NULL;
}

static void
act_remove(struct check *c, struct act *act)
{
	size_t at = (size_t)(act - c->acts);

	memmove(act, act + 1, (c->acts_n - at - 1) * sizeof *act);
	c->acts_n--;
}

static void
act_check(struct check *c, uint64_t index, const struct leaf *l)
{
	struct act *act;

	if (l->type == LEAF_ACT_BEGIN) {
		if (c->acts_n == ACTS_MAX) /* interrupted acts of long ago make room */
			act_remove(c, c->acts);
		c->acts[c->acts_n++] = (struct act){ index, false };
	}
	if (l->type != LEAF_ACT_OUTCOME)
		return;
	act = act_find(c, l->begin);
	if (!act || (act->interrupted && l->source == PROC_LEDGER))
		found(c, PROBLEM_OUTCOME, index);
	else if (l->source == PROC_LEDGER)
		act->interrupted = true;
	else
		act_remove(c, act);
	c->report->interrupted += l->verdict == OUTCOME_INTERRUPTED;
}

static void
payload_check(struct check *c, uint64_t index, const struct leaf *l, struct str payload)
{
	static const struct hash none = { { 0 } };
	struct buf               json = BUF(1 << 20);
	uint8_t                  salt[SALT_BYTES];
	uint16_t                 class = 0;
	uint32_t                 month = 0;

	if ((payload.n == 0) != hash_eq(&l->commitment, &none) || (payload.n && payload_head(payload, &class, &month) != RC_OK)) {
		found(c, PROBLEM_PAYLOAD, index);
		return;
	}
	c->report->payloads += payload.n > 0;
	if (!payload.n || !c->options->payload_key)
		return;
	if (!c->key.p || class != c->key_class || month != c->key_month) {
		secret_free(&c->key);
		c->key_rc = c->options->payload_key(c->options->arg, class, month, &c->key);
		c->key_class = class;
		c->key_month = month;
	}
	if (c->key_rc != RC_OK)
		c->report->key_gone++;
	else if (payload_open(&c->key, payload, &l->commitment, &json, salt) != RC_OK)
		found(c, PROBLEM_PAYLOAD, index);
	else
		c->report->opened++;
	rc_trail_clear();
	if (json.p)
		wipe(json.p, json.cap);
	buf_free(&json);
}

static void
leaf_check(struct check *c, uint64_t index, struct str bytes, struct str payload)
{
	struct leaf l;

	if (leaf_decode(bytes, &l) != RC_OK) {
		found(c, PROBLEM_LEAF, index);
		return;
	}
	if (l.source_seq != ++c->seq[l.source]) {
		found(c, PROBLEM_SEQUENCE, index);
		c->seq[l.source] = l.source_seq;
	}
	if (index == 0)
		c->report->first_at_us = l.received_at_us;
	else if (l.received_at_us < c->report->last_at_us)
		found(c, PROBLEM_TIME, index);
	c->report->last_at_us = l.received_at_us;
	c->report->by_type[l.type]++;
	act_check(c, index, &l);
	if (l.type == LEAF_EPOCH) {
		uint32_t number = get_be32(l.object.b + ID_BYTES - 4);

		c->report->epochs++;
		if (l.source != PROC_LEDGER || l.begin != index || l.last > index || number <= c->epoch || payload.n)
			found(c, PROBLEM_EPOCH, index);
		c->epoch = number;
		return; /* its commitment is the root it continues from */
	}
	if (index == 0)
		found(c, PROBLEM_EPOCH, index);
	payload_check(c, index, &l, payload);
}

/* ---- the walk ---- */

static enum rc
walk_all(struct check *c, struct journal *j, uint64_t entries)
{
	struct walk walk = { NULL, 0 };
	struct str  leaf, payload;
	enum rc     rc = RC_OK;

	TRY(journal_walk(j, 0, &walk));
	while (c->report->entries < entries) {
		rc = walk_next(&walk, &leaf, &payload);
		if (rc == RC_TAMPERED || rc == RC_NOTFOUND) { /* what follows a gap cannot be placed */
			found(c, PROBLEM_MISSING, c->report->entries);
			rc = RC_OK;
			goto out;
		}
		TRY(rc);
		TRY(tree_add(c, leaf));
		leaf_check(c, c->report->entries, leaf, payload);
		c->report->entries++;
	}
out:
	walk_end(&walk);
	return rc;
}

static enum rc
state_check(struct check *c, struct journal *j, const struct journal_state *state)
{
	struct open_act *open = calloc(ACTS_MAX, sizeof *open);
	size_t           n = 0, open_n = 0;
	enum rc          rc = RC_OK;

	if (!open)
		return FAIL(RC_LIMIT, "no memory");
	TRY(journal_open_acts(j, ACTS_MAX, open, &n));
	for (size_t i = 0; i < c->acts_n; i++)
		if (!c->acts[i].interrupted)
			open_n++;
	c->report->open_acts = open_n;
	if (memcmp(c->seq, state->seq, sizeof c->seq) != 0 || state->epoch != c->epoch || n != open_n)
		found(c, PROBLEM_STATE, c->report->entries);
out:
	free(open);
	return rc;
}

enum rc
ledger_check(const char *folder, int dirfd, const struct ledger_check_options *options, struct ledger_report *ret)
{
	struct check        *c = calloc(1, sizeof *c);
	struct journal      *j = NULL;
	struct journal_state state;
	enum rc              rc = RC_OK;

	if (!c)
		return FAIL(RC_LIMIT, "no memory");
	memset(ret, 0, sizeof *ret);
	*c = (struct check){ .options = options, .report = ret, .dirfd = dirfd, .bundle = BUF(BUNDLE_BYTES_MAX), .file = BUF(BUNDLE_BYTES_MAX) };
	c->acts = calloc(ACTS_MAX, sizeof *c->acts);
	if (!c->acts)
		TRY(FAIL(RC_LIMIT, "no memory"));
	if (!file_exists(dirfd, JOURNAL_NAME) && !file_exists(dirfd, CHECKPOINT_NAME))
		TRY(FAIL(RC_NOTFOUND, "まだ何も記録されていません / nothing has been recorded yet"));
	head_check(c); /* before the journal, which only grows */
	if (!file_exists(dirfd, JOURNAL_NAME)) {
		found(c, PROBLEM_CUT, 0);
		TRY(FAIL(RC_TAMPERED, "ledger: the journal is gone, a checkpoint of %llu entries stands", (unsigned long long)ret->covered));
	}
	rc = journal_open_reading(folder, &j, &state);
	if (rc == RC_TAMPERED)
		found(c, PROBLEM_STATE, 0);
	TRY(rc);
	TRY(walk_all(c, j, state.entries));
	if (c->has_head && ret->entries < ret->covered)
		found(c, PROBLEM_CUT, ret->entries);
	if (ret->entries == state.entries)
		TRY(state_check(c, j, &state));
	if (ret->problems)
		rc = FAIL(RC_TAMPERED, "ledger: %llu problems, the first at entry %llu: %s", (unsigned long long)ret->problems, (unsigned long long)ret->first.at,
			ledger_problem_en(ret->first.what));
out:
	journal_close(j);
	secret_free(&c->key);
	buf_free(&c->bundle);
	buf_free(&c->file);
	free(c->acts);
	free(c);
	return rc;
}
