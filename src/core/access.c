// SPDX-License-Identifier: Apache-2.0
/* Rows of the access log out of entries of the ledger. */
#include "core/access.h"

#include <string.h>

static char *
text_dup(const char *s)
{
	char *p = s && *s ? strdup(s) : NULL;

	if (p == NULL && s && *s)
		abort();
	return p;
}

static const char *
member(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

void
access_clear(struct seen *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct seen *s = &list[i];

		free(s->who);
		free(s->name);
		free(s->address);
		free(s->host);
		free(s->object);
		free(s->purpose);
		free(s->device);
		free(s->session);
		*s = (struct seen){ .kind = ACCESS_NONE };
	}
}

/* Page views of a minute: how many of what. */
static void
views_read(json_t *views, struct seen *s)
{
	char *text = views ? json_dumps(views, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	const char *key;
	json_t *n;

	s->n = 0;
	json_object_foreach(views, key, n)
		s->n += json_integer_value(n);
	s->object = text;
}

/* What was asked for, and why: the object by its id or number; the purpose, or the reason given. */
static void
asked_read(json_t *arguments, struct seen *s)
{
	static const char *const why[] = { "purpose", "reason", "text", "ticket" };
	json_t *index = json_object_get(arguments, "index");
	char number[32] = "";

	if (json_is_integer(index))
		(void)snprintf(number, sizeof(number), "#%lld", (long long)json_integer_value(index)); /* fits */
	else if (json_is_string(index))
		(void)snprintf(number, sizeof(number), "#%.30s", json_string_value(index)); /* an entry's number */
	s->object = text_dup(*member(arguments, "id") ? member(arguments, "id") : *member(arguments, "name") ? member(arguments, "name") : *member(arguments, "person") ? member(arguments, "person") : number);
	for (size_t i = 0; i < sizeof(why) / sizeof(why[0]) && s->purpose == NULL; i++)
		s->purpose = text_dup(member(arguments, why[i]));
	if (*member(arguments, "export"))
		s->device = text_dup(member(arguments, "export"));
}

static json_t *
payload_json(struct core *c, const struct entry *e)
{
	struct buf b = BUF(1 << 20);
	json_t *ret = NULL;
	enum rc rc = payload_read(c, e, &b);

	if (rc == RC_OK)
		ret = json_loadb(b.p ? b.p : "", b.n, JSON_REJECT_DUPLICATES, NULL);
	else
		rc_trail_clear(); /* a payload that is gone or sealed for ever: the row stands without it */
	buf_free(&b);
	return ret;
}

static char *
name_of(struct str s)
{
	char name[NAME_BYTES_MAX + 1];

	(void)snprintf(name, sizeof(name), STR_FMT, STR_ARG(s)); /* a leaf's name fits */
	return text_dup(name);
}

/*= S-3-5 */
void
access_read(struct core *c, uint64_t leaf, const struct entry *e, struct seen *s)
{
	const struct leaf *l = &e->leaf;
	json_t *payload;

	*s = (struct seen){ .id = ACCESS_ID(leaf, 0), .at_us = l->claimed_at_us, .n = 1, .actor = l->actor };
	if (l->type == LEAF_ACT_OUTCOME) {
		s->kind = ACCESS_OUTCOME;
		s->id = ACCESS_ID(l->begin, 0);
		s->done_leaf = (int64_t)leaf;
		s->result = l->verdict;
		return;
	}
	if (l->type != LEAF_ACT_BEGIN && l->type != LEAF_SIGN_IN)
		return;
	if (l->source == PROC_AUTH && l->type == LEAF_ACT_BEGIN && act_of(l->name))
		return; /* auth's half of an act of core's: that one stands already */
	payload = payload_json(c, e);
	s->kind = l->type == LEAF_SIGN_IN ? ACCESS_SIGN_IN : str_eq_c(l->name, "page-views") ? ACCESS_VIEWS : ACCESS_ACT;
	s->name = name_of(l->name);
	s->address = text_dup(member(payload, "address"));
	s->session = text_dup(member(payload, "session"));
	s->host = text_dup(c->machine);
	if (s->kind == ACCESS_SIGN_IN) {
		s->result = l->verdict;
		s->done_leaf = (int64_t)leaf;
		s->device = text_dup(member(payload, "device"));
		s->object = text_dup(member(payload, "factors"));
		s->purpose = text_dup(member(payload, "reason"));
	} else if (s->kind == ACCESS_VIEWS) {
		views_read(json_object_get(payload, "views"), s);
	} else {
		asked_read(json_object_get(payload, "arguments"), s);
	}
	json_decref(payload);
}

static enum rc
result_set(struct core *c, const struct seen *s)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "update access set result = $1, done_leaf = $2 where id = $3", &q));
	TRY(db_put_int(q, 1, s->result));
	TRY(db_put_int(q, 2, s->done_leaf));
	TRY(db_put_int(q, 3, s->id));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static struct str
text_or_empty(const char *s)
{
	return str_of(s ? s : "");
}

enum rc
access_add(struct core *c, const struct seen *s)
{
	const char *const texts[] = { s->who, s->name, s->address, s->host, s->object, s->purpose, s->device, s->session };
	struct query *q = NULL;
	enum rc rc = RC_OK;

	if (s->kind == ACCESS_NONE)
		return RC_OK;
	if (s->kind == ACCESS_OUTCOME)
		return result_set(c, s);
	TRY(db_query(c->db, "insert into access (id, done_leaf, at_us, kind, actor, result, n, who, name, address, host, object, purpose, device, session)"
	    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing", &q));
	TRY(db_put_int(q, 1, s->id));
	if (s->done_leaf)
		TRY(db_put_int(q, 2, s->done_leaf));
	else
		TRY(db_put_null(q, 2));
	TRY(db_put_int(q, 3, s->at_us));
	TRY(db_put_int(q, 4, s->kind));
	TRY(db_put_blob(q, 5, (struct str){ (const char *)s->actor.b, ID_BYTES }));
	TRY(db_put_int(q, 6, s->result));
	TRY(db_put_int(q, 7, s->n));
	for (int i = 0; i < 8; i++)
		TRY(db_put_text(q, 8 + i, text_or_empty(texts[i])));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}
