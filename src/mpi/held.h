/**
 * @file
 * Large files of a shared folder, held back until the walk has shown how much there is: only then
 * is it known which of them are too large for one rank. Paths stay with the ranks that have found
 * them; what all ranks need to know of a file has a fixed size.
 */
#ifndef Q_MPI_HELD_H
#define Q_MPI_HELD_H

#include "mpi/shares.h"

/** So many at most: of more, the smallest are not held. */
#define Q_HELD_MAX 1024

#define Q_HELD_ALL (-1)

typedef struct q_held_file {
    uint64_t bytes;
    uint64_t index; /**< among the large files of the rank that has found it */
    int32_t finder;
    int32_t rank; /**< whose it is; Q_HELD_ALL: it is divided among all */
} q_held_file;

/** Zero-initialise. */
typedef struct q_held {
    q_held_file *files; /**< room for Q_HELD_MAX */
    size_t count;
} q_held;

quire_status q_held_begin(q_held *held, quire_error *error);
void q_held_free(q_held *held);

/** Hold a file, if it is one of the largest. Which are held does not depend on their order. */
void q_held_add(q_held *held, const q_held_file *file);

/**
 * Decide on each, the largest first: that is their order afterwards. A file goes to the rank with
 * the least to do, unless that would have much more than a fair share then: such a file is divided.
 * @param shares what ranks have to do already
 * @param others the load that is still to be dealt out, evenly
 */
void q_held_decide(q_held *held, q_shares *shares, uint64_t others);

#endif
