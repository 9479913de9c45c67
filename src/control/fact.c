// SPDX-License-Identifier: Apache-2.0
/*
 * fact - a list of typed facts, its bytes between processes, its JSON.
 *
 * Bytes: u8 version 1 · u8 overflow · u32 count · per fact: key, u32 row,
 * u8 kind, then i64 (int, bool, time) or the text. One list, one spelling.
 */
#include "control/fact.h"

#include <string.h>

#include "base/utf8.h"
#include "ipc/codec.h"

#define VERSION      1
#define KEY_MAX      48
#define TEXT_MAX     4096
#define FACT_LEAST   (4 + 1 + 4 + 1 + 4) /* bytes of the shortest fact */

static bool
key_allowed(struct str key)
{
	if (key.n == 0 || key.n > KEY_MAX)
		return false;
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'))
			return false;
	}
	return true;
}

/* The one that place() gave is filled: it counts. */
static void
placed(struct facts *f)
{
	if (f->sorted == f->count && (f->count == 0 || f->list[f->count - 1].row <= f->list[f->count].row))
		f->sorted++;
	f->count++;
}

/* The next free place, or NULL with the overflow noted. */
static struct fact *
place(struct facts *f)
{
	if (f->count == f->cap && f->cap < FACTS_MAX) {
		size_t cap = f->cap ? f->cap * 4 : 32;
		struct fact *list = arena_get(f->arena, cap * sizeof(*list));

		if (list) {
			if (f->count)
				memcpy(list, f->list, f->count * sizeof(*list));
			f->list = list;
			f->cap = cap;
		}
	}
	if (f->count == f->cap) {
		f->overflow = true;
		return NULL;
	}
	return &f->list[f->count];
}

static void
add(struct facts *f, uint32_t row, const char *key, enum fact_kind kind, int64_t n, struct str text)
{
	struct fact *at = place(f);
	struct str name = str_of(key);

	if (at == NULL)
		return;
	*at = (struct fact){ .key = arena_dup(f->arena, name), .row = row, .kind = kind, .n = n, .text = text };
	if (!key_allowed(name) || at->key.p == NULL) {
		f->overflow = true;
		return;
	}
	placed(f);
}

void
fact_int(struct facts *f, uint32_t row, const char *key, int64_t n)
{
	add(f, row, key, FACT_INT, n, STR_NONE);
}

void
fact_bool(struct facts *f, uint32_t row, const char *key, bool b)
{
	add(f, row, key, FACT_BOOL, b, STR_NONE);
}

void
fact_time(struct facts *f, uint32_t row, const char *key, int64_t at_us)
{
	add(f, row, key, FACT_TIME, at_us, STR_NONE);
}

void
fact_text(struct facts *f, uint32_t row, const char *key, struct str s)
{
	struct text mended = { STR_NONE };

	if (s.n && s.n <= TEXT_MAX / 3)
		mended = utf8_mend(f->arena, s);
	if (s.n && mended.s.n == 0) { /* too long, or the arena is spent: never cut in silence */
		f->overflow = true;
		return;
	}
	add(f, row, key, FACT_TEXT, 0, mended.s);
}

const struct fact *
fact_get(const struct facts *f, uint32_t row, const char *key)
{
	struct str name = str_of(key);
	size_t low = 0, high = f->sorted;

	while (low < high) { /* the first of its row, where rows stand in order */
		size_t middle = low + (high - low) / 2;

		if (f->list[middle].row < row)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < f->sorted && f->list[low].row == row; low++)
		if (str_eq(f->list[low].key, name))
			return &f->list[low];
	for (size_t i = f->sorted; i < f->count; i++)
		if (f->list[i].row == row && str_eq(f->list[i].key, name))
			return &f->list[i];
	return NULL;
}

int64_t
fact_n(const struct facts *f, uint32_t row, const char *key, int64_t otherwise)
{
	const struct fact *at = fact_get(f, row, key);

	return at && at->kind != FACT_TEXT ? at->n : otherwise;
}

struct str
fact_s(const struct facts *f, uint32_t row, const char *key)
{
	const struct fact *at = fact_get(f, row, key);

	return at && at->kind == FACT_TEXT ? at->text : STR_NONE;
}

uint32_t
fact_rows(const struct facts *f)
{
	uint32_t most = 0;

	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].row > most)
			most = f->list[i].row;
	return most;
}

enum rc
facts_encode(const struct facts *f, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(put_u8(b, VERSION));
	TRY(put_u8(b, f->overflow));
	TRY(put_u32(b, (uint32_t)f->count));
	for (size_t i = 0; i < f->count; i++) {
		const struct fact *at = &f->list[i];

		TRY(put_str(b, at->key));
		TRY(put_u32(b, at->row));
		TRY(put_u8(b, (uint8_t)at->kind));
		if (at->kind == FACT_TEXT)
			TRY(put_str(b, at->text));
		else
			TRY(put_i64(b, at->n));
	}
out:
	return rc;
}

