// SPDX-License-Identifier: Apache-2.0
/* What acts that begin or move something have in common: its id, the reason given, the first thing that is wrong. */
#include "core/register_int.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"

#define REASON_MAX 1000 /* characters */

void
id_of_leaf(const char *kind, uint64_t leaf, char ret[2 * ID_BYTES + 1])
{
	struct buf b = BUF(64), hex = BUF(64);
	struct opaque_id id;

	ret[0] = '\0';
	if (buf_addf(&b, "%llu", (unsigned long long)leaf) == RC_OK) {
		id = object_of(kind, buf_str(&b));
		if (hex_encode(&hex, (struct str){ (const char *)id.b, ID_BYTES }) == RC_OK)
			(void)snprintf(ret, 2 * ID_BYTES + 1, "%s", buf_cstr(&hex)); /* fits */
	}
	buf_free(&b);
	buf_free(&hex);
}

enum rc
reason_said(const json_t *arguments, bool needed, struct buf *ret)
{
	struct str s = str_trim(str_of(json_string_value(json_object_get(arguments, "reason"))));
	struct text checked;
	enum rc rc = RC_OK;

	if (s.n == 0 && needed)
		return FAIL(RC_SYNTAX, "理由を入れてください / give the reason");
	TRY(utf8_check_lines(s, &checked));
	if (utf8_count(checked) > REASON_MAX)
		return FAIL(RC_SYNTAX, "理由は1000文字までです / the reason has more than 1000 characters");
	TRY(buf_add(ret, s));
out:
	return rc;
}

enum rc
errors_fail(const struct form *form, const json_t *errors, enum lang lang)
{
	for (size_t i = 0; i < form->fields_count; i++) {
		const char *text = json_string_value(json_object_get(errors, form->fields[i].id.p));

		if (text)
			return FAIL(RC_SYNTAX, "%s: %s", lang == LANG_EN ? form->fields[i].label.en.p : form->fields[i].label.ja.p, text);
	}
	return RC_OK;
}
