// SPDX-License-Identifier: Apache-2.0
/*
 * What people do about requests: ask, approve, refuse, cancel, say how it went; and what the station does then, once.
 *
 * What runs is an act of the person who asked, by the roles that stand at that moment. It is begun in the ledger, then in
 * the store, then done: a core that falls on the way never does it twice, and says that nobody knows how far it came.
 */
#include "core/guard_int.h"
#include "core/register_int.h"

#include <string.h>


#define HASH_SEEN_MIN 12   /* digits of it that a person must have seen */

static enum rc
answer(struct core *c, const struct actor *who, const char *id, json_t **ret)
{
	json_t *shown = json_pack("{s:s}", "id", id);
	enum rc rc = view_approval(c, who, shown, ret);

	json_decref(shown);
	return rc;
}

/* ---- asking */

static enum rc
asked_already(struct core *c, const char *hash, int64_t now_us)
{
	json_t *ids = NULL, *id;
	struct approval x = { .act = ACT_NONE };
	size_t i;
	enum rc rc = RC_OK;

	TRY(approval_ids(c, "select a.id from approval a where not exists (select 1 from approval_step s where s.id = a.id and s.step not in (1, 2, 9)) order by a.leaf desc limit 1000", &ids));
	json_array_foreach(ids, i, id) {
		TRY(approval_get(c, json_string_value(id), &x));
		if (strcmp(x.hash, hash) == 0 && strcmp(approval_state(c, &x, now_us), "lapsed") != 0)
			TRY(FAIL(RC_CONFLICT, "同じ依頼が、もう承認を待っています / the same request waits already"));
		approval_free(&x);
	}
out:
	approval_free(&x);
	json_decref(ids);
	return rc;
}

/* `arguments`: {act, arguments, alone}; of a person who asks now, or of the ledger. */
static enum rc
open_store(struct core *c, const struct actor *who, json_t *arguments, struct approval *x)
{
	static const struct opaque_id station;
	bool alone = json_is_true(json_object_get(arguments, "alone"));
	enum rc rc = RC_OK;

	id_of_leaf("approval", who->begin, x->id);
	(void)snprintf(x->who, sizeof(x->who), "%s", who->session.display); /* shorter */
	x->by = party_of(who);
	x->at_us = who->at_us;
	x->leaf = who->begin;
	TRY(approval_store(c, x, &(struct approval_taken){ x->id, 0, APPROVAL_OPENED, "", &who->session.account, x->who, x->at_us, x->leaf }));
	if (alone) /* nobody else is asked: only its window is waited for */
		TRY(approval_store(c, NULL, &(struct approval_taken){ x->id, 1, APPROVAL_APPROVED, "", &station, "", x->at_us, x->leaf }));
out:
	return rc;
}

enum rc
do_approval_open(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct approval x = { .act = act_of(str_of(json_string_value(json_object_get(arguments, "act")))) };
	enum rc rc = RC_OK;

	x.arguments = json_incref(json_object_get(arguments, "arguments"));
	x.preview = json_incref(json_object_get(arguments, "preview"));
	TRY(approval_hash(x.act, x.arguments, x.preview, x.hash));
	TRY(asked_already(c, x.hash, who->at_us));
	TRY(open_store(c, who, arguments, &x));
	TRY(answer(c, who, x.id, ret));
out:
	approval_free(&x);
	return rc;
}

/* ---- deciding */

static enum rc
need_state(struct core *c, const struct approval *x, const char *state, const char *or_state, int64_t now_us)
{
	const char *now = approval_state(c, x, now_us);

	if (strcmp(now, state) == 0 || (or_state && strcmp(now, or_state) == 0))
		return RC_OK;
	return FAIL(RC_CONFLICT, "その間に、ほかの人が決めたか、取り消したか、期限が来ました。もう一度開いて確かめてください / it was decided, cancelled, or it lapsed meanwhile: open it again");
}

static enum rc
take(struct core *c, const struct actor *who, const struct approval *x, enum approval_step step, const char *words)
{
	return approval_store(c, NULL, &(struct approval_taken){ x->id, x->version, step, words, &who->session.account, who->session.display, who->at_us, who->begin });
}

/* What was asked for is still what would be done. */
static enum rc
unchanged(struct core *c, const struct approval *x)
{
	char hash[HASH_CHARS + 1];
	json_t *preview = NULL;
	enum rc rc = RC_OK;

	if (x->act == ACT_NONE || x->arguments == NULL)
		TRY(FAIL(RC_CONFLICT, "この版にない操作です / this version has no such act"));
	TRY(preview_of(c, x->act, x->arguments, &preview));
	TRY(approval_hash(x->act, x->arguments, preview, hash));
	if (strcmp(hash, x->hash) != 0)
		TRY(FAIL(RC_CONFLICT, "依頼の後で対象が変わりました。依頼した人に、もう一度依頼してもらってください / the object changed after the request: it must be asked for again"));
out:
	json_decref(preview);
	return rc;
}

