// SPDX-License-Identifier: Apache-2.0
/*
 * What people do to registers: add, change, end and import rows.
 *
 * What was asked is checked under the lock and becomes edits; they are stored
 * all or nothing, each naming the ledger entry that asked. The same entries,
 * read again, make the same rows: register_replay().
 */
#include "core/register_int.h"
#include "core/removal.h"

#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "form/csv.h"

/* ---- one row under check */

static unsigned
rule_sentence(enum form_rule rule)
{
	static const enum msg sentences[FORM_RULE_COUNT] = { [FORM_MISSING] = MSG_UI_FORM_MISSING, [FORM_TOO_LONG] = MSG_UI_FORM_TOO_LONG, [FORM_CHARACTERS] = MSG_UI_FORM_CHARACTERS,
		[FORM_NUMBER] = MSG_UI_FORM_NUMBER, [FORM_DATE] = MSG_UI_FORM_DATE, [FORM_ADDRESS] = MSG_UI_FORM_ADDRESS, [FORM_PREFIX] = MSG_UI_FORM_PREFIX,
		[FORM_PREFIX_ALL] = MSG_UI_FORM_PREFIX_ALL, [FORM_PREFIX_BITS] = MSG_UI_FORM_PREFIX_BITS, [FORM_HOST_NAME] = MSG_UI_FORM_HOST_NAME, [FORM_PORT] = MSG_UI_FORM_PORT,
		[FORM_PATH] = MSG_UI_FORM_PATH, [FORM_NAME] = MSG_UI_FORM_NAME, [FORM_CHOICE] = MSG_UI_FORM_CHOICE, [FORM_YES_NO] = MSG_UI_FORM_YES_NO, [FORM_ROW] = MSG_UI_FORM_ROW,
		[FORM_TAKEN] = MSG_UI_FORM_TAKEN, [FORM_REFUSED] = MSG_UI_FORM_REFUSED, [FORM_ORDER] = MSG_UI_FORM_ORDER, [FORM_KEEPS] = MSG_UI_FORM_KEEPS, [FORM_ALIKE] = MSG_UI_FORM_ALIKE, [FORM_PREFIX_WIDE] = MSG_UI_FORM_PREFIX_WIDE,
		[FORM_PAST] = MSG_UI_FORM_PAST, [FORM_LOGIC] = MSG_UI_FORM_LOGIC };

	return rule < FORM_RULE_COUNT ? sentences[rule] : MSG_NONE;
}

static json_t *
wrong_text(const struct field *f, enum form_rule rule, enum lang lang)
{
	return view_sentence(rule_sentence(rule), lang, MSG_ARGS(MSG_N("min", f->min), MSG_N("max", f->max), MSG_S("unit", f->unit)));
}

json_t *
draft_errors(const struct draft *d, enum lang lang)
{
	json_t *ret = json_object();

	for (size_t i = 0; i < d->form->fields_count; i++)
		if (d->wrong[i] != FORM_GOOD)
			json_object_set_new(ret, d->form->fields[i].id.p, wrong_text(&d->form->fields[i], d->wrong[i], lang));
	return ret;
}

/* The first thing that is wrong, for whoever has no form before him. */
static enum rc
draft_fail(const struct draft *d, enum lang lang)
{
	for (size_t i = 0; i < d->form->fields_count; i++) {
		const struct field *f = &d->form->fields[i];
		json_t *text;

		if (d->wrong[i] == FORM_GOOD)
			continue;
		text = wrong_text(f, d->wrong[i], lang);
		(void)FAIL(RC_SYNTAX, "%s: %s", lang == LANG_EN ? f->label.en.p : f->label.ja.p, json_string_value(text));
		json_decref(text);
		return d->wrong[i] == FORM_TAKEN ? RC_CONFLICT : RC_SYNTAX;
	}
	return RC_OK;
}

