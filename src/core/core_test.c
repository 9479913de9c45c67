// SPDX-License-Identifier: Apache-2.0
#include "core/core_fake.h"

#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "base/time_text.h"

static size_t
leaves(enum leaf_type type, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < fake.count; i++)
		n += fake.entries[i].leaf.type == type && (name == NULL || str_eq_c(fake.entries[i].leaf.name, name));
	return n;
}

static const struct held *
held(struct core *c, const char *control)
{
	const struct held **list, *ret;

	ret = held_of(c, str_of(control), NULL, &list) ? list[0] : NULL;
	free(list);
	return ret;
}

CASE(a_finding_becomes_a_leaf_and_changes_its_clause)
{
	struct core *c = core_up(true);

	statuses_update(c);
	CHECK_INT(leaves(LEAF_VERDICT, NULL), 60);
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	CHECK_INT(leaves(LEAF_FINDING, "seismic"), 1);
	CHECK_INT(leaves(LEAF_VERDICT, "S-6-5"), 2);
	CHECK_INT(held(c, "seismic")->verdict, VERDICT_PASS);
	CHECK_RC(schedule_run(c, STR("no-such-control"), core_now_us()), RC_NOTFOUND);
	core_down(c);
}

CASE(what_stands_is_confirmed_and_only_then_lives_longer)
{
	struct core *c = core_up(true);
	int64_t until;

	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	until = held(c, "seismic")->valid_until_us;
	fake.disk_full = true;
	CHECK_RC(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US), RC_LIMIT);
	CHECK_INT(held(c, "seismic")->valid_until_us, until);
	fake.disk_full = false;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	CHECK_INT(leaves(LEAF_FINDING, "seismic"), 1);
	CHECK_INT(leaves(LEAF_CONFIRM, NULL), 1);
	CHECK(held(c, "seismic")->valid_until_us > until);
	core_down(c);
}

CASE(what_had_run_out_is_confirmed_within_seconds)
{
	struct core *c = core_up(true);
	struct held *h;

	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	h = held_find(c, "seismic", "contract", "");
	h->valid_until_us = core_now_us() - SECOND_US;
	CHECK(look_do(c, &fake_first, "contract"));
	CHECK_OK(confirm_due(c, core_now_us() + SECOND_US));
	CHECK(h->confirm_at_us != 0); /* others of its round may still come */
	CHECK_OK(confirm_due(c, core_now_us() + 3 * SECOND_US));
	CHECK(h->confirm_at_us == 0 && h->valid_until_us > core_now_us());
	CHECK(look_do(c, &fake_first, "contract"));
	CHECK_OK(confirm_due(c, core_now_us() + 3 * SECOND_US));
	CHECK(h->confirm_at_us != 0); /* what is still good waits for its whole round */
	core_down(c);
}

CASE(what_stands_shows_the_numbers_of_its_last_confirmed_look)
{
	struct core *c = core_up(true);
	char *first, *newest;

	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	first = strdup(held(c, "seismic")->message);
	fake.disk_full = true;
	CHECK_RC(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US), RC_LIMIT);
	CHECK(strcmp(held(c, "seismic")->message, first) == 0);
	fake.disk_full = false;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	newest = strdup(held(c, "seismic")->message);
	CHECK(strcmp(newest, first) != 0);
	CHECK(held(c, "seismic")->newest == NULL);
	CHECK_INT(leaves(LEAF_FINDING, "seismic"), 1);
	core_down(c);

	c = core_up(false);
	CHECK(strcmp(held(c, "seismic")->message, newest) == 0);
	free(first);
	free(newest);
	core_down(c);
}

CASE(a_look_that_fails_is_unknown_and_says_why)
{
	struct core *c = core_up(true);
	json_t *page;

	fake.look[0].fails = true;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	CHECK_INT(held(c, "seismic")->verdict, VERDICT_UNKNOWN);
	CHECK_OK(core_ask(c, ACT_CONTROL_SHOW, "operator", "{\"id\":\"seismic\",\"lang\":\"en\"}", &page));
	CHECK(strstr(json_string_value(json_object_get(page, "message")), "no answer in time") != NULL);
	json_decref(page);
	core_down(c);
}