/*= O1-1-2 */
static enum rc
may_approve(struct core *c, const struct actor *who, const struct approval *x, const json_t *arguments)
{
	struct str seen = str_of(json_string_value(json_object_get(arguments, "hash")));
	struct party mine = party_of(who);
	enum rc rc = RC_OK;

	TRY(need_state(c, x, "waiting", NULL, who->at_us));
	if (seen.n < HASH_SEEN_MIN || !str_starts(str_of(x->hash), seen))
		return FAIL(RC_CONFLICT, "確かめた依頼と違います。もう一度開いて、確認番号を確かめてください / this is not the request that was seen: open it again and check its number");
	if (actor_console(&who->session.account))
		return FAIL(RC_DENIED, "コンソールは誰でもないので、承認できません / the console is nobody in particular: it approves nothing");
	if (party_meets(c, &x->by, &mine))
		return FAIL(RC_DENIED, "依頼した本人（別のアカウントや代理を含む）は承認できません / who asked does not approve, by no other account and for nobody else");
	if (x->by.side == SIDE_CLIENT && mine.side != SIDE_CLIENT)
		return FAIL(RC_DENIED, "発注者の依頼は、発注者が承認します / what the client asks, the client approves");
	TRY(unchanged(c, x));
out:
	return rc;
}

static enum rc
may_refuse(struct core *c, const struct actor *who, const struct approval *x, const json_t *arguments)
{
	enum rc rc = RC_OK;

	(void)arguments;
	TRY(need_state(c, x, "waiting", NULL, who->at_us));
	if (x->by.side == SIDE_CLIENT && roles_side(who->session.roles) != SIDE_CLIENT)
		rc = FAIL(RC_DENIED, "発注者の依頼は、発注者が決めます / what the client asks, the client decides");
out:
	return rc;
}

static bool
concerned(struct core *c, const struct actor *who, const struct approval *x)
{
	struct party mine = party_of(who);

	return act_permitted(ACT_APPROVAL_APPROVE, who->session.roles) || party_meets(c, &x->by, &mine);
}

/* Who asked, or anyone of either side who could have approved: stopping is never the dangerous part. */
static enum rc
may_cancel(struct core *c, const struct actor *who, const struct approval *x, const json_t *arguments)
{
	enum rc rc = RC_OK;

	(void)arguments;
	TRY(need_state(c, x, "waiting", "window", who->at_us));
	if (!concerned(c, who, x))
		rc = FAIL(RC_DENIED, "取り消せるのは、依頼した人と、承認できる人です / who asked may cancel, and who could approve");
out:
	return rc;
}

static enum rc
may_remark(struct core *c, const struct actor *who, const struct approval *x, const json_t *arguments)
{
	(void)arguments;
	if (x->step < APPROVAL_STARTED)
		return FAIL(RC_CONFLICT, "まだ行われていません / it has not been done yet");
	return concerned(c, who, x) ? RC_OK : FAIL(RC_DENIED, "結果を書けるのは、依頼した人と、承認できる人です / who asked may say how it went, and who could approve");
}

/* A step of a request as people take it: with a reason or without, and who may. */
static enum rc
step(struct core *c, const struct actor *who, json_t *arguments, json_t **ret, enum approval_step taken)
{
	static const struct { bool reason; enum rc (*may)(struct core *, const struct actor *, const struct approval *, const json_t *arguments); } rows[APPROVAL_STEP_COUNT] = {
		[APPROVAL_APPROVED] = { false, may_approve }, [APPROVAL_REFUSED] = { true, may_refuse }, [APPROVAL_CANCELLED] = { false, may_cancel }, [APPROVAL_REMARK] = { true, may_remark },
	};
	const char *id = json_string_value(json_object_get(arguments, "id"));
	struct approval x = { .act = ACT_NONE };
	struct buf words = BUF(8192);
	enum rc rc = RC_OK;

	TRY(reason_said(arguments, rows[taken].reason, &words));
	TRY(approval_get(c, id ? id : "", &x));
	TRY(rows[taken].may(c, who, &x, arguments));
	TRY(take(c, who, &x, taken, buf_cstr(&words)));
	x.step = taken;
	x.approved_us = who->at_us;
	if (taken == APPROVAL_APPROVED && approval_due(&x) <= who->at_us && approval_run(c, x.id) != RC_OK)
		proc_log(RC_IO, "what was approved could not be begun"); /* it stays due, and is tried again */
	TRY(answer(c, who, x.id, ret));
out:
	approval_free(&x);
	buf_free(&words);
	return rc;
}

