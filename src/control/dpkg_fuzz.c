// SPDX-License-Identifier: Apache-2.0
/* Stanzas in two pieces, releases, versions, sums. */
#include "control/dpkg.h"
#include "control/md5sums.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static enum rc
take(void *context, const struct stanza *s)
{
	bool held;

	(void)context;
	(void)status_installed(s->status, &held);
	if (deb_version_check(s->version) == RC_OK && deb_version_cmp(s->version, s->version) != 0)
		abort();
	return RC_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct stanzas s = STANZAS(take, NULL);
	struct str all = { (const char *)p, n };
	struct str md5, path;
	struct release r;

	if (stanzas_feed(&s, str_sub(all, 0, n / 2)) == RC_OK && stanzas_feed(&s, str_sub(all, n / 2, n)) == RC_OK)
		(void)stanzas_end(&s);
	stanzas_free(&s);
	(void)release_parse(all, &r);
	if (md5sums_line(all, &md5, &path) == RC_OK)
		(void)md5sums_same_path(all, path);
	if (deb_version_check(str_sub(all, 0, n / 2)) == RC_OK && deb_version_check(str_sub(all, n / 2, n)) == RC_OK &&
	    (deb_version_cmp(str_sub(all, 0, n / 2), str_sub(all, n / 2, n)) > 0) != (deb_version_cmp(str_sub(all, n / 2, n), str_sub(all, 0, n / 2)) < 0))
		abort();
	return 0;
}
