// SPDX-License-Identifier: Apache-2.0
/*
 * A list of hardware tokens' seeds on its way to auth. Core permits it by its hash and records that; the list itself goes to
 * auth alone, and is wiped here.
 */
#include "web/site_int.h"

#include <stdlib.h>
#include <string.h>

#include "auth/ask_auth.h"
#include "base/num.h"
#include "core/ask_core.h"
#include "web/page_int.h"

/* `list` is wiped by its owner. */
static enum rc
load(struct site *site, const struct caller *caller, struct str list, struct buf *ret)
{
	struct buf hex = BUF(64), permission = BUF(512), said = BUF(1 << 20);
	uint8_t digest[32];
	enum rc rc = RC_OK;

	if (list.n == 0)
		TRY(FAIL(RC_SYNTAX, "csv: トークンの一覧が要ります / csv: the list of tokens is needed"));
	http_hash(list, digest);
	TRY(hex_encode(&hex, (struct str){ (const char *)digest, sizeof(digest) }));
	TRY(buf_addf(&permission, "{\"id\":\"%s\"}", buf_cstr(&hex)));
	TRY(ask_core_act(site->spec.core, ACT_GENERATOR_CHECK, caller, buf_str(&permission), &said));
	TRY(ask_auth_generator_load(site->spec.auth, caller->token, list, ret));
out:
	buf_free(&hex);
	buf_free(&permission);
	buf_free(&said);
	return rc;
}

static void
forget(struct str s)
{
	if (s.n)
		explicit_bzero((void *)(uintptr_t)s.p, s.n); /* the decoder's copy is ours */
}

/*= S-3-4 */
enum rc
generator_check(struct site *site, const struct caller *caller, struct str body, struct buf *ret)
{
	json_t *arguments = json_loadb(body.n ? body.p : "", body.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *csv = json_object_get(arguments, "csv");
	struct str list = { json_string_value(csv), json_string_length(csv) };
	enum rc rc = load(site, caller, list, ret);

	forget(list);
	json_decref(arguments);
	return rc;
}

/* ---- the page */

static void
list_page(struct visit *v, int status, const json_t *checked, const char *field, const char *error)
{
	const struct caller caller = visit_caller(v);
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;
	enum rc rc = RC_OK;

	TRY(ask_core_act(v->site->spec.core, ACT_GENERATOR_LIST, &caller, STR("{}"), &reply));
	answer = json_loadb(reply.p ? reply.p : "", reply.n, 0, NULL);
	v->page.answer = answer;
	v->page.problem = error && *field == '\0' ? error : NULL;
	visit_page_answer(v, status);
	TRY(page_generators(&v->page, checked, field, error, &v->a->body));
out:
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
	v->page.answer = NULL;
	json_decref(answer);
	buf_free(&reply);
}

/* The code that came with the list. A page that asks for it alone would carry the seeds back, so this one asks for all of it again. */
static bool
stepped_up(struct visit *v)
{
	struct str code = str_trim(pairs_get(&v->form, STEP_UP_FIELD));
	const char *error = NULL;
	enum rc rc = code.n ? ask_auth_step_up(v->site->spec.auth, v->token, code) : RC_OK;

	if (rc == RC_SYNTAX) {
		(void)visit_rule_broken(v, &error);
		rc_trail_clear();
		list_page(v, 400, NULL, STEP_UP_FIELD, error);
	} else if (rc != RC_OK && rc != RC_DENIED) {
		visit_fail(v, rc);
	}
	return rc == RC_OK || rc == RC_DENIED; /* no session: core says so */
}

/*= S-3-4 */
void
site_generators(struct visit *v)
{
	const struct caller caller = visit_caller(v);
	struct str list = pairs_get(&v->form, "csv");
	struct buf answer = BUF(1 << 20);
	json_t *checked = NULL;
	enum rc rc;

	if (v->token.n && !stepped_up(v))
		goto out;
	rc = v->token.n ? load(v->site, &caller, list, &answer) : RC_DENIED;
	if (rc == RC_OK) {
		checked = json_loadb(answer.n ? answer.p : "", answer.n, JSON_REJECT_DUPLICATES, NULL);
		list_page(v, 200, checked, "", NULL);
	} else if (rc == RC_DENIED && strstr(rc_trail(), "guard:address:")) {
		visit_failure(v, 403, visit_admin_needed(v));
		rc_trail_clear();
	} else if (rc == RC_DENIED && strstr(rc_trail(), "guard:step-up:")) {
		rc_trail_clear();
		list_page(v, 403, NULL, STEP_UP_FIELD, page_word(&v->page, "ui_step_up"));
	} else if (rc == RC_SYNTAX || rc == RC_LIMIT || rc == RC_CONFLICT) {
		const char *sentence = visit_own_words(v, arena_cstr(v->a->arena, str_of(rc_trail())));

		rc_trail_clear();
		list_page(v, visit_code_of(rc), NULL, "", sentence);
	} else if (rc == RC_DENIED) { /* nobody is signed in, or may not: nothing of the form is kept */
		rc_trail_clear();
		visit_redirect(v, STR("/generator"));
	} else {
		visit_fail(v, rc);
	}
out:
	forget(list);
	json_decref(checked);
	buf_free(&answer);
}
