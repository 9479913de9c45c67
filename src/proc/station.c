// SPDX-License-Identifier: Apache-2.0
/* Opens the folder of an installation and everything its processes inherit. */
#include "proc/station.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "os/file.h"

static enum rc
lock_station(struct station *s)
{
	struct buf b = BUF(32);
	enum rc rc = RC_OK;

	TRY(file_mkdir(s->root_fd, "run", 0755));
	TRY(file_open(s->root_fd, "run/lock", O_RDWR | O_CREAT, 0644, &s->lock_fd));
	rc = file_lock(s->lock_fd);
	if (rc == RC_CONFLICT) {
		if (file_read_fd(s->lock_fd, 31, &b) != RC_OK)
			buf_reset(&b);
		rc = FAIL(RC_CONFLICT, "この場所ではすでに番所が動いています（プロセス番号 " STR_FMT "） / a station is already running here (process " STR_FMT "): %s",
		    STR_ARG(str_trim(buf_str(&b))), STR_ARG(str_trim(buf_str(&b))), s->root);
	}
	TRY(rc);
	if (ftruncate(s->lock_fd, 0) < 0)
		TRY(FAIL_OS("run/lock"));
	TRY(buf_addf(&b, "%d\n", (int)getpid()));
	TRY(file_write_fd(s->lock_fd, buf_str(&b)));
out:
	buf_free(&b);
	return rc;
}

static enum rc
listen_on(struct station *s, const char *address, int port, int *list, int *count)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	bool is_v6 = strchr(address, ':') != NULL;
	struct sockaddr *sa = is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
	int fd, one = 1;
	enum rc rc = RC_OK;

	if (*count == STATION_LISTENERS_MAX)
		return FAIL(RC_LIMIT, "more than %d addresses to listen on", STATION_LISTENERS_MAX);
	if (inet_pton(sa->sa_family, address, is_v6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1)
		return FAIL(RC_SYNTAX, "'%s' is not an address", address);
	fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 && errno == EAFNOSUPPORT && is_v6) { /* a machine without IPv6 has nothing to listen on */
		fprintf(stderr, "tsujiban-warden: この機械には IPv6 がないため %s は使いません / no IPv6 on this machine, %s is left out\n", address, address);
		return RC_OK;
	}
	if (fd < 0)
		return FAIL_OS("socket for %s", address);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)); /* if not: a restart waits a minute */
	if (is_v6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, sa, is_v6 ? sizeof(v6) : sizeof(v4)) < 0 || listen(fd, 256) < 0) {
		if (is_v6 && errno == EADDRNOTAVAIL) {
			fprintf(stderr, "tsujiban-warden: この機械に %s がないため使いません / this machine does not have %s, it is left out\n", address, address);
		} else {
			rc = FAIL_OS("%s ポート %d で待ち受けできません / cannot listen on %s port %d", address, port, address, port);
		}
		(void)close(fd);
		return rc;
	}
	list[(*count)++] = fd;
	return RC_OK;
}

static enum rc
listen_all(struct station *s, const char *addresses, const char *port, int *list, int *count)
{
	struct str all = str_of(conf_s(s->conf, addresses)), one;
	char address[INET6_ADDRSTRLEN + 1];
	enum rc rc = RC_OK;

	while (all.n && str_cut(&all, ' ', &one)) {
		if (one.n >= sizeof(address))
			TRY(FAIL(RC_SYNTAX, "an address is too long"));
		memcpy(address, one.p, one.n);
		address[one.n] = '\0';
		TRY(listen_on(s, address, (int)conf_n(s->conf, port), list, count));
	}
out:
	return rc;
}

static enum rc
listeners(struct station *s)
{
	enum rc rc = RC_OK;

	TRY(listen_all(s, "listen", "port", s->listeners, &s->listeners_count));
	TRY(listen_all(s, "admin_listen", "admin_port", s->admin_listeners, &s->admin_listeners_count));
	if (*conf_s(s->conf, "certificate_authorities"))
		TRY(listen_all(s, "listen", "certificate_port", s->card_listeners, &s->card_listeners_count));
	if (!s->listeners_count)
		TRY(FAIL(RC_NOTFOUND, "この機械には、待ち受けるアドレスが一つもありません / not one of the addresses to listen on exists here"));
out:
	return rc;
}

