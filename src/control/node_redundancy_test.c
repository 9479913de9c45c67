// SPDX-License-Identifier: Apache-2.0
/* Declared nodes against who answers on the machine "backups": 41, 42 (web and database), 45 (web); 43 and 44 hang, 46 refuses. */
#include "control/control_test.h"
#include "control/mdstat.h"

extern const struct control control_node_redundancy;

struct node { const char *kind, *address, *machine; int64_t port; };

CASE(declared_nodes) /*= S-7-2 type=test */
{
	static const struct { struct node nodes[4]; const char *machine; enum verdict verdict; uint16_t message; } cases[] = {
		{ { { "web", "192.0.2.41", "A", 443 }, { "web", "192.0.2.42", "B", 443 } }, "backups", VERDICT_PASS, MSG_NODES_TWO },
		{ { { "web", "192.0.2.41", "A", 443 }, { "web", "192.0.2.42", "B", 443 }, { "web", "192.0.2.46", "C", 443 } }, "backups", VERDICT_PASS, MSG_NODES_TWO }, /* two of three are two */
		{ { { "web", "192.0.2.41", "A", 443 }, { "web", "192.0.2.42", "B", 443 }, { "database", "192.0.2.41", "A", 5432 } }, "backups", VERDICT_FAIL, MSG_NODES_ONE_MACHINE },
		{ { { "web", "192.0.2.41", "A", 443 }, { "web", "192.0.2.42", "B", 443 }, { "database", "192.0.2.41", "A", 5432 }, { "database", "192.0.2.42", "B", 5432 } }, "backups", VERDICT_PASS, MSG_NODES_TWO },
		{ { { "web", "192.0.2.41", "A", 443 } }, "backups", VERDICT_FAIL, MSG_NODES_ONE_MACHINE },
		{ { { "web", "192.0.2.41", "A", 443 }, { "web", "192.0.2.42", "A", 443 } }, "backups", VERDICT_FAIL, MSG_NODES_ONE_MACHINE },          /* two virtual machines on one */
		{ { { "web", "192.0.2.41", "A", 443 }, { "web", "192.0.2.41", "B", 443 } }, "backups", VERDICT_FAIL, MSG_NODES_ONE_MACHINE },          /* one address, said to be two */
		{ { { "web", "127.0.0.1", "A", 443 }, { "web", "::1", "B", 443 } }, "backups", VERDICT_FAIL, MSG_NODES_ONE_MACHINE },                  /* this one, twice */
		{ { { "web", "192.0.2.41", "A", 443 }, { "web", "::ffff:192.0.2.41", "B", 443 } }, "backups", VERDICT_FAIL, MSG_NODES_ONE_MACHINE },   /* the same, mapped */
		{ { { "web", "192.0.2.41", "A", 443 }, { "web", "192.0.2.46", "B", 443 } }, "backups", VERDICT_FAIL, MSG_NODES_DOWN },                 /* refused */
		{ { { "database", "192.0.2.41", "A", 5432 }, { "database", "192.0.2.43", "B", 5432 } }, "backups", VERDICT_FAIL, MSG_NODES_DOWN },     /* silent, and another answers */
		{ { { "database", "192.0.2.43", "A", 5432 }, { "database", "192.0.2.44", "B", 5432 } }, "backups", VERDICT_UNKNOWN, MSG_NODES_UNSEEN }, /* nobody answers: it may be us */
		{ { { "web", "not-an-address", "A", 443 }, { "web", "192.0.2.41", "B", 443 } }, "backups", VERDICT_UNKNOWN, MSG_NODES_UNSEEN },
		{ { { NULL } }, "backups", VERDICT_UNKNOWN, MSG_NODES_RAID_ALONE },                                                                    /* RAID never passes */
		{ { { NULL } }, "fresh", VERDICT_UNKNOWN, MSG_NODES_NOTHING },
		{ { { "web", "192.0.2.41", "A", 443 }, { "web", "192.0.2.42", "B", 443 } }, "silent", VERDICT_FAIL, MSG_NODES_DOWN },                  /* this recording refuses every peer */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_node_redundancy);
		for (uint32_t k = 0; k < 4 && cases[i].nodes[k].kind; k++) {
			fact_text(&t.given, k + 1, "node.name", STR("n"));
			fact_text(&t.given, k + 1, "node.kind", str_of(cases[i].nodes[k].kind));
			fact_text(&t.given, k + 1, "node.address", str_of(cases[i].nodes[k].address));
			fact_text(&t.given, k + 1, "node.machine", str_of(cases[i].nodes[k].machine));
			fact_int(&t.given, k + 1, "node.port", cases[i].nodes[k].port);
		}
		trial_look_given(&t, &control_node_redundancy, cases[i].machine);
		trial_judge(&t, &control_node_redundancy);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("case %zu: verdict %d message %u [%s %s]\n", i, t.finding.verdict, t.finding.message, rc_name(t.looked), t.looked ? rc_trail() : "");
		}
		trial_end(&t);
	}
}

CASE(nobody_looked) /*= S-7-2 type=test */
{
	struct trial t;

	trial_begin(&t, &control_node_redundancy);
	t.looked = RC_TIMEOUT;
	trial_judge(&t, &control_node_redundancy);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_NODES_NO_ANSWER);
	trial_end(&t);
}

CASE(raid_as_the_kernel_lists_it) /*= S-7-2 type=test */
{
	struct md_array arrays[MD_MAX];
	struct buf many = BUF(65536);
	size_t n = 0;

	CHECK_RC(mdstat_read(STR("Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0](F)\n      1046528 blocks super 1.2 [2/1] [U_]\n\nmd127 : inactive sdc[0](S)\n      1024 blocks\n\nunused devices: <none>\n"), arrays, &n), RC_OK);
	CHECK_INT(n, 2);
	CHECK_STR(arrays[0].level, "raid1");
	CHECK_INT(arrays[0].missing, 1);
	CHECK(arrays[0].active && !arrays[1].active);
	CHECK_RC(mdstat_read(STR("md0 : active\n"), arrays, &n), RC_SYNTAX);
	CHECK_RC(mdstat_read(STR("Personalities :\nmd0 : active raid1\n x [9999999999/1] [/] [1/ [2/] ]\n"), arrays, &n), RC_OK);
	CHECK_INT(arrays[0].missing, 0);
	CHECK(buf_add(&many, STR("Personalities :\n")) == RC_OK);
	for (size_t i = 0; i <= MD_MAX; i++)
		CHECK(buf_addf(&many, "md%zu : active raid1\n", i) == RC_OK);
	CHECK_RC(mdstat_read(buf_str(&many), arrays, &n), RC_LIMIT);
	buf_free(&many);
}

TEST_MAIN
