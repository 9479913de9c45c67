// SPDX-License-Identifier: Apache-2.0
/*
 * NAME         tsujiban-auth - says who somebody is
 * DOES         passwords and codes, lockout, enrolment, sessions, accounts; a leaf for each before it takes effect
 * TRUSTS       vault for seeds and payload keys, ledger for durability, web and core only as far as their messages decode
 * HOLDS        the store of accounts: hashes of passwords and tokens, wrapped seeds; a seed or password while one request lasts
 * MAY NEVER    judge what a session may do, see a citizen's record, open a socket or a file outside its folder
 * IF IT FALLS  the attacker can forge sessions; each sign-in it lets through stands in the ledger, and core and vault still decide
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/num.h"
#include "base/time_text.h"
#include "crypt/client_proof.h"
#include "os/file.h"
#include "proc/run.h"

#define HASHERS    2          /* 64 MiB each while they hash */
#define WAITING_MAX 32
#define AUTHORITIES_MAX 1048576 /* with their lists of revoked certificates */

/* Requests that hash a password wait here, so that nobody's session waits for them. */
struct waiting { struct request request; };

struct state {
	struct proc    *proc;
	struct auth    *auth;
	int             folder;
	struct buf      authorities;
	pthread_mutex_t lock;
	pthread_cond_t  more;
	struct waiting  queue[WAITING_MAX];
	size_t          first, count;
	bool            stopping;
	pthread_t       hashers[HASHERS];
	size_t          hashers_count;
};

static int64_t
clock_now(void *context)
{
	(void)context;
	return now_us();
}

static void
wipe_free(struct buf *b)
{
	if (b->p)
		wipe(b->p, b->cap);
	buf_free(b);
}

static enum rc
sign_in(struct state *s, struct str body, struct buf *answer)
{
	struct sign_in in;
	struct sign_in_result result = { 0 };
	enum rc rc = RC_OK;

	TRY(wire_get_sign_in(body, &in));
	TRY(auth_sign_in(s->auth, &in, &result));
	TRY(wire_put_sign_in_result(answer, &result));
out:
	wipe(&result, sizeof(result));
	return rc;
}

static enum rc
enrol_finish(struct state *s, struct str body)
{
	struct enrol_finish e;
	enum rc rc = RC_OK;

	TRY(wire_get_enrol_finish(body, &e));
	TRY(auth_enrol_finish(s->auth, &e));
out:
	return rc;
}

static enum rc
me_change(struct state *s, struct str body, struct buf *answer)
{
	struct buf text = BUF(512);
	struct me_change change;
	enum rc rc = RC_OK;

	TRY(wire_get_me_change(body, &change));
	TRY(auth_me_change(s->auth, &change, &text));
	TRY(wire_put_text(answer, buf_str(&text)));
out:
	wipe_free(&text);
	return rc;
}

/* A hasher: one request after the other until the process stops. */
static void *
hash_requests(void *arg)
{
	struct state *s = arg;

	for (;;) {
		struct buf answer = BUF(1024);
		struct request r;
		enum rc rc;

		pthread_mutex_lock(&s->lock);
		while (s->count == 0 && !s->stopping)
			pthread_cond_wait(&s->more, &s->lock);
		if (s->stopping) {
			pthread_mutex_unlock(&s->lock);
			return NULL;
		}
		r = s->queue[s->first].request;
		s->first = (s->first + 1) % WAITING_MAX;
		s->count--;
		pthread_mutex_unlock(&s->lock);

		rc = r.message == MESSAGE_AUTH_SIGN_IN ? sign_in(s, buf_str(&r.body), &answer) : r.message == MESSAGE_AUTH_ME_CHANGE ? me_change(s, buf_str(&r.body), &answer) :
		    enrol_finish(s, buf_str(&r.body));
		wipe_free(&r.body);
		proc_answer(&r, rc, rc == RC_OK ? buf_str(&answer) : str_of(rc_trail()));
		if (rc == RC_IO || rc == RC_PEER || rc == RC_TAMPERED || rc == RC_BUG || rc == RC_LIMIT)
			proc_log(rc, "sign-in or enrolment");
		rc_trail_clear();
		wipe_free(&answer);
	}
}

static enum rc
handle_hashing(void *state, struct str body, struct call *call)
{
	struct state *s = state;
	struct request r = *call->request;
	enum rc rc = RC_OK;

	r.body = (struct buf)BUF(message_request_max(r.message));
	TRY(buf_add(&r.body, body));
	pthread_mutex_lock(&s->lock);
	if (s->count < WAITING_MAX) {
		s->queue[(s->first + s->count++) % WAITING_MAX].request = r;
		r.body = (struct buf)BUF(0);
		call->deferred = true;
		pthread_cond_signal(&s->more);
	} else {
		rc = FAIL(RC_LIMIT, "too many people are signing in at once");
	}
	pthread_mutex_unlock(&s->lock);
out:
	wipe_free(&r.body);
	return rc;
}

