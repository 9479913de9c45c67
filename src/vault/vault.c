// SPDX-License-Identifier: Apache-2.0
/* Signs only what extends the last head, opens only what the same process wrapped, and each receipt once. */
#include "vault/vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "crypt/tls_key.h"
#include "ledger/receipt.h"
#include "merkle/checkpoint.h"
#include "os/file.h"
#include "vault/ask_vault.h"
#include "vault/head_file.h"
#include "vault/key_file.h"
#include "vault/wire.h"

#define HEAD_NAME       "head"
#define SPENT_MAX       4096 /* receipts that have not expired yet */
#define SPENT_BYTES_MAX (SPENT_MAX * 48)
#define WRAP_VERSION    1

struct spent { uint64_t index; int64_t expires_at_us; };
struct vault {
	int               folder;
	struct secret     log, tls, wrap, receipt;
	struct note_key   key;
	struct head_file  kept;        /* what `head` borrows from */
	struct checkpoint head;
	struct spent      spent[SPENT_MAX];
	size_t            spent_count;
	int64_t           forgotten_us; /* the latest expiry of a receipt that left the list; with a restart the key goes too */
};

static enum rc
load_head(struct vault *v)
{
	uint8_t pub[SIGN_PUB_BYTES];
	enum rc rc = RC_OK;

	if (head_file_load(v->folder, HEAD_NAME, &v->kept) != RC_OK)
		return rc_context(RC_TAMPERED, "the last head that was signed cannot be read");
	TRY(head_file_save(v->folder, HEAD_NAME, buf_str(&v->kept.text), &v->kept)); /* what was read may not be on the disk: an earlier write may have failed */
	TRY(checkpoint_decode(buf_str(&v->kept.text), &v->head));
	TRY(sign_public(&v->log, pub));
	TRY(note_key_make(v->head.origin, NOTE_KEY_ED25519, pub, &v->key));
out:
	return rc;
}

static enum rc
load_spent(struct vault *v)
{
	struct buf text = BUF(SPENT_BYTES_MAX);
	struct str rest, line, index;
	enum rc rc;

	rc = file_read(v->folder, "spent", SPENT_BYTES_MAX, &text);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear(); /* none was ever spent */
		rc = RC_OK;
		goto out;
	}
	if (rc != RC_OK)
		goto out;
	for (rest = buf_str(&text); note_line(&rest, &line); v->spent_count++) {
		struct spent *s = &v->spent[v->spent_count];

		if (v->spent_count == SPENT_MAX || !str_cut(&line, ' ', &index)) {
			rc = FAIL(RC_TAMPERED, "the list of spent receipts");
			goto out;
		}
		TRY(num_parse_u64(index, UINT64_MAX, &s->index));
		TRY(num_parse(line, INT64_MIN + 1, INT64_MAX, &s->expires_at_us));
	}
out:
	buf_free(&text);
	return rc;
}

enum rc
vault_open(int folder, struct vault **ret)
{
	struct vault *v = calloc(1, sizeof(*v));
	enum rc rc = RC_OK;

	if (!v)
		abort();
	v->folder = folder;
	TRY(key_file_load(folder, "log.key", SIGN_KEY_BYTES, &v->log));
	TRY(key_file_load(folder, "tls.key", 0, &v->tls));
	TRY(key_file_load(folder, "wrap.key", SEAL_KEY_BYTES, &v->wrap));
	TRY(load_head(v));
	TRY(load_spent(v));
	*ret = v;
	v = NULL;
out:
	vault_close(v);
	return rc;
}

enum rc
vault_tls_key_set(struct vault *v, struct str pem)
{
	struct secret key = { 0 };
	enum rc rc = RC_OK;

	TRY(tls_key_from_pem(pem, &key));
	secret_free(&v->tls);
	v->tls = key;
out:
	return rc;
}

void
vault_close(struct vault *v)
{
	if (!v)
		return;
	secret_free(&v->log);
	secret_free(&v->tls);
	secret_free(&v->wrap);
	secret_free(&v->receipt);
	head_file_free(&v->kept);
	free(v);
}

/* On disk, then in memory: what fails in between leaves the older, which the newer extends. */
static enum rc
save_head(struct vault *v, struct str text)
{
	enum rc rc = RC_OK;

	TRY(head_file_save(v->folder, HEAD_NAME, text, &v->kept));
	TRY(checkpoint_decode(buf_str(&v->kept.text), &v->head)); /* it was decoded before */
out:
	return rc;
}

