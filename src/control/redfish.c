// SPDX-License-Identifier: Apache-2.0
/* Resources of a Redfish service: what of them tells about power supplies. */
#include <jansson.h>
#include <string.h>

#include "control/units.h"

static enum rc
parse(struct str text, json_t **ret)
{
	json_error_t e;
	json_t *root = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &e);

	if (root && !json_is_object(root)) {
		json_decref(root);
		root = NULL;
	}
	if (root == NULL)
		return FAIL(RC_SYNTAX, "Redfish: not a resource in JSON");
	*ret = root;
	return RC_OK;
}

static bool
is(const json_t *value, const char *word)
{
	const char *s = json_string_value(value);

	return s && strcmp(s, word) == 0;
}

/* A path of the service itself: it goes into the next question as it is. */
static bool
good_path(const char *s)
{
	size_t n = strlen(s);

	if (n >= REDFISH_PATH_MAX || strncmp(s, "/redfish/v1/", 12) != 0 || strstr(s, "/../") || strstr(s, "//"))
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~' || strchr("\"<>\\^`{|}", s[i]))
			return false;
	return true;
}

/* {"@odata.id": path} */
static enum rc
link_of(const json_t *object, struct arena *arena, struct str *ret)
{
	const char *path = json_string_value(json_object_get(object, "@odata.id"));

	if (path == NULL || !good_path(path))
		return FAIL(RC_SYNTAX, "Redfish: a link that leads nowhere in the service");
	*ret = arena_dup(arena, str_of(path));
	return ret->p ? RC_OK : FAIL(RC_LIMIT, "Redfish: no room");
}

static enum rc
maybe_link(const json_t *parent, const char *name, struct arena *arena, struct str *ret)
{
	const json_t *object = json_object_get(parent, name);

	*ret = STR_NONE;
	return json_is_object(object) ? link_of(object, arena, ret) : RC_OK;
}

enum rc
redfish_members(struct str text, struct arena *arena, struct str *paths, size_t max, size_t *ret_n)
{
	json_t *root = NULL;
	const json_t *members;
	size_t n;
	enum rc rc = RC_OK;

	TRY(parse(text, &root));
	members = json_object_get(root, "Members");
	if (!json_is_array(members) || json_object_get(root, "Members@odata.nextLink"))
		TRY(FAIL(RC_SYNTAX, "Redfish: not a whole collection"));
	n = json_array_size(members);
	if (n > max)
		TRY(FAIL(RC_LIMIT, "Redfish: a collection of %zu", n));
	for (size_t i = 0; i < n; i++) {
		TRY(link_of(json_array_get(members, i), arena, &paths[i]));
		for (size_t k = 0; k < i; k++)
			if (str_eq(paths[k], paths[i])) /* it would count twice */
				TRY(FAIL(RC_SYNTAX, "Redfish: a collection that names one member twice"));
	}
	*ret_n = n;
out:
	json_decref(root);
	return rc;
}

enum rc
redfish_chassis(struct str text, struct arena *arena, struct redfish_chassis *ret)
{
	struct redfish_chassis c;
	json_t *root = NULL;
	enum rc rc = RC_OK;

	TRY(parse(text, &root));
	if (json_string_value(json_object_get(root, "Id")) == NULL)
		TRY(FAIL(RC_SYNTAX, "Redfish: not a chassis"));
	TRY(maybe_link(root, "PowerSubsystem", arena, &c.subsystem));
	TRY(maybe_link(root, "Power", arena, &c.power));
	*ret = c;
out:
	json_decref(root);
	return rc;
}

static enum unit_state
state_of(const json_t *supply)
{
	const json_t *status = json_object_get(supply, "Status"), *state = json_object_get(status, "State"), *health = json_object_get(status, "Health"), *input = json_object_get(supply, "LineInputStatus");

	if (is(state, "Absent"))
		return UNIT_ABSENT;
	if (is(health, "Critical") || is(state, "UnavailableOffline"))
		return is(input, "LossOfInput") ? UNIT_NO_INPUT : UNIT_FAILED;
	if (is(input, "LossOfInput"))
		return UNIT_NO_INPUT;
	if (!is(state, "Enabled") && !is(state, "StandbySpare"))
		return UNIT_UNSURE;
	return is(health, "OK") ? (is(input, "OutOfRange") ? UNIT_WARNING : UNIT_OK) : is(health, "Warning") ? UNIT_WARNING : UNIT_UNSURE;
}

static enum rc
add_supply(const json_t *supply, struct units *u)
{
	const char *name = json_string_value(json_object_get(supply, "Name")), *id = json_string_value(json_object_get(supply, "MemberId"));

	if (!json_is_object(supply) || !json_is_object(json_object_get(supply, "Status")))
		return FAIL(RC_SYNTAX, "Redfish: a supply without its status");
	if (id == NULL)
		id = json_string_value(json_object_get(supply, "Id"));
	return units_add(u, str_of(name ? name : id ? id : "?"), state_of(supply));
}

static void
add_redundancy(const json_t *list, const char *mode_key, struct units *u)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *r = json_array_get(list, i), *status = json_object_get(r, "Status"), *state = json_object_get(status, "State"), *health = json_object_get(status, "Health");
		const json_t *mode = json_object_get(r, mode_key);

		if (is(mode, "NotRedundant") || json_is_false(json_object_get(r, "RedundancyEnabled")) || is(health, "Critical") || is(health, "Warning"))
			units_say(u, UNITS_NOT);
		else if (is(state, "Enabled") && is(health, "OK"))
			units_say(u, UNITS_FULLY);
		else if (status)
			units_say(u, UNITS_WORD_UNSURE);
	}
}

enum rc
redfish_power(struct str text, struct units *u)
{
	json_t *root = NULL;
	const json_t *supplies;
	enum rc rc = RC_OK;

	TRY(parse(text, &root));
	supplies = json_object_get(root, "PowerSupplies");
	if (json_string_value(json_object_get(root, "Id")) == NULL || (supplies && !json_is_array(supplies)))
		TRY(FAIL(RC_SYNTAX, "Redfish: not a power resource"));
	for (size_t i = 0; i < json_array_size(supplies); i++)
		TRY(add_supply(json_array_get(supplies, i), u));
	add_redundancy(json_object_get(root, "Redundancy"), "Mode", u);
out:
	json_decref(root);
	return rc;
}

enum rc
redfish_subsystem(struct str text, struct arena *arena, struct units *u, struct str *ret_supplies)
{
	json_t *root = NULL;
	enum rc rc = RC_OK;

	TRY(parse(text, &root));
	if (json_string_value(json_object_get(root, "Id")) == NULL)
		TRY(FAIL(RC_SYNTAX, "Redfish: not a power subsystem"));
	TRY(maybe_link(root, "PowerSupplies", arena, ret_supplies));
	add_redundancy(json_object_get(root, "PowerSupplyRedundancy"), "RedundancyType", u);
out:
	json_decref(root);
	return rc;
}

enum rc
redfish_supply(struct str text, struct units *u)
{
	json_t *root = NULL;
	enum rc rc = RC_OK;

	TRY(parse(text, &root));
	TRY(add_supply(root, u));
out:
	json_decref(root);
	return rc;
}
