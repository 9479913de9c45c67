// SPDX-License-Identifier: Apache-2.0
/*
 * Whole requests in, whole answers out, over libmicrohttpd.
 *
 * libmicrohttpd reads leniently, so what it delivers is checked again before
 * a handler sees it: exactly one Host, no Transfer-Encoding, no header twice,
 * no control byte, no NUL in the request line. The network's thread only reads and writes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/num.h"
#include "core/ask_core.h"
#include "os/file.h"
#include "web/forwarded.h"
#include "web/http_int.h"

#define HANDSHAKE_MAX 32768

enum stage { STAGE_NEW, STAGE_BODY, STAGE_WORKING, STAGE_ANSWERED };

struct exchange {                       /* one request and its answer */
	enum stage             stage;
	bool                   bad_uri, counted, slow;
	struct MHD_Connection *connection;
	struct http           *http;
	const char            *uri_at;  /* in the library's memory: its end is checked against the version's place */
	size_t                 uri_n;
	char                  *uri;     /* our copy, split at '?' */
	struct buf             body;
	struct http_request    request;
	struct http_answer     answer;
	struct arena           arena;
	char                   address[HTTP_ADDRESS_MAX];
	struct str             forwarded_for, forwarded; /* what some proxy says */
	bool                   forwarded_twice;
	struct exchange       *next;
};
struct wire {                           /* one connection, for its deadline */
	struct http *http;
	int          fd;
	int64_t      since_s, born_us;
	bool         working;           /* its request is with us: no deadline of the client's */
	struct http_handshake handshake; /* where certificates are asked for */
	struct wire *next, **at;
};
enum gate_of { GATE_CONSOLE, GATE_ADMIN, GATE_CARD, GATE_LOCAL };
struct gate { struct http *http; enum gate_of door; }; /* by which listener */
struct http {
	struct http_spec   spec;
	struct http_tls   *tls;
	struct MHD_Daemon *daemons[3 * HTTP_LISTENERS_MAX + 1];
	struct gate        gates[3 * HTTP_LISTENERS_MAX + 1];
	int                daemons_n;
	pthread_t         *threads;
	int                threads_n;
	pthread_mutex_t    lock;
	pthread_cond_t     more;
	struct exchange   *first, **last;
	int                slow_n;  /* workers that are with a slow one */
	int                slow_waiting;
	struct wire       *wires;
	bool               ending;
};

#define POLICY "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

static char policy[512] = POLICY;

static const struct { const char *name, *value; } always[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "X-Frame-Options", "DENY" },
	{ "Content-Security-Policy", policy },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
	{ "Strict-Transport-Security", "max-age=31536000" },
};

void
http_script_allow(const char *hash)
{
	(void)snprintf(policy, sizeof(policy), POLICY "; script-src 'sha256-%s'", hash);
}

static int64_t
now_s(void)
{
	return monotonic_us() / 1000000;
}

/* ---- answers */

static enum MHD_Result
add_field(struct MHD_Response *response, const struct http_field *field)
{
	char value[1024];

	if (field->value.n >= sizeof(value))
		return MHD_NO;
	memcpy(value, field->value.p ? field->value.p : "", field->value.n);
	value[field->value.n] = '\0';
	return MHD_add_response_header(response, field->name, value);
}

static struct MHD_Response *
response_new(void *bytes, size_t n, enum MHD_ResponseMemoryMode mode, const struct http_field *fields, size_t fields_n)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(n, bytes, mode);
	enum MHD_Result ok = response ? MHD_YES : MHD_NO;

	for (size_t i = 0; ok == MHD_YES && i < sizeof(always) / sizeof(always[0]); i++)
		ok = MHD_add_response_header(response, always[i].name, always[i].value);
	for (size_t i = 0; ok == MHD_YES && i < fields_n; i++)
		ok = add_field(response, &fields[i]);
	if (ok != MHD_YES && response) {
		MHD_destroy_response(response);
		response = NULL;
	}
	return response;
}

