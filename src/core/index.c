// SPDX-License-Identifier: Apache-2.0
/*
 * Who, what, when: a search index over the ledger, rebuilt by reading it.
 *
 * core reads every leaf of every source from the first one it has not seen, so
 * the index can neither hide nor invent an entry for long: the ledger is the truth.
 */
#include "core/access.h"
#include "core/contract.h"
#include "core/month.h"
#include "core/index_int.h"
#include "core/mail.h"

#include <string.h>

#include "base/num.h"

#define READ_AT_ONCE 256
#define PAGE_ROWS    50
#define FILE_ROWS    10000 /* of one export */

/* What a payload says in words, for the search: the message in both languages, the subject, what an act was about. */
static enum rc
words_of_json(json_t *o, struct buf *ret)
{
	json_t *message = json_object_get(o, "message"), *sentence;
	const char *subject = json_string_value(json_object_get(o, "subject")), *id = json_string_value(json_object_get(json_object_get(o, "arguments"), "id"));
	char *text = message ? json_dumps(message, JSON_COMPACT) : NULL;
	enum rc rc = RC_OK;

	for (int lang = LANG_JA; text && lang <= LANG_EN; lang++) {
		sentence = view_message(text, (enum lang)lang);
		rc = json_is_string(sentence) ? buf_addf(ret, "%s\n", json_string_value(sentence)) : RC_OK;
		json_decref(sentence);
		TRY(rc);
	}
	if (subject)
		TRY(buf_addf(ret, "%s\n", subject));
	if (id)
		TRY(buf_addf(ret, "%s\n", id));
out:
	free(text);
	return rc;
}

static void
words_of(struct core *c, const struct entry *e, struct buf *ret)
{
	struct buf json = BUF(1 << 20);
	json_t *o = NULL;
	enum rc rc = payload_read(c, e, &json);

	if (rc == RC_OK) {
		o = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
		rc = words_of_json(o, ret);
	}
	if (rc != RC_OK)
		rc_trail_clear(); /* an entry whose words are missing or cut is still found by its name, time and person */
	json_decref(o);
	buf_free(&json);
}

void
people_load(struct core *c, struct people *p)
{
	*p = (struct people){ ARENA(4 << 20), NULL, 0 };
	if (ask_auth_account_list(c->auth, &p->arena, &p->list, &p->n) != RC_OK) {
		rc_trail_clear(); /* ids are shown in place of names */
		p->n = 0;
	}
}

static bool
id_zero(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i])
			return false;
	return true;
}

json_t *
people_text(const struct people *p, struct str id, enum lang lang)
{
	const struct opaque_id console = CONSOLE_ID;

	if (id_zero(id))
		return view_text(str_of(message_plain(MSG_ENTRY_STATION, lang)));
	if (str_eq((struct str){ (const char *)console.b, ID_BYTES }, id))
		return view_text(str_of(message_plain(MSG_ENTRY_CONSOLE, lang)));
	for (size_t i = 0; i < p->n; i++)
		if (str_eq((struct str){ (const char *)p->list[i].id.b, ID_BYTES }, id))
			return view_text(str_of(p->list[i].display));
	return json_null();
}

static json_t *
hex_json(struct str s)
{
	struct buf b = BUF(8192);
	json_t *ret = hex_encode(&b, s) == RC_OK ? json_stringn(b.p ? b.p : "", b.n) : json_null();

	buf_free(&b);
	return ret;
}

void
index_actor_name(struct core *c, const struct opaque_id *id, char *ret, size_t size)
{
	struct people people = { ARENA(0), NULL, 0 };
	json_t *name;

	people_load(c, &people);
	name = people_text(&people, (struct str){ (const char *)id->b, ID_BYTES }, LANG_JA);
	(void)snprintf(ret, size, "%s", json_is_string(name) ? json_string_value(name) : "?"); /* cut short it is still a name */
	json_decref(name);
	arena_free(&people.arena);
}

/* ---- what acts left, told by their entries alone */

static enum rc
rows_again(struct core *c)
{
	enum rc rc = RC_OK;

	TRY(register_load(c));
	TRY(schedule_refit(c));
out:
	return rc;
}

