// SPDX-License-Identifier: Apache-2.0
/*
 * The access log as a screen: filtered, newest first, a page at a time.
 *
 * One filter leads: its index gives rows in order of time, the others are tried
 * on at most SCAN_MAX of them. A page costs the same whether the log has a
 * thousand rows or a million; where it stopped early it says so and goes on from there.
 */
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "core/access.h"
#include "core/index_int.h"

#define PAGE_ROWS 50
#define SCAN_MAX  5000  /* rows looked at for one page, and for its count */
#define FILE_ROWS 20000 /* of one export */

struct filter {
	struct opaque_id actor;
	bool             by_actor;
	const char      *name, *address, *host, *object;
	int64_t          result, from_us, to_us, before_us, before_id;
	int64_t          rows_max, scan_max;
};

#define COLUMNS "id, done_leaf, at_us, kind, actor, result, n, who, name, address, host, object, purpose, device, session"
#define INNER(lead)                                                                                           \
	"(select " COLUMNS " from access where " lead " and at_us >= $2 and at_us < $3 and (at_us, id) < ($4, $5)" \
	" order by at_us desc, id desc limit $6) x"
#define REST                                                                                                  \
	" where ($7 = 0 or actor = $8) and ($9 = '' or name = $10) and ($11 = '' or address = $12) and ($13 = '' or host = $14)" \
	" and ($15 = '' or object = $16) and ($17 < 0 or result = $18)"
#define STATEMENTS(lead) { "select " COLUMNS " from " INNER(lead) REST " limit $19", "select count(*) from " INNER(lead) REST " and $19 > 0", \
	"select at_us, id from access where " lead " and at_us >= $2 and at_us < $3 and (at_us, id) < ($4, $5) order by at_us desc, id desc limit 1 offset $6" }

/* In the order in which they narrow down the most. */
enum lead { LEAD_OBJECT, LEAD_ACTOR, LEAD_ADDRESS, LEAD_RESULT, LEAD_NAME, LEAD_HOST, LEAD_TIME };
static const char *const statements[][3] = {
	[LEAD_OBJECT]  = STATEMENTS("object = $1"),
	[LEAD_ACTOR]   = STATEMENTS("actor = $1"),
	[LEAD_ADDRESS] = STATEMENTS("address = $1"),
	[LEAD_RESULT]  = STATEMENTS("result = $1"),
	[LEAD_NAME]    = STATEMENTS("name = $1"),
	[LEAD_HOST]    = STATEMENTS("host = $1"),
	[LEAD_TIME]    = STATEMENTS("$1 = 0"),
};

static enum lead
lead_of(const struct filter *f)
{
	return *f->object ? LEAD_OBJECT : f->by_actor ? LEAD_ACTOR : *f->address ? LEAD_ADDRESS : f->result >= 0 && f->result != OUTCOME_DONE ? LEAD_RESULT :
	    *f->name ? LEAD_NAME : *f->host ? LEAD_HOST : LEAD_TIME;
}

static enum rc
bind_lead(struct query *q, const struct filter *f, int64_t limit)
{
	struct str actor = { (const char *)f->actor.b, ID_BYTES };
	enum rc rc = RC_OK;

	switch (lead_of(f)) {
	case LEAD_OBJECT:  TRY(db_put_text(q, 1, str_of(f->object))); break;
	case LEAD_ACTOR:   TRY(db_put_blob(q, 1, actor)); break;
	case LEAD_ADDRESS: TRY(db_put_text(q, 1, str_of(f->address))); break;
	case LEAD_RESULT:  TRY(db_put_int(q, 1, f->result)); break;
	case LEAD_NAME:    TRY(db_put_text(q, 1, str_of(f->name))); break;
	case LEAD_HOST:    TRY(db_put_text(q, 1, str_of(f->host))); break;
	case LEAD_TIME:    TRY(db_put_int(q, 1, 0)); break;
	}
	TRY(db_put_int(q, 2, f->from_us));
	TRY(db_put_int(q, 3, f->to_us));
	TRY(db_put_int(q, 4, f->before_us));
	TRY(db_put_int(q, 5, f->before_id));
	TRY(db_put_int(q, 6, limit));
out:
	return rc;
}

static enum rc
bind_rest(struct query *q, const struct filter *f, int64_t rows_max)
{
	const char *const texts[] = { f->name, f->address, f->host, f->object };
	enum rc rc = RC_OK;

	TRY(db_put_int(q, 7, f->by_actor));
	TRY(db_put_blob(q, 8, (struct str){ (const char *)f->actor.b, ID_BYTES }));
	for (int i = 0; i < 4; i++) {
		TRY(db_put_text(q, 9 + 2 * i, str_of(texts[i])));
		TRY(db_put_text(q, 10 + 2 * i, str_of(texts[i])));
	}
	TRY(db_put_int(q, 17, f->result));
	TRY(db_put_int(q, 18, f->result));
	TRY(db_put_int(q, 19, rows_max));
out:
	return rc;
}

