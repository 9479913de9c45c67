// SPDX-License-Identifier: Apache-2.0
/* The air of a room: from an SNMP v3 monitor, from the sensor of a UPS, or from a file of readings. */
#include "control/room.h"

#include <string.h>

#include "base/time_text.h"
#include "control/milli.h"
#include "control/power.h"
#include "control/readings.h"
#include "control/snmp.h"
#include "message/messages.h"

#define FILE_MAX  (16 << 20)
#define AHEAD_US  (10 * MINUTE_US) /* by which a recorder's clock may be ahead */

struct air { bool has[2]; int64_t value[2]; }; /* temperature, humidity */

static enum rc
feed(void *context, struct str piece)
{
	return readings_feed(context, piece);
}

static enum rc
from_file(const struct host *h, const struct subject *s, struct air *a, struct facts *f)
{
	struct readings r;
	char path[512];
	struct str file = fact_s(s->given, 0, "own.csv_file");
	enum rc rc = RC_OK;

	if (file.n == 0 || file.n >= sizeof(path) || file.p[0] != '/' || memchr(file.p, '\0', file.n)) {
		peer_said(f, "undeclared");
		return RC_OK;
	}
	memcpy(path, file.p, file.n);
	path[file.n] = '\0';
	readings_begin(&r);
	rc = host_read_pieces(h, path, FILE_MAX, feed, &r);
	if (rc == RC_OK)
		rc = readings_end(&r);
	peer_said(f, rc == RC_OK ? "ok" : "file");
	if (rc != RC_OK)
		return RC_OK;
	fact_time(f, 0, "measured_at", r.newest_at_us);
	fact_int(f, 0, "rows", (int64_t)r.rows);
	fact_int(f, 0, "bad_rows", (int64_t)r.bad_rows);
	*a = (struct air){ { r.have_temperature, r.have_humidity }, { r.temperature_mc, r.humidity_mp } };
	return RC_OK;
}

/* The variable that people named, else ambient.X, else ambient.1.X where there is no second sensor. */
static struct str
ambient(const struct nut_vars *v, struct str declared, const char *plain, const char *first, const char *second)
{
	char name[64];

	if (declared.n) {
		if (declared.n >= sizeof(name) || !str_starts(declared, STR("ambient.")))
			return STR_NONE; /* ups.temperature and the like are the inside of the device */
		memcpy(name, declared.p, declared.n);
		name[declared.n] = '\0';
		return nut_get(v, name);
	}
	if (nut_get(v, plain).n || nut_get(v, second).n)
		return nut_get(v, plain);
	return nut_get(v, first);
}

static enum rc
from_nut(const struct host *h, const struct subject *s, struct air *a, struct facts *f)
{
	static const char *const words[] = { [NUT_NONE] = "nonsense", [NUT_ANSWERED] = "ok", [NUT_STALE] = "stale", [NUT_UNKNOWN_UPS] = "unknown-ups", [NUT_REFUSED] = "denied" };
	struct nut_vars v = { NUT_NONE, NULL, 0 };
	struct peer p;
	enum rc rc;

	if (peer_of(s, NUT_PORT, true, &p) != RC_OK) {
		peer_said(f, "undeclared");
		return RC_OK;
	}
	rc = nut_ask(h, &p.to, p.unit, f->arena, &v);
	if (rc != RC_OK) {
		peer_answered(f, rc);
		return RC_OK;
	}
	peer_said(f, words[v.state]);
	if (v.state != NUT_ANSWERED)
		return RC_OK;
	if (nut_simulated(&v)) {
		fact_bool(f, 0, "simulated", true);
		return RC_OK;
	}
	if (str_eq(nut_get(&v, "ambient.present"), STR("no"))) /* pulled off: what it said last may still stand there */
		return RC_OK;
	a->has[0] = milli_parse(ambient(&v, fact_s(s->given, 0, "own.temperature_oid"), "ambient.temperature", "ambient.1.temperature", "ambient.2.temperature"), &a->value[0]) == RC_OK;
	a->has[1] = milli_parse(ambient(&v, fact_s(s->given, 0, "own.humidity_oid"), "ambient.humidity", "ambient.1.humidity", "ambient.2.humidity"), &a->value[1]) == RC_OK;
	return RC_OK;
}

