// SPDX-License-Identifier: Apache-2.0
/*
 * nut - what upsd says about one UPS: its own names and values (NUT network protocol, "LIST VAR").
 *
 * Names are NUT's ("ups.status", "battery.charge", "ambient.temperature").
 * A driver that lost its device is an answer of its own, never an old value.
 */
#ifndef CONTROL_NUT_H
#define CONTROL_NUT_H

#include "base/str.h"

#define NUT_PORT     3493
#define NUT_VARS_MAX 512

enum nut_state { NUT_NONE = 0, NUT_ANSWERED, NUT_STALE /* the driver has lost the device */, NUT_UNKNOWN_UPS, NUT_REFUSED };
struct nut_var  { struct str name, value; };
struct nut_vars { enum nut_state state; struct nut_var *list; size_t count; };

/* The whole conversation after "LIST VAR ups" and "LOGOUT". RC_SYNTAX: not upsd, or cut short. Values live in the arena. */
MUST_USE enum rc nut_parse(struct str bytes, struct str ups, struct arena *, struct nut_vars *ret);
struct str       nut_get(const struct nut_vars *, const char *name);  /* empty: not said */

/* What the words of ups.status come to. */
struct nut_status { bool online, on_battery, low, replace, charging, discharging, bypass, off, overload, calibrating, forced_down, alarm; struct str foreign; /* a word that is not NUT's */ };
void             nut_status_read(struct str words, struct nut_status *ret);

enum nut_test { NUT_TEST_UNSURE = 0, NUT_TEST_NONE, NUT_TEST_PASSED, NUT_TEST_FAILED, NUT_TEST_RUNNING };
enum nut_test    nut_test_read(struct str result);
/* Days as drivers spell them: 2024-04-01, 2024/04/01; RC_CONFLICT: 04/01/24 could be two days. JST. */
MUST_USE enum rc nut_date(struct str, int64_t *ret_at_us);

#endif
