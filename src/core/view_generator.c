// SPDX-License-Identifier: Apache-2.0
/* Hardware tokens as administration sees them: auth keeps them, core permits and records. A seed never comes here, only the hash of the list it stands in. */
#include "core/core.h"

#include "base/num.h"

static enum rc
ask(struct core *c, const struct actor *who, enum generator_ask_kind what, json_t *arguments, json_t **ret)
{
	struct generator_ask q = { .by = who->session.account, .what = what, .name = str_of(json_string_value(json_object_get(arguments, "name"))) };
	struct str id = str_of(json_string_value(json_object_get(arguments, "id")));
	struct buf b = BUF(1 << 20);
	enum rc rc = RC_OK;

	if (what == GENERATOR_ALLOW || what == GENERATOR_IMPORT) {
		if (hex_decode(id, q.digest.b, sizeof(q.digest.b)) != RC_OK)
			TRY(FAIL(RC_SYNTAX, "id: 確かめた一覧の番号（64桁の16進）が要ります / the number of the checked list is needed, 64 hexadecimal digits"));
	} else if (what != GENERATOR_LIST) {
		if (id.n == 0 || id.n > ACCOUNT_NAME_MAX || q.name.n > ACCOUNT_NAME_MAX || (what == GENERATOR_ASSIGN && q.name.n == 0))
			TRY(FAIL(RC_SYNTAX, "製造番号と、割り当てるときはアカウントの名前が要ります / a serial is needed, and to assign it the name of an account"));
		q.serial = id;
	}
	TRY(ask_auth_generator(c->auth, &q, &b));
	*ret = json_loadb(b.p ? b.p : "", b.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(*ret))
		rc = FAIL(RC_PEER, "auth: the answer is no JSON object");
out:
	buf_free(&b);
	return rc;
}

enum rc
view_generators(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	enum rc rc = RC_OK;

	TRY(ask(c, who, GENERATOR_LIST, arguments, ret));
	json_object_set_new(*ret, "at", json_integer((json_int_t)core_now_us()));
	json_object_set_new(*ret, "can_change", json_boolean(act_permitted(ACT_GENERATOR_ASSIGN, who->session.roles)));
out:
	return rc;
}

enum rc do_generator_check(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return ask(c, who, GENERATOR_ALLOW, arguments, ret); }
/*= S-3-4 */
enum rc do_generator_import(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return ask(c, who, GENERATOR_IMPORT, arguments, ret); }
enum rc do_generator_assign(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return ask(c, who, GENERATOR_ASSIGN, arguments, ret); }
enum rc do_generator_end(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return ask(c, who, GENERATOR_END, arguments, ret); }
