// SPDX-License-Identifier: Apache-2.0
/*
 * cli - what the files of the command line share: one table of objects and
 * verbs, the options given, and how an answer becomes lines.
 *
 * A row either speaks to the station (`act`, shown by `show`) or works on the
 * folder itself (`offline`). Help, completion and usage print from the rows.
 */
#ifndef TOOL_CLI_H
#define TOOL_CLI_H

#include <jansson.h>

#include "base/utf8.h"
#include "message/message.h"

enum code { CODE_CONFORMING = 0, CODE_ERROR = 1, CODE_USAGE = 2, CODE_NOT_CONFORMING = 3 };

#define CLI_ARGUMENTS_MAX 8
#define CLI_PATH_MAX      4096

struct cli;
enum place { PLACE_NONE = 0, PLACE_NEEDED, PLACE_MAYBE, PLACE_OPTION, PLACE_REST };  /* NAME, [NAME], [--name VALUE], FIELD=VALUE... */
enum value { VALUE_TEXT = 0, VALUE_NUMBER, VALUE_DATE, VALUE_ROLE, VALUE_FILE /* what stands in it */, VALUE_YES };
struct argument { enum place place; const char *name; enum value value; };

struct verb {
	const char     *words;                      /* "clause show"; NULL: those of the act in acts.def */
	enum msg        sentence;                   /* 0: the act's own name       */
	enum act        act;
	struct argument arguments[CLI_ARGUMENTS_MAX]; /* the act's JSON members by name */
	enum code     (*show)(struct cli *, const json_t *answer);
	enum code     (*offline)(struct cli *);
};
extern const struct verb verbs[];               /* ends with neither act nor offline */
const char *verb_words(const struct verb *);
void        verb_usage(const struct verb *, struct buf *); /* "clause show ID" */

/* What is said with an act whose row in acts.def asks for it. */
#define GUARD_OPTIONS 4
extern const struct guard_option { enum guard guard; const char *name, *member; } guard_option[GUARD_OPTIONS];

struct cli {
	char               root[CLI_PATH_MAX];
	enum lang          lang;
	const char        *token_file;                /* whose API token stands there acts; NULL: the local console */
	bool               json;
	const struct verb *verb;
	const char        *values[CLI_ARGUMENTS_MAX]; /* by place in verb->arguments; NULL: not given */
	const char        *said[GUARD_OPTIONS];       /* of guard_option[]; NULL: not given */
	char             **rest;                    /* FIELD=VALUE, of a row with PLACE_REST */
	int                rest_count;
	struct arena       arena;                     /* of this run */
};
const char *cli_value(const struct cli *, const char *name);  /* NULL: not given */

/* cli_text.c: sentences, columns, instants. Everything from outside is mended to text before it reaches the terminal. */
enum code   cli_say(const struct cli *, enum code, enum msg, const struct finding_arg *, size_t count); /* to stderr; answers the code */
enum code   cli_fail(const struct cli *, enum rc);                /* the trail, as a refusal */
const char *cli_word(const struct cli *, enum msg);
void        cli_print(const struct cli *, const char *label, struct str value);  /* a line "label  value" */
struct str  cli_text(struct cli *, struct str);                   /* mended; belongs to the arena */
struct str  cli_instant(struct cli *, int64_t at_us);             /* "-" for 0 */
struct str  cli_side(struct cli *, const json_t *, const char *key);       /* "client" or "contractor" of an answer as a word; "-" */
struct str  cli_member(struct cli *, const json_t *, const char *key);     /* a text or whole number of an answer; "-" when it has none */
struct str  cli_instant_of(struct cli *, const json_t *, const char *key);
struct cli_word_of { const char *id; enum msg word; };
struct str  cli_member_word(struct cli *, const json_t *, const char *key, const struct cli_word_of *words); /* the word of a value; `words` ends with a NULL id; the value itself where it has none */
size_t      text_width(struct str);                               /* columns on a terminal */

#define GRID_COLUMNS_MAX 8
struct grid { struct arena *arena; size_t columns, rows, room; struct str (*cells)[GRID_COLUMNS_MAX]; };
void        grid_row(struct grid *, size_t columns, const struct str *cells);
void        grid_print(const struct grid *);
#define GRID_ROW(grid, ...) grid_row((grid), sizeof((struct str[]){ __VA_ARGS__ }) / sizeof(struct str), (struct str[]){ __VA_ARGS__ })

/* cli_online.c: one act over the station's own socket. */
enum online { ONLINE_DONE = 0, ONLINE_NOT_RUNNING, ONLINE_FAILED }; /* FAILED: a sentence was said already */
enum online online_act(struct cli *, const char *act_id, const json_t *arguments, json_t **ret);
enum code   online_with_station(struct cli *, const char *act_id, const json_t *arguments, json_t **ret); /* starts and stops one */

