// SPDX-License-Identifier: Apache-2.0
/* wtmp, the journal kept on disk, the audit log, auth.log: whatever is there. */
#include "control/records_look.h"

#include <stdio.h>

#include "base/time_text.h"
#include "control/dates.h"
#include "control/gunzip.h"
#include "control/journald.h"

#define WTMP_MAX  (256 << 20)
#define NAMES_MAX 4096

static enum rc
take_wtmp(void *context, struct str piece)
{
	wtmp_feed(context, piece);
	return RC_OK;
}

/* What could not be read is remembered, not passed over: another source may still answer. */
static void
note(struct facts *f, const char *source, enum rc rc, const struct span *s, bool acts)
{
	uint32_t row = fact_rows(f) + 1;

	if (rc == RC_NOTFOUND)
		return;
	fact_text(f, row, "source", str_of(source));
	fact_bool(f, row, "readable", rc == RC_OK);
	fact_bool(f, row, "acts", acts); /* privileged acts stand in it, not only sign-ins */
	if (rc == RC_OK)
		fact_int(f, row, "records", s->count);
	if (rc == RC_OK && s->count) {
		fact_time(f, row, "first_at", s->first_us);
		fact_time(f, row, "last_at", s->last_us);
	}
}

static void
look_wtmp(const struct host *h, struct facts *f)
{
	static const char *const paths[] = { "/var/log/wtmp.1", "/var/log/wtmp" };
	struct span all = { 0 };
	enum rc rc = RC_NOTFOUND, here;

	for (size_t i = 0; i < 2; i++) {
		struct wtmp w = { .rest_n = 0 };

		here = host_read_pieces(h, paths[i], WTMP_MAX, take_wtmp, &w);
		if (here == RC_OK)
			span_join(&all, &w.span);
		if (rc == RC_NOTFOUND || here == RC_OK || (here != RC_NOTFOUND && i == 1))
			rc = here == RC_NOTFOUND ? rc : here;
	}
	note(f, "wtmp", rc, &all, false);
}

struct journal_sum { const struct host *host; struct span all; int64_t bytes; };

/* A file cut short by a power failure can still be read; one whose head did not survive cannot. */
static enum rc
take_journal(void *context, const char *path, bool cut)
{
	struct journal_sum *sum = context;
	struct buf b = BUF(512);
	struct host_stat st;
	struct span one;
	enum rc rc = host_read_head(sum->host, path, 512, &b);

	if (rc == RC_OK)
		rc = journald_header(buf_str(&b), &one);
	if (rc == RC_OK)
		span_join(&sum->all, &one);
	if (rc == RC_OK && host_stat(sum->host, path, &st) == RC_OK && st.exists)
		sum->bytes += (int64_t)st.size;
	buf_free(&b);
	return rc == RC_NOTFOUND || (rc == RC_SYNTAX && cut) ? RC_OK : rc;
}

static void
look_journal(const struct host *h, struct facts *f)
{
	struct journal_sum sum = { .host = h };
	enum rc rc = journald_files(h, "/var/log/journal", take_journal, &sum);

	note(f, "journal", rc, &sum.all, true);
	if (rc == RC_OK)
		fact_int(f, fact_rows(f), "bytes", sum.bytes);
}

/* First and last instants of a family of rotated text logs: "auth.log", "auth.log.1", "auth.log.2.gz"; packed otherwise is not read. */
static enum rc
text_log(const struct host *h, const char *folder, const char *name, enum rc (*instant)(struct str, int64_t *), struct span *all)
{
	struct arena arena = ARENA(1 << 20);
	struct str *files;
	size_t n;
	bool found = false;
	enum rc rc = RC_OK;

	TRY(host_list(h, folder, NAMES_MAX, &arena, &files, &n));
	for (size_t i = 0; i < n; i++) {
		struct buf b = BUF(65536);
		struct host_stat st;
		struct str rest, line;
		char path[600];
		int64_t at;

		if (!str_starts(files[i], str_of(name)) || str_ends(files[i], STR(".xz")) || files[i].n > 255)
			continue;
		found = true;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, files[i].p);
		rc = str_ends(files[i], STR(".gz")) ? gunzip_head(h, path, &b) : host_read_head(h, path, 65536, &b);
		rest = buf_str(&b);
		if (rc == RC_OK && str_line(&rest, &line) && instant(line, &at) == RC_OK && host_stat(h, path, &st) == RC_OK) {
			struct span one = { at, st.modified_at_us > at ? st.modified_at_us : at, 2 }; /* written to until its time of change */

			span_join(all, &one);
		}
		buf_free(&b);
		TRY(rc);
	}
	if (!found)
		rc = RC_NOTFOUND;
out:
	arena_free(&arena);
	return rc;
}

static enum rc
iso_word(struct str line, int64_t *ret)
{
	struct str word = STR_NONE;

	(void)str_cut(&line, ' ', &word);
	return date_iso(word, ret);
}

void
records_look(const struct host *h, struct facts *f)
{
	static const char *const births[] = { "/etc/machine-id", "/var/log/installer", "/lost+found" }; /* the first that is there: an image is older than what is made of it */
	struct span audit = { 0 }, auth = { 0 };
	struct host_stat st;
	int64_t born = 0;

	look_wtmp(h, f);
	look_journal(h, f);
	note(f, "audit", text_log(h, "/var/log/audit", "audit.log", audit_line, &audit), &audit, true);
	note(f, "auth.log", text_log(h, "/var/log", "auth.log", iso_word, &auth), &auth, true);
	for (size_t i = 0; i < sizeof(births) / sizeof(births[0]) && born == 0; i++)
		if (host_stat(h, births[i], &st) == RC_OK && st.exists && st.modified_at_us > 0)
			born = st.modified_at_us;
	if (born)
		fact_time(f, 0, "machine_since", born);
}

/* Since when records are needed: as far back as agreed, but not before there was anything to record. */
int64_t
records_needed_since(const struct facts *f, int64_t days, int64_t now_us)
{
	int64_t since = now_us - days * DAY_US, born = fact_n(f, 0, "machine_since", 0), live = 0;
	struct str go_live = fact_s(f, 0, "setting.go_live");

	if (go_live.n && time_parse_date(go_live, &live) == RC_OK && live > since && live <= now_us)
		since = live;
	return born > since && born <= now_us ? born : since;
}
