// SPDX-License-Identifier: Apache-2.0
/*
 * What people do about papers: the author files and withdraws, the other side receives, approves, agrees or returns.
 *
 * Whoever takes a step names the ledger entry of the version he saw, so that nothing else than that is approved. The same
 * entries, read again, take the same steps: paper_replay().
 */
#include "core/paper_int.h"

#include <string.h>

#include "base/num.h"

static const struct { enum act act; enum paper_step step; unsigned closings; bool reason; } steps[] = {
	{ ACT_PAPER_FILE, PAPER_FILE, 0, false },
	{ ACT_PAPER_RENEW, PAPER_FILE, 0, false }, /* many at once */
	{ ACT_PAPER_RECEIVE, PAPER_CLOSE, CLOSING_PRESENT | CLOSING_SUBMIT | CLOSING_REPORT | CLOSING_EXPLAIN | CLOSING_SHARE, false },
	{ ACT_PAPER_APPROVE, PAPER_CLOSE, CLOSING_APPROVE | CLOSING_AGREE, false },
	{ ACT_PAPER_ENTER, PAPER_CLOSE, CLOSING_ALL & ~CLOSING_OF_AUTHOR, true }, /* on paper: entered by the author's side */
	{ ACT_PAPER_RETURN, PAPER_RETURN, 0, true },
	{ ACT_PAPER_WITHDRAW, PAPER_WITHDRAW, 0, false },
	{ ACT_PAPER_END, PAPER_END, 0, true },
};

static size_t
step_at(enum act act)
{
	size_t i = 0;

	while (i < sizeof(steps) / sizeof(steps[0]) && steps[i].act != act)
		i++;
	return i;
}

bool
paper_act(enum act act)
{
	return step_at(act) < sizeof(steps) / sizeof(steps[0]);
}

/* The last closing still open that this act does; 0: none. */
unsigned
paper_closing_of(enum act act, const struct form *form, const struct paper_now *now)
{
	unsigned last = 0;
	size_t at = step_at(act);

	for (unsigned bit = 1; at < sizeof(steps) / sizeof(steps[0]) && bit <= CLOSING_ALL; bit <<= 1)
		if (now->open & bit & steps[at].closings && paper_closer(form, bit) != form->writes)
			last = bit;
	return last;
}

/* ---- filing */

json_t *
paper_draft_check(struct core *c, struct draft *d, enum lang lang, struct arena *a)
{
	const struct form *form = d->form;
	struct str from, until;
	json_t *errors;

	form_check(form, d->typed, a, d->values, d->wrong);
	for (size_t i = 0; i < form->fields_count; i++) {
		const struct row *other;

		if (form->fields[i].type != FIELD_ROW || d->wrong[i] != FORM_GOOD || d->values[i].n == 0)
			continue;
		other = register_row(c, d->values[i]);
		if (other == NULL || !str_eq_c(form->fields[i].of, other->register_id))
			d->wrong[i] = FORM_ROW;
	}
	errors = draft_errors(d, lang);
	from = form->paper.from < form->fields_count ? d->values[form->paper.from] : STR_NONE;
	until = form->paper.until < form->fields_count ? d->values[form->paper.until] : STR_NONE;
	if (json_object_size(errors) == 0 && from.n && until.n && str_cmp(until, from) < 0) /* one spelling: compares as days do */
		json_object_set_new(errors, form->fields[form->paper.until].id.p, view_sentence(MSG_PAPER_UNTIL_BEFORE, lang, NULL, 0));
	return errors;
}

struct filing { struct paper_made made; bool is_new; char id[2 * ID_BYTES + 1]; struct paper_taken taken; char *values, *files; struct party met[1 + PAPER_STAGES_MAX]; size_t met_count; /* whose step this one may not be: the author, and who passed a stage of it */ };

