// SPDX-License-Identifier: Apache-2.0
/* table - the tables that tools/gen-messages.py makes of messages/; only message.c and the generated file include it. */
#ifndef MESSAGE_TABLE_H
#define MESSAGE_TABLE_H

#include "message/message.h"

struct message_row { uint16_t number; const char *text[2], *next[2]; };     /* by enum lang */
struct act_words   { const char *name[2], *menu[2]; };

extern const struct message_row message_rows[];                              /* sorted by number */
extern const size_t             message_rows_count;
extern const struct act_words   act_words[ACT_COUNT];

#endif
