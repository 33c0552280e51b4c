/**
 * @file
 * Deleting versions. A tombstone is created, `collections/<name>/deleted/<number>`; the version
 * record stays, so that its number is never used again. gc frees what it alone held.
 */
#ifndef Q_REPOSITORY_DELETE_H
#define Q_REPOSITORY_DELETE_H

#include "store/repository/internal.h"

/** Mark as deleted; the caller has settled the aliases. */
quire_status q_delete_mark(q_repository *repository, const char *name, int64_t number,
                           quire_error *error);

/** q_store_ops */
quire_status q_delete_version(quire_store *store, const q_address *address, bool delete_aliases,
                              quire_error *error);

#endif
