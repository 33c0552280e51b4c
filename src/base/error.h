/**
 * @file
 * Filling a quire_error. Every setter returns the status it sets, so that callers can write
 * `return q_error_set(error, QUIRE_USAGE, "…", …);`.
 *
 * Messages are one line, begin in lower case, name the file, key or URL, and end without a full
 * stop. Control characters in them (a hostile name) come out as `?`. Secrets are never passed here.
 */
#ifndef Q_BASE_ERROR_H
#define Q_BASE_ERROR_H

#include <quire/error.h>

#if defined(__GNUC__)
#define Q_PRINTF(index, first) __attribute__((format(printf, index, first)))
#else
#define Q_PRINTF(index, first)
#endif

/** Set status and message; rank becomes -1. `error` may be NULL. Returns `status`. */
quire_status q_error_set(quire_error *error, quire_status status, const char *format, ...)
    Q_PRINTF(3, 4);

/**
 * Set a message followed by `: ` and the words for `number`. The status follows from the number:
 * EAGAIN, ESTALE, ETIMEDOUT and the like are QUIRE_TEMPORARY, everything else (ENOSPC, EDQUOT,
 * EROFS, EACCES, EIO, ENOMEM, ENOENT) is QUIRE_ERROR: a caller for whom ENOENT means
 * QUIRE_NOT_FOUND or QUIRE_INCOMPLETE says so itself.
 */
quire_status q_error_errno(quire_error *error, int number, const char *format, ...) Q_PRINTF(3, 4);

/** Empty it, so that a message found there later is known to be of this call. May be NULL. */
void q_error_clear(quire_error *error);

/** QUIRE_ERROR, "out of memory". */
quire_status q_error_memory(quire_error *error);

/** Put words (`format`, then `: `) before the message that is there; keeps status and rank. */
void q_error_prefix(quire_error *error, const char *format, ...) Q_PRINTF(2, 3);

/* The analyzer sees one file at a time and would think that a setter may return QUIRE_OK. */
#ifdef __clang_analyzer__
#define q_error_set(error, status, ...) ((void)(error), (status))
#define q_error_errno(error, number, ...) ((void)(error), (void)(number), QUIRE_ERROR)
#define q_error_memory(error) ((void)(error), QUIRE_ERROR)
#endif

#endif
