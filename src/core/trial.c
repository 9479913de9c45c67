// SPDX-License-Identifier: Apache-2.0
/*
 * Changes that could lock their author out: in force at once, undone by themselves unless the author confirms over a new connection.
 *
 * A trial is the note of trial-open, written before its change; trial-confirm or trial-undo ends it. What the undo
 * brings back is read from the versions that the change made and ended, so the ledger alone tells all of it
 * again.
 */
#include "core/guard_int.h"

#include <string.h>

#include "base/num.h"
#include "core/register_int.h"

#define CONFIRM_S     120
#define TRY_AGAIN_US  (10 * SECOND_US)
#define SHOWN_MAX     200
#define OVERDUE_US    (30 * SECOND_US) /* an undo that failed is tried again three times in this */

struct trial { uint64_t leaf, of; int64_t at_us, until_us, ended_us; struct opaque_id by; char who[4 * ACCOUNT_NAME_MAX + 1], ender[4 * ACCOUNT_NAME_MAX + 1], of_register[FORM_ID_MAX + 1]; bool confirmed, undone; };
struct trials { struct trial *list; size_t n; bool undone; };

static uint64_t
id_of(const char *text)
{
	uint64_t id = 0;

	if (text == NULL || num_parse_u64(str_of(text), INT64_MAX, &id) != RC_OK) {
		rc_trail_clear();
		return UINT64_MAX;
	}
	return id;
}

int64_t
trial_wait_us(const struct core *c)
{
	int64_t s;

	if (num_parse(str_of(proc_setting(c->proc, "confirm_s")), 5, CONFIRM_S, &s) != RC_OK) {
		rc_trail_clear(); /* not set */
		s = CONFIRM_S;
	}
	return s * SECOND_US;
}

/* ---- what notes say */

static void
take_open(void *context, const struct note *n)
{
	struct trials *t = context;
	struct trial *x = &t->list[t->n];

	if (t->n == SHOWN_MAX)
		return;
	*x = (struct trial){ .leaf = n->leaf, .of = id_of(note_text(n, "change")), .at_us = n->at_us, .until_us = json_integer_value(json_object_get(n->arguments, "until")), .by = n->actor };
	(void)snprintf(x->who, sizeof(x->who), STR_FMT, STR_ARG(n->who)); /* a name fits */
	(void)snprintf(x->of_register, sizeof(x->of_register), "%s", note_text(n, "register"));
	t->n++;
}

static void
take_end(void *context, const struct note *n)
{
	struct trials *t = context;
	uint64_t id = id_of(note_text(n, "id"));

	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].leaf == id) {
			t->list[i].confirmed |= !t->undone;
			t->list[i].undone |= t->undone;
			t->list[i].ended_us = n->at_us;
			(void)snprintf(t->list[i].ender, sizeof(t->list[i].ender), STR_FMT, STR_ARG(n->who)); /* a name fits */
		}
}

/* Asked back: its time is over at that instant. */
static void
take_back(void *context, const struct note *n)
{
	struct trials *t = context;
	uint64_t id = id_of(note_text(n, "id"));

	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].leaf == id && n->at_us < t->list[i].until_us)
			t->list[i].until_us = n->at_us;
}

/* The newest first. */
static enum rc
trials_get(struct core *c, struct trials *t)
{
	enum rc rc = RC_OK;

	t->n = 0;
	t->list = calloc(SHOWN_MAX, sizeof(*t->list));
	if (t->list == NULL)
		abort();
	TRY(note_each(c, ACT_TRIAL_OPEN, take_open, t));
	t->undone = false;
	TRY(note_each(c, ACT_TRIAL_CONFIRM, take_end, t));
	t->undone = true;
	TRY(note_each(c, ACT_TRIAL_UNDO, take_end, t));
	TRY(note_each(c, ACT_TRIAL_ROLLBACK, take_back, t));
out:
	return rc;
}

static bool
waits(const struct trial *x)
{
	return !x->confirmed && !x->undone;
}

/* ---- its begin */

enum rc
trial_open(struct core *c, const struct actor *who, const char *register_id)
{
	struct actor me = *who; /* its entries are its own */
	char change[24];
	json_t *arguments, *answer = NULL;
	enum rc rc = RC_OK;

	(void)snprintf(change, sizeof(change), "%llu", (unsigned long long)who->begin); /* fits */
	arguments = json_pack("{s:s, s:s, s:I}", "change", change, "register", register_id, "until", (json_int_t)(core_now_us() + trial_wait_us(c)));
	rc = act_perform(c, ACT_TRIAL_OPEN, &me, arguments, &answer);
	json_decref(arguments);
	json_decref(answer);
	return rc;
}

enum rc
do_trial_open(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	enum rc rc = RC_OK;

	TRY(note_put(c, ACT_TRIAL_OPEN, who, arguments));
	c->trial_next_us = 0;
	*ret = json_object();
out:
	return rc;
}

/* ---- its end */

