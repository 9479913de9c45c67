// SPDX-License-Identifier: Apache-2.0
/*
 * mailer - hands mails to the one mail server, or notices to the one webhook, that is declared: TLS 1.2 or newer, its certificate proven.
 *
 * At port 465 TLS begins with the first byte; at any other the server must offer STARTTLS, or nothing is sent. A login goes
 * over proven TLS only, as AUTH PLAIN (RFC 4954); where it is declared and not taken, nothing is sent. What the server
 * refuses for good is said and not tried again; everything else is tried again, ever more rarely, for three days.
 */
#ifndef COURIER_MAILER_H
#define COURIER_MAILER_H

#include "courier/mailbox.h"
#include "courier/sender.h"

struct mailer; /* its own thread */
struct mailer_way {
	const struct collector *to;
	const char             *from, *host; /* of mails                                                                                            */
	const struct secret    *secret;      /* user and password, a line each, or empty: the server asks for none; of a webhook its path          */
	bool                    hook;        /* a webhook, not a mail server: takes what goes to MAIL_HOOK, and that only                          */
};
MUST_USE enum rc mailer_start(const struct mailer_way *, struct mailbox *, struct mailer **ret); /* what it points to outlives it */
void             mailer_wake(struct mailer *);
void             mailer_state(struct mailer *, struct mail_channel *);
void             mailer_stop(struct mailer *);                      /* waits for its thread; accepts NULL */

#endif
