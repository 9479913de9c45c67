// SPDX-License-Identifier: Apache-2.0
/* proof_fuzz: stand-alone proofs and proofs in messages; none is ever accepted for a root nobody made. */
#include <stdlib.h>

#include "merkle/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const struct hash zero;
	struct str s = { (const char *)bytes, n };
	struct tlog_proof p;
	struct proof proof;
	uint64_t size = n ? bytes[0] : 0;

	if (tlog_proof_decode(s, &p) == RC_OK && proof_inclusion_check(&p.proof, p.index, p.index + 1 + size, &zero, &zero) == RC_OK && p.proof.n)
		abort();
	if (proof_decode(str_sub(s, 1, n), &proof) == RC_OK && proof_consistency_check(&proof, size / 3, &zero, size, &(struct hash){ { 1 } }) == RC_OK)
		abort();
	return 0;
}
