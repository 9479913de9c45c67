// SPDX-License-Identifier: Apache-2.0
/* Reads sudoers and what it includes. */
#include "control/sudoers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FILE_MAX  (1 << 20)
#define DEPTH_MAX 16
#define RULES_MAX 4000
#define ITEMS_MAX 20000

struct reader { const struct host *host; struct arena *arena; struct sudoers *s; struct str host_name; int depth; size_t items; };
struct cursor { struct str text; size_t at; };

static enum rc read_text(struct reader *, struct str text, const char *path);

/* ---- characters. A line is one already: a backslash at its end has joined the next. */

static char
peek(const struct cursor *c)
{
	return c->at < c->text.n ? c->text.p[c->at] : '\0';
}

static void
blanks(struct cursor *c)
{
	while (peek(c) == ' ' || peek(c) == '\t')
		c->at++;
}

static bool
take(struct cursor *c, char want)
{
	blanks(c);
	if (peek(c) != want)
		return false;
	c->at++;
	return true;
}

static bool
at_end(struct cursor *c)
{
	blanks(c);
	return c->at >= c->text.n;
}

/* ---- words */

static bool
ends_word(char ch, const char *stops)
{
	return ch == '\0' || ch == ' ' || ch == '\t' || strchr(stops, ch);
}

/* A word with its quotes and backslashes undone; empty: none stands here. */
static bool
word(struct reader *r, struct cursor *c, const char *stops, struct str *ret)
{
	char *out = arena_get(r->arena, c->text.n - c->at + 1);
	size_t n = 0;

	blanks(c);
	if (out == NULL)
		return false;
	while (c->at < c->text.n) {
		char ch = peek(c);

		if (ch == '"') {
			for (c->at++; peek(c) != '"'; c->at++) {
				if (c->at >= c->text.n)
					return false;
				if (peek(c) == '\\' && c->at + 1 < c->text.n && c->text.p[c->at + 1] == '"')
					c->at++;
				out[n++] = peek(c);
			}
			c->at++;
			continue;
		}
		if (ch == '\\' && c->at + 1 < c->text.n) {
			out[n++] = c->text.p[c->at + 1];
			c->at += 2;
			continue;
		}
		if (ends_word(ch, stops))
			break;
		out[n++] = ch;
		c->at++;
	}
	*ret = (struct str){ out, n };
	return n > 0;
}

static bool
alias_name(struct str s)
{
	if (s.n == 0 || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!(s.p[i] >= 'A' && s.p[i] <= 'Z') && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '_')
			return false;
	return true;
}

