// SPDX-License-Identifier: Apache-2.0
/*
 * power-redundancy - does the server go on when one of its power units fails?
 *
 * Asked of its management controller, by IPMI (ipmitool) or Redfish. PASS needs two units
 * that are there and well, and no word of the machine against it. One unit, a broken or
 * unfed one, or "not redundant" is FAIL. A UPS or its battery is never a second unit.
 */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "control/power.h"
#include "control/units.h"
#include "control/web_ask.h"
#include "message/messages.h"

#define IPMI_MS        45000
#define IPMI_MAX       262144
#define RESOURCE_MAX   1048576
#define RESOURCE_MS    8000
#define CHASSIS_MAX    8
#define REDFISH_PORT   443
#define LINES_MAX      8       /* resources of a service that closes behind each answer: four, and a unit each */
#define SPARE_MS       500     /* to connect once more, when the first connection stands */
#define ROOTS_FILE     "/etc/ssl/certs/ca-certificates.crt"
#define ROOTS_MAX      (1 << 20)

/* ---- IPMI: the password goes from its file into ipmitool's standard input */

static enum rc
from_ipmi(const struct host *h, const struct subject *s, struct units *u, struct facts *f)
{
	struct buf b = BUF(IPMI_MAX);
	struct host_word words[4] = { { STR("own.address"), STR_NONE }, { STR("own.port"), STR_NONE }, { STR("own.user"), fact_s(s->given, 0, "own.user") },
		{ STR("own.secret_file"), fact_s(s->given, 0, "own.secret_file") } };
	struct peer p;
	char port[8];
	enum rc rc;

	if (peer_of(s, 623, false, &p) != RC_OK || words[2].value.n == 0) {
		peer_said(f, "undeclared");
		return RC_OK;
	}
	rc = secret_file_check(h, s);
	if (rc != RC_OK) {
		secret_file_said(f, rc);
		rc_trail_clear();
		return RC_OK;
	}
	(void)snprintf(port, sizeof(port), "%u", p.to.port);
	words[0].value = str_of(p.to.address);
	words[1].value = str_of(port);
	rc = host_run_with(h, "ipmi", words, 4, IPMI_MAX, IPMI_MS, &b);
	if (rc == RC_NOTFOUND)
		peer_said(f, "absent");
	else if (rc == RC_IO) /* ended with a complaint: no way there, or not taken for its user */
		peer_said(f, "silent");
	else if (rc == RC_OK)
		peer_answered(f, ipmi_parse(buf_str(&b), u));
	else
		peer_answered(f, rc);
	buf_free(&b);
	return RC_OK;
}

/*
 * ---- Redfish: nothing secret is said before the certificate is the one declared, or proven by a known root.
 * All connections are opened before the first byte is heard; then the reader gives up the network, for what a
 * resource says decides what is asked next. A service that keeps its connection needs one; the others are spare.
 */

struct service { const struct host *h; struct peer peer; struct web_line *lines[LINES_MAX]; size_t lines_n, at; struct tls_ask tls; struct buf roots, secret, credentials; struct str fingerprint; struct arena *arena; };

static bool
believed(void *context, const struct tls_seen *seen)
{
	const struct service *v = context;
	struct tls_proof proof = { .trust = TLS_TRUST_UNKNOWN };
	char print[65];

	if (seen->certs_count == 0)
		return false;
	if (v->fingerprint.n) {
		tls_cert_print(&seen->certs[0], print);
		return str_eq_c(v->fingerprint, print);
	}
	return tls_trust(seen, buf_str(&v->roots), v->peer.to.address, host_now_us(v->h), &proof) == RC_OK && proof.trust == TLS_TRUSTED && proof.name_right;
}

static enum rc
connect_all(struct service *v)
{
	enum rc rc = RC_OK;

	TRY(web_line_open(v->h, &v->peer.to, RESOURCE_MAX, RESOURCE_MS, &v->lines[0]));
	v->lines_n = 1;
	while (v->lines_n < LINES_MAX && web_line_open(v->h, &v->peer.to, RESOURCE_MAX, SPARE_MS, &v->lines[v->lines_n]) == RC_OK)
		v->lines_n++;
	rc_trail_clear();
	TRY(host_no_more_peers(v->h));
out:
	return rc;
}

static void
hang_up(struct service *v, size_t from)
{
	for (size_t i = from; i < v->lines_n; i++) {
		web_line_close(v->lines[i]);
		v->lines[i] = NULL;
	}
	v->lines_n = from < v->lines_n ? from : v->lines_n;
}

