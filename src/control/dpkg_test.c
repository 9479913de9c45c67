// SPDX-License-Identifier: Apache-2.0
#include "control/dpkg.h"

#include "base/test.h"
#include "base/time_text.h"
#include "control/dates.h"

CASE(versions_compare_as_policy_says)
{
	static const struct { const char *a, *b; int order; } cases[] = {
		{ "1.0", "1.0", 0 }, { "1.0", "1.1", -1 }, { "1.9", "1.10", -1 }, { "1.0-1", "1.0-2", -1 }, { "1.0-1", "1.0-1", 0 },
		{ "1:0.1", "2.0", 1 }, { "0:1.0", "1.0", 0 }, { "00:1.0", "1.0", 0 }, { "2:1.0", "10:0.1", -1 },
		{ "1.0~rc1", "1.0", -1 }, { "1.0~rc1", "1.0~rc2", -1 }, { "1.0~~", "1.0~", -1 }, { "1.0~", "1.0", -1 }, { "1.0", "1.0a", -1 },
		{ "3.0.14-1~deb12u2", "3.0.17-1~deb12u3", -1 }, { "3.0.17-1~deb12u3", "3.0.17-1", -1 }, { "3.0.17-1~deb12u2", "3.0.17-1~deb12u10", -1 },
		{ "7.88.1-10+deb12u5", "7.88.1-10+deb12u14", -1 }, { "7.88.1-10", "7.88.1-10+deb12u1", -1 }, { "5.2.15-2+b7", "5.2.15-2", 1 },
		{ "5.2.15-2+b7", "5.2.15-2+deb12u1", -1 }, /* a rebuild sorts before a security fix: 'b' < 'd' */
		{ "1.0-1+deb12u1", "1.0-1.1", -1 },       /* '+' (43) comes before '.' (46) */
		{ "1.0+dfsg-1", "1.0-1", 1 }, { "1.0.0", "1.0", 1 }, { "1.0a", "1.0b", -1 }, { "1.0a", "1.0+", -1 }, { "1.0", "1.0-0", 0 },
		{ "1.002", "1.2", 0 }, { "1.0-01", "1.0-1", 0 }, { "20230311", "20210119", 1 }, { "9.2-1", "10.0-1", -1 },
		{ "1.2.3-4-5", "1.2.3-4-6", -1 }, { "2.36-9+deb12u10", "2.36-9+deb12u9", 1 }, { "6.1.147-1", "6.1.148-1", -1 },
		{ "1:9.2p1-2+deb12u6", "1:9.2p1-2+deb12u7", -1 }, { "1:9.2p1-2+deb12u7", "9.9p1-1", 1 }, { "252.38-1~deb12u1", "252.38-1", -1 },
		{ "99999999999999999999999999", "100000000000000000000000000", -1 }, { "0~", "0", -1 }, { "a", "~", 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int one = deb_version_cmp(str_of(cases[i].a), str_of(cases[i].b)), other = deb_version_cmp(str_of(cases[i].b), str_of(cases[i].a));

		if ((one > 0) - (one < 0) != cases[i].order || (other > 0) - (other < 0) != -cases[i].order) {
			test_failures++;
			printf("%s against %s: %d and %d\n", cases[i].a, cases[i].b, one, other);
		}
	}
}

CASE(what_is_no_version)
{
	static const char *const bad[] = { "", ":1", "1:", "a:1", "1 2", "1_2", "1\xe3\x81\x82" }, *const good[] = { "1", "1:1", "1.0~+-a", "1:2:3", "0" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_RC(deb_version_check(str_of(bad[i])), RC_SYNTAX);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK_OK(deb_version_check(str_of(good[i])));
}

struct all { char text[512]; };

static enum rc
note(void *context, const struct stanza *s)
{
	struct all *a = context;
	size_t n = strlen(a->text);

	(void)snprintf(a->text + n, sizeof(a->text) - n, "[" STR_FMT "|" STR_FMT "|" STR_FMT "]", STR_ARG(s->package), STR_ARG(s->version), STR_ARG(source_name(s)));
	return RC_OK;
}

CASE(stanzas_in_pieces_of_any_size)
{
	static const char text[] = "Package: a\nVersion: 1\nDescription: x\n Package: no\n .\n more\n\n\npackage:b\nSource: src (2)\nVersion:   2  \n\nPackage: c\nVersion: 3";

	for (size_t size = 1; size < sizeof(text); size++) {
		struct all a = { "" };
		struct stanzas s = STANZAS(note, &a);

		for (size_t at = 0; at < sizeof(text) - 1; at += size)
			CHECK_OK(stanzas_feed(&s, str_sub((struct str){ text, sizeof(text) - 1 }, at, size)));
		CHECK_OK(stanzas_end(&s));
		CHECK_STR(str_of(a.text), "[a|1|a][b|2|src][c|3|c]");
		stanzas_free(&s);
	}
}

CASE(what_is_no_stanza)
{
	struct all a = { "" };
	struct stanzas s = STANZAS(note, &a), big = STANZAS(note, &a);
	static char many[(1 << 20) + 1];

	CHECK_OK(stanzas_feed(&s, STR("no field\n")));
	CHECK_RC(stanzas_end(&s), RC_SYNTAX);
	memset(many, 'x', sizeof(many));
	CHECK_RC(stanzas_feed(&big, (struct str){ many, sizeof(many) }), RC_LIMIT);
	stanzas_free(&s);
	stanzas_free(&big);
}

CASE(a_status_cut_in_the_middle_is_said) /*= S-2-2 type=test */
{
	static const char text[] = "Package: a\nStatus: install ok installed\nVersion: 1\n\nPackage: b\nStatus: install ok installed\nVersion: 2\n\n";
	size_t ends = sizeof("Package: a\nStatus: install ok installed\nVersion: 1\n") - 1; /* with its last newline, and the empty line after */

	for (size_t n = 1; n < sizeof(text); n++) {
		struct all a = { "" };
		struct stanzas s = STANZAS(note, &a);
		bool whole = n == sizeof(text) - 1 || n == ends + 1;

		CHECK_OK(stanzas_feed(&s, (struct str){ text, n }));
		CHECK_RC(stanzas_end_whole(&s), whole ? RC_OK : RC_SYNTAX);
		stanzas_free(&s);
	}
}

CASE(states_of_packages)
{
	static const struct { const char *status; bool installed, held; } cases[] = {
		{ "install ok installed", true, false }, { "hold ok installed", true, true }, { "deinstall ok config-files", false, false }, { "install ok unpacked", true, false },
		{ "install ok half-installed", false, false }, { "purge ok not-installed", false, false }, { "install reinstreq half-configured", true, false },
		{ "installed", false, false }, { "", false, false }, { "install ok triggers-pending", true, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool held;

		CHECK(status_installed(str_of(cases[i].status), &held) == cases[i].installed);
		CHECK(held == cases[i].held);
	}
}

CASE(releases)
{
	struct release r;

	CHECK_OK(release_parse(STR("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nLabel: Debian-Security\nSuite: x\nDate: Sat, 21 Nov 2026 00:53:02 UTC\n"
		"Valid-Until: Sat, 28 Nov 2026 00:53:02 UTC\nSHA256:\nDate: broken\n"), &r));
	CHECK(release_is_security(&r) && !r.not_automatic);
	CHECK_INT(r.valid_until_us - r.date_us, 7 * DAY_US);
	CHECK_INT(r.date_us / SECOND_US, 1795222382);
	CHECK_OK(release_parse(STR("Label: Debian Backports\nSuite: stable-backports\nNotAutomatic: yes\nDate: Sat, 1 Nov 2026 00:53:02 UTC\n\n"), &r));
	CHECK(!release_is_security(&r) && r.not_automatic);
	CHECK_RC(release_parse(STR("Label: Debian\n\n"), &r), RC_SYNTAX);
	CHECK_RC(release_parse(STR("Date: yesterday\nx\n"), &r), RC_SYNTAX);
	CHECK_RC(release_parse(STR(""), &r), RC_SYNTAX);
}

CASE(dates)
{
	static const struct { const char *text; int64_t seconds; } iso[] = {
		{ "2026-01-01T00:00:00Z", 1767225600 }, { "2026-01-01T09:00:00.123456+09:00", 1767225600 }, { "2025-12-31T19:00:00-05:00", 1767225600 },
		{ "2024-02-29T12:00:00Z", 1709208000 }, { "2026-01-01T00:00:00", -1 }, { "2026-01-01 00:00:00Z", -1 }, { "2026-13-01T00:00:00Z", -1 }, { "Jan  1 00:00:00 host", -1 }, { "", -1 },
	};
	int64_t at;

	for (size_t i = 0; i < sizeof(iso) / sizeof(iso[0]); i++) {
		at = -SECOND_US;
		CHECK((date_iso(str_of(iso[i].text), &at) == RC_OK) == (iso[i].seconds >= 0));
		CHECK_INT(at / SECOND_US, iso[i].seconds);
	}
	CHECK_OK(date_asctime(STR("Thu Jan  1 00:00:00 2026"), &at));
	CHECK_INT(at / SECOND_US, 1767225600);
	CHECK_RC(date_asctime(STR("Thu Jan  0 00:00:00 2026"), &at), RC_SYNTAX);
	CHECK_RC(date_release(STR("Sat 21 Nov 2026 00:53:02 UTC"), &at), RC_SYNTAX);
	CHECK_RC(date_release(STR("Sat, 21 Nov 2026 00:53:02 JST"), &at), RC_SYNTAX);
}

TEST_MAIN