enum rc
draft_take(struct draft *d, const json_t *values, const json_t *before)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)values, key, value)
		if (form_field(d->form, str_of(key)) == d->form->fields_count || !json_is_string(value))
			return FAIL(RC_SYNTAX, "この台帳に '%.40s' という項目はありません / this register has no field '%.40s'", key, key);
	for (size_t i = 0; i < d->form->fields_count; i++) {
		const json_t *v = json_object_get(values, d->form->fields[i].id.p);

		v = v ? v : json_object_get(before, d->form->fields[i].id.p);
		d->typed[i] = (struct str){ json_string_value(v), json_string_length(v) };
	}
	return RC_OK;
}

static struct str
standing(const struct row *r, const struct field *f)
{
	return r ? str_of(json_string_value(json_object_get(r->values, f->id.p))) : STR_NONE;
}

/* A value against the rows that stand: one it names is there and becomes its id, a date that keeps is not put off. */
static enum form_rule
against_rows(struct core *c, const struct field *f, const struct row *before, struct str *value)
{
	const struct row *named;

	if (f->type == FIELD_LOGIC && value->n && !catalogue_logic(c->catalogue, *value))
		return FORM_LOGIC;
	if (f->type != FIELD_ROW || value->n == 0)
		return field_moved(f, standing(before, f), *value);
	named = register_said(c, f->of, *value);
	if (named == NULL && !str_eq(standing(before, f), *value)) /* what stood may stay, though the row it names has ended */
		return FORM_ROW;
	if (named)
		*value = str_of(named->id);
	return FORM_GOOD;
}

/*= S-1-2 */
bool
draft_check(struct core *c, struct draft *d, const char *except, struct arena *a)
{
	bool good = form_check(d->form, d->typed, a, d->values, d->wrong);
	const struct row *before = except ? register_row(c, str_of(except)) : NULL, *other;
	struct str name;
	int64_t until;

	for (size_t i = 0; i < d->form->fields_count; i++)
		if (d->form->fields[i].ahead && d->wrong[i] == FORM_GOOD && d->values[i].n && time_parse_date(d->values[i], &until) == RC_OK && core_now_us() >= until + DAY_US) {
			d->wrong[i] = FORM_PAST;
			good = false;
		}
	for (size_t i = 0; i < d->form->fields_count; i++) {
		if (d->wrong[i] == FORM_GOOD)
			d->wrong[i] = against_rows(c, &d->form->fields[i], before, &d->values[i]);
		good &= d->wrong[i] == FORM_GOOD;
	}
	if (d->wrong[d->form->key] != FORM_GOOD)
		return good;
	name = form_name(d->form, d->values, a);
	other = register_named(c, d->form->id, name);
	if (other && other != before) {
		d->wrong[d->form->key] = FORM_TAKEN;
		return false;
	}
	other = d->form->fields[d->form->key].type == FIELD_TEXT ? register_alike(c, d->form->id, STR_NONE, name, NULL) : NULL;
	if (other && other != before && !(before && str_eq_c(name, before->name))) {
		d->wrong[d->form->key] = FORM_ALIKE;
		return false;
	}
	return good;
}

json_t *
draft_values(const struct draft *d)
{
	json_t *o = json_object();

	for (size_t i = 0; i < d->form->fields_count; i++)
		if (d->values[i].n)
			json_object_set_new(o, d->form->fields[i].id.p, view_text(d->values[i]));
	return o;
}

/* ---- edits */

struct edit *
edits_add(struct edits *e)
{
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 8;
		e->list = realloc(e->list, e->cap * sizeof(*e->list));
		if (e->list == NULL)
			abort();
	}
	e->list[e->n] = (struct edit){ .version = 0 };
	return &e->list[e->n++];
}

