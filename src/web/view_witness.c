// SPDX-License-Identifier: Apache-2.0
/* The model of the witness's page, and the sheet of the ledger's key on paper. */
#include <stdio.h>
#include <string.h>

#include "document/document.h"
#include "web/page_int.h"

void
view_witness(const struct page_request *r, json_t *page)
{
	const json_t *w = json_object_get(r->answer, "witness");
	const char *state = html_member(w, "state");
	char name[48];

	if (*state == '\0')
		state = "off"; /* courier was not asked yet */
	page_put(page, "state", page_value_word(r, "ui_witness_state", state));
	page_put(page, "mark", json_is_true(json_object_get(w, "bad")) ? "bad" : strcmp(state, "good") == 0 ? "good" : "");
	(void)snprintf(name, sizeof(name), "ui_witness_help_%s", state); /* fits */
	page_put(page, "todo", page_word(r, name));
	page_put(page, "way", strcmp(state, "off") == 0 ? "" : page_word(r, json_is_true(json_object_get(w, "sends")) ? "ui_witness_way_net" : "ui_witness_way_stick"));
	page_put(page, "theirs", html_number(json_object_get(w, "theirs")) ? "yes" : "");
	page_put(page, "declared", strcmp(state, "off") == 0 ? "" : "yes");
}

/* The sheet: what the client keeps on paper, with a QR code of the key. */
/*= O1-2-2 */
enum rc
page_print(const struct page_request *r, enum act act, struct buf *ret_tape)
{
	struct doc_head head = { .english = r->english, .title = str_of(page_word(r, "ui_witness_sheet")), .qr = str_of(html_member(r->answer, "key")) };
	enum rc rc = RC_OK;

	if (act != ACT_WITNESS_SHOW || head.qr.n == 0)
		return FAIL(RC_NOTFOUND, "no such sheet");
	TRY(doc_head(ret_tape, &head));
	TRY(doc_text(ret_tape, str_of(page_word(r, "ui_witness_lead"))));
	TRY(doc_pair(ret_tape, str_of(page_word(r, "ui_witness_origin")), str_of(html_member(r->answer, "origin"))));
	TRY(doc_pair(ret_tape, str_of(page_word(r, "ui_witness_key")), str_of(html_member(r->answer, "key"))));
	TRY(doc_pair(ret_tape, str_of(page_word(r, "ui_witness_fingerprint")), str_of(html_member(r->answer, "fingerprint"))));
	TRY(doc_pair(ret_tape, str_of(page_word(r, "ui_witness_handed")), STR("　")));
out:
	return rc;
}
