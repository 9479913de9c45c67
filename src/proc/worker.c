// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          tsujiban-worker - one document
 * DOES          one job of its row of workers.def: reads a workbook, writes one, or prints a PDF; then ends
 * TRUSTS        nobody: a workbook may be made to break it
 * HOLDS         the one document it was handed
 * MAY           use the memory and the time of its row; the one that prints reads the machine's fonts
 * NEVER         opens another file, connects, starts a program, answers twice
 * IF IT FALLS   one document is wrong or refused; the attacker has what stood in it, and no way out but its answer
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/num.h"
#include "document/print.h"
#include "document/sheet.h"
#include "proc/run.h"

struct row { uint16_t number; enum message message; unsigned needs; uint64_t memory_bytes; unsigned cpu_s; };

static const struct row rows[] = {
#define WORKER(number, NAME, name, NEEDS, memory_bytes, cpu_s, timeout_ms) { number, MESSAGE_WORKER_##NAME, NEEDS, memory_bytes, cpu_s },
#include "document/workers.def"
};
static const struct row *row; /* set once, in main */

static enum rc
only_row(const struct call *call)
{
	return call->request->message == row->message ? RC_OK : FAIL(RC_DENIED, "%s is not for a worker of row %u", message_name(call->request->message), row->number);
}

static enum rc
handle_read(void *state, struct str body, struct call *call)
{
	enum rc rc = only_row(call);

	return rc == RC_OK ? sheet_read(body, call->answer) : rc;
}

static enum rc
handle_write(void *state, struct str body, struct call *call)
{
	enum rc rc = only_row(call);

	return rc == RC_OK ? sheet_write(body, call->answer) : rc;
}

static enum rc
handle_print(void *state, struct str body, struct call *call)
{
	enum rc rc = only_row(call);

	return rc == RC_OK ? print_pdf(body, "", time(NULL), call->answer) : rc;
}

static const struct handler handlers[] = { { MESSAGE_WORKER_SHEET_READ, handle_read }, { MESSAGE_WORKER_SHEET_WRITE, handle_write }, { MESSAGE_WORKER_PRINT, handle_print }, { 0, NULL } };

int
main(int argc, char **argv)
{
	struct proc_spec spec = { .id = PROC_WORKER, .threads = 1, .handlers = handlers };
	int64_t number = 0;

	if (argc == 2 && num_parse(str_of(argv[1]), 1, UINT16_MAX, &number) == RC_OK)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].number == number)
				row = &rows[i];
	if (row == NULL) {
		fprintf(stderr, "tsujiban-worker: this program is started by tsujiban-warden / このプログラムは tsujiban-warden が起動します\n");
		return 2;
	}
	spec.needs = row->needs;
	spec.memory_bytes = row->memory_bytes;
	spec.cpu_s = row->cpu_s;
	return proc_run(&spec, argc, argv);
}
