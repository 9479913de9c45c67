// SPDX-License-Identifier: Apache-2.0
/* Screens of registers: which there are, the rows of one, one row with its history, its form, and a table before it is imported. */
#include "core/exception_int.h"
#include "core/removal.h"

#include <ctype.h>
#include <string.h>

#include "base/num.h"

#define PAGE_ROWS    100
#define CHOICES_MAX  300 /* rows offered in a list to choose from; of more, one is named by typing */

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_JA ? b.ja : b.en;
}

static const char *
side_name(enum side side)
{
	return side == SIDE_NONE ? "either" : side == SIDE_CLIENT ? "client" : "contractor";
}

static bool
can_write(const struct form *form, const struct actor *who)
{
	return (form->writes == SIDE_NONE || form->writes == roles_side(who->session.roles)) && act_permitted(ACT_REGISTER_ADD, who->session.roles);
}

/* A row as people call it: what names it, with the rows that are part of its name. */
static json_t *
row_word(struct core *c, const struct row *r)
{
	const struct form *form = catalogue_form(c->catalogue, str_of(r->register_id));
	size_t parts[2] = { form ? form->key : 0, form ? form->and : 0 };
	struct buf b = BUF(4096);
	json_t *ret;

	for (size_t i = 0; form && i < 2 && parts[i] < form->fields_count; i++) {
		const struct field *f = &form->fields[parts[i]];
		const char *value = json_string_value(json_object_get(r->values, f->id.p));
		const struct row *of = value && f->type == FIELD_ROW ? register_row(c, str_of(value)) : NULL;
		json_t *inner = of && of != r ? row_word(c, of) : NULL;

		if (value && buf_addf(&b, "%s%s", i ? " ／ " : "", inner ? json_string_value(inner) : value) != RC_OK)
			rc_trail_clear(); /* cut short it still names the row */
		json_decref(inner);
		/* a number alone says nothing to people */
		if (i == 0 && f->type == FIELD_NAME && json_object_get(r->values, "name") && buf_addf(&b, " %s", json_string_value(json_object_get(r->values, "name"))) != RC_OK)
			rc_trail_clear();
	}
	ret = b.n ? view_text(buf_str(&b)) : view_text(str_of(r->name));
	buf_free(&b);
	return ret;
}

/* Words of the rows that rows name, where there are too many to choose from. */
static void
named_words(struct core *c, const struct form *form, const json_t *values, json_t *words)
{
	for (size_t i = 0; i < form->fields_count; i++) {
		const char *id = form->fields[i].type == FIELD_ROW ? json_string_value(json_object_get(values, form->fields[i].id.p)) : NULL;
		const struct row *r = id && json_object_get(words, id) == NULL ? register_row(c, str_of(id)) : NULL;

		if (r)
			json_object_set_new(words, id, row_word(c, r));
	}
}

/* What may be chosen: of a choice its words, of a row the rows in force. */
static json_t *
choices_json(struct core *c, const struct field *f, enum lang lang)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->choices_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}", "id", view_text(f->choices[i].id), "word", view_text(in(f->choices[i].word, lang))));
	if (f->type == FIELD_ROW) {
		size_t end, at = register_range(c, f->of, &end);

		for (; end - at <= CHOICES_MAX && at < end; at++)
			json_array_append_new(list, json_pack("{s:s, s:o}", "id", c->rows[at].id, "word", row_word(c, &c->rows[at])));
	}
	return list;
}

json_t *
fields_json(struct core *c, const struct form *form, enum lang lang)
{
	json_t *list = json_array();

	for (size_t i = 0; i < form->fields_count; i++) {
		const struct field *f = &form->fields[i];
		bool measured = f->type == FIELD_NUMBER || f->type == FIELD_TEXT || f->type == FIELD_NOTE || f->type == FIELD_NAMES || f->type == FIELD_LOGIC;

		json_array_append_new(list, json_pack("{s:o, s:s, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "id", view_text(f->id), "type", field_type_word(f->type), "label", view_text(in(f->label, lang)),
		    "help", view_text(in(f->help, lang)), "required", f->required, "min", f->type == FIELD_NUMBER ? json_integer(f->min) : json_null(),
		    "max", measured ? json_integer(f->max) : json_null(), "unit", view_text(f->unit), "choices", choices_json(c, f, lang)));
	}
	return list;
}

