// SPDX-License-Identifier: Apache-2.0
/* The same walk twice: once to write down what was left out, once to work out the root. */
#include "merkle/multi.h"

/* The largest power of two below n; n > 1. */
static uint64_t
split(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

struct prover { struct view *view; uint64_t size; const struct range *at, *end; struct buf *out; };

static enum rc
prove(struct prover *p, uint64_t from, uint64_t to)
{
	struct hash h;
	enum rc rc = RC_OK;

	while (p->at < p->end && p->at->last < from)
		p->at++;
	if (p->at == p->end || p->at->first >= to) {
		TRY(view_part(p->view, from, to, p->size, &h));
		TRY(buf_add(p->out, (struct str){ (const char *)h.b, sizeof(h.b) }));
	} else if (p->at->first > from || p->at->last < to - 1) { /* not all of it is chosen; one entry always is */
		TRY(prove(p, from, from + split(to - from)));
		TRY(prove(p, from + split(to - from), to));
	}
out:
	return rc;
}

enum rc
multi_prove(struct view *v, uint64_t size, const struct range *list, size_t n, struct buf *ret)
{
	struct prover p = { v, size, list, list + n, ret };

	for (size_t i = 0; i < n; i++)
		if (list[i].first > list[i].last || list[i].last >= size || (i && list[i].first <= list[i - 1].last))
			return FAIL(RC_SYNTAX, "a choice of entries is ascending and inside the tree");
	return size ? prove(&p, 0, size) : RC_OK;
}

static enum rc
root_of(struct multi_source *s, struct multi_hashes *h, uint64_t from, uint64_t to, struct hash *ret)
{
	struct hash left, right;
	enum rc rc = RC_OK;

	if (s->peek(s->arg) >= to)
		return h->next(h->arg, ret);
	if (to - from == 1)
		return s->take(s->arg, ret);
	TRY(root_of(s, h, from, from + split(to - from), &left));
	TRY(root_of(s, h, from + split(to - from), to, &right));
	tree_node_hash(&left, &right, ret);
out:
	return rc;
}

enum rc
multi_root(uint64_t size, struct multi_source s, struct multi_hashes h, struct hash *ret)
{
	if (size == 0 || size > TREE_SIZE_MAX)
		return FAIL(RC_TAMPERED, "a tree of nothing");
	return root_of(&s, &h, 0, size, ret);
}
