// SPDX-License-Identifier: Apache-2.0
/* mail_address - an address as we write to: name@host in plain ASCII, without comments, quotes, routes or a second line. */
#ifndef BASE_MAIL_ADDRESS_H
#define BASE_MAIL_ADDRESS_H

#include "base/str.h"

#define MAIL_ADDRESS_MAX 254

bool mail_address_ok(struct str);

#endif