static bool
scaled(const struct snmp_value *v, int64_t divisor, int64_t *ret)
{
	int64_t n;

	if (v->kind == SNMP_INTEGER && v->n > -1000000000 && v->n < 1000000000)
		n = v->n * 1000;
	else if (v->kind != SNMP_TEXT || milli_parse(str_trim(snmp_text(v)), &n) != RC_OK)
		return false;
	*ret = (n + (n < 0 ? -divisor : divisor) / 2) / divisor;
	return true;
}

static enum rc
from_snmp(const struct host *h, const struct subject *s, struct air *a, struct facts *f)
{
	static const char *const fields[2] = { "own.temperature_oid", "own.humidity_oid" };
	struct buf secret = BUF(SECRET_FILE_MAX);
	struct snmp_value values[2];
	struct snmp_user user;
	struct str oids[2];
	size_t of[2], count = 0;
	int64_t divisor = fact_n(s->given, 0, "own.scale", 1);
	struct peer p;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 2; i++)
		if (fact_s(s->given, 0, fields[i]).n) {
			oids[count] = fact_s(s->given, 0, fields[i]);
			of[count++] = i;
		}
	if (peer_of(s, SNMP_PORT, true, &p) != RC_OK || count == 0 || divisor < 1) {
		peer_said(f, "undeclared");
		return RC_OK;
	}
	rc = secret_file_read(h, s, &secret);
	if (rc == RC_OK)
		rc = snmp_user_parse(buf_str(&secret), p.unit, &user) == RC_OK ? RC_OK : RC_SYNTAX;
	if (rc != RC_OK) {
		secret_file_said(f, rc);
		rc_trail_clear();
		rc = RC_OK;
		goto out;
	}
	rc = snmp_get(h, &p.to, &user, oids, count, values);
	peer_answered(f, rc);
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		a->has[of[i]] = scaled(&values[i], divisor, &a->value[of[i]]);
out:
	secret_file_free(&secret);
	return RC_OK;
}

enum rc
room_look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct str source = s->given ? fact_s(s->given, 0, "own.source") : STR_NONE;
	struct air a = { { false, false }, { 0, 0 } };
	int64_t dew;
	enum rc rc = RC_OK;

	fact_text(f, 0, "subject", str_of(s->id));
	if (str_eq(fact_s(s->given ? s->given : f, 0, "own.sensor"), STR("chip")))
		return RC_OK; /* whatever it says, it is not the room */
	if (str_eq(source, STR("csv")))
		TRY(from_file(h, s, &a, f));
	else if (str_eq(source, STR("nut")))
		TRY(from_nut(h, s, &a, f));
	else if (str_eq(source, STR("snmp")))
		TRY(from_snmp(h, s, &a, f));
	if (a.has[0])
		fact_int(f, 0, "temperature_mc", a.value[0]);
	if (a.has[1])
		fact_int(f, 0, "humidity_mp", a.value[1]);
	if (a.has[0] && a.has[1] && dew_point(a.value[0], a.value[1], &dew) == RC_OK)
		fact_int(f, 0, "dew_point_mc", dew);
out:
	return rc;
}

/* ---- judgement */

/* A room with servers is never there; a broken sensor often is. */
static bool
plausible(const struct room_air *a)
{
	return (!a->has_temperature || (a->temperature_mc > -30000 && a->temperature_mc < 70000)) && (!a->has_humidity || (a->humidity_mp > 0 && a->humidity_mp <= 100000));
}

