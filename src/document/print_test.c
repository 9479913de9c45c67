// SPDX-License-Identifier: Apache-2.0
#include "document/print.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/test.h"
#include "document/document.h"

TEST_MAIN

/* fontconfig keeps its lists for the process, which in the worker ends with its one document. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

static void
keep(const char *variable, const struct buf *b)
{
	const char *path = getenv(variable); /* to look at it */
	FILE *f = path ? fopen(path, "w") : NULL;

	if (f)
		CHECK(fwrite(b->p, 1, b->n, f) == b->n && fclose(f) == 0);
}

static int
pages(const struct buf *b)
{
	struct str rest = buf_str(b), page = STR("/Type /Page %");
	size_t at;
	int n = 0;

	for (; str_find(rest, page, &at); n++)
		rest = str_sub(rest, at + page.n, rest.n);
	return n;
}

static bool
fonts_there(void)
{
	struct stat st;

	return stat(FONTS_FOLDER "/opentype/ipaexfont-gothic/ipaexg.ttf", &st) == 0;
}

CASE(a_document_over_pages)
{
	const struct doc_column columns[] = { { DOC_CELL_NUMBER, 1, STR("番号") }, { DOC_CELL_TEXT, 3, STR("アカウント") }, { DOC_CELL_TEXT, 2, STR("判断") }, { DOC_CELL_TEXT, 6, STR("理由") } };
	struct buf tape = BUF(1 << 20), pdf = BUF(4 << 20), long_text = BUF(65536);

	if (!fonts_there())
		return;
	for (int i = 0; i < 400; i++)
		CHECK_OK(buf_add_c(&long_text, "長い理由は次のページへ続きます。"));
	CHECK_OK(doc_head(&tape, &(struct doc_head){ .title = STR("アカウント棚卸の結果について"), .number = STR("番所第12号"), .date = STR("令和8年11月23日"), .to = STR("見本市長　様"), .from = STR("株式会社見本\n運用責任者　見本 太郎"),
	    .qr = STR("https://station.example/review/1") }));
	CHECK_OK(doc_text(&tape, STR("標記について、下記のとおり実施しましたので報告します。")));
	CHECK_OK(doc_pair(&tape, STR("対象"), STR("120件")));
	CHECK_OK(doc_pair(&tape, STR("基準日時"), STR("2026-11-23 10:00 (JST)")));
	CHECK_OK(doc_table(&tape, STR("一覧"), columns, 4));
	for (int i = 0; i < 120; i++) {
		char n[8];
		struct str cells[4] = { STR_NONE, STR("mihon.taro"), STR("継続"), i == 60 ? buf_str(&long_text) : STR("業務で使用しているため。") };

		(void)snprintf(n, sizeof(n), "%d", i + 1); /* fits */
		cells[0] = str_of(n);
		CHECK_OK(doc_row(&tape, cells, 4));
	}
	CHECK_OK(print_pdf(buf_str(&tape), FONTS_FOLDER, 1795400000, &pdf));
	CHECK(str_starts(buf_str(&pdf), STR("%PDF-")));
	CHECK(pages(&pdf) >= 5);
	keep("KEEP_PDF", &pdf);
	buf_free(&tape);
	buf_free(&pdf);
	buf_free(&long_text);
}

CASE(without_a_font_nothing_is_printed)
{
	struct buf tape = BUF(4096), pdf = BUF(1 << 20);
	size_t at;

	CHECK_OK(doc_head(&tape, &(struct doc_head){ .title = STR("題") }));
	CHECK_RC(print_pdf(buf_str(&tape), "/nonexistent", 0, &pdf), RC_NOTFOUND);
	CHECK(str_find(str_of(rc_trail()), STR("fonts-ipaexfont"), &at));
	CHECK_INT(pdf.n, 0);
	if (fonts_there()) { /* a character of no font of ours: an emoji */
		CHECK_OK(doc_text(&tape, STR("\xf0\x9f\xa6\xa9")));
		CHECK_RC(print_pdf(buf_str(&tape), FONTS_FOLDER, 0, &pdf), RC_NOTFOUND);
		CHECK_INT(pdf.n, 0);
	}
	buf_free(&tape);
	buf_free(&pdf);
}
