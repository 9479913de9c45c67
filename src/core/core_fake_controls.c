// SPDX-License-Identifier: Apache-2.0
/* Two controls whose answers a test sets, in place of all others. */
#include <string.h>
#include <unistd.h>

#include "control/look_remote.h"
#include "core/core_fake.h"

static void
judge_fake(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	(void)p;
	(void)now_us;
	finding_set(ret, (enum verdict)fact_n(f, 1, "verdict", VERDICT_UNKNOWN), MSG_CONTROL_NEVER_LOOKED);
	finding_int(ret, "measure", fact_n(f, 0, "measure", 0));
}

struct control fake_first = { .id = "seismic", .subject = SUBJECT_CONTRACT, .every_s = 60, .timeout_ms = 1000, .judge = judge_fake };
static const struct control second = { .id = "area-management", .subject = SUBJECT_CONTRACT, .every_s = 60, .timeout_ms = 1000, .judge = judge_fake };
const struct control *const controls[] = { &fake_first, &second, NULL };

enum rc
look_control(struct proc *p, const struct control *control, const struct subject *s, struct facts *f)
{
	int at = control == &second;

	(void)p;
	fake.looks++;
	if (fake.look[at].sleep_ms && (fake.sleeper == NULL || strcmp(fake.sleeper, s->id) == 0))
		usleep((useconds_t)fake.look[at].sleep_ms * 1000);
	if (fake.look[at].fails)
		return FAIL(RC_TIMEOUT, "no answer in time");
	fact_int(f, 1, "verdict", fake.look[at].verdict);
	for (int i = 0; i < fake.look[at].more; i++)
		fact_text(f, (uint32_t)i + 2, "one", fake.look[at].text);
	fact_int(f, 0, "measure", core_now_us()); /* a measurement moves at every look and is no other finding */
	return RC_OK;
}
