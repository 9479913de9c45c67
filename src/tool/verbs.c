// SPDX-License-Identifier: Apache-2.0
/* The one table of objects and verbs: a row is an act of acts.def with how its answer is shown, or works on the folder itself. */
#include "tool/cli.h"

#include <string.h>

#define NEEDED(name, value) { PLACE_NEEDED, name, VALUE_##value }
#define MAYBE(name, value)  { PLACE_MAYBE, name, VALUE_##value }
#define OPTION(name, value) { PLACE_OPTION, name, VALUE_##value }
#define REST(name)          { PLACE_REST, name, VALUE_TEXT }

const struct verb verbs[] = {
	{ .words = "init", .sentence = MSG_CLI_INIT, .offline = cli_init,
	  .arguments = { OPTION("admin", TEXT), OPTION("display", TEXT), OPTION("origin", TEXT), OPTION("catalogue", TEXT) } },
	{ .act = ACT_STATUS_SHOW, .show = show_status },
	{ .act = ACT_ASSESS, .show = show_assess },
	{ .act = ACT_BOARD_SHOW, .show = show_board },
	{ .act = ACT_CLAUSE_SHOW, .show = show_clause, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_CONTROL_LIST, .show = show_controls },
	{ .act = ACT_CONTROL_RUN, .show = show_control, .arguments = { NEEDED("id", TEXT) } },
	{ .words = "control explain", .sentence = MSG_CLI_CONTROL_EXPLAIN, .act = ACT_CONTROL_SHOW, .show = show_control, .arguments = { NEEDED("id", TEXT) } },
	{ .words = "ledger verify", .sentence = MSG_CLI_LEDGER_VERIFY, .offline = cli_ledger_verify, .arguments = { OPTION("key", TEXT) } },
	{ .act = ACT_LEDGER_SHOW, .show = show_ledger, .arguments = { MAYBE("q", TEXT), OPTION("type", TEXT), OPTION("source", TEXT), OPTION("from", DATE),
	  OPTION("to", DATE), OPTION("before", NUMBER) } },
	{ .act = ACT_PROOF_GET, .show = show_proof, .arguments = { NEEDED("index", NUMBER) } },
	{ .act = ACT_WITNESS_SHOW, .show = show_witness },
	{ .act = ACT_WITNESS_EXPORT, .show = show_submission },
	{ .act = ACT_WITNESS_IMPORT, .show = show_witness, .arguments = { NEEDED("answer", FILE) } },
	{ .words = "ledger key", .sentence = MSG_CLI_LEDGER_KEY, .offline = cli_ledger_key },
	{ .words = "ledger epoch", .sentence = MSG_CLI_LEDGER_EPOCH, .offline = cli_ledger_epoch, .arguments = { OPTION("confirm", NUMBER) } },
	{ .words = "register convert", .sentence = MSG_CLI_REGISTER_CONVERT, .offline = cli_register_convert,
	  .arguments = { NEEDED("file", TEXT), OPTION("columns", TEXT), OPTION("heading", NUMBER) } },
	{ .words = "catalogue check", .sentence = MSG_CLI_CATALOGUE_CHECK, .offline = cli_catalogue_check,
	  .arguments = { NEEDED("file", TEXT), OPTION("catalogue", TEXT) } },
	{ .act = ACT_CATALOGUE_LIST, .show = show_catalogue },
	{ .act = ACT_CATALOGUE_RELOAD, .show = show_catalogue },
	{ .act = ACT_ACCOUNT_ADD, .show = show_account_added, .arguments = { NEEDED("name", TEXT), NEEDED("display", TEXT), NEEDED("role", ROLE), OPTION("person", TEXT) } },
	{ .act = ACT_ACCOUNT_LINK, .show = show_account_added, .arguments = { NEEDED("name", TEXT) } },
	{ .act = ACT_ACCOUNT_RESET, .show = show_account, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_ACCOUNT_LIST, .show = show_accounts },
	{ .act = ACT_ACCOUNT_SHOW, .show = show_account, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_ACCOUNT_UNLOCK, .show = show_account, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_ACCOUNT_SUSPEND, .show = show_account, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_ACCOUNT_RESUME, .show = show_account, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_ACCOUNT_SESSIONS_END, .show = show_account, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_ACCOUNT_ROLES, .show = show_account, .arguments = { NEEDED("id", TEXT), NEEDED("role", TEXT) } },
	{ .act = ACT_ACCOUNT_PERSON, .show = show_account, .arguments = { NEEDED("id", TEXT), NEEDED("person", TEXT) } },
	{ .act = ACT_ACCOUNT_REMOVE, .show = show_account, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_ACCOUNT_FOUND, .show = show_found },
	{ .act = ACT_PERSON_REMOVE, .show = show_register_row, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_GENERATOR_LIST, .show = show_generators },
	{ .act = ACT_GENERATOR_CHECK, .show = show_generator_check, .arguments = { NEEDED("csv", FILE) } },
	{ .act = ACT_GENERATOR_IMPORT, .show = show_generators, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_GENERATOR_ASSIGN, .show = show_generators, .arguments = { NEEDED("id", TEXT), NEEDED("name", TEXT) } },
	{ .act = ACT_GENERATOR_END, .show = show_generators, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_REMOVAL_LIST, .show = show_removals },
	{ .act = ACT_REVIEW_LIST, .show = show_reviews },
	{ .act = ACT_REVIEW_SHOW, .show = show_review, .arguments = { NEEDED("id", TEXT), OPTION("show", TEXT) } },
	{ .act = ACT_REVIEW_OPEN, .show = show_review, .arguments = { MAYBE("name", TEXT) } },
	{ .act = ACT_REVIEW_DECIDE, .show = show_review, .arguments = { NEEDED("id", TEXT), NEEDED("decision", TEXT), NEEDED("reason", TEXT), REST("values") } },
	{ .act = ACT_REVIEW_SIGN, .show = show_review, .arguments = { NEEDED("id", TEXT), NEEDED("hash", TEXT) } },
	{ .act = ACT_REVIEW_ANSWER, .show = show_review, .arguments = { NEEDED("id", TEXT), NEEDED("hash", TEXT), NEEDED("decision", TEXT), OPTION("reason", TEXT) } },
	{ .act = ACT_QUESTION_LIST, .show = show_questions },
	{ .act = ACT_QUESTION_ASK, .show = show_questions, .arguments = { NEEDED("id", TEXT), NEEDED("to", TEXT), NEEDED("text", TEXT), OPTION("due", TEXT) } },
	{ .act = ACT_QUESTION_ANSWER, .show = show_questions, .arguments = { NEEDED("id", TEXT), NEEDED("text", TEXT) } },
	{ .act = ACT_QUESTION_CLOSE, .show = show_questions, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_CONTRACT_LIST, .show = show_contracts },
	{ .act = ACT_CONTRACT_SHOW, .show = show_contract, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_CONTRACT_ADOPT, .show = show_contracts, .arguments = { NEEDED("id", TEXT), NEEDED("hash", TEXT), NEEDED("reason", TEXT) } },
	{ .act = ACT_CONTRACT_END, .show = show_contracts, .arguments = { NEEDED("id", TEXT), NEEDED("reason", TEXT) } },
	{ .act = ACT_REGISTER_LIST, .show = show_registers },
	{ .act = ACT_REGISTER_SHOW, .show = show_register, .arguments = { NEEDED("id", TEXT), OPTION("q", TEXT), OPTION("sort", TEXT), OPTION("ended", YES), OPTION("page", NUMBER) } },
	{ .act = ACT_REGISTER_ROW, .show = show_register_row, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_REGISTER_ADD, .show = show_register_row, .arguments = { NEEDED("id", TEXT), REST("values") } },
	{ .act = ACT_REGISTER_CHANGE, .show = show_register_row, .arguments = { NEEDED("id", TEXT), REST("values") } },
	{ .act = ACT_REGISTER_END, .show = show_register_row, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_REGISTER_PREVIEW, .show = show_register_preview, .arguments = { NEEDED("id", TEXT), NEEDED("csv", FILE) } },
	{ .act = ACT_REGISTER_IMPORT, .show = show_register, .arguments = { NEEDED("id", TEXT), NEEDED("csv", FILE) } },
	{ .act = ACT_EXCEPTION_LIST, .show = show_exceptions, .arguments = { OPTION("state", TEXT), OPTION("clause", TEXT), OPTION("page", NUMBER) } },
	{ .act = ACT_EXCEPTION_SHOW, .show = show_exception, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_EXCEPTION_REQUEST, .show = show_exception, .arguments = { NEEDED("id", TEXT), REST("values") } },
	{ .act = ACT_EXCEPTION_DECIDE, .show = show_exception, .arguments = { NEEDED("id", TEXT), NEEDED("leaf", NUMBER), NEEDED("decision", TEXT), NEEDED("reason", TEXT) } },
	{ .act = ACT_EXCEPTION_WITHDRAW, .show = show_exception, .arguments = { NEEDED("id", TEXT), OPTION("leaf", NUMBER), OPTION("reason", TEXT) } },
	{ .act = ACT_EXCEPTION_REVOKE, .show = show_exception, .arguments = { NEEDED("id", TEXT), NEEDED("leaf", NUMBER), NEEDED("reason", TEXT) } },
	{ .act = ACT_APPROVAL_LIST, .show = show_approvals, .arguments = { OPTION("state", TEXT) } },
	{ .act = ACT_APPROVAL_SHOW, .show = show_approval, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_APPROVAL_APPROVE, .show = show_approval, .arguments = { NEEDED("id", TEXT), NEEDED("hash", TEXT), OPTION("reason", TEXT) } },
	{ .act = ACT_APPROVAL_REFUSE, .show = show_approval, .arguments = { NEEDED("id", TEXT), NEEDED("reason", TEXT) } },
	{ .act = ACT_APPROVAL_CANCEL, .show = show_approval, .arguments = { NEEDED("id", TEXT), OPTION("reason", TEXT) } },
	{ .act = ACT_APPROVAL_RESULT, .show = show_approval, .arguments = { NEEDED("id", TEXT), NEEDED("reason", TEXT) } },
	{ .act = ACT_OPERATION_LIST, .show = show_operations },
	{ .act = ACT_PROCEDURE_READ, .show = show_operations, .arguments = { NEEDED("id", TEXT), NEEDED("version", TEXT) } },
	{ .act = ACT_DELEGATION_LIST, .show = show_delegations },
	{ .act = ACT_DELEGATION_ADD, .show = show_delegations, .arguments = { NEEDED("to", TEXT), NEEDED("role", TEXT), NEEDED("until", TEXT), NEEDED("reason", TEXT) } },
	{ .act = ACT_DELEGATION_END, .show = show_delegations, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_GLASS_SEAL, .show = show_glass, .arguments = { NEEDED("role", TEXT), NEEDED("minutes", TEXT) } },
	{ .act = ACT_CONTAINMENT_LIST, .show = show_containments },
	{ .act = ACT_CONTAINMENT_REVIEW, .show = show_containments, .arguments = { NEEDED("id", TEXT), NEEDED("reason", TEXT) } },
	{ .act = ACT_WATCH_SHOW, .show = show_alerts, .arguments = { OPTION("show", TEXT), OPTION("before", NUMBER) } },
	{ .act = ACT_ALERT_SHOW, .show = show_alert, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_ALERT_DISPOSE, .show = show_noted, .arguments = { NEEDED("id", TEXT), NEEDED("verdict", TEXT), NEEDED("reason", TEXT) } },
	{ .act = ACT_WATCH_REVIEW, .show = show_noted, .arguments = { NEEDED("month", TEXT), NEEDED("reason", TEXT) } },
	{ .act = ACT_TRIAL_LIST, .show = show_trials },
	{ .act = ACT_TRIAL_CONFIRM, .show = show_trials, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_TRIAL_ROLLBACK, .show = show_trials, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_PERMISSION_SHOW, .show = show_permissions },
	{ .act = ACT_INCIDENT_LIST, .show = show_incidents },
	{ .act = ACT_INCIDENT_SHOW, .show = show_incident, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_INCIDENT_NOTE, .show = show_incident, .arguments = { NEEDED("id", TEXT), NEEDED("kind", TEXT), NEEDED("text", TEXT) } },
	{ .act = ACT_INCIDENT_RECEIVE, .show = show_incident, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_TODAY_SHOW, .show = show_today },
	{ .act = ACT_GATE_LIST, .show = show_gates },
	{ .act = ACT_OSCAL_GET, .show = show_oscal, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_DEADLINE_LIST, .show = show_deadlines },
	{ .act = ACT_PAPER_LIST, .show = show_papers },
	{ .act = ACT_PAPER_FORM_SHOW, .show = show_paper_form, .arguments = { NEEDED("id", TEXT), OPTION("page", NUMBER) } },
	{ .act = ACT_PAPER_SHOW, .show = show_paper, .arguments = { NEEDED("id", TEXT) } },
	{ .act = ACT_PAPER_FILE, .show = show_paper, .arguments = { NEEDED("id", TEXT), OPTION("leaf", NUMBER), REST("values") } },
	{ .act = ACT_PAPER_RECEIVE, .show = show_paper, .arguments = { NEEDED("id", TEXT), NEEDED("leaf", NUMBER) } },
	{ .act = ACT_PAPER_APPROVE, .show = show_paper, .arguments = { NEEDED("id", TEXT), NEEDED("leaf", NUMBER) } },
	{ .act = ACT_PAPER_RETURN, .show = show_paper, .arguments = { NEEDED("id", TEXT), NEEDED("leaf", NUMBER), NEEDED("reason", TEXT) } },
	{ .act = ACT_PAPER_WITHDRAW, .show = show_paper, .arguments = { NEEDED("id", TEXT), NEEDED("leaf", NUMBER), OPTION("reason", TEXT) } },
	{ .act = ACT_PAPER_END, .show = show_paper, .arguments = { NEEDED("id", TEXT), NEEDED("leaf", NUMBER), NEEDED("reason", TEXT) } },
	{ .words = "config check", .sentence = MSG_CLI_CONFIG_CHECK, .offline = cli_config_check, .arguments = { MAYBE("file", TEXT) } },
	{ .words = "config show", .sentence = MSG_CLI_CONFIG_SHOW, .offline = cli_config_show },
	{ .words = "help", .sentence = MSG_CLI_HELP, .offline = cli_help },
	{ .words = "completion", .sentence = MSG_CLI_COMPLETION, .offline = cli_completion },
	{ .words = NULL },
};

const char *
verb_words(const struct verb *v)
{
	return v->words ? v->words : act_row(v->act)->cli;
}

const char *
cli_value(const struct cli *c, const char *name)
{
	for (int i = 0; i < CLI_ARGUMENTS_MAX && c->verb->arguments[i].place; i++)
		if (strcmp(c->verb->arguments[i].name, name) == 0)
			return c->values[i];
	return NULL;
}
