// SPDX-License-Identifier: Apache-2.0
/*
 * What leaves for the collector: each entry of the ledger as one line of RFC 5424.
 *
 * A line says what the leaf says and nothing more: kind, act or clause, result, times, opaque ids. Names, addresses,
 * purposes and facts stand in the sealed payload and stay here; docs/collector.md lists the fields.
 */
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "core/mail.h"

#define BATCHES_AT_ONCE 16
#define LOG_GAP "log-gap" /* an entry of the station: what the queue could not hold */

/* RFC 5424: facility 13, log audit. */
enum severity { SEVERITY_ALERT = 1, SEVERITY_ERROR = 3, SEVERITY_WARNING = 4, SEVERITY_NOTICE = 5, SEVERITY_INFO = 6 };
#define FACILITY 13

static enum severity
severity_of(const struct leaf *l)
{
	if (l->type == LEAF_STATION)
		return str_eq_c(l->name, WATCH_ALERT) ? SEVERITY_ALERT : str_eq_c(l->name, "witness-newer") || str_eq_c(l->name, "witness-fork") ? SEVERITY_ALERT : str_eq_c(l->name, LOG_GAP) || str_eq_c(l->name, MAIL_AWAY) || str_eq_c(l->name, "witness-silent") ? SEVERITY_ERROR : SEVERITY_NOTICE;
	if (l->type == LEAF_ACT_OUTCOME || l->type == LEAF_SIGN_IN)
		return l->verdict == OUTCOME_DONE ? SEVERITY_INFO : SEVERITY_WARNING;
	return SEVERITY_INFO;
}

static enum rc
put_time(struct buf *b, int64_t at_us)
{
	struct civil t = time_civil(at_us - 9 * HOUR_US); /* civil time is Japan's */

	return buf_addf(b, "%04d-%02d-%02dT%02d:%02d:%02d.%06lldZ", t.year, t.month, t.day, t.hour, t.minute, t.second, (long long)(at_us % SECOND_US));
}

static bool
zero(const struct opaque_id *id)
{
	static const struct opaque_id none;

	return memcmp(id->b, none.b, ID_BYTES) == 0;
}

static enum rc
put_id(struct buf *b, const char *name, const struct opaque_id *id)
{
	enum rc rc = RC_OK;

	if (zero(id))
		return RC_OK;
	TRY(buf_addf(b, " %s=\"", name));
	TRY(hex_encode(b, (struct str){ (const char *)id->b, ID_BYTES }));
	TRY(buf_add_byte(b, '"'));
out:
	return rc;
}

/* "]", '"' and '\' are escaped in values of structured data; ids of ours have none, and others are not let in. */
static bool
plain_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '.' || s.p[i] == '_'))
			return false;
	return s.n > 0;
}

/* Which entries a gap is about: the only payload that is opened for a line, and it names no one. */
static enum rc
put_gap(struct core *c, const struct entry *e, struct buf *b)
{
	struct buf json = BUF(4096);
	json_t *o = NULL;
	enum rc rc = RC_OK;

	TRY(payload_read(c, e, &json));
	o = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, NULL);
	TRY(buf_addf(b, " from=\"%lld\" to=\"%lld\" count=\"%lld\"", (long long)json_integer_value(json_object_get(o, "from")), (long long)json_integer_value(json_object_get(o, "to")),
	    (long long)json_integer_value(json_object_get(o, "count"))));
out:
	json_decref(o);
	buf_free(&json);
	return rc;
}

static const char *
result_of(const struct leaf *l)
{
	static const char *const outcomes[] = { "", "done", "refused", "failed", "interrupted" };

	if (l->type == LEAF_ACT_OUTCOME || l->type == LEAF_SIGN_IN)
		return l->verdict <= OUTCOME_INTERRUPTED ? outcomes[l->verdict] : "";
	if (l->type == LEAF_FINDING)
		return view_verdict((enum verdict)l->verdict);
	return l->type == LEAF_VERDICT && l->verdict < STATUS_COUNT ? status_name((enum status)l->verdict) : "";
}

