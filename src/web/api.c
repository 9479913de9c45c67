// SPDX-License-Identifier: Apache-2.0
/*
 * The API for programs: /api/v1. Every request carries its token and nothing
 * else counts: no cookie is read, none is set, so no browser can be made to ask.
 *
 * POST act/ID takes the act's JSON object; GET and a page's address answer what
 * the page shows. Core decides as for everyone. A calendar program sends no head: its token, for what is due alone, stands in the address.
 * openapi.json is made of the table of acts.
 */
#include "web/site_int.h"

#include <stdlib.h>
#include <string.h>

#include "auth/ask_auth.h"
#include "base/time_text.h"
#include "core/ask_core.h"
#include "os/file.h"
#include "web/api.h"
#include "web/arguments.h"
#include "web/ics.h"

#define PREFIX         "/api/v1/"
#define FAILURES_MAX   30 /* of an address, in a minute */

/* ---- how often an address came with a token that is none */

static uint32_t
slot_of(struct str address)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < address.n; i++)
		h = (h ^ (uint8_t)address.p[i]) * 16777619u;
	return h;
}

static bool
failing(struct site *site, struct str address, int64_t now_us, bool once_more)
{
	uint32_t h = slot_of(address);
	struct api_failures *f = &site->failures[h % API_SLOTS];
	int64_t minute = now_us / MINUTE_US;
	bool ret;

	pthread_mutex_lock(&site->failures_lock);
	if (f->address != h || f->minute != minute)
		*f = (struct api_failures){ .address = h, .minute = minute };
	f->count += once_more;
	ret = f->count > FAILURES_MAX;
	pthread_mutex_unlock(&site->failures_lock);
	return ret;
}

/* ---- answers */

static void
answer(struct visit *v, int status, const char *class, const char *sentence)
{
	json_t *error = json_pack("{s:{s:s, s:s%}}", "error", "class", class, "sentence", sentence, strlen(sentence));
	char *text = error ? json_dumps(error, JSON_COMPACT) : NULL;

	buf_reset(&v->a->body);
	v->a->fields_n = 0;
	visit_typed(v, status, "application/json; charset=utf-8");
	if (buf_add_c(&v->a->body, text ? text : "{\"error\":{\"class\":\"BUG\",\"sentence\":\"\"}}") != RC_OK)
		v->a->status = 500;
	if (status == 401)
		http_field(v->a, "WWW-Authenticate", STR("Bearer realm=\"tsujiban\""));
	if (status == 429 || status == 503)
		http_field(v->a, "Retry-After", STR("60"));
	free(text);
	json_decref(error);
	rc_trail_clear();
}

static void
refused(struct visit *v, enum rc rc)
{
	bool nobody = rc == RC_DENIED && strstr(rc_trail(), "no such session");

	if (nobody)
		(void)failing(v->site, v->q->address, now_us(), true);
	answer(v, nobody ? 401 : visit_code_of(rc), rc_name(rc), nobody ? "トークンが違うか、終わっています / the token is unknown, ended or expired" : rc_trail());
}

/* ---- requests */

static enum rc
posted(struct visit *v, struct str name, struct str token)
{
	const struct caller caller = { token, v->q->address, v->q->admin ? DOOR_ADMIN : DOOR_CONSOLE, v->q->connected_at_us };
	enum act act = act_of(name);
	enum rc rc = RC_OK;

	if (act == ACT_NONE)
		return FAIL(RC_NOTFOUND, "その名前の操作はありません / no act has this name");
	if (!str_starts(v->q->content_type, STR("application/json")))
		return FAIL(RC_SYNTAX, "本文は application/json で送ってください / send the body as application/json");
	if (v->q->admin)
		TRY(ask_core_door(v->site->spec.core, v->q->address, DOOR_ADMIN));
	TRY(arguments_check(v->q->body));
	if (act == ACT_GENERATOR_CHECK)
		return generator_check(v->site, &caller, v->q->body, &v->a->body);
	TRY(ask_core_act(v->site->spec.core, act, &caller, v->q->body, &v->a->body));
out:
	return rc;
}

static enum rc
got(struct visit *v, struct str token)
{
	const struct caller caller = { token, v->q->address, v->q->admin ? DOOR_ADMIN : DOOR_CONSOLE, v->q->connected_at_us };
	struct buf arguments = BUF(262144);
	struct str path, segment = STR_NONE;
	enum act act;
	enum rc rc = RC_OK;

	if (v->q->admin)
		TRY(ask_core_door(v->site->spec.core, v->q->address, DOOR_ADMIN));
	TRY(decode_path(v->a->arena, v->q->path, &path));
	TRY(decode_form(v->a->arena, v->q->query, &v->query));
	path = str_sub(path, sizeof(PREFIX) - 2, path.n); /* the stroke stays */
	act = act_of_path(METHOD_GET, str_eq_c(path, "/board") ? STR("/") : path, &segment);
	if (act == ACT_NONE)
		TRY(FAIL(RC_NOTFOUND, "そのアドレスはありません / there is nothing at this address"));
	TRY(arguments_build(act, segment, &v->query, str_eq_c(pairs_get(&v->query, "lang"), "en"), NULL, &arguments));
	TRY(ask_core_act(v->site->spec.core, act, &caller, buf_str(&arguments), &v->a->body));
out:
	buf_free(&arguments);
	return rc;
}

