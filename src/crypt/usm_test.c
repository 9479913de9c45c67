// SPDX-License-Identifier: Apache-2.0
#include "crypt/usm.h"

#include "base/num.h"
#include "base/test.h"

static const uint8_t engine[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 };
#define ENGINE ((struct str){ (const char *)engine, 12 })

CASE(localised_keys) /* RFC 3414 A.3.2; SHA-256 the same way by hand */
{
	struct usm_key k;
	struct buf b = BUF(256);

	CHECK_OK(usm_key_of(USM_SHA1, STR("maplesyrup"), ENGINE, &k));
	CHECK_OK(hex_encode(&b, (struct str){ (const char *)k.b, k.n }));
	CHECK_STR(buf_str(&b), "6695febc9288e36282235fc7151f128497b38f3f");
	buf_reset(&b);
	CHECK_OK(usm_key_of(USM_SHA256, STR("maplesyrup"), ENGINE, &k));
	CHECK_OK(hex_encode(&b, (struct str){ (const char *)k.b, k.n }));
	CHECK_STR(buf_str(&b), "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b");
	CHECK_RC(usm_key_of(USM_SHA1, STR("short"), ENGINE, &k), RC_SYNTAX);
	usm_key_wipe(&k);
	CHECK_INT(k.n, 0);
	buf_free(&b);
}

CASE(both_ways)
{
	struct usm_key k;
	uint8_t iv[16] = { 1, 2, 3 }, a[USM_MAC_MAX], b[USM_MAC_MAX];
	struct buf sealed = BUF(256), opened = BUF(256);

	CHECK_OK(usm_key_of(USM_SHA256, STR("a passphrase"), ENGINE, &k));
	CHECK_OK(usm_cipher(true, &k, iv, STR("twenty-four degrees"), &sealed));
	CHECK_INT(sealed.n, 19);
	CHECK_OK(usm_cipher(false, &k, iv, buf_str(&sealed), &opened));
	CHECK_STR(buf_str(&opened), "twenty-four degrees");
	usm_mac(USM_SHA256, &k, buf_str(&sealed), a);
	sealed.p[3] ^= 1;
	usm_mac(USM_SHA256, &k, buf_str(&sealed), b);
	CHECK(!usm_mac_eq(USM_SHA256, a, b) && usm_mac_eq(USM_SHA256, a, a));
	buf_free(&sealed);
	buf_free(&opened);
}

TEST_MAIN
