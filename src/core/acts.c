// SPDX-License-Identifier: Apache-2.0
/*
 * One act from start to end: permitted? → begin leaf durable → done → outcome
 * leaf → answered. Views are counted per session and minute instead.
 */
#include "core/guard_int.h"
#include "core/hold.h"
#include "core/month.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"

static view do_catalogue_reload, do_declare;

static view *const does[ACT_COUNT] = {
	[ACT_BOARD_SHOW] = view_board,
	[ACT_CLAUSE_SHOW] = view_clause,
	[ACT_CONTROL_LIST] = view_controls,
	[ACT_CONTROL_SHOW] = view_control,
	[ACT_CONTROL_RUN] = view_control_run,
	[ACT_ASSESS] = view_assess,
	[ACT_LEDGER_SHOW] = view_ledger,
	[ACT_ENTRY_SHOW] = view_entry,
	[ACT_PROOF_GET] = view_proof,
	[ACT_STATUS_SHOW] = view_status,
	[ACT_CATALOGUE_LIST] = view_catalogue,
	[ACT_CATALOGUE_RELOAD] = do_catalogue_reload,
	[ACT_QUESTION_LIST] = view_questions,
	[ACT_QUESTION_ASK] = do_question_ask,
	[ACT_QUESTION_ANSWER] = do_question_answer,
	[ACT_QUESTION_CLOSE] = do_question_close,
	[ACT_EVIDENCE_LIST] = view_evidence,
	[ACT_EVIDENCE_GET] = do_evidence_get,
	[ACT_EVIDENCE_RECEIVE] = do_evidence_receive,
	[ACT_CONTRACT_LIST] = view_contracts,
	[ACT_CONTRACT_SHOW] = view_contract,
	[ACT_CONTRACT_ADOPT] = do_contract_adopt,
	[ACT_CONTRACT_END] = do_contract_end,
	[ACT_ACCOUNT_LIST] = view_accounts,
	[ACT_ACCOUNT_ADD] = view_account_add,
	[ACT_ACCOUNT_LINK] = view_account_link,
	[ACT_ACCOUNT_RESET] = view_account_reset,
	[ACT_ACCOUNT_SHOW] = view_account,
	[ACT_ACCOUNT_UNLOCK] = view_account_unlock,
	[ACT_ACCOUNT_SUSPEND] = view_account_suspend,
	[ACT_ACCOUNT_RESUME] = view_account_resume,
	[ACT_ACCOUNT_SESSIONS_END] = view_account_sessions_end,
	[ACT_ACCOUNT_ROLES] = view_account_roles,
	[ACT_ACCOUNT_PERSON] = do_account_person,
	[ACT_ACCOUNT_REMOVE] = do_account_remove,
	[ACT_ACCOUNT_FOUND] = view_found,
	[ACT_PERSON_REMOVE] = do_person_remove,
	[ACT_OS_ACCOUNT_LOCK] = do_os_account_lock,
	[ACT_OS_ACCOUNT_UNLOCK] = do_os_account_unlock,
	[ACT_GENERATOR_LIST] = view_generators,
	[ACT_GENERATOR_CHECK] = do_generator_check,
	[ACT_GENERATOR_IMPORT] = do_generator_import,
	[ACT_GENERATOR_ASSIGN] = do_generator_assign,
	[ACT_GENERATOR_END] = do_generator_end,
	[ACT_REMOVAL_LIST] = view_removals,
	[ACT_DECLARE_EVENT] = do_declare,
	[ACT_REGISTER_LIST] = view_registers,
	[ACT_REGISTER_SHOW] = view_register,
	[ACT_REGISTER_ROW] = view_register_row,
	[ACT_REGISTER_FORM] = view_register_form,
	[ACT_REGISTER_ADD] = do_register_add,
	[ACT_REGISTER_CHANGE] = do_register_change,
	[ACT_REGISTER_END] = do_register_end,
	[ACT_REGISTER_PREVIEW] = view_register_preview,
	[ACT_REGISTER_IMPORT] = do_register_import,
	[ACT_WATCH_SHOW] = view_watch,
	[ACT_ALERT_SHOW] = view_alert,
	[ACT_ALERT_DISPOSE] = do_alert_dispose,
	[ACT_WATCH_REVIEW] = do_watch_review,
	[ACT_ACCESS_SHOW] = view_access,
	[ACT_ACCESS_OWN] = view_access_own,
	[ACT_EXCEPTION_LIST] = view_exceptions,
	[ACT_EXCEPTION_SHOW] = view_exception,
	[ACT_EXCEPTION_FORM] = view_exception_form,
	[ACT_EXCEPTION_REQUEST] = do_exception_request,
	[ACT_EXCEPTION_DECIDE] = do_exception_decide,
	[ACT_EXCEPTION_WITHDRAW] = do_exception_withdraw,
	[ACT_EXCEPTION_REVOKE] = do_exception_revoke,
	[ACT_ACT_PREVIEW] = view_act_preview,
	[ACT_APPROVAL_LIST] = view_approvals,
	[ACT_APPROVAL_SHOW] = view_approval,
	[ACT_APPROVAL_OPEN] = do_approval_open,
	[ACT_APPROVAL_APPROVE] = do_approval_approve,
	[ACT_APPROVAL_REFUSE] = do_approval_refuse,
	[ACT_APPROVAL_CANCEL] = do_approval_cancel,
	[ACT_APPROVAL_RESULT] = do_approval_result,
	[ACT_OPERATION_LIST] = view_operations,
	[ACT_PROCEDURE_READ] = do_procedure_read,
	[ACT_DELEGATION_LIST] = view_delegations,
	[ACT_DELEGATION_ADD] = do_delegation_add,
	[ACT_DELEGATION_END] = do_delegation_end,
	[ACT_CONTAINMENT_LIST] = view_containments,
	[ACT_HOLD_LIST] = view_holds,
	[ACT_HOLD_BEGIN] = do_hold_begin,
	[ACT_HOLD_END] = do_hold_end,
	[ACT_TRIAL_LIST] = view_trials,
	[ACT_WITNESS_SHOW] = view_witness,
	[ACT_WITNESS_EXPORT] = do_witness_export,
	[ACT_WITNESS_IMPORT] = do_witness_import,
	[ACT_TRIAL_OPEN] = do_trial_open,
	[ACT_TRIAL_CONFIRM] = do_trial_confirm,
	[ACT_TRIAL_ROLLBACK] = do_trial_rollback,
	[ACT_TRIAL_UNDO] = do_trial_undo,
	[ACT_CONTAINMENT_REVIEW] = do_containment_review,
	[ACT_GLASS_SEAL] = do_glass_seal,
	[ACT_PERMISSION_SHOW] = view_permissions,
	[ACT_INCIDENT_LIST] = view_incidents,
	[ACT_INCIDENT_SHOW] = view_incident,
	[ACT_INCIDENT_NOTE] = do_incident_note,
	[ACT_INCIDENT_RECEIVE] = do_incident_receive,
	[ACT_INCIDENT_ACKNOWLEDGE] = do_incident_acknowledge,
	[ACT_INCIDENT_OPEN] = do_incident_open,
	[ACT_INCIDENT_CALL] = do_incident_call,
	[ACT_GATE_LIST] = view_gates,
	[ACT_OSCAL_GET] = view_oscal,
	[ACT_MAIL_LIST] = view_mails,
	[ACT_MAIL_TEST] = do_mail_test,
	[ACT_MONTH_LIST] = view_months,
	[ACT_MONTH_MAKE] = do_month_make,
	[ACT_MONTH_SHOW] = view_month,
	[ACT_MONTH_REVIEW] = do_month_review,
	[ACT_MONTH_SUBMIT] = do_month_submit,
	[ACT_MONTH_ACCEPT] = do_month_accept,
	[ACT_MONTH_RETURN] = do_month_return,
	[ACT_MONTH_ANSWER] = do_month_answer,
	[ACT_DEADLINE_LIST] = view_deadlines,
	[ACT_TODAY_SHOW] = view_today,
	[ACT_PAPER_LIST] = view_papers,
	[ACT_PAPER_FORM_SHOW] = view_paper_form,
	[ACT_PAPER_DRAFT] = view_paper_draft, [ACT_PAPER_ATTACHMENT] = view_paper_attachment,
	[ACT_PAPER_SHOW] = view_paper,
	[ACT_PAPER_RENEWAL] = view_paper_renewal,
	[ACT_PAPER_RENEW] = do_paper_renew,
	[ACT_PAPER_FILE] = do_paper_file,
	[ACT_PAPER_RECEIVE] = do_paper_receive,
	[ACT_PAPER_APPROVE] = do_paper_approve,
	[ACT_PAPER_ENTER] = do_paper_enter, [ACT_PAPER_RETURN] = do_paper_return,
	[ACT_PAPER_WITHDRAW] = do_paper_withdraw,
	[ACT_PAPER_END] = do_paper_end,
	[ACT_REVIEW_LIST] = view_reviews,
	[ACT_REVIEW_SHOW] = view_review,
	[ACT_REVIEW_OPEN] = do_review_open,
	[ACT_REVIEW_DECIDE] = do_review_decide,
	[ACT_REVIEW_SIGN] = do_review_sign,
	[ACT_REVIEW_ANSWER] = do_review_answer,
};

