// SPDX-License-Identifier: Apache-2.0
/*
 * lockout - does an account lock after wrong passwords?
 *
 * The PAM stacks of every service that asks for one are walked: a wrong
 * password has to pass a module that counts it on every way, and with the
 * counter at its limit the right one must not let in on any. A counter that is
 * only read, or only written, locks nothing. How many failures it takes is the
 * contract's number.
 */
#include "control/control.h"

#include <string.h>

#include "control/pam_doors.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "failures_max", "count", 1, 100, 5 },
};

#define LEAST_S 60 /* a counter that forgets sooner, or a lock that opens sooner, stops nobody who waits */

struct view { struct facts *facts; struct pam_settings settings; int64_t deny, unlock_s, interval_s; bool root, admins, tallies; char dir[256]; /* of the counter; one that a start empties, where several are */ };
struct tried { unsigned sure, unsure; uint16_t step[3]; }; /* bits of enum below */
enum { LET_IN = 1, UNCOUNTED = 2, PASSED = 4, ASKED = 8, ENTERED = 16 };

struct run { struct tried *tried; bool locked, right; unsigned has; };

static void
remember(struct tried *t, const struct pam_way *w, unsigned bit, int place)
{
	bool sure = !(w->marks & PAM_UNSURE);

	if (sure ? !(t->sure & bit) : !((t->sure | t->unsure) & bit))
		t->step[place] = w->step;
	*(sure ? &t->sure : &t->unsure) |= bit;
}

static enum rc
take_way(void *context, const struct pam_way *w)
{
	struct run *r = context;
	bool in = w->result == PAM_IS_SUCCESS;

	if (w->marks & (PAM_ASKED | PAM_KNOWN))
		r->tried->sure |= ASKED;
	if (r->right && !r->locked) {
		if (in)
			r->tried->sure |= ENTERED;
	} else if (r->locked) {
		if (in && (w->marks & PAM_KNOWN))
			remember(r->tried, w, PASSED, 2);
	} else if (in && !(w->marks & PAM_KINDS) && r->has == 0) {
		remember(r->tried, w, LET_IN, 0);
	} else if (!in && (w->marks & PAM_ASKED) && (!(w->marks & PAM_COUNTED) || (w->marks & PAM_CLEARED))) {
		remember(r->tried, w, UNCOUNTED, 1);
	}
	return RC_OK;
}

/* What the steps of pam_faillock in this stack go by: the largest number that any of them takes, as an attacker would. */
static enum rc
add_settings(struct view *v, const struct pam_chain *c)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < c->count; i++) {
		struct str name = c->steps[i].kind == PAM_STEP_MODULE ? pam_module_name(&c->steps[i]) : STR_NONE;
		struct faillock f;

		v->tallies |= str_eq(name, STR("pam_tally2")) || str_eq(name, STR("pam_tally"));
		if (!str_eq(name, STR("pam_faillock")))
			continue;
		rc = pam_faillock_of(&v->settings, &c->steps[i], &f);
		if (rc == RC_SYNTAX || rc == RC_NOTFOUND) {
			rc = RC_OK;
			continue;
		}
		TRY(rc);
		if (f.deny > v->deny) {
			v->deny = f.deny;
			v->unlock_s = f.unlock_s;
			v->interval_s = f.fail_interval_s;
		}
		v->root |= f.root;
		v->admins |= f.admins && !f.root; /* whoever is in admin_group is treated as root, and root is not locked */
		if (v->dir[0] == '\0' || strncmp(f.dir, "/run/", 5) == 0 || strncmp(f.dir, "/var/run/", 9) == 0)
			memcpy(v->dir, f.dir, sizeof(v->dir));
	}
out:
	return rc;
}

