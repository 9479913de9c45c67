// SPDX-License-Identifier: Apache-2.0
/* What apply makes of passwd(5) and shadow(5), and of an answer. */
#include "apply/ask_apply.h"
#include "base/test.h"

CASE(only_people_s_own_accounts)
{
	const struct str passwd = STR("root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/x\nmihon:x:1001:1001:見本:/home/mihon:/bin/bash\nwide:x:59999:1::/:/x\nnobody:x:65534:65534::/:/x\n"
	    "one:x:1002:1::/:/x\ntwin:x:1002:1::/:/x\ndouble:x:1003:1::/:/x\ndouble:x:1004:1::/:/x\nodd:x:1e3:1::/:/x\nempty:x::1::/:/x\nshort:x\n+nis:x:1005:1::/:/x");
	static const struct { const char *account; enum rc rc; uint32_t uid; } rows[] = {
		{ "mihon", RC_OK, 1001 }, { "wide", RC_OK, 59999 }, { "root", RC_DENIED, 0 }, { "daemon", RC_DENIED, 0 }, { "nobody", RC_DENIED, 0 }, { "one", RC_DENIED, 0 }, { "twin", RC_DENIED, 0 },
		{ "double", RC_DENIED, 0 }, { "odd", RC_DENIED, 0 }, { "empty", RC_DENIED, 0 }, { "short", RC_NOTFOUND, 0 }, { "Mihon", RC_NOTFOUND, 0 }, { "miho", RC_NOTFOUND, 0 }, { "", RC_NOTFOUND, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t uid = 0;

		CHECK_RC(os_account_find(passwd, str_of(rows[i].account), &uid), rows[i].rc);
		CHECK(uid == rows[i].uid);
		rc_trail_clear();
	}
}

CASE(locked_is_no_password_and_an_end)
{
	static const struct { const char *line; bool locked; } rows[] = {
		{ "mihon:!$y$x:20000:0:99999:7::1:", true }, { "mihon:!:20000:0:99999:7::1:", true }, { "mihon:*:20000:0:99999:7::0:", true }, { "mihon:!$y$x:20000:0:99999:7:::", false },
		{ "mihon:$y$x:20000:0:99999:7::1:", false }, { "mihon::20000:0:99999:7::1:", false }, { "mihon:!$y$x:20000:0:99999:7::20000:", false }, { "mihon:!$y$x:20000:0:99999:7::x:", false },
	};
	bool locked;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		locked = !rows[i].locked;
		CHECK_OK(os_account_locked(str_of(rows[i].line), STR("mihon"), &locked));
		CHECK(locked == rows[i].locked);
	}
	CHECK_RC(os_account_locked(STR("mihon2:!:1:0:9:7::1:\nmihon:!"), STR("mihon"), &locked), RC_NOTFOUND);
	rc_trail_clear();
}

CASE(an_answer_comes_back)
{
	struct applied a = { 7, true }, b;
	struct buf bytes = BUF(64);

	CHECK_OK(applied_encode(&a, &bytes));
	CHECK_OK(applied_decode(buf_str(&bytes), &b));
	CHECK(b.processes == 7 && b.hidden);
	CHECK_RC(applied_decode(str_sub(buf_str(&bytes), 0, bytes.n - 1), &b), RC_PEER);
	bytes.p[bytes.n - 1] = 2;
	CHECK_RC(applied_decode(buf_str(&bytes), &b), RC_PEER);
	rc_trail_clear();
	buf_free(&bytes);
}

TEST_MAIN
