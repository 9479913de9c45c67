// SPDX-License-Identifier: Apache-2.0
/*
 * snmp - one GET of SNMP v3, always with authentication and encryption (RFC 3412, 3414, 3826, 7860).
 *
 * SHA, or SHA-224 to SHA-512, and AES-128; v1, v2c, MD5, DES and messages without both are refused.
 * An answer counts only when it is signed with our key, fits our random numbers and its
 * clock is within 150 s: nobody on the way can make one up, change one or play one again.
 */
#ifndef CONTROL_SNMP_H
#define CONTROL_SNMP_H

#include "crypt/usm.h"
#include "os/host.h"

#define SNMP_PORT      161
#define SNMP_OIDS_MAX  4
#define SNMP_BYTES_MAX 4096

struct snmp_user { struct str name, auth, privacy; enum usm_hash hash; }; /* passphrases: borrowed from the bytes of the secret file */
/* Lines "auth sha256 PASSPHRASE" (or sha, sha224, sha384, sha512) and "priv aes PASSPHRASE" of the secret file; # begins a comment line. */
MUST_USE enum rc snmp_user_parse(struct str bytes, struct str name, struct snmp_user *ret);

enum snmp_kind { SNMP_NOTHING = 0 /* no such object */, SNMP_INTEGER, SNMP_TEXT };
struct snmp_value { enum snmp_kind kind; int64_t n; char text[64]; size_t text_n; };
struct str snmp_text(const struct snmp_value *);

/* RC_DENIED: it does not take us for its user (or we do not take it for the device); RC_TIMEOUT, RC_NOTFOUND: nobody answers; RC_SYNTAX: not SNMP v3. */
MUST_USE enum rc snmp_get(const struct host *, const struct host_to *, const struct snmp_user *, const struct str *oids, size_t count, struct snmp_value *ret);

/* ---- pure parts, for tests ---- */

enum { SNMP_AUTH = 1, SNMP_PRIVACY = 2, SNMP_REPORTABLE = 4 };
struct snmp_message {
	int64_t    id, boots, time, flags;
	struct str engine_id, user, mac, salt;  /* borrow */
	struct str data;                        /* the scoped PDU's content when in the clear, else the ciphertext */
	bool       sealed;
};
MUST_USE enum rc snmp_message_decode(struct str bytes, struct snmp_message *ret);
struct snmp_pdu { uint8_t kind; int64_t request_id, error; struct str bindings; };
enum { SNMP_GET = 0xa0, SNMP_RESPONSE = 0xa2, SNMP_REPORT = 0xa8 };
MUST_USE enum rc snmp_pdu_decode(struct str scoped, struct snmp_pdu *ret);                                      /* content of the scoped PDU    */
MUST_USE enum rc snmp_value_at(struct str *bindings, struct buf *ret_oid, struct snmp_value *ret);              /* cuts the first; oid: its BER */

#endif
