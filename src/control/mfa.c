// SPDX-License-Identifier: Apache-2.0
/*
 * mfa - does every way in ask for two factors of different kinds?
 *
 * What one knows, what one holds, what one is: the PAM stack of each service
 * is walked for every person who can show only some of them. One who comes in
 * with a single kind is the gap; two of one kind are one. su and sudo stand
 * behind a door where both were asked, so they do not decide. Of the station
 * itself core fills the same rows: each way of signing in, and the kinds it asks.
 */
#include "control/control.h"

#include "control/pam_doors.h"
#include "message/messages.h"

struct view { struct facts *facts; struct pam_settings settings; enum pam_empty empty; };
/* What the people had shown who came through a stack: sets of kinds. */
struct shown { bool sure[PAM_KINDS + 1], maybe[PAM_KINDS + 1]; uint16_t step[PAM_KINDS + 1], step_maybe[PAM_KINDS + 1]; };
struct verdicts { bool in; enum pam_finding worst; const char *why, *at; uint16_t step; };

static enum rc
take_way(void *context, const struct pam_way *w)
{
	struct shown *s = context;
	unsigned kinds = w->marks & PAM_KINDS;
	bool sure = !(w->marks & PAM_UNSURE);

	if (w->result != PAM_IS_SUCCESS)
		return RC_OK;
	if (sure ? !s->sure[kinds] : !s->maybe[kinds])
		*(sure ? &s->step[kinds] : &s->step_maybe[kinds]) = w->step;
	*(sure ? &s->sure[kinds] : &s->maybe[kinds]) = true;
	return RC_OK;
}

/* One way in, with the kinds it proves; the worst of all is kept: open, a single kind, unclear, two kinds. */
static void
weigh(struct verdicts *v, unsigned kinds, bool sure, uint16_t step, const char *at)
{
	enum pam_finding f = kinds & (kinds - 1) ? PAM_HOLDS : !sure ? PAM_UNCLEAR : kinds ? PAM_GAP : PAM_OPEN;
	static const int badness[] = { [PAM_HOLDS] = 1, [PAM_UNCLEAR] = 2, [PAM_GAP] = 3, [PAM_OPEN] = 4 };

	if (v->in && badness[f] <= badness[v->worst])
		return;
	*v = (struct verdicts){ true, f, f == PAM_OPEN ? "lets-in" : "single", at, step };
}

static void
weigh_stack(struct verdicts *v, const struct shown *s, unsigned before)
{
	for (unsigned kinds = 0; kinds <= PAM_KINDS; kinds++) {
		if (s->sure[kinds])
			weigh(v, kinds | before, true, s->step[kinds], NULL);
		if (s->maybe[kinds])
			weigh(v, kinds | before, false, s->step_maybe[kinds], NULL);
	}
}

static void
weigh_ssh(struct verdicts *v, const struct ssh_door *ssh, const struct shown *s)
{
	for (unsigned proofs = 1; proofs < SSH_PROOFS; proofs++) {
		unsigned before = (proofs & SSH_KEY ? PAM_HELD : 0) | (proofs & SSH_PASSWORD ? PAM_KNOWN : 0);

		if (!ssh->way[proofs])
			continue;
		if (proofs & SSH_PAM)
			weigh_stack(v, s, before);
		else
			weigh(v, before, !(proofs & SSH_OTHER) && !ssh->unclear, 0, proofs & SSH_OTHER ? "/etc/ssh/sshd_config: hostbased, gssapi" :
			    proofs & SSH_KEY ? "/etc/ssh/sshd_config: publickey" : "/etc/ssh/sshd_config: UsePAM no");
	}
	if (ssh->unclear)
		weigh(v, 0, false, 0, ssh->unclear);
}

static enum rc
take_door(void *context, const struct pam_door *door, const struct pam_service *service)
{
	struct view *v = context;
	const struct pam_chain *c = &service->chains[PAM_TYPE_AUTH];
	struct pam_person who = { .by_root = door->by_root, .empty = v->empty };
	struct shown shown = { 0 };
	struct verdicts sum = { 0 };
	enum rc rc = RC_OK;

	if (door->inside)
		return RC_OK;
	if (door->ssh && door->ssh->stopped) {
		pam_fact(v->facts, door, PAM_SHUT, "stopped", NULL, 0, NULL);
		return RC_OK;
	}
	if (door->ssh && !door->ssh->empty && !door->ssh->unclear)
		who.empty = PAM_EMPTY_NONE; /* whatever nullok says */
	for (who.has = 0; !service->aborted && who.has <= PAM_KINDS; who.has++)
		TRY(pam_explore(&v->settings, c, PAM_TYPE_AUTH, &who, take_way, &shown));
	if (door->ssh)
		weigh_ssh(&sum, door->ssh, &shown);
	else
		weigh_stack(&sum, &shown, 0);
	pam_fact(v->facts, door, sum.in ? sum.worst : PAM_SHUT, sum.in && sum.worst != PAM_HOLDS ? sum.why : NULL, c, sum.step, sum.at);
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
	TRY(pam_doors_look(&files, take_door, &v, f));
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
	bool ssh;

	(void)p;
	(void)now_us;
	pam_sum(f, false, &sum);
	row = sum.gap ? sum.gap : sum.unclear;
	ssh = str_starts(fact_s(f, row, "at"), STR("/etc/ssh/"));
	if (f->overflow || fact_get(f, 0, "doors") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_MFA_NO_ANSWER);
	} else if (fact_n(f, 0, "station", 0)) { /* core fills the same rows: a way of signing in is a door */
		if (sum.holds == 0 && row == 0)
			finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
		else
			finding_set(ret, row ? VERDICT_FAIL : VERDICT_PASS, row ? MSG_MFA_STATION_SINGLE : MSG_MFA_STATION_TWO_KINDS);
		finding_int(ret, "doors", (int64_t)sum.holds);
		finding_int(ret, "accounts", fact_n(f, 0, "accounts", 0));
	} else if (sum.gap) {
		finding_set(ret, VERDICT_FAIL, str_eq(fact_s(f, row, "why"), STR("lets-in")) ? MSG_MFA_LETS_IN : ssh ? MSG_MFA_SSH_SINGLE : MSG_MFA_SINGLE);
	} else if (sum.unclear) {
		finding_set(ret, VERDICT_UNKNOWN, ssh ? MSG_MFA_SSH_UNCLEAR : MSG_MFA_UNCLEAR);
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
	.id = "mfa", .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_PROBE, .every_s = 3600, .timeout_ms = 15000, .look = look, .judge = judge,
};
