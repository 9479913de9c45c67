// SPDX-License-Identifier: Apache-2.0
/* Attacks on a ledger's published files: each is noticed, and called by its name. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tests/verify/maker.h"
#include "base/num.h"
#include "base/test.h"
#include "base/time_text.h"
#include "os/file.h"
#include "tool/verify.h"

static struct report report;
static char          folder[64];

static int
folder_new(void)
{
	int fd;

	(void)snprintf(folder, sizeof(folder), "/tmp/verify_test_XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(fd >= 0);
	return fd;
}

static void
done(struct maker *m)
{
	char command[128];

	close(m->dirfd);
	maker_free(m);
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	CHECK(system(command) == 0);
}

static struct maker *
made(unsigned entries, char seed)
{
	struct maker *m = maker_new(folder_new(), "log.example/1", seed);

	while (m->size < entries)
		maker_add(m, m->size % 3 ? LEAF_FINDING : LEAF_HEARTBEAT, m->size % 2 ? PROC_CORE : PROC_AUTH);
	maker_publish(m);
	return m;
}

static void
judge(struct maker *m, const struct str *heads, size_t n)
{
	struct trust t = { .has_key = true };

	memset(&report, 0, sizeof(report));
	maker_key(m, &t.key);
	CHECK_OK(verify_ledger(&report, &t, m->dirfd, heads, n));
}

static bool
found(enum fault_id id)
{
	for (size_t i = 0; i < report.faults && i < FAULTS_KEPT; i++)
		if (report.fault[i].id == id)
			return true;
	for (size_t i = 0; i < report.faults && i < FAULTS_KEPT; i++)
		printf("found instead: %s [%s]\n", fault_name(report.fault[i].id), report.fault[i].where);
	return false;
}

static bool
accepted(void)
{
	for (size_t i = 0; i < report.faults && i < FAULTS_KEPT; i++)
		printf("fault: %s [%s]\n", fault_name(report.fault[i].id), report.fault[i].where);
	return report.faults == 0;
}

static void
get(struct maker *m, const char *path, struct buf *ret)
{
	buf_reset(ret);
	CHECK_OK(file_read(m->dirfd, path, 1 << 20, ret));
}

static void
put(struct maker *m, const char *path, struct str bytes)
{
	CHECK_OK(file_write(m->dirfd, path, bytes, 0644));
}

CASE(honest_folders_of_many_sizes_are_accepted)
{
	static const unsigned sizes[] = { 1, 2, 3, 255, 256, 257, 512, 520 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct maker *m = made(sizes[i], 1);

		judge(m, NULL, 0);
		CHECK(accepted());
		CHECK_INT(report.leaves, sizes[i]);
		CHECK_INT(report.size, sizes[i]);
		CHECK_INT(report.epochs, 1);
		CHECK_INT(report.first_at_us, INT64_C(1795305600000000));
		done(m);
	}
}

CASE(older_partial_tiles_may_stay_or_go)
{
	struct maker *m = made(100, 1);

	while (m->size < 300)
		maker_add(m, LEAF_FINDING, PROC_CORE);
	maker_publish(m);
	judge(m, NULL, 0);
	CHECK(accepted());
	CHECK_OK(file_remove(m->dirfd, "tile/0/000.p/100"));
	CHECK_OK(file_remove(m->dirfd, "tile/entries/000.p/100"));
	judge(m, NULL, 0);
	CHECK(accepted());
	done(m);
}

/* A folder somebody reads while it grows: full tiles stand where the checkpoint still asks for partial ones. */
CASE(a_folder_ahead_of_its_checkpoint_is_read)
{
	struct maker *m = made(300, 1);
	struct buf note = BUF(NOTE_BYTES_MAX);

	get(m, "checkpoint", &note);
	while (m->size < 600)
		maker_add(m, LEAF_FINDING, PROC_CORE);
	maker_publish(m);
	put(m, "checkpoint", buf_str(&note));
	CHECK_OK(file_remove(m->dirfd, "tile/0/001.p/44"));
	CHECK_OK(file_remove(m->dirfd, "tile/entries/001.p/44"));
	judge(m, NULL, 0);
	CHECK(accepted());
	CHECK_INT(report.leaves, 300);
	buf_free(&note);
	done(m);
}

