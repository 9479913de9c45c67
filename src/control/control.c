// SPDX-License-Identifier: Apache-2.0
/* control - what every control shares: its parameters, its finding, the list of all. */
#include "control/control.h"

int64_t
param_n(const struct params *p, const char *name)
{
	for (size_t i = 0; i < p->count && i < sizeof(p->values) / sizeof(p->values[0]); i++)
		if (str_eq_c(str_of(p->defs[i].name), name))
			return p->values[i];
	(void)FAIL(RC_BUG, "control asks for parameter '%s' which it does not have", name); /* trail only */
	return 0;
}

void
params_default(const struct control *c, struct params *ret)
{
	*ret = (struct params){ .defs = c->params, .count = c->params_count };
	for (size_t i = 0; i < c->params_count && i < sizeof(ret->values) / sizeof(ret->values[0]); i++)
		ret->values[i] = c->params[i].otherwise;
}

int64_t
series_end(const struct series_def *d, const struct params *p, const char *name)
{
	return param_n(p, name) * (d->scale ? d->scale : 1);
}

void
finding_set(struct finding *f, enum verdict verdict, uint16_t message)
{
	*f = (struct finding){ .verdict = verdict, .message = message };
}

static struct finding_arg *
next_arg(struct finding *f, const char *name)
{
	if (f->args_count == FINDING_ARGS_MAX) {
		(void)FAIL(RC_BUG, "a finding has more than %d arguments", FINDING_ARGS_MAX); /* trail only */
		return NULL;
	}
	f->args[f->args_count] = (struct finding_arg){ .name = name };
	return &f->args[f->args_count++];
}

void
finding_int(struct finding *f, const char *name, int64_t n)
{
	struct finding_arg *at = next_arg(f, name);

	if (at)
		at->n = n;
}

void
finding_text(struct finding *f, const char *name, struct str text)
{
	struct finding_arg *at = next_arg(f, name);

	if (at) {
		at->is_text = true;
		at->text = text;
	}
}

const struct control *
control_of(struct str id)
{
	for (const struct control *const *at = controls; *at; at++)
		if (str_eq_c(id, (*at)->id))
			return *at;
	return NULL;
}
