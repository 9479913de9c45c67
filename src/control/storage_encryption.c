// SPDX-License-Identifier: Apache-2.0
/*
 * storage-encryption - is what this machine stores encrypted on its disks?
 *
 * Every writable file system that holds data, and swap, must stand on dm-crypt,
 * whatever lies in between (LVM, RAID, loop, partitions). /boot holds no data.
 * A key file that lies in the clear beside what it opens is no encryption. What
 * a provider encrypts below a virtual machine cannot be seen from inside it.
 * The station's own records are sealed in any case.
 */
#include "control/control.h"

#include <stdio.h>
#include <string.h>

#include "control/storage.h"
#include "message/messages.h"

#define FILE_MAX   (1 << 20)
#define MOUNTS_MAX 2048
#define DEPTH_MAX  12

enum state { STATE_UNKNOWN = 0, STATE_PLAIN, STATE_ENCRYPTED, STATE_NO_DATA };

struct view { const struct host *host; struct arena *arena; struct mount *mounts; size_t count; };

static bool
file_says(struct view *v, const char *path, struct str *ret)
{
	struct buf b = BUF(4096);
	bool there = host_read(v->host, path, 4096, &b) == RC_OK;

	if (there)
		*ret = arena_dup(v->arena, str_trim(buf_str(&b)));
	rc_trail_clear();
	buf_free(&b);
	return there;
}

static bool
there(struct view *v, const char *path)
{
	struct host_stat st;
	bool is = host_stat(v->host, path, &st) == RC_OK && st.exists;

	rc_trail_clear();
	return is;
}

static enum state path_state(struct view *, struct str path, int depth);

/* dm-verity and dm-integrity come with cryptsetup and encrypt nothing. */
static bool
is_crypt(struct str uuid)
{
	return str_starts(uuid, STR("CRYPT-")) && !str_starts(uuid, STR("CRYPT-VERITY")) && !str_starts(uuid, STR("CRYPT-INTEGRITY"));
}

/* `base` is a block device's folder below /sys. */
static enum state
device_state(struct view *v, const char *base, int depth)
{
	struct str uuid, *slaves, backing;
	enum state all = STATE_ENCRYPTED;
	char path[700];
	size_t n = 0;
	enum rc rc;

	if (depth > DEPTH_MAX || strlen(base) > 500 || !there(v, base))
		return STATE_UNKNOWN;
	(void)snprintf(path, sizeof(path), "%s/dm/uuid", base);
	if (file_says(v, path, &uuid) && is_crypt(uuid))
		return STATE_ENCRYPTED;
	(void)snprintf(path, sizeof(path), "%s/loop/backing_file", base);
	if (file_says(v, path, &backing))
		return path_state(v, backing, depth + 1);
	(void)snprintf(path, sizeof(path), "%s/slaves", base);
	rc = host_list(v->host, path, 256, v->arena, &slaves, &n);
	rc_trail_clear();
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return STATE_UNKNOWN;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		enum state one;

		(void)snprintf(path, sizeof(path), "/sys/class/block/%.200s", slaves[i].p);
		one = device_state(v, path, depth + 1);
		all = one == STATE_PLAIN || all == STATE_PLAIN ? STATE_PLAIN : one == STATE_UNKNOWN ? STATE_UNKNOWN : all;
	}
	if (rc == RC_OK && n)
		return all;
	(void)snprintf(path, sizeof(path), "%s/partition", base);
	if (!there(v, path))
		return STATE_PLAIN; /* a disk, and nothing between */
	(void)snprintf(path, sizeof(path), "%s/..", base);
	return device_state(v, path, depth + 1);
}

static enum state
named_device_state(struct view *v, struct str path, int depth)
{
	struct buf to = BUF(4097);
	char base[700];
	struct str name = path;

	if (host_link(v->host, path.p, &to) == RC_OK) /* /dev/mapper/x → ../dm-0 */
		name = arena_dup(v->arena, buf_str(&to));
	rc_trail_clear();
	buf_free(&to);
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/') {
			name = str_sub(name, i, name.n);
			break;
		}
	if (name.n == 0 || name.n > 200)
		return STATE_UNKNOWN;
	(void)snprintf(base, sizeof(base), "/sys/class/block/" STR_FMT, STR_ARG(name));
	return device_state(v, base, depth);
}

/* All devices of the btrfs that has this one. */
static enum state
btrfs_state(struct view *v, struct str source)
{
	struct str *ids, *devices;
	enum state all = named_device_state(v, source, 0), one;
	size_t n = 0, count = 0;
	char path[700];

	if (all != STATE_ENCRYPTED || host_list(v->host, "/sys/fs/btrfs", 256, v->arena, &ids, &n) != RC_OK)
		return all;
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "/sys/fs/btrfs/%.200s/devices", ids[i].p);
		if (host_list(v->host, path, 256, v->arena, &devices, &count) != RC_OK)
			continue;
		for (size_t k = 0; k < count; k++) { /* of whichever btrfs: each must be encrypted */
			one = named_device_state(v, devices[k], 0);
			all = one == STATE_ENCRYPTED ? all : one;
		}
	}
	rc_trail_clear();
	return all;
}

