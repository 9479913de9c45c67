// SPDX-License-Identifier: Apache-2.0
/* One spelling for what people type; anything that is not clearly it is refused by a rule. */
#include "form/form.h"

#include "base/fixed.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "form/alike.h"

#define PATH_MAX_BYTES 1024
#define NAME_MAX_BYTES 256
#define ROW_NAME_MAX   1024

size_t
form_field(const struct form *form, struct str id)
{
	size_t i = 0;

	while (i < form->fields_count && !str_eq(form->fields[i].id, id))
		i++;
	return i;
}

/* Blanks of both widths around a value mean nothing. */
static struct str
trimmed(struct str s)
{
	const struct str wide = STR("\xe3\x80\x80");

	for (;;) {
		s = str_trim(s);
		if (str_starts(s, wide))
			s = str_sub(s, wide.n, s.n);
		else if (str_ends(s, wide))
			s.n -= wide.n;
		else
			return s;
	}
}

/* Full-width letters, digits and signs, as a Japanese keyboard types them, become the plain ones. */
static struct str
narrow(struct str s, struct arena *a)
{
	char *to = arena_get(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; to && i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == 0xef && s.n - i > 2 && ((unsigned char)s.p[i + 1] == 0xbc || (unsigned char)s.p[i + 1] == 0xbd)) {
			unsigned code = ((unsigned)(unsigned char)s.p[i + 1] & 0x3f) << 6 | ((unsigned char)s.p[i + 2] & 0x3f); /* of U+Fxxx */

			if (code >= 0xf01 && code <= 0xf5e) {
				to[n++] = (char)(code - 0xf01 + '!');
				i += 2;
				continue;
			}
		}
		to[n++] = s.p[i];
	}
	return (struct str){ to, to ? n : 0 };
}

