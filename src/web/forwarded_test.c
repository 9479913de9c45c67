// SPDX-License-Identifier: Apache-2.0
#include "web/forwarded.h"

#include <stdio.h>
#include <string.h>

#include "base/test.h"

/*= S-3-3 type=test */
CASE(a_declared_proxy_names_the_client_and_nobody_else_does)
{
	static const struct { const char *forwarded_for, *forwarded, *client; } cases[] = {
		{ "198.51.100.7", NULL, "198.51.100.7" }, { "10.9.9.9, 198.51.100.7", NULL, "198.51.100.7" }, /* the left one anybody could have sent */
		{ "198.51.100.7, 192.0.2.2", NULL, "198.51.100.7" }, { "198.51.100.7,2001:db8::2 , 192.0.2.2", NULL, "198.51.100.7" }, { "::ffff:198.51.100.7", NULL, "198.51.100.7" },
		{ "198.51.100.7:4711", NULL, "198.51.100.7" }, { "[2001:DB8::7]:4711", NULL, "2001:db8::7" }, { "[2001:db8::7]", NULL, "2001:db8::7" }, { "2001:db8::7", NULL, "2001:db8::7" },
		{ "unknown", NULL, NULL }, { "198.51.100.7, unknown", NULL, NULL }, { "", NULL, NULL }, { "192.0.2.2", NULL, NULL }, { "198.51.100.7,", NULL, NULL }, { "198.51.100", NULL, NULL },
		{ NULL, "for=198.51.100.7", "198.51.100.7" }, { NULL, "for=10.1.1.1, For=\"[2001:db8::7]:47\";proto=https", "2001:db8::7" }, { NULL, "by=192.0.2.2;for=198.51.100.7;host=a", "198.51.100.7" },
		{ NULL, "for=_hidden", NULL }, { NULL, "proto=https", NULL }, { NULL, "for=198.51.100.7;for=198.51.100.8", NULL }, { NULL, NULL, NULL }, { "198.51.100.7", "for=198.51.100.7", NULL },
	};
	char client[FORWARDED_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool named = forwarded_client("192.0.2.2 2001:db8::2", str_of(cases[i].forwarded_for), str_of(cases[i].forwarded), client);

		if (named != (cases[i].client != NULL) || (named && strcmp(client, cases[i].client) != 0)) {
			test_failures++;
			printf("case %zu: %s\n", i, named ? client : "nobody");
		}
	}
	CHECK(forwarded_proxy("192.0.2.2 2001:db8::2", STR("2001:db8::2")));
	CHECK(forwarded_proxy("192.0.2.2 2001:db8::2", STR("::ffff:192.0.2.2")));
	CHECK(!forwarded_proxy("192.0.2.2 2001:db8::2", STR("192.0.2.20")));
	CHECK(!forwarded_proxy("", STR("192.0.2.2")));
	CHECK(!forwarded_proxy(NULL, STR("192.0.2.2")));
	CHECK(!forwarded_proxy("192.0.2.2", STR("")));
}

TEST_MAIN
