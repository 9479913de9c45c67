// SPDX-License-Identifier: Apache-2.0
/* The processes around core, for its tests: a ledger in memory, one payload key, five sessions. */
#include "core/contract.h"
#include "core/core_fake.h"
#include "core/evidence.h"
#include "core/question.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vault/ask_vault.h"

struct fake fake;

static pthread_mutex_t fake_lock = PTHREAD_MUTEX_INITIALIZER;

void
fake_reset(void)
{
	for (size_t i = 0; i < fake.count; i++) {
		free((char *)fake.entries[i].payload.p);
		free((char *)fake.entries[i].leaf.name.p);
	}
	fake = (struct fake){ .catalogue = fake.catalogue, .look = { [0] = { .verdict = VERDICT_PASS }, [1] = { .verdict = VERDICT_PASS } } };
	for (int i = 0; i < FAKE_ACCOUNTS; i++) {
		struct account *a = &fake.accounts[i];
		enum role role = (enum role)(i % (ROLE_COUNT - 1) + 1);

		*a = (struct account){ .id = { { 1, (uint8_t)role, i < ROLE_COUNT - 1 ? 0 : 2 } }, .roles = ROLE_BIT(role), .enrolled = true };
		(void)snprintf(a->name, sizeof(a->name), "person%d", i);
		(void)snprintf(a->display, sizeof(a->display), "見本 %s", i < ROLE_COUNT - 1 ? role_name(role) : a->name);
	}
}

static struct str
keep(struct str s)
{
	char *p = malloc(s.n + 1);

	memcpy(p, s.n ? s.p : "", s.n);
	return (struct str){ p, s.n };
}

enum rc
ask_ledger_append(struct peer *p, const struct entry *list, size_t n, uint64_t *ret_first)
{
	enum rc rc = RC_OK;

	(void)p;
	pthread_mutex_lock(&fake_lock);
	*ret_first = fake.count;
	if (fake.disk_full || fake.count + n > FAKE_ENTRIES)
		rc = FAIL(RC_LIMIT, "disk full");
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		fake.entries[fake.count] = list[i];
		fake.entries[fake.count].leaf.received_at_us = core_now_us();
		fake.entries[fake.count].leaf.source_seq = fake.count + 1;
		fake.entries[fake.count].leaf.name = keep(list[i].leaf.name);
		fake.entries[fake.count].payload = keep(list[i].payload);
		fake.count++;
	}
	pthread_mutex_unlock(&fake_lock);
	return rc;
}

enum rc
ask_ledger_read(struct peer *p, uint64_t from, uint32_t n, struct arena *a, struct entry **ret, size_t *ret_n)
{
	(void)p;
	(void)a;
	pthread_mutex_lock(&fake_lock);
	*ret = fake.entries + from;
	*ret_n = from >= fake.count ? 0 : fake.count - from < n ? fake.count - from : n;
	pthread_mutex_unlock(&fake_lock);
	return RC_OK;
}

enum rc
ask_ledger_prove(struct peer *p, uint64_t size, const uint64_t (*ranges)[2], size_t n, struct buf *ret)
{
	(void)p;
	(void)size;
	(void)ranges;
	(void)n;
	(void)ret;
	return FAIL(RC_PEER, "no tree stands around core here: tests/system/390-evidence.sh asks a real ledger");
}

enum rc
ask_ledger_head(struct peer *p, struct ledger_head *ret)
{
	(void)p;
	ret->entries = ret->covered = fake.count;
	return buf_add(&ret->checkpoint, STR("fake.example/1\n0\nroot\n"));
}

enum rc
ask_ledger_proof(struct peer *p, uint64_t index, struct buf *ret)
{
	(void)p;
	return index < fake.count ? buf_add(ret, STR("proof\n")) : FAIL(RC_NOTFOUND, "no such entry");
}

enum rc
ask_vault_payload_key(struct peer *p, enum payload_class class, uint32_t month, struct secret *ret)
{
	(void)p;
	(void)class;
	(void)month;
	return secret_of(ret, STR("0123456789abcdef0123456789abcdef"));
}

/* A token is the name of a role, of its second account with "#2", or "console". */
enum rc
ask_auth_session_get(struct peer *p, struct str token, struct session *ret)
{
	bool second = str_ends(token, STR("#2"));
	enum role role = role_of(str_sub(token, 0, token.n - (second ? 2 : 0)));
	const struct account *a = &fake.accounts[(second ? ROLE_COUNT - 1 : 0) + role - (role ? 1 : 0)];

	(void)p;
	if (str_eq_c(token, "console")) {
		*ret = (struct session){ .roles = ROLE_BIT(ROLE_ADMINISTRATOR), .account = CONSOLE_ID, .name = "console", .display = "console" };
		return RC_OK;
	}
	if (role == ROLE_NONE || a->suspended_at_us)
		return FAIL(RC_DENIED, "no such session");
	*ret = (struct session){ .roles = a->roles ? a->roles : ROLE_BIT(role), .account = { { 1, (uint8_t)role, second ? 2 : 0 } }, .stepped_up_at_us = core_now_us() };
	(void)snprintf(ret->display, sizeof(ret->display), "見本 %s%s", role_name(role), second ? " 2" : "");
	(void)snprintf(ret->name, sizeof(ret->name), "%s", a->name);
	return RC_OK;
}

