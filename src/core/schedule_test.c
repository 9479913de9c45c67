// SPDX-License-Identifier: Apache-2.0
/* Five hundred subjects of one control: places, rounds, back-off, and what is written of it. */
#include "core/core_fake.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "base/time_text.h"
#include "os/file.h"

#define CROWD 500

static char folder[] = "/tmp/schedule-test-XXXXXX";

static void
copy(int from, int to, const char *path, const char *find, const char *put)
{
	struct buf text = BUF(4 << 20), out = BUF(4 << 20);
	const char *at;

	CHECK_OK(file_read(from, path, 4 << 20, &text));
	at = find ? strstr(buf_cstr(&text), find) : NULL;
	CHECK(find == NULL || at != NULL);
	if (at) {
		CHECK_OK(buf_add(&out, (struct str){ text.p, (size_t)(at - text.p) }));
		CHECK_OK(buf_add_c(&out, put));
		CHECK_OK(buf_add_c(&out, at + strlen(find)));
	}
	CHECK_OK(file_write(to, path, at ? buf_str(&out) : buf_str(&text), 0600));
	buf_free(&text);
	buf_free(&out);
}

/* The shipped catalogue, but "seismic" is about endpoints, of which there are five hundred. */
static struct core *
crowd_up(bool fresh)
{
	int from = open("catalogue", O_RDONLY | O_DIRECTORY | O_CLOEXEC), to;
	struct core *c;

	if (mkdtemp(folder) != NULL) {
		struct buf text = BUF(4 << 20), find = BUF(4096);
		const char *at, *end;

		to = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		CHECK_OK(file_mkdir(to, "contracts", 0700));
		CHECK_OK(file_read(from, "controls.yaml", 4 << 20, &text));
		at = strstr(buf_cstr(&text), "- id: seismic");
		end = strstr(at, "subject: contract");
		CHECK_OK(buf_add(&find, (struct str){ at, (size_t)(end - at) + 17 }));
		{
			char *put = strdup(buf_cstr(&find));

			put = realloc(put, find.n + 16);
			memcpy(put + find.n - 8, "endpoint", sizeof("endpoint")); /* as long as "contract" */
			copy(from, to, "controls.yaml", buf_cstr(&find), put);
			free(put);
		}
		copy(from, to, "registers.yaml", NULL, NULL);
		copy(from, to, "papers.yaml", NULL, NULL);
		copy(from, to, "contracts/01-sapporo.yaml", NULL, NULL);
		copy(from, to, "contracts/02-osaka.yaml", NULL, NULL);
		close(to);
		buf_free(&text);
		buf_free(&find);
	}
	close(from);
	fake.catalogue = folder;
	fake_first.subject = SUBJECT_ENDPOINT;
	fake_first.every_s = 3600;
	c = core_up(fresh);
	if (fresh) {
		CHECK_OK(db_begin(c->db));
		CHECK_OK(db_exec(c->db, "with recursive n(i) as (select 1 union all select i + 1 from n where i < 500) insert into register_row (id, version, register, name, row_values, since_us, who, actor, leaf)"
		    " select printf('%08x%024x', i * 2654435761 % 4294967296, i), 1, 'endpoint', printf('e%d', i), printf('{\"name\":\"e%d\",\"system\":\"s%d\"}', i, i % 10), 1, 'x', x'00', 0 from n"));
		CHECK_OK(db_commit(c->db));
		CHECK_OK(db_exec(c->db, "pragma synchronous = off"));
		CHECK_OK(register_load(c));
		CHECK_OK(schedule_refit(c));
	}
	return c;
}

static size_t
leaves(enum leaf_type type, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < fake.count; i++)
		n += fake.entries[i].leaf.type == type && str_eq_c(fake.entries[i].leaf.name, name);
	return n;
}

static json_t *
last_confirmed(struct core *c)
{
	struct buf json = BUF(1 << 20);
	json_t *o = NULL;

	for (size_t i = fake.count; i-- > 0 && o == NULL;)
		if (fake.entries[i].leaf.type == LEAF_CONFIRM && payload_read(c, &fake.entries[i], &json) == RC_OK)
			o = json_loadb(json.p, json.n, 0, NULL);
	buf_free(&json);
	return o;
}

