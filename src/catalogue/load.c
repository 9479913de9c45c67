// SPDX-License-Identifier: Apache-2.0
/* From files to a catalogue: every check names its file and line; a catalogue is whole or it is not. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/act.h"
#include "catalogue/catalogue.h"
#include "catalogue/expression.h"
#include "catalogue/gates.h"
#include "control/papers.h"
#include "form/load.h"
#include "os/file.h"
#include "yaml/take.h"

#define CONTRACTS_MAX    32
#define PARAM_VALUE_MAX  INT64_C(1000000000000)
#define MONTH_MINUTES    (31 * 24 * 60)
#define TERM_HOURS_MAX   (366 * 24)

static const char *const route_words[] = { "observed", "imported", "attested", "demonstrated", NULL };
static const char *const side_words[] = { "contractor", "client", NULL };
static const char *const phase_words[] = { "build", "operate", "end", NULL };
static const char *const strength_words[] = { "must", "capability", "consider", "as-needed", "guide-value", "as-possible", "reference", NULL };
static const char *const each_words[] = { "fiscal-year", NULL };
static const char *const trigger_words[] = { "none", "when-it-happens", "if-used", "on-order", "yearly", "periodic", "phase-end", NULL };

/* ---- controls.yaml */

#define WITHIN_MONTHS_MAX 60

/* "kind=failover": only papers that say so. */
static enum rc
take_where(const struct yaml_node *n, struct paper_spec *s)
{
	struct str rest, text;
	enum rc rc = RC_OK;

	TRY(take_line(n, "where", &text));
	rest = text;
	if (!str_cut(&rest, '=', &s->field) || s->field.n == 0 || rest.n == 0 || s->field.n == text.n)
		return YAML_FAIL(yaml_get(n, "where"), "'where' は 項目=値 です", "'where' is field=value");
	s->value = rest;
out:
	return rc;
}

/* "utility", or "host.place=provider": rows that contradict the paper. */
static enum rc
take_denied(const struct yaml_node *n, struct paper_spec *s)
{
	struct str rest;
	enum rc rc = RC_OK;

	TRY(take_line(n, "denied_by", &rest));
	(void)str_cut(&rest, '.', &s->denied_by); /* without a dot: the whole of it */
	if (rest.n && (!str_cut(&rest, '=', &s->denied_field) || rest.n == 0))
		return YAML_FAIL(yaml_get(n, "denied_by"), "'denied_by' は 台帳 か 台帳.項目=値 です", "'denied_by' is a register, or register.field=value");
	s->denied_value = rest;
	if (s->denied_by.n == 0 || s->denied_by.n > FORM_ID_MAX || s->denied_field.n > FORM_ID_MAX)
		return YAML_FAIL(yaml_get(n, "denied_by"), "'denied_by' の台帳の名前が正しくありません", "'denied_by' names no register");
out:
	return rc;
}

static enum rc
load_paper_spec(const struct yaml_node *n, struct paper_specs *specs)
{
	static const char *const keys[] = { "form", "where", "within_months", "each", "needs", "denied_by", NULL };
	const struct yaml_node *needs = yaml_get(n, "needs");
	struct paper_spec s = { .within_months = 0 };
	int word;
	enum rc rc = RC_OK;

	TRY(yaml_only(n, keys));
	TRY(take_id(n, "form", false, &s.form));
	if (yaml_get(n, "where"))
		TRY(take_where(n, &s));
	if (yaml_get(n, "within_months"))
		TRY(yaml_int(yaml_get(n, "within_months"), 1, WITHIN_MONTHS_MAX, &s.within_months));
	if (yaml_get(n, "each")) {
		TRY(take_word(n, "each", each_words, &word));
		s.each_year = word == 0;
	}
	if (yaml_get(n, "denied_by"))
		TRY(take_denied(n, &s));
	if (needs)
		TRY(yaml_is(needs, YAML_LIST));
	for (const struct yaml_node *one = needs ? needs->first : NULL; one; one = one->next) {
		if (s.needs_count == PAPER_NEEDS_MAX)
			return YAML_FAIL(one, "'needs' は %d 個までです", "'needs' has at most %d fields", PAPER_NEEDS_MAX);
		TRY(yaml_text(one, &s.needs[s.needs_count++]));
	}
	specs->list[specs->count++] = s;
out:
	return rc;
}

