// SPDX-License-Identifier: Apache-2.0
/* The server before real sockets: hostile request lines and heads, bodies, workers, and TLS 1.2 and 1.3 with the key elsewhere. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#include "base/test.h"
#include "web/http_int.h"

static gnutls_privkey_t the_key;
static int              signatures;

static enum rc
sign_here(void *context, struct str digest, struct buf *ret)
{
	gnutls_datum_t hash = { (unsigned char *)(uintptr_t)digest.p, (unsigned)digest.n }, der;

	if (gnutls_privkey_sign_hash2(the_key, digest.n == 32 ? GNUTLS_SIGN_ECDSA_SHA256 : GNUTLS_SIGN_ECDSA_SHA384, 0, &hash, &der) < 0)
		return FAIL(RC_IO, "no signature");
	enum rc rc = buf_add(ret, (struct str){ (const char *)der.data, der.size });
	gnutls_free(der.data);
	signatures++;
	return rc;
}

static bool
quick(void *context, const struct http_request *q, struct http_answer *a)
{
	a->status = 200;
	return str_eq_c(q->path, "/quick") && buf_add_c(&a->body, "at once") == RC_OK;
}

static bool
echo(void *context, const struct http_request *q, struct http_answer *a)
{
	a->status = 200;
	http_field(a, "X-Address", q->address);
	return buf_addf(&a->body, "%d " STR_FMT "?" STR_FMT " [" STR_FMT "]", q->method, STR_ARG(q->path), STR_ARG(q->query), STR_ARG(q->body)) == RC_OK;
}

static int
listener(struct sockaddr_in *at)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t n = sizeof(*at);

	*at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	return fd >= 0 && bind(fd, (struct sockaddr *)at, n) == 0 && listen(fd, 16) == 0 && getsockname(fd, (struct sockaddr *)at, &n) == 0 ? fd : -1;
}

static int
dial(const struct sockaddr_in *at)
{
	struct timeval patience = { 5, 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 ? fd : -1;
}

/* One request's bytes in, all bytes of the answer out; the server or our shutdown ends it. */
static char *
talk(const struct sockaddr_in *at, const void *bytes, size_t n)
{
	static char answer[65536];
	size_t got = 0;
	ssize_t r = 0;
	int fd = dial(at);

	if (fd >= 0 && send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n) {
		(void)shutdown(fd, SHUT_WR);
		while ((r = recv(fd, answer + got, sizeof(answer) - 1 - got, 0)) > 0)
			got += (size_t)r;
	}
	answer[got] = '\0';
	if (fd >= 0)
		close(fd);
	return answer;
}

#define SAY(literal) talk(&at, "" literal, sizeof(literal) - 1)
#define ANSWERS(code, literal) CHECK(strncmp(SAY(literal), "HTTP/1.1 " #code " ", 13) == 0)