static enum rc
do_catalogue_reload(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	enum rc rc = RC_OK;

	TRY(catalogue_reload(c));
	statuses_update(c);
	TRY(view_catalogue(c, who, arguments, ret));
out:
	return rc;
}

static enum rc
do_declare(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id")), *text = json_string_value(json_object_get(arguments, "text"));
	json_t *happened = json_object_get(arguments, "happened");
	const struct clause *clause;
	bool triggered;
	struct text checked;
	enum rc rc = RC_OK;

	core_lock(c);
	clause = id ? catalogue_clause(c->catalogue, str_of(id), NULL) : NULL;
	triggered = clause && clause_waits_for_event(clause);
	core_unlock(c);
	if (clause == NULL)
		return FAIL(RC_NOTFOUND, "その番号の要件はありません / no such clause");
	if (!triggered)
		return FAIL(RC_SYNTAX, "事象を待たずに問われる要件なので、届け出る事象がありません / this clause waits for no event: there is none to declare");
	if (!json_is_boolean(happened) || text == NULL || *text == '\0')
		return FAIL(RC_SYNTAX, "事象の有無と理由を入れてください / say whether it happened, and give the reason");
	TRY(utf8_check_lines(str_of(text), &checked));
	if (utf8_count(checked) > 1000)
		return FAIL(RC_SYNTAX, "理由は1000文字までです / the reason has more than 1000 characters");
	TRY(state_declare(c, id, json_is_true(happened), who->session.display, text, who->at_us));
	statuses_update(c);
	TRY(index_follow(c));
	TRY(view_clause(c, who, arguments, ret));
out:
	return rc;
}