static json_t *
register_json(struct core *c, const struct form *form, const struct actor *who)
{
	size_t end, at = register_range(c, form->id, &end);

	return json_pack("{s:o, s:o, s:o, s:s, s:b, s:o, s:I, s:b}", "id", view_text(form->id), "name", view_text(in(form->name, who->lang)), "about", view_text(in(form->about, who->lang)),
	    "writes", side_name(form->writes), "subject", form->subject, "key", view_text(form->fields[form->key].id), "rows", (json_int_t)(end - at), "can_write", can_write(form, who));
}

enum rc
view_registers(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *list = json_array();

	core_lock(c);
	for (size_t i = 0; i < c->catalogue->forms_count; i++)
		json_array_append_new(list, register_json(c, &c->catalogue->forms[i], who));
	core_unlock(c);
	*ret = json_pack("{s:I, s:o}", "at", (json_int_t)core_now_us(), "rows", list);
	return RC_OK;
}

/* Under lock. */
static enum rc
need_form(struct core *c, json_t *arguments, const struct form **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));

	*ret = id ? catalogue_form(c->catalogue, str_of(id)) : NULL;
	return *ret ? RC_OK : FAIL(RC_NOTFOUND, "その名前の台帳はありません / no such register");
}

/* ---- the rows of one */

static json_t *
row_json(const struct row *r)
{
	return json_pack("{s:s, s:I, s:O, s:I, s:s, s:I, s:n, s:n}", "id", r->id, "version", (json_int_t)r->version, "values", r->values, "since", (json_int_t)r->since_us, "who", r->who,
	    "leaf", (json_int_t)r->leaf, "ended_at", "ended_who");
}

/* The last version of rows that have ended, newest first. */
static enum rc
ended_rows(struct core *c, struct str register_id, json_t *list)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select id, version, row_values, since_us, who, leaf, ended_us, ended_who from register_row r where register = $1 and ended_us is not null"
	    " and version = (select max(version) from register_row s where s.id = r.id) order by ended_us desc limit 10000", &q));
	TRY(db_put_text(q, 1, register_id));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(list, json_pack("{s:o, s:I, s:o, s:I, s:o, s:I, s:I, s:o}", "id", view_text(db_text(q, 0)), "version", (json_int_t)db_int(q, 1),
		    "values", json_loadb(db_text(q, 2).p, db_text(q, 2).n, JSON_REJECT_DUPLICATES, NULL), "since", (json_int_t)db_int(q, 3), "who", view_text(db_text(q, 4)),
		    "leaf", (json_int_t)db_int(q, 5), "ended_at", (json_int_t)db_int(q, 6), "ended_who", view_text(db_text(q, 7))));
	}
out:
	db_done(q);
	return rc;
}

static bool
holds_text(const char *hay, const char *needle)
{
	return hay && strcasestr(hay, needle) != NULL; /* letters of ASCII without case */
}

/* Any value, as it stands or as its word reads. */
static bool
row_wanted(const struct form *form, const json_t *values, const char *q)
{
	for (size_t i = 0; i < form->fields_count; i++) {
		const struct field *f = &form->fields[i];
		const char *value = json_string_value(json_object_get(values, f->id.p));

		if (holds_text(value, q))
			return true;
		for (size_t k = 0; value && k < f->choices_count; k++)
			if (str_eq_c(f->choices[k].id, value) && (holds_text(f->choices[k].word.ja.p, q) || holds_text(f->choices[k].word.en.p, q)))
				return true;
	}
	return false;
}

