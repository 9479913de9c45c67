// SPDX-License-Identifier: Apache-2.0
/* systemd's journal files, front to back. */
#include "control/journald.h"

#include <stdio.h>
#include <string.h>

#include "control/unpack.h"

#define HEADER_MIN   208
#define HEADER_MAX   65536
#define TEXT_MAX     512   /* of a sign-in: longer ones are none, for a name has 32 letters */
#define ITEMS_MAX    256   /* fields of an entry of sshd: some thirty */
#define KEEP_MAX     (64 + 16 * ITEMS_MAX)
#define MESSAGES_MAX 20000
#define NAMES_MAX    4096

/* Numbers of the format. */
enum { OBJECT_DATA = 1, OBJECT_ENTRY = 3, OBJECT_TYPES = 8 };
enum { PACKED = UNPACK_XZ | UNPACK_LZ4 | UNPACK_ZSTD };
enum { INCOMPATIBLE_KNOWN = 31, INCOMPATIBLE_COMPACT = 16 };

struct message { uint64_t at; struct str text; bool unread; };
struct journald {
	struct arena   *arena;
	struct journald_ask ask;
	uint64_t        at, size, last;      /* the object: where it begins, its length; where the last one begins */
	uint64_t        root, names[4];      /* where "_UID=0" and who is asked for stand  */
	size_t          names_n;
	struct message *messages;            /* in the order of the file, so by `at`       */
	size_t          messages_n;
	char            keep[KEEP_MAX];      /* the first bytes of the object              */
	size_t          keep_n;
	uint64_t        seen;                /* of the object                              */
	bool            started, compact, done, unread;
};

static uint64_t
le(const char *p, int bytes)
{
	const unsigned char *b = (const unsigned char *)p;
	uint64_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | b[bytes];
	return v;
}

/* signature, incompatible flags at 12, header_size at 88, tail object at 136, n_entries at 152, first and last instant at 184 and 192. */
enum rc
journald_header(struct str head, struct span *ret)
{
	uint64_t size, entries, first, last;

	if (head.n < HEADER_MIN || memcmp(head.p, "LPKSHHRH", 8) != 0)
		return FAIL(RC_SYNTAX, "not a journal file");
	size = le(head.p + 88, 8);
	entries = le(head.p + 152, 8);
	first = le(head.p + 184, 8);
	last = le(head.p + 192, 8);
	if (size < HEADER_MIN || size > HEADER_MAX || entries > INT32_MAX || (entries && (first == 0 || first > last || last > INT64_MAX)))
		return FAIL(RC_SYNTAX, "a journal file with an impossible header");
	*ret = (struct span){ 0 };
	if (entries)
		*ret = (struct span){ (int64_t)first, (int64_t)last, (int64_t)entries };
	return RC_OK;
}

/* ---- where they lie */

enum rc
journald_files(const struct host *h, const char *root, journald_file *take, void *context)
{
	struct arena arena = ARENA(4 << 20);
	struct str *ids, *files;
	size_t ids_n, n;
	char folder[300], path[600];
	enum rc rc = RC_OK;

	TRY(host_list(h, root, 64, &arena, &ids, &ids_n));
	for (size_t i = 0; i < ids_n; i++) {
		if (ids[i].n != 32) /* the id of a machine */
			continue;
		(void)snprintf(folder, sizeof(folder), "%s/%s", root, ids[i].p);
		rc = host_list(h, folder, NAMES_MAX, &arena, &files, &n);
		if (rc == RC_NOTFOUND) { /* a file, or a link out */
			rc = RC_OK;
			continue;
		}
		TRY(rc);
		for (size_t k = 0; k < n; k++) {
			bool cut = str_ends(files[k], STR(".journal~"));

			if ((!cut && !str_ends(files[k], STR(".journal"))) || files[k].n > 255)
				continue;
			(void)snprintf(path, sizeof(path), "%s/%s", folder, files[k].p);
			TRY(take(context, path, cut));
		}
	}
out:
	arena_free(&arena);
	return rc;
}

/* ---- what sshd says */

