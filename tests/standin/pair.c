// SPDX-License-Identifier: Apache-2.0
/* pair: a small warden for two processes. */
#include "pair.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "proc/orders.h"
#include "vault/vault_init.h"

#define UID_BASE      64290 /* only while it runs, and only when root runs it */
#define READY_MS      20000
#define PATH_ROOM     256

static enum rc
process_start(struct pair *p, enum proc_id id, pid_t *ret_pid, int *ret_orders)
{
	char  program[PATH_ROOM];
	char *argv[2] = { program, NULL }, *none[1] = { NULL };
	int   ends[2];
	pid_t pid;

	(void)snprintf(program, sizeof program, "%s/tsujiban-%s", p->programs, proc_name(id));
	if (channel_pair(ends) != RC_OK || fcntl(ends[1], F_SETFL, 0) < 0)
		return FAIL_OS("orders");
	pid = fork();
	if (pid < 0)
		return FAIL_OS("fork");
	if (pid == 0) {
		int fd = fcntl(ends[1], F_DUPFD, 64);

		(void)dup2(fd, ORDERS_FD);
		(void)close_range(4, ~0U, 0);
		execve(program, argv, none);
		_exit(127);
	}
	(void)close(ends[1]);
	*ret_pid = pid;
	*ret_orders = ends[0];
	return RC_OK;
}

static enum rc
setting(int fd, const char *name, const char *value)
{
	return order_send(fd, ORDER_SETTING, PROC_WARDEN, name, value, NULL, 0);
}

static enum rc
equip(struct pair *p, enum proc_id id, int orders)
{
	char    path[PATH_ROOM], uid[16];
	int     fd = -1;
	enum rc rc = RC_OK;

	(void)snprintf(path, sizeof path, "%s/%s", p->root, proc_name(id));
	(void)snprintf(uid, sizeof uid, "%d", UID_BASE + (int)id);
	TRY(file_open_dir(p->root_fd, proc_name(id), &fd));
	TRY(setting(orders, "process.folder", path));
	TRY(setting(orders, "process.cover", p->root));
	TRY(setting(orders, "process.uid", uid));
	TRY(order_send(orders, ORDER_DESCRIPTOR, PROC_WARDEN, "folder", "/", &fd, 1));
out:
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

/* `n` lanes: ours or a peer's at one end, a process called at the other. */
static enum rc
lanes_make(size_t n, int *callers, int *called)
{
	int     ends[2];
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n; i++) {
		TRY(channel_pair(ends));
		callers[i] = ends[0];
		called[i] = ends[1];
	}
out:
	return rc;
}

static void
close_all(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)close(fds[i]);
}

static enum rc
connect_two(struct pair *p)
{
	int     callers[2], called[2];
	enum rc rc = RC_OK;

	TRY(lanes_make(2, callers, called));
	TRY(order_send(p->vault_orders, ORDER_CALLERS, PROC_LEDGER, "", "", called, 2));
	TRY(order_send(p->ledger_orders, ORDER_PEER, PROC_VAULT, "", "", callers, 2));
	close_all(callers, 2);
	close_all(called, 2);
out:
	return rc;
}

static enum rc
connect_us(struct pair *p)
{
	int     callers[CHANNEL_LANES_MAX], called[CHANNEL_LANES_MAX];
	enum rc rc = RC_OK;

	TRY(lanes_make(p->lanes, callers, called));
	TRY(order_send(p->ledger_orders, ORDER_CALLERS, PROC_CORE, "", "", called, p->lanes));
	close_all(called, p->lanes);
	peer_lanes_set(p->ledger, callers, p->lanes);
out:
	return rc;
}

