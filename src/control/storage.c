// SPDX-License-Identifier: Apache-2.0
/* Lines of mountinfo, swaps and crypttab. */
#include "control/storage.h"

#include <string.h>

/* "\040" is a blank, "\134" a stroke. */
static struct str
unescaped(struct arena *arena, struct str s)
{
	char *out = arena_cstr(arena, s);
	size_t n = 0;

	for (size_t i = 0; out && i < s.n; i++, n++) {
		out[n] = s.p[i];
		if (s.p[i] == '\\' && i + 3 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '3' && s.p[i + 2] >= '0' && s.p[i + 2] <= '7' && s.p[i + 3] >= '0' && s.p[i + 3] <= '7') {
			out[n] = (char)((s.p[i + 1] - '0') * 64 + (s.p[i + 2] - '0') * 8 + (s.p[i + 3] - '0'));
			i += 3;
		}
	}
	if (out)
		out[n] = '\0';
	return out ? (struct str){ out, n } : STR_NONE;
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

static bool
has_option(struct str options, struct str name)
{
	struct str one;

	while (str_cut(&options, ',', &one))
		if (str_eq(one, name))
			return true;
	return false;
}

struct str
option_value(struct str options, struct str name)
{
	struct str one;

	while (str_cut(&options, ',', &one))
		if (str_starts(one, name))
			return str_sub(one, name.n, one.n);
	return STR_NONE;
}

enum rc
mount_line(struct str line, struct arena *arena, struct mount *ret)
{
	struct str piece[5], own = STR_NONE, type = STR_NONE, source = STR_NONE, options = STR_NONE, one = STR_NONE;
	size_t n = 0;

	while (n < 5 && word(&line, &piece[n]))
		n++;
	if (n < 5 || !word(&line, &own))
		return FAIL(RC_SYNTAX, "a mount with too few words");
	while (word(&line, &one) && !str_eq(one, STR("-"))) /* optional fields */
		;
	if (!str_eq(one, STR("-")) || !word(&line, &type) || !word(&line, &source))
		return FAIL(RC_SYNTAX, "a mount without its type");
	(void)word(&line, &options);
	*ret = (struct mount){ piece[2], unescaped(arena, piece[4]), type, unescaped(arena, source), unescaped(arena, options), !has_option(options, STR("ro")) }; /* read-only here alone: another mount of it may write */
	return ret->point.n && ret->point.p[0] == '/' && memchr(ret->device.p, ':', ret->device.n) && !memchr(ret->device.p, '/', ret->device.n) ? RC_OK : FAIL(RC_SYNTAX, "a mount of no device on no path");
}

enum rc
swap_line(struct str line, struct arena *arena, struct swap *ret)
{
	struct str path, type;

	if (!word(&line, &path) || !word(&line, &type))
		return FAIL(RC_SYNTAX, "a swap with too few words");
	if (str_eq(path, STR("Filename")))
		return FAIL(RC_NOTFOUND, "the heading");
	if (path.p[0] != '/')
		return FAIL(RC_SYNTAX, "a swap that is no path");
	*ret = (struct swap){ unescaped(arena, path), str_eq(type, STR("file")) };
	return ret->path.p ? RC_OK : FAIL(RC_LIMIT, "no room for the swaps");
}

enum rc
crypttab_line(struct str line, struct crypt_entry *ret)
{
	struct crypt_entry e = { 0 };

	if (!word(&line, &e.name) || e.name.p[0] == '#')
		return FAIL(RC_NOTFOUND, "nothing");
	if (!word(&line, &e.device))
		return FAIL(RC_SYNTAX, "a line of crypttab without a device");
	(void)word(&line, &e.key);
	(void)word(&line, &e.options);
	*ret = e;
	return RC_OK;
}
