// SPDX-License-Identifier: Apache-2.0
/*
 * Holds: each is the note of hold-begin; hold-end names it. Those that nobody ended are kept in memory, and whether one is
 * in force is asked of the clock each time: nothing has to run for it to end.
 *
 * An address and the use of the console are not stopped at the machine itself; the use of the console goes on for those who
 * contain and for the client, and the client goes on taking out what it needs.
 */
#include "core/hold.h"

#include <string.h>

#include "base/num.h"
#include "core/guard_int.h"
#include "core/register_int.h"

#define HOURS_MAX   72
#define HOURS_USUAL 24
#define BITS_MIN    16 /* of IPv4 */
#define BITS_MIN6   32
#define SHOWN_MAX   500

static const char *const kinds[HOLD_KINDS] = { "address", "exports", "service" };

static enum hold_kind
kind_of(const char *word)
{
	enum hold_kind k = HOLD_ADDRESS;

	while (k < HOLD_KINDS && strcmp(kinds[k], word) != 0)
		k++;
	return k;
}

static const char *
text_of(const json_t *arguments, const char *key)
{
	const char *s = json_string_value(json_object_get(arguments, key));

	return s ? s : "";
}

static int64_t
hours_of(const json_t *arguments)
{
	const char *text = text_of(arguments, "hours");
	int64_t n = 0;

	if (*text == '\0')
		return HOURS_USUAL;
	if (num_parse(str_of(text), 1, HOURS_MAX, &n) != RC_OK)
		rc_trail_clear(); /* 0: not said in a way that is taken */
	return n;
}

const char *
hold_words(const json_t *arguments, enum lang lang, char ret[HOLD_WORDS])
{
	static const enum msg words[HOLD_KINDS] = { MSG_UI_HOLD_KIND_ADDRESS, MSG_UI_HOLD_KIND_EXPORTS, MSG_UI_HOLD_KIND_SERVICE };
	enum hold_kind k = kind_of(text_of(arguments, "kind"));
	const char *address = k == HOLD_ADDRESS ? text_of(arguments, "address") : "";

	(void)snprintf(ret, HOLD_WORDS, "%s%s%.60s", k < HOLD_KINDS ? message_plain(words[k], lang) : "?", *address ? ": " : "", address); /* fits: an address is short */
	return ret;
}

/* ---- in memory */

struct gathering { struct hold *list; size_t n, cap; json_t *ended; };

static void
take_begin(void *context, const struct note *n)
{
	struct gathering *g = context;
	struct hold h = { .leaf = n->leaf, .kind = kind_of(note_text(n, "kind")), .until_us = n->at_us + hours_of(n->arguments) * HOUR_US };
	char id[24];

	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)n->leaf); /* fits */
	if (json_object_get(g->ended, id) || h.kind == HOLD_KINDS || h.until_us <= core_now_us())
		return;
	if (h.kind == HOLD_ADDRESS && prefix_parse(str_of(note_text(n, "address")), &h.prefix) != RC_OK) {
		rc_trail_clear(); /* it was checked when it was made: cannot be */
		return;
	}
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 16;
		g->list = realloc(g->list, g->cap * sizeof(*g->list));
		if (g->list == NULL)
			abort();
	}
	prefix_unmap(&h.prefix);
	g->list[g->n++] = h;
}

enum rc
hold_load(struct core *c)
{
	struct gathering g = { .ended = NULL };
	struct hold *old = NULL;
	enum rc rc = RC_OK;

	TRY(note_ends(c, ACT_HOLD_END, &g.ended));
	TRY(note_each(c, ACT_HOLD_BEGIN, take_begin, &g));
	core_lock(c);
	old = c->holds;
	c->holds = g.list;
	c->holds_count = g.n;
	c->version++;
	g.list = NULL;
	core_unlock(c);
out:
	free(old);
	free(g.list);
	json_decref(g.ended);
	return rc;
}

void
hold_free(struct core *c)
{
	free(c->holds);
	c->holds = NULL;
	c->holds_count = 0;
}

/* ---- asked */

