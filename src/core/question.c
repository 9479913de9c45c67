// SPDX-License-Identifier: Apache-2.0
/*
 * Questions about a clause: asked of the other side, with or without a day; answered by that side; closed by the one that
 * asked. Each is a note, so the ledger tells them again, and they bind nobody: what binds is a paper or an exception.
 */
#include "core/question.h"

#include <string.h>

#include "base/calendar.h"
#include "base/num.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "core/guard_int.h"
#include "core/month.h"

#define TEXT_MAX 2000 /* characters */
#define CHANGES_SHOWN 12

bool
question_act(enum act act)
{
	return act == ACT_QUESTION_ASK || act == ACT_QUESTION_ANSWER || act == ACT_QUESTION_CLOSE;
}

static const char *
argument(const json_t *arguments, const char *name)
{
	const char *s = json_string_value(json_object_get(arguments, name));

	return s ? s : "";
}

static enum side
side_of(const char *word)
{
	return strcmp(word, "client") == 0 ? SIDE_CLIENT : strcmp(word, "contractor") == 0 ? SIDE_CONTRACTOR : SIDE_NONE;
}

static enum side
other(enum side side)
{
	return side == SIDE_CLIENT ? SIDE_CONTRACTOR : SIDE_CLIENT;
}

/* ---- in memory */

static void
take_ask(void *context, const struct note *n)
{
	json_t *all = context, *one;
	int64_t due_us = 0;
	char id[24];

	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)n->leaf); /* fits */
	if (time_parse_date(str_of(note_text(n, "due")), &due_us) != RC_OK) {
		rc_trail_clear(); /* a remark, or a question without a day */
		due_us = 0;
	}
	one = json_pack("{s:s, s:s, s:s, s:o, s:I, s:o, s:s, s:s, s:I, s:[]}", "id", id, "clause", note_text(n, "id"), "to", note_text(n, "to"), "due", due_us ? json_integer(due_us + DAY_US) : json_null(), "at", (json_int_t)n->at_us,
	    "who", view_text(n->who), "text", note_text(n, "text"), "state", "open", "leaf", (json_int_t)n->leaf, "answers");
	json_object_set_new(all, id, one);
}

static void
take_answer(void *context, const struct note *n)
{
	json_t *one = json_object_get(context, note_text(n, "id"));

	if (one == NULL)
		return;
	json_array_insert_new(json_object_get(one, "answers"), 0, json_pack("{s:I, s:o, s:s, s:I}", "at", (json_int_t)n->at_us, "who", view_text(n->who), "text", note_text(n, "text"), "leaf", (json_int_t)n->leaf)); /* notes come newest first */
	json_object_set_new(one, "state", json_string("answered"));
}

static void
take_close(void *context, const struct note *n)
{
	json_t *one = json_object_get(context, note_text(n, "id"));

	if (one)
		json_object_set_new(one, "state", json_string("closed"));
}

enum rc
question_load(struct core *c)
{
	json_t *all = json_object(), *old;
	enum rc rc = RC_OK;

	TRY(note_each(c, ACT_QUESTION_ASK, take_ask, all));
	TRY(note_each(c, ACT_QUESTION_ANSWER, take_answer, all));
	TRY(note_each(c, ACT_QUESTION_CLOSE, take_close, all));
	core_lock(c);
	old = c->questions;
	c->questions = all;
	all = old;
	core_unlock(c);
out:
	json_decref(all);
	return rc;
}

void
question_free(struct core *c)
{
	json_decref(c->questions);
	c->questions = NULL;
}

int
questions_waiting(const struct core *c, enum side side)
{
	const char *key;
	json_t *one;
	int n = 0;

	json_object_foreach(c->questions, key, one)
		n += strcmp(argument(one, "state"), "open") == 0 && side_of(argument(one, "to")) == side;
	return n;
}

static int
newest_first(const void *a, const void *b)
{
	json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "leaf")), y = json_integer_value(json_object_get(*(json_t *const *)b, "leaf"));

	return (x < y) - (x > y);
}

