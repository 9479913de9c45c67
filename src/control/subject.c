// SPDX-License-Identifier: Apache-2.0
/* subject - the ids of what controls are about: "station", "contract", or "KIND:…". The one place that reads them. */
#include "control/control.h"

const char *const subject_words[] = { "host", "station", "contract", "endpoint", "room", "line", "power", "repository", "application", NULL };

enum subject_kind
subject_kind_of(struct str id)
{
	struct str rest = id, word = STR_NONE;

	if (id.n == 0 || id.n > SUBJECT_ID_MAX || !str_cut(&rest, ':', &word))
		return 0;
	for (enum subject_kind kind = SUBJECT_HOST; kind < SUBJECT_END; kind++) {
		bool alone = kind == SUBJECT_STATION || kind == SUBJECT_CONTRACT; /* there is one, so it has no name */

		if (str_eq_c(word, subject_words[kind - SUBJECT_HOST]))
			return alone == (word.n == id.n) && alone == (rest.n == 0) ? kind : 0;
	}
	return 0;
}
