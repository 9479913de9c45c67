// SPDX-License-Identifier: Apache-2.0
/* One question to an SNMP v3 agent: find its engine, ask signed and sealed, believe only a signed and sealed answer. */
#include "control/snmp.h"

#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "control/ber.h"

#define ASK_MS   2000
#define TRIES    3
#define WINDOW_S 150 /* RFC 3414 3.2 7) */

struct session {
	const struct host      *h;
	const struct host_to   *to;
	const struct snmp_user *user;
	char                    engine_id[32];
	size_t                  engine_id_n;
	int64_t                 boots, time;
	struct usm_key          auth, privacy;
};

/* ---- apart */

enum rc
snmp_message_decode(struct str bytes, struct snmp_message *ret)
{
	struct snmp_message m = { 0 };
	struct str whole, header, flags, security, parameters;
	uint8_t tag = 0;
	int64_t ignored;
	enum rc rc = RC_OK;

	TRY(ber_take_as(&bytes, BER_SEQUENCE, &whole));
	TRY(ber_take_integer(&whole, 3, 3, &ignored)); /* version: v1 and v2c end here */
	TRY(ber_take_as(&whole, BER_SEQUENCE, &header));
	TRY(ber_take_integer(&header, 0, INT32_MAX, &m.id));
	TRY(ber_take_integer(&header, 484, INT32_MAX, &ignored));
	TRY(ber_take_as(&header, BER_OCTETS, &flags));
	TRY(ber_take_integer(&header, 3, 3, &ignored)); /* the user-based model */
	TRY(ber_take_as(&whole, BER_OCTETS, &security));
	TRY(ber_take_as(&security, BER_SEQUENCE, &parameters));
	TRY(ber_take_as(&parameters, BER_OCTETS, &m.engine_id));
	TRY(ber_take_integer(&parameters, 0, INT32_MAX, &m.boots));
	TRY(ber_take_integer(&parameters, 0, INT32_MAX, &m.time));
	TRY(ber_take_as(&parameters, BER_OCTETS, &m.user));
	TRY(ber_take_as(&parameters, BER_OCTETS, &m.mac));
	TRY(ber_take_as(&parameters, BER_OCTETS, &m.salt));
	TRY(ber_take(&whole, &tag, &m.data));
	if (bytes.n || header.n || security.n || parameters.n || whole.n || flags.n != 1 || m.engine_id.n > 32 || m.user.n > 32)
		return FAIL(RC_SYNTAX, "SNMP: more in a message than belongs there");
	m.flags = (uint8_t)flags.p[0] & 7;
	m.sealed = m.flags & SNMP_PRIVACY;
	if ((m.sealed && (!(m.flags & SNMP_AUTH) || tag != BER_OCTETS || m.salt.n != 8)) || (!m.sealed && tag != BER_SEQUENCE))
		return FAIL(RC_SYNTAX, "SNMP: a message that is neither sealed nor open");
	*ret = m;
out:
	return rc;
}

enum rc
snmp_pdu_decode(struct str scoped, struct snmp_pdu *ret)
{
	struct snmp_pdu p = { 0 };
	struct str content, name;
	int64_t index;
	enum rc rc = RC_OK;

	TRY(ber_take_as(&scoped, BER_OCTETS, &name)); /* context engine */
	TRY(ber_take_as(&scoped, BER_OCTETS, &name)); /* context name   */
	TRY(ber_take(&scoped, &p.kind, &content));
	if (p.kind != SNMP_RESPONSE && p.kind != SNMP_REPORT)
		return FAIL(RC_SYNTAX, "SNMP: neither answer nor report");
	TRY(ber_take_integer(&content, INT32_MIN, INT32_MAX, &p.request_id));
	TRY(ber_take_integer(&content, 0, INT32_MAX, &p.error));
	TRY(ber_take_integer(&content, 0, INT32_MAX, &index));
	TRY(ber_take_as(&content, BER_SEQUENCE, &p.bindings));
	if (content.n)
		return FAIL(RC_SYNTAX, "SNMP: more in an answer than belongs there");
	*ret = p;
out:
	return rc;
}

