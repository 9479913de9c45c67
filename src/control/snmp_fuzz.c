// SPDX-License-Identifier: Apache-2.0
/* A datagram from anybody; what one who has our keys may seal into it; a secret file. */
#include "control/snmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct buf oid = BUF(4096);
	struct snmp_message m;
	struct snmp_value v;
	struct snmp_user u;
	struct snmp_pdu pdu;

	if (snmp_pdu_decode(snmp_message_decode(s, &m) == RC_OK ? m.data : s, &pdu) == RC_OK)
		while (pdu.bindings.n && snmp_value_at(&pdu.bindings, &oid, &v) == RC_OK)
			;
	(void)snmp_user_parse(s, STR("monitor"), &u);
	buf_free(&oid);
	return 0;
}
