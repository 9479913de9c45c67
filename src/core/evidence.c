// SPDX-License-Identifier: Apache-2.0
/* From an order to a bundle: which entries, their proof, what is left out, enveloped and told to the ledger. */
#include "core/evidence.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/time_text.h"
#include "core/guard_int.h"
#include "core/index_int.h"
#include "crypt/cms.h"
#include "evidence/bundle.h"
#include "os/file.h"

/*= O1-2-2 */
#define REGISTER   "evidence-order"
#define TURN_NS    500000000L
#define AT_ONCE    2000
#define TRIES      100               /* of a seal whose head moves on */
#define PATH_MAX_  96

/* An order as it is worked on: a copy of its row. */
struct order {
	char     id[2 * ID_BYTES + 1];
	int64_t  version, since_us;
	uint64_t leaf;
	char    *who;
	json_t  *values;
	char    *pem;                     /* of its recipient; NULL: none in force */
};

/* What is being made. */
struct making {
	struct core *c;
	const struct order *o;
	struct arena  arena;
	struct cms   *cms;
	struct buf    part, tar, manifest, omitted, custody;
	int           parts;
	uint64_t      size, done, shown, withheld, erased, left_out;
	uint64_t     *chosen;             /* ascending */
	size_t        chosen_n, chosen_cap;
	uint64_t    (*ranges)[2];
	size_t        ranges_n;
	char          fingerprint[65];
};

static const char *
value(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static void
path_of(const struct order *o, const char *ending, char ret[PATH_MAX_])
{
	(void)snprintf(ret, PATH_MAX_, "evidence-%.32s-%lld%s", o->id, (long long)o->version, ending); /* fits */
}

/* ---- what is ordered */

static void
order_free(struct order *o)
{
	free(o->who);
	free(o->pem);
	json_decref(o->values);
	*o = (struct order){ .version = 0 };
}

/* How an order stands, for the screen: {state, done, total, error} under its id. */
static void
tell(struct core *c, const struct order *o, const char *state, uint64_t done, uint64_t total, const char *error)
{
	core_lock(c);
	c->evidence = c->evidence ? c->evidence : json_object();
	json_object_set_new(c->evidence, o->id, json_pack("{s:s, s:I, s:I, s:I, s:s}", "state", state, "version", (json_int_t)o->version, "done", (json_int_t)done, "total", (json_int_t)total, "error", error));
	core_unlock(c);
}

/* The next order in force that has no bundle and did not fail as it stands. */
static bool
next_order(struct core *c, struct order *ret)
{
	size_t at, end;
	bool found = false;

	core_lock(c);
	for (at = register_range(c, STR(REGISTER), &end); at < end && !found; at++) {
		const struct row *r = &c->rows[at], *to = register_row(c, str_of(value(r->values, "recipient")));
		const json_t *now = json_object_get(c->evidence, r->id);
		struct order o = { .version = r->version, .since_us = r->since_us, .leaf = r->leaf };
		char path[PATH_MAX_];

		memcpy(o.id, r->id, sizeof(o.id));
		path_of(&o, ".json", path);
		if ((now && json_integer_value(json_object_get(now, "version")) == r->version && strcmp(value(now, "state"), "wrong") == 0) || file_exists(c->evidence_dir, path))
			continue;
		o.who = strdup(r->who ? r->who : "");
		o.values = json_deep_copy(r->values);
		o.pem = to ? strdup(value(to->values, "certificate")) : NULL;
		*ret = o;
		found = true;
	}
	core_unlock(c);
	return found;
}

bool
evidence_held(const struct core *c, int64_t from_us, int64_t to_us)
{
	size_t end, at = register_range(c, STR(REGISTER), &end);
	bool held = false;

	for (; at < end; at++) {
		int64_t from = 0, to = INT64_MAX - DAY_US;

		if (time_parse_date(str_of(value(c->rows[at].values, "from")), &from) != RC_OK)
			from = 0;
		if (time_parse_date(str_of(value(c->rows[at].values, "until")), &to) != RC_OK)
			to = INT64_MAX - DAY_US;
		rc_trail_clear();
		held |= from < to_us && from_us < to + DAY_US;
	}
	return held;
}

/* ---- which entries */

struct wanted { json_t *names; int64_t from_us, to_us; struct opaque_id actor; bool by_actor; const char *host, *object; };

static bool
has_line(struct str words, const char *line)
{
	struct str one;

	while (words.n && str_cut(&words, '\n', &one))
		if (str_eq_c(one, line))
			return true;
	return false;
}

static bool
has_name(const json_t *names, struct str name)
{
	const json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)names, i, one) /* only read */
		if (str_eq_c(name, json_string_value(one)))
			return true;
	return false;
}

