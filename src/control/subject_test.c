// SPDX-License-Identifier: Apache-2.0
#include "control/control.h"

#include "base/test.h"

CASE(an_id_names_its_kind_and_nothing_else_does)
{
	CHECK_INT(subject_kind_of(STR("host:local")), SUBJECT_HOST);
	CHECK_INT(subject_kind_of(STR("station")), SUBJECT_STATION);
	CHECK_INT(subject_kind_of(STR("contract")), SUBJECT_CONTRACT);
	CHECK_INT(subject_kind_of(STR("endpoint:1f0c")), SUBJECT_ENDPOINT);
	CHECK_INT(subject_kind_of(STR("application:1")), SUBJECT_APPLICATION);
	CHECK_INT(subject_kind_of(STR("")), 0);
	CHECK_INT(subject_kind_of(STR(":")), 0);
	CHECK_INT(subject_kind_of(STR("host")), 0);
	CHECK_INT(subject_kind_of(STR("host:")), 0);
	CHECK_INT(subject_kind_of(STR("station:1")), 0);
	CHECK_INT(subject_kind_of(STR("station:")), 0);
	CHECK_INT(subject_kind_of(STR("hosts:1")), 0);
	CHECK_INT(subject_kind_of(STR("endpoint:0123456789012345678901234567890123456789")), 0); /* too long for a row */
}

TEST_MAIN
