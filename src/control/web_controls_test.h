// SPDX-License-Identifier: Apache-2.0
/* web_controls_test - recorded servers of tests/hosts/peers for the controls of endpoints. */
#ifndef CONTROL_WEB_CONTROLS_TEST_H
#define CONTROL_WEB_CONTROLS_TEST_H

#include "control/control_test.h"

struct web_case { const char *address, *kind; int64_t port; enum verdict verdict; uint16_t message; };

static inline void
web_table(const struct control *c, const struct web_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct trial t;

		trial_begin(&t, c);
		fact_text(&t.given, 0, "own.name", STR("the site"));
		fact_text(&t.given, 0, "own.host_name", STR("www.example.jp"));
		fact_text(&t.given, 0, "own.address", str_of(cases[i].address));
		fact_text(&t.given, 0, "own.kind", str_of(cases[i].kind));
		fact_int(&t.given, 0, "own.port", cases[i].port);
		fact_text(&t.given, 0, "own.path", STR("/"));
		trial_look_given(&t, c, "peers");
		trial_judge(&t, c);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			struct buf json = BUF(1 << 20);

			test_failures++;
			(void)!facts_json(&t.facts, &json); /* for the reader of a failed test */
			printf("%s of %s: verdict %d message %u [%s %s] %s\n", c->id, cases[i].address, t.finding.verdict, t.finding.message, rc_name(t.looked), t.looked ? rc_trail() : "", buf_cstr(&json));
			buf_free(&json);
		}
		trial_end(&t);
	}
}
#define WEB_TABLE(c, cases) web_table((c), (cases), sizeof(cases) / sizeof((cases)[0]))

#endif
