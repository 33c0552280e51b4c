/** @file Large files of a shared folder: see held.h. */
#include "mpi/held.h"

#include <stdlib.h>

quire_status q_held_begin(q_held *held, quire_error *error) {
    held->files = calloc(Q_HELD_MAX, sizeof *held->files);
    return held->files ? QUIRE_OK : q_error_memory(error);
}

void q_held_free(q_held *held) {
    free(held->files);
    *held = (q_held){0};
}

/** The larger first; of equals, those of lower ranks: all ranks have the same order. */
static int larger_first(const void *a, const void *b) {
    const q_held_file *left = a, *right = b;
    if (left->bytes != right->bytes) {
        return left->bytes > right->bytes ? -1 : 1;
    }
    if (left->finder != right->finder) {
        return left->finder < right->finder ? -1 : 1;
    }
    return (left->index > right->index) - (left->index < right->index);
}

static q_held_file *last(const q_held *held) {
    size_t found = 0;
    for (size_t i = 1; i < held->count; i++) {
        found = larger_first(&held->files[found], &held->files[i]) < 0 ? i : found;
    }
    return &held->files[found];
}

void q_held_add(q_held *held, const q_held_file *file) {
    if (held->count < Q_HELD_MAX) {
        held->files[held->count++] = *file;
        return;
    }
    q_held_file *least = last(held);
    if (larger_first(file, least) < 0) {
        *least = *file;
    }
}

/* An eighth above the fair share is no harm: to divide a file costs some agreements, too. */
void q_held_decide(q_held *held, q_shares *shares, uint64_t others) {
    uint64_t ranks = (uint64_t)shares->size, all = others, divided = 0;
    if (held->count == 0) {
        return;
    }
    qsort(held->files, held->count, sizeof *held->files, larger_first);
    for (int r = 0; r < shares->size; r++) {
        all += shares->heap[r].load;
    }
    for (size_t i = 0; i < held->count; i++) {
        all += q_shares_cost(held->files[i].bytes);
    }
    uint64_t most = all / ranks + all / ranks / 8 + Q_SHARES_FILE_COST;
    for (size_t i = 0; i < held->count; i++) {
        q_held_file *file = &held->files[i];
        uint64_t cost = q_shares_cost(file->bytes);
        if (ranks > 1 && shares->heap[0].load + divided / ranks + cost > most) {
            file->rank = Q_HELD_ALL;
            divided += cost;
        } else {
            file->rank = q_shares_take(shares, file->bytes);
        }
    }
}
