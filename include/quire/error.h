/**
 * @file
 * Errors: a status to branch on, and one line to read.
 *
 * Every function of quire that can fail returns a quire_status and fills a quire_error that the
 * caller owns. Nothing is printed, nothing aborts, no state is kept behind the caller's back. The
 * struct has a fixed size and holds no pointers, so that a rank can broadcast it; after a
 * collective call it is the same on every rank, the failing rank's number included.
 *
 * Wherever a `quire_error *` is taken, NULL is allowed for a caller that wants the status alone.
 */
#ifndef QUIRE_ERROR_H
#define QUIRE_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define QUIRE_API __attribute__((visibility("default")))
#else
#define QUIRE_API
#endif

/** What happened. The numbers are the exit codes of the commands, and stay as they are. */
typedef enum quire_status {
    QUIRE_OK = 0,         /**< done */
    QUIRE_ERROR = 1,      /**< the system refused: I/O, permission, space, memory */
    QUIRE_USAGE = 2,      /**< an argument, a name or an option that cannot be right */
    QUIRE_INCOMPLETE = 3, /**< a writer or a source file is missing; nothing was committed */
    QUIRE_CONFLICT = 4,   /**< other content, another type, or a draft already finished */
    QUIRE_NOT_FOUND = 5,  /**< no such store, collection, version, alias, draft or path */
    QUIRE_INTEGRITY = 6,  /**< stored bytes are missing, cut short or not what their digest says */
    QUIRE_AUTH = 7,       /**< credentials missing or refused */
    QUIRE_TEMPORARY = 75  /**< a passing fault: the same call may succeed later */
} quire_status;

/** Room for a message, its terminating NUL included. */
#define QUIRE_MESSAGE_SIZE 1016

/** A failure, in full. Means something only after a call that failed: what a call has tried on its
 * way to success may have left words here. */
typedef struct quire_error {
    int32_t status; /**< a quire_status */
    int32_t rank;   /**< the rank that failed, in the caller's communicator; -1: not collective */
    char message[QUIRE_MESSAGE_SIZE]; /**< one line, UTF-8, names the file, key or URL */
} quire_error;

/** The name of a status as a lower-case word ("conflict"). Local. Never NULL, never freed. */
QUIRE_API const char *quire_status_name(quire_status status);

#ifdef __cplusplus
}
#endif
#endif