static enum rc
papers_again(struct core *c)
{
	paper_looks_due(c, NULL); /* each was taken into memory as it was told */
	return RC_OK;
}

static bool
declares(enum act act)
{
	return act == ACT_DECLARE_EVENT;
}

/* Its row says the instant and the words: taking it in again changes nothing. */
static enum rc
declared(struct core *c, uint64_t begin, uint64_t outcome, bool *ret)
{
	(void)c;
	(void)begin;
	(void)outcome;
	*ret = false;
	return RC_OK;
}

static enum rc
declare_again(struct core *c, uint64_t begin, const struct leaf *l, json_t *payload, const char *who, bool *ret_changed)
{
	(void)begin;
	(void)ret_changed;
	return state_declare_again(c, l, payload, who);
}

/*
 * What is kept of acts beside the ledger, and can be made again from it: which acts, whether their entries
 * (begin and outcome) are in the store, how one is told again, and what follows when some were.
 */
static const struct replayed {
	bool    (*mine)(enum act);
	enum rc (*stored)(struct core *, uint64_t begin, uint64_t outcome, bool *ret);
	enum rc (*again)(struct core *, uint64_t begin, const struct leaf *, json_t *payload, const char *who, bool *ret_changed);
	enum rc (*changed)(struct core *);
} replayed[] = {
	{ register_act, register_stored, register_replay, rows_again },
	{ exception_act, exception_stored, exception_replay, exception_load },
	{ declares, declared, declare_again, rows_again },
	{ paper_act, paper_stored, paper_replay, papers_again },
	{ month_act, month_stored, month_replay, month_again },
	{ contract_act, contract_stored, contract_replay, contracts_again },
};
#define REPLAYED (sizeof(replayed) / sizeof(replayed[0]))

static enum rc
replay_one(struct core *c, const struct replayed *kind, uint64_t begin, bool *ret_changed)
{
	struct arena a = ARENA(8 << 20);
	struct buf json = BUF(1 << 20), console = BUF(256);
	struct people people = { ARENA(0), NULL, 0 };
	json_t *payload = NULL, *who = NULL;
	struct entry *entry;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(ask_ledger_read(c->ledger, begin, 1, &a, &entry, &n));
	if (n == 0)
		goto out;
	TRY(payload_read(c, entry, &json));
	payload = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, NULL);
	people_load(c, &people);
	who = people_text(&people, (struct str){ (const char *)entry->leaf.actor.b, ID_BYTES }, LANG_JA);
	if (memcmp(entry->leaf.actor.b, CONSOLE_ID.b, ID_BYTES) == 0) {
		record_console(str_of(json_string_value(json_object_get(payload, "address"))), LANG_JA, &console);
		json_decref(who);
		who = view_text(buf_str(&console));
	}
	TRY(kind->again(c, begin, &entry->leaf, payload, json_is_string(who) ? json_string_value(who) : "?", ret_changed));
out:
	json_decref(payload);
	json_decref(who);
	arena_free(&people.arena);
	arena_free(&a);
	buf_free(&json);
	buf_free(&console);
	return rc;
}

