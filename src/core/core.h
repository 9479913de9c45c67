// SPDX-License-Identifier: Apache-2.0
/*
 * core - what the deciding process holds: catalogue, findings, statuses, and
 * the one way each of them is written down.
 *
 * Locking: `lock` guards everything below it. Nothing waits for another process
 * while holding it; what is read under it is copied out. Order: turn_lock, index_lock,
 * then lock, then the store's own; a query in use never waits for `lock`.
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>

#include "act/act.h"
#include "auth/ask_auth.h"
#include "base/calendar.h"
#include "catalogue/catalogue.h"
#include "catalogue/status.h"
#include "core/ask_core.h"
#include "core/request.h"
#include "courier/ask_courier.h"
#include "ledger/ask_ledger.h"
#include "message/message.h"
#include "proc/run.h"
#include "store/db.h"

/* The newest finding of one control about one subject, judged with one set of parameters. Owned text is malloc'ed JSON. */
struct held {
	char         control[NAME_BYTES_MAX + 1], subject[NAME_BYTES_MAX + 1];
	char         clause[NAME_BYTES_MAX + 1]; /* whose parameters; "" for the control's own */
	enum verdict verdict;
	enum why     why;            /* of an UNKNOWN                         */
	char        *message;        /* {"number": n, "args": {name: value}}  */
	char        *newest;         /* the same with the numbers of the last look: becomes the message when that look is confirmed; NULL: no other numbers */
	char        *facts;          /* facts_json()                          */
	struct hash  facts_hash;     /* of verdict, message and facts         */
	int64_t      at_us, valid_until_us, since_us;
	uint64_t     index;          /* its finding leaf                      */
	int64_t      confirm_at_us;  /* looked again, the same: waits for the confirmation leaf; 0: nothing waits */
	uint32_t     every_s;        /* the control's                         */
	bool         blind;          /* nobody could look                     */
	enum route_kind route;       /* how it is known                       */
	int64_t      paper_until_us; /* a paper speaks, until then; 0: none   */
	struct { bool looking, waits; uint8_t failures; int64_t next_us; } turn; /* of the row without clause: its look is on its way, waits for a place, failed so often, is due again */
};

/* A look that waits for a place, and how many of each control there are. */
struct look_turn { const struct control *control; char subject[NAME_BYTES_MAX + 1]; };
struct waiting   { struct look_turn *list; size_t first, end, cap; };
struct load      { unsigned running, waiting; };

/* A row in force of a register. */
struct row {
	char     id[2 * ID_BYTES + 1], register_id[FORM_ID_MAX + 1];
	char    *name;               /* what no two rows share (form_name)    */
	char    *who;                /* who declared it so                    */
	char    *text;               /* its values and the words of its choices, a line each, in small letters: to be searched */
	json_t  *values;             /* {field: text in its one spelling}     */
	int64_t  version, since_us;
	uint64_t leaf;
};

/* What the client permits for a time: [from, until) of one clause; of a control and subject alone when they are named. */
struct span { char id[2 * ID_BYTES + 1], clause[NAME_BYTES_MAX + 1], control[NAME_BYTES_MAX + 1], subject[NAME_BYTES_MAX + 1]; bool not_applicable; int64_t from_us, until_us; };

/* An account of a person. */
struct person_link { struct opaque_id account, person; };

/* Roles that one account lends another, by name, until an instant. */
struct delegation { uint64_t leaf; struct opaque_id from; char to[ACCOUNT_NAME_MAX + 1]; uint32_t roles; int64_t since_us, until_us; };

struct clause_now { char id[NAME_BYTES_MAX + 1]; enum status status; int64_t since_us; };

struct child_now { bool up; int64_t started_at_us; int restarts; uint32_t separated; };

/* The witness as courier and ledger last said; by the watching thread, under lock. */
struct witness_now {
	bool          known, silent;
	enum standing standing, told;        /* told: what stands in the ledger      */
	bool          told_silent;
	_Atomic int64_t asked_at_us;         /* 0: look at once                      */
	int64_t       sent_at_us;
	uint64_t      own;                   /* entries under our own head           */
	struct witness_state state;          /* its note borrows from `note`         */
	char          note[4096], vkey[512], origin[256];
	int64_t       every_us, silent_us;   /* settings                             */
};

/* Mail as courier last said; by the watching thread, under lock. */
struct mail_now { bool bad; int64_t since_us; uint64_t waiting; }; /* bad: notices wait, and nobody has taken one since then */

