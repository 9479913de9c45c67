// SPDX-License-Identifier: Apache-2.0
/*
 * site - what each address of the console answers.
 *
 * The site holds no authority and no session: every page is one act put to
 * core with the cookie's token, and core decides. Forms carry a token made
 * from that cookie; credentials go straight to auth and are wiped.
 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "ipc/channel.h"
#include "web/http.h"

struct site_spec { struct peer *core, *auth, *warden; /* warden: for workers */ const char *station, *port, *admin_port /* "": no listener of administration */, *card_port /* "": none that asks for certificates */; int password_min; /* characters */ };
struct site;

const char  *site_script_hash(void);
struct site *site_new(const struct site_spec *);
void         site_free(struct site *);
bool         site_quick(void *site, const struct http_request *, struct http_answer *); /* static files, health */
bool         site_act(void *site, const struct http_request *, struct http_answer *);   /* everything else      */
bool         site_slow(const struct http_request *);                                    /* costs much, open to anyone */

/* The random of the next handshake in which a certificate may be shown. */
MUST_USE enum rc site_challenge(struct peer *auth, uint8_t ret[32]);

#endif
