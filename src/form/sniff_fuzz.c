// SPDX-License-Identifier: Apache-2.0
#include "form/sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const names[] = { "a.pdf", "a.xlsx", "a.docx", "a.csv", "図.png" };
	struct str bytes = { (const char *)p, n }, ending;
	const struct sniffed *is;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)!sniff_file(str_of(names[i]), bytes, &is);
	(void)!sniff_name(bytes, &ending);
	rc_trail_clear();
	return 0;
}
