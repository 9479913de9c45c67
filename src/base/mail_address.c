// SPDX-License-Identifier: Apache-2.0
/* Narrower than RFC 5321 on purpose: what stands in a command and a header has no sign that could end either. */
#include "base/mail_address.h"

#include <string.h>

static bool
plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool
mail_address_ok(struct str s)
{
	size_t at = 0, signs = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '@') {
			at = i;
			signs++;
		}
	if (signs != 1 || at == 0 || at > 64 || s.n > MAIL_ADDRESS_MAX || at + 1 >= s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char *more = i < at ? "!#$%&'*+-/=?^_`{|}~." : "-.";

		if (i != at && !plain(s.p[i]) && (s.p[i] == '\0' || strchr(more, s.p[i]) == NULL))
			return false;
		if (s.p[i] == '.' && (i == 0 || i + 1 == s.n || s.p[i - 1] == '.' || s.p[i - 1] == '@' || s.p[i + 1] == '@'))
			return false;
	}
	return s.p[at + 1] != '-' && s.p[s.n - 1] != '-' && s.p[0] != '-';
}
