// SPDX-License-Identifier: Apache-2.0
/* Routes: the acts of acts.def as pages and exports, and the station's own socket for the command line. */
#include "web/ics.h"
#include "web/site_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ask_core.h"
#include "base/num.h"
#include "document/ask_worker.h"
#include "document/document.h"
#include "document/sheet.h"
#include "form/csv_map.h"
#include "form/oscal_list.h"
#include "os/file.h"
#include "templates.h"
#include "web/arguments.h"
#include "web/html.h"
#include "web/ics.h"
#include "web/multipart.h"

const char *
site_script_hash(void)
{
	return passkey_script_hash;
}

struct site *
site_new(const struct site_spec *spec)
{
	const struct http_field health[] = { { "Content-Type", STR("text/plain; charset=utf-8") }, { "Cache-Control", STR("no-store") } };
	struct site *site = calloc(1, sizeof(*site));

	if (!site)
		abort(); /* out of memory ends the process; warden restarts it */
	pthread_mutex_init(&site->failures_lock, NULL);
	site->spec = *spec;
	for (size_t i = 0; i < static_files_n && i < STATICS_MAX; i++) {
		const struct http_field fields[] = { { "Content-Type", str_of(static_files[i].type) }, { "Cache-Control", STR("public, max-age=31536000, immutable") } };

		site->statics[i] = http_fixed_new(static_files[i].bytes, static_files[i].n, fields, 2);
	}
	site->health = http_fixed_new("ok\n", 3, health, 2);
	return site;
}

void
site_free(struct site *site)
{
	if (!site)
		return;
	for (size_t i = 0; i < STATICS_MAX; i++)
		http_fixed_free(site->statics[i]);
	http_fixed_free(site->health);
	drafts_free(site);
	pthread_mutex_destroy(&site->failures_lock);
	free(site);
}

/* Auth hashes a password for it. The path is not decoded yet, and no address of ours needs a percent sign here. */
bool
site_slow(const struct http_request *q)
{
	return q->method == HTTP_POST && !q->local &&
	    (str_eq_c(q->path, "/sign-in") || str_eq_c(q->path, "/me/password") || (q->card && str_starts(q->path, STR("/certificate/"))) || str_starts(q->path, STR("/enrol/")) || (q->path.n && memchr(q->path.p, '%', q->path.n)));
}

bool
site_quick(void *context, const struct http_request *q, struct http_answer *a)
{
	struct site *site = context;

	if (q->method == HTTP_POST)
		return false;
	if (str_eq_c(q->path, "/healthz")) {
		a->fixed = site->health;
		a->status = 200;
		return a->fixed != NULL;
	}
	for (size_t i = 0; i < static_files_n && i < STATICS_MAX; i++)
		if (str_eq_c(q->path, static_files[i].path)) {
			a->fixed = site->statics[i];
			a->status = 200;
			return a->fixed != NULL;
		}
	return false;
}

/* ---- acts */