/* What of the arguments is recorded: never a secret, and no citizen data reaches core. The object is what "id" names. */
static enum rc
begin(struct core *c, enum act act, const struct actor *who, json_t *arguments, uint64_t *ret_index)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	struct opaque_id object = object_of(act_row(act)->id, str_of(id));

	return record_begin(c, act, who, id ? &object : NULL, arguments, ret_index);
}

static void
count_view(struct core *c, enum act act, const struct actor *who)
{
	struct buf hex = BUF(256);
	json_t *mine;

	if (hex_encode(&hex, (struct str){ (const char *)who->session.account.b, ID_BYTES }) != RC_OK || buf_addf(&hex, " %s " STR_FMT, who->tag, STR_ARG(who->address)) != RC_OK)
		goto out;
	pthread_mutex_lock(&c->views_lock);
	if (c->views == NULL)
		c->views = json_object();
	mine = json_object_get(c->views, buf_cstr(&hex));
	if (mine == NULL) {
		mine = json_object();
		json_object_set_new(c->views, buf_cstr(&hex), mine);
	}
	json_object_set_new(mine, act_row(act)->id, json_integer(json_integer_value(json_object_get(mine, act_row(act)->id)) + 1));
	pthread_mutex_unlock(&c->views_lock);
out:
	buf_free(&hex);
}

