// SPDX-License-Identifier: Apache-2.0
/*
 * licence-register - were the terms of all software on this machine confirmed for its use on the service?
 *
 * Installed packages are grouped by where they come from: "Debian main" is the
 * Origin of a Release file and the component of its list. A group is covered by
 * a row of the register "licence" that names this origin, or by rows that name
 * its packages. A package no list offers came from elsewhere: as it is named.
 */
#include "control/control.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time_text.h"
#include "control/given.h"
#include "control/packages.h"
#include "message/messages.h"

#define ELSEWHERE  "-"
#define GROUPS_MAX 64

static const struct param_def params[] = { { "confirm_days", "days", 1, 3660, 400 } };

struct origin { struct str exact, newer; }; /* lists that offer this very version, or a newer one */
struct group  { struct str name; struct buf names; int64_t count; };
struct view   { struct arena *arena; struct facts *facts; struct group groups[GROUPS_MAX]; size_t count; };

static bool
list_wanted(void *context, const struct apt_list *l)
{
	(void)context;
	(void)l;
	return true;
}

static void
list_done(void *context, const struct apt_list *l)
{
	(void)context;
	(void)l;
}

static enum rc
take(void *context, const struct apt_list *l, struct package *p, struct str version)
{
	struct view *v = context;
	struct origin *o = p->note;
	struct str from = l->release.origin.n ? l->release.origin : l->release.label;
	int order = deb_version_cmp(version, p->version);

	if (order < 0 || (o && o->exact.n))
		return RC_OK;
	if (o == NULL)
		o = p->note = arena_get(v->arena, sizeof(*o));
	if (o == NULL)
		return FAIL(RC_LIMIT, "no room for the origins");
	if (order == 0)
		o->exact = arena_f(v->arena, STR_FMT "%s" STR_FMT, STR_ARG(from), l->component.n ? " " : "", STR_ARG(l->component));
	else if (o->newer.n == 0)
		o->newer = arena_f(v->arena, STR_FMT "%s" STR_FMT, STR_ARG(from), l->component.n ? " " : "", STR_ARG(l->component));
	return o->exact.p || o->newer.p ? RC_OK : FAIL(RC_LIMIT, "no room for the origins");
}

static struct str
origin_of(const struct package *p)
{
	const struct origin *o = p->note;

	return o == NULL ? STR_NONE : o->exact.n ? o->exact : o->newer;
}

static int
by_source(const void *a, const void *b)
{
	return str_cmp((*(struct package *const *)a)->source, (*(struct package *const *)b)->source);
}

/* An old kernel is in no list any more; what was built of the same source is. */
static void
ask_the_source(struct view *v, struct packages *all)
{
	struct package **sorted = arena_get(v->arena, (all->count + 1) * sizeof(*sorted));
	struct str known = STR_NONE;
	size_t from = 0;

	for (size_t i = 0; sorted && i < all->count; i++)
		sorted[i] = &all->list[i];
	if (sorted == NULL || all->count == 0)
		return;
	qsort(sorted, all->count, sizeof(*sorted), by_source);
	for (size_t i = 0; i <= all->count; i++) {
		if (i < all->count && str_eq(sorted[i]->source, sorted[from]->source)) {
			known = known.n ? known : origin_of(sorted[i]);
			continue;
		}
		for (size_t k = from; known.n && k < i; k++)
			if (sorted[k]->note == NULL && (sorted[k]->note = arena_get(v->arena, sizeof(struct origin))) != NULL)
				((struct origin *)sorted[k]->note)->newer = known;
		from = i;
		known = i < all->count ? origin_of(sorted[i]) : STR_NONE;
	}
}

static void
flush(struct view *v, struct group *g)
{
	uint32_t row = fact_rows(v->facts) + 1;

	fact_text(v->facts, row, "origin", g->name);
	fact_int(v->facts, row, "packages", g->count);
	if (g->names.n)
		fact_text(v->facts, row, "names", buf_str(&g->names));
	buf_reset(&g->names);
	g->count = 0;
}

static void
group_package(struct view *v, const struct package *p)
{
	struct str from = origin_of(p);
	size_t k = 0;

	from = from.n ? from : STR(ELSEWHERE);
	while (k < v->count && !str_eq(v->groups[k].name, from))
		k++;
	if (k == GROUPS_MAX) {
		v->facts->overflow = true;
		return;
	}
	if (k == v->count)
		v->groups[v->count++] = (struct group){ from, BUF(1300), 0 };
	if (!str_eq(from, STR("Debian main"))) {
		if (v->groups[k].names.n + p->name.n + 1 > 1300)
			flush(v, &v->groups[k]); /* goes on in a row of its own */
		if (buf_addf(&v->groups[k].names, "%s" STR_FMT, v->groups[k].names.n ? " " : "", STR_ARG(p->name)) != RC_OK)
			v->facts->overflow = true;
	}
	v->groups[k].count++;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(32 << 20);
	struct view *v = arena_get(&arena, sizeof(*v));
	struct packages all = { .host = h, .arena = &arena };
	struct lists_reader reader = { list_wanted, take, list_done, v, 0, 0 };
	enum rc rc = RC_OK;

	(void)s;
	if (v == NULL)
		return FAIL(RC_LIMIT, "no room");
	v->arena = &arena;
	v->facts = f;
	TRY(packages_read(&all));
	TRY(packages_lists(&all, &reader));
	ask_the_source(v, &all);
	for (size_t i = 0; i < all.count; i++)
		group_package(v, &all.list[i]);
	for (size_t k = 0; k < v->count; k++)
		if (v->groups[k].count)
			flush(v, &v->groups[k]);
	fact_int(f, 0, "installed", (int64_t)all.count);
	fact_int(f, 0, "lists", (int64_t)reader.read);
	fact_int(f, 0, "unread_lists", (int64_t)reader.unread);
out:
	for (size_t k = 0; v && k < v->count; k++)
		buf_free(&v->groups[k].names);
	arena_free(&arena);
	return rc;
}