/* Acts that were done and are not in the store any more, as after it was lost. One that cannot be told again stops no other. */
static enum rc
replay(struct core *c, uint64_t from, const struct entry *list, size_t n)
{
	bool changed[REPLAYED] = { false }, there;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n; i++) {
		const struct leaf *l = &list[i].leaf;
		size_t kind = 0;

		if (l->type == LEAF_ACT_OUTCOME && note_act(act_of(l->name))) {
			if (note_follow(c, l) != RC_OK)
				proc_log(RC_CONFLICT, "an act cannot be noted again from the ledger");
			if (!register_act(act_of(l->name)))
				continue;
		}
		if (l->type == LEAF_ACT_OUTCOME && approval_act(act_of(l->name))) {
			if (approval_follow(c, from + i, &list[i]) != RC_OK)
				proc_log(RC_CONFLICT, "a step of a request cannot be told again from the ledger");
			continue;
		}
		if (l->type == LEAF_STATION && str_eq(l->name, STR(PAPER_WINDOW)) && window_again(c, from + i, &list[i]) != RC_OK)
			proc_log(RC_CONFLICT, "a submission window cannot be told again from the ledger");
		while (kind < REPLAYED && !replayed[kind].mine(act_of(l->name)))
			kind++;
		if (l->type != LEAF_ACT_OUTCOME || l->verdict != OUTCOME_DONE || kind == REPLAYED)
			continue;
		if (l->received_at_us >= c->started_at_us)
			continue; /* done in this run: the store had it before the ledger said so */
		TRY(replayed[kind].stored(c, l->begin, from + i, &there));
		if (!there && replay_one(c, &replayed[kind], l->begin, &changed[kind]) != RC_OK)
			proc_log(RC_CONFLICT, "an act cannot be told again from the ledger");
	}
	for (size_t kind = 0; kind < REPLAYED; kind++)
		if (changed[kind])
			TRY(replayed[kind].changed(c));
out:
	return rc;
}

/* A change of a clause's status that an earlier run recorded stands in the store, also in one that was lost. */
static enum rc
status_again(struct core *c, uint64_t index, const struct leaf *l)
{
	char id[NAME_BYTES_MAX + 1];

	if (l->type != LEAF_VERDICT || l->received_at_us >= c->started_at_us || l->verdict >= STATUS_COUNT || l->name.n > NAME_BYTES_MAX)
		return RC_OK;
	(void)snprintf(id, sizeof(id), STR_FMT, STR_ARG(l->name)); /* measured above */
	return state_save_status(c, id, (enum status)l->verdict, l->claimed_at_us, index);
}

/* The subject a finding's words end with; empty when they were never read. */
static struct str
subject_line(struct str words)
{
	struct str line;

	while (str_line(&words, &line))
		if (subject_kind_of(line))
			return line;
	return STR_NONE;
}

/* Since when a control does not hold: the days of grace of a gate count from there, also when the store was lost. */
static enum rc
verdict_again(struct core *c, uint64_t index, const struct leaf *l, struct str words)
{
	struct str subject = subject_line(words);

	if (l->type != LEAF_FINDING || l->received_at_us >= c->started_at_us || subject.n == 0 || l->name.n > NAME_BYTES_MAX || l->verdict > VERDICT_NOT_APPLICABLE)
		return RC_OK;
	return state_save_verdict(c, l->name, subject, (enum verdict)l->verdict, l->claimed_at_us, index);
}

enum rc
index_follow(struct core *c)
{
	struct arena a = ARENA(8 << 20);
	struct buf words = BUF(4096);
	struct seen *seen = calloc(READ_AT_ONCE, sizeof(*seen));
	struct entry *list;
	size_t n;
	enum rc rc = RC_OK;

	if (seen == NULL)
		abort();
	pthread_mutex_lock(&c->index_lock);
	do {
		arena_free(&a);
		access_clear(seen, READ_AT_ONCE);
		n = 0;
		TRY(ask_ledger_read(c->ledger, c->indexed, READ_AT_ONCE, &a, &list, &n));
		if (n == 0)
			break;
		TRY(replay(c, c->indexed, list, n));
		for (size_t i = 0; i < n; i++)
			access_read(c, c->indexed + i, &list[i], &seen[i]);
		TRY(db_begin(c->db));
		for (size_t i = 0; i < n; i++) {
			buf_reset(&words);
			words_of(c, &list[i], &words);
			TRY(state_index_add(c, c->indexed + i, &list[i].leaf, buf_cstr(&words)));
			TRY(status_again(c, c->indexed + i, &list[i].leaf));
			TRY(verdict_again(c, c->indexed + i, &list[i].leaf, buf_str(&words)));
			TRY(access_add(c, &seen[i]));
		}
		TRY(db_commit(c->db));
		c->indexed += n;
	} while (n == READ_AT_ONCE);
out:
	if (rc != RC_OK)
		db_rollback(c->db);
	pthread_mutex_unlock(&c->index_lock);
	access_clear(seen, READ_AT_ONCE);
	free(seen);
	buf_free(&words);
	arena_free(&a);
	return rc;
}

