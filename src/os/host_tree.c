// SPDX-License-Identifier: Apache-2.0
/* A recorded machine: the same questions, answered from a folder; for tests. */
#include "os/host_int.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "crypt/tls_peer.h"

#define FIXTURE_MAX (1 << 20)

struct host *
host_open_tree(const char *folder)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int root = dir < 0 ? -1 : openat(dir, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct host *h;

	if (root < 0) {
		(void)FAIL_OS("open the recorded tree %s", folder); /* trail only */
		if (dir >= 0)
			close(dir);
		return NULL;
	}
	h = host_new(root);
	h->folder = dir;
	h->refuse.max = h->stat.max = h->xattr.max = FIXTURE_MAX;
	if ((faccessat(dir, "refuse", R_OK, 0) == 0 && host_read_beneath(h, dir, "refuse", FIXTURE_MAX, &h->refuse) != RC_OK) ||
	    (faccessat(dir, "xattr", R_OK, 0) == 0 && host_read_beneath(h, dir, "xattr", FIXTURE_MAX, &h->xattr) != RC_OK) ||
	    (faccessat(dir, "stat", R_OK, 0) == 0 && host_read_beneath(h, dir, "stat", FIXTURE_MAX, &h->stat) != RC_OK)) {
		host_free(h);
		return NULL;
	}
	for (size_t i = 0; i < 4; i++)
		atomic_store(&h->counts[i], 0);
	return h;
}

void
host_close(struct host *h)
{
	if (h)
		host_free(h);
}

static enum rc
answer(const struct host *h, const char *name, size_t bytes_max, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(host_refused(h, name));
	TRY(host_read_beneath(h, h->folder, name, bytes_max, ret));
out:
	return rc;
}

enum rc
host_netlink(const struct host *h, int protocol, uint16_t type, struct str body, size_t bytes_max, struct buf *ret)
{
	char name[64];

	if (body.n < 2)
		return FAIL(RC_BUG, "a netlink request without a body");
	(void)snprintf(name, sizeof(name), "netlink/%d-%u-%02x%02x", protocol, type, (unsigned char)body.p[0], (unsigned char)body.p[1]);
	return answer(h, name, bytes_max, ret);
}

/* Letters, digits, '.' and '-' as they are, '_' for every other byte. */
static void
file_word(struct str s, size_t max, char *ret)
{
	size_t n = s.n < max ? s.n : max;

	for (size_t i = 0; i < n; i++) {
		char c = s.p[i];

		ret[i] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ? c : '_';
	}
	ret[n] = '\0';
}

enum rc
host_run_with(const struct host *h, const char *row, const struct host_word *words, size_t words_count, size_t bytes_max, int timeout_ms, struct buf *ret)
{
	struct arena arena = ARENA(65536);
	struct program p;
	char name[128], value[64];
	enum rc rc = RC_OK;

	(void)timeout_ms;
	TRY(program_fill(row, words, words_count, &arena, &p));
	atomic_fetch_add(h->execs, 1);
	file_word(p.first, sizeof(value) - 1, value);
	(void)snprintf(name, sizeof(name), "run/%s-%s", row, value);
	if (!p.first.n || faccessat(h->folder, name, R_OK, 0) != 0)
		(void)snprintf(name, sizeof(name), "run/%s", row);
	TRY(answer(h, name, bytes_max, ret));
out:
	arena_free(&arena);
	return rc;
}

enum rc
host_run(const struct host *h, const char *row, size_t bytes_max, struct buf *ret)
{
	return host_run_with(h, row, NULL, 0, bytes_max, 0, ret);
}