enum rc
do_approval_approve(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return step(c, who, arguments, ret, APPROVAL_APPROVED);
}

enum rc
do_approval_refuse(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return step(c, who, arguments, ret, APPROVAL_REFUSED);
}

enum rc
do_approval_cancel(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return step(c, who, arguments, ret, APPROVAL_CANCELLED);
}

enum rc
do_approval_result(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return step(c, who, arguments, ret, APPROVAL_REMARK);
}

/* ---- doing it, once */

/* The person who asked, as of now; and the one who approved still could. */
static enum rc
people_now(struct core *c, const struct approval *x, struct actor *ret)
{
	static const struct opaque_id station;
	struct actor second = { .at_us = ret->at_us };
	struct party approver;
	struct arena a = ARENA(2 << 20);
	struct account *list;
	bool asked = false, approved = memcmp(x->approver.b, station.b, ID_BYTES) == 0, alone = approved;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_auth_account_list(c->auth, &a, &list, &n));
	if (actor_console(&x->by.accounts[0])) {
		ret->session = (struct session){ .account = CONSOLE_ID, .roles = ROLE_BIT(ROLE_ADMINISTRATOR), .name = "console" };
		(void)snprintf(ret->session.display, sizeof(ret->session.display), "%s", x->who); /* shorter */
		asked = true;
	}
	for (size_t i = 0; i < n; i++) {
		if (list[i].suspended_at_us)
			continue;
		if (memcmp(list[i].id.b, x->by.accounts[0].b, ID_BYTES) == 0) {
			ret->session.account = list[i].id;
			ret->session.roles = list[i].roles;
			(void)snprintf(ret->session.name, sizeof(ret->session.name), "%s", list[i].name);       /* of one size */
			(void)snprintf(ret->session.display, sizeof(ret->session.display), "%s", list[i].display);
			asked = true;
		}
		if (memcmp(list[i].id.b, x->approver.b, ID_BYTES) == 0) {
			second.session.account = list[i].id;
			second.session.roles = list[i].roles;
			(void)snprintf(second.session.name, sizeof(second.session.name), "%s", list[i].name);
		}
	}
	if (asked && !actor_console(&x->by.accounts[0]))
		TRY(delegation_apply(c, x->act, ret));
	if (!alone) {
		TRY(delegation_apply(c, ACT_APPROVAL_APPROVE, &second));
		approved = act_permitted(ACT_APPROVAL_APPROVE, second.session.roles);
	}
	approver = party_of(&second);
	if (!asked)
		TRY(FAIL(RC_DENIED, "依頼した人のアカウントは、もう使えません / the account of who asked is in use no more"));
	if (!approved)
		TRY(FAIL(RC_DENIED, "承認した人のアカウントは、もう承認できません / the account of who approved may approve no more"));
	if (!alone && party_meets(c, &x->by, &approver))
		TRY(FAIL(RC_DENIED, "依頼した人と承認した人が同じ人だと分かりました / who asked and who approved turned out to be one person"));
out:
	arena_free(&a);
	return rc;
}

/* What came of it, against what was expected: {rc, sentence, differ}. */
static enum approval_step
perform(struct core *c, const struct approval *x, json_t **ret_result)
{
	const struct act_row *row = act_row(x->act);
	struct actor who = { .address = STR(""), .at_us = core_now_us(), .lang = LANG_JA };
	struct act_state state = { .met = GUARD_BIT(GUARD_COUNT) - 1 };
	json_t *arguments = json_deep_copy(x->arguments), *done = NULL, *now = NULL;
	enum approval_step step = APPROVAL_CHANGED;
	enum guard guard;
	char sentence[512];
	enum rc rc = RC_OK;

	TRY(unchanged(c, x));
	TRY(people_now(c, x, &who));
	state.roles = who.session.roles;
	if (act_decide(x->act, &state, &guard) != ACT_ALLOWED)
		TRY(FAIL(RC_DENIED, "依頼した人の役割では、もう行えません / not permitted any more to who asked: %s", row->id));
	step = APPROVAL_FAILED;
	json_object_set_new(arguments, "approval", json_string(x->id));
	TRY(act_perform(c, x->act, &who, arguments, &done));
	step = APPROVAL_DONE;
out:
	(void)snprintf(sentence, sizeof(sentence), "%s", rc == RC_OK ? "" : rc_trail()); /* cut short it still tells */
	rc_trail_clear();
	if (step == APPROVAL_DONE && preview_of(c, x->act, x->arguments, &now) != RC_OK)
		rc_trail_clear(); /* what is gone has no state: everything differs */
	*ret_result = json_pack("{s:s, s:o, s:o}", "outcome", approval_step_word(step), "sentence", view_text(str_of(sentence)), "differ",
	    step == APPROVAL_DONE ? preview_compare(x->preview, now) : json_array());
	json_decref(arguments);
	json_decref(done);
	json_decref(now);
	return step;
}

