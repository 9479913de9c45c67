// SPDX-License-Identifier: Apache-2.0
/* vault_fuzz: what a captured caller may send; the first byte chooses. Nothing forged is ever signed or opened. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "ipc/codec.h"
#include "ledger/receipt.h"
#include "os/file.h"
#include "vault/vault.h"
#include "vault/vault_init.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct vault *
vault_made(void)
{
	char folder[] = "/tmp/vault_fuzz_XXXXXX", command[64];
	struct buf key = BUF(64);
	struct vault *v = NULL;
	int root, dir;

	if (!mkdtemp(folder) || (root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || vault_init(root, STR("log.example/1"), STR("localhost"), now_us()) != RC_OK ||
	    file_open_dir(root, "vault", &dir) != RC_OK || vault_open(dir, &v) != RC_OK || vault_receipt_key(v, &key) != RC_OK)
		abort();
	buf_free(&key);
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder); /* from here on nothing can be saved: nothing new may be signed */
	if (system(command) != 0)
		abort();
	return v;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct vault *v;
	struct str body = { (const char *)bytes + (n ? 1 : 0), n ? n - 1 : 0 }, first, second;
	struct reader r = reader_of(body);
	struct buf answer = BUF(8192);
	struct receipt receipt;

	if (!v)
		v = vault_made();
	first = get_str(&r, body.n);
	second = get_bytes(&r, r.left);
	switch (n && !r.bad ? bytes[0] & 3 : 4) {
	case 0: if (first.n && vault_sign_head(v, first, second, &answer) == RC_OK && !str_starts(first, STR("log.example/1\n0\n"))) abort(); break;
	case 1: if (vault_unwrap(v, "auth", first, second, &answer) == RC_OK) abort(); break;
	case 2: if (receipt_decode(first, &receipt) == RC_OK && vault_unseal(v, "core", &receipt, second, second, 0, &answer) == RC_OK) abort(); break;
	default: break;
	}
	buf_free(&answer);
	return 0;
}