/* ---- what was asked for */

static const char *
text_of(json_t *arguments, const char *key)
{
	const char *s = json_string_value(json_object_get(arguments, key));

	return s ? s : "";
}

static int64_t
time_of(json_t *arguments, const char *key, int64_t otherwise)
{
	json_t *v = json_object_get(arguments, key);

	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

/* Exactly one account by its name, or one whose display contains what was typed; else a person of an outside service's log, by the name used there. */
static enum rc
person_of(const struct people *p, const char *text, struct opaque_id *ret)
{
	const struct account *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (strcmp(p->list[i].name, text) == 0) {
			*ret = p->list[i].id;
			return RC_OK;
		}
		if (!strstr(p->list[i].display, text))
			continue;
		found = &p->list[i];
		n++;
	}
	if (n > 1)
		return FAIL(RC_SYNTAX, "%s に当てはまる人が%zu人います。アカウント名を入れてください / %zu people fit %s: give the account's name", text, n, n, text);
	*ret = found ? found->id : object_of("outside-person", str_of(text));
	return RC_OK;
}

static enum rc
filter_of(const struct people *p, json_t *arguments, struct filter *f)
{
	static const char *const outcomes[] = { "open", "DONE", "REFUSED", "FAILED", "INTERRUPTED" };
	const char *before = text_of(arguments, "before"), *result = text_of(arguments, "result"), *person = text_of(arguments, "person");
	bool file = *text_of(arguments, "export");
	struct str rest = str_of(before), at = STR_NONE;
	enum rc rc = RC_OK;

	*f = (struct filter){ .name = text_of(arguments, "act"), .address = text_of(arguments, "address"), .host = text_of(arguments, "host"), .object = text_of(arguments, "object"), .result = -1,
		.from_us = time_of(arguments, "from", 0), .to_us = time_of(arguments, "to", INT64_MAX), .before_us = INT64_MAX, .before_id = INT64_MAX,
		.rows_max = file ? FILE_ROWS : PAGE_ROWS, .scan_max = file ? 40 * SCAN_MAX : SCAN_MAX };
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(result, outcomes[i]) == 0)
			f->result = (int64_t)i;
	if (*person) {
		f->by_actor = true;
		TRY(person_of(p, person, &f->actor));
	}
	if (*before) { /* "at.id", as the page before named it */
		(void)str_cut(&rest, '.', &at);
		TRY(num_parse(at, 0, INT64_MAX, &f->before_us));
		TRY(num_parse(rest, 0, INT64_MAX, &f->before_id));
	}
out:
	return rc;
}

/* ---- rows */

static const char *
kind_word(int64_t kind)
{
	static const char *const words[] = { "", "act", "sign-in", "views", "imported" };

	return kind > 0 && kind <= ACCESS_IMPORTED ? words[kind] : "";
}

static json_t *
row_json(const struct people *p, struct query *q, enum lang lang)
{
	static const char *const results[] = { NULL, "DONE", "REFUSED", "FAILED", "INTERRUPTED" };
	int64_t result = db_int(q, 5), id = db_int(q, 0);
	json_t *who = db_text(q, 7).n ? view_text(db_text(q, 7)) : people_text(p, db_blob(q, 4), lang);
	struct buf hex = BUF(64);
	json_t *row = json_pack("{s:I, s:I, s:s, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o}", "index", (json_int_t)(id / ACCESS_PARTS), "at", (json_int_t)db_int(q, 2), "kind", kind_word(db_int(q, 3)),
	    "result", result > 0 && result < 5 ? json_string(results[result]) : json_null(), "n", (json_int_t)db_int(q, 6), "who", who, "act", view_text(db_text(q, 8)), "address", view_text(db_text(q, 9)),
	    "host", view_text(db_text(q, 10)), "object", view_text(db_text(q, 11)), "purpose", view_text(db_text(q, 12)), "device", view_text(db_text(q, 13)), "id", (json_int_t)id, "session", view_text(db_text(q, 14)));

	if (hex_encode(&hex, db_blob(q, 4)) == RC_OK)
		json_object_set_new(row, "who_id", json_string(buf_cstr(&hex)));
	buf_free(&hex);
	return row;
}

/* "要件を見る 3、台帳を見る 2" */
static json_t *
views_text(const char *object, enum lang lang)
{
	json_t *views = json_loads(object, JSON_REJECT_DUPLICATES, NULL), *n;
	struct buf b = BUF(8192);
	json_t *ret = NULL;
	const char *key;
	bool more = false;

	json_object_foreach(views, key, n) {
		const char *word = act_of(str_of(key)) ? word_act(act_of(str_of(key)), lang) : key;

		if (buf_addf(&b, "%s%s %lld", more ? lang == LANG_JA ? "、" : ", " : "", word, (long long)json_integer_value(n)) != RC_OK)
			break;
		more = true;
	}
	ret = view_text(buf_str(&b));
	json_decref(views);
	buf_free(&b);
	return ret;
}

