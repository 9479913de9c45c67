// SPDX-License-Identifier: Apache-2.0
/* Papers: who may take which step, what they make of controls and until when, and the same from the ledger again. */
#include "core/paper_int.h"

#include <pthread.h>
#include <string.h>

#include "base/test.h"
#include "base/time_text.h"
#include "core/core_fake.h"

struct paper_seen { char id[40], state[16]; int64_t leaf, last; };

static void
seen(const json_t *a, struct paper_seen *ret)
{
	(void)snprintf(ret->id, sizeof(ret->id), "%s", core_text(a, "id"));
	(void)snprintf(ret->state, sizeof(ret->state), "%s", core_text(a, "state"));
	ret->leaf = json_integer_value(json_object_get(a, "shown_leaf"));
	ret->last = json_integer_value(json_object_get(a, "leaf"));
}

static enum rc
file_as(struct core *c, const char *token, const char *arguments, struct paper_seen *ret)
{
	json_t *a;
	enum rc rc = core_ask(c, ACT_PAPER_FILE, token, arguments, &a);

	if (rc == RC_OK)
		seen(a, ret);
	json_decref(a);
	return rc;
}

static enum rc
step(struct core *c, enum act act, const char *token, const struct paper_seen *p, struct paper_seen *ret)
{
	char q[256];
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"leaf\":%lld,\"reason\":\"確かめた\",\"lang\":\"en\"}", p->id, (long long)p->leaf);
	rc = core_ask(c, act, token, q, &a);
	if (rc == RC_OK)
		seen(a, ret);
	json_decref(a);
	return rc;
}

static enum verdict
verdict_of(struct core *c, const char *control)
{
	const struct held *h;
	enum verdict v;

	CHECK_OK(schedule_run(c, str_of(control), core_now_us() + 5 * SECOND_US));
	core_lock(c);
	h = held_find(c, control, "contract", "");
	v = h ? h->verdict : VERDICT_NOT_APPLICABLE;
	core_unlock(c);
	return v;
}

#define DEMARCATION(title) "{\"id\":\"demarcation\",\"lang\":\"en\",\"values\":{\"title\":\"" title "\",\"effective_on\":\"2026-04-01\",\"client\":\"x\",\"contractor\":\"y\"}}"
#define CHART "{\"id\":\"org-chart\",\"values\":{\"title\":\"体制\",\"effective_on\":\"2026-04-01\",\"lead\":\"所長\",\"roles\":\"班ごと\"}}"

CASE(an_agreement_is_in_force_only_when_the_other_side_agreed)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;

	CHECK_INT(verdict_of(c, "responsibility-demarcation"), VERDICT_UNKNOWN);
	CHECK_OK(file_as(c, "security-lead", DEMARCATION("2026年度"), &p));
	CHECK(strcmp(p.state, "waiting") == 0);
	CHECK_INT(verdict_of(c, "responsibility-demarcation"), VERDICT_UNKNOWN);
	CHECK_RC(step(c, ACT_PAPER_APPROVE, "administrator", &p, &after), RC_DENIED); /* its own side */
	CHECK_RC(step(c, ACT_PAPER_APPROVE, "client-auditor", &p, &after), RC_DENIED); /* not its role */
	CHECK(step(c, ACT_PAPER_RECEIVE, "client-officer", &p, &after) != RC_OK); /* received is not agreed: the clause asks to agree */
	CHECK_OK(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after));
	CHECK(strcmp(after.state, "in-force") == 0);
	CHECK_INT(verdict_of(c, "responsibility-demarcation"), VERDICT_PASS);
	CHECK_OK(step(c, ACT_PAPER_END, "client-approver", &after, &after));
	CHECK(strcmp(after.state, "ended") == 0);
	CHECK_INT(verdict_of(c, "responsibility-demarcation"), VERDICT_UNKNOWN);
	core_down(c);
}

CASE(what_was_seen_is_what_is_agreed)
{
	struct core *c = core_up(true);
	struct paper_seen first = { .leaf = 0 }, second = { .leaf = 0 }, after;
	char q[512];

	CHECK_OK(file_as(c, "security-lead", DEMARCATION("x"), &first));
	CHECK_RC(file_as(c, "security-lead", DEMARCATION("x"), &second), RC_CONFLICT); /* the same again, blindly */
	(void)snprintf(q, sizeof(q), "{\"id\":\"demarcation\",\"leaf\":%lld,\"values\":{\"title\":\"x\",\"effective_on\":\"2026-04-01\",\"client\":\"all of it\",\"contractor\":\"nothing\"}}", (long long)first.last);
	CHECK_OK(file_as(c, "security-lead", q, &second));
	CHECK(strcmp(first.id, second.id) == 0);
	CHECK_RC(step(c, ACT_PAPER_APPROVE, "client-approver", &first, &after), RC_CONFLICT); /* the version changed meanwhile */
	CHECK_OK(step(c, ACT_PAPER_RETURN, "client-officer", &second, &after));
	CHECK(strcmp(after.state, "returned") == 0);
	CHECK(step(c, ACT_PAPER_APPROVE, "client-approver", &second, &after) != RC_OK);
	core_down(c);
}

