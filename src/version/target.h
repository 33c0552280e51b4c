/**
 * @file
 * A folder into which files of somebody else's naming are written.
 *
 * Nothing outside of it is ever touched: each file's folder is opened below the target without
 * following a symbolic link, and the file is written under a temporary name there and renamed over
 * its own once it is whole. What is there under the file's name is replaced, a symbolic link too
 * (not what it points to); a folder is not, nor a file of another name that the filesystem takes
 * for this one (spelling.h).
 */
#ifndef Q_VERSION_TARGET_H
#define Q_VERSION_TARGET_H

#include <pthread.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

typedef struct q_target q_target;

/** Open a folder, making it and its parents when they are not there. */
quire_status q_target_open(const char *folder, q_target **target, quire_error *error);
/** Let targets of one folder, used by several threads, take turns where a name must be looked at
 * and taken in two steps. Borrowed. */
void q_target_share(q_target *target, pthread_mutex_t *turn);
/** Free, giving up the file under way; NULL is fine. */
void q_target_free(q_target *target);

/** Begin a file. One at a time; files of one folder are best written one after another.
 *  QUIRE_INTEGRITY for a path that no version can hold. */
quire_status q_target_begin(q_target *target, const char *path, quire_error *error);
quire_status q_target_write(q_target *target, const void *data, size_t size, quire_error *error);
/** Write at `offset`, which does not move where the next q_target_write() goes. Several threads
 * may, at different places of the file that another of them has begun. */
quire_status q_target_write_at(const q_target *target, const void *data, size_t size,
                               uint64_t offset, quire_error *error);
/** Let nobody read the file under way whom `mode`, another file's, would not let read. */
quire_status q_target_restrict(q_target *target, mode_t mode, quire_error *error);
/** Give the file under way its size before it is written, with any bytes. */
quire_status q_target_extend(q_target *target, uint64_t size, quire_error *error);

/** Room for the temporary name of a file, the NUL included. */
#define Q_TARGET_NAME_SIZE 48
/**
 * Leave the file under way, closed, for whoever joins it by its name.
 * @param name receives it; if that fails the file is still there to be given up. NULL: who has
 *        joined leaves, and others may still be at it, in any case
 */
quire_status q_target_leave(q_target *target, char name[Q_TARGET_NAME_SIZE], quire_error *error);
/**
 * Go on with a file that was left, also by another process: write from `offset` on, end it, leave
 * it again, give it up. The name is believed only as far as it can be seen.
 * @return QUIRE_USAGE for a name that none has; QUIRE_INTEGRITY when it is not that of a file of
 *         this size which has no other name
 */
quire_status q_target_join(q_target *target, const char *path, const char *name, uint64_t size,
                           uint64_t offset, quire_error *error);
/** End the file: it appears under its path. On failure it is given up.
 *  QUIRE_CONFLICT when the filesystem has a file of another spelling in its place. */
quire_status q_target_commit(q_target *target, quire_error *error);
/** Give the file up. Fine when there is none. */
void q_target_abandon(q_target *target);

#endif