/* What auth and the station call their own entries; a name that is none of them is shown as it stands. */
static json_t *
other_text(struct str name, enum lang lang)
{
	static const struct { const char *name; enum msg text; } list[] = {
		{ "sign-in", MSG_ENTRY_SIGN_IN }, { "step-up", MSG_ENTRY_STEP_UP }, { "passkey-add", MSG_ENTRY_PASSKEY_ADD }, { "passkey-remove", MSG_ENTRY_PASSKEY_REMOVE },
		{ "passkey-cloned", MSG_ENTRY_PASSKEY_CLONED }, { "recovery-codes", MSG_ENTRY_RECOVERY_CODES }, { "password-change", MSG_ENTRY_PASSWORD_CHANGE },
		{ "session-end", MSG_ENTRY_SESSION_END }, { "sessions-end", MSG_ENTRY_SESSION_END }, { "account-unlock", MSG_ENTRY_ACCOUNT_UNLOCK }, { "account-suspend", MSG_ENTRY_ACCOUNT_SUSPEND },
		{ "account-resume", MSG_ENTRY_ACCOUNT_RESUME }, { "account-sessions-end", MSG_ENTRY_ACCOUNT_SESSIONS }, { "account-roles", MSG_ENTRY_ACCOUNT_ROLES }, { "sign-out", MSG_ENTRY_SIGN_OUT }, { "enrol-open", MSG_ENTRY_ENROL_OPEN }, { "enrol", MSG_ENTRY_ENROL },
		{ "account-create", MSG_ENTRY_ACCOUNT_CREATE }, { "account-term", MSG_ENTRY_ACCOUNT_TERM }, { "account-ended", MSG_ENTRY_ACCOUNT_ENDED }, { "page-views", MSG_ENTRY_PAGE_VIEWS }, { "confirm", MSG_ENTRY_CONFIRM },
		{ STATION_STARTED, MSG_ENTRY_STARTED }, { "log-gap", MSG_ENTRY_LOG_GAP }, { "door-refused", MSG_ENTRY_DOOR_REFUSED }, { WATCH_ALERT, MSG_ENTRY_MISUSE_ALERT },
		{ PAPER_WINDOW, MSG_ENTRY_PAPER_WINDOW },
		{ MAIL_AWAY, MSG_ENTRY_MAIL_AWAY }, { MAIL_BACK, MSG_ENTRY_MAIL_BACK },
		{ "witness-newer", MSG_ENTRY_WITNESS_NEWER }, { "witness-fork", MSG_ENTRY_WITNESS_FORK }, { "witness-silent", MSG_ENTRY_WITNESS_SILENT }, { "witness-good", MSG_ENTRY_WITNESS_GOOD }, { "witness-unknown", MSG_ENTRY_WITNESS_UNKNOWN }, { "witness-refused", MSG_ENTRY_WITNESS_REFUSED },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (str_eq_c(name, list[i].name))
			return view_text(str_of(message_plain(list[i].text, lang)));
	return view_text(name);
}

static json_t *
subject_of(struct str words)
{
	struct str line = subject_line(words);

	return line.n ? view_text(line) : json_null();
}

/* What an act was about, as people call it: a clause, a control, a register or a row in force; as it was asked when it is none. Under lock. */
json_t *
entry_asked_text(struct core *c, struct str id, enum lang lang)
{
	const struct clause *clause = catalogue_clause(c->catalogue, id, NULL);
	const struct control_info *control = catalogue_control(c->catalogue, id);
	const struct form *form = catalogue_form(c->catalogue, id);
	const struct row *row = register_row(c, id);
	const struct both *name = clause ? &clause->title : control ? &control->name : form ? &form->name : NULL;
	json_t *text = row ? view_text(str_of(row->name)) : name ? view_text(lang == LANG_JA ? name->ja : name->en) : NULL, *ret = text;

	if (clause && text) {
		ret = json_sprintf("%.*s %s", STR_ARG(id), json_string_value(text));
		json_decref(text);
	}
	return ret;
}

/* Act, control or clause: whatever the name names, in the reader's words. */
json_t *
entry_name_text(struct core *c, enum leaf_type type, struct str name, enum lang lang)
{
	const struct clause *clause;
	const struct control_info *control;
	json_t *ret = NULL;

	core_lock(c);
	clause = type == LEAF_VERDICT ? catalogue_clause(c->catalogue, name, NULL) : NULL;
	control = type == LEAF_FINDING || type == LEAF_CONFIRM ? catalogue_control(c->catalogue, name) : NULL;
	if (clause)
		ret = view_text(lang == LANG_JA ? clause->title.ja : clause->title.en);
	else if (control)
		ret = view_text(lang == LANG_JA ? control->name.ja : control->name.en);
	core_unlock(c);
	if (ret == NULL)
		ret = act_of(name) ? view_text(str_of(word_act(act_of(name), lang))) : other_text(name, lang);
	return ret;
}

static json_t *
verdict_text(enum leaf_type type, int64_t verdict)
{
	static const char *const outcomes[] = { NULL, "DONE", "REFUSED", "FAILED", "INTERRUPTED" };

	if (type == LEAF_FINDING)
		return json_string(view_verdict((enum verdict)verdict));
	if (type == LEAF_VERDICT && verdict >= 0 && verdict < STATUS_COUNT)
		return json_string(status_name((enum status)verdict));
	if ((type == LEAF_ACT_OUTCOME || type == LEAF_SIGN_IN) && verdict > 0 && verdict < 5)
		return json_string(outcomes[verdict]);
	return json_null();
}

#define COLUMNS "leaf, type, source, seq, name, actor, object, verdict, claimed_us, received_us, words"

static json_t *
row_json(const struct people *p, struct query *q, enum lang lang, uint64_t covered)
{
	enum leaf_type type = (enum leaf_type)db_int(q, 1);
	struct str words = db_text(q, 10), first = STR_NONE;
	const char *type_id = leaf_type_name(type);
	json_t *o = json_object();

	(void)str_line(&words, &first);
	if (lang == LANG_EN && type == LEAF_FINDING)
		(void)str_line(&words, &first);
	json_object_set_new(o, "index", json_integer(db_int(q, 0)));
	json_object_set_new(o, "type", json_string(type_id ? type_id : "?"));
	json_object_set_new(o, "type_text", view_text(str_of(word_leaf_type(type, lang))));
	json_object_set_new(o, "source", json_string(proc_name((enum proc_id)db_int(q, 2))));
	json_object_set_new(o, "source_seq", json_integer(db_int(q, 3)));
	json_object_set_new(o, "name", view_text(db_text(q, 4)));
	json_object_set_new(o, "actor", hex_json(db_blob(q, 5)));
	json_object_set_new(o, "actor_text", people_text(p, db_blob(q, 5), lang));
	json_object_set_new(o, "object", hex_json(db_blob(q, 6)));
	json_object_set_new(o, "object_text", first.n ? view_text(first) : json_null());
	json_object_set_new(o, "subject", type == LEAF_FINDING ? subject_of(words) : json_null());
	json_object_set_new(o, "verdict", verdict_text(type, db_int(q, 7)));
	json_object_set_new(o, "claimed_at", json_integer(db_int(q, 8)));
	json_object_set_new(o, "received_at", json_integer(db_int(q, 9)));
	json_object_set_new(o, "covered", json_boolean((uint64_t)db_int(q, 0) < covered));
	return o;
}

static int64_t
leaf_type_of(const char *name)
{
	for (enum leaf_type t = 1; name && t < LEAF_TYPE_COUNT; t++)
		if (strcmp(leaf_type_name(t), name) == 0)
			return t;
	return 0;
}

/* After the query is done: names wait for the catalogue's lock, and nothing may wait for it while it holds the store. */
static void
name_fill(struct core *c, json_t *row, enum lang lang)
{
	const char *name = json_string_value(json_object_get(row, "name")), *subject = json_string_value(json_object_get(row, "subject")), *object = json_string_value(json_object_get(row, "object_text"));
	enum leaf_type type = (enum leaf_type)leaf_type_of(json_string_value(json_object_get(row, "type")));
	json_t *text = NULL, *asked = NULL;

	json_object_set_new(row, "name_text", entry_name_text(c, type, str_of(name), lang));
	core_lock(c);
	if (subject)
		text = register_subject_text(c, str_of(subject), lang);
	if (type == LEAF_ACT_BEGIN && object)
		asked = entry_asked_text(c, str_of(object), lang);
	core_unlock(c);
	if (text) { /* what it says stands below what it is, and is about a subject */
		json_object_set_new(row, "subject_id", json_string(subject));
		json_object_set_new(row, "subject", text);
	}
	if (asked)
		json_object_set_new(row, "object_text", asked);
}

/* LIKE pattern %text% with the text's own % and _ taken literally. */
static enum rc
like_pattern(const char *text, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(buf_add_byte(ret, '%'));
	for (; *text; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			TRY(buf_add_byte(ret, '\\'));
		TRY(buf_add_byte(ret, (uint8_t)*text));
	}
	TRY(buf_add_byte(ret, '%'));
out:
	return rc;
}

static int64_t
source_of(const char *name)
{
	for (int p = 0; name && p < PROC_COUNT; p++)
		if (strcmp(proc_name((enum proc_id)p), name) == 0)
			return p;
	return -1;
}

/* The account whose names contain `text`, when exactly one does: then "who" is searched too. */
static const struct account *
person_named(const struct people *p, const char *text)
{
	const struct account *found = NULL;

	for (size_t i = 0; text && *text && i < p->n; i++) {
		if (!strstr(p->list[i].display, text) && !strstr(p->list[i].name, text))
			continue;
		if (found)
			return NULL;
		found = &p->list[i];
	}
	return found;
}

#define WHERE                                                                                                         \
	" where ($1 = 0 or type = $2) and ($3 < 0 or source = $4) and claimed_us >= $5 and claimed_us <= $6"          \
	" and ($7 = '' or words like $8 escape '\\' or name like $9 escape '\\' or actor = $10)"

static enum rc
bind_search(struct query *q, json_t *arguments, const struct people *p, struct buf *pattern)
{
	const char *text = json_string_value(json_object_get(arguments, "q"));
	json_t *from = json_object_get(arguments, "from"), *to = json_object_get(arguments, "to");
	int64_t type = leaf_type_of(json_string_value(json_object_get(arguments, "type")));
	int64_t source = source_of(json_string_value(json_object_get(arguments, "source")));
	const struct account *who = person_named(p, text);
	enum rc rc = RC_OK;

	buf_reset(pattern);
	TRY(like_pattern(text ? text : "", pattern));
	TRY(db_put_int(q, 1, type));
	TRY(db_put_int(q, 2, type));
	TRY(db_put_int(q, 3, source));
	TRY(db_put_int(q, 4, source));
	TRY(db_put_int(q, 5, json_is_integer(from) ? json_integer_value(from) : 0));
	TRY(db_put_int(q, 6, json_is_integer(to) ? json_integer_value(to) : INT64_MAX));
	TRY(db_put_text(q, 7, str_of(text ? text : "")));
	TRY(db_put_text(q, 8, buf_str(pattern)));
	TRY(db_put_text(q, 9, buf_str(pattern)));
	TRY(db_put_blob(q, 10, who ? (struct str){ (const char *)who->id.b, ID_BYTES } : STR("")));
out:
	return rc;
}

enum rc
index_search(struct core *c, json_t *arguments, enum lang lang, uint64_t covered, json_t *answer)
{
	struct people people;
	struct buf pattern = BUF(1024);
	json_t *rows = json_array(), *before = json_object_get(arguments, "before");
	size_t rows_max = json_is_string(json_object_get(arguments, "export")) ? FILE_ROWS : PAGE_ROWS;
	struct query *q = NULL;
	int64_t last = -1;
	bool row;
	enum rc rc = RC_OK;

	people_load(c, &people);
	TRY(db_query(c->db, "select " COLUMNS " from entry" WHERE " and leaf < $11 order by leaf desc limit $12", &q));
	TRY(bind_search(q, arguments, &people, &pattern));
	TRY(db_put_int(q, 11, json_is_integer(before) ? json_integer_value(before) : INT64_MAX));
	TRY(db_put_int(q, 12, (int64_t)rows_max + 1));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row || json_array_size(rows) == rows_max)
			break;
		json_array_append_new(rows, row_json(&people, q, lang, covered));
		last = db_int(q, 0);
	}
	json_object_set_new(answer, "next", row ? json_integer(last) : json_null());
	db_done(q);
	q = NULL;
	TRY(db_query(c->db, "select count(*) from entry" WHERE, &q));
	TRY(bind_search(q, arguments, &people, &pattern));
	TRY(db_step(q, &row));
	json_object_set_new(answer, "total", json_integer(row ? db_int(q, 0) : 0));
	db_done(q);
	q = NULL;
	for (size_t i = 0; i < json_array_size(rows); i++)
		name_fill(c, json_array_get(rows, i), lang);
	json_object_set(answer, "rows", rows);
