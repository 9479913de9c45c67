// SPDX-License-Identifier: Apache-2.0
/*
 * watch - what in the use of a system is unlike its usual use: rules over a
 * stream of events, each with its numbers from catalogue/watch.yaml.
 *
 * Pure: no clock, no store. The same events in the same order give the same
 * alarms, so its state is made again by feeding it what the access log has.
 * Events come in order of time within one source (the station itself, or an
 * outside service); persons are told apart per source.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include "base/calendar.h"
#include "yaml/take.h"

enum watch_rule { WATCH_NONE = 0, WATCH_OFF_HOURS, WATCH_CLOSED_DAY, WATCH_NEW_DEVICE, WATCH_NEW_ADDRESS, WATCH_MANY_READS, WATCH_SLOW_READS, WATCH_UNASSIGNED, WATCH_COLLEAGUE,
	WATCH_BULK_EXPORT, WATCH_FAILED_BURST, WATCH_DORMANT, WATCH_FAR_APART, WATCH_UTILITY, WATCH_RULES };
enum watch_kind { WATCH_SIGN_IN = 1, WATCH_SIGN_IN_FAILED, WATCH_ACT, WATCH_READ, WATCH_EXPORT, WATCH_RAN /* a utility program, by `listed` or not */ };

struct watch_event {
	int64_t         at_us;
	uint64_t        person;      /* opaque; 0: nobody known (a failed sign-in of no account) */
	uint64_t        source;      /* 0: the station; else which outside service              */
	uint32_t        role;        /* whom it is compared with: its peers; 0: no peers        */
	enum watch_kind kind;
	int64_t         n;           /* pages read, rows taken out                              */
	uint64_t        address, network, session; /* hashes; 0: unknown                        */
	bool            new_device;  /* auth says so                                            */
	bool            unassigned, colleague, unlisted;
	bool            on_duty;     /* on the roster, overtime declared, or an incident is open */
};

/* The numbers in the order of watch_params[]. */
enum watch_number { WATCH_N_OFF_HOURS_FROM_H, WATCH_N_OFF_HOURS_UNTIL_H,
	WATCH_N_NEW_ADDRESS_FORGET_DAYS, WATCH_N_MANY_READS_LEAST, WATCH_N_MANY_READS_OWN_PERCENT, WATCH_N_MANY_READS_PEERS_PERCENT, WATCH_N_MANY_READS_DAYS,
	WATCH_N_SLOW_READS_ALLOW_PERCENT, WATCH_N_SLOW_READS_SUM_PERCENT, WATCH_N_SLOW_READS_LEARN_DAYS, WATCH_N_SLOW_READS_OWN_PERCENT_MAX,
	WATCH_N_BULK_EXPORT_FILES, WATCH_N_BULK_EXPORT_ROWS, WATCH_N_FAILED_BURST_FAILURES, WATCH_N_FAILED_BURST_MINUTES, WATCH_N_DORMANT_DAYS,
	WATCH_N_FAR_APART_MINUTES, WATCH_N_FAR_APART_CHANGES, WATCH_N_FAR_APART_NEAR_CHANGES, WATCH_NUMBERS };
/* One parameter of a rule: its range and what it is without a word in watch.yaml. */
struct watch_param { enum watch_rule rule; const char *name, *unit; int64_t min, max, otherwise; };
extern const struct watch_param watch_params[]; /* ends with rule 0 */
struct watch_rules { bool on[WATCH_RULES], urgent[WATCH_RULES]; int64_t values[WATCH_NUMBERS]; };
const char      *watch_rule_id(enum watch_rule);             /* "off-hours"; NULL: none            */
enum watch_rule  watch_rule_of(struct str id);
void             watch_rules_default(struct watch_rules *);
MUST_USE enum rc watch_rules_load(const struct yaml_node *root, struct watch_rules *ret); /* RC_SYNTAX: "file:line: …" */

/* An alarm: why in numbers. `day_us`: its day in JST; one alarm of a rule per person, source and day. */
struct watch_alarm { enum watch_rule rule; struct watch_event event; int64_t day_us, seen, limit; };
typedef void watch_raise(void *context, const struct watch_alarm *);

struct watch; /* opaque */
struct watch *watch_new(const struct watch_rules *, const struct calendar *); /* both borrowed; the calendar may change between calls */
void          watch_free(struct watch *);
void          watch_feed(struct watch *, const struct watch_event *, watch_raise *, void *context);
void          watch_until(struct watch *, int64_t now_us, watch_raise *, void *context); /* days that are over are weighed */
uint64_t      watch_hash(struct str);                        /* of an address or a name: never 0   */
uint64_t      watch_network(struct str address);             /* of its /24 or /48; a name is its own */

#endif
