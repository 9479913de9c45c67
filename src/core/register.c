// SPDX-License-Identifier: Apache-2.0
/*
 * What people declared: rows in force of the catalogue's registers, kept in
 * core's store with their history, and in memory as subjects and facts of looks.
 *
 * A row's id comes from the ledger entry that made it; a change ends a version
 * and makes the next one, which names the entry that changed it.
 */
#include "core/core.h"

#include <ctype.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"

#define SUBJECT_HEX 8 /* digits of a row's id in a subject's */

/* ---- rows in memory */

static void
rows_free(struct row *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].name);
		free(list[i].who);
		free(list[i].text);
		json_decref(list[i].values);
	}
	free(list);
}

void
register_free(struct core *c)
{
	rows_free(c->rows, c->rows_count);
	rows_index_free(c->rows_index);
	c->rows_index = NULL;
	c->rows = NULL;
	c->rows_count = 0;
}

static int
order(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int c = strcmp(x->register_id, y->register_id);

	return c ? c : strcmp(x->name, y->name);
}

static void
take_text(char *to, size_t size, struct str s)
{
	(void)snprintf(to, size, STR_FMT, STR_ARG(s)); /* ids of ours: they were checked to fit */
}

static void
searched_add(struct buf *b, struct str s)
{
	if (s.n && (buf_add(b, s) != RC_OK || buf_add(b, STR("\n")) != RC_OK))
		rc_trail_clear(); /* what is past the ceiling is not found: forms allow far less */
}

/* What a row is found by: its values and the words of its choices in both languages, a line each, small letters. */
static char *
searched(const struct form *form, const json_t *values)
{
	struct buf b = BUF(1 << 20);
	char *ret;

	for (size_t i = 0; form && i < form->fields_count; i++) {
		const struct field *f = &form->fields[i];
		struct str value = str_of(json_string_value(json_object_get(values, f->id.p)));

		searched_add(&b, value);
		for (size_t k = 0; value.n && k < f->choices_count; k++)
			if (str_eq(f->choices[k].id, value)) {
				searched_add(&b, f->choices[k].word.ja);
				searched_add(&b, f->choices[k].word.en);
			}
	}
	ret = strndup(b.n ? b.p : "", b.n);
	if (ret == NULL)
		abort();
	for (char *t = ret; *t; t++)
		*t = (char)tolower((unsigned char)*t);
	buf_free(&b);
	return ret;
}

enum rc
register_load(struct core *c)
{
	struct rows_index *index, *old_index;
	struct row *list = NULL, *old;
	size_t n = 0, cap = 0, old_n;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select id, register, name, row_values, version, since_us, leaf, who from register_row where ended_us is null", &q));
	for (;;) {
		struct row r = { .version = 0 };

		TRY(db_step(q, &row));
		if (!row)
			break;
		take_text(r.id, sizeof(r.id), db_text(q, 0));
		take_text(r.register_id, sizeof(r.register_id), db_text(q, 1));
		r.name = strndup(db_text(q, 2).n ? db_text(q, 2).p : "", db_text(q, 2).n);
		r.values = json_loadb(db_text(q, 3).p, db_text(q, 3).n, JSON_REJECT_DUPLICATES, NULL);
		r.version = db_int(q, 4);
		r.since_us = db_int(q, 5);
		r.leaf = (uint64_t)db_int(q, 6);
		r.who = strndup(db_text(q, 7).n ? db_text(q, 7).p : "", db_text(q, 7).n);
		if (n == cap) {
			void *more = realloc(list, (cap = cap ? cap * 2 : 64) * sizeof(*list));

			if (more == NULL)
				abort();
			list = more;
		}
		if (r.name == NULL || r.who == NULL)
			abort();
		list[n++] = r;
	}
	db_done(q);
	q = NULL;
	if (n)
		qsort(list, n, sizeof(*list), order);
	core_lock(c);
	for (size_t i = 0; i < n; i++)
		list[i].text = searched(catalogue_form(c->catalogue, str_of(list[i].register_id)), list[i].values);
	index = rows_index_new(c->catalogue, list, n);
	old = c->rows;
	old_index = c->rows_index;
	c->rows_index = index;
	old_n = c->rows_count;
	c->rows = list;
	c->rows_count = n;
	c->version++;
	core_unlock(c);
	rows_free(old, old_n);
	rows_index_free(old_index);
	list = NULL;
	n = 0;
out:
	db_done(q);
	rows_free(list, n);
	return rc;
}

