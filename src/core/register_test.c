// SPDX-License-Identifier: Apache-2.0
/* Rows as people declare them: kept, changed, ended, imported; as subjects, as facts, and from the ledger again. */
#include "core/core_fake.h"

#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "base/time_text.h"

#define WINDOW "{\"id\":\"endpoint\",\"values\":{\"name\":\"窓口\",\"host_name\":\"WWW.example.jp\",\"address\":\"192.0.2.1\",\"port\":\"443\",\"kind\":\"https\",\"browsers\":\"yes\"}}"

static const char *
text_of(const json_t *o, const char *a, const char *b)
{
	const json_t *v = json_object_get(o, a);

	return json_string_value(b ? json_object_get(v, b) : v);
}

/* Declares a row and leaves its id. */
static void
declare(struct core *c, const char *token, const char *arguments, char id[40])
{
	json_t *a;

	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, token, arguments, &a));
	(void)snprintf(id, 40, "%s", a ? text_of(a, "id", NULL) : "");
	json_decref(a);
}

static json_t *
rows(struct core *c, const char *arguments)
{
	json_t *a = NULL, *list;

	CHECK_OK(core_ask(c, ACT_REGISTER_SHOW, "client-auditor", arguments, &a));
	list = json_incref(json_object_get(a, "rows"));
	json_decref(a);
	return list;
}

CASE(a_row_is_kept_in_one_spelling_and_names_its_entry)
{
	struct core *c = core_up(true);
	json_t *a, *list;
	char id[40];

	declare(c, "administrator", WINDOW, id);
	list = rows(c, "{\"id\":\"endpoint\"}");
	CHECK_INT(json_array_size(list), 1);
	a = json_array_get(list, 0);
	CHECK(strcmp(text_of(a, "values", "host_name"), "www.example.jp") == 0);
	CHECK(strcmp(text_of(a, "who", NULL), "見本 administrator") == 0);
	CHECK_INT(json_integer_value(json_object_get(a, "leaf")), 0);
	CHECK(str_eq_c(fake.entries[0].leaf.name, "register-add"));
	CHECK_INT(fake.entries[1].leaf.verdict, OUTCOME_DONE);
	CHECK_INT(json_integer_value(json_object_get(a, "since")), fake.entries[0].leaf.claimed_at_us);
	json_decref(list);
	core_down(c);
	c = core_up(false);
	list = rows(c, "{\"id\":\"endpoint\"}");
	CHECK_INT(json_array_size(list), 1);
	json_decref(list);
	core_down(c);
}

CASE(what_is_wrong_is_refused_in_words_and_kept_out)
{
	struct core *c = core_up(true);
	json_t *a;

	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"admin-address\",\"values\":{\"prefix\":\"0.0.0.0/0\",\"owner\":\"x\",\"reason\":\"x\",\"until\":\"2027-01-01\"},\"lang\":\"en\"}", &a), RC_SYNTAX);
	CHECK(strstr(rc_trail(), "All addresses (/0)") != NULL);
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"admin-address\",\"values\":{\"colour\":\"red\"}}", &a), RC_SYNTAX);
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"nothing\",\"values\":{}}", &a), RC_NOTFOUND);
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "operator", WINDOW, &a), RC_DENIED);
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "client-officer", WINDOW, &a), RC_DENIED); /* the contractor's register */
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "client-auditor", WINDOW, &a), RC_DENIED);
	CHECK_INT(c->rows_count, 0);
	CHECK_INT(fake.entries[fake.count - 1].leaf.verdict, OUTCOME_REFUSED);
	fake.disk_full = true;
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "administrator", WINDOW, &a), RC_LIMIT);
	fake.disk_full = false;
	CHECK_INT(c->rows_count, 0);
	CHECK_OK(core_ask(c, ACT_REGISTER_FORM, "administrator", "{\"id\":\"endpoint\",\"values\":{\"name\":\"a\",\"port\":\"0\"},\"lang\":\"en\"}", &a));
	CHECK(strcmp(text_of(a, "errors", "port"), "A number from 1 to 65535.") == 0);
	CHECK(strcmp(text_of(a, "errors", "address"), "Fill this in.") == 0);
	CHECK(text_of(a, "errors", "name") == NULL);
	json_decref(a);
	core_down(c);
}

