// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          tsujiban-witness - the client's own memory of a ledger
 * DOES          cosigns heads that extend the last it saw, over HTTPS (C2SP tlog-witness) or as files on a stick; shows dates; is red by itself
 * TRUSTS        the verifier keys a person registered; no byte of a submission before its signature
 * HOLDS         its cosigning key, its TLS key, the last head of each ledger
 * NEVER         connects anywhere, cosigns what it could not keep on its disk first
 * IF IT FALLS   its key can cosign anything until it is replaced; the ledger's own signature and proofs stand
 *
 * Exit: 0 in order; 1 could not; 2 usage; 3 a head was refused, a ledger is silent, or an alarm stands.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "base/time_text.h"
#include "crypt/tls_key.h"
#include "os/file.h"
#include "os/sandbox.h"
#include "web/http.h"
#include "witness/witness.h"

enum { EXIT_GOOD = 0, EXIT_ERROR = 1, EXIT_USAGE = 2, EXIT_BAD = 3 };

static const char usage_ja[] =
    "使い方: tsujiban-witness [--folder DIR] [--lang ja|en] [--json] 動詞\n"
    "  init NAME HOST            鍵を作る。NAME は立会人の名前（例: city.example.jp/witness）、HOST は証明書の名前\n"
    "  add VKEY                  立ち会う台帳の検証鍵を登録する（@FILE でファイルから）\n"
    "  serve ADDRESS PORT        HTTPS で受け付け、状態の画面を出す\n"
    "  cosign FILE ANSWER        媒体で届いた先頭を確かめ、答えを ANSWER に書く\n"
    "  status                    立ち会いの状態\n"
    "  settle ORIGIN             警報を確認したとして閉じる\n"
    "  key                       この立会人の検証鍵\n"
    "  既定の DIR: /var/lib/tsujiban-witness\n"
    "終了コード: 0 正常、1 できなかった、2 使い方、3 拒んだ・途絶えている・警報がある\n";
static const char usage_en[] =
    "usage: tsujiban-witness [--folder DIR] [--lang ja|en] [--json] VERB\n"
    "  init NAME HOST            make the keys; NAME of the witness (city.example.jp/witness), HOST in its certificate\n"
    "  add VKEY                  register the verifier key of a ledger to witness (@FILE reads it from a file)\n"
    "  serve ADDRESS PORT        take heads over HTTPS and show how it stands\n"
    "  cosign FILE ANSWER        check a head that came on a stick, write the answer to ANSWER\n"
    "  status                    how witnessing stands\n"
    "  settle ORIGIN             close the alarms of a ledger as looked into\n"
    "  key                       the verifier key of this witness\n"
    "  default DIR: /var/lib/tsujiban-witness\n"
    "exit: 0 in order, 1 could not, 2 usage, 3 refused, silent, or an alarm stands\n";

struct options { const char *folder; bool english, json; int argc; char **argv; };
struct serving { struct witness *witness; struct secret tls; bool good; };

/* In its folder, without the host's network and files, before a byte from outside is looked at. */
static enum rc
lock_in(const char *folder, int *dirfd, unsigned more)
{
	struct sandbox box = { .needs = NEED_FILES_READ | NEED_FILES_WRITE | more, .as_root = geteuid() == 0, .dirs_count = 1 };
	char full[PATH_MAX];
	uint32_t separated = 0;
	enum rc rc = RC_OK;

	if (box.as_root)
		return FAIL(RC_DENIED, "root では動きません。専用の利用者で起動してください / not as root: start it as a user of its own");
	if (realpath(folder, full) == NULL)
		return FAIL_OS("%s", folder);
	box.folder = full;
	box.dirs[0].fd = *dirfd;
	TRY(sandbox_enter(&box, &separated));
out:
	return rc;
}

static void
say_trouble(enum rc rc, const char *what)
{
	(void)fprintf(stderr, "tsujiban-witness: %s: %s: %s\n", what, rc_name(rc), rc_trail());
	rc_trail_clear();
}

/* ---- serve */

