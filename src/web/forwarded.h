// SPDX-License-Identifier: Apache-2.0
/*
 * forwarded - for whom a declared proxy speaks: X-Forwarded-For, or Forwarded (RFC 7239). Pure.
 *
 * The lists grow to the right, so they are read from there: past what other
 * declared proxies added, the first address is the client; what stands left of it anybody could have sent.
 */
#ifndef WEB_FORWARDED_H
#define WEB_FORWARDED_H

#include "base/str.h"

#define FORWARDED_MAX 46

bool forwarded_proxy(const char *proxies, struct str address);        /* one of the declared ones; `proxies` may be NULL */
/* False: none is named, not by an address, or both fields are there. Mapped addresses become what they map. */
bool forwarded_client(const char *proxies, struct str forwarded_for, struct str forwarded, char ret[FORWARDED_MAX]);

#endif
