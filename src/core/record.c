// SPDX-License-Identifier: Apache-2.0
/*
 * Everything core writes down: leaves with their sealed payloads.
 *
 * A payload key is held per class and month while the process lives; vault
 * makes and keeps them. An act is begun only when its begin leaf is durable.
 */
#include "core/core.h"

#include <string.h>
#include <time.h>

#include "base/num.h"
#include "base/time_text.h"
#include "core/ask_core.h"
#include "vault/ask_vault.h"

#define PAYLOAD_JSON_MAX (1 << 20)

int64_t
core_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

struct opaque_id
object_of(const char *kind, struct str id)
{
	struct buf b = BUF(256);
	struct opaque_id ret = { { 0 } };
	struct hash h;

	if (buf_addf(&b, "tsujiban object v1\n%s\n", kind) == RC_OK && buf_add(&b, id) == RC_OK) {
		hash_bytes(buf_str(&b), &h);
		memcpy(ret.b, h.b, ID_BYTES);
	}
	buf_free(&b);
	return ret;
}

/* The key of a class and month; the caller gets its own copy to free. */
static enum rc
payload_key(struct core *c, uint16_t class, uint32_t month, struct secret *ret)
{
	struct secret fresh = { NULL, 0 };
	size_t at = sizeof(c->keys) / sizeof(c->keys[0]);
	enum rc rc = RC_OK;

	pthread_mutex_lock(&c->key_lock);
	for (size_t i = 0; i < sizeof(c->keys) / sizeof(c->keys[0]); i++)
		if (c->keys[i].key.p && c->keys[i].class == class && c->keys[i].month == month)
			at = i;
	if (at == sizeof(c->keys) / sizeof(c->keys[0])) {
		TRY(ask_vault_payload_key(c->vault, (enum payload_class)class, month, &fresh));
		at = c->keys_next++ % (sizeof(c->keys) / sizeof(c->keys[0]));
		secret_free(&c->keys[at].key);
		c->keys[at].class = class;
		c->keys[at].month = month;
		c->keys[at].key = fresh;
		fresh = (struct secret){ NULL, 0 };
	}
	TRY(secret_of(ret, secret_expose(&c->keys[at].key)));
out:
	pthread_mutex_unlock(&c->key_lock);
	secret_free(&fresh);
	return rc;
}

static uint32_t
month_of(int64_t at_us)
{
	struct civil c = time_civil(at_us);

	return (uint32_t)(c.year * 100 + c.month);
}

enum rc
record_leaf(struct core *c, struct leaf *leaf, json_t *json, uint64_t *ret_index)
{
	struct buf sealed = BUF(PAYLOAD_JSON_MAX + 128);
	struct secret key = { NULL, 0 };
	struct entry entry;
	char *text = NULL;
	uint32_t month;
	enum rc rc = RC_OK;

	leaf->source = PROC_CORE;
	if (leaf->claimed_at_us == 0)
		leaf->claimed_at_us = core_now_us();
	if (json) {
		month = month_of(leaf->claimed_at_us);
		text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
		if (text == NULL)
			return FAIL(RC_BUG, "payload is no JSON");
		TRY(payload_key(c, PAYLOAD_STATION, month, &key));
		TRY(payload_seal(&key, PAYLOAD_STATION, month, str_of(text), &sealed, &leaf->commitment));
	}
	entry = (struct entry){ *leaf, buf_str(&sealed) };
	TRY(ask_ledger_append(c->ledger, &entry, 1, ret_index));
out:
	free(text);
	secret_free(&key);
	buf_free(&sealed);
	return rc;
}

