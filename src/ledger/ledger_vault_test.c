// SPDX-License-Identifier: Apache-2.0
/* ledger_vault_test: the ledger with the real vault: a restore opens an epoch by the administrator's word alone, a receipt opens once. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "base/time_text.h"
#include "ledger/ledger.h"
#include "ledger/ledger_check.h"
#include "ledger/receipt.h"
#include "os/file.h"
#include "vault/vault.h"
#include "vault/vault_init.h"

static char           root[64], folder[80];
static int            root_fd, ledger_fd, vault_fd;
static struct vault  *vault;
static struct ledger *led;

static enum rc
ask(void *arg, struct str checkpoint, struct str proof, struct buf *ret)
{
	return vault_sign_head(arg, checkpoint, proof, ret);
}

static enum rc
start(void)
{
	struct ledger_options o = { .folder = folder, .dirfd = ledger_fd };
	enum rc               rc = RC_OK;

	TRY(vault_open(vault_fd, &vault));
	o.signer = (struct signer){ vault, ask };
	TRY(ledger_open(&o, &led));
out:
	return rc;
}

static void
stop(void)
{
	ledger_close(led);
	vault_close(vault);
	led = NULL;
	vault = NULL;
}

static void
shell(const char *command)
{
	char whole[200];

	(void)snprintf(whole, sizeof whole, "cd '%s' && %s", root, command);
	CHECK(system(whole) == 0);
}

static void
make(void)
{
	(void)snprintf(root, sizeof root, "%s/ledger-vault-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	CHECK(mkdtemp(root) != NULL);
	(void)snprintf(folder, sizeof folder, "%s/ledger", root);
	root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_OK(vault_init(root_fd, STR("log.example/1"), STR("localhost"), now_us()));
	CHECK_OK(file_open_dir(root_fd, "ledger", &ledger_fd));
	CHECK_OK(file_open_dir(root_fd, "vault", &vault_fd));
}

static void
clear(void)
{
	stop();
	shell("rm -r ./*");
	(void)rmdir(root);
	(void)close(root_fd);
	(void)close(ledger_fd);
	(void)close(vault_fd);
}

static uint64_t
add(enum leaf_type type, bool receipt)
{
	struct entry e = { .leaf = { .type = type, .source = PROC_CORE, .claimed_at_us = 1, .name = STR("x"), .object = { { 9 } } } };
	uint64_t     index = 0;

	CHECK_OK(ledger_stage(led, PROC_CORE, &e, 1, receipt, &index));
	CHECK_OK(ledger_commit(led));
	return index;
}

static bool
covered(void)
{
	struct ledger_head h;

	for (int i = 0; i < 1000; i++, (void)usleep(5000)) {
		ledger_head(led, &h);
		buf_free(&h.checkpoint);
		if (h.covered == h.entries)
			return true;
	}
	return false;
}

static struct ledger_report
checked(void)
{
	struct ledger_check_options o = { .key = NULL };
	struct ledger_report        report;

	CHECK_OK(ledger_check(folder, ledger_fd, &o, &report));
	return report;
}

CASE(a_restore_needs_the_administrators_word)
{
	struct ledger_report report;
	struct epoch_new     epoch;

	make();
	CHECK_OK(start());
	for (int i = 0; i < 20; i++)
		(void)add(LEAF_FINDING, false);
	CHECK(covered());
	stop();
	shell("cp -r ledger backup");
	CHECK_OK(start());
	for (int i = 0; i < 10; i++)
		(void)add(LEAF_FINDING, false);
	CHECK(covered());
	stop();
	shell("rm -r ledger/* && cp -r backup/* ledger/");
	CHECK_RC(start(), RC_TAMPERED);
	stop();
	CHECK_OK(vault_epoch_new(root_fd, &epoch));
	CHECK(epoch.epoch == 2 && epoch.signed_before == 31 && epoch.continues_from == 21);
	CHECK_OK(start());
	CHECK_INT(add(LEAF_FINDING, false), 22);
	CHECK(covered());
	report = checked();
	CHECK(report.epochs == 2 && report.entries == 23 && report.covered == 23 && strcmp(report.origin, "log.example/1") != 0);
	stop();
	CHECK_OK(start());
	CHECK_INT(add(LEAF_FINDING, false), 23);
	CHECK(covered());
	stop();
	shell("rm -r ledger/* && cp -r backup/* ledger/"); /* the old copy once more */
	CHECK_RC(start(), RC_TAMPERED);
	stop();
	CHECK_OK(vault_epoch_new(root_fd, &epoch));
	CHECK_INT(epoch.epoch, 3);
	CHECK_OK(start());
	CHECK(covered());
	report = checked();
	CHECK(report.epochs == 2 && report.entries == 22);
	clear();
}

CASE(a_receipt_of_the_ledger_opens_once_in_the_vault)
{
	struct receipt r = { .object = { { 9 } }, .expires_at_us = now_us() + HOUR_US };
	struct buf     key_bytes = BUF(64), wrapped = BUF(4096), opened = BUF(4096);
	struct secret  key = { NULL, 0 };
	struct str     aad = { (const char *)r.object.b, ID_BYTES };

	make();
	CHECK_OK(start());
	CHECK_OK(vault_receipt_key(vault, &key_bytes));
	CHECK_OK(secret_of(&key, buf_str(&key_bytes)));
	CHECK_OK(vault_wrap(vault, "core", aad, STR("a record's key"), &wrapped));
	r.index = add(LEAF_UNSEAL, true);
	receipt_make(&key, &r);
	CHECK_OK(vault_unseal(vault, "core", &r, aad, buf_str(&wrapped), now_us(), &opened));
	CHECK_STR(buf_str(&opened), "a record's key");
	CHECK_RC(vault_unseal(vault, "core", &r, aad, buf_str(&wrapped), now_us(), &opened), RC_DENIED);
	secret_free(&key);
	buf_free(&key_bytes);
	buf_free(&wrapped);
	buf_free(&opened);
	clear();
}

TEST_MAIN
