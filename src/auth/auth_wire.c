// SPDX-License-Identifier: Apache-2.0
/* One put and one get per message; what is fixed in size is copied, the rest borrowed. */
#include "auth/auth_wire.h"

#include <string.h>

#include "ipc/codec.h"

bool
token_ok(struct str s)
{
	if (s.n != TOKEN_CHARS)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return true;
}

bool
api_token_ok(struct str s)
{
	struct str head = STR(API_TOKEN_HEAD);

	if (s.n != TOKEN_CHARS || !str_starts(s, head))
		return false;
	for (size_t i = head.n; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return true;
}

/* A string into an array of `size` bytes; too long counts as bad. */
static void
get_cstr(struct reader *r, char *to, size_t size)
{
	struct str s = get_str(r, size - 1);

	if (s.n && memchr(s.p, '\0', s.n))
		r->bad = true;
	memset(to, 0, size);
	if (s.n && !r->bad)
		memcpy(to, s.p, s.n);
}

static uint32_t
get_roles(struct reader *r)
{
	uint32_t v = get_u32(r);

	if (roles_side(v) == SIDE_NONE)
		r->bad = true;
	return r->bad ? 0 : v;
}

static bool
get_bool(struct reader *r)
{
	uint8_t v = get_u8(r);

	if (v > 1)
		r->bad = true;
	return v == 1;
}

enum rc
wire_put_sign_in(struct buf *b, const struct sign_in *s)
{
	enum rc rc = RC_OK;

	TRY(put_str(b, s->name));
	TRY(put_str(b, s->password));
	TRY(put_str(b, s->code));
	TRY(put_str(b, s->device));
	TRY(put_str(b, s->address));
	TRY(put_str(b, s->emergency));
	TRY(put_str(b, s->credential));
	TRY(put_str(b, s->client_data));
	TRY(put_str(b, s->authenticator_data));
	TRY(put_str(b, s->signature));
	TRY(put_str(b, s->handshake));
out:
	return rc;
}

enum rc
wire_get_sign_in(struct str body, struct sign_in *ret)
{
	struct reader r = reader_of(body);
	struct sign_in s;
	enum rc rc = RC_OK;

	s.name = get_str(&r, ACCOUNT_NAME_MAX);
	s.password = get_str(&r, PASSWORD_BYTES_MAX);
	s.code = get_str(&r, CODE_BYTES_MAX);
	s.device = get_str(&r, TOKEN_CHARS);
	s.address = get_str(&r, ADDRESS_BYTES_MAX);
	s.emergency = get_str(&r, REASON_BYTES_MAX);
	s.credential = get_str(&r, CREDENTIAL_BYTES_MAX);
	s.client_data = get_str(&r, PASSKEY_BYTES_MAX);
	s.authenticator_data = get_str(&r, PASSKEY_BYTES_MAX);
	s.signature = get_str(&r, PASSKEY_BYTES_MAX);
	s.handshake = get_str(&r, HANDSHAKE_BYTES_MAX);
	TRY(get_end(&r));
	*ret = s;
out:
	return rc;
}

enum rc
wire_put_sign_in_result(struct buf *b, const struct sign_in_result *s)
{
	enum rc rc = RC_OK;

	TRY(put_u8(b, s->accepted));
	TRY(put_str(b, str_of(s->answer.token)));
	TRY(put_str(b, str_of(s->answer.device)));
	TRY(put_i64(b, s->answer.locked_until_us));
out:
	return rc;
}

enum rc
wire_get_sign_in_result(struct str body, struct sign_in_result *ret)
{
	struct reader r = reader_of(body);
	struct sign_in_result s = { .accepted = get_bool(&r) };
	enum rc rc = RC_OK;

	get_cstr(&r, s.answer.token, sizeof(s.answer.token));
	get_cstr(&r, s.answer.device, sizeof(s.answer.device));
	s.answer.locked_until_us = get_i64(&r);
	TRY(get_end(&r));
	*ret = s;
out:
	return rc;
}

enum rc
wire_put_token(struct buf *b, struct str token)
{
	return put_str(b, token);
}

enum rc
wire_get_token(struct str body, struct str *ret)
{
	struct reader r = reader_of(body);
	struct str token = get_str(&r, TOKEN_CHARS);
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	if (!token_ok(token) && !api_token_ok(token))
		return FAIL(RC_SYNTAX, "not a token");
	*ret = token;
out:
	return rc;
}

enum rc
wire_put_step_up(struct buf *b, struct str token, struct str code)
{
	enum rc rc = RC_OK;

	TRY(put_str(b, token));
	TRY(put_str(b, code));
out:
	return rc;
}

enum rc
wire_get_step_up(struct str body, struct str *ret_token, struct str *ret_code)
{
	struct reader r = reader_of(body);
	struct str token = get_str(&r, TOKEN_CHARS), code = get_str(&r, CODE_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	if (!token_ok(token))
		return FAIL(RC_SYNTAX, "not a token");
	*ret_token = token;
	*ret_code = code;
out:
	return rc;
}

enum rc
wire_put_me_change(struct buf *b, const struct me_change *m)
{
	enum rc rc = RC_OK;

	TRY(put_str(b, m->token));
	TRY(put_u8(b, (uint8_t)m->what));
	TRY(put_str(b, m->a));
	TRY(put_str(b, m->b));
	TRY(put_str(b, m->c));
out:
	return rc;
}

enum rc
wire_get_me_change(struct str body, struct me_change *ret)
{
	struct reader r = reader_of(body);
	struct me_change m = { .token = get_str(&r, TOKEN_CHARS) };
	enum rc rc = RC_OK;

	m.what = (enum me_kind)get_u8(&r);
	m.a = get_str(&r, PASSWORD_BYTES_MAX);
	m.b = get_str(&r, HANDSHAKE_BYTES_MAX);
	m.c = get_str(&r, PASSKEY_BYTES_MAX);
	TRY(get_end(&r));
	if (m.what <= ME_NONE || m.what >= ME_COUNT || !token_ok(m.token))
		return FAIL(RC_SYNTAX, "no such change of the own account");
	*ret = m;
out:
	return rc;
}

enum rc
wire_put_account_change(struct buf *b, const struct account_change *c)
{
	enum rc rc = RC_OK;

	TRY(put_bytes(b, c->by.b, ID_BYTES));
	TRY(put_str(b, c->name));
	TRY(put_u8(b, (uint8_t)c->what));
	TRY(put_u32(b, c->roles));
	TRY(put_bytes(b, c->person.b, ID_BYTES));
	TRY(put_i64(b, c->from_us));
	TRY(put_i64(b, c->until_us));
out:
	return rc;
}

enum rc
wire_get_account_change(struct str body, struct account_change *ret)
{
	struct reader r = reader_of(body);
	struct account_change c = { 0 };
	enum rc rc = RC_OK;

	get_copy(&r, c.by.b, ID_BYTES);
	c.name = get_str(&r, ACCOUNT_NAME_MAX);
	c.what = (enum account_change_kind)get_u8(&r);
	c.roles = get_u32(&r);
	get_copy(&r, c.person.b, ID_BYTES);
	c.from_us = get_i64(&r);
	c.until_us = get_i64(&r);
	TRY(get_end(&r));
	if (c.what <= ACCOUNT_CHANGE_NONE || c.what >= ACCOUNT_CHANGE_COUNT)
		return FAIL(RC_SYNTAX, "no such change of an account");
	*ret = c;
out:
	return rc;
}

enum rc
wire_put_generator(struct buf *b, const struct generator_ask *g)
{
	enum rc rc = RC_OK;

	TRY(put_bytes(b, g->by.b, ID_BYTES));
	TRY(put_u8(b, (uint8_t)g->what));
	TRY(put_bytes(b, g->digest.b, sizeof(g->digest.b)));
	TRY(put_str(b, g->serial));
	TRY(put_str(b, g->name));
out:
	return rc;
}

enum rc
wire_get_generator(struct str body, struct generator_ask *ret)
{
	struct reader r = reader_of(body);
	struct generator_ask g = { .serial = STR_NONE };
	enum rc rc = RC_OK;

	get_copy(&r, g.by.b, ID_BYTES);
	g.what = (enum generator_ask_kind)get_u8(&r);
	get_copy(&r, g.digest.b, sizeof(g.digest.b));
	g.serial = get_str(&r, ACCOUNT_NAME_MAX);
	g.name = get_str(&r, ACCOUNT_NAME_MAX);
	TRY(get_end(&r));
	if (g.what < GENERATOR_ALLOW || g.what >= GENERATOR_ASK_COUNT)
		return FAIL(RC_SYNTAX, "no such question about hardware tokens");
	*ret = g;
out:
	return rc;
}

enum rc
wire_put_generator_load(struct buf *b, struct str token, struct str csv)
{
	enum rc rc = RC_OK;

	TRY(put_str(b, token));
	TRY(put_str(b, csv));
out:
	return rc;
}

enum rc
wire_get_generator_load(struct str body, struct str *ret_token, struct str *ret_csv)
{
	struct reader r = reader_of(body);
	struct str token = get_str(&r, TOKEN_CHARS), csv = get_str(&r, GENERATOR_LIST_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	if (!token_ok(token) && !api_token_ok(token))
		return FAIL(RC_SYNTAX, "not a token");
	*ret_token = token;
	*ret_csv = csv;
out:
	return rc;
}

enum rc
wire_put_challenge(struct buf *b, struct str token, struct str device)
{
	enum rc rc = RC_OK;

	TRY(put_str(b, token));
	TRY(put_str(b, device));
out:
	return rc;
}

enum rc
wire_get_challenge(struct str body, struct str *ret_token, struct str *ret_device)
{
	struct reader r = reader_of(body);
	struct str token = get_str(&r, TOKEN_CHARS), device = get_str(&r, TOKEN_CHARS);
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	*ret_token = token;
	*ret_device = device;
out:
	return rc;
}

enum rc
wire_put_certificate(struct buf *b, struct str token, struct str handshake)
{
	enum rc rc = RC_OK;

	TRY(put_str(b, token));
	TRY(put_str(b, handshake));
out:
	return rc;
}

enum rc
wire_get_certificate(struct str body, struct str *ret_token, struct str *ret_handshake)
{
	struct reader r = reader_of(body);
	struct str token = get_str(&r, TOKEN_CHARS), handshake = get_str(&r, HANDSHAKE_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	if (token.n && !token_ok(token))
		return FAIL(RC_SYNTAX, "not a token");
	*ret_token = token;
	*ret_handshake = handshake;
out:
	return rc;
}

enum rc
wire_put_text(struct buf *b, struct str text)
{
	return put_str(b, text);
}

enum rc
wire_get_text(struct str body, struct str *ret)
{
	struct reader r = reader_of(body);
	struct str text = get_str(&r, TEXT_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	*ret = text;
out:
	return rc;
}

static enum rc
put_account(struct buf *b, const struct account *a)
{
	enum rc rc = RC_OK;

	TRY(put_bytes(b, a->id.b, ID_BYTES));
	TRY(put_str(b, str_of(a->name)));
	TRY(put_str(b, str_of(a->display)));
	TRY(put_u32(b, a->roles));
	TRY(put_u8(b, a->enrolled));
	TRY(put_i64(b, a->created_at_us));
	TRY(put_i64(b, a->last_sign_in_at_us));
	TRY(put_i64(b, a->locked_until_us));
	TRY(put_i64(b, a->suspended_at_us));
	TRY(put_u32(b, a->passkeys));
	TRY(put_u32(b, a->certificates));
	TRY(put_bytes(b, a->person.b, ID_BYTES));
	TRY(put_i64(b, a->from_us));
	TRY(put_i64(b, a->until_us));
	TRY(put_i64(b, a->ended_at_us));
	TRY(put_i64(b, a->removed_at_us));
	TRY(put_u32(b, a->devices));
out:
	return rc;
}

static void
get_account(struct reader *r, struct account *a)
{
	get_copy(r, a->id.b, ID_BYTES);
	get_cstr(r, a->name, sizeof(a->name));
	get_cstr(r, a->display, sizeof(a->display));
	a->roles = get_roles(r);
	a->enrolled = get_bool(r);
	a->created_at_us = get_i64(r);
	a->last_sign_in_at_us = get_i64(r);
	a->locked_until_us = get_i64(r);
	a->suspended_at_us = get_i64(r);
	a->passkeys = get_u32(r);
	a->certificates = get_u32(r);
	get_copy(r, a->person.b, ID_BYTES);
	a->from_us = get_i64(r);
	a->until_us = get_i64(r);
	a->ended_at_us = get_i64(r);
	a->removed_at_us = get_i64(r);
	a->devices = get_u32(r);
}

enum rc
wire_put_enrol_begun(struct buf *b, const struct account *a, struct str uri)
{
	enum rc rc = RC_OK;

	TRY(put_account(b, a));
	TRY(put_str(b, uri));
out:
	return rc;
}

enum rc
wire_get_enrol_begun(struct str body, struct account *ret, struct str *ret_uri)
{
	struct reader r = reader_of(body);
	struct account a = { 0 };
	struct str uri;
	enum rc rc = RC_OK;

	get_account(&r, &a);
	uri = get_str(&r, URI_BYTES_MAX);
	TRY(get_end(&r));
	*ret = a;
	*ret_uri = uri;
out:
	return rc;
}

enum rc
wire_put_enrol_finish(struct buf *b, const struct enrol_finish *e)
{
	enum rc rc = RC_OK;

	TRY(put_str(b, e->link));
	TRY(put_str(b, e->password));
	TRY(put_str(b, e->code));
out:
	return rc;
}

enum rc
wire_get_enrol_finish(struct str body, struct enrol_finish *ret)
{
	struct reader r = reader_of(body);
	struct enrol_finish e;
	enum rc rc = RC_OK;

	e.link = get_str(&r, TOKEN_CHARS);
	e.password = get_str(&r, PASSWORD_BYTES_MAX);
	e.code = get_str(&r, CODE_BYTES_MAX);
	TRY(get_end(&r));
	*ret = e;
out:
	return rc;
}

enum rc
wire_put_session(struct buf *b, const struct session *s)
{
	enum rc rc = RC_OK;

	TRY(put_bytes(b, s->account.b, ID_BYTES));
	TRY(put_str(b, str_of(s->name)));
	TRY(put_str(b, str_of(s->display)));
	TRY(put_u32(b, s->roles));
	TRY(put_i64(b, s->signed_in_at_us));
	TRY(put_i64(b, s->expires_at_us));
	TRY(put_i64(b, s->stepped_up_at_us));
	TRY(put_str(b, str_of(s->csrf)));
	TRY(put_u8(b, s->by_token));
	TRY(put_bytes(b, s->scope, sizeof(s->scope)));
out:
	return rc;
}

enum rc
wire_get_session(struct str body, struct session *ret)
{
	struct reader r = reader_of(body);
	struct session s = { 0 };
	enum rc rc = RC_OK;

	get_copy(&r, s.account.b, ID_BYTES);
	get_cstr(&r, s.name, sizeof(s.name));
	get_cstr(&r, s.display, sizeof(s.display));
	s.roles = get_roles(&r);
	s.signed_in_at_us = get_i64(&r);
	s.expires_at_us = get_i64(&r);
	s.stepped_up_at_us = get_i64(&r);
	get_cstr(&r, s.csrf, sizeof(s.csrf));
	s.by_token = get_bool(&r);
	get_copy(&r, s.scope, sizeof(s.scope));
	TRY(get_end(&r));
	*ret = s;
out:
	return rc;
}

enum rc
wire_put_account_add(struct buf *b, const struct account_add *a)
{
	enum rc rc = RC_OK;

	TRY(put_bytes(b, a->by.b, ID_BYTES));
	TRY(put_str(b, a->name));
	TRY(put_str(b, a->display));
	TRY(put_u32(b, a->roles));
	TRY(put_bytes(b, a->person.b, ID_BYTES));
	TRY(put_i64(b, a->from_us));
	TRY(put_i64(b, a->until_us));
out:
	return rc;
}

enum rc
wire_get_account_add(struct str body, struct account_add *ret)
{
	struct reader r = reader_of(body);
	struct account_add a = { 0 };
	enum rc rc = RC_OK;

	get_copy(&r, a.by.b, ID_BYTES);
	a.name = get_str(&r, ACCOUNT_NAME_MAX);
	a.display = get_str(&r, DISPLAY_BYTES_MAX);
	a.roles = get_roles(&r);
	get_copy(&r, a.person.b, ID_BYTES);
	a.from_us = get_i64(&r);
	a.until_us = get_i64(&r);
	TRY(get_end(&r));
	*ret = a;
out:
	return rc;
}

enum rc
wire_put_account_link(struct buf *b, const struct opaque_id *by, struct str name)
{
	enum rc rc = RC_OK;

	TRY(put_bytes(b, by->b, ID_BYTES));
	TRY(put_str(b, name));
out:
	return rc;
}

enum rc
wire_get_account_link(struct str body, struct opaque_id *ret_by, struct str *ret_name)
{
	struct reader r = reader_of(body);
	struct opaque_id by;
	struct str name;
	enum rc rc = RC_OK;

	get_copy(&r, by.b, ID_BYTES);
	name = get_str(&r, ACCOUNT_NAME_MAX);
	TRY(get_end(&r));
	*ret_by = by;
	*ret_name = name;
out:
	return rc;
}

enum rc
wire_put_account_added(struct buf *b, struct str link, const struct opaque_id *id)
{
	enum rc rc = RC_OK;

	TRY(put_str(b, link));
	TRY(put_bytes(b, id->b, ID_BYTES));
out:
	return rc;
}

enum rc
wire_get_account_added(struct str body, struct str *ret_link, struct opaque_id *ret_id)
{
	struct reader r = reader_of(body);
	struct str link = get_str(&r, TOKEN_CHARS);
	struct opaque_id id;
	enum rc rc = RC_OK;

	get_copy(&r, id.b, ID_BYTES);
	TRY(get_end(&r));
	*ret_link = link;
	*ret_id = id;
out:
	return rc;
}

enum rc
wire_put_accounts(struct buf *b, const struct account *a, size_t n)
{
	enum rc rc = RC_OK;

	TRY(put_u32(b, (uint32_t)n));
	for (size_t i = 0; i < n; i++)
		TRY(put_account(b, &a[i]));
out:
	return rc;
}

enum rc
wire_get_accounts(struct str body, struct arena *arena, struct account **ret, size_t *ret_n)
{
	struct reader r = reader_of(body);
	uint32_t n = get_u32(&r);
	struct account *a;
	enum rc rc = RC_OK;

	if (n > ACCOUNTS_MAX)
		return FAIL(RC_SYNTAX, "too many accounts: %u", n);
	a = arena_get(arena, (n ? n : 1) * sizeof(*a));
	if (a == NULL)
		return FAIL(RC_LIMIT, "no room for %u accounts", n);
	for (uint32_t i = 0; i < n && !r.bad; i++)
		get_account(&r, &a[i]);
	TRY(get_end(&r));
	*ret = a;
	*ret_n = n;
out:
	return rc;
}
