// SPDX-License-Identifier: Apache-2.0
/*
 * Judges a bundle of evidence (docs/format-bundle.md) with nothing but a verifier key: that its files are those the ledger
 * was told of, that every entry stands under the signed head with the payload it committed to, and that what is not there
 * is said, entry by entry.
 */
#include "tool/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "evidence/bundle.h"
#include "merkle/multi.h"
#include "merkle/submission.h"

#define ORDER_SHOWN 1000
#define SEALS 3 /* seal.txt, seal.tlog-proof, consistency.txt stand behind the manifest */

struct bundle { struct report *r; struct tar_file file[BUNDLE_FILES_MAX]; size_t n, manifest; };

static struct str
content(const struct bundle *b, const char *name, bool *ret)
{
	for (size_t i = 0; i < b->n; i++)
		if (str_eq_c(b->file[i].name, name)) {
			*ret = true;
			return b->file[i].bytes;
		}
	report_fault(b->r, FAULT_FILE_MISSING, "%s", name);
	*ret = false;
	return STR_NONE;
}

static bool
take_files(struct bundle *b, struct str bytes)
{
	enum rc rc = RC_OK;

	while ((rc = b->n < BUNDLE_FILES_MAX ? tar_next(&bytes, &b->file[b->n]) : RC_LIMIT) == RC_OK)
		b->n++;
	if (rc != RC_NOTFOUND)
		report_fault(b->r, FAULT_ARCHIVE_MALFORMED, "%zu", b->n); /* files that were whole */
	rc_trail_clear();
	return rc == RC_NOTFOUND;
}

/* Every file before the manifest is a line of it, in this order; behind it stand the three that prove it. */
static void
check_manifest(struct bundle *b)
{
	static const char *const behind[SEALS] = { "seal.txt", "seal.tlog-proof", "consistency.txt" };
	struct str rest, line, name;
	struct hash said, is;
	size_t at = 0;

	for (b->manifest = 0; b->manifest < b->n && !str_eq_c(b->file[b->manifest].name, "manifest.txt"); b->manifest++)
		;
	if (b->manifest == b->n) {
		report_fault(b->r, FAULT_FILE_MISSING, "manifest.txt");
		return;
	}
	rest = b->file[b->manifest].bytes;
	while (note_line(&rest, &line)) {
		if (manifest_get(line, &said, &name) != RC_OK) {
			rc_trail_clear();
			report_fault(b->r, FAULT_LINE_MALFORMED, "manifest.txt:%zu", at + 1);
			return;
		}
		if (at >= b->manifest || !str_eq(b->file[at].name, name)) {
			report_fault(b->r, FAULT_FILE_MISSING, STR_FMT, STR_ARG(name));
			return;
		}
		hash_bytes(b->file[at].bytes, &is);
		if (!hash_eq(&said, &is))
			report_fault(b->r, FAULT_FILE_DIFFERS, STR_FMT, STR_ARG(name));
		at++;
	}
	if (rest.n)
		report_fault(b->r, FAULT_LINE_MALFORMED, "manifest.txt:%zu", at + 1);
	for (; at < b->manifest; at++)
		report_fault(b->r, FAULT_FILE_UNLISTED, STR_FMT, STR_ARG(b->file[at].name));
	for (size_t i = 0; b->manifest + 1 + i < b->n; i++)
		if (i >= SEALS || !str_eq_c(b->file[b->manifest + 1 + i].name, behind[i]))
			report_fault(b->r, FAULT_FILE_UNLISTED, STR_FMT, STR_ARG(b->file[b->manifest + 1 + i].name));
}

/* ---- entries, in the order of the tree */

struct walk {
	struct bundle *b;
	size_t         file;             /* the next one                            */
	struct str     rest;             /* lines of the one before                 */
	struct str     omitted;          /* lines of omitted.txt                    */
	uint64_t       next, index;      /* the next number to account for; the entry at hand, UINT64_MAX: no more */
	struct hash    leaf;
	struct str     hashes;           /* lines of proof.txt                      */
	struct buf     bytes, salted;
	bool           bad;              /* what follows makes no sense any more    */
	/* of the order: whether a period is all it says, and whether that has a beginning and an end */
	bool           by_period, from, until;
	bool           inside;           /* behind the first entry that was chosen  */
	uint64_t       gap;              /* left out since then, before the next    */
};

