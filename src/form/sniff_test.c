// SPDX-License-Identifier: Apache-2.0
#include "form/sniff.h"

#include <string.h>

#include "base/test.h"

struct member { const char *name; uint32_t unpacked; uint16_t flags; };

static void
put(struct buf *b, uint32_t n, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		CHECK_OK(buf_add(b, (struct str){ (char[]){ (char)(i < 4 ? n >> (8 * i) & 255 : 0) }, 1 }));
}

/* A ZIP whose directory promises these; its members are not looked at. */
static void
zip(struct buf *b, const struct member *list, size_t n)
{
	size_t at;

	CHECK_OK(buf_add(b, STR("PK\x03\x04 what is inside")));
	at = b->n;
	for (size_t i = 0; i < n; i++) {
		CHECK_OK(buf_add(b, STR("PK\x01\x02")));
		put(b, 0, 4);
		put(b, list[i].flags, 2);
		put(b, 0, 14);
		put(b, list[i].unpacked, 4);
		put(b, (uint32_t)strlen(list[i].name), 2);
		put(b, 0, 16);
		CHECK_OK(buf_add_c(b, list[i].name));
	}
	put(b, 0x06054b50, 4);
	put(b, 0, 4);
	put(b, (uint32_t)n, 2);
	put(b, (uint32_t)n, 2);
	put(b, (uint32_t)(b->n - 12 - at), 4);
	put(b, (uint32_t)at, 4);
	put(b, 0, 2);
}

CASE(a_file_is_what_its_bytes_and_its_name_both_say)
{
	static const struct { const char *name; struct str bytes; const char *ending; } rows[] = {
		{ "指示書.pdf", { "%PDF-1.7\nx", 10 }, "pdf" }, { "a.PDF", { "%PDF-1.7\nx", 10 }, "pdf" }, { "a.png", { "\x89PNG\r\n\x1a\n.", 9 }, "png" }, { "a.jpeg", { "\xff\xd8\xff\xe0", 4 }, "jpeg" },
		{ "a.tif", { "II*\0.", 5 }, "tif" }, { "表.csv", { "a,b\r\n1,2\r\n", 10 }, "csv" }, { "a.txt", { "\xef\xbb\xbf日本語", 12 }, "txt" },
		{ "a.pdf", { "\x89PNG\r\n\x1a\n.", 9 }, NULL }, { "a.png", { "%PDF-1.7\nx", 10 }, NULL }, { "a.html", { "<script>", 8 }, NULL }, { "a.svg", { "<svg/>", 6 }, NULL }, { "a.exe", { "MZ\x90\0", 4 }, NULL },
		{ "a.txt", { "a\0b", 3 }, NULL }, { "a.txt", { "", 0 }, NULL }, { "a.csv", { "\x93\xfa", 2 }, NULL }, { "a", { "%PDF-1.7\nx", 10 }, NULL }, { ".pdf", { "%PDF-1.7\nx", 10 }, NULL },
		{ "../a.pdf", { "%PDF-1.7\nx", 10 }, NULL }, { "a\n.pdf", { "%PDF-1.7\nx", 10 }, NULL }, { "a\xe2\x80\xae" "fdp.pdf", { "%PDF-1.7\nx", 10 }, NULL }, { "a.pdf.", { "%PDF-1.7\nx", 10 }, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct sniffed *is = NULL;
		enum rc rc = sniff_file(str_of(rows[i].name), rows[i].bytes, &is);

		if ((rc == RC_OK) != (rows[i].ending != NULL))
			printf("row %zu: ", i);
		CHECK_RC(rc, rows[i].ending ? RC_OK : RC_SYNTAX);
		CHECK(!rows[i].ending || (is && strcmp(is->ending, rows[i].ending) == 0));
		rc_trail_clear();
	}
}

CASE(an_office_file_promises_only_what_is_bounded)
{
	static const struct { const char *name; struct member list[3]; size_t n; bool good; } rows[] = {
		{ "a.xlsx", { { "[Content_Types].xml", 900, 0 }, { "xl/workbook.xml", 1000, 0 } }, 2, true },
		{ "a.docx", { { "[Content_Types].xml", 900, 0 }, { "word/document.xml", 1000, 0 } }, 2, true },
		{ "a.docx", { { "[Content_Types].xml", 900, 0 }, { "xl/workbook.xml", 1000, 0 } }, 2, false },  /* another kind */
		{ "a.xlsx", { { "xl/workbook.xml", 1000, 0 } }, 1, false },                                     /* any ZIP      */
		{ "a.xlsx", { { "[Content_Types].xml", 900, 0 }, { "xl/a.xml", 0xfffffff0, 0 } }, 2, false },   /* a bomb       */
		{ "a.xlsx", { { "[Content_Types].xml", 40 << 20, 0 }, { "xl/a.xml", 40 << 20, 0 } }, 2, false },
		{ "a.xlsx", { { "[Content_Types].xml", 900, 0 }, { "xl/workbook.xml", 9, 0 }, { "xl/vbaProject.bin", 9, 0 } }, 3, false },
		{ "a.xlsx", { { "[Content_Types].xml", 900, 1 }, { "xl/workbook.xml", 9, 0 } }, 2, false },     /* encrypted    */
		{ "a.xlsx", { { "", 0, 0 } }, 0, false },
		{ "a.zip", { { "[Content_Types].xml", 900, 0 }, { "xl/workbook.xml", 1000, 0 } }, 2, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct sniffed *is = NULL;
		struct buf b = BUF(65536);
		enum rc rc;

		zip(&b, rows[i].list, rows[i].n);
		rc = sniff_file(str_of(rows[i].name), buf_str(&b), &is);
		if ((rc == RC_OK) != rows[i].good)
			printf("row %zu: ", i);
		CHECK_RC(rc, rows[i].good ? RC_OK : RC_SYNTAX);
		for (size_t cut = 1; rows[i].good && cut < b.n; cut += 3) { /* cut anywhere, it is none */
			CHECK(sniff_file(str_of(rows[i].name), str_sub(buf_str(&b), 0, b.n - cut), &is) == RC_SYNTAX);
			rc_trail_clear();
		}
		rc_trail_clear();
		buf_free(&b);
	}
}

TEST_MAIN
