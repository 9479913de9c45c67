// SPDX-License-Identifier: Apache-2.0
/* Charts as SVG text: shapes by class, words beside every colour. */
#include "web/chart.h"

#include "templates.h"

#include <qrencode.h>
#include <string.h>

#include "base/time_text.h"

#define WINDOW_US (30 * DAY_US)
#define KINDS_MAX 12

/* To one decimal; a board has some hundred of them, so without printf. */
static void
number(struct html *h, double n)
{
	char digits[24], *at = digits + sizeof(digits);
	bool minus = n < 0;
	uint64_t tenths = (uint64_t)((minus ? -n : n) * 10 + 0.5);

	*--at = (char)('0' + tenths % 10);
	*--at = '.';
	do
		*--at = (char)('0' + (tenths /= 10) % 10);
	while (tenths >= 10);
	if (minus)
		*--at = '-';
	if (h->rc == RC_OK)
		h->rc = buf_add(h->out, (struct str){ at, (size_t)(digits + sizeof(digits) - at) });
}

void
chart_mark(struct html *h, const json_t *status)
{
	static const struct { const char *status, *path; } marks[] = {
		{ "PASS", "M2.5 8.5l3.5 3.5 7.5-8" }, { "FAIL", "M3.5 3.5l9 9M12.5 3.5l-9 9" }, { "UNKNOWN", "M5 5.5a3 3 0 1 1 4.4 2.6C8.3 8.8 8 9.3 8 10.300M8 13.500v.1" },
		{ "CONDITIONAL", "M8 2.500l6 11H2z" }, { "AWAITING", "M2.5 13.500h11M8 2.500v7M4.5 6.500L8 10l3.5-3.5" }, { "CONFIRMING", "M3 5h10M3 8h6M9.5 12l1.500 1.500 3-3.500" }, { "NO_EVENT", "M8 2.500a5.5 5.5 0 1 0 .01 0" },
		{ "NOT_YET_DUE", "M8 2a6 6 0 1 0 .01 0M8 5v3.500l2.5 1.5" }, { "NOT_APPLICABLE", "M3 8h10" }, { "EXPIRED", "M8 2.500v7M8 13v.1" },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (html_is(status, marks[i].status)) {
			html_markup(h, "<svg class=\"mark\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" focusable=\"false\"><path d=\"");
			html_text(h, (struct text){ str_of(marks[i].path) });
			html_markup(h, "\"/></svg>");
		}
}

void
chart_counts_bar(struct html *h, const json_t *tally)
{
	double total = 0, x = 0, width;
	size_t i;
	const json_t *one;

	json_array_foreach((json_t *)(uintptr_t)tally, i, one) /* only read */
		total += (double)html_number(json_object_get(one, "n"));
	if (total <= 0)
		return;
	html_markup(h, "<svg class=\"counts\" viewBox=\"0 0 1000 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">");
	json_array_foreach((json_t *)(uintptr_t)tally, i, one) {
		width = 1000 * (double)html_number(json_object_get(one, "n")) / total;
		if (width <= 0)
			continue;
		html_markup(h, "<rect class=\"f-");
		html_json(h, json_object_get(one, "status"));
		html_markup(h, "\" x=\"");
		number(h, x);
		html_markup(h, "\" y=\"0\" width=\"");
		number(h, width > 3 ? width - 1.5 : width);
		html_markup(h, "\" height=\"14\"/>");
		x += width;
	}
	html_markup(h, "</svg>");
}

static const json_t *
state_of(const json_t *interval)
{
	const json_t *status = json_object_get(interval, "status");

	return status ? status : json_object_get(interval, "verdict");
}

/* How long each state held, as words: what the picture says to who cannot see it. */
static void
strip_label(struct html *h, const json_t *history, int64_t from_us, int64_t to_us)
{
	const json_t *kinds[KINDS_MAX];
	int64_t sums[KINDS_MAX];
	size_t kinds_n = 0, n = json_array_size(history);

	for (size_t i = 0; i < n; i++) {
		const json_t *state = state_of(json_array_get(history, i));
		int64_t begin = html_number(json_object_get(json_array_get(history, i), "from")), end = i + 1 < n ? html_number(json_object_get(json_array_get(history, i + 1), "from")) : to_us;
		size_t k = 0;

		begin = begin < from_us ? from_us : begin;
		if (end <= begin)
			continue;
		while (k < kinds_n && strcmp(html_string(kinds[k]), html_string(state)) != 0)
			k++;
		if (k == KINDS_MAX)
			continue;
		if (k == kinds_n) {
			kinds[kinds_n] = state;
			sums[kinds_n++] = 0;
		}
		sums[k] += end - begin;
	}
	for (size_t k = 0; k < kinds_n; k++) {
		if (k)
			html_text(h, (struct text){ h->english ? STR(", ") : STR("、") });
		html_word(h, "status", kinds[k]);
		html_markup(h, " ");
		html_text(h, html_span_text(h, sums[k] / SECOND_US));
	}
	if (kinds_n == 0)
		html_text(h, ui_text(h, "ui_strip_none"));
}

static void
strip_parts(struct html *h, const json_t *history, const json_t *at, double width, double height)
{
	int64_t to_us = json_is_integer(at) ? html_number(at) : h->now_us, from_us = to_us - WINDOW_US;
	size_t n = json_array_size(history);

	strip_label(h, history, from_us, to_us);
	html_markup(h, "\"><rect class=\"f-none\" width=\"");
	number(h, width);
	html_markup(h, "\" height=\"");
	number(h, height);
	html_markup(h, "\"/>");
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(history, i);
		int64_t begin = html_number(json_object_get(one, "from")), end = i + 1 < n ? html_number(json_object_get(json_array_get(history, i + 1), "from")) : to_us;
		double x, w;

		begin = begin < from_us ? from_us : begin;
		if (end <= begin)
			continue;
		x = width * (double)(begin - from_us) / (double)WINDOW_US;
		w = width * (double)(end - begin) / (double)WINDOW_US;
		if (w < 3) { /* a short failure is still seen */
			x = x > width - 3 ? width - 3 : x;
			w = 3;
		}
		html_markup(h, "<rect class=\"f-");
		html_json(h, state_of(one));
		html_markup(h, "\" x=\"");
		number(h, x);
		html_markup(h, "\" width=\"");
		number(h, w);
		html_markup(h, "\" height=\"");
		number(h, height);
		html_markup(h, "\"/>");
	}
	html_markup(h, "</svg>");
}

static void
strip_words(struct html *h)
{
	html_text(h, ui_text(h, "ui_last_30_days"));
	html_markup(h, ": ");
}

void
chart_strip(struct html *h, const json_t *history, const json_t *at)
{
	html_markup(h, "<svg class=\"strip\" viewBox=\"0 0 152 12\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
	strip_words(h);
	strip_parts(h, history, at, 152, 12);
}

void
chart_strip_wide(struct html *h, const json_t *history, const json_t *at)
{
	html_markup(h, "<svg class=\"strip-wide\" viewBox=\"0 0 900 28\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
	strip_words(h);
	strip_parts(h, history, at, 900, 28);
}

/* ---- a step line: a value holds until the next one; null ends it and hatches until the next */

#define PLOT_X 70.0
#define PLOT_W 810.0
#define PLOT_Y 10.0
#define PLOT_H 120.0

struct plot { int64_t from_us, to_us; double low, high; bool flat; /* one value all the time */ };

static double
plot_x(const struct plot *p, int64_t at_us)
{
	return PLOT_X + PLOT_W * (double)(at_us - p->from_us) / (double)(p->to_us - p->from_us);
}

static double
plot_y(const struct plot *p, double n)
{
	return PLOT_Y + PLOT_H * (p->high - n) / (p->high - p->low);
}

/* What its numbers are read in: thousandths as whole ones. */
static double
divisor(const json_t *series)
{
	json_int_t n = html_number(json_object_get(series, "divisor"));

	return n > 1 ? (double)n : 1;
}

static struct plot
plot_of(struct html *h, const json_t *points, const json_t *series, const json_t *at, int64_t *ret_min, int64_t *ret_max)
{
	struct plot p = { .to_us = json_is_integer(json_object_get(series, "to")) ? html_number(json_object_get(series, "to")) : json_is_integer(at) ? html_number(at) : h->now_us };
	const json_t *one;
	bool any = false;
	int64_t low = 0, high = 0, least, most;

	p.from_us = p.to_us - HOUR_US;
	for (size_t i = 0; i < json_array_size(points); i++) {
		const json_t *n = json_object_get(json_array_get(points, i), "n");
		int64_t when = html_number(json_object_get(json_array_get(points, i), "at")), v = html_number(n);

		if (when > 0 && when < p.from_us)
			p.from_us = when;
		if (!json_is_integer(n))
			continue;
		one = json_array_get(points, i);
		least = json_is_integer(json_object_get(one, "low")) ? html_number(json_object_get(one, "low")) : v;
		most = json_is_integer(json_object_get(one, "high")) ? html_number(json_object_get(one, "high")) : v;
		low = !any || least < low ? least : low;
		high = !any || most > high ? most : high;
		any = true;
	}
	*ret_min = low;
	*ret_max = high;
	p.low = (double)low;
	p.high = (double)high;
	if (json_is_integer(json_object_get(series, "max")) && (double)html_number(json_object_get(series, "max")) < 10 * p.high + 10)
		p.high = p.high > (double)html_number(json_object_get(series, "max")) ? p.high : (double)html_number(json_object_get(series, "max"));
	if (json_is_true(json_object_get(series, "yes_no"))) {
		p.low = 0;
		p.high = 1;
	}
	if (p.low > 0 && p.low < p.high / 2)
		p.low = 0;
	if (p.high <= p.low) { /* one value: a unit to each side */
		p.high = p.low + divisor(series);
		p.low = p.low >= divisor(series) ? p.low - divisor(series) : p.low;
		p.flat = true;
	}
	return p;
}

static void
rect(struct html *h, double x, double y, double w, double height)
{
	html_markup(h, "x=\"");
	number(h, x);
	html_markup(h, "\" y=\"");
	number(h, y);
	html_markup(h, "\" width=\"");
	number(h, w > 0 ? w : 0);
	html_markup(h, "\" height=\"");
	number(h, height > 0 ? height : 0);
	html_markup(h, "\"/>");
}

/* 1, 2 or 5 and noughts, so that two to five lines cross the plot; values are whole numbers. */
static double
round_step(double span)
{
	double step = 1;

	while (span / step > 5)
		for (int i = 0; i < 3 && span / step > 5; i++)
			step *= i == 1 ? 2.5 : 2;
	return step;
}

static void
steps_axes(struct html *h, const struct plot *p, const json_t *series)
{
	const json_t *low = json_object_get(series, "min"), *high = json_object_get(series, "max");
	bool yes_no = json_is_true(json_object_get(series, "yes_no"));
	double step = yes_no ? 1 : p->flat ? divisor(series) : round_step(p->high - p->low);

	if (json_is_integer(low) || json_is_integer(high)) { /* one side may be open */
		double top = json_is_integer(high) ? plot_y(p, (double)html_number(high)) : PLOT_Y, bottom = json_is_integer(low) ? plot_y(p, (double)html_number(low)) : PLOT_Y + PLOT_H;

		top = top < PLOT_Y ? PLOT_Y : top > PLOT_Y + PLOT_H ? PLOT_Y + PLOT_H : top;
		bottom = bottom > PLOT_Y + PLOT_H ? PLOT_Y + PLOT_H : bottom < PLOT_Y ? PLOT_Y : bottom;
		html_markup(h, "<rect class=\"band\" ");
		rect(h, PLOT_X, top, PLOT_W, bottom - top);
	}
	for (int64_t i = (int64_t)(p->low / step); (double)i * step <= p->high; i++) {
		double n = (double)i * step, y = plot_y(p, n);

		if (n < p->low)
			continue;
		html_markup(h, "<line class=\"grid\" x1=\"70\" x2=\"880\" y1=\"");
		number(h, y);
		html_markup(h, "\" y2=\"");
		number(h, y);
		html_markup(h, "\"/><text class=\"tick\" x=\"62\" text-anchor=\"end\" y=\"");
		number(h, y + 4);
		html_markup(h, "\">");
		if (yes_no)
			html_text(h, ui_text(h, n > 0 ? "ui_yes" : "ui_no"));
		else if (h->rc == RC_OK)
			h->rc = buf_addf(h->out, "%.10g", n / divisor(series));
		html_markup(h, "</text>");
	}
	html_markup(h, "<text x=\"70\" y=\"150\">");
	html_text(h, html_time_text(h, p->from_us, false));
	html_markup(h, "</text><text x=\"880\" y=\"150\" text-anchor=\"end\">");
	html_text(h, html_time_text(h, p->to_us, false));
	html_markup(h, "</text>");
}

static void
steps_gaps(struct html *h, const struct plot *p, const json_t *points)
{
	size_t n = json_array_size(points);

	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(points, i);
		int64_t begin = html_number(json_object_get(one, "at")), end = i + 1 < n ? html_number(json_object_get(json_array_get(points, i + 1), "at")) : p->to_us;

		if (json_is_integer(json_object_get(one, "n")) || end <= begin)
			continue;
		html_markup(h, "<rect class=\"gap\" ");
		rect(h, plot_x(p, begin), PLOT_Y, plot_x(p, end) - plot_x(p, begin), PLOT_H);
	}
}

/* Least to most, where a point sums up more than one value. */
static void
steps_spread(struct html *h, const struct plot *p, const json_t *points)
{
	size_t n = json_array_size(points);

	html_markup(h, "<path class=\"spread\" d=\"");
	for (size_t i = 0; i < n && h->rc == RC_OK; i++) {
		const json_t *one = json_array_get(points, i), *low = json_object_get(one, "low"), *high = json_object_get(one, "high");
		int64_t begin = html_number(json_object_get(one, "at")), end = i + 1 < n ? html_number(json_object_get(json_array_get(points, i + 1), "at")) : p->to_us;

		if (json_is_integer(low) && json_is_integer(high) && json_is_integer(json_object_get(one, "n")) && end > begin)
			h->rc = buf_addf(h->out, "M%.1f %.1fV%.1f", (plot_x(p, begin) + plot_x(p, end)) / 2, plot_y(p, (double)html_number(low)), plot_y(p, (double)html_number(high)));
	}
	html_markup(h, "\"/>");
}

static void
steps_line(struct html *h, const struct plot *p, const json_t *points)
{
	size_t n = json_array_size(points);
	bool down = false; /* the pen */

	html_markup(h, "<path class=\"line\" d=\"");
	for (size_t i = 0; i < n && h->rc == RC_OK; i++) {
		const json_t *one = json_array_get(points, i), *v = json_object_get(one, "n");
		int64_t begin = html_number(json_object_get(one, "at")), end = i + 1 < n ? html_number(json_object_get(json_array_get(points, i + 1), "at")) : p->to_us;
		double y = plot_y(p, (double)html_number(v));

		if (json_is_integer(v))
			h->rc = buf_addf(h->out, "%s%.1f %.1fH%.1f", down ? "L" : "M", plot_x(p, begin), y, plot_x(p, end > begin ? end : begin));
		down = json_is_integer(v);
	}
	html_markup(h, "\"/>");
	for (size_t i = n; i-- > 0;) { /* the newest value as a dot: one look is seen too */
		const json_t *v = json_object_get(json_array_get(points, i), "n");

		if (!json_is_integer(v))
			continue;
		html_markup(h, "<circle class=\"dot\" r=\"4\" cx=\"");
		number(h, i + 1 == n ? plot_x(p, p->to_us) : plot_x(p, html_number(json_object_get(json_array_get(points, i + 1), "at"))));
		html_markup(h, "\" cy=\"");
		number(h, plot_y(p, (double)html_number(v)));
		html_markup(h, "\"/>");
		break;
	}
}

void
chart_steps(struct html *h, const json_t *series, const json_t *at)
{
	const json_t *points = json_object_get(series, "points");
	int64_t low, high;
	struct plot p = plot_of(h, points, series, at, &low, &high);

	html_markup(h, "<svg class=\"steps-chart\" viewBox=\"0 0 900 156\" role=\"img\" aria-label=\"");
	html_word(h, "ui_fact", json_object_get(series, "key"));
	html_markup(h, ": ");
	if (h->rc == RC_OK)
		h->rc = buf_addf(h->out, "%.10g–%.10g ", (double)low / divisor(series), (double)high / divisor(series));
	html_json(h, json_object_get(series, "unit"));
	html_markup(h, "\"><title>");
	html_word(h, "ui_fact", json_object_get(series, "key"));
	html_markup(h, "</title>");
	steps_axes(h, &p, series);
	steps_gaps(h, &p, points);
	steps_spread(h, &p, points);
	steps_line(h, &p, points);
	html_markup(h, "</svg>");
}

void
chart_passkey_script(struct html *h, const json_t *page)
{
	(void)page;
	html_markup(h, "<script>");
	html_markup_bytes(h, passkey_script.p, passkey_script.n);
	html_markup(h, "</script>");
}

/* ---- how many a month */

#define LOAD_WIDTH  900
#define LOAD_HEIGHT 64 /* of the bars; words stand above and below */

void
chart_load(struct html *h, const json_t *months)
{
	size_t n = json_array_size(months), i;
	double most = 1, step = n ? (double)LOAD_WIDTH / (double)n : 1;
	const json_t *one;

	json_array_foreach((json_t *)(uintptr_t)months, i, one) /* only read */
		most = (double)html_number(json_object_get(one, "n")) > most ? (double)html_number(json_object_get(one, "n")) : most;
	html_markup(h, "<svg class=\"load-chart\" viewBox=\"0 0 900 112\" role=\"img\" aria-label=\"");
	json_array_foreach((json_t *)(uintptr_t)months, i, one) {
		if (i)
			html_markup(h, ", ");
		html_json(h, json_object_get(one, "month"));
		html_text(h, ui_text(h, "ui_deadline_load_month"));
		html_json(h, json_object_get(one, "n"));
	}
	html_markup(h, "\">");
	json_array_foreach((json_t *)(uintptr_t)months, i, one) {
		double high = LOAD_HEIGHT * (double)html_number(json_object_get(one, "n")) / most;

		html_markup(h, "<rect x=\"");
		number(h, step * (double)i + step * 0.15);
		html_markup(h, "\" y=\"");
		number(h, 24 + LOAD_HEIGHT - high);
		html_markup(h, "\" width=\"");
		number(h, step * 0.7);
		html_markup(h, "\" height=\"");
		number(h, high);
		html_markup(h, "\"/><text x=\"");
		number(h, step * ((double)i + 0.5));
		html_markup(h, "\" y=\"");
		number(h, 24 + LOAD_HEIGHT - high - 6);
		html_markup(h, "\">");
		html_json(h, json_object_get(one, "n"));
		html_markup(h, "</text><text class=\"under\" x=\"");
		number(h, step * ((double)i + 0.5));
		html_markup(h, "\" y=\"106\">");
		html_json(h, json_object_get(one, "month"));
		html_text(h, ui_text(h, "ui_deadline_load_month"));
		html_markup(h, "</text>");
	}
	html_markup(h, "</svg>");
}

/* ---- the QR code: dark modules as one path, a quiet zone of four around it */

void
chart_qr(struct html *h, const json_t *text)
{
	QRcode *code = json_is_string(text) ? QRcode_encodeString8bit(html_string(text), 0, QR_ECLEVEL_M) : NULL;

	if (!code)
		return; /* the secret stands beside it in text */
	html_markup(h, "<svg role=\"img\" shape-rendering=\"crispEdges\" viewBox=\"-4 -4 ");
	html_int(h, code->width + 8);
	html_markup(h, " ");
	html_int(h, code->width + 8);
	html_markup(h, "\" aria-label=\"");
	html_text(h, ui_text(h, "ui_qr_label"));
	html_markup(h, "\"><path fill=\"#000\" d=\"");
	for (int y = 0; y < code->width; y++)
		for (int x = 0, run; x < code->width; x += run ? run : 1) {
			for (run = 0; x + run < code->width && code->data[y * code->width + x + run] & 1;)
				run++;
			if (run && h->rc == RC_OK)
				h->rc = buf_addf(h->out, "M%d %dh%dv1h-%dz", x, y, run, run);
		}
	html_markup(h, "\"/></svg>");
	QRcode_free(code);
}