/* cli_show.c */
enum code show_board(struct cli *, const json_t *);
enum code show_clause(struct cli *, const json_t *);
enum code show_controls(struct cli *, const json_t *);
enum code show_control(struct cli *, const json_t *);
enum code show_assess(struct cli *, const json_t *);
enum code show_ledger(struct cli *, const json_t *);
enum code show_proof(struct cli *, const json_t *);
enum code show_witness(struct cli *, const json_t *);
enum code show_submission(struct cli *, const json_t *);
enum code show_status(struct cli *, const json_t *);
enum code show_catalogue(struct cli *, const json_t *);
enum code show_accounts(struct cli *, const json_t *);
enum code show_account(struct cli *, const json_t *);
enum code show_account_added(struct cli *, const json_t *);
enum code show_generators(struct cli *, const json_t *);         /* cli_generator.c */
enum code show_generator_check(struct cli *, const json_t *);
enum code show_registers(struct cli *, const json_t *);     /* cli_register.c */
enum code show_register(struct cli *, const json_t *);
enum code show_register_row(struct cli *, const json_t *);
enum code show_register_preview(struct cli *, const json_t *);
enum code show_incidents(struct cli *, const json_t *);     /* cli_incident.c */
enum code show_incident(struct cli *, const json_t *);
enum code show_gates(struct cli *, const json_t *);         /* cli_paper.c */
enum code show_oscal(struct cli *, const json_t *);
enum code show_deadlines(struct cli *, const json_t *);     /* cli_deadline.c */
enum code show_today(struct cli *, const json_t *);
enum code show_papers(struct cli *, const json_t *);        /* cli_paper.c */
enum code show_renewal(struct cli *, const json_t *);
enum code show_renewed(struct cli *, const json_t *);
enum code show_paper_form(struct cli *, const json_t *);
enum code show_paper(struct cli *, const json_t *);
enum code show_exceptions(struct cli *, const json_t *);    /* cli_exception.c */
enum code show_exception(struct cli *, const json_t *);
enum code show_approvals(struct cli *, const json_t *);     /* cli_approval.c */
enum code show_approval(struct cli *, const json_t *);
enum code show_alerts(struct cli *, const json_t *);        /* cli_watch.c */
enum code show_alert(struct cli *, const json_t *);
enum code show_noted(struct cli *, const json_t *);
enum code show_trials(struct cli *, const json_t *);
enum code show_mails(struct cli *, const json_t *);         /* cli_mail.c */
enum code show_months(struct cli *, const json_t *);        /* cli_month.c */
enum code show_month(struct cli *, const json_t *);
enum code show_contracts(struct cli *, const json_t *);     /* cli_contract.c */
enum code show_contract(struct cli *, const json_t *);
enum code show_evidence(struct cli *, const json_t *);
enum code show_evidence_part(struct cli *, const json_t *);
enum code show_questions(struct cli *, const json_t *);
enum code cli_register_convert(struct cli *);
enum code show_operations(struct cli *, const json_t *);    /* cli_operation.c */
enum code show_delegations(struct cli *, const json_t *);
enum code show_holds(struct cli *, const json_t *);
enum code show_reviews(struct cli *, const json_t *);
enum code show_review(struct cli *, const json_t *);
enum code show_found(struct cli *, const json_t *);
enum code show_removals(struct cli *, const json_t *);
enum code show_os_account(struct cli *, const json_t *);
enum code show_glass(struct cli *, const json_t *);
enum code show_containments(struct cli *, const json_t *);
enum code show_permissions(struct cli *, const json_t *);
enum code show_changes(struct cli *, const json_t *preview); /* what an act would change */
/* What a guarded act is asked with: --purpose, --reason, --ticket, --confirm. False: a sentence was said. */
bool      guard_options(struct cli *, json_t *arguments);
uint32_t  guards_possible(enum act); /* of its row, and those it may ask for beside them */
/* Exit code of an answer, also when it is printed as JSON. */
enum code code_of(enum act, const json_t *);

/* cli_init.c, cli_local.c, cli_help.c */
enum code cli_init(struct cli *);
enum code cli_ledger_verify(struct cli *);
enum code cli_ledger_key(struct cli *);
enum code cli_ledger_epoch(struct cli *);
enum code cli_catalogue_check(struct cli *);
enum code cli_config_check(struct cli *);
enum code cli_config_show(struct cli *);
enum code cli_help(struct cli *);
enum code cli_completion(struct cli *);
enum code cli_unknown(const struct cli *, const char *given);   /* says what may have been meant */
struct str cli_link(struct cli *, struct str link);             /* an enrolment link as an address to open */
int       catalogue_folder(struct cli *);                           /* --catalogue, the installation's own or the one beside the program; -1 */
bool      cli_installed(const struct cli *);                    /* an installation stands at root */

#endif
