// SPDX-License-Identifier: Apache-2.0
/* Snapshots as restic lists them. */
#include "control/backup.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "control/dates.h"
#include "message/messages.h"

#define SET_BYTES_MAX 2048
#define AHEAD_US      (5 * MINUTE_US) /* two clocks that differ */

/* restic's ids: SHA-256, small letters. */
static bool
is_id(const json_t *value)
{
	const char *s = json_string_value(value);

	return s && strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

/* "HOST: PATH PATH": what belongs together; false: it names nothing. */
static bool
set_of(const json_t *one, struct arena *arena, struct str *ret)
{
	const json_t *paths = json_object_get(one, "paths"), *path;
	const char *host = json_string_value(json_object_get(one, "hostname"));
	struct buf b = BUF(SET_BYTES_MAX);
	bool good = host && json_array_size(paths) > 0 && buf_addf(&b, "%s:", host) == RC_OK;
	size_t i;

	json_array_foreach(paths, i, path)
		good = good && json_is_string(path) && buf_addf(&b, " %s", json_string_value(path)) == RC_OK;
	*ret = good ? arena_dup(arena, buf_str(&b)) : STR_NONE;
	buf_free(&b);
	rc_trail_clear();
	return ret->n != 0;
}

static bool
is_retired(const json_t *tags)
{
	const json_t *tag;
	size_t i;

	json_array_foreach(tags, i, tag)
		if (json_is_string(tag) && strcmp(json_string_value(tag), "retired") == 0)
			return true;
	return false;
}

static bool
read_one(const json_t *one, int64_t now_us, struct arena *arena, struct snapshot *ret)
{
	const json_t *summary = json_object_get(one, "summary"), *files = json_object_get(summary, "total_files_processed"), *begun = json_object_get(summary, "backup_start"); /* since restic 0.17 */
	struct str time = str_of(json_string_value(begun ? begun : json_object_get(one, "time")));
	struct snapshot s = { .retired = is_retired(json_object_get(one, "tags")), .said = begun == NULL && !str_find(time, STR("."), NULL) };
	const char *id = json_string_value(json_object_get(one, "id"));
	bool good = is_id(json_object_get(one, "id")) && is_id(json_object_get(one, "tree")) && set_of(one, arena, &s.set);

	good = good && date_iso(time, &s.at_us) == RC_OK;
	if (good)
		s.id = arena_dup(arena, str_of(id));
	rc_trail_clear();
	*ret = s;
	return good && s.at_us > 0 && s.at_us <= now_us + AHEAD_US && !(json_is_integer(files) && json_integer_value(files) == 0);
}

static int
by_set(const void *a, const void *b)
{
	const struct snapshot *x = a, *y = b;
	int order = str_cmp(x->set, y->set);

	return order ? order : (x->at_us < y->at_us) - (x->at_us > y->at_us);
}

enum rc
snapshots_read(struct str json, int64_t now_us, struct arena *arena, struct snapshots *ret)
{
	struct snapshots all = { .list = NULL };
	json_error_t e;
	json_t *root = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e), *one;
	size_t i;
	enum rc rc = RC_OK;

	if (!json_is_array(root) && !json_is_null(root)) /* null: an empty list, as Go writes it */
		TRY(FAIL(RC_SYNTAX, "restic: not a list of snapshots"));
	if (json_array_size(root) > SNAPSHOTS_MAX)
		TRY(FAIL(RC_LIMIT, "restic: more than %d snapshots", SNAPSHOTS_MAX));
	all.list = arena_get(arena, (json_array_size(root) + 1) * sizeof(*all.list));
	if (all.list == NULL)
		TRY(FAIL(RC_LIMIT, "restic: no room for the snapshots"));
	json_array_foreach(root, i, one) {
		if (!json_is_object(one))
			TRY(FAIL(RC_SYNTAX, "restic: a snapshot that is no object"));
		if (read_one(one, now_us, arena, &all.list[all.count]))
			all.count++;
		else
			all.unusable++;
	}
	qsort(all.list, all.count, sizeof(*all.list), by_set);
	*ret = all;
out:
	json_decref(root);
	return rc;
}

static int
by_id(const void *a, const void *b)
{
	return str_cmp(((const struct snapshot_file *)a)->id, ((const struct snapshot_file *)b)->id);
}

/* restic names a snapshot's file by its id, and never writes it again. */
enum rc
snapshot_files_read(const struct host *h, struct str path, struct arena *arena, struct snapshot_files *ret)
{
	struct str folder = arena_f(arena, STR_FMT "/snapshots", STR_ARG(path)), *names;
	struct snapshot_files all = { .list = NULL };
	size_t n;
	enum rc rc = folder.p ? RC_OK : FAIL(RC_LIMIT, "no room");

	TRY(rc);
	TRY(host_list(h, folder.p, SNAPSHOTS_MAX, arena, &names, &n));
	all.list = arena_get(arena, (n + 1) * sizeof(*all.list));
	if (all.list == NULL)
		return FAIL(RC_LIMIT, "no room for the files of a repository");
	for (size_t i = 0; i < n; i++) {
		struct str file = arena_f(arena, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(names[i]));
		struct host_stat st;

		if (file.p && host_stat(h, file.p, &st) == RC_OK && st.exists)
			all.list[all.count++] = (struct snapshot_file){ names[i], st.modified_at_us };
	}
	rc_trail_clear();
	qsort(all.list, all.count, sizeof(*all.list), by_id);
	*ret = all;
out:
	return rc;
}

