// SPDX-License-Identifier: Apache-2.0
/* Files of a machine, opened beneath its root and never outside it; each answer counted. */
#include "os/host_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/num.h"

#define PIECE_BYTES 65536
#define XATTRS_MAX  64
#define XATTR_BYTES 4096

struct host *
host_new(int root)
{
	struct host *h = calloc(1, sizeof(*h));

	if (h == NULL)
		abort();
	h->root = root;
	h->owner = geteuid();
	h->netlink = h->route = h->folder = -1;
	h->files = &h->counts[0];
	h->bytes = &h->counts[1];
	h->execs = &h->counts[2];
	h->connections = &h->counts[3];
	h->peers_begun = &h->begun;
	return h;
}

void
host_free(struct host *h)
{
	if (h->root >= 0)
		close(h->root);
	if (h->netlink >= 0)
		close(h->netlink);
	if (h->route >= 0)
		close(h->route);
	if (h->folder >= 0)
		close(h->folder);
	buf_free(&h->refuse);
	buf_free(&h->stat);
	buf_free(&h->xattr);
	free(h);
}

uint32_t
host_owner(const struct host *h)
{
	return h->owner;
}

struct host_count
host_counted(const struct host *h)
{
	return (struct host_count){ atomic_load(h->files), atomic_load(h->bytes), atomic_load(h->execs), atomic_load(h->connections) };
}

void
host_on_last_answer(struct host *h, enum rc (*lock)(void *), void *context)
{
	h->lock = lock;
	h->lock_context = context;
}

void
host_on_first_peer(struct host *h, enum rc (*lock)(void *), void *context)
{
	h->lock_peer = lock;
	h->lock_peer_context = context;
}

enum rc
host_no_more_peers(const struct host *h)
{
	return h->lock ? h->lock(h->lock_context) : RC_OK;
}

enum rc
host_connection_count(const struct host *h)
{
	if (atomic_fetch_add(h->connections, 1) >= HOST_CONNECTIONS_MAX)
		return FAIL(RC_LIMIT, "more than %d connections in one look", HOST_CONNECTIONS_MAX);
	return RC_OK;
}

enum rc
host_refused(const struct host *h, const char *path)
{
	struct str rest = buf_str(&h->refuse), line, class;

	while (str_line(&rest, &line))
		if (str_cut(&line, ' ', &class) && str_eq_c(line, path))
			for (enum rc rc = RC_LIMIT; rc < RC_COUNT; rc++)
				if (str_eq_c(class, rc_name(rc)))
					return FAIL(rc, "%s: refused", path);
	return RC_OK;
}

static enum rc
fail_errno(const char *what, const char *path)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return FAIL(RC_NOTFOUND, "%s is not there", path);
	if (errno == EACCES || errno == EPERM || errno == EXDEV || errno == ELOOP)
		return FAIL(RC_DENIED, "%s %s: %s", what, path, strerror(errno));
	return FAIL_OS("%s %s", what, path);
}

enum rc
host_open_beneath(int dirfd, const char *path, int flags, int *ret)
{
	struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC), .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	long fd;

	do
		fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN)); /* EAGAIN: a rename raced with the walk */
	if (fd < 0)
		return fail_errno("open", path);
	*ret = (int)fd;
	return RC_OK;
}

static enum rc
open_regular(int dirfd, const char *path, int *ret)
{
	struct stat st;
	int fd = -1;
	enum rc rc = RC_OK;

	TRY(host_open_beneath(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, &fd)); /* O_NONBLOCK: a FIFO must not hold us */
	if (fstat(fd, &st) != 0)
		rc = FAIL_OS("stat %s", path);
	else if (!S_ISREG(st.st_mode))
		rc = FAIL(RC_IO, "%s is not a regular file", path);
out:
	if (rc == RC_OK)
		*ret = fd;
	else if (fd >= 0)
		close(fd);
	return rc;
}

static enum rc
read_pieces(const struct host *h, int dirfd, const char *path, size_t bytes_max, host_take *take, void *context)
{
	char *piece = malloc(PIECE_BYTES);
	uint64_t sum = 0;
	ssize_t n;
	int fd = -1;
	enum rc rc = RC_OK;

	if (piece == NULL)
		abort();
	TRY(open_regular(dirfd, path, &fd));
	atomic_fetch_add(h->files, 1);
	for (;;) {
		do
			n = read(fd, piece, PIECE_BYTES);
		while (n < 0 && errno == EINTR);
		if (n < 0) {
			rc = errno == ESRCH ? FAIL(RC_NOTFOUND, "%s is gone", path) : fail_errno("read", path);
			goto out;
		}
		if (n == 0)
			break;
		atomic_fetch_add(h->bytes, (uint64_t)n);
		sum += (uint64_t)n;
		if (sum > bytes_max) {
			rc = FAIL(RC_LIMIT, "%s is over %zu bytes", path, bytes_max);
			goto out;
		}
		TRY(take(context, (struct str){ piece, (size_t)n }));
	}
out:
	if (fd >= 0)
		close(fd);
	free(piece);
	return rc;
}

