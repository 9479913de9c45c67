// SPDX-License-Identifier: Apache-2.0
/*
 * Files attached to a version of a paper. They ride in the payload of the entry that files it: sealed under a key of
 * vault, bound by the entry's commitment, durable before the version is there. The store keeps what they are, not what
 * they say. Nothing is written down before it was recognised, bounded and, where a scanner stands, scanned; what no
 * scanner has seen yet is given to nobody while one is configured.
 */
#include "core/paper_int.h"

#include <string.h>

#include "base/num.h"
#include "control/look_remote.h"
#include "form/sniff.h"

#define FILES_MAX       8
#define FILES_BYTES_MAX (640 << 10) /* all of a version: sealed in one entry */
#define CONTENT_MAX     (FILES_BYTES_MAX / 3 * 4 + 8)

/* "clean", "none" (no scanner stands here), "waits" (it does not answer), "found". */
static const char *
scanned(struct core *c, const char *content)
{
	const struct control *control = control_of(STR("upload-scan"));
	struct arena a = ARENA(16 << 20);
	struct facts given = { .arena = &a }, facts = { .arena = &a };
	const struct subject station = { SUBJECT_STATION, "station", &given };
	const char *ret = "waits";

	if (control == NULL)
		return "none";
	fact_text(&given, 0, "file.content", str_of(content));
	if (look_control(c->proc, control, &station, &facts) != RC_OK)
		rc_trail_clear(); /* it waits */
	else if (fact_n(&facts, 0, "running", 0) && fact_get(&facts, 0, "found"))
		ret = fact_n(&facts, 0, "found", 1) ? "found" : "clean";
	else if (!fact_n(&facts, 0, "running", 1) && !fact_n(&facts, 0, "configured", 1))
		ret = "none";
	arena_free(&a);
	return ret;
}

static enum rc
hash_hex(struct str bytes, struct buf *ret)
{
	struct hash h;

	hash_bytes(bytes, &h);
	return hex_encode(ret, (struct str){ (const char *)h.b, sizeof(h.b) });
}

/* One that was sent: recognised, scanned; what becomes of it in `ret`. */
static enum rc
take_one(struct core *c, const json_t *sent, size_t *bytes, json_t **ret)
{
	const char *name = json_string_value(json_object_get(sent, "name")), *content = json_string_value(json_object_get(sent, "content")), *scan;
	struct buf plain = BUF(FILES_BYTES_MAX), hex = BUF(128);
	const struct sniffed *is;
	enum rc rc = RC_OK;

	if (name == NULL || content == NULL)
		return FAIL(RC_SYNTAX, "添付には名前と中身が要ります / an attachment has a name and a content");
	if (strlen(content) > CONTENT_MAX || base64_decode(str_of(content), &plain) != RC_OK || (*bytes += plain.n) > FILES_BYTES_MAX)
		TRY(FAIL(RC_SYNTAX, "添付は合わせて %d KB までです / attachments have at most %d KB together", FILES_BYTES_MAX >> 10, FILES_BYTES_MAX >> 10));
	TRY(sniff_file(str_of(name), buf_str(&plain), &is));
	scan = scanned(c, content);
	if (strcmp(scan, "found") == 0)
		TRY(FAIL(RC_SYNTAX, "「%s」からウイルスが見つかりました。受け付けていません / a virus was found in \"%s\": it was not taken", name, name));
	TRY(hash_hex(buf_str(&plain), &hex));
	*ret = json_pack("{s:s, s:s, s:I, s:s, s:s, s:s}", "name", name, "media", is->media, "size", (json_int_t)plain.n, "sha256", buf_cstr(&hex), "scan", scan, "content", content);
out:
	buf_free(&plain);
	buf_free(&hex);
	return rc;
}

enum rc
attach_take(struct core *c, json_t *arguments)
{
	json_t *sent = json_object_get(arguments, "files"), *taken = json_array(), *one, *file;
	size_t i, bytes = 0;
	enum rc rc = RC_OK;

	if (sent == NULL)
		goto out;
	if (!json_is_array(sent) || json_array_size(sent) > FILES_MAX)
		TRY(FAIL(RC_SYNTAX, "添付は %d 個までです / there are at most %d attachments", FILES_MAX, FILES_MAX));
	json_array_foreach(sent, i, one) {
		TRY(take_one(c, one, &bytes, &file));
		json_array_append_new(taken, file);
	}
	json_object_set(arguments, "files", taken);
out:
	if (rc != RC_OK)
		json_object_del(arguments, "files"); /* what is refused is not written down either */
	json_decref(taken);
	return rc;
}

json_t *
attach_kept(const json_t *files)
{
	json_t *list = json_array(), *one, *copy;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)files, i, one) {
		copy = json_copy(one);
		json_object_del(copy, "content");
		json_array_append_new(list, copy);
	}
	return list;
}

enum rc
attach_digest(const json_t *kept, struct buf *ret_hex)
{
	struct buf all = BUF(65536);
	const json_t *one;
	size_t i;
	enum rc rc = RC_OK;

	if (json_array_size(kept) == 0)
		goto out;
	TRY(buf_add_c(&all, "tsujiban attachments v1\n"));
	json_array_foreach((json_t *)(uintptr_t)kept, i, one)
		TRY(buf_addf(&all, "%s %s\n", json_string_value(json_object_get(one, "sha256")), json_string_value(json_object_get(one, "name"))));
	TRY(hash_hex(buf_str(&all), ret_hex));
out:
	buf_free(&all);
	return rc;
}

