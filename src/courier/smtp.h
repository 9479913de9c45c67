// SPDX-License-Identifier: Apache-2.0
/*
 * smtp - one mail as bytes, and a mail server's answers back from theirs: pure.
 *
 * A mail is plain text in UTF-8, its subject and body in base64, so that nothing in them ends a line or the mail. Neither
 * carries a link, an attachment or another header than those written here.
 */
#ifndef COURIER_SMTP_H
#define COURIER_SMTP_H

#include "courier/ask_courier.h"

#define SMTP_REPLY_MAX 8192

struct smtp_reply {
	int        code;       /* 200–599                                     */
	struct str text;       /* of its last line, borrow                    */
	size_t     bytes;      /* how many it took                            */
	bool       starttls;   /* some line of it is STARTTLS: offered by EHLO */
	bool       auth_plain; /* some line of it is AUTH with PLAIN (RFC 4616) among its ways */
};
/* RC_NOTFOUND: it is not whole yet; RC_SYNTAX: that is no answer of SMTP. */
MUST_USE enum rc smtp_reply_decode(struct str came, struct smtp_reply *ret);
/* With its last line "."; RC_SYNTAX: an address, the subject or the body cannot be written. `number`: names it for good. */
MUST_USE enum rc smtp_message(const struct mail *, const char *from, const char *host, int64_t now_us, struct buf *ret);

/* "AUTH PLAIN …" without its end of line. RC_SYNTAX: the first line is no user, or the second no password. */
MUST_USE enum rc smtp_auth_plain(struct str login, struct buf *ret);

#endif
