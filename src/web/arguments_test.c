// SPDX-License-Identifier: Apache-2.0
/* Arguments of acts: what the table names, as the kind it says, and nothing else. */
#include "base/test.h"
#include "web/arguments.h"

static void
built(enum act act, const char *segment, const char *form, const char *want)
{
	struct arena arena = ARENA(1 << 16);
	struct buf json = BUF(4096);
	struct pairs pairs;

	CHECK_OK(decode_form(&arena, str_of(form), &pairs));
	CHECK_OK(arguments_build(act, str_of(segment), &pairs, false, NULL, &json));
	CHECK_STR(buf_str(&json), want);
	buf_free(&json);
	arena_free(&arena);
}

CASE(good)
{
	built(ACT_BOARD_SHOW, "", "q=x&contract=sapporo", "{\"lang\":\"ja\"}");
	built(ACT_CLAUSE_SHOW, "S-3-4", "id=other", "{\"id\":\"S-3-4\",\"lang\":\"ja\"}");
	built(ACT_ENTRY_SHOW, "12", "", "{\"index\":12,\"lang\":\"ja\"}");
	built(ACT_LEDGER_SHOW, "", "q=%E8%BE%BB%22&from=2026-11-22&to=2026-11-22&before=9", "{\"q\":\"辻\\\"\",\"from\":1795273200000000,\"to\":1795359600000000,\"before\":9,\"lang\":\"ja\"}");
	built(ACT_ACCOUNT_ADD, "", "name=hanako&display=%E8%8A%B1&role=operator&link=x", "{\"name\":\"hanako\",\"display\":\"花\",\"role\":\"operator\",\"lang\":\"ja\"}");
	built(ACT_DECLARE_EVENT, "S-1-3", "happened=no&text=a%0Ab", "{\"id\":\"S-1-3\",\"text\":\"a\\nb\",\"happened\":false,\"lang\":\"ja\"}");
}

CASE(bad)
{
	static const struct { enum act act; const char *segment, *form; } cases[] = {
		{ ACT_ENTRY_SHOW, "x", "" }, { ACT_ENTRY_SHOW, "-1", "" }, { ACT_ENTRY_SHOW, "99999999999999999999", "" }, { ACT_LEDGER_SHOW, "", "from=2026-02-30" }, { ACT_LEDGER_SHOW, "", "before=1.5" },
		{ ACT_DECLARE_EVENT, "S-1-3", "happened=maybe" }, { ACT_ACCOUNT_ADD, "", "name=a%0Ab" },
		{ ACT_CLAUSE_SHOW, "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS", "" },
	};
	struct arena arena = ARENA(1 << 16);
	struct buf json = BUF(4096);
	struct pairs pairs;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_OK(decode_form(&arena, str_of(cases[i].form), &pairs));
		CHECK_RC(arguments_build(cases[i].act, str_of(cases[i].segment), &pairs, false, NULL, &json), RC_SYNTAX);
	}
	CHECK_OK(arguments_check(STR("{\"id\":\"S-3-4\"}")));
	CHECK_RC(arguments_check(STR("")), RC_SYNTAX);
	CHECK_RC(arguments_check(STR("[]")), RC_SYNTAX);
	CHECK_RC(arguments_check(STR("{\"a\":1,\"a\":2}")), RC_SYNTAX);
	CHECK_RC(arguments_check(STR("{} x")), RC_SYNTAX);
	CHECK_RC(arguments_check(STR("{\"a\":\"\\u0000\"}")), RC_SYNTAX);
	buf_free(&json);
	arena_free(&arena);
}

TEST_MAIN
