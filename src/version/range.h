/**
 * @file
 * The part of a version that a path names: the file of that path, and all that lies below it as a
 * folder. Also what every file of this layer needs to talk about a version.
 */
#ifndef Q_VERSION_RANGE_H
#define Q_VERSION_RANGE_H

#include <inttypes.h>

#include "store/store.h"

/** What messages call a version, and its arguments. */
#define Q_VERSION_FORMAT "%s:v%" PRId64
#define Q_VERSION_ARGUMENTS(version) (version)->info.name, (version)->info.number

/** The public form of an entry; strings borrowed from it. */
quire_entry q_version_entry(const q_entry *entry);

/** The status with which a caller's callback ended a call. Keeps a message that the callback has
 *  put into the same `error` itself; the call emptied that when it began. */
quire_status q_version_stopped(const quire_version *version, quire_status status,
                               quire_error *error);

/** A caller's folder or path without slashes at its end; NULL and "" give "", the root.
 *  @param clean freed by the caller with free() */
quire_status q_version_clean(const char *path, char **clean, quire_error *error);

/** Look one path up. `*found` is `box->entry`, or NULL when there is no such entry. */
quire_status q_version_find(quire_version *version, const char *path, q_entry_box *box,
                            const q_entry **found, quire_error *error);

/** Look up a path that must be a file with content in the store. */
quire_status q_version_find_file(quire_version *version, const char *path, q_entry_box *box,
                                 const q_entry **entry, quire_error *error);

/** Called for entries in the order of their paths, until it sets `*stop`. */
typedef quire_status (*q_range_callback)(void *context, const q_entry *entry, bool *stop,
                                         quire_error *error);

/** The entry `path`, then those below `path/`; all of them for "". */
quire_status q_version_range(quire_version *version, const char *path, q_range_callback callback,
                             void *context, quire_error *error);

#endif
