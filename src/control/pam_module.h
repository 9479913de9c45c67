// SPDX-License-Identifier: Apache-2.0
/* pam_module - what the modules of PAM answer to a person; private to pam_explore. */
#ifndef CONTROL_PAM_MODULE_H
#define CONTROL_PAM_MODULE_H

#include "control/pam_explore.h"

#define PAM_OUTCOMES_MAX 6

struct pam_outcome { uint8_t result; unsigned add, drop; };

/* Every answer of this step to this person with these marks; at least one. */
MUST_USE enum rc pam_outcomes(struct pam_settings *, const struct pam_step *, enum pam_type, const struct pam_person *, unsigned marks, struct pam_outcome ret[PAM_OUTCOMES_MAX],
    size_t *ret_count);

#endif
