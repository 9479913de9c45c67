// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>

#include "control/control_test.h"
#include "control/sockets.h"

extern const struct control control_ports_closed;

static void
look(struct trial *t, const char *machine, const char *ports, const char *port)
{
	trial_look(t, &control_ports_closed, machine);
	fact_text(&t->facts, 0, "setting.ports", str_of(ports));
	fact_text(&t->facts, 0, "setting.port", str_of(port));
	trial_judge(t, &control_ports_closed);
}

CASE(a_declared_machine_passes) /*= S-3-7a type=test */
{
	struct trial t;

	look(&t, "kept", "22/tcp 443/tcp", "8443"); /* the console is the station's own */
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	CHECK_INT(t.finding.message, MSG_PORTS_DECLARED);
	CHECK_INT(trial_n(&t, "count"), 3); /* loopback, mapped loopback and the client's UDP socket do not count */
	trial_end(&t);
	look(&t, "kept", "22/tcp 443/tcp 8443/tcp", "");
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	trial_end(&t);
	look(&t, "kept", "1-1000/tcp,8000-9000/tcp", "");
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	trial_end(&t);
}

CASE(an_undeclared_port_is_named_with_its_program) /*= S-3-7a type=test */
{
	struct trial t;

	look(&t, "kept", "22/tcp", "8443");
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	CHECK_INT(trial_n(&t, "count"), 1);
	CHECK_STR(trial_s(&t, "ports"), "443/tcp nginx");
	trial_end(&t);
	look(&t, "kept", "22/udp 443/tcp", "8443"); /* the other protocol does not cover it */
	CHECK_STR(trial_s(&t, "ports"), "22/tcp sshd");
	trial_end(&t);
	look(&t, "broken", "22/tcp", "");
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	CHECK_STR(trial_s(&t, "ports"), "6379/tcp (kernel), 111/udp rpcbind, 3306/tcp mariadbd, 8080/tcp DNAT"); /* IPv6 and DNAT too; not the loopback redirect */
	trial_end(&t);
}

CASE(without_a_list_nobody_can_judge)
{
	struct trial t;

	look(&t, "fresh", "", "8443");
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_PORTS_NO_LIST);
	CHECK_STR(trial_s(&t, "ports"), "22/tcp sshd, 68/udp dhclient");
	trial_end(&t);
	look(&t, "fresh", "22/tcp x", "8443");
	CHECK_INT(t.finding.message, MSG_PORTS_LIST_BAD);
	trial_end(&t);
	look(&t, "fresh", "0/tcp", "8443");
	CHECK_INT(t.finding.message, MSG_PORTS_LIST_BAD);
	trial_end(&t);
}

CASE(what_could_not_be_seen_is_unknown)
{
	struct trial t;

	look(&t, "silent", "22/tcp", "8443"); /* the machine did not answer */
	CHECK(t.looked != RC_OK);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
	look(&t, "hostile", "22/tcp", "8443");
	CHECK_RC(t.looked, RC_SYNTAX);
	trial_end(&t);
	look(&t, "container", "443/tcp", "8443"); /* no nft here: forwards were not seen */
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_PORTS_FORWARDS_UNSEEN);
	trial_end(&t);
	look(&t, "container", "80/tcp", "8443"); /* but an undeclared port is one all the same */
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	trial_end(&t);
	look(&t, "kept", "22/tcp 443/tcp", "8443");
	t.facts.overflow = true;
	trial_judge(&t, &control_ports_closed);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
}

static enum rc
count(void *context, const struct listener *l)
{
	(void)l;
	(*(int *)context)++;
	return RC_OK;
}

CASE(malformed_dumps_are_refused)
{
	static const struct { struct str dump; enum rc rc; } cases[] = {
		{ { "", 0 }, RC_OK }, { { "\1\0\0\0", 4 }, RC_SYNTAX }, { { "\x10\0\0\0\x14\0\0\0\0\0\0\0\0\0\0\0", 16 }, RC_SYNTAX },
		{ { "\xff\xff\xff\xff\x14\0\0\0\0\0\0\0\0\0\0\0", 16 }, RC_SYNTAX }, { { "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16 }, RC_SYNTAX },
		{ { "\xfe\xff\xff\xff\x14\0\2\0\0\0\0\0\0\0\0\0", 16 }, RC_SYNTAX }, /* its aligned length wraps to nothing */
	};
	uint32_t inode = 0;
	int seen = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_RC(sockets_parse(cases[i].dump, IPPROTO_TCP, count, &seen), cases[i].rc);
	CHECK_INT(seen, 0);
	CHECK_OK(socket_link_parse(STR("socket:[4294967295]"), &inode));
	CHECK_INT(inode, 4294967295);
	CHECK_RC(socket_link_parse(STR("pipe:[1]"), &inode), RC_NOTFOUND);
	CHECK_RC(socket_link_parse(STR("socket:[-1]"), &inode), RC_SYNTAX);
	CHECK_RC(socket_link_parse(STR("socket:["), &inode), RC_NOTFOUND);
}

TEST_MAIN