/* The first row that does not come before this register and name. */
static size_t
lower(const struct core *c, struct str register_id, struct str name)
{
	size_t low = 0, high = c->rows_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int by = str_cmp(str_of(c->rows[middle].register_id), register_id);

		if (by == 0)
			by = str_cmp(str_of(c->rows[middle].name), name);
		if (by < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
register_overrides(const struct core *c, struct day_override *list, size_t max)
{
	size_t end, at = register_range(c, STR("calendar-day"), &end), n = 0;

	for (; at < end && n < max; at++) {
		const char *date = json_string_value(json_object_get(c->rows[at].values, "date")), *kind = json_string_value(json_object_get(c->rows[at].values, "kind"));
		int64_t day_us;

		if (date && time_parse_date(str_of(date), &day_us) == RC_OK)
			list[n++] = (struct day_override){ day_us, kind && strcmp(kind, "open") == 0 ? DAY_OPEN : DAY_CLOSED };
		else
			rc_trail_clear(); /* kept by an older definition: no day */
	}
	return n;
}

int64_t
form_date(const struct form *form, size_t field, const json_t *values, bool last)
{
	int64_t at_us = 0;
	struct str s = field < form->fields_count ? str_of(json_string_value(json_object_get(values, form->fields[field].id.p))) : STR_NONE;

	if (s.n == 0 || time_parse_date(s, &at_us) != RC_OK) {
		rc_trail_clear(); /* kept by an older definition: it has no date now */
		return 0;
	}
	return last ? at_us + DAY_US : at_us;
}

const struct row *
register_named(const struct core *c, struct str register_id, struct str name)
{
	size_t at = lower(c, register_id, name);

	return at < c->rows_count && str_eq_c(register_id, c->rows[at].register_id) && str_eq_c(name, c->rows[at].name) ? &c->rows[at] : NULL;
}

/* ---- subjects */

static struct str
value_of(const struct row *r, const char *field)
{
	return str_of(json_string_value(json_object_get(r->values, field)));
}

static struct str
first_label(struct str s)
{
	struct str rest = s, label = s;

	(void)str_cut(&rest, '.', &label); /* no dot: the whole of it */
	return label;
}

/* Is this row of the hosts the machine the station runs on? By its name, with or without the domain when one of the two has none. */
static bool
is_here(const struct core *c, const struct row *r)
{
	struct str name = value_of(r, "name"), machine = str_of(c->machine);
	bool one_short = first_label(name).n == name.n || first_label(machine).n == machine.n;

	return machine.n && name.n && (str_eq(name, machine) || (one_short && str_eq(first_label(name), first_label(machine))));
}

/* A row that names another machine says nothing about this one. */
static bool
elsewhere(const struct core *c, const struct form *form, const struct row *r)
{
	size_t at = form_field(form, STR("machine"));
	struct str name = at < form->fields_count && form->fields[at].type == FIELD_HOST_NAME ? value_of(r, "machine") : STR_NONE, here = str_of(c->machine);

	return name.n && !str_eq(name, here) && !str_eq(first_label(name), here) && !str_eq(name, first_label(here));
}

bool
register_elsewhere(const struct core *c, const struct row *r)
{
	const struct form *form = catalogue_form(c->catalogue, str_of(r->register_id));

	return form && elsewhere(c, form, r);
}

static const struct form *
form_of_kind(const struct core *c, enum subject_kind kind)
{
	const char *word = kind >= SUBJECT_HOST && kind < SUBJECT_END ? subject_words[kind - SUBJECT_HOST] : NULL;
	const struct form *form = word ? catalogue_form(c->catalogue, str_of(word)) : NULL;

	return form && form->subject ? form : NULL;
}

void
subject_list_add(struct subject_list *list, struct str id)
{
	if (list->n == list->cap) {
		list->cap = list->cap ? list->cap * 2 : 16;
		list->ids = realloc(list->ids, list->cap * sizeof(*list->ids));
		if (list->ids == NULL)
			abort();
	}
	if (subject_kind_of(id) == 0)
		return;
	memcpy(list->ids[list->n], id.p, id.n);
	list->ids[list->n++][id.n] = '\0';
}

void
register_subjects(struct core *c, enum subject_kind kind, struct subject_list *ret)
{
	const char *word = kind >= SUBJECT_HOST && kind < SUBJECT_END ? subject_words[kind - SUBJECT_HOST] : NULL;
	const struct form *form = form_of_kind(c, kind);
	size_t before = ret->n, end = 0, at = form ? register_range(c, form->id, &end) : 0;
	char id[SUBJECT_ID_MAX + 1];

	if (word == NULL || kind == SUBJECT_STATION || kind == SUBJECT_CONTRACT)
		return;
	for (; at < end; at++) {
		if (kind == SUBJECT_HOST && is_here(c, &c->rows[at]))
			continue;
		(void)snprintf(id, sizeof(id), "%s:%.*s", word, SUBJECT_HEX, c->rows[at].id); /* fits */
		subject_list_add(ret, str_of(id));
	}
	if (ret->n == before && kind != SUBJECT_HOST) {
		(void)snprintf(id, sizeof(id), "%s:none", word); /* fits */
		subject_list_add(ret, str_of(id));
	}
}

void
register_subject_id(const struct core *c, const char *register_id, const char *row_id, char ret[SUBJECT_ID_MAX + 1])
{
	const struct row *r = register_row(c, str_of(row_id));

	if (r && strcmp(register_id, "host") == 0 && is_here(c, r))
		(void)snprintf(ret, SUBJECT_ID_MAX + 1, "host:local"); /* fits */
	else
		(void)snprintf(ret, SUBJECT_ID_MAX + 1, "%.*s:%.*s", FORM_ID_MAX, register_id, SUBJECT_HEX, row_id); /* fits */
}

const struct row *
register_subject_row(const struct core *c, struct str subject)
{
	enum subject_kind kind = subject_kind_of(subject);
	const struct form *form = form_of_kind(c, kind);
	struct str rest = subject, word;
	size_t end = 0, at = form ? register_range(c, form->id, &end) : 0;

	(void)str_cut(&rest, ':', &word); /* rest is what stands behind it */
	if (kind != SUBJECT_HOST || !str_eq_c(rest, "local"))
		return rest.n == SUBJECT_HEX ? register_row_begins(c, rest, at, end) : NULL;
	for (; at < end; at++)
		if (is_here(c, &c->rows[at]))
			return &c->rows[at];
	return NULL;
}

enum msg
register_unseen(struct core *c, const char *subject)
{
	static const enum msg nothing[SUBJECT_END] = { [SUBJECT_ENDPOINT] = MSG_NO_ENDPOINT, [SUBJECT_ROOM] = MSG_NO_ROOM, [SUBJECT_LINE] = MSG_NO_LINE, [SUBJECT_POWER] = MSG_NO_POWER,
		[SUBJECT_REPOSITORY] = MSG_NO_REPOSITORY, [SUBJECT_APPLICATION] = MSG_NO_APPLICATION };
	enum subject_kind kind = subject_kind_of(str_of(subject));

	if (kind == SUBJECT_HOST)
		return strcmp(subject, "host:local") == 0 ? MSG_NONE : MSG_HOST_NOT_SEEN;
	return str_ends(str_of(subject), STR(":none")) ? nothing[kind] : MSG_NONE;
}

json_t *
register_subject_text(struct core *c, struct str subject, enum lang lang)
{
	enum subject_kind kind = subject_kind_of(subject);
	const struct row *r = register_subject_row(c, subject);
	const struct form *form = form_of_kind(c, kind);
	json_t *ret, *name;

	if (str_eq_c(subject, "host:local"))
		return json_string(message_plain(MSG_ENTRY_SUBJECT_HOST, lang));
	if (kind == SUBJECT_STATION || kind == SUBJECT_CONTRACT)
		return json_string(message_plain(kind == SUBJECT_STATION ? MSG_ENTRY_SUBJECT_STATION : MSG_ENTRY_SUBJECT_CONTRACT, lang));
	if (form == NULL)
		return view_text(subject);
	name = view_text(lang == LANG_EN ? form->name.en : form->name.ja);
	ret = r ? json_sprintf("%s: %s", json_string_value(name), json_string_value(json_object_get(r->values, form->fields[form->key].id.p))) : json_incref(name);
	json_decref(name);
	return ret ? ret : view_text(subject);
}

/* A declared value as people read it: the word of a choice, the name of a row; NULL: as it stands. */
static json_t *
choice_text(struct core *c, const struct field *f, struct str value, enum lang lang)
{
	for (size_t i = 0; f->type == FIELD_CHOICE && i < f->choices_count; i++)
		if (str_eq(f->choices[i].id, value))
			return view_text(lang == LANG_EN ? f->choices[i].word.en : f->choices[i].word.ja);
	return f->type == FIELD_ROW ? register_subject_text(c, value, lang) : NULL;
}

void
register_fact_text(struct core *c, struct str subject, json_t *fact, enum lang lang)
{
	struct str rest = str_of(json_string_value(json_object_get(fact, "key"))), name = STR_NONE, value = str_of(json_string_value(json_object_get(fact, "value")));
	char id[FORM_ID_MAX + 1];
	const struct form *form;
	const struct field *f;
	json_t *word;
	size_t at;

	if (!str_cut(&rest, '.', &name) || rest.n == 0 || name.n > FORM_ID_MAX)
		return;
	for (size_t i = 0; i < name.n; i++)
		id[i] = name.p[i] == '_' ? '-' : name.p[i];
	form = str_eq_c(name, "own") ? form_of_kind(c, subject_kind_of(subject)) : catalogue_form(c->catalogue, (struct str){ id, name.n });
	if (form == NULL)
		return;
	at = form_field(form, rest);
	f = at < form->fields_count ? &form->fields[at] : NULL;
	json_object_set_new(fact, "register", view_text(lang == LANG_EN ? form->name.en : form->name.ja));
	json_object_set_new(fact, "label", f ? view_text(lang == LANG_EN ? f->label.en : f->label.ja) : json_string(message_plain(MSG_UI_FACT_OWN_SINCE, lang)));
	word = f ? choice_text(c, f, value, lang) : NULL;
	if (word)
		json_object_set_new(fact, "text", word);
}

/* ---- facts */

static void
given_field(struct facts *f, uint32_t row, const char *register_id, const struct field *field, struct str value)
{
	struct str key = arena_f(f->arena, "%s." STR_FMT, register_id, STR_ARG(field->id));
	int64_t n;

	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] == '-')
			((char *)(uintptr_t)key.p)[i] = '_'; /* the arena's bytes are ours */
	if (value.n == 0 || key.n == 0)
		return;
	if ((field->type == FIELD_NUMBER || field->type == FIELD_PORT) && num_parse(value, INT64_MIN, INT64_MAX, &n) == RC_OK)
		fact_int(f, row, key.p, n);
	else if (field->type == FIELD_DATE && time_parse_date(value, &n) == RC_OK)
		fact_time(f, row, key.p, n);
	else if (field->type == FIELD_YES_NO)
		fact_bool(f, row, key.p, str_eq_c(value, "yes"));
	else if (field->type == FIELD_ROW)
		fact_text(f, row, key.p, arena_f(f->arena, STR_FMT ":" STR_FMT, STR_ARG(field->of), STR_ARG(str_sub(value, 0, SUBJECT_HEX))));
	else
		fact_text(f, row, key.p, value);
	rc_trail_clear(); /* a value kept by an older definition is given as text */
}