/*= S-3-5 */
void
views_flush(struct core *c)
{
	const char *key;
	json_t *views, *mine;

	pthread_mutex_lock(&c->views_lock);
	views = c->views;
	c->views = NULL;
	pthread_mutex_unlock(&c->views_lock);
	json_object_foreach(views, key, mine) {
		struct leaf leaf = { .type = LEAF_ACT_BEGIN, .name = STR("page-views") };
		struct str rest = str_of(key), account = STR_NONE, tag = STR_NONE; /* as count_view() joined them */
		json_t *payload;
		uint64_t index;
		enum rc rc;

		(void)str_cut(&rest, ' ', &account);
		(void)str_cut(&rest, ' ', &tag);
		payload = json_pack("{s:s%, s:s%, s:O}", "address", rest.n ? rest.p : "", rest.n, "session", tag.n ? tag.p : "", tag.n, "views", mine);
		rc = hex_decode(account, leaf.actor.b, ID_BYTES);

		if (rc == RC_OK)
			rc = record_leaf(c, &leaf, payload, &leaf.begin);
		leaf = (struct leaf){ .type = LEAF_ACT_OUTCOME, .actor = leaf.actor, .name = leaf.name, .begin = leaf.begin, .verdict = OUTCOME_DONE };
		if (rc == RC_OK)
			rc = record_leaf(c, &leaf, NULL, &index);
		if (rc != RC_OK)
			proc_log(rc, "page views could not be recorded");
		json_decref(payload);
	}
	json_decref(views);
}

/* Who asked: web shows a name and the menu that role may use, and keeps nothing itself. */
static void
me_put(json_t *answer, const struct actor *who)
{
	json_t *me = json_pack("{s:s, s:s, s:o, s:s}", "name", who->session.name, "display", who->session.display, "roles", view_roles(who->session.roles), "side",
	    roles_side(who->session.roles) == SIDE_CLIENT ? "client" : "contractor");
	enum act only = ACT_NONE;
	int acts = 0;

	for (enum act act = ACT_NONE + 1; who->session.by_token && act < ACT_COUNT; act++)
		if ((who->session.scope[act / 8] >> act % 8) & 1) {
			acts++;
			only = act;
		}
	if (acts == 1) /* of a program that may do this and nothing else */
		json_object_set_new(me, "only", json_string(act_row(only)->id));
	json_object_set_new(answer, "me", me);
}

/* From its begin to its outcome; a view is counted. */
enum rc
act_perform(struct core *c, enum act act, struct actor *who, json_t *arguments, json_t **ret)
{
	char trail[512];
	enum rc rc = RC_OK, outcome;

	if (act_row(act)->record != RECORD_LEAF && json_object_get(arguments, "export") == NULL) { /* what leaves the console as a file is more than a view */
		count_view(c, act, who);
		return does[act](c, who, arguments, ret);
	}
	TRY(begin(c, act, who, arguments, &who->begin));
	outcome = gate_ask(c, act, who, arguments);
	if (outcome == RC_OK)
		outcome = does[act](c, who, arguments, ret);
	if (outcome == RC_OK && note_act(act)) {
		outcome = note_put(c, act, who, arguments);
		if (outcome != RC_OK && act_row(act)->danger == DANGER_CONTAIN) {
			proc_log(outcome, "a containment is not on the list yet"); /* it was done; the ledger tells it again */
			outcome = RC_OK;
		}
	}
	(void)snprintf(trail, sizeof(trail), "%s", rc_trail()); /* the reason must survive the outcome's own calls */
	rc = record_outcome(c, act, who, who->begin, outcome);
	if (rc == RC_OK || outcome != RC_OK)
		rc = outcome;
	if (outcome != RC_OK)
		(void)FAIL(outcome, "%s", trail);
out:
	return rc;
}

