// SPDX-License-Identifier: Apache-2.0
/*
 * Contracts that came from no file of the catalogue: drafted in two registers, taken up by the client, judged from then on.
 *
 * A draft's rows become the text of a contract as tsujiban-catalogue(5) has it (JSON is YAML), and the catalogue's own
 * loader judges it: one set of rules for every contract. The client takes up exactly the text whose hash it saw. The ledger
 * tells it again: the entry names draft and hash, and the rows as they stood before it make the same text.
 */
#include "core/contract.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "catalogue/expression.h"
#include "core/register_int.h"

#define TEXT_MAX   (1 << 20)
#define CLAUSES_MAX 1000
#define TITLE_BYTES 150

/* ---- what was taken up, in memory */

static void
adopted_free(struct adopted *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].id);
		free(list[i].text);
		free(list[i].who);
	}
	free(list);
}

void
contracts_free(struct core *c)
{
	adopted_free(c->adopted, c->adopted_count);
	c->adopted = NULL;
	c->adopted_count = 0;
}

static char *
keep(struct str s)
{
	char *p = strndup(s.n ? s.p : "", s.n);

	if (p == NULL)
		abort();
	return p;
}

enum rc
contracts_load(struct core *c)
{
	struct adopted *list = calloc(ADOPTED_MAX, sizeof(*list)), *old = NULL;
	struct query *q = NULL;
	size_t n = 0, had = 0;
	bool row;
	enum rc rc = RC_OK;

	if (list == NULL)
		abort();
	TRY(db_query(c->db, "select id, words, hash, at_us, who, leaf from contract_taken where ended_leaf is null order by id limit 16", &q));
	while (n < ADOPTED_MAX) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		list[n] = (struct adopted){ .id = keep(db_text(q, 0)), .text = keep(db_text(q, 1)), .at_us = db_int(q, 3), .who = keep(db_text(q, 4)), .leaf = (uint64_t)db_int(q, 5) };
		(void)snprintf(list[n++].hash, sizeof(list->hash), STR_FMT, STR_ARG(db_text(q, 2))); /* of 64 digits */
	}
	db_done(q);
	q = NULL;
	core_lock(c);
	old = c->adopted;
	had = c->adopted_count;
	c->adopted = list;
	c->adopted_count = n;
	list = NULL;
	n = 0;
	core_unlock(c);
out:
	db_done(q);
	adopted_free(old, had);
	adopted_free(list, n);
	return rc;
}

/* The catalogue as it is with what was taken up, but with `with` in place of what has its id, or without `without`. */
static enum rc
load_with(struct core *c, const struct contract_text *with, const char *without, struct catalogue **ret)
{
	struct arena a = ARENA((ADOPTED_MAX + 1) * (size_t)TEXT_MAX + 4096);
	struct contract_text list[ADOPTED_MAX + 1];
	size_t n = 0;
	enum rc rc = RC_OK;

	core_lock(c);
	for (size_t i = 0; i < c->adopted_count; i++) {
		struct str id = str_of(c->adopted[i].id);

		if ((with && str_eq(id, with->id)) || (without && str_eq_c(id, without)))
			continue;
		list[n++] = (struct contract_text){ arena_dup(&a, id), arena_dup(&a, str_of(c->adopted[i].text)) };
	}
	core_unlock(c);
	if (with && n == ADOPTED_MAX)
		TRY(FAIL(RC_LIMIT, "契約の採用は%d件までです / at most %d contracts are taken up", ADOPTED_MAX, ADOPTED_MAX));
	if (with)
		list[n++] = *with;
	TRY(catalogue_load_with(c->catalogue_fd, list, n, ret));
out:
	arena_free(&a);
	return rc;
}

enum rc
contracts_catalogue(struct core *c, struct catalogue **ret)
{
	return load_with(c, NULL, NULL, ret);
}

