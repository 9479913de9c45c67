// SPDX-License-Identifier: Apache-2.0
/*
 * The rules over what is remembered of each person and of each group of peers.
 *
 * Reads are weighed twice. At once, against a multiple of what is usual for the person and for its peers: that finds the
 * one big take-out. And by the sum of small surpluses, each day's reads against the peers' median of the same day, less
 * what is usual for the person and an allowance: that finds the small ones that go on for months. A busy day after
 * holidays moves all peers alike and adds nothing.
 */
#include "watch/watch.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_KEPT   40   /* of reads, days with any                 */
#define PLACES_MAX  24   /* addresses known of a person             */
#define TRAIL_MAX   16   /* places of the last events               */
#define FAILS_MAX   64
#define PEERS_MIN   3    /* so many make a group to compare with    */
#define SOFTEN      5.0  /* reads added before a ratio is taken: few reads say little */

struct place { uint64_t network; int64_t at_us; };
struct step  { uint64_t network, session; int64_t at_us; };

struct one {
	uint64_t     person, source;
	uint32_t     role;
	int64_t      first_us, last_us, last_sign_in_us;
	int64_t      day_us, reads, files, rows;     /* of the day that runs                          */
	int64_t      history[DAYS_KEPT];             /* reads of the days before, the newest anywhere */
	size_t       days;                           /* how many were ever added                      */
	double       usual, sum;                     /* log of the ratio to peers; surplus so far     */
	size_t       learnt;
	struct place places[PLACES_MAX];
	size_t       places_count;
	struct step  trail[TRAIL_MAX];
	size_t       trail_count;
	int64_t      fails[FAILS_MAX];
	size_t       fails_count;
	int64_t      fired_us[WATCH_RULES];          /* the day of the last alarm                     */
};

struct watch {
	const struct watch_rules *rules;
	const struct calendar    *calendar;
	struct one               *list;
	size_t                    n, cap;
	uint32_t                 *slots;             /* index + 1 into list, by hash                  */
	size_t                    slots_count;
	int64_t                   day_us;            /* the day whose end has not been weighed        */
	double                    median_before[32]; /* of the last day with enough peers, per role   */
};

struct raise { struct watch *w; watch_raise *fn; void *context; };

uint64_t
watch_hash(struct str s)
{
	uint64_t h = UINT64_C(1469598103934665603); /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * UINT64_C(1099511628211);
	return h ? h : 1;
}

uint64_t
watch_network(struct str address)
{
	char text[64];
	uint8_t bytes[16];

	if (address.n == 0)
		return 0;
	if (address.n >= sizeof(text))
		return watch_hash(address);
	memcpy(text, address.p, address.n);
	text[address.n] = '\0';
	if (inet_pton(AF_INET, text, bytes) == 1)
		return watch_hash((struct str){ (char *)bytes, 3 });
	if (inet_pton(AF_INET6, text, bytes) == 1)
		return watch_hash((struct str){ (char *)bytes, 6 });
	return watch_hash(address);
}

struct watch *
watch_new(const struct watch_rules *rules, const struct calendar *calendar)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->rules = rules;
	w->calendar = calendar;
	return w;
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	free(w->list);
	free(w->slots);
	free(w);
}

static size_t
slot_of(const struct watch *w, uint64_t person, uint64_t source)
{
	size_t at = (size_t)((person ^ source * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xff51afd7ed558ccd) >> 17) & (w->slots_count - 1);

	while (w->slots[at] && (w->list[w->slots[at] - 1].person != person || w->list[w->slots[at] - 1].source != source))
		at = (at + 1) & (w->slots_count - 1);
	return at;
}

static struct one *
one_of(struct watch *w, const struct watch_event *e)
{
	struct one *o;
	size_t at;

	if (2 * (w->n + 1) > w->slots_count) {
		free(w->slots);
		w->slots_count = w->slots_count ? 2 * w->slots_count : 256;
		w->slots = calloc(w->slots_count, sizeof(*w->slots));
		if (w->slots == NULL)
			abort();
		for (size_t i = 0; i < w->n; i++)
			w->slots[slot_of(w, w->list[i].person, w->list[i].source)] = (uint32_t)i + 1;
	}
	at = slot_of(w, e->person, e->source);
	if (w->slots[at])
		return &w->list[w->slots[at] - 1];
	if (w->n == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 64;
		w->list = reallocarray(w->list, w->cap, sizeof(*w->list));
		if (w->list == NULL)
			abort();
	}
	o = &w->list[w->n++];
	*o = (struct one){ .person = e->person, .source = e->source, .first_us = e->at_us };
	w->slots[at] = (uint32_t)w->n;
	return o;
}