bool
accepted_parse(struct str s, struct accepted *ret)
{
	struct str word = STR_NONE, rest;
	size_t at, name = 0;
	bool found = false;

	if (!str_starts(s, STR("Accepted ")))
		return false;
	s = str_sub(s, 9, s.n);
	if (!str_cut(&s, ' ', &word) || !str_starts(s, STR("for ")))
		return false;
	s = str_sub(s, 4, s.n);
	for (rest = s; str_find(rest, STR(" from "), &at); found = true) { /* the name comes from whoever signs in: the last "from" counts */
		name = s.n - rest.n + at;
		rest = str_sub(rest, at + 6, rest.n);
	}
	if (!found || name == 0 || !str_cut(&rest, ' ', &word) || word.n == 0 || !str_starts(rest, STR("port ")))
		return false;
	*ret = (struct accepted){ .user = str_sub(s, 0, name), .address = word };
	return true;
}

static bool
is_accepted(struct str text)
{
	struct accepted a;

	return accepted_parse(text, &a);
}

struct journald_ask
journald_sign_ins(journald_take *take, void *context)
{
	return (struct journald_ask){ { STR("SYSLOG_IDENTIFIER=sshd"), STR("SYSLOG_IDENTIFIER=sshd-session") }, true, is_accepted, take, context };
}

/* ---- objects */

static enum rc
add_message(struct journald *j, struct str text, bool unread)
{
	struct message *m = &j->messages[j->messages_n];

	if (j->messages_n == MESSAGES_MAX) {
		j->unread = true;
		return RC_OK;
	}
	*m = (struct message){ j->at, unread ? STR_NONE : arena_dup(j->arena, text), unread };
	if (!unread && m->text.p == NULL)
		return FAIL(RC_LIMIT, "no room for what a journal says");
	j->messages_n++;
	return RC_OK;
}

static enum rc
data(struct journald *j)
{
	size_t from = j->compact ? 72 : 64, n = 0;
	unsigned flags = (unsigned char)j->keep[1] & PACKED;
	struct str p = { j->keep + from, j->keep_n - from };
	char text[TEXT_MAX];

	if (j->size < from || j->keep_n < from)
		return FAIL(RC_SYNTAX, "a journal object too short for what it is");
	if (flags) {
		enum rc rc = unpack((enum unpack_kind)flags, p, j->keep_n == j->size, text, sizeof(text), &n);

		rc_trail_clear();
		if (rc != RC_OK) /* RC_LIMIT: longer than any line that is asked for */
			return rc == RC_LIMIT ? RC_OK : add_message(j, STR_NONE, true);
		p = (struct str){ text, n };
	} else if (j->size > from + TEXT_MAX) {
		return RC_OK;
	}
	if (str_eq(p, STR("_UID=0")))
		j->root = j->at;
	for (size_t i = 0; i < JOURNALD_WHO_MAX; i++)
		if (j->ask.who[i].n && str_eq(p, j->ask.who[i]) && j->names_n < 4)
			j->names[j->names_n++] = j->at;
	if (str_starts(p, STR("MESSAGE=")) && j->ask.keep(str_sub(p, 8, p.n)))
		return add_message(j, str_sub(p, 8, p.n), false);
	return RC_OK;
}

