// SPDX-License-Identifier: Apache-2.0
/*
 * key_file - a secret as the whole content of a file of mode 0600.
 *
 * The bytes on the way are wiped. Loading demands the length (0: any up to 4 KiB).
 */
#ifndef VAULT_KEY_FILE_H
#define VAULT_KEY_FILE_H

#include "crypt/crypt.h"

MUST_USE enum rc key_file_save(int dirfd, const char *path, const struct secret *);
MUST_USE enum rc key_file_load(int dirfd, const char *path, size_t bytes, struct secret *ret);

#endif