CASE(plain_requests)
{
	struct sockaddr_in at;
	struct http_spec spec = { .fd_local = listener(&at), .quick = quick, .act = echo, .workers = 2, .connections_max = 16, .connections_per_ip = 16, .deadline_s = 5 };
	struct http *http = NULL;
	char *long_uri = malloc(HTTP_URI_MAX + 200), *answer;

	CHECK_OK(http_open(&spec, &http));
	CHECK(strstr(SAY("GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), "\r\n\r\nat once"));
	answer = SAY("GET /a%20b?c=%41 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	CHECK(strstr(answer, "\r\n\r\n0 /a%20b?c=%41 []"));
	CHECK(strstr(answer, "Content-Security-Policy: default-src 'none'"));
	CHECK(strstr(answer, "X-Address: 127.0.0.1"));
	CHECK(strstr(SAY("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"), "2 /x? [hello]"));
	ANSWERS(400, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
	ANSWERS(400, "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
	ANSWERS(400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
	ANSWERS(400, "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nCookie: b=1\r\n\r\n");
	ANSWERS(400, "GET / HTTP/1.1\r\n\r\n");
	ANSWERS(400, "GET / HTTP/1.1\r\nHost:\r\n\r\n");
	ANSWERS(400, "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n");
	ANSWERS(400, "GET /a\0HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n");
	CHECK(!strstr(SAY("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"), "200 OK")); /* the library ends the connection */
	ANSWERS(400, "GET /a\x7f HTTP/1.1\r\nHost: a\r\n\r\n");
	ANSWERS(400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01" "b\r\n\r\n");
	ANSWERS(400, "GET / HTTP/1.1\r\nHost: a\r\nX\x01: b\r\n\r\n");
	ANSWERS(400, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
	ANSWERS(405, "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n");
	ANSWERS(405, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n");
	ANSWERS(411, "POST / HTTP/1.1\r\nHost: a\r\n\r\n");
	ANSWERS(413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 131073\r\n\r\n");
	CHECK(strncmp(SAY("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"), "HTTP/1.1 4", 10) == 0);
	CHECK(!strstr(SAY("\x16\x03\x01\x00\xff nonsense"), "HTTP/1.1 200"));
	memset(long_uri, 'a', HTTP_URI_MAX + 200);
	memcpy(long_uri, "GET /", 5);
	memcpy(long_uri + HTTP_URI_MAX + 100, " HTTP/1.1\r\nHost: a\r\n\r\n", 22);
	CHECK(strncmp(talk(&at, long_uri, HTTP_URI_MAX + 122), "HTTP/1.1 414 ", 13) == 0);
	free(long_uri);
	http_close(http);
	close(spec.fd_local);
}

static bool
is_slow(const struct http_request *q)
{
	return str_eq_c(q->path, "/slow");
}

static bool
sleep_or_echo(void *context, const struct http_request *q, struct http_answer *a)
{
	if (q->busy) {
		a->status = 503;
		return true;
	}
	if (is_slow(q))
		usleep(600000);
	return echo(context, q, a);
}

CASE(slow_ones_leave_a_worker_to_the_others)
{
	struct sockaddr_in at;
	struct http_spec spec = { .fd_local = listener(&at), .quick = quick, .act = sleep_or_echo, .slow = is_slow, .slow_max = 1, .slow_waiting_max = 3, .workers = 2, .connections_max = 16,
		.connections_per_ip = 16, .deadline_s = 5 };
	struct http *http = NULL;
	struct timespec from, to;
	int fds[2];
	char byte;

	CHECK_OK(http_open(&spec, &http));
	for (int i = 0; i < 2; i++) {
		fds[i] = dial(&at);
		CHECK(send(fds[i], "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", 32, MSG_NOSIGNAL) == 32);
	}
	usleep(100000);
	clock_gettime(CLOCK_MONOTONIC, &from);
	ANSWERS(200, "GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	clock_gettime(CLOCK_MONOTONIC, &to);
	CHECK((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 < 400);
	for (int i = 0; i < 2; i++) { /* and each has its turn */
		CHECK(recv(fds[i], &byte, 1, 0) == 1);
		close(fds[i]);
	}
	http_close(http);
	close(spec.fd_local);
}

/* Nobody waits in a queue that is full: the answer comes at once, and what was sent is not worked at. */
CASE(a_flood_is_told_to_come_again)
{
	struct sockaddr_in at;
	struct http_spec spec = { .fd_local = listener(&at), .quick = quick, .act = sleep_or_echo, .slow = is_slow, .slow_max = 1, .slow_waiting_max = 0, .workers = 2, .connections_max = 16,
		.connections_per_ip = 16, .deadline_s = 5 };
	struct http *http = NULL;

	CHECK_OK(http_open(&spec, &http));
	ANSWERS(503, "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	ANSWERS(200, "GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	http_close(http);
	close(spec.fd_local);
}

CASE(deadline)
{
	struct sockaddr_in at;
	struct http_spec spec = { .fd_local = listener(&at), .quick = quick, .act = echo, .workers = 1, .connections_max = 16, .connections_per_ip = 16, .deadline_s = 1 };
	struct http *http = NULL;
	char byte;
	int fd;

	CHECK_OK(http_open(&spec, &http));
	fd = dial(&at);
	CHECK(send(fd, "GET / HT", 8, MSG_NOSIGNAL) == 8);
	for (int i = 0; i < 25; i++) {
		usleep(100000);
		(void)send(fd, "T", 1, MSG_NOSIGNAL); /* never quite idle */
		http_tick(http);
	}
	CHECK(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
	http_close(http);
	close(spec.fd_local);
}

/* A key and its certificate, as PEM. */
static void
certificate_new(gnutls_datum_t *ret_pem)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
	time_t now = time(NULL);

	gnutls_x509_privkey_init(&key);
	gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	gnutls_x509_crt_init(&crt);
	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, "\x01", 1);
	gnutls_x509_crt_set_dn(crt, "CN=localhost", NULL);
	gnutls_x509_crt_set_activation_time(crt, now - 60);
	gnutls_x509_crt_set_expiration_time(crt, now + 3600);
	gnutls_x509_crt_set_key(crt, key);
	gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
	gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, ret_pem);
	gnutls_x509_crt_deinit(crt);
	gnutls_privkey_init(&the_key);
	gnutls_privkey_import_x509(the_key, key, GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE);
}

static int
handshake(const struct sockaddr_in *at, const char *priorities, char *answer, size_t n)
{
	gnutls_certificate_credentials_t credentials;
	gnutls_session_t session;
	int fd = dial(at), e;
	ssize_t got = 0;

	answer[0] = '\0';
	gnutls_certificate_allocate_credentials(&credentials);
	gnutls_init(&session, GNUTLS_CLIENT);
	gnutls_priority_set_direct(session, priorities, NULL);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_transport_set_int(session, fd);
	do
		e = gnutls_handshake(session);
	while (e < 0 && !gnutls_error_is_fatal(e));
	if (e == 0) {
		(void)gnutls_record_send(session, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n", 28);
		for (ssize_t r; !strchr(answer, '[') && (r = gnutls_record_recv(session, answer + got, n - 1 - (size_t)got)) > 0;)
			answer[got += r] = '\0';
		e = (int)gnutls_protocol_get_version(session);
	}
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(credentials);
	close(fd);
	return e;
}

CASE(tls_with_the_key_elsewhere)
{
	struct sockaddr_in at;
	gnutls_datum_t pem;
	struct http_spec spec = { .fds_tls = { listener(&at) }, .fds_tls_n = 1, .fd_local = -1, .quick = quick, .act = echo, .sign = sign_here, .workers = 1, .connections_max = 16, .connections_per_ip = 16, .deadline_s = 5 };
	struct http *http = NULL;
	char answer[4096];

	certificate_new(&pem);
	spec.certificate_pem = (struct str){ (const char *)pem.data, pem.size };
	CHECK_OK(http_open(&spec, &http));
	CHECK_INT(signatures, 1);
	CHECK_INT(handshake(&at, "NORMAL:-VERS-ALL:+VERS-TLS1.3", answer, sizeof(answer)), GNUTLS_TLS1_3);
	CHECK(strstr(answer, "0 /x? []"));
	CHECK_INT(handshake(&at, "NORMAL:-VERS-ALL:+VERS-TLS1.2", answer, sizeof(answer)), GNUTLS_TLS1_2);
	CHECK(strstr(answer, "0 /x? []"));
	CHECK(signatures >= 3);
	/*= S-4-2 type=test */
	CHECK(handshake(&at, "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:%COMPAT", answer, sizeof(answer)) < 0);
	CHECK(handshake(&at, "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:+AES-256-CBC", answer, sizeof(answer)) < 0);
	http_close(http);
	close(spec.fds_tls[0]);
	gnutls_free(pem.data);
	gnutls_privkey_deinit(the_key);
}

CASE(foreign_certificate)
{
	gnutls_datum_t pem, other;
	struct http_spec spec = { .fds_tls = { 0 }, .fds_tls_n = 1, .fd_local = -1, .quick = quick, .act = echo, .sign = sign_here, .workers = 1 };
	struct http *http = NULL;
	gnutls_privkey_t first;

	certificate_new(&pem);
	first = the_key;
	certificate_new(&other);
	spec.certificate_pem = (struct str){ (const char *)pem.data, pem.size };
	CHECK_RC(http_open(&spec, &http), RC_CONFLICT);
	spec.certificate_pem = STR("-----BEGIN CERTIFICATE-----\nnothing\n");
	CHECK_RC(http_open(&spec, &http), RC_SYNTAX);
	gnutls_free(pem.data);
	gnutls_free(other.data);
	gnutls_privkey_deinit(first);
	gnutls_privkey_deinit(the_key);
}

TEST_MAIN