enum as { AS_PAGE, AS_CSV, AS_XLSX, AS_PDF, AS_JSON, AS_ECS, AS_ICS };
static const struct { const char *ending, *word, *type; } forms[] = {
	[AS_PAGE] = { "", NULL, NULL }, [AS_CSV] = { ".csv", "csv", "text/csv; charset=utf-8" },
	[AS_XLSX] = { ".xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	[AS_PDF] = { ".pdf", "pdf", "application/pdf" },
	[AS_JSON] = { ".json", "json", "application/json; charset=utf-8" }, [AS_ECS] = { ".ecs.ndjson", "ecs.ndjson", "application/x-ndjson" },
	[AS_ICS] = { ".ics", "ics", "text/calendar; charset=utf-8" },
};

static enum rc
ask(struct visit *v, enum act act, struct str segment, const struct pairs *fields, struct buf *reply, json_t **ret)
{
	const struct caller caller = visit_caller(v);
	struct buf arguments = BUF(1 << 20);
	json_error_t error;
	enum rc rc = RC_OK;

	TRY(arguments_build(act, segment, fields, v->english, v->export, &arguments));
	TRY(ask_core_act(v->site->spec.core, act, &caller, buf_str(&arguments), reply));
	*ret = json_loadb(reply->p ? reply->p : "", reply->n, 0, &error);
	if (!json_is_object(*ret)) {
		json_decref(*ret);
		*ret = NULL;
		rc = FAIL(RC_PEER, "core: the answer is no JSON object");
	}
out:
	buf_free(&arguments);
	return rc;
}

/* Everything that is missing on one page, with what would change; an act that asks for a code alone has its own page. */
static void
guarded(struct visit *v, enum act act, struct str segment)
{
	const struct caller caller = visit_caller(v);
	struct buf inner = BUF(262144), arguments = BUF(262144), reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;
	enum rc rc = RC_OK;

	if (strstr(rc_trail(), "guard:address:")) {
		visit_failure(v, 403, visit_admin_needed(v));
		rc_trail_clear();
		return;
	}
	if ((act_row(act)->guards & ~(GUARD_BIT(GUARD_STEP_UP) | GUARD_BIT(GUARD_ADDRESS))) == 0 && strstr(rc_trail(), "guard:step-up:")) {
		visit_step_up(v, NULL);
		return;
	}
	rc_trail_clear();
	TRY(arguments_build(act, segment, &v->form, v->english, NULL, &inner));
	TRY(buf_addf(&arguments, "{\"act\":\"%s\",\"lang\":\"%s\",\"arguments\":", act_row(act)->id, v->english ? "en" : "ja"));
	TRY(buf_add(&arguments, buf_str(&inner)));
	TRY(buf_add_c(&arguments, "}"));
	TRY(ask_core_act(v->site->spec.core, ACT_ACT_PREVIEW, &caller, buf_str(&arguments), &reply));
	answer = json_loadb(reply.p ? reply.p : "", reply.n, 0, NULL);
	v->page.answer = answer;
	visit_page_answer(v, 403);
	TRY(page_guard(&v->page, &v->form, &v->a->body));
out:
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
	json_decref(answer);
	buf_free(&inner);
	buf_free(&arguments);
	buf_free(&reply);
}

/* A procedure ticked as read with the form: recorded first. What does not fit is said by the act itself, which still misses it. */
static void
procedure_read(struct visit *v)
{
	struct str rest = pairs_get(&v->form, GUARD_READ_FIELD), row = STR_NONE;
	const struct caller caller = visit_caller(v);
	struct buf arguments = BUF(2048), reply = BUF(HTTP_ANSWER_MAX);
	json_t *object = NULL;
	char *text = NULL;

	if (rest.n == 0 || v->token.n == 0 || !str_cut(&rest, ':', &row))
		return;
	object = json_object();
	(void)json_object_set_new(object, "id", json_stringn(row.p, row.n));
	(void)json_object_set_new(object, "version", json_stringn(rest.n ? rest.p : "", rest.n));
	text = json_dumps(object, JSON_COMPACT);
	if (text && buf_add_c(&arguments, text) == RC_OK && ask_core_act(v->site->spec.core, ACT_PROCEDURE_READ, &caller, buf_str(&arguments), &reply) != RC_OK)
		rc_trail_clear();
	free(text);
	json_decref(object);
	buf_free(&arguments);
	buf_free(&reply);
}

/* The page whose form was refused, with what was typed and the sentence above it. */
static void
form_again(struct visit *v, enum act shown, struct str segment, enum rc failed)
{
	static const struct pairs none;
	const char *sentence = arena_cstr(v->a->arena, str_of(rc_trail()));
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;
	enum rc rc = RC_OK;

	rc_trail_clear();
	TRY(ask(v, shown, segment, shown == ACT_PAPER_RENEWAL ? &v->form : &none, &reply, &answer));
	v->page.answer = answer;
	v->page.problem = visit_own_words(v, sentence);
	v->page.typed = &v->form;
	visit_page_answer(v, visit_code_of(failed));
	TRY(page_act(&v->page, shown, &v->a->body));
out:
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
	json_decref(answer);
	buf_free(&reply);
}

/* Core said no: either nobody is signed in, or this person may not. A view that everyone may open tells which. */
static void
denied(struct visit *v, enum act act)
{
	const char *sentence = strstr(rc_trail(), "door:client") ? visit_sentence(v, MSG_DOOR_NOT_CLIENT, MSG_NO_ARGS) : NULL;
	static const struct pairs none;
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;

	if (visit_held(v))
		return;
	rc_trail_clear();
	if (sentence) {
		visit_failure(v, 403, sentence);
		return;
	}
	if (v->token.n && act != ACT_STATUS_SHOW && ask(v, ACT_STATUS_SHOW, STR_NONE, &none, &reply, &answer) == RC_OK)
		visit_failure(v, 403, NULL);
	else
		visit_to_sign_in(v);
	rc_trail_clear();
	json_decref(answer);
	buf_free(&reply);
}

static void
proof_answer(struct visit *v, const json_t *answer)
{
	const char *proof = json_string_value(json_object_get(answer, "proof"));

	if (!proof || buf_add_c(&v->a->body, proof) != RC_OK) {
		visit_failure(v, 503, NULL);
		return;
	}
	visit_typed(v, 200, "text/plain; charset=utf-8");
	http_field(v->a, "Content-Disposition", arena_f(v->a->arena, "attachment; filename=\"tsujiban-%lld.tlog-proof\"", (long long)json_integer_value(json_object_get(answer, "index"))));
}

/* A file somebody attached: never shown in the page, whatever it is. */
static void
attachment_answer(struct visit *v, const json_t *answer)
{
	const char *content = json_string_value(json_object_get(answer, "content"));
	struct buf name = BUF(4096);

	if (!content || base64_decode(str_of(content), &v->a->body) != RC_OK || percent_encode(&name, str_of(html_member(answer, "name"))) != RC_OK) {
		rc_trail_clear();
		visit_failure(v, 503, NULL);
	} else {
		visit_typed(v, 200, arena_cstr(v->a->arena, str_of(html_member(answer, "media"))));
		http_field(v->a, "Content-Disposition", arena_f(v->a->arena, "attachment; filename*=UTF-8''" STR_FMT, STR_ARG(buf_str(&name))));
	}
	buf_free(&name);
}

/* A head for the witness, as a stick carries it. */
static void
submission_answer(struct visit *v, const json_t *answer)
{
	if (buf_add_c(&v->a->body, html_member(answer, "submission")) != RC_OK) {
		visit_failure(v, 503, NULL);
		return;
	}
	visit_typed(v, 200, "text/plain; charset=utf-8");
	http_field(v->a, "Content-Disposition", arena_f(v->a->arena, "attachment; filename=\"head-%lld.tlog\"", (long long)json_integer_value(json_object_get(answer, "size"))));
}

static void
oscal_answer(struct visit *v, const json_t *answer)
{
	char *text = json_dumps(json_object_get(answer, "document"), JSON_INDENT(2));

	if (text == NULL || buf_add_c(&v->a->body, text) != RC_OK)
		visit_failure(v, 503, NULL);
	else {
		visit_typed(v, 200, "application/json; charset=utf-8");
		http_field(v->a, "Content-Disposition", arena_f(v->a->arena, "attachment; filename=\"oscal-%s.json\"", html_member(answer, "model")));
	}
	free(text);
}

/* As a workbook or on paper: the list becomes a document, a worker of its own writes it. */
static enum rc
export_document(struct visit *v, enum act act, enum as as)
{
	struct buf tape = BUF(DOC_TAPE_MAX);
	enum rc rc = RC_OK;

	TRY(act == ACT_WITNESS_SHOW ? page_print(&v->page, act, &tape) : page_document(&v->page, act, &tape)); /* the sheet of a key is no list */
	TRY((as == AS_PDF ? ask_worker_print : ask_worker_sheet_write)(v->site->spec.warden, PROC_WEB, buf_str(&tape), &v->a->body));
out:
	buf_free(&tape);
	return rc;
}

static void
export_answer(struct visit *v, enum act act, enum as as, const json_t *answer, struct buf *reply)
{
	const char *name = act_row(act)->id;
	enum rc rc = RC_OK;

	rc = as == AS_JSON ? buf_add(&v->a->body, buf_str(reply)) : as == AS_ECS ? page_ecs(&v->page, act, &v->a->body) : as == AS_XLSX || as == AS_PDF ? export_document(v, act, as) : as == AS_ICS ? page_ics(&v->page, true, &v->a->body) : page_csv(&v->page, act, &v->a->body);
	visit_typed(v, 200, forms[as].type);
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
		return;
	}
	http_field(v->a, "Content-Disposition", arena_f(v->a->arena, "attachment; filename=\"%s.%s\"", name, forms[as].word));
}