out:
	db_done(q);
	json_decref(rows);
	buf_free(&pattern);
	arena_free(&people.arena);
	return rc;
}

json_t *
index_entry(struct core *c, uint64_t index, enum lang lang, uint64_t covered)
{
	struct people people;
	struct query *q = NULL;
	json_t *ret = NULL;
	bool row;
	enum rc rc = RC_OK;

	people_load(c, &people);
	TRY(db_query(c->db, "select " COLUMNS " from entry where leaf = $1", &q));
	TRY(db_put_int(q, 1, (int64_t)index));
	TRY(db_step(q, &row));
	if (row)
		ret = row_json(&people, q, lang, covered);
out:
	db_done(q);
	if (ret)
		name_fill(c, ret, lang);
	arena_free(&people.arena);
	if (rc != RC_OK)
		proc_log(rc, "index: entry");
	return ret;
}

/* The controls a clause names, and the clause itself: the names its evidence carries. */
static json_t *
names_of(struct core *c, const char *clause_id)
{
	json_t *names = json_array();
	const struct clause *clause;

	json_array_append_new(names, json_string(clause_id));
	core_lock(c);
	clause = catalogue_clause(c->catalogue, str_of(clause_id), NULL);
	if (clause)
		view_names(clause, names);
	core_unlock(c);
	return names;
}