const void *
http_fixed_new(const void *bytes, size_t n, const struct http_field *fields, size_t fields_n)
{
	return response_new((void *)(uintptr_t)bytes, n, MHD_RESPMEM_PERSISTENT, fields, fields_n);
}

void
http_fixed_free(const void *fixed)
{
	if (fixed)
		MHD_destroy_response((struct MHD_Response *)(uintptr_t)fixed);
}

void
http_field(struct http_answer *answer, const char *name, struct str value)
{
	struct str copy = arena_dup(answer->arena, value);
	bool bad = (value.n && !copy.p) || value.n > 1000 || answer->fields_n == HTTP_FIELDS_MAX;

	for (size_t i = 0; i < value.n; i++)
		bad = bad || (unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f;
	if (bad) {
		answer->status = 500;
		return;
	}
	answer->fields[answer->fields_n++] = (struct http_field){ name, copy };
}

static enum MHD_Result
send_answer(struct exchange *x)
{
	struct http_answer *answer = &x->answer;
	struct MHD_Response *response;
	enum MHD_Result ok;

	if (answer->fixed)
		return MHD_queue_response(x->connection, (unsigned)answer->status, (struct MHD_Response *)(uintptr_t)answer->fixed);
	response = response_new(answer->body.p, answer->body.n, answer->body.n ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT, answer->fields, answer->fields_n);
	if (!response)
		return MHD_NO;
	answer->body = (struct buf)BUF(0); /* the response owns the bytes now */
	ok = MHD_queue_response(x->connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return ok;
}

/* What never reached a handler: one line, and the connection ends. */
static enum MHD_Result
refuse(struct exchange *x, int status, const char *sentence)
{
	x->stage = STAGE_ANSWERED;
	x->answer.status = status;
	x->answer.fields_n = 0;
	buf_reset(&x->answer.body);
	http_field(&x->answer, "Content-Type", STR("text/plain; charset=utf-8"));
	http_field(&x->answer, "Cache-Control", STR("no-store"));
	http_field(&x->answer, "Connection", STR("close"));
	if (buf_addf(&x->answer.body, "%s\n", sentence) != RC_OK)
		return MHD_NO;
	return send_answer(x);
}

/* ---- one exchange */

/* Only where papers are filed a body is larger. */
static size_t
body_max(struct str uri)
{
	return str_starts(uri, STR("/paper-form/")) || (str_starts(uri, STR("/paper/")) && str_ends(uri, STR("/enter"))) || str_ends(uri, STR("/act/paper-file")) || str_ends(uri, STR("/act/paper-enter")) ? HTTP_FILES_MAX : HTTP_BODY_MAX;
}

static void *
uri_begins(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (!x)
		abort(); /* out of memory ends the process; warden restarts it */
	x->http = ((struct gate *)context)->http;
	x->request.admin = ((struct gate *)context)->door == GATE_ADMIN;
	x->request.card = ((struct gate *)context)->door == GATE_CARD;
	x->connection = connection;
	x->uri_at = uri;
	x->uri_n = strlen(uri);
	x->bad_uri = x->uri_n > HTTP_URI_MAX;
	x->uri = strndup(uri, HTTP_URI_MAX);
	if (!x->uri)
		abort();
	x->body = (struct buf)BUF(body_max(str_of(uri)));
	x->answer.body = (struct buf)BUF(HTTP_ANSWER_MAX);
	x->arena = (struct arena)ARENA(4u << 20);
	x->answer.arena = &x->arena;
	return x;
}

static void
wire_working(struct MHD_Connection *connection, bool working)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct wire *wire = info ? info->socket_context : NULL;

	if (!wire)
		return;
	pthread_mutex_lock(&wire->http->lock);
	wire->working = working;
	wire->since_s = now_s();
	pthread_mutex_unlock(&wire->http->lock);
}

static void
exchange_ends(void *context, struct MHD_Connection *connection, void **slot, enum MHD_RequestTerminationCode code)
{
	struct exchange *x = *slot;

	wire_working(connection, false);
	*slot = NULL;
	if (!x)
		return;
	if (x->body.n)
		explicit_bzero(x->body.p, x->body.n); /* it may have been a password */
	buf_free(&x->body);
	buf_free(&x->answer.body);
	arena_free(&x->arena);
	free(x->uri);
	free(x);
}

/* Header fields that decide something, each at most once. */
struct heading { struct exchange *x; int hosts, lengths; bool twice, control, encoded; int n; };

static enum MHD_Result
heading_one(void *context, enum MHD_ValueKind kind, const char *name, size_t name_n, const char *value, size_t value_n)
{
	struct heading *head = context;
	struct http_request *q = &head->x->request;
	struct { const char *name; struct str *at; } wanted[] = {
		{ "Host", &q->host }, { "Cookie", &q->cookie }, { "Origin", &q->origin }, { "Sec-Fetch-Site", &q->fetch_site },
		{ "Content-Type", &q->content_type }, { "Authorization", &q->authorization }, { "If-None-Match", &q->etag },
	};

	head->n++;
	for (size_t i = 0; i < 2; i++)
		if (strcasecmp(name, i ? "Forwarded" : "X-Forwarded-For") == 0) {
			struct str *at = i ? &head->x->forwarded : &head->x->forwarded_for;

			head->x->forwarded_twice |= at->p != NULL;
			*at = (struct str){ value ? value : "", value_n };
		}
	for (size_t i = 0; i < name_n; i++)
		head->control |= (unsigned char)name[i] <= ' ' || (unsigned char)name[i] >= 0x7f;
	for (size_t i = 0; i < value_n; i++)
		head->control |= ((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7f;
	head->encoded |= strcasecmp(name, "Transfer-Encoding") == 0;
	head->lengths += strcasecmp(name, "Content-Length") == 0;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (strcasecmp(name, wanted[i].name) == 0) {
			head->twice |= wanted[i].at->p != NULL;
			*wanted[i].at = (struct str){ value ? value : "", value_n };
		}
	return MHD_YES;
}

/* Whose process it is, as the kernel says: the console's token says only that it could be read. */
static void
local_address(struct exchange *x)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct ucred peer;
	socklen_t n = sizeof(peer);

	if (info && getsockopt(info->connect_fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && n == sizeof(peer))
		(void)snprintf(x->address, sizeof(x->address), LOCAL_UID "%u", (unsigned)peer.uid); /* fits */
	else
		memcpy(x->address, "local", 6);
}

static void
address_of(struct exchange *x)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;
	const struct sockaddr_in6 *a6 = (const void *)a;

	x->request.local = !a || a->sa_family == AF_UNIX;
	if (x->request.local)
		local_address(x);
	else if (a->sa_family == AF_INET)
		(void)inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, x->address, sizeof(x->address)); /* always fits */
	else if (IN6_IS_ADDR_V4MAPPED(&a6->sin6_addr))
		(void)inet_ntop(AF_INET, &a6->sin6_addr.s6_addr[12], x->address, sizeof(x->address));
	else
		(void)inet_ntop(AF_INET6, &a6->sin6_addr, x->address, sizeof(x->address));
	x->request.address = str_of(x->address);
	info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	if (info && info->socket_context) {
		const struct wire *wire = info->socket_context;

		x->request.connected_at_us = wire->born_us;
		x->request.handshake = wire->handshake.whole ? buf_str(&wire->handshake.bytes) : STR_NONE;
	}
}

/* Who stands in front of us may say for whom; anybody else may say what he likes. */
/*= S-3-3 */
static void
client_of_proxy(struct exchange *x)
{
	if (x->request.local || !forwarded_proxy(x->http->spec.proxies, x->request.address))
		return;
	if (x->forwarded_twice || !forwarded_client(x->http->spec.proxies, x->forwarded_for, x->forwarded, x->address))
		x->address[0] = '\0';
	x->request.address = str_of(x->address);
}

static enum MHD_Result
head_check(struct exchange *x, const char *method, const char *version)
{
	struct http_request *q = &x->request;
	struct heading head = { .x = x };
	char *mark = strchr(x->uri, '?');

	x->stage = STAGE_BODY;
	address_of(x);
	if (x->bad_uri)
		return refuse(x, 414, "The address is too long.");
	if (x->uri_at + x->uri_n + 1 != version)
		return refuse(x, 400, "The request line has a NUL in its address.");
	for (const unsigned char *c = (const unsigned char *)x->uri; *c; c++)
		if (*c <= ' ' || *c >= 0x7f)
			return refuse(x, 400, "The address has a byte that is not allowed.");
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return refuse(x, 505, "HTTP/1.1 is spoken here.");
	if (mark)
		*mark = '\0';
	q->path = str_of(x->uri);
	q->query = mark ? str_of(mark + 1) : STR("");
	(void)MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, heading_one, &head); /* the count is head.n */
	client_of_proxy(x);
	if (head.encoded)
		return refuse(x, 400, "Transfer-Encoding is not accepted: send Content-Length.");
	if (head.twice || head.lengths > 1)
		return refuse(x, 400, "A header field that must stand once stands twice.");
	if (head.control || head.n > 64)
		return refuse(x, 400, "A header field has bytes that are not allowed, or there are too many.");
	if (q->host.n == 0)
		return refuse(x, 400, "The Host is missing.");
	if (strcmp(method, "GET") == 0)
		q->method = HTTP_GET;
	else if (strcmp(method, "HEAD") == 0)
		q->method = HTTP_HEAD;
	else if (strcmp(method, "POST") == 0)
		q->method = HTTP_POST;
	else
		return refuse(x, 405, "Only GET, HEAD and POST are answered.");
	if (q->method == HTTP_POST) {
		const char *length = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Content-Length");
		uint64_t n;

		if (!length)
			return refuse(x, 411, "The Content-Length is missing.");
		if (num_parse_u64(str_of(length), UINT32_MAX, &n) != RC_OK) {
			rc_trail_clear();
			return refuse(x, 400, "The Content-Length is no number.");
		}
		if (n > x->body.max)
			return refuse(x, 413, "The body is too long.");
	} else if (head.lengths) {
		const char *length = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Content-Length");

		if (length && strcmp(length, "0") != 0)
			return refuse(x, 400, "A GET has no body.");
	}
	return MHD_YES;
}