static void
export_whole(struct pairs *query)
{
	size_t at = 0, kept = 0;

	for (size_t i = 0; i < query->n; i++) /* nor from where a page began */
		if (!str_eq_c(query->at[i].name, "before"))
			query->at[kept++] = query->at[i];
	query->n = kept;
	while (at < query->n && !str_eq_c(query->at[at].name, "page"))
		at++;
	if (at == PAIRS_MAX)
		return;
	query->at[at] = (struct pair){ STR("page"), STR("0") };
	query->n = at == query->n ? at + 1 : query->n;
}

static void
act_get(struct visit *v, enum act act, struct str segment, enum as as)
{
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;
	enum rc rc;

	v->export = forms[as].word;
	if (as != AS_PAGE) /* an export is not of one page */
		export_whole(&v->query);
	rc = v->token.n ? ask(v, act, segment, &v->query, &reply, &answer) : RC_DENIED;
	v->export = NULL;
	v->page.answer = answer;
	if (rc == RC_DENIED)
		denied(v, act);
	else if (rc != RC_OK)
		visit_fail(v, rc);
	else if (act == ACT_PROOF_GET)
		proof_answer(v, answer);
	else if (act == ACT_PAPER_ATTACHMENT || act == ACT_EVIDENCE_GET)
		attachment_answer(v, answer);
	else if (act == ACT_WITNESS_EXPORT)
		submission_answer(v, answer);
	else if (act == ACT_OSCAL_GET)
		oscal_answer(v, answer);
	else if (as != AS_PAGE)
		export_answer(v, act, as, answer, &reply);
	else {
		visit_page_answer(v, 200);
		rc = page_act(&v->page, act, &v->a->body);
		if (rc != RC_OK) {
			v->a->fields_n = 0;
			visit_fail(v, rc);
		}
	}
	json_decref(answer);
	buf_free(&reply);
}

