// SPDX-License-Identifier: Apache-2.0
/*
 * The programs of readers.def. What people declared fills a placeholder only
 * after it was checked as the kind the row names; it never begins an option,
 * and it never becomes more than its part of one word.
 */
#include "os/host_int.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

#define VALUE_MAX 512

struct row { const char *name, *words[PROGRAM_WORDS_MAX + 8]; };

static const struct row rows[] = {
#define PROGRAM(name, ...) { name, { __VA_ARGS__, NULL } },
#include "control/readers.def"
#define PROGRAM(name, ...) { name, { __VA_ARGS__, NULL } },
#include "apply/programs.def"
};

static bool
all_of(struct str s, const char *extra)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr(extra, c))))
			return false;
	}
	return s.n != 0;
}

/* Absolute, no control character, no way up. */
static bool
is_path(struct str s)
{
	struct str rest = s, piece;

	if (s.n == 0 || s.p[0] != '/')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	while (str_cut(&rest, '/', &piece))
		if (str_eq(piece, STR("..")))
			return false;
	return true;
}

static bool
is_address(struct str s)
{
	unsigned char bytes[16];
	char text[INET6_ADDRSTRLEN];

	if (s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return strlen(text) == s.n && (inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1);
}

static bool
is_port(struct str s)
{
	int64_t n;

	return num_parse(s, 1, 65535, &n) == RC_OK;
}

/* Is the value of the kind that the row asks for? */
static bool
fits(struct str kind, struct str value)
{
	if (value.n == 0 || value.n > VALUE_MAX || value.p[0] == '-')
		return false;
	if (str_eq(kind, STR("path")) || str_eq(kind, STR("secret")))
		return is_path(value);
	if (str_eq(kind, STR("address")))
		return is_address(value);
	if (str_eq(kind, STR("port")))
		return is_port(value);
	if (str_eq(kind, STR("name")))
		return all_of(value, "._-@+");
	if (str_eq(kind, STR("oid")))
		return all_of(value, ".") && value.p[0] >= '0' && value.p[0] <= '9';
	return false;
}

static enum rc
value_of(struct str kind, struct str name, const struct host_word *words, size_t count, struct str *ret)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(words[i].name, name)) {
			if (!fits(kind, words[i].value))
				return FAIL(RC_SYNTAX, STR_FMT " is no " STR_FMT " that may be handed to a program", STR_ARG(name), STR_ARG(kind));
			*ret = words[i].value;
			return RC_OK;
		}
	return FAIL(RC_SYNTAX, STR_FMT " is not declared", STR_ARG(name));
}

/* One word of a row: its placeholders "{kind:field}" filled. */
static enum rc
fill(struct str word, const struct host_word *words, size_t count, struct arena *arena, struct program *p, const char **ret)
{
	struct buf b = BUF(4096);
	struct str text, inside, kind, value;
	enum rc rc = RC_OK;

	while (word.n) {
		const char *open = memchr(word.p, '{', word.n), *close = open ? memchr(open, '}', (size_t)(word.p + word.n - open)) : NULL;

		if (close == NULL) {
			TRY(buf_add(&b, word));
			break;
		}
		text = str_sub(word, 0, (size_t)(open - word.p));
		inside = (struct str){ open + 1, (size_t)(close - open - 1) };
		word = str_sub(word, (size_t)(close + 1 - word.p), word.n);
		TRY(buf_add(&b, text));
		if (!str_cut(&inside, ':', &kind))
			TRY(FAIL(RC_BUG, "readers.def: a placeholder without a kind"));
		TRY(value_of(kind, inside, words, count, &value));
		if (p->first.p == NULL)
			p->first = arena_dup(arena, value);
		if (str_eq(kind, STR("secret"))) {
			p->secret_file = arena_cstr(arena, value);
			value = STR("/dev/stdin");
		}
		TRY(buf_add(&b, value));
	}
	*ret = arena_cstr(arena, buf_str(&b));
	if (*ret == NULL)
		rc = FAIL(RC_LIMIT, "no room for the words of a program");
out:
	buf_free(&b);
	return rc;
}

enum rc
program_fill(const char *name, const struct host_word *words, size_t count, struct arena *arena, struct program *ret)
{
	struct program p = { .secret_file = NULL };
	const struct row *row = NULL;
	size_t environment = 0, argv = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, name) == 0)
			row = &rows[i];
	if (row == NULL)
		return FAIL(RC_BUG, "no program '%s' in readers.def", name);
	for (size_t i = 0; row->words[i]; i++) {
		bool variable = argv == 0 && row->words[i][0] != '/';

		if ((variable ? environment + 1 >= sizeof(p.environment) / sizeof(p.environment[0]) : argv >= PROGRAM_WORDS_MAX))
			return FAIL(RC_BUG, "readers.def: too many words for '%s'", name);
		TRY(fill(str_of(row->words[i]), words, count, arena, &p, variable ? &p.environment[environment++] : &p.argv[argv++]));
	}
	*ret = p;
out:
	return rc;
}
