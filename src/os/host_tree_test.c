// SPDX-License-Identifier: Apache-2.0
/* A recorded machine answers what was recorded, and refuses what it is told to refuse. */
#include "os/host.h"

#include "base/test.h"

CASE(a_recorded_machine)
{
	struct host *h = host_open_tree("tests/hosts/hostile");
	struct buf b = BUF(4096);
	struct host_clock clock;
	struct arena a = ARENA(4096);
	struct str release;

	CHECK(h != NULL);
	CHECK(host_now_us(h) > 0);
	CHECK_OK(host_clock(h, &clock));
	CHECK_OK(host_uname(h, &a, &release));
	CHECK_STR(release, "6.1.0-18-amd64");
	CHECK_RC(host_read(h, "/var/log/wtmp", 100, &b), RC_DENIED);  /* a line of its file "refuse" */
	CHECK_RC(host_read(h, "/no/such", 100, &b), RC_NOTFOUND);
	CHECK_RC(host_run(h, "no-such-row", 100, &b), RC_NOTFOUND);
	CHECK(host_open_tree("tests/hosts/no-such") == NULL);
	arena_free(&a);
	buf_free(&b);
	host_close(h);
}

TEST_MAIN