json_t *
questions_of(const struct core *c, const char *clause, const struct actor *who)
{
	enum side mine = roles_side(who->session.roles);
	json_t *list = json_array(), *one, *ret;
	const char *key;

	json_object_foreach(c->questions, key, one) {
		enum side to = side_of(argument(one, "to"));
		bool open = strcmp(argument(one, "state"), "closed") != 0;
		const struct clause *about = catalogue_clause(c->catalogue, str_of(argument(one, "clause")), NULL);
		json_t *copy;

		if (clause && strcmp(argument(one, "clause"), clause) != 0)
			continue;
		copy = json_copy(one);
		json_object_set_new(copy, "clause_title", view_text(about ? who->lang == LANG_EN ? about->title.en : about->title.ja : STR_NONE));
		json_object_set_new(copy, "overdue", json_boolean(strcmp(argument(one, "state"), "open") == 0 && json_is_integer(json_object_get(one, "due")) && core_now_us() >= json_integer_value(json_object_get(one, "due"))));
		json_object_set_new(copy, "can_answer", json_boolean(open && mine == to && act_permitted(ACT_QUESTION_ANSWER, who->session.roles)));
		json_object_set_new(copy, "can_close", json_boolean(open && mine == other(to) && act_permitted(ACT_QUESTION_CLOSE, who->session.roles)));
		json_array_append_new(list, copy);
	}
	ret = view_sorted(list, newest_first);
	json_decref(list);
	return ret;
}

/* ---- the acts */

static enum rc
said(const json_t *arguments)
{
	struct str s = str_trim(str_of(argument(arguments, "text")));
	struct text checked;
	enum rc rc = RC_OK;

	TRY(utf8_check_lines(s, &checked));
	if (s.n == 0 || utf8_count(checked) > TEXT_MAX)
		rc = FAIL(RC_SYNTAX, "%d文字までで入れてください / at most %d characters, and not nothing", TEXT_MAX, TEXT_MAX);
out:
	return rc;
}

enum rc
do_question_ask(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *due = argument(arguments, "due");
	int64_t due_us = 0;
	bool there;
	enum rc rc = RC_OK;

	core_lock(c);
	there = catalogue_clause(c->catalogue, str_of(argument(arguments, "id")), NULL) != NULL;
	core_unlock(c);
	if (!there)
		TRY(FAIL(RC_NOTFOUND, "その番号の要件はありません / no such clause"));
	if (side_of(argument(arguments, "to")) != other(roles_side(who->session.roles)))
		TRY(FAIL(RC_SYNTAX, "質問は、もう一方の当事者あてに出します / a question goes to the other side"));
	TRY(said(arguments));
	if (*due && time_parse_date(str_of(due), &due_us) != RC_OK)
		TRY(FAIL(RC_SYNTAX, "期限は 2026-04-01 の形で入れてください / write the day as 2026-04-01"));
	if (*due && due_us + DAY_US <= who->at_us)
		TRY(FAIL(RC_SYNTAX, "もう過ぎた日です / this day is over"));
	TRY(view_questions(c, who, arguments, ret));
out:
	return rc;
}

/* Under no lock: the question, and whether this act of this person is in place. */
static enum rc
asked(struct core *c, const struct actor *who, const json_t *arguments, const char *may)
{
	json_t *list, *one;
	bool there = false, mine = false;
	size_t i;

	core_lock(c);
	list = questions_of(c, NULL, who);
	core_unlock(c);
	json_array_foreach(list, i, one)
		if (strcmp(argument(one, "id"), argument(arguments, "id")) == 0) {
			there = true;
			mine = json_is_true(json_object_get(one, may));
		}
	json_decref(list);
	if (!there)
		return FAIL(RC_NOTFOUND, "その質問はありません / no such question");
	return mine ? RC_OK : FAIL(RC_CONFLICT, "この質問はもう閉じたか、もう一方の当事者の番です / the question is closed, or it is the other side's turn");
}

enum rc
do_question_answer(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	enum rc rc = RC_OK;

	TRY(asked(c, who, arguments, "can_answer"));
	TRY(said(arguments));
	TRY(view_questions(c, who, arguments, ret));
out:
	return rc;
}

enum rc
do_question_close(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	enum rc rc = RC_OK;

	TRY(asked(c, who, arguments, "can_close"));
	TRY(view_questions(c, who, arguments, ret));
out:
	return rc;
}

enum rc
view_questions(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows;

	(void)arguments;
	core_lock(c);
	rows = questions_of(c, NULL, who);
	core_unlock(c);
	*ret = json_pack("{s:I, s:o}", "at", (json_int_t)core_now_us(), "rows", rows);
	return RC_OK;
}

