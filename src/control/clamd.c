// SPDX-License-Identifier: Apache-2.0
/* What clamd says, in the words of clamd(8) and clamd.conf(5). */
#include "control/clamd.h"

#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/time_text.h"
#include "control/dates.h"
#include "control/scan.h"

#define ANSWER_MAX 4096
#define ANSWER_MS  6000 /* of one question; a clamd that reloads answers again within seconds */

/* clamd.conf(5): one option a line, "Name value", the value maybe in quotes; # begins a comment line. */
static void
option(struct str line, struct str *ret_name, struct str *ret_value)
{
	size_t n = 0;

	line = str_trim(line);
	while (n < line.n && line.p[n] != ' ' && line.p[n] != '\t')
		n++;
	*ret_name = str_sub(line, 0, n);
	*ret_value = str_trim(str_sub(line, n, line.n));
	if (ret_value->n >= 2 && ret_value->p[0] == '"') {
		const char *end = memchr(ret_value->p + 1, '"', ret_value->n - 1);

		*ret_value = end ? (struct str){ ret_value->p + 1, (size_t)(end - ret_value->p) - 1 } : *ret_value;
	}
}

static bool
named(struct str name, const char *what)
{
	return name.n == strlen(what) && strncasecmp(name.p, what, name.n) == 0;
}

static enum rc
keep_path(struct str value, char ret[CLAMD_PATH_MAX])
{
	if (value.n == 0 || value.n >= CLAMD_PATH_MAX || value.p[0] != '/' || memchr(value.p, '\0', value.n))
		return FAIL(RC_SYNTAX, "clamd.conf: a path is expected");
	memcpy(ret, value.p, value.n);
	ret[value.n] = '\0';
	return RC_OK;
}

enum rc
clamd_conf_parse(struct str bytes, struct clamd_conf *ret)
{
	struct clamd_conf c = { .databases = "/var/lib/clamav", .there = true };
	struct str line, name, value;
	int64_t depth;
	bool tcp = false;
	enum rc rc = RC_OK;

	while (str_line(&bytes, &line)) {
		option(line, &name, &value);
		if (name.n == 0 || name.p[0] == '#')
			continue;
		if (named(name, "LocalSocket"))
			TRY(keep_path(value, c.socket));
		else if (named(name, "DatabaseDirectory"))
			TRY(keep_path(value, c.databases));
		else if (named(name, "TCPSocket"))
			tcp = true;
		else if (named(name, "ExcludePath"))
			c.leaves_out |= !scan_leaves_nothing_out(value);
		else if (named(name, "CrossFilesystems"))
			c.leaves_out |= value.n && strchr("nf0NF", value.p[0]) != NULL; /* no, false, 0 */
		else if (named(name, "MaxDirectoryRecursion")) {
			c.leaves_out |= num_parse(value, 15, INT32_MAX, &depth) != RC_OK && !str_eq(value, STR("0")); /* 0: as deep as there is */
			rc_trail_clear();
		}
	}
	c.tcp_only = tcp && c.socket[0] == '\0';
	*ret = c;
out:
	return rc;
}

enum rc
clamd_conf_read(const struct host *h, struct clamd_conf *ret)
{
	struct buf b = BUF(65536);
	enum rc rc = host_read(h, "/etc/clamav/clamd.conf", 65536, &b);

	if (rc == RC_NOTFOUND) {
		*ret = (struct clamd_conf){ .socket = "/run/clamav/clamd.ctl", .databases = "/var/lib/clamav" };
		rc = RC_OK;
	} else if (rc == RC_OK) {
		rc = clamd_conf_parse(buf_str(&b), ret);
	}
	buf_free(&b);
	return rc;
}

/* "z" answers end with one NUL, and nothing follows it. */
static enum rc
whole_answer(struct str *s)
{
	if (s->n == 0 || s->p[s->n - 1] != '\0' || memchr(s->p, '\0', s->n - 1))
		return FAIL(RC_SYNTAX, "clamd: not one whole answer");
	s->n--;
	if (s->n && s->p[s->n - 1] == '\n')
		s->n--;
	for (size_t i = 0; i < s->n; i++)
		if (s->p[i] < ' ' || s->p[i] > '~')
			return FAIL(RC_SYNTAX, "clamd: an answer with odd bytes");
	return RC_OK;
}

