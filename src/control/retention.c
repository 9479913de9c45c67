// SPDX-License-Identifier: Apache-2.0
/* journald.conf, logrotate.conf, auditd.conf. */
#include "control/retention.h"

#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/time_text.h"

static bool
same(struct str a, const char *b)
{
	return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

static bool
word(struct str *rest, struct str *ret)
{
	size_t n = 0;

	*rest = str_trim(*rest);
	while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
		n++;
	*ret = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n, rest->n);
	return n != 0;
}

/* "key = value"; false: something else. */
static bool
assignment(struct str line, struct str *ret_key, struct str *ret_value)
{
	struct str key = STR_NONE, rest = line;

	if (memchr(line.p, '=', line.n) == NULL || !str_cut(&rest, '=', &key))
		return false;
	*ret_key = str_trim(key);
	*ret_value = str_trim(rest);
	return true;
}

/* ---- systemd */

/* ".5" behind a number, in millionths; what is finer is nothing. */
static enum rc
decimals(struct str *s, int64_t *ret)
{
	int64_t unit = 100000;
	size_t i = 1;

	*ret = 0;
	if (s->n == 0 || s->p[0] != '.')
		return RC_OK;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++, unit /= 10)
		*ret += (s->p[i] - '0') * unit;
	if (i == 1)
		return FAIL(RC_SYNTAX, "a point with nothing behind it");
	*s = str_sub(*s, i, s->n);
	return RC_OK;
}

/* systemd.time(7) */
enum rc
systemd_span(struct str s, int64_t *ret)
{
	static const struct { const char *name; int64_t us; } units[] = {
		{ "", SECOND_US }, { "us", 1 }, { "usec", 1 }, { "ms", 1000 }, { "msec", 1000 }, { "s", SECOND_US }, { "sec", SECOND_US }, { "second", SECOND_US }, { "seconds", SECOND_US },
		{ "m", MINUTE_US }, { "min", MINUTE_US }, { "minute", MINUTE_US }, { "minutes", MINUTE_US }, { "h", HOUR_US }, { "hr", HOUR_US }, { "hour", HOUR_US }, { "hours", HOUR_US },
		{ "d", DAY_US }, { "day", DAY_US }, { "days", DAY_US }, { "w", 7 * DAY_US }, { "week", 7 * DAY_US }, { "weeks", 7 * DAY_US },
		{ "M", INT64_C(2629800) * SECOND_US }, { "month", INT64_C(2629800) * SECOND_US }, { "months", INT64_C(2629800) * SECOND_US },
		{ "y", INT64_C(31557600) * SECOND_US }, { "year", INT64_C(31557600) * SECOND_US }, { "years", INT64_C(31557600) * SECOND_US },
	};
	int64_t sum = 0;
	enum rc rc = RC_OK;

	s = str_trim(s);
	if (s.n == 0)
		return FAIL(RC_SYNTAX, "an empty span");
	if (str_eq(s, STR("infinity"))) {
		*ret = 0; /* no limit */
		return RC_OK;
	}
	while (s.n) {
		int64_t n, micros = 0;
		size_t digits = 0, letters, i;

		while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
			digits++;
		while (digits > 1 && s.p[0] == '0') {
			s = str_sub(s, 1, s.n);
			digits--;
		}
		if (num_parse(str_sub(s, 0, digits), 0, 1000000000, &n) != RC_OK)
			return FAIL(RC_SYNTAX, "a span that begins with no number");
		s = str_sub(s, digits, s.n);
		TRY(decimals(&s, &micros));
		s = str_trim(s);
		for (letters = 0; letters < s.n && ((s.p[letters] >= 'a' && s.p[letters] <= 'z') || s.p[letters] == 'M'); letters++)
			;
		for (i = 0; i < sizeof(units) / sizeof(units[0]) && !str_eq_c(str_sub(s, 0, letters), units[i].name); i++)
			;
		if (i == sizeof(units) / sizeof(units[0]) || n > (INT64_MAX / 4) / units[i].us || sum > INT64_MAX / 4)
			return FAIL(RC_SYNTAX, "a span of an unknown unit");
		sum += n * units[i].us + units[i].us / 1000 * micros / 1000;
		s = str_trim(str_sub(s, letters, s.n));
	}
	*ret = sum;
out:
	return rc;
}

