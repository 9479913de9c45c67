// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "control/units.h"

CASE(lines_of_ipmitool) /*= S-7-5 type=test */
{
	static const struct { const char *text; size_t count; enum unit_state first, second; enum units_word word; } cases[] = {
		{ "PS1 Status,01h,ok,10.1,Presence detected\nPS2 Status,02h,ok,10.2,Presence detected\nPS Redundancy,03h,ok,10.3,Fully Redundant\n", 2, UNIT_OK, UNIT_OK, UNITS_FULLY },
		{ "PS1 Status,01h,ok,10.1,Presence detected\nPS2 Status,02h,ok,10.2,\"\"\n", 2, UNIT_OK, UNIT_UNSURE, UNITS_UNSAID },
		{ "PS1 Status,C8h,ok,10.1,Presence detected\nPS2 Status,C9h,ok,10.2,\n", 2, UNIT_OK, UNIT_ABSENT, UNITS_UNSAID },
		{ "PSU, left,01h,ok,10.1,Presence detected, Power Supply AC lost\nPSU, right,02h,ok,10.2,Presence detected, Failure detected\n", 2, UNIT_NO_INPUT, UNIT_FAILED, UNITS_UNSAID },
		{ "A,01h,ok,10.1,Presence detected, AC out-of-range, but present\nB,02h,ok,10.2,Presence detected, Predictive failure\nRed,0Ah,ok,21.1,Redundancy Lost\n", 2, UNIT_WARNING, UNIT_WARNING, UNITS_NOT },
		{ "A,01h,ok,10.1,Presence detected, Config Error: Vendor Mismatch\nB,02h,ok,10.2,Presence detected, Something New\n", 2, UNIT_FAILED, UNIT_UNSURE, UNITS_UNSAID },
		{ "A,01h,ok,10.1,Presence detected\nPS1 Temp,04h,ok,10.1,36 degrees C\nPS1 In,05h,ok,10.1,120 Watts\nFan,06h,ok,29.1,5000 RPM\nB,02h,ns,10.2,No Reading\n", 2, UNIT_OK, UNIT_UNSURE, UNITS_UNSAID },
		{ "PS1 Status,01h,ok,10.1,Presence detected\nPS1 AC,02h,ok,10.1,Presence detected\n", 2, UNIT_OK, UNIT_UNSURE, UNITS_UNSAID }, /* two sensors are not two units */
		{ "A,01h,ok,10.1,Presence detected\nA2,02h,ok,10.1,Failure detected\nB,03h,ok,10.2,Presence detected\nB2,04h,ok,10.2,Present\n", 2, UNIT_FAILED, UNIT_OK, UNITS_UNSAID },
		{ "A,01h,ok,10.1,Presence detected\nB,02h,ok,10.2,Predictive failure\nR,07h,ok,19.1,Fully Redundant, Redundancy Degraded\n", 2, UNIT_OK, UNIT_UNSURE, UNITS_NOT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct units u;

		CHECK_OK(ipmi_parse(str_of(cases[i].text), &u));
		if (u.count != cases[i].count || u.list[0].state != cases[i].first || u.list[1].state != cases[i].second || u.redundancy != cases[i].word) {
			test_failures++;
			printf("case %zu: %zu units, %d %d, word %d\n", i, u.count, u.list[0].state, u.list[1].state, u.redundancy);
		}
	}
}

CASE(what_is_not_ipmitool_is_refused)
{
	static const char *const cases[] = { "", "\n", "Error: Unable to establish IPMI v2 / RMCP+ session\n", "PS1 Status | 01h | ok | 10.1 | Presence detected\n", "PS1,01h\n", "PS1,01h,ok\n", "PS1,01h,ok,10\n", "PS1,01h,ok,10.x,Presence detected\n",
		"PS1 Status,01h,ok,10.1,Presence detected\n\x1b[31m\n" };
	struct buf b = BUF(1 << 20);
	struct units u = { .count = 7 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_RC(ipmi_parse(str_of(cases[i]), &u), RC_SYNTAX);
	for (int i = 0; i < 40; i++)
		CHECK_OK(buf_addf(&b, "PS,01h,ok,10.%d,Presence detected\n", i));
	CHECK_RC(ipmi_parse(buf_str(&b), &u), RC_LIMIT);
	CHECK_INT(u.count, 7);
	buf_free(&b);
}

#define STATUS(state, health) "\"Status\":{\"State\":\"" state "\",\"Health\":\"" health "\"}"

CASE(resources_of_redfish) /*= S-7-5 type=test */
{
	struct arena arena = ARENA(1 << 16);
	struct units u = { .count = 0 };
	struct redfish_chassis c;
	struct str paths[4], supplies;
	size_t n = 0;

	CHECK_OK(redfish_members(STR("{\"Members\":[{\"@odata.id\":\"/redfish/v1/Chassis/1U\"}],\"Members@odata.count\":1}"), &arena, paths, 4, &n));
	CHECK_INT(n, 1);
	CHECK_STR(paths[0], "/redfish/v1/Chassis/1U");
	CHECK_OK(redfish_chassis(STR("{\"Id\":\"1U\",\"Power\":{\"@odata.id\":\"/redfish/v1/Chassis/1U/Power\"}}"), &arena, &c));
	CHECK_STR(c.power, "/redfish/v1/Chassis/1U/Power");
	CHECK_INT(c.subsystem.n, 0);
	CHECK_OK(redfish_power(STR("{\"Id\":\"Power\",\"PowerSupplies\":[{\"Name\":\"A\"," STATUS("Enabled", "OK") "},{\"MemberId\":\"1\"," STATUS("Enabled", "Critical") ",\"LineInputStatus\":\"LossOfInput\"},{\"Name\":\"C\"," STATUS("StandbySpare", "Warning") "},{\"Name\":\"D\",\"Status\":{\"State\":\"Absent\",\"Health\":null}},{\"Name\":\"E\",\"Status\":{\"State\":\"Starting\",\"Health\":\"OK\"}}],"
		"\"Redundancy\":[{\"Mode\":\"N+m\"," STATUS("Enabled", "OK") "}]}"), &u));
	CHECK_INT(u.count, 5);
	CHECK_INT(u.list[0].state, UNIT_OK);
	CHECK_INT(u.list[1].state, UNIT_NO_INPUT);
	CHECK_INT(u.list[2].state, UNIT_WARNING);
	CHECK_INT(u.list[3].state, UNIT_ABSENT);
	CHECK_INT(u.list[4].state, UNIT_UNSURE);
	CHECK_INT(u.redundancy, UNITS_FULLY);
	CHECK_OK(redfish_subsystem(STR("{\"Id\":\"PowerSubsystem\",\"PowerSupplies\":{\"@odata.id\":\"/redfish/v1/Chassis/1U/PowerSubsystem/PowerSupplies\"},\"PowerSupplyRedundancy\":[{\"RedundancyType\":\"NotRedundant\"," STATUS("Enabled", "OK") "}]}"), &arena, &u, &supplies));
	CHECK_STR(supplies, "/redfish/v1/Chassis/1U/PowerSubsystem/PowerSupplies");
	CHECK_INT(u.redundancy, UNITS_NOT);
	CHECK_OK(redfish_supply(STR("{\"Id\":\"Bay1\",\"Name\":\"Power Supply Bay 1\"," STATUS("Enabled", "OK") "}"), &u));
	CHECK_INT(u.count, 6);
	arena_free(&arena);
}

CASE(links_that_leave_the_service_are_refused)
{
	static const char *const cases[] = { "http://192.0.2.1/", "//192.0.2.1/redfish/v1/", "/etc/passwd", "/redfish/v1/../../x", "/redfish/v1/a b", "/redfish/v1/a\\r\\nX: y", "/redfish/v1//x", "" };
	struct arena arena = ARENA(1 << 16);
	struct str paths[4];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = BUF(1024);

		CHECK_OK(buf_addf(&b, "{\"Members\":[{\"@odata.id\":\"%s\"}]}", cases[i]));
		CHECK_RC(redfish_members(buf_str(&b), &arena, paths, 4, &n), RC_SYNTAX);
		buf_free(&b);
	}
	CHECK_RC(redfish_members(STR("{\"Members\":[{},{},{},{},{}]}"), &arena, paths, 4, &n), RC_LIMIT);
	CHECK_RC(redfish_members(STR("{\"Members\":[],\"Members@odata.nextLink\":\"/redfish/v1/x\"}"), &arena, paths, 4, &n), RC_SYNTAX);
	CHECK_RC(redfish_members(STR("{\"Members\":[],\"Members\":[]}"), &arena, paths, 4, &n), RC_SYNTAX);
	CHECK_RC(redfish_members(STR("{\"Members\":[{\"@odata.id\":\"/redfish/v1/x\"},{\"@odata.id\":\"/redfish/v1/x\"}]}"), &arena, paths, 4, &n), RC_SYNTAX);
	CHECK_RC(redfish_members(STR("[]"), &arena, paths, 4, &n), RC_SYNTAX);
	CHECK_RC(redfish_power(STR("{\"Id\":\"Power\",\"PowerSupplies\":[7]}"), &(struct units){ .count = 0 }), RC_SYNTAX);
	arena_free(&arena);
}

TEST_MAIN
