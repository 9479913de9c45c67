// SPDX-License-Identifier: Apache-2.0
/*
 * The contracts and what stands of them in OSCAL 1.1 (NIST, JSON): a catalog, assessment results, and a plan of action and
 * milestones, for those who gather such files from many systems.
 *
 * A clause is a control of OSCAL, in our own words; a control of ours is an observation, and what a clause comes to a
 * finding. Only what is proved is "satisfied": what is not known, waits or is excepted says so as reason and property, never
 * as satisfied. Clauses that do not apply now are excluded from what was reviewed. Identifiers come from the ledger's name
 * and ours (in the form of UUID version 4), so the next export names the same things the same way.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"

#define OSCAL_VERSION "1.1.2"
#define OSCAL_NS      "urn:tsujiban:oscal"

struct oscal { struct core *c; const char *origin; enum lang lang; int64_t now_us; json_t *seen, *observations; };

static json_t *
uuid(const struct oscal *o, const char *kind, const char *name)
{
	struct buf b = BUF(1024);
	struct hash h;
	char text[37];

	if (buf_addf(&b, "%s|%s|%s", o->origin, kind, name) != RC_OK)
		abort(); /* names are checked to fit */
	hash_bytes(buf_str(&b), &h);
	buf_free(&b);
	h.b[6] = (uint8_t)((h.b[6] & 0x0f) | 0x40);
	h.b[8] = (uint8_t)((h.b[8] & 0x3f) | 0x80);
	(void)snprintf(text, sizeof(text), "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", h.b[0], h.b[1], h.b[2], h.b[3], h.b[4], h.b[5], h.b[6], h.b[7], h.b[8], h.b[9], h.b[10],
	    h.b[11], h.b[12], h.b[13], h.b[14], h.b[15]); /* fits */
	return json_string(text);
}

static json_t *
when(int64_t at_us)
{
	struct buf b = BUF(64);
	json_t *ret = NULL;

	if (time_iso(&b, at_us) == RC_OK)
		ret = view_text(buf_str(&b));
	buf_free(&b);
	return ret;
}

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_JA ? b.ja : b.en;
}