void
record_console(struct str address, enum lang lang, struct buf *ret)
{
	int64_t uid;

	if (!str_starts(address, STR(LOCAL_UID)) || num_parse(str_sub(address, sizeof(LOCAL_UID) - 1, address.n), 0, UINT32_MAX, &uid) != RC_OK ||
	    message_text(MSG_ENTRY_CONSOLE_OF, lang, MSG_ARGS(MSG_N("uid", uid)), ret) != RC_OK) {
		rc_trail_clear(); /* a name less exact */
		if (buf_add_c(ret, message_plain(MSG_ENTRY_CONSOLE, lang)) != RC_OK)
			rc_trail_clear();
	}
}

/*= S-3-2 */
void
record_name(struct session *s, struct str address)
{
	struct buf name = BUF(sizeof(s->display) - 1);

	if (memcmp(s->account.b, CONSOLE_ID.b, ID_BYTES) != 0)
		return;
	record_console(address, LANG_JA, &name);
	(void)snprintf(s->display, sizeof(s->display), "%s", buf_cstr(&name)); /* the ceiling is its size */
	buf_free(&name);
}

/* For whom somebody acts whose own roles do not permit it. */
static enum rc
behalf_put(json_t *json, const struct actor *who)
{
	struct buf hex = BUF(64);
	json_t *list = json_array();
	enum rc rc = RC_OK;

	for (size_t i = 0; i < who->behalf_count; i++) {
		buf_reset(&hex);
		TRY(hex_encode(&hex, (struct str){ (const char *)who->behalf[i].b, ID_BYTES }));
		json_array_append_new(list, json_string(buf_cstr(&hex)));
	}
	if (who->behalf_count)
		json_object_set(json, "for", list);
out:
	json_decref(list);
	buf_free(&hex);
	return rc;
}

/*= S-3-5 */
enum rc
record_begin(struct core *c, enum act act, const struct actor *who, const struct opaque_id *object, json_t *payload, uint64_t *ret_index)
{
	struct leaf leaf = { .type = LEAF_ACT_BEGIN, .actor = who->session.account, .name = str_of(act_row(act)->id), .claimed_at_us = who->at_us };
	json_t *json = json_pack("{s:s%, s:O?, s:s*}", "address", who->address.n ? who->address.p : "", who->address.n, "arguments", payload, "session", who->tag[0] ? who->tag : NULL);
	enum rc rc = RC_OK;

	if (object)
		leaf.object = *object;
	if (json == NULL)
		return FAIL(RC_SYNTAX, "arguments cannot be recorded");
	json_object_set_new(json, "roles", json_integer(who->session.roles)); /* those that stood then */
	TRY(behalf_put(json, who));
	TRY(record_leaf(c, &leaf, json, ret_index));
out:
	json_decref(json);
	return rc;
}

enum rc
record_outcome(struct core *c, enum act act, const struct actor *who, uint64_t begin, enum rc result)
{
	struct leaf leaf = { .type = LEAF_ACT_OUTCOME, .actor = who->session.account, .name = str_of(act_row(act)->id), .begin = begin };
	uint64_t index;

	leaf.verdict = result == RC_OK ? OUTCOME_DONE : result == RC_DENIED || result == RC_SYNTAX || result == RC_NOTFOUND || result == RC_CONFLICT ? OUTCOME_REFUSED : OUTCOME_FAILED;
	return record_leaf(c, &leaf, NULL, &index);
}

enum rc
payload_read_salted(struct core *c, const struct entry *e, struct buf *ret, uint8_t ret_salt[SALT_BYTES])
{
	struct secret key = { NULL, 0 };
	uint16_t class;
	uint32_t month;
	enum rc rc = RC_OK;

	if (e->payload.n == 0)
		return RC_NOTFOUND;
	TRY(payload_head(e->payload, &class, &month));
	TRY(payload_key(c, class, month, &key));
	TRY(payload_open(&key, e->payload, &e->leaf.commitment, ret, ret_salt));
out:
	secret_free(&key);
	return rc;
}

enum rc
payload_read(struct core *c, const struct entry *e, struct buf *ret)
{
	uint8_t salt[SALT_BYTES];

	return payload_read_salted(c, e, ret, salt);
}
