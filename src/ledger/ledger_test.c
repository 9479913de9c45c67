// SPDX-License-Identifier: Apache-2.0
/* ledger_test: what is acknowledged stays, in order, once; heads, proofs, epochs, interruptions; what was cut off is noticed. */
#include "ledger/ledger.h"

#include "ledger/ledger_check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "base/test.h"
#include "base/time_text.h"
#include "ledger/wire.h"
#include "merkle/submission.h"
#include "os/folder.h"
#include "store/db.h"
#include "../tests/fault/signer.h"

static char               root[64];
static char               folder[80];
static int                folder_fd = -1, vault_fd = -1;
static struct test_signer keeper;
static struct ledger     *led;
static int64_t            fake_now;

static int64_t
test_now(void)
{
	return fake_now ? fake_now : now_us();
}

static enum rc
start_with(uint64_t reserve)
{
	struct ledger_options o = { folder, folder_fd, test_signer_as(&keeper), reserve, test_now };

	return ledger_open(&o, &led);
}

static enum rc
start(void)
{
	return start_with(0);
}

static void
stop(void)
{
	ledger_close(led);
	led = NULL;
}

static void
make(void)
{
	char path[96];

	(void)snprintf(root, sizeof root, "%s/ledger-test-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"); /* memory: quick */
	CHECK(mkdtemp(root) != NULL);
	(void)snprintf(folder, sizeof folder, "%s/ledger", root);
	(void)snprintf(path, sizeof path, "%s/vault", root);
	CHECK(mkdir(folder, 0700) == 0 && mkdir(path, 0700) == 0);
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	vault_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_OK(test_signer_init(&keeper, vault_fd, "test/log"));
	fake_now = 0;
}

static void
clear(void)
{
	char command[96];

	stop();
	test_signer_fini(&keeper);
	(void)close(folder_fd);
	(void)close(vault_fd);
	(void)snprintf(command, sizeof command, "rm -r '%s'", root);
	CHECK(system(command) == 0);
}

static struct entry
entry_of(enum leaf_type type, enum proc_id source, const char *name)
{
	return (struct entry){ .leaf = { .type = type, .source = source, .claimed_at_us = 5, .name = str_of(name) } };
}

static enum rc
add(enum proc_id from, struct entry e, uint64_t *ret)
{
	enum rc rc = RC_OK;

	TRY(ledger_stage(led, from, &e, 1, e.leaf.type == LEAF_UNSEAL, ret));
	TRY(ledger_commit(led));
out:
	return rc;
}

static enum rc
add_many(uint64_t n)
{
	static struct entry many[ENTRIES_MAX];
	uint64_t            first;
	enum rc             rc = RC_OK;

	for (size_t i = 0; i < ENTRIES_MAX; i++)
		many[i] = entry_of(LEAF_FINDING, PROC_PROBE, "ports-closed");
	for (; n; n -= n < ENTRIES_MAX ? n : ENTRIES_MAX) {
		TRY(ledger_stage(led, PROC_CORE, many, n < ENTRIES_MAX ? n : ENTRIES_MAX, false, &first));
		TRY(ledger_commit(led));
	}
out:
	return rc;
}

/* Waits until everything is under a signed head. */
static bool
covered(void)
{
	for (int i = 0; i < 500; i++) {
		struct ledger_head h;

		ledger_head(led, &h);
		buf_free(&h.checkpoint);
		if (h.covered == h.entries)
			return true;
		(void)usleep(5000);
	}
	return false;
}

static struct leaf
leaf_at(uint64_t index)
{
	static struct arena a = ARENA(1 << 20);
	struct buf          b = BUF(1 << 16);
	struct entry       *e = NULL;
	size_t              n = 0;

	arena_free(&a);
	CHECK_OK(ledger_read(led, index, 1, 1 << 16, &b));
	CHECK_OK(entries_get(arena_dup(&a, buf_str(&b)), 1, &a, &e, &n));
	buf_free(&b);
	CHECK_INT(n, 1);
	return n ? e[0].leaf : (struct leaf){ 0 };
}

