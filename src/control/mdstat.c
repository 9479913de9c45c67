// SPDX-License-Identifier: Apache-2.0
/* "md0 : active raid1 sdb1[1] sda1[0]", then "      1046528 blocks super 1.2 [2/1] [U_]". */
#include "control/mdstat.h"

#include "base/num.h"

static struct str
word(struct str *rest)
{
	struct str one = STR_NONE;

	while (str_cut(rest, ' ', &one) && one.n == 0)
		;
	return one;
}

/* The last "[wanted/there]" of the line. */
static void
members(struct str line, struct md_array *a)
{
	while (line.n) {
		struct str one = word(&line), wanted;
		int64_t n, there;

		if (one.n < 5 || one.p[0] != '[' || one.p[one.n - 1] != ']')
			continue;
		one = str_sub(one, 1, one.n - 2);
		if (str_cut(&one, '/', &wanted) && num_parse(wanted, 0, 4096, &n) == RC_OK && num_parse(one, 0, 4096, &there) == RC_OK)
			a->missing = n > there ? n - there : 0;
		rc_trail_clear();
	}
}

enum rc
mdstat_read(struct str text, struct md_array *ret, size_t *ret_n)
{
	struct md_array *last = NULL;
	struct str line;
	size_t n = 0;

	if (!str_starts(text, STR("Personalities")))
		return FAIL(RC_SYNTAX, "mdstat: not a list of arrays");
	while (str_line(&text, &line)) {
		struct str rest = line, name = word(&rest);

		if (line.n && line.p[0] == ' ') {
			if (last)
				members(line, last);
			continue;
		}
		last = NULL;
		if (!str_starts(name, STR("md")) || !str_eq(word(&rest), STR(":")))
			continue;
		if (n == MD_MAX)
			return FAIL(RC_LIMIT, "mdstat: more than %d arrays", MD_MAX);
		last = &ret[n++];
		*last = (struct md_array){ .name = name };
		last->active = str_eq(word(&rest), STR("active"));
		last->level = word(&rest);
		if (str_starts(last->level, STR("("))) /* "(read-only)", "(auto-read-only)" */
			last->level = word(&rest);
	}
	*ret_n = n;
	return RC_OK;
}
