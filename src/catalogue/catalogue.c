// SPDX-License-Identifier: Apache-2.0
/* Questions to a loaded catalogue. */
#include "catalogue/catalogue.h"
#include "catalogue/expression.h"

#include <stdlib.h>

void
catalogue_free(struct catalogue *cat)
{
	if (cat == NULL)
		return;
	arena_free(&cat->arena);
	free(cat);
}

const struct clause *
catalogue_clause(const struct catalogue *cat, struct str id, const struct contract **ret_contract)
{
	for (size_t i = 0; i < cat->contracts_count; i++)
		for (size_t k = 0; k < cat->contracts[i].clauses_count; k++)
			if (str_eq(cat->contracts[i].clauses[k].id, id)) {
				if (ret_contract)
					*ret_contract = &cat->contracts[i];
				return &cat->contracts[i].clauses[k];
			}
	return NULL;
}

const struct control_info *
catalogue_control(const struct catalogue *cat, struct str id)
{
	for (size_t i = 0; i < cat->controls_count; i++)
		if (str_eq(cat->controls[i].id, id))
			return &cat->controls[i];
	return NULL;
}

const struct form *
catalogue_form(const struct catalogue *cat, struct str id)
{
	for (size_t i = 0; i < cat->forms_count; i++)
		if (str_eq(cat->forms[i].id, id))
			return &cat->forms[i];
	return NULL;
}

const struct form *
catalogue_paper(const struct catalogue *cat, struct str id)
{
	for (size_t i = 0; i < cat->papers_count; i++)
		if (str_eq(cat->papers[i].id, id))
			return &cat->papers[i];
	return NULL;
}

void
catalogue_params(const struct clause *c, const struct control *control, struct params *ret)
{
	*ret = (struct params){ .defs = control->params, .count = control->params_count };
	for (size_t i = 0; i < control->params_count && i < sizeof(ret->values) / sizeof(ret->values[0]); i++) {
		ret->values[i] = control->params[i].otherwise;
		for (size_t k = 0; c && k < c->params_count; k++)
			if (str_eq_c(c->params[k].control, control->id) && str_eq_c(c->params[k].name, control->params[i].name))
				ret->values[i] = c->params[k].value;
	}
}

int64_t
catalogue_number(const struct catalogue *cat, const char *control, const char *param)
{
	const struct control *judge = catalogue_judge(cat, str_of(control));
	int64_t least = 0;
	bool said = false;

	for (size_t i = 0; judge && i < judge->params_count; i++)
		if (str_eq_c(str_of(judge->params[i].name), param))
			least = judge->params[i].otherwise;
	for (size_t n = 0; n < cat->contracts_count; n++)
		for (size_t i = 0; i < cat->contracts[n].clauses_count; i++)
			for (size_t k = 0; k < cat->contracts[n].clauses[i].params_count; k++) {
				const struct clause_param *p = &cat->contracts[n].clauses[i].params[k];

				if (str_eq_c(p->control, control) && str_eq_c(p->name, param) && (!said || p->value < least)) {
					least = p->value;
					said = true;
				}
			}
	return least;
}

const struct control *
catalogue_judge(const struct catalogue *cat, struct str id)
{
	const struct control_info *info = catalogue_control(cat, id);

	return info ? info->control : NULL;
}

size_t
catalogue_not_written(const struct catalogue *cat)
{
	size_t n = 0;

	for (size_t i = 0; i < cat->controls_count; i++)
		n += cat->controls[i].control == NULL;
	return n;
}

static bool
all_there(const struct catalogue *cat, const struct node *n)
{
	bool there = n->kind != NODE_CONTROL || catalogue_control(cat, n->control);

	for (size_t i = 0; there && i < n->count; i++)
		there = all_there(cat, n->children[i]);
	return there;
}

bool
catalogue_logic(const struct catalogue *cat, struct str s)
{
	const struct yaml_node here = { .file = "", .text = s };
	struct arena a = ARENA(1 << 20);
	struct node *n;
	bool ret = expression_parse(&here, s, &a, &n) == RC_OK && all_there(cat, n);

	rc_trail_clear();
	arena_free(&a);
	return ret;
}
