// SPDX-License-Identifier: Apache-2.0
/*
 * station - the folder of one installation as warden opens it: lock, settings,
 * listeners, the folders of the processes.
 *
 * Everything is opened once; failures are sentences for the person who started it.
 */
#ifndef PROC_STATION_H
#define PROC_STATION_H

#include <limits.h>

#include "conf/conf.h"
#include "ipc/channel.h"

#define STATION_LISTENERS_MAX 16

struct station {
	char         root[PATH_MAX];      /* absolute, no links          */
	char         programs[PATH_MAX];  /* where our binaries stand    */
	char         catalogue[PATH_MAX];
	bool         as_root;
	int          root_fd, lock_fd, catalogue_fd, local_fd, tree_fd, certificate_fd, key_fd, breach_fd, collector_fd, witness_fd, mail_fd, login_fd, hook_fd, path_fd; /* -1: none */
	int          listeners[STATION_LISTENERS_MAX];
	int          listeners_count;
	int          admin_listeners[STATION_LISTENERS_MAX]; /* of administration alone */
	int          admin_listeners_count;
	int          card_listeners[STATION_LISTENERS_MAX]; /* that ask for certificates of people */
	int          card_listeners_count;
	int          authorities_fds[2];  /* the same file for auth and for web, each with its own place in it */
	struct conf *conf;
};

MUST_USE enum rc station_open(const char *root, bool listen, struct station *ret);
void             station_close(struct station *);
MUST_USE enum rc station_folder(const struct station *, const char *name, uint32_t uid, int *ret_fd); /* made when missing, owned by uid */
uint32_t         station_uid(const struct station *, enum proc_id);

#endif
