// SPDX-License-Identifier: Apache-2.0
#include "web/multipart.h"

#include "base/test.h"

#define TYPE "multipart/form-data; boundary=b"
#define PART(name, value) "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART "--b\r\ncontent-disposition: form-data; name=\"csv\"; filename=\"x.csv\"\r\nContent-Type: text/csv\r\n\r\na,b\r\n\r\n-b\r\n"

static const struct { const char *type, *body; enum rc rc; size_t n; const char *csv; } multipart_cases[] = {
	{ TYPE, PART("form", "x") FILE_PART "\r\n--b--\r\n", RC_OK, 3, "a,b\r\n\r\n-b\r\n" },
	{ "multipart/form-data; boundary=\"b\"", PART("csv", "") "--b--", RC_OK, 1, "" },
	{ TYPE, "", RC_SYNTAX, 0, "" },
	{ TYPE, "--b--", RC_SYNTAX, 0, "" },
	{ TYPE, PART("csv", "x"), RC_SYNTAX, 0, "" },
	{ TYPE, "--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--b--", RC_SYNTAX, 0, "" },
	{ TYPE, "--b\r\nContent-Type: text/csv\r\n\r\nx\r\n--b--", RC_SYNTAX, 0, "" },
	{ TYPE, PART("csv", "1") PART("csv", "2") "--b--", RC_SYNTAX, 0, "" },
	{ TYPE, "x" PART("csv", "1") "--b--", RC_SYNTAX, 0, "" },
	{ "multipart/form-data", PART("csv", "1") "--b--", RC_SYNTAX, 0, "" },
	{ "multipart/form-data; boundary=", PART("csv", "1") "--b--", RC_SYNTAX, 0, "" },
	{ "multipart/mixed; boundary=b", PART("csv", "1") "--b--", RC_SYNTAX, 0, "" },
};

CASE(a_form_with_a_file_is_taken_apart_or_refused)
{
	for (size_t i = 0; i < sizeof(multipart_cases) / sizeof(multipart_cases[0]); i++) {
		struct arena a = ARENA(1 << 16);
		struct pairs pairs;
		enum rc rc = decode_multipart(&a, str_of(multipart_cases[i].type), str_of(multipart_cases[i].body), &pairs);

		if (rc != multipart_cases[i].rc)
			printf("case %zu\n", i);
		CHECK_RC(rc, multipart_cases[i].rc);
		if (rc == RC_OK) {
			CHECK_INT(pairs.n, multipart_cases[i].n);
			CHECK_STR(pairs_get(&pairs, "csv"), multipart_cases[i].csv);
		}
		arena_free(&a);
	}
}

TEST_MAIN
