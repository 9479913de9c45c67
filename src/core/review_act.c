// SPDX-License-Identifier: Apache-2.0
/*
 * What people do in a review of accounts: open it, decide about rows they were shown, sign it, and, the client, answer.
 *
 * Each becomes acts about rows of registers (core/register_act.c), with entries of their own beside the one of the
 * review's act. Opening writes the accounts first and the review last, so that one which was cut short is opened again.
 */
#include "core/guard_int.h"
#include "core/review.h"

#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "core/register_int.h"

#define CSV_PART_BYTES (96u << 10)
#define CSV_BYTES_MAX  (128u << 10)
#define CSV_PART_ROWS  500
#define DECIDED_MAX    200

/* An act about rows on the way of this one, with entries of its own; takes the arguments. */
static enum rc
inner(struct core *c, const struct actor *who, enum act act, json_t *arguments)
{
	struct actor me = *who;
	json_t *answer = NULL;
	enum rc rc = arguments ? act_perform(c, act, &me, arguments, &answer) : FAIL(RC_SYNTAX, "arguments cannot be recorded");

	json_decref(arguments);
	json_decref(answer);
	return rc;
}

static enum rc
today(const struct actor *who, struct buf *ret)
{
	struct civil now = time_civil(who->at_us);

	return buf_addf(ret, "%04d-%02d-%02d", now.year, now.month, now.day);
}

/* ---- rows as a table that is imported */

struct table { struct core *core; const struct actor *who; struct buf csv; size_t rows; };

static const char *const columns[] = { "review", "account", "person", "place", "kind", "of", "decision", "reason", "decided_on", "removed_on" };
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static enum rc
cell_put(struct buf *b, struct str s, bool first)
{
	enum rc rc = RC_OK;

	TRY(buf_add_c(b, first ? "\"" : ",\""));
	if (s.n > 1 && s.p[0] == '\'' && strchr("=+-@\xef", s.p[1]))
		TRY(buf_add_c(b, "'")); /* an import takes one away */
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			TRY(buf_add_c(b, "\""));
		TRY(buf_add_byte(b, (uint8_t)s.p[i]));
	}
	TRY(buf_add_c(b, "\""));
out:
	return rc;
}

static enum rc
table_send(struct table *t)
{
	enum rc rc = RC_OK;

	if (t->rows)
		TRY(inner(t->core, t->who, ACT_REGISTER_IMPORT, json_pack("{s:s, s:s%}", "id", "account-review-item", "csv", t->csv.p, t->csv.n)));
out:
	buf_reset(&t->csv);
	t->rows = 0;
	return rc;
}

static enum rc
table_add(struct table *t, const struct str cells[COLUMNS])
{
	enum rc rc = RC_OK;

	if (t->csv.n > CSV_PART_BYTES || t->rows == CSV_PART_ROWS)
		TRY(table_send(t));
	if (t->rows == 0) {
		for (size_t i = 0; i < COLUMNS; i++)
			TRY(cell_put(&t->csv, str_of(columns[i]), i == 0));
		TRY(buf_add_c(&t->csv, "\r\n"));
	}
	for (size_t i = 0; i < COLUMNS; i++)
		TRY(cell_put(&t->csv, cells[i], i == 0));
	TRY(buf_add_c(&t->csv, "\r\n"));
	t->rows++;
out:
	return rc;
}

/* ---- open */

/* 令和8年度下期: as a city calls the half of a year from April. */
static enum rc
half_name(int64_t at_us, struct buf *ret)
{
	struct civil t = time_civil(at_us);
	int year = t.month >= 4 ? t.year : t.year - 1;

	return buf_addf(ret, "令和%d年度%s", year - 2018, t.month >= 4 && t.month < 10 ? "上期" : "下期");
}

static enum rc
open_named(struct core *c, const struct actor *who, json_t *arguments, struct buf *name)
{
	const char *said = json_string_value(json_object_get(arguments, "name"));
	bool there;
	enum rc rc = RC_OK;

	if (said && *said)
		TRY(buf_add(name, str_trim(str_of(said))));
	else
		TRY(half_name(who->at_us, name));
	core_lock(c);
	there = register_said(c, STR("account-review"), buf_str(name)) != NULL;
	core_unlock(c);
	if (there)
		TRY(FAIL(RC_CONFLICT, "その名前の棚卸しは、もう始まっています / a review of this name was opened already"));
out:
	return rc;
}

