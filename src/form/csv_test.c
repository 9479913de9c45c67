// SPDX-License-Identifier: Apache-2.0
#include "form/csv.h"

#include <stdlib.h>

#include "base/test.h"

/* Rows as "cell|cell/cell|cell". */
static const struct { const char *bytes, *rows; enum rc rc; } csv_cases[] = {
	{ "a,b\r\nc,d\r\n", "a|b/c|d", RC_OK },
	{ "\xef\xbb\xbf名前\n窓口", "名前/窓口", RC_OK },
	{ "\"a \"\"b\"\"\",\"c,d\"\n", "a \"b\"|c,d", RC_OK },
	{ "\"a\nb\",c\n", "a\nb|c", RC_OK },
	{ "a,\n\n ,\n", "a|/ |", RC_OK },
	{ "", "", RC_OK },
	{ "a\"b\n", "", RC_SYNTAX },
	{ "\"a", "", RC_SYNTAX },
	{ "\"a\"b\n", "", RC_SYNTAX },
	{ "a\rb\n", "", RC_SYNTAX },
	{ "\x96\xbc\x91\x4f\n", "", RC_SYNTAX }, /* another encoding */
	{ "a\x01,b\n", "", RC_SYNTAX },
};

CASE(a_spreadsheet_reads_as_rows_or_says_its_line)
{
	for (size_t i = 0; i < sizeof(csv_cases) / sizeof(csv_cases[0]); i++) {
		struct arena a = ARENA(1 << 20);
		struct buf got = BUF(1024);
		struct csv csv = { NULL, 0 };

		CHECK_RC(csv_parse(str_of(csv_cases[i].bytes), &a, &csv), csv_cases[i].rc);
		for (size_t r = 0; r < csv.count; r++)
			for (size_t k = 0; k < csv.rows[r].count; k++)
				CHECK_OK(buf_addf(&got, "%s" STR_FMT, k ? "|" : r ? "/" : "", STR_ARG(csv.rows[r].cells[k])));
		CHECK_STR(buf_str(&got), csv_cases[i].rows);
		buf_free(&got);
		arena_free(&a);
	}
}

CASE(a_line_is_named_also_behind_cells_of_several_lines)
{
	struct arena a = ARENA(1 << 20);
	struct csv csv;

	CHECK_RC(csv_parse(STR("\"a\nb\nc\",d\nx\"y\n"), &a, &csv), RC_SYNTAX);
	CHECK(strstr(rc_trail(), "line 4") != NULL);
	arena_free(&a);
}

CASE(too_much_is_refused_and_not_swallowed)
{
	struct arena a = ARENA(4 << 20);
	char *big = malloc(1 << 20);
	struct csv csv;

	if (big == NULL)
		abort();
	memset(big, ',', 1 << 20);
	CHECK_RC(csv_parse((struct str){ big, 1 << 20 }, &a, &csv), RC_LIMIT);
	memset(big, '"', 1 << 20);
	CHECK_RC(csv_parse((struct str){ big, (1 << 20) - 1 }, &a, &csv), RC_SYNTAX);
	for (size_t i = 0; i < 1 << 20; i++)
		big[i] = i % 2 ? '\n' : 'a';
	CHECK_RC(csv_parse((struct str){ big, 1 << 20 }, &a, &csv), RC_LIMIT);
	CHECK_RC(csv_parse(STR("a\0b\n"), &a, &csv), RC_SYNTAX);
	free(big);
	arena_free(&a);
}

TEST_MAIN