CASE(a_look_that_hangs_delays_no_other)
{
	struct core *c = core_up(true);
	int64_t began = core_now_us();

	fake.look[0].sleep_ms = 1500;
	CHECK_RC(schedule_run(c, STR("seismic"), began + SECOND_US / 10), RC_OK); /* gave up waiting; the look goes on */
	CHECK_OK(schedule_run(c, STR("area-management"), began + 5 * SECOND_US));
	CHECK(core_now_us() - began < SECOND_US);
	CHECK_INT(held(c, "area-management")->verdict, VERDICT_PASS);
	CHECK_INT(held(c, "seismic")->at_us, 0);
	usleep(2000000);
	CHECK_INT(held(c, "seismic")->verdict, VERDICT_PASS);
	core_down(c);
}

/*= S-3-5 type=test */
CASE(an_act_that_cannot_be_recorded_does_not_happen)
{
	struct core *c = core_up(true);
	json_t *answer;

	fake.disk_full = true;
	CHECK_RC(core_ask(c, ACT_ACCOUNT_ADD, "administrator", "{\"name\":\"a\",\"display\":\"見本\",\"role\":\"operator\"}", &answer), RC_LIMIT);
	CHECK_INT(fake.accounts_added, 0);
	fake.disk_full = false;
	CHECK_OK(core_ask(c, ACT_ACCOUNT_ADD, "administrator", "{\"name\":\"a\",\"display\":\"見本\",\"role\":\"operator\"}", &answer));
	CHECK_INT(fake.accounts_added, 1);
	CHECK_INT(leaves(LEAF_ACT_BEGIN, "account-add"), 1);
	CHECK_INT(leaves(LEAF_ACT_OUTCOME, "account-add"), 1);
	CHECK_INT(fake.entries[fake.count - 1].leaf.begin, fake.count - 2);
	json_decref(answer);
	core_down(c);
}

CASE(a_role_that_may_not_is_refused_and_recorded)
{
	struct core *c = core_up(true);
	json_t *answer;

	CHECK_RC(core_ask(c, ACT_ACCOUNT_ADD, "client-auditor", "{}", &answer), RC_DENIED);
	CHECK_INT(fake.accounts_added, 0);
	CHECK_INT(leaves(LEAF_ACT_OUTCOME, "account-add"), 1);
	CHECK_INT(fake.entries[1].leaf.verdict, OUTCOME_REFUSED); /* an outcome has a begin, also of what was never begun */
	CHECK_RC(core_ask(c, ACT_BOARD_SHOW, "nobody", "{}", &answer), RC_DENIED);
	CHECK_RC(core_ask(c, ACT_BOARD_SHOW, "operator", "[]", &answer), RC_SYNTAX);
	CHECK_RC(core_ask(c, ACT_CLAUSE_SHOW, "operator", "{\"id\":\"S-99\"}", &answer), RC_NOTFOUND);
	core_down(c);
}

CASE(the_board_has_sixty_rows_in_both_languages)
{
	struct core *c = core_up(true);
	json_t *ja, *en;

	statuses_update(c);
	CHECK_OK(core_ask(c, ACT_BOARD_SHOW, "client-officer", "{}", &ja));
	CHECK_OK(core_ask(c, ACT_BOARD_SHOW, "client-officer", "{\"lang\":\"en\"}", &en));
	CHECK_INT(json_array_size(json_object_get(ja, "rows")), 60);
	CHECK_INT(json_array_size(json_object_get(ja, "contracts")), 2);
	CHECK(strcmp(json_string_value(json_object_get(json_array_get(json_object_get(ja, "rows"), 0), "title")),
	          json_string_value(json_object_get(json_array_get(json_object_get(en, "rows"), 0), "title"))) != 0);
	json_decref(ja);
	json_decref(en);
	core_down(c);
}

