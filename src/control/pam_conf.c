// SPDX-License-Identifier: Apache-2.0
/* Both files share the form of their lines: "name = value", "name value" or "name", a # anywhere ends it. */
#include "control/pam_conf.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LINE_MAX_BYTES 1023
#define TIME_MAX_S     604800

typedef enum rc take_setting(void *context, struct str name, struct str value);

static bool
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
cut_setting(struct str line, struct str *ret_name, struct str *ret_value)
{
	size_t end = line.n, at = 0, name;
	bool equals = false;

	for (size_t i = 0; i < line.n && end == line.n; i++)
		if (line.p[i] == '#')
			end = i;
	while (end && blank(line.p[end - 1]))
		end--;
	while (at < end && blank(line.p[at]))
		at++;
	if (at == end)
		return false;
	for (name = at; at < end && !blank(line.p[at]) && line.p[at] != '='; at++)
		;
	*ret_name = str_sub(line, name, at - name);
	if (at < end)
		equals = line.p[at++] == '=';
	for (; at < end && (blank(line.p[at]) || (line.p[at] == '=' && !equals)); at++)
		equals |= line.p[at] == '=';
	*ret_value = str_sub(line, at, end - at);
	return true;
}

static enum rc
settings(struct str file, take_setting *take, void *context)
{
	struct str name, value;
	enum rc rc = RC_OK;

	if (file.n && memchr(file.p, '\0', file.n))
		return FAIL(RC_SYNTAX, "not text");
	while (file.n) {
		const char *newline = memchr(file.p, '\n', file.n);
		size_t n = newline ? (size_t)(newline - file.p) + 1 : file.n;

		if (n > LINE_MAX_BYTES)
			return FAIL(RC_SYNTAX, "a line over %d bytes", LINE_MAX_BYTES);
		if (cut_setting(str_sub(file, 0, n), &name, &value))
			TRY(take(context, name, value));
		file = str_sub(file, n, file.n);
	}
out:
	return rc;
}

struct str
setting_cut(struct str word, struct str *ret_value)
{
	struct str name = word;
	size_t at;

	*ret_value = STR_NONE;
	if (str_find(word, STR("="), &at)) {
		name = str_sub(word, 0, at);
		*ret_value = str_sub(word, at + 1, word.n);
	}
	return name;
}

/* ---- faillock */

void
faillock_default(struct faillock *f)
{
	*f = (struct faillock){ .deny = 3, .fail_interval_s = 900, .unlock_s = 600, .root_unlock_s = TIME_MAX_S + 1, .dir = "/var/run/faillock" };
}

/* As scanf's %u: digits at the front count, what follows does not. */
static bool
leading_number(struct str value, unsigned long *ret)
{
	char text[64], *end;

	if (value.n >= sizeof(text))
		return false;
	memcpy(text, value.p ? value.p : "", value.n);
	text[value.n] = '\0';
	*ret = strtoul(text, &end, 10);
	return end != text;
}

static void
set_seconds(struct str value, bool never, unsigned *ret)
{
	unsigned long n;

	if (never && str_eq(value, STR("never")))
		*ret = 0;
	else if (leading_number(value, &n) && (unsigned)n <= TIME_MAX_S)
		*ret = (unsigned)n;
}

void
faillock_set(struct faillock *f, struct str name, struct str value)
{
	unsigned long n;

	if (str_eq(name, STR("dir"))) {
		if (value.n && value.p[0] == '/' && value.n < sizeof(f->dir)) {
			memcpy(f->dir, value.p, value.n);
			f->dir[value.n] = '\0';
		}
	} else if (str_eq(name, STR("deny"))) {
		if (leading_number(value, &n))
			f->deny = (unsigned short)n;
	} else if (str_eq(name, STR("fail_interval"))) {
		set_seconds(value, false, &f->fail_interval_s);
	} else if (str_eq(name, STR("unlock_time"))) {
		set_seconds(value, true, &f->unlock_s);
	} else if (str_eq(name, STR("root_unlock_time"))) {
		set_seconds(value, true, &f->root_unlock_s);
	} else if (str_eq(name, STR("even_deny_root"))) {
		f->root = true;
	} else if (str_eq(name, STR("local_users_only"))) {
		f->local_only = true;
	} else if (str_eq(name, STR("admin_group"))) {
		f->admins = value.n != 0;
	}
}

static enum rc
take_faillock(void *context, struct str name, struct str value)
{
	faillock_set(context, name, value);
	return RC_OK;
}

enum rc
faillock_read(struct faillock *f, struct str file)
{
	return settings(file, take_faillock, f);
}

/* ---- pwquality */

void
pwquality_default(struct pwquality *q)
{
	*q = (struct pwquality){ .min_length = 8, .enforcing = 1, .retry = 1 };
}

static enum rc
whole_number(struct str value, int *ret)
{
	char text[64], *end;
	long n;

	if (value.n == 0 || value.n >= sizeof(text))
		return FAIL(RC_SYNTAX, "not a number");
	memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || *end || n >= INT_MAX || n <= INT_MIN)
		return FAIL(RC_SYNTAX, "not a number: %s", text);
	*ret = (int)n;
	return RC_OK;
}

enum rc
pwquality_set(struct pwquality *q, struct str name, struct str value)
{
	static const char *const others[] = { "difok", "maxrepeat", "maxclassrepeat", "maxsequence", "gecoscheck", "dictcheck", "usercheck", "usersubstr" };
	const struct { const char *name; int *to; } numbers[] = { { "minlen", &q->min_length }, { "dcredit", &q->credits[0] }, { "ucredit", &q->credits[1] }, { "lcredit", &q->credits[2] },
		{ "ocredit", &q->credits[3] }, { "minclass", &q->min_class }, { "enforcing", &q->enforcing }, { "retry", &q->retry } };
	int unused;
	enum rc rc = RC_OK;

#define IS(word) (name.n == strlen(word) && strncasecmp(name.p, (word), name.n) == 0)
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (IS(numbers[i].name)) {
			TRY(whole_number(value, numbers[i].to));
			if (q->min_length < 6)
				q->min_length = 6;
			if (q->min_class > 4)
				q->min_class = 4;
			goto out;
		}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (IS(others[i]))
			return whole_number(value, &unused);
	if (IS("enforce_for_root"))
		q->root = true;
	else if (IS("local_users_only"))
		q->local_only = true;
	else if (!IS("badwords") && !IS("dictpath"))
		rc = FAIL(RC_SYNTAX, "unknown setting " STR_FMT, STR_ARG(name));
out:
	return rc;
#undef IS
}

static enum rc
take_pwquality(void *context, struct str name, struct str value)
{
	return pwquality_set(context, name, value);
}

enum rc
pwquality_read(struct pwquality *q, struct str file)
{
	return settings(file, take_pwquality, q);
}

int
pwquality_classes(const struct pwquality *q)
{
	int demanded = 0;

	for (int i = 0; i < 4; i++)
		demanded += q->credits[i] < 0;
	if (q->min_class > demanded)
		demanded = q->min_class;
	return demanded > 1 ? demanded : 1;
}

int
pwquality_length(const struct pwquality *q)
{
	int64_t demanded = 0, credit = 0, length = q->min_length, half;

	for (int i = 0; i < 4; i++)
		*(q->credits[i] < 0 ? &demanded : &credit) += llabs((long long)q->credits[i]);
	half = (length + demanded + 1) / 2; /* what earns credit is a character itself, and none that is demanded */
	length -= credit;
	if (length < half)
		length = half;
	if (length < demanded)
		length = demanded;
	return length > INT_MAX ? INT_MAX : (int)length;
}
