// SPDX-License-Identifier: Apache-2.0
/* What the rules of sudoers come to for one account on this machine. */
#include "control/sudoers.h"

#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "control/sshd_match.h"

#define ALIAS_DEPTH 16

/* As a list is matched: the last item that applies decides. */
enum matched { NOT = 0, AGAINST, FOR, PERHAPS };

static const struct sudo_alias *
alias_of(const struct sudoers *s, enum sudo_alias_kind kind, struct str name)
{
	for (size_t i = 0; i < s->aliases_count; i++)
		if (s->aliases[i].kind == kind && str_eq(s->aliases[i].name, name))
			return &s->aliases[i];
	return NULL;
}

static bool
same_id(struct str text, uint32_t id)
{
	int64_t n;

	return num_parse(text, 0, UINT32_MAX, &n) == RC_OK && n == id;
}

static enum matched
turned(enum matched m, bool against)
{
	return m == FOR && against ? AGAINST : m == AGAINST && against ? FOR : m;
}

static enum matched
user_list(const struct sudoers *s, const struct sudo_list *l, enum sudo_alias_kind kind, const struct account *a, int depth)
{
	for (size_t i = l->count; i > 0; i--) {
		const struct sudo_item *item = &l->items[i - 1];
		const struct sudo_alias *alias = item->kind == SUDO_ALIAS ? alias_of(s, kind, item->text) : NULL;
		enum matched m = NOT;

		if (item->kind == SUDO_ALL || ((item->kind == SUDO_WORD || (item->kind == SUDO_ALIAS && alias == NULL)) && str_eq(item->text, a->name)) ||
		    (item->kind == SUDO_UID && same_id(item->text, a->uid)) || (item->kind == SUDO_GROUP && account_in(a, item->text)) ||
		    (item->kind == SUDO_GID && same_id(item->text, a->gid)))
			m = FOR;
		else if (alias)
			m = depth < ALIAS_DEPTH ? user_list(s, &alias->items, kind, a, depth + 1) : PERHAPS;
		else if (item->kind == SUDO_NETGROUP || item->kind == SUDO_NONUNIX || (item->kind == SUDO_GID && a->groups_count > 1))
			m = PERHAPS;
		if (m != NOT)
			return turned(m, item->against);
	}
	return NOT;
}

static bool
name_matches(struct str pattern, struct str name)
{
	char p[256], n[256];

	if (pattern.n >= sizeof(p) || name.n >= sizeof(n))
		return false;
	memcpy(p, pattern.p, pattern.n);
	p[pattern.n] = 0;
	if (name.n)
		memcpy(n, name.p, name.n);
	n[name.n] = 0;
	return fnmatch(p, n, FNM_CASEFOLD) == 0;
}

static enum matched
host_list_matches(const struct sudoers *s, const struct sudo_list *l, struct str host, int depth)
{
	struct str rest = host, brief = STR_NONE;
	struct prefix net;

	(void)str_cut(&rest, '.', &brief);
	for (size_t i = l->count; i > 0; i--) {
		const struct sudo_item *item = &l->items[i - 1];
		const struct sudo_alias *alias = item->kind == SUDO_ALIAS ? alias_of(s, SUDO_ALIAS_HOST, item->text) : NULL;
		enum matched m = NOT;

		if (item->kind == SUDO_ALL)
			m = FOR; // NOLINT(bugprone-branch-clone)
		else if (alias)
			m = depth < ALIAS_DEPTH ? host_list_matches(s, &alias->items, host, depth + 1) : PERHAPS;
		else if (item->kind == SUDO_NETGROUP || prefix_parse(item->text, &net) != RC_SYNTAX || memchr(item->text.p, '/', item->text.n))
			m = PERHAPS; /* this machine's own addresses are not asked here */
		else if (name_matches(item->text, host) || name_matches(item->text, brief))
			m = FOR;
		if (m != NOT)
			return turned(m, item->against);
	}
	return NOT;
}

/* Does an entry run as root? Without "(…)" it does; "(:group)" and "()" stay who they are. */
static enum matched
as_root(const struct sudoers *s, const struct sudo_command *c)
{
	const struct account root = { .name = STR("root") };
	enum matched m;

	if (!c->as_said)
		return s->runas_other ? PERHAPS : FOR;
	if (c->as_users.count == 0)
		return NOT;
	m = user_list(s, &c->as_users, SUDO_ALIAS_RUNAS, &root, 0);
	return m == AGAINST ? NOT : m;
}

static bool
is_pattern(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("*?[", s.p[i]))
			return true;
	return s.n && s.p[0] == '^';
}

/* /bin, /sbin and /lib are links into /usr on every Debian 12, and sudo compares the files, not their names. */
static struct str
merged(struct str path)
{
	if (str_starts(path, STR("/usr/")) && (str_starts(str_sub(path, 4, path.n), STR("/bin/")) || str_starts(str_sub(path, 4, path.n), STR("/sbin/")) || str_starts(str_sub(path, 4, path.n), STR("/lib/"))))
		return str_sub(path, 4, path.n);
	return path;
}

