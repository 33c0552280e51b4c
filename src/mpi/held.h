/**
 * @file
 * Large files of a shared folder, held back until the walk has shown how much there is: only then
 * is it known which of them are too large for one rank.
 */
#ifndef Q_MPI_HELD_H
#define Q_MPI_HELD_H

#include "mpi/shares.h"

/** So many at most: of more, the smallest is let go. */
#define Q_HELD_MAX 1024

#define Q_HELD_ALL (-1)

typedef struct q_held_file {
    char *path; /**< owned */
    uint64_t bytes;
    int rank; /**< whose it is; Q_HELD_ALL: it is divided among all */
} q_held_file;

/** Zero-initialise. */
typedef struct q_held {
    q_held_file *files;
    size_t count;
} q_held;

void q_held_free(q_held *held);

/**
 * Hold a file.
 * @param let_go receives one that is not held (any longer), its path NULL when there is none; the
 *        path is the caller's to free
 */
quire_status q_held_add(q_held *held, const char *path, uint64_t bytes, q_held_file *let_go,
                        quire_error *error);

/**
 * Decide on each, the largest first: that is their order afterwards. A file goes to the rank with
 * the least to do, unless that would have much more than a fair share then: such a file is divided.
 */
void q_held_decide(q_held *held, q_shares *shares);

#endif
