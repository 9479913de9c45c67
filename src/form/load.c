// SPDX-License-Identifier: Apache-2.0
#include "form/load.h"

#include <string.h>

#define FIELD_ID_MAX    32
#define NUMBER_MAX      INT64_C(1000000000000)
#define TEXT_MAX        200  /* characters, unless the field says otherwise */
#define CHOICES_MAX     32

static const char *const type_words[] = { "text", "note", "number", "date", "address", "prefix", "host-name", "port", "path", "name", "names", "choice", "yes-no", "row", "logic", NULL };
static const char *const side_words[] = { "either", "contractor", "client", NULL }; /* as enum side */
const char *const closing_words[] = { "present", "submit", "approve", "agree", "report", "explain", "share", "inform", "confirm", "draw-up", NULL };
const char *const period_words[] = { "none", "month", "half-year", "fiscal-year", NULL };
static const char *const yes_words[] = { "false", "true", NULL };

const char *
field_type_word(enum field_type t)
{
	return t >= FIELD_TEXT && t <= FIELD_LOGIC ? type_words[t - FIELD_TEXT] : "?";
}

static enum rc
take_yes(const struct yaml_node *map, const char *key, bool *ret)
{
	int at = 0;
	enum rc rc = RC_OK;

	if (yaml_get(map, key))
		TRY(take_word(map, key, yes_words, &at));
	*ret = at == 1;
out:
	return rc;
}

/* A field's id stands in names of facts and in CSV: small letters, digits, underscores. */
static enum rc
take_field_id(const struct yaml_node *map, const char *key, struct str *ret)
{
	const struct yaml_node *n;
	bool good;
	enum rc rc = RC_OK;

	TRY(yaml_need(map, key, &n));
	TRY(yaml_is(n, YAML_SCALAR));
	good = n->text.n > 0 && n->text.n <= FIELD_ID_MAX && n->text.p[0] >= 'a' && n->text.p[0] <= 'z';
	for (size_t i = 0; good && i < n->text.n; i++)
		good = (n->text.p[i] >= 'a' && n->text.p[i] <= 'z') || (n->text.p[i] >= '0' && n->text.p[i] <= '9') || n->text.p[i] == '_';
	if (!good)
		return YAML_FAIL(n, "'%s' の '%.70s' は項目の名前として使えません（英小文字・数字・下線、32 字まで）", "'%s': '%.70s' cannot name a field (small letters, digits, underscores, at most 32)", key, n->text.p);
	*ret = n->text;
out:
	return rc;
}

static enum rc
load_choices(const struct yaml_node *map, struct arena *a, struct field *f)
{
	const struct yaml_node *list, *words;
	void *room;
	enum rc rc = RC_OK;

	TRY(take_list(a, map, "choices", sizeof(*f->choices), &list, &room));
	TRY(yaml_need(map, "words", &words));
	TRY(yaml_is(words, YAML_MAP));
	if (list->count == 0 || list->count > CHOICES_MAX || words->count != list->count)
		return YAML_FAIL(list, "'choices' は1つから%d個で、'words' に一つずつ言葉が要ります", "'choices' has one to %d ids, each with its words in 'words'", CHOICES_MAX);
	f->choices = room;
	for (const struct yaml_node *n = list->first; n; n = n->next) {
		struct form_choice *c = &f->choices[f->choices_count];

		TRY(yaml_text(n, &c->id));
		for (size_t i = 0; i < f->choices_count; i++)
			if (str_eq(f->choices[i].id, c->id))
				return YAML_FAIL(n, "'choices' に '%.70s' が2回あります", "'choices' has '%.70s' twice", n->text.p);
		TRY(take_both(words, c->id.p, true, &c->word));
		f->choices_count++;
	}
out:
	return rc;
}