/* A new account: the list again with the link shown this once, or with the sentence above the kept form. */
static void
account_posted(struct visit *v, enum rc added, const json_t *answer)
{
	static const struct pairs none;
	struct buf reply = BUF(HTTP_ANSWER_MAX), link = BUF(1024);
	const char *error = NULL, *field = added == RC_OK ? "" : visit_rule_broken(v, &error);
	json_t *list = NULL;
	enum rc rc = RC_OK;

	rc_trail_clear();
	TRY(ask(v, ACT_ACCOUNT_LIST, STR_NONE, &none, &reply, &list));
	v->page.answer = list;
	visit_page_answer(v, added == RC_OK ? 200 : visit_code_of(added));
	if (added != RC_OK) {
		v->page.problem = *field ? ui_word(v->english, "ui_fix_fields") : error;
		TRY(page_accounts_again(&v->page, &v->form, field, error, &v->a->body));
	} else {
		const char *path = json_string_value(json_object_get(answer, "link"));
		struct str host = visit_console_host(v);

		TRY(buf_addf(&link, "https://" STR_FMT "%s%s", STR_ARG(host), path && path[0] == '/' ? "" : "/enrol/", path ? path : ""));
		TRY(page_account_added(&v->page, list, buf_cstr(&link), json_string_value(json_object_get(answer, "name")), &v->a->body));
	}
out:
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
	json_decref(list);
	buf_free(&link);
	buf_free(&reply);
}

/* What was typed into a register's form, again: with the sentence at each field that is wrong, or one above them all. */
static void
register_again(struct visit *v, enum act act, struct str segment, enum rc failed)
{
	enum act shown = act == ACT_REGISTER_ADD ? ACT_REGISTER_FORM : act == ACT_EXCEPTION_REQUEST ? ACT_EXCEPTION_FORM : act == ACT_PAPER_FILE ? ACT_PAPER_DRAFT : ACT_REGISTER_ROW;
	const char *sentence = arena_cstr(v->a->arena, str_of(rc_trail()));
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	json_t *form = NULL;
	enum rc rc = RC_OK;

	rc_trail_clear();
	TRY(ask(v, shown, segment, &v->form, &reply, &form));
	v->page.answer = form;
	v->page.problem = json_object_size(json_object_get(form, "errors")) ? ui_word(v->english, "ui_fix_fields") : visit_own_words(v, sentence);
	visit_page_answer(v, visit_code_of(failed));
	TRY(page_register_again(&v->page, shown, &v->form, &v->a->body));
out:
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
	json_decref(form);
	buf_free(&reply);
}

static void
register_posted(struct visit *v, enum act act, struct str segment, const json_t *answer)
{
	const char *id = json_string_value(json_object_get(json_object_get(answer, "register"), "id"));
	enum rc rc = RC_OK;

	v->page.answer = answer;
	if (act == ACT_REGISTER_CHANGE) {
		visit_redirect(v, arena_f(v->a->arena, "/register-row/" STR_FMT, STR_ARG(segment)));
	} else if (act == ACT_REGISTER_ADD || act == ACT_REGISTER_END) {
		visit_redirect(v, arena_f(v->a->arena, "/register/%s", id ? id : ""));
	} else if (act == ACT_REGISTER_IMPORT) {
		const json_t *imported = json_object_get(answer, "imported");

		visit_redirect(v, arena_f(v->a->arena, "/register/%s?added=%lld&changed=%lld", id ? id : "", (long long)json_integer_value(json_object_get(imported, "added")),
		    (long long)json_integer_value(json_object_get(imported, "changed"))));
	} else {
		visit_page_answer(v, 200);
		rc = page_register_preview(&v->page, pairs_get(&v->form, "csv"), &v->a->body);
	}
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
}

/* A workbook where a CSV is taken: a worker of its own reads it, and from there it is that CSV. */
static enum rc
sheet_taken(struct visit *v)
{
	for (size_t i = 0; i < v->form.n; i++) {
		struct pair *p = &v->form.at[i];
		struct buf csv = BUF(SHEET_TEXT_MAX);
		enum rc rc;

		if (!str_eq_c(p->name, "csv") || !sheet_looks_like(p->value))
			continue;
		rc = ask_worker_sheet_read(v->site->spec.warden, PROC_WEB, p->value, &csv);
		if (rc == RC_OK && csv.n > CSV_BYTES_MAX)
			rc = FAIL(RC_LIMIT, "表が大きすぎます（文字にして%dKBまで）。分けて取り込んでください / the table is too large (%d KB as text at most): import it in parts", CSV_BYTES_MAX >> 10, CSV_BYTES_MAX >> 10);
		if (rc == RC_OK) {
			p->value = arena_dup(v->a->arena, buf_str(&csv));
			if (!p->value.p)
				rc = FAIL(RC_LIMIT, "the table is too large");
		}
		buf_free(&csv);
		return rc;
	}
	return RC_OK;
}