CASE(five_hundred_subjects_are_looked_at_judged_and_named_in_few_bytes)
{
	struct core *c = crowd_up(true);
	int64_t began = core_now_us();
	json_t *named, *ranges;
	const struct held **list;

	CHECK_OK(schedule_run(c, STR("seismic"), began + 30 * SECOND_US));
	CHECK_INT(fake.looks, CROWD);
	CHECK_INT(leaves(LEAF_FINDING, "seismic"), CROWD);
	CHECK_INT(held_of(c, STR("seismic"), NULL, &list), CROWD);
	for (size_t i = 0; i < CROWD; i++)
		CHECK_INT(list[i]->verdict, VERDICT_PASS);
	free(list);
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 30 * SECOND_US));
	CHECK_INT(leaves(LEAF_FINDING, "seismic"), CROWD);
	CHECK_INT(leaves(LEAF_CONFIRM, "confirm"), 1);
	named = last_confirmed(c);
	ranges = json_object_get(json_object_get(named, "stand"), "seismic");
	CHECK_INT(json_array_size(ranges), 1);
	CHECK_INT(json_integer_value(json_array_get(json_array_get(ranges, 0), 2)), CROWD);
	json_decref(named);
	CHECK(core_now_us() - began < 20 * SECOND_US);
	core_down(c);
	c = crowd_up(false); /* what was confirmed is known after a restart */
	CHECK_INT(held_of(c, STR("seismic"), NULL, &list), CROWD);
	for (size_t i = 0; i < CROWD; i++)
		CHECK(list[i]->at_us > began && list[i]->valid_until_us > began + 3600 * SECOND_US);
	free(list);
	core_down(c);
}

CASE(one_that_is_not_confirmed_splits_the_range_and_one_that_changed_does_not)
{
	struct core *c = crowd_up(true);
	json_t *named, *ranges, *one;
	int64_t total = 0;
	const struct held **list;
	size_t i;

	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 30 * SECOND_US));
	core_lock(c);
	CHECK_INT(held_of(c, STR("seismic"), NULL, &list), CROWD);
	for (i = 0; i < CROWD; i++)
		((struct held *)(uintptr_t)list[i])->confirm_at_us = i == 100 || i == 101 || i == 300 ? 0 : core_now_us();
	free(list);
	core_unlock(c);
	CHECK_OK(confirm_now(c, core_now_us()));
	named = last_confirmed(c);
	ranges = json_object_get(json_object_get(named, "stand"), "seismic");
	CHECK(json_array_size(ranges) >= 3 && json_array_size(ranges) <= 4);
	json_array_foreach(ranges, i, one)
		total += json_integer_value(json_array_get(one, 2));
	CHECK_INT(total, CROWD - 3);
	json_decref(named);
	core_down(c);
}

static json_t *
asked(struct core *c, enum act act, const char *arguments)
{
	json_t *a = NULL;

	CHECK_OK(core_ask(c, act, "client-auditor", arguments, &a));
	return a;
}

CASE(lists_of_one_system_and_of_one_subject)
{
	struct core *c = crowd_up(true);
	json_t *all = asked(c, ACT_BOARD_SHOW, "{}"), *a, *choices;
	char arguments[128], subject[SUBJECT_ID_MAX + 1];
	size_t board = json_array_size(json_object_get(all, "rows")), some;

	choices = json_object_get(all, "choices");
	CHECK_INT(json_array_size(json_object_get(choices, "systems")), 10);
	CHECK(json_is_true(json_object_get(choices, "more")) && json_array_size(json_object_get(choices, "subjects")) == 0); /* five hundred are no choice */
	a = asked(c, ACT_BOARD_SHOW, "{\"system\":\"s3\"}");
	some = json_array_size(json_object_get(a, "rows"));
	CHECK(some > 0 && some < board);
	choices = json_object_get(a, "choices");
	CHECK_INT(json_array_size(json_object_get(choices, "subjects")), 50);
	(void)snprintf(subject, sizeof(subject), "%s", json_string_value(json_object_get(json_array_get(json_object_get(choices, "subjects"), 7), "id")));
	json_decref(a);
	json_decref(all);
	a = asked(c, ACT_CONTROL_LIST, "{\"system\":\"s3\"}"); /* nothing else of this catalogue is about endpoints and judges here */
	CHECK_INT(json_array_size(json_object_get(a, "rows")), 1);
	json_decref(a);
	(void)snprintf(arguments, sizeof(arguments), "{\"subject\":\"%s\"}", subject);
	a = asked(c, ACT_CONTROL_LIST, arguments);
	CHECK_INT(json_array_size(json_object_get(a, "rows")), 1);
	CHECK(strcmp(json_string_value(json_object_get(json_array_get(json_object_get(a, "rows"), 0), "subject")), subject) == 0);
	json_decref(a);
	(void)snprintf(arguments, sizeof(arguments), "{\"subject\":\"%s\",\"system\":\"s4\"}", subject);
	a = asked(c, ACT_BOARD_SHOW, arguments); /* of another system */
	CHECK_INT(json_array_size(json_object_get(a, "rows")), 0);
	json_decref(a);
	a = asked(c, ACT_BOARD_SHOW, "{\"subject\":\"nonsense\"}");
	CHECK_INT(json_array_size(json_object_get(a, "rows")), 0);
	json_decref(a);
	core_down(c);
}

