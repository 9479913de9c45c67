// SPDX-License-Identifier: Apache-2.0
/* cookie-flags - are the cookies an endpoint sets at its path Secure, HttpOnly and SameSite? (RFC 6265, attributes as browsers read them) */
#include <strings.h>

#include "control/control.h"
#include "control/endpoint.h"
#include "message/messages.h"

#define SCRATCH_BYTES (4 << 20)
#define COOKIES_MAX   50

static bool
same(struct str a, struct str b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static void
cookie_facts(struct str header, uint32_t row, struct facts *f)
{
	struct str pair = STR_NONE, name = STR_NONE, attribute, key;
	bool secure = false, http_only = false, site = false, ended = false;

	(void)str_cut(&header, ';', &pair);
	(void)str_cut(&pair, '=', &name);
	while (str_cut(&header, ';', &attribute)) {
		attribute = str_trim(attribute);
		if (!str_cut(&attribute, '=', &key))
			continue;
		key = str_trim(key);
		secure |= same(key, STR("Secure"));
		http_only |= same(key, STR("HttpOnly"));
		if (same(key, STR("Max-Age"))) /* the last one counts */
			ended = same(str_trim(attribute), STR("0")) || str_starts(str_trim(attribute), STR("-"));
		if (same(key, STR("SameSite"))) /* the last one counts */
			site = same(str_trim(attribute), STR("Lax")) || same(str_trim(attribute), STR("Strict"));
	}
	fact_text(f, row, "cookie", str_trim(name)); /* never its value */
	if (ended) { /* it is taken away, not set */
		fact_bool(f, row, "ended", true);
		return;
	}
	fact_bool(f, row, "secure", secure);
	fact_bool(f, row, "http_only", http_only);
	fact_bool(f, row, "same_site", site);
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena scratch = ARENA(SCRATCH_BYTES);
	struct web_answer a;
	struct str header;
	uint32_t row = 0;
	size_t at = 0;
	enum rc rc = RC_OK;

	TRY(endpoint_page(h, s, true, &scratch, f, &a));
	if (a.kind != WEB_ANSWERED)
		goto out;
	while ((header = http_header_next(&a.http, "set-cookie", &at)).p && row < COOKIES_MAX)
		cookie_facts(header, ++row, f);
	fact_bool(f, 0, "whole", header.p == NULL);
out:
	arena_free(&scratch);
	return rc;
}

/*= S-4-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t good = 0;

	(void)p;
	(void)now_us;
	if (f->count && str_eq(fact_s(f, 0, "kind"), STR("tcp"))) {
		finding_set(ret, VERDICT_NOT_APPLICABLE, MSG_COOKIES_NO_WEB);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		bool secure = fact_n(f, row, "secure", 0), http_only = fact_n(f, row, "http_only", 0), site = fact_n(f, row, "same_site", 0);

		if (!fact_get(f, row, "secure"))
			continue;
		if (!secure || !http_only || !site) {
			finding_set(ret, VERDICT_FAIL, MSG_COOKIES_BARE);
			finding_text(ret, "name", fact_s(f, row, "cookie"));
			finding_text(ret, "what", str_of(!secure ? "Secure" : !http_only ? "HttpOnly" : "SameSite=Lax/Strict"));
			return;
		}
		good++;
	}
	if (f->overflow || !str_eq(fact_s(f, 0, "answer"), STR("answered")) || !fact_n(f, 0, "whole", 0) || fact_n(f, 0, "status", 0) >= 500) { /* an error of the server is not the site */
		finding_set(ret, VERDICT_UNKNOWN, MSG_COOKIES_NO_ANSWER);
	} else {
		finding_set(ret, VERDICT_PASS, good ? MSG_COOKIES_GUARDED : MSG_COOKIES_NONE);
		if (good)
			finding_int(ret, "count", good);
	}
}

const struct control control_cookie_flags = {
	.id = "cookie-flags", .subject = SUBJECT_ENDPOINT, .by = LOOK_BY_READER, .reader = 5, .every_s = 86400, .timeout_ms = 15000, .look = look, .judge = judge,
};