/*= S-3-5 */
enum rc
outgoing_text(struct core *c, uint64_t index, const struct entry *e, struct buf *b)
{
	const struct leaf *l = &e->leaf;
	const char *type = leaf_type_name(l->type), *result = result_of(l);
	struct str host = str_of(plain_id(str_of(c->machine)) ? c->machine : "-");
	enum rc rc = RC_OK;

	TRY(buf_addf(b, "<%d>1 ", FACILITY * 8 + (int)severity_of(l)));
	TRY(put_time(b, l->claimed_at_us));
	TRY(buf_addf(b, " " STR_FMT " tsujiban-%s - %s [entry@32473 index=\"%llu\" seq=\"%llu\" received=\"", STR_ARG(host), proc_name(l->source), type, (unsigned long long)index, (unsigned long long)l->source_seq));
	TRY(put_time(b, l->received_at_us));
	TRY(buf_add_byte(b, '"'));
	if (plain_id(l->name))
		TRY(buf_addf(b, " name=\"" STR_FMT "\"", STR_ARG(l->name)));
	if (*result)
		TRY(buf_addf(b, " result=\"%s\"", result));
	TRY(put_id(b, "actor", &l->actor));
	TRY(put_id(b, "object", &l->object));
	if (l->type == LEAF_ACT_OUTCOME)
		TRY(buf_addf(b, " begin=\"%llu\"", (unsigned long long)l->begin));
	if (l->type == LEAF_CONFIRM)
		TRY(buf_addf(b, " first=\"%llu\" last=\"%llu\"", (unsigned long long)l->begin, (unsigned long long)l->last));
	if (l->type == LEAF_STATION && str_eq_c(l->name, LOG_GAP))
		TRY(put_gap(c, e, b));
	TRY(buf_addf(b, "] %s " STR_FMT "%s%s", type, plain_id(l->name) ? (int)l->name.n : 1, plain_id(l->name) ? l->name.p : "-", *result ? " " : "", result));
out:
	return rc;
}

json_t *
outgoing_json(struct core *c)
{
	static const char *const words[SENDING_COUNT] = { "off", "idle", "connected", "refused", "away" };
	const struct courier_state *s = &c->sending;
	json_t *ret;

	if (!c->sending_known)
		return json_null();
	ret = json_pack("{s:s, s:o, s:I, s:I, s:I, s:o, s:s}", "state", words[s->sending], "since", view_time(s->since_us), "waiting", (json_int_t)s->waiting, "sent", (json_int_t)s->sent, "missed", (json_int_t)s->missed,
	    "sent_at", view_time(s->sent_at_us), "trouble", s->trouble);
	return ret ? ret : json_null();
}

/* What was missed and is over (there is room again) becomes an entry, which then goes out itself: the collector learns of its gap. */
static enum rc
gap_tell(struct core *c, const struct courier_state *s)
{
	json_t *payload = json_pack("{s:I, s:I, s:I}", "from", (json_int_t)s->missed_from, "to", (json_int_t)s->missed_to, "count", (json_int_t)(s->missed - s->told));
	uint64_t index;
	enum rc rc = record_leaf(c, &(struct leaf){ .type = LEAF_STATION, .name = STR(LOG_GAP) }, payload, &index);

	json_decref(payload);
	return rc;
}

static void
state_keep(struct core *c, const struct courier_state *s)
{
	core_lock(c);
	c->sending = *s;
	c->sending_known = true;
	core_unlock(c);
}

static enum rc
batch(struct core *c, struct courier_state *state, size_t *ret_n)
{
	struct courier_put put = { .told = 0 };
	struct arena a = ARENA(8 << 20);
	struct buf text = BUF(COURIER_BATCH_MAX * COURIER_BYTES_MAX);
	size_t at[COURIER_BATCH_MAX + 1] = { 0 }, n = 0;
	struct entry *list = NULL;
	enum rc rc = RC_OK;

	*ret_n = 0;
	TRY(ask_ledger_read(c->ledger, c->outgoing_next, COURIER_BATCH_MAX, &a, &list, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(outgoing_text(c, c->outgoing_next + i, &list[i], &text));
		at[i + 1] = text.n;
	}
	for (size_t i = 0; i < n; i++)
		put.list[i] = (struct outgoing){ c->outgoing_next + i, { text.p + at[i], at[i + 1] - at[i] } };
	put.n = n;
	if (n)
		TRY(ask_courier_put(c->courier, &put, state));
	c->outgoing_next += n;
	*ret_n = n;
out:
	buf_free(&text);
	arena_free(&a);
	return rc;
}

enum rc
outgoing_follow(struct core *c)
{
	struct courier_state s;
	struct ledger_head head = { .checkpoint = BUF(4096) };
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_courier_put(c->courier, &(struct courier_put){ .told = 0 }, &s));
	state_keep(c, &s);
	if (s.sending == SENDING_OFF)
		goto out;
	if (s.begun) { /* courier knows what it has: also after either of us came back */
		c->outgoing_next = s.last + 1;
	} else if (c->outgoing_next == 0) { /* declared just now: from here on */
		TRY(ask_ledger_head(c->ledger, &head));
		c->outgoing_next = head.entries;
	}
	if (s.missed > s.told && s.waiting == 0) {
		TRY(gap_tell(c, &s));
		TRY(ask_courier_put(c->courier, &(struct courier_put){ .told = s.missed }, &s));
	}
	for (int i = 0; i < BATCHES_AT_ONCE; i++) {
		TRY(batch(c, &s, &n));
		if (n < COURIER_BATCH_MAX)
			break;
	}
	state_keep(c, &s);
out:
	buf_free(&head.checkpoint);
	return rc;
}