static bool
proves(uint64_t index)
{
	struct buf        text = BUF(TLOG_PROOF_BYTES_MAX), entry = BUF(ENTRY_BYTES_MAX);
	struct tlog_proof proof;
	struct checkpoint head;
	bool              ok = ledger_proof(led, index, &text) == RC_OK && tlog_proof_decode(buf_str(&text), &proof) == RC_OK && proof.index == index &&
		base64_decode(proof.extra64, &entry) == RC_OK && tlog_proof_verify(&proof, &keeper.key, note_key_name(&keeper.key), buf_str(&entry), &head) == RC_OK;

	buf_free(&entry);
	buf_free(&text);
	return ok;
}

CASE(an_empty_ledger_begins_with_its_epoch)
{
	struct ledger_head h;
	struct leaf        l;

	make();
	CHECK_OK(start());
	l = leaf_at(0);
	CHECK(l.type == LEAF_EPOCH && l.source == PROC_LEDGER && l.source_seq == 1 && l.begin == 0 && l.last == 0 && l.object.b[15] == 1);
	CHECK(covered());
	ledger_head(led, &h);
	CHECK(h.entries == 1 && h.covered == 1 && h.epoch == 1 && h.checkpoint.n > 0 && h.covered_at_us > 0);
	buf_free(&h.checkpoint);
	CHECK(proves(0));
	clear();
}

/*= O1-2-2 type=test */
CASE(a_witness_is_shown_that_heads_extend_the_one_it_cosigned)
{
	struct buf        text = BUF(SUBMISSION_BYTES_MAX), vkey = BUF(VKEY_TEXT_MAX);
	struct submission s;
	struct checkpoint then, now;
	uint64_t          size = 0;

	make();
	CHECK_OK(start());
	CHECK_OK(add_many(300));
	CHECK(covered());
	CHECK_OK(ledger_extends(led, 0, NULL, &size, &text, &vkey));
	CHECK_OK(submission_decode(buf_str(&text), &s));
	CHECK(size == 301 && s.old_size == 0 && s.proof.n == 0);
	CHECK_OK(checkpoint_open(s.checkpoint, &keeper.key, note_key_name(&keeper.key), &then));
	CHECK_OK(add_many(400));
	CHECK(covered());
	buf_reset(&text);
	CHECK_OK(ledger_extends(led, 301, &then.root, &size, &text, &vkey));
	CHECK_OK(submission_decode(buf_str(&text), &s));
	CHECK_OK(checkpoint_open(s.checkpoint, &keeper.key, note_key_name(&keeper.key), &now));
	CHECK_OK(proof_consistency_check(&s.proof, 301, &then.root, now.size, &now.root));
	CHECK_INT(now.size, 701);
	then.root.b[7] ^= 1; /* somebody else's past */
	CHECK_RC(ledger_extends(led, 301, &then.root, &size, &text, &vkey), RC_TAMPERED);
	CHECK_RC(ledger_extends(led, 702, NULL, &size, &text, &vkey), RC_NOTFOUND); /* we were rolled back */
	rc_trail_clear();
	buf_free(&text);
	buf_free(&vkey);
	clear();
}

CASE(entries_stay_over_a_restart_and_every_one_is_provable)
{
	uint64_t index = 0;

	make();
	CHECK_OK(start());
	for (uint64_t i = 1; i <= 3; i++) {
		CHECK_OK(add(PROC_CORE, entry_of(LEAF_FINDING, PROC_PROBE, "a"), &index));
		CHECK_INT(index, i);
	}
	CHECK_OK(add_many(700));
	CHECK(covered());
	stop();
	CHECK_OK(start());
	CHECK_INT(leaf_at(703).source_seq, 703);
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_VERDICT, PROC_CORE, "S-3-5"), &index));
	CHECK_INT(index, 704);
	CHECK_INT(leaf_at(704).source_seq, 1);
	CHECK(covered());
	for (uint64_t i = 0; i < 705; i += i < 260 ? 1 : 37)
		CHECK(proves(i));
	CHECK(proves(704));
	CHECK(!proves(705));
	clear();
}