static bool
wants(const struct wanted *w, struct query *q)
{
	enum leaf_type type = (enum leaf_type)db_int(q, 1);

	if (type == LEAF_EPOCH)
		return true;
	if (db_int(q, 4) < w->from_us || db_int(q, 4) >= w->to_us)
		return false;
	if (w->names && !has_name(w->names, db_text(q, 2)) && type != LEAF_CONFIRM)
		return false;
	if (w->by_actor && (db_blob(q, 3).n != ID_BYTES || memcmp(db_blob(q, 3).p, w->actor.b, ID_BYTES) != 0))
		return false;
	if (*w->host && !has_line(db_text(q, 5), w->host))
		return false;
	return *w->object == '\0' || has_line(db_text(q, 5), w->object);
}

static void
choose(struct making *m, uint64_t index)
{
	if (m->chosen_n == m->chosen_cap) {
		m->chosen_cap = m->chosen_cap ? m->chosen_cap * 2 : 4096;
		m->chosen = realloc(m->chosen, m->chosen_cap * sizeof(*m->chosen));
		if (m->chosen == NULL)
			abort();
	}
	m->chosen[m->chosen_n++] = index;
}

static enum rc
wanted_of(struct making *m, struct wanted *w)
{
	const json_t *v = m->o->values;
	const char *person = value(v, "person"), *clause_id = value(v, "clause");
	struct account *list;
	size_t n = 0;
	enum rc rc = RC_OK;

	*w = (struct wanted){ .to_us = INT64_MAX, .host = value(v, "host"), .object = value(v, "object") };
	if (*value(v, "from"))
		TRY(time_parse_date(str_of(value(v, "from")), &w->from_us));
	if (*value(v, "until")) {
		TRY(time_parse_date(str_of(value(v, "until")), &w->to_us));
		w->to_us += DAY_US;
	}
	if (*clause_id) {
		const struct clause *clause;

		core_lock(m->c);
		clause = catalogue_clause(m->c->catalogue, str_of(clause_id), NULL);
		w->names = clause ? json_pack("[s]", clause_id) : NULL;
		if (clause)
			view_names(clause, w->names);
		core_unlock(m->c);
		if (w->names == NULL)
			TRY(FAIL(RC_SYNTAX, "要件「%s」はありません / there is no clause %s", clause_id, clause_id));
	}
	if (*person) {
		TRY(ask_auth_account_list(m->c->auth, &m->arena, &list, &n));
		for (size_t i = 0; i < n; i++)
			if (strcmp(list[i].name, person) == 0) {
				w->actor = list[i].id;
				w->by_actor = true;
			}
		if (!w->by_actor)
			TRY(FAIL(RC_SYNTAX, "アカウント「%s」はありません / there is no account %s", person, person));
	}
out:
	return rc;
}

static enum rc
select_entries(struct making *m)
{
	struct wanted w;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(wanted_of(m, &w));
	TRY(db_query(m->c->db, "select leaf, type, name, actor, received_us, words from entry where leaf < $1 order by leaf", &q));
	TRY(db_put_int(q, 1, (int64_t)m->size));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		if (wants(&w, q))
			choose(m, (uint64_t)db_int(q, 0));
	}
out:
	db_done(q);
	json_decref(w.names);
	return rc;
}

/* As few pieces as the ledger proves at once: where there are more, small gaps are filled with entries whose payload is not shown. */
static void
to_ranges(struct making *m)
{
	uint64_t gap = 0;

	do {
		m->ranges_n = 0;
		for (size_t i = 0; i < m->chosen_n && m->ranges_n <= LEDGER_RANGES_MAX; i++) {
			if (m->ranges_n && m->chosen[i] - m->ranges[m->ranges_n - 1][1] <= gap + 1) {
				m->ranges[m->ranges_n - 1][1] = m->chosen[i];
			} else if (m->ranges_n < LEDGER_RANGES_MAX) {
				m->ranges[m->ranges_n][0] = m->ranges[m->ranges_n][1] = m->chosen[i];
				m->ranges_n++;
			} else {
				m->ranges_n++;
			}
		}
		gap = gap ? gap * 2 : 1;
	} while (m->ranges_n > LEDGER_RANGES_MAX);
}

/* ---- files */