/*= S-3-3 */
enum rc
do_trial_confirm(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	uint64_t id = id_of(json_string_value(json_object_get(arguments, "id")));
	struct trials t = { NULL, 0, false };
	const struct trial *x = NULL;
	enum rc rc = RC_OK;

	TRY(trials_get(c, &t));
	for (size_t i = 0; i < t.n && x == NULL; i++)
		x = t.list[i].leaf == id ? &t.list[i] : NULL;
	if (x == NULL)
		TRY(FAIL(RC_NOTFOUND, "その変更はありません / there is no such change"));
	if (!waits(x))
		TRY(FAIL(RC_CONFLICT, "この変更はもう確定したか、元に戻っています / this change is confirmed or undone already"));
	if (core_now_us() >= x->until_us)
		TRY(FAIL(RC_CONFLICT, "時間が過ぎたので、元に戻します / its time is over: it is being undone"));
	if (memcmp(x->by.b, who->session.account.b, ID_BYTES) != 0)
		TRY(FAIL(RC_CONFLICT, "確定できるのは、変更した本人だけです / only who made the change confirms it"));
	if (who->connected_at_us <= x->at_us)
		TRY(FAIL(RC_CONFLICT, "変更の前からの接続です。新しい接続から確定してください / this connection is older than the change: confirm over a new one"));
	TRY(note_put(c, ACT_TRIAL_CONFIRM, who, arguments));
	TRY(view_trials(c, who, arguments, ret));
out:
	free(t.list);
	return rc;
}

/* Its author, or whoever stands at the machine, does not wait for the time to pass; the station undoes it as ever. */
enum rc
do_trial_rollback(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	uint64_t id = id_of(json_string_value(json_object_get(arguments, "id")));
	struct trials t = { NULL, 0, false };
	const struct trial *x = NULL;
	enum rc rc = RC_OK;

	TRY(trials_get(c, &t));
	for (size_t i = 0; i < t.n && x == NULL; i++)
		x = t.list[i].leaf == id ? &t.list[i] : NULL;
	if (x == NULL)
		TRY(FAIL(RC_NOTFOUND, "その変更はありません / there is no such change"));
	if (!waits(x))
		TRY(FAIL(RC_CONFLICT, "この変更はもう確定したか、元に戻っています / this change is confirmed or undone already"));
	if (who->door != DOOR_LOCAL && memcmp(x->by.b, who->session.account.b, ID_BYTES) != 0)
		TRY(FAIL(RC_CONFLICT, "元に戻せるのは、変更した本人か、装置の前にいる人です / only who made the change, or somebody at the machine itself, undoes it"));
	TRY(note_put(c, ACT_TRIAL_ROLLBACK, who, arguments));
	c->trial_next_us = 0;
	TRY(view_trials(c, who, arguments, ret));
out:
	free(t.list);
	return rc;
}

/* The change that a trial was opened for, as the store keeps its notes; UINT64_MAX: none. */
static uint64_t
change_of(struct core *c, const char *id)
{
	uint64_t leaf = id_of(id), ret = UINT64_MAX;
	struct trials t = { NULL, 0, false };

	if (trials_get(c, &t) != RC_OK)
		rc_trail_clear(); /* nothing is undone then; the next turn tries again */
	for (size_t i = 0; i < t.n; i++)
		if (t.list[i].leaf == leaf)
			ret = t.list[i].of;
	free(t.list);
	return ret;
}

enum rc
trial_edits(struct core *c, const json_t *arguments, struct edits *ret)
{
	uint64_t change = change_of(c, json_string_value(json_object_get(arguments, "id")));
	struct query *q = NULL;
	struct edit *last = NULL;
	bool row;
	enum rc rc = RC_OK;

	if (change == UINT64_MAX)
		TRY(FAIL(RC_NOTFOUND, "その変更はありません / there is no such change"));
	/* a row that somebody changed since is his now */
	TRY(db_query(c->db, "select id, version, register, name, row_values, leaf, coalesce(ended_leaf, -1) from register_row r where (leaf = $1 or ended_leaf = $2)"
	    " and not exists (select 1 from register_row n where n.id = r.id and (n.leaf > $3 or n.ended_leaf > $4)) order by id, version", &q));
	for (int i = 1; i <= 4; i++)
		TRY(db_put_int(q, i, (int64_t)change));
	for (;;) {
		bool made;

		TRY(db_step(q, &row));
		if (!row)
			break;
		made = db_int(q, 5) == (int64_t)change;
		if (last == NULL || !str_eq_c(db_text(q, 0), last->id)) {
			last = edits_add(ret);
			last->kind = made ? EDIT_END : EDIT_ADD;
			(void)snprintf(last->id, sizeof(last->id), STR_FMT, STR_ARG(db_text(q, 0))); /* ids of ours */
			(void)snprintf(last->register_id, sizeof(last->register_id), STR_FMT, STR_ARG(db_text(q, 2)));
			last->name = strndup(db_text(q, 3).p, db_text(q, 3).n);
			last->values = strndup(db_text(q, 4).p, db_text(q, 4).n);
		} else if (made) {
			last->kind = EDIT_CHANGE; /* back to the version before */
		}
		last->version = db_int(q, 1);
	}
out:
	db_done(q);
	return rc;
}

