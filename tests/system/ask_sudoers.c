// SPDX-License-Identifier: Apache-2.0
/*
 * ask_sudoers - what our reading of a sudoers file comes to: for tests.
 *
 * usage: ask_sudoers FILE HOST NAME:UID:GID:GROUP,GROUP… [PATH]…
 * "broken N"; "right ANSWER yes|no" (without password); "run PATH ANSWER" for each path. ANSWER is a number of enum sudo_answer.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/sudoers.h"

int
main(int argc, char **argv)
{
	struct arena arena = ARENA(64 << 20);
	struct host *h = host_open(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), false);
	struct str groups[64], words[3], rest;
	struct account who = { .groups = groups };
	struct sudo_right right;
	struct sudoers s;
	enum rc rc;

	if (argc < 4)
		return 2;
	rest = str_of(argv[3]);
	for (size_t i = 0; i < 3; i++)
		(void)str_cut(&rest, ':', &words[i]);
	who.name = words[0];
	who.uid = (uint32_t)strtoul(words[1].p, NULL, 10);
	who.gid = (uint32_t)strtoul(words[2].p, NULL, 10);
	while (who.groups_count < 64 && str_cut(&rest, ',', &groups[who.groups_count]))
		who.groups_count++;
	rc = sudoers_load(h, argv[1], str_of(argv[2]), &arena, &s);
	if (rc != RC_OK) {
		fprintf(stderr, "%s %s\n", rc_name(rc), rc_trail());
		return 1;
	}
	sudoers_right(&s, &who, str_of(argv[2]), &right);
	printf("broken %zu\nright %d %s\n", s.broken, right.answer, right.no_password ? "yes" : "no");
	for (int i = 4; i < argc; i++)
		printf("run %s %d\n", argv[i], sudoers_may_run(&s, &who, str_of(argv[2]), str_of(argv[i])));
	host_close(h);
	arena_free(&arena);
	return 0;
}
