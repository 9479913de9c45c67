// SPDX-License-Identifier: Apache-2.0
/*
 * mfa - does every way in ask for two factors of different kinds?
 *
 * What one knows, what one holds, what one is: the PAM stack of each service
 * is walked for every person who can show only some of them. One who comes in
 * with a single kind is the gap; two of one kind are one. su and sudo stand
 * behind a door where both were asked, so they do not decide.
 */
#include "control/control.h"

#include "control/pam_doors.h"
#include "message/messages.h"

struct view { struct facts *facts; struct pam_settings settings; enum pam_empty empty; };
struct tried { bool in, single, single_maybe, open, open_maybe; uint16_t step, step_maybe; };

static enum rc
take_way(void *context, const struct pam_way *w)
{
	struct tried *t = context;
	unsigned kinds = w->marks & PAM_KINDS;
	bool sure = !(w->marks & PAM_UNSURE);

	if (w->result != PAM_IS_SUCCESS)
		return RC_OK;
	t->in = true;
	if (kinds & (kinds - 1))
		return RC_OK; /* two kinds */
	if (sure ? !t->single || (!kinds && !t->open) : !t->single_maybe)
		*(sure ? &t->step : &t->step_maybe) = w->step;
	*(sure ? &t->single : &t->single_maybe) = true;
	if (kinds == 0)
		*(sure ? &t->open : &t->open_maybe) = true;
	return RC_OK;
}

static enum rc
take_door(void *context, const struct pam_door *door, const struct pam_service *service)
{
	struct view *v = context;
	const struct pam_chain *c = &service->chains[PAM_TYPE_AUTH];
	struct pam_person who = { .by_root = door->by_root, .empty = v->empty };
	struct tried t = { 0 };
	enum rc rc = RC_OK;

	if (door->inside)
		return RC_OK;
	if (service->aborted) {
		(void)pam_fact(v->facts, door, PAM_SHUT, "refused", NULL, 0);
		return RC_OK;
	}
	for (who.has = 0; who.has <= PAM_KINDS; who.has++)
		TRY(pam_explore(&v->settings, c, PAM_TYPE_AUTH, &who, take_way, &t));
	if (t.single)
		(void)pam_fact(v->facts, door, t.open ? PAM_OPEN : PAM_GAP, t.open ? "lets-in" : "single", c, t.step);
	else if (t.single_maybe)
		(void)pam_fact(v->facts, door, PAM_UNCLEAR, t.open_maybe ? "lets-in" : "single", c, t.step_maybe);
	else
		(void)pam_fact(v->facts, door, t.in ? PAM_HOLDS : PAM_SHUT, NULL, NULL, 0);
out:
	return rc;
}

/* Has an account an empty password? Only whether the second field is empty is looked at. */
static enum pam_empty
empty_passwords(const struct host *h)
{
	struct buf b = BUF(1 << 20);
	enum pam_empty found = PAM_EMPTY_UNSEEN;
	struct str rest, line, field;

	if (host_read(h, "/etc/shadow", 1 << 20, &b) == RC_OK) {
		found = PAM_EMPTY_NONE;
		for (rest = buf_str(&b); str_line(&rest, &line);)
			if (str_cut(&line, ':', &field) && field.n && line.n && line.p[0] == ':')
				found = PAM_EMPTY_SEEN;
	}
	buf_free(&b);
	return found;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(8 << 20);
	struct pam_files files = { .host = h, .arena = &arena };
	struct view v = { .facts = f, .settings = { .files = &files }, .empty = empty_passwords(h) };
	enum rc rc = RC_OK;

	(void)s;
	rc = pam_doors(&files, take_door, &v);
	if (rc == RC_NOTFOUND) {
		fact_bool(f, 0, "doors", false);
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	fact_bool(f, 0, "doors", true);
out:
	arena_free(&arena);
	return rc;
}

/*= S-3-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct pam_sum sum;
	uint32_t row;

	(void)p;
	(void)now_us;
	pam_sum(f, false, &sum);
	row = sum.gap ? sum.gap : sum.unclear;
	if (f->overflow || fact_get(f, 0, "doors") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_MFA_NO_ANSWER);
	} else if (sum.gap) {
		finding_set(ret, VERDICT_FAIL, str_eq(fact_s(f, row, "why"), STR("lets-in")) ? MSG_MFA_LETS_IN : MSG_MFA_SINGLE);
	} else if (sum.unclear) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_MFA_UNCLEAR);
	} else if (sum.holds == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_MFA_NO_DOOR);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_MFA_TWO_KINDS);
		finding_int(ret, "doors", (int64_t)sum.holds);
	}
	if (row && ret->message != MSG_MFA_NO_ANSWER) {
		finding_text(ret, "service", fact_s(f, row, "service"));
		finding_text(ret, "at", fact_s(f, row, "at"));
	}
}

const struct control control_mfa = {
	.id = "mfa", .subject = SUBJECT_HOST, .by = LOOK_BY_PROBE, .every_s = 3600, .timeout_ms = 15000, .look = look, .judge = judge,
};
