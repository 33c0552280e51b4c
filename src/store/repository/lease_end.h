/**
 * @file
 * What gc does about leases that nobody renewed for too long: it ends them, before it looks what is
 * alive. Their writers may be gone, or only paused; claim.h tells why a paused one cannot put its
 * record once its lease has ended.
 *
 * Where a writer had claimed a version number when it paused, gc takes that number: it puts a
 * version of mode "void", which has the content of `latest`, so that nobody ever reads anything
 * else by that name, and deletes it at once. Where a writer had claimed to register a part, gc
 * puts that writer's last part once more, or a withdrawal when there was none.
 */
#ifndef Q_REPOSITORY_LEASE_END_H
#define Q_REPOSITORY_LEASE_END_H

#include "store/repository/internal.h"

/** End all leases that are dead by `now` (microseconds by the store's clock). */
quire_status q_lease_end_dead(q_repository *repository, int64_t now, quire_error *error);

#endif