/* The control a row of `papers` makes. */
static enum rc
load_papers(const struct yaml_node *n, struct control_info *info)
{
	const struct yaml_node *list = yaml_get(n, "papers");
	struct paper_specs specs = { .count = 0 };
	enum rc rc = RC_OK;

	if (info->control)
		return RC_OK; /* what is written in C knows better */
	if (info->subject != SUBJECT_CONTRACT)
		return YAML_FAIL(list, "書面で判定する確認項目の対象は contract です", "a control judged by papers is about the contract");
	TRY(yaml_is(list, YAML_LIST));
	if (list->count == 0 || list->count > PAPER_SPECS_MAX)
		return YAML_FAIL(list, "'papers' は1つから%d個です", "'papers' has one to %d rows", PAPER_SPECS_MAX);
	for (const struct yaml_node *one = list->first; one; one = one->next)
		TRY(load_paper_spec(one, &specs));
	info->control = papers_control(info->id, info->subject, &specs);
	if (info->control == NULL)
		rc = FAIL(RC_LIMIT, "catalogue: out of memory");
out:
	return rc;
}

/* Every form and field that a control names is there: asked when both files are known. */
static enum rc
check_specs(const struct catalogue *cat, const struct control_info *info)
{
	const struct paper_specs *specs = info->control ? info->control->papers : NULL;

	for (size_t i = 0; specs && i < specs->count; i++) {
		const struct paper_spec *s = &specs->list[i];
		const struct form *form = catalogue_paper(cat, s->form);

		if (s->denied_by.n && catalogue_form(cat, s->denied_by) == NULL)
			return FAIL(RC_SYNTAX, "controls.yaml: '%s' の denied_by の台帳がありません / '%s': 'denied_by' names no register", info->id.p, info->id.p);
		if (form == NULL)
			return FAIL(RC_SYNTAX, "controls.yaml: '%s' の書面 '%s' は papers.yaml にありません / '%s': papers.yaml has no form '%s'", info->id.p, s->form.p, info->id.p, s->form.p);
		if (s->field.n && form_field(form, s->field) == form->fields_count)
			return FAIL(RC_SYNTAX, "controls.yaml: '%s' の where の項目が '%s' にありません / '%s': 'where' names no field of '%s'", info->id.p, s->form.p, info->id.p, s->form.p);
		for (size_t k = 0; k < s->needs_count; k++)
			if (form_field(form, s->needs[k]) == form->fields_count)
				return FAIL(RC_SYNTAX, "controls.yaml: '%s' の needs の項目 '%s' が '%s' にありません / '%s': '%s' is no field of '%s'", info->id.p, s->needs[k].p, s->form.p, info->id.p, s->needs[k].p, s->form.p);
	}
	return RC_OK;
}

/* A stage of a role that may receive no paper would hold it for ever. */
static enum rc
check_stages(const struct form *form)
{
	for (size_t i = 0; i < form->paper.stages_count; i++)
		if (!act_permitted(ACT_PAPER_RECEIVE, ROLE_BIT(form->paper.stages[i].role)))
			return FAIL(RC_SYNTAX, "papers.yaml: '%s' の段階 '%s' の役割は、書面を受け取れません / '%s': the role of stage '%s' may receive no paper", form->id.p, form->paper.stages[i].id.p, form->id.p, form->paper.stages[i].id.p);
	return RC_OK;
}

