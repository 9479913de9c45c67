// SPDX-License-Identifier: Apache-2.0
/*
 * room-climate - is the room within its guide values (about 18 to 27 ℃, 20 to 60 %)?
 *
 * Guide values: outside them is still PASS, marked so, with its minutes. It is FAIL only
 * after the agreed time without a break outside and without an action on record for that
 * time. A sensor that is silent, old, impossible or inside equipment is UNKNOWN.
 */
#include "base/time_text.h"
#include "control/room.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "temperature_min", "℃", -10, 60, 18 },
	{ "temperature_max", "℃", -10, 60, 27 },
	{ "humidity_min", "%", 0, 100, 20 },
	{ "humidity_max", "%", 0, 100, 60 },
	{ "action_min", "min", 1, 10080, 60 },
	{ "silent_min", "min", 1, 1440, 30 },
};

static const char *const registers[] = { "room-action", NULL };
static const struct series_def series[] = {
	{ .fact = "temperature_mc", .lower = "temperature_min", .upper = "temperature_max", .scale = 1000 },
	{ .fact = "humidity_mp", .lower = "humidity_min", .upper = "humidity_max", .scale = 1000 }, { .fact = NULL },
};

static bool
outside(int64_t n, const struct series_def *d, const struct params *p)
{
	return n < series_end(d, p, d->lower) || n > series_end(d, p, d->upper);
}

/* An action counts when its day is not over before this time outside began, and it names this room. */
static bool
action_recorded(const struct facts *f, int64_t since_us, int64_t now_us)
{
	struct str subject = fact_s(f, 0, "subject");

	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		int64_t on = fact_n(f, row, "room_action.on", INT64_MAX);

		if (subject.n && str_eq(fact_s(f, row, "room_action.room"), subject) && on <= now_us && on > since_us - DAY_US)
			return true;
	}
	return false;
}

/*= S-6-6 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t minutes = fact_n(f, 0, "temperature_mc.outside_now_min", 0), damp = fact_n(f, 0, "humidity_mp.outside_now_min", 0), wanted = param_n(p, "action_min");
	struct room_air a;

	if (!room_air(f, param_n(p, "silent_min"), now_us, &a, ret))
		return;
	minutes = damp > minutes ? damp : minutes;
	if (!a.has_temperature || !a.has_humidity) { /* half a room is no proof, inside or outside */
		finding_set(ret, VERDICT_UNKNOWN, MSG_ROOM_HALF_READ);
		return;
	}
	if (!outside(a.temperature_mc, &series[0], p) && !outside(a.humidity_mp, &series[1], p)) {
		int64_t t = fact_n(f, 0, "temperature_mc.outside_month_min", 0), rh = fact_n(f, 0, "humidity_mp.outside_month_min", 0);

		finding_set(ret, VERDICT_PASS, MSG_ROOM_IN_BAND);
		minutes = t > rh ? t : rh;
	} else if (action_recorded(f, now_us - minutes * MINUTE_US, now_us)) {
		finding_set(ret, VERDICT_PASS, MSG_ROOM_OUTSIDE_ACTION);
	} else if (minutes > wanted) {
		finding_set(ret, VERDICT_FAIL, MSG_ROOM_OUTSIDE_TOO_LONG);
		finding_int(ret, "wanted", wanted);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_ROOM_OUTSIDE);
	}
	finding_int(ret, "minutes", minutes);
	finding_int(ret, "temperature", a.temperature_mc);
	finding_int(ret, "humidity", a.humidity_mp);
}

const struct control control_room_climate = {
	.id = "room-climate", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_ROOM, .by = LOOK_BY_READER, .reader = 20, .every_s = 600, .timeout_ms = 30000,
	.remember = PEER_REMEMBER, .registers = registers, .series = series, .look = room_look, .judge = judge,
};
