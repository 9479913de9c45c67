// SPDX-License-Identifier: Apache-2.0
#include "document/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A workbook; or, from '<' on, the sheet of one, so that the fuzzer need not learn to compress. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str bytes = { (const char *)p, n };
	struct buf csv = BUF(SHEET_TEXT_MAX), whole = BUF(1 << 20);
	const struct zip_part parts[] = { { "xl/workbook.xml", STR("<w xmlns:r='r'><sheets><sheet name='a' sheetId='1' r:id='x'/></sheets></w>") },
		{ "xl/_rels/workbook.xml.rels", STR("<R><Relationship Id='x' Target='s.xml'/></R>") }, { "xl/s.xml", bytes }, { "xl/sharedStrings.xml", bytes }, { "xl/styles.xml", bytes } };

	if (n && p[0] == '<' && zip_out(parts, 5, &whole) == RC_OK)
		bytes = buf_str(&whole);
	(void)!sheet_read(bytes, &csv);
	buf_free(&csv);
	buf_free(&whole);
	return 0;
}