static json_t *
changes_of(struct core *c, const struct paper_seen *p, size_t step)
{
	json_t *a, *list;
	char q[64];

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", p->id);
	CHECK_OK(core_ask(c, ACT_PAPER_SHOW, "client-approver", q, &a));
	list = json_incref(json_object_get(json_array_get(json_object_get(a, "steps"), step), "differs"));
	json_decref(a);
	return list;
}

static void
one_change(const json_t *list, size_t at, int from, const char *id, const char *old, const char *new)
{
	const json_t *one = json_array_get(list, at);

	CHECK_INT(json_integer_value(json_object_get(one, "from")), from);
	CHECK_STR(str_of(core_text(one, "id")), id);
	CHECK_STR(str_of(core_text(one, "old")), old);
	CHECK_STR(str_of(core_text(one, "new")), new);
}

/* Against what stands, and against what was returned: both are asked when a third version comes. */
CASE(what_a_version_changes_is_told_with_its_values)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	json_t *list;
	char q[640];

	CHECK_OK(file_as(c, "security-lead", DEMARCATION("x"), &p));
	list = changes_of(c, &p, 0);
	CHECK_INT(json_array_size(list), 0);
	json_decref(list);
	CHECK_OK(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after));
	(void)snprintf(q, sizeof(q), "{\"id\":\"demarcation\",\"leaf\":%lld,\"values\":{\"title\":\"x\",\"effective_on\":\"2026-04-01\",\"client\":\"回線\",\"contractor\":\"y\"}}", (long long)after.last);
	CHECK_OK(file_as(c, "security-lead", q, &p));
	CHECK_OK(step(c, ACT_PAPER_RETURN, "client-approver", &p, &after));
	(void)snprintf(q, sizeof(q), "{\"id\":\"demarcation\",\"leaf\":%lld,\"values\":{\"title\":\"x\",\"effective_on\":\"2026-04-01\",\"client\":\"x\",\"contractor\":\"機器\"},"
	    "\"files\":[{\"name\":\"図.pdf\",\"content\":\"JVBERi0xLjQKeA==\"}]}", (long long)after.last);
	CHECK_OK(file_as(c, "security-lead", q, &p));
	list = changes_of(c, &p, 2);
	CHECK_INT(json_array_size(list), 1);
	one_change(list, 0, 1, "client", "x", "回線");
	json_decref(list);
	list = changes_of(c, &p, 4);
	CHECK_INT(json_array_size(list), 5);
	one_change(list, 0, 1, "contractor", "y", "機器");
	CHECK_STR(str_of(core_text(json_array_get(list, 1), "id")), "files");
	CHECK(strstr(core_text(json_array_get(list, 1), "new"), "図.pdf (") != NULL);
	one_change(list, 2, 2, "client", "回線", "x");
	one_change(list, 3, 2, "contractor", "y", "機器");
	json_decref(list);
	core_down(c);
}

CASE(the_author_does_not_agree_by_another_account)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	struct person_link links[2] = { { .account = { { 0 } } } };
	char lead[16], approver[16];
	int found = 0;

	CHECK_OK(file_as(c, "security-lead", DEMARCATION("x"), &p));
	(void)snprintf(lead, sizeof(lead), "person%d", ROLE_SECURITY_LEAD - 1);
	(void)snprintf(approver, sizeof(approver), "person%d", ROLE_CLIENT_APPROVER - 1);
	for (size_t i = 0; i < FAKE_ACCOUNTS; i++)
		if (strcmp(fake.accounts[i].name, lead) == 0 || strcmp(fake.accounts[i].name, approver) == 0) {
			links[found % 2] = (struct person_link){ fake.accounts[i].id, { { 7 } } }; /* one person */
			found++;
		}
	CHECK_INT(found, 2);
	core_lock(c);
	c->persons = links;
	c->persons_count = 2;
	core_unlock(c);
	CHECK_RC(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after), RC_DENIED);
	CHECK_RC(step(c, ACT_PAPER_RETURN, "client-approver", &p, &after), RC_DENIED);
	rc_trail_clear();
	core_lock(c);
	c->persons_count = 0;
	c->persons = NULL;
	core_unlock(c);
	CHECK_OK(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after));
	core_down(c);
}

CASE(the_other_sides_form_is_not_filed_and_bad_values_are_said_in_words)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 };

	CHECK_RC(file_as(c, "client-officer", CHART, &p), RC_DENIED);
	CHECK_RC(file_as(c, "security-lead", "{\"id\":\"org-chart\",\"lang\":\"en\",\"values\":{\"title\":\"x\"}}", &p), RC_SYNTAX);
	CHECK(strstr(rc_trail(), "Fill this in") != NULL);
	CHECK_RC(file_as(c, "security-lead", "{\"id\":\"org-chart\",\"values\":{\"colour\":\"x\"}}", &p), RC_SYNTAX);
	CHECK_RC(file_as(c, "security-lead", "{\"id\":\"nothing\",\"values\":{}}", &p), RC_NOTFOUND);
	CHECK_RC(file_as(c, "security-lead", "{\"id\":\"insurance\",\"lang\":\"en\",\"values\":{\"policy\":\"1\",\"insurer\":\"x\",\"effective_on\":\"2026-04-01\",\"until\":\"2026-03-31\",\"covers\":\"x\"}}", &p), RC_SYNTAX);
	CHECK(strstr(rc_trail(), "before it takes effect") != NULL);
	rc_trail_clear();
	core_down(c);
}

