// SPDX-License-Identifier: Apache-2.0
/*
 * month - a contract's month as it is closed: made, reviewed, submitted, accepted or returned, answered.
 *
 * A version is a report with its hash (SHA-256 of the canonical JSON that rides in the entry which made it); nothing of
 * it is worked out again later. A correction is a new version. Steps are about one version and name its hash.
 */
#ifndef CORE_MONTH_H
#define CORE_MONTH_H

#include "catalogue/month.h"
#include "core/core.h"

#define MONTH_ID_MAX (NAME_BYTES_MAX + 1 + MONTH_TEXT_BYTES) /* "osaka-2026-10" */

/* Stored by number. */
enum month_step { MONTH_MADE = 1, MONTH_REVIEWED, MONTH_SUBMITTED, MONTH_ACCEPTED, MONTH_RETURNED, MONTH_ANSWERED, MONTH_STEP_COUNT };
const char *month_step_word(enum month_step); /* "made" */

/* The newest version of a month, and where it stands; `report` only when asked for. */
struct month_now {
	char            id[MONTH_ID_MAX + 1], contract[NAME_BYTES_MAX + 1], month[MONTH_TEXT_BYTES + 1], hash[65];
	int64_t         version, made_us, step_us, accepted_version; /* 0: none was accepted */
	uint64_t        leaf;
	enum month_step state;              /* MONTH_ANSWERED never: an answer moves nothing */
	struct opaque_id maker;
};
/* Versions of an id, newest first: [{version, hash, at, who, reason, leaf}]; steps in order: [{step, version, at, who, inspector, text, leaf}]. */
MUST_USE enum rc month_get(struct core *, const char *id, struct month_now *ret);       /* RC_NOTFOUND: none was made */
MUST_USE enum rc month_versions(struct core *, const char *id, json_t **ret);
MUST_USE enum rc month_steps(struct core *, const char *id, json_t **ret);
MUST_USE enum rc month_report(struct core *, const char *id, int64_t version, json_t **ret);
MUST_USE enum rc month_all(struct core *, json_t **ret_ids);                            /* newest month first */
bool             month_id_split(const char *id, char contract[NAME_BYTES_MAX + 1], char month[MONTH_TEXT_BYTES + 1]);

/* month_report.c: what is known of [range) for a contract, in canonical words that no language changes. Under no lock. */
MUST_USE enum rc month_build(struct core *, const char *contract, const char *month, struct range, int64_t now_us, json_t **ret);
json_t          *month_difference(const json_t *before, const json_t *after);           /* [{id, what, before, after}]; pure */

/* Before it is written down: the report of the arguments' contract and month joins them. Under no lock. */
MUST_USE enum rc month_take(struct core *, json_t *arguments);

bool             month_act(enum act);
MUST_USE enum rc month_stored(struct core *, uint64_t begin, uint64_t outcome, bool *ret);
MUST_USE enum rc month_replay(struct core *, uint64_t begin, const struct leaf *, json_t *payload, const char *who, bool *ret_changed);
MUST_USE enum rc month_again(struct core *);

#endif