/* Least and most: of a number itself, of the characters of a text. */
static enum rc
load_range(const struct yaml_node *map, struct field *f)
{
	const struct yaml_node *min = yaml_get(map, "min"), *max = yaml_get(map, "max");
	bool number = f->type == FIELD_NUMBER, counted = f->type == FIELD_TEXT || f->type == FIELD_NOTE || f->type == FIELD_NAMES || f->type == FIELD_LOGIC;
	enum rc rc = RC_OK;

	f->min = number ? -NUMBER_MAX : 0;
	f->max = number ? NUMBER_MAX : f->type == FIELD_NOTE ? 1000 : TEXT_MAX;
	if ((min && !number) || (max && !number && !counted))
		return YAML_FAIL(min && !number ? min : max, "種類が '%s' の項目には書けません", "a field of type '%s' does not take this", field_type_word(f->type));
	if (min)
		TRY(yaml_int(min, -NUMBER_MAX, NUMBER_MAX, &f->min));
	if (max)
		TRY(yaml_int(max, number ? f->min : 1, number ? NUMBER_MAX : FORM_VALUE_MAX / 2, &f->max));
out:
	return rc;
}

/* What a text may not say, what a date may not come before: the other date stands before it in the list. */
static enum rc
load_rules(const struct form *form, struct arena *a, const struct yaml_node *map, struct field *f)
{
	const struct yaml_node *list;
	void *room;
	enum rc rc = RC_OK;

	TRY(take_yes(map, "keeps", &f->keeps));
	TRY(take_yes(map, "alike", &f->alike));
	if ((f->keeps || yaml_get(map, "after")) && f->type != FIELD_DATE)
		return YAML_FAIL(map, "'keeps' と 'after' は種類が date の項目に書きます", "only a field of type date has 'keeps' and 'after'");
	if ((f->alike || yaml_get(map, "refused")) && f->type != FIELD_TEXT)
		return YAML_FAIL(map, "'alike' と 'refused' は種類が text の項目に書きます", "only a field of type text has 'alike' and 'refused'");
	if (yaml_get(map, "after")) {
		struct str id;

		TRY(take_field_id(map, "after", &id));
		f->after = form_field(form, id) + 1;
		if (f->after > form->fields_count || form->fields[f->after - 1].type != FIELD_DATE)
			return YAML_FAIL(yaml_get(map, "after"), "'after' には前に書いた date の項目を書きます", "'after' names a date that stands before");
	}
	if (yaml_get(map, "refused")) {
		TRY(take_list(a, map, "refused", sizeof(*f->refused), &list, &room));
		f->refused = room;
		for (const struct yaml_node *n = list->first; n; n = n->next)
			TRY(yaml_text(n, &f->refused[f->refused_count++]));
	}
out:
	return rc;
}