/* A value in order.json, which is written in one spelling: within a string no quote stands bare. */
static bool
order_says(struct str order, const char *key)
{
	char pattern[32];
	size_t at;

	(void)snprintf(pattern, sizeof(pattern), "\"%s\":\"", key); /* fits */
	return str_find(order, str_of(pattern), &at) && at + strlen(pattern) < order.n && order.p[at + strlen(pattern)] != '"';
}

/* The first entry of an epoch rides along whatever is ordered; any other one in the bundle of a period is of it, and so is all between two. */
static void
inside_period(struct walk *w, const struct bundle_entry *e, const struct leaf *l)
{
	if (!w->by_period || l->type == LEAF_EPOCH)
		return;
	if (w->inside || !w->from)
		w->b->r->partial += w->gap;
	w->b->r->partial += e->state == PAYLOAD_WITHHELD;
	w->gap = 0;
	w->inside = true;
}

static bool
is_entries(struct str name)
{
	return str_starts(name, STR("entries-")) && str_ends(name, STR(".txt"));
}

/* What was left out before `to`, by its lines: together with the entries every number is accounted for. */
static void
omit_until(struct walk *w, uint64_t to)
{
	struct bundle_omitted o;
	struct str line;

	while (!w->bad && w->next < to && note_line(&w->omitted, &line)) {
		if (bundle_omitted_get(line, &o) != RC_OK || o.first != w->next || o.last >= to) {
			rc_trail_clear();
			w->bad = true;
			break;
		}
		w->b->r->omitted += o.last - o.first + 1;
		w->gap += o.last - o.first + 1;
		w->next = o.last + 1;
	}
	if (w->next != to && !w->bad)
		w->bad = true;
	if (w->bad)
		report_fault(w->b->r, FAULT_OMITTED_WRONG, "#%llu", (unsigned long long)w->next);
}

static void
check_payload(struct walk *w, const struct bundle_entry *e, const struct leaf *l)
{
	static const struct hash none;
	struct report *r = w->b->r;
	struct hash h;

	if ((e->state == PAYLOAD_NONE) != hash_eq(&l->commitment, &none))
		report_fault(r, FAULT_PAYLOAD_DIFFERS, "#%llu", (unsigned long long)e->index);
	if (e->state == PAYLOAD_ERASED) {
		r->erased++;
		r->partial++;
	}
	if (e->state == PAYLOAD_WITHHELD)
		r->withheld++;
	if (e->state != PAYLOAD_SHOWN)
		return;
	r->shown++;
	buf_reset(&w->salted);
	if (base64_decode(e->salt64, &w->salted) != RC_OK || w->salted.n != SALT_BYTES || buf_add(&w->salted, e->json) != RC_OK) {
		rc_trail_clear();
		report_fault(r, FAULT_LINE_MALFORMED, "#%llu", (unsigned long long)e->index);
		return;
	}
	payload_commit(buf_str(&w->salted), &h);
	if (!hash_eq(&h, &l->commitment))
		report_fault(r, FAULT_PAYLOAD_DIFFERS, "#%llu", (unsigned long long)e->index);
}

static void
seen(struct report *r, const struct leaf *l)
{
	if (r->leaves == 0 || l->received_at_us < r->first_at_us)
		r->first_at_us = l->received_at_us;
	if (r->leaves && l->received_at_us < r->last_at_us)
		report_fault(r, FAULT_TIME_BACKWARDS, "%lld", (long long)l->received_at_us);
	if (r->leaves == 0 || l->received_at_us > r->last_at_us)
		r->last_at_us = l->received_at_us;
	r->leaves++;
	r->by_type[l->type]++;
	r->source[l->source].entries++;
}

static void
next_entry(struct walk *w)
{
	struct bundle_entry e;
	struct leaf l;
	struct str line = STR_NONE;

	w->index = UINT64_MAX;
	while (!w->bad && !note_line(&w->rest, &line)) {
		if (w->rest.n)
			w->bad = true;
		while (w->file < w->b->n && !is_entries(w->b->file[w->file].name))
			w->file++;
		if (w->file == w->b->n)
			return;
		w->rest = w->b->file[w->file++].bytes;
	}
	buf_reset(&w->bytes);
	if (w->bad || bundle_entry_get(line, &e) != RC_OK || e.index < w->next || base64_decode(e.leaf64, &w->bytes) != RC_OK || leaf_decode(buf_str(&w->bytes), &l) != RC_OK) {
		rc_trail_clear();
		report_fault(w->b->r, FAULT_LINE_MALFORMED, "#%llu", (unsigned long long)w->next);
		w->bad = true;
		return;
	}
	omit_until(w, e.index);
	if (w->bad)
		return;
	inside_period(w, &e, &l);
	check_payload(w, &e, &l);
	seen(w->b->r, &l);
	tree_leaf_hash(buf_str(&w->bytes), &w->leaf);
	w->index = e.index;
	w->next = e.index + 1;
}