static enum rc
sign_handshake(void *context, struct str digest, struct buf *ret)
{
	return tls_sign_digest(&((struct serving *)context)->tls, digest, ret);
}

static bool
quick(void *context, const struct http_request *q, struct http_answer *a)
{
	return false; /* everything reads or writes the disk */
}

static void
answer_add(struct serving *s, const struct http_request *q, struct http_answer *a)
{
	enum answer_status status;
	enum rc rc;

	rc = witness_take(s->witness, q->body, now_us(), false, &status, &a->body);
	if (rc != RC_OK)
		say_trouble(rc, "a head could not be kept");
	a->status = (int)status;
	http_field(a, "Content-Type", status == ANSWER_OTHER ? STR("text/x.tlog.size") : STR("text/plain; charset=utf-8"));
	if (status != ANSWER_COSIGNED)
		(void)fprintf(stderr, "tsujiban-witness: a head was refused: %d\n", (int)status);
}

static bool
act(void *context, const struct http_request *q, struct http_answer *a)
{
	struct serving *s = context;
	bool get = q->method == HTTP_GET || q->method == HTTP_HEAD, good = false;
	enum rc rc = RC_OK;

	a->status = 200;
	if (str_eq(q->path, STR("/add-checkpoint")) && q->method == HTTP_POST) {
		answer_add(s, q, a);
	} else if (get && str_eq(q->path, STR("/"))) {
		rc = witness_page(s->witness, now_us(), &a->body, &good);
		http_field(a, "Content-Type", STR("text/html; charset=utf-8"));
	} else if (get && str_eq(q->path, STR("/status.json"))) {
		rc = witness_json(s->witness, now_us(), &a->body, &good);
		http_field(a, "Content-Type", STR("application/json"));
	} else if (get && str_eq(q->path, STR("/style.css"))) {
		rc = buf_add_c(&a->body, witness_style);
		http_field(a, "Content-Type", STR("text/css; charset=utf-8"));
	} else {
		a->status = 404;
	}
	if (rc != RC_OK) {
		buf_reset(&a->body);
		a->status = 500;
		say_trouble(rc, "the page");
	}
	return true;
}

static enum rc
listen_at(const char *address, const char *port, int *ret)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	bool four = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
	int64_t n;
	int one = 1;
	enum rc rc = RC_OK;

	TRY(num_parse(str_of(port), 1, 65535, &n));
	v4.sin_port = v6.sin6_port = htons((uint16_t)n);
	if (!four && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1)
		return FAIL(RC_SYNTAX, "'%s' はアドレスではありません / is no address", address);
	*ret = socket(four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*ret < 0 || setsockopt(*ret, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 || bind(*ret, four ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6, four ? sizeof(v4) : sizeof(v6)) != 0 || listen(*ret, 64) != 0)
		return FAIL_OS("listen %s %s", address, port);
out:
	return rc;
}

/* Silence and alarms are said by themselves: a line when it turns bad, a line when it is good again. */
static void
watch(struct serving *s, bool first)
{
	struct buf text = BUF(65536);
	bool good = false;
	enum rc rc = witness_text(s->witness, now_us(), true, &text, &good);

	if (rc != RC_OK)
		say_trouble(rc, "its own records");
	else if (first || good != s->good)
		(void)fprintf(stderr, "tsujiban-witness: %s\n%s", good ? "in order" : "NOT IN ORDER", buf_cstr(&text));
	s->good = rc == RC_OK && good;
	buf_free(&text);
}