/* Can a password be tried at this door at all? False: a fact says what there is to say. */
static bool
asks_password(struct view *v, const struct pam_door *door, const struct pam_service *service)
{
	bool pam = false, plain = false, other = false;

	for (unsigned proofs = 1; door->ssh && proofs < SSH_PROOFS; proofs++) {
		pam |= door->ssh->way[proofs] && (proofs & SSH_PAM);
		plain |= door->ssh->way[proofs] && (proofs & SSH_PASSWORD);
		other |= door->ssh->way[proofs] && (proofs & SSH_OTHER);
	}
	if (door->ssh && door->ssh->stopped)
		pam_fact(v->facts, door, PAM_SHUT, "stopped", NULL, 0, NULL);
	else if (plain) /* sshd itself checks it, and counts nothing */
		pam_fact(v->facts, door, PAM_GAP, "uncounted", NULL, 0, "/etc/ssh/sshd_config: UsePAM no");
	else if (service->aborted)
		pam_fact(v->facts, door, PAM_SHUT, "refused", NULL, 0, NULL);
	else if (door->ssh && !pam)
		pam_fact(v->facts, door, door->ssh->unclear || other ? PAM_UNCLEAR : PAM_NO_PASSWORD, NULL, NULL, 0, door->ssh->unclear);
	else
		return true;
	return false;
}

static enum rc
take_door(void *context, const struct pam_door *from, const struct pam_service *service)
{
	struct view *v = context;
	const struct pam_chain *c = &service->chains[PAM_TYPE_AUTH];
	struct pam_door door = *from;
	struct tried tried = { 0 };
	struct pam_person who = { .by_root = door.by_root };
	struct run run = { .tried = &tried };
	unsigned bad;
	enum rc rc = RC_OK;

	if (!asks_password(v, &door, service))
		return RC_OK;
	if (door.ssh && door.ssh->unclear)
		door.sure = false;
	for (int i = 0; i < 2; i++) { /* the wrong password alone, and with everything else right */
		who.has = run.has = i ? PAM_HELD | PAM_BODY : 0;
		TRY(pam_explore(&v->settings, c, PAM_TYPE_AUTH, &who, take_way, &run));
	}
	who.has = run.has = PAM_KINDS;
	run.right = true;
	TRY(pam_explore(&v->settings, c, PAM_TYPE_AUTH, &who, take_way, &run));
	who.locked = run.locked = true;
	TRY(pam_explore(&v->settings, c, PAM_TYPE_AUTH, &who, take_way, &run));
	TRY(add_settings(v, c));
	bad = tried.sure;
	if (bad & LET_IN)
		pam_fact(v->facts, &door, PAM_OPEN, "lets-in", c, tried.step[0], NULL);
	else if (door.ssh && door.ssh->unclear && !(bad & (UNCOUNTED | PASSED))) /* what its stack does is not all there is */
		pam_fact(v->facts, &door, PAM_UNCLEAR, NULL, NULL, 0, door.ssh->unclear);
	else if (!(tried.sure & ENTERED)) /* whatever is presented */
		pam_fact(v->facts, &door, PAM_SHUT, "refused", NULL, 0, NULL);
	else if (!(tried.sure & ASKED))
		pam_fact(v->facts, &door, tried.unsure ? PAM_UNCLEAR : PAM_NO_PASSWORD, NULL, NULL, 0, NULL);
	else if (bad & UNCOUNTED)
		pam_fact(v->facts, &door, PAM_GAP, "uncounted", c, tried.step[1], NULL);
	else if (bad & PASSED)
		pam_fact(v->facts, &door, PAM_GAP, "unchecked", c, tried.step[2], NULL);
	else if (tried.unsure)
		pam_fact(v->facts, &door, PAM_UNCLEAR, tried.unsure & UNCOUNTED ? "uncounted" : "unchecked", c, tried.step[tried.unsure & LET_IN ? 0 : tried.unsure & UNCOUNTED ? 1 : 2], NULL);
	else
		pam_fact(v->facts, &door, PAM_HOLDS, NULL, NULL, 0, NULL);
out:
	return rc;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(8 << 20);
	struct pam_files files = { .host = h, .arena = &arena };
	struct view v = { .facts = f, .settings = { .files = &files } };
	enum rc rc = RC_OK;

	(void)s;
	TRY(pam_doors_look(&files, take_door, &v, f));
	if (v.deny) {
		fact_int(f, 0, "deny", v.deny);
		fact_int(f, 0, "unlock_s", v.unlock_s);
		fact_int(f, 0, "interval_s", v.interval_s);
		fact_bool(f, 0, "root_too", v.root);
		if (v.admins)
			fact_bool(f, 0, "admins", true);
		fact_text(f, 0, "dir", str_of(v.dir));
	}
	if (v.tallies)
		fact_bool(f, 0, "tally2", true);
out:
	arena_free(&arena);
	return rc;
}