/* A contract taken up that an upgrade made unreadable is left out and said, and stops nothing else. */
enum rc
contracts_start(struct core *c)
{
	enum rc rc = contracts_catalogue(c, &c->catalogue);

	if (rc != RC_OK && c->adopted_count) {
		(void)snprintf(c->catalogue_refused, sizeof(c->catalogue_refused), "%s", rc_trail());
		proc_log(rc, "a contract that was taken up does not read");
		rc = catalogue_load(c->catalogue_fd, &c->catalogue);
	}
	c->catalogue_loaded_at_us = c->started_at_us;
	return rc;
}

/* ---- from rows to a contract */

struct drafts { struct arena arena; json_t *contract, **clauses; char row[2 * ID_BYTES + 1]; size_t n; };

static void
drafts_free(struct drafts *d)
{
	json_decref(d->contract);
	for (size_t i = 0; i < d->n; i++)
		json_decref(d->clauses[i]);
	free(d->clauses);
	arena_free(&d->arena);
}

/* Digits count as numbers: 1-2 stands before 1-10. */
static int
natural(const char *a, const char *b)
{
	while (*a && *b) {
		size_t na = strspn(a, "0123456789"), nb = strspn(b, "0123456789");

		if (na && nb) {
			const char *za = a + strspn(a, "0"), *zb = b + strspn(b, "0");
			size_t la = (size_t)(a + na - za), lb = (size_t)(b + nb - zb);
			int order = za > a + na || zb > b + nb ? 0 : la != lb ? (la < lb ? -1 : 1) : strncmp(za, zb, la);

			if (order)
				return order;
			a += na;
			b += nb;
		} else {
			if (*a != *b)
				return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
			a++;
			b++;
		}
	}
	return (*a != '\0') - (*b != '\0');
}

static const char *
value(const json_t *row, const char *field)
{
	const char *s = json_string_value(json_object_get(row, field));

	return s ? s : "";
}

static int
by_number(const void *a, const void *b)
{
	return natural(value(*(json_t *const *)a, "number"), value(*(json_t *const *)b, "number"));
}

/* Rows of a register as they stood before an entry of the ledger. */
static enum rc
rows_before(struct core *c, const char *register_id, uint64_t leaf, struct query **ret)
{
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select id, row_values from register_row where register = $1 and leaf < $2 and (ended_leaf is null or ended_leaf > $3) order by id", ret));
	TRY(db_put_text(*ret, 1, str_of(register_id)));
	TRY(db_put_int(*ret, 2, (int64_t)leaf));
	TRY(db_put_int(*ret, 3, (int64_t)leaf));
out:
	return rc;
}

static json_t *
row_values(struct query *q)
{
	json_t *values = json_loadb(db_text(q, 1).p, db_text(q, 1).n, JSON_REJECT_DUPLICATES, NULL);

	return json_is_object(values) ? values : (json_decref(values), json_object());
}

static enum rc
drafts_read(struct core *c, const char *id, uint64_t leaf, struct drafts *d)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	*d = (struct drafts){ .arena = ARENA(8 << 20), .clauses = calloc(CLAUSES_MAX, sizeof(json_t *)) };
	if (d->clauses == NULL)
		abort();
	TRY(rows_before(c, "contract-draft", leaf, &q));
	while (d->contract == NULL) {
		json_t *values;

		TRY(db_step(q, &row));
		if (!row)
			break;
		values = row_values(q);
		if (strcmp(value(values, "id"), id) == 0) {
			d->contract = json_incref(values);
			(void)snprintf(d->row, sizeof(d->row), STR_FMT, STR_ARG(db_text(q, 0))); /* of 32 digits */
		}
		json_decref(values);
	}
	db_done(q);
	q = NULL;
	if (d->contract == NULL)
		TRY(FAIL(RC_NOTFOUND, "その記号の下書きはありません / no draft has this sign"));
	TRY(rows_before(c, "clause-draft", leaf, &q));
	for (;;) {
		json_t *values;

		TRY(db_step(q, &row));
		if (!row)
			break;
		values = row_values(q);
		if (strcmp(value(values, "contract"), d->row) != 0) {
			json_decref(values);
			continue;
		}
		if (d->n == CLAUSES_MAX) {
			json_decref(values);
			TRY(FAIL(RC_LIMIT, "要件は%d個までです / at most %d clauses", CLAUSES_MAX, CLAUSES_MAX));
		}
		json_object_set_new(values, "row", view_text(db_text(q, 0)));
		d->clauses[d->n++] = values;
	}
	qsort(d->clauses, d->n, sizeof(*d->clauses), by_number);