bool
room_air(const struct facts *f, int64_t silent_min, int64_t now_us, struct room_air *ret, struct finding *finding)
{
	const struct fact *t = fact_get(f, 0, "temperature_mc"), *rh = fact_get(f, 0, "humidity_mp"), *at = fact_get(f, 0, "measured_at");
	struct str source = fact_s(f, 0, "own.source"), sensor = fact_s(f, 0, "own.sensor");

	if (source.n == 0 || str_eq(source, STR("none"))) {
		finding_set(finding, VERDICT_UNKNOWN, f->overflow ? MSG_DEVICE_NO_ANSWER : MSG_ROOM_NO_SENSOR);
	} else if (str_eq(sensor, STR("chip"))) {
		finding_set(finding, VERDICT_UNKNOWN, MSG_ROOM_NOT_THE_ROOM);
	} else if (!str_eq(sensor, STR("room")) && !str_eq(sensor, STR("inlet"))) {
		finding_set(finding, VERDICT_UNKNOWN, MSG_ROOM_PLACE_UNDECLARED);
	} else if (str_eq(fact_s(f, 0, "answer"), STR("file"))) {
		finding_set(finding, VERDICT_UNKNOWN, MSG_ROOM_FILE_UNREAD);
	} else if (!peer_heard(f, now_us, finding)) {
		return false;
	} else if (fact_n(f, 0, "simulated", 0)) {
		finding_set(finding, VERDICT_UNKNOWN, MSG_UPS_SIMULATED);
	} else if (at && at->n > now_us + AHEAD_US) {
		finding_set(finding, VERDICT_UNKNOWN, MSG_ROOM_FUTURE);
	} else if (at && now_us - at->n > silent_min * MINUTE_US) {
		finding_set(finding, VERDICT_UNKNOWN, MSG_ROOM_OLD);
		finding_int(finding, "minutes", (now_us - at->n) / MINUTE_US);
	} else {
		*ret = (struct room_air){ t != NULL, rh != NULL, t ? t->n : 0, rh ? rh->n : 0 };
		if ((t || rh) && plausible(ret))
			return true;
		finding_set(finding, VERDICT_UNKNOWN, t || rh ? MSG_ROOM_IMPLAUSIBLE : MSG_ROOM_HALF_READ);
		finding_int(finding, "temperature", ret->temperature_mc);
		finding_int(finding, "humidity", ret->humidity_mp);
	}
	return false;
}

enum room_dew
room_dew(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *surface = fact_get(f, 0, "own.coldest_surface_c");
	struct room_air air;
	enum room_dew answer;
	int64_t dew, margin;

	if (!room_air(f, param_n(p, "silent_min"), now_us, &air, ret))
		return ROOM_DEW_UNKNOWN;
	if (!air.has_temperature || !air.has_humidity) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ROOM_HALF_READ);
		return ROOM_DEW_UNKNOWN;
	}
	if (dew_point(air.temperature_mc, air.humidity_mp, &dew) != RC_OK) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ROOM_IMPLAUSIBLE);
		finding_int(ret, "temperature", air.temperature_mc);
		finding_int(ret, "humidity", air.humidity_mp);
		return ROOM_DEW_UNKNOWN;
	}
	if (surface == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_DEW_NO_SURFACE);
		finding_int(ret, "dew", dew);
		return ROOM_DEW_UNKNOWN;
	}
	margin = surface->n * 1000 - dew;
	answer = margin <= 0 ? ROOM_DEW_FALLS : margin < param_n(p, "margin_mc") ? ROOM_DEW_CLOSE : ROOM_DEW_MARGIN;
	finding_set(ret, answer == ROOM_DEW_FALLS ? VERDICT_FAIL : VERDICT_PASS, answer == ROOM_DEW_FALLS ? MSG_DEW_FALLS : answer == ROOM_DEW_CLOSE ? MSG_DEW_CLOSE : MSG_DEW_MARGIN);
	finding_int(ret, "dew", dew);
	finding_int(ret, "margin", margin);
	return answer;
}