/* Rows in force that are wanted, in order. Under lock. */
static size_t
rows_wanted(struct core *c, const struct form *form, json_t *arguments, const char *q, const struct row ***ret)
{
	const char *by = json_string_value(json_object_get(arguments, "sort"));
	bool down = by && *by == '-', any = q == NULL || *q == '\0';
	size_t end, at = register_range(c, form->id, &end), all = end - at, n = 0;
	const size_t *order = NULL;
	struct arena a = ARENA(64 << 10);
	struct str low = arena_dup(&a, str_of(any ? "" : q));

	for (size_t i = 0; i < low.n; i++)
		((char *)(uintptr_t)low.p)[i] = (char)tolower((unsigned char)low.p[i]); /* the arena's bytes are ours */
	if (down)
		by++;
	if (by && strcmp(by, "since") == 0)
		order = register_order(c, form, form->fields_count);
	else if (by && form_field(form, str_of(by)) < form->fields_count)
		order = register_order(c, form, form_field(form, str_of(by)));
	*ret = calloc(all + 1, sizeof(**ret));
	if (*ret == NULL)
		abort();
	for (size_t i = 0; i < all; i++) {
		size_t place = down ? all - 1 - i : i;
		const struct row *r = &c->rows[order ? order[place] : at + place];

		if (any || memmem(r->text, strlen(r->text), low.p, low.n))
			(*ret)[n++] = r;
	}
	arena_free(&a);
	return n;
}

enum rc
view_register(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *q = json_string_value(json_object_get(arguments, "q"));
	json_t *list = json_array(), *gone = json_array(), *words = json_object(), *row, *given = json_object_get(arguments, "page");
	int64_t page = json_is_integer(given) && json_integer_value(given) >= 0 && json_integer_value(given) < 1000000 ? json_integer_value(given) : 1;
	size_t n = 0, all, end, at, i, from = page > 0 ? (size_t)(page - 1) * PAGE_ROWS : 0, to;
	bool ended = json_is_true(json_object_get(arguments, "ended"));
	const struct row **wanted = NULL;
	const struct form *form;
	enum rc rc = RC_OK;

	core_lock(c);
	TRY(need_form(c, arguments, &form));
	at = register_range(c, form->id, &end);
	all = end - at;
	if (ended) {
		TRY(ended_rows(c, form->id, gone));
		all = json_array_size(gone);
	} else {
		n = rows_wanted(c, form, arguments, q, &wanted);
	}
	to = page ? from + PAGE_ROWS : SIZE_MAX; /* page 0: all of them, for exports */
	json_array_foreach(gone, i, row)
		if ((q == NULL || *q == '\0' || row_wanted(form, json_object_get(row, "values"), q)) && n++ >= from && n <= to)
			json_array_append(list, row);
	for (i = from; wanted && i < n && i < to; i++)
		json_array_append_new(list, row_json(wanted[i]));
	json_array_foreach(list, i, row)
		named_words(c, form, json_object_get(row, "values"), words);
	*ret = json_pack("{s:I, s:o, s:o, s:O, s:O, s:I, s:I, s:I, s:I, s:b}", "at", (json_int_t)core_now_us(), "register", register_json(c, form, who), "fields", fields_json(c, form, who->lang),
	    "rows", list, "words", words, "total", (json_int_t)n, "all", (json_int_t)all, "page", (json_int_t)page, "pages", (json_int_t)((n + PAGE_ROWS - 1) / PAGE_ROWS), "ended", ended);
out:
	core_unlock(c);
	free(wanted);
	json_decref(gone);
	json_decref(list);
	json_decref(words);
	return rc;
}

/* ---- one row */

static enum rc
history_json(struct core *c, const char *id, char ret_register[FORM_ID_MAX + 1], json_t *list)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select version, row_values, since_us, who, leaf, ended_us, ended_who, ended_leaf, register from register_row where id = $1 order by version desc limit 1000", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		(void)snprintf(ret_register, FORM_ID_MAX + 1, STR_FMT, STR_ARG(db_text(q, 8))); /* checked to fit where it was read */
		json_array_append_new(list, json_pack("{s:I, s:o, s:I, s:o, s:I, s:o, s:o, s:o}", "version", (json_int_t)db_int(q, 0),
		    "values", json_loadb(db_text(q, 1).p, db_text(q, 1).n, JSON_REJECT_DUPLICATES, NULL), "since", (json_int_t)db_int(q, 2), "who", view_text(db_text(q, 3)), "leaf", (json_int_t)db_int(q, 4),
		    "ended_at", view_time(db_int(q, 5)), "ended_who", db_is_null(q, 6) ? json_null() : view_text(db_text(q, 6)), "ended_leaf", db_is_null(q, 7) ? json_null() : json_integer(db_int(q, 7))));
	}
