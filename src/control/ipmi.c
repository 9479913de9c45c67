// SPDX-License-Identifier: Apache-2.0
/* Lines of ipmitool's comma form: name,number,status,entity.instance,words. The words are those of the IPMI tables as ipmitool spells them. */
#include <string.h>

#include "base/num.h"
#include "control/units.h"

#define LINES_MAX 4096

enum rc
units_add(struct units *u, struct str name, enum unit_state state)
{
	struct unit *at = &u->list[u->count];

	if (u->count == UNITS_MAX)
		return FAIL(RC_LIMIT, "more power units than a server has");
	*at = (struct unit){ .state = state };
	if (name.n >= sizeof(at->name))
		name.n = sizeof(at->name) - 1;
	if (name.n)
		memcpy(at->name, name.p, name.n);
	u->count++;
	return RC_OK;
}

void
units_say(struct units *u, enum units_word word)
{
	if (word == UNITS_NOT || u->redundancy == UNITS_UNSAID || (word == UNITS_WORD_UNSURE && u->redundancy == UNITS_FULLY))
		u->redundancy = word;
}

struct line { struct str name, entity, instance, words; };

/* A name may hold commas, so the sensor number ("1Fh") finds the rest. */
static bool
cut(struct str text, struct line *ret)
{
	for (size_t i = 1; i + 4 < text.n; i++) {
		struct str rest, status, where;

		if (text.p[i] != ',' || text.p[i + 3] != 'h' || text.p[i + 4] != ',' || !strchr("0123456789ABCDEFabcdef", text.p[i + 1]) || !strchr("0123456789ABCDEFabcdef", text.p[i + 2]) ||
		    text.p[i + 1] == '\0' || text.p[i + 2] == '\0')
			continue;
		rest = str_sub(text, i + 5, text.n);
		if (!str_cut(&rest, ',', &status) || !str_cut(&rest, ',', &where) || !str_cut(&where, '.', &ret->entity))
			return false;
		ret->name = str_sub(text, 0, i);
		ret->instance = where;
		ret->words = str_trim(rest);
		return ret->entity.n != 0 && where.n != 0;
	}
	return false;
}

struct word { const char *text; enum unit_state state; };

/* Of sensor type 08h. "Presence detected" alone is a unit that is well. */
static const struct word supply_words[] = {
	{ "Presence detected", UNIT_OK }, { "Failure detected", UNIT_FAILED }, { "Predictive failure", UNIT_WARNING }, { "Power Supply AC lost", UNIT_NO_INPUT },
	{ "AC lost or out-of-range", UNIT_NO_INPUT }, { "AC out-of-range, but present", UNIT_WARNING }, { "Config Error", UNIT_FAILED }, { "Power Supply Inactive", UNIT_OK },
};

/* Of the generic redundancy states (event/reading type 0Bh). */
static const struct { const char *text; enum units_word word; } redundancy_words[] = {
	{ "Fully Redundant", UNITS_FULLY }, { "Redundancy Lost", UNITS_NOT }, { "Redundancy Degraded from Fully Redundant", UNITS_NOT }, { "Redundancy Degraded from Non-Redundant", UNITS_NOT },
	{ "Redundancy Degraded", UNITS_NOT }, { "Non-Redundant: Sufficient from Redundant", UNITS_NOT }, { "Non-Redundant: Sufficient from Insufficient", UNITS_NOT },
	{ "Non-Redundant: Insufficient Resources", UNITS_NOT },
};

/* Takes `text` and what parts it from the next word off the front. */
static bool
take_word(struct str *rest, const char *text)
{
	struct str after;

	if (!str_starts(*rest, str_of(text)))
		return false;
	after = str_sub(*rest, strlen(text), rest->n);
	if (after.n && !str_starts(after, STR(", ")) && !str_starts(after, STR(":")))
		return false;
	if (str_starts(after, STR(":"))) { /* what exactly: to the end of the word */
		size_t at = 0;

		after = str_find(after, STR(", "), &at) ? str_sub(after, at, after.n) : STR_NONE;
	}
	*rest = after.n ? str_sub(after, 2, after.n) : STR_NONE;
	return true;
}

