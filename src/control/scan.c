// SPDX-License-Identifier: Apache-2.0
/* Command lines and logs of clamscan(1) and clamdscan(1). */
#include "control/scan.h"

#include <string.h>

#include "base/num.h"
#include "base/time_text.h"

#define CLAM_DEPTH 15 /* folders deep, unless another number is asked for */

/* One word as a shell takes it: blanks end it unless quoted. What is expanded ($x) is kept as it stands. */
static bool
shell_word(struct str *rest, struct str *ret)
{
	size_t n = 0, from = 0;
	char quote = '\0';

	while (from < rest->n && (rest->p[from] == ' ' || rest->p[from] == '\t'))
		from++;
	for (n = from; n < rest->n; n++) {
		char c = rest->p[n];

		if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? '\0' : c;
		else if (!quote && (c == ' ' || c == '\t' || c == ';' || c == '|' || c == '&' || c == '>' || c == '<' || c == '#'))
			break;
	}
	*ret = str_sub(*rest, from, n - from);
	*rest = str_sub(*rest, n, rest->n);
	if (ret->n >= 2 && (ret->p[0] == '"' || ret->p[0] == '\'') && ret->p[ret->n - 1] == ret->p[0])
		*ret = str_sub(*ret, 1, ret->n - 2);
	return ret->n != 0;
}

static bool
is_program(struct str word, bool *ret_daemon)
{
	struct str name = word;

	for (size_t i = word.n; i > 0; i--)
		if (word.p[i - 1] == '/' || word.p[i - 1] == '=') { /* "ExecStart=/usr/bin/clamscan" */
			name = str_sub(word, i, word.n);
			break;
		}
	*ret_daemon = str_eq(name, STR("clamdscan"));
	return *ret_daemon || str_eq(name, STR("clamscan"));
}

/* One path of a pattern, without its anchor: is it one of the kernel's folders, whole or what lies in it? */
static bool
of_kernel(struct str p)
{
	static const char *const kernel[] = { "/sys", "/proc", "/dev", "/run", "/snap", NULL };

	while (p.n && (p.p[p.n - 1] == '/' || p.p[p.n - 1] == '$'))
		p.n--;
	for (size_t i = 0; kernel[i]; i++)
		if (str_eq_c(p, kernel[i]))
			return true;
	return false;
}

static bool
literal(struct str p)
{
	for (size_t i = 0; i < p.n; i++)
		if (strchr("*+?()[]{}|\\^", p.p[i]) || (p.p[i] == '$' && i + 1 < p.n))
			return false;
	return true;
}

/* "^/sys", "^/sys|^/proc", "^/(sys|proc)(/|$)": regular expressions that name whole paths, one after another. */
enum scan_pattern
scan_pattern(struct str pattern)
{
	static const char *const tails[] = { "(/|$)", "($|/)", "/", "$", "/$", NULL };
	struct str rest = pattern, one = STR_NONE;
	char path[64];

	for (size_t i = 0; tails[i]; i++) /* "^/(sys|proc)" and what may stand behind it */
		if (str_starts(rest, STR("^/(")) && str_ends(rest, str_of(tails[i])) && rest.n > 4 + strlen(tails[i]) && rest.p[rest.n - strlen(tails[i]) - 1] == ')') {
			rest.n -= strlen(tails[i]);
			break;
		}
	if (str_starts(rest, STR("^/(")) && rest.p[rest.n - 1] == ')') {
		rest = str_sub(rest, 3, rest.n - 4);
		while (rest.n) {
			if (!str_cut(&rest, '|', &one)) {
				one = rest;
				rest = STR_NONE;
			}
			if (!literal(one))
				return SCAN_OUT_UNSURE;
			if (one.n + 2 > sizeof(path))
				return SCAN_OUT_SOMETHING;
			path[0] = '/';
			memcpy(path + 1, one.p, one.n);
			if (!of_kernel((struct str){ path, one.n + 1 }))
				return SCAN_OUT_SOMETHING;
		}
		return SCAN_OUT_NOTHING;
	}
	rest = pattern;
	while (rest.n) {
		if (!str_cut(&rest, '|', &one)) {
			one = rest;
			rest = STR_NONE;
		}
		if (one.n == 0 || one.p[0] != '^')
			return literal(one) ? SCAN_OUT_SOMETHING : SCAN_OUT_UNSURE;
		one = str_sub(one, 1, one.n);
		if (!literal(one))
			return SCAN_OUT_UNSURE;
		if (!of_kernel(one))
			return SCAN_OUT_SOMETHING;
	}
	return pattern.n ? SCAN_OUT_NOTHING : SCAN_OUT_SOMETHING;
}

