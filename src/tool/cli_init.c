// SPDX-License-Identifier: Apache-2.0
/*
 * init - an empty installation: catalogue, keys, the store of accounts with its
 * first administrator, settings. tsujiban.yaml comes last: what has it is whole.
 *
 * Folders are handed to their processes' own users when warden starts.
 */
#include "tool/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/auth_init.h"
#include "conf/conf.h"
#include "os/file.h"
#include "vault/vault_init.h"

#define CATALOGUE_FILES_MAX 64
#define CATALOGUE_BYTES_MAX (4u << 20)

int
catalogue_folder(struct cli *c)
{
	const char *given = cli_value(c, "catalogue");
	const char *const beside[] = { "/../share/tsujiban/catalogue", "/../../catalogue" };
	char path[2 * CLI_PATH_MAX];
	ssize_t n;
	int fd;

	if (given)
		return open(given, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)snprintf(path, sizeof(path), "%s/catalogue", c->root);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; fd < 0 && i < sizeof(beside) / sizeof(beside[0]); i++) {
		char *slash;

		n = readlink("/proc/self/exe", path, CLI_PATH_MAX);
		if (n <= 0)
			return -1;
		path[n] = '\0';
		slash = strrchr(path, '/');
		if (slash == NULL)
			return -1;
		(void)snprintf(slash, sizeof(path) - (size_t)(slash - path), "%s", beside[i]);
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return fd;
}

/* Every folder of the path that is missing; the last one only for its owner to write. */
static enum rc
make_folders(const char *path)
{
	char part[CLI_PATH_MAX];
	size_t n = strlen(path);

	memcpy(part, path, n + 1);
	for (size_t i = 1; i <= n; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return FAIL_OS("%s", part);
		part[i] = i < n ? '/' : '\0';
	}
	return RC_OK;
}

/* The catalogue is controls.yaml and a folder of contracts: files of one folder, each whole. */
static enum rc
copy_folder(struct cli *c, int from_dir, const char *from_name, int to_dir, const char *to_name)
{
	struct buf bytes = BUF(CATALOGUE_BYTES_MAX);
	struct str *names;
	size_t n;
	int from = -1, to = -1;
	enum rc rc = RC_OK;

	TRY(file_open_dir(from_dir, from_name, &from));
	TRY(file_mkdir(to_dir, to_name, 0755));
	TRY(file_open_dir(to_dir, to_name, &to));
	TRY(file_list(from, ".", CATALOGUE_FILES_MAX, &c->arena, &names, &n));
	for (size_t i = 0; i < n; i++) {
		const char *name = arena_cstr(&c->arena, names[i]);

		if (name == NULL || !str_ends(names[i], STR(".yaml")))
			continue;
		buf_reset(&bytes);
		TRY(file_read(from, name, CATALOGUE_BYTES_MAX, &bytes));
		TRY(file_write(to, name, buf_str(&bytes), 0644));
	}
out:
	if (from >= 0)
		(void)close(from); /* only read */
	if (to >= 0)
		(void)close(to); /* its files were synced one by one */
	buf_free(&bytes);
	return rc;
}

static enum rc
prepare(struct cli *c, int root, int catalogue, const char *admin, const char *display, const char *origin, struct conf *conf, char link[TOKEN_CHARS + 1])
{
	char store[CLI_PATH_MAX + 32];
	struct buf settings = BUF(CONF_BYTES_MAX);
	int64_t now = now_us();
	enum rc rc = RC_OK;

	TRY(copy_folder(c, catalogue, ".", root, "catalogue"));
	TRY(copy_folder(c, catalogue, "contracts", root, "catalogue/contracts"));
	TRY(vault_init(root, str_of(origin), str_of(conf_s(conf, "host_name")), now));
	TRY(file_mkdir(root, "auth", 0700));
	(void)snprintf(store, sizeof(store), "%s/auth/auth.db", c->root);
	TRY(auth_init(store, now, str_of(admin), str_of(display), link));
	TRY(conf_sample(&settings));
	TRY(file_write(root, CONF_FILE, buf_str(&settings), 0644));
out:
	buf_free(&settings);
	return rc;
}

static void
print_link(struct cli *c, const char *admin, const char *link)
{
	struct buf said = BUF(1024);
	struct str url = cli_link(c, str_of(link));

	if (c->json) {
		json_t *o = json_pack("{s:s,s:s,s:s}", "root", c->root, "name", admin, "link", url.p);

		json_dumpf(o, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
		putchar('\n');
		json_decref(o);
		return;
	}
	cli_say(c, CODE_CONFORMING, MSG_CLI_INIT_DONE, MSG_ARGS(MSG_S("root", str_of(c->root))));
	if (message_text(MSG_CLI_INIT_LINK, c->lang, MSG_ARGS(MSG_S("name", str_of(admin))), &said) == RC_OK)
		printf("\n%s\n  %s\n\n%s\n", buf_cstr(&said), url.p, cli_word(c, MSG_CLI_INIT_NEXT));
	buf_free(&said);
}

enum code
cli_init(struct cli *c)
{
	const char *admin = cli_value(c, "admin"), *display = cli_value(c, "display"), *origin = cli_value(c, "origin");
	char link[TOKEN_CHARS + 1] = "";
	struct conf *conf = NULL;
	struct str *names;
	size_t n;
	int catalogue = -1, root = -1;
	enum code code = CODE_ERROR;
	enum rc rc = RC_OK;

	admin = admin ? admin : "admin";
	display = display ? display : admin;
	TRY(make_folders(c->root));
	root = open(c->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	TRY(root < 0 ? FAIL_OS("%s", c->root) : file_list(root, ".", 4096, &c->arena, &names, &n));
	if (n) {
		bool half = !cli_installed(c) && file_exists(root, "vault");

		cli_say(c, CODE_ERROR, half ? MSG_CLI_ROOT_HALF : MSG_CLI_ROOT_NOT_EMPTY, MSG_ARGS(MSG_S("root", str_of(c->root)), MSG_S("first", names[0])));
		goto out;
	}
	catalogue = catalogue_folder(c);
	if (catalogue < 0) {
		cli_say(c, CODE_ERROR, MSG_CLI_NO_CATALOGUE, MSG_NO_ARGS);
		goto out;
	}
	TRY(conf_defaults(&conf));
	TRY(prepare(c, root, catalogue, admin, display, origin ? origin : "", conf, link));
	print_link(c, admin, link);
	code = CODE_CONFORMING;
out:
	if (rc != RC_OK)
		code = cli_fail(c, rc);
	wipe(link, sizeof(link));
	conf_free(conf);
	if (catalogue >= 0)
		(void)close(catalogue); /* only read */
	if (root >= 0)
		(void)close(root); /* its files were synced one by one */
	return code;
}
