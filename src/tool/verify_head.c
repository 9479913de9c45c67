// SPDX-License-Identifier: Apache-2.0
/* Judges signed heads against each other, against a folder, and stand-alone proofs against their head. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "os/file.h"
#include "tool/verify.h"

void
report_fault(struct report *r, enum fault_id id, const char *fmt, ...)
{
	va_list ap;

	if (r->faults < FAULTS_KEPT) {
		r->fault[r->faults].id = id;
		va_start(ap, fmt);
		(void)vsnprintf(r->fault[r->faults].where, sizeof(r->fault[0].where), fmt, ap); /* cut, if ever */
		va_end(ap);
	}
	r->faults++;
}

/* The key as it signs for this origin: the epochs of a ledger share one key and differ in its name. */
static bool
key_for(const struct trust *t, struct str origin, struct note_key *ret)
{
	struct str name, of_key;
	uint32_t epoch;

	origin_split(origin, &name, &epoch);
	origin_split(note_key_name(&t->key), &of_key, &epoch);
	if (!str_eq(name, of_key) || note_key_make(origin, NOTE_KEY_ED25519, t->key.pub, ret) != RC_OK) {
		rc_trail_clear();
		return false;
	}
	return true;
}

static void
check_witnesses(struct report *r, const struct trust *t, const struct note *n, const char *file)
{
	r->witnesses = 0;
	for (size_t i = 0; i < t->witnesses; i++) {
		struct str name = note_key_name(&t->witness[i]);
		uint64_t time_s;
		enum rc rc = note_verify_cosigned(n, &t->witness[i], &time_s);

		if (rc == RC_OK)
			r->witness[r->witnesses++] = (struct witnessed){ &t->witness[i], time_s };
		else
			report_fault(r, rc == RC_NOTFOUND ? FAULT_WITNESS_MISSING : FAULT_WITNESS_WRONG, "%s: " STR_FMT, file, STR_ARG(name));
	}
	rc_trail_clear();
}

bool
verify_head(struct report *r, const struct trust *t, struct str bytes, const char *file, struct checkpoint *ret)
{
	struct note n;
	struct note_key key;
	size_t before = r->faults;
	enum rc rc;

	if (note_parse(bytes, &n) != RC_OK || checkpoint_decode(n.text, ret) != RC_OK || ret->origin.n > NOTE_NAME_MAX) {
		/* a text with no signature line at all is a stripped one, not a malformed one */
		struct str text = str_ends(bytes, STR("\n\n")) ? str_sub(bytes, 0, bytes.n - 1) : bytes;

		report_fault(r, checkpoint_decode(text, ret) == RC_OK ? FAULT_SIGNATURE_MISSING : FAULT_CHECKPOINT_MALFORMED, "%s", file);
		rc_trail_clear();
		return false;
	}
	if (!t->has_key) {
		report_fault(r, FAULT_KEY_MISSING, "%s", file);
		return false;
	}
	if ((t->origin.n && !str_eq(t->origin, ret->origin)) || !key_for(t, ret->origin, &key)) {
		report_fault(r, FAULT_ORIGIN_OTHER, "%s", file);
		return false;
	}
	rc = note_verify(&n, &key);
	if (rc != RC_OK)
		report_fault(r, rc == RC_NOTFOUND ? FAULT_SIGNATURE_MISSING : rc == RC_CONFLICT ? FAULT_SIGNATURE_DOUBLED : FAULT_SIGNATURE_WRONG, "%s", file);
	rc_trail_clear();
	check_witnesses(r, t, &n, file);
	return r->faults == before;
}

void
head_keep(struct report *r, const struct checkpoint *c)
{
	struct str name;

	memcpy(r->origin, c->origin.p, c->origin.n);
	r->origin[c->origin.n] = '\0';
	origin_split(c->origin, &name, &r->epoch);
	r->size = c->size;
	r->root = c->root;
	r->has_head = true;
}

enum rc
verify_key_of_folder(struct report *r, struct trust *t, int dirfd)
{
	struct buf text = BUF(VKEY_TEXT_MAX + 2);
	enum rc rc = RC_OK;

	if (t->has_key)
		return RC_OK;
	rc = file_read(dirfd, "key.pub", VKEY_TEXT_MAX + 2, &text);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear(); /* verify_head names it */
		rc = RC_OK;
	} else if (rc == RC_OK) {
		if (note_key_parse(str_trim(buf_str(&text)), &t->key) == RC_OK && t->key.type == NOTE_KEY_ED25519)
			t->has_key = r->key_from_folder = true;
		else
			report_fault(r, FAULT_KEY_MALFORMED, "key.pub");
		rc_trail_clear();
	} else if (rc == RC_LIMIT) {
		report_fault(r, FAULT_KEY_MALFORMED, "key.pub");
		rc_trail_clear();
		rc = RC_OK;
	}
	buf_free(&text);
	return rc;
}