/*= S-3-5 type=test */
CASE(who_did_what_when_is_found)
{
	struct core *c = core_up(true);
	json_t *a;

	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	CHECK_OK(core_ask(c, ACT_CONTROL_RUN, "administrator", "{\"id\":\"area-management\"}", &a));
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_LEDGER_SHOW, "client-auditor", "{\"q\":\"administrator\"}", &a)); /* who */
	CHECK_INT(json_integer_value(json_object_get(a, "total")), 2);
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_LEDGER_SHOW, "client-auditor", "{\"q\":\"seismic\",\"type\":\"finding\"}", &a)); /* what */
	CHECK_INT(json_integer_value(json_object_get(a, "total")), 1);
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_LEDGER_SHOW, "client-auditor", "{\"to\":1}", &a)); /* when */
	CHECK_INT(json_integer_value(json_object_get(a, "total")), 0);
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_LEDGER_SHOW, "client-auditor", "{\"q\":\"100%_\"}", &a)); /* taken literally */
	CHECK_INT(json_integer_value(json_object_get(a, "total")), 0);
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_ENTRY_SHOW, "client-auditor", "{\"index\":\"0\"}", &a));
	CHECK(json_is_object(json_object_get(a, "payload")));
	json_decref(a);
	CHECK_RC(core_ask(c, ACT_ENTRY_SHOW, "client-auditor", "{\"index\":\"4000\"}", &a), RC_NOTFOUND);
	CHECK_RC(core_ask(c, ACT_ENTRY_SHOW, "client-auditor", "{\"index\":\"x\"}", &a), RC_SYNTAX);
	core_down(c);
}

CASE(a_restart_forgets_nothing)
{
	struct core *c = core_up(true);
	int64_t since, status_since = 0;

	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	since = held(c, "seismic")->since_us;
	for (size_t i = 0; i < c->clauses_count; i++)
		if (strcmp(c->clauses[i].id, "S-6-5") == 0)
			status_since = c->clauses[i].since_us;
	core_down(c);
	c = core_up(false);
	CHECK_INT(held(c, "seismic")->verdict, VERDICT_PASS);
	CHECK_INT(held(c, "seismic")->since_us, since);
	for (size_t i = 0; i < c->clauses_count; i++)
		if (strcmp(c->clauses[i].id, "S-6-5") == 0)
			CHECK_INT(c->clauses[i].since_us, status_since);
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	CHECK_INT(leaves(LEAF_FINDING, "seismic"), 1);
	core_down(c);
}

static void
check_interval(const struct interval *i, int64_t from_us, enum status status)
{
	CHECK_INT(i->from_us, from_us);
	CHECK_INT(i->status, status);
}

