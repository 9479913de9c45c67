// SPDX-License-Identifier: Apache-2.0
/*
 * Closing a month: the contractor makes a report, another person of it reviews it, it is submitted, the client accepts or
 * returns it. The report rides in the entry of the act that makes it, so that a lost store has it again, word for word.
 */
#include "core/month.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "core/guard_int.h"
#include "core/register_int.h"

#define REPORT_BYTES_MAX (900u << 10)
#define INSPECTOR_MAX    60 /* characters */
#define MADE_MEANWHILE   "その間にほかの人が作りました。もう一度開いて確かめてください / somebody made one meanwhile: open it again"

static const char *const step_words[] = { "", "made", "reviewed", "submitted", "accepted", "returned", "answered" };

const char *
month_step_word(enum month_step step)
{
	return step > 0 && step < MONTH_STEP_COUNT ? step_words[step] : "";
}

static const char *
argument(const json_t *arguments, const char *name)
{
	const char *s = json_string_value(json_object_get(arguments, name));

	return s ? s : "";
}

bool
month_id_split(const char *id, char contract[NAME_BYTES_MAX + 1], char month[MONTH_TEXT_BYTES + 1])
{
	size_t n = strlen(id);

	if (n < MONTH_TEXT_BYTES + 2 || n > MONTH_ID_MAX || id[n - MONTH_TEXT_BYTES - 1] != '-')
		return false;
	memcpy(contract, id, n - MONTH_TEXT_BYTES - 1);
	contract[n - MONTH_TEXT_BYTES - 1] = '\0';
	memcpy(month, id + n - MONTH_TEXT_BYTES, MONTH_TEXT_BYTES + 1);
	return true;
}

/* ---- the store */

/* Its parts stand in the id, which outlives the query. */
static enum rc
put_id(struct query *q, const char *id)
{
	char contract[NAME_BYTES_MAX + 1], month[MONTH_TEXT_BYTES + 1];
	struct str s = str_of(id);
	enum rc rc = RC_OK;

	if (!month_id_split(id, contract, month))
		return FAIL(RC_NOTFOUND, "その月の報告はありません / no report of that month");
	TRY(db_put_text(q, 1, str_sub(s, 0, s.n - MONTH_TEXT_BYTES - 1)));
	TRY(db_put_text(q, 2, str_sub(s, s.n - MONTH_TEXT_BYTES, s.n)));
out:
	return rc;
}

enum rc
month_get(struct core *c, const char *id, struct month_now *ret)
{
	struct month_now m = { .version = 0 };
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	if (!month_id_split(id, m.contract, m.month))
		return FAIL(RC_NOTFOUND, "その月の報告はありません / no report of that month");
	TRY(db_query(c->db, "select version, hash, at_us, actor, leaf from month_report where contract = $1 and month = $2 order by version desc limit 1", &q));
	TRY(put_id(q, id));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_NOTFOUND, "その月の報告はまだ作られていません / no report of that month was made yet"));
	m.version = db_int(q, 0);
	(void)snprintf(m.hash, sizeof(m.hash), STR_FMT, STR_ARG(db_text(q, 1))); /* of 64 digits */
	m.made_us = m.step_us = db_int(q, 2);
	if (db_blob(q, 3).n == ID_BYTES)
		memcpy(m.maker.b, db_blob(q, 3).p, ID_BYTES);
	m.leaf = (uint64_t)db_int(q, 4);
	m.state = MONTH_MADE;
	(void)snprintf(m.id, sizeof(m.id), "%s", id); /* measured when it was split */
	db_done(q);
	q = NULL;
	TRY(db_query(c->db, "select version, step, at_us from month_step where contract = $1 and month = $2 order by leaf", &q));
	TRY(put_id(q, id));
	for (;;) {
		enum month_step step;

		TRY(db_step(q, &row));
		if (!row)
			break;
		step = (enum month_step)db_int(q, 1);
		if (step == MONTH_ACCEPTED)
			m.accepted_version = db_int(q, 0);
		if (db_int(q, 0) == m.version && step != MONTH_ANSWERED) {
			m.state = step;
			m.step_us = db_int(q, 2);
		}
	}
	*ret = m;