/* Once per person, rule and day. */
static void
raise_alarm(const struct raise *r, struct one *o, enum watch_rule rule, const struct watch_event *e, int64_t seen, int64_t limit)
{
	struct watch_alarm a = { .rule = rule, .event = *e, .day_us = day_first(e->at_us), .seen = seen, .limit = limit };

	if (!r->w->rules->on[rule] || o->fired_us[rule] == a.day_us)
		return;
	o->fired_us[rule] = a.day_us;
	r->fn(r->context, &a);
}

static int64_t
limit_of(const struct raise *r, enum watch_number which)
{
	return r->w->rules->values[which];
}

/* ---- a day is over */

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* The peers' median of the day that ends, or of the last day that had enough of them; negative: never. */
static double
median_of(struct watch *w, uint32_t role, int64_t day_us, int64_t *room)
{
	size_t n = 0, lower, upper;

	if (role == 0 || role >= 32)
		return -1;
	for (size_t i = 0; i < w->n; i++)
		if (w->list[i].role == role && w->list[i].source == 0 && w->list[i].day_us == day_us && w->list[i].reads > 0)
			room[n++] = w->list[i].reads;
	if (n < PEERS_MIN)
		return w->median_before[role] > 0 ? w->median_before[role] : -1;
	qsort(room, n, sizeof(*room), by_size);
	upper = n / 2;
	lower = n % 2 ? upper : upper - 1;
	return w->median_before[role] = ((double)room[lower] + (double)room[upper]) / 2;
}

static void
weigh_slow(const struct raise *r, struct one *o, double median)
{
	double allow = (double)limit_of(r, WATCH_N_SLOW_READS_ALLOW_PERCENT) / 100, most = (double)limit_of(r, WATCH_N_SLOW_READS_OWN_PERCENT_MAX) / 100;
	size_t learn = (size_t)limit_of(r, WATCH_N_SLOW_READS_LEARN_DAYS);
	int64_t limit = limit_of(r, WATCH_N_SLOW_READS_SUM_PERCENT);
	double over, usual;

	if (median < 0)
		return;
	over = log(((double)o->reads + SOFTEN) / (median + SOFTEN));
	if (over > 1.0)
		over = 1.0; /* one big day is the other rule's */
	if (o->learnt < learn) { /* what is usual for this person; nobody's usual may be much above its peers' */
		o->learnt++;
		o->usual += (over - o->usual) / (double)o->learnt;
	}
	usual = o->usual > most ? most : o->usual < -most ? -most : o->usual;
	if (o->learnt < learn)
		return;
	o->sum += over - usual - allow;
	if (o->sum < 0) {
		o->sum = 0;
		o->usual += (over - o->usual) / 200; /* drifts only while nothing is suspected */
	}
	if (o->sum * 100 >= (double)limit) {
		struct watch_event e = { .at_us = o->last_us, .person = o->person, .source = o->source, .role = o->role, .kind = WATCH_READ, .n = o->reads };

		raise_alarm(r, o, WATCH_SLOW_READS, &e, (int64_t)(o->sum * 100), limit);
		o->sum = 0; /* said; counted anew */
	}
}

static void
day_close(const struct raise *r, int64_t day_us)
{
	struct watch *w = r->w;
	int64_t *room = calloc(w->n + 1, sizeof(*room));
	double medians[32];

	if (room == NULL)
		abort();
	for (uint32_t role = 0; role < 32; role++)
		medians[role] = median_of(w, role, day_us, room);
	for (size_t i = 0; i < w->n; i++) {
		struct one *o = &w->list[i];

		if (o->day_us != day_us || o->reads == 0)
			continue;
		weigh_slow(r, o, o->source == 0 && o->role < 32 ? medians[o->role] : -1);
		o->history[o->days++ % DAYS_KEPT] = o->reads;
	}
	free(room);
}

static void
days_until(const struct raise *r, int64_t day_us)
{
	if (r->w->day_us && day_us > r->w->day_us)
		day_close(r, r->w->day_us);
	if (day_us > r->w->day_us)
		r->w->day_us = day_us;
}

/* ---- rules at once */

static void
hours(const struct raise *r, struct one *o, const struct watch_event *e)
{
	struct civil c = time_civil(e->at_us);
	int64_t from = limit_of(r, WATCH_N_OFF_HOURS_FROM_H), until = limit_of(r, WATCH_N_OFF_HOURS_UNTIL_H);

	if (e->on_duty || e->kind == WATCH_SIGN_IN_FAILED)
		return;
	if (day_closed(r->w->calendar, e->at_us))
		raise_alarm(r, o, WATCH_CLOSED_DAY, e, c.hour, from);
	else if (c.hour < from || c.hour >= until)
		raise_alarm(r, o, WATCH_OFF_HOURS, e, c.hour, c.hour < from ? from : until);
}

