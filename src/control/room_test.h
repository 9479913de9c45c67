// SPDX-License-Identifier: Apache-2.0
/* room_test - a room as people declared it, against the recorded devices of tests/hosts/devices. */
#ifndef CONTROL_ROOM_TEST_H
#define CONTROL_ROOM_TEST_H

#include "base/time_text.h"
#include "control/control_test.h"

#define ROOM_ID "host:local" /* the subject of trial_look_given() */

/* `where`: a number of 192.0.2.N for NUT, a name of /var/lib/sensor for CSV. surface in ℃, 99: not declared. */
struct room_row { const char *source, *sensor, *where; int64_t surface; };

static inline void
room_declare(struct trial *t, struct room_row r)
{
	if (r.source)
		fact_text(&t->given, 0, "own.source", str_of(r.source));
	if (r.sensor)
		fact_text(&t->given, 0, "own.sensor", str_of(r.sensor));
	if (r.where && strcmp(r.source, "csv") == 0)
		fact_text(&t->given, 0, "own.csv_file", arena_f(&t->arena, "/var/lib/sensor/%s.csv", r.where));
	else if (r.where)
		fact_text(&t->given, 0, "own.address", arena_f(&t->arena, "192.0.2.%s", r.where));
	fact_text(&t->given, 0, "own.unit", STR("sp"));
	if (r.surface != 99)
		fact_int(&t->given, 0, "own.coldest_surface_c", r.surface);
}

struct room_case { struct room_row row; enum verdict verdict; uint16_t message; };

static inline void
room_table(const struct control *c, const struct room_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct trial t;

		trial_begin(&t, c);
		room_declare(&t, cases[i].row);
		trial_look_given(&t, c, "devices");
		trial_judge(&t, c);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("%s case %zu: verdict %d message %u, want %d %u [%s]\n", c->id, i, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message, t.looked ? rc_trail() : "");
		}
		trial_end(&t);
	}
}
#define ROOM_TABLE(c, cases) room_table((c), (cases), sizeof(cases) / sizeof((cases)[0]))

#endif
