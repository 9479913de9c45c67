// SPDX-License-Identifier: Apache-2.0
/* A connection that stands only when the other side proved whom it is. */
#include "courier/line.h"

#include <unistd.h>

#include "os/file.h"
#include "os/out.h"

#define CONNECT_MS   10000
#define HANDSHAKE_MS 10000

void
line_close(struct line *l)
{
	tls_client_free(l->tls);
	if (l->fd >= 0)
		(void)close(l->fd); /* what was not confirmed is sent again */
	*l = (struct line){ -1, NULL };
}

enum rc
line_connect(const struct collector *to, struct line *l)
{
	return out_connect(to->address, to->port, CONNECT_MS, &l->fd);
}

enum rc
line_secure(const struct collector *to, struct line *l, bool *ret_refused)
{
	struct tls_ask ask = { .name = *to->name ? to->name : to->address, .version_min = TLS_1_2, .roots = to->roots };
	struct buf came = BUF(65536), send = BUF(65536), plain = BUF(65536);
	int64_t until_us = monotonic_us() + HANDSHAKE_MS * INT64_C(1000);
	enum tls_step step = TLS_MORE;
	enum rc rc = RC_OK;

	*ret_refused = false;
	TRY(tls_client_new(&ask, &l->tls));
	for (;;) {
		TRY(tls_client_take(l->tls, buf_str(&came), &send, &plain, &step));
		if (send.n && step != TLS_REFUSED)
			TRY(out_send(l->fd, buf_str(&send), HANDSHAKE_MS));
		if (step != TLS_MORE)
			break;
		buf_reset(&came);
		buf_reset(&send);
		if (monotonic_us() >= until_us)
			TRY(FAIL(RC_TIMEOUT, "no handshake in time"));
		TRY(out_recv(l->fd, (int)((until_us - monotonic_us()) / 1000 + 1), &came));
	}
	if (step != TLS_OPEN) { /* the trail says which side refused and why */
		*ret_refused = step == TLS_REFUSED;
		rc = *ret_refused ? RC_DENIED : FAIL(RC_NOTFOUND, "it closed");
	}
out:
	buf_free(&came);
	buf_free(&send);
	buf_free(&plain);
	if (rc != RC_OK)
		line_close(l);
	return rc;
}

enum rc
line_open(const struct collector *to, struct line *l, bool *ret_refused)
{
	enum rc rc = RC_OK;

	*ret_refused = false;
	TRY(line_connect(to, l));
	TRY(line_secure(to, l, ret_refused));
out:
	return rc;
}
