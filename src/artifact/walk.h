/**
 * @file
 * Walking a folder: every regular file below it, symbolic links followed.
 *
 * A loop of links, a dangling link, a folder that cannot be read, a device, socket or FIFO ends the
 * walk with an error that names it. A name that is no valid path of an artifact is QUIRE_USAGE.
 * Within a folder the order is bytewise. Depth is bounded only by the length of paths; no
 * descriptor stays open on the way down.
 */
#ifndef Q_ARTIFACT_WALK_H
#define Q_ARTIFACT_WALK_H

#include <sys/stat.h>

#include "base/error.h"

/** @param file as the caller can open it; @param path below the folder; both borrowed */
typedef quire_status (*q_walk_callback)(void *context, const char *file, const char *path,
                                        const struct stat *status, quire_error *error);

/** QUIRE_INCOMPLETE when `folder` is not there. */
quire_status q_walk(const char *folder, q_walk_callback callback, void *context,
                    quire_error *error);

#endif
