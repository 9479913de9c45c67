// SPDX-License-Identifier: Apache-2.0
/*
 * test - the whole runner of a unit test: CASE(name) { CHECK(…); } and TEST_MAIN.
 *
 * Cases register themselves before main(); the last line printed is
 * "N passed, N failed". Arguments select cases by substring of their name.
 */
#ifndef BASE_TEST_H
#define BASE_TEST_H

#include <stdio.h>
#include <string.h>

#include "base/str.h"

struct test_case { const char *name; void (*run)(void); struct test_case *next; };

extern struct test_case *test_cases;
extern int               test_failures; /* in the case that runs */

#define CASE(id)                                                                       \
	static void case_##id(void);                                                   \
	static struct test_case entry_##id = { #id, case_##id, NULL };                 \
	__attribute__((constructor)) static void register_##id(void)                   \
	{                                                                              \
		struct test_case **at = &test_cases;                                   \
		while (*at)                                                            \
			at = &(*at)->next;                                             \
		*at = &entry_##id;                                                     \
	}                                                                              \
	static void case_##id(void)

#define CHECK(cond)                                                                    \
	((cond) ? (void)0 : (void)(test_failures++, printf("%s:%d: not true: %s  [%s]\n", __FILE__, __LINE__, #cond, rc_trail())))
#define CHECK_OK(call) CHECK((call) == RC_OK)
#define CHECK_RC(call, want) CHECK((call) == (want))
#define CHECK_INT(got, want)                                                           \
	do {                                                                           \
		long long got_ = (long long)(got), want_ = (long long)(want);          \
		if (got_ != want_) {                                                   \
			test_failures++;                                               \
			printf("%s:%d: %s is %lld, want %lld\n", __FILE__, __LINE__, #got, got_, want_); \
		}                                                                      \
	} while (0)
#define CHECK_STR(got, want)                                                           \
	do {                                                                           \
		struct str got_ = (got), want_ = str_of(want);                         \
		if (!str_eq(got_, want_)) {                                            \
			test_failures++;                                               \
			printf("%s:%d: %s is \"%.*s\", want \"%.*s\"\n", __FILE__, __LINE__, #got, STR_ARG(got_), STR_ARG(want_)); \
		}                                                                      \
	} while (0)

int test_main(int argc, char **argv);
#define TEST_MAIN int main(int argc, char **argv) { return test_main(argc, argv); }

#endif