/* Each epoch's first leaf commits to the root of the head it goes on from; the last epoch is the checkpoint's. */
static enum rc
check_epochs(struct report *r, struct view *view)
{
	static const struct hash none;
	struct hash root;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < r->epochs; i++) {
		const struct epoch_seen *e = &r->epochs_seen[i];

		if (e->continues_from)
			TRY(view_root(view, e->continues_from, &root));
		else
			tree_empty_root(&root);
		if (!hash_eq(&e->commitment, &root) && (e->continues_from || !hash_eq(&e->commitment, &none)))
			report_fault(r, FAULT_EPOCH_WRONG, "#%llu", (unsigned long long)e->at);
	}
	if (r->epochs && r->epochs_seen[r->epochs - 1].number != r->epoch)
		report_fault(r, FAULT_EPOCH_MISSING, "%s", r->origin);
out:
	return rc;
}

/* The next epoch that the folder knows after number `epoch`; NULL: none. */
static const struct epoch_seen *
epoch_after(const struct report *r, uint32_t epoch)
{
	for (size_t i = 0; i < r->epochs; i++)
		if (r->epochs_seen[i].number > epoch)
			return &r->epochs_seen[i];
	return NULL;
}

/* A head somebody kept, against the folder: is it behind us, ahead of us, or beside us? */
static enum rc
check_head_at_hand(struct report *r, struct trust *t, struct view *view, bool sound, struct str bytes, size_t number)
{
	const struct epoch_seen *next;
	struct checkpoint c;
	struct hash root;
	struct str name;
	struct str wanted = t->origin;
	size_t witnesses = t->witnesses;
	uint32_t epoch;
	char file[32];
	bool good;
	enum rc rc = RC_OK;

	(void)snprintf(file, sizeof(file), "--head %zu", number + 1);
	t->origin = STR_NONE;  /* a head of an earlier epoch is welcome */
	t->witnesses = 0;      /* witnesses are asked of the folder's own head */
	good = verify_head(r, t, bytes, file, &c);
	t->origin = wanted;
	t->witnesses = witnesses;
	if (!good)
		return RC_OK;
	r->heads_checked++;
	if (c.size > r->newest_head)
		r->newest_head = c.size;
	origin_split(c.origin, &name, &epoch);
	next = epoch_after(r, epoch);
	if (epoch > r->epoch || (epoch == r->epoch && c.size > r->size)) {
		report_fault(r, FAULT_ROLLED_BACK, "%s: %llu > %llu", file, (unsigned long long)c.size, (unsigned long long)r->size);
		return RC_OK;
	}
	if (!sound) /* the files are not what was signed: nothing to compare with */
		return RC_OK;
	if (next && c.size > next->continues_from) {
		report_fault(r, FAULT_EPOCH_LOST, "%s: #%llu–#%llu", file, (unsigned long long)next->continues_from, (unsigned long long)(c.size - 1));
		return RC_OK;
	}
	TRY(view_root(view, c.size, &root));
	if (!hash_eq(&root, &c.root))
		report_fault(r, FAULT_FORKED, "%s: %llu", file, (unsigned long long)c.size);
out:
	return rc;
}

enum rc
verify_ledger(struct report *r, struct trust *t, int dirfd, const struct str *heads, size_t n)
{
	struct buf note = BUF(NOTE_BYTES_MAX);
	struct files files = { dirfd, 0, r, BUF(TILE_BYTES + 1) };
	struct view *view = NULL;
	struct checkpoint head;
	bool sound;
	enum rc rc = RC_OK;

	TRY(verify_key_of_folder(r, t, dirfd));
	rc = file_read(dirfd, "checkpoint", NOTE_BYTES_MAX, &note);
	if (rc == RC_NOTFOUND) {
		report_fault(r, FAULT_CHECKPOINT_MISSING, "checkpoint");
		rc_trail_clear();
		rc = RC_OK;
		goto out;
	}
	if (rc == RC_LIMIT) {
		report_fault(r, FAULT_CHECKPOINT_MALFORMED, "checkpoint");
		rc_trail_clear();
		rc = RC_OK;
		goto out;
	}
	if (rc != RC_OK || r->faults || !verify_head(r, t, buf_str(&note), "checkpoint", &head))
		goto out;
	head_keep(r, &head);
	TRY(verify_folder(r, dirfd, &head));
	files.size = head.size;
	view = view_new((struct tile_source){ &files, files_read_tile }, 0);
	r->head_at_hand = n > 0;
	sound = r->faults == 0;
	if (sound)
		TRY(check_epochs(r, view));
	for (size_t i = 0; i < n; i++)
		TRY(check_head_at_hand(r, t, view, sound, heads[i], i));
out:
	view_free(view);
	buf_free(&files.bytes);
	buf_free(&note);
	return rc;
}