CASE(tiles_are_made_again_from_the_journal)
{
	char command[400];

	make();
	CHECK_OK(start());
	CHECK_OK(add_many(70000));
	CHECK(covered());
	stop(); /* marks the tiles as synced */
	(void)snprintf(command, sizeof command, "cd '%s' && rm -r tile/1 && echo x > tile/0/001 && rm tile/entries/002", folder);
	CHECK(system(command) == 0);
	CHECK_OK(start());
	CHECK(covered());
	CHECK(proves(300) && proves(69999) && proves(70000));
	(void)snprintf(command, sizeof command, "cd '%s' && rm -r tile checkpoint", folder);
	stop();
	CHECK(system(command) == 0);
	CHECK_OK(start());
	CHECK(proves(0) && proves(65536) && proves(70000));
	(void)snprintf(command, sizeof command, "cd '%s' && test -f tile/entries/002 && test -f checkpoint", folder);
	CHECK(system(command) == 0);
	clear();
}

CASE(a_group_is_whole_and_a_wrong_call_leaves_the_others)
{
	struct entry good = entry_of(LEAF_FINDING, PROC_CORE, "x"), bad = entry_of(LEAF_SIGN_IN, PROC_CORE, "x"), both[2];
	uint64_t     a = 0, b = 0, c = 0;

	make();
	CHECK_OK(start());
	both[0] = good;
	both[1] = bad;
	CHECK_OK(ledger_stage(led, PROC_CORE, &good, 1, false, &a));
	CHECK_RC(ledger_stage(led, PROC_CORE, both, 2, false, &b), RC_DENIED);
	CHECK_OK(ledger_stage(led, PROC_CORE, &good, 1, false, &c));
	CHECK_OK(ledger_commit(led));
	CHECK_INT(a, 1);
	CHECK_INT(c, 2);
	CHECK_OK(ledger_commit(led));
	clear();
}

CASE(each_sender_writes_only_its_own)
{
	static const struct { enum proc_id from; enum leaf_type type; enum proc_id source; enum rc want; } rows[] = {
		{ PROC_CORE, LEAF_FINDING, PROC_PROBE, RC_OK },      { PROC_CORE, LEAF_STATION, PROC_WARDEN, RC_OK },  { PROC_CORE, LEAF_FINDING, PROC_AUTH, RC_DENIED },
		{ PROC_CORE, LEAF_SIGN_IN, PROC_CORE, RC_DENIED },   { PROC_CORE, LEAF_EPOCH, PROC_CORE, RC_DENIED },  { PROC_CORE, LEAF_STATION, PROC_LEDGER, RC_DENIED },
		{ PROC_CORE, LEAF_UNSEAL, PROC_CORE, RC_OK },        { PROC_AUTH, LEAF_SIGN_IN, PROC_AUTH, RC_OK },    { PROC_AUTH, LEAF_FINDING, PROC_AUTH, RC_DENIED },
		{ PROC_AUTH, LEAF_STATION, PROC_CORE, RC_DENIED },   { PROC_WEB, LEAF_STATION, PROC_WEB, RC_DENIED },  { PROC_LEDGER, LEAF_FINDING, PROC_LEDGER, RC_DENIED },
	};
	struct entry e = entry_of(LEAF_UNSEAL, PROC_CORE, "record-open");
	uint64_t     index;

	make();
	CHECK_OK(start());
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		CHECK_RC(add(rows[i].from, entry_of(rows[i].type, rows[i].source, "x"), &index), rows[i].want);
	CHECK_RC(ledger_stage(led, PROC_CORE, &e, 1, false, &index), RC_DENIED);
	e = entry_of(LEAF_FINDING, PROC_CORE, "x");
	CHECK_RC(ledger_stage(led, PROC_CORE, &e, 1, true, &index), RC_DENIED);
	CHECK_RC(ledger_stage(led, PROC_CORE, &e, 0, false, &index), RC_SYNTAX);
	e.payload = STR("not sealed");
	CHECK_RC(ledger_stage(led, PROC_CORE, &e, 1, false, &index), RC_SYNTAX);
	e.leaf.commitment.b[0] = 1;
	CHECK_RC(ledger_stage(led, PROC_CORE, &e, 1, false, &index), RC_SYNTAX);
	e.payload = STR_NONE;
	CHECK_RC(ledger_stage(led, PROC_CORE, &e, 1, false, &index), RC_SYNTAX);
	clear();
}

