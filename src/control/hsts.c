// SPDX-License-Identifier: Apache-2.0
/* hsts - does an endpoint tell browsers to come by HTTPS only, and for long enough? (RFC 6797) */
#include <strings.h>

#include "base/num.h"
#include "control/control.h"
#include "control/endpoint.h"
#include "message/messages.h"

#define SCRATCH_BYTES (4 << 20)

static struct str
unquote(struct str s)
{
	return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_sub(s, 1, s.n - 2) : s;
}

/* The seconds of one header; -1: it says none, or says it twice: browsers ignore it. */
static int64_t
max_age(struct str header, bool *subdomains)
{
	struct str directive, name;
	int64_t age = -1, n;

	while (str_cut(&header, ';', &directive)) {
		directive = str_trim(directive);
		if (!str_cut(&directive, '=', &name))
			continue;
		name = str_trim(name);
		if (name.n == 17 && strncasecmp(name.p, "includeSubDomains", 17) == 0)
			*subdomains = true;
		if (name.n != 7 || strncasecmp(name.p, "max-age", 7) != 0)
			continue;
		directive = unquote(str_trim(directive));
		while (directive.n > 1 && directive.p[0] == '0') /* 1*DIGIT (RFC 6797) */
			directive = str_sub(directive, 1, directive.n);
		if (age >= 0 || num_parse(directive, 0, INT64_MAX / 1000000, &n) != RC_OK)
			return -1;
		age = n;
	}
	return age;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena scratch = ARENA(SCRATCH_BYTES);
	struct web_answer a;
	struct str header;
	bool subdomains = false;
	size_t at = 0;
	enum rc rc = RC_OK;

	TRY(endpoint_page(h, s, false, &scratch, f, &a));
	if (a.kind != WEB_ANSWERED)
		goto out;
	header = http_header_next(&a.http, "strict-transport-security", &at); /* browsers take the first */
	if (header.p) {
		fact_text(f, 0, "header", header);
		fact_int(f, 0, "max_age_s", max_age(header, &subdomains));
		fact_bool(f, 0, "subdomains", subdomains);
	}
	rc_trail_clear();
out:
	arena_free(&scratch);
	return rc;
}

/*= S-4-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t age = fact_n(f, 0, "max_age_s", -1);

	(void)now_us;
	if (f->count && fact_s(f, 0, "kind").n && !str_eq(fact_s(f, 0, "kind"), STR("https"))) {
		finding_set(ret, VERDICT_NOT_APPLICABLE, MSG_HSTS_NO_TLS);
	} else if (f->overflow || !str_eq(fact_s(f, 0, "answer"), STR("answered")) || (!fact_get(f, 0, "header") && fact_n(f, 0, "status", 0) >= 500)) {
		/* an error of the server shows nothing of the site: nginx leaves its headers out there */
		finding_set(ret, VERDICT_UNKNOWN, MSG_HSTS_NO_ANSWER);
	} else if (age < param_n(p, "max_age_s")) {
		finding_set(ret, VERDICT_FAIL, fact_get(f, 0, "header") ? MSG_HSTS_SHORT : MSG_HSTS_NONE);
		if (fact_get(f, 0, "header")) {
			finding_text(ret, "header", fact_s(f, 0, "header"));
			finding_int(ret, "needed", param_n(p, "max_age_s"));
		}
	} else {
		finding_set(ret, VERDICT_PASS, MSG_HSTS_HOLDS);
		finding_int(ret, "days", age / 86400);
	}
}

static const struct param_def params[] = { { "max_age_s", "s", 86400, 63072000, 15552000 } };

const struct control control_hsts = {
	.id = "hsts", .params = params, .params_count = 1, .subject = SUBJECT_ENDPOINT, .by = LOOK_BY_READER, .reader = 5, .every_s = 86400, .timeout_ms = 15000, .look = look, .judge = judge,
};