enum rc
snmp_value_at(struct str *bindings, struct buf *ret_oid, struct snmp_value *ret)
{
	struct snmp_value v = { SNMP_NOTHING, 0, "", 0 };
	struct str binding, oid, content;
	uint8_t tag;
	enum rc rc = RC_OK;

	TRY(ber_take_as(bindings, BER_SEQUENCE, &binding));
	TRY(ber_take_as(&binding, BER_OID, &oid));
	TRY(ber_take(&binding, &tag, &content));
	switch (tag) {
	case BER_INTEGER: case 0x42: /* Gauge32 */
		TRY(ber_integer(content, &v.n));
		v.kind = SNMP_INTEGER;
		break;
	case BER_OCTETS:
		if (content.n > sizeof(v.text))
			return FAIL(RC_LIMIT, "SNMP: a text where a reading belongs");
		if (content.n)
			memcpy(v.text, content.p, content.n);
		v.text_n = content.n;
		v.kind = SNMP_TEXT;
		break;
	case BER_NULL: case 0x80: case 0x81: case 0x82: /* no such object, no such instance, end of the view */
		break;
	default:
		return FAIL(RC_SYNTAX, "SNMP: a value of kind %02x is no reading", tag);
	}
	if (binding.n)
		return FAIL(RC_SYNTAX, "SNMP: more in a value than belongs there");
	TRY(ber_put(ret_oid, BER_OID, oid));
	*ret = v;
out:
	return rc;
}

struct str
snmp_text(const struct snmp_value *v)
{
	return (struct str){ v->text, v->text_n };
}

static enum usm_hash
hash_of(struct str kind)
{
	static const struct { const char *name; enum usm_hash hash; } kinds[] = { { "sha", USM_SHA1 }, { "sha224", USM_SHA224 }, { "sha256", USM_SHA256 }, { "sha384", USM_SHA384 }, { "sha512", USM_SHA512 } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq_c(kind, kinds[i].name))
			return kinds[i].hash;
	return 0;
}

enum rc
snmp_user_parse(struct str bytes, struct str name, struct snmp_user *ret)
{
	struct snmp_user u = { .name = name };
	struct str line, word, kind;
	enum usm_hash hash;

	while (str_line(&bytes, &line)) {
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!str_cut(&line, ' ', &word) || !str_cut(&line, ' ', &kind) || line.n < 8)
			return FAIL(RC_SYNTAX, "the secret file has lines \"auth sha256 …\" and \"priv aes …\"");
		hash = hash_of(kind);
		if (str_eq(word, STR("auth")) && !u.hash && hash) {
			u.hash = hash;
			u.auth = line;
		} else if (str_eq(word, STR("priv")) && !u.privacy.n && str_eq(kind, STR("aes"))) {
			u.privacy = line;
		} else {
			return FAIL(RC_SYNTAX, "the secret file names a way that is not used (sha, sha224, sha256, sha384, sha512; aes)");
		}
	}
	if (!u.hash || !u.privacy.n || !name.n || name.n > 32)
		return FAIL(RC_SYNTAX, "the secret file lacks a passphrase, or the row a user");
	*ret = u;
	return RC_OK;
}

/* ---- together */

