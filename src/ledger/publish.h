// SPDX-License-Identifier: Apache-2.0
/*
 * publish - makes what outsiders read out of the journal: tiles, entry bundles
 * and, after each signature of the vault, the checkpoint (C2SP tlog-tiles).
 *
 * Everything here can be made again, so nothing here waits for the disk but the mark how far the
 * tiles are on it. One thread of its own signs at most every 33 ms while there is load and does
 * nothing when there is none. A head is in vault's keeping before anybody sees it.
 */
#ifndef LEDGER_PUBLISH_H
#define LEDGER_PUBLISH_H

#include "ledger/ask_ledger.h"
#include "ledger/journal.h"
#include "merkle/checkpoint.h"
#include "merkle/tile.h"

#define CHECKPOINT_NAME     "checkpoint"
#define NOTE_KEPT_BYTES_MAX 1984 /* what LEDGER_HEAD can carry */

/* Exactly ask_vault_sign_head(), of a vault process or of one in this process. */
struct signer { void *arg; enum rc (*sign)(void *arg, struct str checkpoint, struct str proof, struct buf *ret); };

/* The last head the signer signed or, in a new epoch, the one it continues from. */
struct keeping {
	char        origin[ORIGIN_BYTES_MAX];
	uint64_t    size;          /* 0: none yet */
	struct hash root;
	struct buf  note;          /* owned       */
};
MUST_USE enum rc keeping_get(const struct signer *, struct keeping *ret);

struct publisher;

/*
 * Reads the tiles that are on the disk, makes the rest from the journal and holds the result against
 * the last head signed. RC_TAMPERED: the journal is shorter than that head, or is not what it covers.
 */
MUST_USE enum rc publisher_open(int dirfd, struct signer, struct journal *, const struct journal_state *, const struct keeping *, struct publisher **ret);
MUST_USE enum rc publisher_start(struct publisher *);       /* its thread */
void             publisher_close(struct publisher *);       /* publishes what is left, if the signer answers; accepts NULL */

/* Committed entries in the form of a bundle. Waits while the publisher is far behind. */
void             publisher_give(struct publisher *, struct str bundle);
MUST_USE enum rc publisher_room(struct publisher *);         /* RC_LIMIT: it is stuck and too much waits for it */
void             publisher_head(struct publisher *, uint64_t *ret_size, int64_t *ret_at_us, struct hash *ret_root, struct buf *ret_note);
MUST_USE enum rc publisher_trouble(struct publisher *);      /* what keeps it from publishing; RC_OK: nothing. Sets the trail */
uint64_t         publisher_peer_losses(struct publisher *);  /* how often the signer was gone: it may have restarted */

/* Tiles of a folder as a view reads them: the wanted width, or a wider one cut down. `arg`: int *dirfd. */
enum rc          tiles_read(void *arg, struct tile_id, struct hash *ret);

#endif