/* ---- which column of a table is which field */

static struct pair *
csv_pair(struct visit *v)
{
	for (size_t i = 0; i < v->form.n; i++)
		if (str_eq_c(v->form.at[i].name, "csv"))
			return &v->form.at[i];
	return NULL;
}

/* A catalog of OSCAL becomes a table, which says nothing of the register's other fields: they are chosen next. */
static enum rc
oscal_taken(struct visit *v, bool *ret_choose)
{
	struct pair *p = csv_pair(v);
	struct buf csv = BUF(CSV_BYTES_MAX);
	enum rc rc = RC_OK;

	if (p == NULL || !oscal_looks_like(p->value))
		return RC_OK;
	TRY(oscal_list(p->value, &csv));
	p->value = arena_dup(v->a->arena, buf_str(&csv));
	*ret_choose = true;
out:
	buf_free(&csv);
	return rc;
}

/* What was assigned, as the table that a register takes; `csv` is replaced by it. */
static enum rc
columns_taken(struct visit *v)
{
	struct csv_column columns[CSV_MAP_MAX];
	struct pair *p = csv_pair(v);
	struct buf out = BUF(CSV_BYTES_MAX);
	struct csv t;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (p == NULL)
		return FAIL(RC_SYNTAX, "表がありません / there is no table");
	TRY(csv_parse(p->value, v->a->arena, &t));
	for (size_t i = 0; i < v->form.n; i++) {
		struct str name = v->form.at[i].name, id = str_starts(name, STR("col.")) ? str_sub(name, 4, name.n) : STR_NONE;
		struct csv_column c = { .field = id };
		int64_t column;

		if (id.n == 0 || n == CSV_MAP_MAX)
			continue;
		TRY(num_parse(v->form.at[i].value, 0, CSV_CELLS_MAX, &column));
		c.column = (size_t)column;
		c.fixed = pairs_get(&v->form, arena_f(v->a->arena, "fix." STR_FMT, STR_ARG(id)).p);
		c.down = pairs_has(&v->form, arena_f(v->a->arena, "down." STR_FMT, STR_ARG(id)).p);
		if (c.column || c.fixed.n)
			columns[n++] = c;
	}
	if (t.count == 0)
		TRY(FAIL(RC_SYNTAX, "表が空です / the table is empty"));
	TRY(csv_map(&t, map_heading(&t, &v->form), columns, n, &out));
	p->value = arena_dup(v->a->arena, buf_str(&out));
	if (p->value.p == NULL)
		rc = FAIL(RC_LIMIT, "the table is too large");
out:
	buf_free(&out);
	return rc;
}

/* The screen where columns are assigned, above it what was wrong, if anything was. */
static void
register_map(struct visit *v, struct str segment, struct str csv, enum rc failed)
{
	const char *sentence = failed == RC_OK ? NULL : arena_cstr(v->a->arena, str_of(rc_trail()));
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	const struct pairs none = { .n = 0 };
	json_t *form = NULL;
	enum rc rc = RC_OK;

	rc_trail_clear();
	TRY(ask(v, ACT_REGISTER_FORM, segment, &none, &reply, &form));
	v->page.answer = form;
	v->page.problem = sentence ? visit_own_words(v, sentence) : NULL;
	visit_page_answer(v, failed == RC_OK ? 200 : visit_code_of(failed));
	TRY(page_register_map(&v->page, csv, &v->form, &v->a->body));
out:
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
	json_decref(form);
	buf_free(&reply);
}

/* A table before it is imported: as it is, by columns that were assigned, or first the screen where they are. */
static bool
previewed(struct visit *v, struct str segment, struct buf *reply, json_t **ret_answer, enum rc *ret_rc)
{
	bool choose = str_eq_c(pairs_get(&v->form, "choose"), "yes"), mapped = str_eq_c(pairs_get(&v->form, "map"), "yes") && !choose;
	struct str csv;
	enum rc rc = sheet_taken(v);

	if (rc == RC_OK)
		rc = oscal_taken(v, &choose);
	*ret_rc = rc;
	if (rc != RC_OK)
		return false; /* no table came of it */
	csv = pairs_get(&v->form, "csv");
	if (mapped)
		rc = columns_taken(v);
	if (rc == RC_OK && !choose)
		rc = ask(v, ACT_REGISTER_PREVIEW, segment, &v->form, reply, ret_answer);
	*ret_rc = rc;
	if ((rc == RC_OK && !choose) || (rc != RC_OK && rc != RC_SYNTAX) || csv.n == 0)
		return false;
	if (rc != RC_OK && !mapped) { /* its headings are others: that is no fault of anybody */
		rc_trail_clear();
		rc = RC_OK;
	}
	register_map(v, segment, csv, rc);
	return true;
}

