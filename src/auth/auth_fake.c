// SPDX-License-Identifier: Apache-2.0
/* The questions auth asks of ledger and vault, answered here; payloads are opened so that tests can read them. */
#include "auth/auth_fake.h"

#include <string.h>

#include "vault/ask_vault.h"

struct fakes fakes;
static struct secret wrapping_key, payload_key;

void
fakes_reset(void)
{
	memset(&fakes, 0, sizeof(fakes));
}

static enum rc
key(struct secret *k, size_t n)
{
	return k->p ? RC_OK : secret_random(k, n);
}

enum rc
ask_ledger_append(struct peer *p, const struct entry *e, size_t n, uint64_t *ret_first)
{
	(void)p;
	if (fakes.ledger_says != RC_OK)
		return FAIL(fakes.ledger_says, "the fake ledger refuses");
	if (fakes.ledger_refuses_after && fakes.appends >= fakes.ledger_refuses_after)
		return FAIL(RC_PEER, "the fake ledger is gone");
	fakes.appends++;
	*ret_first = fakes.leaves_count;
	for (size_t i = 0; i < n && fakes.leaves_count < FAKE_LEAVES_MAX; i++) {
		struct fake_leaf *to = &fakes.leaves[fakes.leaves_count++];
		struct buf json = BUF(sizeof(to->json) - 1);
		uint8_t salt[SALT_BYTES];

		to->leaf = e[i].leaf;
		memcpy(to->name, e[i].leaf.name.p, e[i].leaf.name.n);
		if (e[i].payload.n && payload_open(&payload_key, e[i].payload, &e[i].leaf.commitment, &json, salt) == RC_OK)
			memcpy(to->json, json.p, json.n);
		buf_free(&json);
	}
	return RC_OK;
}

enum rc
ask_vault_payload_key(struct peer *p, enum payload_class c, uint32_t month, struct secret *ret)
{
	enum rc rc = RC_OK;

	(void)p;
	if (fakes.vault_says != RC_OK || c != PAYLOAD_ACCOUNT || month < 197001)
		return FAIL(RC_PEER, "the fake vault refuses");
	TRY(key(&payload_key, SEAL_KEY_BYTES));
	TRY(secret_of(ret, secret_expose(&payload_key)));
out:
	return rc;
}

enum rc
ask_vault_wrap(struct peer *p, struct str aad, const struct secret *s, struct buf *ret)
{
	enum rc rc = RC_OK;

	(void)p;
	if (fakes.vault_says != RC_OK)
		return FAIL(fakes.vault_says, "the fake vault refuses");
	fakes.wraps++;
	TRY(key(&wrapping_key, SEAL_KEY_BYTES));
	TRY(seal(&wrapping_key, aad, secret_expose(s), ret));
out:
	return rc;
}

enum rc
ask_vault_unwrap(struct peer *p, struct str aad, struct str wrapped, struct secret *ret)
{
	(void)p;
	if (fakes.vault_says != RC_OK)
		return FAIL(fakes.vault_says, "the fake vault refuses");
	fakes.unwraps++;
	return seal_open_secret(&wrapping_key, aad, wrapped, ret);
}
