// SPDX-License-Identifier: Apache-2.0
/*
 * One act over the station's own socket: the only door to libcurl.
 *
 * The right to speak there is a file only root or the station's own user can
 * read. `assess` may find no station running: then one is started without
 * listeners, asked, and stopped.
 */
#include "tool/cli.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/ask_auth.h"
#include "os/file.h"

#define ANSWER_BYTES_MAX (16u << 20)
#define ANSWER_S         120L
#define START_MS         30000
#define STOP_MS          10000

extern char **environ;

static size_t
take_bytes(char *p, size_t size, size_t n, void *context)
{
	return buf_add(context, (struct str){ p, size * n }) == RC_OK ? size * n : 0;
}

/* The API token in a file of --token: on a command line everyone would see it. */
static enum rc
token_of_file(const char *path, struct buf *ret)
{
	struct buf text = BUF(4096);
	enum rc rc = RC_OK;

	TRY(file_read(AT_FDCWD, path, 4096, &text));
	TRY(buf_add(ret, str_trim(buf_str(&text))));
out:
	if (text.p)
		wipe(text.p, text.cap);
	buf_free(&text);
	return rc;
}

/* RC_NOTFOUND: auth does not run; RC_IO: not ours to read. */
static enum rc
console_token(const struct cli *c, struct buf *ret)
{
	int dir = open(c->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rc rc = RC_OK;

	if (dir < 0)
		return FAIL_OS("%s", c->root);
	rc = file_read(dir, "auth/console.token", TOKEN_CHARS, ret);
	(void)close(dir); /* only read */
	return rc;
}

/* A path in an address of a socket may hold 107 bytes; the folder's descriptor is shorter than any folder. */
static int
run_folder(const struct cli *c, char *ret_socket, size_t size)
{
	char path[CLI_PATH_MAX + 8];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/run", c->root);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)snprintf(ret_socket, size, "/proc/self/fd/%d/station.sock", fd);
	return fd;
}

/* What the station said instead of an answer. Rules of names have their words here too; the rest is the station's own sentence. */
static void
say_refusal(struct cli *c, long http, struct str body)
{
	static const struct { const char *rule; enum msg msg; } rules[] = { { "name-taken", MSG_UI_RULE_NAME_TAKEN }, { "name-length", MSG_UI_RULE_NAME_LENGTH },
		{ "name-letters", MSG_UI_RULE_NAME_LETTERS }, { "name-reserved", MSG_UI_RULE_NAME_RESERVED }, { "display-bytes", MSG_UI_RULE_DISPLAY_BYTES },
		{ "display-length", MSG_UI_RULE_DISPLAY_LENGTH } };
	json_t *o = json_loadb(body.p ? body.p : "", body.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *error = json_object_get(o, "error");
	const char *sentence = json_string_value(json_object_get(error, "sentence")), *class = json_string_value(json_object_get(error, "class"));
	struct str reason = sentence && *sentence ? str_of(sentence) : arena_f(&c->arena, "HTTP %ld", http);

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (sentence && strstr(sentence, rules[i].rule)) {
			reason = str_of(cli_word(c, rules[i].msg));
			class = NULL;
		}
	if (class && strcmp(class, "NOTFOUND") == 0)
		cli_say(c, CODE_ERROR, MSG_CLI_NOT_FOUND, MSG_ARGS(MSG_S("reason", reason)));
	else if (class && strcmp(class, "DENIED") == 0)
		cli_say(c, CODE_ERROR, MSG_CLI_DENIED, MSG_ARGS(MSG_S("reason", reason)));
	else
		cli_say(c, CODE_ERROR, MSG_CLI_REFUSED, MSG_ARGS(MSG_S("reason", reason)));
	json_decref(o);
}

static enum online
post(struct cli *c, const char *act_id, const char *socket_path, const char *token, const char *body, json_t **ret)
{
	struct buf answer = BUF(ANSWER_BYTES_MAX);
	struct curl_slist *headers = NULL;
	char url[128], bearer[TOKEN_CHARS + 32];
	CURL *curl = curl_easy_init();
	enum online result = ONLINE_FAILED;
	json_error_t error;
	CURLcode code;
	long http = 0;

	(void)snprintf(url, sizeof(url), "http://localhost/api/act/%s", act_id);
	(void)snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s", token);
	headers = curl_slist_append(headers, bearer);
	headers = curl_slist_append(headers, "Content-Type: application/json");
	headers = curl_slist_append(headers, "Expect:");
	if (curl == NULL || headers == NULL)
		abort();
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket_path);
	curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_S);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http);
	if (code == CURLE_COULDNT_CONNECT) {
		result = ONLINE_NOT_RUNNING;
	} else if (code != CURLE_OK) {
		cli_say(c, CODE_ERROR, MSG_CLI_NO_ANSWER, MSG_ARGS(MSG_S("reason", str_of(curl_easy_strerror(code)))));
	} else if (http != 200) {
		say_refusal(c, http, buf_str(&answer));
	} else {
		*ret = json_loadb(answer.p ? answer.p : "", answer.n, JSON_REJECT_DUPLICATES, &error);
		if (*ret)
			result = ONLINE_DONE;
		else
			cli_say(c, CODE_ERROR, MSG_CLI_NO_ANSWER, MSG_ARGS(MSG_S("reason", str_of(error.text))));
	}
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	wipe(bearer, sizeof(bearer));
	buf_free(&answer);
	return result;
}