static uint64_t
peek(void *arg)
{
	return ((struct walk *)arg)->index;
}

static enum rc
take(void *arg, struct hash *ret)
{
	struct walk *w = arg;

	*ret = w->leaf;
	next_entry(w);
	return RC_OK;
}

static enum rc
next_hash(void *arg, struct hash *ret)
{
	struct walk *w = arg;
	struct buf b = BUF(64);
	struct str line;
	bool good = note_line(&w->hashes, &line) && base64_decode(line, &b) == RC_OK && b.n == sizeof(ret->b);

	if (good)
		memcpy(ret->b, b.p, sizeof(ret->b));
	buf_free(&b);
	return good ? RC_OK : FAIL(RC_TAMPERED, "the proof has too few hashes, or one that is none");
}

static void
check_entries(struct bundle *b, const struct checkpoint *head)
{
	struct walk w = { .b = b, .bytes = BUF(ENTRY_BYTES_MAX), .salted = BUF(BUNDLE_LINE_MAX) };
	struct hash root;
	struct str order;
	bool omitted, proof, there;

	order = content(b, "order.json", &there);
	w.by_period = there && !order_says(order, "clause") && !order_says(order, "host") && !order_says(order, "person") && !order_says(order, "object");
	w.from = order_says(order, "from");
	w.until = order_says(order, "until");
	w.omitted = content(b, "omitted.txt", &omitted);
	w.hashes = content(b, "proof.txt", &proof);
	if (!omitted || !proof)
		return;
	b->r->has_leaves = true;
	next_entry(&w);
	if (multi_root(head->size, (struct multi_source){ &w, peek, take }, (struct multi_hashes){ &w, next_hash }, &root) != RC_OK || !hash_eq(&root, &head->root) || w.hashes.n || w.index != UINT64_MAX)
		report_fault(b->r, FAULT_ENTRIES_UNPROVEN, "proof.txt");
	rc_trail_clear();
	if (!w.bad)
		omit_until(&w, head->size);
	if (w.by_period && !w.until)
		b->r->partial += w.gap;
	if (!w.bad && w.omitted.n)
		report_fault(b->r, FAULT_OMITTED_WRONG, "omitted.txt");
	buf_free(&w.bytes);
	buf_free(&w.salted);
}

/* ---- what binds it to the ledger */

static bool
extends(struct str text, const struct checkpoint *older, struct str newer_note, const struct checkpoint *newer)
{
	struct submission s;
	bool good = submission_decode(text, &s) == RC_OK && s.old_size == older->size && str_eq(s.checkpoint, newer_note) &&
	            proof_consistency_check(&s.proof, older->size, &older->root, newer->size, &newer->root) == RC_OK;

	rc_trail_clear();
	return good;
}

/* "SALT JSON": the payload of the entry that told the ledger of this manifest. */
static bool
names_manifest(struct bundle *b, struct str seal, const struct leaf *l)
{
	struct buf salted = BUF(BUNDLE_LINE_MAX), want = BUF(128);
	struct str salt = STR_NONE, rest = str_ends(seal, STR("\n")) ? str_sub(seal, 0, seal.n - 1) : STR_NONE;
	struct hash h;
	size_t at;
	bool good = false;
	enum rc rc = RC_OK;

	hash_bytes(b->file[b->manifest].bytes, &h);
	TRY(buf_add_c(&want, "\"manifest\":\""));
	TRY(hex_encode(&want, (struct str){ (const char *)h.b, sizeof(h.b) }));
	TRY(buf_add_c(&want, "\""));
	if (!str_cut(&rest, ' ', &salt))
		goto out;
	TRY(base64_decode(salt, &salted));
	if (salted.n != SALT_BYTES)
		goto out;
	TRY(buf_add(&salted, rest));
	payload_commit(buf_str(&salted), &h);
	good = hash_eq(&h, &l->commitment) && str_find(rest, buf_str(&want), &at);
out:
	rc_trail_clear();
	buf_free(&salted);
	buf_free(&want);
	return good && rc == RC_OK;
}

