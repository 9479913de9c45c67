// SPDX-License-Identifier: Apache-2.0
/* Mail as lines: how the server stands and what became of the last ones. */
#include "tool/cli.h"

#include <stdio.h>

static const struct cli_word_of states[] = { { "waiting", MSG_UI_MAIL_WAITING }, { "sent", MSG_UI_MAIL_SENT }, { "refused", MSG_UI_MAIL_REFUSED }, { "expired", MSG_UI_MAIL_EXPIRED }, { NULL, 0 } };
static const struct cli_word_of servers[] = { { "off", MSG_UI_MAIL_SERVER_OFF }, { "idle", MSG_UI_MAIL_SERVER_IDLE }, { "connected", MSG_UI_MAIL_SERVER_CONNECTED }, { "refused", MSG_UI_MAIL_SERVER_REFUSED }, { "away", MSG_UI_MAIL_SERVER_AWAY }, { NULL, 0 } };

enum code
show_mails(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena }, d = { .arena = &c->arena };
	const json_t *row, *sending = json_object_get(o, "sending");
	size_t i;

	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_MAIL_SERVER)), cli_member_word(c, sending, "state", servers), cli_member(c, sending, "trouble"));
	grid_print(&g);
	GRID_ROW(&d, str_of(cli_word(c, MSG_UI_MAIL_STATE)), str_of(cli_word(c, MSG_UI_MAIL_TO)), str_of(cli_word(c, MSG_UI_MAIL_SUBJECT)), str_of(cli_word(c, MSG_UI_MAIL_TROUBLE)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&d, cli_member_word(c, row, "state", states), cli_member(c, row, "to"), cli_member(c, row, "subject"), cli_member(c, row, "trouble"));
	if (d.rows > 1) {
		puts("");
		grid_print(&d);
	}
	return CODE_CONFORMING;
}
