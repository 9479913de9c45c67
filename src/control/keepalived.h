// SPDX-License-Identifier: Apache-2.0
/*
 * keepalived - virtual addresses (VRRP) in the configuration of keepalived(8).
 *
 * Whatever stands in a block virtual_ipaddress or virtual_ipaddress_excluded, without its
 * prefix and what follows it. Pure; conditions (@host) are not worked out: such an
 * address counts as virtual too.
 */
#ifndef CONTROL_KEEPALIVED_H
#define CONTROL_KEEPALIVED_H

#include "base/str.h"

#define KEEPALIVED_MAX 128

struct keepalived { struct str list[KEEPALIVED_MAX]; size_t count; bool more; /* than fit in here */ };
void keepalived_read(struct str conf, struct keepalived *); /* adds; borrowed */

#endif
