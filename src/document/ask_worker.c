// SPDX-License-Identifier: Apache-2.0
#include "document/ask_worker.h"

#include <stdlib.h>

#include "document/sheet.h"
#include "ipc/codec.h"

#define START_TIMEOUT_MS 5000

static const struct { enum message message; uint16_t number; int timeout_ms; } rows[] = {
#define WORKER(number, NAME, name, NEEDS, memory_bytes, cpu_s, timeout_ms) { MESSAGE_WORKER_##NAME, number, timeout_ms },
#include "document/workers.def"
};

static enum rc
job(struct peer *warden, enum proc_id self, enum message message, struct str body, struct buf *ret)
{
	struct buf row = BUF(8), none = BUF(64);
	struct peer *worker = NULL;
	size_t i = 0;
	int lane = -1;
	enum rc rc = RC_OK;

	while (rows[i].message != message)
		i++;
	TRY(put_u16(&row, rows[i].number));
	TRY(peer_call_fd(warden, MESSAGE_WARDEN_WORKER, buf_str(&row), START_TIMEOUT_MS, &none, &lane));
	if (lane < 0)
		TRY(FAIL(RC_PEER, "warden answered without a worker"));
	worker = peer_new(self, PROC_WORKER);
	if (!worker)
		abort();
	peer_lanes_set(worker, &lane, 1);
	rc = peer_call(worker, message, body, rows[i].timeout_ms, ret);
	if (rc == RC_PEER || rc == RC_TIMEOUT)
		rc = FAIL(rc, "この文書は、決められた時間と記憶領域では処理できませんでした。小さくするか、保存し直してください / this could not be worked on within its time and memory: make it smaller, or save it again");
out:
	peer_free(worker);
	buf_free(&row);
	buf_free(&none);
	return rc;
}

enum rc
ask_worker_sheet_read(struct peer *warden, enum proc_id self, struct str bytes, struct buf *ret)
{
	return job(warden, self, MESSAGE_WORKER_SHEET_READ, bytes, ret);
}

enum rc
ask_worker_sheet_write(struct peer *warden, enum proc_id self, struct str tape, struct buf *ret)
{
	return job(warden, self, MESSAGE_WORKER_SHEET_WRITE, tape, ret);
}

enum rc
ask_worker_print(struct peer *warden, enum proc_id self, struct str tape, struct buf *ret)
{
	return job(warden, self, MESSAGE_WORKER_PRINT, tape, ret);
}

bool
sheet_looks_like(struct str s)
{
	return str_starts(s, STR("PK\x03\x04")) || str_starts(s, STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"));
}