static enum rc
handle_sign_out(void *state, struct str body, struct call *call)
{
	struct str token;
	enum rc rc = RC_OK;

	(void)call;
	TRY(wire_get_token(body, &token));
	TRY(auth_sign_out(((struct state *)state)->auth, token));
out:
	return rc;
}

static enum rc
handle_enrol_begin(void *state, struct str body, struct call *call)
{
	struct buf uri = BUF(URI_BYTES_MAX);
	struct account account;
	struct str link;
	enum rc rc = RC_OK;

	TRY(wire_get_token(body, &link));
	TRY(auth_enrol_begin(((struct state *)state)->auth, link, &account, &uri));
	TRY(wire_put_enrol_begun(call->answer, &account, buf_str(&uri)));
out:
	wipe_free(&uri);
	return rc;
}

static enum rc
handle_step_up(void *state, struct str body, struct call *call)
{
	struct str token, code;
	enum rc rc = RC_OK;

	(void)call;
	TRY(wire_get_step_up(body, &token, &code));
	TRY(auth_step_up(((struct state *)state)->auth, token, code));
out:
	return rc;
}

static enum rc
handle_me(void *state, struct str body, struct call *call)
{
	struct buf json = BUF(ME_BYTES_MAX - 16);
	struct str token;
	enum rc rc = RC_OK;

	TRY(wire_get_token(body, &token));
	TRY(auth_me(((struct state *)state)->auth, token, &json));
	TRY(wire_put_text(call->answer, buf_str(&json)));
out:
	buf_free(&json);
	return rc;
}

static enum rc
handle_challenge(void *state, struct str body, struct call *call)
{
	struct buf json = BUF(16384 - 16);
	struct str token, device;
	enum rc rc = RC_OK;

	TRY(wire_get_challenge(body, &token, &device));
	TRY(auth_challenge(((struct state *)state)->auth, token, device, &json));
	TRY(wire_put_text(call->answer, buf_str(&json)));
out:
	buf_free(&json);
	return rc;
}

static enum rc
handle_certificate(void *state, struct str body, struct call *call)
{
	struct buf json = BUF(4096 - 16);
	struct str token, handshake;
	enum rc rc = RC_OK;

	TRY(wire_get_certificate(body, &token, &handshake));
	TRY(auth_certificate(((struct state *)state)->auth, token, handshake, &json));
	TRY(wire_put_text(call->answer, buf_str(&json)));
out:
	buf_free(&json);
	return rc;
}

static enum rc
handle_account_change(void *state, struct str body, struct call *call)
{
	struct account_change change;
	struct buf code = BUF(64);
	struct opaque_id id;
	enum rc rc = RC_OK;

	TRY(wire_get_account_change(body, &change));
	if (change.what == ACCOUNT_SEAL) {
		id = change.by;
		TRY(auth_glass_seal(((struct state *)state)->auth, &change.by, change.roles, change.until_us, &code));
	} else {
		TRY(auth_account_change(((struct state *)state)->auth, &change, &id));
	}
	TRY(wire_put_account_added(call->answer, buf_str(&code), &id));
out:
	wipe_free(&code);
	return rc;
}

static enum rc
handle_session_get(void *state, struct str body, struct call *call)
{
	struct session session;
	struct str token;
	enum rc rc = RC_OK;

	TRY(wire_get_token(body, &token));
	TRY(auth_session_get(((struct state *)state)->auth, token, &session));
	TRY(wire_put_session(call->answer, &session));
out:
	return rc;
}

static enum rc
handle_account_add(void *state, struct str body, struct call *call)
{
	char link[TOKEN_CHARS + 1] = "";
	struct account_add add;
	struct opaque_id id;
	enum rc rc = RC_OK;

	TRY(wire_get_account_add(body, &add));
	TRY(auth_account_add(((struct state *)state)->auth, &add, link, &id));
	TRY(wire_put_account_added(call->answer, str_of(link), &id));
out:
	wipe(link, sizeof(link));
	return rc;
}

static enum rc
handle_account_link(void *state, struct str body, struct call *call)
{
	char link[TOKEN_CHARS + 1] = "";
	struct opaque_id by, id;
	struct str name;
	enum rc rc = RC_OK;

	TRY(wire_get_account_link(body, &by, &name));
	TRY(auth_account_link(((struct state *)state)->auth, &by, name, link, &id));
	TRY(wire_put_account_added(call->answer, str_of(link), &id));
out:
	wipe(link, sizeof(link));
	return rc;
}

