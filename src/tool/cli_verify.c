// SPDX-License-Identifier: Apache-2.0
/* `tsujiban ledger verify`: the whole ledger of this installation, held against itself and its key, each problem named. */
#include "tool/cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ledger/ledger_check.h"
#include "vault/vault_init.h"

struct verify { struct cli *cli; int root; json_t *problems; };

static enum rc
payload_key(void *arg, uint16_t key_class, uint32_t month, struct secret *ret)
{
	return vault_payload_key_read(((struct verify *)arg)->root, key_class, month, ret);
}

static void
found(void *arg, enum ledger_problem what, uint64_t at)
{
	struct verify *v = arg;
	const char *words = v->cli->lang == LANG_EN ? ledger_problem_en(what) : ledger_problem_ja(what);
	struct buf b = BUF(1024);

	if (v->cli->json)
		json_array_append_new(v->problems, json_pack("{s:I,s:s}", "entry", (json_int_t)at, "what", words));
	else if (message_text(MSG_CLI_VERIFY_PROBLEM, v->cli->lang, MSG_ARGS(MSG_N("entry", (int64_t)at), MSG_S("what", str_of(words))), &b) == RC_OK)
		puts(buf_cstr(&b));
	buf_free(&b);
}

static void
print_report(struct verify *v, const struct ledger_report *r, bool payloads_open)
{
	struct cli *c = v->cli;
	struct buf payloads = BUF(512), acts = BUF(512);

	if (c->json) {
		json_t *o = json_pack("{s:s,s:I,s:I,s:i,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:O}", "origin", r->origin, "entries", (json_int_t)r->entries, "covered",
		    (json_int_t)r->covered, "epochs", (int)r->epochs, "first_at", (json_int_t)r->first_at_us, "last_at", (json_int_t)r->last_at_us, "payloads",
		    (json_int_t)r->payloads, "payloads_checked", (json_int_t)r->opened, "payload_keys_destroyed", (json_int_t)r->key_gone, "open_acts",
		    (json_int_t)r->open_acts, "interrupted", (json_int_t)r->interrupted, "key_given", r->key_given, "problems", v->problems);

		json_dumpf(o, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
		putchar('\n');
		json_decref(o);
		return;
	}
	if (message_text(MSG_CLI_PAYLOADS, c->lang, MSG_ARGS(MSG_N("all", (int64_t)r->payloads), MSG_N("opened", (int64_t)r->opened), MSG_N("gone", (int64_t)r->key_gone)), &payloads) != RC_OK ||
	    message_text(MSG_CLI_ACTS_OPEN, c->lang, MSG_ARGS(MSG_N("open", (int64_t)r->open_acts), MSG_N("interrupted", (int64_t)r->interrupted)), &acts) != RC_OK)
		rc_trail_clear();
	cli_print(c, cli_word(c, MSG_CLI_COL_ORIGIN), cli_text(c, str_of(r->origin)));
	cli_print(c, cli_word(c, MSG_CLI_COL_ENTRIES), arena_f(&c->arena, "%llu", (unsigned long long)r->entries));
	cli_print(c, cli_word(c, MSG_CLI_COL_COVERED), arena_f(&c->arena, "%llu", (unsigned long long)r->covered));
	cli_print(c, cli_word(c, MSG_CLI_COL_PERIOD), arena_f(&c->arena, STR_FMT " - " STR_FMT, STR_ARG(cli_instant(c, r->first_at_us)), STR_ARG(cli_instant(c, r->last_at_us))));
	cli_print(c, cli_word(c, MSG_CLI_COL_EPOCHS), arena_f(&c->arena, "%u", r->epochs));
	cli_print(c, cli_word(c, MSG_CLI_COL_PAYLOADS), buf_str(&payloads));
	cli_print(c, cli_word(c, MSG_CLI_COL_OPEN_ACTS), buf_str(&acts));
	if (!r->key_given)
		cli_say(c, CODE_CONFORMING, MSG_CLI_VERIFY_OWN_KEY, MSG_NO_ARGS);
	if (!payloads_open)
		cli_say(c, CODE_CONFORMING, MSG_CLI_VERIFY_CLOSED, MSG_NO_ARGS);
	cli_say(c, CODE_CONFORMING, MSG_CLI_VERIFY_LIMIT, MSG_NO_ARGS);
	buf_free(&payloads);
	buf_free(&acts);
}

enum code
cli_ledger_verify(struct cli *c)
{
	const char *given = cli_value(c, "key");
	struct verify v = { .cli = c, .root = -1, .problems = json_array() };
	struct ledger_check_options options = { .found = found, .arg = &v };
	struct ledger_report report = { 0 };
	struct note_key key;
	char folder[CLI_PATH_MAX + 8];
	int dir = -1;
	enum code code = CODE_ERROR;
	enum rc rc;

	if (!cli_installed(c)) {
		cli_say(c, CODE_ERROR, MSG_CLI_NO_INSTALLATION, MSG_ARGS(MSG_S("root", str_of(c->root))));
		goto out;
	}
	if (given && note_key_parse(str_of(given), &key) != RC_OK) {
		code = cli_say(c, CODE_USAGE, MSG_CLI_ARGUMENT_BAD, MSG_ARGS(MSG_S("argument", STR("--key")), MSG_S("given", str_of(given))));
		goto out;
	}
	(void)snprintf(folder, sizeof(folder), "%s/ledger", c->root);
	v.root = open(c->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		code = cli_say(c, CODE_ERROR, MSG_CLI_NO_RIGHT, MSG_ARGS(MSG_S("path", str_of(folder))));
		goto out;
	}
	options.key = given ? &key : NULL;
	if (faccessat(v.root, VAULT_PATH_WRAP_KEY, R_OK, AT_EACCESS) == 0)
		options.payload_key = payload_key;
	rc = ledger_check(folder, dir, &options, &report);
	if (rc != RC_OK && rc != RC_TAMPERED) {
		code = cli_fail(c, rc);
		goto out;
	}
	print_report(&v, &report, options.payload_key != NULL);
	if (rc == RC_OK)
		code = c->json ? CODE_CONFORMING : cli_say(c, CODE_CONFORMING, MSG_LEDGER_VERIFIED, MSG_ARGS(MSG_N("entries", (int64_t)report.entries)));
	else
		code = cli_say(c, CODE_NOT_CONFORMING, MSG_LEDGER_TAMPERED, MSG_ARGS(MSG_S("where", str_of(c->lang == LANG_EN ? ledger_problem_en(report.first.what) :
		    ledger_problem_ja(report.first.what)))));
out:
	json_decref(v.problems);
	if (dir >= 0)
		(void)close(dir); /* only read */
	if (v.root >= 0)
		(void)close(v.root); /* only read */
	return code;
}
