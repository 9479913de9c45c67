// SPDX-License-Identifier: Apache-2.0
/* The pure half of the sandbox: what Landlock is told, per ABI. The other half runs in tests/system/010-sandbox.sh. */
#include "base/test.h"
#include "os/sandbox.h"

CASE(landlock_handled_per_abi)
{
	static const struct { int abi; uint64_t files, network, scope; } rows[] = {
		{ 0, 0, 0, 0 }, { 1, 0, 0, 0 }, /* below the floor nothing is promised */
		{ 2, 0x3fff, 0, 0 }, { 3, 0x7fff, 0, 0 }, { 4, 0x7fff, 3, 0 }, { 5, 0xffff, 3, 0 }, { 6, 0xffff, 3, 3 }, { 7, 0xffff, 3, 3 }, { 99, 0xffff, 3, 3 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct landlock_rights r = landlock_handled(rows[i].abi);

		CHECK_INT(r.files, rows[i].files);
		CHECK_INT(r.network, rows[i].network);
		CHECK_INT(r.scope, rows[i].scope);
	}
}

CASE(landlock_granted_is_part_of_what_is_handled)
{
	for (int abi = 0; abi <= 8; abi++)
		for (unsigned needs = 0; needs < 2048; needs++)
			CHECK((landlock_granted(abi, needs) & ~landlock_handled(abi).files) == 0);
}

CASE(landlock_granted_by_need)
{
	for (int abi = LANDLOCK_ABI_FLOOR; abi <= 7; abi++) {
		CHECK_INT(landlock_granted(abi, 0), 0);
		CHECK_INT(landlock_granted(abi, NEED_LISTENERS | NEED_NETLINK | NEED_UNIX_CLIENT | NEED_HOST_NET | NEED_NETWORK), 0);
		CHECK_INT(landlock_granted(abi, NEED_FILES_READ), 0xc);
		CHECK_INT(landlock_granted(abi, NEED_WHOLE_TREE), 0xc);
		CHECK_INT(landlock_granted(abi, NEED_WHOLE_TREE | NEED_FILES_WRITE), 0xc); /* never writes to the whole tree */
		CHECK_INT(landlock_granted(abi, NEED_WHOLE_TREE | NEED_EXEC), 0xd);
		CHECK_INT(landlock_granted(abi, NEED_FILES_WRITE), abi >= 3 ? 0x61be : 0x21be); /* no devices, sockets, pipes, links */
	}
}

TEST_MAIN
