// SPDX-License-Identifier: Apache-2.0
/*
 * maker - makes small ledgers for the verifier's tests: real leaves, real
 * tiles, real signatures, in a folder laid out as docs/format-ledger.md says.
 */
#ifndef TESTS_VERIFY_MAKER_H
#define TESTS_VERIFY_MAKER_H

#include "evidence/leaf.h"
#include "merkle/checkpoint.h"
#include "merkle/tile.h"

#define MAKER_ENTRIES_MAX 2048

struct maker {
	int             dirfd;
	char            name[64];
	uint32_t        epoch;
	struct secret   seed;
	struct buf      entry[MAKER_ENTRIES_MAX];
	uint64_t        size, published, seq[PROC_COUNT];
	struct edge     edge;
	struct frontier frontier[MAKER_ENTRIES_MAX + 1]; /* of every size */
	struct hash     leaf[MAKER_ENTRIES_MAX];
	struct buf      checkpoint;
	int64_t         now_us;
};

struct maker *maker_new(int dirfd, const char *name, char seed);  /* with key.pub, and the first epoch's leaf */
void          maker_free(struct maker *);
void          maker_add(struct maker *, enum leaf_type, enum proc_id);
void          maker_put(struct maker *, struct leaf);             /* sequence and time as given */
void          maker_epoch(struct maker *);                        /* a restored copy goes on     */
void          maker_publish(struct maker *);                      /* tiles, bundles, checkpoint  */
void          maker_key(struct maker *, struct note_key *ret);
void          maker_proof(struct maker *, uint64_t index, bool with_entry, struct buf *ret);

#endif
