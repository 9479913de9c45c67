// SPDX-License-Identifier: Apache-2.0
/* ics - the list of what is due as an iCalendar object (RFC 5545), for the calendars of offices. */
#ifndef WEB_ICS_H
#define WEB_ICS_H

#include "web/page_int.h"

/* Of the answer to ACT_DEADLINE_LIST; without `names` nothing that anybody wrote: kinds, forms and days only. */
enum rc page_ics(const struct page_request *, bool names, struct buf *out);

#endif
