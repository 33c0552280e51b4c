/**
 * @file
 * The cache: what the files that one writer logs looked like last time, and their digests. A file
 * that still looks so is not read again. It says nothing of where content is stored.
 *
 * Nothing that goes wrong here may spoil a log: what cannot be had is not there, and what went
 * wrong first is kept to be told. docs/cache.md tells when a record is believed, and what remains.
 */
#ifndef Q_CACHE_H
#define Q_CACHE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

#include "base/digest.h"
#include "cache/settled.h"

typedef struct q_cache q_cache;

typedef struct q_cache_spec {
    const char *folder;
    const char *store; /**< its URL */
    const char *collection;
    const char *writer; /**< each has a segment of its own */
} q_cache_spec;

/** NULL without memory. Nothing is opened before the first file is looked up. */
q_cache *q_cache_new(const q_cache_spec *spec);
void q_cache_free(q_cache *cache);

/** Whether there is nothing to be found: no file need be looked at for it. */
bool q_cache_is_empty(q_cache *cache);

/** What can be relied on of a file on this device. Where its times are made up, it is not to be
 * looked up; where they are remote, what stat() tells may be old: it must be opened, and what
 * fstat() tells then is asked for. */
q_times q_cache_times(q_cache *cache, const char *file, dev_t device);

/** The digest of a file that looks so. */
bool q_cache_find(q_cache *cache, const struct stat *status, char digest[Q_DIGEST_TEXT_SIZE]);

/** Remember a file that was read, if it can be.
 *  @param status what it looked like before and after
 *  @param opened a time before it was opened */
void q_cache_remember(q_cache *cache, const char *file, const struct stat *status,
                      const struct timespec *opened, const char *digest);

/** After the commit: keep what was found and remembered, and for one time what was not seen. */
void q_cache_save(q_cache *cache);

/** The first thing that went wrong, in words; NULL: nothing. */
const char *q_cache_problem(const q_cache *cache);

#endif
