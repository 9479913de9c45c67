// SPDX-License-Identifier: Apache-2.0
/* Keys in files: one secret, one file. */
#include "vault/key_file.h"

#include "os/file.h"

enum rc
key_file_save(int dirfd, const char *path, const struct secret *s)
{
	return file_write(dirfd, path, secret_expose(s), 0600);
}

enum rc
key_file_load(int dirfd, const char *path, size_t bytes, struct secret *ret)
{
	struct buf b = BUF(4096);
	enum rc rc = RC_OK;

	TRY(file_read(dirfd, path, 4096, &b));
	if (b.n == 0 || (bytes && b.n != bytes)) {
		rc = FAIL(RC_TAMPERED, "%s has %zu bytes", path, b.n);
		goto out;
	}
	TRY(secret_of(ret, buf_str(&b)));
out:
	if (b.p)
		wipe(b.p, b.cap);
	buf_free(&b);
	return rc;
}