out:
	db_done(q);
	return rc;
}

static bool
plain(char ch)
{
	return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z');
}

/* "1-1(2)" of the prefix K is K-1-1-2; what has other letters than those of ASCII, or none, is named by its row. */
static struct str
clause_id(const struct drafts *d, const json_t *clause, struct arena *a)
{
	const char *number = value(clause, "number"), *prefix = value(d->contract, "prefix");
	struct buf b = BUF(512);
	struct str ret;
	bool good = *number != '\0';
	enum rc rc = RC_OK;

	for (const char *s = number; *s; s++)
		good &= (unsigned char)*s < 0x80;
	TRY(buf_add_c(&b, prefix));
	for (const char *s = number; good && *s; s++) {
		if (plain(*s) && (s == number || !plain(s[-1])))
			TRY(buf_add_c(&b, "-"));
		if (plain(*s))
			TRY(buf_add_byte(&b, (uint8_t)*s));
	}
	if (b.n == strlen(prefix))
		TRY(buf_addf(&b, "-r%.6s", value(clause, "row")));
out:
	rc_trail_clear(); /* one that is too long is refused where it is read */
	ret = arena_dup(a, buf_str(&b));
	buf_free(&b);
	return rc == RC_OK ? ret : STR("-");
}

static json_t *
both(const char *ja, const char *en)
{
	return json_pack("{s:s, s:s}", "ja", ja, "en", *en ? en : ja);
}

static json_t *
statement_control(const char *control, struct str clause, struct arena *a)
{
	struct str ja = arena_f(a, STR_FMT " の履行確認書", STR_ARG(clause)), en = arena_f(a, "Statement of fulfilment of " STR_FMT, STR_ARG(clause));

	return json_pack("{s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:{s:s, s:s}, s:s, s:s, s:s, s:[{s:s, s:o}]}", "id", control, "name", "ja", ja.p, "en", en.p,
	    "reads", "ja", "発注者と合意した履行確認書。", "en", "The statement of fulfilment agreed with the client.",
	    "remedy", "ja", "書面「履行確認書（項目ごと）」を出し、発注者の合意を得る。", "en", "File the paper 'Statement of fulfilment' and have the client agree to it.",
	    "route", "attested", "turn", "contractor", "subject", "contract", "papers", "form", "clause-statement", "where", view_text(arena_f(a, "clause=" STR_FMT, STR_ARG(clause))));
}

static json_t *
phases_of(const char *word)
{
	if (strcmp(word, "all") == 0)
		return json_pack("[s, s, s]", "build", "operate", "end");
	if (strcmp(word, "build-operate") == 0)
		return json_pack("[s, s]", "build", "operate");
	return json_pack("[s]", *word ? word : "operate");
}

/* Its section's id is the place where it first stands. */
static const char *
section_of(json_t *sections, const char *name, struct arena *a)
{
	const char *title = *name ? name : "—";
	json_t *one;
	struct str id;
	size_t i;

	json_array_foreach(sections, i, one)
		if (strcmp(value(json_object_get(one, "title"), "ja"), title) == 0)
			return value(one, "id");
	id = arena_f(a, "%zu", json_array_size(sections) + 1);
	json_array_append_new(sections, json_pack("{s:s, s:o}", "id", id.p, "title", both(title, title)));
	return id.p;
}

