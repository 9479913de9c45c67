// SPDX-License-Identifier: Apache-2.0
/* power_test - a power device as people declared it, against the recorded devices of tests/hosts/devices. */
#ifndef CONTROL_POWER_TEST_H
#define CONTROL_POWER_TEST_H

#include "base/time_text.h"
#include "control/control_test.h"

struct power_row { const char *kind, *source; int number; }; /* 192.0.2.NUMBER */

static inline void
power_declare(struct trial *t, struct power_row r)
{
	fact_text(&t->given, 0, "own.kind", str_of(r.kind));
	fact_text(&t->given, 0, "own.source", str_of(r.source));
	if (r.number) {
		fact_text(&t->given, 0, "own.address", arena_f(&t->arena, "192.0.2.%d", r.number));
		fact_text(&t->given, 0, "own.unit", STR("sp"));
		fact_text(&t->given, 0, "own.user", STR("monitor"));
		fact_text(&t->given, 0, "own.secret_file", STR("/etc/tsujiban/bmc.secret"));
	}
	fact_text(&t->given, 1, "power.kind", str_of(r.kind));
}

static inline void
power_check(const struct control *c, struct power_row r, const char *also, int64_t date_us, enum verdict verdict, uint16_t message)
{
	struct trial t;

	trial_begin(&t, c);
	power_declare(&t, r);
	if (also)
		fact_time(&t.given, 0, also, date_us);
	trial_look_given(&t, c, "devices");
	trial_judge(&t, c);
	if (t.finding.verdict != verdict || t.finding.message != message) {
		test_failures++;
		printf("%s %s by %s at .%d: verdict %d message %u, want %d %u [%s]\n", c->id, r.kind, r.source, r.number, t.finding.verdict, t.finding.message, verdict, message, t.looked ? rc_trail() : "");
	}
	trial_end(&t);
}

struct power_case { struct power_row row; enum verdict verdict; uint16_t message; };
#define POWER_TABLE(c, cases)                                                          \
	for (size_t i_ = 0; i_ < sizeof(cases) / sizeof((cases)[0]); i_++)             \
		power_check((c), (cases)[i_].row, NULL, 0, (cases)[i_].verdict, (cases)[i_].message)

/* A row of another kind: not applicable beside one that answers, UNKNOWN alone. Also: nothing declared at all. */
static inline void
power_other_kinds(const struct control *c, const char *other, const char *answering, uint16_t none)
{
	for (int beside = 0; beside < 3; beside++) {
		struct trial t;

		trial_begin(&t, c);
		if (beside)
			power_declare(&t, (struct power_row){ other, "none", 0 });
		if (beside == 2)
			fact_text(&t.given, 2, "power.kind", str_of(answering));
		trial_look_given(&t, c, "devices");
		trial_judge(&t, c);
		CHECK_INT(t.finding.verdict, beside == 2 ? VERDICT_NOT_APPLICABLE : VERDICT_UNKNOWN);
		CHECK_INT(t.finding.message, beside == 2 ? MSG_POWER_OTHER_KIND : none);
		CHECK_INT(t.count.connections, 0);
		trial_end(&t);
	}
}

#endif