enum rc
host_unix_ask(const struct host *h, const char *path, struct str request, size_t bytes_max, int timeout_ms, struct buf *ret)
{
	char name[80];
	struct str word = { request.p, strnlen(request.p, request.n) };
	enum rc rc = RC_OK;

	(void)timeout_ms;
	TRY(host_refused(h, path));
	(void)snprintf(name, sizeof(name), "unix/" STR_FMT "-%zu", STR_ARG(word), request.n);
	if (faccessat(h->folder, name, R_OK, 0) != 0)
		(void)snprintf(name, sizeof(name), "unix/" STR_FMT, STR_ARG(word));
	TRY(answer(h, name, bytes_max, ret));
out:
	return rc;
}

struct host_tcp {
	const struct host *h;
	char               folder[128];
	struct buf         say;         /* what it has still to say */
	size_t             left;
	struct tls_peer   *tls;         /* it speaks TLS, or NULL   */
};

/* Adds the answer to what was sent: the file of its first line, else "any". */
static enum rc
peer_answer(const struct host *h, const char *folder, struct str sent, struct buf *ret)
{
	char name[256], word[49];
	struct str line;

	if (!str_line(&sent, &line))
		return RC_OK;
	file_word(line, sizeof(word) - 1, word);
	(void)snprintf(name, sizeof(name), "%s/%s", folder, word); /* fits: 128 + 49 */
	if (faccessat(h->folder, name, R_OK, 0) != 0)
		(void)snprintf(name, sizeof(name), "%s/any", folder);
	return faccessat(h->folder, name, R_OK, 0) != 0 ? RC_OK : host_read_beneath(h, h->folder, name, FIXTURE_MAX, ret);
}

static enum rc
peer_folder(const struct host *h, const char *kind, const struct host_to *to, char ret[128])
{
	enum rc rc = RC_OK;

	if (snprintf(ret, 128, "%s/%s-%u%s%s", kind, to->address, to->port, to->interface ? "@" : "", to->interface ? to->interface : "") >= 128 || strchr(to->address, '/'))
		return FAIL(RC_SYNTAX, "'%s' is no IPv4 or IPv6 address", to->address);
	TRY(host_connection_count(h));
	TRY(host_refused(h, ret));
	if (faccessat(h->folder, ret, R_OK, 0) != 0)
		rc = FAIL(RC_NOTFOUND, "%s port %u: refused", to->address, to->port);
out:
	return rc;
}

/* Files "tls" and "pem" of its folder make it a TLS server (crypt/tls_peer.h). */
static enum rc
peer_tls(struct host_tcp *t)
{
	struct buf how = BUF(4096), pem = BUF(65536);
	char name[256];
	enum rc rc = RC_OK;

	(void)snprintf(name, sizeof(name), "%s/tls", t->folder);
	if (faccessat(t->h->folder, name, R_OK, 0) != 0)
		return RC_OK;
	TRY(host_read_beneath(t->h, t->h->folder, name, 4096, &how));
	(void)snprintf(name, sizeof(name), "%s/pem", t->folder);
	TRY(host_read_beneath(t->h, t->h->folder, name, 65536, &pem));
	TRY(tls_peer_new(buf_str(&how), buf_str(&pem), &t->tls));
out:
	buf_free(&how);
	buf_free(&pem);
	return rc;
}

static enum rc
peer_take_tls(struct host_tcp *t, struct str bytes)
{
	struct buf asked = BUF(65536), said = BUF(FIXTURE_MAX);
	enum rc rc = RC_OK;

	TRY(tls_peer_take(t->tls, bytes, &t->say, &asked));
	TRY(peer_answer(t->h, t->folder, buf_str(&asked), &said));
	if (said.n)
		TRY(tls_peer_say(t->tls, buf_str(&said), &t->say));
out:
	buf_free(&asked);
	buf_free(&said);
	return rc;
}