/* Under lock: what is filed, checked; `again`: from the ledger, as it was then. */
static enum rc
filing_of(struct core *c, const struct asked *q, enum side side, int64_t at_us, struct arena *a, struct filing *ret)
{
	const char *id = json_string_value(json_object_get(q->arguments, "id"));
	const struct form *form = id ? catalogue_paper(c->catalogue, str_of(id)) : NULL;
	const json_t *seen = json_object_get(q->arguments, "leaf");
	struct draft d = { .form = form };
	const struct paper *p;
	struct paper_now now = { .state = PAPER_NONE };
	json_t *errors = NULL, *values = NULL, *files = NULL;
	struct str name;
	enum rc rc = RC_OK;

	if (form == NULL)
		return FAIL(RC_NOTFOUND, "その名前の書式はありません / no such form");
	if (!q->again && side != form->writes && form->paper.entered && side != SIDE_NONE && json_array_size(json_object_get(q->arguments, "files")) == 0)
		return FAIL(RC_SYNTAX, "相手の書面を代わりに入力するときは、写しか、電話の聞き取りの書き取りを付けてください / entering the other side's paper needs its scan, or a note of the call, attached");
	if (!q->again && side != form->writes && !(form->paper.entered && side != SIDE_NONE))
		return FAIL(RC_DENIED, "この書面を出すのは、もう一方の当事者です / the other side files this paper");
	TRY(draft_take(&d, json_object_get(q->arguments, "values"), NULL));
	errors = paper_draft_check(c, &d, q->lang, a);
	if (!q->again)
		TRY(errors_fail(form, errors, q->lang));
	for (size_t i = 0; q->again && i < form->fields_count; i++)
		if (d.wrong[i] != FORM_GOOD)
			d.values[i] = str_trim(d.typed[i]); /* what no definition takes any more is kept as it was typed */
	name = form_name(form, d.values, a);
	p = paper_named(c, form->id, name);
	if (p)
		paper_now(c, p, at_us, &now);
	if (p && now.state == PAPER_ENDED)
		TRY(FAIL(RC_CONFLICT, "この書面は終わっています。別の件名で新しく出してください / this paper has ended: file a new one under another title"));
	if (p && !q->again && json_is_integer(seen) && (json_int_t)p->steps[p->count - 1].leaf != json_integer_value(seen))
		TRY(FAIL(RC_CONFLICT, "その間にほかの人が進めました。もう一度開いて確かめてください / somebody took a step meanwhile: open it again"));
	if (p && !q->again && !json_is_integer(seen))
		TRY(FAIL(RC_CONFLICT, "同じ書面がすでに出ています。その書面の画面から、新しい版を出してください / this paper is filed already: file a new version from its page"));
	values = draft_values(&d);
	files = attach_kept(json_object_get(q->arguments, "files"));
	ret->values = json_dumps(values, JSON_COMPACT | JSON_SORT_KEYS);
	ret->files = json_array_size(files) ? json_dumps(files, JSON_COMPACT) : NULL;
	ret->made = (struct paper_made){ arena_cstr(a, form->id), arena_cstr(a, name) };
	ret->is_new = p == NULL;
	if (p)
		memcpy(ret->id, p->id, sizeof(ret->id));
	else
		id_of_leaf("paper", q->leaf, ret->id);
	ret->taken = (struct paper_taken){ .after = p ? p->count : 0, .step = PAPER_FILE, .version = 1, .reason = "" };
	for (size_t i = 0; p && i < p->count; i++)
		ret->taken.version += p->steps[i].event.step == PAPER_FILE;
	if (ret->values == NULL || ret->made.form == NULL || ret->made.name == NULL)
		rc = FAIL(RC_LIMIT, "no room for a paper");
out:
	json_decref(errors);
	json_decref(values);
	json_decref(files);
	return rc;
}

/* ---- the steps after it */

static const char *
said_text(const json_t *arguments, const char *key)
{
	const char *text = json_string_value(json_object_get(arguments, key));

	return text ? text : "";
}

static struct party
party_of_step(const struct paper_kept *k)
{
	struct party p = { .side = k->side, .accounts = { k->actor }, .n = 1 };

	for (size_t i = 0; i < k->behalf_count; i++)
		p.accounts[p.n++] = k->behalf[i];
	return p;
}

