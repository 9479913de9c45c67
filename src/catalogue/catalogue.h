// SPDX-License-Identifier: Apache-2.0
/*
 * catalogue - contracts as data: clauses, their logic over controls, periods.
 *
 * Loaded from catalogue/controls.yaml, registers.yaml and one file per contract; a bad file
 * is refused whole with "file:line: sentence" in the trail and changes nothing. Everything
 * a catalogue returns is borrowed until catalogue_free(). Format: tsujiban-catalogue(5).
 */
#ifndef CATALOGUE_CATALOGUE_H
#define CATALOGUE_CATALOGUE_H

#include "act/act.h"
#include "act/side.h"
#include "control/control.h"
#include "crypt/crypt.h"
#include "form/form.h"
#include "watch/watch.h"

enum strength { STRENGTH_MUST = 1, STRENGTH_CAPABILITY, STRENGTH_CONSIDER, STRENGTH_AS_NEEDED, STRENGTH_GUIDE_VALUE,
	STRENGTH_AS_POSSIBLE, STRENGTH_REFERENCE };
enum trigger { TRIGGER_NONE = 0, TRIGGER_WHEN_IT_HAPPENS, TRIGGER_IF_USED, TRIGGER_ON_ORDER, TRIGGER_YEARLY, TRIGGER_PERIODIC, TRIGGER_PHASE_END };
enum phase { PHASE_BUILD = 1, PHASE_OPERATE = 2, PHASE_END = 4 }; /* a set */

enum node_kind { NODE_CONTROL = 1, NODE_AND, NODE_OR, NODE_UNLESS };
struct node {
	enum node_kind kind;
	struct str     control;               /* NODE_CONTROL */
	size_t         count;
	struct node  **children;              /* unless: [0] the duty, [1] the exemption */
};

struct clause_param { struct str control, name; int64_t value; };

struct control_info {                         /* a row of controls.yaml */
	struct str        id;
	struct both       name, reads, judges, remedy; /* judges: what holds, fails, is unknown, or empty; remedy: what would make it hold */
	enum route_kind   route;                  /* how its evidence comes by default */
	enum side         turn;                   /* who can move it                     */
	enum subject_kind subject;
	uint32_t          every_s;                /* 0: the written control's own       */
	const char       *opens;                  /* a FAIL opens an incident of this kind; NULL: none */
	const struct control *control;            /* written in C, or made of `papers`; NULL: not judged by this version */
};

struct clause {
	struct str           id;              /* "S-3-4" */
	struct str           cite;            /* 別表3 3-4 */
	size_t               section;         /* index into contract->sections */
	struct both          title, text;     /* in our own words */
	enum strength        strength;
	enum trigger         trigger;
	unsigned             phases, closing; /* sets; closing of enum closing (form.h) */
	struct node         *holds;
	struct str          *also;            /* control ids of our own standard */
	size_t               also_count;
	struct str          *standing;        /* of holds: what silence never explains, event or not */
	size_t               standing_count;
	struct clause_param *params;
	size_t               params_count;
	int64_t              fail_tolerance_min, unknown_tolerance_min; /* per contract month */
	enum side            turn;            /* who moves when nothing more exact is known */
};
struct section { struct str id; struct both title; };
struct use { struct both who, may; };         /* a row of the side matrix: who may use what */
struct contract {
	struct str      id;                   /* "sapporo" */
	struct str      version;
	struct both     name, client, contractor;
	struct section *sections;
	size_t          sections_count;
	struct clause  *clauses;
	size_t          clauses_count;
	struct use     *uses;
	size_t          uses_count;
	unsigned        phase;                /* phase the contract is in, as declared: PHASE_OPERATE by default */
};
/* gates.yaml: what has to hold before something new is begun. */
#define GATE_NEEDS_MAX 16
#define GATE_ACTS_MAX  16
struct gate {
	struct str  id;
	struct both name, about;
	enum side   side;                     /* who it stops; SIDE_NONE: either */
	struct str  needs[GATE_NEEDS_MAX];    /* controls that pass              */
	size_t      needs_count;
	enum act    acts[GATE_ACTS_MAX];      /* what it stops                   */
	size_t      acts_count;
	bool        exports;                  /* and whatever leaves as a file   */
	int64_t     grace_days;
};
struct catalogue {
	struct arena         arena;
	struct contract     *contracts;
	size_t               contracts_count;
	struct control_info *controls;
	size_t               controls_count;
	struct form         *forms;           /* registers.yaml: what people declare; none without the file */
	size_t               forms_count;
	struct form         *papers;          /* papers.yaml: what two sides agree on; none without the file */
	size_t               papers_count;
	struct gate         *gates;            /* gates.yaml; none without the file */
	size_t               gates_count;
	struct watch_rules   watch;           /* watch.yaml; the defaults without the file */
	struct hash          digest;          /* of the files as read, in order of their names */
};

/* A contract that both sides took up at the station, as the text of its file; `id` stands in its errors. */
struct contract_text { struct str id, text; };

/* `dirfd`: a folder with controls.yaml and contracts of one file each. RC_SYNTAX: "file:line: Japanese / English". */
MUST_USE enum rc catalogue_load(int dirfd, struct catalogue **ret);
/* The same with contracts that stand in no file, behind those that do. */
MUST_USE enum rc catalogue_load_with(int dirfd, const struct contract_text *, size_t n, struct catalogue **ret);
/* The same with one more contract file (a path of the caller's); it stands in for an installed contract of the same id. */
MUST_USE enum rc catalogue_check_file(int dirfd, const char *contract_file, struct catalogue **ret);
void             catalogue_free(struct catalogue *);
/* Is this an expression over controls of the catalogue? */
bool                       catalogue_logic(const struct catalogue *, struct str);
const struct clause       *catalogue_clause(const struct catalogue *, struct str id, const struct contract **ret_contract);
const struct control_info *catalogue_control(const struct catalogue *, struct str id);
const struct form         *catalogue_form(const struct catalogue *, struct str id);
const struct form         *catalogue_paper(const struct catalogue *, struct str id);
/* Parameters of a control as a clause (or NULL) sets them over the written control's defaults. */
void             catalogue_params(const struct clause *, const struct control *, struct params *ret);
/* The least that any clause sets a parameter to, or the control's own: what the station goes by beside its judge. 0: nothing in this version has it. */
int64_t          catalogue_number(const struct catalogue *, const char *control, const char *param);
/* What judges a control of this catalogue; NULL: nothing does in this version. Outlives the catalogue. */
const struct control *catalogue_judge(const struct catalogue *, struct str id);
size_t           catalogue_not_written(const struct catalogue *);  /* controls named and not written in this version */

#endif