struct core {
	struct proc      *proc;
	struct peer      *auth, *ledger, *vault, *courier, *warden;
	int               catalogue_fd;
	int64_t           started_at_us;
	char              mode[8];            /* "root" or "user" */

	pthread_mutex_t   lock;
	const char       *state_path;         /* "/state.db" in the process */
	struct db        *db;
	struct catalogue *catalogue;
	int64_t           catalogue_loaded_at_us;
	struct adopted   *adopted;            /* contracts taken up at the station (contract.h), in force */
	size_t            adopted_count;
	char              catalogue_refused[512]; /* why the last reload was refused; "" */
	struct held      *held;               /* sorted by control, subject, clause */
	size_t            held_count;
	struct row       *rows;               /* of registers, in force; sorted by register, name */
	size_t            rows_count;
	struct rows_index *rows_index;        /* ways into them beside their names */
	struct paper     *papers;             /* of papers.yaml's forms; sorted by form, name */
	size_t            papers_count;
	struct form_window *windows;          /* submission windows as the ledger has them; sorted by form, time */
	size_t            windows_count;
	struct span      *spans;              /* exceptions, past ones too   */
	size_t            spans_count;
	int64_t           notice_days[8];     /* before an exception ends, the most first; the rest is 0 */
	size_t            notice_days_n;
	int64_t           glass_waiting;      /* sealed codes opened and not looked at yet */
	int64_t           requests_waiting;   /* for the client's decision   */
	json_t           *evidence;           /* {order: how its bundle stands} (evidence.h) */
	int               evidence_dir;       /* where bundles stand; 0: nowhere */
	json_t           *questions;          /* {id: question}, as the notes tell (question.h) */
	struct delegation *delegations;       /* not ended by anyone         */
	size_t            delegations_count;
	struct hold      *holds;              /* not ended by anyone (hold.h) */
	size_t            holds_count;
	struct person_link *persons;          /* accounts of people who have more than one, or another id */
	size_t            persons_count;
	bool              persons_owned;      /* people_follow() made them   */
	char              machine[256];       /* what this machine calls itself */
	struct clause_now *clauses;           /* in catalogue order          */
	size_t            clauses_count;
	struct child_now  children[PROC_COUNT];
	struct waiting    urgent, usual;      /* looks without a place: asked for, due */
	struct load      *loads;              /* as controls[]                */
	int               look_threads, looks_running, remote_running, readers_running;
	size_t            due_at;             /* row the schedule looked at last */
	bool              first_round_over;
	bool              lost;               /* the store had no finding at the start: it is new, or was lost */
	int64_t           lapsed_us;          /* until then statuses are worked out; 0: not since the start */
	uint64_t          judged, judged_status; /* counts what statuses depend on; up to where they are worked out */
	int64_t           lapse_next_us;      /* when the next finding or month runs out */
	pthread_cond_t    wake;               /* a look was asked for, or came back */
	bool              stopping;
	int64_t           thinned;            /* the last series whose old points became hours; by the schedule's thread alone */
	uint64_t          indexed;            /* ledger entries in the search index */
	int64_t           last_judged_at_us;
	uint64_t          version;            /* counts changes that a screen shows */
	struct { uint64_t version; int64_t at_us; json_t *json; } board_cache[2]; /* per language */

	pthread_mutex_t   key_lock;           /* guards the payload keys */
	struct { uint16_t class; uint32_t month; struct secret key; } keys[8];
	size_t            keys_next;

	pthread_mutex_t   turn_lock;          /* one at a time: statuses and confirmations are worked out and recorded */
	pthread_mutex_t   index_lock;         /* one at a time: the index follows; guards `indexed` */
	struct courier_state sending;         /* as courier last said; known: sending_known */
	bool              sending_known;
	struct witness_now witness;           /* how the witness stands              */
	struct mail_now   mail;               /* how mail stands                     */
	int64_t           alerts_urgent;      /* of the misuse watch, open */
	int64_t           watch_reviewed_us, watched_since_us; /* the newest month of it that was signed; the ledger's first entry; 0: none */
	_Atomic uint64_t  misuse_read;        /* entries the misuse watch has read back */
	bool              following;          /* the watching thread runs */
	uint64_t          outgoing_next;      /* the entry that courier gets next; by the watching thread alone */

	pthread_mutex_t   views_lock;         /* guards the page-view counts of this minute */
	json_t           *views;
	struct { char address[64]; int64_t times; } refused[64]; /* whom the listener of administration turned away this minute */
	size_t            refused_count;
	int64_t           refused_more;       /* of further addresses        */
	_Atomic int64_t   trial_next_us;      /* when a change is to be undone; 0: look */
};

