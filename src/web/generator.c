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

/*= S-3-4 */
enum rc
generator_check(struct site *site, const struct caller *caller, struct str body, struct buf *ret)
{
	struct buf hex = BUF(64), permission = BUF(512), said = BUF(1 << 20);
	json_t *arguments = json_loadb(body.n ? body.p : "", body.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *csv = json_object_get(arguments, "csv");
	struct str list = { json_string_value(csv), json_string_length(csv) };
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
	if (list.n)
		explicit_bzero((void *)(uintptr_t)list.p, list.n); /* the decoder's copy is ours */
	json_decref(arguments);
	buf_free(&hex);
	buf_free(&permission);
	buf_free(&said);
	return rc;
}