static struct entry
outcome_of(uint64_t begin, enum proc_id source, uint8_t verdict)
{
	struct entry e = entry_of(LEAF_ACT_OUTCOME, source, "assess");

	e.leaf.begin = begin;
	e.leaf.verdict = verdict;
	return e;
}

CASE(an_act_ends_once)
{
	struct entry two[2];
	uint64_t     begin = 0, other = 0, index;

	make();
	CHECK_OK(start());
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_ACT_BEGIN, PROC_CORE, "assess"), &begin));
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_ACT_BEGIN, PROC_CORE, "assess"), &other));
	CHECK_RC(add(PROC_CORE, outcome_of(0, PROC_CORE, OUTCOME_DONE), &index), RC_CONFLICT);
	CHECK_RC(add(PROC_CORE, outcome_of(99, PROC_CORE, OUTCOME_DONE), &index), RC_CONFLICT);
	CHECK_RC(add(PROC_CORE, outcome_of(begin, PROC_WEB, OUTCOME_DONE), &index), RC_CONFLICT);
	CHECK_RC(add(PROC_AUTH, outcome_of(begin, PROC_AUTH, OUTCOME_DONE), &index), RC_CONFLICT);
	two[0] = two[1] = outcome_of(begin, PROC_CORE, OUTCOME_DONE);
	CHECK_RC(ledger_stage(led, PROC_CORE, two, 2, false, &index), RC_CONFLICT);
	CHECK_OK(ledger_stage(led, PROC_CORE, two, 1, false, &index));
	CHECK_RC(ledger_stage(led, PROC_CORE, two, 1, false, &index), RC_CONFLICT);
	CHECK_OK(ledger_commit(led));
	CHECK_RC(add(PROC_CORE, two[0], &index), RC_CONFLICT);
	CHECK_OK(add(PROC_CORE, outcome_of(other, PROC_CORE, OUTCOME_FAILED), &index));
	stop();
	CHECK_OK(start()); /* nothing is open, nothing is interrupted */
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &index));
	CHECK_INT(index, 5);
	clear();
}

CASE(what_was_open_at_a_start_is_interrupted)
{
	uint64_t    core = 0, auth = 0, index = 0;
	struct leaf l;

	make();
	CHECK_OK(start());
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_ACT_BEGIN, PROC_CORE, "assess"), &core));
	CHECK_OK(add(PROC_AUTH, entry_of(LEAF_ACT_BEGIN, PROC_AUTH, "account-add"), &auth));
	stop();
	CHECK_OK(start());
	l = leaf_at(auth + 1);
	CHECK(l.type == LEAF_ACT_OUTCOME && l.verdict == OUTCOME_INTERRUPTED && l.begin == core && l.source == PROC_LEDGER && str_eq(l.name, STR("assess")));
	l = leaf_at(auth + 2);
	CHECK(l.verdict == OUTCOME_INTERRUPTED && l.begin == auth && str_eq(l.name, STR("account-add")));
	/* core lived on and tells its own outcome, once; auth started again and cannot */
	CHECK_OK(add(PROC_CORE, outcome_of(core, PROC_CORE, OUTCOME_DONE), &index));
	CHECK_RC(add(PROC_CORE, outcome_of(core, PROC_CORE, OUTCOME_DONE), &index), RC_CONFLICT);
	CHECK_OK(add(PROC_AUTH, entry_of(LEAF_STATION, PROC_AUTH, STATION_STARTED), &index));
	CHECK_RC(add(PROC_AUTH, outcome_of(auth, PROC_AUTH, OUTCOME_DONE), &index), RC_CONFLICT);
	/* the ledger lives on, core starts again */
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_ACT_BEGIN, PROC_CORE, "assess"), &core));
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_STATION, PROC_CORE, STATION_STARTED), &index));
	l = leaf_at(index + 1);
	CHECK(l.type == LEAF_ACT_OUTCOME && l.verdict == OUTCOME_INTERRUPTED && l.begin == core);
	stop();
	CHECK_OK(start());
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &auth));
	CHECK_INT(auth, index + 2);
	clear();
}

