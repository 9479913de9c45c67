// SPDX-License-Identifier: Apache-2.0
/* Where a look runs: probe, a reader of its own, or both. */
#include "control/look_remote.h"

#include <stdio.h>

#include "control/ask_probe.h"
#include "ipc/codec.h"

#define ONE_SHOT_TIMEOUT_MS 5000

/* A reader lives for one look: started for it, gone after it. */
static enum rc
look_by_reader(struct proc *proc, const struct control *c, const struct subject *s, struct facts *facts)
{
	struct buf row = BUF(64), none = BUF(64);
	int lane = -1;
	enum rc rc = RC_OK;

	TRY(put_u16(&row, c->reader));
	TRY(peer_call_fd(proc_peer(proc, PROC_WARDEN), MESSAGE_WARDEN_ONE_SHOT, buf_str(&row), ONE_SHOT_TIMEOUT_MS, &none, &lane));
	if (lane < 0) {
		rc = FAIL(RC_PEER, "warden answered without a reader");
		goto out;
	}
	TRY(ask_reader_look(lane, c, s, (int)c->timeout_ms, facts));
out:
	buf_free(&row);
	buf_free(&none);
	return rc;
}

enum rc
look_control(struct proc *proc, const struct control *c, const struct subject *s, struct facts *facts)
{
	struct facts inside = { .arena = facts->arena };
	enum rc rc = RC_OK;

	if (c->by == LOOK_BY_CORE || (s->kind == SUBJECT_STATION && c->subject != SUBJECT_STATION))
		return FAIL(RC_BUG, "%s about the station: its facts are core's own", c->id);
	if (c->by == LOOK_BY_READER)
		TRY(look_by_reader(proc, c, s, facts));
	else
		TRY(ask_probe_look(proc_peer(proc, PROC_PROBE), c, s, (int)c->timeout_ms, facts));
	if (c->look_inside) {
		TRY(look_by_reader(proc, c, s, &inside));
		TRY(facts_join(facts, &inside));
	}
	if (s->given)
		TRY(facts_join(facts, s->given));
	for (const char *const *name = c->settings; name && *name; name++) {
		char key[64];

		(void)snprintf(key, sizeof(key), "setting.%s", *name);
		fact_text(facts, 0, key, str_of(proc_setting(proc, *name)));
	}
out:
	return rc;
}
