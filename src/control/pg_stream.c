// SPDX-License-Identifier: Apache-2.0
#include "control/pg_stream.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

#define PASSWD_MAX (1 << 20)
#define PIDS_MAX   20000
#define TITLE_MAX  512

static void
add(struct pg_streams *s, struct str peer, bool streams)
{
	if (s->count < PG_STREAMS_MAX)
		s->list[s->count++] = (struct pg_stream){ peer, streams };
}

void
pg_streams_title(struct pg_streams *s, struct str title)
{
	struct str word = STR_NONE, peer = STR_NONE, user;
	const char *end;
	size_t at;

	while (title.n && (title.p[title.n - 1] == '\0' || title.p[title.n - 1] == ' '))
		title.n--;
	if (!str_starts(title, STR("postgres: "))) {
		if (title.n && (end = memchr(title.p, '\0', title.n)) != NULL) /* the server itself has words, each ended by NUL */
			title.n = (size_t)(end - title.p);
		s->running |= str_starts(title, STR("/")) && str_eq(str_base_name(title), STR("postgres"));
		return;
	}
	title = str_sub(title, 10, title.n);
	(void)str_cut(&title, ' ', &word);
	if (str_ends(word, STR(":"))) /* cluster_name: Debian sets "15/main" */
		(void)str_cut(&title, ' ', &word);
	if (str_eq(word, STR("walreceiver"))) {
		add(s, STR_NONE, title.n == 0 || str_starts(title, STR("streaming")));
	} else if (str_eq(word, STR("walsender")) && str_cut(&title, ' ', &user) && str_cut(&title, ' ', &peer)) {
		if (str_find(peer, STR("("), &at))
			peer = str_sub(peer, 0, at);
		add(s, peer, str_starts(title, STR("streaming")) || str_starts(title, STR("START_REPLICATION")));
	}
}

/* The number of the account "postgres". */
static bool
account(const struct host *h, int64_t *ret_uid)
{
	struct buf b = BUF(PASSWD_MAX);
	struct str rest = STR_NONE, line, name, password, uid;
	bool found = false;

	if (host_read(h, "/etc/passwd", PASSWD_MAX, &b) == RC_OK)
		rest = buf_str(&b);
	while (!found && str_line(&rest, &line))
		found = str_cut(&line, ':', &name) && str_eq(name, STR("postgres")) && str_cut(&line, ':', &password) && str_cut(&line, ':', &uid) && num_parse(uid, 1, UINT32_MAX, ret_uid) == RC_OK;
	buf_free(&b);
	return found;
}

void
pg_streams_read(const struct host *h, struct arena *arena, struct pg_streams *ret)
{
	struct host_stat st;
	struct str *names;
	char path[64];
	int64_t uid;
	size_t n = 0;

	*ret = (struct pg_streams){ 0 };
	if (account(h, &uid) && host_list(h, "/proc", PIDS_MAX, arena, &names, &n) != RC_OK)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		struct buf b = BUF(TITLE_MAX);

		if (names[i].n > 10 || names[i].p[0] < '1' || names[i].p[0] > '9')
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%.20s", names[i].p);
		if (host_stat(h, path, &st) != RC_OK || !st.exists || st.uid != uid)
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%.20s/cmdline", names[i].p);
		if (host_read_head(h, path, TITLE_MAX, &b) == RC_OK)
			pg_streams_title(ret, arena_dup(arena, buf_str(&b)));
		buf_free(&b);
	}
	rc_trail_clear(); /* what ended meanwhile, or is hidden */
}
