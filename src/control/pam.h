// SPDX-License-Identifier: Apache-2.0
/*
 * pam - the stacks of a PAM service, read and walked as Linux-PAM of Debian does.
 *
 * A service is read whole, with what it includes: its steps keep the file and
 * line they stand on. A walk goes from step to step; what a module answers is
 * the caller's to say. Everything lives in the arena of `struct pam_files`.
 */
#ifndef CONTROL_PAM_H
#define CONTROL_PAM_H

#include "os/host.h"

#define PAM_LEVELS    16   /* of substacks, as in libpam    */
#define PAM_STEPS_MAX 500  /* of one service and type       */

enum pam_type { PAM_TYPE_AUTH = 0, PAM_TYPE_ACCOUNT, PAM_TYPE_PASSWORD, PAM_TYPE_SESSION, PAM_TYPE_COUNT, PAM_TYPE_ANY = PAM_TYPE_COUNT };

/* What a module answers: the numbers of Linux-PAM. */
enum pam_result {
	PAM_IS_SUCCESS = 0, PAM_IS_SERVICE_ERR = 3, PAM_IS_SYSTEM_ERR = 4, PAM_IS_PERM_DENIED = 6, PAM_IS_AUTH_ERR = 7, PAM_IS_AUTHINFO_UNAVAIL = 9, PAM_IS_USER_UNKNOWN = 10, PAM_IS_MAXTRIES = 11,
	PAM_IS_AUTHTOK_ERR = 20, PAM_IS_IGNORE = 25, PAM_IS_ABORT = 26, PAM_IS_MODULE_UNKNOWN = 28, PAM_RESULTS = 32,
};

/* What a control field makes of an answer; above zero: a jump over so many. */
enum { PAM_DO_IGNORE = 0, PAM_DO_OK = -1, PAM_DO_DONE = -2, PAM_DO_BAD = -3, PAM_DO_DIE = -4, PAM_DO_RESET = -5, PAM_DO_UNSET = -6 };

enum pam_step_kind { PAM_STEP_MODULE = 0, PAM_STEP_FAILS /* a line libpam cannot use */, PAM_STEP_SUBSTACK /* its lines follow, a level deeper */ };

struct pam_step {
	enum pam_step_kind kind;
	uint8_t            level;
	int32_t            actions[PAM_RESULTS];
	struct str         module;       /* as written: "pam_unix.so" */
	struct str        *args;
	size_t             args_count;
	struct str         file;
	uint32_t           line;
};

struct pam_chain { struct pam_step *steps; size_t count, room; };
struct pam_service {
	struct pam_chain chains[PAM_TYPE_COUNT];
	bool             aborted; /* libpam refuses the whole service                     */
	bool             other;   /* nothing of its own was found: that of "other" counts */
	struct str       why;     /* of aborted, in few words                             */
};

struct pam_file { struct str path, text; bool exists; };
struct pam_files { const struct host *host; struct arena *arena; struct pam_file *list; size_t count; bool checked, etc; };

/* RC_NOTFOUND: no folder of PAM files; RC_LIMIT: includes in a circle or too much of it; others: could not read. */
MUST_USE enum rc pam_read(struct pam_files *, struct str service, struct pam_service *ret);
/* The lines of one file, without its includes: what a fuzzer feeds. */
MUST_USE enum rc pam_read_text(struct arena *, struct str text, struct pam_service *ret);
/* A settings file, kept like the others; RC_NOTFOUND: it is not there. */
MUST_USE enum rc pam_text(struct pam_files *, const char *path, struct str *ret);
bool             pam_arg(const struct pam_step *, const char *name); /* the very word */
int              pam_result_of(struct str name);                     /* "auth_err"; -1: none */

/* A walk: born by pam_begin. No byte of it is padding, so that two walks compare as memory. */
struct pam_walk { uint16_t at; int8_t impression; uint8_t status, previous_level, unused; struct { int8_t impression; uint8_t status; } saved[PAM_LEVELS]; };
void                   pam_begin(struct pam_walk *);
const struct pam_step *pam_next(const struct pam_chain *, struct pam_walk *);                /* the module to ask; NULL: the end */
void                   pam_answer(const struct pam_chain *, struct pam_walk *, uint8_t result); /* what it answered        */
uint8_t                pam_end(const struct pam_chain *, const struct pam_walk *);           /* what the application is told    */

#endif