enum rc
ask_auth_account_list(struct peer *p, struct arena *a, struct account **ret, size_t *ret_n)
{
	(void)p;
	*ret = arena_get(a, sizeof(fake.accounts));
	*ret_n = FAKE_ACCOUNTS;
	memcpy(*ret, fake.accounts, sizeof(fake.accounts));
	return RC_OK;
}

enum rc
ask_auth_facts(struct peer *p, struct buf *ret)
{
	(void)p;
	return fake.auth_facts ? buf_add_c(ret, fake.auth_facts) : FAIL(RC_TIMEOUT, "no answer");
}

enum rc
ask_auth_token_list(struct peer *p, struct buf *ret)
{
	(void)p;
	return buf_addf(ret, "{\"rows\":[%s]}", fake.tokens ? fake.tokens : "");
}

enum rc
ask_auth_generator(struct peer *p, const struct generator_ask *ask, struct buf *ret)
{
	(void)p;
	(void)ask;
	return buf_add_c(ret, "{\"rows\":[]}");
}

enum rc
ask_auth_account_link(struct peer *p, const struct opaque_id *by, struct str name, struct buf *ret_link, struct opaque_id *ret_id)
{
	*ret_id = (struct opaque_id){ { 7 } };
	return str_eq_c(name, "nobody") ? FAIL(RC_NOTFOUND, "no account has this name") : buf_add_c(ret_link, "link");
}

enum rc
ask_auth_seal(struct peer *p, const struct opaque_id *by, uint32_t roles, int64_t minutes, struct buf *ret_code)
{
	(void)p;
	return roles_side(roles) == SIDE_CONTRACTOR && minutes >= 5 ? buf_add_c(ret_code, "0000-sealed") : FAIL(RC_SYNTAX, "role");
}

enum rc
ask_auth_account_add(struct peer *p, const struct account_add *add, struct buf *ret_link, struct opaque_id *ret_id)
{
	(void)p;
	fake.added = *add;
	*ret_id = (struct opaque_id){ { 9 } };
	fake.accounts_added++;
	return buf_add(ret_link, STR("/enrol/fake"));
}

/* ---- a core with a store of its own ---- */

static char state_path[64];
static pid_t state_of;

/* Of the process that made it alone: what a test forked ends too. */
static void
state_unlink(void)
{
	char file[80];

	for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end && state_of == getpid(); end++) {
		(void)snprintf(file, sizeof(file), "%s%s", state_path, *end);
		(void)unlink(file); /* not all of them are there */
	}
}