/* The last head again, as a whole note; nothing new is signed. */
static enum rc
last_head(struct vault *v, struct buf *ret)
{
	uint8_t signature[SIGNATURE_BYTES];
	struct buf line = BUF(1024);
	enum rc rc = RC_OK;

	TRY(sign(&v->log, buf_str(&v->kept.text), signature));
	TRY(note_signature_line(&v->key, signature, &line));
	TRY(note_join(buf_str(&v->kept.text), buf_str(&line), ret));
out:
	buf_free(&line);
	return rc;
}

enum rc
vault_sign_head(struct vault *v, struct str text, struct str proof_bytes, struct buf *ret)
{
	uint8_t signature[SIGNATURE_BYTES];
	struct checkpoint next;
	struct proof proof;
	enum rc rc = RC_OK;

	if (text.n == 0)
		return last_head(v, ret);
	TRY(checkpoint_decode(text, &next));
	TRY(proof_decode(proof_bytes, &proof));
	if (next.extensions.n)
		return FAIL(RC_SYNTAX, "a head has three lines");
	if (!str_eq(next.origin, v->head.origin))
		return FAIL(RC_DENIED, "a head of another origin than this epoch's");
	if (next.size < v->head.size)
		return FAIL(RC_TAMPERED, "a head of %llu entries; %llu are signed already", (unsigned long long)next.size, (unsigned long long)v->head.size);
	if (proof_consistency_check(&proof, v->head.size, &v->head.root, next.size, &next.root) != RC_OK)
		return rc_context(RC_TAMPERED, "the head does not extend the last one signed");
	if (next.size != v->head.size)
		TRY(save_head(v, text));
	TRY(sign(&v->log, text, signature));
	TRY(note_signature_line(&v->key, signature, ret));
out:
	return rc;
}

enum rc
vault_receipt_key(struct vault *v, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(secret_random(&v->receipt, RECEIPT_KEY_BYTES));
	TRY(buf_add(ret, secret_expose(&v->receipt)));
out:
	return rc;
}

enum rc
vault_tls_sign(struct vault *v, struct str digest, struct buf *ret)
{
	return tls_sign_digest(&v->tls, digest, ret);
}

/* Keys are made for the month that is, or the one beside it; what is missing otherwise was destroyed. */
static bool
month_is_near(uint32_t yyyymm, int64_t now)
{
	struct civil c = time_civil(now);
	int64_t asked = (int64_t)(yyyymm / 100) * 12 + yyyymm % 100, here = (int64_t)c.year * 12 + c.month;

	return asked >= here - 1 && asked <= here + 1;
}

enum rc
vault_payload_key(struct vault *v, unsigned key_class, uint32_t yyyymm, int64_t now, struct buf *ret)
{
	struct buf sealed = BUF(256), aad = BUF(64);
	struct secret key = { NULL, 0 };
	char path[64];
	enum rc rc = RC_OK;

	if (key_class < PAYLOAD_STATION || key_class > PAYLOAD_ACCOUNT || yyyymm < 197001 || yyyymm > 999912 || yyyymm % 100 < 1 || yyyymm % 100 > 12)
		return FAIL(RC_SYNTAX, "no payload keys of class %u and month %u", key_class, yyyymm);
	(void)snprintf(path, sizeof(path), "payload/%u-%u", key_class, yyyymm); /* fits */
	TRY(buf_addf(&aad, "tsujiban payload key v1\n%u-%u", key_class, yyyymm));
	rc = file_read(v->folder, path, 256, &sealed);
	if (rc == RC_OK) {
		TRY(seal_open_secret(&v->wrap, buf_str(&aad), buf_str(&sealed), &key));
	} else if (rc == RC_NOTFOUND && month_is_near(yyyymm, now)) {
		rc_trail_clear(); /* first use in this month */
		TRY(secret_random(&key, SEAL_KEY_BYTES));
		TRY(seal(&v->wrap, buf_str(&aad), secret_expose(&key), &sealed));
		TRY(file_write(v->folder, path, buf_str(&sealed), 0600));
	} else {
		goto out;
	}
	TRY(buf_add(ret, secret_expose(&key)));
out:
	secret_free(&key);
	buf_free(&aad);
	buf_free(&sealed);
	return rc;
}