static void
prop(json_t *props, const char *name, const char *value)
{
	if (value && *value)
		json_array_append_new(props, json_pack("{s:s, s:s, s:s}", "name", name, "ns", OSCAL_NS, "value", value));
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static json_t *
metadata(const struct oscal *o, const char *title)
{
	return json_pack("{s:s, s:o, s:s, s:s}", "title", title, "last-modified", when(o->now_us), "version", TSUJIBAN_VERSION, "oscal-version", OSCAL_VERSION);
}

/* What a document refers to and OSCAL has no place for here: an assessment plan. */
static json_t *
back_matter(const struct oscal *o)
{
	return json_pack("{s:[{s:o, s:s, s:s}]}", "resources", "uuid", uuid(o, "plan", ""), "title", o->lang == LANG_JA ? "確認の計画" : "Assessment plan", "description",
	    o->lang == LANG_JA ? "要件ごとの確認の方法と間隔は、カタログの control の性質と docs/controls.md にあります。" : "How and how often each clause is looked at stands in the catalogue's properties and in docs/controls.md.");
}

/* ---- the catalog */

static json_t *
control_json(const struct clause *clause, enum lang lang)
{
	json_t *props = json_array(), *names = json_array(), *name, *ret;
	struct buf id = BUF(128);
	size_t i;

	view_names(clause, names);
	prop(props, "strength", view_strength(clause->strength));
	prop(props, "turn", clause->turn == SIDE_CLIENT ? "client" : "contractor");
	json_array_foreach(names, i, name)
		prop(props, "control", json_string_value(name));
	if (buf_addf(&id, STR_FMT "_smt", STR_ARG(clause->id)) != RC_OK)
		abort(); /* ids are checked to fit */
	ret = json_pack("{s:o, s:s, s:o, s:O, s:[{s:o, s:s, s:o}]}", "id", view_text(clause->id), "class", "clause", "title", view_text(in(clause->title, lang)), "props", props,
	    "parts", "id", view_text(buf_str(&id)), "name", "statement", "prose", view_text(in(clause->text, lang)));
	json_array_insert_new(json_object_get(ret, "props"), 0, json_pack("{s:s, s:o}", "name", "label", "value", view_text(clause->cite)));
	buf_free(&id);
	json_decref(names);
	json_decref(props);
	return ret;
}

static json_t *
contract_group(const struct contract *contract, enum lang lang)
{
	json_t *groups = json_array();

	for (size_t s = 0; s < contract->sections_count; s++) {
		json_t *list = json_array();
		struct buf id = BUF(256);

		for (size_t i = 0; i < contract->clauses_count; i++)
			if (contract->clauses[i].section == s)
				json_array_append_new(list, control_json(&contract->clauses[i], lang));
		if (buf_addf(&id, STR_FMT "_" STR_FMT, STR_ARG(contract->id), STR_ARG(contract->sections[s].id)) != RC_OK)
			abort(); /* ids are checked to fit */
		if (json_array_size(list))
			json_array_append_new(groups, json_pack("{s:o, s:s, s:o, s:O}", "id", view_text(buf_str(&id)), "class", "section", "title", view_text(in(contract->sections[s].title, lang)), "controls", list));
		json_decref(list);
		buf_free(&id);
	}
	return json_pack("{s:o, s:s, s:o, s:o}", "id", view_text(contract->id), "class", "contract", "title", view_text(in(contract->name, lang)), "groups", groups);
}

static json_t *
catalog(struct oscal *o)
{
	json_t *groups = json_array();

	for (size_t k = 0; k < o->c->catalogue->contracts_count; k++)
		json_array_append_new(groups, contract_group(&o->c->catalogue->contracts[k], o->lang));
	return json_pack("{s:{s:o, s:o, s:o}}", "catalog", "uuid", uuid(o, "catalog", ""), "metadata", metadata(o, o->lang == LANG_JA ? "契約の要件" : "Clauses of the contracts"), "groups", groups);
}

/* ---- what was seen */

/* The control as it was last seen for a clause, once in the document; NULL: nobody looked yet. */
static json_t *
observed(struct oscal *o, const struct clause *clause, const char *control)
{
	json_t *row = view_control_row(o->c, str_of(control), clause, NULL, o->lang, o->now_us), *props, *one, *id = NULL;
	int64_t at_us = json_integer_value(json_object_get(row, "at")), until_us = json_integer_value(json_object_get(row, "valid_until"));
	const char *route = text_of(row, "route"), *text = text_of(json_object_get(row, "message"), "text");
	struct buf name = BUF(512);

	if (at_us == 0)
		goto out;
	if (buf_addf(&name, STR_FMT "|%s", STR_ARG(clause->id), control) != RC_OK)
		abort(); /* ids are checked to fit */
	id = uuid(o, "observation", name.p);
	if (json_object_get(o->seen, json_string_value(id)))
		goto out;
	json_object_set_new(o->seen, json_string_value(id), json_true());
	props = json_array();
	prop(props, "control", control);
	prop(props, "verdict", text_of(row, "verdict"));
	prop(props, "route", route);
	prop(props, "subject", text_of(row, "subject"));
	one = json_pack("{s:O, s:s, s:s, s:O, s:[s], s:o}", "uuid", id, "title", text_of(row, "name"), "description", *text ? text : text_of(row, "name"), "props", props,
	    "methods", strcmp(route, "attested") == 0 ? "EXAMINE" : "TEST", "collected", when(at_us));
	if (until_us)
		json_object_set_new(one, "expires", when(until_us));
	json_array_append_new(o->observations, one);
	json_decref(props);
out:
	buf_free(&name);
	json_decref(row);
	return id;
}

static json_t *
related(struct oscal *o, const struct clause *clause)
{
	json_t *names = json_array(), *list = json_array(), *name;
	size_t i;

	view_names(clause, names);
	json_array_foreach(names, i, name) {
		json_t *id = observed(o, clause, json_string_value(name));

		if (id)
			json_array_append_new(list, json_pack("{s:o}", "observation-uuid", id));
	}
	json_decref(names);
	return list;
}

static const char *
status_text(const json_t *row, enum lang lang)
{
	for (enum status s = 0; s < STATUS_COUNT; s++)
		if (strcmp(text_of(row, "status"), status_name(s)) == 0)
			return word_status(s, lang);
	return word_status(STATUS_UNKNOWN, lang);
}

/* Why it stands as it does, in a sentence; where nothing is missing, the word of its status. */
static const char *
why_of(const json_t *row, enum lang lang)
{
	const char *text = text_of(json_object_get(row, "missing"), "text");

	return *text ? text : status_text(row, lang);
}

static json_t *
finding_json(struct oscal *o, const struct clause *clause, const json_t *row)
{
	const char *status = text_of(row, "status");
	bool pass = strcmp(status, "PASS") == 0, fail = strcmp(status, "FAIL") == 0 || strcmp(status, "EXPIRED") == 0;
	json_t *props = json_array(), *list = related(o, clause), *ret;
	char id[NAME_BYTES_MAX + 8];

	(void)snprintf(id, sizeof(id), "%.*s_smt", STR_ARG(clause->id)); /* ids are checked to fit */
	prop(props, "status", status);
	prop(props, "turn", text_of(row, "turn"));
	ret = json_pack("{s:o, s:s, s:s, s:O, s:{s:s, s:s, s:{s:s, s:s, s:s}}}", "uuid", uuid(o, "finding", text_of(row, "id")), "title", text_of(row, "title"), "description", why_of(row, o->lang), "props", props,
	    "target", "type", "statement-id", "target-id", id, "status", "state", pass ? "satisfied" : "not-satisfied", "reason", pass ? "pass" : fail ? "fail" : "other", "remarks", status_text(row, o->lang));
	if (json_array_size(list))
		json_object_set(ret, "related-observations", list);
	json_decref(list);
	json_decref(props);
	return ret;
}

static bool
applies(const json_t *row)
{
	const char *status = text_of(row, "status");

	return strcmp(status, "NOT_APPLICABLE") != 0 && strcmp(status, "NO_EVENT") != 0 && strcmp(status, "NOT_YET_DUE") != 0;
}

static void
each_clause(struct oscal *o, void (*take)(struct oscal *, const struct clause *, json_t *row, void *), void *context)
{
	for (size_t k = 0; k < o->c->catalogue->contracts_count; k++) {
		const struct contract *contract = &o->c->catalogue->contracts[k];

		for (size_t i = 0; i < contract->clauses_count; i++) {
			json_t *row = view_row(o->c, contract, &contract->clauses[i], o->lang, o->now_us);

			take(o, &contract->clauses[i], row, context);
			json_decref(row);
		}
	}
}

struct results { json_t *findings, *included, *excluded; int64_t first_us; };

static void
result_of(struct oscal *o, const struct clause *clause, json_t *row, void *context)
{
	struct results *r = context;
	int64_t as_of_us = json_integer_value(json_object_get(row, "as_of"));

	json_array_append_new(applies(row) ? r->included : r->excluded, json_pack("{s:o}", "control-id", view_text(clause->id)));
	if (!applies(row))
		return;
	if (as_of_us && as_of_us < r->first_us)
		r->first_us = as_of_us;
	json_array_append_new(r->findings, finding_json(o, clause, row));
}

static void
put_filled(json_t *o, const char *key, json_t *list)
{
	if (json_array_size(list))
		json_object_set(o, key, list);
	json_decref(list);
}

static json_t *
results(struct oscal *o)
{
	struct results r = { json_array(), json_array(), json_array(), o->now_us };
	json_t *selection = json_object(), *result, *plan = uuid(o, "plan", "");
	char href[40];

	each_clause(o, result_of, &r);
	(void)snprintf(href, sizeof(href), "#%s", json_string_value(plan)); /* fits */
	json_decref(plan);
	put_filled(selection, "include-controls", r.included);
	put_filled(selection, "exclude-controls", r.excluded);
	result = json_pack("{s:o, s:s, s:s, s:o, s:o, s:{s:[o]}}", "uuid", uuid(o, "result", ""), "title", o->lang == LANG_JA ? "いまの判定" : "What stands now", "description",
	    o->lang == LANG_JA ? "各要件のいまの判定と、そのもとになった確認。証拠は台帳にあり、一つずつ検証できます。" : "What each clause comes to now, and the looks it rests on. The evidence stands in the ledger; each entry can be verified by itself.",
	    "start", when(r.first_us), "end", when(o->now_us), "reviewed-controls", "control-selections", selection);
	if (json_array_size(o->observations))
		json_object_set(result, "observations", o->observations);
	put_filled(result, "findings", r.findings);
	return json_pack("{s:{s:o, s:o, s:{s:s}, s:[o], s:o}}", "assessment-results", "uuid", uuid(o, "assessment-results", ""), "metadata", metadata(o, o->lang == LANG_JA ? "契約の要件の判定" : "Clauses of the contracts, judged"),
	    "import-ap", "href", href, "results", result, "back-matter", back_matter(o));
}

/* ---- what is to be done */

struct plan { json_t *items, *risks; };

/* An exception that the client gave is a deviation with an end. */
static void
risk_of(struct oscal *o, const char *clause, json_t *row, json_t *risks, json_t **ret_id)
{
	json_t *notices = exception_notices(o->c, clause, o->lang, o->now_us), *one, *risk;
	const char *state = "open";
	int64_t until_us = 0;
	size_t i;

	json_array_foreach(notices, i, one) {
		bool approved = strcmp(text_of(one, "state"), "approved") == 0;

		if (approved || strcmp(state, "open") == 0)
			state = approved ? "deviation-approved" : "deviation-requested";
		if (approved)
			until_us = json_integer_value(json_object_get(one, "until"));
	}
	*ret_id = uuid(o, "risk", clause);
	risk = json_pack("{s:O, s:s, s:s, s:s, s:s}", "uuid", *ret_id, "title", text_of(row, "title"), "description", why_of(row, o->lang), "statement", status_text(row, o->lang), "status", state);
	if (until_us)
		json_object_set_new(risk, "deadline", when(until_us));
	json_array_append_new(risks, risk);
	json_decref(notices);
}

static void
item_of(struct oscal *o, const struct clause *clause, json_t *row, void *context)
{
	struct plan *p = context;
	json_t *props, *item, *list, *risk;

	if (!applies(row) || strcmp(text_of(row, "status"), "PASS") == 0)
		return;
	props = json_array();
	prop(props, "clause", text_of(row, "id"));
	prop(props, "status", text_of(row, "status"));
	prop(props, "turn", text_of(row, "turn"));
	list = related(o, clause);
	risk_of(o, text_of(row, "id"), row, p->risks, &risk);
	item = json_pack("{s:o, s:s, s:s, s:O, s:[{s:o}]}", "uuid", uuid(o, "poam-item", text_of(row, "id")), "title", text_of(row, "title"), "description", why_of(row, o->lang), "props", props,
	    "related-risks", "risk-uuid", risk);
	put_filled(item, "related-observations", list);
	json_array_append_new(p->items, item);
	json_decref(props);
}

static json_t *
plan(struct oscal *o)
{
	struct plan p = { json_array(), json_array() };
	json_t *body;

	each_clause(o, item_of, &p);
	if (json_array_size(p.items) == 0) {
		json_decref(p.items);
		json_decref(p.risks);
		return NULL;
	}
	body = json_pack("{s:o, s:o, s:{s:s, s:s}}", "uuid", uuid(o, "poam", ""), "metadata", metadata(o, o->lang == LANG_JA ? "是正の計画" : "What is to be put right"), "system-id", "identifier-type", "urn:tsujiban:ledger", "id", o->origin);
	if (json_array_size(o->observations))
		json_object_set(body, "observations", o->observations);
	put_filled(body, "risks", p.risks);
	put_filled(body, "poam-items", p.items);
	return json_pack("{s:o}", "plan-of-action-and-milestones", body);
}

static const struct model { const char *name; json_t *(*make)(struct oscal *); } models[] = { { "catalog", catalog }, { "results", results }, { "poam", plan } };

enum rc
view_oscal(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *name = json_string_value(json_object_get(arguments, "id"));
	uint64_t covered;
	json_t *head = view_head(c, &covered), *document = NULL;
	struct oscal o = { .c = c, .origin = text_of(head, "origin"), .lang = who->lang, .now_us = core_now_us(), .seen = json_object(), .observations = json_array() };
	const struct model *model = NULL;
	enum rc rc = RC_OK;

	for (size_t i = 0; name && i < sizeof(models) / sizeof(models[0]); i++)
		if (strcmp(models[i].name, name) == 0)
			model = &models[i];
	if (model == NULL)
		TRY(FAIL(RC_NOTFOUND, "catalog、results、poam のどれかを選んでください / choose one of catalog, results, poam"));
	if (*o.origin == '\0')
		TRY(FAIL(RC_IO, "台帳がまだ答えません。少し待って、もう一度どうぞ / the ledger does not answer yet; try again shortly"));
	core_lock(c);
	document = model->make(&o);
	core_unlock(c);
	if (document == NULL)
		TRY(FAIL(RC_NOTFOUND, "是正するものはありません / nothing is to be put right"));
	*ret = json_pack("{s:s, s:O}", "model", name, "document", document);
out:
	json_decref(document);
	json_decref(o.observations);
	json_decref(o.seen);
	json_decref(head);
	return rc;
}
