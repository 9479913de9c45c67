// SPDX-License-Identifier: Apache-2.0
/*
 * accounts - the accounts and groups of this machine's own files.
 *
 * passwd, shadow, group, gshadow as the C library reads them: a line it cannot use is
 * passed over, the first of a name counts. Where nsswitch.conf names another
 * source (ldap, sss, …) there are more accounts than are seen: `elsewhere`.
 */
#ifndef CONTROL_ACCOUNTS_H
#define CONTROL_ACCOUNTS_H

#include "os/host.h"

enum password { PASSWORD_UNSEEN = 0, PASSWORD_LOCKED, PASSWORD_EMPTY, PASSWORD_SET };

struct account {
	struct str    name, home, shell;
	uint32_t      uid, gid;
	enum password password;
	struct str    hash;          /* of PASSWORD_SET: only ever compared, never shown */
	int64_t       changed_day;   /* since 1970; -1: not said                         */
	int64_t       expires_day;   /* the first day it is no longer valid; -1: never   */
	bool          shell_opens;   /* nologin, false and the like do not, nor one that is not there */
	bool          shell_odd;     /* it opens, and /etc/shells does not list it       */
	struct str   *groups;        /* names of all groups                              */
	size_t        groups_count;
};
/* `admins` may put anybody into it (gpasswd); with the password anybody puts himself into it (newgrp). */
struct group { struct str name, members, admins; uint32_t gid; bool password; };
struct accounts {
	struct account *list;
	size_t          count;
	struct group   *groups;
	size_t          groups_count;
	bool            elsewhere, shadow_unseen;
};

/* RC_NOTFOUND: no passwd. Everything lives in the arena. */
MUST_USE enum rc accounts_read(const struct host *, struct arena *, struct accounts *ret);
/* The same of texts; `shadow` NULL: not seen. */
MUST_USE enum rc accounts_parse(struct str passwd, const struct str *shadow, struct str group, struct arena *, struct accounts *ret);

/* /etc/gshadow: who administers each group, and which have a password. Pure; texts live as long as the accounts. */
void             accounts_gshadow(struct accounts *, struct str text);

const struct account *account_named(const struct accounts *, struct str name); /* NULL: there is none */
int64_t               accounts_whole(const struct accounts *);            /* how many; 0 when root is not among them: such a list is cut or no list */
bool                  account_in(const struct account *, struct str group);
bool                  account_expired(const struct account *, int64_t now_us);

/*
 * Keys that open an account: lines of authorized_keys as sshd takes them.
 * One it would pass over is none; an unknown option still counts as usable.
 */
struct key {
	struct str blob, from;       /* base64; the list of from="…"                             */
	struct str comment;          /* what stands behind it: usually "who@where"               */
	bool       authority, forced, touch_off, verify, on_token /* sk-…: it cannot be copied off its token */;
	int64_t    expires_us;       /* 0: never                                                  */
};
typedef enum rc key_take(void *context, const struct key *);
MUST_USE enum rc keys_parse(struct str text, key_take *, void *context);
/* Files a pattern of AuthorizedKeysFile stands for: %h %u %U %%, relative to the home. */
struct str       keys_path(struct str pattern, const struct account *, struct arena *);

/* When an account last signed in, from lastlog, wtmp and what sshd says; times behind `now_us` are not believed. 0: never. */
struct sign_ins { struct buf lastlog; struct str names[512]; int64_t at_us[512]; size_t count; int64_t wtmp_first_us; bool lastlog_seen, wtmp_seen, sshd_seen, unread, future; };
MUST_USE enum rc sign_ins_read(const struct host *, const struct accounts *, struct arena *, int64_t now_us, struct sign_ins *ret); /* free with buf_free(&lastlog) */
void             wtmp_names_feed(struct sign_ins *, struct str records, struct arena *, int64_t now_us);
int64_t          signed_in_at(const struct sign_ins *, const struct account *, int64_t now_us);

#endif