void
edits_set(struct edits *edits, const struct row *r, const char *field, const char *value)
{
	json_t *values = json_copy(r->values);
	struct edit *e = edits_add(edits);

	if (*value)
		json_object_set_new(values, field, json_string(value));
	else
		(void)json_object_del(values, field);
	e->kind = EDIT_CHANGE;
	memcpy(e->id, r->id, sizeof(e->id));
	memcpy(e->register_id, r->register_id, sizeof(e->register_id));
	e->version = r->version;
	e->name = strdup(r->name);
	e->values = json_dumps(values, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(values);
	if (e->name == NULL || e->values == NULL)
		abort();
}

/* The row's id comes from the entry that made it, so that the ledger alone tells it again. */
static void
row_id(uint64_t leaf, size_t n, char ret[2 * ID_BYTES + 1])
{
	struct buf b = BUF(64), hex = BUF(64);
	struct opaque_id id;

	if (buf_addf(&b, "%llu.%zu", (unsigned long long)leaf, n) == RC_OK) {
		id = object_of("row", buf_str(&b));
		if (hex_encode(&hex, (struct str){ (const char *)id.b, ID_BYTES }) == RC_OK)
			memcpy(ret, hex.p, hex.n);
	}
	buf_free(&b);
	buf_free(&hex);
}

static void
edit_set(struct edit *e, const struct draft *d, struct arena *a)
{
	json_t *values = draft_values(d);
	struct str name = form_name(d->form, d->values, a);

	(void)snprintf(e->register_id, sizeof(e->register_id), STR_FMT, STR_ARG(d->form->id)); /* checked to fit where it was read */
	e->name = strndup(name.n ? name.p : "", name.n);
	e->values = json_dumps(values, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(values);
	if (e->name == NULL || e->values == NULL)
		abort();
}

/* The version in force, from the store. RC_NOTFOUND. */
static enum rc
row_get(struct core *c, const char *id, struct edit *e, json_t **ret_values)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select version, register, name, row_values from register_row where id = $1 and ended_us is null", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	TRY(db_step(q, &row));
	if (!row) {
		rc = FAIL(RC_NOTFOUND, "その行はないか、すでに終わっています / there is no such row, or it has ended");
		goto out;
	}
	e->version = db_int(q, 0);
	(void)snprintf(e->id, sizeof(e->id), "%.*s", 2 * ID_BYTES, id); /* it was found, so it fits */
	(void)snprintf(e->register_id, sizeof(e->register_id), STR_FMT, STR_ARG(db_text(q, 1)));
	e->name = strndup(db_text(q, 2).n ? db_text(q, 2).p : "", db_text(q, 2).n);
	*ret_values = json_loadb(db_text(q, 3).p, db_text(q, 3).n, JSON_REJECT_DUPLICATES, NULL);
out:
	db_done(q);
	return rc;
}

/* So that a row which is named by another has one name, however the table says it. */
static void
names_to_ids(struct core *c, struct draft *d)
{
	for (size_t i = 0; i < d->form->fields_count; i++) {
		const struct row *r = d->form->fields[i].type == FIELD_ROW ? register_said(c, d->form->fields[i].of, d->values[i]) : NULL;

		if (r)
			d->values[i] = str_of(r->id);
	}
}

/* What no definition takes any more is kept as it was typed. */
static void
draft_mend(struct core *c, struct draft *d, struct arena *a)
{
	for (size_t i = 0; i < d->form->fields_count; i++)
		if (field_check(&d->form->fields[i], d->typed[i], a, &d->values[i]) != FORM_GOOD)
			d->values[i] = str_trim(d->typed[i]);
	names_to_ids(c, d);
}

static enum rc
need_form(struct core *c, const char *id, const struct form **ret)
{
	*ret = id ? catalogue_form(c->catalogue, str_of(id)) : NULL;
	return *ret ? RC_OK : FAIL(RC_NOTFOUND, "その名前の台帳はありません / no such register");
}

static enum rc
edit_one(struct core *c, const struct asked *q, struct arena *a, struct edits *ret)
{
	const char *id = json_string_value(json_object_get(q->arguments, "id"));
	const json_t *version = json_object_get(q->arguments, "version");
	struct edit *e = edits_add(ret);
	struct draft d = { .form = NULL };
	json_t *before = NULL;
	enum rc rc = RC_OK;

	e->kind = q->act == ACT_REGISTER_ADD || q->act == ACT_INCIDENT_OPEN ? EDIT_ADD : q->act == ACT_REGISTER_CHANGE ? EDIT_CHANGE : EDIT_END;
	if (e->kind == EDIT_ADD) {
		TRY(need_form(c, id, &d.form));
		row_id(q->leaf, 0, e->id);
	} else {
		TRY(row_get(c, id ? id : "", e, &before));
		TRY(need_form(c, e->register_id, &d.form));
		if (json_is_integer(version) && json_integer_value(version) != e->version)
			TRY(FAIL(RC_CONFLICT, "その間にほかの人が変えました。もう一度開いて確かめてください / somebody changed it meanwhile: open it again"));
	}
	if (e->kind == EDIT_END)
		goto out;
	TRY(draft_take(&d, json_object_get(q->arguments, "values"), before));
	if (q->again)
		draft_mend(c, &d, a);
	else if (!draft_check(c, &d, e->id, a))
		TRY(draft_fail(&d, q->lang));
	free(e->name);
	edit_set(e, &d, a);
out:
	json_decref(before);
	return rc;
}

/* ---- import: a table whose first line names fields */

static enum rc
import_columns(const struct form *form, const struct csv_row *head, size_t *ret)
{
	for (size_t k = 0; k < head->count; k++) {
		struct str cell = str_trim(head->cells[k]);
		size_t at = 0;

		while (at < form->fields_count && !str_eq(cell, form->fields[at].id) && !str_eq(cell, form->fields[at].label.ja) && !str_eq(cell, form->fields[at].label.en))
			at++;
		for (size_t m = 0; m < k && at < form->fields_count; m++)
			if (ret[m] == at)
				return FAIL(RC_SYNTAX, "%zu行目: 見出し「%.60s」が2回あります / line %zu: heading '%.60s' stands twice", head->line, form->fields[at].label.ja.p, head->line, form->fields[at].id.p);
		ret[k] = at;
		if (at == form->fields_count && cell.n && !register_export_heading(cell))
			return FAIL(RC_SYNTAX, "%zu行目: 見出し「%.*s」はこの台帳の項目ではありません / line %zu: heading '%.*s' is no field of this register", head->line, cell.n > 60 ? 60 : (int)cell.n, cell.p,
			    head->line, cell.n > 60 ? 60 : (int)cell.n, cell.p);
	}
	return RC_OK;
}

/* Exports put an apostrophe before what a spreadsheet would run. */
static struct str
unguarded(struct str s)
{
	return s.n > 1 && s.p[0] == '\'' && strchr("=+-@\xef", s.p[1]) ? str_sub(s, 1, s.n) : s;
}

static bool
named_before(const struct import_row *rows, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i].name, name))
			return true;
	return false;
}