static void
enqueue(struct exchange *x)
{
	struct http *http = x->http;

	x->slow = http->spec.slow && http->spec.slow(&x->request);
	pthread_mutex_lock(&http->lock);
	if (x->slow && http->slow_waiting >= http->spec.slow_waiting_max) {
		x->slow = false;
		x->request.busy = true;
	}
	http->slow_waiting += x->slow;
	x->next = NULL;
	*http->last = x;
	http->last = &x->next;
	pthread_cond_signal(&http->more);
	pthread_mutex_unlock(&http->lock);
}

static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *upload, size_t *upload_n, void **slot)
{
	struct http *http = ((struct gate *)context)->http;
	struct exchange *x = *slot;

	if (!x)
		return MHD_NO;
	switch (x->stage) {
	case STAGE_NEW:
		return head_check(x, method, version);
	case STAGE_BODY:
		if (*upload_n) {
			if (buf_add(&x->body, (struct str){ upload, *upload_n }) != RC_OK) {
				rc_trail_clear();
				return MHD_NO; /* more than its Content-Length said */
			}
			*upload_n = 0;
			return MHD_YES;
		}
		x->request.body = buf_str(&x->body);
		if (http->spec.quick(http->spec.context, &x->request, &x->answer)) {
			x->stage = STAGE_ANSWERED;
			return send_answer(x);
		}
		x->stage = STAGE_WORKING;
		wire_working(connection, true);
		MHD_suspend_connection(connection);
		enqueue(x);
		return MHD_YES;
	case STAGE_WORKING:
		x->stage = STAGE_ANSWERED;
		return send_answer(x);
	case STAGE_ANSWERED:
		return MHD_YES;
	}
	return MHD_NO;
}