/* RC_DENIED: not the one we trust, or it does not trust us. */
static enum rc
get(struct service *v, struct str path, struct str *ret)
{
	struct buf request = BUF(8192);
	struct web_ask ask = { .to = v->peer.to, .tls = &v->tls, .bytes_max = RESOURCE_MAX, .timeout_ms = RESOURCE_MS, .believe = believed, .believe_context = v };
	struct web_answer *a = arena_get(v->arena, sizeof(*a));
	bool six = strchr(v->peer.to.address, ':') != NULL;
	enum rc rc = RC_OK;

	if (a == NULL)
		return FAIL(RC_LIMIT, "no room for the answer");
	TRY(buf_addf(&request, "GET " STR_FMT " HTTP/1.1\r\nHost: %s%s%s:%u\r\nAccept: application/json\r\nOData-Version: 4.0\r\n", STR_ARG(path), six ? "[" : "", v->peer.to.address,
	    six ? "]" : "", v->peer.to.port));
	TRY(buf_addf(&request, "Authorization: Basic " STR_FMT "\r\n\r\n", STR_ARG(buf_str(&v->credentials))));
	ask.request = buf_str(&request);
	if (v->at < v->lines_n && !web_line_usable(v->lines[v->at]))
		v->at++;
	if (v->at >= v->lines_n)
		TRY(FAIL(RC_LIMIT, "it closes behind each answer, and has more than %d to give", LINES_MAX));
	TRY(web_line_ask(v->lines[v->at], &ask, v->arena, a));
	if (v->at == 0 && web_line_usable(v->lines[0]))
		hang_up(v, 1); /* it keeps the first: no other is needed */
	if (a->kind != WEB_ANSWERED)
		TRY(FAIL(a->kind == WEB_REFUSED ? RC_NOTFOUND : a->kind == WEB_SILENT ? RC_TIMEOUT : a->kind == WEB_TOO_LONG ? RC_LIMIT : a->kind == WEB_DOUBTED ? RC_TAMPERED : RC_SYNTAX,
		    "no answer that can be used"));
	if (a->http.status == 401 || a->http.status == 403)
		TRY(FAIL(RC_DENIED, "not taken for its user"));
	if (a->http.status != 200)
		TRY(FAIL(RC_SYNTAX, "status %d", a->http.status));
	*ret = a->http.body;
out:
	secret_file_free(&request);
	return rc;
}

static enum rc
from_chassis(struct service *v, struct str path, struct units *u)
{
	struct redfish_chassis c;
	struct str body, supplies, paths[UNITS_MAX];
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(get(v, path, &body));
	TRY(redfish_chassis(body, v->arena, &c));
	if (c.subsystem.n) { /* the newer way; a service may have both */
		TRY(get(v, c.subsystem, &body));
		TRY(redfish_subsystem(body, v->arena, u, &supplies));
		if (supplies.n) {
			TRY(get(v, supplies, &body));
			TRY(redfish_members(body, v->arena, paths, UNITS_MAX, &n));
		}
		for (size_t i = 0; i < n; i++) {
			TRY(get(v, paths[i], &body));
			TRY(redfish_supply(body, u));
		}
	} else if (c.power.n) {
		TRY(get(v, c.power, &body));
		TRY(redfish_power(body, u));
	}
out:
	return rc;
}

/* "/redfish/v1/Chassis/NAME": the row's unit is the chassis' name. */
static bool
is_chassis(struct str path, struct str name)
{
	return path.n > name.n && str_ends(path, name) && path.p[path.n - name.n - 1] == '/';
}