CASE(no_two_rows_in_force_share_a_name_and_an_ended_one_frees_it)
{
	struct core *c = core_up(true);
	char id[40], other[40], q[256];
	json_t *a, *list;

	declare(c, "administrator", WINDOW, id);
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "security-lead", WINDOW, &a), RC_CONFLICT);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	CHECK_OK(core_ask(c, ACT_REGISTER_END, "security-lead", q, &a));
	CHECK(json_is_false(json_object_get(a, "in_force")));
	json_decref(a);
	CHECK_RC(core_ask(c, ACT_REGISTER_END, "security-lead", q, &a), RC_NOTFOUND);
	declare(c, "administrator", WINDOW, other);
	CHECK(strcmp(id, other) != 0);
	list = rows(c, "{\"id\":\"endpoint\",\"ended\":true}");
	CHECK_INT(json_array_size(list), 1);
	CHECK(strcmp(text_of(json_array_get(list, 0), "ended_who", NULL), "見本 security-lead") == 0);
	json_decref(list);
	core_down(c);
}

CASE(a_change_ends_one_version_and_makes_the_next)
{
	struct core *c = core_up(true);
	char id[40], q[256];
	json_t *a, *history;

	declare(c, "administrator", WINDOW, id);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"version\":1,\"values\":{\"port\":\"8443\"}}", id);
	CHECK_OK(core_ask(c, ACT_REGISTER_CHANGE, "security-lead", q, &a));
	CHECK(strcmp(text_of(a, "values", "port"), "8443") == 0);
	CHECK(strcmp(text_of(a, "values", "address"), "192.0.2.1") == 0); /* what is not said stays */
	history = json_object_get(a, "history");
	CHECK_INT(json_array_size(history), 2);
	CHECK_INT(json_integer_value(json_object_get(json_array_get(history, 1), "ended_leaf")), json_integer_value(json_object_get(json_array_get(history, 0), "leaf")));
	json_decref(a);
	CHECK_RC(core_ask(c, ACT_REGISTER_CHANGE, "security-lead", q, &a), RC_CONFLICT); /* of a version that is gone */
	CHECK_RC(core_ask(c, ACT_REGISTER_CHANGE, "security-lead", "{\"id\":\"00\",\"values\":{}}", &a), RC_NOTFOUND);
	core_down(c);
}

static size_t
subjects(struct core *c, enum subject_kind kind, char ret[SUBJECT_ID_MAX + 1])
{
	struct subject_list list = { NULL, 0, 0 };
	size_t n;

	core_lock(c);
	register_subjects(c, kind, &list);
	core_unlock(c);
	n = list.n;
	(void)snprintf(ret, SUBJECT_ID_MAX + 1, "%s", n ? list.ids[0] : "");
	free(list.ids);
	return n;
}

CASE(rows_are_subjects_and_a_kind_without_any_says_so)
{
	struct core *c = core_up(true);
	char id[40], first[SUBJECT_ID_MAX + 1], want[SUBJECT_ID_MAX + 1];

	CHECK_INT(subjects(c, SUBJECT_ENDPOINT, first), 1);
	CHECK(strcmp(first, "endpoint:none") == 0);
	CHECK_INT(register_unseen(c, first), MSG_NO_ENDPOINT);
	CHECK_INT(register_unseen(c, "host:local"), MSG_NONE);
	CHECK_INT(register_unseen(c, "contract"), MSG_NONE);
	declare(c, "administrator", WINDOW, id);
	CHECK_INT(subjects(c, SUBJECT_ENDPOINT, first), 1);
	(void)snprintf(want, sizeof(want), "endpoint:%.8s", id);
	CHECK(strcmp(first, want) == 0);
	CHECK_INT(register_unseen(c, first), MSG_NONE);
	CHECK_INT(subjects(c, SUBJECT_HOST, first), 0);
	declare(c, "administrator", "{\"id\":\"host\",\"values\":{\"name\":\"here\",\"owner\":\"見本\"}}", id); /* this machine, by its short name */
	CHECK_INT(subjects(c, SUBJECT_HOST, first), 0);
	declare(c, "administrator", "{\"id\":\"host\",\"values\":{\"name\":\"there.example.jp\"}}", id);
	CHECK_INT(subjects(c, SUBJECT_HOST, first), 1);
	CHECK_INT(register_unseen(c, first), MSG_HOST_NOT_SEEN);
	core_down(c);
}