static bool
in_names(json_t *names, struct str name)
{
	json_t *one;
	size_t i;

	json_array_foreach(names, i, one)
		if (str_eq_c(name, json_string_value(one)))
			return true;
	return false;
}

/* The newest findings of one control, or of all that a clause names. */
json_t *
index_evidence(struct core *c, const char *clause, const char *control, enum lang lang, uint64_t covered)
{
	json_t *ret = json_array(), *names = clause ? names_of(c, clause) : NULL, *o;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select " COLUMNS " from entry where type in ($3, $4) and ($1 = '' or name = $2) order by leaf desc limit 400", &q));
	TRY(db_put_text(q, 1, str_of(control ? control : "")));
	TRY(db_put_text(q, 2, str_of(control)));
	TRY(db_put_int(q, 3, LEAF_FINDING));
	TRY(db_put_int(q, 4, LEAF_VERDICT));
	while (json_array_size(ret) < 20) {
		struct people nobody = { ARENA(0), NULL, 0 };
		struct str name;

		TRY(db_step(q, &row));
		if (!row)
			break;
		name = db_text(q, 4);
		if (names && !in_names(names, name))
			continue;
		o = row_json(&nobody, q, lang, covered);
		json_object_set(o, "control", json_object_get(o, "name"));
		json_object_set(o, "message", json_object_get(o, "object_text"));
		json_array_append_new(ret, o);
	}
out:
	db_done(q);
	for (size_t i = 0; i < json_array_size(ret); i++) {
		o = json_array_get(ret, i);
		name_fill(c, o, lang);
		json_object_set(o, "name", json_object_get(o, "name_text"));
	}
	if (rc != RC_OK)
		proc_log(rc, "index: evidence");
	json_decref(names);
	return ret;
}
