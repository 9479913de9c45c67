// SPDX-License-Identifier: Apache-2.0
#include "base/num.h"
#include "base/test.h"
#include "control/ber.h"
#include "control/snmp.h"

CASE(numbers_and_names_in_ber)
{
	static const struct { int64_t n; const char *hex; } cases[] = { { 0, "020100" }, { 127, "02017f" }, { 128, "02020080" }, { 256, "02020100" }, { INT32_MAX, "02047fffffff" } };
	struct buf b = BUF(256), hex = BUF(256);
	int64_t n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str rest;

		buf_reset(&b);
		buf_reset(&hex);
		CHECK_OK(ber_put_integer(&b, cases[i].n));
		CHECK_OK(hex_encode(&hex, buf_str(&b)));
		CHECK_STR(buf_str(&hex), cases[i].hex);
		rest = buf_str(&b);
		CHECK_OK(ber_take_integer(&rest, 0, INT32_MAX, &n));
		CHECK_INT(n, cases[i].n);
	}
	CHECK_OK(ber_integer(STR("\xff\x38"), &n));
	CHECK_INT(n, -200);
	buf_reset(&b);
	buf_reset(&hex);
	CHECK_OK(ber_put_oid(&b, STR(".1.3.6.1.4.1.8072.1.3.2.4.1.2.300000")));
	CHECK_OK(hex_encode(&hex, buf_str(&b)));
	CHECK_STR(buf_str(&hex), "06102b06010401bf08010302040102" "92a760");
	CHECK_RC(ber_put_oid(&b, STR("1")), RC_SYNTAX);
	CHECK_RC(ber_put_oid(&b, STR("9.3")), RC_SYNTAX);
	CHECK_RC(ber_put_oid(&b, STR("1.40")), RC_SYNTAX);
	CHECK_RC(ber_put_oid(&b, STR("1.3.x")), RC_SYNTAX);
	CHECK_RC(ber_put_oid(&b, STR("1.3..4")), RC_SYNTAX);
	buf_free(&b);
	buf_free(&hex);
}

CASE(lengths_that_lie)
{
	static const struct str cases[] = { { "", 0 }, { "\x30", 1 }, { "\x30\x05\x02\x01", 4 }, { "\x30\x80\x02\x01\x00", 5 }, { "\x30\x84\xff\xff\xff\xff", 6 }, { "\x30\x83\x7f\xff\xff", 5 }, { "\x3f\x01\x00", 3 }, { "\x30\x82\x01", 3 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str rest = cases[i], content;
		uint8_t tag;

		CHECK_RC(ber_take(&rest, &tag, &content), RC_SYNTAX);
		CHECK(rest.p == cases[i].p);
	}
}

/* A report of an engine, taken from snmpd 5.9.3 and cut at every byte. */
static const char report[] = "306d020103300f02021234020300ffe30401000201030421301f041180001f888009cc4000876d036b000000000201010201020400040004003034041180001f888009cc4000876d036b"
	"000000000400a81d020212340201000201003011300f060a2b060106030f01010400410101";

CASE(a_report_whole_and_cut) /*= S-6-6 type=test */
{
	unsigned char bytes[256];
	size_t n = strlen(report) / 2;
	struct snmp_message m;
	struct snmp_pdu p;

	CHECK_OK(hex_decode((struct str){ report, n * 2 }, bytes, n));
	CHECK_OK(snmp_message_decode((struct str){ (char *)bytes, n }, &m));
	CHECK_INT(m.id, 0x1234);
	CHECK_INT(m.engine_id.n, 17);
	CHECK(!m.sealed);
	CHECK_OK(snmp_pdu_decode(m.data, &p));
	CHECK_INT(p.kind, SNMP_REPORT);
	for (size_t cut = 0; cut < n; cut++)
		CHECK_RC(snmp_message_decode((struct str){ (char *)bytes, cut }, &m), RC_SYNTAX);
	bytes[4] = 1; /* SNMPv2c */
	CHECK_RC(snmp_message_decode((struct str){ (char *)bytes, n }, &m), RC_SYNTAX);
	bytes[4] = 0; /* SNMPv1 */
	CHECK_RC(snmp_message_decode((struct str){ (char *)bytes, n }, &m), RC_SYNTAX);
}

CASE(values)
{
	static const struct { const char *hex; enum snmp_kind kind; int64_t n; const char *text; } cases[] = {
		{ "300a06052b06010401020200f3", SNMP_INTEGER, 243, "" }, { "3009" "06052b060104014201ff", SNMP_INTEGER, -1, "" }, { "300c06052b0601040104" "0432342e33", SNMP_TEXT, 0, "24.3" },
		{ "300906052b060104018100", SNMP_NOTHING, 0, "" },
	};
	struct buf oid = BUF(1024);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char bytes[64];
		size_t n = strlen(cases[i].hex) / 2;
		struct snmp_value v;
		struct str rest;

		CHECK_OK(hex_decode((struct str){ cases[i].hex, n * 2 }, bytes, n));
		bytes[1] = (unsigned char)(n - 2);
		rest = (struct str){ (char *)bytes, n };
		buf_reset(&oid);
		CHECK_OK(snmp_value_at(&rest, &oid, &v));
		CHECK_INT(v.kind, cases[i].kind);
		CHECK_INT(v.n, cases[i].n);
		CHECK_STR(snmp_text(&v), cases[i].text);
	}
	buf_free(&oid);
}

CASE(secret_files) /*= S-6-6 type=test */
{
	static const char *const bad[] = { "", "auth sha256 longenough\n", "auth md5 longenough\npriv aes longenough\n", "auth sha256 longenough\npriv des longenough\n", "auth sha256 short\npriv aes longenough\n",
		"auth sha256 longenough\nauth sha longenough\npriv aes longenough\n", "community public\n", "noauth\n" };
	struct snmp_user u;

	CHECK_OK(snmp_user_parse(STR("# the monitor\nauth sha256 first passphrase\r\npriv aes second-passphrase\n"), STR("monitor"), &u));
	CHECK_STR(u.auth, "first passphrase");
	CHECK_STR(u.privacy, "second-passphrase");
	CHECK_INT(u.hash, USM_SHA256);
	CHECK_OK(snmp_user_parse(STR("priv aes second-passphrase\nauth sha first passphrase"), STR("monitor"), &u));
	CHECK_INT(u.hash, USM_SHA1);
	CHECK_OK(snmp_user_parse(STR("auth sha512 first passphrase\npriv aes second-passphrase\n"), STR("monitor"), &u));
	CHECK_INT(u.hash, USM_SHA512);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_RC(snmp_user_parse(str_of(bad[i]), STR("monitor"), &u), RC_SYNTAX);
	CHECK_RC(snmp_user_parse(STR("auth sha256 longenough\npriv aes longenough\n"), STR(""), &u), RC_SYNTAX);
}

TEST_MAIN