enum rc
host_tcp_open(const struct host *h, const struct host_to *to, size_t bytes_max, int timeout_ms, struct host_tcp **ret)
{
	struct host_tcp *t = calloc(1, sizeof(*t));
	char name[256];
	enum rc rc = RC_OK;

	(void)timeout_ms;
	if (t == NULL)
		abort();
	*t = (struct host_tcp){ .h = h, .say = BUF(FIXTURE_MAX), .left = bytes_max };
	TRY(peer_folder(h, "tcp", to, t->folder));
	(void)snprintf(name, sizeof(name), "%s/greeting", t->folder);
	if (faccessat(h->folder, name, R_OK, 0) == 0)
		TRY(host_read_beneath(h, h->folder, name, FIXTURE_MAX, &t->say));
	TRY(peer_tls(t));
	*ret = t;
	t = NULL;
out:
	host_tcp_close(t);
	return rc;
}

enum rc
host_tcp_send(struct host_tcp *t, struct str bytes)
{
	return t->tls ? peer_take_tls(t, bytes) : peer_answer(t->h, t->folder, bytes, &t->say);
}

enum rc
host_tcp_recv(struct host_tcp *t, struct buf *ret)
{
	enum rc rc = RC_OK;

	if (t->say.n == 0)
		return FAIL(RC_NOTFOUND, "%s: it closed", t->folder);
	if (t->say.n > t->left)
		return FAIL(RC_LIMIT, "%s: it says more than was asked for", t->folder);
	t->left -= t->say.n;
	TRY(buf_add(ret, buf_str(&t->say)));
	buf_reset(&t->say);
out:
	return rc;
}

void
host_tcp_again(struct host_tcp *t, size_t bytes_max, int timeout_ms)
{
	(void)timeout_ms;
	t->left = bytes_max;
}

void
host_tcp_close(struct host_tcp *t)
{
	if (t == NULL)
		return;
	buf_free(&t->say);
	tls_peer_free(t->tls);
	free(t);
}

enum rc
host_udp_ask(const struct host *h, const struct host_to *to, struct str request, size_t bytes_max, int timeout_ms, struct buf *ret)
{
	struct buf say = BUF(FIXTURE_MAX);
	char folder[128];
	enum rc rc = RC_OK;

	(void)timeout_ms;
	TRY(peer_folder(h, "udp", to, folder));
	TRY(peer_answer(h, folder, request, &say));
	if (say.n == 0)
		TRY(FAIL(RC_TIMEOUT, "%s: no answer in time", folder));
	if (say.n > bytes_max)
		TRY(FAIL(RC_LIMIT, "%s: it says more than was asked for", folder));
	TRY(buf_add(ret, buf_str(&say)));
out:
	buf_free(&say);
	return rc;
}

static enum rc
clock_numbers(const struct host *h, int64_t ret[5])
{
	struct buf b = BUF(256);
	struct str rest, piece;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(answer(h, "clock", 256, &b));
	rest = str_trim(buf_str(&b));
	while (n < 5 && str_cut(&rest, ' ', &piece))
		TRY(num_parse(piece, INT64_MIN + 1, INT64_MAX, &ret[n++]));
	if (n != 5)
		rc = FAIL(RC_SYNTAX, "clock: five numbers are expected");
out:
	buf_free(&b);
	return rc;
}

enum rc
host_clock(const struct host *h, struct host_clock *ret)
{
	int64_t n[5];
	enum rc rc = RC_OK;

	TRY(clock_numbers(h, n));
	*ret = (struct host_clock){ .synchronised = n[1] != 0, .offset_us = n[2], .max_error_us = n[3], .status = (int)n[4] };
out:
	return rc;
}

int64_t
host_now_us(const struct host *h)
{
	int64_t n[5];

	return clock_numbers(h, n) == RC_OK ? n[0] : 0;
}

enum rc
host_uname(const struct host *h, struct arena *arena, struct str *ret_release)
{
	struct buf b = BUF(256);
	enum rc rc = RC_OK;

	TRY(answer(h, "uname", 256, &b));
	*ret_release = arena_dup(arena, str_trim(buf_str(&b)));
out:
	buf_free(&b);
	return rc;
}
