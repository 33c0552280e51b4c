/**
 * @file
 * Sharing work out: each piece goes to the rank that has the least so far. A file costs its bytes
 * and a constant, since opening many small files takes time too.
 */
#ifndef Q_MPI_SHARES_H
#define Q_MPI_SHARES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define Q_SHARES_FILE_COST 65536

/** What a file of `bytes` costs. */
uint64_t q_shares_cost(uint64_t bytes);

typedef struct q_share {
    uint64_t load;
    int rank;
} q_share;

typedef struct q_shares {
    q_share *heap; /**< the least load first; among equals the lowest rank */
    int size;
} q_shares;

quire_status q_shares_begin(q_shares *shares, int size, quire_error *error);
void q_shares_free(q_shares *shares);
/** Give a file of `bytes` to a rank, and return which. */
int q_shares_take(q_shares *shares, uint64_t bytes);

#endif
