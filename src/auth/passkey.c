// SPDX-License-Identifier: Apache-2.0
/* Registration and assertion: parsed by libcbor and libfido2, judged here. */
#include "auth/passkey.h"

#include <cbor.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <jansson.h>
#include <string.h>

#include "base/num.h"

#define FLAG_PRESENT   0x01
#define FLAG_VERIFIED  0x04
#define FLAG_ATTESTED  0x40
#define AUTHDATA_LEAST 37 /* hash of the site, flags, counter */

static const int algorithms[] = { COSE_ES256, COSE_EDDSA, COSE_RS256 };

static enum rc
client_data_load(struct str client_data, json_t **ret)
{
	json_error_t error;

	if (client_data.n == 0 || client_data.n > PASSKEY_PART_MAX)
		return FAIL(RC_SYNTAX, "client data: empty or too long");
	*ret = json_loadb(client_data.p, client_data.n, JSON_REJECT_DUPLICATES, &error);
	return json_is_object(*ret) ? RC_OK : FAIL(RC_SYNTAX, "client data is no JSON object");
}

static enum rc
challenge_of(const json_t *object, uint8_t ret[CHALLENGE_BYTES])
{
	const char *text = json_string_value(json_object_get(object, "challenge"));
	struct buf bytes = BUF(256);
	enum rc rc = RC_OK;

	TRY(text ? base64url_decode(str_of(text), &bytes) : FAIL(RC_SYNTAX, "client data names no challenge"));
	if (bytes.n == CHALLENGE_BYTES)
		memcpy(ret, bytes.p, CHALLENGE_BYTES);
	else
		rc = FAIL(RC_DENIED, "not a challenge of ours");
out:
	buf_free(&bytes);
	return rc;
}

enum rc
passkey_challenge(struct str client_data, uint8_t ret[CHALLENGE_BYTES])
{
	json_t *object = NULL;
	enum rc rc = RC_OK;

	TRY(client_data_load(client_data, &object));
	TRY(challenge_of(object, ret));
out:
	json_decref(object);
	return rc;
}

/*= S-3-4 */
static enum rc
client_data_check(const struct passkey_site *site, struct str client_data, const char *type, const uint8_t challenge[CHALLENGE_BYTES])
{
	uint8_t said[CHALLENGE_BYTES];
	const char *text;
	json_t *object = NULL;
	enum rc rc = RC_OK;

	TRY(client_data_load(client_data, &object));
	text = json_string_value(json_object_get(object, "type"));
	if (text == NULL || strcmp(text, type) != 0)
		TRY(FAIL(RC_DENIED, "client data of another type"));
	TRY(challenge_of(object, said));
	if (!equal_constant_time((struct str){ (const char *)said, sizeof(said) }, (struct str){ (const char *)challenge, CHALLENGE_BYTES }))
		TRY(FAIL(RC_DENIED, "client data of another challenge"));
	text = json_string_value(json_object_get(object, "origin"));
	if (text == NULL || *text == '\0' || !(str_eq(str_of(text), site->origin) || str_eq(str_of(text), site->admin_origin)))
		TRY(FAIL(RC_DENIED, "client data of another origin"));
	if (json_is_true(json_object_get(object, "crossOrigin")))
		TRY(FAIL(RC_DENIED, "client data of a page inside another"));
out:
	json_decref(object);
	return rc;
}

static enum rc
authdata_check(const struct passkey_site *site, struct str data, uint8_t *ret_flags, uint32_t *ret_counter)
{
	struct hash want;

	if (data.n < AUTHDATA_LEAST || data.n > PASSKEY_PART_MAX)
		return FAIL(RC_SYNTAX, "authenticator data: too short or too long");
	hash_bytes(site->rp_id, &want);
	if (memcmp(data.p, want.b, sizeof(want.b)) != 0)
		return FAIL(RC_DENIED, "authenticator data of another site");
	*ret_flags = (uint8_t)data.p[32];
	*ret_counter = get_be32(data.p + 33);
	if (!(*ret_flags & FLAG_PRESENT))
		return FAIL(RC_DENIED, "nobody was present");
	return RC_OK;
}

/* The authData member of an attestation object: CBOR map of fmt, attStmt, authData. */
static enum rc
authdata_of(struct str attestation, struct buf *ret)
{
	struct cbor_load_result result;
	cbor_item_t *root;
	struct cbor_pair *pairs;
	enum rc rc = RC_OK;

	if (attestation.n == 0 || attestation.n > PASSKEY_PART_MAX)
		return FAIL(RC_SYNTAX, "attestation: empty or too long");
	root = cbor_load((const unsigned char *)attestation.p, attestation.n, &result);
	if (root == NULL || result.read != attestation.n || !cbor_isa_map(root) || !cbor_map_is_definite(root)) {
		rc = FAIL(RC_SYNTAX, "attestation is no CBOR map");
		goto out;
	}
	pairs = cbor_map_handle(root);
	rc = FAIL(RC_SYNTAX, "attestation has no authenticator data");
	for (size_t i = 0; i < cbor_map_size(root); i++) {
		const cbor_item_t *key = pairs[i].key, *value = pairs[i].value;

		if (!cbor_isa_string(key) || !cbor_string_is_definite(key) || !str_eq_c((struct str){ (const char *)cbor_string_handle(key), cbor_string_length(key) }, "authData"))
			continue;
		if (cbor_isa_bytestring(value) && cbor_bytestring_is_definite(value)) {
			rc_trail_clear();
			rc = buf_add(ret, (struct str){ (const char *)cbor_bytestring_handle(value), cbor_bytestring_length(value) });
		}
		break;
	}
out:
	if (root)
		cbor_decref(&root);
	return rc;
}

