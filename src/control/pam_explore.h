// SPDX-License-Identifier: Apache-2.0
/*
 * pam_explore - every way a person can take through a PAM stack.
 *
 * A person is what he can present: the right password or not, a device, a
 * finger; the counter of failures at its limit or not. Each module answers as
 * it would to him; where that rests on something unseen, each answer is tried
 * and the way is marked. Past a ceiling of ways: RC_LIMIT.
 */
#ifndef CONTROL_PAM_EXPLORE_H
#define CONTROL_PAM_EXPLORE_H

#include "control/pam.h"
#include "control/pam_conf.h"

/* What happened on a way so far. */
enum pam_mark {
	PAM_KNOWN = 1, PAM_HELD = 2, PAM_BODY = 4,  /* a factor of this kind was asked and right        */
	PAM_ASKED = 8,                              /* a password was asked and was wrong               */
	PAM_COUNTED = 16, PAM_CLEARED = 32,         /* the failure was counted; the count was set to 0  */
	PAM_TOKEN = 64,                             /* a password stands ready for the modules below    */
	PAM_WRITTEN = 128,                          /* the new password is the account's                */
	PAM_UNSURE = 256,                           /* rests on something that was not seen             */
};
#define PAM_KINDS (PAM_KNOWN | PAM_HELD | PAM_BODY)

enum pam_phase { PAM_SIGNS_IN = 0, PAM_OLD_PASSWORD, PAM_NEW_PASSWORD };

enum pam_empty { PAM_EMPTY_NONE = 0, PAM_EMPTY_UNSEEN, PAM_EMPTY_SEEN }; /* accounts with an empty password */

struct pam_person {
	unsigned       has;      /* PAM_KINDS                                                     */
	enum pam_empty empty;
	bool           locked;   /* the counter stands at its limit                               */
	bool           by_root;  /* the service runs as root, so pam_rootok is content            */
	enum pam_phase phase;
	int            classes;  /* kinds of characters in the new password, which is long enough */
};

/* What modules read; `files` shares its arena. Filled by the first look at each. */
struct pam_settings {
	struct pam_files *files;
	bool              quality_read, modules_read;
	struct pwquality  quality;
	struct str        folder;   /* of modules; empty: not seen */
};

struct pam_way { uint8_t result; unsigned marks; uint16_t step; /* where a password was first asked or, without, last granted; + 1 */ };
typedef enum rc pam_take_way(void *context, const struct pam_way *);

MUST_USE enum rc pam_explore(struct pam_settings *, const struct pam_chain *, enum pam_type, const struct pam_person *, pam_take_way *, void *context);

/* The settings a step of pam_faillock goes by; RC_SYNTAX, RC_NOTFOUND: it fails whatever happens. */
MUST_USE enum rc pam_faillock_of(struct pam_settings *, const struct pam_step *, struct faillock *ret);
MUST_USE enum rc pam_quality_of(struct pam_settings *, const struct pam_step *, struct pwquality *ret);
struct str       pam_module_name(const struct pam_step *); /* "pam_unix"; a module from elsewhere keeps its path */

#endif
