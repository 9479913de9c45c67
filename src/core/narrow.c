// SPDX-License-Identifier: Apache-2.0
/* Subjects by their systems, as the registers name them. */
#include "core/narrow.h"

#include <stdlib.h>
#include <string.h>

#define CHOICES_MAX 60 /* more are no choice: one says the system first */

static const char *
text_of(json_t *arguments, const char *name)
{
	const char *text = json_string_value(json_object_get(arguments, name));

	return text ? text : "";
}

static const char *
system_of(const struct core *c, const char *subject)
{
	const struct row *r = register_subject_row(c, str_of(subject));
	const char *name = r ? json_string_value(json_object_get(r->values, subject_kind_of(str_of(subject)) == SUBJECT_APPLICATION ? "name" : "system")) : NULL;

	return name ? name : "";
}

static int
in_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Every subject there is: this machine, the station, the contract, and each declared row. */
static void
all_subjects(struct core *c, struct subject_list *ret)
{
	static const char *const own[] = { "host:local", "station", "contract" };

	*ret = (struct subject_list){ NULL, 0, 0 };
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		subject_list_add(ret, str_of(own[i]));
	for (enum subject_kind kind = SUBJECT_HOST; kind < SUBJECT_END; kind++)
		register_subjects(c, kind, ret);
}

void
narrow_make(struct core *c, json_t *arguments, struct narrow *ret)
{
	const char *subject = text_of(arguments, "subject"), *system = text_of(arguments, "system");
	struct subject_list all;

	*ret = (struct narrow){ .on = *subject || *system };
	if (!ret->on)
		return;
	all_subjects(c, &all);
	for (size_t i = 0; i < all.n; i++)
		if ((!*subject || strcmp(all.ids[i], subject) == 0) && (!*system || strcmp(system_of(c, all.ids[i]), system) == 0))
			subject_list_add(&ret->ids, str_of(all.ids[i]));
	free(all.ids);
	if (ret->ids.n)
		qsort(ret->ids.ids, ret->ids.n, sizeof(*ret->ids.ids), in_order);
}

void
narrow_free(struct narrow *n)
{
	free(n->ids.ids);
	n->ids = (struct subject_list){ NULL, 0, 0 };
}

bool
narrow_has(const struct narrow *n, const char *subject)
{
	return !n->on || (n->ids.n && bsearch(subject, n->ids.ids, n->ids.n, sizeof(*n->ids.ids), in_order));
}

bool
narrow_control(struct core *c, const struct narrow *n, struct str control)
{
	const struct held **list;
	size_t count;
	bool found = !n->on;

	if (found)
		return true;
	count = held_of(c, control, NULL, &list);
	for (size_t i = 0; i < count && !found; i++)
		found = narrow_has(n, list[i]->subject);
	free(list);
	return found;
}

static bool
node_concerns(struct core *c, const struct narrow *n, const struct node *node)
{
	if (node->kind == NODE_CONTROL)
		return narrow_control(c, n, node->control);
	for (size_t i = 0; i < node->count; i++)
		if (node_concerns(c, n, node->children[i]))
			return true;
	return false;
}

bool
narrow_clause(struct core *c, const struct narrow *n, const struct clause *clause)
{
	bool found = !n->on || node_concerns(c, n, clause->holds);

	for (size_t i = 0; i < clause->also_count && !found; i++) /* our own standard beside it */
		found = narrow_control(c, n, clause->also[i]);
	return found;
}

static bool
known(const json_t *names, const char *name)
{
	for (size_t i = 0; i < json_array_size(names); i++)
		if (strcmp(json_string_value(json_array_get(names, i)), name) == 0)
			return true;
	return false;
}

json_t *
narrow_choices(struct core *c, json_t *arguments, enum lang lang)
{
	const char *system = text_of(arguments, "system"), *chosen = text_of(arguments, "subject");
	json_t *systems = json_array(), *subjects = json_array();
	struct subject_list all;
	size_t count = 0;
	bool more;

	all_subjects(c, &all);
	for (size_t i = 0; i < all.n; i++) {
		const char *of = system_of(c, all.ids[i]);

		if (*of && !known(systems, of) && json_array_size(systems) < 500)
			json_array_append_new(systems, view_text(str_of(of)));
		count += (!*system || strcmp(of, system) == 0) && !str_ends(str_of(all.ids[i]), STR(":none"));
	}
	more = count > CHOICES_MAX;
	for (size_t i = 0; i < all.n; i++) {
		bool is = strcmp(all.ids[i], chosen) == 0;

		if (is || (!more && !str_ends(str_of(all.ids[i]), STR(":none")) && (!*system || strcmp(system_of(c, all.ids[i]), system) == 0)))
			json_array_append_new(subjects, json_pack("{s:s, s:o}", "id", all.ids[i], "text", register_subject_text(c, str_of(all.ids[i]), lang)));
	}
	free(all.ids);
	return json_pack("{s:o, s:o, s:b}", "systems", systems, "subjects", subjects, "more", (int)more);
}