static void
given_row(struct facts *f, uint32_t number, const char *prefix, const struct form *form, const struct row *r)
{
	struct str since;

	for (size_t i = 0; i < form->fields_count; i++)
		given_field(f, number, prefix, &form->fields[i], value_of(r, form->fields[i].id.p));
	since = arena_f(f->arena, "%s.since", prefix);
	for (size_t i = 0; i < since.n; i++)
		if (since.p[i] == '-')
			((char *)(uintptr_t)since.p)[i] = '_'; /* the arena's bytes are ours */
	if (since.n)
		fact_time(f, number, since.p, r->since_us);
}

void
register_given(struct core *c, const struct control *control, const char *subject, struct facts *ret)
{
	const struct row *own;
	uint32_t number = 0;

	core_lock(c);
	own = register_subject_row(c, str_of(subject));
	if (own)
		given_row(ret, 0, "own", catalogue_form(c->catalogue, str_of(own->register_id)), own);
	for (const char *const *id = control->registers; id && *id; id++) {
		const struct form *form = catalogue_form(c->catalogue, str_of(*id));
		size_t end = 0, at = form ? register_range(c, form->id, &end) : 0;

		for (; at < end; at++)
			if (!elsewhere(c, form, &c->rows[at]))
				given_row(ret, ++number, *id, form, &c->rows[at]);
	}
	paper_given(c, control, ret);
	core_unlock(c);
}