/* What a number of a paper sets is a number of that control, and every one that may be agreed on is one it takes. */
static enum rc
check_sets(const struct form *form)
{
	for (size_t i = 0; i < form->fields_count; i++) {
		const struct field *f = &form->fields[i];
		const struct control *control = f->sets.n ? control_of(f->sets) : NULL;
		bool found = false;

		for (size_t k = 0; control && k < control->params_count; k++)
			found |= str_eq_c(f->id, control->params[k].name) && f->min >= control->params[k].min && f->max <= control->params[k].max;
		if (control && !found)
			return FAIL(RC_SYNTAX, "papers.yaml: '%s' の '%s' が決める数値が、その確認項目にないか、範囲の外です / '%s': '%s' sets no number of its control, or one out of its range", form->id.p, f->id.p, form->id.p, f->id.p);
	}
	return RC_OK;
}

/* kinds of the register of incidents that a control can find */
static const char *const incident_words[] = { "intrusion", "denial", "malware", "tampering", "outage", "other", NULL };

static enum rc
load_control(struct catalogue *cat, const struct yaml_node *n)
{
	static const char *const keys[] = { "id", "name", "reads", "judges", "remedy", "route", "turn", "subject", "every_h", "papers", "opens", NULL };
	struct control_info info = { .every_s = 0 };
	const struct yaml_node *every = yaml_get(n, "every_h");
	const struct control *written;
	int64_t hours = 0;
	int word;
	enum rc rc = RC_OK;

	TRY(yaml_only(n, keys));
	TRY(take_id(n, "id", false, &info.id));
	if (catalogue_control(cat, info.id))
		return YAML_FAIL(yaml_get(n, "id"), "確認項目 '%s' が2回あります", "control '%s' stands twice", info.id.p);
	TRY(take_both(n, "name", true, &info.name));
	TRY(take_both(n, "reads", false, &info.reads));
	written = control_of(info.id);
	if (written && yaml_get(n, "judges") == NULL)
		return YAML_FAIL(n, "確認項目 '%s' に judges（どう判定するか）がありません", "control '%s' says nothing under 'judges'", info.id.p);
	if (yaml_get(n, "judges"))
		TRY(take_both(n, "judges", false, &info.judges));
	TRY(take_both(n, "remedy", false, &info.remedy));
	TRY(take_word(n, "route", route_words, &word));
	info.route = ROUTE_OBSERVED + (enum route_kind)word;
	TRY(take_word(n, "turn", side_words, &word));
	info.turn = SIDE_CONTRACTOR + (enum side)word;
	TRY(take_word(n, "subject", subject_words, &word));
	info.subject = SUBJECT_HOST + (enum subject_kind)word;
	if (every)
		TRY(yaml_int(every, 1, TERM_HOURS_MAX, &hours));
	info.every_s = (uint32_t)hours * 3600;
	info.control = written;
	if (yaml_get(n, "papers"))
		TRY(load_papers(n, &info));
	if (yaml_get(n, "opens")) {
		TRY(take_word(n, "opens", incident_words, &word));
		info.opens = incident_words[word];
	}
	if (written && written->subject != info.subject)
		return YAML_FAIL(yaml_get(n, "subject"), "確認項目 '%s' の対象は '%s' です", "control '%s' looks at '%s'", info.id.p, subject_words[written->subject - SUBJECT_HOST]);
	cat->controls[cat->controls_count++] = info;
out:
	return rc;
}

static enum rc
load_controls(struct catalogue *cat, const struct yaml_node *root)
{
	static const char *const keys[] = { "format", "controls", NULL };
	const struct yaml_node *list;
	void *room;
	enum rc rc = RC_OK;

	TRY(yaml_only(root, keys));
	TRY(take_format(root));
	TRY(take_list(&cat->arena, root, "controls", sizeof(*cat->controls), &list, &room));
	cat->controls = room;
	for (const struct yaml_node *n = list->first; n; n = n->next)
		TRY(load_control(cat, n));
out:
	return rc;
}

/* ---- contracts/<id>.yaml */

static enum rc
check_names(const struct catalogue *cat, const struct node *node, const struct yaml_node *where)
{
	enum rc rc = RC_OK;

	if (node->kind == NODE_CONTROL && catalogue_control(cat, node->control) == NULL)
		return YAML_FAIL(where, "確認項目 '%s' は controls.yaml にありません", "unknown control '%s': controls.yaml does not have it", node->control.p);
	for (size_t i = 0; i < node->count; i++)
		TRY(check_names(cat, node->children[i], where));
out:
	return rc;
}