CASE(what_ran_out_while_nobody_looked_is_unknown_from_then_on)
{
	struct core *c = core_up(true);
	struct interval list[8];
	struct held *h, other;
	json_t *strip;
	int64_t until, now_us = core_now_us();
	size_t n;

	CHECK_OK(schedule_run(c, STR("seismic"), now_us + 5 * SECOND_US));
	CHECK_OK(state_save_status(c, "S-6-5", STATUS_PASS, now_us - 9 * HOUR_US, 1));
	core_down(c);
	c = core_up(false); /* it stopped three hours ago, and the finding was good for an hour */
	h = (struct held *)(uintptr_t)held(c, "seismic");
	h->at_us = now_us - 3 * HOUR_US;
	h->valid_until_us = until = now_us - 2 * HOUR_US;
	for (size_t i = 0; i < c->clauses_count; i++)
		if (strcmp(c->clauses[i].id, "S-6-5") == 0)
			c->clauses[i].since_us = now_us - 9 * HOUR_US;
	statuses_lapse(c);
	n = state_intervals(c, "S-6-5", now_us - 8 * HOUR_US, now_us - HOUR_US, list, 8);
	CHECK_INT(n, 2);
	check_interval(&list[0], now_us - 8 * HOUR_US, STATUS_PASS);
	check_interval(&list[1], until, STATUS_UNKNOWN);
	n = state_intervals(c, "S-6-5", now_us - 8 * HOUR_US, now_us - HOUR_US, list, 1); /* no room: the newest */
	CHECK_INT(n, 1);
	check_interval(&list[0], until, STATUS_UNKNOWN);
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	n = leaves(LEAF_VERDICT, "S-6-5");
	strip = state_verdicts(c, "seismic", now_us - 8 * HOUR_US);
	CHECK_INT(json_array_size(strip), 2); /* unknown twice in a row is one stretch */
	CHECK(strcmp(json_string_value(json_object_get(json_array_get(strip, 0), "verdict")), "UNKNOWN") == 0);
	CHECK_INT(json_integer_value(json_object_get(json_array_get(strip, 0), "from")), until);
	CHECK(strcmp(json_string_value(json_object_get(json_array_get(strip, 1), "verdict")), "PASS") == 0);
	json_decref(strip);
	other = (struct held){ .control = "seismic", .subject = "station", .verdict = VERDICT_FAIL, .at_us = now_us + HOUR_US, .message = (char *)(uintptr_t)"{}", .facts = (char *)(uintptr_t)"[]" };
	CHECK_OK(state_save_held(c, &other, true));
	strip = state_verdicts(c, "seismic", now_us - 8 * HOUR_US); /* the worst of its subjects */
	CHECK(strcmp(json_string_value(json_object_get(json_array_get(strip, 2), "verdict")), "FAIL") == 0);
	json_decref(strip);
	strip = state_verdicts(c, "seismic", now_us + 2 * HOUR_US); /* what has stood since before still stands */
	CHECK_INT(json_array_size(strip), 1);
	CHECK_INT(json_integer_value(json_object_get(json_array_get(strip, 0), "from")), now_us + 2 * HOUR_US);
	CHECK(strcmp(json_string_value(json_object_get(json_array_get(strip, 0), "verdict")), "FAIL") == 0);
	json_decref(strip);
	statuses_update(c); /* nothing new: nothing recorded */
	CHECK_INT(leaves(LEAF_VERDICT, "S-6-5"), n);
	for (size_t i = 0; i < c->clauses_count; i++)
		if (strcmp(c->clauses[i].id, "S-6-5") == 0)
			CHECK_INT(c->clauses[i].status, STATUS_PASS);
	core_down(c);
}

CASE(a_declaration_turns_a_triggered_clause_and_needs_a_reason)
{
	struct core *c = core_up(true);
	json_t *a;

	statuses_update(c);
	CHECK_RC(core_ask(c, ACT_DECLARE_EVENT, "security-lead", "{\"id\":\"S-6-5\",\"happened\":false,\"text\":\"x\"}", &a), RC_SYNTAX);
	CHECK_RC(core_ask(c, ACT_DECLARE_EVENT, "security-lead", "{\"id\":\"S-9-3\",\"happened\":false,\"text\":\"\"}", &a), RC_SYNTAX);
	CHECK_RC(core_ask(c, ACT_DECLARE_EVENT, "operator", "{\"id\":\"S-9-3\",\"happened\":false,\"text\":\"x\"}", &a), RC_DENIED);
	CHECK_OK(core_ask(c, ACT_DECLARE_EVENT, "security-lead", "{\"id\":\"S-9-3\",\"happened\":false,\"text\":\"今月は該当する事故なし\"}", &a));
	CHECK(strcmp(json_string_value(json_object_get(a, "status")), "NO_EVENT") == 0);
	json_decref(a);
	CHECK(state_no_event(c, "S-9-3", core_now_us()));
	CHECK(!state_no_event(c, "S-9-3", month_range(core_now_us()).to_us)); /* it was about this month */
	CHECK(!state_no_event(c, "S-9-3", month_range(core_now_us()).from_us - 1));
	CHECK_RC(core_ask(c, ACT_DECLARE_EVENT, "security-lead", "{\"id\":\"S-3-6\",\"happened\":false,\"text\":\"x\"}", &a), RC_SYNTAX); /* yearly: it waits for no event */
	core_down(c);
}