/* who acts: the session, as auth knows it; `behalf`: whose roles permit it, when the own ones do not */
#define BEHALF_MAX 4
struct actor { struct session session; char tag[17]; /* of its session: tells two of them apart, says nothing */ struct str address; enum door door; int64_t connected_at_us; enum lang lang; int64_t at_us; uint64_t begin; /* its begin leaf, of acts that have one */ uint32_t own_roles; /* without those that others lend */ struct opaque_id behalf[BEHALF_MAX]; size_t behalf_count; };

#if defined(__SANITIZE_ADDRESS__)
#define CORE_LOCK_GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CORE_LOCK_GUARDED 1
#endif
#endif

/* `lock`, taken by who has no query in use and no transaction open: else two threads wait for each other for good. The sanitized tests stop where that is forgotten. */
static inline void
core_lock(struct core *c)
{
#ifdef CORE_LOCK_GUARDED
	if (db_held())
		abort();
#endif
	(void)pthread_mutex_lock(&c->lock);
}
static inline void
core_unlock(struct core *c)
{
	(void)pthread_mutex_unlock(&c->lock);
}

int64_t core_now_us(void);

/* -- record.c: leaves. RC_LIMIT: disk full, the act must not happen. ------------------------------ */
MUST_USE enum rc record_begin(struct core *, enum act, const struct actor *, const struct opaque_id *object, json_t *payload /* borrowed */, uint64_t *ret_index);
MUST_USE enum rc record_outcome(struct core *, enum act, const struct actor *, uint64_t begin, enum rc result);
/* Who sits at the machine itself: its account, or the user whose process asked, when the kernel said so. */
void record_console(struct str address, enum lang, struct buf *ret);
void record_name(struct session *, struct str address); /* that as the display name of the local console's session */
/* Any other leaf of core: `json` may be NULL. */
MUST_USE enum rc record_leaf(struct core *, struct leaf *, json_t *json, uint64_t *ret_index);
MUST_USE enum rc payload_read_salted(struct core *, const struct entry *, struct buf *ret_json, uint8_t ret_salt[SALT_BYTES]);
MUST_USE enum rc payload_read(struct core *, const struct entry *, struct buf *ret_json); /* RC_TAMPERED, RC_NOTFOUND: no payload */
struct opaque_id object_of(const char *kind, struct str id); /* the opaque id of a clause, control or subject: stable, says nothing */

/* -- state.c: core's store ------------------------------------------------------------------------- */
MUST_USE enum rc state_open(struct core *);
MUST_USE enum rc state_load(struct core *);              /* findings and statuses back into memory       */
MUST_USE enum rc state_save_held(struct core *, const struct held *, bool changed);
MUST_USE enum rc state_save_verdict(struct core *, struct str control, struct str subject, enum verdict, int64_t from_us, uint64_t index);
MUST_USE enum rc state_forget(struct core *, uint64_t leaf); /* a finding whose subject ended while it was being saved */
struct times { char control[NAME_BYTES_MAX + 1], subject[NAME_BYTES_MAX + 1], clause[NAME_BYTES_MAX + 1]; enum verdict verdict; uint64_t index; int64_t at_us, valid_until_us, looked_us; uint32_t every_s; bool changed; char *message; /* NULL: as it was */ };
MUST_USE enum rc state_confirm(struct core *, const struct times *, size_t n); /* looked at again; `changed`: it had run out before, so its verdict begins anew */
MUST_USE enum rc state_lapse(struct core *, const struct times *, size_t n);   /* each ran out at its valid_until_us */
MUST_USE enum rc state_save_status(struct core *, const char *clause, enum status, int64_t from_us, uint64_t index);
MUST_USE enum rc state_declare(struct core *, const char *clause, bool happened, const char *by, const char *text, int64_t at_us);
MUST_USE enum rc state_declare_again(struct core *, const struct leaf *begin, json_t *payload, const char *by); /* from the ledger; nothing when it stands */
int64_t          state_first(struct core *, const char *clause, int64_t otherwise_us); /* when it first had a status */
json_t          *state_declaration(struct core *, const char *clause);        /* newest, or json null      */
bool             state_no_event(struct core *, const char *clause, int64_t at_us);   /* the newest declaration, of the same month, says that nothing happened */
/* Statuses of a clause that held within the window, oldest first; at least one when any is known. Past `max`, the newest. */
size_t           state_intervals(struct core *, const char *clause, int64_t from_us, int64_t to_us, struct interval *ret, size_t max);
json_t          *state_verdicts(struct core *, const char *control, int64_t from_us);        /* [{from, verdict}]       */
MUST_USE enum rc state_index_add(struct core *, uint64_t index, const struct leaf *, const char *text);