CASE(facts_are_typed_and_leave_out_what_is_empty)
{
	static const char *const ids[] = { "admin-address", NULL };
	const struct control control = { .id = "x", .subject = SUBJECT_ENDPOINT, .registers = ids };
	struct core *c = core_up(true);
	struct arena a = ARENA(1 << 20);
	struct facts f = { .arena = &a }, none = { .arena = &a };
	char id[40], subject[SUBJECT_ID_MAX + 1];
	int64_t day;

	declare(c, "administrator", WINDOW, id);
	(void)snprintf(subject, sizeof(subject), "endpoint:%.8s", id);
	declare(c, "administrator", "{\"id\":\"admin-address\",\"values\":{\"prefix\":\"198.51.100.7\",\"owner\":\"見本\",\"reason\":\"保守\",\"approval\":\"見本\",\"until\":\"2027-03-31\"}}", id);
	register_given(c, &control, subject, &f);
	CHECK_INT(fact_n(&f, 0, "own.port", 0), 443);
	CHECK_STR(fact_s(&f, 0, "own.host_name"), "www.example.jp");
	CHECK(fact_get(&f, 0, "own.browsers") && fact_get(&f, 0, "own.browsers")->kind == FACT_BOOL);
	CHECK(fact_get(&f, 0, "own.path") == NULL);
	CHECK_STR(fact_s(&f, 1, "admin_address.prefix"), "198.51.100.7/32");
	CHECK_OK(time_parse_date(STR("2027-03-31"), &day));
	CHECK_INT(fact_n(&f, 1, "admin_address.until", 0), day);
	CHECK(fact_get(&f, 1, "admin_address.since") && fact_get(&f, 1, "admin_address.since")->kind == FACT_TIME);
	CHECK_INT(fact_rows(&f), 1);
	register_given(c, &control, "endpoint:none", &none);
	CHECK(fact_get(&none, 0, "own.port") == NULL);
	arena_free(&a);
	core_down(c);
}

CASE(a_table_is_imported_whole_or_not_at_all)
{
	struct core *c = core_up(true);
	json_t *a, *list;
	char id[40];

	declare(c, "administrator", "{\"id\":\"licence\",\"values\":{\"name\":\"Debian main\",\"terms\":\"DFSG\",\"confirmed_on\":\"2026-01-01\"}}", id);
#define CSV(rows) "{\"id\":\"licence\",\"lang\":\"en\",\"csv\":\"\xef\xbb\xbf名前（まとまり）,terms,確かめた日\\r\\n" rows "\"}"
	CHECK_RC(core_ask(c, ACT_REGISTER_IMPORT, "administrator", CSV("a,x,2026/1/2\\r\\nb,,2026/1/2\\r\\n"), &a), RC_SYNTAX);
	CHECK_INT(c->rows_count, 1);
	CHECK_OK(core_ask(c, ACT_REGISTER_PREVIEW, "administrator", CSV("a,x,2026/1/2\\r\\nb,,2026/1/2\\r\\na,y,2026/1/2\\r\\nDebian main,DFSG,2026/1/1\\r\\nc,x,2026/1/2,more\\r\\n"), &a));
	list = json_object_get(a, "rows");
	CHECK_INT(json_array_size(list), 5);
	CHECK(strcmp(text_of(json_array_get(list, 0), "state", NULL), "add") == 0);
	CHECK(strcmp(text_of(json_array_get(list, 1), "errors", "terms"), "Fill this in.") == 0);
	CHECK(strcmp(text_of(json_array_get(list, 2), "errors", "name"), "This is declared already.") == 0);
	CHECK(strcmp(text_of(json_array_get(list, 3), "state", NULL), "same") == 0);
	CHECK(strcmp(text_of(json_array_get(list, 4), "state", NULL), "wrong") == 0);
	CHECK_INT(json_integer_value(json_object_get(json_array_get(list, 1), "line")), 3);
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "administrator", CSV("\\\"a\\\",\\\"x, y\\\",2026/1/2\\r\\nDebian main,new,2026/1/1\\r\\n"), &a));
	CHECK_INT(json_integer_value(json_object_get(json_object_get(a, "imported"), "added")), 1);
	CHECK_INT(json_integer_value(json_object_get(json_object_get(a, "imported"), "changed")), 1);
	json_decref(a);
	CHECK_RC(core_ask(c, ACT_REGISTER_PREVIEW, "administrator", "{\"id\":\"licence\",\"csv\":\"name,colour\\na,b\\n\"}", &a), RC_SYNTAX);
	CHECK_RC(core_ask(c, ACT_REGISTER_PREVIEW, "administrator", "{\"id\":\"licence\",\"csv\":\"\"}", &a), RC_SYNTAX);
	CHECK_RC(core_ask(c, ACT_REGISTER_PREVIEW, "operator", CSV("a,x,2026/1/2\\r\\n"), &a), RC_DENIED);
	core_down(c);
}

