// SPDX-License-Identifier: Apache-2.0
/* What upsd says, line by line, as its protocol is written down. */
#include "control/nut.h"

#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/time_text.h"

#define LINE_MAX_BYTES 1024

/* "name \"value\"", '\' before '"' and '\'. */
static enum rc
take_var(struct str rest, struct arena *arena, struct nut_var *ret)
{
	struct str name;
	char *value;
	size_t n = 0, at = 1;

	if (!str_cut(&rest, ' ', &name) || name.n == 0 || rest.n < 2 || rest.p[0] != '"')
		return FAIL(RC_SYNTAX, "upsd: a variable without a value");
	value = arena_get(arena, rest.n);
	if (value == NULL)
		return FAIL(RC_LIMIT, "upsd: too many variables");
	for (; at < rest.n && rest.p[at] != '"'; at++) {
		if (rest.p[at] == '\\' && ++at == rest.n)
			break;
		value[n++] = rest.p[at];
	}
	if (at + 1 != rest.n)
		return FAIL(RC_SYNTAX, "upsd: a value that does not end");
	*ret = (struct nut_var){ arena_dup(arena, name), { value, n } };
	return ret->name.p ? RC_OK : FAIL(RC_LIMIT, "upsd: too many variables");
}

static enum rc
take_error(struct str word, struct nut_vars *v)
{
	if (str_eq(word, STR("DATA-STALE")) || str_eq(word, STR("DRIVER-NOT-CONNECTED")))
		v->state = NUT_STALE;
	else if (str_eq(word, STR("UNKNOWN-UPS")))
		v->state = NUT_UNKNOWN_UPS;
	else if (word.n)
		v->state = NUT_REFUSED;
	else
		return FAIL(RC_SYNTAX, "upsd: an error without a name");
	return RC_OK;
}

/* The rest of `line` behind "WORD… ups", when it is about this UPS. */
static bool
about(struct str line, const char *words, struct str ups, struct str *ret_rest)
{
	size_t n = strlen(words);

	if (!str_starts(line, str_of(words)) || !str_starts(str_sub(line, n, line.n), ups))
		return false;
	*ret_rest = str_sub(line, n + ups.n, line.n);
	return true;
}

enum rc
nut_parse(struct str bytes, struct str ups, struct arena *arena, struct nut_vars *ret)
{
	struct nut_vars v = { NUT_NONE, NULL, 0 };
	struct str line, rest;
	bool open = false;
	enum rc rc = RC_OK;

	v.list = arena_get(arena, sizeof(*v.list) * NUT_VARS_MAX);
	if (v.list == NULL)
		return FAIL(RC_LIMIT, "no room for the variables of a UPS");
	if (bytes.n == 0 || bytes.p[bytes.n - 1] != '\n')
		return FAIL(RC_SYNTAX, "upsd: an answer that was cut");
	while (v.state == NUT_NONE) {
		if (!str_line(&bytes, &line) || line.n > LINE_MAX_BYTES)
			return FAIL(RC_SYNTAX, "upsd: no whole answer");
		if (!open && str_starts(line, STR("ERR "))) {
			TRY(take_error(str_sub(line, 4, line.n), &v));
		} else if (!open && about(line, "BEGIN LIST VAR ", ups, &rest) && rest.n == 0) {
			open = true;
		} else if (open && about(line, "END LIST VAR ", ups, &rest) && rest.n == 0) {
			v.state = NUT_ANSWERED;
		} else if (open && about(line, "VAR ", ups, &rest) && rest.n && rest.p[0] == ' ') {
			if (v.count == NUT_VARS_MAX)
				return FAIL(RC_LIMIT, "upsd: too many variables");
			TRY(take_var(str_sub(rest, 1, rest.n), arena, &v.list[v.count]));
			for (size_t i = 0; i < v.count; i++)
				if (str_eq(v.list[i].name, v.list[v.count].name))
					return FAIL(RC_SYNTAX, "upsd: " STR_FMT " is said twice", STR_ARG(v.list[i].name));
			v.count++;
		} else {
			return FAIL(RC_SYNTAX, "upsd: not a word of its protocol");
		}
	}
	*ret = v;
out:
	return rc;
}

struct str
nut_get(const struct nut_vars *v, const char *name)
{
	for (size_t i = 0; i < v->count; i++)
		if (str_eq_c(v->list[i].name, name))
			return v->list[i].value;
	return STR_NONE;
}

void
nut_status_read(struct str words, struct nut_status *ret)
{
	struct nut_status s = { .online = false };
	const struct { const char *word; bool *is; } known[] = {
		{ "OL", &s.online }, { "OB", &s.on_battery }, { "LB", &s.low }, { "RB", &s.replace }, { "CHRG", &s.charging }, { "DISCHRG", &s.discharging }, { "BYPASS", &s.bypass }, { "OFF", &s.off },
		{ "OVER", &s.overload }, { "CAL", &s.calibrating }, { "FSD", &s.forced_down }, { "ALARM", &s.alarm }, { "TRIM", NULL }, { "BOOST", NULL }, { "HB", NULL }, { "ECO", NULL }, { "TEST", NULL },
	};
	struct str word;

	while (str_cut(&words, ' ', &word)) {
		size_t i = 0, count = sizeof(known) / sizeof(known[0]);

		while (i < count && !str_eq_c(word, known[i].word))
			i++;
		if (i == count && word.n)
			s.foreign = word;
		else if (i < count && known[i].is)
			*known[i].is = true;
	}
	*ret = s;
}

static bool
one_of(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (s.n == strlen(*words) && strncasecmp(s.p, *words, s.n) == 0)
			return true;
	return false;
}

enum nut_test
nut_test_read(struct str result)
{
	static const char *const passed[] = { "Done and passed", "Passed", "OK", "Test passed", "donePass", NULL };
	static const char *const failed[] = { "Done and error", "Failed", "Test failed", "doneError", "BT", "NG", NULL };
	static const char *const none[] = { "No test initiated", "No test", "noTestsInitiated", "NO", NULL };
	static const char *const running[] = { "In progress", "inProgress", "Test scheduled", NULL };

	result = str_trim(result);
	return one_of(result, passed) ? NUT_TEST_PASSED : one_of(result, failed) ? NUT_TEST_FAILED : one_of(result, none) ? NUT_TEST_NONE : one_of(result, running) ? NUT_TEST_RUNNING : NUT_TEST_UNSURE;
}

enum rc
nut_date(struct str s, int64_t *ret_at_us)
{
	char iso[10];

	s = str_trim(s);
	if (s.n == 8 && (s.p[2] == '/' || s.p[2] == '-') && s.p[5] == s.p[2])
		return FAIL(RC_CONFLICT, "a day that could be two");
	if (s.n != 10)
		return FAIL(RC_SYNTAX, "not a day");
	memcpy(iso, s.p, 10);
	if ((iso[4] == '/' && iso[7] == '/') || (iso[4] == '-' && iso[7] == '-'))
		iso[4] = iso[7] = '-';
	return time_parse_date((struct str){ iso, 10 }, ret_at_us);
}