/*= S-3-2 */
enum rc
do_review_open(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct arena a = ARENA(64 << 20);
	struct listing all = { .arena = &a };
	struct table t = { .core = c, .who = who, .csv = BUF(CSV_BYTES_MAX) };
	struct buf name = BUF(256), day = BUF(32);
	json_t *shown = NULL;
	enum rc rc = RC_OK;

	TRY(open_named(c, who, arguments, &name));
	TRY(today(who, &day));
	TRY(review_accounts(c, &all));
	for (size_t i = 0; i < all.n; i++)
		TRY(table_add(&t, (const struct str[COLUMNS]){ buf_str(&name), all.list[i].account, all.list[i].person, all.list[i].place, str_of(all.list[i].kind), all.list[i].of }));
	TRY(table_send(&t));
	TRY(inner(c, who, ACT_REGISTER_ADD, json_pack("{s:s, s:{s:s, s:s, s:s}}", "id", "account-review", "values", "name", buf_cstr(&name), "opened_on", buf_cstr(&day), "reviewer", who->session.display)));
	shown = json_pack("{s:s}", "id", buf_cstr(&name));
	TRY(view_review(c, who, shown, ret));
out:
	json_decref(shown);
	buf_free(&t.csv);
	buf_free(&name);
	buf_free(&day);
	arena_free(&a);
	return rc;
}

/* ---- decide */

/* One shown row with the decision; RC_CONFLICT when it is not as it was shown. Under lock. */
static enum rc
decided_row(struct core *c, const struct review *r, const char *id, const json_t *version, const struct str said[COLUMNS], struct str cells[COLUMNS])
{
	const struct row *row = register_row(c, str_of(id));
	int64_t seen = -1;
	bool mine = false;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < r->n; i++)
		mine |= r->items[i] == row;
	if (row == NULL || !mine)
		TRY(FAIL(RC_NOTFOUND, "その行はこの棚卸しにありません / this review has no such row"));
	TRY(num_parse(str_of(json_string_value(version)), 0, INT64_MAX, &seen));
	if (seen != row->version)
		TRY(FAIL(RC_CONFLICT, "その間にほかの人が決めた行があります。もう一度開いて確かめてください / somebody decided about a row meanwhile: open the review again"));
	for (size_t i = 0; i < COLUMNS; i++)
		cells[i] = said[i].n ? said[i] : str_of(review_value(row, columns[i]));
out:
	return rc;
}

/* Under lock. */
static enum rc
decided_rows(struct core *c, json_t *arguments, const struct str said[COLUMNS], struct arena *a, struct str (**ret)[COLUMNS], size_t *ret_n)
{
	json_t *rows = json_object_get(arguments, "values"), *version;
	struct str(*list)[COLUMNS] = arena_get(a, DECIDED_MAX * sizeof(*list));
	struct review r = { .text = BUF(0) };
	const char *id;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(review_get(c, str_of(json_string_value(json_object_get(arguments, "id"))), &r));
	if (r.state == REVIEW_SIGNED || r.state == REVIEW_CONFIRMED)
		TRY(FAIL(RC_CONFLICT, "この棚卸しはもう署名されています / this review is signed already"));
	if (json_object_size(rows) == 0 || json_object_size(rows) > DECIDED_MAX || list == NULL)
		TRY(FAIL(RC_SYNTAX, "表示された行から、1行以上%d行まで選んでください / choose from 1 to %d of the rows shown", DECIDED_MAX, DECIDED_MAX));
	json_object_foreach(rows, id, version) {
		TRY(decided_row(c, &r, id, version, said, list[n]));
		for (size_t i = 0; i < COLUMNS; i++)
			list[n][i] = arena_dup(a, list[n][i]);
		n++;
	}
	*ret = list;
	*ret_n = n;
out:
	review_free(&r);
	return rc;
}

/*= S-3-2 */
enum rc
do_review_decide(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *decision = json_string_value(json_object_get(arguments, "decision"));
	struct table t = { .core = c, .who = who, .csv = BUF(CSV_BYTES_MAX) };
	struct arena a = ARENA(8 << 20);
	struct buf day = BUF(32), reason = BUF(8192);
	struct str said[COLUMNS] = { STR_NONE };
	struct str(*list)[COLUMNS] = NULL;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (decision == NULL || (strcmp(decision, "keep") != 0 && strcmp(decision, "remove") != 0))
		TRY(FAIL(RC_SYNTAX, "要か不要かを選んでください / say keep or remove"));
	TRY(reason_said(arguments, true, &reason));
	TRY(today(who, &day));
	said[6] = str_of(decision);
	said[7] = buf_str(&reason);
	said[8] = buf_str(&day);
	core_lock(c);
	rc = decided_rows(c, arguments, said, &a, &list, &n);
	core_unlock(c);
	TRY(rc);
	for (size_t i = 0; i < n; i++)
		TRY(table_add(&t, list[i]));
	TRY(table_send(&t));
	TRY(view_review(c, who, arguments, ret));
out:
	buf_free(&t.csv);
	buf_free(&day);
	buf_free(&reason);
	arena_free(&a);
	return rc;
}