bool
scan_leaves_nothing_out(struct str pattern)
{
	return scan_pattern(pattern) == SCAN_OUT_NOTHING;
}

/* "25M", "400m", "104857600"; what nobody can read is 0. */
static int64_t
size_of(struct str s)
{
	int64_t n, unit = 1;

	if (s.n && strchr("kKmMgG", s.p[s.n - 1])) {
		unit = INT64_C(1) << (strchr("kK", s.p[s.n - 1]) ? 10 : strchr("mM", s.p[s.n - 1]) ? 20 : 30);
		s.n--;
	}
	if (num_parse(s, 0, INT32_MAX, &n) != RC_OK) {
		rc_trail_clear();
		return 0;
	}
	return n * unit;
}

/* "--log=X", "--log X", "-lX", "-l X": the value of an option; false: not this option. */
static bool
option(struct str word, const char *name, char letter, struct str *rest, struct str *ret)
{
	size_t n = strlen(name);

	if (word.n >= n && memcmp(word.p, name, n) == 0 && (word.n == n || word.p[n] == '=')) {
		*ret = str_sub(word, n + 1, word.n);
		if (word.n == n)
			(void)shell_word(rest, ret);
	} else if (letter && word.n >= 2 && word.p[0] == '-' && word.p[1] == letter) {
		*ret = str_sub(word, 2, word.n);
		if (word.n == 2)
			(void)shell_word(rest, ret);
	} else {
		return false;
	}
	if (ret->n >= 2 && (ret->p[0] == '"' || ret->p[0] == '\'') && ret->p[ret->n - 1] == ret->p[0])
		*ret = str_sub(*ret, 1, ret->n - 2);
	return true;
}

/* Limits below clamscan's own pass over what it would look into; 0 lifts one. */
static bool
limits(struct str word, struct str *rest, struct scan_call *c)
{
	static const struct { const char *option; int64_t least; } rows[] = {
		{ "--max-filesize", INT64_C(25) << 20 }, { "--max-scansize", INT64_C(100) << 20 }, { "--max-files", 10000 }, { "--max-recursion", 16 }, { "--max-embeddedpe", INT64_C(10) << 20 }, { "--max-scantime", 120000 },
	};
	struct str value = STR_NONE;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!option(word, rows[i].option, '\0', rest, &value))
			continue;
		c->leaves_out |= size_of(value) < rows[i].least && !str_eq(value, STR("0"));
		return true;
	}
	return false;
}

