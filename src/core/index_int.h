// SPDX-License-Identifier: Apache-2.0
/* index_int - words of entries that the search index and the access log share. */
#ifndef CORE_INDEX_INT_H
#define CORE_INDEX_INT_H

#include "core/core.h"

/* Names of accounts, asked once for a screen. */
struct people { struct arena arena; struct account *list; size_t n; };

void    people_load(struct core *, struct people *);        /* arena_free() its arena afterwards */
json_t *people_text(const struct people *, struct str id, enum lang);   /* json null: nobody we know */
json_t *entry_name_text(struct core *, enum leaf_type, struct str name, enum lang); /* under no lock */
json_t *entry_asked_text(struct core *, struct str id, enum lang);      /* what an act was about; NULL: no name. Under lock */

#endif
