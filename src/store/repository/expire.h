/** @file Versions whose time to live has passed. One with an alias other than `latest` is kept. */
#ifndef Q_REPOSITORY_EXPIRE_H
#define Q_REPOSITORY_EXPIRE_H

#include "base/keyset.h"
#include "store/repository/internal.h"

/**
 * @param now microseconds by the store's clock
 * @param expired receives the keys of their version records
 */
quire_status q_expire_versions(q_repository *repository, int64_t now, bool dry_run,
                               q_keyset *expired, quire_error *error);

#endif
