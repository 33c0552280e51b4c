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

/**
 * Merge the parts that the ranks have upserted. Collective, agreed.
 * @param merge receives rank 0's for the finish, and what keeps it alive on the others; freed by
 *        the caller with quire_merge_free() when all is over. NULL where rank 0 has to merge alone:
 *        one rank, one that has no part, a store that does not work so
 */
quire_status q_merge_together(const q_commit *commit, quire_merge **merge, quire_error *error);

#endif
