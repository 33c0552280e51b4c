/** @file Resolving NAME:VERSION to a number: `vN`, `latest`, an alias, or a version's digest. */
#ifndef Q_REPOSITORY_RESOLVE_H
#define Q_REPOSITORY_RESOLVE_H

#include "store/repository/collection.h"

/** QUIRE_NOT_FOUND when there is no such collection, version or alias, or it is deleted. */
quire_status q_resolve(q_repository *repository, const q_address *address, int64_t *number,
                       quire_error *error);
/** `latest` of a collection that is there. */
quire_status q_resolve_latest(q_repository *repository, const char *name, int64_t *number,
                              quire_error *error);

#endif
