// SPDX-License-Identifier: Apache-2.0
/* Stanzas, versions and releases, as dpkg and apt read them. */
#include "control/dpkg.h"

#include <string.h>
#include <strings.h>

#include "control/dates.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

enum rc
deb_version_check(struct str v)
{
	size_t colon = v.n;

	if (v.n == 0 || v.n > 256)
		return FAIL(RC_SYNTAX, "a version of %zu bytes", v.n);
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == ':' && colon == v.n)
			colon = i;
		if (!is_digit(v.p[i]) && !is_letter(v.p[i]) && strchr(".+-~:", v.p[i]) == NULL)
			return FAIL(RC_SYNTAX, "a version with an odd character");
	}
	if (colon == v.n)
		return RC_OK;
	for (size_t i = 0; i < colon; i++)
		if (!is_digit(v.p[i]))
			return FAIL(RC_SYNTAX, "an epoch that is no number");
	return colon == 0 || colon > 9 || colon + 1 == v.n ? FAIL(RC_SYNTAX, "a version with nothing on one side of its colon") : RC_OK;
}

/* Where a character stands: the tilde before the end, the end before letters, letters before the rest. */
static int
weight(struct str s, size_t i)
{
	if (i >= s.n || is_digit(s.p[i]))
		return 0;
	if (s.p[i] == '~')
		return -1;
	return is_letter(s.p[i]) ? (unsigned char)s.p[i] : (unsigned char)s.p[i] + 256;
}

/* Alternately what is no number, character by character, and what is one, by value. */
static int
part_cmp(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	while (i < a.n || k < b.n) {
		size_t from_i, from_k;

		while ((i < a.n && !is_digit(a.p[i])) || (k < b.n && !is_digit(b.p[k]))) {
			int x = weight(a, i), y = weight(b, k);

			if (x != y)
				return x - y;
			i++;
			k++;
		}
		while (i < a.n && a.p[i] == '0')
			i++;
		while (k < b.n && b.p[k] == '0')
			k++;
		for (from_i = i; i < a.n && is_digit(a.p[i]); i++)
			;
		for (from_k = k; k < b.n && is_digit(b.p[k]); k++)
			;
		if (i - from_i != k - from_k)
			return i - from_i > k - from_k ? 1 : -1;
		if (i > from_i) {
			int c = memcmp(a.p + from_i, b.p + from_k, i - from_i);

			if (c)
				return c;
		}
	}
	return 0;
}

/* Splits "epoch:upstream-revision"; no epoch is an empty one, which compares as 0. */
static void
split(struct str v, struct str *epoch, struct str *upstream, struct str *revision)
{
	const char *colon = memchr(v.p, ':', v.n), *dash;

	*epoch = STR_NONE;
	if (colon) {
		*epoch = str_sub(v, 0, (size_t)(colon - v.p));
		v = str_sub(v, epoch->n + 1, v.n);
	}
	dash = memrchr(v.p, '-', v.n);
	*upstream = dash ? str_sub(v, 0, (size_t)(dash - v.p)) : v;
	*revision = dash ? str_sub(v, upstream->n + 1, v.n) : STR_NONE;
}

int
deb_version_cmp(struct str a, struct str b)
{
	struct str x[3], y[3];
	int c = 0;

	split(a, &x[0], &x[1], &x[2]);
	split(b, &y[0], &y[1], &y[2]);
	for (size_t i = 0; i < 3 && c == 0; i++)
		c = part_cmp(x[i], y[i]);
	return c;
}

static bool
named(struct str name, const char *what)
{
	return name.n == strlen(what) && strncasecmp(name.p, what, name.n) == 0;
}

/* "Name: value" of a line; false for a continuation. */
static bool
field(struct str line, struct str *ret_name, struct str *ret_value)
{
	const char *colon;

	if (line.n == 0 || line.p[0] == ' ' || line.p[0] == '\t')
		return false;
	colon = memchr(line.p, ':', line.n);
	if (colon == NULL || colon == line.p)
		return false;
	*ret_name = str_sub(line, 0, (size_t)(colon - line.p));
	*ret_value = str_trim(str_sub(line, ret_name->n + 1, line.n));
	return true;
}

/* The lines that continue a field: each begins with a blank. */
static struct str
continued(struct str text)
{
	struct str rest = text, line;
	size_t n = 0;

	while (str_line(&rest, &line) && line.n && (line.p[0] == ' ' || line.p[0] == '\t'))
		n = rest.n ? (size_t)(rest.p - text.p) : text.n;
	return str_sub(text, 0, n);
}