static bool
is_one_of(struct str type, const char *const *list)
{
	for (; *list; list++)
		if (str_eq_c(type, *list))
			return true;
	return false;
}

static enum state
mount_state(struct view *v, const struct mount *m, int depth)
{
	static const char *const elsewhere[] = { "zfs", "nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "ceph", "glusterfs", "ecryptfs", "afs", "lustre", NULL };
	static const char *const kernel[] = { "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl", "hugetlbfs", "mqueue", "nfsd", "nsfs", "proc", "pstore", "ramfs",
		"rootfs", "rpc_pipefs", "securityfs", "selinuxfs", "smackfs", "sysfs", "tmpfs", "tracefs", NULL };
	char base[700];

	if (str_eq(m->type, STR("btrfs")))
		return btrfs_state(v, m->source);
	if (str_eq(m->type, STR("overlay"))) {
		struct str upper = option_value(m->options, STR("upperdir="));

		return upper.n && upper.p[0] == '/' && !str_eq(m->point, STR("/")) ? path_state(v, upper, depth + 1) : upper.n ? STATE_UNKNOWN : STATE_NO_DATA;
	}
	if (is_one_of(m->type, elsewhere) || str_starts(m->type, STR("fuse.")))
		return STATE_UNKNOWN;
	if (str_starts(m->device, STR("0:")) || m->device.n > 32)
		return is_one_of(m->type, kernel) ? STATE_NO_DATA : STATE_UNKNOWN; /* whatever else has no disk of its own keeps its data somewhere */
	(void)snprintf(base, sizeof(base), "/sys/dev/block/" STR_FMT, STR_ARG(m->device));
	return device_state(v, base, depth);
}

static const struct mount *
mount_of(const struct view *v, struct str path)
{
	const struct mount *best = NULL;

	for (size_t i = 0; i < v->count; i++) {
		struct str point = v->mounts[i].point;
		bool in = str_starts(path, point) && (point.n == 1 || path.n == point.n || path.p[point.n] == '/');

		if (in && (best == NULL || point.n >= best->point.n)) /* the later of two hides the earlier */
			best = &v->mounts[i];
	}
	return best;
}

static enum state
path_state(struct view *v, struct str path, int depth)
{
	const struct mount *m = mount_of(v, path);

	return m && depth <= DEPTH_MAX ? mount_state(v, m, depth) : STATE_UNKNOWN;
}

static bool
holds_no_data(struct str point)
{
	return str_eq(point, STR("/boot")) || str_eq(point, STR("/boot/efi")) || str_eq(point, STR("/efi"));
}

/* ---- facts */

static void
add(struct facts *f, const char *kind, struct str what, enum state state)
{
	static const char *const words[] = { "unknown", "plain", "encrypted", "none" };
	uint32_t row = fact_rows(f) + 1;

	fact_text(f, row, kind, what);
	fact_text(f, row, "state", str_of(words[state]));
}

static enum rc
read_mounts(struct view *v)
{
	struct buf b = BUF(FILE_MAX);
	struct str rest, line;
	enum rc rc = host_read(v->host, "/proc/1/mountinfo", FILE_MAX, &b); /* not this process's own view */

	if (rc == RC_NOTFOUND)
		rc = host_read(v->host, "/proc/self/mountinfo", FILE_MAX, &b);
	TRY(rc);
	v->mounts = arena_get(v->arena, MOUNTS_MAX * sizeof(*v->mounts));
	rest = arena_dup(v->arena, buf_str(&b));
	if (v->mounts == NULL || rest.p == NULL)
		TRY(FAIL(RC_LIMIT, "no room for the mounts"));
	while (str_line(&rest, &line)) {
		if (v->count == MOUNTS_MAX)
			TRY(FAIL(RC_LIMIT, "more than %d mounts", MOUNTS_MAX));
		TRY(mount_line(line, v->arena, &v->mounts[v->count]));
		v->count++;
	}
out:
	buf_free(&b);
	return rc;
}

static void
add_mounts(struct view *v, struct facts *f)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct mount *m = &v->mounts[i];
		enum state state;
		size_t k = 0;

		while (k < i && !(str_eq(v->mounts[k].device, m->device) && v->mounts[k].writable && !holds_no_data(v->mounts[k].point)))
			k++;
		if (k < i || !m->writable || holds_no_data(m->point))
			continue; /* mounted once more, or nothing is kept there */
		state = mount_state(v, m, 0);
		if (state != STATE_NO_DATA)
			add(f, "mount", m->point, state);
	}
}

static enum rc
add_swaps(struct view *v, struct facts *f)
{
	struct buf b = BUF(65536);
	struct str rest, line;
	struct swap s;
	enum rc rc = host_read(v->host, "/proc/swaps", 65536, &b);

	if (rc == RC_NOTFOUND)
		rc = RC_OK; /* a kernel without swap */
	TRY(rc);
	rest = buf_str(&b);
	while (str_line(&rest, &line)) {
		rc = swap_line(line, v->arena, &s);
		if (rc == RC_NOTFOUND || (rc == RC_OK && str_starts(s.path, STR("/dev/zram")))) {
			rc = RC_OK; /* the heading; compressed memory */
			continue;
		}
		TRY(rc);
		add(f, "swap", s.path, s.file ? path_state(v, s.path, 0) : named_device_state(v, s.path, 0));
	}
out:
	buf_free(&b);
	return rc;
}

