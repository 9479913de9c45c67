// SPDX-License-Identifier: Apache-2.0
/* processes - end what runs under one user. */
#ifndef OS_PROCESSES_H
#define OS_PROCESSES_H

#include "base/str.h"

/*
 * SIGKILL to every process whose real, effective or saved user is `uid`, by pidfd, so that no other process is hit
 * that took the number meanwhile; looked at again until none is left (at most 8 times: RC_IO). `ret_hidden`: /proc
 * shows other people's processes to nobody here (hidepid), and nothing was ended. Needs CAP_KILL and /proc.
 */
MUST_USE enum rc processes_end(uint32_t uid, uint32_t *ret_ended, bool *ret_hidden);

#endif
