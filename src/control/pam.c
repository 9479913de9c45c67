// SPDX-License-Identifier: Apache-2.0
/*
 * Reads PAM files line by line as libpam 1.5 of Debian 12 does, with its quirks:
 * a buffer of 1024 bytes cuts long lines in two, "@include" and "include" look
 * in /etc/pam.d alone, a line that cannot be used fails, and a broken file
 * refuses the service.
 */
#include "control/pam.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FILE_BYTES_MAX 262144
#define FILES_MAX      200
#define INCLUDES_ALL   2000 /* of one service: a few files that include each other twice would else be read for good */
#define INCLUDES_MAX   40   /* nested; libpam itself ends with its file descriptors */
#define LINE_BYTES     1024

static const char *const result_names[PAM_RESULTS + 1] = { "success", "open_err", "symbol_err", "service_err", "system_err", "buf_err", "perm_denied", "auth_err", "cred_insufficient", "authinfo_unavail",
	"user_unknown", "maxtries", "new_authtok_reqd", "acct_expired", "session_err", "cred_unavail", "cred_expired", "cred_err", "no_module_data", "conv_err", "authtok_err", "authtok_recover_err",
	"authtok_lock_busy", "authtok_disable_aging", "try_again", "ignore", "abort", "authtok_expired", "module_unknown", "bad_item", "conv_again", "incomplete", "default" };
static const char *const action_names[] = { "ignore", "ok", "done", "bad", "die", "reset" };
static const char *const type_names[PAM_TYPE_COUNT] = { "auth", "account", "password", "session" };

struct reader {
	struct pam_files   *files;   /* NULL: no includes are followed */
	struct arena       *arena;
	struct pam_service *service;
	size_t              depth, includes;
};

bool
pam_arg(const struct pam_step *s, const char *name)
{
	for (size_t i = 0; i < s->args_count; i++)
		if (str_eq_c(s->args[i], name))
			return true;
	return false;
}

int
pam_result_of(struct str name)
{
	for (int i = 0; i < PAM_RESULTS; i++)
		if (str_eq_c(name, result_names[i]))
			return i;
	return -1;
}

/* ---- lines */

struct lines { const char *at, *end; uint32_t line; }; /* `line` counts what was read */

/* As fgets: up to room - 1 bytes or through a newline. */
static bool
take_piece(struct lines *l, char *p, size_t room)
{
	size_t left = (size_t)(l->end - l->at), n = left < room - 1 ? left : room - 1;
	const char *newline;

	if (left == 0)
		return false;
	newline = memchr(l->at, '\n', n);
	if (newline) {
		n = (size_t)(newline - l->at) + 1;
		l->line++;
	}
	memcpy(p, l->at, n);
	p[n] = '\0';
	l->at += n;
	return true;
}

/* One logical line into `buffer`; 1: a line, 0: the end, -1: the file is refused. `ret_line`: where it begins. */
static int
take_line(struct lines *l, char buffer[LINE_BYTES], uint32_t *ret_line)
{
	char *p = buffer, *s, *os;
	bool used = false;

	for (;;) {
		size_t room = (size_t)(buffer + LINE_BYTES - p);
		uint32_t line = l->line + 1;

		if (room < 2) /* fgets with room for the NUL alone reads nothing for ever; libpam gives up as well */
			return -1;
		if (!take_piece(l, p, room))
			return used ? -1 : 0;
		s = p + strspn(p, " \n\t");
		if (*s == '\0' || *s == '#')
			continue;
		if (!used)
			*ret_line = line;
		os = s;
		used = true;
		s += strcspn(s, "#");
		if (*s == '#') {
			*s = '\0';
			return 1;
		}
		while (s > os && (*--s == ' ' || *s == '\t' || *s == '\n'))
			;
		if (*s != '\\')
			return 1;
		*s++ = ' '; /* goes on with the next line */
		*s = '\0';
		p = s;
	}
}

/* Cuts a word off in place; "[...]" is one word without its brackets, "\]" in it is "]". NULL: none left. */
static char *
take_word(char **rest)
{
	char *from = *rest, *end, *to;

	if (from == NULL)
		return NULL;
	from += strspn(from, " \n\t");
	if (*from == '[') {
		for (to = end = ++from; *end && *end != ']'; to++, end++) {
			if (end[0] == '\\' && end[1] == ']')
				end++;
			*to = *end;
		}
		if (to != end)
			*to = '\0';
	} else if (*from) {
		end = from + strcspn(from, " \n\t");
	} else {
		*rest = NULL;
		return NULL;
	}
	if (*end)
		*end++ = '\0';
	*rest = *end ? end : NULL;
	return from;
}

/* ---- the control field */

