// SPDX-License-Identifier: Apache-2.0
/* Spans of work on packages, joined where less than two minutes lie between two lines. */
#include "control/dpkg_log.h"

#include <string.h>

#include "base/time_text.h"

#define JOIN_US  (2 * MINUTE_US)
#define AFTER_US (10 * SECOND_US) /* triggers and the last rename */
#define ZONE_US  (15 * MINUTE_US)

static void
add(struct dpkg_log *l, int64_t at_us)
{
	struct dpkg_span *last = l->count ? &l->spans[l->count - 1] : NULL;

	if (last && at_us >= last->from_us && at_us - last->to_us <= JOIN_US) {
		if (at_us > last->to_us)
			last->to_us = at_us;
		return;
	}
	if (l->count == DPKG_SPANS_MAX) {
		memmove(l->spans, l->spans + 1, sizeof(l->spans) - sizeof(l->spans[0]));
		l->count--;
	}
	l->spans[l->count++] = (struct dpkg_span){ at_us, at_us };
}

/* What dpkg writes behind the time. */
static bool
is_work(struct str word)
{
	static const char *const words[] = { "startup", "status", "install", "upgrade", "configure", "trigproc", "remove", "purge", "conffile", "disappear", NULL };

	for (size_t i = 0; words[i]; i++)
		if (str_eq_c(word, words[i]))
			return true;
	return false;
}

static void
one_line(struct dpkg_log *l, struct str line)
{
	char iso[21] = "0000-00-00T00:00:00Z";
	struct str rest = str_sub(line, 20, line.n), word = STR_NONE;
	int64_t at_us;

	if (line.n < 20 || line.p[10] != ' ' || line.p[19] != ' ' || !str_cut(&rest, ' ', &word) || !is_work(word))
		return;
	memcpy(iso, line.p, 19);
	iso[10] = 'T';
	if (time_parse_iso(str_of(iso), &at_us) == RC_OK)
		add(l, at_us);
	else
		rc_trail_clear();
}

void
dpkg_log_feed(struct dpkg_log *l, struct str piece)
{
	while (piece.n) {
		const char *end = memchr(piece.p, '\n', piece.n);
		size_t n = end ? (size_t)(end - piece.p) : piece.n;
		size_t room = l->line.max - l->line.n;

		l->odd |= n > room; /* the beginning is kept: that is where the time stands */
		if (buf_add(&l->line, str_sub(piece, 0, n < room ? n : room)) != RC_OK)
			rc_trail_clear();
		if (end) {
			one_line(l, buf_str(&l->line));
			buf_reset(&l->line);
		}
		piece = str_sub(piece, end ? n + 1 : n, piece.n);
	}
}

void
dpkg_log_settle(struct dpkg_log *l, int64_t written_at_us)
{
	int64_t ahead, zone;

	if (l->count == 0)
		return;
	ahead = l->spans[l->count - 1].to_us - written_at_us;
	zone = (ahead + (ahead < 0 ? -ZONE_US / 2 : ZONE_US / 2)) / ZONE_US * ZONE_US;
	if (zone < -14 * HOUR_US || zone > 14 * HOUR_US || ahead - zone > MINUTE_US || zone - ahead > MINUTE_US)
		l->count = 0; /* the file was written to by something else: its times explain nothing */
	for (size_t i = 0; i < l->count; i++) {
		l->spans[i].from_us -= zone + SECOND_US;
		l->spans[i].to_us -= zone - AFTER_US;
	}
}

bool
dpkg_log_during(const struct dpkg_log *l, int64_t at_us, int64_t *ret_from_us)
{
	for (size_t i = l->count; i > 0; i--)
		if (at_us >= l->spans[i - 1].from_us && at_us <= l->spans[i - 1].to_us) {
			*ret_from_us = l->spans[i - 1].from_us;
			return true;
		}
	return false;
}

void
dpkg_log_free(struct dpkg_log *l)
{
	buf_free(&l->line);
}
