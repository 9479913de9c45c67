// SPDX-License-Identifier: Apache-2.0
/*
 * upload-scan - is what people send in scanned before it is kept and given out?
 *
 * The look asks whether clamd answers, and when it is given a file ("file.content", base64) whether clamd finds anything
 * in it; core adds how many files it holds and how many of them no scanner has seen.
 */
#include "base/num.h"
#include "control/clamd.h"
#include "control/control.h"
#include "message/messages.h"

#define FILE_MAX (1 << 20)

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct str content = s->given ? fact_s(s->given, 0, "file.content") : STR_NONE;
	struct buf plain = BUF(FILE_MAX);
	struct clamd_conf conf;
	enum clamd_scan scan;
	enum rc rc = RC_OK;

	TRY(clamd_conf_read(h, &conf));
	fact_bool(f, 0, "configured", conf.there);
	rc = conf.socket[0] && !conf.tcp_only ? clamd_ping(h, &conf) : RC_NOTFOUND;
	if (rc == RC_NOTFOUND) {
		fact_bool(f, 0, "running", false);
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	fact_bool(f, 0, "running", true);
	if (content.n) {
		TRY(base64_decode(content, &plain));
		TRY(clamd_scan(h, &conf, buf_str(&plain), &scan));
		fact_bool(f, 0, "found", scan == CLAMD_SCAN_FOUND);
	}
out:
	buf_free(&plain);
	return rc;
}

/*= S-2-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *running = fact_get(f, 0, "running"), *files = fact_get(f, 0, "files");
	int64_t unseen = fact_n(f, 0, "waiting", 0) + fact_n(f, 0, "unscanned", 0);

	(void)p;
	(void)now_us;
	if (f->overflow || running == NULL || files == NULL)
		finding_set(ret, VERDICT_UNKNOWN, MSG_UPLOAD_SCAN_NO_ANSWER);
	else if (!running->n)
		finding_set(ret, VERDICT_FAIL, MSG_UPLOAD_SCAN_ABSENT);
	else if (unseen)
		finding_set(ret, VERDICT_FAIL, MSG_UPLOAD_SCAN_UNSEEN);
	else
		finding_set(ret, VERDICT_PASS, MSG_UPLOAD_SCAN_ALL);
	finding_int(ret, "n", unseen);
	finding_int(ret, "files", files ? files->n : 0);
}

const struct control control_upload_scan = {
	.id = "upload-scan", .subject = SUBJECT_STATION, .by = LOOK_BY_READER, .reader = 3, .every_s = 3600, .timeout_ms = 30000, .look = look, .judge = judge,
};
