// SPDX-License-Identifier: Apache-2.0
/* Escaping and filters: the only way from JSON to a page. */
#include "web/html.h"

#include <stdio.h>
#include <string.h>

#include "base/time_text.h"

static void
keep(struct html *h, enum rc rc)
{
	if (h->rc == RC_OK)
		h->rc = rc;
}

void
html_markup_bytes(struct html *h, const char *p, size_t n)
{
	if (h->rc == RC_OK)
		keep(h, buf_add(h->out, (struct str){ p, n }));
}

void
html_text(struct html *h, struct text text)
{
	struct str s = text.s;
	size_t from = 0;

	for (size_t i = 0; i < s.n && h->rc == RC_OK; i++) {
		const char *entity = s.p[i] == '&' ? "&amp;" : s.p[i] == '<' ? "&lt;" : s.p[i] == '>' ? "&gt;" :
		                     s.p[i] == '"' ? "&quot;" : s.p[i] == '\'' ? "&#39;" : NULL;

		if (!entity)
			continue;
		keep(h, buf_add(h->out, str_sub(s, from, i - from)));
		keep(h, buf_add_c(h->out, entity));
		from = i + 1;
	}
	if (h->rc == RC_OK)
		keep(h, buf_add(h->out, str_sub(s, from, s.n - from)));
}

void
html_int(struct html *h, int64_t n)
{
	if (h->rc == RC_OK)
		keep(h, buf_addf(h->out, "%lld", (long long)n));
}

struct text
html_text_of(struct html *h, const json_t *v)
{
	struct str s = { json_string_value(v), json_string_length(v) };
	struct text text = { STR_NONE };

	if (!s.p)
		return text;
	if (utf8_check(s, &text) == RC_OK)
		return text;
	rc_trail_clear();
	text = utf8_mend(h->arena, s);
	if (s.n && !text.s.n)
		keep(h, FAIL(RC_LIMIT, "page: more than its memory allows"));
	return text;
}

void
html_json(struct html *h, const json_t *v)
{
	if (json_is_string(v))
		html_text(h, html_text_of(h, v));
	else if (json_is_integer(v))
		html_int(h, json_integer_value(v));
	else if (json_is_real(v) && h->rc == RC_OK)
		keep(h, buf_addf(h->out, "%.6g", json_real_value(v)));
	else if (json_is_boolean(v))
		html_text(h, ui_text(h, json_is_true(v) ? "ui_yes" : "ui_no"));
}

void
html_lines(struct html *h, const json_t *v)
{
	struct str s = { json_string_value(v), json_string_length(v) };
	struct text text;

	if (!s.p)
		return;
	if (utf8_check_lines(s, &text) != RC_OK) {
		rc_trail_clear();
		text = html_text_of(h, v);
	}
	html_text(h, text);
}

static void
encoded(struct html *h, const json_t *v, const char *also)
{
	const char *s = json_string_value(v);
	char digits[24];

	if (json_is_integer(v)) {
		(void)snprintf(digits, sizeof(digits), "%lld", (long long)json_integer_value(v)); /* always fits */
		s = digits;
	}
	for (; s && *s && h->rc == RC_OK; s++) {
		unsigned char c = (unsigned char)*s;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c) || strchr(also, c);

		keep(h, !plain ? buf_addf(h->out, "%%%02X", c) : c == '&' ? buf_add_c(h->out, "&amp;") : buf_add_byte(h->out, c));
	}
}

void
html_url(struct html *h, const json_t *v)
{
	encoded(h, v, "");
}

void
html_query(struct html *h, const json_t *v)
{
	encoded(h, v, "%=&");
}

static void
grouped(struct html *h, int64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%lld", (long long)n);

	for (int i = 0; i < len && h->rc == RC_OK; i++) {
		if (i && digits[i - 1] != '-' && (len - i) % 3 == 0)
			keep(h, buf_add_c(h->out, ","));
		keep(h, buf_add_byte(h->out, (uint8_t)digits[i]));
	}
}

void
html_count(struct html *h, const json_t *v)
{
	if (json_is_integer(v))
		grouped(h, json_integer_value(v));
}

void
html_bytes(struct html *h, const json_t *v)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double n = (double)json_integer_value(v);
	size_t unit = 0;

	if (!json_is_integer(v))
		return;
	for (; n >= 1024 && unit < 4; unit++)
		n /= 1024;
	if (h->rc == RC_OK)
		keep(h, buf_addf(h->out, unit ? "%.1f %s" : "%.0f %s", n, units[unit]));
}

enum time_form { TIME_SHORT, TIME_MINUTE, TIME_SECOND, TIME_ERA };