/* Lists often have no titles: the first sentence, or as much of it as reads as one. */
static const char *
title_of(const json_t *row, struct arena *a)
{
	const char *text = value(row, "text"), *stop = strstr(text, "。"), *line = strchr(text, '\n');
	struct str s = str_of(text);

	if (*value(row, "title"))
		return value(row, "title");
	s.n = stop ? (size_t)(stop - text) : s.n;
	s.n = line && (size_t)(line - text) < s.n ? (size_t)(line - text) : s.n;
	if (s.n > TITLE_BYTES)
		for (s.n = TITLE_BYTES; s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80; s.n--)
			;
	return arena_cstr(a, s);
}

static json_t *
clause_json(struct drafts *d, const json_t *row, json_t *sections, json_t *own)
{
	struct arena *a = &d->arena;
	struct str id = clause_id(d, row, a), control = STR_NONE;
	const char *closes = value(row, "closes"), *strength = value(row, "strength"), *trigger = value(row, "trigger"), *turn = value(row, "turn"), *holds = value(row, "holds");
	json_t *o;

	if (*holds == '\0') {
		control = arena_f(a, "statement-of-" STR_FMT, STR_ARG(id));
		for (size_t i = 0; i < control.n; i++) {
			char *ch = (char *)(uintptr_t)&control.p[i]; /* the arena's bytes are ours */

			*ch = *ch >= 'A' && *ch <= 'Z' ? (char)(*ch + 32) : *ch;
		}
		json_array_append_new(own, statement_control(control.p, id, a));
		holds = control.p;
		closes = *closes ? closes : "agree"; /* as the statement is */
	}
	o = json_pack("{s:o, s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:s, s:s}", "id", view_text(id), "cite", value(row, "number"), "section", section_of(sections, value(row, "section"), a),
	    "title", both(title_of(row, a), value(row, "title_en")), "text", both(value(row, "text"), value(row, "text_en")), "strength", *strength ? strength : "must",
	    "phases", phases_of(value(row, "phases")), "closes", *closes == '\0' || strcmp(closes, "none") == 0 ? json_array() : json_pack("[s]", closes), "holds", holds, "turn", *turn ? turn : "contractor");
	if (*trigger)
		json_object_set_new(o, "trigger", json_string(trigger));
	return o;
}

/* The text and its hash; a draft without clauses is none. */
static enum rc
compile(struct core *c, const char *id, uint64_t leaf, char **ret_text, char ret_hash[65], size_t *ret_clauses, size_t *ret_statements)
{
	json_t *o = NULL, *sections = json_array(), *own = json_array(), *clauses = json_array();
	struct buf hex = BUF(128);
	struct drafts d;
	struct hash h;
	char *text = NULL;
	enum rc rc = RC_OK;

	TRY(drafts_read(c, id, leaf, &d));
	if (d.n == 0)
		TRY(FAIL(RC_CONFLICT, "この契約の要件の下書きが1つもありません / this contract has no draft of a clause"));
	for (size_t i = 0; i < d.n; i++)
		json_array_append_new(clauses, clause_json(&d, d.clauses[i], sections, own));
	o = json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:s}", "format", 1, "id", id, "version", value(d.contract, "version"), "name", both(value(d.contract, "name"), value(d.contract, "name_en")),
	    "client", both(value(d.contract, "client"), ""), "contractor", both(value(d.contract, "contractor"), ""), "phase", value(d.contract, "phase"));
	*ret_clauses = json_array_size(clauses);
	*ret_statements = json_array_size(own);
	json_object_set(o, "controls", own);
	json_object_set(o, "sections", sections);
	json_object_set(o, "clauses", clauses);
	text = json_dumps(o, JSON_INDENT(1) | JSON_SORT_KEYS);
	if (text == NULL || strlen(text) >= TEXT_MAX)
		TRY(FAIL(RC_LIMIT, "契約の文が長すぎます / the contract is too long"));
	hash_bytes(str_of(text), &h);
	TRY(hex_encode(&hex, (struct str){ (const char *)h.b, sizeof(h.b) }));
	(void)snprintf(ret_hash, 65, "%s", buf_cstr(&hex)); /* fits */
	*ret_text = text;
	text = NULL;
out:
	free(text);
	buf_free(&hex);
	json_decref(o);
	json_decref(sections);
	json_decref(own);
	json_decref(clauses);
	drafts_free(&d);
	return rc;
}

