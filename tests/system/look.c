// SPDX-License-Identifier: Apache-2.0
/*
 * look - one control on this machine or a recorded one, outside the station: for tests.
 *
 * usage: look --host                    the controls that look at a host, a line each
 *        look CONTROL [/ROOT] [setting=value]… [own.FIELD=value | ROW:REGISTER.FIELD=value]…
 * One line of JSON: what was seen, the verdict with default parameters, what it cost.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "control/control.h"
#include "os/sandbox.h"

/* As core gives them: numbers and ports as numbers, dates as times. */
static void
put(struct facts *f, uint32_t row, const char *name, struct str value)
{
	int64_t n;

	if (num_parse(value, INT64_MIN + 1, INT64_MAX, &n) == RC_OK)
		fact_int(f, row, name, n);
	else if (time_parse_date(value, &n) == RC_OK)
		fact_time(f, row, name, n);
	else
		fact_text(f, row, name, value);
}

/* As a reader does once its last peer is connected: whoever connects, opens or starts something after that is killed. */
static enum rc
tighten(void *context)
{
	(void)context;
	return syscalls_tighten(0);
}

int
main(int argc, char **argv)
{
	const struct control *c = control_of(str_of(argc > 1 ? argv[1] : ""));
	struct arena arena = ARENA(16 << 20);
	struct facts facts = { .arena = &arena }, inside = { .arena = &arena }, given = { .arena = &arena };
	const struct subject here = { c ? c->subject : SUBJECT_HOST, "host:local", &given };
	struct buf json = BUF(1 << 20);
	struct finding finding = { 0 };
	struct params params;
	struct host *h;
	enum rc rc;

	if (argc == 2 && strcmp(argv[1], "--host") == 0) {
		for (const struct control *const *at = controls; *at; at++)
			if ((*at)->look && (*at)->subject == SUBJECT_HOST)
				printf("%s\n", (*at)->id);
		return 0;
	}
	if (c == NULL) {
		fprintf(stderr, "usage: look CONTROL [/ROOT] [setting=value]...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		char *value = strchr(argv[i], '='), *name = argv[i], *colon = strchr(argv[i], ':');
		uint32_t row = 0;

		if (value == NULL || memchr(name, '.', (size_t)(value - name)) == NULL)
			continue;
		*value++ = '\0';
		if (colon && colon < value) {
			row = (uint32_t)strtoul(name, NULL, 10);
			name = colon + 1;
		}
		put(&given, row, name, str_of(value));
		argv[i] = (char *)"";
	}
	h = host_open(open(argc > 2 && argv[2][0] == '/' ? argv[2] : "/", O_PATH | O_DIRECTORY | O_CLOEXEC), true);
	if (c->reader == 20 || c->reader == 21) /* devices */
		host_on_last_answer(h, tighten, NULL);
	rc = c->look(h, &here, &facts);
	if (rc == RC_OK && c->look_inside && (rc = c->look_inside(h, &here, &inside)) == RC_OK)
		rc = facts_join(&facts, &inside);
	if (rc == RC_OK)
		rc = facts_join(&facts, &given);
	if (rc != RC_OK)
		fprintf(stderr, "look: %s: %s %s\n", c->id, rc_name(rc), rc_trail());
	for (int i = 2; i < argc; i++) {
		char *value = strchr(argv[i], '='), key[64];

		if (value == NULL)
			continue;
		*value++ = '\0';
		(void)snprintf(key, sizeof(key), "setting.%s", argv[i]);
		fact_text(&facts, 0, key, str_of(value));
	}
	if (c->remember)
		facts_carry(&facts, NULL, c->remember, host_now_us(h));
	if (c->recall)
		c->recall(&facts, NULL, host_now_us(h));
	params_default(c, &params);
	if (rc == RC_OK)
		c->judge(&facts, &params, host_now_us(h), &finding);
	rc = facts_json(&facts, &json) == RC_OK ? rc : RC_LIMIT;
	printf("{\"control\":\"%s\",\"rc\":\"%s\",\"verdict\":%d,\"message\":%u,\"files\":%llu,\"bytes\":%llu,\"execs\":%llu,\"facts\":%s}\n", c->id, rc_name(rc), finding.verdict,
	    finding.message, (unsigned long long)host_counted(h).files, (unsigned long long)host_counted(h).bytes, (unsigned long long)host_counted(h).execs, buf_cstr(&json));
	host_close(h);
	buf_free(&json);
	arena_free(&arena);
	return rc == RC_OK ? 0 : 1;
}
