// SPDX-License-Identifier: Apache-2.0
/*
 * journald - files of systemd's journal: from when to when they reach, and what one asks of them: whom sshd let in, what a unit said.
 *
 * Read front to back, as written (JOURNAL_FILE_FORMAT; the compact form too),
 * up to the last object its header names. An entry counts as sshd's when
 * journald itself saw it come from root; what others log under its name does
 * not. Packed texts (xz, lz4, zstd) are unpacked as far as a line that is asked
 * for can be long.
 */
#ifndef CONTROL_JOURNALD_H
#define CONTROL_JOURNALD_H

#include "control/records.h"
#include "os/host.h"

/* RC_SYNTAX: not a journal file, or one with an impossible header. */
MUST_USE enum rc journald_header(struct str head, struct span *ret);

/* Every file of this machine below `root` ("/var/log/journal"); `cut`: it was in use when the power failed. RC_NOTFOUND: no such folder. */
typedef enum rc journald_file(void *context, const char *path, bool cut);
MUST_USE enum rc journald_files(const struct host *, const char *root, journald_file *, void *context);

/* "Accepted publickey for alice from 192.0.2.1 port 5 ssh2: …" */
struct accepted { struct str user, address; int64_t at_us; };
bool accepted_parse(struct str message, struct accepted *ret); /* without the time */

typedef enum rc accepted_take(void *context, const struct accepted *);

/* Lines that `keep` wants, of entries with one of the fields `who`; `root`: and written by root. */
#define JOURNALD_WHO_MAX 2
typedef bool journald_keep(struct str message);
typedef enum rc journald_take(void *context, int64_t at_us, struct str message);
struct journald_ask { struct str who[JOURNALD_WHO_MAX]; bool root; journald_keep *keep; journald_take *take; void *context; };
struct journald_ask journald_sign_ins(journald_take *, void *context); /* messages that accepted_parse() takes */

struct journald; /* being read */
MUST_USE enum rc journald_begin(struct arena *arena, const struct journald_ask *, struct journald **ret); /* `who` is borrowed */
MUST_USE enum rc journald_feed(struct journald *, struct str piece); /* RC_SYNTAX: not such a file, or damaged */
/* False: it was cut short, is too much, or a text that may be asked for is packed and damaged. */
bool             journald_whole(const struct journald *);

#endif