CASE(time_of_receipt_never_goes_back)
{
	int64_t  noon = INT64_C(1790000000) * SECOND_US;
	uint64_t index = 0;

	make();
	fake_now = noon;
	CHECK_OK(start());
	fake_now = noon - HOUR_US;
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &index));
	CHECK_INT(index, 2);
	CHECK_STR(leaf_at(1).name, "clock-set-back");
	CHECK(leaf_at(1).claimed_at_us == noon - HOUR_US && leaf_at(1).received_at_us == noon);
	CHECK(leaf_at(2).received_at_us == noon && leaf_at(2).claimed_at_us == 5);
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &index));
	CHECK_INT(index, 3);
	fake_now = noon + 1;
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &index));
	CHECK_INT(index, 5);
	CHECK_STR(leaf_at(4).name, "clock-caught-up");
	CHECK(leaf_at(5).received_at_us == noon + 1);
	stop();
	fake_now = noon - DAY_US; /* set back while nobody was looking */
	CHECK_OK(start());
	CHECK_STR(leaf_at(6).name, "clock-set-back");
	CHECK(leaf_at(6).claimed_at_us == noon - DAY_US && leaf_at(6).received_at_us == noon + 1);
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &index));
	CHECK_INT(index, 7);
	CHECK(leaf_at(7).received_at_us == noon + 1);
	clear();
}

/* Changes the journal behind the ledger's back. */
static void
tamper(const char *sql)
{
	static const char *const none[] = { "SELECT 1" };
	char                     path[120];
	struct db               *db = NULL;

	(void)snprintf(path, sizeof path, "%s/" JOURNAL_NAME, folder);
	CHECK_OK(db_open(path, none, 1, &db));
	CHECK_OK(db_exec(db, sql));
	db_close(db);
}

CASE(entries_cut_off_or_changed_under_a_head_are_tampering)
{
	make();
	CHECK_OK(start());
	CHECK_OK(add_many(600));
	CHECK(covered());
	stop();
	tamper("DELETE FROM entry WHERE idx > 590");
	CHECK_RC(start(), RC_TAMPERED);
	CHECK(strstr(rc_trail(), "cut off") || strstr(rc_trail(), "missing"));
	tamper("UPDATE state SET synced = 0");
	CHECK_RC(start(), RC_TAMPERED);
	CHECK(strstr(rc_trail(), "cut off") != NULL);
	clear();

	make();
	CHECK_OK(start());
	CHECK_OK(add_many(600));
	CHECK(covered());
	stop();
	tamper("UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE idx = 5) WHERE idx = 598");
	CHECK_RC(start(), RC_TAMPERED);
	CHECK(strstr(rc_trail(), "covers") != NULL);
	clear();

	make(); /* the vault is rolled back too: the checkpoint shown last still tells */
	CHECK_OK(start());
	CHECK(covered());
	stop();
	test_signer_fini(&keeper);
	CHECK_OK(test_signer_init(&keeper, vault_fd, "test/log"));
	CHECK_OK(start());
	CHECK_OK(add_many(10));
	CHECK(covered());
	stop();
	tamper("DELETE FROM entry WHERE idx > 5; UPDATE state SET synced = 0");
	CHECK_OK(test_signer_head(&keeper, "test/log", 0, NULL));
	CHECK_RC(start(), RC_TAMPERED);
	clear();
}

