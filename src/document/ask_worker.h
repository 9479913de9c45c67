// SPDX-License-Identifier: Apache-2.0
/*
 * ask_worker - one job of a worker of its own: started for it, gone after it.
 *
 * `warden` is the caller's peer. RC_SYNTAX, RC_LIMIT, RC_NOTFOUND: the worker's own words about what it was given;
 * RC_PEER, RC_TIMEOUT: it died of it or took longer than its row allows, and nothing else is harmed.
 */
#ifndef DOCUMENT_ASK_WORKER_H
#define DOCUMENT_ASK_WORKER_H

#include "ipc/channel.h"

MUST_USE enum rc ask_worker_sheet_read(struct peer *warden, enum proc_id self, struct str bytes, struct buf *ret_csv);
MUST_USE enum rc ask_worker_sheet_write(struct peer *warden, enum proc_id self, struct str tape, struct buf *ret_xlsx);
MUST_USE enum rc ask_worker_print(struct peer *warden, enum proc_id self, struct str tape, struct buf *ret_pdf);

#endif
