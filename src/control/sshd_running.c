// SPDX-License-Identifier: Apache-2.0
/* The listeners of sshd among the processes. */
#include "control/sshd_running.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

#define PIDS_MAX  20000
#define TITLE_MAX 4096
#define NAMES_MAX 1000

static void
add(struct sshd_running *r, struct str path, bool known)
{
	for (size_t i = 0; i < r->count; i++)
		if (str_eq(r->configs[i], path)) {
			r->known[i] &= known;
			return;
		}
	if (r->count == SSHD_CONFIGS_MAX) {
		r->more = true;
		return;
	}
	r->known[r->count] = known;
	r->configs[r->count++] = path;
}

/* One word of options as getopt takes it: "-Df/x", "-Df /x". False: an sshd of one connection, or only a test. */
static bool
options(struct sshd_running *r, struct str word, struct str *rest, struct arena *arena, struct str *path, bool *known)
{
	int64_t port;

	for (size_t i = 1; i < word.n; i++) {
		struct str value = str_sub(word, i + 1, word.n);
		char letter = word.p[i];

		if (memchr("RTtGi", letter, 5))
			return false;
		if (memchr("CEbcfghkopu", letter, 11) == NULL)
			continue;
		if (value.n == 0 && !str_cut(rest, ' ', &value))
			value = STR_NONE;
		if (letter == 'f') {
			*path = arena_dup(arena, value);
		} else if (letter == 'p') {
			if (num_parse(value, 1, 65535, &port) != RC_OK || r->ports_count == SSHD_CONFIGS_MAX)
				r->more = true;
			else
				r->ports[r->ports_count++] = (uint16_t)port;
			rc_trail_clear();
		} else if (letter == 'o' || letter == 'C') {
			*known = false;
		}
		break; /* the value took the rest */
	}
	return true;
}

bool
sshd_running_title(struct sshd_running *r, struct str title, struct arena *arena)
{
	struct str word, path = STR(SSHD_FILE);
	bool known = true;

	if (str_starts(title, STR("sshd: ")))
		title = str_sub(title, 6, title.n);
	if (!str_cut(&title, ' ', &word) || !str_starts(word, STR("/")) || !str_ends(word, STR("/sshd")))
		return false;
	while (str_cut(&title, ' ', &word) && !str_starts(word, STR("[listener]")))
		if (str_starts(word, STR("-")) && !options(r, word, &title, arena, &path, &known))
			return false;
	add(r, path, known && path.n && path.p[0] == '/');
	return true;
}

bool
sshd_other(struct str program)
{
	static const char *const names[] = { "dropbear", "dropbearmulti", "tinysshd", "lshd", "wolfsshd", "teleport", "sftpgo" };
	struct str name = str_base_name(program);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_c(name, names[i]))
			return true;
	return false;
}

static bool
there(const struct host *h, const char *path)
{
	struct host_stat st;

	return host_stat(h, path, &st) == RC_OK && st.exists;
}

/* "NSpid:	4242	17": it has a number in a container, too. */
static bool
in_container(const struct host *h, const char *pid)
{
	struct buf b = BUF(8192);
	struct str rest, line, word;
	size_t numbers = 0;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%.20s/status", pid);
	if (host_read_head(h, path, 8192, &b) == RC_OK)
		for (rest = buf_str(&b); str_line(&rest, &line);)
			if (str_starts(line, STR("NSpid:")))
				while (str_cut(&line, '\t', &word))
					numbers += word.n > 0;
	buf_free(&b);
	return numbers > 2; /* the word itself is one */
}

/* What it was started as: up to the first NUL, or blank where it wrote over it. */
static struct str
first_word(struct str title)
{
	size_t n = 0;

	while (n < title.n && title.p[n] != '\0' && title.p[n] != ' ')
		n++;
	return str_sub(title, 0, n);
}