/* Another person than the author; for a stage and for the closing act another than whoever passed a stage. */
static void
meet(const struct paper *p, const struct paper_kept *filed, enum paper_step step, bool entered, struct filing *ret)
{
	if (step != PAPER_CLOSE && step != PAPER_RETURN && step != PAPER_PASS)
		return;
	ret->met[ret->met_count++] = party_of_step(filed);
	for (size_t i = 0; i < p->count && step != PAPER_RETURN && !entered && ret->met_count <= PAPER_STAGES_MAX; i++)
		if (p->steps[i].event.step == PAPER_PASS && p->steps[i].event.version == filed->event.version)
			ret->met[ret->met_count++] = party_of_step(&p->steps[i]);
}

/* The stage that is said is the one it is in, and of a role whoever takes it has, or was lent. Under lock. */
static enum rc
stage_said(const struct form *form, const struct paper_now *now, const struct asked *q, const struct paper_by *by)
{
	const char *said = json_string_value(json_object_get(q->arguments, "stage"));
	const struct paper_stage *stage = now->stage ? &form->paper.stages[now->stage - 1] : NULL;

	if (q->again)
		return RC_OK;
	if (stage == NULL || !str_eq_c(stage->id, said))
		return FAIL(RC_CONFLICT, "いまの段階ではありません。もう一度開いて確かめてください / this is not the stage it is in: open it again");
	if (!(by->whom->session.roles & ROLE_BIT(stage->role)))
		return FAIL(RC_DENIED, "この段階は「%s」の役割の人がします。代わりの人には、アカウントの画面で役割を任せられます / this stage is done by the role \"%s\", which can lend it to a deputy", word_role(stage->role, LANG_JA), word_role(stage->role, LANG_EN));
	return RC_OK;
}

/* Under lock. */
static enum rc
step_of(struct core *c, const struct asked *q, const struct paper_by *by, struct arena *a, struct filing *ret)
{
	const char *id = json_string_value(json_object_get(q->arguments, "id"));
	const json_t *seen = json_object_get(q->arguments, "leaf");
	const struct paper *p = id ? paper_get(c, id) : NULL;
	const struct form *form = p ? catalogue_paper(c->catalogue, str_of(p->form)) : NULL;
	const struct paper_kept *filed = NULL;
	size_t at = step_at(q->act);
	struct buf reason = BUF(8192), attached = BUF(128);
	bool entered = q->act == ACT_PAPER_ENTER, staged = q->act == ACT_PAPER_RECEIVE && *said_text(q->arguments, "stage");
	enum paper_step kind = staged ? PAPER_PASS : steps[at].step;
	enum side side = by->side;
	json_t *files = NULL;
	struct paper_now now;
	unsigned closing;
	enum rc rc = RC_OK;

	if (form == NULL)
		return FAIL(RC_NOTFOUND, "その書面はありません / no such paper");
	paper_now(c, p, by->at_us, &now);
	if (entered || (q->again && steps[at].step == PAPER_CLOSE && !staged))
		now.stage = 0; /* a decision on paper went through its own stages; and one that was permitted before the form had any stands */
	closing = staged ? (unsigned)now.stage : paper_closing_of(q->act, form, &now);
	for (size_t i = 0; i < p->count; i++) /* open: the last one filed; to end: what stands */
		if (p->steps[i].event.step == PAPER_FILE && (steps[at].step != PAPER_END || p->steps[i].event.version == now.version))
			filed = &p->steps[i];
	if (!q->again && !json_is_integer(seen))
		TRY(FAIL(RC_SYNTAX, "見ていた版の記録番号（leaf）を添えてください / say which entry of the paper was seen (leaf)"));
	if (filed == NULL || (!q->again && (json_int_t)filed->leaf != json_integer_value(seen)))
		TRY(FAIL(RC_CONFLICT, "その間に新しい版が出たか、ほかの人が進めました。もう一度開いて確かめてください / a new version was filed or somebody took a step meanwhile: open it again"));
	if (entered && side == form->writes) /* what the other side decided, on paper */
		side = form->writes == SIDE_CLIENT ? SIDE_CONTRACTOR : SIDE_CLIENT;
	else if (entered)
		TRY(FAIL(RC_DENIED, "ご自分の側の決定は、受け取る・承認する操作で行ってください / your own side's decision is made by receiving or approving"));
	files = attach_kept(json_object_get(q->arguments, "files"));
	if (entered && !q->again && (json_array_size(files) == 0 || str_trim(str_of(json_string_value(json_object_get(q->arguments, "number")))).n == 0))
		TRY(FAIL(RC_SYNTAX, "文書番号と、決定の写しの添付が要ります / the document's number and a scan of the decision are needed"));
	if (staged)
		TRY(stage_said(form, &now, q, by));
	if (!(staged && q->again) && !paper_may(form, &now, kind, closing, side))
		TRY(FAIL(by->side == form->writes && steps[at].step != PAPER_WITHDRAW ? RC_DENIED : RC_CONFLICT,
		    "いまこの書面について、あなたの側はその操作をできません。もう一度開いて確かめてください / your side cannot do this to the paper as it stands: open it again"));
	if (steps[at].step != PAPER_WITHDRAW && steps[at].step != PAPER_END && memcmp(filed->actor.b, by->actor->b, ID_BYTES) == 0)
		TRY(FAIL(RC_DENIED, "出した本人は、受け取る側になれません / who filed it does not receive it"));
	meet(p, filed, kind, entered, ret);
	TRY(attach_digest(filed->files, &attached));
	if (!q->again && steps[at].step == PAPER_CLOSE && attached.n && !str_eq(buf_str(&attached), str_of(json_string_value(json_object_get(q->arguments, "attached")))))
		TRY(FAIL(RC_CONFLICT, "添付のハッシュ（attached）が、出された版のものと違います。もう一度開いて確かめてください / the hash of its attachments (attached) is not that of the version: open it again"));
	TRY(reason_said(q->arguments, steps[at].reason && !q->again, &reason));
	ret->taken = (struct paper_taken){ .after = p->count, .step = kind, .closing = closing, .version = filed->event.version,
		.reason = entered ? arena_cstr(a, arena_f(a, "%s: " STR_FMT, json_string_value(json_object_get(q->arguments, "number")), STR_ARG(buf_str(&reason)))) : arena_cstr(a, buf_str(&reason)) };
	ret->files = json_array_size(files) ? json_dumps(files, JSON_COMPACT) : NULL;
	memcpy(ret->id, p->id, sizeof(ret->id));
	ret->made = (struct paper_made){ arena_cstr(a, form->id), "" };
	if (ret->taken.reason == NULL || ret->made.form == NULL)
		rc = FAIL(RC_LIMIT, "no room for a step");
out:
	json_decref(files);
	buf_free(&reason);
	buf_free(&attached);
	return rc;
}

