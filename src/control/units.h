// SPDX-License-Identifier: Apache-2.0
/* units - the power units of a server, as IPMI or Redfish tells of them. A battery is none. */
#ifndef CONTROL_UNITS_H
#define CONTROL_UNITS_H

#include "base/str.h"

#define UNITS_MAX 32

enum unit_state { UNIT_UNSURE = 0, UNIT_OK, UNIT_WARNING /* about to fail */, UNIT_FAILED, UNIT_NO_INPUT, UNIT_ABSENT };
enum units_word { UNITS_UNSAID = 0, UNITS_FULLY, UNITS_NOT /* redundant */, UNITS_WORD_UNSURE };
struct unit     { char name[48]; enum unit_state state; int64_t instance; /* of IPMI's entity */ };
struct units    { struct unit list[UNITS_MAX]; size_t count; enum units_word redundancy; };

MUST_USE enum rc units_add(struct units *, struct str name, enum unit_state);  /* RC_LIMIT: too many */
void             units_say(struct units *, enum units_word);                   /* the worse word stays */

/* `ipmitool -c sdr elist`: what stands for power supplies (entity 10) and power redundancy. RC_SYNTAX: not its lines. */
MUST_USE enum rc ipmi_parse(struct str bytes, struct units *ret);

/* Redfish (DMTF): paths are those of the service, below /redfish/v1/; texts live in the arena. RC_SYNTAX: not that resource. */
#define REDFISH_PATH_MAX 256
MUST_USE enum rc redfish_members(struct str json, struct arena *, struct str *paths, size_t max, size_t *ret_n);            /* of a collection; RC_LIMIT: more */
struct redfish_chassis { struct str subsystem, power; };                                                                    /* empty: it has none */
MUST_USE enum rc redfish_chassis(struct str json, struct arena *, struct redfish_chassis *ret);
MUST_USE enum rc redfish_power(struct str json, struct units *);                                                            /* Power: adds all its supplies */
MUST_USE enum rc redfish_subsystem(struct str json, struct arena *, struct units *, struct str *ret_supplies);              /* PowerSubsystem */
MUST_USE enum rc redfish_supply(struct str json, struct units *);                                                           /* PowerSupply: adds one */

#endif
