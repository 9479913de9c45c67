// SPDX-License-Identifier: Apache-2.0
/* Folders on the mounts of the machine "backups" (tests/hosts/make_backup.py). */
#include "control/control_test.h"
#include "control/dns.h"
#include "control/place.h"

extern const struct control control_off_host_copy;

CASE(places) /*= S-8-1 type=test */
{
	static const struct { const char *path, *off_host, *other; enum verdict verdict; uint16_t message; const char *covers, *other_covers; } cases[] = {
		{ "/mnt/nfs/r", "", "", VERDICT_PASS, MSG_OFF_HOST_ELSEWHERE },
		{ "/mnt/cifs/r", "", "", VERDICT_PASS, MSG_OFF_HOST_ELSEWHERE },
		{ "/mnt/theirs/r", "no", "", VERDICT_PASS, MSG_OFF_HOST_ELSEWHERE },         /* what is seen counts */
		{ "/mnt/sshfs/r", "no", "", VERDICT_UNKNOWN, MSG_OFF_HOST_UNRESOLVED },      /* only a name, and nobody says whose */
		{ "/srv/backup/good", "", "/mnt/sshfs/r", VERDICT_UNKNOWN, MSG_OFF_HOST_UNSEEN, "/srv", "/srv" },
		{ "/mnt/self/r", "yes", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },               /* its own address, under another name */
		{ "/mnt/self6/r", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },
		{ "/mnt/named/r", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },                 /* its own name, in other letters */
		{ "/srv/backup/good", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },             /* the system's disk */
		{ "/srv/backup/good", "yes", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },
		{ "/mnt/nfsx", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },                    /* beside the mount, not on it */
		{ "/mnt/memory/r", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },
		{ "/mnt/disk/r", "", "", VERDICT_UNKNOWN, MSG_OFF_HOST_UNSEEN },
		{ "/mnt/disk/r", "yes", "", VERDICT_UNKNOWN, MSG_OFF_HOST_UNSEEN },          /* said, not seen */
		{ "/mnt/disk/r", "no", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },
		{ "/mnt/virtio/r", "no", "", VERDICT_UNKNOWN, MSG_OFF_HOST_UNSEEN },
		{ "/srv/backup/linked", "", "", VERDICT_UNKNOWN, MSG_OFF_HOST_LINK },
		{ "/srv/backup/forbidden", "", "", VERDICT_UNKNOWN, MSG_OFF_HOST_UNSEEN },
		{ "/mnt/empty-nfs/r", "yes", "", VERDICT_FAIL, MSG_OFF_HOST_NOTHING_THERE }, /* made, never filled */
		{ "/mnt/gone", "yes", "", VERDICT_FAIL, MSG_OFF_HOST_NOTHING_THERE },
		{ "/srv/backup/good", "", "/mnt/nfs/r", VERDICT_NOT_APPLICABLE, MSG_OFF_HOST_ANOTHER, "/srv/data, /etc", "/etc/ /srv" },
		{ "/srv/backup/good", "", "/mnt/nfs/r", VERDICT_NOT_APPLICABLE, MSG_OFF_HOST_ANOTHER, "応対履歴、ＤＢ", "db, 応対履歴" },
		{ "/srv/backup/good", "", "/mnt/nfs/r", VERDICT_UNKNOWN, MSG_OFF_HOST_COVERS_UNSAID },          /* a copy of what? */
		{ "/srv/backup/good", "", "/mnt/nfs/r", VERDICT_UNKNOWN, MSG_OFF_HOST_COVERS_UNSAID, "/srv", "" },
		{ "/srv/backup/good", "", "/mnt/nfs/r", VERDICT_UNKNOWN, MSG_OFF_HOST_COVERS_UNSAID, "", "/srv" },
		{ "/srv/backup/good", "", "/mnt/nfs/r", VERDICT_FAIL, MSG_OFF_HOST_COVERS_LESS, "/srv/data, /etc", "/etc" },
		{ "/srv/backup/good", "", "/mnt/nfs/r", VERDICT_FAIL, MSG_OFF_HOST_COVERS_LESS, "/srv/data", "/srv/data/new" },
		{ "/srv/backup/good", "", "/mnt/nfs/r", VERDICT_FAIL, MSG_OFF_HOST_COVERS_LESS, "/srv/database", "/srv/data" },
		{ "/srv/backup/good", "", "/mnt/disk/r", VERDICT_FAIL, MSG_OFF_HOST_HERE, "/srv", "/etc" },     /* wherever that disk stands */
		{ "/mnt/disk/r", "", "/mnt/nfs/r", VERDICT_UNKNOWN, MSG_OFF_HOST_UNSEEN, "/srv", "/etc" },
		{ "/mnt/alias/r", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },                 /* a name /etc/hosts gives to itself */
		{ "/mnt/short/r", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },                 /* 127.1 */
		{ "/mnt/mapped/r", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },                /* its address as IPv6 writes it */
		{ "/mnt/local/r", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },                 /* LocalHost. */
		{ "/mnt/at/r", "", "", VERDICT_FAIL, MSG_OFF_HOST_HERE },                    /* an @ in the folder names no server */
		{ "/mnt/theirs/r", "", "", VERDICT_PASS, MSG_OFF_HOST_ELSEWHERE },           /* /etc/hosts knows it as another's */
		{ "/srv/backup/good", "", "/mnt/disk/r", VERDICT_UNKNOWN, MSG_OFF_HOST_UNSEEN },
		{ "/srv/backup/good", "", "/mnt/empty-nfs/r", VERDICT_FAIL, MSG_OFF_HOST_HERE },
		{ "/mnt/nfs/r", "", "/srv/backup/good", VERDICT_PASS, MSG_OFF_HOST_ELSEWHERE },
		{ "", "", "", VERDICT_UNKNOWN, MSG_OFF_HOST_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_off_host_copy);
		fact_text(&t.given, 0, "own.path", str_of(cases[i].path));
		if (cases[i].off_host[0])
			fact_bool(&t.given, 0, "own.off_host", cases[i].off_host[0] == 'y');
		if (cases[i].covers && cases[i].covers[0])
			fact_text(&t.given, 0, "own.covers", str_of(cases[i].covers));
		if (cases[i].other_covers && cases[i].other_covers[0])
			fact_text(&t.given, 2, "repository.covers", str_of(cases[i].other_covers));
		fact_text(&t.given, 1, "repository.name", STR("this"));
		fact_text(&t.given, 1, "repository.path", str_of(cases[i].path));
		fact_text(&t.given, 2, "repository.name", STR("other"));
		fact_text(&t.given, 2, "repository.path", str_of(cases[i].other));
		trial_look_given(&t, &control_off_host_copy, "backups");
		trial_judge(&t, &control_off_host_copy);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("%zu %s: verdict %d message %u [%s %s]\n", i, cases[i].path, t.finding.verdict, t.finding.message, rc_name(t.looked), t.looked ? rc_trail() : "");
		}
		trial_end(&t);
	}
}