/*= S-3-5 type=test */
CASE(every_bit_of_a_small_folder_counts)
{
	static const char *const files[] = { "checkpoint", "key.pub", "tile/0/000.p/3", "tile/entries/000.p/3" };
	struct maker *m = made(3, 1);
	struct buf b = BUF(1 << 20);

	for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
		get(m, files[f], &b);
		for (size_t bit = 0; bit < b.n * 8; bit++) {
			struct trust t = { .has_key = f != 1 };
			int fd = openat(m->dirfd, files[f], O_WRONLY | O_CLOEXEC);
			char byte = (char)(b.p[bit / 8] ^ 1 << bit % 8);

			CHECK(pwrite(fd, &byte, 1, (off_t)(bit / 8)) == 1);
			memset(&report, 0, sizeof(report));
			maker_key(m, &t.key);
			CHECK_OK(verify_ledger(&report, &t, m->dirfd, NULL, 0));
			/* a final line feed of key.pub may become another blank: the key is the same */
			if (f != 1 || bit / 8 != b.n - 1)
				CHECK(report.faults > 0);
			if (report.faults == 0 && f != 1)
				printf("unnoticed: %s bit %zu\n", files[f], bit);
			CHECK(pwrite(fd, &b.p[bit / 8], 1, (off_t)(bit / 8)) == 1);
			close(fd);
		}
	}
	judge(m, NULL, 0);
	CHECK(accepted());
	buf_free(&b);
	done(m);
}

CASE(bits_of_a_larger_folder_are_named)
{
	static const struct { const char *path; size_t at; enum fault_id want; } table[] = {
		{ "tile/0/000", 4000, FAULT_TILE_DIFFERS }, { "tile/0/001.p/44", 5, FAULT_TILE_DIFFERS }, { "tile/1/000.p/1", 31, FAULT_TILE_DIFFERS },
		{ "tile/entries/000", 9000, FAULT_ENTRY_DIFFERS }, { "tile/entries/001.p/44", 200, FAULT_ENTRY_DIFFERS },
	};
	struct maker *m = made(300, 1);
	struct buf b = BUF(1 << 20);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		get(m, table[i].path, &b);
		b.p[table[i].at] ^= 16;
		put(m, table[i].path, buf_str(&b));
		judge(m, NULL, 0);
		CHECK(found(table[i].want));
		b.p[table[i].at] ^= 16;
		put(m, table[i].path, buf_str(&b));
	}
	buf_free(&b);
	done(m);
}

CASE(truncation)
{
	struct maker *m = made(300, 1);
	struct buf b = BUF(1 << 20);

	get(m, "tile/entries/001.p/44", &b);
	put(m, "tile/entries/001.p/44", str_sub(buf_str(&b), 0, b.n - 1));
	judge(m, NULL, 0);
	CHECK(found(FAULT_BUNDLE_CUT));
	CHECK_OK(file_remove(m->dirfd, "tile/entries/001.p/44"));
	judge(m, NULL, 0);
	CHECK(found(FAULT_BUNDLE_MISSING));
	CHECK_OK(buf_add(&b, STR("\0\1x")));
	put(m, "tile/entries/001.p/44", buf_str(&b));
	judge(m, NULL, 0);
	CHECK(found(FAULT_BUNDLE_LONG));
	put(m, "tile/entries/001.p/44", str_sub(buf_str(&b), 0, b.n - 3));
	get(m, "tile/0/001.p/44", &b);
	put(m, "tile/0/001.p/44", str_sub(buf_str(&b), 0, b.n - 32));
	judge(m, NULL, 0);
	CHECK(found(FAULT_TILE_SIZE));
	CHECK_OK(file_remove(m->dirfd, "tile/0/001.p/44"));
	judge(m, NULL, 0);
	CHECK(found(FAULT_TILE_MISSING));
	CHECK_OK(file_remove(m->dirfd, "tile/entries/001.p/44"));
	judge(m, NULL, 0);
	CHECK(found(FAULT_BUNDLE_MISSING));
	CHECK_OK(file_remove(m->dirfd, "checkpoint"));
	judge(m, NULL, 0);
	CHECK(found(FAULT_CHECKPOINT_MISSING));
	buf_free(&b);
	done(m);
}