static bool
graphic(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

/* An account's, a package's, a control's: no blanks; a leading hyphen would read as an option. */
static bool
is_name(struct str s)
{
	return graphic(s) && s.n <= NAME_MAX_BYTES && s.p[0] != '-';
}

static enum form_rule
check_lines(const struct field *f, struct str s, struct arena *a, struct str *ret)
{
	char *to = arena_get(a, s.n + 1);
	struct text text;
	size_t n = 0;

	for (size_t i = 0; to && i < s.n; i++)
		if (s.p[i] != '\r')
			to[n++] = s.p[i];
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			return FORM_CHARACTERS;
	*ret = (struct str){ to, to ? n : 0 };
	if ((f->type == FIELD_NOTE ? utf8_check_lines(*ret, &text) : utf8_check(*ret, &text)) != RC_OK)
		return FORM_CHARACTERS;
	return utf8_count(text) > (size_t)f->max ? FORM_TOO_LONG : FORM_GOOD;
}

static enum form_rule
check_number(struct str s, int64_t min, int64_t max, enum form_rule rule, struct arena *a, struct str *ret)
{
	int64_t n;

	if (num_parse(s, min, max, &n) != RC_OK)
		return rule;
	*ret = arena_f(a, "%lld", (long long)n);
	return FORM_GOOD;
}

/* 2026-11-22, and as spreadsheets write it: 2026/11/2. */
static enum form_rule
check_date(struct str s, struct arena *a, struct str *ret)
{
	struct str rest = s, part;
	int64_t n[3] = { 0, 0, 0 }, at_us;
	char sep = memchr(s.p, '/', s.n) ? '/' : '-';
	size_t i = 0;

	while (str_cut(&rest, sep, &part)) {
		struct str digits = part.n == 2 && part.p[0] == '0' ? str_sub(part, 1, 1) : part;

		if (i == 3 || num_parse(digits, 1, 9999, &n[i]) != RC_OK)
			return FORM_DATE;
		i++;
	}
	*ret = arena_f(a, "%04d-%02d-%02d", (int)n[0], (int)n[1], (int)n[2]);
	return i == 3 && time_parse_date(*ret, &at_us) == RC_OK ? FORM_GOOD : FORM_DATE;
}

/* Bytes of an address and how many; one of the fourth version inside the sixth is that. 0: none. */
static size_t
address_bytes(struct str s, uint8_t ret[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[64];

	if (s.n == 0 || s.n >= sizeof(text))
		return 0;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (strlen(text) != s.n)
		return 0;
	if (inet_pton(AF_INET, text, ret) == 1)
		return 4;
	if (inet_pton(AF_INET6, text, ret) != 1)
		return 0;
	if (memcmp(ret, mapped, sizeof(mapped)) != 0)
		return 16;
	memmove(ret, ret + 12, 4);
	return 4;
}

static struct str
address_text(const uint8_t *bytes, size_t n, struct arena *a)
{
	char text[64];

	return inet_ntop(n == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text)) ? arena_f(a, "%s", text) : STR_NONE;
}

static enum form_rule
check_address(struct str s, struct arena *a, struct str *ret)
{
	static const uint8_t nowhere[16];
	uint8_t bytes[16];
	size_t n = address_bytes(s, bytes);

	if (n == 0 || memcmp(bytes, nowhere, n) == 0)
		return FORM_ADDRESS;
	*ret = address_text(bytes, n, a);
	return FORM_GOOD;
}

static bool
host_bits(const uint8_t *bytes, size_t n, int64_t bits)
{
	for (size_t i = 0; i < n; i++) {
		int64_t kept = bits - (int64_t)i * 8;
		unsigned mask = kept >= 8 ? 0 : kept <= 0 ? 0xff : 0xffu >> kept;

		if (bytes[i] & mask)
			return true;
	}
	return false;
}

static enum form_rule
check_prefix(struct str s, bool fixed, struct arena *a, struct str *ret)
{
	struct str rest = s, address;
	uint8_t bytes[16];
	int64_t bits;
	bool wide;
	size_t n;

	if (!str_cut(&rest, '/', &address))
		return FORM_PREFIX;
	n = address_bytes(address, bytes);
	wide = n == 4 && memchr(address.p, ':', address.n); /* the fourth version inside the sixth: its bits count from there */
	bits = n == 4 ? 32 : 128;
	if (n == 0 || (rest.p && num_parse(rest, 0, wide ? 128 : bits, &bits) != RC_OK))
		return FORM_PREFIX;
	if (wide && rest.p) {
		if (bits < 96)
			return bits == 0 ? FORM_PREFIX_ALL : FORM_PREFIX_BITS;
		bits -= 96;
	}
	if (bits == 0)
		return FORM_PREFIX_ALL;
	if (host_bits(bytes, n, bits))
		return FORM_PREFIX_BITS;
	if (fixed && bits < (n == 4 ? FIXED_BITS_4 : FIXED_BITS_6))
		return FORM_PREFIX_WIDE;
	*ret = arena_f(a, STR_FMT "/%d", STR_ARG(address_text(bytes, n, a)), (int)bits);
	return FORM_GOOD;
}

static bool
is_label(struct str s)
{
	bool good = s.n > 0 && s.n <= 63 && s.p[0] != '-' && s.p[s.n - 1] != '-';

	for (size_t i = 0; good && i < s.n; i++)
		good = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-';
	return good;
}

/* Names of the DNS, of letters as they travel; the last label is not a number, so that no address passes for a name. */
static enum form_rule
check_host_name(struct str s, struct arena *a, struct str *ret)
{
	char *to = arena_get(a, s.n + 1);
	struct str rest, label = STR_NONE;
	bool digits = true;

	for (size_t i = 0; to && i < s.n; i++)
		to[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	*ret = (struct str){ to, to ? s.n : 0 };
	if (str_ends(*ret, STR(".")))
		ret->n--;
	rest = *ret;
	if (ret->n == 0 || ret->n > 253)
		return FORM_HOST_NAME;
	while (str_cut(&rest, '.', &label))
		if (!is_label(label))
			return FORM_HOST_NAME;
	for (size_t i = 0; i < label.n; i++)
		digits &= label.p[i] >= '0' && label.p[i] <= '9';
	return digits ? FORM_HOST_NAME : FORM_GOOD;
}

static enum form_rule
check_path(struct str s, struct str *ret)
{
	struct str rest = str_sub(s, 1, s.n), part;
	struct text text;

	if (s.n == 0 || s.n > PATH_MAX_BYTES || s.p[0] != '/' || utf8_check(s, &text) != RC_OK)
		return FORM_PATH;
	while (rest.n && str_cut(&rest, '/', &part))
		if (str_eq_c(part, ".") || str_eq_c(part, "..") || (part.n == 0 && rest.p != NULL))
			return FORM_PATH;
	*ret = s;
	return FORM_GOOD;
}

static enum form_rule
check_names(const struct field *f, struct str s, struct arena *a, struct str *ret)
{
	char *to = arena_get(a, s.n + 1);
	size_t n = 0, from = 0;

	for (size_t i = 0; to && i <= s.n; i++) {
		bool end = i == s.n || memchr(" \t\r\n,", s.p[i], 5);

		if (!end)
			continue;
		if (i > from) {
			if (!is_name(str_sub(s, from, i - from)))
				return FORM_NAME;
			if (n)
				to[n++] = ' ';
			memcpy(to + n, s.p + from, i - from);
			n += i - from;
		}
		from = i + 1;
	}
	*ret = (struct str){ to, to ? n : 0 };
	return n > (size_t)f->max ? FORM_TOO_LONG : FORM_GOOD;
}

static enum form_rule
check_choice(const struct field *f, struct str s, struct str *ret)
{
	for (size_t i = 0; i < f->choices_count; i++)
		if (str_eq(s, f->choices[i].id) || str_eq(s, f->choices[i].word.ja) || str_eq(s, f->choices[i].word.en)) {
			*ret = f->choices[i].id;
			return FORM_GOOD;
		}
	return FORM_CHOICE;
}

static enum form_rule
check_yes(struct str s, struct str *ret)
{
	if (str_eq_c(s, "yes") || str_eq_c(s, "はい"))
		*ret = STR("yes");
	else if (str_eq_c(s, "no") || str_eq_c(s, "いいえ"))
		*ret = STR("no");
	else
		return FORM_YES_NO;
	return FORM_GOOD;
}

/* The id of a row, or what names it; whoever holds the rows knows whether there is one. */
static enum form_rule
check_row(struct str s, struct str *ret)
{
	struct text text;

	if (s.n > ROW_NAME_MAX || utf8_check_lines(s, &text) != RC_OK)
		return FORM_ROW;
	*ret = s;
	return FORM_GOOD;
}

/* Names of controls, words and parentheses with one blank between what was apart; whoever holds the controls knows whether they are there. */
static enum form_rule
check_logic(const struct field *f, struct str s, struct arena *a, struct str *ret)
{
	struct str plain = narrow(s, a);
	char *to = arena_get(a, plain.n + 1);
	size_t n = 0;

	for (size_t i = 0; to && i < plain.n; i++) {
		bool blank = memchr(" \t\r\n", plain.p[i], 4) != NULL;

		if (!blank && (plain.p[i] < ' ' || plain.p[i] > '~'))
			return FORM_LOGIC;
		if (!blank || to[n - 1] != ' ')
			to[n++] = blank ? ' ' : plain.p[i];
	}
	*ret = (struct str){ to, to ? n : 0 };
	return n > (size_t)f->max ? FORM_TOO_LONG : FORM_GOOD;
}

static bool
refused(const struct field *f, struct str s, struct arena *a)
{
	struct str read = f->refused_count ? alike(s, a) : s;

	for (size_t i = 0; i < f->refused_count; i++)
		if (str_eq(read, alike(f->refused[i], a)))
			return true;
	return false;
}

static enum form_rule
check_typed(const struct field *f, struct str s, struct arena *a, struct str *ret)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_NOTE:      return check_lines(f, s, a, ret);
	case FIELD_NUMBER:    return check_number(narrow(s, a), f->min, f->max, FORM_NUMBER, a, ret);
	case FIELD_PORT:      return check_number(narrow(s, a), 1, 65535, FORM_PORT, a, ret);
	case FIELD_DATE:      return check_date(narrow(s, a), a, ret);
	case FIELD_ADDRESS:   return check_address(narrow(s, a), a, ret);
	case FIELD_PREFIX:    return check_prefix(narrow(s, a), f->fixed, a, ret);
	case FIELD_HOST_NAME: return check_host_name(narrow(s, a), a, ret);
	case FIELD_PATH:      return check_path(s, ret);
	case FIELD_NAME:      return is_name(*ret = narrow(s, a)) ? FORM_GOOD : FORM_NAME;
	case FIELD_NAMES:     return check_names(f, s, a, ret);
	case FIELD_CHOICE:    return check_choice(f, s, ret);
	case FIELD_YES_NO:    return check_yes(s, ret);
	case FIELD_ROW:       return check_row(s, ret);
	case FIELD_LOGIC:     return check_logic(f, s, a, ret);
	}
	return FORM_CHARACTERS;
}