CASE(a_paper_passes_only_what_it_fills_in)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;

	CHECK_OK(file_as(c, "administrator", CHART, &p));
	CHECK_OK(step(c, ACT_PAPER_RECEIVE, "client-officer", &p, &after));
	CHECK(strcmp(after.state, "in-force") == 0);
	CHECK_INT(verdict_of(c, "org-structure"), VERDICT_PASS);
	CHECK_INT(verdict_of(c, "security-lead"), VERDICT_UNKNOWN); /* it names none */
	core_down(c);
}

CASE(what_is_declared_not_to_be_there_is_contradicted_by_a_row)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	json_t *a;

	CHECK_OK(file_as(c, "administrator", "{\"id\":\"no-event\",\"values\":{\"what\":\"utilities\",\"effective_on\":\"2026-04-01\",\"reason\":\"使わない\"}}", &p));
	CHECK_OK(step(c, ACT_PAPER_RECEIVE, "client-officer", &p, &after));
	CHECK_INT(verdict_of(c, "no-utilities"), VERDICT_PASS);
	CHECK_INT(verdict_of(c, "no-virtual-machines"), VERDICT_UNKNOWN); /* another declaration */
	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"utility\",\"values\":{\"path\":\"/usr/sbin/tune\",\"checked_on\":\"2026-04-01\"}}", &a));
	json_decref(a);
	CHECK_INT(verdict_of(c, "no-utilities"), VERDICT_FAIL);
	core_down(c);
}

/*= O2-4-2 type=test */
CASE(no_key_management_ends_with_a_service_whose_keys_are_used)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	json_t *a;

	CHECK_OK(file_as(c, "administrator", "{\"id\":\"no-event\",\"values\":{\"what\":\"key-management\",\"effective_on\":\"2026-04-01\",\"reason\":\"使わない\"}}", &p));
	CHECK_OK(step(c, ACT_PAPER_RECEIVE, "client-officer", &p, &after));
	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"outside-service\",\"values\":{\"name\":\"地図\",\"approved_on\":\"2026-04-01\",\"keys\":\"no\"}}", &a));
	json_decref(a);
	CHECK_INT(verdict_of(c, "no-key-management"), VERDICT_PASS); /* an outside service alone says nothing of keys */
	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"outside-service\",\"values\":{\"name\":\"保管\",\"approved_on\":\"2026-04-01\",\"keys\":\"yes\"}}", &a));
	json_decref(a);
	CHECK_INT(verdict_of(c, "no-key-management"), VERDICT_FAIL);
	core_down(c);
}

#define PROCEDURE(read) "{\"id\":\"service-procedure\",\"values\":{\"title\":\"手順\",\"effective_on\":\"2026-04-01\",\"text\":\"x\",\"to\":\"班\",\"targets\":\"3\",\"read\":\"3\",\"read_by_all\":\"" read "\"}}"
#define LINES(title, held_on, real) "{\"id\":\"drill-record\",\"values\":{\"kind\":\"line\",\"held_on\":\"" held_on "\",\"done\":\"" title "\",\"success\":\"yes\"" real "}}"

/*= O2-2-1 type=test */
/*= S-7-4 type=test */
CASE(a_procedure_is_read_by_all_or_unknown_and_a_drill_is_no_real_switch)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 };

	CHECK_OK(file_as(c, "administrator", PROCEDURE("no"), &p));
	CHECK_INT(verdict_of(c, "service-procedures"), VERDICT_PASS);
	CHECK_INT(verdict_of(c, "read-confirmed"), VERDICT_UNKNOWN);
	CHECK_OK(file_as(c, "administrator", LINES("訓練", "2026-10-01", ""), &p));
	CHECK_INT(verdict_of(c, "line-drill"), VERDICT_PASS);
	CHECK_INT(verdict_of(c, "line-switch-event"), VERDICT_UNKNOWN);
	CHECK_OK(file_as(c, "administrator", LINES("断線", "2026-10-02", ",\"real\":\"事案7\""), &p));
	CHECK_INT(verdict_of(c, "line-switch-event"), VERDICT_PASS);
	core_down(c);
	c = core_up(true);
	CHECK_OK(file_as(c, "administrator", PROCEDURE("yes"), &p));
	CHECK_INT(verdict_of(c, "read-confirmed"), VERDICT_PASS);
	core_down(c);
}

static int64_t
october_ends(struct core *c, bool *ret_owed)
{
	int64_t end_us;

	core_lock(c);
	end_us = window_end(c, catalogue_paper(c->catalogue, STR("monthly-report")), paper_period(PERIOD_MONTH, core_now_us()), ret_owed);
	core_unlock(c);
	return end_us;
}

