// SPDX-License-Identifier: Apache-2.0
/*
 * Drafts: what was typed into a form whose session had ended, kept until its
 * writer has signed in again. In memory alone, a few for each address, hours;
 * shown to nobody but the account whose page the form was.
 */
#include "web/site_int.h"

#include <stdlib.h>
#include <string.h>

#include "auth/ask_auth.h"
#include "base/num.h"
#include "base/time_text.h"
#include "core/ask_core.h"
#include "os/file.h"
#include "web/multipart.h"

#define DRAFT_LIFE_US  (8 * HOUR_US)
#define OF_ADDRESS_MAX 16 /* an office has one address; a stranger does not push out what others typed */

static void
drop(struct draft *d)
{
	if (d->bytes)
		explicit_bzero(d->bytes, d->n);
	free(d->bytes);
	*d = (struct draft){ .bytes = NULL };
}

void
drafts_free(struct site *site)
{
	for (size_t i = 0; i < DRAFTS_MAX; i++)
		drop(&site->drafts[i]);
}

/* Under lock: the place of the next draft: an empty one, else the oldest, of this address when it has its share. */
static struct draft *
place(struct site *site, const char *address, int64_t now_us)
{
	struct draft *oldest = NULL, *own = NULL, *empty = NULL;
	size_t mine = 0;

	for (size_t i = 0; i < DRAFTS_MAX; i++) {
		struct draft *d = &site->drafts[i];

		if (d->bytes && now_us - d->at_us > DRAFT_LIFE_US)
			drop(d);
		if (d->bytes == NULL) {
			empty = empty ? empty : d;
			continue;
		}
		if (oldest == NULL || d->at_us < oldest->at_us)
			oldest = d;
		if (strcmp(d->address, address) == 0) {
			mine++;
			if (own == NULL || d->at_us < own->at_us)
				own = d;
		}
	}
	return mine >= OF_ADDRESS_MAX ? own : empty ? empty : oldest;
}

/* Keeps the form of this request; its id goes into the address to come back to. False: there is nothing to keep, or no writer to give it back to. */
bool
draft_keep(struct visit *v, char ret_id[DRAFT_ID_CHARS + 1])
{
	struct draft d = { .at_us = now_us(), .n = v->q->body.n };
	uint8_t bytes[DRAFT_ID_CHARS / 2];
	struct buf hex = BUF(64);
	struct draft *at;
	bool kept = false;

	if (v->q->body.n > HTTP_BODY_MAX || v->owner.n == 0 || v->owner.n > ACCOUNT_NAME_MAX || v->q->body.n == 0 || v->path.n >= sizeof(d.path) || v->q->content_type.n >= sizeof(d.type))
		return false;
	memcpy(d.owner, v->owner.p, v->owner.n);
	memcpy(d.path, v->path.p, v->path.n);
	memcpy(d.type, v->q->content_type.p, v->q->content_type.n);
	(void)snprintf(d.address, sizeof(d.address), STR_FMT, STR_ARG(v->q->address)); /* fits */
	http_random(bytes, sizeof(bytes));
	d.bytes = malloc(d.n);
	if (d.bytes && hex_encode(&hex, (struct str){ (const char *)bytes, sizeof(bytes) }) == RC_OK) {
		memcpy(d.id, buf_cstr(&hex), DRAFT_ID_CHARS + 1);
		memcpy(ret_id, d.id, DRAFT_ID_CHARS + 1);
		memcpy(d.bytes, v->q->body.p, d.n);
		pthread_mutex_lock(&v->site->failures_lock);
		at = place(v->site, d.address, d.at_us);
		drop(at);
		*at = d;
		pthread_mutex_unlock(&v->site->failures_lock);
		d.bytes = NULL;
		kept = true;
	}
	free(d.bytes);
	buf_free(&hex);
	return kept;
}

/* The fields of a draft into v->form, when it is the one of this account. */
static bool
take(struct visit *v, struct str id, const char *name)
{
	struct str body = STR_NONE, type = STR_NONE;
	enum rc rc = RC_NOTFOUND;

	pthread_mutex_lock(&v->site->failures_lock);
	for (size_t i = 0; i < DRAFTS_MAX; i++) {
		const struct draft *d = &v->site->drafts[i];

		if (d->bytes && str_eq_c(id, d->id) && strcmp(d->owner, name) == 0 && now_us() - d->at_us <= DRAFT_LIFE_US) {
			body = arena_dup(v->a->arena, (struct str){ d->bytes, d->n });
			type = arena_dup(v->a->arena, str_of(d->type));
			v->draft_path = arena_cstr(v->a->arena, str_of(d->path));
		}
	}
	pthread_mutex_unlock(&v->site->failures_lock);
	if (body.n)
		rc = str_starts(type, STR("multipart/form-data;")) ? decode_multipart(v->a->arena, type, body, &v->form) : decode_form(v->a->arena, body, &v->form);
	rc_trail_clear();
	return rc == RC_OK;
}

bool
site_draft(struct visit *v)
{
	const struct caller caller = visit_caller(v);
	struct str prefix = STR("/draft/");
	struct buf reply = BUF(HTTP_ANSWER_MAX), arguments = BUF(256);
	json_t *answer = NULL;
	const char *name;
	enum rc rc = RC_OK;

	if (!str_starts(v->path, prefix) || v->q->method == HTTP_POST)
		return false;
	TRY(buf_addf(&arguments, "{\"lang\":\"%s\"}", v->english ? "en" : "ja"));
	rc = v->token.n ? ask_core_act(v->site->spec.core, ACT_STATUS_SHOW, &caller, buf_str(&arguments), &reply) : RC_DENIED;
	if (rc == RC_DENIED) {
		rc_trail_clear();
		rc = RC_OK;
		visit_to_sign_in(v);
		goto out;
	}
	TRY(rc);
	answer = json_loadb(reply.p ? reply.p : "", reply.n, JSON_REJECT_DUPLICATES, NULL);
	name = json_string_value(json_object_get(json_object_get(answer, "me"), "name"));
	v->page.answer = answer;
	if (name == NULL || !take(v, str_sub(v->path, prefix.n, v->path.n), name)) {
		v->page.answer = NULL;
		visit_failure(v, 404, visit_sentence(v, MSG_DRAFT_GONE, MSG_NO_ARGS));
		goto out;
	}
	visit_page_answer(v, 200);
	TRY(page_draft(&v->page, v->draft_path, &v->form, &v->a->body));
out:
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
	v->page.answer = NULL;
	json_decref(answer);
	buf_free(&arguments);
	buf_free(&reply);
	return true;
}