/* A question stands on the page of its clause. */
static struct str
question_place(struct visit *v, struct str id, const json_t *answer)
{
	const json_t *rows = json_object_get(answer, "rows"), *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)rows, i, one) /* only read */
		if (str_eq_c(id, html_member(one, "id")))
			return arena_f(v->a->arena, "/clause/%s#questions", html_member(one, "clause"));
	return STR("/question");
}

static void
act_post(struct visit *v, enum act act, struct str segment)
{
	bool of_register = act == ACT_REGISTER_ADD || act == ACT_REGISTER_CHANGE || act == ACT_REGISTER_END || act == ACT_REGISTER_PREVIEW || act == ACT_REGISTER_IMPORT;
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;
	enum rc rc;

	if (act == ACT_GENERATOR_CHECK) { /* what it carries is kept on no page */
		site_generators(v);
		return;
	}
	if (!visit_stepped_up(v))
		return;
	procedure_read(v);
	rc = v->token.n ? RC_OK : RC_DENIED;
	if (rc == RC_OK && act == ACT_REGISTER_PREVIEW) {
		if (previewed(v, segment, &reply, &answer, &rc))
			goto out;
	} else if (rc == RC_OK) {
		if (act == ACT_REGISTER_IMPORT)
			rc = sheet_taken(v);
		if (rc == RC_OK)
			rc = ask(v, act, segment, &v->form, &reply, &answer);
	}
	if (rc == RC_DENIED && v->token.n && strstr(rc_trail(), "guard:"))
		guarded(v, act, segment);
	else if (rc == RC_DENIED)
		denied(v, act);
	else if (act == ACT_ACCOUNT_ADD && ((rc == RC_OK && !json_is_string(json_object_get(answer, "request"))) || rc == RC_SYNTAX || rc == RC_CONFLICT))
		account_posted(v, rc, answer);
	else if ((act == ACT_REGISTER_ADD || act == ACT_REGISTER_CHANGE || act == ACT_EXCEPTION_REQUEST || act == ACT_PAPER_FILE) && (rc == RC_SYNTAX || rc == RC_CONFLICT))
		register_again(v, act, segment, rc);
	else if (act == ACT_HOLD_BEGIN && (rc == RC_SYNTAX || rc == RC_CONFLICT || rc == RC_NOTFOUND))
		form_again(v, ACT_HOLD_LIST, STR_NONE, rc);
	else if (act == ACT_DELEGATION_ADD && (rc == RC_SYNTAX || rc == RC_NOTFOUND))
		form_again(v, ACT_DELEGATION_LIST, STR_NONE, rc);
	else if ((act == ACT_CONTRACT_ADOPT || act == ACT_CONTRACT_END) && (rc == RC_SYNTAX || rc == RC_CONFLICT))
		form_again(v, ACT_CONTRACT_LIST, STR_NONE, rc);
	else if (act == ACT_MAIL_TEST && (rc == RC_SYNTAX || rc == RC_CONFLICT || rc == RC_NOTFOUND))
		form_again(v, ACT_MAIL_LIST, STR_NONE, rc);
	else if (act == ACT_PAPER_RENEW && (rc == RC_SYNTAX || rc == RC_CONFLICT || rc == RC_LIMIT || rc == RC_NOTFOUND))
		form_again(v, ACT_PAPER_RENEWAL, STR_NONE, rc);
	else if (str_starts(v->path, STR("/generator/")) && (rc == RC_SYNTAX || rc == RC_CONFLICT || rc == RC_NOTFOUND || rc == RC_LIMIT))
		form_again(v, ACT_GENERATOR_LIST, STR_NONE, rc);
	else if (act == ACT_MONTH_MAKE && rc == RC_SYNTAX)
		form_again(v, ACT_MONTH_LIST, STR_NONE, rc);
	else if (str_starts(v->path, STR("/month/")) && (rc == RC_SYNTAX || rc == RC_CONFLICT))
		form_again(v, ACT_MONTH_SHOW, segment, rc);
	else if (act == ACT_QUESTION_ASK && rc == RC_SYNTAX)
		form_again(v, ACT_CLAUSE_SHOW, segment, rc);
	else if (act == ACT_INCIDENT_NOTE && (rc == RC_SYNTAX || rc == RC_CONFLICT))
		form_again(v, ACT_INCIDENT_SHOW, segment, rc);
	else if (rc != RC_OK)
		visit_fail(v, rc);
	else if (act == ACT_PROCEDURE_READ || act == ACT_DELEGATION_ADD || act == ACT_DELEGATION_END || act == ACT_CONTAINMENT_REVIEW)
		visit_redirect(v, act == ACT_PROCEDURE_READ ? STR("/operation") : act == ACT_CONTAINMENT_REVIEW ? STR("/containment") : STR("/delegation"));
	else if (json_is_string(json_object_get(answer, "request")))
		visit_redirect(v, arena_f(v->a->arena, "/approval/%s", html_string(json_object_get(answer, "request"))));
	else if (act == ACT_OS_ACCOUNT_LOCK || act == ACT_OS_ACCOUNT_UNLOCK)
		visit_redirect(v, json_is_string(json_object_get(answer, "row")) ? arena_f(v->a->arena, "/register-row/%s", html_string(json_object_get(answer, "row"))) : STR("/containment"));
	else if (act == ACT_PERSON_REMOVE)
		visit_redirect(v, arena_f(v->a->arena, "/register-row/" STR_FMT, STR_ARG(segment)));
	else if (act == ACT_TRIAL_CONFIRM || act == ACT_TRIAL_ROLLBACK || json_is_true(json_object_get(answer, "trial"))) {
		visit_redirect(v, STR("/trial"));
		http_field(v->a, "Connection", STR("close")); /* the next one is new */
	} else if (of_register)
		register_posted(v, act, segment, answer);
	else if (act == ACT_EXCEPTION_REQUEST)
		visit_redirect(v, arena_f(v->a->arena, "/exception/%s", html_string(json_object_get(answer, "id"))));
	else if (act == ACT_PAPER_RENEW)
		visit_redirect(v, arena_f(v->a->arena, "/paper-renewal?filed=%lld", (long long)json_integer_value(json_object_get(answer, "n"))));
	else if (str_starts(v->path, STR("/paper")))
		visit_redirect(v, arena_f(v->a->arena, "/paper/%s", html_string(json_object_get(answer, "id"))));
	else if (str_starts(v->path, STR("/review")))
		visit_redirect(v, arena_f(v->a->arena, "/review/%s%s", html_string(json_object_get(answer, "id")), act == ACT_REVIEW_DECIDE && json_integer_value(json_object_get(answer, "open")) ? "?show=open" : ""));
	else if (act == ACT_HOLD_BEGIN || act == ACT_HOLD_END)
		visit_redirect(v, STR("/hold"));
	else if (act == ACT_MAIL_TEST)
		visit_redirect(v, STR("/mail"));
	else if (str_starts(v->path, STR("/generator")))
		visit_redirect(v, STR("/generator"));
	else if (str_starts(v->path, STR("/month")))
		visit_redirect(v, arena_f(v->a->arena, "/month/%s", html_string(json_object_get(answer, "id"))));
	else if (act == ACT_INCIDENT_NOTE || act == ACT_INCIDENT_RECEIVE || act == ACT_INCIDENT_ACKNOWLEDGE)
		visit_redirect(v, arena_f(v->a->arena, "/incident/" STR_FMT, STR_ARG(segment)));
	else if (act == ACT_ALERT_DISPOSE)
		visit_redirect(v, arena_f(v->a->arena, "/watch/" STR_FMT, STR_ARG(segment)));
	else if (act == ACT_WITNESS_IMPORT)
		visit_redirect(v, STR("/witness"));
	else if (act == ACT_WATCH_REVIEW)
		visit_redirect(v, STR("/watch"));
	else if (str_starts(v->path, STR("/exception/")))
		visit_redirect(v, arena_f(v->a->arena, "/exception/" STR_FMT, STR_ARG(segment)));
	else if (act == ACT_CONTROL_RUN)
		visit_redirect(v, arena_f(v->a->arena, "/control/" STR_FMT, STR_ARG(segment)));
	else if (str_starts(v->path, STR("/approval/")))
		visit_redirect(v, arena_f(v->a->arena, "/approval/" STR_FMT, STR_ARG(segment)));
	else if (str_starts(v->path, STR("/account/")))
		visit_redirect(v, arena_f(v->a->arena, "/account/" STR_FMT, STR_ARG(segment)));
	else if (act == ACT_EVIDENCE_RECEIVE)
		visit_redirect(v, STR("/evidence"));
	else if (act == ACT_QUESTION_ANSWER || act == ACT_QUESTION_CLOSE)
		visit_redirect(v, question_place(v, segment, answer));
	else if (act == ACT_CONTRACT_ADOPT || act == ACT_CONTRACT_END)
		visit_redirect(v, STR("/contract"));
	else
		visit_redirect(v, arena_f(v->a->arena, "/clause/" STR_FMT, STR_ARG(segment)));
out:
	json_decref(answer);
	buf_free(&reply);
}