CASE(a_restored_copy_opens_an_epoch)
{
	char              command[300];
	struct buf        old = BUF(4096);
	struct note       note;
	struct checkpoint head;
	struct leaf       l;
	uint64_t          index = 0;

	make();
	CHECK_OK(start());
	CHECK_OK(add_many(400));
	CHECK(covered());
	stop();
	(void)snprintf(command, sizeof command, "cp -r '%s' '%s.old'", folder, folder);
	CHECK(system(command) == 0);
	CHECK_OK(start());
	CHECK_OK(add_many(300));
	CHECK(covered());
	stop();
	(void)snprintf(command, sizeof command, "rm -r '%s'/* && cp -r '%s.old'/* '%s'", folder, folder, folder);
	CHECK(system(command) == 0);
	CHECK_RC(start(), RC_TAMPERED); /* silently: never */
	CHECK_OK(file_read(folder_fd, "checkpoint", 4096, &old));
	CHECK_OK(note_parse(buf_str(&old), &note));
	CHECK_OK(checkpoint_decode(note.text, &head));
	CHECK_OK(test_signer_head(&keeper, "test/log/epoch-2", head.size, &head.root));
	CHECK_OK(start());
	l = leaf_at(401);
	CHECK(l.type == LEAF_EPOCH && l.begin == 401 && l.last == 401 && hash_eq(&l.commitment, &head.root) && l.object.b[15] == 2);
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &index));
	CHECK_INT(index, 402);
	CHECK(covered());
	CHECK(proves(0) && proves(402));
	stop();
	CHECK_OK(start());
	CHECK_INT(leaf_at(402).type, LEAF_HEARTBEAT);
	buf_free(&old);
	clear();
}

CASE(an_epoch_is_begun_once_even_when_its_first_head_was_not_signed)
{
	uint64_t index = 0;

	make();
	CHECK_OK(start());
	CHECK(covered());
	stop();
	CHECK_OK(test_signer_head(&keeper, "test/log/epoch-2", 0, NULL));
	keeper.mute = true; /* as if the machine had stopped before the first signature */
	for (int i = 0; i < 2; i++) {
		CHECK_OK(start());
		CHECK_INT(leaf_at(1).type, LEAF_EPOCH);
		stop();
	}
	keeper.mute = false;
	CHECK_OK(start());
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &index));
	CHECK_INT(index, 2);
	clear();
}

CASE(without_a_signer_entries_are_durable_and_covered_later)
{
	struct ledger_head h;
	struct buf         text = BUF(TLOG_PROOF_BYTES_MAX);
	uint64_t           index = 0;

	make();
	keeper.gone = true;
	CHECK_RC(start(), RC_PEER);
	keeper.gone = false;
	CHECK_OK(start());
	CHECK(covered());
	keeper.gone = true;
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &index));
	for (int i = 0; i < 200 && publisher_trouble(ledger_publisher(led)) == RC_OK; i++)
		(void)usleep(5000);
	CHECK_RC(publisher_trouble(ledger_publisher(led)), RC_PEER);
	CHECK(publisher_peer_losses(ledger_publisher(led)) > 0);
	ledger_head(led, &h);
	CHECK(h.entries == 2 && h.covered == 1);
	buf_free(&h.checkpoint);
	CHECK_RC(ledger_proof(led, 1, &text), RC_CONFLICT);
	CHECK_RC(ledger_proof(led, 2, &text), RC_NOTFOUND);
	keeper.lose = true;
	keeper.gone = false;
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_HEARTBEAT, PROC_CORE, ""), &index));
	CHECK(covered());
	CHECK(proves(2));
	buf_free(&text);
	clear();
}

CASE(a_signature_lost_on_its_way_is_found_at_the_next_start)
{
	make();
	CHECK_OK(start());
	CHECK(covered());
	keeper.lose = true;
	CHECK_OK(add_many(3));
	stop(); /* its round fails: vault keeps 4, the ledger shows 1 */
	CHECK_OK(start());
	CHECK(covered());
	CHECK(proves(3));
	clear();
}

