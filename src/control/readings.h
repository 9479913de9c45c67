// SPDX-License-Identifier: Apache-2.0
/*
 * readings - the newest row of a file of readings: time, temperature, humidity.
 *
 * The first line names the columns (time, temperature, humidity, or 日時, 温度, 湿度,
 * with or without ℃ and %; another unit is no column of ours; others are passed over).
 * Full-width letters and digits count as the usual ones. UTF-8 with or without its mark, LF or CRLF, values maybe
 * in quotes. Times without a zone are JST. Rows may stand in any order; one that
 * cannot be read is counted and is no reading.
 */
#ifndef CONTROL_READINGS_H
#define CONTROL_READINGS_H

#include "base/str.h"

#define READINGS_LINE_MAX 1024

struct readings {
	int     columns[3];              /* of time, temperature, humidity; -1: not there */
	bool    titled, have_temperature, have_humidity;
	int64_t newest_at_us, temperature_mc, humidity_mp;
	size_t  rows, bad_rows;
	char    line[READINGS_LINE_MAX]; /* begun and not yet ended */
	size_t  line_n;
	bool    too_long;
};

void             readings_begin(struct readings *);
MUST_USE enum rc readings_feed(struct readings *, struct str piece); /* RC_SYNTAX: its first line names no columns */
MUST_USE enum rc readings_end(struct readings *);                    /* RC_SYNTAX: no row could be read            */

#endif