/* ---- the store */

void
edits_free(struct edits *e)
{
	for (size_t i = 0; i < e->n; i++) {
		free(e->list[i].name);
		free(e->list[i].values);
	}
	free(e->list);
	*e = (struct edits){ NULL, 0, 0 };
}

static enum rc
end_version(struct core *c, const struct edit *e, const char *who, int64_t at_us, uint64_t leaf)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "update register_row set ended_us = $1, ended_who = $2, ended_leaf = $3 where id = $4 and version = $5 and ended_us is null", &q));
	TRY(db_put_int(q, 1, at_us));
	TRY(db_put_text(q, 2, str_of(who)));
	TRY(db_put_int(q, 3, (int64_t)leaf));
	TRY(db_put_text(q, 4, str_of(e->id)));
	TRY(db_put_int(q, 5, e->version));
	TRY(db_run(q));
	if (db_changed(c->db) != 1)
		rc = FAIL(RC_CONFLICT, "その間にほかの人が変えました。もう一度開いて確かめてください / somebody changed it meanwhile: open it again");
out:
	db_done(q);
	return rc;
}

static enum rc
new_version(struct core *c, const struct edit *e, const struct opaque_id *actor, const char *who, int64_t at_us, uint64_t leaf)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into register_row (id, version, register, name, row_values, since_us, who, actor, leaf) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)", &q));
	TRY(db_put_text(q, 1, str_of(e->id)));
	TRY(db_put_int(q, 2, e->version + 1));
	TRY(db_put_text(q, 3, str_of(e->register_id)));
	TRY(db_put_text(q, 4, str_of(e->name)));
	TRY(db_put_text(q, 5, str_of(e->values)));
	TRY(db_put_int(q, 6, at_us));
	TRY(db_put_text(q, 7, str_of(who)));
	TRY(db_put_blob(q, 8, (struct str){ (const char *)actor->b, ID_BYTES }));
	TRY(db_put_int(q, 9, (int64_t)leaf));
	rc = db_run(q);
	if (rc == RC_CONFLICT)
		rc = FAIL(RC_CONFLICT, "同じ名前の行がすでにあります / a row of this name is in force");
