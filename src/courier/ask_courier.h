// SPDX-License-Identifier: Apache-2.0
/*
 * ask_courier - what core may ask of the process that sends: take these
 * entries, and say how sending stands. Entries go in order of their index;
 * what courier has it keeps until the collector's machine confirmed it.
 */
#ifndef COURIER_ASK_COURIER_H
#define COURIER_ASK_COURIER_H

#include "crypt/crypt.h"
#include "ipc/channel.h"

#define COURIER_BATCH_MAX 128
#define COURIER_BYTES_MAX 2048   /* of one entry as text */

enum sending { SENDING_OFF = 0 /* no collector is declared */, SENDING_IDLE, SENDING_CONNECTED, SENDING_REFUSED /* it does not prove whom we mean */, SENDING_AWAY, SENDING_COUNT };

struct outgoing { uint64_t index; struct str text; }; /* borrow */
struct courier_put { uint64_t told; /* of what was missed, how many stand in the ledger by now */ struct outgoing list[COURIER_BATCH_MAX]; size_t n; };
struct courier_state {
	enum sending sending;
	bool         begun;                    /* it ever had an entry: `last` is one     */
	uint64_t     last;                     /* index of the newest entry it was given  */
	uint64_t     waiting, sent, missed, told;
	uint64_t     missed_from, missed_to;   /* indexes of those not told yet           */
	int64_t      since_us, sent_at_us;     /* in this state; the last confirmed entry */
	char         trouble[200];             /* in words, of the last attempt; ""       */
};

/* ---- the witness ---- */

#define WITNESS_TEXT_MAX 16384

enum witness_ask { WITNESS_STATE = 0, WITNESS_SEND /* `text`: a submission to send */, WITNESS_ANSWER /* `text`: an answer that came on a stick */, WITNESS_ASKS };
enum standing {
	STANDING_OFF = 0,   /* no witness is declared                                              */
	STANDING_NEW,       /* nothing came back yet                                               */
	STANDING_GOOD,      /* the last head sent was cosigned                                     */
	STANDING_AGAIN,     /* the witness holds an older head than we thought: prove from there   */
	STANDING_AWAY,      /* it does not answer, or not as a witness                             */
	STANDING_REFUSED,   /* somebody else answers, or its cosignature is not its key's          */
	STANDING_UNKNOWN,   /* it was not told of this ledger or this epoch                        */
	STANDING_NEWER,     /* it holds a newer head than ours: we were rolled back                */
	STANDING_FORK,      /* it holds another history                                            */
	STANDING_COUNT
};
struct witness_asked { enum witness_ask what; struct str origin, text; };  /* borrow; origin: of the ledger now */
struct witness_state {
	enum standing standing;
	bool          sends;                /* over the network; else on a stick                     */
	bool          from_root_known;
	uint64_t      from;                 /* a next head is to be proven from here                 */
	struct hash   from_root;
	uint64_t      size;                 /* of the last cosigned head                             */
	int64_t       cosigned_at_us;       /* 0: none                                               */
	uint64_t      theirs;               /* size the witness says it holds, with NEWER and FORK   */
	int64_t       since_us;
	char          trouble[200];
	struct str    note;                 /* the last cosigned head, borrow; may be empty          */
};
MUST_USE enum rc witness_asked_encode(const struct witness_asked *, struct buf *);
MUST_USE enum rc witness_asked_decode(struct str, struct witness_asked *ret);
MUST_USE enum rc witness_state_encode(const struct witness_state *, struct buf *);
MUST_USE enum rc witness_state_decode(struct str, struct witness_state *ret);
/* `ret->note` belongs to `note`. RC_SYNTAX with a sentence: the answer on the stick is none, or of another ledger. */
MUST_USE enum rc ask_courier_witness(struct peer *, const struct witness_asked *, struct buf *note, struct witness_state *ret);

/* ---- mail ---- */

#define MAIL_BATCH_MAX   8
#define MAIL_ROWS_MAX    50
#define MAIL_SUBJECT_MAX 300
#define MAIL_BODY_MAX    8000

/* Stored by number. */
enum mail_fate { MAIL_WAITING = 0, MAIL_SENT, MAIL_REFUSED, MAIL_EXPIRED, MAIL_FATES };
#define MAIL_HOOK "webhook" /* in place of an address: the one webhook that is declared */
struct mail       { uint64_t id; struct str to, subject, body; };         /* borrow; id: the entry of the ledger that says so */
struct mail_put   { struct mail list[MAIL_BATCH_MAX]; size_t n; };         /* n 0: only ask */
struct mail_row   { uint64_t id; struct str to, subject; enum mail_fate fate; int64_t tries, at_us; struct str trouble; };
struct mail_channel { enum sending sending; int64_t since_us; char trouble[200]; };
struct mail_state {
	enum sending    sending;
	uint64_t        waiting;
	int64_t         since_us;
	char            trouble[200];
	struct mail_channel hook;
	struct mail_row list[MAIL_ROWS_MAX]; size_t n;                         /* the newest first; borrow */
};
MUST_USE enum rc mail_put_encode(const struct mail_put *, struct buf *);
MUST_USE enum rc mail_put_decode(struct str, struct mail_put *ret);
MUST_USE enum rc mail_state_encode(const struct mail_state *, struct buf *);
MUST_USE enum rc mail_state_decode(struct str, struct mail_state *ret);
/* Texts of `ret` belong to `reply`. RC_LIMIT: too many wait. */
MUST_USE enum rc ask_courier_mail(struct peer *, const struct mail_put *, struct buf *reply, struct mail_state *ret);

MUST_USE enum rc courier_put_encode(const struct courier_put *, struct buf *);
MUST_USE enum rc courier_put_decode(struct str, struct courier_put *ret);
MUST_USE enum rc courier_state_encode(const struct courier_state *, struct buf *);
MUST_USE enum rc courier_state_decode(struct str, struct courier_state *ret);
MUST_USE enum rc ask_courier_put(struct peer *, const struct courier_put *, struct courier_state *ret);

#endif
