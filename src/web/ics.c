// SPDX-License-Identifier: Apache-2.0
/* What is due as a calendar (RFC 5545): a whole-day event each, with alarms 30, 7 and 1 days before. */
#include "web/ics.h"

#include <string.h>

#include "base/time_text.h"

#define LINE_OCTETS 75
#define JST_US      (9 * 3600 * INT64_C(1000000))

/* Text in an ICS value: backslash, semicolon, comma and line ends are written with a backslash; controls are left out. */
static enum rc
escaped(struct buf *line, const char *s)
{
	enum rc rc = RC_OK;

	for (; *s; s++) {
		if (*s == '\n')
			TRY(buf_add_c(line, "\\n"));
		else if (*s == '\\' || *s == ';' || *s == ',')
			TRY(buf_addf(line, "\\%c", *s));
		else if ((unsigned char)*s >= 0x20 && *s != 0x7f)
			TRY(buf_add_byte(line, (uint8_t)*s));
	}
out:
	return rc;
}

/* A line no longer than 75 octets: the rest goes on behind a blank; no letter of UTF-8 is cut. */
static enum rc
folded(struct buf *out, struct str line)
{
	size_t at = 0, room = LINE_OCTETS;
	enum rc rc = RC_OK;

	while (line.n - at > room) {
		size_t n = room;

		while (n > 1 && ((unsigned char)line.p[at + n] & 0xc0) == 0x80)
			n--;
		TRY(buf_add(out, str_sub(line, at, at + n)));
		TRY(buf_add_c(out, "\r\n "));
		at += n;
		room = LINE_OCTETS - 1;
	}
	TRY(buf_add(out, str_sub(line, at, line.n)));
	TRY(buf_add_c(out, "\r\n"));
out:
	return rc;
}

static enum rc
text_line(struct buf *out, const char *name, const char *text, const char *more)
{
	struct buf line = BUF(65536);
	enum rc rc = RC_OK;

	TRY(buf_add_c(&line, name));
	TRY(escaped(&line, text));
	if (*more) {
		TRY(buf_add_c(&line, " "));
		TRY(escaped(&line, more));
	}
	TRY(folded(out, buf_str(&line)));
out:
	buf_free(&line);
	return rc;
}

static enum rc
event(const struct page_request *r, const json_t *one, bool names, struct civil made, struct buf *out)
{
	const char *title = html_member(one, names ? "title" : "label");
	static const int days[] = { 30, 7, 1 };
	int64_t due_us = json_integer_value(json_object_get(one, "due"));
	struct civil t = time_civil(due_us), next = time_civil(due_us + 1);
	enum rc rc = RC_OK;

	TRY(buf_add_c(out, "BEGIN:VEVENT\r\n"));
	TRY(text_line(out, "UID:", arena_cstr(r->arena, arena_f(r->arena, "%s-%s-%s-%d%02d%02d@tsujiban", html_member(one, "kind"), html_member(one, "what"), html_member(one, "link"), t.year, t.month, t.day)), ""));
	TRY(buf_addf(out, "DTSTAMP:%d%02d%02dT%02d%02d%02dZ\r\n", made.year, made.month, made.day, made.hour, made.minute, made.second));
	TRY(buf_addf(out, "DTSTART;VALUE=DATE:%d%02d%02d\r\nDTEND;VALUE=DATE:%d%02d%02d\r\n", t.year, t.month, t.day, next.year, next.month, next.day));
	TRY(text_line(out, "SUMMARY:", title, names ? html_member(one, "of") : ""));
	TRY(text_line(out, "DESCRIPTION:", page_value_word(r, "ui_deadline_kind", html_member(one, "kind")), names ? html_member(one, "owner") : ""));
	TRY(buf_add_c(out, "TRANSP:TRANSPARENT\r\n"));
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		TRY(buf_addf(out, "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P%dD\r\n", days[i]));
		TRY(text_line(out, "DESCRIPTION:", title, ""));
		TRY(buf_add_c(out, "END:VALARM\r\n"));
	}
	TRY(buf_add_c(out, "END:VEVENT\r\n"));
out:
	return rc;
}

enum rc
page_ics(const struct page_request *r, bool names, struct buf *out)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	struct civil made = time_civil(html_number(json_object_get(r->answer, "at")) - JST_US); /* in UTC */
	enum rc rc = RC_OK;
	size_t i;

	TRY(buf_add_c(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tsujiban//Tsujiban//JA\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"));
	TRY(text_line(out, "X-WR-CALNAME:", r->station, page_word(r, "ui_deadlines_title")));
	each(rows, i, one)
		if (json_is_integer(json_object_get(one, "due")) && strcmp(html_member(one, "state"), "done") != 0)
			TRY(event(r, one, names, made, out));
	TRY(buf_add_c(out, "END:VCALENDAR\r\n"));
out:
	return rc;
}
