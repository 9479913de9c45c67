// SPDX-License-Identifier: Apache-2.0
/*
 * tsujiban - the command line: an object and a verb, from one table.
 *
 * A row that speaks to the station is an act of acts.def, over the station's
 * own socket; the others work on the installation's folder. --json prints the
 * answer as it came; the exit code is the same with and without it.
 */
#include "tool/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/ask_auth.h"
#include "base/num.h"
#include "base/time_text.h"
#include "os/file.h"

static bool
is_end(const struct verb *v)
{
	return v->act == ACT_NONE && v->offline == NULL;
}

/* What stands in a file, as text; more than an act takes is refused by the station. */
static bool
put_file(json_t *o, const char *name, const char *path)
{
	struct buf b = BUF(1 << 20);
	const char *last;
	int folder = -1;
	bool good = file_open_place(path, &folder, &last) == RC_OK && file_read(folder, last, 1 << 20, &b) == RC_OK && json_object_set_new(o, name, json_stringn(b.p ? b.p : "", b.n)) == 0;

	rc_trail_clear(); /* the caller names the argument */
	if (folder >= 0)
		(void)close(folder); /* only read */
	buf_free(&b);
	return good;
}

/* FIELD=VALUE as members of an object; false: no equals sign, or not UTF-8. */
static bool
put_rest(json_t *o, const char *name, char **rest, int count)
{
	json_t *values = json_object();
	bool good = json_object_set_new(o, name, values) == 0;

	for (int i = 0; i < count && good; i++) {
		char *equals = strchr(rest[i], '=');

		good = equals && equals > rest[i];
		if (good) {
			*equals = '\0';
			good = json_object_set_new(values, rest[i], json_string(equals + 1)) == 0;
			*equals = '=';
		}
	}
	return good;
}

/* One value as a JSON member; false: it is no such value. */
static bool
put_argument(json_t *o, const struct argument *a, const char *value)
{
	int64_t n;

	switch (a->value) {
	case VALUE_ROLE:
		if (role_of(str_of(value)) == ROLE_NONE)
			return false;
		break;
	case VALUE_TEXT:
		break;
	case VALUE_NUMBER:
		return num_parse(str_of(value), 0, INT64_MAX, &n) == RC_OK && json_object_set_new(o, a->name, json_integer(n)) == 0;
	case VALUE_YES:
		return (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0) && json_object_set_new(o, a->name, json_boolean(strcmp(value, "yes") == 0)) == 0;
	case VALUE_FILE:
		return put_file(o, a->name, value);
	case VALUE_DATE:
		return (time_parse_date(str_of(value), &n) == RC_OK || time_parse_iso(str_of(value), &n) == RC_OK) && json_object_set_new(o, a->name, json_integer(n)) == 0;
	}
	return json_object_set_new(o, a->name, json_string(value)) == 0; /* NULL, and so false, when it is not UTF-8 */
}

static enum code
usage_of(const struct cli *c, enum code code)
{
	struct buf b = BUF(1024);

	verb_usage(c->verb, &b);
	cli_say(c, code, MSG_CLI_USAGE_OF, MSG_ARGS(MSG_S("usage", buf_str(&b))));
	buf_free(&b);
	return code;
}

/* Which option of guard_option[] this is, when the row's act asks for it; or GUARD_OPTIONS. */
static size_t
guard_named(const struct verb *v, const char *name, size_t n)
{
	size_t i = 0;

	while (i < GUARD_OPTIONS && !(v->act != ACT_NONE && (guards_possible(v->act) & GUARD_BIT(guard_option[i].guard)) && strlen(guard_option[i].name) == n && memcmp(guard_option[i].name, name, n) == 0))
		i++;
	return i;
}