/* A window is an entry of the ledger before it counts, one set later counts from then on, and both outlive the store. */
CASE(a_window_is_in_the_ledger_before_it_counts)
{
	struct core *c = core_up(true);
	struct paper_span past;
	int64_t end_us;
	size_t n;
	bool owed;

	CHECK(october_ends(c, &owed) == paper_period(PERIOD_MONTH, core_now_us()).to_us && !owed);
	CHECK_OK(windows_follow(c));
	n = c->windows_count;
	CHECK(n > 0);
	CHECK_OK(windows_follow(c));
	CHECK_INT(c->windows_count, n); /* nothing new, nothing written */
	end_us = october_ends(c, &owed);
	CHECK(owed && end_us > paper_period(PERIOD_MONTH, core_now_us()).to_us);
	past = paper_period(PERIOD_MONTH, paper_period(PERIOD_MONTH, core_now_us()).from_us - 1);
	for (size_t i = 0; i < c->catalogue->papers_count; i++)
		if (c->catalogue->papers[i].paper.period)
			c->catalogue->papers[i].paper.window_days += 5;
	CHECK_OK(windows_follow(c));
	CHECK_INT(c->windows_count, 2 * n);
	CHECK(october_ends(c, &owed) > end_us); /* this month is not over: it was set beforehand */
	end_us = october_ends(c, &owed);
	core_lock(c);
	CHECK(window_end(c, catalogue_paper(c->catalogue, STR("monthly-report")), past, &owed) == past.to_us && !owed); /* the last one is */
	core_unlock(c);
	core_lose(c);
	c = core_up(false);
	CHECK_INT(c->windows_count, 0);
	CHECK_OK(index_follow(c));
	CHECK_INT(c->windows_count, 2 * n);
	CHECK(october_ends(c, &owed) == end_us && owed);
	core_down(c);
}

/*= S-3-6 type=test */
CASE(a_validity_that_runs_out_is_expired_and_a_renewal_in_time_is_with_the_client)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	const struct paper *kept;
	const struct form *form;
	struct paper_now now;
	char q[512];

	CHECK_OK(file_as(c, "security-lead", "{\"id\":\"third-party-report\",\"values\":{\"title\":\"監査\",\"effective_on\":\"2020-04-01\",\"until\":\"2020-12-31\",\"issuer\":\"x\",\"scope\":\"x\"}}", &p));
	CHECK_OK(step(c, ACT_PAPER_RECEIVE, "client-officer", &p, &after));
	CHECK(strcmp(after.state, "expired") == 0);
	CHECK_INT(verdict_of(c, "third-party-report"), VERDICT_UNKNOWN);
	core_lock(c);
	CHECK_INT(held_find(c, "third-party-report", "contract", "")->why, WHY_EXPIRED);
	core_unlock(c);
	(void)snprintf(q, sizeof(q), "{\"id\":\"third-party-report\",\"leaf\":%lld,\"values\":{\"title\":\"監査\",\"effective_on\":\"2020-04-01\",\"until\":\"2099-12-31\",\"issuer\":\"x\",\"scope\":\"x\"}}", (long long)after.last);
	CHECK_OK(file_as(c, "security-lead", q, &p));
	core_lock(c);
	kept = paper_get(c, p.id);
	form = catalogue_paper(c->catalogue, STR("third-party-report"));
	if (kept && form)
		paper_now(c, kept, core_now_us(), &now);
	CHECK(kept && !now.renewal && now.state == PAPER_EXPIRED); /* filed after it ran out: no renewal in time */
	core_unlock(c);
	CHECK_INT(verdict_of(c, "third-party-report"), VERDICT_UNKNOWN);
	CHECK_OK(step(c, ACT_PAPER_RECEIVE, "client-officer", &p, &after));
	CHECK_INT(verdict_of(c, "third-party-report"), VERDICT_PASS);
	core_lock(c);
	CHECK_INT(held_find(c, "third-party-report", "contract", "")->why, WHY_NONE);
	core_unlock(c);
	core_down(c);
}

/* "%PDF-1.4\nx" in base64 */
#define PDF "JVBERi0xLjQKeA=="
#define WITH_FILES(title, files) "{\"id\":\"demarcation\",\"lang\":\"en\",\"values\":{\"title\":\"" title "\",\"effective_on\":\"2026-04-01\",\"client\":\"x\",\"contractor\":\"y\"},\"files\":" files "}"

static enum rc
take_file(struct core *c, int64_t leaf, int at)
{
	char q[128];
	json_t *a = NULL;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"%lld-%d\"}", (long long)leaf, at);
	rc = core_ask(c, ACT_PAPER_ATTACHMENT, "client-auditor", q, &a);
	if (rc == RC_OK) {
		CHECK_STR(str_of(core_text(a, "content")), PDF);
		CHECK_STR(str_of(core_text(a, "media")), "application/pdf");
		CHECK_STR(str_of(core_text(a, "name")), "図.pdf");
	}
	json_decref(a);
	return rc;
}

static enum rc
pass(struct core *c, const char *token, const struct paper_seen *p, const char *stage)
{
	char q[256];
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"leaf\":%lld,\"stage\":\"%s\"}", p->id, (long long)p->leaf, stage);
	rc = core_ask(c, ACT_PAPER_RECEIVE, token, q, &a);
	json_decref(a);
	return rc;
}

#define SUBCONTRACT(more) "{\"id\":\"subcontract-request\",\"values\":{\"company\":\"見本\",\"effective_on\":\"2026-04-01\",\"until\":\"2099-03-31\",\"address\":\"大阪\",\"scope\":\"part\",\"work\":\"x\",\"reason\":\"x\",\"measures\":\"x\"}" more "}"

