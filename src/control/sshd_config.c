// SPDX-License-Identifier: Apache-2.0
/* Reads sshd_config and what it includes into lines, refusing what sshd refuses. */
#include "control/sshd_int.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"

#define FILE_MAX     (1 << 20)
#define DEPTH_MAX    16    /* as sshd */
#define LINES_MAX    20000 /* in all: includes that include each other must end */
#define NAMES_MAX    4096 /* in a folder */
#define FILES_MAX    256  /* of one Include */
#define FOLDERS_MAX  64
#define PATH_MAX_LEN 1000

enum kind { KIND_FLAG = 1, KIND_WORD, KIND_FIRST, KIND_LINE, KIND_NAMES, KIND_ARGS, KIND_EVERY, KIND_SKIP };
enum scope { SCOPE_GLOBAL, SCOPE_ALL };

static const struct keyword { const char *name; enum sshd_key key; enum scope scope; enum kind kind; } keywords[] = {
#define KEYWORD(name, key, scope, kind) { name, SSHD_##key, SCOPE_##scope, KIND_##kind },
#include "control/sshd_keywords.def"
};

struct loader { const struct host *host; struct arena *arena; size_t lines; int depth; int64_t newest_us; };

static enum rc load_file(struct loader *, const char *path, struct sshd_lines *ret);

/* ---- words of a line */

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

enum rc
sshd_split(struct str s, bool comments, struct arena *arena, struct str **ret, size_t *ret_n)
{
	size_t most = s.n / 2 + 1, n = 0;
	struct str *words = arena_get(arena, most * sizeof(*words));
	char *out = arena_get(arena, s.n + most);

	if (words == NULL || out == NULL)
		return FAIL(RC_LIMIT, "no room for the words of a line");
	for (size_t i = 0; i < s.n; i++) {
		char quote = 0, *from = out;

		if (blank(s.p[i]))
			continue;
		if (comments && s.p[i] == '#')
			break;
		for (; i < s.n; i++) {
			char c = s.p[i], next = i + 1 < s.n ? s.p[i + 1] : 0;

			if (c == '\\' && (next == '\'' || next == '"' || next == '\\' || (quote == 0 && next == ' ')))
				*out++ = s.p[++i];
			else if (quote == 0 && blank(c))
				break;
			else if (quote == 0 && (c == '"' || c == '\''))
				quote = c;
			else if (quote && c == quote)
				quote = 0;
			else
				*out++ = c;
		}
		if (quote)
			return FAIL(RC_SYNTAX, "sshd_config: a quote that does not end");
		words[n++] = (struct str){ from, (size_t)(out - from) };
		*out++ = 0;
	}
	*ret = words;
	*ret_n = n;
	return RC_OK;
}

/*
 * The next word up to white space, a quote or one "=". False: an open quote, or nothing is left.
 * A quote ends the word where it closes, whatever stood before it stays a part.
 */
static bool
word_cut(struct str *rest, struct arena *arena, struct str *ret)
{
	size_t i = 0, close;
	bool equals;

	if (rest->p == NULL)
		return false;
	while (i < rest->n && memchr(" \t\r\n\"=", rest->p[i], 6) == NULL)
		i++;
	if (i < rest->n && rest->p[i] == '"') {
		for (close = i + 1; close < rest->n && rest->p[close] != '"';)
			close++;
		if (close == rest->n)
			return false;
		*ret = arena_f(arena, STR_FMT STR_FMT, (int)i, rest->p, (int)(close - i - 1), rest->p + i + 1);
		equals = true; /* after a quote "=" is no separator */
		i = close;
	} else {
		*ret = str_sub(*rest, 0, i);
		if (i == rest->n) {
			*rest = STR_NONE;
			return true;
		}
		equals = rest->p[i] == '=';
	}
	for (i++; i < rest->n && memchr(" \t\r\n", rest->p[i], 4);)
		i++;
	if (!equals && i < rest->n && rest->p[i] == '=')
		for (i++; i < rest->n && memchr(" \t\r\n", rest->p[i], 4);)
			i++;
	*rest = (struct str){ rest->p + i, rest->n - i };
	return true;
}

/* ---- Match */

static const struct { const char *name; enum sshd_criterion criterion; } criteria[] = {
	{ "all", CRITERION_ALL }, { "user", CRITERION_USER }, { "group", CRITERION_GROUP }, { "host", CRITERION_HOST }, { "address", CRITERION_ADDRESS },
	{ "localaddress", CRITERION_LOCAL_ADDRESS }, { "localport", CRITERION_LOCAL_PORT }, { "rdomain", CRITERION_RDOMAIN },
};