bool
site_api(struct visit *v)
{
	struct str prefix = STR(PREFIX), name = STR("act/"), token, rest;
	enum rc rc;

	if (!str_starts(v->q->path, STR("/api/")))
		return false;
	rest = str_starts(v->q->path, prefix) ? str_sub(v->q->path, prefix.n, v->q->path.n) : STR_NONE;
	if (rest.n == 0) {
		answer(v, 404, "NOTFOUND", "APIは /api/v1/ の下にあります / the API is below /api/v1/");
	} else if (failing(v->site, v->q->address, now_us(), false)) {
		answer(v, 429, "LIMIT", "違うトークンが続いたため、1分待ってください / too many wrong tokens: wait a minute");
	} else if (v->q->method != HTTP_POST && str_eq_c(rest, "openapi.json")) {
		visit_typed(v, 200, "application/json; charset=utf-8");
		if (openapi_write(&v->a->body) != RC_OK)
			answer(v, 500, "BUG", "");
	} else if (decode_host(v->q->host) != RC_OK) {
		refused(v, RC_SYNTAX);
	} else if (v->q->admin && ask_core_door(v->site->spec.core, v->q->address, DOOR_ADMIN) != RC_OK) {
		answer(v, 403, "DENIED", "届け出ていないアドレスです / this address is not declared");
	} else if (decode_api_bearer(v->q->authorization, &token) != RC_OK || token.n != TOKEN_CHARS || !str_starts(token, STR(API_TOKEN_HEAD))) {
		(void)failing(v->site, v->q->address, now_us(), v->q->authorization.n > 0);
		answer(v, 401, "DENIED", "Authorization: Bearer と、マイページで作ったAPIトークンを付けてください / send Authorization: Bearer and an API token made on your own page");
	} else {
		rc = v->q->method == HTTP_POST ? str_starts(rest, name) ? posted(v, str_sub(rest, name.n, rest.n), token) : FAIL(RC_NOTFOUND, "POST " PREFIX "act/ID") : got(v, token);
		if (rc == RC_OK)
			visit_typed(v, 200, "application/json; charset=utf-8");
		else
			refused(v, rc);
	}
	return true;
}

/* ---- a calendar that a program subscribes to: its address bears the token, which may read what is due and nothing else */

#define CALENDAR "/calendar/"

static enum rc
calendar(struct visit *v, struct str token)
{
	const struct caller caller = { token, v->q->address, v->q->admin ? DOOR_ADMIN : DOOR_CONSOLE, v->q->connected_at_us };
	struct buf arguments = BUF(4096), reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;
	enum rc rc = RC_OK;

	if (v->q->admin)
		TRY(ask_core_door(v->site->spec.core, v->q->address, DOOR_ADMIN));
	TRY(decode_form(v->a->arena, v->q->query, &v->query));
	v->english = str_eq_c(pairs_get(&v->query, "lang"), "en");
	TRY(arguments_build(ACT_DEADLINE_LIST, STR_NONE, &v->query, v->english, NULL, &arguments));
	TRY(ask_core_act(v->site->spec.core, ACT_DEADLINE_LIST, &caller, buf_str(&arguments), &reply));
	answer = json_loadb(reply.p ? reply.p : "", reply.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(answer))
		TRY(FAIL(RC_PEER, "core: the answer is no JSON object"));
	if (strcmp(html_member(json_object_get(answer, "me"), "only"), act_row(ACT_DEADLINE_LIST)->id) != 0)
		TRY(FAIL(RC_DENIED, "a token that may do more does not stand in an address"));
	v->page = (struct page_request){ .english = v->english, .now_us = now_us(), .query = &v->query, .station = v->site->spec.station, .arena = v->a->arena, .answer = answer };
	TRY(page_ics(&v->page, false, &v->a->body));
out:
	v->page.answer = NULL;
	json_decref(answer);
	buf_free(&arguments);
	buf_free(&reply);
	return rc;
}

bool
site_calendar(struct visit *v)
{
	struct str token = str_sub(v->q->path, sizeof(CALENDAR) - 1, v->q->path.n);
	enum rc rc;

	if (!str_starts(v->q->path, STR(CALENDAR)) || !str_ends(token, STR(".ics")))
		return false;
	token.n -= 4;
	if (failing(v->site, v->q->address, now_us(), false))
		rc = FAIL(RC_LIMIT, "too many wrong tokens");
	else if (v->q->method == HTTP_POST || decode_host(v->q->host) != RC_OK || token.n != TOKEN_CHARS || !str_starts(token, STR(API_TOKEN_HEAD)))
		rc = FAIL(RC_DENIED, "no such calendar");
	else
		rc = calendar(v, token);
	if (rc == RC_OK) {
		visit_typed(v, 200, "text/calendar; charset=utf-8");
		return true;
	}
	if (rc == RC_DENIED)
		(void)failing(v->site, v->q->address, now_us(), true);
	buf_reset(&v->a->body);
	v->a->fields_n = 0;
	visit_typed(v, rc == RC_LIMIT ? 429 : rc == RC_DENIED ? 404 : visit_code_of(rc), "text/plain; charset=utf-8"); /* whether it ever was one is not said */
	if (buf_add_c(&v->a->body, rc == RC_LIMIT ? "あとでもう一度 / try again later\n" : rc == RC_DENIED ? "このカレンダーはありません。マイページで deadline-list だけのトークンを作ってください / no such calendar: make a token for deadline-list alone on your own page\n" : "今は出せません / not now\n") != RC_OK)
		v->a->status = 500;
	rc_trail_clear();
	return true;
}