enum rc
do_trial_undo(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	enum rc rc = RC_OK;

	TRY(register_undo(c, who, arguments));
	TRY(note_put(c, ACT_TRIAL_UNDO, who, arguments));
	*ret = json_object();
out:
	return rc;
}

/* The station itself undoes what nobody confirmed in time. */
static enum rc
undo(struct core *c, const struct trial *x)
{
	char id[24];

	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)x->leaf); /* fits */
	return act_by_station(c, ACT_TRIAL_UNDO, json_pack("{s:s}", "id", id));
}

/*= S-3-3 */
enum rc
trial_run_due(struct core *c)
{
	int64_t now_us = core_now_us(), next_us = INT64_MAX;
	struct trials t = { NULL, 0, false };
	enum rc rc = RC_OK, one;

	if (now_us < c->trial_next_us)
		return RC_OK;
	c->trial_next_us = INT64_MAX; /* one that opens meanwhile sets it anew */
	TRY(trials_get(c, &t));
	for (size_t i = 0; i < t.n; i++) {
		if (!waits(&t.list[i]))
			continue;
		if (now_us < t.list[i].until_us) {
			next_us = t.list[i].until_us < next_us ? t.list[i].until_us : next_us;
			continue;
		}
		one = undo(c, &t.list[i]);
		if (one != RC_OK) {
			rc = one;
			next_us = now_us + TRY_AGAIN_US;
		}
	}
out:
	if (rc != RC_OK && next_us == INT64_MAX)
		next_us = now_us + TRY_AGAIN_US;
	if (next_us < c->trial_next_us)
		c->trial_next_us = next_us;
	free(t.list);
	return rc;
}

/* ---- shown, and told to controls */

static const char *
state_word(const struct trial *x)
{
	return x->confirmed ? "confirmed" : x->undone ? "undone" : "waiting";
}

enum rc
view_trials(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct trials t = { NULL, 0, false };
	json_t *rows = json_array();
	int64_t now_us = core_now_us();
	char id[24];
	enum rc rc = RC_OK;

	(void)arguments;
	TRY(trials_get(c, &t));
	for (size_t i = 0; i < t.n; i++) {
		const struct trial *x = &t.list[i];
		const struct form *form;
		bool own = memcmp(x->by.b, who->session.account.b, ID_BYTES) == 0;
		json_t *name;

		core_lock(c);
		form = catalogue_form(c->catalogue, str_of(x->of_register));
		name = form ? view_text(who->lang == LANG_EN ? form->name.en : form->name.ja) : json_string(x->of_register);
		core_unlock(c);
		(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)x->leaf); /* fits */
		json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:o, s:s, s:s, s:I, s:b, s:b}", "id", id, "state", state_word(x), "register", x->of_register, "register_name", name, "change", (json_int_t)x->of,
		    "at", (json_int_t)x->at_us, "until", (json_int_t)x->until_us, "ended", view_time(x->ended_us), "who", x->who, "ender", x->ender, "left_s",
		    (json_int_t)(waits(x) && x->until_us > now_us ? (x->until_us - now_us + SECOND_US - 1) / SECOND_US : 0), "own", (int)(own && waits(x) && now_us < x->until_us), "fresh", (int)(who->connected_at_us > x->at_us)));
	}
	*ret = json_pack("{s:I, s:O}", "at", (json_int_t)now_us, "rows", rows);
out:
	json_decref(rows);
	free(t.list);
	return rc;
}

enum rc
trial_facts(struct core *c, struct facts *f)
{
	struct trials t = { NULL, 0, false };
	int64_t confirmed = 0, undone = 0, waiting = 0, overdue = 0, now_us = core_now_us();
	uint32_t row = 0;
	enum rc rc = RC_OK;

	TRY(trials_get(c, &t));
	for (size_t i = 0; i < t.n; i++) {
		confirmed += t.list[i].confirmed;
		undone += t.list[i].undone;
		waiting += waits(&t.list[i]);
		overdue += waits(&t.list[i]) && now_us >= t.list[i].until_us + OVERDUE_US;
	}
	fact_int(f, 0, "seconds", trial_wait_us(c) / SECOND_US);
	fact_int(f, 0, "confirmed", confirmed);
	fact_int(f, 0, "undone", undone);
	fact_int(f, 0, "waiting", waiting);
	fact_int(f, 0, "overdue", overdue);
	core_lock(c);
	for (size_t i = 0; i < c->catalogue->forms_count; i++)
		if (c->catalogue->forms[i].administers)
			fact_text(f, ++row, "register", arena_dup(f->arena, c->catalogue->forms[i].id));
	core_unlock(c);
out:
	free(t.list);
	return rc;
}