/* ---- the station's own socket: JSON only, the caller's token in the head */

static void
local_answer(struct visit *v, enum rc rc)
{
	visit_typed(v, visit_code_of(rc), "application/json; charset=utf-8");
	if (rc != RC_OK) {
		json_t *error = json_pack("{s:{s:s, s:s}}", "error", "class", rc_name(rc), "sentence", rc_trail());
		char *text = error ? json_dumps(error, JSON_COMPACT) : NULL;

		buf_reset(&v->a->body);
		if (buf_add_c(&v->a->body, text ? text : "{\"error\":{\"class\":\"BUG\",\"sentence\":\"\"}}") != RC_OK)
			v->a->status = 500;
		free(text);
		json_decref(error);
	}
	rc_trail_clear();
}

static enum rc
local_act(struct visit *v)
{
	struct str prefix = STR("/api/act/"), token;
	enum act act;
	enum rc rc = RC_OK;

	if (v->q->method != HTTP_POST || !str_starts(v->q->path, prefix))
		return FAIL(RC_NOTFOUND, "POST /api/act/ and the name of an act");
	act = act_of(str_sub(v->q->path, prefix.n, v->q->path.n));
	if (act == ACT_NONE)
		return FAIL(RC_NOTFOUND, "no such act");
	TRY(decode_bearer(v->q->authorization, &token));
	TRY(arguments_check(v->q->body));
	if (act == ACT_GENERATOR_CHECK)
		return generator_check(v->site, &(struct caller){ token, v->q->address, DOOR_LOCAL, v->q->connected_at_us }, v->q->body, &v->a->body);
	TRY(ask_core_act(v->site->spec.core, act, &(struct caller){ token, v->q->address, DOOR_LOCAL, v->q->connected_at_us }, v->q->body, &v->a->body));
out:
	return rc;
}

