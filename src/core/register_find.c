// SPDX-License-Identifier: Apache-2.0
/*
 * Ways into the rows in force beside register and name: by id, by what reads the same.
 *
 * Made with the rows, gone with them, so it is never out of step; looked up by halving.
 */
#include "core/core.h"

#include <string.h>

#include "base/num.h"
#include "form/alike.h"

struct like { char *key; size_t row; };                  /* "register\nfield\nas read" */
struct order { char register_id[FORM_ID_MAX + 1]; size_t field, *places; };
#define ORDERS_MAX 8 /* that are kept at a time */
struct stretch { const char *register_id; size_t at, end; };   /* borrowed of its first row */
struct rows_index { size_t *by_id, n; struct stretch *ranges; size_t ranges_count; struct like *likes; size_t likes_count; struct order orders[ORDERS_MAX]; size_t orders_next; };

static int
by_id(const void *a, const void *b, void *context)
{
	const struct row *rows = context;

	return strcmp(rows[*(const size_t *)a].id, rows[*(const size_t *)b].id);
}

static int
by_key(const void *a, const void *b)
{
	const struct like *x = a, *y = b;
	int by = strcmp(x->key, y->key);

	return by ? by : (x->row > y->row) - (x->row < y->row);
}

static struct str
key_of(struct str register_id, struct str field, struct str value, struct arena *a)
{
	return arena_f(a, STR_FMT "\n" STR_FMT "\n" STR_FMT, STR_ARG(register_id), STR_ARG(field), STR_ARG(alike(value, a)));
}

static void
like_add(struct rows_index *x, struct str register_id, struct str field, struct str value, size_t row)
{
	struct arena a = ARENA(64 << 10);
	struct str key = key_of(register_id, field, value, &a);

	x->likes[x->likes_count] = (struct like){ strndup(key.n ? key.p : "", key.n), row };
	if (x->likes[x->likes_count++].key == NULL)
		abort();
	arena_free(&a);
}

/* A row's name when people word it, and each field that asks for it. */
static void
row_likes(struct rows_index *x, const struct form *form, const struct row *r, size_t at)
{
	for (size_t i = 0; i < form->fields_count; i++) {
		const struct field *f = &form->fields[i];

		if (i == form->key && f->type == FIELD_TEXT)
			like_add(x, form->id, STR_NONE, str_of(r->name), at);
		if (f->alike)
			like_add(x, form->id, f->id, str_of(json_string_value(json_object_get(r->values, f->id.p))), at);
	}
}

/* Rows stand in the order of their registers. */
static void
ranges_make(struct rows_index *x, const struct row *rows, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += i == 0 || strcmp(rows[i].register_id, rows[i - 1].register_id) != 0;
	x->ranges = calloc(count + 1, sizeof(*x->ranges));
	if (x->ranges == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(rows[i].register_id, rows[i - 1].register_id) != 0)
			x->ranges[x->ranges_count++] = (struct stretch){ rows[i].register_id, i, i };
		x->ranges[x->ranges_count - 1].end = i + 1;
	}
}

size_t
register_range(const struct core *c, struct str register_id, size_t *ret_end)
{
	const struct rows_index *x = c->rows_index;

	for (size_t i = 0; x && i < x->ranges_count; i++)
		if (str_eq_c(register_id, x->ranges[i].register_id)) {
			*ret_end = x->ranges[i].end;
			return x->ranges[i].at;
		}
	return *ret_end = 0;
}

struct rows_index *
rows_index_new(const struct catalogue *catalogue, const struct row *rows, size_t n)
{
	struct rows_index *x = calloc(1, sizeof(*x));
	size_t room = 0;

	if (x == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		const struct form *form = catalogue_form(catalogue, str_of(rows[i].register_id));

		for (size_t k = 0; form && k < form->fields_count; k++)
			room += form->fields[k].alike + (k == form->key);
	}
	x->n = n;
	ranges_make(x, rows, n);
	x->by_id = calloc(n + 1, sizeof(*x->by_id));
	x->likes = calloc(room + 1, sizeof(*x->likes));
	if (x->by_id == NULL || x->likes == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		const struct form *form = catalogue_form(catalogue, str_of(rows[i].register_id));

		x->by_id[i] = i;
		if (form)
			row_likes(x, form, &rows[i], i);
	}
	qsort_r(x->by_id, n, sizeof(*x->by_id), by_id, (void *)(uintptr_t)rows);
	qsort(x->likes, x->likes_count, sizeof(*x->likes), by_key);
	return x;
}