/* ---- judgement */

enum cover { COVER_NONE = 0, COVER_EXPIRED, COVER_NO_SERVICE, COVER_FULL };

static enum cover
row_holds(const struct facts *f, uint32_t row, int64_t max_days, int64_t now_us)
{
	int64_t confirmed = given_date(f, row, "licence.confirmed_on"), until = given_date_end(f, row, "licence.until");

	if (confirmed == 0 || confirmed > now_us || now_us - confirmed > (max_days + 1) * DAY_US || (until && until <= now_us))
		return COVER_EXPIRED;
	return fact_s(f, row, "licence.service").n ? COVER_FULL : COVER_NO_SERVICE;
}

static bool
same_word(struct str a, struct str b)
{
	return a.n && a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

/* The best answer of the register about one package (or, without a name, about a whole origin). */
static enum cover
covered(const struct facts *f, struct str origin, struct str name, int64_t max_days, int64_t now_us)
{
	enum cover best = COVER_NONE, one;

	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		bool about = same_word(fact_s(f, row, "licence.origin"), origin) || names_have(fact_s(f, row, "licence.packages"), name) || (name.n && str_eq(fact_s(f, row, "licence.name"), name));

		if (fact_s(f, row, "licence.name").n == 0 || !about)
			continue;
		one = row_holds(f, row, max_days, now_us);
		best = one > best ? one : best;
	}
	return best;
}

struct tally { int64_t count[COVER_FULL + 1]; struct str first[COVER_FULL + 1]; };

static void
tally_add(struct tally *t, enum cover c, struct str what, int64_t n)
{
	if (t->count[c] == 0)
		t->first[c] = what;
	t->count[c] += n;
}

static void
tally_row(struct tally *t, const struct facts *f, uint32_t row, int64_t max_days, int64_t now_us)
{
	struct str origin = fact_s(f, row, "origin"), names = fact_s(f, row, "names"), name;
	enum cover whole = str_eq(origin, STR(ELSEWHERE)) ? COVER_NONE : covered(f, origin, STR_NONE, max_days, now_us);

	if (whole == COVER_FULL || names.n == 0) {
		tally_add(t, whole, origin, fact_n(f, row, "packages", 0));
		return;
	}
	while (str_cut(&names, ' ', &name)) {
		enum cover one = covered(f, STR_NONE, name, max_days, now_us);

		tally_add(t, one > whole ? one : whole, name, 1);
	}
}

static bool
any_row(const struct facts *f)
{
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (fact_s(f, row, "licence.name").n)
			return true;
	return false;
}

/*= O1-2-3 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t max_days = param_n(p, "confirm_days");
	struct tally t = { 0 };

	if (f->overflow || fact_n(f, 0, "installed", 0) == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LICENCE_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (fact_s(f, row, "origin").n)
			tally_row(&t, f, row, max_days, now_us);
	if (!any_row(f)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LICENCE_EMPTY);
		finding_int(ret, "count", fact_n(f, 0, "installed", 0));
	} else if (t.count[COVER_EXPIRED]) {
		finding_set(ret, VERDICT_FAIL, MSG_LICENCE_EXPIRED);
		finding_int(ret, "count", t.count[COVER_EXPIRED]);
		finding_text(ret, "first", t.first[COVER_EXPIRED]);
	} else if (t.count[COVER_NONE]) {
		bool listed = fact_n(f, 0, "lists", 0) && fact_n(f, 0, "unread_lists", 0) == 0;

		finding_set(ret, listed ? VERDICT_FAIL : VERDICT_UNKNOWN, listed ? MSG_LICENCE_MISSING : MSG_LICENCE_NO_LISTS);
		finding_int(ret, "count", t.count[COVER_NONE]);
		finding_text(ret, "first", t.first[COVER_NONE]);
	} else if (t.count[COVER_NO_SERVICE]) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LICENCE_NO_SERVICE);
		finding_int(ret, "count", t.count[COVER_NO_SERVICE]);
		finding_text(ret, "first", t.first[COVER_NO_SERVICE]);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_LICENCE_COVERED);
		finding_int(ret, "count", fact_n(f, 0, "installed", 0));
	}
}

static const char *const registers[] = { "licence", NULL };

const struct control control_licence_register = {
	.id = "licence-register", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .by = LOOK_BY_PROBE,
	.every_s = 24 * 3600, .timeout_ms = 20000, .registers = registers, .look = look, .judge = judge,
};