static enum rc
time_words(struct html *h, struct buf *out, int64_t at_us, enum time_form form)
{
	static const char *const months[] = { "", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" };
	struct civil c = time_civil(at_us);
	enum rc rc = RC_OK;

	if (form == TIME_ERA) {
		if (h->english && c.month >= 1 && c.month <= 12)
			return buf_addf(out, "%d %s %d, %02d:%02d JST", c.day, months[c.month], c.year, c.hour, c.minute);
		TRY(time_wareki(out, at_us));
		return buf_addf(out, " %02d:%02d", c.hour, c.minute);
	}
	if (form != TIME_SHORT || c.year != time_civil(h->now_us).year)
		TRY(buf_addf(out, "%d/", c.year));
	TRY(buf_addf(out, "%02d/%02d %02d:%02d", c.month, c.day, c.hour, c.minute));
	if (form == TIME_SECOND)
		TRY(buf_addf(out, ":%02d", c.second));
out:
	return rc;
}

static void
time_element(struct html *h, const json_t *v, enum time_form form)
{
	int64_t at_us = json_integer_value(v);

	if (!json_is_integer(v))
		return;
	html_markup(h, "<time datetime=\"");
	if (h->rc == RC_OK)
		keep(h, time_iso(h->out, at_us));
	html_markup(h, "\">");
	if (h->rc == RC_OK)
		keep(h, time_words(h, h->out, at_us, form));
	html_markup(h, "</time>");
}

void html_time_short(struct html *h, const json_t *v)  { time_element(h, v, TIME_SHORT); }
void html_time_minute(struct html *h, const json_t *v) { time_element(h, v, TIME_MINUTE); }
void html_time_second(struct html *h, const json_t *v) { time_element(h, v, TIME_SECOND); }
void html_time_era(struct html *h, const json_t *v)    { time_element(h, v, TIME_ERA); }

struct text
html_time_text(struct html *h, int64_t at_us, bool seconds)
{
	struct buf words = BUF(64);
	struct text text = { STR_NONE };

	if (time_words(h, &words, at_us, seconds ? TIME_SECOND : TIME_MINUTE) == RC_OK)
		text.s = arena_dup(h->arena, buf_str(&words));
	buf_free(&words);
	return text;
}

/* The largest unit, and the next one while the first is small. */
struct text
html_span_text(struct html *h, int64_t seconds)
{
	static const struct { int64_t s; const char *ja, *en; } units[] = {
		{ 86400, "日", " d" }, { 3600, "時間", " h" }, { 60, "分", " min" }, { 1, "秒", " s" },
	};
	struct text text = { STR("") };

	if (seconds < 0)
		seconds = 0;
	for (size_t i = 0; i < 4; i++) {
		int64_t n = seconds / units[i].s, next = i < 3 ? seconds % units[i].s / units[i + 1].s : 0;

		if (n == 0 && i < 3)
			continue;
		if (n < 3 && next)
			text.s = arena_f(h->arena, "%lld%s%s%lld%s", (long long)n, h->english ? units[i].en : units[i].ja, h->english ? " " : "",
			    (long long)next, h->english ? units[i + 1].en : units[i + 1].ja);
		else
			text.s = arena_f(h->arena, "%lld%s", (long long)n, h->english ? units[i].en : units[i].ja);
		break;
	}
	return text;
}

void
html_ago(struct html *h, const json_t *v)
{
	if (json_is_integer(v))
		html_text(h, html_span_text(h, (h->now_us - json_integer_value(v)) / SECOND_US));
}

void
html_span(struct html *h, const json_t *v)
{
	if (json_is_integer(v))
		html_text(h, html_span_text(h, json_integer_value(v)));
}

void
html_minutes(struct html *h, const json_t *v)
{
	if (!json_is_integer(v))
		return;
	grouped(h, json_integer_value(v));
	html_text(h, ui_text(h, "ui_unit_minute"));
}

void
html_word(struct html *h, const char *prefix, const json_t *v)
{
	const char *value = json_is_boolean(v) ? (json_is_true(v) ? "true" : "false") : json_string_value(v);
	struct str key;
	const char *word;

	if (!value)
		return;
	key = arena_f(h->arena, "%s_%s", prefix, value);
	for (size_t i = 0; i < key.n; i++) {
		char *c = (char *)(uintptr_t)&key.p[i]; /* the arena's bytes are ours */

		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c == '-' || *c == '.' || *c == ':' ? '_' : *c;
	}
	word = key.p ? ui_word(h->english, key.p) : NULL;
	if (word)
		html_text(h, (struct text){ str_of(word) });
	else
		html_json(h, v);
}

struct text
ui_text(struct html *h, const char *key)
{
	const char *word = ui_word(h->english, key);

	return (struct text){ str_of(word ? word : key) };
}

bool
html_true(const json_t *v)
{
	return json_is_true(v) || json_string_length(v) || (json_is_integer(v) && json_integer_value(v)) || (json_is_real(v) && json_real_value(v) != 0) ||
	       json_array_size(v) || json_object_size(v);
}

bool
html_is(const json_t *v, const char *want)
{
	const char *s = json_string_value(v);

	return s && strcmp(s, want) == 0;
}

bool
html_more(const json_t *a, const json_t *b)
{
	return json_integer_value(a) > json_integer_value(b);
}

json_int_t
html_number(const json_t *v)
{
	return json_integer_value(v);
}

size_t
html_size(const json_t *v)
{
	return json_is_object(v) ? json_object_size(v) : json_array_size(v);
}

const char *
html_string(const json_t *v)
{
	const char *s = json_string_value(v);

	return s ? s : "";
}

const char *
html_member(const json_t *o, const char *key)
{
	return html_string(json_object_get(o, key));
}
