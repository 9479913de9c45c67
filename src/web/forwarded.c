// SPDX-License-Identifier: Apache-2.0
#include "web/forwarded.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/* In the one spelling; false: not an address. */
static bool
address_text(struct str s, char ret[FORWARDED_MAX])
{
	struct in6_addr a6;
	struct in_addr a4;
	char text[FORWARDED_MAX];

	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET, text, &a4) == 1)
		return inet_ntop(AF_INET, &a4, ret, FORWARDED_MAX) != NULL;
	if (inet_pton(AF_INET6, text, &a6) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&a6))
		return inet_ntop(AF_INET, &a6.s6_addr[12], ret, FORWARDED_MAX) != NULL;
	return inet_ntop(AF_INET6, &a6, ret, FORWARDED_MAX) != NULL;
}

bool
forwarded_proxy(const char *proxies, struct str address)
{
	char peer[FORWARDED_MAX], declared[FORWARDED_MAX];
	struct str rest = str_of(proxies), one;

	if (rest.n == 0 || !address_text(address, peer))
		return false;
	while (str_cut(&rest, ' ', &one))
		if (address_text(one, declared) && strcmp(declared, peer) == 0)
			return true;
	return false;
}

/* 192.0.2.1 · 192.0.2.1:80 · 2001:db8::1 · [2001:db8::1] · [2001:db8::1]:80 */
static bool
node(struct str s, char ret[FORWARDED_MAX])
{
	const char *end;

	if (address_text(s, ret))
		return true;
	if (s.n && s.p[0] == '[') {
		end = memchr(s.p, ']', s.n);
		return end && (end + 1 == s.p + s.n || end[1] == ':') && address_text(str_sub(s, 1, (size_t)(end - s.p) - 1), ret);
	}
	end = s.n ? memchr(s.p, ':', s.n) : NULL;
	return end && address_text(str_sub(s, 0, (size_t)(end - s.p)), ret);
}

/* `for=` of one element; empty: it has none, or two. */
static struct str
for_of(struct str element)
{
	struct str pair, ret = STR_NONE;
	bool twice = false;

	while (str_cut(&element, ';', &pair)) {
		pair = str_trim(pair);
		if (pair.n < 4 || strncasecmp(pair.p, "for=", 4) != 0)
			continue;
		twice |= ret.p != NULL;
		ret = str_sub(pair, 4, pair.n);
	}
	if (ret.n >= 2 && ret.p[0] == '"' && ret.p[ret.n - 1] == '"')
		ret = str_sub(ret, 1, ret.n - 2);
	return twice ? STR_NONE : ret;
}

bool
forwarded_client(const char *proxies, struct str forwarded_for, struct str forwarded, char ret[FORWARDED_MAX])
{
	struct str list = forwarded_for.p ? forwarded_for : forwarded;

	if ((forwarded_for.p != NULL) == (forwarded.p != NULL))
		return false;
	while (list.n) {
		size_t at = list.n;
		struct str one;

		while (at && list.p[at - 1] != ',')
			at--;
		one = str_trim(str_sub(list, at, list.n));
		list.n = at ? at - 1 : 0;
		if (!node(forwarded_for.p ? one : for_of(one), ret))
			return false;
		if (!forwarded_proxy(proxies, str_of(ret)))
			return true;
	}
	return false;
}