void
snapshots_compare(const struct snapshot_files *files, struct snapshots *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct snapshot_file want = { .id = all->list[i].id }, *file = files->count ? bsearch(&want, files->list, files->count, sizeof(want), by_id) : NULL;

		if (file == NULL || file->written_us + AHEAD_US < all->list[i].at_us)
			all->list[i].said = true; /* no such file, or it was there before the time it tells */
	}
}

/* Generations of snapshots, newest first; `said`: those of which only somebody's word tells when they were taken, too. */
static int64_t
count_generations(const struct snapshot *list, size_t n, int64_t every_us, bool said)
{
	int64_t counted = 0, generations = 0;

	for (size_t i = 0; i < n; i++)
		if ((said || !list[i].said) && (generations == 0 || (every_us && counted - list[i].at_us >= every_us / 2))) {
			counted = list[i].at_us;
			generations++;
		}
	return generations;
}

enum rc
snapshots_facts(const struct snapshots *s, int64_t every_us, struct facts *f)
{
	int64_t latest = 0;
	uint32_t row = 0;

	for (size_t i = 0, end; i < s->count; i = end) {
		int64_t generations, seen;

		if (row == SNAPSHOT_SETS_MAX)
			return FAIL(RC_LIMIT, "more than %d sets of snapshots", SNAPSHOT_SETS_MAX);
		for (end = i + 1; end < s->count && str_eq(s->list[end].set, s->list[i].set);)
			end++;
		generations = count_generations(&s->list[i], end - i, every_us, true);
		seen = count_generations(&s->list[i], end - i, every_us, false);
		latest = s->list[i].at_us > latest ? s->list[i].at_us : latest;
		fact_text(f, ++row, "set", str_sub(s->list[i].set, 0, 160));
		fact_time(f, row, "latest_at", s->list[i].at_us);
		for (size_t k = i; k < end; k++)
			if (!s->list[k].said) {
				fact_time(f, row, "latest_seen_at", s->list[k].at_us);
				break;
			}
		fact_time(f, row, "oldest_at", s->list[end - 1].at_us);
		fact_int(f, row, "copies", (int64_t)(end - i));
		fact_int(f, row, "generations", generations);
		if (seen < generations)
			fact_int(f, row, "generations_seen", seen);
		if (s->list[i].retired)
			fact_bool(f, row, "retired", true);
	}
	fact_int(f, 0, "snapshots", (int64_t)s->count);
	fact_int(f, 0, "unusable", (int64_t)s->unusable);
	if (latest)
		fact_time(f, 0, "latest_at", latest);
	return RC_OK;
}

int64_t
backup_every_us(const struct facts *f)
{
	int64_t hours = fact_n(f, 0, "own.every_h", 0);

	return hours >= 1 && hours <= 24 * 366 ? hours * HOUR_US : 0;
}

bool
backup_answered(const struct facts *f, struct finding *ret)
{
	static const struct { const char *word; enum verdict verdict; uint16_t message; } why[] = {
		{ "undeclared", VERDICT_UNKNOWN, MSG_BACKUP_UNDECLARED }, { "no-repository", VERDICT_FAIL, MSG_BACKUP_NO_REPOSITORY }, { "no-secret", VERDICT_UNKNOWN, MSG_BACKUP_NO_SECRET },
		{ "denied", VERDICT_UNKNOWN, MSG_BACKUP_DENIED }, { "no-program", VERDICT_UNKNOWN, MSG_BACKUP_NO_PROGRAM }, { "not-opened", VERDICT_UNKNOWN, MSG_BACKUP_NOT_OPENED },
		{ "silent", VERDICT_UNKNOWN, MSG_BACKUP_SILENT }, { "nonsense", VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE },
	};
	struct str answer = f->overflow ? STR_NONE : fact_s(f, 0, "answer");

	finding_set(ret, VERDICT_UNKNOWN, MSG_BACKUP_NO_ANSWER);
	for (size_t i = 0; i < sizeof(why) / sizeof(why[0]); i++)
		if (str_eq_c(answer, why[i].word))
			finding_set(ret, why[i].verdict, why[i].message);
	if (ret->message == MSG_BACKUP_NO_REPOSITORY)
		finding_text(ret, "path", fact_s(f, 0, "own.path"));
	if (!str_eq(answer, STR("ok")))
		return false;
	if (backup_every_us(f) == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_BACKUP_UNDECLARED);
		return false;
	}
	if (fact_n(f, 0, "snapshots", 0) == 0) {
		finding_set(ret, VERDICT_FAIL, MSG_BACKUP_NONE);
		finding_int(ret, "unusable", fact_n(f, 0, "unusable", 0));
		return false;
	}
	return true;
}