static enum rc
put_scoped(struct buf *b, const struct session *s, int64_t request_id, const struct str *oids, size_t count)
{
	struct buf binding = BUF(600), bindings = BUF(2400), pdu = BUF(3000), scoped = BUF(3200);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count; i++) {
		buf_reset(&binding);
		TRY(ber_put_oid(&binding, oids[i]));
		TRY(ber_put(&binding, BER_NULL, STR_NONE));
		TRY(ber_put(&bindings, BER_SEQUENCE, buf_str(&binding)));
	}
	TRY(ber_put_integer(&pdu, request_id));
	TRY(ber_put_integer(&pdu, 0));
	TRY(ber_put_integer(&pdu, 0));
	TRY(ber_put(&pdu, BER_SEQUENCE, buf_str(&bindings)));
	TRY(ber_put(&scoped, BER_OCTETS, (struct str){ s->engine_id, s->engine_id_n }));
	TRY(ber_put(&scoped, BER_OCTETS, STR_NONE));
	TRY(ber_put(&scoped, SNMP_GET, buf_str(&pdu)));
	TRY(ber_put(b, BER_SEQUENCE, buf_str(&scoped)));
out:
	buf_free(&binding);
	buf_free(&bindings);
	buf_free(&pdu);
	buf_free(&scoped);
	return rc;
}

static void
iv_of(int64_t boots, int64_t time, const void *salt, uint8_t ret[16])
{
	put_be32(ret, (uint32_t)boots);
	put_be32(ret + 4, (uint32_t)time);
	memcpy(ret + 8, salt, 8);
}

/* A whole message; with keys when the engine is known, bare to find it. */
static enum rc
put_message(struct buf *ret, const struct session *s, int64_t id, struct str scoped)
{
	struct buf header = BUF(64), parameters = BUF(256), security = BUF(300), sealed = BUF(4096), whole = BUF(8192);
	bool known = s->engine_id_n != 0;
	char flags = known ? SNMP_AUTH | SNMP_PRIVACY | SNMP_REPORTABLE : SNMP_REPORTABLE, salt[8];
	static const char no_mac[USM_MAC_MAX];
	size_t mac_n = known ? usm_mac_bytes(s->user->hash) : 0, at;
	uint8_t iv[16], mac[USM_MAC_MAX];
	enum rc rc = RC_OK;

	usm_random(salt, sizeof(salt));
	TRY(ber_put_integer(&header, id));
	TRY(ber_put_integer(&header, SNMP_BYTES_MAX));
	TRY(ber_put(&header, BER_OCTETS, (struct str){ &flags, 1 }));
	TRY(ber_put_integer(&header, 3));
	TRY(ber_put(&parameters, BER_OCTETS, (struct str){ s->engine_id, s->engine_id_n }));
	TRY(ber_put_integer(&parameters, s->boots));
	TRY(ber_put_integer(&parameters, s->time));
	TRY(ber_put(&parameters, BER_OCTETS, known ? s->user->name : STR_NONE));
	TRY(ber_put(&parameters, BER_OCTETS, (struct str){ no_mac, mac_n }));
	TRY(ber_put(&parameters, BER_OCTETS, (struct str){ salt, known ? 8 : 0 }));
	TRY(ber_put(&security, BER_SEQUENCE, buf_str(&parameters)));
	TRY(ber_put_integer(&whole, 3));
	TRY(ber_put(&whole, BER_SEQUENCE, buf_str(&header)));
	TRY(ber_put(&whole, BER_OCTETS, buf_str(&security)));
	at = whole.n - 10 - mac_n; /* the MAC stands before the salt, whose two bytes of head and eight end the parameters */
	if (known) {
		iv_of(s->boots, s->time, salt, iv);
		TRY(usm_cipher(true, &s->privacy, iv, scoped, &sealed));
		TRY(ber_put(&whole, BER_OCTETS, buf_str(&sealed)));
	} else {
		TRY(buf_add(&whole, scoped));
	}
	at += whole.n > 255 ? 4 : whole.n > 127 ? 3 : 2;
	TRY(ber_put(ret, BER_SEQUENCE, buf_str(&whole)));
	if (known) {
		usm_mac(s->user->hash, &s->auth, buf_str(ret), mac);
		memcpy(ret->p + at, mac, mac_n);
	}
out:
	buf_free(&header);
	buf_free(&parameters);
	buf_free(&security);
	buf_free(&sealed);
	buf_free(&whole);
	return rc;
}

