// SPDX-License-Identifier: Apache-2.0
/* The trail: one fixed buffer per thread. */
#include "base/rc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char trail[1024];
static _Thread_local int  trail_errno;

static void __attribute__((format(printf, 2, 0)))
write_at(size_t at, const char *fmt, va_list ap)
{
	if (at < sizeof(trail))
		(void)vsnprintf(trail + at, sizeof(trail) - at, fmt, ap); /* a cut trail is still a trail */
}

enum rc
rc_fail(enum rc class, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	trail_errno = 0;
	va_start(ap, fmt);
	write_at(0, fmt, ap);
	va_end(ap);
	if (class == RC_BUG) {
		size_t n = strlen(trail);
		(void)snprintf(trail + n, sizeof(trail) - n, " (%s:%d)", file, line);
	}
	return class;
}

enum rc
rc_fail_os(const char *file, int line, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	size_t n;

	(void)file;
	(void)line;
	va_start(ap, fmt);
	write_at(0, fmt, ap);
	va_end(ap);
	n = strlen(trail);
	trail_errno = saved;
	(void)snprintf(trail + n, sizeof(trail) - n, ": %s", strerror(saved));
	return RC_IO;
}

enum rc
rc_context(enum rc class, const char *fmt, ...)
{
	char old[sizeof(trail)];
	va_list ap;
	size_t n;

	memcpy(old, trail, sizeof(old));
	va_start(ap, fmt);
	write_at(0, fmt, ap);
	va_end(ap);
	n = strlen(trail);
	(void)snprintf(trail + n, sizeof(trail) - n, ": %s", old);
	return class;
}

const char *
rc_name(enum rc rc)
{
	static const char *const names[RC_COUNT] = { "OK", "LIMIT", "SYNTAX", "DENIED", "NOTFOUND", "CONFLICT",
		"TIMEOUT", "IO", "TAMPERED", "PEER", "BUG" };

	return (unsigned)rc < RC_COUNT ? names[rc] : "?";
}

const char *
rc_trail(void)
{
	return trail;
}

int
rc_trail_errno(void)
{
	return trail_errno;
}

void
rc_trail_clear(void)
{
	trail[0] = '\0';
	trail_errno = 0;
}