static enum rc
load_field(struct form *form, struct arena *a, const struct yaml_node *n)
{
	static const char *const keys[] = { "id", "type", "label", "help", "required", "min", "max", "unit", "choices", "words", "of", "refused", "after", "keeps", "alike", "fixed", "ahead", "sets", NULL };
	struct field f = { .required = false };
	int word;
	enum rc rc = RC_OK;

	TRY(yaml_only(n, keys));
	TRY(take_field_id(n, "id", &f.id));
	if (form_field(form, f.id) < form->fields_count)
		return YAML_FAIL(yaml_get(n, "id"), "項目 '%s' が2回あります", "field '%s' stands twice", f.id.p);
	TRY(take_word(n, "type", type_words, &word));
	f.type = FIELD_TEXT + (enum field_type)word;
	TRY(take_both(n, "label", true, &f.label));
	if (yaml_get(n, "help"))
		TRY(take_both(n, "help", true, &f.help));
	TRY(take_yes(n, "required", &f.required));
	TRY(take_yes(n, "fixed", &f.fixed));
	TRY(take_yes(n, "ahead", &f.ahead));
	if ((f.fixed && f.type != FIELD_PREFIX) || (f.ahead && f.type != FIELD_DATE))
		return YAML_FAIL(n, "'%s' では 'fixed' は種類が prefix、'ahead' は date の項目に書きます", "'%s': 'fixed' is for a field of type prefix, 'ahead' for a date", f.id.p);
	TRY(load_range(n, &f));
	if (yaml_get(n, "unit"))
		TRY(take_line(n, "unit", &f.unit));
	if ((yaml_get(n, "choices") || yaml_get(n, "words")) && f.type != FIELD_CHOICE)
		return YAML_FAIL(n, "'choices' は種類が choice の項目に書きます", "only a field of type choice has 'choices'");
	if (yaml_get(n, "of") && f.type != FIELD_ROW)
		return YAML_FAIL(n, "'of' は種類が row の項目に書きます", "only a field of type row has 'of'");
	if (f.type == FIELD_CHOICE)
		TRY(load_choices(n, a, &f));
	if (f.type == FIELD_ROW)
		TRY(take_id(n, "of", false, &f.of));
	if (yaml_get(n, "sets")) {
		if (f.type != FIELD_NUMBER || !f.required)
			return YAML_FAIL(n, "'sets' は種類が number の必須の項目に書きます", "'sets' is for a required field of type number");
		TRY(take_id(n, "sets", false, &f.sets));
	}
	TRY(load_rules(form, a, n, &f));
	form->fields[form->fields_count++] = f;
out:
	return rc;
}

static enum rc
take_key(const struct form *form, const struct yaml_node *map, const char *key, bool required, size_t *ret)
{
	struct str id;
	enum rc rc = RC_OK;

	TRY(take_field_id(map, key, &id));
	*ret = form_field(form, id);
	if (*ret == form->fields_count || (required && !form->fields[*ret].required))
		return YAML_FAIL(yaml_get(map, key), "'%s' には必須の項目を書きます", "'%s' names a required field", key);
out:
	return rc;
}

/* A date field of the form, or none. */
static enum rc
take_date_field(const struct form *form, const struct yaml_node *map, const char *key, size_t *ret)
{
	struct str id;
	enum rc rc = RC_OK;

	*ret = form->fields_count;
	if (yaml_get(map, key) == NULL)
		return RC_OK;
	TRY(take_field_id(map, key, &id));
	*ret = form_field(form, id);
	if (*ret == form->fields_count || form->fields[*ret].type != FIELD_DATE)
		return YAML_FAIL(yaml_get(map, key), "'%s' には種類が date の項目を書きます", "'%s' names a field of type date", key);
out:
	return rc;
}

/* When a row ends, and when what it is about is done again. */
static enum rc
load_dates(struct form *form, const struct yaml_node *n)
{
	struct str id;
	enum rc rc = RC_OK;

	TRY(take_date_field(form, n, "ends", &form->ends));
	TRY(take_date_field(form, n, "again", &form->again));
	form->again_days = form->fields_count;
	if (yaml_get(n, "again")) {
		TRY(take_field_id(n, "again_days", &id));
		form->again_days = form_field(form, id);
		if (form->again_days == form->fields_count || form->fields[form->again_days].type != FIELD_NUMBER)
			return YAML_FAIL(yaml_get(n, "again_days"), "'again_days' には種類が number の項目を書きます", "'again_days' names a field of type number");
	}
out:
	return rc;
}

