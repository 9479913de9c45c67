// SPDX-License-Identifier: Apache-2.0
/*
 * Gates: what has to hold before something new is begun (catalogue/gates.yaml). A gate closes when one of its needs has
 * ceased to hold for longer than its days of grace; it stops the acts it names, and nothing that runs.
 */
#include "core/hold.h"

#include <string.h>

#include "base/calendar.h"
#include "control/papers.h"

/* What one need is: held, on its way (a paper within its window, or in time with the client), or missing, since when. */
struct need_state { enum verdict verdict; bool on_its_way; int64_t since_us; const struct held *worst; };

/* The first instant from which on it was never PASS or not applicable; 0: nothing is known. */
static int64_t
missing_since(struct core *c, const struct held *h)
{
	struct query *q = NULL;
	int64_t since_us = h->since_us;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select min(from_us) from verdict_change where control = $1 and subject = $2 and from_us >"
	    " coalesce((select max(from_us) from verdict_change where control = $3 and subject = $4 and verdict in ($5, $6)), 0) having count(*) > 0", &q));
	TRY(db_put_text(q, 1, str_of(h->control)));
	TRY(db_put_text(q, 2, str_of(h->subject)));
	TRY(db_put_text(q, 3, str_of(h->control)));
	TRY(db_put_text(q, 4, str_of(h->subject)));
	TRY(db_put_int(q, 5, VERDICT_PASS));
	TRY(db_put_int(q, 6, VERDICT_NOT_APPLICABLE));
	TRY(db_step(q, &row));
	if (row && db_int(q, 0) > 0 && db_int(q, 0) < since_us)
		since_us = db_int(q, 0);
out:
	db_done(q);
	if (rc != RC_OK)
		proc_log(rc, "since when a gate's need is missing could not be read");
	return since_us;
}

/* Under lock. */
static struct need_state
need_now(struct core *c, struct str control)
{
	struct need_state n = { .verdict = VERDICT_NOT_APPLICABLE };
	size_t end, at = held_range(c, control, &end);

	if (at == end)
		n.verdict = VERDICT_UNKNOWN; /* not judged by this version */
	for (; at < end; at++) {
		const struct held *h = &c->held[at];
		bool on_its_way = h->verdict == VERDICT_UNKNOWN && (h->why == WHY_CONFIRMED || h->why == WHY_AWAITED || h->why == WHY_EARLY);
		enum verdict v = verdict_and(n.verdict, h->verdict);

		if (h->clause[0])
			continue;
		n.on_its_way = v == n.verdict ? n.on_its_way && (on_its_way || h->verdict != VERDICT_UNKNOWN) : on_its_way;
		n.worst = v == n.verdict ? n.worst : h;
		n.verdict = v;
	}
	if (n.worst && n.verdict != VERDICT_PASS && n.verdict != VERDICT_NOT_APPLICABLE)
		n.since_us = missing_since(c, n.worst);
	return n;
}

static bool
holds(const struct need_state *n)
{
	return n->verdict == VERDICT_PASS || n->verdict == VERDICT_NOT_APPLICABLE || n->on_its_way;
}

/* Under lock: when it closes, or closed; INT64_MAX: it stays open. `ret_first`: the need that closes it first. */
static int64_t
closes_at(struct core *c, const struct gate *g, int64_t now_us, struct str *ret_first)
{
	int64_t closes_us = INT64_MAX;

	for (size_t i = 0; i < g->needs_count; i++) {
		struct need_state n = need_now(c, g->needs[i]);
		int64_t at_us = day_add(n.since_us ? n.since_us : now_us, (int)g->grace_days);

		if (g->grace_days == 0)
			at_us = n.since_us ? n.since_us : now_us;
		if (holds(&n) || at_us >= closes_us)
			continue;
		closes_us = at_us;
		*ret_first = g->needs[i];
	}
	return closes_us;
}

static bool
stops(const struct gate *g, enum act act, const struct actor *who, json_t *arguments)
{
	enum side side = roles_side(who->session.roles);
	const char *role = json_string_value(json_object_get(arguments, "role"));
	bool named = g->exports && json_object_get(arguments, "export");

	for (size_t i = 0; i < g->acts_count; i++)
		named |= g->acts[i] == act;
	if (act == ACT_ACCOUNT_ADD && role && role_of(str_of(role)) != ROLE_NONE)
		side = role_side(role_of(str_of(role))); /* whoever adds it: the account's */
	return named && (g->side == SIDE_NONE || g->side == side);
}

