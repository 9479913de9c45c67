// SPDX-License-Identifier: Apache-2.0
#include "document/document.h"

#include "base/test.h"

TEST_MAIN

#define HEAD (&(struct doc_head){ .title = STR("棚卸の結果"), .number = STR("番所第1号"), .date = STR("令和8年11月23日") })

CASE(a_tape_is_read_as_it_was_written)
{
	const struct doc_column columns[] = { { DOC_CELL_TEXT, 3, STR("氏名") }, { DOC_CELL_NUMBER, 1, STR("数") } };
	const struct str cells[] = { STR("見本 太郎"), STR("3") };
	struct buf b = BUF(4096);
	struct doc_item item = { .kind = 0 };
	struct reader r;

	CHECK_OK(doc_head(&b, HEAD));
	CHECK_OK(doc_heading(&b, STR("一")));
	CHECK_OK(doc_pair(&b, STR("対象"), STR("2件")));
	CHECK_OK(doc_table(&b, STR("一覧"), columns, 2));
	CHECK_OK(doc_row(&b, cells, 2));
	CHECK_OK(doc_check(buf_str(&b)));
	r = reader_of(buf_str(&b));
	CHECK(doc_next(&r, &item) && item.kind == DOC_HEAD);
	CHECK_STR(item.head.number, "番所第1号");
	CHECK(doc_next(&r, &item) && item.kind == DOC_HEADING);
	CHECK(doc_next(&r, &item) && item.kind == DOC_PAIR);
	CHECK_STR(item.label, "対象");
	CHECK(doc_next(&r, &item) && item.kind == DOC_TABLE && item.columns_count == 2);
	CHECK(doc_next(&r, &item) && item.kind == DOC_ROW);
	CHECK_STR(item.cells[0], "見本 太郎");
	CHECK(!doc_next(&r, &item));
	CHECK_OK(doc_end(&r));
	buf_free(&b);
}

CASE(what_is_no_document)
{
	struct buf b = BUF(4096);

	CHECK_RC(doc_check(STR_NONE), RC_SYNTAX);
	CHECK_OK(doc_text(&b, STR("no head")));
	CHECK_RC(doc_check(buf_str(&b)), RC_SYNTAX);
	buf_reset(&b);
	CHECK_OK(doc_head(&b, HEAD));
	CHECK_OK(doc_text(&b, STR("a bell \x07")));
	CHECK_RC(doc_check(buf_str(&b)), RC_SYNTAX);
	buf_reset(&b);
	CHECK_OK(doc_head(&b, HEAD));
	CHECK_OK(doc_row(&b, &(struct str){ "x", 1 }, 1)); /* of no table */
	CHECK_RC(doc_check(buf_str(&b)), RC_SYNTAX);
	buf_reset(&b);
	CHECK_OK(doc_head(&b, HEAD));
	CHECK_OK(doc_head(&b, HEAD));
	CHECK_RC(doc_check(buf_str(&b)), RC_SYNTAX);
	CHECK_RC(doc_check(str_sub(buf_str(&b), 0, b.n - 1)), RC_SYNTAX);
	buf_free(&b);
}
