// SPDX-License-Identifier: Apache-2.0
/*
 * signer - what the vault does for the ledger, inside a test's own process: it
 * checks each head against the last, saves it, and only then gives the signature.
 */
#ifndef FAULT_SIGNER_H
#define FAULT_SIGNER_H

#include "ledger/publish.h"

struct test_signer {
	int             dirfd;        /* where head and key are kept; not the ledger's folder */
	struct secret   seed;
	struct note_key key;
	struct buf      note;         /* the last */
	bool            gone;         /* answers RC_PEER */
	bool            mute;         /* tells what it keeps, and signs nothing */
	bool            lose;         /* signs and saves, but the answer is lost, once */
};

MUST_USE enum rc test_signer_init(struct test_signer *, int dirfd, const char *origin);  /* key and head of an earlier run are taken up */
void             test_signer_fini(struct test_signer *);
MUST_USE enum rc test_signer_head(struct test_signer *, const char *origin, uint64_t size, const struct hash *root); /* keeps this head; root NULL: empty tree */
struct signer    test_signer_as(struct test_signer *);

#endif
