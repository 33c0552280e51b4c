/**
 * @file
 * A walk that all ranks make together, in rounds. In each, every rank looks at some of the names it
 * has (scan.h); then the ranks tell each other how many they have now, and where that is uneven,
 * names move until all have equally many. It is over when nobody has any.
 *
 * A round is as long as each rank has names, from LEAST to MOST, and twice as long as the one
 * before while there is nothing to share out. So a small folder is one rank's, without a message
 * but the last, a chain of folders costs no round for each, and in a large one no rank looks at
 * whole folders while others have nothing to do.
 *
 * No rank holds much more names than its share and what one round adds. Files stay with the rank
 * that has looked at them: since all look at equally many, these are shares, too.
 */
#ifndef Q_MPI_ROUNDS_H
#define Q_MPI_ROUNDS_H

#include "mpi/context.h"
#include "mpi/scan.h"

typedef struct q_rounds {
    const q_context *context;
    size_t message; /**< bytes that one message has at most */
    q_scan scan;    /**< what this rank has found, afterwards */
    uint64_t *told; /**< two of each rank: names, state */
    uint64_t *have, *want;
    uint64_t most;    /**< names to look at in this round */
    uint64_t count;   /**< of rounds */
    uint64_t handed;  /**< names that this rank has given to others */
    quire_status own; /**< of this rank, not told yet */
    quire_error error;
} q_rounds;

/** Local: get memory. Free with q_rounds_free() in any case. Arguments as of q_scan_begin(). */
quire_status q_rounds_begin(q_rounds *rounds, const q_context *context, const char *folder,
                            uint64_t large, size_t message, quire_error *error);
void q_rounds_free(q_rounds *rounds);

/** Walk. Collective, agreed: when something is wrong with the tree, all return what q_walk() would
 *  have returned, and the rank that has met it. */
quire_status q_rounds_run(q_rounds *rounds, quire_error *error);

#endif