static enum code
run_act(struct cli *c)
{
	json_t *arguments = json_pack("{s:s}", "lang", lang_name(c->lang)), *answer = NULL;
	const char *id = act_row(c->verb->act)->id;
	enum code code = CODE_ERROR;

	for (int i = 0; i < CLI_ARGUMENTS_MAX && c->verb->arguments[i].place; i++)
		if (c->verb->arguments[i].place == PLACE_REST && !put_rest(arguments, c->verb->arguments[i].name, c->rest, c->rest_count)) {
			code = usage_of(c, CODE_USAGE);
			goto out;
		} else if (c->values[i] && !put_argument(arguments, &c->verb->arguments[i], c->values[i])) {
			code = cli_say(c, CODE_USAGE, MSG_CLI_ARGUMENT_BAD, MSG_ARGS(MSG_S("argument", str_of(c->verb->arguments[i].name)), MSG_S("given", str_of(c->values[i]))));
			goto out;
		}
	if (!cli_installed(c)) {
		cli_say(c, CODE_ERROR, MSG_CLI_NO_INSTALLATION, MSG_ARGS(MSG_S("root", str_of(c->root))));
		goto out;
	}
	if (!guard_options(c, arguments))
		goto out;
	switch (online_act(c, id, arguments, &answer)) {
	case ONLINE_DONE:
		break;
	case ONLINE_NOT_RUNNING:
		if (c->verb->act == ACT_ASSESS)
			code = online_with_station(c, id, arguments, &answer);
		else
			code = cli_say(c, CODE_ERROR, MSG_CLI_NOT_RUNNING, MSG_ARGS(MSG_S("root", str_of(c->root))));
		break;
	case ONLINE_FAILED:
		break;
	}
	if (answer == NULL)
		goto out;
	if (c->json) {
		json_dumpf(answer, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
		putchar('\n');
		code = code_of(c->verb->act, answer);
	} else {
		code = json_is_string(json_object_get(answer, "request")) ? show_approval(c, answer) : c->verb->show(c, answer);
	}
out:
	json_decref(arguments);
	json_decref(answer);
	return code;
}

/* The row whose words the arguments start with; the longest wins. */
static const struct verb *
find_verb(int argc, char **argv, int *ret_used)
{
	for (int words = argc < 2 ? argc : 2; words > 0; words--) {
		struct buf b = BUF(256);
		const struct verb *found = NULL;

		if (buf_addf(&b, words == 2 ? "%s %s" : "%s", argv[0], words == 2 ? argv[1] : "") != RC_OK)
			rc_trail_clear();
		for (const struct verb *v = verbs; !is_end(v); v++)
			if (strcmp(verb_words(v), buf_cstr(&b)) == 0)
				found = v;
		buf_free(&b);
		*ret_used = words;
		if (found)
			return found;
	}
	return NULL;
}

/* Values of the row's arguments: positions in order, options by name. */
static enum code
take_arguments(struct cli *c, int argc, char **argv)
{
	const struct argument *a = c->verb->arguments;
	int position = 0;

	for (int i = 0; i < argc; i++) {
		int k = 0;

		if (strncmp(argv[i], "--", 2) == 0 && argv[i][2] != '\0') {
			const char *name = argv[i] + 2, *equals = strchr(name, '=');
			size_t n = equals ? (size_t)(equals - name) : strlen(name), said = GUARD_OPTIONS;

			while (k < CLI_ARGUMENTS_MAX && a[k].place && !(a[k].place == PLACE_OPTION && strlen(a[k].name) == n && memcmp(a[k].name, name, n) == 0))
				k++;
			if (k == CLI_ARGUMENTS_MAX || a[k].place == PLACE_NONE)
				said = guard_named(c->verb, name, n);
			if (said == GUARD_OPTIONS && (k == CLI_ARGUMENTS_MAX || a[k].place == PLACE_NONE)) {
				cli_say(c, CODE_USAGE, MSG_CLI_OPTION_UNKNOWN, MSG_ARGS(MSG_S("given", str_of(argv[i]))));
				return usage_of(c, CODE_USAGE);
			}
			if (equals == NULL && i + 1 == argc) {
				cli_say(c, CODE_USAGE, MSG_CLI_ARGUMENT_MISSING, MSG_ARGS(MSG_S("argument", str_of(argv[i]))));
				return usage_of(c, CODE_USAGE);
			}
			*(said < GUARD_OPTIONS ? &c->said[said] : &c->values[k]) = equals ? equals + 1 : argv[++i];
			continue;
		}
		for (k = position; k < CLI_ARGUMENTS_MAX && a[k].place == PLACE_OPTION; k++)
			;
		if (k < CLI_ARGUMENTS_MAX && a[k].place == PLACE_REST) {
			c->rest = argv + i;
			c->rest_count = argc - i;
			break;
		}
		if (k == CLI_ARGUMENTS_MAX || a[k].place == PLACE_NONE) {
			cli_say(c, CODE_USAGE, MSG_CLI_ARGUMENT_TOO_MANY, MSG_ARGS(MSG_S("given", str_of(argv[i]))));
			return usage_of(c, CODE_USAGE);
		}
		c->values[k] = argv[i];
		position = k + 1;
	}
	for (int k = 0; k < CLI_ARGUMENTS_MAX && a[k].place; k++)
		if (a[k].place == PLACE_NEEDED && c->values[k] == NULL) {
			cli_say(c, CODE_USAGE, MSG_CLI_ARGUMENT_MISSING, MSG_ARGS(MSG_S("argument", str_of(a[k].name))));
			return usage_of(c, CODE_USAGE);
		}
	return CODE_CONFORMING;
}

static enum lang
lang_default(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "en", 2) == 0 ? LANG_EN : LANG_JA;
	}
	return LANG_JA;
}