/* True: this network is known of the person, and is from now on. */
static bool
place_known(struct one *o, const struct watch_event *e, int64_t forget_us)
{
	size_t oldest = 0;

	for (size_t i = 0; i < o->places_count; i++) {
		if (o->places[i].network == e->network) {
			bool known = e->at_us - o->places[i].at_us <= forget_us;

			o->places[i].at_us = e->at_us;
			return known;
		}
		if (o->places[i].at_us < o->places[oldest].at_us)
			oldest = i;
	}
	if (o->places_count < PLACES_MAX)
		oldest = o->places_count++;
	o->places[oldest] = (struct place){ e->network, e->at_us };
	return false;
}

static void
sign_in(const struct raise *r, struct one *o, const struct watch_event *e)
{
	int64_t away_days = o->last_sign_in_us ? (e->at_us - o->last_sign_in_us) / DAY_US : 0, limit = limit_of(r, WATCH_N_DORMANT_DAYS);
	bool first = o->last_sign_in_us == 0, known = e->network == 0 || place_known(o, e, limit_of(r, WATCH_N_NEW_ADDRESS_FORGET_DAYS) * DAY_US);

	if (away_days >= limit)
		raise_alarm(r, o, WATCH_DORMANT, e, away_days, limit);
	if (e->new_device && !first)
		raise_alarm(r, o, WATCH_NEW_DEVICE, e, 1, 0);
	if (!known && !first)
		raise_alarm(r, o, WATCH_NEW_ADDRESS, e, 1, 0);
	o->last_sign_in_us = e->at_us;
}

static void
failed(const struct raise *r, struct one *o, const struct watch_event *e)
{
	int64_t since_us = e->at_us - limit_of(r, WATCH_N_FAILED_BURST_MINUTES) * MINUTE_US, limit = limit_of(r, WATCH_N_FAILED_BURST_FAILURES), n = 0;

	o->fails[o->fails_count++ % FAILS_MAX] = e->at_us;
	for (size_t i = 0; i < (o->fails_count < FAILS_MAX ? o->fails_count : FAILS_MAX); i++)
		n += o->fails[i] >= since_us;
	if (n >= limit)
		raise_alarm(r, o, WATCH_FAILED_BURST, e, n, limit);
}

/* Two sessions that take turns: between networks far apart few turns are enough, within one network it takes many. */
static void
apart(const struct raise *r, struct one *o, const struct watch_event *e)
{
	int64_t since_us = e->at_us - limit_of(r, WATCH_N_FAR_APART_MINUTES) * MINUTE_US, far = 0, near = 0, limit = limit_of(r, WATCH_N_FAR_APART_CHANGES), near_limit = limit_of(r, WATCH_N_FAR_APART_NEAR_CHANGES);
	const struct step *last = NULL;

	if (e->session == 0)
		return;
	last = o->trail_count ? &o->trail[(o->trail_count - 1) % TRAIL_MAX] : NULL;
	if (last && last->session == e->session) {
		o->trail[(o->trail_count - 1) % TRAIL_MAX].at_us = e->at_us;
		return; /* no turn */
	}
	o->trail[o->trail_count++ % TRAIL_MAX] = (struct step){ e->network, e->session, e->at_us };
	for (size_t i = o->trail_count > TRAIL_MAX ? o->trail_count - TRAIL_MAX : 0; i + 1 < o->trail_count; i++) {
		const struct step *a = &o->trail[i % TRAIL_MAX], *b = &o->trail[(i + 1) % TRAIL_MAX];
		bool back = false; /* a session that comes back, not one that follows another */

		for (size_t k = i + 2; k < o->trail_count; k++)
			back |= o->trail[k % TRAIL_MAX].session == a->session;
		for (size_t k = o->trail_count > TRAIL_MAX ? o->trail_count - TRAIL_MAX : 0; k < i; k++)
			back |= o->trail[k % TRAIL_MAX].session == b->session;
		if (a->at_us < since_us || !back)
			continue;
		near++;
		far += a->network != b->network && a->network && b->network;
	}
	if (far >= limit)
		raise_alarm(r, o, WATCH_FAR_APART, e, far, limit);
	else if (near >= near_limit)
		raise_alarm(r, o, WATCH_FAR_APART, e, near, near_limit);
}

