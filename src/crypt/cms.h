// SPDX-License-Identifier: Apache-2.0
/*
 * cms - what leaves for one recipient alone: EnvelopedData (RFC 5652, DER) to the holder of a certificate's key, AES-256-CBC.
 *
 * openssl cms -decrypt -inform DER opens it. What it holds proves itself; the envelope only keeps others from reading.
 */
#ifndef CRYPT_CMS_H
#define CRYPT_CMS_H

#include "crypt/crypt.h"

#define CMS_PEM_MAX 16384

/* Of the first certificate of a PEM: its subject as people read it, SHA-256 of its DER, the second it ends. RC_SYNTAX: none, or a key nobody can encrypt to. */
MUST_USE enum rc cms_recipient(struct str pem, struct buf *ret_subject, struct hash *ret, int64_t *ret_until_s);

struct cms;
MUST_USE enum rc cms_begin(struct str pem, int fd, struct cms **ret);  /* writes to fd, which stays the caller's */
MUST_USE enum rc cms_add(struct cms *, struct str);
MUST_USE enum rc cms_end(struct cms *);                                /* whole from here on; cms_free() as well  */
void             cms_free(struct cms *);                               /* accepts NULL */

#endif
