// SPDX-License-Identifier: Apache-2.0
/*
 * sudoers - who may become root, or run one program as root.
 *
 * Read as sudo 1.9 reads it: includes, aliases, negation, tags that stay on,
 * the last match wins. A line sudo cannot use is passed over, as sudo does
 * (`broken`). What names netgroups, plugins or patterns for whole commands is
 * not known here: the answer is UNSURE. Everything lives in the arena.
 */
#ifndef CONTROL_SUDOERS_H
#define CONTROL_SUDOERS_H

#include "control/accounts.h"

enum sudo_kind { SUDO_ALL = 1, SUDO_WORD, SUDO_ALIAS, SUDO_GROUP, SUDO_GID, SUDO_NONUNIX, SUDO_UID, SUDO_NETGROUP };
struct sudo_item { enum sudo_kind kind; bool against; struct str text; }; /* of commands: the path, its arguments in `args` */
struct sudo_list { struct sudo_item *items; size_t count; };

struct sudo_command {
	struct sudo_list as_users, as_groups;  /* not said: count 0 */
	bool             as_said, no_password, no_exec;
	struct sudo_item what;
	struct str       args;                 /* "" given as empty quotes: `args_said` alone */
	bool             args_said, digest;
};
struct sudo_privilege { struct sudo_list hosts; struct sudo_command *commands; size_t count; };
struct sudo_rule { struct sudo_list users; struct sudo_privilege *privileges; size_t count; };
enum sudo_alias_kind { SUDO_ALIAS_USER = 1, SUDO_ALIAS_RUNAS, SUDO_ALIAS_HOST, SUDO_ALIAS_COMMAND };
struct sudo_alias { enum sudo_alias_kind kind; struct str name; struct sudo_list items; struct sudo_command *commands; size_t commands_count; };

struct sudoers {
	struct sudo_rule  *rules;
	struct sudo_alias *aliases;
	size_t             count, aliases_count;
	size_t             broken;        /* lines and files sudo cannot use                            */
	bool               no_password;   /* Defaults !authenticate, for whomever                       */
	bool               runas_other;   /* Defaults runas_default=…: an entry without one is not root's */
	struct str         exempt_group;
};

/* RC_NOTFOUND: there is no sudoers. RC_LIMIT: includes go round, or too much of it. */
MUST_USE enum rc sudoers_load(const struct host *, const char *path, struct str host_name, struct arena *, struct sudoers *ret);
MUST_USE enum rc sudoers_parse(struct str text, struct arena *, struct sudoers *ret); /* one text; includes find nothing */

enum sudo_answer { SUDO_NO = 0, SUDO_UNSURE, SUDO_SOME /* some commands */, SUDO_ANY /* whatever one likes */ };
struct sudo_right { enum sudo_answer answer; bool no_password; struct str first; /* a command, for words */ };
/* As root, on this machine (`host_name`, with and without its domain). */
void             sudoers_right(const struct sudoers *, const struct account *, struct str host_name, struct sudo_right *ret);
enum sudo_answer sudoers_may_run(const struct sudoers *, const struct account *, struct str host_name, struct str path);

#endif
