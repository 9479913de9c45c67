// SPDX-License-Identifier: Apache-2.0
/* Payload keys read where they lie, for the verifier of a whole installation: never made, never changed. */
#include <stdio.h>

#include "os/file.h"
#include "vault/key_file.h"
#include "vault/vault_init.h"

enum rc
vault_payload_key_read(int root_dirfd, unsigned key_class, uint32_t yyyymm, struct secret *ret)
{
	struct buf sealed = BUF(256), aad = BUF(64);
	struct secret wrap = { NULL, 0 };
	char path[64];
	enum rc rc = RC_OK;

	(void)snprintf(path, sizeof(path), "vault/payload/%u-%u", key_class, yyyymm); /* fits */
	TRY(file_read(root_dirfd, path, 256, &sealed));
	TRY(key_file_load(root_dirfd, VAULT_PATH_WRAP_KEY, SEAL_KEY_BYTES, &wrap));
	TRY(buf_addf(&aad, "tsujiban payload key v1\n%u-%u", key_class, yyyymm));
	TRY(seal_open_secret(&wrap, buf_str(&aad), buf_str(&sealed), ret));
out:
	secret_free(&wrap);
	buf_free(&aad);
	buf_free(&sealed);
	return rc;
}