/* Entries i and j change places in their bundle. */
static void
swap_entries(struct maker *m, unsigned i, unsigned j, bool tile_too)
{
	struct buf b = BUF(1 << 20), tile = BUF(TILE_BYTES);
	struct hash h;

	for (unsigned k = 0; k < m->size; k++)
		CHECK_OK(bundle_add(&b, buf_str(&m->entry[k == i ? j : k == j ? i : k])));
	put(m, "tile/entries/000.p/9", buf_str(&b));
	get(m, "tile/0/000.p/9", &tile);
	memcpy(&h, tile.p + i * 32, 32);
	memcpy(tile.p + i * 32, tile.p + j * 32, 32);
	memcpy(tile.p + j * 32, &h, 32);
	if (tile_too)
		put(m, "tile/0/000.p/9", buf_str(&tile));
	buf_free(&b);
	buf_free(&tile);
}

CASE(reordering)
{
	struct maker *m = made(9, 1);

	swap_entries(m, 3, 5, false);
	judge(m, NULL, 0);
	CHECK(found(FAULT_ENTRIES_REORDERED));
	swap_entries(m, 3, 5, true);
	judge(m, NULL, 0);
	CHECK(found(FAULT_ROOT_DIFFERS) && found(FAULT_SEQUENCE_REPEATED));
	done(m);
}

/* Another commitment in one leaf: in the bundle alone, then in the tile too, then everywhere but in the signature. */
CASE(swapping_a_payload)
{
	struct maker *m = made(9, 1);
	struct leaf l;
	struct buf changed = BUF(1000), b = BUF(1 << 20), tile = BUF(TILE_BYTES);
	struct hash h;

	CHECK_OK(leaf_decode(buf_str(&m->entry[4]), &l));
	l.commitment.b[7] ^= 0x55;
	CHECK_OK(leaf_encode(&l, &changed));
	for (unsigned k = 0; k < m->size; k++)
		CHECK_OK(bundle_add(&b, k == 4 ? buf_str(&changed) : buf_str(&m->entry[k])));
	put(m, "tile/entries/000.p/9", buf_str(&b));
	judge(m, NULL, 0);
	CHECK(found(FAULT_ENTRY_DIFFERS));
	CHECK_STR(str_of(report.fault[0].where), "#4");
	get(m, "tile/0/000.p/9", &tile);
	tree_leaf_hash(buf_str(&changed), &h);
	memcpy(tile.p + 4 * 32, h.b, 32);
	put(m, "tile/0/000.p/9", buf_str(&tile));
	judge(m, NULL, 0);
	CHECK(found(FAULT_ROOT_DIFFERS));
	buf_free(&changed);
	buf_free(&b);
	buf_free(&tile);
	done(m);
}