/* Takes --root, --json, --lang and --token wherever they stand; what is left keeps its order. */
static enum code
take_common(struct cli *c, int *argc, char **argv)
{
	int kept = 0;

	for (int i = 0; i < *argc; i++) {
		const char *value = NULL;
		bool root = strcmp(argv[i], "--root") == 0, lang = strcmp(argv[i], "--lang") == 0, token = strcmp(argv[i], "--token") == 0;

		if (strcmp(argv[i], "--json") == 0) {
			c->json = true;
			continue;
		}
		if (strncmp(argv[i], "--root=", 7) == 0) {
			root = true;
			value = argv[i] + 7;
		} else if (strncmp(argv[i], "--lang=", 7) == 0) {
			lang = true;
			value = argv[i] + 7;
		} else if (strncmp(argv[i], "--token=", 8) == 0) {
			token = true;
			value = argv[i] + 8;
		} else if (root || lang || token) {
			if (i + 1 == *argc)
				return cli_say(c, CODE_USAGE, MSG_CLI_ARGUMENT_MISSING, MSG_ARGS(MSG_S("argument", str_of(argv[i]))));
			value = argv[++i];
		}
		if (root && (*value == '\0' || strlen(value) >= sizeof(c->root)))
			return cli_say(c, CODE_USAGE, MSG_CLI_ARGUMENT_BAD, MSG_ARGS(MSG_S("argument", STR("--root")), MSG_S("given", str_of(value))));
		if (lang && strcmp(value, "ja") != 0 && strcmp(value, "en") != 0)
			return cli_say(c, CODE_USAGE, MSG_CLI_ARGUMENT_BAD, MSG_ARGS(MSG_S("argument", STR("--lang")), MSG_S("given", str_of(value))));
		if (root)
			memcpy(c->root, value, strlen(value) + 1);
		else if (lang)
			c->lang = lang_of(str_of(value));
		else if (token)
			c->token_file = value;
		else
			argv[kept++] = argv[i];
	}
	*argc = kept;
	return CODE_CONFORMING;
}

int
main(int argc, char **argv)
{
	static struct cli c = { .arena = ARENA(256u << 20) };
	static char help[] = "help", status[] = "status";
	static char *status_only[] = { status, NULL };
	enum code code;
	int used = 0;

	c.lang = lang_default();
	(void)snprintf(c.root, sizeof(c.root), "%s", geteuid() == 0 ? "/var/lib/tsujiban" : "./var");
	argc--;
	argv++;
	code = take_common(&c, &argc, argv);
	if (code != CODE_CONFORMING)
		return code;
	if (argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0))
		argv[0] = help;
	if (argc == 0) {
		argv = status_only;
		argc = 1;
	}
	c.verb = find_verb(argc, argv, &used);
	if (c.verb == NULL) {
		struct buf given = BUF(512);

		if (buf_addf(&given, "%s%s%s", argv[0], argc > 1 ? " " : "", argc > 1 ? argv[1] : "") != RC_OK)
			rc_trail_clear();
		code = cli_unknown(&c, buf_cstr(&given));
		buf_free(&given);
	} else {
		code = take_arguments(&c, argc - used, argv + used);
		if (code == CODE_CONFORMING)
			code = c.verb->offline ? c.verb->offline(&c) : run_act(&c);
	}
	if (fflush(stdout) != 0 && code == CODE_CONFORMING)
		code = CODE_ERROR; /* nobody got the answer */
	arena_free(&c.arena);
	return code;
}
