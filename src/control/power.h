// SPDX-License-Identifier: Apache-2.0
/* power - what the controls about a power device share: whom the row concerns, and what NUT says of it. */
#ifndef CONTROL_POWER_H
#define CONTROL_POWER_H

#include "control/nut.h"
#include "control/peer.h"

extern const char *const power_registers[];

/* Asks NUT when the row is a UPS read by NUT; texts by NUT's names become facts of the same name. `texts` ends with NULL. */
MUST_USE enum rc power_look_nut(const struct host *, const struct subject *, const char *const *texts, struct nut_vars *ret, struct facts *);
bool nut_simulated(const struct nut_vars *); /* NUT's device for trying things out, unless it only hands on another upsd's UPS ("ups@host") */
MUST_USE enum rc nut_ask(const struct host *, const struct host_to *, struct str ups, struct arena *, struct nut_vars *ret);

/*
 * In a judge: is the row at hand of this kind ("ups", "units", "stable")? Else the finding says so: NOT-APPLICABLE where
 * another row answers the question (for a UPS: a UPS or a stable supply), UNKNOWN where none is declared.
 */
bool power_concerns(const struct facts *, const char *kind, struct finding *);
/* And is it read from one of these sources (ends with NULL), and did it answer? */
bool power_answered(const struct facts *, const char *const *sources, int64_t now_us, struct finding *);

#endif
