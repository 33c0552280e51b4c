/**
 * @file
 * Who gives how much to whom, so that each rank has what it should. Local arithmetic on what all
 * ranks know: all come to the same.
 *
 * A rank keeps what it has from the front on, up to what it should have, and gives the rest away.
 * Lay all that is given away in a row, in the order of ranks, and beside it all that is missing:
 * each gets what begins beside what it misses. So little moves, what belongs together moves
 * together, and no rank has more in the end than it should and the last thing that it got.
 */
#ifndef Q_MPI_SPREAD_H
#define Q_MPI_SPREAD_H

#include <stdbool.h>
#include <stdint.h>

/** Should have: the same, of `all`. */
void q_spread_evenly(uint64_t *want, int ranks, uint64_t all);
/** Should have: so much of `all` that, with what is in `want`, which it has to do already, no rank
 *  has more to do than must be. At least `all` together. */
void q_spread_level(uint64_t *want, int ranks, uint64_t all);

/** Where in the row one rank is that gives. */
typedef struct q_spread {
    const uint64_t *have, *want;
    int ranks;
    int to;           /**< who gets what comes next */
    uint64_t missing; /**< by that one, still */
} q_spread;

/** @param have of each rank; borrowed, as `want` is */
void q_spread_begin(q_spread *spread, const uint64_t *have, const uint64_t *want, int ranks,
                    int rank);
/** Who gets one thing of this weight, to be given next. */
int q_spread_one(q_spread *spread, uint64_t weight);
/** Who gets some of `most` things of weight 1, to be given next; `*count` receives how many. */
int q_spread_some(q_spread *spread, uint64_t most, uint64_t *count);

#endif
