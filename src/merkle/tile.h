// SPDX-License-Identifier: Apache-2.0
/*
 * tile - C2SP tlog-tiles: rows of 256 hashes, entry bundles, their paths, and
 * roots and proofs computed from them.
 *
 * A view reads tiles through one function and keeps the last ones expanded (all
 * hashes between the tile's own row and its root); it is used by one thread at
 * a time. An edge is what a publisher keeps: the unfinished tile of each level.
 * Tiles hold 8 levels of the tree: 256^7 entries are enough for anybody.
 */
#ifndef MERKLE_TILE_H
#define MERKLE_TILE_H

#include "merkle/tree.h"

#define TILE_WIDTH     256
#define TILE_LEVELS    8
#define TILE_ENTRIES   255   /* as level: the bundle of entries beside level 0 */
#define TILE_PATH_MAX  64
#define ENTRY_BYTES_MAX 65535
#define TILE_BYTES     (TILE_WIDTH * sizeof(struct hash))

struct tile_id { uint8_t level; uint64_t index; uint16_t width; }; /* width 1…256; under 256: partial */

unsigned         tile_width(unsigned level, uint64_t index, uint64_t size);  /* of that tile in a tree of size; 0: not there */
MUST_USE enum rc tile_path(struct tile_id, char ret[TILE_PATH_MAX]);         /* tile/0/x001/234.p/17, tile/entries/000        */
MUST_USE enum rc tile_path_parse(struct str, struct tile_id *ret);
MUST_USE enum rc tile_decode(struct str bytes, unsigned width, struct hash *ret); /* RC_TAMPERED: not width × 32 bytes      */

/* Entry bundles: u16 length, entry, and so on. */
MUST_USE enum rc bundle_add(struct buf *, struct str entry);
MUST_USE enum rc bundle_next(struct str *rest, struct str *ret_entry);       /* RC_NOTFOUND: nothing left; RC_TAMPERED: cut short */

/* Reads the hashes of a tile: exactly `id.width` of them. RC_NOTFOUND: it is not there. */
struct tile_source { void *arg; enum rc (*read)(void *arg, struct tile_id id, struct hash *ret); };

struct view; /* a tile source with its cache */
struct view     *view_new(struct tile_source, unsigned tiles_cached);        /* 16 KiB each                               */
void             view_free(struct view *);                                   /* accepts NULL                              */
void             view_forget(struct view *);                                 /* after a rebuild: nothing cached any more  */
/* `size` is the tree that proof and root are about: tiles of that tree are read, or wider ones from the cache. */
MUST_USE enum rc view_root(struct view *, uint64_t size, struct hash *ret);
MUST_USE enum rc view_part(struct view *, uint64_t from, uint64_t to, uint64_t size, struct hash *ret);    /* of a part as RFC 6962 splits the tree */
MUST_USE enum rc view_inclusion(struct view *, uint64_t index, uint64_t size, struct proof *ret);
MUST_USE enum rc view_consistency(struct view *, uint64_t old_size, uint64_t size, struct proof *ret);
MUST_USE enum rc view_leaf(struct view *, uint64_t index, uint64_t size, struct hash *ret);

struct tile_sink { void *arg; enum rc (*write)(void *arg, struct tile_id id, const struct hash *); };
struct edge { uint64_t size; struct hash row[TILE_LEVELS][TILE_WIDTH]; };    /* 64 KiB; born { 0 }; row[l] holds (size / 256^l) % 256 hashes */

MUST_USE enum rc edge_load(struct edge *ret, struct view *, uint64_t size);  /* the edge of the tree that the tiles hold  */
MUST_USE enum rc edge_add(struct edge *, const struct hash *leaf, const struct tile_sink *); /* writes each tile that is full; sink NULL: none. A failed write spoils the edge */
MUST_USE enum rc edge_flush(const struct edge *, const struct tile_sink *);  /* writes the partial tiles of this size     */
void             edge_root(const struct edge *, struct hash *ret);

#endif
