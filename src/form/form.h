// SPDX-License-Identifier: Apache-2.0
/*
 * form - what a row of a register may hold, as catalogue/registers.yaml says, and whether typed text is that.
 *
 * Pure. A value is text as a person typed it in, and text in one spelling out
 * (addresses as inet_ntop writes them, dates as 2026-11-22, yes or no); what is
 * wrong with it is a rule, for which whoever asks has the sentence.
 * Forms are borrowed from the catalogue they were loaded with.
 */
#ifndef FORM_FORM_H
#define FORM_FORM_H

#include "act/side.h"
#include "yaml/take.h"

#define FORM_ID_MAX     32
#define FORM_FIELDS_MAX 40
#define FORM_VALUE_MAX  16384    /* bytes of one value, typed or kept */

enum field_type { FIELD_TEXT = 1, FIELD_NOTE, FIELD_NUMBER, FIELD_DATE, FIELD_ADDRESS, FIELD_PREFIX, FIELD_HOST_NAME, FIELD_PORT, FIELD_PATH, FIELD_NAME, FIELD_NAMES,
	FIELD_CHOICE, FIELD_YES_NO, FIELD_ROW, FIELD_LOGIC };

struct form_choice { struct str id; struct both word; };
struct field {
	struct str          id;                /* snake_case */
	enum field_type     type;
	struct both         label, help;       /* help may be empty */
	bool                required;
	int64_t             min, max;          /* of a number; max: characters of text, note, names, logic */
	struct str          unit;
	struct form_choice *choices;           /* of a choice */
	size_t              choices_count;
	struct str          of;                /* of a row: which register */
	struct str         *refused;           /* of a text: what it may not say, however it is written */
	size_t              refused_count;
	size_t              after;             /* of a date: the field it may not come before, counted from 1; 0: none */
	struct str          sets;              /* of a number of a paper: the control whose number of this name it is, while the paper is in force; empty: none */
	bool                keeps;             /* of a date: once declared it moves only to an earlier day   */
	bool                alike;             /* of a text: a warning when another row reads the same       */
	bool                fixed;             /* of a prefix: a fixed address of somebody, so not wide (base/fixed.h) */
	bool                ahead;             /* of a date: not over when it is declared */
};
/*
 * What makes a form a paper (papers.yaml): it passes between the parties, and is in force once it was closed as the
 * clause says. A set of closings: those of the other side in this order, where a later one implies those before it
 * (who approves has received); the author's own are done by filing.
 */
enum closing { CLOSING_NONE = 0, CLOSING_PRESENT = 1, CLOSING_SUBMIT = 2, CLOSING_APPROVE = 4, CLOSING_AGREE = 8, CLOSING_REPORT = 16,
	CLOSING_EXPLAIN = 32, CLOSING_SHARE = 64, CLOSING_INFORM = 128, CLOSING_CONFIRM = 256, CLOSING_DRAW_UP = 512 };
#define CLOSING_OF_AUTHOR ((unsigned)CLOSING_INFORM | CLOSING_CONFIRM | CLOSING_DRAW_UP)
#define CLOSING_ALL       1023u
enum paper_period { PERIOD_NONE = 0, PERIOD_MONTH, PERIOD_HALF_YEAR, PERIOD_FISCAL_YEAR };
/* Where acceptance goes through several hands: each stage by somebody of its role, in this order, before the closing act. */
#define PAPER_STAGES_MAX 6
struct paper_stage { struct str id; struct both name; enum role role; };
struct paper_rule {
	unsigned          closes;              /* 0: a register */
	size_t            from, until, review; /* date fields: effective from, agreed validity, next review; fields_count: none */
	int64_t           review_months;       /* after it closed, where no field says it; 0: never */
	enum paper_period period;              /* each period wants one; its key is a date in it */
	bool              entered;             /* the other side may enter it for its author, with what came on paper */
	int64_t           window_days;         /* after the period, in which it heals it */
	struct paper_stage *stages;
	size_t            stages_count;
};
struct form {
	struct str    id;
	struct both   name, about;
	bool          subject;                 /* each row in force is a subject */
	bool          signs;                   /* who writes a row signs it: a factor is shown for it */
	bool          administers;             /* who changes it administers: from a declared address only, confirmed or undone (core/trial.c) */
	enum side     writes;                  /* SIDE_NONE: either */
	size_t        key, and;                /* index into fields; `and` is fields_count when there is none */
	size_t        ends, again, again_days; /* of a register: the date a row ends, the date after which it is done again so many days later; fields_count: none */
	struct field *fields;
	size_t        fields_count;
	struct paper_rule paper;
};

/* What is wrong with a value. Rules about a number or a length speak of the field's min and max. */
enum form_rule { FORM_GOOD = 0, FORM_MISSING, FORM_TOO_LONG, FORM_CHARACTERS, FORM_NUMBER, FORM_DATE, FORM_ADDRESS, FORM_PREFIX, FORM_PREFIX_ALL, FORM_PREFIX_BITS, FORM_PREFIX_WIDE, FORM_PAST,
	FORM_HOST_NAME, FORM_PORT, FORM_PATH, FORM_NAME, FORM_CHOICE, FORM_YES_NO, FORM_ROW, FORM_TAKEN,
	FORM_REFUSED, FORM_ORDER, FORM_KEEPS, FORM_ALIKE, FORM_LOGIC, FORM_RULE_COUNT };

/* `ret`: in the one spelling, in the arena; empty when nothing was typed and nothing is required. */
enum form_rule field_check(const struct field *, struct str typed, struct arena *, struct str *ret);
/* What is wrong with a value that stood as `before`: a date that keeps went to a later day, or away. */
enum form_rule field_moved(const struct field *, struct str before, struct str value);
/* A row: `typed`, `values` and `wrong` have a place for each field; false when any is wrong. */
bool           form_check(const struct form *, const struct str *typed, struct arena *, struct str *values, enum form_rule *wrong);

size_t         form_field(const struct form *, struct str id);             /* index; fields_count when there is none */
const char    *field_type_word(enum field_type);                           /* "host-name" */
struct str     form_name(const struct form *, const struct str *values, struct arena *); /* what no two rows in force share: key, or key and `and` */

#endif
