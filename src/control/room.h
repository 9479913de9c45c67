// SPDX-License-Identifier: Apache-2.0
/*
 * room - what the controls about a room share: its sensor as declared, asked, and fit to be believed.
 *
 * Facts of row 0: temperature_mc (m℃), humidity_mp (thousandths of a per cent), dew_point_mc, measured_at
 * (of a file), answer. The inside of equipment is never the room.
 */
#ifndef CONTROL_ROOM_H
#define CONTROL_ROOM_H

#include "control/peer.h"

MUST_USE enum rc room_look(const struct host *, const struct subject *, struct facts *);

struct room_air { bool has_temperature, has_humidity; int64_t temperature_mc, humidity_mp; };
/* In a judge: readings of the room that may be believed now; else the finding says why not. A reading from a file is good for `silent_min`. */
bool room_air(const struct facts *, int64_t silent_min, int64_t now_us, struct room_air *ret, struct finding *);

enum room_dew { ROOM_DEW_UNKNOWN = 0, ROOM_DEW_MARGIN, ROOM_DEW_CLOSE, ROOM_DEW_FALLS };
/* Dew point against the coldest surface, with the parameters "silent_min" and "margin_mc"; the finding is set. */
enum room_dew room_dew(const struct facts *, const struct params *, int64_t now_us, struct finding *);

#endif
