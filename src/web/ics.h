// SPDX-License-Identifier: Apache-2.0
/* ics - the list of what is due as an iCalendar object (RFC 5545), for the calendars of offices. */
#ifndef WEB_ICS_H
#define WEB_ICS_H

#include "web/page_int.h"

enum rc page_ics(const struct page_request *, struct buf *out); /* of the answer to ACT_DEADLINE_LIST */

#endif
