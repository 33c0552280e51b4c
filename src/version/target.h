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
/** Let nobody read the file under way whom `mode`, another file's, would not let read. */
quire_status q_target_restrict(q_target *target, mode_t mode, quire_error *error);
/** End the file: it appears under its path. On failure it is given up.
 *  QUIRE_CONFLICT when the filesystem has a file of another spelling in its place. */
quire_status q_target_commit(q_target *target, quire_error *error);
/** Give the file up. Fine when there is none. */
void q_target_abandon(q_target *target);

#endif