static enum rc
put_file(struct making *m, const char *name, struct str bytes, bool listed)
{
	enum rc rc = RC_OK;

	buf_reset(&m->tar);
	if (listed)
		TRY(manifest_put(&m->manifest, name, bytes));
	TRY(tar_add(&m->tar, name, bytes, m->o->since_us / SECOND_US));
	TRY(cms_add(m->cms, buf_str(&m->tar)));
out:
	return rc;
}

static enum rc
put_part(struct making *m)
{
	char name[32];
	enum rc rc = RC_OK;

	if (m->part.n == 0)
		return RC_OK;
	(void)snprintf(name, sizeof(name), "entries-%04d.txt", ++m->parts); /* fits */
	TRY(put_file(m, name, buf_str(&m->part), true));
	buf_reset(&m->part);
out:
	return rc;
}

static enum rc
put_left_out(struct making *m, uint64_t first, uint64_t end)
{
	if (first >= end)
		return RC_OK;
	m->left_out += end - first;
	return buf_addf(&m->omitted, "%llu %llu not-selected\n", (unsigned long long)first, (unsigned long long)end - 1);
}

static enum rc
put_entry(struct making *m, uint64_t index, const struct entry *e, bool chosen)
{
	static const struct hash none;
	struct buf leaf = BUF(512), json = BUF(1 << 20);
	enum payload_state state = hash_eq(&e->leaf.commitment, &none) ? PAYLOAD_NONE : chosen ? PAYLOAD_SHOWN : PAYLOAD_WITHHELD;
	uint8_t salt[SALT_BYTES] = { 0 };
	enum rc rc = RC_OK;

	if (state == PAYLOAD_SHOWN) {
		rc = payload_read_salted(m->c, e, &json, salt);
		if (rc == RC_NOTFOUND) { /* its key is destroyed, or it is gone itself */
			rc_trail_clear();
			state = PAYLOAD_ERASED;
			rc = RC_OK;
		}
		TRY(rc);
	}
	m->shown += state == PAYLOAD_SHOWN;
	m->withheld += state == PAYLOAD_WITHHELD;
	m->erased += state == PAYLOAD_ERASED;
	TRY(leaf_encode(&e->leaf, &leaf));
	TRY(bundle_entry_put(&m->part, index, buf_str(&leaf), state, salt, buf_str(&json)));
	if (m->part.n >= BUNDLE_PART_BYTES)
		TRY(put_part(m));
out:
	buf_free(&leaf);
	buf_free(&json);
	return rc;
}

static enum rc
put_entries(struct making *m)
{
	struct arena a = ARENA(32 << 20);
	uint64_t total = 0, next = 0;
	size_t at = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < m->ranges_n; i++)
		total += m->ranges[i][1] - m->ranges[i][0] + 1;
	for (size_t i = 0; i < m->ranges_n; i++) {
		uint64_t index = m->ranges[i][0];

		TRY(put_left_out(m, next, index));
		while (index <= m->ranges[i][1]) {
			uint64_t want = m->ranges[i][1] - index + 1;
			struct entry *list;
			size_t n = 0;

			arena_free(&a);
			TRY(ask_ledger_read(m->c->ledger, index, (uint32_t)(want < AT_ONCE ? want : AT_ONCE), &a, &list, &n));
			if (n == 0)
				TRY(FAIL(RC_PEER, "the ledger has no entry %llu", (unsigned long long)index));
			for (size_t k = 0; k < n; k++, index++) {
				while (at < m->chosen_n && m->chosen[at] < index)
					at++;
				TRY(put_entry(m, index, &list[k], at < m->chosen_n && m->chosen[at] == index));
			}
			m->done += n;
			tell(m->c, m->o, "making", m->done, total, "");
			if (m->c->stopping)
				TRY(FAIL(RC_TIMEOUT, "the station stops"));
		}
		next = index;
	}
	TRY(put_left_out(m, next, m->size));
	TRY(put_part(m));
out:
	arena_free(&a);
	return rc;
}

static enum rc
custody(struct making *m, int64_t at_us, const char *what, const char *who, uint64_t entry)
{
	enum rc rc = RC_OK;

	TRY(time_iso(&m->custody, at_us));
	TRY(buf_addf(&m->custody, "\t%s\t%s\t#%llu\n", what, who, (unsigned long long)entry));
out:
	return rc;
}