static enum rc
load_stages(struct form *form, struct arena *a, const struct yaml_node *map)
{
	static const char *const keys[] = { "id", "name", "role", NULL };
	struct paper_rule *p = &form->paper;
	const struct yaml_node *list;
	void *room;
	enum rc rc = RC_OK;

	TRY(take_list(a, map, "stages", sizeof(*p->stages), &list, &room));
	if (list->count == 0 || list->count > PAPER_STAGES_MAX || (p->closes & ~CLOSING_OF_AUTHOR) == 0)
		return YAML_FAIL(list, "'stages' は1つから%d個で、もう一方が閉じる書面に書きます", "'stages' has one to %d, of a paper that the other side closes", PAPER_STAGES_MAX);
	p->stages = room;
	for (const struct yaml_node *n = list->first; n; n = n->next) {
		struct paper_stage *s = &p->stages[p->stages_count];
		struct str role;

		TRY(yaml_only(n, keys));
		TRY(take_id(n, "id", false, &s->id));
		if (s->id.n > FORM_ID_MAX)
			return YAML_FAIL(n, "段階の id は %d 字までです", "the id of a stage has at most %d letters", FORM_ID_MAX);
		for (size_t i = 0; i < p->stages_count; i++)
			if (str_eq(p->stages[i].id, s->id))
				return YAML_FAIL(n, "段階 '%s' が2回あります", "stage '%s' stands twice", s->id.p);
		TRY(take_both(n, "name", true, &s->name));
		TRY(take_line(n, "role", &role));
		s->role = role_of(role);
		if (s->role == ROLE_NONE || role_side(s->role) == form->writes)
			return YAML_FAIL(yaml_get(n, "role"), "'role' には、書面を受ける側の役割を書きます", "'role' names a role of the side that receives the paper");
		p->stages_count++;
	}
out:
	return rc;
}

static enum rc
load_paper(struct form *form, struct arena *a, const struct yaml_node *n)
{
	struct paper_rule *p = &form->paper;
	int word = 0;
	enum rc rc = RC_OK;

	if (form->writes == SIDE_NONE)
		return YAML_FAIL(yaml_get(n, "writes"), "書面を出すのは、どちらか一方です", "a paper is filed by one of the two sides");
	TRY(take_set(n, "closes", closing_words, &p->closes));
	if (p->closes == 0)
		return YAML_FAIL(yaml_get(n, "closes"), "'closes' が空です", "'closes' is empty");
	TRY(take_date_field(form, n, "from", &p->from));
	TRY(take_date_field(form, n, "until", &p->until));
	TRY(take_date_field(form, n, "review", &p->review));
	if (yaml_get(n, "review_months"))
		TRY(yaml_int(yaml_get(n, "review_months"), 1, 120, &p->review_months));
	if (yaml_get(n, "period"))
		TRY(take_word(n, "period", period_words, &word));
	p->period = (enum paper_period)word;
	if (yaml_get(n, "window_days"))
		TRY(yaml_int(yaml_get(n, "window_days"), 0, 366, &p->window_days));
	TRY(take_yes(n, "entered", &p->entered));
	if (yaml_get(n, "stages"))
		TRY(load_stages(form, a, n));
	if (p->period && form->fields[form->key].type != FIELD_DATE)
		return YAML_FAIL(yaml_get(n, "period"), "期間ごとの書面の 'key' は種類が date の項目です", "the 'key' of a paper of a period is a field of type date");
out:
	return rc;
}