/* -- numbers.c: numbers over time, for charts and judges ------------------------------------------- */
/* One look's numbers; those it no longer has are unknown from then on. `known_until_us`: how long the look before counted; 0: there was none. */
MUST_USE enum rc numbers_save(struct core *, const struct control *, const char *subject, int64_t at_us, int64_t known_until_us, const struct facts *);
MUST_USE enum rc numbers_gap(struct core *, const char *control, const char *subject, int64_t at_us);      /* from then on nobody knows */
MUST_USE enum rc numbers_judged(struct core *, const struct control *, const char *subject, const struct params *, int64_t now_us, struct facts *); /* adds the facts of `control->series` */
json_t          *numbers_json(struct core *, const char *control, const char *subject, int64_t from_us, int64_t to_us); /* [{key, points: [{at, n, low, high}]}] */
MUST_USE enum rc numbers_thin(struct core *, int64_t now_us, size_t series_max);                            /* the next ones, round and round */

/* -- index.c: the search index follows the ledger; who did what, when ---------------------------- */
MUST_USE enum rc index_follow(struct core *);
void             index_actor_name(struct core *, const struct opaque_id *, char *ret, size_t size); /* "?": nobody knows */
MUST_USE enum rc index_search(struct core *, json_t *arguments, enum lang, uint64_t covered, json_t *answer); /* sets rows, next, total */
json_t          *index_entry(struct core *, uint64_t index, enum lang, uint64_t covered);                     /* NULL: not there        */
json_t          *index_evidence(struct core *, const char *clause_or_null, const char *control_or_null, enum lang, uint64_t covered); /* newest first */

/* -- register.c: what people declared: rows in force, as subjects and as facts ------------------- */
struct subject_list { char (*ids)[SUBJECT_ID_MAX + 1]; size_t n, cap; };
void             subject_list_add(struct subject_list *, struct str id);
/* Ids "KIND:…" of the rows in force; of SUBJECT_HOST the others beside "host:local". No row: "KIND:none". Under lock. When they change: schedule_refit(). */
void             register_subjects(struct core *, enum subject_kind, struct subject_list *);
/* What `subject.given` of a look is (control.h). Under no lock. */
void             register_given(struct core *, const struct control *, const char *subject, struct facts *);
/* Why nothing can be looked at: nothing is declared, or it is another machine that is not seen. 0: look. Under no lock. */
enum msg         register_unseen(struct core *, const char *subject);
const struct row *register_subject_row(const struct core *, struct str subject); /* the row it is about; NULL: none; under lock */
json_t          *register_subject_text(struct core *, struct str subject, enum lang); /* a subject as people call it; under lock */
void             register_fact_text(struct core *, struct str subject, json_t *fact, enum lang); /* of a declared one sets register, label and text; under lock */
const struct row *register_row(const struct core *, struct str row_id);                /* in force; NULL: none. Under lock        */
const struct row *register_named(const struct core *, struct str register_id, struct str name); /* in force; under lock           */
#define OVERRIDES_MAX 1000
size_t           register_overrides(const struct core *, struct day_override *list, size_t max); /* the register of closed and opened days, what does not fit left out; under lock */
int64_t          form_date(const struct form *, size_t field, const json_t *values, bool last); /* a date field as an instant; `last`: the first instant after that day; 0: none */
MUST_USE enum rc register_load(struct core *);           /* rows in force into memory; under no lock        */

void             register_free(struct core *);
void             register_subject_id(const struct core *, const char *register_id, const char *row_id, char ret[SUBJECT_ID_MAX + 1]); /* under lock */
/* -- register_find.c: rows by register, by id, and by values that read the same */
/* The rows of a register, sorted by name: [answer, end). Under lock. */
size_t           register_range(const struct core *, struct str register_id, size_t *ret_end);
const struct row *register_row_begins(const struct core *, struct str id_begins, size_t at, size_t end); /* of that range, the first whose id begins so; NULL: none */
bool             register_elsewhere(const struct core *, const struct row *); /* its field "machine" names another machine */
struct rows_index *rows_index_new(const struct catalogue *, const struct row *, size_t n);  /* goes with the rows it was made of */
void             rows_index_free(struct rows_index *);   /* accepts NULL */
/* Places of a register's rows in the order of a field (fields_count: of their time), made once until rows change. Under lock. */
const size_t    *register_order(const struct core *, const struct form *, size_t field);
/* The first row in force of a register whose value of this field ("": its name) reads the same; `after`: the next one behind that. NULL: none. Under lock. */
const struct row *register_alike(const struct core *, struct str register_id, struct str field, struct str value, const struct row *after);
/* A row that someone named: by its id or by its name. NULL: none in force. Under lock. */
const struct row *register_said(const struct core *, struct str register_id, struct str said);
/* -- register_act.c */
uint32_t         register_guards(struct core *, enum act, const json_t *arguments); /* what a register asks for beside its act; under no lock */
bool             register_act(enum act);                 /* one whose entries make rows                     */
MUST_USE enum rc register_replay(struct core *, uint64_t leaf, const struct leaf *begin, json_t *payload, const char *who, bool *ret_changed);
MUST_USE enum rc register_stored(struct core *, uint64_t begin, uint64_t outcome, bool *ret); /* the act of these two entries is in the store, or had nothing to put there */

