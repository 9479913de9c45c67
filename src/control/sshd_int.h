// SPDX-License-Identifier: Apache-2.0
/* sshd_int - the lines of sshd_config as read, shared by what reads, evaluates and enumerates them. */
#ifndef CONTROL_SSHD_INT_H
#define CONTROL_SSHD_INT_H

#include "control/sshd_config.h"

enum sshd_criterion { CRITERION_ALL = 1, CRITERION_USER, CRITERION_GROUP, CRITERION_HOST, CRITERION_ADDRESS, CRITERION_LOCAL_ADDRESS, CRITERION_LOCAL_PORT, CRITERION_RDOMAIN };
struct sshd_condition { enum sshd_criterion criterion; struct str list; int64_t port; };

struct sshd_line {
	enum sshd_key          key;
	bool                   in_match;   /* may stand in a Match block */
	struct str            *args;
	size_t                 args_count;
	struct sshd_condition *conditions; /* of Match   */
	size_t                 conditions_count;
	struct sshd_lines     *files;      /* of Include */
	size_t                 files_count;
};
struct sshd_lines { struct sshd_line *lines; size_t count; };

MUST_USE enum rc sshd_split(struct str line, bool comments, struct arena *, struct str **ret, size_t *ret_n); /* words as sshd splits them */
MUST_USE enum rc sshd_conditions(struct str rest, struct arena *, struct sshd_line *ret);

#endif
