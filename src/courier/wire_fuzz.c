// SPDX-License-Identifier: Apache-2.0
#include "courier/ask_courier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str s = { (const char *)data, n };
	struct courier_state state;
	struct courier_put put;
	struct witness_state witness;
	struct witness_asked asked;

	if (courier_put_decode(s, &put) != RC_OK && courier_state_decode(s, &state) != RC_OK && witness_state_decode(s, &witness) != RC_OK && witness_asked_decode(s, &asked) != RC_OK)
		rc_trail_clear();
	return 0;
}