/* A change of rows as one leaf asks it: all or nothing. Values are canonical JSON. */
enum edit_kind { EDIT_ADD = 1, EDIT_CHANGE, EDIT_END };
struct edit { enum edit_kind kind; char id[2 * ID_BYTES + 1]; int64_t version; char register_id[FORM_ID_MAX + 1]; char *name, *values; };
struct edits { struct edit *list; size_t n, cap; };
void             edits_free(struct edits *);
/* RC_CONFLICT: a row of this name is in force, or the row changed meanwhile. */
MUST_USE enum rc register_store(struct core *, const struct edits *, const struct opaque_id *actor, const char *who, int64_t at_us, uint64_t leaf);
MUST_USE enum rc register_changed(struct core *, const struct edits *, int64_t at_us, uint64_t leaf); /* subjects and looks follow; under no lock */

/* -- exception.c, exception_act.c: what the client permits for a time ---------------------------- */
MUST_USE enum rc exception_load(struct core *);          /* into memory; under no lock                      */
void             exception_free(struct core *);
int64_t          exception_next(const struct core *, int64_t after_us); /* when the next one begins or ends; INT64_MAX: none. Under lock */
void             exception_state(struct core *, const struct clause *, const char *id, int64_t at_us, struct clause_state *); /* those in force then; under lock */
const struct span *exception_span(const struct core *, const char *clause, bool not_applicable, int64_t at_us); /* in force, ending last; NULL: none. Under lock */
json_t          *exception_notices(struct core *, const char *clause, enum lang, int64_t now_us); /* requests that wait or are in force; under lock */
void             exception_notice_days(struct core *, const char *setting); /* "30 7 1" */
/* Under lock: exceptions in force, the soonest end first: of a control ("": all; its own, and those of its whole clauses); `ending`: only what is announced now. */
json_t          *exception_spans(struct core *, const char *control, bool ending, enum lang, int64_t now_us);
bool             exception_act(enum act);                /* one whose entries are steps of a request        */
MUST_USE enum rc exception_stored(struct core *, uint64_t begin, uint64_t outcome, bool *ret);
MUST_USE enum rc exception_replay(struct core *, uint64_t leaf, const struct leaf *begin, json_t *payload, const char *who, bool *ret_changed);

/* -- person.c: who is one person ------------------------------------------------------------------ */
struct party { enum side side; struct opaque_id accounts[1 + BEHALF_MAX]; size_t n; };   /* who acted, and for whom */
struct opaque_id person_of_account(struct core *, const struct opaque_id *account);      /* under no lock */
bool             actor_console(const struct opaque_id *account);
struct party     party_of(const struct actor *);
void             actor_behalf_get(const json_t *payload, struct actor *);                /* back from what record_begin() wrote */
bool             party_meets(struct core *, const struct party *, const struct party *); /* some person is, or may be, in both; under no lock */

/* -- note.c, delegation.c: acts whose own record is all they leave --------------------------------- */
bool             note_act(enum act);
MUST_USE enum rc note_follow(struct core *, const struct leaf *outcome); /* one told by the ledger that the store has not */
MUST_USE enum rc delegation_load(struct core *);         /* into memory; under no lock */
void             delegation_free(struct core *);

/* -- hold.c: what is stopped for some hours while an incident lasts ---------------------------------- */
MUST_USE enum rc hold_load(struct core *);               /* into memory; under no lock */
void             hold_free(struct core *);

/* -- glass.c: sealed codes for emergencies --------------------------------------------------------- */
MUST_USE enum rc glass_load(struct core *);              /* how many wait to be looked at; under no lock     */
MUST_USE enum rc glass_facts(struct core *, struct facts *); /* opened, reviewed, waiting, overdue           */