/* ---- the acts */

static enum rc
store(struct core *c, const char *id, const char *text, const char *hash, const char *who, int64_t at_us, uint64_t leaf)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_begin(c->db));
	TRY(db_query(c->db, "update contract_taken set ended_leaf = $1, ended_us = $2 where id = $3 and ended_leaf is null", &q));
	TRY(db_put_int(q, 1, (int64_t)leaf));
	TRY(db_put_int(q, 2, at_us));
	TRY(db_put_text(q, 3, str_of(id)));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	if (text) {
		TRY(db_query(c->db, "insert into contract_taken (leaf, id, words, hash, at_us, who) values ($1, $2, $3, $4, $5, $6) on conflict do nothing", &q));
		TRY(db_put_int(q, 1, (int64_t)leaf));
		TRY(db_put_text(q, 2, str_of(id)));
		TRY(db_put_text(q, 3, str_of(text)));
		TRY(db_put_text(q, 4, str_of(hash)));
		TRY(db_put_int(q, 5, at_us));
		TRY(db_put_text(q, 6, str_of(who)));
		TRY(db_run(q));
		db_done(q);
		q = NULL;
	}
	TRY(db_commit(c->db));
out:
	db_done(q);
	if (rc != RC_OK)
		db_rollback(c->db);
	return rc;
}

/* The loader speaks of a file and a line that nobody has: only its sentence is passed on. */
static enum rc
loads(struct core *c, const struct contract_text *with, const char *without)
{
	struct catalogue *fresh = NULL;
	char said[512];
	enum rc rc = load_with(c, with, without, &fresh);

	catalogue_free(fresh);
	if (rc == RC_OK || rc == RC_LIMIT)
		return rc;
	(void)snprintf(said, sizeof(said), "%s", rc_trail());
	rc_trail_clear();
	return FAIL(RC_SYNTAX, "この下書きは契約として読めません: %s / this draft does not read as a contract: %s", said, said);
}

static enum rc
in_force(struct core *c)
{
	enum rc rc = RC_OK;

	TRY(contracts_load(c));
	TRY(catalogue_reload(c));
	statuses_update(c);
out:
	return rc;
}

static const char *
argument(const json_t *arguments, const char *name)
{
	const char *s = json_string_value(json_object_get(arguments, name));

	return s ? s : "";
}

/* The client decides what it is owed; it takes up exactly what it saw. */
enum rc
do_contract_adopt(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = argument(arguments, "id");
	struct buf reason = BUF(8192);
	size_t clauses, statements;
	char hash[65], *text = NULL;
	enum rc rc = RC_OK;

	TRY(reason_said(arguments, true, &reason));
	TRY(compile(c, id, who->begin, &text, hash, &clauses, &statements));
	if (strcmp(argument(arguments, "hash"), hash) != 0)
		TRY(FAIL(RC_CONFLICT, "開いた後に下書きが変わりました。もう一度開いて確かめてください / the draft changed since you opened it: open it again"));
	TRY(loads(c, &(struct contract_text){ str_of(id), str_of(text) }, NULL));
	TRY(store(c, id, text, hash, who->session.display, who->at_us, who->begin));
	TRY(in_force(c));
	TRY(view_contracts(c, who, arguments, ret));
out:
	free(text);
	buf_free(&reason);
	return rc;
}

static bool
is_adopted(struct core *c, const char *id)
{
	bool ret = false;

	core_lock(c);
	for (size_t i = 0; i < c->adopted_count; i++)
		ret |= strcmp(c->adopted[i].id, id) == 0;
	core_unlock(c);
	return ret;
}

enum rc
do_contract_end(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = argument(arguments, "id");
	struct buf reason = BUF(8192);
	enum rc rc = RC_OK;

	TRY(reason_said(arguments, true, &reason));
	if (!is_adopted(c, id))
		TRY(FAIL(RC_NOTFOUND, "採用した契約に、その記号のものはありません / no contract that was taken up has this sign"));
	TRY(loads(c, NULL, id));
	TRY(store(c, id, NULL, NULL, who->session.display, who->at_us, who->begin));
	TRY(in_force(c));
	TRY(view_contracts(c, who, arguments, ret));
out:
	buf_free(&reason);
	return rc;
}

