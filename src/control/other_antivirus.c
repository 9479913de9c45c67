// SPDX-License-Identifier: Apache-2.0
/*
 * other-antivirus - does a product other than ClamAV protect this machine?
 *
 * From the list of protected machines that the product's own console gives and
 * the contractor imports (register "antivirus-report"). The machine is found by
 * its name. A list that is old, or that does not name the machine, shows nothing.
 */
#include "control/control.h"

#include "base/time_text.h"
#include "control/given.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "report_max_days", "days", 1, 60, 7 },
	{ "signatures_max_days", "days", 1, 60, 3 },
};

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct buf b = BUF(1024);
	struct str name;
	enum rc rc = RC_OK;

	(void)s;
	TRY(host_read(h, "/etc/hostname", 1024, &b));
	name = str_trim(buf_str(&b));
	if (name.n == 0)
		rc = FAIL(RC_SYNTAX, "/etc/hostname is empty");
	else
		fact_text(f, 0, "host_name", name);
out:
	buf_free(&b);
	return rc;
}

/* The newest line about this machine; 0: none. */
static uint32_t
row_about(const struct facts *f, bool *ret_any)
{
	uint32_t best = 0;

	*ret_any = false;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str host = fact_s(f, row, "antivirus_report.host");

		*ret_any |= host.n != 0;
		if (host.n && (host_named(host, fact_s(f, 0, "host_name")) || host_named(host, fact_s(f, 0, "own.name"))) &&
		    (best == 0 || given_date(f, row, "antivirus_report.reported_on") > given_date(f, best, "antivirus_report.reported_on")))
			best = row;
	}
	return best;
}

/*= S-2-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t reported, signatures;
	bool any;
	uint32_t row = row_about(f, &any);

	if (f->overflow || (row == 0 && fact_get(f, 0, "host_name") == NULL)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_OTHER_AV_NO_ANSWER);
		return;
	}
	if (row == 0) {
		finding_set(ret, VERDICT_UNKNOWN, any ? MSG_OTHER_AV_NOT_LISTED : MSG_OTHER_AV_NO_REPORT);
		finding_text(ret, "host", fact_s(f, 0, "host_name"));
		return;
	}
	reported = given_date(f, row, "antivirus_report.reported_on");
	signatures = given_date(f, row, "antivirus_report.signatures_on");
	if (reported == 0 || signatures == 0 || reported > now_us || signatures > reported + DAY_US) { // NOLINT(bugprone-branch-clone)
		finding_set(ret, VERDICT_UNKNOWN, MSG_OTHER_AV_NO_ANSWER);
	} else if (now_us - reported > (param_n(p, "report_max_days") + 1) * DAY_US) { /* the day of the report counts whole */
		finding_set(ret, VERDICT_UNKNOWN, MSG_OTHER_AV_REPORT_OLD);
	} else if (given_no(f, row, "antivirus_report.running")) {
		finding_set(ret, VERDICT_FAIL, MSG_OTHER_AV_STOPPED);
	} else if (!given_yes(f, row, "antivirus_report.running")) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_OTHER_AV_NO_ANSWER);
	} else if (reported - signatures > param_n(p, "signatures_max_days") * DAY_US) {
		finding_set(ret, VERDICT_FAIL, MSG_OTHER_AV_SIGNATURES_OLD);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_OTHER_AV_RUNS);
	}
	finding_text(ret, "product", fact_s(f, row, "antivirus_report.product"));
	finding_int(ret, "reported", reported);
	finding_int(ret, "signatures", signatures);
}

static const char *const registers[] = { "antivirus-report", NULL };

const struct control control_other_antivirus = {
	.id = "other-antivirus", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .by = LOOK_BY_PROBE,
	.every_s = 6 * 3600, .timeout_ms = 5000, .registers = registers, .look = look, .judge = judge,
};
