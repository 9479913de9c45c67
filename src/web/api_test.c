// SPDX-License-Identifier: Apache-2.0
/* The description of the API is the one in docs; WRITE_GOLDEN=1 writes it. */
#include <jansson.h>
#include <stdlib.h>

#include "act/act.h"
#include "base/test.h"
#include "web/api.h"

static struct str
file_text(struct buf *b)
{
	char piece[4096];
	size_t n;
	FILE *f = fopen("docs/openapi.json", "r");

	while (f && (n = fread(piece, 1, sizeof(piece), f)) > 0)
		CHECK_OK(buf_add(b, (struct str){ piece, n }));
	if (f)
		(void)fclose(f);
	return buf_str(b);
}

CASE(docs_hold_what_is_served)
{
	struct buf now = BUF(1 << 22), kept = BUF(1 << 22);

	CHECK_OK(openapi_write(&now));
	if (getenv("WRITE_GOLDEN")) {
		FILE *f = fopen("docs/openapi.json", "w");

		CHECK(f && fwrite(now.p, 1, now.n, f) == now.n);
		if (f)
			(void)fclose(f);
	}
	CHECK(str_eq(file_text(&kept), buf_str(&now))); /* WRITE_GOLDEN=1 build/web_api_test */
	buf_free(&now);
	buf_free(&kept);
}

CASE(every_act_is_described)
{
	struct buf now = BUF(1 << 22);
	json_t *whole, *paths;

	CHECK_OK(openapi_write(&now));
	whole = json_loadb(now.p, now.n, JSON_REJECT_DUPLICATES, NULL);
	paths = json_object_get(whole, "paths");
	CHECK(json_is_object(paths));
	for (enum act act = ACT_NONE + 1; act < ACT_COUNT; act++) {
		char path[128];

		(void)snprintf(path, sizeof(path), "/act/%s", act_row(act)->id);
		CHECK(json_is_object(json_object_get(json_object_get(paths, path), "post")));
	}
	json_decref(whole);
	buf_free(&now);
}

TEST_MAIN
