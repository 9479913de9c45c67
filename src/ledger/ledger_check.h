// SPDX-License-Identifier: Apache-2.0
/*
 * ledger_check - `tsujiban ledger verify`: journal, tiles, bundles, checkpoint
 * and payloads held against each other, entry by entry, and what is wrong named.
 *
 * Reads only; the station may run meanwhile (what is not under the checkpoint yet is checked in the
 * journal alone). Payloads are opened only when their keys are given; a payload whose key is gone
 * (RC_NOTFOUND) is counted, not blamed: that is how erasure looks. A rollback of the whole
 * machine shows only against a newer head kept elsewhere.
 */
#ifndef LEDGER_LEDGER_CHECK_H
#define LEDGER_LEDGER_CHECK_H

#include "evidence/leaf.h"
#include "merkle/note.h"

enum ledger_problem {
	PROBLEM_NONE = 0,
	PROBLEM_CHECKPOINT,      /* missing or malformed                              */
	PROBLEM_SIGNATURE,       /* not signed by this key, or for another origin     */
	PROBLEM_ROOT,            /* the journal is not what the checkpoint covers     */
	PROBLEM_CUT,             /* the journal is shorter than the checkpoint        */
	PROBLEM_MISSING,         /* an index is not in the journal                    */
	PROBLEM_LEAF,            /* bytes that are no leaf                            */
	PROBLEM_SEQUENCE,        /* a source skips or repeats a number                */
	PROBLEM_TIME,            /* received before the entry before it               */
	PROBLEM_OUTCOME,         /* an outcome of no act, or a second one             */
	PROBLEM_EPOCH,           /* the first leaf of an epoch does not say so        */
	PROBLEM_TILE,            /* a tile is missing or not the journal's            */
	PROBLEM_BUNDLE,          /* a bundle of entries is missing or not the journal's */
	PROBLEM_PAYLOAD,         /* missing, not sealed, or not what its leaf commits to */
	PROBLEM_STATE,           /* the journal's own counters are not its entries'   */
	PROBLEM_COUNT
};

const char *ledger_problem_ja(enum ledger_problem);
const char *ledger_problem_en(enum ledger_problem);

struct ledger_check_options {
	const struct note_key *key;  /* NULL: the one in the folder, which proves less */
	enum rc (*payload_key)(void *arg, uint16_t key_class, uint32_t month, struct secret *ret); /* NULL: payloads stay closed */
	void    (*found)(void *arg, enum ledger_problem, uint64_t at);  /* each problem as it is met, at most 1000; NULL */
	void     *arg;
};

struct ledger_report {
	uint64_t entries, covered;
	uint32_t epochs;
	int64_t  first_at_us, last_at_us;    /* received */
	uint64_t by_type[LEAF_TYPE_COUNT];
	uint64_t payloads, opened, key_gone;
	uint64_t open_acts, interrupted;
	bool     key_given;
	char     origin[256];
	uint64_t problems;
	struct { enum ledger_problem what; uint64_t at; } first;
};

/* `dirfd` is the same folder, borrowed. RC_OK: whole. RC_TAMPERED: problems, named in the report. RC_NOTFOUND: nothing was ever recorded here. Anything else: it could not be checked. */
MUST_USE enum rc ledger_check(const char *folder, int dirfd, const struct ledger_check_options *, struct ledger_report *ret);

#endif
