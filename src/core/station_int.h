// SPDX-License-Identifier: Apache-2.0
/* station_int - what the station tells of itself to controls: rows of station.c from other files. */
#ifndef CORE_STATION_INT_H
#define CORE_STATION_INT_H

#include "core/core.h"

enum rc station_of_roles(struct core *, struct facts *);      /* role-separation    */
enum rc station_of_holders(struct core *, struct facts *);    /* both-held-finding  */
enum rc station_of_sides(struct core *, struct facts *);      /* side-separation    */
enum rc station_of_operations(struct core *, struct facts *); /* operation-register */
enum rc station_of_ways(struct core *, struct facts *);       /* mfa                */
enum rc station_of_privileged(struct core *, struct facts *); /* privileged-mfa     */
enum rc station_of_owners(struct core *, struct facts *);     /* separate-privileged-account, no-shared-accounts */
enum rc station_of_removals(struct core *, struct facts *);   /* account-removal    */
enum rc station_of_second(struct core *, struct facts *);     /* second-person      */

#endif