CASE(on_a_full_disk_only_what_must_be_recorded_is)
{
	uint64_t begin = 0, index = 0;

	make();
	CHECK_OK(start());
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_ACT_BEGIN, PROC_CORE, "assess"), &begin));
	stop();
	CHECK_OK(start_with(UINT64_C(1) << 42)); /* a reserve no disk has room for */
	CHECK_RC(add(PROC_CORE, entry_of(LEAF_FINDING, PROC_PROBE, "x"), &index), RC_LIMIT);
	CHECK(strstr(rc_trail(), "disk full") != NULL);
	CHECK_RC(add(PROC_CORE, entry_of(LEAF_ACT_BEGIN, PROC_CORE, "assess"), &index), RC_LIMIT);
	CHECK_OK(add(PROC_CORE, outcome_of(begin, PROC_CORE, OUTCOME_DONE), &index));
	CHECK_OK(add(PROC_AUTH, entry_of(LEAF_SIGN_IN, PROC_AUTH, "sign-in"), &index));
	ledger_tick(led); /* still no room */
	CHECK_RC(add(PROC_CORE, entry_of(LEAF_FINDING, PROC_PROBE, "x"), &index), RC_LIMIT);
	stop();
	close(openat(folder_fd, "reserve", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	CHECK_OK(start_with(UINT64_C(1) << 42)); /* less free than the reserve beside it: given up, for the start itself needs room */
	CHECK(!file_exists(folder_fd, "reserve"));
	CHECK_RC(add(PROC_CORE, entry_of(LEAF_FINDING, PROC_PROBE, "x"), &index), RC_LIMIT);
	stop();
	CHECK_OK(start_with(4096));
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_FINDING, PROC_PROBE, "x"), &index));
	CHECK(file_exists(folder_fd, "reserve"));
	clear();
}

CASE(reading_stops_at_what_is_durable_and_at_the_ceiling)
{
	struct buf    b = BUF(1 << 20);
	struct arena  a = ARENA(1 << 20);
	struct entry *e = NULL, heartbeat = entry_of(LEAF_HEARTBEAT, PROC_CORE, "");
	size_t        n = 0;
	uint64_t      index;

	make();
	CHECK_OK(start());
	CHECK_OK(add_many(100));
	CHECK_OK(ledger_stage(led, PROC_CORE, &heartbeat, 1, false, &index));
	CHECK_OK(ledger_read(led, 90, 1000, 1 << 20, &b));
	CHECK_OK(ledger_commit(led));
	CHECK_OK(entries_get(buf_str(&b), READ_ENTRIES_MAX, &a, &e, &n));
	CHECK_INT(n, 11);
	buf_reset(&b);
	CHECK_OK(ledger_read(led, 0, 1000, 1500, &b));
	CHECK(b.n <= 1500);
	CHECK_OK(entries_get(buf_str(&b), READ_ENTRIES_MAX, &a, &e, &n));
	CHECK(n >= 9 && n <= 12);
	buf_reset(&b);
	CHECK_OK(ledger_read(led, 5000, 10, 1500, &b));
	CHECK_OK(entries_get(buf_str(&b), READ_ENTRIES_MAX, &a, &e, &n));
	CHECK_INT(n, 0);
	buf_free(&b);
	arena_free(&a);
	clear();
}

/* What ledger_check says first; everything it says must be in `also`. */
static enum ledger_problem
first_problem(void)
{
	struct ledger_check_options o = { .key = &keeper.key };
	struct ledger_report        report;
	enum rc                     rc = ledger_check(folder, folder_fd, &o, &report);

	CHECK((rc == RC_OK) == (report.problems == 0) && (rc == RC_OK || rc == RC_TAMPERED));
	return report.first.what;
}

static enum rc
key_give(void *arg, uint16_t class, uint32_t month, struct secret *ret)
{
	if (class != 1 || month != 202611)
		return FAIL(RC_NOTFOUND, "that key was destroyed");
	return secret_of(ret, secret_expose(arg));
}

