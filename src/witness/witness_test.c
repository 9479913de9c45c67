// SPDX-License-Identifier: Apache-2.0
/* The witness's judgement: extensions are cosigned, everything else is refused with its reason, and nothing is answered that it could not keep. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "base/time_text.h"
#include "merkle/tile.h"
#include "os/folder.h"
#include "witness/witness.h"

#define T0 INT64_C(1795305600000000)
#define ENTRIES 40

struct world { char folder[64]; int dirfd; struct witness *w; struct secret seed; struct note_key log, other; enum answer_status status; struct buf answer; };
static struct world s;

/* The tree of a test: entry i of `branch` (from 20 on branches differ). */
static void
entry_hash(int branch, uint64_t i, struct hash *ret)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "entry %d %d", i < 20 ? 0 : branch, (int)i);
	tree_leaf_hash(str_of(text), ret);
}

static enum rc
read_tile(void *arg, struct tile_id id, struct hash *ret)
{
	if (id.level || id.index)
		return FAIL(RC_NOTFOUND, "no such tile");
	for (unsigned i = 0; i < id.width; i++)
		entry_hash(*(int *)arg, i, &ret[i]);
	return RC_OK;
}

static void
head_of(int branch, uint64_t size, const char *origin, struct buf *ret)
{
	struct view *v = view_new((struct tile_source){ &branch, read_tile }, 8);
	struct checkpoint c = { .origin = str_of(origin), .size = size };
	struct buf text = BUF(4096), lines = BUF(4096);
	uint8_t sig[SIGNATURE_BYTES], pub[SIGN_PUB_BYTES];
	struct note_key key;

	CHECK_OK(view_root(v, size, &c.root));
	CHECK_OK(checkpoint_encode(&c, &text));
	CHECK_OK(sign_public(&s.seed, pub));
	CHECK_OK(note_key_make(str_of(origin), NOTE_KEY_ED25519, pub, &key));
	CHECK_OK(sign(&s.seed, buf_str(&text), sig));
	CHECK_OK(note_signature_line(&key, sig, &lines));
	CHECK_OK(note_join(buf_str(&text), buf_str(&lines), ret));
	view_free(v);
	buf_free(&text);
	buf_free(&lines);
}

static enum answer_status
submit_to(const char *origin, int branch, uint64_t old, uint64_t size, int64_t now)
{
	struct view *v = view_new((struct tile_source){ &branch, read_tile }, 8);
	struct submission q = { .old_size = old };
	struct buf head = BUF(NOTE_BYTES_MAX), all = BUF(NOTE_BYTES_MAX);

	head_of(branch, size, origin, &head);
	q.checkpoint = buf_str(&head);
	if (old <= size)
		CHECK_OK(view_consistency(v, old, size, &q.proof));
	CHECK_OK(submission_encode(&q, &all));
	buf_reset(&s.answer);
	CHECK_OK(witness_take(s.w, buf_str(&all), now, false, &s.status, &s.answer));
	view_free(v);
	buf_free(&head);
	buf_free(&all);
	return s.status;
}

static enum answer_status
submit(int branch, uint64_t old, uint64_t size, int64_t now)
{
	return submit_to("log.example/a", branch, old, size, now);
}

static void
add_log(const char *origin)
{
	struct buf vkey = BUF(VKEY_TEXT_MAX);
	uint8_t pub[SIGN_PUB_BYTES];
	struct note_key key;

	CHECK_OK(sign_public(&s.seed, pub));
	CHECK_OK(note_key_make(str_of(origin), NOTE_KEY_ED25519, pub, &key));
	CHECK_OK(note_key_text(&key, &vkey));
	CHECK_OK(witness_add(s.w, buf_str(&vkey), T0));
	buf_free(&vkey);
}