static void
otherwise(int32_t actions[PAM_RESULTS], int32_t action)
{
	for (int i = 0; i < PAM_RESULTS; i++)
		if (actions[i] == PAM_DO_UNSET)
			actions[i] = action;
}

static bool
one_of(const char *const *names, int count, const char **at, int *ret)
{
	for (int i = 0; i < count; i++)
		if (strncmp(names[i], *at, strlen(names[i])) == 0) {
			*at += strlen(names[i]);
			*ret = i;
			return true;
		}
	return false;
}

static const char *
skip_space(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* "value=action value=action": false when it cannot be read. */
static bool
parse_brackets(int32_t actions[PAM_RESULTS], const char *s)
{
	for (s = skip_space(s); *s; s = skip_space(s)) {
		int result, action;

		if (!one_of(result_names, PAM_RESULTS + 1, &s, &result))
			return false;
		s = skip_space(s);
		if (*s++ != '=')
			return false;
		s = skip_space(s);
		if (*s == '\0')
			return false;
		if (one_of(action_names, 6, &s, &action)) {
			action = -action;
		} else {
			if (!isdigit((unsigned char)*s))
				return false;
			for (action = 0; isdigit((unsigned char)*s); s++)
				action = action > 100000 ? action : action * 10 + (*s - '0'); /* more than any stack has */
			if (action == 0)
				return false;
		}
		if (result < PAM_RESULTS)
			actions[result] = action;
		else
			otherwise(actions, action);
	}
	return true;
}

static void
parse_control(int32_t actions[PAM_RESULTS], const char *word)
{
	static const struct { const char *word; int32_t good, bad; bool ignores; } simple[] = {
		{ "required", PAM_DO_OK, PAM_DO_BAD, true }, { "requisite", PAM_DO_OK, PAM_DO_DIE, true }, { "optional", PAM_DO_OK, PAM_DO_IGNORE, false }, { "sufficient", PAM_DO_DONE, PAM_DO_IGNORE, false },
	};

	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++)
		if (strcasecmp(word, simple[i].word) == 0) {
			actions[0] = actions[12] = simple[i].good; /* success, new_authtok_reqd */
			if (simple[i].ignores)
				actions[PAM_IS_IGNORE] = PAM_DO_IGNORE;
			otherwise(actions, simple[i].bad);
			return;
		}
	if (!parse_brackets(actions, word))
		for (int i = 0; i < PAM_RESULTS; i++)
			actions[i] = PAM_DO_BAD;
	otherwise(actions, PAM_DO_BAD);
}

/* ---- a file and what it includes */

static enum rc
add_step(struct reader *r, enum pam_type type, const struct pam_step *step)
{
	struct pam_chain *c = &r->service->chains[type];

	if (c->count == PAM_STEPS_MAX)
		return FAIL(RC_LIMIT, "more than %d lines of PAM", PAM_STEPS_MAX);
	if (c->count == c->room) {
		size_t room = c->room ? c->room * 2 : 16;
		struct pam_step *more = arena_get(r->arena, room * sizeof(*more));

		if (more == NULL)
			return FAIL(RC_LIMIT, "no room for the lines of PAM");
		if (c->count)
			memcpy(more, c->steps, c->count * sizeof(*more));
		c->steps = more;
		c->room = room;
	}
	c->steps[c->count++] = *step;
	return RC_OK;
}

static enum rc
add_args(struct reader *r, struct pam_step *step, char *rest)
{
	struct str words[LINE_BYTES / 2];
	char *word;

	while ((word = take_word(&rest)) != NULL)
		words[step->args_count++] = str_of(word);
	step->args = arena_get(r->arena, (step->args_count + 1) * sizeof(*step->args));
	if (step->args == NULL)
		return FAIL(RC_LIMIT, "no room for the arguments");
	for (size_t i = 0; i < step->args_count; i++) {
		step->args[i] = arena_dup(r->arena, words[i]);
		if (step->args[i].p == NULL)
			return FAIL(RC_LIMIT, "no room for the arguments");
	}
	return RC_OK;
}

static enum rc open_file(struct pam_files *, const char *path, const struct pam_file **ret);
static enum rc read_lines(struct reader *, const struct pam_file *, enum pam_type wanted, uint8_t level);

static enum rc
refuse(struct reader *r, struct str file, uint32_t line, const char *why)
{
	if (!r->service->aborted)
		r->service->why = arena_f(r->arena, STR_FMT ":%u: %s", STR_ARG(file), line, why);
	r->service->aborted = true;
	return RC_OK;
}