/* ---- the acts */

static enum rc
take(struct core *c, const struct asked *q, const struct paper_by *by, const struct party *party, char ret_id[2 * ID_BYTES + 1], char ret_form[FORM_ID_MAX + 1])
{
	struct arena a = ARENA(4 << 20);
	struct filing f = { .is_new = false };
	enum rc rc;

	core_lock(c);
	rc = q->act == ACT_PAPER_FILE ? filing_of(c, q, by->side, by->at_us, &a, &f) : step_of(c, q, by, &a, &f);
	core_unlock(c);
	TRY(rc);
	for (size_t i = 0; party && i < f.met_count; i++) /* whatever account, of whichever side */
		if (party_meets(c, party, &f.met[i]))
			TRY(i == 0 ? FAIL(RC_DENIED, "出した本人は、別のアカウントでも、借りた役割でも、受け取る側になれません / who filed it does not receive it, by no other account and no role that was lent")
			           : FAIL(RC_DENIED, "前の段階をした本人は、別のアカウントでも、借りた役割でも、次の段階をできません / who passed an earlier stage does not take a later one, by no other account and no role that was lent"));
	f.taken.id = f.id;
	f.taken.values = f.values ? f.values : "";
	f.taken.files = f.files;
	f.taken.made = f.is_new ? &f.made : NULL;
	TRY(paper_store(c, &f.taken, 1, by));
	TRY(paper_refresh(c, f.id));
	memcpy(ret_id, f.id, sizeof(f.id));
	(void)snprintf(ret_form, FORM_ID_MAX + 1, "%s", f.made.form); /* checked to fit where it was read */
out:
	free(f.values);
	free(f.files);
	arena_free(&a);
	return rc;
}

