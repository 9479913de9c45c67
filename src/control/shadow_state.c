// SPDX-License-Identifier: Apache-2.0
/* Parts the lines of /etc/shadow into configuration and passwords. Pure. */
#include "control/shadow_state.h"

#include "base/num.h"

/* A hash that some password may give; what is locked, empty or odd stays configuration as it stands. */
static bool
is_hash(struct str s)
{
	return s.n >= 13 && s.p[0] != '!' && s.p[0] != '*';
}

static enum rc
put(struct buf *b, struct str s, char end)
{
	enum rc rc = RC_OK;

	TRY(buf_add(b, s));
	TRY(buf_add_byte(b, (uint8_t)end));
out:
	return rc;
}

enum rc
shadow_split(struct str text, struct buf *config, struct buf *passwords, int64_t *ret_day)
{
	struct str line, name, hash, day;
	int64_t n;
	enum rc rc = RC_OK;

	*ret_day = -1;
	while (str_line(&text, &line)) {
		struct str rest = line;

		if (!str_cut(&rest, ':', &name) || !str_cut(&rest, ':', &hash) || !str_cut(&rest, ':', &day) || !is_hash(hash)) {
			TRY(put(config, line, '\n'));
			continue;
		}
		TRY(put(config, name, ':'));
		TRY(put(config, STR("set:"), ':'));
		TRY(put(config, rest, '\n'));
		TRY(put(passwords, name, ':'));
		TRY(put(passwords, hash, ':'));
		TRY(put(passwords, day, '\n'));
		if (num_parse(day, 0, 1 << 30, &n) != RC_OK)
			rc_trail_clear();
		else if (n > *ret_day)
			*ret_day = n;
	}
out:
	return rc;
}