CASE(a_whole_ledger_checks_also_while_it_works)
{
	struct secret               key = { NULL, 0 };
	struct ledger_check_options o = { .payload_key = key_give, .arg = &key };
	struct ledger_report        report;
	struct entry                e = entry_of(LEAF_FINDING, PROC_PROBE, "a");
	struct buf                  sealed = BUF(4096);
	uint64_t                    index = 0;

	make();
	CHECK_OK(secret_random(&key, SEAL_KEY_BYTES));
	CHECK_OK(start());
	for (uint32_t month = 202610; month <= 202611; month++) {
		buf_reset(&sealed);
		CHECK_OK(payload_seal(&key, 1, month, STR("{}"), &sealed, &e.leaf.commitment));
		e.payload = buf_str(&sealed);
		CHECK_OK(add(PROC_CORE, e, &index));
	}
	CHECK_OK(add(PROC_CORE, entry_of(LEAF_ACT_BEGIN, PROC_CORE, "assess"), &index));
	CHECK(covered());
	CHECK_OK(add_many(1000));
	CHECK_INT(first_problem(), PROBLEM_NONE); /* whether these are covered yet or not */
	CHECK(covered());
	CHECK_INT(first_problem(), PROBLEM_NONE);
	stop();
	CHECK_OK(start());
	CHECK(covered());
	o.key = &keeper.key;
	CHECK_OK(ledger_check(folder, folder_fd, &o, &report));
	CHECK(report.entries == 1005 && report.covered == 1005 && report.epochs == 1 && report.interrupted == 1 && report.open_acts == 0);
	CHECK(report.payloads == 2 && report.opened == 1 && report.key_gone == 1 && report.by_type[LEAF_FINDING] == 1002);
	secret_free(&key);
	buf_free(&sealed);
	clear();
}

CASE(what_is_wrong_is_named)
{
	static const struct { const char *sql, *shell; enum ledger_problem want; } rows[] = {
		{ "DELETE FROM entry WHERE idx = 300", NULL, PROBLEM_MISSING },
		{ "DELETE FROM entry WHERE idx > 590; UPDATE state SET synced = 0", NULL, PROBLEM_CUT },
		{ "UPDATE entry SET leaf = x'01' WHERE idx = 7", NULL, PROBLEM_LEAF },
		{ "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE idx = 5) WHERE idx = 7", NULL, PROBLEM_SEQUENCE },
		{ "UPDATE entry SET payload = x'0102' WHERE idx = 9", NULL, PROBLEM_PAYLOAD },
		{ "UPDATE source SET seq = seq + 1", NULL, PROBLEM_STATE },
		{ NULL, "rm checkpoint", PROBLEM_CHECKPOINT },
		{ NULL, "rm journal.db", PROBLEM_CUT },
		{ NULL, "sed -i s/test/fest/ checkpoint", PROBLEM_SIGNATURE },
		{ NULL, "printf wxyz | dd of=tile/0/001 conv=notrunc bs=1 seek=33 status=none", PROBLEM_TILE },
		{ NULL, "rm -r tile/0/002.p", PROBLEM_TILE },
		{ NULL, "printf wxyz | dd of=tile/entries/000 conv=notrunc bs=1 seek=99 status=none", PROBLEM_BUNDLE },
	};
	char command[256];

	make();
	CHECK_OK(start());
	CHECK_OK(add_many(600));
	CHECK(covered());
	stop();
	(void)snprintf(command, sizeof command, "cp -r '%s' '%s.whole'", folder, folder);
	CHECK(system(command) == 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum ledger_problem got;

		CHECK_INT(first_problem(), PROBLEM_NONE);
		if (rows[i].sql)
			tamper(rows[i].sql);
		(void)snprintf(command, sizeof command, "cd '%s' && %s", folder, rows[i].shell ? rows[i].shell : "true");
		CHECK(system(command) == 0);
		got = first_problem();
		if (got != rows[i].want)
			printf("%s%s: %s\n", rows[i].sql ? rows[i].sql : "", rows[i].shell ? rows[i].shell : "", ledger_problem_en(got));
		CHECK_INT(got, rows[i].want);
		(void)snprintf(command, sizeof command, "cd '%s' && rm -r ./* && cp -r '%s.whole'/* .", folder, folder);
		CHECK(system(command) == 0);
	}
	clear();
}

TEST_MAIN
