// SPDX-License-Identifier: Apache-2.0
/* What each process is given when it starts. */
#include "proc/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "document/print.h"
#include "os/sandbox.h"
#include "proc/orders.h"

enum gives { FOLDER = 1 /* its own, named like it */, TREE = 2 /* the host's "/" */, CATALOGUE = 4, LISTENERS = 8, CERTIFICATE = 16, KEY = 32, BREACH = 64 /* list of leaked passwords */, COLLECTOR = 128 /* whom the collector of entries, the witness and the mail server must prove to be */, AUTHORITIES = 256 /* of certificates of people */ };

static const struct { enum proc_id id; unsigned gives; } rows[] = {
	{ PROC_VAULT,  FOLDER | KEY },
	{ PROC_LEDGER, FOLDER },
	{ PROC_AUTH,   FOLDER | BREACH | AUTHORITIES },
	{ PROC_PROBE,  TREE },
	{ PROC_CORE,   FOLDER | CATALOGUE },
	{ PROC_WEB,    FOLDER | LISTENERS | CERTIFICATE | AUTHORITIES },
	{ PROC_READER, TREE },
	{ PROC_COURIER, FOLDER | COLLECTOR },
	{ PROC_APPLY,  TREE },
	{ PROC_WORKER, 0 }, /* one row of it has the machine's fonts as its folder */
};

const enum proc_id launch_order[] = { PROC_VAULT, PROC_LEDGER, PROC_AUTH, PROC_PROBE, PROC_COURIER, PROC_CORE, PROC_WEB };
const size_t       launch_count = sizeof(launch_order) / sizeof(launch_order[0]);

/* Enough for the workers of the caller; every other route has two. */
static const struct { enum proc_id from, to; size_t lanes; } lanes[] = {
	{ PROC_WEB, PROC_CORE, 8 }, { PROC_WEB, PROC_AUTH, 8 }, { PROC_WEB, PROC_VAULT, 4 },
	{ PROC_CORE, PROC_LEDGER, 8 }, { PROC_CORE, PROC_AUTH, 8 }, { PROC_CORE, PROC_PROBE, 4 }, { PROC_CORE, PROC_WARDEN, 4 }, { PROC_WEB, PROC_WARDEN, 4 },
	{ PROC_AUTH, PROC_LEDGER, 4 }, { PROC_AUTH, PROC_VAULT, 4 }, { PROC_WARDEN, PROC_CORE, 1 },
};

static const struct shot_row shots[] = {
#define READER(number, NAME, name, UID, CAPS, NEEDS, timeout_ms, bytes_max) { number, PROC_READER, name, timeout_ms, false },
#include "control/readers.def"
#define WORKER(number, NAME, name, NEEDS, memory_bytes, cpu_s, timeout_ms) { number, PROC_WORKER, name, timeout_ms, (NEEDS) & NEED_FILES_READ },
#include "document/workers.def"
#define CHANGE(number, NAME, program, UNDO, timeout_ms) { number, PROC_APPLY, program, timeout_ms, false },
#include "apply/changes.def"
};

const struct shot_row *
shot_row(enum proc_id process, uint16_t number)
{
	for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++)
		if (shots[i].process == process && shots[i].number == number)
			return &shots[i];
	return NULL;
}

size_t
launch_lanes(enum proc_id from, enum proc_id to)
{
	for (size_t i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++)
		if (lanes[i].from == from && lanes[i].to == to)
			return lanes[i].lanes;
	return 2;
}

static unsigned
gives(enum proc_id id)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].id == id)
			return rows[i].gives;
	return 0;
}

static enum rc
setting(int fd, const char *name, const char *value)
{
	return order_send(fd, ORDER_SETTING, PROC_WARDEN, name, value, NULL, 0);
}

/* `path`: "" for what is no folder, "/" for what is its "/" once it is locked in, else a folder of its own. */
static enum rc
descriptor(int orders_fd, const char *name, const char *path, int fd)
{
	if (fd < 0)
		return RC_OK;
	(void)lseek(fd, 0, SEEK_SET); /* a file is read from its beginning after a restart too; sockets do not seek */
	return order_send(orders_fd, ORDER_DESCRIPTOR, PROC_WARDEN, name, path, &fd, 1);
}

static enum rc
folder(const struct station *s, enum proc_id id, int row, int orders_fd)
{
	const struct shot_row *shot = shot_row(id, (uint16_t)row);
	bool own = gives(id) & FOLDER, fonts = row >= 0 && shot && shot->fonts && access(FONTS_FOLDER, R_OK | X_OK) == 0;
	char path[PATH_MAX + 64], uid[16];
	int fd = -1;
	enum rc rc = RC_OK;

	(void)snprintf(path, sizeof(path), "%s/%s", s->root, own ? proc_name(id) : "run/empty"); /* fits: PATH_MAX and a short word */
	TRY(station_folder(s, own ? proc_name(id) : "run/empty", own ? station_uid(s, id) : (uint32_t)geteuid(), &fd));
	TRY(setting(orders_fd, "process.folder", fonts ? FONTS_FOLDER : path)); /* without any it says so itself */
	TRY(setting(orders_fd, "process.cover", s->root));
	(void)snprintf(uid, sizeof(uid), "%u", station_uid(s, id)); /* fits */
	TRY(setting(orders_fd, "process.uid", uid));
	if (own)
		TRY(descriptor(orders_fd, "folder", "/", fd));
out:
	if (fd >= 0)
		(void)close(fd); /* our copy */
	return rc;
}