/* With the lock held: the oldest that may run now; slow ones wait until one of theirs is done, and hold up nobody else. */
static struct exchange *
dequeue(struct http *http)
{
	struct exchange **at = &http->first, *x;

	while (*at && (*at)->slow && http->slow_n >= http->spec.slow_max && !http->ending)
		at = &(*at)->next;
	x = *at;
	if (!x)
		return NULL;
	*at = x->next;
	if (!x->next)
		http->last = at;
	http->slow_n += x->slow;
	http->slow_waiting -= x->slow;
	return x;
}

static void *
work(void *context)
{
	struct http *http = context;

	for (;;) {
		struct exchange *x;
		bool slow;

		pthread_mutex_lock(&http->lock);
		while (!(x = dequeue(http)) && !http->ending)
			pthread_cond_wait(&http->more, &http->lock);
		pthread_mutex_unlock(&http->lock);
		if (!x)
			return NULL;
		slow = x->slow;
		if (http->ending)
			x->answer.status = 503;
		else
			(void)http->spec.act(http->spec.context, &x->request, &x->answer); /* it always answers */
		rc_trail_clear();
		MHD_resume_connection(x->connection); /* from here on x is the network's */
		if (!slow)
			continue;
		pthread_mutex_lock(&http->lock);
		http->slow_n--;
		pthread_cond_signal(&http->more);
		pthread_mutex_unlock(&http->lock);
	}
}