/* -- people.c: from when until when a person may work --------------------------------------------- */
MUST_USE enum rc people_follow(struct core *);           /* whose each account is; auth is told terms that changed. Under no lock */
bool             people_register(const char *id);        /* one that terms are worked out of */
/* The person that "person" of the arguments names, who may have an account of this side now; zero while the roster is empty. Under no lock. */
MUST_USE enum rc person_for_account(struct core *, json_t *arguments, uint32_t roles, struct opaque_id *ret, int64_t *ret_from, int64_t *ret_until);

/* -- guard.c: what must be there beside the role --------------------------------------------------- */
MUST_USE enum rc guard_look(struct core *, enum act, struct actor *, json_t *arguments, struct act_state *ret);

/* -- approval.c, approval_act.c: what waits for a second person, or for its window ----------------- */
MUST_USE enum rc approval_follow(struct core *, uint64_t outcome, const struct entry *); /* a step told by the ledger that the store has not */
MUST_USE enum rc approval_run_due(struct core *);        /* those whose window is over; under no lock */
bool             approval_act(enum act);
/* -- paper.c, paper_act.c: what two sides agree on --------------------------------------------------- */
MUST_USE enum rc paper_load(struct core *);              /* into memory; under no lock                      */
void             paper_free(struct core *);
void             paper_given(struct core *, const struct control *, struct facts *); /* facts of the papers it judges; under lock */
bool             paper_act(enum act);                    /* one whose entries are steps of a paper          */
MUST_USE enum rc paper_stored(struct core *, uint64_t begin, uint64_t outcome, bool *ret);
MUST_USE enum rc paper_refresh(struct core *, const char *id); /* the one that changed, into memory; under no lock */
void             paper_looks_due(struct core *, const char *form); /* those that judge papers of it; NULL: of any. Under no lock */
MUST_USE enum rc paper_replay(struct core *, uint64_t leaf, const struct leaf *begin, json_t *payload, const char *who, bool *ret_changed);

/* -- attach.c: files that are attached to papers ------------------------------------------------------ */
MUST_USE enum rc attach_take(struct core *, json_t *arguments); /* "files": recognised, bounded, scanned, before they are written down; under no lock */
MUST_USE enum rc attach_facts(struct core *, struct facts *); /* of upload-scan; under no lock */

/* -- paper_window.c: submission windows as they were fixed ------------------------------------------- */
#define PAPER_WINDOW "paper-window"                      /* an entry of the station: form and days, from then on */
MUST_USE enum rc windows_load(struct core *);            /* into memory; under no lock */
MUST_USE enum rc windows_follow(struct core *);          /* what the catalogue sets otherwise than the ledger has it becomes an entry; only when the store knows what the ledger does */
MUST_USE enum rc window_again(struct core *, uint64_t index, const struct entry *); /* one told by the ledger */

/* -- gate.c: what has to hold before something new is begun ------------------------------------------ */
MUST_USE enum rc gate_ask(struct core *, enum act, const struct actor *, json_t *arguments); /* RC_CONFLICT: a gate stops it, and why. Under no lock */

/* -- statement.c: what a paper says of a control and subject ------------------------------------- */
struct statement { bool holds; int64_t from_us, until_us; char by[512], paper[832]; uint64_t leaf; };
bool             statement_of(const struct core *, const char *control, const char *subject, struct statement *ret); /* false: none. Under lock */
bool             statement_judge(const struct statement *, int64_t now_us, struct finding *); /* true: the paper speaks now, `f` borrows from it; false: `f` stands */
json_t          *statement_json(const struct core *, const char *control, const char *subject, int64_t now_us);      /* under lock; null: none */

/* -- held.c: which findings there are to hold, sorted by control, subject, clause: found by halving -- */
MUST_USE enum rc held_fit(struct core *);                /* a row for each control, subject, and clause with parameters of its own; under lock */
struct held     *held_find(const struct core *, const char *control, const char *subject, const char *clause); /* NULL: no such row; under lock */
size_t           held_range(const struct core *, struct str control, size_t *ret_end);                       /* its rows: [answer, end)        */
struct held     *held_same(const struct core *, const char *control, const char *subject, size_t *ret_n);    /* rows of one look: "" comes first */
void             held_free(struct held *);
int64_t          held_valid_until(const struct held *, int64_t looked_at_us);
size_t           held_of(const struct core *, struct str control, const struct clause *, const struct held ***ret); /* under lock; the caller frees the list */
finding_source   held_source;                            /* context: struct core, under lock             */