enum rc
clamd_version_parse(struct str answer, struct clamd_version *ret)
{
	struct clamd_version v = { 0 };
	struct str piece;
	enum rc rc = RC_OK;

	TRY(whole_answer(&answer));
	if (!str_starts(answer, STR("ClamAV ")) || !str_cut(&answer, '/', &v.engine) || v.engine.n < 8)
		return FAIL(RC_SYNTAX, "clamd: not a version");
	if (answer.p) { /* "ClamAV 1.4.3/27800/Sun Nov 22 …"; without a database of ClamAV's own it ends at the version */
		if (!str_cut(&answer, '/', &piece) || answer.p == NULL)
			return FAIL(RC_SYNTAX, "clamd: half a version");
		TRY(num_parse(piece, 0, INT32_MAX, &v.serial));
		TRY(date_asctime(answer, &v.built_at_us));
		v.dated = v.serial > 0;
	}
	*ret = v;
out:
	return rc;
}

enum rc
clamd_scan_parse(struct str answer, enum clamd_scan *ret)
{
	enum rc rc = RC_OK;

	TRY(whole_answer(&answer));
	if (str_eq(answer, STR("stream: OK")))
		*ret = CLAMD_SCAN_CLEAN;
	else if (str_starts(answer, STR("stream: ")) && str_ends(answer, STR(" FOUND")) && answer.n > 14)
		*ret = CLAMD_SCAN_FOUND;
	else
		rc = FAIL(RC_SYNTAX, "clamd: neither clean nor found");
out:
	return rc;
}

/* "ClamAV-VDB:time:version:signatures:level:md5:signature:builder:seconds", blanks up to 512 bytes. */
enum rc
clamd_header_parse(struct str bytes, struct clamd_header *ret)
{
	struct str rest = str_trim(str_sub(bytes, 0, 512)), field[9];
	struct clamd_header h;
	enum rc rc = RC_OK;
	size_t n = 0;

	while (n < 9 && str_cut(&rest, ':', &field[n]))
		n++;
	if (n != 9 || rest.p || !str_eq(field[0], STR("ClamAV-VDB")))
		return FAIL(RC_SYNTAX, "not the header of a ClamAV database");
	TRY(num_parse(field[2], 1, INT32_MAX, &h.serial));
	TRY(num_parse(str_trim(field[8]), 1, INT64_C(253402300799), &h.built_at_us));
	h.built_at_us *= SECOND_US;
	*ret = h;
out:
	return rc;
}

enum rc
clamd_ping(const struct host *h, const struct clamd_conf *c)
{
	struct buf b = BUF(ANSWER_MAX);
	struct str answer;
	enum rc rc = RC_OK;

	TRY(host_unix_ask(h, c->socket, STR("zPING\0"), ANSWER_MAX, ANSWER_MS, &b));
	answer = buf_str(&b);
	TRY(whole_answer(&answer));
	if (!str_eq(answer, STR("PONG")))
		rc = FAIL(RC_SYNTAX, "clamd: no PONG");
out:
	buf_free(&b);
	return rc;
}

enum rc
clamd_version(const struct host *h, const struct clamd_conf *c, struct buf *bytes, struct clamd_version *ret)
{
	enum rc rc = RC_OK;

	buf_reset(bytes);
	TRY(host_unix_ask(h, c->socket, STR("zVERSION\0"), ANSWER_MAX, ANSWER_MS, bytes));
	TRY(clamd_version_parse(buf_str(bytes), ret));
out:
	return rc;
}

enum rc
clamd_scan(const struct host *h, const struct clamd_conf *c, struct str bytes, enum clamd_scan *ret)
{
	struct buf request = BUF(bytes.n + 64), b = BUF(ANSWER_MAX);
	char size[4];
	enum rc rc = RC_OK;

	TRY(buf_add(&request, STR("zINSTREAM\0")));
	put_be32(size, (uint32_t)bytes.n);
	TRY(buf_add(&request, (struct str){ size, 4 }));
	TRY(buf_add(&request, bytes));
	put_be32(size, 0); /* a chunk of nothing ends the stream */
	TRY(buf_add(&request, (struct str){ size, 4 }));
	TRY(host_unix_ask(h, c->socket, buf_str(&request), ANSWER_MAX, ANSWER_MS, &b));
	TRY(clamd_scan_parse(buf_str(&b), ret));
out:
	buf_free(&request);
	buf_free(&b);
	return rc;
}
