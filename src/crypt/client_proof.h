// SPDX-License-Identifier: Apache-2.0
/*
 * client_proof - what a TLS handshake proves about the certificate its client showed.
 *
 * Whoever terminates TLS hands over the messages of the handshake, as they were sent, up to the client's signature;
 * nothing else of it is believed. The signature covers the server's random, so a handshake whose random
 * is ours and fresh shows that the key of the certificate was used just now. Pure.
 */
#ifndef CRYPT_CLIENT_PROOF_H
#define CRYPT_CLIENT_PROOF_H

#include "base/str.h"

#define PROOF_RANDOM_BYTES 32
#define PROOF_KEY_BYTES    32
#define PROOF_BYTES_MAX    32768 /* of a handshake with both chains */
#define PROOF_NAME_MAX     200

/* What stands against the certificate itself; PROOF_GOOD: nothing. */
enum proof_state { PROOF_UNKNOWN = 0, PROOF_GOOD, PROOF_EXPIRED, PROOF_NOT_YET, PROOF_REVOKED, PROOF_STRANGER /* of no declared authority */, PROOF_UNFIT /* not for this use, or weak */,
	PROOF_STALE /* the authority's list of revoked ones ran out */, PROOF_STATE_COUNT };

struct client_proof {
	uint8_t          random[PROOF_RANDOM_BYTES]; /* of the server's hello                */
	uint8_t          key[PROOF_KEY_BYTES];       /* SHA-256 over the public key's info   */
	char             subject[PROOF_NAME_MAX + 1], issuer[PROOF_NAME_MAX + 1]; /* UTF-8, RFC 2253 */
	int64_t          not_after_us;
	enum proof_state state;
};

/* `authorities`: PEM, certificates and lists of revoked ones. RC_SYNTAX: no such handshake; RC_DENIED: not signed by the certificate's key. */
MUST_USE enum rc client_proof_read(struct str handshake, struct str authorities, int64_t now_us, struct client_proof *ret);
MUST_USE enum rc client_authorities_check(struct str pem, size_t *ret_n); /* RC_SYNTAX: not one certificate of an authority */

#endif