enum rc
act_by_station(struct core *c, enum act act, json_t *arguments)
{
	struct actor station = { .session = { .roles = ROLE_BIT(ROLE_ADMINISTRATOR) }, .door = DOOR_LOCAL, .at_us = core_now_us() };
	json_t *answer = NULL;
	enum rc rc;

	(void)snprintf(station.session.display, sizeof(station.session.display), "%s", message_plain(MSG_ENTRY_STATION, LANG_JA)); /* fits */
	rc = act_perform(c, act, &station, arguments, &answer);
	json_decref(arguments);
	json_decref(answer);
	return rc;
}

/* What no one person may do alone, or at once, becomes a request. */
static enum rc
ask_approval(struct core *c, enum act act, struct actor *who, json_t *arguments, bool alone, json_t **ret)
{
	json_t *asked = NULL, *preview = NULL;
	enum rc rc = RC_OK;

	TRY(preview_of(c, act, arguments, &preview));
	asked = json_pack("{s:s, s:O, s:O, s:b}", "act", act_row(act)->id, "arguments", arguments, "preview", preview, "alone", alone);
	if (asked == NULL)
		TRY(FAIL(RC_SYNTAX, "arguments cannot be recorded"));
	TRY(act_perform(c, ACT_APPROVAL_OPEN, who, asked, ret));
	json_object_set(*ret, "request", json_object_get(*ret, "id")); /* whoever asked is told that it was not done yet */
out:
	json_decref(asked);
	json_decref(preview);
	return rc;
}

/* The client's officers never administer, and never need the listener of administration. */
/*= S-3-3 */
static bool
actor_client_inside(const struct actor *who)
{
	return who->door == DOOR_ADMIN && roles_side(who->session.roles) == SIDE_CLIENT;
}

/* How the way is opened: what is not declared is declared first, what is declared is read. */
static enum rc
procedure_missing(struct core *c, enum act act, const struct actor *who)
{
	bool read;
	json_t *p = operation_procedure(c, act, who, &read);
	const char *id = json_string_value(json_object_get(p, "id")), *version = json_string_value(json_object_get(p, "version"));
	enum rc rc;

	if (id)
		rc = FAIL(RC_DENIED, "guard:procedure: 手順書の今の版を読んでから行ってください（tsujiban operation read %s %s） / read the current version of its procedure first (tsujiban operation read %s %s)", id, version ? version : "", id, version ? version : "");
	else
		rc = FAIL(RC_DENIED, "guard:procedure: この操作の手順書が、まだ届け出られていません。受託者が届出台帳「影響の大きい操作」に届け出てください（tsujiban register add operation act=%s …） / no procedure is declared for this act: the contractor declares it in the register of operations (tsujiban register add operation act=%s …)",
		    act_row(act)->id, act_row(act)->id);
	json_decref(p);
	return rc;
}

/* Refused, and written down. */
static enum rc
refuse(struct core *c, enum act act, const struct actor *who, json_t *arguments, enum act_answer decision, enum guard guard)
{
	const char *id = act_row(act)->id;
	uint64_t index;
	enum rc rc = RC_OK;

	TRY(record_begin(c, act, who, NULL, arguments, &index));
	TRY(record_outcome(c, act, who, index, RC_DENIED));
	if (actor_client_inside(who))
		rc = FAIL(RC_DENIED, "door:client: 管理用の窓口は発注者の方は使いません / the listener of administration is not for the client: %s", id);
	else if (!act_permitted(act, who->session.roles))
		rc = FAIL(RC_DENIED, "この役割では行えません / not permitted to this role: %s", id);
	else if (decision == ACT_REFUSED)
		rc = FAIL(RC_DENIED, "このトークンには許されていない操作です / this token's scope does not name this act: %s", id);
	else if (who->session.by_token && guard == GUARD_STEP_UP)
		rc = FAIL(RC_DENIED, "本人の要素を求める操作は、トークンでは行えません。画面から行ってください / an act that asks for a factor is not done with a token, use the console: %s", id);
	else if (guard == GUARD_PROCEDURE)
		rc = procedure_missing(c, act, who);
	else
		rc = FAIL(RC_DENIED, "guard:%s: この操作にはもう一つ要ります / this act needs one thing more: %s", guard_name(guard), id);
out:
	return rc;
}

