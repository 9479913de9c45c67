// SPDX-License-Identifier: Apache-2.0
/* The table of verbs against acts.def; widths and columns of Japanese; exit codes of answers; what may have been meant. */
#include "base/test.h"
#include "tool/cli.h"

static int
rows_of(enum act act)
{
	int n = 0;

	for (const struct verb *v = verbs; v->act != ACT_NONE || v->offline; v++)
		n += v->act == act && strcmp(verb_words(v), act_row(act)->cli) == 0;
	return n;
}

CASE(every_verb_of_acts_def_stands_once)
{
	for (enum act a = ACT_NONE + 1; a < ACT_COUNT; a++)
		if (*act_row(a)->cli && rows_of(a) != 1) {
			printf("%s: %d rows for \"%s\"\n", act_row(a)->id, rows_of(a), act_row(a)->cli);
			CHECK(false);
		}
}

CASE(every_row_has_words_a_sentence_and_one_way_to_run)
{
	for (const struct verb *v = verbs; v->act != ACT_NONE || v->offline; v++) {
		bool options_last = true;

		CHECK((v->offline != NULL) != (v->show != NULL));
		for (enum lang l = LANG_JA; l <= LANG_EN; l++)
			CHECK(*(v->sentence ? message_plain(v->sentence, l) : word_act(v->act, l)) != '\0');
		for (const struct verb *w = verbs; w < v; w++)
			CHECK(strcmp(verb_words(v), verb_words(w)) != 0);
		for (int i = 1; i < CLI_ARGUMENTS_MAX && v->arguments[i].place; i++)
			options_last &= v->arguments[i].place >= v->arguments[i - 1].place;
		CHECK(options_last); /* needed, then maybe, then options */
	}
}

CASE(japanese_takes_two_columns)
{
	CHECK_INT(text_width(STR("clause")), 6);
	CHECK_INT(text_width(STR("未確認")), 6);
	CHECK_INT(text_width(STR("ﾊﾝｶｸ")), 4);
	CHECK_INT(text_width(STR("S-3-4 適合")), 10);
	CHECK_INT(text_width(STR("\xff")), 1);
	CHECK_INT(text_width(STR("")), 0);
}

CASE(exit_codes_of_answers)
{
	static const struct { enum act act; const char *json; enum code code; } rows[] = {
		{ ACT_BOARD_SHOW, "{\"rows\":[{\"status\":\"PASS\"},{\"status\":\"NOT_APPLICABLE\"},{\"status\":\"NO_EVENT\"},{\"status\":\"NOT_YET_DUE\"}]}", CODE_CONFORMING },
		{ ACT_BOARD_SHOW, "{\"rows\":[{\"status\":\"PASS\"},{\"status\":\"UNKNOWN\"}]}", CODE_NOT_CONFORMING },
		{ ACT_ASSESS, "{\"rows\":[{\"status\":\"FAIL\"}]}", CODE_NOT_CONFORMING },
		{ ACT_ASSESS, "{\"rows\":[{\"status\":\"EXPIRED\"}]}", CODE_NOT_CONFORMING },
		{ ACT_ASSESS, "{\"rows\":[{}]}", CODE_NOT_CONFORMING },                    /* a status that is missing is unknown */
		{ ACT_ASSESS, "{\"rows\":[{\"status\":\"SPLENDID\"}]}", CODE_NOT_CONFORMING },
		{ ACT_CLAUSE_SHOW, "{\"status\":\"CONDITIONAL\"}", CODE_CONFORMING },
		{ ACT_CLAUSE_SHOW, "{\"status\":\"UNKNOWN\"}", CODE_NOT_CONFORMING },
		{ ACT_CONTROL_RUN, "{\"verdict\":\"PASS\"}", CODE_CONFORMING },
		{ ACT_CONTROL_RUN, "{\"verdict\":\"UNKNOWN\"}", CODE_NOT_CONFORMING },
		{ ACT_CONTROL_RUN, "{}", CODE_NOT_CONFORMING },
		{ ACT_ASSESS, "{\"rows\":[]}", CODE_NOT_CONFORMING },
		{ ACT_BOARD_SHOW, "{}", CODE_NOT_CONFORMING },
		{ ACT_REGISTER_PREVIEW, "{\"counts\":{\"wrong\":0}}", CODE_CONFORMING },
		{ ACT_REGISTER_PREVIEW, "{\"counts\":{\"wrong\":2}}", CODE_NOT_CONFORMING },
		{ ACT_REGISTER_PREVIEW, "{}", CODE_NOT_CONFORMING },
		{ ACT_STATUS_SHOW, "{}", CODE_CONFORMING },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *o = json_loads(rows[i].json, 0, NULL);

		CHECK(o != NULL);
		CHECK_INT(code_of(rows[i].act, o), rows[i].code);
		json_decref(o);
	}
}

CASE(usage_prints_from_the_row)
{
	for (const struct verb *v = verbs; v->act != ACT_NONE || v->offline; v++) {
		struct buf b = BUF(1024);

		verb_usage(v, &b);
		if (v->act == ACT_LEDGER_SHOW)
			CHECK_STR(buf_str(&b), "tsujiban ledger show [Q] [--type TEXT] [--source TEXT] [--from DATE] [--to DATE] [--before N]");
		if (v->act == ACT_ACCOUNT_ADD)
			CHECK_STR(buf_str(&b), "tsujiban account add NAME DISPLAY ROLE [--person TEXT]");
		buf_free(&b);
	}
}

TEST_MAIN
