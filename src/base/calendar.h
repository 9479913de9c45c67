// SPDX-License-Identifier: Apache-2.0
/*
 * calendar - Japanese holidays, closed days of public offices, and deadlines counted in days.
 *
 * Holidays as the act on national holidays (国民の祝日に関する法律) makes them, with the special
 * years 2019, 2020 and 2021; the equinoxes by the usual formula, which the gazette confirms each
 * February for the year after. What is gazetted otherwise, and a body's own closed days, go into
 * an override table, which comes first. Years 2007 to 2099: outside, nothing is a holiday.
 * Days are counted in JST: a day is its first instant. Pure.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/time_text.h"

enum day_kind { DAY_OPEN = 0, DAY_CLOSED };
struct day_override { int64_t day_us; enum day_kind kind; }; /* its first instant in JST */
/* From 29 December, or as an office has it (28: it closes a day earlier), to 3 January. */
struct calendar { const struct day_override *overrides; size_t overrides_count; int year_end_from; };

const char *holiday_name(int year, int month, int day);            /* Japanese; NULL: none. Substitutes and 国民の休日 are named so */
bool        day_closed(const struct calendar *, int64_t at_us);    /* Saturday, Sunday, holiday, turn of the year, or overridden   */
int64_t     day_first(int64_t at_us);                              /* the first instant of its day in JST */
int64_t     day_add(int64_t at_us, int days);                      /* the first instant of a day so many days on */
int64_t     day_months_later(int64_t at_us, int months);             /* the first instant of that day so many months on; past the 28th, the 28th: every month has it */
int64_t     day_next_open(const struct calendar *, int64_t at_us); /* that day when it is open, else the next open one; INT64_MAX: none within a year */
int64_t     open_days_add(const struct calendar *, int64_t at_us, int days); /* n open days after that day, which is not counted itself */
/*
 * A term of n days in which the day itself is day 1 (as reports of leaks are counted), holidays included; when its
 * last day is closed it moves to the next open one. Answers the end of that day: the first instant after it.
 */
int64_t     term_end(const struct calendar *, int64_t known_at_us, int days);

#endif
