// SPDX-License-Identifier: Apache-2.0
/*
 * Notes: acts whose own record is all they leave: a procedure was read, a role was lent, a containment was looked at.
 *
 * A note is the begin leaf of an act that was done, kept where it is found quickly; what it means is worked out by who
 * reads it. A lost store is made again from the ledger.
 */
#include "core/guard_int.h"
#include "core/question.h"

#include <string.h>

#include "base/num.h"

#define NOTES_MAX 10000

bool
note_act(enum act act)
{
	return act == ACT_PROCEDURE_READ || act == ACT_DELEGATION_ADD || act == ACT_DELEGATION_END || act == ACT_CONTAINMENT_REVIEW || act == ACT_TRIAL_OPEN || act == ACT_TRIAL_CONFIRM || act == ACT_TRIAL_ROLLBACK || act == ACT_TRIAL_UNDO || act == ACT_GLASS_OPEN || act == ACT_INCIDENT_NOTE || act == ACT_INCIDENT_RECEIVE || act == ACT_INCIDENT_ACKNOWLEDGE || act == ACT_INCIDENT_CALL || question_act(act) || act == ACT_EVIDENCE_RECEIVE || (act_row(act) && act_row(act)->danger == DANGER_CONTAIN);
}

enum rc
note_put(struct core *c, enum act act, const struct actor *who, json_t *arguments)
{
	struct query *q = NULL;
	char *text = json_dumps(arguments, JSON_COMPACT | JSON_SORT_KEYS);
	enum rc rc = RC_OK;

	if (text == NULL)
		TRY(FAIL(RC_BUG, "arguments are no JSON"));
	TRY(db_query(c->db, "insert into note (leaf, act, at_us, actor, who, arguments) values ($1, $2, $3, $4, $5, $6) on conflict do nothing", &q));
	TRY(db_put_int(q, 1, (int64_t)who->begin));
	TRY(db_put_text(q, 2, str_of(act_row(act)->id)));
	TRY(db_put_int(q, 3, who->at_us));
	TRY(db_put_blob(q, 4, (struct str){ (const char *)who->session.account.b, ID_BYTES }));
	TRY(db_put_text(q, 5, str_of(who->session.display)));
	TRY(db_put_text(q, 6, str_of(text)));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	if (act == ACT_DELEGATION_ADD || act == ACT_DELEGATION_END)
		TRY(delegation_load(c));
	if (act == ACT_HOLD_BEGIN || act == ACT_HOLD_END)
		TRY(hold_load(c));
	if (act == ACT_GLASS_OPEN || act == ACT_CONTAINMENT_REVIEW)
		TRY(glass_load(c));
	if (question_act(act))
		TRY(question_load(c));
out:
	db_done(q);
	free(text);
	return rc;
}

/* Read first, told afterwards: a query in use waits for no lock. */
enum rc
note_each(struct core *c, enum act act, note_taker *taker, void *context)
{
	struct arena a = ARENA(32 << 20);
	struct query *q = NULL;
	json_t *list = json_array();
	struct note *notes = arena_get(&a, NOTES_MAX * sizeof(*notes));
	size_t n = 0;
	bool row;
	enum rc rc = RC_OK;

	if (notes == NULL)
		TRY(FAIL(RC_LIMIT, "no room for notes"));
	TRY(db_query(c->db, "select leaf, at_us, actor, who, arguments from note where act = $1 order by leaf desc limit 10000", &q));
	TRY(db_put_text(q, 1, str_of(act_row(act)->id)));
	while (n < NOTES_MAX) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		notes[n] = (struct note){ .leaf = (uint64_t)db_int(q, 0), .at_us = db_int(q, 1), .who = arena_dup(&a, db_text(q, 3)), .arguments = json_loadb(db_text(q, 4).p, db_text(q, 4).n, JSON_REJECT_DUPLICATES, NULL) };
		if (db_blob(q, 2).n == ID_BYTES)
			memcpy(notes[n].actor.b, db_blob(q, 2).p, ID_BYTES);
		json_array_append_new(list, notes[n].arguments ? notes[n].arguments : json_null()); /* owned by the list */
		n++;
	}
	db_done(q);
	q = NULL;
	for (size_t i = 0; i < n; i++)
		taker(context, &notes[i]);
out:
	db_done(q);
	json_decref(list);
	arena_free(&a);
	return rc;
}

static void
take_end(void *context, const struct note *n)
{
	json_object_set_new(context, note_text(n, "id"), json_pack("{s:I, s:o}", "at", (json_int_t)n->at_us, "who", view_text(n->who)));
}

enum rc
note_ends(struct core *c, enum act act, json_t **ret)
{
	*ret = json_object();
	return note_each(c, act, take_end, *ret);
}

const char *
note_text(const struct note *n, const char *key)
{
	const char *s = json_string_value(json_object_get(n->arguments, key));

	return s ? s : "";
}

static enum rc
stored(struct core *c, uint64_t leaf, bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select 1 from note where leaf = $1", &q));
	TRY(db_put_int(q, 1, (int64_t)leaf));
	TRY(db_step(q, ret));
out:
	db_done(q);
	return rc;
}

enum rc
note_follow(struct core *c, const struct leaf *outcome)
{
	struct actor who = { .begin = outcome->begin };
	struct arena a = ARENA(8 << 20);
	struct buf b = BUF(1 << 20);
	json_t *payload = NULL, *arguments;
	struct entry *begun;
	bool there = false;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (outcome->verdict != OUTCOME_DONE)
		return RC_OK;
	TRY(stored(c, outcome->begin, &there));
	if (there)
		goto out;
	TRY(ask_ledger_read(c->ledger, outcome->begin, 1, &a, &begun, &n));
	if (n == 0)
		goto out;
	TRY(payload_read(c, begun, &b));
	payload = json_loadb(b.p ? b.p : "", b.n, JSON_REJECT_DUPLICATES, NULL);
	arguments = json_object_get(payload, "arguments");
	if (act_of(outcome->name) == ACT_GLASS_OPEN) /* auth's own act: its payload says all of it */
		arguments = begun->leaf.source == PROC_AUTH ? payload : NULL;
	else if (begun->leaf.source != PROC_CORE)
		arguments = NULL;
	if (!json_is_object(arguments))
		goto out;
	who.session.account = begun->leaf.actor;
	who.at_us = begun->leaf.claimed_at_us;
	index_actor_name(c, &begun->leaf.actor, who.session.display, sizeof(who.session.display));
	record_name(&who.session, str_of(json_string_value(json_object_get(payload, "address"))));
	TRY(note_put(c, act_of(outcome->name), &who, arguments));
out:
	json_decref(payload);
	arena_free(&a);
	buf_free(&b);
	return rc;
}