/* ---- from the ledger again */

bool
contract_act(enum act act)
{
	return act == ACT_CONTRACT_ADOPT || act == ACT_CONTRACT_END;
}

enum rc
contract_stored(struct core *c, uint64_t begin, uint64_t outcome, bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	(void)outcome;
	TRY(db_query(c->db, "select 1 from contract_taken where leaf = $1 or ended_leaf = $2 limit 1", &q));
	TRY(db_put_int(q, 1, (int64_t)begin));
	TRY(db_put_int(q, 2, (int64_t)begin));
	TRY(db_step(q, ret));
out:
	db_done(q);
	return rc;
}

enum rc
contract_replay(struct core *c, uint64_t begin, const struct leaf *l, json_t *payload, const char *who, bool *ret_changed)
{
	const json_t *arguments = json_object_get(payload, "arguments");
	const char *id = argument(arguments, "id");
	size_t clauses, statements;
	char hash[65] = "", *text = NULL;
	enum rc rc = RC_OK;

	if (act_of(l->name) == ACT_CONTRACT_ADOPT)
		TRY(compile(c, id, begin, &text, hash, &clauses, &statements));
	if (text && strcmp(hash, argument(arguments, "hash")) != 0)
		TRY(FAIL(RC_TAMPERED, "rows told again make another contract than was taken up"));
	TRY(store(c, id, text, hash, who, l->claimed_at_us, begin));
	*ret_changed = true;
out:
	free(text);
	return rc;
}

enum rc
contracts_again(struct core *c)
{
	return in_force(c);
}

/* ---- what a screen shows */

static struct str
in(struct both b, enum lang lang)
{
	return lang == LANG_JA ? b.ja : b.en;
}

static json_t *
contract_row(struct core *c, const struct contract *k, enum lang lang)
{
	json_t *o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:b, s:n, s:n, s:n, s:n}", "id", view_text(k->id), "name", view_text(in(k->name, lang)), "version", view_text(k->version),
	    "client", view_text(in(k->client, lang)), "contractor", view_text(in(k->contractor, lang)), "clauses", (json_int_t)k->clauses_count, "taken", false, "at", "who", "leaf", "hash");

	for (size_t i = 0; i < c->adopted_count; i++) {
		const struct adopted *a = &c->adopted[i];

		if (!str_eq_c(k->id, a->id))
			continue;
		json_object_set_new(o, "taken", json_true());
		json_object_set_new(o, "at", json_integer((json_int_t)a->at_us));
		json_object_set_new(o, "who", json_string(a->who));
		json_object_set_new(o, "leaf", json_integer((json_int_t)a->leaf));
		json_object_set_new(o, "hash", json_string(a->hash));
	}
	return o;
}

/* A draft as it stands now: what it would be, or why it is none yet. */
static json_t *
draft_row(struct core *c, const char *id, const char *name)
{
	size_t clauses = 0, statements = 0;
	char hash[65] = "", *text = NULL;
	const char *state = "new";
	json_t *problem = NULL;
	enum rc rc = compile(c, id, UINT64_MAX >> 1, &text, hash, &clauses, &statements);

	if (rc == RC_OK)
		rc = loads(c, &(struct contract_text){ str_of(id), str_of(text) }, NULL);
	if (rc != RC_OK) {
		problem = view_text(str_of(rc_trail())); /* in both languages */
		state = "wrong";
		rc_trail_clear();
	}
	core_lock(c);
	for (size_t i = 0; i < c->adopted_count; i++)
		if (strcmp(c->adopted[i].id, id) == 0 && strcmp(state, "wrong") != 0)
			state = strcmp(c->adopted[i].hash, hash) == 0 ? "same" : "changed";
	core_unlock(c);
	free(text);
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:o}", "id", id, "name", name, "state", state, "clauses", (json_int_t)clauses, "statements", (json_int_t)statements, "hash", hash, "problem", problem ? problem : json_null());
}

