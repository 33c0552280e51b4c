/**
 * @file
 * The manifest, made by all ranks: what quire/merge.h tells, over MPI. Paths are divided into as
 * many ranges as there are ranks, or fewer, by samples of all parts; each rank gets what the others
 * have of its range, merges it and writes its chunks; rank 0 gets the summaries. So no rank holds
 * more than its part and its range.
 */
#ifndef Q_MPI_MERGE_H
#define Q_MPI_MERGE_H

#include <quire/merge.h>

#include "mpi/commit.h"

/** What became of it. */
typedef struct q_together {
    quire_merge *merge; /**< rank 0's for the finish, and what keeps it alive on the others; freed
                             by the caller with quire_merge_free() when all is over. NULL where rank
                             0 has to merge alone: one rank, one that has no part, a store that does
                             not work so */
    int failing;        /**< rank 0: the lowest rank that failed at last, INT_MAX for none */
} q_together;

/**
 * Merge the parts that the ranks have upserted. Collective. Failures up to the sending of entries
 * are agreed on. Of those behind it, of which the writing of chunks is one, this rank's is returned
 * and rank 0 knows whose there are: all go on to the broadcast that ends the commit, which tells
 * them (q_broadcast_outcome).
 * @param agreed whether what is returned is the outcome of all ranks, so that it is over when it is
 *        a failure
 */
quire_status q_merge_together(const q_commit *commit, q_together *made, bool *agreed,
                              quire_error *error);

#endif