CASE(who_hangs_takes_a_few_places_and_not_the_rest)
{
	struct core *c = crowd_up(true);
	int64_t began = core_now_us();

	fake.look[0].sleep_ms = 300;
	CHECK_OK(schedule_run(c, STR("seismic"), began + SECOND_US / 10)); /* all five hundred hang now */
	CHECK_OK(schedule_run(c, STR("area-management"), began + 5 * SECOND_US));
	CHECK(core_now_us() - began < SECOND_US);
	CHECK(fake.looks <= 12);
	fake.look[0].sleep_ms = 0;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 30 * SECOND_US));
	CHECK_INT(leaves(LEAF_FINDING, "seismic"), CROWD);
	CHECK_INT(c->looks_running, 0);
	for (int i = 0; i < 100 && c->look_threads; i++)
		usleep(10000);
	CHECK_INT(c->look_threads, 0);
	core_down(c);
}

CASE(what_cannot_be_looked_at_is_tried_less_often_and_never_runs_out_for_it)
{
	struct core *c = crowd_up(true);
	struct held *h;

	fake.look[0].fails = true;
	for (int i = 0; i < 4; i++)
		CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 30 * SECOND_US));
	core_lock(c);
	h = (struct held *)(uintptr_t)&c->held[0];
	while (strcmp(h->control, "seismic") != 0)
		h++;
	CHECK_INT(h->turn.failures, 3);
	CHECK_INT(h->verdict, VERDICT_UNKNOWN);
	CHECK(h->turn.next_us > core_now_us() + 1800 * SECOND_US);          /* not the next turn */
	CHECK(h->turn.next_us <= h->at_us + 3600 * SECOND_US + 60 * SECOND_US);
	CHECK(h->valid_until_us >= h->turn.next_us + 3600 * SECOND_US);
	core_unlock(c);
	fake.look[0].fails = false;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 30 * SECOND_US));
	CHECK_INT(h->turn.failures, 0);
	CHECK_INT(held_valid_until(h, 0), 3600 * SECOND_US);
	core_down(c);
}

/* A machine whose clock was years ahead when it started: once it is set right, what was seen then is looked at again at once. */
CASE(a_clock_set_back_does_not_stop_the_looks)
{
	int64_t now_us = time_of_civil((struct civil){ 2026, 2, 28, 23, 59, 59 });
	struct held h = { .control = "ups", .subject = "power:1", .every_s = 3600 };

	for (unsigned failures = 0; failures < 5; failures++) {
		h.turn.next_us = schedule_next(&h, now_us, failures);
		CHECK(!schedule_is_due(&h, now_us));
		CHECK(schedule_is_due(&h, h.turn.next_us));
		h.turn.next_us = schedule_next(&h, now_us + 1000 * DAY_US, failures);
		CHECK(schedule_is_due(&h, now_us));
	}
}

CASE(turns_of_one_period_spread_and_leave_room_to_confirm)
{
	int64_t year_end = time_of_civil((struct civil){ 2026, 12, 31, 23, 59, 59 });
	int buckets[10] = { 0 };

	for (int i = 0; i < 1000; i++) {
		struct held h = { .every_s = 3600 };
		int64_t next, after;

		(void)snprintf(h.control, sizeof(h.control), "c%d", i % 20); /* short */
		(void)snprintf(h.subject, sizeof(h.subject), "endpoint:%d", i);
		next = schedule_next(&h, year_end, 0);
		CHECK(next > year_end && next <= year_end + 1800 * SECOND_US);
		after = schedule_next(&h, next, 0);
		CHECK_INT(after - next, 1800 * SECOND_US);
		CHECK_INT(schedule_next(&h, next, 3) - next, 3600 * SECOND_US);
		CHECK(confirm_wait_us(3600) + (after - next) < 3600 * SECOND_US);
		buckets[next / SECOND_US % 1800 * 10 / 900 % 10]++;
	}
	for (int i = 0; i < 10; i++)
		CHECK(buckets[i] > 50 && buckets[i] < 150);
}

CASE(nothing_is_left_behind)
{
	static const char *const names[] = { "controls.yaml", "registers.yaml", "papers.yaml", "contracts/01-sapporo.yaml", "contracts/02-osaka.yaml", "contracts", "" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]); /* short */
		CHECK_INT(remove(path), 0);
	}
}

TEST_MAIN
