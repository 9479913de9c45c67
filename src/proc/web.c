// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          web
 * DOES          TLS and HTTP; HTML, CSV and JSON. Every page is one act put to core with the
 *               session's token; names, passwords and codes go straight to auth.
 * TRUSTS        core to decide, auth to know people, vault to sign handshakes; no byte of a browser.
 * HOLDS         the certificate (public), the listeners it was born with, drafts of forms whose session ended (memory, hours). No key, no session.
 * MAY NEVER     open a file after its start, open a socket, sign, decide, or remember who someone is.
 * IF IT FALLS   what signed-in people open can be seen and acts put in their names until noticed;
 *               each is an entry in the ledger. The TLS key stays in vault.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "auth/ask_auth.h"
#include "os/file.h"
#include "proc/run.h"
#include "vault/ask_vault.h"
#include "web/site.h"

#define WORKERS            4
#define SLOW_WAITING       16  /* four seconds of hashing: who comes then is told to try again */
#define CONNECTIONS_MAX    512
#define CONNECTIONS_PER_IP 64
#define DEADLINE_S         20
#define CERTIFICATE_MAX    65536
#define AUTHORITIES_MAX    1048576

struct web {
	struct proc *proc;
	struct peer *vault, *auth;
	struct buf   authorities;
	struct site *site;
	struct http *http;
};

static enum rc
web_open(struct proc *proc, void **ret_state)
{
	struct web *web = calloc(1, sizeof(*web));

	if (!web)
		abort(); /* out of memory ends the process; warden restarts it */
	web->proc = proc;
	*ret_state = web;
	return RC_OK;
}

static enum rc
sign_handshake(void *context, struct str digest, struct buf *ret_der)
{
	struct web *web = context;
	enum rc rc = ask_vault_tls_sign(web->vault, digest, ret_der);

	if (rc != RC_OK)
		proc_log(rc, "a TLS handshake was not signed");
	return rc;
}

/* What auth wants to see signed by whoever shows a certificate. */
static enum rc
handshake_random(void *context, uint8_t ret[32])
{
	return site_challenge(((struct web *)context)->auth, ret);
}

static bool
quick(void *context, const struct http_request *q, struct http_answer *a)
{
	return site_quick(((struct web *)context)->site, q, a);
}

static bool
act(void *context, const struct http_request *q, struct http_answer *a)
{
	return site_act(((struct web *)context)->site, q, a);
}

/* The administrator's certificate when there is one, else the station's own. */
static enum rc
certificate(struct web *web, struct buf *ret)
{
	int given = proc_fd(web->proc, "tls_cert");
	enum rc rc = given >= 0 ? file_read_fd(given, CERTIFICATE_MAX, ret) : file_read(proc_fd(web->proc, "folder"), "cert.pem", CERTIFICATE_MAX, ret);

	return rc == RC_OK ? RC_OK : rc_context(rc, "the certificate of the console");
}

/*= S-4-2 */
static enum rc
web_start(void *state)
{
	struct web *web = state;
	struct buf pem = BUF(CERTIFICATE_MAX);
	struct http_spec spec = { .fd_local = proc_fd(web->proc, "local"), .sign = sign_handshake, .quick = quick, .act = act, .slow = site_slow, .context = web, .workers = WORKERS, .slow_max = WORKERS / 2, .slow_waiting_max = SLOW_WAITING,
		.connections_max = CONNECTIONS_MAX, .connections_per_ip = CONNECTIONS_PER_IP, .deadline_s = DEADLINE_S };
	struct site_spec site = { .core = proc_peer(web->proc, PROC_CORE), .auth = proc_peer(web->proc, PROC_AUTH), .warden = proc_peer(web->proc, PROC_WARDEN), .station = proc_setting(web->proc, "station_name") };
	int64_t password_min = 0;
	char name[16];
	enum rc rc = RC_OK;

	web->vault = proc_peer(web->proc, PROC_VAULT);
	web->auth = site.auth;
	web->authorities = (struct buf)BUF(AUTHORITIES_MAX);
	if (proc_fd(web->proc, "authorities") >= 0)
		TRY(file_read_fd(proc_fd(web->proc, "authorities"), AUTHORITIES_MAX - 1, &web->authorities));
	for (int i = 0; i < HTTP_LISTENERS_MAX && web->authorities.n; i++) {
		(void)snprintf(name, sizeof(name), "card%d", i + 1); /* fits */
		if (proc_fd(web->proc, name) >= 0)
			spec.fds_card[spec.fds_card_n++] = proc_fd(web->proc, name);
	}
	spec.authorities_pem = buf_cstr(&web->authorities);
	spec.random = handshake_random;
	TRY(num_parse(str_of(proc_setting(web->proc, "password_chars_min")), 1, 64, &password_min));
	site.password_min = (int)password_min;
	for (int i = 0; i < HTTP_LISTENERS_MAX; i++) {
		(void)snprintf(name, sizeof(name), i ? "listen%d" : "listen", i + 1); /* fits */
		if (proc_fd(web->proc, name) >= 0)
			spec.fds_tls[spec.fds_tls_n++] = proc_fd(web->proc, name);
	}
	for (int i = 0; i < HTTP_LISTENERS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "admin%d", i + 1); /* fits */
		if (proc_fd(web->proc, name) >= 0)
			spec.fds_admin[spec.fds_admin_n++] = proc_fd(web->proc, name);
	}
	spec.proxies = proc_setting(web->proc, "proxies");
	site.port = proc_setting(web->proc, "port");
	site.admin_port = spec.fds_admin_n ? proc_setting(web->proc, "admin_port") : "";
	site.card_port = spec.fds_card_n ? proc_setting(web->proc, "certificate_port") : "";
	TRY(certificate(web, &pem));
	spec.certificate_pem = buf_str(&pem);
	http_script_allow(site_script_hash());
	web->site = site_new(&site);
	TRY(http_open(&spec, &web->http));
out:
	buf_free(&pem);
	return rc;
}

static void
web_tick(void *state)
{
	struct web *web = state;

	if (web->http)
		http_tick(web->http);
}

static void
web_stop(void *state)
{
	struct web *web = state;

	http_close(web->http);
	site_free(web->site);
	buf_free(&web->authorities);
}

int
main(int argc, char **argv)
{
	static const struct handler handlers[] = { { 0, NULL } };
	static const struct proc_spec spec = {
		.id = PROC_WEB,
		.needs = NEED_FILES_READ | NEED_LISTENERS,
		.threads = 1,
		.handlers = handlers,
		.open = web_open,
		.start = web_start,
		.tick = web_tick,
		.tick_ms = 1000,
		.stop = web_stop,
	};

	return proc_run(&spec, argc, argv);
}
