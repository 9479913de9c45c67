// SPDX-License-Identifier: Apache-2.0
#include "courier/hook.h"
#include "courier/smtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str s = { (const char *)data, n };
	struct smtp_reply reply;
	struct str path;
	int code;
	struct mail_state state;
	struct mail_put put;
	struct buf out = BUF(1 << 20);

	(void)smtp_reply_decode(s, &reply); /* any answer may come */
	(void)mail_state_decode(s, &state); /* and any bytes from a captured process */
	if (mail_put_decode(s, &put) == RC_OK && put.n)
		(void)smtp_message(&put.list[0], "a@example.jp", "example.jp", 0, &out);
	(void)hook_answer(s, &code);
	if (hook_path(s, &path) == RC_OK && mail_put_decode(s, &put) == RC_OK && put.n)
		(void)hook_request(&put.list[0], "example.jp", path, &out);
	rc_trail_clear();
	buf_free(&out);
	return 0;
}