/* ---- sign, answer */

struct signing { char id[2 * ID_BYTES + 1], name[256]; int64_t version; };

/* Under lock: what is to be signed is the list as it was shown. */
static enum rc
signing_look(struct core *c, json_t *arguments, bool answering, struct signing *ret)
{
	const char *hash = json_string_value(json_object_get(arguments, "hash"));
	struct review r = { .text = BUF(0) };
	enum rc rc = RC_OK;

	TRY(review_get(c, str_of(json_string_value(json_object_get(arguments, "id"))), &r));
	if (answering && r.state != REVIEW_SIGNED)
		TRY(FAIL(RC_CONFLICT, "確認を待っている棚卸しではありません / this review does not wait for an answer"));
	if (!answering && (r.state == REVIEW_SIGNED || r.state == REVIEW_CONFIRMED))
		TRY(FAIL(RC_CONFLICT, "この棚卸しはもう署名されています / this review is signed already"));
	if (r.n == 0 || r.open)
		TRY(FAIL(RC_CONFLICT, "要・不要と理由の決まっていないIDが%zu件あります / %zu accounts have no decision with its reason", r.open, r.open));
	if (hash == NULL || strcmp(hash, r.hash) != 0 || (answering && !r.same))
		TRY(FAIL(RC_CONFLICT, "明細が、表示されたときから変わっています。もう一度開いて確かめてください / the list changed since it was shown: open it again"));
	if (r.state == REVIEW_RETURNED && r.same)
		TRY(FAIL(RC_CONFLICT, "差し戻されたときのままです。明細を直してから署名してください / it is as it was returned: mend the list before you sign"));
	memcpy(ret->id, r.row->id, sizeof(ret->id));
	(void)snprintf(ret->name, sizeof(ret->name), "%s", r.row->name); /* the form's length: fits */
	ret->version = r.row->version;
out:
	review_free(&r);
	return rc;
}

/*= S-3-2 */
enum rc
do_review_sign(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct signing s = { .version = 0 };
	struct buf day = BUF(32);
	enum rc rc = RC_OK;

	core_lock(c);
	rc = signing_look(c, arguments, false, &s);
	core_unlock(c);
	TRY(rc);
	TRY(today(who, &day));
	TRY(inner(c, who, ACT_REGISTER_CHANGE, json_pack("{s:s, s:I, s:{s:s, s:s, s:s}}", "id", s.id, "version", (json_int_t)s.version, "values", "closed_on", buf_cstr(&day), "reviewer", who->session.display, "sha256",
	    json_string_value(json_object_get(arguments, "hash")))));
	TRY(view_review(c, who, arguments, ret));
out:
	buf_free(&day);
	return rc;
}

/*= S-3-2 */
enum rc
do_review_answer(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *decision = json_string_value(json_object_get(arguments, "decision"));
	struct signing s = { .version = 0 };
	struct buf day = BUF(32), reason = BUF(8192);
	bool yes = decision && strcmp(decision, "yes") == 0;
	enum rc rc = RC_OK;

	if (!yes && (decision == NULL || strcmp(decision, "no") != 0))
		TRY(FAIL(RC_SYNTAX, "確認したか、差し戻すかを選んでください / say whether it is confirmed or returned"));
	TRY(reason_said(arguments, !yes, &reason));
	core_lock(c);
	rc = signing_look(c, arguments, true, &s);
	core_unlock(c);
	TRY(rc);
	TRY(today(who, &day));
	TRY(inner(c, who, ACT_REGISTER_ADD, json_pack("{s:s, s:{s:s, s:s, s:s, s:s, s:s, s:s}}", "id", "account-review-answer", "values", "review", s.name, "sha256", json_string_value(json_object_get(arguments, "hash")),
	    "decision", yes ? "yes" : "no", "on", buf_cstr(&day), "by", who->session.display, "reason", buf_cstr(&reason))));
	TRY(view_review(c, who, arguments, ret));
out:
	buf_free(&day);
	buf_free(&reason);
	return rc;
}