/* A statement about the first control, from day to day; dates as people write them. */
static void
paper(struct core *c, const char *holds, const char *from, const char *until)
{
	struct query *q = NULL;
	struct buf values = BUF(1024);

	CHECK_OK(db_exec(c->db, "delete from register_row"));
	CHECK_OK(buf_addf(&values, "{\"control\":\"seismic\",\"subject\":\"contract\",\"holds\":\"%s\",\"by\":\"見本データセンター\",\"paper\":\"説明書 第3号\",\"effective_on\":\"%s\",\"until\":\"%s\"}", holds, from, until));
	CHECK_OK(db_query(c->db, "insert into register_row (id, version, register, name, row_values, since_us, who, actor, leaf) values ('01', 1, 'statement', 'seismic', $1, 1, 'x', x'00', 0)", &q));
	CHECK_OK(db_put_text(q, 1, buf_str(&values)));
	CHECK_OK(db_run(q));
	db_done(q);
	buf_free(&values);
	CHECK_OK(register_load(c));
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
}

static void
check_held(struct core *c, enum verdict verdict, enum route_kind route)
{
	CHECK_INT(held(c, "seismic")->verdict, verdict);
	CHECK_INT(held(c, "seismic")->route, route);
}

CASE(a_paper_speaks_where_the_station_cannot_see_and_never_against_a_fact)
{
	struct core *c = core_up(true);
	int64_t tomorrow = day_range(core_now_us()).to_us;
	char today[16];
	struct civil d = time_civil(core_now_us());
	json_t *page, *row;

	(void)snprintf(today, sizeof(today), "%04d-%02d-%02d", d.year % 10000, d.month % 100, d.day % 100); /* fits */
	fake.look[0].fails = true;
	paper(c, "yes", "2020-01-01", today); /* the last day counts */
	check_held(c, VERDICT_PASS, ROUTE_ATTESTED);
	CHECK(held(c, "seismic")->valid_until_us <= tomorrow);
	CHECK_OK(core_ask(c, ACT_CONTROL_SHOW, "operator", "{\"id\":\"seismic\",\"lang\":\"en\"}", &page));
	CHECK(strcmp(json_string_value(json_object_get(page, "route")), "attested") == 0);
	row = json_array_get(json_object_get(page, "subjects"), 0);
	CHECK(strcmp(json_string_value(json_object_get(row, "route")), "attested") == 0);
	CHECK(json_is_true(json_object_get(json_object_get(row, "statement"), "in_force")));
	CHECK(strstr(json_string_value(json_object_get(page, "message")), "The station has not seen it itself") != NULL);
	json_decref(page);
	CHECK_OK(core_ask(c, ACT_BOARD_SHOW, "operator", "{\"lang\":\"en\"}", &page));
	json_decref(page);
	core_down(c);
	c = core_up(false); /* and after a restart it speaks no longer than its date either */
	check_held(c, VERDICT_PASS, ROUTE_ATTESTED);
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	CHECK(held(c, "seismic")->valid_until_us <= tomorrow);
	paper(c, "yes", "2020-01-01", "2025-12-31");
	check_held(c, VERDICT_UNKNOWN, ROUTE_ATTESTED);
	paper(c, "yes", "2099-01-01", "2099-12-31"); /* not yet */
	check_held(c, VERDICT_UNKNOWN, ROUTE_ATTESTED);
	fake.look[0].fails = false;
	paper(c, "yes", "2020-01-01", today);
	check_held(c, VERDICT_PASS, ROUTE_ATTESTED); /* what the station sees now is named after the catalogue's own route */
	fake.look[0].verdict = VERDICT_FAIL;
	paper(c, "yes", "2020-01-01", today);
	CHECK_INT(held(c, "seismic")->verdict, VERDICT_FAIL);
	fake.look[0].verdict = VERDICT_PASS;
	paper(c, "no", "2020-01-01", today);
	check_held(c, VERDICT_FAIL, ROUTE_ATTESTED);
	CHECK(leaves(LEAF_FINDING, "seismic") >= 6);
	core_down(c);
}