static bool
is_also(const struct clause *c, struct str control)
{
	for (size_t i = 0; i < c->also_count; i++)
		if (str_eq(c->also[i], control))
			return true;
	return false;
}

static enum rc
load_logic(struct catalogue *cat, const struct yaml_node *map, struct clause *c)
{
	const struct yaml_node *holds, *list;
	struct str text;
	void *room;
	enum rc rc = RC_OK;

	TRY(yaml_need(map, "holds", &holds));
	TRY(yaml_text(holds, &text));
	TRY(expression_parse(holds, text, &cat->arena, &c->holds));
	TRY(check_names(cat, c->holds, holds));
	if (yaml_get(map, "also") == NULL)
		return RC_OK;
	TRY(take_list(&cat->arena, map, "also", sizeof(*c->also), &list, &room));
	c->also = room;
	for (const struct yaml_node *n = list->first; n; n = n->next) {
		TRY(yaml_is(n, YAML_SCALAR));
		if (catalogue_control(cat, n->text) == NULL)
			return YAML_FAIL(n, "確認項目 '%.70s' は controls.yaml にありません", "unknown control '%.70s': controls.yaml does not have it", n->text.p);
		if (is_also(c, n->text))
			return YAML_FAIL(n, "'also' に '%s' が2回あります", "'also' has '%s' twice", n->text.p);
		if (expression_names(c->holds, n->text))
			return YAML_FAIL(n, "'%s' は holds にもあります。契約の求めと自主基準のどちらかに置きます", "'%s' stands in holds too: it is either the contract's or our own standard", n->text.p);
		c->also[c->also_count++] = n->text;
	}
out:
	return rc;
}

/* Controls of holds that a declaration of "no such event" leaves in place. */
static enum rc
load_standing(struct catalogue *cat, const struct yaml_node *map, struct clause *c)
{
	const struct yaml_node *list;
	void *room;
	enum rc rc = RC_OK;

	if (yaml_get(map, "standing") == NULL)
		return RC_OK;
	TRY(take_list(&cat->arena, map, "standing", sizeof(*c->standing), &list, &room));
	c->standing = room;
	for (const struct yaml_node *n = list->first; n; n = n->next) {
		TRY(yaml_is(n, YAML_SCALAR));
		if (!expression_names(c->holds, n->text))
			return YAML_FAIL(n, "'standing' の '%.70s' は holds にありません", "'%.70s' of 'standing' is not in holds", n->text.p);
		c->standing[c->standing_count++] = n->text;
	}
out:
	return rc;
}

/* A written control knows its parameters; for one not written yet any number is kept until it is. */
static enum rc
check_param(const struct yaml_node *n, const struct control *control, struct clause_param *p)
{
	const struct param_def *def = NULL;
	enum rc rc = RC_OK;

	for (size_t i = 0; control && i < control->params_count; i++)
		if (str_eq_c(p->name, control->params[i].name))
			def = &control->params[i];
	if (control && def == NULL)
		return YAML_FAIL(n, "確認項目 '%s' に '%s' という数値はありません", "control '%s' has no parameter '%s'", control->id, p->name.p);
	TRY(yaml_int(n, def ? def->min : -PARAM_VALUE_MAX, def ? def->max : PARAM_VALUE_MAX, &p->value));
out:
	return rc;
}