static enum rc
handle_account_list(void *state, struct str body, struct call *call)
{
	struct arena arena = ARENA(4u << 20);
	struct account *list;
	size_t n;
	enum rc rc = RC_OK;

	if (body.n)
		return FAIL(RC_SYNTAX, "this message has no body");
	TRY(auth_account_list(((struct state *)state)->auth, &arena, &list, &n));
	TRY(wire_put_accounts(call->answer, list, n));
out:
	arena_free(&arena);
	return rc;
}

static enum rc
handle_facts(void *state, struct str body, struct call *call)
{
	struct buf json = BUF(ME_BYTES_MAX - 16);
	enum rc rc = RC_OK;

	if (body.n)
		return FAIL(RC_SYNTAX, "this message has no body");
	TRY(auth_facts(((struct state *)state)->auth, &json));
	TRY(wire_put_text(call->answer, buf_str(&json)));
out:
	buf_free(&json);
	return rc;
}

static enum rc
handle_token_list(void *state, struct str body, struct call *call)
{
	struct buf json = BUF(TEXT_BYTES_MAX - 16);
	enum rc rc = RC_OK;

	if (body.n)
		return FAIL(RC_SYNTAX, "this message has no body");
	TRY(auth_token_list(((struct state *)state)->auth, &json));
	TRY(wire_put_text(call->answer, buf_str(&json)));
out:
	buf_free(&json);
	return rc;
}

static enum rc
handle_generator(void *state, struct str body, struct call *call)
{
	struct buf json = BUF(TEXT_BYTES_MAX - 16);
	struct generator_ask ask;
	enum rc rc = RC_OK;

	TRY(wire_get_generator(body, &ask));
	TRY(auth_generator(((struct state *)state)->auth, &ask, &json));
	TRY(wire_put_text(call->answer, buf_str(&json)));
out:
	buf_free(&json);
	return rc;
}

static enum rc
handle_generator_load(void *state, struct str body, struct call *call)
{
	struct buf json = BUF(TEXT_BYTES_MAX - 16);
	struct str token, csv;
	enum rc rc = RC_OK;

	TRY(wire_get_generator_load(body, &token, &csv));
	TRY(auth_generator_load(((struct state *)state)->auth, token, csv, &json));
	TRY(wire_put_text(call->answer, buf_str(&json)));
out:
	buf_free(&json);
	return rc;
}

static const struct handler handlers[] = {
	{ MESSAGE_AUTH_SIGN_IN, handle_hashing },
	{ MESSAGE_AUTH_SIGN_OUT, handle_sign_out },
	{ MESSAGE_AUTH_ENROL_BEGIN, handle_enrol_begin },
	{ MESSAGE_AUTH_ENROL_FINISH, handle_hashing },
	{ MESSAGE_AUTH_STEP_UP, handle_step_up },
	{ MESSAGE_AUTH_CHALLENGE, handle_challenge },
	{ MESSAGE_AUTH_ME, handle_me },
	{ MESSAGE_AUTH_CERTIFICATE, handle_certificate },
	{ MESSAGE_AUTH_ME_CHANGE, handle_hashing },
	{ MESSAGE_AUTH_ACCOUNT_CHANGE, handle_account_change },
	{ MESSAGE_AUTH_SESSION_GET, handle_session_get },
	{ MESSAGE_AUTH_ACCOUNT_ADD, handle_account_add },
	{ MESSAGE_AUTH_ACCOUNT_LINK, handle_account_link },
	{ MESSAGE_AUTH_ACCOUNT_LIST, handle_account_list },
	{ MESSAGE_AUTH_FACTS, handle_facts },
	{ MESSAGE_AUTH_TOKEN_LIST, handle_token_list },
	{ MESSAGE_AUTH_GENERATOR, handle_generator },
	{ MESSAGE_AUTH_GENERATOR_LOAD, handle_generator_load },
	{ MESSAGE_NONE, NULL },
};

static enum rc
open_state(struct proc *proc, void **ret)
{
	struct state *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->proc = proc;
	s->folder = proc_fd(proc, "folder");
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->more, NULL);
	*ret = s;
	return RC_OK;
}

static enum rc
setting(struct proc *proc, const char *name, int least, int most, int *to)
{
	struct str text = str_of(proc_setting(proc, name));
	int64_t n;
	enum rc rc = RC_OK;

	if (text.n == 0)
		return RC_OK; /* the default stands */
	TRY(num_parse(text, least, most, &n));
	*to = (int)n;
out:
	return rc == RC_OK ? rc : rc_context(rc, "setting %s", name);
}