static enum rc
load_form(struct form *all, size_t count, struct arena *a, const struct yaml_node *n, bool paper)
{
	static const char *const register_keys[] = { "id", "name", "about", "subject", "administers", "signs", "writes", "key", "and", "ends", "again", "again_days", "fields", NULL };
	static const char *const paper_keys[] = { "id", "name", "about", "writes", "key", "and", "fields", "closes", "from", "until", "review", "review_months", "period", "window_days", "entered", "stages", NULL };
	struct form form = { .subject = false };
	const struct yaml_node *list;
	void *room;
	int word;
	enum rc rc = RC_OK;

	TRY(yaml_only(n, paper ? paper_keys : register_keys));
	TRY(take_id(n, "id", false, &form.id));
	if (form.id.n > FORM_ID_MAX)
		return YAML_FAIL(yaml_get(n, "id"), "台帳の id は %d 字までです", "the id of a register has at most %d letters", FORM_ID_MAX);
	for (size_t i = 0; i < count; i++)
		if (str_eq(all[i].id, form.id))
			return YAML_FAIL(yaml_get(n, "id"), "台帳 '%s' が2回あります", "register '%s' stands twice", form.id.p);
	TRY(take_both(n, "name", true, &form.name));
	TRY(take_both(n, "about", false, &form.about));
	TRY(take_yes(n, "subject", &form.subject));
	TRY(take_yes(n, "administers", &form.administers));
	TRY(take_yes(n, "signs", &form.signs));
	TRY(take_word(n, "writes", side_words, &word));
	form.writes = (enum side)word;
	TRY(take_list(a, n, "fields", sizeof(*form.fields), &list, &room));
	if (list->count == 0 || list->count > FORM_FIELDS_MAX)
		return YAML_FAIL(list, "'fields' は1つから%d個です", "'fields' has one to %d fields", FORM_FIELDS_MAX);
	form.fields = room;
	for (const struct yaml_node *f = list->first; f; f = f->next)
		TRY(load_field(&form, a, f));
	TRY(take_key(&form, n, "key", true, &form.key));
	form.and = form.fields_count;
	if (yaml_get(n, "and"))
		TRY(take_key(&form, n, "and", false, &form.and)); /* empty: the key alone */
	TRY(load_dates(&form, n));
	if (paper)
		TRY(load_paper(&form, a, n));
	all[count] = form;
out:
	return rc;
}

/* A field that names a row names one of these registers. */
static enum rc
check_rows(const struct yaml_node *list, const struct form *forms, size_t forms_count, const struct form *all, size_t count)
{
	for (size_t i = 0; i < forms_count; i++)
		for (size_t k = 0; k < forms[i].fields_count; k++) {
			size_t at = 0;

			while (at < count && forms[i].fields[k].type == FIELD_ROW && !str_eq(all[at].id, forms[i].fields[k].of))
				at++;
			if (forms[i].fields[k].type == FIELD_ROW && at == count)
				return YAML_FAIL(list, "台帳 '%s' の '%s' が指す台帳がありません", "register '%s': '%s' names no register", forms[i].id.p, forms[i].fields[k].id.p);
		}
	return RC_OK;
}

static enum rc
load_list(const struct yaml_node *root, const char *key, struct arena *a, bool paper, struct form **ret, size_t *ret_count, const struct yaml_node **ret_list)
{
	const char *const keys[] = { "format", key, NULL };
	const struct yaml_node *list;
	struct form *all;
	size_t count = 0;
	void *room;
	enum rc rc = RC_OK;

	TRY(yaml_only(root, keys));
	TRY(take_format(root));
	TRY(take_list(a, root, key, sizeof(*all), &list, &room));
	all = room;
	for (const struct yaml_node *n = list->first; n; n = n->next)
		TRY(load_form(all, count++, a, n, paper));
	*ret = all;
	*ret_count = count;
	*ret_list = list;
out:
	return rc;
}

enum rc
forms_load(const struct yaml_node *root, struct arena *a, struct form **ret, size_t *ret_count)
{
	const struct yaml_node *list;
	struct form *all;
	size_t count;
	enum rc rc = RC_OK;

	TRY(load_list(root, "registers", a, false, &all, &count, &list));
	TRY(check_rows(list, all, count, all, count));
	*ret = all;
	*ret_count = count;
out:
	return rc;
}

enum rc
papers_load(const struct yaml_node *root, struct arena *a, const struct form *registers, size_t registers_count, struct form **ret, size_t *ret_count)
{
	const struct yaml_node *list;
	struct form *all;
	size_t count;
	enum rc rc = RC_OK;

	TRY(load_list(root, "papers", a, true, &all, &count, &list));
	TRY(check_rows(list, all, count, registers, registers_count));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < registers_count; k++)
			if (str_eq(all[i].id, registers[k].id))
				return YAML_FAIL(list, "'%s' という台帳があります", "a register is called '%s' already", all[i].id.p);
	*ret = all;
	*ret_count = count;
out:
	return rc;
}
