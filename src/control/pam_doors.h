// SPDX-License-Identifier: Apache-2.0
/*
 * pam_doors - the services of this machine through which a person signs in, or becomes another account.
 *
 * A service counts when its program is installed. A file of /etc/pam.d that is
 * nobody's known service may be a door: what is found there is never sure.
 */
#ifndef CONTROL_PAM_DOORS_H
#define CONTROL_PAM_DOORS_H

#include "control/fact.h"
#include "control/pam_explore.h"
#include "control/ssh_door.h"

struct pam_door {
	struct str service;
	bool       inside;  /* behind another door: who uses it has signed in already          */
	bool       sure;    /* people do come in here                                          */
	bool       by_root; /* its program runs as root before it knows who comes              */
	const struct ssh_door *ssh; /* sshd: its own ways beside PAM; else NULL              */
};

/* What a control finds out about a door; kept as facts of a row. GAP and OPEN are not as wanted. */
enum pam_finding { PAM_UNCLEAR = 0, PAM_HOLDS, PAM_GAP, PAM_OPEN /* without any proof */, PAM_NO_PASSWORD, PAM_SHUT };

/* RC_NOTFOUND: no door at all. `take` gets the stacks of each. */
typedef enum rc pam_take_door(void *context, const struct pam_door *, const struct pam_service *);
MUST_USE enum rc pam_doors(struct pam_files *, pam_take_door *, void *context);

/* The same, and as fact "doors" whether there is one: none is an answer. */
MUST_USE enum rc pam_doors_look(struct pam_files *, pam_take_door *, void *context, struct facts *);

/* A row of facts: service, state, inside, sure, and at ("/etc/pam.d/common-auth:17", or `at` when there is no step). */
void     pam_fact(struct facts *, const struct pam_door *, enum pam_finding, const char *why, const struct pam_chain *, uint16_t step, const char *at);

/* The worst of all doors of the facts, for judges: the row, or 0. `inside_too`: doors behind doors count. */
struct pam_sum { uint32_t gap, unclear; size_t doors, holds; };
void     pam_sum(const struct facts *, bool inside_too, struct pam_sum *ret);

#endif