/* ---- connections and their deadlines */

/* The random of this handshake is auth's; when it has none, the handshake is like any other and proves nothing. */
static void
handshake_begins(struct http *http, struct MHD_Connection *connection, struct wire *wire)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	uint8_t random[32];

	wire->handshake.bytes = (struct buf)BUF(HANDSHAKE_MAX);
	if (info && info->tls_session && http->spec.random(http->spec.context, random) == RC_OK)
		http_handshake_follow(info->tls_session, &wire->handshake, random);
	rc_trail_clear();
}

static void
on_connection(void *context, struct MHD_Connection *connection, void **slot, enum MHD_ConnectionNotificationCode code)
{
	struct http *http = ((struct gate *)context)->http;
	struct wire *wire = *slot, *fresh = NULL;

	pthread_mutex_lock(&http->lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

		wire = calloc(1, sizeof(*wire));
		if (!wire)
			abort();
		*wire = (struct wire){ .http = http, .fd = info ? info->connect_fd : -1, .since_s = now_s(), .born_us = now_us(), .next = http->wires, .at = &http->wires };
		if (wire->next)
			wire->next->at = &wire->next;
		http->wires = wire;
		*slot = wire;
		fresh = wire;
	} else if (wire) {
		*wire->at = wire->next;
		if (wire->next)
			wire->next->at = wire->at;
		buf_free(&wire->handshake.bytes);
		free(wire);
		*slot = NULL;
	}
	pthread_mutex_unlock(&http->lock);
	if (fresh && ((struct gate *)context)->door == GATE_CARD)
		handshake_begins(http, connection, fresh);
}

void
http_tick(struct http *http)
{
	int64_t limit = now_s() - http->spec.deadline_s;

	pthread_mutex_lock(&http->lock);
	for (struct wire *wire = http->wires; wire; wire = wire->next)
		if (!wire->working && wire->since_s < limit)
			(void)shutdown(wire->fd, SHUT_RDWR); /* the library sees its end and closes it */
	pthread_mutex_unlock(&http->lock);
}

/* ---- start and stop */

static size_t
unescape_nothing(void *context, struct MHD_Connection *connection, char *s)
{
	return strlen(s); /* decoding is ours: src/web/decode.c */
}

static void
log_nothing(void *context, const char *fmt, va_list arguments)
{
	/* the library's sentences hold addresses and paths of clients */
}