static const char readme[] =
    "辻番の証跡の束 / A bundle of evidence of Tsujiban\n\n"
    "確かめ方（どれか一つ。検証鍵は、この束とは別に受け取ったものを使う）\n"
    "1. tsujiban-verify bundle bundle.tar --key 検証鍵\n"
    "2. verify-bundle.html をブラウザーで開き、この束と検証鍵を入れる（ネットワークは使わない）\n"
    "3. sha256sum -c manifest.txt と openssl だけで: docs/format-bundle.md の「道具なしで」\n\n"
    "To check it, with a verifier key received another way: tsujiban-verify bundle; or the offline page verify-bundle.html;\n"
    "or sha256sum and openssl alone (docs/format-bundle.md).\n\n"
    "order.json 命じられたこと / custody.txt 受け渡しの記録 / entries-*.txt 記録と本文 / omitted.txt 外した記録と理由 /\n"
    "proof.txt, checkpoint 記録が台帳にある証明 / manifest.txt この束の目録 / seal.* 目録を台帳が記録した証明\n";

/* What stands before the entries. */
static enum rc
put_head(struct making *m, struct str note, struct str witness, struct str steps)
{
	json_t *order = json_deep_copy(m->o->values);
	char *text = NULL;
	enum rc rc = RC_OK;

	json_object_set_new(order, "id", json_string(m->o->id));
	json_object_set_new(order, "ordered_entry", json_integer((json_int_t)m->o->leaf));
	json_object_set_new(order, "recipient", json_string(m->fingerprint));
	text = json_dumps(order, JSON_COMPACT | JSON_SORT_KEYS);
	if (text == NULL)
		TRY(FAIL(RC_BUG, "an order is no JSON"));
	TRY(put_file(m, "readme.txt", str_of(readme), true));
	TRY(put_file(m, "order.json", str_of(text), true));
	TRY(custody(m, m->o->since_us, "ordered-and-held", m->o->who, m->o->leaf));
	TRY(custody(m, core_now_us(), "chosen", "tsujiban", m->size));
	TRY(put_file(m, "custody.txt", buf_str(&m->custody), true));
	TRY(put_file(m, "checkpoint", note, true));
	if (witness.n) {
		TRY(put_file(m, "witness.note", witness, true));
		TRY(put_file(m, "witness-consistency.txt", steps, true));
	}
out:
	free(text);
	json_decref(order);
	return rc;
}

static enum rc
put_proof(struct making *m)
{
	struct buf hashes = BUF(4 << 20), lines = BUF(8 << 20);
	enum rc rc = RC_OK;

	TRY(ask_ledger_prove(m->c->ledger, m->size, (const uint64_t (*)[2])m->ranges, m->ranges_n, &hashes));
	for (size_t at = 0; at < hashes.n; at += 32) {
		TRY(base64_encode(&lines, str_sub(buf_str(&hashes), at, 32)));
		TRY(buf_add_c(&lines, "\n"));
	}
	TRY(put_file(m, "omitted.txt", buf_str(&m->omitted), true));
	TRY(put_file(m, "proof.txt", buf_str(&lines), true));
	TRY(put_file(m, "manifest.txt", buf_str(&m->manifest), false));
out:
	buf_free(&hashes);
	buf_free(&lines);
	return rc;
}

/* The checkpoint in a submission or a proof: what follows the first empty line. */
static struct str
checkpoint_in(struct str text)
{
	size_t at;

	return str_find(text, STR("\n\n"), &at) ? str_sub(text, at + 2, text.n) : STR_NONE;
}