static enum rc
store_result(struct core *c, const struct approval *x, enum approval_step step, json_t *result, int64_t at_us, uint64_t leaf)
{
	static const struct opaque_id station;
	char *words = result ? json_dumps(result, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	enum rc rc = approval_store(c, NULL, &(struct approval_taken){ x->id, x->version, step, words ? words : "", &station, "", at_us, leaf });

	free(words);
	return rc;
}

enum rc
approval_run(struct core *c, const char *id)
{
	struct actor station = { .at_us = core_now_us() };
	struct approval x = { .act = ACT_NONE };
	json_t *arguments = json_pack("{s:s}", "id", id), *result = NULL, *told = NULL;
	struct leaf leaf = { .type = LEAF_ACT_OUTCOME, .name = str_of(act_row(ACT_APPROVAL_RUN)->id), .verdict = OUTCOME_DONE };
	uint64_t begin, index;
	enum approval_step step;
	enum rc rc = RC_OK;

	TRY(approval_get(c, id, &x));
	if (x.step != APPROVAL_APPROVED || approval_due(&x) > station.at_us || x.approved_us > station.at_us)
		TRY(FAIL(RC_CONFLICT, "it is not due"));
	TRY(record_begin(c, ACT_APPROVAL_RUN, &station, NULL, arguments, &begin));
	rc = store_result(c, &x, APPROVAL_STARTED, NULL, station.at_us, begin);
	if (rc != RC_OK) { /* somebody cancelled it, or began it, this instant */
		enum rc other = record_outcome(c, ACT_APPROVAL_RUN, &station, begin, RC_CONFLICT);

		rc = other == RC_OK ? RC_CONFLICT : other;
		goto out;
	}
	x.version++;
	step = perform(c, &x, &result);
	leaf.claimed_at_us = core_now_us();
	leaf.begin = begin;
	TRY(store_result(c, &x, step, result, leaf.claimed_at_us, begin));
	told = json_pack("{s:O}", "result", result);
	TRY(record_leaf(c, &leaf, told, &index));
out:
	json_decref(arguments);
	json_decref(result);
	json_decref(told);
	approval_free(&x);
	return rc;
}

enum rc
approval_run_due(struct core *c)
{
	struct approval x = { .act = ACT_NONE };
	int64_t now_us = core_now_us();
	json_t *ids = NULL, *id;
	size_t i;
	enum rc rc = RC_OK;

	TRY(approval_ids(c, "select s.id from approval_step s where s.step = 2 and not exists (select 1 from approval_step t where t.id = s.id and (t.leaf > s.leaf or t.version > s.version) and t.step not in (1, 9)) limit 100", &ids));
	json_array_foreach(ids, i, id) {
		TRY(approval_get(c, json_string_value(id), &x));
		if (x.step == APPROVAL_APPROVED && approval_due(&x) <= now_us && x.approved_us <= now_us) {
			rc = approval_run(c, x.id);
			if (rc == RC_CONFLICT) { /* somebody cancelled it this instant */
				rc_trail_clear();
				rc = RC_OK;
			}
		}
		approval_free(&x);
		TRY(rc);
	}
out:
	json_decref(ids);
	return rc;
}

/* ---- from the ledger again */

bool
approval_act(enum act act)
{
	return act == ACT_APPROVAL_OPEN || act == ACT_APPROVAL_APPROVE || act == ACT_APPROVAL_REFUSE || act == ACT_APPROVAL_CANCEL || act == ACT_APPROVAL_RESULT || act == ACT_APPROVAL_RUN;
}

static enum rc
stored(struct core *c, uint64_t begin, int64_t *ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select count(*) from approval_step where leaf = $1", &q));
	TRY(db_put_int(q, 1, (int64_t)begin));
	TRY(db_step(q, &row));
	*ret = row ? db_int(q, 0) : 0;
out:
	db_done(q);
	return rc;
}

static enum rc
payload_json(struct core *c, const struct entry *e, json_t **ret)
{
	struct buf b = BUF(1 << 20);
	enum rc rc = RC_OK;

	TRY(payload_read(c, e, &b));
	*ret = json_loadb(b.p ? b.p : "", b.n, JSON_REJECT_DUPLICATES, NULL);
	if (*ret == NULL)
		rc = FAIL(RC_TAMPERED, "a payload is no JSON");
out:
	buf_free(&b);
	return rc;
}

static enum rc
step_again(struct core *c, enum act act, const struct actor *who, json_t *arguments)
{
	static const struct { enum act act; enum approval_step step; } steps[] = { { ACT_APPROVAL_APPROVE, APPROVAL_APPROVED }, { ACT_APPROVAL_REFUSE, APPROVAL_REFUSED },
		{ ACT_APPROVAL_CANCEL, APPROVAL_CANCELLED }, { ACT_APPROVAL_RESULT, APPROVAL_REMARK }, { ACT_APPROVAL_RUN, APPROVAL_STARTED } };
	const char *id = json_string_value(json_object_get(arguments, "id"));
	struct approval x = { .act = act_of(str_of(json_string_value(json_object_get(arguments, "act")))) };
	struct buf words = BUF(8192);
	enum rc rc = RC_OK;

	if (act == ACT_APPROVAL_OPEN) {
		x.arguments = json_incref(json_object_get(arguments, "arguments"));
		x.preview = json_incref(json_object_get(arguments, "preview"));
		if (x.act != ACT_NONE && x.arguments && x.preview) {
			TRY(approval_hash(x.act, x.arguments, x.preview, x.hash));
			TRY(open_store(c, who, arguments, &x));
		}
		goto out;
	}
	TRY(reason_said(arguments, false, &words));
	TRY(approval_get(c, id ? id : "", &x));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].act == act)
			TRY(take(c, who, &x, steps[i].step, buf_cstr(&words)));
