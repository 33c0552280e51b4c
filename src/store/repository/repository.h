/**
 * @file
 * The repository: a store kept as key-value objects, in a directory or anywhere else that has them.
 * docs/format.md tells the objects, docs/protocols.md what is done in which order and why.
 */
#ifndef Q_REPOSITORY_H
#define Q_REPOSITORY_H

#include "objects/objects.h"
#include "store/store.h"

/** Make `objects` a repository. Fine when they are one; QUIRE_CONFLICT when they hold other things.
 *  Does not take `objects` over. */
quire_status q_repository_init(q_objects *objects, const char *url, quire_error *error);

/**
 * Open a repository. On success it takes `objects` over; on failure they stay the caller's.
 * QUIRE_NOT_FOUND when there is none, QUIRE_ERROR for a newer format.
 */
quire_status q_repository_open(q_objects *objects, const char *url,
                               const quire_store_options *options, quire_store **store,
                               quire_error *error);

#endif