out:
	db_done(q);
	return rc;
}

enum rc
register_store(struct core *c, const struct edits *edits, const struct opaque_id *actor, const char *who, int64_t at_us, uint64_t leaf)
{
	enum rc rc = RC_OK;

	TRY(db_begin(c->db));
	for (size_t i = 0; i < edits->n; i++) {
		if (edits->list[i].kind != EDIT_ADD)
			TRY(end_version(c, &edits->list[i], who, at_us, leaf));
		if (edits->list[i].kind != EDIT_END)
			TRY(new_version(c, &edits->list[i], actor, who, at_us, leaf));
	}
	TRY(db_commit(c->db));
out:
	if (rc != RC_OK)
		db_rollback(c->db);
	return rc;
}

/* A subject that is no longer declared is not applicable from then on; what a look under way still said of it later does not count. */
static enum rc
subject_gone(struct core *c, const char *subject, int64_t at_us, uint64_t leaf)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "delete from verdict_change where subject = $1 and from_us > $2", &q));
	TRY(db_put_text(q, 1, str_of(subject)));
	TRY(db_put_int(q, 2, at_us));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	TRY(db_query(c->db, "insert into verdict_change (control, subject, from_us, verdict, leaf) select control, subject, $1, $2, $3 from held where subject = $4 and clause = ''"
	    " on conflict do nothing", &q));
	TRY(db_put_int(q, 1, at_us));
	TRY(db_put_int(q, 2, VERDICT_NOT_APPLICABLE));
	TRY(db_put_int(q, 3, (int64_t)leaf));
	TRY(db_put_text(q, 4, str_of(subject)));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	TRY(db_query(c->db, "delete from held where subject = $1", &q));
	TRY(db_put_text(q, 1, str_of(subject)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static bool
uses(const struct control *control, const struct edits *edits)
{
	for (size_t i = 0; i < edits->n; i++) {
		if (strcmp(subject_words[control->subject - SUBJECT_HOST], edits->list[i].register_id) == 0)
			return true;
		if (strcmp(edits->list[i].register_id, "statement") == 0 && (edits->list[i].values == NULL || strstr(edits->list[i].values, control->id)))
			return true;
		for (const char *const *id = control->registers; id && *id; id++)
			if (strcmp(*id, edits->list[i].register_id) == 0)
				return true;
	}
	return false;
}

/* The subjects an edit takes away: its own when it ends or turns out to be this machine, and "KIND:none" when something is declared. */
static enum rc
edit_takes_away(struct core *c, const struct edit *e, int64_t at_us, uint64_t leaf)
{
	char subject[SUBJECT_ID_MAX + 1];
	const struct row *r;
	bool gone = e->kind == EDIT_END;
	enum rc rc = RC_OK;

	core_lock(c);
	r = register_row(c, str_of(e->id));
	gone |= r && strcmp(r->register_id, "host") == 0 && is_here(c, r);
	core_unlock(c);
	(void)snprintf(subject, sizeof(subject), "%s:%.*s", e->register_id, SUBJECT_HEX, e->id); /* ids are checked to fit */
	if (gone)
		TRY(subject_gone(c, subject, at_us, leaf));
	(void)snprintf(subject, sizeof(subject), "%s:none", e->register_id);
	if (e->kind == EDIT_ADD)
		TRY(subject_gone(c, subject, at_us, leaf));
out:
	return rc;
}

enum rc
register_changed(struct core *c, const struct edits *edits, int64_t at_us, uint64_t leaf)
{
	enum rc rc = RC_OK;

	bool people = false;

	TRY(register_load(c));
	for (size_t i = 0; i < edits->n; i++)
		people |= people_register(edits->list[i].register_id);
	if (people && people_follow(c) != RC_OK)
		proc_log(RC_TIMEOUT, "auth cannot be told the terms of accounts yet"); /* it is tried again within seconds */
	TRY(schedule_refit(c)); /* from here on no look saves anything about a subject that is gone */
	for (size_t i = 0; i < edits->n; i++)
		TRY(edit_takes_away(c, &edits->list[i], at_us, leaf));
	core_lock(c);
	for (size_t i = 0; i < c->held_count; i++) {
		const struct control *control = catalogue_judge(c->catalogue, str_of(c->held[i].control));

		if (control && uses(control, edits))
			c->held[i].turn.next_us = 0;
	}
	pthread_cond_broadcast(&c->wake);
	core_unlock(c);
out:
	return rc;
}