static enum rc
ask_service(struct service *v, struct units *u)
{
	struct str body, paths[CHASSIS_MAX];
	size_t n = 0, asked = 0;
	enum rc rc = RC_OK;

	TRY(get(v, STR("/redfish/v1/Chassis"), &body));
	TRY(redfish_members(body, v->arena, paths, CHASSIS_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		if (v->peer.unit.n ? !is_chassis(paths[i], v->peer.unit) : n > 1)
			continue;
		TRY(from_chassis(v, paths[i], u));
		asked++;
	}
	if (asked != 1) /* units of two chassis are not two units of one */
		rc = FAIL(RC_NOTFOUND, "which chassis?");
out:
	return rc;
}

static enum rc
from_redfish(const struct host *h, const struct subject *s, struct units *u, struct facts *f)
{
	struct arena arena = ARENA(16 << 20);
	struct service v = { .h = h, .tls = { .version_min = TLS_1_2 }, .roots = BUF(ROOTS_MAX), .secret = BUF(SECRET_FILE_MAX), .credentials = BUF(4096), .arena = &arena,
		.fingerprint = fact_s(s->given, 0, "own.fingerprint") };
	struct str user = fact_s(s->given, 0, "own.user"), rest, password;
	struct buf plain = BUF(4096);
	enum rc rc = RC_OK;

	if (peer_of(s, REDFISH_PORT, false, &v.peer) != RC_OK || user.n == 0) {
		peer_said(f, "undeclared");
		goto out;
	}
	rc = secret_file_read(h, s, &v.secret);
	if (rc != RC_OK) {
		secret_file_said(f, rc);
		rc_trail_clear();
		rc = RC_OK;
		goto out;
	}
	rest = buf_str(&v.secret);
	if (!str_line(&rest, &password))
		password = STR_NONE;
	TRY(buf_addf(&plain, STR_FMT ":" STR_FMT, STR_ARG(user), STR_ARG(password)));
	TRY(base64_encode(&v.credentials, buf_str(&plain)));
	if (v.fingerprint.n == 0)
		TRY(host_read(h, ROOTS_FILE, ROOTS_MAX, &v.roots));
	rc = connect_all(&v);
	if (rc == RC_OK)
		rc = ask_service(&v, u);
	peer_answered(f, rc);
	rc = RC_OK;
out:
	hang_up(&v, 0);
	secret_file_free(&plain);
	secret_file_free(&v.credentials);
	secret_file_free(&v.secret);
	buf_free(&v.roots);
	arena_free(&arena);
	return rc;
}

/* ---- the control */

static const char *const states[] = { [UNIT_UNSURE] = "unsure", [UNIT_OK] = "ok", [UNIT_WARNING] = "warning", [UNIT_FAILED] = "failed", [UNIT_NO_INPUT] = "no-input", [UNIT_ABSENT] = "absent" };
static const char *const redundancy[] = { [UNITS_UNSAID] = "unsaid", [UNITS_FULLY] = "full", [UNITS_NOT] = "not", [UNITS_WORD_UNSURE] = "unsure" };

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct units u = { .count = 0 };
	struct str source = s->given ? fact_s(s->given, 0, "own.source") : STR_NONE;
	int64_t well = 0;
	enum rc rc = RC_OK;

	if (s->given == NULL || !str_eq(fact_s(s->given, 0, "own.kind"), STR("units")))
		return RC_OK;
	if (str_eq(source, STR("ipmi")))
		TRY(from_ipmi(h, s, &u, f));
	else if (str_eq(source, STR("redfish")))
		TRY(from_redfish(h, s, &u, f));
	if (!str_eq(fact_s(f, 0, "answer"), STR("ok")))
		goto out;
	fact_text(f, 0, "redundancy", str_of(redundancy[u.redundancy]));
	for (size_t i = 0; i < u.count; i++) {
		fact_text(f, 2 + (uint32_t)i, "unit", str_of(u.list[i].name));
		fact_text(f, 2 + (uint32_t)i, "condition", str_of(states[u.list[i].state]));
		well += u.list[i].state == UNIT_OK || u.list[i].state == UNIT_WARNING;
	}
	fact_int(f, 0, "units_well", well);
out:
	return rc;
}

struct count { int64_t there, well; struct str broken, warned; bool unsure; };

static void
count_units(const struct facts *f, struct count *c)
{
	*c = (struct count){ .there = 0 };
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str name = fact_s(f, row, "unit"), state = fact_s(f, row, "condition");

		if (fact_get(f, row, "unit") == NULL || str_eq(state, STR("absent")))
			continue;
		c->there++;
		if (str_eq(state, STR("failed")) || str_eq(state, STR("no-input")))
			c->broken = name;
		else if (str_eq(state, STR("warning")))
			c->warned = name;
		else if (!str_eq(state, STR("ok")))
			c->unsure = true;
		c->well += str_eq(state, STR("ok")) || str_eq(state, STR("warning"));
	}
}

/*= S-7-5 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	static const char *const sources[] = { "ipmi", "redfish", NULL };
	struct str word = fact_s(f, 0, "redundancy");
	struct count c;

	(void)p;
	if (!power_concerns(f, "units", ret) || !power_answered(f, sources, now_us, ret))
		return;
	count_units(f, &c);
	if (c.broken.p) {
		finding_set(ret, VERDICT_FAIL, MSG_UNITS_BROKEN);
		finding_text(ret, "unit", c.broken);
	} else if (c.there == 1 && c.well == 1) {
		finding_set(ret, VERDICT_FAIL, MSG_UNITS_ONE);
	} else if (c.there >= 2 && str_eq(word, STR("not"))) {
		finding_set(ret, VERDICT_FAIL, MSG_UNITS_NOT_REDUNDANT);
		finding_int(ret, "count", c.there);
	} else if (c.well < 2 || c.unsure || str_eq(word, STR("unsure"))) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_UNITS_UNSEEN);
	} else {
		finding_set(ret, VERDICT_PASS, c.warned.p ? MSG_UNITS_WARNING : MSG_UNITS_REDUNDANT);
		finding_int(ret, "count", c.well);
		if (c.warned.p)
			finding_text(ret, "unit", c.warned);
	}
}

static const struct series_def series[] = { { .fact = "units_well" }, { .fact = NULL } };

const struct control control_power_redundancy = {
	.id = "power-redundancy", .subject = SUBJECT_POWER, .by = LOOK_BY_READER, .reader = 21, .every_s = 900, .timeout_ms = 60000, .remember = PEER_REMEMBER, .registers = power_registers,
	.series = series, .look = look, .judge = judge,
};
