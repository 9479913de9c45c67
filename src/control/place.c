// SPDX-License-Identifier: Apache-2.0
/* The last mount above a path, and the server behind it. */
#include "control/place.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include "control/given.h"

const char *const place_words[] = { "unknown", "network", "named", "itself", "system-disk", "memory", "other-disk" };

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

	ret->count = ret->names_count = ret->others_count = 0;
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
	for (at = 0; at < source.n && source.p[at] != '@' && source.p[at] != '/' && source.p[at] != ':' && source.p[at] != '[';)
		at++;
	if (at < source.n && source.p[at] == '@')
		source = str_sub(source, at + 1, source.n);
	if (source.n && source.p[0] == '[')
		return str_find(source, STR("]"), &at) ? str_sub(source, 1, at - 1) : STR_NONE;
	while (n < source.n && source.p[n] != ':' && source.p[n] != '/')
		n++;
	return n == source.n ? STR_NONE : str_sub(source, 0, n);
}

/* An address in one spelling: "127.1", "0x7f000001", "::ffff:192.0.2.1", "fe80::1%eth0" are what inet_ntop writes; false: a name. */
static bool
address_of(struct str text, char ret[INET6_ADDRSTRLEN])
{
	char s[INET6_ADDRSTRLEN + 32];
	struct in6_addr six;
	struct in_addr four;
	size_t at;

	if (str_find(text, STR("%"), &at))
		text = str_sub(text, 0, at);
	if (text.n == 0 || text.n >= sizeof(s) || memchr(text.p, ' ', text.n) || memchr(text.p, '\t', text.n))
		return false;
	memcpy(s, text.p, text.n);
	s[text.n] = '\0';
	if (inet_pton(AF_INET6, s, &six) == 1) {
		if (!IN6_IS_ADDR_V4MAPPED(&six))
			return inet_ntop(AF_INET6, &six, ret, INET6_ADDRSTRLEN) != NULL;
		memcpy(&four, six.s6_addr + 12, sizeof(four));
	} else if (inet_aton(s, &four) == 0) {
		return false;
	}
	return inet_ntop(AF_INET, &four, ret, INET6_ADDRSTRLEN) != NULL;
}

bool
own_addresses_have(const struct own_addresses *own, const char *address)
{
	if (strncmp(address, "127.", 4) == 0 || strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::1") == 0 || strcmp(address, "::") == 0)
		return true;
	for (size_t i = 0; i < own->count; i++)
		if (str_eq_c(own->list[i], address))
			return true;
	return false;
}

static bool
same_letters(struct str a, struct str b)
{
	return a.n == b.n && a.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool
is_own(struct str server, struct str host_name, const struct own_addresses *own)
{
	static const struct str loopback[] = { { "localhost", 9 }, { "ip6-localhost", 13 }, { "ip6-loopback", 12 } }, below = { ".localhost", 10 };
	char address[INET6_ADDRSTRLEN];

	if (server.n > 1 && server.p[server.n - 1] == '.') /* the root behind a whole name */
		server.n--;
	if (address_of(server, address))
		return own_addresses_have(own, address);
	for (size_t i = 0; i < sizeof(loopback) / sizeof(loopback[0]); i++)
		if (host_named(server, loopback[i]))
			return true;
	if ((server.n > below.n && same_letters(str_sub(server, server.n - below.n, server.n), below)) || (host_name.n && host_named(server, host_name)))
		return true;
	for (size_t i = 0; i < own->names_count; i++)
		if (same_letters(server, own->names[i]))
			return true;
	return false;
}

/* "192.0.2.1 name alias…", a comment behind '#'. */
void
own_names_read(struct str hosts, struct arena *arena, struct own_addresses *own)
{
	char address[INET6_ADDRSTRLEN];
	struct str line, word, rest;
	size_t at;

	while (str_line(&hosts, &line)) {
		bool ours = false, first = true;

		rest = str_find(line, STR("#"), &at) ? str_sub(line, 0, at) : line;
		for (size_t i = 0, from = 0; i <= rest.n; i++) {
			if (i < rest.n && rest.p[i] != ' ' && rest.p[i] != '\t' && rest.p[i] != '\r')
				continue;
			word = str_sub(rest, from, i - from);
			from = i + 1;
			if (word.n == 0)
				continue;
			if (first)
				ours = address_of(word, address) && own_addresses_have(own, address);
			else if (ours && own->names_count < PLACE_OWN_MAX)
				own->names[own->names_count++] = arena_dup(arena, word);
			else if (!ours && own->others_count < PLACE_OWN_MAX)
				own->others[own->others_count++] = arena_dup(arena, word);
			first = false;
		}
	}
}

/* Does the path lie on, or below, this mount point? */
static bool
above(struct str point, struct str path)
{
	if (str_eq(point, STR("/")))
		return true;
	return str_starts(path, point) && (path.n == point.n || path.p[point.n] == '/');
}

/* Is it known here whose address stands behind the name? */
static bool
is_known(struct str server, const struct own_addresses *own)
{
	char address[INET6_ADDRSTRLEN];

	if (address_of(server, address))
		return true;
	for (size_t i = 0; i < own->others_count; i++)
		if (same_letters(server, own->others[i]))
			return true;
	return false;
}

static void
tell(const struct mount *m, struct str system, struct str host_name, const struct own_addresses *own, struct place *ret)
{
	static const char *const network[] = { "nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", NULL };
	static const char *const memory[] = { "tmpfs", "ramfs", NULL };
	static const char *const disks[] = { "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs", "vfat", "exfat", "ntfs", "ntfs3", "fuseblk", "zfs", "overlay", NULL };
	struct str server = server_of(m->source), address = option_value(m->options, STR("addr="));

	*ret = (struct place){ PLACE_UNKNOWN, m->source, m->type, STR_NONE };
	if (is_one_of(m->type, network)) {
		if (is_own(server, host_name, own) || (address.n && is_own(address, host_name, own)))
			ret->kind = PLACE_ITSELF;
		else if (address.n || is_known(server, own))
			ret->kind = PLACE_NETWORK;
		else if (server.n)
			*ret = (struct place){ PLACE_NAMED, m->source, m->type, server };
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

	*ret = (struct place){ PLACE_UNKNOWN, STR_NONE, STR_NONE, STR_NONE };
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