static enum rc
take_all(void *context, struct str piece)
{
	return buf_add(context, piece);
}

enum rc
host_read_beneath(const struct host *h, int dirfd, const char *path, size_t bytes_max, struct buf *ret)
{
	size_t before = ret->n;
	enum rc rc = read_pieces(h, dirfd, path, bytes_max, take_all, ret);

	if (rc != RC_OK)
		ret->n = before;
	return rc;
}

enum rc
host_read_pieces(const struct host *h, const char *path, size_t bytes_max, host_take *take, void *context)
{
	enum rc rc = RC_OK;

	TRY(host_refused(h, path));
	TRY(read_pieces(h, h->root, path, bytes_max, take, context));
out:
	return rc;
}

enum rc
host_read(const struct host *h, const char *path, size_t bytes_max, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(host_refused(h, path));
	TRY(host_read_beneath(h, h->root, path, bytes_max, ret));
out:
	return rc;
}

enum rc
host_read_head(const struct host *h, const char *path, size_t bytes, struct buf *ret)
{
	char *at;
	size_t sum = 0;
	ssize_t n = 1;
	int fd = -1;
	enum rc rc = RC_OK;

	TRY(host_refused(h, path));
	TRY(buf_reserve(ret, bytes, &at));
	TRY(open_regular(h->root, path, &fd));
	atomic_fetch_add(h->files, 1);
	while (sum < bytes && n > 0) {
		n = read(fd, at + sum, bytes - sum);
		if (n < 0 && errno != EINTR) {
			rc = fail_errno("read", path);
			goto out;
		}
		sum += n > 0 ? (size_t)n : 0;
		n = n < 0 ? 1 : n;
	}
	atomic_fetch_add(h->bytes, sum);
	ret->n += sum;
out:
	if (fd >= 0)
		close(fd);
	return rc;
}

static int
name_order(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

enum rc
host_list(const struct host *h, const char *path, size_t names_max, struct arena *arena, struct str **ret, size_t *ret_n)
{
	struct str *names = arena_get(arena, (names_max + 1) * sizeof(*names));
	struct dirent *entry;
	DIR *dir = NULL;
	size_t n = 0;
	int fd = -1;
	enum rc rc = RC_OK;

	if (names == NULL)
		return FAIL(RC_LIMIT, "no room for %zu names", names_max);
	TRY(host_refused(h, path));
	TRY(host_open_beneath(h->root, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, &fd));
	dir = fdopendir(fd);
	if (dir == NULL) {
		rc = FAIL_OS("list %s", path);
		goto out;
	}
	fd = -1;
	atomic_fetch_add(h->files, 1);
	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (n == names_max) {
			rc = FAIL(RC_LIMIT, "%s has more than %zu names", path, names_max);
			goto out;
		}
		names[n] = arena_dup(arena, str_of(entry->d_name));
		if (names[n++].p == NULL) {
			rc = FAIL(RC_LIMIT, "no room for the names in %s", path);
			goto out;
		}
	}
	if (errno) {
		rc = FAIL_OS("list %s", path);
		goto out;
	}
	qsort(names, n, sizeof(*names), name_order);
	*ret = names;
	*ret_n = n;
out:
	if (dir)
		closedir(dir);
	if (fd >= 0)
		close(fd);
	return rc;
}

enum rc
host_link(const struct host *h, const char *path, struct buf *ret)
{
	char *at;
	ssize_t n;
	int fd = -1;
	enum rc rc = RC_OK;

	TRY(host_refused(h, path));
	TRY(host_open_beneath(h->root, path, O_PATH | O_NOFOLLOW, &fd));
	TRY(buf_reserve(ret, 4096, &at));
	n = readlinkat(fd, "", at, 4096);
	if (n < 0)
		rc = fail_errno("read link", path);
	else if (n == 4096)
		rc = FAIL(RC_LIMIT, "link %s is too long", path);
	else
		ret->n += (size_t)n;
out:
	if (fd >= 0)
		close(fd);
	return rc;
}

/* A recorded machine keeps its own times, and owners and modes where it says so: its files are root's, whoever checked them out. */
static void
recorded_stat(const struct host *h, const char *path, struct host_stat *st)
{
	struct str rest = buf_str(&h->stat), line, word[4];

	st->mode = (st->mode & S_IFMT) | ((st->mode & S_IXUSR) ? 0755 : 0644);
	st->uid = st->gid = 0;
	while (str_line(&rest, &line)) {
		size_t n = 0;

		while (n < 4 && line.n && line.p[0] != '/' && str_cut(&line, ' ', &word[n]))
			n++;
		if (n == 0 || !str_eq_c(line, path))
			continue;
		st->modified_at_us = st->changed_at_us = strtoll(word[0].p, NULL, 10) * 1000000; /* our own fixture */
		if (n == 4) {
			st->mode = (st->mode & S_IFMT) | (uint32_t)strtoul(word[1].p, NULL, 8);
			st->uid = (uint32_t)strtoul(word[2].p, NULL, 10);
			st->gid = (uint32_t)strtoul(word[3].p, NULL, 10);
		}
		return;
	}
}