CASE(forks_and_rollbacks_show_against_a_head_at_hand)
{
	struct maker *m = made(40, 1);
	struct buf at40 = BUF(NOTE_BYTES_MAX), at90 = BUF(NOTE_BYTES_MAX), b = BUF(1 << 20);
	struct str heads[2];

	get(m, "checkpoint", &at40);
	while (m->size < 90)
		maker_add(m, LEAF_FINDING, PROC_CORE);
	maker_publish(m);
	get(m, "checkpoint", &at90);
	heads[0] = buf_str(&at40);
	heads[1] = buf_str(&at90);
	judge(m, heads, 2);
	CHECK(accepted());
	CHECK_INT(report.heads_checked, 2);
	put(m, "checkpoint", buf_str(&at40)); /* a true head, only an old one */
	judge(m, NULL, 0);
	CHECK(accepted());
	CHECK(!report.head_at_hand); /* and the report says what it cannot know */
	judge(m, heads + 1, 1);
	CHECK(found(FAULT_ROLLED_BACK));
	done(m);

	m = maker_new(folder_new(), "log.example/1", 1); /* the same key signs another story */
	while (m->size < 95)
		maker_add(m, LEAF_SIGN_IN, PROC_AUTH);
	maker_publish(m);
	judge(m, heads + 1, 1);
	CHECK(found(FAULT_FORKED));
	judge(m, heads, 1);
	CHECK(found(FAULT_FORKED));
	{
		struct trust t = { .has_key = true };

		maker_key(m, &t.key);
		memset(&report, 0, sizeof(report));
		CHECK_OK(verify_consistency(&report, &t, heads[0], buf_str(&m->checkpoint), m->dirfd));
		CHECK(found(FAULT_FORKED));
		memset(&report, 0, sizeof(report)); /* the folder holds the older story: the same */
		m->size = 90;
		memset(&m->edge, 0, sizeof(m->edge));
		maker_publish(m);
		CHECK_OK(verify_consistency(&report, &t, buf_str(&m->checkpoint), heads[1], m->dirfd));
		CHECK(found(FAULT_FORKED));
	}
	done(m);
	buf_free(&at40);
	buf_free(&at90);
	buf_free(&b);
}

CASE(consistency_of_two_heads)
{
	struct maker *m = made(290, 1);
	struct buf older = BUF(NOTE_BYTES_MAX), newer = BUF(NOTE_BYTES_MAX), b = BUF(TILE_BYTES);
	struct trust t = { .has_key = true };

	maker_key(m, &t.key);
	get(m, "checkpoint", &older);
	while (m->size < 700)
		maker_add(m, LEAF_FINDING, PROC_CORE);
	maker_publish(m);
	get(m, "checkpoint", &newer);
	memset(&report, 0, sizeof(report));
	CHECK_OK(verify_consistency(&report, &t, buf_str(&older), buf_str(&newer), m->dirfd));
	CHECK(accepted());
	CHECK_OK(verify_consistency(&report, &t, buf_str(&newer), buf_str(&older), m->dirfd));
	CHECK(found(FAULT_ROLLED_BACK));
	get(m, "tile/0/001", &b);
	b.p[77] ^= 1;
	put(m, "tile/0/001", buf_str(&b));
	memset(&report, 0, sizeof(report));
	CHECK_OK(verify_consistency(&report, &t, buf_str(&older), buf_str(&newer), m->dirfd));
	CHECK(found(FAULT_TILE_DIFFERS)); /* and nobody is accused of a fork */
	buf_free(&older);
	buf_free(&newer);
	buf_free(&b);
	done(m);
}

