// SPDX-License-Identifier: Apache-2.0
/*
 * The client's witness, as the station lives with it: courier carries, ledger proves, this compares.
 *
 * At the start and ever after the head that was cosigned is held against the ledger of today, and the ledger's head is shown to the
 * witness. A witness that holds a newer head than ours, or another history, is an alarm in the ledger and on every first screen: a
 * station that was rolled back does not go on in silence.
 */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "core/core.h"

#define LOOK_US  SECOND_US
#define CALM_US  (3 * SECOND_US)  /* while it is good   */
#define OFF_US   MINUTE_US        /* while none is declared */
#define STILL_US HOUR_US   /* a head that did not grow is shown again after this: the date goes on */

static const char *const standings[STANDING_COUNT] = { "off", "new", "good", "again", "away", "refused", "unknown", "newer", "fork" };

/* It needs a person. Being away for a while does not: silence does. */
bool
witness_is_bad(enum standing s)
{
	return s == STANDING_REFUSED || s == STANDING_UNKNOWN || s == STANDING_NEWER || s == STANDING_FORK;
}

/* ---- what the ledger is told */

static enum rc
tell(struct core *c, const char *name, uint64_t own, uint64_t theirs)
{
	char full[NAME_BYTES_MAX];
	json_t *payload = json_pack("{s:I, s:I}", "own", (json_int_t)own, "witness", (json_int_t)theirs);
	uint64_t index;
	enum rc rc;

	(void)snprintf(full, sizeof(full), "witness-%s", name); /* fits */
	rc = record_leaf(c, &(struct leaf){ .type = LEAF_STATION, .name = str_of(full) }, payload, &index);
	json_decref(payload);
	return rc;
}

/* Each change once: to something bad, and back to good. */
static enum rc
tell_changes(struct core *c, enum standing standing, bool silent, uint64_t own, uint64_t theirs)
{
	struct witness_now *w = &c->witness;
	bool good = standing == STANDING_GOOD && !silent;
	enum rc rc = RC_OK;

	if (witness_is_bad(standing) && standing != w->told) {
		TRY(tell(c, standings[standing], own, theirs));
		w->told = standing;
	}
	if (silent && !w->told_silent) {
		TRY(tell(c, "silent", own, theirs));
		w->told_silent = true;
	}
	if (good && (witness_is_bad(w->told) || w->told_silent)) {
		TRY(tell(c, "good", own, theirs));
		w->told = STANDING_GOOD;
		w->told_silent = false;
	}
out:
	return rc;
}

/* ---- comparing and sending */

static struct str
origin_of(const struct buf *checkpoint)
{
	struct str rest = buf_str(checkpoint), line = STR_NONE;

	(void)str_line(&rest, &line); /* no head yet: empty */
	return line;
}

static bool
is_due(const struct witness_now *w, const struct witness_state *s, uint64_t own, int64_t now_us)
{
	if (!s->sends || s->standing == STANDING_OFF)
		return false;
	if (s->standing == STANDING_AGAIN || w->sent_at_us == 0)
		return now_us - w->sent_at_us >= LOOK_US;
	return now_us - w->sent_at_us >= w->every_us && (own > s->size || s->standing != STANDING_GOOD || now_us - s->cosigned_at_us >= STILL_US);
}

static void
keep(struct core *c, const struct witness_state *s, enum standing standing, bool silent, uint64_t own, struct str vkey, struct str origin)
{
	struct witness_now *w = &c->witness;

	core_lock(c);
	w->known = true;
	w->state = *s;
	w->standing = standing;
	w->silent = silent;
	w->own = own;
	(void)snprintf(w->note, sizeof(w->note), STR_FMT, STR_ARG(s->note));
	w->state.note = str_of(w->note);
	if (vkey.n)
		(void)snprintf(w->vkey, sizeof(w->vkey), STR_FMT, STR_ARG(str_trim(vkey)));
	(void)snprintf(w->origin, sizeof(w->origin), STR_FMT, STR_ARG(origin));
	core_unlock(c);
}