/*= S-1-2 type=test */
CASE(acceptance_in_stages_is_in_order_each_by_its_role_and_another_person)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	char again[32];

	CHECK_OK(file_as(c, "security-lead", SUBCONTRACT(""), &p));
	CHECK(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after) != RC_OK); /* the stages come first */
	CHECK(step(c, ACT_PAPER_RECEIVE, "client-officer", &p, &after) != RC_OK);
	CHECK_RC(pass(c, "client-security", &p, "measures"), RC_CONFLICT);         /* not in its turn */
	CHECK_RC(pass(c, "client-security", &p, "intake"), RC_DENIED);             /* not its role */
	CHECK_RC(pass(c, "administrator", &p, "intake"), RC_DENIED);               /* not its side */
	rc_trail_clear();
	CHECK_OK(pass(c, "client-officer", &p, "intake"));
	CHECK_RC(pass(c, "client-officer", &p, "intake"), RC_CONFLICT);
	CHECK_OK(step(c, ACT_PAPER_RETURN, "client-security", &p, &after));
	CHECK(strcmp(after.state, "returned") == 0);
	(void)snprintf(again, sizeof(again), ",\"leaf\":%lld", (long long)after.last);
	{
		char q[640];

		(void)snprintf(q, sizeof(q), "%.*s%s}", (int)strlen(SUBCONTRACT("")) - 1, SUBCONTRACT(""), again);
		CHECK_OK(file_as(c, "security-lead", q, &p));
	}
	CHECK_RC(pass(c, "client-security", &p, "measures"), RC_CONFLICT); /* the first one again */
	CHECK_OK(pass(c, "client-officer", &p, "intake"));
	CHECK_OK(pass(c, "client-security", &p, "measures"));
	CHECK_INT(verdict_of(c, "subcontract-approvals"), VERDICT_UNKNOWN);
	CHECK_OK(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after));
	CHECK(strcmp(after.state, "in-force") == 0);
	CHECK_INT(verdict_of(c, "subcontract-approvals"), VERDICT_PASS);
	core_lose(c);
	c = core_up(false);
	CHECK_OK(index_follow(c));
	CHECK_INT(c->papers[0].count, 7);
	CHECK_INT(c->papers[0].steps[4].event.step, PAPER_PASS);
	CHECK_INT(verdict_of(c, "subcontract-approvals"), VERDICT_PASS);
	core_down(c);
}

/* Who passed a stage takes no later one: by no second account, and by no role that was lent. */
CASE(a_stage_is_another_person_and_a_deputy_takes_it_for_its_lender)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	struct person_link links[2] = { { .account = { { 1, ROLE_CLIENT_OFFICER } }, .person = { { 7 } } }, { .account = { { 1, ROLE_CLIENT_SECURITY } }, .person = { { 7 } } } };
	char to[64];
	json_t *a;

	CHECK_OK(file_as(c, "security-lead", SUBCONTRACT(""), &p));
	CHECK_OK(pass(c, "client-officer", &p, "intake"));
	core_lock(c);
	c->persons = links;
	c->persons_count = 2;
	core_unlock(c);
	CHECK_RC(pass(c, "client-security", &p, "measures"), RC_DENIED);
	rc_trail_clear();
	core_lock(c);
	c->persons_count = 0;
	c->persons = NULL;
	core_unlock(c);
	(void)snprintf(to, sizeof(to), "person%d", ROLE_CLIENT_APPROVER - 1);
	{
		char q[256];

		struct civil t = time_civil(core_now_us() + 7 * DAY_US);

		(void)snprintf(q, sizeof(q), "{\"to\":\"%s\",\"role\":\"client-security\",\"until\":\"%04d-%02d-%02d\",\"reason\":\"休み\"}", to, t.year, t.month, t.day);
		CHECK_RC(pass(c, "client-approver", &p, "measures"), RC_DENIED); /* nothing was lent yet */
		rc_trail_clear();
		CHECK_OK(core_ask(c, ACT_DELEGATION_ADD, "client-security", q, &a));
		json_decref(a);
	}
	CHECK_OK(delegation_load(c));
	CHECK_OK(pass(c, "client-approver", &p, "measures"));
	CHECK_INT(c->papers[0].steps[2].behalf_count, 1);
	CHECK_RC(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after), RC_DENIED); /* the deputy passed a stage */
	rc_trail_clear();
	CHECK_OK(step(c, ACT_PAPER_APPROVE, "client-approver#2", &p, &after));
	core_down(c);
}

#define INSURANCE(policy, until) "{\"id\":\"insurance\",\"values\":{\"policy\":\"" policy "\",\"insurer\":\"見本\",\"effective_on\":\"2026-04-01\",\"until\":\"" until "\",\"covers\":\"x\"}}"

static json_t *
renewal_row_of(const json_t *a, const char *id)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(a, "rows"), i, one)
		if (strcmp(core_text(one, "id"), id) == 0)
			return one;
	return NULL;
}

static const char *
next_date(const json_t *row, const char *use)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(row, "fields"), i, one)
		if (strcmp(core_text(one, "use"), use) == 0)
			return core_text(one, "value");
	return "";
}