static enum rc
credential_of(struct str authdata, struct passkey *ret)
{
	struct passkey p = { .algorithm = 0 };

	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		fido_cred_t *cred = fido_cred_new();
		bool good = cred && fido_cred_set_type(cred, algorithms[i]) == FIDO_OK &&
		    fido_cred_set_authdata_raw(cred, (const unsigned char *)authdata.p, authdata.n) == FIDO_OK &&
		    fido_cred_id_len(cred) > 0 && fido_cred_id_len(cred) <= PASSKEY_ID_MAX && fido_cred_pubkey_len(cred) > 0 && fido_cred_pubkey_len(cred) <= PASSKEY_KEY_MAX;

		if (good) {
			p.algorithm = algorithms[i];
			p.id_n = fido_cred_id_len(cred);
			memcpy(p.id, fido_cred_id_ptr(cred), p.id_n);
			p.key_n = fido_cred_pubkey_len(cred);
			memcpy(p.key, fido_cred_pubkey_ptr(cred), p.key_n);
		}
		fido_cred_free(&cred);
		if (good) {
			*ret = p;
			return RC_OK;
		}
	}
	return FAIL(RC_SYNTAX, "authenticator data holds no key of a kind we take");
}

enum rc
passkey_register(const struct passkey_site *site, struct str client_data, struct str attestation, const uint8_t challenge[CHALLENGE_BYTES], struct passkey *ret)
{
	struct buf authdata = BUF(PASSKEY_PART_MAX);
	struct passkey p;
	uint8_t flags;
	uint32_t counter;
	enum rc rc = RC_OK;

	TRY(client_data_check(site, client_data, "webauthn.create", challenge));
	TRY(authdata_of(attestation, &authdata));
	TRY(authdata_check(site, buf_str(&authdata), &flags, &counter));
	if (!(flags & FLAG_ATTESTED))
		TRY(FAIL(RC_SYNTAX, "authenticator data holds no credential"));
	TRY(credential_of(buf_str(&authdata), &p));
	p.counter = counter;
	*ret = p;
out:
	buf_free(&authdata);
	return rc;
}

/* libfido2 takes the key by its kind. */
static int
verify(const fido_assert_t *assert, const struct passkey *known)
{
	int r = FIDO_ERR_INVALID_ARGUMENT;

	if (known->algorithm == COSE_ES256) {
		es256_pk_t *key = es256_pk_new();

		if (key && es256_pk_from_ptr(key, known->key, known->key_n) == FIDO_OK)
			r = fido_assert_verify(assert, 0, COSE_ES256, key);
		es256_pk_free(&key);
	} else if (known->algorithm == COSE_EDDSA) {
		eddsa_pk_t *key = eddsa_pk_new();

		if (key && eddsa_pk_from_ptr(key, known->key, known->key_n) == FIDO_OK)
			r = fido_assert_verify(assert, 0, COSE_EDDSA, key);
		eddsa_pk_free(&key);
	} else if (known->algorithm == COSE_RS256) {
		rs256_pk_t *key = rs256_pk_new();

		if (key && rs256_pk_from_ptr(key, known->key, known->key_n) == FIDO_OK)
			r = fido_assert_verify(assert, 0, COSE_RS256, key);
		rs256_pk_free(&key);
	}
	return r;
}

enum rc
passkey_assert(const struct passkey_site *site, const struct passkey *known, struct str client_data, struct str data, struct str signature,
    const uint8_t challenge[CHALLENGE_BYTES], bool *ret_verified, uint32_t *ret_counter)
{
	fido_assert_t *assert = NULL;
	char rp_id[256];
	struct hash hash;
	uint8_t flags;
	uint32_t counter;
	enum rc rc = RC_OK;

	if (signature.n == 0 || signature.n > PASSKEY_PART_MAX || site->rp_id.n >= sizeof(rp_id))
		return FAIL(RC_SYNTAX, "signature: empty or too long");
	TRY(client_data_check(site, client_data, "webauthn.get", challenge));
	TRY(authdata_check(site, data, &flags, &counter));
	memcpy(rp_id, site->rp_id.p, site->rp_id.n);
	rp_id[site->rp_id.n] = '\0';
	hash_bytes(client_data, &hash);
	assert = fido_assert_new();
	if (assert == NULL || fido_assert_set_count(assert, 1) != FIDO_OK || fido_assert_set_rp(assert, rp_id) != FIDO_OK ||
	    fido_assert_set_clientdata_hash(assert, hash.b, sizeof(hash.b)) != FIDO_OK || fido_assert_set_authdata_raw(assert, 0, (const unsigned char *)data.p, data.n) != FIDO_OK ||
	    fido_assert_set_sig(assert, 0, (const unsigned char *)signature.p, signature.n) != FIDO_OK || fido_assert_set_up(assert, FIDO_OPT_TRUE) != FIDO_OK)
		rc = FAIL(RC_SYNTAX, "the assertion is not well formed");
	else if (verify(assert, known) != FIDO_OK)
		rc = FAIL(RC_DENIED, "the signature does not fit");
	if (rc == RC_OK) {
		*ret_verified = flags & FLAG_VERIFIED;
		*ret_counter = counter;
	}
out:
	fido_assert_free(&assert);
	return rc;
}
