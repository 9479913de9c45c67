// SPDX-License-Identifier: Apache-2.0
/* For whoever only carries the list of controls: it makes no key and asks nobody. */
#include <stdlib.h>

#include "crypt/usm.h"

size_t  usm_mac_bytes(enum usm_hash h) { return 12; }
enum rc usm_key_of(enum usm_hash h, struct str passphrase, struct str engine_id, struct usm_key *ret) { return FAIL(RC_DENIED, "this process asks no devices"); }
void    usm_key_wipe(struct usm_key *k) { *k = (struct usm_key){ .n = 0 }; }
void    usm_mac(enum usm_hash h, const struct usm_key *k, struct str s, uint8_t ret[USM_MAC_MAX]) { abort(); } /* without a key nobody comes here */
bool    usm_mac_eq(enum usm_hash h, const uint8_t *a, const uint8_t *b) { return false; }
enum rc usm_cipher(bool encrypt, const struct usm_key *k, const uint8_t iv[16], struct str s, struct buf *ret) { return FAIL(RC_DENIED, "this process asks no devices"); }
void    usm_random(void *p, size_t n) { abort(); }
