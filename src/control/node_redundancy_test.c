// SPDX-License-Identifier: Apache-2.0
/* Declared nodes against who answers on the machine "backups": 41, 42 (web and database), 45 (web); 43 and 44 hang, 46 refuses. */
#include "control/pam_stage.h"
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

/* Two declared nodes: NUL-ended addresses, on machines A and B. */
static void
two_nodes(struct trial *t, const char *kind, int64_t port, const char *first, const char *second)
{
	for (uint32_t k = 1; k <= 2; k++) {
		fact_text(&t->given, k, "node.name", STR("n"));
		fact_text(&t->given, k, "node.kind", str_of(kind));
		fact_text(&t->given, k, "node.address", str_of(k == 1 ? first : second));
		fact_text(&t->given, k, "node.machine", str_of(k == 1 ? "A" : "B"));
		fact_int(&t->given, k, "node.port", port);
	}
}

static void
look_there(const struct stage *s, struct trial *t)
{
	const struct subject here = { SUBJECT_CONTRACT, "contract", &t->given };
	struct host *h = host_open_tree(s->folder);

	CHECK(h != NULL);
	t->looked = h ? control_node_redundancy.look(h, &here, &t->facts) : RC_IO;
	host_close(h);
	trial_judge(t, &control_node_redundancy);
}

/* What this machine holds itself: its own addresses, and those of its keepalived. */
CASE(own_and_virtual_addresses) /*= S-7-2 type=test */
{
	static const struct { const char *first, *second; enum verdict verdict; uint16_t message; } cases[] = {
		{ "192.0.2.41", "192.0.2.42", VERDICT_PASS, MSG_NODES_TWO },
		{ "192.0.2.10", "192.0.2.42", VERDICT_PASS, MSG_NODES_TWO },               /* this machine and another */
		{ "192.0.2.10", "192.0.2.11", VERDICT_FAIL, MSG_NODES_ONE_MACHINE },       /* two addresses of this one */
		{ "192.0.2.100", "192.0.2.41", VERDICT_UNKNOWN, MSG_NODES_VIRTUAL },       /* whoever holds it may be the other */
		{ "192.0.2.41", "2001:db8:0::100", VERDICT_UNKNOWN, MSG_NODES_VIRTUAL },
		{ "192.0.2.101", "192.0.2.42", VERDICT_UNKNOWN, MSG_NODES_VIRTUAL },       /* of an included file */
		{ "192.0.2.99", "192.0.2.41", VERDICT_PASS, MSG_NODES_TWO },               /* a comment */
	};
	static const char *const peers[] = { "192.0.2.41", "192.0.2.42", "192.0.2.10", "192.0.2.11", "192.0.2.100", "2001:db8:0::100", "192.0.2.101", "192.0.2.99" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, "");
		for (size_t k = 0; k < sizeof(peers) / sizeof(peers[0]); k++) {
			char path[100];

			(void)snprintf(path, sizeof(path), "/tcp/%s-443/greeting", peers[k]);
			stage_put(&s, path, "x");
		}
		stage_put(&s, "/root/proc/net/fib_trie", "Local:\n        |-- 192.0.2.10\n           /32 host LOCAL\n        |-- 192.0.2.11\n           /32 host LOCAL\n        |-- 192.0.2.42\n           /24 link UNICAST\n");
		stage_put(&s, "/root/etc/keepalived/keepalived.conf", "vrrp_instance VI_1 { # 192.0.2.99\n  state MASTER\n  virtual_ipaddress {\n    192.0.2.100/24 dev eth0 label eth0:1\n    ! 192.0.2.99\n  }\n  virtual_ipaddress_excluded\n  {\n    2001:DB8::100/64\n  }\n  track_interface {\n    192.0.2.99\n  }\n}\ninclude conf.d/*.conf\n");
		stage_put(&s, "/root/etc/keepalived/conf.d/b.conf", "vrrp_instance B { virtual_ipaddress { 192.0.2.101 } }\n");
		trial_begin(&t, &control_node_redundancy);
		two_nodes(&t, "web", 443, cases[i].first, cases[i].second);
		look_there(&s, &t);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("%s %s: %d %u, want %d %u\n", cases[i].first, cases[i].second, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message);
		}
		trial_end(&t);
		stage_end(&s);
	}
}