/* One that systemd starts when somebody connects is among no processes until then. */
static void
look_units(const struct host *h, struct arena *arena, struct sshd_running *r)
{
	static const char *const units[] = { "dropbear", "tinyssh", "lshd" };
	struct str *names;
	size_t n;

	if (host_list(h, "/etc/systemd/system/sockets.target.wants", NAMES_MAX, arena, &names, &n) != RC_OK)
		return;
	for (size_t i = 0; i < n && r->other.n == 0; i++)
		for (size_t k = 0; k < sizeof(units) / sizeof(units[0]); k++)
			if (str_starts(names[i], str_of(units[k])) && str_ends(names[i], STR(".socket")))
				r->other = names[i];
}

/* Only what is root's can let in anybody else: what others run is not opened at all. */
static void
look_process(const struct host *h, struct arena *arena, const char *pid, uint32_t root, struct sshd_running *r)
{
	struct sshd_running before = *r;
	struct buf b = BUF(TITLE_MAX);
	struct host_stat st;
	char path[64];
	enum rc rc;

	(void)snprintf(path, sizeof(path), "/proc/%.20s", pid);
	rc = host_stat(h, path, &st);
	r->more |= rc == RC_DENIED;
	if (rc != RC_OK || !st.exists || st.uid != root)
		return;
	(void)snprintf(path, sizeof(path), "/proc/%.20s/cmdline", pid);
	rc = host_read_head(h, path, TITLE_MAX, &b);
	if (rc == RC_DENIED) { /* hidepid=1: who runs is seen, what it is not */
		r->more = true;
	} else if (rc == RC_OK && r->other.n == 0 && sshd_other(first_word(buf_str(&b)))) {
		if (!in_container(h, pid))
			r->other = arena_dup(arena, str_base_name(first_word(buf_str(&b))));
	} else if (rc == RC_OK && str_find(buf_str(&b), STR("/sshd"), NULL)) {
		for (size_t i = 0; i < b.n; i++)
			b.p[i] = b.p[i] ? b.p[i] : ' ';
		if (sshd_running_title(r, buf_str(&b), arena) && in_container(h, pid))
			*r = before;
	} else if (b.n == 0) { /* it says nothing of itself (so do the kernel's own): perhaps the link to its program does */
		(void)snprintf(path, sizeof(path), "/proc/%.20s/exe", pid);
		if (host_link(h, path, &b) == RC_OK && str_eq(buf_str(&b), STR("/usr/sbin/sshd")))
			add(r, STR(SSHD_FILE), false);
	}
	buf_free(&b);
}

enum rc
sshd_running(const struct host *h, struct arena *arena, struct sshd_running *ret)
{
	struct host_stat first;
	struct str *names;
	size_t n;

	*ret = (struct sshd_running){ .seen = host_stat(h, "/proc/1", &first) == RC_OK && first.exists && host_list(h, "/proc", PIDS_MAX, arena, &names, &n) == RC_OK };
	for (size_t i = 0; ret->seen && i < n; i++)
		if (names[i].n <= 10 && names[i].p[0] >= '1' && names[i].p[0] <= '9')
			look_process(h, arena, names[i].p, first.uid, ret);
	if (!ret->seen || there(h, "/etc/systemd/system/sockets.target.wants/ssh.socket")) {
		add(ret, STR(SSHD_FILE), true);
		ret->more |= there(h, "/etc/systemd/system/ssh.socket.d") || there(h, "/etc/systemd/system/ssh.socket"); /* it may listen elsewhere than sshd_config says */
	}
	if (ret->other.n == 0)
		look_units(h, arena, ret);
	rc_trail_clear(); /* processes that ended meanwhile */
	return RC_OK;
}

enum rc
sshd_running_load(const struct host *h, const struct sshd_running *r, size_t i, struct arena *arena, struct sshd_config *ret)
{
	const char *path = arena_cstr(arena, r->configs[i]);
	enum rc rc = path ? sshd_config_load(h, path, arena, ret) : FAIL(RC_LIMIT, "no room");

	if (rc == RC_OK && r->seen)
		ret->started_otherwise = !r->known[i];
	if (rc == RC_OK && !str_eq(r->configs[i], STR(SSHD_FILE)))
		ret->changed_since = false; /* what is known of that is known of the usual one */
	return rc;
}