out:
	db_done(q);
	return rc;
}

/* Under lock: what is known about the subject a row is. */
static json_t *
findings_json(struct core *c, const char *subject, enum lang lang, int64_t now_us)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->held_count; i++) {
		const struct held *h = &c->held[i];
		const struct control_info *info = catalogue_control(c->catalogue, str_of(h->control));
		bool stale = h->at_us && h->valid_until_us < now_us;

		if (strcmp(h->subject, subject) == 0 && h->clause[0] == '\0')
			json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:b, s:o, s:o}", "control", h->control, "name", info ? view_text(in(info->name, lang)) : view_text(str_of(h->control)),
			    "verdict", view_verdict(stale ? VERDICT_UNKNOWN : h->verdict), "stale", stale, "at", view_time(h->at_us), "message", view_message(h->message, lang)));
	}
	return list;
}

/* What is no error and still worth a look: another row that reads the same. */
static json_t *
register_warnings(struct core *c, const struct form *form, const json_t *values, const char *except, enum lang lang)
{
	json_t *list = json_array();

	for (size_t i = 0; i < form->fields_count; i++) {
		const struct field *f = &form->fields[i];
		struct str value = str_of(json_string_value(json_object_get(values, f->id.p)));
		const struct row *r = f->alike ? register_alike(c, form->id, f->id, value, NULL) : NULL;

		while (r && except && strcmp(r->id, except) == 0)
			r = register_alike(c, form->id, f->id, value, r);
		if (r) {
			json_t *word = row_word(c, r);

			json_array_append_new(list, view_sentence(MSG_UI_REGISTER_ALIKE, lang, MSG_ARGS(MSG_S("field", lang == LANG_EN ? f->label.en : f->label.ja), MSG_S("row", str_of(json_string_value(word))))));
			json_decref(word);
		}
	}
	return list;
}

/* With `values` typed: their errors, for a form that is shown again. */
static json_t *
errors_json(struct core *c, const struct form *form, json_t *values, const char *except, enum lang lang, enum rc *ret)
{
	struct arena a = ARENA(1 << 20);
	struct draft d = { .form = form };
	json_t *errors = NULL;

	*ret = draft_take(&d, values, NULL);
	if (*ret == RC_OK) {
		(void)draft_check(c, &d, except, &a); /* what is wrong stands in the draft */
		errors = draft_errors(&d, lang);
	}
	arena_free(&a);
	return errors ? errors : json_object();
}

enum rc
view_register_row(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id"));
	json_t *history = json_array(), *now, *typed = json_object_get(arguments, "values"), *errors = json_object(), *words = json_object();
	char register_id[FORM_ID_MAX + 1] = "", subject[SUBJECT_ID_MAX + 1];
	const struct form *form;
	bool in_force;
	enum rc rc = RC_OK;

	core_lock(c);
	TRY(history_json(c, id ? id : "", register_id, history));
	form = catalogue_form(c->catalogue, str_of(register_id));
	if (json_array_size(history) == 0 || form == NULL)
		TRY(FAIL(RC_NOTFOUND, "その行はありません / no such row"));
	now = json_array_get(history, 0);
	in_force = json_is_null(json_object_get(now, "ended_at"));
	if (json_is_object(typed)) {
		json_decref(errors);
		errors = errors_json(c, form, typed, id, who->lang, &rc);
		TRY(rc);
	}
	register_subject_id(c, register_id, id, subject);
	named_words(c, form, json_object_get(now, "values"), words);
	*ret = json_pack("{s:I, s:s, s:o, s:o, s:O, s:O, s:O, s:b, s:b, s:o, s:o, s:O, s:O, s:o}", "at", (json_int_t)core_now_us(), "id", id, "register", register_json(c, form, who),
	    "fields", fields_json(c, form, who->lang), "values", json_object_get(now, "values"), "version", json_object_get(now, "version"), "history", history, "in_force", in_force,
	    "can_write", in_force && can_write(form, who), "subject", form->subject ? json_string(subject) : json_null(),
	    "findings", form->subject && in_force ? findings_json(c, subject, who->lang, core_now_us()) : json_array(), "errors", errors, "words", words,
	    "warnings", in_force ? register_warnings(c, form, json_object_get(now, "values"), id, who->lang) : json_array());
	os_account_offered(c, who, id, *ret);
out:
	core_unlock(c);
	json_decref(history);
	json_decref(errors);
	json_decref(words);
	return rc;
}