enum form_rule
field_check(const struct field *f, struct str typed, struct arena *a, struct str *ret)
{
	struct str s = trimmed(typed), value = STR_NONE;
	enum form_rule rule;

	*ret = STR_NONE;
	if (s.n == 0)
		return f->required ? FORM_MISSING : FORM_GOOD;
	if (s.n > FORM_VALUE_MAX)
		return FORM_TOO_LONG;
	rule = check_typed(f, s, a, &value);
	rc_trail_clear(); /* the rule says it */
	if (rule == FORM_GOOD) {
		*ret = arena_dup(a, value);
		if (ret->n == 0)
			return f->required ? FORM_MISSING : FORM_GOOD;
	}
	return rule;
}

enum form_rule
field_moved(const struct field *f, struct str before, struct str value)
{
	return f->keeps && before.n && (value.n == 0 || str_cmp(value, before) > 0) ? FORM_KEEPS : FORM_GOOD;
}

bool
form_check(const struct form *form, const struct str *typed, struct arena *a, struct str *values, enum form_rule *wrong)
{
	bool good = true;

	for (size_t i = 0; i < form->fields_count; i++) {
		wrong[i] = field_check(&form->fields[i], typed[i], a, &values[i]);
		if (wrong[i] == FORM_GOOD && refused(&form->fields[i], values[i], a))
			wrong[i] = FORM_REFUSED;
	}
	for (size_t i = 0; i < form->fields_count; i++) {
		size_t after = form->fields[i].after;

		if (after && wrong[i] == FORM_GOOD && wrong[after - 1] == FORM_GOOD && values[i].n && str_cmp(values[i], values[after - 1]) < 0)
			wrong[i] = FORM_ORDER; /* dates in their one spelling come in the order of their letters */
	}
	for (size_t i = 0; i < form->fields_count; i++)
		good &= wrong[i] == FORM_GOOD;
	return good;
}

struct str
form_name(const struct form *form, const struct str *values, struct arena *a)
{
	return form->and < form->fields_count && values[form->and].n ? arena_f(a, STR_FMT "\n" STR_FMT, STR_ARG(values[form->key]), STR_ARG(values[form->and])) : values[form->key];
}