/* A column the table does not have leaves a row that stands as it is; an empty cell of one it has empties. */
static void
keep_untold(const struct form *form, const size_t *columns, size_t n, const struct row *there, struct draft *d)
{
	for (size_t i = 0; there && i < form->fields_count; i++) {
		bool told = false;

		for (size_t k = 0; k < n; k++)
			told |= columns[k] == i;
		if (!told)
			d->typed[i] = standing(there, &form->fields[i]);
	}
}

enum rc
import_read(struct core *c, const struct form *form, struct str bytes, bool again, struct arena *a, struct import *ret)
{
	size_t columns[CSV_CELLS_MAX];
	struct csv csv;
	enum rc rc = RC_OK;

	*ret = (struct import){ .form = form };
	TRY(csv_parse(bytes, a, &csv));
	if (csv.count < 2)
		TRY(FAIL(RC_SYNTAX, "1行目に項目の名前、2行目から内容を書いてください / the first line names the fields, rows follow from the second"));
	TRY(import_columns(form, &csv.rows[0], columns));
	ret->rows = arena_get(a, csv.count * sizeof(*ret->rows));
	if (ret->rows == NULL)
		TRY(FAIL(RC_LIMIT, "CSV が大きすぎます / the CSV is too large"));
	for (size_t i = 1; i < csv.count; i++) {
		struct import_row *r = &ret->rows[ret->count];
		struct draft d = { .form = form };
		const struct row *there;
		json_t *before = NULL;

		*r = (struct import_row){ .line = csv.rows[i].line };
		for (size_t k = 0; k < csv.rows[i].count; k++) {
			if (k >= csv.rows[0].count && csv.rows[i].cells[k].n)
				r->wide = true;
			if (k < csv.rows[0].count && columns[k] < form->fields_count)
				d.typed[columns[k]] = unguarded(csv.rows[i].cells[k]);
		}
		form_check(form, d.typed, a, d.values, d.wrong);
		names_to_ids(c, &d);
		r->name = form_name(form, d.values, a);
		there = register_named(c, form->id, r->name);
		keep_untold(form, columns, csv.rows[0].count, there, &d);
		if (again)
			draft_mend(c, &d, a);
		else
			r->wrong = !draft_check(c, &d, there ? there->id : NULL, a) || r->wide;
		if (!again && d.wrong[form->key] == FORM_GOOD && named_before(ret->rows, ret->count, r->name)) {
			d.wrong[form->key] = FORM_TAKEN;
			r->wrong = true;
		}
		before = draft_values(&d);
		r->there = there;
		r->same = there && json_equal(before, there->values);
		json_decref(before);
		r->draft = arena_get(a, sizeof(d));
		if (r->draft == NULL)
			TRY(FAIL(RC_LIMIT, "CSV が大きすぎます / the CSV is too large"));
		memcpy(r->draft, &d, sizeof(d));
		ret->wrong += r->wrong;
		ret->count++;
	}
out:
	return rc;
}

