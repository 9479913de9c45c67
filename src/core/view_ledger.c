// SPDX-License-Identifier: Apache-2.0
/* The ledger, one entry, its proof; the station's own state; accounts. */
#include "core/core.h"

#include <string.h>
#include <sys/statvfs.h>

#include "base/num.h"
#include "os/sandbox.h"

#define PROOF_WAIT_US 2000000

enum rc
view_ledger(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	uint64_t covered;
	json_t *page;
	enum rc rc = RC_OK;

	rc = index_follow(c);
	if (rc != RC_OK)
		proc_log(rc, "the search index does not follow");
	page = json_pack("{s:o, s:I}", "head", view_head(c, &covered), "at", (json_int_t)core_now_us());
	TRY(index_search(c, arguments, who->lang, covered, page));
	*ret = page;
	page = NULL;
out:
	json_decref(page);
	return rc;
}

/* From the console an index is a path segment, so a string; from the command line a number. */
static enum rc
index_of(json_t *arguments, uint64_t *ret)
{
	json_t *v = json_object_get(arguments, "index");

	if (json_is_integer(v) && json_integer_value(v) >= 0) {
		*ret = (uint64_t)json_integer_value(v);
		return RC_OK;
	}
	return json_is_string(v) ? num_parse_u64(str_of(json_string_value(v)), INT64_MAX, ret) : FAIL(RC_SYNTAX, "台帳の番号を入れてください / index is missing");
}

static enum rc
entry_read(struct core *c, uint64_t index, struct arena *a, struct entry **ret)
{
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_ledger_read(c->ledger, index, 1, a, ret, &n));
	if (n == 0)
		return FAIL(RC_NOTFOUND, "台帳に %llu 番はありません / the ledger has no such entry", (unsigned long long)index);
out:
	return rc;
}

static json_t *
hex_text(struct str s)
{
	struct buf b = BUF(8192);
	json_t *ret = hex_encode(&b, s) == RC_OK ? json_stringn(b.p ? b.p : "", b.n) : json_null();

	buf_free(&b);
	return ret;
}

enum rc
view_entry(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct arena a = ARENA(8 << 20);
	struct buf leaf = BUF(1024), payload = BUF(1 << 20);
	struct entry *entry;
	struct hash h;
	json_t *page = NULL;
	uint64_t index, covered;
	enum rc rc = RC_OK;

	TRY(index_of(arguments, &index));
	TRY(index_follow(c));
	TRY(entry_read(c, index, &a, &entry));
	json_decref(view_head(c, &covered));
	page = index_entry(c, index, who->lang, covered);
	if (page == NULL) {
		rc = FAIL(RC_NOTFOUND, "台帳の %llu 番はまだ索引にありません / not in the index yet", (unsigned long long)index);
		goto out;
	}
	TRY(leaf_encode(&entry->leaf, &leaf));
	hash_two(STR("\0"), buf_str(&leaf), &h); /* RFC 6962: 0x00 before a leaf */
	rc = payload_read(c, entry, &payload);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		proc_log(rc, "view: a payload does not open");
	json_object_set_new(page, "payload", rc == RC_OK ? json_loadb(payload.p, payload.n, JSON_REJECT_DUPLICATES, NULL) : json_null());
	rc = RC_OK;
	json_object_set_new(page, "leaf_hex", hex_text(buf_str(&leaf)));
	json_object_set_new(page, "leaf_hash", hex_text((struct str){ (const char *)h.b, 32 }));
	json_object_set_new(page, "begin", entry->leaf.type == LEAF_ACT_OUTCOME || entry->leaf.type == LEAF_CONFIRM ? json_integer((json_int_t)entry->leaf.begin) : json_null());
	json_object_set_new(page, "last", entry->leaf.type == LEAF_CONFIRM ? json_integer((json_int_t)entry->leaf.last) : json_null());
	json_object_set_new(page, "at", json_integer(core_now_us()));
	*ret = page;
	page = NULL;
out:
	json_decref(page);
	buf_free(&leaf);
	buf_free(&payload);
	arena_free(&a);
	return rc;
}

