// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "control/storage.h"

extern const struct control control_storage_encryption;
#define C (&control_storage_encryption)

static struct str
state_of(const struct facts *f, const char *kind, const char *what)
{
	for (size_t i = 0; i < f->count; i++)
		if (str_eq_c(f->list[i].key, kind) && str_eq_c(f->list[i].text, what))
			return fact_s(f, f->list[i].row, "state");
	return STR_NONE;
}

CASE(machines) /*= O2-4-1 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_PASS, MSG_STORAGE_ENCRYPTED },         /* LUKS below LVM, swap in LVM, a key in the encrypted root, /boot in the clear */
		{ "fresh", VERDICT_FAIL, MSG_STORAGE_PLAIN },            /* a real disk without encryption: what the installer makes unless asked */
		{ "broken", VERDICT_FAIL, MSG_STORAGE_PLAIN },           /* one of two disks of a RAID, and swap */
		{ "container", VERDICT_UNKNOWN, MSG_STORAGE_UNSEEN },    /* an overlay on something it cannot see */
		{ "virtual", VERDICT_UNKNOWN, MSG_STORAGE_VIRTUAL },          /* the provider may encrypt below */
		{ "key-beside", VERDICT_FAIL, MSG_STORAGE_KEY_BESIDE },  /* the key lies on /boot, in the clear */
		{ "silent", VERDICT_UNKNOWN, MSG_STORAGE_NO_ANSWER },    /* the machine did not answer */
		{ "hostile", VERDICT_UNKNOWN, MSG_STORAGE_NO_ANSWER },
	};
	struct trial t;

	TRIAL_TABLE(C, cases);
	trial_look(&t, C, "kept");
	CHECK_STR(state_of(&t.facts, "mount", "/"), "encrypted");
	CHECK_STR(state_of(&t.facts, "mount", "/srv/with blank"), "encrypted");
	CHECK_STR(state_of(&t.facts, "swap", "/dev/dm-2"), "encrypted");
	CHECK_STR(state_of(&t.facts, "key", "/etc/keys/data.key"), "encrypted");
	CHECK(state_of(&t.facts, "mount", "/boot").n == 0 && state_of(&t.facts, "mount", "/run").n == 0 && state_of(&t.facts, "mount", "/media/cd").n == 0);
	trial_end(&t);
	trial_look(&t, C, "broken");
	CHECK_STR(state_of(&t.facts, "mount", "/"), "plain");
	CHECK_STR(state_of(&t.facts, "swap", "/swapfile"), "plain");
	CHECK_STR(state_of(&t.facts, "mount", "/mnt/verity"), "plain"); /* dm-verity encrypts nothing */
	CHECK_STR(state_of(&t.facts, "mount", "/mnt/nfs"), "unknown");
	CHECK_STR(state_of(&t.facts, "mount", "/mnt/dav"), "unknown"); /* no disk of its own, and nothing of the kernel's */
	trial_end(&t);
	trial_look(&t, C, "fresh"); /* declared to stand at a provider's */
	fact_text(&t.facts, 0, "own.place", STR("provider"));
	trial_judge(&t, C);
	CHECK_INT(t.finding.message, MSG_STORAGE_VIRTUAL);
	trial_end(&t);
}

CASE(lines)
{
	struct arena a = ARENA(1 << 22);
	struct mount m;
	struct swap s;
	struct crypt_entry e;
	static char mega[1 << 20];

	CHECK_OK(mount_line(STR("36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue"), &a, &m));
	CHECK_STR(m.point, "/mnt 2");
	CHECK(m.writable);
	CHECK_OK(mount_line(STR("36 35 98:0 / /x ro - iso9660 /dev/sr0 ro"), &a, &m));
	CHECK(!m.writable);
	CHECK_RC(mount_line(STR("36 35 98:0 / /x rw"), &a, &m), RC_SYNTAX);
	CHECK_RC(mount_line(STR("36 35 ../../etc / /x rw - ext4 a rw"), &a, &m), RC_SYNTAX);
	CHECK_RC(mount_line(STR(""), &a, &m), RC_SYNTAX);
	memset(mega, 'x', sizeof(mega));
	CHECK_RC(mount_line((struct str){ mega, sizeof(mega) }, &a, &m), RC_SYNTAX);
	CHECK_RC(swap_line(STR("Filename\t\t\t\tType\t\tSize"), &a, &s), RC_NOTFOUND);
	CHECK_OK(swap_line(STR("/dev/sda2                               partition\t999420\t\t0\t\t-2"), &a, &s));
	CHECK(!s.file);
	CHECK_RC(crypttab_line(STR("# <target name>"), &e), RC_NOTFOUND);
	CHECK_RC(crypttab_line(STR("only"), &e), RC_SYNTAX);
	CHECK_OK(crypttab_line(STR("data\tUUID=1  /boot/key luks,discard"), &e));
	CHECK_STR(e.key, "/boot/key");
	arena_free(&a);
}

TEST_MAIN