/* The words behind the program's name, up to the end of its command. */
static void
arguments(struct str *rest, bool daemon, struct str at, struct scan_call *ret)
{
	struct scan_call c = { 0 };
	struct str word, value = STR_NONE;
	bool deep = daemon, slash = false, other = false, odd = false;
	int64_t depth;

	while (shell_word(rest, &word)) {
		if (option(word, "--log", 'l', rest, &value)) {
			c.log = value;
		} else if (option(word, "--exclude-dir", '\0', rest, &value) || option(word, "--exclude", '\0', rest, &value) || option(word, "--include", '\0', rest, &value) ||
		    option(word, "--include-dir", '\0', rest, &value)) {
			c.leaves_out |= scan_pattern(value) == SCAN_OUT_SOMETHING;
			odd |= scan_pattern(value) == SCAN_OUT_UNSURE;
		} else if (option(word, "--file-list", 'f', rest, &value)) { // NOLINT(bugprone-branch-clone)
			c.unsure = true;
		} else if (option(word, "--cross-fs", '\0', rest, &value)) {
			c.leaves_out |= !str_eq(value, STR("yes"));
		} else if (option(word, "--max-dir-recursion", '\0', rest, &value)) {
			c.leaves_out |= num_parse(value, CLAM_DEPTH, INT32_MAX, &depth) != RC_OK;
			rc_trail_clear();
		} else if (option(word, "--config-file", 'c', rest, &value)) {
			other |= !str_eq(value, STR("/etc/clamav/clamd.conf"));
		} else if (str_eq(word, STR("--quiet")) || str_eq(word, STR("--no-summary"))) {
			c.mute = true;
		} else if (option(word, "--database", 'd', rest, &value)) {
			other |= !str_eq(value, STR("/var/lib/clamav")) && !str_eq(value, STR("/var/lib/clamav/"));
		} else if (limits(word, rest, &c)) {
			continue;
		} else if (str_eq(word, STR("--recursive")) || str_eq(word, STR("--recursive=yes")) || (word.n >= 2 && word.p[0] == '-' && word.p[1] != '-' && memchr(word.p, 'r', word.n))) {
			deep = true;
		} else if (word.p[0] == '/' && c.targets_count < SCAN_TARGETS_MAX) {
			slash |= str_eq(word, STR("/"));
			c.targets[c.targets_count++] = word;
		} else if (word.p[0] == '.' && (word.n == 1 || (word.n == 2 && word.p[1] == '/')) && c.targets_count < SCAN_TARGETS_MAX) {
			slash |= str_eq(at, STR("/")); /* "cd / && clamscan -r ." */
			c.unsure |= at.n == 0;
			c.targets[c.targets_count++] = at.n ? at : word;
		} else if (word.p[0] != '-') {
			c.unsure = true; /* "$DIR", or a folder of one nobody knows */
		}
	}
	c.unsure = (c.unsure && !slash) || other || odd;
	c.daemon = daemon;
	if (!deep)
		c.targets_count = 0; /* clamscan without -r looks into no folder below */
	c.whole = slash && deep && !c.leaves_out;
	*ret = c;
}

/* Words that take what stands behind them as text, or as something else than a command. */
static bool
talks(struct str word)
{
	static const char *const words[] = { "echo", "printf", "logger", "true", "false", ":", "man", "which", "type", "test", "[", "[[", "grep", "pgrep", "pkill", "killall", "rm", "ls", "cat", "stat", "apt-get", "apt", "dpkg", "dpkg-query", "mail", NULL };
	struct str name = word;

	for (size_t i = word.n; i > 0; i--)
		if (word.p[i - 1] == '/') {
			name = str_sub(word, i, word.n);
			break;
		}
	for (size_t i = 0; words[i]; i++)
		if (str_eq_c(name, words[i]))
			return true;
	return false;
}

bool
scan_call_find(struct str line, struct scan_call *ret)
{
	struct str word, before = STR_NONE, at = STR_NONE;
	bool daemon, said = false, perhaps = false; /* of this command: text; done only when another one failed */

	line = str_trim(line);
	if (line.n && line.p[0] == '#')
		return false;
	while (line.n) {
		if (!shell_word(&line, &word)) {
			if (line.n && strchr(";|&", line.p[0])) {
				perhaps = str_starts(line, STR("||"));
				said = false;
				before = STR_NONE;
				line = str_sub(line, line.n > 1 && line.p[1] == line.p[0], line.n);
			}
			line = line.n == 0 || line.p[0] == '#' ? STR_NONE : str_sub(line, 1, line.n);
			continue;
		}
		said |= talks(word);
		if (str_eq(before, STR("cd")))
			at = word;
		before = word;
		if (said || !is_program(word, &daemon))
			continue;
		arguments(&line, daemon, at, ret);
		ret->unsure |= perhaps;
		if (ret->log.n || ret->targets_count || ret->unsure || ret->leaves_out) /* not "[ -x /usr/bin/clamscan ]" */
			return true;
	}
	return false;
}