/*= O1-2-2 */
enum rc
view_proof(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	int64_t until_us = core_now_us() + PROOF_WAIT_US;
	struct arena a = ARENA(8 << 20);
	struct buf leaf = BUF(1024), proof = BUF(32768);
	struct entry *entry;
	uint64_t index;
	enum rc rc = RC_OK;

	TRY(index_of(arguments, &index));
	TRY(entry_read(c, index, &a, &entry));
	TRY(leaf_encode(&entry->leaf, &leaf));
	do /* a young entry waits for the next signed head: some tens of milliseconds */
		rc = ask_ledger_proof(c->ledger, index, &proof);
	while (rc == RC_CONFLICT && core_now_us() < until_us && nanosleep(&(struct timespec){ 0, 20000000 }, NULL) == 0);
	TRY(rc);
	*ret = json_pack("{s:I, s:o, s:o}", "index", (json_int_t)index, "proof", view_text(buf_str(&proof)), "leaf_hex", hex_text(buf_str(&leaf)));
out:
	buf_free(&leaf);
	buf_free(&proof);
	arena_free(&a);
	return rc;
}

enum rc
view_status(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *processes = json_array(), *head, *digest;
	int64_t now_us = core_now_us();
	struct statvfs fs;
	uint64_t covered;
	size_t written;
	struct buf hex = BUF(128);

	head = view_head(c, &covered);
	core_lock(c);
	written = c->catalogue->controls_count - catalogue_not_written(c->catalogue);
	for (int p = 0; p < PROC_COUNT; p++) {
		const struct child_now *child = &c->children[p];
		json_t *with, *without;

		if (p == PROC_READER || p == PROC_WORKER || p == PROC_APPLY)
			continue; /* one-shot: it lives for one look */
		with = json_array();
		without = json_array();
		if (p != PROC_WARDEN)
			child_walls(child->separated, with, without);
		json_array_append_new(processes, json_pack("{s:s, s:s, s:o, s:i, s:i, s:o, s:o}", "name", proc_name((enum proc_id)p), "state", child->up || p == PROC_WARDEN ? "up" : "down",
		    "started_at", view_time(p == PROC_WARDEN ? c->started_at_us : child->started_at_us), "restarts", child->restarts, "landlock_abi", (int)SEPARATED_ABI(child->separated), "separated", with, "not_separated", without));
	}
	if (hex_encode(&hex, (struct str){ (const char *)c->catalogue->digest.b, 32 }) != RC_OK)
		buf_reset(&hex);
	digest = json_stringn(hex.p ? hex.p : "", hex.n);
	*ret = json_pack("{s:s, s:I, s:I, s:s, s:o, s:o, s:I, s:I, s:{s:o, s:I, s:o}, s:{s:I, s:I}, s:o, s:o}", "version", TSUJIBAN_VERSION, "at", (json_int_t)now_us, "started_at", (json_int_t)c->started_at_us,
	    "mode", c->mode, "processes", processes, "head", head, "controls_written", (json_int_t)written, "not_written", (json_int_t)catalogue_not_written(c->catalogue),
	    "catalogue", "digest", digest, "loaded_at", (json_int_t)c->catalogue_loaded_at_us, "refused", c->catalogue_refused[0] ? view_text(str_of(c->catalogue_refused)) : json_null(),
	    "disk", "free_bytes", (json_int_t)(statvfs("/", &fs) == 0 ? (uint64_t)fs.f_bavail * fs.f_frsize : 0), "reserve_bytes", (json_int_t)(64 << 20), "collector", outgoing_json(c), "witness", witness_json(c));
	core_unlock(c);
	buf_free(&hex);
	return RC_OK;
}