/* The command line of this machine speaks to web through it. */
static enum rc
local_socket(struct station *s)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int run = -1;
	enum rc rc = RC_OK;

	TRY(file_open_dir(s->root_fd, "run", &run));
	if (unlinkat(run, "station.sock", 0) < 0 && errno != ENOENT)
		TRY(FAIL_OS("run/station.sock"));
	(void)snprintf(un.sun_path, sizeof(un.sun_path), "/proc/self/fd/%d/station.sock", run); /* the folder's own path may be longer than an address */
	s->local_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->local_fd < 0)
		TRY(FAIL_OS("local socket"));
	if (fchmod(s->local_fd, 0600) < 0 || bind(s->local_fd, (struct sockaddr *)&un, sizeof(un)) < 0 || fchmodat(run, "station.sock", 0600, 0) < 0 || listen(s->local_fd, 64) < 0)
		TRY(FAIL_OS("run/station.sock"));
out:
	if (run >= 0)
		(void)close(run); /* only read */
	return rc;
}

static enum rc
settings(struct station *s)
{
	enum rc rc = conf_load(s->root_fd, CONF_FILE, &s->conf);

	if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		rc = conf_defaults(&s->conf);
	}
	return rc;
}

static enum rc
optional_file(const char *path, bool secret, int *ret)
{
	struct stat st;

	if (!*path)
		return RC_OK;
	*ret = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a pipe without a writer is not waited for */
	if (*ret < 0 || fstat(*ret, &st) < 0)
		return FAIL_OS("open %s", path);
	if (!S_ISREG(st.st_mode))
		return FAIL(RC_DENIED, "%s は普通のファイルではありません / %s is not a regular file", path, path);
	if (secret && (st.st_mode & S_IROTH))
		return FAIL(RC_DENIED, "%s はだれでも読めます（chmod o-r） / %s can be read by anybody (chmod o-r)", path, path);
	return file_check_owner(*ret, path);
}

/* The installation's own catalogue, or the one that came with the programs. */
static enum rc
catalogue(struct station *s)
{
	const char *const places[] = { "%s/catalogue", "%s/../share/tsujiban/catalogue", "%s/../../catalogue" };
	char path[PATH_MAX + 64];

	for (int i = 0; i < 3; i++) {
		const char *base = i == 0 ? s->root : s->programs;

		(void)snprintf(path, sizeof(path), "%s%s", base, places[i] + 2); /* fits: PATH_MAX and a short word */
		s->catalogue_fd = realpath(path, s->catalogue) ? open(s->catalogue, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
		if (s->catalogue_fd >= 0)
			return RC_OK;
	}
	return FAIL(RC_NOTFOUND, "カタログのフォルダが見つかりません / no folder of catalogues is found: %s/catalogue, %s/../share/tsujiban/catalogue", s->root, s->programs);
}

static enum rc
programs(struct station *s)
{
	ssize_t n = readlink("/proc/self/exe", s->programs, sizeof(s->programs) - 1);
	char *slash;

	if (n <= 0)
		return FAIL_OS("/proc/self/exe");
	s->programs[n] = '\0';
	slash = strrchr(s->programs, '/');
	if (slash)
		*slash = '\0';
	return RC_OK;
}

enum rc
station_open(const char *root, bool listen, struct station *ret)
{
	struct station *s = ret;
	enum rc rc = RC_OK;

	*s = (struct station){ .root_fd = -1, .lock_fd = -1, .catalogue_fd = -1, .local_fd = -1, .tree_fd = -1, .certificate_fd = -1, .key_fd = -1, .breach_fd = -1, .collector_fd = -1, .witness_fd = -1, .mail_fd = -1, .login_fd = -1, .hook_fd = -1, .path_fd = -1, .authorities_fds = { -1, -1 }, .as_root = geteuid() == 0 };
	if (!realpath(root, s->root))
		return FAIL_OS("番所のフォルダがありません / no such folder of a station: %s", root);
	TRY(programs(s));
	s->root_fd = open(s->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->root_fd < 0)
		TRY(FAIL_OS("open %s", s->root));
	TRY(file_check_owner(s->root_fd, s->root));
	TRY(lock_station(s));
	TRY(settings(s));
	TRY(catalogue(s));
	TRY(optional_file(conf_s(s->conf, "tls_cert"), false, &s->certificate_fd));
	TRY(optional_file(conf_s(s->conf, "tls_key"), true, &s->key_fd));
	TRY(optional_file(conf_s(s->conf, "password_breach_list"), false, &s->breach_fd));
	TRY(optional_file(conf_s(s->conf, "collector_ca"), false, &s->collector_fd));
	TRY(optional_file(conf_s(s->conf, "witness_ca"), false, &s->witness_fd));
	TRY(optional_file(conf_s(s->conf, "mail_ca"), false, &s->mail_fd));
	TRY(optional_file(conf_s(s->conf, "mail_login"), true, &s->login_fd));
	TRY(optional_file(conf_s(s->conf, "webhook_ca"), false, &s->hook_fd));
	TRY(optional_file(conf_s(s->conf, "webhook_path"), true, &s->path_fd));
	for (int i = 0; i < 2; i++)
		TRY(optional_file(conf_s(s->conf, "certificate_authorities"), false, &s->authorities_fds[i]));
	TRY(local_socket(s));
	s->tree_fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->tree_fd < 0)
		TRY(FAIL_OS("open /"));
	if (listen)
		TRY(listeners(s));
out:
	if (rc != RC_OK)
		station_close(s);
	return rc;
}

