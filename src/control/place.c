// SPDX-License-Identifier: Apache-2.0
/* The last mount above a path, and the server behind it. */
#include "control/place.h"

#include <arpa/inet.h>
#include <string.h>

#include "control/given.h"

const char *const place_words[] = { "unknown", "network", "itself", "system-disk", "memory", "other-disk" };

static bool
is_one_of(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_c(s, *words))
			return true;
	return false;
}

static void
own_add(struct own_addresses *own, struct arena *arena, struct str address)
{
	if (own->count < PLACE_OWN_MAX && address.n)
		own->list[own->count++] = arena_dup(arena, address);
}

void
own_addresses_read(struct str fib_trie, struct str if_inet6, struct arena *arena, struct own_addresses *ret)
{
	struct str line, last = STR_NONE;
	char text[INET6_ADDRSTRLEN];
	uint8_t bytes[16];
	size_t at;

	ret->count = 0;
	while (str_line(&fib_trie, &line)) { /* "|-- 192.0.2.1", then "/32 host LOCAL" */
		struct str s = str_trim(line);

		if (str_starts(s, STR("|-- ")))
			last = str_sub(s, 4, s.n);
		else if (str_starts(s, STR("/32 ")) && str_find(s, STR("LOCAL"), &at))
			own_add(ret, arena, last);
	}
	while (str_line(&if_inet6, &line)) { /* 32 digits, then more */
		size_t i = 0;

		for (; i < 32 && i < line.n; i++) {
			const char *digits = "0123456789abcdef", *found = memchr(digits, line.p[i], 16);

			if (found == NULL)
				break;
			bytes[i / 2] = (uint8_t)(i % 2 ? bytes[i / 2] | (found - digits) : (found - digits) << 4);
		}
		if (i == 32 && inet_ntop(AF_INET6, bytes, text, sizeof(text)))
			own_add(ret, arena, str_of(text));
	}
}

/* The server in what was mounted: "server:/export", "//server/share", "user@server:/folder", "[2001:db8::1]:/x". */
static struct str
server_of(struct str source)
{
	size_t at, n = 0;

	if (str_starts(source, STR("//")))
		source = str_sub(source, 2, source.n);
	if (str_find(source, STR("@"), &at))
		source = str_sub(source, at + 1, source.n);
	if (source.n && source.p[0] == '[')
		return str_find(source, STR("]"), &at) ? str_sub(source, 1, at - 1) : STR_NONE;
	while (n < source.n && source.p[n] != ':' && source.p[n] != '/')
		n++;
	return n == source.n ? STR_NONE : str_sub(source, 0, n);
}

static bool
is_own(struct str server, struct str host_name, const struct own_addresses *own)
{
	if (str_eq(server, STR("localhost")) || str_starts(server, STR("localhost.")) || str_starts(server, STR("127.")) || str_eq(server, STR("::1")) || (host_name.n && host_named(server, host_name)))
		return true;
	for (size_t i = 0; i < own->count; i++)
		if (str_eq(server, own->list[i]))
			return true;
	return false;
}

/* Does the path lie on, or below, this mount point? */
static bool
above(struct str point, struct str path)
{
	if (str_eq(point, STR("/")))
		return true;
	return str_starts(path, point) && (path.n == point.n || path.p[point.n] == '/');
}

static void
tell(const struct mount *m, struct str system, struct str host_name, const struct own_addresses *own, struct place *ret)
{
	static const char *const network[] = { "nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", NULL };
	static const char *const memory[] = { "tmpfs", "ramfs", NULL };
	static const char *const disks[] = { "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs", "vfat", "exfat", "ntfs", "ntfs3", "fuseblk", "zfs", "overlay", NULL };
	struct str server = server_of(m->source), address = option_value(m->options, STR("addr="));

	*ret = (struct place){ PLACE_UNKNOWN, m->source, m->type };
	if (is_one_of(m->type, network)) {
		if (is_own(server, host_name, own) || (address.n && is_own(address, host_name, own)))
			ret->kind = PLACE_ITSELF;
		else if (server.n || address.n)
			ret->kind = PLACE_NETWORK;
	} else if (is_one_of(m->type, memory)) {
		ret->kind = PLACE_MEMORY;
	} else if (system.n && str_eq(m->device, system)) {
		ret->kind = PLACE_SYSTEM_DISK;
	} else if (is_one_of(m->type, disks)) {
		ret->kind = PLACE_OTHER_DISK;
	}
}

enum rc
place_find(struct str mountinfo, struct str path, struct str host_name, const struct own_addresses *own, struct arena *arena, struct place *ret)
{
	struct mount m, best = { .writable = false };
	struct str line, system = STR_NONE;
	enum rc rc = RC_OK;

	*ret = (struct place){ PLACE_UNKNOWN, STR_NONE, STR_NONE };
	while (str_line(&mountinfo, &line)) {
		TRY(mount_line(line, arena, &m));
		if (str_eq(m.point, STR("/")))
			system = m.device;
		if (above(m.point, path) && m.point.n >= best.point.n) /* of two on one point the later hides the other */
			best = m;
	}
	if (best.point.n)
		tell(&best, system, host_name, own, ret);
out:
	return rc;
}