/* -- statuses.c: what each clause is worth, and since when ---------------------------------------- */
void             statuses_update(struct core *);         /* under no lock                               */
void             statuses_lost(struct core *);           /* the store was lost, the ledger told its statuses again */
void             statuses_lapse(struct core *);          /* what ran out since, at the instant it did; under no lock, before new findings */

void             statuses_follow(struct core *);         /* the same when there is something to work out */

/* -- look.c, confirm.c: the life of a finding ------------------------------------------------------ */
bool             look_do(struct core *, const struct control *, const char *subject); /* false: could not look. Under no lock */
MUST_USE enum rc confirm_due(struct core *, int64_t now_us); /* a leaf for each period whose round is over; under no lock */
MUST_USE enum rc confirm_now(struct core *, int64_t now_us); /* one for all that waits */
int64_t          confirm_wait_us(uint32_t every_s);          /* how long a round of this period is */

/* -- schedule.c: when is looked at what ------------------------------------------------------------ */
int64_t          schedule_next(const struct held *, int64_t now_us, unsigned failures);
bool             schedule_is_due(const struct held *, int64_t now_us); /* also when its turn is further off than one can be: the clock was set back */
MUST_USE enum rc schedule_fit(struct core *);            /* rows of findings and statuses as catalogue and registers now ask; under lock */
MUST_USE enum rc schedule_refit(struct core *);          /* the same under no lock: subjects came or went */
MUST_USE enum rc schedule_start(struct core *);          /* its own thread, and a few that look */
MUST_USE enum rc schedule_run(struct core *, struct str control_or_empty, int64_t deadline_us); /* look now and wait */
MUST_USE enum rc catalogue_reload(struct core *);

/* -- station.c: the station itself as a subject; a row of its table for each control -------------- */
MUST_USE enum rc station_facts(struct core *, const struct control *, const struct subject *, struct facts *ret); /* under no lock */
MUST_USE enum rc station_auth(struct core *, struct facts *ret); /* what auth knows of itself (ask_auth_facts) */

/* -- derived.c: controls that judge what others found -------------------------------------------- */
void             facts_of_json(const char *text_or_null, bool seen_only, struct facts *ret); /* back from facts_json(); what does not read is as if never seen; seen_only: without what was declared or set */
MUST_USE enum rc derived_facts(struct core *, const struct control *, const struct subject *, struct facts *ret); /* waits for members that are being looked at; under no lock */

/* -- views: the data of a screen; the caller owns the json --------------------------------------- */
typedef enum rc view(struct core *, const struct actor *, json_t *arguments, json_t **ret);
view view_board, view_clause, view_controls, view_control, view_control_run, view_assess, view_ledger, view_entry, view_proof, view_status, view_catalogue, view_accounts, view_account_add, view_account_link, view_account, view_account_unlock, view_account_suspend, view_account_resume, view_account_sessions_end, view_account_roles, view_account_reset, view_generators, do_generator_check, do_generator_import, do_generator_assign, do_generator_end, view_registers, view_register, view_register_row, view_register_form, view_register_preview;
view view_access, view_access_own, view_watch, view_alert, do_alert_dispose, do_watch_review;
view view_reviews, view_review, do_review_open, do_review_decide, do_review_sign, do_review_answer;
view view_found, view_removals, do_account_person, do_account_remove, do_person_remove, do_os_account_lock, do_os_account_unlock;
view view_exceptions, view_exception, view_exception_form, do_exception_request, do_exception_decide, do_exception_withdraw, do_exception_revoke;
view view_trials, do_trial_open, do_trial_confirm, do_trial_rollback, do_trial_undo;
view view_act_preview, view_approvals, view_approval, do_approval_open, do_approval_approve, do_approval_refuse, do_approval_cancel, do_approval_result;
view view_operations, do_procedure_read, view_delegations, do_delegation_add, do_delegation_end, view_containments, do_containment_review, view_permissions;
view view_holds, do_hold_begin, do_hold_end;
view view_incidents, view_incident, do_incident_note, do_incident_receive, do_incident_acknowledge, do_incident_open, do_incident_call;
view view_deadlines, view_today;
view view_papers, view_paper_form, view_paper, view_paper_draft, view_paper_attachment, view_paper_renewal, do_paper_file, do_paper_renew, do_paper_receive, do_paper_approve, do_paper_enter, do_paper_return, do_paper_withdraw, do_paper_end;
view view_gates;
view view_evidence, do_evidence_get, do_evidence_receive;
view view_questions, do_question_ask, do_question_answer, do_question_close;
view view_contracts, view_contract, do_contract_adopt, do_contract_end;
view view_mails, do_mail_test;
view view_months, view_month, do_month_make, do_month_review, do_month_submit, do_month_accept, do_month_return, do_month_answer;
view view_oscal; /* oscal.c: contracts and what stands in OSCAL 1.1 */
view view_witness, do_witness_export, do_witness_import;
view do_glass_seal;
view do_register_add, do_register_change, do_register_end, do_register_import;
json_t *view_head(struct core *, uint64_t *ret_covered);
struct narrow;
json_t *view_control_row(struct core *, struct str control, const struct clause *, const struct narrow *, enum lang, int64_t now_us); /* under lock; narrow: NULL: all subjects */
json_t *view_row(struct core *, const struct contract *, const struct clause *, enum lang, int64_t now_us);    /* under lock */
json_t *view_roles(uint32_t roles);                        /* names, in order */
bool    view_roles_chosen(const json_t *arguments, uint32_t *ret); /* of one side */
json_t *view_text(struct str);                            /* a JSON string; bad UTF-8 mended */
json_t *view_sorted(const json_t *rows, int (*order)(const void *, const void *)); /* a new array of the same rows; `order` is given json_t *const * as qsort does */
json_t *view_message(const char *message_json, enum lang); /* the sentence, or null */
json_t *view_time(int64_t at_us);                         /* 0: null */
json_t *view_sentence(unsigned number, enum lang, const struct finding_arg *, size_t n);
void    view_names(const struct clause *, json_t *names); /* the controls it names, holds and also; under lock */
json_t *view_params(const struct core *, const struct clause *, struct str control); /* under lock */
int64_t paper_number(const struct core *, const char *form, const char *field, int64_t otherwise); /* of the paper in force; under lock */
void    paper_params(const struct core *, const struct clause *, const struct control *, struct params *ret); /* the clause's numbers; what it leaves open is as a paper in force agrees. Under lock */
json_t *view_intervals(const struct interval *, size_t n);
json_t *view_control_clauses(struct core *, struct str control);                                              /* under lock */
const char *view_strength(enum strength);
const char *view_verdict(enum verdict);
const char *view_route(enum route_kind);

