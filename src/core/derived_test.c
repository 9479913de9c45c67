// SPDX-License-Identifier: Apache-2.0
/* Controls that judge what others found, what a look remembers, and a look whose subject ends under it. */
#include "core/core_fake.h"

#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "base/time_text.h"
#include "control/look_remote.h"

/* ---- three controls: one that sees, one that judges what it saw, one about what people declare ---- */

static enum verdict seen = VERDICT_PASS;
static bool blind;
static _Atomic bool hold, held_up; /* a look about an endpoint waits while it is held */

static void
judge_seen(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	(void)p;
	(void)now_us;
	finding_set(ret, (enum verdict)fact_n(f, 1, "verdict", VERDICT_UNKNOWN), MSG_CONTROL_NEVER_LOOKED);
	finding_int(ret, "looks", fact_n(f, 2, "looks", -1));
}

/* Counts its looks in a fact of its own. */
static void
recall_seen(struct facts *now, const struct facts *before, int64_t now_us)
{
	(void)now_us;
	fact_int(now, 2, "looks", before ? fact_n(before, 2, "looks", 100) + 1 : 1);
}

static void
judge_derived(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct str word = fact_s(f, 0, "member.seismic");

	(void)p;
	(void)now_us;
	finding_set(ret, str_eq(word, STR("pass")) ? VERDICT_PASS : str_eq(word, STR("fail")) ? VERDICT_FAIL : VERDICT_UNKNOWN, MSG_CONTROL_NEVER_LOOKED);
	finding_text(ret, "member", word);
	finding_text(ret, "absent", fact_s(f, 0, "member.no_such_control"));
	finding_int(ret, "fact", fact_n(f, 1, "verdict", -1));
	finding_text(ret, "declared_then", fact_s(f, 1, "endpoint.name"));
}

static const char *const members[] = { "seismic", "no-such-control", NULL };
static const struct control first = { .id = "seismic", .subject = SUBJECT_CONTRACT, .every_s = 60, .timeout_ms = 1000, .judge = judge_seen, .recall = recall_seen };
static const struct control derived = { .id = "area-management", .subject = SUBJECT_CONTRACT, .by = LOOK_BY_CORE, .every_s = 60, .timeout_ms = 1000, .judge = judge_derived, .members = members, .facts_of = "seismic" };
static const struct control of_endpoint = { .id = "hsts", .subject = SUBJECT_ENDPOINT, .every_s = 60, .timeout_ms = 20000, .judge = judge_seen };
const struct control *const controls[] = { &first, &derived, &of_endpoint, NULL };

enum rc
look_control(struct proc *p, const struct control *control, const struct subject *s, struct facts *f)
{
	(void)p;
	(void)s;
	fake.looks++;
	if (control == &of_endpoint) {
		for (held_up = hold; hold;)
			usleep(1000);
	} else if (blind) {
		return FAIL(RC_TIMEOUT, "no answer in time");
	}
	fact_int(f, 1, "verdict", seen);
	fact_text(f, 1, "endpoint.name", STR("窓口")); /* as what was declared stands behind a look */
	return RC_OK;
}

/* ---- helpers ---------------------------------------------------------------------------------------- */

static int64_t
argument(const struct core *c, const char *control, const char *name, char *text, size_t size)
{
	const struct held *h = held_find(c, control, "contract", "");
	json_t *message = h && h->message ? json_loads(h->message, 0, NULL) : NULL, *value = json_object_get(json_object_get(message, "args"), name);
	int64_t n = json_is_integer(value) ? json_integer_value(value) : -2;

	if (text)
		(void)snprintf(text, size, "%s", json_is_string(value) ? json_string_value(value) : "(none)");
	json_decref(message);
	return n;
}

static void
run(struct core *c, const char *control)
{
	CHECK_OK(schedule_run(c, str_of(control), core_now_us() + 10 * SECOND_US));
}

static void
check_derived(struct core *c, enum verdict verdict, const char *member, int64_t fact)
{
	char word[32];

	run(c, "area-management");
	CHECK_INT(held_find(c, "area-management", "contract", "")->verdict, verdict);
	(void)argument(c, "area-management", "member", word, sizeof(word));
	CHECK(strcmp(word, member) == 0);
	CHECK_INT(argument(c, "area-management", "fact", NULL, 0), fact);
}

