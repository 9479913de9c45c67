// SPDX-License-Identifier: Apache-2.0
/* ZIP in memory: nothing is ever unpacked to a file, and no name in an archive becomes a path. The only door to libzip. */
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "document/sheet.h"

#define PARTS_MAX   2000
#define PIECE_BYTES 16384
#define STAMP       315500400 /* 1 January 1980 in ZIP's own count: when something was written is no property of its content */

struct zip_in { zip_t *zip; };

static enum rc
no_workbook(void)
{
	return FAIL(RC_SYNTAX, "Excel のブック（.xlsx）として読めません。Excel で開いて「Excel ブック（*.xlsx）」で保存し直してください / this cannot be read as a workbook (.xlsx): open it and save it again as one");
}

enum rc
zip_in_open(struct str bytes, struct zip_in **ret)
{
	zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, NULL);
	struct zip_in *z = calloc(1, sizeof(*z));
	enum rc rc = RC_OK;

	if (!source || !z)
		abort();
	z->zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
	if (!z->zip) {
		zip_source_free(source);
		TRY(no_workbook());
	}
	if (zip_get_num_entries(z->zip, 0) > PARTS_MAX)
		TRY(FAIL(RC_LIMIT, "ブックの部品が%d個を超えています / the workbook has more than %d parts", PARTS_MAX, PARTS_MAX));
	*ret = z;
	z = NULL;
out:
	zip_in_close(z);
	return rc;
}

void
zip_in_close(struct zip_in *z)
{
	if (z && z->zip)
		zip_discard(z->zip);
	free(z);
}

bool
zip_in_has(struct zip_in *z, const char *name)
{
	size_t n = strlen(name);

	if (name[n - 1] != '/')
		return zip_name_locate(z->zip, name, ZIP_FL_NOCASE) >= 0;
	for (zip_int64_t i = 0; i < zip_get_num_entries(z->zip, 0); i++) {
		const char *part = zip_get_name(z->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);

		if (part && strncasecmp(part, name, n) == 0)
			return true;
	}
	return false;
}

enum rc
zip_in_read(struct zip_in *z, const char *name, size_t *left, enum rc (*take)(void *, struct str, bool), void *context)
{
	zip_int64_t at = zip_name_locate(z->zip, name, ZIP_FL_NOCASE), n = 0;
	char piece[PIECE_BYTES];
	zip_file_t *file;
	enum rc rc = RC_OK;

	if (at < 0)
		return FAIL(RC_NOTFOUND, "no part %.60s", name);
	for (zip_int64_t i = at + 1; i < zip_get_num_entries(z->zip, 0); i++) { /* of two, who reads decides which is seen */
		const char *other = zip_get_name(z->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);

		if (other && strcasecmp(other, name) == 0)
			return no_workbook();
	}
	file = zip_fopen_index(z->zip, (zip_uint64_t)at, 0);
	if (!file)
		return no_workbook(); /* encrypted, or packed in a way of its own */
	while ((n = zip_fread(file, piece, sizeof(piece))) > 0) {
		if ((size_t)n > *left)
			TRY(FAIL(RC_LIMIT, "ブックを展開すると%uMiBを超えます。必要な行だけにしてください / the workbook unpacks to more than %u MiB: keep the rows that are needed", SHEET_UNPACKED_MAX >> 20, SHEET_UNPACKED_MAX >> 20));
		*left -= (size_t)n;
		TRY(take(context, (struct str){ piece, (size_t)n }, false));
	}
	if (n < 0)
		TRY(no_workbook());
	TRY(take(context, STR_NONE, true));
out:
	(void)zip_fclose(file); /* only read; a wrong checksum was n < 0 */
	return rc;
}

static enum rc
zip_bytes(zip_source_t *source, struct buf *ret)
{
	zip_stat_t stat;
	char *to;
	enum rc rc = RC_OK;

	if (zip_source_stat(source, &stat) < 0 || zip_source_open(source) < 0)
		return FAIL(RC_BUG, "zip: %s", zip_error_strerror(zip_source_error(source)));
	TRY(buf_reserve(ret, stat.size, &to));
	if (zip_source_read(source, to, stat.size) != (zip_int64_t)stat.size)
		TRY(FAIL(RC_BUG, "zip: cut short"));
	ret->n += stat.size;
out:
	(void)zip_source_close(source); /* only read */
	return rc;
}

enum rc
zip_out(const struct zip_part *parts, size_t n, struct buf *ret)
{
	zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip;
	enum rc rc = RC_OK;

	if (!whole)
		abort();
	zip_source_keep(whole);
	zip = zip_open_from_source(whole, ZIP_TRUNCATE, NULL);
	if (!zip)
		abort();
	for (size_t i = 0; i < n; i++) {
		zip_source_t *part = zip_source_buffer(zip, parts[i].bytes.p, parts[i].bytes.n, 0);
		zip_int64_t at = part ? zip_file_add(zip, parts[i].name, part, ZIP_FL_ENC_UTF_8) : -1;

		if (at < 0 || zip_file_set_mtime(zip, (zip_uint64_t)at, STAMP, 0) < 0)
			TRY(FAIL(RC_BUG, "zip: %s", zip_strerror(zip)));
	}
	if (zip_close(zip) < 0)
		TRY(FAIL(RC_LIMIT, "zip: %s", zip_strerror(zip)));
	zip = NULL;
	TRY(zip_bytes(whole, ret));
out:
	if (zip)
		zip_discard(zip);
	zip_source_free(whole);
	return rc;
}