/* A command of a rule against one program; `path` empty: against any. */
static enum matched
command_matches(const struct sudoers *s, const struct sudo_command *c, struct str path, int depth)
{
	const struct sudo_alias *alias = c->what.kind == SUDO_ALIAS ? alias_of(s, SUDO_ALIAS_COMMAND, c->what.text) : NULL;
	struct str what = c->what.text;
	enum matched m = NOT;

	if (c->what.kind == SUDO_ALL) {
		m = FOR;
	} else if (alias) {
		for (size_t i = alias->commands_count; i > 0 && (m == NOT || (m == AGAINST && path.n == 0)); i--) { /* against any: one that is allowed is enough */
			enum matched here = depth < ALIAS_DEPTH ? command_matches(s, &alias->commands[i - 1], path, depth + 1) : PERHAPS;

			m = here == NOT ? m : here;
		}
	} else if (c->what.kind == SUDO_WORD && what.p[0] == '/') {
		if (path.n == 0)
			m = FOR;
		else if (what.p[what.n - 1] == '/')
			m = str_eq(merged(what), str_sub(merged(path), 0, merged(path).n - str_base_name(path).n)) ? FOR : NOT;
		else /* one of the same last name may be a link to it: sudo would take it for the same */
			m = str_eq(merged(what), merged(path)) ? FOR : is_pattern(what) || str_eq(str_base_name(what), str_base_name(path)) ? PERHAPS : NOT;
	} else if (c->what.kind == SUDO_WORD && (str_eq(what, STR("sudoedit")) || what.p[0] == '^')) {
		m = path.n && what.p[0] != '^' ? NOT : what.p[0] == '^' ? PERHAPS : FOR; /* who edits a file as root is close to root */
	}
	return turned(m, c->what.against);
}

/* All rules in order, for root on this machine. */
typedef void each_command(void *context, const struct sudo_command *, enum matched);

static void
each(const struct sudoers *s, const struct account *a, struct str host, each_command *take, void *context)
{
	for (size_t i = 0; i < s->count; i++) {
		enum matched user = user_list(s, &s->rules[i].users, SUDO_ALIAS_USER, a, 0);

		if (user != FOR && user != PERHAPS)
			continue;
		for (size_t k = 0; k < s->rules[i].count; k++) {
			const struct sudo_privilege *p = &s->rules[i].privileges[k];
			enum matched here = host_list_matches(s, &p->hosts, host, 0);

			if (here != FOR && here != PERHAPS)
				continue;
			for (size_t n = 0; n < p->count; n++) {
				enum matched root = as_root(s, &p->commands[n]);

				if (root != NOT)
					take(context, &p->commands[n], user == PERHAPS || here == PERHAPS || root == PERHAPS ? PERHAPS : FOR);
			}
		}
	}
}

struct rights { const struct sudoers *s; const struct account *who; struct str path; struct sudo_right right; };

static bool
whole(const struct sudoers *s, const struct sudo_command *c, int depth)
{
	const struct sudo_alias *alias = c->what.kind == SUDO_ALIAS ? alias_of(s, SUDO_ALIAS_COMMAND, c->what.text) : NULL;

	if (c->what.kind == SUDO_ALL)
		return true;
	for (size_t i = 0; alias && depth < ALIAS_DEPTH && i < alias->commands_count; i++)
		if (!alias->commands[i].what.against && whole(s, &alias->commands[i], depth + 1))
			return true;
	return false;
}

static void
add_right(void *context, const struct sudo_command *c, enum matched sure)
{
	struct rights *r = context;
	bool any = whole(r->s, c, 0);
	enum sudo_answer here = sure == PERHAPS ? SUDO_UNSURE : any ? SUDO_ANY : SUDO_SOME;

	if (command_matches(r->s, c, STR_NONE, 0) == AGAINST) {
		if (any && sure == FOR) /* !ALL behind everything takes all of it back; a single program taken out of ALL leaves the others */
			r->right = (struct sudo_right){ 0 };
		return;
	}
	if (here > r->right.answer) {
		r->right.answer = here;
		r->right.first = any ? STR("ALL") : c->what.text;
	}
	r->right.no_password |= c->no_password || r->s->no_password || (r->s->exempt_group.n && account_in(r->who, r->s->exempt_group));
}

void
sudoers_right(const struct sudoers *s, const struct account *a, struct str host, struct sudo_right *ret)
{
	struct rights r = { .s = s, .who = a };

	each(s, a, host, add_right, &r);
	*ret = r.right;
}

static void
add_run(void *context, const struct sudo_command *c, enum matched sure)
{
	struct rights *r = context;
	enum matched m = command_matches(r->s, c, r->path, 0);

	if (m == NOT || (m == AGAINST && c->args_said && c->args.n)) /* some arguments refused: others may still be given */
		return;
	if (sure == PERHAPS || m == PERHAPS)
		r->right.answer = r->right.answer >= SUDO_SOME && m != AGAINST ? r->right.answer : SUDO_UNSURE;
	else
		r->right.answer = m == AGAINST ? SUDO_NO : SUDO_SOME;
}

enum sudo_answer
sudoers_may_run(const struct sudoers *s, const struct account *a, struct str host, struct str path)
{
	struct rights r = { .s = s, .who = a, .path = path };

	each(s, a, host, add_run, &r);
	return r.right.answer;
}
