// SPDX-License-Identifier: Apache-2.0
/* Runs the registered cases; exit status 1 when one failed. */
#include "base/test.h"

struct test_case *test_cases;
int               test_failures;

int
test_main(int argc, char **argv)
{
	int passed = 0, failed = 0;

	for (struct test_case *c = test_cases; c; c = c->next) {
		int wanted = argc < 2;

		for (int i = 1; i < argc; i++)
			wanted |= strstr(c->name, argv[i]) != NULL;
		if (!wanted)
			continue;
		test_failures = 0;
		rc_trail_clear();
		c->run();
		if (test_failures)
			printf("FAIL %s\n", c->name);
		test_failures ? failed++ : passed++;
		fflush(stdout);
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0 || passed == 0;
}