/* `ret_read`: the file was there and good. */
static enum rc
include(struct reader *r, const char *name, enum pam_type type, uint8_t level, bool *ret_read)
{
	const struct pam_file *file = NULL;
	char path[LINE_BYTES + 16];
	bool aborted = r->service->aborted;
	enum rc rc = RC_OK;

	*ret_read = false;
	if (r->files == NULL || (name[0] != '/' && !r->files->etc) || level >= PAM_LEVELS)
		return RC_OK;
	if (r->includes++ == INCLUDES_ALL)
		return FAIL(RC_LIMIT, "more than %d includes of PAM", INCLUDES_ALL);
	if (r->depth == INCLUDES_MAX)
		return FAIL(RC_LIMIT, "%s is included in a circle", name);
	(void)snprintf(path, sizeof(path), "%s%s", name[0] == '/' ? "" : "/etc/pam.d/", name);
	rc = open_file(r->files, path, &file);
	if (rc == RC_NOTFOUND)
		return RC_OK;
	TRY(rc);
	r->depth++;
	rc = read_lines(r, file, type, level);
	r->depth--;
	*ret_read = rc == RC_OK && !r->service->aborted;
	r->service->aborted = aborted; /* a bad file included is a line that fails, no more */
out:
	return rc;
}

static bool
type_of(const char *word, enum pam_type *ret)
{
	for (enum pam_type t = PAM_TYPE_AUTH; t < PAM_TYPE_COUNT; t++)
		if (strcasecmp(word, type_names[t]) == 0) {
			*ret = t;
			return true;
		}
	return false;
}

/* "@include NAME": all types of it, or the one asked for. */
static enum rc
include_all(struct reader *r, struct pam_step *step, char *name, enum pam_type wanted, uint8_t level)
{
	bool read = false;
	enum rc rc = RC_OK;

	if (name == NULL)
		return FAIL(RC_SYNTAX, STR_FMT ":%u: @include without a name", STR_ARG(step->file), step->line);
	TRY(include(r, name, wanted, level, &read));
	if (read)
		return RC_OK;
	if (wanted == PAM_TYPE_ANY)
		return refuse(r, step->file, step->line, "@include of a file that cannot be used");
	rc = FAIL(RC_SYNTAX, STR_FMT ":%u: what libpam makes of this @include is not defined", STR_ARG(step->file), step->line);
out:
	return rc;
}

static enum rc
read_line(struct reader *r, char *line, struct pam_step *step, enum pam_type wanted)
{
	enum pam_type type = wanted == PAM_TYPE_ANY ? PAM_TYPE_AUTH : wanted;
	char *rest = line, *word = take_word(&rest);
	uint8_t level = step->level;
	bool substack, read;
	enum rc rc = RC_OK;

	if (word == NULL) {
		step->kind = PAM_STEP_FAILS;
	} else {
		if (word[0] == '-')
			word++;
		if (strcasecmp(word, "@include") == 0)
			return include_all(r, step, take_word(&rest), wanted, level);
		if (!type_of(word, &type))
			step->kind = PAM_STEP_FAILS;
	}
	if (wanted != PAM_TYPE_ANY && type != wanted)
		return RC_OK;
	for (int i = 0; i < PAM_RESULTS; i++)
		step->actions[i] = PAM_DO_UNSET;
	word = take_word(&rest);
	substack = word && strcasecmp(word, "substack") == 0;
	if (word == NULL) {
		otherwise(step->actions, PAM_DO_BAD);
		step->kind = PAM_STEP_FAILS;
	} else if (substack || strcasecmp(word, "include") == 0) {
		const char *name = take_word(&rest);

		if (name == NULL)
			return FAIL(RC_SYNTAX, STR_FMT ":%u: include without a name", STR_ARG(step->file), step->line);
		if (substack) {
			step->kind = PAM_STEP_SUBSTACK;
			TRY(add_step(r, type, step));
		}
		TRY(include(r, name, type, (uint8_t)(level + substack), &read));
		if (read)
			return RC_OK;
		otherwise(step->actions, PAM_DO_BAD);
		step->kind = PAM_STEP_FAILS;
		return add_step(r, type, step);
	} else {
		parse_control(step->actions, word);
	}
	word = take_word(&rest);
	if (word == NULL)
		step->kind = PAM_STEP_FAILS;
	step->module = arena_dup(r->arena, str_of(word));
	TRY(add_args(r, step, rest));
	TRY(add_step(r, type, step));
out:
	return rc;
}

static enum rc
read_lines(struct reader *r, const struct pam_file *file, enum pam_type wanted, uint8_t level)
{
	struct lines l = { file->text.p, file->text.p + file->text.n, 0 };
	char buffer[LINE_BYTES];
	uint32_t line = 0;
	int more;
	enum rc rc = RC_OK;

	while ((more = take_line(&l, buffer, &line)) > 0) {
		struct pam_step step = { .level = level, .file = file->path, .line = line };

		TRY(read_line(r, buffer, &step, wanted));
		if (r->service->aborted)
			return RC_OK;
	}
	if (more < 0)
		return refuse(r, file->path, line, "the last line does not end");
out:
	return rc;
}