CASE(keys_origins_and_signatures)
{
	struct maker *m = made(5, 1), *other;
	struct buf note = BUF(NOTE_BYTES_MAX), text = BUF(4096), line = BUF(1000), changed = BUF(NOTE_BYTES_MAX);
	struct trust t = { .has_key = true };
	struct note n;
	struct str mine, kept = STR_NONE;
	char path[64];

	memcpy(path, folder, sizeof(path));
	get(m, "checkpoint", &note);
	CHECK_OK(note_parse(buf_str(&note), &n));
	mine = str_sub(buf_str(&note), n.text.n + 1, note.n);

	maker_key(m, &t.key); /* other origin demanded */
	t.origin = STR("log.example/2");
	memset(&report, 0, sizeof(report));
	CHECK_OK(verify_ledger(&report, &t, m->dirfd, NULL, 0));
	CHECK(found(FAULT_ORIGIN_OTHER));
	t.origin = STR("log.example/1");
	memset(&report, 0, sizeof(report));
	CHECK_OK(verify_ledger(&report, &t, m->dirfd, NULL, 0));
	CHECK(accepted());
	t.origin = kept;

	CHECK_OK(buf_add(&text, n.text)); /* stripped */
	put(m, "checkpoint", buf_str(&text));
	judge(m, NULL, 0);
	CHECK(found(FAULT_SIGNATURE_MISSING));
	CHECK_OK(buf_add_c(&text, "\n"));
	put(m, "checkpoint", buf_str(&text));
	judge(m, NULL, 0);
	CHECK(found(FAULT_SIGNATURE_MISSING));

	CHECK_OK(note_join(n.text, mine, &changed)); /* doubled */
	CHECK_OK(buf_add(&changed, mine));
	put(m, "checkpoint", buf_str(&changed));
	judge(m, NULL, 0);
	CHECK(found(FAULT_SIGNATURE_DOUBLED));

	put(m, "checkpoint", STR("junk")); /* no checkpoint at all */
	judge(m, NULL, 0);
	CHECK(found(FAULT_CHECKPOINT_MALFORMED));

	other = maker_new(folder_new(), "log.example/1", 2); /* wrong key, same name */
	while (other->size < 5)
		maker_add(other, LEAF_FINDING, PROC_CORE);
	maker_publish(other);
	put(m, "checkpoint", buf_str(&other->checkpoint));
	judge(m, NULL, 0);
	CHECK(found(FAULT_SIGNATURE_MISSING));
	done(other);

	other = maker_new(folder_new(), "log.example/9", 1); /* same key, other ledger */
	while (other->size < 5)
		maker_add(other, LEAF_FINDING, PROC_CORE);
	maker_publish(other);
	put(m, "checkpoint", buf_str(&other->checkpoint));
	judge(m, NULL, 0);
	CHECK(found(FAULT_ORIGIN_OTHER));
	done(other);

	CHECK_OK(file_remove(m->dirfd, "key.pub")); /* no key to be had */
	memset(&report, 0, sizeof(report));
	memset(&t, 0, sizeof(t));
	put(m, "checkpoint", buf_str(&note));
	CHECK_OK(verify_ledger(&report, &t, m->dirfd, NULL, 0));
	CHECK(found(FAULT_KEY_MISSING));
	memcpy(folder, path, sizeof(path));
	buf_free(&note);
	buf_free(&text);
	buf_free(&line);
	buf_free(&changed);
	done(m);
}

CASE(epochs)
{
	struct maker *m = made(20, 1);
	struct buf before = BUF(NOTE_BYTES_MAX), lost = BUF(NOTE_BYTES_MAX);
	struct str head;

	get(m, "checkpoint", &before);
	{ /* what was signed after the backup was taken */
		char path[64];
		struct maker *late;

		memcpy(path, folder, sizeof(path));
		late = made(33, 1);
		CHECK_OK(buf_add(&lost, buf_str(&late->checkpoint)));
		done(late);
		memcpy(folder, path, sizeof(path));
	}
	maker_epoch(m);
	while (m->size < 50)
		maker_add(m, LEAF_FINDING, PROC_CORE);
	maker_publish(m);
	head = buf_str(&before);
	judge(m, &head, 1);
	CHECK(accepted());
	CHECK_INT(report.epoch, 2);
	CHECK_INT(report.epochs, 2);
	CHECK_INT(report.epochs_seen[1].continues_from, 20);
	head = buf_str(&lost);
	judge(m, &head, 1);
	CHECK(found(FAULT_EPOCH_LOST));
	head = buf_str(&m->checkpoint); /* the newer epoch at hand, the older in the folder */
	put(m, "checkpoint", buf_str(&before));
	judge(m, &head, 1);
	CHECK(found(FAULT_ROLLED_BACK));
	buf_free(&before);
	buf_free(&lost);
	done(m);

	m = made(20, 1); /* a new name without the leaf that opens its epoch */
	m->epoch = 2;
	maker_publish(m);
	judge(m, NULL, 0);
	CHECK(found(FAULT_EPOCH_MISSING));
	done(m);
}