/* What its peers have read so far today: the median; 0: too few of them are at work. */
static double
today(const struct watch *w, const struct one *o)
{
	int64_t *room = calloc(w->n + 1, sizeof(*room));
	double median = 0;
	size_t n = 0, middle;

	if (room == NULL)
		abort();
	for (size_t i = 0; i < w->n; i++)
		if (&w->list[i] != o && w->list[i].role == o->role && w->list[i].source == o->source && w->list[i].day_us == o->day_us && w->list[i].reads > 0)
			room[n++] = w->list[i].reads;
	qsort(room, n, sizeof(*room), by_size);
	middle = n / 2;
	if (n >= PEERS_MIN)
		median = (double)room[middle];
	free(room);
	return median;
}

static void
reads(const struct raise *r, struct one *o, const struct watch_event *e)
{
	int64_t least = limit_of(r, WATCH_N_MANY_READS_LEAST), own = 0, limit = least;
	size_t days = o->days < DAYS_KEPT ? o->days : DAYS_KEPT;
	double peers = o->role < 32 ? r->w->median_before[o->role] : 0;

	o->reads += e->n;
	if (e->unassigned)
		raise_alarm(r, o, WATCH_UNASSIGNED, e, e->n, 0);
	if (e->colleague)
		raise_alarm(r, o, WATCH_COLLEAGUE, e, e->n, 0);
	for (size_t i = 0; i < days; i++)
		own += o->history[i];
	if (o->days >= (size_t)limit_of(r, WATCH_N_MANY_READS_DAYS)) { /* a newcomer has no history: then peers alone */
		int64_t usual = own * limit_of(r, WATCH_N_MANY_READS_OWN_PERCENT) / (100 * (int64_t)days);

		limit = usual > limit ? usual : limit;
	}
	if (o->source == 0 && peers > 0) {
		int64_t usual = (int64_t)(peers * (double)limit_of(r, WATCH_N_MANY_READS_PEERS_PERCENT) / 100);

		limit = usual > limit ? usual : limit;
	} else if (o->days < (size_t)limit_of(r, WATCH_N_MANY_READS_DAYS)) {
		return; /* nothing to compare with yet */
	}
	if (o->reads > limit && o->fired_us[WATCH_MANY_READS] != o->day_us) { /* unless it is a day like that for all its peers */
		int64_t usual = (int64_t)(today(r->w, o) * (double)limit_of(r, WATCH_N_MANY_READS_PEERS_PERCENT) / 100);

		limit = usual > limit ? usual : limit;
		if (o->reads > limit)
			raise_alarm(r, o, WATCH_MANY_READS, e, o->reads, limit);
	}
}

static void
export(const struct raise *r, struct one *o, const struct watch_event *e)
{
	o->files++;
	o->rows += e->n;
	if (o->files > limit_of(r, WATCH_N_BULK_EXPORT_FILES))
		raise_alarm(r, o, WATCH_BULK_EXPORT, e, o->files, limit_of(r, WATCH_N_BULK_EXPORT_FILES));
	else if (o->rows > limit_of(r, WATCH_N_BULK_EXPORT_ROWS))
		raise_alarm(r, o, WATCH_BULK_EXPORT, e, o->rows, limit_of(r, WATCH_N_BULK_EXPORT_ROWS));
}

void
watch_feed(struct watch *w, const struct watch_event *e, watch_raise *fn, void *context)
{
	const struct raise r = { w, fn, context };
	int64_t day_us = day_first(e->at_us);
	struct one *o;

	days_until(&r, day_us);
	o = one_of(w, e);
	if (o->day_us != day_us) {
		o->day_us = day_us;
		o->reads = o->files = o->rows = 0;
	}
	o->role = e->role ? e->role : o->role;
	o->last_us = e->at_us;
	if (e->person)
		hours(&r, o, e);
	if (e->kind != WATCH_SIGN_IN_FAILED)
		apart(&r, o, e);
	switch (e->kind) {
	case WATCH_SIGN_IN:        sign_in(&r, o, e); break;
	case WATCH_SIGN_IN_FAILED: failed(&r, o, e); break;
	case WATCH_READ:           reads(&r, o, e); break;
	case WATCH_EXPORT:         export(&r, o, e); break;
	case WATCH_RAN:            if (e->unlisted) raise_alarm(&r, o, WATCH_UTILITY, e, 1, 0); break;
	case WATCH_ACT:            break;
	}
}

void
watch_until(struct watch *w, int64_t now_us, watch_raise *fn, void *context)
{
	const struct raise r = { w, fn, context };

	days_until(&r, day_first(now_us));
}