/* Key files: what opens the rest must not lie in the clear. */
static enum rc
add_keys(struct view *v, struct facts *f)
{
	struct buf b = BUF(65536);
	struct str rest, line;
	struct crypt_entry e;
	enum rc rc = host_read(v->host, "/etc/crypttab", 65536, &b);

	if (rc == RC_NOTFOUND) {
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	rest = arena_dup(v->arena, buf_str(&b));
	while (str_line(&rest, &line)) {
		rc = crypttab_line(line, &e);
		if (rc == RC_NOTFOUND) {
			rc = RC_OK;
			continue;
		}
		TRY(rc);
		if (e.key.n < 2 || e.key.p[0] != '/' || str_starts(e.key, STR("/dev/")) || str_starts(e.key, STR("/run/")) || option_value(e.options, STR("keyscript=")).n)
			continue; /* asked for, of chance, from a token */
		add(f, "key", e.key, path_state(v, e.key, 0));
	}
out:
	buf_free(&b);
	return rc;
}

static bool
is_virtual(struct view *v)
{
	static const char *const makers[] = { "QEMU", "KVM", "VMware", "innotek", "Xen", "Amazon EC2", "Google", "Microsoft Corporation", "OpenStack", "DigitalOcean", "Parallels", "Bochs", "oVirt", "Red Hat",
		"Nutanix", "Alibaba", "SAKURA", NULL };
	struct str vendor = STR_NONE, product = STR_NONE;
	size_t at;

	if (there(v, "/sys/hypervisor/type") || there(v, "/run/systemd/container") || there(v, "/.dockerenv") || there(v, "/run/.containerenv"))
		return true;
	(void)file_says(v, "/sys/class/dmi/id/sys_vendor", &vendor);
	(void)file_says(v, "/sys/class/dmi/id/product_name", &product);
	for (size_t i = 0; makers[i]; i++)
		if (str_starts(vendor, str_of(makers[i])) && (!str_eq_c(vendor, "Microsoft Corporation") || str_find(product, STR("Virtual"), &at)))
			return true;
	return str_find(product, STR("KVM"), &at) || str_find(product, STR("Virtual Machine"), &at) || str_starts(product, STR("VirtualBox")) || str_starts(product, STR("OpenStack"));
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(6 << 20);
	struct view v = { .host = h, .arena = &arena };
	enum rc rc = RC_OK;

	(void)s;
	TRY(read_mounts(&v));
	add_mounts(&v, f);
	TRY(add_swaps(&v, f));
	TRY(add_keys(&v, f));
	fact_bool(f, 0, "virtual", is_virtual(&v));
	fact_bool(f, 0, "looked", true);
out:
	arena_free(&arena);
	return rc;
}

/*= O2-4-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	bool virtual = fact_n(f, 0, "virtual", 0) || str_eq(fact_s(f, 0, "own.place"), STR("provider"));
	struct str plain = STR_NONE, unknown = STR_NONE, key = STR_NONE;
	int64_t plain_count = 0, unknown_count = 0, encrypted = 0;

	(void)p;
	(void)now_us;
	if (f->overflow || fact_get(f, 0, "looked") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STORAGE_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str state = fact_s(f, row, "state"), what = fact_s(f, row, "mount");

		if (what.n == 0)
			what = fact_s(f, row, "swap");
		if (fact_s(f, row, "key").n) {
			if (str_eq(state, STR("plain")))
				key = fact_s(f, row, "key");
		} else if (str_eq(state, STR("plain"))) {
			plain = plain_count++ ? plain : what;
		} else if (str_eq(state, STR("unknown"))) {
			unknown = unknown_count++ ? unknown : what;
		} else if (str_eq(state, STR("encrypted"))) {
			encrypted++;
		}
	}
	if (plain_count) {
		finding_set(ret, virtual ? VERDICT_UNKNOWN : VERDICT_FAIL, virtual ? MSG_STORAGE_VIRTUAL : MSG_STORAGE_PLAIN);
		finding_int(ret, "count", plain_count);
		finding_text(ret, "first", plain);
	} else if (key.n) {
		finding_set(ret, VERDICT_FAIL, MSG_STORAGE_KEY_BESIDE);
		finding_text(ret, "key", key);
	} else if (unknown_count || encrypted == 0) {
		finding_set(ret, VERDICT_UNKNOWN, unknown_count ? MSG_STORAGE_UNSEEN : MSG_STORAGE_NO_ANSWER);
		finding_int(ret, "count", unknown_count);
		finding_text(ret, "first", unknown);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_STORAGE_ENCRYPTED);
		finding_int(ret, "count", encrypted);
	}
}

const struct control control_storage_encryption = {
	.id = "storage-encryption", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 8, .every_s = 6 * 3600, .timeout_ms = 10000, .look = look, .judge = judge,
};