/* "administrator=10/8 on-call=60/24", shaped by conf; here it is asked whether there is such a role. */
static enum rc
role_limits(struct proc *proc, struct auth_settings *s)
{
	struct str text = str_of(proc_setting(proc, "session_roles")), one, name, idle;
	enum rc rc = RC_OK;

	while (text.n && str_cut(&text, ' ', &one)) {
		int64_t minutes, hours;
		enum role role;

		(void)str_cut(&one, '=', &name);
		(void)str_cut(&one, '/', &idle);
		role = role_of(name);
		if (role == ROLE_NONE)
			TRY(FAIL(RC_SYNTAX, "session_roles: " STR_FMT " という役割はありません / there is no such role", STR_ARG(name)));
		TRY(num_parse(idle, 1, 480, &minutes));
		TRY(num_parse(one, 1, 24, &hours));
		s->of_role[role].idle_minutes = (int)minutes;
		s->of_role[role].session_minutes = (int)hours * 60;
	}
out:
	return rc;
}

/* Whoever can read this file is root or the station's own user: the local console. */
static enum rc
console_token(struct state *s)
{
	uint8_t bytes[TOKEN_CHARS / 2];
	struct buf token = BUF(TOKEN_CHARS);
	enum rc rc = RC_OK;

	random_bytes(bytes, sizeof(bytes));
	TRY(hex_encode(&token, (struct str){ (const char *)bytes, sizeof(bytes) }));
	auth_console_set(s->auth, buf_str(&token));
	TRY(file_write(s->folder, "console.token", buf_str(&token), 0600));
out:
	wipe(bytes, sizeof(bytes));
	wipe_free(&token);
	return rc;
}

static enum rc
start(void *state)
{
	struct state *s = state;
	struct auth_settings settings = AUTH_SETTINGS;
	int session_h = settings.session_minutes / 60;
	size_t authorities;
	enum rc rc = RC_OK;

	TRY(setting(s->proc, "lock_after_failures", 1, 100, &settings.lock_after_failures));
	TRY(setting(s->proc, "lock_minutes", 1, 100000, &settings.lock_minutes));
	TRY(setting(s->proc, "session_idle_min", 1, 1440, &settings.idle_minutes));
	TRY(setting(s->proc, "session_max_h", 1, 168, &session_h));
	settings.session_minutes = session_h * 60;
	TRY(role_limits(s->proc, &settings));
	TRY(setting(s->proc, "password_chars_min", 1, 64, &settings.password.chars_min));
	TRY(setting(s->proc, "password_classes_min", 0, 4, &settings.password.classes_min));
	s->authorities = (struct buf)BUF(AUTHORITIES_MAX);
	if (proc_fd(s->proc, "authorities") >= 0) {
		TRY(file_read_fd(proc_fd(s->proc, "authorities"), AUTHORITIES_MAX, &s->authorities));
		TRY(client_authorities_check(buf_str(&s->authorities), &authorities));
		settings.authorities = buf_str(&s->authorities);
	}
	settings.password.breach_fd = proc_fd(s->proc, "breach");
	TRY(setting(s->proc, "port", 1, 65535, &settings.port));
	if (*proc_setting(s->proc, "admin_listen"))
		TRY(setting(s->proc, "admin_port", 1, 65535, &settings.admin_port));
	if (*proc_setting(s->proc, "host_name") &&
	    snprintf(settings.host_name, sizeof(settings.host_name), "%s", proc_setting(s->proc, "host_name")) >= (int)sizeof(settings.host_name))
		TRY(FAIL(RC_SYNTAX, "host_name is too long"));
	TRY(auth_open("/auth.db", &settings, (struct auth_clock){ clock_now, NULL }, proc_peer(s->proc, PROC_LEDGER), proc_peer(s->proc, PROC_VAULT), &s->auth));
	TRY(auth_start(s->auth));
	TRY(console_token(s));
	for (; s->hashers_count < HASHERS; s->hashers_count++)
		if (pthread_create(&s->hashers[s->hashers_count], NULL, hash_requests, s) != 0)
			return FAIL(RC_IO, "a thread that hashes passwords cannot start");
out:
	return rc;
}

static void
tick(void *state)
{
	auth_tidy(((struct state *)state)->auth);
}

static void
stop(void *state)
{
	struct state *s = state;

	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->more);
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < s->hashers_count; i++)
		pthread_join(s->hashers[i], NULL);
	for (; s->count; s->count--, s->first = (s->first + 1) % WAITING_MAX)
		wipe_free(&s->queue[s->first].request.body);
	auth_close(s->auth);
	s->auth = NULL;
	buf_free(&s->authorities);
	if (file_remove(s->folder, "console.token") != RC_OK)
		rc_trail_clear(); /* a new one is written at the next start in any case */
}

int
main(int argc, char **argv)
{
	static const struct proc_spec spec = {
		.id = PROC_AUTH,
		.needs = NEED_FILES_READ | NEED_FILES_WRITE,
		.threads = 2,
		.handlers = handlers,
		.open = open_state,
		.start = start,
		.tick = tick,
		.tick_ms = 60000,
		.stop = stop,
	};

	return proc_run(&spec, argc, argv);
}
