// SPDX-License-Identifier: Apache-2.0
/*
 * One look: facts, a verdict for each set of parameters, a leaf for what changed.
 *
 * What stands unchanged waits for the confirmation of its round (confirm.c) and
 * lives longer only once that is durable.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"
#include "control/look_remote.h"
#include "control/papers.h"

#define FACTS_JSON_MAX (FACTS_BYTES_MAX - 65536) /* a leaf has 1 MiB, its other parts are short */
#define FACTS_KEPT     500

struct look { struct core *core; const struct control *control; char subject[NAME_BYTES_MAX + 1]; enum msg unseen; /* why there is nothing to look at */ };

/* What a look cannot know by itself: since when a thing is known. */
static void
facts_complete(struct core *c, const struct look *look, struct facts *facts, int64_t now_us)
{
	struct facts before = { .arena = facts->arena };
	const struct held *h;

	if (look->control->remember == NULL && look->control->recall == NULL)
		return;
	core_lock(c);
	h = held_find(c, look->control->id, look->subject, "");
	if (h)
		facts_of_json(h->facts, false, &before);
	core_unlock(c);
	if (look->control->remember)
		facts_carry(facts, &before, look->control->remember, now_us);
	if (look->control->recall)
		look->control->recall(facts, before.count ? &before : NULL, now_us);
}

static json_t *
message_json(const struct finding *f)
{
	json_t *args = json_object();

	for (size_t i = 0; i < f->args_count; i++)
		json_object_set_new(args, f->args[i].name, f->args[i].is_text ? view_text(f->args[i].text) : json_integer(f->args[i].n));
	return json_pack("{s:i, s:o}", "number", (int)f->message, "args", args);
}

static json_t *
params_json(const struct params *p)
{
	json_t *o = json_object();

	for (size_t i = 0; i < p->count; i++)
		json_object_set_new(o, p->defs[i].name, json_integer(p->values[i]));
	return o;
}

/*
 * What makes a finding another one: verdict, message, and every fact but the
 * measurements of the subject as a whole (whole numbers and times of row 0),
 * which are kept as numbers over time instead.
 */
static enum rc
finding_hash(const struct finding *f, const struct facts *facts, struct hash *ret)
{
	struct buf b = BUF(4 << 20);
	enum rc rc = RC_OK;

	TRY(buf_addf(&b, "%d %u\n", f->verdict, f->message));
	for (size_t i = 0; i < f->args_count; i++)
		if (f->args[i].is_text)
			TRY(buf_addf(&b, "%s=%.*s\n", f->args[i].name, STR_ARG(f->args[i].text)));
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->list[i];

		if (fact->row == 0 && (fact->kind == FACT_INT || fact->kind == FACT_TIME) && !str_starts(fact->key, STR("own.")))
			continue;
		TRY(buf_addf(&b, "%u %.*s %d %lld %.*s\n", fact->row, STR_ARG(fact->key), fact->kind, (long long)fact->n, STR_ARG(fact->text)));
	}
	hash_bytes(buf_str(&b), ret);
out:
	buf_free(&b);
	return rc;
}

/* What goes into one leaf and one row of the store; with more the list says that it overflows. */
static void
facts_bound(struct facts *f)
{
	struct buf text = BUF(FACTS_JSON_MAX);

	if (!f->overflow && facts_json(f, &text) != RC_OK) {
		rc_trail_clear();
		f->overflow = true;
	}
	if (f->overflow && f->count > FACTS_KEPT)
		f->count = FACTS_KEPT; /* enough to see what it is that nobody judges */
	if (f->sorted > f->count)
		f->sorted = f->count;
	buf_free(&text);
}

