/** @file Sharing work out by a binary heap: its cost grows with the logarithm of the ranks. */
#include "mpi/shares.h"

#include <stdbool.h>
#include <stdlib.h>

/* No file system holds so much; a sparse file may claim it, and sums must not overflow. */
#define MOST ((uint64_t)1 << 50)

uint64_t q_shares_cost(uint64_t bytes) {
    return (bytes < MOST ? bytes : MOST) + Q_SHARES_FILE_COST;
}

quire_status q_shares_begin(q_shares *shares, int size, quire_error *error) {
    shares->heap = calloc((size_t)size, sizeof *shares->heap);
    if (!shares->heap) {
        return q_error_memory(error);
    }
    shares->size = size;
    for (int r = 0; r < size; r++) {
        shares->heap[r].rank = r;
    }
    return QUIRE_OK;
}

void q_shares_free(q_shares *shares) {
    free(shares->heap);
    shares->heap = NULL;
}

static bool before(const q_share *a, const q_share *b) {
    return a->load < b->load || (a->load == b->load && a->rank < b->rank);
}

int q_shares_take(q_shares *shares, uint64_t bytes) {
    q_share *heap = shares->heap;
    q_share top = heap[0];
    int rank = top.rank;
    top.load += q_shares_cost(bytes);
    int at = 0;
    for (;;) {
        int child = 2 * at + 1;
        if (child >= shares->size) {
            break;
        }
        if (child + 1 < shares->size && before(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (!before(&heap[child], &top)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = top;
    return rank;
}