enum rc
systemd_bytes(struct str s, uint64_t *ret)
{
	static const char units[] = "KMGTP";
	uint64_t n, unit = 1;
	size_t digits = 0;
	int64_t micros;
	enum rc rc = RC_OK;

	s = str_trim(s);
	if (s.n && s.p[s.n - 1] == 'B')
		s.n--;
	if (s.n && s.p[s.n - 1] && strchr(units, s.p[s.n - 1])) {
		unit = UINT64_C(1) << (10 * (strchr(units, s.p[s.n - 1]) - units + 1));
		s.n--;
	}
	s = str_trim(s);
	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	TRY(num_parse_u64(str_sub(s, 0, digits), UINT64_MAX / 2 / unit, &n));
	s = str_sub(s, digits, s.n);
	TRY(decimals(&s, &micros));
	if (s.n)
		return FAIL(RC_SYNTAX, "a size that is no number");
	*ret = n * unit + unit / 1000000 * (uint64_t)micros + unit % 1000000 * (uint64_t)micros / 1000000;
out:
	return rc;
}

/* A line of systemd's files: one that ends in a stroke goes on in the next, comments between them are none of it. False: no more. */
static bool
line_joined(struct str *conf, struct buf *room, struct str *ret)
{
	bool more = false;
	struct str line;

	buf_reset(room);
	while (str_line(conf, &line)) {
		struct str bare = str_trim(line);

		if (more && bare.n && (bare.p[0] == '#' || bare.p[0] == ';'))
			continue;
		if (!more && (line.n == 0 || line.p[line.n - 1] != '\\' || bare.p[0] == '#' || bare.p[0] == ';')) {
			*ret = line;
			return true;
		}
		more = line.n && line.p[line.n - 1] == '\\';
		if (buf_add(room, str_sub(line, 0, line.n - more)) != RC_OK || (more && buf_add_c(room, " ") != RC_OK))
			rc_trail_clear(); /* longer than any setting is: cut */
		if (!more)
			break;
	}
	*ret = buf_str(room);
	return room->n != 0;
}

void
journald_add(struct journald *j, struct str conf)
{
	struct buf room = BUF(4096);
	struct str line, key, value;
	bool ours = false;
	int64_t span;
	uint64_t n;

	while (line_joined(&conf, &room, &line)) {
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
			continue;
		if (line.p[0] == '[') {
			ours = str_eq(line, STR("[Journal]"));
			continue;
		}
		if (!ours || !assignment(line, &key, &value))
			continue;
		/* what journald cannot read it passes over; words are in small letters, or none */
		if (str_eq(key, STR("Storage"))) {
			static const char *const words[] = { "", "persistent", "volatile", "auto", "none" };

			for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
				if (str_eq_c(value, words[i]))
					j->storage = str_of(words[i]);
		} else if (str_eq(key, STR("MaxRetentionSec")) && (value.n == 0 || systemd_span(value, &span) == RC_OK)) {
			j->retention_us = value.n ? span : 0;
		} else if (str_eq(key, STR("MaxFileSec")) && (value.n == 0 || systemd_span(value, &span) == RC_OK)) {
			j->file_us = value.n == 0 ? 0 : span ? span : -1;
		} else if (str_eq(key, STR("SystemMaxFiles")) && (value.n == 0 || num_parse_u64(value, 1000000, &n) == RC_OK)) {
			j->files_max = value.n ? (int64_t)n : 0;
		} else if (str_eq(key, STR("SystemMaxUse")) && (value.n == 0 || systemd_bytes(value, &j->bytes_max) != RC_OK)) {
			j->bytes_max = value.n ? j->bytes_max : 0;
		}
	}
	buf_free(&room);
	rc_trail_clear();
}

/* ---- logrotate(8) */

static int64_t
number(struct str rest, int64_t otherwise)
{
	struct str one;
	int64_t n;

	if (!word(&rest, &one) || num_parse(one, -1, 1000000, &n) != RC_OK) {
		rc_trail_clear();
		return otherwise;
	}
	return n;
}

static void
directive(struct str line, struct rotation *r)
{
	struct str name = STR_NONE;

	(void)word(&line, &name);
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '=') { /* "rotate=4" */
			line = (struct str){ name.p + i, (size_t)(line.p + line.n - (name.p + i)) };
			name.n = i;
		}
	line = str_trim(line);
	if (line.n && line.p[0] == '=') /* blanks may stand on both sides of it */
		line = str_sub(line, 1, line.n);
	if (str_eq(name, STR("hourly")) || str_eq(name, STR("daily")) || str_eq(name, STR("weekly")) || str_eq(name, STR("monthly")) || str_eq(name, STR("yearly")) || str_eq(name, STR("annually"))) {
		r->every_days = name.p[0] == 'h' ? 0 : name.p[0] == 'd' ? 1 : name.p[0] == 'w' ? 7 : name.p[0] == 'm' ? 30 : 365;
		r->by_size = false;
	} else if (str_eq(name, STR("rotate"))) {
		r->count = number(line, r->count);
	} else if (str_eq(name, STR("maxage"))) {
		r->maxage_days = number(line, r->maxage_days);
	} else if (str_eq(name, STR("size"))) {
		r->by_size = true; /* of this and a time the last one counts */
	} else if (str_eq(name, STR("maxsize"))) {
		r->max_size = true; /* beside the time, wherever it stands */
	}
}