bool
scan_path_next(struct str *line, struct str *ret)
{
	struct str word;

	while (line->n) {
		if (!shell_word(line, &word)) {
			*line = line->n == 0 || line->p[0] == '#' ? STR_NONE : str_sub(*line, 1, line->n);
			continue;
		}
		for (size_t i = 0; i < word.n; i++)
			if (word.p[i] == '/' && (i == 0 || strchr("=-+!:@", word.p[i - 1]))) { /* "ExecStart=-/usr/local/sbin/scan" */
				*ret = str_sub(word, i, word.n);
				return true;
			}
	}
	return false;
}

/* ---- logs */

/* "2026:01:01 03:00:00" */
static bool
local_time(struct str s, int64_t *ret)
{
	char iso[21] = "0000-00-00T00:00:00Z";

	if (s.n != 19 || s.p[10] != ' ')
		return false;
	memcpy(iso, s.p, 19);
	iso[4] = iso[7] = '-';
	iso[10] = 'T';
	return time_parse_iso(str_of(iso), ret) == RC_OK;
}

static int64_t
count(struct str s)
{
	int64_t n;

	return num_parse(str_trim(s), 0, INT32_MAX, &n) == RC_OK ? n : -1;
}

static void
one_line(struct scan_log *l, struct str line)
{
	line = str_trim(line);
	if (str_eq(line, STR("----------- SCAN SUMMARY -----------"))) {
		l->in_summary = true;
		l->now = (struct scan_summary){ 0, -1, 0 };
		return;
	}
	if (!l->in_summary) {
		l->headless |= str_starts(line, STR("End Date:"));
		return;
	}
	if (str_starts(line, STR("Infected files:"))) {
		l->now.infected = count(str_sub(line, 15, line.n));
	} else if (str_starts(line, STR("Total errors:"))) {
		l->now.errors = count(str_sub(line, 13, line.n));
	} else if (str_starts(line, STR("End Date:"))) {
		if (local_time(str_trim(str_sub(line, 9, line.n)), &l->now.ended_us) && l->now.infected >= 0) {
			l->last = l->now;
			if (l->ended_at_us)
				l->last.ended_us = l->ended_at_us;
			l->seen = true;
		}
		l->in_summary = false;
	} else if (line.n && line.p[0] == '-') {
		l->in_summary = false; /* another scan began: this one did not come to its end */
	}
	rc_trail_clear();
}

bool
scan_log_line(struct str s)
{
	return str_starts(s, STR("-----------")) || str_starts(s, STR("Infected files:")) || str_starts(s, STR("Total errors:")) || str_starts(s, STR("End Date:"));
}

void
scan_log_feed(struct scan_log *l, struct str piece)
{
	while (piece.n) {
		const char *end = memchr(piece.p, '\n', piece.n);
		size_t n = end ? (size_t)(end - piece.p) : piece.n, room = l->line.max - l->line.n;

		if (buf_add(&l->line, str_sub(piece, 0, n < room ? n : room)) != RC_OK)
			rc_trail_clear(); /* a path too long: no line of a summary */
		if (end) {
			one_line(l, buf_str(&l->line));
			buf_reset(&l->line);
		}
		piece = str_sub(piece, end ? n + 1 : n, piece.n);
	}
}

void
scan_log_end(struct scan_log *l)
{
	if (l->line.n)
		one_line(l, buf_str(&l->line));
	buf_reset(&l->line);
}

void
scan_log_free(struct scan_log *l)
{
	buf_free(&l->line);
}
