// SPDX-License-Identifier: Apache-2.0
#include "web/multipart.h"

#include <string.h>

#define BOUNDARY_MAX 70

/* boundary=… at the end of the type, with or without quotes. */
static enum rc
take_boundary(struct str type, struct str *ret)
{
	const struct str key = STR("boundary=");
	size_t at;

	if (!str_starts(type, STR("multipart/form-data;")) || !str_find(type, key, &at))
		return FAIL(RC_SYNTAX, "request: no form with a boundary");
	*ret = str_sub(type, at + key.n, type.n);
	if (ret->n > 2 && ret->p[0] == '"' && ret->p[ret->n - 1] == '"')
		*ret = str_sub(*ret, 1, ret->n - 2);
	if (ret->n == 0 || ret->n > BOUNDARY_MAX)
		return FAIL(RC_SYNTAX, "request: the form's boundary has a wrong length");
	for (size_t i = 0; i < ret->n; i++)
		if (ret->p[i] <= ' ' || ret->p[i] > '~' || strchr("\";,\\", ret->p[i]))
			return FAIL(RC_SYNTAX, "request: the form's boundary has a byte that is not allowed");
	return RC_OK;
}

/* What is typed comes with CR LF, as decode_form() has it with LF alone; a file stays as it is. */
static struct str
lines_of(struct arena *arena, struct str s)
{
	struct str copy = arena_dup(arena, s);
	char *p = (char *)(uintptr_t)copy.p;
	size_t n = 0;

	for (size_t i = 0; copy.p && i < s.n; i++)
		if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
			p[n++] = s.p[i];
	return (struct str){ copy.p, n };
}

/* Content-Disposition: form-data; name="csv"; filename="…" */
static enum rc
take_name(struct str head, struct str *ret, struct str *ret_file)
{
	const struct str file = STR("filename=\"");
	const struct str field = STR("content-disposition: form-data; name=\"");
	struct str line;
	size_t end;

	while (str_line(&head, &line)) {
		if (line.n <= field.n || strncasecmp(line.p, field.p, field.n) != 0)
			continue;
		line = str_sub(line, field.n, line.n);
		if (!str_find(line, STR("\""), &end) || end == 0)
			break;
		*ret = str_sub(line, 0, end);
		*ret_file = STR_NONE;
		line = str_sub(line, end + 1, line.n);
		if (str_find(line, file, &end)) {
			line = str_sub(line, end + file.n, line.n);
			if (!str_find(line, STR("\""), &end))
				break;
			*ret_file = (struct str){ line.p, end };
		}
		return RC_OK;
	}
	return FAIL(RC_SYNTAX, "request: a part of the form without a name");
}

enum rc
decode_multipart(struct arena *arena, struct str type, struct str body, struct pairs *ret)
{
	struct str boundary, mark, next, name, file, rest = body;
	struct text text;
	size_t at;
	enum rc rc = RC_OK;

	ret->n = 0;
	TRY(take_boundary(type, &boundary));
	mark = arena_f(arena, "--" STR_FMT "\r\n", STR_ARG(boundary));
	next = arena_f(arena, "\r\n--" STR_FMT, STR_ARG(boundary));
	if (mark.n == 0 || next.n == 0)
		return FAIL(RC_LIMIT, "request: more than its memory allows");
	if (!str_starts(rest, mark))
		return FAIL(RC_SYNTAX, "request: the form does not begin with its boundary");
	rest = str_sub(rest, mark.n, rest.n);
	for (;;) {
		struct str head;

		if (!str_find(rest, STR("\r\n\r\n"), &at))
			return FAIL(RC_SYNTAX, "request: a part of the form without a head");
		head = str_sub(rest, 0, at);
		rest = str_sub(rest, at + 4, rest.n);
		TRY(take_name(head, &name, &file));
		TRY(utf8_check(name, &text));
		if (!str_find(rest, next, &at))
			return FAIL(RC_SYNTAX, "request: a part of the form has no end");
		if (pairs_has(ret, arena_cstr(arena, name) ? arena_cstr(arena, name) : ""))
			return FAIL(RC_SYNTAX, "request: a name given twice");
		if (ret->n == PAIRS_MAX)
			return FAIL(RC_LIMIT, "request: more than %d names", PAIRS_MAX);
		ret->at[ret->n++] = (struct pair){ name, file.p ? str_sub(rest, 0, at) : lines_of(arena, str_sub(rest, 0, at)) };
		if (file.n) { /* what the browser calls it */
			TRY(utf8_check(file, &text));
			name = arena_f(arena, STR_FMT ".name", STR_ARG(name));
			if (name.n == 0 || ret->n == PAIRS_MAX)
				return FAIL(RC_LIMIT, "request: more than %d names", PAIRS_MAX);
			ret->at[ret->n++] = (struct pair){ name, file };
		}
		rest = str_sub(rest, at + next.n, rest.n);
		if (str_starts(rest, STR("--")))
			return RC_OK;
		if (!str_starts(rest, STR("\r\n")))
			return FAIL(RC_SYNTAX, "request: something stands behind a boundary of the form");
		rest = str_sub(rest, 2, rest.n);
	}
out:
	return rc;
}