bool
hold_address(struct core *c, struct str address, int64_t now_us)
{
	struct prefix peer;
	bool ret = false, any;

	core_lock(c);
	any = c->holds_count != 0; /* usually none: then nothing is worked out */
	core_unlock(c);
	if (!any)
		return false;
	if (address_parse(address, &peer) != RC_OK) {
		rc_trail_clear(); /* who came over a socket that has none */
		return false;
	}
	prefix_unmap(&peer);
	core_lock(c);
	for (size_t i = 0; i < c->holds_count && !ret; i++)
		ret = c->holds[i].kind == HOLD_ADDRESS && now_us < c->holds[i].until_us && prefix_holds(&c->holds[i].prefix, &peer);
	core_unlock(c);
	return ret;
}

/* The last instant of those of a kind; 0: none. Under lock. */
static int64_t
until(const struct core *c, enum hold_kind kind, int64_t now_us)
{
	int64_t ret = 0;

	for (size_t i = 0; i < c->holds_count; i++)
		if (c->holds[i].kind == kind && now_us < c->holds[i].until_us && c->holds[i].until_us > ret)
			ret = c->holds[i].until_us;
	return ret;
}

bool
hold_exports(const struct core *c, int64_t now_us)
{
	return until(c, HOLD_EXPORTS, now_us) != 0;
}

int64_t
hold_count(const struct core *c, int64_t now_us)
{
	int64_t n = 0;

	for (size_t i = 0; i < c->holds_count; i++)
		n += now_us < c->holds[i].until_us;
	return n;
}

/*= S-1-3 */
enum rc
hold_ask(struct core *c, const struct actor *who)
{
	int64_t until_us;

	if (who->door == DOOR_LOCAL)
		return RC_OK;
	if (hold_address(c, who->address, who->at_us))
		return FAIL(RC_DENIED, "hold:address: このアドレスからの利用は、いま止めています / use from this address is stopped for now");
	if (act_permitted(ACT_HOLD_BEGIN, who->session.roles) || roles_side(who->session.roles) == SIDE_CLIENT)
		return RC_OK;
	core_lock(c);
	until_us = until(c, HOLD_SERVICE, who->at_us);
	core_unlock(c);
	if (until_us == 0)
		return RC_OK;
	return FAIL(RC_DENIED, "hold:service:%lld: ただいま保守のため止めています / stopped for maintenance", (long long)(until_us / SECOND_US));
}

/* ---- begun and ended */

static enum rc
address_said(const struct actor *who, const char *text)
{
	struct prefix p, own;
	bool wide;

	if (prefix_parse(str_trim(str_of(text)), &p) != RC_OK) {
		rc_trail_clear();
		return FAIL(RC_SYNTAX, "止めるアドレスを、203.0.113.9 や 2001:db8::/48 のように入れてください / give the address to stop, as 203.0.113.9 or 2001:db8::/48");
	}
	prefix_unmap(&p);
	wide = p.bits < (p.is6 ? BITS_MIN6 : BITS_MIN);
	if (wide)
		return FAIL(RC_SYNTAX, "範囲が広すぎます（/%u まで）。みなを止めるなら、利用を止めてください / the range is too wide (up to /%u): to stop everybody, stop the use of the console", p.is6 ? BITS_MIN6 : BITS_MIN, p.is6 ? BITS_MIN6 : BITS_MIN);
	if (address_parse(who->address, &own) != RC_OK) {
		rc_trail_clear(); /* at the machine itself */
		return RC_OK;
	}
	prefix_unmap(&own);
	if (prefix_holds(&p, &own))
		return FAIL(RC_CONFLICT, "いまお使いのアドレスです。自分は止められません / this is the address you come from");
	return RC_OK;
}

static bool
incident_stands(struct core *c, const char *id)
{
	const struct row *r;

	core_lock(c);
	r = register_row(c, str_of(id));
	core_unlock(c);
	return r != NULL && strcmp(r->register_id, "incident") == 0;
}

