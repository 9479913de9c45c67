// SPDX-License-Identifier: Apache-2.0
/* controls_json - the written controls as their programs state themselves, a line of JSON each: for docs/controls.md. */
#include <stdio.h>

#include "control/control.h"

int
main(void)
{
	static const char *const by[] = { "?", "probe", "reader", "core" };

	for (const struct control *const *at = controls; *at; at++) {
		const struct control *c = *at;

		printf("{\"id\": \"%s\", \"every_s\": %u, \"by\": \"%s\", \"subject\": \"%s\", \"params\": [", c->id, c->every_s, by[c->by & 3], subject_words[c->subject - SUBJECT_HOST]);
		for (size_t i = 0; i < c->params_count; i++)
			printf("%s{\"name\": \"%s\", \"unit\": \"%s\", \"min\": %lld, \"max\": %lld, \"value\": %lld}", i ? ", " : "", c->params[i].name, c->params[i].unit ? c->params[i].unit : "",
			    (long long)c->params[i].min, (long long)c->params[i].max, (long long)c->params[i].otherwise);
		printf("], \"registers\": [");
		for (const char *const *id = c->registers; id && *id; id++)
			printf("%s\"%s\"", id == c->registers ? "" : ", ", *id);
		printf("]}\n");
	}
	return 0;
}
