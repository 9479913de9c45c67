// SPDX-License-Identifier: Apache-2.0
/*
 * sandbox_try FOLDER NEEDS DEED: locks itself in, then tries one deed.
 *
 * Exit status 0: done; 10: refused with an error; killed by SIGSYS when the
 * deed is no permitted system call; 20: could not lock itself in.
 */
#include <errno.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "os/sandbox.h"

static int folder_fd;

static int ok(bool good) { return good ? 0 : 10; }
static int opened(int fd) { return ok(fd >= 0); }

static int do_nothing(void) { return 0; }
static int do_read(void) { return opened(openat(folder_fd, "inside", O_RDONLY)); }
static int do_read_path(void) { return opened(open("/inside", O_RDONLY)); }
static int do_read_outside(void) { return opened(open("/etc/passwd", O_RDONLY)); }
static int do_read_above(void) { return opened(openat(folder_fd, "../outside", O_RDONLY)); }
static int do_stat_outside(void) { struct stat st; return ok(stat("/etc/passwd", &st) == 0); }
static int do_write(void) { return opened(openat(folder_fd, "made", O_WRONLY | O_CREAT, 0600)); }
static int do_write_tree(void) { return opened(open("/tmp/sandbox-try", O_WRONLY | O_CREAT, 0600)); }
/* A form the system call filter cannot look into: only mounts and Landlock can refuse it. */
static int
do_write_tree2(void)
{
	struct open_how how = { .flags = O_WRONLY | O_CREAT | O_CLOEXEC, .mode = 0600 };

	return opened((int)syscall(SYS_openat2, AT_FDCWD, "/tmp/sandbox-try", &how, sizeof(how)));
}

static int do_socket(void) { return opened(socket(AF_INET, SOCK_STREAM, 0)); }
static int do_socket_unix(void) { return opened(socket(AF_UNIX, SOCK_STREAM, 0)); }
static int do_exec(void) { char *argv[] = { (char *)"true", NULL }; execv("/bin/true", argv); return 10; }
static int do_fork(void) { pid_t p = fork(); if (p == 0) _exit(0); return ok(p > 0); }
static int do_mmap_exec(void) { return ok(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED); }
static int do_mprotect_exec(void) { return ok(mprotect((void *)((uintptr_t)&do_nothing & ~4095ul), 4096, PROT_READ | PROT_EXEC) == 0); }
static int do_ptrace(void) { return ok(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0); }
static int do_kill_parent(void) { return ok(syscall(SYS_kill, getppid(), 0) == 0); }
static int do_unshare(void) { return ok(unshare(CLONE_NEWUSER) == 0); }
static int do_chroot(void) { return ok(chroot("/") == 0); }
static int do_setuid(void) { return ok(setuid(0) == 0); }
static int do_handle(void) { return ok(syscall(SYS_open_by_handle_at, -1, NULL, 0) >= 0); }
static int do_link(void) { return ok(symlinkat("inside", folder_fd, "link") == 0); }
static int do_abort(void) { abort(); }
static void *thread(void *arg) { return arg; }
static int do_thread(void) { pthread_t t; return ok(pthread_create(&t, NULL, thread, NULL) == 0 && pthread_join(t, NULL) == 0); }

/* After its program answered, a reader locks every thread in once more. */
static int tightened(int (*deed)(void)) { return syscalls_tighten(0) == RC_OK ? deed() : 20; }
static int do_tight_nothing(void) { return tightened(do_nothing); }
static int do_tight_exec(void) { return tightened(do_exec); }
static int do_tight_fork(void) { return tightened(do_fork); }
static int do_tight_read_outside(void) { return tightened(do_read_outside); }
static int do_tight_socket_unix(void) { return tightened(do_socket_unix); }
/* Before its first peer, a reader of the network gives up files. */
static int networked(int (*deed)(void)) { return syscalls_tighten(NEED_NETWORK) == RC_OK ? deed() : 20; }
static int do_socket6(void) { return opened(socket(AF_INET6, SOCK_DGRAM, 0)); }
static int do_socket_netlink(void) { return opened(socket(AF_NETLINK, SOCK_RAW, 0)); }
static int do_listen(void) { int fd = socket(AF_INET, SOCK_STREAM, 0); return ok(fd >= 0 && listen(fd, 1) == 0); }
/* An answer, if only "refused": the way was open. */
static int
do_connect(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return ok(fd >= 0 && (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 || errno == ECONNREFUSED));
}
static int do_net_connect(void) { return networked(do_connect); }
static int do_net_read_outside(void) { return networked(do_read_outside); }
static int do_net_exec(void) { return networked(do_exec); }
static void *exec_soon(void *arg) { usleep(200000); (void)do_exec(); return arg; }
static int do_tight_thread_exec(void) { pthread_t t; return pthread_create(&t, NULL, exec_soon, NULL) == 0 && tightened(do_nothing) == 0 && pthread_join(t, NULL) == 0 ? 0 : 10; }

static const struct { const char *name; int (*run)(void); } deeds[] = {
#define DEED(name) { #name, do_##name }
	DEED(nothing), DEED(read), DEED(read_path), DEED(read_outside), DEED(read_above), DEED(stat_outside), DEED(write), DEED(write_tree), DEED(write_tree2), DEED(socket), DEED(socket_unix),
	DEED(exec), DEED(fork), DEED(mmap_exec), DEED(mprotect_exec), DEED(ptrace), DEED(kill_parent), DEED(unshare), DEED(chroot), DEED(setuid), DEED(handle),
	DEED(link), DEED(abort), DEED(thread), DEED(tight_nothing), DEED(tight_exec), DEED(tight_fork), DEED(tight_read_outside), DEED(tight_socket_unix), DEED(tight_thread_exec),
	DEED(socket6), DEED(socket_netlink), DEED(listen), DEED(connect), DEED(net_connect), DEED(net_read_outside), DEED(net_exec),
};

int
main(int argc, char **argv)
{
	struct sandbox s = { .as_root = geteuid() == 0, .uid = 64299 };
	uint32_t separated = 0;
	int64_t needs = 0;

	if (argc != 4 || num_parse(str_of(argv[2]), 0, 2047, &needs) != RC_OK)
		return 2;
	folder_fd = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	s.needs = (unsigned)needs;
	s.folder = argv[1];
	s.cover = argv[1];
	s.dirs[0].fd = folder_fd;
	s.dirs_count = 1;
	if (sandbox_enter(&s, &separated) != RC_OK) {
		dprintf(2, "sandbox: %s\n", rc_trail());
		return 20;
	}
	if (strcmp(argv[3], "nothing") == 0)
		dprintf(1, "separated %u abi %u\n", separated & 0xffff, SEPARATED_ABI(separated));
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].name, argv[3]) == 0)
			return deeds[i].run();
	return 2;
}
