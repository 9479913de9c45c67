// SPDX-License-Identifier: Apache-2.0
/* Verbs that need no station: settings, a catalogue file, the ledger's key and the ledger itself, read where they lie. */
#include "tool/cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "catalogue/catalogue.h"
#include "conf/conf.h"
#include "os/file.h"

/* The folder of the installation, or a sentence. */
static int
open_root(const struct cli *c)
{
	int fd = cli_installed(c) ? open(c->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0)
		cli_say(c, CODE_ERROR, MSG_CLI_NO_INSTALLATION, MSG_ARGS(MSG_S("root", str_of(c->root))));
	return fd;
}

bool
cli_installed(const struct cli *c)
{
	int fd = open(c->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is = fd >= 0 && file_exists(fd, CONF_FILE);

	if (fd >= 0)
		(void)close(fd); /* only looked at */
	return is;
}

struct str
cli_link(struct cli *c, struct str link)
{
	int dir = open(c->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct conf *conf = NULL;
	struct str url;

	if (dir < 0 || conf_load(dir, CONF_FILE, &conf) != RC_OK) {
		rc_trail_clear();
		url = link;
	} else {
		url = arena_f(&c->arena, "https://%s:%s%s" STR_FMT, conf_s(conf, "host_name"), conf_s(conf, "port"), str_starts(link, STR("/")) ? "" : "/enrol/", STR_ARG(link));
	}
	conf_free(conf);
	if (dir >= 0)
		(void)close(dir); /* only read */
	return url;
}

enum code
cli_ledger_key(struct cli *c)
{
	struct buf key = BUF(1024);
	int dir = open_root(c);
	enum code code = CODE_ERROR;
	enum rc rc;

	if (dir < 0)
		return code;
	rc = file_read(dir, "ledger/key.pub", 1023, &key);
	if (rc != RC_OK) {
		code = cli_fail(c, rc);
	} else if (c->json) {
		json_t *o = json_pack("{s:s#}", "key", key.p, (int)str_trim(buf_str(&key)).n);

		json_dumpf(o, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(o);
		code = CODE_CONFORMING;
	} else {
		printf(STR_FMT "\n", STR_ARG(str_trim(buf_str(&key))));
		code = CODE_CONFORMING;
	}
	buf_free(&key);
	(void)close(dir); /* only read */
	return code;
}

static enum code
show_conf(struct cli *c, const struct conf *conf)
{
	struct grid g = { .arena = &c->arena };
	json_t *o = json_object();

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_SETTING)), str_of(cli_word(c, MSG_CLI_COL_VALUE)), str_of(cli_word(c, MSG_CLI_COL_WHERE_FROM)), STR(""));
	for (const struct conf_key *k = conf_keys; k->name; k++) {
		bool set = conf_is_set(conf, k->name);
		struct str value = str_of(conf_s(conf, k->name));

		json_object_set_new(o, k->name, json_pack("{s:o,s:b}", "value", k->kind == CONF_INT ? json_integer(conf_n(conf, k->name)) : json_string(conf_s(conf, k->name)), "set", set));
		GRID_ROW(&g, str_of(k->name), value.n ? cli_text(c, value) : STR("-"), str_of(cli_word(c, set ? MSG_CLI_FROM_FILE : MSG_CLI_FROM_DEFAULT)),
		    str_of(c->lang == LANG_EN ? k->why_en : k->why_ja));
	}
	if (c->json) {
		json_dumpf(o, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
		putchar('\n');
	} else {
		grid_print(&g);
	}
	json_decref(o);
	return CODE_CONFORMING;
}

enum code
cli_config_show(struct cli *c)
{
	struct conf *conf = NULL;
	int dir = open_root(c);
	enum code code = CODE_ERROR;
	enum rc rc;

	if (dir < 0)
		return code;
	rc = conf_load(dir, CONF_FILE, &conf);
	code = rc == RC_OK ? show_conf(c, conf) : cli_say(c, CODE_ERROR, MSG_CONFIG_REFUSED, MSG_ARGS(MSG_S("where", str_of(rc_trail()))));
	conf_free(conf);
	(void)close(dir); /* only read */
	return code;
}

enum code
cli_config_check(struct cli *c)
{
	const char *file = cli_value(c, "file");
	struct conf *conf = NULL;
	struct buf bytes = BUF(CONF_BYTES_MAX);
	int dir = file ? AT_FDCWD : open_root(c), fd = -1;
	enum code code = CODE_CONFORMING;
	enum rc rc = RC_OK;

	if (dir < 0 && dir != AT_FDCWD)
		return CODE_ERROR;
	if (file) {
		fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		TRY(fd < 0 ? FAIL_OS("%s", file) : file_read_fd(fd, CONF_BYTES_MAX, &bytes));
		TRY(conf_parse(file, buf_str(&bytes), &conf));
	} else {
		TRY(conf_load(dir, CONF_FILE, &conf));
		(void)close(dir); /* only read */
	}
out:
	if (rc != RC_OK)
		code = cli_say(c, CODE_ERROR, MSG_CONFIG_REFUSED, MSG_ARGS(MSG_S("where", str_of(rc_trail()))));
	else if (c->json)
		code = show_conf(c, conf);
	else
		code = cli_say(c, CODE_CONFORMING, MSG_CLI_CONFIG_OK, MSG_ARGS(MSG_S("file", str_of(file ? file : CONF_FILE))));
	if (fd >= 0)
		(void)close(fd); /* only read */
	conf_free(conf);
	buf_free(&bytes);
	return code;
}

enum code
cli_catalogue_check(struct cli *c)
{
	const char *file = cli_value(c, "file");
	struct catalogue *catalogue = NULL;
	const struct contract *contract;
	int dir = catalogue_folder(c);
	enum code code;

	if (dir < 0)
		return cli_say(c, CODE_ERROR, MSG_CLI_NO_CATALOGUE, MSG_NO_ARGS);
	if (catalogue_check_file(dir, file, &catalogue) != RC_OK) {
		code = cli_say(c, CODE_ERROR, MSG_CLI_REFUSED, MSG_ARGS(MSG_S("reason", str_of(rc_trail()))));
	} else {
		contract = &catalogue->contracts[catalogue->contracts_count - 1]; /* the one that was added */
		if (c->json)
			printf("{\"contract\": \"" STR_FMT "\", \"clauses\": %zu, \"not_written\": %zu}\n", STR_ARG(contract->id), contract->clauses_count, catalogue_not_written(catalogue));
		else
			cli_say(c, CODE_CONFORMING, MSG_CLI_CATALOGUE_OK, MSG_ARGS(MSG_S("file", str_of(file)), MSG_S("contract", contract->id),
			    MSG_N("clauses", (int64_t)contract->clauses_count), MSG_N("not_written", (int64_t)catalogue_not_written(catalogue))));
		code = CODE_CONFORMING;
	}
	catalogue_free(catalogue);
	(void)close(dir); /* only read */
	return code;
}
