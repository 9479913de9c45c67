// SPDX-License-Identifier: Apache-2.0
/*
 * later - lets a machine's clock be ahead (ld.so.preload of a test's own /etc): by the seconds written in /etc/later as a
 * program starts. Only what tells the day moves; what measures time stands.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

static long seconds;

__attribute__((constructor)) static void
read_seconds(void)
{
	FILE *f = fopen("/etc/later", "re");

	if (f == NULL)
		return;
	if (fscanf(f, "%ld", &seconds) != 1)
		seconds = 0;
	(void)fclose(f); /* only read */
}

int
clock_gettime(clockid_t clock, struct timespec *ret)
{
	static int (*real)(clockid_t, struct timespec *);
	int n;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	n = real(clock, ret);
	if (n == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		ret->tv_sec += seconds;
	return n;
}

int
gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
	struct timespec now;
	int n = clock_gettime(CLOCK_REALTIME, &now);

	(void)zone;
	ret->tv_sec = now.tv_sec;
	ret->tv_usec = now.tv_nsec / 1000;
	return n;
}

time_t
time(time_t *ret)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}