static void
check_seal(struct bundle *b, const struct trust *t, const struct checkpoint *head)
{
	struct trust plain = *t;
	struct buf entry = BUF(ENTRY_BYTES_MAX + 3);
	struct tlog_proof p;
	struct checkpoint newer;
	struct hash h;
	struct leaf l;
	bool seal, proof, consistency;
	struct str text = content(b, "seal.txt", &seal), tlog = content(b, "seal.tlog-proof", &proof), steps = content(b, "consistency.txt", &consistency);

	plain.witnesses = 0;
	if (!seal || !proof || !consistency)
		return;
	if (tlog_proof_decode(tlog, &p) != RC_OK || !p.has_extra || base64_decode(p.extra64, &entry) != RC_OK || leaf_decode(buf_str(&entry), &l) != RC_OK) {
		rc_trail_clear();
		report_fault(b->r, FAULT_PROOF_MALFORMED, "seal.tlog-proof");
		goto out;
	}
	if (!verify_head(b->r, &plain, p.checkpoint, "seal.tlog-proof", &newer))
		goto out;
	tree_leaf_hash(buf_str(&entry), &h);
	if (proof_inclusion_check(&p.proof, p.index, newer.size, &h, &newer.root) != RC_OK || l.type != LEAF_STATION || !str_eq_c(l.name, BUNDLE_SEAL_NAME) || !names_manifest(b, text, &l))
		report_fault(b->r, FAULT_SEAL_WRONG, "#%llu", (unsigned long long)p.index);
	else
		b->r->sealed_at_us = l.received_at_us;
	rc_trail_clear();
	if (!extends(steps, head, p.checkpoint, &newer))
		report_fault(b->r, FAULT_FORKED, "consistency.txt");
out:
	buf_free(&entry);
}

/* A head that a witness cosigned, and that the bundle's own head extends. */
static void
check_witness(struct bundle *b, const struct trust *t, struct str note, const struct checkpoint *head)
{
	struct str text = STR_NONE, steps = STR_NONE;
	struct checkpoint cosigned;

	for (size_t i = 0; i < b->manifest; i++) {
		text = str_eq_c(b->file[i].name, "witness.note") ? b->file[i].bytes : text;
		steps = str_eq_c(b->file[i].name, "witness-consistency.txt") ? b->file[i].bytes : steps;
	}
	if (text.n == 0) {
		if (t->witnesses)
			report_fault(b->r, FAULT_WITNESS_MISSING, "witness.note");
		return;
	}
	if (verify_head(b->r, t, text, "witness.note", &cosigned) && !extends(steps, &cosigned, note, head))
		report_fault(b->r, FAULT_FORKED, "witness-consistency.txt");
}

/* What was ordered, as far as it fits; nothing a terminal would act on. */
static void
keep_order(struct bundle *b)
{
	struct arena a = ARENA(65536);
	bool there;
	struct str order = content(b, "order.json", &there);
	struct text clean = utf8_mend(&a, str_trim(str_sub(order, 0, order.n < ORDER_SHOWN ? order.n : ORDER_SHOWN)));

	(void)snprintf(b->r->order, sizeof(b->r->order), STR_FMT, STR_ARG(clean.s)); /* three bytes for each at most */
	arena_free(&a);
}

enum rc
verify_bundle(struct report *r, const struct trust *t, struct str bytes)
{
	struct bundle *b = calloc(1, sizeof(*b));
	struct trust plain = *t;
	struct checkpoint head;
	struct str note;
	bool there;

	if (b == NULL)
		abort();
	b->r = r;
	plain.witnesses = 0;
	if (!take_files(b, bytes))
		goto out;
	check_manifest(b);
	if (b->manifest == b->n)
		goto out;
	keep_order(b);
	note = content(b, "checkpoint", &there);
	if (!there || !verify_head(r, &plain, note, "checkpoint", &head))
		goto out;
	r->has_bundle = true;
	head_keep(r, &head);
	check_entries(b, &head);
	check_seal(b, t, &head);
	check_witness(b, t, note, &head);
out:
	free(b);
	return RC_OK;
}
