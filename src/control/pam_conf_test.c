// SPDX-License-Identifier: Apache-2.0
#include "control/pam.h"

#include "base/test.h"

CASE(nothing) { CHECK(true); }
TEST_MAIN