/* Two heads that do not go together: are the files wrong, or did the signer sign two stories? */
static enum rc
name_inconsistency(struct report *r, struct view *view, int dirfd, const struct checkpoint *older, const struct checkpoint *newer)
{
	struct report whole = { 0 };
	struct hash root;
	bool other_story = true;
	enum rc rc = RC_OK;

	whole.root = newer->root;
	TRY(verify_folder(&whole, dirfd, newer));
	for (size_t i = 0; i < whole.faults && i < FAULTS_KEPT; i++)
		other_story = other_story && whole.fault[i].id >= FAULT_ROOT_DIFFERS; /* those after it judge what leaves say */
	if (whole.faults && other_story) /* the files lead to another root than the newer; do they lead to the older? */
		other_story = view_root(view, older->size, &root) == RC_OK && hash_eq(&root, &older->root);
	if (other_story)
		report_fault(r, FAULT_FORKED, "%llu, %llu", (unsigned long long)older->size, (unsigned long long)newer->size);
	for (size_t i = 0; i < whole.faults && i < FAULTS_KEPT && !other_story; i++)
		report_fault(r, whole.fault[i].id, "%s", whole.fault[i].where);
	rc_trail_clear();
out:
	return rc;
}

enum rc
verify_consistency(struct report *r, struct trust *t, struct str older, struct str newer, int dirfd)
{
	struct files files = { dirfd, 0, r, BUF(TILE_BYTES + 1) };
	struct view *view = NULL;
	struct checkpoint a, b;
	struct proof proof;
	enum rc rc = RC_OK;

	TRY(verify_key_of_folder(r, t, dirfd));
	if (r->faults || !verify_head(r, t, older, "OLD", &a) || !verify_head(r, t, newer, "NEW", &b))
		goto out;
	head_keep(r, &b);
	r->heads_checked = 2;
	if (a.size > b.size) {
		report_fault(r, FAULT_ROLLED_BACK, "%llu > %llu", (unsigned long long)a.size, (unsigned long long)b.size);
		goto out;
	}
	files.size = b.size;
	view = view_new((struct tile_source){ &files, files_read_tile }, 0);
	rc = view_consistency(view, a.size, b.size, &proof);
	if (rc == RC_NOTFOUND || rc == RC_TAMPERED) {
		report_fault(r, rc == RC_NOTFOUND ? FAULT_TILE_MISSING : FAULT_TILE_SIZE, "%llu, %llu", (unsigned long long)a.size, (unsigned long long)b.size);
		rc_trail_clear();
		rc = RC_OK;
		goto out;
	}
	if (rc != RC_OK)
		goto out;
	if (proof_consistency_check(&proof, a.size, &a.root, b.size, &b.root) != RC_OK) {
		rc_trail_clear();
		TRY(name_inconsistency(r, view, dirfd, &a, &b));
	}
out:
	view_free(view);
	buf_free(&files.bytes);
	return rc;
}

enum rc
verify_proof(struct report *r, const struct trust *t, struct str bytes, struct str given, bool has_given)
{
	struct buf extra = BUF(ENTRY_BYTES_MAX + 3);
	struct tlog_proof p;
	struct checkpoint head;
	struct str entry = given;
	struct hash leaf;
	enum rc rc = RC_OK;

	if (tlog_proof_decode(bytes, &p) != RC_OK) {
		report_fault(r, FAULT_PROOF_MALFORMED, "proof");
		rc_trail_clear();
		goto out;
	}
	r->index = p.index;
	if (!has_given && p.has_extra) {
		TRY(base64_decode(p.extra64, &extra));
		entry = buf_str(&extra);
	} else if (!has_given) {
		report_fault(r, FAULT_ENTRY_MISSING, "#%llu", (unsigned long long)p.index);
		goto out;
	}
	if (!verify_head(r, t, p.checkpoint, "proof", &head))
		goto out;
	head_keep(r, &head);
	tree_leaf_hash(entry, &leaf);
	if (proof_inclusion_check(&p.proof, p.index, head.size, &leaf, &head.root) != RC_OK) {
		report_fault(r, FAULT_PROOF_WRONG, "#%llu", (unsigned long long)p.index);
		rc_trail_clear();
		goto out;
	}
	r->has_proof = true;
	r->leaves = 1; /* the proved entry alone: no order to judge */
	{
		struct leaf l;

		if (leaf_decode(entry, &l) == RC_OK) {
			r->has_leaves = true;
			r->first_at_us = r->last_at_us = l.received_at_us;
			r->by_type[l.type] = 1;
			r->source[l.source].entries = 1;
			memcpy(r->leaf_name, l.name.p, l.name.n);
		} else {
			report_fault(r, FAULT_LEAF_MALFORMED, "#%llu", (unsigned long long)p.index);
			rc_trail_clear();
		}
	}
out:
	buf_free(&extra);
	return rc;
}

enum rc
verify_checkpoint(struct report *r, const struct trust *t, struct str note)
{
	struct checkpoint head;

	if (verify_head(r, t, note, "checkpoint", &head))
		head_keep(r, &head);
	return RC_OK;
}