/* -- watching.c: the thread that follows the ledger ------------------------------------------------ */
#define WATCH_ALERT "misuse-alert"                       /* an entry of the station: its payload says who and why */
MUST_USE enum rc watch_start(struct core *);

/* -- outgoing.c: entries for the collector, without personal data --------------------------------- */
MUST_USE enum rc outgoing_follow(struct core *);         /* courier gets what it has not; under no lock     */
MUST_USE enum rc outgoing_text(struct core *, uint64_t index, const struct entry *, struct buf *ret); /* RFC 5424, one line */
json_t          *outgoing_json(struct core *);           /* how sending stands; under lock                  */

/* -- witness.c: the client's witness ---------------------------------------------------------------- */
MUST_USE enum rc witness_follow(struct core *);          /* compares, sends, says what is wrong; under no lock */
json_t          *witness_json(struct core *);            /* under lock */
bool             witness_is_bad(enum standing);

/* -- child.c ------------------------------------------------------------------------------------- */
MUST_USE enum rc child_event(struct core *, const struct child_request *);
void             child_walls(uint32_t separated, json_t *with, json_t *without); /* adds the names of walls that stand, and that do not */

/* -- place.c: from where administration may come --------------------------------------------------- */
bool             place_declared(struct core *, struct str address, int64_t now_us); /* in the register of maintenance addresses, not run out; under no lock */
bool             place_administers(struct core *, enum door, struct str address);   /* the guard "address"  */
MUST_USE enum rc place_door(struct core *, struct str address, enum door);          /* RC_DENIED, counted   */
void             place_refused(struct core *, struct str address);                  /* counted              */
void             place_flush(struct core *);                                        /* those counted become a leaf */

/* -- trial.c: changes that are undone unless their author confirms ---------------------------------- */
MUST_USE enum rc trial_open(struct core *, const struct actor *, const char *register_id); /* before the change itself */
MUST_USE enum rc trial_run_due(struct core *);           /* undoes what nobody confirmed; only when the store knows what the ledger does; under no lock */
MUST_USE enum rc trial_facts(struct core *, struct facts *); /* seconds, confirmed, undone, waiting, overdue; a row for each register */
int64_t          trial_wait_us(const struct core *);

/* -- acts.c: permission, begin, do, outcome ------------------------------------------------------ */
MUST_USE enum rc act_do(struct core *, const struct act_request *, struct buf *ret_json);
void             views_flush(struct core *);              /* page views of the minute become leaves */

#endif