enum rc
do_hold_begin(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	enum hold_kind kind = kind_of(text_of(arguments, "kind"));
	struct buf reason = BUF(8192);
	enum rc rc = RC_OK;

	if (kind == HOLD_KINDS)
		TRY(FAIL(RC_SYNTAX, "止めるものを選んでください / choose what to stop"));
	if (hours_of(arguments) == 0)
		TRY(FAIL(RC_SYNTAX, "何時間止めるかを、1から%dまでで入れてください / for how many hours, from 1 to %d", HOURS_MAX, HOURS_MAX));
	if (kind == HOLD_ADDRESS)
		TRY(address_said(who, text_of(arguments, "address")));
	if (*text_of(arguments, "incident") && !incident_stands(c, text_of(arguments, "incident")))
		TRY(FAIL(RC_NOTFOUND, "その事案はないか、終わっています / there is no such incident, or it is closed"));
	TRY(reason_said(arguments, false, &reason));
	TRY(note_put(c, ACT_HOLD_BEGIN, who, arguments)); /* in force before it is answered */
	TRY(view_holds(c, who, arguments, ret));
out:
	buf_free(&reason);
	return rc;
}

enum rc
do_hold_end(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	uint64_t leaf = 0;
	bool found = false;
	enum rc rc = RC_OK;

	if (num_parse_u64(str_of(text_of(arguments, "id")), INT64_MAX, &leaf) != RC_OK) {
		rc_trail_clear();
		leaf = UINT64_MAX;
	}
	core_lock(c);
	for (size_t i = 0; i < c->holds_count; i++)
		found |= c->holds[i].leaf == leaf && who->at_us < c->holds[i].until_us;
	core_unlock(c);
	if (!found)
		TRY(FAIL(RC_NOTFOUND, "その停止はないか、もう終わっています / there is no such hold, or it has ended"));
	TRY(note_put(c, ACT_HOLD_END, who, arguments));
	TRY(view_holds(c, who, arguments, ret));
out:
	return rc;
}

/* ---- the list */

struct listing { const struct actor *who; json_t *rows, *ended; };

static void
list_begin(void *context, const struct note *n)
{
	struct listing *l = context;
	int64_t until_us = n->at_us + hours_of(n->arguments) * HOUR_US;
	const json_t *ended;
	char id[24], words[HOLD_WORDS];

	if (json_array_size(l->rows) >= SHOWN_MAX)
		return;
	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)n->leaf); /* fits */
	ended = json_object_get(l->ended, id);
	json_array_append_new(l->rows, json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:o, s:s, s:s, s:s, s:s, s:b, s:I}", "id", id, "kind", note_text(n, "kind"), "address", note_text(n, "address"), "words", hold_words(n->arguments, l->who->lang, words),
	    "since", (json_int_t)n->at_us, "until", (json_int_t)until_us, "who", view_text(n->who), "state", ended ? "ended" : l->who->at_us >= until_us ? "over" : "in-force", "ender", ended ? json_string_value(json_object_get(ended, "who")) : "",
	    "reason", note_text(n, "reason"), "incident", note_text(n, "incident"), "can_end", !ended && l->who->at_us < until_us && act_permitted(ACT_HOLD_END, l->who->session.roles), "leaf", (json_int_t)n->leaf));
}

enum rc
view_holds(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct listing l = { .who = who, .rows = json_array() };
	json_t *incidents = json_array();
	size_t at, end;
	enum rc rc = RC_OK;

	(void)arguments;
	TRY(note_ends(c, ACT_HOLD_END, &l.ended));
	TRY(note_each(c, ACT_HOLD_BEGIN, list_begin, &l));
	core_lock(c);
	for (at = register_range(c, STR("incident"), &end); at < end; at++)
		json_array_append_new(incidents, json_pack("{s:s, s:s}", "id", c->rows[at].id, "name", c->rows[at].name));
	core_unlock(c);
	*ret = json_pack("{s:I, s:O, s:I, s:O, s:b}", "at", (json_int_t)core_now_us(), "rows", l.rows, "total", (json_int_t)json_array_size(l.rows), "incidents", incidents, "can_begin", act_permitted(ACT_HOLD_BEGIN, who->session.roles));
out:
	json_decref(l.rows);
	json_decref(l.ended);
	json_decref(incidents);
	return rc;
}