/* ---- cases ------------------------------------------------------------------------------------------ */

CASE(it_judges_the_newest_of_its_members_and_the_facts_of_one)
{
	struct core *c = core_up(true);
	char word[32];

	check_derived(c, VERDICT_UNKNOWN, "unknown", -1); /* nobody looked yet */
	run(c, "seismic");
	check_derived(c, VERDICT_PASS, "pass", VERDICT_PASS);
	(void)argument(c, "area-management", "absent", word, sizeof(word));
	CHECK(strcmp(word, "none") == 0); /* a member that is not written is nothing */
	(void)argument(c, "area-management", "declared_then", word, sizeof(word));
	CHECK(word[0] == '\0'); /* what was declared then may have ended: not handed on */
	seen = VERDICT_FAIL;
	run(c, "seismic");
	check_derived(c, VERDICT_FAIL, "fail", VERDICT_FAIL);
	seen = VERDICT_NOT_APPLICABLE;
	run(c, "seismic");
	check_derived(c, VERDICT_UNKNOWN, "none", VERDICT_NOT_APPLICABLE);
	seen = VERDICT_PASS;
	core_down(c);
}

CASE(a_member_that_ran_out_says_nothing)
{
	struct core *c = core_up(true);
	struct held *h;

	run(c, "seismic");
	h = held_find(c, "seismic", "contract", "");
	h->valid_until_us = core_now_us() - SECOND_US;
	h->turn.next_us = core_now_us() + HOUR_US;
	check_derived(c, VERDICT_UNKNOWN, "unknown", VERDICT_PASS);
	h = held_find(c, "seismic", "contract", "");
	h->confirm_at_us = core_now_us(); /* looked at again, the same: its confirmation is on the way */
	check_derived(c, VERDICT_PASS, "pass", VERDICT_PASS);
	core_down(c);
}

CASE(all_at_once_it_waits_for_its_members)
{
	struct core *c = core_up(true);

	CHECK_OK(schedule_run(c, STR_NONE, core_now_us() + 10 * SECOND_US));
	run(c, "area-management");
	CHECK_INT(held_find(c, "area-management", "contract", "")->verdict, VERDICT_PASS);
	core_down(c);
}

CASE(what_a_look_remembers_outlives_one_that_failed_and_a_restart)
{
	struct core *c = core_up(true);

	run(c, "seismic");
	CHECK_INT(argument(c, "seismic", "looks", NULL, 0), 1); /* nothing before */
	run(c, "seismic");
	CHECK_INT(argument(c, "seismic", "looks", NULL, 0), 2);
	blind = true;
	run(c, "seismic");
	CHECK_INT(held_find(c, "seismic", "contract", "")->verdict, VERDICT_UNKNOWN);
	core_down(c);
	c = core_up(false);
	blind = false;
	run(c, "seismic");
	CHECK_INT(held_find(c, "seismic", "contract", "")->verdict, VERDICT_PASS);
	CHECK_INT(argument(c, "seismic", "looks", NULL, 0), 3);
	core_down(c);
}

/* ---- a subject that ends while it is looked at -------------------------------------------------------- */

static enum rc
ask(struct core *c, enum act act, const char *arguments, char id[40])
{
	struct act_request q = { act, { STR("administrator"), STR("192.0.2.7"), DOOR_LOCAL, 0 }, str_of(arguments) };
	struct buf b = BUF(1 << 20);
	enum rc rc = act_do(c, &q, &b);
	json_t *o = rc == RC_OK ? json_loadb(b.p, b.n, 0, NULL) : NULL;

	if (json_is_string(json_object_get(o, "id")))
		(void)snprintf(id, 40, "%s", json_string_value(json_object_get(o, "id")));
	json_decref(o);
	buf_free(&b);
	return rc;
}

static int64_t
count(struct core *c, const char *what, const char *subject)
{
	struct query *q = NULL;
	bool row = false;
	int64_t n = -1;

	CHECK_OK(db_query(c->db, what, &q));
	CHECK_OK(db_put_text(q, 1, str_of(subject)));
	CHECK_OK(db_step(q, &row));
	n = row ? db_int(q, 0) : -1;
	db_done(q);
	return n;
}