static enum rc
edit_import(struct core *c, const struct asked *q, struct arena *a, struct edits *ret)
{
	const char *id = json_string_value(json_object_get(q->arguments, "id"));
	json_t *csv = json_object_get(q->arguments, "csv");
	const struct form *form;
	struct import import;
	enum rc rc = RC_OK;

	TRY(need_form(c, id, &form));
	TRY(import_read(c, form, (struct str){ json_string_value(csv), json_string_length(csv) }, q->again, a, &import));
	if (import.wrong)
		TRY(FAIL(RC_SYNTAX, "%zu行に誤りがあるので、1行も取り込みませんでした / %zu lines have errors; nothing was imported", import.wrong, import.wrong));
	for (size_t i = 0; i < import.count; i++) {
		const struct import_row *r = &import.rows[i];
		struct edit *e;

		if (r->same)
			continue;
		e = edits_add(ret);
		e->kind = r->there ? EDIT_CHANGE : EDIT_ADD;
		if (r->there) {
			memcpy(e->id, r->there->id, sizeof(e->id));
			e->version = r->there->version;
		} else {
			row_id(q->leaf, i, e->id);
		}
		edit_set(e, r->draft, a);
	}
out:
	return rc;
}

/* Under lock. */
static enum rc
edits_of(struct core *c, const struct asked *q, struct arena *a, struct edits *ret)
{
	if (q->act == ACT_TRIAL_UNDO)
		return trial_edits(c, q->arguments, ret);
	if (q->act == ACT_PERSON_REMOVE)
		return removal_edits(c, q, ret);
	if (q->act == ACT_OS_ACCOUNT_LOCK || q->act == ACT_OS_ACCOUNT_UNLOCK)
		return os_account_edits(c, q, ret);
	return q->act == ACT_REGISTER_IMPORT ? edit_import(c, q, a, ret) : edit_one(c, q, a, ret);
}