/* What runs out by a day is renewed by one act, and by one entry: all of it or nothing. */
CASE(papers_of_a_year_are_renewed_together)
{
	struct core *c = core_up(true);
	struct paper_seen a = { .leaf = 0 }, b = { .leaf = 0 }, other = { .leaf = 0 };
	json_t *list, *row;
	char q[1024];

	CHECK_OK(file_as(c, "security-lead", INSURANCE("A-1", "2027-02-28"), &a));
	CHECK_OK(file_as(c, "security-lead", INSURANCE("A-2", "2027-03-31"), &b));
	CHECK_OK(file_as(c, "security-lead", INSURANCE("A-3", "2027-04-01"), &other));
	CHECK_OK(core_ask(c, ACT_PAPER_RENEWAL, "security-lead", "{\"by\":\"2027-03-31\"}", &list));
	CHECK_INT((int64_t)json_array_size(json_object_get(list, "rows")), 0); /* what waits for the client is not in force */
	json_decref(list);
	CHECK_OK(step(c, ACT_PAPER_RECEIVE, "client-officer", &a, &a));
	CHECK_OK(step(c, ACT_PAPER_RECEIVE, "client-officer", &b, &b));
	CHECK_OK(step(c, ACT_PAPER_RECEIVE, "client-officer", &other, &other));
	CHECK_OK(core_ask(c, ACT_PAPER_RENEWAL, "security-lead", "{\"by\":\"2027-03-31\"}", &list));
	CHECK_INT((int64_t)json_array_size(json_object_get(list, "rows")), 2);
	row = renewal_row_of(list, a.id);
	CHECK(row && json_is_true(json_object_get(row, "ticked")));
	CHECK_STR(str_of(next_date(row, "from")), "2027-03-01");
	CHECK_STR(str_of(next_date(row, "until")), "2028-02-29"); /* the last day of a February that has one more */
	CHECK_STR(str_of(next_date(renewal_row_of(list, b.id), "until")), "2028-03-31");
	json_decref(list);
	CHECK_OK(core_ask(c, ACT_PAPER_RENEWAL, "client-officer", "{\"by\":\"2027-03-31\"}", &list));
	CHECK_INT((int64_t)json_array_size(json_object_get(list, "rows")), 0); /* not its papers */
	json_decref(list);

	/* one is wrong: none is filed, and its row says what */
	(void)snprintf(q, sizeof(q), "{\"by\":\"2027-03-31\",\"values\":{\"%s\":\"%lld\",\"%s.effective_on\":\"2027-03-01\",\"%s.until\":\"2028-02-29\",\"%s\":\"%lld\",\"%s.effective_on\":\"2027-04-01\",\"%s.until\":\"2027-02-31\"}}",
	    a.id, (long long)a.last, a.id, a.id, b.id, (long long)b.last, b.id, b.id);
	CHECK_RC(core_ask(c, ACT_PAPER_RENEW, "security-lead", q, &list), RC_SYNTAX);
	rc_trail_clear();
	CHECK_INT((int64_t)paper_get(c, a.id)->count, 2);
	CHECK_OK(core_ask(c, ACT_PAPER_RENEWAL, "security-lead", q, &list));
	CHECK(strcmp(next_date(renewal_row_of(list, b.id), "until"), "2027-02-31") == 0); /* as it was typed */
	CHECK(json_object_get(renewal_row_of(list, a.id), "error") == NULL);
	CHECK(json_is_string(json_object_get(json_array_get(json_object_get(renewal_row_of(list, b.id), "fields"), 1), "error")));
	json_decref(list);
	CHECK_RC(core_ask(c, ACT_PAPER_RENEW, "security-lead", "{\"values\":{}}", &list), RC_SYNTAX);

	/* an entry that is not the newest one: somebody was here meanwhile */
	(void)snprintf(q, sizeof(q), "{\"values\":{\"%s\":\"%lld\",\"%s.until\":\"2028-02-29\"}}", a.id, (long long)a.leaf, a.id);
	CHECK_RC(core_ask(c, ACT_PAPER_RENEW, "security-lead", q, &list), RC_CONFLICT);
	rc_trail_clear();

	(void)snprintf(q, sizeof(q), "{\"values\":{\"%s\":\"%lld\",\"%s.effective_on\":\"2027-03-01\",\"%s.until\":\"2028-02-29\",\"%s.covers\":\"nothing\",\"%s\":\"%lld\",\"%s.effective_on\":\"2027-04-01\",\"%s.until\":\"2028-03-31\"}}",
	    a.id, (long long)a.last, a.id, a.id, a.id, b.id, (long long)b.last, b.id, b.id);
	CHECK_RC(core_ask(c, ACT_PAPER_RENEW, "client-officer", q, &list), RC_DENIED);
	rc_trail_clear();
	CHECK_OK(core_ask(c, ACT_PAPER_RENEW, "security-lead", q, &list));
	CHECK_INT(json_integer_value(json_object_get(list, "n")), 2);
	json_decref(list);
	CHECK_RC(core_ask(c, ACT_PAPER_RENEW, "security-lead", q, &list), RC_CONFLICT); /* once */
	rc_trail_clear();
	core_lose(c);
	c = core_up(false);
	CHECK_OK(index_follow(c));
	for (int i = 0; i < 2; i++) {
		const struct paper *p = paper_get(c, i ? b.id : a.id);

		CHECK(p && p->count == 3 && p->steps[2].event.step == PAPER_FILE && p->steps[2].event.version == 2 && p->steps[2].side == SIDE_CONTRACTOR);
		CHECK_STR(str_of(core_text(p->steps[2].values, "covers")), "x"); /* only dates */
		CHECK_STR(str_of(core_text(p->steps[2].values, "until")), i ? "2028-03-31" : "2028-02-29");
	}
	CHECK(paper_get(c, a.id)->steps[2].leaf == paper_get(c, b.id)->steps[2].leaf);
	CHECK_INT((int64_t)paper_get(c, other.id)->count, 2);
	core_down(c);
}

