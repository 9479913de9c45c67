// SPDX-License-Identifier: Apache-2.0
/* Makes keys, verifier key and certificate of a new installation; opens epochs. */
#include "vault/vault_init.h"

#include "base/num.h"
#include "crypt/tls_key.h"
#include "merkle/checkpoint.h"
#include "os/file.h"
#include "os/own.h"
#include "vault/head_file.h"
#include "vault/key_file.h"

#define WRAP_KEY_BYTES SEAL_KEY_BYTES

static enum rc
new_name(struct str given, struct buf *ret)
{
	uint8_t bytes[4];
	enum rc rc = RC_OK;

	if (given.n)
		return buf_add(ret, given);
	random_bytes(bytes, sizeof(bytes));
	TRY(buf_add_c(ret, "tsujiban.local/"));
	TRY(hex_encode(ret, (struct str){ (char *)bytes, sizeof(bytes) }));
out:
	return rc;
}

static enum rc
key_of(struct str name, const struct secret *seed, struct note_key *ret)
{
	uint8_t pub[SIGN_PUB_BYTES];
	enum rc rc = RC_OK;

	TRY(sign_public(seed, pub));
	TRY(note_key_make(name, NOTE_KEY_ED25519, pub, ret));
out:
	return rc;
}

static enum rc
write_vkey(int root, const struct note_key *key)
{
	struct buf text = BUF(VKEY_TEXT_MAX + 1);
	enum rc rc = RC_OK;

	TRY(note_key_text(key, &text));
	TRY(buf_add_byte(&text, '\n'));
	TRY(file_write(root, VAULT_PATH_VKEY, buf_str(&text), 0644));
	TRY(own_as_folder(root, VAULT_PATH_VKEY));
out:
	buf_free(&text);
	return rc;
}

static enum rc
write_head(int root, const struct checkpoint *head)
{
	struct buf text = BUF(HEAD_TEXT_MAX), bytes = BUF(HEAD_FILE_BYTES);
	enum rc rc = RC_OK;

	TRY(checkpoint_encode(head, &text));
	TRY(head_file_make(buf_str(&text), &bytes));
	TRY(file_write(root, VAULT_PATH_HEAD, buf_str(&bytes), 0600));
	TRY(own_as_folder(root, VAULT_PATH_HEAD));
out:
	buf_free(&bytes);
	buf_free(&text);
	return rc;
}

enum rc
vault_init(int root, struct str given, struct str host_name, int64_t now)
{
	struct secret log = { NULL, 0 }, tls = { NULL, 0 }, wrap = { NULL, 0 };
	struct buf name = BUF(NOTE_NAME_MAX), cert = BUF(65536);
	struct checkpoint head = { 0 };
	struct note_key key;
	enum rc rc = RC_OK;

	if (file_exists(root, VAULT_PATH_LOG_KEY))
		return FAIL(RC_CONFLICT, "this installation has its keys already");
	TRY(file_mkdir(root, "vault", 0700));
	TRY(file_mkdir(root, "vault/payload", 0700));
	TRY(file_mkdir(root, "ledger", 0755));
	TRY(file_mkdir(root, "web", 0755));
	TRY(secret_random(&log, SIGN_KEY_BYTES));
	TRY(secret_random(&wrap, WRAP_KEY_BYTES));
	TRY(tls_key_new(&tls));
	TRY(tls_cert_self_signed(&tls, host_name, now, &cert));
	TRY(new_name(given, &name));
	TRY(key_of(buf_str(&name), &log, &key));
	head.origin = buf_str(&name);
	tree_empty_root(&head.root);
	TRY(key_file_save(root, VAULT_PATH_WRAP_KEY, &wrap));
	TRY(key_file_save(root, VAULT_PATH_TLS_KEY, &tls));
	TRY(file_write(root, VAULT_PATH_CERT, buf_str(&cert), 0644));
	TRY(write_head(root, &head));
	TRY(write_vkey(root, &key));
	TRY(key_file_save(root, VAULT_PATH_LOG_KEY, &log)); /* last: with it the set is complete */
out:
	buf_free(&cert);
	buf_free(&name);
	secret_free(&wrap);
	secret_free(&tls);
	secret_free(&log);
	return rc;
}

/* The head the restored folder ends with, signed by this key under a name of this ledger; size 0 when there is none. */
static enum rc
restored_head(int root, const struct secret *seed, struct str name, struct buf *note, struct checkpoint *ret)
{
	struct checkpoint c = { .origin = name };
	struct note n;
	struct note_key key;
	struct str base;
	uint32_t epoch;
	enum rc rc = RC_OK;

	tree_empty_root(&c.root);
	rc = file_read(root, "ledger/checkpoint", NOTE_BYTES_MAX, note);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear(); /* nothing was ever signed in this copy */
		*ret = c;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	TRY(note_parse(buf_str(note), &n));
	TRY(checkpoint_decode(n.text, &c));
	origin_split(c.origin, &base, &epoch);
	if (!str_eq(base, name))
		return FAIL(RC_TAMPERED, "the restored checkpoint belongs to another ledger");
	TRY(key_of(c.origin, seed, &key));
	if (note_verify(&n, &key) != RC_OK)
		return rc_context(RC_TAMPERED, "the restored checkpoint");
	*ret = c;
out:
	return rc;
}

static enum rc
open_epoch(int root, bool only_look, struct epoch_new *ret)
{
	struct head_file kept = { 0 };
	struct buf note = BUF(NOTE_BYTES_MAX), origin = BUF(NOTE_NAME_MAX);
	struct secret seed = { NULL, 0 };
	struct checkpoint head, restored;
	struct str name, base;
	struct note_key key;
	uint32_t epoch, other;
	enum rc rc = RC_OK;

	TRY(key_file_load(root, VAULT_PATH_LOG_KEY, SIGN_KEY_BYTES, &seed));
	TRY(head_file_load(root, VAULT_PATH_HEAD, &kept));
	TRY(checkpoint_decode(buf_str(&kept.text), &head));
	origin_split(head.origin, &name, &epoch);
	TRY(restored_head(root, &seed, name, &note, &restored));
	origin_split(restored.origin, &base, &other);
	epoch = (other > epoch ? other : epoch) + 1;
	TRY(origin_add(name, epoch, &origin));
	TRY(key_of(buf_str(&origin), &seed, &key));
	ret->epoch = epoch;
	ret->signed_before = head.size;
	ret->continues_from = restored.size;
	if (only_look)
		goto out;
	restored.origin = buf_str(&origin);
	restored.extensions = STR_NONE;
	TRY(write_head(root, &restored));
	TRY(write_vkey(root, &key));
out:
	secret_free(&seed);
	buf_free(&origin);
	buf_free(&note);
	head_file_free(&kept);
	return rc;
}

enum rc
vault_epoch_look(int root, struct epoch_new *ret)
{
	return open_epoch(root, true, ret);
}

enum rc
vault_epoch_new(int root, struct epoch_new *ret)
{
	return open_epoch(root, false, ret);
}