/* The ledger is told of the manifest; its entry, what it says, and the proof of both go behind it. */
static enum rc
put_seal(struct making *m, uint64_t *ret_index, char ret_manifest[65])
{
	struct buf hex = BUF(128), json = BUF(1 << 16), line = BUF(1 << 17), proof = BUF(1 << 18), steps = BUF(1 << 16), vkey = BUF(1024);
	struct leaf leaf = { .type = LEAF_STATION, .name = STR(BUNDLE_SEAL_NAME), .object = object_of("evidence", str_of(m->o->id)) };
	uint8_t salt[SALT_BYTES];
	struct entry *e;
	json_t *said = NULL;
	uint64_t size;
	struct hash h;
	size_t n;
	enum rc rc = RC_OK;

	hash_bytes(buf_str(&m->manifest), &h);
	TRY(hex_encode(&hex, (struct str){ (const char *)h.b, sizeof(h.b) }));
	(void)snprintf(ret_manifest, 65, "%s", buf_cstr(&hex)); /* fits */
	said = json_pack("{s:s, s:I, s:s, s:I, s:I, s:I, s:I, s:s}", "order", m->o->id, "version", (json_int_t)m->o->version, "manifest", buf_cstr(&hex), "size", (json_int_t)m->size, "entries", (json_int_t)m->done,
	    "shown", (json_int_t)m->shown, "omitted", (json_int_t)m->left_out, "recipient", m->fingerprint);
	TRY(record_leaf(m->c, &leaf, said, ret_index));
	TRY(ask_ledger_read(m->c->ledger, *ret_index, 1, &m->arena, &e, &n));
	if (n != 1)
		TRY(FAIL(RC_PEER, "the ledger does not have what it was just told"));
	TRY(payload_read_salted(m->c, &e[0], &json, salt));
	TRY(base64_encode(&line, (struct str){ (const char *)salt, SALT_BYTES }));
	TRY(buf_add_c(&line, " "));
	TRY(buf_add(&line, buf_str(&json)));
	TRY(buf_add_c(&line, "\n"));
	for (int tries = 0;; tries++) { /* the proof and the way to its head have to meet, and the head moves on */
		buf_reset(&proof);
		buf_reset(&steps);
		buf_reset(&vkey);
		rc = ask_ledger_proof(m->c->ledger, *ret_index, &proof);
		if (rc == RC_OK)
			TRY(ask_ledger_extends(m->c->ledger, m->size, NULL, &size, &steps, &vkey));
		if (rc == RC_OK && str_eq(checkpoint_in(buf_str(&proof)), checkpoint_in(buf_str(&steps))))
			break;
		if ((rc != RC_OK && rc != RC_CONFLICT) || tries == TRIES)
			TRY(rc != RC_OK ? rc : FAIL(RC_TIMEOUT, "the ledger's head never rests"));
		rc_trail_clear();
		(void)nanosleep(&(struct timespec){ 0, 30000000 }, NULL); /* until a head covers it */
	}
	TRY(put_file(m, "seal.txt", buf_str(&line), false));
	TRY(put_file(m, "seal.tlog-proof", buf_str(&proof), false));
	TRY(put_file(m, "consistency.txt", buf_str(&steps), false));
	buf_reset(&m->tar);
	TRY(tar_end(&m->tar));
	TRY(cms_add(m->cms, buf_str(&m->tar)));
	TRY(cms_end(m->cms));
out:
	json_decref(said);
	buf_free(&hex);
	buf_free(&json);
	buf_free(&line);
	buf_free(&proof);
	buf_free(&steps);
	buf_free(&vkey);
	return rc;
}

/* ---- one bundle */

static enum rc
check_recipient(struct making *m)
{
	struct buf subject = BUF(8192), hex = BUF(128);
	int64_t until_s = 0;
	struct hash h;
	enum rc rc = RC_OK;

	if (m->o->pem == NULL)
		TRY(FAIL(RC_SYNTAX, "受け取る人の証明書が届け出られていません / the recipient's certificate is not declared"));
	TRY(cms_recipient(str_of(m->o->pem), &subject, &h, &until_s));
	if (until_s * SECOND_US < core_now_us())
		TRY(FAIL(RC_SYNTAX, "受け取る人の証明書は期限が切れています / the recipient's certificate has run out"));
	TRY(hex_encode(&hex, (struct str){ (const char *)h.b, sizeof(h.b) }));
	(void)snprintf(m->fingerprint, sizeof(m->fingerprint), "%s", buf_cstr(&hex)); /* fits */
out:
	buf_free(&subject);
	buf_free(&hex);
	return rc;
}

/* How many entries the head of this note has; 0: it is none. */
static uint64_t
size_of_note(struct str note)
{
	struct str line;
	int64_t n = 0;

	if (str_cut(&note, '\n', &line) && str_cut(&note, '\n', &line) && num_parse(line, 1, INT64_MAX, &n) != RC_OK)
		rc_trail_clear();
	return (uint64_t)n;
}

/* What the head covers is chosen from, all of it: the index may stand behind the head, and a turn of it may end early. */
static enum rc
index_reach(struct making *m)
{
	uint64_t indexed = 0;
	enum rc rc = RC_OK;

	for (int tries = 0; rc == RC_OK && indexed < m->size; tries++) {
		if (tries == TRIES)
			TRY(FAIL(RC_TIMEOUT, "the index does not reach entry %llu", (unsigned long long)m->size));
		if (tries)
			(void)nanosleep(&(struct timespec){ 0, 30000000 }, NULL); /* until the ledger answers them */
		TRY(index_follow(m->c));
		(void)pthread_mutex_lock(&m->c->index_lock);
		indexed = m->c->indexed;
		(void)pthread_mutex_unlock(&m->c->index_lock);
	}
out:
	return rc;
}

