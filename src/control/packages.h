// SPDX-License-Identifier: Apache-2.0
/*
 * packages - what is installed on a machine, and what the lists of apt offer for it.
 *
 * Everything found lives in the caller's arena. A list is handed out package
 * by package, only those installed here, with the Release file that covers it.
 */
#ifndef CONTROL_PACKAGES_H
#define CONTROL_PACKAGES_H

#include "control/dpkg.h"
#include "os/host.h"

#define PACKAGES_MAX 20000

struct package { struct str name, architecture, version, source, maintainer; bool held; void *note; /* the caller's own */ };
struct packages { const struct host *host; struct arena *arena; struct package *list; size_t count; };

MUST_USE enum rc packages_read(struct packages *); /* host and arena set; sorted by name */

struct apt_list { struct release release; struct str component; }; /* borrowed while the list is read */

/* `wanted` before a list is read, `take` for each installed package it offers, `done` behind it. */
struct lists_reader {
	bool   (*wanted)(void *context, const struct apt_list *);
	enum rc (*take)(void *context, const struct apt_list *, struct package *, struct str version);
	void   (*done)(void *context, const struct apt_list *);
	void    *context;
	size_t   read, unread; /* lists wanted: read, and there but in a form or without the Release file that it takes */
};
MUST_USE enum rc packages_lists(const struct packages *, struct lists_reader *); /* no lists: RC_OK */

#endif