/* One of those that are renewed together, as if it were filed alone. Under lock. */
static enum rc
renewal_one(struct core *c, const struct asked *q, const struct paper_by *by, const struct paper *p, const char *seen, struct arena *a, struct filing *ret)
{
	const struct form *form = catalogue_paper(c->catalogue, str_of(p->form));
	struct asked one = *q;
	json_t *arguments = NULL;
	int64_t leaf;
	enum rc rc = RC_OK;

	if (form == NULL || form->paper.period || form->writes != by->side)
		return FAIL(RC_DENIED, "この書面は、まとめて更新できません / this paper is not renewed together with others");
	TRY(num_parse(str_of(seen ? seen : ""), 0, INT64_MAX, &leaf));
	arguments = json_pack("{s:s, s:I, s:o}", "id", p->form, "leaf", (json_int_t)leaf, "values", renewal_values(form, p, json_object_get(q->arguments, "values")));
	one.arguments = arguments;
	TRY(filing_of(c, &one, by->side, by->at_us, a, ret));
	if (ret->is_new || strcmp(ret->id, p->id) != 0)
		rc = FAIL(RC_SYNTAX, "件名の変わる書面は、その書面の画面から出してください / a paper whose title changes is filed from its own page");
	ret->taken.id = ret->id;
	ret->taken.values = ret->values ? ret->values : "";
	ret->taken.files = NULL;
out:
	json_decref(arguments);
	return rc;
}

/* Under lock: every paper that is ticked. From the ledger again what is gone since, or not of a form any more, is passed over. */
static enum rc
renewal_of(struct core *c, const struct asked *q, struct paper_by *by, struct arena *a, struct filing *list, size_t *ret_n)
{
	json_t *typed = json_object_get(q->arguments, "values"), *value;
	const char *key;
	enum rc rc = RC_OK;

	json_object_foreach(typed, key, value) {
		const struct paper *p = strchr(key, '.') ? NULL : paper_get(c, key);
		const struct form *form = p ? catalogue_paper(c->catalogue, str_of(p->form)) : NULL;

		if (strchr(key, '.') || (q->again && form == NULL))
			continue;
		if (p == NULL)
			return FAIL(RC_NOTFOUND, "その書面はありません / no such paper");
		if (*ret_n == RENEWAL_MAX)
			return FAIL(RC_LIMIT, "一度に更新できるのは%d件までです / at most %d papers are renewed at once", RENEWAL_MAX, RENEWAL_MAX);
		if (q->again)
			by->side = form->writes;
		list[*ret_n] = (struct filing){ .is_new = false };
		rc = renewal_one(c, q, by, p, json_string_value(value), a, &list[(*ret_n)++]);
		if (rc != RC_OK)
			return rc;
	}
	if (*ret_n == 0 && !q->again)
		return FAIL(RC_SYNTAX, "更新する書面に印を付けてください / tick the papers to renew");
	return RC_OK;
}

/* All of them or none: one entry, one transaction. `ret`: their ids. */
static enum rc
renew(struct core *c, const struct asked *q, struct paper_by *by, json_t *ret)
{
	struct arena a = ARENA(16u << 20);
	struct filing *list = calloc(RENEWAL_MAX, sizeof(*list));
	struct paper_taken *steps_taken = calloc(RENEWAL_MAX, sizeof(*steps_taken));
	size_t n = 0;
	enum rc rc = RC_OK;

	if (list == NULL || steps_taken == NULL)
		abort();
	core_lock(c);
	rc = renewal_of(c, q, by, &a, list, &n);
	core_unlock(c);
	TRY(rc);
	for (size_t i = 0; i < n; i++)
		steps_taken[i] = list[i].taken;
	TRY(paper_store(c, steps_taken, n, by));
	for (size_t i = 0; i < n; i++) {
		TRY(paper_refresh(c, list[i].id));
		json_array_append_new(ret, json_string(list[i].id));
		if (!q->again)
			paper_looks_due(c, list[i].made.form);
	}
out:
	for (size_t i = 0; i < n; i++) {
		free(list[i].values);
		free(list[i].files);
	}
	free(list);
	free(steps_taken);
	arena_free(&a);
	return rc;
}