enum rc
gate_ask(struct core *c, enum act act, const struct actor *who, json_t *arguments)
{
	bool takes_out = json_object_get(arguments, "export") || act == ACT_EVIDENCE_GET || act == ACT_PAPER_ATTACHMENT;
	int64_t now_us = core_now_us();
	enum rc rc = RC_OK;

	core_lock(c);
	if (takes_out && roles_side(who->session.roles) == SIDE_CONTRACTOR && hold_exports(c, now_us))
		rc = FAIL(RC_CONFLICT, "事案の間、受託者の取出しを止めています（/hold） / while an incident lasts the contractor takes nothing out (/hold)");
	for (size_t i = 0; i < c->catalogue->gates_count && rc == RC_OK; i++) {
		const struct gate *g = &c->catalogue->gates[i];
		const struct control_info *info;
		struct str first = STR_NONE;
		bool client;

		if (!stops(g, act, who, arguments) || closes_at(c, g, now_us, &first) > now_us)
			continue;
		info = catalogue_control(c->catalogue, first);
		client = info && info->turn == SIDE_CLIENT;
		rc = FAIL(RC_CONFLICT, "関門「" STR_FMT "」が閉じています。足りないもの: " STR_FMT "。次に動くのは%s。足りないものの全部は /gate にあります / the gate \"" STR_FMT "\" is closed: " STR_FMT " is missing, %s moves next; /gate lists all",
		    STR_ARG(g->name.ja), STR_ARG(info ? info->name.ja : first), client ? "発注者" : "受託者", STR_ARG(g->name.en), STR_ARG(info ? info->name.en : first), client ? "the client" : "the contractor");
	}
	core_unlock(c);
	return rc;
}

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_EN ? b.en : b.ja;
}

/* Under lock. */
static json_t *
gate_json(struct core *c, const struct gate *g, enum lang lang, int64_t now_us)
{
	json_t *missing = json_array(), *acts = json_array();
	struct str first = STR_NONE;
	int64_t closes_us = closes_at(c, g, now_us, &first);

	for (size_t i = 0; i < g->needs_count; i++) {
		struct need_state n = need_now(c, g->needs[i]);
		const struct control_info *info = catalogue_control(c->catalogue, g->needs[i]);
		const struct paper_specs *specs = info && info->control ? info->control->papers : NULL;

		if (n.verdict == VERDICT_PASS || n.verdict == VERDICT_NOT_APPLICABLE)
			continue;
		json_array_append_new(missing, json_pack("{s:o, s:o, s:s, s:o, s:o, s:b, s:o}", "control", view_text(g->needs[i]), "name", view_text(info ? in(info->name, lang) : g->needs[i]),
		    "turn", n.on_its_way && n.worst->why == WHY_CONFIRMED ? "client" : info && info->turn == SIDE_CLIENT ? "client" : "contractor", "since", view_time(n.since_us),
		    "message", n.worst && n.worst->message ? view_message(n.worst->message, lang) : json_null(), "on_its_way", n.on_its_way, "form", specs && specs->count ? view_text(specs->list[0].form) : json_string("")));
	}
	for (size_t i = 0; i < g->acts_count; i++)
		json_array_append_new(acts, json_string(act_row(g->acts[i])->id));
	if (g->exports)
		json_array_append_new(acts, json_string("export"));
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:I, s:o, s:o}", "id", view_text(g->id), "name", view_text(in(g->name, lang)), "about", view_text(in(g->about, lang)),
	    "state", closes_us <= now_us ? "closed" : closes_us != INT64_MAX ? "grace" : "open", "closes", closes_us == INT64_MAX ? json_null() : json_integer(closes_us), "grace_days", (json_int_t)g->grace_days,
	    "missing", missing, "acts", acts);
}

enum rc
view_gates(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows = json_array();
	int64_t now_us = core_now_us();

	(void)arguments;
	core_lock(c);
	for (size_t i = 0; i < c->catalogue->gates_count; i++)
		json_array_append_new(rows, gate_json(c, &c->catalogue->gates[i], who->lang, now_us));
	core_unlock(c);
	*ret = json_pack("{s:I, s:o}", "at", (json_int_t)now_us, "rows", rows);
	return RC_OK;
}