static enum rc
daemon_start(struct http *http, int fd, enum gate_of door)
{
	const struct http_spec *spec = &http->spec;
	struct gate *gate = &http->gates[http->daemons_n];
	bool tls = door != GATE_LOCAL;
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)log_nothing, NULL },
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)uri_begins, gate },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)exchange_ends, http },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, gate },
		{ MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)unescape_nothing, NULL },
		{ MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
		{ MHD_OPTION_LISTEN_SOCKET, fd, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, tls ? spec->connections_max : 32, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, spec->deadline_s, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, 24 * 1024, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_INCREMENT, 4 * 1024, NULL },
		{ MHD_OPTION_PER_IP_CONNECTION_LIMIT, tls ? spec->connections_per_ip : 0, NULL },
		{ tls ? MHD_OPTION_HTTPS_PRIORITIES : MHD_OPTION_END, 0, (void *)(uintptr_t)(door == GATE_CARD ? HTTP_CARD_PRIORITIES : HTTP_TLS_PRIORITIES) },
		{ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(intptr_t)http_tls_retrieve },
		{ door == GATE_CARD ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0, (void *)(uintptr_t)spec->authorities_pem }, /* asks for a certificate; auth judges it */
		{ MHD_OPTION_END, 0, NULL },
	};

	*gate = (struct gate){ http, door };
	http->daemons[http->daemons_n] = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | (tls ? MHD_USE_TLS : 0u), 0, NULL, NULL, on_request, gate,
	    MHD_OPTION_ARRAY, options, MHD_OPTION_END);
	if (!http->daemons[http->daemons_n])
		return FAIL(RC_IO, "http: the %s listener does not start", tls ? "TLS" : "local");
	http->daemons_n++;
	return RC_OK;
}

enum rc
http_open(const struct http_spec *spec, struct http **ret)
{
	struct http *http = calloc(1, sizeof(*http));
	enum rc rc = RC_OK;

	if (!http)
		abort();
	http->spec = *spec;
	http->last = &http->first;
	pthread_mutex_init(&http->lock, NULL);
	pthread_cond_init(&http->more, NULL);
	http->threads = calloc((size_t)spec->workers, sizeof(*http->threads));
	if (!http->threads)
		abort();
	for (; http->threads_n < spec->workers; http->threads_n++)
		if (pthread_create(&http->threads[http->threads_n], NULL, work, http) != 0)
			TRY(FAIL(RC_IO, "http: no thread for a worker"));
	if (spec->fds_tls_n || spec->fds_admin_n || spec->fds_card_n)
		TRY(http_tls_new(spec, &http->tls));
	for (int i = 0; i < spec->fds_tls_n; i++)
		TRY(daemon_start(http, spec->fds_tls[i], GATE_CONSOLE));
	for (int i = 0; i < spec->fds_admin_n; i++)
		TRY(daemon_start(http, spec->fds_admin[i], GATE_ADMIN));
	for (int i = 0; i < spec->fds_card_n; i++)
		TRY(daemon_start(http, spec->fds_card[i], GATE_CARD));
	if (spec->fd_local >= 0)
		TRY(daemon_start(http, spec->fd_local, GATE_LOCAL));
	*ret = http;
	http = NULL;
out:
	http_close(http);
	return rc;
}

void
http_close(struct http *http)
{
	if (!http)
		return;
	for (int i = 0; i < http->daemons_n; i++)
		(void)MHD_quiesce_daemon(http->daemons[i]); /* no new connections; the descriptor stays the caller's */
	pthread_mutex_lock(&http->lock);
	http->ending = true;
	pthread_cond_broadcast(&http->more);
	pthread_mutex_unlock(&http->lock);
	for (int i = 0; i < http->threads_n; i++)
		(void)pthread_join(http->threads[i], NULL);
	for (int i = 0; i < http->daemons_n; i++)
		MHD_stop_daemon(http->daemons[i]);
	http_tls_free(http->tls);
	pthread_mutex_destroy(&http->lock);
	pthread_cond_destroy(&http->more);
	free(http->threads);
	free(http);
}