void
station_close(struct station *s)
{
	int *const fds[] = { &s->local_fd, &s->tree_fd, &s->certificate_fd, &s->key_fd, &s->breach_fd, &s->collector_fd, &s->witness_fd, &s->mail_fd, &s->authorities_fds[0], &s->authorities_fds[1], &s->login_fd, &s->hook_fd, &s->path_fd, &s->catalogue_fd, &s->root_fd, &s->lock_fd };

	for (int i = 0; i < s->listeners_count; i++)
		(void)close(s->listeners[i]);
	for (int i = 0; i < s->admin_listeners_count; i++)
		(void)close(s->admin_listeners[i]);
	s->listeners_count = s->admin_listeners_count = 0;
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			(void)close(*fds[i]); /* nothing of ours is unwritten */
		*fds[i] = -1;
	}
	conf_free(s->conf);
	s->conf = NULL;
}

uint32_t
station_uid(const struct station *s, enum proc_id id)
{
	return s->as_root ? (uint32_t)(conf_n(s->conf, "uid_base") + id) : (uint32_t)geteuid();
}

static uint32_t new_owner; /* nftw has no argument for its callback */

static int
own_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	return st->st_uid == new_owner ? 0 : lchown(path, new_owner, new_owner);
}

enum rc
station_folder(const struct station *s, const char *name, uint32_t uid, int *ret_fd)
{
	char path[PATH_MAX + 64];
	struct stat st;
	int fd = -1;
	enum rc rc = RC_OK;

	TRY(file_mkdir(s->root_fd, name, 0700));
	TRY(file_open_dir(s->root_fd, name, &fd));
	if (fstat(fd, &st) < 0)
		TRY(FAIL_OS("folder %s", name));
	if (s->as_root && st.st_uid != uid) { /* made by another start, or by init: handed over with all that is in it, itself last */
		(void)snprintf(path, sizeof(path), "%s/%s", s->root, name); /* fits: PATH_MAX and a short word */
		new_owner = uid;
		if (nftw(path, own_one, 16, FTW_PHYS | FTW_DEPTH | FTW_MOUNT) != 0)
			TRY(FAIL_OS("hand over %s", path));
	}
	*ret_fd = fd;
	fd = -1;
out:
	if (fd >= 0)
		(void)close(fd); /* only looked at */
	return rc;
}