out:
	db_done(q);
	return rc;
}

enum rc
month_versions(struct core *c, const char *id, json_t **ret)
{
	struct query *q = NULL;
	json_t *list = json_array();
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select version, hash, at_us, who, reason, leaf from month_report where contract = $1 and month = $2 order by version desc", &q));
	TRY(put_id(q, id));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(list, json_pack("{s:I, s:o, s:I, s:o, s:o, s:I}", "version", (json_int_t)db_int(q, 0), "hash", view_text(db_text(q, 1)), "at", (json_int_t)db_int(q, 2), "who", view_text(db_text(q, 3)),
		    "reason", view_text(db_text(q, 4)), "leaf", (json_int_t)db_int(q, 5)));
	}
	*ret = json_incref(list);
out:
	db_done(q);
	json_decref(list);
	return rc;
}

enum rc
month_steps(struct core *c, const char *id, json_t **ret)
{
	struct query *q = NULL;
	json_t *list = json_array();
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select step, version, at_us, who, inspector, words, leaf from month_step where contract = $1 and month = $2 order by leaf", &q));
	TRY(put_id(q, id));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:o, s:o, s:o, s:I}", "step", month_step_word((enum month_step)db_int(q, 0)), "version", (json_int_t)db_int(q, 1), "at", (json_int_t)db_int(q, 2),
		    "who", view_text(db_text(q, 3)), "inspector", view_text(db_text(q, 4)), "text", view_text(db_text(q, 5)), "leaf", (json_int_t)db_int(q, 6)));
	}
	*ret = json_incref(list);
out:
	db_done(q);
	json_decref(list);
	return rc;
}

enum rc
month_report(struct core *c, const char *id, int64_t version, json_t **ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select words from month_report where contract = $1 and month = $2 and version = $3", &q));
	TRY(put_id(q, id));
	TRY(db_put_int(q, 3, version));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_NOTFOUND, "その版はありません / no such version"));
	*ret = json_loadb(db_text(q, 0).p, db_text(q, 0).n, JSON_REJECT_DUPLICATES, NULL);
	if (*ret == NULL)
		rc = FAIL(RC_TAMPERED, "a month's report does not read");
out:
	db_done(q);
	return rc;
}

enum rc
month_all(struct core *c, json_t **ret_ids)
{
	struct query *q = NULL;
	json_t *list = json_array();
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select distinct contract, month from month_report order by month desc, contract limit 1200", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(list, json_sprintf(STR_FMT "-" STR_FMT, STR_ARG(db_text(q, 0)), STR_ARG(db_text(q, 1))));
	}
	*ret_ids = json_incref(list);
out:
	db_done(q);
	json_decref(list);
	return rc;
}

/* The one spelling of a report, and its hash. */
static enum rc
canonical(const json_t *report, char **ret_text, char ret_hash[65])
{
	struct buf hex = BUF(128);
	struct hash h;
	char *text = json_dumps(report, JSON_COMPACT | JSON_SORT_KEYS);
	enum rc rc = RC_OK;

	if (text == NULL || strlen(text) > REPORT_BYTES_MAX)
		TRY(FAIL(RC_LIMIT, "報告が大きすぎます / the report is too large"));
	hash_bytes(str_of(text), &h);
	TRY(hex_encode(&hex, (struct str){ (const char *)h.b, sizeof(h.b) }));
	(void)snprintf(ret_hash, 65, "%s", buf_cstr(&hex)); /* fits */
	*ret_text = text;
	text = NULL;
out:
	free(text);
	buf_free(&hex);
	return rc;
}

struct taking { const char *contract, *month, *who, *inspector, *words; int64_t version, at_us; enum month_step step; struct opaque_id actor; uint64_t leaf; };