static enum rc
serve(const struct options *o, int dirfd)
{
	struct serving s = { NULL, { NULL, 0 }, false };
	struct buf pem = BUF(65536);
	struct http_spec spec = { .fds_tls_n = 1, .fd_local = -1, .sign = sign_handshake, .quick = quick, .act = act, .context = &s, .workers = 2, .connections_max = 64, .connections_per_ip = 32, .deadline_s = 15 };
	struct http *http = NULL;
	sigset_t ends;
	int fd = -1;
	enum rc rc = RC_OK;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)pthread_sigmask(SIG_BLOCK, &ends, NULL); /* threads inherit it */
	TRY(listen_at(o->argv[1], o->argv[2], &fd));
	TRY(lock_in(o->folder, &dirfd, NEED_LISTENERS));
	TRY(witness_open(dirfd, &s.witness));
	TRY(witness_tls(dirfd, &s.tls, &pem));
	spec.fds_tls[0] = fd;
	spec.certificate_pem = buf_str(&pem);
	TRY(http_open(&spec, &http));
	watch(&s, true);
	for (unsigned tick = 1; sigtimedwait(&ends, NULL, &(struct timespec){ 1, 0 }) < 0; tick++) {
		http_tick(http);
		if (tick % 10 == 0)
			watch(&s, false);
	}
out:
	http_close(http);
	witness_close(s.witness);
	secret_free(&s.tls);
	buf_free(&pem);
	if (fd >= 0)
		(void)close(fd); /* a listener */
	return rc;
}

/* ---- files on a stick */