static bool
digits(struct str s)
{
	for (size_t i = s.n && s.p[0] == '-' && s.n > 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static struct sudo_item
item_of(struct str s, bool bare)
{
	struct sudo_item i = { .kind = SUDO_WORD, .text = s };

	if (bare && str_eq(s, STR("ALL")))
		i.kind = SUDO_ALL;
	else if (bare && alias_name(s))
		i.kind = SUDO_ALIAS;
	else if (str_starts(s, STR("%:")))
		i = (struct sudo_item){ .kind = SUDO_NONUNIX, .text = str_sub(s, 2, s.n) };
	else if (str_starts(s, STR("%#")) && digits(str_sub(s, 2, s.n)))
		i = (struct sudo_item){ .kind = SUDO_GID, .text = str_sub(s, 2, s.n) };
	else if (s.p[0] == '%')
		i = (struct sudo_item){ .kind = SUDO_GROUP, .text = str_sub(s, 1, s.n) };
	else if (s.p[0] == '#' && digits(str_sub(s, 1, s.n)))
		i = (struct sudo_item){ .kind = SUDO_UID, .text = str_sub(s, 1, s.n) };
	else if (s.p[0] == '+')
		i = (struct sudo_item){ .kind = SUDO_NETGROUP, .text = str_sub(s, 1, s.n) };
	return i;
}

static enum rc
add_item(struct reader *r, struct sudo_list *l, struct sudo_item item)
{
	if (++r->items > ITEMS_MAX)
		return FAIL(RC_LIMIT, "sudoers: more than %d words", ITEMS_MAX);
	if ((l->count & (l->count - 1)) == 0) { /* full at each power of two */
		struct sudo_item *more = arena_get(r->arena, sizeof(*more) * (l->count ? 2 * l->count : 1));

		if (more == NULL)
			return FAIL(RC_LIMIT, "no room for sudoers");
		if (l->count)
			memcpy(more, l->items, l->count * sizeof(*more));
		l->items = more;
	}
	l->items[l->count++] = item;
	return RC_OK;
}

/* "a, !b, %c": RC_SYNTAX when it is none. */
static enum rc
list(struct reader *r, struct cursor *c, const char *stops, struct sudo_list *ret)
{
	struct str w;
	enum rc rc = RC_OK;

	do {
		struct sudo_item item;
		bool against = false, bare, foreign;

		while (take(c, '!'))
			against = !against;
		blanks(c);
		bare = peek(c) != '"';
		foreign = str_starts(str_sub(c->text, c->at, c->text.n), STR("%:")); /* a colon that ends nothing */
		c->at += foreign ? 2 : 0;
		if (!word(r, c, stops, &w))
			return RC_SYNTAX;
		item = foreign ? (struct sudo_item){ .kind = SUDO_NONUNIX, .text = w } : item_of(w, bare);
		item.against = against;
		if (item.kind != SUDO_WORD && item.text.n == 0)
			return RC_SYNTAX;
		TRY(add_item(r, ret, item));
	} while (take(c, ','));
out:
	return rc;
}

/* ---- commands */

static const struct { const char *name; int password, exec; } tags[] = {
	{ "NOPASSWD", 1, 0 }, { "PASSWD", -1, 0 }, { "NOEXEC", 0, 1 }, { "EXEC", 0, -1 }, { "SETENV", 0, 0 }, { "NOSETENV", 0, 0 }, { "LOG_INPUT", 0, 0 }, { "NOLOG_INPUT", 0, 0 },
	{ "LOG_OUTPUT", 0, 0 }, { "NOLOG_OUTPUT", 0, 0 }, { "MAIL", 0, 0 }, { "NOMAIL", 0, 0 }, { "FOLLOW", 0, 0 }, { "NOFOLLOW", 0, 0 }, { "INTERCEPT", 0, 0 }, { "NOINTERCEPT", 0, 0 },
};
static const char *const options[] = { "ROLE", "TYPE", "PRIVS", "LIMITPRIVS", "APPARMOR_PROFILE", "TIMEOUT", "NOTBEFORE", "NOTAFTER", "CWD", "CHROOT" };

/* A capital word and then `behind`: where it ends, or 0. */
static size_t
capital(const struct cursor *c, char behind, struct str *ret)
{
	size_t i = c->at;

	while (i < c->text.n && ((c->text.p[i] >= 'A' && c->text.p[i] <= 'Z') || c->text.p[i] == '_'))
		i++;
	*ret = str_sub(c->text, c->at, i - c->at);
	while (i < c->text.n && (c->text.p[i] == ' ' || c->text.p[i] == '\t'))
		i++;
	return ret->n && i < c->text.n && c->text.p[i] == behind ? i + 1 : 0;
}

/* Options and tags before a command; those said stay on for the next. */
static enum rc
modifiers(struct reader *r, struct cursor *c, struct sudo_command *k)
{
	struct str name, value;
	size_t next;

	for (;;) {
		bool known = false;

		blanks(c);
		if ((next = capital(c, '=', &name)) != 0) {
			for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
				known |= str_eq_c(name, options[i]);
			if (!known)
				return RC_SYNTAX;
			c->at = next;
			if (!word(r, c, ",", &value))
				return RC_SYNTAX;
		} else if ((next = capital(c, ':', &name)) != 0) {
			for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
				if (str_eq_c(name, tags[i].name)) {
					known = true;
					k->no_password = tags[i].password ? tags[i].password > 0 : k->no_password;
					k->no_exec = tags[i].exec ? tags[i].exec > 0 : k->no_exec;
				}
			if (!known)
				return RC_OK; /* an alias, and the next list of hosts behind it */
			c->at = next;
		} else {
			return RC_OK;
		}
	}
}

/* sha224:… before a path; several with commas between. */
static bool
digest(struct reader *r, struct cursor *c)
{
	static const char *const kinds[] = { "sha224:", "sha256:", "sha384:", "sha512:" };
	struct str w;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_starts(str_sub(c->text, c->at, c->text.n), str_of(kinds[i]))) {
			c->at += strlen(kinds[i]);
			return word(r, c, ",", &w);
		}
	return false;
}

/* Arguments up to a comma, a colon or "=" that is not escaped. */
static bool
arguments(struct reader *r, struct cursor *c, struct sudo_command *k)
{
	char *out = arena_get(r->arena, c->text.n - c->at + 1);
	size_t n = 0;

	if (out == NULL)
		return false;
	blanks(c);
	k->args_said = c->at < c->text.n && strchr(",:=", peek(c)) == NULL;
	while (c->at < c->text.n && strchr(",:=", peek(c)) == NULL) {
		if (peek(c) == '\\' && c->at + 1 < c->text.n && strchr("\\:,= \t#", c->text.p[c->at + 1]))
			c->at++;
		out[n++] = peek(c);
		c->at++;
	}
	k->args = str_trim((struct str){ out, n });
	return true;
}

static enum rc
command(struct reader *r, struct cursor *c, struct sudo_command *k)
{
	struct str w;
	bool against = false, hashed = false;

	while (take(c, '!'))
		against = !against;
	blanks(c);
	while (digest(r, c)) {
		hashed = true;
		(void)take(c, ',');
		blanks(c);
	}
	if (!word(r, c, ",:=", &w))
		return RC_SYNTAX;
	k->args = STR_NONE;
	k->args_said = false;
	k->digest = hashed;
	k->what = (struct sudo_item){ SUDO_WORD, against, w };
	if (w.p[0] == '/' || str_eq(w, STR("sudoedit")) || str_eq(w, STR("list")) || w.p[0] == '^')
		return arguments(r, c, k) ? RC_OK : RC_LIMIT;
	k->what.kind = str_eq(w, STR("ALL")) ? SUDO_ALL : SUDO_ALIAS;
	return k->what.kind == SUDO_ALL || alias_name(w) ? RC_OK : RC_SYNTAX;
}

static enum rc
add_command(struct reader *r, struct sudo_command **list_at, size_t *count, const struct sudo_command *k)
{
	if (++r->items > ITEMS_MAX)
		return FAIL(RC_LIMIT, "sudoers: more than %d words", ITEMS_MAX);
	if ((*count & (*count - 1)) == 0) {
		struct sudo_command *more = arena_get(r->arena, sizeof(*more) * (*count ? 2 * *count : 1));

		if (more == NULL)
			return FAIL(RC_LIMIT, "no room for sudoers");
		if (*count)
			memcpy(more, *list_at, *count * sizeof(*more));
		*list_at = more;
	}
	(*list_at)[(*count)++] = *k;
	return RC_OK;
}

/* "(users:groups)": either may be missing. */
static enum rc
runas(struct reader *r, struct cursor *c, struct sudo_command *k)
{
	enum rc rc = RC_OK;

	if (!take(c, '('))
		return RC_OK;
	k->as_said = true;
	k->as_users = k->as_groups = (struct sudo_list){ 0 };
	blanks(c);
	if (peek(c) != ':' && peek(c) != ')')
		TRY(list(r, c, ",:)=", &k->as_users));
	if (take(c, ':')) {
		blanks(c);
		if (peek(c) != ')')
			TRY(list(r, c, ",:)=", &k->as_groups));
	}
	if (!take(c, ')'))
		rc = RC_SYNTAX;
out:
	return rc;
}

static enum rc
privilege(struct reader *r, struct cursor *c, struct sudo_privilege *p)
{
	struct sudo_command k = { 0 };
	enum rc rc = RC_OK;

	TRY(list(r, c, ",=:", &p->hosts));
	if (!take(c, '='))
		return RC_SYNTAX;
	do {
		TRY(runas(r, c, &k));
		TRY(modifiers(r, c, &k));
		TRY(command(r, c, &k));
		TRY(add_command(r, &p->commands, &p->count, &k));
	} while (take(c, ','));
out:
	return rc;
}

static enum rc
user_rule(struct reader *r, struct cursor *c)
{
	struct sudo_rule rule = { 0 };
	struct sudo_privilege more[64] = { 0 };
	enum rc rc = RC_OK;

	TRY(list(r, c, ",=:!", &rule.users));
	do {
		if (rule.count == 64)
			return FAIL(RC_LIMIT, "sudoers: too many hosts in a rule");
		TRY(privilege(r, c, &more[rule.count]));
		rule.count++;
	} while (take(c, ':'));
	if (!at_end(c))
		return RC_SYNTAX;
	if (r->s->count == RULES_MAX)
		return FAIL(RC_LIMIT, "sudoers: more than %d rules", RULES_MAX);
	rule.privileges = arena_get(r->arena, sizeof(*rule.privileges) * rule.count);
	if (rule.privileges == NULL)
		return FAIL(RC_LIMIT, "no room for sudoers");
	memcpy(rule.privileges, more, sizeof(*more) * rule.count);
	r->s->rules[r->s->count++] = rule;
out:
	return rc;
}

/* ---- lines */

static enum rc
alias_line(struct reader *r, struct cursor *c, enum sudo_alias_kind kind)
{
	struct sudo_command k = { 0 };
	enum rc rc = RC_OK;

	do {
		struct sudo_alias a = { .kind = kind };

		if (!word(r, c, "=,:!", &a.name) || !alias_name(a.name) || str_eq(a.name, STR("ALL")) || !take(c, '='))
			return RC_SYNTAX;
		if (kind == SUDO_ALIAS_COMMAND) {
			do {
				TRY(command(r, c, &k));
				TRY(add_command(r, &a.commands, &a.commands_count, &k));
			} while (take(c, ','));
		} else {
			TRY(list(r, c, kind == SUDO_ALIAS_HOST ? ",=:" : ",=:!", &a.items));
		}
		for (size_t i = 0; i < r->s->aliases_count; i++)
			if (r->s->aliases[i].kind == kind && str_eq(r->s->aliases[i].name, a.name))
				return RC_SYNTAX; /* said twice: sudo refuses the second */
		if (r->s->aliases_count == RULES_MAX)
			return FAIL(RC_LIMIT, "sudoers: too many aliases");
		r->s->aliases[r->s->aliases_count++] = a;
	} while (take(c, ':'));
	return at_end(c) ? RC_OK : RC_SYNTAX;
out:
	return rc;
}

/* Only what changes an answer: "!authenticate", "runas_default=…", "exempt_group=…". Where it applies is not asked: it then applies. */
static enum rc
defaults_line(struct reader *r, struct cursor *c)
{
	struct str name, value = STR_NONE;

	if (peek(c) == '@' || peek(c) == ':' || peek(c) == '>' || peek(c) == '!') {
		struct sudo_list scope = { 0 };
		enum rc rc;

		if (peek(c) != '!' || (c->at + 1 < c->text.n && c->text.p[c->at + 1] != ' ')) {
			c->at++;
			rc = list(r, c, ",", &scope);
			if (rc != RC_OK)
				return rc;
		}
	}
	do {
		bool against = false;

		while (take(c, '!'))
			against = !against;
		if (!word(r, c, ",=+-!", &name))
			return RC_SYNTAX;
		blanks(c);
		if (peek(c) == '+' || peek(c) == '-')
			c->at++;
		if (take(c, '=') && !word(r, c, ",", &value))
			return RC_SYNTAX;
		if (str_eq(name, STR("authenticate")))
			r->s->no_password |= against;
		else if (str_eq(name, STR("runas_default")) && !against)
			r->s->runas_other = !str_eq(value, STR("root"));
		else if (str_eq(name, STR("exempt_group")) && !against)
			r->s->exempt_group = value;
	} while (take(c, ','));
	return at_end(c) ? RC_OK : RC_SYNTAX;
}

static enum rc
read_file(struct reader *r, const char *path, bool must)
{
	struct buf b = BUF(FILE_MAX);
	enum rc rc = RC_OK;

	if (++r->depth > DEPTH_MAX)
		return FAIL(RC_LIMIT, "sudoers: files include each other too deep");
	rc = host_read(r->host, path, FILE_MAX, &b);
	if (rc == RC_NOTFOUND && must) {
		r->s->broken++;
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	TRY(read_text(r, buf_str(&b), path));
out:
	r->depth--;
	buf_free(&b);
	return rc;
}

static enum rc
include(struct reader *r, struct cursor *c, bool folder, const char *from)
{
	struct str path, *names;
	struct buf b = BUF(4096);
	size_t n;
	enum rc rc = RC_OK;

	if (!word(r, c, "", &path) || !at_end(c))
		return RC_SYNTAX;
	if (r->host == NULL)
		return RC_OK;
	if (path.p[0] != '/') {
		const char *slash = strrchr(from, '/');

		TRY(buf_add(&b, (struct str){ from, slash ? (size_t)(slash - from) + 1 : 0 }));
	}
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '%' && i + 1 < path.n && path.p[i + 1] == 'h') {
			TRY(buf_add(&b, r->host_name));
			i++;
		} else {
			TRY(buf_add(&b, str_sub(path, i, 1)));
		}
	if (!folder) {
		TRY(read_file(r, buf_cstr(&b), true));
		goto out;
	}
	rc = host_list(r->host, buf_cstr(&b), 4096, r->arena, &names, &n);
	if (rc == RC_NOTFOUND) {
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	for (size_t i = 0; i < n; i++) {
		struct host_stat st;
		struct str file = arena_f(r->arena, "%s/%s", buf_cstr(&b), names[i].p);

		if (names[i].n == 0 || memchr(names[i].p, '.', names[i].n) || names[i].p[names[i].n - 1] == '~' || file.p == NULL)
			continue;
		if (host_stat(r->host, file.p, &st) == RC_OK && st.exists && (st.mode & 0170000) != 0100000)
			continue;
		TRY(read_file(r, file.p, false));
	}
out:
	buf_free(&b);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static bool
keyword(struct cursor *c, const char *name, bool spaced)
{
	size_t n = strlen(name);

	if (!str_starts(str_sub(c->text, c->at, c->text.n), str_of(name)))
		return false;
	if (spaced && c->at + n < c->text.n && c->text.p[c->at + n] != ' ' && c->text.p[c->at + n] != '\t')
		return false;
	c->at += n;
	return true;
}

static enum rc
read_line(struct reader *r, struct str text, const char *path)
{
	struct cursor c = { text, 0 };

	if (at_end(&c))
		return RC_OK;
	if (keyword(&c, "@includedir", true) || keyword(&c, "#includedir", true))
		return include(r, &c, true, path);
	if (keyword(&c, "@include", true) || keyword(&c, "#include", true))
		return include(r, &c, false, path);
	if (keyword(&c, "Defaults", false))
		return defaults_line(r, &c);
	if (keyword(&c, "User_Alias", true))
		return alias_line(r, &c, SUDO_ALIAS_USER);
	if (keyword(&c, "Runas_Alias", true))
		return alias_line(r, &c, SUDO_ALIAS_RUNAS);
	if (keyword(&c, "Host_Alias", true))
		return alias_line(r, &c, SUDO_ALIAS_HOST);
	if (keyword(&c, "Cmnd_Alias", true) || keyword(&c, "Cmd_Alias", true))
		return alias_line(r, &c, SUDO_ALIAS_COMMAND);
	return user_rule(r, &c);
}

/* Where a comment begins: "#" that is neither a number of a user, nor escaped, nor quoted, nor an include. */
static size_t
comment_at(struct str line)
{
	bool quoted = false;
	size_t i = 0;

	while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'))
		i++;
	if (str_starts(str_sub(line, i, line.n), STR("#include")))
		return line.n;
	for (; i < line.n; i++) {
		char next = i + 1 < line.n ? line.p[i + 1] : 0, after = i + 2 < line.n ? line.p[i + 2] : 0;

		if (line.p[i] == '\\' && next)
			i++;
		else if (line.p[i] == '"')
			quoted = !quoted;
		else if (line.p[i] == '#' && !quoted && !(next >= '0' && next <= '9') && !(next == '-' && after >= '0' && after <= '9'))
			return i;
	}
	return line.n;
}

static enum rc
read_text(struct reader *r, struct str text, const char *path)
{
	struct str line;
	enum rc rc = RC_OK;

	if (text.n && memchr(text.p, 0, text.n)) {
		r->s->broken++;
		return RC_OK;
	}
	while (text.n) {
		struct buf b = BUF(FILE_MAX);
		bool more = true;
		size_t n;

		while (more && str_cut(&text, '\n', &line)) { /* a backslash at the end joins the next line */
			size_t cut = comment_at(line);

			more = cut == line.n && line.n && line.p[line.n - 1] == '\\';
			if (buf_add(&b, str_sub(line, 0, more ? line.n - 1 : cut)) != RC_OK || (more && buf_add(&b, STR(" ")) != RC_OK))
				more = false;
		}
		line = arena_dup(r->arena, str_trim(buf_str(&b)));
		n = b.n;
		buf_free(&b);
		if (n && line.p == NULL)
			return FAIL(RC_LIMIT, "no room for sudoers");
		rc = read_line(r, line, path);
		if (rc == RC_SYNTAX) {
			r->s->broken++;
			rc = RC_OK;
		}
		TRY(rc);
	}
out:
	return rc;
}

static enum rc
begin(struct reader *r)
{
	r->s->rules = arena_get(r->arena, sizeof(*r->s->rules) * RULES_MAX);
	r->s->aliases = arena_get(r->arena, sizeof(*r->s->aliases) * RULES_MAX);
	return r->s->rules && r->s->aliases ? RC_OK : FAIL(RC_LIMIT, "no room for sudoers");
}

enum rc
sudoers_load(const struct host *h, const char *path, struct str host_name, struct arena *arena, struct sudoers *ret)
{
	struct sudoers s = { 0 };
	struct reader r = { .host = h, .arena = arena, .s = &s, .host_name = host_name };
	enum rc rc = RC_OK;

	TRY(begin(&r));
	TRY(read_file(&r, path, false));
	*ret = s;
out:
	return rc;
}

enum rc
sudoers_parse(struct str text, struct arena *arena, struct sudoers *ret)
{
	struct sudoers s = { 0 };
	struct reader r = { .arena = arena, .s = &s };
	enum rc rc = RC_OK;

	TRY(begin(&r));
	TRY(read_text(&r, text, "/etc/sudoers"));
	*ret = s;
out:
	return rc;
}
