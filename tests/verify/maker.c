// SPDX-License-Identifier: Apache-2.0
/* Makes ledgers for tests. Any failure ends the test program. */
#include "maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "os/file.h"

static void
must(enum rc rc)
{
	if (rc == RC_OK)
		return;
	(void)fprintf(stderr, "maker: %s\n", rc_trail());
	exit(1);
}

void
maker_key(struct maker *m, struct note_key *ret)
{
	struct buf origin = BUF(200);
	uint8_t pub[SIGN_PUB_BYTES];

	must(origin_add(str_of(m->name), m->epoch, &origin));
	must(sign_public(&m->seed, pub));
	must(note_key_make(buf_str(&origin), NOTE_KEY_ED25519, pub, ret));
	buf_free(&origin);
}

static void
write_key(struct maker *m)
{
	struct buf text = BUF(1000);
	struct note_key key;

	maker_key(m, &key);
	must(note_key_text(&key, &text));
	must(buf_add_byte(&text, '\n'));
	must(file_write(m->dirfd, "key.pub", buf_str(&text), 0644));
	buf_free(&text);
}

struct maker *
maker_new(int dirfd, const char *name, char seed)
{
	struct maker *m = calloc(1, sizeof(*m));
	char bytes[SIGN_KEY_BYTES];

	if (!m)
		abort();
	m->dirfd = dirfd;
	m->epoch = 1;
	m->now_us = INT64_C(1795305600000000);
	m->checkpoint = (struct buf)BUF(NOTE_BYTES_MAX);
	(void)snprintf(m->name, sizeof(m->name), "%s", name);
	memset(bytes, seed, sizeof(bytes));
	must(secret_of(&m->seed, (struct str){ bytes, sizeof(bytes) }));
	write_key(m);
	maker_put(m, (struct leaf){ .type = LEAF_EPOCH, .source = PROC_LEDGER, .source_seq = ++m->seq[PROC_LEDGER], .claimed_at_us = m->now_us, .received_at_us = m->now_us,
	    .name = STR("epoch"), .object = { { [15] = 1 } } });
	return m;
}

void
maker_free(struct maker *m)
{
	for (uint64_t i = 0; i < MAKER_ENTRIES_MAX; i++) /* a test may have set size back */
		buf_free(&m->entry[i]);
	buf_free(&m->checkpoint);
	secret_free(&m->seed);
	free(m);
}

void
maker_put(struct maker *m, struct leaf l)
{
	struct buf *b = &m->entry[m->size];

	if (m->size == MAKER_ENTRIES_MAX)
		abort();
	*b = (struct buf)BUF(1000);
	must(leaf_encode(&l, b));
	tree_leaf_hash(buf_str(b), &m->leaf[m->size]);
	m->frontier[m->size + 1] = m->frontier[m->size];
	frontier_add(&m->frontier[m->size + 1], &m->leaf[m->size]);
	m->size++;
}

void
maker_add(struct maker *m, enum leaf_type type, enum proc_id source)
{
	struct leaf l = { .type = type, .source = source, .source_seq = ++m->seq[source], .claimed_at_us = m->now_us, .received_at_us = m->now_us + 3, .name = STR("ports-closed") };

	m->now_us += 7 * SECOND_US;
	l.commitment.b[0] = (uint8_t)m->size;
	l.commitment.b[31] = 0xaa;
	maker_put(m, l);
}

void
maker_epoch(struct maker *m)
{
	struct leaf l = { .type = LEAF_EPOCH, .source = PROC_LEDGER, .source_seq = ++m->seq[PROC_LEDGER], .claimed_at_us = m->now_us, .received_at_us = m->now_us + 3, .name = STR("epoch"),
		.begin = m->size, .last = m->published };

	put_be32(l.object.b + ID_BYTES - 4, ++m->epoch);
	if (m->published)
		frontier_root(&m->frontier[m->published], &l.commitment);
	write_key(m);
	maker_put(m, l);
}

static enum rc
write_tile(void *arg, struct tile_id id, const struct hash *h)
{
	struct maker *m = arg;
	char path[TILE_PATH_MAX];

	must(tile_path(id, path));
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		must(file_mkdir(m->dirfd, path, 0755));
		*slash = '/';
	}
	must(file_write(m->dirfd, path, (struct str){ (const char *)h, id.width * sizeof(*h) }, 0644));
	if (id.level == 0) {
		struct buf bundle = BUF(1 << 20);

		for (unsigned i = 0; i < id.width; i++)
			must(bundle_add(&bundle, buf_str(&m->entry[id.index * TILE_WIDTH + i])));
		id.level = TILE_ENTRIES;
		must(tile_path(id, path));
		for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
			*slash = '\0';
			must(file_mkdir(m->dirfd, path, 0755));
			*slash = '/';
		}
		must(file_write(m->dirfd, path, buf_str(&bundle), 0644));
		buf_free(&bundle);
	}
	return RC_OK;
}

void
maker_publish(struct maker *m)
{
	struct tile_sink sink = { m, write_tile };
	struct buf text = BUF(4096), line = BUF(1000);
	uint8_t signature[SIGNATURE_BYTES];
	struct checkpoint c = { .size = m->size };
	struct note_key key;

	while (m->edge.size < m->size)
		must(edge_add(&m->edge, &m->leaf[m->edge.size], &sink));
	must(edge_flush(&m->edge, &sink));
	maker_key(m, &key);
	c.origin = note_key_name(&key);
	edge_root(&m->edge, &c.root);
	must(checkpoint_encode(&c, &text));
	must(sign(&m->seed, buf_str(&text), signature));
	must(note_signature_line(&key, signature, &line));
	buf_reset(&m->checkpoint);
	must(note_join(buf_str(&text), buf_str(&line), &m->checkpoint));
	must(file_write(m->dirfd, "checkpoint", buf_str(&m->checkpoint), 0644));
	m->published = m->size;
	buf_free(&text);
	buf_free(&line);
}

static enum rc
read_tile(void *arg, struct tile_id id, struct hash *ret)
{
	struct maker *m = arg;
	char path[TILE_PATH_MAX];
	struct buf b = BUF(TILE_BYTES);

	must(tile_path(id, path));
	must(file_read(m->dirfd, path, TILE_BYTES, &b));
	must(tile_decode(buf_str(&b), id.width, ret));
	buf_free(&b);
	return RC_OK;
}

void
maker_proof(struct maker *m, uint64_t index, bool with_entry, struct buf *ret)
{
	struct view *v = view_new((struct tile_source){ m, read_tile }, 0);
	struct proof p;

	must(view_inclusion(v, index, m->published, &p));
	must(tlog_proof_encode(with_entry ? buf_str(&m->entry[index]) : STR_NONE, index, &p, buf_str(&m->checkpoint), ret));
	view_free(v);
}
