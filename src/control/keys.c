// SPDX-License-Identifier: Apache-2.0
/* Lines of authorized_keys. */
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/time_text.h"
#include "control/accounts.h"

#define LINE_MAX_N 16384

static const char *const types[] = { "ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
	"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com" };

static bool
is_type(struct str s)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_eq_c(s, types[i]))
			return true;
	return false;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next word; blanks within quotes do not end it. False: a quote stays open, or there is none. */
static bool
cut_word(struct str *rest, struct str *ret)
{
	size_t i = 0;
	bool quoted = false;

	while (rest->n && blank(rest->p[0]))
		*rest = str_sub(*rest, 1, rest->n);
	for (; i < rest->n && (quoted || !blank(rest->p[i])); i++) {
		if (rest->p[i] == '\\' && i + 1 < rest->n && rest->p[i + 1] == '"')
			i++;
		else if (rest->p[i] == '"')
			quoted = !quoted;
	}
	if (i > rest->n)
		i = rest->n;
	*ret = str_sub(*rest, 0, i);
	*rest = str_sub(*rest, i, rest->n);
	return !quoted && ret->n;
}

/* "20260101", "202601011200", "20260101120000", with Z for UTC; without it local time, which is Japan's here. */
static int64_t
expiry(struct str s)
{
	struct civil c = { 0 };
	bool utc = str_ends(s, STR("Z"));
	int64_t n[6] = { 0 };
	static const size_t from[] = { 0, 4, 6, 8, 10, 12 }, width[] = { 4, 2, 2, 2, 2, 2 };

	s.n -= utc;
	if (s.n != 8 && s.n != 12 && s.n != 14)
		return 1; /* sshd takes no such key: as if it had ended long ago */
	for (size_t i = 0; i < 6 && from[i] < s.n; i++)
		for (size_t k = from[i]; k < from[i] + width[i]; k++) {
			if (s.p[k] < '0' || s.p[k] > '9')
				return 1;
			n[i] = n[i] * 10 + (s.p[k] - '0');
		}
	if (n[0] < 1970 || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 || n[3] > 23 || n[4] > 59 || n[5] > 59)
		return 1;
	c = (struct civil){ (int)n[0], (int)n[1], (int)n[2], (int)n[3], (int)n[4], (int)n[5] };
	return time_of_civil(c) + (utc ? 9 * HOUR_US : 0);
}

static bool
option_is(struct str option, const char *name, struct str *ret_value)
{
	size_t n = strlen(name);

	if (option.n < n || strncasecmp(option.p, name, n) != 0 || (option.n > n && option.p[n] != '='))
		return false;
	*ret_value = str_sub(option, n + 1, option.n);
	if (ret_value->n >= 2 && ret_value->p[0] == '"' && ret_value->p[ret_value->n - 1] == '"')
		*ret_value = str_sub(*ret_value, 1, ret_value->n - 2);
	return true;
}

static void
take_options(struct str options, struct key *k)
{
	while (options.n) {
		struct str one, value;
		size_t i = 0;
		bool quoted = false;

		for (; i < options.n && (quoted || options.p[i] != ','); i++) {
			if (options.p[i] == '\\' && i + 1 < options.n && options.p[i + 1] == '"')
				i++;
			else if (options.p[i] == '"')
				quoted = !quoted;
		}
		one = str_sub(options, 0, i < options.n ? i : options.n);
		options = str_sub(options, i + 1, options.n);
		if (option_is(one, "from", &value))
			k->from = value;
		else if (option_is(one, "expiry-time", &value))
			k->expires_us = expiry(value);
		else if (option_is(one, "command", &value))
			k->forced = true;
		else if (option_is(one, "cert-authority", &value))
			k->authority = true;
		else if (option_is(one, "verify-required", &value))
			k->verify = true;
		else if (option_is(one, "no-touch-required", &value))
			k->touch_off = true;
	}
}

/* Is it base64 of a key that says of itself that it is of this type? */
static bool
blob_fits(struct str blob, struct str type)
{
	struct buf b = BUF(LINE_MAX_N);
	bool fits = base64_decode(blob, &b) == RC_OK && b.n > 4 + type.n && get_be32(b.p) == type.n && memcmp(b.p + 4, type.p, type.n) == 0;

	buf_free(&b);
	return fits;
}

static bool
key_of(struct str line, struct key *k)
{
	struct str word;

	*k = (struct key){ 0 };
	if (!cut_word(&line, &word) || word.p[0] == '#')
		return false;
	if (!is_type(word)) {
		take_options(word, k);
		if (!cut_word(&line, &word) || !is_type(word))
			return false;
	}
	k->on_token = str_starts(word, STR("sk-"));
	while (line.n && blank(line.p[0]))
		line = str_sub(line, 1, line.n);
	for (k->blob = line, k->blob.n = 0; k->blob.n < line.n && !blank(line.p[k->blob.n]);)
		k->blob.n++;
	k->comment = str_trim(str_sub(line, k->blob.n, line.n));
	return blob_fits(k->blob, word);
}

enum rc
keys_parse(struct str text, key_take *take, void *context)
{
	struct str line;
	struct key k;
	enum rc rc = RC_OK;

	while (str_line(&text, &line)) {
		line.n = line.n < LINE_MAX_N ? line.n : LINE_MAX_N; /* sshd knows no end of a line: behind a key stands a comment */
		if (line.n && key_of(line, &k))
			TRY(take(context, &k));
	}
out:
	return rc;
}

struct str
keys_path(struct str pattern, const struct account *a, struct arena *arena)
{
	struct buf b = BUF(4096);
	struct str out = STR_NONE;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < pattern.n; i++) {
		char next = i + 1 < pattern.n ? pattern.p[i + 1] : 0;

		if (pattern.p[i] != '%')
			TRY(buf_add(&b, str_sub(pattern, i, 1)));
		else if (next == 'h')
			TRY(buf_add(&b, a->home));
		else if (next == 'u')
			TRY(buf_add(&b, a->name));
		else if (next == 'U')
			TRY(buf_addf(&b, "%u", a->uid));
		else if (next == '%')
			TRY(buf_add(&b, STR("%")));
		else
			goto out;
		i += pattern.p[i] == '%';
	}
	out = b.n && b.p[0] == '/' ? arena_dup(arena, buf_str(&b)) : arena_f(arena, STR_FMT "/" STR_FMT, STR_ARG(a->home), STR_ARG(buf_str(&b)));
out:
	buf_free(&b);
	return rc == RC_OK ? out : STR_NONE;
}
