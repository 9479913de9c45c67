// SPDX-License-Identifier: Apache-2.0
/*
 * witness - the other side's memory of a log: cosigns each head that extends
 * the last it saw, and no other.
 *
 * The last head of each log stands on the disk before its cosignature leaves.
 * A head that would rewrite history is refused and kept as an alarm with its
 * date. What a log may be is told by a person (witness_add): one key an origin;
 * an epoch is a log of its own, so that a restored copy needs that person again.
 */
#ifndef WITNESS_WITNESS_H
#define WITNESS_WITNESS_H

#include "merkle/submission.h"

#define WITNESS_LOGS_MAX   64
#define WITNESS_SILENT_H   48
#define WITNESS_ALARMS_MAX 32

/* What a person has to look at. A fork stays until a person settles it; the others until a head is accepted again. */
enum alarm { ALARM_NONE = 0, ALARM_UNPROVEN /* no proof that it extends ours */, ALARM_ROLLBACK /* an older head */, ALARM_EPOCH /* a new epoch was begun */, ALARM_FORK /* another root at the same size */, ALARM_COUNT };

enum log_state { LOG_DAMAGED = 0 /* our own file is not whole */, LOG_GOOD, LOG_WAITING /* nothing came yet */, LOG_ENDED /* a later epoch of it is witnessed */, LOG_SILENT, LOG_ALARM, LOG_STATES };

struct log_view {
	char           origin[NOTE_NAME_MAX + 1];
	enum log_state state;
	bool           seen;
	uint64_t       size;
	struct hash    root;
	int64_t        added_at_us, seen_at_us;
	enum alarm     alarm;                 /* the worst that stands */
	int64_t        alarm_at_us;
	struct { enum alarm what; int64_t at_us; uint64_t size; } alarms[WITNESS_ALARMS_MAX]; /* newest last, also settled ones */
	size_t         alarms_count;
};

struct witness;

/* Makes key and folders; RC_CONFLICT: there is one already. `host`: the name in the certificate of its HTTPS. */
MUST_USE enum rc witness_init(int dirfd, struct str name, struct str host, int64_t now_us);
MUST_USE enum rc witness_open(int dirfd, struct witness **ret);       /* `dirfd` stays the caller's */
void             witness_close(struct witness *);                     /* accepts NULL */
const struct note_key *witness_key(const struct witness *);
MUST_USE enum rc witness_add(struct witness *, struct str vkey, int64_t now_us); /* RC_CONFLICT: another key for that origin; RC_OK again for the same */
MUST_USE enum rc witness_settle(struct witness *, struct str origin, int64_t now_us); /* RC_NOTFOUND */
/*
 * One submission, by any thread. `ret`: lines of cosignatures, a size, or nothing; with `whole` the note with our line.
 * Anything else than RC_OK: it could not be kept, and nothing is answered but ANSWER_FAILED.
 */
MUST_USE enum rc witness_take(struct witness *, struct str submission, int64_t now_us, bool whole, enum answer_status *ret_status, struct buf *ret);
MUST_USE enum rc witness_look(struct witness *, int64_t now_us, struct log_view *ret, size_t max, size_t *ret_n);
const char      *alarm_name(enum alarm);
const char      *log_state_name(enum log_state);

/* TLS of its own: key and certificate made by witness_init; owned by the caller. */
MUST_USE enum rc witness_tls(int dirfd, struct secret *ret_key, struct buf *ret_cert);

/* page.c: the same for people. `tag` the key's fingerprint on a sheet. */
MUST_USE enum rc witness_text(struct witness *, int64_t now_us, bool english, struct buf *, bool *ret_good);
MUST_USE enum rc witness_json(struct witness *, int64_t now_us, struct buf *, bool *ret_good);
MUST_USE enum rc witness_page(struct witness *, int64_t now_us, struct buf *, bool *ret_good);
extern const char witness_style[];

#endif