enum rc
view_contracts(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	json_t *rows = json_array(), *drafts = json_array(), *names = json_array(), *one;
	size_t end, at, i;

	(void)arguments;
	core_lock(c);
	for (i = 0; i < c->catalogue->contracts_count; i++)
		json_array_append_new(rows, contract_row(c, &c->catalogue->contracts[i], who->lang));
	for (at = register_range(c, STR("contract-draft"), &end); at < end; at++)
		json_array_append(names, c->rows[at].values);
	core_unlock(c);
	json_array_foreach(names, i, one)
		json_array_append_new(drafts, draft_row(c, value(one, "id"), value(one, "name")));
	json_decref(names);
	*ret = json_pack("{s:I, s:o, s:o, s:b, s:b}", "at", (json_int_t)core_now_us(), "rows", rows, "drafts", drafts, "can_decide", act_permitted(ACT_CONTRACT_ADOPT, who->session.roles),
	    "can_write", act_permitted(ACT_REGISTER_ADD, who->session.roles));
	return RC_OK;
}

/* What to look at and what is to be seen, of every control that a clause rests on: a line each. */
static void
acceptance(struct core *c, const struct clause *k, enum lang lang, json_t *o)
{
	struct buf look = BUF(65536), expect = BUF(65536);
	json_t *names = json_array(), *one;
	size_t i;
	enum rc rc = RC_OK;

	view_names(k, names);
	json_array_foreach(names, i, one) {
		const struct control_info *info = catalogue_control(c->catalogue, str_of(json_string_value(one)));
		struct str name, judges;

		if (info == NULL || !expression_names(k->holds, info->id))
			continue;
		name = in(info->name, lang);
		judges = in(info->judges, lang);
		judges = judges.n ? judges : in(info->remedy, lang);
		TRY(buf_addf(&look, "%s" STR_FMT ": " STR_FMT, look.n ? "\n" : "", STR_ARG(name), STR_ARG(in(info->reads, lang))));
		TRY(buf_addf(&expect, "%s" STR_FMT ": " STR_FMT, expect.n ? "\n" : "", STR_ARG(name), STR_ARG(judges)));
	}
out:
	if (rc != RC_OK)
		rc_trail_clear(); /* cut short: the pages of its controls say all of it */
	json_object_set_new(o, "do", view_text(buf_str(&look)));
	json_object_set_new(o, "expect", view_text(buf_str(&expect)));
	json_decref(names);
	buf_free(&look);
	buf_free(&expect);
}

/* The acceptance workbook: per clause what to do, what to expect, what the station saw; somebody else signs. */
enum rc
view_contract(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = argument(arguments, "id");
	int64_t now_us = core_now_us();
	json_t *rows = json_array(), *shown = NULL;

	core_lock(c);
	for (size_t i = 0; i < c->catalogue->contracts_count; i++) {
		const struct contract *k = &c->catalogue->contracts[i];

		if (!str_eq_c(k->id, id))
			continue;
		shown = contract_row(c, k, who->lang);
		for (size_t m = 0; m < k->clauses_count; m++) {
			json_t *row = view_row(c, k, &k->clauses[m], who->lang, now_us);

			json_object_set_new(row, "cite", view_text(k->clauses[m].cite));
			json_object_set_new(row, "text", view_text(in(k->clauses[m].text, who->lang)));
			acceptance(c, &k->clauses[m], who->lang, row);
			json_array_append_new(rows, row);
		}
	}
	core_unlock(c);
	if (shown == NULL) {
		json_decref(rows);
		return FAIL(RC_NOTFOUND, "その記号の契約はありません / no contract has this sign");
	}
	*ret = json_pack("{s:I, s:o, s:o, s:O}", "at", (json_int_t)now_us, "contract", shown, "rows", rows, "name", json_object_get(shown, "name"));
	return RC_OK;
}