static enum status
status_at(struct core *c, const char *clause, int64_t at_us)
{
	struct interval list[4];
	size_t n = state_intervals(c, clause, at_us, at_us + 1, list, 4);

	return n ? list[n - 1].status : STATUS_COUNT;
}

/* What clauses were worth, and what was declared, is told by the ledger alone; what rested on findings is unknown from its last entry on. */
CASE(a_lost_store_keeps_the_history_of_statuses)
{
	struct core *c = core_up(true);
	int64_t began_us = core_now_us(), passed_us, stopped_us;
	json_t *answer, *declared;

	fake.look[0].verdict = VERDICT_FAIL;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	fake.look[0].verdict = VERDICT_PASS;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	passed_us = core_now_us();
	CHECK_OK(core_ask(c, ACT_DECLARE_EVENT, "security-lead", "{\"id\":\"S-9-3\",\"happened\":false,\"text\":\"見本\"}", &answer));
	json_decref(answer);
	CHECK_INT(status_at(c, "S-6-5", passed_us), STATUS_PASS);
	stopped_us = core_now_us();
	usleep(20000);
	core_lose(c);
	c = core_up(false);
	c->started_at_us = core_now_us();
	CHECK_INT(status_at(c, "S-6-5", passed_us), STATUS_COUNT);
	CHECK_OK(index_follow(c));
	statuses_lost(c);
	CHECK_INT(status_at(c, "S-6-5", began_us - HOUR_US), STATUS_COUNT);
	CHECK_INT(status_at(c, "S-6-5", passed_us), STATUS_PASS);
	CHECK_INT(status_at(c, "S-6-5", core_now_us()), STATUS_UNKNOWN); /* nobody knows since the findings were lost */
	CHECK_INT(leaves(LEAF_VERDICT, "S-6-5"), 3);
	declared = state_declaration(c, "S-9-3");
	CHECK(json_is_object(declared) && json_is_false(json_object_get(declared, "happened")));
	json_decref(declared);
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	CHECK_INT(status_at(c, "S-6-5", core_now_us()), STATUS_PASS);
	CHECK(stopped_us >= passed_us);
	core_down(c);
}

/* What is too much is not judged, and says so; up to there everything is. */
CASE(a_look_at_very_much)
{
	static const struct { int more; size_t bytes; enum verdict want; const char *words; size_t kept; } cases[] = {
		{ 5000, 20, VERDICT_PASS, NULL, 5002 }, { FACTS_MAX, 20, VERDICT_UNKNOWN, "8192", 500 }, { 2000, 1000, VERDICT_UNKNOWN, "1 MB", 500 }, { 3, 20, VERDICT_PASS, NULL, 5 },
	};
	static char text[1001];
	struct core *c = core_up(true);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *answer, *shown;

		memset(text, 'x', sizeof(text));
		fake.look[0].verdict = VERDICT_PASS;
		fake.look[0].more = cases[i].more;
		fake.look[0].text = (struct str){ text, cases[i].bytes };
		CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
		CHECK_OK(core_ask(c, ACT_CONTROL_SHOW, "operator", "{\"id\":\"seismic\",\"lang\":\"en\"}", &answer));
		CHECK(strcmp(json_string_value(json_object_get(answer, "verdict")), cases[i].want == VERDICT_PASS ? "PASS" : "UNKNOWN") == 0);
		CHECK(cases[i].words == NULL || strstr(json_string_value(json_object_get(answer, "message")), cases[i].words));
		shown = json_object_get(answer, "facts");
		CHECK_INT(json_array_size(shown), cases[i].kept > 600 ? 600 : cases[i].kept + (cases[i].words != NULL)); /* "overflow" is one of them */
		json_decref(answer);
		CHECK_OK(core_ask(c, ACT_CONTROL_SHOW, "operator", "{\"id\":\"seismic\",\"page\":0}", &answer));
		CHECK_INT(json_array_size(json_object_get(answer, "facts")), cases[i].kept + (cases[i].words != NULL));
		json_decref(answer);
	}
	core_down(c);
}

TEST_MAIN