static enum rc
decode_one(struct reader *r, struct fact *ret)
{
	struct fact at = { 0 };
	struct text text;
	enum rc rc = RC_OK;

	at.key = get_str(r, KEY_MAX);
	at.row = get_u32(r);
	at.kind = get_u8(r);
	if (at.kind == FACT_TEXT)
		at.text = get_str(r, TEXT_MAX);
	else
		at.n = get_i64(r);
	if (r->bad)
		return FAIL(RC_SYNTAX, "facts end too early");
	if (!key_allowed(at.key) || at.row > FACTS_MAX)
		return FAIL(RC_SYNTAX, "a fact with an impossible key or row");
	if (at.kind < FACT_INT || at.kind > FACT_TEXT || (at.kind == FACT_BOOL && at.n != 0 && at.n != 1))
		return FAIL(RC_SYNTAX, "fact " STR_FMT ": unknown kind or value", STR_ARG(at.key));
	TRY(utf8_check(at.text, &text));
	*ret = at;
out:
	return rc;
}

enum rc
facts_decode(struct str bytes, struct facts *ret)
{
	struct reader r = reader_of(bytes);
	struct fact *list = NULL;
	uint8_t version = get_u8(&r), overflow = get_u8(&r);
	uint32_t count = get_u32(&r);
	enum rc rc = RC_OK;

	if (r.bad || version != VERSION || overflow > 1)
		return FAIL(RC_SYNTAX, "not a list of facts");
	if (count > FACTS_MAX || count > r.left / FACT_LEAST)
		return FAIL(RC_SYNTAX, "more facts announced than sent");
	if (count && (list = arena_get(ret->arena, count * sizeof(*list))) == NULL)
		return FAIL(RC_LIMIT, "no room for %u facts", (unsigned)count);
	for (uint32_t i = 0; i < count; i++) {
		TRY(decode_one(&r, &list[i]));
		list[i].key = arena_dup(ret->arena, list[i].key);
		list[i].text = arena_dup(ret->arena, list[i].text);
		if (list[i].key.p == NULL || list[i].text.p == NULL)
			return FAIL(RC_LIMIT, "no room for the text of the facts");
	}
	TRY(get_end(&r));
	ret->list = list;
	for (ret->count = ret->sorted = 0; ret->count < count;)
		placed(ret);
	ret->cap = count;
	ret->overflow = overflow;
out:
	return rc;
}

enum rc
facts_join(struct facts *f, const struct facts *more)
{
	uint32_t shift = fact_rows(f);

	for (size_t i = 0; i < more->count; i++) {
		struct fact *at = place(f);

		if (at == NULL)
			break;
		*at = more->list[i];
		if (at->row)
			at->row += shift;
		placed(f);
	}
	f->overflow |= more->overflow;
	return f->overflow ? FAIL(RC_LIMIT, "more facts than fit") : RC_OK;
}

static const struct fact *
same_row(const struct facts *before, const char *key, struct str text)
{
	for (size_t i = 0; i < before->count; i++)
		if (before->list[i].kind == FACT_TEXT && str_eq_c(before->list[i].key, key) && str_eq(before->list[i].text, text))
			return &before->list[i];
	return NULL;
}

void
facts_carry(struct facts *now, const struct facts *before, const char *key, int64_t now_us)
{
	size_t count = now->count; /* what is added below is not looked at again */

	for (size_t i = 0; i < count; i++) {
		const struct fact *at = &now->list[i], *old;

		if (at->kind != FACT_TEXT || at->row == 0 || !str_eq_c(at->key, key))
			continue;
		old = before ? same_row(before, key, at->text) : NULL;
		fact_time(now, now->list[i].row, "first_seen_at", old ? fact_n(before, old->row, "first_seen_at", now_us) : now_us);
	}
}

/* `s` is valid UTF-8 without control characters: only two bytes need a stroke. */
static enum rc
add_quoted(struct buf *b, struct str s)
{
	enum rc rc = RC_OK;

	TRY(buf_add_byte(b, '"'));
	for (size_t i = 0, from = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '"' && s.p[i] != '\\')
			continue;
		TRY(buf_add(b, str_sub(s, from, i - from)));
		if (i < s.n)
			TRY(buf_add_byte(b, '\\'));
		from = i;
	}
	TRY(buf_add_byte(b, '"'));
out:
	return rc;
}

enum rc
facts_json(const struct facts *f, struct buf *b)
{
	static const char *const kinds[] = { "none", "int", "bool", "time", "text" };
	enum rc rc = RC_OK;

	TRY(buf_add_byte(b, '['));
	for (size_t i = 0; i < f->count; i++) {
		const struct fact *at = &f->list[i];

		TRY(buf_addf(b, "%s{\"row\":%u,\"key\":", i ? "," : "", (unsigned)at->row));
		TRY(add_quoted(b, at->key));
		TRY(buf_addf(b, ",\"kind\":\"%s\",\"value\":", kinds[at->kind]));
		if (at->kind == FACT_TEXT)
			TRY(add_quoted(b, at->text));
		else if (at->kind == FACT_BOOL)
			TRY(buf_add_c(b, at->n ? "true" : "false"));
		else
			TRY(buf_addf(b, "%lld", (long long)at->n));
		TRY(buf_add_byte(b, '}'));
	}
	if (f->overflow)
		TRY(buf_addf(b, "%s{\"row\":0,\"key\":\"overflow\",\"kind\":\"bool\",\"value\":true}", f->count ? "," : ""));
	TRY(buf_add_byte(b, ']'));
out:
	return rc;
}