void
rows_index_free(struct rows_index *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->likes_count; i++)
		free(x->likes[i].key);
	for (size_t i = 0; i < ORDERS_MAX; i++)
		free(x->orders[i].places);
	free(x->likes);
	free(x->by_id);
	free(x->ranges);
	free(x);
}

/* The first place of by_id whose id is not before this one. */
static size_t
place_of(const struct core *c, struct str id)
{
	const struct rows_index *x = c->rows_index;
	size_t low = 0, high = x ? x->n : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(str_of(c->rows[x->by_id[middle]].id), id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct row *
register_row(const struct core *c, struct str id)
{
	const struct rows_index *x = c->rows_index;
	size_t at = place_of(c, id);

	return x && at < x->n && str_eq_c(id, c->rows[x->by_id[at]].id) ? &c->rows[x->by_id[at]] : NULL;
}

const struct row *
register_row_begins(const struct core *c, struct str id, size_t at, size_t end)
{
	const struct rows_index *x = c->rows_index;
	size_t found = end;

	for (size_t i = place_of(c, id); x && i < x->n && str_starts(str_of(c->rows[x->by_id[i]].id), id); i++)
		if (x->by_id[i] >= at && x->by_id[i] < found)
			found = x->by_id[i];
	return found < end ? &c->rows[found] : NULL;
}

struct place { size_t at; struct str by; int64_t n; bool number; };

static int
place_order(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int by = x->number && y->number ? (x->n > y->n) - (x->n < y->n) : str_cmp(x->by, y->by);

	return by ? by : (x->at > y->at) - (x->at < y->at);
}

static size_t *
order_make(const struct core *c, const struct form *form, size_t field)
{
	size_t end, at = register_range(c, form->id, &end), n = end - at, *ret = calloc(n + 1, sizeof(*ret));
	const struct field *f = field < form->fields_count ? &form->fields[field] : NULL;
	struct place *list = calloc(n + 1, sizeof(*list));

	if (ret == NULL || list == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &c->rows[at + i];

		list[i] = (struct place){ .at = at + i, .n = r->since_us, .number = f == NULL };
		if (f)
			list[i].by = str_of(json_string_value(json_object_get(r->values, f->id.p)));
		if (f && (f->type == FIELD_NUMBER || f->type == FIELD_PORT))
			list[i].number = num_parse(list[i].by, INT64_MIN, INT64_MAX, &list[i].n) == RC_OK;
	}
	rc_trail_clear();
	qsort(list, n, sizeof(*list), place_order);
	for (size_t i = 0; i < n; i++)
		ret[i] = list[i].at;
	free(list);
	return ret;
}

const size_t *
register_order(const struct core *c, const struct form *form, size_t field)
{
	struct rows_index *x = c->rows_index;
	struct order *o;

	for (size_t i = 0; i < ORDERS_MAX; i++)
		if (x->orders[i].places && x->orders[i].field == field && str_eq_c(form->id, x->orders[i].register_id))
			return x->orders[i].places;
	o = &x->orders[x->orders_next++ % ORDERS_MAX];
	free(o->places);
	*o = (struct order){ .field = field, .places = order_make(c, form, field) };
	(void)snprintf(o->register_id, sizeof(o->register_id), STR_FMT, STR_ARG(form->id)); /* checked to fit where it was read */
	return o->places;
}

const struct row *
register_said(const struct core *c, struct str register_id, struct str said)
{
	const struct row *r = register_row(c, said);

	return r && str_eq_c(register_id, r->register_id) ? r : register_named(c, register_id, said);
}

const struct row *
register_alike(const struct core *c, struct str register_id, struct str field, struct str value, const struct row *after)
{
	const struct rows_index *x = c->rows_index;
	size_t low = 0, high = x ? x->likes_count : 0, from = after ? (size_t)(after - c->rows) + 1 : 0;
	struct arena a = ARENA(64 << 10);
	struct str key = key_of(register_id, field, value, &a);
	const struct row *ret = NULL;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int by = str_cmp(str_of(x->likes[middle].key), key);

		if (by < 0 || (by == 0 && x->likes[middle].row < from))
			low = middle + 1;
		else
			high = middle;
	}
	if (x && value.n && low < x->likes_count && str_eq_c(key, x->likes[low].key))
		ret = &c->rows[x->likes[low].row];
	arena_free(&a);
	return ret;
}
