// SPDX-License-Identifier: Apache-2.0
/* dew-point - how far is the coldest surface of the room from condensation? */
#include "control/room.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "margin_mc", "m℃", 0, 20000, 2000 },
	{ "silent_min", "min", 1, 1440, 30 },
};
static const struct series_def series[] = { { .fact = "dew_point_mc" }, { .fact = NULL } };

/*= S-6-6 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	(void)room_dew(f, p, now_us, ret); /* its finding is ours */
}

const struct control control_dew_point = {
	.id = "dew-point", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_ROOM, .by = LOOK_BY_READER, .reader = 20, .every_s = 600, .timeout_ms = 30000,
	.remember = PEER_REMEMBER, .series = series, .look = room_look, .judge = judge,
};