static enum rc
cosign(const struct options *o, int dirfd, int *ret_exit)
{
	struct buf in = BUF(SUBMISSION_BYTES_MAX + 1), out = BUF(ANSWER_BYTES_MAX), file = BUF(ANSWER_BYTES_MAX + 16);
	struct witness *w = NULL;
	enum answer_status status = ANSWER_FAILED;
	int from = -1, to = -1;
	enum rc rc = RC_OK;

	from = open(o->argv[1], O_RDONLY | O_CLOEXEC);
	if (from < 0)
		TRY(FAIL_OS("%s", o->argv[1]));
	TRY(file_read_fd(from, SUBMISSION_BYTES_MAX, &in));
	to = open(o->argv[2], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (to < 0)
		TRY(FAIL_OS("%s", o->argv[2]));
	TRY(lock_in(o->folder, &dirfd, 0));
	TRY(witness_open(dirfd, &w));
	TRY(witness_take(w, buf_str(&in), now_us(), true, &status, &out));
	TRY(answer_file_encode(&(struct answer){ status, buf_str(&out) }, &file));
	TRY(file_write_fd(to, buf_str(&file)));
	TRY(file_sync(to));
	*ret_exit = status == ANSWER_COSIGNED ? EXIT_GOOD : EXIT_BAD;
	(void)printf(o->english ? "%s (%d)\n" : "%s（%d）\n", status == ANSWER_COSIGNED ? (o->english ? "cosigned" : "連署しました") : (o->english ? "refused; see tsujiban-witness status" : "連署しません。tsujiban-witness status を見てください"), (int)status);
out:
	witness_close(w);
	if (from >= 0)
		(void)close(from); /* only read */
	if (to >= 0)
		(void)close(to); /* synced, or incomplete and said */
	buf_free(&in);
	buf_free(&out);
	buf_free(&file);
	return rc;
}

/* ---- the other verbs */

static enum rc
add(const struct options *o, int dirfd)
{
	struct buf b = BUF(VKEY_TEXT_MAX + 2);
	struct witness *w = NULL;
	struct str key = str_of(o->argv[1]);
	int fd = -1;
	enum rc rc = RC_OK;

	if (*o->argv[1] == '@') {
		fd = open(o->argv[1] + 1, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			TRY(FAIL_OS("%s", o->argv[1] + 1));
		TRY(file_read_fd(fd, VKEY_TEXT_MAX + 1, &b));
		key = str_trim(buf_str(&b));
	}
	TRY(witness_open(dirfd, &w));
	TRY(witness_add(w, key, now_us()));
out:
	if (fd >= 0)
		(void)close(fd); /* only read */
	witness_close(w);
	buf_free(&b);
	return rc;
}

static enum rc
settle(const struct options *o, int dirfd)
{
	struct witness *w = NULL;
	enum rc rc = RC_OK;

	TRY(witness_open(dirfd, &w));
	TRY(witness_settle(w, str_of(o->argv[1]), now_us()));
out:
	witness_close(w);
	return rc;
}

static enum rc
status(const struct options *o, int dirfd, int *ret_exit)
{
	struct buf b = BUF(1 << 20);
	struct witness *w = NULL;
	bool good = false;
	enum rc rc = RC_OK;

	TRY(witness_open(dirfd, &w));
	TRY(o->json ? witness_json(w, now_us(), &b, &good) : witness_text(w, now_us(), o->english, &b, &good));
	(void)fputs(buf_cstr(&b), stdout);
	*ret_exit = good ? EXIT_GOOD : EXIT_BAD;
out:
	witness_close(w);
	buf_free(&b);
	return rc;
}

static enum rc
key(int dirfd)
{
	struct buf b = BUF(VKEY_TEXT_MAX + 2);
	struct witness *w = NULL;
	enum rc rc = RC_OK;

	TRY(witness_open(dirfd, &w));
	TRY(note_key_text(witness_key(w), &b));
	(void)printf("%s\n", buf_cstr(&b));
out:
	witness_close(w);
	buf_free(&b);
	return rc;
}

static enum rc
run(const struct options *o, int dirfd, int *ret_exit)
{
	const char *verb = o->argc ? o->argv[0] : "";

	*ret_exit = EXIT_GOOD;
	if (strcmp(verb, "init") == 0 && o->argc == 3)
		return witness_init(dirfd, str_of(o->argv[1]), str_of(o->argv[2]), now_us());
	if (strcmp(verb, "add") == 0 && o->argc == 2)
		return add(o, dirfd);
	if (strcmp(verb, "serve") == 0 && o->argc == 3)
		return serve(o, dirfd);
	if (strcmp(verb, "cosign") == 0 && o->argc == 3)
		return cosign(o, dirfd, ret_exit);
	if (strcmp(verb, "status") == 0 && o->argc == 1)
		return status(o, dirfd, ret_exit);
	if (strcmp(verb, "settle") == 0 && o->argc == 2)
		return settle(o, dirfd);
	if (strcmp(verb, "key") == 0 && o->argc == 1)
		return key(dirfd);
	*ret_exit = EXIT_USAGE;
	(void)fputs(o->english ? usage_en : usage_ja, stderr);
	return RC_OK;
}

int
main(int argc, char **argv)
{
	const char *lang = getenv("LC_ALL");
	struct options o = { .folder = "/var/lib/tsujiban-witness", .argc = argc - 1, .argv = argv + 1 };
	int dirfd, result;
	enum rc rc;

	if (!lang || !*lang)
		lang = getenv("LANG");
	o.english = lang && strncmp(lang, "en", 2) == 0;
	for (; o.argc && strncmp(o.argv[0], "--", 2) == 0; o.argc--, o.argv++) {
		if (strcmp(o.argv[0], "--json") == 0) {
			o.json = true;
		} else if (strcmp(o.argv[0], "--help") == 0) {
			(void)fputs(o.english ? usage_en : usage_ja, stdout);
			return EXIT_GOOD;
		} else if (o.argc > 1 && strcmp(o.argv[0], "--folder") == 0) {
			o.folder = o.argv[1];
			o.argc--, o.argv++;
		} else if (o.argc > 1 && strcmp(o.argv[0], "--lang") == 0 && (strcmp(o.argv[1], "ja") == 0 || strcmp(o.argv[1], "en") == 0)) {
			o.english = o.argv[1][0] == 'e';
			o.argc--, o.argv++;
		} else {
			(void)fputs(o.english ? usage_en : usage_ja, stderr);
			return EXIT_USAGE;
		}
	}
	(void)umask(0077);
	dirfd = open(o.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0) {
		(void)fprintf(stderr, "tsujiban-witness: %s: %s\n", o.folder, strerror(errno));
		return EXIT_ERROR;
	}
	rc = run(&o, dirfd, &result);
	(void)close(dirfd); /* a folder */
	if (rc != RC_OK) {
		say_trouble(rc, o.argc ? o.argv[0] : "");
		return EXIT_ERROR;
	}
	return result;
}
