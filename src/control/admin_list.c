// SPDX-License-Identifier: Apache-2.0
#include "control/admin_list.h"

#include <string.h>

#include "base/fixed.h"
#include "control/given.h"

bool
admin_prefix(struct str text, struct prefix *ret)
{
	if (prefix_parse(text, ret) != RC_OK)
		return false;
	prefix_unmap(ret);
	return ret->bits >= (ret->is6 ? FIXED_BITS_6 : FIXED_BITS_4);
}

static bool
row_prefix(const struct facts *f, uint32_t row, int64_t now_us, struct prefix *ret)
{
	int64_t until = given_date_end(f, row, "admin_address.until");

	return until > now_us && admin_prefix(fact_s(f, row, "admin_address.prefix"), ret);
}

bool
admin_list_any(const struct facts *f, int64_t now_us)
{
	struct prefix p;

	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (row_prefix(f, row, now_us, &p))
			return true;
	return false;
}

size_t
admin_list_get(const struct facts *f, int64_t now_us, struct prefix *ret, size_t max)
{
	size_t n = 0;

	for (uint32_t row = 1; row <= fact_rows(f) && n < max; row++)
		n += row_prefix(f, row, now_us, &ret[n]);
	return n;
}

bool
admin_list_has(const struct facts *f, const struct prefix *what, int64_t now_us)
{
	struct prefix p;

	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (row_prefix(f, row, now_us, &p) && prefix_holds(&p, what))
			return true;
	return false;
}

/* The last address of a prefix, then one more; false: there is none behind it. */
static bool
behind(const struct prefix *p, struct prefix *ret)
{
	*ret = *p;
	ret->bits = p->is6 ? 128 : 32;
	for (unsigned i = p->bits; i < ret->bits; i++)
		ret->at[i / 8] |= (unsigned char)(0x80 >> i % 8);
	for (int i = p->is6 ? 15 : 3; i >= 0; i--)
		if (++ret->at[i])
			return true;
	return false;
}

bool
admin_list_has_range(const struct facts *f, const struct prefix *first, const struct prefix *last, int64_t now_us)
{
	struct prefix at = *first, p;
	bool moved = true;

	at.bits = at.is6 ? 128 : 32;
	while (moved) {
		moved = false;
		for (uint32_t row = 1; row <= fact_rows(f) && !moved; row++)
			if (row_prefix(f, row, now_us, &p) && prefix_holds(&p, &at)) {
				moved = true;
				if (prefix_holds(&p, last) || !behind(&p, &at))
					return true;
				if (memcmp(at.at, last->at, at.is6 ? 16 : 4) > 0)
					return true;
			}
	}
	return false;
}
