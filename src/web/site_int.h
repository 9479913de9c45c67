// SPDX-License-Identifier: Apache-2.0
/* site_int - one request while it is answered; what site.c, visit.c and door.c share. */
#ifndef WEB_SITE_INT_H
#define WEB_SITE_INT_H

#include <pthread.h>

#include "core/ask_core.h"
#include "message/message.h"
#include "web/page.h"
#include "web/site.h"

#define COOKIE_SESSION "__Host-session"
#define COOKIE_DEVICE  "__Host-device"
#define COOKIE_FORM    "__Host-form"
#define COOKIE_LANG    "__Host-lang"
#define COOKIE_LONG_S  34560000 /* 400 days: the most browsers keep */
#define FORM_CHARS     32
#define STATICS_MAX    16

#define API_SLOTS      256

#define DRAFTS_MAX     128
#define DRAFT_ID_CHARS 32

struct draft { char id[DRAFT_ID_CHARS + 1], owner[65], address[HTTP_ADDRESS_MAX + 16], path[256], type[256], *bytes; size_t n; int64_t at_us; };
struct api_failures { uint32_t address; int64_t minute; int count; };

struct site {
	struct site_spec spec;
	pthread_mutex_t  failures_lock; /* and of the drafts */
	struct draft     drafts[DRAFTS_MAX];
	struct api_failures failures[API_SLOTS]; /* wrong tokens, by address and minute */
	const void      *statics[STATICS_MAX];
	const void      *health;
};

struct visit {                              /* one request while it is answered */
	struct site               *site;
	const struct http_request *q;
	struct http_answer        *a;
	struct str                 path;
	struct pairs               query, cookies, form;
	struct str                 token;   /* session, or empty */
	bool                       english;
	const char                *export;  /* the form of an export, or NULL */
	char                       form_token[FORM_CHARS + 1];
	struct str                 owner;   /* of the form that was sent: whose page it was, as that page said */
	const char                *draft_path;
	struct page_request        page;
};


int         visit_code_of(enum rc);
void        visit_typed(struct visit *, int status, const char *type);            /* and never kept by a cache */
void        visit_page_answer(struct visit *, int status);
void        visit_redirect(struct visit *, struct str to);
void        visit_failure(struct visit *, int code, const char *sentence);
void        visit_fail(struct visit *, enum rc);                                  /* the page for a failed call */
void        visit_cookie_set(struct visit *, const char *name, struct str value, long long age_s); /* 0: of this session; negative: gone */
const char *visit_own_words(struct visit *, const char *sentence); /* the reader's half of "日本語 / English" */
const char *visit_sentence(struct visit *, unsigned number, const struct finding_arg *, size_t n);
const char *visit_rule_broken(struct visit *, const char **ret_error);            /* the field it is about, or "" */

struct caller visit_caller(const struct visit *);
const char *visit_admin_needed(struct visit *);                                    /* where an act of administration is done */
struct str visit_console_host(struct visit *v);
struct str visit_host_name(const struct visit *);                                  /* that the browser used, without its port */
bool        visit_admitted(struct visit *);                                         /* at the listener of administration: by a declared address; false: the answer is written */
bool        visit_held(struct visit *);                                             /* the trail says that it is stopped for now: the answer is written */
bool        visit_client_inside(struct visit *, struct str token);                  /* a session of the client at the listener of administration */
void        visit_to_sign_in(struct visit *);                                      /* and back here afterwards */
void        visit_step_up(struct visit *, const char *error);                      /* the page that asks for a code and keeps the form */
bool        visit_stepped_up(struct visit *);                                      /* a code that came with the form; false: the answer is written */
bool        visit_bytes(struct visit *, const char *field, struct str *ret);       /* a field in base64url; borrowed from the arena */
json_t     *visit_challenge(struct visit *, struct str token);                     /* of auth, for the browser; an empty object when there is none */
bool        visit_token_shaped(struct str);
void        visit_form_token_of(struct str cookie, char ret[FORM_CHARS + 1]);
void        visit_owner(struct visit *);                                          /* whose page the form that was sent stood on */
bool        visit_post_is_ours(struct visit *);
void        visit_form_cookie(struct visit *);

bool        site_me(struct visit *);                                              /* false: not an address of the own account */
bool        draft_keep(struct visit *, char ret_id[DRAFT_ID_CHARS + 1]);           /* the form of this request, for whoever signs in again */
void        drafts_free(struct site *);
bool        site_draft(struct visit *);                                           /* false: not an address of a draft */
bool        site_calendar(struct visit *);                                        /* false: not the address of a calendar; reads no cookie */
bool        site_api(struct visit *);                                             /* false: not an address of the API; reads no cookie */
bool        site_card(struct visit *);                                            /* false: not of the listener that asks for certificates */
bool        site_door(struct visit *);                                            /* false: not an address of the door */

/* generator.c: {"csv": …} checked and kept by auth, when core permits it */
void        site_generators(struct visit *);                                       /* a list that was sent by a form, checked */
struct caller;
MUST_USE enum rc generator_check(struct site *, const struct caller *, struct str body, struct buf *ret_json);

#endif