static enum rc
load_params(struct catalogue *cat, const struct yaml_node *map, struct clause *c)
{
	const struct yaml_node *all = yaml_get(map, "params");
	size_t count = 0;
	enum rc rc = RC_OK;

	if (all == NULL)
		return RC_OK;
	TRY(yaml_is(all, YAML_MAP));
	for (const struct yaml_node *n = all->first; n; n = n->next)
		count += n->count;
	c->params = arena_get(&cat->arena, (count + 1) * sizeof(*c->params));
	if (c->params == NULL)
		return take_failed(all);
	for (const struct yaml_node *n = all->first; n; n = n->next) {
		if (!expression_names(c->holds, n->key) && !is_also(c, n->key))
			return YAML_FAIL(n, "確認項目 '%.70s' はこの条項の holds にも also にもありません", "control '%.70s' is neither in holds nor in also of this clause", n->key.p);
		TRY(yaml_is(n, YAML_MAP));
		for (const struct yaml_node *v = n->first; v; v = v->next) {
			struct clause_param *p = &c->params[c->params_count];

			*p = (struct clause_param){ n->key, v->key, 0 };
			TRY(check_param(v, catalogue_judge(cat, n->key), p));
			c->params_count++;
		}
	}
out:
	return rc;
}

static enum rc
load_tolerance(const struct yaml_node *map, struct clause *c)
{
	static const char *const keys[] = { "fail_min", "unknown_min", NULL };
	const struct yaml_node *n = yaml_get(map, "tolerance"), *fail, *unknown;
	enum rc rc = RC_OK;

	if (n == NULL)
		return RC_OK;
	TRY(yaml_only(n, keys));
	fail = yaml_get(n, "fail_min");
	unknown = yaml_get(n, "unknown_min");
	if (fail)
		TRY(yaml_int(fail, 0, MONTH_MINUTES, &c->fail_tolerance_min));
	if (unknown)
		TRY(yaml_int(unknown, 0, MONTH_MINUTES, &c->unknown_tolerance_min));
out:
	return rc;
}

static enum rc
take_section(const struct contract *k, const struct yaml_node *map, size_t *ret)
{
	const struct yaml_node *n;
	struct str id;
	enum rc rc = RC_OK;

	TRY(yaml_need(map, "section", &n));
	TRY(yaml_text(n, &id));
	for (size_t i = 0; i < k->sections_count; i++)
		if (str_eq(k->sections[i].id, id)) {
			*ret = i;
			return RC_OK;
		}
	return YAML_FAIL(n, "'sections' に '%.70s' がありません", "unknown section '%.70s'", n->text.p);
out:
	return rc;
}

static enum rc
load_clause(struct catalogue *cat, struct contract *k, const struct yaml_node *n)
{
	static const char *const keys[] = { "id", "cite", "section", "title", "text", "strength", "trigger", "phases", "closes", "holds", "also",
		"standing", "params", "tolerance", "turn", NULL };
	struct clause c = { .trigger = TRIGGER_NONE };
	int word;
	enum rc rc = RC_OK;

	TRY(yaml_only(n, keys));
	TRY(take_id(n, "id", true, &c.id));
	for (size_t i = 0; i < k->clauses_count; i++)
		if (str_eq(k->clauses[i].id, c.id))
			return YAML_FAIL(yaml_get(n, "id"), "条項 '%s' が2回あります", "clause '%s' stands twice", c.id.p);
	if (catalogue_clause(cat, c.id, NULL))
		return YAML_FAIL(yaml_get(n, "id"), "条項 '%s' は別の契約にもあります", "clause '%s' stands in another contract too", c.id.p);
	TRY(take_line(n, "cite", &c.cite));
	TRY(take_section(k, n, &c.section));
	TRY(take_both(n, "title", true, &c.title));
	TRY(take_both(n, "text", false, &c.text));
	TRY(take_word(n, "strength", strength_words, &word));
	c.strength = STRENGTH_MUST + (enum strength)word;
	if (yaml_get(n, "trigger")) {
		TRY(take_word(n, "trigger", trigger_words, &word));
		c.trigger = TRIGGER_NONE + (enum trigger)word;
	}
	TRY(take_set(n, "phases", phase_words, &c.phases));
	if (c.phases == 0)
		return YAML_FAIL(yaml_get(n, "phases"), "'phases' が空です", "'phases' is empty");
	TRY(take_set(n, "closes", closing_words, &c.closing));
	TRY(load_logic(cat, n, &c));
	TRY(load_standing(cat, n, &c));
	TRY(load_params(cat, n, &c));
	TRY(load_tolerance(n, &c));
	TRY(take_word(n, "turn", side_words, &word));
	c.turn = SIDE_CONTRACTOR + (enum side)word;
	k->clauses[k->clauses_count++] = c;
out:
	return rc;
}

