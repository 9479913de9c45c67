// SPDX-License-Identifier: Apache-2.0
/* What became of the station's own processes: remembered for the status page, recorded for ever. */
#include "core/core.h"

#include "os/sandbox.h"

static const struct { uint32_t bit; const char *name; } walls[] = {
	{ SEPARATED_USER_ID, "user-id" }, { SEPARATED_USER_NAMESPACE, "user-namespace" }, { SEPARATED_MOUNTS, "mounts" }, { SEPARATED_NETWORK, "network" },
	{ SEPARATED_IPC, "ipc" }, { SEPARATED_FOLDER, "folder" }, { SEPARATED_CAPABILITIES, "capabilities" }, { SEPARATED_LANDLOCK, "landlock" },
	{ SEPARATED_SYSTEM_CALLS, "system-calls" },
};

/* A user of its own, or a user namespace: one of the two is the wall, the other is not missed. */
void
child_walls(uint32_t bits, json_t *with, json_t *without)
{
	for (size_t i = 0; i < sizeof(walls) / sizeof(walls[0]); i++) {
		if (bits & walls[i].bit)
			json_array_append_new(with, json_string(walls[i].name));
		else if (walls[i].bit != SEPARATED_USER_NAMESPACE || !(bits & SEPARATED_USER_ID))
			json_array_append_new(without, json_string(walls[i].name));
	}
}

/* Who reported it: `detail` of that event. */
static const char *
nonsense_by(const struct child_request *q)
{
	return q->detail >= 0 && q->detail < PROC_COUNT ? proc_name((enum proc_id)q->detail) : "?";
}

/* The sentence of an event, as findings carry theirs. */
static json_t *
event_message(const struct child_request *q, int restarts)
{
	const char *process = proc_name(q->proc);

	switch (q->event) {
	case CHILD_STARTED:
		if (restarts == 0)
			return json_pack("{s:i, s:{s:s}}", "number", MSG_PROCESS_STARTED, "args", "process", process);
		return json_pack("{s:i, s:{s:s, s:i}}", "number", MSG_PROCESS_RESTARTED, "args", "process", process, "count", restarts);
	case CHILD_NONSENSE:
		if (q->detail == (int)q->proc)
			return json_pack("{s:i, s:{s:s}}", "number", MSG_PROCESS_REPORTED_TOO_OFTEN, "args", "process", process);
		return json_pack("{s:i, s:{s:s, s:s}}", "number", MSG_PROCESS_SPOKE_NONSENSE, "args", "process", process, "by", nonsense_by(q));
	case CHILD_EXITED:
	case CHILD_KILLED:
	case CHILD_STANDS:
		break;
	}
	return json_pack("{s:i, s:{s:s, s:o}}", "number", MSG_PROCESS_ENDED, "args", "process", process, "how", json_sprintf("%s %d", q->event == CHILD_KILLED ? "signal" : "status", q->detail));
}

enum rc
child_event(struct core *c, const struct child_request *q)
{
	static const char *const events[] = { "?", "started", "exited", "killed", "nonsense", "stands" };
	struct leaf leaf = { .type = LEAF_STATION, .object = object_of("process", str_of(proc_name(q->proc))), .name = str_of(proc_name(q->proc)), .verdict = (uint8_t)q->event, .claimed_at_us = q->at_us };
	struct child_now *child = &c->children[q->proc];
	json_t *payload = NULL;
	uint64_t index;
	enum rc rc = RC_OK;

	core_lock(c);
	if (q->event == CHILD_STARTED || q->event == CHILD_STANDS) {
		child->restarts += q->event == CHILD_STARTED && child->started_at_us != 0;
		child->started_at_us = q->at_us;
		child->separated = (uint32_t)q->detail;
	}
	child->up = q->event == CHILD_STARTED || q->event == CHILD_STANDS;
	c->version++;
	payload = json_pack("{s:s, s:s, s:i, s:o}", "process", proc_name(q->proc), "event", events[q->event], "detail", q->detail, "message", event_message(q, child->restarts));
	core_unlock(c);
	if (q->event == CHILD_NONSENSE)
		json_object_set_new(payload, "by", json_string(nonsense_by(q)));
	if (q->event == CHILD_STANDS || (q->proc == PROC_READER && q->event != CHILD_NONSENSE))
		goto out; /* recorded when it started; a reader's end is its work done: what it saw is recorded as a finding */
	TRY(record_leaf(c, &leaf, payload, &index));
out:
	json_decref(payload);
	return rc;
}
