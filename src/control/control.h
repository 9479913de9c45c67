// SPDX-License-Identifier: Apache-2.0
/*
 * control - one file that answers one question about one subject at one time.
 *
 * look (in probe or a reader) gathers typed facts; judge (in core, pure) turns
 * them into a verdict and a message. A control sees only its facts and its
 * parameters. Zero means "I don't know".
 */
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include "control/fact.h"
#include "os/host.h"

enum verdict { VERDICT_UNKNOWN = 0, VERDICT_PASS, VERDICT_FAIL, VERDICT_NOT_APPLICABLE };
/* Why something is UNKNOWN, where a paper explains it: nothing does; its agreed window is open; it was filed in time and waits for the other side; its agreed validity is over; it was there last year, and this one is not over. */
enum why { WHY_NONE = 0, WHY_AWAITED, WHY_CONFIRMED, WHY_EXPIRED, WHY_EARLY, WHY_COUNT };
enum route_kind { ROUTE_OBSERVED = 1, ROUTE_IMPORTED, ROUTE_ATTESTED, ROUTE_DEMONSTRATED };
/*
 * What a control is about. From SUBJECT_ENDPOINT on each kind is a register of
 * catalogue/registers.yaml of the same name, and each row in force is a subject.
 */
enum subject_kind { SUBJECT_HOST = 1, SUBJECT_STATION, SUBJECT_CONTRACT, SUBJECT_ENDPOINT, SUBJECT_ROOM, SUBJECT_LINE, SUBJECT_POWER, SUBJECT_REPOSITORY, SUBJECT_APPLICATION, SUBJECT_END };

/*
 * `given`: what people declared, as facts; NULL: nothing. Its own row of the register as row 0 ("own.FIELD"),
 * then a row for each row in force of the control's registers ("REGISTER.FIELD", '-' as '_'; "REGISTER.since" is a time).
 * A field left empty is no fact. It goes with the look, and judge gets it behind the facts of the look.
 */
struct subject { enum subject_kind kind; const char *id; const struct facts *given; }; /* "host:local", "station", "contract", "endpoint:1f0c" */
#define SUBJECT_ID_MAX 48
extern const char *const subject_words[];            /* from SUBJECT_HOST on, NULL at the end          */
enum subject_kind subject_kind_of(struct str id);    /* of "endpoint:1f0c"; 0: no subject has this id  */

struct paper_specs;
struct param_def { const char *name, *unit; int64_t min, max, otherwise; };
struct control;
struct params    { const struct param_def *defs; size_t count; int64_t values[16]; };
int64_t          param_n(const struct params *, const char *name); /* 0 and RC_BUG trail when unknown */

void             params_default(const struct control *, struct params *ret);  /* before a clause sets its own */

#define FINDING_ARGS_MAX 6
struct finding_arg { const char *name; bool is_text; int64_t n; struct str text; };
struct finding {
	enum verdict       verdict;
	uint16_t           message;                    /* enum msg of messages/ (gen); its {names} are filled from args */
	struct finding_arg args[FINDING_ARGS_MAX];
	size_t             args_count;
	int64_t            valid_until_us;             /* set by core */
};
void finding_set(struct finding *, enum verdict, uint16_t message);
void finding_int(struct finding *, const char *name, int64_t);
void finding_text(struct finding *, const char *name, struct str);  /* borrow: facts outlive the finding */

/* A program of readers.def with placeholders, filled from the subject's own row ("own.…"). */
MUST_USE enum rc look_program(const struct host *, const struct subject *, const char *row, size_t bytes_max, int timeout_ms, struct buf *ret);

/*
 * The history of a number. Every whole number and yes-or-no of row 0 is kept over time and drawn as a chart; a control
 * that names one here (`.series`, ends with a row without fact) gets its band drawn, every change kept for two contract
 * months, and these whole numbers of row 0 before its judge is called (NAME is the fact's):
 *   NAME.outside_month_min, NAME.unknown_month_min           minutes of this contract month so far in which the value was
 *                                                            outside the band; in which nobody knew it
 *   NAME.known_month_min                                     the other minutes: outside and unknown are not in it
 *   NAME.outside_last_month_min, …unknown_last_month_min     the same of the month before; missing when nothing is known of it
 *   NAME.outside_now_min, NAME.unknown_now_min               for how long it is so without a break, up to now; 0: it is not so
 *   NAME.least_month, NAME.most_month                        missing when no value is known
 * Minutes are rounded up. Time before the first value ever is not counted. "up" as { "up", .zero_is_outside = true } gives
 * minutes down. In a test put them with fact_int() like facts of the look.
 */
struct series_def {
	const char *fact;
	const char *lower, *upper;   /* names of parameters: outside is below the one or above the other; NULL: no such end */
	bool        zero_is_outside; /* of a yes-or-no */
	int64_t     scale;           /* the fact counts in parts of the parameters' unit: m℃ of ℃ is 1000; 0: the same unit */
};
int64_t series_end(const struct series_def *, const struct params *, const char *name); /* that end of its band, in the unit of the fact */

enum look_by { LOOK_BY_PROBE = 1, LOOK_BY_READER, LOOK_BY_CORE /* the station's own state: core fills the facts */ };

/*
 * A look by probe may have a second half that needs more than probe may do
 * (`look_inside`); its facts follow those of the first. A look that asks
 * host_run() asks it last: the reader locks itself for good before it parses.
 * One that asks peers (host_tcp_open) reads its files before the first of them.
 */
struct control {
	const char             *id;
	const struct param_def *params;
	size_t                  params_count;
	enum subject_kind       subject;
	bool                    station_too; /* also judged about SUBJECT_STATION: core fills those facts           */
	enum look_by            by;
	uint16_t                reader;      /* row of readers.def for a look by reader or look_inside; 0: none     */
	uint32_t                every_s;     /* longest gap between two findings; older is UNKNOWN                  */
	uint32_t                timeout_ms;  /* of one look                                                         */
	const char             *remember;    /* text fact that names a row from look to look (facts_carry), or NULL */
	/*
	 * Behind each look, in core: `now` may take over what `before` (NULL: none, or it could not be read) remembers of
	 * earlier looks. Pure. Facts of a look that failed are never `before`: the memory outlives them.
	 */
	void                  (*recall)(struct facts *now, const struct facts *before, int64_t now_us);
	const char *const      *members;     /* LOOK_BY_CORE: controls whose newest verdicts about the same subject it gets as "member.ID" of row 0 ('-' as '_'): pass, fail, unknown, none; ends with NULL */
	const char             *facts_of;    /* LOOK_BY_CORE: the control whose newest facts it judges, or NULL */
	const char *const      *registers;   /* ids of registers whose rows in force it needs; ends with NULL; or NULL */
	const struct paper_specs *papers;    /* forms whose papers it gets as facts (papers.h), or NULL */
	const struct series_def *series;     /* numbers whose history it needs or that have a band; ends with an empty row; or NULL */
	const char *const      *settings;    /* settings the judge needs, as text facts "setting.NAME" of row 0; ends with NULL; or NULL */
	enum rc (*look)(const struct host *, const struct subject *, struct facts *); /* NULL: LOOK_BY_CORE */
	enum rc (*look_inside)(const struct host *, const struct subject *, struct facts *); /* by reader, or NULL */
	void    (*judge)(const struct facts *, const struct params *, int64_t now_us, struct finding *); /* NULL: papers_judge() */
};

extern const struct control *const controls[];      /* generated from the file names, NULL at the end */
const struct control *control_of(struct str id);    /* NULL: not written yet, the generic evaluator answers */

#endif