static enum rc
load_sections(struct catalogue *cat, struct contract *k, const struct yaml_node *root)
{
	static const char *const keys[] = { "id", "title", NULL };
	const struct yaml_node *list;
	void *room;
	enum rc rc = RC_OK;

	TRY(take_list(&cat->arena, root, "sections", sizeof(*k->sections), &list, &room));
	k->sections = room;
	for (const struct yaml_node *n = list->first; n; n = n->next) {
		struct section s;

		TRY(yaml_only(n, keys));
		TRY(take_id(n, "id", true, &s.id));
		for (size_t i = 0; i < k->sections_count; i++)
			if (str_eq(k->sections[i].id, s.id))
				return YAML_FAIL(n, "節 '%s' が2回あります", "section '%s' stands twice", s.id.p);
		TRY(take_both(n, "title", true, &s.title));
		k->sections[k->sections_count++] = s;
	}
out:
	return rc;
}

static enum rc
load_uses(struct catalogue *cat, struct contract *k, const struct yaml_node *root)
{
	static const char *const keys[] = { "who", "may", NULL };
	const struct yaml_node *list;
	void *room;
	enum rc rc = RC_OK;

	if (yaml_get(root, "uses") == NULL)
		return RC_OK;
	TRY(take_list(&cat->arena, root, "uses", sizeof(*k->uses), &list, &room));
	k->uses = room;
	for (const struct yaml_node *n = list->first; n; n = n->next) {
		TRY(yaml_only(n, keys));
		TRY(take_both(n, "who", true, &k->uses[k->uses_count].who));
		TRY(take_both(n, "may", false, &k->uses[k->uses_count].may));
		k->uses_count++;
	}
out:
	return rc;
}

/* Controls that only this contract has: papers of a form, or nothing that this version can judge. */
static enum rc
load_own_controls(struct catalogue *cat, const struct yaml_node *root)
{
	const struct yaml_node *list;
	struct control_info *all;
	size_t had = cat->controls_count;
	void *room;
	enum rc rc = RC_OK;

	if (yaml_get(root, "controls") == NULL)
		return RC_OK;
	TRY(take_list(&cat->arena, root, "controls", sizeof(*cat->controls), &list, &room));
	all = arena_get(&cat->arena, (had + list->count + 1) * sizeof(*all));
	if (all == NULL)
		return take_failed(list);
	memcpy(all, cat->controls, had * sizeof(*all));
	cat->controls = all;
	for (const struct yaml_node *n = list->first; n; n = n->next)
		TRY(load_control(cat, n));
	for (size_t i = had; i < cat->controls_count; i++)
		TRY(check_specs(cat, &cat->controls[i]));
	for (size_t i = 0; i < cat->papers_count; i++)
		TRY(check_stages(&cat->papers[i]));
	for (size_t i = 0; i < cat->papers_count; i++)
		TRY(check_sets(&cat->papers[i]));
out:
	return rc;
}

static enum rc
load_contract(struct catalogue *cat, const struct yaml_node *root)
{
	static const char *const keys[] = { "format", "id", "version", "name", "client", "contractor", "phase", "sections", "clauses", "uses", "controls", NULL };
	struct contract k = { .phase = PHASE_OPERATE };
	const struct yaml_node *list;
	void *room;
	int word;
	enum rc rc = RC_OK;

	TRY(yaml_only(root, keys));
	TRY(take_format(root));
	TRY(take_id(root, "id", false, &k.id));
	for (size_t i = 0; i < cat->contracts_count; i++)
		if (str_eq(cat->contracts[i].id, k.id))
			return YAML_FAIL(yaml_get(root, "id"), "契約 '%s' は別のファイルにもあります", "contract '%s' stands in another file too", k.id.p);
	TRY(take_line(root, "version", &k.version));
	TRY(take_both(root, "name", true, &k.name));
	TRY(take_both(root, "client", true, &k.client));
	TRY(take_both(root, "contractor", true, &k.contractor));
	TRY(take_word(root, "phase", phase_words, &word));
	k.phase = 1u << word;
	TRY(load_own_controls(cat, root));
	TRY(load_sections(cat, &k, root));
	TRY(load_uses(cat, &k, root));
	TRY(take_list(&cat->arena, root, "clauses", sizeof(*k.clauses), &list, &room));
	if (list->count == 0)
		return YAML_FAIL(list, "条項が1つもありません", "no clause at all");
	k.clauses = room;
	for (const struct yaml_node *n = list->first; n; n = n->next)
		TRY(load_clause(cat, &k, n));
	cat->contracts[cat->contracts_count++] = k;
out:
	return rc;
}

