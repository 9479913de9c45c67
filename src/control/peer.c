// SPDX-License-Identifier: Apache-2.0
/* Devices that people declared: where they are, how they answered, and the file with their secret. */
#include "control/peer.h"

#include <string.h>

#include "base/time_text.h"
#include "message/messages.h"

enum rc
peer_of(const struct subject *s, uint16_t port_otherwise, bool unit_needed, struct peer *ret)
{
	struct str address = s->given ? fact_s(s->given, 0, "own.address") : STR_NONE;
	int64_t port = s->given ? fact_n(s->given, 0, "own.port", port_otherwise) : 0;

	if (address.n == 0 || address.n >= sizeof(ret->address) || port < 1 || port > UINT16_MAX)
		return FAIL(RC_NOTFOUND, "no address is declared");
	*ret = (struct peer){ .to = { NULL, (uint16_t)port, NULL }, .unit = fact_s(s->given, 0, "own.unit") };
	memcpy(ret->address, address.p, address.n);
	ret->to.address = ret->address;
	for (size_t i = 0; i < ret->unit.n; i++)
		if (ret->unit.p[i] <= ' ' || ret->unit.p[i] > '~' || ret->unit.p[i] == '"' || ret->unit.p[i] == '\\')
			return FAIL(RC_NOTFOUND, "the name of the device has odd letters");
	return unit_needed && (ret->unit.n == 0 || ret->unit.n > 64) ? FAIL(RC_NOTFOUND, "no name of the device is declared") : RC_OK;
}

void
peer_said(struct facts *f, const char *word)
{
	fact_text(f, 0, "answer", str_of(word));
	fact_text(f, 1, PEER_REMEMBER, strcmp(word, "ok") == 0 ? STR("heard") : STR("silent"));
}

void
peer_answered(struct facts *f, enum rc rc)
{
	static const char *const words[RC_COUNT] = {
		[RC_OK] = "ok", [RC_LIMIT] = "too-much", [RC_SYNTAX] = "nonsense", [RC_DENIED] = "denied", [RC_NOTFOUND] = "refused", [RC_TIMEOUT] = "silent", [RC_TAMPERED] = "forged",
	};

	peer_said(f, words[rc] ? words[rc] : "failed");
}

int64_t
peer_since(const struct facts *f, int64_t now_us)
{
	int64_t since = fact_n(f, 1, "first_seen_at", now_us);

	return now_us > since ? (now_us - since) / MINUTE_US : 0;
}

bool
peer_heard(const struct facts *f, int64_t now_us, struct finding *ret)
{
	static const struct { const char *word; uint16_t message; } why[] = {
		{ "silent", MSG_DEVICE_SILENT }, { "refused", MSG_DEVICE_REFUSED }, { "nonsense", MSG_DEVICE_NONSENSE }, { "too-much", MSG_DEVICE_NONSENSE }, { "denied", MSG_DEVICE_DENIED },
		{ "forged", MSG_DEVICE_DENIED }, { "undeclared", MSG_DEVICE_UNDECLARED }, { "secret", MSG_DEVICE_SECRET }, { "secret-closed", MSG_DEVICE_SECRET_CLOSED }, { "absent", MSG_DEVICE_PROGRAM }, { "stale", MSG_UPS_STALE },
		{ "unknown-ups", MSG_UPS_UNKNOWN },
	};
	struct str answer = fact_s(f, 0, "answer");
	uint16_t message = MSG_DEVICE_NO_ANSWER;

	if (!f->overflow && str_eq(answer, STR("ok")))
		return true;
	for (size_t i = 0; !f->overflow && i < sizeof(why) / sizeof(why[0]); i++)
		if (str_eq_c(answer, why[i].word))
			message = why[i].message;
	finding_set(ret, VERDICT_UNKNOWN, message);
	if (message == MSG_DEVICE_SILENT || message == MSG_DEVICE_REFUSED || message == MSG_DEVICE_NONSENSE || message == MSG_UPS_STALE)
		finding_int(ret, "minutes", peer_since(f, now_us));
	return false;
}

/* Nobody else may be able to read it; whose it is decides who could widen that again. */
static enum rc
check(const struct host *h, const struct subject *s, char path[512])
{
	struct str file = s->given ? fact_s(s->given, 0, "own.secret_file") : STR_NONE;
	struct host_stat st;
	enum rc rc = RC_OK;

	if (file.n == 0 || file.n > 511)
		return FAIL(RC_NOTFOUND, "no file with the device's secret is declared");
	if (file.p[0] != '/' || memchr(file.p, '\0', file.n))
		return FAIL(RC_SYNTAX, "the file with the device's secret has no path");
	memcpy(path, file.p, file.n);
	path[file.n] = '\0';
	TRY(host_stat(h, path, &st));
	if (!st.exists)
		return FAIL(RC_NOTFOUND, "%s is not there", path);
	if ((st.mode & 0170000) != 0100000 || (st.mode & 077) || st.size > SECRET_FILE_MAX)
		return FAIL(RC_SYNTAX, "%s can be read by others, or is no file with a secret", path);
	if (st.uid != 0 && st.uid != host_owner(h))
		return FAIL(RC_SYNTAX, "%s belongs to somebody else", path);
out:
	return rc;
}

enum rc
secret_file_check(const struct host *h, const struct subject *s)
{
	struct buf secret = BUF(SECRET_FILE_MAX);
	enum rc rc = secret_file_read(h, s, &secret);

	secret_file_free(&secret);
	return rc;
}

enum rc
secret_file_read(const struct host *h, const struct subject *s, struct buf *ret)
{
	char path[512];
	enum rc rc = RC_OK;

	TRY(check(h, s, path));
	TRY(host_read(h, path, SECRET_FILE_MAX, ret));
out:
	return rc;
}

void
secret_file_said(struct facts *f, enum rc rc)
{
	peer_said(f, rc == RC_DENIED ? "secret-closed" : "secret");
}

void
secret_file_free(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap);
	buf_free(b);
}