/* ---- one request */

static enum rc
visit_init(struct visit *v)
{
	struct str session, pre;
	enum rc rc = RC_OK;

	v->page = (struct page_request){ .now_us = now_us(), .path = STR("/"), .query = &v->query, .form = v->form_token, .station = v->site->spec.station, .password_min = v->site->spec.password_min, .cards = v->site->spec.card_port && *v->site->spec.card_port, .arena = v->a->arena };
	TRY(decode_host(v->q->host));
	TRY(decode_cookies(v->q->cookie, &v->cookies));
	v->english = v->page.english = str_eq_c(pairs_get(&v->cookies, COOKIE_LANG), "en");
	session = pairs_get(&v->cookies, COOKIE_SESSION);
	pre = pairs_get(&v->cookies, COOKIE_FORM);
	if (visit_token_shaped(session)) {
		v->token = session;
		v->page.signed_in = true;
		visit_form_token_of(session, v->form_token);
	} else if (visit_token_shaped(pre)) {
		visit_form_token_of(pre, v->form_token);
	}
	TRY(decode_path(v->a->arena, v->q->path, &v->path));
	v->page.path = v->q->path;
	TRY(decode_form(v->a->arena, v->q->query, &v->query));
	if (v->q->method == HTTP_POST) {
		if (str_starts(v->q->content_type, STR("multipart/form-data;")))
			TRY(decode_multipart(v->a->arena, v->q->content_type, v->q->body, &v->form));
		else if (str_starts(v->q->content_type, STR("application/x-www-form-urlencoded")))
			TRY(decode_form(v->a->arena, v->q->body, &v->form));
		else
			return FAIL(RC_SYNTAX, "a form is sent as application/x-www-form-urlencoded or multipart/form-data");
		visit_owner(v);
		if (!visit_post_is_ours(v))
			return FAIL(RC_DENIED, "the form is not from a page of this console, or too old");
	}
out:
	return rc;
}

bool
site_act(void *context, const struct http_request *q, struct http_answer *a)
{
	struct visit v = { .site = context, .q = q, .a = a };
	struct str path, segment = STR_NONE;
	enum as as = AS_PAGE;
	enum act act;
	enum rc rc;

	if (q->local) {
		local_answer(&v, local_act(&v));
		return true;
	}
	if (site_api(&v) || site_calendar(&v))
		return true;
	if (q->busy) { /* what was typed is not looked at: nothing counts */
		v.page = (struct page_request){ .now_us = now_us(), .path = STR("/sign-in"), .query = &v.query, .form = v.form_token, .station = v.site->spec.station, .arena = a->arena };
		visit_failure(&v, 503, visit_sentence(&v, MSG_SIGN_IN_BUSY, MSG_NO_ARGS));
		http_field(a, "Retry-After", STR("5"));
		return true;
	}
	rc = visit_init(&v);
	if (rc != RC_OK) {
		rc_trail_clear();
		visit_failure(&v, visit_code_of(rc), NULL);
		return true;
	}
	if (!visit_admitted(&v))
		return true;
	if (site_card(&v) || site_door(&v) || site_me(&v) || site_draft(&v))
		return true;
	path = v.path;
	for (enum as form = AS_CSV; form <= AS_ICS && as == AS_PAGE; form++)
		if (str_ends(path, str_of(forms[form].ending))) {
			as = form;
			path.n -= strlen(forms[form].ending);
		}
	if (as == AS_ICS && !str_eq_c(path, "/deadline"))
		path = STR_NONE;
	if (as != AS_PAGE && str_eq_c(path, "/board"))
		path = STR("/");
	act = act_of_path(q->method == HTTP_POST ? METHOD_POST : METHOD_GET, path, &segment);
	if (act == ACT_NONE)
		visit_failure(&v, 404, NULL);
	else if (q->method == HTTP_POST)
		act_post(&v, act, segment);
	else
		act_get(&v, act, segment, as);
	return true;
}