out:
	approval_free(&x);
	buf_free(&words);
	return rc;
}

static enum rc
result_again(struct core *c, const char *id, const struct entry *outcome, uint64_t begin)
{
	struct approval x = { .act = ACT_NONE };
	json_t *told = NULL;
	const char *word;
	enum rc rc = RC_OK;

	TRY(approval_get(c, id, &x));
	TRY(payload_json(c, outcome, &told));
	word = json_string_value(json_object_get(json_object_get(told, "result"), "outcome"));
	for (enum approval_step s = APPROVAL_DONE; word && s <= APPROVAL_CHANGED; s++)
		if (strcmp(word, approval_step_word(s)) == 0)
			TRY(store_result(c, &x, s, json_object_get(told, "result"), outcome->leaf.claimed_at_us, begin));
out:
	approval_free(&x);
	json_decref(told);
	return rc;
}

enum rc
approval_follow(struct core *c, uint64_t outcome, const struct entry *e)
{
	enum act act = act_of(e->leaf.name);
	bool run = act == ACT_APPROVAL_RUN;
	struct actor who = { .begin = e->leaf.begin };
	struct arena a = ARENA(8 << 20);
	json_t *payload = NULL, *arguments;
	struct entry *begun;
	int64_t steps = 0;
	size_t n = 0;
	enum rc rc = RC_OK;

	(void)outcome;
	if (e->leaf.verdict != OUTCOME_DONE && !run) /* what was begun to run is never run again, whatever came of it */
		return RC_OK;
	if (run && e->leaf.verdict == OUTCOME_REFUSED)
		return RC_OK; /* cancelled the same instant */
	TRY(stored(c, e->leaf.begin, &steps));
	if (steps >= (run && e->payload.n ? 2 : 1))
		goto out;
	TRY(ask_ledger_read(c->ledger, e->leaf.begin, 1, &a, &begun, &n));
	if (n == 0)
		goto out;
	TRY(payload_json(c, begun, &payload));
	arguments = json_object_get(payload, "arguments");
	who.session.account = begun->leaf.actor;
	who.session.roles = (uint32_t)json_integer_value(json_object_get(payload, "roles"));
	who.at_us = begun->leaf.claimed_at_us;
	if (!run)
		index_actor_name(c, &begun->leaf.actor, who.session.display, sizeof(who.session.display));
	record_name(&who.session, str_of(json_string_value(json_object_get(payload, "address"))));
	actor_behalf_get(payload, &who);
	if (steps == 0)
		TRY(step_again(c, act, &who, arguments));
	if (run && e->payload.n)
		TRY(result_again(c, json_string_value(json_object_get(arguments, "id")), e, e->leaf.begin));
out:
	json_decref(payload);
	arena_free(&a);
	return rc;
}