/* Judges with one set of parameters and writes it down; `h` is a copy, the answer goes back under the lock. */
static enum rc
judge_one(struct core *c, const struct look *look, const struct held *before, const struct params *params, const struct facts *facts, enum rc looked, const char *why, int64_t now_us)
{
	struct buf facts_text = BUF(1 << 20);
	struct facts all = *facts; /* and what only these parameters tell; the next one starts from `facts` again */
	struct finding finding = { 0 };
	struct held h = *before, *row = NULL;
	const struct control_info *info;
	struct statement paper = { 0 };
	enum verdict seen_verdict;
	bool has_paper;
	struct hash hash;
	json_t *seen = NULL, *message = NULL, *payload = NULL, *facts_list = NULL;
	char *text = NULL;
	bool changed, verdict_changed, gone;
	struct leaf leaf = { .type = LEAF_FINDING, .claimed_at_us = now_us };
	enum rc rc = RC_OK;

	if (looked != RC_OK || facts->overflow) {
		finding_set(&finding, VERDICT_UNKNOWN, facts->overflow ? MSG_CONTROL_TOO_MANY_FACTS : MSG_CONTROL_COULD_NOT_LOOK);
		if (facts->overflow)
			finding_int(&finding, "max", FACTS_MAX);
		else
			finding_text(&finding, "reason", str_of(why));
	} else if (look->unseen) {
		finding_set(&finding, VERDICT_UNKNOWN, (uint16_t)look->unseen);
	} else {
		TRY(numbers_judged(c, look->control, h.subject, params, now_us, &all));
		if (look->control->judge)
			look->control->judge(&all, params, now_us, &finding);
		else
			papers_judge(look->control->papers, &all, now_us, &finding);
	}
	core_lock(c);
	gone = held_find(c, h.control, h.subject, h.clause) == NULL;
	info = catalogue_control(c->catalogue, str_of(h.control));
	h.route = info ? info->route : ROUTE_OBSERVED;
	has_paper = statement_of(c, h.control, h.subject, &paper);
	core_unlock(c);
	if (gone)
		goto out; /* its subject ended while it was looked at: nobody asks any more */
	seen = has_paper ? message_json(&finding) : NULL;
	seen_verdict = finding.verdict;
	h.paper_until_us = 0;
	if (has_paper && statement_judge(&paper, now_us, &finding)) {
		h.route = ROUTE_ATTESTED;
		h.paper_until_us = finding.verdict == VERDICT_UNKNOWN ? 0 : paper.until_us;
	} else if (look->control->papers && papers_until(facts, now_us) != INT64_MAX) {
		h.paper_until_us = papers_until(facts, now_us); /* another answer from then on */
	}
	TRY(facts_json(&all, &facts_text));
	message = message_json(&finding);
	text = json_dumps(message, JSON_COMPACT | JSON_SORT_KEYS);
	TRY(finding_hash(&finding, &all, &hash));
	changed = before->at_us == 0 || !hash_eq(&hash, &before->facts_hash);
	verdict_changed = before->at_us == 0 || finding.verdict != before->verdict;
	if (!changed) {
		core_lock(c);
		row = held_find(c, h.control, h.subject, h.clause);
		if (row) {
			row->confirm_at_us = now_us;
			free(row->newest);
			row->newest = strcmp(text, row->message) == 0 ? NULL : text;
			text = row->newest ? NULL : text;
		}
		core_unlock(c);
		goto out;
	}
	h.verdict = finding.verdict;
	h.why = papers_why(finding.message);
	h.at_us = now_us;
	h.blind = looked != RC_OK;
	h.valid_until_us = held_valid_until(&h, now_us);
	h.facts_hash = hash;
	if (verdict_changed)
		h.since_us = now_us;
	leaf.name = str_of(h.control);
	leaf.object = object_of("subject", str_of(h.subject));
	leaf.verdict = (uint8_t)h.verdict;
	leaf.valid_until_us = h.valid_until_us;
	facts_list = json_loadb(facts_text.p ? facts_text.p : "[]", facts_text.n ? facts_text.n : 2, JSON_REJECT_DUPLICATES, NULL);
	payload = json_pack("{s:s, s:s, s:s, s:O, s:o*, s:o, s:s}", "control", h.control, "subject", h.subject, "clause", h.clause, "message", message,
	    "facts", facts_list, "params", params_json(params), "route", view_route(h.route));
	if (seen) /* beside a paper: what the station saw itself */
		json_object_set_new(payload, "seen", json_pack("{s:s, s:O}", "verdict", view_verdict(seen_verdict), "message", seen));
	facts_list = NULL;
	TRY(record_leaf(c, &leaf, payload, &h.index));
	h.message = text;
	h.newest = NULL;
	if (before->facts && (looked != RC_OK || facts->overflow) && (look->control->remember || look->control->recall))
		h.facts = strdup(before->facts); /* a look that failed takes nobody's memory away */
	else
		h.facts = strdup(facts_text.p ? buf_cstr(&facts_text) : "[]");
	if (h.facts == NULL)
		abort();
	text = NULL;
	rc = state_save_held(c, &h, verdict_changed);
	if (rc != RC_OK) {
		free(h.message); /* ours by now; what stands keeps its own */
		free(h.facts);
		goto out;
	}
	core_lock(c);
	row = held_find(c, h.control, h.subject, h.clause);
	if (row) {
		held_free(row);
		h.turn = row->turn;
		h.confirm_at_us = 0;
		*row = h;
		c->judged++;
	} else {
		held_free(&h);
	}
	c->version++;
	core_unlock(c);
	if (row == NULL)
		TRY(state_forget(c, h.index));
out:
	json_decref(seen);
	json_decref(message);
	json_decref(payload);
	json_decref(facts_list);
	free(text);
	buf_free(&facts_text);
	return rc;
}