static bool
is_word(struct str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static bool
ends_line(struct str word)
{
	return word.n == 0 || word.p[0] == '#';
}

static enum rc
port_parse(struct str s, int64_t *ret)
{
	if (str_eq(s, STR("ssh"))) { /* the one name of /etc/services worth knowing */
		*ret = 22;
		return RC_OK;
	}
	return num_parse(s, 0, 65535, ret);
}

enum rc
sshd_conditions(struct str rest, struct arena *arena, struct sshd_line *ret)
{
	struct sshd_condition *list = arena_get(arena, sizeof(*list) * (rest.n / 2 + 1));
	struct str name = STR_NONE, value;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (list == NULL)
		return FAIL(RC_LIMIT, "no room for a Match line");
	while (word_cut(&rest, arena, &name) && !ends_line(name)) {
		struct sshd_condition c = { 0 };

		for (size_t i = 0; i < sizeof(criteria) / sizeof(criteria[0]); i++)
			if (is_word(name, criteria[i].name))
				c.criterion = criteria[i].criterion;
		value = STR_NONE;
		if (c.criterion == 0)
			return FAIL(RC_SYNTAX, "sshd_config: Match with an unknown criterion");
		if (c.criterion == CRITERION_ALL) {
			if (n || (word_cut(&rest, arena, &value) && !ends_line(value)))
				return FAIL(RC_SYNTAX, "sshd_config: Match all with more beside it");
			list[n++] = c;
			goto done;
		}
		if (!word_cut(&rest, arena, &value) || ends_line(value))
			return FAIL(RC_SYNTAX, "sshd_config: a Match criterion without a value");
		c.list = arena_dup(arena, value);
		if ((c.criterion == CRITERION_ADDRESS || c.criterion == CRITERION_LOCAL_ADDRESS) && address_list(NULL, value) == LISTED_BAD)
			return FAIL(RC_SYNTAX, "sshd_config: Match with a wrong address");
		if (c.criterion == CRITERION_LOCAL_PORT)
			TRY(port_parse(value, &c.port));
		list[n++] = c;
	}
	if (n == 0)
		return FAIL(RC_SYNTAX, "sshd_config: Match with no criterion");
	if (rest.n && !ends_line(name)) /* an open quote stopped us */
		return FAIL(RC_SYNTAX, "sshd_config: Match with a quote that does not end");
done:
	ret->conditions = list;
	ret->conditions_count = n;
out:
	return rc;
}

/* ---- Include */

static bool
has_wildcard(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (memchr("*?[\\", s.p[i], 4))
			return true;
	return false;
}

/* Files whose path is `base` and then matches `rest`, in byte order; names that begin with a dot only when the pattern does. */
static enum rc
glob_files(struct loader *l, const char *base, struct str rest, struct sshd_line *line, size_t *budget)
{
	struct str part, *names;
	struct host_stat st;
	char pattern[256], path[PATH_MAX_LEN + 2];
	size_t n;
	enum rc rc = RC_OK;

	if (!str_cut(&rest, '/', &part)) {
		TRY(host_stat(l->host, base, &st));
		if (!st.exists)
			return RC_OK;
		if (line->files_count == FILES_MAX || (*budget)-- == 0)
			return FAIL(RC_LIMIT, "sshd_config: too many included files");
		return (st.mode & 0170000) == 0040000 ? RC_OK : load_file(l, base, &line->files[line->files_count++]);
	}
	if (part.n == 0)
		return glob_files(l, base, rest, line, budget);
	if (part.n >= sizeof(pattern) || strlen(base) + 1 + part.n > PATH_MAX_LEN)
		return RC_OK; /* no file has such a name */
	memcpy(pattern, part.p, part.n);
	pattern[part.n] = 0;
	if (!has_wildcard(part)) {
		(void)snprintf(path, sizeof(path), "%s/%s", base, pattern);
		return glob_files(l, path, rest, line, budget);
	}
	rc = host_list(l->host, *base ? base : "/", NAMES_MAX, l->arena, &names, &n);
	if (rc == RC_NOTFOUND)
		return RC_OK;
	TRY(rc);
	for (size_t i = 0; i < n; i++) {
		if (fnmatch(pattern, names[i].p, FNM_PERIOD) != 0 || strlen(base) + 1 + names[i].n > PATH_MAX_LEN)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", base, names[i].p);
		TRY(glob_files(l, path, rest, line, budget));
	}
out:
	return rc;
}

static enum rc
include(struct loader *l, struct sshd_line *line)
{
	size_t budget = NAMES_MAX;
	enum rc rc = RC_OK;

	line->files = arena_get(l->arena, sizeof(*line->files) * FILES_MAX);
	if (line->files == NULL)
		return FAIL(RC_LIMIT, "no room for included files");
	for (size_t i = 0; i < line->args_count; i++) {
		struct str p = line->args[i];

		if (p.n == 0)
			return FAIL(RC_SYNTAX, "sshd_config: Include with an empty argument");
		if (p.p[0] == '~' || l->host == NULL)
			continue; /* sshd looks for a folder of that very name, beside which it starts */
		if (p.p[0] != '/')
			p = arena_f(l->arena, "/etc/ssh/" STR_FMT, STR_ARG(p));
		TRY(glob_files(l, "", p, line, &budget));
	}
out:
	return rc;
}

/* ---- a line */

static bool
one_of(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (is_word(s, *words))
			return true;
	return false;
}

static enum rc
check_words(const struct sshd_line *l, enum sshd_key key)
{
	static const char *const root[] = { "yes", "no", "without-password", "prohibit-password", "forced-commands-only", NULL };
	static const char *const family[] = { "any", "inet", "inet6", NULL };
	static const char *const options[] = { "none", "touch-required", "verify-required", NULL };
	static const char *const methods[] = { "any", "none", "publickey", "password", "keyboard-interactive", "hostbased", "gssapi-with-mic", "gssapi-keyex", NULL };
	int64_t port;
	bool any = false;

	for (size_t i = 0; i < l->args_count; i++) {
		struct str arg = l->args[i], rest = arg, one;

		if (arg.n == 0 || (key == SSHD_ROOT && !one_of(arg, root)) || (key == SSHD_FAMILY && !one_of(arg, family)) ||
		    (key == SSHD_KEY_OPTIONS && !one_of(arg, options)) || (key == SSHD_PORT && (port_parse(arg, &port) != RC_OK || port == 0)) ||
		    ((key == SSHD_ALLOW_USERS || key == SSHD_DENY_USERS) && user_pattern(STR_NONE, STR_NONE, NULL, arg) == LISTED_BAD))
			return FAIL(RC_SYNTAX, "sshd_config: a value sshd does not take");
		if (key != SSHD_METHODS)
			continue;
		if (any || (str_eq(arg, STR("any")) && i))
			return FAIL(RC_SYNTAX, "sshd_config: \"any\" beside other methods");
		any = str_eq(arg, STR("any"));
		if (arg.p[arg.n - 1] == ',')
			return FAIL(RC_SYNTAX, "sshd_config: an empty method");
		while (str_cut(&rest, ',', &one)) {
			struct str name = one;

			(void)str_cut(&name, ':', &one);
			if (!one_of(one, methods) || (is_word(one, "any") && !any))
				return FAIL(RC_SYNTAX, "sshd_config: an unknown method");
		}
	}
	return RC_OK;
}

static enum rc
keep_rest(struct loader *l, struct str rest, struct sshd_line *line)
{
	line->args = arena_get(l->arena, sizeof(*line->args));
	if (line->args == NULL)
		return FAIL(RC_LIMIT, "no room");
	line->args[0] = arena_dup(l->arena, rest);
	line->args_count = 1;
	return RC_OK;
}

static const char *const yes_no[] = { "yes", "no", NULL };

static enum rc
read_value(struct loader *l, const struct keyword *k, struct str rest, struct sshd_line *line)
{
	enum rc rc = RC_OK;

	TRY(sshd_split(rest, true, l->arena, &line->args, &line->args_count));
	switch (k->kind) {
	case KIND_SKIP:
		break;
	case KIND_FLAG: case KIND_WORD: case KIND_FIRST: case KIND_NAMES:
		if (line->args_count != 1 || line->args[0].n == 0 || (k->kind == KIND_FLAG && !one_of(line->args[0], yes_no)))
			return FAIL(RC_SYNTAX, "sshd_config: %s takes one value it knows", k->name);
		TRY(check_words(line, k->key));
		break;
	case KIND_LINE:
		if (k->key == SSHD_MATCH)
			TRY(sshd_conditions(rest, l->arena, line));
		else
			TRY(keep_rest(l, rest, line));
		if (k->key == SSHD_KEYS_COMMAND && (rest.n == 0 || rest.p[0] != '/') && !is_word(rest, "none"))
			return FAIL(RC_SYNTAX, "sshd_config: %s takes an absolute path", k->name);
		break;
	case KIND_ARGS: case KIND_EVERY:
		if (k->key == SSHD_LISTEN ? line->args_count == 0 || (line->args_count != 1 && line->args_count != 3) :
		    k->key == SSHD_PORT ? line->args_count != 1 : line->args_count == 0 && (k->key == SSHD_METHODS || k->key == SSHD_INCLUDE))
			return FAIL(RC_SYNTAX, "sshd_config: %s with a wrong number of values", k->name);
		TRY(check_words(line, k->key));
		if (k->key == SSHD_INCLUDE)
			TRY(include(l, line));
		break;
	}
out:
	return rc;
}

/* One line of text; `*ret_used` false: a blank line or a comment. */
static enum rc
read_line(struct loader *l, struct str text, struct sshd_line *ret, bool *ret_used)
{
	struct str word;

	*ret_used = false;
	while (text.n && memchr(" \t\r", text.p[0], 3))
		text = str_sub(text, 1, text.n);
	while (text.n > 1 && memchr(" \t\r\n\f", text.p[text.n - 1], 5))
		text.n--;
	if (text.n == 0)
		return RC_OK;
	if (!word_cut(&text, l->arena, &word) || (word.n == 0 && !word_cut(&text, l->arena, &word)) || word.n == 0 || word.p[0] == '#')
		return RC_OK; /* also a keyword behind an open quote: sshd passes it over */
	if (text.n == 0)
		return FAIL(RC_SYNTAX, "sshd_config: a keyword without a value");
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (is_word(word, keywords[i].name)) {
			*ret_used = true;
			ret->key = keywords[i].key;
			ret->in_match = keywords[i].scope == SCOPE_ALL;
			return read_value(l, &keywords[i], text, ret);
		}
	return FAIL(RC_SYNTAX, "sshd_config: a keyword sshd does not know");
}

static enum rc
load_text(struct loader *l, struct str rest, struct sshd_lines *ret)
{
	size_t most = 1;
	struct str text;
	enum rc rc = RC_OK;

	if (rest.n && memchr(rest.p, 0, rest.n))
		return FAIL(RC_SYNTAX, "sshd_config: a zero byte");
	for (size_t i = 0; i < rest.n; i++)
		most += rest.p[i] == '\n';
	l->lines += most;
	if (l->lines > LINES_MAX)
		return FAIL(RC_LIMIT, "sshd_config: more than %d lines", LINES_MAX);
	*ret = (struct sshd_lines){ arena_get(l->arena, sizeof(*ret->lines) * most), 0 };
	text = arena_dup(l->arena, rest);
	if (ret->lines == NULL || (rest.n && text.p == NULL))
		return FAIL(RC_LIMIT, "no room for sshd_config");
	for (rest = text; str_cut(&rest, '\n', &text);) {
		bool used;

		TRY(read_line(l, text, &ret->lines[ret->count], &used));
		ret->count += used;
	}
out:
	return rc;
}

static enum rc
load_file(struct loader *l, const char *path, struct sshd_lines *ret)
{
	struct buf b = BUF(FILE_MAX);
	struct host_stat st;
	enum rc rc = RC_OK;

	if (++l->depth > DEPTH_MAX + 1)
		return FAIL(RC_SYNTAX, "sshd_config: files include each other too deep");
	TRY(host_read(l->host, path, FILE_MAX, &b));
	if (host_stat(l->host, path, &st) == RC_OK && st.modified_at_us > l->newest_us)
		l->newest_us = st.modified_at_us;
	TRY(load_text(l, buf_str(&b), ret));
out:
	l->depth--;
	buf_free(&b);
	return rc;
}

/* SSHD_OPTS="-o …" of the unit's environment file. */
static enum rc
read_options(const struct host *h, bool *ret)
{
	struct buf b = BUF(65536);
	struct str rest, line;
	enum rc rc = host_read(h, "/etc/default/ssh", 65536, &b);

	rest = buf_str(&b);
	while (rc == RC_OK && str_line(&rest, &line)) {
		line = str_trim(line);
		if (str_starts(line, STR("SSHD_OPTS=")))
			*ret = line.n > 10 && !str_eq(line, STR("SSHD_OPTS=\"\"")) && !str_eq(line, STR("SSHD_OPTS=''"));
	}
	buf_free(&b);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* "sshd: /usr/sbin/sshd -D -f /other [listener] 0 of 10-100 startups": sshd writes its words over its own arguments. */
static bool
other_words(struct str title)
{
	struct str word;

	while (str_cut(&title, ' ', &word))
		if (str_starts(word, STR("-f")) || str_starts(word, STR("-o")) || str_starts(word, STR("-p")) || str_starts(word, STR("-C")))
			return true;
	return false;
}

/* The sshd that runs: its pid file is written as it starts and at each reload. Where there is none, nothing is known against what stands here. */
static enum rc
read_running(const struct host *h, int64_t newest_us, struct sshd_config *c)
{
	struct buf pid = BUF(64), title = BUF(4096);
	struct host_stat st;
	int64_t n;
	char path[64];
	enum rc rc = host_read(h, "/run/sshd.pid", 64, &pid);

	if (rc != RC_OK || num_parse(str_trim(buf_str(&pid)), 1, INT32_MAX, &n) != RC_OK || host_stat(h, "/run/sshd.pid", &st) != RC_OK)
		goto out;
	(void)snprintf(path, sizeof(path), "/proc/%lld/cmdline", (long long)n);
	rc = host_read_head(h, path, 4096, &title);
	if (rc != RC_OK || !str_find(buf_str(&title), STR("sshd"), NULL)) /* it has ended, and the number is another's */
		goto out;
	for (size_t i = 0; i < title.n; i++)
		title.p[i] = title.p[i] ? title.p[i] : ' ';
	c->started_otherwise |= other_words(buf_str(&title));
	c->changed_since = newest_us > st.modified_at_us;
out:
	buf_free(&pid);
	buf_free(&title);
	return RC_OK;
}

/* What sshd refuses only where it stands, or for want of something else. */
static enum rc
check_whole(const struct sshd_config *c)
{
	struct sshd_settings whole;
	struct str ways[SSHD_WAYS_MAX], family;
	enum rc rc = RC_OK;

	TRY(sshd_config_for(c, NULL, &whole));
	family = sshd_value(&whole, SSHD_FAMILY);
	for (size_t i = 0; i < whole.counts[SSHD_LISTEN] && rc == RC_OK; i++) {
		struct str at = whole.values[SSHD_LISTEN][i];
		bool is6 = str_find(at, STR("::"), NULL) || (at.n && at.p[0] == '[');

		if ((is6 && str_eq(family, STR("inet"))) || (!is6 && str_eq(family, STR("inet6"))))
			rc = FAIL(RC_SYNTAX, "sshd_config: ListenAddress of a family that AddressFamily leaves out");
	}
	if (rc == RC_OK && sshd_ways(&whole, ways) == 0 && !str_eq(sshd_value(&whole, SSHD_METHODS), STR("any")))
		rc = FAIL(RC_SYNTAX, "sshd_config: AuthenticationMethods that are all switched off");
	if (rc == RC_OK && !str_eq(sshd_value(&whole, SSHD_KEYS_COMMAND), STR("none")) && whole.counts[SSHD_KEYS_COMMAND_USER] == 0)
		rc = FAIL(RC_SYNTAX, "sshd_config: AuthorizedKeysCommand without AuthorizedKeysCommandUser");
out:
	return rc;
}

enum rc
sshd_config_load(const struct host *h, const char *path, struct arena *arena, struct sshd_config *ret)
{
	struct loader l = { .host = h, .arena = arena };
	struct sshd_config c = { .arena = arena, .main = arena_get(arena, sizeof(*c.main)) };
	enum rc rc = RC_OK;

	if (c.main == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(load_file(&l, path, c.main));
	TRY(read_options(h, &c.started_otherwise));
	TRY(read_running(h, l.newest_us, &c));
	TRY(check_whole(&c));
	*ret = c;
out:
	return rc;
}

enum rc
sshd_config_parse(struct str text, struct arena *arena, struct sshd_config *ret)
{
	struct loader l = { .arena = arena };
	struct sshd_config c = { .arena = arena, .main = arena_get(arena, sizeof(*c.main)) };
	enum rc rc = RC_OK;

	if (c.main == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(load_text(&l, text, c.main));
	TRY(check_whole(&c));
	*ret = c;
out:
	return rc;
}
