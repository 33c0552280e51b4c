/** @file Sharing work out by a binary heap: its cost grows with the logarithm of the ranks. */
#include "mpi/shares.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/name.h"

#define LEAST_BATCH 8192
static_assert(Q_PATH_MAX + 1 < LEAST_BATCH, "a path is sent whole");

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
    top.load += bytes + Q_SHARES_FILE_COST;
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

size_t q_shares_batch(int ranks) {
    const size_t all = (size_t)64 << 20;
    size_t capacity = 65536; /* a power of two, as a q_buffer's is */
    while (capacity > LEAST_BATCH && capacity > all / (size_t)ranks) {
        capacity /= 2;
    }
    return capacity - 1; /* a q_buffer has a NUL behind its bytes */
}