static void
say(struct finding *ret, enum verdict verdict, uint16_t message, const struct facts *f, uint32_t row)
{
	finding_set(ret, verdict, message);
	finding_text(ret, "service", fact_s(f, row, "service"));
	finding_text(ret, "at", fact_s(f, row, "at"));
}

/*= S-3-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t deny = fact_n(f, 0, "deny", 0), most = param_n(p, "failures_max");
	struct pam_sum sum;
	struct str why;

	(void)now_us;
	pam_sum(f, true, &sum);
	why = fact_s(f, sum.gap, "why");
	if (f->overflow || fact_get(f, 0, "doors") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LOCKOUT_NO_ANSWER);
	} else if (sum.gap && str_eq(why, STR("uncounted"))) {
		say(ret, VERDICT_FAIL, str_starts(fact_s(f, sum.gap, "at"), STR("/etc/ssh/")) ? MSG_LOCKOUT_SSH_WITHOUT_PAM : MSG_LOCKOUT_UNCOUNTED, f, sum.gap);
	} else if (sum.gap && str_eq(why, STR("lets-in"))) {
		say(ret, VERDICT_FAIL, MSG_LOCKOUT_LETS_IN, f, sum.gap);
	} else if (sum.gap) {
		say(ret, VERDICT_FAIL, MSG_LOCKOUT_UNCHECKED, f, sum.gap);
	} else if (sum.unclear) {
		say(ret, VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR, f, sum.unclear);
	} else if (sum.holds == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD);
	} else if (deny == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LOCKOUT_NUMBER_UNSEEN);
	} else if (deny > most) {
		finding_set(ret, VERDICT_FAIL, fact_n(f, 0, "station", 0) ? MSG_LOCKOUT_STATION_LATE : MSG_LOCKOUT_TOO_LATE);
		finding_int(ret, "count", deny);
		finding_int(ret, "max", most);
	} else if (fact_get(f, 0, "interval_s") && (fact_n(f, 0, "interval_s", 0) < LEAST_S || (fact_n(f, 0, "unlock_s", 0) > 0 && fact_n(f, 0, "unlock_s", 0) < LEAST_S))) {
		finding_set(ret, VERDICT_FAIL, MSG_LOCKOUT_BRIEF);
		finding_int(ret, "interval", fact_n(f, 0, "interval_s", 0));
		finding_int(ret, "unlock", fact_n(f, 0, "unlock_s", 0));
		finding_int(ret, "least", LEAST_S);
	} else if (fact_n(f, 0, "admins", 0)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LOCKOUT_ADMINS);
	} else if (fact_n(f, 0, "station", 0)) { /* core fills the same rows */
		finding_set(ret, VERDICT_PASS, MSG_LOCKOUT_STATION);
		finding_int(ret, "count", deny);
		finding_int(ret, "seconds", fact_n(f, 0, "unlock_s", 0));
		finding_int(ret, "locked", fact_n(f, 0, "locked", 0));
	} else {
		int64_t unlock_s = fact_n(f, 0, "unlock_s", 0);

		finding_set(ret, VERDICT_PASS, unlock_s ? MSG_LOCKOUT_LOCKS : MSG_LOCKOUT_LOCKS_FOR_GOOD);
		finding_int(ret, "count", deny);
		finding_int(ret, "doors", (int64_t)sum.holds);
		if (unlock_s)
			finding_int(ret, "seconds", unlock_s);
	}
}

const struct control control_lockout = {
	.id = "lockout", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_PROBE,
	.every_s = 3600, .timeout_ms = 10000, .look = look, .judge = judge,
};