static void *
look_thread(void *arg)
{
	(void)look_do(arg, &of_endpoint, held_find(arg, "hsts", "endpoint:none", "") ? "endpoint:none" : ((struct core *)arg)->held[held_range(arg, STR("hsts"), &(size_t){ 0 })].subject);
	return NULL;
}

static size_t
leaves(enum leaf_type type, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < fake.count; i++)
		n += fake.entries[i].leaf.type == type && str_eq_c(fake.entries[i].leaf.name, name);
	return n;
}

CASE(a_look_under_way_when_its_row_ends_leaves_no_finding)
{
	struct core *c = core_up(true);
	char id[40] = "", q[80], subject[NAME_BYTES_MAX + 1];
	pthread_t thread;

	CHECK_OK(ask(c, ACT_REGISTER_ADD, "{\"id\":\"endpoint\",\"values\":{\"name\":\"a\",\"host_name\":\"a.example.jp\",\"address\":\"192.0.2.1\",\"port\":\"443\",\"kind\":\"https\"}}", id));
	(void)snprintf(subject, sizeof(subject), "%s", c->held[held_range(c, STR("hsts"), &(size_t){ 0 })].subject);
	CHECK(strncmp(subject, "endpoint:", 9) == 0 && strcmp(subject, "endpoint:none") != 0);
	hold = true;
	CHECK_INT(pthread_create(&thread, NULL, look_thread, c), 0);
	while (!held_up)
		usleep(1000);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	CHECK_OK(ask(c, ACT_REGISTER_END, q, id));
	hold = false;
	pthread_join(thread, NULL);
	CHECK(held_find(c, "hsts", subject, "") == NULL);
	CHECK_INT(leaves(LEAF_FINDING, "hsts"), 0);
	CHECK_INT(count(c, "select count(*) from held where subject = $1", subject), 0);
	CHECK_INT(count(c, "select count(*) from verdict_change where subject = $1", subject), 0);
	core_down(c);
}

CASE(a_finding_saved_as_its_row_ends_is_forgotten_and_the_end_stands)
{
	struct core *c = core_up(true);
	char id[40] = "", q[80], subject[NAME_BYTES_MAX + 1];
	struct held *h;

	CHECK_OK(ask(c, ACT_REGISTER_ADD, "{\"id\":\"endpoint\",\"values\":{\"name\":\"a\",\"host_name\":\"a.example.jp\",\"address\":\"192.0.2.1\",\"port\":\"443\",\"kind\":\"https\"}}", id));
	(void)snprintf(subject, sizeof(subject), "%s", c->held[held_range(c, STR("hsts"), &(size_t){ 0 })].subject);
	CHECK(look_do(c, &of_endpoint, subject));
	CHECK_INT(count(c, "select count(*) from verdict_change where subject = $1", subject), 1);
	h = held_find(c, "hsts", subject, "");
	h->index = 123456;
	h->at_us = core_now_us() + HOUR_US; /* a moment behind the end */
	CHECK_OK(state_save_held(c, h, true));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	CHECK_OK(ask(c, ACT_REGISTER_END, q, id));
	CHECK_INT(count(c, "select count(*) from held where subject = $1", subject), 0);
	CHECK_INT(count(c, "select verdict from verdict_change where subject = $1 order by from_us desc limit 1", subject), VERDICT_NOT_APPLICABLE);
	h = &(struct held){ .control = "hsts", .verdict = VERDICT_FAIL, .at_us = 5, .index = 77, .message = (char *)(uintptr_t)"{}", .facts = (char *)(uintptr_t)"[]" };
	(void)snprintf(h->subject, sizeof(h->subject), "%s", subject);
	CHECK_OK(state_save_held(c, h, true));
	CHECK_OK(state_forget(c, 77));
	CHECK_INT(count(c, "select count(*) from held where subject = $1", subject), 0);
	CHECK_INT(count(c, "select count(*) from verdict_change where subject = $1 and leaf = 77", subject), 0);
	core_down(c);
}

TEST_MAIN