/* ---- what is going on now */

/* The instant an incident was noticed is that of its first version; most times there is none. */
static enum rc
noticed(struct core *c, const char *id, int64_t *ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select min(since_us) from register_row where id = $1", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	TRY(db_step(q, &row));
	*ret = row ? db_int(q, 0) : 0;
out:
	db_done(q);
	return rc;
}

/* [account]: whom the register of duty names for this day. Under lock. */
static json_t *
on_duty(struct core *c, int64_t now_us)
{
	json_t *list = json_array();
	size_t end, at = register_range(c, STR("duty"), &end);

	for (; at < end; at++) {
		const json_t *v = c->rows[at].values;
		int64_t from_us = INT64_MAX, until_us = 0;

		if (time_parse_date(str_of(argument(v, "from")), &from_us) != RC_OK || time_parse_date(str_of(argument(v, "until")), &until_us) != RC_OK)
			rc_trail_clear();
		if (strcmp(argument(v, "kind"), "on-call") == 0 && from_us <= now_us && now_us < until_us + DAY_US)
			json_array_append_new(list, json_string(argument(v, "account")));
	}
	return list;
}

/* The newest month the client accepted: its name, and the instant it was over; 0: none was. */
static enum rc
accepted_month(struct core *c, json_t **ret_month, int64_t *ret_end_us)
{
	json_t *ids = NULL, *id;
	size_t i;
	enum rc rc = RC_OK;

	*ret_end_us = 0;
	TRY(month_all(c, &ids));
	json_array_foreach(ids, i, id) {
		struct month_now m;
		struct buf day = BUF(64);
		int64_t first_us = 0;

		TRY(month_get(c, json_string_value(id), &m));
		if (m.accepted_version == 0)
			continue;
		rc = buf_addf(&day, "%s-01", m.month);
		if (rc == RC_OK)
			rc = time_parse_date(buf_str(&day), &first_us);
		buf_free(&day);
		TRY(rc);
		*ret_end_us = day_months_later(first_us, 1);
		*ret_month = json_string(m.month);
		break;
	}
out:
	json_decref(ids);
	return rc;
}

/* {month, count, clauses: [id]}: what changed its status since the last month that was accepted; null: none was yet. */
static enum rc
changes_json(struct core *c, json_t **ret)
{
	json_t *month = NULL, *list = json_array();
	struct query *q = NULL;
	int64_t end_us = 0, n = 0;
	bool row;
	enum rc rc = RC_OK;

	TRY(accepted_month(c, &month, &end_us));
	if (end_us == 0)
		goto out;
	TRY(db_query(c->db, "select clause, max(from_us) from status_change where from_us >= $1 group by clause order by 2 desc", &q));
	TRY(db_put_int(q, 1, end_us));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		if (n++ < CHANGES_SHOWN)
			json_array_append_new(list, view_text(db_text(q, 0)));
	}
	*ret = json_pack("{s:O, s:I, s:O}", "month", month, "count", (json_int_t)n, "clauses", list);
out:
	db_done(q);
	json_decref(month);
	json_decref(list);
	return rc;
}

enum rc
now_json(struct core *c, int64_t now_us, json_t **ret)
{
	json_t *open = json_array(), *changes = NULL, *duty, *one;
	size_t at, end, i;
	enum rc rc = RC_OK;

	core_lock(c);
	for (at = register_range(c, STR("incident"), &end); at < end; at++)
		if (strcmp(argument(c->rows[at].values, "drill"), "yes") != 0)
			json_array_append_new(open, json_pack("{s:s, s:s}", "id", c->rows[at].id, "name", argument(c->rows[at].values, "name")));
	duty = on_duty(c, now_us);
	core_unlock(c);
	json_array_foreach(open, i, one) {
		int64_t at_us = 0;

		TRY(noticed(c, argument(one, "id"), &at_us));
		json_object_set_new(one, "noticed", json_integer(at_us));
	}
	TRY(changes_json(c, &changes));
	*ret = json_pack("{s:O, s:O, s:o}", "incidents", open, "duty", duty, "changes", changes ? changes : json_null());
out:
	json_decref(open);
	json_decref(duty);
	return rc;
}