/* ---- the conversation */

/* Signed with our key? The MAC is made over the bytes with itself as zeros. */
static enum rc
check_signed(const struct session *s, struct buf *bytes, const struct snmp_message *m)
{
	size_t n = usm_mac_bytes(s->user->hash);
	uint8_t theirs[USM_MAC_MAX], ours[USM_MAC_MAX];

	if (!(m->flags & SNMP_AUTH) || m->mac.n != n || !str_eq(m->engine_id, (struct str){ s->engine_id, s->engine_id_n }) || !str_eq(m->user, s->user->name))
		return FAIL(RC_DENIED, "SNMP: an answer that is not signed for us");
	memcpy(theirs, m->mac.p, n);
	memset(bytes->p + (m->mac.p - bytes->p), 0, n);
	usm_mac(s->user->hash, &s->auth, buf_str(bytes), ours);
	return usm_mac_eq(s->user->hash, theirs, ours) ? RC_OK : FAIL(RC_DENIED, "SNMP: an answer whose signature does not fit");
}

static enum rc
exchange(const struct session *s, struct str request, struct buf *answer)
{
	enum rc rc = RC_TIMEOUT;

	for (int tries = 0; rc == RC_TIMEOUT && tries < TRIES; tries++) {
		buf_reset(answer);
		rc = host_udp_ask(s->h, s->to, request, SNMP_BYTES_MAX, ASK_MS, answer);
	}
	return rc;
}

/* RFC 3414 4: a bare question makes the engine report its name and clock. Lies here only make what follows fail. */
static enum rc
find_engine(struct session *s)
{
	struct buf scoped = BUF(4096), request = BUF(8192), answer = BUF(SNMP_BYTES_MAX);
	struct snmp_message m;
	struct snmp_pdu pdu;
	uint32_t id;
	enum rc rc = RC_OK;

	usm_random(&id, sizeof(id));
	id &= INT32_MAX;
	TRY(put_scoped(&scoped, s, id, NULL, 0));
	TRY(put_message(&request, s, id, buf_str(&scoped)));
	TRY(exchange(s, buf_str(&request), &answer));
	TRY(snmp_message_decode(buf_str(&answer), &m));
	if (m.sealed || m.id != id || m.engine_id.n < 5)
		TRY(FAIL(RC_SYNTAX, "SNMP: not the engine's name"));
	TRY(snmp_pdu_decode(m.data, &pdu));
	if (pdu.kind != SNMP_REPORT)
		TRY(FAIL(RC_SYNTAX, "SNMP: not the engine's name"));
	memcpy(s->engine_id, m.engine_id.p, m.engine_id.n);
	s->engine_id_n = m.engine_id.n;
	s->boots = m.boots;
	s->time = m.time;
out:
	buf_free(&scoped);
	buf_free(&request);
	buf_free(&answer);
	return rc;
}

static enum rc
take_values(struct str bindings, const struct str *oids, size_t count, struct snmp_value *ret)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count; i++) {
		struct buf asked = BUF(600), told = BUF(600);

		rc = ber_put_oid(&asked, oids[i]);
		if (rc == RC_OK)
			rc = snmp_value_at(&bindings, &told, &ret[i]);
		if (rc == RC_OK && !str_eq(buf_str(&asked), buf_str(&told)))
			rc = FAIL(RC_SYNTAX, "SNMP: another value than was asked for");
		buf_free(&asked);
		buf_free(&told);
		TRY(rc);
	}
	if (bindings.n)
		rc = FAIL(RC_SYNTAX, "SNMP: more values than were asked for");
out:
	return rc;
}