static void
judge_leaf(struct leaf l, enum fault_id want)
{
	struct maker *m = made(5, 1);

	l.claimed_at_us = l.claimed_at_us ? l.claimed_at_us : m->now_us;
	l.received_at_us = l.received_at_us ? l.received_at_us : m->now_us;
	maker_put(m, l);
	maker_publish(m);
	judge(m, NULL, 0);
	CHECK(found(want));
	done(m);
}

CASE(what_leaves_say_about_each_other)
{
	struct hash some = { { 1 } };
	struct maker *m;

	judge_leaf((struct leaf){ .type = LEAF_FINDING, .source = PROC_CORE, .source_seq = 5 }, FAULT_SEQUENCE_HOLE);
	CHECK_INT(report.source[PROC_CORE].holes, 2);
	judge_leaf((struct leaf){ .type = LEAF_FINDING, .source = PROC_CORE, .source_seq = 2 }, FAULT_SEQUENCE_REPEATED);
	judge_leaf((struct leaf){ .type = LEAF_FINDING, .source = PROC_CORE, .source_seq = 3, .received_at_us = 1 }, FAULT_TIME_BACKWARDS);
	judge_leaf((struct leaf){ .type = LEAF_ACT_OUTCOME, .source = PROC_CORE, .source_seq = 3, .begin = 5 }, FAULT_REFERENCE_WRONG);
	judge_leaf((struct leaf){ .type = LEAF_CONFIRM, .source = PROC_CORE, .source_seq = 3, .begin = 3, .last = 2 }, FAULT_REFERENCE_WRONG);
	judge_leaf((struct leaf){ .type = LEAF_EPOCH, .source = PROC_LEDGER, .source_seq = 2, .begin = 5, .last = 3, .commitment = some, .object = { { [15] = 2 } } }, FAULT_EPOCH_WRONG);
	judge_leaf((struct leaf){ .type = LEAF_EPOCH, .source = PROC_LEDGER, .source_seq = 2, .begin = 5, .last = 3, .commitment = some, .object = { { [15] = 1 } } }, FAULT_EPOCH_WRONG);
	m = made(3, 1);
	CHECK_OK(buf_add_byte(&m->entry[2], 'x')); /* a byte too many, and signed so */
	tree_leaf_hash(buf_str(&m->entry[2]), &m->leaf[2]);
	memset(&m->edge, 0, sizeof(m->edge));
	maker_publish(m);
	judge(m, NULL, 0);
	CHECK(found(FAULT_LEAF_MALFORMED));
	done(m);
}

static void
judge_proof(struct maker *m, struct str proof, struct str entry, bool has_entry)
{
	struct trust t = { .has_key = true };

	memset(&report, 0, sizeof(report));
	maker_key(m, &t.key);
	CHECK_OK(verify_proof(&report, &t, proof, entry, has_entry));
}