/* ---- files */

/* Reads and parses one file, `shown` in its errors, and adds its name and hash to what the digest is made of. */
static enum rc
read_file(struct catalogue *cat, int dirfd, const char *name, const char *shown, struct buf *digested, const struct yaml_node **ret)
{
	struct buf b = BUF(YAML_BYTES_MAX + 1);
	struct hash h;
	enum rc rc = RC_OK;

	TRY(file_read(dirfd, name, YAML_BYTES_MAX, &b));
	hash_bytes(buf_str(&b), &h);
	TRY(buf_add(digested, (struct str){ name, str_of(name).n + 1 }));
	TRY(buf_add(digested, (struct str){ (const char *)h.b, sizeof(h.b) }));
	TRY(yaml_parse(shown, buf_str(&b), &cat->arena, ret));
out:
	buf_free(&b);
	return rc;
}

static bool
same_id(const struct yaml_node *root, const struct yaml_node *other)
{
	const struct yaml_node *a = yaml_get(root, "id"), *b = other ? yaml_get(other, "id") : NULL;

	return a && b && str_eq(a->text, b->text);
}

/* What a catalogue is loaded with beside its folder. */
struct beside { int dirfd; const char *file, *shown; const struct contract_text *texts; size_t texts_n; };

/* A contract that stands in no file is read by the same rules as one that does. */
static enum rc
load_text(struct catalogue *cat, const struct contract_text *t, struct buf *digested)
{
	const struct yaml_node *root;
	const char *name = arena_cstr(&cat->arena, t->id);
	struct hash h;
	enum rc rc = RC_OK;

	if (cat->contracts_count == CONTRACTS_MAX)
		return FAIL(RC_LIMIT, "contracts: more than %d", CONTRACTS_MAX);
	hash_bytes(t->text, &h);
	TRY(buf_add(digested, t->id));
	TRY(buf_add(digested, (struct str){ (const char *)h.b, sizeof(h.b) }));
	if (name == NULL)
		return FAIL(RC_LIMIT, "catalogue: out of memory");
	TRY(yaml_parse(name, t->text, &cat->arena, &root));
	TRY(load_contract(cat, root));
out:
	return rc;
}