static enum rc
go(int orders)
{
	struct pollfd poll_fd = { orders, POLLIN, 0 };
	struct report report;
	enum rc       rc = RC_OK;

	TRY(order_send(orders, ORDER_GO, PROC_WARDEN, "", "", NULL, 0));
	if (poll(&poll_fd, 1, READY_MS) <= 0)
		TRY(FAIL(RC_TIMEOUT, "a process does not become ready"));
	TRY(report_recv(orders, &report));
	if (report.kind != REPORT_READY)
		rc = FAIL(RC_PEER, "a process says something else than READY");
out:
	return rc;
}

enum rc
pair_ledger_again(struct pair *p)
{
	enum rc rc = RC_OK;

	if (p->ledger_orders >= 0)
		(void)close(p->ledger_orders);
	TRY(process_start(p, PROC_LEDGER, &p->ledger_pid, &p->ledger_orders));
	TRY(equip(p, PROC_LEDGER, p->ledger_orders));
	TRY(connect_two(p));
	TRY(connect_us(p));
	TRY(go(p->ledger_orders));
out:
	return rc;
}

enum rc
pair_vault_again(struct pair *p)
{
	enum rc rc = RC_OK;

	if (p->vault_orders >= 0)
		(void)close(p->vault_orders);
	TRY(process_start(p, PROC_VAULT, &p->vault_pid, &p->vault_orders));
	TRY(equip(p, PROC_VAULT, p->vault_orders));
	if (p->ledger_pid)
		TRY(connect_two(p));
	TRY(go(p->vault_orders));
out:
	return rc;
}

enum rc
pair_start(struct pair *p, const char *programs, const char *where, size_t lanes)
{
	char    command[2 * PATH_ROOM];
	enum rc rc = RC_OK;

	*p = (struct pair){ .programs = programs, .root_fd = -1, .vault_orders = -1, .ledger_orders = -1, .lanes = lanes };
	(void)snprintf(p->root, sizeof p->root, "%s/tsujiban-pair-XXXXXX", where);
	if (!mkdtemp(p->root))
		return FAIL_OS("temporary folder");
	p->root_fd = open(p->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	p->ledger = peer_new(PROC_CORE, PROC_LEDGER);
	if (p->root_fd < 0 || !p->ledger)
		return FAIL_OS("temporary folder");
	TRY(vault_init(p->root_fd, STR("pair.test"), STR("localhost"), now_us()));
	if (geteuid() == 0) {
		(void)snprintf(command, sizeof command, "chmod 755 %s && chown -R %d:%d %s/vault && chown -R %d:%d %s/ledger", p->root, UID_BASE + PROC_VAULT,
			UID_BASE + PROC_VAULT, p->root, UID_BASE + PROC_LEDGER, UID_BASE + PROC_LEDGER, p->root);
		if (system(command) != 0)
			TRY(FAIL(RC_IO, "owners of the folders"));
	}
	TRY(pair_vault_again(p));
	TRY(pair_ledger_again(p));
out:
	return rc;
}

void
pair_kill(pid_t *pid)
{
	if (*pid > 0) {
		(void)kill(*pid, SIGKILL);
		(void)waitpid(*pid, NULL, 0);
	}
	*pid = 0;
}

static void
stop_one(pid_t *pid, int *orders)
{
	if (*pid > 0 && order_send(*orders, ORDER_STOP, PROC_WARDEN, "", "", NULL, 0) == RC_OK)
		(void)waitpid(*pid, NULL, 0);
	else
		pair_kill(pid);
	*pid = 0;
	if (*orders >= 0)
		(void)close(*orders);
	*orders = -1;
}

void
pair_stop(struct pair *p)
{
	char command[PATH_ROOM];

	stop_one(&p->ledger_pid, &p->ledger_orders);
	stop_one(&p->vault_pid, &p->vault_orders);
	peer_free(p->ledger);
	if (p->root_fd >= 0)
		(void)close(p->root_fd);
	(void)snprintf(command, sizeof command, "rm -rf '%s'", p->root);
	if (p->root[0] && system(command) != 0)
		fprintf(stderr, "%s stays\n", p->root);
}