struct core *
core_up(bool fresh)
{
	struct core *c = calloc(1, sizeof(*c));

	if (fresh) {
		fake_reset();
		if (state_of == 0 && atexit(state_unlink) != 0)
			abort();
		state_of = getpid();
		(void)snprintf(state_path, sizeof(state_path), "/tmp/core-test-%d.db", (int)state_of);
		state_unlink();
	}
	pthread_mutex_init(&c->lock, NULL);
	pthread_mutex_init(&c->turn_lock, NULL);
	pthread_mutex_init(&c->index_lock, NULL);
	pthread_mutex_init(&c->key_lock, NULL);
	pthread_mutex_init(&c->views_lock, NULL);
	pthread_cond_init(&c->wake, NULL);
	c->state_path = state_path;
	c->catalogue_fd = open(fake.catalogue ? fake.catalogue : "catalogue", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	c->started_at_us = core_now_us();
	(void)snprintf(c->machine, sizeof(c->machine), "here.example.jp");
	exception_notice_days(c, "1 30 7");
	if (state_open(c) != RC_OK || contracts_load(c) != RC_OK || contracts_start(c) != RC_OK || register_load(c) != RC_OK || exception_load(c) != RC_OK || delegation_load(c) != RC_OK || hold_load(c) != RC_OK || question_load(c) != RC_OK || glass_load(c) != RC_OK || windows_load(c) != RC_OK || paper_load(c) != RC_OK || schedule_fit(c) != RC_OK) {
		printf("the store does not open: %s\n", rc_trail());
		exit(1);
	}
	return c;
}

void
core_down(struct core *c)
{
	db_close(c->db);
	catalogue_free(c->catalogue);
	for (size_t i = 0; i < c->held_count; i++)
		held_free(&c->held[i]);
	for (int lang = 0; lang < 2; lang++)
		json_decref(c->board_cache[lang].json);
	for (size_t i = 0; i < 8; i++)
		secret_free(&c->keys[i].key);
	json_decref(c->views);
	free(c->held);
	free(c->urgent.list);
	free(c->usual.list);
	free(c->loads);
	register_free(c);
	if (c->persons_owned)
		free(c->persons);
	contracts_free(c);
	exception_free(c);
	delegation_free(c);
	hold_free(c);
	question_free(c);
	evidence_free(c);
	paper_free(c);
	free(c->clauses);
	close(c->catalogue_fd);
	free(c);
}

struct peer *
proc_peer(struct proc *p, enum proc_id id)
{
	(void)p;
	(void)id;
	return NULL;
}

const char *
proc_setting(struct proc *p, const char *name)
{
	(void)p;
	(void)name;
	return "";
}

void
proc_log(enum rc rc, const char *what)
{
	(void)rc;
	(void)what;
	fake.logged++;
	rc_trail_clear();
}

enum rc
ask_auth_account_change(struct peer *p, const struct account_change *change, struct opaque_id *ret_id)
{
	(void)p;
	for (size_t i = 0; i < FAKE_ACCOUNTS; i++) {
		struct account *a = &fake.accounts[i];

		if (!str_eq_c(change->name, a->name))
			continue;
		*ret_id = a->id;
		a->roles = change->what == ACCOUNT_ROLES ? change->roles : a->roles;
		if (change->what == ACCOUNT_PERSON)
			a->person = change->person;
		if (change->what == ACCOUNT_PERSON || change->what == ACCOUNT_TERM) {
			a->from_us = change->from_us;
			a->until_us = change->until_us;
		}
		if (change->what == ACCOUNT_REMOVE) {
			a->removed_at_us = core_now_us();
			a->enrolled = false;
		}
		a->suspended_at_us = change->what == ACCOUNT_SUSPEND ? core_now_us() : change->what == ACCOUNT_RESUME ? 0 : a->suspended_at_us;
	}
	return RC_OK;
}

enum rc
ask_courier_put(struct peer *p, const struct courier_put *put, struct courier_state *ret)
{
	(void)p;
	fake.out_count += put->n;
	for (size_t i = 0; i < put->n; i++) {
		(void)snprintf(fake.out, sizeof(fake.out), "%.*s", STR_ARG(put->list[i].text));
		fake.sending.last = put->list[i].index;
		fake.sending.begun = true;
	}
	if (put->told)
		fake.sending.told = put->told;
	*ret = fake.sending;
	return RC_OK;
}

void
core_lose(struct core *c)
{
	core_down(c);
	state_unlink();
}

enum rc
core_ask_from(struct core *c, enum act act, const char *token, enum door door, const char *address, const char *arguments, json_t **ret)
{
	struct act_request q = { act, { str_of(token), str_of(address), door, 0 }, str_of(arguments) };
	struct buf b = BUF(16 << 20);
	enum rc rc = act_do(c, &q, &b);

	if (ret)
		*ret = rc == RC_OK ? json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
	buf_free(&b);
	return rc;
}

enum rc
core_ask(struct core *c, enum act act, const char *token, const char *arguments, json_t **ret)
{
	return core_ask_from(c, act, token, DOOR_LOCAL, "192.0.2.7", arguments, ret);
}

const char *
core_text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

enum rc
ask_courier_witness(struct peer *p, const struct witness_asked *a, struct buf *note, struct witness_state *ret)
{
	if (a->what == WITNESS_SEND)
		fake.heads_sent++;
	if (a->what == WITNESS_ANSWER && !str_eq(a->text, STR("200\nyes\n")))
		return FAIL(RC_SYNTAX, "no answer");
	*ret = fake.witness;
	return RC_OK;
}

enum rc
ask_courier_mail(struct peer *p, const struct mail_put *put, struct buf *reply, struct mail_state *ret)
{
	for (size_t i = 0; i < put->n; i++) {
		(void)snprintf(fake.mail, sizeof(fake.mail), STR_FMT "|" STR_FMT "|" STR_FMT, STR_ARG(put->list[i].to), STR_ARG(put->list[i].subject), STR_ARG(put->list[i].body));
		fake.mails++;
	}
	*ret = (struct mail_state){ .sending = fake.mail_off ? SENDING_OFF : SENDING_IDLE, .hook.sending = SENDING_OFF };
	if (fake.mail_stuck_us && !fake.mail_off)
		*ret = (struct mail_state){ .sending = SENDING_REFUSED, .since_us = fake.mail_stuck_us, .waiting = 2, .hook.sending = SENDING_OFF };
	return fake.mail_away ? FAIL(RC_TIMEOUT, "courier is away") : RC_OK;
}

enum rc
ask_ledger_extends(struct peer *p, uint64_t size, const struct hash *root, uint64_t *ret_size, struct buf *ret, struct buf *ret_vkey)
{
	enum rc rc = RC_OK;

	if (fake.extends != RC_OK)
		return FAIL(fake.extends, "another past");
	*ret_size = fake.count;
	TRY(buf_addf(ret, "old %llu\n\nhead\n", (unsigned long long)size));
	TRY(buf_add_c(ret_vkey, "log.example/a+00000000+AAAA"));
out:
	return rc;
}