static enum rc
make(struct making *m, int fd)
{
	struct buf steps = BUF(1 << 16), vkey = BUF(1024), witness = BUF(4096);
	uint64_t from;
	enum rc rc = RC_OK;

	TRY(check_recipient(m));
	core_lock(m->c);
	rc = m->c->witness.note[0] && !witness_is_bad(m->c->witness.standing) ? buf_add_c(&witness, m->c->witness.note) : RC_OK;
	core_unlock(m->c);
	TRY(rc);
	from = size_of_note(buf_str(&witness));
	TRY(ask_ledger_extends(m->c->ledger, from, NULL, &m->size, &steps, &vkey));
	if (from == 0)
		buf_reset(&witness);
	TRY(index_reach(m));
	TRY(select_entries(m));
	if (m->chosen_n == 0)
		TRY(FAIL(RC_SYNTAX, "当てはまる記録がありません / no entry is meant by this order"));
	m->ranges = calloc(LEDGER_RANGES_MAX + 1, sizeof(*m->ranges));
	if (m->ranges == NULL)
		abort();
	to_ranges(m);
	TRY(cms_begin(str_of(m->o->pem), fd, &m->cms));
	TRY(put_head(m, checkpoint_in(buf_str(&steps)), buf_str(&witness), buf_str(&steps)));
	TRY(put_entries(m));
	TRY(put_proof(m));
out:
	buf_free(&steps);
	buf_free(&vkey);
	buf_free(&witness);
	return rc;
}

static enum rc
keep(struct making *m, int fd, uint64_t seal, const char *manifest)
{
	char part[PATH_MAX_], whole[PATH_MAX_], info[PATH_MAX_], *text = NULL;
	json_t *said = NULL;
	int64_t bytes = 0;
	enum rc rc = RC_OK;

	path_of(m->o, ".part", part);
	path_of(m->o, ".cms", whole);
	path_of(m->o, ".json", info);
	TRY(file_sync(fd));
	TRY(file_size_fd(fd, &bytes));
	TRY(file_rename(m->c->evidence_dir, part, whole));
	said = json_pack("{s:I, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:s}", "at", (json_int_t)core_now_us(), "seal", (json_int_t)seal, "manifest", manifest, "bytes", (json_int_t)bytes, "entries", (json_int_t)m->done,
	    "shown", (json_int_t)m->shown, "erased", (json_int_t)m->erased, "omitted", (json_int_t)m->left_out, "recipient", m->fingerprint);
	text = json_dumps(said, JSON_COMPACT);
	TRY(text ? file_write(m->c->evidence_dir, info, str_of(text), 0600) : FAIL(RC_BUG, "no JSON"));
out:
	free(text);
	json_decref(said);
	return rc;
}

static enum rc
make_one(struct core *c, const struct order *o)
{
	struct making m = { .c = c, .o = o, .arena = ARENA(16 << 20), .part = BUF(BUNDLE_PART_BYTES + BUNDLE_LINE_MAX), .tar = BUF((size_t)2 * BUNDLE_PART_BYTES + (16 << 20)), .manifest = BUF(4 << 20), .omitted = BUF(16 << 20),
		.custody = BUF(65536) };
	char part[PATH_MAX_], manifest[65] = "", said[512];
	uint64_t seal = 0;
	int fd = -1;
	enum rc rc = RC_OK;

	path_of(o, ".part", part);
	TRY(file_open(c->evidence_dir, part, O_RDWR | O_CREAT | O_TRUNC, 0600, &fd));
	TRY(make(&m, fd));
	TRY(put_seal(&m, &seal, manifest));
	TRY(keep(&m, fd, seal, manifest));
	tell(c, o, "ready", m.done, m.done, "");
out:
	cms_free(m.cms);
	if (fd >= 0)
		(void)close(fd); /* whole or given up: keep() synced it */
	if (rc != RC_OK) {
		(void)snprintf(said, sizeof(said), "%s", rc_trail());
		tell(c, o, rc == RC_SYNTAX ? "wrong" : "waiting", m.done, 0, said); /* what the order says wrongly is not tried again as it stands */
		if (file_remove(c->evidence_dir, part) != RC_OK)
			rc_trail_clear(); /* it was never there, or the next one takes its place */
	}
	free(m.chosen);
	free(m.ranges);
	arena_free(&m.arena);
	buf_free(&m.part);
	buf_free(&m.tar);
	buf_free(&m.manifest);
	buf_free(&m.omitted);
	buf_free(&m.custody);
	return rc;
}

enum rc
evidence_follow(struct core *c, int *ret_made)
{
	struct order o = { .version = 0 };
	enum rc rc = RC_OK;

	*ret_made = 0;
	while (rc == RC_OK && next_order(c, &o)) {
		rc = make_one(c, &o);
		*ret_made += rc == RC_OK;
		if (rc == RC_SYNTAX)
			rc = RC_OK; /* said on its screen */
		order_free(&o);
	}
	return rc;
}

