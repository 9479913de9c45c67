// SPDX-License-Identifier: Apache-2.0
/* Any bytes at every decoder of auth: a sentence, never a crash; what decodes must encode to the same bytes. */
#include <stdlib.h>

#include "auth/auth_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str s = { (const char *)data, n }, token;
	struct arena arena = ARENA(4u << 20);
	struct buf again = BUF(1u << 20);
	struct sign_in in; struct sign_in_result result; struct enrol_finish finish; struct session session;
	struct account account, *accounts; struct account_add add; struct opaque_id id; size_t count; struct generator_ask ask; struct str csv;

	if (wire_get_sign_in(s, &in) == RC_OK && (wire_put_sign_in(&again, &in) != RC_OK || !str_eq(buf_str(&again), s)))
		abort();
	(void)(wire_get_sign_in_result(s, &result) | wire_get_token(s, &token) | wire_get_enrol_begun(s, &account, &token)); /* must not crash */
	(void)(wire_get_enrol_finish(s, &finish) | wire_get_session(s, &session) | wire_get_account_add(s, &add));
	(void)(wire_get_account_added(s, &token, &id) | wire_get_accounts(s, &arena, &accounts, &count));
	(void)(wire_get_account_link(s, &id, &token) | wire_get_generator(s, &ask) | wire_get_generator_load(s, &token, &csv) | wire_get_certificate(s, &token, &csv));
	buf_free(&again);
	arena_free(&arena);
	return 0;
}