bool
look_do(struct core *c, const struct control *control, const char *id)
{
	struct look whole = { .core = c, .control = control }, *look = &whole;
	struct arena arena = ARENA(4 << 20);
	struct facts facts = { .arena = &arena }, given = { .arena = &arena };
	struct subject subject = { subject_kind_of(str_of(id)), id, &given };
	struct held *rows, *list = NULL;
	struct params *params = NULL;
	size_t n = 0, list_n;
	char why[256];
	int64_t now_us;
	enum rc looked, rc;

	(void)snprintf(look->subject, sizeof(look->subject), "%s", id); /* one of ours: fits */
	register_given(c, look->control, look->subject, &given);
	look->unseen = register_unseen(c, look->subject);
	looked = look->unseen ? RC_OK : subject.kind == SUBJECT_STATION ? station_facts(c, look->control, &subject, &facts) :
	    look->control->by == LOOK_BY_CORE ? derived_facts(c, look->control, &subject, &facts) : look_control(c->proc, look->control, &subject, &facts);
	(void)snprintf(why, sizeof(why), "%s", looked == RC_OK ? "" : rc_trail()); /* a cut reason is still a reason */
	rc_trail_clear();
	now_us = core_now_us();
	if (looked == RC_OK)
		facts_complete(c, look, &facts, now_us);
	facts_bound(&facts);
	core_lock(c);
	rows = held_same(c, look->control->id, look->subject, &n);
	list_n = n;
	list = calloc(n + 1, sizeof(*list));
	params = calloc(n + 1, sizeof(*params));
	if (list == NULL || params == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		list[i] = rows[i];
		paper_params(c, rows[i].clause[0] ? catalogue_clause(c->catalogue, str_of(rows[i].clause), NULL) : NULL, look->control, &params[i]);
	}
	core_unlock(c);
	if (list_n) {
		int64_t before_us = list[0].confirm_at_us ? list[0].confirm_at_us : list[0].at_us;

		rc = numbers_save(c, look->control, look->subject, now_us, before_us ? before_us + (int64_t)look->control->every_s * SECOND_US : 0, &facts);
		if (rc != RC_OK)
			proc_log(rc, look->control->id);
	}
	for (size_t i = 0; i < list_n; i++) {
		rc = judge_one(c, look, &list[i], &params[i], &facts, looked, why, now_us);
		if (rc != RC_OK)
			proc_log(rc, look->control->id);
	}
	core_lock(c);
	c->last_judged_at_us = now_us;
	core_unlock(c);
	arena_free(&arena);
	free(list);
	free(params);
	return looked == RC_OK;
}