static enum rc
wrap_aad(const char *process, struct str aad, struct buf *ret)
{
	enum rc rc = RC_OK;

	if (aad.n > AAD_BYTES_MAX)
		return FAIL(RC_LIMIT, "over %d bytes of associated data", AAD_BYTES_MAX);
	TRY(buf_addf(ret, "tsujiban wrap v1\n%s\n", process));
	TRY(buf_add(ret, aad));
out:
	return rc;
}

enum rc
vault_wrap(struct vault *v, const char *process, struct str aad, struct str plain, struct buf *ret)
{
	struct buf bound = BUF(AAD_BYTES_MAX + 128);
	size_t before = ret->n;
	enum rc rc = RC_OK;

	if (plain.n == 0 || plain.n > WRAPPED_BYTES_MAX - 1 - SEAL_OVERHEAD)
		return FAIL(RC_LIMIT, "a secret of %zu bytes", plain.n);
	TRY(wrap_aad(process, aad, &bound));
	TRY(buf_add_byte(ret, WRAP_VERSION));
	TRY(seal(&v->wrap, buf_str(&bound), plain, ret));
out:
	if (rc != RC_OK)
		ret->n = before;
	buf_free(&bound);
	return rc;
}

enum rc
vault_unwrap(struct vault *v, const char *process, struct str aad, struct str wrapped, struct buf *ret)
{
	struct buf bound = BUF(AAD_BYTES_MAX + 128);
	enum rc rc = RC_OK;

	if (wrapped.n < 1 || wrapped.n > WRAPPED_BYTES_MAX || wrapped.p[0] != WRAP_VERSION)
		return FAIL(RC_SYNTAX, "not wrapped here");
	TRY(wrap_aad(process, aad, &bound));
	TRY(seal_open(&v->wrap, buf_str(&bound), str_sub(wrapped, 1, wrapped.n), ret));
out:
	buf_free(&bound);
	return rc;
}

/* Adds the receipt to those spent, on disk first; the expired ones go. RC_DENIED: it is there already. */
static enum rc
spend(struct vault *v, const struct receipt *r, int64_t now)
{
	static struct spent kept[SPENT_MAX]; /* one thread: see proc/vault.c */
	struct buf text = BUF(SPENT_BYTES_MAX);
	int64_t forgotten_us = v->forgotten_us;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (r->expires_at_us <= v->forgotten_us) /* the clock went back: whether it was spent is not known any more */
		return FAIL(RC_DENIED, "receipt of entry %llu has expired before", (unsigned long long)r->index);
	for (size_t i = 0; i < v->spent_count; i++) {
		if (v->spent[i].index == r->index)
			return FAIL(RC_DENIED, "receipt of entry %llu is spent", (unsigned long long)r->index);
		if (v->spent[i].expires_at_us >= now)
			kept[n++] = v->spent[i];
		else if (v->spent[i].expires_at_us > forgotten_us)
			forgotten_us = v->spent[i].expires_at_us;
	}
	if (n == SPENT_MAX)
		return FAIL(RC_LIMIT, "too many receipts at one time");
	kept[n++] = (struct spent){ r->index, r->expires_at_us };
	for (size_t i = 0; i < n; i++)
		TRY(buf_addf(&text, "%llu %lld\n", (unsigned long long)kept[i].index, (long long)kept[i].expires_at_us));
	TRY(file_write(v->folder, "spent", buf_str(&text), 0600));
	memcpy(v->spent, kept, n * sizeof(*kept));
	v->spent_count = n;
	v->forgotten_us = forgotten_us;
out:
	buf_free(&text);
	return rc;
}

enum rc
vault_unseal(struct vault *v, const char *process, const struct receipt *r, struct str aad, struct str wrapped, int64_t now, struct buf *ret)
{
	struct buf plain = BUF(WRAPPED_BYTES_MAX);
	enum rc rc = RC_OK;

	if (v->receipt.p == NULL)
		return FAIL(RC_DENIED, "no ledger has asked for a receipt key yet");
	TRY(receipt_check(&v->receipt, r, now));
	if (!str_starts(aad, (struct str){ (const char *)r->object.b, ID_BYTES }))
		return FAIL(RC_DENIED, "the receipt is for another object");
	TRY(vault_unwrap(v, process, aad, wrapped, &plain));
	TRY(spend(v, r, now));
	TRY(buf_add(ret, buf_str(&plain)));
out:
	if (plain.p)
		wipe(plain.p, plain.cap);
	buf_free(&plain);
	return rc;
}