/* "1234-0": the entry that filed the version, and the place of the file. Under lock. */
static enum rc
find(struct core *c, struct str id, uint64_t *ret_leaf, size_t *ret_at, json_t **ret)
{
	struct str rest = id, leaf = STR_NONE;
	int64_t n, at;
	enum rc rc = RC_OK;

	if (!str_cut(&rest, '-', &leaf) || num_parse(leaf, 0, INT64_MAX, &n) != RC_OK || num_parse(rest, 0, FILES_MAX - 1, &at) != RC_OK)
		goto none;
	for (size_t i = 0; i < c->papers_count; i++)
		for (size_t k = 0; k < c->papers[i].count; k++) {
			const struct paper_kept *step = &c->papers[i].steps[k];

			if (step->leaf != (uint64_t)n || (size_t)at >= json_array_size(step->files))
				continue;
			*ret_leaf = step->leaf;
			*ret_at = (size_t)at;
			*ret = json_copy(json_array_get(step->files, (size_t)at));
			return RC_OK;
		}
none:
	rc_trail_clear(); /* no number, no file */
	rc = FAIL(RC_NOTFOUND, "その添付はありません / no such attachment");
	return rc;
}

/* What the ledger holds is compared with what was seen when it was filed; the ledger's own commitment was checked as it was opened. */
enum rc
view_paper_attachment(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct buf json = BUF(1 << 20), plain = BUF(FILES_BYTES_MAX), hex = BUF(128);
	const char *content, *scan;
	struct arena a = ARENA(8 << 20);
	json_t *payload = NULL, *kept = NULL, *file;
	struct entry *entry;
	uint64_t leaf = 0;
	size_t at = 0, n = 0;
	enum rc rc = RC_OK;

	(void)who;
	core_lock(c);
	rc = find(c, str_of(json_string_value(json_object_get(arguments, "id"))), &leaf, &at, &kept);
	core_unlock(c);
	TRY(rc);
	TRY(ask_ledger_read(c->ledger, leaf, 1, &a, &entry, &n));
	if (n == 0)
		TRY(FAIL(RC_TAMPERED, "the entry of an attachment is not in the ledger"));
	TRY(payload_read(c, entry, &json));
	payload = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, NULL);
	file = json_array_get(json_object_get(json_object_get(payload, "arguments"), "files"), at);
	content = json_string_value(json_object_get(file, "content"));
	if (content == NULL || base64_decode(str_of(content), &plain) != RC_OK)
		TRY(FAIL(RC_TAMPERED, "an attachment cannot be read from the ledger"));
	TRY(hash_hex(buf_str(&plain), &hex));
	if (strcmp(buf_cstr(&hex), json_string_value(json_object_get(kept, "sha256"))) != 0)
		TRY(FAIL(RC_TAMPERED, "添付が、出されたときのものと違います / an attachment is not the one that was filed"));
	scan = json_string_value(json_object_get(kept, "scan"));
	if (strcmp(scan, "clean") != 0) {
		scan = scanned(c, content);
		if (strcmp(scan, "found") == 0)
			TRY(FAIL(RC_DENIED, "この添付からウイルスが見つかりました / a virus was found in this attachment"));
		if (strcmp(scan, "waits") == 0)
			TRY(FAIL(RC_CONFLICT, "ウイルスの検査が終わるまで、渡せません。clamd の動きを確かめてください / it waits to be scanned: look after clamd"));
	}
	json_object_set_new(kept, "scan", json_string(scan));
	json_object_set_new(kept, "content", json_string(content));
	*ret = json_incref(kept);
out:
	json_decref(payload);
	json_decref(kept);
	arena_free(&a);
	buf_free(&json);
	buf_free(&plain);
	buf_free(&hex);
	return rc;
}

/* For the control that judges them: how many there are, and how many of those nobody scanned. */
enum rc
attach_facts(struct core *c, struct facts *f)
{
	const struct control *control = control_of(STR("upload-scan"));
	const struct subject station = { SUBJECT_STATION, "station", NULL };
	int64_t files = 0, waits = 0, none = 0;
	enum rc rc = RC_OK;

	if (control)
		TRY(look_control(c->proc, control, &station, f));
	core_lock(c);
	for (size_t i = 0; i < c->papers_count; i++)
		for (size_t k = 0; k < c->papers[i].count; k++)
			for (size_t m = 0; m < json_array_size(c->papers[i].steps[k].files); m++) {
				const char *scan = json_string_value(json_object_get(json_array_get(c->papers[i].steps[k].files, m), "scan"));

				files++;
				waits += scan && strcmp(scan, "waits") == 0;
				none += scan == NULL || strcmp(scan, "none") == 0;
			}
	core_unlock(c);
	fact_int(f, 0, "files", files);
	fact_int(f, 0, "waiting", waits);
	fact_int(f, 0, "unscanned", none);
out:
	return rc;
}
