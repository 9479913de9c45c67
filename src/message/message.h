// SPDX-License-Identifier: Apache-2.0
/*
 * message - every sentence a person reads, in Japanese or English, by number.
 *
 * `{name}` in a sentence is filled from arguments; `{name:time}` and
 * `{name:date}` print an instant (µs) in JST. A missing argument prints "?" and never fails.
 * Sentences stand in messages/; a target that includes this header takes the `messages` dependency of meson.build.
 * Pure: no clock, no locale, no allocation but the caller's buf.
 */
#ifndef MESSAGE_MESSAGE_H
#define MESSAGE_MESSAGE_H

#include "act/act.h"
#include "evidence/leaf.h"
#include "catalogue/status.h"
#include "message/messages.h"

enum lang { LANG_JA = 0, LANG_EN };

enum lang   lang_of(struct str name);   /* "en": English; anything else: Japanese */
const char *lang_name(enum lang);       /* "ja", "en"                             */

/* Arguments in place: message_text(MSG_X, lang, MSG_ARGS(MSG_N("count", 3), MSG_S("port", port)), &out) */
#define MSG_N(key, value) { .name = (key), .n = (value) }
#define MSG_S(key, value) { .name = (key), .is_text = true, .text = (value) }
#define MSG_ARGS(...)     (const struct finding_arg[]){ __VA_ARGS__ }, sizeof((const struct finding_arg[]){ __VA_ARGS__ }) / sizeof(struct finding_arg)
#define MSG_NO_ARGS       NULL, 0

bool             message_known(unsigned number);
MUST_USE enum rc message_text(unsigned number, enum lang, const struct finding_arg *, size_t count, struct buf *); /* RC_NOTFOUND: no such number */
MUST_USE enum rc message_next(unsigned number, enum lang, const struct finding_arg *, size_t count, struct buf *); /* what to do next; adds nothing when there is nothing to say */
MUST_USE enum rc message_line(unsigned number, enum lang, const struct finding_arg *, size_t count, struct buf *); /* "T-2102 text next" */
const char      *message_plain(enum msg, enum lang);   /* the sentence as it stands: words without arguments; "" when unknown */

/* Words of the closed vocabularies; "" for a value that has none. */
const char *word_status(enum status, enum lang);
const char *word_verdict(enum verdict, enum lang);
const char *word_route_kind(enum route_kind, enum lang);
const char *word_side(enum side, enum lang);
const char *word_subject_kind(enum subject_kind, enum lang);
const char *word_strength(enum strength, enum lang);
const char *word_trigger(enum trigger, enum lang);
const char *word_closing(enum closing one, enum lang);
const char *word_phase(enum phase one, enum lang);
const char *word_node_kind(enum node_kind, enum lang);
const char *word_role(enum role, enum lang);
const char *word_leaf_type(enum leaf_type, enum lang);
const char *word_outcome(enum outcome, enum lang);
const char *word_act(enum act, enum lang);
const char *word_act_menu(enum act, enum lang);

#endif
