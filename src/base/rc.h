// SPDX-License-Identifier: Apache-2.0
/*
 * rc - one result type, eleven classes, and a trail that says what happened.
 *
 * The class decides what the caller does; the trail (a fixed buffer per
 * thread, no allocation) holds the sentences, newest first. Library code
 * never logs: the process loop prints the trail once and clears it.
 */
#ifndef BASE_RC_H
#define BASE_RC_H

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum rc {
	RC_OK = 0,
	RC_LIMIT,    /* over a ceiling: refuse                                */
	RC_SYNTAX,   /* malformed input: refuse                               */
	RC_DENIED,   /* not permitted: refuse and write to audit              */
	RC_NOTFOUND, /* caller decides                                        */
	RC_CONFLICT, /* state moved on: read again once                       */
	RC_TIMEOUT,  /* no answer in time: verdict UNKNOWN                    */
	RC_IO,       /* the system said no: errno is in the trail             */
	RC_TAMPERED, /* proof failed: alarm, stop using it                    */
	RC_PEER,     /* a process of ours broke protocol or is gone           */
	RC_BUG,      /* our own invariant broke                               */
	RC_COUNT
};

/* Jumps to `out:` in the same function when the call fails; needs a local `rc`. */
#define TRY(call)                             \
	do {                                  \
		rc = (call);                  \
		if (rc != RC_OK)              \
			goto out;             \
	} while (0)

/* `return FAIL(RC_SYNTAX, "…")`: a new trail. FAIL_OS keeps errno (RC_IO). */
#define FAIL(class, ...) (rc_fail((class), __FILE__, __LINE__, __VA_ARGS__), (class)) /* the class again, so that a reader of one file alone sees it is not RC_OK */
#define FAIL_OS(...)     (rc_fail_os(__FILE__, __LINE__, __VA_ARGS__), RC_IO)

enum rc     rc_fail(enum rc, const char *file, int line, const char *fmt, ...) PRINTF_LIKE(4, 5);
enum rc     rc_fail_os(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
enum rc     rc_context(enum rc, const char *fmt, ...) PRINTF_LIKE(2, 3); /* puts words before the trail */
const char *rc_name(enum rc);    /* "LIMIT"; never NULL                       */
const char *rc_trail(void);      /* borrow; valid until the next FAIL or clear */
int         rc_trail_errno(void);
void        rc_trail_clear(void);

#endif