/*= O1-2-2 */
enum rc
witness_follow(struct core *c)
{
	struct witness_now *w = &c->witness;
	struct ledger_head head = { .checkpoint = BUF(4096) };
	struct buf note = BUF(4096), submission = BUF(WITNESS_TEXT_MAX), vkey = BUF(512);
	struct witness_state s;
	enum standing standing;
	int64_t now_us = core_now_us();
	uint64_t own = 0;
	bool silent;
	enum rc rc = RC_OK;

	if (now_us - w->asked_at_us < (!w->known ? LOOK_US : w->standing == STANDING_OFF ? OFF_US : w->standing == STANDING_GOOD ? CALM_US : LOOK_US) && now_us >= w->asked_at_us)
		return RC_OK;
	w->asked_at_us = now_us;
	TRY(ask_ledger_head(c->ledger, &head));
	TRY(ask_courier_witness(c->courier, &(struct witness_asked){ .origin = origin_of(&head.checkpoint) }, &note, &s));
	standing = s.standing;
	own = head.covered;
	if (own > 0) {
		rc = ask_ledger_extends(c->ledger, s.from, s.from_root_known ? &s.from_root : NULL, &own, &submission, &vkey);
		if (rc == RC_NOTFOUND || rc == RC_TAMPERED) { /* what was cosigned is not in the ledger of today */
			standing = rc == RC_NOTFOUND ? STANDING_NEWER : STANDING_FORK;
			s.theirs = s.from;
			rc_trail_clear();
			rc = RC_OK;
		}
		TRY(rc);
	}
	if (submission.n && is_due(w, &s, own, now_us)) {
		w->sent_at_us = now_us;
		TRY(ask_courier_witness(c->courier, &(struct witness_asked){ WITNESS_SEND, origin_of(&head.checkpoint), buf_str(&submission) }, &note, &s));
	}
	silent = standing != STANDING_OFF && now_us - (s.cosigned_at_us ? s.cosigned_at_us : c->started_at_us) > w->silent_us;
	keep(c, &s, standing, silent, own, buf_str(&vkey), origin_of(&head.checkpoint));
	TRY(tell_changes(c, standing, silent, own, s.theirs));
out:
	buf_free(&head.checkpoint);
	buf_free(&note);
	buf_free(&submission);
	buf_free(&vkey);
	return rc;
}

/* ---- screens */

json_t *
witness_json(struct core *c)
{
	const struct witness_now *w = &c->witness;
	json_t *ret;

	if (!w->known)
		return json_null();
	ret = json_pack("{s:s, s:b, s:b, s:I, s:I, s:I, s:o, s:o, s:s}", "state", w->silent && !witness_is_bad(w->standing) ? "silent" : standings[w->standing], "bad", witness_is_bad(w->standing) || w->silent, "sends", w->state.sends,
	    "size", (json_int_t)w->state.size, "own", (json_int_t)w->own, "theirs", (json_int_t)w->state.theirs, "cosigned_at", view_time(w->state.cosigned_at_us), "since", view_time(w->state.since_us), "trouble", w->state.trouble);
	return ret ? ret : json_null();
}

/* Groups of four, as people read them aloud. */
static json_t *
fingerprint(const char *vkey)
{
	struct buf hex = BUF(80), grouped = BUF(128);
	struct hash h;
	json_t *ret = NULL;

	hash_bytes(str_of(vkey), &h);
	if (*vkey && hex_encode(&hex, (struct str){ (const char *)h.b, sizeof(h.b) }) == RC_OK) {
		for (size_t i = 0; i < hex.n; i += 4)
			if (buf_addf(&grouped, "%s%.4s", i ? " " : "", hex.p + i) != RC_OK)
				break;
		ret = view_text(buf_str(&grouped));
	}
	buf_free(&hex);
	buf_free(&grouped);
	return ret ? ret : json_string("");
}