static enum rc
hand_out(struct stanzas *s, struct str text)
{
	struct stanza one = { 0 };
	struct str line, name, value;
	bool any = false;

	while (str_line(&text, &line)) {
		if (!field(line, &name, &value)) {
			if (str_trim(line).n && line.p[0] != ' ' && line.p[0] != '\t')
				return FAIL(RC_SYNTAX, "a line that is no field");
			continue;
		}
		if (!any && s->wanted && named(name, "Package") && !s->wanted(s->context, value))
			return RC_OK;
		any = true;
		if (named(name, "Package"))
			one.package = value;
		else if (named(name, "Status"))
			one.status = value;
		else if (named(name, "Version"))
			one.version = value;
		else if (named(name, "Architecture"))
			one.architecture = value;
		else if (named(name, "Source"))
			one.source = value;
		else if (named(name, "Maintainer"))
			one.maintainer = value;
		else if (named(name, "Conffiles"))
			one.conffiles = continued(text);
	}
	return any ? s->take(s->context, &one) : RC_OK;
}

/* Where an empty line begins, from `at` on. Line by line: over tens of megabytes twice as fast as a search for two bytes. */
static bool
stanza_end(struct str all, size_t at, size_t *ret)
{
	while (at < all.n) {
		const char *line_end = memchr(all.p + at, '\n', all.n - at);

		if (line_end == NULL)
			return false;
		at = (size_t)(line_end - all.p) + 1;
		if (at < all.n && all.p[at] == '\n') {
			*ret = at - 1;
			return true;
		}
	}
	return false;
}

enum rc
stanzas_feed(struct stanzas *s, struct str piece)
{
	struct str all;
	size_t from = 0, end;
	enum rc rc = RC_OK;

	TRY(buf_add(&s->pending, piece));
	all = buf_str(&s->pending);
	/* a stanza ends at an empty line; what was searched before need not be searched again */
	while (stanza_end(all, s->searched, &end)) {
		TRY(hand_out(s, str_sub(all, from, end + 1 - from)));
		from = s->searched = end + 1;
	}
	if (from) {
		s->pending.n = all.n - from;
		memmove(s->pending.p, s->pending.p + from, s->pending.n);
	}
	s->searched = s->pending.n ? s->pending.n - 1 : 0;
out:
	return rc;
}

enum rc
stanzas_end(struct stanzas *s)
{
	enum rc rc = hand_out(s, buf_str(&s->pending));

	buf_reset(&s->pending);
	s->searched = 0;
	return rc;
}

enum rc
stanzas_end_whole(struct stanzas *s)
{
	return str_trim(buf_str(&s->pending)).n ? FAIL(RC_SYNTAX, "a list of packages that is cut short") : stanzas_end(s);
}

void
stanzas_free(struct stanzas *s)
{
	buf_free(&s->pending);
}

struct str
source_name(const struct stanza *s)
{
	struct str rest = s->source, name;

	return s->source.n && str_cut(&rest, ' ', &name) ? name : s->package;
}

/* "want flag state", as dpkg writes it. */
bool
status_installed(struct str status, bool *ret_held)
{
	struct str want = STR_NONE, flag = STR_NONE;

	*ret_held = false;
	if (!str_cut(&status, ' ', &want) || !str_cut(&status, ' ', &flag))
		return false;
	*ret_held = str_eq(want, STR("hold"));
	return str_eq(status, STR("installed")) || str_eq(status, STR("unpacked")) || str_eq(status, STR("half-configured")) ||
	    str_eq(status, STR("triggers-pending")) || str_eq(status, STR("triggers-awaited"));
}

enum rc
release_parse(struct str head, struct release *ret)
{
	struct release r = { 0 };
	struct str line, name, value;
	enum rc rc = RC_OK;

	while (str_line(&head, &line) && head.n) { /* the last line may be cut: never used */
		if (!field(line, &name, &value))
			continue;
		if (named(name, "MD5Sum") || named(name, "SHA256") || named(name, "SHA1"))
			break;
		if (named(name, "Origin"))
			r.origin = value;
		else if (named(name, "Label"))
			r.label = value;
		else if (named(name, "Suite"))
			r.suite = value;
		else if (named(name, "Codename"))
			r.codename = value;
		else if (named(name, "NotAutomatic"))
			r.not_automatic = named(value, "yes");
		else if (named(name, "Date"))
			TRY(date_release(value, &r.date_us));
		else if (named(name, "Valid-Until"))
			TRY(date_release(value, &r.valid_until_us));
	}
	if (r.date_us == 0)
		return FAIL(RC_SYNTAX, "a release without its date");
	*ret = r;
out:
	return rc;
}

bool
release_is_security(const struct release *r)
{
	return str_eq(r->label, STR("Debian-Security")) || str_ends(r->suite, STR("-security")) || str_ends(r->codename, STR("-security"));
}