/* A list of three columns must not take away the day on which an account ends. */
CASE(what_a_table_does_not_tell_stays)
{
	struct core *c = core_up(true);
	const struct row *r;
	char id[40];
	json_t *a;

	declare(c, "administrator", "{\"id\":\"os-account\",\"values\":{\"account\":\"taro\",\"person\":\"Taro Example\",\"kind\":\"user\",\"until\":\"2099-03-31\"}}", id);
#define OS_ACCOUNTS(text) "{\"id\":\"os-account\",\"lang\":\"en\",\"csv\":\"" text "\"}"
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "administrator", OS_ACCOUNTS("account,person,kind\\r\\ntaro,Taro Example,privileged\\r\\n"), &a));
	json_decref(a);
	r = register_row(c, str_of(id));
	CHECK(r && strcmp(text_of(r->values, "kind", NULL), "privileged") == 0 && strcmp(text_of(r->values, "until", NULL), "2099-03-31") == 0);
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "administrator", OS_ACCOUNTS("account,person,kind,until\\r\\ntaro,Taro Example,privileged,\\r\\n"), &a));
	json_decref(a);
	r = register_row(c, str_of(id));
	CHECK(r && json_object_get(r->values, "until") == NULL); /* said to have none */
	core_down(c);
}

/* What stands, without what belongs to this run. */
static char *
standing(struct core *c)
{
	static const char *const ids[] = { "endpoint", "licence", "host" };
	json_t *all = json_array();
	char *text;

	for (size_t i = 0; i < 3; i++)
		for (int ended = 0; ended < 2; ended++) {
			char q[64];
			json_t *list;

			(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"page\":0,\"ended\":%s}", ids[i], ended ? "true" : "false");
			list = rows(c, q);
			json_array_extend(all, list);
			json_decref(list);
		}
	text = json_dumps(all, JSON_SORT_KEYS | JSON_INDENT(1));
	json_decref(all);
	return text;
}

CASE(a_lost_store_is_made_again_from_the_ledger)
{
	struct core *c = core_up(true);
	char id[40], q[256], *before, *after;
	json_t *a;

	declare(c, "administrator", WINDOW, id);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"values\":{\"port\":\"8443\"}}", id);
	CHECK_OK(core_ask(c, ACT_REGISTER_CHANGE, "security-lead", q, &a));
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "administrator", CSV("a,x,2026/1/2\\r\\nb,y,2026/1/2\\r\\n"), &a));
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "administrator", CSV("b,z,2026/1/2\\r\\n"), &a));
	json_decref(a);
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "administrator", WINDOW "x", &a), RC_SYNTAX); /* refused acts leave nothing */
	declare(c, "administrator", "{\"id\":\"host\",\"values\":{\"name\":\"there\"}}", id);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	CHECK_OK(core_ask(c, ACT_REGISTER_END, "administrator", q, &a));
	json_decref(a);
	before = standing(c);
	core_lose(c);
	c = core_up(false);
	CHECK_INT(c->rows_count, 0);
	CHECK_OK(index_follow(c));
	after = standing(c);
	if (strcmp(before, after) != 0)
		printf("before: %s\nafter: %s\n", before, after);
	CHECK(strcmp(before, after) == 0);
	free(before);
	free(after);
	core_down(c);
}