enum rc
view_witness(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	core_lock(c);
	*ret = json_pack("{s:I, s:o, s:s, s:s, s:o}", "at", (json_int_t)core_now_us(), "witness", witness_json(c), "key", c->witness.vkey, "origin", c->witness.origin, "fingerprint", fingerprint(c->witness.vkey));
	core_unlock(c);
	return *ret ? RC_OK : FAIL(RC_BUG, "the witness's page is no JSON");
}

static bool
is_off(struct core *c)
{
	bool off;

	core_lock(c);
	off = !c->witness.known || c->witness.standing == STANDING_OFF;
	core_unlock(c);
	return off;
}

/* What a stick carries to the witness. Courier remembers it, to understand the answer. */
enum rc
do_witness_export(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct ledger_head head = { .checkpoint = BUF(4096) };
	struct buf note = BUF(4096), submission = BUF(WITNESS_TEXT_MAX), vkey = BUF(512);
	struct witness_state s;
	uint64_t own = 0;
	enum rc rc = RC_OK;

	if (is_off(c))
		return FAIL(RC_CONFLICT, "立会人が設定されていません。tsujiban.yaml の witness_key を書いてください / no witness is declared: set witness_key in tsujiban.yaml");
	TRY(ask_ledger_head(c->ledger, &head));
	TRY(ask_courier_witness(c->courier, &(struct witness_asked){ .origin = origin_of(&head.checkpoint) }, &note, &s));
	TRY(ask_ledger_extends(c->ledger, s.from, s.from_root_known ? &s.from_root : NULL, &own, &submission, &vkey));
	TRY(ask_courier_witness(c->courier, &(struct witness_asked){ WITNESS_SEND, origin_of(&head.checkpoint), buf_str(&submission) }, &note, &s));
	*ret = json_pack("{s:I, s:o}", "size", (json_int_t)own, "submission", view_text(buf_str(&submission)));
out:
	buf_free(&head.checkpoint);
	buf_free(&note);
	buf_free(&submission);
	buf_free(&vkey);
	return rc;
}

enum rc
do_witness_import(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const json_t *answer = json_object_get(arguments, "answer");
	struct ledger_head head = { .checkpoint = BUF(4096) };
	struct buf note = BUF(4096), text = BUF(WITNESS_TEXT_MAX);
	struct str rest, line;
	struct witness_state s;
	enum rc rc = RC_OK;

	if (is_off(c))
		return FAIL(RC_CONFLICT, "立会人が設定されていません。tsujiban.yaml の witness_key を書いてください / no witness is declared: set witness_key in tsujiban.yaml");
	rest = str_trim(str_of(json_string_value(answer)));
	while (str_line(&rest, &line)) { /* a form sends CRLF */
		TRY(buf_add(&text, line));
		TRY(buf_add_byte(&text, '\n'));
	}
	TRY(ask_ledger_head(c->ledger, &head));
	rc = ask_courier_witness(c->courier, &(struct witness_asked){ WITNESS_ANSWER, origin_of(&head.checkpoint), buf_str(&text) }, &note, &s);
	if (rc == RC_SYNTAX || rc == RC_TAMPERED || rc == RC_NOTFOUND || rc == RC_LIMIT || rc == RC_CONFLICT)
		TRY(FAIL(RC_SYNTAX, "登録した立会人の答えではありません。tsujiban-witness cosign が書いたファイルを、そのまま入れてください / not an answer of the declared witness: give the file that tsujiban-witness cosign wrote, as it is"));
	TRY(rc);
	core_lock(c); /* shown at once; compared with the ledger at the next look */
	c->witness.state = s;
	c->witness.standing = s.standing;
	(void)snprintf(c->witness.note, sizeof(c->witness.note), STR_FMT, STR_ARG(s.note));
	c->witness.state.note = str_of(c->witness.note);
	core_unlock(c);
	c->witness.asked_at_us = 0;
	TRY(view_witness(c, who, arguments, ret));
out:
	buf_free(&head.checkpoint);
	buf_free(&note);
	buf_free(&text);
	return rc;
}