static enum rc
store_report(struct core *c, const struct taking *t, const char *hash, const char *text)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into month_report (leaf, contract, month, version, hash, words, at_us, actor, who, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", &q));
	TRY(db_put_int(q, 1, (int64_t)t->leaf));
	TRY(db_put_text(q, 2, str_of(t->contract)));
	TRY(db_put_text(q, 3, str_of(t->month)));
	TRY(db_put_int(q, 4, t->version));
	TRY(db_put_text(q, 5, str_of(hash)));
	TRY(db_put_text(q, 6, str_of(text)));
	TRY(db_put_int(q, 7, t->at_us));
	TRY(db_put_blob(q, 8, (struct str){ (const char *)t->actor.b, ID_BYTES }));
	TRY(db_put_text(q, 9, str_of(t->who)));
	TRY(db_put_text(q, 10, str_of(t->words)));
	rc = db_run(q); /* two at once: the second one's version stands already */
	if (rc == RC_CONFLICT)
		rc = FAIL(RC_CONFLICT, MADE_MEANWHILE);
out:
	db_done(q);
	return rc;
}

static enum rc
store_step(struct core *c, const struct taking *t)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into month_step (leaf, contract, month, version, step, at_us, actor, who, inspector, words) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", &q));
	TRY(db_put_int(q, 1, (int64_t)t->leaf));
	TRY(db_put_text(q, 2, str_of(t->contract)));
	TRY(db_put_text(q, 3, str_of(t->month)));
	TRY(db_put_int(q, 4, t->version));
	TRY(db_put_int(q, 5, t->step));
	TRY(db_put_int(q, 6, t->at_us));
	TRY(db_put_blob(q, 7, (struct str){ (const char *)t->actor.b, ID_BYTES }));
	TRY(db_put_text(q, 8, str_of(t->who)));
	TRY(db_put_text(q, 9, str_of(t->inspector)));
	TRY(db_put_text(q, 10, str_of(t->words)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* ---- made */

static enum rc
newest_version(struct core *c, const char *contract, const char *month, int64_t *ret)
{
	char id[MONTH_ID_MAX + 1];
	struct month_now now = { .version = 0 };
	enum rc rc;

	(void)snprintf(id, sizeof(id), "%s-%s", contract, month); /* both were measured */
	rc = month_get(c, id, &now);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		rc = RC_OK;
	}
	*ret = now.version;
	return rc;
}

enum rc
month_take(struct core *c, json_t *arguments)
{
	const char *contract = argument(arguments, "contract"), *month = argument(arguments, "month");
	int64_t now_us = core_now_us(), version;
	struct buf reason = BUF(8192);
	json_t *report = NULL;
	struct range range;
	char hash[65], *text = NULL;
	enum rc rc = RC_OK;

	(void)json_object_del(arguments, "report"); /* ours to say */
	(void)json_object_del(arguments, "hash");
	TRY(month_parse(str_of(month), &range));
	if (range.to_us > now_us)
		TRY(FAIL(RC_SYNTAX, "その月はまだ終わっていません / that month is not over yet"));
	if (*contract == '\0' || strlen(contract) > NAME_BYTES_MAX)
		TRY(FAIL(RC_NOTFOUND, "その記号の契約はありません / no contract has this sign"));
	TRY(newest_version(c, contract, month, &version));
	TRY(reason_said(arguments, version > 0, &reason)); /* a correction says why */
	statuses_lapse(c);
	TRY(month_build(c, contract, month, range, now_us, &report));
	TRY(canonical(report, &text, hash));
	json_object_set(arguments, "report", report);
	json_object_set_new(arguments, "hash", json_string(hash));
	json_object_set_new(arguments, "version", json_integer((json_int_t)version + 1));
out:
	json_decref(report);
	free(text);
	buf_free(&reason);
	return rc;
}

static enum rc
make(struct core *c, const json_t *arguments, struct taking *t)
{
	char hash[65], *text = NULL;
	enum rc rc = RC_OK;

	t->contract = argument(arguments, "contract");
	t->month = argument(arguments, "month");
	t->version = json_integer_value(json_object_get(arguments, "version"));
	t->words = argument(arguments, "reason");
	TRY(canonical(json_object_get(arguments, "report"), &text, hash));
	if (strcmp(hash, argument(arguments, "hash")) != 0)
		TRY(FAIL(RC_TAMPERED, "a month's report is not the one that was made"));
	TRY(store_report(c, t, hash, text));
out:
	free(text);
	return rc;
}

static enum rc
answer(struct core *c, const struct actor *who, const char *contract, const char *month, json_t **ret)
{
	json_t *q = json_pack("{s:o}", "id", json_sprintf("%s-%s", contract, month));
	enum rc rc = view_month(c, who, q, ret);

	json_decref(q);
	return rc;
}

enum rc
do_month_make(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct taking t = { .who = who->session.display, .at_us = who->at_us, .actor = who->session.account, .leaf = who->begin };
	int64_t newest;
	enum rc rc = RC_OK;

	TRY(newest_version(c, argument(arguments, "contract"), argument(arguments, "month"), &newest));
	if (newest + 1 != json_integer_value(json_object_get(arguments, "version")))
		TRY(FAIL(RC_CONFLICT, MADE_MEANWHILE));
	TRY(make(c, arguments, &t));
	TRY(answer(c, who, t.contract, t.month, ret));
out:
	return rc;
}

/* ---- reviewed, submitted, accepted, returned, answered */

static const struct { enum act act; enum month_step step; bool inspected, worded; } steps[] = {
	{ ACT_MONTH_REVIEW, MONTH_REVIEWED, false, false }, { ACT_MONTH_SUBMIT, MONTH_SUBMITTED, false, false }, { ACT_MONTH_ACCEPT, MONTH_ACCEPTED, true, false },
	{ ACT_MONTH_RETURN, MONTH_RETURNED, true, true }, { ACT_MONTH_ANSWER, MONTH_ANSWERED, false, true },
};

/* What must stand before each. An answer may come at any time after the client spoke. */
static bool
follows(enum month_step step, const struct month_now *now)
{
	static const enum month_step before[] = { [MONTH_REVIEWED] = MONTH_MADE, [MONTH_SUBMITTED] = MONTH_REVIEWED, [MONTH_ACCEPTED] = MONTH_SUBMITTED, [MONTH_RETURNED] = MONTH_SUBMITTED };

	return step == MONTH_ANSWERED ? now->state == MONTH_ACCEPTED || now->state == MONTH_RETURNED || now->accepted_version : now->state == before[step];
}

static enum rc
inspector_said(const json_t *arguments, struct buf *ret)
{
	struct str s = str_trim(str_of(argument(arguments, "inspector")));
	struct text checked;
	enum rc rc = RC_OK;

	if (s.n == 0)
		return FAIL(RC_SYNTAX, "検査員の職名か氏名を入れてください / name the inspector or the post");
	TRY(utf8_check(s, &checked));
	if (utf8_count(checked) > INSPECTOR_MAX)
		return FAIL(RC_SYNTAX, "検査員は60文字までです / the inspector has more than 60 characters");
	TRY(buf_add(ret, s));
out:
	return rc;
}

/* Looked at and kept in one transaction: of two who decide at once the second one finds the step of the first. */
/*= O1-2-2 */
static enum rc
store_next(struct core *c, const char *id, const char *hash, const struct taking *t)
{
	struct month_now now;
	enum rc rc = RC_OK;

	TRY(db_begin(c->db));
	TRY(month_get(c, id, &now));
	if (now.version != t->version || strcmp(hash, now.hash) != 0 || !follows(t->step, &now))
		TRY(FAIL(RC_CONFLICT, "その間に新しい版が作られたか、ほかの人が進めました。もう一度開いて確かめてください / a new version or a step came meanwhile: open it again"));
	TRY(store_step(c, t));
	TRY(db_commit(c->db));
out:
	if (rc != RC_OK)
		db_rollback(c->db);
	return rc;
}

static enum rc
step_taken(struct core *c, enum act act, const json_t *arguments, struct taking *t, const struct party *party, char contract[NAME_BYTES_MAX + 1], char month[MONTH_TEXT_BYTES + 1])
{
	struct buf inspector = BUF(1024), words = BUF(8192);
	struct month_now now;
	size_t i = 0;
	enum rc rc = RC_OK;

	while (steps[i].act != act)
		i++;
	TRY(month_get(c, argument(arguments, "id"), &now));
	if (steps[i].inspected)
		TRY(inspector_said(arguments, &inspector));
	TRY(reason_said(arguments, steps[i].worded, &words));
	if (party && steps[i].step == MONTH_REVIEWED && strcmp(argument(arguments, "hash"), now.hash) == 0 && party_meets(c, party, &(struct party){ .side = SIDE_CONTRACTOR, .accounts = { now.maker }, .n = 1 }))
		TRY(FAIL(RC_DENIED, "作った本人は点検できません / who made it does not review it"));
	(void)snprintf(contract, NAME_BYTES_MAX + 1, "%s", now.contract); /* of the same size */
	(void)snprintf(month, MONTH_TEXT_BYTES + 1, "%s", now.month);     /* of the same size */
	t->contract = contract;
	t->month = month;
	t->version = now.version;
	t->step = steps[i].step;
	t->inspector = inspector.n ? buf_cstr(&inspector) : "";
	t->words = words.n ? buf_cstr(&words) : "";
	TRY(store_next(c, argument(arguments, "id"), argument(arguments, "hash"), t));
out:
	buf_free(&inspector);
	buf_free(&words);
	return rc;
}

static enum rc
do_step(struct core *c, enum act act, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct taking t = { .who = who->session.display, .at_us = who->at_us, .actor = who->session.account, .leaf = who->begin };
	char contract[NAME_BYTES_MAX + 1], month[MONTH_TEXT_BYTES + 1];
	struct party party = party_of(who);
	enum rc rc = RC_OK;

	TRY(step_taken(c, act, arguments, &t, &party, contract, month));
	TRY(answer(c, who, contract, month, ret));
out:
	return rc;
}

enum rc
do_month_review(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_step(c, ACT_MONTH_REVIEW, who, arguments, ret);
}

enum rc
do_month_submit(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_step(c, ACT_MONTH_SUBMIT, who, arguments, ret);
}

enum rc
do_month_accept(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_step(c, ACT_MONTH_ACCEPT, who, arguments, ret);
}

enum rc
do_month_return(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_step(c, ACT_MONTH_RETURN, who, arguments, ret);
}

enum rc
do_month_answer(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_step(c, ACT_MONTH_ANSWER, who, arguments, ret);
}

/* ---- from the ledger again */

bool
month_act(enum act act)
{
	return act == ACT_MONTH_MAKE || act == ACT_MONTH_REVIEW || act == ACT_MONTH_SUBMIT || act == ACT_MONTH_ACCEPT || act == ACT_MONTH_RETURN || act == ACT_MONTH_ANSWER;
}

enum rc
month_stored(struct core *c, uint64_t begin, uint64_t outcome, bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	(void)outcome;
	TRY(db_query(c->db, "select 1 from month_report where leaf = $1 union all select 1 from month_step where leaf = $2", &q));
	TRY(db_put_int(q, 1, (int64_t)begin));
	TRY(db_put_int(q, 2, (int64_t)begin));
	TRY(db_step(q, ret));
out:
	db_done(q);
	return rc;
}

enum rc
month_replay(struct core *c, uint64_t begin, const struct leaf *l, json_t *payload, const char *who, bool *ret_changed)
{
	const json_t *arguments = json_object_get(payload, "arguments");
	struct taking t = { .who = who, .at_us = l->claimed_at_us, .actor = l->actor, .leaf = begin };
	char contract[NAME_BYTES_MAX + 1], month[MONTH_TEXT_BYTES + 1];
	enum rc rc = RC_OK;

	if (act_of(l->name) == ACT_MONTH_MAKE)
		TRY(make(c, arguments, &t));
	else
		TRY(step_taken(c, act_of(l->name), arguments, &t, NULL, contract, month));
	*ret_changed = true;
out:
	return rc;
}

enum rc
month_again(struct core *c)
{
	(void)c; /* nothing of it is kept in memory */
	return RC_OK;
}
