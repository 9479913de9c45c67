// SPDX-License-Identifier: Apache-2.0
/*
 * verify - judges a ledger's published files with nothing but a verifier key.
 *
 * Every function adds what it finds to the report and goes on as far as that
 * makes sense; RC_OK means "looked", not "good": the verdict is the number of
 * faults. RC_IO and the like mean that it could not look.
 */
#ifndef TOOL_VERIFY_H
#define TOOL_VERIFY_H

#include "evidence/leaf.h"
#include "merkle/checkpoint.h"
#include "merkle/tile.h"

enum fault_id {
#define FAULT(ID, name, ja, en) FAULT_##ID,
#include "tool/verify_fault.def"
#undef FAULT
	FAULT_COUNT
};

#define FAULTS_KEPT    64
#define EPOCHS_KEPT    256
#define WITNESSES_KEPT 16
#define HEADS_KEPT     16

struct fault { enum fault_id id; char where[160]; };
struct source_seen { uint64_t entries, last, holes; };
struct epoch_seen { uint32_t number; uint64_t at, continues_from; struct hash commitment; };
struct witnessed { const struct note_key *key; uint64_t time_s; };

struct report {
	size_t             faults;                        /* all; the first FAULTS_KEPT in `fault`  */
	struct fault       fault[FAULTS_KEPT];
	bool               has_head, has_leaves, has_proof;
	char               origin[NOTE_NAME_MAX + 1];
	char               leaf_name[NAME_BYTES_MAX + 1]; /* of the entry a proof is about */
	uint32_t           epoch;
	uint64_t           size, heads_checked, newest_head, index;
	struct hash        root;
	bool               key_from_folder, head_at_hand;
	size_t             witnesses;
	struct witnessed   witness[WITNESSES_KEPT];
	/* of the leaves */
	uint64_t           leaves, clock_back, by_type[LEAF_TYPE_COUNT];
	int64_t            first_at_us, last_at_us, silence_us, silence_from_us;
	struct source_seen source[PROC_COUNT];
	size_t             epochs;
	struct epoch_seen  epochs_seen[EPOCHS_KEPT];
	uint64_t           tiles, bundles, stray;
	/* of a bundle of evidence */
	bool               has_bundle;
	uint64_t           shown, erased, withheld, omitted; /* payloads; entries */
	uint64_t           partial;                       /* entries that the order means and that are not here with all they say, as far as the bundle alone tells */
	int64_t            sealed_at_us;                  /* when the ledger was told of it */
	char               order[3072];                   /* order.json, cut short */
};

struct trust {                                            /* what the caller believes */
	bool             has_key;
	struct note_key  key;
	struct str       origin;                          /* empty: the key's, any epoch */
	size_t           witnesses;
	struct note_key  witness[WITNESSES_KEPT];
};

void             report_fault(struct report *, enum fault_id, const char *fmt, ...) PRINTF_LIKE(3, 4);
const char      *fault_name(enum fault_id);

/* Opens a checkpoint note; false: a fault was added. `prefix` says which file is meant. */
bool             verify_head(struct report *, const struct trust *, struct str note, const char *prefix, struct checkpoint *ret);
/* A folder in the layout of docs/format-ledger.md against its checkpoint and the heads at hand (texts of signed notes). */
MUST_USE enum rc verify_ledger(struct report *, struct trust *, int dirfd, const struct str *heads, size_t n);
MUST_USE enum rc verify_consistency(struct report *, struct trust *, struct str older, struct str newer, int dirfd);
MUST_USE enum rc verify_proof(struct report *, const struct trust *, struct str proof, struct str entry, bool has_entry);
MUST_USE enum rc verify_checkpoint(struct report *, const struct trust *, struct str note);
/* A bundle of evidence, opened (docs/format-bundle.md). */
MUST_USE enum rc verify_bundle(struct report *, const struct trust *, struct str bytes);
void             head_keep(struct report *, const struct checkpoint *);
/* The key of DIR/key.pub into `trust` when it has none. */
MUST_USE enum rc verify_key_of_folder(struct report *, struct trust *, int dirfd);

struct output { bool english, json; };
MUST_USE enum rc report_print(const struct report *, struct output, struct buf *ret);

/* verify_leaf.c: what one leaf after the other says; `index` from 0 on. */
void             leaf_note(struct report *, uint64_t index, struct str entry);
/* verify_files.c */
struct files { int dirfd; uint64_t size; struct report *r; struct buf bytes; };
MUST_USE enum rc files_read_tile(void *files, struct tile_id, struct hash *ret);  /* as a tile source for trees up to `size` */

/* Everything in the folder that the head covers. */
MUST_USE enum rc verify_folder(struct report *, int dirfd, const struct checkpoint *head);

#endif