static void *
run(void *context)
{
	struct core *c = context;
	enum rc before = RC_OK;
	bool stopping = false;
	int made;

	while (!stopping) {
		enum rc rc = evidence_follow(c, &made);

		if (rc != RC_OK && rc != before)
			proc_log(rc, "a bundle of evidence cannot be made yet");
		rc_trail_clear();
		before = rc;
		(void)nanosleep(&(struct timespec){ 0, TURN_NS }, NULL); /* shorter when woken */
		core_lock(c);
		stopping = c->stopping;
		core_unlock(c);
	}
	return NULL;
}

enum rc
evidence_start(struct core *c, int dirfd)
{
	pthread_t thread;

	c->evidence_dir = dirfd;
	if (pthread_create(&thread, NULL, run, c) != 0)
		return FAIL(RC_IO, "cannot start the making of bundles");
	(void)pthread_detach(thread); /* ends with the process */
	return RC_OK;
}

void
evidence_free(struct core *c)
{
	json_decref(c->evidence);
	c->evidence = NULL;
}

/* ---- screens */

struct receipts { json_t *list; };

static void
take_receipt(void *context, const struct note *n)
{
	struct receipts *r = context;

	json_object_set_new(r->list, note_text(n, "id"), json_pack("{s:I, s:o, s:I}", "at", (json_int_t)n->at_us, "who", view_text(n->who), "leaf", (json_int_t)n->leaf));
}

/* What was kept about the bundle of this order; NULL: there is none. */
static json_t *
info_of(const struct core *c, const char *id, int64_t version)
{
	struct order o = { .version = version };
	struct buf b = BUF(65536);
	char path[PATH_MAX_];
	json_t *ret = NULL;

	(void)snprintf(o.id, sizeof(o.id), "%s", id); /* an id of ours */
	path_of(&o, ".json", path);
	if (c->evidence_dir > 0 && file_read(c->evidence_dir, path, 65536, &b) == RC_OK)
		ret = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
	rc_trail_clear();
	buf_free(&b);
	return ret;
}

/* Under lock. */
static json_t *
order_json(struct core *c, const struct row *r, const json_t *receipts, const struct actor *who)
{
	json_t *info = info_of(c, r->id, r->version), *now = json_object_get(c->evidence, r->id), *o;
	const struct row *to = register_row(c, str_of(value(r->values, "recipient")));
	bool mine = now && json_integer_value(json_object_get(now, "version")) == r->version;
	bool received = json_object_get(receipts, r->id) != NULL;
	int64_t bytes = json_integer_value(json_object_get(info, "bytes"));

	o = json_pack("{s:s, s:s, s:I, s:s, s:I, s:s, s:s}", "id", r->id, "number", value(r->values, "number"), "at", (json_int_t)r->since_us, "who", r->who ? r->who : "", "leaf", (json_int_t)r->leaf,
	    "recipient", to ? to->name : "", "state", received ? "received" : info ? "ready" : mine ? value(now, "state") : "waiting");
	json_object_set(o, "values", r->values);
	json_object_set_new(o, "error", json_string(mine && !info ? value(now, "error") : ""));
	json_object_set(o, "done", mine ? json_object_get(now, "done") : json_null());
	json_object_set(o, "total", mine ? json_object_get(now, "total") : json_null());
	json_object_set_new(o, "bundle", info ? info : json_null());
	json_object_set_new(o, "parts", json_integer(info ? (bytes + EVIDENCE_PART_BYTES - 1) / EVIDENCE_PART_BYTES : 0));
	json_object_set(o, "received", received ? json_object_get(receipts, r->id) : json_null());
	json_object_set_new(o, "can_receive", json_boolean(info && !received && act_permitted(ACT_EVIDENCE_RECEIVE, who->session.roles)));
	return o;
}

enum rc
view_evidence(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct receipts receipts = { json_object() };
	json_t *rows = json_array();
	size_t at, end;
	enum rc rc = RC_OK;

	(void)arguments;
	TRY(note_each(c, ACT_EVIDENCE_RECEIVE, take_receipt, &receipts));
	core_lock(c);
	for (at = register_range(c, STR(REGISTER), &end); at < end; at++)
		json_array_append_new(rows, order_json(c, &c->rows[at], receipts.list, who));
	core_unlock(c);
	*ret = json_pack("{s:I, s:O, s:b}", "at", (json_int_t)core_now_us(), "rows", rows, "can_order", act_permitted(ACT_REGISTER_ADD, who->session.roles));
out:
	json_decref(receipts.list);
	json_decref(rows);
	return rc;
}

