// SPDX-License-Identifier: Apache-2.0
/* A line of a megabyte in every text that is read: an answer in time, never that all is well. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/test.h"
#include "control/accounts.h"
#include "control/backup.h"
#include "control/clamd.h"
#include "control/dates.h"
#include "control/dpkg.h"
#include "control/dpkg_log.h"
#include "control/http_answer.h"
#include "control/maps.h"
#include "control/mdstat.h"
#include "control/nft.h"
#include "control/nut.h"
#include "control/pam.h"
#include "control/pam_conf.h"
#include "control/place.h"
#include "control/readings.h"
#include "control/records.h"
#include "control/scan.h"
#include "control/sshd_config.h"
#include "control/sudoers.h"

#define LINE (1 << 20)

/* Each: is this something that counts for the machine? */
static bool
passwd(struct str s, struct arena *arena)
{
	struct accounts a;

	return accounts_parse(s, &s, s, arena, &a) == RC_OK && accounts_whole(&a);
}

static enum rc
count_key(void *context, const struct key *k)
{
	(void)k;
	++*(size_t *)context;
	return RC_OK;
}

static bool
keys(struct str s, struct arena *arena)
{
	size_t n = 0;

	(void)arena;
	return keys_parse(s, count_key, &n) == RC_OK && n;
}

static bool
sudoers(struct str s, struct arena *arena)
{
	const struct account alice = { .name = STR("alice"), .uid = 1000 };
	struct sudo_right right;
	struct sudoers all;

	if (sudoers_parse(s, arena, &all) != RC_OK)
		return false;
	sudoers_right(&all, &alice, STR("web1"), &right);
	return right.answer != SUDO_NO && right.answer != SUDO_UNSURE;
}

static bool
sshd(struct str s, struct arena *arena)
{
	struct sshd_config c;
	struct sshd_settings set;

	return sshd_config_parse(s, arena, &c) == RC_OK && sshd_config_for(&c, &(struct sshd_peer){ .user = STR("alice") }, &set) == RC_OK && sshd_yes(&set, SSHD_EMPTY_PASSWORD);
}

static bool
pam(struct str s, struct arena *arena)
{
	struct pam_service service;

	return pam_read_text(arena, s, &service) == RC_OK && !service.aborted && service.chains[PAM_TYPE_AUTH].count && service.chains[PAM_TYPE_AUTH].steps[0].kind == PAM_STEP_MODULE;
}

static bool
pam_settings(struct str s, struct arena *arena)
{
	struct pwquality q;
	struct faillock f;

	(void)arena;
	faillock_default(&f);
	pwquality_default(&q);
	return (faillock_read(&f, s) == RC_OK && f.deny == 5) || (pwquality_read(&q, s) == RC_OK && q.min_length > 90);
}

static enum rc
count_stanza(void *context, const struct stanza *s)
{
	*(size_t *)context += s->package.n && s->version.n;
	return RC_OK;
}

static bool
packages(struct str s, struct arena *arena)
{
	size_t n = 0;
	struct stanzas all = STANZAS(count_stanza, &n);
	struct release release;
	bool ok = stanzas_feed(&all, s) == RC_OK && stanzas_end_whole(&all) == RC_OK && n;

	(void)arena;
	stanzas_free(&all);
	return ok || release_parse(s, &release) == RC_OK;
}

static bool
package_log(struct str s, struct arena *arena)
{
	struct dpkg_log l = DPKG_LOG;
	int64_t from;
	bool during;

	(void)arena;
	dpkg_log_feed(&l, s);
	dpkg_log_settle(&l, INT64_C(1767225600000000));
	during = dpkg_log_during(&l, INT64_C(1767225600000000), &from);
	dpkg_log_free(&l);
	return during;
}

static bool
clamav(struct str s, struct arena *arena)
{
	struct scan_log l = SCAN_LOG;
	struct clamd_version v;
	struct clamd_header h;
	struct scan_call call;
	enum clamd_scan scan;
	bool seen;

	(void)arena;
	scan_log_feed(&l, s);
	scan_log_end(&l);
	seen = l.seen;
	scan_log_free(&l);
	return seen || clamd_version_parse(s, &v) == RC_OK || clamd_header_parse(s, &h) == RC_OK || (clamd_scan_parse(s, &scan) == RC_OK && scan == CLAMD_SCAN_CLEAN) ||
	    (scan_call_find(s, &call) && call.whole);
}

static bool
devices(struct str s, struct arena *arena)
{
	static struct md_array arrays[MD_MAX];
	struct readings r;
	struct nut_vars v;
	struct str path;
	size_t n = 0;
	bool read;

	readings_begin(&r);
	read = readings_feed(&r, s) == RC_OK && readings_end(&r) == RC_OK;
	return read || nut_parse(s, STR("sp"), arena, &v) == RC_OK || (mdstat_read(s, arrays, &n) == RC_OK && n) || maps_replaced(s, &path) == RC_OK;
}

static bool
places(struct str s, struct arena *arena)
{
	static struct own_addresses own;
	struct snapshots snaps;
	struct http_answer answer;
	struct nft_view view;
	struct place place;
	int64_t at;

	own_addresses_read(s, s, arena, &own);
	own_names_read(s, arena, &own);
	return (place_find(s, STR("/srv"), STR("web1"), &own, arena, &place) == RC_OK && place.kind == PLACE_NETWORK) || snapshots_read(s, INT64_C(1767225600000000), arena, &snaps) == RC_OK ||
	    http_answer_read(s, true, false, arena, &answer) == RC_OK || nft_read(s, &view) == RC_OK || audit_line(s, &at) == RC_OK || date_iso(s, &at) == RC_OK;
}

CASE(a_megabyte_in_a_line) /*= S-3-2 type=test */
{
	static bool (*const readers[])(struct str, struct arena *) = { passwd, keys, sudoers, sshd, pam, pam_settings, packages, package_log, clamav, devices, places };
	static const char *const heads[] = { "", "root:", "alice ALL = ", "PermitEmptyPasswords ", "auth required ", "deny = ", "minlen = ", "Package: ", "2026-01-01 00:00:00 ", "ClamAV ", "BEGIN LIST VAR ", "Personalities :",
		"HTTP/1.1 200 OK\r\nX: ", "{\"nftables\":[", "ssh-ed25519 ", "type=X msg=audit(", "End Date: ", "command=\"" };
	static const char fillers[] = "x ,=:\\\"[{(9!#\xe3";
	char *text = malloc(LINE + 64);
	clock_t before = clock();

	CHECK(text != NULL);
	for (size_t h = 0; text && h < sizeof(heads) / sizeof(heads[0]); h++)
		for (size_t f = 0; f < sizeof(fillers) - 1; f++)
			for (size_t r = 0; r < sizeof(readers) / sizeof(readers[0]); r++) {
				struct arena arena = ARENA(64 << 20);
				size_t n = strlen(heads[h]);

				if (h && f % 7 != h % 7 && f > 1)
					continue; /* each head with some */
				memcpy(text, heads[h], n);
				memset(text + n, fillers[f], LINE);
				text[n + LINE] = '\n';
				if (readers[r]((struct str){ text, n + LINE + 1 }, &arena)) {
					test_failures++;
					printf("reader %zu takes \"%s%c…\"\n", r, heads[h], fillers[f]);
				}
				rc_trail_clear();
				arena_free(&arena);
			}
	CHECK((clock() - before) / CLOCKS_PER_SEC < 60);
	free(text);
}

TEST_MAIN