/* ---- the form of a new row */

enum rc
view_register_form(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *typed = json_object_get(arguments, "values"), *errors = json_object();
	const struct form *form;
	enum rc rc = RC_OK;

	core_lock(c);
	TRY(need_form(c, arguments, &form));
	if (json_is_object(typed)) {
		json_decref(errors);
		errors = errors_json(c, form, typed, NULL, who->lang, &rc);
		TRY(rc);
	}
	*ret = json_pack("{s:I, s:o, s:o, s:O}", "at", (json_int_t)core_now_us(), "register", register_json(c, form, who), "fields", fields_json(c, form, who->lang), "errors", errors);
out:
	core_unlock(c);
	json_decref(errors);
	return rc;
}

/* ---- a table before it is imported */

bool
register_export_heading(struct str s)
{
	static const enum msg headings[] = { MSG_UI_REGISTER_SINCE_CSV, MSG_UI_REGISTER_BY, MSG_UI_REGISTER_ROW_ID };

	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (str_eq_c(s, message_plain(headings[i], LANG_JA)) || str_eq_c(s, message_plain(headings[i], LANG_EN)))
			return true;
	return false;
}

static json_t *
preview_row(struct core *c, const struct import_row *r, enum lang lang)
{
	json_t *values = json_object(), *errors = draft_errors(r->draft, lang);

	for (size_t i = 0; i < r->draft->form->fields_count; i++) /* what will be kept; where it is wrong, what was typed */
		if (r->draft->wrong[i] == FORM_GOOD ? r->draft->values[i].n : r->draft->typed[i].n)
			json_object_set_new(values, r->draft->form->fields[i].id.p, view_text(r->draft->wrong[i] == FORM_GOOD ? r->draft->values[i] : str_sub(r->draft->typed[i], 0, 200)));
	return json_pack("{s:I, s:s, s:o, s:o, s:o, s:o}", "line", (json_int_t)r->line, "state", r->wrong ? "wrong" : r->same ? "same" : r->there ? "change" : "add", "values", values, "errors", errors,
	    "sentence", r->wide ? view_sentence(MSG_UI_REGISTER_WIDE_LINE, lang, MSG_NO_ARGS) : json_null(),
	    "warnings", r->wrong ? json_array() : register_warnings(c, r->draft->form, values, r->there ? r->there->id : NULL, lang));
}

enum rc
view_register_preview(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *csv = json_object_get(arguments, "csv"), *rows = json_array();
	struct arena a = ARENA(32 << 20);
	int64_t counts[3] = { 0 };
	const struct form *form;
	struct import import;
	enum rc rc = RC_OK;

	core_lock(c);
	TRY(need_form(c, arguments, &form));
	if (!can_write(form, who))
		TRY(FAIL(RC_DENIED, "この台帳に届け出るのは、もう一方の当事者です / the other side writes this register"));
	TRY(import_read(c, form, (struct str){ json_string_value(csv), json_string_length(csv) }, false, &a, &import));
	for (size_t i = 0; i < import.count; i++) {
		const struct import_row *r = &import.rows[i];

		json_array_append_new(rows, preview_row(c, r, who->lang));
		if (!r->wrong)
			counts[r->same ? 2 : r->there ? 1 : 0]++;
	}
	*ret = json_pack("{s:I, s:o, s:o, s:O, s:{s:I, s:I, s:I, s:I}}", "at", (json_int_t)core_now_us(), "register", register_json(c, form, who), "fields", fields_json(c, form, who->lang), "rows", rows,
	    "counts", "add", (json_int_t)counts[0], "change", (json_int_t)counts[1], "same", (json_int_t)counts[2], "wrong", (json_int_t)import.wrong);
out:
	core_unlock(c);
	json_decref(rows);
	arena_free(&a);
	return rc;
}