static enum rc
open_file(struct pam_files *files, const char *path, const struct pam_file **ret)
{
	struct buf b = BUF(FILE_BYTES_MAX);
	struct pam_file *f;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < files->count; i++)
		if (str_eq_c(files->list[i].path, path)) {
			*ret = &files->list[i];
			return files->list[i].exists ? RC_OK : FAIL(RC_NOTFOUND, "%s is not there", path);
		}
	if (files->list == NULL)
		files->list = arena_get(files->arena, FILES_MAX * sizeof(*files->list));
	if (files->list == NULL || files->count == FILES_MAX)
		return FAIL(RC_LIMIT, "more than %d files of PAM", FILES_MAX);
	f = &files->list[files->count];
	f->path = arena_dup(files->arena, str_of(path));
	rc = host_read(files->host, path, FILE_BYTES_MAX, &b);
	if (rc == RC_OK && memchr(buf_str(&b).p ? buf_str(&b).p : "", '\0', buf_str(&b).n))
		rc = FAIL(RC_SYNTAX, "%s is not text", path);
	if (rc == RC_OK || rc == RC_NOTFOUND) {
		f->exists = rc == RC_OK;
		f->text = arena_dup(files->arena, buf_str(&b));
		if (f->path.p == NULL || f->text.p == NULL)
			rc = FAIL(RC_LIMIT, "no room for %s", path);
		else
			files->count++;
	}
	*ret = f;
	buf_free(&b);
	return rc;
}

enum rc
pam_text(struct pam_files *files, const char *path, struct str *ret)
{
	const struct pam_file *file;
	enum rc rc = RC_OK;

	TRY(open_file(files, path, &file));
	*ret = file->text;
out:
	return rc;
}

static bool
is_folder(const struct host *h, const char *path)
{
	struct host_stat st;

	return host_stat(h, path, &st) == RC_OK && st.exists && (st.mode & 0170000) == 0040000;
}

/* The file of a service by name; RC_NOTFOUND: in neither folder. */
static enum rc
read_service(struct pam_files *files, struct str name, struct pam_service *ret)
{
	struct reader r = { .files = files, .arena = files->arena, .service = ret };
	const struct pam_file *file;
	enum rc rc;

	rc = open_file(files, arena_f(files->arena, "/etc/pam.d/" STR_FMT, STR_ARG(name)).p, &file);
	if (rc == RC_NOTFOUND)
		rc = open_file(files, arena_f(files->arena, "/usr/lib/pam.d/" STR_FMT, STR_ARG(name)).p, &file);
	return rc == RC_OK ? read_lines(&r, file, PAM_TYPE_ANY, 0) : rc;
}

enum rc
pam_read(struct pam_files *files, struct str service, struct pam_service *ret)
{
	struct pam_service other = { 0 };
	bool own = true;
	enum rc rc = RC_OK;

	*ret = (struct pam_service){ 0 };
	if (!files->checked) {
		files->etc = is_folder(files->host, "/etc/pam.d");
		files->checked = true;
		if (!files->etc && !is_folder(files->host, "/usr/lib/pam.d"))
			return FAIL(RC_NOTFOUND, "there is no /etc/pam.d");
	}
	rc = read_service(files, service, ret);
	if (rc == RC_NOTFOUND) {
		own = false;
		rc = RC_OK;
	}
	TRY(rc);
	if (ret->aborted)
		return RC_OK;
	rc = read_service(files, STR("other"), &other);
	if (rc == RC_NOTFOUND) { /* then only what the service says counts */
		if (!own) {
			ret->aborted = true;
			ret->why = STR("no file of the service and none of \"other\"");
		}
		return RC_OK;
	}
	TRY(rc);
	if (other.aborted) {
		ret->aborted = true;
		ret->why = other.why;
		return RC_OK;
	}
	ret->other = !own;
	for (enum pam_type t = PAM_TYPE_AUTH; t < PAM_TYPE_COUNT; t++)
		if (ret->chains[t].count == 0)
			ret->chains[t] = other.chains[t];
out:
	return rc;
}

enum rc
pam_read_text(struct arena *arena, struct str text, struct pam_service *ret)
{
	struct pam_file file = { STR("text"), text, true };
	struct reader r = { .arena = arena, .service = ret };

	*ret = (struct pam_service){ 0 };
	if (text.n == 0 || memchr(text.p, '\0', text.n))
		return text.n ? FAIL(RC_SYNTAX, "not text") : RC_OK;
	return read_lines(&r, &file, PAM_TYPE_ANY, 0);
}