enum rc
launch_equip(const struct station *s, enum proc_id id, int row, int orders_fd)
{
	unsigned given = gives(id);
	enum rc rc = RC_OK;

	TRY(folder(s, id, row, orders_fd));
	TRY(setting(orders_fd, "mode", s->as_root ? "root" : "user"));
	for (const struct conf_key *k = conf_keys; k->name; k++)
		TRY(setting(orders_fd, k->name, conf_s(s->conf, k->name)));
	if (given & TREE)
		TRY(descriptor(orders_fd, "root", "/", s->tree_fd));
	if (given & CATALOGUE)
		TRY(descriptor(orders_fd, "catalogue", s->catalogue, s->catalogue_fd));
	if (given & CERTIFICATE)
		TRY(descriptor(orders_fd, "tls_cert", "", s->certificate_fd));
	if (given & KEY)
		TRY(descriptor(orders_fd, "tls_key", "", s->key_fd));
	if (given & BREACH)
		TRY(descriptor(orders_fd, "breach", "", s->breach_fd));
	if (given & AUTHORITIES)
		TRY(descriptor(orders_fd, "authorities", "", s->authorities_fds[id == PROC_WEB]));
	if (given & COLLECTOR) {
		const struct { const char *name; int fd; } out[] = {
			{ "collector_ca", s->collector_fd }, { "witness_ca", s->witness_fd }, { "mail_ca", s->mail_fd }, { "mail_login", s->login_fd }, { "webhook_ca", s->hook_fd }, { "webhook_path", s->path_fd },
		};

		for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++)
			TRY(descriptor(orders_fd, out[i].name, "", out[i].fd));
	}
	if (given & LISTENERS) {
		TRY(descriptor(orders_fd, "local", "", s->local_fd));
		for (int i = 0; i < s->listeners_count; i++) {
			char name[16];

			(void)snprintf(name, sizeof(name), i ? "listen%d" : "listen", i + 1); /* fits */
			TRY(descriptor(orders_fd, name, "", s->listeners[i]));
		}
		for (int i = 0; i < s->admin_listeners_count; i++) {
			char name[16];

			(void)snprintf(name, sizeof(name), "admin%d", i + 1); /* fits */
			TRY(descriptor(orders_fd, name, "", s->admin_listeners[i]));
		}
		for (int i = 0; i < s->card_listeners_count; i++) {
			char name[16];

			(void)snprintf(name, sizeof(name), "card%d", i + 1); /* fits */
			TRY(descriptor(orders_fd, name, "", s->card_listeners[i]));
		}
	}
out:
	return rc;
}

/* In the new process, before exec: only system calls. */
__attribute__((noreturn)) static void
become(const char *program, char **argv, int orders_fd)
{
	char *no_environment[] = { NULL };
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	(void)sigemptyset(&none);
	if (null < 0 || dup2(null, 0) < 0 || dup2(2, 1) < 0 || setsid() < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		_exit(126);
	if (orders_fd == ORDERS_FD ? fcntl(orders_fd, F_SETFD, 0) < 0 : dup2(orders_fd, ORDERS_FD) < 0)
		_exit(126);
	if (close_range(ORDERS_FD + 1, ~0U, 0) < 0) /* what warden itself was born with is nobody's business */
		_exit(126);
	(void)signal(SIGPIPE, SIG_DFL);
	execve(program, argv, no_environment);
	_exit(127);
}

enum rc
launch(const struct station *s, enum proc_id id, int row, pid_t *ret_pid, int *ret_orders_fd)
{
	char program[PATH_MAX + 64], number[16];
	char *argv[3] = { program, row >= 0 ? number : NULL, NULL };
	int ends[2];
	enum rc rc = RC_OK;
	pid_t pid;

	(void)snprintf(program, sizeof(program), "%s/tsujiban-%s", s->programs, proc_name(id)); /* fits: PATH_MAX and a short word */
	(void)snprintf(number, sizeof(number), "%d", row);
	if (access(program, X_OK) < 0)
		return FAIL_OS("%s", program);
	TRY(channel_pair(ends));
	if (fcntl(ends[1], F_SETFL, 0) < 0) /* it waits for its orders */
		TRY(FAIL_OS("orders"));
	pid = fork();
	if (pid == 0)
		become(program, argv, ends[1]);
	(void)close(ends[1]); /* its end */
	if (pid < 0) {
		rc = FAIL_OS("fork");
		(void)close(ends[0]);
		return rc;
	}
	*ret_pid = pid;
	*ret_orders_fd = ends[0];
out:
	return rc;
}