static void
up(void)
{
	s = (struct world){ .folder = "/tmp/witness-test-XXXXXX", .answer = BUF(ANSWER_BYTES_MAX) };
	CHECK(mkdtemp(s.folder) != NULL);
	s.dirfd = open(s.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_OK(secret_of(&s.seed, STR("0123456789abcdef0123456789abcdef")));
	CHECK_OK(witness_init(s.dirfd, STR("city.example/witness"), STR("witness.example"), T0));
	CHECK_RC(witness_init(s.dirfd, STR("city.example/witness"), STR("witness.example"), T0), RC_CONFLICT);
	CHECK_OK(witness_open(s.dirfd, &s.w));
	add_log("log.example/a");
}

static void
down(void)
{
	int tmp;

	witness_close(s.w);
	secret_free(&s.seed);
	buf_free(&s.answer);
	CHECK_OK(folder_remove(s.dirfd, "logs"));
	(void)close(s.dirfd);
	tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_OK(folder_remove(tmp, s.folder + sizeof("/tmp/") - 1));
	(void)close(tmp);
}

static struct log_view
first(int64_t now)
{
	static struct log_view v[4];
	size_t n = 0;

	CHECK_OK(witness_look(s.w, now, v, 4, &n));
	CHECK(n >= 1);
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].origin, "log.example/a") == 0)
			return v[i];
	return v[0];
}

/*= O1-2-2 type=test */
CASE(extensions_are_cosigned_and_the_cosignature_is_right)
{
	struct buf head = BUF(NOTE_BYTES_MAX);
	struct note n;
	uint64_t at;

	up();
	CHECK_INT(submit(1, 0, 5, T0), 200);
	CHECK_INT(submit(1, 5, 5, T0 + SECOND_US), 200);
	CHECK_INT(submit(1, 5, 37, T0 + 2 * SECOND_US), 200);
	head_of(1, 37, "log.example/a", &head);
	CHECK_OK(buf_add(&head, buf_str(&s.answer)));
	CHECK_OK(note_parse(buf_str(&head), &n));
	CHECK_OK(note_verify_cosigned(&n, witness_key(s.w), &at));
	CHECK_INT(at, T0 / SECOND_US + 2);
	witness_close(s.w); /* kept over a restart */
	CHECK_OK(witness_open(s.dirfd, &s.w));
	CHECK_INT(first(T0 + HOUR_US).size, 37);
	CHECK(first(T0 + HOUR_US).state == LOG_GOOD);
	buf_free(&head);
	down();
}

CASE(what_does_not_extend_is_refused_and_said)
{
	up();
	CHECK_INT(submit(1, 0, 30, T0), 200);
	CHECK_INT(submit(1, 5, 35, T0), 409); /* it forgot what it had shown: told, no alarm */
	CHECK_STR(buf_str(&s.answer), "30\n");
	CHECK(first(T0).state == LOG_GOOD);
	CHECK_INT(submit(1, 40, 35, T0), 400);
	CHECK_INT(submit(1, 5, 25, T0 + MINUTE_US), 409); /* rolled back */
	CHECK(first(T0).alarm == ALARM_ROLLBACK);
	CHECK_INT(submit(1, 30, 31, T0 + 2 * MINUTE_US), 200); /* an old head somebody sent again: over */
	CHECK(first(T0).alarm == ALARM_NONE && first(T0).state == LOG_GOOD);
	CHECK_INT(submit(2, 31, 36, T0 + 3 * MINUTE_US), 422); /* another branch */
	CHECK(first(T0).alarm == ALARM_UNPROVEN);
	CHECK_INT(submit(2, 31, 31, T0 + 4 * MINUTE_US), 409); /* and at our size: a fork, for good */
	CHECK(first(T0).alarm == ALARM_FORK);
	CHECK_INT(submit(1, 31, 32, T0 + 5 * MINUTE_US), 200);
	CHECK(first(T0).alarm == ALARM_FORK && first(T0).state == LOG_ALARM && first(T0).size == 32);
	CHECK_OK(witness_settle(s.w, STR("log.example/a"), T0));
	CHECK(first(T0 + 6 * MINUTE_US).state == LOG_GOOD);
	CHECK_INT(first(T0).alarms_count, 3);
	CHECK_RC(witness_settle(s.w, STR("log.example/none"), T0), RC_NOTFOUND);
	rc_trail_clear();
	down();
}

CASE(strangers_and_epochs)
{
	struct secret mine = { NULL, 0 };

	up();
	CHECK_INT(submit_to("log.example/b", 1, 0, 5, T0), 404);
	CHECK_INT(submit(1, 0, 30, T0), 200);
	mine = s.seed;
	s.seed = (struct secret){ NULL, 0 };
	CHECK_OK(secret_of(&s.seed, STR("another key of thirty-two bytes!")));
	CHECK_INT(submit(1, 30, 35, T0), 403); /* another key under the same name: no alarm anybody could raise */
	CHECK_INT(submit_to("log.example/a/epoch-2", 1, 0, 25, T0), 404);
	CHECK(first(T0).alarm == ALARM_NONE);
	secret_free(&s.seed);
	s.seed = mine;
	CHECK_INT(submit_to("log.example/a/epoch-2", 1, 0, 25, T0 + MINUTE_US), 404);
	CHECK(first(T0).alarm == ALARM_EPOCH);
	add_log("log.example/a/epoch-2"); /* a person says so */
	CHECK_INT(submit_to("log.example/a/epoch-2", 1, 0, 26, T0 + 2 * MINUTE_US), 200);
	CHECK(first(T0 + 90 * DAY_US).state == LOG_ENDED);
	down();
}

