// SPDX-License-Identifier: Apache-2.0
/*
 * host-baseline - does a machine meet, all at once, what is asked of each?
 *
 * Judges what other controls found about the same machine: malware protection
 * (one of two), firewall (one of two), ports, accounts, fixes, clock, encryption
 * of its storage. The worst of them decides. A member that nobody looked at
 * lately is unknown: that is the machine's heartbeat.
 */
#include "control/control.h"

#include <stdio.h>

#include "message/messages.h"

struct member { const char *id, *or_id; uint16_t fails, unknown; };

static const struct member list[] = {
	{ "member.malware_engine", "member.other_antivirus", MSG_BASELINE_MALWARE_FAILS, MSG_BASELINE_MALWARE_UNKNOWN },
	{ "member.firewall", "member.network_firewall", MSG_BASELINE_FIREWALL_FAILS, MSG_BASELINE_FIREWALL_UNKNOWN },
	{ "member.ports_closed", NULL, MSG_BASELINE_PORTS_FAIL, MSG_BASELINE_PORTS_UNKNOWN },
	{ "member.no_shared_accounts", NULL, MSG_BASELINE_ACCOUNTS_FAIL, MSG_BASELINE_ACCOUNTS_UNKNOWN },
	{ "member.os_patches", NULL, MSG_BASELINE_PATCHES_FAIL, MSG_BASELINE_PATCHES_UNKNOWN },
	{ "member.clock_sync", NULL, MSG_BASELINE_CLOCK_FAILS, MSG_BASELINE_CLOCK_UNKNOWN },
	{ "member.storage_encryption", NULL, MSG_BASELINE_STORAGE_FAILS, MSG_BASELINE_STORAGE_UNKNOWN },
};
#define COUNT (sizeof(list) / sizeof(list[0]))

static enum verdict
verdict_of(const struct facts *f, const char *key)
{
	struct str word = key ? fact_s(f, 0, key) : STR_NONE;

	return str_eq(word, STR("pass")) ? VERDICT_PASS : str_eq(word, STR("fail")) ? VERDICT_FAIL : VERDICT_UNKNOWN;
}

/* One of two: passes when either does; while the other way is not known it does not fail. */
static enum verdict
member_verdict(const struct facts *f, const struct member *m)
{
	enum verdict a = verdict_of(f, m->id), b = verdict_of(f, m->or_id);

	if (a == VERDICT_PASS || b == VERDICT_PASS)
		return VERDICT_PASS;
	return a == VERDICT_FAIL && b != VERDICT_FAIL && m->or_id && str_eq(fact_s(f, 0, m->or_id), STR("unknown")) ? VERDICT_UNKNOWN : a;
}

/*= O1-1-3 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct member *fails = NULL, *unknown = NULL;
	int64_t fail_count = 0, unknown_count = 0;

	(void)p;
	(void)now_us;
	for (size_t i = 0; i < COUNT; i++) {
		enum verdict v = f->overflow ? VERDICT_UNKNOWN : member_verdict(f, &list[i]);

		fail_count += v == VERDICT_FAIL;
		unknown_count += v == VERDICT_UNKNOWN;
		if (v == VERDICT_FAIL && fails == NULL)
			fails = &list[i];
		if (v == VERDICT_UNKNOWN && unknown == NULL)
			unknown = &list[i];
	}
	if (fails) {
		finding_set(ret, VERDICT_FAIL, fails->fails);
		finding_int(ret, "more", fail_count - 1);
	} else if (unknown) {
		finding_set(ret, VERDICT_UNKNOWN, unknown->unknown);
		finding_int(ret, "more", unknown_count - 1);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_BASELINE_MET);
		finding_int(ret, "count", COUNT);
	}
}

static const char *const members[] = { "malware-engine", "other-antivirus", "firewall", "network-firewall", "ports-closed", "no-shared-accounts", "os-patches", "clock-sync", "storage-encryption", NULL };

const struct control control_host_baseline = {
	.id = "host-baseline", .subject = SUBJECT_HOST, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 60000, .members = members, .judge = judge,
};