static bool
redundancy_line(struct str words, struct units *u)
{
	size_t i, count = sizeof(redundancy_words) / sizeof(redundancy_words[0]);
	bool any = false;

	while (words.n) {
		for (i = 0; i < count; i++)
			if (take_word(&words, redundancy_words[i].text)) {
				units_say(u, redundancy_words[i].word);
				any = true;
				break;
			}
		if (i < count)
			continue;
		if (any)
			units_say(u, UNITS_WORD_UNSURE);
		break;
	}
	return any;
}

static const int rank[] = { [UNIT_OK] = 1, [UNIT_WARNING] = 2, [UNIT_UNSURE] = 3, [UNIT_NO_INPUT] = 4, [UNIT_FAILED] = 5, [UNIT_ABSENT] = 0 };

/* The worst of its words; an unknown one makes it unsure, unless another says it failed. */
static enum unit_state
supply_state(struct str words)
{
	enum unit_state state = UNIT_ABSENT;
	bool present = false;

	while (words.n) {
		size_t i = 0, count = sizeof(supply_words) / sizeof(supply_words[0]), at = 0;
		enum unit_state one = UNIT_UNSURE;

		while (i < count && !take_word(&words, supply_words[i].text))
			i++;
		if (i < count)
			one = supply_words[i].state;
		else
			words = str_find(words, STR(", "), &at) ? str_sub(words, at + 2, words.n) : STR_NONE;
		present |= i == 0;
		if (rank[one] > rank[state])
			state = one;
	}
	return present || state == UNIT_FAILED || state == UNIT_NO_INPUT || state == UNIT_ABSENT ? state : UNIT_UNSURE;
}

/* "10.4 Amps", "36 degrees C", "No Reading": a measurement, not a state. */
static bool
measurement(struct str words)
{
	return words.n && ((words.p[0] >= '0' && words.p[0] <= '9') || words.p[0] == '-');
}

/* Several sensors may speak of one unit: by its instance they are one, as bad as the worst of them says. */
static enum rc
add_sensor(struct units *u, int64_t instance, struct str name, enum unit_state state, bool *ret_shared)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < u->count; i++)
		if (u->list[i].instance == instance) {
			if (rank[state] > rank[u->list[i].state])
				u->list[i].state = state;
			*ret_shared |= state != UNIT_ABSENT;
			return RC_OK;
		}
	TRY(units_add(u, name, state));
	u->list[u->count - 1].instance = instance;
out:
	return rc;
}

static enum rc
take_line(struct str text, struct units *u, bool *ret_shared)
{
	struct line l;
	int64_t entity, instance;
	enum rc rc = RC_OK;

	if (!cut(text, &l) || num_parse(l.entity, 0, 255, &entity) != RC_OK || num_parse(l.instance, 0, 255, &instance) != RC_OK)
		return FAIL(RC_SYNTAX, "ipmitool: not a line of its comma form");
	if ((entity == 10 || entity == 19 || entity == 20 || entity == 21) && redundancy_line(l.words, u)) /* supply, power unit, and the like */
		return RC_OK;
	if (entity != 10 || measurement(l.words) || str_eq(l.words, STR("Disabled")) || str_eq(l.words, STR("Present")) || str_eq(l.words, STR("Device Present"))) /* that there is one, not how it is */
		return RC_OK;
	if (str_eq(l.words, STR("No Reading")))
		TRY(add_sensor(u, instance, l.name, UNIT_UNSURE, ret_shared));
	else
		TRY(add_sensor(u, instance, l.name, supply_state(l.words), ret_shared));
out:
	return rc;
}

enum rc
ipmi_parse(struct str bytes, struct units *ret)
{
	struct units u = { .count = 0 };
	struct str line;
	size_t lines = 0;
	bool shared = false;
	enum rc rc = RC_OK;

	while (str_line(&bytes, &line)) {
		if (line.n == 0)
			continue;
		if (++lines > LINES_MAX || line.n > 512)
			return FAIL(RC_LIMIT, "ipmitool: too much");
		TRY(take_line(line, &u, &shared));
	}
	if (lines == 0)
		return FAIL(RC_SYNTAX, "ipmitool: nothing");
	if (shared && u.count == 1) /* one unit with two sensors, or two that a careless controller calls the same */
		TRY(units_add(&u, STR("?"), UNIT_UNSURE));
	*ret = u;
out:
	return rc;
}