CASE(silence_is_an_alarm)
{
	bool good = true;
	struct buf b = BUF(1 << 20);
	size_t at;

	up();
	CHECK(first(T0 + HOUR_US).state == LOG_WAITING);
	CHECK(first(T0 + 3 * DAY_US).state == LOG_SILENT);
	CHECK_INT(submit(1, 0, 5, T0), 200);
	CHECK(first(T0 + 48 * HOUR_US).state == LOG_GOOD);
	CHECK(first(T0 + 31 * DAY_US).state == LOG_SILENT);
	CHECK_OK(witness_page(s.w, T0 + 31 * DAY_US, &b, &good));
	CHECK(!good && str_find(buf_str(&b), STR("届け出が途絶えています"), &at) && str_find(buf_str(&b), STR("2026-11-22"), &at));
	buf_reset(&b);
	CHECK_OK(witness_json(s.w, T0 + HOUR_US, &b, &good));
	CHECK(good && str_find(buf_str(&b), STR("\"origin\":\"log.example/a\",\"state\":\"good\",\"size\":5"), &at));
	buf_reset(&b);
	CHECK_OK(witness_text(s.w, T0 + 31 * DAY_US, false, &b, &good));
	CHECK(!good && str_find(buf_str(&b), STR("届け出が途絶えています"), &at));
	buf_free(&b);
	down();
}

CASE(nothing_is_answered_that_cannot_be_kept)
{
	struct buf file = BUF(1 << 20);
	struct arena names = ARENA(4096);
	struct submission q = { .old_size = 0 };
	struct buf head = BUF(NOTE_BYTES_MAX), all = BUF(NOTE_BYTES_MAX);
	struct str *list;
	size_t n;
	char path[128];

	up();
	CHECK_INT(submit(1, 0, 5, T0), 200);
	CHECK_OK(file_list(s.dirfd, "logs", 8, &names, &list, &n));
	CHECK_INT(n, 1);
	(void)snprintf(path, sizeof(path), "logs/%.*s", STR_ARG(list[0]));
	CHECK_OK(file_read(s.dirfd, path, 1 << 20, &file));
	head_of(1, 7, "log.example/a", &head);
	q.checkpoint = buf_str(&head);
	CHECK_OK(submission_encode(&q, &all));
	for (size_t i = 0; i < file.n; i += 7) { /* every seventh byte of its own file changed: it knows, and does not begin again at nothing */
		file.p[i] ^= 1;
		CHECK_OK(file_write(s.dirfd, path, buf_str(&file), 0600));
		buf_reset(&s.answer);
		if (witness_take(s.w, buf_str(&all), T0, false, &s.status, &s.answer) == RC_OK)
			CHECK(s.status != ANSWER_COSIGNED); /* "added" may be another date: the head is still there */
		CHECK(s.status != ANSWER_COSIGNED);
		file.p[i] ^= 1;
		rc_trail_clear();
	}
	CHECK_OK(file_write(s.dirfd, path, (struct str){ file.p, file.n / 2 }, 0600));
	CHECK(witness_take(s.w, buf_str(&all), T0, false, &s.status, &s.answer) != RC_OK);
	CHECK_INT(s.answer.n, 0);
	CHECK(first(T0).state == LOG_DAMAGED);
	rc_trail_clear();
	arena_free(&names);
	buf_free(&file);
	buf_free(&head);
	buf_free(&all);
	down();
}

CASE(bytes_that_are_no_submission)
{
	up();
	for (const char *const *bad = (const char *const[]){ "", "old 0\n\n", "old 0\n\nx\ny\nz\n", "\xff\xfe", NULL }; *bad; bad++) {
		CHECK_OK(witness_take(s.w, str_of(*bad), T0, false, &s.status, &s.answer));
		CHECK_INT(s.status, 400);
	}
	down();
}

TEST_MAIN