/* Is the log one of the patterns of this line? Patterns stand in quotes or not. */
static bool
names_log(struct str line, struct str log)
{
	char pattern[1024], path[1024];
	struct str one;

	while (word(&line, &one)) {
		if (one.n >= 2 && (one.p[0] == '"' || one.p[0] == '\''))
			one = str_sub(one, 1, one.n - 2);
		if (one.n >= sizeof(pattern) || log.n >= sizeof(path) || memchr(one.p, '\0', one.n))
			continue;
		memcpy(pattern, one.p, one.n);
		pattern[one.n] = '\0';
		memcpy(path, log.p, log.n);
		path[log.n] = '\0';
		if (fnmatch(pattern, path, FNM_PATHNAME) == 0)
			return true;
	}
	return false;
}

static bool
begins_script(struct str line)
{
	struct str name = STR_NONE;

	(void)word(&line, &name);
	return str_eq(name, STR("postrotate")) || str_eq(name, STR("prerotate")) || str_eq(name, STR("firstaction")) || str_eq(name, STR("lastaction")) || str_eq(name, STR("preremove"));
}

/* What stands behind the brace on its line. */
static struct str
cut_brace(struct str *line)
{
	const char *brace = memchr(line->p, '{', line->n);
	size_t at = brace ? (size_t)(brace - line->p) : line->n;
	struct str rest = brace ? str_trim(str_sub(*line, at + 1, line->n)) : STR_NONE;

	*line = str_sub(*line, 0, at);
	return rest;
}

/* Of two stanzas for one log logrotate keeps the first, and passes over the file of the second. */
void
rotation_read(struct str conf, struct str log, struct rotation *defaults, struct rotation *ret, bool *ret_found, rotation_include *include, void *context)
{
	struct rotation here = *defaults;
	bool inside = false, ours = false, script = false, named = false;
	struct str line, path;

	while (str_line(&conf, &line)) {
		line = str_trim(line);
		if (script || line.n == 0 || line.p[0] == '#') {
			script = script && !str_eq(line, STR("endscript"));
			continue;
		}
		script = begins_script(line);
		if (script)
			continue;
		if (!inside && (line.p[0] == '/' || line.p[0] == '"' || line.p[0] == '\'' || line.p[0] == '{')) {
			bool opens = memchr(line.p, '{', line.n) != NULL;
			struct str behind = cut_brace(&line);

			named |= names_log(line, log);
			if (opens) {
				inside = true;
				ours = named;
				named = false;
				here = *defaults;
				directive(behind, &here);
			}
		} else if (inside && line.p[0] == '}') {
			if (ours && !*ret_found) {
				*ret = here;
				*ret_found = true;
			}
			inside = ours = false;
		} else if (!inside && str_starts(line, STR("include")) && line.n > 8) {
			path = str_trim(str_sub(line, 7, line.n));
			if (include)
				include(context, path);
		} else {
			directive(line, inside ? &here : defaults);
		}
	}
}

/* The fewest days that n whole months in a row have. */
static int64_t
months_days(int64_t n)
{
	static const int64_t fewest[] = { 0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334 };

	return n / 12 * 365 + fewest[n % 12];
}

int64_t
rotation_days(const struct rotation *r)
{
	int64_t days = r->by_size || r->max_size ? RETENTION_SIZE : r->count < 0 ? RETENTION_EVER : r->every_days == 0 ? r->count / 24 : r->every_days == 30 ? months_days(r->count) : r->count * r->every_days;

	if (r->maxage_days > 0 && (days == RETENTION_EVER || days > r->maxage_days))
		days = r->maxage_days;
	return days;
}

/* ---- auditd.conf(5) */

int64_t
retention_both(int64_t a, int64_t b, bool *ret_by_size)
{
	*ret_by_size = a == RETENTION_SIZE || b == RETENTION_SIZE;
	if (a >= 0 || b >= 0)
		return a < 0 ? b : b < 0 || a < b ? a : b;
	return *ret_by_size ? RETENTION_SIZE : RETENTION_EVER;
}

int64_t
auditd_days(struct str conf)
{
	struct str line, key, value;
	bool keep = false, none = false;

	while (str_line(&conf, &line)) {
		if (!assignment(str_trim(line), &key, &value))
			continue;
		if (same(key, "max_log_file_action"))
			keep = same(value, "keep_logs") || same(value, "ignore");
		else if (same(key, "write_logs"))
			none = same(value, "no");
		else if (same(key, "log_format") && same(value, "nolog"))
			none = true;
	}
	return none ? 0 : keep ? RETENTION_EVER : RETENTION_SIZE;
}