CASE(the_machine_did_not_answer) /*= S-8-1 type=test */
{
	static const char *const machines[] = { "silent", "hostile" };

	for (size_t i = 0; i < 2; i++) {
		struct trial t;

		trial_begin(&t, &control_off_host_copy);
		fact_text(&t.given, 0, "own.path", STR("/srv/backup/good"));
		trial_look_given(&t, &control_off_host_copy, machines[i]);
		trial_judge(&t, &control_off_host_copy);
		CHECK(t.finding.verdict != VERDICT_PASS && t.finding.verdict != VERDICT_NOT_APPLICABLE);
		trial_end(&t);
	}
}

CASE(names_looked_up) /*= S-8-1 type=test */
{
	static const char *const names[] = { "", ".", "a..b", "with blank", "0123456789012345678901234567890123456789012345678901234567890123.jp" };
	struct dns_addresses found = { .count = 0 };
	struct dns_servers servers;
	struct buf question = BUF(512), answer = BUF(1024);

	dns_servers_read(STR("# x\nnameserver 192.0.2.53\nnameserver\t2001:db8::53 \nsearch a.example\ndomain b.example\noptions rotate\nnameserver 1\nnameserver 2\nsearch  c.example d.example\n"), &servers);
	CHECK_INT(servers.servers_count, 3);
	CHECK_STR(servers.servers[1], "2001:db8::53");
	CHECK_INT(servers.search_count, 2);
	CHECK_STR(servers.search[0], "c.example");
	CHECK_OK(dns_question(0x1234, STR("Vault.example.jp."), DNS_A, &question));
	CHECK_INT(question.n, 12 + 18 + 4);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf none = BUF(512);

		CHECK_RC(dns_question(1, str_of(names[i]), DNS_A, &none), RC_SYNTAX);
		buf_free(&none);
	}
	CHECK_OK(buf_add(&answer, buf_str(&question))); /* an alias, then its address by a pointer, then one of IPv6 and one twice */
	answer.p[2] = (char)0x81;
	answer.p[3] = (char)0x80;
	answer.p[7] = 4;
	CHECK_OK(buf_add(&answer, (struct str){ "\xc0\x0c\0\5\0\1\0\0\0\1\0\4\1a\xc0\x12", 16 }));
	CHECK_OK(buf_add(&answer, (struct str){ "\1a\xc0\x12\0\1\0\1\0\0\0\1\0\4\xc0\0\2\x0a", 18 }));
	CHECK_OK(buf_add(&answer, (struct str){ "\xc0\x0c\0\x1c\0\1\0\0\0\1\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 28 }));
	CHECK_OK(buf_add(&answer, (struct str){ "\xc0\x0c\0\1\0\1\0\0\0\1\0\4\xc0\0\2\x0a", 16 }));
	CHECK_OK(dns_answer(buf_str(&answer), 0x1234, buf_str(&question), &found));
	CHECK_INT(found.count, 2);
	CHECK_STR(str_of(found.list[0]), "192.0.2.10");
	CHECK_STR(str_of(found.list[1]), "2001:db8::1");
	CHECK_RC(dns_answer(buf_str(&answer), 0x1235, buf_str(&question), &found), RC_SYNTAX);
	for (size_t n = 0; n < answer.n; n++)
		CHECK_RC(dns_answer(str_sub(buf_str(&answer), 0, n), 0x1234, buf_str(&question), &found), RC_SYNTAX);
	answer.p[13] = 'W';
	CHECK_RC(dns_answer(buf_str(&answer), 0x1234, buf_str(&question), &found), RC_SYNTAX); /* another name */
	answer.p[13] = 'v';
	answer.p[3] = (char)0x83;
	CHECK_RC(dns_answer(buf_str(&answer), 0x1234, buf_str(&question), &found), RC_NOTFOUND);
	answer.p[3] = (char)0x82;
	CHECK_RC(dns_answer(buf_str(&answer), 0x1234, buf_str(&question), &found), RC_SYNTAX); /* the server failed */
	answer.p[3] = (char)0x80;
	answer.p[2] = (char)0x83;
	CHECK_RC(dns_answer(buf_str(&answer), 0x1234, buf_str(&question), &found), RC_SYNTAX); /* cut */
	buf_free(&question);
	buf_free(&answer);
}

CASE(mounts_one_over_the_other)
{
	struct arena arena = ARENA(1 << 20);
	static struct own_addresses own;
	struct place p;

	CHECK_RC(place_find(STR("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / /b rw - nfs4 a:/x rw\n3 2 8:2 / /b rw - ext4 /dev/sdb rw\n"), STR("/b/c"), STR_NONE, &own, &arena, &p), RC_OK);
	CHECK_INT(p.kind, PLACE_OTHER_DISK); /* the later hides the other */
	CHECK_RC(place_find(STR("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:1 /b /b rw - ext4 /dev/sda1 rw\n"), STR("/b/c"), STR_NONE, &own, &arena, &p), RC_OK);
	CHECK_INT(p.kind, PLACE_SYSTEM_DISK); /* a bind mount of the same disk */
	CHECK_RC(place_find(STR("nonsense\n"), STR("/b"), STR_NONE, &own, &arena, &p), RC_SYNTAX);
	CHECK_RC(place_find(STR(""), STR("/b"), STR_NONE, &own, &arena, &p), RC_OK);
	CHECK_INT(p.kind, PLACE_UNKNOWN);
	arena_free(&arena);
}

TEST_MAIN