static const struct message *
message_at(const struct journald *j, uint64_t at)
{
	size_t low = 0, high = j->messages_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (j->messages[middle].at == at)
			return &j->messages[middle];
		if (j->messages[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static enum rc
entry(struct journald *j)
{
	size_t each = j->compact ? 4 : 16, n = j->keep_n < 64 ? 0 : (j->keep_n - 64) / each;
	uint64_t at_us = j->keep_n < 64 ? 0 : le(j->keep + 24, 8);
	bool root = !j->ask.root, named = false, unread = false;
	const struct message *said = NULL;
	enum rc rc = RC_OK;

	if (j->size < 64 || at_us == 0 || at_us > INT64_MAX)
		return FAIL(RC_SYNTAX, "a journal entry without its time");
	for (size_t i = 0; i < n; i++) {
		uint64_t at = le(j->keep + 64 + i * each, j->compact ? 4 : 8);

		root |= at && at == j->root;
		for (size_t k = 0; k < j->names_n; k++)
			named |= at == j->names[k];
	}
	for (size_t i = 0; root && named && i < n; i++) {
		const struct message *m = message_at(j, le(j->keep + 64 + i * each, j->compact ? 4 : 8));

		unread |= m && m->unread;
		said = m && !m->unread ? m : said;
	}
	if (said)
		TRY(j->ask.take(j->ask.context, (int64_t)at_us, said->text));
	j->unread |= unread && !said;
out:
	return rc;
}

/* The first bytes of an object are there: how many of it are needed. */
static size_t
wanted(const struct journald *j)
{
	size_t most = j->keep[0] == OBJECT_DATA ? ((unsigned char)j->keep[1] & PACKED ? KEEP_MAX : 72 + TEXT_MAX) : j->keep[0] == OBJECT_ENTRY ? KEEP_MAX : 16;

	return j->size < most ? (size_t)j->size : most;
}

static enum rc
start(struct journald *j)
{
	struct span span;
	enum rc rc = RC_OK;

	TRY(journald_header((struct str){ j->keep, HEADER_MIN }, &span));
	if (le(j->keep + 12, 4) & ~(uint64_t)INCOMPATIBLE_KNOWN)
		return FAIL(RC_SYNTAX, "a journal file of a later kind");
	j->compact = le(j->keep + 12, 4) & INCOMPATIBLE_COMPACT;
	j->size = le(j->keep + 88, 8);
	j->last = le(j->keep + 136, 8);
	j->done = j->last == 0 && span.count == 0; /* an empty one */
	j->started = true;
out:
	return rc;
}

/* The object's head, 16 bytes: type, flags, length at 8. */
static enum rc
object(struct journald *j)
{
	j->size = le(j->keep + 8, 8);
	if (j->keep[0] < 1 || j->keep[0] >= OBJECT_TYPES || j->size < 16 || j->size > INT32_MAX)
		return FAIL(RC_SYNTAX, "a damaged object in a journal file");
	return RC_OK;
}

/* An object is over, with what fills it up to eight. */
static enum rc
over(struct journald *j, bool header)
{
	enum rc rc = RC_OK;

	if (!header && j->keep[0] == OBJECT_DATA)
		TRY(data(j));
	if (!header && j->keep[0] == OBJECT_ENTRY)
		TRY(entry(j));
	j->done |= !header && j->at >= j->last;
	j->at += (j->size + 7) & ~UINT64_C(7);
	j->size = j->seen = j->keep_n = 0;
out:
	return rc;
}

enum rc
journald_feed(struct journald *j, struct str piece)
{
	enum rc rc = RC_OK;

	while (piece.n && !j->done) {
		bool header = j->at == 0;
		size_t first = header ? HEADER_MIN : 16, want = j->seen < first ? first : header ? first : wanted(j);
		uint64_t left = (j->seen < first ? first : (j->size + 7) & ~UINT64_C(7)) - j->seen;
		size_t n = left < piece.n ? (size_t)left : piece.n, take = j->keep_n < want ? want - j->keep_n : 0;

		take = take < n ? take : n;
		if (take)
			memcpy(j->keep + j->keep_n, piece.p, take);
		j->keep_n += take;
		j->seen += n;
		piece = str_sub(piece, n, piece.n);
		if (j->seen == first)
			TRY(header ? start(j) : object(j));
		if (j->seen >= first && j->seen == ((j->size + 7) & ~UINT64_C(7)))
			TRY(over(j, header));
	}
out:
	return rc;
}

enum rc
journald_begin(struct arena *arena, const struct journald_ask *ask, struct journald **ret)
{
	struct journald *j = arena_get(arena, sizeof(*j));

	if (j == NULL || (j->messages = arena_get(arena, sizeof(*j->messages) * MESSAGES_MAX)) == NULL)
		return FAIL(RC_LIMIT, "no room for a journal file");
	j->arena = arena;
	j->ask = *ask;
	*ret = j;
	return RC_OK;
}

bool
journald_whole(const struct journald *j)
{
	return j->started && j->done && !j->unread;
}