enum rc
host_stat(const struct host *h, const char *path, struct host_stat *ret)
{
	struct stat st;
	int fd = -1;
	enum rc rc = RC_OK;

	TRY(host_refused(h, path));
	rc = host_open_beneath(h->root, path, O_PATH, &fd);
	if (rc == RC_NOTFOUND) {
		*ret = (struct host_stat){ .exists = false };
		return RC_OK;
	}
	TRY(rc);
	if (fstat(fd, &st) != 0) {
		rc = FAIL_OS("stat %s", path);
		goto out;
	}
	*ret = (struct host_stat){ .exists = true, .mode = st.st_mode, .uid = st.st_uid, .gid = st.st_gid, .size = (uint64_t)st.st_size,
		.modified_at_us = (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000,
		.changed_at_us = (int64_t)st.st_ctim.tv_sec * 1000000 + st.st_ctim.tv_nsec / 1000, .inode = st.st_ino };
	if (h->folder >= 0)
		recorded_stat(h, path, ret);
out:
	if (fd >= 0)
		close(fd);
	return rc;
}

static enum rc
add_name(struct arena *arena, struct str name, struct str *names, size_t *n)
{
	if (*n == XATTRS_MAX)
		return FAIL(RC_LIMIT, "more than %d extended attributes", XATTRS_MAX);
	names[*n] = arena_dup(arena, name);
	if (names[(*n)++].p == NULL)
		return FAIL(RC_LIMIT, "no room for the extended attributes");
	return RC_OK;
}

enum rc
host_xattrs(const struct host *h, const char *path, struct arena *arena, struct str **ret, size_t *ret_n)
{
	struct str *names = arena_get(arena, XATTRS_MAX * sizeof(*names)), rest = buf_str(&h->xattr), line, name, hex;
	char list[XATTR_BYTES];
	ssize_t bytes = 0;
	size_t n = 0;
	int fd = -1;
	enum rc rc = RC_OK;

	if (names == NULL)
		return FAIL(RC_LIMIT, "no room for %d names", XATTRS_MAX);
	TRY(host_refused(h, path));
	TRY(host_open_beneath(h->root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, &fd));
	atomic_fetch_add(h->files, 1);
	if (h->folder < 0 && (bytes = flistxattr(fd, list, sizeof(list))) < 0 && errno != ENOTSUP) {
		rc = fail_errno("list attributes of", path);
		goto out;
	}
	for (ssize_t at = 0; at < bytes; at += (ssize_t)strlen(list + at) + 1)
		TRY(add_name(arena, str_of(list + at), names, &n));
	while (h->folder >= 0 && str_line(&rest, &line))
		if (str_cut(&line, ' ', &name) && str_cut(&line, ' ', &hex) && str_eq_c(line, path))
			TRY(add_name(arena, name, names, &n));
	qsort(names, n, sizeof(*names), name_order);
	*ret = names;
	*ret_n = n;
out:
	if (fd >= 0)
		close(fd);
	return rc;
}

enum rc
host_xattr(const struct host *h, const char *path, const char *name, size_t bytes_max, struct buf *ret)
{
	struct str rest = buf_str(&h->xattr), line, word, hex;
	char *at;
	ssize_t n;
	int fd = -1;
	enum rc rc = RC_OK;

	TRY(host_refused(h, path));
	TRY(host_open_beneath(h->root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, &fd));
	if (h->folder >= 0) {
		while (str_line(&rest, &line)) {
			if (!str_cut(&line, ' ', &word) || !str_eq_c(word, name) || !str_cut(&line, ' ', &hex) || !str_eq_c(line, path))
				continue;
			TRY(buf_reserve(ret, hex.n / 2, &at));
			TRY(hex_decode(hex, at, hex.n / 2));
			ret->n += hex.n / 2;
			goto out;
		}
		rc = FAIL(RC_NOTFOUND, "%s has no attribute %s", path, name);
		goto out;
	}
	TRY(buf_reserve(ret, bytes_max, &at));
	n = fgetxattr(fd, name, at, bytes_max);
	if (n < 0)
		rc = errno == ENODATA || errno == ENOTSUP ? FAIL(RC_NOTFOUND, "%s has no attribute %s", path, name) :
		    errno == ERANGE ? FAIL(RC_LIMIT, "%s of %s is over %zu bytes", name, path, bytes_max) : fail_errno("read an attribute of", path);
	else
		ret->n += (size_t)n;
	atomic_fetch_add(h->bytes, n > 0 ? (uint64_t)n : 0);
out:
	if (fd >= 0)
		close(fd);
	return rc;
}