enum rc
do_paper_renew(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const struct asked q = { ACT_PAPER_RENEW, arguments, who->begin, who->lang, false };
	struct paper_by by = { &who->session.account, who->session.display, roles_side(who->session.roles), who->at_us, who->begin, who };
	json_t *list = json_array();
	enum rc rc = RC_OK;

	TRY(renew(c, &q, &by, list));
	*ret = json_pack("{s:I, s:O, s:I}", "at", (json_int_t)core_now_us(), "rows", list, "n", (json_int_t)json_array_size(list));
out:
	json_decref(list);
	return rc;
}

static enum rc
do_paper(struct core *c, const struct actor *who, enum act act, json_t *arguments, json_t **ret)
{
	const struct asked q = { act, arguments, who->begin, who->lang, false };
	const struct paper_by by = { &who->session.account, who->session.display, roles_side(who->session.roles), who->at_us, who->begin, who };
	const struct party party = party_of(who);
	char id[2 * ID_BYTES + 1], form[FORM_ID_MAX + 1];
	json_t *shown = NULL;
	enum rc rc = RC_OK;

	TRY(take(c, &q, &by, &party, id, form));
	paper_looks_due(c, form);
	shown = json_pack("{s:s}", "id", id);
	TRY(view_paper(c, who, shown, ret));
out:
	json_decref(shown);
	return rc;
}

#define DO(name, act) \
	enum rc name(struct core *c, const struct actor *who, json_t *arguments, json_t **ret) { return do_paper(c, who, act, arguments, ret); }
DO(do_paper_file, ACT_PAPER_FILE)
DO(do_paper_receive, ACT_PAPER_RECEIVE)
DO(do_paper_approve, ACT_PAPER_APPROVE)
DO(do_paper_enter, ACT_PAPER_ENTER)
DO(do_paper_return, ACT_PAPER_RETURN)
DO(do_paper_withdraw, ACT_PAPER_WITHDRAW)
DO(do_paper_end, ACT_PAPER_END)

/* ---- from the ledger again */

enum rc
paper_replay(struct core *c, uint64_t leaf, const struct leaf *l, json_t *payload, const char *who, bool *ret_changed)
{
	const struct asked q = { act_of(l->name), json_object_get(payload, "arguments"), leaf, LANG_JA, true };
	struct actor whom = { .behalf_count = 0 };
	struct paper_by by = { &l->actor, who, SIDE_NONE, l->claimed_at_us, leaf, &whom };
	const char *id = json_string_value(json_object_get(q.arguments, "id"));
	char paper[2 * ID_BYTES + 1], form_id[FORM_ID_MAX + 1];
	const struct form *form;
	const struct paper *p;
	enum rc rc = RC_OK;

	if (q.act == ACT_PAPER_RENEW && json_is_object(q.arguments)) {
		json_t *list = json_array();

		actor_behalf_get(payload, &whom);
		rc = renew(c, &q, &by, list);
		*ret_changed = rc == RC_OK && json_array_size(list);
		json_decref(list);
		goto out;
	}
	if (!json_is_object(q.arguments) || id == NULL)
		goto out;
	actor_behalf_get(payload, &whom);
	core_lock(c);
	p = paper_get(c, id);
	form = catalogue_paper(c->catalogue, str_of(p ? p->form : id));
	if (form) /* it was permitted then: whose turn it was follows from the step */
		by.side = q.act == ACT_PAPER_FILE || q.act == ACT_PAPER_WITHDRAW || q.act == ACT_PAPER_ENTER ? form->writes : form->writes == SIDE_CLIENT ? SIDE_CONTRACTOR : SIDE_CLIENT;
	if (form && q.act == ACT_PAPER_END && (form->paper.closes & ~CLOSING_OF_AUTHOR) == 0)
		by.side = form->writes;
	if (q.act == ACT_PAPER_FILE && roles_side((uint32_t)json_integer_value(json_object_get(payload, "roles"))) != SIDE_NONE)
		by.side = roles_side((uint32_t)json_integer_value(json_object_get(payload, "roles"))); /* it may have been entered for the other side */
	core_unlock(c);
	TRY(take(c, &q, &by, NULL, paper, form_id));
	*ret_changed = true;
out:
	return rc;
}
