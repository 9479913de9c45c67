// SPDX-License-Identifier: Apache-2.0
#include "message/table.h"

#include "base/test.h"
#include "base/utf8.h"

static const char *
said(unsigned number, enum lang lang, const struct finding_arg *args, size_t count)
{
	static struct buf out = BUF(4096);

	buf_reset(&out);
	CHECK_OK(message_line(number, lang, args, count, &out));
	return buf_cstr(&out);
}

CASE(arguments_are_filled)
{
	CHECK_STR(str_of(said(MSG_PORTS_UNDECLARED, LANG_EN, MSG_ARGS(MSG_N("count", 2), MSG_S("ports", STR("tcp 8080, udp 53"))))),
		"T-2102 2 undeclared ports are open (tcp 8080, udp 53). Stop what is not needed; declare what is, with its reason, in tsujiban.yaml.");
}

CASE(missing_argument_is_a_question_mark)
{
	struct buf out = BUF(256);

	CHECK_OK(message_text(MSG_CONTROL_COULD_NOT_LOOK, LANG_EN, MSG_NO_ARGS, &out));
	CHECK_STR(buf_str(&out), "Could not look (?).");
	buf_free(&out);
}

CASE(text_of_an_argument_is_not_read_again)
{
	struct buf out = BUF(256);

	CHECK_OK(message_text(MSG_CONTROL_COULD_NOT_LOOK, LANG_EN, MSG_ARGS(MSG_S("reason", STR("{reason}"))), &out));
	CHECK_STR(buf_str(&out), "Could not look ({reason}).");
	buf_free(&out);
}

CASE(instants_are_printed_in_jst)
{
	struct buf out = BUF(256);

	CHECK_OK(message_text(MSG_ACCESS_LOG_KEPT, LANG_EN, MSG_ARGS(MSG_N("from", INT64_C(1798728000000000))), &out)); /* 2026-12-31 14:40 UTC */
	CHECK_STR(buf_str(&out), "Records can be read from 2026-12-31 up to now.");
	buf_reset(&out);
	CHECK_OK(message_text(MSG_ACCESS_LOG_KEPT, LANG_EN, MSG_ARGS(MSG_N("from", INT64_C(1798729200000000))), &out)); /* 20 minutes later: next year in JST */
	CHECK_STR(buf_str(&out), "Records can be read from 2027-01-01 up to now.");
	buf_free(&out);
}

CASE(unknown_number_is_refused)
{
	struct buf out = BUF(256);

	CHECK(!message_known(9999));
	CHECK_RC(message_text(9999, LANG_JA, MSG_NO_ARGS, &out), RC_NOTFOUND);
	CHECK_RC(message_text(0, LANG_JA, MSG_NO_ARGS, &out), RC_NOTFOUND);
	CHECK_STR(str_of(message_plain((enum msg)9999, LANG_JA)), "");
	buf_free(&out);
}

CASE(ceiling_of_the_buffer_holds)
{
	struct buf out = BUF(10);

	CHECK_RC(message_text(MSG_CONTROL_NEVER_LOOKED, LANG_EN, MSG_NO_ARGS, &out), RC_LIMIT);
	buf_free(&out);
}

CASE(every_sentence_is_found_and_is_utf8)
{
	for (size_t i = 0; i < message_rows_count; i++) {
		const struct message_row *row = &message_rows[i];

		CHECK(i == 0 || message_rows[i - 1].number < row->number);
		for (int lang = LANG_JA; lang <= LANG_EN; lang++) {
			struct text text;

			CHECK(row->text[lang][0]);
			CHECK_OK(utf8_check(str_of(row->text[lang]), &text));
			CHECK_OK(utf8_check(str_of(row->next[lang]), &text));
			CHECK_STR(str_of(message_plain((enum msg)row->number, (enum lang)lang)), row->text[lang]);
		}
	}
}

CASE(every_act_has_its_words)
{
	for (int act = 1; act < ACT_COUNT; act++)
		for (int lang = LANG_JA; lang <= LANG_EN; lang++) {
			CHECK(word_act((enum act)act, (enum lang)lang)[0]);
			CHECK(word_act_menu((enum act)act, (enum lang)lang)[0]);
		}
	CHECK_STR(str_of(word_act(ACT_NONE, LANG_JA)), "");
	CHECK_STR(str_of(word_act((enum act)ACT_COUNT, LANG_JA)), "");
	CHECK_STR(str_of(word_act_menu(ACT_BOARD_SHOW, LANG_JA)), "要件一覧");
}

CASE(every_value_has_its_word)
{
	for (int lang = LANG_JA; lang <= LANG_EN; lang++) {
		for (int i = 0; i < STATUS_COUNT; i++)
			CHECK(word_status((enum status)i, (enum lang)lang)[0]);
		for (int i = 1; i < LEAF_TYPE_COUNT; i++)
			CHECK(word_leaf_type((enum leaf_type)i, (enum lang)lang)[0]);
		for (int i = 1; i < ROLE_COUNT; i++)
			CHECK(word_role((enum role)i, (enum lang)lang)[0]);
		for (int i = 0; i <= VERDICT_NOT_APPLICABLE; i++)
			CHECK(word_verdict((enum verdict)i, (enum lang)lang)[0]);
		for (int i = 1; i <= ROUTE_DEMONSTRATED; i++)
			CHECK(word_route_kind((enum route_kind)i, (enum lang)lang)[0]);
		for (int i = 1; i <= STRENGTH_REFERENCE; i++)
			CHECK(word_strength((enum strength)i, (enum lang)lang)[0]);
		for (int i = 0; i <= TRIGGER_PHASE_END; i++)
			CHECK(word_trigger((enum trigger)i, (enum lang)lang)[0]);
		for (int i = 1; i <= CLOSING_DRAW_UP; i *= 2)
			CHECK(word_closing((enum closing)i, (enum lang)lang)[0]);
		for (int i = 1; i <= PHASE_END; i *= 2)
			CHECK(word_phase((enum phase)i, (enum lang)lang)[0]);
		for (int i = 1; i <= OUTCOME_INTERRUPTED; i++)
			CHECK(word_outcome((enum outcome)i, (enum lang)lang)[0]);
	}
	CHECK_STR(str_of(word_status(STATUS_UNKNOWN, LANG_JA)), "未確認");
	CHECK_STR(str_of(word_status((enum status)99, LANG_JA)), "");
	CHECK_STR(str_of(word_side(SIDE_CLIENT, LANG_EN)), "Client");
}

TEST_MAIN
