// SPDX-License-Identifier: Apache-2.0
/* The vault's answers over a real folder: what it signs, what it refuses, and what a failing disk does to both. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "base/time_text.h"
#include "crypt/tls_key.h"
#include "ledger/receipt.h"
#include "merkle/checkpoint.h"
#include "merkle/tile.h"
#include "os/file.h"
#include "vault/vault.h"
#include "vault/vault_init.h"

#define NOW INT64_C(1795305600000000) /* 2026-11-22 */

struct place { char path[64]; int root, folder; };

static struct place
place_new(void)
{
	struct place p = { "/tmp/vault_test_XXXXXX", -1, -1 };

	CHECK(mkdtemp(p.path) != NULL);
	p.root = open(p.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(p.root >= 0);
	CHECK_OK(vault_init(p.root, STR("log.example/1"), STR("localhost"), NOW));
	CHECK_OK(file_open_dir(p.root, "vault", &p.folder));
	return p;
}

static void
place_free(struct place *p)
{
	char command[128];

	close(p->folder);
	close(p->root);
	(void)snprintf(command, sizeof(command), "rm -rf %s", p->path);
	CHECK(system(command) == 0);
}

static struct vault *
opened(const struct place *p)
{
	struct vault *v = NULL;

	CHECK_OK(vault_open(p->folder, &v));
	return v;
}

/* A ledger in memory: entries "0", "1", … */
struct log { struct hash leaf[256]; struct edge edge; };

static enum rc
read_tile(void *arg, struct tile_id id, struct hash *ret)
{
	struct log *l = arg;

	memcpy(ret, id.level ? l->edge.row[id.level] : l->leaf, id.width * sizeof(*ret));
	return RC_OK;
}

static void
log_make(struct log *l, unsigned size, char salt)
{
	memset(l, 0, sizeof(*l));
	for (unsigned i = 0; i < size; i++) {
		char entry[2] = { (char)i, salt };

		tree_leaf_hash((struct str){ entry, 2 }, &l->leaf[i]);
		CHECK_OK(edge_add(&l->edge, &l->leaf[i], NULL));
	}
}

static struct note_key signing_key; /* of the case that runs */

static enum rc
ask(struct vault *v, struct log *l, const char *origin, uint64_t old_size, uint64_t size, struct buf *line)
{
	struct view *view = view_new((struct tile_source){ l, read_tile }, 0);
	struct checkpoint c = { .origin = str_of(origin), .size = size };
	struct buf text = BUF(4096), bytes = BUF(4096);
	struct proof proof;
	enum rc rc;

	CHECK_OK(view_root(view, size, &c.root));
	CHECK_OK(view_consistency(view, old_size, size, &proof));
	CHECK_OK(checkpoint_encode(&c, &text));
	CHECK_OK(proof_encode(&proof, &bytes));
	rc = vault_sign_head(v, buf_str(&text), buf_str(&bytes), line);
	if (rc == RC_OK && signing_key.name_bytes) { /* what was signed verifies with the published key */
		struct buf note = BUF(8192);

		CHECK_OK(note_join(buf_str(&text), buf_str(line), &note));
		CHECK_OK(checkpoint_open(buf_str(&note), &signing_key, STR_NONE, &c));
		buf_free(&note);
	}
	view_free(view);
	buf_free(&text);
	buf_free(&bytes);
	return rc;
}

CASE(the_last_head_is_shown_whole)
{
	struct place p = place_new();
	struct buf vkey = BUF(1000), note = BUF(1024), line = BUF(1024);
	struct checkpoint c;
	struct note_key key;
	struct vault *v = NULL;
	struct log log;

	CHECK_OK(file_read(p.root, VAULT_PATH_VKEY, 1000, &vkey));
	CHECK_OK(note_key_parse(str_trim(buf_str(&vkey)), &key));
	CHECK_OK(vault_open(p.folder, &v));
	CHECK_OK(vault_sign_head(v, STR_NONE, STR_NONE, &note));
	CHECK_OK(checkpoint_open(buf_str(&note), &key, STR("log.example/1"), &c));
	CHECK_INT(c.size, 0);
	log_make(&log, 5, 'a');
	CHECK_OK(ask(v, &log, "log.example/1", 0, 5, &line));
	buf_reset(&note);
	CHECK_OK(vault_sign_head(v, STR_NONE, STR_NONE, &note));
	CHECK_OK(checkpoint_open(buf_str(&note), &key, STR("log.example/1"), &c));
	CHECK_INT(c.size, 5);
	vault_close(v);
	buf_free(&vkey);
	buf_free(&note);
	buf_free(&line);
	place_free(&p);
}

CASE(init_makes_private_keys_and_public_halves_once)
{
	struct place p = place_new();
	struct buf vkey = BUF(1000), cert = BUF(10000), der = BUF(4096);
	struct secret tls = { NULL, 0 };
	struct note_key key;
	struct stat st;

	CHECK_RC(vault_init(p.root, STR_NONE, STR("localhost"), NOW), RC_CONFLICT);
	CHECK(fstatat(p.root, "vault", &st, 0) == 0 && (st.st_mode & 0777) == 0700);
	for (const char *const *f = (const char *const[]){ "log.key", "tls.key", "wrap.key", "head", NULL }; *f; f++)
		CHECK(fstatat(p.folder, *f, &st, 0) == 0 && (st.st_mode & 0777) == 0600);
	CHECK_OK(file_read(p.root, VAULT_PATH_VKEY, 1000, &vkey));
	CHECK_OK(note_key_parse(str_trim(buf_str(&vkey)), &key));
	CHECK_STR(note_key_name(&key), "log.example/1");
	CHECK_OK(file_read(p.root, VAULT_PATH_CERT, 10000, &cert));
	CHECK_OK(file_read(p.folder, "tls.key", 4096, &der));
	CHECK_OK(secret_of(&tls, buf_str(&der)));
	CHECK_OK(tls_cert_check(buf_str(&cert), &tls));
	secret_free(&tls);
	buf_free(&vkey);
	buf_free(&cert);
	buf_free(&der);
	place_free(&p);
}

CASE(init_chooses_a_name_of_its_own)
{
	char path[] = "/tmp/vault_test_XXXXXX", command[128];
	struct buf vkey = BUF(1000);
	int root;

	CHECK(mkdtemp(path) != NULL);
	root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(root >= 0);
	CHECK_OK(vault_init(root, STR_NONE, STR("localhost"), NOW));
	CHECK_OK(file_read(root, VAULT_PATH_VKEY, 1000, &vkey));
	CHECK(str_starts(buf_str(&vkey), STR("tsujiban.local/")) && vkey.p[23] == '+');
	buf_free(&vkey);
	close(root);
	(void)snprintf(command, sizeof(command), "rm -rf %s", path);
	CHECK(system(command) == 0);
}

CASE(a_head_is_signed_only_when_it_extends_the_last)
{
	struct place p = place_new();
	struct vault *v = opened(&p);
	static struct log l, fork;
	struct buf line = BUF(1000), again = BUF(1000), vkey = BUF(1000);

	CHECK_OK(file_read(p.root, VAULT_PATH_VKEY, 1000, &vkey));
	CHECK_OK(note_key_parse(str_trim(buf_str(&vkey)), &signing_key));
	log_make(&l, 200, 'a');
	log_make(&fork, 200, 'b');
	CHECK_RC(ask(v, &l, "other.example", 0, 5, &line), RC_DENIED);
	CHECK_RC(ask(v, &l, "log.example/1/epoch-2", 0, 5, &line), RC_DENIED);
	CHECK_OK(ask(v, &l, "log.example/1", 0, 5, &line));
	CHECK_OK(ask(v, &l, "log.example/1", 5, 5, &again)); /* the same again: lost answers are harmless */
	CHECK(str_eq(buf_str(&line), buf_str(&again)));
	CHECK_RC(ask(v, &fork, "log.example/1", 5, 5, &line), RC_TAMPERED);
	CHECK_RC(ask(v, &fork, "log.example/1", 5, 9, &line), RC_TAMPERED);
	CHECK_RC(ask(v, &l, "log.example/1", 4, 9, &line), RC_TAMPERED); /* proof from another head */
	CHECK_RC(ask(v, &l, "log.example/1", 0, 4, &line), RC_TAMPERED); /* below */
	buf_reset(&line);
	CHECK_OK(ask(v, &l, "log.example/1", 5, 9, &line));
	vault_close(v);
	v = opened(&p); /* over a restart */
	CHECK_RC(ask(v, &l, "log.example/1", 0, 5, &line), RC_TAMPERED);
	CHECK_RC(ask(v, &fork, "log.example/1", 9, 12, &line), RC_TAMPERED);
	buf_reset(&line);
	CHECK_OK(ask(v, &l, "log.example/1", 9, 200, &line));
	CHECK_RC(vault_sign_head(v, STR("junk"), STR_NONE, &line), RC_SYNTAX);
	CHECK_RC(vault_sign_head(v, STR("log.example/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n"), STR_NONE, &line), RC_SYNTAX);
	vault_close(v);
	signing_key.name_bytes = 0;
	buf_free(&vkey);
	buf_free(&line);
	buf_free(&again);
	place_free(&p);
}

CASE(no_signature_when_the_head_cannot_be_saved)
{
	struct place p = place_new();
	struct vault *v = opened(&p);
	static struct log l;
	struct buf line = BUF(1000);

	log_make(&l, 20, 'a');
	CHECK_OK(file_rename(p.folder, "head", "head.away"));
	CHECK_OK(file_mkdir(p.folder, "head", 0700)); /* a rename over it fails */
	CHECK(ask(v, &l, "log.example/1", 0, 5, &line) != RC_OK);
	CHECK_INT(line.n, 0);
	vault_close(v);
	v = NULL;
	CHECK_RC(vault_open(p.folder, &v), RC_TAMPERED); /* and no start without the last head */
	CHECK(v == NULL);
	CHECK_INT(unlinkat(p.folder, "head", AT_REMOVEDIR), 0);
	CHECK_OK(file_rename(p.folder, "head.away", "head"));
	v = opened(&p);
	CHECK_OK(ask(v, &l, "log.example/1", 0, 5, &line));
	vault_close(v);
	CHECK_OK(file_write(p.folder, "head", STR("log.example/1\n5\nspoiled\n"), 0600));
	v = NULL;
	CHECK_RC(vault_open(p.folder, &v), RC_TAMPERED);
	buf_free(&line);
	place_free(&p);
}

CASE(a_restored_copy_goes_on_under_a_new_name)
{
	struct place p = place_new();
	struct vault *v = opened(&p);
	static struct log l, restored;
	struct buf line = BUF(1000), early = BUF(1000), text = BUF(4096), note = BUF(8192), vkey = BUF(1000);
	struct checkpoint c = { .origin = STR("log.example/1"), .size = 5 };
	struct epoch_new epoch;

	log_make(&l, 50, 'a');
	CHECK_OK(ask(v, &l, "log.example/1", 0, 5, &early));
	CHECK_OK(ask(v, &l, "log.example/1", 5, 40, &line));
	vault_close(v);
	log_make(&restored, 5, 'a'); /* the backup knew five entries and their checkpoint */
	edge_root(&restored.edge, &c.root);
	CHECK_OK(checkpoint_encode(&c, &text));
	CHECK_OK(note_join(buf_str(&text), buf_str(&early), &note));
	CHECK_OK(file_write(p.root, "ledger/checkpoint", buf_str(&note), 0644));
	CHECK_OK(vault_epoch_look(p.root, &epoch)); /* looking changes nothing */
	CHECK_OK(vault_epoch_new(p.root, &epoch));
	CHECK_INT(epoch.epoch, 2);
	CHECK_INT(epoch.signed_before, 40);
	CHECK_INT(epoch.continues_from, 5);
	CHECK_OK(file_read(p.root, VAULT_PATH_VKEY, 1000, &vkey));
	CHECK(str_starts(buf_str(&vkey), STR("log.example/1/epoch-2+")));
	v = opened(&p);
	CHECK_RC(ask(v, &l, "log.example/1", 5, 50, &line), RC_DENIED); /* the old name is over */
	CHECK_RC(ask(v, &l, "log.example/1/epoch-2", 0, 4, &line), RC_TAMPERED);
	buf_reset(&line);
	CHECK_OK(ask(v, &l, "log.example/1/epoch-2", 5, 6, &line));
	vault_close(v);
	note.p[3] ^= 1; /* a checkpoint somebody changed is no base for an epoch */
	CHECK_OK(file_write(p.root, "ledger/checkpoint", buf_str(&note), 0644));
	CHECK_RC(vault_epoch_new(p.root, &epoch), RC_TAMPERED);
	CHECK_OK(file_remove(p.root, "ledger/checkpoint"));
	CHECK_OK(vault_epoch_new(p.root, &epoch));
	CHECK_INT(epoch.epoch, 3);
	CHECK_INT(epoch.continues_from, 0);
	buf_free(&line);
	buf_free(&early);
	buf_free(&text);
	buf_free(&note);
	buf_free(&vkey);
	place_free(&p);
}

CASE(payload_keys_are_made_for_this_month_and_stay)
{
	struct place p = place_new();
	struct vault *v = opened(&p);
	struct buf a = BUF(64), b = BUF(64), c = BUF(64);

	CHECK_OK(vault_payload_key(v, 1, 202611, NOW, &a));
	CHECK_INT(a.n, 32);
	CHECK_OK(vault_payload_key(v, 2, 202611, NOW, &b));
	CHECK(!str_eq(buf_str(&a), buf_str(&b)));
	vault_close(v);
	v = opened(&p);
	CHECK_OK(vault_payload_key(v, 1, 202611, NOW + 400 * DAY_US, &c)); /* later: still there */
	CHECK(str_eq(buf_str(&a), buf_str(&c)));
	buf_reset(&c);
	CHECK_RC(vault_payload_key(v, 1, 202511, NOW, &c), RC_NOTFOUND); /* never was, or destroyed: not made again */
	CHECK_RC(vault_payload_key(v, 1, 202613, NOW, &c), RC_SYNTAX);
	CHECK_RC(vault_payload_key(v, 1, 0, NOW, &c), RC_SYNTAX);
	CHECK_RC(vault_payload_key(v, 0, 202611, NOW, &c), RC_SYNTAX);
	CHECK_RC(vault_payload_key(v, 3, 202611, NOW, &c), RC_SYNTAX);
	CHECK_INT(c.n, 0);
	CHECK_OK(vault_payload_key(v, 1, 202612, NOW + 8 * DAY_US + 14 * HOUR_US, &c)); /* 30 November, next month */
	CHECK_OK(file_rename(p.folder, "payload/2-202611", "payload/1-202610"));        /* keys are bound to their name */
	buf_reset(&c);
	CHECK_RC(vault_payload_key(v, 1, 202610, NOW, &c), RC_TAMPERED);
	vault_close(v);
	buf_free(&a);
	buf_free(&b);
	buf_free(&c);
	place_free(&p);
}

CASE(what_one_process_wraps_no_other_opens)
{
	struct place p = place_new();
	struct vault *v = opened(&p);
	struct buf wrapped = BUF(4096), plain = BUF(4096);

	CHECK_OK(vault_wrap(v, "auth", STR("totp of 1"), STR("seed"), &wrapped));
	CHECK_OK(vault_unwrap(v, "auth", STR("totp of 1"), buf_str(&wrapped), &plain));
	CHECK_STR(buf_str(&plain), "seed");
	buf_reset(&plain);
	CHECK_RC(vault_unwrap(v, "core", STR("totp of 1"), buf_str(&wrapped), &plain), RC_TAMPERED);
	CHECK_RC(vault_unwrap(v, "auth", STR("totp of 2"), buf_str(&wrapped), &plain), RC_TAMPERED);
	CHECK_RC(vault_unwrap(v, "auth", STR("totp of 1"), STR(""), &plain), RC_SYNTAX);
	CHECK_RC(vault_unwrap(v, "auth", STR("totp of 1"), STR("\1short"), &plain), RC_TAMPERED);
	for (size_t i = 0; i < wrapped.n; i++) {
		wrapped.p[i] ^= 4;
		CHECK(vault_unwrap(v, "auth", STR("totp of 1"), buf_str(&wrapped), &plain) != RC_OK);
		wrapped.p[i] ^= 4;
	}
	CHECK_INT(plain.n, 0);
	CHECK_RC(vault_wrap(v, "auth", STR_NONE, STR_NONE, &wrapped), RC_LIMIT);
	vault_close(v);
	buf_free(&wrapped);
	buf_free(&plain);
	place_free(&p);
}

CASE(a_receipt_opens_one_object_once_and_in_time)
{
	struct place p = place_new();
	struct vault *v = opened(&p);
	struct receipt r = { .index = 77, .object = { "0123456789abcde" }, .expires_at_us = NOW + MINUTE_US };
	struct str aad = { "0123456789abcde\0and more", 24 }, other = STR("another object, and more");
	struct buf wrapped = BUF(4096), plain = BUF(4096), key_bytes = BUF(64);
	struct secret key = { NULL, 0 };

	CHECK_OK(vault_wrap(v, "core", aad, STR("record key"), &wrapped));
	CHECK_RC(vault_unseal(v, "core", &r, aad, buf_str(&wrapped), NOW, &plain), RC_DENIED); /* no key yet */
	CHECK_OK(vault_receipt_key(v, &key_bytes));
	CHECK_OK(secret_of(&key, buf_str(&key_bytes)));
	CHECK_RC(vault_unseal(v, "core", &r, aad, buf_str(&wrapped), NOW, &plain), RC_DENIED); /* no MAC */
	receipt_make(&key, &r);
	CHECK_RC(vault_unseal(v, "core", &r, other, buf_str(&wrapped), NOW, &plain), RC_DENIED);
	CHECK_RC(vault_unseal(v, "core", &r, aad, buf_str(&wrapped), NOW + MINUTE_US + 1, &plain), RC_DENIED);
	r.index++;
	CHECK_RC(vault_unseal(v, "core", &r, aad, buf_str(&wrapped), NOW, &plain), RC_DENIED);
	r.index--;
	CHECK_OK(file_mkdir(p.folder, "spent", 0700)); /* cannot be noted: nothing leaves */
	CHECK(vault_unseal(v, "core", &r, aad, buf_str(&wrapped), NOW, &plain) != RC_OK);
	CHECK_INT(plain.n, 0);
	CHECK_INT(unlinkat(p.folder, "spent", AT_REMOVEDIR), 0);
	CHECK_OK(vault_unseal(v, "core", &r, aad, buf_str(&wrapped), NOW, &plain));
	CHECK_STR(buf_str(&plain), "record key");
	buf_reset(&plain);
	CHECK_RC(vault_unseal(v, "core", &r, aad, buf_str(&wrapped), NOW, &plain), RC_DENIED); /* spent */
	vault_close(v);
	v = opened(&p);
	buf_reset(&key_bytes);
	CHECK_OK(vault_receipt_key(v, &key_bytes));
	CHECK_OK(secret_of(&key, buf_str(&key_bytes)));
	receipt_make(&key, &r); /* even a ledger that mints it anew */
	CHECK_RC(vault_unseal(v, "core", &r, aad, buf_str(&wrapped), NOW, &plain), RC_DENIED);
	CHECK_INT(plain.n, 0);
	secret_free(&key);
	vault_close(v);
	buf_free(&wrapped);
	buf_free(&plain);
	buf_free(&key_bytes);
	place_free(&p);
}

CASE(a_clock_set_back_does_not_open_a_spent_receipt_again)
{
	struct place p = place_new();
	struct vault *v = opened(&p);
	struct receipt first = { .index = 7, .object = { "0123456789abcde" }, .expires_at_us = NOW + MINUTE_US }, second = first;
	struct str aad = { "0123456789abcde\0", 16 };
	struct buf wrapped = BUF(4096), plain = BUF(4096), key_bytes = BUF(64);
	struct secret key = { NULL, 0 };

	second.index++;
	second.expires_at_us = NOW + 10 * MINUTE_US;
	CHECK_OK(vault_wrap(v, "core", aad, STR("record key"), &wrapped));
	CHECK_OK(vault_receipt_key(v, &key_bytes));
	CHECK_OK(secret_of(&key, buf_str(&key_bytes)));
	receipt_make(&key, &first);
	receipt_make(&key, &second);
	CHECK_OK(vault_unseal(v, "core", &first, aad, buf_str(&wrapped), NOW, &plain));
	CHECK_OK(vault_unseal(v, "core", &second, aad, buf_str(&wrapped), NOW + 5 * MINUTE_US, &plain)); /* the first is forgotten */
	buf_reset(&plain);
	CHECK_RC(vault_unseal(v, "core", &first, aad, buf_str(&wrapped), NOW, &plain), RC_DENIED);
	CHECK_INT(plain.n, 0);
	secret_free(&key);
	vault_close(v);
	buf_free(&wrapped);
	buf_free(&plain);
	buf_free(&key_bytes);
	place_free(&p);
}

CASE(tls_signatures_are_over_digests_only)
{
	struct place p = place_new();
	struct vault *v = opened(&p);
	char digest[64] = { 1 };
	struct buf der = BUF(512);

	CHECK_OK(vault_tls_sign(v, (struct str){ digest, 32 }, &der));
	CHECK(der.n > 60);
	CHECK(vault_tls_sign(v, (struct str){ digest, 31 }, &der) != RC_OK);
	vault_close(v);
	buf_free(&der);
	place_free(&p);
}

TEST_MAIN
