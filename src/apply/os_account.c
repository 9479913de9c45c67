// SPDX-License-Identifier: Apache-2.0
#include "apply/os_account.h"

#include <string.h>

#include "base/num.h"
#include "os/processes.h"

#define FILE_MAX (4u << 20)

static const char *const programs[] = {
	[APPLY_NONE] = NULL,
#define CHANGE(number, NAME, program, UNDO, timeout_ms) [APPLY_##NAME] = (program),
#include "apply/changes.def"
};

/* Cuts one line into its fields between colons; how many there were. */
static size_t
fields(struct str line, struct str *ret, size_t max)
{
	size_t n = 0;

	while (n < max && str_cut(&line, ':', &ret[n]))
		n++;
	return n;
}

/*= S-3-2 */
enum rc
os_account_find(struct str passwd, struct str account, uint32_t *ret_uid)
{
	struct str rest = passwd, line, f[4];
	int64_t uid = -1, other;
	size_t lines = 0, sharing = 0;

	while (str_cut(&rest, '\n', &line))
		if (fields(line, f, 4) == 4 && str_eq(f[0], account)) {
			lines++;
			if (num_parse(f[2], 0, UINT32_MAX, &uid) != RC_OK)
				return FAIL(RC_DENIED, STR_FMT ": its number in /etc/passwd is none", STR_ARG(account));
		}
	if (lines == 0)
		return FAIL(RC_NOTFOUND, "この機械に " STR_FMT " というアカウントはありません / this machine has no account " STR_FMT, STR_ARG(account), STR_ARG(account));
	if (lines > 1)
		return FAIL(RC_DENIED, STR_FMT " は /etc/passwd に2回あります。手で直してください / " STR_FMT " stands in /etc/passwd twice: mend it by hand", STR_ARG(account), STR_ARG(account));
	if (uid < ACCOUNT_UID_MIN || uid >= ACCOUNT_UID_MAX)
		return FAIL(RC_DENIED, STR_FMT " は人のアカウントではないため、番所は変えません / " STR_FMT " is no account of a person: the station does not change it", STR_ARG(account), STR_ARG(account));
	rest = passwd;
	while (str_cut(&rest, '\n', &line))
		sharing += fields(line, f, 4) == 4 && num_parse(f[2], 0, UINT32_MAX, &other) == RC_OK && other == uid;
	rc_trail_clear();
	if (sharing != 1)
		return FAIL(RC_DENIED, STR_FMT " は別のアカウントと番号を共にしています。手で直してください / " STR_FMT " shares its number with another account: mend it by hand", STR_ARG(account), STR_ARG(account));
	*ret_uid = (uint32_t)uid;
	return RC_OK;
}

/*= S-3-2 */
enum rc
os_account_locked(struct str shadow, struct str account, bool *ret)
{
	struct str rest = shadow, line, f[9];
	int64_t day;

	while (str_cut(&rest, '\n', &line))
		if (fields(line, f, 9) >= 8 && str_eq(f[0], account)) {
			*ret = f[1].n && (f[1].p[0] == '!' || f[1].p[0] == '*') && num_parse(f[7], 0, 1, &day) == RC_OK;
			rc_trail_clear();
			return RC_OK;
		}
	return FAIL(RC_NOTFOUND, "no line of /etc/shadow");
}

static enum rc
read_locked(struct host *h, struct str account, bool *ret)
{
	struct buf shadow = BUF(FILE_MAX);
	enum rc rc = RC_OK;

	TRY(host_read(h, "/etc/shadow", FILE_MAX, &shadow));
	TRY(os_account_locked(buf_str(&shadow), account, ret));
out:
	if (shadow.p)
		explicit_bzero(shadow.p, shadow.cap);
	buf_free(&shadow);
	return rc;
}

/*= S-3-2 */
enum rc
os_account_change(struct host *h, enum apply_change change, struct str account, struct applied *ret)
{
	const struct host_word word = { STR("account"), account };
	struct buf passwd = BUF(FILE_MAX), said = BUF(4096);
	bool want = change == APPLY_OS_ACCOUNT_LOCK, locked = !want;
	uint32_t uid = 0;
	enum rc rc = RC_OK;

	*ret = (struct applied){ 0, false };
	TRY(host_read(h, "/etc/passwd", FILE_MAX, &passwd));
	TRY(os_account_find(buf_str(&passwd), account, &uid));
	TRY(host_run_with(h, programs[change], &word, 1, 4096, 15000, &said));
	TRY(read_locked(h, account, &locked));
	if (locked != want)
		TRY(FAIL(RC_IO, "usermod は終わりましたが、/etc/shadow は変わっていません / usermod ended, but /etc/shadow did not change"));
	if (want)
		TRY(processes_end(uid, &ret->processes, &ret->hidden));
out:
	buf_free(&passwd);
	buf_free(&said);
	return rc;
}