CASE(an_import_with_nothing_to_do_raises_no_row_that_ended_since)
{
	struct core *c = core_up(true);
	json_t *a, *list;
	char q[256];

	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "administrator", CSV("a,x,2026/1/2\\r\\n"), &a));
	list = json_incref(json_object_get(a, "rows"));
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "administrator", CSV("a,x,2026/1/2\\r\\n"), &a)); /* the same once more */
	json_decref(a);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", json_string_value(json_object_get(json_array_get(list, 0), "id")));
	CHECK_OK(core_ask(c, ACT_REGISTER_END, "administrator", q, &a));
	json_decref(a);
	json_decref(list);
	CHECK_OK(index_follow(c)); /* the index comes a moment later */
	CHECK_INT(c->rows_count, 0);
	core_down(c);
	c = core_up(false); /* or only after a restart */
	c->indexed = 0;
	CHECK_OK(index_follow(c));
	CHECK_INT(c->rows_count, 0);
	core_down(c);
}

CASE(ten_thousand_rows_are_kept_found_and_given)
{
	static const char *const ids[] = { "watched-file", NULL };
	const struct control control = { .id = "x", .subject = SUBJECT_CONTRACT, .registers = ids };
	struct core *c = core_up(true);
	struct buf csv = BUF(8 << 20);
	struct arena a = ARENA(32 << 20);
	struct facts f = { .arena = &a };
	json_t *answer, *list;
	int64_t began_us;

	CHECK_OK(buf_add_c(&csv, "{\"id\":\"watched-file\",\"csv\":\"path,reason\\n"));
	for (int i = 0; i < 9999; i++)
		CHECK_OK(buf_addf(&csv, "/etc/f%d,x\\n", i));
	CHECK_OK(buf_add_c(&csv, "\"}"));
	began_us = core_now_us();
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "administrator", buf_cstr(&csv), &answer));
	json_decref(answer);
	CHECK_INT(c->rows_count, 9999);
	list = rows(c, "{\"id\":\"watched-file\",\"q\":\"f777\",\"sort\":\"-path\"}");
	CHECK_INT(json_array_size(list), 11);
	CHECK(strcmp(text_of(json_array_get(list, 0), "values", "path"), "/etc/f7779") == 0);
	json_decref(list);
	list = rows(c, "{\"id\":\"watched-file\",\"page\":100}");
	CHECK_INT(json_array_size(list), 99);
	json_decref(list);
	register_given(c, &control, "contract", &f);
	CHECK(f.overflow); /* more than a control can be given: it will be UNKNOWN, not half judged */
	printf("ten thousand rows: %lld ms\n", (long long)(core_now_us() - began_us) / 1000);
	CHECK(core_now_us() - began_us < 30 * SECOND_US);
	buf_free(&csv);
	arena_free(&a);
	core_down(c);
}

/* Declares and gives the id of the row; the refusal's class when it is refused. */
static enum rc
try(struct core *c, const char *token, const char *q, char id[40])
{
	json_t *a = NULL;
	enum rc rc = core_ask(c, ACT_REGISTER_ADD, token, q, &a);

	if (rc == RC_OK)
		(void)snprintf(id, 40, "%s", text_of(a, "id", NULL));
	json_decref(a);
	return rc;
}