/* What an answer says, once it is known to be the engine's. RC_CONFLICT: our clock was off; `s` now has the engine's. */
static enum rc
take_answer(struct session *s, struct buf *answer, int64_t id, const struct str *oids, size_t count, struct snmp_value *ret)
{
	struct buf plain = BUF(SNMP_BYTES_MAX + 32);
	struct snmp_message m;
	struct snmp_pdu pdu;
	struct str data, scoped;
	uint8_t iv[16];
	enum rc rc = RC_OK;

	TRY(snmp_message_decode(buf_str(answer), &m));
	if (m.id != id)
		TRY(FAIL(RC_SYNTAX, "SNMP: an answer to another question"));
	TRY(check_signed(s, answer, &m)); /* an unsigned report (unknown user, wrong key) ends here */
	if (!m.sealed) { /* only reports come signed and open: the clock */
		TRY(snmp_pdu_decode(m.data, &pdu));
		if (pdu.kind != SNMP_REPORT)
			TRY(FAIL(RC_DENIED, "SNMP: an answer that is not sealed"));
		s->boots = m.boots;
		s->time = m.time;
		TRY(FAIL(RC_CONFLICT, "SNMP: the engine's clock is another"));
	}
	if (m.boots != s->boots || m.time < s->time - WINDOW_S || m.time > s->time + WINDOW_S)
		TRY(FAIL(RC_DENIED, "SNMP: an answer of another time"));
	iv_of(m.boots, m.time, m.salt.p, iv);
	TRY(usm_cipher(false, &s->privacy, iv, m.data, &plain));
	data = buf_str(&plain);
	TRY(ber_take_as(&data, BER_SEQUENCE, &scoped)); /* padding may follow */
	TRY(snmp_pdu_decode(scoped, &pdu));
	if (pdu.kind != SNMP_RESPONSE || pdu.request_id != id)
		TRY(FAIL(RC_SYNTAX, "SNMP: an answer to another question"));
	if (pdu.error)
		TRY(FAIL(RC_DENIED, "SNMP: the device answers with error %lld", (long long)pdu.error));
	TRY(take_values(pdu.bindings, oids, count, ret));
out:
	buf_free(&plain);
	return rc;
}

static enum rc
ask(struct session *s, const struct str *oids, size_t count, struct snmp_value *ret)
{
	struct buf scoped = BUF(4096), request = BUF(8192), answer = BUF(SNMP_BYTES_MAX);
	uint32_t id;
	enum rc rc = RC_OK;

	usm_random(&id, sizeof(id));
	id &= INT32_MAX;
	TRY(put_scoped(&scoped, s, id, oids, count));
	TRY(put_message(&request, s, id, buf_str(&scoped)));
	TRY(exchange(s, buf_str(&request), &answer));
	TRY(take_answer(s, &answer, id, oids, count, ret));
out:
	buf_free(&scoped);
	buf_free(&request);
	buf_free(&answer);
	return rc;
}

enum rc
snmp_get(const struct host *h, const struct host_to *to, const struct snmp_user *user, const struct str *oids, size_t count, struct snmp_value *ret)
{
	struct session s = { .h = h, .to = to, .user = user };
	struct snmp_value values[SNMP_OIDS_MAX];
	struct str engine;
	enum rc rc = RC_OK;

	if (count == 0 || count > SNMP_OIDS_MAX)
		return FAIL(RC_BUG, "SNMP: %zu values at once", count);
	TRY(find_engine(&s));
	engine = (struct str){ s.engine_id, s.engine_id_n };
	TRY(usm_key_of(user->hash, user->auth, engine, &s.auth));
	TRY(usm_key_of(user->hash, user->privacy, engine, &s.privacy));
	rc = ask(&s, oids, count, values);
	if (rc == RC_CONFLICT)
		rc = ask(&s, oids, count, values);
	if (rc == RC_CONFLICT)
		rc = FAIL(RC_DENIED, "SNMP: the engine's clock does not hold still");
	if (rc == RC_OK)
		memcpy(ret, values, sizeof(*ret) * count);
out:
	usm_key_wipe(&s.auth);
	usm_key_wipe(&s.privacy);
	return rc;
}
