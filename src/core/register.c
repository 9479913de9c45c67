// SPDX-License-Identifier: Apache-2.0
/* What people declared, as subjects and as facts of a look. Nothing can be declared yet. */
#include "core/core.h"

#include <string.h>

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
}

void
register_given(struct core *c, const struct control *control, const char *subject, struct facts *ret)
{
}