CASE(rows_are_named_by_id_or_name_and_read_the_same_are_refused)
{
	struct core *c = core_up(true);
	char company[40], person[40], q[512];
	json_t *a;

	CHECK_OK(try(c, "administrator", "{\"id\":\"company\",\"values\":{\"name\":\"見本株式会社\",\"kind\":\"contractor\"}}", company));
	CHECK_RC(try(c, "administrator", "{\"id\":\"company\",\"values\":{\"name\":\"見本㍿\",\"kind\":\"contractor\"}}", person), RC_SYNTAX);
	CHECK(strstr(rc_trail(), "見分けのつかない") != NULL);
	CHECK_OK(try(c, "administrator", "{\"id\":\"person\",\"values\":{\"number\":\"P-1\",\"name\":\"見本 太郎\",\"company\":\"見本株式会社\",\"work\":\"保守\",\"from\":\"2026-04-01\",\"until\":\"2027-03-31\"}}", person));
	CHECK_RC(try(c, "administrator", "{\"id\":\"person\",\"values\":{\"number\":\"P-2\",\"name\":\"見本 次郎\",\"company\":\"よその会社\",\"work\":\"保守\",\"from\":\"2026-04-01\"}}", q), RC_SYNTAX);
	CHECK_RC(try(c, "administrator", "{\"id\":\"person\",\"values\":{\"number\":\"P-2\",\"name\":\"見本 次郎\",\"company\":\"見本株式会社\",\"work\":\"保守\",\"from\":\"2026-04-01\",\"until\":\"2026-03-31\"}}", q), RC_SYNTAX);
	/* two people of one name are two people, and a reader is told */
	CHECK_OK(try(c, "client-officer", "{\"id\":\"person\",\"values\":{\"number\":\"P-2\",\"name\":\"見本　太郎\",\"company\":\"見本株式会社\",\"work\":\"担当\",\"from\":\"2028-02-29\"}}", q));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", person);
	CHECK_OK(core_ask(c, ACT_REGISTER_ROW, "administrator", q, &a));
	CHECK_INT(json_array_size(json_object_get(a, "warnings")), 1);
	CHECK(strcmp(text_of(a, "values", "company"), company) == 0);
	json_decref(a);
	/* an end is put off by a renewal alone */
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"values\":{\"until\":\"2028-03-31\"}}", person);
	CHECK_RC(core_ask(c, ACT_REGISTER_CHANGE, "administrator", q, &a), RC_SYNTAX);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"values\":{\"until\":\"2026-12-31\"}}", person);
	CHECK_OK(core_ask(c, ACT_REGISTER_CHANGE, "administrator", q, &a));
	json_decref(a);
	CHECK_RC(try(c, "administrator", "{\"id\":\"subcontract\",\"values\":{\"company\":\"見本株式会社\",\"scope\":\"業務の全部\",\"reason\":\"x\",\"measures\":\"x\",\"from\":\"2026-04-01\",\"until\":\"2027-03-31\"}}", q), RC_SYNTAX);
	CHECK_RC(try(c, "administrator", "{\"id\":\"subcontract-consent\",\"values\":{\"request\":\"x\",\"decision\":\"yes\",\"on\":\"2026-04-01\"}}", q), RC_SYNTAX);
	core_down(c);
}

CASE(what_names_rows_is_told_again_by_the_ledger)
{
	struct core *c = core_up(true);
	char id[40], path[128];
	const struct row *r;

	CHECK_OK(try(c, "administrator", "{\"id\":\"company\",\"values\":{\"name\":\"見本株式会社\",\"kind\":\"contractor\"}}", path));
	CHECK_OK(try(c, "administrator", "{\"id\":\"person\",\"values\":{\"number\":\"P-1\",\"name\":\"見本 太郎\",\"company\":\"見本株式会社\",\"work\":\"保守\",\"from\":\"2026-04-01\"}}", id));
	(void)snprintf(path, sizeof(path), "%s", c->state_path);
	core_down(c);
	for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end; end++) {
		char junk[140];

		(void)snprintf(junk, sizeof(junk), "%s%s", path, *end);
		unlink(junk);
	}
	c = core_up(false);
	CHECK_OK(index_follow(c));
	r = register_row(c, str_of(id));
	CHECK(r != NULL && register_row(c, str_of(json_string_value(json_object_get(r->values, "company")))) != NULL);
	core_down(c);
}

CASE(an_export_of_the_ledger_is_not_one_page)
{
	struct core *c = core_up(true);
	char id[40];
	json_t *a = NULL;

	for (int i = 0; i < 40; i++) {
		char arguments[256];

		(void)snprintf(arguments, sizeof(arguments), "{\"id\":\"endpoint\",\"values\":{\"name\":\"窓口%d\",\"host_name\":\"www.example.jp\",\"address\":\"192.0.2.1\",\"port\":\"%d\",\"kind\":\"https\"}}", i, 1000 + i);
		declare(c, "administrator", arguments, id);
	}
	CHECK_OK(core_ask(c, ACT_LEDGER_SHOW, "client-auditor", "{}", &a));
	CHECK_INT(json_array_size(json_object_get(a, "rows")), 50);
	CHECK(json_is_integer(json_object_get(a, "next")));
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_LEDGER_SHOW, "client-auditor", "{\"export\":\"csv\"}", &a));
	CHECK(json_array_size(json_object_get(a, "rows")) >= 80);
	CHECK(json_is_null(json_object_get(a, "next")));
	json_decref(a);
	core_down(c);
}

TEST_MAIN