/* What joins the arguments before they are written down: files of a paper, the report of a month. What is not taken is refused, and that is written down. */
static enum rc
joined(struct core *c, enum act act, const struct actor *who, json_t *arguments)
{
	enum rc rc = act == ACT_MONTH_MAKE ? month_take(c, arguments) : attach_take(c, arguments), refused = rc;
	char why[512];
	uint64_t index;

	if (rc == RC_OK)
		return RC_OK;
	(void)snprintf(why, sizeof(why), "%s", rc_trail()); /* it must survive the calls behind it */
	rc_trail_clear();
	TRY(begin(c, act, who, arguments, &index));
	TRY(record_outcome(c, act, who, index, refused));
	rc = FAIL(refused, "%s", why);
out:
	return rc;
}

/* The first eight bytes of a hash: the same session, the same tag. */
static void
tag_of(struct str token, char ret[17])
{
	struct buf hex = BUF(32);
	struct hash h;

	hash_two(STR("tsujiban session v1\n"), token, &h);
	if (hex_encode(&hex, (struct str){ (const char *)h.b, 8 }) == RC_OK)
		(void)snprintf(ret, 17, "%s", buf_cstr(&hex));
	buf_free(&hex);
}

enum rc
act_do(struct core *c, const struct act_request *q, struct buf *ret)
{
	struct actor who = { .address = q->caller.address, .door = q->caller.door, .connected_at_us = q->caller.connected_at_us, .at_us = core_now_us() };
	json_t *arguments = NULL, *answer = NULL;
	enum guard guard = GUARD_COUNT;
	enum act_answer decision;
	struct act_state state;
	char *text = NULL;
	enum rc rc = RC_OK;

	TRY(ask_auth_session_get(c->auth, q->caller.token, &who.session));
	record_name(&who.session, q->caller.address);
	tag_of(q->caller.token, who.tag);
	rc = hold_ask(c, &who);
	if (rc != RC_OK) {
		if (strstr(rc_trail(), "hold:address"))
			place_refused(c, who.address);
		goto out;
	}
	arguments = json_loadb(q->arguments.n ? q->arguments.p : "{}", q->arguments.n ? q->arguments.n : 2, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(arguments)) {
		rc = FAIL(RC_SYNTAX, "引数が JSON のオブジェクトではありません / arguments are not a JSON object");
		goto out;
	}
	who.lang = lang_of(str_of(json_string_value(json_object_get(arguments, "lang"))));
	TRY(guard_look(c, q->act, &who, arguments, &state));
	decision = actor_client_inside(&who) ? ACT_REFUSED : act_decide(q->act, &state, &guard);
	if (decision == ACT_ALLOWED && (q->act == ACT_PAPER_FILE || q->act == ACT_PAPER_ENTER || q->act == ACT_MONTH_MAKE))
		TRY(joined(c, q->act, &who, arguments));
	if (decision == ACT_ALLOWED)
		TRY(act_perform(c, q->act, &who, arguments, &answer));
	else if (decision == ACT_GUARDED && (guard == GUARD_SECOND || guard == GUARD_WAIT))
		TRY(ask_approval(c, q->act, &who, arguments, guard == GUARD_WAIT, &answer));
	else
		TRY(refuse(c, q->act, &who, arguments, decision, guard));
	me_put(answer, &who);
	text = json_dumps(answer, JSON_COMPACT);
	if (text == NULL) {
		rc = FAIL(RC_BUG, "%s answers no JSON", act_row(q->act)->id);
		goto out;
	}
	TRY(buf_add_c(ret, text));
out:
	if (rc != RC_OK)
		buf_reset(ret);
	free(text);
	json_decref(arguments);
	json_decref(answer);
	return rc;
}