static int64_t
critical_days(struct core *c, const struct clause *clause)
{
	struct params p;

	core_lock(c);
	paper_params(c, clause, &fake_first, &p);
	core_unlock(c);
	return param_n(&p, "critical_days");
}

#define VULNERABILITY(days) "{\"id\":\"vulnerability-procedure\",\"values\":{\"title\":\"手順\",\"effective_on\":\"2026-04-01\",\"sources\":\"x\",\"scope\":\"x\",\"critical_days\":\"" days "\",\"high_days\":\"20\",\"other_days\":\"60\",\"exceptions\":\"x\",\"roles\":\"x\"}}"

/*= O2-5-1 type=test */
CASE(what_the_parties_agree_on_is_the_number_a_control_judges_by)
{
	static const struct param_def days[] = { { "critical_days", "days", 1, 365, 7 } };
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	struct form *form = NULL;

	for (size_t i = 0; i < c->catalogue->papers_count; i++)
		form = str_eq_c(c->catalogue->papers[i].id, "vulnerability-procedure") ? &c->catalogue->papers[i] : form;
	CHECK(form != NULL);
	for (size_t i = 0; form && i < form->fields_count; i++)
		if (form->fields[i].sets.n) {
			CHECK_STR(form->fields[i].sets, "patch-deadlines");
			form->fields[i].sets = STR("seismic"); /* the control that is linked here */
		}
	fake_first.params = days;
	fake_first.params_count = 1;
	CHECK_INT(critical_days(c, NULL), 7);
	CHECK_OK(file_as(c, "security-lead", VULNERABILITY("3"), &p));
	CHECK_INT(critical_days(c, NULL), 7); /* filed is not agreed */
	CHECK_OK(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after));
	CHECK_INT(critical_days(c, NULL), 3);
	CHECK_OK(step(c, ACT_PAPER_END, "client-approver", &after, &after));
	CHECK_INT(critical_days(c, NULL), 7);
	CHECK(file_as(c, "security-lead", VULNERABILITY("366"), &p) != RC_OK); /* more than the control takes */
	rc_trail_clear();
	fake_first.params = NULL;
	fake_first.params_count = 0;
	core_down(c);
}

CASE(what_is_attached_is_bound_by_who_closes)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	char q[512], attached[80];
	json_t *a;

	CHECK_OK(file_as(c, "security-lead", WITH_FILES("添付", "[{\"name\":\"図.pdf\",\"content\":\"" PDF "\",\"scan\":\"clean\",\"sha256\":\"00\"}]"), &p));
	CHECK_OK(take_file(c, p.leaf, 0));
	CHECK_RC(take_file(c, p.leaf, 1), RC_NOTFOUND);
	CHECK_RC(take_file(c, p.leaf + 1, 0), RC_NOTFOUND);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", p.id);
	CHECK_OK(core_ask(c, ACT_PAPER_SHOW, "client-approver", q, &a));
	(void)snprintf(attached, sizeof(attached), "%s", core_text(a, "attached"));
	CHECK_INT(strlen(attached), 64);
	CHECK_STR(str_of(core_text(json_array_get(json_object_get(a, "files"), 0), "scan")), "none"); /* what the sender says of it is not asked */
	json_decref(a);
	CHECK_RC(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after), RC_CONFLICT); /* without the hash of what is attached */
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"leaf\":%lld,\"attached\":\"%s\",\"reason\":\"\"}", p.id, (long long)p.leaf, attached);
	CHECK_OK(core_ask(c, ACT_PAPER_APPROVE, "client-approver", q, &a));
	json_decref(a);
	/* exchanged in the store after it was approved */
	core_lock(c);
	json_object_set_new(json_array_get(c->papers[0].steps[0].files, 0), "sha256", json_string("00"));
	core_unlock(c);
	CHECK_RC(take_file(c, p.leaf, 0), RC_TAMPERED);
	rc_trail_clear();
	core_lose(c);
	c = core_up(false);
	CHECK_OK(index_follow(c));
	CHECK_OK(take_file(c, p.leaf, 0)); /* told again by the ledger */
	core_down(c);
}

#define SCAN "\"files\":[{\"name\":\"写し.pdf\",\"content\":\"" PDF "\"}]"

static enum rc
enter(struct core *c, const char *token, const struct paper_seen *p, const char *more)
{
	char q[512];
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"leaf\":%lld,\"reason\":\"課長が決裁\"%s}", p->id, (long long)p->leaf, more);
	rc = core_ask(c, ACT_PAPER_ENTER, token, q, &a);
	json_decref(a);
	return rc;
}