static enum rc
load_all(struct catalogue *cat, int dirfd, const struct beside *with)
{
	struct buf digested = BUF(65536), path = BUF(1024);
	const struct yaml_node *root, *extra_root = NULL;
	struct str *names;
	size_t n;
	enum rc rc = RC_OK;

	cat->contracts = arena_get(&cat->arena, (CONTRACTS_MAX + 1) * sizeof(*cat->contracts));
	if (cat->contracts == NULL)
		return FAIL(RC_LIMIT, "catalogue: out of memory");
	TRY(read_file(cat, dirfd, "controls.yaml", "controls.yaml", &digested, &root));
	TRY(load_controls(cat, root));
	rc = read_file(cat, dirfd, "registers.yaml", "registers.yaml", &digested, &root);
	if (rc == RC_OK)
		TRY(forms_load(root, &cat->arena, &cat->forms, &cat->forms_count));
	else if (rc != RC_NOTFOUND)
		goto out;
	rc_trail_clear(); /* no such file: nothing can be declared, and what needs it stays UNKNOWN */
	rc = read_file(cat, dirfd, "papers.yaml", "papers.yaml", &digested, &root);
	if (rc == RC_OK)
		TRY(papers_load(root, &cat->arena, cat->forms, cat->forms_count, &cat->papers, &cat->papers_count));
	else if (rc != RC_NOTFOUND)
		goto out;
	rc_trail_clear();
	rc = read_file(cat, dirfd, "gates.yaml", "gates.yaml", &digested, &root);
	if (rc == RC_OK)
		TRY(gates_load(cat, root));
	else if (rc != RC_NOTFOUND)
		goto out;
	rc_trail_clear(); /* no such file: no gate */
	watch_rules_default(&cat->watch);
	rc = read_file(cat, dirfd, "watch.yaml", "watch.yaml", &digested, &root);
	if (rc == RC_OK)
		TRY(watch_rules_load(root, &cat->watch));
	else if (rc != RC_NOTFOUND)
		goto out;
	rc_trail_clear(); /* no such file: the numbers of the product */
	rc = RC_OK;
	for (size_t i = 0; i < cat->controls_count; i++)
		TRY(check_specs(cat, &cat->controls[i]));
	for (size_t i = 0; i < cat->papers_count; i++)
		TRY(check_stages(&cat->papers[i]));
	if (with->file)
		TRY(read_file(cat, with->dirfd, with->file, with->shown, &digested, &extra_root));
	TRY(file_list(dirfd, "contracts", 4 * CONTRACTS_MAX, &cat->arena, &names, &n));
	for (size_t i = 0; i < n; i++) {
		if (names[i].p[0] == '.' || !str_ends(names[i], STR(".yaml")))
			continue;
		if (cat->contracts_count == CONTRACTS_MAX)
			TRY(FAIL(RC_LIMIT, "contracts: more than %d", CONTRACTS_MAX));
		buf_reset(&path);
		TRY(buf_addf(&path, "contracts/" STR_FMT, STR_ARG(names[i])));
		TRY(read_file(cat, dirfd, buf_cstr(&path), buf_cstr(&path), &digested, &root));
		if (!same_id(root, extra_root)) /* the file under check stands in for its installed version */
			TRY(load_contract(cat, root));
	}
	if (extra_root)
		TRY(load_contract(cat, extra_root));
	for (size_t i = 0; i < with->texts_n; i++)
		TRY(load_text(cat, &with->texts[i], &digested));
	if (cat->contracts_count == 0)
		rc = FAIL(RC_SYNTAX, "contracts:1: 契約のファイルが1つもありません / no contract file at all");
	hash_bytes(buf_str(&digested), &cat->digest);
out:
	buf_free(&path);
	buf_free(&digested);
	return rc;
}

static enum rc
load(int dirfd, const struct beside *with, struct catalogue **ret)
{
	struct catalogue *cat = calloc(1, sizeof(*cat));
	enum rc rc = RC_OK;

	if (cat == NULL)
		abort();
	cat->arena = (struct arena)ARENA(64 << 20);
	TRY(load_all(cat, dirfd, with));
	*ret = cat;
	cat = NULL;
out:
	catalogue_free(cat);
	return rc;
}

enum rc
catalogue_load(int dirfd, struct catalogue **ret)
{
	return catalogue_load_with(dirfd, NULL, 0, ret);
}

enum rc
catalogue_load_with(int dirfd, const struct contract_text *texts, size_t n, struct catalogue **ret)
{
	return load(dirfd, &(struct beside){ .texts = texts, .texts_n = n }, ret);
}

enum rc
catalogue_check_file(int dirfd, const char *contract_file, struct catalogue **ret)
{
	const char *name;
	int folder = -1;
	enum rc rc = RC_OK;

	TRY(file_open_place(contract_file, &folder, &name));
	TRY(load(dirfd, &(struct beside){ .dirfd = folder, .file = name, .shown = contract_file }, ret));
out:
	if (folder >= 0)
		(void)close(folder); /* only read */
	return rc;
}
