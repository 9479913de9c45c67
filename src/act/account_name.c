// SPDX-License-Identifier: Apache-2.0
/* Names of accounts: plain letters to sign in with, printable text to show. */
#include "act/account_name.h"

#include "base/utf8.h"

enum rc
account_name_allowed(struct str name)
{
	if (name.n == 0 || name.n > ACCOUNT_NAME_MAX)
		return FAIL(RC_SYNTAX, "name-length: a sign-in name has 1 to %d characters", ACCOUNT_NAME_MAX);
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!word && (i == 0 || (c != '.' && c != '-' && c != '_')))
			return FAIL(RC_SYNTAX, "name-letters: a sign-in name starts with a-z or 0-9 and holds a-z 0-9 . - _");
	}
	if (str_eq_c(name, "console"))
		return FAIL(RC_SYNTAX, "name-reserved: this name is the station's own");
	return RC_OK;
}

enum rc
account_display_allowed(struct str display)
{
	struct text text;

	if (utf8_check(display, &text) != RC_OK)
		return FAIL(RC_SYNTAX, "display-bytes: a name to show holds printable characters only");
	if (str_trim(display).n == 0 || utf8_count(text) > ACCOUNT_NAME_MAX)
		return FAIL(RC_SYNTAX, "display-length: a name to show has 1 to %d characters", ACCOUNT_NAME_MAX);
	return RC_OK;
}
