/** @file Who gives how much to whom: see spread.h. */
#include "mpi/spread.h"

void q_spread_evenly(uint64_t *want, int ranks, uint64_t all) {
    uint64_t each = all / (uint64_t)ranks, more = all % (uint64_t)ranks;
    for (int r = 0; r < ranks; r++) {
        want[r] = each + ((uint64_t)r < more);
    }
}

static uint64_t up_to(uint64_t level, uint64_t load) {
    return level > load ? level - load : 0;
}

/** Whether there is room for `all` below a level. The sum stops before it could overflow. */
static bool has_room(const uint64_t *loads, int ranks, uint64_t level, uint64_t all) {
    uint64_t room = 0;
    for (int r = 0; r < ranks && room < all; r++) {
        uint64_t here = up_to(level, loads[r]), left = all - room;
        room += here < left ? here : left;
    }
    return room >= all;
}

void q_spread_level(uint64_t *want, int ranks, uint64_t all) {
    uint64_t low = 0, high = 0;
    for (int r = 0; r < ranks; r++) {
        high = want[r] > high ? want[r] : high;
    }
    high = high > UINT64_MAX - all ? UINT64_MAX : high + all;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (has_room(want, ranks, middle, all)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    for (int r = 0; r < ranks; r++) {
        want[r] = up_to(low, want[r]);
    }
}

/** Go to the next rank that misses something. The last one takes what nobody misses. */
static void next(q_spread *spread) {
    while (spread->missing == 0 && spread->to + 1 < spread->ranks) {
        spread->to++;
        spread->missing = up_to(spread->want[spread->to], spread->have[spread->to]);
    }
}

static uint64_t give(q_spread *spread, uint64_t most) {
    bool is_last = spread->to + 1 == spread->ranks;
    uint64_t some = most < spread->missing || is_last ? most : spread->missing;
    spread->missing -= some < spread->missing ? some : spread->missing;
    next(spread);
    return some;
}

void q_spread_begin(q_spread *spread, const uint64_t *have, const uint64_t *want, int ranks,
                    int rank) {
    *spread = (q_spread){.have = have, .want = want, .ranks = ranks};
    spread->missing = up_to(want[0], have[0]);
    next(spread);
    for (int r = 0; r < rank; r++) {
        for (uint64_t before = up_to(have[r], want[r]); before > 0;) {
            before -= give(spread, before);
        }
    }
}

int q_spread_one(q_spread *spread, uint64_t weight) {
    int to = spread->to;
    while (weight > 0) {
        weight -= give(spread, weight);
    }
    return to;
}

int q_spread_some(q_spread *spread, uint64_t most, uint64_t *count) {
    int to = spread->to;
    *count = give(spread, most);
    return to;
}
