// SPDX-License-Identifier: Apache-2.0
/* Rules of passwords and names; the list of common ones is our own making. */
#include "auth/password.h"

#include <string.h>

#include "auth/auth_wire.h"
#include "auth/breach.h"
#include "base/utf8.h"

/* Compared in lower case, as a part of what is left when digits and signs are dropped at both ends. */
static const char *const common_stems[] = { "password", "passw0rd", "p@ssword", "p@ssw0rd", "pass", "qwerty", "qwertyui", "qwertyuiop", "asdfghjkl",
	"zxcvbnm", "letmein", "welcome", "iloveyou", "admin", "administrator", "adminadmin", "root", "rootroot", "toor", "secret", "changeme",
	"default", "guest", "login", "master", "monkey", "dragon", "sunshine", "princess", "football", "baseball", "superman", "batman",
	"test", "testtest", "testing", "user", "username", "system", "server", "station", "tsujiban", "security", "operator", "manager",
	"support", "helpdesk", "callcenter", "contactcenter", "sapporo", "sapporoshi", "osaka", "osakafu", "hokkaido", "tokyo", "nippon", "japan",
	"sakura", "yamada", "tanaka", "suzuki", "watashi", "aishiteru", "arigatou", "konnichiwa", "abcdefgh", "abcdefghijkl", "aaaa" };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool
is_letter(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* A needle of at least three bytes somewhere in the hay, letters of either case. */
static bool
contains(struct str hay, struct str needle)
{
	if (needle.n < 3)
		return false;
	for (size_t at = 0; at + needle.n <= hay.n; at++) {
		size_t i = 0;

		while (i < needle.n && lower(hay.p[at + i]) == lower(needle.p[i]))
			i++;
		if (i == needle.n)
			return true;
	}
	return false;
}

static bool
is_stem(struct str s)
{
	for (size_t k = 0; k < sizeof(common_stems) / sizeof(common_stems[0]); k++)
		if (s.n == strlen(common_stems[k]) && strncasecmp(s.p, common_stems[k], s.n) == 0)
			return true;
	return false;
}

/* The word left between the digits and signs at both ends; nothing but digits and signs counts when few differ. */
static bool
is_common(struct str s)
{
	bool seen[256] = { 0 };
	unsigned differ = 0, in_row = 1;
	struct str core = s;

	for (size_t i = 0; i < s.n; i++) {
		differ += !seen[(uint8_t)s.p[i]];
		seen[(uint8_t)s.p[i]] = true;
		if (i && (s.p[i] == s.p[i - 1] + 1 || s.p[i] == s.p[i - 1] || (s.p[i] == '0' && s.p[i - 1] == '9')))
			in_row++;
	}
	if (differ < 5 || in_row + 2 >= s.n)
		return true;
	while (core.n && !is_letter(core.p[0]))
		core = str_sub(core, 1, core.n);
	while (core.n && !is_letter(core.p[core.n - 1]))
		core.n--;
	return is_stem(core) || (core.n > 1 && core.n % 2 == 0 && is_stem(str_sub(core, 0, core.n / 2)) &&
	    memcmp(core.p, core.p + core.n / 2, core.n / 2) == 0);
}

/* How many kinds of characters: small and capital letters, digits, everything else. */
static int
classes_of(struct str s)
{
	bool seen[4] = { 0 };

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		seen[c >= 'a' && c <= 'z' ? 0 : c >= 'A' && c <= 'Z' ? 1 : c >= '0' && c <= '9' ? 2 : 3] = true;
	}
	return seen[0] + seen[1] + seen[2] + seen[3];
}

/*= S-3-4 */
enum rc
password_allowed(const struct password_policy *policy, struct str password, struct str name, struct str display)
{
	struct text text;
	bool leaked = false;

	if (password.n > PASSWORD_BYTES_MAX)
		return FAIL(RC_SYNTAX, "password-long: over %d bytes", PASSWORD_BYTES_MAX);
	if (utf8_check(password, &text) != RC_OK)
		return FAIL(RC_SYNTAX, "password-bytes: it holds a character that cannot be printed");
	if (utf8_count(text) < (size_t)policy->chars_min)
		return FAIL(RC_SYNTAX, "password-short: fewer than %d characters", policy->chars_min);
	if (classes_of(password) < policy->classes_min)
		return FAIL(RC_SYNTAX, "password-classes: fewer than %d kinds of characters", policy->classes_min);
	if (contains(password, name) || contains(password, display))
		return FAIL(RC_SYNTAX, "password-name: it contains the name");
	if (is_common(password))
		return FAIL(RC_SYNTAX, "password-common: it is one of those tried first");
	if (policy->breach_fd >= 0 && breach_find(policy->breach_fd, password, &leaked) != RC_OK)
		return rc_context(RC_IO, "the list of leaked passwords cannot be used"); /* a broken list lets nobody by */
	if (leaked)
		return FAIL(RC_SYNTAX, "password-leaked: it is on the list of leaked passwords");
	return RC_OK;
}