/* ---- the acts */

static enum rc
may_write(struct core *c, const struct actor *who, const struct edits *edits)
{
	for (size_t i = 0; i < edits->n; i++) {
		const struct form *form = catalogue_form(c->catalogue, str_of(edits->list[i].register_id));

		if (form == NULL || (form->writes != SIDE_NONE && form->writes != roles_side(who->session.roles)))
			return FAIL(RC_DENIED, "この台帳に届け出るのは、もう一方の当事者です / the other side writes this register");
	}
	return RC_OK;
}

/* A change by which somebody elsewhere could lock himself out; at the machine itself nobody can. */
static bool
on_trial(struct core *c, const struct actor *who, const struct edits *edits)
{
	const struct form *form;
	bool ret;

	core_lock(c);
	form = edits->n ? catalogue_form(c->catalogue, str_of(edits->list[0].register_id)) : NULL;
	ret = form && form->administers && who->door != DOOR_LOCAL;
	core_unlock(c);
	return ret;
}

enum rc
register_edit(struct core *c, const struct actor *who, enum act act, json_t *arguments, struct edits *edits)
{
	const struct asked q = { act, arguments, who->begin, who->lang, false, who->at_us };
	struct arena a = ARENA(32 << 20);
	enum rc rc = RC_OK;

	core_lock(c);
	rc = edits_of(c, &q, &a, edits);
	if (rc == RC_OK)
		rc = may_write(c, who, edits);
	core_unlock(c);
	TRY(rc);
	if (on_trial(c, who, edits))
		TRY(trial_open(c, who, edits->list[0].register_id));
	TRY(register_store(c, edits, &who->session.account, who->session.display, who->at_us, who->begin));
	TRY(register_changed(c, edits, who->at_us, who->begin));
out:
	arena_free(&a);
	return rc;
}

static enum rc
do_row(struct core *c, const struct actor *who, enum act act, json_t *arguments, json_t **ret)
{
	struct edits edits = { NULL, 0, 0 };
	json_t *row = NULL;
	enum rc rc = RC_OK;

	TRY(register_edit(c, who, act, arguments, &edits));
	row = json_pack("{s:s}", "id", edits.list[0].id);
	TRY(view_register_row(c, who, row, ret));
	json_object_set_new(*ret, "trial", json_boolean(on_trial(c, who, &edits)));
out:
	json_decref(row);
	edits_free(&edits);
	return rc;
}

enum rc
do_register_add(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_row(c, who, ACT_REGISTER_ADD, arguments, ret);
}

enum rc
do_register_change(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_row(c, who, ACT_REGISTER_CHANGE, arguments, ret);
}

enum rc
do_register_end(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return do_row(c, who, ACT_REGISTER_END, arguments, ret);
}

enum rc
do_register_import(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct edits edits = { NULL, 0, 0 };
	json_t *shown = NULL;
	int64_t added = 0;
	enum rc rc = RC_OK;

	TRY(register_edit(c, who, ACT_REGISTER_IMPORT, arguments, &edits));
	for (size_t i = 0; i < edits.n; i++)
		added += edits.list[i].kind == EDIT_ADD;
	shown = json_pack("{s:O}", "id", json_object_get(arguments, "id"));
	TRY(view_register(c, who, shown, ret));
	json_object_set_new(*ret, "trial", json_boolean(on_trial(c, who, &edits)));
	json_object_set_new(*ret, "imported", json_pack("{s:I, s:I}", "added", (json_int_t)added, "changed", (json_int_t)edits.n - (json_int_t)added));
out:
	json_decref(shown);
	edits_free(&edits);
	return rc;
}