/* The PostgreSQL of this machine, by the titles of its processes; the account is the test's own. */
CASE(copies_of_a_database) /*= S-7-2 type=test */
{
#define SERVER "/usr/lib/postgresql/15/bin/postgres"
#define SENDER "postgres: 15/main: walsender repl "
	static const struct { const char *titles[3]; bool theirs; enum verdict verdict; uint16_t message; } cases[] = {
		{ { NULL }, true, VERDICT_PASS, MSG_NODES_TWO }, /* no PostgreSQL: nothing is known of its copies */
		{ { SERVER, SENDER "192.0.2.42(48412) streaming 0/3000148" }, true, VERDICT_PASS, MSG_NODES_COPIED },
		{ { SERVER, "postgres: walsender repl 192.0.2.42(48412) streaming 0/3000148" }, true, VERDICT_PASS, MSG_NODES_COPIED },
		{ { SERVER, "postgres: 15/main: walreceiver streaming 0/3000148" }, true, VERDICT_PASS, MSG_NODES_COPIED },
		{ { SERVER, "postgres: 15/main: walreceiver " }, true, VERDICT_PASS, MSG_NODES_COPIED },  /* nothing was written yet */
		{ { SERVER, SENDER "192.0.2.42(48412) START_REPLICATION" }, true, VERDICT_PASS, MSG_NODES_COPIED },
		{ { SERVER, "postgres: 15/main: walreceiver idle" }, true, VERDICT_UNKNOWN, MSG_NODES_COPY_BEHIND },
		{ { SERVER, SENDER "192.0.2.42(48412) sending backup \"pg_basebackup base backup\"" }, true, VERDICT_UNKNOWN, MSG_NODES_COPY_BEHIND },
		{ { SERVER, SENDER "192.0.2.42(48412) sending backup \"pg_basebackup base backup\"", SENDER "192.0.2.42(2) streaming 0/3" }, true, VERDICT_PASS, MSG_NODES_COPIED },
		{ { SERVER, SENDER "192.0.2.77(48412) streaming 0/3000148" }, true, VERDICT_UNKNOWN, MSG_NODES_NO_COPY }, /* to a machine that is no declared node */
		{ { SERVER, "postgres: 15/main: checkpointer ", "postgres: 15/main: someone shop 192.0.2.42(5) idle" }, true, VERDICT_UNKNOWN, MSG_NODES_NO_COPY },
		{ { SERVER, SENDER "192.0.2.42(48412) streaming 0/3000148" }, false, VERDICT_PASS, MSG_NODES_TWO }, /* of another account: said by anybody */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;
		struct buf passwd = BUF(256), stat = BUF(4096);

		stage_begin(&s, "");
		stage_put(&s, "/tcp/192.0.2.10-5432/greeting", "x");
		stage_put(&s, "/tcp/192.0.2.42-5432/greeting", "x");
		stage_put(&s, "/root/proc/net/fib_trie", "Local:\n        |-- 192.0.2.10\n           /32 host LOCAL\n");
		for (size_t k = 0; k < 3 && cases[i].titles[k]; k++) {
			char path[64];

			(void)snprintf(path, sizeof(path), "/root/proc/%zu/cmdline", 100 + k);
			stage_put(&s, path, cases[i].titles[k]);
			CHECK_OK(buf_addf(&stat, "1767225600 0555 %d 0 /proc/%zu\n", cases[i].theirs ? 101 : 1000, 100 + k));
		}
		stage_put(&s, "/stat", buf_cstr(&stat));
		CHECK_OK(buf_addf(&passwd, "root:x:0:0::/root:/bin/bash\npostgres:x:%d:104::/var/lib/postgresql:/bin/bash\n", 101));
		stage_put(&s, "/root/etc/passwd", buf_cstr(&passwd));
		trial_begin(&t, &control_node_redundancy);
		two_nodes(&t, "database", 5432, "192.0.2.10", "192.0.2.42");
		look_there(&s, &t);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("case %zu: %d %u, want %d %u\n", i, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message);
		}
		trial_end(&t);
		stage_end(&s);
		buf_free(&passwd);
		buf_free(&stat);
	}
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
