/** @file A share of a version's entries: a heap of loads, the least first, ties by number. */
#include "version/share.h"

#include <inttypes.h>
#include <stdlib.h>

struct q_share_load {
    uint64_t load;
    int64_t part;
};

/** A hostile manifest may claim anything: what overflows only makes runs shorter. */
static uint64_t run_max(int64_t parts, uint64_t entries, uint64_t bytes) {
    uint64_t run = (bytes + entries * Q_SHARE_FILE_COST) / ((uint64_t)parts * Q_SHARE_RUNS);
    return run < Q_SHARE_RUN_MAX ? run : Q_SHARE_RUN_MAX;
}

quire_status q_share_init(q_share *share, int64_t part, int64_t parts, uint64_t entries,
                          uint64_t bytes, quire_error *error) {
    *share = (q_share){.part = part, .parts = parts};
    if (part == 0 && parts == 0) {
        share->parts = 1;
    }
    if (share->parts < 1 || share->parts > Q_SHARE_PARTS_MAX || part < 0 || part >= share->parts) {
        return q_error_set(error, QUIRE_USAGE,
                           "no part %" PRId64 " of %" PRId64 " (parts are 1 to %d)", part, parts,
                           Q_SHARE_PARTS_MAX);
    }
    if (share->parts > 1) {
        share->heap = malloc((size_t)share->parts * sizeof *share->heap);
        if (share->heap == NULL) {
            return q_error_memory(error);
        }
    }
    share->run_max = run_max(share->parts, entries, bytes);
    q_share_reset(share);
    return QUIRE_OK;
}

void q_share_free(q_share *share) {
    free(share->heap);
    share->heap = NULL;
}

void q_share_reset(q_share *share) {
    share->run = 0;
    for (int64_t i = 0; share->heap != NULL && i < share->parts; i++) {
        share->heap[i] = (struct q_share_load){.load = 0, .part = i};
    }
}

static bool before(const struct q_share_load *a, const struct q_share_load *b) {
    return a->load != b->load ? a->load < b->load : a->part < b->part;
}

/** Let the first element down to where it belongs. */
static void sift_down(struct q_share_load *heap, size_t count) {
    struct q_share_load moved = heap[0];
    size_t hole = 0;

    for (size_t child = 1; child < count; child = 2 * hole + 1) {
        if (child + 1 < count && before(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (!before(&heap[child], &moved)) {
            break;
        }
        heap[hole] = heap[child];
        hole = child;
    }
    heap[hole] = moved;
}

bool q_share_take(q_share *share, const q_entry *entry) {
    if (share->heap == NULL) {
        return true;
    }
    uint64_t size = entry->size != QUIRE_SIZE_UNKNOWN ? entry->size : 0;
    uint64_t cost = size + Q_SHARE_FILE_COST;
    if (share->run > 0 && (cost > share->run_max || share->run > share->run_max - cost)) {
        share->heap[0].load += share->run;
        sift_down(share->heap, (size_t)share->parts);
        share->run = 0;
    }
    share->run += cost;
    return share->heap[0].part == share->part;
}
