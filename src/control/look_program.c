// SPDX-License-Identifier: Apache-2.0
/* A program of readers.def, its placeholders filled from what people declared about the subject. */
#include "control/control.h"

#define WORDS_MAX 32

enum rc
look_program(const struct host *h, const struct subject *s, const char *row, size_t bytes_max, int timeout_ms, struct buf *ret)
{
	struct arena arena = ARENA(4096);
	struct host_word words[WORDS_MAX];
	size_t count = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; s->given && i < s->given->count && count < WORDS_MAX; i++) {
		const struct fact *f = &s->given->list[i];

		if (f->row != 0 || !str_starts(f->key, STR("own.")) || (f->kind != FACT_TEXT && f->kind != FACT_INT))
			continue;
		words[count].name = f->key;
		words[count++].value = f->kind == FACT_TEXT ? f->text : arena_f(&arena, "%lld", (long long)f->n);
	}
	rc = host_run_with(h, row, words, count, bytes_max, timeout_ms, ret);
	arena_free(&arena);
	return rc;
}
