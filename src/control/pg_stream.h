// SPDX-License-Identifier: Apache-2.0
/*
 * pg_stream - whether PostgreSQL of this machine streams to, or from, another.
 *
 * Its processes say so in their titles (update_process_title, on as installed):
 * "postgres: 15/main: walsender repl 192.0.2.12(48412) streaming 0/3000148" where
 * copies are sent, "postgres: 15/main: walreceiver streaming 0/3000148" where one is
 * kept. Until there is something to send they say START_REPLICATION and nothing; how
 * far a copy has come they never say. Only processes of the account "postgres" count: anybody may write titles.
 */
#ifndef CONTROL_PG_STREAM_H
#define CONTROL_PG_STREAM_H

#include "os/host.h"

#define PG_STREAMS_MAX 32

/* `peer`: as the title has it, an address or (log_hostname) a name; empty: a receiver, which does not say from whom. */
struct pg_stream { struct str peer; bool streams; /* else it waits, or the beginning is being copied */ };
struct pg_streams {
	bool             running; /* a server of that account is among the processes */
	struct pg_stream list[PG_STREAMS_MAX];
	size_t           count;
};

/* Nothing seen is no failure: processes may be hidden. Texts live in the arena. */
void pg_streams_read(const struct host *, struct arena *, struct pg_streams *ret);
/* One title. Pure; borrowed; for the fuzzer. */
void pg_streams_title(struct pg_streams *, struct str title);

#endif