/* What the client decided on paper: with number and scan, by another person than the author, and told again by the ledger. */
CASE(a_decision_on_paper_is_entered_with_its_number_and_scan)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 };

	CHECK_OK(file_as(c, "security-lead", DEMARCATION("紙"), &p));
	CHECK_RC(enter(c, "administrator", &p, ""), RC_SYNTAX);
	CHECK_RC(enter(c, "administrator", &p, ",\"number\":\"府第1号\""), RC_SYNTAX);
	CHECK_RC(enter(c, "administrator", &p, "," SCAN), RC_SYNTAX);
	CHECK_RC(enter(c, "security-lead", &p, ",\"number\":\"府第1号\"," SCAN), RC_DENIED); /* who filed it */
	CHECK_RC(enter(c, "client-officer", &p, ",\"number\":\"府第1号\"," SCAN), RC_DENIED);
	rc_trail_clear();
	CHECK_OK(enter(c, "administrator", &p, ",\"number\":\"府第1号\"," SCAN));
	CHECK_INT(verdict_of(c, "responsibility-demarcation"), VERDICT_PASS);
	CHECK(strcmp(c->papers[0].steps[1].reason, "府第1号: 課長が決裁") == 0 && c->papers[0].steps[1].side == SIDE_CONTRACTOR);
	CHECK_INT(json_array_size(c->papers[0].steps[1].files), 1);
	core_lose(c);
	c = core_up(false);
	CHECK_OK(index_follow(c));
	CHECK_INT(c->papers_count, 1);
	CHECK_INT(c->papers[0].count, 2);
	CHECK(strcmp(c->papers[0].steps[1].reason, "府第1号: 課長が決裁") == 0 && c->papers[0].steps[1].side == SIDE_CONTRACTOR);
	core_down(c);
}

#define ORDER(more) "{\"id\":\"order\",\"lang\":\"en\",\"values\":{\"number\":\"府指示第7号\",\"ordered_on\":\"2026-11-20\",\"way\":\"phone\",\"text\":\"記録を残す\"}" more "}"
CASE(an_order_by_phone_is_entered_for_the_client)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 };

	CHECK_RC(file_as(c, "security-lead", ORDER(""), &p), RC_SYNTAX); /* nothing that came */
	rc_trail_clear();
	CHECK_OK(file_as(c, "security-lead", ORDER("," SCAN), &p));
	CHECK_INT(c->papers[0].steps[0].side, SIDE_CONTRACTOR);
	CHECK_RC(file_as(c, "client-officer", CHART, &p), RC_DENIED); /* a form that does not say so */
	rc_trail_clear();
	core_down(c);
}

CASE(what_is_no_file_of_the_list_is_not_even_written_down)
{
	static const char *const bad[] = {
		WITH_FILES("x", "[{\"name\":\"a.exe\",\"content\":\"TVqQ\"}]"), WITH_FILES("x", "[{\"name\":\"a.pdf\",\"content\":\"TVqQ\"}]"), WITH_FILES("x", "[{\"name\":\"a.pdf\",\"content\":\"***\"}]"),
		WITH_FILES("x", "[{\"name\":\"../a.pdf\",\"content\":\"" PDF "\"}]"), WITH_FILES("x", "{}"), WITH_FILES("x", "[1,2,3,4,5,6,7,8,9]"), WITH_FILES("x", "[{\"name\":\"a.pdf\"}]"),
	};
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf b = BUF(1 << 20);

		CHECK_RC(file_as(c, "security-lead", bad[i], &p), RC_SYNTAX);
		rc_trail_clear();
		CHECK_INT(fake.entries[fake.count - 1].leaf.verdict, OUTCOME_REFUSED);
		CHECK_OK(payload_read(c, &fake.entries[fake.count - 2], &b));
		CHECK(strstr(buf_cstr(&b), "content") == NULL);
		buf_free(&b);
	}
	CHECK_INT(c->papers_count, 0);
	core_down(c);
}

CASE(a_lost_store_is_made_again_from_the_ledger)
{
	struct core *c = core_up(true);
	struct paper_seen p = { .leaf = 0 }, after;
	struct paper_now now;
	const struct paper *kept;

	CHECK_OK(file_as(c, "security-lead", DEMARCATION("x"), &p));
	CHECK_OK(step(c, ACT_PAPER_RETURN, "client-officer", &p, &after));
	CHECK_OK(file_as(c, "security-lead", DEMARCATION("other"), &p));
	CHECK_OK(step(c, ACT_PAPER_APPROVE, "client-approver", &p, &after));
	core_lose(c);
	c = core_up(false);
	CHECK_INT(c->papers_count, 0);
	CHECK_OK(index_follow(c));
	CHECK_INT(c->papers_count, 2);
	core_lock(c);
	kept = paper_get(c, p.id);
	CHECK(kept != NULL);
	if (kept) {
		paper_now(c, kept, core_now_us(), &now);
		CHECK_INT(now.state, PAPER_IN_FORCE);
		CHECK_INT(kept->count, 2);
	}
	core_unlock(c);
	core_down(c);
}

TEST_MAIN
