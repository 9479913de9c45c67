// SPDX-License-Identifier: Apache-2.0
/* tls_client for those who never ask a peer: every question is refused, and no TLS library is linked. */
#include "crypt/tls_client.h"

#define NO_TLS FAIL(RC_DENIED, "this process speaks to no peer")

enum rc tls_client_new(const struct tls_ask *ask, struct tls_client **ret) { return NO_TLS; }
enum rc tls_client_take(struct tls_client *c, struct str came, struct buf *send, struct buf *plain, enum tls_step *ret) { return NO_TLS; }
enum rc tls_client_say(struct tls_client *c, struct str plain, struct buf *send) { return NO_TLS; }
void tls_client_free(struct tls_client *c) { }
enum rc tls_client_seen(const struct tls_client *c, struct arena *arena, struct tls_seen *ret) { return NO_TLS; }
enum rc tls_trust(const struct tls_seen *seen, struct str roots_pem, const char *name, int64_t now_us, struct tls_proof *ret) { return NO_TLS; }
void tls_cert_print(const struct tls_cert *c, char ret[65]) { ret[0] = '\0'; }
