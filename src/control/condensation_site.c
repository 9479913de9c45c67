// SPDX-License-Identifier: Apache-2.0
/*
 * condensation-site - is the place free of condensation?
 *
 * A statement on the siting shows it (the other route), or the dew point of the room stays
 * below its coldest surface. Without either it is not shown.
 */
#include "control/room.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "margin_mc", "m℃", 0, 20000, 2000 },
	{ "silent_min", "min", 1, 1440, 30 },
};

/*= S-6-6 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	if (room_dew(f, p, now_us, ret) == ROOM_DEW_UNKNOWN && (fact_get(f, 0, "own.coldest_surface_c") == NULL || ret->message == MSG_ROOM_NO_SENSOR || ret->message == MSG_ROOM_NOT_THE_ROOM))
		finding_set(ret, VERDICT_UNKNOWN, MSG_SITE_NOT_SHOWN);
}

const struct control control_condensation_site = {
	.id = "condensation-site", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_ROOM, .by = LOOK_BY_READER, .reader = 20, .every_s = 3600,
	.timeout_ms = 30000, .remember = PEER_REMEMBER, .look = room_look, .judge = judge,
};