CASE(proofs)
{
	struct maker *m = made(300, 1), *other;
	struct buf with = BUF(TLOG_PROOF_BYTES_MAX), without = BUF(TLOG_PROOF_BYTES_MAX);
	char path[64];

	maker_proof(m, 270, true, &with);
	maker_proof(m, 270, false, &without);
	judge_proof(m, buf_str(&with), STR_NONE, false);
	CHECK(accepted());
	CHECK(report.has_proof && report.index == 270 && report.has_leaves);
	judge_proof(m, buf_str(&without), STR_NONE, false);
	CHECK(found(FAULT_ENTRY_MISSING));
	judge_proof(m, buf_str(&without), buf_str(&m->entry[270]), true);
	CHECK(accepted());
	judge_proof(m, buf_str(&without), buf_str(&m->entry[271]), true);
	CHECK(found(FAULT_PROOF_WRONG));
	judge_proof(m, str_sub(buf_str(&with), 0, 100), STR_NONE, false);
	CHECK(found(FAULT_PROOF_MALFORMED));
	memcpy(path, folder, sizeof(path));
	other = made(300, 3);
	judge_proof(other, buf_str(&with), STR_NONE, false);
	CHECK(found(FAULT_SIGNATURE_MISSING));
	done(other);
	memcpy(folder, path, sizeof(path));
	for (size_t bit = 0; bit < with.n * 8; bit++) {
		with.p[bit / 8] ^= (char)(1 << bit % 8);
		judge_proof(m, buf_str(&with), STR_NONE, false);
		CHECK(report.faults > 0);
		with.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	buf_free(&with);
	buf_free(&without);
	done(m);
}

CASE(witnesses)
{
	struct maker *m = made(5, 1);
	struct trust t = { .has_key = true, .witnesses = 1 };
	struct buf note = BUF(NOTE_BYTES_MAX), message = BUF(8192);
	struct secret seed = { NULL, 0 };
	uint8_t pub[SIGN_PUB_BYTES], sig[SIGNATURE_BYTES];
	struct note n;

	CHECK_OK(secret_of(&seed, STR("wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww")));
	CHECK_OK(sign_public(&seed, pub));
	CHECK_OK(note_key_make(STR("city.example/w"), NOTE_KEY_COSIGNER, pub, &t.witness[0]));
	maker_key(m, &t.key);
	memset(&report, 0, sizeof(report));
	CHECK_OK(verify_checkpoint(&report, &t, buf_str(&m->checkpoint)));
	CHECK(found(FAULT_WITNESS_MISSING));
	CHECK_OK(note_parse(buf_str(&m->checkpoint), &n));
	CHECK_OK(note_cosigned_message(n.text, 1795305600, &message));
	CHECK_OK(sign(&seed, buf_str(&message), sig));
	CHECK_OK(buf_add(&note, buf_str(&m->checkpoint)));
	CHECK_OK(note_cosignature_line(&t.witness[0], 1795305600, sig, &note));
	memset(&report, 0, sizeof(report));
	CHECK_OK(verify_checkpoint(&report, &t, buf_str(&note)));
	CHECK(accepted());
	CHECK_INT(report.witnesses, 1);
	note.n = m->checkpoint.n;
	CHECK_OK(note_cosignature_line(&t.witness[0], 1795305601, sig, &note));
	memset(&report, 0, sizeof(report));
	CHECK_OK(verify_checkpoint(&report, &t, buf_str(&note)));
	CHECK(found(FAULT_WITNESS_WRONG));
	secret_free(&seed);
	buf_free(&note);
	buf_free(&message);
	done(m);
}

CASE(reports_say_it_in_both_languages_and_in_json)
{
	struct maker *m = made(9, 1);
	struct buf b = BUF(1 << 20);
	size_t at;

	judge(m, NULL, 0);
	CHECK_OK(report_print(&report, (struct output){ false, false }, &b));
	CHECK(str_find(buf_str(&b), STR("改ざんは見つかりませんでした"), &at) && str_find(buf_str(&b), STR("件数: 9\n"), &at) && str_find(buf_str(&b), STR("分からないこと"), &at));
	CHECK(str_find(buf_str(&b), STR("--head"), &at));
	buf_reset(&b);
	CHECK_OK(report_print(&report, (struct output){ true, false }, &b));
	CHECK(str_find(buf_str(&b), STR("no tampering found"), &at) && str_find(buf_str(&b), STR("entries: 9\n"), &at));
	buf_reset(&b);
	CHECK_OK(report_print(&report, (struct output){ true, true }, &b));
	CHECK(str_starts(buf_str(&b), STR("{\"accepted\":true,\"faults\":[],\"faults_count\":0,\"origin\":\"log.example/1\",\"epoch\":1,\"size\":9,")));
	CHECK(str_ends(buf_str(&b), STR("\"rollback_visible_from\":null}\n")));
	CHECK_OK(file_remove(m->dirfd, "tile/0/000.p/9"));
	judge(m, NULL, 0);
	buf_reset(&b);
	CHECK_OK(report_print(&report, (struct output){ true, true }, &b));
	CHECK(str_starts(buf_str(&b), STR("{\"accepted\":false,\"faults\":[{\"name\":\"tile-missing\",\"where\":\"tile/0/000.p/9\",")));
	buf_free(&b);
	done(m);
}

TEST_MAIN