enum online
online_act(struct cli *c, const char *act_id, const json_t *arguments, json_t **ret)
{
	struct buf token = BUF(TOKEN_CHARS);
	char socket_path[64], path[CLI_PATH_MAX + 32];
	char *body = NULL;
	enum online result = ONLINE_FAILED;
	int run = run_folder(c, socket_path, sizeof(socket_path));
	enum rc rc = c->token_file ? token_of_file(c->token_file, &token) : console_token(c, &token);

	if (rc != RC_OK && c->token_file) {
		cli_say(c, CODE_ERROR, MSG_CLI_NO_RIGHT, MSG_ARGS(MSG_S("path", str_of(c->token_file))));
		goto out;
	}
	if (rc == RC_NOTFOUND) {
		result = ONLINE_NOT_RUNNING;
		rc_trail_clear();
		goto out;
	}
	if (rc != RC_OK) {
		(void)snprintf(path, sizeof(path), "%s/auth/console.token", c->root);
		cli_say(c, CODE_ERROR, MSG_CLI_NO_RIGHT, MSG_ARGS(MSG_S("path", str_of(path))));
		goto out;
	}
	if (run < 0) {
		result = ONLINE_NOT_RUNNING;
		goto out;
	}
	body = json_dumps(arguments, JSON_COMPACT);
	if (body == NULL)
		abort();
	result = post(c, act_id, socket_path, buf_cstr(&token), body, ret);
out:
	free(body);
	if (token.p)
		wipe(token.p, token.cap);
	buf_free(&token);
	if (run >= 0)
		(void)close(run); /* only a name for the socket */
	return result;
}

/* The warden that stands beside this program. */
static bool
warden_path(char *to, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", to, size - 32);
	char *slash;

	if (n <= 0)
		return false;
	to[n] = '\0';
	slash = strrchr(to, '/');
	if (slash == NULL)
		return false;
	memcpy(slash + 1, "tsujiban-warden", sizeof("tsujiban-warden"));
	return true;
}

/* Its standard output is ours for errors, so that --json prints nothing but JSON. */
static pid_t
start_warden(struct cli *c, const char *path, int ready_write)
{
	char fd[16];
	char *argv[] = { (char *)(uintptr_t)path, (char[]){ "--root" }, c->root, (char[]){ "--no-listen" }, (char[]){ "--ready-fd" }, fd, NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;
	int error;

	(void)snprintf(fd, sizeof(fd), "%d", 9);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ready_write, 9);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	error = posix_spawn(&pid, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error) {
		cli_say(c, CODE_ERROR, MSG_CLI_START_FAILED, MSG_ARGS(MSG_S("reason", str_of(strerror(error)))));
		return -1;
	}
	return pid;
}

static bool
wait_ended(pid_t pid, int ms)
{
	for (int waited = 0; waited < ms; waited += 20) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return true;
		(void)poll(NULL, 0, 20); /* a pause */
	}
	return false;
}

enum code
online_with_station(struct cli *c, const char *act_id, const json_t *arguments, json_t **ret)
{
	char path[CLI_PATH_MAX];
	int ready[2] = { -1, -1 };
	enum online result = ONLINE_FAILED;
	struct pollfd p;
	pid_t pid = -1;
	char byte;

	if (!warden_path(path, sizeof(path)) || pipe2(ready, O_CLOEXEC) < 0)
		return cli_say(c, CODE_ERROR, MSG_CLI_START_FAILED, MSG_ARGS(MSG_S("reason", str_of(strerror(errno)))));
	if (!c->json)
		cli_say(c, CODE_CONFORMING, MSG_CLI_STARTING, MSG_NO_ARGS);
	pid = start_warden(c, path, ready[1]);
	(void)close(ready[1]); /* so that its end is seen here */
	if (pid < 0)
		goto out;
	p = (struct pollfd){ .fd = ready[0], .events = POLLIN };
	if (poll(&p, 1, START_MS) == 1 && read(ready[0], &byte, 1) == 1) {
		result = online_act(c, act_id, arguments, ret);
		if (result == ONLINE_NOT_RUNNING)
			cli_say(c, CODE_ERROR, MSG_CLI_NOT_RUNNING, MSG_ARGS(MSG_S("root", str_of(c->root))));
	} else {
		cli_say(c, CODE_ERROR, MSG_CLI_START_FAILED, MSG_ARGS(MSG_S("reason", str_of(path))));
	}
	(void)kill(pid, SIGTERM); /* it may have ended already */
	if (!wait_ended(pid, STOP_MS)) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
out:
	(void)close(ready[0]);
	return result == ONLINE_DONE ? CODE_CONFORMING : CODE_ERROR;
}
