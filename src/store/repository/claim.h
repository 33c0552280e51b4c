/**
 * @file
 * Claims: what makes the last step of a writer safe against gc.
 *
 * A writer may pause for longer than its lease lives (a stopped process, a suspended host), and go
 * on at any instruction, also right before it puts the record that names what it stored. No look
 * at the lease helps alone, since the pause may come between the look and the put. So, before that
 * step, the writer puts a claim: a second lease that tells which record it is about to put. Then
 * it (1) reads the newest number, (2) looks whether its lease stands, (3) puts the next number.
 *
 * Who collects garbage ends a dead claim (lease_end.h) by (a) removing the writer's lease, (b)
 * taking the next number itself, (c) removing the claim. If (2) came before (a), the writer's
 * number is not above the one that gc takes, so that exactly one of them gets it: gc, and the
 * writer's put fails; or the writer, before gc marks, hence its record is seen and all it names
 * stays. If (2) came after (a), the writer gives up.
 *
 * A lease without a claim is just removed: its writer will not pass (2).
 */
#ifndef Q_REPOSITORY_CLAIM_H
#define Q_REPOSITORY_CLAIM_H

#include "store/repository/lease.h"

/** The record that is about to be put: a version with this digest, or a writer's part of a draft.
 *  Unused members are NULL. */
typedef struct q_claim_target {
    const char *name, *digest;
    const char *distributed_id, *writer;
} q_claim_target;

/**
 * Put the claim of the holder of a lease. QUIRE_TEMPORARY when the lease has ended.
 * @param claim given back with q_lease_drop(); a NULL lease, or one not held, needs no claim
 */
quire_status q_claim_take(const q_lease *lease, const q_claim_target *target, q_lease *claim,
                          quire_error *error);

#endif