/* After the query: names wait for the catalogue's lock. */
static void
words_fill(struct core *c, json_t *row, enum lang lang)
{
	const char *act = text_of(row, "act"), *object = text_of(row, "object"), *kind = text_of(row, "kind");
	json_t *text = NULL;

	json_object_set_new(row, "act_text", strcmp(kind, "imported") == 0 ? json_string(act) : entry_name_text(c, LEAF_ACT_BEGIN, str_of(act), lang));
	if (strcmp(kind, "views") == 0) {
		text = views_text(object, lang);
	} else if (*object && strcmp(kind, "act") == 0) {
		core_lock(c);
		text = entry_asked_text(c, str_of(object), lang);
		core_unlock(c);
	}
	json_object_set_new(row, "object_text", text ? text : json_string(object));
}

static enum rc
rows_read(struct core *c, const struct people *p, const struct filter *f, enum lang lang, json_t *rows, json_t **ret_next)
{
	struct query *q = NULL;
	int64_t at_us = 0, id = 0;
	char cursor[48];
	bool row;
	enum rc rc = RC_OK;

	*ret_next = NULL;
	TRY(db_query(c->db, statements[lead_of(f)][0], &q));
	TRY(bind_lead(q, f, f->scan_max));
	TRY(bind_rest(q, f, f->rows_max + 1));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row || (int64_t)json_array_size(rows) == f->rows_max)
			break;
		json_array_append_new(rows, row_json(p, q, lang));
		at_us = db_int(q, 2);
		id = db_int(q, 0);
	}
	db_done(q);
	q = NULL;
	if (!row) { /* looked at all, or at as many as one page may cost */
		TRY(db_query(c->db, statements[lead_of(f)][2], &q));
		TRY(bind_lead(q, f, f->scan_max - 1));
		TRY(db_step(q, &row));
		at_us = row ? db_int(q, 0) : 0;
		id = row ? db_int(q, 1) : 0;
	}
	if (row) {
		(void)snprintf(cursor, sizeof(cursor), "%lld.%lld", (long long)at_us, (long long)id); /* fits */
		*ret_next = json_string(cursor);
	}
out:
	db_done(q);
	return rc;
}

/* Among the newest SCAN_MAX that the leading filter gives; `ret_more`: there are others behind them. */
static enum rc
rows_count(struct core *c, const struct filter *asked, int64_t *ret, bool *ret_more)
{
	struct filter all = *asked;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	all.before_us = all.before_id = INT64_MAX;
	TRY(db_query(c->db, statements[lead_of(&all)][1], &q));
	TRY(bind_lead(q, &all, SCAN_MAX));
	TRY(bind_rest(q, &all, 1));
	TRY(db_step(q, &row));
	*ret = row ? db_int(q, 0) : 0;
	db_done(q);
	q = NULL;
	TRY(db_query(c->db, statements[lead_of(&all)][2], &q));
	TRY(bind_lead(q, &all, SCAN_MAX));
	TRY(db_step(q, ret_more));
out:
	db_done(q);
	return rc;
}

static enum rc
show(struct core *c, const struct actor *who, json_t *arguments, const struct opaque_id *only, json_t **ret)
{
	struct people people;
	struct filter f;
	json_t *rows = json_array(), *next = NULL;
	int64_t total = 0;
	bool more = false;
	enum rc rc = RC_OK;

	people_load(c, &people);
	TRY(index_follow(c));
	TRY(filter_of(&people, arguments, &f));
	if (only) {
		f.actor = *only;
		f.by_actor = true;
	}
	TRY(rows_read(c, &people, &f, who->lang, rows, &next));
	TRY(rows_count(c, &f, &total, &more));
	for (size_t i = 0; i < json_array_size(rows); i++)
		words_fill(c, json_array_get(rows, i), who->lang);
	*ret = json_pack("{s:I, s:O, s:I, s:b, s:O?, s:b, s:s}", "at", (json_int_t)core_now_us(), "rows", rows, "total", (json_int_t)total, "more", (int)more, "next", next,
	    "own", (int)(only != NULL), "machine", c->machine);
out:
	json_decref(next);
	json_decref(rows);
	arena_free(&people.arena);
	return rc;
}

/*= S-3-5 */
enum rc
view_access(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	return show(c, who, arguments, NULL, ret);
}

enum rc
view_access_own(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_object_del(arguments, "person");
	return show(c, who, arguments, &who->session.account, ret);
}