static enum rc
order_of(struct core *c, const char *id, int64_t *ret_version)
{
	const struct row *r;

	core_lock(c);
	r = register_row(c, str_of(id));
	*ret_version = r && strcmp(r->register_id, REGISTER) == 0 ? r->version : 0;
	core_unlock(c);
	return *ret_version ? RC_OK : FAIL(RC_NOTFOUND, "その命令はありません / there is no such order");
}

/* A part of the envelope: {name, content, parts}; "id" is that of the order, with ".N" behind it for part N. */
enum rc
do_evidence_get(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	struct order o = { .version = 0 };
	int64_t part = 1, bytes = 0, parts;
	struct str rest = str_of(value(arguments, "id")), id = STR_NONE;
	struct buf text = BUF(EVIDENCE_PART_BYTES / 3 * 4 + 16);
	char path[PATH_MAX_], *room = NULL;
	size_t n = 0;
	int fd = -1;
	json_t *name;
	enum rc rc = RC_OK;

	(void)who;
	(void)str_cut(&rest, '.', &id); /* ID, or ID.N for part N */
	if (rest.n)
		TRY(num_parse(rest, 1, 100000, &part));
	(void)snprintf(o.id, sizeof(o.id), STR_FMT, STR_ARG(id)); /* what does not fit names no order */
	TRY(order_of(c, o.id, &o.version));
	path_of(&o, ".cms", path);
	if (c->evidence_dir <= 0 || file_open(c->evidence_dir, path, O_RDONLY, 0, &fd) != RC_OK)
		TRY(FAIL(RC_CONFLICT, "束はまだできていません / the bundle is not made yet"));
	TRY(file_size_fd(fd, &bytes));
	parts = (bytes + EVIDENCE_PART_BYTES - 1) / EVIDENCE_PART_BYTES;
	if (part > parts)
		TRY(FAIL(RC_NOTFOUND, "束は%d個です / the bundle has %d parts", (int)parts, (int)parts));
	room = malloc(EVIDENCE_PART_BYTES);
	if (room == NULL)
		abort();
	TRY(file_read_at(fd, (part - 1) * EVIDENCE_PART_BYTES, room, EVIDENCE_PART_BYTES, &n));
	TRY(base64_encode(&text, (struct str){ room, n }));
	name = parts == 1 ? json_sprintf("evidence-%.8s.tar.cms", o.id) : json_sprintf("evidence-%.8s.tar.cms.%03d", o.id, (int)part);
	*ret = json_pack("{s:o, s:s, s:I, s:I, s:s%}", "name", name, "media", "application/octet-stream", "part", (json_int_t)part, "parts", (json_int_t)parts, "content", text.p ? text.p : "", text.n);
out:
	if (fd >= 0)
		(void)close(fd); /* only read */
	free(room);
	buf_free(&text);
	return rc;
}

enum rc
do_evidence_receive(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	int64_t version = 0;
	json_t *info;
	enum rc rc = RC_OK;

	TRY(order_of(c, value(arguments, "id"), &version));
	info = info_of(c, value(arguments, "id"), version);
	if (info == NULL)
		TRY(FAIL(RC_CONFLICT, "束はまだできていません / the bundle is not made yet"));
	json_decref(info);
	TRY(view_evidence(c, who, arguments, ret));
out:
	return rc;
}

/* ---- facts for the control that judges orders */

enum rc
evidence_facts(struct core *c, struct facts *f)
{
	struct receipts receipts = { json_object() };
	size_t at, end;
	uint32_t n = 0;
	enum rc rc = RC_OK;

	TRY(note_each(c, ACT_EVIDENCE_RECEIVE, take_receipt, &receipts));
	core_lock(c);
	for (at = register_range(c, STR(REGISTER), &end); at < end; at++) {
		const struct row *r = &c->rows[at];
		json_t *info = info_of(c, r->id, r->version);
		int64_t got = json_integer_value(json_object_get(json_object_get(receipts.list, r->id), "at"));

		fact_text(f, ++n, "order.number", arena_dup(f->arena, str_of(value(r->values, "number"))));
		fact_time(f, n, "order.at", r->since_us);
		if (info)
			fact_time(f, n, "order.made", json_integer_value(json_object_get(info, "at")));
		if (got)
			fact_time(f, n, "order.received", got);
		json_decref(info);
	}
	core_unlock(c);
	fact_int(f, 0, "orders", (int64_t)n);
out:
	json_decref(receipts.list);
	return rc;
}