enum rc
register_undo(struct core *c, const struct actor *who, json_t *arguments)
{
	struct edits edits = { NULL, 0, 0 };
	enum rc rc = register_edit(c, who, ACT_TRIAL_UNDO, arguments, &edits);

	edits_free(&edits);
	return rc;
}

/* Who changes where administration may come from administers. */
/*= S-3-3 */
uint32_t
register_guards(struct core *c, enum act act, const json_t *arguments)
{
	struct str id = str_of(json_string_value(json_object_get(arguments, "id")));
	bool by_row = act == ACT_REGISTER_CHANGE || act == ACT_REGISTER_END;
	const struct form *form;
	const struct row *row;
	uint32_t ret = 0;

	if (!register_act(act))
		return 0;
	core_lock(c);
	row = by_row ? register_row(c, id) : NULL;
	form = by_row && row == NULL ? NULL : catalogue_form(c->catalogue, row ? str_of(row->register_id) : id);
	if (form && form->administers)
		ret = GUARD_BIT(GUARD_ADDRESS) | GUARD_BIT(GUARD_STEP_UP);
	if (form && form->signs)
		ret |= GUARD_BIT(GUARD_STEP_UP);
	core_unlock(c);
	return ret;
}

/* ---- from the ledger again */

bool
register_act(enum act act)
{
	return act == ACT_REGISTER_ADD || act == ACT_INCIDENT_OPEN || act == ACT_REGISTER_CHANGE || act == ACT_REGISTER_END || act == ACT_REGISTER_IMPORT || act == ACT_TRIAL_UNDO || act == ACT_PERSON_REMOVE || act == ACT_OS_ACCOUNT_LOCK || act == ACT_OS_ACCOUNT_UNLOCK;
}

enum rc
register_stored(struct core *c, uint64_t begin, uint64_t outcome, bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select 1 from register_row where leaf = $1 or ended_leaf = $2 or (leaf > $3 and since_us < $4) or (ended_leaf > $5 and ended_us < $6) limit 1", &q));
	TRY(db_put_int(q, 1, (int64_t)begin));
	TRY(db_put_int(q, 2, (int64_t)begin));
	TRY(db_put_int(q, 3, (int64_t)outcome)); /* a later act stands, and not of this run: nothing was lost, this one had nothing to do */
	TRY(db_put_int(q, 4, c->started_at_us));
	TRY(db_put_int(q, 5, (int64_t)outcome));
	TRY(db_put_int(q, 6, c->started_at_us));
	TRY(db_step(q, ret));
out:
	db_done(q);
	return rc;
}

/* For rows of the same name, and for those that others name. */
static bool
asks_memory(struct core *c, const struct asked *q)
{
	const struct form *form = q->act == ACT_REGISTER_ADD || q->act == ACT_INCIDENT_OPEN ? catalogue_form(c->catalogue, str_of(json_string_value(json_object_get(q->arguments, "id")))) : NULL;
	bool asks = q->act != ACT_REGISTER_END && form == NULL;

	for (size_t i = 0; form && i < form->fields_count; i++)
		asks |= form->fields[i].type == FIELD_ROW;
	return asks;
}

enum rc
register_replay(struct core *c, uint64_t leaf, const struct leaf *l, json_t *payload, const char *who, bool *ret_changed)
{
	struct asked q = { act_of(l->name), json_object_get(payload, "arguments"), leaf, LANG_JA, true, l->claimed_at_us };
	struct arena a = ARENA(32 << 20);
	struct edits edits = { NULL, 0, 0 };
	enum rc rc = RC_OK;

	if (!json_is_object(q.arguments))
		goto out;
	if (asks_memory(c, &q))
		TRY(register_load(c));
	core_lock(c);
	rc = edits_of(c, &q, &a, &edits);
	core_unlock(c);
	TRY(rc);
	TRY(register_store(c, &edits, &l->actor, who, l->claimed_at_us, leaf));
	*ret_changed = true;
out:
	edits_free(&edits);
	arena_free(&a);
	return rc;
}
